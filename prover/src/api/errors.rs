// SPDX-License-Identifier: Apache-2.0
//! The two kinds of error: of a request ([`ApiError`], an HTTP status) and of a job ([`JobError`], a state of the job).

use axum::{
	http::{header, HeaderValue, StatusCode},
	response::{IntoResponse, Response},
	Json,
};
use serde::{Deserialize, Serialize};

use super::types::Infeasible;

/// Why a job failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
	/// No locator of the task's input gave it: not there, out of reach, or of another hash or length.
	InputUnavailable,
	/// No locator of one of the program's artifacts gave it.
	// What earlier versions wrote about content with another hash.
	#[serde(alias = "hash_mismatch")]
	ArtifactUnavailable,
	/// The service's own disk, cache or limits have no room for a file.
	NoRoom,
	/// The program does not accept the input.
	InvalidInput,
	/// An artifact is not what the backend can read.
	InvalidArtifact,
	/// The proof would have other public inputs or values than the requester fixed.
	PublicInputMismatch,
	/// The job's deadline came first.
	DeadlinePassed,
	/// The deadline has not come, and by the estimate the job can't end before it any more.
	DeadlineInfeasible,
	/// The backend failed for a reason of its own.
	BackendFailed,
	/// The backend needed more memory than it may have.
	OutOfMemory,
	/// The backend took longer than it may.
	TimedOut,
	/// The job was called off.
	Cancelled,
	/// A fault of the service.
	Internal,
}

impl ErrorCode {
	/// Every code.
	pub const ALL: [Self; 13] = [
		Self::InputUnavailable,
		Self::ArtifactUnavailable,
		Self::NoRoom,
		Self::InvalidInput,
		Self::InvalidArtifact,
		Self::PublicInputMismatch,
		Self::DeadlinePassed,
		Self::DeadlineInfeasible,
		Self::BackendFailed,
		Self::OutOfMemory,
		Self::TimedOut,
		Self::Cancelled,
		Self::Internal,
	];

	/// The name on the wire.
	pub fn as_str(self) -> &'static str {
		match self {
			Self::InputUnavailable => "input_unavailable",
			Self::ArtifactUnavailable => "artifact_unavailable",
			Self::NoRoom => "no_room",
			Self::InvalidInput => "invalid_input",
			Self::InvalidArtifact => "invalid_artifact",
			Self::PublicInputMismatch => "public_input_mismatch",
			Self::DeadlinePassed => "deadline_passed",
			Self::DeadlineInfeasible => "deadline_infeasible",
			Self::BackendFailed => "backend_failed",
			Self::OutOfMemory => "out_of_memory",
			Self::TimedOut => "timed_out",
			Self::Cancelled => "cancelled",
			Self::Internal => "internal",
		}
	}

	/// The code of that name.
	pub fn from_name(name: &str) -> Option<Self> {
		Self::ALL.into_iter().find(|code| code.as_str() == name)
	}

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

/// Why a job failed, with a sentence for the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct JobError {
	/// What kind of failure.
	pub code: ErrorCode,
	/// What happened and what to do.
	pub message: String,
	/// Whether the same job may succeed on another try.
	pub retryable: bool,
}

/// Longest message of a job's error, bytes.
const MAX_MESSAGE: usize = 16 << 10;

