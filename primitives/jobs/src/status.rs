// SPDX-License-Identifier: Apache-2.0
//! Statuses: the part of an answer that decides what a node does. Whatever else is missing there or of another shape, a proof
//! is delivered and a job that nobody will do is given back: a bond hangs on it.

use alloc::{string::String, vec::Vec};

use serde::Deserialize;

use crate::{
	bytes::{Bytes32, HexBytes},
	view::JobState,
};

/// State of a job with what it came to, read from a [`JobView`](crate::JobView).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct JobStatus {
	/// State of the job.
	pub state: JobState,
	/// Proof; only when done.
	#[serde(default)]
	pub proof: Option<ProofStatus>,
	/// Reason; only when failed.
	#[serde(default)]
	pub error: Option<Reason>,
}

/// Proof, with whichever public values stand beside it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ProofStatus {
	/// Proof in its system's canonical encoding.
	pub proof: HexBytes,
	#[serde(default)]
	public_inputs: Vec<Bytes32>,
	#[serde(default)]
	public_values: Option<HexBytes>,
}

impl ProofStatus {
	/// Proof and public values: a zkVM's bytes, or a circuit's scalars one after the other.
	pub fn into_parts(self) -> (Vec<u8>, Vec<u8>) {
		let inputs = || self.public_inputs.iter().flat_map(|input| input.0).collect();
		(self.proof.0, self.public_values.map(|bytes| bytes.0).unwrap_or_else(inputs))
	}
}

/// Reason read from a [`Refusal`](crate::Refusal), the body of an answer that means no.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RefusalStatus {
	/// Content of the body.
	pub error: Reason,
}

/// Reason as it stands in the answer, with a code that this version may not know.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Reason {
	/// Name of an [`ErrorCode`](crate::ErrorCode) or [`RefusalCode`](crate::RefusalCode).
	pub code: String,
	/// Account of what happened and what to do.
	#[serde(default)]
	pub message: String,
}
