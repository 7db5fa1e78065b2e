// SPDX-License-Identifier: Apache-2.0
//! Tasks that are settled, expire, or are cancelled.

use crate::{mock::*, Escrows, Event, OutcomeRecord, Outcomes, Proofs};
use proofyard_primitives::{
	traits::{Escrow as _, Settlement as _},
	AttemptRecord, Ending, Outcome, Role, TaskKind,
};

mod settle {
	use super::*;

	#[test]
	fn pays_the_prover_and_keeps_the_proof() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			let deal = assign(1, PROVER, 700, 900);
			System::set_block_number(8);
			settle(1, &spec, &deal);
			System::assert_has_event(
				Event::TaskSettled { task: 1, requester: ALICE, prover: PROVER, paid: 700, fee: 0 }
					.into(),
			);
			assert_eq!((free(ALICE), in_escrow(ALICE)), (FUNDS - 700, 0));
			assert_eq!((free(PROVER), staked(PROVER)), (FUNDS - STAKE + 700, STAKE));
			assert_eq!(Burnt::get(), 0);
			assert_eq!(Proofs::<Test>::get(1, PROVER), Some(proof()));
			assert_eq!(
				Outcomes::<Test>::get(1),
				Some(OutcomeRecord {
					requester: ALICE,
					program: spec.program,
					market: market(),
					kind: TaskKind::Market,
					work: 1_500,
					max_fee: 1_000,
					deadline: 100,
					submitted_at: 1,
					assigned_at: Some(2),
					ended_at: 8,
					forget_at: 28,
					outcome: Outcome::Settled { prover: PROVER, paid: 700 },
					attempts: vec![AttemptRecord {
						prover: PROVER,
						role: Role::Primary,
						fate: Ending::Verified,
						earned: 700,
						slashed: 0,
					}]
					.try_into()
					.unwrap(),
				})
			);
			assert!(Settlement::has_ended(1));
			assert_eq!(Settlement::held(1), 0);
		});
	}

	#[test]
	fn gives_back_what_is_held_above_the_price() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			let mut deal = assign(1, PROVER, 1_000, 900);
			deal.price = 600;
			settle(1, &spec, &deal);
			assert_eq!((free(ALICE), free(PROVER)), (FUNDS - 600, FUNDS - STAKE + 600));
		});
	}

	#[test]
	fn pays_no_more_than_is_held() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			open(2, ALICE, 1_000);
			let deal = assign(1, PROVER, 1_001, 900);
			settle(1, &spec, &deal);
			assert_eq!(
				Outcomes::<Test>::get(1).unwrap().outcome,
				Outcome::Settled { prover: PROVER, paid: 1_000 }
			);
			assert_eq!((in_escrow(ALICE), Settlement::held(2)), (1_000, 1_000));
		});
	}

	#[test]
	fn pays_nothing_for_a_price_of_nothing() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			let deal = assign(1, PROVER, 0, 900);
			settle(1, &spec, &deal);
			assert_eq!((free(ALICE), free(PROVER)), (FUNDS, FUNDS - STAKE));
		});
	}

	#[test]
	fn of_a_calibration_task_pays_nobody() {
		build_and_execute(|| {
			let spec = Spec { kind: TaskKind::Calibration, ..open(1, PROVER, 0) };
			let deal = assign(1, PROVER, 0, 900);
			settle(1, &spec, &deal);
			System::assert_has_event(
				Event::TaskSettled { task: 1, requester: PROVER, prover: PROVER, paid: 0, fee: 0 }
					.into(),
			);
			assert_eq!((free(PROVER), staked(PROVER)), (FUNDS - STAKE, STAKE));
			let record = Outcomes::<Test>::get(1).unwrap();
			assert_eq!(record.kind, TaskKind::Calibration);
			assert_eq!(record.outcome, Outcome::Settled { prover: PROVER, paid: 0 });
			assert!(!Escrows::<Test>::contains_key(1));
		});
	}

	#[test]
	fn of_a_prover_that_asked_itself_moves_its_own_money() {
		build_and_execute(|| {
			let spec = open(1, PROVER, 1_000);
			let deal = assign(1, PROVER, 700, 900);
			settle(1, &spec, &deal);
			assert_eq!((free(PROVER), in_escrow(PROVER)), (FUNDS - STAKE, 0));
			assert_eq!(staked(PROVER), STAKE);
		});
	}

	#[test]
	fn pays_out_of_the_last_money_of_an_account() {
		build_and_execute(|| {
			let all = FUNDS - EXISTENTIAL_DEPOSIT;
			let spec = open(1, ALICE, all);
			let deal = assign(1, PROVER, all, 900);
			settle(1, &spec, &deal);
			assert_eq!((free(ALICE), free(PROVER)), (EXISTENTIAL_DEPOSIT, FUNDS - STAKE + all));
		});
	}
}

mod expire {
	use super::*;

	#[test]
	fn refunds_in_full() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			open(2, ALICE, 50);
			System::set_block_number(101);
			Settlement::expire(1, &spec);
			System::assert_last_event(
				Event::TaskExpired { task: 1, requester: ALICE, refunded: 1_000 }.into(),
			);
			assert_eq!((free(ALICE), in_escrow(ALICE)), (FUNDS - 50, 50));
			let record = Outcomes::<Test>::get(1).unwrap();
			assert_eq!((record.outcome, record.assigned_at), (Outcome::Expired, None));
			assert_eq!((record.ended_at, record.forget_at), (101, 121));
			assert!(record.attempts.is_empty());
			assert!(!Escrows::<Test>::contains_key(1));
			assert!(Settlement::has_ended(1) && !Settlement::has_ended(2));
		});
	}

	#[test]
	fn of_a_task_for_nothing_refunds_nothing() {
		build_and_execute(|| {
			let spec = open(1, PROVER, 0);
			Settlement::expire(1, &spec);
			System::assert_last_event(
				Event::TaskExpired { task: 1, requester: PROVER, refunded: 0 }.into(),
			);
			assert!(!Escrows::<Test>::contains_key(1));
		});
	}
}

mod cancel {
	use super::*;

	#[test]
	fn refunds_in_full() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			Settlement::cancel(1, &spec);
			System::assert_last_event(
				Event::TaskCancelled { task: 1, requester: ALICE, refunded: 1_000 }.into(),
			);
			assert_eq!((free(ALICE), in_escrow(ALICE)), (FUNDS, 0));
			let record = Outcomes::<Test>::get(1).unwrap();
			assert_eq!((record.outcome, record.assigned_at), (Outcome::Cancelled, None));
			assert!(Settlement::has_ended(1));
		});
	}

	#[test]
	fn refunds_what_was_raised_too() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			Settlement::raise(1, 500).unwrap();
			Settlement::cancel(1, &spec);
			System::assert_last_event(
				Event::TaskCancelled { task: 1, requester: ALICE, refunded: 1_500 }.into(),
			);
			assert_eq!((free(ALICE), in_escrow(ALICE)), (FUNDS, 0));
		});
	}
}
