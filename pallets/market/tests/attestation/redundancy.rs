// SPDX-License-Identifier: Apache-2.0
//! Tasks that several provers start at once.

use crate::helpers::*;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use pallet_attestation::{Call, Error, Event, Live, Refusal};
use pallet_settlement::{Outcomes, Proofs};
use proofyard_market::*;
use proofyard_primitives::{Ending, Outcome, Redundancy, TaskSpec};

const LATE: BlockNumber = 1 + SOFT + 1;
const DEADLINE: BlockNumber = 1 + LIFETIME;

fn with(needed: u8, started: u8) -> TaskSpec<AccountId, Balance, BlockNumber> {
	TaskSpec { redundancy: Redundancy { needed, started }, max_fee: 2_000, ..spec() }
}

fn commit(prover: AccountId) {
	assert_ok!(include(commitment(7, prover, &proof())).unwrap());
}

fn fates() -> Vec<(AccountId, Ending, Balance, Balance)> {
	let record = Outcomes::<Test>::get(7).unwrap();
	let attempts = record.attempts.into_iter();
	attempts.map(|a| (a.prover, a.fate, a.earned, a.slashed)).collect()
}

mod a_pair {
	use super::*;

	#[test]
	fn is_a_race_whose_loser_gets_a_kill_fee_of_the_requester() {
		build_and_execute(|| {
			assign_with(7, &[PROVER, RIVAL], &[], with(1, 2));
			assert_eq!(escrowed(REQUESTER), 440);
			assert_eq!((reserved_bond(PROVER), reserved_bond(RIVAL)), (BOND, BOND));
			commit_and_show(7, RIVAL);
			assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 400);
			assert_eq!(free(PROVER), ENDOWMENT - STAKE + 40);
			assert_eq!(free(REQUESTER), ENDOWMENT - 440);
			assert_eq!((staked(PROVER), reserved_bond(PROVER)), (STAKE, 0));
			assert_eq!(
				fates(),
				vec![(PROVER, Ending::Lost, 40, 0), (RIVAL, Ending::Verified, 400, 0)]
			);
		});
	}

	#[test]
	fn costs_less_when_one_of_them_fails() {
		build_and_execute(|| {
			assign_with(7, &[PROVER, RIVAL], &[], with(1, 2));
			for bit in 0..2 {
				assert_ok!(include(commitment(7, PROVER, &bad_proof(bit))).unwrap());
				run_to(System::block_number() + 1);
				assert_ok!(include(submission(7, PROVER, bad_proof(bit))).unwrap());
			}
			deliver(RIVAL);
			// 400, and of the bond of 400 that is left a fifth comes back.
			assert_eq!(free(REQUESTER), ENDOWMENT - 400 + 80);
			assert_eq!(staked(PROVER), STAKE - 420);
		});
	}

	#[test]
	fn of_which_both_are_late_calls_two_standbys() {
		build_and_execute(|| {
			assign_with(7, &[PROVER, RIVAL], &[THIRD, FOURTH], with(1, 2));
			run_to(LATE);
			assert_eq!(Live::<Test>::get(7).unwrap().attempts.len(), 4);
			commit_and_show(7, THIRD);
			// 100 more than the price and 50 of kill fee are the first bond's. The delay is paid once.
			assert_eq!(
				fates(),
				vec![
					(PROVER, Ending::Defaulted, 0, 420),
					(RIVAL, Ending::Defaulted, 0, 420),
					(THIRD, Ending::Verified, 500, 0),
					(FOURTH, Ending::Lost, 50, 0),
				]
			);
			// 120 for the delay: 84 of the first bond, the other 36 of the second.
			assert_eq!(free(REQUESTER), ENDOWMENT - 400 + 120);
		});
	}
}

mod two_of_three {
	use super::*;

	fn begin() {
		assign_with(7, &[PROVER, RIVAL, THIRD], &[FOURTH], with(2, 3));
		assert_eq!(escrowed(REQUESTER), 840);
	}

