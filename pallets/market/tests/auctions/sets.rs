// SPDX-License-Identifier: Apache-2.0
//! Tasks that are kept to a set of provers.

use super::helpers::*;
use proofyard_market::*;
use proofyard_primitives::{Outcome, TaskId};

fn submit_to(provers: &[AccountId], tick: u16) -> TaskId {
	Request { provers: provers.to_vec(), max_fee: fee(tick), ..Default::default() }.submit()
}

#[test]
fn the_lowest_ask_of_the_set_wins_and_others_do_not_count() {
	build_and_execute(|| {
		ask(PROVER, 1);
		ask(RIVAL, 5);
		ask(THIRD, 7);
		let task = submit_to(&[THIRD, RIVAL], 20);
		next_block();
		assert_eq!(assigned(task), Some((RIVAL, fee(7))));
		assert_eq!(standbys(task), [(THIRD, standby_price(fee(7)))]);
	});
}

#[test]
fn a_set_of_one_is_paid_what_it_asks_and_has_no_standby() {
	build_and_execute(|| {
		ask(PROVER, 1);
		ask(RIVAL, 5);
		let task = submit_to(&[RIVAL], 20);
		next_block();
		assert_eq!(assigned(task), Some((RIVAL, fee(5))));
		assert!(standbys(task).is_empty());
	});
}

#[test]
fn a_maximum_below_the_sets_asks_is_not_met_though_others_ask_less() {
	build_and_execute(|| {
		ask(PROVER, 1);
		ask(RIVAL, 5);
		let (short, enough) = (submit_to(&[RIVAL], 4), submit_to(&[RIVAL], 5));
		next_block();
		assert!(is_open(short));
		assert_eq!(assigned(enough), Some((RIVAL, fee(5))));
	});
}

#[test]
fn it_waits_for_its_provers_and_then_goes_back() {
	build_and_execute(|| {
		ask(PROVER, 1);
		// The second of them is nobody.
		let task = submit_to(&[THIRD, 77], 20);
		run_to(20);
		assert!(is_open(task));
		run_to(21);
		assert_eq!(outcome(task), Some(Outcome::Expired));
		assert_eq!(free(REQUESTER), ENDOWMENT);
	});
}

#[test]
fn it_comes_before_those_that_anybody_may_take() {
	build_and_execute(|| {
		ask_in(market(), PROVER, 1, 1, WORK);
		ask(RIVAL, 5);
		let (free, kept) = (submit(20), submit_to(&[PROVER], 2));
		next_block();
		assert_eq!(assigned(kept), Some((PROVER, fee(1))));
		assert_eq!(assigned(free), Some((RIVAL, fee(5))));
	});
}

#[test]
fn several_share_what_their_provers_have() {
	build_and_execute(|| {
		ask_in(market(), PROVER, 1, 2, WORK);
		let tasks = [(); 3].map(|()| submit_to(&[PROVER], 9));
		next_block();
		assert_eq!(count_of(PROVER, &tasks), 2);
		let left = tasks.into_iter().find(|task| is_open(*task)).unwrap();
		let live = tasks.into_iter().find(|task| !is_open(*task)).unwrap();
		deliver(live);
		next_block();
		assert_eq!(winner(left), Some(PROVER));
	});
}

#[test]
fn a_full_prover_of_the_set_is_passed_over() {
	build_and_execute(|| {
		ask_in(market(), PROVER, 1, 1, WORK);
		ask(RIVAL, 5);
		let (first, second) = (submit_to(&[PROVER, RIVAL], 9), submit_to(&[PROVER, RIVAL], 9));
		run_to(4);
		assert_eq!(count_of(PROVER, &[first, second]), 1);
		assert_eq!(count_of(RIVAL, &[first, second]), 1);
	});
}
