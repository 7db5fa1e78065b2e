// SPDX-License-Identifier: Apache-2.0
use crate::*;
use proptest::prelude::*;

#[test]
fn ticks_rise_by_two_percent() {
	let prices = tick::all_prices();
	assert_eq!(prices.len(), usize::from(TICKS));
	assert_eq!(prices[0], 50);
	for pair in prices.windows(2) {
		// Rounding to whole plancks is half of one at most on either side.
		let exact = pair[0] as f64 * 1.02;
		assert!((pair[1] as f64 - exact).abs() <= 1.02, "{pair:?}");
		assert!(pair[1] > pair[0]);
	}
	let exact = 50.0 * 1.02f64.powi(1023);
	assert!((prices[1023] as f64 / exact - 1.0).abs() < 1e-9);
}

#[test]
fn asks_round_up_and_maxima_down() {
	assert_eq!(Tick::at_least(0), Some(Tick::MIN));
	assert_eq!(Tick::at_least(50).unwrap().price(), 50);
	assert_eq!(Tick::at_least(101).unwrap().price(), 102);
	assert_eq!(Tick::at_most(101).unwrap().price(), 100);
	assert_eq!(Tick::at_most(49), None);
	assert_eq!(Tick::at_most(u128::MAX), Some(Tick::MAX));
	assert_eq!(Tick::at_least(Tick::MAX.price() + 1), None);
}

proptest! {
	#[test]
	fn rounding_brackets_the_price(price in 50u128..30_000_000_000) {
		let (up, down) = (Tick::at_least(price).unwrap(), Tick::at_most(price).unwrap());
		prop_assert!(down.price() <= price && price <= up.price());
		prop_assert!(up.index() - down.index() <= 1);
	}

	/// The bitmap agrees with a sorted set.
	#[test]
	fn bitmap_is_a_set(changes in prop::collection::vec((0..TICKS, any::<bool>()), 0..200)) {
		let mut bitmap = Bitmap::default();
		let mut set = std::collections::BTreeSet::new();
		for (index, insert) in changes {
			let tick = Tick::new(index).unwrap();
			if insert { bitmap.insert(tick); set.insert(tick) } else { bitmap.remove(tick); set.remove(&tick) };
			prop_assert_eq!(bitmap.contains(tick), insert);
			prop_assert_eq!(bitmap.first(), set.first().copied());
			prop_assert_eq!(bitmap.is_empty(), set.is_empty());
			let next = set.range((std::ops::Bound::Excluded(tick), std::ops::Bound::Unbounded)).next();
			prop_assert_eq!(bitmap.next_after(tick), next.copied());
		}
	}

	/// Each place once, whatever the seed.
	#[test]
	fn the_order_of_equals_is_a_permutation(count in 0u32..300, seed: u64) {
		let mut places: Vec<_> = order(count, seed).collect();
		places.sort_unstable();
		prop_assert_eq!(places, (0..count).collect::<Vec<_>>());
	}

	/// The book gives what a sorted list would, and forgets what is removed.
	#[test]
	fn the_book_is_a_sorted_list(
		changes in prop::collection::vec((0u32..20, 0u16..40, any::<bool>()), 0..100), seed: u64
	) {
		let mut book = MemoryBook::new();
		let mut list = std::collections::BTreeMap::new();
		for (prover, index, insert) in changes {
			let tick = Tick::new(index).unwrap();
			if insert {
				book.insert(prover, tick);
				list.insert(prover, tick);
			} else {
				prop_assert_eq!(book.remove(&prover), list.remove(&prover));
			}
			prop_assert_eq!(book.get(&prover), list.get(&prover).copied());
			prop_assert_eq!(book.len(), list.len());
			prop_assert_eq!(book.best(), list.values().min().copied());
			let asks: Vec<_> = book.asks(seed).map(|(p, t)| (t, *p)).collect();
			prop_assert!(asks.windows(2).all(|pair| pair[0].0 <= pair[1].0));
			let given: std::collections::BTreeMap<_, _> = asks.iter().map(|(t, p)| (*p, *t)).collect();
			prop_assert_eq!(given, list.clone());
		}
	}
}

#[test]
fn each_of_equal_asks_is_first_as_often() {
	let mut firsts = [0u32; 7];
	for seed in 0..7_000u64 {
		// The high bits of a multiplicative hash, as a block's randomness would be.
		let seed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
		let seed = seed ^ (seed >> 29);
		firsts[order(7, seed).next().unwrap() as usize] += 1;
	}
	assert!(firsts.iter().all(|n| (900..1_100).contains(n)), "{firsts:?}");
}
