// SPDX-License-Identifier: Apache-2.0
//! What other pallets do with programs. And what always holds.

use crate::*;
use frame_support::{defensive, ensure, pallet_prelude::*};
use proofyard_primitives::{
	traits::{ProgramTerms, Programs as ProgramsTrait},
	Artifact, FixedInputs, ProgramId, ProofData,
};
use proofyard_verifier::VerifyError;

impl<T: Config> ProgramsTrait for Pallet<T> {
	fn terms(program: &ProgramId) -> Result<ProgramTerms, DispatchError> {
		let record = Programs::<T>::get(program).ok_or(Error::<T>::UnknownProgram)?;
		ensure!(!record.retired, Error::<T>::Retired);
		ensure!(!DisabledSystems::<T>::contains_key(record.system), Error::<T>::SystemDisabled);
		Ok(ProgramTerms {
			system: record.system,
			hardware: record.hardware,
			work: record.work,
			public_inputs: record.public_inputs,
		})
	}

	fn acquire(program: &ProgramId) -> DispatchResult {
		Programs::<T>::try_mutate(program, |record| {
			let record = record.as_mut().ok_or(Error::<T>::UnknownProgram)?;
			record.live_tasks =
				record.live_tasks.checked_add(1).ok_or(sp_runtime::ArithmeticError::Overflow)?;
			Ok(())
		})
	}

	fn release(program: &ProgramId) {
		let Some(mut record) = Programs::<T>::get(program) else {
			defensive!("a live task's program is there");
			return;
		};
		if record.live_tasks == 0 {
			defensive!("released more tasks than were acquired");
		}
		record.live_tasks = record.live_tasks.saturating_sub(1);
		if record.retired && record.live_tasks == 0 {
			Self::remove(*program, record);
		} else {
			Programs::<T>::insert(program, record);
		}
	}

	fn check_fixed_inputs(program: &ProgramId, inputs: &FixedInputs) -> DispatchResult {
		if inputs.is_empty() {
			return Ok(());
		}
		let record = Programs::<T>::get(program).ok_or(Error::<T>::UnknownProgram)?;
		let prepared = PreparedKeys::<T>::get(program).ok_or(Error::<T>::UnknownProgram)?;
		ensure!(inputs.len() as u32 == record.public_inputs, Error::<T>::WrongPublicInputCount);
		// An input that is left open counts as zero, which every field has.
		let bytes: alloc::vec::Vec<u8> =
			inputs.iter().flat_map(|input| input.unwrap_or_default()).collect();
		proofyard_verifier::check_public_inputs(record.system, &prepared, &bytes)
			.map_err(|_| Error::<T>::PublicInputNotInField.into())
	}

	fn artifacts(program: &ProgramId) -> Option<alloc::vec::Vec<Artifact>> {
		Programs::<T>::get(program).map(|record| record.artifacts.into_inner())
	}

	fn verify(program: &ProgramId, proof: &ProofData) -> Option<Result<(), VerifyError>> {
		let system = Programs::<T>::get(program)?.system;
		let prepared = PreparedKeys::<T>::get(program)?;
		let inputs = proof.public_input_bytes();
		Some(proofyard_host::verify(system, &prepared, &inputs, &proof.proof))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(inputs: u32) -> (ProgramId, ProofData) {
		crate::benchmarking::set_up_program::<T>(inputs)
	}
}

#[cfg(any(feature = "try-runtime", feature = "std"))]
impl<T: Config> Pallet<T> {
	/// Check everything that must always hold of this pallet's state.
	pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
		Self::check_keys()?;
		Self::check_deposits()
	}

	/// Each program has its keys, its id is the hash of what it says, and no key is without one.
	fn check_keys() -> Result<(), sp_runtime::TryRuntimeError> {
		for (program, record) in Programs::<T>::iter() {
			let key = Keys::<T>::get(program).ok_or("a program without its key")?;
			ensure!(PreparedKeys::<T>::contains_key(program), "a program without a prepared key");
			let id = proofyard_primitives::program::program_id(
				record.system,
				&key,
				record.hardware,
				record.work,
				&record.artifacts,
			);
			ensure!(id == program, "a program under a wrong id");
			ensure!(
				!record.retired || record.live_tasks > 0,
				"a retired program that nothing needs"
			);
		}
		let programs = Programs::<T>::iter_keys().count();
		ensure!(Keys::<T>::iter_keys().count() == programs, "a key without a program");
		ensure!(
			PreparedKeys::<T>::iter_keys().count() == programs,
			"a prepared key without a program"
		);
		Ok(())
	}

	/// What each owner has on hold is the sum of its programs' deposits.
	fn check_deposits() -> Result<(), sp_runtime::TryRuntimeError> {
		use frame_support::traits::fungible::InspectHold;
		use sp_runtime::traits::{Saturating, Zero};
		for owner in Programs::<T>::iter_values().map(|record| record.owner) {
			let deposits = Programs::<T>::iter_values()
				.filter(|record| record.owner == owner)
				.fold(BalanceOf::<T>::zero(), |sum, record| sum.saturating_add(record.deposit));
			let held = T::Currency::balance_on_hold(&HoldReason::ProgramDeposit.into(), &owner);
			ensure!(held == deposits, "deposits are not what is on hold");
		}
		Ok(())
	}
}
