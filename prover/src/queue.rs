// SPDX-License-Identifier: Apache-2.0
//! The life of a job: accepted once, run in the order of deadlines, ended once, forgotten after a while.
//!
//! Unfinished jobs live in memory and on disk; finished ones on disk only. Everything that changes a job's state holds
//! the `control` lock from the decision to the disk, so that a deletion and an end never cross. Readers take only the
//! short `live` lock.
//!
//! A job is accepted only if it can make its deadline (see `admission`), and given up as soon as it can't.
//!
//! After a crash a job that was running is queued again. It counts as an attempt, and the third crash is the job's
//! fault: it fails instead of taking the service down for ever. A regular shutdown is nobody's fault and isn't counted.

mod admission;
mod house;

use std::{
	collections::{BTreeMap, HashMap},
	panic::AssertUnwindSafe,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};

use futures::FutureExt;
use proofyard_jobs::{Bytes32, ErrorCode, JobError, JobId, JobRequest, JobState, JobView, Timings};
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
	api::{capabilities::Measured, errors::ApiError},
	artifacts::Artifacts,
	backends::{Backends, Proved},
	config::QueueConfig,
	control::{JobControl, StopReason},
	live::{end, End, Live, LiveJob, Status},
	metrics::Metrics,
	request::canonical_hash,
	runner,
	speed::{Sample, Speeds},
	store::{JobRecord, Store, StoreError},
	unix_ms,
};

/// Starts of a job that may end with the service's death.
const MAX_ATTEMPTS: u32 = 3;
/// Time for which a shutdown waits for running jobs to stop.
const SHUTDOWN_PATIENCE: Duration = Duration::from_secs(30);

/// The queue and its workers. Clones are the same queue.
#[derive(Clone)]
pub struct Scheduler(Arc<Inner>);

struct Inner {
	config: QueueConfig,
	store: Arc<Store>,
	artifacts: Artifacts,
	backends: Backends,
	metrics: Arc<Metrics>,
	measured: Mutex<BTreeMap<String, Measured>>,
	speeds: Speeds,
	control: tokio::sync::Mutex<()>,
	live: Mutex<Live>,
	wake: Notify,
	shutdown: CancellationToken,
	tracker: TaskTracker,
}

/// Outcome of a POST.
#[derive(Clone, Debug, PartialEq)]
pub enum Submitted {
	/// The job is new.
	Created(JobView),
	/// The same job was posted before.
	Existing(JobView),
}

impl From<StoreError> for ApiError {
	fn from(error: StoreError) -> Self {
		tracing::error!(%error, "the job store failed");
		ApiError::Internal(error.to_string())
	}
}

impl Scheduler {
	/// Takes up the unfinished jobs of the store and starts the workers. Must be called inside a Tokio runtime.
	pub fn start(
		config: QueueConfig,
		store: Arc<Store>,
		artifacts: Artifacts,
		backends: Backends,
		metrics: Arc<Metrics>,
	) -> Result<Self, StoreError> {
		let unfinished = store.unfinished()?;
		let measured = store.measured()?;
		let speeds = Speeds::new(config.speed_max_age, store.speeds()?);
		metrics.queue_limit.set(i64::try_from(config.max_queue).unwrap_or(i64::MAX));
		let scheduler = Self(Arc::new(Inner {
			config,
			store,
			artifacts,
			backends,
			metrics,
			measured: Mutex::new(measured),
			speeds,
			control: tokio::sync::Mutex::new(()),
			live: Mutex::default(),
			wake: Notify::new(),
			shutdown: CancellationToken::new(),
			tracker: TaskTracker::new(),
		}));
		if !unfinished.is_empty() {
			tracing::info!(jobs = unfinished.len(), "taking up unfinished jobs");
		}
		for (record, request) in unfinished {
			scheduler.enqueue(record, request);
		}
		for _ in 0..scheduler.0.config.concurrency {
			scheduler.0.tracker.spawn(scheduler.clone().work());
		}
		scheduler.0.tracker.spawn(scheduler.clone().keep_house());
		Ok(scheduler)
	}

