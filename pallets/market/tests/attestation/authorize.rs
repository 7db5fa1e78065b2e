// SPDX-License-Identifier: Apache-2.0
//! Submissions that the pool lets in, and its answers to the others.

use crate::helpers::*;
use codec::Encode;
use frame_support::{assert_ok, traits::Authorize};
use pallet_attestation::{Call, Live, Refusal};
use proofyard_market::*;
use proofyard_primitives::{
	session::{possession_message, submission_message},
	ProofData, TaskId,
};
use sp_core::{Pair, H256};
use sp_runtime::transaction_validity::TransactionSource;

/// A submission whose signature is over another genesis hash, task, attempt or prover than it says.
fn signed_for(
	(genesis, task, attempt, prover): (H256, TaskId, u32, AccountId),
	said: (TaskId, u32, AccountId),
) -> Call<Test> {
	let message = submission_message(&genesis, task, attempt, &prover, &proof());
	let signature = session(PROVER).sign(&message);
	let (task, attempt, prover) = said;
	Call::submit_proof { task, attempt, prover, proof: proof(), signature }
}

#[test]
fn a_good_submission_is_valid() {
	build_and_execute(|| {
		assign(7, PROVER);
		let valid = authorize(submission(7, PROVER, proof())).unwrap();
		assert_eq!(valid.priority, PROOF_PRIORITY);
		assert_eq!(valid.longevity, 32);
		assert!(valid.propagate);
		assert!(valid.requires.is_empty());
		assert_eq!(valid.provides, vec![("ProofyardSubmission", (7u64, 0u32, PROVER)).encode()]);
	});
}

#[test]
fn two_submissions_of_an_attempt_exclude_each_other() {
	build_and_execute(|| {
		assign(7, PROVER);
		let good = authorize(submission(7, PROVER, proof())).unwrap();
		let bad = authorize(submission(7, PROVER, bad_proof(0))).unwrap();
		assert_eq!(good.provides, bad.provides);
		assign(8, PROVER);
		let other = authorize(submission(8, PROVER, proof())).unwrap();
		assert_ne!(good.provides, other.provides);
	});
}

#[test]
fn the_proof_itself_is_not_looked_at() {
	build_and_execute(|| {
		assign(7, PROVER);
		assert_ok!(authorize(submission(7, PROVER, bad_proof(1_000))));
		let empty = ProofData { proof: Default::default(), public_values: Default::default() };
		assert_ok!(authorize(submission(7, PROVER, empty)));
	});
}

#[test]
fn a_submission_from_anywhere_is_the_same() {
	build_and_execute(|| {
		assign(7, PROVER);
		let call = RuntimeCall::from(submission(7, PROVER, proof()));
		let external = call.authorize(TransactionSource::External).unwrap().unwrap();
		for source in [TransactionSource::Local, TransactionSource::InBlock] {
			assert_eq!(call.authorize(source).unwrap().unwrap(), external);
		}
	});
}

#[test]
fn poke_does_not_authorize_itself() {
	build_and_execute(|| {
		let call = RuntimeCall::from(Call::<Test>::poke { task: 7 });
		assert!(call.authorize(TransactionSource::External).is_none());
	});
}

#[test]
fn an_unknown_task_is_refused() {
	build_and_execute(|| {
		assert_refused(submission(7, PROVER, proof()), Refusal::UnknownTask, 1);
	});
}

#[test]
fn another_prover_is_refused() {
	build_and_execute(|| {
		assign(7, PROVER);
		assert_refused(submission(7, RIVAL, proof()), Refusal::NotAssignee, 2);
		assert_refused(submission(7, REQUESTER, proof()), Refusal::NotAssignee, 2);
	});
}

#[test]
fn another_attempt_is_refused() {
	build_and_execute(|| {
		assign(7, PROVER);
		let call = signed_for((System::block_hash(0), 7, 1, PROVER), (7, 1, PROVER));
		assert_refused(call, Refusal::WrongAttempt, 3);
	});
}

#[test]
fn a_proof_longer_than_any_is_refused() {
	build_and_execute(|| {
		assign(7, PROVER);
		let longest = proofyard_verifier::max_proof_len(market().system) as usize;
		let of_length = |len: usize| ProofData {
			proof: vec![1; len].try_into().unwrap(),
			public_values: proof().public_values,
		};
		assert_ok!(authorize(submission(7, PROVER, of_length(longest))));
		let long = submission(7, PROVER, of_length(longest + 1));
		assert_refused(long, Refusal::ProofTooLarge, 4);
	});
}

