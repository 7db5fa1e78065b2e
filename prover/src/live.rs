// SPDX-License-Identifier: Apache-2.0
//! Jobs in memory: the table of unfinished ones, and how a record on disk becomes a finished one.

use std::{
	collections::{BTreeSet, HashMap},
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::Instant,
};

use proofyard_jobs::{JobError, JobId, JobRequest, JobState, JobView, Timings};

use crate::{
	backends::{Backend, Proved},
	control::JobControl,
	plan::Planned,
	speed::{Estimate, Speeds},
	store::JobRecord,
	unix_ms,
};

/// Earliest deadline first; among equals, first come.
pub(crate) type QueueKey = (u64, u64, JobId);

/// Every unfinished job, and the order in which the waiting ones go.
#[derive(Default)]
pub(crate) struct Live {
	pub(crate) jobs: HashMap<JobId, Arc<LiveJob>>,
	pub(crate) queue: BTreeSet<QueueKey>,
	pub(crate) running: usize,
	pub(crate) next_seq: u64,
}

/// A job in memory.
pub(crate) struct LiveJob {
	pub(crate) request: Arc<JobRequest>,
	/// Its record on disk, as it was when it was queued.
	pub(crate) record: JobRecord,
	pub(crate) key: QueueKey,
	/// Backend that will prove it; `None` if the one that took it is no longer configured.
	pub(crate) backend: Option<Arc<dyn Backend>>,
	pub(crate) control: JobControl,
	pub(crate) status: Mutex<Status>,
}

/// Part of a job that changes while it lives.
pub(crate) struct Status {
	pub(crate) state: JobState,
	pub(crate) timings: Timings,
	/// Start of proving.
	pub(crate) proving_since: Option<Instant>,
	/// End of the job, until that is on disk.
	pub(crate) ended: Option<JobRecord>,
}

impl LiveJob {
	/// Locks the status. Never held across an await, and taken after the table's lock where both are.
	pub(crate) fn status(&self) -> MutexGuard<'_, Status> {
		self.status.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Time that proving will take, if that can be said.
	pub(crate) fn estimate(&self, speeds: &Speeds, now_ms: u64) -> Option<Estimate> {
		let (backend, request) = (self.backend.as_ref()?, &self.request);
		speeds.estimate(backend.name(), backend.speed(), request.program, request.work, now_ms)
	}

	/// The job as the plan of the queue takes it.
	pub(crate) fn planned(&self, speeds: &Speeds, now_ms: u64) -> Planned {
		let own_ms = self.estimate(speeds, now_ms).map(|estimate| estimate.own_ms);
		Planned { deadline: self.request.deadline_unix_ms, own_ms }
	}

	/// Time for which it still keeps its slot, in milliseconds: not beyond its deadline, at which it is stopped.
	pub(crate) fn remaining_ms(&self, speeds: &Speeds, now_ms: u64) -> u64 {
		let Planned { deadline, own_ms } = self.planned(speeds, now_ms);
		let since = self.status().proving_since;
		let spent = since.map_or(0, |since| since.elapsed().as_millis() as u64);
		own_ms.unwrap_or(0).saturating_sub(spent).min(deadline.saturating_sub(now_ms))
	}

	/// The job as clients see it now.
	pub(crate) fn view(&self) -> JobView {
		let status = self.status();
		if let Some(ended) = &status.ended {
			return ended.view();
		}
		let (stage, progress) = match status.state {
			JobState::Queued => (String::new(), 0.0),
			_ => self.control.progress(),
		};
		let mut timings = status.timings;
		timings.total_ms = unix_ms().saturating_sub(self.record.submitted_unix_ms);
		if status.state == JobState::Queued {
			timings.queued_ms = timings.total_ms;
		}
		JobView {
			id: self.record.id.clone(),
			state: status.state,
			stage,
			progress,
			timings,
			proof: None,
			error: None,
		}
	}
}

/// End of a job.
pub(crate) enum End {
	Done(Proved),
	Failed(JobError),
	Cancelled,
}

/// Writes a job's end into its record.
pub(crate) fn end(record: &mut JobRecord, how: End, timings: Timings) {
	record.finished_unix_ms = unix_ms();
	record.timings = timings;
	record.timings.total_ms = record.finished_unix_ms.saturating_sub(record.submitted_unix_ms);
	match how {
		End::Done(proved) => {
			record.state = JobState::Done;
			record.proof = Some(proved.into());
		}
		End::Failed(error) => {
			record.state = JobState::Failed;
			record.error = Some(error);
		}
		End::Cancelled => record.state = JobState::Cancelled,
	}
}
