// SPDX-License-Identifier: Apache-2.0
//! Tasks that more than one prover starts. The lowest ticks are 50, 51, 52, 53 plancks.

use super::helpers::*;
use frame_support::assert_ok;
use pallet_auctions::{Event, OpenTasks};
use proofyard_market::*;
use proofyard_mechanism::{Match, Tick};
use proofyard_primitives::{Market, Redundancy, ServiceLevel, Standby, TaskId};

fn express() -> Market {
	market_of(WORK, ServiceLevel::Express)
}

fn asks_in(market: Market, asks: &[(AccountId, u16)]) {
	for (prover, tick) in asks {
		ask_in(market, *prover, *tick, SLOTS, WORK);
	}
}

/// Submit a task of which two provers start, and the first proof counts.
fn submit_pair() -> TaskId {
	Request { level: ServiceLevel::Express, ..Default::default() }.submit()
}

/// Submit a task that so many provers start, of level standard.
fn submit_team(needed: u8, started: u8, max_fee: Balance) -> TaskId {
	let redundancy = Some(Redundancy { needed, started });
	Request { redundancy, max_fee, ..Default::default() }.submit()
}

/// Redundancy that a task started with.
fn redundancy(task: TaskId) -> Redundancy {
	pallet_attestation::Live::<Test>::get(task).unwrap().spec.redundancy
}

fn assert_holds_nothing(prover: AccountId, market: &Market) {
	assert_eq!(holds(prover, market), (0, 0, 0, 0), "{prover}");
}

mod of_which_the_first_proof_counts {
	use super::*;

	#[test]
	fn start_with_the_next_ask_at_its_price() {
		build_and_execute(|| {
			asks_in(express(), &[(PROVER, 1), (RIVAL, 2), (THIRD, 3)]);
			let task = submit_pair();
			next_block();

			let assignment = assignment(task);
			assert_eq!((assignment.prover, assignment.price), (PROVER, 52_000));
			// Half as much again as the price, and the base.
			assert_eq!(assignment.bond, 78_020);
			// Half of the 19 blocks to the deadline.
			assert_eq!((assignment.assigned_at, assignment.soft_deadline), (2, 11));
			let second =
				Standby { prover: RIVAL, price: 52_000, bond: 78_020, committed_ms: 1_000 };
			assert_eq!(assignment.co_primaries.into_inner(), [second]);
			// A quarter above its ask of 53,000.
			let standby =
				Standby { prover: THIRD, price: 66_250, bond: 99_395, committed_ms: 1_000 };
			assert_eq!(assignment.standbys.into_inner(), [standby]);
			assert_eq!(redundancy(task), Redundancy::PAIR);

			for prover in [PROVER, RIVAL] {
				assert_eq!(holds(prover, &express()), (78_020, 1, 1_000, 1));
			}
			assert_holds_nothing(THIRD, &express());
			// The dearest delivers, and the other gets a tenth.
			assert_eq!(escrowed(REQUESTER), 57_200);
			System::assert_has_event(
				Event::TaskAssigned {
					task,
					prover: PROVER,
					price: 52_000,
					bond: 78_020,
					soft_deadline: 11,
					co_primaries: vec![RIVAL],
					standbys: vec![THIRD],
				}
				.into(),
			);
		});
	}

