// SPDX-License-Identifier: Apache-2.0
//! A yard of real processes for the end-to-end tests: a node, a proving service and the command line,
//! talking over real sockets, in folders of their own.
//!
//! One yard at a time runs in a test process: a node and a prover fill a small machine.

mod sudo;

use proofyard_mechanism::Tick;
use serde_json::{json, Value};
use sp_core::Pair as _;
use std::{
	fs::{self, File},
	net::TcpListener,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	sync::{Mutex, MutexGuard, PoisonError},
	thread::sleep,
	time::{Duration, Instant},
};
use tempfile::TempDir;

/// The account that buys proofs in these tests.
pub const REQUESTER: &str = "//Charlie";
/// The prover that the development chain has from the start.
pub const PROVER: &str = "//Bob";
/// The session key of its node.
pub const SESSION: &str = "//Alice";
/// One token, in plancks.
pub const YARD: u128 = 1_000_000_000_000;
/// Work of a membership task: the circuit's constraints.
pub const WORK: u64 = 6431;
/// What the prover of these tests asks for a unit of work, in plancks: a thousandth of a token.
pub const ASK: u128 = YARD / 1000;

/// What a membership task costs at an ask, in plancks: the chain rounds it up to a tick.
pub fn price_at(ask: u128) -> u128 {
	tick(ask) * u128::from(WORK)
}

/// The tick of an ask, in plancks for a unit of work.
pub fn tick(ask: u128) -> u128 {
	Tick::at_least(ask).expect("on the grid").price()
}

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The root of the repository.
pub fn root() -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the checkout is there")
}

/// The example program.
pub fn semaphore() -> PathBuf {
	root().join("fixtures/semaphore-20")
}

/// A program of this workspace, as built beside the test.
pub fn binary(name: &str) -> PathBuf {
	let test = std::env::current_exe().expect("a test has a path");
	let path = test.ancestors().nth(2).expect("target/profile/deps").join(name);
	assert!(path.exists(), "{} is not built: build the whole workspace first", path.display());
	path
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
	TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port()
}

/// Try until it gives something.
///
/// # Panics
/// After `seconds`, saying what was waited for.
pub fn wait_for<T>(what: &str, seconds: u64, mut attempt: impl FnMut() -> Option<T>) -> T {
	let end = Instant::now() + Duration::from_secs(seconds);
	loop {
		if let Some(value) = attempt() {
			return value;
		}
		assert!(Instant::now() < end, "waited {seconds} s in vain for {what}");
		sleep(Duration::from_millis(50));
	}
}

/// Do two things at once, as two people would who do not wait for each other's blocks. They must
/// sign with different accounts.
pub fn both<A: Send, B: Send>(
	one: impl FnOnce() -> A + Send,
	other: impl FnOnce() -> B + Send,
) -> (A, B) {
	std::thread::scope(|scope| {
		let one = scope.spawn(one);
		let other = other();
		(one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), other)
	})
}

/// A process that ends with its owner.
pub struct Process {
	child: Child,
	log: PathBuf,
}

impl Process {
	/// Start a program with its output in `log`.
	pub fn start(program: &str, args: &[&str], log: PathBuf) -> Self {
		let file = File::options().create(true).append(true).open(&log).expect("a log");
		let child = Command::new(binary(program))
			.args(args)
			.stdin(Stdio::null())
			.stdout(file.try_clone().expect("a second handle"))
			.stderr(file)
			.spawn()
			.unwrap_or_else(|error| panic!("{program} does not start: {error}"));
		Self { child, log }
	}

	/// End it without a warning, as a power cut would.
	pub fn kill(mut self) {
		self.end();
	}

	fn end(&mut self) {
		let _ = self.child.kill();
		let _ = self.child.wait();
	}

	/// Whether it still runs.
	pub fn is_alive(&mut self) -> bool {
		matches!(self.child.try_wait(), Ok(None))
	}
}

