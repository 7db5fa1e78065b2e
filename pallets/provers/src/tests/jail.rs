// SPDX-License-Identifier: Apache-2.0
//! Strikes, jail, and the way out of it.

use crate::{mock::*, Error, Event, Pause, MAX_DOUBLINGS};
use frame_support::{assert_noop, assert_ok};
use proofyard_primitives::{
	traits::Provers as _,
	Ending::{Declined, Defaulted, Lost, Rejected, Verified, VerifiedLate},
	Performance, TaskKind,
};
use sp_runtime::DispatchError::BadOrigin;

fn end(ending: proofyard_primitives::Ending) {
	go_through_all(ALICE, ending, 1);
}

fn strikes() -> u32 {
	record(ALICE).strikes
}

fn free_slots() -> u32 {
	Provers::capacity(&ALICE).unwrap().free_slots
}

/// Serve the time and leave, then wait until work comes again.
fn come_back() {
	let until = record(ALICE).jailed_until.unwrap();
	System::set_block_number(until);
	assert_ok!(Provers::unjail(signed(ALICE)));
	System::set_block_number(until + EPOCH);
}

mod strikes {
	use super::*;

	#[test]
	fn are_defaults_in_a_row() {
		build_and_execute(|| {
			register(ALICE, 500);
			end(Defaulted);
			end(Rejected);
			assert_eq!(strikes(), 2);
			// These say nothing either way.
			end(Lost);
			end(Declined);
			assert_eq!(strikes(), 2);
			end(Verified);
			assert_eq!(strikes(), 0);
			end(Defaulted);
			end(VerifiedLate);
			assert_eq!(strikes(), 0);
			assert!(!Provers::is_jailed(&ALICE));
		});
	}

	#[test]
	fn are_of_calibration_tasks_too() {
		build_and_execute(|| {
			register(ALICE, 500);
			let calibrate = |ending| {
				let attempt = Performance { kind: TaskKind::Calibration, ..attempt(ending) };
				go_through(ALICE, &market(16), attempt);
			};
			calibrate(Defaulted);
			calibrate(Rejected);
			assert_eq!(strikes(), 2);
			calibrate(Verified);
			assert_eq!(strikes(), 0);
		});
	}

	#[test]
	fn lead_to_jail_when_there_are_so_many() {
		build_and_execute(|| {
			register(ALICE, 500);
			System::set_block_number(7);
			go_through_all(ALICE, Defaulted, MAX_STRIKES - 1);
			assert!(!Provers::is_jailed(&ALICE));
			end(Rejected);
			let until = 7 + JAIL_TIME;
			System::assert_last_event(Event::ProverJailed { prover: ALICE, until }.into());
			assert!(Provers::is_jailed(&ALICE));
			let record = record(ALICE);
			assert_eq!((record.strikes, record.jailings), (0, 1));
			assert_eq!(record.jailed_until, Some(until));
		});
	}

	#[test]
	fn are_not_counted_in_jail() {
		build_and_execute(|| {
			register(ALICE, 500);
			for _ in 0..MAX_SLOTS {
				reserve(ALICE, 10);
			}
			for _ in 0..MAX_SLOTS - 1 {
				finish(ALICE, 10, Defaulted);
			}
			assert!(Provers::is_jailed(&ALICE));
			finish(ALICE, 10, Defaulted);
			assert_eq!((strikes(), record(ALICE).jailings), (0, 1));
			assert_eq!(record(ALICE).defaulted, u64::from(MAX_SLOTS));
		});
	}

	#[test]
	fn of_one_are_enough_where_no_more_is_tolerated() {
		build_and_execute(|| {
			StrikesToJail::set(1);
			register(ALICE, 500);
			end(Defaulted);
			assert!(Provers::is_jailed(&ALICE));
		});
	}
}

mod sentence {
	use super::*;

	#[test]
	fn keeps_everything_new_away() {
		build_and_execute(|| {
			register(ALICE, 500);
			get_jailed(ALICE);
			let capacity = Provers::capacity(&ALICE).unwrap();
			assert_eq!((capacity.free_slots, capacity.free_stake), (0, 500));
			assert_noop!(Provers::reserve(&ALICE, &market(3), 0, 0), Error::<Test>::Jailed);
			assert_noop!(Provers::reserve_deposit(&ALICE, 0), Error::<Test>::Jailed);
			assert_noop!(Provers::ask_placed(&ALICE), Error::<Test>::Jailed);
			// However long.
			System::set_block_number(1_000_000);
			assert_noop!(Provers::reserve(&ALICE, &market(3), 0, 0), Error::<Test>::Jailed);
			assert!(Provers::is_jailed(&ALICE));
		});
	}

