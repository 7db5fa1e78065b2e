// SPDX-License-Identifier: Apache-2.0
//! Tables, and the judgements that are read off them.

use crate::{
	experiment::{entries, Cell, Entry, Results},
	metrics::Metrics,
	plot::Band,
	rules::Kind,
	stats::band,
};
use std::fmt::Write;

/// Direction in which a number is better.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Better {
	Less,
	More,
}

/// A column of the report.
pub struct Measure {
	pub name: &'static str,
	pub read: fn(&Metrics) -> f64,
	pub better: Better,
	/// Decimals, and whether it is shown as a percentage.
	pub decimals: usize,
	pub percent: bool,
}

const fn measure(
	name: &'static str,
	read: fn(&Metrics) -> f64,
	better: Better,
	decimals: usize,
	percent: bool,
) -> Measure {
	Measure { name, read, better, decimals, percent }
}

/// Measures compared.
pub const MEASURES: [Measure; 12] = [
	measure("cost ÷ bound", |m| m.cost_ratio, Better::Less, 3, false),
	measure("requester's unit cost", |m| m.requester_unit, Better::Less, 3, false),
	measure("on time", |m| m.on_time, Better::More, 2, true),
	measure("served", |m| m.served, Better::More, 1, true),
	measure("express served", |m| m.served_express, Better::More, 1, true),
	measure("p50, s", |m| m.p50, Better::Less, 0, false),
	measure("p99, s", |m| m.p99, Better::Less, 0, false),
	measure("waste", |m| m.waste, Better::Less, 1, true),
	measure("HHI", |m| m.hhi, Better::Less, 0, false),
	measure("Nakamoto 50", |m| m.nakamoto, Better::More, 0, false),
	measure("locked, h", |m| m.locked_hours, Better::Less, 2, false),
	measure("transactions", |m| m.transactions, Better::Less, 1, false),
];

/// The mean and interval of a number in a cell.
pub fn value(cell: &Cell, read: fn(&Metrics) -> f64) -> Band {
	band(&cell.runs.iter().map(read).collect::<Vec<_>>())
}

impl Measure {
	/// A number as it is shown.
	pub fn show(&self, value: f64) -> String {
		let decimals = self.decimals;
		if self.percent {
			format!("{:.decimals$} %", value * 100.0)
		} else {
			format!("{value:.decimals$}")
		}
	}

	fn show_band(&self, band: Band) -> String {
		let half = (band.high - band.low) / 2.0;
		let scale = if self.percent { 100.0 } else { 1.0 };
		let decimals = self.decimals;
		format!("{} ± {:.decimals$}", self.show(band.mean), half * scale)
	}

	/// Whether `a` is better than `b` beyond what the draws leave open. Both had the same draws, so
	/// that it is their differences that count.
	pub fn beats(&self, a: &Cell, b: &Cell) -> bool {
		let pairs = a.runs.iter().zip(&b.runs);
		let band = band(&pairs.map(|(a, b)| (self.read)(a) - (self.read)(b)).collect::<Vec<_>>());
		match self.better {
			Better::Less => band.high < 0.0,
			Better::More => band.low > 0.0,
		}
	}
}

/// The rule of the chain, with provers that adapt.
pub fn ours() -> Entry {
	Entry { kind: Kind::Yard, honest: false }
}

/// Ours with honest provers.
pub fn honest() -> Entry {
	Entry { kind: Kind::Yard, honest: true }
}

/// The regret as it is shown.
pub fn show_regret(cell: &Cell) -> String {
	cell.regret.map_or("–".into(), |(value, error)| {
		format!("{:.1} % ± {:.1}", value * 100.0, error * 100.0)
	})
}

/// One scenario: a row for each rule.
pub fn scenario(results: &Results, place: usize) -> String {
	let mut table = String::from("| rule |");
	MEASURES.iter().for_each(|m| table.extend([" ", m.name, " |"]));
	table.push_str(" regret |\n|---|");
	table.push_str(&"---|".repeat(MEASURES.len() + 1));
	table.push('\n');
	for entry in entries() {
		let Some(cell) = results.cell(entry, place) else { continue };
		let _ = write!(table, "| {} |", entry.name());
		for measure in &MEASURES {
			let _ = write!(table, " {} |", measure.show_band(value(cell, measure.read)));
		}
		let _ = writeln!(table, " {} |", show_regret(cell));
	}
	table
}

/// The cells in which a rival is better than ours beyond what the draws leave open.
pub fn rivals_ahead(results: &Results) -> String {
	let mut table = String::from(
		"| scenario | measure | ours | better: the best of them | others that are better |\n\
		 |---|---|---|---|---|\n",
	);
	let mut any = false;
	for (place, scenario) in results.scenarios.iter().enumerate() {
		let Some(own) = results.cell(ours(), place) else { continue };
		for measure in &MEASURES {
			let mut ahead: Vec<(&str, Band)> = entries()
				.into_iter()
				.filter(|e| !e.kind.is_ours())
				.filter_map(|e| {
					let rival = results.cell(e, place)?;
					let ahead = measure.beats(rival, own);
					ahead.then(|| (e.kind.name(), value(rival, measure.read)))
				})
				.collect();
			ahead.sort_by(|a, b| match measure.better {
				Better::Less => a.1.mean.total_cmp(&b.1.mean),
				Better::More => b.1.mean.total_cmp(&a.1.mean),
			});
			let Some((best, band)) = ahead.first() else { continue };
			any = true;
			let others: Vec<&str> = ahead.iter().skip(1).map(|(name, _)| *name).collect();
			let others = if others.is_empty() { "–".into() } else { others.join(", ") };
			let _ = writeln!(
				table,
				"| {} | {} | {} | {best}: {} | {others} |",
				scenario.name,
				measure.name,
				measure.show(value(own, measure.read).mean),
				measure.show(band.mean),
			);
		}
	}
	if any {
		table
	} else {
		"In no cell.\n".into()
	}
}

/// For each measure, in how many scenarios no rival is better than ours beyond what the draws leave
/// open.
pub fn unbeaten(results: &Results) -> Vec<(&'static str, usize)> {
	let count = |measure: &Measure| {
		(0..results.scenarios.len())
			.filter(|place| {
				let Some(own) = results.cell(ours(), *place) else { return false };
				entries().into_iter().filter(|e| !e.kind.is_ours()).all(|e| {
					let cell = results.cell(e, *place);
					cell.is_none_or(|c| !measure.beats(c, own))
				})
			})
			.count()
	};
	MEASURES.iter().map(|m| (m.name, count(m))).collect()
}
