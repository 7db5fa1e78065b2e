// SPDX-License-Identifier: Apache-2.0
//! Boundless: the price of a request rises in a straight line from nothing to its maximum; the first
//! prover that locks it, with collateral, is alone with it until the lock expires. Then half of the
//! collateral is burnt, the requester pays nothing more, and whoever proves first gets the other
//! half.

use super::{by_ask, can, soft_deadline, total, Open, Setup};
use crate::{
	engine::{Money, Party, Rule, World},
	rng::weighted,
	workload::Level,
};

/// Time for which the price rises.
const RAMP_STANDARD_MS: u64 = 120_000;
const RAMP_EXPRESS_MS: u64 = 20_000;

/// Collateral as a share of the maximum fee. The requester sets it; this is enough that half of it
/// pays for another proof most of the time.
const COLLATERAL: f64 = 1.0;

/// Cost of a default as a share of the price that was locked, about: prices come to half of the
/// maximum.
const LOSS: f64 = 2.0 * COLLATERAL;

/// Provers that enter a race for a bounty at most.
const RACERS: usize = 5;

struct Lock {
	prover: u32,
	attempt: u32,
	price: Money,
	collateral: Money,
	expired: bool,
}

pub struct Boundless {
	asks: Vec<f64>,
	order: Vec<u32>,
	locks: Vec<Option<Lock>>,
	open: Open,
}

impl Boundless {
	pub fn new(setup: &Setup) -> Self {
		let asks = setup.asks(LOSS);
		Self { order: by_ask(&asks), asks, locks: Vec::new(), open: Open::default() }
	}

	/// Provers enter the race in the order of their reflexes as long as an even chance of the bounty
	/// pays for the work.
	fn race(&self, world: &mut World, task: u32, bounty: Money) {
		let deadline = world.tasks[task as usize].deadline;
		let mut pool: Vec<u32> = (0..world.provers.len() as u32)
			.filter(|p| {
				world.cost(*p, task) <= bounty as f64
					&& world.held(*p) == 0
					&& can(world, *p, task, deadline)
			})
			.collect();
		for entered in 1..=RACERS {
			let weights: Vec<f64> =
				pool.iter().map(|p| world.provers[*p as usize].reflexes).collect();
			let Some(next) = weighted(&mut world.rng, &weights) else { return };
			let prover = pool.swap_remove(next);
			if world.cost(prover, task) * entered as f64 > bounty as f64 {
				return;
			}
			world.assign(prover, task, bounty, 0);
		}
	}
}

impl Rule for Boundless {
	fn submitted(&mut self, world: &mut World, task: u32) {
		world.transactions += 1;
		self.locks.push(None);
		self.open.push(task);
	}

	fn block(&mut self, world: &mut World) {
		let Self { asks, order, locks, open } = self;
		open.retry(world, order, RAMP_STANDARD_MS, |world, free, task| {
			let wanted = &world.tasks[task as usize];
			let until = soft_deadline(wanted.at, wanted);
			let ramp = match wanted.level {
				Level::Standard => RAMP_STANDARD_MS,
				Level::Express => RAMP_EXPRESS_MS,
			};
			let risen = (world.now - wanted.at).min(ramp);
			let price = Money::from(wanted.max_fee) * Money::from(risen) / Money::from(ramp);
			// All that find the price high enough now send a lock; one of them is first.
			let racers: Vec<u32> = free
				.iter()
				.copied()
				.take_while(|p| total(asks[*p as usize], wanted) <= price)
				.filter(|p| can(world, *p, task, until))
				.collect();
			let weights: Vec<f64> =
				racers.iter().map(|p| world.provers[*p as usize].reflexes).collect();
			let prover = racers[weighted(&mut world.rng, &weights)?];
			world.transactions += racers.len() as u64;
			let collateral = (wanted.max_fee as f64 * COLLATERAL) as Money;
			world.lock(collateral);
			let attempt = world.assign(prover, task, price, collateral);
			world.timer(until, task, 0);
			locks[task as usize] =
				Some(Lock { prover, attempt, price, collateral, expired: false });
			Some(prover)
		});
	}

	fn timer(&mut self, world: &mut World, task: u32, _tag: u32) {
		let Some(Some(lock)) = self.locks.get_mut(task as usize) else { return };
		lock.expired = true;
		let bounty = lock.collateral / 2;
		world.lock(-lock.collateral);
		world.pay(Party::Prover(lock.prover), Party::Burn, lock.collateral - bounty);
		world.pay(Party::Prover(lock.prover), Party::Protocol, bounty);
		world.transactions += 1;
		// The lock's holder still tries: for it the bounty is as good as anyone's.
		self.race(world, task, bounty);
	}

	fn proved(&mut self, world: &mut World, attempt: u32) {
		let (task, prover) = {
			let attempt = &world.attempts[attempt as usize];
			(attempt.task, attempt.prover)
		};
		let Some(Some(lock)) = self.locks.get(task as usize) else { return };
		if lock.expired {
			world.pay_proof(Party::Protocol, prover, lock.collateral / 2);
		} else if lock.attempt == attempt {
			world.lock(-lock.collateral);
			world.pay_proof(Party::Requester(task), prover, lock.price);
		}
		world.transactions += 1;
		world.deliver(attempt);
	}

	fn deadline(&mut self, _world: &mut World, _task: u32) {
		// The bounty that nobody earned stays with the protocol.
	}
}
