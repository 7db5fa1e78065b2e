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
	assert_eq!(service.wait_error(&id(3)).0, ErrorCode::PublicInputMismatch);

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
			assert_eq!(service.wait_error(&id(n)).0, ErrorCode::PublicInputMismatch);
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
	assert_eq!(service.wait_error(&id(1)).0, ErrorCode::InvalidInput);
	service.accept(&job(2, b"no json"));
	assert_eq!(service.wait_error(&id(2)).0, ErrorCode::InvalidInput);
	let mut swapped = job(3, &input());
	swapped["artifacts"][0]["role"] = "witness_program".into();
	swapped["artifacts"][1]["role"] = "proving_key".into();
	service.accept(&swapped);
	assert_eq!(service.wait_error(&id(3)).0, ErrorCode::InvalidArtifact);
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
	assert_eq!(service.wait_error(&id(2)).0, ErrorCode::DeadlinePassed);
	// Now there is one.
	let mut again = late.clone();
	again["id"] = id(3).into();
	again["deadline_unix_ms"] = (now_ms() + ms / 4).into();
	let answer = service.post(&again);
	assert_eq!((answer.status, answer.error_code()), (422, RefusalCode::DeadlineInfeasible));
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
	assert_eq!(service.wait_error(&id(1)).0, ErrorCode::OutOfMemory);
}

/// The backend for graphics cards, with the processor in their place: all of it but the card.
mod cards {
	use super::*;
	use proofyard_prover::supervisor::descendants;

	fn start(yard: &Yard, cards: &str, more: &str, options: &[&str]) -> Service {
		let config = yard.path("cards.toml");
		let text = format!("[groth16_cards]\nengine = \"processor\"\ngpu_ids = {cards}\n{more}\n");
		fs::write(&config, text).unwrap();
		let (config, root) = (config.to_str().unwrap(), fixtures());
		let mut all = vec!["--config", config, "--allow-file-root", root.to_str().unwrap()];
		all.extend(options);
		Service::start(&yard.data(), &all)
	}

	/// The processes of a service's cards, each with its card.
	fn processes(service: &Service) -> Vec<(String, i32)> {
		let card = |pid: &i32| {
			let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
			let environment = String::from_utf8_lossy(&environment).into_owned();
			let value =
				environment.split('\0').find_map(|v| v.strip_prefix("CUDA_VISIBLE_DEVICES="))?;
			Some((value.to_owned(), *pid))
		};
		let below = descendants(service.child.id() as i32);
		let mut processes: Vec<_> =
			below.iter().filter(|pid| alive(**pid)).filter_map(card).collect();
		processes.sort();
		processes
	}

	fn signal(pid: i32, signal: i32) {
		assert_eq!(unsafe { libc::kill(pid, signal) }, 0);
	}

	fn gpus(service: &Service) -> Value {
		service.send("GET", "/v1/capabilities", b"").json()["gpus"].clone()
	}

	fn prove(service: &Service, n: u8) {
		service.accept(&job(n, &input()));
		assert!(accepted(&service.wait_state(&id(n), "done")).is_some());
	}

	fn until(what: &str, done: impl Fn() -> bool) {
		let started = Instant::now();
		while !done() {
			assert!(started.elapsed() < PATIENCE, "waited for {what}");
			std::thread::sleep(Duration::from_millis(20));
		}
	}

	#[test]
	fn a_key_stays_with_its_card_and_jobs_spread_over_cards() {
		let yard = Yard::new();
		let service = start(&yard, "['a', 'b']", "", &["--concurrency", "3"]);
		let capabilities = service.send("GET", "/v1/capabilities", b"").json();
		let first = &capabilities["backends"][0];
		assert_eq!(
			(&first["name"], &first["devices"][1]["kind"]),
			(&"groth16-cards".into(), &"gpu".into())
		);
		assert!(processes(&service).is_empty(), "a process starts with its first job");
		prove(&service, 1);
		let one = processes(&service);
		assert_eq!(one.len(), 1);
		prove(&service, 2);
		assert_eq!(processes(&service), one, "the card with the key gets the job");

		for n in 3..9 {
			service.accept(&job(n, &input()));
		}
		for n in 3..9 {
			assert!(accepted(&service.wait_state(&id(n), "done")).is_some());
		}
		let both = processes(&service);
		assert_eq!(both.iter().map(|(card, _)| card.as_str()).collect::<Vec<_>>(), ["a", "b"]);
		assert!(both.contains(&one[0]), "no process was lost");
		service.stop();
		until("the processes to end with the service", || both.iter().all(|(_, pid)| !alive(*pid)));
	}