impl JobError {
	/// An error that is retryable as its code says. An over-long message is cut.
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
	pub fn internal(message: impl std::fmt::Display) -> Self {
		Self::new(ErrorCode::Internal, format!("the service failed: {message}; see its log"))
	}
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ApiError {
	/// 400.
	#[error("{0}")]
	InvalidRequest(String),
	/// 401.
	#[error("send the service's token: `Authorization: Bearer <token>`")]
	Unauthorized,
	/// 404.
	#[error("there is no job {0} here; it was never posted, was deleted, or was kept for as long as finished jobs are kept")]
	UnknownJob(String),
	/// 404.
	#[error("there is nothing at {0}; `proofyard-prover openapi` prints what there is")]
	NotFound(String),
	/// 405.
	#[error("{0} is no method of this path")]
	MethodNotAllowed(String),
	/// 408.
	#[error("the request took longer than {0} s; send it faster or raise --request-timeout-secs")]
	RequestTimeout(u64),
	/// 409.
	#[error(
		"job {0} was posted before with another body; choose a new id or delete that job first"
	)]
	JobConflict(String),
	/// 413.
	#[error("the body has more than {0} bytes; give a large input by locators (input.remote)")]
	TooLarge(usize),
	/// 422.
	#[error("{0}")]
	Unsupported(String),
	/// 422.
	#[error("{0}")]
	DeadlineInfeasible(Box<Infeasible>),
	/// 503.
	#[error("{0} jobs wait already; post again in a while")]
	QueueFull(usize),
	/// 503.
	#[error("the service is shutting down; post again when it is back")]
	ShuttingDown,
	/// 500.
	#[error("the service failed: {0}; see its log")]
	Internal(String),
}

/// Seconds after which a client may try again when the queue was full.
const RETRY_AFTER_SECS: u64 = 5;

impl ApiError {
	/// The HTTP status and the code in the body.
	pub fn parts(&self) -> (StatusCode, &'static str) {
		match self {
			Self::InvalidRequest(_) => (StatusCode::BAD_REQUEST, "invalid_request"),
			Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized"),
			Self::UnknownJob(_) => (StatusCode::NOT_FOUND, "unknown_job"),
			Self::NotFound(_) => (StatusCode::NOT_FOUND, "not_found"),
			Self::MethodNotAllowed(_) => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
			Self::RequestTimeout(_) => (StatusCode::REQUEST_TIMEOUT, "request_timeout"),
			Self::JobConflict(_) => (StatusCode::CONFLICT, "job_conflict"),
			Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
			Self::Unsupported(_) => (StatusCode::UNPROCESSABLE_ENTITY, "unsupported"),
			Self::DeadlineInfeasible(_) => {
				(StatusCode::UNPROCESSABLE_ENTITY, "deadline_infeasible")
			}
			Self::QueueFull(_) => (StatusCode::SERVICE_UNAVAILABLE, "queue_full"),
			Self::ShuttingDown => (StatusCode::SERVICE_UNAVAILABLE, "shutting_down"),
			Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
		}
	}
}

impl IntoResponse for ApiError {
	fn into_response(self) -> Response {
		let (status, code) = self.parts();
		let mut error = serde_json::json!({ "code": code, "message": self.to_string() });
		if let Self::DeadlineInfeasible(details) = &self {
			error["details"] = serde_json::json!(details);
		}
		let body = serde_json::json!({ "error": error });
		let mut response = (status, Json(body)).into_response();
		let headers = response.headers_mut();
		match self {
			Self::Unauthorized => {
				headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
			}
			Self::QueueFull(_) | Self::ShuttingDown => {
				headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECS));
			}
			Self::DeadlineInfeasible(details) => {
				if let Some(ms) = details.retry_after_ms {
					headers.insert(header::RETRY_AFTER, HeaderValue::from(ms.div_ceil(1000)));
				}
			}
			_ => {}
		}
		response
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn names_and_serde_agree() {
		for code in ErrorCode::ALL {
			assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
			assert_eq!(ErrorCode::from_name(code.as_str()), Some(code));
		}
	}

	#[test]
	fn what_an_earlier_version_wrote_is_read() {
		let code: ErrorCode = serde_json::from_str("\"hash_mismatch\"").unwrap();
		assert_eq!(code, ErrorCode::ArtifactUnavailable);
	}

	#[test]
	fn a_long_message_is_cut_at_a_character() {
		let error = JobError::new(ErrorCode::BackendFailed, "é".repeat(MAX_MESSAGE));
		assert!(error.message.len() <= MAX_MESSAGE + 4);
	}
}
