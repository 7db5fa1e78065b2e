// SPDX-License-Identifier: Apache-2.0
//! The world that every rule acts in: time, machines, failures, money.
//!
//! A prover works on one proof at a time, in the order given, at its speed. Whether an attempt of a
//! prover at a task fails, how late it is and what tempts a strategic prover follow from the seed,
//! the task and the prover alone: every rule meets the same luck.

use crate::{
	provers::{self, Prover},
	rng::{exponential, lognormal, mix, seeded, Rng},
	workload::{Scenario, Task},
};
pub use proofyard_mechanism::level::BLOCK_MS;
use rand::Rng as _;
use std::{
	cmp::Reverse,
	collections::{BinaryHeap, VecDeque},
};

/// Plancks; may be negative.
pub type Money = i128;

/// Owner of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
	Requester(u32),
	Prover(u32),
	/// The chain's treasury, validators, or stakers.
	Protocol,
	Burn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
	Queued,
	Running,
	Proved,
	Failed,
	Defaulted,
	Cancelled,
}

/// One prover's try at one task.
#[derive(Clone, Debug)]
pub struct Attempt {
	pub task: u32,
	pub prover: u32,
	/// Price for the proof, and loss without one: a strategic prover weighs them.
	pub pay: Money,
	pub loss: Money,
	pub state: State,
	/// The time it takes at the prover's speed.
	pub expected_ms: u64,
	started: u64,
	ends: u64,
	/// Share of the work that is done at `ends`: 1 for a proof.
	share: f64,
	/// Cost of it to the prover, in plancks.
	pub cost: f64,
}

impl Attempt {
	/// The share of what was done in it that was done by some time.
	pub fn share_by(&self, time: u64) -> f64 {
		if self.cost == 0.0 {
			return 0.0;
		}
		let length = self.ends.saturating_sub(self.started).max(1) as f64;
		(time.saturating_sub(self.started) as f64 / length).min(1.0)
	}
}

/// End of a task.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
	/// Time at which a prover first took it on.
	pub accepted: Option<u64>,
	pub delivered: Option<u64>,
	/// The attempt that was accepted.
	pub winner: Option<u32>,
	/// Price the requester paid, less what it got back.
	pub paid: Money,
	pub over: bool,
	pub attempts: Vec<u32>,
}

#[derive(Clone, Debug, Default)]
struct Machine {
	queue: VecDeque<u32>,
	/// The time that all in the queue are expected to take.
	queued_ms: u64,
	running: Option<u32>,
	offline_since: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
	Finish(u32),
	Outage(bool),
	Deadline(u32),
	Timer(u32, u32),
	Arrive(u32),
	Block,
}

/// A rule by which tasks meet provers.
pub trait Rule {
	/// A task came in.
	fn submitted(&mut self, world: &mut World, task: u32);
	/// A block is made.
	fn block(&mut self, world: &mut World);
	/// A proof was made for a task that is not over.
	fn proved(&mut self, world: &mut World, attempt: u32);
	/// An attempt failed, or will not be begun, and its prover knows. Where a rule lets it say so,
	/// it does if that costs it less.
	fn declined(&mut self, _world: &mut World, _attempt: u32) {}
	/// A time that the rule set with [`World::timer`] has come, and the task is not over.
	fn timer(&mut self, _world: &mut World, _task: u32, _tag: u32) {}
	/// The deadline passed without an accepted proof. What still runs is stopped after this.
	fn deadline(&mut self, world: &mut World, task: u32);
}

/// Everything that is not the rule's.
pub struct World<'a> {
	pub now: u64,
	pub tasks: &'a [Task],
	pub provers: &'a [Prover],
	pub attempts: Vec<Attempt>,
	pub outcomes: Vec<Outcome>,
	/// Net money of each prover, and what it was paid for proofs.
	pub net: Vec<Money>,
	pub revenue: Vec<Money>,
	pub protocol: Money,
	pub burnt: Money,
	/// Transactions on the chain or the auctioneer's ledger.
	pub transactions: u64,
	/// Assignments to a prover whose slots were full. A rule that makes one is wrong.
	pub over_capacity: u64,
	pub rng: Rng,
	seed: u64,
	machines: Vec<Machine>,
	/// Attempts that were dropped since the rule was last told.
	dropped: Vec<u32>,
	events: BinaryHeap<Reverse<(u64, Event, u64)>>,
	sequence: u64,
	left: usize,
	locked: Money,
	locked_at: u64,
	/// Planck-milliseconds of bonds and collateral.
	pub locked_total: f64,
}

