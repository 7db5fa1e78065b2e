// SPDX-License-Identifier: Apache-2.0
//! Stake: more of it, less of it, and leaving.

use crate::{mock::*, Calibrations, Error, Event, SessionKeys, TrackRecords, Unbonding};
use frame_support::{assert_noop, assert_ok};
use proofyard_primitives::{traits::Provers as _, Ending, Market, Performance, TaskKind};
use sp_runtime::DispatchError::BadOrigin;

mod add_stake {
	use super::*;

	#[test]
	fn works() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::add_stake(signed(ALICE), 1));
			System::assert_last_event(
				Event::StakeAdded { prover: ALICE, amount: 1, stake: 501 }.into(),
			);
			assert_eq!((on_hold(ALICE), record(ALICE).stake), (501, 501));
		});
	}

	#[test]
	fn takes_all_but_what_keeps_the_account_alive() {
		build_and_execute(|| {
			register(ALICE, 500);
			let all = FUNDS - 500 - EXISTENTIAL_DEPOSIT;
			assert_noop!(
				Provers::add_stake(signed(ALICE), all + 1),
				Error::<Test>::InsufficientBalance
			);
			assert_ok!(Provers::add_stake(signed(ALICE), all));
		});
	}

	#[test]
	fn must_restore_the_least_stake_after_a_slash() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 460);
			assert_eq!(slash(ALICE, 460), 460);
			finish(ALICE, 0, Ending::Defaulted);
			// 40 are left: 59 more are one too few.
			assert_noop!(Provers::add_stake(signed(ALICE), 59), Error::<Test>::StakeTooLow);
			assert_ok!(Provers::add_stake(signed(ALICE), 60));
			assert_eq!(record(ALICE).stake, MIN_STAKE);
		});
	}

	#[test]
	fn does_not_let_a_leaving_prover_stay_for_a_trifle() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::unbond(signed(ALICE), 500));
			assert_noop!(
				Provers::add_stake(signed(ALICE), MIN_STAKE - 1),
				Error::<Test>::StakeTooLow
			);
			assert_ok!(Provers::add_stake(signed(ALICE), MIN_STAKE));
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			assert_eq!(record(ALICE).stake, MIN_STAKE);
		});
	}

	#[test]
	fn fails_with_nothing() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_noop!(Provers::add_stake(signed(ALICE), 0), Error::<Test>::ZeroAmount);
		});
	}

	#[test]
	fn fails_for_a_stranger() {
		build_and_execute(|| {
			assert_noop!(Provers::add_stake(signed(ALICE), 500), Error::<Test>::UnknownProver);
			assert_noop!(Provers::add_stake(RuntimeOrigin::root(), 500), BadOrigin);
		});
	}
}

mod unbond {
	use super::*;

	#[test]
	fn works() {
		build_and_execute(|| {
			register(ALICE, 500);
			System::set_block_number(5);
			assert_ok!(Provers::unbond(signed(ALICE), 300));
			let available_at = 5 + UNBONDING_DELAY;
			System::assert_last_event(
				Event::UnbondingStarted { prover: ALICE, amount: 300, available_at }.into(),
			);
			assert_eq!(record(ALICE).unbonding, Some(Unbonding { amount: 300, available_at }));
			// It is still on hold, and backs nothing.
			assert_eq!(on_hold(ALICE), 500);
			assert_eq!(Provers::capacity(&ALICE).unwrap().free_stake, 200);
		});
	}

	#[test]
	fn may_leave_the_least_stake_exactly_or_nothing() {
		build_and_execute(|| {
			register(ALICE, 500);
			register(BOB, 500);
			assert_noop!(
				Provers::unbond(signed(ALICE), 500 - MIN_STAKE + 1),
				Error::<Test>::RemainderTooLow
			);
			assert_noop!(Provers::unbond(signed(ALICE), 499), Error::<Test>::RemainderTooLow);
			assert_ok!(Provers::unbond(signed(ALICE), 500 - MIN_STAKE));
			assert_ok!(Provers::unbond(signed(BOB), 500));
		});
	}

	#[test]
	fn takes_all_that_is_free_of_live_attempts_and_no_more() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 150);
			assert_noop!(Provers::unbond(signed(ALICE), 351), Error::<Test>::StakeReserved);
			assert_ok!(Provers::unbond(signed(ALICE), 350));
			finish(ALICE, 150, Ending::Verified);
		});
	}

	#[test]
	fn counts_reserved_bond_in_the_remainder_that_must_stay() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 50);
			assert_noop!(Provers::unbond(signed(ALICE), 450), Error::<Test>::RemainderTooLow);
			assert_ok!(Provers::unbond(signed(ALICE), 400));
			finish(ALICE, 50, Ending::Verified);
		});
	}

	#[test]
	fn fails_while_another_unbonding_is_under_way() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::unbond(signed(ALICE), 100));
			assert_noop!(Provers::unbond(signed(ALICE), 100), Error::<Test>::UnbondingUnderWay);
			// Even when it could be withdrawn.
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_noop!(Provers::unbond(signed(ALICE), 100), Error::<Test>::UnbondingUnderWay);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			assert_ok!(Provers::unbond(signed(ALICE), 100));
		});
	}

	#[test]
	fn leaves_nothing_only_without_standing_asks() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::ask_placed(&ALICE));
			assert_noop!(Provers::unbond(signed(ALICE), 500), Error::<Test>::AsksStanding);
			Provers::ask_withdrawn(&ALICE);
			assert_ok!(Provers::unbond(signed(ALICE), 500));
		});
	}

	#[test]
	fn leaves_a_part_with_standing_asks() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::ask_placed(&ALICE));
			assert_ok!(Provers::unbond(signed(ALICE), 400));
		});
	}

	#[test]
	fn fails_with_nothing() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_noop!(Provers::unbond(signed(ALICE), 0), Error::<Test>::ZeroAmount);
		});
	}

	#[test]
	fn fails_for_a_stranger() {
		build_and_execute(|| {
			assert_noop!(Provers::unbond(signed(ALICE), 1), Error::<Test>::UnknownProver);
			assert_noop!(Provers::unbond(RuntimeOrigin::none(), 1), BadOrigin);
		});
	}
}

