// SPDX-License-Identifier: Apache-2.0
//! What a clearing did: who asked what, what it came to, and why.

use super::{Account, Amount, BlockRef};
use proofyard_primitives::{Market, TaskId};
use proofyard_runtime::{AccountId, Balance, BlockNumber, Hash};
use proofyard_runtime_api as api;
use serde::{Deserialize, Serialize};

/// Which clearing the caller means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected the id of a task, or a market")]
pub enum ClearingOf {
	/// The one that gave this task to its prover.
	Task(TaskId),
	/// The last one of this market.
	Market(Market),
}

/// A block that the caller names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected the number or the hash of a block")]
pub enum BlockParam {
	/// That of the best chain with this number.
	Number(BlockNumber),
	/// The one with this hash.
	Hash(Hash),
}

/// What the clearings of a market did in one block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketClearing {
	/// The market.
	pub market: Market,
	/// The block.
	pub block: BlockRef,
	/// What the order of equal asks was drawn from: 8 bytes.
	pub seed: String,
	/// The share of a batch that one prover gets at most, in percent.
	pub spread_percent: u32,
	/// What a standby is paid above its own ask, in percent of it.
	pub premium_percent: u32,
	/// That of the market, and one for each task kept to a set of provers. For a task: the one that
	/// it was in.
	pub clearings: Vec<Clearing>,
}

impl MarketClearing {
	/// The clearings of `market` in `block`, as the runtime tells them.
	pub fn new(
		market: Market,
		block: BlockRef,
		info: api::MarketClearingInfo<AccountId, Balance, BlockNumber>,
	) -> Self {
		Self {
			market,
			block,
			seed: format!("{:#018x}", info.seed),
			spread_percent: info.spread_percent,
			premium_percent: info.premium_percent,
			clearings: info.clearings.into_iter().map(Into::into).collect(),
		}
	}
}

/// One clearing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clearing {
	/// Tasks that were looked at.
	pub tasks: u32,
	/// Tasks that would have been taken without the spread.
	pub crossing: u32,
	/// Most tasks that one prover could get.
	pub cap: u32,
	/// The prices, lowest first. More than one where feasibility makes one price impossible.
	pub batches: Vec<Batch>,
	/// The asks looked at, lowest first.
	pub asks: Vec<LookedAsk>,
	/// Who got what, dearest maximum first.
	pub matches: Vec<Match>,
}

impl From<api::ClearingInfo<AccountId, Balance>> for Clearing {
	fn from(clearing: api::ClearingInfo<AccountId, Balance>) -> Self {
		let asks: Vec<LookedAsk> = clearing.asks.into_iter().map(Into::into).collect();
		let matches = clearing.matches.into_iter().map(|found| Match::new(found, &asks)).collect();
		Self {
			tasks: clearing.tasks,
			crossing: clearing.crossing,
			cap: clearing.cap,
			batches: clearing.batches.into_iter().map(Into::into).collect(),
			asks,
			matches,
		}
	}
}

/// An ask of a prover, for one unit of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitAsk {
	/// Whose.
	pub prover: Account,
	/// Price of one unit of work.
	pub price: Amount,
}

impl From<(AccountId, Balance)> for UnitAsk {
	fn from((prover, price): (AccountId, Balance)) -> Self {
		Self { prover, price: Amount(price) }
	}
}

/// What fixed the price of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
	/// The first rejected ask; null where everybody with room won.
	pub rejected: Option<UnitAsk>,
}

impl From<api::BatchInfo<AccountId, Balance>> for Batch {
	fn from(batch: api::BatchInfo<AccountId, Balance>) -> Self {
		let price_rule = match &batch.rejected {
			None => PriceRule::HighestAcceptedAsk,
			Some((_, ask)) if *ask > batch.lowest_maximum => PriceRule::LowestMaximum,
			Some(_) => PriceRule::FirstRejectedAsk,
		};
		Self {
			price: Amount(batch.price),
			price_rule,
			tasks: batch.tasks,
			marginal: batch.marginal.into(),
			lowest_maximum: Amount(batch.lowest_maximum),
			rejected: batch.rejected.map(Into::into),
		}
	}
}

/// An ask that a clearing looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookedAsk {
	/// Whose.
	pub prover: Account,
	/// Price of one unit of work.
	pub price: Amount,
	/// Tasks it could take.
	pub lots: u32,
	/// Tasks it won.
	pub won: u32,
	/// Tasks it stands by for.
	pub standby: u32,
	/// Whether its stake did not cover the bond at the price that came out, so that it was left out.
	pub unfunded: bool,
}

impl From<api::LookedInfo<AccountId, Balance>> for LookedAsk {
	fn from(ask: api::LookedInfo<AccountId, Balance>) -> Self {
		Self {
			prover: ask.prover,
			price: Amount(ask.price),
			lots: ask.lots,
			won: ask.won,
			standby: ask.standby,
			unfunded: ask.unfunded,
		}
	}
}

/// One task given to one prover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Match {
	/// The task.
	pub task: TaskId,
	/// Who proves it.
	pub prover: Account,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClearedStandby {
	/// Who.
	pub prover: Account,
	/// What it asked for one unit of work.
	pub ask: Option<Amount>,
	/// What it is paid if it delivers: its ask for all of the work, and the premium.
	pub price: Amount,
}

impl Match {
	/// A match of a clearing that looked at `asks`.
	fn new(found: api::MatchInfo<AccountId, Balance>, asks: &[LookedAsk]) -> Self {
		// A prover has one ask in a market, and all that were chosen were looked at.
		let ask_of =
			|prover: &Account| asks.iter().find(|ask| ask.prover == *prover).map(|ask| ask.price);
		Self {
			task: found.task,
			ask: ask_of(&found.prover),
			prover: found.prover,
			price: Amount(found.price),
			bond: Amount(found.bond),
			standbys: found
				.standbys
				.into_iter()
				.map(|(prover, price)| ClearedStandby {
					ask: ask_of(&prover),
					prover,
					price: Amount(price),
				})
				.collect(),
		}
	}
}
