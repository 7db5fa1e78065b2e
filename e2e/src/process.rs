// SPDX-License-Identifier: Apache-2.0
//! Programs of this workspace, as processes that end with their owner.

use std::{
	fs::{self, File},
	net::TcpListener,
	path::PathBuf,
	process::{Child, Command, Stdio},
};

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

/// A process that ends with its owner.
pub struct Process {
	child: Child,
	log: PathBuf,
}

impl Process {
	/// Start a program with its output in `log`.
	pub fn start(program: &str, args: &[&str], log: PathBuf) -> Self {
		Self::start_with(program, args, &[], log)
	}

	/// Start a program with more variables in its environment.
	pub fn start_with(program: &str, args: &[&str], env: &[(&str, &str)], log: PathBuf) -> Self {
		let file = File::options().create(true).append(true).open(&log).expect("a log");
		let child = Command::new(binary(program))
			.args(args)
			.envs(env.iter().copied())
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

	/// Let it do nothing any more, with all its connections open.
	pub fn freeze(&self) {
		let frozen = Command::new("kill").arg("-STOP").arg(self.child.id().to_string()).status();
		assert!(frozen.is_ok_and(|status| status.success()), "kill -STOP");
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
