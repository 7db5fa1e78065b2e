// SPDX-License-Identifier: Apache-2.0
//! Fate of tasks that nobody takes.

use super::helpers::*;
use frame_support::{assert_noop, assert_ok, dispatch::Pays};
use pallet_auctions::{AgendaOf, Error, OpenTasks, WeightInfo, AGENDA_PART};
use pallet_settlement::{Event as SettlementEvent, Outcomes};
use proofyard_market::*;
use proofyard_primitives::{Outcome, TaskId};

/// The deadline of the default request, submitted in block 1.
const DEADLINE: BlockNumber = 21;

#[test]
fn at_the_deadline_exactly_the_whole_fee_is_back() {
	build_and_execute(|| {
		let task = submit(5);
		run_to(DEADLINE - 1);
		assert!(is_open(task));
		assert_eq!(escrowed(REQUESTER), fee(5));
		run_to(DEADLINE);
		assert!(!is_open(task));
		assert_eq!((free(REQUESTER), escrowed(REQUESTER)), (ENDOWMENT, 0));
		assert_eq!(outcome(task), Some(Outcome::Expired));
		let record = Outcomes::<Test>::get(task).unwrap();
		assert_eq!((record.ended_at, record.assigned_at), (DEADLINE, None));
		System::assert_has_event(
			SettlementEvent::TaskExpired { task, requester: REQUESTER, refunded: fee(5) }.into(),
		);
		assert!(AgendaOf::<Test>::entries().is_empty());
	});
}

#[test]
fn the_last_clearing_is_in_the_block_before() {
	build_and_execute(|| {
		let task = submit(5);
		run_to(DEADLINE - 2);
		ask(PROVER, 1);
		run_to(DEADLINE - 1);
		assert_eq!(assigned(task), Some((PROVER, fee(1))));
	});
	build_and_execute(|| {
		let task = submit(5);
		run_to(DEADLINE - 1);
		ask(PROVER, 1);
		run_to(DEADLINE);
		assert_eq!(outcome(task), Some(Outcome::Expired));
		assert_eq!(reserved_bond(PROVER), 0);
	});
}

#[test]
fn a_task_that_was_taken_does_not_expire() {
	build_and_execute(|| {
		ask(PROVER, 1);
		let task = submit(5);
		run_to(DEADLINE);
		assert!(assigned(task).is_some());
		// It fails instead, a block later: a fifth of the bond is the requester's.
		run_to(DEADLINE + 1);
		assert_eq!(free(REQUESTER), ENDOWMENT + bond_of(fee(1)) / 5);
	});
}

#[test]
fn an_outcome_is_forgotten_after_the_retention() {
	build_and_execute(|| {
		let task = submit(5);
		run_to(DEADLINE + RETENTION - 1);
		assert_eq!(outcome(task), Some(Outcome::Expired));
		run_to(DEADLINE + RETENTION);
		assert_eq!(outcome(task), None);
	});
}

mod poke {
	use super::*;

	fn poke(task: TaskId) -> frame_support::dispatch::DispatchResultWithPostInfo {
		Auctions::poke(RuntimeOrigin::signed(OTHER), task)
	}

	#[test]
	fn fails_when_the_task_is_unknown_or_assigned() {
		build_and_execute(|| {
			assert_noop!(poke(0), Error::<Test>::UnknownTask);
			ask(PROVER, 1);
			let task = submit(5);
			next_block();
			assert_noop!(poke(task), Error::<Test>::UnknownTask);
		});
	}

	#[test]
	fn fails_before_the_deadline() {
		build_and_execute(|| {
			let task = submit(5);
			run_to(DEADLINE - 1);
			assert_noop!(poke(task), Error::<Test>::NotDue);
		});
	}

	#[test]
	fn expires_what_is_due_and_costs_nothing() {
		build_and_execute(|| {
			let task = submit(5);
			run_to(DEADLINE - 1);
			System::set_block_number(DEADLINE);
			assert_eq!(poke(task).unwrap().pays_fee, Pays::No);
			assert_eq!((free(REQUESTER), escrowed(REQUESTER)), (ENDOWMENT, 0));
			assert_eq!(outcome(task), Some(Outcome::Expired));
			assert_noop!(poke(task), Error::<Test>::UnknownTask);
		});
	}
}

mod what_does_not_fit_into_a_block {
	use super::*;

	/// Five tasks that are due in the same block, and room for two in each.
	fn five_of_which_two_fit() {
		for _ in 0..5 {
			submit(1);
		}
		run_to(DEADLINE - 1);
		let part = <() as WeightInfo>::agenda_base()
			+ <() as WeightInfo>::agenda_block()
			+ Auctions::due_weight() * 2;
		AuctionsHook::set(part * AGENDA_PART);
		run_to(DEADLINE);
		assert_eq!(OpenTasks::<Test>::iter_keys().count(), 3);
		check_invariants();
	}

	#[test]
	fn is_done_in_the_next_without_anybody() {
		build_and_execute(|| {
			five_of_which_two_fit();
			run_to(DEADLINE + 1);
			assert_eq!(OpenTasks::<Test>::iter_keys().count(), 1);
			check_invariants();
			run_to(DEADLINE + 2);
			assert_eq!(OpenTasks::<Test>::iter_keys().count(), 0);
			assert_eq!(free(REQUESTER), ENDOWMENT);
		});
	}

	#[test]
	fn can_be_poked_meanwhile() {
		build_and_execute(|| {
			five_of_which_two_fit();
			let left: Vec<TaskId> = OpenTasks::<Test>::iter_keys().collect();
			for task in left {
				assert_ok!(Auctions::poke(RuntimeOrigin::signed(OTHER), task));
			}
			assert_eq!(free(REQUESTER), ENDOWMENT);
			run_to(DEADLINE + 5);
			assert_eq!(Outcomes::<Test>::iter_keys().count(), 5);
		});
	}
}
