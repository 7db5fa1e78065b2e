// SPDX-License-Identifier: Apache-2.0
//! Knobs of the runtime, each a value of the thread: tests set what they are about, the fuzzer sets all.

// Each is the parameter of a pallet that has its name, where nothing else is said.
#![allow(missing_docs)]

use crate::numbers::{self, AccountId, Balance, BlockNumber};
use codec::Encode;
use frame_support::{parameter_types, weights::Weight};
use pallet_settlement::FeeTerms;
use proofyard_primitives::Wanted;
use sp_core::H256;
use sp_runtime::{Percent, Permill};

/// Declares parameters, and how all of them are set back at once.
macro_rules! knobs {
	($($(#[$attribute:meta])* $name:ident: $type:ty = $value:expr;)*) => {
		/// The values are kept in here, under names that numbers have as well.
		mod kept {
			use super::*;

			parameter_types! {
				$($(#[$attribute])* pub static $name: $type = $value;)*
			}
		}
		pub use kept::{$($name),*};

		/// Set every knob to what it is at first.
		pub fn reset() {
			$($name::reset();)*
		}
	};
}

knobs! {
	ExistentialDeposit: Balance = 1;

	MinStake: Balance = numbers::MIN_STAKE;
	UnbondingDelay: BlockNumber = 20;
	MaxSlots: u32 = numbers::MAX_SLOTS;
	MaxAsks: u32 = numbers::MAX_ASKS;
	/// Of provers and of the auction.
	AskEpoch: BlockNumber = 1;
	/// Of all pallets.
	MillisPerBlock: u64 = numbers::MILLIS_PER_BLOCK;
	RecordHalfLife: BlockNumber = 1_000;
	/// With none, all are reliable that have not failed.
	ReliableProofs: u32 = 0;
	ReliableShare: Percent = Percent::from_percent(95);
	MaxStrikes: u32 = numbers::MAX_STRIKES;
	JailTime: BlockNumber = numbers::JAIL_TIME;
	DelegationFactor: u32 = 4;
	MinDelegation: Balance = 10;

	/// Deposit for a program.
	BaseDeposit: Balance = 100;
	ByteDeposit: Balance = 1;

	/// No fee at first: the prover gets what the requester pays.
	DefaultFees: FeeTerms = FeeTerms {
		fee: Permill::zero(),
		author: Permill::zero(),
		treasury: Permill::zero(),
	};
	MaxFee: Permill = Permill::from_percent(10);
	VerificationFee: Balance = numbers::VERIFICATION_FEE;
	Retention: BlockNumber = numbers::RETENTION;
	/// Weight that settlement's hook may take of a block.
	SettlementHook: Weight = Weight::MAX;

	MaxRejections: u32 = numbers::MAX_REJECTIONS;
	ProofPriority: u64 = numbers::PROOF_PRIORITY;
	AnnouncementDeposit: Balance = numbers::ANNOUNCEMENT_DEPOSIT;
	/// Weight that attestation's hook may take of a block.
	AttestationHook: Weight = Weight::MAX;

	MinLifetime: u32 = numbers::MIN_LIFETIME;
	MaxLifetime: u32 = numbers::MAX_LIFETIME;
	DefaultLifetime: u32 = numbers::DEFAULT_LIFETIME;
	MinFee: Balance = numbers::MIN_FEE;
	BondBase: Balance = numbers::BOND_BASE;
	MinBidding: u32 = numbers::MIN_BIDDING;
	MaxClearPerBlock: u32 = numbers::MAX_CLEARED;
	MaxSkips: u32 = numbers::MAX_SKIPS;
	MaxAsksPerMarket: u32 = numbers::MAX_ASKS_PER_MARKET;
	/// Weight that the auction's hook may take of a block.
	AuctionsHook: Weight = Weight::MAX;

	/// Randomness of the block, encoded; see [`set_random`].
	Random: Vec<u8> = H256::zero().encode();
	/// Tasks that are said to want a prover, in place of those that do.
	WantedNow: Option<Vec<Wanted<AccountId, Balance>>> = None;
	/// Numbers of wanted tasks that the auction asked for, each time.
	AskedFor: Vec<u32> = vec![];
	/// Whether a prover that the auction found is turned away.
	TurnsAway: bool = false;

	/// Plancks that settlement has burnt.
	Burnt: Balance = 0;
	/// Plancks that came from nowhere.
	Endowed: Balance = 0;
}

/// Set the randomness of the block.
pub fn set_random(random: impl Encode) {
	Random::set(random.encode());
}
