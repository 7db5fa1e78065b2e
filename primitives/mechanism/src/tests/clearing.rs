// SPDX-License-Identifier: Apache-2.0
//! The rule, case by case.

use super::*;
use crate::level::TASKS_PER_STANDBY_LOT;

#[test]
fn takes_the_lowest_and_pays_the_first_rejected_ask() {
	let clearing = clear_all(&[demand(1, 400)], &[supply(1, 320), supply(2, 300), supply(3, 310)]);
	let won = &clearing.matches[0];
	assert_eq!((won.prover, won.ask, won.unit_price), (2, tick(300), tick(310)));
	assert_eq!(won.price, tick(310).total(100));
	let batch = &clearing.batches[0];
	assert_eq!((batch.marginal, batch.highest_ask), (2, tick(300)));
	assert_eq!(batch.rejected, Some((3, tick(310))));
}

#[test]
fn never_pays_above_the_lowest_accepted_maximum() {
	let asks = [supply(1, 300), supply(2, 310), supply(3, 390)];
	let clearing = clear_all(&[demand(1, 400), demand(2, 350)], &asks);
	assert_eq!(clearing.batches.len(), 1);
	assert_eq!(clearing.batches[0].price, tick(350));
	assert!(clearing.matches.iter().all(|m| m.unit_price == tick(350)));
}

#[test]
fn with_nobody_rejected_pays_the_highest_accepted_ask() {
	let clearing = clear_all(&[demand(1, 400), demand(2, 400)], &[supply(1, 300), supply(2, 310)]);
	assert_eq!(clearing.batches[0].price, tick(310));
	assert_eq!(clearing.batches[0].rejected, None);
}

#[test]
fn accepts_as_many_as_cross() {
	let tasks = [demand(1, 400), demand(2, 330), demand(3, 305)];
	let clearing = clear_all(&tasks, &[supply(1, 300), supply(2, 310), supply(3, 320)]);
	assert_eq!(clearing.crossing, 2);
	assert_eq!(winner(&clearing, 3), None);
	// The third ask is the first rejected one.
	assert_eq!(clearing.batches[0].price, tick(320));
}

#[test]
fn the_dearest_maximum_goes_first_then_the_nearest_deadline_then_the_oldest() {
	let urgent = Demand { time_ms: 500, ..demand(3, 400) };
	let tasks = [demand(1, 400), demand(2, 401), urgent, demand(0, 400)];
	let clearing = clear_all(&tasks, &[supply(1, 300), supply(2, 301), supply(3, 302)]);
	let tasks: Vec<_> = clearing.matches.iter().map(|m| m.task).collect();
	assert_eq!(tasks, [2, 3, 0]);
}

#[test]
fn passes_over_the_infeasible() {
	let cases: [fn(&mut Supply<u32>); 6] = [
		|s| s.free_lots = 0,
		|s| s.free_slots = 0,
		|s| s.free_stake = 100,
		|s| s.committed_ms = 9_901,
		|s| s.speed = 0,
		|s| s.committed_ms = u64::MAX,
	];
	for spoil in cases {
		let mut cheap = supply(2, 300);
		spoil(&mut cheap);
		let clearing = clear_all(&[demand(1, 400)], &[cheap, supply(1, 310)]);
		assert_eq!(winner(&clearing, 1), Some(1));
	}
}

#[test]
fn a_task_and_a_prover_that_do_not_admit_each_other_do_not_meet() {
	let asks = [supply(1, 300), supply(2, 310)];
	let clearing = clear(&[demand(1, 400)], asks.into_iter(), &RULES, |task, prover| {
		(*task, *prover) != (1, 1)
	});
	assert_eq!(winner(&clearing, 1), Some(2));
	assert!(clearing.matches[0].standbys.is_empty());
}

#[test]
fn a_maximum_below_the_grid_takes_nothing() {
	let tiny = Demand { max_fee: 4_999, ..demand(1, 400) };
	assert!(clear_all(&[tiny], &[supply(1, 0)]).matches.is_empty());
	let enough = Demand { max_fee: 5_000, ..demand(1, 400) };
	assert_eq!(clear_all(&[enough], &[supply(1, 0)]).matches.len(), 1);
}

mod idle {
	use super::*;

	fn busy(prover: u32, index: u16) -> Supply<u32> {
		Supply { idle_ms: IDLE_MS - 1, ..supply(prover, index) }
	}

