// SPDX-License-Identifier: Apache-2.0
//! Not a market: someone who knows every prover's cost and which attempts would fail, but not what
//! comes next. Each task goes at once to the cheapest prover that will deliver it by its deadline,
//! however many wait there; the prover is paid its cost. What it costs lies between the bound and
//! any market.

use super::Setup;
use crate::engine::{Money, Party, Rule, World};

pub struct Planner {
	order: Vec<u32>,
}

impl Planner {
	pub fn new(setup: &Setup) -> Self {
		let mut order: Vec<u32> = (0..setup.provers.len() as u32).collect();
		let cost = |p: &u32| setup.provers[*p as usize].cost;
		order.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
		Self { order }
	}
}

impl Rule for Planner {
	fn submitted(&mut self, world: &mut World, task: u32) {
		let wanted = &world.tasks[task as usize];
		// A margin for what takes longer than it should.
		let until = wanted.at + (wanted.deadline - wanted.at) * 85 / 100;
		let found = self.order.iter().copied().find(|p| {
			world.cost(*p, task) <= wanted.max_fee as f64
				&& world.would_end(*p, wanted.work) <= until
				&& world.will_prove(*p, task)
		});
		if let Some(prover) = found {
			let cost = world.cost(prover, task) as Money;
			world.assign_queued(prover, task, cost, Money::MAX / 4);
		}
	}

	fn block(&mut self, _world: &mut World) {}

	fn proved(&mut self, world: &mut World, attempt: u32) {
		let attempt_data = &world.attempts[attempt as usize];
		let (task, prover, pay) = (attempt_data.task, attempt_data.prover, attempt_data.pay);
		world.pay_proof(Party::Requester(task), prover, pay);
		world.deliver(attempt);
	}

	fn deadline(&mut self, _world: &mut World, _task: u32) {}
}
