// SPDX-License-Identifier: Apache-2.0
//! Fates of jobs whose tasks have ended, and of those that come back.

use super::{service::Mood, *};
use frame_support::{
	assert_ok,
	storage::{with_transaction, TransactionOutcome},
};
use pallet_attestation::{Live, LiveOf};
use sp_runtime::DispatchError;

/// Blocks for which a submitted job is kept after its task has ended.
const KEPT: BlockNumber = 64;

#[test]
fn a_job_that_was_not_submitted_is_deleted_at_once() {
	on_node(&[PROVER], |node| {
		assign(7, PROVER);
		node.run();
		node.follow_to(1 + LIFETIME);
		assert_eq!(node.service.jobs(), [job(7, PROVER)].into());
		node.next_block();
		assert!(!Live::<Test>::contains_key(7));
		assert!(node.service.jobs().is_empty());
		// And that was that.
		node.service.take_lines();
		node.next_block();
		assert!(node.service.take_lines().is_empty());
	});
}

#[test]
fn a_job_that_was_submitted_is_kept_for_a_while() {
	on_node(&[PROVER], |node| {
		assign(7, PROVER);
		node.run();
		node.service.finish(&job(7, PROVER), proof());
		node.next_block();
		assert_ok!(include(submission(7, PROVER, proof())).unwrap());
		let gone_at = System::block_number() + 1;
		node.follow_to(gone_at + KEPT - 1);
		assert_eq!(node.service.jobs(), [job(7, PROVER)].into());
		node.next_block();
		assert!(node.service.jobs().is_empty());
		node.service.take_lines();
		node.next_block();
		assert!(node.service.take_lines().is_empty());
	});
}

#[test]
fn a_job_that_cannot_be_deleted_is_deleted_when_the_service_is_back() {
	on_node(&[PROVER], |node| {
		assign(7, PROVER);
		node.run();
		node.service.set_mood(Mood::Down);
		node.follow_to(30);
		assert_eq!(node.service.jobs(), [job(7, PROVER)].into());
		node.service.set_mood(Mood::Works);
		node.next_block();
		assert!(node.service.jobs().is_empty());
	});
}

#[test]
fn a_job_that_can_never_be_deleted_is_forgotten_in_the_end() {
	on_node(&[PROVER], |node| {
		assign(7, PROVER);
		node.run();
		node.service.set_mood(Mood::Breaks);
		node.follow_to(1 + LIFETIME + 1 + 256);
		node.service.take_lines();
		node.next_block();
		assert!(node.service.take_lines().is_empty());
	});
}

/// Look at the chain for a moment as it is without the task: on another fork.
fn on_a_fork_without(task: u64, look: impl FnOnce()) {
	let mut look = Some(look);
	assert_ok!(with_transaction(|| {
		Live::<Test>::remove(task);
		LiveOf::<Test>::remove(PROVER, task);
		if let Some(look) = look.take() {
			look();
		}
		TransactionOutcome::Rollback(Ok::<(), DispatchError>(()))
	}));
}

mod when_a_fork_takes_the_task_away_and_gives_it_back {
	use super::*;

	#[test]
	fn a_submitted_proof_is_sent_again_after_its_time() {
		on_node(&[PROVER], |node| {
			assign(7, PROVER);
			node.run();
			node.service.finish(&job(7, PROVER), proof());
			node.next_block();
			assert_eq!(node.pool.calls().len(), 1);
			let submitted_at = System::block_number();
			on_a_fork_without(7, || node.run());
			assert_eq!(node.service.jobs(), [job(7, PROVER)].into());
			node.follow_to(submitted_at + pallet_attestation::worker::RESUBMIT_AFTER);
			assert_eq!(node.pool.calls().len(), 2);
		});
	}

	#[test]
	fn the_count_to_its_deletion_starts_anew() {
		on_node(&[PROVER], |node| {
			let spec = proofyard_primitives::TaskSpec { deadline: 200, ..spec() };
			assign_spec(7, PROVER, spec);
			node.run();
			node.service.finish(&job(7, PROVER), proof());
			node.next_block();
			on_a_fork_without(7, || node.run());
			// Seen again before it would have been deleted, and gone for good long after.
			node.follow_to(100);
			assert_ok!(include(submission(7, PROVER, proof())).unwrap());
			node.next_block();
			node.follow_to(101 + KEPT - 1);
			assert_eq!(node.service.jobs(), [job(7, PROVER)].into());
			node.next_block();
			assert!(node.service.jobs().is_empty());
		});
	}

	#[test]
	fn a_job_that_was_deleted_is_posted_afresh() {
		on_node(&[PROVER], |node| {
			assign(7, PROVER);
			node.run();
			on_a_fork_without(7, || node.run());
			assert!(node.service.jobs().is_empty());
			node.run();
			assert_eq!(node.service.jobs(), [job(7, PROVER)].into());
		});
	}
}
