// SPDX-License-Identifier: Apache-2.0
//! Promises of an estimate, which a clearing keeps.

use super::helpers::*;
use frame_support::assert_ok;
use pallet_auctions::{AskTerms, Error, Estimate};
use proofyard_market::*;
use proofyard_primitives::{
	traits::Programs as _, HardwareClass, Market, ProgramId, Redundancy, ServiceLevel, WorkModel,
};
use sp_runtime::DispatchError;

fn estimate_of(
	program: ProgramId,
	work: Option<u64>,
	level: ServiceLevel,
	lifetime: Option<u32>,
) -> Result<Estimate<Balance, BlockNumber>, DispatchError> {
	estimate_for(program, work, level, lifetime, Redundancy::of(level))
}

fn estimate_for(
	program: ProgramId,
	work: Option<u64>,
	level: ServiceLevel,
	lifetime: Option<u32>,
	redundancy: Redundancy,
) -> Result<Estimate<Balance, BlockNumber>, DispatchError> {
	let terms = Programs::terms(&program).unwrap();
	Ok(Auctions::estimate(&terms, work, level, lifetime, redundancy)?)
}

fn estimate(lifetime: u32) -> Estimate<Balance, BlockNumber> {
	estimate_of(program(), None, ServiceLevel::Standard, Some(lifetime)).unwrap()
}

/// Price, least maximum, and how many could.
fn quoted() -> (Option<Balance>, Option<Balance>, u32) {
	let estimate = estimate(20);
	(estimate.price, estimate.least, estimate.feasible)
}

#[test]
fn an_estimate_is_what_the_clearing_then_does() {
	build_and_execute(|| {
		let levels = [ServiceLevel::Standard, ServiceLevel::Express, ServiceLevel::Guaranteed];
		for level in levels {
			for (prover, tick) in [(PROVER, 3), (RIVAL, 2)] {
				ask_in(market_of(WORK, level), prover, tick, 1, WORK);
			}
		}
		run_to(3);
		for level in levels {
			let lifetime = 17;
			let promised = estimate_of(program(), None, level, Some(lifetime)).unwrap();
			let task = Request { level, lifetime, ..Default::default() }.submit();
			next_block();
			let live = pallet_attestation::Live::<Test>::get(task).unwrap();
			assert_eq!(promised.price, Some(fee(3)));
			assert_eq!(Some(live.assignment.price), promised.price);
			assert_eq!(live.assignment.soft_deadline, promised.soft_deadline);
			assert_eq!(live.spec.deadline, promised.deadline);
			assert_eq!(live.spec.market, promised.market);
			assert_eq!(live.spec.work, promised.work);
		}
	});
}

#[test]
fn it_says_what_the_next_ask_makes_it_cost_and_what_would_do() {
	build_and_execute(|| {
		assert_eq!(quoted(), (None, None, 0));
		assert_eq!(estimate(20).market, market());
		ask(PROVER, 3);
		// One that is to come does not count yet.
		assert_eq!(quoted(), (None, None, 0));
		next_block();
		assert_eq!(quoted(), (Some(fee(3)), Some(fee(3)), 1));
		ask(RIVAL, 2);
		next_block();
		assert_eq!(quoted(), (Some(fee(3)), Some(fee(2)), 2));
	});
}

#[test]
fn with_the_least_maximum_it_is_taken_at_just_that() {
	build_and_execute(|| {
		ask(PROVER, 3);
		ask(RIVAL, 2);
		next_block();
		let least = estimate(20).least.unwrap();
		let short = Request { max_fee: least - 1, ..Default::default() }.submit();
		let enough = Request { max_fee: least, ..Default::default() }.submit();
		next_block();
		assert!(is_open(short));
		assert_eq!(assigned(enough), Some((RIVAL, least)));
	});
}

#[test]
fn who_has_no_room_does_not_count() {
	build_and_execute(|| {
		ask(PROVER, 3);
		ask_in(market(), RIVAL, 2, 1, WORK);
		submit(9);
		next_block();
		// The rival is busy with its only lot, and then out of the book.
		assert_eq!(quoted(), (Some(fee(3)), Some(fee(3)), 1));
		submit(9);
		next_block();
		assert_eq!(quoted(), (Some(fee(3)), Some(fee(3)), 1));
		assert_ok!(Provers::set_paused(signed(PROVER), true));
		assert_eq!(quoted(), (None, None, 0));
	});
}

