// SPDX-License-Identifier: Apache-2.0
//! Tasks: what is asked, who took it, how it ended.

use crate::{
	limits::*,
	program::{ProgramId, RemoteData},
	prover::HardwareClass,
	values::{FixedValues, ProofData},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use proofyard_mechanism::LevelTerms;
use proofyard_verifier::ProofSystem;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::BoundedVec;

pub use crate::ids::TaskId;

/// Level of service that a requester buys besides the proof itself.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ServiceLevel {
	/// The usual bond, and most of the time to the deadline for the first attempt.
	#[default]
	Standard,
	/// A higher bond and an early soft deadline.
	Express,
	/// The highest bond and the earliest soft deadline, so that the most time is left to re-prove.
	Guaranteed,
}

impl ServiceLevel {
	/// Numbers of this level.
	pub const fn terms(self) -> LevelTerms {
		match self {
			Self::Standard => LevelTerms::STANDARD,
			Self::Express => LevelTerms::EXPRESS,
			Self::Guaranteed => LevelTerms::GUARANTEED,
		}
	}
}

/// Market: where asks and tasks meet.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
pub struct Market {
	/// Proof system of the program.
	pub system: ProofSystem,
	/// Hardware the program needs.
	pub hardware: HardwareClass,
	/// ⌊log2 work⌋, 0 to 63.
	pub bucket: u8,
	/// Service level of the task.
	pub level: ServiceLevel,
}

impl Market {
	/// The market of a task. `None` when `work` is zero: there is no market for nothing.
	pub fn of(
		system: ProofSystem,
		hardware: HardwareClass,
		work: u64,
		level: ServiceLevel,
	) -> Option<Self> {
		let bucket = work.checked_ilog2()? as u8;
		Some(Self { system, hardware, bucket, level })
	}

	/// Class of tasks that the speed shown here says something about: the same proof system and
	/// about the same size. What is fixed for each proof weighs more on a small task, so that a
	/// speed shown on one says little about a large one.
	pub fn speed_class(&self) -> SpeedClass {
		SpeedClass { system: self.system, size: self.bucket / SpeedClass::BUCKETS }
	}
}

/// Tasks on which a prover is about as fast for each unit of work.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
pub struct SpeedClass {
	/// Proof system of the program.
	pub system: ProofSystem,
	/// ⌊log2 work / 4⌋, 0 to 15: work within a factor of sixteen.
	pub size: u8,
}

impl SpeedClass {
	/// Buckets in one class.
	pub const BUCKETS: u8 = 4;
	/// Classes of a proof system.
	pub const SIZES: u32 = 64 / Self::BUCKETS as u32;
}

/// Way in which a task finds its prover.
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
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
	/// By the clearing of its market, from standing asks.
	#[default]
	Market,
	/// By sealed bids for this task alone.
	Sealed,
	/// A prover's own, to show that it can prove in a market: nobody pays for it.
	Calibration,
}

/// Time in which sealed bids are taken for a task, in blocks.
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
	Serialize,
	Deserialize,
)]
pub struct BiddingWindow {
	/// Blocks to commit in, from the submission.
	pub commit: u32,
	/// Blocks to reveal in, after that.
	pub reveal: u32,
}

/// Commitment of a prover to its bid: `blake2_256(context ‖ task ‖ prover ‖ price ‖ salt)`,
/// with the price in plancks as a u128. The salt keeps the price from being guessed.
pub fn bid_commitment<AccountId: Encode>(
	task: TaskId,
	prover: &AccountId,
	price: u128,
	salt: &[u8; 32],
) -> sp_core::H256 {
	sp_core::H256(sp_crypto_hashing::blake2_256(
		&(b"proofyard/bid/1", task, prover, price, salt).encode(),
	))
}

/// Commitment of a prover to a proof that others could copy, before it shows it:
/// `blake2_256(context ‖ task ‖ prover ‖ proof)`. A proof holds enough randomness to need no salt.
pub fn proof_commitment<AccountId: Encode>(
	task: TaskId,
	prover: &AccountId,
	proof: &ProofData,
) -> sp_core::H256 {
	sp_core::H256(sp_crypto_hashing::blake2_256(
		&(b"proofyard/proof/1", task, prover, proof).encode(),
	))
}

/// Input that the witness is computed from.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum InputRef {
	/// The bytes themselves. They are public for ever: nothing secret goes here.
	Inline(BoundedVec<u8, MaxInlineInput>),
	/// Bytes off chain.
	Remote(RemoteData),
}

/// One request, as the chain keeps it while it lives.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct TaskSpec<AccountId, Balance, BlockNumber> {
	/// Account that pays, and that is refunded.
	pub requester: AccountId,
	/// Program that is proven.
	pub program: ProgramId,
	/// Market in which it is auctioned.
	pub market: Market,
	/// Way in which it finds its prover.
	pub kind: TaskKind,
	/// Provers that start at once, and proofs that it takes.
	pub redundancy: Redundancy,
	/// Computing that it takes, in the program's unit.
	pub work: u64,
	/// Input that the witness is computed from.
	pub input: InputRef,
	/// Public values that a proof has to have.
	pub values: FixedValues,
	/// The most the requester pays, in plancks; escrowed at submission.
	pub max_fee: Balance,
	/// The last block in which a proof is worth anything.
	pub deadline: BlockNumber,
	/// The block it was submitted in.
	pub submitted_at: BlockNumber,
}

