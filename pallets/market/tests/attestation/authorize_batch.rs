// SPDX-License-Identifier: Apache-2.0
//! Batches that the pool lets in, and its answers to the others.

use super::submit_proofs::{good, of_another_statement};
use crate::helpers::*;
use codec::Encode;
use frame_support::assert_ok;
use pallet_attestation::{Call, Refusal};
use proofyard_market::*;
use proofyard_primitives::{
	session::{batch_message, possession_message, submission_message, Report, SessionSignature},
	traits::Provers as _,
	ProofData, Redundancy, Submissions, TaskId, TaskSpec,
};
use sp_core::{Pair, H256};

#[test]
fn takes_a_good_batch_as_it_takes_each_of_its_proofs() {
	build_and_execute(|| {
		(7..10).for_each(|task| assign(task, PROVER));
		let valid = authorize(batch(PROVER, &good(7..10))).unwrap();
		assert_eq!((valid.priority, valid.longevity), (PROOF_PRIORITY, 32));
		assert!(valid.propagate && valid.requires.is_empty());
		let tag = |task: TaskId| ("ProofyardSubmission", (task, 0u32, PROVER)).encode();
		assert_eq!(valid.provides, vec![tag(7), tag(8), tag(9)]);
		// One by itself says the same, so that the pool holds one of them.
		for task in 7..10 {
			let single = authorize(submission(task, PROVER, proof())).unwrap();
			assert_eq!(single.provides, vec![tag(task)]);
			assert!(valid.provides.contains(&single.provides[0]));
		}
		let other = authorize(batch(PROVER, &[(9, bad_proof(0))])).unwrap();
		assert!(valid.provides.contains(&other.provides[0]));
	});
}

#[test]
fn does_not_look_at_the_proofs() {
	build_and_execute(|| {
		(7..9).for_each(|task| assign(task, PROVER));
		let empty = ProofData { proof: Default::default(), public_values: Default::default() };
		assert_ok!(authorize(batch(PROVER, &[(7, bad_proof(0)), (8, empty)])));
	});
}

#[test]
fn refuses_an_empty_batch_and_two_proofs_for_one_task() {
	build_and_execute(|| {
		(7..9).for_each(|task| assign(task, PROVER));
		assert_refused(batch(PROVER, &[]), Refusal::BadBatch, 19);
		assert_refused(batch(PROVER, &good([7, 8, 7])), Refusal::BadBatch, 19);
		let two = [(7, proof()), (7, bad_proof(0))];
		assert_refused(batch(PROVER, &two), Refusal::BadBatch, 19);
	});
}

/// The pool refuses a proof as a batch of its own for the reason for which it refuses it by itself, and
/// takes it beside a good one, which is not to wait for it: then the block leaves it out.
#[track_caller]
fn refuses(task: TaskId, bad: ProofData, refusal: Refusal, code: u8) {
	assert_refused(submission(task, PROVER, bad.clone()), refusal, code);
	assert_refused(batch(PROVER, &[(task, bad.clone())]), refusal, code);
	// The first reason is told.
	assert_refused(batch(PROVER, &[(task, bad.clone()), (99, proof())]), refusal, code);
	assert_ok!(authorize(batch(PROVER, &[(20, proof()), (task, bad.clone())])));
	assert_ok!(authorize(batch(PROVER, &[(task, bad), (20, proof())])));
}

#[test]
fn refuses_them_if_none_is_good() {
	build_and_execute(|| {
		for task in 20..22 {
			assign_spec(task, PROVER, TaskSpec { deadline: 60, ..spec() });
		}
		refuses(7, proof(), Refusal::UnknownTask, 1);
		assign(8, RIVAL);
		refuses(8, proof(), Refusal::NotAssignee, 2);
		assign_with(9, &[PROVER], &[RIVAL], TaskSpec { deadline: 60, ..spec() });
		let mut long = proof();
		long.proof.try_append(&mut vec![0; 1]).unwrap();
		refuses(9, long, Refusal::ProofTooLarge, 4);
		assert_ok!(include(submission(9, PROVER, bad_proof(0))).unwrap());
		refuses(9, bad_proof(0), Refusal::AlreadyRejected, 9);
		assert_ok!(include(report(9, PROVER, Report::Declined)).unwrap());
		refuses(9, proof(), Refusal::AttemptOver, 10);
		assign(10, PROVER);
		assert_ok!(include(submission(10, PROVER, proof())).unwrap());
		refuses(10, proof(), Refusal::TaskEnded, 7);
		let redundancy = Redundancy::PAIR;
		let pair = TaskSpec { redundancy, max_fee: 2_000, ..spec() };
		assign_with(11, &[PROVER, RIVAL], &[], pair);
		run_to(2);
		refuses(11, proof(), Refusal::NotCommitted, 12);
	});
}

#[test]
fn refuses_one_that_is_too_late() {
	build_and_execute(|| {
		for task in 20..22 {
			assign_spec(task, PROVER, TaskSpec { deadline: 60, ..spec() });
		}
		assign(7, PROVER);
		run_to(1 + LIFETIME);
		assert_ok!(authorize(batch(PROVER, &good([7, 20]))));
		// As if the agenda had no room for it.
		System::set_block_number(2 + LIFETIME);
		refuses(7, proof(), Refusal::TooLate, 8);
	});
}