	/// An ask that was full a moment ago is not one that the market rejects.
	#[test]
	fn asks_make_the_price() {
		let asks = [busy(1, 300), busy(2, 310), supply(3, 330), supply(4, 340)];
		let clearing = clear_all(&[demand(1, 400)], &asks);
		assert_eq!(winner(&clearing, 1), Some(1));
		assert_eq!(clearing.batches[0].price, tick(330));
		assert_eq!(clearing.batches[0].rejected, Some((3, tick(330))));
	}

	#[test]
	fn asks_that_could_not_have_served_make_none() {
		let slow = Supply { speed: 1, ..supply(3, 320) };
		let clearing = clear_all(&[demand(1, 400)], &[busy(1, 300), slow, supply(4, 330)]);
		assert_eq!(clearing.batches[0].price, tick(330));
	}

	#[test]
	fn asks_above_the_lowest_maximum_make_none() {
		let asks = [busy(1, 300), busy(2, 310), supply(3, 401)];
		let clearing = clear_all(&[demand(1, 400)], &asks);
		assert_eq!(clearing.batches[0].price, tick(310));
	}

	#[test]
	fn where_there_are_none_the_first_rejected_does() {
		let clearing = clear_all(&[demand(1, 400)], &[busy(1, 300), busy(2, 310)]);
		assert_eq!(clearing.batches[0].price, tick(310));
	}

	#[test]
	fn does_not_matter_where_the_rules_say_so() {
		let rules = Rules { idle_ms: u64::MAX, ..RULES };
		let asks = [busy(1, 300), busy(2, 310), supply(3, 330)];
		let clearing = clear(&[demand(1, 400)], asks.into_iter(), &rules, |_, _| true);
		assert_eq!(clearing.batches[0].price, tick(310));
	}
}

mod spread {
	use super::*;

	#[test]
	fn one_prover_gets_a_tenth_of_a_batch() {
		let asks: Vec<_> = (0..30)
			.map(|p| Supply { free_lots: 50, free_slots: 50, ..supply(p, 300 + p as u16) })
			.collect();
		let tasks: Vec<_> =
			(0..40).map(|t| Demand { time_ms: u64::MAX, ..demand(t, 500) }).collect();
		let clearing = clear_all(&tasks, &asks);
		assert_eq!((clearing.crossing, clearing.cap), (40, 4));
		assert_eq!(clearing.matches.len(), 40);
		for prover in 0..10 {
			assert_eq!(clearing.matches.iter().filter(|m| m.prover == prover).count(), 4);
		}
		// The first that had room and won nothing.
		assert_eq!(clearing.batches[0].rejected, Some((10, tick(310))));
	}

	#[test]
	fn few_provers_share_evenly() {
		let asks: Vec<_> =
			(0..2).map(|p| Supply { free_lots: 9, free_slots: 9, ..supply(p, 300) }).collect();
		let tasks: Vec<_> = (0..8).map(|t| demand(t, 500)).collect();
		let clearing = clear_all(&tasks, &asks);
		assert_eq!((clearing.crossing, clearing.cap), (8, 4));
		assert_eq!(clearing.matches.len(), 8);
	}

	#[test]
	fn a_prover_alone_gets_everything_it_can_take() {
		let tasks: Vec<_> = (0..8).map(|t| demand(t, 500)).collect();
		let alone = Supply { free_lots: 6, ..supply(1, 300) };
		assert_eq!(clear_all(&tasks, &[alone]).matches.len(), 6);
	}

	/// The cheapest prover is slow: it gets what it can deliver in time, the rest goes by capacity.
	#[test]
	fn a_burst_goes_where_there_is_capacity() {
		let asks: Vec<_> = (0..20)
			.map(|p| Supply {
				speed: if p == 0 { 50 } else { 1_000 * u64::from(p) },
				free_lots: 100,
				free_slots: 100,
				..supply(p, 300 + p as u16)
			})
			.collect();
		let tasks: Vec<_> = (0..200).map(|t| demand(t, 500)).collect();
		let clearing = clear_all(&tasks, &asks);
		assert_eq!(clearing.matches.len(), 200);
		let won = |p| clearing.matches.iter().filter(|m| m.prover == p).count();
		// 2 s for each task, and 10 s until the soft deadline.
		assert_eq!(won(0), 5);
		assert_eq!(won(1), 20);
		assert!((1..20).all(|p| won(p) <= 20));
	}
}

mod groups {
	use super::*;

