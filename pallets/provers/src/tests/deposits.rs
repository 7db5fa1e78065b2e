// SPDX-License-Identifier: Apache-2.0
//! Deposits of sealed bids: stake that is reserved, released or forfeited.

use crate::{mock::*, Error};
use frame_support::{assert_noop, assert_ok};
use proofyard_primitives::{traits::Provers as _, Ending};

mod reserve_deposit {
	use super::*;

	#[test]
	fn reserves_stake_without_a_slot_or_a_lot() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::reserve_deposit(&ALICE, 100));
			assert_ok!(Provers::reserve_deposit(&ALICE, 50));
			let record = record(ALICE);
			assert_eq!((record.reserved, record.live, record.committed_ms), (150, 0, 0));
			let capacity = Provers::capacity(&ALICE).unwrap();
			assert_eq!((capacity.free_stake, capacity.free_slots), (350, MAX_SLOTS));
			assert_eq!((record.stake, on_hold(ALICE)), (500, 500));
		});
	}

	#[test]
	fn takes_what_bonds_and_unbonding_leave_and_no_more() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 100);
			assert_ok!(Provers::unbond(signed(ALICE), 150));
			assert_noop!(Provers::reserve_deposit(&ALICE, 251), Error::<Test>::InsufficientStake);
			assert_ok!(Provers::reserve_deposit(&ALICE, 250));
			assert_noop!(Provers::reserve_deposit(&ALICE, 1), Error::<Test>::InsufficientStake);
			assert_ok!(Provers::reserve_deposit(&ALICE, 0));
			assert_noop!(
				Provers::reserve(&ALICE, &market(3), 1, 0),
				Error::<Test>::InsufficientStake
			);
		});
	}

	#[test]
	fn keeps_the_stake_from_leaving() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::reserve_deposit(&ALICE, 100));
			assert_noop!(Provers::unbond(signed(ALICE), 500), Error::<Test>::StakeReserved);
			assert_ok!(Provers::unbond(signed(ALICE), 400));
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			assert!(!record(ALICE).may_leave());
			assert_noop!(
				Provers::withdraw_unbonded(signed(ALICE)),
				Error::<Test>::NothingUnbonding
			);
		});
	}

	#[test]
	fn works_for_a_paused_prover() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::set_paused(signed(ALICE), true));
			assert_ok!(Provers::reserve_deposit(&ALICE, 100));
		});
	}

	#[test]
	fn fails_for_a_stranger() {
		build_and_execute(|| {
			assert_noop!(Provers::reserve_deposit(&ALICE, 0), Error::<Test>::UnknownProver);
		});
	}
}

mod release_bond {
	use super::*;

	#[test]
	fn undoes_set_aside() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::reserve_deposit(&ALICE, 100));
			reserve(ALICE, 40);
			Provers::release_bond(&ALICE, 100);
			assert_eq!((record(ALICE).reserved, on_hold(ALICE)), (40, 500));
			finish(ALICE, 40, Ending::Verified);
			assert_ok!(Provers::unbond(signed(ALICE), 500));
		});
	}

	#[test]
	fn of_nothing_changes_nothing() {
		build_and_execute(|| {
			register(ALICE, 500);
			let before = record(ALICE);
			Provers::release_bond(&ALICE, 0);
			assert_eq!((record(ALICE), freed()), (before, vec![]));
			// Whoever it is of.
			Provers::release_bond(&BOB, 0);
		});
	}
}

mod forfeiting {
	use super::*;

	#[test]
	fn takes_the_deposit_and_leaves_the_bonds() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 200);
			assert_ok!(Provers::reserve_deposit(&ALICE, 100));
			assert_eq!(slash(ALICE, 100), 100);
			let left = record(ALICE);
			assert_eq!((left.stake, left.reserved, on_hold(ALICE)), (400, 200, 400));
			assert_eq!(left.free_stake(), 200);
			finish(ALICE, 200, Ending::Verified);
		});
	}

	#[test]
	fn of_a_part_leaves_the_rest_to_put_back() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::reserve_deposit(&ALICE, 100));
			assert_eq!(slash(ALICE, 30), 30);
			Provers::release_bond(&ALICE, 70);
			assert_eq!((record(ALICE).stake, record(ALICE).reserved), (470, 0));
		});
	}

	#[test]
	fn of_a_whole_stake_lets_the_prover_leave() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::reserve_deposit(&ALICE, 500));
			assert_eq!(slash(ALICE, 500), 500);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			assert!(!crate::Provers::<Test>::contains_key(ALICE));
		});
	}
}
