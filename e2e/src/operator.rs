// SPDX-License-Identifier: Apache-2.0
//! A prover beside the one that the development chain begins with: an account, a session key, a node
//! and a proving service.

use crate::{command, free_port, wait_for, Http, Outcome, Process, Service, Yard};
use serde_json::json;
use std::{fs, path::PathBuf};

/// A prover with a node of its own, which follows a yard's chain and drives a proving service.
pub struct Operator {
	/// The account that owns the stake.
	pub account: &'static str,
	/// Program that proves.
	pub service: Service,
	node: Option<Process>,
	rpc_port: u16,
	prometheus_port: u16,
	log: PathBuf,
	http: Http,
}

impl Operator {
	/// Start node and service, and give the node the session key of `account`: see [`session_of`].
	/// The account is still to be registered.
	pub fn join(yard: &Yard, account: &'static str, service: Service) -> Self {
		let operator = Self::follow(yard, account, service);
		operator.insert_key();
		operator
	}

	/// Start node and service, without a session key.
	pub fn follow(yard: &Yard, account: &'static str, service: Service) -> Self {
		service.start();
		let dir = yard.path(&format!("node-of-{}", account.trim_start_matches('/')));
		fs::create_dir(&dir).expect("a new folder");
		let (rpc_port, prometheus_port) = (free_port(), free_port());
		let (rpc, boot) = (rpc_port.to_string(), yard.boot_node());
		let prometheus = prometheus_port.to_string();
		let (base, url) = (dir.join("base").display().to_string(), service.url());
		let token = service.token_file().display().to_string();
		let mut args = vec!["--chain", "dev", "--base-path", &base, "--rpc-port", &rpc];
		args.extend(["--port", "0", "--no-mdns", "--bootnodes", &boot]);
		args.extend(["--prometheus-port", &prometheus]);
		args.extend(["--proving-service", &url, "--proving-service-token-file", &token]);
		let log = dir.join("log");
		let node = Some(Process::start("proofyard-node", &args, log.clone()));
		let http = yard.http().clone();
		let mut operator = Self { account, service, node, rpc_port, prometheus_port, log, http };
		wait_for("the operator's node to follow the chain", 120, || {
			let alive = operator.node.as_mut().is_some_and(Process::is_alive);
			assert!(alive, "the node of {account} ended");
			let header = yard.http().rpc(rpc_port, "chain_getHeader", json!([])).ok()?;
			let health = yard.http().rpc(rpc_port, "system_health", json!([])).ok()?;
			let number = crate::yard::number_of(&header)?;
			(health["isSyncing"] == json!(false) && number + 2 >= yard.best()).then_some(())
		});
		operator
	}

	/// Give the node the session key of the account.
	pub fn insert_key(&self) {
		self.command(&session_of(self.account), &["keys", "insert"]).ok();
	}

	/// True if the node's log says this.
	pub fn logged(&self, text: &str) -> bool {
		fs::read_to_string(&self.log).expect("a log").contains(text)
	}

	/// One of the node's gauges.
	pub fn gauge(&self, name: &str) -> Option<f64> {
		let url = format!("http://127.0.0.1:{}/metrics", self.prometheus_port);
		let text = self.http.get_text(&url, "")?;
		// The node labels each with the chain's name.
		let line = text.lines().find(|line| line.split(['{', ' ']).next() == Some(name))?;
		line.rsplit(' ').next()?.parse().ok()
	}

	/// Run a command of `proofyard` against this operator's node, signing with `suri`.
	pub fn command(&self, suri: &str, args: &[&str]) -> Outcome {
		command(&format!("ws://127.0.0.1:{}", self.rpc_port), suri, args)
	}

	/// Kill node and service as a power cut would.
	pub fn kill(mut self) {
		self.service.kill();
		self.node.take().expect("the node runs").kill();
	}
}

/// The session key of an account in these tests.
pub fn session_of(account: &str) -> String {
	format!("{account}//session")
}
