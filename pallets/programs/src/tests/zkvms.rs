// SPDX-License-Identifier: Apache-2.0
//! Programs of zkVMs, and real proofs of them.

use super::vectors::*;
use crate::{mock::*, Error, Keys, PreparedKeys, Versions};
use frame_support::{assert_noop, assert_ok};
use proofyard_primitives::{
	limits::MAX_PUBLIC_VALUES,
	traits::{ProgramTerms, Programs as _},
	ProgramId, ProofSystem,
};
use proofyard_verifier::{
	wrap::known::{self, Known},
	VerifyError,
};

const SP1: [ProofSystem; 2] = [ProofSystem::Sp1Groth16, ProofSystem::Sp1Plonk];
const WRAPPED: [ProofSystem; 3] =
	[ProofSystem::Sp1Groth16, ProofSystem::Sp1Plonk, ProofSystem::Risc0Groth16];

mod register {
	use super::*;

	#[test]
	fn takes_the_32_bytes_that_name_a_program() {
		for vector in Vector::zkvms() {
			build_and_execute(|| {
				let program = vector.register();
				assert_eq!(Keys::<Test>::get(program).unwrap().into_inner(), vector.key);
				// There is nothing to prepare about them.
				assert_eq!(PreparedKeys::<Test>::get(program).unwrap().into_inner(), vector.key);
				let system = vector.system;
				assert_eq!(
					Programs::terms(&program),
					Ok(ProgramTerms { system, hardware: CPU, work: WORK, public_inputs: 0 })
				);
				assert_eq!(on_hold(ALICE), BASE_DEPOSIT + BYTE_DEPOSIT * (32 + 32 + 65));
				assert_ok!(Programs::retire(signed(ALICE), program));
				assert_eq!(on_hold(ALICE), 0);
			});
		}
	}

	#[test]
	fn gives_the_same_program_of_another_system_another_id() {
		build_and_execute(|| {
			let ids = WRAPPED.map(|system| register_key(system, &[7; 32]));
			assert_eq!(crate::Programs::<Test>::iter_keys().count(), 3);
			assert!(ids[0] != ids[1] && ids[1] != ids[2]);
		});
	}

	#[test]
	fn fails_with_a_key_of_another_length() {
		build_and_execute(|| {
			for system in WRAPPED {
				for length in [0, 31, 33, 64, 576] {
					let key = vec![1; length].try_into().unwrap();
					let files = artifacts(&[PLACE]);
					assert_noop!(
						Programs::register(signed(ALICE), system, key, CPU, WORK, files),
						Error::<Test>::KeyWrongLength
					);
				}
			}
		});
	}

	#[test]
	fn takes_scalars_for_sp1_and_anything_for_risc_zero() {
		build_and_execute(|| {
			let mut largest = order();
			largest[31] -= 1;
			for system in SP1 {
				register_key(system, &[0; 32]);
				register_key(system, &largest);
				for beyond in [order(), [0xff; 32]] {
					let key = beyond.to_vec().try_into().unwrap();
					let files = artifacts(&[PLACE]);
					assert_noop!(
						Programs::register(signed(ALICE), system, key, CPU, WORK, files),
						Error::<Test>::KeyNotInField
					);
				}
			}
			for image in [[0; 32], order(), [0xff; 32]] {
				register_key(ProofSystem::Risc0Groth16, &image);
			}
		});
	}

	#[test]
	fn fails_while_the_system_is_switched_off() {
		build_and_execute(|| {
			for system in WRAPPED {
				assert_ok!(Programs::set_system_enabled(RuntimeOrigin::root(), system, false));
				let key = vec![1; 32].try_into().unwrap();
				assert_noop!(
					Programs::register(signed(ALICE), system, key, CPU, WORK, artifacts(&[PLACE])),
					Error::<Test>::SystemDisabled
				);
			}
		});
	}

	#[test]
	fn needs_no_version() {
		build_and_execute(|| {
			let vector = Vector::risc0_v3_0();
			let program = vector.register();
			assert_eq!(Programs::verify(&program, &vector.data), None);
			set_version(&vector.entry());
			assert_eq!(Programs::verify(&program, &vector.data), Some(Ok(())));
		});
	}
}

