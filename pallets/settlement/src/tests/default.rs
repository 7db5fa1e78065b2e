// SPDX-License-Identifier: Apache-2.0
//! Provers that default, and proofs that are rejected: who gets what, to the planck.

use crate::{mock::*, Event, FeeTerms, Outcomes};
use frame_support::traits::Hooks;
use proofyard_primitives::{
	traits::Settlement as _, Ending, FailureReason, Outcome, Role, TaskEnd,
};
use sp_runtime::Permill;

mod fail {
	use super::*;

	#[test]
	fn refunds_compensates_and_burns() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			let deal = assign(1, PROVER, 700, 1_000);
			System::set_block_number(101);
			fail(1, &spec, &deal);
			System::assert_last_event(
				Event::TaskFailed {
					task: 1,
					requester: ALICE,
					prover: PROVER,
					reason: FailureReason::DeadlinePassed,
					refunded: 700,
					compensation: 200,
					slashed: 1_000,
				}
				.into(),
			);
			// A fifth of the bond to the requester, the rest to nobody.
			assert_eq!((free(ALICE), in_escrow(ALICE)), (FUNDS + 200, 0));
			assert_eq!(Burnt::get(), 800);
			assert_eq!((free(PROVER), staked(PROVER)), (FUNDS - STAKE, STAKE - 1_000));
			let record = Outcomes::<Test>::get(1).unwrap();
			assert_eq!((record.assigned_at, record.ended_at), (Some(2), 101));
			assert_eq!(
				record.outcome,
				Outcome::Failed {
					prover: PROVER,
					reason: FailureReason::DeadlinePassed,
					compensation: 200,
					slashed: 1_000
				}
			);
		});
	}

	#[test]
	fn rounds_the_compensation_down() {
		for (bond, compensation) in [(0, 0), (1, 0), (4, 0), (5, 1), (999, 199), (1_004, 200)] {
			build_and_execute(|| {
				let spec = open(1, ALICE, 1_000);
				let deal = assign(1, PROVER, 1_000, bond);
				fail(1, &spec, &deal);
				assert_eq!(free(ALICE), FUNDS + compensation, "bond {bond}");
				assert_eq!(Burnt::get(), bond - compensation, "bond {bond}");
			});
		}
	}

	#[test]
	fn leaves_the_bonds_of_other_tasks() {
		build_and_execute(|| {
			let failed = open(1, ALICE, 1_000);
			let deal = assign(1, PROVER, 700, 1_000);
			let spec = open(2, BOB, 1_000);
			let other = assign(2, PROVER, 700, STAKE - 1_000);
			fail(1, &failed, &deal);
			assert_eq!(reserved(PROVER), staked(PROVER));
			settle(2, &spec, &other);
			assert_eq!((reserved(PROVER), staked(PROVER)), (0, STAKE - 1_000));
		});
	}

	#[test]
	fn takes_a_whole_stake_where_it_was_the_bond() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			let deal = assign(1, PROVER, 700, STAKE);
			fail(1, &spec, &deal);
			assert_eq!((staked(PROVER), Burnt::get()), (0, 4_000));
		});
	}

	#[test]
	fn pays_nothing_to_a_prover_that_asked_itself() {
		build_and_execute(|| {
			let spec = open(1, PROVER, 1_000);
			let deal = assign(1, PROVER, 700, 1_000);
			fail(1, &spec, &deal);
			assert_eq!((free(PROVER), staked(PROVER)), (FUNDS - STAKE, STAKE - 1_000));
			assert_eq!(Burnt::get(), 1_000);
			assert_eq!(
				Outcomes::<Test>::get(1).unwrap().outcome,
				Outcome::Failed {
					prover: PROVER,
					reason: FailureReason::DeadlinePassed,
					compensation: 0,
					slashed: 1_000
				}
			);
		});
	}

	#[test]
	fn of_a_calibration_task_costs_the_bond_and_refunds_nothing() {
		build_and_execute(|| {
			let spec = open(1, PROVER, 0);
			let deal = assign(1, PROVER, 0, 1_000);
			fail(1, &spec, &deal);
			assert_eq!((free(PROVER), staked(PROVER)), (FUNDS - STAKE, STAKE - 1_000));
			assert_eq!(Burnt::get(), 1_000);
		});
	}

	#[test]
	fn burns_what_a_closed_account_could_not_keep() {
		// A fifth of 45 is one planck less than an account must have, a fifth of 50 is enough.
		for (bond, compensation) in [(45, 0), (50, 10)] {
			build_and_execute(|| {
				let spec = open(1, BOB, 1_000);
				let deal = assign(1, PROVER, 0, bond);
				Balances::transfer_all(RuntimeOrigin::signed(BOB), ALICE, false).unwrap();
				assert!(!System::account_exists(&BOB));
				fail(1, &spec, &deal);
				assert_eq!((free(BOB), Burnt::get()), (compensation, bond - compensation));
			});
		}
	}

	#[test]
	fn says_why() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			let deal = assign(1, PROVER, 700, 0);
			let only = attempt(PROVER, Role::Primary, Ending::Rejected, 700, 0);
			let end = TaskEnd::Failed { reason: FailureReason::ProofsRejected, keeper: None };
			conclude(1, &spec, &deal, &[only], end);
			assert!(matches!(
				Outcomes::<Test>::get(1).unwrap().outcome,
				Outcome::Failed { reason: FailureReason::ProofsRejected, .. }
			));
		});
	}
}

