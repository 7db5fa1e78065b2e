// SPDX-License-Identifier: Apache-2.0
//! The HTTP interface: routes, who may use them, and what every answer looks like.

pub mod capabilities;
pub mod errors;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
	body::Body,
	extract::{connect_info::ConnectInfo, rejection::PathRejection, Path, Request, State},
	http::{header, Method, StatusCode},
	middleware::{from_fn_with_state, Next},
	response::{IntoResponse, Response},
	routing::get,
	Json, Router,
};
use futures::StreamExt;
use proofyard_jobs::{JobId, JobRequest, JobView, JOBS_PATH, MAX_BODY_BYTES};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use self::{capabilities::Capabilities, errors::ApiError};
use crate::{
	config::{is_loopback, Token},
	metrics::Metrics,
	queue::{Scheduler, Submitted},
	request::validate,
};

/// Every path of the interface, as `openapi.json` spells them.
pub const PATHS: [&str; 5] =
	[JOBS_PATH, "/v1/jobs/{id}", "/v1/capabilities", "/v1/health", "/metrics"];

/// Most that is read of a body that is too long, bytes.
const MAX_DISCARDED_BYTES: usize = 8 * MAX_BODY_BYTES;

/// State that the routes share.
#[derive(Clone)]
pub struct ApiState {
	/// The queue.
	pub scheduler: Scheduler,
	/// The metrics.
	pub metrics: Arc<Metrics>,
	/// The token that clients must send, if there is one.
	pub token: Option<Token>,
	/// Longest request.
	pub request_timeout: Duration,
}

/// Address of the client at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The routes.
pub fn router(state: ApiState) -> Router {
	let [jobs, job, capabilities, health, metrics] = PATHS;
	let guarded = Router::new()
		.route(jobs, axum::routing::post(post_job))
		.route(job, get(get_job).delete(delete_job))
		.route(capabilities, get(get_capabilities))
		.route_layer(from_fn_with_state(state.clone(), require_token));
	let open_on_loopback = Router::new()
		.route(health, get(get_health))
		.route(metrics, get(get_metrics))
		.route_layer(from_fn_with_state(state.clone(), require_token_from_afar));
	guarded
		.merge(open_on_loopback)
		.fallback(not_found)
		.method_not_allowed_fallback(method_not_allowed)
		.layer(from_fn_with_state(state.clone(), bound_and_count))
		.with_state(state)
}

async fn post_job(
	State(state): State<ApiState>,
	body: Body,
) -> Result<(StatusCode, Json<JobView>), ApiError> {
	let body = read_body(body).await?;
	let request: JobRequest = serde_json::from_slice(&body)
		.map_err(|e| ApiError::InvalidRequest(format!("the body is not a job: {e}")))?;
	validate(&request).map_err(ApiError::InvalidRequest)?;
	let scheduler = state.scheduler;
	match detached(async move { scheduler.submit(request).await }).await? {
		Submitted::Created(view) => Ok((StatusCode::CREATED, Json(view))),
		Submitted::Existing(view) => Ok((StatusCode::OK, Json(view))),
	}
}

/// Reads a body of bounded length. One that is too long is read on for a while and thrown away: a client that is
/// still sending when the connection closes would see a reset instead of the answer.
async fn read_body(body: Body) -> Result<Vec<u8>, ApiError> {
	let (mut stream, mut bytes, mut total) = (body.into_data_stream(), Vec::new(), 0);
	while let Some(chunk) = stream.next().await {
		let chunk = chunk
			.map_err(|e| ApiError::InvalidRequest(format!("the body could not be read: {e}")))?;
		total += chunk.len();
		if total <= MAX_BODY_BYTES {
			bytes.extend_from_slice(&chunk);
		} else if total > MAX_DISCARDED_BYTES {
			break;
		}
	}
	if total > MAX_BODY_BYTES {
		return Err(ApiError::TooLarge(MAX_BODY_BYTES));
	}
	Ok(bytes)
}

