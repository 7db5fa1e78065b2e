// SPDX-License-Identifier: Apache-2.0
//! Delegated stake: in and out of a pool, and what it backs. How slashes and rewards are shared:
//! `sharing.rs`.

use crate::{mock::*, CommissionRise, Delegation, Delegations, Error, Event, LeavingShares, Pool};
use frame_support::{
	assert_noop, assert_ok,
	traits::{LockableCurrency, WithdrawReasons},
};
use proofyard_primitives::{traits::Provers as _, Ending::Verified};
use sp_runtime::{DispatchError::BadOrigin, Permill};

/// An operator with so much of its own, open at ten percent.
fn operator(prover: AccountId, stake: Balance) {
	register(prover, stake);
	open_delegation(prover, 10);
}

fn undelegate(delegator: AccountId, shares: u128) {
	assert_ok!(Provers::undelegate(signed(delegator), ALICE, shares));
}

fn withdraw(delegator: AccountId) {
	assert_ok!(Provers::withdraw_delegation(signed(delegator), ALICE, delegator));
}

fn free_stake() -> Balance {
	Provers::capacity(&ALICE).unwrap().free_stake
}

mod set_delegation {
	use super::*;

	fn set(commission: Option<u32>) {
		let commission = commission.map(Permill::from_percent);
		assert_ok!(Provers::set_delegation(signed(ALICE), commission));
	}

	fn commission() -> Permill {
		record(ALICE).delegation.commission_at(System::block_number())
	}

	fn event(commission: Option<u32>, from: u64) -> Event<Test> {
		let commission = commission.map(Permill::from_percent);
		Event::DelegationSet { prover: ALICE, commission, from }
	}

	#[test]
	fn opens_and_closes() {
		build_and_execute(|| {
			register(ALICE, 500);
			System::set_block_number(3);
			set(Some(10));
			System::assert_last_event(event(Some(10), 3).into());
			assert!(record(ALICE).delegation.open);
			assert_eq!(commission(), Permill::from_percent(10));
			set(None);
			System::assert_last_event(event(None, 3).into());
			assert!(!record(ALICE).delegation.open);
			assert_eq!(commission(), Permill::from_percent(10));
		});
	}

	#[test]
	fn lets_the_commission_rise_at_once_while_nobody_has_delegated() {
		build_and_execute(|| {
			operator(ALICE, 500);
			set(Some(100));
			assert_eq!(commission(), Permill::one());
			assert_eq!(record(ALICE).delegation.rise, None);
		});
	}

	#[test]
	fn lets_the_commission_fall_at_once() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(BOB, ALICE, 100);
			set(Some(9));
			System::assert_last_event(event(Some(9), 1).into());
			assert_eq!(commission(), Permill::from_percent(9));
		});
	}

	#[test]
	fn lets_delegators_leave_before_the_commission_rises() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(BOB, ALICE, 100);
			System::set_block_number(4);
			set(Some(11));
			let from = 4 + UNBONDING_DELAY;
			System::assert_last_event(event(Some(11), from).into());
			let rise = CommissionRise { commission: Permill::from_percent(11), from };
			assert_eq!(record(ALICE).delegation.rise, Some(rise));
			undelegate(BOB, 100);
			System::set_block_number(from - 1);
			assert_eq!(commission(), Permill::from_percent(10));
			System::set_block_number(from);
			withdraw(BOB);
			assert_eq!(commission(), Permill::from_percent(11));
		});
	}

	#[test]
	fn replaces_a_rise_to_come_and_builds_on_one_that_came() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(BOB, ALICE, 100);
			set(Some(50));
			System::set_block_number(6);
			set(Some(20));
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_eq!(commission(), Permill::from_percent(10));
			System::set_block_number(6 + UNBONDING_DELAY);
			assert_eq!(commission(), Permill::from_percent(20));
			// From twenty this is a fall.
			set(Some(15));
			assert_eq!(commission(), Permill::from_percent(15));
			assert_eq!(record(ALICE).delegation.rise, None);
		});
	}

	#[test]
	fn of_closing_leaves_a_rise_to_come() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(BOB, ALICE, 100);
			set(Some(50));
			set(None);
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_eq!(commission(), Permill::from_percent(50));
		});
	}

	#[test]
	fn fails_for_a_stranger() {
		build_and_execute(|| {
			let stranger = Provers::set_delegation(signed(ALICE), None);
			assert_eq!(stranger, Err(Error::<Test>::UnknownProver.into()));
			assert_noop!(Provers::set_delegation(RuntimeOrigin::root(), None), BadOrigin);
		});
	}
}

