// SPDX-License-Identifier: Apache-2.0
//! Properties of every clearing.

use super::*;
use proptest::prelude::*;

fn any_supply(lots: u32) -> impl Strategy<Value = Vec<Supply<u32>>> {
	let row = (
		250..350u16,
		0..3000u64,
		1..=lots,
		0..6u32,
		0..400_000_000u128,
		0..8_000u64,
		0..2 * IDLE_MS,
	);
	prop::collection::vec(row, 0..40).prop_map(|rows| {
		let mut supply: Vec<_> = rows
			.into_iter()
			.zip(0u32..)
			.map(
				|(
					(index, speed, free_lots, free_slots, free_stake, committed_ms, idle_ms),
					prover,
				)| {
					let tick = tick(index);
					Supply {
						prover,
						tick,
						speed,
						free_lots,
						free_slots,
						free_stake,
						committed_ms,
						idle_ms,
					}
				},
			)
			.collect();
		supply.sort_by_key(|s| s.tick);
		supply
	})
}

fn any_demand() -> impl Strategy<Value = Vec<Demand<u64>>> {
	let row = (1..1000u64, 0..100_000_000u128, 0..10_000u64, 0..10_000u64, 0..3u8);
	prop::collection::vec(row, 0..60).prop_map(|rows| {
		rows.into_iter()
			.zip(0u64..)
			.map(|((work, max_fee, time_ms, late_ms, standbys), task)| Demand {
				task,
				work,
				max_fee,
				time_ms,
				late_ms,
				standbys,
			})
			.collect()
	})
}

/// Maxima near the asks, so that most tasks cross.
fn near(demand: Vec<Demand<u64>>) -> Vec<Demand<u64>> {
	demand
		.into_iter()
		.map(|d| {
			let index = 250 + (d.max_fee % 120) as u16;
			Demand { max_fee: tick(index).total(d.work) + d.max_fee % u128::from(d.work), ..d }
		})
		.collect()
}

