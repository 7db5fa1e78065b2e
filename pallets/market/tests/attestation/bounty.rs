// SPDX-License-Identifier: Apache-2.0
//! The open bounty: announce, show, and who may not.

use crate::helpers::*;
use frame_support::{assert_noop, assert_ok};
use pallet_attestation::{Error, Event, Live, REVEAL_BLOCKS};
use pallet_settlement::Outcomes;
use proofyard_market::*;
use proofyard_primitives::{
	limits::MAX_ANNOUNCEMENTS, proof_commitment, Ending, ProofData, TaskSpec,
};
use sp_core::H256;

const LATE: BlockNumber = 1 + SOFT + 1;
const DEADLINE: BlockNumber = 1 + LIFETIME;
/// 50, and a tenth of the price of 400.
const DEPOSIT: Balance = 90;

fn announce(prover: AccountId, proof: &ProofData) -> sp_runtime::DispatchResult {
	let commitment = proof_commitment(7, &prover, proof);
	Attestation::announce(RuntimeOrigin::signed(prover), 7, commitment)
}

fn reveal(prover: AccountId, proof: ProofData) -> sp_runtime::DispatchResult {
	Attestation::reveal(RuntimeOrigin::signed(prover), 7, proof)
		.map(|_| ())
		.map_err(|error| error.error)
}

/// A task whose primary is late and that nobody stands by for.
fn open_bounty() {
	assign(7, PROVER);
	run_to(LATE);
	System::assert_has_event(Event::BountyOpened { task: 7 }.into());
}

#[test]
fn anybody_registered_may_deliver_for_more_the_nearer_the_deadline_is() {
	build_and_execute(|| {
		open_bounty();
		let reward = || Attestation::bounty_reward(&Live::<Test>::get(7).unwrap()).unwrap();
		assert_eq!(reward(), 400);
		run_to(LATE + 1);
		// Half of 80 % of the bond of 420.
		assert_eq!(reward(), 400 + 168);
		assert_ok!(announce(RIVAL, &proof()));
		assert_eq!(reserved_bond(RIVAL), DEPOSIT);
		System::assert_has_event(
			Event::ProofAnnounced { task: 7, prover: RIVAL, reward: 568 }.into(),
		);
		run_to(LATE + 2);
		assert_ok!(reveal(RIVAL, proof()));
		assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 568);
		assert_eq!((staked(RIVAL), reserved_bond(RIVAL)), (STAKE, 0));
		assert_eq!(free(REQUESTER), ENDOWMENT - 400 + 84);
		assert_eq!((staked(PROVER), reserved_bond(PROVER)), (STAKE - 420, 0));
		assert_eq!(Burnt::get(), 420 - 168 - 84);
		let record = Outcomes::<Test>::get(7).unwrap();
		let fates: Vec<_> = record.attempts.iter().map(|a| (a.prover, a.fate)).collect();
		assert_eq!(fates, vec![(PROVER, Ending::Defaulted), (RIVAL, Ending::Verified)]);
	});
}

#[test]
fn the_primary_may_still_be_faster_and_who_announced_loses_nothing() {
	build_and_execute(|| {
		open_bounty();
		assert_ok!(announce(RIVAL, &proof()));
		assert_ok!(include(submission(7, PROVER, proof())).unwrap());
		assert_eq!(free(PROVER), ENDOWMENT - STAKE + 360);
		assert_eq!((staked(RIVAL), reserved_bond(RIVAL)), (STAKE, 0));
		assert_eq!(free(RIVAL), ENDOWMENT - STAKE);
	});
}

#[test]
fn a_copy_of_somebody_elses_proof_is_worth_nothing() {
	build_and_execute(|| {
		open_bounty();
		assert_ok!(announce(RIVAL, &proof()));
		// Who sees the proof in the pool can announce it no sooner than in this block.
		run_to(LATE + 1);
		assert_ok!(announce(THIRD, &proof()));
		assert_noop!(reveal(THIRD, proof()), Error::<Test>::TooEarly);
		// Nor can it show what another has announced.
		assert_noop!(reveal(FOURTH, proof()), Error::<Test>::NotAnnounced);
		assert_ok!(reveal(RIVAL, proof()));
		assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 400);
		assert_noop!(reveal(THIRD, proof()), Error::<Test>::UnknownTask);
		assert_eq!((staked(THIRD), reserved_bond(THIRD)), (STAKE, 0));
	});
}

#[test]
fn a_proof_that_does_not_verify_costs_the_deposit() {
	build_and_execute(|| {
		open_bounty();
		assert_ok!(announce(RIVAL, &bad_proof(0)));
		run_to(LATE + 1);
		assert_ok!(reveal(RIVAL, bad_proof(0)));
		assert_eq!((staked(RIVAL), reserved_bond(RIVAL)), (STAKE - DEPOSIT, 0));
		assert_eq!(Burnt::get(), DEPOSIT);
		assert!(Live::<Test>::get(7).unwrap().bounty.unwrap().announcements.is_empty());
	});
}

