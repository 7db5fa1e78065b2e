// SPDX-License-Identifier: Apache-2.0
//! Leaving for good.

use crate::{mock::*, Error, Event, SessionKeys, Unbonding};
use frame_support::{assert_noop, assert_ok};
use proofyard_primitives::{
	traits::Provers as _,
	Ending::{Declined, Defaulted, Verified},
};
use sp_runtime::DispatchError::BadOrigin;

fn exit() {
	assert_ok!(Provers::exit(signed(ALICE)));
}

fn is_known() -> bool {
	crate::Provers::<Test>::contains_key(ALICE)
}

mod exiting {
	use super::*;

	#[test]
	fn of_an_idle_prover_unbonds_all_its_stake_at_once() {
		build_and_execute(|| {
			register(ALICE, 500);
			System::set_block_number(5);
			exit();
			let available_at = 5 + UNBONDING_DELAY;
			System::assert_has_event(Event::ExitStarted { prover: ALICE }.into());
			System::assert_last_event(
				Event::UnbondingStarted { prover: ALICE, amount: 500, available_at }.into(),
			);
			assert_eq!(record(ALICE).unbonding, Some(Unbonding { amount: 500, available_at }));
			System::set_block_number(available_at - 1);
			assert_noop!(Provers::withdraw_unbonded(signed(ALICE)), Error::<Test>::TooEarly);
			System::set_block_number(available_at);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			System::assert_last_event(Event::ProverLeft { prover: ALICE }.into());
			assert!(!is_known() && !SessionKeys::<Test>::contains_key(key(1)));
			assert_eq!(Balances::free_balance(ALICE), FUNDS);
			// And it may come back as a newcomer.
			register(ALICE, MIN_STAKE);
			assert!(!record(ALICE).exiting);
		});
	}

	#[test]
	fn lets_live_attempts_go_on_until_the_last_bond_is_put_back() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 100);
			reserve(ALICE, 50);
			exit();
			System::assert_last_event(Event::ExitStarted { prover: ALICE }.into());
			finish(ALICE, 100, Verified);
			assert_eq!(record(ALICE).unbonding, None);
			release_slot(ALICE, Declined);
			assert_eq!(record(ALICE).unbonding, None);
			System::set_block_number(4);
			Provers::release_bond(&ALICE, 50);
			let available_at = 4 + UNBONDING_DELAY;
			System::assert_last_event(
				Event::UnbondingStarted { prover: ALICE, amount: 500, available_at }.into(),
			);
			assert_eq!(record(ALICE).verified, 1);
		});
	}

	#[test]
	fn is_over_when_the_last_slot_is_free_and_nothing_was_reserved() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 0);
			exit();
			release_slot(ALICE, Verified);
			assert_eq!(record(ALICE).leaving(), 500);
		});
	}

	#[test]
	fn is_over_when_the_last_bond_is_slashed() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 100);
			exit();
			release_slot(ALICE, Defaulted);
			assert_eq!(slash(ALICE, 60), 60);
			assert_eq!(record(ALICE).unbonding, None);
			assert_eq!(slash(ALICE, 40), 40);
			assert_eq!(record(ALICE).leaving(), 400);
			assert_eq!(record(ALICE).stake, 400);
		});
	}

	#[test]
	fn is_over_when_the_last_deposit_is_put_back() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::reserve_deposit(&ALICE, 100));
			exit();
			assert_eq!(slash(ALICE, 30), 30);
			Provers::release_bond(&ALICE, 70);
			assert_eq!(record(ALICE).leaving(), 470);
		});
	}

	#[test]
	fn of_a_whole_stake_slashed_is_over_with_nothing() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 500);
			exit();
			slash(ALICE, 500);
			release_slot(ALICE, Defaulted);
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			assert!(!is_known());
		});
	}

	#[test]
	fn takes_nothing_new() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 100);
			open_delegation(ALICE, 10);
			exit();
			let capacity = Provers::capacity(&ALICE).unwrap();
			assert_eq!((capacity.free_slots, capacity.free_stake), (0, 0));
			assert_noop!(Provers::reserve(&ALICE, &market(3), 0, 0), Error::<Test>::Leaving);
			assert_noop!(Provers::reserve_deposit(&ALICE, 0), Error::<Test>::Leaving);
			assert_noop!(Provers::ask_placed(&ALICE), Error::<Test>::Leaving);
			assert_noop!(Provers::add_stake(signed(ALICE), 100), Error::<Test>::Leaving);
			assert_noop!(Provers::unbond(signed(ALICE), 100), Error::<Test>::Leaving);
			assert_noop!(Provers::set_delegation(signed(ALICE), None), Error::<Test>::Leaving);
			assert_noop!(Provers::delegate(signed(BOB), ALICE, 50), Error::<Test>::Leaving);
		});
	}

	#[test]
	fn takes_what_is_unbonding_with_it() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::unbond(signed(ALICE), 300));
			System::set_block_number(6);
			exit();
			let available_at = 6 + UNBONDING_DELAY;
			assert_eq!(record(ALICE).unbonding, Some(Unbonding { amount: 500, available_at }));
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_noop!(Provers::withdraw_unbonded(signed(ALICE)), Error::<Test>::TooEarly);
		});
	}

	#[test]
	fn lets_what_is_unbonding_go_while_attempts_live() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::unbond(signed(ALICE), 300));
			reserve(ALICE, 100);
			exit();
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			finish(ALICE, 100, Verified);
			let available_at = 1 + 2 * UNBONDING_DELAY;
			assert_eq!(record(ALICE).unbonding, Some(Unbonding { amount: 200, available_at }));
		});
	}

	#[test]
	fn works_from_jail_and_from_a_pause() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::set_paused(signed(ALICE), true));
			assert_ok!(Provers::set_paused(signed(ALICE), false));
			System::set_block_number(EPOCH);
			get_jailed(ALICE);
			exit();
			assert_eq!(record(ALICE).leaving(), 500);
		});
	}

	#[test]
	fn fails_while_asks_stand() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::ask_placed(&ALICE));
			assert_noop!(Provers::exit(signed(ALICE)), Error::<Test>::AsksStanding);
			Provers::ask_withdrawn(&ALICE);
			exit();
		});
	}

	#[test]
	fn fails_a_second_time() {
		build_and_execute(|| {
			register(ALICE, 500);
			exit();
			assert_noop!(Provers::exit(signed(ALICE)), Error::<Test>::AlreadyLeaving);
		});
	}

	#[test]
	fn fails_for_a_stranger() {
		build_and_execute(|| {
			assert_noop!(Provers::exit(signed(ALICE)), Error::<Test>::UnknownProver);
			assert_noop!(Provers::exit(RuntimeOrigin::root()), BadOrigin);
		});
	}
}

