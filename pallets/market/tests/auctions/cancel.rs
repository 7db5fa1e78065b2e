// SPDX-License-Identifier: Apache-2.0
//! Withdrawing a task.

use super::helpers::*;
use frame_support::{assert_noop, assert_ok};
use pallet_auctions::{AgendaOf, Error, Queue, QueueCursor, Waiting};
use pallet_settlement::{Event as SettlementEvent, Outcomes};
use proofyard_market::*;
use proofyard_primitives::Outcome;
use sp_runtime::DispatchError;

fn cancel(who: AccountId, task: u64) -> sp_runtime::DispatchResult {
	Auctions::cancel_task(RuntimeOrigin::signed(who), task).map(|_| ()).map_err(|error| error.error)
}

#[test]
fn gives_the_whole_escrow_back_at_once() {
	build_and_execute(|| {
		let (kept, task) = (submit(1), submit(5));
		assert_ok!(cancel(REQUESTER, task));
		assert_eq!(free(REQUESTER), ENDOWMENT - fee(1));
		assert_eq!(escrowed(REQUESTER), fee(1));
		assert!(is_open(kept) && !is_open(task));
		assert_eq!(outcome(task), Some(Outcome::Cancelled));
		assert_eq!(Outcomes::<Test>::get(task).unwrap().assigned_at, None);
		System::assert_has_event(
			SettlementEvent::TaskCancelled { task, requester: REQUESTER, refunded: fee(5) }.into(),
		);
		assert_eq!(Queue::<Test>::iter_keys().count(), 1);
		assert_eq!(Waiting::<Test>::get(market()), 1);
		assert_eq!(AgendaOf::<Test>::entries().len(), 1);
	});
}

#[test]
fn leaves_nothing_of_the_last_one() {
	build_and_execute(|| {
		ask(PROVER, 8);
		let tasks: Vec<_> = (0..MAX_SKIPS + 1).map(|_| submit(5)).collect();
		next_block();
		assert!(QueueCursor::<Test>::contains_key(market()));
		for task in tasks {
			assert_ok!(cancel(REQUESTER, task));
		}
		assert_eq!(Queue::<Test>::iter_keys().count(), 0);
		assert_eq!(Waiting::<Test>::iter_keys().count(), 0);
		assert_eq!(QueueCursor::<Test>::iter_keys().count(), 0);
		assert!(AgendaOf::<Test>::entries().is_empty());
	});
}

#[test]
fn keeps_the_task_out_of_the_next_clearing() {
	build_and_execute(|| {
		ask(PROVER, 1);
		let task = submit(5);
		assert_ok!(cancel(REQUESTER, task));
		next_block();
		assert_eq!(assigned(task), None);
		assert_eq!(reserved_bond(PROVER), 0);
	});
}

#[test]
fn lets_a_retired_program_go() {
	build_and_execute(|| {
		let task = submit(5);
		assert_ok!(Programs::retire(RuntimeOrigin::signed(OWNER), program()));
		assert!(pallet_programs::Programs::<Test>::contains_key(program()));
		assert_ok!(cancel(REQUESTER, task));
		assert!(!pallet_programs::Programs::<Test>::contains_key(program()));
		assert_eq!(free(OWNER), ENDOWMENT);
	});
}

#[test]
fn fails_when_the_task_is_unknown() {
	build_and_execute(|| {
		assert_noop!(cancel(REQUESTER, 0), Error::<Test>::UnknownTask);
		let task = submit(5);
		assert_ok!(cancel(REQUESTER, task));
		assert_noop!(cancel(REQUESTER, task), Error::<Test>::UnknownTask);
	});
}

#[test]
fn fails_when_somebody_has_it_already() {
	build_and_execute(|| {
		ask(PROVER, 1);
		let task = submit(5);
		next_block();
		assert_noop!(cancel(REQUESTER, task), Error::<Test>::UnknownTask);
	});
}

#[test]
fn fails_when_the_task_is_anothers() {
	build_and_execute(|| {
		let task = submit(5);
		assert_noop!(cancel(OTHER, task), Error::<Test>::NotRequester);
		assert_noop!(Auctions::cancel_task(RuntimeOrigin::root(), task), DispatchError::BadOrigin);
	});
}
