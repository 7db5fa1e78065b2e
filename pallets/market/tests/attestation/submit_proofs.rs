// SPDX-License-Identifier: Apache-2.0
//! Several proofs of one prover, submitted at once.

use crate::helpers::*;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use pallet_attestation::{Call, Error, Event, Live, LiveOf, Refusal, RejectReason};
use pallet_settlement::{Outcomes, Proofs};
use proofyard_market::*;
use proofyard_primitives::{
	limits::MAX_BATCH, session::Report, traits::Provers as _, AttemptState, Ending, FixedValues,
	HardwareClass, ProofData, Redundancy, Submission, Submissions, TaskId, TaskSpec, WorkModel,
};
use proofyard_verifier::VerifyError;
use sp_core::H256;
use sp_runtime::DispatchError;

const LATE: BlockNumber = 1 + SOFT + 1;

/// The proof for each of these tasks.
pub fn good(tasks: impl IntoIterator<Item = TaskId>) -> Vec<(TaskId, ProofData)> {
	tasks.into_iter().map(|task| (task, proof())).collect()
}

/// A proof that is well formed and does not prove what it says.
pub fn of_another_statement() -> ProofData {
	let mut other = proof();
	other.public_values[31] ^= 1;
	other
}

fn deliver(proofs: &[(TaskId, ProofData)]) {
	assert_ok!(include(batch(PROVER, proofs)).unwrap());
}

/// Dispatch a batch that the pool let in before something changed.
fn dispatch(call: Call<Test>) {
	let Call::submit_proofs { prover, submissions, signature } = call else { unreachable!() };
	let origin = RawOrigin::Authorized.into();
	assert_ok!(Attestation::submit_proofs(origin, prover, submissions, signature));
}

/// Answers for the tasks, in order: whether the proof of each was verified, rejected or skipped.
fn said_of_tasks() -> Vec<(TaskId, &'static str)> {
	let events = System::events().into_iter();
	events
		.filter_map(|record| match record.event {
			RuntimeEvent::Attestation(Event::ProofVerified { task, .. }) => {
				Some((task, "verified"))
			}
			RuntimeEvent::Attestation(Event::ProofRejected { task, .. }) => {
				Some((task, "rejected"))
			}
			RuntimeEvent::Attestation(Event::ProofSkipped { task, .. }) => Some((task, "skipped")),
			_ => None,
		})
		.collect()
}

#[track_caller]
fn assert_skipped(task: TaskId, error: Error<Test>) {
	let (prover, attempt, error) = (PROVER, 0, error.into());
	System::assert_has_event(Event::ProofSkipped { task, prover, attempt, error }.into());
}

mod good_ones {
	use super::*;

	#[test]
	fn settle_all_their_tasks_in_the_same_block() {
		build_and_execute(|| {
			(7..10).for_each(|task| assign(task, PROVER));
			deliver(&good(7..10));
			assert_eq!(earned(), 3 * PRICE);
			assert_eq!(free(REQUESTER), ENDOWMENT - 3 * PRICE);
			assert_eq!((escrowed(REQUESTER), reserved_bond(PROVER)), (0, 0));
			assert_eq!(said_of_tasks(), [(7, "verified"), (8, "verified"), (9, "verified")]);
			for task in 7..10 {
				assert_eq!(Outcomes::<Test>::get(task).unwrap().ended_at, 1);
				assert_eq!(Proofs::<Test>::get(task, PROVER), Some(proof()));
			}
			let record = pallet_provers::Provers::<Test>::get(PROVER).unwrap();
			assert_eq!((record.live, record.verified), (0, 3));
			assert_eq!(LiveOf::<Test>::iter_keys().count(), 0);
		});
	}

