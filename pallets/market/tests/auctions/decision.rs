// SPDX-License-Identifier: Apache-2.0
//! Winner of a task that is sold by sealed bids, and its price.

use super::{helpers::*, sealed::*};
use frame_support::{assert_noop, assert_ok, dispatch::Pays};
use pallet_auctions::{AgendaOf, Bids, Error, Event, WeightInfo};
use pallet_settlement::Event as SettlementEvent;
use proofyard_market::*;
use proofyard_primitives::{HardwareClass, Outcome, ServiceLevel, Standby, TaskId};
use sp_core::H256;
use std::collections::BTreeSet;

/// The block in which a task submitted in block 1 is decided.
const DECIDED: BlockNumber = REVEAL_UNTIL + 1;

/// Commit these bids and reveal them; the next block decides.
fn bid(task: TaskId, bids: &[(AccountId, Balance)]) {
	for (prover, price) in bids {
		commit(*prover, task, *price);
	}
	run_to(COMMIT_UNTIL + 1);
	for (prover, price) in bids {
		reveal(*prover, task, *price);
	}
	run_to(REVEAL_UNTIL);
}

/// Run a test with a task for which these were bid, in the last block to reveal in.
fn with_bids(bids: &[(AccountId, Balance)], test: impl FnOnce(TaskId)) {
	build_and_execute(|| {
		let task = request().submit();
		bid(task, bids);
		assert!(is_open(task));
		test(task);
	});
}

fn nothing_is_left_of(task: TaskId) {
	assert!(!is_open(task));
	assert_eq!(Bids::<Test>::iter_keys().count(), 0);
	assert!(AgendaOf::<Test>::entries().is_empty());
}

/// The task went back to its requester.
fn went_back(task: TaskId) {
	nothing_is_left_of(task);
	assert_eq!(outcome(task), Some(Outcome::Expired));
	assert_eq!((free(REQUESTER), escrowed(REQUESTER)), (ENDOWMENT, 0));
}

#[test]
fn the_lowest_bid_wins_and_is_paid_the_second_lowest() {
	with_bids(&[(RIVAL, 70_000), (PROVER, 60_000), (THIRD, 90_000)], |task| {
		next_block();
		assert_eq!(assigned(task), Some((PROVER, 70_000)));
		nothing_is_left_of(task);
		assert_eq!(escrowed(REQUESTER), 70_000);
		assert_eq!(reserved_bond(PROVER), bond_of(70_000));
		assert_eq!((reserved_bond(RIVAL), reserved_bond(THIRD)), (0, 0));
		// 29 blocks to the deadline, of which the first attempt has twenty.
		let assignment = assignment(task);
		assert_eq!((assignment.assigned_at, assignment.soft_deadline), (DECIDED, DECIDED + 20));
		assert_eq!(assignment.committed_ms, 1_000);
		let bond = bond_of(87_500);
		let standby = Standby { prover: RIVAL, price: 87_500, bond, committed_ms: 1_000 };
		assert_eq!(assignment.standbys.into_inner(), [standby]);
		System::assert_has_event(
			Event::TaskAssigned {
				task,
				prover: PROVER,
				price: 70_000,
				bond: bond_of(70_000),
				soft_deadline: DECIDED + 20,
				co_primaries: vec![],
				standbys: vec![RIVAL],
			}
			.into(),
		);
	});
}

#[test]
fn the_only_bid_is_paid_the_maximum() {
	with_bids(&[(PROVER, 60_000)], |task| {
		next_block();
		assert_eq!(assigned(task), Some((PROVER, MAX)));
		assert!(standbys(task).is_empty());
	});
}

#[test]
fn a_bid_of_the_maximum_counts_and_one_above_does_not() {
	with_bids(&[(PROVER, 60_000), (RIVAL, MAX + 1)], |task| {
		next_block();
		assert_eq!(assigned(task), Some((PROVER, MAX)));
	});
	with_bids(&[(PROVER, MAX)], |task| {
		next_block();
		assert_eq!(assigned(task), Some((PROVER, MAX)));
	});
	with_bids(&[(PROVER, MAX + 1)], |task| {
		next_block();
		went_back(task);
	});
}

#[test]
fn a_bid_for_nothing_wins_what_others_would_be_paid() {
	with_bids(&[(PROVER, 0), (RIVAL, 1)], |task| {
		next_block();
		assert_eq!(assigned(task), Some((PROVER, 1)));
	});
}

#[test]
fn of_equal_bids_the_blocks_randomness_chooses() {
	let drawn: BTreeSet<AccountId> = (0..16)
		.map(|seed| {
			let mut found = None;
			with_bids(&[(PROVER, 60_000), (RIVAL, 60_000), (THIRD, 80_000)], |task| {
				set_random(H256::repeat_byte(seed));
				next_block();
				assert_eq!(assignment(task).price, 60_000);
				found = winner(task);
			});
			found.unwrap()
		})
		.collect();
	assert_eq!(drawn, BTreeSet::from([PROVER, RIVAL]));
}

