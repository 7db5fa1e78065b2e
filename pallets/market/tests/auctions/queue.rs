// SPDX-License-Identifier: Apache-2.0
//! The order in which tasks are looked at when there are more than a block can look at.

use super::helpers::*;
use frame_support::{assert_ok, weights::Weight};
use pallet_auctions::{
	max_asks_read, queue_key, queued_task, MarketCursor, Queue, QueueCursor, Waiting, WeightInfo,
};
use proofyard_market::*;
use proofyard_primitives::{HardwareClass, Market, ProgramId, ServiceLevel, TaskId, WorkModel};

fn cursor() -> Option<TaskId> {
	QueueCursor::<Test>::get(market()).map(|key| queued_task(&key))
}

#[test]
fn a_queue_is_in_order_of_deadline_and_then_of_submission() {
	build_and_execute(|| {
		let tasks: Vec<_> =
			[50, 20, 99, 20, 21].into_iter().map(|lifetime| submit_for(5, lifetime)).collect();
		let order: Vec<TaskId> =
			Queue::<Test>::iter_key_prefix(market()).map(|key| queued_task(&key)).collect();
		assert_eq!(order, [1, 3, 4, 0, 2].map(|n: usize| tasks[n]));
		// Big-endian, so that numbers are in order beyond a byte.
		assert!(queue_key(255, 9) < queue_key(256, 0));
		assert!(queue_key(7, 255) < queue_key(7, 256));
		assert_eq!(queued_task(&queue_key(7, 1 << 40)), 1 << 40);
	});
}

#[test]
fn the_nearest_deadlines_come_first_and_no_more_than_the_limit() {
	build_and_execute(|| {
		ample(PROVER);
		ask_in(market(), PROVER, 1, 100, u64::MAX);
		let count = MAX_CLEARED + 3;
		let tasks: Vec<_> = (0..count).map(|n| submit_for(5, 60 - n)).collect();
		next_block();
		let (far, near) = tasks.split_at(3);
		assert_eq!(count_assigned(near), MAX_CLEARED as usize);
		assert_eq!(count_assigned(far), 0);
		assert_eq!(Waiting::<Test>::get(market()), 3);
	});
}

#[test]
fn what_is_left_goes_on_in_the_next_block() {
	build_and_execute(|| {
		MaxClearPerBlock::set(3);
		ample(PROVER);
		ask_in(market(), PROVER, 1, 100, u64::MAX);
		let tasks: Vec<_> = (0..8).map(|n| submit_for(5, 20 + n)).collect();
		for done in [3, 6, 8] {
			next_block();
			assert_eq!(count_assigned(&tasks[..done]), done);
			assert_eq!(count_assigned(&tasks), done);
			check_invariants();
		}
		assert_eq!(cursor(), None);
	});
}

#[test]
fn tasks_that_nobody_wants_do_not_starve_later_ones() {
	build_and_execute(|| {
		ask(PROVER, 5);
		let unwanted: Vec<_> = (0..2 * MAX_SKIPS + 3).map(|_| submit_for(4, 20)).collect();
		let wanted = submit_for(5, 30);
		run_to(3);
		assert!(is_open(wanted));
		next_block();
		assert_eq!(assigned(wanted), Some((PROVER, fee(5))));
		assert_eq!(count_assigned(&unwanted), 0);
	});
}

#[test]
fn tasks_that_nobody_can_do_in_time_do_not_starve_later_ones() {
	build_and_execute(|| {
		// Forty seconds: too long for those with the near deadlines.
		ask_in(market(), PROVER, 5, 1, WORK / 40);
		let hopeless: Vec<_> = (0..2 * MAX_CLEARED).map(|_| submit_for(9, 10)).collect();
		let good = submit_for(9, 30);
		run_to(3);
		assert!(is_open(good));
		next_block();
		assert_eq!(assigned(good), Some((PROVER, fee(5))));
		assert_eq!(count_assigned(&hopeless), 0);
	});
}

#[test]
fn it_goes_round() {
	build_and_execute(|| {
		// One whom nobody suits.
		ask_in(market(), PROVER, 1, 1, 1);
		let tasks: Vec<_> = (0..2 * MAX_CLEARED - 1).map(|_| submit(5)).collect();
		next_block();
		assert_eq!(cursor(), Some(tasks[MAX_CLEARED as usize - 1]));
		next_block();
		assert_eq!(cursor(), None);
		next_block();
		assert_eq!(cursor(), Some(tasks[MAX_CLEARED as usize - 1]));
		// The end of this round comes first, then the nearest deadline is looked at again.
		ask_in(market(), RIVAL, 1, 1, WORK);
		next_block();
		assert_eq!(assigned(tasks[MAX_CLEARED as usize]), Some((RIVAL, fee(1))));
		ask_in(market(), THIRD, 1, 1, WORK);
		next_block();
		assert_eq!(assigned(tasks[0]), Some((THIRD, fee(1))));
	});
}

