// SPDX-License-Identifier: Apache-2.0
//! Views: a job as its client sees it.

use alloc::{borrow::Cow, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

use crate::{
	bytes::{Bytes32, HexBytes},
	error::JobError,
	limits::PUBLIC_INPUT_LEN,
	names::named,
	request::JobId,
};

named! {
	/// State of a job.
	pub enum JobState {
		/// Waits for a slot.
		Queued = "queued",
		/// Its artifacts and input are being fetched.
		Fetching = "fetching",
		/// A backend works on it.
		Proving = "proving",
		/// The proof is there.
		Done = "done",
		/// There will be no proof; the error says why.
		Failed = "failed",
		/// The client called it off.
		Cancelled = "cancelled",
	}
}

impl JobState {
	/// Whether nothing more will happen to the job.
	pub fn is_terminal(self) -> bool {
		matches!(self, Self::Done | Self::Failed | Self::Cancelled)
	}
}

/// Milliseconds that the parts of a job took; 0 where it never came to that part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Timings {
	/// Waiting for a slot.
	pub queued_ms: u64,
	/// Fetching artifacts and input.
	pub fetch_ms: u64,
	/// Computing the witness.
	pub witness_ms: u64,
	/// Proving.
	pub prove_ms: u64,
	/// The backend's own check of the proof.
	pub verify_ms: u64,
	/// From submission to the end (or to now).
	pub total_ms: u64,
}

/// Public values of a proof. On the wire one field of the object that it is part of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PublicValues {
	/// A circuit's: scalars, big endian.
	#[serde(rename = "public_inputs")]
	Inputs(Vec<Bytes32>),
	/// A zkVM's.
	#[serde(rename = "public_values")]
	Bytes(HexBytes),
}

impl PublicValues {
	/// All of them, one after the other.
	pub fn bytes(&self) -> Cow<'_, [u8]> {
		match self {
			Self::Inputs(inputs) => {
				inputs.iter().flat_map(|input| input.0).collect::<Vec<_>>().into()
			}
			Self::Bytes(bytes) => bytes.0.as_slice().into(),
		}
	}

	/// Length, bytes.
	pub fn len(&self) -> usize {
		match self {
			Self::Inputs(inputs) => inputs.len().saturating_mul(PUBLIC_INPUT_LEN),
			Self::Bytes(bytes) => bytes.0.len(),
		}
	}

	/// Whether there are none.
	pub fn is_empty(&self) -> bool {
		self.len() == 0
	}
}

/// A proof as the chain takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofView {
	/// Proof in its system's canonical encoding.
	pub proof: HexBytes,
	/// Public values of the proof.
	#[serde(flatten)]
	pub values: PublicValues,
}

/// A job as clients see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobView {
	/// Id that the client chose.
	pub id: JobId,
	/// State of the job.
	pub state: JobState,
	/// Activity in a word or two; empty while the job waits and when it has ended.
	pub stage: String,
	/// Progress within the state, 0.0 to 1.0.
	pub progress: f32,
	/// Time that the parts took.
	pub timings: Timings,
	/// Proof; only when done.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub proof: Option<ProofView>,
	/// Error; only when failed.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub error: Option<JobError>,
}

impl JobView {
	/// A job in this state, about which nothing else is known.
	pub fn new(id: JobId, state: JobState) -> Self {
		Self {
			id,
			state,
			stage: String::new(),
			progress: 0.0,
			timings: Timings::default(),
			proof: None,
			error: None,
		}
	}
}
