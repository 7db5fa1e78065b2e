// SPDX-License-Identifier: Apache-2.0
//! The state check finds what it is there to find.

use crate::{
	mock::*, AgendaCursor, AgendaOf, EscrowRecord, Escrows, FeeTerms, Fees, Outcomes, Proofs,
};
use frame_support::hypothetically;
use proofyard_primitives::{traits::Settlement as _, Outcome};
use sp_runtime::Permill;

const OPEN: u64 = 1;
const SETTLED: u64 = 2;
const CANCELLED: u64 = 3;
/// No task has this number.
const NONE: u64 = 4;

/// Damage the state of three tasks, and see that the check says so.
fn damage(expected: &'static str, change: impl FnOnce()) {
	build_and_execute(|| {
		open(OPEN, ALICE, 1_000);
		let spec = open(SETTLED, ALICE, 1_000);
		let deal = assign(SETTLED, PROVER, 700, 900);
		settle(SETTLED, &spec, &deal);
		let spec = open(CANCELLED, BOB, 10);
		Settlement::cancel(CANCELLED, &spec);
		hypothetically!({
			change();
			assert_eq!(Settlement::do_try_state(), Err(expected.into()));
		});
	});
}

#[test]
fn escrows_are_on_hold() {
	let expected = "escrows are not what is on hold";
	damage(expected, || {
		Escrows::<Test>::mutate_extant(OPEN, |escrow| escrow.amount += 1);
	});
	damage(expected, || {
		Escrows::<Test>::insert(NONE, EscrowRecord { requester: ALICE, amount: 1 })
	});
	damage(expected, || {
		Escrows::<Test>::mutate_extant(OPEN, |escrow| escrow.requester = BOB);
	});
}

#[test]
fn an_ended_task_has_no_escrow() {
	damage("an ended task with an escrow", || {
		Escrows::<Test>::insert(SETTLED, EscrowRecord { requester: ALICE, amount: 0 })
	});
}

#[test]
fn each_outcome_is_in_the_agenda() {
	damage("an outcome that will never be forgotten", || {
		assert!(AgendaOf::<Test>::cancel(21, SETTLED));
	});
	damage("an outcome that will never be forgotten", || {
		Outcomes::<Test>::mutate_extant(CANCELLED, |record| record.forget_at += 1);
	});
	damage("an agenda entry for nothing", || {
		AgendaOf::<Test>::schedule(30, CANCELLED);
	});
	damage("an agenda entry for nothing", || {
		AgendaOf::<Test>::schedule(30, NONE);
	});
}

#[test]
fn the_agenda_is_ahead_of_its_cursor() {
	damage("an outcome left behind", || AgendaCursor::<Test>::put(22));
}

#[test]
fn a_settled_task_has_the_proofs_of_its_verified_attempts() {
	damage("a verified attempt without a proof", || Proofs::<Test>::remove(SETTLED, PROVER));
	damage("a settlement without its attempt", || {
		Outcomes::<Test>::mutate_extant(SETTLED, |record| record.attempts = Default::default());
	});
	damage("a settlement without its attempt", || {
		let outcome = Outcome::Settled { prover: RIVAL, paid: 700 };
		Outcomes::<Test>::mutate_extant(SETTLED, |record| record.outcome = outcome);
	});
	damage("a proof without its attempt", || Proofs::<Test>::insert(SETTLED, RIVAL, proof()));
}

#[test]
fn a_proof_is_of_a_live_or_a_settled_task() {
	damage("a proof without a settlement", || Proofs::<Test>::insert(CANCELLED, PROVER, proof()));
	damage("a proof of nothing", || Proofs::<Test>::insert(NONE, PROVER, proof()));
}

#[test]
fn a_live_task_may_have_proofs() {
	build_and_execute(|| {
		open(OPEN, ALICE, 1_000);
		Settlement::keep_proof(OPEN, &PROVER, proof());
		Settlement::keep_proof(OPEN, &RIVAL, proof());
	});
}

#[test]
fn the_fee_is_one_that_could_be_set() {
	damage("a fee out of bounds", || {
		Fees::<Test>::put(FeeTerms { fee: Permill::from_percent(11), ..FEES })
	});
	damage("a fee out of bounds", || {
		Fees::<Test>::put(FeeTerms { author: Permill::from_percent(51), ..FEES })
	});
}
