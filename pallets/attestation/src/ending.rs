// SPDX-License-Identifier: Apache-2.0
//! Ends of tasks: the ending of each attempt, handed to settlement.

use crate::{AgendaOf, Config, Live, LiveTask, LiveTaskOf, Pallet, WantedTasks};
use alloc::vec::Vec;
use frame_support::defensive;
use proofyard_primitives::{
	traits::{Programs, Provers, Settlement},
	AttemptResult, TaskEnd, TaskId,
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

		let now = frame_system::Pallet::<T>::block_number();
		let mut results = Vec::new();
		for attempt in &attempts {
			let late = attempt.is_late(now);
			let fate = attempt.state.ending(attempt.role, late, &end);
			if attempt.is_running() {
				Self::release_slot(task, &spec, attempt, fate);
			}
			results.push(AttemptResult {
				prover: attempt.prover.clone(),
				role: attempt.role,
				fate,
				price: attempt.owed.unwrap_or(attempt.price),
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
				T::Provers::release_bond(&result.prover, left);
			}
		}
		T::Programs::release(&spec.program);
	}
}
