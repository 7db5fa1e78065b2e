// SPDX-License-Identifier: Apache-2.0
//! Tasks that more than one prover starts: of which only the first proof counts, or several do.
//!
//! A clearing sees such a task as any other, with the part of its maximum that one of its provers can
//! be paid ([`together_share`]) and with more standbys. Of these, the first start with the primary.

use crate::{
	clearing::{clear, quote, Demand, Match, Quote, Rules, Standby, Supply},
	level::STANDBY_LIMIT_PERCENT,
	terms::{percent_up, together_cost, together_least, together_share, BondTerms},
	tick::Tick,
};
use alloc::vec::Vec;

/// Tries of the search for the least maximum, at most. It needs one try for each
/// price at which something changes.
const SEARCH: usize = 1_024;

/// Number of provers that a task starts with, and what its requester pays for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Team {
	/// Proofs it takes: below so many provers it does not start. Not zero.
	pub needed: u8,
	/// Provers it starts with where it can.
	pub started: u8,
	/// The most its requester pays for all of them, in plancks.
	pub max_fee: u128,
}

/// A prover that starts together with the primary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner<P> {
	/// The prover.
	pub prover: P,
	/// Price it is paid if it delivers, in plancks: what it asked for all of the work, and no less
	/// than the primary.
	pub price: u128,
	/// Bond it stands to lose, in plancks: as the primary's, by its own price and the dearest of those
	/// that may stand by.
	pub bond: u128,
	/// The time the work takes it, in milliseconds.
	pub committed_ms: u64,
}

/// Provers that start a task with its primary, and those that stand by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started<P> {
	/// Those that start with the primary.
	pub co_primaries: Vec<Partner<P>>,
	/// Those left, in their order.
	pub standbys: Vec<Standby<P>>,
	/// Most that the task can cost its requester, in plancks, by [`together_cost`].
	pub cost: u128,
}

impl<P> Started<P> {
	/// Whether those that start are enough for so many proofs.
	pub fn suffices(&self, needed: u8) -> bool {
		self.co_primaries.len() + 1 >= usize::from(needed)
	}
}

/// Choose who starts with the primary of a match for `work`: the first of its standbys that `joins`
/// says yes to and that the maximum fee pays for, as many as the team starts with. `joins` is asked
/// for each at most once, and for none after the team is complete; who joined has joined, also where
/// the team does not suffice in the end.
pub fn start_together<T, P: Clone>(
	found: &Match<T, P>,
	work: u64,
	team: Team,
	bond: &BondTerms,
	mut joins: impl FnMut(&Partner<P>) -> bool,
) -> Started<P> {
	let wanted = usize::from(team.started.saturating_sub(1));
	let needed = usize::from(team.needed);
	let mut standbys = found.standbys.clone();
	let mut co_primaries = Vec::new();
	let mut prices = Vec::from([found.price]);
	let mut place = 0;
	while co_primaries.len() < wanted && place < standbys.len() {
		let candidate = &standbys[place];
		let price = candidate.ask.total(work).max(found.price);
		let others = standbys.iter().enumerate().filter(|(other, _)| *other != place);
		let dearest = others.map(|(_, standby)| standby.price).max().unwrap_or(0);
		let partner = Partner {
			prover: candidate.prover.clone(),
			price,
			bond: bond.bond(price, dearest),
			committed_ms: candidate.committed_ms,
		};
		prices.push(price);
		if together_cost(&prices, needed) <= team.max_fee && joins(&partner) {
			co_primaries.push(partner);
			standbys.remove(place);
		} else {
			prices.pop();
			place += 1;
		}
	}
	Started { co_primaries, standbys, cost: together_cost(&prices, needed) }
}