mod delegate {
	use super::*;

	#[test]
	fn holds_the_money_on_the_operators_account() {
		build_and_execute(|| {
			operator(ALICE, 500);
			assert_ok!(Provers::delegate(signed(BOB), ALICE, 300));
			System::assert_last_event(
				Event::Delegated { prover: ALICE, delegator: BOB, amount: 300, shares: 300 }.into(),
			);
			assert_eq!(Balances::free_balance(BOB), FUNDS - 300);
			assert_eq!((on_hold(ALICE), on_hold_for_others(ALICE)), (500, 300));
			assert_eq!(Balances::free_balance(ALICE), FUNDS - 500);
			let pool = Pool { value: 300, shares: 300, leaving_shares: 0 };
			assert_eq!(record(ALICE).pool, pool);
			assert_eq!(
				Delegations::<Test>::get(ALICE, BOB),
				Some(Delegation { shares: 300, leaving: None })
			);
		});
	}

	#[test]
	fn adds_to_what_is_there() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(BOB, ALICE, 300);
			delegate(CAROL, ALICE, 100);
			delegate(BOB, ALICE, 50);
			assert_eq!((shares(BOB, ALICE), shares(CAROL, ALICE)), ((350, 0), (100, 0)));
			assert_eq!(record(ALICE).pool.value, 450);
		});
	}

	#[test]
	fn gives_the_operator_room() {
		build_and_execute(|| {
			operator(ALICE, 100);
			System::set_block_number(3);
			delegate(BOB, ALICE, 300);
			assert_eq!(freed(), [(3, ALICE)]);
			assert_eq!(free_stake(), 400);
			assert_noop!(
				Provers::reserve(&ALICE, &market(3), 401, 0),
				Error::<Test>::InsufficientStake
			);
			assert_ok!(Provers::reserve(&ALICE, &market(3), 350, 0));
			assert_ok!(Provers::reserve_deposit(&ALICE, 50));
			assert_eq!(free_stake(), 0);
		});
	}

	#[test]
	fn takes_the_least_amount_exactly() {
		build_and_execute(|| {
			operator(ALICE, 500);
			assert_noop!(
				Provers::delegate(signed(BOB), ALICE, MIN_DELEGATION - 1),
				Error::<Test>::DelegationTooLow
			);
			delegate(BOB, ALICE, MIN_DELEGATION);
		});
	}

	#[test]
	fn takes_so_many_times_what_the_operator_keeps_and_no_more() {
		build_and_execute(|| {
			operator(ALICE, 500);
			assert_ok!(Provers::unbond(signed(ALICE), 400));
			delegate(BOB, ALICE, 100);
			assert_noop!(
				Provers::delegate(signed(CAROL), ALICE, 301),
				Error::<Test>::DelegationFull
			);
			delegate(CAROL, ALICE, 300);
			// What is there may stay, whatever the operator does later.
			assert_noop!(Provers::delegate(signed(BOB), ALICE, 20), Error::<Test>::DelegationFull);
		});
	}

	#[test]
	fn is_off_at_a_factor_of_nothing() {
		build_and_execute(|| {
			PoolFactor::set(0);
			operator(ALICE, 500);
			assert_noop!(Provers::delegate(signed(BOB), ALICE, 100), Error::<Test>::DelegationFull);
		});
	}

	#[test]
	fn takes_all_but_what_keeps_the_account_alive() {
		build_and_execute(|| {
			operator(ALICE, 500);
			let all = MIN_STAKE / 2 - EXISTENTIAL_DEPOSIT;
			assert_noop!(
				Provers::delegate(signed(PAUPER), ALICE, all + 1),
				Error::<Test>::InsufficientBalance
			);
			delegate(PAUPER, ALICE, all);
			assert_eq!(Balances::free_balance(PAUPER), EXISTENTIAL_DEPOSIT);
		});
	}

	#[test]
	fn fails_when_the_operator_takes_none() {
		build_and_execute(|| {
			register(ALICE, 500);
			let closed = Error::<Test>::DelegationClosed;
			assert_noop!(Provers::delegate(signed(BOB), ALICE, 100), closed);
			open_delegation(ALICE, 10);
			delegate(BOB, ALICE, 100);
			assert_ok!(Provers::set_delegation(signed(ALICE), None));
			assert_noop!(
				Provers::delegate(signed(BOB), ALICE, 100),
				Error::<Test>::DelegationClosed
			);
		});
	}

	#[test]
	fn fails_to_an_operator_that_unbonds_everything() {
		build_and_execute(|| {
			operator(ALICE, 500);
			assert_ok!(Provers::unbond(signed(ALICE), 500));
			assert_noop!(Provers::delegate(signed(BOB), ALICE, 20), Error::<Test>::DelegationFull);
		});
	}

	#[test]
	fn fails_to_oneself_and_to_a_stranger() {
		build_and_execute(|| {
			operator(ALICE, 500);
			let to = |prover| Provers::delegate(signed(ALICE), prover, 100);
			assert_noop!(to(ALICE), Error::<Test>::SelfDelegation);
			assert_noop!(to(BOB), Error::<Test>::UnknownProver);
			assert_noop!(Provers::delegate(RuntimeOrigin::root(), ALICE, 100), BadOrigin);
		});
	}
}

