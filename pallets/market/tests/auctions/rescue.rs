// SPDX-License-Identifier: Apache-2.0
//! Live tasks whose prover failed them, and that have no standby left, get another one.

use super::helpers::*;
use frame_support::{
	assert_ok,
	weights::{Weight, WeightMeter},
};
use pallet_attestation::{Attempt, Live};
use pallet_auctions::{max_asks_read, AskStatus, Asks, Event, WeightInfo, MAX_RESCUES};
use proofyard_market::*;
use proofyard_primitives::{Role, ServiceLevel, TaskId, Wanted};

/// A task for which the prover asks 51,000, alone, and which it then gives back in block 2: its bond
/// is 51,020, of which 80 % are 40,816.
fn given_back() -> TaskId {
	given_back_of(Request::default())
}

fn given_back_of(request: Request) -> TaskId {
	ask(PROVER, 1);
	let task = request.submit();
	next_block();
	assert_eq!(assigned(task), Some((PROVER, 51_000)));
	assert_ok!(Attestation::decline(signed(PROVER), task));
	task
}

/// The attempts at a task.
fn attempts(task: TaskId) -> Vec<Attempt<AccountId, Balance, BlockNumber>> {
	Live::<Test>::get(task).unwrap().attempts.into_inner()
}

/// Provers that have tried a task.
fn tried(task: TaskId) -> Vec<AccountId> {
	attempts(task).into_iter().map(|attempt| attempt.prover).collect()
}

fn holds_nothing(prover: AccountId) -> bool {
	holds(prover, &market()) == (0, 0, 0, 0)
}

#[test]
fn the_next_ask_is_found_in_the_next_block() {
	build_and_execute(|| {
		let task = given_back();
		ask(RIVAL, 2);
		next_block();
		let found = attempts(task).remove(1);
		assert_eq!((found.prover, found.role), (RIVAL, Role::Rescue));
		assert_eq!((found.price, found.bond, found.committed_ms), (52_000, 52_020, 1_000));
		assert_eq!(holds(RIVAL, &market()), (52_020, 1, 1_000, 1));
		System::assert_has_event(Event::RescueFound { task, prover: RIVAL, price: 52_000 }.into());
		// It won just now.
		assert_eq!(Asks::<Test>::get(market(), RIVAL).unwrap().idle_since, 3);
		// And what it costs more comes from the bond.
		assert_ok!(include(submission(task, RIVAL, proof())).unwrap());
		assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 52_000);
		assert!(holds_nothing(RIVAL));
	});
}

#[test]
fn the_price_is_what_the_first_rejected_asks() {
	build_and_execute(|| {
		let task = given_back();
		ask(RIVAL, 2);
		ask(THIRD, 7);
		next_block();
		assert_eq!((tried(task)[1], attempts(task)[1].price), (RIVAL, fee(7)));
	});
}

#[test]
fn the_price_is_not_what_those_ask_that_had_their_try() {
	build_and_execute(|| {
		let task = given_back();
		// Between the next and what the next but one asks.
		ask(PROVER, 4);
		ask(RIVAL, 2);
		ask(THIRD, 7);
		next_block();
		assert_eq!((tried(task)[1], attempts(task)[1].price), (RIVAL, fee(7)));
		assert_ok!(Attestation::decline(signed(RIVAL), task));
		// Both of those that had their try ask less than it, and nobody more.
		next_block();
		assert_eq!((tried(task)[2], attempts(task)[2].price), (THIRD, fee(7)));
	});
	// With nobody else the price is its own ask, whatever those ask for.
	build_and_execute(|| {
		let task = given_back();
		ask(PROVER, 9);
		ask(RIVAL, 2);
		next_block();
		assert_eq!((tried(task)[1], attempts(task)[1].price), (RIVAL, fee(2)));
	});
}

#[test]
fn the_price_is_not_what_the_requester_asks() {
	build_and_execute(|| {
		let task = given_back();
		register_prover(REQUESTER, SLOTS, STAKE);
		ask(REQUESTER, 5);
		ask(RIVAL, 2);
		next_block();
		assert_eq!((tried(task)[1], attempts(task)[1].price), (RIVAL, fee(2)));
		assert!(holds_nothing(REQUESTER));
	});
}

#[test]
fn the_price_is_not_what_one_asks_that_has_announced_a_proof() {
	build_and_execute(|| {
		let task = given_back();
		ask(RIVAL, 2);
		ask(THIRD, 5);
		// It shows what it has on the bounty, and is not sent.
		assert_ok!(Attestation::announce(signed(THIRD), task, Default::default()));
		next_block();
		assert_eq!((tried(task)[1], attempts(task)[1].price), (RIVAL, fee(2)));
	});
}

