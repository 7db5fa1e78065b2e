// SPDX-License-Identifier: Apache-2.0
//! Awards: a match's bonds are reserved, more provers may start with the primary, and the task goes
//! over to attestation.

use crate::{Config, Event, LevelTerms, Offer, OpenTaskOf, Pallet, SpecOf};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{defensive, traits::Get, BoundedVec};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_mechanism::{start_together, Match, Partner, Rules, Team};
use proofyard_primitives::{
	traits::{Attestation, Escrow, Provers},
	Assignment, Ending, Market, Performance, Standby, TaskId, TaskKind,
};
use sp_runtime::{traits::Saturating, SaturatedConversion};

/// Terms on which a prover gets a task.
pub(crate) struct Award<AccountId, Balance> {
	pub prover: AccountId,
	pub price: Balance,
	pub bond: Balance,
	pub committed_ms: u64,
	/// Provers that start with it, reserved as it is.
	pub co_primaries: Vec<Standby<AccountId, Balance>>,
	pub standbys: Vec<Standby<AccountId, Balance>>,
	/// Most that the task can cost its requester with all of them.
	pub most: Balance,
}

pub(crate) type AwardOf<T> = Award<<T as frame_system::Config>::AccountId, <T as Config>::Balance>;
pub(crate) type StandbyOf<T> =
	Standby<<T as frame_system::Config>::AccountId, <T as Config>::Balance>;
type MatchOf<T> = Match<TaskId, <T as frame_system::Config>::AccountId>;

impl<T: Config> Pallet<T> {
	/// Whether enough provers could start a match of this task now.
	pub(crate) fn can_start(
		now: BlockNumberFor<T>,
		level: LevelTerms,
		spec: &SpecOf<T>,
		found: &MatchOf<T>,
	) -> bool {
		let needed = spec.redundancy.needed;
		if needed <= 1 {
			return true;
		}
		let time_ms = Self::first_ms(now, spec.deadline, level);
		let started =
			start_together(found, spec.work, Self::team(spec), &Self::rules(level).bond, |p| {
				Self::can_join(&spec.market, time_ms, p)
			});
		started.suffices(needed)
	}

	/// Start what a clearing matched. Primaries are reserved first: what a task takes beside its own
	/// is never another's.
	#[doc(hidden)]
	pub fn assign(
		now: BlockNumberFor<T>,
		level: LevelTerms,
		market: &Market,
		mut tasks: BTreeMap<TaskId, OpenTaskOf<T>>,
		mut matches: Vec<MatchOf<T>>,
	) {
		// The mechanism saw these tasks only. If others of this block took what a prover had, the task
		// stays open and the next round finds another.
		matches.retain(|found| {
			let bond = found.bond.into();
			T::Provers::reserve(&found.prover, market, bond, found.committed_ms).is_ok()
		});
		let rules = Self::rules(level);
		for found in matches {
			if let Some(open) = tasks.remove(&found.task) {
				Self::start(now, level, &rules, found, open);
			} else {
				defensive!("the mechanism matches tasks it was given");
			}
		}
	}

	/// Start a task whose primary is reserved, with as many others as it wants and finds. If they are
	/// too few it stays open.
	fn start(
		now: BlockNumberFor<T>,
		level: LevelTerms,
		rules: &Rules,
		found: MatchOf<T>,
		open: OpenTaskOf<T>,
	) {
		let spec = &open.spec;
		let market = spec.market;
		let time_ms = Self::first_ms(now, spec.deadline, level);
		let started = start_together(&found, spec.work, Self::team(spec), &rules.bond, |partner| {
			let bond = partner.bond.into();
			Self::can_join(&market, time_ms, partner)
				&& T::Provers::reserve(&partner.prover, &market, bond, partner.committed_ms).is_ok()
		});
		let enough = started.suffices(spec.redundancy.needed);
		let co_primaries: Vec<StandbyOf<T>> = started
			.co_primaries
			.into_iter()
			.map(|partner| Standby {
				prover: partner.prover,
				price: partner.price.into(),
				bond: partner.bond.into(),
				committed_ms: partner.committed_ms,
			})
			.collect();
		let standbys = started
			.standbys
			.into_iter()
			.map(|standby| Standby {
				prover: standby.prover,
				price: standby.price.into(),
				bond: rules.bond.bond(standby.price, 0).into(),
				committed_ms: standby.committed_ms,
			})
			.collect();
		let award = Award {
			prover: found.prover,
			price: found.price.into(),
			bond: found.bond.into(),
			committed_ms: found.committed_ms,
			co_primaries,
			standbys,
			most: started.cost.into(),
		};
		if !enough {
			Self::undo(&market, spec.work, &award.prover, award.bond, award.committed_ms);
			for other in &award.co_primaries {
				Self::undo(&market, spec.work, &other.prover, other.bond, other.committed_ms);
			}
			return;
		}
		let co_primaries = award.co_primaries.iter().map(|other| &other.prover);
		for winner in core::iter::once(&award.prover).chain(co_primaries) {
			Self::change_ask(&market, winner, |ask| ask.idle_since = now);
		}
		Self::take_out(found.task, &open);
		Self::begin_attestation(now, level, found.task, open.spec, award);
	}

