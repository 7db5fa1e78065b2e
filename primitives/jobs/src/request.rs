// SPDX-License-Identifier: Apache-2.0
//! Requests: all that a service is told of a job.

use alloc::{string::String, vec::Vec};
use core::fmt;

use serde::{de::Error as _, Deserialize, Deserializer, Serialize};

use crate::{
	bytes::{Bytes32, HexBytes},
	names::named,
};

/// Identity of a job: 64 lower-case hex digits that the client chose.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct JobId(String);

impl JobId {
	/// Takes 64 lower-case hex digits and nothing else.
	pub fn parse(text: &str) -> Option<Self> {
		let well_formed =
			text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
		well_formed.then(|| Self(text.into()))
	}

	/// Digits of the id.
	pub fn as_str(&self) -> &str {
		&self.0
	}
}

impl From<[u8; 32]> for JobId {
	fn from(bytes: [u8; 32]) -> Self {
		Self(hex::encode(bytes))
	}
}

impl fmt::Display for JobId {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.0)
	}
}

impl fmt::Debug for JobId {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.0)
	}
}

impl<'de> Deserialize<'de> for JobId {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let text = String::deserialize(deserializer)?;
		Self::parse(&text)
			.ok_or_else(|| D::Error::custom("an id is 64 lower-case hex digits, without 0x"))
	}
}

named! {
	/// Purpose of an artifact.
	pub enum Role {
		/// The proving key of a circuit.
		ProvingKey = "proving_key",
		/// Program that computes the witness from the input (a circom program's Wasm).
		WitnessProgram = "witness_program",
		/// A zkVM's guest program.
		Executable = "executable",
		/// Anything else that the backend knows what to do with.
		Other = "other",
	}
}

/// A file that a program needs for proving: its locators, and the content that they must give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artifact {
	/// Purpose of the file.
	pub role: Role,
	/// URLs of the file, tried in this order.
	pub locators: Vec<String>,
	/// SHA-256 of its content.
	pub sha256: Bytes32,
	/// Exact length, bytes.
	pub size: u64,
}

/// An input that is fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoteInput {
	/// URLs of the input, tried in this order.
	pub locators: Vec<String>,
	/// SHA-256 of its content.
	pub sha256: Bytes32,
	/// Exact length, bytes.
	pub size: u64,
}

/// Input of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
	/// In the request itself.
	Inline(HexBytes),
	/// To be fetched.
	Remote(RemoteInput),
}

/// Public values as the requester fixed them as a whole, if not each public input by its position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", try_from = "FixedFields")]
pub enum FixedValues {
	/// All the bytes.
	Whole(HexBytes),
	/// SHA-256 of the bytes.
	Sha256(Bytes32),
	/// The first bytes.
	Prefix(HexBytes),
}

/// [`FixedValues`] as they come in, to say what is wrong with them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "public_values with one of whole, sha256 and prefix")]
struct FixedFields {
	#[serde(default, deserialize_with = "present")]
	whole: Option<HexBytes>,
	#[serde(default, deserialize_with = "present")]
	sha256: Option<Bytes32>,
	#[serde(default, deserialize_with = "present")]
	prefix: Option<HexBytes>,
}

impl TryFrom<FixedFields> for FixedValues {
	type Error = &'static str;

	fn try_from(fields: FixedFields) -> Result<Self, Self::Error> {
		match (fields.whole, fields.sha256, fields.prefix) {
			(Some(bytes), None, None) => Ok(Self::Whole(bytes)),
			(None, Some(hash), None) => Ok(Self::Sha256(hash)),
			(None, None, Some(bytes)) => Ok(Self::Prefix(bytes)),
			_ => Err("public_values: give one of `whole`, `sha256` and `prefix`"),
		}
	}
}

/// Reads an optional field that is not `null` if it is there.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
	deserializer: D,
) -> Result<Option<T>, D::Error> {
	T::deserialize(deserializer).map(Some)
}

/// Body of `POST /v1/jobs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobRequest {
	/// Idempotency key of the client.
	pub id: JobId,
	/// Name of the proof system, such as `groth16-bn254`.
	pub proof_system: String,
	/// Id of the program on chain.
	pub program: Bytes32,
	/// Files that proving needs.
	pub artifacts: Vec<Artifact>,
	/// Input of the program.
	pub input: Input,
	/// A circuit's public inputs as the requester fixed them, by position; `null` is the prover's to fill; empty or absent
	/// fixes nothing.
	#[serde(default, skip_serializing_if = "Vec::is_empty")]
	pub public_inputs: Vec<Option<Bytes32>>,
	/// Public values as the requester fixed them as a whole.
	#[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
	pub public_values: Option<FixedValues>,
	/// Work of the job, in the program's own unit.
	pub work: u64,
	/// Deadline, after which the proof is worth nothing, in milliseconds since the Unix epoch.
	pub deadline_unix_ms: u64,
}
