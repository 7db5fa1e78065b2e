// SPDX-License-Identifier: Apache-2.0

//! The plain call of the library that ours is compared with.

use ark_ec::pairing::Pairing;
use ark_ff::PrimeField;
use ark_groth16::{prepare_verifying_key, Groth16, PreparedVerifyingKey, Proof, VerifyingKey};
use ark_serialize::CanonicalDeserialize;
use proofyard_verifier::groth16_bn254::simulate::Simulated;
use std::hint::black_box;

/// A proof as arkworks takes it: its key prepared, its public inputs read, its bytes uncompressed.
pub struct Arkworks<E: Pairing> {
	key: PreparedVerifyingKey<E>,
	public: Vec<E::ScalarField>,
	proof: Vec<u8>,
}

impl<E: Pairing> Arkworks<E> {
	/// From canonical bytes.
	pub fn new(sample: &Simulated) -> Self {
		let coordinate = Self::coordinate();
		let inputs = sample.key.len() / coordinate / 2 - 7;
		let fixed = Self::points(&sample.key, &[2, 4, 4, 4]);
		let ic = Self::points(&sample.key[fixed.len()..], &vec![2; inputs]);
		let key = [&fixed[..], &(inputs as u64).to_le_bytes(), &ic].concat();
		let key = VerifyingKey::<E>::deserialize_uncompressed(&key[..]).expect("a sound key");
		let public =
			sample.public_inputs.chunks(32).map(E::ScalarField::from_be_bytes_mod_order).collect();
		Self {
			key: prepare_verifying_key(&key),
			public,
			proof: Self::points(&sample.proof, &[2, 4, 2]),
		}
	}

	/// Reads the proof, checking its points, and verifies it.
	pub fn verify(&self) -> bool {
		let proof = Proof::<E>::deserialize_uncompressed(black_box(&self.proof[..]));
		let proof = proof.expect("a sound proof");
		Groth16::<E>::verify_proof(&self.key, &proof, &self.public).expect("as many inputs")
	}

	/// Bytes of a coordinate.
	fn coordinate() -> usize {
		E::BaseField::MODULUS_BIT_SIZE.div_ceil(8) as usize
	}

	/// Points with so many coordinates, one after the other. Over BN254, arkworks has little-endian numbers and the
	/// lower coefficient first.
	fn points(bytes: &[u8], coordinates: &[usize]) -> Vec<u8> {
		let coordinate = Self::coordinate();
		let mut out = Vec::new();
		let mut rest = bytes;
		for count in coordinates {
			let (point, next) = rest.split_at(count * coordinate);
			rest = next;
			if coordinate == 48 {
				out.extend_from_slice(point);
				continue;
			}
			for number in point.chunks(count / 2 * coordinate) {
				out.extend(number.iter().rev());
			}
		}
		out
	}
}
