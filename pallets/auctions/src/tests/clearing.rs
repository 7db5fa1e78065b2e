// SPDX-License-Identifier: Apache-2.0
//! Who gets a task, and at what price.

use crate::{mock::*, AgendaOf, Event, Queue};
use frame_support::assert_ok;
use pallet_attestation::Live;
use pallet_settlement::Event as SettlementEvent;
use proofyard_primitives::{HardwareClass, ServiceLevel, WorkModel};

/// The share of the time that a first attempt has is 70 % at level standard: of the 19 blocks that
/// the default request has left when it is cleared, 13.
const SOFT_BLOCKS: u64 = 13;

/// What the default request costs in bond at this price.
fn bond_of(price: Balance) -> Balance {
	price + BOND_BASE
}

#[test]
fn the_cheapest_prover_wins_at_its_own_price() {
	build_and_execute(|| {
		ask(PROVER, 3);
		ask(RIVAL, 2);
		let task = submit(5_000);
		assert!(is_open(task));
		next_block();

		assert_eq!(assigned(task), Some((RIVAL, 2_000)));
		assert!(!is_open(task));
		assert_eq!(Queue::<Test>::iter_keys().count(), 0);
		assert!(AgendaOf::<Test>::entries().is_empty());
		System::assert_has_event(
			Event::TaskAssigned {
				task,
				prover: RIVAL,
				price: 2_000,
				bond: 2_020,
				soft_deadline: 2 + SOFT_BLOCKS,
			}
			.into(),
		);
		let live = Live::<Test>::get(task).unwrap();
		assert_eq!(live.spec.deadline, 21);
		assert_eq!(live.assignment.assigned_at, 2);
		assert_eq!(live.assignment.committed_ms, 1_000);
		assert_eq!(live.assignment.attempt, 0);
	});
}

#[test]
fn what_the_requester_offered_above_the_price_is_free_at_once() {
	build_and_execute(|| {
		ask(PROVER, 2);
		let task = submit(5_000);
		next_block();
		assert_eq!(escrowed(REQUESTER), 2_000);
		assert_eq!(free(REQUESTER), ENDOWMENT - 2_000);
		System::assert_has_event(
			SettlementEvent::EscrowReleased { task, requester: REQUESTER, amount: 3_000 }.into(),
		);
	});
}

#[test]
fn a_price_of_just_the_maximum_is_met_and_one_above_is_not() {
	build_and_execute(|| {
		ask(PROVER, 2);
		let (enough, short) = (submit(2_000), submit(1_999));
		next_block();
		assert_eq!(assigned(enough), Some((PROVER, 2_000)));
		assert!(is_open(short));
		assert_eq!(escrowed(REQUESTER), 2_000 + 1_999);
	});
}

#[test]
fn the_bond_is_reserved_exactly_by_level() {
	for (level, bond) in [
		(ServiceLevel::Standard, 2_020),
		(ServiceLevel::Express, 3_020),
		(ServiceLevel::Guaranteed, 4_020),
	] {
		build_and_execute(|| {
			ask_in(market_of(WORK, level), PROVER, 2, 1, WORK);
			Request { level, ..Default::default() }.submit();
			next_block();
			assert_eq!(reserved_bond(PROVER), bond);
			assert_eq!(staked(PROVER), STAKE);
		});
	}
}

#[test]
fn the_soft_deadline_follows_from_the_level() {
	for (level, soft) in [
		(ServiceLevel::Standard, 2 + 13),
		(ServiceLevel::Express, 2 + 9),
		(ServiceLevel::Guaranteed, 2 + 7),
	] {
		build_and_execute(|| {
			ask_in(market_of(WORK, level), PROVER, 2, 1, WORK);
			let task = Request { level, ..Default::default() }.submit();
			next_block();
			assert_eq!(Live::<Test>::get(task).unwrap().assignment.soft_deadline, soft);
		});
	}
}

#[test]
fn an_ask_serves_its_own_market_only() {
	build_and_execute(|| {
		ask_in(market_of(WORK, ServiceLevel::Express), PROVER, 1, 4, WORK);
		ask_in(market_of(2 * WORK, ServiceLevel::Standard), PROVER, 1, 4, WORK);
		let task = submit(5_000);
		next_block();
		assert!(is_open(task));
	});
}

