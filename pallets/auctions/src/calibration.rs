// SPDX-License-Identifier: Apache-2.0
//! Entry of a prover into the markets of a proof system and hardware class: it proves the reference
//! task, in the time that the class takes.
//!
//! Each calibration task has its own challenge, a public input that the proof has to be for. It
//! comes from the block's randomness, so nobody can prove before, and no proof serves twice.

use crate::{Config, Error, Event, NextTaskId, Pallet, Reference, References};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{ensure, pallet_prelude::*, traits::Randomness};
use proofyard_primitives::{
	traits::{Attestation, Escrow, Programs, Provers},
	Assignment, FixedInputs, FixedValues, HardwareClass, InputRef, Market, ProofSystem, Redundancy,
	Scalar, ServiceLevel, TaskId, TaskKind, TaskSpec,
};
use sp_runtime::traits::Saturating;

impl<T: Config> Pallet<T> {
	/// Whether a prover may ask in a market: it has proven what is asked of its class, if anything.
	pub(crate) fn ensure_calibrated(prover: &T::AccountId, market: &Market) -> DispatchResult {
		if let Some(reference) = References::<T>::get(market.system, market.hardware) {
			let proven = T::Provers::calibrations(prover, market.system, market.hardware);
			ensure!(proven >= reference.proofs, Error::<T>::NotCalibrated);
		}
		Ok(())
	}

	pub(crate) fn do_set_reference(
		system: ProofSystem,
		hardware: HardwareClass,
		reference: Option<Reference>,
	) -> DispatchResult {
		if let Some(reference) = &reference {
			let terms = T::Programs::terms(&reference.program)?;
			let fits = terms.system == system
				&& hardware.covers(&terms.hardware)
				&& reference.work > 0
				&& Self::work_of(terms.work, Some(reference.work)).is_ok()
				&& reference.challenge_at as usize <= reference.input.len()
				&& reference.challenge_input < terms.public_inputs
				&& (1..=MAX_CALIBRATIONS).contains(&reference.proofs)
				&& (T::MinLifetime::get()..=T::MaxLifetime::get()).contains(&reference.blocks)
				// The challenge has 75 digits at most.
				&& Self::challenge_input(reference, &[u8::MAX; 32]).is_some();
			ensure!(fits, Error::<T>::BadReference);
		}
		References::<T>::set(system, hardware, reference);
		Self::deposit_event(Event::ReferenceChanged { system, hardware });
		Ok(())
	}

	pub(crate) fn do_calibrate(
		prover: T::AccountId,
		system: ProofSystem,
		hardware: HardwareClass,
	) -> DispatchResult {
		let reference = References::<T>::get(system, hardware).ok_or(Error::<T>::NoReference)?;
		let capacity = T::Provers::capacity(&prover).ok_or(Error::<T>::NotProver)?;
		ensure!(capacity.hardware.covers(&hardware), Error::<T>::HardwareNotCovered);
		let proven = T::Provers::calibrations(&prover, system, hardware);
		ensure!(proven < reference.proofs, Error::<T>::NothingToChange);
		let terms = T::Programs::terms(&reference.program)?;
		let market = Market::of(system, hardware, reference.work, ServiceLevel::Standard)
			.ok_or(Error::<T>::BadReference)?;

		let task = NextTaskId::<T>::get();
		let challenge = Self::challenge(task, &prover);
		let input =
			Self::challenge_input(&reference, &challenge).ok_or(Error::<T>::BadReference)?;
		let mut inputs = FixedInputs::default();
		for index in 0..terms.public_inputs {
			let fixed = (index == reference.challenge_input).then_some(challenge);
			inputs.try_push(fixed).map_err(|_| Error::<T>::BadReference)?;
		}
		let now = frame_system::Pallet::<T>::block_number();
		let deadline = now.saturating_add(reference.blocks.into());
		let bond = T::BondBase::get();
		let committed_ms = Self::millis(deadline.saturating_sub(now));
		T::Provers::reserve(&prover, &market, bond, committed_ms)?;
		// Nobody pays: the prover shows what it can.
		T::Escrow::open(task, &prover, T::Balance::default())?;
		T::Programs::acquire(&reference.program)?;
		NextTaskId::<T>::put(task.saturating_add(1));
		let spec = TaskSpec {
			requester: prover.clone(),
			program: reference.program,
			market,
			kind: TaskKind::Calibration,
			redundancy: Redundancy::NONE,
			work: reference.work,
			input,
			values: FixedValues::Inputs(inputs),
			max_fee: T::Balance::default(),
			deadline,
			submitted_at: now,
		};
		let assignment = Assignment {
			prover: prover.clone(),
			price: T::Balance::default(),
			bond,
			committed_ms,
			assigned_at: now,
			soft_deadline: deadline,
			co_primaries: Default::default(),
			standbys: Default::default(),
		};
		Self::deposit_event(Event::CalibrationStarted { task, prover, system, hardware });
		T::Attestation::begin(task, spec, assignment);
		Ok(())
	}

	/// A new scalar for a task of a prover: below any field's order of 249 bits and more.
	fn challenge(task: TaskId, prover: &T::AccountId) -> Scalar {
		let subject = (b"calibration", task, prover).encode();
		let (random, _) = T::Randomness::random(&subject);
		let mut challenge = sp_crypto_hashing::blake2_256(
			&(random, frame_system::Pallet::<T>::parent_hash(), subject).encode(),
		);
		challenge[0] = 0;
		challenge
	}

	/// The input of a calibration task. `None` if it is too long.
	fn challenge_input(reference: &Reference, challenge: &Scalar) -> Option<InputRef> {
		let (before, after) = reference.input.split_at_checked(reference.challenge_at as usize)?;
		let mut input = Vec::from(before);
		input.extend(decimal(challenge));
		input.extend(after);
		input.try_into().ok().map(InputRef::Inline)
	}
}

/// Most tasks that a reference asks for.
pub const MAX_CALIBRATIONS: u32 = 16;

/// A big-endian number in decimal digits.
pub(crate) fn decimal(number: &[u8; 32]) -> Vec<u8> {
	let mut number = *number;
	let mut digits = Vec::new();
	while number.iter().any(|byte| *byte != 0) {
		let mut rest = 0u16;
		for byte in &mut number {
			let value = rest << 8 | u16::from(*byte);
			*byte = (value / 10) as u8;
			rest = value % 10;
		}
		digits.push(b'0' + rest as u8);
	}
	if digits.is_empty() {
		digits.push(b'0');
	}
	digits.reverse();
	digits
}

#[cfg(test)]
mod tests {
	fn text(number: [u8; 32]) -> String {
		String::from_utf8(super::decimal(&number)).unwrap()
	}

	#[test]
	fn decimal_is_what_numbers_are_written_as() {
		for number in [0u128, 1, 9, 10, 99, 255, 256, 1_000, u64::MAX.into(), u128::MAX] {
			let mut bytes = [0; 32];
			bytes[16..].copy_from_slice(&number.to_be_bytes());
			assert_eq!(text(bytes), number.to_string());
		}
	}

	#[test]
	fn decimal_of_a_challenge_has_75_digits_at_most() {
		// 2^256 − 1 and 2^248 − 1.
		let all = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
		assert_eq!(text([0xff; 32]), all);
		let mut largest = [0xff; 32];
		largest[0] = 0;
		assert_eq!(text(largest).len(), 75);
	}
}
