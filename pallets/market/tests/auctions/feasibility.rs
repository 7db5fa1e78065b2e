// SPDX-License-Identifier: Apache-2.0
//! Whom a task is not given to, however little it asks.

use super::helpers::*;
use frame_support::assert_ok;
use proofyard_market::*;
use proofyard_primitives::{
	traits::Provers as _, HardwareClass, Market, ServiceLevel, TaskId, WorkModel,
};

/// Time that a task of the default request has before its soft deadline, in milliseconds.
const SOFT_MS: u64 = 13 * MILLIS_PER_BLOCK;

mod the_cheapest_is_passed_over_when {
	use super::*;

	/// The cheap prover can take one task. The next goes to its rival, until it has delivered.
	fn second_goes_to_the_rival(limit: impl FnOnce()) {
		build_and_execute(|| {
			ask(PROVER, 1);
			ask(RIVAL, 2);
			next_block();
			limit();
			next_block();
			let first = submit(9);
			next_block();
			assert_eq!(assigned(first), Some((PROVER, fee(2))));
			let second = submit(9);
			next_block();
			assert_eq!(assigned(second), Some((RIVAL, fee(2))));
			check_invariants();
			// What the first had is free again when it is delivered.
			deliver(first);
			let third = submit(9);
			next_block();
			assert_eq!(assigned(third), Some((PROVER, fee(2))));
		});
	}

	#[test]
	fn its_lots_are_taken() {
		second_goes_to_the_rival(|| ask_in(market(), PROVER, 1, 1, WORK));
	}

	#[test]
	fn its_slots_are_taken() {
		second_goes_to_the_rival(|| {
			assert_ok!(Provers::set_hardware(signed(PROVER), HardwareClass::Cpu, 1));
		});
	}

	#[test]
	fn its_stake_does_not_cover_another_bond_at_its_ask() {
		second_goes_to_the_rival(|| {
			keep_stake(PROVER, bond_of(fee(2)) + bond_of(fee(1)) - 1);
		});
	}

	#[test]
	fn its_stake_does_not_cover_another_bond_at_the_price() {
		second_goes_to_the_rival(|| keep_stake(PROVER, 2 * bond_of(fee(2)) - 1));
	}

	#[test]
	fn its_time_is_taken() {
		// One task fits before the soft deadline, two do not.
		second_goes_to_the_rival(|| {
			ask_in(market(), PROVER, 1, 4, WORK * 1_000 / SOFT_MS + 1);
		});
	}

	#[test]
	fn it_would_be_late_by_a_millisecond() {
		for (work, wins) in [(78_000, true), (78_001, false)] {
			build_and_execute(|| {
				let program = register_program(OWNER, HardwareClass::Cpu, WorkModel::PerTask);
				assert_eq!(SOFT_MS, 78_000);
				ask_in(market_of(work, ServiceLevel::Standard), PROVER, 0, 1, 1_000);
				assert_ok!(Provers::add_stake(signed(PROVER), 5_000_000));
				let max_fee = price(0) * Balance::from(work);
				let task =
					Request { program, work: Some(work), max_fee, ..Default::default() }.submit();
				next_block();
				assert_eq!(assigned(task).is_some(), wins);
			});
		}
	}

	#[test]
	fn it_is_leaving_with_what_it_would_need() {
		build_and_execute(|| {
			ask(PROVER, 1);
			ask(RIVAL, 2);
			keep_stake(PROVER, MIN_STAKE);
			let task = submit(9);
			next_block();
			assert_eq!(assigned(task), Some((RIVAL, fee(2))));
		});
	}

	#[test]
	fn its_hardware_is_another_now() {
		build_and_execute(|| {
			let hardware = HardwareClass::Gpu { vram_gib: 16 };
			let program = register_program(OWNER, hardware, WorkModel::Fixed(WORK));
			let market = Market { hardware, ..market() };
			for (prover, tick) in [(PROVER, 1), (RIVAL, 2)] {
				assert_ok!(Provers::set_hardware(signed(prover), hardware, SLOTS));
				ask_in(market, prover, tick, 4, WORK);
			}
			assert_ok!(Provers::set_hardware(signed(PROVER), HardwareClass::Cpu, SLOTS));
			let task = Request { program, ..Default::default() }.submit();
			next_block();
			assert_eq!(assigned(task), Some((RIVAL, fee(2))));
		});
	}
}

mod a_prover_that_was_slower_than_it_declares {
	use super::*;

	/// One that says it needs a second, and needed eight blocks (and two for the way).
	fn shown_to_be_slow(test: impl FnOnce()) {
		build_and_execute(|| {
			ask(PROVER, 1);
			let task = submit(9);
			next_block();
			run_to(12);
			deliver(task);
			// 1,000 units in 48 seconds.
			assert_eq!(Provers::confirmed_speed(&PROVER, market().speed_class()), Some(20));
			test();
		});
	}

	#[test]
	fn gets_nothing_that_it_would_be_late_with() {
		shown_to_be_slow(|| {
			ask(RIVAL, 5);
			// Six of nine blocks are before the soft deadline: 36 seconds, where it needs fifty.
			let tight = submit_for(9, 10);
			next_block();
			assert_eq!(winner(tight), Some(RIVAL));
			let relaxed = submit_for(9, 20);
			next_block();
			assert_eq!(winner(relaxed), Some(PROVER));
			assert_eq!(assignment(relaxed).committed_ms, 50_000);
		});
	}

