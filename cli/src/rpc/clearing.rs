// SPDX-License-Identifier: Apache-2.0
//! What a clearing did: who asked what, what it came to, and why.

use super::{BlockNumber, BlockRef};
use crate::amount::Amount;
use proofyard_primitives::{Market, TaskId};
use serde::{Deserialize, Serialize};
use sp_core::H256;
use subxt::utils::AccountId32;

/// A block by its number or its hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub enum BlockParam {
	/// That of the best chain with this number.
	Number(BlockNumber),
	/// The one with this hash.
	Hash(H256),
}

/// What the clearings of a market did in one block.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketClearing {
	/// The market.
	pub market: Market,
	/// The block.
	pub block: BlockRef,
	/// What the order of equal asks was drawn from.
	pub seed: String,
	/// The share of a batch that one prover gets at most, in percent.
	pub spread_percent: u32,
	/// What a standby is paid above its own ask, in percent of it.
	pub premium_percent: u32,
	/// That of the market, and one for each task kept to a set of provers. For a task: the one that
	/// it was in.
	pub clearings: Vec<Clearing>,
}

/// One clearing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clearing {
	/// Tasks that were looked at.
	pub tasks: u32,
	/// Tasks that would have been taken without the spread.
	pub crossing: u32,
	/// Most tasks that one prover could get.
	pub cap: u32,
	/// The prices, lowest first.
	pub batches: Vec<Batch>,
	/// The asks looked at, lowest first.
	pub asks: Vec<LookedAsk>,
	/// Who got what, dearest maximum first.
	pub matches: Vec<Match>,
}

/// An ask of a prover, for one unit of work.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitAsk {
	/// Whose.
	pub prover: AccountId32,
	/// Price of one unit of work.
	pub price: Amount,
}

/// What fixed the price of a batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceRule {
	/// The first rejected ask.
	FirstRejectedAsk,
	/// The lowest accepted maximum, which is below the first rejected ask.
	LowestMaximum,
	/// The highest accepted ask: nobody was rejected.
	HighestAcceptedAsk,
}

/// Tasks that share one price.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
	/// What each pays for one unit of work.
	pub price: Amount,
	/// What fixed that price.
	pub price_rule: PriceRule,
	/// Tasks in it.
	pub tasks: u32,
	/// The highest accepted ask.
	pub marginal: UnitAsk,
	/// The lowest accepted maximum, for one unit of work.
	pub lowest_maximum: Amount,
	/// The first rejected ask.
	pub rejected: Option<UnitAsk>,
}

/// An ask that a clearing looked at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookedAsk {
	/// Whose.
	pub prover: AccountId32,
	/// Price of one unit of work.
	pub price: Amount,
	/// Tasks it could take.
	pub lots: u32,
	/// Tasks it won.
	pub won: u32,
	/// Tasks it stands by for.
	pub standby: u32,
	/// Whether its stake did not cover the bond at the price that came out.
	pub unfunded: bool,
}

/// One task given to one prover.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Match {
	/// The task.
	pub task: TaskId,
	/// Who proves it.
	pub prover: AccountId32,
	/// What that prover asked for one unit of work.
	pub ask: Option<Amount>,
	/// What it is paid, for all of the work.
	pub price: Amount,
	/// What it stands to lose.
	pub bond: Amount,
	/// Who re-proves if it does not deliver, in this order.
	pub standbys: Vec<ClearedStandby>,
}

/// A standby as its clearing chose it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClearedStandby {
	/// Who.
	pub prover: AccountId32,
	/// What it asked for one unit of work.
	pub ask: Option<Amount>,
	/// What it is paid if it delivers.
	pub price: Amount,
}