mod verify {
	use super::*;

	#[test]
	fn accepts_real_proofs() {
		build_and_execute(|| {
			for vector in Vector::zkvms() {
				let program = vector.set_up();
				assert_eq!(Programs::verify(&program, &vector.data), Some(Ok(())));
			}
		});
	}

	#[test]
	fn accepts_proofs_of_all_versions_side_by_side() {
		build_and_execute(|| {
			known::ALL.iter().map(Known::entry).for_each(|entry| set_version(&entry));
			assert_eq!(Versions::<Test>::iter().count(), known::ALL.len());
			for vector in Vector::zkvms() {
				let program = vector.register();
				assert_eq!(Programs::verify(&program, &vector.data), Some(Ok(())));
			}
		});
	}

	/// A withdrawn version is data as any other: whether the chain takes it is for governance to say.
	#[test]
	fn accepts_proofs_of_withdrawn_versions_that_governance_registers() {
		build_and_execute(|| {
			for vector in Vector::withdrawn() {
				let known = known::find(vector.system, &vector.data.proof).unwrap();
				assert!(known.advisory.is_some(), "{}", known.version);
				let program = vector.register();
				assert_eq!(Programs::verify(&program, &vector.data), None);
				set_version(&vector.entry());
				assert_eq!(Programs::verify(&program, &vector.data), Some(Ok(())));
			}
		});
	}

	#[test]
	fn refuses_other_public_values() {
		build_and_execute(|| {
			for vector in Vector::zkvms() {
				let program = vector.set_up();
				let values = vector.data.public_values.to_vec();
				let mut longer = values.clone();
				longer.push(0);
				for other in [&values[1..], &longer, &[], &[7; MAX_PUBLIC_VALUES as usize]] {
					assert_eq!(
						Programs::verify(&program, &vector.for_values(other)),
						Some(Err(VerifyError::PairingMismatch))
					);
				}
			}
		});
	}

	#[test]
	fn refuses_the_proof_of_another_program() {
		build_and_execute(|| {
			for vector in Vector::zkvms() {
				set_version(&vector.entry());
				let mut key = vector.key.clone();
				key[31] ^= 1;
				let other = register_key(vector.system, &key);
				assert_eq!(
					Programs::verify(&other, &vector.data),
					Some(Err(VerifyError::PairingMismatch))
				);
			}
		});
	}

	#[test]
	fn refuses_a_changed_proof() {
		build_and_execute(|| {
			for vector in Vector::zkvms() {
				let program = vector.set_up();
				let bits = 8 * vector.data.proof.len();
				for bit in (32..bits).step_by(61) {
					let verdict = Programs::verify(&program, &vector.with_bit_changed(bit));
					assert!(matches!(verdict, Some(Err(_))), "{} {bit}", vector.system);
				}
				let mut short = vector.data.clone();
				short.proof.pop();
				let wrong = Some(Err(VerifyError::WrongProofLength));
				assert_eq!(Programs::verify(&program, &short), wrong);
				let mut long = vector.data.clone();
				long.proof.try_push(0).unwrap();
				assert_eq!(Programs::verify(&program, &long), wrong);
			}
		});
	}

	#[test]
	fn knows_no_proof_of_another_selector() {
		build_and_execute(|| {
			for vector in Vector::zkvms() {
				let program = vector.set_up();
				// Any bit of it.
				for bit in 0..32 {
					let other = vector.with_bit_changed(bit);
					assert_eq!(Programs::verify(&program, &other), None);
					assert!(!Programs::knows_version(vector.system, &other));
				}
				// And none at all.
				for length in 0..4 {
					let short = data(&vector.data.proof[..length], &vector.data.public_values);
					assert_eq!(Programs::verify(&program, &short), None);
					assert!(!Programs::knows_version(vector.system, &short));
				}
				assert!(Programs::knows_version(vector.system, &vector.data));
			}
		});
	}

