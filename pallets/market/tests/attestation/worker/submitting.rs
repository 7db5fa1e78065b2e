// SPDX-License-Identifier: Apache-2.0
//! From a proof at the service to a transaction in the pool.

use super::*;
use frame_support::{assert_ok, traits::Authorize};
use pallet_attestation::{worker::RESUBMIT_AFTER, Call};
use proofyard_primitives::session::submission_message;
use sp_runtime::transaction_validity::TransactionSource;

/// A node whose service has the proof of task 7 when the first block after this begins.
fn with_a_proof(test: impl FnOnce(&Node)) {
	on_node(&[PROVER], |node| {
		assign(7, PROVER);
		node.run();
		node.service.finish(&job(7, PROVER), proof());
		test(node);
	});
}

#[test]
fn nothing_is_submitted_while_the_job_runs() {
	on_node(&[PROVER], |node| {
		assign(7, PROVER);
		node.follow_to(5);
		assert!(node.pool.calls().is_empty());
	});
}

#[test]
fn a_proof_goes_out_as_one_transaction_that_the_pool_lets_in_and_the_block_pays() {
	with_a_proof(|node| {
		node.next_block();
		let mut calls = node.pool.calls();
		assert_eq!(calls.len(), 1);
		let call = calls.remove(0);

		let RuntimeCall::Attestation(Call::submit_proof {
			task,
			attempt,
			prover,
			proof: sent,
			signature,
		}) = &call
		else {
			panic!("not a submission: {call:?}");
		};
		assert_eq!((*task, *attempt, *prover), (7, 0, PROVER));
		assert_eq!(*sent, proof());
		let message = submission_message(&System::block_hash(0), 7, 0, &PROVER, &proof());
		use sp_application_crypto::RuntimeAppPublic;
		assert!(session(PROVER).public().verify(&message, signature));

		assert_ok!(call.authorize(TransactionSource::External).unwrap());
		assert_ok!(include(call).unwrap());
		assert_eq!(free(PROVER), ENDOWMENT - STAKE + PRICE);
	});
}

#[test]
fn it_is_left_alone_for_a_while_and_then_sent_again() {
	with_a_proof(|node| {
		node.next_block();
		let submitted_at = System::block_number();
		node.service.take_lines();
		node.follow_to(submitted_at + RESUBMIT_AFTER - 1);
		assert_eq!(node.pool.calls().len(), 1);
		assert!(node.service.take_lines().is_empty());
		node.next_block();
		assert_eq!(node.pool.calls().len(), 2);
		node.follow_to(submitted_at + 2 * RESUBMIT_AFTER - 1);
		assert_eq!(node.pool.calls().len(), 2);
	});
}

#[test]
fn it_is_not_sent_again_when_the_task_has_ended() {
	with_a_proof(|node| {
		node.next_block();
		assert_ok!(include(submission(7, PROVER, proof())).unwrap());
		node.follow_to(20);
		assert_eq!(node.pool.calls().len(), 1);
	});
}

#[test]
fn running_twice_in_a_block_does_nothing_twice() {
	with_a_proof(|node| {
		node.next_block();
		node.run();
		node.run();
		assert_eq!(node.pool.calls().len(), 1);
	});
}

#[test]
fn a_full_pool_is_tried_again_in_the_next_block() {
	with_a_proof(|node| {
		node.pool.set_full(true);
		node.next_block();
		node.next_block();
		assert!(node.pool.calls().is_empty());
		assert!(said("the pool did not take the proof"));
		node.pool.set_full(false);
		node.next_block();
		assert_eq!(node.pool.calls().len(), 1);
	});
}
