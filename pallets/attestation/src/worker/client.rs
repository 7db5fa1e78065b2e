// SPDX-License-Identifier: Apache-2.0
//! The proving service's HTTP interface, as far as the worker needs it.

use super::ServiceConfig;
use alloc::{
	format,
	string::{String, ToString},
	vec,
	vec::Vec,
};
use core::fmt;
use proofyard_primitives::{
	Artifact, FixedValues, InputRef, ProgramId, ProofData, ProofSystem, Scalar,
};
use serde::{Deserialize, Serialize};
use sp_core::{
	offchain::{Duration, Timestamp},
	H256,
};
use sp_runtime::offchain::http::{Method, PendingRequest, Request, Response};

/// Longest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024;
/// Longest text of the service's that is repeated in the log.
const MAX_MESSAGE: usize = 300;

/// The code of a job that cannot end before its deadline.
pub(super) const DEADLINE_INFEASIBLE: &str = "deadline_infeasible";
/// The code of a job whose input nobody hands out.
pub(super) const INPUT_UNAVAILABLE: &str = "input_unavailable";

/// The codes of jobs that fail for want of something at the service's side: another prover may have it.
pub(super) const AT_FAULT: [&str; 3] = ["artifact_unavailable", "invalid_artifact", "no_room"];

/// Why a request came to nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Error {
	/// It could not be sent, or the connection broke.
	Unreachable,
	/// No answer in the time a run has.
	TooSlow,
	/// An answer that means no.
	Refused(u16, String),
	/// The service will not do the job: it cannot end it before its deadline, or has nothing to do it
	/// with.
	Declined(String),
	/// An answer that is not understood.
	Nonsense(String),
}

impl fmt::Display for Error {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Unreachable => f.write_str("unreachable; is it running?"),
			Self::TooSlow => f.write_str("no answer in time"),
			Self::Refused(status, text) => write!(f, "refused with {status}: {text}"),
			Self::Declined(text) => write!(f, "not taken: {text}"),
			Self::Nonsense(text) => write!(f, "answer not understood: {text}"),
		}
	}
}

/// What the service knows of a job.
#[derive(Debug)]
pub(super) enum Reply {
	/// Nothing.
	Unknown,
	/// This.
	Job(JobState),
}

/// How a job stands.
#[derive(Debug)]
pub(super) enum JobState {
	/// Not there yet.
	Running,
	/// There.
	Done(ProofData),
	/// Nothing will come of it.
	Failed { code: String, message: String },
}

/// `POST /v1/jobs`.
#[derive(Serialize)]
pub(super) struct NewJob {
	id: String,
	proof_system: ProofSystem,
	program: String,
	artifacts: Vec<NewArtifact>,
	input: NewInput,
	#[serde(skip_serializing_if = "Vec::is_empty")]
	public_inputs: Vec<Option<String>>,
	#[serde(skip_serializing_if = "Option::is_none")]
	public_values: Option<NewValues>,
	work: u64,
	deadline_unix_ms: u64,
}

#[derive(Serialize)]
struct NewArtifact {
	role: &'static str,
	#[serde(flatten)]
	data: NewData,
}

#[derive(Serialize)]
struct NewData {
	locators: Vec<String>,
	sha256: String,
	size: u64,
}

/// What the public values have to be, where not each public input is fixed by its position.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum NewValues {
	Whole(String),
	Sha256(String),
	Prefix(String),
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum NewInput {
	Inline(String),
	Remote(NewData),
}

impl NewData {
	fn new(data: &proofyard_primitives::RemoteData) -> Self {
		Self {
			locators: data
				.locators
				.iter()
				.map(|locator| String::from_utf8_lossy(locator).into_owned())
				.collect(),
			sha256: hex(&data.sha256.0),
			size: data.size,
		}
	}
}

