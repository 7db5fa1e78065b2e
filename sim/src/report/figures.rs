// SPDX-License-Identifier: Apache-2.0
//! The figures.

use crate::{
	experiment::{entries, Entry, Results},
	metrics::Metrics,
	plot::{scatter, Band, Bars, Mark, Scale},
	stats::band,
};
use anyhow::Result;

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
pub fn files(results: &Results) -> Result<Vec<(&'static str, String)>> {
	let labels: Vec<String> = entries().iter().map(Entry::name).collect();
	let mark = |at, name| Some(Mark { at, name });
	let bars = |title, axis, series| {
		let (scale, floor, mark) = (Scale::Linear, 0.0, None);
		Bars { title, axis, labels: &labels, series, scale, floor, mark }
	};
	let of = |scenarios: &[usize], read| series(results, scenarios, read);
	let quantile = |name: &str, read| (name.to_string(), of(&[1], read).swap_remove(0).1);
	let regret = |scenario: usize| {
		let one = |entry: Entry| {
			let (mean, error) =
				results.cell(entry, scenario).and_then(|c| c.regret).unwrap_or_default();
			Band { mean, low: (mean - error).max(0.0), high: mean + error }
		};
		let bands = entries().into_iter().map(one).collect();
		(results.scenarios[scenario].name.to_string(), bands)
	};
	let cost = Bars {
		floor: 1.0,
		mark: mark(1.05, "target at load 0.8"),
		..bars(
			"Cost of all that provers did, over the omniscient bound",
			"times the bound",
			of(&[0, 1, 2, 3], |m| m.cost_ratio),
		)
	};
	let price = bars(
		"Cost of a unit of work to the requester, failures included",
		"times the median prover's cost",
		of(&[0, 1, 2, 3], |m| m.requester_unit),
	);
	let on_time = Bars {
		floor: 0.7,
		mark: mark(0.995, "target"),
		..bars(
			"Delivered by the deadline, of the tasks taken on",
			"share",
			of(&[0, 1, 2, 3], |m| m.on_time),
		)
	};
	let served =
		bars("Delivered by the deadline, of all tasks", "share", of(&[0, 1, 2, 3], |m| m.served));
	let latency = Bars {
		scale: Scale::Log,
		..bars(
			"From submission to proof, load 0.8",
			"seconds",
			vec![quantile("median", |m| m.p50), quantile("99 %", |m| m.p99)],
		)
	};
	let concentration = Bars {
		scale: Scale::Log,
		mark: mark(1_000.0, "target"),
		..bars(
			"Concentration of revenue (Herfindahl index of 10,000)",
			"index",
			of(&[1, 4], |m| m.hhi),
		)
	};
	let regret = Bars {
		mark: mark(0.01, "target"),
		..bars(
			"Gain of a prover by the best deviation of its cost group",
			"share of its revenue",
			vec![regret(0), regret(1), regret(2)],
		)
	};
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
	Ok(vec![
		("cost.svg", cost.draw()?),
		("price.svg", price.draw()?),
		("on-time.svg", on_time.draw()?),
		("served.svg", served.draw()?),
		("latency.svg", latency.draw()?),
		("concentration.svg", concentration.draw()?),
		("regret.svg", regret.draw()?),
		("price-and-time.svg", trade?),
	])
}
