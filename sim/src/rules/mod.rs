// SPDX-License-Identifier: Apache-2.0
//! The rules that are compared, each as its makers describe it.

pub mod boundless;
pub mod brevis;
pub mod contest;
pub mod gevulot;
pub mod kalypso;
pub mod mina;
pub mod planner;
pub mod proophi;
pub mod succinct;
#[cfg(test)]
mod tests;
pub mod yard;

use crate::{
	engine::{Money, Party, Rule, World, BLOCK_MS},
	provers::Prover,
	workload::{Scenario, Task},
};

/// Loss of a rival's prover that misses a deadline, as a share of the fee, where the rule's
/// makers say that stake is slashed but not how much.
pub const MISS: f64 = 0.5;

/// A rule, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
	Yard,
	/// Ours with a spread that counts over time.
	Spread,
	Boundless,
	Succinct,
	Contest1,
	Contest2,
	Contest4,
	Brevis,
	Gevulot,
	Kalypso,
	Mina,
	Proophi,
	/// Not a market: see [`planner`].
	Planner,
	/// Ours with one thing changed: its place in [`yard::variants`].
	Variant(usize),
}

/// Parts that a rule is made from.
pub struct Setup<'a> {
	pub scenario: &'a Scenario,
	pub provers: &'a [Prover],
	/// Choice of each prover on the rule's grid; infinite: it stays away.
	pub choices: &'a [f64],
	pub seed: u64,
}

impl Setup<'_> {
	/// Each prover's unit ask: its break-even price times its choice.
	pub fn asks(&self, loss: f64) -> Vec<f64> {
		self.provers.iter().zip(self.choices).map(|(p, m)| p.break_even(loss) * m).collect()
	}
}

/// Markups that provers choose from, on their break-even price; the last stays away.
const MARKUPS: &[f64] = &[0.95, 1.0, 1.05, 1.1, 1.2, 1.4, 1.7, 2.2, 3.0, f64::INFINITY];

impl Kind {
	pub const ALL: [Self; 12] = [
		Self::Yard,
		Self::Spread,
		Self::Boundless,
		Self::Succinct,
		Self::Contest1,
		Self::Contest2,
		Self::Contest4,
		Self::Brevis,
		Self::Gevulot,
		Self::Kalypso,
		Self::Mina,
		Self::Proophi,
	];

	/// Name in tables and figures.
	pub fn name(self) -> &'static str {
		match self {
			Self::Yard => "Proofyard",
			Self::Spread => "Proofyard, spread",
			Self::Boundless => "Boundless",
			Self::Succinct => "Succinct",
			Self::Contest1 => "contest α=1",
			Self::Contest2 => "contest α=2",
			Self::Contest4 => "contest α=4",
			Self::Brevis => "Brevis",
			Self::Gevulot => "Gevulot",
			Self::Kalypso => "Kalypso",
			Self::Mina => "Mina",
			Self::Proophi => "Prooφ",
			Self::Planner => "planner",
			Self::Variant(place) => yard::variants()[place].0,
		}
	}

	/// Whether the lowest price wins.
	pub fn is_price_auction(self) -> bool {
		matches!(self, Self::Boundless | Self::Succinct | Self::Brevis | Self::Proophi)
	}

	/// Whether it is ours.
	pub fn is_ours(self) -> bool {
		matches!(self, Self::Yard | Self::Spread)
	}

	/// Choices of provers.
	pub fn grid(self) -> &'static [f64] {
		match self {
			Self::Contest1 | Self::Contest2 | Self::Contest4 => contest::GRID,
			Self::Gevulot => &[1.0, f64::INFINITY],
			Self::Mina => &[1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, f64::INFINITY],
			_ => MARKUPS,
		}
	}

	/// The choice that is honest: one's own cost.
	pub fn honest(self) -> f64 {
		match self {
			// There is no honest bid in a contest; the one that n equal contestants would make.
			Self::Contest1 | Self::Contest2 | Self::Contest4 => 0.02,
			_ => 1.0,
		}
	}

	/// The rule, ready to run.
	pub fn build(self, setup: &Setup) -> Box<dyn Rule> {
		match self {
			Self::Yard => Box::new(yard::Yard::new(setup, yard::Terms::default())),
			Self::Spread => Box::new(yard::Yard::new(setup, yard::Terms::spread_over_time())),
			Self::Boundless => Box::new(boundless::Boundless::new(setup)),
			Self::Succinct => Box::new(succinct::Succinct::new(setup)),
			Self::Contest1 => Box::new(contest::Contest::new(setup, 1)),
			Self::Contest2 => Box::new(contest::Contest::new(setup, 2)),
			Self::Contest4 => Box::new(contest::Contest::new(setup, 4)),
			Self::Brevis => Box::new(brevis::Brevis::new(setup)),
			Self::Gevulot => Box::new(gevulot::Gevulot::new(setup)),
			Self::Kalypso => Box::new(kalypso::Kalypso::new(setup)),
			Self::Mina => Box::new(mina::Mina::new(setup)),
			Self::Proophi => Box::new(proophi::Proophi::new(setup)),
			Self::Planner => Box::new(planner::Planner::new(setup)),
			Self::Variant(place) => {
				Box::new(yard::Yard::new(setup, yard::variants().swap_remove(place).1))
			}
		}
	}
}

