// SPDX-License-Identifier: Apache-2.0
//! Placing and withdrawing asks.

use super::helpers::*;
use frame_support::{assert_noop, assert_ok};
use pallet_auctions::{
	Ask, AskCount, AskStatus, AskTerms, Asks, AsksOf, EpochAgendaOf, Error, Event,
};
use pallet_provers::Error as ProversError;
use proofyard_market::*;
use proofyard_mechanism::Tick;
use proofyard_primitives::{HardwareClass, Market, ServiceLevel};
use sp_runtime::{DispatchError, DispatchResult};

fn place(who: AccountId, market: Market, price: Balance, lots: u32, speed: u64) -> DispatchResult {
	Auctions::place_ask(signed(who), market, price, lots, speed)
}

fn withdraw(who: AccountId, market: Market) -> DispatchResult {
	Auctions::withdraw_ask(signed(who), market)
}

fn asks_of(prover: AccountId) -> u32 {
	pallet_provers::Provers::<Test>::get(prover).unwrap().asks
}

/// The market of tasks with ⌊log2 work⌋ = `bucket`.
fn bucket(bucket: u8) -> Market {
	Market { bucket, ..market() }
}

mod place_ask {
	use super::*;

	#[test]
	fn works() {
		build_and_execute(|| {
			assert_ok!(place(PROVER, market(), price(3), 2, 500));
			let terms = AskTerms { tick: 3, lots: 2, speed: 500 };
			let next = Some((terms, 2));
			let ask = Ask { terms, status: AskStatus::Coming, next, idle_since: 2 };
			assert_eq!(Asks::<Test>::get(market(), PROVER), Some(ask));
			assert_eq!(EpochAgendaOf::<Test>::entries(), [(2, (market(), PROVER))]);
			assert!(AsksOf::<Test>::contains_key(PROVER, market()));
			assert_eq!(AskCount::<Test>::get(market()), 1);
			assert_eq!(asks_of(PROVER), 1);
			System::assert_last_event(
				Event::AskPlaced {
					prover: PROVER,
					market: market(),
					price: price(3),
					lots: 2,
					speed: 500,
					from: 2,
				}
				.into(),
			);
		});
	}

	#[test]
	fn rounds_its_price_up_to_the_next_tick() {
		build_and_execute(|| {
			// Far enough up that ticks are some plancks apart.
			for (asked, tick) in [(price(99) + 1, 100), (price(100), 100), (price(100) + 1, 101)] {
				assert_ok!(place(PROVER, market(), asked, 1, 1));
				assert_eq!(terms(PROVER).tick, tick);
			}
			assert_ok!(place(RIVAL, market(), 1, 1, 1));
			assert_eq!(terms(RIVAL).tick, 0);
		});
	}

	#[test]
	fn replaces_the_ask_that_stands_there() {
		build_and_execute(|| {
			assert_ok!(place(PROVER, market(), price(3), 2, 500));
			next_block();
			assert_ok!(place(PROVER, market(), price(4), 1, 900));
			next_block();
			assert_eq!(terms(PROVER), AskTerms { tick: 4, lots: 1, speed: 900 });
			assert_eq!(place_of(PROVER), AskStatus::Book(0));
			assert_eq!(AskCount::<Test>::get(market()), 1);
			assert_eq!(asks_of(PROVER), 1);
		});
	}

	#[test]
	fn replaces_it_even_where_there_is_no_room_for_another() {
		build_and_execute(|| {
			for prover in PROVERS {
				assert_ok!(place(prover, market(), price(3), 1, 500));
			}
			assert_eq!(AskCount::<Test>::get(market()), MAX_ASKS_PER_MARKET);
			for other in 1..MAX_ASKS as u8 {
				assert_ok!(place(PROVER, bucket(other), price(3), 1, 500));
			}
			assert_ok!(place(PROVER, market(), price(5), 1, 500));
		});
	}

	#[test]
	fn takes_any_bucket_there_is() {
		build_and_execute(|| {
			assert_ok!(place(PROVER, bucket(0), 1, 1, 1));
			assert_ok!(place(PROVER, bucket(63), Tick::MAX.price(), u32::MAX, u64::MAX));
			assert_noop!(place(PROVER, bucket(64), 1, 1, 1), Error::<Test>::BadMarket);
			assert_noop!(place(PROVER, bucket(255), 1, 1, 1), Error::<Test>::BadMarket);
		});
	}

	#[test]
	fn fails_when_it_asks_for_nothing() {
		build_and_execute(|| {
			assert_noop!(place(PROVER, market(), 0, 1, 1), Error::<Test>::ZeroPrice);
			assert_noop!(place(PROVER, market(), 1, 0, 1), Error::<Test>::ZeroLots);
			assert_noop!(place(PROVER, market(), 1, 1, 0), Error::<Test>::ZeroSpeed);
		});
	}

	#[test]
	fn fails_when_the_price_is_above_the_highest_tick() {
		build_and_execute(|| {
			for price in [Tick::MAX.price() + 1, Balance::MAX] {
				let refused = Error::<Test>::PriceAboveGrid;
				assert_noop!(place(PROVER, market(), price, 1, 1), refused);
			}
		});
	}

