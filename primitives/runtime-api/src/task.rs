// SPDX-License-Identifier: Apache-2.0
//! Tasks, and listings of them.

use crate::{BountyInfo, LiveInfo};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use proofyard_primitives::{
	AttemptRecord, FailureReason, FixedValues, InputRef, Market, ProgramId, Redundancy, TaskId,
	TaskKind,
};
use scale_info::TypeInfo;

/// Where a task stands.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum TaskState<AccountId, Balance, BlockNumber> {
	/// Waiting for a prover.
	Open {
		/// Provers it is kept to; empty is any.
		provers: Vec<AccountId>,
		/// The bidding for it, where it is sold by sealed bids.
		bidding: Option<BiddingInfo<AccountId, Balance, BlockNumber>>,
	},
	/// Those that started it are at work.
	Assigned(LiveInfo<AccountId, Balance, BlockNumber>),
	/// Somebody had to be called, or looked for, in the place of one that failed.
	Fallback(LiveInfo<AccountId, Balance, BlockNumber>),
	/// No standby is left: whoever is registered may deliver. Those that are at work may still.
	Bounty {
		/// Who is at work, and who failed.
		live: LiveInfo<AccountId, Balance, BlockNumber>,
		/// What is offered.
		bounty: BountyInfo<AccountId, Balance, BlockNumber>,
	},
	/// Ended: as many proofs are verified and paid as it takes.
	Settled {
		/// Whose proof was the last it took; of most tasks the only one.
		prover: AccountId,
		/// What the requester paid: proofs, the protocol's fee, and kill fees of those that started
		/// together with the winner.
		paid: Balance,
		/// What became of each attempt.
		attempts: Vec<AttemptRecord<AccountId, Balance>>,
		/// Block of the clearing.
		assigned_at: BlockNumber,
		/// Block it was settled in.
		at: BlockNumber,
	},
	/// Ended: nobody took it by the deadline; refunded in full.
	Expired {
		/// Block it ended in.
		at: BlockNumber,
	},
	/// Ended: withdrawn while open; refunded in full.
	Cancelled {
		/// Block it ended in.
		at: BlockNumber,
	},
	/// Ended: taken and not delivered; refunded in full, and compensated from the bonds. Only where
	/// the input could not be had the requester paid kill fees.
	Failed {
		/// The primary.
		prover: AccountId,
		/// Why.
		reason: FailureReason,
		/// What the requester got from the bonds.
		compensation: Balance,
		/// What was taken from the bonds in all, the compensation included.
		slashed: Balance,
		/// What became of each attempt.
		attempts: Vec<AttemptRecord<AccountId, Balance>>,
		/// Block of the clearing.
		assigned_at: BlockNumber,
		/// Block it ended in.
		at: BlockNumber,
	},
}

impl<A, B, N> TaskState<A, B, N> {
	/// Whether nothing can follow.
	pub fn is_terminal(&self) -> bool {
		match self {
			Self::Open { .. } | Self::Assigned(_) | Self::Fallback(_) | Self::Bounty { .. } => {
				false
			}
			Self::Settled { .. }
			| Self::Expired { .. }
			| Self::Cancelled { .. }
			| Self::Failed { .. } => true,
		}
	}

	/// The state's name as JSON-RPC and the command line print it.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Open { .. } => "open",
			Self::Assigned(_) => "assigned",
			Self::Fallback(_) => "fallback",
			Self::Bounty { .. } => "bounty",
			Self::Settled { .. } => "settled",
			Self::Expired { .. } => "expired",
			Self::Cancelled { .. } => "cancelled",
			Self::Failed { .. } => "failed",
		}
	}

	/// What holds while provers are at work on it.
	pub fn live(&self) -> Option<&LiveInfo<A, B, N>> {
		match self {
			Self::Assigned(live) | Self::Fallback(live) | Self::Bounty { live, .. } => Some(live),
			_ => None,
		}
	}
}

impl<A: PartialEq, B, N> TaskState<A, B, N> {
	/// Whether `prover` has or had an attempt at it.
	pub fn is_of(&self, prover: &A) -> bool {
		match self {
			Self::Open { .. } | Self::Expired { .. } | Self::Cancelled { .. } => false,
			Self::Assigned(live) | Self::Fallback(live) | Self::Bounty { live, .. } => {
				live.attempts.iter().any(|attempt| attempt.prover == *prover)
			}
			Self::Settled { attempts, .. } | Self::Failed { attempts, .. } => {
				attempts.iter().any(|attempt| attempt.prover == *prover)
			}
		}
	}
}

