// SPDX-License-Identifier: Apache-2.0
//! Public values over HTTP: what a job may fix, what a command may return, and what comes of the two. The proofs are
//! those that SP1 and RISC Zero made; shell scripts hand them out.

mod common;

use std::{fs, path::Path};

use common::*;
use proofyard_verifier::{
	wrap::{self, known},
	ProofSystem,
};
use serde_json::{json, Value};

/// A zkVM's proof, as its vector has it.
struct Vector {
	system: ProofSystem,
	program_key: [u8; 32],
	values: Vec<u8>,
	proof: Vec<u8>,
}

impl Vector {
	fn read(name: &str) -> Self {
		let path = Path::new(env!("CARGO_MANIFEST_DIR"))
			.join("../primitives/verifier/tests/vectors")
			.join(name);
		let json: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
		let bytes = |sp1: &str, risc0: &str| {
			let text = json[sp1].as_str().or(json[risc0].as_str()).unwrap();
			hex::decode(text.trim_start_matches("0x")).unwrap()
		};
		Self {
			system: json["system"].as_str().unwrap().parse().unwrap(),
			program_key: bytes("program_vkey", "image_id").try_into().unwrap(),
			values: bytes("public_values", "journal"),
			proof: bytes("proof", "seal"),
		}
	}

	fn sp1() -> Self {
		Self::read("sp1-groth16-v5.0.0.json")
	}

	fn risc0() -> Self {
		Self::read("risc0-groth16-v3.0.json")
	}

	/// Result that its prover writes.
	fn result(&self) -> Value {
		json!({"proof": hex(&self.proof), "public_values": hex(&self.values)})
	}

	/// A service whose prover writes this, whatever the job.
	fn start(&self, yard: &Yard, result: &Value) -> Service {
		serve(yard, self.system.name(), result)
	}

	fn job(&self, n: u8) -> Value {
		job_for(self.system.name(), n)
	}

	/// Whether the answer's proof is one that the chain accepts.
	fn accepts(&self, proof: &Value) -> bool {
		let entry = known::find(self.system, &self.proof).unwrap().entry();
		let prepared = entry.prepare().unwrap();
		let bytes = |field: &str| unhex(&proof[field]);
		let (values, proof) = (bytes("public_values"), bytes("proof"));
		wrap::verify(&prepared, &self.program_key, &values, &proof).is_ok()
	}
}

