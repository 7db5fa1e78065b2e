// SPDX-License-Identifier: Apache-2.0
//! Tasks: where they stand, listings, updates.

use crate::{
	attempt::{AttemptOutcome, Bounty, Live},
	scalars::{AccountId, Balance, BlockNumber},
	text::decimal,
};
use alloc::{string::String, vec::Vec};
use codec::{Decode, Encode};
use proofyard_primitives::{
	FailureReason, FixedValues, InputRef, Market, ProgramId, Redundancy, TaskId, TaskKind,
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;

/// State of a task.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TaskState {
	/// Waiting for a prover.
	Open {
		/// Provers it is kept to; empty is any.
		provers: Vec<AccountId>,
		/// Bidding for it; `None` where it is left to the clearing.
		bidding: Option<Bidding>,
	},
	/// Those that started it are at work.
	Assigned(Live),
	/// Somebody had to be called, or looked for, in the place of one that failed.
	Fallback(Live),
	/// No standby is left: whoever is registered may deliver. Those that are at work may still.
	Bounty {
		/// Provers at work, and those that failed.
		#[serde(flatten)]
		live: Live,
		/// Offer to everybody.
		bounty: Bounty,
	},
	/// Ended: as many proofs are verified and paid as it takes.
	Settled {
		/// Prover whose proof was the last it took; of most tasks the only one.
		prover: AccountId,
		/// Payment of the requester: proofs, the protocol's fee, and kill fees of those that started
		/// together with the winner.
		#[serde(with = "decimal")]
		paid: Balance,
		/// Outcome of each attempt.
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
		/// Primary.
		prover: AccountId,
		/// Reason.
		reason: FailureReason,
		/// Part of the bonds that the requester got.
		#[serde(with = "decimal")]
		compensation: Balance,
		/// Part of the bonds that was taken in all, the compensation included.
		#[serde(with = "decimal")]
		slashed: Balance,
		/// Outcome of each attempt.
		attempts: Vec<AttemptOutcome>,
		/// Block of the clearing.
		assigned_at: BlockNumber,
		/// Block it ended in.
		at: BlockNumber,
	},
}

impl TaskState {
	/// Name, as in JSON and on the command line.
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
		self.ended_at().is_some()
	}

	/// Facts that hold while provers are at work on it.
	pub fn live(&self) -> Option<&Live> {
		match self {
			Self::Assigned(live) | Self::Fallback(live) | Self::Bounty { live, .. } => Some(live),
			_ => None,
		}
	}

	/// Outcomes of the attempts at it; none while it lives, or if nobody took it.
	pub fn outcomes(&self) -> &[AttemptOutcome] {
		match self {
			Self::Settled { attempts, .. } | Self::Failed { attempts, .. } => attempts,
			_ => &[],
		}
	}

	/// Whether `prover` has or had an attempt at it.
	pub fn is_of(&self, prover: &AccountId) -> bool {
		self.live().is_some_and(|live| live.attempt_of(prover).is_some())
			|| self.outcomes().iter().any(|attempt| attempt.prover == *prover)
	}

	/// Block in which a prover got it, if one did.
	pub fn assigned_at(&self) -> Option<BlockNumber> {
		match self {
			Self::Settled { assigned_at, .. } | Self::Failed { assigned_at, .. } => {
				Some(*assigned_at)
			}
			live => live.live().map(|live| live.assigned_at),
		}
	}

	/// Block in which it ended, if it has.
	pub fn ended_at(&self) -> Option<BlockNumber> {
		match self {
			Self::Settled { at, .. }
			| Self::Expired { at }
			| Self::Cancelled { at }
			| Self::Failed { at, .. } => Some(*at),
			Self::Open { .. } | Self::Assigned(_) | Self::Fallback(_) | Self::Bounty { .. } => None,
		}
	}
}

/// Bidding for a task that is sold by sealed bids.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bidding {
	/// Last block to commit in.
	pub commit_until: BlockNumber,
	/// Last block to reveal in; the next decides.
	pub reveal_until: BlockNumber,
	/// Bids so far.
	pub bids: Vec<Bid>,
}

/// Sealed bid.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bid {
	/// Prover.
	pub prover: AccountId,
	/// Commitment to the bid.
	pub commitment: H256,
	/// Bid that it revealed.
	pub revealed: Option<RevealedBid>,
}

/// Bid that was revealed.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevealedBid {
	/// Price of the whole task.
	#[serde(with = "decimal")]
	pub price: Balance,
	/// Units of work the prover does in a second, as it declares.
	pub speed: u64,
}

/// Input: what a task's witness is computed from.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Input {
	/// Bytes themselves.
	Inline(#[serde(with = "sp_core::bytes")] Vec<u8>),
	/// Bytes off chain.
	Remote {
		/// URLs, tried in turn.
		locators: Vec<String>,
		/// SHA-256 of the content.
		sha256: H256,
		/// Size of the content in bytes.
		size: u64,
	},
}

