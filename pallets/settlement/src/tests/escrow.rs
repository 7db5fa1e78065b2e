// SPDX-License-Identifier: Apache-2.0
//! Escrow: opened, shrunk to the price.

use crate::{mock::*, Error, Escrows, Event};
use frame_support::{assert_noop, assert_ok};
use proofyard_primitives::traits::{Escrow as _, Settlement as _};

mod open {
	use super::*;

	#[test]
	fn holds_the_maximum_fee() {
		build_and_execute(|| {
			assert_eq!(Settlement::held(1), 0);
			assert_ok!(Settlement::open(1, &ALICE, 1_000));
			System::assert_last_event(
				Event::EscrowOpened { task: 1, requester: ALICE, amount: 1_000 }.into(),
			);
			assert_eq!((free(ALICE), in_escrow(ALICE)), (FUNDS - 1_000, 1_000));
			assert_eq!(Settlement::held(1), 1_000);
			assert!(!Settlement::has_ended(1));
		});
	}

	#[test]
	fn adds_up_over_tasks() {
		build_and_execute(|| {
			open(1, ALICE, 1_000);
			open(2, ALICE, 500);
			open(3, BOB, 7);
			assert_eq!((in_escrow(ALICE), in_escrow(BOB)), (1_500, 7));
			assert_eq!((Settlement::held(1), Settlement::held(2)), (1_000, 500));
		});
	}

	#[test]
	fn takes_all_but_what_keeps_the_account_alive() {
		build_and_execute(|| {
			let all = FUNDS - EXISTENTIAL_DEPOSIT;
			assert_noop!(Settlement::open(1, &ALICE, all + 1), Error::<Test>::InsufficientBalance);
			assert_ok!(Settlement::open(1, &ALICE, all));
		});
	}

	#[test]
	fn does_not_reach_for_a_stake() {
		build_and_execute(|| {
			let liquid = FUNDS - STAKE - EXISTENTIAL_DEPOSIT;
			assert_noop!(
				Settlement::open(1, &PROVER, liquid + 1),
				Error::<Test>::InsufficientBalance
			);
			assert_ok!(Settlement::open(1, &PROVER, liquid));
			assert_eq!(staked(PROVER), STAKE);
		});
	}

	#[test]
	fn of_nothing_asks_nothing_of_the_account() {
		build_and_execute(|| {
			let all = FUNDS - EXISTENTIAL_DEPOSIT;
			open(1, ALICE, all);
			assert_ok!(Settlement::open(2, &ALICE, 0));
			assert_eq!((Settlement::held(2), in_escrow(ALICE)), (0, all));
			assert!(Escrows::<Test>::contains_key(2));
		});
	}

	#[test]
	fn fails_for_an_account_with_nothing() {
		build_and_execute(|| {
			assert_noop!(Settlement::open(1, &NOBODY, 1), Error::<Test>::InsufficientBalance);
		});
	}
}

mod raise {
	use super::*;

	#[test]
	fn holds_more() {
		build_and_execute(|| {
			open(1, ALICE, 1_000);
			open(2, ALICE, 10);
			assert_ok!(Settlement::raise(1, 500));
			System::assert_last_event(
				Event::EscrowRaised { task: 1, requester: ALICE, amount: 500, held: 1_500 }.into(),
			);
			assert_eq!((Settlement::held(1), Settlement::held(2)), (1_500, 10));
			assert_eq!((free(ALICE), in_escrow(ALICE)), (FUNDS - 1_510, 1_510));
		});
	}

	#[test]
	fn works_from_nothing() {
		build_and_execute(|| {
			open(1, ALICE, 0);
			assert_ok!(Settlement::raise(1, 1));
			assert_eq!((Settlement::held(1), in_escrow(ALICE)), (1, 1));
		});
	}

	#[test]
	fn by_nothing_changes_nothing() {
		build_and_execute(|| {
			open(1, ALICE, 1_000);
			let events = System::events().len();
			assert_ok!(Settlement::raise(1, 0));
			assert_eq!((Settlement::held(1), System::events().len()), (1_000, events));
		});
	}

	#[test]
	fn takes_all_but_what_keeps_the_account_alive() {
		build_and_execute(|| {
			open(1, ALICE, 1_000);
			let rest = FUNDS - 1_000 - EXISTENTIAL_DEPOSIT;
			assert_noop!(Settlement::raise(1, rest + 1), Error::<Test>::InsufficientBalance);
			assert_noop!(Settlement::raise(1, Balance::MAX), Error::<Test>::InsufficientBalance);
			assert_ok!(Settlement::raise(1, rest));
		});
	}

	#[test]
	fn fails_for_a_task_that_is_not_or_has_ended() {
		build_and_execute(|| {
			assert_noop!(Settlement::raise(1, 1), Error::<Test>::UnknownTask);
			let spec = open(1, ALICE, 1_000);
			Settlement::cancel(1, &spec);
			for by in [0, 1] {
				assert_noop!(Settlement::raise(1, by), Error::<Test>::UnknownTask);
			}
		});
	}
}

mod fix_price {
	use super::*;

	#[test]
	fn frees_what_is_above_the_price_at_once() {
		build_and_execute(|| {
			open(1, ALICE, 1_000);
			open(2, ALICE, 1_000);
			Settlement::fix_price(1, 700);
			System::assert_last_event(
				Event::EscrowReleased { task: 1, requester: ALICE, amount: 300 }.into(),
			);
			assert_eq!((Settlement::held(1), Settlement::held(2)), (700, 1_000));
			assert_eq!((free(ALICE), in_escrow(ALICE)), (FUNDS - 1_700, 1_700));
		});
	}

	#[test]
	fn of_the_maximum_frees_nothing() {
		build_and_execute(|| {
			open(1, ALICE, 1_000);
			let events = System::events().len();
			Settlement::fix_price(1, 1_000);
			assert_eq!((Settlement::held(1), System::events().len()), (1_000, events));
		});
	}

	#[test]
	fn above_what_is_held_takes_nothing_more() {
		build_and_execute(|| {
			open(1, ALICE, 1_000);
			Settlement::fix_price(1, 1_001);
			assert_eq!((Settlement::held(1), in_escrow(ALICE)), (1_000, 1_000));
		});
	}

	#[test]
	fn of_nothing_frees_everything_and_keeps_the_record() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			Settlement::fix_price(1, 0);
			assert_eq!((Settlement::held(1), free(ALICE)), (0, FUNDS));
			assert!(Escrows::<Test>::contains_key(1));
			Settlement::expire(1, &spec);
			assert!(!Escrows::<Test>::contains_key(1));
		});
	}
}
