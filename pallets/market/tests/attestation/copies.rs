// SPDX-License-Identifier: Apache-2.0
//! Proofs that others could copy: who has to commit to its own first, and what a copy is worth.

use crate::helpers::*;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use pallet_attestation::{Call, Error, Live, LiveTaskOf, Refusal, RECOMMIT_BLOCKS};
use proofyard_market::*;
use proofyard_primitives::{
	session::{commit_message, Report},
	traits::{Attestation as _, Provers as _},
	AttemptState, Ending, ProofData, Redundancy, Role, TaskId, TaskKind, TaskSpec,
};
use sp_core::Pair;

/// The last block in which what is assigned in block 1 is in time.
const DUE: BlockNumber = 1 + SOFT;
/// The block in which a standby of it is called, who cannot have shown anything yet.
const CALLED: BlockNumber = DUE + 1;
/// A deadline that is far away.
const FAR: BlockNumber = 60;

fn long() -> TaskSpec<AccountId, Balance, BlockNumber> {
	TaskSpec { deadline: FAR, ..spec() }
}

fn with(needed: u8, started: u8) -> TaskSpec<AccountId, Balance, BlockNumber> {
	TaskSpec { redundancy: Redundancy { needed, started }, max_fee: 2_000, ..long() }
}

fn live() -> LiveTaskOf<Test> {
	Live::<Test>::get(7).unwrap()
}

/// Whether the attempt of a prover at task 7 needs a commitment now.
fn needs(prover: AccountId) -> bool {
	let place = live().attempt_of(&prover).unwrap() as usize;
	live().needs_commitment(place, System::block_number())
}

fn commit(prover: AccountId) {
	assert_ok!(include(commitment(7, prover, &proof())).unwrap());
}

fn show(prover: AccountId) {
	assert_ok!(include(submission(7, prover, proof())).unwrap());
}

/// A proof of this prover is refused for want of a commitment, in the pool and in the block.
#[track_caller]
fn assert_not_committed(prover: AccountId, proof: ProofData) {
	let call = submission(7, prover, proof);
	assert_refused(call.clone(), Refusal::NotCommitted, 12);
	let Call::submit_proof { task, attempt, prover, proof, signature } = call else {
		unreachable!()
	};
	let origin = RawOrigin::Authorized.into();
	assert_noop!(
		Attestation::submit_proof(origin, task, attempt, prover, proof, signature),
		Error::<Test>::NotCommitted
	);
}

fn paid(prover: AccountId) -> Balance {
	free(prover) + STAKE - ENDOWMENT
}

mod of_the_only_one_at_work {
	use super::*;

	#[test]
	fn need_no_commitment_however_late() {
		build_and_execute(|| {
			assign_spec(7, PROVER, long());
			for block in [1, DUE, CALLED, CALLED + 1, FAR] {
				run_to(block);
				assert!(!needs(PROVER), "{block}");
			}
			// Nobody stood by, and the bounty is open.
			assert!(live().bounty.is_some());
			show(PROVER);
		});
	}

	#[test]
	fn need_none_with_standbys_that_are_not_called() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL, THIRD], long());
			run_to(DUE);
			assert!(!needs(PROVER));
			show(PROVER);
			assert_eq!(paid(PROVER), PRICE);
		});
	}

	#[test]
	fn need_none_for_a_calibration_task() {
		build_and_execute(|| {
			let kind = TaskKind::Calibration;
			assign_spec(7, PROVER, TaskSpec { requester: PROVER, kind, ..long() });
			for block in [1, CALLED + 1, FAR] {
				run_to(block);
				assert!(!needs(PROVER));
			}
			show(PROVER);
		});
	}

	#[test]
	fn need_none_when_it_was_called_in_the_place_of_one_that_declined() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], long());
			assert_ok!(include(report(7, PROVER, Report::Declined)).unwrap());
			assert!(!needs(RIVAL));
			show(RIVAL);
			assert_eq!(paid(RIVAL), STANDBY_PRICE);
		});
	}

	#[test]
	fn need_none_when_it_was_called_in_the_place_of_one_whose_proofs_were_rejected() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], long());
			for bit in 0..2 {
				assert_ok!(include(submission(7, PROVER, bad_proof(bit))).unwrap());
			}
			assert!(!needs(RIVAL));
			show(RIVAL);
		});
	}

	#[test]
	fn need_none_though_a_commitment_to_another_was_made() {
		build_and_execute(|| {
			assign_spec(7, PROVER, long());
			assert_ok!(include(commitment(7, PROVER, &bad_proof(0))).unwrap());
			show(PROVER);
			assert_eq!(paid(PROVER), PRICE);
		});
	}
}

mod of_a_late_primary {
	use super::*;