	#[test]
	fn may_be_as_many_as_a_batch_has_room_for() {
		build_and_execute(|| {
			ample(PROVER);
			let tasks = 0..TaskId::from(MAX_BATCH);
			tasks.clone().for_each(|task| assign(task, PROVER));
			assert_eq!(Live::<Test>::iter_keys().count(), 64);
			deliver(&good(tasks));
			assert_eq!(free(PROVER), ENDOWMENT - STAKE - AMPLE + 64 * PRICE);
			assert_eq!(Outcomes::<Test>::iter_keys().count(), 64);
			assert_eq!(Live::<Test>::iter_keys().count(), 0);
			assert_eq!(free(REQUESTER), ENDOWMENT - 64 * PRICE);
		});
		let beyond: Result<Submissions, _> =
			vec![Submission { task: 7, attempt: 0, proof: proof() }; MAX_BATCH as usize + 1]
				.try_into();
		assert!(beyond.is_err());
	}

	#[test]
	fn may_be_just_one() {
		build_and_execute(|| {
			assign(7, PROVER);
			deliver(&good([7]));
			assert_eq!(earned(), PRICE);
		});
	}

	#[test]
	fn may_come_in_any_order_and_be_of_several_programs() {
		build_and_execute(|| {
			let program = register_program(OWNER, HardwareClass::Cpu, WorkModel::PerTask);
			assign_spec(9, PROVER, TaskSpec { program, ..spec() });
			assign(7, PROVER);
			assign(8, PROVER);
			deliver(&good([9, 7, 8]));
			assert_eq!(said_of_tasks(), [(9, "verified"), (7, "verified"), (8, "verified")]);
			assert_eq!(earned(), 3 * PRICE);
		});
	}

	#[test]
	fn are_paid_by_their_own_soft_deadlines() {
		build_and_execute(|| {
			assign(7, PROVER);
			run_to(LATE);
			assign(8, PROVER);
			deliver(&good([7, 8]));
			// One block late of three: a third of the 30 % that a price declines.
			assert_eq!(earned(), 360 + 400);
		});
	}

	#[test]
	fn may_be_some_of_a_provers_tasks() {
		build_and_execute(|| {
			(7..10).for_each(|task| assign(task, PROVER));
			deliver(&good([7, 9]));
			assert!(attempt(8, PROVER).is_running());
			assert_eq!(earned(), 2 * PRICE);
		});
	}

	#[test]
	fn of_tasks_that_take_several_count_as_one_each() {
		build_and_execute(|| {
			let redundancy = Redundancy { needed: 2, started: 2 };
			let two = TaskSpec { redundancy, max_fee: 2_000, ..spec() };
			assign_with(7, &[PROVER, RIVAL], &[], two);
			assign(8, PROVER);
			for prover in [PROVER, RIVAL] {
				assert_ok!(include(commitment(7, prover, &proof())).unwrap());
			}
			run_to(2);
			deliver(&good([7, 8]));
			assert!(Live::<Test>::contains_key(7));
			assert_eq!(earned(), PRICE);
			assert_ok!(include(submission(7, RIVAL, proof())).unwrap());
			assert_eq!(earned(), 2 * PRICE);
		});
	}
}

mod a_bad_one_among_them {
	use super::*;

	#[test]
	fn is_charged_once_and_the_others_settle() {
		for bad in [bad_proof(0), of_another_statement()] {
			for place in 7..11 {
				build_and_execute(|| {
					(7..11).for_each(|task| assign(task, PROVER));
					let mut proofs = good(7..11);
					proofs[place as usize - 7].1 = bad.clone();
					deliver(&proofs);
					let expected: Vec<_> = (7..11)
						.map(|task| (task, if task == place { "rejected" } else { "verified" }))
						.collect();
					assert_eq!(said_of_tasks(), expected);
					assert_eq!(earned(), 3 * PRICE);
					assert_eq!(staked(PROVER), STAKE - VERIFICATION_FEE);
					assert_eq!(reserved_bond(PROVER), BOND - VERIFICATION_FEE);
					assert_eq!(Burnt::get(), VERIFICATION_FEE);
					assert_eq!(attempt(place, PROVER).rejections, 1);
					// What is left of it can still be delivered.
					deliver(&good([place]));
					assert_eq!(earned(), 4 * PRICE);
				});
			}
		}
	}

