// SPDX-License-Identifier: Apache-2.0
//! Invariants of attestation's state.
#![cfg(any(feature = "try-runtime", feature = "std"))]

use crate::{AgendaOf, Config, Live, LiveOf, LiveTaskOf, Pallet, WantedTasks};
use frame_support::{ensure, traits::Get};
use proofyard_primitives::{
	traits::{Provers, Settlement},
	AttemptState, Ending, TaskId,
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Check everything that must always hold of this pallet's state: each live task is in one place
	/// of the agenda and among the tasks of exactly those provers that are at work at it, has not
	/// ended, and has an attempt or a bounty left to wait for.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let (mut tasks, mut running) = (0, 0);
		for (task, live) in Live::<T>::iter() {
			tasks += 1;
			running += Self::check_attempts(task, &live)?;
			ensure!(AgendaOf::<T>::contains(live.due_at, task), "a task that nothing waits for");
			ensure!(live.due_at >= AgendaOf::<T>::cursor(), "something due left behind");
			ensure!(!T::Settlement::has_ended(task), "a task that lives and has ended");
			ensure!(live.assignment.price <= live.spec.max_fee, "a price above the maximum");
			ensure!(live.spec.redundancy.is_valid(), "a redundancy that makes no sense");
			ensure!(
				live.verified() < usize::from(live.spec.redundancy.needed),
				"a task that should have been settled"
			);
			ensure!(
				usize::from(live.called) <= live.assignment.standbys.len(),
				"more standbys called than there are"
			);
			for announced in live.bounty.iter().flat_map(|bounty| &bounty.announcements) {
				ensure!(
					T::Provers::session_key(&announced.prover).is_some(),
					"a proof announced by nobody"
				);
				ensure!(live.attempt_of(&announced.prover).is_none(), "announced and attempted");
			}
		}
		ensure!(LiveOf::<T>::iter_keys().count() == running, "a prover with a dead task");
		ensure!(AgendaOf::<T>::entries().len() == tasks, "an agenda entry for nothing");
		for task in WantedTasks::<T>::iter_keys() {
			ensure!(Live::<T>::contains_key(task), "a prover is wanted for a dead task");
		}
		Ok(())
	}

	/// Check the attempts of a task. Returns how many run.
	fn check_attempts(task: TaskId, live: &LiveTaskOf<T>) -> Result<usize, TryRuntimeError> {
		let mut running = 0;
		let mut rejections = 0;
		ensure!(!live.attempts.is_empty(), "a task that nobody tried");
		for (place, attempt) in live.attempts.iter().enumerate() {
			let prover = &attempt.prover;
			ensure!(live.attempt_of(prover) == Some(place as u32), "two attempts of one prover");
			ensure!(T::Provers::session_key(prover).is_some(), "an attempt of nobody");
			ensure!(
				attempt.is_running() == LiveOf::<T>::contains_key(prover, task),
				"a prover that does not know what it is at work at"
			);
			let most = T::MaxRejections::get();
			ensure!(
				(attempt.state == AttemptState::Ended(Ending::Rejected))
					== (attempt.rejections >= most),
				"an attempt that should have defaulted"
			);
			ensure!(attempt.soft_deadline <= live.spec.deadline, "an attempt that may be late");
			running += usize::from(attempt.is_running());
			rejections += attempt.rejections as usize;
		}
		ensure!(live.rejected.len() == rejections, "a rejection forgotten");
		Ok(running)
	}
}
