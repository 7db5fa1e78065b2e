// SPDX-License-Identifier: Apache-2.0

//! Files of snarkjs and gnark to and from canonical bytes.

mod common;

use common::*;
use proofyard_verifier::{
	convert::{arkworks, gnark, snarkjs, ConvertError},
	prepare_key, verify, ProofSystem,
};
use rand::{rngs::StdRng, SeedableRng};

mod snarkjs_files {
	use super::*;
	use serde_json::{json, Value};

	fn key() -> Value {
		serde_json::from_str(&snarkjs::key_to_json(&Sample::gnark().key).unwrap()).unwrap()
	}

	fn proof() -> Value {
		serde_json::from_str(&snarkjs::proof_to_json(&Sample::gnark().proof).unwrap()).unwrap()
	}

	/// A key from a public ceremony and a proof for it, as snarkjs wrote them.
	#[test]
	fn give_a_proof_that_verifies() {
		let key = include_str!("vectors/snarkjs-semaphore-1.key.json");
		let proof = include_str!("vectors/snarkjs-semaphore-1.proof.json");
		let public = include_str!("vectors/snarkjs-semaphore-1.public.json");
		let sample = Sample {
			system: SYSTEM,
			key: snarkjs::key_from_json(key).unwrap(),
			public: snarkjs::public_inputs_from_json(public).unwrap(),
			proof: snarkjs::proof_from_json(proof).unwrap(),
		};
		assert_eq!(sample.public.len(), 4 * 32);
		assert_eq!(sample.verify(), Ok(()));

		let prepared = sample.prepared();
		for bit in 0..sample.public.len() * 8 {
			let public = flip(&sample.public, bit);
			assert!(verify(SYSTEM, &prepared, &public, &sample.proof).is_err(), "bit {bit}");
		}
	}

	#[test]
	fn round_trip() {
		let mut rng = StdRng::seed_from_u64(20);
		for sample in [Sample::gnark(), Sample::fresh(0, &mut rng), Sample::fresh(5, &mut rng)] {
			let key = snarkjs::key_to_json(&sample.key).unwrap();
			let proof = snarkjs::proof_to_json(&sample.proof).unwrap();
			let public = snarkjs::public_inputs_to_json(&sample.public).unwrap();
			assert_eq!(snarkjs::key_from_json(&key), Ok(sample.key));
			assert_eq!(snarkjs::proof_from_json(&proof), Ok(sample.proof));
			assert_eq!(snarkjs::public_inputs_from_json(&public), Ok(sample.public));
		}
	}

	#[test]
	fn have_the_shape_that_snarkjs_writes() {
		let key = key();
		assert_eq!(key["protocol"], "groth16");
		assert_eq!(key["curve"], "bn128");
		assert_eq!(key["nPublic"], 1);
		assert_eq!(key["IC"].as_array().unwrap().len(), 2);
		assert_eq!(key["vk_alpha_1"][2], "1");
		assert_eq!(key["vk_beta_2"][2], json!(["1", "0"]));
		assert_eq!(proof()["pi_b"][2], json!(["1", "0"]));
		let public = snarkjs::public_inputs_to_json(&Sample::gnark().public).unwrap();
		assert_eq!(serde_json::from_str::<Value>(&public).unwrap(), json!(["35"]));
	}

	/// The lower coefficient comes first in JSON, the higher one in bytes.
	#[test]
	fn swap_the_coefficients_of_g2() {
		let mut bytes = vec![0; 256];
		(0..8).for_each(|coordinate| bytes[coordinate * 32 + 31] = coordinate as u8 + 1);
		let text = snarkjs::proof_to_json(&bytes).unwrap();
		let value: Value = serde_json::from_str(&text).unwrap();
		assert_eq!(value["pi_a"], json!(["1", "2", "1"]));
		assert_eq!(value["pi_b"], json!([["4", "3"], ["6", "5"], ["1", "0"]]));
		assert_eq!(value["pi_c"], json!(["7", "8", "1"]));
	}

	/// `vk_alphabeta_12` and whatever else a version writes is not needed.
	#[test]
	fn further_fields_are_ignored() {
		let mut key = key();
		key["vk_alphabeta_12"] = json!([[["1", "2"]]]);
		assert_eq!(snarkjs::key_from_json(&key.to_string()), Ok(Sample::gnark().key));
		let mut proof = proof();
		proof.as_object_mut().unwrap().remove("curve");
		assert_eq!(snarkjs::proof_from_json(&proof.to_string()), Ok(Sample::gnark().proof));
	}

