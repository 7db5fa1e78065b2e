// SPDX-License-Identifier: Apache-2.0
//! The numbers as CSV.

use crate::{
	adapt::GROUPS,
	experiment::{Cell, Results},
	metrics::COLUMNS,
};
use std::fmt::Write;

fn runs(results: &Results, cells: &[Cell]) -> String {
	let mut csv = String::from("rule,provers,scenario,draw");
	COLUMNS.iter().for_each(|(name, _)| csv.extend([",", name]));
	csv.push('\n');
	for cell in cells {
		let provers = if cell.entry.honest { "honest" } else { "adapted" };
		for (draw, run) in cell.runs.iter().enumerate() {
			let (kind, scenario) = (cell.entry.kind.name(), results.scenarios[cell.scenario].name);
			let _ = write!(csv, "\"{kind}\",{provers},\"{scenario}\",{draw}");
			for (_, read) in COLUMNS {
				let _ = write!(csv, ",{:.6}", read(run));
			}
			csv.push('\n');
		}
	}
	csv
}

/// Name and content of each file.
pub fn files(results: &Results) -> Vec<(&'static str, String)> {
	let mut regret = String::from("rule,provers,scenario,regret,half_interval\n");
	let mut choices = String::from("rule,scenario,cost_group,mean_choice,share_away\n");
	for cell in &results.cells {
		let (entry, scenario) = (cell.entry, results.scenarios[cell.scenario].name);
		let provers = if entry.honest { "honest" } else { "adapted" };
		let kind = entry.kind.name();
		if let Some((value, error)) = cell.regret {
			let row = format!("\"{kind}\",{provers},\"{scenario}\",{value:.6},{error:.6}");
			regret.extend([&row, "\n"]);
		}
		for group in 0..GROUPS {
			if !entry.honest {
				let (mean, away) = cell.mixture.summary(entry.kind, group);
				let _ = writeln!(choices, "\"{kind}\",\"{scenario}\",{group},{mean:.4},{away:.4}");
			}
		}
	}
	vec![
		("runs.csv", runs(results, &results.cells)),
		("variants.csv", runs(results, &results.variants)),
		("regret.csv", regret),
		("choices.csv", choices),
	]
}
