// SPDX-License-Identifier: Apache-2.0
//! What always holds of settlement's state.
#![cfg(any(feature = "try-runtime", feature = "std"))]

use crate::*;
use alloc::collections::BTreeMap;
use codec::Encode;
use frame_support::{ensure, traits::fungible::InspectHold};
use proofyard_primitives::Outcome;
use sp_runtime::{
	traits::{Saturating, Zero},
	TryRuntimeError,
};

impl<T: Config> Pallet<T> {
	/// Check everything that must always hold of this pallet's state.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_escrows()?;
		Self::check_outcomes()
	}

	/// What each requester has on hold is the sum of the escrows of its live tasks.
	fn check_escrows() -> Result<(), TryRuntimeError> {
		let mut sums = BTreeMap::new();
		for escrow in Escrows::<T>::iter_values() {
			let sum = sums
				.entry(escrow.requester.encode())
				.or_insert((escrow.requester, BalanceOf::<T>::zero()));
			sum.1 = sum.1.saturating_add(escrow.amount);
		}
		for (requester, sum) in sums.into_values() {
			let held = T::Currency::balance_on_hold(&HoldReason::Escrow.into(), &requester);
			ensure!(held == sum, "escrows are not what is on hold");
		}
		Ok(())
	}

	/// Each ended task is in the agenda once, has a proof exactly if it was settled, and no escrow.
	fn check_outcomes() -> Result<(), TryRuntimeError> {
		for (task, record) in Outcomes::<T>::iter() {
			ensure!(!Escrows::<T>::contains_key(task), "an ended task with an escrow");
			ensure!(
				AgendaOf::<T>::contains(record.forget_at, task),
				"an outcome that will never be forgotten"
			);
			ensure!(record.forget_at >= AgendaOf::<T>::cursor(), "an outcome left behind");
			let settled = matches!(record.outcome, Outcome::Settled { .. });
			ensure!(settled == Proofs::<T>::contains_key(task), "a proof without a settlement");
		}
		let outcomes = Outcomes::<T>::iter_keys().count();
		ensure!(AgendaOf::<T>::entries().len() == outcomes, "an agenda entry for nothing");
		for task in Proofs::<T>::iter_keys() {
			ensure!(Outcomes::<T>::contains_key(task), "a proof of nothing");
		}
		Ok(())
	}
}
