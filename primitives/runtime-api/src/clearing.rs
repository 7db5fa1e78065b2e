// SPDX-License-Identifier: Apache-2.0
//! What a clearing did: who asked what, what it came to, and why.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use proofyard_primitives::TaskId;
use scale_info::TypeInfo;

/// What the clearings of a market did in one block.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct MarketClearingInfo<AccountId, Balance, BlockNumber> {
	/// The block.
	pub at: BlockNumber,
	/// What the order of equal asks was drawn from.
	pub seed: u64,
	/// The share of a batch that one prover gets at most, in percent.
	pub spread_percent: u32,
	/// What a standby is paid above its own ask, in percent of it.
	pub premium_percent: u32,
	/// That of the market, and one for each task kept to a set of provers.
	pub clearings: Vec<ClearingInfo<AccountId, Balance>>,
}

/// One clearing.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ClearingInfo<AccountId, Balance> {
	/// Tasks that were looked at.
	pub tasks: u32,
	/// Tasks that would have been taken without the spread.
	pub crossing: u32,
	/// Most tasks that one prover could get.
	pub cap: u32,
	/// The prices, lowest first.
	pub batches: Vec<BatchInfo<AccountId, Balance>>,
	/// The asks looked at, lowest first.
	pub asks: Vec<LookedInfo<AccountId, Balance>>,
	/// Who got what, dearest maximum first.
	pub matches: Vec<MatchInfo<AccountId, Balance>>,
}

/// Tasks that share one price. All prices are for one unit of work.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct BatchInfo<AccountId, Balance> {
	/// What each pays.
	pub price: Balance,
	/// Tasks in it.
	pub tasks: u32,
	/// The highest accepted ask, and whose.
	pub marginal: (AccountId, Balance),
	/// The lowest accepted maximum.
	pub lowest_maximum: Balance,
	/// The first rejected ask, and whose.
	pub rejected: Option<(AccountId, Balance)>,
}

/// An ask that a clearing looked at.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct LookedInfo<AccountId, Balance> {
	/// Whose.
	pub prover: AccountId,
	/// For one unit of work.
	pub price: Balance,
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
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct MatchInfo<AccountId, Balance> {
	/// The task.
	pub task: TaskId,
	/// Who proves it.
	pub prover: AccountId,
	/// What it is paid.
	pub price: Balance,
	/// What it stands to lose.
	pub bond: Balance,
	/// Who re-proves, and what that would cost.
	pub standbys: Vec<(AccountId, Balance)>,
}
