// SPDX-License-Identifier: Apache-2.0
//! What always holds of attestation's state.
#![cfg(any(feature = "try-runtime", feature = "std"))]

use crate::*;
use frame_support::{ensure, traits::Get};
use proofyard_primitives::traits::{Provers, Settlement};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Check everything that must always hold of this pallet's state: each live task is in one place
	/// of the agenda and among its prover's, has not ended, and has rejections left.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut count = 0;
		for (task, live) in Live::<T>::iter() {
			let prover = &live.assignment.prover;
			ensure!(LiveOf::<T>::contains_key(prover, task), "a live task its prover has not");
			ensure!(T::Provers::session_key(prover).is_some(), "a live task of nobody");
			ensure!(AgendaOf::<T>::contains(live.fail_at, task), "a task that never fails");
			ensure!(live.fail_at >= AgendaOf::<T>::cursor(), "a failure left behind");
			ensure!(!T::Settlement::has_ended(task), "a task that lives and has ended");
			ensure!(live.rejections < T::MaxRejections::get(), "a task that should have failed");
			ensure!(live.rejected.len() == live.rejections as usize, "a rejection forgotten");
			ensure!(live.assignment.price <= live.spec.max_fee, "a price above the maximum");
			count += 1;
		}
		ensure!(LiveOf::<T>::iter_keys().count() == count, "a prover with a dead task");
		ensure!(AgendaOf::<T>::entries().len() == count, "an agenda entry for nothing");
		Ok(())
	}
}