	#[test]
	fn pay_the_faster_and_a_kill_fee_to_the_other() {
		build_and_execute(|| {
			asks_in(express(), &[(PROVER, 1), (RIVAL, 2)]);
			let task = submit_pair();
			next_block();
			// In the block after the one both started in, either could copy what the other shows.
			next_block();
			assert!(include(submission(task, RIVAL, proof())).is_err());
			assert_ok!(include(commitment(task, RIVAL, &proof())).unwrap());
			next_block();
			assert_ok!(include(submission(task, RIVAL, proof())).unwrap());
			assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 52_000);
			assert_eq!(free(PROVER), ENDOWMENT - STAKE + 5_200);
			assert_eq!(free(REQUESTER), ENDOWMENT - 57_200);
			assert_holds_nothing(PROVER, &express());
			assert_holds_nothing(RIVAL, &express());
		});
	}

	#[test]
	fn may_be_three_each_at_its_own_ask() {
		build_and_execute(|| {
			asks_in(market(), &[(PROVER, 1), (RIVAL, 2), (THIRD, 3)]);
			let task = submit_team(1, 3, fee(40));
			next_block();
			assert_eq!(assigned(task), Some((PROVER, 52_000)));
			assert_eq!(co_primaries(task), [(RIVAL, 52_000), (THIRD, 53_000)]);
			assert!(standbys(task).is_empty());
			assert_eq!(escrowed(REQUESTER), 53_000 + 5_200 + 5_200);
			assert_eq!(reserved_bond(THIRD), 53_020);
		});
	}

	#[test]
	fn are_no_longer_idle() {
		build_and_execute(|| {
			asks_in(express(), &[(PROVER, 1), (RIVAL, 2), (THIRD, 3)]);
			run_to(9);
			submit_pair();
			next_block();
			let idle_since =
				|prover| pallet_auctions::Asks::<Test>::get(express(), prover).unwrap().idle_since;
			assert_eq!(PROVERS.map(idle_since), [10, 10, 2]);
		});
	}

	#[test]
	fn are_standbys_in_the_record_of_the_clearing() {
		build_and_execute(|| {
			asks_in(express(), &[(PROVER, 1), (RIVAL, 2), (THIRD, 3)]);
			submit_pair();
			next_block();
			let clearing = pallet_auctions::Clearings::<Test>::get(express()).unwrap();
			let found = &clearing.clearings[0].matches[0];
			assert_eq!(found.standbys, [(RIVAL, 65_000), (THIRD, 66_250)]);
		});
	}
}

mod start_with_fewer_when {
	use super::*;

	/// The second prover cannot start at once, for some reason, and stands by; or the third starts.
	fn second_stands_by(limit: impl Fn()) {
		for third in [false, true] {
			build_and_execute(|| {
				asks_in(express(), &[(PROVER, 1), (RIVAL, 2)]);
				if third {
					asks_in(express(), &[(THIRD, 3)]);
				}
				next_block();
				limit();
				next_block();
				let task = submit_pair();
				next_block();
				assert_eq!(assigned(task), Some((PROVER, 52_000)));
				if third {
					assert_eq!(co_primaries(task), [(THIRD, 53_000)]);
					assert_eq!(redundancy(task), Redundancy::PAIR);
					assert_eq!(escrowed(REQUESTER), 53_000 + 5_200);
				} else {
					assert!(co_primaries(task).is_empty());
					assert_eq!(redundancy(task), Redundancy::NONE);
					assert_eq!(escrowed(REQUESTER), 52_000);
				}
				assert_eq!(standbys(task), [(RIVAL, 65_000)]);
				assert_holds_nothing(RIVAL, &express());
			});
		}
	}

	#[test]
	fn the_other_would_be_late() {
		// Of 18 blocks to the deadline the first half is 54 seconds: 59 fit only into the rest of
		// twenty blocks' time.
		second_stands_by(|| ask_in(express(), RIVAL, 2, SLOTS, 18));
	}

	#[test]
	fn the_others_stake_does_not_cover_its_bond() {
		second_stands_by(|| keep_stake(RIVAL, 78_019));
	}

	#[test]
	fn nobody_else_asks() {
		build_and_execute(|| {
			asks_in(express(), &[(PROVER, 1)]);
			let task = submit_pair();
			next_block();
			assert_eq!(assigned(task), Some((PROVER, 51_000)));
			assert_eq!((co_primaries(task), redundancy(task)), (vec![], Redundancy::NONE));
			assert_eq!(escrowed(REQUESTER), 51_000);
		});
	}

	#[test]
	fn the_maximum_does_not_pay_for_both() {
		// The lowest maximum with which the first is within the share, and the one that pays both: the
		// price rises with the maximum until it is the second's ask.
		for (max_fee, both) in [(56_101, false), (57_099, false), (57_100, true)] {
			build_and_execute(|| {
				asks_in(market(), &[(PROVER, 1), (RIVAL, 2)]);
				let task = submit_team(1, 2, max_fee);
				next_block();
				assert_eq!(assigned(task), Some((PROVER, 51_000)));
				assert_eq!(co_primaries(task).len(), usize::from(both), "{max_fee}");
				assert_eq!(escrowed(REQUESTER), if both { 52_000 + 5_100 } else { 51_000 });
				assert_eq!(standbys(task).len(), usize::from(!both));
			});
		}
	}

	#[test]
	fn the_other_keeps_the_requester_off() {
		build_and_execute(|| {
			asks_in(express(), &[(PROVER, 1), (RIVAL, 2), (THIRD, 3)]);
			assert_ok!(Auctions::set_blocked(signed(RIVAL), REQUESTER, true));
			let task = submit_pair();
			next_block();
			assert_eq!(co_primaries(task), [(THIRD, 53_000)]);
			assert!(standbys(task).is_empty());
		});
	}

