// SPDX-License-Identifier: Apache-2.0
//! Prooφ, without a clock: tasks wait until a batch is full; then the highest bids meet the lowest
//! costs, each prover with as many tasks as it has capacity, and all pay the first rejected cost.
//! What finds no prover waits for the next batch. A default costs the collateral; nobody takes over.

use super::{by_ask, total, Setup, Singles};
use crate::engine::{Rule, World};

/// Tasks in a batch.
pub const BATCH: usize = 100;

/// Collateral as a share of the price.
const COLLATERAL: f64 = 1.0;

pub struct Proophi {
	asks: Vec<f64>,
	order: Vec<u32>,
	waiting: Vec<u32>,
	/// Tasks that came since the last batch.
	fresh: usize,
	singles: Singles,
	batch: usize,
}

impl Proophi {
	pub fn new(setup: &Setup) -> Self {
		let asks = setup.asks(COLLATERAL);
		Self {
			order: by_ask(&asks),
			asks,
			waiting: Vec::new(),
			fresh: 0,
			singles: Singles::new(),
			batch: BATCH.min(setup.provers.len()),
		}
	}

	fn clear(&mut self, world: &mut World) {
		self.waiting.retain(|task| !world.outcomes[*task as usize].over);
		let bid = |task: u32| {
			let task = &world.tasks[task as usize];
			task.max_fee as f64 / task.work as f64
		};
		self.waiting.sort_by(|a, b| bid(*b).total_cmp(&bid(*a)));

		// The q highest bids meet the q lowest costs as long as they cross; a prover that cannot end
		// the task in time is passed over.
		let mut taken = vec![(0, 0); self.asks.len()];
		let mut pairs = Vec::new();
		for &task in &self.waiting {
			let wanted = &world.tasks[task as usize];
			let found = self
				.order
				.iter()
				.copied()
				.take_while(|p| total(self.asks[*p as usize], wanted) <= wanted.max_fee.into())
				.find(|p| {
					let (count, ms) = taken[*p as usize];
					world.held(*p) + count < world.provers[*p as usize].slots
						&& !world.is_offline(*p)
						&& world.would_end(*p, wanted.work) + ms <= wanted.deadline
				});
			if let Some(prover) = found {
				let (count, ms) = &mut taken[prover as usize];
				*count += 1;
				*ms += world.proving_ms(prover, wanted.work);
				pairs.push((task, prover));
			}
		}
		let Some(last) = pairs.iter().map(|(_, p)| self.asks[*p as usize]).reduce(f64::max) else {
			return;
		};
		let rejected = self
			.order
			.iter()
			.find(|p| {
				self.asks[**p as usize] >= last && taken[**p as usize].0 == 0 && world.is_free(**p)
			})
			.map_or(last, |p| self.asks[*p as usize]);
		for (task, prover) in pairs {
			let wanted = &world.tasks[task as usize];
			// A bid below the price that came out pays its maximum: with one price it would not have
			// been served.
			let price = total(rejected, wanted).min(wanted.max_fee.into());
			self.singles.assign(world, prover, task, price, COLLATERAL);
			self.waiting.retain(|other| *other != task);
		}
	}
}

impl Rule for Proophi {
	fn submitted(&mut self, world: &mut World, task: u32) {
		world.transactions += 1;
		self.waiting.push(task);
		self.fresh += 1;
		if self.fresh >= self.batch {
			self.fresh = 0;
			self.clear(world);
		}
	}

	fn block(&mut self, _world: &mut World) {}

	fn proved(&mut self, world: &mut World, attempt: u32) {
		self.singles.proved(world, attempt);
	}

	fn deadline(&mut self, world: &mut World, task: u32) {
		self.singles.deadline(world, task);
	}
}
