// SPDX-License-Identifier: Apache-2.0
//! Asks that have been idle for long say what the market does not need: they set the price.

use super::helpers::*;
use frame_support::assert_ok;
use pallet_auctions::Asks;
use proofyard_market::*;
use proofyard_mechanism::level::IDLE_MS;

/// Blocks after which an ask is idle.
const IDLE: BlockNumber = (IDLE_MS / MILLIS_PER_BLOCK) as BlockNumber;

fn idle_since(prover: AccountId) -> BlockNumber {
	Asks::<Test>::get(market(), prover).unwrap().idle_since
}

/// Run a test in a block in which the third's ask at tick 6 is just idle, and the prover's at tick 1
/// and the rival's at tick 3 are new.
fn with_an_idle_third(test: impl FnOnce()) {
	build_and_execute(|| {
		ask(THIRD, 6);
		run_to(IDLE);
		ask(PROVER, 1);
		ask(RIVAL, 3);
		run_to(IDLE + 1);
		test();
	});
}

#[test]
fn a_new_ask_that_loses_does_not_set_the_price_where_an_idle_one_can() {
	with_an_idle_third(|| {
		let task = submit(9);
		next_block();
		assert_eq!(assigned(task), Some((PROVER, fee(6))));
		let batch = &clearing().clearings[0].batches[0];
		assert_eq!(batch.rejected, Some((THIRD, price(6))));
	});
}

#[test]
fn one_that_is_not_idle_for_long_enough_does_not_count() {
	build_and_execute(|| {
		// It counts from block 2.
		ask(THIRD, 6);
		run_to(IDLE);
		ask(PROVER, 1);
		ask(RIVAL, 3);
		let task = submit(9);
		next_block();
		assert_eq!(System::block_number(), idle_since(THIRD) + IDLE - 1);
		assert_eq!(assigned(task), Some((PROVER, fee(3))));
	});
}

#[test]
fn one_above_the_lowest_accepted_maximum_does_not_count() {
	with_an_idle_third(|| {
		let task = submit(5);
		next_block();
		assert_eq!(assigned(task), Some((PROVER, fee(3))));
	});
}

#[test]
fn one_that_could_not_have_served_the_task_does_not_count() {
	build_and_execute(|| {
		ask_in(market(), THIRD, 6, 1, 1);
		run_to(IDLE);
		ask(PROVER, 1);
		ask(RIVAL, 3);
		run_to(IDLE + 1);
		let task = submit(9);
		next_block();
		assert_eq!(assigned(task), Some((PROVER, fee(3))));
	});
}

#[test]
fn who_wins_is_idle_no_more() {
	with_an_idle_third(|| {
		let task = Request { provers: vec![THIRD], ..Default::default() }.submit();
		next_block();
		assert_eq!(winner(task), Some(THIRD));
		assert_eq!(idle_since(THIRD), System::block_number());
		let next = submit(9);
		next_block();
		assert_eq!(assigned(next), Some((PROVER, fee(3))));
	});
}

#[test]
fn what_an_ask_changes_counts_anew_only_with_its_price() {
	with_an_idle_third(|| {
		ask_in(market(), THIRD, 6, SLOTS + 1, WORK);
		next_block();
		assert_eq!(idle_since(THIRD), 2);
		ask_in(market(), THIRD, 7, SLOTS + 1, WORK);
		next_block();
		assert_eq!(idle_since(THIRD), System::block_number());
	});
}

#[test]
fn one_whose_prover_had_no_room_begins_anew() {
	with_an_idle_third(|| {
		assert_ok!(Provers::set_paused(signed(THIRD), true));
		submit(9);
		next_block();
		assert_ok!(Provers::set_paused(signed(THIRD), false));
		next_block();
		assert_eq!(idle_since(THIRD), System::block_number());
	});
}

#[test]
fn an_estimate_counts_with_it() {
	with_an_idle_third(|| {
		next_block();
		let terms = {
			use proofyard_primitives::traits::Programs as _;
			Programs::terms(&program()).unwrap()
		};
		let estimate =
			Auctions::estimate(&terms, None, Default::default(), Some(20), Default::default())
				.unwrap();
		assert_eq!((estimate.price, estimate.least), (Some(fee(6)), Some(fee(1))));
	});
}
