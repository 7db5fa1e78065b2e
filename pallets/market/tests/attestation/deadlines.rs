// SPDX-License-Identifier: Apache-2.0
//! Effects of time on a task that nobody delivers.

use crate::helpers::*;
use frame_support::{assert_noop, assert_ok, dispatch::Pays};
use pallet_attestation::{AgendaOf, Error, Live, LiveOf, WeightInfo};
use pallet_settlement::{Event as SettlementEvent, Outcomes};
use proofyard_market::*;
use proofyard_primitives::{
	limits::MAX_ATTEMPTS, traits::Provers as _, FailureReason, Outcome, TaskId, TaskSpec,
};

/// The last block in which a proof of a task assigned in block 1 counts.
const DEADLINE: BlockNumber = 1 + LIFETIME;

fn live() -> usize {
	Live::<Test>::iter_keys().count()
}

#[test]
fn a_proof_in_the_block_of_the_deadline_counts() {
	build_and_execute(|| {
		assign(7, PROVER);
		run_to(DEADLINE);
		assert_ok!(include(submission(7, PROVER, proof())).unwrap());
		// Three blocks late of three: 70 % of the price.
		assert_eq!(free(PROVER), ENDOWMENT - STAKE + 280);
		assert_eq!(free(REQUESTER), ENDOWMENT - 280);
		run_to(DEADLINE + 5);
		assert_eq!(staked(PROVER), STAKE);
	});
}

#[test]
fn the_next_block_fails_the_task_by_itself_and_makes_the_requester_whole() {
	build_and_execute(|| {
		assign(7, PROVER);
		run_to(DEADLINE);
		assert!(Live::<Test>::contains_key(7));
		run_to(DEADLINE + 1);

		// The escrow of 400 is free again, and a fifth of the bond of 420 is the requester's. What
		// is left of the bond is burnt.
		assert_eq!(free(REQUESTER), 10_000_084);
		assert_eq!(escrowed(REQUESTER), 0);
		assert_eq!(staked(PROVER), 999_580);
		assert_eq!(free(PROVER), 9_000_000);
		assert_eq!(Burnt::get(), 336);
		System::assert_has_event(
			SettlementEvent::TaskFailed {
				task: 7,
				requester: REQUESTER,
				prover: PROVER,
				reason: FailureReason::DeadlinePassed,
				refunded: 400,
				compensation: 84,
				slashed: 420,
			}
			.into(),
		);
		let record = Outcomes::<Test>::get(7).unwrap();
		assert_eq!(
			record.outcome,
			Outcome::Failed {
				prover: PROVER,
				reason: FailureReason::DeadlinePassed,
				compensation: 84,
				slashed: 420,
			}
		);
		assert_eq!(record.ended_at, DEADLINE + 1);
		let prover = pallet_provers::Provers::<Test>::get(PROVER).unwrap();
		assert_eq!((prover.live, prover.reserved, prover.committed_ms), (0, 0, 0));
		assert_eq!((prover.verified, prover.defaulted), (0, 1));
		assert_eq!(LiveOf::<Test>::iter_keys().count(), 0);
		assert!(AgendaOf::<Test>::entries().is_empty());
	});
}

#[test]
fn what_was_charged_before_is_not_slashed_again() {
	build_and_execute(|| {
		assign(7, PROVER);
		assert_ok!(include(submission(7, PROVER, bad_proof(0))).unwrap());
		run_to(DEADLINE + 1);
		// 420 in all: 10 for the rejected proof, and of the other 410 a fifth to the requester.
		assert_eq!(staked(PROVER), 999_580);
		assert_eq!(free(REQUESTER), 10_000_082);
		assert_eq!(Burnt::get(), 338);
	});
}

#[test]
fn a_default_shows_what_the_prover_was_too_slow_for() {
	build_and_execute(|| {
		assign(7, PROVER);
		run_to(DEADLINE + 1);
		// 1,000 units in eleven blocks of six seconds.
		assert_eq!(Provers::confirmed_speed(&PROVER, market().speed_class()), Some(15));
		assert_eq!(pallet_provers::Provers::<Test>::get(PROVER).unwrap().defaulted, 1);
	});
}

