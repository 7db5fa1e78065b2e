// SPDX-License-Identifier: Apache-2.0
//! Time when a change of an ask counts: less at once, more from the next epoch.

use super::helpers::*;
use frame_support::assert_ok;
use pallet_auctions::{
	AskStatus, AskTerms, Asks, EpochAgendaOf, EpochItems, Event, WeightInfo, AGENDA_PART,
};
use proofyard_market::*;
use proofyard_primitives::Market;

/// Blocks of an epoch: it begins in the blocks 5, 10, 15, …
const EPOCH: BlockNumber = 5;

/// Run a test with epochs and an ask of the prover at tick 5 in the book, in block 6.
fn with_an_ask(test: impl FnOnce()) {
	build_and_execute(|| {
		AskEpoch::set(EPOCH);
		ask(PROVER, 5);
		run_to(6);
		assert_eq!(terms(PROVER), FIRST);
		assert_eq!(place_of(PROVER), AskStatus::Book(0));
		test();
	});
}

const FIRST: AskTerms = AskTerms { tick: 5, lots: SLOTS, speed: WORK };

/// Terms that are to come of an ask, and when.
fn next(prover: AccountId) -> Option<(AskTerms, BlockNumber)> {
	Asks::<Test>::get(market(), prover).unwrap().next
}

fn place(tick: u16, lots: u32, speed: u64) {
	ask_in(market(), PROVER, tick, lots, speed);
}

/// The block that the last placed ask was announced for.
fn announced() -> BlockNumber {
	match System::events().pop().unwrap().event {
		RuntimeEvent::Auctions(Event::AskPlaced { from, .. }) => from,
		event => panic!("{event:?}"),
	}
}

#[test]
fn a_new_ask_counts_from_the_next_epoch() {
	build_and_execute(|| {
		AskEpoch::set(EPOCH);
		ask(PROVER, 5);
		assert_eq!(announced(), 5);
		let task = submit(9);
		run_to(4);
		assert!(is_open(task));
		assert_eq!(place_of(PROVER), AskStatus::Coming);
		run_to(5);
		assert_eq!(assigned(task), Some((PROVER, fee(5))));
		assert_eq!(next(PROVER), None);
		assert!(EpochAgendaOf::<Test>::entries().is_empty());
	});
}

#[test]
fn one_placed_in_the_first_block_of_an_epoch_waits_for_the_next() {
	build_and_execute(|| {
		AskEpoch::set(EPOCH);
		run_to(5);
		ask(PROVER, 5);
		assert_eq!(announced(), 10);
		run_to(9);
		ask(RIVAL, 5);
		assert_eq!(announced(), 10);
		run_to(10);
		assert!(matches!(place_of(PROVER), AskStatus::Book(_)));
		assert!(matches!(place_of(RIVAL), AskStatus::Book(_)));
	});
}

#[test]
fn another_price_waits_be_it_lower_or_higher() {
	for tick in [3, 7] {
		with_an_ask(|| {
			place(tick, SLOTS, WORK);
			assert_eq!(terms(PROVER), FIRST);
			assert_eq!(next(PROVER), Some((AskTerms { tick, ..FIRST }, 10)));
			let before = submit(9);
			run_to(9);
			assert_eq!(assigned(before), Some((PROVER, fee(5))));
			assert_eq!(Auctions::best_ask(&market()).unwrap().index(), 5);
			let after = submit(9);
			run_to(10);
			assert_eq!(assigned(after), Some((PROVER, fee(tick))));
			assert_eq!(Auctions::best_ask(&market()).unwrap().index(), tick);
		});
	}
}

#[test]
fn more_lots_wait_and_fewer_count_at_once() {
	with_an_ask(|| {
		place(5, SLOTS + 1, WORK);
		assert_eq!(terms(PROVER), FIRST);
		assert_eq!(announced(), 10);
		run_to(10);
		assert_eq!(terms(PROVER).lots, SLOTS + 1);
		place(5, 1, WORK);
		assert_eq!(announced(), 10);
		assert_eq!(terms(PROVER).lots, 1);
		assert_eq!(next(PROVER), None);
		let (first, second) = (submit(9), submit(9));
		run_to(15);
		assert_eq!(count_assigned(&[first, second]), 1);
	});
}

#[test]
fn more_speed_waits_and_less_counts_at_once() {
	with_an_ask(|| {
		place(5, SLOTS, 2 * WORK);
		assert_eq!(terms(PROVER), FIRST);
		run_to(10);
		assert_eq!(terms(PROVER).speed, 2 * WORK);
		place(5, SLOTS, 1);
		assert_eq!(terms(PROVER).speed, 1);
		assert_eq!(next(PROVER), None);
		// A thousand seconds are more than there are.
		let task = submit(9);
		run_to(15);
		assert!(is_open(task));
	});
}

