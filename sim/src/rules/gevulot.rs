// SPDX-License-Identifier: Apache-2.0
//! Gevulot: each task goes to a prover drawn at random among those that are in the set and not
//! overburdened, at one fixed price for a unit of work; if it has not delivered by the soft
//! deadline, to one other at the same price. There is no bond for a task: a miss costs the fee.

use super::{can, soft_deadline, total, Open, Setup, FRESH_MS};
use crate::engine::{Party, Rule, World};
use rand::seq::SliceRandom;

pub struct Gevulot {
	price: f64,
	members: Vec<u32>,
	open: Open,
}

/// The capacity that the price is set to attract, as a multiple of the load: governance that knows
/// the costs and keeps a fifth in reserve.
const RESERVE: f64 = 1.2;

impl Gevulot {
	pub fn new(setup: &Setup) -> Self {
		let mut costs: Vec<(f64, u64)> =
			setup.provers.iter().map(|p| (p.break_even(0.0), p.speed)).collect();
		costs.sort_by(|a, b| a.0.total_cmp(&b.0));
		let all: u64 = costs.iter().map(|(_, speed)| speed).sum();
		let wanted = (setup.scenario.load * RESERVE).min(0.98) * all as f64;
		let mut sum = 0.0;
		let price = costs
			.iter()
			.find(|(_, speed)| {
				sum += *speed as f64;
				sum >= wanted
			})
			.map_or(0.0, |(cost, _)| *cost);
		let members = (0..setup.provers.len() as u32)
			.filter(|p| {
				let p = *p as usize;
				setup.choices[p] * setup.provers[p].break_even(0.0) <= price
			})
			.collect();
		Self { price, members, open: Open::default() }
	}

	fn draw(&self, world: &mut World, members: &[u32], task: u32, until: u64) -> Option<u32> {
		let wanted = &world.tasks[task as usize];
		let price = total(self.price, wanted);
		if price > wanted.max_fee.into() {
			return None;
		}
		let tried: Vec<u32> = world.outcomes[task as usize]
			.attempts
			.iter()
			.map(|id| world.attempts[*id as usize].prover)
			.collect();
		let pool: Vec<u32> = members
			.iter()
			.copied()
			.filter(|p| !tried.contains(p) && can(world, *p, task, until))
			.collect();
		let prover = *pool.choose(&mut world.rng)?;
		world.assign(prover, task, price, 0);
		Some(prover)
	}
}

impl Rule for Gevulot {
	fn submitted(&mut self, world: &mut World, task: u32) {
		world.transactions += 1;
		self.open.push(task);
	}

	fn block(&mut self, world: &mut World) {
		let mut open = std::mem::take(&mut self.open);
		open.retry(world, &self.members, FRESH_MS, |world, free, task| {
			let soft = soft_deadline(world.now, &world.tasks[task as usize]);
			let drawn = self.draw(world, free, task, soft)?;
			world.timer(soft, task, 0);
			Some(drawn)
		});
		self.open = open;
	}

	fn timer(&mut self, world: &mut World, task: u32, _tag: u32) {
		// One fallback, whether the first declined or was late.
		if world.outcomes[task as usize].attempts.len() > 1 {
			return;
		}
		let deadline = world.tasks[task as usize].deadline;
		self.draw(world, &self.members, task, deadline);
	}

	/// A prover may decline; another takes over.
	fn declined(&mut self, world: &mut World, attempt: u32) {
		let task = world.attempts[attempt as usize].task;
		if world.outcomes[task as usize].attempts.len() < 2 {
			self.timer(world, task, 0);
		}
	}

	fn proved(&mut self, world: &mut World, attempt: u32) {
		let (task, prover, price) = {
			let attempt = &world.attempts[attempt as usize];
			(attempt.task, attempt.prover, attempt.pay)
		};
		world.pay_proof(Party::Requester(task), prover, price);
		world.transactions += 1;
		world.deliver(attempt);
	}

	fn deadline(&mut self, _world: &mut World, _task: u32) {}
}