	/// Accepts a job, or recognises one that was posted before. Run it in a task of its own: dropping the future
	/// midway would leave the job on disk and out of the queue until the next start.
	pub async fn submit(&self, request: JobRequest) -> Result<Submitted, ApiError> {
		let hash = canonical_hash(&request).map_err(|e| ApiError::Internal(e.to_string()))?;
		let hash = Bytes32(hash);
		let id = request.id.clone();
		let _control = self.0.control.lock().await;
		if let Some(live) = self.find(&id) {
			return same_or_conflict(&live.record, hash, || live.view());
		}
		if let Some(record) = self.stored(&id).await? {
			return same_or_conflict(&record, hash, || record.view());
		}
		if self.0.shutdown.is_cancelled() {
			return Err(ApiError::ShuttingDown);
		}
		let backend = self.0.backends.find(&request);
		let backend = backend.ok_or_else(|| {
			ApiError::Unsupported(format!(
				"no backend here proves {} for program {}; GET /v1/capabilities lists what there is",
				request.proof_system, request.program
			))
		})?;
		backend.check(&request).map_err(ApiError::InvalidRequest)?;
		self.0.artifacts.check(&request).map_err(ApiError::Unsupported)?;

		let mut record = JobRecord::new(id, hash, unix_ms());
		if record.submitted_unix_ms >= request.deadline_unix_ms {
			end(&mut record, End::Failed(runner::deadline_passed()), Timings::default());
			let view = record.view();
			self.count_end(&record);
			self.on_store(move |store| store.finish(&record)).await?;
			return Ok(Submitted::Created(view));
		}
		let admitted = self.admit(&*backend, &request).and_then(|()| {
			let limit = self.0.config.max_queue;
			let room = self.live().queue.len() < limit;
			room.then_some(()).ok_or(ApiError::QueueFull(limit))
		});
		if let Err(error) = admitted {
			self.0.metrics.job_refused(error.parts().1);
			return Err(error);
		}
		let (to_store, request_to_store) = (record.clone(), request.clone());
		self.on_store(move |store| store.insert(&to_store, &request_to_store)).await?;
		let live = self.enqueue(record, request);
		Ok(Submitted::Created(live.view()))
	}

	/// The job of that id.
	pub async fn job(&self, id: &JobId) -> Result<Option<JobView>, ApiError> {
		if let Some(live) = self.find(id) {
			return Ok(Some(live.view()));
		}
		Ok(self.stored(id).await?.map(|record| record.view()))
	}

	/// Cancels an unfinished job, or forgets a finished one. Returns the job as it is, or was. Run it in a task of its
	/// own, like [`submit`](Self::submit).
	pub async fn delete(&self, id: &JobId) -> Result<Option<JobView>, ApiError> {
		let _control = self.0.control.lock().await;
		let Some(live) = self.find(id) else {
			let Some(record) = self.stored(id).await? else { return Ok(None) };
			let view = record.view();
			self.on_store(move |store| store.remove(&record)).await?;
			return Ok(Some(view));
		};
		let ended = live.status().ended.clone();
		if let Some(record) = ended {
			// It ended, but the disk refused to keep that.
			let view = record.view();
			self.on_store(move |store| store.remove(&record)).await?;
			self.live().jobs.remove(id);
			return Ok(Some(view));
		}
		live.control.stop(StopReason::Deleted);
		self.live().queue.remove(&live.key);
		self.settle(&live, End::Cancelled).await;
		Ok(Some(live.view()))
	}

	/// Stops the workers; running jobs go back to the queue on disk. Returns when they have, or after
	/// half a minute.
	pub async fn shutdown(&self) {
		self.0.shutdown.cancel();
		self.0.tracker.close();
		if tokio::time::timeout(SHUTDOWN_PATIENCE, self.0.tracker.wait()).await.is_err() {
			tracing::warn!("a job did not stop in time; it runs again at the next start");
		}
	}

