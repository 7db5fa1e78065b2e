// SPDX-License-Identifier: Apache-2.0
//! What a prover gains by not asking what the work costs it.

use super::*;

/// SplitMix64: fixed seeds, no dependency.
struct Random(u64);

impl Random {
	fn next(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		z ^ (z >> 31)
	}

	fn below(&mut self, bound: u64) -> u64 {
		self.next() % bound
	}
}

/// The profit of prover 0, whose cost is at `cost`, in ten-thousands of clearings, for each ask.
fn profits(cost: u16, provers: u64, load_percent: u64, asks: &[u16]) -> Vec<i128> {
	let mut random = Random(provers ^ load_percent << 32 ^ u64::from(cost) << 48);
	let mut profits = vec![0i128; asks.len()];
	for _ in 0..2_000 {
		// Costs over a factor of three, maxima from the lowest of them to five times the highest.
		let others: Vec<_> =
			(1..provers as u32).map(|p| supply(p, 300 + random.below(56) as u16)).collect();
		// The number of tasks scatters as a Poisson process's does, roughly.
		let mut tasks = Vec::new();
		for task in 0..2 * provers {
			if random.below(200) < load_percent {
				tasks.push(demand(task, 300 + random.below(137) as u16));
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
