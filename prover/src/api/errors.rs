// SPDX-License-Identifier: Apache-2.0
//! Refusals: requests that are answered with no, and the HTTP status of each.

use axum::{
	http::{header, HeaderValue, StatusCode},
	response::{IntoResponse, Response},
	Json,
};
use proofyard_jobs::{Infeasible, Refusal, RefusalCode};

/// Reason for which a request was refused.
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
	pub fn parts(&self) -> (StatusCode, RefusalCode) {
		match self {
			Self::InvalidRequest(_) => (StatusCode::BAD_REQUEST, RefusalCode::InvalidRequest),
			Self::Unauthorized => (StatusCode::UNAUTHORIZED, RefusalCode::Unauthorized),
			Self::UnknownJob(_) => (StatusCode::NOT_FOUND, RefusalCode::UnknownJob),
			Self::NotFound(_) => (StatusCode::NOT_FOUND, RefusalCode::NotFound),
			Self::MethodNotAllowed(_) => {
				(StatusCode::METHOD_NOT_ALLOWED, RefusalCode::MethodNotAllowed)
			}
			Self::RequestTimeout(_) => (StatusCode::REQUEST_TIMEOUT, RefusalCode::RequestTimeout),
			Self::JobConflict(_) => (StatusCode::CONFLICT, RefusalCode::JobConflict),
			Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, RefusalCode::TooLarge),
			Self::Unsupported(_) => (StatusCode::UNPROCESSABLE_ENTITY, RefusalCode::Unsupported),
			Self::DeadlineInfeasible(_) => {
				(StatusCode::UNPROCESSABLE_ENTITY, RefusalCode::DeadlineInfeasible)
			}
			Self::QueueFull(_) => (StatusCode::SERVICE_UNAVAILABLE, RefusalCode::QueueFull),
			Self::ShuttingDown => (StatusCode::SERVICE_UNAVAILABLE, RefusalCode::ShuttingDown),
			Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, RefusalCode::Internal),
		}
	}
}

impl IntoResponse for ApiError {
	fn into_response(self) -> Response {
		let (status, code) = self.parts();
		let refusal = match &self {
			Self::DeadlineInfeasible(details) => Refusal::from((**details).clone()),
			_ => Refusal::new(code, self.to_string()),
		};
		let mut response = (status, Json(refusal)).into_response();
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
