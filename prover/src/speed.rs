// SPDX-License-Identifier: Apache-2.0
//! Speed of the backends, and so the time that a job will take.
//!
//! The time that counts is that for which a job keeps its slot from the end of its fetching on, loading and checking included. A speed
//! is that of one program on one backend at one size of work (⌊log₂ work⌋, as the chain's markets have it): a zkVM
//! spends half a minute on the smallest run, so the speed of small jobs says little about large ones.
//!
//! Without a measurement the speed counts that the operator configured, and without that either there is
//! no estimate, and nothing is refused. A measurement that is too old no longer counts, so that a service that was slow
//! for an hour doesn't refuse work for ever, and never learns that it is fast again.

use std::{
	collections::HashMap,
	sync::{Mutex, MutexGuard, PoisonError},
	time::Duration,
};

use proofyard_jobs::{Bytes32, SpeedSource};
use serde::{Deserialize, Serialize};

use crate::api::capabilities::{Measured, SpeedView};

/// Least weight of the newest job in an average; the first few count alike.
const NEWEST_WEIGHT: f64 = 0.2;
/// Speeds that one backend shows in capabilities: the newest.
const SHOWN: usize = 32;
/// Speeds are forgotten after this long, or when they are too old to count if that is later.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Measurement of a program at a size, on disk and in memory.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Speed {
	/// The average, and how many jobs went into it.
	// Not flattened: where a crate of the build wants serde_json's `arbitrary_precision`, numbers with a fraction
	// inside a flattened struct cannot be read back.
	pub average: Measured,
	/// End of the newest of them.
	pub measured_unix_ms: u64,
}

/// One program at one size of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Class {
	/// The program.
	pub program: Bytes32,
	/// ⌊log₂ work⌋; 0 for no work.
	pub size: u8,
}

impl Class {
	/// The class of a job.
	pub fn of(program: Bytes32, work: u64) -> Self {
		Self { program, size: work.checked_ilog2().unwrap_or(0) as u8 }
	}
}

/// Sample of a backend's speed that a job gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
	/// It took so long.
	Took(Duration),
	/// It had not ended when it was stopped after so long.
	NotWithin(Duration),
}

/// Time that a job will take, and the speed behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
	/// From the start of proving to its end.
	pub own_ms: u64,
	/// Units of work a second.
	pub work_per_second: f64,
	/// Origin of the speed.
	pub source: SpeedSource,
}

type Table = HashMap<String, HashMap<Class, Speed>>;

/// The speeds of all backends.
pub struct Speeds {
	max_age_ms: u64,
	table: Mutex<Table>,
}

impl Speeds {
	/// Starts from what is on disk. Measurements older than `max_age` don't count.
	pub fn new(
		max_age: Duration,
		stored: impl IntoIterator<Item = (String, Class, Speed)>,
	) -> Self {
		let mut table = Table::new();
		for (backend, class, speed) in stored {
			table.entry(backend).or_default().insert(class, speed);
		}
		let max_age_ms = u64::try_from(max_age.as_millis()).unwrap_or(u64::MAX);
		Self { max_age_ms, table: Mutex::new(table) }
	}

	/// Time that this work will take, if that can be said. `configured` is the operator's guess.
	pub fn estimate(
		&self,
		backend: &str,
		configured: Option<f64>,
		program: Bytes32,
		work: u64,
		now_ms: u64,
	) -> Option<Estimate> {
		if work == 0 {
			return None;
		}
		let measured = self
			.table()
			.get(backend)
			.and_then(|speeds| speeds.get(&Class::of(program, work)))
			.filter(|speed| self.counts(speed, now_ms))
			.map(|speed| (speed.average.work_per_second, SpeedSource::Measured));
		let configured = configured.map(|speed| (speed, SpeedSource::Configured));
		let (work_per_second, source) = measured.or(configured)?;
		// A float that is too large for the integer becomes the largest one.
		let own_ms = (work as f64 * 1000.0 / work_per_second).ceil() as u64;
		Some(Estimate { own_ms, work_per_second, source })
	}

