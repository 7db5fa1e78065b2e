// SPDX-License-Identifier: Apache-2.0

//! Groth16 over BN254: what is accepted and, bit for bit, what is not.

mod common;

use ark_bn254::{Bn254, Fq, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::UniformRand;
use ark_groth16::{Groth16, Proof, VerifyingKey};
use ark_snark::SNARK;
use common::*;
use proofyard_verifier::{
	check_public_inputs, groth16_bn254, key_input_count, max_proof_len, prepare_key, prepared_len,
	public_input_count, verify, KeyError, VerifyError, MAX_PUBLIC_INPUTS,
};
use rand::{rngs::StdRng, SeedableRng};

/// Ranges of the points of a key: `α`, `β`, `γ`, `δ`.
const KEY_POINTS: [std::ops::Range<usize>; 4] = [0..64, 64..192, 192..320, 320..448];
/// Ranges of the points of a proof: `A`, `B`, `C`.
const PROOF_POINTS: [std::ops::Range<usize>; 3] = [0..64, 64..192, 192..256];

mod accepts {
	use super::*;

	#[test]
	fn a_proof_by_gnark() {
		let sample = Sample::gnark();
		assert_eq!(sample.key.len(), groth16_bn254::MIN_KEY_LEN as usize + 64);
		assert_eq!(sample.verify(), Ok(()));
	}

	#[test]
	fn fresh_proofs_with_any_number_of_inputs() {
		let mut rng = StdRng::seed_from_u64(1);
		for inputs in [0, 1, 2, 4, 9, MAX_PUBLIC_INPUTS as usize] {
			let sample = Sample::fresh(inputs, &mut rng);
			let prepared = sample.prepared();
			assert_eq!(sample.verify(), Ok(()), "{inputs} inputs");
			assert_eq!(key_input_count(SYSTEM, &sample.key), Ok(inputs as u32));
			assert_eq!(public_input_count(SYSTEM, &prepared), Ok(inputs as u32));
			assert_eq!(prepared_len(SYSTEM, &sample.key), Ok(prepared.len() as u32));
			assert_eq!(check_public_inputs(SYSTEM, &prepared, &sample.public), Ok(()));
		}
	}

	#[test]
	fn the_bounds_are_those_of_the_largest_key() {
		let sample = Sample::fresh(MAX_PUBLIC_INPUTS as usize, &mut StdRng::seed_from_u64(2));
		assert_eq!(sample.key.len(), groth16_bn254::MAX_KEY_LEN as usize);
		assert_eq!(sample.prepared().len(), groth16_bn254::MAX_PREPARED_KEY_LEN as usize);
		assert_eq!(sample.proof.len(), groth16_bn254::PROOF_LEN as usize);
		assert_eq!(max_proof_len(SYSTEM), groth16_bn254::PROOF_LEN);
	}

	#[test]
	fn a_prepared_key_of_four_inputs_is_small() {
		let sample = Sample::fresh(4, &mut StdRng::seed_from_u64(3));
		assert_eq!(sample.prepared().len(), 964);
	}

	/// Groth16 lets anyone turn a proof into another proof of the same statement: a proof's bytes name nothing.
	#[test]
	fn another_proof_of_the_same_statement() {
		let sample = Sample::gnark();
		let negated_a = negate(&sample.proof, 32);
		let negated_both = negate(&negate(&negated_a, 128), 160);
		assert_eq!(
			Sample { proof: negated_a, ..sample.clone() }.verify(),
			Err(VerifyError::PairingMismatch)
		);
		assert_eq!(Sample { proof: negated_both, ..sample }.verify(), Ok(()));
	}

	/// Negates the coordinate at `offset`.
	fn negate(bytes: &[u8], offset: usize) -> Vec<u8> {
		use ark_ff::PrimeField;
		let mut bytes = bytes.to_vec();
		let coordinate = Fq::from_be_bytes_mod_order(&bytes[offset..offset + 32]);
		bytes[offset..offset + 32].copy_from_slice(&word(&-coordinate));
		bytes
	}

	/// The sum of the inputs' points may be the point at infinity.
	#[test]
	fn a_key_whose_input_points_are_at_infinity() {
		let mut rng = StdRng::seed_from_u64(4);
		let (key, proof) = trapdoor_key(&mut rng, [Fr::from(0u64), Fr::from(0u64)]);
		let sample = Sample {
			system: SYSTEM,
			key: key_bytes(&key),
			public: word(&Fr::from(5u64)),
			proof: proof_bytes(&proof),
		};
		assert!(sample.key[448..].iter().all(|byte| *byte == 0));
		assert_eq!(sample.verify(), Ok(()));
	}
}

mod rejects {
	use super::*;

	#[test]
	fn every_bit_of_the_proof() {
		let mut rng = StdRng::seed_from_u64(10);
		for sample in [Sample::gnark(), Sample::fresh(3, &mut rng)] {
			let prepared = sample.prepared();
			for bit in 0..sample.proof.len() * 8 {
				let proof = flip(&sample.proof, bit);
				assert!(verify(SYSTEM, &prepared, &sample.public, &proof).is_err(), "bit {bit}");
			}
		}
	}

	#[test]
	fn every_bit_of_the_public_inputs() {
		let mut rng = StdRng::seed_from_u64(11);
		for sample in [Sample::gnark(), Sample::fresh(3, &mut rng)] {
			let prepared = sample.prepared();
			for bit in 0..sample.public.len() * 8 {
				let public = flip(&sample.public, bit);
				assert!(verify(SYSTEM, &prepared, &public, &sample.proof).is_err(), "bit {bit}");
			}
		}
	}

	#[test]
	fn every_bit_of_the_key() {
		let mut rng = StdRng::seed_from_u64(12);
		for sample in [Sample::gnark(), Sample::fresh(3, &mut rng)] {
			for bit in 0..sample.key.len() * 8 {
				if let Ok(prepared) = prepare_key(SYSTEM, &flip(&sample.key, bit)) {
					assert!(
						verify(SYSTEM, &prepared, &sample.public, &sample.proof).is_err(),
						"bit {bit}"
					);
				}
			}
		}
	}

	#[test]
	fn every_bit_of_the_prepared_key() {
		let sample = Sample::gnark();
		let prepared = sample.prepared();
		for bit in 0..prepared.len() * 8 {
			let prepared = flip(&prepared, bit);
			assert!(verify(SYSTEM, &prepared, &sample.public, &sample.proof).is_err(), "bit {bit}");
		}
	}

	#[test]
	fn points_that_are_not_reduced() {
		let sample = Sample::gnark();
		let prepared = sample.prepared();
		for offset in (0..sample.proof.len()).step_by(32) {
			let proof = add_modulus::<Fq>(&sample.proof, offset);
			assert_eq!(
				verify(SYSTEM, &prepared, &sample.public, &proof),
				Err(VerifyError::ProofNotInField)
			);
		}
		for offset in (0..sample.key.len()).step_by(32) {
			let key = add_modulus::<Fq>(&sample.key, offset);
			assert_eq!(prepare_key(SYSTEM, &key), Err(KeyError::NotInField));
		}
		// The prepared key has one encoding as well.
		for offset in (4..prepared.len()).step_by(32) {
			let prepared = add_modulus::<Fq>(&prepared, offset);
			assert_eq!(
				verify(SYSTEM, &prepared, &sample.public, &sample.proof),
				Err(VerifyError::CorruptPreparedKey)
			);
		}
	}

	#[test]
	fn the_modulus_itself() {
		let sample = Sample::gnark();
		let mut proof = sample.proof.clone();
		proof[..32].copy_from_slice(&coordinate_modulus());
		assert_eq!(Sample { proof, ..sample }.verify(), Err(VerifyError::ProofNotInField));
	}

	#[test]
	fn public_inputs_that_are_not_reduced() {
		let sample = Sample::fresh(3, &mut StdRng::seed_from_u64(13));
		let prepared = sample.prepared();
		for offset in [0, 32, 64] {
			let public = add_modulus::<Fr>(&sample.public, offset);
			let expected = Err(VerifyError::PublicInputNotInField);
			assert_eq!(verify(SYSTEM, &prepared, &public, &sample.proof), expected);
			assert_eq!(check_public_inputs(SYSTEM, &prepared, &public), expected);
		}
	}

	#[test]
	fn wrong_lengths() {
		let sample = Sample::fresh(2, &mut StdRng::seed_from_u64(14));
		let prepared = sample.prepared();
		for length in [0, 1, 255, 257, 288, 512] {
			let proof = resize(&sample.proof, length);
			assert_eq!(
				verify(SYSTEM, &prepared, &sample.public, &proof),
				Err(VerifyError::WrongProofLength)
			);
		}
		for length in [0, 1, 32, 63, 65, 96] {
			let public = resize(&sample.public, length);
			let expected = Err(VerifyError::WrongPublicInputCount);
			assert_eq!(verify(SYSTEM, &prepared, &public, &sample.proof), expected);
			assert_eq!(check_public_inputs(SYSTEM, &prepared, &public), expected);
		}
		for length in [0, 1, 448, 511, 513, 639, 641] {
			let key = resize(&sample.key, length);
			assert_eq!(prepare_key(SYSTEM, &key), Err(KeyError::WrongLength));
			assert_eq!(prepared_len(SYSTEM, &key), Err(KeyError::WrongLength));
		}
		for length in [0, 1, 3, 4, prepared.len() - 64, prepared.len() - 1, prepared.len() + 64] {
			let prepared = resize(&prepared, length);
			let expected = VerifyError::CorruptPreparedKey;
			assert_eq!(verify(SYSTEM, &prepared, &sample.public, &sample.proof), Err(expected));
			assert_eq!(public_input_count(SYSTEM, &prepared), Err(expected));
		}
	}

	#[test]
	fn keys_with_too_many_inputs() {
		let mut key = Sample::gnark().key;
		key.resize(groth16_bn254::MAX_KEY_LEN as usize + 64, 0);
		assert_eq!(prepare_key(SYSTEM, &key), Err(KeyError::TooManyInputs));
		assert_eq!(prepared_len(SYSTEM, &key), Err(KeyError::TooManyInputs));
	}

	#[test]
	fn infinity_where_it_would_be_unsound() {
		let sample = Sample::gnark();
		for range in KEY_POINTS {
			assert_eq!(
				prepare_key(SYSTEM, &zero(&sample.key, range)),
				Err(KeyError::PointAtInfinity)
			);
		}
		for range in PROOF_POINTS {
			let proof = zero(&sample.proof, range);
			assert_eq!(
				Sample { proof, ..sample.clone() }.verify(),
				Err(VerifyError::ProofPointAtInfinity)
			);
		}
	}

	#[test]
	fn points_off_the_curve() {
		let sample = Sample::gnark();
		for range in KEY_POINTS {
			let key = flip(&sample.key, (range.end - 1) * 8);
			assert_eq!(prepare_key(SYSTEM, &key), Err(KeyError::NotOnCurve));
		}
		for range in PROOF_POINTS {
			let proof = flip(&sample.proof, (range.end - 1) * 8);
			assert_eq!(
				Sample { proof, ..sample.clone() }.verify(),
				Err(VerifyError::ProofNotOnCurve)
			);
		}
	}

	#[test]
	fn points_outside_the_subgroup() {
		let mut rng = StdRng::seed_from_u64(15);
		let stray = loop {
			let x = ark_bn254::Fq2::rand(&mut rng);
			if let Some(point) = G2Affine::get_point_from_x_unchecked(x, false) {
				break g2_bytes(&point);
			}
		};
		let sample = Sample::gnark();
		for range in &KEY_POINTS[1..] {
			let mut key = sample.key.clone();
			key[range.clone()].copy_from_slice(&stray);
			assert_eq!(prepare_key(SYSTEM, &key), Err(KeyError::NotInSubgroup));
		}
		let mut proof = sample.proof.clone();
		proof[64..192].copy_from_slice(&stray);
		assert_eq!(Sample { proof, ..sample }.verify(), Err(VerifyError::ProofNotInSubgroup));
	}

	#[test]
	fn well_formed_proofs_of_something_else() {
		let mut rng = StdRng::seed_from_u64(16);
		let sample = Sample::gnark();
		for _ in 0..20 {
			let proof = Proof::<Bn254> {
				a: G1Projective::rand(&mut rng).into_affine(),
				b: G2Projective::rand(&mut rng).into_affine(),
				c: G1Projective::rand(&mut rng).into_affine(),
			};
			let proof = proof_bytes(&proof);
			assert_eq!(
				Sample { proof, ..sample.clone() }.verify(),
				Err(VerifyError::PairingMismatch)
			);
		}
	}

	#[test]
	fn a_proof_under_another_key() {
		let mut rng = StdRng::seed_from_u64(17);
		let one = Sample::fresh(2, &mut rng);
		let other = Sample::fresh(2, &mut rng);
		assert_eq!(Sample { key: other.key, ..one }.verify(), Err(VerifyError::PairingMismatch));
	}

	/// `δ = ±γ` is what a setup without contributions leaves: every statement then has a proof that anyone can write.
	#[test]
	fn keys_that_accept_forged_proofs() {
		let mut rng = StdRng::seed_from_u64(18);
		let ic = [Fr::rand(&mut rng), Fr::rand(&mut rng)];
		let (mut key, _) = trapdoor_key(&mut rng, ic);
		let statement = Fr::rand(&mut rng);
		let x = (key.gamma_abc_g1[0] + key.gamma_abc_g1[1] * statement).into_affine();
		for (delta, c) in [(key.gamma_g2, -x), (-key.gamma_g2, x)] {
			key.delta_g2 = delta;
			let forged = Proof { a: key.alpha_g1, b: key.beta_g2, c };
			assert!(Groth16::<Bn254>::verify(&key, &[statement], &forged).unwrap());
			assert_eq!(prepare_key(SYSTEM, &key_bytes(&key)), Err(KeyError::Forgeable));
		}
	}
}

/// A key of one public input whose trapdoor is known, with the given logarithms of the input points, and a proof for it
/// made with the trapdoor for the public input 5.
fn trapdoor_key(rng: &mut StdRng, ic: [Fr; 2]) -> (VerifyingKey<Bn254>, Proof<Bn254>) {
	let g1 = |scalar: Fr| (G1Affine::generator() * scalar).into_affine();
	let g2 = |scalar: Fr| (G2Affine::generator() * scalar).into_affine();
	let [alpha, beta, gamma, delta, a, b] = core::array::from_fn(|_| Fr::rand(rng));
	let x = ic[0] + ic[1] * Fr::from(5u64);
	let c = (a * b - alpha * beta - x * gamma) / delta;
	let key = VerifyingKey {
		alpha_g1: g1(alpha),
		beta_g2: g2(beta),
		gamma_g2: g2(gamma),
		delta_g2: g2(delta),
		gamma_abc_g1: ic.map(g1).to_vec(),
	};
	(key, Proof { a: g1(a), b: g2(b), c: g1(c) })
}
