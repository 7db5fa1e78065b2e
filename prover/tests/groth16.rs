// SPDX-License-Identifier: Apache-2.0
//! The Groth16 backend with a real program: Semaphore at tree depth 20 and its ceremony's keys.

use proofyard_jobs::{Bytes32, ErrorCode};
use proofyard_prover::{
	groth16::{prove, CancelFlag, Groth16Error, Limits, Proof, ProvingKey, WitnessProgram},
	values::{Fixed, Mismatch},
};
use proofyard_verifier::{convert::snarkjs, prepare_key, verify, ProofSystem};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use std::{
	fs,
	path::{Path, PathBuf},
	sync::OnceLock,
	time::{Duration, Instant},
};

const SYSTEM: ProofSystem = ProofSystem::Groth16Bn254;

fn fixture(name: &str) -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/semaphore-20").join(name)
}

fn key() -> &'static ProvingKey {
	static KEY: OnceLock<ProvingKey> = OnceLock::new();
	KEY.get_or_init(|| ProvingKey::read(&fixture("semaphore-20.zkey")).unwrap())
}

fn program() -> &'static WitnessProgram {
	static PROGRAM: OnceLock<WitnessProgram> = OnceLock::new();
	PROGRAM.get_or_init(|| WitnessProgram::read(&fixture("semaphore-20.wasm")).unwrap())
}

fn input() -> Value {
	serde_json::from_slice(&fs::read(fixture("input.json")).unwrap()).unwrap()
}

fn generous() -> Limits {
	Limits { memory_bytes: 1 << 30, time: Duration::from_secs(300) }
}

fn prove_input(input: &Value) -> Result<Proof, Groth16Error> {
	prove_fixed(input, Fixed::Open)
}

fn prove_fixed(input: &Value, fixed: Fixed<'_>) -> Result<Proof, Groth16Error> {
	let bytes = serde_json::to_vec(input).unwrap();
	prove(key(), program(), &bytes, fixed, &generous(), &CancelFlag::new(), &|_, _| {})
}

fn message(result: Result<Proof, Groth16Error>, code: ErrorCode) -> String {
	let error = result.unwrap_err();
	assert_eq!(error.code(), code, "{error}");
	error.to_string()
}

mod keys {
	use super::*;

	#[test]
	fn the_verification_key_is_the_published_one() {
		let json = fs::read_to_string(fixture("semaphore-20.json")).unwrap();
		assert_eq!(key().verification_key(), snarkjs::key_from_json(&json).unwrap());
	}

	#[test]
	fn reading_stops_when_it_is_called_off() {
		let cancel = CancelFlag::new();
		cancel.cancel();
		let error = ProvingKey::read_unless(&fixture("semaphore-20.zkey"), &cancel).unwrap_err();
		assert!(matches!(error, Groth16Error::Cancelled), "{error}");
	}

	#[test]
	fn sizes_are_those_of_the_circuit() {
		assert_eq!(key().public_inputs(), 4);
		assert!(key().domain_size().is_power_of_two());
		assert!(key().constraints() < key().domain_size());
		assert!(key().constraints() + 5 > key().domain_size() / 2);
		let file = fs::metadata(fixture("semaphore-20.zkey")).unwrap().len();
		assert!((file / 2..2 * file).contains(&key().memory_bytes()));
	}
}

mod proofs {
	use super::*;

	#[test]
	fn a_proof_verifies_under_the_published_key() {
		let started = Instant::now();
		let proof = prove_input(&input()).unwrap();
		println!(
			"witness {} ms, proof {} ms, check {} ms, together {} ms",
			proof.witness_ms,
			proof.prove_ms,
			proof.verify_ms,
			started.elapsed().as_millis()
		);
		let json = fs::read_to_string(fixture("semaphore-20.json")).unwrap();
		let prepared = prepare_key(SYSTEM, &snarkjs::key_from_json(&json).unwrap()).unwrap();
		let mut public = proof.public_inputs.concat();
		assert_eq!(verify(SYSTEM, &prepared, &public, &proof.proof), Ok(()));

		public[127] ^= 1;
		assert!(verify(SYSTEM, &prepared, &public, &proof.proof).is_err());
	}