#[test]
fn the_most_is_the_price_and_what_the_bonds_pay() {
	// 51,000 and 40,816 are 91,816: the tick at 91 is within, that at 92 is not.
	for (tick, price, is_found) in [(30, 91, true), (31, 92, false)] {
		build_and_execute(|| {
			assert_eq!(super::helpers::price(tick), price);
			let task = given_back();
			ask(RIVAL, tick);
			next_block();
			assert_eq!(tried(task).contains(&RIVAL), is_found);
			assert_eq!(holds_nothing(RIVAL), !is_found);
		});
	}
}

#[test]
fn who_has_had_its_try_gets_no_other() {
	build_and_execute(|| {
		let task = given_back();
		run_to(5);
		// Its ask is the lowest all the time.
		assert_eq!(tried(task), [PROVER]);
		ask(RIVAL, 2);
		next_block();
		assert_ok!(Attestation::decline(signed(RIVAL), task));
		run_to(9);
		assert_eq!(tried(task), [PROVER, RIVAL]);
		ask(THIRD, 3);
		next_block();
		assert_eq!(tried(task), [PROVER, RIVAL, THIRD]);
	});
}

#[test]
fn who_keeps_the_requester_off_is_passed_over() {
	build_and_execute(|| {
		let task = given_back();
		ask(RIVAL, 2);
		ask(THIRD, 3);
		assert_ok!(Auctions::set_blocked(signed(RIVAL), REQUESTER, true));
		next_block();
		assert_eq!(tried(task), [PROVER, THIRD]);
	});
}

#[test]
fn the_requester_does_not_earn_on_its_own_task() {
	build_and_execute(|| {
		let task = given_back();
		register_prover(REQUESTER, SLOTS, STAKE);
		ask(REQUESTER, 2);
		run_to(5);
		assert_eq!(tried(task), [PROVER]);
		ask(THIRD, 3);
		next_block();
		assert_eq!(tried(task), [PROVER, THIRD]);
	});
}

#[test]
fn the_set_that_the_task_was_kept_to_is_no_more() {
	build_and_execute(|| {
		let task = given_back_of(Request { provers: vec![PROVER], ..Default::default() });
		ask(RIVAL, 2);
		next_block();
		assert_eq!(tried(task), [PROVER, RIVAL]);
	});
}

#[test]
fn who_would_not_make_the_deadline_is_passed_over() {
	// From block 3 to the deadline in block 21 there are 108 seconds.
	for (speed, is_found) in [(9, false), (10, true)] {
		build_and_execute(|| {
			let task = given_back();
			ask_in(market(), RIVAL, 2, 1, speed);
			next_block();
			assert_eq!(tried(task).len() > 1, is_found, "{speed}");
		});
	}
}

#[test]
fn who_has_no_room_is_passed_over_and_makes_way() {
	build_and_execute(|| {
		ask_in(market(), RIVAL, 2, 1, WORK);
		ask(THIRD, 3);
		next_block();
		let busy_with = submit(20);
		next_block();
		assert_eq!(winner(busy_with), Some(RIVAL));
		assert!(matches!(place_of(RIVAL), AskStatus::Book(_)));
		let task = given_back_of(Request { provers: vec![PROVER], ..Default::default() });
		next_block();
		assert_eq!(tried(task), [PROVER, THIRD]);
		assert_eq!(place_of(RIVAL), AskStatus::Full);
	});
}

#[test]
fn at_the_guaranteed_level_it_takes_a_record() {
	build_and_execute(|| {
		ReliableProofs::set(1);
		let level = ServiceLevel::Guaranteed;
		let guaranteed = market_of(WORK, level);
		PROVERS.into_iter().filter(|prover| *prover != RIVAL).for_each(count_delivered);
		ask_in(guaranteed, PROVER, 1, SLOTS, WORK);
		let task = Request { level, ..Default::default() }.submit();
		next_block();
		assert_eq!(winner(task), Some(PROVER));
		assert_ok!(Attestation::decline(signed(PROVER), task));
		// It has to be reliable still, after giving that back.
		ask_in(guaranteed, RIVAL, 2, SLOTS, WORK);
		ask_in(guaranteed, THIRD, 3, SLOTS, WORK);
		next_block();
		assert_eq!(tried(task), [PROVER, THIRD]);
		// Twice the price, and the base.
		assert_eq!(attempts(task)[1].bond, 2 * fee(3) + BOND_BASE);
	});
}

#[test]
fn it_comes_before_the_open_tasks() {
	build_and_execute(|| {
		let task = given_back();
		ask_in(market(), RIVAL, 2, 1, WORK);
		assert_ok!(Provers::set_paused(signed(PROVER), true));
		let open = submit(40);
		next_block();
		assert_eq!(tried(task), [PROVER, RIVAL]);
		assert!(is_open(open));
	});
}