mod undelegate {
	use super::*;

	#[test]
	fn takes_shares_out_of_the_backing_at_once() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(BOB, ALICE, 300);
			System::set_block_number(5);
			undelegate(BOB, 100);
			let available_at = 5 + UNBONDING_DELAY;
			System::assert_last_event(
				Event::UndelegationStarted {
					prover: ALICE,
					delegator: BOB,
					shares: 100,
					available_at,
				}
				.into(),
			);
			assert_eq!(
				Delegations::<Test>::get(ALICE, BOB),
				Some(Delegation {
					shares: 300,
					leaving: Some(LeavingShares { shares: 100, available_at })
				})
			);
			assert_eq!(record(ALICE).pool.leaving_shares, 100);
			assert_eq!((free_stake(), on_hold_for_others(ALICE)), (700, 300));
		});
	}

	#[test]
	fn merges_with_what_is_leaving_and_waits_as_the_later() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(BOB, ALICE, 300);
			undelegate(BOB, 100);
			System::set_block_number(5);
			undelegate(BOB, 50);
			assert_eq!(shares(BOB, ALICE), (300, 150));
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_noop!(
				Provers::withdraw_delegation(signed(BOB), ALICE, BOB),
				Error::<Test>::TooEarly
			);
			System::set_block_number(5 + UNBONDING_DELAY);
			withdraw(BOB);
			assert_eq!((shares(BOB, ALICE), record(ALICE).pool.leaving_shares), ((150, 0), 0));
		});
	}

	#[test]
	fn leaves_the_least_amount_or_nothing() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(BOB, ALICE, 100);
			let out = |shares| Provers::undelegate(signed(BOB), ALICE, shares);
			assert_noop!(out(81), Error::<Test>::DelegationTooLow);
			assert_noop!(out(99), Error::<Test>::DelegationTooLow);
			undelegate(BOB, 80);
			assert_noop!(out(1), Error::<Test>::DelegationTooLow);
			undelegate(BOB, 20);
			assert_eq!(shares(BOB, ALICE), (100, 100));
		});
	}

	#[test]
	fn works_while_all_is_reserved() {
		build_and_execute(|| {
			operator(ALICE, 100);
			delegate(BOB, ALICE, 300);
			reserve(ALICE, 400);
			undelegate(BOB, 300);
			assert_eq!(free_stake(), 0);
			assert_noop!(
				Provers::reserve(&ALICE, &market(3), 1, 0),
				Error::<Test>::InsufficientStake
			);
			// What ends frees only what the rest backs.
			finish(ALICE, 400, Verified);
			assert_eq!(free_stake(), 100);
		});
	}

	#[test]
	fn fails_with_more_than_stays() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(BOB, ALICE, 100);
			undelegate(BOB, 60);
			let out = |shares| Provers::undelegate(signed(BOB), ALICE, shares);
			assert_noop!(out(41), Error::<Test>::TooFewShares);
			assert_noop!(out(u128::MAX), Error::<Test>::TooFewShares);
			assert_noop!(out(0), Error::<Test>::ZeroAmount);
		});
	}

	#[test]
	fn fails_for_a_stranger() {
		build_and_execute(|| {
			let out = |who| Provers::undelegate(signed(who), ALICE, 1);
			assert_noop!(out(BOB), Error::<Test>::UnknownProver);
			operator(ALICE, 500);
			delegate(BOB, ALICE, 100);
			assert_noop!(out(CAROL), Error::<Test>::NoDelegation);
			assert_noop!(out(ALICE), Error::<Test>::NoDelegation);
			assert_noop!(Provers::undelegate(RuntimeOrigin::none(), ALICE, 1), BadOrigin);
		});
	}
}

