// SPDX-License-Identifier: Apache-2.0
//! Provers that have room again, and whoever asks for them.

use crate::{mock::*, Freed};
use frame_support::assert_ok;
use proofyard_primitives::{traits::Provers as _, Ending};

/// Everybody has room again in a block.
fn free_in(block: u64, provers: &[AccountId]) {
	System::set_block_number(block);
	for prover in provers {
		assert_ok!(Provers::add_stake(signed(*prover), 1));
	}
}

mod entered {
	use super::*;

	#[test]
	fn is_who_has_room_again_for_the_present_block() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 100);
			assert!(freed().is_empty(), "a new prover, or a full one, frees nothing");
			System::set_block_number(3);
			finish(ALICE, 100, Ending::Verified);
			assert_eq!(freed(), [(3, ALICE)]);
			System::set_block_number(4);
			assert_ok!(Provers::add_stake(signed(ALICE), 1));
			assert_eq!(freed(), [(3, ALICE), (4, ALICE)]);
			System::set_block_number(5);
			assert_ok!(Provers::reserve_deposit(&ALICE, 10));
			assert_eq!(freed().len(), 2);
			Provers::release_bond(&ALICE, 10);
			assert_eq!(freed().len(), 3);
			System::set_block_number(6);
			reserve(ALICE, 100);
			finish(ALICE, 100, Ending::Defaulted);
			assert_eq!(freed().last(), Some(&(6, ALICE)));
		});
	}

	#[test]
	fn is_who_takes_more_slots_or_other_hardware() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::set_hardware(signed(ALICE), CPU, 2));
			assert_ok!(Provers::set_hardware(signed(ALICE), CPU, 2));
			assert!(freed().is_empty());
			assert_ok!(Provers::set_hardware(signed(ALICE), CPU, 3));
			assert_eq!(freed(), [(1, ALICE)]);
			System::set_block_number(2);
			assert_ok!(Provers::set_hardware(signed(ALICE), GPU, 1));
			assert_eq!(freed(), [(1, ALICE), (2, ALICE)]);
		});
	}

	#[test]
	fn is_who_resumes_for_the_block_it_resumes_in() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::set_paused(signed(ALICE), true));
			assert!(freed().is_empty());
			assert_ok!(Provers::set_paused(signed(ALICE), false));
			assert_eq!(freed(), [(EPOCH, ALICE)]);
		});
	}

	#[test]
	fn is_each_prover_once_a_block() {
		build_and_execute(|| {
			register(ALICE, 500);
			free_in(1, &[ALICE, ALICE, ALICE]);
			assert_eq!(freed(), [(1, ALICE)]);
		});
	}
}

mod take_freed {
	use super::*;

	#[test]
	fn gives_each_once() {
		build_and_execute(|| {
			register(ALICE, 500);
			free_in(1, &[ALICE]);
			assert_eq!(Provers::take_freed(9), [ALICE]);
			assert!(Provers::take_freed(9).is_empty());
			free_in(1, &[ALICE]);
			assert_eq!(Provers::take_freed(9), [ALICE]);
		});
	}

	#[test]
	fn gives_the_oldest_first_and_no_more_than_asked() {
		build_and_execute(|| {
			for who in [ALICE, BOB, CAROL] {
				register(who, 500);
			}
			// In order of the number, not of its bytes.
			free_in(255, &[CAROL]);
			free_in(256, &[ALICE]);
			free_in(65_536, &[BOB]);
			assert!(Provers::take_freed(0).is_empty());
			assert_eq!(Provers::take_freed(2), [CAROL, ALICE]);
			assert_eq!(Provers::take_freed(2), [BOB]);
			assert!(freed().is_empty());
		});
	}

	#[test]
	fn gives_a_prover_of_several_blocks_once() {
		build_and_execute(|| {
			register(ALICE, 500);
			register(BOB, 500);
			free_in(1, &[ALICE]);
			free_in(2, &[ALICE]);
			free_in(3, &[BOB]);
			assert_eq!(Provers::take_freed(3), [ALICE, BOB]);
			assert!(freed().is_empty());
		});
	}

	#[test]
	fn leaves_what_is_to_come() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::set_paused(signed(ALICE), true));
			assert_ok!(Provers::set_paused(signed(ALICE), false));
			System::set_block_number(EPOCH - 1);
			assert!(Provers::take_freed(9).is_empty());
			System::set_block_number(EPOCH);
			assert_eq!(Provers::take_freed(9), [ALICE]);
		});
	}

	#[test]
	fn may_give_a_prover_that_left() {
		build_and_execute(|| {
			register(ALICE, 500);
			free_in(1, &[ALICE]);
			assert_ok!(Provers::unbond(signed(ALICE), 501));
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			assert_eq!(Provers::take_freed(9), [ALICE]);
			assert_eq!(Provers::capacity(&ALICE), None);
		});
	}

	#[test]
	fn leaves_nothing_behind() {
		build_and_execute(|| {
			register(ALICE, 500);
			free_in(1, &[ALICE]);
			Provers::take_freed(1);
			assert_eq!(Freed::<Test>::iter().count(), 0);
		});
	}
}
