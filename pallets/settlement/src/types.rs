// SPDX-License-Identifier: Apache-2.0
//! Types of the settlement pallet.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	traits::fungible::{Credit, Inspect},
	BoundedVec,
};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_primitives::{
	limits::MaxAttempts, Assignment, AttemptRecord, AttemptResult, Market, Outcome, ProgramId,
	TaskKind, TaskSpec,
};
use scale_info::TypeInfo;
use sp_runtime::{PerThing, Permill};

/// The balance type of fees.
pub type BalanceOf<T> =
	<<T as Config>::Currency as Inspect<<T as frame_system::Config>::AccountId>>::Balance;
/// Money taken and not yet given to anybody.
pub type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;
/// The escrow of a task.
pub type EscrowRecordOf<T> = EscrowRecord<<T as frame_system::Config>::AccountId, BalanceOf<T>>;
/// The end of a task.
pub type OutcomeRecordOf<T> =
	OutcomeRecord<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;
pub(crate) type SpecOf<T> =
	TaskSpec<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;
pub(crate) type AssignmentOf<T> =
	Assignment<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;
pub(crate) type AttemptOf<T> = AttemptResult<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// Escrow held for a live task.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct EscrowRecord<AccountId, Balance> {
	/// On whose account.
	pub requester: AccountId,
	/// Sum in plancks: the maximum fee while the task is open, what it can cost at most once
	/// assigned.
	pub amount: Balance,
}

/// Outcome of a task, and what is worth remembering of it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct OutcomeRecord<AccountId, Balance, BlockNumber> {
	/// Account that paid, or was refunded.
	pub requester: AccountId,
	/// Program that was to be proven.
	pub program: ProgramId,
	/// Market in which it was auctioned.
	pub market: Market,
	/// Way in which it found its prover, or would have.
	pub kind: TaskKind,
	/// Its work.
	pub work: u64,
	/// The most the requester would have paid.
	pub max_fee: Balance,
	/// Its deadline.
	pub deadline: BlockNumber,
	/// The block it was submitted in.
	pub submitted_at: BlockNumber,
	/// The block of the clearing, if there was one.
	pub assigned_at: Option<BlockNumber>,
	/// The block it ended in.
	pub ended_at: BlockNumber,
	/// The block in whose agenda its forgetting is.
	pub forget_at: BlockNumber,
	/// Outcome, with its sums.
	pub outcome: Outcome<AccountId, Balance>,
	/// Records of its attempts, in their order; none if nobody took it.
	pub attempts: BoundedVec<AttemptRecord<AccountId, Balance>, MaxAttempts>,
}

/// Terms of the protocol's fee: its share of a payment, and the sinks of that.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct FeeTerms {
	/// Share of what an escrow pays for proofs, rounded up; kill fees and what bonds pay are free of
	/// it.
	pub fee: Permill,
	/// The block author's share of the fee, rounded down.
	pub author: Permill,
	/// The treasury's share of the fee, rounded down. What neither gets is burnt.
	pub treasury: Permill,
}

impl FeeTerms {
	/// Whether no more is given out than comes in.
	pub fn is_valid(&self) -> bool {
		self.author.deconstruct().saturating_add(self.treasury.deconstruct()) <= Permill::ACCURACY
	}
}
