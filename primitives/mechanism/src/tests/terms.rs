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
	let at = |block| declined_price(1_000, 50, 150, block, 70);
	assert_eq!(at(0), 1_000);
	assert_eq!(at(50), 1_000);
	assert_eq!(at(100), 850);
	assert_eq!(at(150), 700);
	assert_eq!(at(1_000), 700);
	// What is cut is rounded down.
	assert_eq!(declined_price(10, 0, 100, 1, 70), 10);
	assert_eq!(declined_price(1_000, 50, 50, 60, 70), 1_000);
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
		let now = declined_price(price, soft, deadline, at, 70);
		prop_assert!(now >= declined_price(price, soft, deadline, at + 1, 70));
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
