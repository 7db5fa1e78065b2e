// SPDX-License-Identifier: Apache-2.0
//! Types of the auctions pallet.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_primitives::{ServiceLevel, TaskId, TaskSpec};
use scale_info::TypeInfo;

/// What is asked of a task.
pub type SpecOf<T> =
	TaskSpec<<T as frame_system::Config>::AccountId, <T as Config>::Balance, BlockNumberFor<T>>;
/// A task that waits for the auction.
pub type OpenTaskOf<T> = OpenTask<SpecOf<T>, BlockNumberFor<T>>;

/// A task that waits for the auction.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct OpenTask<Spec, BlockNumber> {
	/// What is asked.
	pub spec: Spec,
	/// The block in whose agenda its expiry is.
	pub expire_at: BlockNumber,
}

/// A standing ask.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Ask<Balance> {
	/// Price of one unit of work, in plancks.
	pub price: Balance,
	/// Tasks of the market the prover takes at once.
	pub lots: u32,
	/// Units of work it does in a second.
	pub speed: u64,
}

/// A task's place in the queue: its id, big-endian.
pub type QueueKey = [u8; 8];

/// The place of a task in the queue.
pub fn queue_key(task: TaskId) -> QueueKey {
	task.to_be_bytes()
}

/// What a service level means, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelTerms {
	/// The share of the time to the deadline that the first attempt has.
	pub soft_percent: u32,
	/// The bond as a share of the price.
	pub bond_percent: u32,
}

impl LevelTerms {
	/// The terms of a level.
	pub fn of(level: ServiceLevel) -> Self {
		match level {
			ServiceLevel::Standard => Self { soft_percent: 70, bond_percent: 100 },
			ServiceLevel::Express => Self { soft_percent: 50, bond_percent: 150 },
			ServiceLevel::Guaranteed => Self { soft_percent: 40, bond_percent: 200 },
		}
	}
}
