// SPDX-License-Identifier: Apache-2.0
//! Tasks that have no standby left: what the auction is told, and whom it may send.

use crate::helpers::*;
use frame_support::assert_ok;
use pallet_attestation::{Live, WantedTasks};
use proofyard_market::*;
use proofyard_primitives::{
	limits::MAX_ATTEMPTS,
	traits::{Attestation as _, Provers as _},
	AttemptState, Ending, Role, TaskSpec,
};

const LATE: BlockNumber = 1 + SOFT + 1;

fn long() -> TaskSpec<AccountId, Balance, BlockNumber> {
	TaskSpec { deadline: 41, ..spec() }
}

/// Do what the auction does when it found `prover`.
fn send(prover: AccountId) -> bool {
	assert_ok!(Provers::reserve(&prover, &market(), STANDBY_BOND, 1_000));
	Attestation::engage(7, standby(prover))
}

#[test]
fn nothing_is_wanted_while_somebody_is_at_work_in_time() {
	build_and_execute(|| {
		assign_with(7, &[PROVER], &[RIVAL], spec());
		run_to(LATE - 1);
		assert!(Attestation::wanted(8).is_empty());
		run_to(LATE);
		assert!(Attestation::wanted(8).is_empty());
	});
}

#[test]
fn a_prover_is_wanted_at_what_the_requester_and_the_bond_can_pay() {
	build_and_execute(|| {
		assign_spec(7, PROVER, long());
		run_to(LATE);
		let wanted = Attestation::wanted(8);
		assert_eq!(wanted.len(), 1);
		let wanted = &wanted[0];
		assert_eq!((wanted.task, wanted.requester, wanted.work), (7, REQUESTER, WORK));
		assert_eq!(wanted.market, market());
		// 80 % of the bond of 420.
		assert_eq!(wanted.most, 400 + 336);
		assert_eq!(wanted.time_ms, u64::from(41 - LATE) * MILLIS_PER_BLOCK);
		assert_eq!(wanted.tried, vec![PROVER]);
	});
}

#[test]
fn who_is_sent_starts_and_delivers() {
	build_and_execute(|| {
		assign_spec(7, PROVER, long());
		run_to(LATE);
		assert!(send(RIVAL));
		let sent = attempt(7, RIVAL);
		assert_eq!((sent.role, sent.state), (Role::Rescue, AttemptState::Running));
		assert_eq!((sent.started_at, sent.soft_deadline), (LATE, LATE + 16));
		assert!(!WantedTasks::<Test>::contains_key(7));
		commit_and_show(7, RIVAL);
		assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 500);
		assert_eq!(staked(PROVER), STAKE - 420);
	});
}

#[test]
fn who_is_slow_is_followed_by_another() {
	build_and_execute(|| {
		assign_spec(7, PROVER, long());
		run_to(LATE);
		assert!(send(RIVAL));
		run_to(LATE + 16);
		assert!(Attestation::wanted(8).is_empty());
		run_to(LATE + 17);
		assert_eq!(Attestation::wanted(8)[0].tried, vec![PROVER, RIVAL]);
		assert!(send(THIRD));
	});
}

#[test]
fn nobody_is_taken_on_twice_or_where_nobody_is_wanted() {
	build_and_execute(|| {
		assert!(!Attestation::engage(7, standby(RIVAL)));
		assign_spec(7, PROVER, long());
		assert!(!Attestation::engage(7, standby(RIVAL)));
		run_to(LATE);
		assert!(!Attestation::engage(7, standby(PROVER)));
		assert!(WantedTasks::<Test>::contains_key(7));
	});
}

#[test]
fn who_announced_a_proof_shows_it_and_is_not_sent() {
	build_and_execute(|| {
		assign_with(7, &[PROVER], &[THIRD], long());
		assert_ok!(Attestation::decline(RuntimeOrigin::signed(PROVER), 7));
		assert_ok!(Attestation::decline(RuntimeOrigin::signed(THIRD), 7));
		assert_ok!(Attestation::announce(RuntimeOrigin::signed(RIVAL), 7, Default::default()));
		assert_eq!(Attestation::wanted(8)[0].tried, vec![PROVER, THIRD, RIVAL]);
		assert_ok!(Provers::reserve(&RIVAL, &market(), STANDBY_BOND, 1_000));
		assert!(!Attestation::engage(7, standby(RIVAL)));
		let attempt = proofyard_primitives::Performance {
			ending: Ending::Lost,
			kind: proofyard_primitives::TaskKind::Market,
			work: WORK,
			blocks: 0,
		};
		Provers::release_slot(&RIVAL, &market(), 1_000, attempt);
		Provers::release_bond(&RIVAL, STANDBY_BOND);
	});
}

#[test]
fn attempts_are_bounded_and_leave_a_place_for_the_bounty() {
	build_and_execute(|| {
		assign_spec(7, PROVER, long());
		run_to(LATE);
		// As if provers of that many had failed.
		Live::<Test>::mutate_extant(7, |live| {
			for prover in 100..100 + AccountId::from(MAX_ATTEMPTS) - 2 {
				let mut attempt = live.attempts[0].clone();
				attempt.prover = prover;
				live.attempts.try_push(attempt).unwrap();
			}
		});
		assert!(!Attestation::engage(7, standby(RIVAL)));
		Live::<Test>::mutate_extant(7, |live| live.attempts.truncate(1));
	});
}

#[test]
fn each_task_has_its_turn() {
	build_and_execute(|| {
		for task in 0..4 {
			assign_spec(task, PROVER, long());
		}
		run_to(LATE);
		let mut seen = Vec::new();
		for _ in 0..4 {
			let wanted = Attestation::wanted(1);
			assert_eq!(wanted.len(), 1);
			seen.push(wanted[0].task);
		}
		seen.sort();
		assert_eq!(seen, vec![0, 1, 2, 3]);
		let all: Vec<_> = Attestation::wanted(8).into_iter().map(|w| w.task).collect();
		assert_eq!(all.len(), 4);
	});
}
