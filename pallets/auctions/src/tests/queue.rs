// SPDX-License-Identifier: Apache-2.0
//! The order in which tasks are looked at when there are more than a block can look at.

use crate::{mock::*, QueueCursor, WeightInfo};
use frame_support::assert_ok;
use proofyard_primitives::{HardwareClass, ServiceLevel, TaskId, WorkModel};

/// Give a prover room for everything.
fn ample(prover: AccountId) {
	let signed = RuntimeOrigin::signed(prover);
	assert_ok!(Provers::add_stake(signed.clone(), 500_000));
	assert_ok!(Provers::set_hardware(signed, HardwareClass::Cpu, MAX_SLOTS));
}

fn count_assigned(tasks: &[TaskId]) -> usize {
	tasks.iter().filter(|task| assigned(**task).is_some()).count()
}

#[test]
fn the_oldest_come_first_and_no_more_than_the_limit() {
	build_and_execute(|| {
		ample(PROVER);
		ask_in(market(), PROVER, 1, 100, u64::MAX);
		let tasks: Vec<_> = (0..MAX_CLEAR + 3).map(|_| submit(1_000)).collect();
		next_block();
		let (first, rest) = tasks.split_at(MAX_CLEAR as usize);
		assert_eq!(count_assigned(first), first.len());
		assert_eq!(count_assigned(rest), 0);
	});
}

#[test]
fn tasks_that_nobody_wants_do_not_starve_later_ones() {
	build_and_execute(|| {
		ask(PROVER, 2);
		let unwanted: Vec<_> = (0..3 * MAX_CLEAR).map(|_| submit(1_999)).collect();
		let wanted = submit(2_000);
		run_to(1 + 3);
		assert!(is_open(wanted));
		next_block();
		assert_eq!(assigned(wanted), Some((PROVER, 2_000)));
		assert_eq!(count_assigned(&unwanted), 0);
	});
}

#[test]
fn it_goes_round() {
	build_and_execute(|| {
		let tasks: Vec<_> = (0..2 * MAX_CLEAR).map(|_| submit(1_000)).collect();
		next_block();
		assert_eq!(QueueCursor::<Test>::get(), Some(u64::from(MAX_CLEAR) - 1));
		// All are looked at within two blocks, a third finds the end, and it begins again.
		next_block();
		next_block();
		assert_eq!(QueueCursor::<Test>::get(), None);
		ask_in(market(), PROVER, 1, 1, WORK);
		next_block();
		assert_eq!(assigned(tasks[0]), Some((PROVER, 1_000)));
	});
}

#[test]
fn a_task_is_looked_at_in_its_round_even_if_new_ones_keep_coming() {
	build_and_execute(|| {
		let old = submit(2_000);
		for _ in 0..4 {
			for _ in 0..MAX_CLEAR / 2 {
				submit(1_000);
			}
			next_block();
		}
		ask(PROVER, 2);
		run_to(System::block_number() + 6);
		assert_eq!(assigned(old), Some((PROVER, 2_000)));
	});
}

#[test]
fn the_cursor_may_stand_on_a_task_that_is_gone() {
	build_and_execute(|| {
		let tasks: Vec<_> = (0..MAX_CLEAR + 1).map(|_| submit(1_000)).collect();
		next_block();
		let cursor = QueueCursor::<Test>::get().unwrap();
		assert_ok!(Auctions::cancel_task(RuntimeOrigin::signed(REQUESTER), cursor));
		ask_in(market(), PROVER, 1, 1, WORK);
		next_block();
		assert_eq!(assigned(tasks[MAX_CLEAR as usize]), Some((PROVER, 1_000)));
	});
}

mod with_little_weight {
	use super::*;

	/// Room for the hook's own, one block's agenda, and this much more.
	fn room_for(more: frame_support::weights::Weight) {
		MaxHookWeight::set(
			<() as WeightInfo>::agenda_base() + <() as WeightInfo>::agenda_block() + more,
		);
	}

	#[test]
	fn nothing_is_cleared_and_nothing_is_lost() {
		build_and_execute(|| {
			ask(PROVER, 1);
			let task = submit(5_000);
			room_for(frame_support::weights::Weight::zero());
			run_to(5);
			assert!(is_open(task));
			check_invariants();
			MaxHookWeight::set(frame_support::weights::Weight::MAX);
			next_block();
			assert_eq!(assigned(task), Some((PROVER, 1_000)));
		});
	}

	#[test]
	fn markets_that_do_not_fit_come_first_in_the_next_block() {
		build_and_execute(|| {
			// Three markets with a task and an ask each, and room for one of them in a block.
			let program = register_program(OWNER, HardwareClass::Cpu, WorkModel::PerTask);
			let tasks: Vec<_> = [1u64 << 9, 1 << 8, 1 << 7]
				.into_iter()
				.map(|work| {
					ask_in(market_of(work, ServiceLevel::Standard), PROVER, 1, 4, work);
					Request { program, work: Some(work), ..Default::default() }.submit()
				})
				.collect();
			room_for(<() as WeightInfo>::clear(0, 0) + <() as WeightInfo>::clear(1, 1));
			for done in 1..=3 {
				next_block();
				assert_eq!(count_assigned(&tasks), done);
				assert!(assigned(tasks[done - 1]).is_some(), "the oldest first");
				check_invariants();
			}
		});
	}

	#[test]
	fn a_market_whose_tasks_nobody_can_take_does_not_starve_the_next() {
		build_and_execute(|| {
			// The first market's task is looked at in vain, whenever it is looked at.
			let program = register_program(OWNER, HardwareClass::Cpu, WorkModel::PerTask);
			for work in [1u64 << 9, 1 << 8] {
				ask_in(market_of(work, ServiceLevel::Standard), PROVER, 1, 4, work);
			}
			let request = |work, max_fee| {
				Request { program, work: Some(work), max_fee, ..Default::default() }.submit()
			};
			let (hopeless, good) = (request(1 << 9, 100), request(1 << 8, 5_000));
			room_for(<() as WeightInfo>::clear(0, 0) + <() as WeightInfo>::clear(1, 1));
			run_to(System::block_number() + 2);
			assert!(is_open(hopeless));
			assert_eq!(assigned(good), Some((PROVER, 1 << 8)));
		});
	}
}