	#[test]
	fn the_other_has_a_task_of_its_own_in_this_clearing() {
		build_and_execute(|| {
			for (prover, tick) in [(PROVER, 1), (RIVAL, 2)] {
				ask_in(express(), prover, tick, 1, WORK);
			}
			let tasks = [submit_pair(), submit_pair()];
			next_block();
			// Each of them is served, rather than one of them twice.
			assert_eq!(tasks.map(winner), [Some(PROVER), Some(RIVAL)]);
			assert!(tasks.iter().all(|task| co_primaries(*task).is_empty()));
		});
		build_and_execute(|| {
			for (prover, tick) in [(PROVER, 1), (RIVAL, 2)] {
				ask_in(express(), prover, tick, 2, WORK);
			}
			let tasks = [submit_pair(), submit_pair()];
			next_block();
			assert_eq!(tasks.map(winner), [Some(PROVER), Some(RIVAL)]);
			assert_eq!(co_primaries(tasks[0]), [(RIVAL, 52_000)]);
			assert_eq!(co_primaries(tasks[1]), [(PROVER, 52_000)]);
			assert_eq!(holds(PROVER, &express()).3, 2);
		});
	}
}

mod that_take_several_proofs {
	use super::*;

	#[test]
	fn pay_for_all_of_them() {
		build_and_execute(|| {
			asks_in(market(), &[(PROVER, 1), (RIVAL, 2), (THIRD, 3)]);
			let task = submit_team(2, 3, 120_000);
			next_block();
			assert_eq!(assigned(task), Some((PROVER, 52_000)));
			assert_eq!(co_primaries(task), [(RIVAL, 52_000), (THIRD, 53_000)]);
			assert_eq!(redundancy(task), Redundancy { needed: 2, started: 3 });
			assert_eq!(escrowed(REQUESTER), 53_000 + 52_000 + 5_200);
		});
	}

	#[test]
	fn start_with_just_those_they_need() {
		build_and_execute(|| {
			asks_in(market(), &[(PROVER, 1), (RIVAL, 2)]);
			let task = submit_team(2, 3, 120_000);
			next_block();
			assert_eq!(co_primaries(task), [(RIVAL, 52_000)]);
			assert_eq!(redundancy(task), Redundancy { needed: 2, started: 2 });
			assert_eq!(escrowed(REQUESTER), 104_000);
		});
	}

	#[test]
	fn are_served_by_a_set_of_as_many() {
		build_and_execute(|| {
			asks_in(market(), &[(PROVER, 1), (RIVAL, 2), (THIRD, 3)]);
			let redundancy = Some(Redundancy { needed: 2, started: 2 });
			let provers = vec![THIRD, RIVAL];
			let request = Request { redundancy, provers, max_fee: 120_000, ..Default::default() };
			let task = request.submit();
			next_block();
			assert_eq!(assigned(task), Some((RIVAL, 53_000)));
			assert_eq!(co_primaries(task), [(THIRD, 53_000)]);
		});
	}

	#[test]
	fn wait_for_a_maximum_that_pays_for_all() {
		// With half of it below the second's ask the first is paid that half's tick: 51,000 and 52,000.
		for (max_fee, cost) in [
			(102_999, None),
			(103_000, Some(103_000)),
			(103_999, Some(103_000)),
			(104_000, Some(104_000)),
		] {
			build_and_execute(|| {
				asks_in(market(), &[(PROVER, 1), (RIVAL, 2)]);
				let task = submit_team(2, 2, max_fee);
				next_block();
				assert_eq!(is_open(task), cost.is_none(), "{max_fee}");
				assert_eq!(escrowed(REQUESTER), cost.unwrap_or(max_fee));
				if cost.is_none() {
					assert_holds_nothing(PROVER, &market());
					assert_holds_nothing(RIVAL, &market());
				}
			});
		}
	}

