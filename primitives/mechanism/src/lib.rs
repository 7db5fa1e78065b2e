// SPDX-License-Identifier: Apache-2.0
//! The auction as pure functions: no storage, no FRAME, integers only.
//!
//! The auctions pallet reads a market's open tasks and standing asks, hands them to a
//! [`Mechanism`], and carries out the [`Match`]es that come back. Prices are in plancks, work in the
//! program's own unit, time in milliseconds.
//!
//! [`LowestAsk`] is the mechanism in force: each task, in the order given, goes to the lowest
//! feasible standing ask, at that ask's own price.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

use alloc::vec::Vec;

/// One open task of a market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand<TaskId> {
	/// The task.
	pub task: TaskId,
	/// Its work. Not zero.
	pub work: u64,
	/// The most its requester pays, in plancks.
	pub max_fee: u128,
	/// Time from now to its soft deadline, in milliseconds.
	pub time_ms: u64,
}

/// One standing ask of a market, with what its prover can still take on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supply<ProverId> {
	/// The prover.
	pub prover: ProverId,
	/// Price of one unit of work, in plancks.
	pub price: u128,
	/// Units of work the prover does in a second.
	pub speed: u64,
	/// Lots of this ask that are free.
	pub free_lots: u32,
	/// Slots of the prover that are free, over all markets.
	pub free_slots: u32,
	/// Stake that no live attempt has reserved, in plancks.
	pub free_stake: u128,
	/// Time that the prover's live attempts still need, in milliseconds.
	pub committed_ms: u64,
}

/// How a bond follows from a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BondTerms {
	/// Percent of the price.
	pub percent: u32,
	/// Added to it, in plancks: what the chain may charge for rejected proofs.
	pub base: u128,
}

impl BondTerms {
	/// The bond of an attempt at this price, rounded up: `⌈price · percent / 100⌉ + base`. `None`
	/// on overflow.
	pub fn bond(&self, price: u128) -> Option<u128> {
		price.checked_mul(u128::from(self.percent))?.div_ceil(100).checked_add(self.base)
	}
}

/// One task given to one prover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match<TaskId, ProverId> {
	/// The task.
	pub task: TaskId,
	/// Who must prove it.
	pub prover: ProverId,
	/// What it is paid, in plancks.
	pub price: u128,
	/// What it stands to lose, in plancks.
	pub bond: u128,
	/// The time it takes by the prover's own declaration, in milliseconds, rounded up.
	pub committed_ms: u64,
}

/// A rule by which open tasks of one market meet its standing asks.
pub trait Mechanism {
	/// Decide. Returns at most one match for each task; what a match uses up is no longer there for
	/// the next. Neither slice needs an order of price.
	fn clear<TaskId: Clone, ProverId: Clone>(
		demand: &[Demand<TaskId>],
		supply: &[Supply<ProverId>],
		bond: BondTerms,
	) -> Vec<Match<TaskId, ProverId>>;
}

/// The time that `work` takes at `speed` units a second, in milliseconds, rounded up. `None` when
/// the speed is zero or the time does not fit.
pub fn proving_ms(work: u64, speed: u64) -> Option<u64> {
	let ms = u128::from(work).checked_mul(1000)?.checked_add(u128::from(speed.checked_sub(1)?))?
		/ u128::from(speed);
	u64::try_from(ms).ok()
}

/// The block by which a first attempt should deliver: `percent` of the way from `now` to
/// `deadline`, rounded down, at least one block ahead, never past the deadline.
pub fn soft_deadline(now: u32, deadline: u32, percent: u32) -> u32 {
	let span = u64::from(deadline.saturating_sub(now));
	let ahead = (span * u64::from(percent.min(100)) / 100).max(1);
	now.saturating_add(ahead as u32).min(deadline)
}

/// What a supply would ask for a demand, if it can serve it at all.
fn offer<TaskId: Clone, ProverId: Clone>(
	demand: &Demand<TaskId>,
	supply: &Supply<ProverId>,
	bond: BondTerms,
) -> Option<Match<TaskId, ProverId>> {
	let price = supply.price.checked_mul(u128::from(demand.work))?;
	let bond = bond.bond(price)?;
	let committed_ms = proving_ms(demand.work, supply.speed)?;
	let feasible = price <= demand.max_fee
		&& supply.free_lots > 0
		&& supply.free_slots > 0
		&& bond <= supply.free_stake
		&& supply.committed_ms.checked_add(committed_ms)? <= demand.time_ms;
	feasible.then(|| Match {
		task: demand.task.clone(),
		prover: supply.prover.clone(),
		price,
		bond,
		committed_ms,
	})
}

/// The lowest price at which any of `supply` could take `demand`, and how many could.
pub fn best_offer<TaskId: Clone, ProverId: Clone>(
	demand: &Demand<TaskId>,
	supply: &[Supply<ProverId>],
	bond: BondTerms,
) -> (Option<u128>, u32) {
	let offers = supply.iter().filter_map(|s| offer(demand, s, bond)).map(|m| m.price);
	let mut count = 0;
	let best = offers.inspect(|_| count += 1).min();
	(best, count)
}

/// Each task goes to the lowest feasible standing ask, at that ask's own price. Between equal asks
/// the prover with the least committed time is preferred, then the one given first.
pub struct LowestAsk;

impl Mechanism for LowestAsk {
	fn clear<TaskId: Clone, ProverId: Clone>(
		demand: &[Demand<TaskId>],
		supply: &[Supply<ProverId>],
		bond: BondTerms,
	) -> Vec<Match<TaskId, ProverId>> {
		let mut supply = supply.to_vec();
		demand
			.iter()
			.filter_map(|demand| {
				let (index, found) = supply
					.iter()
					.enumerate()
					.filter_map(|(i, s)| offer(demand, s, bond).map(|m| (i, m)))
					.min_by_key(|(i, _)| (supply[*i].price, supply[*i].committed_ms))?;
				let taken = &mut supply[index];
				taken.free_lots -= 1;
				taken.free_slots -= 1;
				taken.free_stake -= found.bond;
				taken.committed_ms += found.committed_ms;
				Some(found)
			})
			.collect()
	}
}

#[cfg(test)]
mod tests;
