// SPDX-License-Identifier: Apache-2.0
//! Proofs that are there at the same time go out together.

use super::*;
use frame_support::{assert_ok, traits::Authorize};
use pallet_attestation::{worker::RESUBMIT_AFTER, Call};
use proofyard_primitives::{
	limits::MAX_BATCH, session::batch_message, traits::Programs as _, Redundancy, TaskSpec,
};
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::transaction_validity::TransactionSource;

/// Prover and tasks of a call that submits, and whether it is a batch.
fn submitted(call: &RuntimeCall) -> (AccountId, Vec<TaskId>, bool) {
	match call {
		RuntimeCall::Attestation(Call::submit_proof { task, prover, .. }) => {
			(*prover, vec![*task], false)
		}
		RuntimeCall::Attestation(Call::submit_proofs { prover, submissions, .. }) => {
			(*prover, submissions.iter().map(|one| one.task).collect(), true)
		}
		_ => panic!("not a submission: {call:?}"),
	}
}

fn is_batch(call: &RuntimeCall) -> bool {
	matches!(call, RuntimeCall::Attestation(Call::submit_proofs { .. }))
}

/// A node whose service has the proofs of these tasks, all of [`PROVER`], when the next block begins.
fn with_proofs(tasks: std::ops::Range<TaskId>, test: impl FnOnce(&Node)) {
	on_node(&[PROVER], |node| {
		ample(PROVER);
		for task in tasks.clone() {
			assign(task, PROVER);
		}
		node.run();
		for task in tasks {
			node.service.finish(&job(task, PROVER), proof());
		}
		test(node);
	});
}

fn earned() -> Balance {
	free(PROVER) + STAKE + AMPLE - ENDOWMENT
}

#[test]
fn two_proofs_go_out_as_one_transaction_that_the_pool_lets_in_and_the_block_pays() {
	with_proofs(7..9, |node| {
		node.next_block();
		let mut calls = node.pool.calls();
		assert_eq!(calls.len(), 1);
		let call = calls.remove(0);
		let RuntimeCall::Attestation(Call::submit_proofs { prover, submissions, signature }) =
			&call
		else {
			panic!("not a batch: {call:?}");
		};
		assert_eq!(*prover, PROVER);
		let sent: Vec<_> = submissions.iter().map(|one| (one.task, one.attempt)).collect();
		assert_eq!(sent, [(7, 0), (8, 0)]);
		assert!(submissions.iter().all(|one| one.proof == proof()));
		let message = batch_message(&System::block_hash(0), &PROVER, submissions);
		assert!(session(PROVER).public().verify(&message, signature));

		assert_ok!(call.authorize(TransactionSource::External).unwrap());
		assert_ok!(include(call).unwrap());
		assert_eq!(earned(), 2 * PRICE);
	});
}

#[test]
fn as_many_as_a_run_looks_after_fit_into_one() {
	with_proofs(0..TaskId::from(MAX_BATCH), |node| {
		node.next_block();
		let calls = node.pool.calls();
		assert_eq!(calls.len(), 1);
		assert_eq!(submitted(&calls[0]).1.len(), 64);
		assert_ok!(include(calls[0].clone()).unwrap());
		assert_eq!(earned(), 64 * PRICE);
	});
}

#[test]
fn they_are_left_alone_for_a_while_and_then_sent_again() {
	with_proofs(7..10, |node| {
		node.next_block();
		let submitted_at = System::block_number();
		assert_eq!(node.pool.calls().len(), 1);
		node.follow_to(submitted_at + RESUBMIT_AFTER - 1);
		assert_eq!(node.pool.calls().len(), 1);
		node.next_block();
		let calls = node.pool.calls();
		assert_eq!(calls.len(), 2);
		assert_eq!(submitted(&calls[1]), (PROVER, vec![7, 8, 9], true));
	});
}

#[test]
fn those_of_several_provers_go_out_apart() {
	on_node(&[PROVER, RIVAL], |node| {
		for (task, prover) in [(7, PROVER), (8, RIVAL), (9, PROVER), (10, RIVAL), (11, PROVER)] {
			assign(task, prover);
		}
		node.run();
		for (task, prover) in [(7, PROVER), (8, RIVAL), (9, PROVER), (10, RIVAL), (11, PROVER)] {
			node.service.finish(&job(task, prover), proof());
		}
		node.next_block();
		let calls = node.pool.calls();
		let sent: Vec<_> = calls.iter().map(submitted).collect();
		assert_eq!(sent, [(PROVER, vec![7, 9, 11], true), (RIVAL, vec![8, 10], true)]);
		for call in calls {
			assert_ok!(include(call).unwrap());
		}
		assert_eq!(free(PROVER), ENDOWMENT - STAKE + 3 * PRICE);
		assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 2 * PRICE);
	});
}

