// SPDX-License-Identifier: Apache-2.0
use crate::*;
use proptest::prelude::*;

#[test]
fn the_lowest_wins_and_gets_the_second() {
	assert_eq!(second_price(&[30, 10, 20], 100), Some(Sealed { winner: 1, price: 20 }));
	assert_eq!(second_price(&[10, 30, 20], 100), Some(Sealed { winner: 0, price: 20 }));
}

#[test]
fn a_lone_bid_gets_the_maximum() {
	assert_eq!(second_price(&[10], 100), Some(Sealed { winner: 0, price: 100 }));
	assert_eq!(second_price(&[10, 101], 100), Some(Sealed { winner: 0, price: 100 }));
}

#[test]
fn of_equal_bids_the_first_given_wins() {
	assert_eq!(second_price(&[10, 10], 100), Some(Sealed { winner: 0, price: 10 }));
}

#[test]
fn without_a_bid_that_counts_nobody_wins() {
	assert_eq!(second_price(&[], 100), None);
	assert_eq!(second_price(&[101], 100), None);
	assert_eq!(second_price(&[100], 100), Some(Sealed { winner: 0, price: 100 }));
}

proptest! {
	/// No other bid would have earned more than bidding the cost.
	#[test]
	fn bidding_the_cost_is_best(others in prop::collection::vec(0u128..200, 0..6), cost in 0u128..200, lie in 0u128..200) {
		let profit = |bid: u128| {
			let mut bids = others.clone();
			bids.push(bid);
			match second_price(&bids, 150) {
				Some(sealed) if sealed.winner == others.len() => sealed.price as i128 - cost as i128,
				_ => 0,
			}
		};
		prop_assert!(profit(cost) >= profit(lie));
	}

	#[test]
	fn the_price_is_between_the_bid_and_the_maximum(bids in prop::collection::vec(0u128..200, 0..8), max in 0u128..200) {
		if let Some(sealed) = second_price(&bids, max) {
			prop_assert!(bids[sealed.winner] <= sealed.price && sealed.price <= max);
			prop_assert_eq!(bids[sealed.winner], *bids.iter().min().unwrap());
		}
	}
}
