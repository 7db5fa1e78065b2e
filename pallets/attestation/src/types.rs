// SPDX-License-Identifier: Apache-2.0
//! Types of the attestation pallet.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::pallet_prelude::{InvalidTransaction, TransactionValidityError};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_primitives::{Assignment, TaskSpec};
use proofyard_verifier::VerifyError;
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_runtime::BoundedVec;

/// What is asked of a task.
pub type SpecOf<T> =
	TaskSpec<<T as frame_system::Config>::AccountId, <T as Config>::Balance, BlockNumberFor<T>>;
/// Who has it.
pub type AssignmentOf<T> =
	Assignment<<T as frame_system::Config>::AccountId, <T as Config>::Balance, BlockNumberFor<T>>;
/// A task that is assigned and has not ended.
pub type LiveTaskOf<T> = LiveTask<SpecOf<T>, AssignmentOf<T>, BlockNumberFor<T>>;

/// Most rejected proofs that are remembered of an attempt: no less than any `MaxRejections`.
pub const MAX_REMEMBERED: u32 = 8;

/// A task that is assigned and has not ended.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct LiveTask<Spec, Assignment, BlockNumber> {
	/// What is asked.
	pub spec: Spec,
	/// Who has it, with what is left of the bond.
	pub assignment: Assignment,
	/// Proofs of this attempt that were rejected.
	pub rejections: u32,
	/// Their hashes. A submission has no nonce: without them anybody could repeat a rejected one
	/// until the task has failed.
	pub rejected: BoundedVec<H256, ConstU32<MAX_REMEMBERED>>,
	/// The block in whose agenda its failing is.
	pub fail_at: BlockNumber,
}

/// Why a proof was rejected.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum RejectReason {
	/// The verifier refused it.
	Refused(VerifyError),
	/// Its public inputs are not the ones the requester fixed.
	PublicInputsDiffer,
}

/// Why the pool refuses a submission, as the number in `InvalidTransaction::Custom`. Numbers are
/// never reused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Refusal {
	/// No assigned task has this id: it was never submitted, or waits for the auction.
	UnknownTask = 1,
	/// The task is assigned to another prover.
	NotAssignee = 2,
	/// The task is in another attempt.
	WrongAttempt = 3,
	/// The proof is longer than any of its proof system.
	ProofTooLarge = 4,
	/// The signature is not the prover's session key's over this submission.
	BadSignature = 6,
	/// The task has ended: it was settled, or has failed.
	TaskEnded = 7,
	/// The deadline has passed.
	TooLate = 8,
	/// This very proof was rejected for this task before.
	AlreadyRejected = 9,
}

impl From<Refusal> for TransactionValidityError {
	fn from(refusal: Refusal) -> Self {
		InvalidTransaction::Custom(refusal as u8).into()
	}
}
