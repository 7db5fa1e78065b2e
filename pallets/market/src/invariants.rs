// SPDX-License-Identifier: Apache-2.0
//! Invariants that hold after whatever happened; money that accounts have.

use crate::{
	knobs::{Burnt, Endowed},
	logs::said,
	numbers::*,
	runtime::*,
};
use frame_support::traits::fungible::{Inspect, InspectHold};
use std::collections::BTreeMap;

/// Plancks that an account has and that are not on hold.
pub fn free(who: AccountId) -> Balance {
	<Balances as Inspect<AccountId>>::balance(&who)
}

/// Plancks that an account has in escrow.
pub fn escrowed(who: AccountId) -> Balance {
	Balances::balance_on_hold(&pallet_settlement::HoldReason::Escrow.into(), &who)
}

/// Plancks that an account has staked.
pub fn staked(who: AccountId) -> Balance {
	Balances::balance_on_hold(&pallet_provers::HoldReason::Stake.into(), &who)
}

/// Plancks that a prover has reserved of its stake.
pub fn reserved_bond(prover: AccountId) -> Balance {
	pallet_provers::Provers::<Test>::get(prover).unwrap().reserved
}

/// Check what each pallet says of its own state.
pub fn check_states() {
	Provers::do_try_state().expect("the state of provers");
	Programs::do_try_state().expect("the state of programs");
	Settlement::do_try_state().expect("the state of settlement");
	Attestation::do_try_state().expect("the state of attestation");
	Auctions::do_try_state().expect("the state of auctions");
}

/// Check what always holds: the state of each pallet, and the books across pallets, where nobody
/// delegates and no fees are taken.
pub fn check_invariants() {
	check_states();
	assert_eq!(Balances::total_issuance() + Burnt::get(), Endowed::get(), "money was made or lost");
	let mut escrows = BTreeMap::<AccountId, Balance>::new();
	for escrow in pallet_settlement::Escrows::<Test>::iter_values() {
		*escrows.entry(escrow.requester).or_default() += escrow.amount;
	}
	let mut bonds = BTreeMap::<AccountId, Balance>::new();
	for live in pallet_attestation::Live::<Test>::iter_values() {
		for attempt in live.attempts {
			*bonds.entry(attempt.prover).or_default() += attempt.bond;
		}
		for announced in live.bounty.into_iter().flat_map(|bounty| bounty.announcements) {
			*bonds.entry(announced.prover).or_default() += announced.deposit;
		}
	}
	for (_, prover, bid) in pallet_auctions::Bids::<Test>::iter() {
		assert!(bid.revealed.is_none() || bid.deposit == 0, "a deposit for a revealed bid");
		*bonds.entry(prover).or_default() += bid.deposit;
	}
	let mut everybody = 0;
	for (who, account) in frame_system::Account::<Test>::iter() {
		let data = account.data;
		everybody += data.free + data.reserved;
		let escrows = escrows.remove(&who).unwrap_or(0);
		assert_eq!(escrowed(who), escrows, "held for no task");
		let stake = pallet_provers::Provers::<Test>::get(who).map_or(0, |record| record.stake);
		assert_eq!(staked(who), stake, "held for no stake");
		let deposits: Balance = pallet_programs::Programs::<Test>::iter_values()
			.filter(|record| record.owner == who)
			.map(|record| record.deposit)
			.sum();
		assert_eq!(data.reserved, escrows + stake + deposits, "held for nothing");
	}
	assert_eq!(everybody, Balances::total_issuance(), "money of nobody");
	assert!(escrows.values().all(|amount| *amount == 0), "an escrow of nobody");
	for (prover, record) in pallet_provers::Provers::<Test>::iter() {
		let bonds = bonds.remove(&prover).unwrap_or(0);
		assert_eq!(record.reserved, bonds, "reserved are not bonds and deposits");
	}
	assert!(bonds.is_empty(), "a bond of nobody");
	assert!(!said("runtime::defensive"), "what cannot happen did");
}