impl From<InputRef> for Input {
	fn from(input: InputRef) -> Self {
		match input {
			InputRef::Inline(bytes) => Self::Inline(bytes.into_inner()),
			InputRef::Remote(data) => Self::Remote {
				locators: data
					.locators
					.iter()
					.map(|locator| String::from_utf8_lossy(locator).into_owned())
					.collect(),
				sha256: data.sha256,
				size: data.size,
			},
		}
	}
}

/// Public values that the requester fixed, where not by position.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FixedPublicValues {
	/// All of them.
	Whole(#[serde(with = "sp_core::bytes")] Vec<u8>),
	/// Their SHA-256.
	Sha256(H256),
	/// Bytes they begin with.
	Prefix(#[serde(with = "sp_core::bytes")] Vec<u8>),
}

impl FixedPublicValues {
	/// A task's fixed values as [`Task`] has them: public inputs by position, or anything else.
	pub fn split(values: FixedValues) -> (Vec<Option<H256>>, Option<Self>) {
		match values {
			FixedValues::Open => (Vec::new(), None),
			FixedValues::Inputs(inputs) => {
				(inputs.into_iter().map(|input| input.map(H256)).collect(), None)
			}
			FixedValues::Whole(bytes) => (Vec::new(), Some(Self::Whole(bytes.into_inner()))),
			FixedValues::Hash(hash) => (Vec::new(), Some(Self::Sha256(hash))),
			FixedValues::Prefix(bytes) => (Vec::new(), Some(Self::Prefix(bytes.into_inner()))),
		}
	}
}

/// Task and where it stands.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
	/// Id.
	pub id: TaskId,
	/// Account that pays.
	pub requester: AccountId,
	/// Program that is proven.
	pub program: ProgramId,
	/// Market where it was auctioned.
	pub market: Market,
	/// Way it finds its prover: `market`, `sealed` or `calibration`.
	pub kind: TaskKind,
	/// Provers that start at once, and proofs that are taken; `None` once the task has ended.
	pub redundancy: Option<Redundancy>,
	/// Work, in the program's unit.
	pub work: u64,
	/// Most that the requester pays.
	#[serde(with = "decimal")]
	pub max_fee: Balance,
	/// Last block in which a proof is worth anything.
	pub deadline: BlockNumber,
	/// Block it was submitted in.
	pub submitted_at: BlockNumber,
	/// Money that is escrowed for it now.
	#[serde(with = "decimal")]
	pub escrow: Balance,
	/// State in which it is.
	pub state: TaskState,
	/// Input; `None` once the task has ended.
	pub input: Option<Input>,
	/// Public inputs that the requester fixed by position, `None` for the prover's to fill; empty where
	/// none is, and once the task has ended.
	pub public_inputs: Vec<Option<H256>>,
	/// Public values that the requester fixed in another way: `{"whole": bytes}`, `{"sha256": hash}` or
	/// `{"prefix": bytes}`; `None` where nothing is, and once the task has ended.
	pub public_values: Option<FixedPublicValues>,
}

impl Task {
	/// Fixed values as the chain has them. `None` if they are more than the chain of this program takes.
	pub fn fixed_values(&self) -> Option<FixedValues> {
		Some(match &self.public_values {
			Some(FixedPublicValues::Whole(bytes)) => {
				FixedValues::Whole(bytes.clone().try_into().ok()?)
			}
			Some(FixedPublicValues::Sha256(hash)) => FixedValues::Hash(*hash),
			Some(FixedPublicValues::Prefix(bytes)) => {
				FixedValues::Prefix(bytes.clone().try_into().ok()?)
			}
			None if self.public_inputs.is_empty() => FixedValues::Open,
			None => {
				let inputs = self.public_inputs.iter().map(|input| input.map(|input| input.0));
				FixedValues::Inputs(inputs.collect::<Vec<_>>().try_into().ok()?)
			}
		})
	}
}

/// Page of tasks, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskPage {
	/// Tasks, at most as many as asked for.
	pub tasks: Vec<Task>,
	/// Cursor of the next call. `None` at the end. A page may be short, or empty, and still have one: a
	/// call looks at a bounded number of tasks.
	pub next: Option<TaskId>,
}

/// Block.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BlockRef {
	/// Number.
	pub number: BlockNumber,
	/// Hash.
	pub hash: H256,
}

/// Item of a task subscription.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskUpdate {
	/// Task.
	pub task: TaskId,
	/// Block that brought the state, or in which it was seen first.
	pub block: BlockRef,
	/// State in that block.
	pub state: TaskState,
	/// Whether the block left the best chain, so that the state no longer holds: it takes back an
	/// earlier item.
	pub retracted: bool,
	/// Whether nothing can change any more; the subscription ends with this item.
	pub finalized: bool,
}
