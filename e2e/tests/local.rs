// SPDX-License-Identifier: Apache-2.0
//! The local chain: four validators on sockets of their own agree on blocks, and finalise them.

use proofyard_e2e::*;
use serde_json::{json, Value};
use std::collections::BTreeSet;
use tempfile::TempDir;

struct Validator {
	rpc_port: u16,
	port: u16,
	_process: Process,
}

/// Start a validator of the local chain, known to `boot`.
fn start(dir: &TempDir, name: &str, boot: Option<&str>) -> Validator {
	let (rpc_port, port) = (free_port(), free_port());
	let base = dir.path().join(name).display().to_string();
	let (identity, rpc, p2p) = (format!("--{name}"), rpc_port.to_string(), port.to_string());
	let mut args = vec![
		"--chain",
		"local",
		&identity,
		"--base-path",
		&base,
		"--rpc-port",
		&rpc,
		"--port",
		&p2p,
		"--no-mdns",
		"--no-prometheus",
		"--unsafe-force-node-key-generation",
	];
	args.extend(boot.iter().flat_map(|boot| ["--bootnodes", boot]));
	let log = dir.path().join(format!("{name}.log"));
	Validator { rpc_port, port, _process: Process::start("proofyard-node", &args, log) }
}

#[test]
fn four_validators_finalise_together() {
	let _turn = take_turn();
	let dir = TempDir::new().expect("a temporary folder");
	let http = Http::new();
	let alice = start(&dir, "alice", None);
	let id =
		wait_for("alice", 120, || http.rpc(alice.rpc_port, "system_localPeerId", json!([])).ok());
	let boot = format!("/ip4/127.0.0.1/tcp/{}/p2p/{}", alice.port, id.as_str().expect("an id"));
	let others = ["bob", "charlie", "dave"].map(|name| start(&dir, name, Some(&boot)));
	let validators: Vec<&Validator> = std::iter::once(&alice).chain(&others).collect();

	// GRANDPA needs three of four: one validator alone finalises nothing.
	let number = |port: u16| -> Option<u64> {
		let head = http.rpc(port, "chain_getFinalizedHead", json!([])).ok()?;
		let header = http.rpc(port, "chain_getHeader", json!([head])).ok()?;
		u64::from_str_radix(header["number"].as_str()?.trim_start_matches("0x"), 16).ok()
	};
	for validator in &validators {
		wait_for("finality", 180, || number(validator.rpc_port).filter(|number| *number >= 5));
	}
	let hash = |port: u16| http.rpc(port, "chain_getBlockHash", json!([5])).expect("final");
	let hashes: BTreeSet<String> =
		validators.iter().map(|validator| hash(validator.rpc_port).to_string()).collect();
	assert_eq!(hashes.len(), 1, "one chain");
	assert_ne!(hashes.first(), Some(&Value::Null.to_string()));
	let health = http.rpc(alice.rpc_port, "system_health", json!([])).expect("alice runs");
	assert_eq!(health["peers"], json!(3));
}
