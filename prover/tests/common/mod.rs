// SPDX-License-Identifier: Apache-2.0
//! Parts that the service's tests share: the real binary as a process, a plain HTTP client, shell scripts as provers.
#![allow(dead_code, missing_docs, unused_imports)]

pub mod wasm;
pub mod web;

use std::{
	fs,
	io::{BufRead, BufReader, Read, Write},
	net::{SocketAddr, TcpStream},
	os::unix::fs::PermissionsExt,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

pub use proofyard_jobs::{ErrorCode, RefusalCode};
use proofyard_jobs::{JobError, Refusal};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};

/// Longest that anything in these tests may take.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub fn binary() -> Command {
	let mut command = Command::new(env!("CARGO_BIN_EXE_proofyard-prover"));
	command.env_remove("PROOFYARD_TOKEN");
	command
}

pub fn now_ms() -> u64 {
	SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

pub fn sha256(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(Sha256::digest(bytes)))
}

/// An id made of one byte.
pub fn id(n: u8) -> String {
	hex::encode([n; 32])
}

/// A running service. Killed when dropped; its data folder stays for the next one.
pub struct Service {
	pub addr: SocketAddr,
	pub token: Option<String>,
	pub child: Child,
}

impl Drop for Service {
	fn drop(&mut self) {
		let _ = self.child.kill();
		let _ = self.child.wait();
	}
}

/// An answer to a request.
#[derive(Debug)]
pub struct Answer {
	pub status: u16,
	pub headers: Vec<(String, String)>,
	pub body: Vec<u8>,
}

impl Answer {
	pub fn json(&self) -> Value {
		serde_json::from_slice(&self.body)
			.unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
	}

	pub fn header(&self, name: &str) -> Option<&str> {
		self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
	}

	/// Code of a refusal, which must have a message too.
	pub fn error_code(&self) -> RefusalCode {
		let Refusal { error } = serde_json::from_slice(&self.body)
			.unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)));
		assert!(!error.message.is_empty());
		error.code
	}
}

/// Sends one request on a connection of its own.
pub fn send(
	addr: SocketAddr,
	method: &str,
	path: &str,
	headers: &[(&str, &str)],
	body: &[u8],
) -> Answer {
	let mut stream = TcpStream::connect(addr).unwrap();
	stream.set_read_timeout(Some(PATIENCE)).unwrap();
	let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n");
	if !body.is_empty() {
		head.push_str(&format!("Content-Length: {}\r\n", body.len()));
	}
	for (name, value) in headers {
		head.push_str(&format!("{name}: {value}\r\n"));
	}
	head.push_str("\r\n");
	stream.write_all(head.as_bytes()).unwrap();
	// The service may answer and close before it has read a body that is too large.
	let _ = stream.write_all(body);
	let mut answer = Vec::new();
	let _ = stream.read_to_end(&mut answer);
	let end = answer.windows(4).position(|w| w == b"\r\n\r\n").expect("an HTTP answer");
	let head = String::from_utf8(answer[..end].to_vec()).unwrap();
	let mut lines = head.lines();
	let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
	let headers = lines
		.filter_map(|line| line.split_once(": "))
		.map(|(n, v)| (n.to_owned(), v.to_owned()))
		.collect();
	Answer { status, headers, body: answer[end + 4..].to_vec() }
}

impl Service {
	/// Starts the binary on a free port with this data folder and these further options.
	pub fn start(data_dir: &Path, options: &[&str]) -> Self {
		Self::start_with(data_dir, options, |_| ())
	}

	pub fn start_with(data_dir: &Path, options: &[&str], set: impl FnOnce(&mut Command)) -> Self {
		let mut command = binary();
		command.args(["serve", "--data-dir"]).arg(data_dir).args(options).stdout(Stdio::piped());
		if !options.contains(&"--listen") {
			command.args(["--listen", "127.0.0.1:0"]);
		}
		if std::env::var_os("SHOW_LOGS").is_none() {
			command.stderr(Stdio::null());
		}
		set(&mut command);
		let mut child = command.spawn().unwrap();
		let mut line = String::new();
		BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
		let addr = line
			.trim()
			.strip_prefix("listening on http://")
			.unwrap_or_else(|| panic!("the service did not start: {line:?}"))
			.parse()
			.unwrap();
		Self { addr, token: None, child }
	}

	pub fn send(&self, method: &str, path: &str, body: &[u8]) -> Answer {
		match &self.token {
			Some(token) => {
				let bearer = format!("Bearer {token}");
				send(self.addr, method, path, &[("Authorization", &bearer)], body)
			}
			None => send(self.addr, method, path, &[], body),
		}
	}

	pub fn post(&self, job: &Value) -> Answer {
		self.send("POST", "/v1/jobs", job.to_string().as_bytes())
	}

	pub fn get(&self, id: &str) -> Answer {
		self.send("GET", &format!("/v1/jobs/{id}"), b"")
	}

	pub fn delete(&self, id: &str) -> Answer {
		self.send("DELETE", &format!("/v1/jobs/{id}"), b"")
	}

	/// Posts a job that must be new.
	pub fn accept(&self, job: &Value) {
		let answer = self.post(job);
		assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
	}

	/// Waits until the job's view satisfies `done`.
	pub fn wait(&self, id: &str, done: impl Fn(&Value) -> bool) -> Value {
		let started = Instant::now();
		loop {
			let job = self.get(id).json();
			if done(&job) {
				return job;
			}
			assert!(started.elapsed() < PATIENCE, "still {job}");
			std::thread::sleep(Duration::from_millis(15));
		}
	}

