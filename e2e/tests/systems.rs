// SPDX-License-Identifier: Apache-2.0
//! Real proofs of every proof system and version, bought, verified and paid on a real chain.

use proofyard_e2e::*;
use proofyard_verifier::convert::files::{detect, Case};
use serde_json::{json, Value};
use std::{
	fs,
	path::{Path, PathBuf},
	process::Command,
	thread,
};

/// A proof in a file, and what its task fixes of its public values.
struct Sample {
	file: &'static str,
	fixes: Fixes,
	/// The name of a version that a chain does not begin with.
	withdrawn: Option<&'static str>,
	/// Account that asks for it: one of its own each, so that nobody waits for another's block.
	requester: &'static str,
}

enum Fixes {
	Nothing,
	Whole,
	Sha256,
	Prefix,
}

const fn sample(file: &'static str, fixes: Fixes, requester: &'static str) -> Sample {
	Sample { file, fixes, withdrawn: None, requester }
}

const fn withdrawn(file: &'static str, name: &'static str, requester: &'static str) -> Sample {
	Sample { file, fixes: Fixes::Sha256, withdrawn: Some(name), requester }
}

const SAMPLES: [Sample; 9] = [
	sample("sp1-groth16-v5.0.0", Fixes::Whole, "//Charlie"),
	sample("sp1-plonk-v5.0.0", Fixes::Prefix, "//Dave"),
	sample("risc0-groth16-v2.1", Fixes::Nothing, "//Eve"),
	sample("risc0-groth16-v2.2", Fixes::Sha256, "//Ferdie"),
	sample("risc0-groth16-v3.0", Fixes::Whole, "//Charlie//stash"),
	withdrawn("sp1-groth16-v4.0.0-rc.3", "sp1-groth16@4.0.0", "//Dave//stash"),
	withdrawn("sp1-groth16-v6.0.0", "sp1-groth16@6.0.0", "//Eve//stash"),
	withdrawn("sp1-plonk-v4.0.0-rc.3", "sp1-plonk@4.0.0", "//Ferdie//stash"),
	withdrawn("sp1-plonk-v6.0.0", "sp1-plonk@6.0.0", "//Bob//stash"),
];
/// Charge for a rejected proof, in plancks.
const VERIFICATION_FEE: u128 = YARD / 10;
/// Requester of proofs of circuits.
const CIRCUITS: &str = "//Alice//stash";
/// Work of each program: one market for each proof system.
const SAME_WORK: &str = "1000";

#[test]
fn proofs_of_every_system_are_verified_and_paid() {
	let yard = Yard::without_service();
	let programs: Vec<String> = each(|sample| sample.register(&yard));
	let (bls12_381, ()) = both(|| register_circuit(&yard), || asks(&yard, &programs));
	yard.try_ask(PROVER, &bls12_381, ASK, &["--wait"]).ok();

	let (tasks, circuit) = both(
		|| {
			let tasks: Vec<u64> = each(|sample| {
				let place = SAMPLES.iter().position(|other| other.file == sample.file);
				sample.submit(&yard, &programs[place.expect("one of them")])
			});
			tasks
		},
		|| yard.submit_input(CIRCUITS, &bls12_381, &input(), &[]),
	);
	// The prover has room for four at once, whichever these are.
	let mut left: Vec<_> = SAMPLES.iter().zip(&tasks).collect();
	while !left.is_empty() {
		let next = wait_for("a task to be taken", 60, || {
			left.iter().position(|(_, task)| yard.state(**task) != "open")
		});
		let (sample, task) = left.remove(next);
		if let Some(name) = sample.withdrawn {
			let refused = deliver(&yard, *task, &sample.path()).refused();
			assert_eq!(refused, "Attestation.UnknownVersion", "{}", sample.file);
			yard.run("//Alice", &["systems", "set-version", name]).ok();
		}
		if sample.file == "risc0-groth16-v3.0" {
			a_flipped_bit_is_rejected(&yard, sample, *task);
		}
		deliver(&yard, *task, &sample.path()).ok();
		yard.wait_for_state(*task, "settled", 30);
		sample.is_kept(&yard, *task);
	}
	let [_, proof, public] = circuit_files();
	taken(&yard, circuit);
	yard.submit_proof(circuit, &proof, &public, SESSION, &[]).ok();
	yard.wait_for_state(circuit, "settled", 30);

	a_version_that_is_off_is_refused_at_once(&yard, &programs[4]);
}

