// SPDX-License-Identifier: Apache-2.0
//! Fallback when a first attempt does not deliver. All sums are worked out by hand: a price of 400
//! under a bond of 420, and standbys for 500 each under bonds of 620.

use crate::helpers::*;
use frame_support::assert_ok;
use pallet_attestation::{AgendaOf, Event, Live, LiveOf, WantedTasks};
use pallet_settlement::{Event as SettlementEvent, Outcomes};
use proofyard_market::*;
use proofyard_primitives::{AttemptState, Ending, FailureReason, Role};

/// The block after the soft deadline of what is assigned in block 1.
const LATE: BlockNumber = 1 + SOFT + 1;

fn fates() -> Vec<(AccountId, Ending, Balance, Balance)> {
	let record = Outcomes::<Test>::get(7).unwrap();
	let attempts = record.attempts.into_iter();
	attempts.map(|a| (a.prover, a.fate, a.earned, a.slashed)).collect()
}

mod after_the_soft_deadline {
	use super::*;

	#[test]
	fn a_standby_is_called_by_the_chain_itself() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL, THIRD], spec());
			run_to(LATE - 1);
			assert_eq!(Live::<Test>::get(7).unwrap().attempts.len(), 1);
			assert_eq!(reserved_bond(RIVAL), 0);
			run_to(LATE);
			let called = attempt(7, RIVAL);
			assert_eq!((called.role, called.state), (Role::Standby, AttemptState::Running));
			// Half of the two blocks that are left.
			assert_eq!((called.started_at, called.soft_deadline), (LATE, LATE + 1));
			assert_eq!((called.price, called.bond), (STANDBY_PRICE, STANDBY_BOND));
			assert_eq!(reserved_bond(RIVAL), STANDBY_BOND);
			assert!(LiveOf::<Test>::contains_key(RIVAL, 7));
			System::assert_has_event(
				Event::AttemptLate { task: 7, prover: PROVER, attempt: 0 }.into(),
			);
			System::assert_has_event(
				Event::ProverCalled {
					task: 7,
					prover: RIVAL,
					attempt: 1,
					role: Role::Standby,
					price: STANDBY_PRICE,
					bond: STANDBY_BOND,
					soft_deadline: LATE + 1,
				}
				.into(),
			);
			// The primary still has its attempt, its slot and its bond.
			assert!(attempt(7, PROVER).is_running());
			assert_eq!(reserved_bond(PROVER), BOND);
			assert_eq!(reserved_bond(THIRD), 0);
		});
	}

	#[test]
	fn its_proof_is_paid_by_the_requester_and_the_bond() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], spec());
			run_to(LATE);
			commit_and_show(7, RIVAL);
			// 500: 400 of the requester, and 100 of the bond.
			assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 500);
			assert_eq!((staked(RIVAL), reserved_bond(RIVAL)), (STAKE, 0));
			// For the delay 30 % of the price, 120, but no more than a fifth of the bond of 420: 84.
			assert_eq!(free(REQUESTER), ENDOWMENT - 400 + 84);
			assert_eq!(escrowed(REQUESTER), 0);
			// The bond is gone, what was nobody's burnt.
			assert_eq!((staked(PROVER), reserved_bond(PROVER)), (STAKE - 420, 0));
			assert_eq!(Burnt::get(), 420 - 100 - 84);
			assert_eq!(
				fates(),
				vec![(PROVER, Ending::Defaulted, 0, 420), (RIVAL, Ending::Verified, 500, 0)]
			);
			let primary = pallet_provers::Provers::<Test>::get(PROVER).unwrap();
			assert_eq!((primary.live, primary.defaulted), (0, 1));
			let standby = pallet_provers::Provers::<Test>::get(RIVAL).unwrap();
			assert_eq!((standby.live, standby.verified), (0, 1));
			assert!(AgendaOf::<Test>::entries().is_empty());
			assert_eq!(LiveOf::<Test>::iter_keys().count(), 0);
		});
	}

	#[test]
	fn the_primary_may_still_win_for_less_and_pays_who_was_called() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], spec());
			run_to(LATE);
			deliver(PROVER);
			// One block late of three: a third of the 30 % that a price declines.
			assert_eq!(free(PROVER), ENDOWMENT - STAKE + 360);
			assert_eq!(free(REQUESTER), ENDOWMENT - 360);
			// A tenth of the standby's 500.
			assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 50);
			assert_eq!((staked(PROVER), reserved_bond(PROVER)), (STAKE - 50, 0));
			assert_eq!((staked(RIVAL), reserved_bond(RIVAL)), (STAKE, 0));
			assert_eq!(Burnt::get(), 0);
			assert_eq!(
				fates(),
				vec![(PROVER, Ending::VerifiedLate, 360, 50), (RIVAL, Ending::Lost, 50, 0)]
			);
		});
	}

	#[test]
	fn a_standby_without_room_is_passed_over_and_promised_nothing() {
		build_and_execute(|| {
			for task in 10..14 {
				assign_spec(task, RIVAL, proofyard_primitives::TaskSpec { deadline: 40, ..spec() });
			}
			assign_with(7, &[PROVER], &[RIVAL, THIRD], spec());
			run_to(LATE);
			let live = Live::<Test>::get(7).unwrap();
			assert_eq!(live.attempt_of(&RIVAL), None);
			assert_eq!(live.attempt_of(&THIRD), Some(1));
			assert_eq!(reserved_bond(RIVAL), 4 * BOND);
		});
	}

	#[test]
	fn a_standby_that_is_slow_is_followed_by_the_next_half_way_to_the_deadline() {
		build_and_execute(|| {
			let spec = proofyard_primitives::TaskSpec { deadline: 29, ..spec() };
			assign_with(7, &[PROVER], &[RIVAL, THIRD], spec);
			// Called in block 9, of 20 blocks half.
			run_to(19);
			assert_eq!(attempt(7, RIVAL).soft_deadline, 19);
			assert_eq!(Live::<Test>::get(7).unwrap().attempt_of(&THIRD), None);
			run_to(20);
			assert_eq!(attempt(7, THIRD).started_at, 20);
			commit_and_show(7, THIRD);
			// The slow one gets nothing and loses nothing; all of the rest is the primary's.
			assert_eq!(
				fates(),
				vec![
					(PROVER, Ending::Defaulted, 0, 420),
					(RIVAL, Ending::Slow, 0, 0),
					(THIRD, Ending::Verified, 500, 0),
				]
			);
			assert_eq!((staked(RIVAL), reserved_bond(RIVAL)), (STAKE, 0));
		});
	}

	#[test]
	fn nobody_is_called_for_a_task_that_is_done() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], spec());
			run_to(LATE - 1);
			deliver(PROVER);
			assert_eq!(free(PROVER), ENDOWMENT - STAKE + PRICE);
			run_to(LATE + 1);
			assert_eq!(reserved_bond(RIVAL), 0);
		});
	}
}

