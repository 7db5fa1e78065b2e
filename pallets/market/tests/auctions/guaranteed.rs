// SPDX-License-Identifier: Apache-2.0
//! Tasks of the guaranteed level go to provers with a record.

use super::helpers::*;
use frame_support::{traits::Get, weights::RuntimeDbWeight};
use pallet_auctions::{AskStatus, Asks, FullAsks, WeightInfo};
use proofyard_market::*;
use proofyard_primitives::{traits::Programs as _, Market, Redundancy, ServiceLevel, TaskId};

const LEVEL: ServiceLevel = ServiceLevel::Guaranteed;

fn guaranteed() -> Market {
	market_of(WORK, LEVEL)
}

fn submit_guaranteed() -> TaskId {
	Request { level: LEVEL, ..Default::default() }.submit()
}

fn place_in(market: Market, prover: AccountId) -> AskStatus {
	Asks::<Test>::get(market, prover).unwrap().status
}

/// Every prover asks, and those that are named have delivered once.
fn with_reliable(provers: &[AccountId], test: impl FnOnce()) {
	build_and_execute(|| {
		ReliableProofs::set(1);
		provers.iter().for_each(|prover| count_delivered(*prover));
		for (prover, tick) in PROVERS.into_iter().zip(1..) {
			ask_in(guaranteed(), prover, tick, SLOTS, WORK);
		}
		next_block();
		test();
	});
}

#[test]
fn the_lowest_ask_of_those_with_a_record_wins() {
	with_reliable(&[RIVAL, THIRD], || {
		let task = submit_guaranteed();
		next_block();
		assert_eq!(assigned(task), Some((RIVAL, fee(3))));
		assert_eq!(standbys(task), [(THIRD, standby_price(fee(3)))]);
	});
}

#[test]
fn who_has_none_neither_stands_by_nor_starts_together() {
	with_reliable(&[RIVAL], || {
		let redundancy = Some(Redundancy { needed: 1, started: 3 });
		let task = Request { level: LEVEL, redundancy, ..Default::default() }.submit();
		next_block();
		assert_eq!(assigned(task), Some((RIVAL, fee(2))));
		assert!(standbys(task).is_empty() && co_primaries(task).is_empty());
	});
}

#[test]
fn it_keeps_two_standbys() {
	with_reliable(&PROVERS, || {
		let task = submit_guaranteed();
		next_block();
		let expected = [(RIVAL, standby_price(fee(2))), (THIRD, standby_price(fee(3)))];
		assert_eq!((winner(task), standbys(task)), (Some(PROVER), expected.to_vec()));
	});
}

#[test]
fn who_has_none_makes_way_and_comes_back_when_the_record_changes() {
	with_reliable(&[], || {
		let task = submit_guaranteed();
		next_block();
		assert!(is_open(task));
		for prover in PROVERS {
			assert_eq!(place_in(guaranteed(), prover), AskStatus::Full);
			assert!(FullAsks::<Test>::contains_key(prover, guaranteed()));
		}
		run_to(System::block_number() + 3);
		assert!(is_open(task));
		count_delivered(PROVER);
		next_block();
		assert_eq!(assigned(task), Some((PROVER, fee(1))));
		assert_eq!(place_in(guaranteed(), RIVAL), AskStatus::Full);
	});
}

#[test]
fn at_other_levels_nobody_asks_for_a_record() {
	build_and_execute(|| {
		ReliableProofs::set(1);
		for level in [ServiceLevel::Standard, ServiceLevel::Express] {
			ask_in(market_of(WORK, level), PROVER, 1, SLOTS, WORK);
			let task = Request { level, ..Default::default() }.submit();
			next_block();
			assert_eq!(winner(task), Some(PROVER));
		}
	});
}

#[test]
fn an_estimate_counts_those_with_a_record() {
	with_reliable(&[RIVAL], || {
		let terms = Programs::terms(&program()).unwrap();
		let estimate = Auctions::estimate(&terms, None, LEVEL, Some(20), Redundancy::NONE).unwrap();
		assert_eq!((estimate.price, estimate.feasible), (Some(fee(2)), 1));
	});
}

#[test]
fn reading_records_costs() {
	type DbWeight = <Test as frame_system::Config>::DbWeight;
	let reads = <DbWeight as Get<RuntimeDbWeight>>::get().reads(7);
	let plain = <() as WeightInfo>::clear(3, 7);
	let weight = |level| Auctions::clear_weight(level, 3, 7);
	assert_eq!(weight(ServiceLevel::Standard), plain);
	assert_eq!(weight(LEVEL), plain + reads);
}
