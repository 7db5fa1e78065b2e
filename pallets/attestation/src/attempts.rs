// SPDX-License-Identifier: Apache-2.0
//! Attempts: how they start, how they are given back, and who is called when one fails.

use crate::{
	AgendaOf, AssignmentOf, Attempt, AttemptOf, Bounty, Config, Error, Event, Jailed, Live, LiveOf,
	LiveTask, LiveTaskOf, Pallet, Refusal, SpecOf, StandbyOf, WantedCursor, WantedTasks,
};
use alloc::vec::Vec;
use frame_support::{defensive, ensure, pallet_prelude::*};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_mechanism::level::RESCUE_PERCENT;
use proofyard_primitives::{
	limits::MAX_ATTEMPTS,
	session::Report,
	traits::{Attestation, Provers},
	AttemptState, Ending, FailureReason, InputRef, Performance, Role, TaskEnd, TaskId, TaskKind,
	Wanted,
};
use sp_runtime::{
	traits::{One, Saturating, Zero},
	SaturatedConversion,
};

impl<T: Config> Attestation<T::AccountId, T::Balance, BlockNumberFor<T>> for Pallet<T> {
	fn begin(task: TaskId, spec: SpecOf<T>, assignment: AssignmentOf<T>) {
		let started_at = assignment.assigned_at;
		let soft_deadline = assignment.soft_deadline;
		let first = |role, prover: &T::AccountId, price, bond, committed_ms| Attempt {
			prover: prover.clone(),
			role,
			price,
			bond,
			committed_ms,
			started_at,
			soft_deadline,
			replaced: false,
			rejections: 0,
			commitment: None,
			state: AttemptState::Running,
			owed: None,
		};
		let mut attempts = BoundedVec::default();
		let primary = first(
			Role::Primary,
			&assignment.prover,
			assignment.price,
			assignment.bond,
			assignment.committed_ms,
		);
		let co_primaries = assignment.co_primaries.iter().map(|other| {
			first(Role::CoPrimary, &other.prover, other.price, other.bond, other.committed_ms)
		});
		for attempt in core::iter::once(primary).chain(co_primaries) {
			LiveOf::<T>::insert(&attempt.prover, task, ());
			if attempts.try_push(attempt).is_err() {
				defensive!("there is room for all that start together");
			}
		}
		let mut live = LiveTask {
			spec,
			assignment,
			attempts,
			called: 0,
			rejected: Default::default(),
			bounty: None,
			due_at: Zero::zero(),
		};
		live.due_at = AgendaOf::<T>::schedule(Self::next_due(&live), task);
		Live::<T>::insert(task, live);
	}

	fn wanted(limit: u32) -> Vec<Wanted<T::AccountId, T::Balance>> {
		let limit = limit as usize;
		let cursor = WantedCursor::<T>::get();
		let mut tasks: Vec<TaskId> = match cursor {
			Some(last) => {
				let after = WantedTasks::<T>::hashed_key_for(last);
				WantedTasks::<T>::iter_keys_from(after).take(limit).collect()
			}
			None => Vec::new(),
		};
		let around: Vec<TaskId> = WantedTasks::<T>::iter_keys()
			.take(limit.saturating_sub(tasks.len()))
			.take_while(|task| !tasks.contains(task))
			.collect();
		tasks.extend(around);
		let last = tasks.last().copied();
		if last != cursor {
			WantedCursor::<T>::set(last);
		}
		let now = frame_system::Pallet::<T>::block_number();
		tasks
			.into_iter()
			.filter_map(|task| {
				let live = Live::<T>::get(task)?;
				let left: u64 = live.spec.deadline.saturating_sub(now).saturated_into();
				Some(Wanted {
					task,
					market: live.spec.market,
					work: live.spec.work,
					most: live.assignment.price.saturating_add(Self::rescue_budget(&live, now)),
					time_ms: left.saturating_mul(T::MillisPerBlock::get()),
					tried: live.engaged().cloned().collect(),
					requester: live.spec.requester,
				})
			})
			.collect()
	}