	#[test]
	fn infinity_is_written_as_snarkjs_does() {
		let key = zero(&Sample::gnark().key, 512..576);
		let text = snarkjs::key_to_json(&key).unwrap();
		let value: Value = serde_json::from_str(&text).unwrap();
		assert_eq!(value["IC"][1], json!(["0", "1", "0"]));
		assert_eq!(snarkjs::key_from_json(&text), Ok(key));
	}

	#[test]
	fn fails_for_another_protocol_or_curve() {
		for (field, value) in [("protocol", "plonk"), ("curve", "bls12381")] {
			let mut key = key();
			key[field] = json!(value);
			assert!(matches!(
				snarkjs::key_from_json(&key.to_string()),
				Err(ConvertError::Unsupported { field: found, .. }) if found == field
			));
		}
	}

	#[test]
	fn fails_for_a_wrong_count() {
		let mut key = key();
		key["nPublic"] = json!(2);
		assert_eq!(
			snarkjs::key_from_json(&key.to_string()),
			Err(ConvertError::WrongCount { field: "IC", expected: 3, found: 2 })
		);
		key["nPublic"] = json!(u32::MAX);
		assert!(matches!(
			snarkjs::key_from_json(&key.to_string()),
			Err(ConvertError::WrongCount { .. })
		));
		let public = json!(vec!["1"; 65]).to_string();
		assert!(matches!(
			snarkjs::public_inputs_from_json(&public),
			Err(ConvertError::WrongCount { .. })
		));
	}

	#[test]
	fn fails_for_numbers_out_of_range() {
		let not_a_number = Err(ConvertError::NotANumber { field: "public" });
		for text in ["", "-1", "+1", "0x1", "1_0", "01", "1 ", "١", &"9".repeat(79)] {
			let public = json!([text]).to_string();
			assert_eq!(snarkjs::public_inputs_from_json(&public), not_a_number, "{text}");
		}
		let order = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
		let public = json!([order]).to_string();
		assert_eq!(
			snarkjs::public_inputs_from_json(&public),
			Err(ConvertError::NotInField { field: "public" })
		);
		let mut proof = proof();
		proof["pi_a"][0] =
			json!("21888242871839275222246405745257275088696311157297823662689037894645226208583");
		assert_eq!(
			snarkjs::proof_from_json(&proof.to_string()),
			Err(ConvertError::NotInField { field: "pi_a" })
		);
	}

	#[test]
	fn fails_for_points_that_are_not_affine() {
		let mut proof = proof();
		proof["pi_a"][2] = json!("2");
		assert!(matches!(
			snarkjs::proof_from_json(&proof.to_string()),
			Err(ConvertError::Unsupported { field: "pi_a", .. })
		));
	}

	#[test]
	fn fails_for_other_json_and_other_lengths() {
		assert!(matches!(snarkjs::key_from_json("{}"), Err(ConvertError::Json(_))));
		assert!(matches!(snarkjs::proof_from_json("[1]"), Err(ConvertError::Json(_))));
		assert!(matches!(snarkjs::public_inputs_from_json("[1]"), Err(ConvertError::Json(_))));
		assert_eq!(snarkjs::key_to_json(&[0; 480]), Err(ConvertError::NotCanonical));
		assert_eq!(snarkjs::proof_to_json(&[0; 255]), Err(ConvertError::NotCanonical));
		assert_eq!(snarkjs::public_inputs_to_json(&[0; 33]), Err(ConvertError::NotCanonical));
	}
}

mod gnark_files {
	use super::*;

	#[test]
	fn give_a_proof_that_verifies() {
		assert_eq!(Sample::gnark().verify(), Ok(()));
	}

	#[test]
	fn the_public_witness_is_the_circuits_output() {
		let public = gnark::public_inputs_from_bytes(GNARK_PUBLIC).unwrap();
		assert_eq!(public.len(), 32);
		assert_eq!(public[31], 35);
	}

	/// gnark 0.10 ends a key with an unused Pedersen key, later versions with a count of zero or nothing.
	#[test]
	fn keys_of_later_versions() {
		let end = GNARK_KEY.len() - 128;
		let expected = gnark::key_from_bytes(GNARK_KEY).unwrap();
		assert_eq!(gnark::key_from_bytes(&GNARK_KEY[..end]), Ok(expected.clone()));
		let counted = [&GNARK_KEY[..end], &[0; 4]].concat();
		assert_eq!(gnark::key_from_bytes(&counted), Ok(expected));
	}