	pub fn wait_state(&self, id: &str, state: &str) -> Value {
		self.wait(id, |job| {
			let now = job["state"].as_str().unwrap_or_default();
			let ended = ["done", "failed", "cancelled"].contains(&now);
			assert!(!ended || now == state, "waited for {state}: {job}");
			now == state
		})
	}

	/// Waits for a failed job and returns its error's code and message.
	pub fn wait_error(&self, id: &str) -> (ErrorCode, String) {
		let job = self.wait_state(id, "failed");
		let error: JobError = serde_json::from_value(job["error"].clone()).unwrap();
		// A code that nobody knows is read as another.
		assert_eq!(job["error"]["code"], error.code.as_str());
		(error.code, error.message)
	}

	/// The value of a metric's line, 0 if there is none.
	pub fn metric(&self, series: &str) -> f64 {
		let text = String::from_utf8(self.send("GET", "/metrics", b"").body).unwrap();
		text.lines()
			.find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
			.unwrap_or(0.0)
	}

	/// `kill -9`.
	pub fn kill_hard(mut self) {
		self.child.kill().unwrap();
		self.child.wait().unwrap();
	}

	/// SIGTERM, and waits for a clean end.
	pub fn stop(mut self) {
		unsafe { libc::kill(self.child.id() as i32, libc::SIGTERM) };
		assert!(self.child.wait().unwrap().success());
	}
}

/// A job for the proof system `test` with an inline input.
pub fn test_job(n: u8, input: &[u8]) -> Value {
	json!({
		"id": id(n),
		"proof_system": "test",
		"program": format!("0x{}", "07".repeat(32)),
		"artifacts": [],
		"input": { "inline": format!("0x{}", hex::encode(input)) },
		"public_inputs": [],
		"work": 1000,
		"deadline_unix_ms": now_ms() + 600_000,
	})
}

/// A folder with a data folder, scripts and configuration files in it.
pub struct Yard {
	pub dir: tempfile::TempDir,
}

impl Yard {
	pub fn new() -> Self {
		Self { dir: tempfile::tempdir().unwrap() }
	}

	pub fn path(&self, name: &str) -> PathBuf {
		self.dir.path().join(name)
	}

	pub fn data(&self) -> PathBuf {
		self.path("data")
	}

	/// Writes a shell script that serves as a prover.
	pub fn script(&self, name: &str, body: &str) -> PathBuf {
		let path = self.path(name);
		fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
		fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
		path
	}

	/// Writes a configuration file with one command for the proof system `test`.
	pub fn config(&self, body: &str, more: &str) -> String {
		self.config_for("test", body, more)
	}

	/// Writes a configuration file with one command for a proof system.
	pub fn config_for(&self, proof_system: &str, body: &str, more: &str) -> String {
		let script = self.script("prover.sh", body);
		let text = format!(
			"[[command]]\nname = \"script\"\nproof_system = {proof_system:?}\nargv = [{script:?}, \"{{job}}\"]\n{more}\n"
		);
		let path = self.path("prover.toml");
		fs::write(&path, text).unwrap();
		path.to_str().unwrap().to_owned()
	}

	/// Words of a service that refuses to start.
	pub fn refused(&self, options: &[&str]) -> String {
		let mut command = binary();
		command.args(["serve", "--data-dir"]).arg(self.data()).args(options);
		if !options.contains(&"--listen") {
			command.args(["--listen", "127.0.0.1:0"]);
		}
		let output = command.output().unwrap();
		assert!(!output.status.success());
		String::from_utf8(output.stderr).unwrap()
	}

	/// A service with one command.
	pub fn start(&self, body: &str, more: &str, options: &[&str]) -> Service {
		let config = self.config(body, more);
		let mut all = vec!["--config", config.as_str()];
		all.extend(options);
		Service::start(&self.data(), &all)
	}
}

/// A script's line that leaves a result.
pub const RESULT: &str = r#"echo '{"proof":"0x0102","public_inputs":[]}' > result.json"#;

/// A script that notes its start and waits for a file named `go` before it gives its result.
pub fn gated(yard: &Yard) -> String {
	let (runs, go) = (yard.path("runs"), yard.path("go"));
	format!(
		"cat input >> {runs}\nwhile [ ! -e {go} ]; do sleep 0.02; done\n{RESULT}",
		runs = runs.display(),
		go = go.display()
	)
}

/// The inputs of the runs so far, one after the other.
pub fn runs(yard: &Yard) -> String {
	fs::read_to_string(yard.path("runs")).unwrap_or_default()
}

/// Lets every gated run come to its end.
pub fn open_gate(yard: &Yard) {
	fs::write(yard.path("go"), "").unwrap();
}

/// Whether a process of this number exists (and is no zombie).
pub fn alive(pid: i32) -> bool {
	match fs::read_to_string(format!("/proc/{pid}/stat")) {
		Ok(stat) => !stat.rsplit_once(')').unwrap().1.trim_start().starts_with('Z'),
		Err(_) => false,
	}
}

/// Waits until something is so.
pub fn until(what: &str, so: impl Fn() -> bool) {
	let started = Instant::now();
	while !so() {
		assert!(started.elapsed() < PATIENCE, "in vain: {what}");
		std::thread::sleep(Duration::from_millis(10));
	}
}
