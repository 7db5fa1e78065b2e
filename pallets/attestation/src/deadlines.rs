// SPDX-License-Identifier: Apache-2.0
//! What time does to live tasks.

use crate::*;
use frame_support::{defensive, ensure, pallet_prelude::*};
use proofyard_primitives::{FailureReason, TaskId};

impl<T: Config> Pallet<T> {
	/// The agenda's entry for a live task.
	pub(crate) fn deadline_passed(task: TaskId) {
		let Some(live) = Live::<T>::get(task) else {
			defensive!("an agenda entry belongs to a live task");
			return;
		};
		Self::fail(task, live, FailureReason::DeadlinePassed);
	}

	pub(crate) fn do_poke(task: TaskId) -> DispatchResult {
		let live = Live::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(now > live.spec.deadline, Error::<T>::NotDue);
		Self::fail(task, live, FailureReason::DeadlinePassed);
		Ok(())
	}
}