	#[test]
	fn fails_for_commitments() {
		let mut proof = GNARK_PROOF.to_vec();
		proof[131] = 1;
		assert_eq!(gnark::proof_from_bytes(&proof), Err(ConvertError::Commitments));
		let end = GNARK_KEY.len() - 128;
		let mut key = GNARK_KEY.to_vec();
		key[end - 1] = 1;
		assert_eq!(gnark::key_from_bytes(&key), Err(ConvertError::Commitments));
		let counted = [&GNARK_KEY[..end], &[0, 0, 0, 1]].concat();
		assert_eq!(gnark::key_from_bytes(&counted), Err(ConvertError::Commitments));
	}

	#[test]
	fn fails_for_a_witness_with_secrets() {
		let mut witness = GNARK_PUBLIC.to_vec();
		witness[7] = 1;
		assert_eq!(gnark::public_inputs_from_bytes(&witness), Err(ConvertError::SecretWitness));
	}

	#[test]
	fn fails_when_truncated_or_too_long() {
		for length in 0..GNARK_PROOF.len() {
			assert!(gnark::proof_from_bytes(&GNARK_PROOF[..length]).is_err());
		}
		for length in 0..GNARK_PUBLIC.len() {
			assert!(gnark::public_inputs_from_bytes(&GNARK_PUBLIC[..length]).is_err());
		}
		for length in (0..GNARK_KEY.len()).filter(|length| *length != GNARK_KEY.len() - 128) {
			let outcome = gnark::key_from_bytes(&GNARK_KEY[..length]);
			// The length of a later version, but the tail is not a count of zero.
			if length == GNARK_KEY.len() - 124 {
				assert_eq!(outcome, Err(ConvertError::Commitments));
			} else {
				assert_eq!(outcome, Err(ConvertError::WrongLength), "{length}");
			}
		}
		for file in [GNARK_PROOF, GNARK_PUBLIC, GNARK_KEY] {
			let longer = [file, &[0]].concat();
			assert!(gnark::proof_from_bytes(&longer).is_err());
			assert!(gnark::public_inputs_from_bytes(&longer).is_err());
			assert!(gnark::key_from_bytes(&longer).is_err());
		}
	}

	#[test]
	fn fails_for_unknown_flags() {
		let mut proof = GNARK_PROOF.to_vec();
		proof[0] &= 0x3f;
		assert_eq!(
			gnark::proof_from_bytes(&proof),
			Err(ConvertError::InvalidPoint { field: "Ar" })
		);
		// Infinity is only the encoding without a coordinate.
		proof[0] |= 0x40;
		assert_eq!(
			gnark::proof_from_bytes(&proof),
			Err(ConvertError::InvalidPoint { field: "Ar" })
		);
	}

	/// Every bit of the files that the verifier depends on makes the conversion or the verification fail.
	#[test]
	fn every_bit_of_the_proof_matters() {
		let sample = Sample::gnark();
		let prepared = sample.prepared();
		for bit in 0..GNARK_PROOF.len() * 8 {
			if let Ok(proof) = gnark::proof_from_bytes(&flip(GNARK_PROOF, bit)) {
				assert!(verify(SYSTEM, &prepared, &sample.public, &proof).is_err(), "bit {bit}");
			}
		}
		for bit in 0..GNARK_PUBLIC.len() * 8 {
			if let Ok(public) = gnark::public_inputs_from_bytes(&flip(GNARK_PUBLIC, bit)) {
				assert!(verify(SYSTEM, &prepared, &public, &sample.proof).is_err(), "bit {bit}");
			}
		}
	}

	#[test]
	fn every_used_bit_of_the_key_matters() {
		let sample = Sample::gnark();
		// β and δ in G1 serve the prover only; the Pedersen key at the end serves nobody.
		let unused = [32..64, 192..224, GNARK_KEY.len() - 128..GNARK_KEY.len()];
		for bit in 0..GNARK_KEY.len() * 8 {
			if unused.iter().any(|range| range.contains(&(bit / 8))) {
				continue;
			}
			let Ok(key) = gnark::key_from_bytes(&flip(GNARK_KEY, bit)) else { continue };
			let Ok(prepared) = prepare_key(SYSTEM, &key) else { continue };
			assert!(verify(SYSTEM, &prepared, &sample.public, &sample.proof).is_err(), "bit {bit}");
		}
	}
}

