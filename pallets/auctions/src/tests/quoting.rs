// SPDX-License-Identifier: Apache-2.0
//! What an estimate promises, a clearing keeps.

use crate::{mock::*, Ask, Error, Estimate};
use frame_support::assert_ok;
use pallet_attestation::Live;
use proofyard_primitives::{
	traits::Programs as _, HardwareClass, Market, ProgramId, ServiceLevel, WorkModel,
};
use sp_runtime::DispatchError;

fn estimate_of(
	program: ProgramId,
	work: Option<u64>,
	level: ServiceLevel,
	lifetime: Option<u32>,
) -> Result<Estimate<Balance, BlockNumber>, DispatchError> {
	Ok(Auctions::estimate(&Programs::terms(&program).unwrap(), work, level, lifetime)?)
}

fn estimate(lifetime: u32) -> Estimate<Balance, BlockNumber> {
	estimate_of(program(), None, ServiceLevel::Standard, Some(lifetime)).unwrap()
}

#[test]
fn an_estimate_is_what_the_clearing_then_does() {
	build_and_execute(|| {
		run_to(3);
		assert_ok!(Provers::add_stake(RuntimeOrigin::signed(PROVER), 50_000));
		ask(PROVER, 3);
		ask(RIVAL, 2);
		for level in [ServiceLevel::Standard, ServiceLevel::Express, ServiceLevel::Guaranteed] {
			if level != ServiceLevel::Standard {
				ask_in(market_of(WORK, level), PROVER, 3, 1, WORK);
			}
			let lifetime = 17;
			let promised = estimate_of(program(), None, level, Some(lifetime)).unwrap();
			let task = Request { level, lifetime, ..Default::default() }.submit();
			next_block();
			let live = Live::<Test>::get(task).unwrap();
			assert_eq!(Some(live.assignment.price), promised.price);
			assert_eq!(live.assignment.soft_deadline, promised.soft_deadline);
			assert_eq!(live.spec.deadline, promised.deadline);
			assert_eq!(live.spec.market, promised.market);
			assert_eq!(live.spec.work, promised.work);
		}
	});
}

#[test]
fn it_counts_those_who_could() {
	build_and_execute(|| {
		let none = estimate(20);
		assert_eq!((none.price, none.feasible), (None, 0));
		assert_eq!(none.market, market());
		ask(PROVER, 3);
		assert_eq!((estimate(20).price, estimate(20).feasible), (Some(3_000), 1));
		ask(RIVAL, 2);
		assert_eq!((estimate(20).price, estimate(20).feasible), (Some(2_000), 2));
		// The rival is busy with all its lots.
		ask_in(market(), RIVAL, 2, 1, WORK);
		submit(5_000);
		next_block();
		assert_eq!((estimate(20).price, estimate(20).feasible), (Some(3_000), 1));
	});
}

#[test]
fn what_it_calls_feasible_is_just_what_is_feasible_in_the_next_block() {
	// At lifetimes around the one at which the work fits before the soft deadline.
	for lifetime in 10..=40 {
		build_and_execute(|| {
			ask_in(market(), PROVER, 1, 1, WORK / 100);
			let promised = estimate(lifetime);
			let task = Request { lifetime, ..Default::default() }.submit();
			next_block();
			assert_eq!(assigned(task).map(|(_, price)| price), promised.price, "{lifetime}");
		});
	}
}

#[test]
fn it_assumes_the_default_lifetime() {
	build_and_execute(|| {
		let assumed = estimate_of(program(), None, ServiceLevel::Standard, None).unwrap();
		assert_eq!(assumed, estimate(50));
		assert_eq!(assumed.deadline, 51);
	});
}

#[test]
fn it_fails_as_submission_would() {
	build_and_execute(|| {
		let program_per_task = register_program(OWNER, HardwareClass::Cpu, WorkModel::PerTask);
		let level = ServiceLevel::Standard;
		for lifetime in [0, MIN_LIFETIME - 1, MAX_LIFETIME + 1] {
			assert_eq!(
				estimate_of(program(), None, level, Some(lifetime)),
				Err(Error::<Test>::LifetimeOutOfRange.into())
			);
		}
		for work in [None, Some(0)] {
			assert_eq!(
				estimate_of(program_per_task, work, level, None),
				Err(Error::<Test>::WorkNeeded.into())
			);
		}
		assert_eq!(
			estimate_of(program(), Some(WORK + 1), level, None),
			Err(Error::<Test>::WorkFixed.into())
		);
		let huge = estimate_of(program_per_task, Some(u64::MAX), level, None).unwrap();
		assert_eq!(huge.market, Market { bucket: 63, ..market() });
	});
}

#[test]
fn asks_are_listed_cheapest_first_with_what_they_hold() {
	build_and_execute(|| {
		assert!(Auctions::asks_in(&market()).is_empty());
		ask(PROVER, 3);
		ask(RIVAL, 2);
		submit(5_000);
		next_block();
		assert_eq!(
			Auctions::asks_in(&market()),
			[
				(RIVAL, Ask { price: 2, lots: 4, speed: WORK }, 1),
				(PROVER, Ask { price: 3, lots: 4, speed: WORK }, 0),
			]
		);
		assert_ok!(Auctions::withdraw_ask(RuntimeOrigin::signed(RIVAL), market()));
		assert_eq!(Auctions::asks_in(&market()).len(), 1);
	});
}