mod charge_verification {
	use super::*;

	#[test]
	fn burns_the_fee_of_the_bond() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			let mut deal = assign(1, PROVER, 700, 1_000);
			assert_eq!(charge(1, &mut deal), VERIFICATION_FEE);
			System::assert_last_event(
				Event::VerificationCharged { task: 1, prover: PROVER, amount: 30 }.into(),
			);
			assert_eq!((staked(PROVER), Burnt::get()), (STAKE - 30, 30));
			// The task lives, the escrow is untouched.
			assert!(!Settlement::has_ended(1));
			assert_eq!(in_escrow(ALICE), 700);
			settle(1, &spec, &deal);
		});
	}

	#[test]
	fn takes_no_more_than_the_bond() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			let mut deal = assign(1, PROVER, 700, 50);
			let other = open(2, BOB, 1_000);
			let untouched = assign(2, PROVER, 700, 1_000);
			assert_eq!(charge(1, &mut deal), 30);
			assert_eq!(charge(1, &mut deal), 20);
			let events = System::events().len();
			assert_eq!(charge(1, &mut deal), 0);
			assert_eq!(System::events().len(), events, "nothing taken is no event");
			assert_eq!((staked(PROVER), Burnt::get()), (STAKE - 50, 50));
			// Nothing of the bond is left to compensate with, and no other bond steps in.
			fail(1, &spec, &deal);
			assert_eq!(free(ALICE), FUNDS);
			settle(2, &other, &untouched);
		});
	}

	#[test]
	fn comes_before_the_compensation() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			let mut deal = assign(1, PROVER, 700, 1_000);
			charge(1, &mut deal);
			fail(1, &spec, &deal);
			// 970 are left: 194 to the requester, 776 burnt after the 30.
			assert_eq!((free(ALICE), Burnt::get()), (FUNDS + 194, 30 + 776));
			assert_eq!(staked(PROVER), STAKE - 1_000);
		});
	}
}

mod forfeit {
	use super::*;

	#[test]
	fn takes_the_deposit_for_nobody() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			assert!(reserve(PROVER, 200));
			Settlement::forfeit(1, &PROVER, 200);
			System::assert_last_event(
				Event::DepositForfeited { task: 1, prover: PROVER, amount: 200 }.into(),
			);
			assert_eq!((staked(PROVER), Burnt::get()), (STAKE - 200, 200));
			assert_eq!((reserved(PROVER), staked(PROVER)), (0, STAKE - 200));
			// The requester has neither loss nor gain, and the task goes on.
			assert_eq!((free(ALICE), in_escrow(ALICE)), (FUNDS - 1_000, 1_000));
			assert!(!Settlement::has_ended(1));
			Settlement::expire(1, &spec);
		});
	}

	#[test]
	fn leaves_the_bonds_of_tasks() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			let deal = assign(1, PROVER, 700, 1_000);
			assert!(reserve(PROVER, 200));
			Settlement::forfeit(2, &PROVER, 200);
			fail(1, &spec, &deal);
			assert_eq!(staked(PROVER), STAKE - 1_200);
			assert_eq!(reserved(PROVER), 0);
		});
	}

	#[test]
	fn of_nothing_is_no_event() {
		build_and_execute(|| {
			let events = System::events().len();
			Settlement::forfeit(1, &PROVER, 0);
			// Nothing is reserved, so nothing is taken.
			Settlement::forfeit(1, &PROVER, 10);
			assert_eq!((staked(PROVER), System::events().len()), (STAKE, events));
		});
	}
}

mod integrity_test {
	use super::*;

	#[test]
	fn passes() {
		build_and_execute(Settlement::integrity_test);
	}

	#[test]
	#[should_panic(expected = "must be one that could be set")]
	fn refuses_a_fee_above_the_limit() {
		FirstFees::set(FeeTerms { fee: Permill::from_percent(11), ..FEES });
		Settlement::integrity_test();
	}

	#[test]
	#[should_panic(expected = "can be given out than all")]
	fn refuses_shares_of_more_than_all() {
		FirstFees::set(FeeTerms { author: Permill::from_percent(51), ..FEES });
		Settlement::integrity_test();
	}

	#[test]
	#[should_panic(expected = "must be able to do something")]
	fn refuses_a_hook_without_weight_for_one_entry() {
		HookLimit::set(frame_support::weights::Weight::from_parts(11, 0));
		Settlement::integrity_test();
	}
}