#[test]
fn a_task_waits_for_an_ask_that_comes_later() {
	build_and_execute(|| {
		let task = submit(5_000);
		run_to(10);
		assert!(is_open(task));
		ask(PROVER, 1);
		next_block();
		assert_eq!(assigned(task), Some((PROVER, 1_000)));
	});
}

#[test]
fn a_task_that_was_passed_over_is_taken_at_a_lower_ask() {
	build_and_execute(|| {
		ask(PROVER, 6);
		let task = submit(5_000);
		run_to(5);
		assert!(is_open(task));
		ask(PROVER, 5);
		next_block();
		assert_eq!(assigned(task), Some((PROVER, 5_000)));
	});
}

mod the_cheapest_is_passed_over_when {
	use super::*;

	/// Two tasks, of which the cheap prover can take one. The other goes to its rival.
	fn second_goes_to_the_rival(limit: impl FnOnce()) {
		build_and_execute(|| {
			ask(PROVER, 1);
			ask(RIVAL, 2);
			limit();
			let (first, second) = (submit(5_000), submit(5_000));
			next_block();
			assert_eq!(assigned(first), Some((PROVER, 1_000)));
			assert_eq!(assigned(second), Some((RIVAL, 2_000)));
			check_invariants();
			// What the first had is free again when it is delivered.
			assert_ok!(include(submission(first, PROVER, proof())).unwrap());
			let third = submit(5_000);
			next_block();
			assert_eq!(assigned(third), Some((PROVER, 1_000)));
		});
	}

	#[test]
	fn its_lots_are_taken() {
		second_goes_to_the_rival(|| ask_in(market(), PROVER, 1, 1, WORK));
	}

	#[test]
	fn its_slots_are_taken() {
		second_goes_to_the_rival(|| {
			let signed = RuntimeOrigin::signed(PROVER);
			assert_ok!(Provers::set_hardware(signed, HardwareClass::Cpu, 1));
		});
	}

	#[test]
	fn its_stake_is_reserved() {
		// One below what two bonds take.
		second_goes_to_the_rival(|| {
			let spare = STAKE - (2 * bond_of(1_000) - 1);
			assert_ok!(Provers::unbond(RuntimeOrigin::signed(PROVER), spare));
		});
	}

	#[test]
	fn its_time_is_taken() {
		// One task fits into 13 blocks of six seconds, two do not.
		second_goes_to_the_rival(|| {
			let ms = SOFT_BLOCKS * MILLIS_PER_BLOCK;
			let speed = WORK * 1_000 / ms + 1;
			ask_in(market(), PROVER, 1, 4, speed);
		});
	}

	#[test]
	fn it_would_be_late_by_a_millisecond() {
		let work = 78_000;
		let request = |program| Request { program, work: Some(work), ..Default::default() };
		for (speed, wins) in [(1_000, true), (999, false)] {
			build_and_execute(|| {
				let program = register_program(OWNER, HardwareClass::Cpu, WorkModel::PerTask);
				// 13 blocks of 6,000 ms are 78,000 ms: just what the work takes at a speed of 1,000.
				ask_in(market_of(work, ServiceLevel::Standard), PROVER, 1, 1, speed);
				assert_ok!(Provers::add_stake(RuntimeOrigin::signed(PROVER), 100_000));
				let task = Request { max_fee: 100_000, ..request(program) }.submit();
				next_block();
				assert_eq!(assigned(task).is_some(), wins);
			});
		}
	}

	#[test]
	fn it_is_leaving_with_what_it_would_need() {
		build_and_execute(|| {
			ask(PROVER, 1);
			ask(RIVAL, 2);
			assert_ok!(Provers::unbond(RuntimeOrigin::signed(PROVER), STAKE - MIN_STAKE));
			let task = submit(5_000);
			next_block();
			// A thousand are left, and the bond is a thousand and twenty.
			assert_eq!(assigned(task), Some((RIVAL, 2_000)));
		});
	}

