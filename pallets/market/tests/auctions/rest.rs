// SPDX-License-Identifier: Apache-2.0
//! Asks that are looked at, clearing after clearing, and serve nothing.

use super::helpers::*;
use pallet_auctions::{max_asks_read, AskStatus, AskTerms, Asks, EpochAgendaOf};
use proofyard_market::*;

/// Asks of which one clearing of one task does not see the end.
const CROWD: AccountId = 70;

fn crowd() -> std::ops::Range<AccountId> {
	100..100 + CROWD
}

fn resting() -> usize {
	Asks::<Test>::iter_prefix_values(market()).filter(|ask| ask.status == AskStatus::Coming).count()
}

/// Run a test in block 6, with a crowd at the lowest tick that is too slow for anything, and one at a
/// higher tick that is not.
fn with_a_crowd(test: impl FnOnce()) {
	build_and_execute(|| {
		AskEpoch::set(5);
		MaxClearPerBlock::set(1);
		MaxAsksPerMarket::set(100);
		assert!(max_asks_read(1) < CROWD as u32 && CROWD as u32 <= 2 * max_asks_read(1));
		for prover in crowd() {
			register_prover(prover, 1, STAKE);
			ask_in(market(), prover, 0, 1, 1);
		}
		ask(PROVER, 5);
		run_to(6);
		test();
	});
}

#[test]
fn make_way_for_those_behind_them() {
	with_a_crowd(|| {
		let task = submit(9);
		next_block();
		assert!(is_open(task));
		assert_eq!(resting(), max_asks_read(1) as usize);
		check_invariants();
		next_block();
		assert_eq!(assigned(task), Some((PROVER, fee(5))));
	});
}

#[test]
fn are_back_with_the_next_epoch_as_they_were() {
	with_a_crowd(|| {
		let task = submit(9);
		run_to(9);
		assert_eq!(winner(task), Some(PROVER));
		assert_eq!(EpochAgendaOf::<Test>::entries().len(), resting());
		run_to(10);
		assert_eq!(resting(), 0);
		for prover in crowd() {
			assert_eq!(terms(prover), AskTerms { tick: 0, lots: 1, speed: 1 });
			assert!(matches!(place_of(prover), AskStatus::Book(_)));
		}
	});
}

#[test]
fn can_be_changed_and_withdrawn_meanwhile() {
	with_a_crowd(|| {
		submit(9);
		next_block();
		let mut resting = crowd().filter(|prover| place_of(*prover) == AskStatus::Coming);
		let (changed, gone) = (resting.next().unwrap(), resting.next().unwrap());
		ask_in(market(), changed, 3, 1, WORK);
		withdraw(gone);
		check_invariants();
		run_to(10);
		assert_eq!(terms(changed), AskTerms { tick: 3, lots: 1, speed: WORK });
		let task = submit(9);
		run_to(12);
		assert_eq!(winner(task), Some(changed));
	});
}

#[test]
fn keep_a_change_that_was_to_come() {
	with_a_crowd(|| {
		for prover in crowd() {
			ask_in(market(), prover, 2, 1, WORK);
		}
		// The crowd waits for the epoch with better speed: the task goes to who is there.
		let task = submit(9);
		run_to(8);
		assert_eq!(winner(task), Some(PROVER));
		run_to(10);
		assert!(crowd().all(|prover| terms(prover).tick == 2));
		let task = submit(9);
		next_block();
		assert!(crowd().contains(&winner(task).unwrap()));
	});
}

#[test]
fn do_not_rest_where_all_were_seen() {
	build_and_execute(|| {
		AskEpoch::set(5);
		ask_in(market(), PROVER, 0, 1, 1);
		ask(RIVAL, 5);
		run_to(6);
		let task = submit(9);
		next_block();
		assert_eq!(winner(task), Some(RIVAL));
		assert!(matches!(place_of(PROVER), AskStatus::Book(_)));
	});
}

#[test]
fn do_not_rest_for_having_lost_to_lower_ones() {
	build_and_execute(|| {
		MaxClearPerBlock::set(1);
		MaxAsksPerMarket::set(100);
		for prover in crowd() {
			register_prover(prover, 1, STAKE);
			ask_in(market(), prover, 3, 1, WORK);
		}
		ask(PROVER, 1);
		next_block();
		let task = submit(9);
		next_block();
		assert_eq!(winner(task), Some(PROVER));
		assert_eq!(resting(), 0);
		// Nor for a task that pays less than they ask.
		let task = submit(2);
		withdraw(PROVER);
		next_block();
		assert!(is_open(task));
		assert_eq!(resting(), 0);
	});
}

#[test]
fn have_been_idle_all_the_time() {
	with_a_crowd(|| {
		let idle_since = || crowd().map(|p| Asks::<Test>::get(market(), p).unwrap().idle_since);
		assert!(idle_since().all(|block| block == 5));
		submit(9);
		next_block();
		assert!(resting() > 0);
		run_to(10);
		assert!(idle_since().all(|block| block == 5));
	});
}
