// SPDX-License-Identifier: Apache-2.0
//! Types of the provers pallet.

use crate::Config;
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::traits::fungible::{Credit, Inspect};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_primitives::{session::SessionKey, HardwareClass};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::traits::{Saturating, Zero};

/// The balance type of the staked money.
pub type BalanceOf<T> =
	<<T as Config>::Currency as Inspect<<T as frame_system::Config>::AccountId>>::Balance;
/// Money taken from a stake.
pub type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;
/// A prover of the genesis.
pub type GenesisProverOf<T> = GenesisProver<<T as frame_system::Config>::AccountId, BalanceOf<T>>;
/// A prover's record.
pub type ProverRecordOf<T> = ProverRecord<BalanceOf<T>, BlockNumberFor<T>>;

/// A registered prover.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ProverRecord<Balance, BlockNumber> {
	/// The key its node signs with.
	pub session_key: SessionKey,
	/// What it proves on.
	pub hardware: HardwareClass,
	/// Tasks it takes at once over all markets.
	pub slots: u32,
	/// Attempts of it that live.
	pub live: u32,
	/// Time its live attempts take by its own declaration, in milliseconds.
	pub committed_ms: u64,
	/// What is on hold.
	pub stake: Balance,
	/// The part of the stake that live attempts have reserved.
	pub reserved: Balance,
	/// The part that is leaving.
	pub unbonding: Option<Unbonding<Balance, BlockNumber>>,
	/// Its standing asks.
	pub asks: u32,
	/// Attempts that ended with a verified proof.
	pub verified: u64,
	/// Attempts it defaulted on.
	pub defaulted: u64,
	/// The block it registered in.
	pub registered_at: BlockNumber,
}

impl<Balance: Copy + Saturating + Zero, BlockNumber> ProverRecord<Balance, BlockNumber> {
	/// Stake that is leaving.
	pub fn leaving(&self) -> Balance {
		self.unbonding.as_ref().map_or_else(Zero::zero, |u| u.amount)
	}

	/// Stake that no live attempt has reserved and that is not leaving.
	pub fn free_stake(&self) -> Balance {
		self.stake.saturating_sub(self.reserved).saturating_sub(self.leaving())
	}

	/// Whether nothing is left that keeps the prover registered: no stake, attempt or ask.
	pub fn may_leave(&self) -> bool {
		self.stake.is_zero() && self.live == 0 && self.asks == 0
	}
}

/// A part of a stake on its way out.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Unbonding<Balance, BlockNumber> {
	/// How much.
	pub amount: Balance,
	/// The first block it can be withdrawn in.
	pub available_at: BlockNumber,
}

/// A prover that is registered from the first block.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenesisProver<AccountId, Balance> {
	/// Its account, funded with at least the stake.
	pub account: AccountId,
	/// The key its node signs with.
	pub session_key: SessionKey,
	/// What it proves on.
	pub hardware: HardwareClass,
	/// Tasks it takes at once.
	pub slots: u32,
	/// Its stake.
	pub stake: Balance,
}
