// SPDX-License-Identifier: Apache-2.0
//! A chain of its own: its first node, and what people ask of it.

use crate::{
	account, command, free_port, plancks, root, semaphore, session_of, take_turn, wait_for, Http,
	Outcome, Process, Service, ASK, PROVER, REQUESTER, SESSION, WORK,
};
use serde_json::{json, Value};
use std::{
	path::{Path, PathBuf},
	process::Command,
	sync::MutexGuard,
};
use tempfile::TempDir;

/// A node with or without a proving service, on a chain of its own.
pub struct Yard {
	dir: TempDir,
	rpc_port: u16,
	node: Option<Process>,
	service: Service,
	http: Http,
	_turn: MutexGuard<'static, ()>,
}

impl Yard {
	/// A development chain whose prover has a proving service.
	pub fn start() -> Self {
		let mut yard = Self::prepare();
		yard.start_service();
		yard.start_node(true);
		yard
	}

	/// A development chain whose prover does nothing by itself.
	pub fn without_service() -> Self {
		let mut yard = Self::prepare();
		yard.start_node(false);
		yard
	}

	fn prepare() -> Self {
		let turn = take_turn();
		let (dir, http) = (TempDir::new().expect("a temporary folder"), Http::new());
		let service = Service::new(dir.path().join("service"), &http);
		Self { dir, rpc_port: free_port(), node: None, service, http, _turn: turn }
	}

	/// A path in the yard's folder.
	pub fn path(&self, name: &str) -> PathBuf {
		self.dir.path().join(name)
	}

	/// Client that asks nodes and services.
	pub fn http(&self) -> &Http {
		&self.http
	}

	/// A proving service in the yard's folder, that does not run yet.
	pub fn new_service(&self, name: &str) -> Service {
		Service::new(self.path(name), &self.http)
	}

	/// The proving service of the chain's first prover.
	pub fn service(&self) -> &Service {
		&self.service
	}

	/// Start the proving service on its old data, if there is any.
	pub fn start_service(&self) {
		self.service.start();
	}

	/// Start the node on its old chain, if there is one.
	pub fn start_node(&mut self, with_service: bool) {
		let (rpc, base) = (self.rpc_port.to_string(), self.path("node").display().to_string());
		let service = self.service.url();
		let token = self.service.token_file().display().to_string();
		let mut args = vec!["--dev", "--base-path", &base, "--rpc-port", &rpc];
		args.extend(["--port", "0", "--no-mdns", "--no-prometheus"]);
		if with_service {
			args.extend(["--proving-service", &service, "--proving-service-token-file", &token]);
		}
		self.node = Some(Process::start("proofyard-node", &args, self.path("node.log")));
		wait_for("the node", 120, || {
			assert!(self.node.as_mut().is_some_and(Process::is_alive), "the node ended");
			self.rpc("chain_getHeader", json!([])).ok()
		});
	}

	/// Kill the proving service as a power cut would.
	pub fn kill_service(&self) {
		self.service.kill();
	}

	/// Kill the node as a power cut would.
	pub fn kill_node(&mut self) {
		self.node.take().expect("a node runs").kill();
	}

	/// Address by which other nodes of this chain find this one.
	pub fn boot_node(&self) -> String {
		let addresses = self.rpc("system_localListenAddresses", json!([])).expect("the node runs");
		let addresses = addresses.as_array().expect("addresses");
		let mut texts = addresses.iter().filter_map(Value::as_str);
		let here = texts.find(|address| address.starts_with("/ip4/127.0.0.1/tcp/"));
		here.unwrap_or_else(|| panic!("not on this machine: {addresses:?}")).to_owned()
	}

	/// Run a command of `proofyard` that signs with `suri`.
	pub fn run(&self, suri: &str, args: &[&str]) -> Outcome {
		command(&self.node_url(), suri, args)
	}

	/// Call the node's JSON-RPC. The error is the node's error object.
	pub fn rpc(&self, method: &str, params: Value) -> Result<Value, Value> {
		self.http.rpc(self.rpc_port, method, params)
	}