	/// One price for both would be above the maximum of one or below the ask of the other.
	#[test]
	fn an_urgent_task_with_a_dear_ask_does_not_keep_the_others_waiting() {
		let urgent = Demand { time_ms: 100, ..demand(1, 500) };
		let slow = Supply { speed: 100, ..supply(1, 300) };
		let clearing = clear_all(&[urgent, demand(2, 320)], &[slow, supply(2, 450)]);
		assert_eq!(winner(&clearing, 1), Some(2));
		assert_eq!(winner(&clearing, 2), Some(1));
		let prices: Vec<_> = clearing.batches.iter().map(|b| (b.price, b.tasks)).collect();
		assert_eq!(prices, [(tick(300), 1), (tick(450), 1)]);
	}
}

mod standbys {
	use super::*;

	#[test]
	fn are_the_next_asks_of_others_with_the_premium() {
		let two = Demand { standbys: 2, ..demand(1, 500) };
		let clearing = clear_all(&[two], &[supply(1, 300), supply(2, 305), supply(3, 306)]);
		let standbys = &clearing.matches[0].standbys;
		assert_eq!(standbys.iter().map(|s| s.prover).collect::<Vec<_>>(), [2, 3]);
		let ask = tick(305).total(100);
		assert_eq!(standbys[0].price, ask + ask.div_ceil(4));
		assert_eq!(standbys[0].committed_ms, 100);
	}

	#[test]
	fn must_make_it_after_the_soft_deadline() {
		let tight = Demand { late_ms: 99, ..demand(1, 500) };
		let fast = Supply { speed: 2_000, ..supply(3, 310) };
		let clearing = clear_all(&[tight], &[supply(1, 300), supply(2, 305), fast]);
		let standbys = &clearing.matches[0].standbys;
		assert_eq!(standbys.iter().map(|s| s.prover).collect::<Vec<_>>(), [3]);
	}

	#[test]
	fn too_dear_are_none() {
		// Above the maximum and above twice the price.
		let clearing = clear_all(&[demand(1, 310)], &[supply(1, 300), supply(2, 340)]);
		assert!(clearing.matches[0].standbys.is_empty());
	}

	#[test]
	fn one_lot_stands_by_for_several_tasks() {
		let mut asks: Vec<_> = (0..9).map(|p| supply(p, 300)).collect();
		asks.push(supply(9, 310));
		let tasks: Vec<_> = (0..9).map(|t| demand(t, 500)).collect();
		let clearing = clear_all(&tasks, &asks);
		let served = clearing.matches.iter().filter(|m| m.standbys.len() == 1).count();
		assert_eq!(served, TASKS_PER_STANDBY_LOT as usize);
		assert_eq!(clearing.looked[9].standby, TASKS_PER_STANDBY_LOT);
	}
}

mod bonds {
	use super::*;

	#[test]
	fn are_sized_at_the_price_paid() {
		let clearing = clear_all(&[demand(1, 500)], &[supply(1, 300), supply(2, 310)]);
		assert_eq!(clearing.matches[0].bond, tick(310).total(100) + 10);
	}

	/// The stake covers the bond at the ask, not at the price that the clearing comes to.
	#[test]
	fn not_covered_by_the_stake_lose_the_task_to_the_next() {
		let poor = Supply { free_stake: tick(305).total(100), ..supply(1, 300) };
		let clearing = clear_all(&[demand(1, 500)], &[poor, supply(2, 310), supply(3, 311)]);
		assert_eq!(winner(&clearing, 1), Some(2));
		assert!(clearing.looked[0].unfunded);
	}

	#[test]
	fn of_several_tasks_add_up() {
		let bond = tick(300).total(100) + 10;
		let asks = [Supply { free_lots: 9, free_slots: 9, free_stake: 2 * bond, ..supply(1, 300) }];
		let tasks: Vec<_> = (0..3).map(|t| demand(t, 300)).collect();
		assert_eq!(clear_all(&tasks, &asks).matches.len(), 2);
	}
}

mod quotes {
	use super::*;

	#[test]
	fn are_what_a_task_alone_would_pay() {
		let asks = [supply(1, 300), supply(2, 310), Supply { speed: 1, ..supply(3, 320) }];
		let quote = quote(&demand(1, 0), &asks, &RULES);
		assert_eq!(quote.price, Some(tick(310).total(100)));
		assert_eq!(quote.least, Some(tick(300).total(100)));
		assert_eq!(quote.feasible, 2);
	}

	#[test]
	fn of_nobody_are_none() {
		let none = Quote { price: None, least: None, feasible: 0 };
		assert_eq!(quote(&demand(1, 0), &[] as &[Supply<u32>], &RULES), none);
	}
}
