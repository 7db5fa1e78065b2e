// SPDX-License-Identifier: Apache-2.0
//! Stake of others behind a prover, stake that is leaving, and what the protocol takes of what provers
//! earn.

use crate::{
	scalars::{AccountId, Balance, BlockNumber},
	text::decimal,
};
use codec::{Decode, Encode};
use core::fmt;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{
	helpers_128bit::multiply_by_rational_with_rounding, traits::Saturating, Permill, Rounding,
};

/// Share of an amount, in parts per million; shown in percent.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(transparent)]
pub struct Parts(pub u32);

impl Parts {
	/// The whole.
	pub const WHOLE: u32 = 1_000_000;
}

impl From<Permill> for Parts {
	fn from(share: Permill) -> Self {
		Self(share.deconstruct())
	}
}

impl fmt::Display for Parts {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (percent, mut rest, mut width) = (self.0 / 10_000, self.0 % 10_000, 4);
		if rest == 0 {
			return write!(f, "{percent} %");
		}
		while rest % 10 == 0 {
			(rest, width) = (rest / 10, width - 1);
		}
		write!(f, "{percent}.{rest:0width$} %")
	}
}

/// Part of a stake that is leaving.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unbonding {
	/// Amount.
	#[serde(with = "decimal")]
	pub amount: Balance,
	/// Block from which it can be withdrawn.
	pub withdrawable_at: BlockNumber,
}

/// Pool of what others have delegated to a prover, and on what terms they may.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DelegationPool {
	/// Whether it takes new delegations.
	pub open: bool,
	/// Worth of the pool.
	#[serde(with = "decimal")]
	pub value: Balance,
	/// Shares of all delegators.
	#[serde(with = "decimal")]
	pub shares: u128,
	/// Part of them that is leaving.
	#[serde(with = "decimal")]
	pub leaving_shares: u128,
	/// Part of what it earns that the prover keeps before the rest is shared.
	pub commission: Parts,
	/// Higher commission that is coming.
	pub rise: Option<CommissionRise>,
	/// Most that can be delegated to it now.
	#[serde(with = "decimal")]
	pub room: Balance,
}

/// Commission that is higher than the one before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommissionRise {
	/// New commission.
	pub commission: Parts,
	/// First block it counts in.
	pub from: BlockNumber,
}

/// Part of one delegator in the pool of one prover.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delegation {
	/// Prover whose pool it is.
	pub prover: AccountId,
	/// Delegator.
	pub delegator: AccountId,
	/// All its shares, those included that are leaving.
	#[serde(with = "decimal")]
	pub shares: u128,
	/// Worth of the shares.
	#[serde(with = "decimal")]
	pub value: Balance,
	/// Shares that are leaving.
	pub leaving: Option<LeavingShares>,
	/// Worth of what could be withdrawn now: what waited long enough, or all, where the prover has left.
	#[serde(with = "decimal")]
	pub withdrawable: Balance,
}

impl Delegation {
	/// Shares that are not leaving.
	pub fn staying(&self) -> u128 {
		let leaving = self.leaving.as_ref().map_or(0, |leaving| leaving.shares);
		self.shares.saturating_sub(leaving)
	}

	/// The fewest shares that are worth `amount`; no more than those that stay. `None` where shares
	/// are worth nothing.
	pub fn shares_worth(&self, amount: Balance) -> Option<u128> {
		if self.value == 0 {
			return None;
		}
		let (shares, value) = (self.shares, self.value);
		let worth = multiply_by_rational_with_rounding(amount, shares, value, Rounding::Up);
		// What no number holds is more than there are.
		Some(worth.map_or(self.staying(), |worth| worth.min(self.staying())))
	}
}

/// Shares on their way out.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeavingShares {
	/// Number of shares.
	#[serde(with = "decimal")]
	pub shares: u128,
	/// Worth of them now, and from when it can be withdrawn.
	#[serde(flatten)]
	pub worth: Unbonding,
}

/// Fees that the protocol takes of the provers' payments, and where they go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fees {
	/// Share of what an escrow pays for proofs. Kill fees and what bonds pay are free of it.
	pub fee: Parts,
	/// Share of the fee that the block's author gets.
	pub author: Parts,
	/// Share of the fee that the treasury gets.
	pub treasury: Parts,
	/// Share of the fee that is burnt: what the other two leave.
	pub burnt: Parts,
	/// Highest that the fee can be set to.
	pub max_fee: Parts,
}

impl Fees {
	/// A fee, and who gets how much of it.
	pub fn new(fee: Permill, author: Permill, treasury: Permill, max_fee: Permill) -> Self {
		let burnt = Permill::one().saturating_sub(author).saturating_sub(treasury);
		Self {
			fee: fee.into(),
			author: author.into(),
			treasury: treasury.into(),
			burnt: burnt.into(),
			max_fee: max_fee.into(),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::string::ToString;

	#[test]
	fn parts_read_as_percent() {
		let text = |parts: u32| Parts(parts).to_string();
		assert_eq!(text(20_000), "2 %");
		assert_eq!(text(25_000), "2.5 %");
		assert_eq!(text(20_500), "2.05 %");
		assert_eq!(text(1), "0.0001 %");
		assert_eq!(text(0), "0 %");
		assert_eq!(text(Parts::WHOLE), "100 %");
	}

	fn delegation(shares: u128, value: u128, leaving: u128) -> Delegation {
		let worth = Unbonding { amount: 0, withdrawable_at: 9 };
		Delegation {
			prover: AccountId::new([1; 32]),
			delegator: AccountId::new([2; 32]),
			shares,
			value,
			leaving: (leaving > 0).then_some(LeavingShares { shares: leaving, worth }),
			withdrawable: 0,
		}
	}

	#[test]
	fn an_amount_is_so_many_shares_rounded_up_and_no_more_than_stay() {
		let half = delegation(100, 50, 0);
		assert_eq!(half.shares_worth(10), Some(20));
		assert_eq!(half.shares_worth(50), Some(100));
		assert_eq!(half.shares_worth(51), Some(100));
		let dear = delegation(100, 300, 90);
		assert_eq!(dear.shares_worth(0), Some(0));
		assert_eq!(dear.shares_worth(1), Some(1));
		assert_eq!(dear.shares_worth(4), Some(2));
		assert_eq!(dear.shares_worth(300), Some(10));
		assert_eq!(delegation(100, 0, 0).shares_worth(1), None);
		assert_eq!(delegation(u128::MAX, u128::MAX, 0).shares_worth(u128::MAX), Some(u128::MAX));
		assert_eq!(delegation(u128::MAX, 1, 0).shares_worth(u128::MAX), Some(u128::MAX));
	}
}