/// The quote of a clearing of this task alone, were the maximum fee of its team high enough:
/// as [`quote`], for a task that more than one prover starts. Of the demand its `max_fee` is not
/// looked at; its `standbys` are those it wants beside the team. Reads all of `supply`.
pub fn quote_together<T: Clone + Ord, P: Clone + Eq>(
	demand: &Demand<T>,
	supply: &[Supply<P>],
	rules: &Rules,
	needed: u8,
	started: u8,
) -> TeamQuote {
	let more = started.saturating_sub(1);
	let demand = Demand {
		max_fee: u128::MAX,
		standbys: demand.standbys.saturating_add(more),
		..demand.clone()
	};
	let alone = quote(&demand, supply, rules);
	let rich = Team { needed, started, max_fee: u128::MAX };
	let Some(whole) = team_of(&demand, supply, rules, rich) else {
		return TeamQuote { quote: Quote { price: None, least: None, ..alone }, cost: None };
	};
	let least = least_for(&demand, supply, rules, needed, started);
	TeamQuote { quote: Quote { least, ..alone }, cost: Some(whole.cost) }
}

/// Cost of a task that more than one prover starts, were it cleared now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TeamQuote {
	/// Price of each prover, at least; the lowest maximum fee, for all of them, with which
	/// it would start; and how many could be its primary.
	pub quote: Quote,
	/// Most that it can cost, were the maximum fee high enough, in plancks.
	pub cost: Option<u128>,
}

/// The team of this task alone, each prover judged by its ask. `None` if it has too few.
fn team_of<T: Clone + Ord, P: Clone + Eq>(
	demand: &Demand<T>,
	supply: &[Supply<P>],
	rules: &Rules,
	team: Team,
) -> Option<Started<P>> {
	let tasks = core::slice::from_ref(demand);
	let clearing = clear(tasks, supply.iter().cloned(), rules, |_, _| true);
	let found = clearing.matches.first()?;
	let started = start_together(found, demand.work, team, &rules.bond, |partner| {
		let ask = supply.iter().find(|ask| ask.prover == partner.prover);
		ask.is_some_and(|ask| ask.can_join(partner, demand.time_ms))
	});
	Some(started).filter(|started| started.suffices(team.needed))
}

impl<P> Supply<P> {
	/// Whether this ask has what a partner needs: a lot and a slot, the stake, and the time.
	pub fn can_join(&self, partner: &Partner<P>, time_ms: u64) -> bool {
		self.free_lots > 0
			&& self.free_slots > 0
			&& partner.bond <= self.free_stake
			&& self.committed_ms.saturating_add(partner.committed_ms) <= time_ms
	}
}

/// The lowest maximum fee with which `needed` provers start this task.
///
/// From the lowest maximum that reaches an ask, go up to the next at which something can change: to
/// what the provers that were found cost, or where they are too few, to the next maximum that reaches
/// another ask or another standby. Where stakes are just short of the bonds a lower maximum between
/// two such steps may do too; that of the last step always does, if any does.
fn least_for<T: Clone + Ord, P: Clone + Eq>(
	demand: &Demand<T>,
	supply: &[Supply<P>],
	rules: &Rules,
	needed: u8,
	started: u8,
) -> Option<u128> {
	let mut steps: Vec<u128> = supply
		.iter()
		.flat_map(|ask| {
			let own = ask.tick.total(demand.work);
			let standby = percent_up(own, rules.premium_percent.saturating_add(100));
			// The price from which on the limit of a standby's price lets this one in.
			let price = standby.saturating_mul(100).div_ceil(STANDBY_LIMIT_PERCENT.into());
			let unit = price.div_ceil(u128::from(demand.work).max(1));
			let lets_in = Tick::at_least(unit).map(|tick| tick.total(demand.work));
			[Some(own), Some(standby), lets_in]
		})
		.flatten()
		.map(|share| together_least(share, needed, started))
		.collect();
	steps.sort_unstable();
	steps.dedup();
	let mut fee = *steps.first()?;
	for _ in 0..SEARCH {
		// Just those needed: any more do not keep it from starting.
		let share = together_share(fee, needed, started);
		let alone = Demand { max_fee: share, ..demand.clone() };
		let team = Team { needed, started: needed, max_fee: u128::MAX };
		fee = match team_of(&alone, supply, rules, team) {
			Some(started) if started.cost <= fee => return Some(fee),
			Some(started) => started.cost,
			None => *steps.get(steps.partition_point(|step| *step <= fee))?,
		};
	}
	None
}
