// SPDX-License-Identifier: Apache-2.0
//! The connection to a node, and what its errors mean.

use crate::{
	error::{CliError, Result},
	refusal::{self, Refusal},
};
use proofyard_api::ErrorCode;
use serde::de::DeserializeOwned;
use std::{fmt::Display, future::Future, time::Duration};
use subxt::{
	config::RpcConfigFor,
	rpcs::{
		client::{rpc_params, RpcParams},
		Error, LegacyRpcMethods, RpcClient,
	},
	SubstrateConfig,
};

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest wait for one answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// JSON-RPC: there is no such method, or it is not for everybody.
pub const METHOD_NOT_FOUND: i32 = -32601;

/// The standard methods of a node.
pub type Methods = LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>;

/// A connected node.
#[derive(Clone)]
pub struct Node {
	url: String,
	rpc: RpcClient,
	methods: Methods,
}

impl Node {
	/// Connect to the WebSocket at `url`. Fails with [`CliError::NotConnected`] when there is no
	/// answer in time.
	pub async fn connect(url: &str) -> Result<Self> {
		let not_connected =
			|reason: String| CliError::NotConnected { node: url.to_string(), reason };
		let rpc = tokio::time::timeout(CONNECT_TIMEOUT, RpcClient::from_insecure_url(url))
			.await
			.map_err(|_| not_connected(format!("no answer in {} s", CONNECT_TIMEOUT.as_secs())))?
			.map_err(|error| not_connected(innermost(&error)))?;
		Ok(Self { url: url.to_string(), methods: Methods::new(rpc.clone()), rpc })
	}

	/// The client underneath.
	pub fn rpc(&self) -> &RpcClient {
		&self.rpc
	}

	/// The standard methods.
	pub fn methods(&self) -> &Methods {
		&self.methods
	}

	/// Call a method.
	///
	/// Fails with [`CliError::NotConnected`] when the connection is gone or silent,
	/// [`CliError::Refused`] for quotes of what the chain would refuse, [`CliError::Usage`] for
	/// parameters out of range, else with what the node says.
	pub async fn request<T: DeserializeOwned>(&self, method: &str, params: RpcParams) -> Result<T> {
		self.wait(self.rpc.request(method, params)).await
	}

	/// Call a method; `None` when it fails with `unknown`, the code of what is not there.
	pub async fn request_known<T: DeserializeOwned>(
		&self,
		method: &str,
		params: RpcParams,
		unknown: impl Into<i32>,
	) -> Result<Option<T>> {
		let unknown = unknown.into();
		let answer = async {
			match self.rpc.request(method, params).await {
				Ok(answer) => Ok(Some(answer)),
				Err(Error::User(error)) if error.code == unknown => Ok(None),
				Err(error) => Err(error),
			}
		};
		self.wait(answer).await
	}

	/// Wait for an answer and explain its failure.
	pub async fn wait<T>(
		&self,
		answer: impl Future<Output = std::result::Result<T, Error>>,
	) -> Result<T> {
		match tokio::time::timeout(REQUEST_TIMEOUT, answer).await {
			Ok(answer) => answer.map_err(|error| self.explain(error)),
			Err(_) => Err(self.lost(format!("no answer in {} s", REQUEST_TIMEOUT.as_secs()))),
		}
	}

	/// The connection is of no use any more.
	pub fn lost(&self, reason: impl Into<String>) -> CliError {
		CliError::NotConnected { node: self.url.clone(), reason: reason.into() }
	}

	/// Meaning of a JSON-RPC error.
	pub fn explain(&self, error: Error) -> CliError {
		match error {
			Error::User(error) if ErrorCode::is_quote_refused(error.code) => {
				let name = error
					.data
					.as_ref()
					.and_then(|data| serde_json::from_str::<serde_json::Value>(data.get()).ok())
					.and_then(|data| data["name"].as_str().map(String::from))
					.unwrap_or_else(|| error.code.to_string());
				let advice = refusal::quote_advice(&name);
				Refusal::new(format!("Quote.{name}"), error.message, advice).into()
			},
			Error::User(error) if error.code == ErrorCode::InvalidParams.number() => {
				CliError::usage(error.message)
			},
			Error::User(error) if error.code == METHOD_NOT_FOUND => CliError::other(format!(
				"{} does not offer this method: {}. Is it a Proofyard node, and does it take such calls from here?",
				self.url, error.message
			)),
			// The namespace's own messages say what to do; the code is for programs.
			Error::User(error) if ErrorCode::is_ours(error.code) => CliError::other(error.message),
			Error::User(error) => {
				CliError::other(format!("the node answered: {} ({})", error.message, error.code))
			},
			Error::Client(_) | Error::DisconnectedWillReconnect(_) => self.lost(innermost(&error)),
			error => CliError::other(format!(
				"the node's answer was not understood: {error}. Use the version of this program that belongs to the node"
			)),
		}
	}

	/// Meaning of an error of the layers above: the node may be gone, or its answer unusable.
	pub async fn diagnose(&self, error: impl Display) -> CliError {
		let alive = self.rpc.request::<String>("system_chain", rpc_params![]);
		match tokio::time::timeout(CONNECT_TIMEOUT, alive).await {
			Ok(Ok(_)) => CliError::other(error.to_string()),
			_ => self.lost(error.to_string()),
		}
	}
}

/// The innermost cause of an error: the outer ones only say which layer it passed.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
	let mut cause = error;
	// The RPC client boxes its errors without naming them as a source.
	if let Some(Error::Client(inner)) = cause.downcast_ref::<Error>() {
		cause = inner.as_ref();
		if let Some(Error::Client(inner)) = cause.downcast_ref::<Error>() {
			cause = inner.as_ref();
		}
	}
	while let Some(inner) = cause.source() {
		cause = inner;
	}
	cause.to_string()
}

/// Whether a URL leads to this machine itself. Anything that cannot be read does not.
pub fn is_loopback(url: &str) -> bool {
	// The client calls every encrypted URL secure, and plain ones when their host is a loopback: ask
	// about the plain form.
	match url.strip_prefix("wss://").or_else(|| url.strip_prefix("ws://")) {
		Some(rest) => subxt::rpcs::utils::url_is_secure(&format!("ws://{rest}")).unwrap_or(false),
		None => false,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn loopback_is_this_machine_only() {
		for url in
			["ws://127.0.0.1:9944", "ws://localhost:9944", "ws://[::1]:9944", "wss://127.0.0.1"]
		{
			assert!(is_loopback(url), "{url}");
		}
		for url in [
			"ws://10.0.0.1:9944",
			"wss://node.example",
			"ws://127.0.0.1.example",
			"ws://localhost@evil.example",
			"http://127.0.0.1",
			"nonsense",
		] {
			assert!(!is_loopback(url), "{url}");
		}
	}

	#[tokio::test]
	async fn a_node_that_is_not_there_is_not_connected() {
		// Port 1 needs privileges and serves nothing.
		let error = Node::connect("ws://127.0.0.1:1").await.err().unwrap();
		assert_eq!(error.exit_code(), 3);
		let error = Node::connect("nonsense").await.err().unwrap();
		assert_eq!(error.exit_code(), 3);
	}
}
