// SPDX-License-Identifier: Apache-2.0

//! Many files at once, of which some are damaged, missing or of folders of their own.

mod common;

use ark_serialize::{CanonicalSerialize, Compress};
use common::*;
use proofyard_verifier::{
	convert::{
		files::{detect, detect_each, Case, Detected, Refusal, Unread},
		ConvertError,
	},
	ProofSystem, VerifyError,
};
use rand::{rngs::StdRng, SeedableRng};

const KEY: &[u8] = include_bytes!("vectors/snarkjs-semaphore-1.key.json");
const PROOF: &[u8] = include_bytes!("vectors/snarkjs-semaphore-1.proof.json");
const PUBLIC: &[u8] = include_bytes!("vectors/snarkjs-semaphore-1.public.json");

/// Each proof's verdict, or what is wrong with files that make up none.
fn verdicts(files: &[(&str, &[u8])]) -> Vec<Result<Result<(), Refusal>, ConvertError>> {
	detect_each(files)
		.into_iter()
		.map(|found| found.map(|found| found.case.verify()).map_err(|unread| unread.error))
		.collect()
}

/// Whether nothing of these files is accepted, and whatever is wrong is a verdict.
fn is_rejected(files: &[(&str, &[u8])]) -> bool {
	verdicts(files).iter().all(|verdict| match verdict {
		Ok(verified) => verified.is_err(),
		Err(error) => error.is_refusal(),
	})
}

fn names(found: &[Result<Detected, Unread>]) -> Vec<Vec<&str>> {
	found
		.iter()
		.map(|found| match found {
			Ok(Detected { names, .. }) | Err(Unread { names, .. }) => {
				names.iter().map(String::as_str).collect()
			}
		})
		.collect()
}

fn bytes<T: CanonicalSerialize>(value: &T, compressed: bool) -> Vec<u8> {
	let compress = if compressed { Compress::Yes } else { Compress::No };
	let mut bytes = Vec::new();
	value.serialize_with_mode(&mut bytes, compress).unwrap();
	bytes
}

/// A key, a proof and public inputs as arkworks writes them.
fn arkworks_files<E: ark_ec::pairing::Pairing>(compressed: bool, inputs: usize) -> [Vec<u8>; 3] {
	let (key, public, proof) = arkworks::<E>(inputs, &mut StdRng::seed_from_u64(31));
	[bytes(&key, compressed), bytes(&proof, compressed), bytes(&public, compressed)]
}

/// All forms of arkworks, with their systems.
fn all_of_arkworks(inputs: usize) -> Vec<(ProofSystem, [Vec<u8>; 3])> {
	[true, false]
		.into_iter()
		.flat_map(|compressed| {
			[
				(ProofSystem::Groth16Bn254, arkworks_files::<ark_bn254::Bn254>(compressed, inputs)),
				(
					ProofSystem::Groth16Bls12_381,
					arkworks_files::<ark_bls12_381::Bls12_381>(compressed, inputs),
				),
			]
		})
		.collect()
}

mod belong_together {
	use super::*;

	#[test]
	fn in_folders_of_their_own() {
		let found = detect_each(&[
			("a/verification_key.json", KEY),
			("a/proof.json", PROOF),
			("a/public.json", PUBLIC),
			("b/verification_key.json", BLS_KEY.as_bytes()),
			("b/proof.json", BLS_PROOF.as_bytes()),
			("b/public.json", BLS_PUBLIC.as_bytes()),
		]);
		assert!(found.iter().all(|found| found.as_ref().unwrap().case.verify().is_ok()));
		assert_eq!(
			names(&found),
			[
				["a/verification_key.json", "a/public.json", "a/proof.json"],
				["b/verification_key.json", "b/public.json", "b/proof.json"],
			]
		);
	}

	#[test]
	fn by_name_across_folders() {
		let found = detect_each(&[
			("keys/one.vk", GNARK_KEY),
			("keys/two.json", KEY),
			("proofs/two.json", PROOF),
			("proofs/one.bin", GNARK_PROOF),
			("inputs/one.pub", GNARK_PUBLIC),
			("inputs/two.json", PUBLIC),
		]);
		assert!(found.iter().all(|found| found.as_ref().unwrap().case.verify().is_ok()));
		assert_eq!(
			names(&found),
			[
				["keys/two.json", "inputs/two.json", "proofs/two.json"],
				["keys/one.vk", "inputs/one.pub", "proofs/one.bin"],
			]
		);
	}

	#[test]
	fn with_one_key_for_a_folder() {
		let found = detect_each(&[
			("a/verification_key.json", KEY),
			("a/1.proof", PROOF),
			("a/1.public", PUBLIC),
			("a/2.proof", PROOF),
			("a/2.public", PUBLIC),
			("b/k", GNARK_KEY),
			("b/p", GNARK_PROOF),
			("b/i", GNARK_PUBLIC),
		]);
		assert_eq!(found.len(), 3);
		assert!(found.iter().all(|found| found.as_ref().unwrap().case.verify().is_ok()));
	}

