// SPDX-License-Identifier: Apache-2.0
use crate::*;
use proptest::prelude::*;

#[test]
fn proving_time_rounds_up() {
	assert_eq!(proving_ms(1, 1000), Some(1));
	assert_eq!(proving_ms(1, 3000), Some(1));
	assert_eq!(proving_ms(1001, 1000), Some(1001));
	assert_eq!(proving_ms(5, 0), None);
	assert_eq!(proving_ms(u64::MAX, 1), None);
	assert_eq!(proving_ms(u64::MAX, u64::MAX), Some(1000));
}

#[test]
fn soft_deadline_stays_between_now_and_the_deadline() {
	assert_eq!(soft_deadline(10, 110, 60), 70);
	assert_eq!(soft_deadline(10, 11, 60), 11);
	assert_eq!(soft_deadline(10, 10, 60), 10);
	assert_eq!(soft_deadline(u32::MAX - 1, u32::MAX, 100), u32::MAX);
}

#[test]
fn the_bond_rounds_up() {
	let terms = BondTerms { percent: 150, base: 7 };
	assert_eq!(terms.bond(1, 0), 9);
	assert_eq!(terms.bond(0, 0), 7);
	assert_eq!(terms.bond(u128::MAX, 0), u128::MAX / 100 + 1 + 7);
}

#[test]
fn the_bond_covers_a_dear_standby() {
	let terms = BondTerms { percent: 100, base: 0 };
	// 180 above the price, and a fifth of the bond for the requester.
	assert_eq!(terms.bond(100, 280), 225);
	assert_eq!(terms.bond(100, 180), 100);
}

#[test]
fn a_late_proof_is_paid_less_in_a_straight_line() {
	let at = |block| late_price(1_000, 50, 150, block, 70);
	assert_eq!(at(0), 1_000);
	assert_eq!(at(50), 1_000);
	assert_eq!(at(100), 850);
	assert_eq!(at(150), 700);
	assert_eq!(at(1_000), 700);
	// What is cut is rounded down.
	assert_eq!(late_price(10, 0, 100, 1, 70), 10);
	assert_eq!(late_price(1_000, 50, 50, 60, 70), 1_000);
}

#[test]
fn claims_are_served_in_their_order() {
	let claims = Claims { standby: 30, kill_fees: 10, compensation: 50, keeper: 5 };
	let shares = waterfall(100, claims);
	let rest = Shares { standby: 30, kill_fees: 10, compensation: 20, keeper: 5, rest: 35 };
	assert_eq!(shares, rest);
	let shares = waterfall(35, claims);
	assert_eq!(shares, Shares { standby: 30, kill_fees: 5, ..Default::default() });
}

proptest! {
	/// Money in is money out, whatever is claimed.
	#[test]
	fn the_waterfall_adds_up(bond: u128, standby: u128, kill_fees: u128, compensation: u128, keeper: u128) {
		let claims = Claims { standby, kill_fees, compensation, keeper };
		let s = waterfall(bond, claims);
		prop_assert_eq!(s.standby + s.kill_fees + s.compensation + s.keeper + s.rest, bond);
		prop_assert!(s.standby <= standby && s.kill_fees <= kill_fees && s.keeper <= keeper);
		prop_assert!(s.compensation <= compensation);
		prop_assert!(s.compensation <= bond / 100 * 20 + 20);
	}

	#[test]
	fn the_late_price_never_rises_and_never_falls_below_its_floor(
		price in 0u128..u128::MAX / 100, soft in 0u32..1000, span in 0u32..1000, at in 0u32..3000
	) {
		let deadline = soft + span;
		let now = late_price(price, soft, deadline, at, 70);
		prop_assert!(now >= late_price(price, soft, deadline, at + 1, 70));
		prop_assert!(now <= price && now >= price / 100 * 70);
	}

	/// After the standby's difference, a fifth of the bond is left for the requester.
	#[test]
	fn the_bond_is_enough(price in 0u128..1u128 << 100, standby in 0u128..1u128 << 100, percent in 0u32..300, base in 0u128..1000) {
		let bond = BondTerms { percent, base }.bond(price, standby);
		let shares = waterfall(bond - base, Claims { standby: standby.saturating_sub(price), compensation: u128::MAX, ..Default::default() });
		prop_assert_eq!(shares.standby, standby.saturating_sub(price));
		prop_assert!(shares.compensation + 1 >= (bond - base) / 5);
	}
}

mod together {
	use super::*;

	#[test]
	fn one_delivers_and_the_others_get_kill_fees() {
		assert_eq!(together_cost(&[], 1), 0);
		assert_eq!(together_cost(&[1_000], 1), 1_000);
		// The dearest may be the one that delivers; 10 % to the other, in whichever order.
		assert_eq!(together_cost(&[1_000, 1_200], 1), 1_300);
		assert_eq!(together_cost(&[1_200, 1_000], 1), 1_300);
		// Kill fees are rounded up.
		assert_eq!(together_cost(&[1_001, 1_001, 1_001], 1), 1_001 + 101 + 101);
	}