	#[test]
	fn is_rejected_for_the_same_reason_as_by_itself() {
		build_and_execute(|| {
			(7..10).for_each(|task| assign(task, PROVER));
			let mut short = proof();
			short.proof.pop();
			let bad = [
				(7, bad_proof(2_047), VerifyError::ProofNotOnCurve),
				(8, of_another_statement(), VerifyError::PairingMismatch),
				(9, short, VerifyError::WrongProofLength),
			];
			let proofs: Vec<_> =
				bad.iter().map(|(task, proof, _)| (*task, proof.clone())).collect();
			deliver(&proofs);
			for (task, _, error) in bad {
				System::assert_has_event(
					Event::ProofRejected {
						task,
						prover: PROVER,
						attempt: 0,
						reason: RejectReason::Refused(error),
						charged: VERIFICATION_FEE,
					}
					.into(),
				);
			}
			assert_eq!(staked(PROVER), STAKE - 3 * VERIFICATION_FEE);
		});
	}

	#[test]
	fn is_one_with_other_public_values_than_the_requester_fixed() {
		build_and_execute(|| {
			let values = FixedValues::Hash(H256::zero());
			assign_spec(7, PROVER, TaskSpec { values, ..spec() });
			assign(8, PROVER);
			deliver(&good([7, 8]));
			System::assert_has_event(
				Event::ProofRejected {
					task: 7,
					prover: PROVER,
					attempt: 0,
					reason: RejectReason::PublicValuesDiffer,
					charged: VERIFICATION_FEE,
				}
				.into(),
			);
			assert_eq!(earned(), PRICE);
		});
	}

	#[test]
	fn is_a_default_the_second_time_and_a_standby_is_called() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], spec());
			assign(8, PROVER);
			assign(9, PROVER);
			deliver(&[(7, bad_proof(0)), (8, proof())]);
			deliver(&[(7, bad_proof(1)), (9, proof())]);
			assert_eq!(attempt(7, PROVER).state, AttemptState::Ended(Ending::Rejected));
			assert!(attempt(7, RIVAL).is_running());
			assert_eq!(earned(), 2 * PRICE);
		});
	}

	#[test]
	fn cannot_be_repeated() {
		build_and_execute(|| {
			(7..9).for_each(|task| assign(task, PROVER));
			let call = batch(PROVER, &[(7, bad_proof(0)), (8, bad_proof(0))]);
			assert_ok!(include(call.clone()).unwrap());
			// Neither the copied transaction, nor any part of it, in whatever transaction.
			assert_refused(call, Refusal::AlreadyRejected, 9);
			assert_refused(submission(7, PROVER, bad_proof(0)), Refusal::AlreadyRejected, 9);
			// Beside a good one it is left out.
			deliver(&[(8, proof()), (7, bad_proof(0))]);
			assert_skipped(7, Error::AlreadyRejected);
			assert_eq!(attempt(7, PROVER).rejections, 1);
			deliver(&good([7]));
		});
	}
}

mod one_that_went_stale {
	use super::*;

	/// Let a batch of three into the pool, change something about the second, and see that it is
	/// skipped for this reason and the others settle.
	fn is_skipped(error: Error<Test>, change: impl FnOnce()) {
		build_and_execute(|| {
			assign(7, PROVER);
			assign_with(8, &[PROVER], &[RIVAL], TaskSpec { deadline: 60, ..spec() });
			assign(9, PROVER);
			let call = batch(PROVER, &good(7..10));
			assert_ok!(authorize(call.clone()));
			change();
			System::reset_events();
			let (earned_before, staked_before) = (earned(), staked(PROVER));
			dispatch(call);
			assert_skipped(8, error);
			assert_eq!(said_of_tasks(), [(8, "skipped"), (7, "verified"), (9, "verified")]);
			assert_eq!(earned() - earned_before, 2 * PRICE);
			assert_eq!(staked(PROVER), staked_before);
		});
	}

