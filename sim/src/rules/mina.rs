// SPDX-License-Identifier: Apache-2.0
//! Mina's market for SNARK work: whoever is idle picks an open task at random and proves it; of the
//! proofs offered, the cheapest is bought. Nobody is assigned, nobody owes anything; what others
//! made for the same task is lost.

use super::{total, Open, Setup};
use crate::{
	engine::{Money, Party, Rule, World},
	workload::Level,
};
use rand::{seq::SliceRandom, Rng as _};

/// Time for which the buyer waits for cheaper offers after the first.
const WINDOW_STANDARD_MS: u64 = 30_000;
const WINDOW_EXPRESS_MS: u64 = 6_000;

pub struct Mina {
	asks: Vec<f64>,
	open: Open,
	/// The cheapest offer for each task.
	best: Vec<Option<(Money, u32)>>,
	order: Vec<u32>,
}

impl Mina {
	pub fn new(setup: &Setup) -> Self {
		let asks = setup.asks(0.0);
		let order = (0..asks.len() as u32).filter(|p| asks[*p as usize].is_finite()).collect();
		Self { asks, open: Open::default(), best: Vec::new(), order }
	}

	fn buy(&mut self, world: &mut World, task: u32) {
		let Some((price, attempt)) = self.best[task as usize] else { return };
		let prover = world.attempts[attempt as usize].prover;
		world.pay_proof(Party::Requester(task), prover, price);
		world.transactions += 1;
		world.deliver(attempt);
	}
}

impl Rule for Mina {
	fn submitted(&mut self, world: &mut World, task: u32) {
		world.transactions += 1;
		self.best.push(None);
		self.open.push(task);
	}

	fn block(&mut self, world: &mut World) {
		let Self { asks, open, order, best } = self;
		// Tasks with an offer are still open to cheaper ones, but nobody begins one of them anew.
		let over = |task: &u32| world.outcomes[*task as usize].over;
		open.0.retain(|task| !over(task) && best[*task as usize].is_none());
		let mut order = order.clone();
		order.shuffle(&mut world.rng);
		for prover in order {
			if open.0.is_empty() || world.is_offline(prover) || world.held(prover) > 0 {
				continue;
			}
			// The node looks at a few of the pool before it gives up for this block.
			for _ in 0..4 {
				let task = open.0[world.rng.gen_range(0..open.0.len())];
				let wanted = &world.tasks[task as usize];
				let price = total(asks[prover as usize], wanted);
				if price <= wanted.max_fee.into()
					&& world.would_end(prover, wanted.work) <= wanted.deadline
				{
					world.assign(prover, task, price, 0);
					break;
				}
			}
		}
	}

	fn proved(&mut self, world: &mut World, attempt: u32) {
		let (task, price) = {
			let attempt = &world.attempts[attempt as usize];
			(attempt.task, attempt.pay)
		};
		let wanted = &world.tasks[task as usize];
		let window = match wanted.level {
			Level::Standard => WINDOW_STANDARD_MS,
			Level::Express => WINDOW_EXPRESS_MS,
		};
		let ends = (world.now + window).min(wanted.deadline);
		let best = &mut self.best[task as usize];
		match best {
			None => {
				*best = Some((price, attempt));
				world.timer(ends, task, 0);
			}
			Some((lowest, _)) if price < *lowest => *best = Some((price, attempt)),
			Some(_) => {}
		}
	}

	fn timer(&mut self, world: &mut World, task: u32, _tag: u32) {
		self.buy(world, task);
	}

	fn deadline(&mut self, world: &mut World, task: u32) {
		self.buy(world, task);
	}
}
