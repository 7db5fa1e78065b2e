// SPDX-License-Identifier: Apache-2.0
//! Provers that take nothing new for a while.

use super::helpers::*;
use frame_support::assert_ok;
use pallet_auctions::AskStatus;
use proofyard_market::*;

fn set_paused(prover: AccountId, paused: bool) {
	assert_ok!(Provers::set_paused(signed(prover), paused));
}

#[test]
fn a_pause_counts_at_once() {
	build_and_execute(|| {
		AskEpoch::set(5);
		ask(PROVER, 1);
		ask(RIVAL, 2);
		run_to(6);
		let task = submit(9);
		set_paused(PROVER, true);
		next_block();
		// It does not stand by either.
		assert_eq!(assigned(task), Some((RIVAL, fee(2))));
		assert!(standbys(task).is_empty());
		assert_eq!(place_of(PROVER), AskStatus::Full);
	});
}

#[test]
fn resuming_counts_from_the_next_epoch() {
	build_and_execute(|| {
		AskEpoch::set(5);
		ask(PROVER, 1);
		run_to(6);
		set_paused(PROVER, true);
		let task = submit(9);
		run_to(7);
		set_paused(PROVER, false);
		run_to(9);
		assert!(is_open(task));
		assert_eq!(place_of(PROVER), AskStatus::Full);
		run_to(10);
		assert_eq!(assigned(task), Some((PROVER, fee(1))));
	});
}

#[test]
fn pausing_again_before_the_epoch_takes_it_back() {
	build_and_execute(|| {
		AskEpoch::set(5);
		ask(PROVER, 1);
		run_to(6);
		let task = submit(9);
		set_paused(PROVER, true);
		next_block();
		set_paused(PROVER, false);
		set_paused(PROVER, true);
		run_to(12);
		assert!(is_open(task));
		set_paused(PROVER, false);
		run_to(15);
		assert_eq!(winner(task), Some(PROVER));
	});
}

#[test]
fn one_that_nobody_looked_at_meanwhile_stays_in_the_book() {
	build_and_execute(|| {
		AskEpoch::set(5);
		ask(PROVER, 1);
		run_to(6);
		set_paused(PROVER, true);
		set_paused(PROVER, false);
		run_to(8);
		assert_eq!(place_of(PROVER), AskStatus::Book(0));
		let task = submit(9);
		run_to(9);
		assert!(is_open(task));
		run_to(10);
		assert_eq!(winner(task), Some(PROVER));
	});
}

#[test]
fn what_ends_during_a_pause_brings_no_work() {
	build_and_execute(|| {
		ask_in(market(), PROVER, 1, 1, WORK);
		let first = submit(9);
		next_block();
		set_paused(PROVER, true);
		deliver(first);
		let second = submit(9);
		run_to(5);
		assert!(is_open(second));
		assert_eq!(place_of(PROVER), AskStatus::Full);
		// And after it there is room.
		set_paused(PROVER, false);
		next_block();
		assert_eq!(winner(second), Some(PROVER));
	});
}

#[test]
fn asks_can_be_placed_during_a_pause() {
	build_and_execute(|| {
		set_paused(PROVER, true);
		ask(PROVER, 1);
		let task = submit(9);
		run_to(3);
		assert!(is_open(task));
		set_paused(PROVER, false);
		next_block();
		assert_eq!(winner(task), Some(PROVER));
	});
}
