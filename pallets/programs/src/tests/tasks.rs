// SPDX-License-Identifier: Apache-2.0
//! What tasks need of programs: terms, a hold on them, fixed inputs, artifacts, verification.

use crate::{mock::*, Error};
use frame_support::{assert_noop, assert_ok, hypothetically};
use proofyard_primitives::{
	traits::{ProgramTerms, Programs as _},
	FixedInputs, ProgramId, Scalar,
};
use proofyard_verifier::VerifyError;
use sp_runtime::ArithmeticError;

/// The order of the scalar field.
fn order() -> Scalar {
	bytes("30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001").try_into().unwrap()
}

fn fixed(inputs: &[Option<Scalar>]) -> FixedInputs {
	inputs.to_vec().try_into().unwrap()
}

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

mod check_fixed_inputs {
	use super::*;

	#[test]
	fn takes_none_all_or_open_ones() {
		build_and_execute(|| {
			let program = register(ALICE);
			for inputs in [fixed(&[]), fixed(&[None]), fixed(&[Some(scalar(35))])] {
				assert_ok!(Programs::check_fixed_inputs(&program, &inputs));
			}
		});
	}

	#[test]
	fn takes_the_largest_scalar_and_not_the_next() {
		build_and_execute(|| {
			let program = register(ALICE);
			let mut largest = order();
			largest[31] -= 1;
			assert_ok!(Programs::check_fixed_inputs(&program, &fixed(&[Some(largest)])));
			for beyond in [order(), [0xff; 32]] {
				assert_noop!(
					Programs::check_fixed_inputs(&program, &fixed(&[Some(beyond)])),
					Error::<Test>::PublicInputNotInField
				);
			}
		});
	}

	#[test]
	fn fails_with_another_number_than_the_program_has() {
		build_and_execute(|| {
			let program = register(ALICE);
			assert_noop!(
				Programs::check_fixed_inputs(&program, &fixed(&[Some(scalar(35)), None])),
				Error::<Test>::WrongPublicInputCount
			);
		});
	}

	#[test]
	fn fails_for_no_program() {
		build_and_execute(|| {
			assert_noop!(
				Programs::check_fixed_inputs(&ProgramId::zero(), &fixed(&[None])),
				Error::<Test>::UnknownProgram
			);
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
