// SPDX-License-Identifier: Apache-2.0

//! Nothing panics and nothing but a valid proof is accepted, whatever the bytes.

mod common;

use common::*;
use proofyard_verifier::{
	check_public_inputs,
	convert::{gnark, snarkjs},
	key_input_count, prepare_key, prepared_len, public_input_count, verify,
};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::sync::LazyLock;

static SAMPLE: LazyLock<Sample> = LazyLock::new(Sample::gnark);
static PREPARED: LazyLock<Vec<u8>> = LazyLock::new(|| SAMPLE.prepared());

/// Overwrites some bytes; the positions are taken modulo the length.
fn overwrite(bytes: &[u8], changes: &[(Index, u8)]) -> Vec<u8> {
	let mut bytes = bytes.to_vec();
	for (index, value) in changes {
		let position = index.index(bytes.len());
		bytes[position] = *value;
	}
	bytes
}

fn changes() -> impl Strategy<Value = Vec<(Index, u8)>> {
	vec((any::<Index>(), any::<u8>()), 1..8)
}

/// Coordinates below the modulus, so that decoding gets past the first check.
fn reduced(words: usize) -> impl Strategy<Value = Vec<u8>> {
	vec(any::<u8>(), words * 32).prop_map(|mut bytes| {
		bytes.iter_mut().step_by(32).for_each(|byte| *byte &= 0x1f);
		bytes
	})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(400))]

	#[test]
	fn random_bytes_never_panic(
		key in vec(any::<u8>(), 0..800),
		public in vec(any::<u8>(), 0..100),
		proof in vec(any::<u8>(), 0..300),
	) {
		prop_assert!(prepare_key(SYSTEM, &key).is_err());
		prop_assert!(verify(SYSTEM, &key, &public, &proof).is_err());
		prop_assert!(verify(SYSTEM, &PREPARED, &public, &proof).is_err());
		let _ = key_input_count(SYSTEM, &key);
		let _ = prepared_len(SYSTEM, &key);
		let _ = public_input_count(SYSTEM, &key);
		let _ = check_public_inputs(SYSTEM, &key, &public);
	}

	#[test]
	fn random_bytes_of_the_right_length_never_panic(
		key in reduced(18),
		public in reduced(1),
		proof in reduced(8),
		body in reduced(12 + 8 + 4),
	) {
		prop_assert!(prepare_key(SYSTEM, &key).is_err());
		prop_assert!(verify(SYSTEM, &PREPARED, &public, &proof).is_err());
		// A prepared key with a valid header and points off the curve.
		let prepared = [&PREPARED[..4], &body].concat();
		prop_assert!(verify(SYSTEM, &prepared, &SAMPLE.public, &SAMPLE.proof).is_err());
	}

	#[test]
	fn changed_bytes_are_rejected(
		proof_changes in changes(),
		public_changes in changes(),
		prepared_changes in changes(),
	) {
		let proof = overwrite(&SAMPLE.proof, &proof_changes);
		let public = overwrite(&SAMPLE.public, &public_changes);
		let prepared = overwrite(&PREPARED, &prepared_changes);
		for (prepared, public, proof) in [
			(&*PREPARED, &SAMPLE.public, &proof),
			(&*PREPARED, &public, &SAMPLE.proof),
			(&prepared, &SAMPLE.public, &SAMPLE.proof),
		] {
			let unchanged =
				*prepared == *PREPARED && *public == SAMPLE.public && *proof == SAMPLE.proof;
			prop_assert_eq!(verify(SYSTEM, prepared, public, proof).is_ok(), unchanged);
		}
	}

	#[test]
	fn converters_never_panic(bytes in vec(any::<u8>(), 0..600), text in ".{0,200}") {
		let _ = gnark::key_from_bytes(&bytes);
		let _ = gnark::proof_from_bytes(&bytes);
		let _ = gnark::public_inputs_from_bytes(&bytes);
		let _ = snarkjs::key_from_json(&text);
		let _ = snarkjs::proof_from_json(&text);
		let _ = snarkjs::public_inputs_from_json(&text);
		let _ = snarkjs::key_to_json(&bytes);
		let _ = snarkjs::proof_to_json(&bytes);
		let _ = snarkjs::public_inputs_to_json(&bytes);
	}

	#[test]
	fn changed_gnark_files_never_panic(
		key_changes in changes(),
		proof_changes in changes(),
		public_changes in changes(),
	) {
		if let Ok(key) = gnark::key_from_bytes(&overwrite(GNARK_KEY, &key_changes)) {
			let _ = prepare_key(SYSTEM, &key);
		}
		if let Ok(proof) = gnark::proof_from_bytes(&overwrite(GNARK_PROOF, &proof_changes)) {
			let accepted = verify(SYSTEM, &PREPARED, &SAMPLE.public, &proof).is_ok();
			prop_assert_eq!(accepted, proof == SAMPLE.proof);
		}
		let _ = gnark::public_inputs_from_bytes(&overwrite(GNARK_PUBLIC, &public_changes));
	}
}
