// SPDX-License-Identifier: Apache-2.0
//! A block full of proofs, made by one node and imported by another.

use codec::{Compact, Encode};
use proofyard_e2e::*;
use proofyard_mechanism::level::BLOCK_MS;
use proofyard_primitives::{
	limits::MAX_BATCH,
	session::{batch_message, possession_message, SessionPair},
	BiddingWindow, FixedValues, HardwareClass, InputRef, Market, ProofData, ProofSystem,
	Redundancy, ServiceLevel, Submission, Submissions,
};
use proofyard_verifier::convert::snarkjs;
use serde_json::{json, Value};
use sp_core::{crypto::AccountId32, Pair as _, H256};
use std::{fs, thread::sleep, time::Duration};

/// Provers, each with as many tasks as it can have: together more than a block's worth of proofs.
const PROVERS: u32 = 12;
/// Tasks of each prover.
const EACH: u32 = 64;
/// Balance that each prover begins with, in plancks.
const FUNDS: u128 = 20_000 * YARD;
/// Stake of each prover, in plancks.
const STAKE: u128 = 10_000 * YARD;
/// Time between two blocks, in milliseconds.
const SLOT_MS: f64 = BLOCK_MS as f64;

// Calls as the runtime numbers them.
const TRANSFER: [u8; 2] = [4, 0];
const BATCH_ALL: [u8; 2] = [9, 2];
const REGISTER: [u8; 2] = [20, 0];
const SUBMIT_PROOFS: [u8; 2] = [23, 7];
const SUBMIT_TASK: [u8; 2] = [24, 0];
const PLACE_ASK: [u8; 2] = [24, 2];

#[test]
fn a_block_full_of_proofs_is_imported_within_its_slot() {
	let yard = Yard::without_service();
	let program = yard.register_semaphore();
	let proof = real_proof(&yard);
	let follower = Follower::start(&yard);
	provers_ask(&yard);
	let tasks = tasks_are_assigned(&yard, &program);
	assert_eq!(tasks.len() as u32, PROVERS);

	let batches: Vec<String> =
		tasks.iter().map(|(prover, tasks)| batch(&yard, prover, tasks, &proof)).collect();
	// All of them at the beginning of a slot, so that one block has as many as there is room for.
	let before = yard.best();
	wait_for("a new block", 20, || (yard.best() > before).then_some(()));
	let first = yard.best() + 1;
	for batch in &batches {
		yard.send(batch).unwrap_or_else(|error| panic!("the pool takes it: {error}"));
	}
	let imports = follower.watch(&yard, first + 4);

	let proofs = |block: u64| yard.count_events(block, "Attestation", "ProofVerified");
	let (full, most) = (first..first + 4)
		.map(|block| (block, proofs(block)))
		.max_by_key(|(_, proofs)| *proofs)
		.expect("four blocks");
	let ms = imports.iter().find(|(block, _)| *block == full).expect("it was imported").1;
	println!(
		"block {full}: {most} proofs, imported in {ms:.0} ms: {:.0} proofs a second of import, \
		 {:.0} a second of chain",
		most as f64 / ms * 1_000.0,
		most as f64 / SLOT_MS * 1_000.0,
	);
	let left = (PROVERS * EACH) as usize - (first..=full).map(proofs).sum::<usize>();
	assert!(left > 0, "the block had room for more than {most}");
	assert!(most >= 2 * MAX_BATCH as usize, "{most} proofs are no full block");
	assert!(ms < SLOT_MS, "the block takes {ms} ms to import");
}

fn suri(index: u32) -> String {
	format!("//Prover{index}")
}

/// A proof that snarkjs made: every task here asks for the same statement.
fn real_proof(yard: &Yard) -> ProofData {
	let (proof, public) = yard.snarkjs_proof();
	let text = |path| fs::read_to_string(path).expect("snarkjs wrote it");
	let (system, proof) = snarkjs::proof(&text(proof)).expect("a proof");
	let public = snarkjs::public_inputs(system, &text(public)).expect("public inputs");
	ProofData {
		proof: proof.try_into().expect("within the bound"),
		public_values: public.try_into().expect("within the bound"),
	}
}

/// Fund and register the provers, and let each ask.
fn provers_ask(yard: &Yard) {
	let transfers: Vec<Vec<u8>> = (0..PROVERS)
		.map(|index| (TRANSFER, 0u8, account(&suri(index)), Compact(FUNDS)).encode())
		.collect();
	yard.calls([("//Alice".into(), batch_all(transfers))]);
	yard.calls((0..PROVERS).map(|index| {
		let pair = SessionPair::from_string(&session_of(&suri(index)), None).expect("a key");
		let possession = pair.sign(&possession_message(&account(&suri(index))));
		let call = (REGISTER, HardwareClass::Cpu, EACH, STAKE, pair.public(), possession);
		(suri(index), call.encode())
	}));
	let market =
		Market::of(ProofSystem::Groth16Bn254, HardwareClass::Cpu, WORK, ServiceLevel::Standard);
	let market = market.expect("there is work");
	yard.calls((0..PROVERS).map(|index| {
		// Fast enough for all of its tasks at once.
		let speed = 1_000_000u64;
		(suri(index), (PLACE_ASK, market, ASK, EACH, speed).encode())
	}));
}

