// SPDX-License-Identifier: Apache-2.0
//! Provers that look for what pays best, under every rule, and what is left for one to gain.
//!
//! Provers of similar cost are a group and learn together. In each round every prover draws a choice
//! from its group's mixture (and now and then any), the market runs on a new draw of provers and
//! tasks, and the group moves half way to the choices that paid best for the capacity they had: a
//! damped smooth best response. What is evaluated, on other draws, is the mean of the mixtures of the
//! later half of the rounds: where no choice is best for long, play goes round in circles.
//!
//! The regret is measured, not derived: some provers of a run are made to choose otherwise, the run
//! is repeated with the same luck, and what they gain is taken over their revenue. The best deviation
//! of a group is picked on one half of the draws and valued on the other, so that noise is not taken
//! for gain.

use crate::{
	engine::{run, World},
	metrics::profits,
	provers::{self, Prover, COST_MEDIAN},
	rng::{mix, seeded, weighted},
	rules::{Kind, Setup},
	stats::band,
	workload::{tasks, Scenario, Task},
};
use rand::{seq::SliceRandom, Rng as _};

/// Groups by cost.
pub const GROUPS: usize = 5;

/// Probability that a learning prover tries any choice.
const EXPLORE: f64 = 0.25;
/// Share of earlier rounds that is remembered.
const MEMORY: f64 = 0.75;
/// Choices whose payoff is within this share of the best are mixed.
const TEMPERATURE: f64 = 0.02;

/// The draw of provers and tasks that a seed gives.
pub struct Draw {
	pub provers: Vec<Prover>,
	pub tasks: Vec<Task>,
	/// The group of each prover.
	pub groups: Vec<usize>,
	pub seed: u64,
}

impl Draw {
	pub fn new(scenario: &Scenario, seed: u64) -> Self {
		let mut provers = provers::provers(scenario.provers, mix(&[seed, 1]));
		if scenario.giant {
			provers::add_giant(&mut provers);
		}
		let speed = provers.iter().map(|p| p.speed).sum();
		let tasks = tasks(scenario, speed, mix(&[seed, 2]));
		let mut order: Vec<usize> = (0..provers.len()).collect();
		order.sort_by(|a, b| provers[*a].break_even(1.0).total_cmp(&provers[*b].break_even(1.0)));
		let mut groups = vec![0; provers.len()];
		for (place, prover) in order.into_iter().enumerate() {
			groups[prover] = place * GROUPS / provers.len();
		}
		Self { provers, tasks, groups, seed }
	}

	/// Run a rule with these choices.
	pub fn run(&self, kind: Kind, scenario: &Scenario, choices: &[f64]) -> World<'_> {
		let setup = Setup { scenario, provers: &self.provers, choices, seed: self.seed };
		run(scenario, &self.tasks, &self.provers, self.seed, kind.build(&setup).as_mut())
	}

	/// Most that a prover could earn, about: all its time at the median cost.
	fn worth(&self, scenario: &Scenario, prover: usize) -> f64 {
		self.provers[prover].speed as f64 * scenario.horizon_ms as f64 / 1_000.0 * COST_MEDIAN
	}
}

/// For each group, the probability of each choice of the rule's grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture(pub Vec<Vec<f64>>);

impl Mixture {
	fn uniform(choices: usize) -> Self {
		Self(vec![vec![1.0 / choices as f64; choices]; GROUPS])
	}

	/// Everyone asks its break-even price.
	pub fn honest(kind: Kind) -> Self {
		let honest = |choice: &f64| f64::from(u8::from(*choice == kind.honest()));
		Self(vec![kind.grid().iter().map(honest).collect(); GROUPS])
	}

	/// A choice for each prover: its place on the grid.
	pub fn draw(&self, draw: &Draw, explore: f64) -> Vec<usize> {
		let mut rng = seeded(mix(&[draw.seed, 3]));
		draw.groups
			.iter()
			.map(|group| {
				let weights = &self.0[*group];
				if rng.gen_bool(explore) {
					rng.gen_range(0..weights.len())
				} else {
					weighted(&mut rng, weights).unwrap_or(0)
				}
			})
			.collect()
	}

	/// The mean choice of those that take part, and the share of those that do not.
	pub fn summary(&self, kind: Kind, group: usize) -> (f64, f64) {
		let (mut mean, mut inside) = (0.0, 0.0);
		for (choice, weight) in kind.grid().iter().zip(&self.0[group]) {
			if choice.is_finite() && *choice > 0.0 {
				mean += choice * weight;
				inside += weight;
			}
		}
		(if inside > 0.0 { mean / inside } else { 0.0 }, 1.0 - inside)
	}
}

/// The choices by their places on a rule's grid.
pub fn values(kind: Kind, places: &[usize]) -> Vec<f64> {
	places.iter().map(|place| kind.grid()[*place]).collect()
}

