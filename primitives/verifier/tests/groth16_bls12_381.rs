// SPDX-License-Identifier: Apache-2.0

//! Groth16 over BLS12-381: what is accepted and, bit for bit, what is not.

mod common;

use ark_bls12_381::{Bls12_381, Fq, Fq2, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Field, UniformRand};
use ark_groth16::{Groth16, Proof, VerifyingKey};
use ark_snark::SNARK;
use common::*;
use proofyard_verifier::{
	check_public_inputs, groth16_bls12_381, key_input_count, max_proof_len, prepare_key,
	prepared_len, public_input_count, verify, KeyError, ProofSystem, VerifyError, MAX_KEY_LEN,
	MAX_PREPARED_KEY_LEN, MAX_PUBLIC_INPUTS,
};
use rand::{rngs::StdRng, SeedableRng};
use std::ops::Range;

const BLS: ProofSystem = ProofSystem::Groth16Bls12_381;

/// Ranges of the points of a key: `α`, `β`, `γ`, `δ`.
const KEY_POINTS: [Range<usize>; 4] = [0..96, 96..288, 288..480, 480..672];
/// Ranges of the points of a proof: `A`, `B`, `C`.
const PROOF_POINTS: [Range<usize>; 3] = [0..96, 96..288, 288..384];

mod accepts {
	use super::*;

	#[test]
	fn a_proof_by_snarkjs() {
		let sample = Sample::snarkjs_bls();
		assert_eq!(sample.system, BLS);
		assert_eq!(sample.key.len(), groth16_bls12_381::MIN_KEY_LEN as usize + 3 * 96);
		assert_eq!(sample.verify(), Ok(()));
	}

	#[test]
	fn fresh_proofs_with_any_number_of_inputs() {
		let mut rng = StdRng::seed_from_u64(1);
		for inputs in [0, 1, 4, MAX_PUBLIC_INPUTS as usize] {
			let sample = Sample::fresh_bls(inputs, &mut rng);
			let prepared = sample.prepared();
			assert_eq!(sample.verify(), Ok(()), "{inputs} inputs");
			assert_eq!(key_input_count(BLS, &sample.key), Ok(inputs as u32));
			assert_eq!(public_input_count(BLS, &prepared), Ok(inputs as u32));
			assert_eq!(prepared_len(BLS, &sample.key), Ok(prepared.len() as u32));
			assert_eq!(check_public_inputs(BLS, &prepared, &sample.public), Ok(()));
		}
	}

	#[test]
	fn the_bounds_are_those_of_the_largest_key() {
		let sample = Sample::fresh_bls(MAX_PUBLIC_INPUTS as usize, &mut StdRng::seed_from_u64(2));
		assert_eq!(sample.key.len(), MAX_KEY_LEN as usize);
		assert_eq!(sample.prepared().len(), MAX_PREPARED_KEY_LEN as usize);
		assert_eq!(sample.proof.len(), groth16_bls12_381::PROOF_LEN as usize);
		assert_eq!(max_proof_len(BLS), groth16_bls12_381::PROOF_LEN);
	}
}

mod rejects {
	use super::*;

	fn samples() -> [Sample; 2] {
		[Sample::snarkjs_bls(), Sample::fresh_bls(2, &mut StdRng::seed_from_u64(10))]
	}

	#[test]
	fn every_bit_of_the_proof() {
		for sample in samples() {
			let prepared = sample.prepared();
			for bit in 0..sample.proof.len() * 8 {
				let proof = flip(&sample.proof, bit);
				assert!(verify(BLS, &prepared, &sample.public, &proof).is_err(), "bit {bit}");
			}
		}
	}

	#[test]
	fn every_bit_of_the_public_inputs() {
		for sample in samples() {
			let prepared = sample.prepared();
			for bit in 0..sample.public.len() * 8 {
				let public = flip(&sample.public, bit);
				assert!(verify(BLS, &prepared, &public, &sample.proof).is_err(), "bit {bit}");
			}
		}
	}

	#[test]
	fn every_bit_of_the_key() {
		for sample in samples() {
			for bit in 0..sample.key.len() * 8 {
				if let Ok(prepared) = prepare_key(BLS, &flip(&sample.key, bit)) {
					let verdict = verify(BLS, &prepared, &sample.public, &sample.proof);
					assert!(verdict.is_err(), "bit {bit}");
				}
			}
		}
	}

	#[test]
	fn bits_of_the_prepared_key() {
		let sample = Sample::snarkjs_bls();
		let prepared = sample.prepared();
		for bit in (0..64).chain((64..prepared.len() * 8).step_by(5)) {
			let prepared = flip(&prepared, bit);
			assert!(verify(BLS, &prepared, &sample.public, &sample.proof).is_err(), "bit {bit}");
		}
	}