	#[test]
	fn need_no_commitment_in_the_block_in_which_the_standby_is_called() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], long());
			run_to(CALLED);
			assert!(attempt(7, RIVAL).is_running());
			assert!(!needs(PROVER));
			show(PROVER);
			assert_eq!(pallet_provers::Provers::<Test>::get(PROVER).unwrap().verified, 1);
		});
	}

	#[test]
	fn need_one_from_then_on() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], long());
			run_to(CALLED + 1);
			assert!(needs(PROVER));
			assert_not_committed(PROVER, proof());
			commit(PROVER);
			// In a later block.
			assert_not_committed(PROVER, proof());
			run_to(CALLED + 2);
			assert_not_committed(PROVER, bad_proof(0));
			show(PROVER);
			assert!(!Live::<Test>::contains_key(7));
		});
	}

	#[test]
	fn that_were_committed_to_in_time_are_shown_whenever() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], long());
			commit(PROVER);
			run_to(CALLED + 5);
			assert!(needs(PROVER));
			assert_not_committed(PROVER, bad_proof(0));
			show(PROVER);
		});
	}

	#[test]
	fn need_none_again_when_who_was_called_is_gone() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], long());
			run_to(CALLED + 1);
			assert!(needs(PROVER));
			assert_ok!(include(report(7, RIVAL, Report::Declined)).unwrap());
			assert!(!needs(PROVER));
			show(PROVER);
		});
	}

	#[test]
	fn cannot_be_shown_any_more_where_no_block_is_left_to_commit_in() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], long());
			run_to(FAR);
			assert_not_committed(PROVER, proof());
			assert_refused(commitment(7, PROVER, &proof()), Refusal::TooLate, 8);
		});
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], long());
			run_to(FAR - 1);
			commit_and_show(7, PROVER);
			assert!(!Live::<Test>::contains_key(7));
		});
	}
}

mod of_a_standby {
	use super::*;

	#[test]
	fn need_a_commitment_while_the_primary_is_at_work() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], long());
			run_to(DUE + 1);
			assert_eq!(attempt(7, RIVAL).role, Role::Standby);
			assert!(needs(RIVAL));
			assert_not_committed(RIVAL, proof());
			commit(RIVAL);
			assert_not_committed(RIVAL, proof());
			run_to(DUE + 2);
			show(RIVAL);
			assert_eq!(paid(RIVAL), STANDBY_PRICE);
		});
	}

	#[test]
	fn need_none_once_the_primarys_were_rejected() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], long());
			run_to(DUE + 1);
			for bit in 0..2 {
				assert!(needs(RIVAL));
				assert_ok!(include(submission(7, PROVER, bad_proof(bit))).unwrap());
			}
			assert_eq!(attempt(7, PROVER).state, AttemptState::Ended(Ending::Rejected));
			assert!(!needs(RIVAL));
			show(RIVAL);
		});
	}

	#[test]
	fn need_one_while_another_standby_is_at_work_and_the_primary_is_not() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL, THIRD], long());
			assert_ok!(include(report(7, PROVER, Report::Declined)).unwrap());
			let due = attempt(7, RIVAL).soft_deadline;
			run_to(due);
			assert!(!needs(RIVAL));
			run_to(due + 1);
			assert!(!needs(RIVAL) && needs(THIRD), "the second is called, and has shown nothing");
			run_to(due + 2);
			assert!(needs(RIVAL) && needs(THIRD));
			assert_not_committed(RIVAL, proof());
			commit_and_show(7, RIVAL);
			assert_eq!(paid(RIVAL), STANDBY_PRICE);
		});
	}

	#[test]
	fn that_copies_what_a_late_primary_shows_come_too_late() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], long());
			run_to(CALLED + 1);
			commit(PROVER);
			run_to(CALLED + 2);
			// The primary's proof is in the pool, and the standby faster than the author.
			assert_not_committed(RIVAL, proof());
			commit(RIVAL);
			assert_not_committed(RIVAL, proof());
			show(PROVER);
			assert_refused(submission(7, RIVAL, proof()), Refusal::TaskEnded, 7);
		});
	}
}

mod of_a_rescue {
	use super::*;

	fn send(prover: AccountId) {
		assert_ok!(Provers::reserve(&prover, &market(), STANDBY_BOND, 1_000));
		assert!(Attestation::engage(7, standby(prover)));
	}

	#[test]
	fn need_a_commitment_while_the_late_primary_may_still_deliver() {
		build_and_execute(|| {
			assign_spec(7, PROVER, long());
			run_to(CALLED + 3);
			assert!(!needs(PROVER));
			send(RIVAL);
			assert!(needs(RIVAL) && !needs(PROVER), "who was sent has shown nothing");
			run_to(CALLED + 4);
			assert!(needs(RIVAL) && needs(PROVER));
			assert_not_committed(RIVAL, proof());
			assert_not_committed(PROVER, proof());
			commit_and_show(7, RIVAL);
		});
	}

