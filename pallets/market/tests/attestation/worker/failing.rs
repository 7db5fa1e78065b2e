// SPDX-License-Identifier: Apache-2.0
//! Jobs that come to nothing, and proofs that prove nothing.

use super::{service::Mood, *};
use proofyard_jobs::{ErrorCode, JobState};
use proofyard_primitives::{FixedValues, ProofData, TaskSpec};
use sp_core::H256;

/// Post task 7's job, break it by `spoil` whenever it is there, and return the blocks in which it
/// was posted up to `last`.
fn posted_at(node: &Node, last: BlockNumber, spoil: impl Fn(&str)) -> Vec<BlockNumber> {
	let id = job(7, PROVER);
	let mut blocks = Vec::new();
	assign_spec(7, PROVER, TaskSpec { deadline: 200, ..spec() });
	node.run();
	loop {
		if node.service.take_lines().contains(&"POST /v1/jobs".to_string()) {
			blocks.push(System::block_number());
		}
		if node.service.jobs().contains(&id) {
			spoil(&id);
		}
		if System::block_number() == last {
			return blocks;
		}
		node.next_block();
	}
}

/// Posted in block 1 and seen to have failed in block 2; then each failure doubles the wait, which
/// ends at 64 blocks, and is seen a block after its job was posted.
const BACKOFF: [BlockNumber; 8] = [1, 3, 6, 11, 20, 37, 70, 135];

#[test]
fn a_failed_job_is_deleted_and_tried_again_with_backoff() {
	on_node(&[PROVER], |node| {
		let blocks = posted_at(node, 198, |id| node.service.fail(id, ErrorCode::BackendFailed));
		assert_eq!(blocks, BACKOFF);
		assert!(node.pool.calls().is_empty());
		assert!(said("proving failed: backend_failed: it broke"));
	});
}

#[test]
fn the_wait_between_two_tries_has_an_end() {
	on_node(&[PROVER], |node| {
		let blocks = posted_at(node, 199, |id| node.service.fail(id, ErrorCode::OutOfMemory));
		let longest = blocks.windows(2).map(|pair| pair[1] - pair[0]).max();
		assert_eq!(longest, Some(65));
	});
}

#[test]
fn a_job_cancelled_behind_the_workers_back_is_tried_again() {
	on_node(&[PROVER], |node| {
		let blocks = posted_at(node, 12, |id| {
			node.service.set(id, JobState::Cancelled);
		});
		assert_eq!(blocks, BACKOFF[..4]);
	});
}

mod an_unsound_proof {
	use super::*;

	fn is_never_submitted(unsound: ProofData, values: FixedValues) {
		on_node(&[PROVER], |node| {
			assign_spec(7, PROVER, TaskSpec { values, ..spec() });
			let id = job(7, PROVER);
			node.run();
			node.service.finish(&id, unsound);
			node.service.take_lines();
			node.next_block();
			assert!(node.pool.calls().is_empty());
			assert!(said("a proof that does not verify"));
			// The job is gone from the service, and comes back when its time has come.
			assert!(!node.service.jobs().contains(&id));
			let delete = format!("DELETE /v1/jobs/{id}");
			assert!(node.service.take_lines().contains(&delete));
			node.next_block();
			assert!(node.service.jobs().contains(&id));
			assert_eq!(staked(PROVER), STAKE);
		});
	}

	#[test]
	fn with_a_changed_bit_is_never_submitted_and_made_again() {
		is_never_submitted(bad_proof(0), FixedValues::Open);
	}

	#[test]
	fn of_another_statement_is_never_submitted_and_made_again() {
		let mut other = proof();
		other.public_values[31] ^= 1;
		is_never_submitted(other, FixedValues::Open);
	}

	#[test]
	fn that_the_requester_did_not_ask_for_is_never_submitted_and_made_again() {
		let mut fixed = proof().inputs()[0];
		fixed[31] ^= 1;
		let inputs = vec![Some(fixed)].try_into().unwrap();
		is_never_submitted(proof(), FixedValues::Inputs(inputs));
		is_never_submitted(proof(), FixedValues::Whole(fixed.to_vec().try_into().unwrap()));
		is_never_submitted(proof(), FixedValues::Hash(H256::zero()));
		is_never_submitted(proof(), FixedValues::Prefix(vec![1].try_into().unwrap()));
	}

	#[test]
	fn that_is_empty_is_never_submitted_and_made_again() {
		let empty = ProofData { proof: Default::default(), public_values: Default::default() };
		is_never_submitted(empty, FixedValues::Open);
	}

	#[test]
	fn is_made_again_with_backoff() {
		on_node(&[PROVER], |node| {
			let blocks = posted_at(node, 40, |id| node.service.finish(id, bad_proof(0)));
			assert_eq!(blocks, BACKOFF[..6]);
			assert!(node.pool.calls().is_empty());
		});
	}

	#[test]
	fn followed_by_a_sound_one_is_forgiven() {
		on_node(&[PROVER], |node| {
			assign(7, PROVER);
			let id = job(7, PROVER);
			node.run();
			node.service.finish(&id, bad_proof(0));
			node.follow_to(3);
			node.service.finish(&id, proof());
			node.next_block();
			assert_eq!(node.pool.calls().len(), 1);
		});
	}
}

#[test]
fn a_job_that_cannot_be_deleted_is_deleted_later() {
	on_node(&[PROVER], |node| {
		assign(7, PROVER);
		let id = job(7, PROVER);
		node.run();
		node.service.finish(&id, bad_proof(0));
		node.service.set_mood(Mood::SaysTo("DELETE", 503, b"{}".to_vec()));
		node.next_block();
		assert!(node.service.jobs().contains(&id));
		assert!(node.pool.calls().is_empty());
		node.service.set_mood(Mood::Works);
		node.next_block();
		assert!(!node.service.jobs().contains(&id));
		assert!(node.pool.calls().is_empty());
	});
}