/// The prover ids in order of their asks, those that stay away left out.
fn by_ask(asks: &[f64]) -> Vec<u32> {
	let mut order: Vec<u32> =
		(0..asks.len() as u32).filter(|p| asks[*p as usize].is_finite()).collect();
	order.sort_by(|a, b| asks[*a as usize].total_cmp(&asks[*b as usize]));
	order
}

/// The price of a task's work at a unit price, rounded down.
fn total(unit: f64, task: &Task) -> Money {
	(unit * task.work as f64) as Money
}

/// The time by which a first attempt should deliver, where a rule has one before the deadline: the
/// same for all rules that do.
fn soft_deadline(now: u64, task: &Task) -> u64 {
	now + task.deadline.saturating_sub(now) * u64::from(task.level.terms().soft_percent) / 100
}

/// Whether a prover is up, has a slot, and expects to end in time: what it knows of itself.
fn can(world: &World, prover: u32, task: u32, until: u64) -> bool {
	world.is_free(prover) && world.would_end(prover, world.tasks[task as usize].work) <= until
}

/// For how long after its submission a task is looked at in each block; then in every eighth. Who
/// clears, a chain or a service, does so much in a block and lets the rest wait.
const FRESH_MS: u64 = 20_000;

fn is_due(world: &World, task: u32, fresh_ms: u64) -> bool {
	let age = world.now - world.tasks[task as usize].at;
	age <= fresh_ms || (world.now / BLOCK_MS + u64::from(task)).is_multiple_of(8)
}

/// Tasks that wait, in the order they came.
#[derive(Default)]
struct Open(Vec<u32>);

impl Open {
	fn push(&mut self, task: u32) {
		self.0.push(task);
	}

	/// Try each task that is due: `place` gets those of `order` that have a slot free, and says who
	/// took the task.
	fn retry(
		&mut self,
		world: &mut World,
		order: &[u32],
		fresh_ms: u64,
		mut place: impl FnMut(&mut World, &[u32], u32) -> Option<u32>,
	) {
		let mut free: Vec<u32> = order.iter().copied().filter(|p| world.is_free(*p)).collect();
		self.0.retain(|task| {
			if world.outcomes[*task as usize].over {
				return false;
			}
			if !is_due(world, *task, fresh_ms) {
				return true;
			}
			let taken = place(world, &free, *task);
			if let Some(prover) = taken.filter(|p| !world.is_free(*p)) {
				free.retain(|other| *other != prover);
			}
			taken.is_none()
		});
	}
}

/// One prover at a task, with what it put up, where a rule has no second attempt.
#[derive(Clone, Copy)]
struct Single {
	attempt: u32,
	prover: u32,
	price: Money,
	collateral: Money,
}

/// Assignments without a second attempt: paid on a proof, slashed at the deadline.
struct Singles(Vec<Option<Single>>);

impl Singles {
	fn new() -> Self {
		Self(Vec::new())
	}

	fn assign(&mut self, world: &mut World, prover: u32, task: u32, price: Money, share: f64) {
		let collateral = (price as f64 * share) as Money;
		world.lock(collateral);
		let attempt = world.assign(prover, task, price, collateral);
		if self.0.len() <= task as usize {
			self.0.resize(task as usize + 1, None);
		}
		self.0[task as usize] = Some(Single { attempt, prover, price, collateral });
	}

	fn take(&mut self, task: u32) -> Option<Single> {
		self.0.get_mut(task as usize)?.take()
	}

	fn proved(&mut self, world: &mut World, attempt: u32) {
		let task = world.attempts[attempt as usize].task;
		let Some(single) = self.take(task).filter(|s| s.attempt == attempt) else { return };
		world.lock(-single.collateral);
		world.pay_proof(Party::Requester(task), single.prover, single.price);
		world.transactions += 1;
		world.deliver(attempt);
	}

	fn deadline(&mut self, world: &mut World, task: u32) {
		if let Some(single) = self.take(task) {
			world.lock(-single.collateral);
			world.pay(Party::Prover(single.prover), Party::Burn, single.collateral);
			world.transactions += 1;
		}
	}
}