mod a_bad_signature_is_refused {
	use super::*;

	#[test]
	fn of_another_key() {
		build_and_execute(|| {
			assign(7, PROVER);
			let genesis = System::block_hash(0);
			let message = submission_message(&genesis, 7, 0, &PROVER, &proof());
			let signature = session(RIVAL).sign(&message);
			let call = Call::submit_proof {
				task: 7,
				attempt: 0,
				prover: PROVER,
				proof: proof(),
				signature,
			};
			assert_refused(call, Refusal::BadSignature, 6);
		});
	}

	#[test]
	fn over_another_chain_task_attempt_or_prover() {
		build_and_execute(|| {
			assign(7, PROVER);
			let genesis = System::block_hash(0);
			let right = (7, 0, PROVER);
			assert_ok!(authorize(signed_for((genesis, 7, 0, PROVER), right)));
			for wrong in [
				(H256::zero(), 7, 0, PROVER),
				(genesis, 8, 0, PROVER),
				(genesis, 7, 1, PROVER),
				(genesis, 7, 0, RIVAL),
			] {
				assert_refused(signed_for(wrong, right), Refusal::BadSignature, 6);
			}
		});
	}

	#[test]
	fn over_another_proof() {
		build_and_execute(|| {
			assign(7, PROVER);
			let Call::submit_proof { task, attempt, prover, signature, .. } =
				submission(7, PROVER, proof())
			else {
				unreachable!()
			};
			let mut inputs = proof();
			inputs.public_values[31] ^= 1;
			for proof in [bad_proof(0), inputs] {
				let signature = signature.clone();
				let call = Call::submit_proof { task, attempt, prover, proof, signature };
				assert_refused(call, Refusal::BadSignature, 6);
			}
		});
	}

	#[test]
	fn of_a_key_the_prover_uses_no_more() {
		build_and_execute(|| {
			assign(7, PROVER);
			let before = submission(7, PROVER, proof());
			let new = session(99);
			assert_ok!(Provers::set_session_key(
				RuntimeOrigin::signed(PROVER),
				new.public(),
				new.sign(&possession_message(&PROVER)),
			));
			assert_refused(before, Refusal::BadSignature, 6);
			let message = submission_message(&System::block_hash(0), 7, 0, &PROVER, &proof());
			let signature = new.sign(&message);
			assert_ok!(authorize(Call::submit_proof {
				task: 7,
				attempt: 0,
				prover: PROVER,
				proof: proof(),
				signature,
			}));
		});
	}
}

#[test]
fn an_ended_task_is_refused_by_its_own_code_while_it_is_remembered() {
	build_and_execute(|| {
		assign(7, PROVER);
		let call = submission(7, PROVER, proof());
		assert_ok!(include(call.clone()).unwrap());
		assert_refused(call.clone(), Refusal::TaskEnded, 7);
		run_to(1 + RETENTION - 1);
		assert_refused(call.clone(), Refusal::TaskEnded, 7);
		run_to(1 + RETENTION);
		assert_refused(call, Refusal::UnknownTask, 1);
	});
}

#[test]
fn a_submission_after_the_deadline_is_refused_even_if_the_task_still_lives() {
	build_and_execute(|| {
		assign(7, PROVER);
		let deadline = Live::<Test>::get(7).unwrap().spec.deadline;
		run_to(deadline);
		assert_ok!(authorize(submission(7, PROVER, proof())));
		// As if the agenda had no room for it.
		System::set_block_number(deadline + 1);
		assert_refused(submission(7, PROVER, proof()), Refusal::TooLate, 8);
	});
}

#[test]
fn a_rejected_proof_cannot_be_repeated() {
	build_and_execute(|| {
		assign(7, PROVER);
		let rejected = submission(7, PROVER, bad_proof(0));
		assert_ok!(include(rejected.clone()).unwrap());
		// Neither the copied transaction, nor the same proof signed again: or whoever saw the first
		// could make it the second, and the prover a defaulter.
		assert_refused(rejected, Refusal::AlreadyRejected, 9);
		assert_refused(submission(7, PROVER, bad_proof(0)), Refusal::AlreadyRejected, 9);
		assert_eq!(attempt(7, PROVER).rejections, 1);
		assert_ok!(authorize(submission(7, PROVER, proof())));
		assert_ok!(authorize(submission(7, PROVER, bad_proof(1))));
	});
}
