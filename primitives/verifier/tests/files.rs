// SPDX-License-Identifier: Apache-2.0

//! Recognition of files, and of those that belong together.

mod common;

use common::*;
use proofyard_verifier::{
	convert::{
		files::{detect, Case, Refusal},
		ConvertError,
	},
	KeyError, ProofSystem, VerifyError,
};

const SEMAPHORE_KEY: &[u8] = include_bytes!("vectors/snarkjs-semaphore-1.key.json");
const SEMAPHORE_PROOF: &[u8] = include_bytes!("vectors/snarkjs-semaphore-1.proof.json");
const SEMAPHORE_PUBLIC: &[u8] = include_bytes!("vectors/snarkjs-semaphore-1.public.json");

fn reason(files: &[(&str, &[u8])]) -> String {
	detect(files).unwrap_err().to_string()
}

mod reads {
	use super::*;

	#[test]
	fn every_vector() {
		for (name, text) in WRAPPED {
			let detected = detect(&[(name, text.as_bytes())]).unwrap();
			assert_eq!(detected.len(), 1);
			assert_eq!(detected[0].names, [*name]);
			assert!(detected[0].case.system().is_wrapped());
			assert_eq!(detected[0].case.verify(), Ok(()), "{name}");
		}
	}

	#[test]
	fn three_files_of_snarkjs_in_any_order() {
		let [key, proof, public] = [
			("verification_key.json", SEMAPHORE_KEY),
			("proof.json", SEMAPHORE_PROOF),
			("public.json", SEMAPHORE_PUBLIC),
		];
		for files in [[key, proof, public], [public, key, proof], [proof, public, key]] {
			let detected = detect(&files).unwrap();
			assert_eq!(detected.len(), 1);
			assert_eq!(detected[0].names, [key.0, public.0, proof.0]);
			assert_eq!(detected[0].case.system(), SYSTEM);
			assert_eq!(detected[0].case.verify(), Ok(()));
		}
	}

	#[test]
	fn three_files_of_snarkjs_over_bls12_381() {
		let files = [("k", BLS_KEY), ("p", BLS_PROOF), ("i", BLS_PUBLIC)]
			.map(|(name, text)| (name, text.as_bytes()));
		let detected = detect(&files).unwrap();
		assert_eq!(detected[0].case.system(), ProofSystem::Groth16Bls12_381);
		assert_eq!(detected[0].case.verify(), Ok(()));
	}

	#[test]
	fn three_files_of_gnark() {
		let files = [("a.pub", GNARK_PUBLIC), ("b.vk", GNARK_KEY), ("c.proof", GNARK_PROOF)];
		let detected = detect(&files).unwrap();
		let Case::Plain { system, key, public_inputs, proof } = &detected[0].case else { panic!() };
		let sample = Sample::gnark();
		assert_eq!(
			(*system, key, public_inputs, proof),
			(SYSTEM, &sample.key, &sample.public, &sample.proof)
		);
		assert_eq!(detected[0].case.verify(), Ok(()));
	}

	/// Files that belong together have the same name up to the first dot.
	#[test]
	fn many_files_at_once() {
		let mut files = vec![
			("in/gnark-groth16-bn254.vk", GNARK_KEY),
			("in/semaphore.key.json", SEMAPHORE_KEY),
			("in/bls.proof.json", BLS_PROOF.as_bytes()),
			("in/gnark-groth16-bn254.proof", GNARK_PROOF),
			("in/semaphore.public.json", SEMAPHORE_PUBLIC),
			("in/bls.key.json", BLS_KEY.as_bytes()),
			("in/gnark-groth16-bn254.pub", GNARK_PUBLIC),
			("in/semaphore.proof.json", SEMAPHORE_PROOF),
			("in/bls.public.json", BLS_PUBLIC.as_bytes()),
		];
		files.extend(WRAPPED.iter().map(|(name, text)| (*name, text.as_bytes())));
		let detected = detect(&files).unwrap();
		assert_eq!(detected.len(), WRAPPED.len() + 3);
		for found in &detected {
			assert_eq!(found.case.verify(), Ok(()), "{:?}", found.names);
		}
	}

	#[test]
	fn one_key_for_many_proofs() {
		let files = [
			("key.json", SEMAPHORE_KEY),
			("one.proof", SEMAPHORE_PROOF),
			("one.public", SEMAPHORE_PUBLIC),
			("two.proof", SEMAPHORE_PROOF),
			("two.public", SEMAPHORE_PUBLIC),
		];
		let detected = detect(&files).unwrap();
		assert_eq!(detected.len(), 2);
		assert!(detected.iter().all(|found| found.case.verify().is_ok()));
	}

	#[test]
	fn its_own_json() {
		let plain = [Sample::gnark(), Sample::snarkjs_bls()].map(|sample| Case::Plain {
			system: sample.system,
			key: sample.key,
			public_inputs: sample.public,
			proof: sample.proof,
		});
		let wrapped = Wrapped::vectors().map(|(_, sample)| Case::Wrapped {
			system: sample.system,
			program_key: sample.program_key,
			public_values: sample.public_values,
			proof: sample.proof,
		});
		for case in plain.into_iter().chain(wrapped) {
			let text = case.to_json();
			assert_eq!(detect(&[("x", text.as_bytes())]).unwrap()[0].case, case);
		}
	}
}

