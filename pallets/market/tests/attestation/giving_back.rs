// SPDX-License-Identifier: Apache-2.0
//! Attempts that are given back: because they will not be done, or because nobody hands out the input.

use crate::helpers::*;
use frame_support::{assert_noop, assert_ok, traits::Authorize};
use pallet_attestation::{Call, Error, Event, Live, Refusal, WantedTasks};
use pallet_settlement::Outcomes;
use proofyard_market::*;
use proofyard_primitives::{
	session::Report, AttemptState, Ending, FailureReason, InputRef, Outcome, RemoteData, TaskKind,
	TaskSpec,
};
use sp_core::H256;
use sp_runtime::transaction_validity::TransactionSource;

const LATE: BlockNumber = 1 + SOFT + 1;
const DEADLINE: BlockNumber = 1 + LIFETIME;

fn remote() -> TaskSpec<AccountId, Balance, BlockNumber> {
	let data = RemoteData {
		locators: locators(&["https://example.org/input.json"]),
		sha256: H256::repeat_byte(9),
		size: 100,
	};
	TaskSpec { input: InputRef::Remote(data), ..spec() }
}

fn decline(prover: AccountId) {
	assert_ok!(include(report(7, prover, Report::Declined)).unwrap());
}

fn unavailable(prover: AccountId) {
	assert_ok!(include(report(7, prover, Report::InputUnavailable)).unwrap());
}

fn fates() -> Vec<(AccountId, Ending, Balance, Balance)> {
	let record = Outcomes::<Test>::get(7).unwrap();
	let attempts = record.attempts.into_iter();
	attempts.map(|a| (a.prover, a.fate, a.earned, a.slashed)).collect()
}

mod declining {
	use super::*;

	#[test]
	fn frees_the_slot_and_calls_a_standby_at_once() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], spec());
			decline(PROVER);
			let record = pallet_provers::Provers::<Test>::get(PROVER).unwrap();
			assert_eq!((record.live, record.committed_ms, record.reserved), (0, 0, BOND));
			assert_eq!(attempt(7, PROVER).state, AttemptState::Ended(Ending::Declined));
			assert_eq!((attempt(7, RIVAL).started_at, attempt(7, RIVAL).soft_deadline), (1, 6));
			System::assert_has_event(
				Event::AttemptGivenBack {
					task: 7,
					prover: PROVER,
					attempt: 0,
					report: Report::Declined,
				}
				.into(),
			);
		});
	}

	#[test]
	fn costs_a_tenth_of_the_bond_and_what_the_standby_costs_more() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], spec());
			decline(PROVER);
			deliver(RIVAL);
			assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 500);
			assert_eq!(free(REQUESTER), ENDOWMENT - 400 + 42);
			assert_eq!((staked(PROVER), reserved_bond(PROVER)), (STAKE - 100 - 42, 0));
			assert_eq!(Burnt::get(), 0);
			assert_eq!(
				fates(),
				vec![(PROVER, Ending::Declined, 0, 142), (RIVAL, Ending::Verified, 500, 0)]
			);
		});
	}

	#[test]
	fn costs_a_tenth_of_the_bond_when_nobody_delivers() {
		build_and_execute(|| {
			assign(7, PROVER);
			decline(PROVER);
			assert!(WantedTasks::<Test>::contains_key(7));
			assert!(Live::<Test>::get(7).unwrap().bounty.is_some());
			run_to(DEADLINE + 1);
			assert_eq!(free(REQUESTER), ENDOWMENT + 42);
			assert_eq!((staked(PROVER), reserved_bond(PROVER)), (STAKE - 42, 0));
		});
	}

	#[test]
	fn a_standby_may_too_and_the_next_is_called() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL, THIRD], spec());
			run_to(LATE);
			decline(RIVAL);
			assert_eq!(attempt(7, THIRD).started_at, LATE);
			commit_and_show(7, THIRD);
			assert_eq!(
				fates(),
				vec![
					// Of the default: 100 for the standby, a fifth for the requester, the rest.
					(PROVER, Ending::Defaulted, 0, 420),
					// The requester is compensated once, by the first bond: of this one the claim that
					// the first did not cover is nothing but its own fee.
					(RIVAL, Ending::Declined, 0, 62),
					(THIRD, Ending::Verified, 500, 0),
				]
			);
		});
	}

	#[test]
	fn by_the_account_itself_does_the_same() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], spec());
			assert_ok!(Attestation::decline(RuntimeOrigin::signed(PROVER), 7));
			assert_eq!(attempt(7, PROVER).state, AttemptState::Ended(Ending::Declined));
			assert!(attempt(7, RIVAL).is_running());
		});
	}

	#[test]
	fn ends_a_calibration_task() {
		build_and_execute(|| {
			let kind = TaskKind::Calibration;
			assign_spec(7, PROVER, TaskSpec { requester: PROVER, kind, ..spec() });
			decline(PROVER);
			let outcome = Outcomes::<Test>::get(7).unwrap().outcome;
			let Outcome::Failed { reason, .. } = outcome else { panic!("{outcome:?}") };
			assert_eq!(reason, FailureReason::GivenBack);
			assert_eq!((staked(PROVER), reserved_bond(PROVER)), (STAKE - 42, 0));
		});
	}

	#[test]
	fn is_refused_after_the_soft_deadline() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], spec());
			run_to(LATE - 1);
			let call = RuntimeCall::from(report(7, PROVER, Report::Declined));
			assert!(call.authorize(TransactionSource::External).unwrap().is_ok());
			run_to(LATE);
			assert_refused(report(7, PROVER, Report::Declined), Refusal::TooLateToDecline, 15);
			assert_noop!(
				Attestation::decline(RuntimeOrigin::signed(PROVER), 7),
				Error::<Test>::TooLateToDecline
			);
		});
	}

	#[test]
	fn is_refused_of_a_task_or_attempt_that_is_not_there() {
		build_and_execute(|| {
			assert_refused(report(7, PROVER, Report::Declined), Refusal::UnknownTask, 1);
			assert_noop!(
				Attestation::decline(RuntimeOrigin::signed(PROVER), 7),
				Error::<Test>::UnknownTask
			);
			assign(7, PROVER);
			assert_refused(report(7, RIVAL, Report::Declined), Refusal::NotAssignee, 2);
			assert_noop!(
				Attestation::decline(RuntimeOrigin::signed(RIVAL), 7),
				Error::<Test>::NotAssignee
			);
			decline(PROVER);
			assert_refused(report(7, PROVER, Report::Declined), Refusal::AttemptOver, 10);
			assert_noop!(
				Attestation::decline(RuntimeOrigin::signed(PROVER), 7),
				Error::<Test>::AttemptOver
			);
			assert_refused(submission(7, PROVER, proof()), Refusal::AttemptOver, 10);
		});
	}

	#[test]
	fn is_refused_when_somebody_else_signed_it() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], spec());
			let Call::report { task, attempt, prover, signature, .. } =
				report(7, PROVER, Report::InputUnavailable)
			else {
				unreachable!()
			};
			// Signed for another reason.
			let report = Report::Declined;
			let call = Call::report { task, attempt, prover, report, signature };
			assert_refused(call, Refusal::BadSignature, 6);
		});
	}
}