mod of_an_operator {
	use super::*;

	/// Alice with 500 of her own, 300 of Bob's and 100 of Carol's.
	fn set_up() {
		register(ALICE, 500);
		open_delegation(ALICE, 10);
		delegate(BOB, ALICE, 300);
		delegate(CAROL, ALICE, 100);
	}

	fn withdraw(delegator: AccountId) {
		assert_ok!(Provers::withdraw_delegation(signed(CAROL), ALICE, delegator));
	}

	#[test]
	fn frees_the_delegations_when_its_own_stake_is_due() {
		build_and_execute(|| {
			set_up();
			exit();
			System::set_block_number(UNBONDING_DELAY);
			let out = || Provers::withdraw_delegation(signed(CAROL), ALICE, BOB);
			assert_noop!(out(), Error::<Test>::NothingUnbonding);
			System::set_block_number(1 + UNBONDING_DELAY);
			// Before the operator has taken its own or after it.
			withdraw(BOB);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			System::assert_last_event(
				Event::StakeWithdrawn { prover: ALICE, amount: 500, stake: 0 }.into(),
			);
			assert!(is_known());
			assert_noop!(
				Provers::withdraw_unbonded(signed(ALICE)),
				Error::<Test>::NothingUnbonding
			);
			withdraw(CAROL);
			System::assert_last_event(Event::ProverLeft { prover: ALICE }.into());
			assert!(!is_known());
			for who in [ALICE, BOB, CAROL] {
				assert_eq!(Balances::free_balance(who), FUNDS);
			}
		});
	}

	#[test]
	fn ends_with_the_operators_own_stake_when_the_delegators_were_faster() {
		build_and_execute(|| {
			set_up();
			exit();
			System::set_block_number(1 + UNBONDING_DELAY);
			withdraw(CAROL);
			withdraw(BOB);
			assert!(is_known());
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			assert!(!is_known());
		});
	}

	#[test]
	fn does_not_wait_for_shares_that_began_to_leave_later() {
		build_and_execute(|| {
			set_up();
			exit();
			System::set_block_number(8);
			assert_ok!(Provers::undelegate(signed(BOB), ALICE, 300));
			System::set_block_number(1 + UNBONDING_DELAY);
			withdraw(BOB);
			assert_eq!(Balances::free_balance(BOB), FUNDS);
		});
	}

	#[test]
	fn keeps_the_delegations_while_an_attempt_lives() {
		build_and_execute(|| {
			set_up();
			reserve(ALICE, 200);
			exit();
			System::set_block_number(100);
			let out = || Provers::withdraw_delegation(signed(CAROL), ALICE, BOB);
			assert_noop!(out(), Error::<Test>::NothingUnbonding);
			finish(ALICE, 200, Verified);
			assert_noop!(out(), Error::<Test>::NothingUnbonding);
			System::set_block_number(100 + UNBONDING_DELAY);
			withdraw(BOB);
		});
	}
}
