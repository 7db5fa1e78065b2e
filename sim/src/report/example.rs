// SPDX-License-Identifier: Apache-2.0
//! One clearing by hand, computed by the mechanism itself.

use proofyard_mechanism::{
	clear,
	level::{IDLE_MS, PREMIUM_PERCENT},
	Clearing, Demand, LevelTerms, Supply, Tick,
};
use std::fmt::Write;

/// Prover, ask, speed.
type Ask = (&'static str, u128, u64);
const ASKS: [Ask; 4] = [("A", 100, 1_000), ("B", 120, 400), ("C", 150, 1_000), ("D", 200, 1_000)];
/// Task, maximum, seconds to its soft deadline.
const WANTS: [(&str, u128, u64); 3] = [("X", 300, 10), ("Y", 250, 10), ("Z", 110, 10)];

fn clearing(mut asks: [Ask; 4]) -> Clearing<&'static str, &'static str> {
	asks.sort_by_key(|(_, price, _)| *price);
	let supply = asks.map(|(prover, price, speed)| Supply {
		prover,
		tick: Tick::at_least(price).unwrap_or(Tick::MAX),
		speed,
		free_lots: 1,
		free_slots: 1,
		free_stake: u128::MAX / 4,
		committed_ms: 0,
		idle_ms: IDLE_MS,
	});
	let demand = WANTS.map(|(task, max, seconds)| Demand {
		task,
		work: 5_000,
		max_fee: max * 5_000,
		time_ms: seconds * 1_000,
		late_ms: 20_000,
		standbys: 1,
	});
	clear(&demand, supply.into_iter(), &LevelTerms::STANDARD.rules(0), |_, _| true)
}

/// A small clearing, told step by step.
pub fn text() -> String {
	let clearing = clearing(ASKS);
	let mut text = String::from(
		"Three tasks of 5,000 units are open, each with ten seconds to its soft deadline, and four \
		 provers have one lot each (asks are rounded up to the 2 % grid, maxima down):\n\n\
		 | prover | asks for a unit | units a second | | task | pays at most for a unit |\n\
		 |---|---|---|---|---|---|\n",
	);
	for (row, (prover, price, speed)) in ASKS.iter().enumerate() {
		let tick = Tick::at_least(*price).unwrap_or(Tick::MAX).price();
		let _ = write!(text, "| {prover} | {price} → {tick} | {speed} | ");
		let _ = match WANTS.get(row) {
			Some((task, max, _)) => {
				let tick = Tick::at_most(*max).unwrap_or(Tick::MIN).price();
				writeln!(text, "| {task} | {max} → {tick} |")
			}
			None => writeln!(text, "| | |"),
		};
	}
	text.push('\n');
	text.push_str(
		"The dearest maximum goes first, and takes the lowest ask that can serve it. B asks little, \
		 but needs 12.5 s for 5,000 units: it is passed over. ",
	);
	for found in &clearing.matches {
		let _ = write!(text, "{} goes to {}. ", found.task, found.prover);
	}
	let missed: Vec<&str> = WANTS
		.iter()
		.map(|(task, ..)| *task)
		.filter(|task| clearing.matches.iter().all(|m| m.task != *task))
		.collect();
	if !missed.is_empty() {
		let _ = write!(
			text,
			"{} stays open: no free ask is as low as its maximum. ",
			missed.join(" and ")
		);
	}
	if let Some(batch) = clearing.batches.first() {
		let _ = write!(
			text,
			"The highest accepted ask is {}'s {}",
			batch.marginal,
			batch.highest_ask.price()
		);
		if let Some((prover, ask)) = &batch.rejected {
			let _ = write!(text, ", the first rejected one {prover}'s {}", ask.price());
		}
		let _ = write!(text, ": all pay **{}** for a unit. ", batch.price.price());
	}
	if let Some(found) = clearing.matches.first() {
		let _ = write!(
			text,
			"{} pays {} in all, {} puts up a bond of {}",
			found.task, found.price, found.prover, found.bond
		);
		if let Some(standby) = found.standbys.first() {
			let _ = write!(
				text,
				", and {} stands by for {}: its own ask and {PREMIUM_PERCENT} %",
				standby.prover, standby.price
			);
		}
		text.push_str(
			". Were A's ask 90 or 190, it would be paid the same; were it 210, D would have the task.\n",
		);
	}
	text
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_example_is_as_it_is_told() {
		let wins = |ask: u128| {
			let mut asks = ASKS;
			asks[0].1 = ask;
			let mut wins: Vec<_> =
				clearing(asks).matches.iter().map(|m| (m.prover, m.unit_price.price())).collect();
			wins.sort();
			wins
		};
		let price = Tick::at_least(200).expect("on the grid").price();
		for ask in [90, 100, 190] {
			assert_eq!(wins(ask), vec![("A", price), ("C", price)]);
		}
		assert!(wins(210).iter().any(|(prover, _)| *prover == "D"));
		assert!(wins(210).iter().all(|(prover, _)| *prover != "A"));
		let text = text();
		assert!(text.contains("X goes to A. Y goes to C.") && text.contains("Z stays open"));
	}
}