impl<'a> World<'a> {
	fn new(scenario: &Scenario, tasks: &'a [Task], provers: &'a [Prover], seed: u64) -> Self {
		let mut world = Self {
			now: 0,
			tasks,
			provers,
			attempts: Vec::new(),
			outcomes: vec![Outcome::default(); tasks.len()],
			net: vec![0; provers.len()],
			revenue: vec![0; provers.len()],
			protocol: 0,
			burnt: 0,
			transactions: 0,
			over_capacity: 0,
			rng: seeded(mix(&[seed, 1])),
			seed,
			machines: vec![Machine::default(); provers.len()],
			dropped: Vec::new(),
			events: BinaryHeap::new(),
			sequence: 0,
			left: tasks.len(),
			locked: 0,
			locked_at: 0,
			locked_total: 0.0,
		};
		for (id, task) in tasks.iter().enumerate() {
			world.schedule(task.at, Event::Arrive(id as u32));
			world.schedule(task.deadline, Event::Deadline(id as u32));
		}
		if let Some((start, end)) = scenario.outage_ms() {
			world.schedule(start, Event::Outage(true));
			world.schedule(end, Event::Outage(false));
		}
		world.schedule(BLOCK_MS, Event::Block);
		world
	}

	fn schedule(&mut self, at: u64, event: Event) {
		self.sequence += 1;
		self.events.push(Reverse((at, event, self.sequence)));
	}

	/// Have the rule's `timer` called.
	pub fn timer(&mut self, at: u64, task: u32, tag: u32) {
		self.schedule(at, Event::Timer(task, tag));
	}

	/// Move money. The sum over all parties stays zero.
	pub fn pay(&mut self, from: Party, to: Party, amount: Money) {
		for (party, amount) in [(from, -amount), (to, amount)] {
			match party {
				Party::Requester(task) => self.outcomes[task as usize].paid -= amount,
				Party::Prover(prover) => self.net[prover as usize] += amount,
				Party::Protocol => self.protocol += amount,
				Party::Burn => self.burnt += amount,
			}
		}
	}

	/// Pay for a proof.
	pub fn pay_proof(&mut self, from: Party, prover: u32, amount: Money) {
		self.pay(from, Party::Prover(prover), amount);
		self.revenue[prover as usize] += amount;
	}

	/// Bonds and collateral put up (positive) or given back (negative).
	pub fn lock(&mut self, amount: Money) {
		self.locked_total += self.locked as f64 * (self.now - self.locked_at) as f64;
		self.locked += amount;
		self.locked_at = self.now;
	}

	/// Whether nothing is locked.
	#[cfg(test)]
	pub fn unlocked(&self) -> bool {
		self.locked == 0
	}

	/// Attempts that a prover holds.
	pub fn held(&self, prover: u32) -> usize {
		let machine = &self.machines[prover as usize];
		machine.queue.len() + usize::from(machine.running.is_some())
	}

	/// Whether it runs and has a free slot, as it knows itself.
	pub fn is_free(&self, prover: u32) -> bool {
		!self.is_offline(prover) && self.held(prover) < self.provers[prover as usize].slots
	}

	pub fn is_offline(&self, prover: u32) -> bool {
		self.machines[prover as usize].offline_since.is_some()
	}

	/// Time since it went down.
	pub fn offline_ms(&self, prover: u32) -> u64 {
		self.machines[prover as usize].offline_since.map_or(0, |since| self.now - since)
	}

	/// The time that work takes a prover at its speed.
	pub fn proving_ms(&self, prover: u32, work: u64) -> u64 {
		(work * 1_000).div_ceil(self.provers[prover as usize].speed)
	}