	#[test]
	fn public_inputs_are_root_nullifier_message_scope() {
		let proof = prove_input(&input()).unwrap();
		let json = snarkjs::public_inputs_to_json(&proof.public_inputs.concat()).unwrap();
		let public: Value = serde_json::from_str(&json).unwrap();
		assert_eq!(public.as_array().map(Vec::len), Some(4));
		assert_eq!(public[2], input()["message"]);
		assert_eq!(public[3], input()["scope"]);
	}

	#[test]
	fn every_proof_is_blinded_afresh() {
		let (first, second) = (prove_input(&input()).unwrap(), prove_input(&input()).unwrap());
		assert_eq!(first.public_inputs, second.public_inputs);
		for range in [0..64, 64..192, 192..256] {
			assert_ne!(first.proof[range.clone()], second.proof[range]);
		}
	}

	#[test]
	fn stages_are_reported_in_order() {
		let seen = std::sync::Mutex::new(Vec::new());
		let bytes = fs::read(fixture("input.json")).unwrap();
		let report =
			|stage: &str, share: f32| seen.lock().unwrap().push((stage.to_string(), share));
		prove(key(), program(), &bytes, Fixed::Open, &generous(), &CancelFlag::new(), &report)
			.unwrap();
		let seen = seen.into_inner().unwrap();
		let stages: Vec<_> = seen.iter().map(|(stage, _)| stage.as_str()).collect();
		assert_eq!(stages, ["witness", "quotient", "commitments", "verify"]);
		assert!(seen.windows(2).all(|pair| pair[0].1 < pair[1].1));
	}
}

mod public_inputs {
	use super::*;

	#[test]
	fn those_fixed_must_come_out() {
		let found: Vec<Bytes32> =
			prove_input(&input()).unwrap().public_inputs.into_iter().map(Bytes32).collect();
		let fixed = |named: &[Option<Bytes32>]| prove_fixed(&input(), Fixed::Inputs(named));
		let all: Vec<_> = found.iter().copied().map(Some).collect();
		assert!(fixed(&all).is_ok());
		assert!(fixed(&[None, None, Some(found[2]), None]).is_ok());
		match fixed(&[None, None, None, Some(found[2])]).unwrap_err() {
			Groth16Error::PublicInputs(Mismatch::Input { index: 3, .. }) => {}
			other => panic!("{other}"),
		}
	}

	#[test]
	fn they_can_be_fixed_one_after_the_other() {
		let values = prove_input(&input()).unwrap().public_inputs.concat();
		let digest = Bytes32(Sha256::digest(&values).into());
		for fixed in [Fixed::Whole(&values), Fixed::Prefix(&values[..64]), Fixed::Sha256(digest)] {
			assert!(prove_fixed(&input(), fixed).is_ok(), "{fixed:?}");
		}
		let mut other = values.clone();
		other[40] ^= 1;
		for fixed in [Fixed::Whole(&other), Fixed::Prefix(&other[..64])] {
			match prove_fixed(&input(), fixed).unwrap_err() {
				Groth16Error::PublicInputs(Mismatch::Byte { at: 40, .. }) => {}
				other => panic!("{other}"),
			}
		}
		let text = message(
			prove_fixed(&input(), Fixed::Sha256(Bytes32([1; 32]))),
			ErrorCode::PublicInputMismatch,
		);
		assert!(text.contains(&digest.to_string()), "{text}");
	}

	#[test]
	fn their_number_is_the_programs() {
		for count in [1, 3, 5] {
			let result = prove_fixed(&input(), Fixed::Inputs(&vec![None; count]));
			let text = message(result, ErrorCode::PublicInputMismatch);
			assert!(text.contains(&format!("{count} public inputs, the program has 4")), "{text}");
		}
		// Told before anything is computed: the input is none.
		let long = vec![0; 160];
		for (fixed, what) in
			[(Fixed::Whole(&long), "fixed 160"), (Fixed::Prefix(&long), "first 160")]
		{
			let text = message(prove_fixed(&json!({}), fixed), ErrorCode::PublicInputMismatch);
			assert!(text.contains("there are 128 bytes") && text.contains(what), "{text}");
		}
	}
}

