// SPDX-License-Identifier: Apache-2.0
//! Shares of everybody, without any money.

use crate::shares::{Case, Sink::*, Source::*, Transfer};
use proofyard_primitives::{AttemptResult, Ending::*, FailureReason, Role::*, TaskEnd};
use sp_runtime::Permill;

type Attempt = AttemptResult<u8, u128>;

/// No prover: the requester, and a keeper.
const REQUESTER: u8 = 100;
const KEEPER: u8 = 101;
const DEAD: TaskEnd<u8> =
	TaskEnd::Failed { reason: FailureReason::DeadlinePassed, keeper: Some(KEEPER) };

fn attempt(
	prover: u8,
	role: proofyard_primitives::Role,
	fate: proofyard_primitives::Ending,
	price: u128,
	bond: u128,
) -> Attempt {
	Attempt { prover, role, fate, price, bond }
}

/// The transfers of a task of this requester with the price 1,000 and as much in its escrow.
fn transfers_of(requester: u8, attempts: &[Attempt], end: TaskEnd<u8>) -> Vec<Transfer> {
	let fee = Permill::from_percent(1);
	Case { requester: &requester, held: 1_000, price: 1_000, attempts, end: &end, fee }.transfers()
}

/// Those of bonds only.
fn of_bonds(requester: u8, attempts: &[Attempt], end: TaskEnd<u8>) -> Vec<Transfer> {
	let transfers = transfers_of(requester, attempts, end);
	transfers.into_iter().filter(|transfer| transfer.from != Escrow).collect()
}

fn transfer(from: crate::shares::Source, to: crate::shares::Sink, amount: u128) -> Transfer {
	Transfer { from, to, amount }
}

#[test]
fn the_escrow_pays_proofs_then_kill_fees_then_goes_back() {
	let attempts = [
		attempt(1, Primary, Lost, 500, 0),
		attempt(2, CoPrimary, Verified, 600, 0),
		attempt(3, CoPrimary, Lost, 700, 0),
	];
	assert_eq!(
		transfers_of(REQUESTER, &attempts, TaskEnd::Settled),
		[
			transfer(Escrow, Prover(1), 594),
			transfer(Escrow, Protocol, 6),
			transfer(Escrow, Prover(0), 50),
			transfer(Escrow, Prover(2), 70),
			transfer(Escrow, Requester, 280),
		]
	);
}

#[test]
fn of_a_failed_task_the_escrow_goes_back() {
	let attempts = [attempt(1, Primary, Verified, 500, 0), attempt(2, CoPrimary, Lost, 600, 0)];
	assert_eq!(transfers_of(REQUESTER, &attempts, DEAD), [transfer(Escrow, Requester, 1_000)]);
}

#[test]
fn a_bond_serves_its_claims_in_order() {
	let attempts = [
		attempt(1, Primary, Defaulted, 1_000, 2_000),
		attempt(2, Standby, Lost, 1_300, 0),
		attempt(3, Standby, Verified, 1_200, 0),
	];
	assert_eq!(
		of_bonds(REQUESTER, &attempts, TaskEnd::Settled),
		[
			transfer(Bond(0), Prover(2), 200),
			transfer(Bond(0), Prover(1), 130),
			transfer(Bond(0), Requester, 300),
			transfer(Bond(0), Nobody, 1_370),
		]
	);
	// Of a failed task the whole price is due, and the keeper's hundredth.
	let attempts = &attempts.clone().map(|attempt| Attempt { role: CoPrimary, ..attempt });
	assert_eq!(
		of_bonds(REQUESTER, attempts, DEAD),
		[
			transfer(Bond(0), Prover(2), 1_200),
			transfer(Bond(0), Prover(1), 130),
			transfer(Bond(0), Requester, 400),
			transfer(Bond(0), Keeper, 20),
			transfer(Bond(0), Nobody, 250),
		]
	);
}

#[test]
fn bonds_are_charged_by_their_fate_then_in_order() {
	let attempts = [
		attempt(1, Primary, VerifiedLate, 800, 10),
		attempt(2, Standby, Declined, 1_200, 20),
		attempt(3, Standby, Reported, 1_200, 30),
		attempt(4, Standby, Rejected, 1_200, 40),
		attempt(5, Standby, Lost, 2_000, 0),
		attempt(6, Rescue, Defaulted, 1_200, 50),
	];
	// 200 are due to the prover that was overtaken: more than all bonds.
	assert_eq!(
		of_bonds(REQUESTER, &attempts, TaskEnd::Settled),
		[
			transfer(Bond(3), Prover(4), 40),
			transfer(Bond(5), Prover(4), 50),
			transfer(Bond(1), Prover(4), 20),
			transfer(Bond(2), Prover(4), 30),
			transfer(Bond(0), Prover(4), 10),
		]
	);
}

#[test]
fn who_came_late_does_not_pay_for_other_proofs() {
	let attempts =
		[attempt(1, Primary, VerifiedLate, 800, 500), attempt(2, Standby, Verified, 1_200, 0)];
	assert_eq!(of_bonds(REQUESTER, &attempts, TaskEnd::Settled), []);
}

#[test]
fn claimants_are_served_the_first_first() {
	let attempts = [
		attempt(1, Primary, Defaulted, 1_000, 250),
		attempt(2, Standby, Verified, 1_200, 0),
		attempt(3, Bounty, Verified, 1_300, 0),
	];
	assert_eq!(
		of_bonds(REQUESTER, &attempts, TaskEnd::Settled),
		[transfer(Bond(0), Prover(1), 200), transfer(Bond(0), Prover(2), 50)]
	);
}

