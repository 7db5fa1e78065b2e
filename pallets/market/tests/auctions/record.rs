// SPDX-License-Identifier: Apache-2.0
//! Record of a clearing: enough to follow it.

use super::helpers::*;
use pallet_auctions::{
	BatchRecord, ClearingRecord, Clearings, LookedRecord, MarketClearing, MatchRecord,
};
use proofyard_market::*;
use proofyard_primitives::ServiceLevel;
use sp_core::H256;

type Record = ClearingRecord<AccountId, Balance>;

/// The only clearing of the last block in which something was assigned.
fn record() -> Record {
	let mut clearings = clearing().clearings;
	assert_eq!(clearings.len(), 1);
	clearings.remove(0)
}

fn looked(
	prover: AccountId,
	tick: u16,
	lots: u32,
	won: u32,
	standby: u32,
) -> LookedRecord<AccountId, Balance> {
	LookedRecord { prover, price: price(tick), lots, won, standby, unfunded: false }
}

#[test]
fn it_says_who_asked_what_and_why_it_came_out_so() {
	build_and_execute(|| {
		ask(PROVER, 1);
		ask_in(market(), RIVAL, 3, 2, WORK);
		ask(THIRD, 6);
		let (dear, cheap, short) = (submit(20), submit(10), submit(2));
		next_block();
		assert_eq!(clearing().at, 2);
		let bond = bond_of(fee(6));
		let expected = Record {
			tasks: 3,
			// The lowest ask has lots for all three, and a third of them is its share.
			crossing: 3,
			cap: 1,
			batches: vec![BatchRecord {
				price: price(6),
				tasks: 2,
				marginal: (RIVAL, price(3)),
				lowest_maximum: price(10),
				rejected: Some((THIRD, price(6))),
			}],
			asks: vec![
				looked(PROVER, 1, 4, 1, 1),
				looked(RIVAL, 3, 2, 1, 1),
				looked(THIRD, 6, 4, 0, 0),
			],
			matches: vec![
				MatchRecord {
					task: dear,
					prover: PROVER,
					price: fee(6),
					bond,
					standbys: vec![(RIVAL, standby_price(fee(3)))],
				},
				MatchRecord {
					task: cheap,
					prover: RIVAL,
					price: fee(6),
					bond,
					standbys: vec![(PROVER, standby_price(fee(1)))],
				},
			],
		};
		assert_eq!(record(), expected);
		assert!(is_open(short));
	});
}

#[test]
fn with_nobody_rejected_it_says_so() {
	build_and_execute(|| {
		ask(PROVER, 1);
		submit(20);
		next_block();
		let batch = &record().batches[0];
		assert_eq!(batch.rejected, None);
		assert_eq!((batch.marginal, batch.price), ((PROVER, price(1)), price(1)));
		assert_eq!((record().crossing, record().cap), (1, 1));
	});
}

#[test]
fn a_provers_own_further_lots_are_rejected_asks() {
	build_and_execute(|| {
		ask(PROVER, 1);
		ask(RIVAL, 3);
		let tasks = [(); 3].map(|()| submit(20));
		next_block();
		// Two are the share of each of two, and the rival had lots for more than its one.
		assert_eq!((count_of(PROVER, &tasks), count_of(RIVAL, &tasks)), (2, 1));
		let batch = &record().batches[0];
		assert_eq!(batch.rejected, Some((RIVAL, price(3))));
		assert_eq!(record().cap, 2);
	});
}

#[test]
fn it_says_whose_stake_did_not_do() {
	build_and_execute(|| {
		ask(PROVER, 1);
		ask(RIVAL, 3);
		keep_stake(PROVER, bond_of(fee(3)) - 1);
		let task = submit(20);
		next_block();
		assert_eq!(assigned(task), Some((RIVAL, fee(3))));
		let record = record();
		assert!(record.asks[0].unfunded && !record.asks[1].unfunded);
		assert_eq!((record.asks[0].prover, record.asks[0].won), (PROVER, 0));
	});
}

#[test]
fn there_is_one_for_each_price_group() {
	build_and_execute(|| {
		ask_in(market(), PROVER, 1, 4, WORK / 50);
		ask(RIVAL, 20);
		submit_for(30, 10);
		submit_for(5, 100);
		next_block();
		let prices: Vec<Balance> = record().batches.iter().map(|batch| batch.price).collect();
		assert_eq!(prices, [price(1), price(20)]);
	});
}

#[test]
fn tasks_kept_to_a_set_are_cleared_apart() {
	build_and_execute(|| {
		ask(PROVER, 1);
		ask(RIVAL, 3);
		let plain = submit(20);
		let kept = Request { provers: vec![RIVAL], ..Default::default() }.submit();
		next_block();
		let clearing = clearing();
		assert_eq!(clearing.clearings.len(), 2);
		let matches: Vec<_> = clearing
			.clearings
			.iter()
			.map(|record| (record.tasks, record.matches[0].task, record.matches[0].prover))
			.collect();
		assert_eq!(matches, [(1, kept, RIVAL), (1, plain, PROVER)]);
		assert_eq!(clearing.clearings[0].asks.len(), 1);
	});
}

#[test]
fn who_has_no_room_is_not_in_it() {
	build_and_execute(|| {
		ask_in(market(), PROVER, 1, 1, WORK);
		ask(RIVAL, 3);
		submit(20);
		next_block();
		assert_eq!(record().asks.len(), 2);
		submit(20);
		next_block();
		assert_eq!(record().asks, [looked(RIVAL, 3, 4, 1, 0)]);
	});
}

#[test]
fn the_last_that_assigned_anything_is_kept_for_each_market() {
	build_and_execute(|| {
		let express = market_of(WORK, ServiceLevel::Express);
		ask(PROVER, 1);
		ask_in(express, PROVER, 1, 4, WORK);
		let task = submit(20);
		next_block();
		// One that assigns nothing leaves it.
		submit(0);
		run_to(5);
		assert_eq!((clearing().at, record().matches[0].task), (2, task));
		let later = submit(20);
		let other = Request { level: ServiceLevel::Express, ..Default::default() }.submit();
		next_block();
		assert_eq!((clearing().at, record().matches[0].task), (6, later));
		let MarketClearing { at, clearings, .. } = Clearings::<Test>::get(express).unwrap();
		assert_eq!((at, clearings[0].matches[0].task), (6, other));
	});
}

#[test]
fn the_seed_gives_the_order_of_equal_asks_again() {
	build_and_execute(|| {
		set_random(H256::repeat_byte(5));
		for prover in PROVERS {
			ask(prover, 4);
		}
		next_block();
		submit(20);
		next_block();
		let order: Vec<AccountId> = Auctions::book(market(), clearing().seed).collect();
		let looked: Vec<AccountId> = record().asks.iter().map(|ask| ask.prover).collect();
		assert_eq!(looked, order[..looked.len()]);
		assert_eq!(record().matches[0].prover, order[0]);
	});
}
