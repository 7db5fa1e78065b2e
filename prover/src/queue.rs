// SPDX-License-Identifier: Apache-2.0
//! The life of a job: accepted once, run in the order of deadlines, ended once, forgotten after a while.
//!
//! Unfinished jobs live in memory and on disk; finished ones on disk only. Everything that changes a job's state holds
//! the `control` lock from the decision to the disk, so that a deletion and an end never cross. Readers take only the
//! short `live` lock.
//!
//! After a crash a job that was running is queued again. It counts as an attempt, and the third crash is the job's
//! fault: it fails instead of taking the service down for ever. A regular shutdown is nobody's fault and isn't counted.

use std::{
	collections::{BTreeMap, HashMap},
	panic::AssertUnwindSafe,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};

use futures::FutureExt;
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
	api::{
		errors::{ApiError, JobError},
		types::{
			BackendView, Bytes32, Capabilities, JobId, JobRequest, JobState, JobView, Measured,
			QueueView, Timings,
		},
	},
	artifacts::Artifacts,
	backends::{Backend, Backends, Proved},
	config::QueueConfig,
	control::{JobControl, StopReason},
	live::{end, End, Live, LiveJob, Status},
	metrics::Metrics,
	runner,
	store::{JobRecord, Store, StoreError},
	unix_ms,
};

/// Starts of a job that may end with the service's death.
const MAX_ATTEMPTS: u32 = 3;
/// How often waiting jobs are checked for their deadlines.
const DEADLINE_PERIOD: Duration = Duration::from_millis(200);
/// How often finished jobs and old downloads are cleaned away.
const CLEANING_PERIOD: Duration = Duration::from_secs(30);
/// How long a shutdown waits for running jobs to stop.
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
	control: tokio::sync::Mutex<()>,
	live: Mutex<Live>,
	wake: Notify,
	shutdown: CancellationToken,
	tracker: TaskTracker,
}