#[test]
fn a_round_is_finished_before_what_came_behind_it_is_looked_at() {
	build_and_execute(|| {
		// Tasks that only one whom they do not suit asks little enough for, and one far behind them.
		ask_in(market(), PROVER, 1, 1, 1);
		ask(RIVAL, 2);
		for _ in 0..MAX_CLEARED {
			submit_for(1, 20);
		}
		let far = submit_for(9, 100);
		next_block();
		assert!(is_open(far));
		for _ in 0..MAX_CLEARED {
			submit_for(1, 10);
		}
		next_block();
		assert_eq!(winner(far), Some(RIVAL));
	});
}

#[test]
fn the_cursor_may_stand_on_a_task_that_is_gone() {
	build_and_execute(|| {
		ask_in(market(), PROVER, 1, 1, 1);
		let tasks: Vec<_> = (0..MAX_CLEARED + 1).map(|_| submit(5)).collect();
		next_block();
		let gone = cursor().unwrap();
		assert_eq!(gone, tasks[MAX_CLEARED as usize - 1]);
		assert_ok!(Auctions::cancel_task(signed(REQUESTER), gone));
		ask_in(market(), RIVAL, 1, 1, WORK);
		next_block();
		assert_eq!(assigned(tasks[MAX_CLEARED as usize]), Some((RIVAL, fee(1))));
		assert_eq!(count_assigned(&tasks), 1);
	});
}

mod several_markets {
	use super::*;

	/// Three markets with an ask each, of a prover with room for everything.
	fn markets() -> (ProgramId, [u64; 3]) {
		ample(PROVER);
		let works = [1 << 9, 1 << 8, 1 << 7];
		for work in works {
			ask_in(market_of(work, ServiceLevel::Standard), PROVER, 1, 100, u64::MAX);
		}
		(register_program(OWNER, HardwareClass::Cpu, WorkModel::PerTask), works)
	}

	/// Submit a task of this much work, with the maximum of this tick.
	fn submit_work(program: ProgramId, work: u64, tick: u16) -> TaskId {
		let max_fee = price(tick) * Balance::from(work);
		Request { program, work: Some(work), max_fee, ..Default::default() }.submit()
	}

	#[test]
	fn share_a_block() {
		build_and_execute(|| {
			let (program, works) = markets();
			let tasks = works.map(|work| submit_work(program, work, 5));
			next_block();
			assert_eq!(count_assigned(&tasks), 3);
			assert_eq!(Waiting::<Test>::iter_keys().count(), 0);
		});
	}

	#[test]
	fn take_turns() {
		build_and_execute(|| {
			let (program, works) = markets();
			MaxClearPerBlock::set(2);
			let tasks: Vec<TaskId> =
				(0..6).map(|n| submit_work(program, works[n % 3], 5)).collect();
			let mut served = vec![];
			for _ in 0..3 {
				let before = count_assigned(&tasks);
				next_block();
				assert_eq!(count_assigned(&tasks), before + 2);
				served.push(MarketCursor::<Test>::get().unwrap());
				assert!(!Waiting::<Test>::contains_key(served.last().unwrap()));
			}
			served.sort();
			served.dedup();
			assert_eq!(served.len(), 3);
		});
	}

	#[test]
	fn that_one_that_never_ends_does_not_keep_from_their_turn() {
		build_and_execute(|| {
			// Many tasks that are looked at and that nobody can do, in one market.
			let (program, works) = markets();
			MaxClearPerBlock::set(2);
			ask_in(market_of(works[1], ServiceLevel::Standard), PROVER, 1, 1, 1);
			let hopeless: Vec<TaskId> =
				(0..20).map(|_| submit_work(program, works[1], 5)).collect();
			let others = [works[0], works[2]].map(|work| submit_work(program, work, 5));
			run_to(System::block_number() + 3);
			assert_eq!(count_assigned(&others), 2);
			assert_eq!(count_assigned(&hopeless), 0);
		});
	}

	#[test]
	fn that_one_full_of_unwanted_tasks_does_not_keep_from_their_turn() {
		for unwanted_in in 0..3 {
			build_and_execute(|| {
				// More of them than a block passes over, whatever the order of the markets.
				let (program, works) = markets();
				for _ in 0..3 * MAX_SKIPS {
					submit_work(program, works[unwanted_in], 0);
				}
				let wanted: Vec<TaskId> = (0..3)
					.filter(|n| *n != unwanted_in)
					.map(|n| submit_work(program, works[n], 5))
					.collect();
				run_to(System::block_number() + 2);
				assert_eq!(count_assigned(&wanted), 2);
			});
		}
	}

	#[test]
	fn of_which_one_is_at_its_end_are_served_all_the_same() {
		for ending in 0..3 {
			build_and_execute(|| {
				// The cursor of one market stands on its last task, because the one behind is gone.
				let (program, works) = markets();
				for _ in 0..MAX_SKIPS {
					submit_work(program, works[ending], 0);
				}
				let gone = submit_work(program, works[ending], 0);
				next_block();
				let ends_in = market_of(works[ending], ServiceLevel::Standard);
				assert!(QueueCursor::<Test>::contains_key(ends_in));
				assert_ok!(Auctions::cancel_task(signed(REQUESTER), gone));
				// Whosever turn it is.
				MarketCursor::<Test>::kill();
				let wanted: Vec<TaskId> = (0..3)
					.filter(|n| *n != ending)
					.map(|n| submit_work(program, works[n], 5))
					.collect();
				next_block();
				assert_eq!(count_assigned(&wanted), 2);
			});
		}
	}

