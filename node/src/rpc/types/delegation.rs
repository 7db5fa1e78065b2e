// SPDX-License-Identifier: Apache-2.0
//! What others put behind a prover, and what the protocol takes of what provers earn.

use super::{Account, Amount, Unbonding};
use proofyard_runtime::{AccountId, Balance, BlockNumber};
use proofyard_runtime_api as api;
use serde::{Deserialize, Serialize};
use sp_runtime::{traits::Saturating, Permill};

/// A share of an amount, in parts per million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parts(pub u32);

impl From<Permill> for Parts {
	fn from(share: Permill) -> Self {
		Self(share.deconstruct())
	}
}

/// A number of shares, a decimal string in JSON as amounts are.
pub type Shares = Amount;

/// What others have delegated to a prover, and on what terms they may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
	/// A higher commission that is coming; null without one.
	pub rise: Option<CommissionRise>,
	/// The most that can be delegated to it now.
	pub room: Amount,
}

impl From<api::DelegationPoolInfo<Balance, BlockNumber>> for DelegationPool {
	fn from(pool: api::DelegationPoolInfo<Balance, BlockNumber>) -> Self {
		Self {
			open: pool.open,
			value: Amount(pool.value),
			shares: Amount(pool.shares),
			leaving_shares: Amount(pool.leaving_shares),
			commission: pool.commission.into(),
			rise: pool
				.rise
				.map(|(commission, from)| CommissionRise { commission: commission.into(), from }),
			room: Amount(pool.room),
		}
	}
}

/// A commission that is higher than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommissionRise {
	/// The new one.
	pub commission: Parts,
	/// The first block it counts in.
	pub from: BlockNumber,
}

/// What one delegator has in the pool of one prover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delegation {
	/// Whose pool.
	pub prover: Account,
	/// Whose part of it.
	pub delegator: Account,
	/// All its shares, those included that are leaving.
	pub shares: Shares,
	/// What they are worth.
	pub value: Amount,
	/// The shares that are leaving; null where none is.
	pub leaving: Option<LeavingShares>,
	/// What could be withdrawn now: what waited long enough, or all, where the prover has left.
	pub withdrawable: Amount,
}

/// Shares on their way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeavingShares {
	/// How many.
	pub shares: Shares,
	/// What they are worth now, and from when it can be withdrawn.
	#[serde(flatten)]
	pub worth: Unbonding,
}

impl From<api::DelegationInfo<AccountId, Balance, BlockNumber>> for Delegation {
	fn from(delegation: api::DelegationInfo<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			prover: delegation.prover,
			delegator: delegation.delegator,
			shares: Amount(delegation.shares),
			value: Amount(delegation.value),
			leaving: delegation.leaving.map(|(shares, value, withdrawable_at)| LeavingShares {
				shares: Amount(shares),
				worth: Unbonding { amount: Amount(value), withdrawable_at },
			}),
			withdrawable: Amount(delegation.withdrawable),
		}
	}
}

/// What the protocol takes of the provers' payments, and where that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fees {
	/// Share of what an escrow pays for proofs.
	pub fee: Parts,
	/// The block author's share of the fee.
	pub author: Parts,
	/// The treasury's share of the fee.
	pub treasury: Parts,
	/// The share of the fee that is burnt: what the other two leave.
	pub burnt: Parts,
	/// The highest that the fee can be set to.
	pub max_fee: Parts,
}

impl From<api::FeesInfo> for Fees {
	fn from(fees: api::FeesInfo) -> Self {
		let burnt = Permill::one().saturating_sub(fees.author).saturating_sub(fees.treasury);
		Self {
			fee: fees.fee.into(),
			author: fees.author.into(),
			treasury: fees.treasury.into(),
			burnt: burnt.into(),
			max_fee: fees.max_fee.into(),
		}
	}
}
