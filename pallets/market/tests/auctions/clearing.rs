// SPDX-License-Identifier: Apache-2.0
//! Winner of a task, its price, and its standbys.

use super::helpers::*;
use pallet_attestation::Live;
use pallet_auctions::{AgendaOf, Event, Queue, Waiting};
use pallet_settlement::Event as SettlementEvent;
use proofyard_market::*;
use proofyard_primitives::{Redundancy, ServiceLevel, Standby, TaskId};
use sp_core::H256;
use std::collections::BTreeSet;

/// The share of the time that a first attempt has is 70 % at level standard: of the 19 blocks that
/// the default request has left when it is cleared, 13.
const SOFT_BLOCKS: BlockNumber = 13;

#[test]
fn the_lowest_ask_wins_and_is_paid_what_the_next_one_asks() {
	build_and_execute(|| {
		ask(PROVER, 3);
		ask(RIVAL, 2);
		let task = submit(40);
		assert!(is_open(task));
		next_block();

		assert_eq!(assigned(task), Some((RIVAL, fee(3))));
		assert!(!is_open(task));
		assert_eq!(Queue::<Test>::iter_keys().count(), 0);
		assert_eq!(Waiting::<Test>::iter_keys().count(), 0);
		assert!(AgendaOf::<Test>::entries().is_empty());
		System::assert_has_event(
			Event::TaskAssigned {
				task,
				prover: RIVAL,
				price: fee(3),
				bond: bond_of(fee(3)),
				soft_deadline: 2 + SOFT_BLOCKS,
				co_primaries: vec![],
				standbys: vec![PROVER],
			}
			.into(),
		);
		assert_eq!(Live::<Test>::get(task).unwrap().spec.deadline, 21);
		let assignment = assignment(task);
		assert_eq!(assignment.assigned_at, 2);
		assert!(assignment.co_primaries.is_empty());
		assert_eq!(assignment.committed_ms, 1_000);
		let price = standby_price(fee(3));
		let standby = Standby { prover: PROVER, price, bond: bond_of(price), committed_ms: 1_000 };
		assert_eq!(assignment.standbys.into_inner(), [standby]);
	});
}

#[test]
fn alone_it_is_paid_what_it_asks() {
	build_and_execute(|| {
		ask(PROVER, 3);
		let task = submit(40);
		next_block();
		assert_eq!(assigned(task), Some((PROVER, fee(3))));
		assert!(standbys(task).is_empty());
	});
}

#[test]
fn what_the_requester_offered_above_the_price_is_free_at_once() {
	build_and_execute(|| {
		ask(PROVER, 2);
		let task = submit(5);
		next_block();
		assert_eq!(escrowed(REQUESTER), fee(2));
		assert_eq!(free(REQUESTER), ENDOWMENT - fee(2));
		let amount = fee(5) - fee(2);
		System::assert_has_event(
			SettlementEvent::EscrowReleased { task, requester: REQUESTER, amount }.into(),
		);
	});
}

#[test]
fn a_price_of_just_the_maximum_is_met_and_one_above_is_not() {
	build_and_execute(|| {
		ask(PROVER, 2);
		let enough = submit(2);
		let short = Request { max_fee: fee(2) - 1, ..Default::default() }.submit();
		next_block();
		assert_eq!(assigned(enough), Some((PROVER, fee(2))));
		assert!(is_open(short));
		assert_eq!(escrowed(REQUESTER), fee(2) + fee(2) - 1);
	});
}

mod the_price {
	use super::*;

	#[test]
	fn is_the_same_for_all() {
		build_and_execute(|| {
			ask(PROVER, 1);
			ask(RIVAL, 2);
			ask(THIRD, 4);
			let tasks = [submit(20), submit(10)];
			next_block();
			// Whoever pays more gets the lower ask, and nobody pays more for it.
			assert_eq!(assigned(tasks[0]), Some((PROVER, fee(4))));
			assert_eq!(assigned(tasks[1]), Some((RIVAL, fee(4))));
		});
	}

