// SPDX-License-Identifier: Apache-2.0
//! Limits of a job, and the flag that tells it to stop.

use super::error::Groth16Error;
use std::{
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	time::{Duration, Instant},
};

/// Memory and time that one job may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
	/// Bytes that a job may hold at once beside its artifacts: the witness program's memory, and
	/// after it the vectors of the proof.
	pub memory_bytes: u64,
	/// Wall-clock time from the first instruction of the witness program on.
	pub time: Duration,
}

/// Tells a running job to stop; clones share one flag, and a flag that was raised stays raised.
#[derive(Clone, Debug, Default)]
pub struct CancelFlag(Arc<AtomicBool>);

impl CancelFlag {
	/// A flag that is not raised.
	pub fn new() -> Self {
		Self::default()
	}

	/// Raises the flag. The job stops at its next check, within milliseconds while the witness
	/// program runs and between blocks of points while the proof is computed.
	pub fn cancel(&self) {
		self.0.store(true, Ordering::Relaxed);
	}

	/// Whether the flag was raised.
	pub fn is_cancelled(&self) -> bool {
		self.0.load(Ordering::Relaxed)
	}
}

/// The limits of a job that has started.
#[derive(Clone, Debug)]
pub struct Budget {
	limits: Limits,
	/// `None` where the limit lies beyond what the clock can count.
	deadline: Option<Instant>,
	cancel: CancelFlag,
}

impl Budget {
	/// Starts the clock.
	pub fn start(limits: &Limits, cancel: &CancelFlag) -> Self {
		Self {
			limits: *limits,
			deadline: Instant::now().checked_add(limits.time),
			cancel: cancel.clone(),
		}
	}

	/// Fails when the job must stop now.
	pub fn check(&self) -> Result<(), Groth16Error> {
		if self.cancel.is_cancelled() {
			return Err(Groth16Error::Cancelled);
		}
		match self.deadline {
			Some(deadline) if Instant::now() >= deadline => {
				let limit_ms = u64::try_from(self.limits.time.as_millis()).unwrap_or(u64::MAX);
				Err(Groth16Error::TimedOut { limit_ms })
			}
			_ => Ok(()),
		}
	}

	/// Fails when `needed` bytes are more than the job may hold.
	pub fn check_memory(&self, needed: u64) -> Result<(), Groth16Error> {
		let limit = self.limits.memory_bytes;
		if needed > limit {
			return Err(Groth16Error::OutOfMemory { needed, limit });
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn limits(time: Duration) -> Limits {
		Limits { memory_bytes: 1024, time }
	}

	#[test]
	fn a_raised_flag_wins_over_the_clock() {
		let cancel = CancelFlag::new();
		let budget = Budget::start(&limits(Duration::ZERO), &cancel);
		assert!(matches!(budget.check(), Err(Groth16Error::TimedOut { limit_ms: 0 })));
		cancel.clone().cancel();
		assert!(matches!(budget.check(), Err(Groth16Error::Cancelled)));
	}

	#[test]
	fn an_endless_limit_never_passes() {
		let budget = Budget::start(&limits(Duration::MAX), &CancelFlag::new());
		assert!(budget.check().is_ok());
	}

	#[test]
	fn memory_may_be_used_up_to_the_limit() {
		let budget = Budget::start(&limits(Duration::MAX), &CancelFlag::new());
		assert!(budget.check_memory(1024).is_ok());
		assert!(matches!(
			budget.check_memory(1025),
			Err(Groth16Error::OutOfMemory { needed: 1025, limit: 1024 })
		));
	}
}
