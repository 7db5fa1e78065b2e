// SPDX-License-Identifier: Apache-2.0
//! The least that a set of tasks can cost, for someone who knows everything.
//!
//! Tasks that a rule delivered on time, it delivered by work of its provers between each task's submission
//! and its deadline, no prover faster than its speed, each unit at that prover's cost. The bound is
//! the cheapest way to do that much work under these conditions alone: a task may be cut into any
//! pieces, done by many provers at once, and nobody fails. Every real schedule is one of these, so
//! none costs less.
//!
//! With time cut into bins (a task may use the whole of its first and last bin) this is a matching of
//! work to capacity. The sets of capacity that can be matched are the independent sets of a
//! transversal matroid, so that taking capacity from the cheapest up is optimal: if `r(k)` is the
//! most work that the k cheapest classes of provers can do, the cost is `Σ c(k)·(r(k) − r(k−1))`.
//! `r(k)` comes from serving, bin by bin, the work with the earliest deadline first, which is optimal
//! for work that may be done in an interval of bins. Provers come in classes of similar cost, each
//! counted at its cheapest member's.

use crate::{
	provers::Prover,
	workload::{Scenario, Task},
};
use std::{cmp::Reverse, collections::BinaryHeap};

/// Length of a bin.
const BIN_MS: u64 = 30_000;

/// Classes of provers by cost.
const CLASSES: usize = 80;

/// A lower bound on the cost of proving `tasks`, in plancks.
pub fn least_cost(
	scenario: &Scenario,
	provers: &[Prover],
	tasks: impl Iterator<Item = Task>,
) -> f64 {
	let mut tasks: Vec<(u64, u64, f64)> = tasks
		.map(|t| (t.at / BIN_MS, t.deadline.div_ceil(BIN_MS).max(t.at / BIN_MS + 1), t.work as f64))
		.collect();
	tasks.sort_by_key(|(from, until, _)| (*from, *until));
	let bins = tasks.iter().map(|(_, until, _)| *until).max().unwrap_or(0) as usize;

	let mut provers: Vec<&Prover> = provers.iter().collect();
	provers.sort_by(|a, b| a.cost.total_cmp(&b.cost));
	let outage = scenario.outage_ms().map_or(0..0, |(start, end)| {
		// Bins that lie in the outage as a whole.
		start.div_ceil(BIN_MS) as usize..(end / BIN_MS) as usize
	});

	let mut capacity = vec![0.0; bins];
	let (mut cost, mut done) = (0.0, 0.0);
	for class in provers.chunks(provers.len().div_ceil(CLASSES).max(1)) {
		let work = |p: &&&Prover| p.speed as f64 * BIN_MS as f64 / 1_000.0;
		let all: f64 = class.iter().map(|p| work(&p)).sum();
		let up: f64 = class.iter().filter(|p| !p.in_outage).map(|p| work(&p)).sum();
		for (bin, room) in capacity.iter_mut().enumerate() {
			*room += if outage.contains(&bin) { up } else { all };
		}
		let most = most_work(&tasks, &capacity);
		cost += class[0].cost * (most - done);
		done = most;
	}
	// What the provers together cannot do by this reckoning is rounding; it is counted as free.
	cost
}

/// The most work that fits: earliest deadline first in each bin.
fn most_work(tasks: &[(u64, u64, f64)], capacity: &[f64]) -> f64 {
	let mut waiting: BinaryHeap<Reverse<(u64, usize)>> = BinaryHeap::new();
	let mut left: Vec<f64> = Vec::with_capacity(tasks.len());
	let mut next = 0;
	let mut done = 0.0;
	for (bin, room) in capacity.iter().enumerate() {
		while next < tasks.len() && tasks[next].0 <= bin as u64 {
			waiting.push(Reverse((tasks[next].1, next)));
			left.push(tasks[next].2);
			next += 1;
		}
		let mut room = *room;
		while let Some(&Reverse((until, task))) = waiting.peek() {
			if until <= bin as u64 {
				waiting.pop();
				continue;
			}
			if room <= 0.0 {
				break;
			}
			let share = room.min(left[task]);
			room -= share;
			left[task] -= share;
			done += share;
			if left[task] <= 0.0 {
				waiting.pop();
			}
		}
	}
	done
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::workload::Level;

	fn prover(speed: u64, cost: f64) -> Prover {
		Prover {
			speed,
			cost,
			slots: 3,
			reliability: 1.0,
			strategic: false,
			reflexes: 1.0,
			in_outage: false,
		}
	}

	fn task(at: u64, deadline: u64, work: u64) -> Task {
		Task { at, work, max_fee: 0, level: Level::Standard, deadline }
	}

	#[test]
	fn fills_the_cheapest_first() {
		let scenario = Scenario::all(60_000, 2)[0];
		let provers = [prover(10, 1.0), prover(100, 3.0)];
		// One bin of 30 s: the cheap one does 300, the other the remaining 200.
		let tasks = [task(0, 30_000, 500)];
		assert_eq!(least_cost(&scenario, &provers, tasks.iter().cloned()), 300.0 + 3.0 * 200.0);
		// In two bins the cheap one does it all but for what has to be done in the second.
		let tasks = [task(0, 60_000, 300), task(30_000, 60_000, 400)];
		assert_eq!(least_cost(&scenario, &provers, tasks.iter().cloned()), 600.0 + 3.0 * 100.0);
	}

	#[test]
	fn the_outage_takes_capacity_away() {
		let mut scenario = Scenario::all(60_000, 2)[3];
		let mut provers = [prover(10, 1.0), prover(100, 3.0)];
		provers[0].in_outage = true;
		let tasks = [task(30_000, 60_000, 300)];
		assert_eq!(least_cost(&scenario, &provers, tasks.iter().cloned()), 900.0);
		scenario.outage = false;
		assert_eq!(least_cost(&scenario, &provers, tasks.iter().cloned()), 300.0);
	}
}
