// SPDX-License-Identifier: Apache-2.0
//! Questions to nodes and services on this machine.

use serde_json::{json, Value};
use std::{future::Future, sync::Arc, time::Duration};

/// Asks nodes and services on this machine. Clones share their connections.
#[derive(Clone)]
pub struct Http(Arc<Inner>);

struct Inner {
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
		Self(Arc::new(Inner {
			client: client.build().expect("a client"),
			runtime: tokio::runtime::Runtime::new().expect("a runtime"),
		}))
	}

	/// Wait for something that takes time.
	pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
		self.0.runtime.block_on(future)
	}

	/// Call the JSON-RPC of the node on this port. The error is the node's error object.
	pub fn rpc(&self, port: u16, method: &str, params: Value) -> Result<Value, Value> {
		let url = format!("http://127.0.0.1:{port}");
		let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
		let answer: Value = self
			.wait(async { self.0.client.post(&url).json(&body).send().await?.json().await })
			.map_err(|error| json!(error.to_string()))?;
		match answer.get("error") {
			Some(error) => Err(error.clone()),
			None => Ok(answer["result"].clone()),
		}
	}

	/// Fetch JSON with a bearer token. `None` for anything but success.
	pub fn get(&self, url: &str, token: &str) -> Option<Value> {
		serde_json::from_str(&self.get_text(url, token)?).ok()
	}

	/// Fetch text with a bearer token. `None` for anything but success.
	pub fn get_text(&self, url: &str, token: &str) -> Option<String> {
		self.wait(async {
			let answer = self.0.client.get(url).bearer_auth(token).send().await.ok()?;
			answer.error_for_status().ok()?.text().await.ok()
		})
	}

	/// Post JSON with a bearer token. `None` for anything but success.
	pub fn post(&self, url: &str, token: &str, body: &Value) -> Option<Value> {
		self.wait(async {
			let answer = self.0.client.post(url).bearer_auth(token).json(body).send().await.ok()?;
			answer.error_for_status().ok()?.json().await.ok()
		})
	}
}