	#[test]
	fn numbers_that_are_not_reduced() {
		let sample = Sample::snarkjs_bls();
		let prepared = sample.prepared();
		for offset in (0..sample.proof.len()).step_by(48) {
			let proof = add_modulus::<Fq>(&sample.proof, offset);
			let verdict = verify(BLS, &prepared, &sample.public, &proof);
			assert_eq!(verdict, Err(VerifyError::ProofNotInField));
		}
		for offset in (0..sample.key.len()).step_by(48) {
			let key = add_modulus::<Fq>(&sample.key, offset);
			assert_eq!(prepare_key(BLS, &key), Err(KeyError::NotInField));
		}
		for offset in (4..prepared.len()).step_by(48) {
			let prepared = add_modulus::<Fq>(&prepared, offset);
			let verdict = verify(BLS, &prepared, &sample.public, &sample.proof);
			assert_eq!(verdict, Err(VerifyError::CorruptPreparedKey));
		}
		for offset in [0, 32, 64] {
			let public = add_modulus::<Fr>(&sample.public, offset);
			let expected = Err(VerifyError::PublicInputNotInField);
			assert_eq!(verify(BLS, &prepared, &public, &sample.proof), expected);
			assert_eq!(check_public_inputs(BLS, &prepared, &public), expected);
		}
	}

	/// The flags of compressed and of other encodings are bits of a number here.
	#[test]
	fn flags_of_other_encodings() {
		let sample = Sample::snarkjs_bls();
		for flag in [0x80, 0x40, 0x20] {
			for range in PROOF_POINTS {
				let mut proof = sample.proof.clone();
				proof[range.start] |= flag;
				let verdict = Sample { proof, ..sample.clone() }.verify();
				assert_eq!(verdict, Err(VerifyError::ProofNotInField));
			}
		}
	}

	#[test]
	fn wrong_lengths() {
		let sample = Sample::snarkjs_bls();
		let prepared = sample.prepared();
		for length in [0, 1, 192, 256, 383, 385, 768] {
			let proof = resize(&sample.proof, length);
			let verdict = verify(BLS, &prepared, &sample.public, &proof);
			assert_eq!(verdict, Err(VerifyError::WrongProofLength));
		}
		for length in [0, 1, 64, 95, 97, 128] {
			let public = resize(&sample.public, length);
			let expected = Err(VerifyError::WrongPublicInputCount);
			assert_eq!(verify(BLS, &prepared, &public, &sample.proof), expected);
		}
		for length in [0, 1, 767, 769, sample.key.len() - 1, sample.key.len() + 64] {
			let key = resize(&sample.key, length);
			assert_eq!(prepare_key(BLS, &key), Err(KeyError::WrongLength));
			assert_eq!(prepared_len(BLS, &key), Err(KeyError::WrongLength));
		}
		let key = resize(&sample.key, MAX_KEY_LEN as usize + 96);
		assert_eq!(prepare_key(BLS, &key), Err(KeyError::TooManyInputs));
		for length in [0, 1, 3, 4, prepared.len() - 96, prepared.len() - 1, prepared.len() + 96] {
			let prepared = resize(&prepared, length);
			let verdict = verify(BLS, &prepared, &sample.public, &sample.proof);
			assert_eq!(verdict, Err(VerifyError::CorruptPreparedKey));
		}
	}

	#[test]
	fn infinity_where_it_would_be_unsound() {
		let sample = Sample::snarkjs_bls();
		for range in KEY_POINTS {
			let verdict = prepare_key(BLS, &zero(&sample.key, range));
			assert_eq!(verdict, Err(KeyError::PointAtInfinity));
		}
		for range in PROOF_POINTS {
			let proof = zero(&sample.proof, range);
			let verdict = Sample { proof, ..sample.clone() }.verify();
			assert_eq!(verdict, Err(VerifyError::ProofPointAtInfinity));
		}
	}

	#[test]
	fn points_off_the_curve() {
		let sample = Sample::snarkjs_bls();
		for range in KEY_POINTS {
			let key = flip(&sample.key, (range.end - 1) * 8);
			assert_eq!(prepare_key(BLS, &key), Err(KeyError::NotOnCurve));
		}
		for range in PROOF_POINTS {
			let proof = flip(&sample.proof, (range.end - 1) * 8);
			let verdict = Sample { proof, ..sample.clone() }.verify();
			assert_eq!(verdict, Err(VerifyError::ProofNotOnCurve));
		}
	}

