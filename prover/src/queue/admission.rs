// SPDX-License-Identifier: Apache-2.0
//! Admission to the queue, by what it has learnt of the backends' speed: the chain's own rule, committed work and
//! this work over the speed must fit before the deadline, applied to every slot and to the jobs accepted before.

use super::Scheduler;
use crate::{
	api::{
		capabilities::{BackendView, Capabilities, QueueView, SpeedGuess},
		errors::ApiError,
	},
	backends::Backend,
	live::{Live, LiveJob},
	plan::{self, Misfit, Planned},
	runner,
	speed::Sample,
	unix_ms,
};
use proofyard_jobs::{Infeasible, JobError, JobRequest, JobState, SpeedSource, Timings};
use std::{sync::PoisonError, time::Duration};

/// Soonest that a refused client is told to come back.
const RETRY_MIN_MS: u64 = 1000;

impl Scheduler {
	/// Refuses a job that can't end before its deadline, or only at the cost of one that was accepted. What has no
	/// estimate is taken.
	pub(super) fn admit(&self, backend: &dyn Backend, new: &JobRequest) -> Result<(), ApiError> {
		let now = unix_ms();
		let speeds = &self.0.speeds;
		let (name, speed) = (backend.name(), backend.speed());
		let Some(estimate) = speeds.estimate(name, speed, new.program, new.work, now) else {
			return Ok(());
		};
		let own_ms = estimate.own_ms;
		let planned = Planned { deadline: new.deadline_unix_ms, own_ms: Some(own_ms) };
		let live = self.live();
		let slots = self.slots(&live, now);
		let queued: Vec<_> = live.queue.iter().filter_map(|(.., id)| live.jobs.get(id)).collect();
		let queue: Vec<_> = queued.iter().map(|job| job.planned(speeds, now)).collect();
		let (turn, endangers) = match plan::admit(&slots, &queue, planned) {
			Ok(_) => return Ok(()),
			Err(Misfit::Late(turn)) => (turn, None),
			Err(Misfit::Endangers(place, turn)) => {
				(turn, queued.get(place).map(|job| job.record.id.clone()))
			}
		};
		// Work ends sooner than estimated, or is called off: while the job would fit into an idle service, it may fit
		// later.
		let patience = planned.deadline.saturating_sub(now).checked_sub(own_ms);
		let next_slot = slots.iter().min().copied().unwrap_or(now).saturating_sub(now);
		let retry_after_ms = patience.map(|patience| next_slot.min(patience).max(RETRY_MIN_MS));
		Err(ApiError::DeadlineInfeasible(Box::new(Infeasible {
			deadline_unix_ms: planned.deadline,
			estimated_end_unix_ms: turn.end,
			wait_ms: turn.start.saturating_sub(now),
			own_ms,
			work_per_second: estimate.work_per_second,
			source: estimate.source,
			endangers,
			retry_after_ms,
		})))
	}

	/// Moment at which each slot is free, by the estimates.
	fn slots(&self, live: &Live, now: u64) -> Vec<u64> {
		let mut slots: Vec<u64> = live
			.jobs
			.values()
			.filter(|job| is_running(job))
			.map(|job| now.saturating_add(job.remaining_ms(&self.0.speeds, now)))
			.collect();
		slots.resize(self.0.config.concurrency, now);
		slots
	}

	/// Fails for a job that it makes no sense to start, or to go on with after its files have come.
	pub(super) fn check_time(&self, job: &LiveJob) -> Result<(), JobError> {
		let now = unix_ms();
		let planned = job.planned(&self.0.speeds, now);
		if planned.is_hopeless(now) {
			return Err(runner::deadline_infeasible(planned, now));
		}
		Ok(())
	}

	/// Resolves when it makes no sense any more to begin proving; never where that is unknown.
	pub(super) async fn too_late(&self, job: &LiveJob) -> JobError {
		let planned = job.planned(&self.0.speeds, unix_ms());
		if planned.own_ms.is_none() {
			return std::future::pending().await;
		}
		loop {
			let now = unix_ms();
			if planned.is_hopeless(now) {
				return runner::deadline_infeasible(planned, now);
			}
			let left = planned.latest_start().saturating_sub(now).saturating_add(1);
			tokio::time::sleep(Duration::from_millis(left)).await;
		}
	}

	/// Takes what a job showed of its backend's speed into the estimates, and puts that on disk.
	pub(super) async fn learn(&self, backend: &dyn Backend, job: &LiveJob, sample: Sample) {
		let (name, request) = (backend.name().to_owned(), &job.request);
		let (program, work, now) = (request.program, request.work, unix_ms());
		let learnt = self.0.speeds.learn(&name, backend.speed(), program, work, sample, now);
		let Some((class, speed)) = learnt else { return };
		let kept = self.on_store(move |store| store.put_speed(&name, class, &speed)).await;
		if let Err(error) = kept {
			tracing::warn!(%error, "the measured speed could not be kept");
		}
	}

	/// Takes a finished job into its backend's average over all programs, which capabilities show.
	pub(super) async fn record_speed(&self, backend: &str, work: u64, timings: &Timings) {
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

	/// Backends of the service, and its load.
	pub fn capabilities(&self) -> Capabilities {
		let now = unix_ms();
		let mut backends: Vec<_> =
			self.0.backends.iter().map(|backend| self.backend_view(&**backend, now)).collect();
		let live = self.live();
		for view in &mut backends {
			view.free_slots = self.0.config.concurrency.saturating_sub(live.running);
		}
		for job in live.jobs.values().filter(|job| !job.status().state.is_terminal()) {
			let name = job.backend.as_ref().map(|backend| backend.name());
			let view = backends.iter_mut().find(|view| Some(view.name.as_str()) == name);
			let Some(view) = view else { continue };
			let ms = job.remaining_ms(&self.0.speeds, now);
			view.committed_work = view.committed_work.saturating_add(job.request.work);
			view.committed_ms = view.committed_ms.saturating_add(ms);
		}
		Capabilities {
			version: env!("CARGO_PKG_VERSION"),
			backends,
			gpus: self.0.backends.gpus().views(),
			file_roots: self.0.artifacts.file_roots().collect(),
			queue: QueueView {
				running: live.running,
				queued: live.queue.len(),
				limit: self.0.config.max_queue,
			},
		}
	}

	/// A backend without what depends on the queue.
	fn backend_view(&self, backend: &dyn Backend, now: u64) -> BackendView {
		let name = backend.name();
		let all = self.0.measured.lock().unwrap_or_else(PoisonError::into_inner);
		let measured = all.get(name).copied();
		drop(all);
		let guess = |work_per_second, source| SpeedGuess { work_per_second, source };
		BackendView {
			name: name.to_owned(),
			proof_systems: backend.proof_systems(),
			programs: backend.programs().to_vec(),
			devices: backend.devices(),
			measured,
			speed: measured
				.map(|measured| guess(measured.work_per_second, SpeedSource::Measured))
				.or(backend.speed().map(|speed| guess(speed, SpeedSource::Configured))),
			speeds: self.0.speeds.newest(name, now),
			committed_work: 0,
			committed_ms: 0,
			free_slots: 0,
		}
	}
}

fn is_running(job: &LiveJob) -> bool {
	matches!(job.status().state, JobState::Fetching | JobState::Proving)
}