	#[test]
	fn knows_a_version_of_its_own_system_only() {
		build_and_execute(|| {
			let [sp1_groth16, sp1_plonk, risc0, _] = Vector::zkvms();
			for vector in [&sp1_groth16, &sp1_plonk, &risc0] {
				set_version(&vector.entry());
			}
			for vector in [&sp1_groth16, &sp1_plonk, &risc0] {
				for system in WRAPPED {
					let knows = Programs::knows_version(system, &vector.data);
					assert_eq!(knows, system == vector.system);
				}
			}
			let program = register_key(ProofSystem::Sp1Groth16, &sp1_plonk.key);
			assert_eq!(Programs::verify(&program, &sp1_plonk.data), None);
		});
	}

	#[test]
	fn asks_circuits_for_no_version() {
		build_and_execute(|| {
			for vector in Vector::circuits() {
				let program = vector.register();
				assert!(Programs::knows_version(vector.system, &vector.data));
				assert!(Programs::knows_version(vector.system, &data(&[], &[])));
				assert_eq!(Programs::verify(&program, &vector.data), Some(Ok(())));
			}
		});
	}

	#[test]
	fn knows_no_program() {
		build_and_execute(|| {
			for vector in Vector::zkvms() {
				set_version(&vector.entry());
				assert_eq!(Programs::verify(&ProgramId::zero(), &vector.data), None);
			}
		});
	}

	#[test]
	fn goes_on_for_a_retired_program_with_live_tasks() {
		build_and_execute(|| {
			let vector = Vector::sp1_groth16();
			let program = vector.set_up();
			assert_ok!(Programs::acquire(&program));
			assert_ok!(Programs::retire(signed(ALICE), program));
			assert_eq!(Programs::verify(&program, &vector.data), Some(Ok(())));
			Programs::release(&program);
			assert_eq!(Programs::verify(&program, &vector.data), None);
		});
	}
}

mod over_bls12_381 {
	use super::*;

	#[test]
	fn a_circuit_is_registered_and_its_real_proof_verified() {
		build_and_execute(|| {
			let vector = Vector::bls12_381();
			let program = vector.register();
			assert_eq!(Programs::terms(&program).unwrap().public_inputs, 3);
			assert_eq!(
				PreparedKeys::<Test>::get(program).unwrap().into_inner(),
				proofyard_verifier::prepare_key(vector.system, &vector.key).unwrap()
			);
			assert_eq!(Programs::verify(&program, &vector.data), Some(Ok(())));
		});
	}

	#[test]
	fn a_proof_is_of_its_statement_only() {
		build_and_execute(|| {
			let vector = Vector::bls12_381();
			let program = vector.register();
			let mut values = vector.data.public_values.to_vec();
			values[95] ^= 1;
			for (values, error) in [
				(&values[..], VerifyError::PairingMismatch),
				(&values[..64], VerifyError::WrongPublicInputCount),
				(&values[..95], VerifyError::WrongPublicInputCount),
				(&[0xff; 96], VerifyError::PublicInputNotInField),
			] {
				assert_eq!(
					Programs::verify(&program, &vector.for_values(values)),
					Some(Err(error))
				);
			}
			let last = 8 * vector.data.proof.len() - 8;
			assert_eq!(
				Programs::verify(&program, &vector.with_bit_changed(last)),
				Some(Err(VerifyError::ProofNotOnCurve))
			);
		});
	}

	#[test]
	fn a_key_of_the_other_curve_is_refused() {
		build_and_execute(|| {
			let system = ProofSystem::Groth16Bls12_381;
			assert_noop!(
				Programs::register(signed(ALICE), system, key(), CPU, WORK, artifacts(&[PLACE])),
				Error::<Test>::KeyWrongLength
			);
			let bls = Vector::bls12_381().key.try_into().unwrap();
			assert_noop!(
				Programs::register(signed(ALICE), SYSTEM, bls, CPU, WORK, artifacts(&[PLACE])),
				Error::<Test>::KeyWrongLength
			);
		});
	}
}
