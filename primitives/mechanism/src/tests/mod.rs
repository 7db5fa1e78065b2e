// SPDX-License-Identifier: Apache-2.0
mod clearing;
mod docs;
mod incentives;
mod numbers;
mod properties;
mod terms;
mod tick;
mod together;
mod window;

use crate::{level::IDLE_MS, *};

/// Rules of level standard, with a small base of the bond.
const RULES: Rules = LevelTerms::STANDARD.rules(10);

fn tick(index: u16) -> Tick {
	Tick::new(index).unwrap()
}

/// An ask with room for anything but a second task, that has long been idle.
fn supply(prover: u32, index: u16) -> Supply<u32> {
	Supply {
		prover,
		tick: tick(index),
		speed: 1_000,
		free_lots: 1,
		free_slots: 8,
		free_stake: 1_000_000_000,
		committed_ms: 0,
		idle_ms: IDLE_MS,
	}
}

/// A task of 100 units with this maximum for one unit.
fn demand(task: u64, index: u16) -> Demand<u64> {
	Demand {
		task,
		work: 100,
		max_fee: tick(index).total(100),
		time_ms: 10_000,
		late_ms: 10_000,
		standbys: 1,
	}
}

/// Clear with the asks in the order of their ticks, as a book gives them.
fn clear_all(demand: &[Demand<u64>], supply: &[Supply<u32>]) -> Clearing<u64, u32> {
	let mut supply = supply.to_vec();
	supply.sort_by_key(|s| s.tick);
	clear(demand, supply.into_iter(), &RULES, |_, _| true)
}

/// The prover that has a task.
fn winner(clearing: &Clearing<u64, u32>, task: u64) -> Option<u32> {
	clearing.matches.iter().find(|m| m.task == task).map(|m| m.prover)
}
