// SPDX-License-Identifier: Apache-2.0
//! A burst of tasks spreads over provers by what they can do.

use super::helpers::*;
use proofyard_market::*;
use proofyard_primitives::TaskId;

/// Tasks of the burst.
const BURST: usize = 200;
/// The cheapest, and slow: a task takes it fifty seconds.
const SLOW: AccountId = 100;
/// Twelve small ones, of 4 slots each, and twelve large ones, of 16.
const SMALL: std::ops::Range<AccountId> = 110..122;
const LARGE: std::ops::Range<AccountId> = 130..142;

fn slots_of(prover: AccountId) -> u32 {
	match prover {
		SLOW => 64,
		prover if SMALL.contains(&prover) => 4,
		_ => 16,
	}
}

/// Run a test with the crowd, and with a burst of tasks in the queue.
fn with_a_burst(test: impl FnOnce(Vec<TaskId>)) {
	build_and_execute(|| {
		MaxSlots::set(64);
		MaxAsksPerMarket::set(64);
		MaxClearPerBlock::set(64);
		register_prover(SLOW, slots_of(SLOW), 10 * ENDOWMENT);
		ask_in(market(), SLOW, 0, slots_of(SLOW), WORK / 50);
		for prover in SMALL.chain(LARGE) {
			register_prover(prover, slots_of(prover), ENDOWMENT);
			// Prices of all kinds, the large ones' no lower than the small ones'.
			let tick = 1 + (prover % 6) as u16;
			ask_in(market(), prover, tick, slots_of(prover), WORK);
		}
		endow(REQUESTER, 10 * ENDOWMENT);
		next_block();
		let tasks = (0..BURST).map(|_| submit_for(40, 20)).collect();
		test(tasks);
	});
}

#[test]
fn all_of_it_is_assigned_in_about_as_many_blocks_as_it_takes_to_look_at() {
	with_a_burst(|tasks| {
		// Four blocks look at all, and a fifth at what was left for want of a share.
		run_to(6);
		assert!(count_assigned(&tasks) > BURST - 10);
		next_block();
		assert_eq!(count_assigned(&tasks), BURST);
	});
}

#[test]
fn the_cheapest_slow_prover_does_not_swallow_it() {
	with_a_burst(|tasks| {
		run_to(6);
		// It has 64 slots, the lowest ask and stake for everything: and time for one task.
		assert_eq!(count_of(SLOW, &tasks), 1);
	});
}

#[test]
fn no_prover_gets_more_than_a_tenth_of_a_batch() {
	with_a_burst(|tasks| {
		next_block();
		assert_eq!(count_assigned(&tasks), 64);
		for prover in SMALL.chain(LARGE) {
			assert!(count_of(prover, &tasks) <= 7, "{prover}");
		}
		run_to(6);
		for prover in SMALL.chain(LARGE) {
			assert!(count_of(prover, &tasks) <= 4 * 7, "{prover}");
		}
	});
}

#[test]
fn every_prover_gets_what_it_can_take() {
	with_a_burst(|tasks| {
		run_to(7);
		assert_eq!(count_assigned(&tasks), BURST);
		// 200 tasks, of 240 slots: whoever is small is full, and the rest is the large ones'.
		for prover in SMALL {
			let tick = 1 + (prover % 6) as u16;
			let count = count_of(prover, &tasks);
			assert!(count <= 4);
			// The small ones below the dearest tick have nothing left.
			assert!(tick == 6 || count == 4, "{prover} at {tick}: {count}");
		}
		let large: usize = LARGE.map(|prover| count_of(prover, &tasks)).sum();
		let small: usize = SMALL.map(|prover| count_of(prover, &tasks)).sum();
		assert_eq!(large + small + 1, BURST);
		assert!(large > 3 * small);
		let at_work = SMALL.chain(LARGE).filter(|prover| count_of(*prover, &tasks) > 0).count();
		assert!(at_work >= 22, "{at_work}");
	});
}

#[test]
fn nobody_has_more_than_it_can_deliver_in_time() {
	with_a_burst(|tasks| {
		run_to(6);
		for prover in SMALL.chain(LARGE).chain([SLOW]) {
			let record = pallet_provers::Provers::<Test>::get(prover).unwrap();
			assert_eq!(record.live as usize, count_of(prover, &tasks));
			assert!(record.live <= slots_of(prover));
			assert!(record.committed_ms <= 13 * MILLIS_PER_BLOCK);
			assert!(record.reserved <= record.stake);
		}
	});
}