	#[test]
	fn wait_for_enough_provers_and_keep_nobody_from_the_others() {
		build_and_execute(|| {
			ask_in(market(), PROVER, 1, 1, WORK);
			// Above the plain one, and each would take the only lot.
			let short = [(); 4].map(|()| submit_team(2, 2, 4 * fee(40)));
			let plain = submit(10);
			next_block();
			assert_eq!(assigned(plain), Some((PROVER, 51_000)));
			assert!(short.iter().all(|task| is_open(*task)));
			assert_eq!(holds(PROVER, &market()).1, 1);
			// Two more, with lots for one each.
			for (prover, tick) in [(RIVAL, 2), (THIRD, 3)] {
				ask_in(market(), prover, tick, 1, WORK);
			}
			run_to(4);
			let started: Vec<_> = short.iter().filter(|task| !is_open(**task)).collect();
			assert_eq!(started.len(), 1);
			assert_eq!(winner(*started[0]), Some(RIVAL));
			assert_eq!(co_primaries(*started[0]), [(THIRD, 53_000)]);
		});
	}

	#[test]
	fn come_before_those_that_take_one() {
		build_and_execute(|| {
			for (prover, tick) in [(PROVER, 1), (RIVAL, 2), (THIRD, 3)] {
				ask_in(market(), prover, tick, 1, WORK);
			}
			let plain = submit(40);
			let several = submit_team(2, 2, 2 * fee(10));
			next_block();
			assert_eq!(winner(several), Some(PROVER));
			assert_eq!(co_primaries(several), [(RIVAL, 52_000)]);
			assert_eq!(winner(plain), Some(THIRD));
			// Each at the price of its own clearing.
			let clearing = clearing();
			let tasks: Vec<_> = clearing.clearings.iter().map(|one| one.matches[0].task).collect();
			assert_eq!(tasks, [several, plain]);
		});
	}

	#[test]
	fn give_back_what_was_reserved_when_one_falls_short() {
		build_and_execute(|| {
			asks_in(market(), &[(PROVER, 1), (RIVAL, 2)]);
			// Lots for both tasks, and the stake for one of them.
			keep_stake(RIVAL, 60_000);
			next_block();
			let (several, plain) = (submit_team(2, 2, 4 * fee(40)), submit(40));
			let tick = |index| Tick::new(index).unwrap();
			let found = |task, prover, ask, standbys| Match {
				task,
				prover,
				ask: tick(ask),
				unit_price: tick(2),
				price: fee(2),
				bond: bond_of(fee(2)),
				committed_ms: 1_000,
				standbys,
			};
			let second = proofyard_mechanism::Standby {
				prover: RIVAL,
				ask: tick(2),
				price: 65_000,
				committed_ms: 1_000,
			};
			// As if one clearing had matched both: the primary of one is the second of the other.
			let matches =
				vec![found(several, PROVER, 1, vec![second]), found(plain, RIVAL, 2, vec![])];
			let open = OpenTasks::<Test>::iter().collect();
			let level = ServiceLevel::Standard.terms();
			Auctions::assign(2, level, &market(), open, matches);
			assert!(is_open(several));
			assert_eq!(assigned(plain), Some((RIVAL, fee(2))));
			assert_holds_nothing(PROVER, &market());
			assert_eq!(escrowed(REQUESTER), 4 * fee(40) + fee(2));
			check_invariants();
			// Nor does it start without the other's stake; with it, it does.
			next_block();
			assert!(is_open(several));
			assert_holds_nothing(PROVER, &market());
			deliver(plain);
			next_block();
			assert_eq!(winner(several), Some(PROVER));
			assert_eq!(co_primaries(several), [(RIVAL, 52_000)]);
		});
	}

	#[test]
	fn go_back_when_they_never_start() {
		build_and_execute(|| {
			asks_in(market(), &[(PROVER, 1)]);
			let task = submit_team(3, 3, 4 * fee(40));
			run_to(21);
			assert_eq!(outcome(task), Some(proofyard_primitives::Outcome::Expired));
			assert_eq!(free(REQUESTER), ENDOWMENT);
			assert_holds_nothing(PROVER, &market());
		});
	}

	#[test]
	fn settle_with_as_many_proofs() {
		build_and_execute(|| {
			asks_in(market(), &[(PROVER, 1), (RIVAL, 2)]);
			let task = submit_team(2, 2, 120_000);
			next_block();
			for prover in [PROVER, RIVAL] {
				assert_ok!(include(commitment(task, prover, &proof())).unwrap());
			}
			next_block();
			for prover in [PROVER, RIVAL] {
				assert_ok!(include(submission(task, prover, proof())).unwrap());
				assert_eq!(
					free(prover),
					ENDOWMENT - STAKE + if prover == RIVAL { 52_000 } else { 0 }
				);
			}
			assert_eq!(free(PROVER), ENDOWMENT - STAKE + 52_000);
			assert_eq!(free(REQUESTER), ENDOWMENT - 104_000);
		});
	}
}
