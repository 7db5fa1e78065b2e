// SPDX-License-Identifier: Apache-2.0
//! The figures.

use crate::{
	experiment::{entries, Entry, Results},
	metrics::Metrics,
	plot::{bars, scatter, Band, Mark, Scale},
	stats::band,
};

fn values(results: &Results, entry: Entry, scenario: usize, read: fn(&Metrics) -> f64) -> Band {
	let cell = results.cell(entry, scenario);
	band(&cell.map(|c| c.runs.iter().map(read).collect::<Vec<_>>()).unwrap_or_default())
}

fn series(
	results: &Results,
	scenarios: &[usize],
	read: fn(&Metrics) -> f64,
) -> Vec<(String, Vec<Band>)> {
	let bands = |scenario: usize| {
		entries().into_iter().map(|e| values(results, e, scenario, read)).collect()
	};
	scenarios.iter().map(|s| (results.scenarios[*s].name.to_string(), bands(*s))).collect()
}

/// Name and content of each file.
pub fn files(results: &Results) -> Vec<(&'static str, String)> {
	let labels: Vec<String> = entries().iter().map(Entry::name).collect();
	let mark = |at, name| Some(Mark { at, name });
	let cost = bars(
		"Cost of all that provers did, over the omniscient bound",
		"times the bound",
		&labels,
		&series(results, &[0, 1, 2, 3], |m| m.cost_ratio),
		Scale::Linear,
		Some(1.0),
		mark(1.05, "target at load 0.8"),
	);
	let price = bars(
		"What a unit of work costs the requester, failures included",
		"times the median prover's cost",
		&labels,
		&series(results, &[0, 1, 2, 3], |m| m.requester_unit),
		Scale::Linear,
		None,
		None,
	);
	let on_time = bars(
		"Delivered by the deadline, of the tasks taken on",
		"share",
		&labels,
		&series(results, &[0, 1, 2, 3], |m| m.on_time),
		Scale::Linear,
		Some(0.7),
		mark(0.995, "target"),
	);
	let served = bars(
		"Delivered by the deadline, of all tasks",
		"share",
		&labels,
		&series(results, &[0, 1, 2, 3], |m| m.served),
		Scale::Linear,
		None,
		None,
	);
	let latency = bars(
		"From submission to proof, load 0.8",
		"seconds",
		&labels,
		&[
			("median".into(), series(results, &[1], |m| m.p50).swap_remove(0).1),
			("99 %".into(), series(results, &[1], |m| m.p99).swap_remove(0).1),
		],
		Scale::Log,
		None,
		None,
	);
	let concentration = bars(
		"Concentration of revenue (Herfindahl index of 10,000)",
		"index",
		&labels,
		&series(results, &[1, 4], |m| m.hhi),
		Scale::Log,
		None,
		mark(1_000.0, "target"),
	);
	let regret = |scenario: usize| {
		let one = |entry: Entry| {
			let (mean, error) =
				results.cell(entry, scenario).and_then(|c| c.regret).unwrap_or_default();
			Band { mean, low: (mean - error).max(0.0), high: mean + error }
		};
		let bands = entries().into_iter().map(one).collect();
		(results.scenarios[scenario].name.to_string(), bands)
	};
	let regret = bars(
		"What a prover gains by the best deviation of its cost group",
		"share of its revenue",
		&labels,
		&[regret(0), regret(1), regret(2)],
		Scale::Linear,
		None,
		mark(0.01, "target"),
	);
	let points: Vec<(String, f64, f64)> = entries()
		.into_iter()
		.map(|entry| {
			let mean = |read| values(results, entry, 1, read).mean;
			(entry.name(), mean(|m| m.requester_unit), mean(|m| m.p50))
		})
		.collect();
	let trade = scatter(
		"Price and time at load 0.8: down and left is better",
		("requester's cost of a unit, times the median prover's cost", Scale::Linear),
		("median latency, seconds", Scale::Log),
		&points,
	);
	vec![
		("cost.svg", cost),
		("price.svg", price),
		("on-time.svg", on_time),
		("served.svg", served),
		("latency.svg", latency),
		("concentration.svg", concentration),
		("regret.svg", regret),
		("price-and-time.svg", trade),
	]
}