	#[test]
	fn need_none_when_the_primary_gave_up() {
		build_and_execute(|| {
			assign_spec(7, PROVER, long());
			assert_ok!(include(report(7, PROVER, Report::Declined)).unwrap());
			send(RIVAL);
			assert!(!needs(RIVAL));
			show(RIVAL);
		});
	}
}

mod beside_a_bounty {
	use super::*;

	/// The bounty is open, and somebody has announced a proof.
	fn announced() {
		assign_spec(7, PROVER, long());
		run_to(CALLED + 3);
		let commitment = proofyard_primitives::proof_commitment(7, &RIVAL, &proof());
		let origin = frame_system::RawOrigin::Signed(RIVAL).into();
		assert_ok!(Attestation::announce(origin, 7, commitment));
	}

	#[test]
	fn need_none_in_the_block_of_the_announcement() {
		build_and_execute(|| {
			announced();
			// Or anybody could have a proof in the pool refused by announcing a copy of it.
			assert!(!needs(PROVER));
			show(PROVER);
		});
	}

	#[test]
	fn that_copy_what_is_revealed_are_refused() {
		build_and_execute(|| {
			announced();
			run_to(CALLED + 4);
			assert_not_committed(PROVER, proof());
			commit(PROVER);
			assert_not_committed(PROVER, proof());
			let before = paid(RIVAL);
			let origin = frame_system::RawOrigin::Signed(RIVAL).into();
			assert_ok!(Attestation::reveal(origin, 7, proof()));
			assert!(paid(RIVAL) > before);
			assert!(!Live::<Test>::contains_key(7));
		});
	}
}

mod committed_to_in_vain {
	use super::*;

	#[test]
	fn may_be_replaced_after_some_blocks() {
		build_and_execute(|| {
			let task = TaskSpec { deadline: FAR, ..with(1, 2) };
			assign_with(7, &[PROVER, RIVAL], &[], task);
			assert_ok!(include(commitment(7, PROVER, &bad_proof(0))).unwrap());
			run_to(RECOMMIT_BLOCKS as BlockNumber);
			assert_refused(commitment(7, PROVER, &proof()), Refusal::CannotCommit, 14);
			run_to(1 + RECOMMIT_BLOCKS as BlockNumber);
			commit(PROVER);
			assert_not_committed(PROVER, proof());
			run_to(2 + RECOMMIT_BLOCKS as BlockNumber);
			assert_not_committed(PROVER, bad_proof(0));
			show(PROVER);
		});
	}

	#[test]
	fn may_not_where_several_count() {
		build_and_execute(|| {
			assign_with(7, &[PROVER, RIVAL], &[], with(2, 2));
			assert_ok!(include(commitment(7, PROVER, &bad_proof(0))).unwrap());
			run_to(FAR - 1);
			assert_refused(commitment(7, PROVER, &proof()), Refusal::CannotCommit, 14);
		});
	}
}

mod of_a_pair {
	use super::*;

	#[test]
	fn need_a_commitment_from_the_second_block_on() {
		build_and_execute(|| {
			assign_with(7, &[PROVER, RIVAL], &[], with(1, 2));
			assert!(!needs(PROVER) && !needs(RIVAL), "neither has shown anything");
			for block in [2, DUE, CALLED, CALLED + 1] {
				run_to(block);
				for prover in [PROVER, RIVAL] {
					assert!(needs(prover), "{block}");
					assert_not_committed(prover, proof());
				}
			}
			commit_and_show(7, PROVER);
		});
	}

	#[test]
	fn that_one_copies_of_the_other_are_refused() {
		build_and_execute(|| {
			assign_with(7, &[PROVER, RIVAL], &[], with(1, 2));
			commit(PROVER);
			run_to(2);
			// Whoever waits for the other's proof has not committed to it in an earlier block.
			assert_not_committed(RIVAL, proof());
			commit(RIVAL);
			assert_not_committed(RIVAL, proof());
			show(PROVER);
			// A tenth of the price is what it gets for having lost the race.
			assert_eq!((paid(PROVER), paid(RIVAL)), (400, 40));
			run_to(3);
			assert_refused(submission(7, RIVAL, proof()), Refusal::TaskEnded, 7);
		});
	}