impl NewJob {
	pub fn new(
		id: H256,
		proof_system: ProofSystem,
		program: ProgramId,
		artifacts: &[Artifact],
		input: &InputRef,
		values: &FixedValues,
		work: u64,
		deadline_unix_ms: u64,
	) -> Self {
		let artifacts = artifacts
			.iter()
			.map(|artifact| NewArtifact {
				role: artifact.role.name(),
				data: NewData::new(&artifact.data),
			})
			.collect();
		let input = match input {
			InputRef::Inline(bytes) => NewInput::Inline(hex(bytes)),
			InputRef::Remote(data) => NewInput::Remote(NewData::new(data)),
		};
		let inputs = match values {
			FixedValues::Inputs(inputs) => inputs.as_slice(),
			_ => &[],
		};
		let public_values = match values {
			FixedValues::Open | FixedValues::Inputs(_) => None,
			FixedValues::Whole(bytes) => Some(NewValues::Whole(hex(bytes))),
			FixedValues::Hash(hash) => Some(NewValues::Sha256(hex(&hash.0))),
			FixedValues::Prefix(bytes) => Some(NewValues::Prefix(hex(bytes))),
		};
		Self {
			id: bare_hex(&id.0),
			proof_system,
			program: hex(&program.0),
			artifacts,
			input,
			public_inputs: inputs
				.iter()
				.map(|scalar| scalar.as_ref().map(|scalar| hex(scalar)))
				.collect(),
			public_values,
			work,
			deadline_unix_ms,
		}
	}
}

#[derive(Deserialize)]
struct JobAnswer {
	state: String,
	proof: Option<ProofAnswer>,
	error: Option<ErrorAnswer>,
}

#[derive(Deserialize)]
struct ProofAnswer {
	proof: String,
	/// A circuit's, each 32 bytes.
	#[serde(default)]
	public_inputs: Vec<String>,
	/// A zkVM's, in place of them.
	public_values: Option<String>,
}

#[derive(Deserialize)]
struct ErrorAnswer {
	code: String,
	message: String,
}

#[derive(Deserialize)]
struct Refusal {
	error: ErrorAnswer,
}

/// The service, for the length of one run.
pub(super) struct Client {
	base: String,
	authorization: Option<String>,
	deadline: Timestamp,
}

impl Client {
	/// All requests of this client together end within `budget_ms`.
	pub fn new(
		config: ServiceConfig,
		budget_ms: u64,
	) -> Result<Self, alloc::string::FromUtf8Error> {
		let authorization = match config.token {
			Some(token) => Some(format!("Bearer {}", String::from_utf8(token)?)),
			None => None,
		};
		Ok(Self {
			base: String::from_utf8(config.url)?,
			authorization,
			deadline: sp_io::offchain::timestamp().add(Duration::from_millis(budget_ms)),
		})
	}

	/// How these jobs stand, all asked at once.
	pub fn get_all(&mut self, ids: &[H256]) -> Vec<Result<Reply, Error>> {
		let sent = ids.iter().map(|id| self.send(Method::Get, &job_path(id), None)).collect();
		self.wait_all(sent)
			.into_iter()
			.map(|answer| match answer? {
				(404, _) => Ok(Reply::Unknown),
				(200, body) => parse_job(&body).map(Reply::Job),
				(status, body) => Err(refused(status, &body)),
			})
			.collect()
	}

	/// Cancel and forget these jobs. One the service does not know is forgotten already.
	pub fn delete_all(&mut self, ids: &[H256]) -> Vec<Result<(), Error>> {
		// The first call cancels a job that runs, the second forgets one that has ended.
		let mut results = self.delete_once(ids);
		for (first, second) in results.iter_mut().zip(self.delete_once(ids)) {
			if first.is_ok() {
				*first = second;
			}
		}
		results
	}

	fn delete_once(&mut self, ids: &[H256]) -> Vec<Result<(), Error>> {
		let sent = ids.iter().map(|id| self.send(Method::Delete, &job_path(id), None)).collect();
		self.wait_all(sent)
			.into_iter()
			.map(|answer| match answer? {
				(200 | 404, _) => Ok(()),
				(status, body) => Err(refused(status, &body)),
			})
			.collect()
	}