	#[test]
	fn its_hardware_is_another_now() {
		build_and_execute(|| {
			let hardware = HardwareClass::Gpu { vram_gib: 16 };
			let gpu = register_program(OWNER, hardware, WorkModel::Fixed(WORK));
			let market = proofyard_primitives::Market { hardware, ..market() };
			for (prover, price) in [(PROVER, 1), (RIVAL, 2)] {
				assert_ok!(Provers::set_hardware(RuntimeOrigin::signed(prover), hardware, 4));
				ask_in(market, prover, price, 4, WORK);
			}
			let signed = RuntimeOrigin::signed(PROVER);
			assert_ok!(Provers::set_hardware(signed, HardwareClass::Cpu, 4));
			let task = Request { program: gpu, ..Default::default() }.submit();
			next_block();
			assert_eq!(assigned(task), Some((RIVAL, 2_000)));
		});
	}
}

mod several_markets_of_one_prover {
	use super::*;

	/// One task in each of three markets, in one block, for a prover that has this limit.
	fn assigned_of_three(limit: impl FnOnce()) -> usize {
		let mut count = 0;
		build_and_execute(|| {
			let levels = [ServiceLevel::Guaranteed, ServiceLevel::Express, ServiceLevel::Standard];
			for level in levels {
				ask_in(market_of(WORK, level), PROVER, 1, 4, WORK);
			}
			limit();
			let tasks = levels.map(|level| Request { level, ..Default::default() }.submit());
			next_block();
			count = tasks.iter().filter(|task| assigned(**task).is_some()).count();
			let record = pallet_provers::Provers::<Test>::get(PROVER).unwrap();
			assert_eq!(record.live, count as u32);
			assert!(record.reserved <= record.stake - record.leaving());
		});
		count
	}

	#[test]
	fn all_clear_in_one_block() {
		assert_eq!(assigned_of_three(|| ()), 3);
	}

	#[test]
	fn share_its_slots() {
		for slots in 1..=2 {
			let limit = || {
				let signed = RuntimeOrigin::signed(PROVER);
				assert_ok!(Provers::set_hardware(signed, HardwareClass::Cpu, slots));
			};
			assert_eq!(assigned_of_three(limit), slots as usize);
		}
	}

	#[test]
	fn share_its_stake() {
		// Bonds of 2,020, 1,520 and 1,020, in the order of submission. Where the second does not fit
		// beside the first, the third does.
		let keep = |stake| {
			move || {
				assert_ok!(Provers::unbond(RuntimeOrigin::signed(PROVER), STAKE - stake));
			}
		};
		assert_eq!(assigned_of_three(keep(4_560)), 3);
		assert_eq!(assigned_of_three(keep(4_559)), 2);
		assert_eq!(assigned_of_three(keep(3_539)), 2);
	}

	#[test]
	fn share_its_time() {
		let limit = || {
			for level in [ServiceLevel::Guaranteed, ServiceLevel::Express, ServiceLevel::Standard] {
				ask_in(market_of(WORK, level), PROVER, 1, 4, WORK / 30);
			}
		};
		// 7, 9 and 13 blocks are 42, 54 and 78 seconds; each task takes 31: the first fits, the
		// second does not beside it, the third does.
		assert_eq!(assigned_of_three(limit), 2);
	}
}

#[test]
fn between_equal_asks_the_less_busy_prover_wins() {
	build_and_execute(|| {
		ask(PROVER, 1);
		ask(RIVAL, 1);
		let tasks = [submit(5_000), submit(5_000), submit(5_000), submit(5_000)];
		next_block();
		let of = |prover| {
			tasks.iter().filter(|task| assigned(**task).map(|(who, _)| who) == Some(prover)).count()
		};
		assert_eq!((of(PROVER), of(RIVAL)), (2, 2));
	});
}

#[test]
fn the_price_of_an_ask_beyond_all_numbers_is_infeasible_and_harmless() {
	build_and_execute(|| {
		ask(PROVER, Balance::MAX);
		ask_in(market(), RIVAL, 1, u32::MAX, u64::MAX);
		let task = submit(5_000);
		next_block();
		assert_eq!(assigned(task), Some((RIVAL, 1_000)));
	});
}
