// SPDX-License-Identifier: Apache-2.0
//! Brevis' request auction: for each task, sealed bids are committed for 300 s and revealed for
//! 600 s; the lowest wins at the second lowest price. A missed deadline costs stake; nobody takes
//! over.
//!
//! In favour of the rule: a prover reveals at the very end, when it knows whether it is free, and a
//! bid that is not revealed costs nothing.

use super::{by_ask, can, total, Setup, Singles, MISS};
use crate::engine::{Rule, World};

/// Commit and reveal.
pub const AUCTION_MS: u64 = 900_000;

/// Provers that think it worth a commit and a reveal transaction: the lowest asks that are free.
const BIDDERS: usize = 20;

pub struct Brevis {
	asks: Vec<f64>,
	order: Vec<u32>,
	singles: Singles,
}

impl Brevis {
	pub fn new(setup: &Setup) -> Self {
		let asks = setup.asks(MISS);
		Self { order: by_ask(&asks), asks, singles: Singles::new() }
	}
}

impl Rule for Brevis {
	fn submitted(&mut self, world: &mut World, task: u32) {
		world.transactions += 1;
		let ends = world.now + AUCTION_MS;
		if ends < world.tasks[task as usize].deadline {
			world.timer(ends, task, 0);
		}
	}

	fn block(&mut self, _world: &mut World) {}

	fn timer(&mut self, world: &mut World, task: u32, _tag: u32) {
		let wanted = &world.tasks[task as usize];
		let bids: Vec<u32> = self
			.order
			.iter()
			.copied()
			.take_while(|p| total(self.asks[*p as usize], wanted) <= wanted.max_fee.into())
			.filter(|p| can(world, *p, task, wanted.deadline))
			.take(BIDDERS)
			.collect();
		world.transactions += 2 * bids.len() as u64;
		let Some(&winner) = bids.first() else {
			world.end(task);
			return;
		};
		let price = bids
			.get(1)
			.map_or(wanted.max_fee.into(), |second| total(self.asks[*second as usize], wanted));
		self.singles.assign(world, winner, task, price, MISS);
	}

	fn proved(&mut self, world: &mut World, attempt: u32) {
		self.singles.proved(world, attempt);
	}

	fn deadline(&mut self, world: &mut World, task: u32) {
		self.singles.deadline(world, task);
	}
}
