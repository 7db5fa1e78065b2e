// SPDX-License-Identifier: Apache-2.0
//! Numbers of the rule, as the report shows them.

use proofyard_mechanism::{
	level::{Number, NUMBERS},
	LevelTerms,
};
use std::fmt::Write;

/// A number with its unit.
fn show(number: &Number) -> String {
	let value = number.value;
	if number.name.ends_with("_PERCENT") {
		return format!("{value} %");
	}
	if !number.name.ends_with("_MS") {
		return value.to_string();
	}
	let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s")];
	// The largest of which there are some.
	let unit = units.into_iter().find(|(unit, _)| value.is_multiple_of(*unit) && value / unit > 3);
	let (unit, name) = unit.unwrap_or((1_000, "s"));
	format!("{} {name}", value as f64 / unit as f64)
}

/// The service levels, then every other number.
pub fn tables() -> String {
	let mut text = String::from(
		"| level | time of the first attempts | bond, of the price | start at once | stand by |\n\
		 |---|---|---|---|---|\n",
	);
	for (name, level) in [
		("standard", LevelTerms::STANDARD),
		("express", LevelTerms::EXPRESS),
		("guaranteed", LevelTerms::GUARANTEED),
	] {
		let LevelTerms { soft_percent, bond_percent, started, standbys } = level;
		let _ = writeln!(
			text,
			"| {name} | {soft_percent} % | {bond_percent} % | {started} | {standbys} |"
		);
	}
	text.push_str("\n| number | value | what |\n|---|---|---|\n");
	for number in NUMBERS {
		let _ =
			writeln!(text, "| `{}` | {} | {} |", number.name, show(number), number.meaning.trim());
	}
	text
}

/// A text with the numbers in place of their names in braces.
pub fn fill(text: &str) -> String {
	NUMBERS.iter().fold(text.replace("{numbers}", &tables()), |text, number| {
		text.replace(&format!("{{{}}}", number.name), &show(number))
	})
}