	#[test]
	fn of_which_one_has_no_ask_are_served_all_the_same() {
		build_and_execute(|| {
			let (program, works) = markets();
			let lonely = submit_work(program, 1 << 11, 5);
			let tasks = works.map(|work| submit_work(program, work, 5));
			next_block();
			assert_eq!(count_assigned(&tasks), 3);
			assert!(is_open(lonely));
		});
	}

	#[test]
	fn are_served_one_after_the_other_again_and_again() {
		build_and_execute(|| {
			let (program, works) = markets();
			MaxClearPerBlock::set(1);
			let tasks: Vec<TaskId> =
				(0..9).map(|n| submit_work(program, works[n % 3], 5)).collect();
			let mut order: Vec<Market> = vec![];
			MaxSlots::set(16);
			assert_ok!(Provers::set_hardware(signed(PROVER), HardwareClass::Cpu, 16));
			for _ in 0..8 {
				next_block();
				order.push(MarketCursor::<Test>::get().unwrap());
			}
			// Each third block is the same market's.
			assert_eq!(count_assigned(&tasks), 8);
			assert!(order.windows(3).all(|w| w[0] != w[1] && w[1] != w[2] && w[0] != w[2]));
		});
	}

	mod with_little_weight {
		use super::*;

		/// Weight that the hook needs before it comes to clear, when nothing is due.
		fn overhead() -> Weight {
			(<() as WeightInfo>::agenda_base() + <() as WeightInfo>::agenda_block()) * 2
				+ <() as WeightInfo>::set_free(0)
		}

		/// Room for the clearing of this many tasks of one market.
		fn room_for(tasks: u32) {
			AuctionsHook::set(
				overhead()
					+ <() as WeightInfo>::clear_base()
					+ <() as WeightInfo>::clear_market()
					+ <() as WeightInfo>::skip(MAX_SKIPS)
					+ <() as WeightInfo>::clear(tasks, max_asks_read(tasks)),
			);
		}

		#[test]
		fn nothing_is_cleared_and_nothing_is_lost() {
			build_and_execute(|| {
				ask(PROVER, 1);
				next_block();
				let task = submit(5);
				AuctionsHook::set(overhead());
				run_to(5);
				assert!(is_open(task));
				check_invariants();
				AuctionsHook::set(Weight::MAX);
				next_block();
				assert_eq!(assigned(task), Some((PROVER, fee(1))));
			});
		}

		#[test]
		fn a_market_is_cleared_as_far_as_it_reaches() {
			build_and_execute(|| {
				ample(PROVER);
				ask_in(market(), PROVER, 1, 100, u64::MAX);
				next_block();
				let tasks: Vec<TaskId> = (0..8).map(|_| submit(5)).collect();
				room_for(4);
				let used = next_block();
				assert_eq!(count_assigned(&tasks), 4);
				assert!(used.all_lte(AuctionsHook::get()));
				next_block();
				assert_eq!(count_assigned(&tasks), 8);
			});
		}

		#[test]
		fn markets_that_do_not_fit_come_first_in_the_next_block() {
			build_and_execute(|| {
				let (program, works) = markets();
				next_block();
				let tasks = works.map(|work| submit_work(program, work, 5));
				room_for(1);
				for done in 1..=3 {
					assert!(next_block().all_lte(AuctionsHook::get()));
					assert_eq!(count_assigned(&tasks), done);
					check_invariants();
				}
			});
		}

		#[test]
		fn a_market_with_many_tasks_does_not_starve_the_others() {
			for many_in in 0..3 {
				build_and_execute(|| {
					let (program, works) = markets();
					next_block();
					for _ in 0..6 {
						submit_work(program, works[many_in], 5);
					}
					let others: Vec<TaskId> = (0..3)
						.filter(|n| *n != many_in)
						.map(|n| submit_work(program, works[n], 5))
						.collect();
					room_for(1);
					run_to(System::block_number() + 3);
					assert_eq!(count_assigned(&others), 2);
				});
			}
		}

		#[test]
		fn the_hook_stays_within_it_whatever_has_to_be_looked_at() {
			build_and_execute(|| {
				// Unwanted tasks, tasks kept to sets of provers, and plain ones.
				ample(PROVER);
				ask_in(market(), PROVER, 1, 100, u64::MAX);
				next_block();
				for n in 0..48u32 {
					let provers = match n % 3 {
						0 => (PROVER..PROVER + 16).collect(),
						_ => vec![],
					};
					let max_fee = fee(if n % 3 == 1 { 0 } else { 5 });
					let lifetime = 20 + n;
					Request { provers, max_fee, lifetime, ..Default::default() }.submit();
				}
				for tasks in [1, 2, 4, 8, 1, 8] {
					room_for(tasks);
					let used = next_block();
					let limit = AuctionsHook::get();
					assert!(used.all_lte(limit), "{used:?} of {limit:?}");
					check_invariants();
				}
			});
		}
	}
}