impl<A, B, N: Copy> TaskState<A, B, N> {
	/// The block in which a prover got it, if one did.
	pub fn assigned_at(&self) -> Option<N> {
		match self {
			Self::Settled { assigned_at, .. } | Self::Failed { assigned_at, .. } => {
				Some(*assigned_at)
			}
			live => live.live().map(|live| live.assigned_at),
		}
	}

	/// The block in which it ended, if it has.
	pub fn ended_at(&self) -> Option<N> {
		match self {
			Self::Settled { at, .. }
			| Self::Expired { at }
			| Self::Cancelled { at }
			| Self::Failed { at, .. } => Some(*at),
			Self::Open { .. } | Self::Assigned(_) | Self::Fallback(_) | Self::Bounty { .. } => None,
		}
	}
}

/// The bidding for a task.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct BiddingInfo<AccountId, Balance, BlockNumber> {
	/// The last block to commit in.
	pub commit_until: BlockNumber,
	/// The last block to reveal in; the next decides.
	pub reveal_until: BlockNumber,
	/// The bids so far.
	pub bids: Vec<BidInfo<AccountId, Balance>>,
}

/// A sealed bid.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct BidInfo<AccountId, Balance> {
	/// Whose.
	pub prover: AccountId,
	/// What it committed to.
	pub commitment: [u8; 32],
	/// What it revealed.
	pub revealed: Option<RevealedBid<Balance>>,
}

/// A bid that was revealed.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct RevealedBid<Balance> {
	/// For the whole task.
	pub price: Balance,
	/// Units of work the prover does in a second, as it declares.
	pub speed: u64,
}

/// A task and where it stands.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct TaskInfo<AccountId, Balance, BlockNumber> {
	/// Its id.
	pub id: TaskId,
	/// Who pays.
	pub requester: AccountId,
	/// What is proven.
	pub program: ProgramId,
	/// Where it was auctioned.
	pub market: Market,
	/// How it finds its prover.
	pub kind: TaskKind,
	/// How many provers start at once, and how many proofs it takes; gone once the task has ended.
	pub redundancy: Option<Redundancy>,
	/// Its work, in the program's unit.
	pub work: u64,
	/// The most the requester pays.
	pub max_fee: Balance,
	/// The last block in which a proof is worth anything.
	pub deadline: BlockNumber,
	/// The block it was submitted in.
	pub submitted_at: BlockNumber,
	/// What is escrowed for it now.
	pub escrow: Balance,
	/// Where it stands.
	pub state: TaskState<AccountId, Balance, BlockNumber>,
	/// Its input; gone once the task has ended.
	pub input: Option<InputRef>,
	/// What the public values have to be; gone once the task has ended.
	pub values: Option<FixedValues>,
}

/// Which of a task's states a listing wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum StateFilter {
	/// Waiting for the auction.
	Open,
	/// Those that started it are at work.
	Assigned,
	/// Somebody had to be called, or looked for, in the place of one that failed.
	Fallback,
	/// No standby is left, and a bounty is open.
	Bounty,
	/// Not ended: open, or provers are at work on it.
	Live,
	/// Verified and paid.
	Settled,
	/// Nobody took it.
	Expired,
	/// Withdrawn.
	Cancelled,
	/// Not delivered.
	Failed,
	/// Ended, however.
	Ended,
}

/// What a listing of tasks wants; all that is given must hold.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct TaskFilter<AccountId> {
	/// Only tasks of this requester.
	pub requester: Option<AccountId>,
	/// Only tasks at which this prover has or had an attempt.
	pub prover: Option<AccountId>,
	/// Only tasks of this program.
	pub program: Option<ProgramId>,
	/// Only tasks in this state.
	pub state: Option<StateFilter>,
}

/// A page of tasks, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct TaskPage<AccountId, Balance, BlockNumber> {
	/// At most as many as asked for.
	pub tasks: Vec<TaskInfo<AccountId, Balance, BlockNumber>>,
	/// Where to go on: pass it as the next call's cursor. `None` at the end. A page may be short,
	/// or empty, and still have a cursor: a call looks at a bounded number of tasks.
	pub next: Option<TaskId>,
}
