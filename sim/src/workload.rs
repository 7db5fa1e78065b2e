// SPDX-License-Identifier: Apache-2.0
//! Demand: tasks with work, maximum fee and deadline, arriving in bursts.
//!
//! Work is in thousands of cycles, money in plancks, time in milliseconds.

use crate::rng::{exponential, lognormal, seeded};
use proofyard_mechanism::LevelTerms;
use rand::Rng as _;

/// Cycles are counted in thousands.
pub const MCYCLE: f64 = 1_000.0;
/// Median work of a task.
pub const WORK_MEDIAN: f64 = 200.0 * MCYCLE;
/// Standard deviation of its logarithm.
pub const WORK_SIGMA: f64 = 1.6;
/// Larger tasks (one in 370) go to the sealed bidding window, which is not simulated.
pub const WORK_LIMIT: f64 = 17_180.0 * MCYCLE;
/// Mean length of calm and of burst, and how many times more tasks come in a burst.
pub const CALM_MS: f64 = 540_000.0;
pub const BURST_MS: f64 = 60_000.0;
pub const BURST_FACTOR: f64 = 8.0;
/// Share of express tasks.
pub const EXPRESS_SHARE: f64 = 0.25;
/// Median maximum fee for a thousand cycles, where the median prover's cost is 1,000,000.
pub const MAXIMUM_MEDIAN: f64 = 2_200_000.0;
pub const MAXIMUM_SIGMA: f64 = 0.5;
/// Worth of express tasks, as a multiple of others'.
pub const EXPRESS_WORTH: f64 = 1.5;
/// The speed by which requesters reckon deadlines, in thousands of cycles a second.
pub const REFERENCE_SPEED: f64 = 3_000.0;

/// The service levels that are simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
	Standard,
	Express,
}

impl Level {
	/// Numbers of the level, as the chain has them.
	pub const fn terms(self) -> LevelTerms {
		match self {
			Self::Standard => LevelTerms::STANDARD,
			Self::Express => LevelTerms::EXPRESS,
		}
	}
}

/// One request.
#[derive(Clone, Debug)]
pub struct Task {
	pub at: u64,
	pub work: u64,
	/// The most its requester pays, which is what it is worth to him.
	pub max_fee: u64,
	pub level: Level,
	pub deadline: u64,
}

impl Task {
	/// The time from submission to deadline that a task of this work gets.
	pub fn patience_ms(work: f64, level: Level) -> f64 {
		match level {
			Level::Standard => 1_800_000.0 + 1_000.0 * work / REFERENCE_SPEED,
			Level::Express => 180_000.0 + 1_500.0 * work / REFERENCE_SPEED,
		}
	}
}

/// One cell of the experiment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scenario {
	pub name: &'static str,
	/// Work that arrives in a second, as a share of what all provers together do in it.
	pub load: f64,
	/// Whether a fifth of the provers goes down for ten minutes in the middle.
	pub outage: bool,
	/// Whether one operator has most of the capacity, at half the cost.
	pub giant: bool,
	/// Tasks arrive until then; the simulation goes on until the last has ended.
	pub horizon_ms: u64,
	pub provers: usize,
}

impl Scenario {
	/// The five cells.
	pub fn all(horizon_ms: u64, provers: usize) -> Vec<Self> {
		let cell =
			|name, load| Self { name, load, outage: false, giant: false, horizon_ms, provers };
		vec![
			cell("load 0.5", 0.5),
			cell("load 0.8", 0.8),
			cell("load 1.1", 1.1),
			Self { outage: true, ..cell("load 0.8, outage", 0.8) },
			Self { giant: true, ..cell("load 0.3, a giant", 0.3) },
		]
	}

	/// Begin and end of the outage.
	pub fn outage_ms(&self) -> Option<(u64, u64)> {
		let start = self.horizon_ms / 2;
		self.outage.then_some((start, start + 600_000))
	}
}

/// The tasks of a scenario, in order of arrival, for provers that together do `speed` thousand
/// cycles a second.
pub fn tasks(scenario: &Scenario, speed: u64, seed: u64) -> Vec<Task> {
	let mut rng = seeded(seed);
	let mean_work = WORK_MEDIAN * (WORK_SIGMA * WORK_SIGMA / 2.0).exp();
	let per_ms = scenario.load * speed as f64 / mean_work / 1_000.0;
	let burst_share = BURST_MS / (CALM_MS + BURST_MS);
	let calm_rate = per_ms / (1.0 - burst_share + BURST_FACTOR * burst_share);
	let horizon = scenario.horizon_ms as f64;

	let mut drawn = Vec::new();
	let (mut from, mut burst) = (0.0, false);
	while from < horizon {
		let length = exponential(&mut rng, if burst { BURST_MS } else { CALM_MS });
		let until = horizon.min(from + length);
		let rate = if burst { calm_rate * BURST_FACTOR } else { calm_rate };
		let mut at = from + exponential(&mut rng, 1.0 / rate);
		while at < until {
			let work = loop {
				let work = lognormal(&mut rng, WORK_MEDIAN, WORK_SIGMA);
				if work <= WORK_LIMIT {
					break work.max(1.0);
				}
			};
			let express = rng.gen_bool(EXPRESS_SHARE);
			let unit = lognormal(&mut rng, MAXIMUM_MEDIAN, MAXIMUM_SIGMA);
			drawn.push((at, work, express, unit));
			at += exponential(&mut rng, 1.0 / rate);
		}
		(from, burst) = (until, !burst);
	}

	// A dozen bursts and a heavy tail make the load of one draw differ by a fifth: the work is scaled
	// to the load that the scenario names.
	let total: f64 = drawn.iter().map(|(_, work, ..)| work).sum();
	let scale = scenario.load * speed as f64 * horizon / 1_000.0 / total.max(1.0);
	drawn
		.into_iter()
		.map(|(at, work, express, unit)| {
			let work = (work * scale).max(1.0).round();
			let level = if express { Level::Express } else { Level::Standard };
			let worth = if express { EXPRESS_WORTH } else { 1.0 };
			Task {
				at: at as u64,
				work: work as u64,
				max_fee: (unit * worth * work) as u64,
				level,
				deadline: (at + Task::patience_ms(work, level)) as u64,
			}
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_load_is_the_one_named() {
		let scenario = Scenario::all(3_600_000, 100)[1];
		let tasks = tasks(&scenario, 300_000, 7);
		let work: u64 = tasks.iter().map(|t| t.work).sum();
		let load = work as f64 / (300_000.0 * 3_600.0);
		assert!((load - 0.8).abs() < 0.001, "{load}");
		assert!(tasks.windows(2).all(|pair| pair[0].at <= pair[1].at));
		assert!(tasks.iter().all(|t| t.deadline > t.at));
	}
}