	#[test]
	fn lets_what_is_there_end() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::ask_placed(&ALICE));
			assert_ok!(Provers::reserve_deposit(&ALICE, 50));
			reserve(ALICE, 100);
			get_jailed(ALICE);
			finish(ALICE, 100, Declined);
			Provers::release_bond(&ALICE, 50);
			Provers::ask_withdrawn(&ALICE);
			assert_ok!(Provers::unbond(signed(ALICE), 100));
			assert_eq!(record(ALICE).reserved, 0);
		});
	}

	#[test]
	fn is_no_place_of_strangers() {
		build_and_execute(|| assert!(!Provers::is_jailed(&ALICE)));
	}

	#[test]
	fn lasts_twice_as_long_each_time_up_to_a_bound() {
		build_and_execute(|| {
			register(ALICE, 500);
			for jailing in 0..=MAX_DOUBLINGS + 2 {
				get_jailed(ALICE);
				let time = JAIL_TIME << jailing.min(MAX_DOUBLINGS);
				assert_eq!(record(ALICE).jailed_until, Some(System::block_number() + time));
				come_back();
			}
		});
	}

	#[test]
	fn is_a_first_again_after_a_proof() {
		for ending in [Verified, VerifiedLate] {
			build_and_execute(|| {
				register(ALICE, 500);
				get_jailed(ALICE);
				come_back();
				end(ending);
				assert_eq!(record(ALICE).jailings, 0);
				get_jailed(ALICE);
				assert_eq!(record(ALICE).jailed_until, Some(System::block_number() + JAIL_TIME));
			});
		}
	}

	#[test]
	fn is_not_forgotten_for_a_proof_to_oneself_or_from_jail() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 10);
			get_jailed(ALICE);
			finish(ALICE, 10, Verified);
			assert_eq!(record(ALICE).jailings, 1);
			come_back();
			let calibration = Performance { kind: TaskKind::Calibration, ..attempt(Verified) };
			go_through(ALICE, &market(16), calibration);
			assert_eq!(record(ALICE).jailings, 1);
		});
	}
}

mod unjail {
	use super::*;

	#[test]
	fn works_from_the_block_that_the_event_named() {
		build_and_execute(|| {
			register(ALICE, 500);
			get_jailed(ALICE);
			System::set_block_number(JAIL_TIME);
			assert_noop!(Provers::unjail(signed(ALICE)), Error::<Test>::TooEarly);
			System::set_block_number(JAIL_TIME + 1);
			assert_ok!(Provers::unjail(signed(ALICE)));
			let resumes_at = JAIL_TIME + EPOCH;
			System::assert_last_event(
				Event::ProverUnjailed { prover: ALICE, resumes_at: Some(resumes_at) }.into(),
			);
			assert!(!Provers::is_jailed(&ALICE));
			assert_eq!(record(ALICE).pause, Some(Pause::ResumesAt(resumes_at)));
			assert!(freed().contains(&(resumes_at, ALICE)));
			// Work comes with the next epoch.
			System::set_block_number(resumes_at - 1);
			assert_eq!(free_slots(), 0);
			assert_noop!(Provers::reserve(&ALICE, &market(3), 0, 0), Error::<Test>::Paused);
			System::set_block_number(resumes_at);
			assert_eq!(free_slots(), MAX_SLOTS);
			assert_ok!(Provers::reserve(&ALICE, &market(3), 0, 0));
		});
	}

	#[test]
	fn leaves_a_pause_alone() {
		build_and_execute(|| {
			register(ALICE, 500);
			get_jailed(ALICE);
			assert_ok!(Provers::set_paused(signed(ALICE), true));
			System::set_block_number(1 + JAIL_TIME);
			assert_ok!(Provers::unjail(signed(ALICE)));
			System::assert_last_event(
				Event::ProverUnjailed { prover: ALICE, resumes_at: None }.into(),
			);
			assert_eq!(record(ALICE).pause, Some(Pause::Paused));
			System::set_block_number(1_000);
			assert_eq!(free_slots(), 0);
		});
	}

	#[test]
	fn is_not_what_resuming_does() {
		build_and_execute(|| {
			register(ALICE, 500);
			get_jailed(ALICE);
			assert_ok!(Provers::set_paused(signed(ALICE), true));
			assert_ok!(Provers::set_paused(signed(ALICE), false));
			System::set_block_number(1_000);
			assert_eq!(free_slots(), 0);
			assert_noop!(Provers::reserve(&ALICE, &market(3), 0, 0), Error::<Test>::Jailed);
		});
	}

	#[test]
	fn fails_when_not_jailed() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_noop!(Provers::unjail(signed(ALICE)), Error::<Test>::NotJailed);
			get_jailed(ALICE);
			come_back();
			assert_noop!(Provers::unjail(signed(ALICE)), Error::<Test>::NotJailed);
		});
	}

	#[test]
	fn fails_for_a_stranger() {
		build_and_execute(|| {
			assert_noop!(Provers::unjail(signed(ALICE)), Error::<Test>::UnknownProver);
			assert_noop!(Provers::unjail(RuntimeOrigin::root()), BadOrigin);
		});
	}
}