impl Drop for Process {
	fn drop(&mut self) {
		self.end();
		if std::thread::panicking() {
			let log = fs::read_to_string(&self.log).unwrap_or_default();
			let tail: Vec<&str> = log.lines().rev().take(60).collect();
			eprintln!("--- the end of {}", self.log.display());
			tail.iter().rev().for_each(|line| eprintln!("{line}"));
		}
	}
}

/// What a command of `proofyard` came to.
#[derive(Debug)]
pub struct Outcome {
	/// Its exit code.
	pub code: i32,
	/// The JSON values it printed, one a line.
	pub values: Vec<Value>,
	/// What it said on standard error, where failures are.
	pub error: Value,
}

impl Outcome {
	/// The only result of a command that must succeed.
	pub fn ok(self) -> Value {
		assert_eq!(self.code, 0, "{self:?}");
		self.values.into_iter().next_back().unwrap_or(Value::Null)
	}

	/// The name of the error with which the chain refused. The command must have failed for that.
	pub fn refused(&self) -> String {
		assert_eq!(self.code, 4, "{self:?}");
		let name = &self.error["error"]["refusal"]["name"];
		name.as_str().unwrap_or_else(|| panic!("no name: {self:?}")).to_owned()
	}
}

/// Asks nodes and services on this machine, one question at a time.
pub struct Http {
	client: reqwest::Client,
	runtime: tokio::runtime::Runtime,
}

impl Http {
	/// A client.
	#[allow(clippy::new_without_default)]
	pub fn new() -> Self {
		// A second test of this process finds it installed.
		let _ = rustls::crypto::ring::default_provider().install_default();
		let client = reqwest::Client::builder().timeout(Duration::from_secs(5));
		Self {
			client: client.build().expect("a client"),
			runtime: tokio::runtime::Runtime::new().expect("a runtime"),
		}
	}

	/// Call the JSON-RPC of the node on this port. The error is the node's error object.
	pub fn rpc(&self, port: u16, method: &str, params: Value) -> Result<Value, Value> {
		let url = format!("http://127.0.0.1:{port}");
		let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
		let answer: Value = self
			.runtime
			.block_on(async { self.client.post(&url).json(&body).send().await?.json().await })
			.map_err(|error| json!(error.to_string()))?;
		match answer.get("error") {
			Some(error) => Err(error.clone()),
			None => Ok(answer["result"].clone()),
		}
	}

	/// Fetch JSON with a bearer token. `None` for anything but success.
	pub fn get(&self, url: &str, token: &str) -> Option<Value> {
		self.runtime.block_on(async {
			let answer = self.client.get(url).bearer_auth(token).send().await.ok()?;
			answer.error_for_status().ok()?.json().await.ok()
		})
	}
}

/// Wait for the turn of this test: one at a time has the machine.
pub fn take_turn() -> MutexGuard<'static, ()> {
	ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A node with or without a proving service, on a chain of its own.
