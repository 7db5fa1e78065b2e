// SPDX-License-Identifier: Apache-2.0
//! The book: which asks stand where, and which are out of it because their prover has no room.

use super::helpers::*;
use frame_support::assert_ok;
use pallet_auctions::{AskStatus, Asks, FullAsks, TickAsks, TickBitmaps, TickCounts};
use proofyard_market::*;
use proofyard_primitives::{HardwareClass, Market, ServiceLevel, WorkModel};
use std::collections::BTreeSet;

/// The provers in the book, in the order in which a clearing meets them.
fn book(seed: u64) -> Vec<AccountId> {
	Auctions::book(market(), seed).collect()
}

fn best() -> Option<u16> {
	Auctions::best_ask(&market()).map(|tick| tick.index())
}

/// Register provers 100, 101, … with an ask each at the ticks given.
fn crowd(ticks: impl IntoIterator<Item = u16>) -> Vec<AccountId> {
	MaxAsksPerMarket::set(1_000);
	let mut provers = vec![];
	for (number, tick) in ticks.into_iter().enumerate() {
		let prover = 100 + number as AccountId;
		register_prover(prover, 1, STAKE);
		ask(prover, tick);
		provers.push(prover);
	}
	next_block();
	provers
}

#[test]
fn asks_of_a_tick_have_places_without_gaps() {
	build_and_execute(|| {
		for prover in PROVERS {
			ask(prover, 5);
			next_block();
		}
		assert_eq!(
			PROVERS.map(place_of),
			[AskStatus::Book(0), AskStatus::Book(1), AskStatus::Book(2)]
		);
		assert_eq!(TickCounts::<Test>::get(market(), 5), 3);
		assert_eq!(best(), Some(5));
	});
}

#[test]
fn the_last_takes_the_place_of_one_that_leaves() {
	build_and_execute(|| {
		for prover in PROVERS {
			ask(prover, 5);
			next_block();
		}
		withdraw(PROVER);
		assert_eq!((place_of(THIRD), place_of(RIVAL)), (AskStatus::Book(0), AskStatus::Book(1)));
		assert_eq!(TickCounts::<Test>::get(market(), 5), 2);
		assert_eq!(TickAsks::<Test>::get((market(), 5, 0)), Some(THIRD));
		assert_eq!(TickAsks::<Test>::get((market(), 5, 2)), None);
		check_invariants();
		// The last itself leaves nobody's place empty.
		withdraw(RIVAL);
		assert_eq!(place_of(THIRD), AskStatus::Book(0));
		assert_eq!(best(), Some(5));
	});
}

#[test]
fn the_last_ask_leaves_nothing_behind() {
	build_and_execute(|| {
		ask(PROVER, 5);
		ask(RIVAL, 8);
		next_block();
		withdraw(PROVER);
		assert_eq!(best(), Some(8));
		withdraw(RIVAL);
		assert_eq!(best(), None);
		assert_eq!(TickBitmaps::<Test>::iter_keys().count(), 0);
		assert_eq!(TickCounts::<Test>::iter_keys().count(), 0);
		assert_eq!(TickAsks::<Test>::iter_keys().count(), 0);
	});
}

#[test]
fn another_price_moves_an_ask_to_another_tick() {
	build_and_execute(|| {
		for prover in PROVERS {
			ask(prover, 5);
		}
		next_block();
		ask(RIVAL, 1_023);
		next_block();
		assert_eq!(TickCounts::<Test>::get(market(), 5), 2);
		assert_eq!(place_of(RIVAL), AskStatus::Book(0));
		assert_eq!(book(0)[2], RIVAL);
		check_invariants();
		ask(RIVAL, 0);
		next_block();
		assert_eq!(best(), Some(0));
		assert_eq!(book(0)[0], RIVAL);
	});
}