#[test]
fn only_what_is_due_fails() {
	build_and_execute(|| {
		assign(7, PROVER);
		assign_spec(8, RIVAL, TaskSpec { deadline: DEADLINE + 1, ..spec() });
		run_to(DEADLINE + 1);
		assert!(!Live::<Test>::contains_key(7));
		assert!(Live::<Test>::contains_key(8));
		run_to(DEADLINE + 2);
		assert_eq!(live(), 0);
		assert_eq!(staked(RIVAL), STAKE - BOND);
	});
}

mod poke {
	use super::*;

	#[test]
	fn fails_when_the_task_is_unknown() {
		build_and_execute(|| {
			assert_noop!(
				Attestation::poke(RuntimeOrigin::signed(OTHER), 7),
				Error::<Test>::UnknownTask
			);
		});
	}

	#[test]
	fn fails_while_a_proof_still_counts() {
		build_and_execute(|| {
			assign(7, PROVER);
			run_to(DEADLINE);
			assert_noop!(Attestation::poke(RuntimeOrigin::signed(OTHER), 7), Error::<Test>::NotDue);
		});
	}

	#[test]
	fn fails_a_task_that_is_due_and_costs_nothing() {
		build_and_execute(|| {
			assign(7, PROVER);
			run_to(DEADLINE);
			System::set_block_number(DEADLINE + 1);
			let info = Attestation::poke(RuntimeOrigin::signed(OTHER), 7).unwrap();
			assert_eq!(info.pays_fee, Pays::No);
			assert_eq!(free(REQUESTER), 10_000_084);
			assert_eq!(staked(PROVER), 999_580);
			// One per cent of the bond, rounded up, is the keeper's.
			assert_eq!(free(OTHER), ENDOWMENT + 5);
			assert_noop!(
				Attestation::poke(RuntimeOrigin::signed(OTHER), 7),
				Error::<Test>::UnknownTask
			);
			assert!(AgendaOf::<Test>::entries().is_empty());
		});
	}
}

mod what_does_not_fit_into_a_block {
	use super::*;

	/// Five tasks that are due in the same block, and room for two in each.
	fn five_of_which_two_fit() {
		for task in 0..5 {
			assign(task, [PROVER, RIVAL, THIRD][task as usize % 3]);
		}
		run_to(DEADLINE);
		AttestationHook::set(
			<() as WeightInfo>::agenda_base()
				+ <() as WeightInfo>::agenda_block()
				+ Attestation::due_weight(MAX_ATTEMPTS) * 2,
		);
		run_to(DEADLINE + 1);
		assert_eq!(live(), 3);
		check_invariants();
	}

	#[test]
	fn is_done_in_the_next_without_anybody() {
		build_and_execute(|| {
			five_of_which_two_fit();
			run_to(DEADLINE + 2);
			assert_eq!(live(), 1);
			check_invariants();
			run_to(DEADLINE + 3);
			assert_eq!(live(), 0);
			assert_eq!(free(REQUESTER), 10_000_000 + 5 * 84);
		});
	}

	#[test]
	fn can_be_poked_meanwhile() {
		build_and_execute(|| {
			five_of_which_two_fit();
			let left: Vec<TaskId> = Live::<Test>::iter_keys().collect();
			for task in left {
				assert_ok!(Attestation::poke(RuntimeOrigin::signed(OTHER), task));
			}
			assert_eq!(free(REQUESTER), 10_000_000 + 5 * 84);
			run_to(DEADLINE + 5);
			assert_eq!(Outcomes::<Test>::iter_keys().count(), 5);
		});
	}

	#[test]
	fn does_not_keep_later_tasks_from_failing() {
		build_and_execute(|| {
			five_of_which_two_fit();
			assign(9, PROVER);
			run_to(DEADLINE + 1 + LIFETIME + 10);
			assert_eq!(live(), 0);
		});
	}
}
