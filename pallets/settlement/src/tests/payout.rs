// SPDX-License-Identifier: Apache-2.0
//! Money that does not find its way goes to nobody, and is never lost sight of.

use crate::{mock::*, EscrowRecord, Escrows, Event, HoldReason, Outcomes, Proofs};
use frame_support::{
	hypothetically,
	traits::{fungible::BalancedHold, Get, Imbalance},
};
use proofyard_primitives::{
	limits::MaxAttempts, traits::Settlement as _, Ending::*, FailureReason, Outcome, Role::*,
	TaskEnd,
};

const SETTLED: TaskEnd<AccountId> = TaskEnd::Settled;

#[test]
fn a_prover_that_is_gone_is_paid_nothing() {
	build_and_execute(|| {
		let spec = open(1, ALICE, 1_000);
		let deal = deal(NOBODY, 1_000, 0);
		let only = attempt(NOBODY, Primary, Verified, 1_000, 0);
		assert_eq!(conclude(1, &spec, &deal, &[only], SETTLED), [0]);
		assert_eq!((free(ALICE), free(NOBODY), Burnt::get()), (FUNDS - 1_000, 0, 1_000));
		let record = Outcomes::<Test>::get(1).unwrap();
		assert_eq!(record.attempts[0].earned, 0);
		assert_eq!(record.outcome, Outcome::Settled { prover: NOBODY, paid: 1_000 });
	});
}

#[test]
fn what_a_closed_account_of_the_keeper_could_not_keep_is_nobodys() {
	// A hundredth of 900 is one planck less than an account must have; of one more, rounded up, enough.
	for (bond, kept) in [(900, 0), (901, 10)] {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			let deal = assign(1, PROVER, 1_000, bond);
			let only = attempt(PROVER, Primary, Defaulted, 1_000, bond);
			let reason = FailureReason::DeadlinePassed;
			let end = TaskEnd::Failed { reason, keeper: Some(NOBODY) };
			assert_eq!(conclude(1, &spec, &deal, &[only], end), [bond]);
			assert_eq!(free(NOBODY), kept);
			assert_eq!(Burnt::get(), bond - bond / 5 - kept);
		});
	}
}

#[test]
fn shares_of_several_bonds_are_one_payment() {
	build_and_execute(|| {
		// A fifth of each bond would be too little to open the account with.
		let spec = open(1, BOB, 1_000);
		let deal = assign(1, PROVER, 0, 25);
		assert!(reserve(RIVAL, 25));
		let attempts = [
			attempt(PROVER, Primary, Defaulted, 1_000, 25),
			attempt(RIVAL, Standby, Defaulted, 1_000, 25),
		];
		Balances::transfer_all(RuntimeOrigin::signed(BOB), ALICE, false).unwrap();
		assert!(!System::account_exists(&BOB));
		conclude(1, &spec, &deal, &attempts, DEAD);
		assert_eq!((free(BOB), Burnt::get()), (10, 40));
	});
}

#[test]
fn a_bond_that_is_not_all_there_serves_the_first_claims() {
	build_and_execute(|| {
		let spec = open(1, ALICE, 1_000);
		let deal = assign(1, PROVER, 1_000, 400);
		assert!(reserve(RIVAL, 1_800));
		let attempts = [
			attempt(PROVER, Primary, Defaulted, 1_000, 1_500),
			attempt(RIVAL, Standby, Verified, 1_200, 1_800),
		];
		Settlement::keep_proof(1, &RIVAL, proof());
		let taken = Settlement::conclude(1, &spec, &deal, &attempts, SETTLED);
		assert_eq!(taken, [400, 0]);
		// 200 to the standby first, 200 of the 300 to the requester, nothing is left for nobody.
		assert_eq!((free(RIVAL), free(ALICE)), (FUNDS - STAKE + 1_200, FUNDS - 1_000 + 200));
		assert_eq!(Burnt::get(), 0);
		release_bond(RIVAL, 1_800);
	});
}

#[test]
fn an_escrow_pays_no_more_than_it_is() {
	build_and_execute(|| {
		open(2, ALICE, 5_000);
		let spec = open(1, ALICE, 1_000);
		let deal = assign(1, PROVER, 1_000, 0);
		let attempts = [
			attempt(PROVER, Primary, Verified, 600, 0),
			attempt(RIVAL, CoPrimary, Verified, 600, 0),
			attempt(THIRD, CoPrimary, Lost, 600, 0),
		];
		conclude(1, &spec, &deal, &attempts, SETTLED);
		let earned = |who| free(who) + STAKE - FUNDS;
		assert_eq!((earned(PROVER), earned(RIVAL), earned(THIRD)), (600, 400, 0));
		assert_eq!(in_escrow(ALICE), 5_000);
	});
}