	#[test]
	fn is_never_above_the_lowest_accepted_maximum() {
		build_and_execute(|| {
			ask(PROVER, 1);
			ask(RIVAL, 2);
			ask(THIRD, 9);
			let dear = submit(20);
			let cheap = Request { max_fee: fee(5) + 7, ..Default::default() }.submit();
			next_block();
			assert_eq!(assigned(dear), Some((PROVER, fee(5))));
			assert_eq!(assigned(cheap), Some((RIVAL, fee(5))));
			assert_eq!(escrowed(REQUESTER), 2 * fee(5));
		});
	}

	#[test]
	fn is_the_highest_accepted_ask_where_nobody_is_rejected() {
		build_and_execute(|| {
			ask(PROVER, 1);
			ask(RIVAL, 3);
			let tasks = [submit(20), submit(20)];
			next_block();
			assert_eq!(assigned(tasks[0]), Some((PROVER, fee(3))));
			assert_eq!(assigned(tasks[1]), Some((RIVAL, fee(3))));
		});
	}

	#[test]
	fn is_not_set_by_an_ask_that_could_not_have_served_for_want_of_room() {
		build_and_execute(|| {
			ask(PROVER, 1);
			ask_in(market(), RIVAL, 3, 1, WORK);
			ask(THIRD, 6);
			let first = Request { provers: vec![RIVAL], ..Default::default() }.submit();
			next_block();
			assert_eq!(winner(first), Some(RIVAL));
			let second = submit(20);
			next_block();
			assert_eq!(assigned(second), Some((PROVER, fee(6))));
		});
	}

	#[test]
	fn splits_where_one_price_is_impossible() {
		build_and_execute(|| {
			// The cheap prover needs fifty seconds: too many for the tight task, which pays the dear
			// one more than the other task would.
			ask_in(market(), PROVER, 1, 4, WORK / 50);
			ask(RIVAL, 20);
			let (tight, relaxed) = (submit_for(30, 10), submit_for(5, 100));
			next_block();
			assert_eq!(assigned(tight), Some((RIVAL, fee(20))));
			assert_eq!(assigned(relaxed), Some((PROVER, fee(1))));
		});
	}

	#[test]
	fn does_not_follow_from_another_market() {
		build_and_execute(|| {
			let express = market_of(WORK, ServiceLevel::Express);
			ask(PROVER, 1);
			ask_in(express, PROVER, 6, 4, WORK);
			ask_in(express, RIVAL, 2, 4, WORK);
			let task = submit(20);
			next_block();
			assert_eq!(assigned(task), Some((PROVER, fee(1))));
		});
	}
}

mod among_equal_asks {
	use super::*;

	/// Winner of one task among three equal asks.
	fn drawn(seed: u8) -> AccountId {
		let mut found = None;
		build_and_execute(|| {
			set_random(H256::repeat_byte(seed));
			for prover in PROVERS {
				ask(prover, 4);
			}
			let task = submit(9);
			next_block();
			assert_eq!(assignment(task).price, fee(4));
			found = winner(task);
		});
		found.unwrap()
	}

	#[test]
	fn the_blocks_randomness_decides() {
		let winners: Vec<AccountId> = (0..24).map(drawn).collect();
		assert_eq!(winners.iter().collect::<BTreeSet<_>>(), PROVERS.iter().collect());
		assert_eq!(winners, (0..24).map(drawn).collect::<Vec<_>>());
	}

	#[test]
	fn all_are_served_before_one_is_served_twice() {
		build_and_execute(|| {
			for prover in PROVERS {
				ask(prover, 4);
			}
			let tasks = [(); 6].map(|()| submit(9));
			next_block();
			assert_eq!(PROVERS.map(|prover| count_of(prover, &tasks)), [2, 2, 2]);
		});
	}
}

mod the_spread {
	use super::*;

	#[test]
	fn gives_the_lowest_ask_no_more_than_its_share() {
		build_and_execute(|| {
			ask(PROVER, 1);
			ask(RIVAL, 2);
			ask(THIRD, 3);
			let tasks = [(); 6].map(|()| submit(9));
			next_block();
			// It has four lots and gets two. All pay the third's ask.
			assert_eq!(PROVERS.map(|prover| count_of(prover, &tasks)), [2, 2, 2]);
			assert!(tasks.iter().all(|task| assignment(*task).price == fee(3)));
		});
	}

