// SPDX-License-Identifier: Apache-2.0
//! What others put behind a prover, and what the protocol takes of what provers earn.

use super::{BlockNumber, Unbonding};
use crate::amount::Amount;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use subxt::utils::AccountId32;

/// A share of an amount, in parts per million.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parts(pub u32);

impl Parts {
	/// The whole.
	pub const WHOLE: u32 = 1_000_000;
}

impl fmt::Display for Parts {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (percent, rest) = (self.0 / 10_000, self.0 % 10_000);
		if rest == 0 {
			return write!(f, "{percent} %");
		}
		let decimals = format!("{rest:04}");
		write!(f, "{percent}.{} %", decimals.trim_end_matches('0'))
	}
}

/// A number of shares of a pool. In JSON a string of decimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Shares(pub u128);

impl fmt::Display for Shares {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		self.0.fmt(f)
	}
}

impl Serialize for Shares {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(&self.0)
	}
}

impl<'de> Deserialize<'de> for Shares {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let digits = String::deserialize(deserializer)?;
		digits.parse().map(Self).map_err(|_| {
			serde::de::Error::custom(format!("{digits:?} is not a decimal number of shares"))
		})
	}
}

/// What others have delegated to a prover, and on what terms they may.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DelegationPool {
	/// Whether it takes new delegations.
	pub open: bool,
	/// What the pool is worth.
	pub value: Amount,
	/// Shares of all delegators.
	pub shares: Shares,
	/// The part of them that is leaving.
	pub leaving_shares: Shares,
	/// The part of what it earns that the prover keeps before the rest is shared.
	pub commission: Parts,
	/// A higher commission that is coming.
	pub rise: Option<CommissionRise>,
	/// The most that can be delegated to it now.
	pub room: Amount,
}

/// A commission that is higher than the one before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommissionRise {
	/// The new one.
	pub commission: Parts,
	/// The first block it counts in.
	pub from: BlockNumber,
}

/// What one delegator has in the pool of one prover.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delegation {
	/// Whose pool.
	pub prover: AccountId32,
	/// Whose part of it.
	pub delegator: AccountId32,
	/// All its shares, those included that are leaving.
	pub shares: Shares,
	/// What they are worth.
	pub value: Amount,
	/// The shares that are leaving.
	pub leaving: Option<LeavingShares>,
	/// What could be withdrawn now: what waited long enough, or all, where the prover has left.
	pub withdrawable: Amount,
}

impl Delegation {
	/// Shares that are not leaving.
	pub fn staying(&self) -> u128 {
		let leaving = self.leaving.as_ref().map_or(0, |leaving| leaving.shares.0);
		self.shares.0.saturating_sub(leaving)
	}

	/// The fewest shares that are worth `amount`; no more than those that stay. `None` where shares
	/// are worth nothing.
	pub fn shares_worth(&self, amount: Amount) -> Option<u128> {
		let value = sp_core::U256::from(self.value.0);
		let parts = sp_core::U256::from(amount.0) * sp_core::U256::from(self.shares.0);
		let shares = (parts + value).checked_sub(1.into())?.checked_div(value)?;
		Some(shares.min(self.staying().into()).as_u128())
	}
}

/// Shares on their way out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeavingShares {
	/// How many.
	pub shares: Shares,
	/// What they are worth now, and from when it can be withdrawn.
	#[serde(flatten)]
	pub worth: Unbonding,
}

/// What the protocol takes of the provers' payments, and where that goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fees {
	/// Share of what an escrow pays for proofs.
	pub fee: Parts,
	/// The block author's share of the fee.
	pub author: Parts,
	/// The treasury's share of the fee.
	pub treasury: Parts,
	/// The share of the fee that is burnt.
	pub burnt: Parts,
	/// The highest that the fee can be set to.
	pub max_fee: Parts,
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn parts_read_as_percent() {
		let text = |parts: u32| Parts(parts).to_string();
		assert_eq!(text(20_000), "2 %");
		assert_eq!(text(25_000), "2.5 %");
		assert_eq!(text(1), "0.0001 %");
		assert_eq!(text(0), "0 %");
		assert_eq!(text(Parts::WHOLE), "100 %");
	}

	fn delegation(shares: u128, value: u128, leaving: u128) -> Delegation {
		let worth = Unbonding { amount: Amount(0), withdrawable_at: 9 };
		Delegation {
			prover: AccountId32([1; 32]),
			delegator: AccountId32([2; 32]),
			shares: Shares(shares),
			value: Amount(value),
			leaving: (leaving > 0).then_some(LeavingShares { shares: Shares(leaving), worth }),
			withdrawable: Amount(0),
		}
	}

	#[test]
	fn an_amount_is_so_many_shares_rounded_up_and_no_more_than_stay() {
		let half = delegation(100, 50, 0);
		assert_eq!(half.shares_worth(Amount(10)), Some(20));
		assert_eq!(half.shares_worth(Amount(50)), Some(100));
		assert_eq!(half.shares_worth(Amount(51)), Some(100));
		let dear = delegation(100, 300, 90);
		assert_eq!(dear.shares_worth(Amount(1)), Some(1));
		assert_eq!(dear.shares_worth(Amount(4)), Some(2));
		assert_eq!(dear.shares_worth(Amount(300)), Some(10));
		assert_eq!(delegation(100, 0, 0).shares_worth(Amount(1)), None);
		assert_eq!(
			delegation(u128::MAX, u128::MAX, 0).shares_worth(Amount(u128::MAX)),
			Some(u128::MAX)
		);
	}
}