	#[test]
	fn of_several_proofs_the_dearest_count() {
		assert_eq!(together_cost(&[100, 300, 200], 2), 300 + 200 + 10);
		assert_eq!(together_cost(&[100, 300, 200], 3), 600);
		// Fewer than needed: what they cost so far.
		assert_eq!(together_cost(&[100, 300], 3), 400);
		assert_eq!(together_cost(&[u128::MAX, u128::MAX], 2), u128::MAX);
	}

	#[test]
	fn each_gets_its_share_of_the_maximum() {
		assert_eq!(together_share(1_000, 1, 1), 1_000);
		// (1,000 − 1) / 1.1 = 908.18
		assert_eq!(together_share(1_000, 1, 2), 908);
		// (1,000 − 2) / 1.2 = 831.67
		assert_eq!(together_share(1_000, 1, 3), 831);
		assert_eq!(together_share(1_000, 2, 2), 500);
		// (1,000 − 1) / 2.1 = 475.71
		assert_eq!(together_share(1_000, 2, 3), 475);
		assert_eq!(together_share(1_000, 3, 3), 333);
		assert_eq!(together_share(0, 1, 3), 0);
		assert_eq!(together_share(1, 1, 2), 0);
	}

	#[test]
	fn the_least_maximum_is_the_way_back() {
		assert_eq!(together_least(1_000, 1, 1), 1_000);
		// 1.1 · 908 + 1 = 999.8
		assert_eq!(together_least(908, 1, 2), 1_000);
		assert_eq!(together_least(500, 2, 2), 1_000);
		// 2.1 · 475 + 1 = 998.5
		assert_eq!(together_least(475, 2, 3), 999);
		assert_eq!(together_least(u128::MAX, 3, 3), u128::MAX);
	}
}

mod bounties {
	use super::*;

	#[test]
	fn rise_in_a_straight_line() {
		let at = |block| bounty_premium(1_000, 50, 150, block);
		assert_eq!(at(0), 0);
		assert_eq!(at(50), 0);
		assert_eq!(at(51), 10);
		assert_eq!(at(100), 500);
		assert_eq!(at(150), 1_000);
		assert_eq!(at(1_000), 1_000);
		// Rounded down.
		assert_eq!(bounty_premium(10, 0, 100, 9), 0);
		// No time left: all of it at once.
		assert_eq!(bounty_premium(1_000, 150, 150, 150), 1_000);
		assert_eq!(bounty_premium(u128::MAX, 0, 2, 1), u128::MAX / 2);
	}
}

/// Numbers of proofs needed and of provers that start.
pub fn a_team() -> impl Strategy<Value = (u8, u8)> {
	(1u8..=3).prop_flat_map(|started| (1..=started, Just(started)))
}

proptest! {
	/// Provers at the share never cost more than the maximum, and nearly all of it can be used.
	#[test]
	fn the_share_is_paid_for(max_fee in 0u128..1 << 120, (needed, started) in a_team()) {
		let share = together_share(max_fee, needed, started);
		let prices = vec![share; started.into()];
		prop_assert!(together_cost(&prices, needed.into()) <= max_fee);
		let more = vec![share + 3; started.into()];
		prop_assert!(together_cost(&more, needed.into()) > max_fee);
	}

	#[test]
	fn the_share_rises_with_the_maximum(max_fee: u128, more: u128, (needed, started) in a_team()) {
		let share = together_share(max_fee, needed, started);
		prop_assert!(share <= max_fee);
		prop_assert!(share <= together_share(max_fee.saturating_add(more), needed, started));
	}

	#[test]
	fn the_least_maximum_is_the_least(share in 1u128..1 << 120, (needed, started) in a_team()) {
		let least = together_least(share, needed, started);
		prop_assert!(together_share(least, needed, started) >= share);
		prop_assert!(together_share(least - 1, needed, started) < share);
	}

	/// One price more, or a higher one, never costs less; nor do more proofs.
	#[test]
	fn the_cost_rises(prices in prop::collection::vec(0u128..1 << 100, 1..4), more in 0u128..1 << 100, needed in 1usize..4) {
		let cost = together_cost(&prices, needed);
		prop_assert!(cost <= together_cost(&prices, needed + 1));
		let mut dearer = prices.clone();
		dearer[0] += more;
		prop_assert!(cost <= together_cost(&dearer, needed));
		let mut others = prices.clone();
		others.push(more);
		prop_assert!(cost <= together_cost(&others, needed));
		prop_assert!(cost >= prices.iter().copied().max().unwrap());
		prop_assert!(cost <= prices.iter().sum::<u128>());
		let in_their_order = together_cost(&others, needed);
		others.reverse();
		prop_assert_eq!(together_cost(&others, needed), in_their_order);
	}

	#[test]
	fn the_bounty_stays_within_its_bounds_and_never_falls(most: u128, since in 0u32..1000, span in 0u32..1000, at in 0u32..3000) {
		let deadline = since + span;
		let now = bounty_premium(most, since, deadline, at);
		prop_assert!(now <= most);
		prop_assert!(now <= bounty_premium(most, since, deadline, at + 1));
		prop_assert!(at < deadline || now + u128::from(span) >= most);
		prop_assert!(span == 0 || at > since || now == 0);
	}
}
