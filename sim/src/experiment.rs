// SPDX-License-Identifier: Apache-2.0
//! The whole experiment: every rule in every scenario.

use crate::{
	adapt::{learn, regret, values, Draw, Effort, Mixture},
	metrics::{measure, Metrics},
	rng::mix,
	rules::{yard, Kind},
	workload::Scenario,
};
use rayon::prelude::*;

/// Extent of the simulation.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
	pub seed: u64,
	pub provers: usize,
	pub horizon_ms: u64,
	/// Draws that are evaluated.
	pub draws: u64,
	/// Rounds of learning.
	pub rounds: u32,
	pub effort: Effort,
}

impl Plan {
	/// The committed report.
	pub fn full(seed: u64) -> Self {
		Self {
			seed,
			provers: 1_000,
			horizon_ms: 4_500_000,
			draws: 5,
			rounds: 10,
			effort: Effort { draws: 4, subsets: 1, one_in: 10 },
		}
	}

	/// A look within a minute.
	pub fn quick(seed: u64) -> Self {
		Self {
			provers: 600,
			horizon_ms: 1_200_000,
			draws: 2,
			rounds: 4,
			effort: Effort { draws: 2, subsets: 1, one_in: 10 },
			..Self::full(seed)
		}
	}

	/// Seconds, for tests.
	#[cfg(test)]
	pub fn tiny(seed: u64) -> Self {
		Self { provers: 60, horizon_ms: 900_000, draws: 2, rounds: 2, ..Self::quick(seed) }
	}

	pub fn scenarios(&self) -> Vec<Scenario> {
		Scenario::all(self.horizon_ms, self.provers)
	}
}

/// One row of the experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
	pub kind: Kind,
	/// Provers ask their cost instead of adapting.
	pub honest: bool,
}

impl Entry {
	pub fn name(&self) -> String {
		if self.honest {
			format!("{}, honest", self.kind.name())
		} else {
			self.kind.name().into()
		}
	}
}

/// A rule in a scenario.
#[derive(Clone, Debug)]
pub struct Cell {
	pub entry: Entry,
	pub scenario: usize,
	pub mixture: Mixture,
	/// One for each draw.
	pub runs: Vec<Metrics>,
	/// Regret and half of its 95 % interval, where it is measured.
	pub regret: Option<(f64, f64)>,
}

/// Results of the whole experiment.
pub struct Results {
	pub plan: Plan,
	pub scenarios: Vec<Scenario>,
	/// By entry, then scenario.
	pub cells: Vec<Cell>,
	/// Ours with one thing changed, everyone honest; and the planner.
	pub variants: Vec<Cell>,
	/// The regret of honesty at load 0.8 for variants that differ in [`yard::Terms::idle_ms`].
	pub idle_regret: Vec<(usize, (f64, f64))>,
}

impl Results {
	/// A row's cell in a scenario, of the comparison or of the variants.
	pub fn cell(&self, entry: Entry, scenario: usize) -> Option<&Cell> {
		let mut all = self.cells.iter().chain(&self.variants);
		all.find(|c| c.entry == entry && c.scenario == scenario)
	}
}

/// Scenarios in which our regret is measured: the three loads. That of the others at load 0.8 alone.
pub const REGRET_SCENARIOS: [usize; 3] = [0, 1, 2];

fn regret_is_measured(entry: Entry, scenario: usize) -> bool {
	scenario == 1 || (entry.kind == Kind::Yard && REGRET_SCENARIOS.contains(&scenario))
}

/// Scenarios of the variants: load 0.8, the outage, the giant.
pub const VARIANT_SCENARIOS: [usize; 3] = [1, 3, 4];

/// The rows: every rule with provers that adapt, and ours with honest ones.
pub fn entries() -> Vec<Entry> {
	let mut entries = vec![
		Entry { kind: Kind::Yard, honest: false },
		Entry { kind: Kind::Yard, honest: true },
		Entry { kind: Kind::Spread, honest: false },
		Entry { kind: Kind::Spread, honest: true },
	];
	entries.extend(Kind::ALL[2..].iter().map(|kind| Entry { kind: *kind, honest: false }));
	entries
}

fn evaluate(plan: &Plan, scenario: &Scenario, kind: Kind, mixture: &Mixture) -> Vec<Metrics> {
	(0..plan.draws)
		.map(|number| {
			let draw = Draw::new(scenario, mix(&[plan.seed, 17, number]));
			let choices = values(kind, &mixture.draw(&draw, 0.0));
			measure(scenario, &draw.run(kind, scenario, &choices))
		})
		.collect()
}

/// Run everything. Each cell depends on the plan alone, so that the order in which they are
/// computed does not matter.
pub fn run_all(plan: Plan, progress: impl Fn(&str) + Sync) -> Results {
	let scenarios = plan.scenarios();
	let mut jobs: Vec<(Entry, usize)> = Vec::new();
	// The scenarios that take longest first.
	for scenario in (0..scenarios.len()).rev() {
		jobs.extend(entries().into_iter().map(|entry| (entry, scenario)));
	}
	let mut cells: Vec<Cell> = jobs
		.into_par_iter()
		.with_max_len(1)
		.map(|(entry, place)| {
			let (kind, scenario) = (entry.kind, &scenarios[place]);
			// Nobody knows of the outage before: what was learnt is what was learnt without one.
			let usual = Scenario { outage: false, ..*scenario };
			let mixture = if entry.honest {
				Mixture::honest(kind)
			} else {
				learn(kind, &usual, plan.rounds, plan.seed)
			};
			let runs = evaluate(&plan, scenario, kind, &mixture);
			let regret = regret_is_measured(entry, place)
				.then(|| regret(kind, scenario, &mixture, plan.effort, plan.seed));
			progress(&format!("{}, {}", entry.name(), scenario.name));
			Cell { entry, scenario: place, mixture, runs, regret }
		})
		.collect();
	cells.sort_by_key(|c| (entries().iter().position(|e| *e == c.entry), c.scenario));

	let mut jobs: Vec<(Kind, usize)> = Vec::new();
	for variant in 0..yard::variants().len() {
		jobs.extend(VARIANT_SCENARIOS.map(|scenario| (Kind::Variant(variant), scenario)));
	}
	jobs.extend((0..scenarios.len()).map(|scenario| (Kind::Planner, scenario)));
	let variants = jobs
		.into_par_iter()
		.map(|(kind, place)| {
			let mixture = Mixture::honest(kind);
			let runs = evaluate(&plan, &scenarios[place], kind, &mixture);
			let entry = Entry { kind, honest: true };
			Cell { entry, scenario: place, mixture, runs, regret: None }
		})
		.collect();
	let usual = yard::Terms::default().idle_ms;
	let idle: Vec<usize> =
		(0..yard::variants().len()).filter(|n| yard::variants()[*n].1.idle_ms != usual).collect();
	let idle_regret = idle
		.into_par_iter()
		.with_max_len(1)
		.map(|number| {
			let kind = Kind::Variant(number);
			let honest = Mixture::honest(kind);
			(number, regret(kind, &scenarios[1], &honest, plan.effort, plan.seed))
		})
		.collect();
	Results { plan, scenarios, cells, variants, idle_regret }
}