	#[test]
	fn leaves_a_task_open_rather_than_giving_one_prover_more() {
		build_and_execute(|| {
			// The rival has one lot, and the lowest ask's share of four is two.
			ask(PROVER, 1);
			ask_in(market(), RIVAL, 2, 1, WORK);
			let tasks = [(); 4].map(|()| submit(9));
			next_block();
			assert_eq!(count_of(PROVER, &tasks), 2);
			assert_eq!(count_of(RIVAL, &tasks), 1);
			// The next block's clearing gives it to who has room.
			next_block();
			assert_eq!(count_of(PROVER, &tasks), 3);
		});
	}

	#[test]
	fn does_not_hold_a_prover_back_that_is_alone() {
		build_and_execute(|| {
			ask(PROVER, 1);
			let tasks = [(); 4].map(|()| submit(9));
			next_block();
			assert_eq!(count_of(PROVER, &tasks), 4);
		});
	}

	#[test]
	fn is_a_tenth_of_a_batch_where_there_are_many_provers() {
		build_and_execute(|| {
			MaxClearPerBlock::set(40);
			MaxAsksPerMarket::set(40);
			for prover in 100..130 {
				register_prover(prover, 8, STAKE);
				// Ten cheap ones, which alone could take everything.
				let tick = if prover < 110 { 1 } else { 2 };
				ask_in(market(), prover, tick, 8, WORK);
			}
			let tasks: Vec<TaskId> = (0..40).map(|_| submit(9)).collect();
			next_block();
			assert_eq!(count_assigned(&tasks), 40);
			for prover in 100..110 {
				assert_eq!(count_of(prover, &tasks), 4);
			}
		});
	}
}

mod a_standby {
	use super::*;

	#[test]
	fn is_the_next_ask_with_its_premium() {
		build_and_execute(|| {
			ask(PROVER, 7);
			ask(RIVAL, 2);
			ask(THIRD, 5);
			let task = submit(40);
			next_block();
			assert_eq!(assigned(task), Some((RIVAL, fee(5))));
			assert_eq!(standbys(task), [(THIRD, standby_price(fee(5)))]);
		});
	}

	#[test]
	fn is_one_or_two_by_level() {
		for (level, count) in
			[(ServiceLevel::Standard, 1), (ServiceLevel::Express, 1), (ServiceLevel::Guaranteed, 2)]
		{
			build_and_execute(|| {
				for (prover, tick) in [(PROVER, 1), (RIVAL, 2), (THIRD, 3)] {
					ask_in(market_of(WORK, level), prover, tick, 4, WORK);
				}
				let redundancy = Some(Redundancy::NONE);
				let task = Request { level, redundancy, ..Default::default() }.submit();
				next_block();
				let expected = [(RIVAL, standby_price(fee(2))), (THIRD, standby_price(fee(3)))];
				assert_eq!(standbys(task), expected[..count]);
			});
		}
	}

	#[test]
	fn beyond_reason_is_none() {
		build_and_execute(|| {
			// Low maxima keep the price at their tick, and the dear ask above all bounds.
			ask(PROVER, 0);
			ask(RIVAL, 60);
			let task = submit(0);
			next_block();
			assert_eq!(assigned(task), Some((PROVER, fee(0))));
			assert!(standbys(task).is_empty());
		});
	}

	#[test]
	fn is_covered_by_the_bond_where_it_costs_much_more_than_the_price() {
		build_and_execute(|| {
			// 94 for a unit and the premium are within twice the price of 60.
			let dear = 32;
			ask(PROVER, 0);
			ask(RIVAL, dear);
			let task = submit(9);
			next_block();
			let price = fee(9);
			assert_eq!(assigned(task), Some((PROVER, price)));
			let cost = standby_price(fee(dear));
			assert_eq!(standbys(task), [(RIVAL, cost)]);
			let share = ((cost - price) * 5).div_ceil(4);
			assert!(share > price);
			assert_eq!(assignment(task).bond, share + BOND_BASE);
		});
	}

