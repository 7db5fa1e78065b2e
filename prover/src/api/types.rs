// SPDX-License-Identifier: Apache-2.0
//! What goes over the wire: requests, jobs, capabilities. Field for field what `openapi.json` says.

use proofyard_verifier::ProofSystem;
use serde::{de::Error as _, Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use super::{
	errors::{ErrorCode, JobError},
	values::{self, Fixed, FixedValues, PublicValues},
};
use crate::{config::DeviceConfig, gpus::CardView};

pub use super::bytes::{Bytes32, HexBytes};

/// Largest body of `POST /v1/jobs`, bytes.
pub const MAX_BODY_BYTES: usize = 1 << 20;
/// Most artifacts of one job.
pub const MAX_ARTIFACTS: usize = 16;
/// Most locators of one artifact or input.
pub const MAX_LOCATORS: usize = 8;
/// Longest locator, bytes.
pub const MAX_LOCATOR_LEN: usize = 2048;
/// Longest proof that a backend may return, bytes: the chain's bound.
pub const MAX_PROOF_BYTES: usize = 2048;

const _: () = assert!(MAX_PROOF_BYTES >= proofyard_verifier::MAX_PROOF_LEN as usize);

/// A job's id: 64 lower-case hex digits that the client chose.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct JobId(String);

impl JobId {
	/// Takes 64 lower-case hex digits and nothing else.
	pub fn parse(text: &str) -> Option<Self> {
		let well_formed =
			text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
		well_formed.then(|| Self(text.to_owned()))
	}

	/// The digits.
	pub fn as_str(&self) -> &str {
		&self.0
	}
}

impl std::fmt::Display for JobId {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str(&self.0)
	}
}

impl std::fmt::Debug for JobId {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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

/// What an artifact is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
	/// The proving key of a circuit.
	ProvingKey,
	/// What computes the witness from the input (a circom program's Wasm).
	WitnessProgram,
	/// A zkVM's guest program.
	Executable,
	/// Anything else that the backend knows what to do with.
	Other,
}

impl Role {
	/// The name on the wire.
	pub fn as_str(self) -> &'static str {
		match self {
			Self::ProvingKey => "proving_key",
			Self::WitnessProgram => "witness_program",
			Self::Executable => "executable",
			Self::Other => "other",
		}
	}
}

/// A file that a program needs for proving: where it may be found, and what it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artifact {
	/// What it is for.
	pub role: Role,
	/// Where it may be found; tried in this order.
	pub locators: Vec<String>,
	/// SHA-256 of its content.
	pub sha256: Bytes32,
	/// Its exact length, bytes.
	pub size: u64,
}

/// An input that is fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoteInput {
	/// Where it may be found; tried in this order.
	pub locators: Vec<String>,
	/// SHA-256 of its content.
	pub sha256: Bytes32,
	/// Its exact length, bytes.
	pub size: u64,
}

/// What is proven about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
	/// In the request itself.
	Inline(HexBytes),
	/// To be fetched.
	Remote(RemoteInput),
}

/// Body of `POST /v1/jobs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobRequest {
	/// The client's idempotency key.
	pub id: JobId,
	/// Such as `groth16-bn254`.
	pub proof_system: String,
	/// The program's id on chain.
	pub program: Bytes32,
	/// Files that proving needs.
	pub artifacts: Vec<Artifact>,
	/// What is proven about.
	pub input: Input,
	/// What the requester fixed of a circuit's public inputs, by position; `null` is the prover's to fill; empty fixes
	/// nothing.
	#[serde(default)]
	pub public_inputs: Vec<Option<Bytes32>>,
	/// What the requester fixed of the public values as a whole.
	#[serde(
		default,
		deserialize_with = "values::present",
		skip_serializing_if = "Option::is_none"
	)]
	pub public_values: Option<FixedValues>,
	/// In the program's own unit.
	pub work: u64,
	/// After it the proof is worth nothing.
	pub deadline_unix_ms: u64,
}

impl JobRequest {
	/// The proof system, if the chain knows it.
	pub fn system(&self) -> Option<ProofSystem> {
		self.proof_system.parse().ok()
	}