mod refuses {
	use super::*;

	#[test]
	fn files_that_are_nothing() {
		assert!(reason(&[]).contains("no file"));
		for bytes in [&b""[..], b"hello", &[0; 100], &[0xff; 164], &GNARK_PROOF[..163]] {
			assert!(reason(&[("odd", bytes)]).contains("`odd` is neither"), "{bytes:?}");
		}
		assert!(reason(&[("odd", b"{}")]).contains("neither a case nor a file of snarkjs"));
		assert!(matches!(detect(&[("odd", b"{")]), Err(ConvertError::Json(_))));
	}

	#[test]
	fn files_without_their_fellows() {
		let proof = ("x.proof", SEMAPHORE_PROOF);
		let public = ("x.public", SEMAPHORE_PUBLIC);
		let key = ("x.key", SEMAPHORE_KEY);
		assert!(reason(&[proof, public]).contains("no key for `x`"));
		assert!(reason(&[proof, key]).contains("no public inputs for `x`"));
		assert!(reason(&[public, key]).contains("no proof for `x`"));
		assert!(reason(&[key]).contains("no proof for `x`"));
		let stranger = ("y.public", SEMAPHORE_PUBLIC);
		assert!(reason(&[key, proof, public, stranger]).contains("no proof for `y`"));
		assert!(reason(&[key, proof, public, ("x.other", SEMAPHORE_PUBLIC)]).contains("two files"));
	}

	#[test]
	fn files_of_two_curves() {
		let files = [("k", BLS_KEY.as_bytes()), ("p", SEMAPHORE_PROOF), ("i", SEMAPHORE_PUBLIC)];
		assert!(reason(&files).contains("`k` is a key of groth16-bls12-381"));
	}

	#[test]
	fn witnesses_with_secrets() {
		let mut witness = [GNARK_PUBLIC, &[0; 32]].concat();
		witness[7] = 1;
		witness[11] = 2;
		assert_eq!(detect(&[("w", &witness)]), Err(ConvertError::SecretWitness));
	}

	#[test]
	fn cases_with_fields_missing_or_wrong() {
		let errors: Vec<_> = [
			r#"{"system": "stark", "proof": "00"}"#,
			r#"{"system": "sp1-groth16", "proof": "00"}"#,
			r#"{"system": "sp1-groth16", "proof": "0", "program_vkey": "", "public_values": ""}"#,
			r#"{"system": "sp1-groth16", "proof": "xx", "program_vkey": "", "public_values": ""}"#,
			r#"{"system": "sp1-groth16", "proof": "", "program_vkey": "0x00", "public_values": ""}"#,
			r#"{"system": "groth16-bn254", "proof": ""}"#,
			r#"{"system": 7, "proof": ""}"#,
		]
		.iter()
		.map(|text| detect(&[("case", text.as_bytes())]).unwrap_err())
		.collect();
		assert!(matches!(errors[0], ConvertError::Unsupported { field: "system", .. }));
		assert!(matches!(errors[1], ConvertError::Json(_)));
		assert_eq!(errors[2], ConvertError::NotHexadecimal { field: "proof" });
		assert_eq!(errors[3], ConvertError::NotHexadecimal { field: "proof" });
		assert!(matches!(errors[4], ConvertError::WrongCount { field: "program_vkey", .. }));
		assert!(matches!(errors[5], ConvertError::Json(_)));
		assert!(matches!(errors[6], ConvertError::Json(_)));
	}

	#[test]
	fn cases_that_do_not_hold() {
		let (_, text) = WRAPPED[0];
		let refusal =
			|text: String| detect(&[("x", text.as_bytes())]).unwrap()[0].case.verify().unwrap_err();
		let other = text.replace("0x0068a1", "0x0068a2");
		assert_eq!(refusal(other), Refusal::Proof(VerifyError::PairingMismatch));
		let Refusal::Selector(unknown) = refusal(text.replace("11b6a09d05", "11b6a09e05")) else {
			panic!("an unknown selector")
		};
		assert_eq!(unknown.known.len(), 4);
		let Refusal::Key(error) = refusal(
			r#"{"system": "groth16-bn254", "key": "", "public_inputs": "", "proof": ""}"#.into(),
		) else {
			panic!("no key")
		};
		assert_eq!(error, KeyError::WrongLength);
	}
}

/// Whatever the bytes, reading them ends.
#[test]
fn random_files_never_panic() {
	use rand::{rngs::StdRng, Rng, SeedableRng};
	let mut rng = StdRng::seed_from_u64(50);
	let known = [GNARK_KEY, GNARK_PROOF, GNARK_PUBLIC, SEMAPHORE_KEY, BLS_PROOF.as_bytes()];
	let texts: Vec<_> = WRAPPED.iter().map(|(_, text)| text.as_bytes()).collect();
	for round in 0..3000 {
		let mut file = match round % 3 {
			0 => (0..rng.gen_range(0..400)).map(|_| rng.gen()).collect::<Vec<u8>>(),
			1 => known[round % known.len()].to_vec(),
			_ => texts[round % texts.len()].to_vec(),
		};
		for _ in 0..rng.gen_range(1..4) {
			if !file.is_empty() {
				let position = rng.gen_range(0..file.len());
				file[position] = rng.gen();
			}
		}
		let _ = detect(&[("x", &file)]);
	}
}