const BLS: ProofSystem = ProofSystem::Groth16Bls12_381;

/// A proof over each curve with what arkworks has of it.
struct Arkworks<E: ark_ec::pairing::Pairing> {
	key: ark_groth16::VerifyingKey<E>,
	public: Vec<E::ScalarField>,
	proof: ark_groth16::Proof<E>,
}

impl<E: ark_ec::pairing::Pairing> Arkworks<E> {
	fn new(seed: u64) -> Self {
		let (key, public, proof) = common::arkworks::<E>(3, &mut StdRng::seed_from_u64(seed));
		Self { key, public, proof }
	}
}

mod arkworks_bytes {
	use super::*;
	use ark_serialize::{CanonicalSerialize, Compress};

	fn bytes<T: CanonicalSerialize>(value: &T, compressed: bool) -> Vec<u8> {
		let mut bytes = Vec::new();
		let compress = if compressed { Compress::Yes } else { Compress::No };
		value.serialize_with_mode(&mut bytes, compress).unwrap();
		bytes
	}

	fn give_proofs_that_verify<E: ark_ec::pairing::Pairing>(system: ProofSystem) {
		let made = Arkworks::<E>::new(21);
		let public = bytes(&made.public, false);
		for compressed in [true, false] {
			let sample = Sample {
				system,
				key: arkworks::key(system, compressed, &bytes(&made.key, compressed)).unwrap(),
				public: arkworks::public_inputs(system, &public).unwrap(),
				proof: arkworks::proof(system, compressed, &bytes(&made.proof, compressed))
					.unwrap(),
			};
			assert_eq!(sample.verify(), Ok(()));
		}
	}

	#[test]
	fn of_both_curves() {
		give_proofs_that_verify::<ark_bn254::Bn254>(SYSTEM);
		give_proofs_that_verify::<ark_bls12_381::Bls12_381>(BLS);
	}

	fn fail_with_other_lengths<E: ark_ec::pairing::Pairing>(system: ProofSystem) {
		let made = Arkworks::<E>::new(22);
		for compressed in [true, false] {
			let key = bytes(&made.key, compressed);
			let proof = bytes(&made.proof, compressed);
			let public = bytes(&made.public, compressed);
			for length in 0..key.len() {
				assert!(arkworks::key(system, compressed, &key[..length]).is_err());
			}
			for length in 0..proof.len() {
				assert!(arkworks::proof(system, compressed, &proof[..length]).is_err());
			}
			for length in 0..public.len() {
				assert!(arkworks::public_inputs(system, &public[..length]).is_err());
			}
			let long = |bytes: &[u8]| [bytes, &[0]].concat();
			let wrong = Err(ConvertError::WrongLength);
			assert_eq!(arkworks::key(system, compressed, &long(&key)), wrong);
			assert_eq!(arkworks::proof(system, compressed, &long(&proof)), wrong);
			assert_eq!(arkworks::public_inputs(system, &long(&public)), wrong);
		}
	}

	#[test]
	fn of_other_lengths_are_refused() {
		fail_with_other_lengths::<ark_bn254::Bn254>(SYSTEM);
		fail_with_other_lengths::<ark_bls12_381::Bls12_381>(BLS);
	}

	#[test]
	fn with_too_many_inputs_are_refused() {
		let public = bytes(&vec![ark_bn254::Fr::from(1u64); 65], false);
		assert_eq!(
			arkworks::public_inputs(SYSTEM, &public),
			Err(ConvertError::WrongCount { field: "public inputs", expected: 64, found: 65 })
		);
		let mut endless = public.clone();
		endless[..8].fill(0xff);
		assert!(arkworks::public_inputs(SYSTEM, &endless).is_err());
	}

	#[test]
	fn of_other_systems_are_refused() {
		let system = ProofSystem::Sp1Plonk;
		let refused = Err(ConvertError::NoSuchForm { system });
		assert_eq!(arkworks::key(system, true, &[]), refused);
		assert_eq!(arkworks::proof(system, true, &[]), refused);
		assert_eq!(arkworks::public_inputs(system, &[]), refused);
		assert_eq!(gnark::key_of(system, &[]), refused);
		assert_eq!(gnark::proof_of(system, &[]), refused);
		assert_eq!(gnark::public_inputs_of(system, &[]), refused);
		assert_eq!(snarkjs::public_inputs(system, "[]"), refused);
		assert!(snarkjs::key_text(system, &[]).is_err());
		assert!(snarkjs::proof_text(system, &[]).is_err());
	}
}

