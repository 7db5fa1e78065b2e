// SPDX-License-Identifier: Apache-2.0
//! Gain of a prover that does not ask what the work costs it.

use super::*;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;

/// The profit of prover 0, whose cost is at `cost`, in ten-thousands of clearings, for each ask.
fn profits(cost: u16, provers: u64, load_percent: u64, asks: &[u16]) -> Vec<i128> {
	let seed = provers ^ load_percent << 32 ^ u64::from(cost) << 48;
	let mut random = Pcg64::seed_from_u64(seed);
	let mut profits = vec![0i128; asks.len()];
	for _ in 0..2_000 {
		// Costs over a factor of three, maxima from the lowest of them to five times the highest.
		let others: Vec<_> =
			(1..provers as u32).map(|p| supply(p, 300 + random.gen_range(0..56))).collect();
		// The number of tasks scatters as a Poisson process's does, roughly.
		let mut tasks = Vec::new();
		for task in 0..2 * provers {
			if random.gen_range(0..200) < load_percent {
				tasks.push(demand(task, 300 + random.gen_range(0..137)));
			}
		}
		for (ask, profit) in asks.iter().zip(&mut profits) {
			let mut all = others.clone();
			all.push(supply(0, *ask));
			if let Some(won) = clear_all(&tasks, &all).matches.iter().find(|m| m.prover == 0) {
				*profit += won.price as i128 - tick(cost).total(100) as i128;
			}
		}
	}
	profits
}

#[test]
fn asking_the_cost_is_within_a_percent_of_the_best_response() {
	for provers in [20, 40] {
		for load in [50, 80] {
			for cost in [305, 320, 335] {
				let asks: Vec<u16> = (0..=40).map(|step| cost - 10 + step).collect();
				let profits = profits(cost, provers, load, &asks);
				let honest = profits[10];
				let best = *profits.iter().max().unwrap();
				assert!(best > 0, "nothing to win with cost {cost}");
				assert!(
					honest * 100 >= best * 99,
					"{provers} provers, load {load} %, cost {cost}: {honest} of {best}"
				);
			}
		}
	}
}