#[test]
fn who_is_too_slow_does_not_count_but_makes_the_price() {
	build_and_execute(|| {
		ask(PROVER, 1);
		ask_in(market(), RIVAL, 4, 1, 1);
		next_block();
		assert_eq!(quoted(), (Some(fee(4)), Some(fee(1)), 1));
		let task = submit(9);
		next_block();
		assert_eq!(assigned(task), Some((PROVER, fee(4))));
	});
}

#[test]
fn what_it_calls_feasible_is_just_what_is_feasible_in_the_next_block() {
	// At lifetimes around the one at which the work fits before the soft deadline.
	for lifetime in 10..=40 {
		build_and_execute(|| {
			ask_in(market(), PROVER, 1, 1, WORK / 100);
			next_block();
			let promised = estimate(lifetime);
			let task = submit_for(9, lifetime);
			next_block();
			assert_eq!(assigned(task).map(|(_, price)| price), promised.price, "{lifetime}");
		});
	}
}

#[test]
fn it_assumes_the_default_lifetime() {
	build_and_execute(|| {
		let assumed = estimate_of(program(), None, ServiceLevel::Standard, None).unwrap();
		assert_eq!(assumed, estimate(DEFAULT_LIFETIME));
		assert_eq!(assumed.deadline, 1 + BlockNumber::from(DEFAULT_LIFETIME));
	});
}

#[test]
fn it_changes_nothing() {
	build_and_execute(|| {
		ask(PROVER, 3);
		next_block();
		let root = || sp_io::storage::root(sp_runtime::StateVersion::V1);
		let before = root();
		estimate(20);
		assert_eq!(root(), before);
	});
}

#[test]
fn it_fails_as_submission_would() {
	build_and_execute(|| {
		let per_task = register_program(OWNER, HardwareClass::Cpu, WorkModel::PerTask);
		let level = ServiceLevel::Standard;
		for lifetime in [0, MIN_LIFETIME - 1, MAX_LIFETIME + 1] {
			assert_eq!(
				estimate_of(program(), None, level, Some(lifetime)),
				Err(Error::<Test>::LifetimeOutOfRange.into())
			);
		}
		for work in [None, Some(0)] {
			assert_eq!(
				estimate_of(per_task, work, level, None),
				Err(Error::<Test>::WorkNeeded.into())
			);
		}
		assert_eq!(
			estimate_of(program(), Some(WORK + 1), level, None),
			Err(Error::<Test>::WorkFixed.into())
		);
		let huge = estimate_of(per_task, Some(u64::MAX), level, None).unwrap();
		assert_eq!(huge.market, Market { bucket: 63, ..market() });
	});
}

#[test]
fn asks_are_listed_lowest_first_with_what_they_hold() {
	build_and_execute(|| {
		assert!(Auctions::asks_in(&market(), 100).is_empty());
		ask(PROVER, 3);
		ask(RIVAL, 2);
		submit(9);
		next_block();
		let listed: Vec<_> = Auctions::asks_in(&market(), 100)
			.into_iter()
			.map(|(prover, ask, in_use)| (prover, ask.terms, in_use))
			.collect();
		let terms = |tick| AskTerms { tick, lots: SLOTS, speed: WORK };
		assert_eq!(listed, [(RIVAL, terms(2), 1), (PROVER, terms(3), 0)]);
		assert_eq!(Auctions::asks_in(&market(), 1).len(), 1);
		withdraw(RIVAL);
		assert_eq!(Auctions::asks_in(&market(), 100).len(), 1);
	});
}

mod for_several {
	use super::*;
	use proptest::prelude::*;

	const FIVE: [AccountId; 5] = [PROVER, RIVAL, THIRD, 21, 22];

	fn quoted_for(needed: u8, started: u8) -> Estimate<Balance, BlockNumber> {
		let redundancy = Redundancy { needed, started };
		let level = ServiceLevel::Standard;
		estimate_for(program(), None, level, Some(20), redundancy).unwrap()
	}

