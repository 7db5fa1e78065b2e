// SPDX-License-Identifier: Apache-2.0
//! The node's surroundings: a proving service as the contract describes it, that can be told to
//! misbehave, and a transaction pool. Time passes only when somebody waits.

use codec::Decode;
use proofyard_jobs::{
	Bytes32, ErrorCode, HexBytes, JobError, JobId, JobRequest, JobState, JobView, ProofView,
	PublicValues, Refusal, RefusalCode, JOBS_PATH,
};
use proofyard_market::{Extrinsic, RuntimeCall};
use proofyard_primitives::ProofData;
use serde_json::Value;
use sp_core::{
	offchain::{
		Externalities, HttpError, HttpRequestId, HttpRequestStatus, OpaqueNetworkState, Timestamp,
		TransactionPool,
	},
	OpaquePeerId,
};
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::{Arc, Mutex},
};

/// Behaviour of the service towards those who ask.
#[derive(Clone, Debug, Default)]
pub enum Mood {
	/// Answers as the contract has them.
	#[default]
	Works,
	/// Nobody listens at its address.
	Down,
	/// The connection breaks before an answer.
	Breaks,
	/// Never an answer.
	Silent,
	/// The start of an answer, and then nothing.
	Stalls,
	/// Always this.
	Says(u16, Vec<u8>),
	/// This to requests of one method, and what the contract says to the others.
	SaysTo(&'static str, u16, Vec<u8>),
}

/// A request as the service got it.
#[derive(Clone, Debug, PartialEq)]
pub struct Got {
	pub method: String,
	pub url: String,
	pub headers: BTreeMap<String, String>,
	pub body: Vec<u8>,
}

impl Got {
	/// `GET /v1/jobs/…` and the like, without the base.
	pub fn line(&self) -> String {
		format!("{} {}", self.method, self.url.strip_prefix(super::URL).unwrap_or(&self.url))
	}

	pub fn json(&self) -> Value {
		serde_json::from_slice(&self.body).expect("the body is JSON")
	}
}

struct Exchange {
	got: Got,
	answer: Option<(u16, Vec<u8>)>,
	read: usize,
}

struct State {
	now: u64,
	token: Option<String>,
	mood: Mood,
	jobs: BTreeMap<String, (JobRequest, JobView)>,
	exchanges: Vec<Exchange>,
	seen: usize,
}

/// A proving service, and the network in between.
#[derive(Clone)]
pub struct Service(Arc<Mutex<State>>);

impl Service {
	pub fn new(now: u64, token: &str) -> Self {
		Self(Arc::new(Mutex::new(State {
			now,
			token: Some(token.into()),
			mood: Mood::default(),
			jobs: BTreeMap::new(),
			exchanges: Vec::new(),
			seen: 0,
		})))
	}

	fn state(&self) -> std::sync::MutexGuard<'_, State> {
		self.0.lock().unwrap()
	}

	pub fn now(&self) -> u64 {
		self.state().now
	}

	/// Time passes.
	pub fn sleep(&self, ms: u64) {
		self.state().now += ms;
	}

	pub fn set_mood(&self, mood: Mood) {
		self.state().mood = mood;
	}

	/// Want this token from now on, or none.
	pub fn want_token(&self, token: Option<&str>) {
		self.state().token = token.map(Into::into);
	}

	/// The jobs it knows.
	pub fn jobs(&self) -> BTreeSet<String> {
		self.state().jobs.keys().cloned().collect()
	}

	/// It was restarted on an empty disk.
	pub fn forget_all(&self) {
		self.state().jobs.clear();
	}

	/// A job is in this state now.
	pub fn set(&self, id: &str, state: JobState) {
		self.change(id, |job| *job = JobView::new(job.id.clone(), state));
	}

	fn change(&self, id: &str, change: impl FnOnce(&mut JobView)) {
		change(&mut self.state().jobs.get_mut(id).expect("the job was posted").1);
	}

	/// A job is proven.
	pub fn finish(&self, id: &str, proof: ProofData) {
		let inputs = proof.inputs().iter().copied().map(Bytes32).collect();
		self.done(id, proof, PublicValues::Inputs(inputs));
	}

	/// A job of a zkVM's program is proven.
	pub fn finish_with_values(&self, id: &str, proof: ProofData) {
		let values = HexBytes(proof.public_values.to_vec());
		self.done(id, proof, PublicValues::Bytes(values));
	}

	fn done(&self, id: &str, proof: ProofData, values: PublicValues) {
		let proof = ProofView { proof: HexBytes(proof.proof.into()), values };
		self.set(id, JobState::Done);
		self.change(id, |job| job.proof = Some(proof));
	}

