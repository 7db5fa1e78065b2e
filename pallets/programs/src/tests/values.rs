// SPDX-License-Identifier: Apache-2.0
//! Public values that a requester may fix.

use super::vectors::*;
use crate::{mock::*, Error};
use frame_support::{assert_noop, assert_ok};
use proofyard_primitives::{
	limits::MAX_PUBLIC_VALUES, traits::Programs as _, FixedValues, ProgramId, Scalar,
};
use sp_core::H256;

fn inputs(inputs: &[Option<Scalar>]) -> FixedValues {
	FixedValues::Inputs(inputs.to_vec().try_into().unwrap())
}

fn whole(bytes: &[u8]) -> FixedValues {
	FixedValues::Whole(bytes.to_vec().try_into().unwrap())
}

fn prefix(bytes: &[u8]) -> FixedValues {
	FixedValues::Prefix(bytes.to_vec().try_into().unwrap())
}

/// The largest scalar of BN254.
fn largest() -> Scalar {
	let mut largest = order();
	largest[31] -= 1;
	largest
}

#[track_caller]
fn assert_taken(program: ProgramId, values: FixedValues) {
	assert_ok!(Programs::check_values(&program, &values));
}

#[track_caller]
fn assert_refused(program: ProgramId, values: FixedValues, error: Error<Test>) {
	assert_noop!(Programs::check_values(&program, &values), error);
}

#[test]
fn nothing_and_a_hash_fit_any_program() {
	build_and_execute(|| {
		for vector in Vector::circuits().into_iter().chain(Vector::zkvms()) {
			let program = vector.register();
			assert_taken(program, FixedValues::Open);
			assert_taken(program, FixedValues::Hash(H256::zero()));
		}
	});
}

#[test]
fn what_a_real_proof_says_may_be_fixed_in_any_way() {
	build_and_execute(|| {
		for vector in Vector::circuits() {
			let program = vector.register();
			let values = &vector.data.public_values;
			let scalars: Vec<_> = vector.data.inputs().iter().map(|input| Some(*input)).collect();
			for fixed in [inputs(&scalars), whole(values), prefix(&values[..32]), prefix(values)] {
				assert!(fixed.allow(values));
				assert_taken(program, fixed);
			}
		}
		for vector in Vector::zkvms() {
			let program = vector.register();
			let values = &vector.data.public_values;
			for fixed in [whole(values), prefix(&values[..7]), prefix(values)] {
				assert!(fixed.allow(values));
				assert_taken(program, fixed);
			}
		}
	});
}

mod of_a_circuit {
	use super::*;

	#[test]
	fn inputs_are_fixed_or_left_open_by_position() {
		build_and_execute(|| {
			let program = Vector::semaphore().register();
			for fixed in [
				vec![None; 4],
				vec![Some(scalar(1)), None, None, Some(largest())],
				vec![Some([0; 32]); 4],
			] {
				assert_taken(program, inputs(&fixed));
			}
		});
	}

	#[test]
	fn inputs_are_as_many_as_the_program_has() {
		build_and_execute(|| {
			let program = Vector::semaphore().register();
			for count in [0, 1, 3, 5, 64] {
				let error = Error::WrongPublicInputCount;
				assert_refused(program, inputs(&vec![None; count]), error);
			}
		});
	}

	#[test]
	fn inputs_are_below_the_order_of_the_field() {
		build_and_execute(|| {
			let program = Vector::semaphore().register();
			for beyond in [order(), [0xff; 32]] {
				for place in 0..4 {
					let mut fixed = [None; 4];
					fixed[place] = Some(beyond);
					assert_refused(program, inputs(&fixed), Error::PublicInputNotInField);
				}
			}
		});
	}

	#[test]
	fn over_another_curve_have_another_order() {
		build_and_execute(|| {
			let program = Vector::bls12_381().register();
			let bls_order: Scalar =
				bytes("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001")
					.try_into()
					.unwrap();
			let mut last = bls_order;
			last[31] -= 1;
			// Both are beyond the order of BN254.
			for taken in [order(), last] {
				assert_taken(program, inputs(&[Some(taken), None, None]));
				assert_taken(program, prefix(&taken));
			}
			let beyond = inputs(&[None, None, Some(bls_order)]);
			assert_refused(program, beyond, Error::PublicInputNotInField);
			assert_refused(program, prefix(&bls_order), Error::PublicInputNotInField);
		});
	}

	#[test]
	fn whole_values_are_all_its_inputs() {
		build_and_execute(|| {
			let program = Vector::semaphore().register();
			assert_taken(program, whole(&[0; 128]));
			for length in [0, 32, 96, 127, 129, 160] {
				assert_refused(program, whole(&vec![0; length]), Error::WrongPublicInputCount);
			}
			for place in 0..4 {
				let mut values = [[0; 32]; 4];
				values[place] = order();
				let values = whole(values.as_flattened());
				assert_refused(program, values, Error::PublicInputNotInField);
			}
		});
	}

	#[test]
	fn a_prefix_is_some_of_its_inputs() {
		build_and_execute(|| {
			let program = Vector::semaphore().register();
			for count in 0..=4 {
				assert_taken(program, prefix(&[0; 128][..32 * count]));
			}
			for length in [1, 31, 33, 127, 129, 160, MAX_PUBLIC_VALUES as usize] {
				assert_refused(program, prefix(&vec![0; length]), Error::BadPrefix);
			}
			let beyond = [scalar(1), order()];
			assert_refused(program, prefix(&beyond.concat()), Error::PublicInputNotInField);
		});
	}

	#[test]
	fn that_has_none_can_be_nothing() {
		build_and_execute(|| {
			// The real key, cut off after the point that belongs to no input.
			let program = register_key(SYSTEM, &key_bytes()[..512]);
			for nothing in [inputs(&[]), whole(&[]), prefix(&[])] {
				assert_taken(program, nothing);
			}
			assert_refused(program, inputs(&[None]), Error::WrongPublicInputCount);
			assert_refused(program, whole(&[0; 32]), Error::WrongPublicInputCount);
			assert_refused(program, prefix(&[0; 32]), Error::BadPrefix);
		});
	}
}

mod of_a_zkvm {
	use super::*;

	#[test]
	fn are_any_bytes() {
		build_and_execute(|| {
			for vector in Vector::zkvms() {
				let program = vector.register();
				for length in [0, 1, 31, 32, 33, MAX_PUBLIC_VALUES as usize] {
					assert_taken(program, whole(&vec![0xff; length]));
					assert_taken(program, prefix(&vec![0xff; length]));
				}
			}
		});
	}

	#[test]
	fn have_no_positions() {
		build_and_execute(|| {
			for vector in Vector::zkvms() {
				let program = vector.register();
				for count in [0, 1, 64] {
					let fixed = inputs(&vec![None; count]);
					assert_refused(program, fixed, Error::NoPublicInputs);
				}
			}
		});
	}
}

#[test]
fn of_no_program_cannot_be_fixed() {
	build_and_execute(|| {
		for fixed in [inputs(&[None]), inputs(&[]), whole(&[]), prefix(&[])] {
			assert_refused(ProgramId::zero(), fixed, Error::UnknownProgram);
		}
	});
}

#[test]
fn of_a_retired_program_with_live_tasks_are_checked_all_the_same() {
	build_and_execute(|| {
		let program = register(ALICE);
		assert_ok!(Programs::acquire(&program));
		assert_ok!(Programs::retire(signed(ALICE), program));
		assert_taken(program, inputs(&[Some(scalar(35))]));
		assert_refused(program, inputs(&[]), Error::WrongPublicInputCount);
		Programs::release(&program);
	});
}
