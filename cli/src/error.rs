// SPDX-License-Identifier: Apache-2.0
//! Errors of commands, and the exit codes that tell them apart.

use crate::refusal::Refusal;
use serde_json::json;
use std::fmt;

/// Result of a command.
pub type Result<T> = std::result::Result<T, CliError>;

/// Error of a command.
#[derive(Debug)]
pub enum CliError {
	/// A file, a reply or a value is not as it should be. Exit code 1.
	Other(anyhow::Error),
	/// The arguments contradict each other or say too little. Exit code 2.
	Usage(String),
	/// The node cannot be reached, or went away. Exit code 3.
	NotConnected {
		/// The node's URL.
		node: String,
		/// Answer of the connection.
		reason: String,
	},
	/// The chain refused, in the pool or in the block. Exit code 4.
	Refused(Box<Refusal>),
	/// The task ended and there is no proof. Exit code 5.
	NoProof(String),
	/// A proof that was to be checked does not hold. Exit code 1.
	Rejected(String),
	/// Files that were to be checked cannot be read or understood. Exit code 2.
	Unreadable(String),
}

impl CliError {
	/// The exit code of the process.
	pub fn exit_code(&self) -> u8 {
		match self {
			Self::Other(_) | Self::Rejected(_) => 1,
			Self::Usage(_) | Self::Unreadable(_) => 2,
			Self::NotConnected { .. } => 3,
			Self::Refused(_) => 4,
			Self::NoProof(_) => 5,
		}
	}

	/// A failure without a cause of its own.
	pub fn other(message: impl Into<String>) -> Self {
		Self::Other(anyhow::Error::msg(message.into()))
	}

	/// Wrong arguments.
	pub fn usage(message: impl Into<String>) -> Self {
		Self::Usage(message.into())
	}

	/// The error as machines read it.
	pub fn to_json(&self) -> serde_json::Value {
		let kind = match self {
			Self::Other(_) => "general",
			Self::Usage(_) => "usage",
			Self::NotConnected { .. } => "not-connected",
			Self::Refused(_) => "refused",
			Self::NoProof(_) => "no-proof",
			Self::Rejected(_) => "rejected",
			Self::Unreadable(_) => "unreadable",
		};
		let mut error = json!({
			"kind": kind,
			"exitCode": self.exit_code(),
			"message": self.to_string(),
		});
		if let (Self::Refused(refusal), Some(fields)) = (self, error.as_object_mut()) {
			fields.insert("refusal".into(), json!(refusal));
		}
		json!({ "error": error })
	}
}

impl fmt::Display for CliError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			// The whole chain of causes on one line.
			Self::Other(error) => write!(f, "{error:#}"),
			Self::Usage(message)
			| Self::NoProof(message)
			| Self::Rejected(message)
			| Self::Unreadable(message) => f.write_str(message),
			Self::NotConnected { node, reason } => write!(
				f,
				"no connection to {node}: {reason}\nIs the node running? Give its WebSocket URL with --node or PROOFYARD_NODE."
			),
			Self::Refused(refusal) => refusal.fmt(f),
		}
	}
}

impl From<anyhow::Error> for CliError {
	fn from(error: anyhow::Error) -> Self {
		Self::Other(error)
	}
}

impl From<Refusal> for CliError {
	fn from(refusal: Refusal) -> Self {
		Self::Refused(Box::new(refusal))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn each_kind_of_failure_has_its_exit_code() {
		let refusal = Refusal::new("Auctions.UnknownTask", "No such task.", "Check the id.");
		let errors = [
			CliError::other("x"),
			CliError::usage("x"),
			CliError::NotConnected { node: "ws://n".into(), reason: "refused".into() },
			refusal.into(),
			CliError::NoProof("x".into()),
			CliError::Rejected("x".into()),
			CliError::Unreadable("x".into()),
		];
		let codes: Vec<u8> = errors.iter().map(CliError::exit_code).collect();
		assert_eq!(codes, [1, 2, 3, 4, 5, 1, 2]);
	}

	#[test]
	fn machines_get_the_refusal_by_name() {
		let refusal = Refusal::new("Auctions.UnknownTask", "No such task.", "Check the id.");
		let json = CliError::from(refusal).to_json();
		assert_eq!(json["error"]["kind"], "refused");
		assert_eq!(json["error"]["exitCode"], 4);
		assert_eq!(json["error"]["refusal"]["name"], "Auctions.UnknownTask");
	}
}