	fn engage(task: TaskId, standby: StandbyOf<T>) -> bool {
		let Some(mut live) = Live::<T>::get(task).filter(|_| WantedTasks::<T>::contains_key(task))
		else {
			return false;
		};
		if !Self::may_try(&live, &standby.prover) {
			return false;
		}
		Self::start(task, &mut live, Role::Rescue, standby);
		Self::put(task, live);
		true
	}
}

impl<T: Config> Pallet<T> {
	/// The next block in which time changes something: the soft deadline of an attempt that is still
	/// in time, or the end.
	pub(crate) fn next_due(live: &LiveTaskOf<T>) -> BlockNumberFor<T> {
		let end = live.spec.deadline;
		let soft = live
			.attempts
			.iter()
			.filter(|attempt| attempt.is_running() && !attempt.replaced && Self::has_fallback(live))
			.map(|attempt| attempt.soft_deadline)
			.min();
		// In the block of a deadline a proof is still in time.
		soft.map_or(end, |soft| soft.min(end)).saturating_add(One::one())
	}

	/// Keep a task that changed, at the place of the agenda where it now belongs.
	pub(crate) fn put(task: TaskId, mut live: LiveTaskOf<T>) {
		let next = Self::next_due(&live);
		if next != live.due_at {
			AgendaOf::<T>::cancel(live.due_at, task);
			live.due_at = AgendaOf::<T>::schedule(next, task);
		}
		Live::<T>::insert(task, live);
	}

	/// Whether others may take over. What a prover proves to show that it can, nobody else can.
	pub(crate) fn has_fallback(live: &LiveTaskOf<T>) -> bool {
		live.spec.kind != TaskKind::Calibration
	}

	/// Sum that the bonds of those that failed pay for somebody else to deliver, above the
	/// requester's price, in plancks. Where several proofs are still missing each gets its part.
	pub(crate) fn rescue_budget(live: &LiveTaskOf<T>, now: BlockNumberFor<T>) -> T::Balance {
		let liable: Vec<T::Balance> = live
			.attempts
			.iter()
			.filter(|attempt| attempt.is_liable(now))
			.map(|attempt| attempt.bond)
			.collect();
		let all = liable.iter().fold(0u128, |sum, bond| sum.saturating_add((*bond).into()));
		let parts = if live.spec.redundancy.needed > 1 { liable.len().max(1) as u128 } else { 1 };
		let percent = u128::from(RESCUE_PERCENT);
		// Divided first, so that no amount overflows.
		let share = all / 100 * percent + all % 100 * percent / 100;
		(share / parts).into()
	}

	/// Whether the task may have another attempt. One place stays for whoever delivers on the bounty.
	fn has_room(live: &LiveTaskOf<T>) -> bool {
		live.attempts.len() + 1 < MAX_ATTEMPTS as usize
	}

	/// Whether this prover may start at this task, as far as the task is concerned: not if it had its
	/// try, or has announced a proof, which it may show without an attempt.
	fn may_try(live: &LiveTaskOf<T>, prover: &T::AccountId) -> bool {
		Self::has_room(live) && live.engaged().all(|engaged| engaged != prover)
	}

	/// Add the attempt of a prover that is reserved for it.
	fn start(task: TaskId, live: &mut LiveTaskOf<T>, role: Role, standby: StandbyOf<T>) {
		let now = frame_system::Pallet::<T>::block_number();
		let left = live.spec.deadline.saturating_sub(now);
		// Half of the time that is left: the other half is for the next.
		let half = (left / 2u32.into()).max(One::one());
		let soft_deadline = now.saturating_add(half).min(live.spec.deadline);
		let attempt = live.attempts.len() as u32;
		let prover = standby.prover.clone();
		let (price, bond) = (standby.price, standby.bond);
		let added = live.attempts.try_push(Attempt {
			prover: standby.prover,
			role,
			price,
			bond,
			committed_ms: standby.committed_ms,
			started_at: now,
			soft_deadline,
			replaced: false,
			rejections: 0,
			commitment: None,
			state: AttemptState::Running,
			owed: None,
		});
		if added.is_err() {
			defensive!("room was looked for before");
			return;
		}
		LiveOf::<T>::insert(&prover, task, ());
		WantedTasks::<T>::remove(task);
		Self::deposit_event(Event::ProverCalled {
			task,
			prover,
			attempt,
			role,
			price,
			bond,
			soft_deadline,
		});
	}