	#[test]
	fn has_time_after_the_soft_deadline() {
		build_and_execute(|| {
			// The last six blocks are 36 seconds: a prover that needs forty can be a primary (13
			// blocks) and no standby.
			ask(PROVER, 1);
			ask_in(market(), RIVAL, 2, 4, WORK / 40);
			ask(THIRD, 8);
			let task = submit(40);
			next_block();
			assert_eq!(assigned(task), Some((PROVER, fee(2))));
			assert_eq!(standbys(task), [(THIRD, standby_price(fee(8)))]);
		});
	}

	#[test]
	fn has_a_lot_left() {
		build_and_execute(|| {
			ask_in(market(), PROVER, 1, 1, WORK);
			ask_in(market(), RIVAL, 2, 1, WORK);
			let tasks = [submit(40), submit(40)];
			next_block();
			assert_eq!(count_assigned(&tasks), 2);
			assert!(tasks.iter().all(|task| standbys(*task).is_empty()));
		});
	}

	#[test]
	fn has_nothing_reserved() {
		build_and_execute(|| {
			ask(PROVER, 1);
			ask(RIVAL, 2);
			submit(40);
			next_block();
			assert_eq!(reserved_bond(RIVAL), 0);
			assert_eq!(pallet_provers::Provers::<Test>::get(RIVAL).unwrap().live, 0);
		});
	}
}

mod the_level {
	use super::*;

	#[test]
	fn decides_the_bond() {
		for (level, percent) in [
			(ServiceLevel::Standard, 100),
			(ServiceLevel::Express, 150),
			(ServiceLevel::Guaranteed, 200),
		] {
			build_and_execute(|| {
				ask_in(market_of(WORK, level), PROVER, 2, 1, WORK);
				Request { level, ..Default::default() }.submit();
				next_block();
				assert_eq!(reserved_bond(PROVER), fee(2) * percent / 100 + BOND_BASE);
				assert_eq!(staked(PROVER), STAKE);
			});
		}
	}

	#[test]
	fn decides_the_soft_deadline() {
		for (level, soft) in [
			(ServiceLevel::Standard, 2 + SOFT_BLOCKS),
			(ServiceLevel::Express, 2 + 9),
			(ServiceLevel::Guaranteed, 2 + 7),
		] {
			build_and_execute(|| {
				ask_in(market_of(WORK, level), PROVER, 2, 1, WORK);
				let task = Request { level, ..Default::default() }.submit();
				next_block();
				assert_eq!(assignment(task).soft_deadline, soft);
			});
		}
	}
}

#[test]
fn an_ask_serves_its_own_market_only() {
	build_and_execute(|| {
		ask_in(market_of(WORK, ServiceLevel::Express), PROVER, 1, 4, WORK);
		ask_in(market_of(2 * WORK, ServiceLevel::Standard), PROVER, 1, 4, WORK);
		let task = submit(5);
		next_block();
		assert!(is_open(task));
	});
}

#[test]
fn a_task_waits_for_an_ask_that_comes_later() {
	build_and_execute(|| {
		let task = submit(5);
		run_to(10);
		assert!(is_open(task));
		ask(PROVER, 1);
		next_block();
		assert_eq!(assigned(task), Some((PROVER, fee(1))));
	});
}

#[test]
fn a_task_that_was_passed_over_is_taken_at_a_lower_ask() {
	build_and_execute(|| {
		ask(PROVER, 6);
		let task = submit(5);
		run_to(5);
		assert!(is_open(task));
		ask(PROVER, 5);
		next_block();
		assert_eq!(assigned(task), Some((PROVER, fee(5))));
	});
}

#[test]
fn an_ask_beyond_all_maxima_is_harmless() {
	build_and_execute(|| {
		ask(PROVER, 1_023);
		ask_in(market(), RIVAL, 1, u32::MAX, u64::MAX);
		let task = submit(5);
		next_block();
		assert_eq!(assigned(task), Some((RIVAL, fee(5))));
	});
}