	/// Takes what a job showed into the average, and returns the new one to be put on disk. A job that was stopped
	/// counts only where it shows that the estimate was too good.
	pub fn learn(
		&self,
		backend: &str,
		configured: Option<f64>,
		program: Bytes32,
		work: u64,
		sample: Sample,
		now_ms: u64,
	) -> Option<(Class, Speed)> {
		if work == 0 {
			return None;
		}
		let (Sample::Took(time) | Sample::NotWithin(time)) = sample;
		let shown = work as f64 / time.as_secs_f64().max(0.001);
		if let Sample::NotWithin(_) = sample {
			let believed = self.estimate(backend, configured, program, work, now_ms);
			if believed.is_some_and(|believed| believed.work_per_second <= shown) {
				return None;
			}
		}
		let class = Class::of(program, work);
		let mut table = self.table();
		let speeds = table.entry(backend.to_owned()).or_default();
		let before = speeds.get(&class).filter(|speed| self.counts(speed, now_ms));
		let average = average(before.map(|speed| speed.average), shown);
		let speed = Speed { average, measured_unix_ms: now_ms };
		speeds.insert(class, speed);
		Some((class, speed))
	}

	/// The newest speeds of a backend that count, the newest first.
	pub fn newest(&self, backend: &str, now_ms: u64) -> Vec<SpeedView> {
		let table = self.table();
		let speeds = table.get(backend).into_iter().flatten();
		let mut newest: Vec<_> = speeds.filter(|(_, speed)| self.counts(speed, now_ms)).collect();
		newest.sort_by_key(|(class, speed)| {
			(std::cmp::Reverse(speed.measured_unix_ms), class.program, class.size)
		});
		newest.truncate(SHOWN);
		newest
			.into_iter()
			.map(|(class, speed)| SpeedView {
				program: class.program,
				size: class.size,
				work_per_second: speed.average.work_per_second,
				jobs: speed.average.jobs,
			})
			.collect()
	}

	/// Forgets what was measured long ago. Returns the time before which it was.
	pub fn forget_old(&self, now_ms: u64) -> u64 {
		let before = now_ms.saturating_sub(self.max_age_ms.max(KEPT.as_millis() as u64));
		for speeds in self.table().values_mut() {
			speeds.retain(|_, speed| speed.measured_unix_ms >= before);
		}
		before
	}

	fn counts(&self, speed: &Speed, now_ms: u64) -> bool {
		now_ms.saturating_sub(speed.measured_unix_ms) < self.max_age_ms
	}

	fn table(&self) -> MutexGuard<'_, Table> {
		self.table.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

/// The mean of the first five jobs; from then on a change of speed shows after a handful of jobs.
pub fn average(before: Option<Measured>, speed: f64) -> Measured {
	let Some(before) = before else { return Measured { work_per_second: speed, jobs: 1 } };
	let jobs = before.jobs.saturating_add(1);
	let weight = (1.0 / jobs as f64).max(NEWEST_WEIGHT);
	let moved = before.work_per_second + weight * (speed - before.work_per_second);
	Measured { work_per_second: moved, jobs }
}

#[cfg(test)]
mod tests {
	use super::*;

	const PROGRAM: Bytes32 = Bytes32([7; 32]);
	const DAY: u64 = 24 * 3600 * 1000;

	fn speeds() -> Speeds {
		Speeds::new(Duration::from_millis(DAY), [])
	}

	fn took(speeds: &Speeds, work: u64, ms: u64, now: u64) -> Option<(Class, Speed)> {
		speeds.learn("b", None, PROGRAM, work, Sample::Took(Duration::from_millis(ms)), now)
	}

	fn own_ms(speeds: &Speeds, work: u64, now: u64) -> Option<u64> {
		speeds.estimate("b", None, PROGRAM, work, now).map(|estimate| estimate.own_ms)
	}

	#[test]
	fn without_a_sample_the_operators_guess_counts() {
		let speeds = speeds();
		assert_eq!(own_ms(&speeds, 1000, 0), None);
		let guess = speeds.estimate("b", Some(500.0), PROGRAM, 1000, 0).unwrap();
		assert_eq!((guess.own_ms, guess.source), (2000, SpeedSource::Configured));
		took(&speeds, 1000, 100, 0);
		let measured = speeds.estimate("b", Some(500.0), PROGRAM, 1000, 0).unwrap();
		assert_eq!((measured.own_ms, measured.source), (100, SpeedSource::Measured));
	}

