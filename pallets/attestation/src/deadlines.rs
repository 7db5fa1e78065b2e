// SPDX-License-Identifier: Apache-2.0
//! Deadlines of live tasks, and attempts taken from jailed provers.

use crate::{AgendaOf, Config, Error, Event, Jailed, Live, LiveTaskOf, Pallet, WeightInfo};
use frame_support::{defensive, ensure, pallet_prelude::*, weights::WeightMeter};
use proofyard_primitives::{FailureReason, TaskEnd, TaskId};

impl<T: Config> Pallet<T> {
	/// Work off the agenda's entry for a live task.
	pub(crate) fn on_deadline(task: TaskId) {
		let Some(live) = Live::<T>::get(task) else {
			defensive!("an agenda entry belongs to a live task");
			return;
		};
		Self::pass(task, live, None);
	}

	/// Do what is due of a task now.
	fn pass(task: TaskId, mut live: LiveTaskOf<T>, keeper: Option<T::AccountId>) {
		let now = frame_system::Pallet::<T>::block_number();
		if now > live.spec.deadline {
			let reason = FailureReason::DeadlinePassed;
			return Self::conclude(task, live, TaskEnd::Failed { reason, keeper });
		}
		for place in 0..live.attempts.len() {
			let Some(attempt) = live.attempts.get(place) else { break };
			if attempt.is_running() && !attempt.replaced && attempt.is_late(now) {
				let prover = attempt.prover.clone();
				Self::deposit_event(Event::AttemptLate { task, prover, attempt: place as u32 });
				Self::replace(task, &mut live, place);
			}
		}
		// The agenda has taken its entry out, or somebody was faster than it.
		AgendaOf::<T>::cancel(live.due_at, task);
		live.due_at = AgendaOf::<T>::schedule(Self::next_due(&live), task);
		Live::<T>::insert(task, live);
	}

	/// Returns how many attempts the task has.
	pub(crate) fn do_poke(keeper: T::AccountId, task: TaskId) -> Result<u32, DispatchError> {
		let live = Live::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(now >= live.due_at, Error::<T>::NotDue);
		let attempts = live.attempts.len() as u32;
		Self::pass(task, live, Some(keeper));
		Ok(attempts)
	}

	/// Give back the attempts of provers that were jailed, as far as `meter` reaches.
	pub(crate) fn serve_jailed(meter: &mut WeightMeter) {
		let cost = T::WeightInfo::take_from_jailed();
		while meter.can_consume(cost) {
			let Some(prover) = Jailed::<T>::iter_keys().next() else { return };
			meter.consume(cost);
			if !Self::take_from_jailed(&prover) {
				Jailed::<T>::remove(&prover);
			}
		}
	}
}
