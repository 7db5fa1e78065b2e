// SPDX-License-Identifier: Apache-2.0
//! Kalypso's matching engine: among the provers that ask no more than the budget, promise to be
//! fast enough and have a slot, one is drawn with probability ∝ 1/price · 1/time, halved for each of
//! its recent misses; it is paid what it asked. A missed deadline costs stake; nobody takes over.

use super::{by_ask, can, total, Open, Setup, Singles, FRESH_MS, MISS};
use crate::{
	engine::{Rule, World},
	rng::weighted,
};

pub struct Kalypso {
	asks: Vec<f64>,
	order: Vec<u32>,
	misses: Vec<i32>,
	open: Open,
	singles: Singles,
}

impl Kalypso {
	pub fn new(setup: &Setup) -> Self {
		let asks = setup.asks(MISS);
		Self {
			order: by_ask(&asks),
			misses: vec![0; asks.len()],
			asks,
			open: Open::default(),
			singles: Singles::new(),
		}
	}
}

impl Rule for Kalypso {
	fn submitted(&mut self, world: &mut World, task: u32) {
		world.transactions += 1;
		self.open.push(task);
	}

	fn block(&mut self, world: &mut World) {
		let Self { asks, order, misses, open, singles } = self;
		open.retry(world, order, FRESH_MS, |world, free, task| {
			let wanted = &world.tasks[task as usize];
			let pool: Vec<u32> = free
				.iter()
				.copied()
				.take_while(|p| total(asks[*p as usize], wanted) <= wanted.max_fee.into())
				.filter(|p| can(world, *p, task, wanted.deadline))
				.collect();
			let weights: Vec<f64> = pool
				.iter()
				.map(|p| {
					let time = world.proving_ms(*p, wanted.work) as f64;
					0.5f64.powi(misses[*p as usize].min(50)) / (asks[*p as usize] * time)
				})
				.collect();
			let winner = pool[weighted(&mut world.rng, &weights)?];
			let price = total(asks[winner as usize], wanted);
			world.transactions += 1;
			singles.assign(world, winner, task, price, MISS);
			Some(winner)
		});
	}

	fn proved(&mut self, world: &mut World, attempt: u32) {
		self.singles.proved(world, attempt);
	}

	fn deadline(&mut self, world: &mut World, task: u32) {
		if let Some(Some(single)) = self.singles.0.get(task as usize) {
			self.misses[single.prover as usize] += 1;
		}
		self.singles.deadline(world, task);
	}
}
