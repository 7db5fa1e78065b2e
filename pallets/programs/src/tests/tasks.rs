// SPDX-License-Identifier: Apache-2.0
//! Needs of tasks: terms, a hold on their program, artifacts, verification.

use super::vectors::order;
use crate::{mock::*, Error};
use frame_support::{assert_noop, assert_ok, hypothetically};
use proofyard_primitives::{
	traits::{ProgramTerms, Programs as _},
	ProgramId,
};
use proofyard_verifier::VerifyError;
use sp_runtime::ArithmeticError;

mod terms {
	use super::*;

	#[test]
	fn are_what_was_registered() {
		build_and_execute(|| {
			let program = register(ALICE);
			assert_eq!(
				Programs::terms(&program),
				Ok(ProgramTerms { system: SYSTEM, hardware: CPU, work: WORK, public_inputs: 1 })
			);
			assert_eq!(Programs::artifacts(&program), Some(artifacts(&[PLACE]).into_inner()));
		});
	}

	#[test]
	fn of_no_program_are_an_error() {
		build_and_execute(|| {
			let program = ProgramId::zero();
			assert_noop!(Programs::terms(&program), Error::<Test>::UnknownProgram);
			assert_eq!(Programs::artifacts(&program), None);
		});
	}
}

mod acquire {
	use super::*;

	#[test]
	fn and_release_count_live_tasks() {
		build_and_execute(|| {
			let program = register(ALICE);
			let live = || crate::Programs::<Test>::get(program).unwrap().live_tasks;
			assert_ok!(Programs::acquire(&program));
			assert_ok!(Programs::acquire(&program));
			assert_eq!(live(), 2);
			Programs::release(&program);
			Programs::release(&program);
			// The program is not retired, so it stays.
			assert_eq!(live(), 0);
		});
	}

	#[test]
	fn fails_for_no_program() {
		build_and_execute(|| {
			assert_noop!(Programs::acquire(&ProgramId::zero()), Error::<Test>::UnknownProgram);
		});
	}

	#[test]
	fn fails_rather_than_overflow() {
		build_and_execute(|| {
			let program = register(ALICE);
			hypothetically!({
				crate::Programs::<Test>::mutate_extant(program, |record| {
					record.live_tasks = u32::MAX
				});
				assert_noop!(Programs::acquire(&program), ArithmeticError::Overflow);
			});
		});
	}
}

mod verify {
	use super::*;

	#[test]
	fn accepts_the_real_proof_of_its_statement_only() {
		build_and_execute(|| {
			let program = register(ALICE);
			assert_eq!(Programs::verify(&program, &proof(&[scalar(35)])), Some(Ok(())));
			assert_eq!(
				Programs::verify(&program, &proof(&[scalar(36)])),
				Some(Err(VerifyError::PairingMismatch))
			);
		});
	}

	#[test]
	fn refuses_a_changed_proof() {
		build_and_execute(|| {
			let program = register(ALICE);
			let changed = |change: fn(&mut Vec<u8>)| {
				let mut data = proof(&[scalar(35)]);
				let mut bytes = data.proof.into_inner();
				change(&mut bytes);
				data.proof = bytes.try_into().unwrap();
				Programs::verify(&program, &data).unwrap()
			};
			assert_eq!(changed(|proof| proof[255] ^= 1), Err(VerifyError::ProofNotOnCurve));
			assert_eq!(changed(|proof| proof[0] ^= 0x80), Err(VerifyError::ProofNotInField));
			assert_eq!(changed(|proof| proof.clear()), Err(VerifyError::WrongProofLength));
			assert_eq!(
				changed(|proof| proof[..64].fill(0)),
				Err(VerifyError::ProofPointAtInfinity)
			);
		});
	}

	#[test]
	fn refuses_wrong_public_inputs() {
		build_and_execute(|| {
			let program = register(ALICE);
			for inputs in [vec![], vec![scalar(35), scalar(0)]] {
				assert_eq!(
					Programs::verify(&program, &proof(&inputs)),
					Some(Err(VerifyError::WrongPublicInputCount))
				);
			}
			assert_eq!(
				Programs::verify(&program, &proof(&[order()])),
				Some(Err(VerifyError::PublicInputNotInField))
			);
		});
	}

	#[test]
	fn knows_no_program() {
		build_and_execute(|| {
			assert_eq!(Programs::verify(&ProgramId::zero(), &proof(&[scalar(35)])), None);
		});
	}
}
