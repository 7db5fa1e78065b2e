// SPDX-License-Identifier: Apache-2.0
//! A thousand provers and ten thousand open tasks in one chain's state, cleared block by block within
//! the block's weight.

use super::helpers::*;
use frame_support::weights::Weight;
use pallet_auctions::{AskCount, EpochItems, OpenTasks, Waiting, WeightInfo};
use proofyard_market::*;
use proofyard_primitives::{HardwareClass, ProgramId, Redundancy, ServiceLevel, TaskId, WorkModel};
use sp_core::H256;

/// Weight that the runtime gives the hook: 150 ms of a block.
const LIMIT: Weight = Weight::from_parts(150_000_000_000, u64::MAX);
/// And how far it looks in a block.
const CLEAR: u32 = 64;
const SKIPS: u32 = 256;

const PROVERS: u64 = 1_000;
const TASKS: u64 = 10_000;
/// The work of each market's tasks.
const WORKS: [u64; 4] = [1 << 10, 1 << 11, 1 << 12, 1 << 13];
/// Lots of each prover in each market, and its slots.
const LOTS: u32 = 4;
const SLOTS: u32 = 16;
/// Asks are at the ticks below this one.
const TICKS: u64 = 128;

/// A number below `bound` that nobody chose, always the same for the same `n`.
fn drawn(n: u64, bound: u64) -> u64 {
	let hash = sp_io::hashing::twox_64(&n.to_le_bytes());
	u64::from_le_bytes(hash) % bound
}

/// Register the provers, with an ask in each market. Returns the program of the tasks.
fn crowd() -> ProgramId {
	AuctionsHook::set(Weight::MAX);
	MaxClearPerBlock::set(CLEAR);
	MaxSkips::set(SKIPS);
	MaxSlots::set(SLOTS);
	MaxAsks::set(64);
	MaxAsksPerMarket::set(16_384);
	MaxLifetime::set(1_000);
	for number in 0..PROVERS {
		let prover = 10_000 + number;
		register_prover(prover, SLOTS, 1_000_000_000);
		for (market, work) in WORKS.into_iter().enumerate() {
			let tick = drawn(number * 4 + market as u64, TICKS) as u16;
			let market = market_of(work, ServiceLevel::Standard);
			ask_in(market, prover, tick, LOTS, 1_000_000);
		}
	}
	endow(REQUESTER, 1_000_000_000_000);
	next_block();
	System::reset_events();
	AuctionsHook::set(LIMIT);
	register_program(OWNER, HardwareClass::Cpu, WorkModel::PerTask)
}

/// A task of one of the markets, with a maximum that all asks are below.
fn request(program: ProgramId, number: u64) -> Request {
	let work = WORKS[drawn(number, 4) as usize] + drawn(number + 1, 900);
	let tick = TICKS + drawn(number + 2, 32);
	Request {
		program,
		work: Some(work),
		max_fee: price(tick as u16) * Balance::from(work),
		lifetime: 300 + drawn(number + 3, 200) as u32,
		..Default::default()
	}
}

/// Begin a block and hold its hook against the limit.
fn block_within_the_limit() -> Weight {
	set_random(H256::from_low_u64_be(System::block_number().into()));
	System::reset_events();
	let used = next_block();
	assert!(used.all_lte(LIMIT), "{used:?} in block {}", System::block_number());
	used
}

#[test]
fn a_thousand_provers_and_ten_thousand_tasks_clear_within_the_weight() {
	build_and_execute(|| {
		let program = crowd();
		for number in 0..TASKS {
			request(program, number).submit();
		}
		let asks: u32 = AskCount::<Test>::iter_values().sum();
		assert_eq!(u64::from(asks), PROVERS * 4);
		assert_eq!(OpenTasks::<Test>::iter_keys().count() as u64, TASKS);
		assert_eq!(Waiting::<Test>::iter_keys().count(), 4);
		check_invariants();

		let least = TASKS.div_ceil(CLEAR.into());
		let (mut blocks, mut dearest) = (0, Weight::zero());
		while OpenTasks::<Test>::iter_keys().next().is_some() {
			dearest = dearest.max(block_within_the_limit());
			blocks += 1;
			assert!(blocks <= least + 8, "{}", OpenTasks::<Test>::iter_keys().count());
		}
		// Full blocks but for the ends of the four queues.
		assert!(blocks >= least);
		assert!(dearest.all_gte(<() as WeightInfo>::clear(CLEAR, CLEAR / LOTS)));

		assert_eq!(pallet_attestation::Live::<Test>::iter_keys().count() as u64, TASKS);
		assert_eq!(Waiting::<Test>::iter_keys().count(), 0);
		for number in 0..TASKS {
			let (_, paid) = assigned(number).unwrap();
			let most = request(program, number).max_fee;
			assert!(paid <= most, "{paid} of {most}");
		}
	});
}

#[test]
fn tasks_of_all_kinds_stay_within_the_weight() {
	build_and_execute(|| {
		let program = crowd();
		let tasks: Vec<(u64, TaskId)> = (0..2_000)
			.map(|number| {
				let mut request = request(program, number);
				match number % 4 {
					// Kept to as many as can be named.
					0 => {
						let first = 10_000 + drawn(number + 4, PROVERS - 16);
						request.provers = (first..first + 16).collect();
					}
					// At the lowest price there is: below all asks but a few.
					1 => request.max_fee = price(0) * Balance::from(request.work.unwrap()),
					// Two proofs, of three provers at best.
					3 => {
						request.max_fee *= 3;
						request.redundancy = Some(Redundancy { needed: 2, started: 3 });
					}
					_ => {}
				}
				(number % 4, request.submit())
			})
			.collect();
		for _ in 0..90 {
			block_within_the_limit();
		}
		check_invariants();
		let assigned_of = |kind: u64| {
			tasks.iter().filter(|(k, task)| *k == kind && assigned(*task).is_some()).count()
		};
		assert_eq!([0, 2, 3].map(assigned_of), [500; 3]);
		let several = tasks.iter().filter(|(kind, _)| *kind == 3);
		// Nearly all find three: some look in vain at asks that others filled in the same block.
		let whole = several.filter(|(_, task)| co_primaries(*task).len() == 2).count();
		assert!(whole >= 450, "{whole}");
	});
}

#[test]
fn asks_that_change_all_at_once_do_not_stop_the_clearing() {
	build_and_execute(|| {
		let program = crowd();
		for number in 0..1_000 {
			request(program, number).submit();
		}
		for number in 0..PROVERS {
			for work in WORKS {
				let market = market_of(work, ServiceLevel::Standard);
				ask_in(market, 10_000 + number, TICKS as u16, LOTS, 1_000_000);
			}
		}
		let coming = || EpochItems::<Test>::iter_keys().count();
		assert_eq!(coming() as u64, PROVERS * 4);
		let mut open = OpenTasks::<Test>::iter_keys().count();
		let mut left = coming();
		while left > 0 {
			block_within_the_limit();
			let now = OpenTasks::<Test>::iter_keys().count();
			assert!(now == 0 || now < open, "nothing was assigned");
			open = now;
			let now = coming();
			assert!(now < left, "nothing came to count");
			left = now;
		}
	});
}
