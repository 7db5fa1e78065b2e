// SPDX-License-Identifier: Apache-2.0
use super::*;
use proptest::prelude::*;

const TERMS: BondTerms = BondTerms { percent: 100, base: 10 };

fn supply(prover: u8, price: u128) -> Supply<u8> {
	Supply {
		prover,
		price,
		speed: 1000,
		free_lots: 2,
		free_slots: 4,
		free_stake: 1_000_000,
		committed_ms: 0,
	}
}

fn demand(task: u64, max_fee: u128) -> Demand<u64> {
	Demand { task, work: 100, max_fee, time_ms: 10_000 }
}

mod lowest_ask {
	use super::*;

	#[test]
	fn takes_the_cheapest() {
		let matches = LowestAsk::clear(&[demand(1, 10_000)], &[supply(1, 7), supply(2, 5)], TERMS);
		assert_eq!(
			matches,
			vec![Match { task: 1, prover: 2, price: 500, bond: 510, committed_ms: 100 }]
		);
	}

	#[test]
	fn spills_to_the_next_when_lots_run_out() {
		let demands: Vec<_> = (0..3).map(|t| demand(t, 10_000)).collect();
		let matches = LowestAsk::clear(&demands, &[supply(1, 7), supply(2, 5)], TERMS);
		assert_eq!(matches.iter().map(|m| m.prover).collect::<Vec<_>>(), vec![2, 2, 1]);
	}

	#[test]
	fn passes_over_the_infeasible() {
		let cases: [fn(&mut Supply<u8>); 6] = [
			|s| s.free_lots = 0,
			|s| s.free_slots = 0,
			|s| s.free_stake = 509,
			|s| s.committed_ms = 9_901,
			|s| s.speed = 0,
			|s| s.price = u128::MAX,
		];
		for spoil in cases {
			let mut cheap = supply(2, 5);
			spoil(&mut cheap);
			let matches = LowestAsk::clear(&[demand(1, 10_000)], &[supply(1, 7), cheap], TERMS);
			assert_eq!(matches[0].prover, 1);
		}
	}

	#[test]
	fn never_pays_above_the_maximum() {
		assert!(LowestAsk::clear(&[demand(1, 499)], &[supply(2, 5)], TERMS).is_empty());
		assert_eq!(LowestAsk::clear(&[demand(1, 500)], &[supply(2, 5)], TERMS).len(), 1);
	}
}

#[test]
fn proving_time_rounds_up() {
	assert_eq!(proving_ms(1, 1000), Some(1));
	assert_eq!(proving_ms(1, 3000), Some(1));
	assert_eq!(proving_ms(1001, 1000), Some(1001));
	assert_eq!(proving_ms(5, 0), None);
	assert_eq!(proving_ms(u64::MAX, 1), None);
}

#[test]
fn soft_deadline_stays_between_now_and_the_deadline() {
	assert_eq!(soft_deadline(10, 110, 60), 70);
	assert_eq!(soft_deadline(10, 11, 60), 11);
	assert_eq!(soft_deadline(10, 10, 60), 10);
	assert_eq!(soft_deadline(u32::MAX - 1, u32::MAX, 100), u32::MAX);
}

#[test]
fn bond_rounds_up() {
	assert_eq!(BondTerms { percent: 150, base: 0 }.bond(1), Some(2));
	assert_eq!(BondTerms { percent: 150, base: 0 }.bond(u128::MAX), None);
}

fn any_supply() -> impl Strategy<Value = Vec<Supply<usize>>> {
	prop::collection::vec(
		(0..50u128, 0..5000u64, 0..4u32, 0..6u32, 0..20_000u128, 0..5000u64),
		0..12,
	)
	.prop_map(|rows| {
		rows.into_iter()
			.enumerate()
			.map(|(prover, (price, speed, free_lots, free_slots, free_stake, committed_ms))| {
				Supply { prover, price, speed, free_lots, free_slots, free_stake, committed_ms }
			})
			.collect()
	})
}

fn any_demand() -> impl Strategy<Value = Vec<Demand<usize>>> {
	prop::collection::vec((1..1000u64, 0..50_000u128, 0..10_000u64), 0..20).prop_map(|rows| {
		rows.into_iter()
			.enumerate()
			.map(|(task, (work, max_fee, time_ms))| Demand { task, work, max_fee, time_ms })
			.collect()
	})
}

proptest! {
	/// No task twice, no price outside [ask, maximum], nothing over-committed.
	#[test]
	fn clearing_keeps_every_limit(demand in any_demand(), supply in any_supply()) {
		let matches = LowestAsk::clear(&demand, &supply, TERMS);
		let mut tasks: Vec<_> = matches.iter().map(|m| m.task).collect();
		tasks.dedup();
		prop_assert_eq!(tasks.len(), matches.len());
		for s in &supply {
			let mine: Vec<_> = matches.iter().filter(|m| m.prover == s.prover).collect();
			prop_assert!(mine.len() as u32 <= s.free_lots.min(s.free_slots));
			prop_assert!(mine.iter().map(|m| m.bond).sum::<u128>() <= s.free_stake);
			let mut committed = s.committed_ms;
			for m in mine {
				let d = &demand[m.task];
				committed += m.committed_ms;
				prop_assert!(committed <= d.time_ms);
				prop_assert_eq!(m.price, s.price * u128::from(d.work));
				prop_assert!(m.price <= d.max_fee);
				prop_assert_eq!(Some(m.bond), TERMS.bond(m.price));
			}
		}
	}

	/// A lower ask never loses the first task that a higher one won.
	#[test]
	fn a_lower_ask_wins_too(supply in any_supply(), task in any_demand(), less in 1..10u128) {
		let Some(task) = task.first() else { return Ok(()) };
		let one = core::slice::from_ref(task);
		if let Some(won) = LowestAsk::clear(one, &supply, TERMS).first() {
			let mut cheaper = supply.clone();
			let ask = &mut cheaper[won.prover];
			ask.price = ask.price.saturating_sub(less);
			prop_assert_eq!(LowestAsk::clear(one, &cheaper, TERMS)[0].prover, won.prover);
		}
	}

	/// What a quote promises is what a clearing of that task alone gives.
	#[test]
	fn the_best_offer_is_the_clearing_price(supply in any_supply(), task in any_demand()) {
		let Some(task) = task.first() else { return Ok(()) };
		let (price, count) = best_offer(task, &supply, TERMS);
		let cleared = LowestAsk::clear(core::slice::from_ref(task), &supply, TERMS);
		prop_assert_eq!(price, cleared.first().map(|m| m.price));
		prop_assert_eq!(price.is_some(), count > 0);
	}
}