#[test]
fn a_proof_that_is_never_shown_costs_the_deposit() {
	build_and_execute(|| {
		open_bounty();
		assert_ok!(announce(RIVAL, &proof()));
		run_to(DEADLINE + 1);
		assert_eq!((staked(RIVAL), reserved_bond(RIVAL)), (STAKE - DEPOSIT, 0));
		assert_eq!(free(REQUESTER), ENDOWMENT + 84);
	});
}

#[test]
fn announcements_that_are_overdue_make_way() {
	build_and_execute(|| {
		assign_spec(7, PROVER, TaskSpec { deadline: 60, ..spec() });
		run_to(LATE);
		Live::<Test>::mutate_extant(7, |live| {
			let bounty = live.bounty.as_mut().unwrap();
			for prover in [RIVAL, THIRD] {
				let announcement = pallet_attestation::Announcement {
					prover,
					commitment: H256::zero(),
					at: LATE,
					reward: 400,
					deposit: DEPOSIT,
				};
				for _ in 0..MAX_ANNOUNCEMENTS / 2 {
					bounty.announcements.try_push(announcement.clone()).unwrap();
				}
			}
		});
		for prover in [RIVAL, THIRD] {
			use proofyard_primitives::traits::Provers as _;
			assert_ok!(Provers::reserve_deposit(&prover, 2 * DEPOSIT));
		}
		assert_noop!(announce(FOURTH, &proof()), Error::<Test>::BountyFull);
		run_to(LATE + BlockNumber::from(REVEAL_BLOCKS));
		assert_noop!(announce(FOURTH, &proof()), Error::<Test>::BountyFull);
		run_to(LATE + BlockNumber::from(REVEAL_BLOCKS) + 1);
		assert_ok!(announce(FOURTH, &proof()));
		assert_eq!(staked(RIVAL), STAKE - DEPOSIT);
		assert_eq!(reserved_bond(FOURTH), DEPOSIT);
	});
}

mod fails_when {
	use super::*;

	#[test]
	fn there_is_no_task_or_no_bounty() {
		build_and_execute(|| {
			assert_noop!(announce(RIVAL, &proof()), Error::<Test>::UnknownTask);
			assert_noop!(reveal(RIVAL, proof()), Error::<Test>::UnknownTask);
			assign(7, PROVER);
			assert_noop!(announce(RIVAL, &proof()), Error::<Test>::NoBounty);
			assert_noop!(reveal(RIVAL, proof()), Error::<Test>::NoBounty);
		});
	}

	#[test]
	fn the_account_may_not_deliver() {
		build_and_execute(|| {
			assign_spec(7, PROVER, TaskSpec { requester: THIRD, ..spec() });
			run_to(LATE);
			assert_noop!(announce(OTHER, &proof()), Error::<Test>::NotProver);
			assert_noop!(announce(PROVER, &proof()), Error::<Test>::HasAttempt);
			assert_noop!(announce(THIRD, &proof()), Error::<Test>::OwnTask);
		});
	}

	#[test]
	fn it_is_announced_already() {
		build_and_execute(|| {
			open_bounty();
			assert_ok!(announce(RIVAL, &proof()));
			assert_noop!(announce(RIVAL, &proof()), Error::<Test>::AlreadyAnnounced);
		});
	}

	#[test]
	fn no_block_is_left_to_show_it_in() {
		build_and_execute(|| {
			open_bounty();
			run_to(DEADLINE);
			assert_noop!(announce(RIVAL, &proof()), Error::<Test>::TooLate);
		});
	}

	#[test]
	fn the_deadline_has_passed_and_the_agenda_had_no_room() {
		build_and_execute(|| {
			open_bounty();
			assert_ok!(announce(RIVAL, &proof()));
			System::set_block_number(DEADLINE + 1);
			assert_noop!(reveal(RIVAL, proof()), Error::<Test>::TooLate);
		});
	}

	#[test]
	fn the_stake_does_not_cover_the_deposit() {
		build_and_execute(|| {
			assign_with(8, &[RIVAL], &[], TaskSpec { deadline: 100, ..spec() });
			open_bounty();
			let free_stake = STAKE - BOND;
			use proofyard_primitives::traits::Provers as _;
			assert_ok!(Provers::reserve_deposit(&RIVAL, free_stake - DEPOSIT + 1));
			assert_noop!(
				announce(RIVAL, &proof()),
				pallet_provers::Error::<Test>::InsufficientStake
			);
			Provers::release_bond(&RIVAL, free_stake - DEPOSIT + 1);
		});
	}

	#[test]
	fn it_is_another_proof_or_too_early() {
		build_and_execute(|| {
			open_bounty();
			assert_ok!(announce(RIVAL, &proof()));
			assert_noop!(reveal(RIVAL, proof()), Error::<Test>::TooEarly);
			run_to(LATE + 1);
			assert_noop!(reveal(RIVAL, bad_proof(0)), Error::<Test>::WrongCommitment);
			assert_noop!(reveal(THIRD, proof()), Error::<Test>::NotAnnounced);
		});
	}
}
