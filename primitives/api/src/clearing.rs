// SPDX-License-Identifier: Apache-2.0
//! Results of a clearing: who asked what, what it came to, and why.

use crate::{
	scalars::{AccountId, Balance},
	task::BlockRef,
	text::{decimal, hex_u64},
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use proofyard_primitives::{
	clearing::{BatchRecord, ClearingRecord, LookedRecord, MatchRecord},
	Market, TaskId,
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Clearings of a market in one block, and which block.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketClearing {
	/// Market.
	pub market: Market,
	/// Block.
	pub block: BlockRef,
	/// Clearings. For a task: the one that it was in.
	#[serde(flatten)]
	pub found: Clearings,
}

/// Clearings of a market in one block.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clearings {
	/// Seed that the order of equal asks was drawn from: 8 bytes.
	#[serde(with = "hex_u64")]
	pub seed: u64,
	/// Share of a batch that one prover gets at most, in percent.
	pub spread_percent: u32,
	/// Premium of a standby above its own ask, in percent of it.
	pub premium_percent: u32,
	/// Clearing of the market, and one for each task kept to a set of provers.
	pub clearings: Vec<Clearing>,
}

/// One clearing.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clearing {
	/// Tasks that were looked at.
	pub tasks: u32,
	/// Tasks that would have been taken without the spread.
	pub crossing: u32,
	/// Most tasks that one prover could get.
	pub cap: u32,
	/// Prices, lowest first. More than one where feasibility makes one price impossible.
	pub batches: Vec<Batch>,
	/// Asks looked at, lowest first.
	pub asks: Vec<LookedAsk>,
	/// Matches of tasks and provers, dearest maximum first.
	pub matches: Vec<Match>,
}

impl From<ClearingRecord<AccountId, Balance>> for Clearing {
	fn from(record: ClearingRecord<AccountId, Balance>) -> Self {
		let asks: Vec<LookedAsk> = record.asks.into_iter().map(Into::into).collect();
		let matches = record.matches.into_iter().map(|found| Match::new(found, &asks)).collect();
		Self {
			tasks: record.tasks,
			crossing: record.crossing,
			cap: record.cap,
			batches: record.batches.into_iter().map(Into::into).collect(),
			asks,
			matches,
		}
	}
}

/// Ask of a prover, for one unit of work.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitAsk {
	/// Prover.
	pub prover: AccountId,
	/// Price of one unit of work.
	#[serde(with = "decimal")]
	pub price: Balance,
}

impl From<(AccountId, Balance)> for UnitAsk {
	fn from((prover, price): (AccountId, Balance)) -> Self {
		Self { prover, price }
	}
}

/// Rule that fixed the price of a batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
	/// Price that each pays for one unit of work.
	#[serde(with = "decimal")]
	pub price: Balance,
	/// Rule that fixed that price.
	pub price_rule: PriceRule,
	/// Tasks in it.
	pub tasks: u32,
	/// Highest accepted ask.
	pub marginal: UnitAsk,
	/// Lowest accepted maximum, for one unit of work.
	#[serde(with = "decimal")]
	pub lowest_maximum: Balance,
	/// First rejected ask; `None` where everybody with room won.
	pub rejected: Option<UnitAsk>,
}

impl From<BatchRecord<AccountId, Balance>> for Batch {
	fn from(batch: BatchRecord<AccountId, Balance>) -> Self {
		let price_rule = match &batch.rejected {
			None => PriceRule::HighestAcceptedAsk,
			Some((_, ask)) if *ask > batch.lowest_maximum => PriceRule::LowestMaximum,
			Some(_) => PriceRule::FirstRejectedAsk,
		};
		Self {
			price: batch.price,
			price_rule,
			tasks: batch.tasks,
			marginal: batch.marginal.into(),
			lowest_maximum: batch.lowest_maximum,
			rejected: batch.rejected.map(Into::into),
		}
	}
}

/// Ask that a clearing looked at.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookedAsk {
	/// Prover.
	pub prover: AccountId,
	/// Price of one unit of work.
	#[serde(with = "decimal")]
	pub price: Balance,
	/// Tasks it could take.
	pub lots: u32,
	/// Tasks it won.
	pub won: u32,
	/// Tasks it stands by for.
	pub standby: u32,
	/// Whether its stake did not cover the bond at the price that came out, so that it was left out.
	pub unfunded: bool,
}

impl From<LookedRecord<AccountId, Balance>> for LookedAsk {
	fn from(record: LookedRecord<AccountId, Balance>) -> Self {
		let LookedRecord { prover, price, lots, won, standby, unfunded } = record;
		Self { prover, price, lots, won, standby, unfunded }
	}
}

/// One task given to one prover.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Match {
	/// Task.
	pub task: TaskId,
	/// Prover.
	pub prover: AccountId,
	/// Ask of the prover, for one unit of work.
	#[serde(default, with = "decimal::option")]
	pub ask: Option<Balance>,
	/// Payment, for all of the work.
	#[serde(with = "decimal")]
	pub price: Balance,
	/// Bond that it stands to lose.
	#[serde(with = "decimal")]
	pub bond: Balance,
	/// Provers that re-prove if it does not deliver, in this order.
	pub standbys: Vec<ClearedStandby>,
}

impl Match {
	/// A match of a clearing that looked at `asks`.
	fn new(record: MatchRecord<AccountId, Balance>, asks: &[LookedAsk]) -> Self {
		// A prover has one ask in a market, and all that were chosen were looked at.
		let ask_of =
			|prover: &AccountId| asks.iter().find(|ask| ask.prover == *prover).map(|ask| ask.price);
		let standby = |(prover, price)| ClearedStandby { ask: ask_of(&prover), prover, price };
		Self {
			task: record.task,
			ask: ask_of(&record.prover),
			prover: record.prover,
			price: record.price,
			bond: record.bond,
			standbys: record.standbys.into_iter().map(standby).collect(),
		}
	}
}

/// Standby as its clearing chose it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClearedStandby {
	/// Prover.
	pub prover: AccountId,
	/// Ask of the prover, for one unit of work.
	#[serde(default, with = "decimal::option")]
	pub ask: Option<Balance>,
	/// Payment if it delivers: its ask for all of the work, and the premium.
	#[serde(with = "decimal")]
	pub price: Balance,
}
