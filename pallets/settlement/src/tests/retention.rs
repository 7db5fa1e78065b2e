// SPDX-License-Identifier: Apache-2.0
//! Outcomes stay for the retention period, then go.

use crate::{mock::*, AgendaCursor, AgendaItems, Event, Outcomes, Proofs};
use frame_support::{traits::Hooks, weights::Weight};
use proofyard_primitives::traits::Settlement as _;

/// Let so many tasks end at once, in the present block.
fn end_tasks(count: u64) {
	for task in 0..count {
		let spec = open(task, ALICE, 10);
		Settlement::cancel(task, &spec);
	}
}

#[test]
fn lasts_to_the_block_before_the_one_named() {
	build_and_execute(|| {
		let spec = open(1, ALICE, 1_000);
		let deal = assign(1, PROVER, 700, 900);
		settle(1, &spec, &deal);
		run_to(20);
		assert!(Outcomes::<Test>::contains_key(1) && Proofs::<Test>::contains_key(1, PROVER));
		assert!(Settlement::has_ended(1));
		run_to(21);
		System::assert_last_event(Event::TaskForgotten { task: 1 }.into());
		assert!(!Outcomes::<Test>::contains_key(1));
		assert_eq!(Proofs::<Test>::iter().count(), 0);
		assert!(!Settlement::has_ended(1));
		assert_eq!(AgendaItems::<Test>::iter().count(), 0);
	});
}

#[test]
fn ends_for_each_task_in_its_own_block() {
	build_and_execute(|| {
		for task in 1..=3 {
			let spec = open(task, ALICE, 10);
			Settlement::expire(task, &spec);
			run_to(1 + task);
		}
		for left in [2, 1, 0] {
			run_to(23 - left);
			assert_eq!(Outcomes::<Test>::iter().count() as u64, left);
		}
	});
}

#[test]
fn spills_to_the_next_block_what_one_hook_cannot_forget() {
	build_and_execute(|| {
		end_tasks(5);
		run_to(20);
		// The hook itself, one block of the agenda, two entries.
		let limit = Weight::from_parts(1 + 1 + 2 * 10, 0);
		HookLimit::set(limit);
		for left in [3, 1] {
			System::set_block_number(System::block_number() + 1);
			assert_eq!(Settlement::on_initialize(System::block_number()), limit);
			assert_eq!(Outcomes::<Test>::iter().count(), left);
			assert_eq!(AgendaCursor::<Test>::get(), 21);
			Settlement::do_try_state().unwrap();
		}
		run_to(23);
		assert_eq!(Outcomes::<Test>::iter().count(), 0);
		// And catches up with the present, block by block.
		run_to(24);
		assert_eq!(AgendaCursor::<Test>::get(), 25);
	});
}

#[test]
fn of_a_task_that_ends_while_the_agenda_lags_is_kept() {
	build_and_execute(|| {
		end_tasks(3);
		run_to(20);
		HookLimit::set(Weight::from_parts(1 + 1 + 10, 0));
		run_to(21);
		let spec = open(9, ALICE, 10);
		Settlement::cancel(9, &spec);
		HookLimit::set(Weight::MAX);
		run_to(40);
		assert_eq!(Outcomes::<Test>::iter_keys().collect::<Vec<_>>(), vec![9]);
		run_to(41);
		assert_eq!(Outcomes::<Test>::iter().count(), 0);
	});
}

#[test]
fn of_no_blocks_forgets_in_the_next_block() {
	build_and_execute(|| {
		RetentionPeriod::set(0);
		run_to(5);
		let spec = open(1, ALICE, 10);
		Settlement::cancel(1, &spec);
		// This block's hook has run already.
		assert_eq!(Outcomes::<Test>::get(1).unwrap().forget_at, 6);
		Settlement::do_try_state().unwrap();
		run_to(6);
		assert!(!Settlement::has_ended(1));
	});
}
