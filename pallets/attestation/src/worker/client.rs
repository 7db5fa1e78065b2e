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
use proofyard_jobs::{
	Bytes32, ErrorCode, HexBytes, Input, JobId, JobRequest, JobState, JobStatus, ProofStatus,
	Reason, RefusalCode, RefusalStatus, RemoteInput, Role, JOBS_PATH,
};
use proofyard_primitives::{
	Artifact, ArtifactRole, FixedValues, InputRef, ProgramId, ProofData, ProofSystem, RemoteData,
};
use sp_core::{
	offchain::{Duration, Timestamp},
	H256,
};
use sp_runtime::offchain::http::{Method, PendingRequest, Request, Response};

/// Longest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024;
/// Longest text of the service's that is repeated in the log.
const MAX_MESSAGE: usize = 300;

/// Reason for which a request came to nothing.
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

/// Answer of the service about a job.
#[derive(Debug)]
pub(super) enum Reply {
	/// It knows no such job.
	Unknown,
	/// The job has not ended.
	Running,
	/// The proof is there.
	Done(ProofData),
	/// Nothing will come of the job.
	Failed { code: ErrorCode, message: String },
}

/// Body of a `POST` for an attempt, as the chain knows its task.
pub(super) fn request(
	id: H256,
	proof_system: ProofSystem,
	program: ProgramId,
	artifacts: &[Artifact],
	input: &InputRef,
	values: &FixedValues,
	work: u64,
	deadline_unix_ms: u64,
) -> JobRequest {
	use proofyard_jobs::FixedValues as Fixed;
	let hex = |bytes: &[u8]| HexBytes(bytes.to_vec());
	let public_inputs = match values {
		FixedValues::Inputs(inputs) => inputs.iter().map(|input| input.map(Bytes32)).collect(),
		_ => Vec::new(),
	};
	let public_values = match values {
		FixedValues::Open | FixedValues::Inputs(_) => None,
		FixedValues::Whole(bytes) => Some(Fixed::Whole(hex(bytes))),
		FixedValues::Hash(hash) => Some(Fixed::Sha256(Bytes32(hash.0))),
		FixedValues::Prefix(bytes) => Some(Fixed::Prefix(hex(bytes))),
	};
	JobRequest {
		id: JobId::from(id.0),
		proof_system: proof_system.name().into(),
		program: Bytes32(program.0),
		artifacts: artifacts.iter().map(artifact).collect(),
		input: match input {
			InputRef::Inline(bytes) => Input::Inline(hex(bytes)),
			InputRef::Remote(data) => Input::Remote(RemoteInput {
				locators: locators(data),
				sha256: Bytes32(data.sha256.0),
				size: data.size,
			}),
		},
		public_inputs,
		public_values,
		work,
		deadline_unix_ms,
	}
}

fn artifact(artifact: &Artifact) -> proofyard_jobs::Artifact {
	let data = &artifact.data;
	proofyard_jobs::Artifact {
		role: match artifact.role {
			ArtifactRole::ProvingKey => Role::ProvingKey,
			ArtifactRole::WitnessProgram => Role::WitnessProgram,
			ArtifactRole::Executable => Role::Executable,
			ArtifactRole::Other => Role::Other,
		},
		locators: locators(data),
		sha256: Bytes32(data.sha256.0),
		size: data.size,
	}
}

fn locators(data: &RemoteData) -> Vec<String> {
	data.locators.iter().map(|locator| String::from_utf8_lossy(locator).into_owned()).collect()
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

	/// States of these jobs, all asked at once.
	pub fn get_all(&mut self, ids: &[H256]) -> Vec<Result<Reply, Error>> {
		let sent = ids.iter().map(|id| self.send(Method::Get, &job_path(id), None)).collect();
		self.wait_all(sent)
			.into_iter()
			.map(|answer| match answer? {
				(404, _) => Ok(Reply::Unknown),
				(200, body) => parse_job(&body),
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
		jobs: impl Iterator<Item = &'a JobRequest>,
	) -> Vec<Result<(), Error>> {
		let sent = jobs
			.map(|job| {
				let body =
					serde_json::to_vec(job).map_err(|error| Error::Nonsense(error.to_string()))?;
				self.send(Method::Post, JOBS_PATH, Some(body))
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

fn parse_job(body: &[u8]) -> Result<Reply, Error> {
	let job: JobStatus =
		serde_json::from_slice(body).map_err(|error| Error::Nonsense(short(&error.to_string())))?;
	Ok(match job.state {
		JobState::Queued | JobState::Fetching | JobState::Proving => Reply::Running,
		JobState::Done => {
			let proof = job.proof.ok_or_else(|| Error::Nonsense("done, no proof".into()))?;
			let too_long = || Error::Nonsense("a proof that is too long".into());
			Reply::Done(proof_data(proof).ok_or_else(too_long)?)
		}
		JobState::Failed | JobState::Cancelled => match job.error {
			Some(error) => failed(&error),
			None => Reply::Failed { code: ErrorCode::Cancelled, message: "no reason given".into() },
		},
	})
}

/// A failure by its code; by [`ErrorCode::Internal`] where this version does not know the code.
fn failed(error: &Reason) -> Reply {
	match ErrorCode::from_name(&error.code) {
		Some(code) => Reply::Failed { code, message: short(&error.message) },
		None => {
			let message = short(&format!("{}: {}", error.code, error.message));
			Reply::Failed { code: ErrorCode::Internal, message }
		}
	}
}

fn proof_data(proof: ProofStatus) -> Option<ProofData> {
	let (proof, public_values) = proof.into_parts();
	Some(ProofData { proof: proof.try_into().ok()?, public_values: public_values.try_into().ok()? })
}

/// A refusal's message, if it says that the service will not do the job however often it is asked.
fn declined(body: &[u8]) -> Option<Error> {
	let RefusalStatus { error } = serde_json::from_slice(body).ok()?;
	let code = RefusalCode::from_name(&error.code)?;
	matches!(code, RefusalCode::DeadlineInfeasible | RefusalCode::Unsupported)
		.then(|| Error::Declined(short(&error.message)))
}

fn refused(status: u16, body: &[u8]) -> Error {
	Error::Refused(status, short(&String::from_utf8_lossy(body)))
}

/// The start of a text from outside, on one line.
fn short(text: &str) -> String {
	text.chars().filter(|c| !c.is_control()).take(MAX_MESSAGE).collect()
}

fn job_path(id: &H256) -> String {
	format!("{JOBS_PATH}/{}", JobId::from(id.0))
}
