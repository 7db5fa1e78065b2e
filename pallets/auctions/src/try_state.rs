// SPDX-License-Identifier: Apache-2.0
//! What always holds of the auction's state.
#![cfg(any(feature = "try-runtime", feature = "std"))]

use crate::*;
use frame_support::{ensure, traits::Get};
use proofyard_primitives::traits::{Escrow, Programs, Provers};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Check everything that must always hold of this pallet's state.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_open_tasks()?;
		Self::check_asks()
	}

	/// Each open task is in the queue, in one place of the agenda, and has its whole maximum fee in
	/// escrow.
	fn check_open_tasks() -> Result<(), TryRuntimeError> {
		let mut count = 0;
		for (task, open) in OpenTasks::<T>::iter() {
			ensure!(task < NextTaskId::<T>::get(), "a task from the future");
			ensure!(Queue::<T>::contains_key(queue_key(task)), "an open task not in the queue");
			ensure!(AgendaOf::<T>::contains(open.expire_at, task), "a task that never expires");
			ensure!(open.expire_at >= AgendaOf::<T>::cursor(), "an expiry left behind");
			ensure!(T::Escrow::held(task) == open.spec.max_fee, "an open task without its escrow");
			// A program may be retired under an open task, but not gone.
			ensure!(
				T::Programs::check_fixed_inputs(&open.spec.program, &open.spec.public_inputs)
					.is_ok(),
				"an open task without its program"
			);
			count += 1;
		}
		ensure!(Queue::<T>::iter_keys().count() == count, "a queue entry for nothing");
		ensure!(AgendaOf::<T>::entries().len() == count, "an agenda entry for nothing");
		Ok(())
	}

	/// Each ask has its prover and its reverse index, and markets count their asks.
	fn check_asks() -> Result<(), TryRuntimeError> {
		let mut count = 0;
		for (market, prover, ask) in Asks::<T>::iter() {
			ensure!(AsksOf::<T>::contains_key(&prover, market), "an ask without its index");
			ensure!(T::Provers::capacity(&prover).is_some(), "an ask of nobody");
			ensure!(ask.lots > 0 && ask.speed > 0, "an ask that asks for nothing");
			count += 1;
		}
		ensure!(AsksOf::<T>::iter_keys().count() == count, "an index of no ask");
		for (market, counted) in AskCount::<T>::iter() {
			ensure!(
				Asks::<T>::iter_key_prefix(market).count() == counted as usize && counted > 0,
				"a market that miscounts its asks"
			);
			ensure!(counted <= T::MaxAsksPerMarket::get(), "a market with too many asks");
		}
		Ok(())
	}
}