#[test]
fn standbys_are_as_many_as_the_level_has() {
	build_and_execute(|| {
		let task = Request { level: ServiceLevel::Guaranteed, ..request() }.submit();
		bid(task, &[(PROVER, 60_000), (RIVAL, 80_000), (THIRD, 70_000)]);
		next_block();
		assert_eq!(assigned(task), Some((PROVER, 70_000)));
		assert_eq!(standbys(task), [(THIRD, 87_500), (RIVAL, 100_000)]);
		assert_eq!(reserved_bond(PROVER), 2 * 70_000 + BOND_BASE);
	});
}

#[test]
fn who_wins_delivers_like_anybody() {
	with_bids(&[(PROVER, 60_000), (RIVAL, 70_000)], |task| {
		next_block();
		deliver(task);
		assert_eq!(free(PROVER), ENDOWMENT - STAKE + 70_000);
		assert_eq!(free(REQUESTER), ENDOWMENT - 70_000);
	});
}

mod who_does_not_reveal {
	use super::*;

	#[test]
	fn loses_the_deposit() {
		build_and_execute(|| {
			let task = request().submit();
			commit(PROVER, task, 10_000);
			commit(RIVAL, task, 70_000);
			run_to(COMMIT_UNTIL + 1);
			reveal(RIVAL, task, 70_000);
			run_to(DECIDED);
			assert_eq!(assigned(task), Some((RIVAL, MAX)));
			assert_eq!((staked(PROVER), reserved_bond(PROVER)), (STAKE - BOND_BASE, 0));
			assert_eq!(staked(RIVAL), STAKE);
			assert_eq!(Burnt::get(), BOND_BASE);
			System::assert_has_event(
				SettlementEvent::DepositForfeited { task, prover: PROVER, amount: BOND_BASE }
					.into(),
			);
		});
	}

	#[test]
	fn gives_the_task_back_where_nobody_does() {
		build_and_execute(|| {
			let task = request().submit();
			for prover in PROVERS {
				commit(prover, task, 10_000);
			}
			run_to(DECIDED);
			went_back(task);
			assert_eq!(Burnt::get(), 3 * BOND_BASE);
			assert_eq!(pallet_programs::Programs::<Test>::get(program()).unwrap().live_tasks, 0);
		});
	}
}

#[test]
fn a_task_that_nobody_bids_for_goes_back() {
	with_bids(&[], |task| {
		next_block();
		went_back(task);
		assert_eq!(Burnt::get(), 0);
	});
}

mod a_winner_is_passed_over_when {
	use super::*;

	/// The prover bids lowest and the rival gets it, at what the third bid.
	fn the_next_wins(limit: impl FnOnce()) {
		with_bids(&[(PROVER, 60_000), (RIVAL, 70_000), (THIRD, 80_000)], |task| {
			limit();
			next_block();
			assert_eq!(assigned(task), Some((RIVAL, 80_000)));
			assert_eq!(standbys(task), [(THIRD, 100_000)]);
			assert_eq!(reserved_bond(PROVER), 0);
			nothing_is_left_of(task);
		});
	}

	#[test]
	fn its_stake_does_not_cover_the_bond() {
		the_next_wins(|| keep_stake(PROVER, bond_of(70_000) - 1));
	}

	#[test]
	fn it_is_paused() {
		the_next_wins(|| {
			assert_ok!(Provers::set_paused(signed(PROVER), true));
		});
	}

	#[test]
	fn it_has_left() {
		build_and_execute(|| {
			let bidding = Some(proofyard_primitives::BiddingWindow { commit: 5, reveal: 30 });
			let task = Request { bidding, lifetime: 80, ..request() }.submit();
			commit(PROVER, task, 60_000);
			commit(RIVAL, task, 70_000);
			run_to(COMMIT_UNTIL + 1);
			reveal(PROVER, task, 60_000);
			reveal(RIVAL, task, 70_000);
			assert_ok!(Provers::unbond(signed(PROVER), STAKE));
			run_to(30);
			assert_ok!(Provers::withdraw_unbonded(signed(PROVER)));
			run_to(40);
			assert_eq!(assigned(task), Some((RIVAL, MAX)));
		});
	}

	#[test]
	fn it_has_no_slot() {
		build_and_execute(|| {
			assert_ok!(Provers::set_hardware(signed(PROVER), HardwareClass::Cpu, 1));
			ask(PROVER, 1);
			let busy_with = submit_for(5, 40);
			next_block();
			assert_eq!(winner(busy_with), Some(PROVER));
			let task = request().submit();
			commit(PROVER, task, 60_000);
			commit(RIVAL, task, 70_000);
			run_to(COMMIT_UNTIL + 2);
			reveal(PROVER, task, 60_000);
			reveal(RIVAL, task, 70_000);
			run_to(DECIDED + 1);
			assert_eq!(assigned(task), Some((RIVAL, MAX)));
		});
	}