	/// Time at which a prover that begins a task after all it holds expects to have its proof.
	pub fn would_end(&self, prover: u32, work: u64) -> u64 {
		let machine = &self.machines[prover as usize];
		let running = machine.running.map_or(0, |id| {
			let attempt = &self.attempts[id as usize];
			(attempt.started + attempt.expected_ms).saturating_sub(self.now)
		});
		// A prover knows that it is a bit slower than its best.
		let own = self.proving_ms(prover, work);
		self.now + running + machine.queued_ms + own + (own as f64 * provers::SLOWDOWN) as u64
	}

	/// The cost of a task to a prover, in plancks.
	pub fn cost(&self, prover: u32, task: u32) -> f64 {
		self.provers[prover as usize].cost * self.tasks[task as usize].work as f64
	}

	/// Whether an attempt of this prover at this task delivers, once begun. No rule but the planner may
	/// ask.
	pub fn will_prove(&self, prover: u32, task: u32) -> bool {
		self.luck(task, prover, 4).gen_bool(self.provers[prover as usize].reliability)
	}

	/// Luck of a prover with a task, the same under every rule.
	fn luck(&self, task: u32, prover: u32, what: u64) -> Rng {
		seeded(mix(&[self.seed, task.into(), prover.into(), what]))
	}

	/// Give a task to a prover.
	pub fn assign(&mut self, prover: u32, task: u32, pay: Money, loss: Money) -> u32 {
		self.over_capacity += u64::from(self.held(prover) >= self.provers[prover as usize].slots);
		self.assign_queued(prover, task, pay, loss)
	}

	/// Give a task to a prover that may have any number: for the planner alone.
	pub fn assign_queued(&mut self, prover: u32, task: u32, pay: Money, loss: Money) -> u32 {
		let id = self.attempts.len() as u32;
		let work = self.tasks[task as usize].work;
		self.attempts.push(Attempt {
			task,
			prover,
			pay,
			loss,
			state: State::Queued,
			expected_ms: self.proving_ms(prover, work),
			started: 0,
			ends: 0,
			share: 0.0,
			cost: 0.0,
		});
		let outcome = &mut self.outcomes[task as usize];
		outcome.accepted.get_or_insert(self.now);
		outcome.attempts.push(id);
		let expected = self.attempts[id as usize].expected_ms;
		let machine = &mut self.machines[prover as usize];
		machine.queue.push_back(id);
		machine.queued_ms += expected;
		self.work_on(prover);
		id
	}

	/// Accept the proof of an attempt: the task is over, what others do for it is stopped.
	pub fn deliver(&mut self, attempt: u32) {
		let task = self.attempts[attempt as usize].task;
		let outcome = &mut self.outcomes[task as usize];
		debug_assert!(!outcome.over);
		outcome.delivered = Some(self.now);
		outcome.winner = Some(attempt);
		self.end(task);
	}

	/// End a task that nobody has taken on, or that failed.
	pub fn end(&mut self, task: u32) {
		let outcome = &mut self.outcomes[task as usize];
		if outcome.over {
			return;
		}
		outcome.over = true;
		self.left -= 1;
		for id in outcome.attempts.clone() {
			self.cancel(id);
		}
	}

	/// Stop an attempt that has not ended.
	pub fn cancel(&mut self, id: u32) {
		let attempt = &self.attempts[id as usize];
		let prover = attempt.prover;
		match attempt.state {
			State::Queued => {
				let expected = attempt.expected_ms;
				let machine = &mut self.machines[prover as usize];
				machine.queue.retain(|queued| *queued != id);
				machine.queued_ms -= expected;
				self.attempts[id as usize].state = State::Cancelled;
			}
			State::Running => {
				self.stop(id, State::Cancelled);
				self.work_on(prover);
			}
			_ => {}
		}
	}

	/// End a running attempt now and charge what it cost up to now.
	fn stop(&mut self, id: u32, state: State) {
		let attempt = &self.attempts[id as usize];
		let length = attempt.ends.saturating_sub(attempt.started).max(1) as f64;
		let share = attempt.share * ((self.now - attempt.started) as f64 / length).min(1.0);
		let cost = self.cost(attempt.prover, attempt.task) * share;
		let prover = attempt.prover as usize;
		let attempt = &mut self.attempts[id as usize];
		attempt.cost = cost;
		attempt.state = state;
		attempt.ends = self.now;
		self.machines[prover].running = None;
	}