	/// The id of the job by which the node of a prover asks for the proof of an attempt.
	pub fn job_id(&self, task: u64, attempt: u32, prover: &str) -> String {
		let id = proofyard_primitives::job_id(&self.genesis(), task, attempt, &account(prover));
		hex::encode(id.as_bytes())
	}

	/// The proving service's job for the first attempt of a task.
	pub fn job(&self, task: u64) -> Option<Value> {
		self.service.job(&self.job_id(task, 0, PROVER))
	}

	/// Register the Semaphore program. Returns its id.
	pub fn register_semaphore(&self) -> String {
		self.register_semaphore_as(REQUESTER, WORK)
	}

	/// Register the Semaphore program with this much work, which makes it another program, in a market
	/// of its own. Returns its id.
	pub fn register_semaphore_as(&self, owner: &str, work: u64) -> String {
		let file = |name: &str| semaphore().join(name).display().to_string();
		let (key, zkey) = (file("semaphore-20.json"), file("semaphore-20.zkey"));
		let (witness, work) = (file("semaphore-20.wasm"), work.to_string());
		let mut args = vec!["program", "register", "--snarkjs", &key, "--work", &work];
		args.extend(["--zkey", &zkey, "--witness", &witness]);
		let registered = self.run(owner, &args).ok();
		registered["program"].as_str().expect("an id").to_owned()
	}

	/// Let the prover ask [`ASK`] for a unit of work. Returns when that counts.
	pub fn ask(&self, program: &str) {
		self.try_ask(PROVER, program, ASK, &["--wait"]).ok();
	}

	/// Let a prover ask a price for a unit of work, in plancks, perhaps in vain. Without a look at
	/// whether it could deliver: the node that is asked is not every prover's.
	pub fn try_ask(&self, prover: &str, program: &str, price: u128, more: &[&str]) -> Outcome {
		let price = format!("{price}planck");
		let mut args = vec!["prover", "ask", "--program", program, "--price", &price];
		args.extend(["--lots", "4", "--speed", "5000", "--force"]);
		args.extend(more);
		self.run(prover, &args)
	}

	/// Make an account a prover, with the session key [`session_of`] it.
	pub fn register_prover(&self, account: &str) {
		let session = session_of(account);
		let args = ["prover", "register", "--stake", "1000", "--slots", "4"];
		self.run(account, &[&args[..], &["--session-suri", &session]].concat()).ok();
	}

	/// Number of the best block.
	pub fn best(&self) -> u64 {
		let header = self.rpc("chain_getHeader", json!([])).expect("the node runs");
		number_of(&header).expect("a number")
	}

	/// The hash of a block of the best chain.
	pub fn hash_of(&self, block: u64) -> Value {
		self.rpc("chain_getBlockHash", json!([block])).expect("a block")
	}

	/// The transactions of a block of the best chain, the clock's included.
	pub fn transactions_of(&self, block: u64) -> Vec<String> {
		let block = self.rpc("chain_getBlock", json!([self.hash_of(block)])).expect("a block");
		let transactions = block["block"]["extrinsics"].as_array().expect("transactions");
		transactions.iter().map(|one| one.as_str().expect("bytes").to_owned()).collect()
	}

	/// Wait until the best block has this number.
	pub fn wait_for_block(&self, number: u64) {
		let blocks = number.saturating_sub(self.best());
		wait_for(&format!("block {number}"), 30 + 4 * blocks, || {
			(self.best() >= number).then_some(())
		});
	}

	/// A task as it was after a block of the best chain.
	pub fn task_in(&self, task: u64, block: u64) -> Value {
		let at = json!([task, self.hash_of(block)]);
		self.rpc("proving_task", at).unwrap_or_else(|error| panic!("{error}"))
	}

	/// A prover as it was after a block of the best chain.
	pub fn prover_in(&self, prover: &str, block: u64) -> Value {
		let at = json!([crate::address(prover), self.hash_of(block)]);
		self.rpc("proving_prover", at).unwrap_or_else(|error| panic!("{error}"))
	}

	/// Submit a membership task. Returns its id.
	pub fn submit(&self, program: &str, more: &[&str]) -> u64 {
		self.submit_as(REQUESTER, program, more)
	}

