// SPDX-License-Identifier: Apache-2.0
//! Sharing of slashes and earnings between an operator and its delegators.

use crate::{mock::*, Error, Event, Pool, Unbonding};
use frame_support::{assert_noop, assert_ok};
use proofyard_primitives::{
	traits::Provers as _,
	Ending::{Defaulted, Verified},
};

/// Alice with 400 of her own, 300 of Bob's and 100 of Carol's, at ten percent.
fn set_up() {
	register(ALICE, 400);
	open_delegation(ALICE, 10);
	delegate(BOB, ALICE, 300);
	delegate(CAROL, ALICE, 100);
}

fn free(who: AccountId) -> Balance {
	Balances::free_balance(who)
}

#[test]
fn a_slash_and_a_reward_are_shared_by_what_each_has() {
	build_and_execute(|| {
		set_up();
		reserve(ALICE, 200);
		let issuance = Balances::total_issuance();
		// 120 of 800: 60 of the operator, 45 of Bob, 15 of Carol.
		assert_eq!(slash(ALICE, 120), 120);
		assert_eq!(Balances::total_issuance(), issuance - 120);
		let slashed = record(ALICE);
		assert_eq!((slashed.stake, slashed.pool.value, slashed.reserved), (340, 340, 80));
		assert_eq!((worth(BOB, ALICE), worth(CAROL, ALICE)), (255, 85));
		System::assert_has_event(
			Event::BondSlashed { prover: ALICE, amount: 120, stake: 340 }.into(),
		);
		System::assert_has_event(
			Event::DelegationSlashed { prover: ALICE, amount: 60, value: 340 }.into(),
		);
		finish(ALICE, 80, Verified);
		// A commission of 10, and the rest in halves: 55 to the operator, 45 to the pool.
		assert_eq!(reward(ALICE, 100), 0);
		System::assert_last_event(
			Event::DelegationRewarded { prover: ALICE, amount: 45, value: 385 }.into(),
		);
		assert_eq!(free(ALICE), FUNDS - 400 + 55);
		assert_eq!((on_hold(ALICE), on_hold_for_others(ALICE)), (340, 385));
		// Three quarters of 385, and one, rounded down.
		assert_eq!((worth(BOB, ALICE), worth(CAROL, ALICE)), (288, 96));
		// And so they are paid: the last one gets what division left.
		assert_ok!(Provers::undelegate(signed(BOB), ALICE, 300));
		assert_ok!(Provers::undelegate(signed(CAROL), ALICE, 100));
		System::set_block_number(1 + UNBONDING_DELAY);
		assert_ok!(Provers::withdraw_delegation(signed(BOB), ALICE, BOB));
		assert_ok!(Provers::withdraw_delegation(signed(BOB), ALICE, CAROL));
		assert_eq!((free(BOB), free(CAROL)), (FUNDS - 300 + 288, FUNDS - 100 + 97));
		assert_eq!(record(ALICE).pool, Pool::default());
	});
}

#[test]
fn who_enters_later_has_no_part_in_what_was() {
	build_and_execute(|| {
		set_up();
		reserve(ALICE, 200);
		slash(ALICE, 200);
		assert_eq!(record(ALICE).pool.value, 300);
		finish(ALICE, 0, Defaulted);
		// Four shares cost three.
		delegate(PAUPER, ALICE, 31);
		assert_eq!(shares(PAUPER, ALICE), (41, 0));
		assert_eq!((worth(PAUPER, ALICE), worth(BOB, ALICE)), (30, 225));
		assert_eq!(record(ALICE).pool, Pool { value: 331, shares: 441, leaving_shares: 0 });
	});
}

#[test]
fn who_enters_pays_for_whole_shares_only() {
	build_and_execute(|| {
		register(ALICE, 100);
		open_delegation(ALICE, 0);
		delegate(BOB, ALICE, 20);
		// A sixth of it is the pool's: a share is worth 3.4 now.
		reward(ALICE, 288);
		assert_eq!(record(ALICE).pool.value, 68);
		delegate(PAUPER, ALICE, 20);
		System::assert_last_event(
			Event::Delegated { prover: ALICE, delegator: PAUPER, amount: 17, shares: 5 }.into(),
		);
		assert_eq!((free(PAUPER), worth(PAUPER, ALICE)), (MIN_STAKE / 2 - 17, 17));
	});
}

#[test]
fn who_cannot_pay_for_one_share_does_not_enter() {
	build_and_execute(|| {
		register(ALICE, 100);
		open_delegation(ALICE, 0);
		delegate(BOB, ALICE, 20);
		reward(ALICE, 6_000);
		let enter = Provers::delegate(signed(PAUPER), ALICE, 40);
		assert_eq!(enter, Err(Error::<Test>::DelegationTooLow.into()));
	});
}

#[test]
fn what_is_leaving_earns_and_is_slashed_as_the_rest() {
	build_and_execute(|| {
		set_up();
		reserve(ALICE, 200);
		assert_ok!(Provers::undelegate(signed(BOB), ALICE, 300));
		slash(ALICE, 80);
		assert_eq!((worth(BOB, ALICE), worth(CAROL, ALICE)), (270, 90));
		finish(ALICE, 120, Defaulted);
		// 4 of commission, 18 to the operator, 18 to the pool.
		reward(ALICE, 40);
		assert_eq!(free(ALICE), FUNDS - 400 + 22);
		System::set_block_number(1 + UNBONDING_DELAY);
		assert_ok!(Provers::withdraw_delegation(signed(BOB), ALICE, BOB));
		// Three quarters of 378.
		assert_eq!(free(BOB), FUNDS - 300 + 283);
	});
}