#[test]
fn when_the_primary_and_both_standbys_are_dead_the_requester_is_made_whole_by_nobodys_transaction()
{
	build_and_execute(|| {
		let spec = proofyard_primitives::TaskSpec { deadline: 29, ..spec() };
		assign_with(7, &[PROVER], &[RIVAL, THIRD], spec);
		run_to(29);
		assert_eq!(Live::<Test>::get(7).unwrap().attempts.len(), 3);
		run_to(30);
		assert!(!Live::<Test>::contains_key(7));
		// A fifth of 420 and of 620 twice: 84 + 124 + 124.
		assert_eq!(free(REQUESTER), ENDOWMENT + 332);
		assert_eq!(escrowed(REQUESTER), 0);
		assert_eq!(staked(PROVER), STAKE - 420);
		assert_eq!(staked(RIVAL), STAKE - 620);
		assert_eq!(staked(THIRD), STAKE - 620);
		assert_eq!(Burnt::get(), 336 + 496 + 496);
		System::assert_has_event(
			SettlementEvent::TaskFailed {
				task: 7,
				requester: REQUESTER,
				prover: PROVER,
				reason: FailureReason::DeadlinePassed,
				refunded: 400,
				compensation: 332,
				slashed: 1_660,
			}
			.into(),
		);
		assert!(WantedTasks::<Test>::iter_keys().next().is_none());
	});
}

#[test]
fn the_second_rejected_proof_calls_the_standby_at_once() {
	build_and_execute(|| {
		assign_with(7, &[PROVER], &[RIVAL], spec());
		assert_ok!(include(submission(7, PROVER, bad_proof(0))).unwrap());
		assert_eq!(Live::<Test>::get(7).unwrap().attempts.len(), 1);
		assert_ok!(include(submission(7, PROVER, bad_proof(1))).unwrap());
		assert_eq!(attempt(7, RIVAL).started_at, 1);
		// Its slot is free again, its bond is not.
		let record = pallet_provers::Provers::<Test>::get(PROVER).unwrap();
		assert_eq!((record.live, record.reserved), (0, 400));
		deliver(RIVAL);
		// 400 are left of the bond: 100 to the standby, a fifth, 80, to the requester.
		assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 500);
		assert_eq!(free(REQUESTER), ENDOWMENT - 400 + 80);
		assert_eq!(staked(PROVER), STAKE - 420);
		assert_eq!(Burnt::get(), 20 + 400 - 180);
	});
}

#[test]
fn proofs_rejected_of_one_attempt_cannot_be_held_against_another() {
	build_and_execute(|| {
		assign_with(7, &[PROVER], &[RIVAL], spec());
		for bit in 0..2 {
			assert_ok!(include(submission(7, PROVER, bad_proof(bit))).unwrap());
		}
		// Neither can the standby's node be made to lose by what is known to be bad.
		assert!(include(submission(7, RIVAL, bad_proof(0))).is_err());
		assert_ok!(include(submission(7, RIVAL, bad_proof(2))).unwrap());
		assert_eq!(attempt(7, RIVAL).rejections, 1);
		assert_eq!(reserved_bond(RIVAL), STANDBY_BOND - VERIFICATION_FEE);
	});
}

#[test]
fn a_standby_called_meanwhile_may_leave_the_race_when_the_task_ends() {
	build_and_execute(|| {
		assign_with(7, &[PROVER], &[RIVAL], spec());
		run_to(LATE);
		deliver(PROVER);
		// What it is still at work at is worth nothing, and is told so.
		let call = submission(7, RIVAL, proof());
		assert!(include(call).is_err());
		assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 50);
	});
}