	#[test]
	fn a_sample_speaks_for_its_program_size_and_backend_alone() {
		let speeds = speeds();
		took(&speeds, 1000, 100, 0);
		assert_eq!(own_ms(&speeds, 600, 0), Some(60));
		assert_eq!(own_ms(&speeds, 1024, 0), None);
		assert_eq!(own_ms(&speeds, 511, 0), None);
		assert_eq!(speeds.estimate("c", None, PROGRAM, 1000, 0), None);
		assert_eq!(speeds.estimate("b", None, Bytes32([8; 32]), 1000, 0), None);
	}

	#[test]
	fn the_first_five_count_alike_and_later_ones_a_fifth() {
		let mut measured = None;
		for speed in [100.0, 200.0, 300.0, 400.0, 500.0] {
			measured = Some(average(measured, speed));
		}
		assert!((measured.unwrap().work_per_second - 300.0).abs() < 1e-9);
		for _ in 0..5 {
			measured = Some(average(measured, 300.0));
		}
		let moved = average(measured, 400.0);
		assert!((moved.work_per_second - 320.0).abs() < 1e-9, "{moved:?}");
		assert_eq!(moved.jobs, 11);
	}

	#[test]
	fn what_is_too_old_does_not_count_and_a_new_sample_starts_afresh() {
		let speeds = speeds();
		took(&speeds, 1000, 1_000_000, 0);
		assert_eq!(own_ms(&speeds, 1000, DAY - 1), Some(1_000_000));
		assert_eq!(own_ms(&speeds, 1000, DAY), None);
		took(&speeds, 1000, 100, DAY);
		assert_eq!(own_ms(&speeds, 1000, DAY), Some(100));
	}

	#[test]
	fn with_no_age_allowed_nothing_measured_counts() {
		let speeds = Speeds::new(Duration::ZERO, []);
		took(&speeds, 1000, 100, 5);
		assert_eq!(own_ms(&speeds, 1000, 5), None);
		assert!(speeds.newest("b", 5).is_empty());
	}

	#[test]
	fn a_stopped_job_only_lowers_the_estimate() {
		let stopped = |speeds: &Speeds, ms| {
			let sample = Sample::NotWithin(Duration::from_millis(ms));
			speeds.learn("b", None, PROGRAM, 1000, sample, 0)
		};
		let speeds = speeds();
		// Nothing was known: it takes a second at the least.
		assert!(stopped(&speeds, 1000).is_some());
		assert_eq!(own_ms(&speeds, 1000, 0), Some(1000));
		// Known already.
		assert_eq!(stopped(&speeds, 500), None);
		assert_eq!(own_ms(&speeds, 1000, 0), Some(1000));
		assert!(stopped(&speeds, 4000).is_some());
		assert_eq!(own_ms(&speeds, 1000, 0), Some(1600));
	}

	#[test]
	fn no_work_shows_nothing() {
		let speeds = speeds();
		assert_eq!(took(&speeds, 0, 100, 0), None);
		assert_eq!(speeds.estimate("b", Some(1.0), PROGRAM, 0, 0), None);
	}

	#[test]
	fn extremes_stay_in_range() {
		let speeds = speeds();
		let endless = speeds.estimate("b", Some(f64::MIN_POSITIVE), PROGRAM, u64::MAX, 0).unwrap();
		assert_eq!(endless.own_ms, u64::MAX);
		took(&speeds, u64::MAX, 0, 0);
		assert_eq!(own_ms(&speeds, u64::MAX, 0), Some(1));
	}

	#[test]
	fn old_speeds_are_forgotten() {
		let speeds = speeds();
		took(&speeds, 1000, 100, 0);
		took(&speeds, 5000, 100, 31 * DAY);
		assert_eq!(speeds.forget_old(31 * DAY), DAY);
		assert_eq!(speeds.table().get("b").map(HashMap::len), Some(1));
		assert_eq!(speeds.newest("b", 31 * DAY)[0].size, 12);
	}
}