mod slash {
	use super::*;

	#[test]
	fn is_rounded_against_the_operator() {
		build_and_execute(|| {
			set_up();
			reserve(ALICE, 200);
			assert_eq!(slash(ALICE, 1), 1);
			assert_eq!((record(ALICE).stake, record(ALICE).pool.value), (399, 400));
		});
	}

	#[test]
	fn reaches_into_what_the_operator_unbonds() {
		build_and_execute(|| {
			register(ALICE, 500);
			open_delegation(ALICE, 10);
			delegate(BOB, ALICE, 400);
			assert_ok!(Provers::unbond(signed(ALICE), 400));
			reserve(ALICE, 500);
			// 500 of 900: 222 of the pool, 278 of the operator, who keeps 222.
			assert_eq!(slash(ALICE, 500), 500);
			let slashed = record(ALICE);
			assert_eq!((slashed.stake, slashed.pool.value), (222, 178));
			let available_at = 1 + UNBONDING_DELAY;
			assert_eq!(slashed.unbonding, Some(Unbonding { amount: 222, available_at }));
			System::set_block_number(available_at);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			assert_eq!(record(ALICE).stake, 0);
		});
	}

	#[test]
	fn of_everything_wipes_the_pool_out() {
		build_and_execute(|| {
			register(ALICE, 100);
			open_delegation(ALICE, 10);
			delegate(BOB, ALICE, 300);
			reserve(ALICE, 400);
			assert_eq!(slash(ALICE, 400), 400);
			finish(ALICE, 0, Defaulted);
			assert_eq!((on_hold(ALICE), on_hold_for_others(ALICE)), (0, 0));
			assert_eq!((shares(BOB, ALICE), worth(BOB, ALICE)), ((300, 0), 0));
			// Nothing new while there are shares that are worth nothing.
			assert_ok!(Provers::add_stake(signed(ALICE), 200));
			let enter = || Provers::delegate(signed(CAROL), ALICE, 100);
			assert_noop!(enter(), Error::<Test>::PoolWipedOut);
			// What is earned is the operator's.
			assert_eq!(reward(ALICE, 50), 0);
			assert_eq!(free(ALICE), FUNDS - 300 + 50);
			assert_ok!(Provers::undelegate(signed(BOB), ALICE, 300));
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_ok!(Provers::withdraw_delegation(signed(BOB), ALICE, BOB));
			assert_eq!(free(BOB), FUNDS - 300);
			assert_ok!(enter());
			assert_eq!(shares(CAROL, ALICE), (100, 0));
		});
	}

	#[test]
	fn of_everything_lets_the_operator_exit() {
		build_and_execute(|| {
			register(ALICE, 100);
			open_delegation(ALICE, 10);
			delegate(BOB, ALICE, 300);
			reserve(ALICE, 400);
			slash(ALICE, 400);
			finish(ALICE, 0, Defaulted);
			let out = || Provers::withdraw_unbonded(signed(ALICE));
			assert_noop!(out(), Error::<Test>::NothingUnbonding);
			assert_ok!(Provers::exit(signed(ALICE)));
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_ok!(out());
			assert_ok!(Provers::withdraw_delegation(signed(ALICE), ALICE, BOB));
			System::assert_last_event(Event::ProverLeft { prover: ALICE }.into());
		});
	}
}

mod reward {
	use super::*;

	#[test]
	fn without_delegators_is_the_operators_whole() {
		build_and_execute(|| {
			register(ALICE, 400);
			open_delegation(ALICE, 10);
			assert_eq!(reward(ALICE, 100), 0);
			assert_eq!((free(ALICE), on_hold_for_others(ALICE)), (FUNDS - 400 + 100, 0));
		});
	}

	#[test]
	fn of_nothing_changes_nothing() {
		build_and_execute(|| {
			set_up();
			let before = (record(ALICE), System::events().len());
			assert_eq!(reward(ALICE, 0), 0);
			assert_eq!((record(ALICE), System::events().len()), before);
		});
	}

	#[test]
	fn is_rounded_for_the_pool() {
		build_and_execute(|| {
			set_up();
			// No commission of one, and half of it.
			reward(ALICE, 1);
			assert_eq!((free(ALICE), record(ALICE).pool.value), (FUNDS - 400, 401));
		});
	}

	#[test]
	fn takes_the_commission_of_the_block() {
		build_and_execute(|| {
			set_up();
			open_delegation(ALICE, 100);
			reward(ALICE, 100);
			assert_eq!(free(ALICE), FUNDS - 400 + 55);
			System::set_block_number(1 + UNBONDING_DELAY);
			reward(ALICE, 100);
			assert_eq!(free(ALICE), FUNDS - 400 + 155);
		});
	}

	#[test]
	fn gives_the_operator_room() {
		build_and_execute(|| {
			set_up();
			reward(ALICE, 100);
			assert_eq!(Provers::capacity(&ALICE).unwrap().free_stake, 845);
		});
	}

	#[test]
	fn is_shared_by_an_operator_that_is_leaving() {
		build_and_execute(|| {
			set_up();
			assert_ok!(Provers::exit(signed(ALICE)));
			reward(ALICE, 100);
			assert_eq!((record(ALICE).stake, record(ALICE).pool.value), (400, 445));
		});
	}

	#[test]
	fn is_paid_to_the_account_of_a_prover_that_left() {
		build_and_execute(|| {
			assert_eq!(reward(ALICE, 100), 0);
			assert_eq!(free(ALICE), FUNDS + 100);
		});
	}
}