	/// Number of provers that a task starts with, and what it pays for all of them.
	fn team(spec: &SpecOf<T>) -> Team {
		Team {
			needed: spec.redundancy.needed,
			started: spec.redundancy.started,
			max_fee: spec.max_fee.into(),
		}
	}

	/// Whether a prover can start a task with its primary: a standby need not have the time, nor a lot
	/// for each task that it stands by for.
	fn can_join(market: &Market, time_ms: u64, partner: &Partner<T::AccountId>) -> bool {
		match Self::supply(market, partner.prover.clone()) {
			Offer::Open(ask) => ask.can_join(partner, time_ms),
			Offer::Full(_) | Offer::Absent => false,
		}
	}

	/// Reserve what an award needs of its prover. False, with nothing changed, if it has not that.
	pub(crate) fn reserve(market: &Market, award: &AwardOf<T>) -> bool {
		T::Provers::reserve(&award.prover, market, award.bond, award.committed_ms).is_ok()
	}

	/// Undo a reservation for an attempt that did not start.
	pub(crate) fn undo(
		market: &Market,
		work: u64,
		prover: &T::AccountId,
		bond: T::Balance,
		committed_ms: u64,
	) {
		// One that was lost at once says nothing of its prover.
		let (ending, kind) = (Ending::Lost, TaskKind::Market);
		let attempt = Performance { ending, kind, work, blocks: 0 };
		T::Provers::release_slot(prover, market, committed_ms, attempt);
		T::Provers::release_bond(prover, bond);
	}

	/// Give a task, taken out of here, to the provers that were reserved for it.
	pub(crate) fn begin_attestation(
		now: BlockNumberFor<T>,
		level: LevelTerms,
		task: TaskId,
		mut spec: SpecOf<T>,
		award: AwardOf<T>,
	) {
		let Award { prover, price, bond, committed_ms, co_primaries, standbys, most } = award;
		T::Escrow::fix_price(task, most);
		spec.redundancy.started = (co_primaries.len() as u32).saturating_add(1).saturated_into();
		let soft_deadline = Self::soft_deadline(now, spec.deadline, level);
		let provers = |standbys: &[StandbyOf<T>]| {
			standbys.iter().map(|standby| standby.prover.clone()).collect()
		};
		Self::deposit_event(Event::TaskAssigned {
			task,
			prover: prover.clone(),
			price,
			bond,
			soft_deadline,
			co_primaries: provers(&co_primaries),
			standbys: provers(&standbys),
		});
		let assignment = Assignment {
			prover,
			price,
			bond,
			committed_ms,
			assigned_at: now,
			soft_deadline,
			co_primaries: BoundedVec::truncate_from(co_primaries),
			standbys: BoundedVec::truncate_from(standbys),
		};
		T::Attestation::begin(task, spec, assignment);
	}

	/// The time that the attempts have that start at once, in milliseconds.
	pub(crate) fn first_ms(
		now: BlockNumberFor<T>,
		deadline: BlockNumberFor<T>,
		level: LevelTerms,
	) -> u64 {
		Self::millis(Self::soft_deadline(now, deadline, level).saturating_sub(now))
	}

	/// The rules of clearings at a level.
	pub(crate) fn rules(level: LevelTerms) -> Rules {
		level.rules(T::BondBase::get().into())
	}
}