/// Let provers adapt to a rule for some rounds.
pub fn learn(kind: Kind, scenario: &Scenario, rounds: u32, seed: u64) -> Mixture {
	let choices = kind.grid().len();
	let mut mixture = Mixture::uniform(choices);
	let mut sums = vec![vec![(0.0, 0.0); choices]; GROUPS];
	let mut mean = Mixture(vec![vec![0.0; choices]; GROUPS]);
	let counted = rounds.div_ceil(2).max(1);
	for round in 0..rounds {
		let draw = Draw::new(scenario, mix(&[seed, 7, u64::from(round)]));
		let places = mixture.draw(&draw, EXPLORE);
		let world = draw.run(kind, scenario, &values(kind, &places));
		for row in sums.iter_mut().flatten() {
			row.0 *= MEMORY;
			row.1 *= MEMORY;
		}
		for (prover, profit) in profits(&world).into_iter().enumerate() {
			let cell = &mut sums[draw.groups[prover]][places[prover]];
			cell.0 += profit / draw.worth(scenario, prover);
			cell.1 += 1.0;
		}
		for (group, row) in sums.iter().enumerate() {
			let means: Vec<f64> =
				row.iter().map(|(sum, n)| if *n > 0.0 { sum / n } else { 0.0 }).collect();
			let best = means.iter().copied().fold(f64::MIN, f64::max);
			let scale = (best.abs() * TEMPERATURE).max(1e-4);
			let weights: Vec<f64> = means.iter().map(|m| ((m - best) / scale).exp()).collect();
			let total: f64 = weights.iter().sum();
			for (old, new) in mixture.0[group].iter_mut().zip(&weights) {
				*old = 0.5 * *old + 0.5 * new / total;
			}
		}
		if round + counted >= rounds {
			for (sum, now) in mean.0.iter_mut().flatten().zip(mixture.0.iter().flatten()) {
				*sum += now / f64::from(counted);
			}
		}
	}
	mean
}

/// Thoroughness with which the regret is measured.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
	/// Draws: half of them to pick the deviation, half to value it. Even.
	pub draws: u64,
	/// Runs for each draw and choice, each with other deviators.
	pub subsets: usize,
	/// One in this many provers deviates in a run.
	pub one_in: usize,
}

/// Gain of a prover, as a share of its revenue, by the best deviation of its group from a
/// mixture; and half of the 95 % interval of that, from how much the draws differ.
pub fn regret(
	kind: Kind,
	scenario: &Scenario,
	mixture: &Mixture,
	effort: Effort,
	seed: u64,
) -> (f64, f64) {
	let choices = kind.grid().len();
	// For each draw: gains by group and choice, as (sum, count).
	let mut gains = vec![vec![vec![(0.0, 0.0); choices]; GROUPS]; effort.draws as usize];
	let mut revenue = (0.0, 0.0);
	for (number, gains) in gains.iter_mut().enumerate() {
		let draw = Draw::new(scenario, mix(&[seed, 11, number as u64]));
		let places = mixture.draw(&draw, 0.0);
		let base = draw.run(kind, scenario, &values(kind, &places));
		let before = profits(&base);
		for (prover, paid) in base.revenue.iter().enumerate() {
			revenue.0 += *paid as f64 / draw.worth(scenario, prover);
			revenue.1 += 1.0;
		}
		let mut order: Vec<usize> = (0..draw.provers.len()).collect();
		order.shuffle(&mut seeded(mix(&[draw.seed, 13])));
		for subset in 0..effort.subsets.min(effort.one_in) {
			for (choice, _) in kind.grid().iter().enumerate() {
				let deviators: Vec<usize> =
					order.iter().copied().skip(subset).step_by(effort.one_in).collect();
				let mut places = places.clone();
				deviators.iter().for_each(|p| places[*p] = choice);
				let after = profits(&draw.run(kind, scenario, &values(kind, &places)));
				for p in deviators {
					let cell = &mut gains[draw.groups[p]][choice];
					cell.0 += (after[p] - before[p]) / draw.worth(scenario, p);
					cell.1 += 1.0;
				}
			}
		}
	}
	let unit = revenue.0 / f64::max(revenue.1, 1.0);
	if unit <= 0.0 {
		return (0.0, 0.0);
	}
	// What a group's members gain by a choice on some of the draws.
	let mean = |group: usize, choice: usize, draws: &dyn Fn(usize) -> bool| {
		let picked = gains.iter().enumerate().filter(|(draw, _)| draws(*draw));
		let (sum, count) = picked.fold((0.0, 0.0), |(sum, count), (_, gains)| {
			let cell = gains[group][choice];
			(sum + cell.0, count + cell.1)
		});
		sum / f64::max(count, 1.0) / unit
	};
	let by_draw: Vec<f64> = (0..gains.len())
		.map(|draw| {
			let gain = |group: usize| {
				let best = (0..choices).max_by(|a, b| {
					let other_half = |choice| mean(group, choice, &|d| d % 2 != draw % 2);
					other_half(*a).total_cmp(&other_half(*b))
				});
				mean(group, best.unwrap_or(0), &|d| d == draw)
			};
			(0..GROUPS).map(gain).sum::<f64>() / GROUPS as f64
		})
		.collect();
	let band = band(&by_draw);
	(band.mean.max(0.0), (band.high - band.low) / 2.0)
}