	/// Two proofs: which of them the public inputs are for must be said.
	#[test]
	fn never_by_guessing() {
		let found = detect_each(&[
			("a/key.json", KEY),
			("a/proof1.json", PROOF),
			("a/proof2.json", PROOF),
			("a/public1.json", PUBLIC),
		]);
		let errors: Vec<_> =
			found.iter().map(|found| found.as_ref().unwrap_err().error.to_string()).collect();
		assert!(errors[0].contains("no public inputs for `proof1`"), "{errors:?}");
		assert!(errors[1].contains("no public inputs for `proof2`"), "{errors:?}");
		assert!(errors[2].contains("no proof for `public1`"), "{errors:?}");
		assert_eq!(errors.len(), 3);
	}
}

mod one_bad_file {
	use super::*;

	#[test]
	fn leaves_the_others_their_verdicts() {
		let wrapped = WRAPPED[0].1.as_bytes();
		let found = verdicts(&[
			("odd", b"hello"),
			("broken.json", b"{\"system\""),
			("case.json", wrapped),
			("g.vk", GNARK_KEY),
			("g.proof", GNARK_PROOF),
			("g.pub", GNARK_PUBLIC),
		]);
		assert!(matches!(&found[0], Err(ConvertError::Files(reason)) if reason.contains("`odd`")));
		assert!(matches!(&found[1], Err(ConvertError::Json(_))));
		assert_eq!(found[2..], [Ok(Ok(())), Ok(Ok(()))]);
	}

