// SPDX-License-Identifier: Apache-2.0
//! Succinct's prover network as it runs: a reverse auction in an off-chain service, the lowest bid
//! wins and is paid what it bid. A bidder checks that it has a slot and can end by the deadline. A
//! missed deadline costs stake; nobody takes over.

use super::{by_ask, can, total, Open, Setup, Singles, FRESH_MS, MISS};
use crate::engine::{Rule, World};

pub struct Succinct {
	asks: Vec<f64>,
	order: Vec<u32>,
	open: Open,
	singles: Singles,
}

impl Succinct {
	pub fn new(setup: &Setup) -> Self {
		let asks = setup.asks(MISS);
		Self { order: by_ask(&asks), asks, open: Open::default(), singles: Singles::new() }
	}
}

impl Rule for Succinct {
	fn submitted(&mut self, world: &mut World, task: u32) {
		world.transactions += 1;
		self.open.push(task);
	}

	fn block(&mut self, world: &mut World) {
		let Self { asks, order, open, singles } = self;
		open.retry(world, order, FRESH_MS, |world, free, task| {
			let wanted = &world.tasks[task as usize];
			let winner = *free
				.iter()
				.take_while(|p| total(asks[**p as usize], wanted) <= wanted.max_fee.into())
				.find(|p| can(world, **p, task, wanted.deadline))?;
			let price = total(asks[winner as usize], wanted);
			singles.assign(world, winner, task, price, MISS);
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