/// gnark's compressed points over BLS12-381 are those of the curve's usual encoding, which arkworks writes as well.
mod gnark_files_over_bls12_381 {
	use super::*;
	use ark_serialize::CanonicalSerialize;

	fn point(out: &mut Vec<u8>, point: &impl CanonicalSerialize) {
		point.serialize_compressed(out).unwrap();
	}

	fn files(made: &Arkworks<ark_bls12_381::Bls12_381>) -> [Vec<u8>; 3] {
		let Arkworks { key, public, proof } = made;
		let mut file = Vec::new();
		point(&mut file, &key.alpha_g1);
		point(&mut file, &key.alpha_g1);
		point(&mut file, &key.beta_g2);
		point(&mut file, &key.gamma_g2);
		point(&mut file, &key.alpha_g1);
		point(&mut file, &key.delta_g2);
		file.extend_from_slice(&(key.gamma_abc_g1.len() as u32).to_be_bytes());
		key.gamma_abc_g1.iter().for_each(|input| point(&mut file, input));
		file.extend_from_slice(&[0; 8]);

		let mut proof_file = Vec::new();
		point(&mut proof_file, &proof.a);
		point(&mut proof_file, &proof.b);
		point(&mut proof_file, &proof.c);
		proof_file.extend_from_slice(&[0; 4]);
		point(&mut proof_file, &ark_bls12_381::G1Affine::identity());

		let mut witness = (public.len() as u32).to_be_bytes().to_vec();
		witness.extend_from_slice(&[0; 4]);
		witness.extend_from_slice(&(public.len() as u32).to_be_bytes());
		witness.extend(public.iter().flat_map(word));
		[file, proof_file, witness]
	}

	#[test]
	fn give_a_proof_that_verifies() {
		for seed in 30..34 {
			let [key, proof, public] = files(&Arkworks::new(seed));
			let sample = Sample {
				system: BLS,
				key: gnark::key_of(BLS, &key).unwrap(),
				public: gnark::public_inputs_of(BLS, &public).unwrap(),
				proof: gnark::proof_of(BLS, &proof).unwrap(),
			};
			assert_eq!(sample.verify(), Ok(()));
			assert!(gnark::proof_from_bytes(&proof).is_err());
		}
	}

	#[test]
	fn fail_for_unknown_flags() {
		let [_, proof, _] = files(&Arkworks::new(35));
		for flag in [0, 0x20, 0x40, 0x60, 0xe0] {
			let mut proof = proof.clone();
			proof[0] = proof[0] & 0x1f | flag;
			let refused = Err(ConvertError::InvalidPoint { field: "Ar" });
			assert_eq!(gnark::proof_of(BLS, &proof), refused, "{flag:x}");
		}
		// Infinity has no coordinate.
		let mut infinity = proof.clone();
		infinity[0] |= 0xc0;
		assert!(gnark::proof_of(BLS, &infinity).is_err());
	}
}

/// A proof over BLS12-381 that snarkjs made, there and back.
#[test]
fn snarkjs_files_over_bls12_381_round_trip() {
	let sample = Sample::snarkjs_bls();
	let key = snarkjs::key_text(BLS, &sample.key).unwrap();
	let proof = snarkjs::proof_text(BLS, &sample.proof).unwrap();
	assert_eq!(snarkjs::key(&key), Ok((BLS, sample.key.clone())));
	assert_eq!(snarkjs::proof(&proof), Ok((BLS, sample.proof.clone())));
	let value: serde_json::Value = serde_json::from_str(&proof).unwrap();
	let original: serde_json::Value = serde_json::from_str(BLS_PROOF).unwrap();
	assert_eq!(value, original);
	assert!(snarkjs::key_from_json(&key).is_err(), "that one is for BN254");
	assert!(snarkjs::proof_from_json(&proof).is_err());
	assert_eq!(snarkjs::key_text(BLS, &sample.key[1..]), Err(ConvertError::NotCanonical));
	assert_eq!(snarkjs::proof_text(BLS, &sample.proof[1..]), Err(ConvertError::NotCanonical));
}
