// SPDX-License-Identifier: Apache-2.0
//! Types of the attestation pallet.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_primitives::{
	limits::{MaxAnnouncements, MaxAttempts},
	Assignment, AttemptState, Role, Standby, TaskSpec,
};
use proofyard_verifier::VerifyError;
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_runtime::BoundedVec;

/// Specification of a task.
pub type SpecOf<T> =
	TaskSpec<<T as frame_system::Config>::AccountId, <T as Config>::Balance, BlockNumberFor<T>>;
/// Decision of the auction.
pub type AssignmentOf<T> =
	Assignment<<T as frame_system::Config>::AccountId, <T as Config>::Balance, BlockNumberFor<T>>;
/// An attempt at a task.
pub type AttemptOf<T> =
	Attempt<<T as frame_system::Config>::AccountId, <T as Config>::Balance, BlockNumberFor<T>>;
/// A task that is assigned and has not ended.
pub type LiveTaskOf<T> =
	LiveTask<<T as frame_system::Config>::AccountId, <T as Config>::Balance, BlockNumberFor<T>>;
/// A prover that may be called.
pub type StandbyOf<T> = Standby<<T as frame_system::Config>::AccountId, <T as Config>::Balance>;

/// Most rejected proofs that are remembered of a task: those of all its attempts.
pub const MAX_REMEMBERED: u32 = 32;
/// Most rejected proofs of one attempt, so that those of all are remembered.
pub const MAX_REJECTIONS: u32 = 4;
/// Blocks in which an announced proof has to be shown, where others wait to announce theirs.
pub const REVEAL_BLOCKS: u32 = 10;

/// Blocks after which a commitment that nothing came of may be replaced by another.
pub const RECOMMIT_BLOCKS: u32 = 10;

/// A task that is assigned and has not ended.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct LiveTask<AccountId, Balance, BlockNumber> {
	/// Specification: what is asked.
	pub spec: TaskSpec<AccountId, Balance, BlockNumber>,
	/// Decision of the auction.
	pub assignment: Assignment<AccountId, Balance, BlockNumber>,
	/// Everybody's try at it, in the order they started. The place of an attempt is its number.
	pub attempts: BoundedVec<Attempt<AccountId, Balance, BlockNumber>, MaxAttempts>,
	/// Standbys that were called or passed over.
	pub called: u8,
	/// Hashes of the proofs that were rejected. A submission has no nonce: without them anybody could
	/// repeat a rejected one at its prover's cost.
	pub rejected: BoundedVec<H256, ConstU32<MAX_REMEMBERED>>,
	/// Bounty for whoever delivers, once there is no standby left.
	pub bounty: Option<Bounty<AccountId, Balance, BlockNumber>>,
	/// The block in whose agenda the task is: the next soft deadline, or the end.
	pub due_at: BlockNumber,
}

impl<AccountId: PartialEq, Balance, BlockNumber: Copy + PartialOrd>
	LiveTask<AccountId, Balance, BlockNumber>
{
	/// The number of this prover's attempt.
	pub fn attempt_of(&self, prover: &AccountId) -> Option<u32> {
		let place = self.attempts.iter().position(|attempt| attempt.prover == *prover)?;
		Some(place as u32)
	}

	/// The provers that have or had an attempt, or have announced a proof.
	pub fn engaged(&self) -> impl Iterator<Item = &AccountId> {
		let announced = self.bounty.iter().flat_map(|bounty| &bounty.announcements);
		let announced = announced.map(|announced| &announced.prover);
		self.attempts.iter().map(|attempt| &attempt.prover).chain(announced)
	}

	/// Attempts with a verified proof.
	pub fn verified(&self) -> usize {
		self.attempts.iter().filter(|attempt| attempt.is_verified()).count()
	}

	/// Whether an attempt has to commit to its proof in an earlier block than it shows it in, because it
	/// could be a copy of somebody else's: where several proofs count, and where another attempt that
	/// started in an earlier block is at work, or a proof was announced in one. Who started in this
	/// block has shown nothing yet, so that a proof on its way is not refused because of it.
	pub fn needs_commitment(&self, place: usize, now: BlockNumber) -> bool {
		let mut others = self.attempts.iter().enumerate().filter(|(other, _)| *other != place);
		let mut announced = self.bounty.iter().flat_map(|bounty| &bounty.announcements);
		self.spec.redundancy.needed > 1
			|| others.any(|(_, attempt)| attempt.is_running() && attempt.started_at < now)
			|| announced.any(|announced| announced.at < now)
	}

	/// Whether proofs may be shown: where more than one counts, as many have to be committed to
	/// before the first is public.
	pub fn shows_proofs(&self) -> bool {
		let needed = usize::from(self.spec.redundancy.needed);
		needed <= 1
			|| self.attempts.iter().filter(|attempt| attempt.has_committed()).count() >= needed
	}
}

