// SPDX-License-Identifier: Apache-2.0
//! Pools: stake that others put behind an operator, and its shares. Integers only, no storage.
//!
//! A pool is worth so much and has so many shares. Slashes and rewards change its worth, entries and
//! exits both in the same proportion, so that nobody has to be looked at but who enters or leaves.
//! What division leaves over stays in the pool.

use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{
	helpers_128bit::multiply_by_rational_with_rounding, traits::AtLeast32BitUnsigned, Permill,
	Rounding, SaturatedConversion,
};

/// Stake that is delegated to one operator.
#[derive(Clone, Default, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pool<Balance> {
	/// Worth in plancks: what is on hold for it on the operator's account.
	pub value: Balance,
	/// Shares of all delegators.
	pub shares: u128,
	/// The part of them that is leaving.
	pub leaving_shares: u128,
}

impl<Balance: AtLeast32BitUnsigned + Copy> Pool<Balance> {
	/// The shares that `amount` buys, rounded down, and what they cost, in plancks, rounded up: what
	/// buys no whole share need not be paid. `None` if the pool has shares that are worth nothing, or
	/// next to nothing: then there is no price.
	pub fn entry(&self, amount: Balance) -> Option<(u128, Balance)> {
		let paid = amount.saturated_into::<u128>();
		if self.shares == 0 {
			return Some((paid, amount));
		}
		let value = self.value.saturated_into::<u128>();
		let bought = multiply_by_rational_with_rounding(paid, self.shares, value, Rounding::Down)?;
		self.shares.checked_add(bought)?;
		let cost = multiply_by_rational_with_rounding(bought, value, self.shares, Rounding::Up)?;
		Some((bought, cost.min(paid).saturated_into()))
	}

	/// Worth of so many of its shares, in plancks, rounded down; of all of them, all there is.
	pub fn worth(&self, shares: u128) -> Balance {
		part_of(self.value, shares.min(self.shares), self.shares, Rounding::Down)
	}

	/// Backing for new bonds: the worth of the shares that are not leaving, in plancks, rounded down.
	pub fn backing(&self) -> Balance {
		self.worth(self.shares.saturating_sub(self.leaving_shares))
	}

	/// The pool's part of a slash of `amount` that falls on it and on the operator's own `stake` by
	/// what both are worth. Rounded down: the operator takes the rest, which is never more than it
	/// has as long as `amount` is no more than both.
	pub fn part_of_slash(&self, amount: Balance, stake: Balance) -> Balance {
		let value = self.value.saturated_into::<u128>();
		let both = value.saturating_add(stake.saturated_into());
		part_of(amount, value, both, Rounding::Down)
	}

	/// The pool's part of what the operator earned: what the commission, rounded down, leaves, by
	/// what the pool and the operator's own `stake` are worth. Rounded up.
	pub fn part_of_reward(&self, amount: Balance, stake: Balance, commission: Permill) -> Balance {
		if self.shares == 0 {
			return Balance::zero();
		}
		let parts = commission.deconstruct().into();
		let whole = Permill::one().deconstruct().into();
		let commission = part_of(amount, parts, whole, Rounding::Down);
		let value = self.value.saturated_into::<u128>();
		let both = value.saturating_add(stake.saturated_into());
		part_of(amount.saturating_sub(commission), value, both, Rounding::Up)
	}
}