fn of(supply: &[Supply<u32>], prover: u32) -> &Supply<u32> {
	supply.iter().find(|s| s.prover == prover).unwrap()
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(1_000))]

	/// Prices between the ask and the maximum, one for each batch, and nothing over-committed.
	#[test]
	fn every_limit_is_kept(demand in any_demand(), supply in any_supply(5)) {
		let demand = near(demand);
		let clearing = clear_all(&demand, &supply);
		let mut tasks: Vec<_> = clearing.matches.iter().map(|m| m.task).collect();
		tasks.sort_unstable();
		tasks.dedup();
		prop_assert_eq!(tasks.len(), clearing.matches.len());
		for m in &clearing.matches {
			let d = &demand[m.task as usize];
			prop_assert_eq!(m.price, m.unit_price.total(d.work));
			prop_assert!(m.price <= d.max_fee);
			prop_assert!(m.unit_price >= m.ask && m.ask == of(&supply, m.prover).tick);
			prop_assert!(m.standbys.len() <= usize::from(d.standbys));
			let dearest = m.standbys.iter().map(|s| s.price).max().unwrap_or(0);
			prop_assert_eq!(m.bond, RULES.bond.bond(m.price, dearest));
			for s in &m.standbys {
				prop_assert!(s.prover != m.prover);
				prop_assert!(s.committed_ms <= d.late_ms);
				prop_assert_eq!(m.standbys.iter().filter(|o| o.prover == s.prover).count(), 1);
				prop_assert!(s.price >= s.ask.total(d.work));
			}
			prop_assert!(clearing.batches.iter().any(|b| b.price == m.unit_price));
		}
		for s in &supply {
			let mine: Vec<_> = clearing.matches.iter().filter(|m| m.prover == s.prover).collect();
			prop_assert!(mine.len() as u32 <= s.free_lots.min(s.free_slots).min(clearing.cap));
			prop_assert!(mine.iter().map(|m| m.bond).sum::<u128>() <= s.free_stake);
			let mut committed = s.committed_ms;
			for m in mine {
				committed += m.committed_ms;
				prop_assert!(committed <= demand[m.task as usize].time_ms);
			}
		}
		let in_batches: u32 = clearing.batches.iter().map(|b| b.tasks).sum();
		prop_assert!(in_batches >= clearing.matches.len() as u32);
	}

	/// The spread: nobody gets more than its share of what crosses, or than an even share.
	#[test]
	fn the_cap_is_kept(demand in any_demand(), supply in any_supply(60)) {
		let demand = near(demand);
		let clearing = clear_all(&demand, &supply);
		let share = clearing.crossing.div_ceil(10).max(1);
		if clearing.looked.iter().all(|l| !l.unfunded) {
			let highest = demand.iter().filter_map(|d| d.bid()).max();
			let provers =
				supply.iter().filter(|s| s.free_slots > 0 && Some(s.tick) <= highest).count();
			let even = clearing.crossing.div_ceil(provers.max(1) as u32);
			prop_assert_eq!(clearing.cap, if provers >= 10 { share } else { share.max(even) });
		}
		for s in &supply {
			let won = clearing.matches.iter().filter(|m| m.prover == s.prover).count() as u32;
			prop_assert!(won <= clearing.cap);
		}
	}

	/// Money is kept: provers get what requesters pay, and what is slashed is given to somebody or burnt.
	#[test]
	fn money_in_is_money_out(demand in any_demand(), supply in any_supply(5), fee in 0u128..1000) {
		let demand = near(demand);
		let clearing = clear_all(&demand, &supply);
		let escrowed: u128 = demand.iter().map(|d| d.max_fee).sum();
		let paid: u128 = clearing.matches.iter().map(|m| m.price).sum();
		let back: u128 = demand
			.iter()
			.map(|d| d.max_fee - clearing.matches.iter().find(|m| m.task == d.task).map_or(0, |m| m.price))
			.sum();
		prop_assert_eq!(escrowed, paid + back);
		for m in &clearing.matches {
			let claims = Claims { standby: fee, kill_fees: fee, compensation: m.price, keeper: fee };
			let s = waterfall(m.bond, claims);
			prop_assert_eq!(m.bond, s.standby + s.kill_fees + s.compensation + s.keeper + s.rest);
		}
	}

	/// A prover with one lot that won still wins with a lower ask.
	#[test]
	fn a_lower_ask_never_loses(demand in any_demand(), supply in any_supply(1), less in 1..60u16) {
		// Money does not decide here: what is affordable depends on the price of all.
		let supply: Vec<_> =
			supply.into_iter().map(|s| Supply { free_stake: u128::MAX, ..s }).collect();
		let demand = near(demand);
		let clearing = clear_all(&demand, &supply);
		for m in &clearing.matches {
			let mut cheaper = supply.clone();
			let mine = cheaper.iter_mut().find(|s| s.prover == m.prover).unwrap();
			mine.tick = tick(m.ask.index() - less);
			let again = clear_all(&demand, &cheaper);
			prop_assert!(again.matches.iter().any(|other| other.prover == m.prover));
		}
	}

	/// A task that was taken is still taken with a higher maximum.
	#[test]
	fn a_higher_maximum_never_loses(demand in any_demand(), supply in any_supply(1), more in 1..60u16) {
		let supply: Vec<_> =
			supply.into_iter().map(|s| Supply { free_stake: u128::MAX, ..s }).collect();
		let demand = near(demand);
		let clearing = clear_all(&demand, &supply);
		for m in &clearing.matches {
			let mut richer = demand.clone();
			let mine = &mut richer[m.task as usize];
			mine.max_fee += tick(300 + more).total(mine.work);
			prop_assert!(winner(&clear_all(&richer, &supply), m.task).is_some());
		}
	}

	/// The order in which tasks are given does not matter.
	#[test]
	fn the_order_of_tasks_does_not_matter(demand in any_demand(), supply in any_supply(5), turn in 0..60usize) {
		let demand = near(demand);
		let mut turned = demand.clone();
		turned.reverse();
		if !turned.is_empty() {
			let turn = turn % turned.len();
			turned.rotate_left(turn);
		}
		prop_assert_eq!(clear_all(&demand, &supply), clear_all(&turned, &supply));
	}

	/// Nor does the order in which asks were placed, where no two are equal.
	#[test]
	fn the_order_of_asks_does_not_matter(demand in any_demand(), supply in any_supply(5), seed: u64) {
		let mut supply = supply;
		supply.dedup_by_key(|s| s.tick);
		let demand = near(demand);
		let run = |asks: &mut dyn Iterator<Item = &Supply<u32>>| {
			let mut book = MemoryBook::new();
			asks.for_each(|s| book.insert(s.prover, s.tick));
			let asks: Vec<_> = book.asks(seed).map(|(p, _)| of(&supply, *p).clone()).collect();
			clear(&demand, asks.into_iter(), &RULES, |_, _| true)
		};
		prop_assert_eq!(run(&mut supply.iter()), run(&mut supply.iter().rev()));
	}

	/// Nobody who could have served a task at its maximum is left with room while it is not taken,
	/// unless the spread or the stake forbids.
	#[test]
	fn nothing_feasible_is_left(demand in any_demand(), supply in any_supply(1)) {
		let supply: Vec<_> = supply
			.into_iter()
			.map(|s| Supply { free_stake: u128::MAX, free_slots: 1, ..s })
			.collect();
		let demand = near(demand);
		let clearing = clear_all(&demand, &supply);
		for d in demand.iter().filter(|d| winner(&clearing, d.task).is_none()) {
			for s in supply.iter().filter(|s| clearing.matches.iter().all(|m| m.prover != s.prover)) {
				let crosses = d.bid().is_some_and(|bid| s.tick <= bid);
				let in_time = proving_ms(d.work, s.speed).is_some_and(|ms| ms + s.committed_ms <= d.time_ms);
				prop_assert!(!(crosses && in_time), "{d:?} {s:?}");
			}
		}
	}
}