	/// Somebody has to take the place of attempt `place`: call the next standby that has room. Where
	/// none is left, say that one is wanted, and let anybody deliver.
	pub(crate) fn replace(task: TaskId, live: &mut LiveTaskOf<T>, place: usize) {
		if !Self::has_fallback(live) {
			return;
		}
		match live.attempts.get_mut(place) {
			Some(attempt) if !attempt.replaced => attempt.replaced = true,
			_ => return,
		}
		let now = frame_system::Pallet::<T>::block_number();
		let left: u64 = live.spec.deadline.saturating_sub(now).saturated_into();
		let left_ms = left.saturating_mul(T::MillisPerBlock::get());
		while let Some(standby) = live.assignment.standbys.get(usize::from(live.called)).cloned() {
			live.called = live.called.saturating_add(1);
			let has_time = T::Provers::capacity(&standby.prover).is_some_and(|capacity| {
				capacity.committed_ms.saturating_add(standby.committed_ms) <= left_ms
			});
			// One that is full, paused, jailed or gone is passed over: it promised nothing.
			if has_time
				&& Self::may_try(live, &standby.prover)
				&& T::Provers::reserve(
					&standby.prover,
					&live.spec.market,
					standby.bond,
					standby.committed_ms,
				)
				.is_ok()
			{
				return Self::start(task, live, Role::Standby, standby);
			}
		}
		if Self::has_room(live) {
			WantedTasks::<T>::insert(task, ());
		}
		// Whoever delivers on a bounty shows its proof at once, so it cannot be one of several.
		if live.bounty.is_none() && live.spec.redundancy.needed <= 1 {
			live.bounty = Some(Bounty { since: now, announcements: Default::default() });
			Self::deposit_event(Event::BountyOpened { task });
		}
	}

	/// Free what an attempt had reserved of its prover but the bond, and note what it shows.
	pub(crate) fn release_slot(
		task: TaskId,
		spec: &SpecOf<T>,
		attempt: &AttemptOf<T>,
		ending: Ending,
	) {
		let now = frame_system::Pallet::<T>::block_number();
		let blocks = now.saturating_sub(attempt.started_at).saturated_into();
		LiveOf::<T>::remove(&attempt.prover, task);
		T::Provers::release_slot(
			&attempt.prover,
			&spec.market,
			attempt.committed_ms,
			Performance { ending, kind: spec.kind, work: spec.work, blocks },
		);
		if ending.is_default() && T::Provers::is_jailed(&attempt.prover) {
			Jailed::<T>::insert(&attempt.prover, ());
		}
	}