mod withdraw_delegation {
	use super::*;

	#[test]
	fn pays_the_delegator_whoever_calls() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(BOB, ALICE, 300);
			undelegate(BOB, 100);
			System::set_block_number(UNBONDING_DELAY);
			let out = || Provers::withdraw_delegation(signed(CAROL), ALICE, BOB);
			assert_noop!(out(), Error::<Test>::TooEarly);
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_ok!(out());
			System::assert_last_event(
				Event::DelegationWithdrawn {
					prover: ALICE,
					delegator: BOB,
					shares: 100,
					amount: 100,
				}
				.into(),
			);
			assert_eq!(Balances::free_balance(BOB), FUNDS - 200);
			assert_eq!(Balances::free_balance(CAROL), FUNDS);
			assert_eq!(on_hold_for_others(ALICE), 200);
			assert_eq!(
				Delegations::<Test>::get(ALICE, BOB),
				Some(Delegation { shares: 200, leaving: None })
			);
			assert_noop!(out(), Error::<Test>::NothingUnbonding);
		});
	}

	#[test]
	fn of_all_shares_leaves_no_entry() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(BOB, ALICE, 300);
			undelegate(BOB, 300);
			System::set_block_number(1 + UNBONDING_DELAY);
			withdraw(BOB);
			assert_eq!(Delegations::<Test>::iter().count(), 0);
			assert_eq!(record(ALICE).pool, Pool::default());
			assert_eq!(Balances::free_balance(BOB), FUNDS);
			// The operator goes on.
			assert_eq!(free_stake(), 500);
		});
	}

	#[test]
	fn waits_until_the_rest_covers_what_is_reserved() {
		build_and_execute(|| {
			operator(ALICE, 100);
			delegate(BOB, ALICE, 300);
			reserve(ALICE, 101);
			reserve(ALICE, 299);
			undelegate(BOB, 300);
			System::set_block_number(1 + UNBONDING_DELAY);
			let out = || Provers::withdraw_delegation(signed(BOB), ALICE, BOB);
			assert_noop!(out(), Error::<Test>::StakeReserved);
			finish(ALICE, 299, Verified);
			assert_noop!(out(), Error::<Test>::StakeReserved);
			assert_eq!(slash(ALICE, 4), 4);
			// 99 of the operator and 297 of the pool cover 97.
			assert_ok!(out());
			assert_eq!(Balances::free_balance(BOB), FUNDS - 3);
		});
	}

	#[test]
	fn leaves_what_the_operator_unbonds_covered() {
		build_and_execute(|| {
			operator(ALICE, 200);
			delegate(BOB, ALICE, 300);
			assert_ok!(Provers::unbond(signed(ALICE), 100));
			reserve(ALICE, 400);
			undelegate(BOB, 300);
			System::set_block_number(1 + UNBONDING_DELAY);
			let out = || Provers::withdraw_delegation(signed(BOB), ALICE, BOB);
			assert_noop!(out(), Error::<Test>::StakeReserved);
			// The operator's own was never needed for it.
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			assert_noop!(out(), Error::<Test>::StakeReserved);
			finish(ALICE, 400, Verified);
			assert_ok!(out());
		});
	}

	#[test]
	fn is_not_kept_by_a_lock_on_the_operators_account() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(BOB, ALICE, 300);
			Balances::set_lock(*b"votes   ", &ALICE, 2 * FUNDS, WithdrawReasons::all());
			undelegate(BOB, 300);
			System::set_block_number(1 + UNBONDING_DELAY);
			withdraw(BOB);
			assert_eq!(Balances::free_balance(BOB), FUNDS);
		});
	}

	#[test]
	fn brings_an_account_back_to_life() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(PAUPER, ALICE, 40);
			undelegate(PAUPER, 40);
			assert_ok!(Balances::transfer_all(signed(PAUPER), BOB, false));
			assert!(!System::account_exists(&PAUPER));
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_ok!(Provers::withdraw_delegation(signed(BOB), ALICE, PAUPER));
			assert_eq!(Balances::free_balance(PAUPER), 40);
		});
	}

	#[test]
	fn fails_for_a_stranger() {
		build_and_execute(|| {
			let out = |who| Provers::withdraw_delegation(signed(who), ALICE, who);
			assert_noop!(out(BOB), Error::<Test>::UnknownProver);
			operator(ALICE, 500);
			delegate(BOB, ALICE, 100);
			assert_noop!(out(CAROL), Error::<Test>::NoDelegation);
			assert_noop!(out(BOB), Error::<Test>::NothingUnbonding);
			let unsigned = Provers::withdraw_delegation(RuntimeOrigin::root(), ALICE, BOB);
			assert_eq!(unsigned, Err(BadOrigin));
		});
	}
}