async fn get_job(
	State(state): State<ApiState>,
	id: Result<Path<String>, PathRejection>,
) -> Result<Json<JobView>, ApiError> {
	let id = parse_id(id)?;
	let job = state.scheduler.job(&id).await?;
	job.map(Json).ok_or_else(|| ApiError::UnknownJob(id.to_string()))
}

async fn delete_job(
	State(state): State<ApiState>,
	id: Result<Path<String>, PathRejection>,
) -> Result<Json<JobView>, ApiError> {
	let id = parse_id(id)?;
	let (scheduler, wanted) = (state.scheduler, id.clone());
	let job = detached(async move { scheduler.delete(&wanted).await }).await?;
	job.map(Json).ok_or_else(|| ApiError::UnknownJob(id.to_string()))
}

async fn get_capabilities(State(state): State<ApiState>) -> Json<Capabilities> {
	Json(state.scheduler.capabilities())
}

async fn get_health() -> Json<serde_json::Value> {
	Json(serde_json::json!({ "status": "ok" }))
}

async fn get_metrics(State(state): State<ApiState>) -> Result<Response, ApiError> {
	state.metrics.set_gpus(&state.scheduler.capabilities().gpus);
	let text = state.metrics.render().map_err(|e| ApiError::Internal(e.to_string()))?;
	Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

async fn not_found(request: Request) -> ApiError {
	ApiError::NotFound(request.uri().path().to_owned())
}

async fn method_not_allowed(request: Request) -> ApiError {
	ApiError::MethodNotAllowed(request.method().to_string())
}

fn parse_id(id: Result<Path<String>, PathRejection>) -> Result<JobId, ApiError> {
	let Path(text) = id.map_err(|_| ApiError::UnknownJob("of that id".into()))?;
	// Nothing else can have been posted, so anything else is an unknown job.
	JobId::parse(&text).ok_or(ApiError::UnknownJob(text))
}

/// Runs what must not be cut off halfway when the client hangs up or the request's time is over.
async fn detached<T: Send + 'static>(
	work: impl std::future::Future<Output = Result<T, ApiError>> + Send + 'static,
) -> Result<T, ApiError> {
	tokio::spawn(work).await.unwrap_or_else(|e| Err(ApiError::Internal(e.to_string())))
}

async fn require_token(
	State(state): State<ApiState>,
	request: Request,
	next: Next,
) -> Result<Response, ApiError> {
	check_token(&state, &request)?;
	Ok(next.run(request).await)
}

/// For what a monitor on the same machine may read without a token.
async fn require_token_from_afar(
	State(state): State<ApiState>,
	ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
	request: Request,
	next: Next,
) -> Result<Response, ApiError> {
	if !is_loopback(peer.ip()) {
		check_token(&state, &request)?;
	}
	Ok(next.run(request).await)
}

fn check_token(state: &ApiState, request: &Request) -> Result<(), ApiError> {
	let Some(token) = &state.token else { return Ok(()) };
	let given = request
		.headers()
		.get(header::AUTHORIZATION)
		.and_then(|value| value.as_bytes().split_first_chunk::<7>())
		.filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"Bearer "))
		.map_or(&[][..], |(_, given)| given);
	// Hashed first, so that neither the content nor the length of the token shows in the time.
	let same: bool = Sha256::digest(given).ct_eq(&Sha256::digest(token.as_bytes())).into();
	same.then_some(()).ok_or(ApiError::Unauthorized)
}

/// Ends requests that take too long, and counts all of them.
async fn bound_and_count(State(state): State<ApiState>, request: Request, next: Next) -> Response {
	let method = known_method(request.method());
	let limit = state.request_timeout;
	let response = tokio::time::timeout(limit, next.run(request))
		.await
		.unwrap_or_else(|_| ApiError::RequestTimeout(limit.as_secs()).into_response());
	state.metrics.request(method, response.status().as_u16());
	response
}

/// Names that clients make up must not become series.
fn known_method(method: &Method) -> &'static str {
	match method.as_str() {
		"GET" => "GET",
		"HEAD" => "HEAD",
		"POST" => "POST",
		"DELETE" => "DELETE",
		_ => "other",
	}
}