#[test]
fn who_is_turned_away_gets_everything_back() {
	build_and_execute(|| {
		let task = given_back();
		ask(RIVAL, 2);
		TurnsAway::set(true);
		run_to(5);
		assert_eq!(tried(task), [PROVER]);
		assert!(holds_nothing(RIVAL));
		let found = |record: &frame_system::EventRecord<RuntimeEvent, _>| {
			matches!(record.event, RuntimeEvent::Auctions(Event::RescueFound { .. }))
		};
		assert!(!System::events().iter().any(found));
		check_invariants();
		TurnsAway::set(false);
		next_block();
		assert_eq!(tried(task), [PROVER, RIVAL]);
	});
}

#[test]
fn a_prover_that_was_late_is_followed_by_another() {
	build_and_execute(|| {
		ask(PROVER, 1);
		let task = submit(40);
		next_block();
		let soft = assignment(task).soft_deadline;
		ask(RIVAL, 2);
		run_to(soft);
		assert_eq!(tried(task), [PROVER]);
		// The block after it: attestation comes before the auction.
		run_to(soft + 1);
		assert_eq!(tried(task), [PROVER, RIVAL]);
	});
}

mod a_block {
	use super::*;

	fn wanted(task: TaskId) -> Wanted<AccountId, Balance> {
		Wanted {
			task,
			market: market(),
			requester: REQUESTER,
			work: WORK,
			most: fee(40),
			time_ms: 60_000,
			tried: vec![],
		}
	}

	/// Limits of what is asked for with so much weight, and the weight consumed.
	fn asked_with(limit: Weight) -> (Vec<u32>, Weight) {
		AskedFor::set(vec![]);
		let mut meter = WeightMeter::with_limit(limit);
		Auctions::rescue(System::block_number(), &mut meter);
		assert!(meter.consumed().all_lte(limit));
		(AskedFor::get(), meter.consumed())
	}

	#[test]
	fn looks_for_no_more_than_it_may() {
		build_and_execute(|| {
			WantedNow::set(Some((100..120).map(wanted).collect()));
			next_block();
			assert_eq!(AskedFor::get(), [MAX_RESCUES]);
		});
	}

	#[test]
	fn looks_for_no_more_than_fit_into_its_weight() {
		build_and_execute(|| {
			ask(PROVER, 1);
			next_block();
			WantedNow::set(Some((100..120).map(wanted).collect()));
			let one = Auctions::rescue_weight();
			assert_eq!(asked_with(one * 3).0, [3]);
			assert_eq!(asked_with(one * 4 - Weight::from_parts(1, 0)).0, [3]);
			assert_eq!(asked_with(one).0, [1]);
			assert_eq!(asked_with(one - Weight::from_parts(1, 0)), (vec![], Weight::zero()));
			assert_eq!(asked_with(Weight::MAX).0, [MAX_RESCUES]);
			// None of them is a task of the chain.
			assert!(holds_nothing(PROVER));
		});
	}

	#[test]
	fn pays_for_what_it_looked_at() {
		build_and_execute(|| {
			let rescue = <() as WeightInfo>::rescue();
			let cleared = |looked| rescue + <() as WeightInfo>::clear(1, looked);
			// Nobody asks: nothing is looked at.
			WantedNow::set(Some(vec![wanted(100)]));
			assert_eq!(asked_with(Weight::MAX).1, cleared(0));
			ask(PROVER, 1);
			ask(RIVAL, 2);
			next_block();
			assert_eq!(asked_with(Weight::MAX).1, cleared(2));
			// Nobody asks so little.
			WantedNow::set(Some(vec![Wanted { most: fee(0), ..wanted(100) }]));
			assert_eq!(asked_with(Weight::MAX).1, cleared(0));
			assert!(cleared(max_asks_read(1)).all_lte(Auctions::rescue_weight()));
			// One without room has to leave the book.
			WantedNow::set(Some(vec![wanted(100)]));
			assert_ok!(Provers::set_paused(signed(PROVER), true));
			assert_eq!(asked_with(Weight::MAX).1, cleared(2) + <() as WeightInfo>::leave());
			assert_eq!(place_of(PROVER), AskStatus::Full);
		});
	}

	#[test]
	fn leaves_the_clearing_its_part() {
		build_and_execute(|| {
			ask(PROVER, 1);
			ask(RIVAL, 2);
			WantedNow::set(Some((100..120).map(wanted).collect()));
			let task = submit(20);
			let limit = Auctions::least_hook_weight();
			AuctionsHook::set(limit);
			assert!(next_block().all_lte(limit));
			assert!(AskedFor::get().iter().all(|asked| *asked < MAX_RESCUES));
			assert!(!is_open(task));
		});
	}

	#[test]
	fn finds_as_many_provers_as_there_are() {
		build_and_execute(|| {
			let tasks: Vec<TaskId> = (0..3).map(|_| given_back()).collect();
			ask_in(market(), RIVAL, 2, 2, WORK);
			next_block();
			let found = tasks.iter().filter(|task| tried(**task).contains(&RIVAL)).count();
			assert_eq!(found, 2);
			ask(THIRD, 3);
			next_block();
			assert!(tasks.iter().all(|task| tried(*task).len() == 2));
		});
	}
}
