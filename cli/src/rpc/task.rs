// SPDX-License-Identifier: Apache-2.0
//! Tasks: where they stand, listings, updates.

use super::{AttemptOutcome, BlockNumber, Bounty, Live};
use crate::amount::Amount;
use proofyard_primitives::{
	FailureReason, FixedValues, Market, ProgramId, Redundancy, TaskId, TaskKind,
};
use serde::{Deserialize, Serialize};
use sp_core::{Bytes, H256};
use subxt::utils::AccountId32;

/// Where a task stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TaskState {
	/// Waiting for a prover.
	Open {
		/// Provers it is kept to; empty is any.
		provers: Vec<AccountId32>,
		/// The bidding for it; `None` where it is left to the clearing.
		bidding: Option<Bidding>,
	},
	/// Those that started it are at work.
	Assigned(Live),
	/// Somebody had to be called, or looked for, in the place of one that failed.
	Fallback(Live),
	/// No standby is left: whoever is registered may deliver. Those that are at work may still.
	Bounty {
		/// Who is at work, and who failed.
		#[serde(flatten)]
		live: Live,
		/// What is offered.
		bounty: Bounty,
	},
	/// Ended: as many proofs are verified and paid as it takes.
	Settled {
		/// Whose proof was the last it took; of most tasks the only one.
		prover: AccountId32,
		/// What the requester paid, the protocol's fee and kill fees included.
		paid: Amount,
		/// What became of each attempt.
		attempts: Vec<AttemptOutcome>,
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
		prover: AccountId32,
		/// Why.
		reason: FailureReason,
		/// What the requester got from the bonds.
		compensation: Amount,
		/// What was taken from the bonds in all.
		slashed: Amount,
		/// What became of each attempt.
		attempts: Vec<AttemptOutcome>,
		/// Block of the clearing.
		assigned_at: BlockNumber,
		/// Block it ended in.
		at: BlockNumber,
	},
}

impl TaskState {
	/// Its name, as `--state` takes it.
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

	/// Whether nothing can follow.
	pub fn has_ended(&self) -> bool {
		!matches!(self, Self::Open { .. }) && self.live().is_none()
	}

	/// What holds while provers are at work on it.
	pub fn live(&self) -> Option<&Live> {
		match self {
			Self::Assigned(live) | Self::Fallback(live) | Self::Bounty { live, .. } => Some(live),
			_ => None,
		}
	}

	/// What became of the attempts at it; none while it lives, or if nobody took it.
	pub fn outcomes(&self) -> &[AttemptOutcome] {
		match self {
			Self::Settled { attempts, .. } | Self::Failed { attempts, .. } => attempts,
			_ => &[],
		}
	}
}

/// The bidding for a task that is sold by sealed bids.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bidding {
	/// The last block to commit in.
	pub commit_until: BlockNumber,
	/// The last block to reveal in; the next decides.
	pub reveal_until: BlockNumber,
	/// The bids so far.
	pub bids: Vec<Bid>,
}

/// A sealed bid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bid {
	/// Whose.
	pub prover: AccountId32,
	/// What it committed to.
	pub commitment: H256,
	/// What it revealed.
	pub revealed: Option<RevealedBid>,
}

/// A bid that was revealed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevealedBid {
	/// For the whole task.
	pub price: Amount,
	/// Units of work the prover does in a second, as it declares.
	pub speed: u64,
}

/// What a task's witness is computed from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Input {
	/// The bytes themselves.
	Inline(Bytes),
	/// Bytes off chain.
	Remote {
		/// Where they are, tried in turn.
		locators: Vec<String>,
		/// SHA-256 of the content.
		sha256: H256,
		/// Size of the content in bytes.
		size: u64,
	},
}

/// What the requester fixed of the public values, where not by position.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FixedPublicValues {
	/// All of them.
	Whole(Bytes),
	/// Their SHA-256.
	Sha256(H256),
	/// How they begin.
	Prefix(Bytes),
}

/// A task and where it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
	/// Its id.
	pub id: TaskId,
	/// Who pays.
	pub requester: AccountId32,
	/// What is proven.
	pub program: ProgramId,
	/// Where it was auctioned.
	pub market: Market,
	/// How it finds its prover.
	pub kind: TaskKind,
	/// How many provers start at once, and how many proofs it takes; `None` once the task has ended.
	pub redundancy: Option<Redundancy>,
	/// Its work, in the program's unit.
	pub work: u64,
	/// The most the requester pays.
	pub max_fee: Amount,
	/// The last block in which a proof is worth anything.
	pub deadline: BlockNumber,
	/// The block it was submitted in.
	pub submitted_at: BlockNumber,
	/// What is escrowed for it now.
	pub escrow: Amount,
	/// Where it stands.
	pub state: TaskState,
	/// Its input; `None` once the task has ended.
	pub input: Option<Input>,
	/// The public inputs that the requester fixed by position, `None` for the prover's to fill.
	pub public_inputs: Vec<Option<H256>>,
	/// What the requester fixed of the public values in another way.
	pub public_values: Option<FixedPublicValues>,
}

impl Task {
	/// What the public values have to be, as the chain has it. `None` if that is more than the chain
	/// of this program takes.
	pub fn fixed_values(&self) -> Option<FixedValues> {
		Some(match &self.public_values {
			Some(FixedPublicValues::Whole(bytes)) => {
				FixedValues::Whole(bytes.0.clone().try_into().ok()?)
			}
			Some(FixedPublicValues::Sha256(hash)) => FixedValues::Hash(*hash),
			Some(FixedPublicValues::Prefix(bytes)) => {
				FixedValues::Prefix(bytes.0.clone().try_into().ok()?)
			}
			None if self.public_inputs.is_empty() => FixedValues::Open,
			None => {
				let inputs = self.public_inputs.iter().map(|input| input.map(|input| input.0));
				FixedValues::Inputs(inputs.collect::<Vec<_>>().try_into().ok()?)
			}
		})
	}
}

/// Which tasks a listing wants; all that is given must hold.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskFilter {
	/// Only tasks of this requester.
	pub requester: Option<AccountId32>,
	/// Only tasks at which this prover has or had an attempt.
	pub prover: Option<AccountId32>,
	/// Only tasks of this program.
	pub program: Option<ProgramId>,
	/// Only tasks in this state.
	pub state: Option<StateFilter>,
}

/// Which states a listing of tasks wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, clap::ValueEnum)]
#[serde(rename_all = "camelCase")]
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

/// A page of tasks, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskPage {
	/// At most as many as asked for.
	pub tasks: Vec<Task>,
	/// The next call's cursor; `None` at the end. A page may be short, or empty, and still have one.
	pub next: Option<TaskId>,
}

/// A block.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BlockRef {
	/// Its number.
	pub number: BlockNumber,
	/// Its hash.
	pub hash: H256,
}

/// An item of a task subscription.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskUpdate {
	/// The task.
	pub task: TaskId,
	/// The block that brought the state, or in which it was seen first.
	pub block: BlockRef,
	/// The state in that block.
	pub state: TaskState,
	/// Whether the block left the best chain: the item takes back an earlier one.
	pub retracted: bool,
	/// Whether nothing can change any more; the subscription ends with this item.
	pub finalized: bool,
}