	/// What the requester fixed of the public values.
	pub fn fixed(&self) -> Fixed<'_> {
		Fixed::of(&self.public_inputs, self.public_values.as_ref())
	}

	/// Checks counts, lengths and locators. The error is a sentence for the client.
	pub fn validate(&self) -> Result<(), String> {
		let name_ok = (1..=64).contains(&self.proof_system.len())
			&& self
				.proof_system
				.bytes()
				.all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'));
		if !name_ok {
			return Err("proof_system: use 1 to 64 of a-z, 0-9, `-` and `.`".into());
		}
		if self.artifacts.len() > MAX_ARTIFACTS {
			return Err(format!("artifacts: at most {MAX_ARTIFACTS}"));
		}
		values::validate(self.system(), &self.public_inputs, self.public_values.as_ref())?;
		for (index, artifact) in self.artifacts.iter().enumerate() {
			check_locators(&artifact.locators).map_err(|e| format!("artifacts[{index}]: {e}"))?;
		}
		if let Input::Remote(remote) = &self.input {
			check_locators(&remote.locators).map_err(|e| format!("input.remote: {e}"))?;
		}
		Ok(())
	}

	/// SHA-256 of the request in one fixed spelling: two bodies that mean the same job hash alike, whatever their
	/// white space, order of fields or case of hex digits. Jobs of earlier versions keep their hash: what they did not
	/// know is left out where it says nothing.
	pub fn canonical_hash(&self) -> Result<[u8; 32], serde_json::Error> {
		Ok(Sha256::digest(serde_json::to_vec(self)?).into())
	}
}

fn check_locators(locators: &[String]) -> Result<(), String> {
	if locators.is_empty() || locators.len() > MAX_LOCATORS {
		return Err(format!("1 to {MAX_LOCATORS} locators"));
	}
	for locator in locators {
		if locator.len() > MAX_LOCATOR_LEN {
			return Err(format!("a locator has at most {MAX_LOCATOR_LEN} bytes"));
		}
		// The URL parser drops control characters silently; logs and messages would show them.
		if !locator.bytes().all(|b| b.is_ascii_graphic()) {
			return Err(
				"a locator has visible ASCII characters only; percent-encode the rest".into()
			);
		}
		reqwest::Url::parse(locator).map_err(|e| format!("locator `{locator}` is no URL: {e}"))?;
	}
	Ok(())
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
	/// Waits for a slot.
	Queued,
	/// Its artifacts and input are being fetched.
	Fetching,
	/// A backend works on it.
	Proving,
	/// The proof is there.
	Done,
	/// There will be no proof; the error says why.
	Failed,
	/// The client called it off.
	Cancelled,
}

impl JobState {
	/// Every state.
	pub const ALL: [Self; 6] =
		[Self::Queued, Self::Fetching, Self::Proving, Self::Done, Self::Failed, Self::Cancelled];

	/// The name on the wire.
	pub fn as_str(self) -> &'static str {
		match self {
			Self::Queued => "queued",
			Self::Fetching => "fetching",
			Self::Proving => "proving",
			Self::Done => "done",
			Self::Failed => "failed",
			Self::Cancelled => "cancelled",
		}
	}

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

/// A proof as the chain takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofView {
	/// In the proof system's canonical encoding.
	pub proof: HexBytes,
	/// What it says in the open.
	#[serde(flatten)]
	pub values: PublicValues,
}

/// Why a job failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobErrorView {
	/// What kind of failure.
	pub code: ErrorCode,
	/// What happened and what to do.
	pub message: String,
	/// Whether the same job, deleted and posted again, may succeed.
	pub retryable: bool,
}

impl From<JobError> for JobErrorView {
	fn from(error: JobError) -> Self {
		Self { code: error.code, retryable: error.retryable, message: error.message }
	}
}

/// A job as clients see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobView {
	/// The client's id.
	pub id: JobId,
	/// Where it stands.
	pub state: JobState,
	/// What it is doing, in a word or two; empty while it waits and when it has ended.
	pub stage: String,
	/// 0.0 to 1.0, within the state.
	pub progress: f32,
	/// How long the parts took.
	pub timings: Timings,
	/// Only when done.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub proof: Option<ProofView>,
	/// Only when failed.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub error: Option<JobErrorView>,
}

/// A backend's measured speed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
	/// Work per second, newer jobs weighing more.
	pub work_per_second: f64,
	/// Jobs that went into it.
	pub jobs: u64,
}

/// Where the speed behind an estimate is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpeedSource {
	/// Jobs that ran here.
	Measured,
	/// The operator's `speed`.
	Configured,
}