	#[test]
	fn are_not_committed_to_by_anothers_commitment() {
		build_and_execute(|| {
			assign_with(7, &[PROVER, RIVAL], &[], with(1, 2));
			let Call::commit_proof { commitment: copied, .. } = commitment(7, PROVER, &proof())
			else {
				unreachable!()
			};
			commit(PROVER);
			// Seen in the pool, and handed in as one's own.
			let genesis = System::block_hash(0);
			let (task, attempt): (TaskId, u32) = (7, 1);
			let message = commit_message(&genesis, task, attempt, &RIVAL, &copied);
			assert_ok!(include(Call::commit_proof {
				task,
				attempt,
				prover: RIVAL,
				commitment: copied,
				signature: session(RIVAL).sign(&message),
			})
			.unwrap());
			run_to(2);
			assert_not_committed(RIVAL, proof());
			show(PROVER);
		});
	}

	#[test]
	fn may_be_committed_to_by_both_and_the_first_that_is_shown_counts() {
		build_and_execute(|| {
			assign_with(7, &[PROVER, RIVAL], &[], with(1, 2));
			commit(PROVER);
			commit(RIVAL);
			run_to(2);
			show(RIVAL);
			assert_eq!((paid(PROVER), paid(RIVAL)), (40, 400));
		});
	}

	#[test]
	fn need_none_once_one_is_alone() {
		build_and_execute(|| {
			assign_with(7, &[PROVER, RIVAL], &[], with(1, 2));
			assert_ok!(include(report(7, PROVER, Report::Declined)).unwrap());
			assert!(!needs(RIVAL));
			show(RIVAL);
			assert_eq!(paid(RIVAL), 400);
		});
	}

	#[test]
	fn of_which_one_is_left_need_one_after_another_is_called() {
		build_and_execute(|| {
			assign_with(7, &[PROVER, RIVAL], &[THIRD], with(1, 2));
			assert_ok!(include(report(7, RIVAL, Report::Declined)).unwrap());
			assert!(attempt(7, THIRD).is_running());
			run_to(2);
			assert!(needs(PROVER) && needs(THIRD));
		});
	}

	#[test]
	fn or_three_are_the_same() {
		build_and_execute(|| {
			assign_with(7, &[PROVER, RIVAL, THIRD], &[], with(1, 3));
			run_to(2);
			assert!([PROVER, RIVAL, THIRD].into_iter().all(needs));
			commit_and_show(7, THIRD);
			assert_eq!((paid(PROVER), paid(RIVAL), paid(THIRD)), (40, 40, 400));
		});
	}
}

mod of_a_task_that_takes_several {
	use super::*;

	#[test]
	fn need_a_commitment_whoever_is_at_work() {
		build_and_execute(|| {
			assign_with(7, &[PROVER, RIVAL], &[], with(2, 2));
			assert!(needs(PROVER) && needs(RIVAL));
			assert_ok!(include(report(7, RIVAL, Report::Declined)).unwrap());
			// It is alone for now, and what it shows could still be copied by who is called.
			assert!(needs(PROVER));
			assert_not_committed(PROVER, proof());
		});
	}
}

mod a_commitment {
	use super::*;

	#[test]
	fn is_made_once_by_any_attempt_that_runs() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], long());
			commit(PROVER);
			assert_refused(commitment(7, PROVER, &proof()), Refusal::CannotCommit, 14);
			assert_refused(commitment(7, PROVER, &bad_proof(0)), Refusal::CannotCommit, 14);
			assert_refused(commitment(7, RIVAL, &proof()), Refusal::NotAssignee, 2);
			run_to(DUE + 1);
			commit(RIVAL);
			assert_refused(commitment(7, RIVAL, &proof()), Refusal::CannotCommit, 14);
		});
	}

	#[test]
	fn is_made_again_after_a_rejection() {
		build_and_execute(|| {
			assign_with(7, &[PROVER, RIVAL], &[], with(1, 2));
			assert_ok!(include(commitment(7, PROVER, &bad_proof(0))).unwrap());
			run_to(2);
			assert_ok!(include(submission(7, PROVER, bad_proof(0))).unwrap());
			assert_eq!(attempt(7, PROVER).commitment, None);
			assert_not_committed(PROVER, proof());
			commit_and_show(7, PROVER);
			assert_eq!(paid(PROVER), 400);
			assert_eq!(staked(PROVER), STAKE - VERIFICATION_FEE);
		});
	}

	#[test]
	fn leaves_a_block_to_show_the_proof_in() {
		build_and_execute(|| {
			assign(7, PROVER);
			run_to(LIFETIME);
			commit(PROVER);
			assign(8, RIVAL);
			run_to(1 + LIFETIME);
			assert_refused(commitment(7, PROVER, &proof()), Refusal::TooLate, 8);
		});
	}

	#[test]
	fn is_of_no_attempt_that_is_over() {
		build_and_execute(|| {
			assign_with(7, &[PROVER], &[RIVAL], long());
			assert_ok!(include(report(7, PROVER, Report::Declined)).unwrap());
			assert_refused(commitment(7, PROVER, &proof()), Refusal::AttemptOver, 10);
		});
	}
}