mod an_input_that_cannot_be_had {
	use super::*;

	#[test]
	fn is_believed_when_two_provers_say_so_and_costs_the_requester_their_kill_fees() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], remote());
			unavailable(PROVER);
			assert!(attempt(7, RIVAL).is_running());
			run_to(3);
			unavailable(RIVAL);
			// A tenth of 400 and of 500.
			assert_eq!(free(PROVER), ENDOWMENT - STAKE + 40);
			assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 50);
			assert_eq!(free(REQUESTER), ENDOWMENT - 90);
			assert_eq!(escrowed(REQUESTER), 0);
			for prover in [PROVER, RIVAL] {
				assert_eq!((staked(prover), reserved_bond(prover)), (STAKE, 0));
				let record = pallet_provers::Provers::<Test>::get(prover).unwrap();
				assert_eq!((record.live, record.defaulted), (0, 0));
			}
			assert_eq!(Burnt::get(), 0);
			let outcome = Outcomes::<Test>::get(7).unwrap().outcome;
			assert_eq!(
				outcome,
				Outcome::Failed {
					prover: PROVER,
					reason: FailureReason::InputUnavailable,
					compensation: 0,
					slashed: 0
				}
			);
		});
	}

	#[test]
	fn is_not_believed_when_the_standby_delivers_and_nobody_earns_by_the_report() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], remote());
			unavailable(PROVER);
			deliver(RIVAL);
			assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 500);
			assert_eq!(free(REQUESTER), ENDOWMENT - 400);
			assert_eq!((staked(PROVER), reserved_bond(PROVER)), (STAKE - 142, 0));
			assert_eq!(Burnt::get(), 42);
		});
	}

	#[test]
	fn gives_nothing_to_a_requester_who_withholds_it() {
		build_and_execute(|| {
			assign(7, PROVER);
			assert_refused(report(7, PROVER, Report::InputUnavailable), Refusal::InputInline, 16);
			assign_with(8, &[RIVAL], &[], remote());
			assert_ok!(include(report(8, RIVAL, Report::InputUnavailable)).unwrap());
			run_to(DEADLINE + 1);
			// Task 7 compensates; task 8 does not.
			assert_eq!(free(REQUESTER), ENDOWMENT + 84);
			assert_eq!(staked(RIVAL), STAKE - 42);
		});
	}

	#[test]
	fn is_no_excuse_once_somebody_delivered_a_proof() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], remote());
			assert_ok!(include(submission(7, PROVER, bad_proof(0))).unwrap());
			let call = report(7, PROVER, Report::InputUnavailable);
			assert_refused(call, Refusal::InputWasHad, 17);
			decline(PROVER);
			let call = report(7, RIVAL, Report::InputUnavailable);
			assert_refused(call, Refusal::InputWasHad, 17);
		});
	}
}