	#[test]
	fn are_committed_to_before_any_is_shown() {
		build_and_execute(|| {
			begin();
			assert_refused(submission(7, PROVER, proof()), Refusal::NotCommitted, 12);
			commit(PROVER);
			System::assert_has_event(
				Event::ProofCommitted { task: 7, prover: PROVER, attempt: 0 }.into(),
			);
			// In a later block, and not alone.
			assert_refused(submission(7, PROVER, proof()), Refusal::NotCommitted, 12);
			run_to(2);
			assert_refused(submission(7, PROVER, proof()), Refusal::NotEnoughCommitted, 13);
			commit(RIVAL);
			// Not another one than was committed to.
			assert_refused(submission(7, PROVER, bad_proof(0)), Refusal::NotCommitted, 12);
			deliver(PROVER);
			assert!(Live::<Test>::contains_key(7));
			assert_eq!(free(PROVER), ENDOWMENT - STAKE);
			// Now that one is public, nobody else may say that he has had one.
			assert_refused(commitment(7, THIRD, &proof()), Refusal::CannotCommit, 14);
			run_to(3);
			deliver(RIVAL);

			assert_eq!(free(PROVER), ENDOWMENT - STAKE + 400);
			assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 400);
			assert_eq!(free(THIRD), ENDOWMENT - STAKE + 40);
			assert_eq!(free(REQUESTER), ENDOWMENT - 840);
			let record = Outcomes::<Test>::get(7).unwrap();
			assert_eq!(record.outcome, Outcome::Settled { prover: RIVAL, paid: 840 });
			assert_eq!(Proofs::<Test>::iter_key_prefix(7).count(), 2);
		});
	}

	#[test]
	fn that_fall_short_are_refunded_and_who_delivered_is_paid_by_who_did_not() {
		build_and_execute(|| {
			begin();
			commit(PROVER);
			commit(RIVAL);
			run_to(2);
			deliver(PROVER);
			// The second never shows what it committed to, the third and the standby do nothing.
			run_to(DEADLINE + 1);
			assert_eq!(free(PROVER), ENDOWMENT - STAKE + 400);
			assert_eq!((staked(PROVER), reserved_bond(PROVER)), (STAKE, 0));
			assert_eq!(escrowed(REQUESTER), 0);
			// 400 of the first bond of 420, of which 20 are left for the requester; then a fifth of 420
			// and of 620.
			assert_eq!(free(REQUESTER), ENDOWMENT + 20 + 84 + 124);
			assert_eq!(Proofs::<Test>::iter_key_prefix(7).count(), 0);
			assert_eq!(staked(RIVAL), STAKE - 420);
			assert_eq!(staked(FOURTH), STAKE - 620);
		});
	}

	#[test]
	fn one_that_is_late_is_replaced() {
		build_and_execute(|| {
			begin();
			commit(PROVER);
			run_to(2);
			assert_ok!(Attestation::decline(RuntimeOrigin::signed(RIVAL), 7));
			assert!(attempt(7, FOURTH).is_running());
			commit(FOURTH);
			run_to(3);
			deliver(PROVER);
			deliver(FOURTH);
			assert_eq!(free(FOURTH), ENDOWMENT - STAKE + 500);
			// 400 and 400 of the requester, and the kill fee of the third; of the bond of who declined
			// 100, and 42 back to the requester.
			assert_eq!(free(REQUESTER), ENDOWMENT - 840 + 42);
			assert_eq!(staked(RIVAL), STAKE - 142);
		});
	}

	#[test]
	fn open_no_bounty() {
		build_and_execute(|| {
			assign_with(7, &[PROVER, RIVAL, THIRD], &[], with(2, 3));
			run_to(LATE);
			assert!(Live::<Test>::get(7).unwrap().bounty.is_none());
			assert!(pallet_attestation::WantedTasks::<Test>::contains_key(7));
		});
	}

	#[test]
	fn a_commitment_is_made_once_and_again_after_a_rejection() {
		build_and_execute(|| {
			begin();
			assert_ok!(include(commitment(7, PROVER, &bad_proof(0))).unwrap());
			assert_refused(commitment(7, PROVER, &proof()), Refusal::CannotCommit, 14);
			commit(RIVAL);
			run_to(2);
			assert_ok!(include(submission(7, PROVER, bad_proof(0))).unwrap());
			commit(PROVER);
			run_to(3);
			deliver(PROVER);
			deliver(RIVAL);
			assert_eq!(free(PROVER), ENDOWMENT - STAKE + 400);
		});
	}

	#[test]
	fn are_checked_again_when_dispatched() {
		build_and_execute(|| {
			begin();
			commit(PROVER);
			let Call::submit_proof { task, attempt, prover, proof, signature } =
				submission(7, PROVER, proof())
			else {
				unreachable!()
			};
			assert_noop!(
				Attestation::submit_proof(
					RawOrigin::Authorized.into(),
					task,
					attempt,
					prover,
					proof,
					signature
				),
				Error::<Test>::NotCommitted
			);
			let Call::commit_proof { task, attempt, prover, commitment, signature } =
				commitment(7, PROVER, &bad_proof(1))
			else {
				unreachable!()
			};
			assert_noop!(
				Attestation::commit_proof(
					RawOrigin::Authorized.into(),
					task,
					attempt,
					prover,
					commitment,
					signature
				),
				Error::<Test>::CannotCommit
			);
		});
	}
}
