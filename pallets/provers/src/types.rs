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
	/// The part of the stake that something holds on to: the bonds of live attempts and the deposits
	/// of sealed bids. One sum for both, because whoever reserved a part knows how much it was.
	pub reserved: Balance,
	/// The part that is leaving.
	pub unbonding: Option<Unbonding<Balance, BlockNumber>>,
	/// Its standing asks.
	pub asks: u32,
	/// Why it takes no new work, if it does not, or did not some time ago.
	pub pause: Option<Pause<BlockNumber>>,
	/// Attempts that ended with a verified proof, those of calibration tasks included.
	pub verified: u64,
	/// Attempts it defaulted on, those of calibration tasks included.
	pub defaulted: u64,
	/// Proof systems and hardware classes it has proven calibration tasks of, at most
	/// [`MAX_CALIBRATED`]: its entries of [`crate::Calibrations`].
	pub calibrated: u32,
	/// The block it registered in.
	pub registered_at: BlockNumber,
}

impl<Balance: Copy + Saturating + Zero, BlockNumber> ProverRecord<Balance, BlockNumber> {
	/// Stake that is leaving.
	pub fn leaving(&self) -> Balance {
		self.unbonding.as_ref().map_or_else(Zero::zero, |u| u.amount)
	}

	/// Stake that nothing has reserved and that is not leaving.
	pub fn free_stake(&self) -> Balance {
		self.stake.saturating_sub(self.reserved).saturating_sub(self.leaving())
	}

	/// Whether nothing is left that keeps the prover registered: no stake, bond, deposit, attempt or
	/// ask.
	pub fn may_leave(&self) -> bool {
		self.stake.is_zero() && self.reserved.is_zero() && self.live == 0 && self.asks == 0
	}
}

impl<Balance, BlockNumber: Copy + PartialOrd> ProverRecord<Balance, BlockNumber> {
	/// Whether it takes no new work in block `now`.
	pub fn is_paused(&self, now: BlockNumber) -> bool {
		match self.pause {
			None => false,
			Some(Pause::Paused) => true,
			Some(Pause::ResumesAt(block)) => now < block,
		}
	}

	/// The block from which it takes work again, while that is still to come.
	pub fn resumes_at(&self, now: BlockNumber) -> Option<BlockNumber> {
		match self.pause {
			Some(Pause::ResumesAt(block)) if now < block => Some(block),
			_ => None,
		}
	}
}

/// Why a prover takes no new work. The attempts it has go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Pause<BlockNumber> {
	/// It paused, and has not said that it goes on.
	Paused,
	/// It goes on from this block. Nobody has to do anything then: that block and each after it
	/// count as no pause at all.
	ResumesAt(BlockNumber),
}

/// Most pairs of proof system and hardware class whose calibrations are counted for one prover:
/// bounds what is forgotten when it leaves.
pub const MAX_CALIBRATED: u32 = 16;

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
