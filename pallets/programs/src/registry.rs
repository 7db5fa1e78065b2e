// SPDX-License-Identifier: Apache-2.0
//! Registration, change and retirement of programs.

use crate::{
	BalanceOf, Config, DisabledSystems, Error, Event, HoldReason, Keys, Pallet, PreparedKeys,
	ProgramRecord, ProgramRecordOf, Programs,
};
use alloc::vec::Vec;
use frame_support::{
	defensive, ensure,
	pallet_prelude::*,
	traits::{
		fungible::{InspectHold, MutateHold},
		tokens::Precision,
	},
};
use proofyard_primitives::{
	limits::*,
	program::{program_id, Locator},
	Artifact, HardwareClass, ProgramId, ProofSystem, WorkModel,
};
use proofyard_verifier::wrap;
use sp_runtime::traits::Saturating;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register(
		owner: T::AccountId,
		system: ProofSystem,
		key: BoundedVec<u8, MaxKey>,
		hardware: HardwareClass,
		work: WorkModel,
		artifacts: BoundedVec<Artifact, MaxArtifacts>,
	) -> DispatchResult {
		ensure!(!DisabledSystems::<T>::contains_key(system), Error::<T>::SystemDisabled);
		ensure!(work != WorkModel::Fixed(0), Error::<T>::ZeroWork);
		for artifact in &artifacts {
			Self::check_locators(&artifact.data.locators)?;
		}
		let program = program_id(system, &key, hardware, work, &artifacts);
		ensure!(!Programs::<T>::contains_key(program), Error::<T>::AlreadyRegistered);
		let (prepared, public_inputs) = if system.is_wrapped() {
			let key = wrap::check_program_key(system, &key).map_err(Error::<T>::from)?;
			(key.to_vec(), 0)
		} else {
			let prepared = proofyard_host::prepare_key(system, &key).map_err(Error::<T>::from)?;
			let inputs =
				proofyard_verifier::key_input_count(system, &key).map_err(Error::<T>::from)?;
			(prepared, inputs)
		};
		let prepared: BoundedVec<u8, MaxPreparedKey> =
			prepared.try_into().map_err(|_: Vec<u8>| Error::<T>::KeyRefused)?;

		let bytes = key.len() + prepared.len() + artifacts.encoded_size();
		let deposit = T::BaseDeposit::get().saturating_add(Self::byte_deposit(bytes));
		Self::deposit(&owner, deposit)?;

		Keys::<T>::insert(program, key);
		PreparedKeys::<T>::insert(program, prepared);
		let record = ProgramRecord {
			owner: owner.clone(),
			system,
			hardware,
			work,
			public_inputs,
			artifacts,
			deposit,
			live_tasks: 0,
			retired: false,
			registered_at: frame_system::Pallet::<T>::block_number(),
		};
		Programs::<T>::insert(program, record);
		Self::deposit_event(Event::ProgramRegistered { program, owner, system, deposit });
		Ok(())
	}

	pub(crate) fn do_set_locators(
		owner: T::AccountId,
		program: ProgramId,
		artifact: u32,
		locators: BoundedVec<Locator, MaxLocators>,
	) -> DispatchResult {
		Self::check_locators(&locators)?;
		Programs::<T>::try_mutate(program, |record| -> DispatchResult {
			let record = record.as_mut().ok_or(Error::<T>::UnknownProgram)?;
			ensure!(record.owner == owner, Error::<T>::NotOwner);
			let before = Self::byte_deposit(record.artifacts.encoded_size());
			let found =
				record.artifacts.get_mut(artifact as usize).ok_or(Error::<T>::UnknownArtifact)?;
			found.data.locators = locators;
			let after = Self::byte_deposit(record.artifacts.encoded_size());
			let reason = HoldReason::ProgramDeposit.into();
			if after > before {
				Self::deposit(&owner, after.saturating_sub(before))?;
			} else {
				let back = before.saturating_sub(after);
				T::Currency::release(&reason, &owner, back, Precision::Exact)?;
			}
			record.deposit = record.deposit.saturating_sub(before).saturating_add(after);
			Ok(())
		})?;
		Self::deposit_event(Event::LocatorsChanged { program, artifact });
		Ok(())
	}

	pub(crate) fn do_retire(owner: T::AccountId, program: ProgramId) -> DispatchResult {
		let mut record = Programs::<T>::get(program).ok_or(Error::<T>::UnknownProgram)?;
		ensure!(record.owner == owner, Error::<T>::NotOwner);
		ensure!(!record.retired, Error::<T>::Retired);
		record.retired = true;
		Self::deposit_event(Event::ProgramRetired { program });
		if record.live_tasks == 0 {
			Self::remove(program, record);
		} else {
			Programs::<T>::insert(program, record);
		}
		Ok(())
	}

	/// Forget a program that nothing needs, and give the deposit back.
	pub(crate) fn remove(program: ProgramId, record: ProgramRecordOf<T>) {
		let ProgramRecord { owner, deposit, .. } = record;
		let reason = HoldReason::ProgramDeposit.into();
		if T::Currency::release(&reason, &owner, deposit, Precision::BestEffort) != Ok(deposit) {
			defensive!("a program's deposit is on hold");
		}
		Programs::<T>::remove(program);
		Keys::<T>::remove(program);
		PreparedKeys::<T>::remove(program);
		Self::deposit_event(Event::ProgramRemoved { program, owner, deposit });
	}

	/// Deposit for so many bytes of state, in plancks.
	fn byte_deposit(bytes: usize) -> BalanceOf<T> {
		T::ByteDeposit::get().saturating_mul((bytes as u32).into())
	}

	fn deposit(owner: &T::AccountId, amount: BalanceOf<T>) -> DispatchResult {
		let reason = HoldReason::ProgramDeposit.into();
		T::Currency::ensure_can_hold(&reason, owner, amount)
			.map_err(|_| Error::<T>::InsufficientBalance)?;
		T::Currency::hold(&reason, owner, amount)
	}

	/// At least one locator, each a URL that a prover can be expected to understand.
	fn check_locators(locators: &[Locator]) -> DispatchResult {
		ensure!(!locators.is_empty(), Error::<T>::NoLocator);
		ensure!(
			locators.iter().all(|l| proofyard_primitives::program::is_locator(l)),
			Error::<T>::BadLocator
		);
		Ok(())
	}
}