	/// Let a prover begin its next task if it is idle.
	fn work_on(&mut self, prover: u32) {
		let who = &self.provers[prover as usize];
		loop {
			let machine = &mut self.machines[prover as usize];
			if machine.running.is_some() || machine.offline_since.is_some() {
				return;
			}
			let Some(id) = machine.queue.pop_front() else { return };
			machine.queued_ms -= self.attempts[id as usize].expected_ms;
			let task = self.attempts[id as usize].task;
			if who.strategic && self.luck(task, prover, 1).gen_bool(provers::TEMPTATION) {
				let cost = self.cost(prover, task);
				let other = lognormal(
					&mut self.luck(task, prover, 2),
					cost * provers::TEMPTATION_MEDIAN,
					provers::TEMPTATION_SIGMA,
				);
				let attempt = &mut self.attempts[id as usize];
				if cost + other > (attempt.pay + attempt.loss) as f64 {
					attempt.state = State::Defaulted;
					self.dropped.push(id);
					continue;
				}
			}
			let slow = 1.0 + exponential(&mut self.luck(task, prover, 3), provers::SLOWDOWN);
			let fails = !self.will_prove(prover, task);
			let share = if fails { self.luck(task, prover, 5).gen() } else { 1.0 };
			let attempt = &mut self.attempts[id as usize];
			attempt.state = State::Running;
			attempt.started = self.now;
			attempt.share = share;
			attempt.ends =
				self.now + ((attempt.expected_ms as f64 * slow * share).ceil() as u64).max(1);
			let ends = attempt.ends;
			self.machines[prover as usize].running = Some(id);
			self.schedule(ends, Event::Finish(id));
			return;
		}
	}

	/// Whether the prover of a failed attempt knows that it failed.
	fn notices(&self, id: u32) -> bool {
		let attempt = &self.attempts[id as usize];
		self.luck(attempt.task, attempt.prover, 6).gen_bool(provers::NOTICED)
	}

	fn set_outage(&mut self, down: bool) {
		for prover in 0..self.provers.len() as u32 {
			if !self.provers[prover as usize].in_outage {
				continue;
			}
			if down {
				if let Some(id) = self.machines[prover as usize].running {
					self.stop(id, State::Failed);
				}
				self.machines[prover as usize].offline_since = Some(self.now);
			} else {
				self.machines[prover as usize].offline_since = None;
				self.work_on(prover);
			}
		}
	}
}

/// Run a rule on a workload until every task is over.
pub fn run<'a>(
	scenario: &Scenario,
	tasks: &'a [Task],
	provers: &'a [Prover],
	seed: u64,
	rule: &mut dyn Rule,
) -> World<'a> {
	let mut world = World::new(scenario, tasks, provers, seed);
	while world.left > 0 {
		let Some(Reverse((at, event, _))) = world.events.pop() else { break };
		world.now = at;
		match event {
			Event::Arrive(task) => rule.submitted(&mut world, task),
			Event::Block => {
				rule.block(&mut world);
				world.schedule(at + BLOCK_MS, Event::Block);
			}
			Event::Finish(id) => {
				let attempt = &world.attempts[id as usize];
				// Cancelled, or stopped by the outage.
				if attempt.state != State::Running {
					continue;
				}
				let (prover, task) = (attempt.prover, attempt.task);
				let proved = attempt.share >= 1.0;
				world.stop(id, if proved { State::Proved } else { State::Failed });
				if proved && !world.outcomes[task as usize].over {
					rule.proved(&mut world, id);
				} else if !proved && world.notices(id) {
					world.dropped.push(id);
				}
				world.work_on(prover);
			}
			Event::Timer(task, tag) => {
				if !world.outcomes[task as usize].over {
					rule.timer(&mut world, task, tag);
				}
			}
			Event::Deadline(task) => {
				if !world.outcomes[task as usize].over {
					rule.deadline(&mut world, task);
					world.end(task);
				}
			}
			Event::Outage(down) => world.set_outage(down),
		}
		while let Some(id) = world.dropped.pop() {
			if !world.outcomes[world.attempts[id as usize].task as usize].over {
				rule.declined(&mut world, id);
			}
		}
	}
	world.lock(0);
	world
}
