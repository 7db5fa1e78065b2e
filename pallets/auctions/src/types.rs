// SPDX-License-Identifier: Apache-2.0
//! Types of the auctions pallet.

use crate::Config;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::BoundedVec;
use frame_system::pallet_prelude::BlockNumberFor;
pub use proofyard_mechanism::LevelTerms;
use proofyard_mechanism::{Bitmap, Tick};
pub use proofyard_primitives::clearing::{BatchRecord, ClearingRecord, LookedRecord, MatchRecord};
use proofyard_primitives::{
	limits::{MaxInlineInput, MaxProverSet},
	ProgramId, TaskId, TaskSpec,
};
use scale_info::TypeInfo;
use sp_core::H256;

/// Task as its requester wants it.
pub type SpecOf<T> =
	TaskSpec<<T as frame_system::Config>::AccountId, <T as Config>::Balance, BlockNumberFor<T>>;
/// A task that waits for the auction.
pub type OpenTaskOf<T> =
	OpenTask<SpecOf<T>, <T as frame_system::Config>::AccountId, BlockNumberFor<T>>;
/// A standing ask.
pub type AskOf<T> = Ask<BlockNumberFor<T>>;
/// Provers that a task is kept to; empty is any.
pub type ProverSetOf<T> = BoundedVec<<T as frame_system::Config>::AccountId, MaxProverSet>;
/// Record of a clearing, as it is kept.
pub type MarketClearingOf<T> = MarketClearing<
	<T as frame_system::Config>::AccountId,
	<T as Config>::Balance,
	BlockNumberFor<T>,
>;

/// Most sealed bids for one task.
pub const MAX_BIDS: u32 = 16;
/// Most requesters that one prover keeps off its asks.
pub const MAX_BLOCKED: u32 = 256;
/// Share of the hook for the end of tasks and the changes of asks each: one part of so many.
pub const AGENDA_PART: u64 = 3;
/// Share for rescues of what these leave of it: one part of so many. The rest is the clearing's.
pub const RESCUE_PART: u64 = 2;
/// Live tasks that one block looks for another prover for, at most.
pub const MAX_RESCUES: u32 = 8;

/// A task that waits for the auction.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct OpenTask<Spec, AccountId, BlockNumber> {
	/// Request that it is.
	pub spec: Spec,
	/// The block in whose agenda its expiry is, or the end of its bidding.
	pub expire_at: BlockNumber,
	/// Provers it is kept to; empty is any.
	pub provers: BoundedVec<AccountId, MaxProverSet>,
	/// Its bidding, if it is sold by sealed bids; else it is in the queue of its market.
	pub bidding: Option<Bidding<BlockNumber>>,
}

/// The bidding for one task.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Bidding<BlockNumber> {
	/// The last block to commit in.
	pub commit_until: BlockNumber,
	/// The last block to reveal in. The chain decides in the next.
	pub reveal_until: BlockNumber,
	/// Bids committed.
	pub bids: u32,
}

/// A sealed bid.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Bid<Balance> {
	/// Hash that the prover committed to.
	pub commitment: H256,
	/// Part of its stake that is set aside until it reveals.
	pub deposit: Balance,
	/// The price and the speed it revealed.
	pub revealed: Option<(Balance, u64)>,
}

/// A task's place in the queue of its market: deadline and id, big-endian, so that keys are in order
/// of deadline.
pub type QueueKey = [u8; 12];

/// Parts of a task that the queue knows without reading it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Queued {
	/// Index of the tick of its maximum: below the best ask nobody takes it.
	pub bid: u16,
	/// Whether it is kept to a set of provers.
	pub restricted: bool,
	/// Whether it takes several proofs.
	pub several: bool,
}

/// The place of a task in the queue of its market.
pub fn queue_key(deadline: u32, task: TaskId) -> QueueKey {
	let mut key = [0; 12];
	key[..4].copy_from_slice(&deadline.to_be_bytes());
	key[4..].copy_from_slice(&task.to_be_bytes());
	key
}

/// The task of a place in the queue.
pub fn queued_task(key: &QueueKey) -> TaskId {
	let mut task = [0; 8];
	task.copy_from_slice(&key[4..]);
	TaskId::from_be_bytes(task)
}

/// Terms that a prover asks.
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
pub struct AskTerms {
	/// Index of the tick of its price for one unit of work.
	pub tick: u16,
	/// Tasks of the market the prover takes at once.
	pub lots: u32,
	/// Units of work it does in a second.
	pub speed: u64,
}

impl AskTerms {
	/// The tick of its price.
	pub fn tick(&self) -> Tick {
		// Only ticks of the grid are ever stored.
		Tick::new(self.tick).unwrap_or(Tick::MAX)
	}
}

/// A standing ask.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Ask<BlockNumber> {
	/// Terms that count now. Of an ask that is coming: those that will count.
	pub terms: AskTerms,
	/// Status, and its place in the book.
	pub status: AskStatus,
	/// Terms that will count from the next epoch, and the block in whose agenda that is.
	pub next: Option<(AskTerms, BlockNumber)>,
	/// The block since which it has been in the book and has won nothing.
	pub idle_since: BlockNumber,
}

/// Status of an ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum AskStatus {
	/// Not in the book: it counts from the next epoch, because it is new, or because it was looked at
	/// in vain while others waited behind it.
	Coming,
	/// In the book, at this place of its tick.
	Book(u32),
	/// Out of the book until its prover has room again.
	Full,
}

/// The bitmap of a market's ticks, as it is stored.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Grid {
	words: [u64; 16],
	summary: u16,
}

impl From<Bitmap> for Grid {
	fn from(Bitmap { words, summary }: Bitmap) -> Self {
		Self { words, summary }
	}
}

impl From<Grid> for Bitmap {
	fn from(Grid { words, summary }: Grid) -> Self {
		Self { words, summary }
	}
}

/// A reference task: what a prover proves to enter the markets of a proof system and hardware class.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Reference {
	/// Program that is proven.
	pub program: ProgramId,
	/// Its work, in the program's unit.
	pub work: u64,
	/// The input, but for the challenge.
	pub input: BoundedVec<u8, MaxInlineInput>,
	/// Position in the input at which the challenge goes, as a decimal number.
	pub challenge_at: u32,
	/// Public input that must be the challenge. It is new for each calibration task, so that nobody can
	/// hand in a proof that somebody else made.
	pub challenge_input: u32,
	/// Number of such tasks that a prover has to prove.
	pub proofs: u32,
	/// Blocks for each: a prover too slow for its hardware class does not make it.
	pub blocks: u32,
}

/// Clearings of a market in one block.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct MarketClearing<AccountId, Balance, BlockNumber> {
	/// The block.
	pub at: BlockNumber,
	/// Seed of the order of equal asks.
	pub seed: u64,
	/// That of the market, and one for each task kept to a set of provers.
	pub clearings: Vec<ClearingRecord<AccountId, Balance>>,
}