#[test]
fn refuses_those_of_a_prover_in_jail() {
	build_and_execute(|| {
		for task in 0..3 {
			assign(task, PROVER);
		}
		assign_spec(7, PROVER, TaskSpec { deadline: 60, ..spec() });
		run_to(1 + LIFETIME);
		let call = batch(PROVER, &good([7]));
		assert_ok!(authorize(call.clone()));
		for task in 0..3 {
			for bit in 0..2 {
				assert_ok!(include(submission(task, PROVER, bad_proof(bit))).unwrap());
			}
		}
		assert!(Provers::is_jailed(&PROVER));
		assert_refused(call, Refusal::Jailed, 11);
	});
}

#[test]
fn refuses_another_number_of_an_attempt() {
	build_and_execute(|| {
		(7..9).for_each(|task| assign(task, PROVER));
		let mut submissions = submissions(PROVER, &good([7, 8]));
		submissions.iter_mut().for_each(|one| one.attempt = 1);
		let message = batch_message(&System::block_hash(0), &PROVER, &submissions);
		let signature = session(PROVER).sign(&message);
		let call = Call::submit_proofs { prover: PROVER, submissions, signature };
		assert_refused(call, Refusal::WrongAttempt, 3);
	});
}

#[test]
fn refuses_what_is_replayed() {
	build_and_execute(|| {
		(7..9).for_each(|task| assign(task, PROVER));
		let call = batch(PROVER, &good([7, 8]));
		let part = batch(PROVER, &good([8]));
		assert_ok!(include(call.clone()).unwrap());
		for replayed in [call, part, submission(7, PROVER, proof())] {
			assert_refused(replayed, Refusal::TaskEnded, 7);
		}
		assert_eq!(earned(), 2 * PRICE);
	});
}

mod a_bad_signature_is_refused {
	use super::*;

	/// A batch of tasks 7 and 8 with this signature.
	fn signed(signature: SessionSignature) -> Call<Test> {
		let submissions = submissions(PROVER, &good([7, 8]));
		Call::submit_proofs { prover: PROVER, submissions, signature }
	}

	fn begin() -> Submissions {
		(7..9).for_each(|task| assign(task, PROVER));
		submissions(PROVER, &good([7, 8]))
	}

	fn refused(signature: SessionSignature) {
		assert_refused(signed(signature), Refusal::BadSignature, 6);
	}

	#[test]
	fn of_another_key() {
		build_and_execute(|| {
			let message = batch_message(&System::block_hash(0), &PROVER, &begin());
			assert_ok!(authorize(signed(session(PROVER).sign(&message))));
			refused(session(RIVAL).sign(&message));
		});
	}

	#[test]
	fn over_another_chain_or_prover() {
		build_and_execute(|| {
			let submissions = begin();
			refused(session(PROVER).sign(&batch_message(&H256::zero(), &PROVER, &submissions)));
			let genesis = System::block_hash(0);
			refused(session(PROVER).sign(&batch_message(&genesis, &RIVAL, &submissions)));
		});
	}

	#[test]
	fn over_other_submissions() {
		build_and_execute(|| {
			let submissions = begin();
			let genesis = System::block_hash(0);
			let sign = |other: Vec<_>| {
				let other: Submissions = other.try_into().unwrap();
				session(PROVER).sign(&batch_message(&genesis, &PROVER, &other))
			};
			let all = submissions.into_inner();
			let change = |change: &dyn Fn(&mut proofyard_primitives::Submission)| {
				let mut other = all.clone();
				change(&mut other[1]);
				other
			};
			for other in [
				vec![],
				all[..1].to_vec(),
				vec![all[1].clone(), all[0].clone()],
				change(&|one| one.task = 9),
				change(&|one| one.attempt = 1),
				change(&|one| one.proof = bad_proof(0)),
				change(&|one| one.proof = of_another_statement()),
			] {
				refused(sign(other));
			}
			assert_ok!(authorize(signed(sign(all.clone()))));
		});
	}

	#[test]
	fn over_a_single_submission_or_the_other_way_round() {
		build_and_execute(|| {
			assign(7, PROVER);
			let genesis = System::block_hash(0);
			let one = submissions(PROVER, &good([7]));
			let as_single = submission_message(&genesis, 7, 0, &PROVER, &proof());
			let call = Call::submit_proofs {
				prover: PROVER,
				submissions: one.clone(),
				signature: session(PROVER).sign(&as_single),
			};
			assert_refused(call, Refusal::BadSignature, 6);
			let as_batch = batch_message(&genesis, &PROVER, &one);
			let call = Call::submit_proof {
				task: 7,
				attempt: 0,
				prover: PROVER,
				proof: proof(),
				signature: session(PROVER).sign(&as_batch),
			};
			assert_refused(call, Refusal::BadSignature, 6);
		});
	}

	#[test]
	fn of_a_key_the_prover_uses_no_more() {
		build_and_execute(|| {
			let submissions = begin();
			let before = batch(PROVER, &good([7, 8]));
			let new = session(99);
			assert_ok!(Provers::set_session_key(
				RuntimeOrigin::signed(PROVER),
				new.public(),
				new.sign(&possession_message(&PROVER)),
			));
			assert_refused(before, Refusal::BadSignature, 6);
			let message = batch_message(&System::block_hash(0), &PROVER, &submissions);
			assert_ok!(authorize(signed(new.sign(&message))));
		});
	}
}
