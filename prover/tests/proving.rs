// SPDX-License-Identifier: Apache-2.0
//! The whole way with a real program: Semaphore at tree depth 20 over HTTP, through the cache and the built-in Groth16
//! backend, to a proof that the chain's verifier accepts.

mod common;

use std::{
	fs,
	path::{Path, PathBuf},
	time::{Duration, Instant},
};

use common::*;
use proofyard_verifier::{convert::snarkjs, prepare_key, verify, ProofSystem};
use serde_json::{json, Value};

const SYSTEM: ProofSystem = ProofSystem::Groth16Bn254;

fn fixtures() -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/semaphore-20").canonicalize().unwrap()
}

fn artifact(role: &str, file: &str) -> Value {
	let path = fixtures().join(file);
	let content = fs::read(&path).unwrap();
	json!({
		"role": role,
		"locators": [format!("file://{}", path.display())],
		"sha256": sha256(&content),
		"size": content.len(),
	})
}

fn job(n: u8, input: &[u8]) -> Value {
	let mut job = test_job(n, input);
	job["proof_system"] = "groth16-bn254".into();
	job["artifacts"] = json!([
		artifact("proving_key", "semaphore-20.zkey"),
		artifact("witness_program", "semaphore-20.wasm"),
	]);
	job
}

fn input() -> Vec<u8> {
	fs::read(fixtures().join("input.json")).unwrap()
}

fn start(yard: &Yard) -> Service {
	Service::start(&yard.data(), &["--allow-file-root", fixtures().to_str().unwrap()])
}

fn unhex(value: &Value) -> Vec<u8> {
	hex::decode(value.as_str().unwrap().trim_start_matches("0x")).unwrap()
}

/// The job's public inputs, one after the other, if its proof is valid.
fn accepted(job: &Value) -> Option<Vec<u8>> {
	let json = fs::read_to_string(fixtures().join("semaphore-20.json")).unwrap();
	let key = prepare_key(SYSTEM, &snarkjs::key_from_json(&json).unwrap()).unwrap();
	let public: Vec<u8> =
		job["proof"]["public_inputs"].as_array().unwrap().iter().flat_map(unhex).collect();
	let proof = unhex(&job["proof"]["proof"]);
	assert_eq!(proof.len(), 256);
	verify(SYSTEM, &key, &public, &proof).ok().map(|()| public)
}

#[test]
fn a_job_becomes_a_proof_that_the_chain_accepts() {
	let yard = Yard::new();
	let service = start(&yard);
	service.accept(&job(1, &input()));
	let done = service.wait_state(&id(1), "done");
	assert!(accepted(&done).is_some());
	for part in ["witness_ms", "prove_ms", "total_ms"] {
		assert!(done["timings"][part].as_u64().unwrap() > 0, "{part}: {done}");
	}

	// What came out may be fixed in the next job; anything else may not.
	let mut fixed = done["proof"]["public_inputs"].clone();
	fixed[0] = Value::Null;
	let mut again = job(2, &input());
	again["public_inputs"] = fixed.clone();
	service.accept(&again);
	let second = service.wait_state(&id(2), "done");
	assert_eq!(accepted(&second), accepted(&done));
	assert_ne!(second["proof"]["proof"], done["proof"]["proof"], "proofs are blinded");
	fixed[1] = format!("0x{}", "00".repeat(32)).into();
	let mut wrong = job(3, &input());
	wrong["public_inputs"] = fixed;
	service.accept(&wrong);
	assert_eq!(service.wait_error(&id(3)).0, "public_input_mismatch");

	// Or all of them, one after the other.
	let values = accepted(&done).unwrap();
	let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
	for (n, fixed, fits) in [
		(4, json!({"whole": hex(&values)}), true),
		(5, json!({"sha256": sha256(&values)}), true),
		(6, json!({"prefix": hex(&values[..64])}), true),
		(7, json!({"whole": hex(&values[..96])}), false),
		(8, json!({"sha256": sha256(b"")}), false),
		(9, json!({"prefix": hex(&[0; 32])}), false),
	] {
		let mut job = job(n, &input());
		job.as_object_mut().unwrap().remove("public_inputs");
		job["public_values"] = fixed;
		service.accept(&job);
		if fits {
			let job = service.wait_state(&id(n), "done");
			assert_eq!(accepted(&job).as_ref(), Some(&values));
			assert!(job["proof"].get("public_values").is_none());
		} else {
			assert_eq!(service.wait_error(&id(n)).0, "public_input_mismatch");
		}
	}

	let backend = &service.send("GET", "/v1/capabilities", b"").json()["backends"][0];
	assert_eq!((&backend["name"], &backend["measured"]["jobs"]), (&json!("groth16"), &json!(5)));
}