	#[test]
	fn it_would_be_late() {
		// Twenty blocks to the soft deadline are 120 seconds. At nine units a second the work takes
		// 112, at eight 125.
		for (speed, expected) in [(9, (PROVER, 70_000)), (8, (RIVAL, MAX))] {
			build_and_execute(|| {
				let task = request().submit();
				commit(PROVER, task, 60_000);
				commit(RIVAL, task, 70_000);
				run_to(COMMIT_UNTIL + 1);
				assert_ok!(Auctions::reveal_bid(signed(PROVER), task, 60_000, speed, SALT));
				reveal(RIVAL, task, 70_000);
				run_to(DECIDED);
				assert_eq!(assigned(task), Some(expected));
			});
		}
	}

	#[test]
	fn it_is_busy_until_too_late() {
		build_and_execute(|| {
			// A task of seventy seconds, and another beside it that takes as long, in twenty blocks.
			ask_in(market(), PROVER, 1, 4, WORK / 70);
			let busy_with = submit_for(5, 40);
			let task = request().submit();
			next_block();
			assert_eq!(winner(busy_with), Some(PROVER));
			commit(PROVER, task, 60_000);
			commit(RIVAL, task, 70_000);
			run_to(COMMIT_UNTIL + 1);
			assert_ok!(Auctions::reveal_bid(signed(PROVER), task, 60_000, WORK / 70, SALT));
			reveal(RIVAL, task, 70_000);
			run_to(DECIDED);
			assert_eq!(assigned(task), Some((RIVAL, MAX)));
		});
	}
}

#[test]
fn where_nobody_can_keep_its_bid_the_task_goes_back() {
	with_bids(&[(PROVER, 60_000), (RIVAL, 70_000)], |task| {
		keep_stake(PROVER, MIN_STAKE);
		keep_stake(RIVAL, MIN_STAKE);
		next_block();
		went_back(task);
		assert_eq!(Burnt::get(), 0);
	});
}

#[test]
fn a_bid_beyond_reason_does_not_spoil_the_others() {
	with_bids(&[(PROVER, 60_000), (RIVAL, 70_000), (THIRD, Balance::MAX)], |task| {
		next_block();
		assert_eq!(assigned(task), Some((PROVER, 70_000)));
	});
	with_bids(&[(PROVER, 60_000), (THIRD, Balance::MAX)], |task| {
		next_block();
		// As if it had not been made.
		assert_eq!(assigned(task), Some((PROVER, MAX)));
		assert!(standbys(task).is_empty());
		assert_eq!(reserved_bond(PROVER), bond_of(MAX));
	});
}

#[test]
fn a_standby_has_time_after_the_soft_deadline() {
	build_and_execute(|| {
		// The last nine blocks are 54 seconds.
		let task = request().submit();
		for (prover, price) in [(PROVER, 60_000), (RIVAL, 70_000), (THIRD, 80_000)] {
			commit(prover, task, price);
		}
		run_to(COMMIT_UNTIL + 1);
		reveal(PROVER, task, 60_000);
		assert_ok!(Auctions::reveal_bid(signed(RIVAL), task, 70_000, WORK / 60, SALT));
		reveal(THIRD, task, 80_000);
		run_to(DECIDED);
		assert_eq!(assigned(task), Some((PROVER, 70_000)));
		assert_eq!(standbys(task), [(THIRD, 100_000)]);
	});
}

#[test]
fn a_set_keeps_a_sealed_task_to_itself() {
	build_and_execute(|| {
		let task = Request { provers: vec![PROVER, RIVAL], ..request() }.submit();
		bid(task, &[(PROVER, 60_000), (RIVAL, 70_000)]);
		next_block();
		assert_eq!(assigned(task), Some((PROVER, 70_000)));
	});
}

mod poke {
	use super::*;

	#[test]
	fn decides_what_the_hook_had_no_room_for() {
		with_bids(&[(PROVER, 60_000), (RIVAL, 70_000)], |task| {
			let poke = || Auctions::poke(signed(OTHER), task);
			assert_noop!(poke(), Error::<Test>::NotDue);
			AuctionsHook::set(<() as WeightInfo>::agenda_base() * 2);
			next_block();
			assert!(is_open(task));
			assert_eq!(poke().unwrap().pays_fee, Pays::No);
			assert_eq!(assigned(task), Some((PROVER, 70_000)));
			assert_noop!(poke(), Error::<Test>::UnknownTask);
		});
	}

	#[test]
	fn or_the_next_block_does() {
		with_bids(&[(PROVER, 60_000), (RIVAL, 70_000)], |task| {
			AuctionsHook::set(<() as WeightInfo>::agenda_base() * 2);
			next_block();
			AuctionsHook::set(frame_support::weights::Weight::MAX);
			next_block();
			assert_eq!(assigned(task), Some((PROVER, 70_000)));
		});
	}
}
