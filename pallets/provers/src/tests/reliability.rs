// SPDX-License-Identifier: Apache-2.0
//! The track record that opens the `Guaranteed` level. How it is counted: `reliability.rs`.

use crate::{mock::*, TrackRecord, TrackRecords, ATTEMPT};
use proofyard_primitives::{
	traits::Provers as _,
	Ending::{Declined, Defaulted, Lost, Rejected, Verified, VerifiedLate},
	Performance, TaskKind,
};

fn is_reliable(prover: AccountId) -> bool {
	Provers::is_reliable(&prover, SYSTEM)
}

#[test]
fn takes_enough_proofs() {
	build_and_execute(|| {
		assert!(!is_reliable(ALICE));
		register(ALICE, 500);
		go_through_all(ALICE, Verified, RELIABLE_PROOFS - 1);
		assert!(!is_reliable(ALICE));
		go_through_all(ALICE, Verified, 1);
		assert!(is_reliable(ALICE));
		// It is its own.
		register(BOB, 500);
		assert!(!is_reliable(BOB));
	});
}

#[test]
fn takes_most_of_them_in_time() {
	for ending in [VerifiedLate, Declined, Rejected, Defaulted] {
		build_and_execute(|| {
			register(ALICE, 500);
			// Three of four in time are enough, three of five are not.
			go_through_all(ALICE, Verified, 6);
			go_through_all(ALICE, ending, 2);
			assert!(is_reliable(ALICE), "{ending:?}");
			go_through_all(ALICE, ending, 1);
			assert!(!is_reliable(ALICE), "{ending:?}");
		});
	}
}

#[test]
fn is_not_touched_by_a_lost_race() {
	build_and_execute(|| {
		register(ALICE, 500);
		go_through_all(ALICE, Lost, 9);
		assert_eq!(TrackRecords::<Test>::iter().count(), 0);
		go_through_all(ALICE, Verified, RELIABLE_PROOFS);
		go_through_all(ALICE, Lost, 9);
		assert!(is_reliable(ALICE));
	});
}

#[test]
fn is_not_earned_by_calibrating() {
	build_and_execute(|| {
		register(ALICE, 500);
		for _ in 0..RELIABLE_PROOFS {
			let calibration = Performance { kind: TaskKind::Calibration, ..attempt(Verified) };
			go_through(ALICE, &market(16), calibration);
		}
		assert!(!is_reliable(ALICE));
		assert_eq!(TrackRecords::<Test>::iter().count(), 0);
	});
}

#[test]
fn fades_with_time_and_comes_back_with_proofs() {
	build_and_execute(|| {
		register(ALICE, 500);
		go_through_all(ALICE, Verified, RELIABLE_PROOFS);
		System::set_block_number(HALF_LIFE);
		assert!(is_reliable(ALICE));
		System::set_block_number(1 + HALF_LIFE);
		assert!(!is_reliable(ALICE));
		// What is stored is halved when it is next written.
		let stored = || TrackRecords::<Test>::get(ALICE, SYSTEM).unwrap();
		let four = u64::from(RELIABLE_PROOFS) * ATTEMPT;
		assert_eq!(stored(), TrackRecord { verified: four, since: 1, ..Default::default() });
		go_through_all(ALICE, Verified, RELIABLE_PROOFS / 2);
		let since = 1 + HALF_LIFE;
		assert_eq!(stored(), TrackRecord { verified: four, since, ..Default::default() });
		assert!(is_reliable(ALICE));
	});
}

#[test]
fn forgives_with_time() {
	build_and_execute(|| {
		register(ALICE, 500);
		go_through_all(ALICE, Declined, 4);
		System::set_block_number(1 + 2 * HALF_LIFE);
		go_through_all(ALICE, Verified, 4);
		// One quarter of each old one is left: four of five in time.
		assert!(is_reliable(ALICE));
	});
}