#[test]
fn what_comes_later_goes_out_later() {
	on_node(&[PROVER], |node| {
		(7..10).for_each(|task| assign(task, PROVER));
		node.run();
		node.service.finish(&job(8, PROVER), proof());
		node.next_block();
		node.service.finish(&job(7, PROVER), proof());
		node.service.finish(&job(9, PROVER), proof());
		node.next_block();
		let sent: Vec<_> = node.pool.calls().iter().map(submitted).collect();
		assert_eq!(sent, [(PROVER, vec![8], false), (PROVER, vec![7, 9], true)]);
	});
}

#[test]
fn a_batch_that_the_pool_does_not_take_goes_out_one_by_one() {
	with_proofs(7..10, |node| {
		node.pool.refuse(is_batch);
		node.next_block();
		let sent: Vec<_> = node.pool.calls().iter().map(submitted).collect();
		assert_eq!(
			sent,
			[(PROVER, vec![7], false), (PROVER, vec![8], false), (PROVER, vec![9], false)]
		);
		assert!(!said("the pool did not take the proof"));
		for call in node.pool.calls() {
			assert_ok!(include(call).unwrap());
		}
		assert_eq!(earned(), 3 * PRICE);
		// And that was that.
		node.follow_to(20);
		assert_eq!(node.pool.calls().len(), 3);
	});
}

#[test]
fn one_that_the_pool_does_not_take_keeps_no_other_back() {
	with_proofs(7..10, |node| {
		node.pool.refuse(|call| submitted(call).1.contains(&8));
		node.next_block();
		let sent: Vec<_> = node.pool.calls().iter().map(submitted).collect();
		assert_eq!(sent, [(PROVER, vec![7], false), (PROVER, vec![9], false)]);
		assert!(said("task 8: the pool did not take the proof"));
		// It alone is tried again in the next block.
		node.pool.refuse(|_| false);
		node.next_block();
		assert_eq!(submitted(&node.pool.calls()[2]), (PROVER, vec![8], false));
		assert_eq!(node.pool.calls().len(), 3);
	});
}

#[test]
fn a_full_pool_is_tried_again_in_the_next_block() {
	with_proofs(7..10, |node| {
		node.pool.set_full(true);
		node.next_block();
		assert!(node.pool.calls().is_empty());
		for task in 7..10 {
			assert!(said(&format!("task {task}: the pool did not take the proof")));
		}
		node.pool.set_full(false);
		node.next_block();
		let sent: Vec<_> = node.pool.calls().iter().map(submitted).collect();
		assert_eq!(sent, [(PROVER, vec![7, 8, 9], true)]);
	});
}

#[test]
fn a_proof_that_does_not_verify_keeps_no_other_back() {
	with_proofs(7..10, |node| {
		node.service.finish(&job(8, PROVER), bad_proof(0));
		node.next_block();
		let sent: Vec<_> = node.pool.calls().iter().map(submitted).collect();
		assert_eq!(sent, [(PROVER, vec![7, 9], true)]);
		assert!(said("a proof that does not verify"));
	});
}

#[test]
fn one_that_has_to_be_committed_to_keeps_no_other_back() {
	on_node(&[PROVER], |node| {
		let redundancy = Redundancy::PAIR;
		assign(7, PROVER);
		assign_with(8, &[PROVER, RIVAL], &[], TaskSpec { redundancy, max_fee: 2_000, ..spec() });
		assign(9, PROVER);
		node.run();
		for task in 7..10 {
			node.service.finish(&job(task, PROVER), proof());
		}
		node.next_block();
		let calls = node.pool.take_calls();
		let (commitments, rest): (Vec<_>, Vec<_>) = calls.into_iter().partition(|call| {
			matches!(call, RuntimeCall::Attestation(Call::commit_proof { task: 8, .. }))
		});
		assert_eq!((commitments.len(), rest.len()), (1, 1));
		assert_eq!(submitted(&rest[0]), (PROVER, vec![7, 9], true));
		for call in commitments.into_iter().chain(rest) {
			assert_ok!(include(call).unwrap());
		}
		node.next_block();
		let calls = node.pool.take_calls();
		assert_eq!(calls.iter().map(submitted).collect::<Vec<_>>(), [(PROVER, vec![8], false)]);
		assert_ok!(include(calls[0].clone()).unwrap());
		assert_eq!(free(PROVER), ENDOWMENT - STAKE + 3 * PRICE);
	});
}

#[test]
fn what_the_chain_does_not_know_the_version_of_is_not_sent() {
	use crate::zkvms::Sample;
	use proofyard_primitives::FixedValues;
	on_node(&[PROVER], |node| {
		let sample = Sample::risc0();
		sample.set_up();
		assign_spec(7, PROVER, sample.task(FixedValues::Open));
		assign(8, PROVER);
		node.run();
		sample.switch(false);
		assert!(!Programs::knows_version(sample.system, &sample.proof));
		node.service.finish_with_values(&job(7, PROVER), sample.proof);
		node.service.finish(&job(8, PROVER), proof());
		node.next_block();
		let sent: Vec<_> = node.pool.calls().iter().map(submitted).collect();
		assert_eq!(sent, [(PROVER, vec![8], false)]);
		assert_eq!(staked(PROVER), STAKE);
	});
}