	fn live(&self) -> MutexGuard<'_, Live> {
		self.0.live.lock().unwrap_or_else(PoisonError::into_inner)
	}

	fn find(&self, id: &JobId) -> Option<Arc<LiveJob>> {
		self.live().jobs.get(id).cloned()
	}

	async fn stored(&self, id: &JobId) -> Result<Option<JobRecord>, StoreError> {
		let id = id.clone();
		self.on_store(move |store| store.get(&id)).await
	}

	/// Runs a transaction where it may block.
	async fn on_store<T: Send + 'static>(
		&self,
		f: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
	) -> Result<T, StoreError> {
		let store = self.0.store.clone();
		match tokio::task::spawn_blocking(move || f(&store)).await {
			Ok(result) => result,
			Err(error) => Err(StoreError::Interrupted(error.to_string())),
		}
	}

	fn enqueue(&self, mut record: JobRecord, request: JobRequest) -> Arc<LiveJob> {
		record.state = JobState::Queued;
		let backend = self.0.backends.find(&request);
		let mut live = self.live();
		live.next_seq += 1;
		let key = (request.deadline_unix_ms, live.next_seq, record.id.clone());
		let status = Status {
			state: JobState::Queued,
			timings: Timings::default(),
			proving_since: None,
			ended: None,
		};
		let job = Arc::new(LiveJob {
			request: Arc::new(request),
			record,
			key: key.clone(),
			backend,
			control: JobControl::default(),
			status: Mutex::new(status),
		});
		live.jobs.insert(job.record.id.clone(), job.clone());
		live.queue.insert(key);
		drop(live);
		self.report();
		self.0.wake.notify_one();
		job
	}

	/// Takes the most urgent job out of the queue and into a slot.
	fn take(&self) -> Option<Arc<LiveJob>> {
		let mut live = self.live();
		let (_, _, id) = live.queue.pop_first()?;
		let job = live.jobs.get(&id).cloned()?;
		live.running += 1;
		// Several notifications may have melted into the one that woke this worker.
		if !live.queue.is_empty() {
			self.0.wake.notify_one();
		}
		let mut status = job.status();
		status.state = JobState::Fetching;
		status.timings.queued_ms = unix_ms().saturating_sub(job.record.submitted_unix_ms);
		drop(status);
		Some(job)
	}

	async fn work(self) {
		while !self.0.shutdown.is_cancelled() {
			let Some(job) = self.take() else {
				tokio::select! {
					() = self.0.wake.notified() => continue,
					() = self.0.shutdown.cancelled() => return,
				}
			};
			self.report();
			self.run(&job).await;
			self.live().running -= 1;
			self.report();
		}
	}

	async fn run(&self, job: &Arc<LiveJob>) {
		let id = &job.record.id;
		tracing::info!(%id, proof_system = %job.request.proof_system, work = job.request.work, "job started");
		let remaining = job.request.deadline_unix_ms.saturating_sub(unix_ms());
		let running = AssertUnwindSafe(self.execute(job)).catch_unwind();
		let outcome = tokio::select! {
			outcome = running => outcome,
			never = self.stop_in_time(&job.control, Duration::from_millis(remaining)) => match never {},
		};
		let outcome = outcome.unwrap_or_else(|_| Err(JobError::internal("a worker panicked")));
		let _control = self.0.control.lock().await;
		if job.status().state.is_terminal() {
			// It was deleted meanwhile; that end is on disk already.
			return;
		}
		match outcome {
			Ok(proved) => self.settle(job, End::Done(proved)).await,
			Err(_) if job.control.reason() == Some(StopReason::Shutdown) => {
				job.status().state = JobState::Queued;
				let record = job.record.clone();
				if let Err(error) = self.on_store(move |store| store.update(&record)).await {
					tracing::error!(%id, %error, "the job could not be put back; it counts as one attempt");
				}
				tracing::info!(%id, "job goes back to the queue");
			}
			Err(error) => self.settle(job, End::Failed(error)).await,
		}
	}

	/// Stops the job at its deadline or with the service. Never returns: the job does.
	async fn stop_in_time(
		&self,
		control: &JobControl,
		remaining: Duration,
	) -> std::convert::Infallible {
		tokio::select! {
			() = tokio::time::sleep(remaining) => control.stop(StopReason::Deadline),
			() = self.0.shutdown.cancelled() => control.stop(StopReason::Shutdown),
		}
		std::future::pending().await
	}

	async fn execute(&self, job: &Arc<LiveJob>) -> Result<Proved, JobError> {
		if job.request.deadline_unix_ms <= unix_ms() {
			return Err(runner::deadline_passed());
		}
		if job.record.attempts >= MAX_ATTEMPTS {
			return Err(JobError::internal(format!(
				"it ended {MAX_ATTEMPTS} times while it ran this job, so the job is not started again"
			)));
		}
		let backend = job.backend.clone().ok_or_else(|| {
			JobError::internal("the backend that took this job is no longer configured")
		})?;
		self.check_time(job)?;
		self.record_start(job).await?;
		let started = Instant::now();
		let fetching = runner::fetch(&self.0.artifacts, &job.request, &job.control);
		let fetched = tokio::select! {
			fetched = fetching => fetched,
			error = self.too_late(job) => Err(error),
		};
		let fetch_ms = started.elapsed().as_millis() as u64;
		job.status().timings.fetch_ms = fetch_ms;
		let fetched = fetched?;
		self.check_time(job)?;
		self.set_proving(job);
		let started = Instant::now();
		let mut timings = job.status().timings;
		let result = runner::prove(&*backend, fetched, &job.control, &mut timings).await;
		job.status().timings = timings;
		let took = started.elapsed();
		match &result {
			Ok(_) => {
				self.record_speed(backend.name(), job.request.work, &timings).await;
				self.learn(&*backend, job, Sample::Took(took)).await;
			}
			Err(error) if matches!(error.code, ErrorCode::DeadlinePassed | ErrorCode::TimedOut) => {
				self.learn(&*backend, job, Sample::NotWithin(took)).await;
			}
			Err(_) => {}
		}
		result
	}

	/// Counts the attempt on disk before anything can go wrong.
	async fn record_start(&self, job: &Arc<LiveJob>) -> Result<(), JobError> {
		let _control = self.0.control.lock().await;
		if job.control.is_stopped() {
			return Err(job.control.stop_error());
		}
		let mut record = job.record.clone();
		record.attempts += 1;
		record.state = JobState::Fetching;
		self.on_store(move |store| store.update(&record)).await.map_err(JobError::internal)
	}

	fn set_proving(&self, job: &LiveJob) {
		let mut status = job.status();
		if !status.state.is_terminal() {
			status.state = JobState::Proving;
			status.proving_since = Some(Instant::now());
		}
		drop(status);
		self.report();
	}

	/// Ends a job, in memory and on disk. The caller holds `control`.
	async fn settle(&self, job: &Arc<LiveJob>, how: End) {
		let mut record = job.record.clone();
		let timings = job.status().timings;
		end(&mut record, how, timings);
		match &record.error {
			Some(error) => {
				tracing::warn!(id = %record.id, code = error.code.as_str(), message = %error.message, "job failed");
			}
			None => {
				let total_ms = record.timings.total_ms;
				tracing::info!(id = %record.id, state = record.state.as_str(), total_ms, "job ended");
			}
		}
		self.count_end(&record);
		{
			let mut status = job.status();
			status.state = record.state;
			status.ended = Some(record);
		}
		self.save_end(job).await;
		self.report();
	}

	/// Puts a job's end on disk and the job out of memory. If the disk refuses, the job stays in memory, readable, and
	/// the next cleaning tries again.
	async fn save_end(&self, job: &Arc<LiveJob>) {
		let Some(record) = job.status().ended.clone() else { return };
		let id = record.id.clone();
		match self.on_store(move |store| store.finish(&record)).await {
			Ok(()) => {
				self.live().jobs.remove(&id);
			}
			Err(error) => tracing::error!(%id, %error, "the end of a job could not be written"),
		}
	}

	fn count_end(&self, record: &JobRecord) {
		self.0.metrics.job_finished(record.state, record.error.as_ref().map(|e| e.code));
		let timings = &record.timings;
		for (stage, ms) in [
			("queued", timings.queued_ms),
			("fetch", timings.fetch_ms),
			("witness", timings.witness_ms),
			("prove", timings.prove_ms),
			("verify", timings.verify_ms),
			("total", timings.total_ms),
		] {
			if record.state == JobState::Done || ms > 0 {
				self.0.metrics.stage(stage, ms);
			}
		}
	}

	fn report(&self) {
		let mut counts: HashMap<JobState, usize> = HashMap::new();
		for job in self.live().jobs.values() {
			*counts.entry(job.status().state).or_default() += 1;
		}
		for state in JobState::ALL.iter().copied().filter(|s| !s.is_terminal()) {
			self.0.metrics.set_jobs(state, counts.get(&state).copied().unwrap_or(0));
		}
	}
}

fn same_or_conflict(
	record: &JobRecord,
	hash: Bytes32,
	view: impl FnOnce() -> JobView,
) -> Result<Submitted, ApiError> {
	if record.request_hash != hash {
		return Err(ApiError::JobConflict(record.id.to_string()));
	}
	Ok(Submitted::Existing(view()))
}