fn hex(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

fn unhex(value: &Value) -> Vec<u8> {
	hex::decode(value.as_str().unwrap().strip_prefix("0x").unwrap()).unwrap()
}

fn serve(yard: &Yard, system: &str, result: &Value) -> Service {
	let answer = yard.path("answer.json");
	fs::write(&answer, result.to_string()).unwrap();
	let script = format!(
		"cp \"$1\" {copy}\ncp {answer} result.json.new\nmv result.json.new result.json",
		copy = yard.path("job-copy.json").display(),
		answer = answer.display()
	);
	let config = yard.config_for(system, &script, "");
	Service::start(&yard.data(), &["--config", &config])
}

/// A job that fixes nothing.
fn job_for(system: &str, n: u8) -> Value {
	let mut job = test_job(n, b"input");
	job["proof_system"] = system.into();
	job.as_object_mut().unwrap().remove("public_inputs");
	job
}

mod proofs_of_zkvms {
	use super::*;

	#[test]
	fn come_back_with_their_public_values() {
		for vector in [Vector::sp1(), Vector::risc0(), Vector::read("sp1-plonk-v5.0.0.json")] {
			let yard = Yard::new();
			let service = vector.start(&yard, &vector.result());
			service.accept(&vector.job(1));
			let done = service.wait_state(&id(1), "done");
			assert_eq!(done["proof"], vector.result());
			assert!(vector.accepts(&done["proof"]), "{}", vector.system);
		}
	}

	#[test]
	fn are_held_against_what_was_fixed() {
		let vector = Vector::sp1();
		let yard = Yard::new();
		let service = vector.start(&yard, &vector.result());
		let values = &vector.values;
		let mut changed = values.clone();
		changed[31] ^= 1;
		let longer = [values.as_slice(), &[0]].concat();
		for (n, fixed, fits) in [
			(1, json!({"whole": hex(values)}), true),
			(2, json!({"sha256": sha256(values)}), true),
			(3, json!({"prefix": hex(&values[..33])}), true),
			(4, json!({"prefix": "0x"}), true),
			(5, json!({"whole": hex(&changed)}), false),
			(6, json!({"whole": hex(&values[..95])}), false),
			(7, json!({"whole": "0x"}), false),
			(8, json!({"sha256": sha256(&changed)}), false),
			(9, json!({"prefix": hex(&changed[..32])}), false),
			(10, json!({"prefix": hex(&longer)}), false),
		] {
			let mut job = vector.job(n);
			job["public_values"] = fixed.clone();
			service.accept(&job);
			if fits {
				let done = service.wait_state(&id(n), "done");
				assert_eq!(done["proof"], vector.result(), "{fixed}");
			} else {
				let (code, message) = service.wait_error(&id(n));
				assert_eq!(code, ErrorCode::PublicInputMismatch, "{fixed}: {message}");
				assert_eq!(service.get(&id(n)).json()["error"]["retryable"], false);
				assert!(service.get(&id(n)).json().get("proof").is_none());
			}
		}
	}

	#[test]
	fn tell_the_command_what_was_fixed() {
		let vector = Vector::risc0();
		let yard = Yard::new();
		let service = vector.start(&yard, &vector.result());
		let mut job = vector.job(1);
		job["public_values"] = json!({"sha256": sha256(&vector.values)});
		service.accept(&job);
		service.wait_state(&id(1), "done");
		let file = || -> Value {
			serde_json::from_slice(&fs::read(yard.path("job-copy.json")).unwrap()).unwrap()
		};
		assert_eq!(file()["public_values"], job["public_values"]);
		assert_eq!(file()["public_inputs"], json!([]));
		assert_eq!(file()["proof_system"], "risc0-groth16");
		service.accept(&vector.job(2));
		service.wait_state(&id(2), "done");
		assert_eq!(file()["public_values"], Value::Null, "there, and nothing is fixed");
	}

	#[test]
	fn survive_a_restart() {
		let vector = Vector::sp1();
		let yard = Yard::new();
		let service = vector.start(&yard, &vector.result());
		let mut job = vector.job(1);
		job["public_values"] = json!({"prefix": hex(&vector.values[..40])});
		service.accept(&job);
		let done = service.wait_state(&id(1), "done");
		service.stop();

		// One that hangs, and waits on disk for the next start.
		let config = yard.config_for("sp1-groth16", "sleep 60", "");
		let service = Service::start(&yard.data(), &["--config", &config]);
		assert_eq!(service.get(&id(1)).json(), done);
		assert_eq!(service.post(&job).status, 200);
		let mut wrong = vector.job(2);
		wrong["public_values"] = json!({"whole": "0x01"});
		service.accept(&wrong);
		service.wait_state(&id(2), "proving");
		service.stop();
		let service = vector.start(&yard, &vector.result());
		assert_eq!(service.wait_error(&id(2)).0, ErrorCode::PublicInputMismatch);
	}
}

mod results {
	use super::*;

	fn failure(system: &str, result: Value) -> String {
		let yard = Yard::new();
		let service = serve(&yard, system, &result);
		service.accept(&job_for(system, 1));
		let (code, message) = service.wait_error(&id(1));
		assert_eq!(code, ErrorCode::BackendFailed, "{message}");
		message
	}

	#[test]
	fn say_the_public_values_once() {
		let mut result = Vector::sp1().result();
		result["public_inputs"] = json!([]);
		assert!(failure("sp1-groth16", result.clone()).contains("both"));
		result.as_object_mut().unwrap().remove("public_values");
		// Those of the wrapping proof, say.
		let message = failure("sp1-groth16", result.clone());
		assert!(message.contains("public_values, not public_inputs"), "{message}");
		result.as_object_mut().unwrap().remove("public_inputs");
		assert!(failure("sp1-groth16", result).contains("neither"));
	}

	#[test]
	fn are_no_longer_than_the_chain_takes() {
		let proof = hex(&[1; 260]);
		let long = hex(&[1; 4097]);
		let message = failure("sp1-groth16", json!({"proof": proof, "public_values": long}));
		assert!(message.contains("4097") && message.contains("4096"), "{message}");
		let long = hex(&[1; 2049]);
		let message = failure("test", json!({"proof": long, "public_values": "0x"}));
		assert!(message.contains("2049") && message.contains("2048"), "{message}");
		let message = failure("sp1-groth16", json!({"proof": long, "public_values": "0x"}));
		assert!(message.contains("356"), "{message}");
		// A simulated proof of SP1's SDK is empty, one of RISC Zero's has no points.
		let message = failure("sp1-groth16", json!({"proof": "0x", "public_values": "0x"}));
		assert!(message.contains("selector"), "{message}");
	}

	#[test]
	fn of_circuits_may_have_them_one_after_the_other() {
		let yard = Yard::new();
		let (a, b) = ("0a".repeat(32), "0b".repeat(32));
		let result = json!({"proof": hex(&[1; 384]), "public_values": format!("0x{a}{b}")});
		let service = serve(&yard, "groth16-bls12-381", &result);
		let mut job = job_for("groth16-bls12-381", 1);
		job["public_inputs"] = json!([null, format!("0x{b}")]);
		service.accept(&job);
		let done = service.wait_state(&id(1), "done");
		let inputs = json!([format!("0x{a}"), format!("0x{b}")]);
		assert_eq!(done["proof"], json!({"proof": result["proof"], "public_inputs": inputs}));
		let mut other = job_for("groth16-bls12-381", 2);
		other["public_inputs"] = json!([format!("0x{b}"), null]);
		service.accept(&other);
		assert_eq!(service.wait_error(&id(2)).0, ErrorCode::PublicInputMismatch);

		let odd = json!({"proof": hex(&[1; 384]), "public_values": hex(&[1; 33])});
		let message = failure("groth16-bls12-381", odd);
		assert!(message.contains("no whole number"), "{message}");
	}
}

#[test]
fn what_no_proof_can_say_is_refused_at_once() {
	let yard = Yard::new();
	let service = Vector::sp1().start(&yard, &json!({}));
	let sp1 = |field: &str, value: Value| {
		let mut job = job_for("sp1-groth16", 1);
		job[field] = value;
		job
	};
	let circuit = |values: Value| {
		let mut job = job_for("groth16-bn254", 1);
		job["public_values"] = values;
		job
	};
	let mut both = sp1("public_values", json!({"prefix": "0x"}));
	both["public_inputs"] = json!([null]);
	both["proof_system"] = "test".into();
	for (job, what) in [
		(sp1("public_inputs", json!([null])), "fix its public_values"),
		(both, "public_inputs and public_values: give one of them"),
		(sp1("public_values", json!({"whole": "0x", "sha256": sha256(b"")})), "give one of"),
		(sp1("public_values", json!({})), "give one of"),
		(sp1("public_values", json!({"suffix": "0x"})), "suffix"),
		(sp1("public_values", json!("0x01")), "public_values"),
		(sp1("public_values", json!({"whole": hex(&[0; 4097])})), "at most 4096 bytes"),
		(sp1("public_values", json!({"prefix": hex(&[0; 4097])})), "at most 4096 bytes"),
		(sp1("public_values", json!({"sha256": "0x00"})), "expected 32 bytes"),
		(sp1("public_values", json!({"prefix": "01"})), "0x"),
		(circuit(json!({"whole": hex(&[0; 33])})), "33 bytes"),
		(circuit(json!({"prefix": "0x01"})), "32 each"),
	] {
		let answer = service.post(&job);
		assert_eq!(
			(answer.status, answer.error_code()),
			(400, RefusalCode::InvalidRequest),
			"{job}"
		);
		let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
		assert!(message.contains(what), "{what}: {message}");
	}
}

#[test]
fn to_fix_nothing_is_said_in_two_ways() {
	let yard = Yard::new();
	let service = yard.start(RESULT, "", &[]);
	let mut job = job_for("test", 1);
	service.accept(&job);
	job["public_inputs"] = json!([]);
	assert_eq!(service.post(&job).status, 200);
	job["public_values"] = json!({"prefix": "0x"});
	assert_eq!(service.post(&job).status, 409);
}