/// A prover that the same clearing chose to re-prove a task if its primary fails.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Standby<AccountId, Balance> {
	/// Account of the prover.
	pub prover: AccountId,
	/// Payment if it delivers, in plancks: its own ask and the premium; of one that starts
	/// together with the primary its own ask, and no less than the primary's price.
	pub price: Balance,
	/// Bond that it stands to lose once it is called, in plancks.
	pub bond: Balance,
	/// The time the work takes it, in milliseconds.
	pub committed_ms: u64,
}

/// Decision of the auction for one task.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Assignment<AccountId, Balance, BlockNumber> {
	/// The prover that must deliver: the primary.
	pub prover: AccountId,
	/// Payment on a verified proof, in plancks.
	pub price: Balance,
	/// The part of its stake reserved for this attempt, in plancks.
	pub bond: Balance,
	/// The time reserved of the prover's capacity, in milliseconds.
	pub committed_ms: u64,
	/// The block of the clearing.
	pub assigned_at: BlockNumber,
	/// The block by which the attempts that start at once should deliver. For each that does not, a
	/// standby is called after it.
	pub soft_deadline: BlockNumber,
	/// Provers that start together with the primary: as many as the task's redundancy says, less
	/// one. Reserved, as the primary is.
	pub co_primaries: BoundedVec<Standby<AccountId, Balance>, MaxStandbys>,
	/// Provers that re-prove if it does not, in this order.
	pub standbys: BoundedVec<Standby<AccountId, Balance>, MaxStandbys>,
}

/// Redundancy of a task: provers that it starts with, and independent proofs that it takes.
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
	Serialize,
	Deserialize,
)]
pub struct Redundancy {
	/// Proofs of different provers that it takes, 1 to `started`. From two on each prover has to
	/// commit to its proof before any is public, so that none is a copy.
	pub needed: u8,
	/// Provers that start at once, 1 to [`Redundancy::MAX`].
	pub started: u8,
}

impl Redundancy {
	/// Most provers that start a task at once.
	pub const MAX: u8 = 3;
	/// One prover, one proof.
	pub const NONE: Self = Self { needed: 1, started: 1 };
	/// Two provers, whose first proof counts.
	pub const PAIR: Self = Self { needed: 1, started: 2 };

	/// Redundancy of a task of this level whose requester asks for nothing else.
	pub const fn of(level: ServiceLevel) -> Self {
		Self { needed: 1, started: level.terms().started }
	}

	/// Whether its numbers make sense.
	pub fn is_valid(&self) -> bool {
		(1..=self.started).contains(&self.needed) && self.started <= Self::MAX
	}
}

impl Default for Redundancy {
	fn default() -> Self {
		Self::NONE
	}
}

/// A live task that needs one more prover.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted<AccountId, Balance> {
	/// Id of the task.
	pub task: TaskId,
	/// Its market.
	pub market: Market,
	/// Account that pays.
	pub requester: AccountId,
	/// Its work, in the program's unit.
	pub work: u64,
	/// The most a prover can be paid: the requester's price, and what the bonds of those that failed
	/// pay above it, in plancks.
	pub most: Balance,
	/// Time to the deadline, in milliseconds.
	pub time_ms: u64,
	/// Provers that had their try, or are about to deliver.
	pub tried: Vec<AccountId>,
}

/// End of a task that was assigned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TaskEnd<AccountId> {
	/// With as many verified proofs as it takes.
	Settled,
	/// Without.
	Failed {
		/// Reason why it failed.
		reason: FailureReason,
		/// Account that made the chain act, when it had not yet come to it by itself.
		keeper: Option<AccountId>,
	},
}

/// The id of the job by which a prover's node asks its proving service for the proof of an attempt:
/// `blake2_256(context ‖ genesis hash ‖ task ‖ attempt ‖ prover)`. The same whenever it is asked, and
/// another on another chain.
pub fn job_id<Hash: Encode, AccountId: Encode>(
	genesis: &Hash,
	task: TaskId,
	attempt: u32,
	prover: &AccountId,
) -> sp_core::H256 {
	sp_core::H256(sp_crypto_hashing::blake2_256(
		&(b"proofyard/job/1", genesis, task, attempt, prover).encode(),
	))
}

/// Reason why a task failed.
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
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
	/// The deadline passed and no proof was there.
	DeadlinePassed,
	/// The prover of a calibration task submitted as many rejected proofs as the chain tolerates.
	ProofsRejected,
	/// The prover of a calibration task gave it back.
	GivenBack,
	/// Two provers could not get the input. The requester pays their kill fees.
	InputUnavailable,
}

/// Outcome of a task.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Outcome<AccountId, Balance> {
	/// As many proofs were verified and paid as it takes.
	Settled {
		/// Account of the prover whose proof was the last it took; of most tasks the only one.
		prover: AccountId,
		/// Sum that the requester paid, in plancks: proofs, and the kill fees of those that started
		/// together with the winner.
		paid: Balance,
	},
	/// Nobody took it by its deadline; the escrow went back in full.
	Expired,
	/// The requester withdrew it while nobody had taken it; the escrow went back in full.
	Cancelled,
	/// It was taken and not delivered; the escrow went back in full, with compensation. Only where
	/// the input could not be had the requester paid kill fees.
	Failed {
		/// The primary.
		prover: AccountId,
		/// Reason why it failed.
		reason: FailureReason,
		/// Sum that the requester got from the bonds, in plancks.
		compensation: Balance,
		/// Sum taken from the bonds in all, the compensation included, in plancks.
		slashed: Balance,
	},
}
