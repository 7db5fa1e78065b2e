// SPDX-License-Identifier: Apache-2.0
//! Traces of attempts that ended: the confirmed speed and the calibrations.

use crate::{mock::*, Calibrations, SpeedRecord, Speeds, MAX_CALIBRATED, UNMEASURABLE};
use proofyard_primitives::{
	traits::Provers as _,
	Ending::{Defaulted, Verified},
	HardwareClass, Market, Performance, TaskKind,
};

/// An attempt of so much work that ends now after so many blocks.
fn end(ending: proofyard_primitives::Ending, work: u64, blocks: u32) {
	go_through(ALICE, &market(16), Performance { work, blocks, ..attempt(ending) });
}

fn confirmed() -> Option<u64> {
	Provers::confirmed_speed(&ALICE, market(16).speed_class())
}

fn speed() -> SpeedRecord<u64> {
	Speeds::<Test>::get(ALICE, market(16).speed_class()).unwrap()
}

mod speed {
	use super::*;

	#[test]
	fn is_none_before_the_first_attempt_ends() {
		build_and_execute(|| {
			assert_eq!(confirmed(), None);
			register(ALICE, 500);
			reserve(ALICE, 100);
			assert_eq!(confirmed(), None);
		});
	}

	#[test]
	fn begins_with_the_first_and_moves_by_an_eighth() {
		build_and_execute(|| {
			register(ALICE, 500);
			System::set_block_number(100);
			// 100,000 units in five blocks of two seconds.
			end(Verified, 100_000, 7);
			assert_eq!(speed(), SpeedRecord { confirmed: 10_000, samples: 1, last_delivered: 100 });
			System::set_block_number(200);
			end(Verified, 180_000, 7);
			assert_eq!(speed(), SpeedRecord { confirmed: 11_000, samples: 2, last_delivered: 200 });
			assert_eq!(confirmed(), Some(11_000));
		});
	}

	#[test]
	fn counts_work_in_a_row_from_the_proof_before() {
		build_and_execute(|| {
			register(ALICE, 500);
			System::set_block_number(100);
			end(Verified, 100_000, 7);
			// Two tasks of one clearing: the second was proven in seven blocks, not in fourteen.
			System::set_block_number(107);
			end(Verified, 100_000, 14);
			assert_eq!(confirmed(), Some(10_000));
		});
	}

	#[test]
	fn of_a_prover_too_fast_to_measure_has_no_bound() {
		build_and_execute(|| {
			register(ALICE, 500);
			System::set_block_number(100);
			end(Verified, 100_000, 2);
			assert_eq!(confirmed(), Some(UNMEASURABLE));
			System::set_block_number(200);
			end(Verified, 100_000, 7);
			assert_eq!(confirmed(), Some(10_000));
		});
	}

	#[test]
	fn falls_by_a_default_and_does_not_count_it_as_a_delivery() {
		build_and_execute(|| {
			register(ALICE, 500);
			System::set_block_number(100);
			end(Verified, 100_000, 7);
			System::set_block_number(150);
			// 2,000 units a second were not reached.
			end(Defaulted, 100_000, 25);
			assert_eq!(speed(), SpeedRecord { confirmed: 9_000, samples: 2, last_delivered: 100 });
		});
	}

	#[test]
	fn begins_with_a_default_if_that_is_the_first() {
		build_and_execute(|| {
			register(ALICE, 500);
			System::set_block_number(100);
			end(Defaulted, 100_000, 25);
			assert_eq!(speed(), SpeedRecord { confirmed: 2_000, samples: 1, last_delivered: 0 });
		});
	}

	#[test]
	fn does_not_rise_by_two_quick_rejections() {
		build_and_execute(|| {
			register(ALICE, 500);
			System::set_block_number(100);
			end(Verified, 100_000, 7);
			end(Defaulted, 100_000_000, 0);
			assert_eq!(confirmed(), Some(10_000));
		});
	}

	#[test]
	fn is_each_provers_own() {
		build_and_execute(|| {
			register(ALICE, 500);
			register(BOB, 500);
			System::set_block_number(100);
			end(Verified, 100_000, 7);
			assert_eq!(Provers::confirmed_speed(&BOB, market(16).speed_class()), None);
		});
	}

	/// Time that is fixed for each proof makes a small task slow for its work.
	#[test]
	fn on_small_tasks_says_nothing_of_large_ones() {
		build_and_execute(|| {
			register(ALICE, 500);
			System::set_block_number(100);
			end(Verified, 100_000, 7);
			go_through(ALICE, &market(3), Performance { work: 8, blocks: 6, ..attempt(Verified) });
			assert_eq!(confirmed(), Some(10_000));
			assert_eq!(Provers::confirmed_speed(&ALICE, market(0).speed_class()), Some(1));
			assert_eq!(Provers::confirmed_speed(&ALICE, market(20).speed_class()), None);
		});
	}
}

mod calibrations {
	use super::*;

	fn calibrate(hardware: HardwareClass, kind: TaskKind, ending: Ending) {
		let market = Market { hardware, ..market(16) };
		go_through(ALICE, &market, Performance { kind, ..attempt(ending) });
	}

	type Ending = proofyard_primitives::Ending;

	#[test]
	fn are_counted_by_class_when_they_are_proven() {
		build_and_execute(|| {
			register(ALICE, 500);
			calibrate(CPU, TaskKind::Calibration, Verified);
			calibrate(CPU, TaskKind::Calibration, Verified);
			calibrate(GPU, TaskKind::Calibration, Verified);
			calibrate(GPU, TaskKind::Calibration, Defaulted);
			assert_eq!(Provers::calibrations(&ALICE, SYSTEM, CPU), 2);
			assert_eq!(Provers::calibrations(&ALICE, SYSTEM, GPU), 1);
			assert_eq!(Provers::calibrations(&BOB, SYSTEM, CPU), 0);
			assert_eq!(record(ALICE).calibrated, 2);
		});
	}

	#[test]
	fn are_attempts_like_all_others() {
		build_and_execute(|| {
			register(ALICE, 500);
			calibrate(CPU, TaskKind::Calibration, Verified);
			calibrate(CPU, TaskKind::Calibration, Defaulted);
			assert_eq!((record(ALICE).verified, record(ALICE).defaulted), (1, 1));
			assert_eq!(speed().samples, 2);
		});
	}

	#[test]
	fn are_not_what_others_ask_for() {
		build_and_execute(|| {
			register(ALICE, 500);
			calibrate(CPU, TaskKind::Market, Verified);
			calibrate(CPU, TaskKind::Sealed, Verified);
			assert_eq!(Provers::calibrations(&ALICE, SYSTEM, CPU), 0);
			assert_eq!(Calibrations::<Test>::iter().count(), 0);
		});
	}

	#[test]
	fn are_counted_of_so_many_classes_and_no_more() {
		build_and_execute(|| {
			register(ALICE, 500);
			let class = |vram_gib| HardwareClass::Gpu { vram_gib };
			let most = MAX_CALIBRATED as u16;
			for vram_gib in 0..=most {
				calibrate(class(vram_gib), TaskKind::Calibration, Verified);
			}
			assert_eq!(record(ALICE).calibrated, MAX_CALIBRATED);
			assert_eq!(Provers::calibrations(&ALICE, SYSTEM, class(most - 1)), 1);
			assert_eq!(Provers::calibrations(&ALICE, SYSTEM, class(most)), 0);
			// Those it has go on.
			calibrate(class(0), TaskKind::Calibration, Verified);
			assert_eq!(Provers::calibrations(&ALICE, SYSTEM, class(0)), 2);
		});
	}
}