	#[test]
	fn of_another_protocol_says_so() {
		let [found] = &verdicts(&[("x", br#"{"protocol": "plonk", "A": []}"#)])[..] else {
			panic!("one file")
		};
		assert!(found.as_ref().unwrap_err().to_string().contains("`protocol` is `plonk`"));
	}

	#[test]
	fn is_named_with_those_it_belongs_to() {
		let text = String::from_utf8(PROOF.to_vec()).unwrap();
		let huge = "9".repeat(77);
		let first = text.split('"').nth(3).unwrap().to_string();
		let proof = text.replacen(&first, &huge, 1);
		let files = [("k", KEY), ("p", proof.as_bytes()), ("i", PUBLIC)];
		let found = detect_each(&files);
		assert_eq!(names(&found), [["k", "i", "p"]]);
		assert_eq!(
			found[0].as_ref().unwrap_err().error,
			ConvertError::NotInField { field: "pi_a" }
		);
		assert!(is_rejected(&files));
	}
}

mod a_flipped_bit {
	use super::*;

	/// Every bit of gnark's proof and public witness matters.
	#[test]
	fn in_gnark_files_is_a_rejection() {
		for bit in 0..8 * GNARK_PROOF.len() {
			let proof = flip(GNARK_PROOF, bit);
			let files = [("x.vk", GNARK_KEY), ("x.proof", &proof), ("x.pub", GNARK_PUBLIC)];
			assert!(is_rejected(&files), "bit {bit} of the proof");
		}
		for bit in 0..8 * GNARK_PUBLIC.len() {
			let public = flip(GNARK_PUBLIC, bit);
			let files = [("x.vk", GNARK_KEY), ("x.proof", GNARK_PROOF), ("x.pub", &public)];
			assert!(is_rejected(&files), "bit {bit} of the public witness");
		}
	}

	/// Of gnark's key, those in points that the verifier uses.
	#[test]
	fn in_gnark_keys_is_a_rejection() {
		let points = [0..32, 64..128, 128..192, 224..288, 292..324, 324..356];
		for bit in points.into_iter().flatten().map(|byte| 8 * byte + byte % 8) {
			let key = flip(GNARK_KEY, bit);
			let files = [("x.vk", &key[..]), ("x.proof", GNARK_PROOF), ("x.pub", GNARK_PUBLIC)];
			assert!(is_rejected(&files), "bit {bit} of the key");
		}
	}

	/// Except where arkworks itself reads the same points: which root it is does not matter when both coordinates are
	/// there.
	#[test]
	fn in_proofs_of_arkworks_is_a_rejection() {
		for (system, [key, proof, public]) in all_of_arkworks(2) {
			let case = |proof: &[u8]| detect(&[("k", &key), ("p", proof), ("i", &public)]);
			for bit in (0..8 * proof.len()).step_by(5) {
				let flipped = flip(&proof, bit);
				let files = [("k", &key[..]), ("p", &flipped), ("i", &public)];
				assert!(
					is_rejected(&files) || case(&flipped) == case(&proof),
					"bit {bit} of a proof of {system}"
				);
			}
			for bit in (64..8 * public.len()).step_by(7) {
				let public = flip(&public, bit);
				let files = [("k", &key[..]), ("p", &proof), ("i", &public)];
				assert!(is_rejected(&files), "bit {bit} of the inputs of {system}");
			}
		}
	}

	#[test]
	fn in_zkvm_proofs_is_a_rejection() {
		for (name, sample) in Wrapped::vectors() {
			for bit in (0..8 * sample.proof.len()).step_by(61) {
				let case = Case::Wrapped {
					system: sample.system,
					program_key: sample.program_key,
					public_values: sample.public_values.clone(),
					proof: flip(&sample.proof, bit),
				};
				assert!(is_rejected(&[("x", case.to_json().as_bytes())]), "bit {bit} of {name}");
			}
		}
	}
}

mod arkworks_files {
	use super::*;

	#[test]
	fn of_both_curves_and_forms_are_known() {
		for inputs in [1, 2, 5] {
			for (system, [key, proof, public]) in all_of_arkworks(inputs) {
				let files = [("p", &proof[..]), ("i", &public), ("k", &key)];
				let found = detect(&files).unwrap();
				assert_eq!(found[0].names, ["k", "i", "p"]);
				assert_eq!(found[0].case.system(), system);
				assert_eq!(found[0].case.verify(), Ok(()), "{system}, {inputs} inputs");
			}
		}
	}

	/// Keys and proofs of arkworks and of gnark begin with points of the same form over BLS12-381.
	#[test]
	fn are_not_taken_for_those_of_gnark() {
		for seed in 0..40 {
			let (key, public, proof) = arkworks::<ark_bls12_381::Bls12_381>(
				seed % 8,
				&mut StdRng::seed_from_u64(seed as u64),
			);
			let [key, proof, public] =
				[bytes(&key, true), bytes(&proof, true), bytes(&public, true)];
			let found = detect(&[("k", &key[..]), ("p", &proof), ("i", &public)]).unwrap();
			assert_eq!(found[0].case.verify(), Ok(()), "seed {seed}");
		}
	}

	/// The chain's own bytes of a proof over BN254 have the length of arkworks', but its points are big-endian.
	#[test]
	fn are_not_the_chains_own_bytes() {
		let [found] = &verdicts(&[("x", &Sample::gnark().proof)])[..] else { panic!("one file") };
		assert!(matches!(found, Err(ConvertError::Files(reason)) if reason.contains("neither")));
	}
}

mod sp1_fixtures {
	use super::*;

	fn fixture(sample: &Wrapped, proof: &[u8]) -> String {
		let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
		serde_json::json!({
			"a": 1,
			"vkey": format!("0x{}", hex(&sample.program_key)),
			"publicValues": format!("0x{}", hex(&sample.public_values)),
			"proof": format!("0x{}", hex(proof)),
		})
		.to_string()
	}

	#[test]
	fn are_whole_cases() {
		for (name, sample) in Wrapped::vectors() {
			let text = fixture(&sample, &sample.proof);
			let [found] = &detect(&[("x", text.as_bytes())]).unwrap()[..] else {
				panic!("one file")
			};
			assert_eq!(found.case.system(), sample.system);
			assert_eq!(found.case.verify(), Ok(()), "{name}");
		}
	}

	#[test]
	fn of_other_versions_name_those_that_are_known() {
		for (name, system) in
			[("sp1-groth16-v6", ProofSystem::Sp1Groth16), ("sp1-plonk-v5", ProofSystem::Sp1Plonk)]
		{
			let sample = Wrapped::vector(name);
			let text = fixture(&sample, &flip(&sample.proof, 3));
			let found = detect(&[("x", text.as_bytes())]).unwrap();
			let Err(Refusal::Selector(unknown)) = found[0].case.verify() else {
				panic!("an unknown selector")
			};
			assert_eq!((unknown.system, unknown.known.len()), (system, 4));
		}
	}
}

/// A verdict is about content: files of the wrong form are not understood.
#[test]
fn what_is_a_refusal() {
	let field = "A";
	for error in [
		ConvertError::NotInField { field },
		ConvertError::InvalidPoint { field },
		ConvertError::WrongCount { field, expected: 1, found: 2 },
		ConvertError::Commitments,
	] {
		assert!(error.is_refusal(), "{error}");
	}
	for error in [
		ConvertError::Json("x".into()),
		ConvertError::NotANumber { field },
		ConvertError::NotHexadecimal { field },
		ConvertError::WrongLength,
		ConvertError::SecretWitness,
		ConvertError::Files("x".into()),
	] {
		assert!(!error.is_refusal(), "{error}");
	}
	assert_eq!(
		verdicts(&[("k", KEY), ("p", PROOF), ("i", br#"["1"]"#)]),
		[Ok(Err(Refusal::Proof(VerifyError::WrongPublicInputCount)))]
	);
}