	#[test]
	fn fails_when_the_caller_is_no_prover() {
		build_and_execute(|| {
			assert_noop!(place(REQUESTER, market(), 1, 1, 1), Error::<Test>::NotProver);
			assert_noop!(
				Auctions::place_ask(RuntimeOrigin::none(), market(), 1, 1, 1),
				DispatchError::BadOrigin
			);
		});
	}

	#[test]
	fn fails_when_the_hardware_does_not_cover_the_markets() {
		build_and_execute(|| {
			let gpu = |vram_gib| HardwareClass::Gpu { vram_gib };
			let market_for = |hardware| Market { hardware, ..market() };
			assert_noop!(
				place(PROVER, market_for(gpu(0)), 1, 1, 1),
				Error::<Test>::HardwareNotCovered
			);
			assert_ok!(Provers::set_hardware(signed(PROVER), gpu(24), SLOTS));
			assert_ok!(place(PROVER, market_for(gpu(24)), 1, 1, 1));
			assert_ok!(place(PROVER, market(), 1, 1, 1));
			assert_noop!(
				place(PROVER, market_for(gpu(25)), 1, 1, 1),
				Error::<Test>::HardwareNotCovered
			);
		});
	}

	#[test]
	fn fails_when_the_market_is_full() {
		build_and_execute(|| {
			MaxAsksPerMarket::set(2);
			for prover in [PROVER, RIVAL] {
				assert_ok!(place(prover, market(), 1, 1, 1));
			}
			assert_noop!(place(THIRD, market(), 1, 1, 1), Error::<Test>::MarketFull);
			let express = market_of(WORK, ServiceLevel::Express);
			assert_ok!(place(THIRD, express, 1, 1, 1));
			assert_ok!(withdraw(PROVER, market()));
			assert_ok!(place(THIRD, market(), 1, 1, 1));
		});
	}

	#[test]
	fn fails_when_the_prover_has_as_many_as_it_may() {
		build_and_execute(|| {
			for other in 0..MAX_ASKS as u8 {
				assert_ok!(place(PROVER, bucket(other), 1, 1, 1));
			}
			assert_noop!(place(PROVER, market(), 1, 1, 1), ProversError::<Test>::TooManyAsks);
			assert_ok!(withdraw(PROVER, bucket(0)));
			assert_ok!(place(PROVER, market(), 1, 1, 1));
		});
	}

	#[test]
	fn fails_when_the_prover_is_leaving() {
		build_and_execute(|| {
			assert_ok!(Provers::unbond(signed(PROVER), STAKE));
			assert_noop!(place(PROVER, market(), 1, 1, 1), ProversError::<Test>::Leaving);
		});
	}
}

mod withdraw_ask {
	use super::*;

	#[test]
	fn works() {
		build_and_execute(|| {
			assert_ok!(place(PROVER, market(), 1, 1, 1));
			assert_ok!(place(RIVAL, market(), 1, 1, 1));
			assert_ok!(withdraw(PROVER, market()));
			assert!(!Asks::<Test>::contains_key(market(), PROVER));
			assert!(!AsksOf::<Test>::contains_key(PROVER, market()));
			assert_eq!(AskCount::<Test>::get(market()), 1);
			assert_eq!(asks_of(PROVER), 0);
			System::assert_last_event(
				Event::AskWithdrawn { prover: PROVER, market: market() }.into(),
			);
		});
	}

	#[test]
	fn leaves_nothing_of_the_last_one() {
		build_and_execute(|| {
			assert_ok!(place(PROVER, market(), 1, 1, 1));
			assert_ok!(withdraw(PROVER, market()));
			assert!(!AskCount::<Test>::contains_key(market()));
			assert_eq!(AsksOf::<Test>::iter_keys().count(), 0);
		});
	}

	#[test]
	fn counts_at_once() {
		build_and_execute(|| {
			AskEpoch::set(5);
			ask(PROVER, 1);
			run_to(6);
			let task = submit(9);
			assert_ok!(withdraw(PROVER, market()));
			run_to(12);
			assert!(is_open(task));
		});
	}

	#[test]
	fn keeps_what_it_has_won() {
		build_and_execute(|| {
			ask(PROVER, 1);
			let task = submit(9);
			next_block();
			assert_ok!(withdraw(PROVER, market()));
			assert_eq!(assigned(task), Some((PROVER, fee(1))));
			let later = submit(9);
			next_block();
			assert!(is_open(later));
			deliver(task);
			assert_eq!(free(PROVER), ENDOWMENT - STAKE + fee(1));
		});
	}

	#[test]
	fn fails_when_there_is_none() {
		build_and_execute(|| {
			assert_noop!(withdraw(PROVER, market()), Error::<Test>::UnknownAsk);
			assert_ok!(place(PROVER, market(), 1, 1, 1));
			assert_noop!(withdraw(RIVAL, market()), Error::<Test>::UnknownAsk);
			assert_noop!(withdraw(PROVER, bucket(1)), Error::<Test>::UnknownAsk);
			assert_ok!(withdraw(PROVER, market()));
			assert_noop!(withdraw(PROVER, market()), Error::<Test>::UnknownAsk);
			assert_noop!(
				Auctions::withdraw_ask(RuntimeOrigin::root(), market()),
				DispatchError::BadOrigin
			);
		});
	}
}
