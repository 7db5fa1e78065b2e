// SPDX-License-Identifier: Apache-2.0
//! Keys that are refused at registration, and why.

use crate::{mock::*, Error};
use frame_support::{assert_noop, assert_ok, BoundedVec};
use proofyard_primitives::limits::MaxKey;
use proofyard_verifier::{KeyError, MAX_PUBLIC_INPUTS};

/// Places of the points in a key.
const ALPHA: usize = 0;
const BETA: usize = 64;
const GAMMA: usize = 192;
const DELTA: usize = 320;
const IC: usize = 448;
const KEY_LEN: usize = 576;

/// A point of the twist at x = 1: on the curve, outside the subgroup of prime order.
pub const OUTSIDE_SUBGROUP: &str = "\
	0000000000000000000000000000000000000000000000000000000000000000\
	0000000000000000000000000000000000000000000000000000000000000001\
	0d1271953ed9ea0836846e70a1934187998c7f790cb4d7511b7f8da82de048a4\
	2869111d5381f072f8e2728fdb825a51aadd70e52c9830e9ab4b871c0531f1bb";
/// The prime of the field of coordinates.
const PRIME: &str = "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47";

/// Change the key and see that it is refused with this error.
fn refused(error: Error<Test>, change: impl FnOnce(&mut Vec<u8>)) {
	let mut key = key_bytes();
	assert_eq!(key.len(), KEY_LEN);
	change(&mut key);
	let key = key.try_into().unwrap();
	build_and_execute(|| {
		assert_noop!(
			Programs::register(signed(ALICE), SYSTEM, key, CPU, WORK, artifacts(&[PLACE])),
			error
		);
	});
}

#[test]
fn with_the_lowest_bit_of_a_point_changed_is_off_the_curve() {
	for end in [BETA, GAMMA, DELTA, IC, IC + 64, KEY_LEN] {
		refused(Error::KeyNotOnCurve, |key| key[end - 1] ^= 1);
	}
}

#[test]
fn with_the_highest_bit_of_a_coordinate_changed_is_not_in_the_field() {
	for start in [ALPHA, BETA, GAMMA, DELTA, IC, IC + 64] {
		refused(Error::KeyNotInField, |key| key[start] ^= 0x80);
	}
}

#[test]
fn with_the_prime_itself_for_a_coordinate_is_not_in_the_field() {
	refused(Error::KeyNotInField, |key| key[..32].copy_from_slice(&bytes(PRIME)));
}

#[test]
fn with_a_point_outside_the_subgroup() {
	for start in [BETA, GAMMA, DELTA] {
		refused(Error::KeyNotInSubgroup, |key| {
			key[start..start + 128].copy_from_slice(&bytes(OUTSIDE_SUBGROUP))
		});
	}
}

#[test]
fn with_a_point_at_infinity() {
	for (start, end) in [(ALPHA, BETA), (BETA, GAMMA), (GAMMA, DELTA), (DELTA, IC)] {
		refused(Error::KeyPointAtInfinity, |key| key[start..end].fill(0));
	}
}

#[test]
fn that_accepts_forged_proofs() {
	refused(Error::KeyRefused, |key| key.copy_within(GAMMA..DELTA, DELTA));
}

#[test]
fn of_a_wrong_length() {
	refused(Error::KeyWrongLength, |key| key.clear());
	refused(Error::KeyWrongLength, |key| key.truncate(KEY_LEN - 1));
	refused(Error::KeyWrongLength, |key| key.push(0));
}

#[test]
fn with_one_public_input_too_many() {
	refused(Error::KeyTooManyInputs, |key| {
		key.resize(IC + 64 * (MAX_PUBLIC_INPUTS as usize + 2), 0);
	});
}

#[test]
fn with_one_public_input_too_many_over_the_larger_curve_does_not_fit_a_call() {
	let largest = vec![0; 672 + 96 * (MAX_PUBLIC_INPUTS as usize + 1)];
	assert!(BoundedVec::<u8, MaxKey>::try_from(largest).is_ok());
	let beyond = vec![0; 672 + 96 * (MAX_PUBLIC_INPUTS as usize + 2)];
	assert!(BoundedVec::<u8, MaxKey>::try_from(beyond).is_err());
}

#[test]
fn with_as_many_public_inputs_as_the_chain_verifies_is_taken() {
	build_and_execute(|| {
		// Inputs that the circuit does not constrain have their points at infinity.
		let mut key = key_bytes();
		key.resize(IC + 64 * (MAX_PUBLIC_INPUTS as usize + 1), 0);
		let key = key.try_into().unwrap();
		assert_ok!(Programs::register(signed(ALICE), SYSTEM, key, CPU, WORK, Default::default()));
		let record = crate::Programs::<Test>::iter_values().next().unwrap();
		assert_eq!(record.public_inputs, MAX_PUBLIC_INPUTS);
	});
}

#[test]
fn each_reason_has_its_error() {
	for reason in KeyError::ALL {
		let error = Error::<Test>::from(*reason);
		let fits = match reason {
			KeyError::WrongLength => matches!(error, Error::KeyWrongLength),
			KeyError::NotInField => matches!(error, Error::KeyNotInField),
			KeyError::NotOnCurve => matches!(error, Error::KeyNotOnCurve),
			KeyError::NotInSubgroup => matches!(error, Error::KeyNotInSubgroup),
			KeyError::PointAtInfinity => matches!(error, Error::KeyPointAtInfinity),
			KeyError::TooManyInputs => matches!(error, Error::KeyTooManyInputs),
			KeyError::MalformedEntry => matches!(error, Error::MalformedVersion),
			KeyError::LayoutMismatch => matches!(error, Error::LayoutMismatch),
			_ => matches!(error, Error::KeyRefused),
		};
		assert!(fits, "{reason:?}");
	}
}