	/// Post these jobs. One that is there already is as good as posted.
	pub fn post_all<'a>(
		&mut self,
		jobs: impl Iterator<Item = &'a NewJob>,
	) -> Vec<Result<(), Error>> {
		let sent = jobs
			.map(|job| {
				let body =
					serde_json::to_vec(job).map_err(|error| Error::Nonsense(error.to_string()))?;
				self.send(Method::Post, "/v1/jobs", Some(body))
			})
			.collect();
		self.wait_all(sent)
			.into_iter()
			.map(|answer| match answer? {
				(200 | 201 | 409, _) => Ok(()),
				(422, body) => Err(declined(&body).unwrap_or_else(|| refused(422, &body))),
				(status, body) => Err(refused(status, &body)),
			})
			.collect()
	}

	fn send(
		&self,
		method: Method,
		path: &str,
		body: Option<Vec<u8>>,
	) -> Result<PendingRequest, Error> {
		let url = format!("{}{path}", self.base);
		let chunks = match &body {
			Some(body) => vec![body.as_slice()],
			None => vec![],
		};
		let mut request = Request::<Vec<&[u8]>>::default()
			.method(method)
			.url(&url)
			.body(chunks)
			.deadline(self.deadline);
		if body.is_some() {
			request = request.add_header("Content-Type", "application/json");
		}
		if let Some(authorization) = &self.authorization {
			request = request.add_header("Authorization", authorization);
		}
		request.send().map_err(|_| Error::Unreachable)
	}

	/// Wait for answers, in the order of the requests.
	fn wait_all(
		&self,
		sent: Vec<Result<PendingRequest, Error>>,
	) -> Vec<Result<(u16, Vec<u8>), Error>> {
		let (mut pending, mut slots) = (Vec::new(), Vec::new());
		for request in sent {
			slots.push(request.map(|request| pending.push(request)));
		}
		let mut answers = PendingRequest::try_wait_all(pending, self.deadline).into_iter();
		slots
			.into_iter()
			.map(|slot| {
				slot?;
				match answers.next() {
					Some(Ok(Ok(response))) => self.read(response),
					Some(Ok(Err(_))) => Err(Error::Unreachable),
					Some(Err(_)) | None => Err(Error::TooSlow),
				}
			})
			.collect()
	}

	fn read(&self, response: Response) -> Result<(u16, Vec<u8>), Error> {
		let mut body = response.body();
		body.deadline(self.deadline);
		let mut bytes = Vec::new();
		for byte in body.by_ref() {
			if bytes.len() == MAX_ANSWER {
				return Err(Error::Nonsense(format!("longer than {MAX_ANSWER} bytes")));
			}
			bytes.push(byte);
		}
		match body.error() {
			None => Ok((response.code, bytes)),
			Some(_) => Err(Error::TooSlow),
		}
	}
}

fn parse_job(body: &[u8]) -> Result<JobState, Error> {
	let answer: JobAnswer =
		serde_json::from_slice(body).map_err(|error| Error::Nonsense(error.to_string()))?;
	match answer.state.as_str() {
		"queued" | "fetching" | "proving" => Ok(JobState::Running),
		"done" => {
			let proof = answer.proof.ok_or_else(|| Error::Nonsense("done, no proof".into()))?;
			parse_proof(&proof)
				.map(JobState::Done)
				.ok_or_else(|| Error::Nonsense("a proof that is not hex or too long".into()))
		}
		"failed" | "cancelled" => {
			let error = answer.error.unwrap_or_else(|| ErrorAnswer {
				code: answer.state.clone(),
				message: "no reason given".into(),
			});
			Ok(JobState::Failed { code: short(&error.code), message: short(&error.message) })
		}
		other => Err(Error::Nonsense(format!("state {}", short(other)))),
	}
}

fn parse_proof(answer: &ProofAnswer) -> Option<ProofData> {
	let proof = unhex(&answer.proof)?;
	if let Some(values) = &answer.public_values {
		let public_values = unhex(values)?.try_into().ok()?;
		return Some(ProofData { proof: proof.try_into().ok()?, public_values });
	}
	let inputs: Option<Vec<Scalar>> =
		answer.public_inputs.iter().map(|input| unhex(input)?.try_into().ok()).collect();
	ProofData::of_inputs(&proof, &inputs?)
}

/// What a refusal says, if it is that the service will not do the job however often it is asked.
fn declined(body: &[u8]) -> Option<Error> {
	let answer: Refusal = serde_json::from_slice(body).ok()?;
	let final_codes = [DEADLINE_INFEASIBLE, "unsupported"];
	final_codes
		.contains(&answer.error.code.as_str())
		.then(|| Error::Declined(short(&answer.error.message)))
}

fn refused(status: u16, body: &[u8]) -> Error {
	Error::Refused(status, short(&String::from_utf8_lossy(body)))
}

/// The start of a text from outside, on one line.
fn short(text: &str) -> String {
	text.chars().filter(|c| !c.is_control()).take(MAX_MESSAGE).collect()
}

fn job_path(id: &H256) -> String {
	format!("/v1/jobs/{}", bare_hex(&id.0))
}

fn hex(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

fn bare_hex(bytes: &[u8]) -> String {
	hex::encode(bytes)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
	hex::decode(text.strip_prefix("0x")?).ok()
}
