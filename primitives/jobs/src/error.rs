// SPDX-License-Identifier: Apache-2.0
//! The two kinds of error: of a job ([`JobError`], a part of its view) and of a request ([`Refusal`], the body of an answer
//! that means no). Each has its own codes.

use alloc::{
	format,
	string::{String, ToString},
};
use core::fmt;

use serde::{de::IntoDeserializer, Deserialize, Deserializer, Serialize};

use crate::{names::named, request::JobId};

named! {
	/// Reason for which a job failed.
	pub enum ErrorCode {
		/// No locator of the task's input gave it: not there, out of reach, or of another hash or length.
		InputUnavailable = "input_unavailable",
		/// No locator of one of the program's artifacts gave it.
		// What earlier versions wrote about content with another hash.
		#[serde(alias = "hash_mismatch")]
		ArtifactUnavailable = "artifact_unavailable",
		/// The service's own disk, cache or limits have no room for a file.
		NoRoom = "no_room",
		/// The program does not accept the input.
		InvalidInput = "invalid_input",
		/// An artifact is not what the backend can read.
		InvalidArtifact = "invalid_artifact",
		/// The proof would have other public inputs or values than the requester fixed.
		PublicInputMismatch = "public_input_mismatch",
		/// The job's deadline came first.
		DeadlinePassed = "deadline_passed",
		/// The deadline has not come, and by the estimate the job can't end before it any more.
		DeadlineInfeasible = "deadline_infeasible",
		/// The backend failed for a reason of its own.
		BackendFailed = "backend_failed",
		/// The backend needed more memory than it may have.
		OutOfMemory = "out_of_memory",
		/// The backend took longer than it may.
		TimedOut = "timed_out",
		/// The job was called off.
		Cancelled = "cancelled",
		/// A fault of the service.
		Internal = "internal",
	}
}

impl ErrorCode {
	/// Whether the same job may succeed on another try: what depends on other machines or on the moment may, what
	/// depends on the job alone may not.
	pub fn retryable(self) -> bool {
		matches!(
			self,
			Self::InputUnavailable
				| Self::ArtifactUnavailable
				| Self::NoRoom
				| Self::BackendFailed
				| Self::OutOfMemory
				| Self::Cancelled
				| Self::Internal
		)
	}
}

/// Longest message of a job's error, bytes.
pub const MAX_MESSAGE: usize = 16 << 10;

/// Failure of a job, with a sentence for the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobError {
	/// Reason. One that this version does not know is read as [`ErrorCode::Internal`], so that a job of a newer service
	/// still counts as failed.
	#[serde(deserialize_with = "known_or_internal")]
	pub code: ErrorCode,
	/// Account of what happened and what to do.
	pub message: String,
	/// Whether the same job, deleted and posted again, may succeed.
	pub retryable: bool,
}

fn known_or_internal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ErrorCode, D::Error> {
	let name = String::deserialize(deserializer)?;
	let known: Result<_, D::Error> = ErrorCode::deserialize(name.into_deserializer());
	Ok(known.unwrap_or(ErrorCode::Internal))
}

impl JobError {
	/// An error that is retryable as its code says. A message longer than `MAX_MESSAGE` is cut.
	pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
		let mut message = message.into();
		if message.len() > MAX_MESSAGE {
			let cut = (0..=MAX_MESSAGE).rev().find(|i| message.is_char_boundary(*i)).unwrap_or(0);
			message.truncate(cut);
			message.push('…');
		}
		Self { code, message, retryable: code.retryable() }
	}

	/// The same error, with another verdict on trying again.
	pub fn retryable(mut self, retryable: bool) -> Self {
		self.retryable = retryable;
		self
	}

	/// A fault of the service.
	pub fn internal(message: impl fmt::Display) -> Self {
		Self::new(ErrorCode::Internal, format!("the service failed: {message}; see its log"))
	}
}

impl fmt::Display for JobError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{}: {}", self.code, self.message)
	}
}

impl core::error::Error for JobError {}

named! {
	/// Reason for which a request was refused; each has its HTTP status.
	pub enum RefusalCode {
		/// 400: the body is no job, or lacks what its backend needs.
		InvalidRequest = "invalid_request",
		/// 401: no token, or not the service's.
		Unauthorized = "unauthorized",
		/// 404: no job of this id.
		UnknownJob = "unknown_job",
		/// 404: nothing at this path.
		NotFound = "not_found",
		/// 405: no method of this path.
		MethodNotAllowed = "method_not_allowed",
		/// 408: the request took too long.
		RequestTimeout = "request_timeout",
		/// 409: the id was used with another body.
		JobConflict = "job_conflict",
		/// 413: the body is longer than [`MAX_BODY_BYTES`](crate::MAX_BODY_BYTES).
		TooLarge = "too_large",
		/// 422: no backend proves this, or a file is larger than the service takes.
		Unsupported = "unsupported",
		/// 422: by the estimate the job can't end before its deadline.
		DeadlineInfeasible = "deadline_infeasible",
		/// 503: as many jobs wait as may.
		QueueFull = "queue_full",
		/// 503: the service is about to end.
		ShuttingDown = "shutting_down",
		/// 500: a fault of the service.
		Internal = "internal",
	}
}

/// Body of every answer that means no.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
	/// Content of the body.
	pub error: RefusalBody,
}

/// Reason for which a request was refused, with a sentence for the client.
// Fields in the order of the alphabet, as they have always been on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefusalBody {
	/// Reason.
	pub code: RefusalCode,
	/// Estimate behind the refusal; only with [`RefusalCode::DeadlineInfeasible`].
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub details: Option<Infeasible>,
	/// Account of what happened and what to do.
	pub message: String,
}

impl Refusal {
	/// A refusal without details.
	pub fn new(code: RefusalCode, message: impl Into<String>) -> Self {
		Self { error: RefusalBody { code, details: None, message: message.into() } }
	}
}

impl From<Infeasible> for Refusal {
	fn from(details: Infeasible) -> Self {
		let mut refusal = Self::new(RefusalCode::DeadlineInfeasible, details.to_string());
		refusal.error.details = Some(details);
		refusal
	}
}

named! {
	/// Origin of the speed behind an estimate.
	pub enum SpeedSource {
		/// Jobs that ran here.
		Measured = "measured",
		/// The operator's `speed`.
		Configured = "configured",
	}
}

/// Estimate by which a job can't make its deadline.
// Fields in the order of the alphabet, as they have always been on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Infeasible {
	/// Deadline of the job, in milliseconds since the Unix epoch.
	pub deadline_unix_ms: u64,
	/// Accepted job that would miss its deadline, if that is the reason.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub endangers: Option<JobId>,
	/// End of the job by the estimate, in milliseconds since the Unix epoch.
	pub estimated_end_unix_ms: u64,
	/// Time from its turn to its end, in milliseconds.
	pub own_ms: u64,
	/// Milliseconds until a slot is due to be free, if the job could still be in time then.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub retry_after_ms: Option<u64>,
	/// Origin of the speed.
	pub source: SpeedSource,
	/// Time until its turn, in milliseconds.
	pub wait_ms: u64,
	/// Speed behind `own_ms`, units of work a second.
	pub work_per_second: f64,
}

impl fmt::Display for Infeasible {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let seconds = |ms: u64| ms as f64 / 1000.0;
		write!(
			f,
			"by the estimate the job would wait {:.1} s and take {:.1} s ({} speed: {:.3} units of work a second); ",
			seconds(self.wait_ms),
			seconds(self.own_ms),
			self.source,
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