mod the_operator {
	use super::*;

	#[test]
	fn unbonds_its_own_down_to_the_least_stake_and_no_further() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(BOB, ALICE, 300);
			let unbond = |amount| Provers::unbond(signed(ALICE), amount);
			for amount in [401, 500, 501, 800] {
				assert_noop!(unbond(amount), Error::<Test>::RemainderTooLow);
			}
			assert_noop!(unbond(801), Error::<Test>::StakeReserved);
			assert_ok!(unbond(400));
			assert_eq!(free_stake(), 400);
		});
	}

	#[test]
	fn unbonds_what_the_pool_covers() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(BOB, ALICE, 300);
			reserve(ALICE, 450);
			assert_noop!(Provers::unbond(signed(ALICE), 351), Error::<Test>::StakeReserved);
			assert_ok!(Provers::unbond(signed(ALICE), 350));
		});
	}

	#[test]
	fn unbonds_nothing_that_only_leaving_shares_would_cover() {
		build_and_execute(|| {
			operator(ALICE, 500);
			delegate(BOB, ALICE, 300);
			undelegate(BOB, 300);
			reserve(ALICE, 350);
			assert_noop!(Provers::unbond(signed(ALICE), 151), Error::<Test>::StakeReserved);
			assert_ok!(Provers::unbond(signed(ALICE), 150));
		});
	}
}