	#[test]
	fn is_held_to_what_it_declares_where_that_is_less() {
		shown_to_be_slow(|| {
			ask_in(market(), PROVER, 1, 4, 15);
			let task = submit_for(9, 20);
			next_block();
			assert_eq!(assignment(task).committed_ms, 66_667);
		});
	}

	#[test]
	fn is_slow_in_each_market_of_the_proof_system() {
		shown_to_be_slow(|| {
			let express = market_of(WORK, ServiceLevel::Express);
			ask_in(express, PROVER, 1, 4, WORK);
			let level = ServiceLevel::Express;
			// Half of 19 blocks are 54 seconds, half of 17 are 48.
			let late = Request { level, lifetime: 18, ..Default::default() }.submit();
			let early = Request { level, lifetime: 20, ..Default::default() }.submit();
			next_block();
			assert_eq!((winner(late), winner(early)), (None, Some(PROVER)));
		});
	}
}

mod several_markets_of_one_prover {
	use super::*;

	const LEVELS: [ServiceLevel; 3] =
		[ServiceLevel::Guaranteed, ServiceLevel::Express, ServiceLevel::Standard];

	/// One task in each of three markets, in one block, for a prover that has this limit.
	fn assigned_of_three(speed: u64, limit: impl FnOnce()) -> usize {
		let mut count = 0;
		build_and_execute(|| {
			for level in LEVELS {
				ask_in(market_of(WORK, level), PROVER, 0, 4, speed);
			}
			limit();
			let tasks = LEVELS.map(|level| Request { level, ..Default::default() }.submit());
			next_block();
			count = count_assigned(&tasks);
			let record = pallet_provers::Provers::<Test>::get(PROVER).unwrap();
			assert_eq!(record.live, count as u32);
			assert!(record.reserved <= record.stake - record.leaving());
		});
		count
	}

	#[test]
	fn all_clear_in_one_block() {
		assert_eq!(assigned_of_three(WORK, || ()), 3);
	}

	#[test]
	fn share_its_slots() {
		for slots in 1..=2 {
			let limit = || {
				assert_ok!(Provers::set_hardware(signed(PROVER), HardwareClass::Cpu, slots));
			};
			assert_eq!(assigned_of_three(WORK, limit), slots as usize);
		}
	}

	#[test]
	fn share_its_stake() {
		// Bonds of one, one and a half, and two prices.
		let all = fee(0) * 9 / 2 + 3 * BOND_BASE;
		assert_eq!(assigned_of_three(WORK, || keep_stake(PROVER, all)), 3);
		assert_eq!(assigned_of_three(WORK, || keep_stake(PROVER, all - 1)), 2);
	}

	#[test]
	fn share_its_time() {
		// 7, 9 and 13 blocks are 42, 54 and 78 seconds; each task takes forty.
		assert_eq!(assigned_of_three(WORK / 40, || ()), 1);
	}
}

#[test]
fn the_task_that_pays_most_is_served_first_when_there_is_not_enough() {
	build_and_execute(|| {
		ask_in(market(), PROVER, 1, 2, WORK);
		let ticks = [5, 9, 3, 7];
		let tasks: Vec<TaskId> = ticks.into_iter().map(submit).collect();
		next_block();
		let served = tasks.iter().map(|task| winner(*task).is_some()).collect::<Vec<_>>();
		assert_eq!(served, [false, true, false, true]);
	});
}

#[test]
fn of_equal_maxima_the_nearest_deadline_is_served_first() {
	build_and_execute(|| {
		ask_in(market(), PROVER, 1, 1, WORK);
		let (far, near) = (submit_for(9, 30), submit_for(9, 20));
		next_block();
		assert_eq!((winner(far), winner(near)), (None, Some(PROVER)));
	});
}

#[test]
fn stakes_that_do_not_cover_the_price_leave_the_batch_to_the_others() {
	build_and_execute(|| {
		MaxClearPerBlock::set(64);
		MaxAsksPerMarket::set(64);
		let place = |prover, tick, lots: u32, stake| {
			register_prover(prover, MAX_SLOTS, stake);
			ask_in(market(), prover, tick, lots, WORK);
		};
		// The first one's stake covers the bond at its own ask and at no higher price. Without it the
		// next tick is used up, so that the price rises, and another one's stake is too small too.
		place(100, 1, 1, bond_of(fee(1)));
		place(200, 10, 4, 4 * bond_of(fee(10)));
		for prover in 201..216 {
			place(prover, 10, 4, ENDOWMENT);
		}
		for prover in 300..302 {
			place(prover, 11, 4, ENDOWMENT);
		}
		let tasks: Vec<TaskId> = (0..64).map(|_| submit(20)).collect();
		next_block();
		assert_eq!(count_assigned(&tasks), 64);
		assert_eq!((count_of(100, &tasks), count_of(200, &tasks)), (0, 0));
		assert!(tasks.iter().all(|task| assignment(*task).price == fee(11)));
	});
}