/// Why a job can't make its deadline: the details of the error `deadline_infeasible` of `POST /v1/jobs`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Infeasible {
	/// The job's deadline.
	pub deadline_unix_ms: u64,
	/// When it would end.
	pub estimated_end_unix_ms: u64,
	/// How long it would wait for its turn.
	pub wait_ms: u64,
	/// How long it would take from its turn on.
	pub own_ms: u64,
	/// The speed behind `own_ms`, units of work a second.
	pub work_per_second: f64,
	/// Where that speed is from.
	pub source: SpeedSource,
	/// An accepted job that would miss its deadline, where that is the reason.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub endangers: Option<JobId>,
	/// When a slot is due to be free, if the job could still be in time then.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub retry_after_ms: Option<u64>,
}

impl std::fmt::Display for Infeasible {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		let seconds = |ms: u64| ms as f64 / 1000.0;
		write!(
			f,
			"by the estimate the job would wait {:.1} s and take {:.1} s ({} speed: {:.3} units of work a second); ",
			seconds(self.wait_ms),
			seconds(self.own_ms),
			match self.source {
				SpeedSource::Measured => "measured",
				SpeedSource::Configured => "configured",
			},
			self.work_per_second,
		)?;
		match &self.endangers {
			Some(other) => {
				write!(f, "that makes job {other} miss its deadline, which was accepted before")
			}
			None => {
				let late = self.estimated_end_unix_ms.saturating_sub(self.deadline_unix_ms);
				write!(f, "that ends {:.1} s after its deadline", seconds(late))
			}
		}
	}
}

/// The speed of one program at one size of work.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SpeedView {
	/// The program.
	pub program: Bytes32,
	/// ⌊log₂ work⌋ of the jobs that it is about.
	pub size: u8,
	/// Work per second of slot time, newer jobs weighing more.
	pub work_per_second: f64,
	/// Jobs that went into it.
	pub jobs: u64,
}

/// The rough speed of a backend.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SpeedGuess {
	/// Units of work a second.
	pub work_per_second: f64,
	/// Where it is from.
	pub source: SpeedSource,
}

/// A backend in `GET /v1/capabilities`.
#[derive(Clone, Debug, Serialize)]
pub struct BackendView {
	/// Its name.
	pub name: String,
	/// What it proves.
	pub proof_systems: Vec<String>,
	/// If not empty, the only programs it takes.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	pub programs: Vec<Bytes32>,
	/// What it computes on.
	pub devices: Vec<DeviceConfig>,
	/// Speed over finished jobs; `null` before the first.
	pub measured: Option<Measured>,
	/// Over all programs: `measured`, or the operator's `speed`; `null` without either.
	pub speed: Option<SpeedGuess>,
	/// What estimates go by, the newest first; where the program or the size is missing, the operator's `speed` does.
	pub speeds: Vec<SpeedView>,
	/// Work of its waiting and running jobs.
	pub committed_work: u64,
	/// Slot time that they still need, as far as there are estimates.
	pub committed_ms: u64,
	/// Slots that are free now; all backends share them.
	pub free_slots: usize,
}

/// The queue in `GET /v1/capabilities`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct QueueView {
	/// Jobs in a slot.
	pub running: usize,
	/// Jobs that wait.
	pub queued: usize,
	/// Most jobs that may wait.
	pub limit: usize,
}

/// Body of `GET /v1/capabilities`.
#[derive(Clone, Debug, Serialize)]
pub struct Capabilities {
	/// The service's version.
	pub version: &'static str,
	/// What proves here.
	pub backends: Vec<BackendView>,
	/// The graphics cards that it may use, and how they are.
	pub gpus: Vec<CardView>,
	/// How busy it is.
	pub queue: QueueView,
}

#[cfg(test)]
mod tests {
	use super::*;

	fn body() -> serde_json::Value {
		serde_json::json!({
			"id": "ab".repeat(32),
			"proof_system": "groth16-bn254",
			"program": format!("0x{}", "AB".repeat(32)),
			"artifacts": [{"role": "proving_key", "locators": ["https://a.example/k"], "sha256": format!("0x{}", "01".repeat(32)), "size": 5}],
			"input": {"inline": "0x7b7d"},
			"public_inputs": [null, format!("0x{}", "00".repeat(32))],
			"work": 1,
			"deadline_unix_ms": 2,
		})
	}

