// SPDX-License-Identifier: Apache-2.0
//! Housekeeping of the queue: it gives up waiting jobs that have no chance any more, and forgets what is old.

use std::{sync::Arc, time::Duration};

use proofyard_jobs::JobError;

use super::Scheduler;
use crate::{
	live::{End, LiveJob},
	runner, unix_ms,
};

/// Time between two checks of waiting jobs for their deadlines.
const DEADLINE_PERIOD: Duration = Duration::from_millis(200);
/// Time between two cleanings of finished jobs and old downloads.
const CLEANING_PERIOD: Duration = Duration::from_secs(30);

impl Scheduler {
	/// Fails waiting jobs that can't make their deadline, and cleans.
	pub(super) async fn keep_house(self) {
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
		for (job, error) in self.take_hopeless() {
			let _control = self.0.control.lock().await;
			if !job.status().state.is_terminal() {
				self.settle(&job, End::Failed(error)).await;
			}
		}
	}

	/// Takes the jobs out of the queue whose deadline has passed, or that would end too late even if they started now:
	/// the sooner the node knows, the more time is left to whoever takes the task over.
	fn take_hopeless(&self) -> Vec<(Arc<LiveJob>, JobError)> {
		let mut live = self.live();
		let now = unix_ms();
		let mut taken = Vec::new();
		for key in &live.queue {
			let Some(job) = live.jobs.get(&key.2) else { continue };
			let planned = job.planned(&self.0.speeds, now);
			let error = if planned.deadline <= now {
				runner::deadline_passed()
			} else if planned.is_hopeless(now) {
				runner::deadline_infeasible(planned, now)
			} else {
				continue;
			};
			taken.push((job.clone(), error));
		}
		for (job, _) in &taken {
			live.queue.remove(&job.key);
			job.status().timings.queued_ms = now.saturating_sub(job.record.submitted_unix_ms);
		}
		taken
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
			let old = self.0.speeds.forget_old(unix_ms());
			if let Err(error) = self.on_store(move |store| store.sweep_speeds(old)).await {
				tracing::error!(%error, "old speeds could not be cleaned away");
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
}