	#[test]
	fn a_job_goes_on_to_another_card_and_the_failed_one_comes_back() {
		let yard = Yard::new();
		let service = start(&yard, "['a', 'b']", "probe_s = 1", &[]);
		prove(&service, 1);
		let (card, pid) = processes(&service).remove(0);
		signal(pid, libc::SIGKILL);
		until("its end", || !alive(pid));
		prove(&service, 2);
		let fault = |card: &str| {
			let gpus = gpus(&service);
			let gpu = gpus.as_array().unwrap().iter().find(|gpu| gpu["id"] == card).unwrap();
			gpu["fault"].as_str().map(str::to_owned)
		};
		assert!(fault(&card).is_none_or(|fault| fault.contains("process ended")));
		until("the probe to pass", || fault(&card).is_none());
		assert_eq!(processes(&service).len(), 2);
		prove(&service, 3);
	}

	#[test]
	fn a_card_that_hangs_is_given_up_and_the_job_comes_back() {
		let yard = Yard::new();
		let service = start(&yard, "['a']", "time_limit_s = 2\nprobe_s = 1", &[]);
		prove(&service, 1);
		let (_, pid) = processes(&service).remove(0);
		signal(pid, libc::SIGSTOP);
		service.accept(&job(2, &input()));
		let failed = service.wait_state(&id(2), "failed");
		assert_eq!(failed["error"]["code"], ErrorCode::BackendFailed.as_str(), "{failed}");
		assert_eq!(failed["error"]["retryable"], true);
		assert!(
			failed["error"]["message"].as_str().unwrap().contains("counts as hung"),
			"{failed}"
		);
		until("the hung process to be gone", || !alive(pid));
		until("the probe to pass", || gpus(&service)[0]["fault"].is_null());
		prove(&service, 3);
	}

	#[test]
	fn while_no_card_works_the_processor_takes_the_jobs() {
		let yard = Yard::new();
		let service = start(&yard, "['a']", "probe_s = 600", &[]);
		prove(&service, 1);
		let (_, pid) = processes(&service).remove(0);
		signal(pid, libc::SIGKILL);
		until("its end", || !alive(pid));
		service.accept(&job(2, &input()));
		assert_eq!(service.wait_error(&id(2)).0, ErrorCode::BackendFailed);
		prove(&service, 3);
		let backends = service.send("GET", "/v1/capabilities", b"").json()["backends"].clone();
		let jobs = |place: usize| (&backends[place]["name"], &backends[place]["measured"]["jobs"]);
		assert_eq!(jobs(0), (&json!("groth16-cards"), &json!(1)));
		assert_eq!(jobs(1), (&json!("groth16"), &json!(1)));
	}

	#[test]
	fn a_job_that_is_called_off_frees_its_card() {
		let yard = Yard::new();
		let service = start(&yard, "['a']", "", &[]);
		prove(&service, 1);
		let (_, pid) = processes(&service).remove(0);
		signal(pid, libc::SIGSTOP);
		service.accept(&job(2, &input()));
		service.wait(&id(2), |job| job["stage"] == "gpu");
		service.delete(&id(2));
		until("its process to be gone", || !alive(pid));
		assert!(gpus(&service)[0]["fault"].is_null(), "a card is not to blame for that");
		prove(&service, 3);
	}

	#[test]
	fn a_key_that_no_card_holds_is_refused_with_the_sizes() {
		let yard = Yard::new();
		let service = start(&yard, "['a', 'b']", "processor_memory = \"1MiB\"", &[]);
		service.accept(&job(1, &input()));
		let (code, message) = service.wait_error(&id(1));
		assert_eq!(code, ErrorCode::OutOfMemory);
		assert!(message.contains("1048576"), "{message}");
	}

	#[test]
	fn a_configuration_that_cannot_work_is_refused() {
		let yard = Yard::new();
		for (text, problem) in [
			("engine = 'processor'", "gpu_ids"),
			("engine = 'processor'\ngpu_ids = ['a']\nprobe_s = 0", "at least 1"),
			("engine = 'abacus'", "abacus"),
		] {
			let config = yard.path("cards.toml");
			fs::write(&config, format!("[groth16_cards]\n{text}\n")).unwrap();
			let said = yard.refused(&["--config", config.to_str().unwrap()]);
			assert!(said.contains(problem), "{text}: {said}");
		}
	}
}
