// SPDX-License-Identifier: Apache-2.0
//! Proof contests: an all-pay auction. Everyone who could prove the task bids, all bids are kept,
//! and the right to prove goes to one of them with probability ∝ bid^α. The winner gets the fee the
//! requester set, its maximum; the bids go back to the requester, which is the reading that is best
//! for the rule.
//!
//! A prover's choice is the share that it bids of what winning is worth to it.

use super::{can, Open, Setup, Singles, FRESH_MS, MISS};
use crate::{
	engine::{Money, Party, Rule, World},
	rng::weighted,
};
use rand::seq::SliceRandom;

/// Shares of the worth of winning; 0 stays away.
pub const GRID: &[f64] = &[0.0, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32];

/// A contest is among this many at most, drawn from those that are free: bidding means running the
/// program first.
const CONTESTANTS: usize = 64;

pub struct Contest {
	alpha: i32,
	worth: Vec<f64>,
	shares: Vec<f64>,
	open: Open,
	singles: Singles,
	entrants: Vec<u32>,
}

impl Contest {
	pub fn new(setup: &Setup, alpha: i32) -> Self {
		let entrants =
			(0..setup.provers.len() as u32).filter(|p| setup.choices[*p as usize] > 0.0).collect();
		Self {
			alpha,
			worth: setup.provers.iter().map(|p| p.break_even(MISS)).collect(),
			shares: setup.choices.to_vec(),
			open: Open::default(),
			singles: Singles::new(),
			entrants,
		}
	}
}

impl Rule for Contest {
	fn submitted(&mut self, world: &mut World, task: u32) {
		world.transactions += 1;
		self.open.push(task);
	}

	fn block(&mut self, world: &mut World) {
		let Self { alpha, worth, shares, open, singles, entrants } = self;
		open.retry(world, entrants, FRESH_MS, |world, free, task| {
			let wanted = &world.tasks[task as usize];
			let fee = wanted.max_fee as f64;
			let mut bids: Vec<(u32, f64)> = Vec::new();
			let pool: Vec<u32> = free
				.iter()
				.copied()
				.filter(|p| {
					fee > worth[*p as usize] * wanted.work as f64
						&& can(world, *p, task, wanted.deadline)
				})
				.collect();
			for &p in pool.choose_multiple(&mut world.rng, CONTESTANTS) {
				let gain = fee - worth[p as usize] * wanted.work as f64;
				bids.push((p, (gain * shares[p as usize]).floor()));
			}
			let top = bids.iter().map(|(_, bid)| *bid).fold(1.0, f64::max);
			let weights: Vec<f64> = bids.iter().map(|(_, bid)| (bid / top).powi(*alpha)).collect();
			let winner = bids[weighted(&mut world.rng, &weights)?].0;
			for (prover, bid) in &bids {
				world.pay(Party::Prover(*prover), Party::Requester(task), *bid as Money);
			}
			singles.assign(world, winner, task, fee as Money, MISS);
			Some(winner)
		});
	}

	fn proved(&mut self, world: &mut World, attempt: u32) {
		self.singles.proved(world, attempt);
	}

	fn deadline(&mut self, world: &mut World, task: u32) {
		self.singles.deadline(world, task);
	}
}