/// One prover's try at a task.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Attempt<AccountId, Balance, BlockNumber> {
	/// Account of the prover.
	pub prover: AccountId,
	/// Way in which it came about.
	pub role: Role,
	/// Payment for a verified proof in time, in plancks.
	pub price: Balance,
	/// Bond left after charges, in plancks. Reserved until the task has ended.
	pub bond: Balance,
	/// The time reserved of the prover's capacity while it runs, in milliseconds.
	pub committed_ms: u64,
	/// The block it started in.
	pub started_at: BlockNumber,
	/// Soft deadline: the last block in which it is in time, and may be given back.
	pub soft_deadline: BlockNumber,
	/// Whether somebody was looked for to take its place.
	pub replaced: bool,
	/// Proofs of it that were rejected.
	pub rejections: u32,
	/// The proof it committed to, and in which block.
	pub commitment: Option<(H256, BlockNumber)>,
	/// State: at work, or how it ended.
	pub state: AttemptState,
	/// Payment for its verified proof, fee included, in plancks: less than its price if it was late.
	/// `None` before there is one.
	pub owed: Option<Balance>,
}

impl<AccountId, Balance, BlockNumber: Copy + PartialOrd> Attempt<AccountId, Balance, BlockNumber> {
	/// Whether its prover is at work.
	pub fn is_running(&self) -> bool {
		self.state == AttemptState::Running
	}

	/// Whether its proof was verified.
	pub fn is_verified(&self) -> bool {
		matches!(self.state, AttemptState::Ended(ending) if ending.is_verified())
	}

	/// Whether block `now` is past its soft deadline.
	pub fn is_late(&self, now: BlockNumber) -> bool {
		now > self.soft_deadline
	}

	/// Whether it has committed to a proof that may still count.
	pub fn has_committed(&self) -> bool {
		self.commitment.is_some() && (self.is_running() || self.is_verified())
	}

	/// Whether its bond pays for others: it ended without a proof by its prover's doing, or is late.
	pub fn is_liable(&self, now: BlockNumber) -> bool {
		match self.state {
			AttemptState::Running => self.role.is_first() && self.is_late(now),
			AttemptState::Ended(ending) => ending.is_liable(),
		}
	}
}

/// Bounty offered to any prover that delivers.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Bounty<AccountId, Balance, BlockNumber> {
	/// The block in which it opened.
	pub since: BlockNumber,
	/// Proofs announced and not yet shown.
	pub announcements: BoundedVec<Announcement<AccountId, Balance, BlockNumber>, MaxAnnouncements>,
}

/// A proof that its prover has and has not shown.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Announcement<AccountId, Balance, BlockNumber> {
	/// Account of the prover.
	pub prover: AccountId,
	/// Commitment to the proof: [`proofyard_primitives::proof_commitment`].
	pub commitment: H256,
	/// The block it was announced in.
	pub at: BlockNumber,
	/// Payment for it, in plancks: what was offered in that block.
	pub reward: Balance,
	/// Deposit reserved of the stake until it is shown, in plancks.
	pub deposit: Balance,
}

/// Reason why a proof was rejected.
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
	/// Its public values are not what the requester fixed.
	PublicValuesDiffer,
}
