// SPDX-License-Identifier: Apache-2.0
//! The protocol's fee: set, taken, split.

use crate::{mock::*, Error, Event, FeeTerms, Fees, Outcomes};
use frame_support::{assert_noop, assert_ok};
use proofyard_primitives::{Ending::*, Role::*, TaskEnd};
use sp_runtime::{traits::BadOrigin, Permill};

fn set(terms: FeeTerms) {
	assert_ok!(Settlement::set_fees(RuntimeOrigin::root(), terms));
}

mod set_fees {
	use super::*;

	#[test]
	fn works() {
		build_and_execute(|| {
			set(FEES);
			System::assert_last_event(Event::FeesChanged { terms: FEES }.into());
			assert_eq!(Fees::<Test>::get(), FEES);
		});
	}

	#[test]
	fn takes_the_place_of_the_default() {
		build_and_execute(|| {
			FirstFees::set(FEES);
			assert_eq!(Fees::<Test>::get(), FEES);
			set(NO_FEES);
			assert_eq!(Fees::<Test>::get(), NO_FEES);
		});
	}

	#[test]
	fn goes_up_to_the_limit() {
		build_and_execute(|| {
			set(FeeTerms { fee: Permill::from_percent(10), ..FEES });
			let fee = Permill::from_parts(100_001);
			assert_noop!(
				Settlement::set_fees(RuntimeOrigin::root(), FeeTerms { fee, ..FEES }),
				Error::<Test>::FeeTooHigh
			);
		});
	}

	#[test]
	fn shares_no_more_than_all() {
		build_and_execute(|| {
			set(FeeTerms { author: Permill::from_percent(50), ..FEES });
			set(FeeTerms { author: Permill::one(), treasury: Permill::zero(), ..FEES });
			for author in [Permill::from_parts(500_001), Permill::one()] {
				assert_noop!(
					Settlement::set_fees(RuntimeOrigin::root(), FeeTerms { author, ..FEES }),
					Error::<Test>::SharesTooHigh
				);
			}
		});
	}

	#[test]
	fn is_not_for_anybody() {
		build_and_execute(|| {
			let alice = RuntimeOrigin::signed(ALICE);
			assert_noop!(Settlement::set_fees(alice, FEES), BadOrigin);
			assert_noop!(Settlement::set_fees(RuntimeOrigin::none(), FEES), BadOrigin);
		});
	}
}

mod fee {
	use super::*;

	/// Settle a task at this price. Returns what the prover got, the author, the treasury.
	fn paid(price: Balance) -> (Balance, Balance, Balance) {
		let spec = open(1, ALICE, price);
		let deal = assign(1, PROVER, price, 100);
		settle(1, &spec, &deal);
		assert_eq!(free(ALICE), FUNDS - price);
		let earned = Outcomes::<Test>::get(1).unwrap().attempts[0].earned;
		assert_eq!(free(PROVER), FUNDS - STAKE + earned);
		(earned, of_fees(AUTHOR), of_fees(TREASURY))
	}

	#[test]
	fn is_rounded_up_and_its_shares_down() {
		// A quarter and a half of what the prover does not get; the rest is burnt.
		let expected = [
			(0, (0, 0, 0)),
			(1, (0, 0, 0)),
			(50, (49, 0, 0)),
			(51, (49, 0, 1)),
			(200, (196, 1, 2)),
			(201, (196, 1, 2)),
		];
		for (price, shares) in expected {
			build_and_execute(|| {
				set(FEES);
				assert_eq!(paid(price), shares, "price {price}");
			});
		}
	}

	#[test]
	fn of_nothing_leaves_the_prover_all() {
		build_and_execute(|| assert_eq!(paid(1_000), (1_000, 0, 0)));
	}

	#[test]
	fn may_all_be_burnt_or_all_given_out() {
		build_and_execute(|| {
			set(FeeTerms { author: Permill::zero(), treasury: Permill::zero(), ..FEES });
			let issuance = Balances::total_issuance();
			assert_eq!(paid(1_000), (980, 0, 0));
			assert_eq!(Balances::total_issuance(), issuance - 20);
		});
		build_and_execute(|| {
			set(FeeTerms { author: Permill::from_percent(50), ..FEES });
			let issuance = Balances::total_issuance();
			assert_eq!(paid(1_000), (980, 10, 10));
			assert_eq!(Balances::total_issuance(), issuance);
		});
	}

	#[test]
	fn is_the_one_of_the_block_of_the_end() {
		build_and_execute(|| {
			let spec = open(1, ALICE, 1_000);
			let deal = assign(1, PROVER, 1_000, 100);
			set(FEES);
			settle(1, &spec, &deal);
			assert_eq!(free(PROVER), FUNDS - STAKE + 980);
		});
	}

	#[test]
	fn is_not_taken_of_kill_fees_nor_of_bonds() {
		build_and_execute(|| {
			set(FEES);
			let spec = open(1, ALICE, 2_000);
			let deal = deal(PROVER, 1_000, 1_500);
			assert!(reserve(PROVER, 1_500));
			let attempts = [
				attempt(PROVER, Primary, Defaulted, 1_000, 1_500),
				attempt(RIVAL, CoPrimary, Lost, 1_000, 0),
				attempt(THIRD, Standby, Verified, 1_500, 0),
				attempt(FOURTH, Standby, Lost, 1_000, 0),
			];
			conclude(1, &spec, &deal, &attempts, TaskEnd::Settled);
			let earned = |who| free(who) + STAKE - FUNDS;
			assert_eq!((earned(RIVAL), earned(THIRD), earned(FOURTH)), (100, 980 + 500, 100));
			assert_eq!((of_fees(AUTHOR), of_fees(TREASURY)), (5, 10));
		});
	}
}