mod inputs {
	use super::*;

	fn refused(change: impl FnOnce(&mut Value)) -> String {
		let mut input = input();
		change(&mut input);
		message(prove_input(&input), ErrorCode::InvalidInput)
	}

	#[test]
	fn numbers_may_be_hexadecimal_negative_or_unreduced() {
		let mut changed = input();
		changed["message"] = json!("0x1f");
		changed["scope"] = json!(-1);
		let proof = prove_input(&changed).unwrap();
		assert_eq!(proof.public_inputs[2][31], 0x1f);
		let minus_one = "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000000";
		assert_eq!(hex::encode(proof.public_inputs[3]), minus_one);
	}

	#[test]
	fn a_broken_constraint_is_told_with_its_place() {
		// The order of the subgroup: one above the largest secret.
		let order = "2736030358979909402780800718157159386076813972158567259200215660948447373041";
		let text = refused(|input| input["secret"] = json!(order));
		assert!(text.contains("assert failed: Error in template Semaphore"), "{text}");
	}

	#[test]
	fn missing_and_short_signals_are_told() {
		let text = refused(|input| {
			input.as_object_mut().unwrap().remove("scope");
		});
		assert!(text.contains("not enough values for signals: 24 of 25 are set"), "{text}");
		let text = refused(|input| {
			input["merkleProofSiblings"].as_array_mut().unwrap().pop();
		});
		assert!(text.contains("not enough values for signal `merkleProofSiblings`"), "{text}");
	}

	#[test]
	fn unknown_and_long_signals_are_told() {
		let text = refused(|input| input["colour"] = json!(1));
		assert!(text.contains("no input signal `colour`"), "{text}");
		let text = refused(|input| input["scope"] = json!([1, 2]));
		assert!(text.contains("too many values for signal `scope`"), "{text}");
	}

	#[test]
	fn what_is_no_input_at_all_is_refused() {
		for bytes in [&b""[..], b"{", b"[]", b"7", b"{\"scope\": {}}", b"\xff\xfe", b"{}"] {
			let result = prove(
				key(),
				program(),
				bytes,
				Fixed::Open,
				&generous(),
				&CancelFlag::new(),
				&|_, _| {},
			);
			message(result, ErrorCode::InvalidInput);
		}
	}
}

mod limits {
	use super::*;

	fn run(limits: &Limits, cancel: &CancelFlag, at: &str) -> Result<Proof, Groth16Error> {
		let bytes = fs::read(fixture("input.json")).unwrap();
		prove(key(), program(), &bytes, Fixed::Open, limits, cancel, &|stage, _| {
			if stage == at {
				cancel.cancel();
			}
		})
	}

	#[test]
	fn a_job_can_be_cancelled_at_every_stage() {
		for stage in ["witness", "quotient", "commitments"] {
			message(run(&generous(), &CancelFlag::new(), stage), ErrorCode::Cancelled);
		}
	}

	#[test]
	fn a_job_ends_when_its_time_is_over() {
		let limits = Limits { time: Duration::from_millis(1), ..generous() };
		message(run(&limits, &CancelFlag::new(), ""), ErrorCode::TimedOut);
	}

	#[test]
	fn a_job_ends_when_its_memory_is_used_up() {
		for memory_bytes in [0, 1 << 20] {
			let limits = Limits { memory_bytes, ..generous() };
			message(run(&limits, &CancelFlag::new(), ""), ErrorCode::OutOfMemory);
		}
	}

	#[test]
	fn a_witness_program_starts_with_the_memory_it_declares() {
		let declared = 45 * 65536;
		let calculate = |memory_bytes| {
			let limits = Limits { memory_bytes, ..generous() };
			program().calculate(&input(), &limits, &CancelFlag::new())
		};
		match calculate(declared - 1).unwrap_err() {
			Groth16Error::OutOfMemory { needed, .. } => assert!(needed >= declared, "{needed}"),
			other => panic!("{other}"),
		}
		assert!(calculate(2 * declared).is_ok());
	}
}
