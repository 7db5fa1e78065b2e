// SPDX-License-Identifier: Apache-2.0
//! Types of the provers pallet.

use crate::{Config, Pool};
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::traits::fungible::{Credit, Inspect};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_primitives::{session::SessionKey, HardwareClass};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{
	traits::{AtLeast32BitUnsigned, Zero},
	Permill,
};

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
	/// Hardware class that it proves on.
	pub hardware: HardwareClass,
	/// Tasks it takes at once over all markets.
	pub slots: u32,
	/// Attempts of it that live.
	pub live: u32,
	/// Time its live attempts take by its own declaration, in milliseconds.
	pub committed_ms: u64,
	/// Its own stake: what is on hold of its own money.
	pub stake: Balance,
	/// The part of its own and of the delegated stake that something holds on to: the bonds of
	/// attempts and the deposits of sealed bids. One sum for all, because whoever reserved a part
	/// knows how much it was.
	pub reserved: Balance,
	/// The part of its own stake that is leaving.
	pub unbonding: Option<Unbonding<Balance, BlockNumber>>,
	/// Stake that others delegated to it.
	pub pool: Pool<Balance>,
	/// On what terms others may delegate to it.
	pub delegation: DelegationTerms<BlockNumber>,
	/// Its standing asks.
	pub asks: u32,
	/// Reason why it takes no new work, if it does not, or did not some time ago.
	pub pause: Option<Pause<BlockNumber>>,
	/// Whether it is leaving for good, by [`crate::Pallet::exit`].
	pub exiting: bool,
	/// Defaults since it last delivered a proof or was jailed.
	pub strikes: u32,
	/// Times it was jailed since it last delivered a proof for somebody else while it was free.
	pub jailings: u32,
	/// The first block in which it can leave jail, while it is jailed. It stays until it asks to go.
	pub jailed_until: Option<BlockNumber>,
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

impl<Balance: AtLeast32BitUnsigned + Copy, BlockNumber> ProverRecord<Balance, BlockNumber> {
	/// Its own stake that is leaving.
	pub fn leaving(&self) -> Balance {
		self.unbonding.as_ref().map_or_else(Zero::zero, |u| u.amount)
	}

	/// Backing of bonds and deposits: its own stake that is not leaving, and what is delegated to it
	/// and not leaving.
	pub fn backing(&self) -> Balance {
		self.stake.saturating_sub(self.leaving()).saturating_add(self.pool.backing())
	}

	/// Part of the backing that nothing has reserved. Nothing when the prover is leaving for good.
	pub fn free_stake(&self) -> Balance {
		if self.exiting {
			return Zero::zero();
		}
		self.backing().saturating_sub(self.reserved)
	}

	/// Whether all that is reserved, and what the prover may withdraw of its own stake, is there.
	pub fn is_covered(&self) -> bool {
		let claimed = self.reserved.saturating_add(self.leaving());
		claimed <= self.stake.saturating_add(self.pool.value)
	}

	/// Whether nothing is left that keeps the prover registered: no stake, bond, deposit, attempt or
	/// ask, and no delegation.
	pub fn may_leave(&self) -> bool {
		self.stake.is_zero()
			&& self.reserved.is_zero()
			&& self.live == 0
			&& self.asks == 0
			&& self.pool.shares == 0
	}
}

impl<Balance: Zero, BlockNumber: Copy + PartialOrd> ProverRecord<Balance, BlockNumber> {
	/// Whether it left for good and its own stake has been unbonding long enough in block `now`.
	/// Then nothing can be slashed any more, and whoever delegated to it may have it back.
	pub fn has_exited(&self, now: BlockNumber) -> bool {
		let due = self.unbonding.as_ref().is_none_or(|unbonding| now >= unbonding.available_at);
		self.exiting && self.live == 0 && self.reserved.is_zero() && due
	}
}

impl<Balance, BlockNumber> ProverRecord<Balance, BlockNumber> {
	/// Whether it defaulted too often, and has not come back since.
	pub fn is_jailed(&self) -> bool {
		self.jailed_until.is_some()
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

/// Reason why a prover takes no new work. The attempts it has go on.
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

/// Times that the time in jail doubles at most.
pub const MAX_DOUBLINGS: u32 = 5;

/// On what terms others may delegate stake to an operator.
#[derive(Clone, Default, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct DelegationTerms<BlockNumber> {
	/// Whether it takes new delegations.
	pub open: bool,
	/// The part of what it earns that the operator keeps before the rest is shared.
	pub commission: Permill,
	/// A higher commission that is to come, or came some time ago.
	pub rise: Option<CommissionRise<BlockNumber>>,
}

impl<BlockNumber: PartialOrd> DelegationTerms<BlockNumber> {
	/// The commission that counts in block `now`.
	pub fn commission_at(&self, now: BlockNumber) -> Permill {
		match &self.rise {
			Some(rise) if rise.from <= now => rise.commission,
			_ => self.commission,
		}
	}
}

/// A commission that is higher than the one before.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct CommissionRise<BlockNumber> {
	/// The new one.
	pub commission: Permill,
	/// The first block it counts in.
	pub from: BlockNumber,
}

/// Delegation: what one delegator has in the pool of one operator.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Delegation<BlockNumber> {
	/// All its shares, those included that are leaving. Never zero.
	pub shares: u128,
	/// The part of them that is leaving.
	pub leaving: Option<LeavingShares<BlockNumber>>,
}

impl<BlockNumber> Delegation<BlockNumber> {
	/// Shares that are leaving.
	pub fn leaving(&self) -> u128 {
		self.leaving.as_ref().map_or(0, |leaving| leaving.shares)
	}

	/// Shares that are not.
	pub fn staying(&self) -> u128 {
		self.shares.saturating_sub(self.leaving())
	}
}

/// Shares on their way out. They back nothing new, but earn and are slashed as the others are until
/// they are withdrawn.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct LeavingShares<BlockNumber> {
	/// Shares that are leaving.
	pub shares: u128,
	/// The first block they can be withdrawn in.
	pub available_at: BlockNumber,
}

/// A part of an operator's own stake on its way out.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Unbonding<Balance, BlockNumber> {
	/// Sum that is leaving, in plancks.
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
	/// Hardware class that it proves on.
	pub hardware: HardwareClass,
	/// Tasks it takes at once.
	pub slots: u32,
	/// Its stake.
	pub stake: Balance,
}