	/// Proving a job came to nothing.
	pub fn fail(&self, id: &str, code: ErrorCode) {
		self.set(id, JobState::Failed);
		self.change(id, |job| job.error = Some(JobError::new(code, "it broke")));
	}

	/// Every request so far.
	pub fn requests(&self) -> Vec<Got> {
		self.state().exchanges.iter().map(|exchange| exchange.got.clone()).collect()
	}

	/// The requests since the last call.
	pub fn take_requests(&self) -> Vec<Got> {
		let all = self.requests();
		let seen = std::mem::replace(&mut self.state().seen, all.len());
		all[seen..].to_vec()
	}

	/// [`Self::take_requests`], by method and path.
	pub fn take_lines(&self) -> Vec<String> {
		self.take_requests().iter().map(Got::line).collect()
	}
}

impl State {
	fn answer(&mut self, got: &Got) -> (u16, Vec<u8>) {
		match &self.mood {
			Mood::Says(status, body) => return (*status, body.clone()),
			Mood::SaysTo(method, status, body) if *method == got.method => {
				return (*status, body.clone());
			}
			_ => {}
		}
		let wanted = self.token.as_ref().map(|token| format!("Bearer {token}"));
		if wanted.is_some() && got.headers.get("Authorization") != wanted.as_ref() {
			return refuse(401, RefusalCode::Unauthorized);
		}
		let line = got.line();
		if line == format!("POST {JOBS_PATH}") {
			let request: JobRequest = serde_json::from_slice(&got.body).expect("the body is a job");
			let id = request.id.as_str().to_string();
			return match self.jobs.get(&id) {
				Some((known, _)) if *known != request => refuse(409, RefusalCode::JobConflict),
				Some((_, job)) => (200, json(job)),
				None => {
					let job = JobView::new(request.id.clone(), JobState::Queued);
					let body = json(&job);
					self.jobs.insert(id, (request, job));
					(201, body)
				}
			};
		}
		let (method, id) =
			line.split_once(&format!(" {JOBS_PATH}/")).expect("the worker asks for jobs only");
		let Some((_, job)) = self.jobs.get_mut(id) else {
			return refuse(404, RefusalCode::UnknownJob);
		};
		if method == "DELETE" {
			let cancelled = JobView::new(job.id.clone(), JobState::Cancelled);
			let body = json(&cancelled);
			if std::mem::replace(job, cancelled).state.is_terminal() {
				self.jobs.remove(id);
			}
			return (200, body);
		}
		(200, json(job))
	}

	fn exchange(&mut self, id: HttpRequestId) -> Option<&mut Exchange> {
		self.exchanges.get_mut(u16::from(id) as usize)
	}

	/// Wait until `deadline`, which the worker must always have.
	fn wait_for(&mut self, deadline: Option<Timestamp>) {
		let deadline = deadline.expect("every wait has a deadline").unix_millis();
		self.now = self.now.max(deadline);
	}
}

/// An answer that means no.
pub fn refuse(status: u16, code: RefusalCode) -> (u16, Vec<u8>) {
	(status, json(&Refusal::new(code, "no")))
}

/// The JSON of an answer.
pub fn json(answer: &impl serde::Serialize) -> Vec<u8> {
	serde_json::to_vec(answer).expect("it is written")
}

/// The JSON of a done job in which one field is this.
pub fn view_with(field: &str, value: Value) -> Vec<u8> {
	let view = JobView::new(JobId::from([7; 32]), JobState::Done);
	let mut view = serde_json::to_value(view).expect("it is written");
	view[field] = value;
	json(&view)
}

impl Externalities for Service {
	fn is_validator(&self) -> bool {
		true
	}

	fn network_state(&self) -> Result<OpaqueNetworkState, ()> {
		Err(())
	}

	fn timestamp(&mut self) -> Timestamp {
		Timestamp::from_unix_millis(self.now())
	}

	fn sleep_until(&mut self, deadline: Timestamp) {
		self.state().wait_for(Some(deadline));
	}

	fn random_seed(&mut self) -> [u8; 32] {
		[0; 32]
	}

	fn http_request_start(
		&mut self,
		method: &str,
		uri: &str,
		_meta: &[u8],
	) -> Result<HttpRequestId, ()> {
		let mut state = self.state();
		let id = state.exchanges.len() as u16;
		let got = Got {
			method: method.into(),
			url: uri.into(),
			headers: BTreeMap::new(),
			body: Vec::new(),
		};
		state.exchanges.push(Exchange { got, answer: None, read: 0 });
		Ok(id.into())
	}

	fn http_request_add_header(
		&mut self,
		id: HttpRequestId,
		name: &str,
		value: &str,
	) -> Result<(), ()> {
		let mut state = self.state();
		let exchange = state.exchange(id).ok_or(())?;
		exchange.got.headers.insert(name.into(), value.into());
		Ok(())
	}