#[test]
fn it_is_read_lowest_tick_first_and_each_ask_once() {
	build_and_execute(|| {
		let ticks: Vec<u16> = (0..30).map(|n| [0, 63, 64, 500, 1_023][n % 5]).collect();
		let provers = crowd(ticks);
		let mut orders = BTreeSet::new();
		for n in 0..40u64 {
			let order = book(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
			assert!(order.iter().map(|p| terms(*p).tick).is_sorted());
			assert_eq!(order.iter().collect::<BTreeSet<_>>(), provers.iter().collect());
			assert_eq!(order.len(), provers.len());
			orders.insert(order);
		}
		// Equal ones take turns.
		assert!(orders.len() > 20, "{}", orders.len());
	});
}

#[test]
fn one_among_many_is_withdrawn_without_the_others_noticing() {
	build_and_execute(|| {
		let provers = crowd((0..24).map(|n| n % 3));
		for prover in [107, 100, 123, 111, 115] {
			withdraw(prover);
			check_invariants();
			assert!(!book(7).contains(&prover));
		}
		assert_eq!(book(0).len(), provers.len() - 5);
		let task = submit(9);
		next_block();
		assert_eq!(terms(winner(task).unwrap()).tick, 0);
	});
}

mod an_ask_without_room {
	use super::*;

	/// A prover with one lot, taken, and a rival at a higher tick.
	fn with_a_full_ask(test: impl FnOnce(u64)) {
		build_and_execute(|| {
			ask_in(market(), PROVER, 1, 1, WORK);
			ask(RIVAL, 2);
			let task = submit(9);
			next_block();
			assert_eq!(winner(task), Some(PROVER));
			// What has no room is noticed when it is looked at.
			assert_eq!(best(), Some(1));
			let other = submit(9);
			next_block();
			assert_eq!(winner(other), Some(RIVAL));
			test(task);
		});
	}

	fn is_full(prover: AccountId) -> bool {
		let full = FullAsks::<Test>::contains_key(prover, market());
		assert_eq!(full, place_of(prover) == AskStatus::Full);
		full
	}

	#[test]
	fn leaves_the_book() {
		with_a_full_ask(|_| {
			assert!(is_full(PROVER));
			assert_eq!(best(), Some(2));
			assert_eq!(book(0), [RIVAL]);
		});
	}

	#[test]
	fn is_back_when_its_attempt_has_ended() {
		with_a_full_ask(|task| {
			deliver(task);
			assert!(is_full(PROVER));
			let third = submit(9);
			next_block();
			assert!(!is_full(PROVER));
			assert_eq!(assigned(third), Some((PROVER, fee(2))));
		});
	}

	#[test]
	fn is_back_when_its_attempt_has_failed() {
		with_a_full_ask(|_| {
			// The deadline was 21.
			run_to(22);
			assert!(!is_full(PROVER));
			assert_eq!(best(), Some(1));
		});
	}

	#[test]
	fn can_be_withdrawn() {
		with_a_full_ask(|task| {
			withdraw(PROVER);
			assert_eq!(FullAsks::<Test>::iter_keys().count(), 0);
			check_invariants();
			deliver(task);
			next_block();
			assert_eq!(book(0), [RIVAL]);
		});
	}

	#[test]
	fn enters_the_book_with_a_change_that_counts() {
		with_a_full_ask(|_| {
			ask_in(market(), PROVER, 0, 2, WORK);
			assert!(is_full(PROVER));
			next_block();
			assert!(!is_full(PROVER));
			assert_eq!(best(), Some(0));
			let task = submit(9);
			next_block();
			assert_eq!(winner(task), Some(PROVER));
		});
	}

	#[test]
	fn stays_out_with_fewer_lots() {
		build_and_execute(|| {
			ask_in(market(), PROVER, 1, 2, WORK);
			let tasks = [submit(9), submit(9)];
			next_block();
			assert_eq!(count_of(PROVER, &tasks), 2);
			submit(9);
			next_block();
			assert!(is_full(PROVER));
			ask_in(market(), PROVER, 1, 1, WORK);
			assert!(is_full(PROVER));
			// One of two lots is free, but one is all it has now: it is looked at in vain.
			deliver(tasks[0]);
			run_to(System::block_number() + 2);
			assert!(is_full(PROVER));
			deliver(tasks[1]);
			next_block();
			assert!(!is_full(PROVER));
		});
	}

	#[test]
	fn is_back_when_stake_is_added() {
		build_and_execute(|| {
			// One bond, and less than the least another takes.
			keep_stake(PROVER, bond_of(fee(1)) + BOND_BASE - 1);
			ask(PROVER, 1);
			let first = submit(9);
			next_block();
			assert_eq!(winner(first), Some(PROVER));
			let second = submit(9);
			next_block();
			assert!(is_full(PROVER));
			assert_ok!(Provers::add_stake(signed(PROVER), bond_of(fee(1))));
			next_block();
			assert!(!is_full(PROVER));
			assert_eq!(winner(second), Some(PROVER));
		});
	}

	#[test]
	fn is_back_when_slots_are_added() {
		build_and_execute(|| {
			assert_ok!(Provers::set_hardware(signed(PROVER), HardwareClass::Cpu, 1));
			ask(PROVER, 1);
			let first = submit(9);
			next_block();
			assert_eq!(winner(first), Some(PROVER));
			let second = submit(9);
			next_block();
			assert!(is_full(PROVER));
			assert_ok!(Provers::set_hardware(signed(PROVER), HardwareClass::Cpu, 2));
			next_block();
			assert_eq!(winner(second), Some(PROVER));
		});
	}

	#[test]
	fn is_back_when_the_hardware_is() {
		build_and_execute(|| {
			let hardware = HardwareClass::Gpu { vram_gib: 16 };
			let program = register_program(OWNER, hardware, WorkModel::Fixed(WORK));
			let market = Market { hardware, ..market() };
			assert_ok!(Provers::set_hardware(signed(PROVER), hardware, SLOTS));
			ask_in(market, PROVER, 1, 1, WORK);
			assert_ok!(Provers::set_hardware(signed(PROVER), HardwareClass::Cpu, SLOTS));
			let task = Request { program, ..Default::default() }.submit();
			next_block();
			assert!(is_open(task));
			assert_eq!(Asks::<Test>::get(market, PROVER).unwrap().status, AskStatus::Full);
			assert_ok!(Provers::set_hardware(signed(PROVER), hardware, SLOTS));
			next_block();
			assert_eq!(winner(task), Some(PROVER));
		});
	}

	#[test]
	fn all_of_one_prover_are_back_together() {
		build_and_execute(|| {
			assert_ok!(Provers::set_hardware(signed(PROVER), HardwareClass::Cpu, 1));
			let levels = [ServiceLevel::Standard, ServiceLevel::Express, ServiceLevel::Guaranteed];
			for level in levels {
				ask_in(market_of(WORK, level), PROVER, 1, 1, WORK);
			}
			let tasks = levels.map(|level| Request { level, ..Default::default() }.submit());
			run_to(3);
			assert_eq!(count_of(PROVER, &tasks), 1);
			assert_eq!(FullAsks::<Test>::iter_prefix(PROVER).count(), 2);
			let live = tasks.into_iter().find(|task| !is_open(*task)).unwrap();
			deliver(live);
			next_block();
			// All were back in the book, and the two whose tasks wait were looked at again.
			assert_eq!(count_of(PROVER, &tasks), 1);
			assert_eq!(FullAsks::<Test>::iter_prefix(PROVER).count(), 1);
		});
	}
}