	/// The running attempt of this number and prover.
	pub(crate) fn running<'a>(
		live: &'a LiveTaskOf<T>,
		attempt: u32,
		prover: &T::AccountId,
	) -> Result<&'a AttemptOf<T>, Refusal> {
		let own = live.attempt_of(prover).ok_or(Refusal::NotAssignee)?;
		ensure!(own == attempt, Refusal::WrongAttempt);
		let attempt = live.attempts.get(attempt as usize).ok_or(Refusal::WrongAttempt)?;
		ensure!(attempt.is_running(), Refusal::AttemptOver);
		Ok(attempt)
	}

	/// Whether this attempt may be given back for this reason.
	pub(crate) fn may_report(
		live: &LiveTaskOf<T>,
		attempt: u32,
		prover: &T::AccountId,
		report: Report,
	) -> Result<(), Refusal> {
		let running = Self::running(live, attempt, prover)?;
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(!running.is_late(now), Refusal::TooLateToDecline);
		if report == Report::InputUnavailable {
			ensure!(matches!(live.spec.input, InputRef::Remote(_)), Refusal::InputInline);
			// Else two provers could agree to free a third of what its default costs.
			let had = |attempt: &AttemptOf<T>| attempt.is_verified() || attempt.rejections > 0;
			ensure!(!live.attempts.iter().any(had), Refusal::InputWasHad);
		}
		Ok(())
	}

	pub(crate) fn do_report(
		task: TaskId,
		attempt: u32,
		prover: T::AccountId,
		report: Report,
	) -> DispatchResult {
		let live = Live::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		Self::may_report(&live, attempt, &prover, report).map_err(Error::<T>::from)?;
		Self::give_back(task, live, attempt as usize, report);
		Ok(())
	}

	pub(crate) fn do_decline(prover: T::AccountId, task: TaskId) -> DispatchResult {
		let live = Live::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		let attempt = live.attempt_of(&prover).ok_or(Error::<T>::NotAssignee)?;
		Self::may_report(&live, attempt, &prover, Report::Declined).map_err(Error::<T>::from)?;
		Self::give_back(task, live, attempt as usize, Report::Declined);
		Ok(())
	}

	/// An attempt, which runs, is given back.
	pub(crate) fn give_back(task: TaskId, mut live: LiveTaskOf<T>, place: usize, report: Report) {
		let Some(attempt) = live.attempts.get_mut(place) else { return };
		let ending = match report {
			Report::Declined => Ending::Declined,
			Report::InputUnavailable => Ending::Reported,
		};
		attempt.state = AttemptState::Ended(ending);
		let prover = attempt.prover.clone();
		Self::release_slot(task, &live.spec, attempt, ending);
		Self::deposit_event(Event::AttemptGivenBack {
			task,
			prover,
			attempt: place as u32,
			report,
		});
		let reported =
			|attempt: &&AttemptOf<T>| attempt.state == AttemptState::Ended(Ending::Reported);
		let reason = if live.attempts.iter().filter(reported).count() >= REPORTS {
			FailureReason::InputUnavailable
		} else if Self::has_fallback(&live) {
			Self::replace(task, &mut live, place);
			return Self::put(task, live);
		} else {
			FailureReason::GivenBack
		};
		Self::conclude(task, live, TaskEnd::Failed { reason, keeper: None });
	}

	/// Take one attempt from a prover that was jailed: one in time as if it were given back, and one
	/// that started with the task and is late as a default. False if it has none.
	pub(crate) fn take_from_jailed(prover: &T::AccountId) -> bool {
		let Some(task) = LiveOf::<T>::iter_key_prefix(prover).next() else { return false };
		let live = Live::<T>::get(task);
		let place = live.as_ref().and_then(|live| live.attempt_of(prover));
		let (Some(mut live), Some(place)) = (live, place) else {
			defensive!("a prover's live task has an attempt of its");
			LiveOf::<T>::remove(prover, task);
			return true;
		};
		let (place, now) = (place as usize, frame_system::Pallet::<T>::block_number());
		match live.attempts.get_mut(place) {
			Some(attempt) if attempt.role.is_first() && attempt.is_late(now) => {
				attempt.state = AttemptState::Ended(Ending::Defaulted);
				let event = Event::AttemptDefaulted {
					task,
					prover: attempt.prover.clone(),
					attempt: place as u32,
				};
				Self::deposit_event(event);
				Self::release_slot(task, &live.spec, attempt, Ending::Defaulted);
				Self::replace(task, &mut live, place);
				Self::put(task, live);
			}
			_ => Self::give_back(task, live, place, Report::Declined),
		}
		true
	}
}

/// Provers that have to say that an input cannot be had until the chain believes it.
const REPORTS: usize = 2;