#[test]
#[cfg_attr(debug_assertions, should_panic(expected = "an escrow can be paid out"))]
fn an_escrow_that_is_not_all_there_serves_the_first_claims() {
	build_and_execute(|| {
		let spec = open(1, ALICE, 1_000);
		let deal = assign(1, PROVER, 1_000, 0);
		let (credit, _) = Balances::slash(&HoldReason::Escrow.into(), &ALICE, 300);
		Burnt::mutate(|burnt| *burnt += credit.peek());
		drop(credit);
		let attempts = [
			attempt(PROVER, Primary, Verified, 600, 0),
			attempt(RIVAL, CoPrimary, Verified, 400, 0),
		];
		conclude(1, &spec, &deal, &attempts, SETTLED);
		let earned = |who| free(who) + STAKE - FUNDS;
		assert_eq!((earned(PROVER), earned(RIVAL), in_escrow(ALICE)), (600, 100, 0));
		assert_eq!(
			Outcomes::<Test>::get(1).unwrap().outcome,
			Outcome::Settled { prover: RIVAL, paid: 700 }
		);
	});
}

#[test]
#[cfg_attr(debug_assertions, should_panic(expected = "a live task has its escrow"))]
fn a_task_without_an_escrow_moves_none() {
	build_and_execute(|| {
		let spec = spec(ALICE, 1_000);
		let deal = deal(PROVER, 1_000, 0);
		let only = attempt(PROVER, Primary, Defaulted, 1_000, 0);
		conclude(1, &spec, &deal, &[only], DEAD);
		assert_eq!((free(ALICE), free(PROVER)), (FUNDS, FUNDS - STAKE));
	});
}

#[test]
#[cfg_attr(debug_assertions, should_panic(expected = "a live task has its escrow"))]
fn a_proof_of_no_live_task_is_not_kept() {
	build_and_execute(|| {
		let spec = open(1, ALICE, 1_000);
		Settlement::cancel(1, &spec);
		for task in [1, 2] {
			Settlement::keep_proof(task, &PROVER, proof());
			assert!(!Proofs::<Test>::contains_key(task, PROVER));
		}
	});
}

#[test]
#[cfg_attr(debug_assertions, should_panic(expected = "a settled task has a verified attempt"))]
fn a_settlement_without_a_proof_pays_nobody() {
	build_and_execute(|| {
		let spec = open(1, ALICE, 1_000);
		let deal = assign(1, PROVER, 1_000, 0);
		hypothetically!({
			let only = attempt(PROVER, Primary, Slow, 1_000, 0);
			conclude(1, &spec, &deal, &[only], SETTLED);
			assert_eq!((free(ALICE), free(PROVER)), (FUNDS, FUNDS - STAKE));
			let expected = Err("a settlement without its attempt".into());
			assert_eq!(Settlement::do_try_state(), expected);
		});
	});
}

#[test]
#[cfg_attr(debug_assertions, should_panic(expected = "attempts are bounded where they are made"))]
fn more_attempts_than_can_be_are_all_settled_and_not_all_recorded() {
	build_and_execute(|| {
		let most = <MaxAttempts as Get<u32>>::get() as usize;
		let spec = open(1, ALICE, 1_000);
		let deal = assign(1, PROVER, 1_000, 0);
		assert!(reserve(RIVAL, 100));
		let mut attempts: Vec<Attempt> = vec![attempt(PROVER, Primary, Verified, 1_000, 0); most];
		attempts.push(attempt(RIVAL, Rescue, Defaulted, 1_000, 100));
		let taken = conclude(1, &spec, &deal, &attempts, SETTLED);
		assert_eq!((taken[most], Burnt::get()), (100, 80));
		assert_eq!(Outcomes::<Test>::get(1).unwrap().attempts.len(), most);
	});
}

#[test]
fn as_many_attempts_as_can_be() {
	build_and_execute(|| {
		let most = <MaxAttempts as Get<u32>>::get();
		let spec = open(1, ALICE, 1_000);
		let deal = assign(1, PROVER, 1_000, 0);
		let mut attempts = vec![attempt(RIVAL, Standby, Slow, 1_000, 0); most as usize - 1];
		attempts.push(attempt(PROVER, Bounty, Verified, 1_000, 0));
		conclude(1, &spec, &deal, &attempts, SETTLED);
		assert_eq!(Outcomes::<Test>::get(1).unwrap().attempts.len(), most as usize);
		let concluded = System::events().into_iter().filter(|record| {
			matches!(record.event, RuntimeEvent::Settlement(Event::AttemptConcluded { .. }))
		});
		assert_eq!(concluded.count(), most as usize);
	});
}

#[test]
fn a_failed_task_forgets_as_many_proofs_as_there_can_be() {
	build_and_execute(|| {
		let spec = open(1, ALICE, 1_000);
		let deal = deal(PROVER, 1_000, 0);
		for prover in 0..<MaxAttempts as Get<u32>>::get() {
			Settlement::keep_proof(1, &(100 + u64::from(prover)), proof());
		}
		Settlement::conclude(1, &spec, &deal, &[], DEAD);
		assert_eq!(Proofs::<Test>::iter().count(), 0);
	});
}

#[test]
fn the_last_proof_of_a_prover_counts() {
	build_and_execute(|| {
		Escrows::<Test>::insert(1, EscrowRecord { requester: ALICE, amount: 0 });
		Settlement::keep_proof(1, &PROVER, proof());
		let other = proofyard_primitives::ProofData { proof: Default::default(), ..proof() };
		Settlement::keep_proof(1, &PROVER, other.clone());
		assert_eq!(Proofs::<Test>::get(1, PROVER), Some(other));
		assert_eq!(Proofs::<Test>::iter().count(), 1);
	});
}
