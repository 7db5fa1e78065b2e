// SPDX-License-Identifier: Apache-2.0
//! A proving service in a folder of its own.

use crate::{binary, free_port, semaphore, wait_for, Http, Process};
use serde_json::Value;
use std::{
	fs,
	path::{Path, PathBuf},
	process::Command,
	sync::{Mutex, MutexGuard, PoisonError},
};

/// A proving service, running or not. It may read the example program's files.
pub struct Service {
	dir: PathBuf,
	port: u16,
	http: Http,
	options: Vec<String>,
	env: Vec<(&'static str, String)>,
	process: Mutex<Option<Process>>,
}

impl Service {
	/// A service that does not run yet, in a new folder.
	pub fn new(dir: PathBuf, http: &Http) -> Self {
		fs::create_dir(&dir).expect("a new folder");
		let made = Command::new(binary("proofyard-prover"))
			.arg("token")
			.arg(dir.join("token"))
			.status()
			.expect("the service's program runs");
		assert!(made.success());
		let (port, http) = (free_port(), http.clone());
		Self { dir, port, http, options: Vec::new(), env: Vec::new(), process: Mutex::new(None) }
	}

	/// Start it with more options.
	pub fn with(mut self, options: &[&str]) -> Self {
		self.options.extend(options.iter().map(|option| option.to_string()));
		self
	}

	/// Start it with a configuration file of this content.
	pub fn configured(self, config: &str) -> Self {
		let file = self.path("config.toml");
		fs::write(&file, config).expect("a file");
		self.with(&["--config", &file.display().to_string()])
	}

	/// Let it fetch from a [`crate::Web`] on this machine.
	pub fn trusting(mut self, authority: &Path) -> Self {
		self.env.push(("SSL_CERT_FILE", authority.display().to_string()));
		self.with(&["--allow-private-hosts"])
	}

	/// A path in its folder.
	pub fn path(&self, name: &str) -> PathBuf {
		self.dir.join(name)
	}

	/// Start it on its old data, if there is any.
	pub fn start(&self) {
		let text = |path: PathBuf| path.display().to_string();
		let listen = format!("127.0.0.1:{}", self.port);
		let (data, token) = (text(self.path("data")), text(self.token_file()));
		let files = text(semaphore());
		let mut args = vec!["serve", "--listen", &listen, "--data-dir", &data];
		args.extend(["--token-file", &token, "--allow-file-root", &files]);
		args.extend(self.options.iter().map(String::as_str));
		let env: Vec<(&str, &str)> =
			self.env.iter().map(|(name, value)| (*name, value.as_str())).collect();
		let log = self.path("log");
		self.put(Some(Process::start_with("proofyard-prover", &args, &env, log)));
		wait_for("the proving service", 60, || {
			assert!(self.is_alive(), "the proving service ended");
			self.ask("/v1/health")
		});
	}

	/// Kill it as a power cut would.
	pub fn kill(&self) {
		self.put(None).expect("the service runs").kill();
	}

	/// Let it hang: it takes connections and answers nothing.
	pub fn freeze(&self) {
		let process = self.put(None).expect("the service runs");
		process.freeze();
		self.put(Some(process));
	}

	fn is_alive(&self) -> bool {
		self.place().as_mut().is_some_and(Process::is_alive)
	}

	fn put(&self, process: Option<Process>) -> Option<Process> {
		std::mem::replace(&mut self.place(), process)
	}

	fn place(&self) -> MutexGuard<'_, Option<Process>> {
		self.process.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Address at which it listens.
	pub fn url(&self) -> String {
		format!("http://127.0.0.1:{}", self.port)
	}

	/// The file with its token.
	pub fn token_file(&self) -> PathBuf {
		self.path("token")
	}

	fn token(&self) -> String {
		let token = fs::read_to_string(self.token_file()).expect("made at the start");
		token.trim().to_owned()
	}

	/// Fetch JSON from it. `None` for anything but success.
	pub fn ask(&self, path: &str) -> Option<Value> {
		self.http.get(&format!("{}{path}", self.url()), &self.token())
	}

	/// Give it a job.
	pub fn post(&self, job: &Value) -> Option<Value> {
		self.http.post(&format!("{}/v1/jobs", self.url()), &self.token(), job)
	}

	/// Job as the service knows it.
	pub fn job(&self, id: &str) -> Option<Value> {
		self.ask(&format!("/v1/jobs/{id}"))
	}

	/// One of its metrics, written as it writes it: `name{label="value"}`.
	pub fn metric(&self, series: &str) -> u64 {
		let url = format!("{}/metrics", self.url());
		let text = self.http.get_text(&url, &self.token()).expect("the service runs");
		let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
		let value: f64 = line.and_then(|value| value.parse().ok()).expect("such a metric");
		value as u64
	}
}