	fn http_request_write_body(
		&mut self,
		id: HttpRequestId,
		chunk: &[u8],
		deadline: Option<Timestamp>,
	) -> Result<(), HttpError> {
		assert!(deadline.is_some(), "every wait has a deadline");
		let mut state = self.state();
		if matches!(state.mood, Mood::Down) {
			return Err(HttpError::IoError);
		}
		let exchange = state.exchange(id).ok_or(HttpError::Invalid)?;
		exchange.got.body.extend(chunk);
		if chunk.is_empty() {
			let got = exchange.got.clone();
			let answer = state.answer(&got);
			state.exchange(id).ok_or(HttpError::Invalid)?.answer = Some(answer);
		}
		Ok(())
	}

	fn http_response_wait(
		&mut self,
		ids: &[HttpRequestId],
		deadline: Option<Timestamp>,
	) -> Vec<HttpRequestStatus> {
		let mut state = self.state();
		match state.mood {
			Mood::Silent => {
				state.wait_for(deadline);
				return vec![HttpRequestStatus::DeadlineReached; ids.len()];
			}
			Mood::Breaks | Mood::Down => return vec![HttpRequestStatus::IoError; ids.len()],
			_ => {}
		}
		ids.iter()
			.map(|id| match state.exchange(*id).and_then(|exchange| exchange.answer.as_ref()) {
				Some((status, _)) => HttpRequestStatus::Finished(*status),
				None => HttpRequestStatus::Invalid,
			})
			.collect()
	}

	fn http_response_headers(&mut self, _id: HttpRequestId) -> Vec<(Vec<u8>, Vec<u8>)> {
		Vec::new()
	}

	fn http_response_read_body(
		&mut self,
		id: HttpRequestId,
		buffer: &mut [u8],
		deadline: Option<Timestamp>,
	) -> Result<usize, HttpError> {
		let mut state = self.state();
		let stalls = matches!(state.mood, Mood::Stalls);
		let exchange = state.exchange(id).ok_or(HttpError::Invalid)?;
		let (_, body) = exchange.answer.as_ref().ok_or(HttpError::Invalid)?;
		// Half an answer at most, where there is to be no more.
		let end = if stalls { body.len() / 2 } else { body.len() };
		let part = &body[exchange.read.min(end)..end];
		let length = part.len().min(buffer.len());
		buffer[..length].copy_from_slice(&part[..length]);
		exchange.read += length;
		if length == 0 && stalls {
			state.wait_for(deadline);
			return Err(HttpError::DeadlineReached);
		}
		Ok(length)
	}

	fn set_authorized_nodes(&mut self, _nodes: Vec<OpaquePeerId>, _authorized_only: bool) {}
}

#[derive(Default)]
struct PoolState {
	full: bool,
	/// Calls that it does not take.
	refuses: Option<fn(&RuntimeCall) -> bool>,
	transactions: Vec<Vec<u8>>,
}

/// A transaction pool.
#[derive(Clone, Default)]
pub struct Pool(Arc<Mutex<PoolState>>);

impl Pool {
	/// Whether it takes nothing more.
	pub fn set_full(&self, full: bool) {
		self.0.lock().unwrap().full = full;
	}

	/// Refuse such calls from now on.
	pub fn refuse(&self, refuses: fn(&RuntimeCall) -> bool) {
		self.0.lock().unwrap().refuses = Some(refuses);
	}

	/// The calls of all transactions it has taken since the last time.
	pub fn take_calls(&self) -> Vec<RuntimeCall> {
		let calls = self.calls();
		self.0.lock().unwrap().transactions.clear();
		calls
	}

	/// The calls of all transactions it has taken.
	pub fn calls(&self) -> Vec<RuntimeCall> {
		let state = self.0.lock().unwrap();
		let transactions = state.transactions.iter();
		transactions.map(|bytes| call_of(bytes)).collect()
	}
}

/// The call of a transaction.
fn call_of(mut bytes: &[u8]) -> RuntimeCall {
	let transaction = Extrinsic::decode(&mut bytes).expect("it decodes");
	assert!(
		matches!(transaction.preamble, sp_runtime::generic::Preamble::General(..)),
		"a general transaction: without nonce and signature of its own"
	);
	transaction.function
}

impl TransactionPool for Pool {
	fn submit_transaction(&mut self, transaction: Vec<u8>) -> Result<(), ()> {
		let mut state = self.0.lock().unwrap();
		let refused = state.refuses.is_some_and(|refuses| refuses(&call_of(&transaction)));
		if state.full || refused {
			return Err(());
		}
		state.transactions.push(transaction);
		Ok(())
	}
}
