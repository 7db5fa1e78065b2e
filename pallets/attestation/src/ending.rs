// SPDX-License-Identifier: Apache-2.0
//! The end of a task: what became of each attempt, and who is told.

use crate::*;
use alloc::vec::Vec;
use frame_support::defensive;
use proofyard_primitives::{
	traits::{AttemptEnding, Programs, Provers, Settlement},
	AttemptFate, AttemptResult, FailureReason, TaskEnd, TaskId,
};
use sp_runtime::traits::{Saturating, Zero};

impl<T: Config> Pallet<T> {
	/// End a task: remove it from everything this pallet knows of it, let settlement move the money,
	/// and free what is left of the bonds.
	pub(crate) fn conclude(task: TaskId, live: LiveTaskOf<T>, end: TaskEnd<T::AccountId>) {
		Live::<T>::remove(task);
		AgendaOf::<T>::cancel(live.due_at, task);
		WantedTasks::<T>::remove(task);
		let LiveTask { spec, assignment, attempts, bounty, .. } = live;

		let mut results = Vec::new();
		for attempt in &attempts {
			let fate = Self::fate(attempt, &end);
			if attempt.is_running() {
				let ending = match fate {
					AttemptFate::Defaulted => AttemptEnding::Defaulted,
					_ => AttemptEnding::Lost,
				};
				Self::vacate(task, &spec, attempt, ending);
			}
			let price = match attempt.state {
				AttemptState::Verified { due, .. } => due,
				_ => attempt.price,
			};
			let prover = attempt.prover.clone();
			results.push(AttemptResult {
				prover,
				role: attempt.role,
				fate,
				price,
				bond: attempt.bond,
			});
		}
		for announced in bounty.into_iter().flat_map(|bounty| bounty.announcements) {
			Self::close_announcement(task, announced, &end);
		}
		let taken = T::Settlement::conclude(task, &spec, &assignment, &results, end);
		if taken.len() != results.len() {
			defensive!("settlement answers for each attempt");
		}
		for (result, taken) in results.iter().zip(taken) {
			let left = result.bond.saturating_sub(taken);
			if !left.is_zero() {
				T::Provers::put_back(&result.prover, left);
			}
		}
		T::Programs::release(&spec.program);
	}

	/// What becomes of an attempt when its task ends so.
	fn fate(attempt: &AttemptOf<T>, end: &TaskEnd<T::AccountId>) -> AttemptFate {
		let unavailable =
			matches!(end, TaskEnd::Failed { reason: FailureReason::InputUnavailable, .. });
		let late = attempt.is_late(frame_system::Pallet::<T>::block_number());
		match attempt.state {
			AttemptState::Verified { late: false, .. } => AttemptFate::Verified,
			AttemptState::Verified { late: true, .. } => AttemptFate::VerifiedLate,
			AttemptState::Declined => AttemptFate::Declined,
			AttemptState::Reported if unavailable => AttemptFate::Excused,
			AttemptState::Reported => AttemptFate::Reported,
			AttemptState::Rejected => AttemptFate::Rejected,
			AttemptState::Defaulted => AttemptFate::Defaulted,
			AttemptState::Running => match end {
				_ if unavailable => AttemptFate::Lost,
				TaskEnd::Failed { .. } => AttemptFate::Defaulted,
				TaskEnd::Settled if !late => AttemptFate::Lost,
				TaskEnd::Settled if attempt.role.is_first() => AttemptFate::Defaulted,
				TaskEnd::Settled => AttemptFate::Slow,
			},
		}
	}
}