#[test]
fn the_delay_is_compensated_once() {
	let end = |bonds: [u128; 3]| {
		let attempts = [
			attempt(1, Primary, Defaulted, 1_000, bonds[0]),
			attempt(2, Standby, Rejected, 1_000, bonds[1]),
			attempt(3, Standby, Declined, 1_000, bonds[2]),
			attempt(4, Standby, Verified, 1_000, 0),
		];
		let transfers = of_bonds(REQUESTER, &attempts, TaskEnd::Settled);
		let to_requester = transfers.into_iter().filter(|transfer| transfer.to == Requester);
		to_requester.map(|transfer| (transfer.from, transfer.amount)).collect::<Vec<_>>()
	};
	// 300 in all, a fifth of a bond at most, a tenth of the last.
	assert_eq!(end([2_000, 2_000, 2_000]), [(Bond(0), 300)]);
	assert_eq!(end([1_000, 2_000, 2_000]), [(Bond(0), 200), (Bond(1), 100)]);
	assert_eq!(end([1_000, 250, 300]), [(Bond(0), 200), (Bond(1), 50), (Bond(2), 30)]);
	assert_eq!(end([1_000, 250, 900]), [(Bond(0), 200), (Bond(1), 50), (Bond(2), 50)]);
}

#[test]
fn a_decline_costs_the_same_whoever_gets_it() {
	for (fate, requester, to) in
		[(Declined, REQUESTER, Requester), (Declined, 1, Nobody), (Reported, REQUESTER, Nobody)]
	{
		// Rounded up, unless it would be more than a fifth.
		for (bond, fee) in [(0, 0), (1, 0), (4, 0), (5, 1), (10, 1), (11, 2), (1_000, 100)] {
			let attempts =
				[attempt(1, Primary, fate, 1_000, bond), attempt(2, Standby, Verified, 1_000, 0)];
			let expected: Vec<_> = [transfer(Bond(0), to, fee)].into();
			let expected = if fee == 0 { vec![] } else { expected };
			assert_eq!(of_bonds(requester, &attempts, TaskEnd::Settled), expected, "bond {bond}");
		}
	}
}

#[test]
fn nothing_of_a_bond_goes_to_who_is_charged() {
	// Prover 1 gave it back, and was overtaken in another attempt.
	let attempts = [
		attempt(1, Primary, Declined, 1_000, 500),
		attempt(2, Standby, Defaulted, 1_000, 1_000),
		attempt(1, Rescue, Lost, 1_200, 0),
		attempt(3, Rescue, Verified, 1_000, 0),
	];
	assert_eq!(
		of_bonds(2, &attempts, TaskEnd::Settled),
		[
			transfer(Bond(1), Nobody, 120),
			transfer(Bond(1), Nobody, 200),
			transfer(Bond(1), Nobody, 680),
			transfer(Bond(0), Nobody, 50),
		]
	);
}

#[test]
fn who_came_late_is_charged_only_for_a_kill_fee() {
	let late = attempt(2, Standby, VerifiedLate, 1_200, 500);
	// The bond of the primary covers all.
	let attempts = [
		attempt(1, Primary, Defaulted, 1_000, 1_000),
		late.clone(),
		attempt(3, Standby, Lost, 1_300, 0),
	];
	let transfers = of_bonds(REQUESTER, &attempts, TaskEnd::Settled);
	assert_eq!(transfers[0], transfer(Bond(0), Prover(1), 200));
	// It does not: the rest of the kill fee is due from who came late, who then gets no more.
	let attempts =
		[attempt(1, Primary, Defaulted, 1_000, 210), late, attempt(3, Standby, Lost, 1_300, 0)];
	assert_eq!(
		of_bonds(REQUESTER, &attempts, TaskEnd::Settled),
		[
			transfer(Bond(0), Nobody, 200),
			transfer(Bond(0), Prover(2), 10),
			transfer(Bond(1), Prover(2), 120),
		]
	);
}

#[test]
fn the_keeper_of_a_settled_task_is_nobody() {
	let attempts =
		[attempt(1, Primary, Defaulted, 0, 1_000), attempt(2, Standby, Verified, 1_000, 0)];
	let transfers = transfers_of(REQUESTER, &attempts, TaskEnd::Settled);
	assert!(transfers.iter().all(|transfer| transfer.to != Keeper));
}

#[test]
fn sums_beyond_all_money_do_not_overflow() {
	let attempts = [
		attempt(1, Primary, Verified, u128::MAX, u128::MAX),
		attempt(2, CoPrimary, Lost, u128::MAX, u128::MAX),
		attempt(3, CoPrimary, Defaulted, u128::MAX, u128::MAX),
		attempt(4, Standby, Verified, u128::MAX, u128::MAX),
		attempt(5, Standby, Verified, u128::MAX, u128::MAX),
		attempt(6, Standby, Lost, u128::MAX, u128::MAX),
	];
	for end in [TaskEnd::Settled, DEAD] {
		let transfers = of_bonds(REQUESTER, &attempts, end);
		let taken: u128 = transfers.iter().map(|transfer| transfer.amount).sum();
		assert_eq!(taken, u128::MAX);
	}
}