	/// Points of the curve outside the group, in both groups and everywhere.
	#[test]
	fn points_outside_the_subgroup() {
		let mut rng = StdRng::seed_from_u64(15);
		let g1 = loop {
			if let Some(point) = G1Affine::get_point_from_x_unchecked(Fq::rand(&mut rng), false) {
				break bls_g1_bytes(&point);
			}
		};
		let g2 = loop {
			if let Some(point) = G2Affine::get_point_from_x_unchecked(Fq2::rand(&mut rng), false) {
				break bls_g2_bytes(&point);
			}
		};
		let stray = |range: &Range<usize>| if range.len() == 96 { &g1 } else { &g2 };
		let sample = Sample::snarkjs_bls();
		let inputs = [672..768, 768..864];
		for range in KEY_POINTS.into_iter().chain(inputs) {
			let mut key = sample.key.clone();
			key[range.clone()].copy_from_slice(stray(&range));
			assert_eq!(prepare_key(BLS, &key), Err(KeyError::NotInSubgroup));
		}
		for range in PROOF_POINTS {
			let mut proof = sample.proof.clone();
			proof[range.clone()].copy_from_slice(stray(&range));
			let verdict = Sample { proof, ..sample.clone() }.verify();
			assert_eq!(verdict, Err(VerifyError::ProofNotInSubgroup));
		}
	}

	/// A valid proof plus a point of small order: what the equation alone would not notice.
	#[test]
	fn points_of_small_order() {
		let sample = Sample::snarkjs_bls();
		// (0, 2) has order three: y² = x³ + 4.
		let small = G1Affine::new_unchecked(Fq::from(0u64), Fq::from(2u64));
		assert!(small.is_on_curve() && (small + small + small).into_affine().is_zero());
		let c = G1Affine::new_unchecked(
			Fq::from_random_bytes(&reversed(&sample.proof[288..336])).unwrap(),
			Fq::from_random_bytes(&reversed(&sample.proof[336..384])).unwrap(),
		);
		let mut proof = sample.proof.clone();
		proof[288..].copy_from_slice(&bls_g1_bytes(&(c + small).into_affine()));
		let verdict = Sample { proof, ..sample }.verify();
		assert_eq!(verdict, Err(VerifyError::ProofNotInSubgroup));
	}

	fn reversed(bytes: &[u8]) -> Vec<u8> {
		bytes.iter().rev().copied().collect()
	}

	#[test]
	fn well_formed_proofs_of_something_else() {
		let mut rng = StdRng::seed_from_u64(16);
		let sample = Sample::snarkjs_bls();
		for _ in 0..10 {
			let proof = Proof::<Bls12_381> {
				a: G1Projective::rand(&mut rng).into_affine(),
				b: G2Projective::rand(&mut rng).into_affine(),
				c: G1Projective::rand(&mut rng).into_affine(),
			};
			let proof = bls_proof_bytes(&proof);
			let verdict = Sample { proof, ..sample.clone() }.verify();
			assert_eq!(verdict, Err(VerifyError::PairingMismatch));
		}
	}

	#[test]
	fn what_belongs_to_the_other_curve() {
		let bn = Sample::gnark();
		let bls = Sample::snarkjs_bls();
		assert!(prepare_key(BLS, &bn.key).is_err());
		assert!(prepare_key(SYSTEM, &bls.key).is_err());
		let corrupt = Err(VerifyError::CorruptPreparedKey);
		assert_eq!(verify(BLS, &bn.prepared(), &bn.public, &bn.proof), corrupt);
		assert_eq!(verify(SYSTEM, &bls.prepared(), &bls.public, &bls.proof), corrupt);
	}

	/// `δ = ±γ` is what a setup without contributions leaves: every statement then has a proof that anyone can write.
	#[test]
	fn keys_that_accept_forged_proofs() {
		let mut rng = StdRng::seed_from_u64(18);
		let mut g1 = || (G1Affine::generator() * Fr::rand(&mut rng)).into_affine();
		let [alpha_g1, first, second] = [g1(), g1(), g1()];
		let mut g2 = || (G2Affine::generator() * Fr::rand(&mut rng)).into_affine();
		let [beta_g2, gamma_g2] = [g2(), g2()];
		let statement = Fr::from(5u64);
		let x = (first + second * statement).into_affine();
		for (delta_g2, c) in [(gamma_g2, -x), (-gamma_g2, x)] {
			let gamma_abc_g1 = vec![first, second];
			let key = VerifyingKey { alpha_g1, beta_g2, gamma_g2, delta_g2, gamma_abc_g1 };
			let forged = Proof { a: alpha_g1, b: beta_g2, c };
			assert!(Groth16::<Bls12_381>::verify(&key, &[statement], &forged).unwrap());
			assert_eq!(prepare_key(BLS, &bls_key_bytes(&key)), Err(KeyError::Forgeable));
		}
	}
}