/// What became of a POST.
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
		metrics.queue_limit.set(i64::try_from(config.max_queue).unwrap_or(i64::MAX));
		let scheduler = Self(Arc::new(Inner {
			config,
			store,
			artifacts,
			backends,
			metrics,
			measured: Mutex::new(measured),
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
		let hash = request.canonical_hash().map_err(|e| ApiError::Internal(e.to_string()))?;
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
		let backend = self.backend(&request).ok_or_else(|| {
			ApiError::Unsupported(format!(
				"no backend here proves {} for program {}; GET /v1/capabilities lists what there is",
				request.proof_system, request.program
			))
		})?;
		backend.check(&request).map_err(ApiError::InvalidRequest)?;

		let mut record = JobRecord::new(id, hash, unix_ms());
		if record.submitted_unix_ms >= request.deadline_unix_ms {
			end(&mut record, End::Failed(runner::deadline_passed()), Timings::default());
			let view = record.view();
			self.count_end(&record);
			self.on_store(move |store| store.finish(&record)).await?;
			return Ok(Submitted::Created(view));
		}
		if self.live().queue.len() >= self.0.config.max_queue {
			return Err(ApiError::QueueFull(self.0.config.max_queue));
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

	/// What proves here and how busy it is.
	pub fn capabilities(&self) -> Capabilities {
		let measured = self.0.measured.lock().unwrap_or_else(PoisonError::into_inner).clone();
		let backends = self
			.0
			.backends
			.iter()
			.map(|backend| BackendView {
				name: backend.name().to_owned(),
				proof_systems: backend.proof_systems(),
				programs: backend.programs().to_vec(),
				devices: backend.devices(),
				measured: measured.get(backend.name()).copied(),
			})
			.collect();
		let live = self.live();
		Capabilities {
			version: env!("CARGO_PKG_VERSION"),
			backends,
			queue: QueueView {
				running: live.running,
				queued: live.queue.len(),
				limit: self.0.config.max_queue,
			},
		}
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

	fn backend(&self, request: &JobRequest) -> Option<Arc<dyn Backend>> {
		self.0.backends.find(&request.proof_system, &request.program)
	}

	fn enqueue(&self, mut record: JobRecord, request: JobRequest) -> Arc<LiveJob> {
		record.state = JobState::Queued;
		let mut live = self.live();
		live.next_seq += 1;
		let key = (request.deadline_unix_ms, live.next_seq, record.id.clone());
		let status = Status { state: JobState::Queued, timings: Timings::default(), ended: None };
		let job = Arc::new(LiveJob {
			request: Arc::new(request),
			record,
			key: key.clone(),
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
		let backend = self.backend(&job.request).ok_or_else(|| {
			JobError::internal("the backend that took this job is no longer configured")
		})?;
		self.record_start(job).await?;
		let started = Instant::now();
		let fetched = runner::fetch(&self.0.artifacts, &job.request, &job.control).await;
		let fetch_ms = started.elapsed().as_millis() as u64;
		job.status().timings.fetch_ms = fetch_ms;
		let fetched = fetched?;
		self.set_proving(job);
		let mut timings = job.status().timings;
		let result = runner::prove(&*backend, fetched, &job.control, &mut timings).await;
		job.status().timings = timings;
		let proved = result?;
		self.record_speed(backend.name(), job.request.work, &timings).await;
		Ok(proved)
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
		}
		drop(status);
		self.report();
	}

	async fn record_speed(&self, backend: &str, work: u64, timings: &Timings) {
		let ms = timings.witness_ms.saturating_add(timings.prove_ms).max(1);
		if work == 0 {
			return;
		}
		let (speed, name) = (work as f64 * 1000.0 / ms as f64, backend.to_owned());
		match self.on_store(move |store| store.record_speed(&name, speed)).await {
			Ok(measured) => {
				let mut all = self.0.measured.lock().unwrap_or_else(PoisonError::into_inner);
				all.insert(backend.to_owned(), measured);
			}
			Err(error) => tracing::warn!(%error, backend, "the measured speed could not be kept"),
		}
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

	/// Fails waiting jobs whose deadline has passed, and cleans.
	async fn keep_house(self) {
		let mut deadlines = tokio::time::interval(DEADLINE_PERIOD);
		let mut cleaning = tokio::time::interval(CLEANING_PERIOD);
		loop {
			tokio::select! {
				() = self.0.shutdown.cancelled() => return,
				_ = deadlines.tick() => self.expire().await,
				_ = cleaning.tick() => self.clean().await,
			}
		}
	}

	async fn expire(&self) {
		while let Some(job) = self.take_expired() {
			let _control = self.0.control.lock().await;
			if !job.status().state.is_terminal() {
				self.settle(&job, End::Failed(runner::deadline_passed())).await;
			}
		}
	}

	fn take_expired(&self) -> Option<Arc<LiveJob>> {
		let mut live = self.live();
		let (deadline, ..) = live.queue.first()?;
		if *deadline > unix_ms() {
			return None;
		}
		let (.., id) = live.queue.pop_first()?;
		let job = live.jobs.get(&id).cloned()?;
		let mut status = job.status();
		status.timings.queued_ms = unix_ms().saturating_sub(job.record.submitted_unix_ms);
		drop(status);
		Some(job)
	}

	async fn clean(&self) {
		let before = unix_ms().saturating_sub(self.0.config.retention.as_millis() as u64);
		let keep = self.0.config.retain_jobs;
		{
			let _control = self.0.control.lock().await;
			match self.on_store(move |store| store.sweep(before, keep)).await {
				Ok(0) => {}
				Ok(jobs) => tracing::info!(jobs, "forgot finished jobs"),
				Err(error) => tracing::error!(%error, "finished jobs could not be cleaned away"),
			}
			let unsaved: Vec<_> = {
				let live = self.live();
				live.jobs.values().filter(|job| job.status().ended.is_some()).cloned().collect()
			};
			for job in unsaved {
				self.save_end(&job).await;
			}
		}
		let artifacts = self.0.artifacts.clone();
		let cleaned = tokio::task::spawn_blocking(move || artifacts.remove_old_partials()).await;
		if let Ok(Err(error)) = cleaned {
			tracing::warn!(%error, "old downloads could not be cleaned away");
		}
	}

	fn report(&self) {
		let mut counts: HashMap<JobState, usize> = HashMap::new();
		for job in self.live().jobs.values() {
			*counts.entry(job.status().state).or_default() += 1;
		}
		for state in JobState::ALL.into_iter().filter(|s| !s.is_terminal()) {
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