fn batch_all(calls: Vec<Vec<u8>>) -> Vec<u8> {
	[BATCH_ALL.to_vec(), Compact(calls.len() as u32).encode(), calls.concat()].concat()
}

/// Submit the tasks, and wait until the provers have them all. Who has which.
fn tasks_are_assigned(yard: &Yard, program: &str) -> Vec<(String, Vec<u64>)> {
	let program = H256::from_slice(&bytes_of(program));
	let input = InputRef::Inline(b"{}".to_vec().try_into().expect("within the bound"));
	let task = (
		(SUBMIT_TASK, program, ServiceLevel::Standard, None::<u64>, input, FixedValues::Open),
		(2 * price_at(ASK), 1_000u32, Vec::<AccountId32>::new()),
		(None::<BiddingWindow>, None::<Redundancy>),
	)
		.encode();
	let requesters = ["//Charlie", "//Dave", "//Eve", "//Ferdie"];
	let share = (PROVERS * EACH) as usize / requesters.len();
	yard.calls(
		requesters.map(|requester| (requester.into(), batch_all(vec![task.clone(); share]))),
	);
	let of = |prover: &str| {
		let filter = json!([{ "prover": address(prover), "state": "assigned" }, null, 100]);
		let page = yard.rpc("proving_tasks", filter).expect("a listing");
		let tasks = page["tasks"].as_array().expect("tasks").clone();
		tasks.iter().map(|task| task["id"].as_u64().expect("an id")).collect::<Vec<_>>()
	};
	wait_for("all tasks to be assigned", 240, || {
		sleep(Duration::from_secs(2));
		let assigned: Vec<_> = (0..PROVERS).map(|index| (suri(index), of(&suri(index)))).collect();
		let count: usize = assigned.iter().map(|(_, tasks)| tasks.len()).sum();
		(count == (PROVERS * EACH) as usize).then_some(assigned)
	})
}

/// The transaction that submits the proofs of one prover.
fn batch(yard: &Yard, prover: &str, tasks: &[u64], proof: &ProofData) -> String {
	let of = |task: &u64| Submission { task: *task, attempt: 0, proof: proof.clone() };
	let submissions: Submissions =
		tasks.iter().map(of).collect::<Vec<_>>().try_into().expect("within the bound");
	let pair = SessionPair::from_string(&session_of(prover), None).expect("a key");
	let prover = account(prover);
	let signature = pair.sign(&batch_message(&yard.genesis(), &prover, &submissions));
	authorized(&(SUBMIT_PROOFS, prover, submissions, signature).encode(), 0)
}

/// A node that imports the blocks of a yard's, and tells how long that takes.
struct Follower {
	_node: Process,
	metrics: String,
	rpc_port: u16,
}

impl Follower {
	fn start(yard: &Yard) -> Self {
		let (rpc_port, port) = (free_port(), free_port());
		let (rpc, prometheus) = (rpc_port.to_string(), port.to_string());
		let (base, boot) = (yard.path("follower").display().to_string(), yard.boot_node());
		let mut args = vec!["--chain", "dev", "--base-path", &base, "--rpc-port", &rpc];
		args.extend(["--port", "0", "--no-mdns", "--prometheus-port", &prometheus]);
		args.extend(["--bootnodes", &boot]);
		let node = Process::start("proofyard-node", &args, yard.path("follower.log"));
		let metrics = format!("http://127.0.0.1:{port}/metrics");
		let follower = Self { _node: node, metrics, rpc_port };
		wait_for("the follower", 120, || (follower.best(yard)? + 2 >= yard.best()).then_some(()));
		follower
	}

	fn best(&self, yard: &Yard) -> Option<u64> {
		let header: Value = yard.http().rpc(self.rpc_port, "chain_getHeader", json!([])).ok()?;
		u64::from_str_radix(header["number"].as_str()?.trim_start_matches("0x"), 16).ok()
	}

	/// Number of blocks that it has verified and imported, and the milliseconds that took in all.
	fn imported(&self, yard: &Yard) -> Option<(f64, f64)> {
		let text = yard.http().get_text(&self.metrics, "")?;
		let value = |name: &str| {
			let lines = text.lines().filter(|line| line.starts_with(name));
			lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).reduce(f64::max)
		};
		let name = "substrate_block_verification_and_import_time";
		Some((value(&format!("{name}_count"))?, 1_000.0 * value(&format!("{name}_sum"))?))
	}

	/// Watch it until it has a block. For each block on the way, the milliseconds it took.
	fn watch(&self, yard: &Yard, until: u64) -> Vec<(u64, f64)> {
		let mut seen = self.imported(yard).expect("metrics");
		let mut imports = Vec::new();
		wait_for(&format!("the follower to import block {until}"), 90, || {
			let now = self.imported(yard)?;
			if now.0 > seen.0 {
				imports.push((self.best(yard)?, (now.1 - seen.1) / (now.0 - seen.0)));
				seen = now;
			}
			(self.best(yard)? >= until).then_some(())
		});
		imports
	}
}