/// Do something with all samples at once.
fn each<T: Send>(thing: impl Fn(&'static Sample) -> T + Sync) -> Vec<T> {
	thread::scope(|scope| {
		let threads: Vec<_> = SAMPLES.iter().map(|sample| scope.spawn(|| thing(sample))).collect();
		let done = threads.into_iter().map(|thread| thread.join());
		done.map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
	})
}

fn vectors() -> PathBuf {
	root().join("primitives/verifier/tests/vectors")
}

/// The key, a proof and its public inputs of a circuit over BLS12-381.
fn circuit_files() -> [PathBuf; 3] {
	["key", "proof", "public"].map(|part| vectors().join(format!("snarkjs-bls12-381.{part}.json")))
}

fn register_circuit(yard: &Yard) -> String {
	let [key, ..] = circuit_files();
	let key = key.display().to_string();
	register(yard, CIRCUITS, &["--snarkjs", &key])
}

/// Register a program, with a file that nobody will need.
fn register(yard: &Yard, owner: &str, more: &[&str]) -> String {
	let file = input().display().to_string();
	let artifact = format!("other={file}");
	let args = ["program", "register", "--work", SAME_WORK, "--artifact", &artifact];
	let registered = yard.run(owner, &[&args[..], more].concat()).ok();
	registered["program"].as_str().expect("an id").to_owned()
}

/// Input that the tasks are said to be about: nobody here makes proofs of it.
fn input() -> PathBuf {
	semaphore().join("input.json")
}

/// The prover asks in the market of each system, once.
fn asks(yard: &Yard, programs: &[String]) {
	let mut systems = Vec::new();
	for (sample, program) in SAMPLES.iter().zip(programs) {
		let system = sample.json()["system"].clone();
		if !systems.contains(&system) {
			yard.try_ask(PROVER, program, ASK, &[]).ok();
			systems.push(system);
		}
	}
}

fn taken(yard: &Yard, task: u64) {
	wait_for("the task to be taken", 60, || (yard.state(task) != "open").then_some(()));
}

/// Hand in a proof as the prover.
fn deliver(yard: &Yard, task: u64, case: &Path) -> Outcome {
	let (task, case) = (task.to_string(), case.display().to_string());
	let args = ["task", "submit-proof", &task, "--case", &case, "--session-suri", SESSION];
	yard.run(PROVER, &args)
}

/// One bit of a proof turned over: the pool cannot see it, the block rejects it, and the prover's bond
/// pays for the verification. `proofyard verify` would have told.
fn a_flipped_bit_is_rejected(yard: &Yard, sample: &Sample, task: u64) {
	let mut wrong = sample.json();
	let seal = wrong["seal"].as_str().expect("a seal").to_owned();
	let (start, last) = seal.split_at(seal.len() - 1);
	let flipped = u8::from_str_radix(last, 16).expect("hex") ^ 1;
	let seal = format!("{start}{flipped:x}");
	wrong["seal"] = json!(seal);
	let path = yard.path("wrong.json");
	fs::write(&path, wrong.to_string()).expect("the folder is there");
	assert_eq!(verify(&path), 1);

	let before = yard.total(PROVER);
	assert_ne!(deliver(yard, task, &path).code, 0, "it is rejected");
	wait_for("the bond to be charged", 30, || {
		(yard.total(PROVER) == before - VERIFICATION_FEE).then_some(())
	});
}

/// The exit code of `proofyard verify`, which asks no node.
fn verify(file: &Path) -> i32 {
	let status = Command::new(binary("proofyard")).arg("verify").arg(file).status();
	status.expect("the command line runs").code().unwrap_or(-1)
}

fn a_version_that_is_off_is_refused_at_once(yard: &Yard, program: &str) {
	let sample = &SAMPLES[4];
	let task = yard.submit_input(sample.requester, program, &input(), &[]);
	taken(yard, task);
	yard.run("//Alice", &["systems", "switch", "risc0-groth16@3.0.0", "off"]).ok();
	assert_eq!(deliver(yard, task, &sample.path()).refused(), "Attestation.UnknownVersion");
	let systems = yard.rpc("proving_proofSystems", json!([])).expect("a listing");
	let risc0 = systems.as_array().expect("systems").iter();
	let risc0 = risc0.clone().find(|system| system["system"] == json!("risc0-groth16"));
	let versions = risc0.expect("it is listed")["versions"].clone();
	let off = versions.as_array().expect("versions").iter();
	let off: Vec<_> = off.filter(|version| version["enabled"] == json!(false)).collect();
	assert_eq!(off.len(), 1);
	assert_eq!(off[0]["version"], json!("3.0.0"));
	yard.run("//Alice", &["systems", "switch", "risc0-groth16@3.0.0", "on"]).ok();
	deliver(yard, task, &sample.path()).ok();
	yard.wait_for_state(task, "settled", 30);
}

impl Sample {
	fn path(&self) -> PathBuf {
		vectors().join(format!("{}.json", self.file))
	}

	fn json(&self) -> Value {
		let text = fs::read_to_string(self.path()).expect("a vector");
		serde_json::from_str(&text).expect("JSON")
	}

	/// The program's key and the public values.
	fn case(&self) -> ([u8; 32], Vec<u8>) {
		let bytes = fs::read(self.path()).expect("a vector");
		let found = detect(&[(self.file, &bytes)]).expect("a case");
		match found.into_iter().next().expect("one case").case {
			Case::Wrapped { program_key, public_values, .. } => (program_key, public_values),
			Case::Plain { .. } => panic!("{} is no zkVM's", self.file),
		}
	}

	fn register(&self, yard: &Yard) -> String {
		let key = hex_of(&self.case().0);
		let system = self.json()["system"].as_str().expect("a system").to_owned();
		register(yard, self.requester, &["--system", &system, "--program-key", &key])
	}

	fn submit(&self, yard: &Yard, program: &str) -> u64 {
		let values = self.case().1;
		let hash = hex_of(&sp_crypto_hashing::sha2_256(&values));
		let (whole, prefix) = (hex_of(&values), hex_of(&values[..values.len() / 2]));
		let more: &[&str] = match self.fixes {
			Fixes::Nothing => &[],
			Fixes::Whole => &["--public-values", &whole],
			Fixes::Sha256 => &["--public-values-sha256", &hash],
			Fixes::Prefix => &["--public-values-prefix", &prefix],
		};
		yard.submit_input(self.requester, program, &input(), more)
	}

	/// The chain keeps the proof, and gives it back in a form that can be verified anywhere.
	fn is_kept(&self, yard: &Yard, task: u64) {
		let kept = yard.rpc("proving_proof", json!([task])).expect("a proof");
		assert_eq!(kept["publicValues"], json!(hex_of(&self.case().1)), "{}", self.file);
		let (id, path) = (task.to_string(), yard.path(&format!("{}.json", self.file)));
		let file = path.display().to_string();
		yard.run(PROVER, &["task", "proof", &id, "--case", &file]).ok();
		assert_eq!(verify(&path), 0, "{}", self.file);
	}
}