mod withdraw_unbonded {
	use super::*;

	#[test]
	fn works_from_the_block_that_the_event_named() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::unbond(signed(ALICE), 300));
			System::set_block_number(UNBONDING_DELAY);
			assert_noop!(Provers::withdraw_unbonded(signed(ALICE)), Error::<Test>::TooEarly);
			System::set_block_number(UNBONDING_DELAY + 1);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			System::assert_last_event(
				Event::StakeWithdrawn { prover: ALICE, amount: 300, stake: 200 }.into(),
			);
			assert_eq!((on_hold(ALICE), record(ALICE).stake), (200, 200));
			assert_eq!(record(ALICE).unbonding, None);
		});
	}

	#[test]
	fn of_everything_forgets_the_prover() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::unbond(signed(ALICE), 500));
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			System::assert_has_event(
				Event::StakeWithdrawn { prover: ALICE, amount: 500, stake: 0 }.into(),
			);
			System::assert_last_event(Event::ProverLeft { prover: ALICE }.into());
			assert!(!crate::Provers::<Test>::contains_key(ALICE));
			assert!(!SessionKeys::<Test>::contains_key(key(1)));
			assert_eq!(Balances::free_balance(ALICE), FUNDS);
			// And it may come back, with the same key.
			register(ALICE, MIN_STAKE);
		});
	}

	#[test]
	fn of_everything_forgets_its_track_record_and_its_resuming() {
		build_and_execute(|| {
			AskEpoch::set(1_000);
			register(ALICE, 500);
			register(BOB, 500);
			reserve(ALICE, 0);
			release_slot(ALICE, Ending::Verified);
			for (who, hardware) in [(ALICE, CPU), (ALICE, GPU), (BOB, CPU)] {
				let calibration =
					Performance { kind: TaskKind::Calibration, ..attempt(Ending::Verified) };
				go_through(who, &Market { hardware, ..market(16) }, calibration);
			}
			assert_ok!(Provers::set_paused(signed(ALICE), true));
			assert_ok!(Provers::set_paused(signed(ALICE), false));
			assert_ok!(Provers::unbond(signed(ALICE), 500));
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			assert_eq!(Provers::confirmed_speed(&ALICE, market(16).speed_class()), None);
			assert_eq!(Calibrations::<Test>::iter_prefix(ALICE).count(), 0);
			assert_eq!(TrackRecords::<Test>::iter().count(), 0);
			// What is due is left to whoever takes it.
			assert_eq!(freed().iter().filter(|(block, _)| *block > 1).count(), 0);
			assert_eq!(freed().len(), 2);
			assert!(Provers::confirmed_speed(&BOB, market(16).speed_class()).is_some());
			assert_eq!(Provers::calibrations(&BOB, SYSTEM, CPU), 1);
		});
	}

	#[test]
	fn works_while_other_stake_is_reserved() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 200);
			assert_ok!(Provers::unbond(signed(ALICE), 300));
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			assert_eq!((record(ALICE).stake, record(ALICE).reserved), (200, 200));
			finish(ALICE, 200, Ending::Verified);
		});
	}

	#[test]
	fn fails_when_nothing_is_unbonding() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_noop!(
				Provers::withdraw_unbonded(signed(ALICE)),
				Error::<Test>::NothingUnbonding
			);
		});
	}

	#[test]
	fn fails_for_a_stranger() {
		build_and_execute(|| {
			assert_noop!(Provers::withdraw_unbonded(signed(ALICE)), Error::<Test>::UnknownProver);
			assert_noop!(Provers::withdraw_unbonded(RuntimeOrigin::root()), BadOrigin);
		});
	}

	#[test]
	fn lets_a_prover_leave_that_lost_its_whole_stake() {
		build_and_execute(|| {
			register(ALICE, MIN_STAKE);
			assert_ok!(Provers::ask_placed(&ALICE));
			reserve(ALICE, MIN_STAKE);
			assert_eq!(slash(ALICE, MIN_STAKE), MIN_STAKE);
			// Not while the attempt lives, nor while the ask stands.
			assert_noop!(
				Provers::withdraw_unbonded(signed(ALICE)),
				Error::<Test>::NothingUnbonding
			);
			finish(ALICE, 0, Ending::Defaulted);
			assert_noop!(
				Provers::withdraw_unbonded(signed(ALICE)),
				Error::<Test>::NothingUnbonding
			);
			Provers::ask_withdrawn(&ALICE);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			System::assert_last_event(Event::ProverLeft { prover: ALICE }.into());
			assert!(!SessionKeys::<Test>::contains_key(key(1)));
		});
	}

	#[test]
	fn keeps_a_prover_whose_rest_was_slashed_until_its_asks_are_withdrawn() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::ask_placed(&ALICE));
			reserve(ALICE, 100);
			assert_ok!(Provers::unbond(signed(ALICE), 400));
			assert_eq!(slash(ALICE, 100), 100);
			finish(ALICE, 0, Ending::Defaulted);
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			assert_eq!(record(ALICE).stake, 0);
			Provers::ask_withdrawn(&ALICE);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			assert!(!crate::Provers::<Test>::contains_key(ALICE));
		});
	}
}
