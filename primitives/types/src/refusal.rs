// SPDX-License-Identifier: Apache-2.0
//! Codes by which the pool says why it does not take a proof, a report or a commitment.

use codec::{Decode, Encode};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

/// Refusal of a call that authorizes itself, as the number in `InvalidTransaction::Custom`. It
/// encodes as that number; numbers are never reused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[repr(u8)]
pub enum Refusal {
	/// No assigned task has this id: it was never submitted, or waits for the auction.
	UnknownTask = 1,
	/// The prover has no attempt at this task.
	NotAssignee = 2,
	/// The prover's attempt has another number.
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
	/// The attempt is over: it was given back, has delivered, or had too many proofs rejected.
	AttemptOver = 10,
	/// The prover is jailed: it defaulted too often of late.
	Jailed = 11,
	/// Somebody else is at work on the task too, or it takes several proofs, and the prover has not
	/// committed to this one in an earlier block.
	NotCommitted = 12,
	/// The task takes several proofs, and not enough of them are committed to yet.
	NotEnoughCommitted = 13,
	/// The attempt has committed to a proof, which it can replace later at best, or proofs are public
	/// already.
	CannotCommit = 14,
	/// Its soft deadline has passed: an attempt can be given back before then only.
	TooLateToDecline = 15,
	/// The input is part of the task itself, so it cannot be unavailable.
	InputInline = 16,
	/// Somebody delivered a proof for the task, good or bad, so the input can be had.
	InputWasHad = 17,
	/// The chain does not verify proofs of this version of the zkVM: nobody registered it, or it is
	/// switched off.
	UnknownVersion = 18,
	/// There is no proof in the batch, or two for one task.
	BadBatch = 19,
}

impl From<Refusal> for TransactionValidityError {
	fn from(refusal: Refusal) -> Self {
		InvalidTransaction::Custom(refusal as u8).into()
	}
}