	/// Submit a membership task of somebody. Returns its id.
	pub fn submit_as(&self, requester: &str, program: &str, more: &[&str]) -> u64 {
		self.submit_input(requester, program, &semaphore().join("input.json"), more)
	}

	/// Submit a task of somebody with this file as its input. Returns its id.
	pub fn submit_input(&self, requester: &str, program: &str, input: &Path, more: &[&str]) -> u64 {
		let submitted = self.try_submit_input(requester, program, input, more).ok();
		submitted["task"].as_u64().expect("an id")
	}

	/// Submit a membership task, perhaps in vain.
	pub fn try_submit(&self, program: &str, more: &[&str]) -> Outcome {
		self.try_submit_input(REQUESTER, program, &semaphore().join("input.json"), more)
	}

	fn try_submit_input(
		&self,
		requester: &str,
		program: &str,
		input: &Path,
		more: &[&str],
	) -> Outcome {
		let input = input.display().to_string();
		let mut args = vec!["task", "submit", "--program", program, "--input", &input];
		args.extend(more);
		self.run(requester, &args)
	}

	/// The node's WebSocket.
	pub(crate) fn node_url(&self) -> String {
		format!("ws://127.0.0.1:{}", self.rpc_port)
	}

	/// A task as JSON-RPC shows it.
	pub fn task(&self, task: u64) -> Value {
		self.rpc("proving_task", json!([task])).unwrap_or_else(|error| panic!("{error}"))
	}

	/// The name of a task's state.
	pub fn state(&self, task: u64) -> String {
		self.task(task)["state"]["name"].as_str().expect("a name").to_owned()
	}

	/// Wait until a task has this state.
	pub fn wait_for_state(&self, task: u64, state: &str, seconds: u64) {
		wait_for(&format!("task {task} to be {state}"), seconds, || {
			(self.state(task) == state).then_some(())
		});
	}

	/// Total balance of an account in plancks, held or free.
	pub fn total(&self, account: &str) -> u128 {
		plancks(&self.run(account, &["balance"]).ok()["total"])
	}

	/// Balance of an account that is held, in plancks.
	pub fn held(&self, account: &str) -> u128 {
		plancks(&self.run(account, &["balance"]).ok()["held"])
	}

	/// Balances of the accounts of the tests together, in plancks: requester, prover, and the author of
	/// blocks, who gets the fees.
	pub fn everything(&self) -> u128 {
		[REQUESTER, PROVER, SESSION].iter().map(|account| self.total(account)).sum()
	}

	/// A proof of the example input that snarkjs makes. Returns the paths of proof and public inputs.
	pub fn snarkjs_proof(&self) -> (PathBuf, PathBuf) {
		let out = self.path("snarkjs");
		let files = ["semaphore-20.wasm", "semaphore-20.zkey", "input.json"];
		let made = Command::new(root().join("scripts/crosscheck"))
			.arg("prove")
			.args(files.map(|file| semaphore().join(file)))
			.arg(&out)
			.status()
			.expect("the script runs");
		assert!(made.success(), "snarkjs did not prove: {made}");
		(out.join("proof.json"), out.join("public.json"))
	}

	/// The address of an account.
	pub fn address(&self, account: &str) -> String {
		crate::address(account)
	}

	/// Hand in a proof by hand, signed by a session key.
	pub fn submit_proof(
		&self,
		task: u64,
		proof: &Path,
		public: &Path,
		session: &str,
		more: &[&str],
	) -> Outcome {
		let (task, proof, public) =
			(task.to_string(), proof.display().to_string(), public.display().to_string());
		let mut args = vec!["task", "submit-proof", &task, "--proof", &proof, "--public", &public];
		args.extend(["--session-suri", session]);
		args.extend(more);
		self.run(PROVER, &args)
	}
}

/// The number of a block by its header in JSON.
pub(crate) fn number_of(header: &Value) -> Option<u64> {
	u64::from_str_radix(header["number"].as_str()?.trim_start_matches("0x"), 16).ok()
}
