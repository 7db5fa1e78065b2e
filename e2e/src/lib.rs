// SPDX-License-Identifier: Apache-2.0
//! Yards of real processes for the end-to-end tests: nodes, proving services and the command line,
//! talking over real sockets, in folders of their own.
//!
//! One yard at a time runs in a test process: a node and a prover fill a small machine.

mod http;
mod ledger;
mod metadata;
mod operator;
mod process;
mod service;
mod submission;
mod web;
mod yard;

pub use http::Http;
pub use ledger::{bytes_of, fee_of, hex_of, Ledger, Moves, ISSUANCE, TREASURY};
pub use operator::{session_of, Operator};
pub use process::{binary, free_port, Process};
pub use service::Service;
pub use submission::{authorized, proof_of, Submission};
pub use web::Web;
pub use yard::Yard;

use proofyard_mechanism::Tick;
use serde_json::{json, Value};
use sp_core::{
	crypto::{AccountId32, Ss58Codec},
	sr25519, Pair as _,
};
use std::{
	path::{Path, PathBuf},
	process::{Command, Stdio},
	sync::{Mutex, MutexGuard, PoisonError},
	thread::sleep,
	time::{Duration, Instant},
};

/// The account that buys proofs in these tests.
pub const REQUESTER: &str = "//Charlie";
/// The prover that the development chain has from the start.
pub const PROVER: &str = "//Bob";
/// The session key of its node, which is also the account that makes the blocks.
pub const SESSION: &str = "//Alice";
/// One token, in plancks.
pub const YARD: u128 = 1_000_000_000_000;
/// Work of a membership task: the circuit's constraints.
pub const WORK: u64 = 6431;
/// Ask of these tests' prover for a unit of work, in plancks: a thousandth of a token.
pub const ASK: u128 = YARD / 1000;

/// Price of a membership task at an ask, in plancks: the chain rounds it up to a tick.
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

/// An account by its secret.
pub fn account(suri: &str) -> AccountId32 {
	sr25519::Pair::from_string(suri, None).expect("a known key").public().into()
}

/// The address of an account, as the chain's programs write it.
pub fn address(suri: &str) -> String {
	account(suri).to_ss58check()
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

/// Do many things at once. They must sign with different accounts.
pub fn at_once<T: Send, const N: usize>(things: [&(dyn Fn() -> T + Sync); N]) -> [T; N] {
	std::thread::scope(|scope| {
		things
			.map(|thing| scope.spawn(thing))
			.map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
	})
}

/// Outcome of a command of `proofyard`.
#[derive(Debug)]
pub struct Outcome {
	/// Its exit code.
	pub code: i32,
	/// The JSON values it printed, one a line.
	pub values: Vec<Value>,
	/// Standard error, where failures are said.
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

/// Run a command of `proofyard` against the node at this WebSocket, signing with `suri`.
pub fn command(node: &str, suri: &str, args: &[&str]) -> Outcome {
	let output = Command::new(binary("proofyard"))
		.args(["--json", "--suri", suri, "--node", node])
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

/// Wait for the turn of this test: one at a time has the machine.
pub fn take_turn() -> MutexGuard<'static, ()> {
	ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An amount as JSON has it: a decimal string of plancks.
pub fn plancks(value: &Value) -> u128 {
	value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("amount: {value}"))
}

/// A block number in JSON.
pub fn block(value: &Value) -> u64 {
	value.as_u64().unwrap_or_else(|| panic!("a block number: {value}"))
}
