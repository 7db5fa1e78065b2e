// SPDX-License-Identifier: Apache-2.0
//! Invariants of settlement's state.
#![cfg(any(feature = "try-runtime", feature = "std"))]

use crate::{
	AgendaOf, BalanceOf, Config, Escrows, Fees, HoldReason, OutcomeRecordOf, Outcomes, Pallet,
	Proofs,
};
use alloc::collections::BTreeMap;
use codec::Encode;
use frame_support::{
	ensure,
	traits::{fungible::InspectHold, Get},
};
use proofyard_primitives::{Outcome, TaskId};
use sp_runtime::{
	traits::{Saturating, Zero},
	TryRuntimeError,
};

impl<T: Config> Pallet<T> {
	/// Check everything that must always hold of this pallet's state.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_escrows()?;
		Self::check_outcomes()?;
		Self::check_proofs()?;
		Self::check_fees()
	}

	/// Check that each requester has on hold the sum of the escrows of its live tasks.
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

	/// Each ended task is in the agenda once, and has no escrow.
	fn check_outcomes() -> Result<(), TryRuntimeError> {
		for (task, record) in Outcomes::<T>::iter() {
			ensure!(!Escrows::<T>::contains_key(task), "an ended task with an escrow");
			ensure!(
				AgendaOf::<T>::contains(record.forget_at, task),
				"an outcome that will never be forgotten"
			);
			ensure!(record.forget_at >= AgendaOf::<T>::cursor(), "an outcome left behind");
			Self::check_attempts(task, &record)?;
		}
		let outcomes = Outcomes::<T>::iter_keys().count();
		ensure!(AgendaOf::<T>::entries().len() == outcomes, "an agenda entry for nothing");
		Ok(())
	}

	/// A settled task has a proof of each verified attempt, among them of the prover it is known by.
	fn check_attempts(task: TaskId, record: &OutcomeRecordOf<T>) -> Result<(), TryRuntimeError> {
		let Outcome::Settled { prover, .. } = &record.outcome else { return Ok(()) };
		let mut known = false;
		for attempt in record.attempts.iter().filter(|attempt| attempt.fate.is_verified()) {
			known |= attempt.prover == *prover;
			ensure!(
				Proofs::<T>::contains_key(task, &attempt.prover),
				"a verified attempt without a proof"
			);
		}
		ensure!(known, "a settlement without its attempt");
		Ok(())
	}

	/// A proof is of a live task, or of a verified attempt of a settled one.
	fn check_proofs() -> Result<(), TryRuntimeError> {
		for (task, prover) in Proofs::<T>::iter_keys() {
			let Some(record) = Outcomes::<T>::get(task) else {
				ensure!(Escrows::<T>::contains_key(task), "a proof of nothing");
				continue;
			};
			ensure!(
				matches!(record.outcome, Outcome::Settled { .. }),
				"a proof without a settlement"
			);
			let mut attempts = record.attempts.iter();
			ensure!(
				attempts.any(|attempt| attempt.prover == prover && attempt.fate.is_verified()),
				"a proof without its attempt"
			);
		}
		Ok(())
	}

	/// The protocol's fee is one that could be set.
	fn check_fees() -> Result<(), TryRuntimeError> {
		let terms = Fees::<T>::get();
		ensure!(terms.fee <= T::MaxFee::get() && terms.is_valid(), "a fee out of bounds");
		Ok(())
	}
}
