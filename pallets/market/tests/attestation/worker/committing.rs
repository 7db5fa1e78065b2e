// SPDX-License-Identifier: Apache-2.0
//! Where others could copy its proof, the worker commits to it first, and where not it loses no time.

use super::*;
use frame_support::assert_ok;
use pallet_attestation::{worker::RESUBMIT_AFTER, Call};
use proofyard_primitives::{proof_commitment, session::Report, Redundancy, TaskSpec};

/// The last block in which what is assigned in block 1 is in time.
const DUE: BlockNumber = 1 + SOFT;
/// The block in which a standby of it is called.
const CALLED: BlockNumber = DUE + 1;

/// Action of a node on task 7 in a block.
#[derive(Debug, PartialEq)]
enum Did {
	Nothing,
	Committed,
	Submitted,
}

/// Begin the next block, with what the node sent last in it. Returns what the node then does about the
/// proof of task 7.
fn next_block(node: &Node) -> Did {
	run_to(System::block_number() + 1);
	node.service.sleep(MILLIS_PER_BLOCK);
	for call in node.pool.take_calls() {
		assert_ok!(include(call).unwrap());
	}
	node.run();
	let mut calls = node.pool.calls();
	assert!(calls.len() <= 1);
	match calls.pop() {
		None => Did::Nothing,
		Some(RuntimeCall::Attestation(Call::commit_proof { task, commitment, prover, .. })) => {
			assert_eq!((task, commitment), (7, proof_commitment(7, &prover, &proof())));
			Did::Committed
		}
		Some(RuntimeCall::Attestation(Call::submit_proof { task: 7, .. })) => Did::Submitted,
		Some(call) => panic!("{call:?}"),
	}
}

/// The next block has what the node sent last, and that was all.
fn assert_paid(node: &Node, prover: AccountId, amount: Balance) {
	assert_eq!(next_block(node), Did::Nothing);
	assert_eq!(free(prover), ENDOWMENT - STAKE + amount);
}

/// The job of a prover that was called for task 7.
fn job_of(prover: AccountId) -> String {
	let attempt = attempt_of(7, prover);
	hex::encode(job_id(&System::block_hash(0), 7, attempt, &prover).0)
}

fn long() -> TaskSpec<AccountId, Balance, BlockNumber> {
	TaskSpec { deadline: 60, ..spec() }
}

fn pair() -> TaskSpec<AccountId, Balance, BlockNumber> {
	TaskSpec { redundancy: Redundancy::PAIR, max_fee: 2_000, ..long() }
}

#[test]
fn one_of_a_pair_commits_and_then_submits() {
	on_node(&[RIVAL], |node| {
		assign_with(7, &[PROVER, RIVAL], &[], pair());
		node.run();
		node.service.finish(&job_of(RIVAL), proof());
		assert_eq!(next_block(node), Did::Committed);
		assert_eq!(next_block(node), Did::Submitted);
		assert_paid(node, RIVAL, PRICE);
	});
}

#[test]
fn one_of_a_pair_that_is_left_alone_submits_at_once() {
	on_node(&[RIVAL], |node| {
		assign_with(7, &[PROVER, RIVAL], &[], pair());
		node.run();
		node.service.finish(&job_of(RIVAL), proof());
		assert_ok!(include(report(7, PROVER, Report::Declined)).unwrap());
		assert_eq!(next_block(node), Did::Submitted);
		assert_paid(node, RIVAL, PRICE);
	});
}

#[test]
fn a_standby_commits_while_the_primary_is_at_work() {
	on_node(&[RIVAL], |node| {
		assign_with(7, &[PROVER], &[RIVAL], long());
		node.follow_to(DUE + 1);
		node.service.finish(&job_of(RIVAL), proof());
		assert_eq!(next_block(node), Did::Committed);
		assert_eq!(next_block(node), Did::Submitted);
		assert_paid(node, RIVAL, STANDBY_PRICE);
	});
}

#[test]
fn a_standby_in_the_place_of_a_primary_that_declined_submits_at_once() {
	on_node(&[RIVAL], |node| {
		assign_with(7, &[PROVER], &[RIVAL], long());
		assert_ok!(include(report(7, PROVER, Report::Declined)).unwrap());
		node.run();
		node.service.finish(&job_of(RIVAL), proof());
		assert_eq!(next_block(node), Did::Submitted);
		assert_paid(node, RIVAL, STANDBY_PRICE);
	});
}

#[test]
fn a_primary_submits_what_the_block_can_have_in_which_its_standby_is_called() {
	for (ready, expected) in [
		(DUE - 2, vec![Did::Submitted]),
		// Seen in the last block but one in time, for the last.
		(DUE - 1, vec![Did::Submitted]),
		(CALLED, vec![Did::Committed, Did::Submitted]),
		(CALLED + 5, vec![Did::Committed, Did::Submitted]),
	] {
		on_node(&[PROVER], |node| {
			assign_with(7, &[PROVER], &[RIVAL], long());
			node.run();
			node.follow_to(ready);
			node.service.finish(&job(7, PROVER), proof());
			for did in expected {
				assert_eq!(next_block(node), did, "{ready}");
			}
			assert_eq!(next_block(node), Did::Nothing);
			assert!(!pallet_attestation::Live::<Test>::contains_key(7));
		});
	}
}

#[test]
fn a_late_primary_with_nobody_called_submits_at_once() {
	on_node(&[PROVER], |node| {
		assign_spec(7, PROVER, long());
		node.run();
		node.follow_to(CALLED + 5);
		node.service.finish(&job(7, PROVER), proof());
		assert_eq!(next_block(node), Did::Submitted);
		assert_eq!(next_block(node), Did::Nothing);
		assert!(!pallet_attestation::Live::<Test>::contains_key(7));
	});
}

#[test]
fn a_commitment_that_does_not_get_into_a_block_is_sent_again() {
	on_node(&[RIVAL], |node| {
		assign_with(7, &[PROVER, RIVAL], &[], pair());
		node.run();
		node.service.finish(&job_of(RIVAL), proof());
		node.next_block();
		let sent_at = System::block_number();
		assert_eq!(node.pool.calls().len(), 1);
		node.follow_to(sent_at + RESUBMIT_AFTER - 1);
		assert_eq!(node.pool.calls().len(), 1);
		node.next_block();
		let commitments: Vec<_> = node
			.pool
			.calls()
			.into_iter()
			.map(|call| match call {
				RuntimeCall::Attestation(Call::commit_proof { commitment, .. }) => commitment,
				_ => panic!("{call:?}"),
			})
			.collect();
		assert_eq!(commitments, [proof_commitment(7, &RIVAL, &proof()); 2]);
	});
}

#[test]
fn a_commitment_that_a_full_pool_does_not_take_is_tried_again_in_the_next_block() {
	on_node(&[RIVAL], |node| {
		assign_with(7, &[PROVER, RIVAL], &[], pair());
		node.run();
		node.service.finish(&job_of(RIVAL), proof());
		node.pool.set_full(true);
		assert_eq!(next_block(node), Did::Nothing);
		node.pool.set_full(false);
		assert_eq!(next_block(node), Did::Committed);
		assert_eq!(next_block(node), Did::Submitted);
	});
}

#[test]
fn a_proof_that_does_not_verify_is_not_committed_to() {
	on_node(&[RIVAL], |node| {
		assign_with(7, &[PROVER, RIVAL], &[], pair());
		node.run();
		node.service.finish(&job_of(RIVAL), bad_proof(0));
		assert_eq!(next_block(node), Did::Nothing);
		assert!(said("a proof that does not verify"));
	});
}