/// `amount · part / whole`, where the part is no more than the whole; nothing of a whole of zero.
fn part_of<Balance: AtLeast32BitUnsigned + Copy>(
	amount: Balance,
	part: u128,
	whole: u128,
	rounding: Rounding,
) -> Balance {
	multiply_by_rational_with_rounding(amount.saturated_into(), part, whole, rounding)
		.unwrap_or(0)
		.saturated_into()
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn pool(value: u128, shares: u128, leaving_shares: u128) -> Pool<u128> {
		Pool { value, shares, leaving_shares }
	}

	#[test]
	fn the_first_share_costs_one() {
		assert_eq!(pool(0, 0, 0).entry(70), Some((70, 70)));
	}

	#[test]
	fn shares_cost_what_they_are_worth_rounded_down() {
		assert_eq!(pool(300, 100, 0).entry(31), Some((10, 30)));
		assert_eq!(pool(300, 100, 0).entry(2), Some((0, 0)));
		assert_eq!(pool(301, 100, 0).entry(31), Some((10, 31)));
		assert_eq!(pool(100, 300, 0).entry(31), Some((93, 31)));
		assert_eq!(pool(300, 100, 0).worth(10), 30);
		assert_eq!(pool(299, 100, 0).worth(10), 29);
	}

	#[test]
	fn the_last_share_takes_all() {
		assert_eq!(pool(299, 7, 0).worth(7), 299);
		assert_eq!(pool(299, 7, 0).worth(8), 299);
		assert_eq!(pool(0, 0, 0).worth(0), 0);
	}

	#[test]
	fn shares_worth_nothing_have_no_price() {
		assert_eq!(pool(0, 100, 0).entry(10), None);
		assert_eq!(pool(1, u128::MAX, 0).entry(2), None);
		assert_eq!(pool(1, u128::MAX - 1, 0).entry(1), None);
		assert_eq!(pool(0, 100, 0).worth(50), 0);
	}

	#[test]
	fn what_is_leaving_backs_nothing() {
		assert_eq!(pool(299, 100, 0).backing(), 299);
		assert_eq!(pool(299, 100, 50).backing(), 149);
		assert_eq!(pool(299, 100, 100).backing(), 0);
		assert_eq!(pool(0, 0, 0).backing(), 0);
	}

	#[test]
	fn a_slash_is_rounded_against_the_operator() {
		assert_eq!(pool(300, 1, 0).part_of_slash(100, 100), 75);
		assert_eq!(pool(300, 1, 0).part_of_slash(101, 100), 75);
		assert_eq!(pool(300, 1, 0).part_of_slash(400, 100), 300);
		assert_eq!(pool(0, 0, 0).part_of_slash(100, 100), 0);
	}

	#[test]
	fn a_reward_is_rounded_for_the_pool() {
		let commission = Permill::from_percent(10);
		// 10 of 100 to the operator, 90 in the proportion of three to one, 67½ of them.
		assert_eq!(pool(300, 1, 0).part_of_reward(100, 100, commission), 68);
		// The commission of 9 is none.
		assert_eq!(pool(300, 1, 0).part_of_reward(9, 100, commission), 7);
		assert_eq!(pool(300, 1, 0).part_of_reward(100, 0, Permill::zero()), 100);
		assert_eq!(pool(300, 1, 0).part_of_reward(100, 100, Permill::one()), 0);
	}

	#[test]
	fn a_pool_of_nobody_earns_nothing() {
		assert_eq!(pool(0, 0, 0).part_of_reward(100, 100, Permill::zero()), 0);
		assert_eq!(pool(0, 10, 0).part_of_reward(100, 100, Permill::zero()), 0);
		assert_eq!(pool(0, 10, 0).part_of_reward(100, 0, Permill::zero()), 0);
	}

	/// Amounts as they occur: up to 2^100 plancks.
	fn amounts() -> impl Strategy<Value = u128> {
		prop_oneof![0..1_000u128, 0..1u128 << 100]
	}

	proptest! {
		/// Nobody gains by going in and out, and nobody who stays loses by it.
		#[test]
		fn entries_and_exits_favour_the_pool(
			value in amounts(), shares in 1..1u128 << 100, amount in amounts(), held in amounts(),
		) {
			let before = pool(value, shares, 0);
			let held = held.min(shares);
			let Some((bought, cost)) = before.entry(amount) else { return Ok(()) };
			prop_assert!(cost <= amount);
			let entered = pool(value + cost, shares + bought, 0);
			prop_assert!(entered.worth(held) >= before.worth(held));
			let paid = entered.worth(bought);
			// Rounding takes a planck, and no share.
			prop_assert!(paid <= cost && paid + 1 >= cost);
			let left = pool(entered.value - paid, shares, 0);
			prop_assert!(left.worth(held) >= before.worth(held));
		}

		/// An exit of leaving shares takes nothing of what backs bonds.
		#[test]
		fn exits_leave_the_backing(
			value in amounts(), shares in 1..1u128 << 100, leaving in amounts(), out in amounts(),
		) {
			let leaving = leaving.min(shares);
			let out = out.min(leaving);
			let before = pool(value, shares, leaving);
			let after = pool(value - before.worth(out), shares - out, leaving - out);
			prop_assert!(after.backing() >= before.backing());
		}

		#[test]
		fn slashes_and_rewards_are_split_without_a_rest(
			value in amounts(), stake in amounts(), amount in amounts(), parts in 0..=1_000_000u32,
		) {
			let pool = pool(value, 1, 0);
			let slash = amount.min(value + stake);
			let part = pool.part_of_slash(slash, stake);
			prop_assert!(part <= value && slash - part <= stake);
			let commission = Permill::from_parts(parts);
			prop_assert!(pool.part_of_reward(amount, stake, commission) <= amount);
		}
	}
}