	fn parse(value: serde_json::Value) -> Result<JobRequest, String> {
		let request: JobRequest = serde_json::from_value(value).map_err(|e| e.to_string())?;
		request.validate().map(|()| request)
	}

	#[test]
	fn the_contracts_example_parses() {
		let request = parse(body()).unwrap();
		assert_eq!(request.input, Input::Inline(HexBytes(b"{}".to_vec())));
		assert_eq!(request.public_inputs[0], None);
	}

	#[test]
	fn the_hash_ignores_spelling_and_sees_content() {
		let one = parse(body()).unwrap().canonical_hash().unwrap();
		let mut other = body();
		other["program"] = format!("0x{}", "ab".repeat(32)).into();
		assert_eq!(parse(other.clone()).unwrap().canonical_hash().unwrap(), one);
		other["work"] = 2.into();
		assert_ne!(parse(other).unwrap().canonical_hash().unwrap(), one);
	}

	#[test]
	fn a_job_of_an_earlier_version_keeps_its_hash() {
		let earlier = format!(
			"{{\"id\":\"{id}\",\"proof_system\":\"groth16-bn254\",\"program\":\"0x{id}\",\"artifacts\":[],\
			 \"input\":{{\"inline\":\"0x7b7d\"}},\"public_inputs\":[],\"work\":1,\"deadline_unix_ms\":2}}",
			id = "ab".repeat(32)
		);
		let hash: [u8; 32] = Sha256::digest(&earlier).into();
		let mut request: serde_json::Value = serde_json::from_str(&earlier).unwrap();
		assert_eq!(parse(request.clone()).unwrap().canonical_hash().unwrap(), hash);
		request.as_object_mut().unwrap().remove("public_inputs");
		assert_eq!(parse(request.clone()).unwrap().canonical_hash().unwrap(), hash);
		request["public_values"] = serde_json::json!({"prefix": "0x"});
		assert_ne!(parse(request).unwrap().canonical_hash().unwrap(), hash);
	}

	#[test]
	fn a_proof_has_inputs_or_values() {
		let inputs = PublicValues::Inputs(vec![Bytes32([1; 32])]);
		let values = PublicValues::Bytes(HexBytes(vec![1, 2]));
		for (values, field, text) in [
			(inputs, "public_inputs", serde_json::json!([format!("0x{}", "01".repeat(32))])),
			(values, "public_values", "0x0102".into()),
		] {
			let view = ProofView { proof: HexBytes(vec![7]), values };
			let json = serde_json::to_value(&view).unwrap();
			assert_eq!(json, serde_json::json!({"proof": "0x07", field: text}));
			assert_eq!(serde_json::from_value::<ProofView>(json).unwrap(), view);
		}
	}

	#[test]
	fn malformed_requests_are_refused() {
		let with = |pointer: &str, value: serde_json::Value| {
			let mut body = body();
			*body.pointer_mut(pointer).unwrap() = value;
			parse(body)
		};
		assert!(with("/id", "AB".repeat(32).into()).is_err());
		assert!(with("/id", "ab".into()).is_err());
		assert!(with("/program", "0x00".into()).is_err());
		assert!(with("/proof_system", "Groth16 ".into()).is_err());
		assert!(with("/artifacts/0/locators", serde_json::json!([])).is_err());
		assert!(with("/artifacts/0/locators", serde_json::json!(["not a url"])).is_err());
		assert!(with("/artifacts/0/locators", serde_json::json!(["https://a.b/\nc"])).is_err());
		assert!(with("/artifacts/0/role", "key".into()).is_err());
		assert!(with("/input", serde_json::json!({})).is_err());
		assert!(with("/input", serde_json::json!({"inline": "7b7d"})).is_err());
		assert!(with("/work", (-1).into()).is_err());
		assert!(with("/public_inputs", serde_json::Value::Null).is_err());
		let mut both = body();
		both["public_values"] = serde_json::json!({"prefix": "0x"});
		assert!(parse(both.clone()).unwrap_err().contains("public_inputs and public_values"));
		both["public_inputs"] = serde_json::json!([]);
		assert!(parse(both.clone()).is_ok(), "an empty list fixes nothing");
		both["public_values"] = serde_json::Value::Null;
		assert!(parse(both).is_err());
		let mut extra = body();
		extra["colour"] = "blue".into();
		assert!(parse(extra).is_err());
	}
}
