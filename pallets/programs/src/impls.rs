// SPDX-License-Identifier: Apache-2.0
//! Services to other pallets, and the checks of what always holds.

use crate::{
	BalanceOf, Config, DisabledSystems, Error, HoldReason, Keys, Pallet, PreparedKeys,
	PreparedVersions, Programs, Versions,
};
use alloc::vec::Vec;
use frame_support::{defensive, ensure, pallet_prelude::*};
use proofyard_primitives::{
	traits::{ProgramTerms, Programs as ProgramsTrait},
	Artifact, FixedValues, ProgramId, ProofData, ProofSystem,
};
use proofyard_verifier::{VerifyError, PUBLIC_INPUT_LEN};

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

	fn check_values(program: &ProgramId, values: &FixedValues) -> DispatchResult {
		// Nothing is fixed that a proof could fail to meet.
		if matches!(values, FixedValues::Open | FixedValues::Hash(_)) {
			return Ok(());
		}
		let record = Programs::<T>::get(program).ok_or(Error::<T>::UnknownProgram)?;
		if record.system.is_wrapped() {
			// Any bytes can be a zkVM's public values.
			let by_position = matches!(values, FixedValues::Inputs(_));
			ensure!(!by_position, Error::<T>::NoPublicInputs);
			return Ok(());
		}
		let prepared = PreparedKeys::<T>::get(program).ok_or(Error::<T>::UnknownProgram)?;
		let length = record.public_inputs.saturating_mul(PUBLIC_INPUT_LEN) as usize;
		let mut bytes = match values {
			// An input that is left open counts as zero, which every field has.
			FixedValues::Inputs(inputs) => {
				inputs.iter().flat_map(|input| input.unwrap_or_default()).collect()
			}
			FixedValues::Whole(bytes) | FixedValues::Prefix(bytes) => bytes.to_vec(),
			FixedValues::Open | FixedValues::Hash(_) => Vec::new(),
		};
		if matches!(values, FixedValues::Prefix(_)) {
			let whole = bytes.len().is_multiple_of(PUBLIC_INPUT_LEN as usize);
			ensure!(whole && bytes.len() <= length, Error::<T>::BadPrefix);
			bytes.resize(length, 0);
		}
		ensure!(bytes.len() == length, Error::<T>::WrongPublicInputCount);
		proofyard_verifier::check_public_inputs(record.system, &prepared, &bytes)
			.map_err(|_| Error::<T>::PublicInputNotInField.into())
	}

	fn artifacts(program: &ProgramId) -> Option<Vec<Artifact>> {
		Programs::<T>::get(program).map(|record| record.artifacts.into_inner())
	}

	fn knows_version(system: ProofSystem, proof: &ProofData) -> bool {
		!system.is_wrapped()
			|| proof
				.selector(system)
				.is_some_and(|selector| PreparedVersions::<T>::contains_key(system, selector))
	}

	fn verify(program: &ProgramId, proof: &ProofData) -> Option<Result<(), VerifyError>> {
		Self::verify_one(program, proof)
	}

	fn verify_batch(proofs: &[(ProgramId, &ProofData)]) -> Vec<Option<Result<(), VerifyError>>> {
		Self::verify_many(proofs)
	}

	fn weight_bound(proof: &ProofData) -> Weight {
		Self::weight_of_any(proof)
	}

	fn verify_weight(system: ProofSystem, proof: &ProofData) -> Weight {
		Self::weight_of(system, proof)
	}

	fn batch_weight(proofs: &[(ProofSystem, ProgramId, &ProofData)], all_valid: bool) -> Weight {
		let each = proofs.iter().map(|(system, _, proof)| Self::weight_of(*system, proof));
		let worst = Self::worst_batch(each);
		if all_valid {
			Self::good_batch(proofs).min(worst)
		} else {
			worst
		}
	}

	fn batch_bound<'a>(proofs: impl Iterator<Item = &'a ProofData>) -> Weight {
		Self::worst_batch(proofs.map(Self::weight_of_any))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(inputs: u32, seed: u32) -> (ProgramId, ProofData) {
		crate::benchmarking::set_up_program::<T>(inputs, seed)
	}
}

#[cfg(any(feature = "try-runtime", feature = "std"))]
impl<T: Config> Pallet<T> {
	/// Check everything that must always hold of this pallet's state.
	pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
		Self::check_keys()?;
		Self::check_versions()?;
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

	/// Each version is under the selector of its entry, and those that are on are prepared.
	fn check_versions() -> Result<(), sp_runtime::TryRuntimeError> {
		for (system, selector, record) in Versions::<T>::iter() {
			let entry = proofyard_verifier::wrap::WrappingKey::from_bytes(&record.entry)
				.map_err(|_| "an entry that is not canonical")?;
			ensure!(
				entry.system == system
					&& entry.selector == selector
					&& entry.version == record.version[..],
				"a version under a wrong name"
			);
			ensure!(
				PreparedVersions::<T>::contains_key(system, selector) == record.enabled,
				"a version is prepared when it is on"
			);
		}
		ensure!(
			PreparedVersions::<T>::iter_keys()
				.all(|(system, selector)| Versions::<T>::contains_key(system, selector)),
			"a prepared version without an entry"
		);
		Ok(())
	}

	/// Each owner's hold is the sum of its programs' deposits.
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
