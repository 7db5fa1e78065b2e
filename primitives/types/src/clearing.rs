// SPDX-License-Identifier: Apache-2.0
//! Record of a clearing: who asked what, what it came to, and why. Amounts are in plancks.

use crate::TaskId;
use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;

/// One clearing: who asked what, what it came to, and why.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ClearingRecord<AccountId, Balance> {
	/// Tasks that were looked at.
	pub tasks: u32,
	/// Tasks that would have been taken without the spread.
	pub crossing: u32,
	/// Most tasks that one prover could get.
	pub cap: u32,
	/// The prices, lowest first. One, but where feasibility makes one price impossible.
	pub batches: Vec<BatchRecord<AccountId, Balance>>,
	/// The asks looked at, lowest first.
	pub asks: Vec<LookedRecord<AccountId, Balance>>,
	/// Assignments, dearest maximum first.
	pub matches: Vec<MatchRecord<AccountId, Balance>>,
}

/// Tasks that share one price. All prices are for one unit of work.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct BatchRecord<AccountId, Balance> {
	/// Price that each pays.
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
pub struct LookedRecord<AccountId, Balance> {
	/// Account of the prover.
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

/// One task given to one prover, as the clearing matched it: before its bond was reserved, and before
/// any of its standbys started together with it. What became of it is in the task.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct MatchRecord<AccountId, Balance> {
	/// The task.
	pub task: TaskId,
	/// Account of the prover.
	pub prover: AccountId,
	/// Payment to the prover.
	pub price: Balance,
	/// Bond that it stands to lose.
	pub bond: Balance,
	/// Standbys and what they would cost: the next feasible asks of others, with the premium. Of
	/// a task that more than one prover starts, the first of these start with the primary.
	pub standbys: Vec<(AccountId, Balance)>,
}