#[test]
fn of_a_mixed_change_what_is_less_counts_at_once() {
	with_an_ask(|| {
		place(3, 1, 2 * WORK);
		assert_eq!(terms(PROVER), AskTerms { lots: 1, ..FIRST });
		let wanted = AskTerms { tick: 3, lots: 1, speed: 2 * WORK };
		assert_eq!(next(PROVER), Some((wanted, 10)));
		run_to(10);
		assert_eq!(terms(PROVER), wanted);
	});
}

#[test]
fn what_was_given_up_at_once_comes_back_with_the_epoch_only() {
	with_an_ask(|| {
		place(5, 1, WORK);
		place(5, SLOTS, WORK);
		assert_eq!(terms(PROVER).lots, 1);
		assert_eq!(next(PROVER), Some((FIRST, 10)));
		run_to(10);
		assert_eq!(terms(PROVER), FIRST);
	});
}

#[test]
fn a_change_replaces_one_that_is_to_come() {
	with_an_ask(|| {
		place(3, SLOTS, WORK);
		run_to(8);
		place(7, SLOTS, WORK);
		assert_eq!(EpochAgendaOf::<Test>::entries(), [(10, (market(), PROVER))]);
		run_to(10);
		assert_eq!(terms(PROVER).tick, 7);
	});
}

#[test]
fn a_change_can_be_taken_back() {
	with_an_ask(|| {
		place(3, SLOTS, WORK);
		place(5, SLOTS, WORK);
		assert_eq!(announced(), 6);
		assert_eq!(next(PROVER), None);
		assert!(EpochAgendaOf::<Test>::entries().is_empty());
		run_to(10);
		assert_eq!(terms(PROVER), FIRST);
	});
}

#[test]
fn an_ask_that_is_to_come_can_be_changed_and_withdrawn() {
	build_and_execute(|| {
		AskEpoch::set(EPOCH);
		ask(PROVER, 5);
		place(3, 2, WORK);
		assert_eq!(place_of(PROVER), AskStatus::Coming);
		assert_eq!(terms(PROVER), AskTerms { tick: 3, lots: 2, speed: WORK });
		assert_eq!(EpochAgendaOf::<Test>::entries().len(), 1);
		check_invariants();
		withdraw(PROVER);
		assert!(EpochAgendaOf::<Test>::entries().is_empty());
		run_to(5);
		assert_eq!(Auctions::best_ask(&market()), None);
	});
}

#[test]
fn withdrawing_takes_a_change_that_is_to_come_along() {
	with_an_ask(|| {
		place(3, SLOTS, WORK);
		withdraw(PROVER);
		assert!(EpochAgendaOf::<Test>::entries().is_empty());
		check_invariants();
		run_to(10);
		assert!(!Asks::<Test>::contains_key(market(), PROVER));
		assert_eq!(Auctions::best_ask(&market()), None);
	});
}

#[test]
fn one_placed_anew_after_withdrawing_waits_like_any_other() {
	with_an_ask(|| {
		withdraw(PROVER);
		ask(PROVER, 5);
		let task = submit(9);
		run_to(9);
		assert!(is_open(task));
		run_to(10);
		assert_eq!(assigned(task), Some((PROVER, fee(5))));
	});
}

#[test]
fn changes_of_many_asks_count_in_the_same_block() {
	with_an_ask(|| {
		let other = |bucket| Market { bucket, ..market() };
		for (prover, bucket) in [(RIVAL, 9), (THIRD, 9), (RIVAL, 1), (PROVER, 2)] {
			ask_in(other(bucket), prover, 5, 1, WORK);
		}
		place(4, SLOTS, WORK);
		assert_eq!(EpochItems::<Test>::iter_key_prefix(10).count(), 5);
		run_to(10);
		let in_book =
			Asks::<Test>::iter_values().all(|ask| matches!(ask.status, AskStatus::Book(_)));
		assert!(in_book);
	});
}

#[test]
fn what_does_not_fit_into_a_block_counts_from_the_next() {
	build_and_execute(|| {
		for prover in PROVERS {
			ask(prover, 5);
		}
		// A part of it is theirs, and two fit.
		let part = <() as WeightInfo>::agenda_base()
			+ <() as WeightInfo>::agenda_block()
			+ <() as WeightInfo>::activate() * 2;
		AuctionsHook::set(part * AGENDA_PART);
		let in_book = || PROVERS.iter().filter(|p| place_of(**p) != AskStatus::Coming).count();
		next_block();
		assert_eq!(in_book(), 2);
		check_invariants();
		// One that is to come for longer than it should can still be changed.
		let late = *PROVERS.iter().find(|p| place_of(**p) == AskStatus::Coming).unwrap();
		assert_ok!(Auctions::place_ask(signed(late), market(), price(6), 1, WORK));
		check_invariants();
		run_to(4);
		assert_eq!(in_book(), 3);
		assert_eq!(terms(late).tick, 6);
	});
}