pub struct Yard {
	dir: TempDir,
	rpc_port: u16,
	service_port: u16,
	node: Option<Process>,
	service: Option<Process>,
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
		let yard = Self {
			dir: TempDir::new().expect("a temporary folder"),
			rpc_port: free_port(),
			service_port: free_port(),
			node: None,
			service: None,
			http: Http::new(),
			_turn: turn,
		};
		let made = Command::new(binary("proofyard-prover"))
			.arg("token")
			.arg(yard.path("token"))
			.status()
			.expect("the service's program runs");
		assert!(made.success());
		yard
	}

	/// A path in the yard's folder.
	pub fn path(&self, name: &str) -> PathBuf {
		self.dir.path().join(name)
	}

	fn text(&self, name: &str) -> String {
		self.path(name).display().to_string()
	}

	/// Start the proving service on its old data, if there is any.
	pub fn start_service(&mut self) {
		let listen = format!("127.0.0.1:{}", self.service_port);
		let (data, token) = (self.text("service"), self.text("token"));
		let files = semaphore().display().to_string();
		let args = [
			"serve",
			"--listen",
			&listen,
			"--data-dir",
			&data,
			"--token-file",
			&token,
			"--allow-file-root",
			&files,
		];
		self.service = Some(Process::start("proofyard-prover", &args, self.path("service.log")));
		let url = format!("http://{listen}/v1/health");
		wait_for("the proving service", 60, || self.ask_service(&url));
	}

	/// Start the node on its old chain, if there is one.
	pub fn start_node(&mut self, with_service: bool) {
		let (rpc, base) = (self.rpc_port.to_string(), self.text("node"));
		let (service, token) =
			(format!("http://127.0.0.1:{}", self.service_port), self.text("token"));
		let mut args = vec![
			"--dev",
			"--base-path",
			&base,
			"--rpc-port",
			&rpc,
			"--port",
			"0",
			"--no-mdns",
			"--no-prometheus",
		];
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
	pub fn kill_service(&mut self) {
		self.service.take().expect("a service runs").kill();
	}

	/// Kill the node as a power cut would.
	pub fn kill_node(&mut self) {
		self.node.take().expect("a node runs").kill();
	}

	/// Run a command of `proofyard` that signs with `suri`.
	pub fn run(&self, suri: &str, args: &[&str]) -> Outcome {
		let output = Command::new(binary("proofyard"))
			.args(["--json", "--suri", suri, "--node", &self.node_url()])
			.args(args)
			.stdin(Stdio::null())
			.output()
			.expect("the command line runs");
		let lines = String::from_utf8_lossy(&output.stdout);
		let error = String::from_utf8_lossy(&output.stderr);
		Outcome {
			code: output.status.code().unwrap_or(-1),
			values: lines
				.lines()
				.map(|line| serde_json::from_str(line).unwrap_or_else(|_| json!(line)))
				.collect(),
			error: serde_json::from_str(error.trim()).unwrap_or_else(|_| json!(error)),
		}
	}

	/// Call the node's JSON-RPC. The error is the node's error object.
	pub fn rpc(&self, method: &str, params: Value) -> Result<Value, Value> {
		self.http.rpc(self.rpc_port, method, params)
	}

	/// The proving service's job for the first attempt of a task.
	pub fn job(&self, task: u64) -> Option<Value> {
		let genesis = self.rpc("chain_getBlockHash", json!([0])).ok()?;
		let genesis = hex::decode(genesis.as_str()?.trim_start_matches("0x")).ok()?;
		let prover =
			sp_core::sr25519::Pair::from_string(PROVER, None).expect("a known key").public();
		let id =
			proofyard_primitives::job_id(&sp_core::H256::from_slice(&genesis), task, 0, &prover.0);
		let id = hex::encode(id.as_bytes());
		self.ask_service(&format!("http://127.0.0.1:{}/v1/jobs/{id}", self.service_port))
	}

	fn ask_service(&self, url: &str) -> Option<Value> {
		let token = fs::read_to_string(self.path("token")).expect("made at the start");
		self.http.get(url, token.trim())
	}

	/// Register the Semaphore program. Returns its id.
	pub fn register_semaphore(&self) -> String {
		let file = |name: &str| semaphore().join(name).display().to_string();
		let registered = self
			.run(
				REQUESTER,
				&[
					"program",
					"register",
					"--snarkjs",
					&file("semaphore-20.json"),
					"--work",
					&WORK.to_string(),
					"--zkey",
					&file("semaphore-20.zkey"),
					"--witness",
					&file("semaphore-20.wasm"),
				],
			)
			.ok();
		registered["program"].as_str().expect("an id").to_owned()
	}

	/// Let the prover ask [`ASK`] for a unit of work. Returns when that counts.
	pub fn ask(&self, program: &str) {
		self.try_ask(PROVER, program, ASK, &["--wait"]).ok();
	}

	/// Let a prover ask a price for a unit of work, in plancks, perhaps in vain.
	pub fn try_ask(&self, prover: &str, program: &str, price: u128, more: &[&str]) -> Outcome {
		let price = format!("{price}planck");
		let mut args = vec!["prover", "ask", "--program", program, "--price", &price];
		args.extend(["--lots", "4", "--speed", "5000"]);
		args.extend(more);
		self.run(prover, &args)
	}

	/// Make an account a prover that no node drives.
	pub fn register_prover(&self, account: &str) {
		let session = format!("{account}//session");
		let args = ["prover", "register", "--stake", "1000", "--slots", "4"];
		self.run(account, &[&args[..], &["--session-suri", &session]].concat()).ok();
	}

	/// Number of the best block.
	pub fn best(&self) -> u64 {
		let header = self.rpc("chain_getHeader", json!([])).expect("the node runs");
		let number = header["number"].as_str().expect("a number");
		u64::from_str_radix(number.trim_start_matches("0x"), 16).expect("hexadecimal")
	}

	/// Wait until the best block has this number.
	pub fn wait_for_block(&self, number: u64) {
		let blocks = number.saturating_sub(self.best());
		wait_for(&format!("block {number}"), 30 + 4 * blocks, || {
			(self.best() >= number).then_some(())
		});
	}

	/// A task as it was in a block of the best chain.
	pub fn task_in(&self, task: u64, block: u64) -> Value {
		let hash = self.rpc("chain_getBlockHash", json!([block])).expect("a block");
		self.rpc("proving_task", json!([task, hash])).unwrap_or_else(|error| panic!("{error}"))
	}

	/// Submit a membership task. Returns its id.
	pub fn submit(&self, program: &str, more: &[&str]) -> u64 {
		let submitted = self.try_submit(program, more).ok();
		submitted["task"].as_u64().expect("an id")
	}

	/// Submit a membership task, perhaps in vain.
	pub fn try_submit(&self, program: &str, more: &[&str]) -> Outcome {
		let input = semaphore().join("input.json").display().to_string();
		let mut args = vec!["task", "submit", "--program", program, "--input", &input];
		args.extend(more);
		self.run(REQUESTER, &args)
	}

	/// The node's WebSocket.
	fn node_url(&self) -> String {
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

	/// What an account has in all, in plancks, held or free.
	pub fn total(&self, account: &str) -> u128 {
		plancks(&self.run(account, &["balance"]).ok()["total"])
	}

	/// What is held of an account, in plancks.
	pub fn held(&self, account: &str) -> u128 {
		plancks(&self.run(account, &["balance"]).ok()["held"])
	}

	/// What the accounts of the tests have together: requester, prover, and the author of blocks, who
	/// gets the fees.
	pub fn everything(&self) -> u128 {
		[REQUESTER, PROVER, SESSION].iter().map(|account| self.total(account)).sum()
	}

	/// A proof of the example input that snarkjs makes. Returns the paths of proof and public inputs.
	pub fn snarkjs_proof(&self) -> (PathBuf, PathBuf) {
		let out = self.path("snarkjs");
		let made = Command::new(root().join("scripts/crosscheck"))
			.arg("prove")
			.args(
				["semaphore-20.wasm", "semaphore-20.zkey", "input.json"]
					.map(|f| semaphore().join(f)),
			)
			.arg(&out)
			.status()
			.expect("the script runs");
		assert!(made.success(), "snarkjs did not prove: {made}");
		(out.join("proof.json"), out.join("public.json"))
	}

	/// The address of an account.
	pub fn address(&self, account: &str) -> String {
		let balance = self.run(account, &["balance"]).ok();
		balance["account"].as_str().expect("an address").to_owned()
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

/// An amount as JSON has it: a decimal string of plancks.
pub fn plancks(value: &Value) -> u128 {
	value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("amount: {value}"))
}