	/// Price of one, cost of all, least maximum.
	fn amounts(needed: u8, started: u8) -> [Option<Balance>; 3] {
		let estimate = quoted_for(needed, started);
		[estimate.price, estimate.cost, estimate.least]
	}

	#[test]
	fn it_says_what_each_is_paid_what_all_cost_and_what_would_do() {
		build_and_execute(|| {
			for (prover, tick) in [(PROVER, 1), (RIVAL, 2), (THIRD, 3)] {
				ask(prover, tick);
			}
			next_block();
			assert_eq!(amounts(1, 1), [52_000, 52_000, 51_000].map(Some));
			// A kill fee to each other; and 51,000 within the share.
			assert_eq!(amounts(1, 2), [52_000, 57_200, 56_101].map(Some));
			assert_eq!(amounts(1, 3), [52_000, 53_000 + 10_400, 61_202].map(Some));
			// At the least the first gets the tick of its half, the other what it asks.
			assert_eq!(amounts(2, 2), [52_000, 104_000, 103_000].map(Some));
			assert_eq!(amounts(3, 3), [52_000, 157_000, 157_000].map(Some));
			assert_eq!(quoted_for(2, 3).redundancy, Redundancy { needed: 2, started: 3 });
		});
	}

	#[test]
	fn it_is_none_where_there_are_too_few() {
		build_and_execute(|| {
			ask(PROVER, 1);
			next_block();
			assert_eq!(amounts(1, 2), [51_000, 51_000, 56_101].map(Some));
			assert_eq!(amounts(2, 2), [None; 3]);
			assert_eq!(quoted_for(2, 2).feasible, 1);
		});
	}

	#[test]
	fn it_fails_as_submission_would() {
		build_and_execute(|| {
			for (needed, started) in [(0, 1), (2, 1), (1, 4)] {
				let redundancy = Redundancy { needed, started };
				let level = ServiceLevel::Standard;
				assert_eq!(
					estimate_for(program(), None, level, None, redundancy),
					Err(Error::<Test>::BadRedundancy.into())
				);
			}
		});
	}

	proptest! {
		#![proptest_config(ProptestConfig {
			cases: 300,
			failure_persistence: None,
			..ProptestConfig::default()
		})]

		/// With the least maximum that it names a task is taken, and pays no more.
		#[test]
		fn with_the_least_maximum_it_is_taken(
			asks in proptest::collection::vec(
				(0..40u16, 1..3u32, 10..60u64, MIN_STAKE..200_000), 0..=5),
			level in prop_oneof![
				Just(ServiceLevel::Standard), Just(ServiceLevel::Express), Just(ServiceLevel::Guaranteed)
			],
			(needed, started) in (1..=3u8).prop_flat_map(|started| (1..=started, Just(started))),
			lifetime in MIN_LIFETIME..60,
			wait in 1..40u32,
		) {
			build_and_execute(|| {
				MaxAsksPerMarket::set(8);
				let market = market_of(WORK, level);
				for (prover, (tick, lots, speed, stake)) in FIVE.into_iter().zip(asks) {
					if PROVERS.contains(&prover) {
						keep_stake(prover, stake);
					} else {
						register_prover(prover, SLOTS, stake);
					}
					ask_in(market, prover, tick, lots, speed);
				}
				// Some may be idle for long, or busy with another task.
				run_to(1 + wait);
				let redundancy = Redundancy::NONE;
				let other = Request { level, lifetime: 60, redundancy: Some(redundancy), ..Default::default() };
				other.submit();
				next_block();

				let redundancy = Redundancy { needed, started };
				let promised =
					estimate_for(program(), None, level, Some(lifetime), redundancy).unwrap();
				let Some(least) = promised.least else { return };
				let before = escrowed(REQUESTER);
				let redundancy = Some(redundancy);
				let request =
					Request { level, lifetime, redundancy, max_fee: least, ..Default::default() };
				let task = request.submit();
				next_block();
				assert!(!is_open(task), "{promised:?}");
				let started = 1 + co_primaries(task).len();
				assert!(started >= needed.into());
				assert!(escrowed(REQUESTER) - before <= least);
			});
		}
	}
}
