// SPDX-License-Identifier: Apache-2.0
//! Pausing and resuming.

use crate::{mock::*, Error, Event, Pause};
use frame_support::{assert_noop, assert_ok};
use proofyard_primitives::{traits::Provers as _, Ending};
use sp_runtime::DispatchError::BadOrigin;

fn set_paused(paused: bool) {
	assert_ok!(Provers::set_paused(signed(ALICE), paused));
}

fn free_slots() -> u32 {
	Provers::capacity(&ALICE).unwrap().free_slots
}

mod pausing {
	use super::*;

	#[test]
	fn counts_at_once() {
		build_and_execute(|| {
			register(ALICE, 500);
			set_paused(true);
			System::assert_last_event(
				Event::PauseChanged { prover: ALICE, resumes_at: None }.into(),
			);
			assert_eq!(record(ALICE).pause, Some(Pause::Paused));
			assert_eq!(free_slots(), 0);
			assert_noop!(Provers::reserve(&ALICE, &market(3), 0, 0), Error::<Test>::Paused);
			// However long.
			System::set_block_number(1_000_000);
			assert_eq!(free_slots(), 0);
		});
	}

	#[test]
	fn leaves_stake_attempts_and_asks_alone() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 100);
			assert_ok!(Provers::ask_placed(&ALICE));
			set_paused(true);
			let capacity = Provers::capacity(&ALICE).unwrap();
			assert_eq!((capacity.free_stake, capacity.committed_ms), (400, 1_000));
			assert_eq!((record(ALICE).live, record(ALICE).asks), (1, 1));
			assert_ok!(Provers::ask_placed(&ALICE));
			finish(ALICE, 100, Ending::Verified);
			assert_eq!(record(ALICE).verified, 1);
		});
	}

	#[test]
	fn fails_when_paused_already() {
		build_and_execute(|| {
			register(ALICE, 500);
			set_paused(true);
			assert_noop!(Provers::set_paused(signed(ALICE), true), Error::<Test>::AlreadyPaused);
		});
	}

	#[test]
	fn takes_back_a_resuming_that_has_not_come() {
		build_and_execute(|| {
			register(ALICE, 500);
			set_paused(true);
			set_paused(false);
			System::set_block_number(EPOCH - 1);
			set_paused(true);
			assert!(freed().is_empty());
			System::set_block_number(EPOCH);
			assert_eq!(free_slots(), 0);
			// And can be resumed anew.
			set_paused(false);
			assert_eq!(record(ALICE).pause, Some(Pause::ResumesAt(2 * EPOCH)));
		});
	}

	#[test]
	fn works_again_after_resuming() {
		build_and_execute(|| {
			register(ALICE, 500);
			set_paused(true);
			set_paused(false);
			System::set_block_number(EPOCH);
			set_paused(true);
			assert_eq!(free_slots(), 0);
			// It did resume in this block, and nobody has looked yet.
			assert_eq!(freed(), [(EPOCH, ALICE)]);
		});
	}
}

mod resuming {
	use super::*;

	#[test]
	fn counts_from_the_next_epoch() {
		build_and_execute(|| {
			register(ALICE, 500);
			set_paused(true);
			set_paused(false);
			System::assert_last_event(
				Event::PauseChanged { prover: ALICE, resumes_at: Some(EPOCH) }.into(),
			);
			assert_eq!(record(ALICE).pause, Some(Pause::ResumesAt(EPOCH)));
			for _ in 1..EPOCH {
				assert_eq!(free_slots(), 0);
				assert_noop!(Provers::reserve(&ALICE, &market(3), 0, 0), Error::<Test>::Paused);
				System::set_block_number(System::block_number() + 1);
			}
			assert_eq!(free_slots(), MAX_SLOTS);
			assert_ok!(Provers::reserve(&ALICE, &market(3), 0, 0));
		});
	}

	#[test]
	fn in_the_first_block_of_an_epoch_waits_for_the_one_after() {
		build_and_execute(|| {
			register(ALICE, 500);
			System::set_block_number(EPOCH);
			set_paused(true);
			set_paused(false);
			assert_eq!(record(ALICE).pause, Some(Pause::ResumesAt(2 * EPOCH)));
		});
	}

	#[test]
	fn in_epochs_of_one_block_counts_from_the_next_block() {
		build_and_execute(|| {
			AskEpoch::set(1);
			register(ALICE, 500);
			set_paused(true);
			set_paused(false);
			assert_eq!(free_slots(), 0);
			System::set_block_number(2);
			assert_eq!(free_slots(), MAX_SLOTS);
		});
	}

	#[test]
	fn fails_when_nothing_would_change() {
		build_and_execute(|| {
			register(ALICE, 500);
			let fails = || {
				assert_noop!(Provers::set_paused(signed(ALICE), false), Error::<Test>::NotPaused);
			};
			fails();
			set_paused(true);
			set_paused(false);
			// Neither while it resumes, nor when it has.
			fails();
			System::set_block_number(EPOCH);
			fails();
		});
	}
}

#[test]
fn fails_for_a_stranger() {
	build_and_execute(|| {
		for paused in [true, false] {
			assert_noop!(Provers::set_paused(signed(ALICE), paused), Error::<Test>::UnknownProver);
			assert_noop!(Provers::set_paused(RuntimeOrigin::root(), paused), BadOrigin);
		}
	});
}
