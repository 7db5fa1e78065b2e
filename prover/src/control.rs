// SPDX-License-Identifier: Apache-2.0
//! The line between a running job and whoever may stop it: the client, its deadline, or the service's end.

use std::sync::{
	atomic::{AtomicU32, Ordering},
	Arc, Mutex, OnceLock, PoisonError,
};

use proofyard_jobs::{ErrorCode, JobError};
use tokio_util::sync::CancellationToken;

/// Reason for which a running job was told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
	/// The client deleted it.
	Deleted,
	/// Its deadline passed.
	Deadline,
	/// The service ends; the job will run again.
	Shutdown,
}

/// Handed to everything that works on one run of one job. Clones are the same line.
#[derive(Clone, Default)]
pub struct JobControl(Arc<Inner>);

#[derive(Default)]
struct Inner {
	token: CancellationToken,
	reason: OnceLock<StopReason>,
	progress_bits: AtomicU32,
	stage: Mutex<String>,
}

impl JobControl {
	/// Tells the job to stop. The first reason stays.
	pub fn stop(&self, reason: StopReason) {
		let _ = self.0.reason.set(reason);
		self.0.token.cancel();
	}

	/// Reason for which it was told to stop, if it was.
	pub fn reason(&self) -> Option<StopReason> {
		self.0.reason.get().copied()
	}

	/// Whether it was told to stop.
	pub fn is_stopped(&self) -> bool {
		self.0.token.is_cancelled()
	}

	/// Resolves when it is told to stop.
	pub async fn stopped(&self) {
		self.0.token.cancelled().await
	}

	/// The error of a job that stopped because it was told to.
	pub fn stop_error(&self) -> JobError {
		match self.reason() {
			Some(StopReason::Deadline) => JobError::new(
				ErrorCode::DeadlinePassed,
				"the deadline passed while the job was running; nothing is left to do for it",
			),
			Some(StopReason::Shutdown) => JobError::new(
				ErrorCode::Cancelled,
				"the service stopped while the job was running; it runs again when the service is back",
			),
			Some(StopReason::Deleted) | None => {
				JobError::new(ErrorCode::Cancelled, "the job was called off")
			},
		}
	}

	/// Says what the job is doing (`stage`) and how far it is (`fraction`, cut to 0.0 ..= 1.0).
	pub fn report(&self, stage: &str, fraction: f32) {
		let fraction = if fraction.is_finite() { fraction.clamp(0.0, 1.0) } else { 0.0 };
		self.0.progress_bits.store(fraction.to_bits(), Ordering::Relaxed);
		let mut current = self.0.stage.lock().unwrap_or_else(PoisonError::into_inner);
		if *current != stage {
			stage.clone_into(&mut current);
		}
	}

	/// The last report.
	pub fn progress(&self) -> (String, f32) {
		let stage = self.0.stage.lock().unwrap_or_else(PoisonError::into_inner).clone();
		(stage, f32::from_bits(self.0.progress_bits.load(Ordering::Relaxed)))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_first_reason_stays() {
		let control = JobControl::default();
		control.stop(StopReason::Deadline);
		control.clone().stop(StopReason::Deleted);
		assert_eq!(control.reason(), Some(StopReason::Deadline));
		assert_eq!(control.stop_error().code, ErrorCode::DeadlinePassed);
	}

	#[test]
	fn progress_stays_in_range() {
		let control = JobControl::default();
		control.report("msm", f32::NAN);
		assert_eq!(control.progress(), ("msm".into(), 0.0));
		control.report("msm", 7.0);
		assert_eq!(control.progress().1, 1.0);
	}
}
