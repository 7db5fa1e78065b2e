// SPDX-License-Identifier: Apache-2.0
//! Provers: those that sell proofs.

use crate::rng::{lognormal, seeded};
use rand::seq::SliceRandom;

/// Median speed in thousands of cycles a second: one strong GPU. The largest of a thousand provers
/// is some fifty times as fast: a rack of them.
pub const SPEED_MEDIAN: f64 = 1_500.0;
pub const SPEED_SIGMA: f64 = 1.2;
/// Median cost of a thousand cycles, in plancks.
pub const COST_MEDIAN: f64 = 1_000_000.0;
pub const COST_SIGMA: f64 = 0.4;
/// Tasks that a prover holds at once: one in work, the others waiting.
pub const SLOTS: usize = 3;
/// The giant of the scenario that has one: its share of all capacity, its cost, its slots.
pub const GIANT_SHARE: f64 = 0.6;
pub const GIANT_COST: f64 = COST_MEDIAN / 2.0;
pub const GIANT_SLOTS: usize = 64;
/// Share of the provers that default whenever it pays.
pub const STRATEGIC_SHARE: f64 = 0.1;
/// Share that the common outage takes down.
pub const OUTAGE_SHARE: f64 = 0.2;
/// Share of failures that the prover notices itself: a crash, not a machine that hangs.
pub const NOTICED: f64 = 0.5;
/// Mean slowdown of a run against the confirmed speed (exponential).
pub const SLOWDOWN: f64 = 0.05;
/// Probability that something better turns up for a strategic prover when it should begin, and its
/// worth as a multiple of the cost of the work (lognormal).
pub const TEMPTATION: f64 = 0.15;
pub const TEMPTATION_MEDIAN: f64 = 1.0;
pub const TEMPTATION_SIGMA: f64 = 0.7;

/// One prover, and one operator: an account with machines that work on one proof at a time.
#[derive(Clone, Debug)]
pub struct Prover {
	/// Thousand cycles a second.
	pub speed: u64,
	/// Plancks for a thousand cycles.
	pub cost: f64,
	/// Tasks it can hold at once.
	pub slots: usize,
	/// Probability that an attempt that was begun delivers.
	pub reliability: f64,
	/// Defaults when delivering costs it more than it loses.
	pub strategic: bool,
	/// Weight in a race for the same transaction: how good its connection and its bots are.
	pub reflexes: f64,
	/// Whether the common outage takes it down.
	pub in_outage: bool,
}

impl Prover {
	/// The unit price at which an assignment neither gains nor loses on average, where a failure
	/// costs `loss` times the price (the mean over those it notices and those it does not).
	///
	/// A failing attempt stops half way on average, so that with reliability r a unit costs
	/// c·(r + (1−r)/2), and the price b solves r·b = that + (1−r)·loss·b.
	pub fn break_even(&self, loss: f64) -> f64 {
		let fails = 1.0 - self.reliability;
		self.cost * (self.reliability + fails / 2.0) / (self.reliability - fails * loss).max(0.05)
	}
}

/// Make the first prover a giant.
pub fn add_giant(provers: &mut [Prover]) {
	let others: u64 = provers.iter().skip(1).map(|p| p.speed).sum();
	if let Some(giant) = provers.first_mut() {
		giant.speed = (others as f64 * GIANT_SHARE / (1.0 - GIANT_SHARE)) as u64;
		giant.cost = GIANT_COST;
		giant.slots = GIANT_SLOTS;
		giant.reliability = 0.996;
		giant.strategic = false;
	}
}

/// Draw `count` provers. Exact shares of reliability, strategy and outage, in random order.
pub fn provers(count: usize, seed: u64) -> Vec<Prover> {
	let mut rng = seeded(seed);
	let mut shuffled = |share: f64| -> Vec<bool> {
		let marked = (count as f64 * share).round() as usize;
		let mut marks: Vec<bool> = (0..count).map(|i| i < marked).collect();
		marks.shuffle(&mut rng);
		marks
	};
	let strategic = shuffled(STRATEGIC_SHARE);
	let in_outage = shuffled(OUTAGE_SHARE);
	let mut reliability: Vec<f64> = (0..count)
		.map(|i| match i as f64 / count as f64 {
			x if x < 0.7 => 0.996,
			x if x < 0.9 => 0.96,
			_ => 0.85,
		})
		.collect();
	reliability.shuffle(&mut rng);
	(0..count)
		.map(|i| Prover {
			speed: lognormal(&mut rng, SPEED_MEDIAN, SPEED_SIGMA).max(50.0) as u64,
			cost: lognormal(&mut rng, COST_MEDIAN, COST_SIGMA),
			slots: SLOTS,
			reliability: reliability[i],
			strategic: strategic[i],
			reflexes: lognormal(&mut rng, 1.0, 1.0),
			in_outage: in_outage[i],
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn shares_are_exact() {
		let provers = provers(1_000, 3);
		let count = |f: fn(&&Prover) -> bool| provers.iter().filter(f).count();
		assert_eq!(count(|p| p.reliability == 0.996), 700);
		assert_eq!(count(|p| p.reliability == 0.96), 200);
		assert_eq!(count(|p| p.reliability == 0.85), 100);
		assert_eq!(count(|p| p.strategic), 100);
		assert_eq!(count(|p| p.in_outage), 200);
	}

	#[test]
	fn the_break_even_price_covers_failures() {
		let mut prover = provers(1, 1).remove(0);
		(prover.cost, prover.reliability) = (100.0, 1.0);
		assert_eq!(prover.break_even(1.0), 100.0);
		prover.reliability = 0.5;
		// Half of the tasks are paid; the others cost half a proof.
		assert_eq!(prover.break_even(0.0), 150.0);
		prover.reliability = 0.9;
		// 0.9·b = 95 + 0.1·b
		assert!((prover.break_even(1.0) - 118.75).abs() < 1e-9);
	}
}
