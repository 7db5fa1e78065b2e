// SPDX-License-Identifier: Apache-2.0

//! Programs with a key of their own.

use crate::{
	cases::{self, random_bytes, Sample},
	change::flip,
	ways::Ways,
};
use proofyard_verifier::{ProofSystem, VerifyError};
use rand::{rngs::StdRng, Rng, SeedableRng};

const SYSTEM: ProofSystem = ProofSystem::Groth16Bn254;

#[test]
fn valid_proofs() {
	let mut ways = Ways::new();
	let mut samples = vec![Sample::gnark(), Sample::snarkjs_bls()];
	for (seed, inputs) in [0, 1, 2, 4, 16, 64].into_iter().enumerate() {
		samples.push(Sample::simulated(SYSTEM, inputs, seed as u64));
	}
	for inputs in [0, 3, 64] {
		samples.push(Sample::simulated(ProofSystem::Groth16Bls12_381, inputs, 9));
	}
	for sample in samples {
		assert_eq!(
			ways.prepare_key(sample.system.unwrap(), &sample.key).as_ref(),
			Ok(&sample.prepared)
		);
		assert_eq!(ways.verify(&sample.claim()), Ok(()));
	}
}

#[test]
fn every_bit_of_a_proof() {
	let mut ways = Ways::new();
	let sample = Sample::gnark();
	for bit in 0..sample.proof.len() * 8 {
		let proof = flip(&sample.proof, bit);
		assert!(ways.verify(&Sample { proof, ..sample.clone() }.claim()).is_err());
	}
	let sample = Sample::snarkjs_bls();
	for bit in (0..sample.proof.len() * 8).step_by(7) {
		let proof = flip(&sample.proof, bit);
		assert!(ways.verify(&Sample { proof, ..sample.clone() }.claim()).is_err());
	}
}

#[test]
fn every_bit_of_the_public_inputs() {
	let mut ways = Ways::new();
	for sample in [Sample::gnark(), Sample::snarkjs_bls()] {
		for bit in 0..256 {
			let statement = flip(&sample.statement, bit);
			assert!(ways.verify(&Sample { statement, ..sample.clone() }.claim()).is_err());
		}
	}
}

#[test]
fn every_bit_of_a_key() {
	let mut ways = Ways::new();
	for (sample, step) in [(Sample::gnark(), 1), (Sample::snarkjs_bls(), 13)] {
		for bit in (0..sample.key.len() * 8).step_by(step) {
			if let Ok(prepared) = ways.prepare_key(sample.system.unwrap(), &flip(&sample.key, bit))
			{
				assert!(ways.verify(&Sample { prepared, ..sample.clone() }.claim()).is_err());
			}
		}
	}
}

#[test]
fn bits_of_a_prepared_key() {
	let mut rng = StdRng::seed_from_u64(31);
	let mut ways = Ways::new();
	for sample in [Sample::gnark(), Sample::snarkjs_bls()] {
		let header = 0..32;
		let body = (0..150).map(|_| rng.gen_range(32..sample.prepared.len() * 8));
		for bit in header.chain(body) {
			let prepared = flip(&sample.prepared, bit);
			assert!(ways.verify(&Sample { prepared, ..sample.clone() }.claim()).is_err());
		}
	}
}

#[test]
fn edges() {
	let mut ways = Ways::new();
	for key in cases::odd_keys() {
		assert!(ways.prepare_key(SYSTEM, &key).is_err());
	}
	let sample = Sample::gnark();
	for proof in cases::odd_proofs() {
		assert!(ways.verify(&Sample { proof, ..sample.clone() }.claim()).is_err());
	}
	for statement in cases::odd_public_inputs() {
		assert!(ways.verify(&Sample { statement, ..sample.clone() }.claim()).is_err());
	}
	for length in [0, 1, 3, 4, 5, sample.prepared.len() - 1] {
		let prepared = sample.prepared[..length].to_vec();
		assert!(ways.verify(&Sample { prepared, ..sample.clone() }.claim()).is_err());
	}
}

#[test]
fn proofs_of_random_points() {
	let mut rng = StdRng::seed_from_u64(32);
	let mut ways = Ways::new();
	let sample = Sample::gnark();
	for _ in 0..60 {
		let proof = cases::random_proof(&mut rng);
		assert_eq!(
			ways.verify(&Sample { proof, ..sample.clone() }.claim()),
			Err(VerifyError::PairingMismatch)
		);
	}
	for _ in 0..60 {
		let proof = cases::random_proof_outside_the_subgroup(&mut rng);
		assert_eq!(
			ways.verify(&Sample { proof, ..sample.clone() }.claim()),
			Err(VerifyError::ProofNotInSubgroup)
		);
	}
}

#[test]
fn random_input() {
	let mut rng = StdRng::seed_from_u64(33);
	let mut ways = Ways::new();
	let sample = Sample::gnark();
	for _ in 0..1500 {
		let key = random_bytes(&mut rng, &[0, 1, 448, 512, 576, 640, 4608, 4672]);
		let statement = random_bytes(&mut rng, &[0, 1, 32, 64]);
		let proof = random_bytes(&mut rng, &[0, 1, 255, 256, 257]);
		assert!(ways.prepare_key(SYSTEM, &key).is_err());
		let sample = Sample { proof, ..sample.clone() };
		assert!(ways.verify(&sample.claim()).is_err());
		let sample = Sample { statement, ..sample };
		assert!(ways.verify(&sample.claim()).is_err());
		assert!(ways.verify(&Sample { prepared: key, ..sample }.claim()).is_err());
	}
	assert_eq!(ways.compared, 6000);
}