	#[test]
	fn because_its_task_has_ended_is_skipped() {
		is_skipped(Error::UnknownTask, || {
			assert_ok!(include(submission(8, PROVER, proof())).unwrap());
		});
	}

	#[test]
	fn because_its_attempt_is_over_is_skipped() {
		is_skipped(Error::AttemptOver, || {
			assert_ok!(include(report(8, PROVER, Report::Declined)).unwrap());
		});
	}

	#[test]
	fn because_somebody_else_is_at_work_now_is_skipped() {
		build_and_execute(|| {
			assign_with(8, &[PROVER], &[RIVAL], TaskSpec { deadline: 60, ..spec() });
			run_to(LATE);
			assign(7, PROVER);
			assign(9, PROVER);
			let call = batch(PROVER, &good(7..10));
			assert_ok!(authorize(call.clone()));
			// Who was called can have shown a proof.
			run_to(LATE + 1);
			assert_ok!(authorize(call.clone()));
			dispatch(call);
			assert_skipped(8, Error::NotCommitted);
			assert_eq!(earned(), 2 * PRICE);
			commit_and_show(8, PROVER);
		});
	}

	#[test]
	fn is_all_there_may_be() {
		build_and_execute(|| {
			assign(7, PROVER);
			let call = batch(PROVER, &good([7]));
			assert_ok!(include(call.clone()).unwrap());
			dispatch(call);
			assert_skipped(7, Error::UnknownTask);
			assert_eq!(earned(), PRICE);
		});
	}

	#[test]
	fn by_what_came_before_it_in_the_batch_is_skipped() {
		build_and_execute(|| {
			// Three defaults in a row are one's way to jail.
			(7..11).for_each(|task| assign(task, PROVER));
			let bad = |bit| (7..10).map(|task| (task, bad_proof(bit))).collect::<Vec<_>>();
			deliver(&bad(0));
			let mut last = bad(1);
			last.push((10, proof()));
			deliver(&last);
			assert!(Provers::is_jailed(&PROVER));
			assert_skipped(10, Error::Jailed);
			assert!(attempt(10, PROVER).is_running());
			assert_eq!(earned(), 0);
			// The others had their verdicts before.
			for task in 7..10 {
				assert_eq!(attempt(task, PROVER).state, AttemptState::Ended(Ending::Rejected));
			}
			// What it cannot deliver any more is given back in the next block.
			run_to(2);
			assert_eq!(attempt(10, PROVER).state, AttemptState::Ended(Ending::Declined));
		});
	}

	#[test]
	fn by_its_double_is_skipped_though_the_pool_would_never_let_it_in() {
		build_and_execute(|| {
			assign(7, PROVER);
			let double = batch(PROVER, &good([7, 7]));
			assert_refused(double.clone(), Refusal::BadBatch, 19);
			dispatch(double);
			assert_eq!(said_of_tasks(), [(7, "verified"), (7, "skipped")]);
			assert_skipped(7, Error::UnknownTask);
			assert_eq!(earned(), PRICE);
		});
	}
}

#[test]
fn it_is_not_for_others_to_dispatch() {
	build_and_execute(|| {
		assign(7, PROVER);
		for origin in [RuntimeOrigin::signed(PROVER), RuntimeOrigin::none(), RuntimeOrigin::root()]
		{
			let Call::submit_proofs { prover, submissions, signature } = batch(PROVER, &good([7]))
			else {
				unreachable!()
			};
			assert_noop!(
				Attestation::submit_proofs(origin, prover, submissions, signature),
				DispatchError::BadOrigin
			);
		}
	});
}
