// SPDX-License-Identifier: Apache-2.0
//! Tasks, and listings of them.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use proofyard_primitives::{FailureReason, InputRef, Market, ProgramId, Scalar, TaskId, TaskKind};
use scale_info::TypeInfo;

/// The state of a task, as the design's state machine names it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum TaskState<AccountId, Balance, BlockNumber> {
	/// Waiting for a prover.
	Open {
		/// Provers it is kept to; empty is any.
		provers: Vec<AccountId>,
		/// The bidding for it, where it is sold by sealed bids.
		bidding: Option<BiddingInfo<AccountId, Balance, BlockNumber>>,
	},
	/// A prover has it.
	Assigned {
		/// Who must deliver.
		prover: AccountId,
		/// What it is paid.
		price: Balance,
		/// What it stands to lose.
		bond: Balance,
		/// Number of the attempt, from 0.
		attempt: u32,
		/// Proofs of this attempt that the chain has rejected.
		rejections: u32,
		/// Block of the clearing.
		assigned_at: BlockNumber,
		/// Block by which this attempt should deliver.
		soft_deadline: BlockNumber,
		/// Who re-proves if it does not, in this order.
		standbys: Vec<StandbyInfo<AccountId, Balance>>,
	},
	/// Ended: verified and paid.
	Settled {
		/// Who proved.
		prover: AccountId,
		/// What it was paid.
		paid: Balance,
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
	/// Ended: taken and not delivered; refunded in full, and compensated from the bond.
	Failed {
		/// Who defaulted.
		prover: AccountId,
		/// Why.
		reason: FailureReason,
		/// What the requester got from the bond.
		compensation: Balance,
		/// What was taken from the bond in all.
		slashed: Balance,
		/// Block of the clearing.
		assigned_at: BlockNumber,
		/// Block it ended in.
		at: BlockNumber,
	},
}

impl<A, B, N> TaskState<A, B, N> {
	/// Whether nothing can follow.
	pub fn is_terminal(&self) -> bool {
		!matches!(self, Self::Open { .. } | Self::Assigned { .. })
	}

	/// The state's name as JSON-RPC and the command line print it.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Open { .. } => "open",
			Self::Assigned { .. } => "assigned",
			Self::Settled { .. } => "settled",
			Self::Expired { .. } => "expired",
			Self::Cancelled { .. } => "cancelled",
			Self::Failed { .. } => "failed",
		}
	}

	/// Whose it is or was, if anybody took it.
	pub fn prover(&self) -> Option<&A> {
		match self {
			Self::Assigned { prover, .. }
			| Self::Settled { prover, .. }
			| Self::Failed { prover, .. } => Some(prover),
			Self::Open { .. } | Self::Expired { .. } | Self::Cancelled { .. } => None,
		}
	}
}

impl<A, B, N: Copy> TaskState<A, B, N> {
	/// The block in which a prover got it, if one did.
	pub fn assigned_at(&self) -> Option<N> {
		match self {
			Self::Assigned { assigned_at, .. }
			| Self::Settled { assigned_at, .. }
			| Self::Failed { assigned_at, .. } => Some(*assigned_at),
			Self::Open { .. } | Self::Expired { .. } | Self::Cancelled { .. } => None,
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

/// Who re-proves a task if its prover does not deliver.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct StandbyInfo<AccountId, Balance> {
	/// Who.
	pub prover: AccountId,
	/// What it is paid if it delivers: its own ask and the premium.
	pub price: Balance,
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
	/// The public inputs the requester fixed; gone once the task has ended.
	pub public_inputs: Vec<Option<Scalar>>,
}

/// Which of a task's states a listing wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum StateFilter {
	/// Waiting for the auction.
	Open,
	/// A prover has it.
	Assigned,
	/// Open or assigned.
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
	/// Only tasks that this prover has or had.
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