#[test]
fn faults_have_the_code_of_whose_they_are() {
	let yard = Yard::new();
	let service = start(&yard);
	service.accept(&job(1, b"{\"identity\": 1}"));
	assert_eq!(service.wait_error(&id(1)).0, "invalid_input");
	service.accept(&job(2, b"no json"));
	assert_eq!(service.wait_error(&id(2)).0, "invalid_input");
	let mut swapped = job(3, &input());
	swapped["artifacts"][0]["role"] = "witness_program".into();
	swapped["artifacts"][1]["role"] = "proving_key".into();
	service.accept(&swapped);
	assert_eq!(service.wait_error(&id(3)).0, "invalid_artifact");
	// And the service goes on.
	service.accept(&job(4, &input()));
	assert!(accepted(&service.wait_state(&id(4), "done")).is_some());
}

#[test]
fn a_deleted_job_frees_its_slot_before_it_would_have_ended() {
	let yard = Yard::new();
	let service = start(&yard);
	service.accept(&job(1, &input()));
	service.wait_state(&id(1), "proving");
	assert_eq!(service.delete(&id(1)).json()["state"], "cancelled");
	service.accept(&job(2, &input()));
	assert!(accepted(&service.wait_state(&id(2), "done")).is_some());
	assert_eq!(service.get(&id(1)).json()["state"], "cancelled");
}

#[test]
fn a_deleted_job_frees_its_slot_whatever_its_witness_program_does() {
	let yard = Yard::new();
	let program = wasm::Module::running(&wasm::forever(&[])).bytes();
	fs::write(yard.path("endless.wasm"), &program).unwrap();
	let roots = [fixtures(), yard.dir.path().canonicalize().unwrap()];
	let options: Vec<&str> =
		roots.iter().flat_map(|root| ["--allow-file-root", root.to_str().unwrap()]).collect();
	let service = Service::start(&yard.data(), &options);
	let mut endless = job(1, &input());
	endless["artifacts"][1]["locators"] =
		json!([format!("file://{}", roots[1].join("endless.wasm").display())]);
	endless["artifacts"][1]["sha256"] = sha256(&program).into();
	endless["artifacts"][1]["size"] = program.len().into();
	service.accept(&endless);
	service.accept(&job(2, &input()));
	service.wait(&id(1), |job| job["stage"] == "witness");
	assert_eq!(service.get(&id(2)).json()["state"], "queued");
	let started = Instant::now();
	service.delete(&id(1));
	service.wait(&id(2), |job| job["state"] != "queued");
	assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
	assert!(accepted(&service.wait_state(&id(2), "done")).is_some());
}

#[test]
fn a_deadline_that_passes_while_proving_stops_the_proof() {
	let yard = Yard::new();
	let service = start(&yard);
	service.accept(&job(1, &input()));
	let done = service.wait_state(&id(1), "done");
	// The files are here now. Half of the time that a proof takes is left, which only a service without an estimate
	// accepts: the work is of another size.
	let ms = done["timings"]["prove_ms"].as_u64().unwrap();
	let mut late = job(2, &input());
	late["work"] = 1_000_000.into();
	late["deadline_unix_ms"] = (now_ms() + ms / 2).into();
	service.accept(&late);
	assert_eq!(service.wait_error(&id(2)).0, "deadline_passed");
	// Now there is one.
	let mut again = late.clone();
	again["id"] = id(3).into();
	again["deadline_unix_ms"] = (now_ms() + ms / 4).into();
	let answer = service.post(&again);
	assert_eq!((answer.status, answer.error_code().as_str()), (422, "deadline_infeasible"));
}

#[test]
fn a_small_memory_limit_is_kept() {
	let yard = Yard::new();
	let config = yard.path("limits.toml");
	fs::write(&config, "[groth16]\nmemory_limit = \"4MB\"\n").unwrap();
	let service = Service::start(
		&yard.data(),
		&["--allow-file-root", fixtures().to_str().unwrap(), "--config", config.to_str().unwrap()],
	);
	service.accept(&job(1, &input()));
	assert_eq!(service.wait_error(&id(1)).0, "out_of_memory");
}
