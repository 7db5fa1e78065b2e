// SPDX-License-Identifier: Apache-2.0
//! Tasks: where they stand, listings, updates.

use super::{Account, AccountParam, Amount, AttemptOutcome, Bounty, Live};
use proofyard_primitives::{
	FailureReason, FixedValues, InputRef, Market, ProgramId, Redundancy, TaskId, TaskKind,
};
use proofyard_runtime::{AccountId, Balance, BlockNumber, Hash};
use proofyard_runtime_api as api;
use serde::{Deserialize, Serialize};
use sp_core::{Bytes, H256};

/// Where a task stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TaskState {
	/// Waiting for a prover.
	Open {
		/// Provers it is kept to; empty is any.
		provers: Vec<Account>,
		/// The bidding for it; null where it is left to the clearing.
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
		prover: Account,
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
		prover: Account,
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

impl From<api::TaskState<AccountId, Balance, BlockNumber>> for TaskState {
	fn from(state: api::TaskState<AccountId, Balance, BlockNumber>) -> Self {
		use api::TaskState as From;
		match state {
			From::Open { provers, bidding } => {
				Self::Open { provers, bidding: bidding.map(Into::into) }
			}
			From::Assigned(live) => Self::Assigned(live.into()),
			From::Fallback(live) => Self::Fallback(live.into()),
			From::Bounty { live, bounty } => {
				Self::Bounty { live: live.into(), bounty: bounty.into() }
			}
			From::Settled { prover, paid, attempts, assigned_at, at } => Self::Settled {
				prover,
				paid: Amount(paid),
				attempts: attempts.into_iter().map(Into::into).collect(),
				assigned_at,
				at,
			},
			From::Expired { at } => Self::Expired { at },
			From::Cancelled { at } => Self::Cancelled { at },
			From::Failed { prover, reason, compensation, slashed, attempts, assigned_at, at } => {
				Self::Failed {
					prover,
					reason,
					compensation: Amount(compensation),
					slashed: Amount(slashed),
					attempts: attempts.into_iter().map(Into::into).collect(),
					assigned_at,
					at,
				}
			}
		}
	}
}

/// The bidding for a task that is sold by sealed bids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bidding {
	/// The last block to commit in.
	pub commit_until: BlockNumber,
	/// The last block to reveal in; the next decides.
	pub reveal_until: BlockNumber,
	/// The bids so far.
	pub bids: Vec<Bid>,
}

impl From<api::BiddingInfo<AccountId, Balance, BlockNumber>> for Bidding {
	fn from(bidding: api::BiddingInfo<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			commit_until: bidding.commit_until,
			reveal_until: bidding.reveal_until,
			bids: bidding.bids.into_iter().map(Into::into).collect(),
		}
	}
}

/// A sealed bid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bid {
	/// Whose.
	pub prover: Account,
	/// What it committed to.
	pub commitment: H256,
	/// What it revealed; null before.
	pub revealed: Option<RevealedBid>,
}

/// A bid that was revealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevealedBid {
	/// For the whole task.
	pub price: Amount,
	/// Units of work the prover does in a second, as it declares.
	pub speed: u64,
}

impl From<api::BidInfo<AccountId, Balance>> for Bid {
	fn from(bid: api::BidInfo<AccountId, Balance>) -> Self {
		Self {
			prover: bid.prover,
			commitment: H256(bid.commitment),
			revealed: bid
				.revealed
				.map(|bid| RevealedBid { price: Amount(bid.price), speed: bid.speed }),
		}
	}
}

/// What a task's witness is computed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

impl From<InputRef> for Input {
	fn from(input: InputRef) -> Self {
		match input {
			InputRef::Inline(bytes) => Self::Inline(Bytes(bytes.into_inner())),
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

/// What the requester fixed of the public values, where not by position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FixedPublicValues {
	/// All of them.
	Whole(Bytes),
	/// Their SHA-256.
	Sha256(H256),
	/// How they begin.
	Prefix(Bytes),
}

/// A task's fixed values as JSON has them: public inputs by position, or anything else.
fn fixed(values: Option<FixedValues>) -> (Vec<Option<H256>>, Option<FixedPublicValues>) {
	use FixedPublicValues::*;
	match values {
		None | Some(FixedValues::Open) => (Vec::new(), None),
		Some(FixedValues::Inputs(inputs)) => {
			(inputs.into_iter().map(|input| input.map(H256)).collect(), None)
		}
		Some(FixedValues::Whole(bytes)) => (Vec::new(), Some(Whole(Bytes(bytes.into_inner())))),
		Some(FixedValues::Hash(hash)) => (Vec::new(), Some(Sha256(hash))),
		Some(FixedValues::Prefix(bytes)) => (Vec::new(), Some(Prefix(Bytes(bytes.into_inner())))),
	}
}

/// A task and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
	/// Its id.
	pub id: TaskId,
	/// Who pays.
	pub requester: Account,
	/// What is proven.
	pub program: ProgramId,
	/// Where it was auctioned.
	pub market: Market,
	/// How it finds its prover: `market`, `sealed` or `calibration`.
	pub kind: TaskKind,
	/// How many provers start at once, and how many proofs it takes; null once the task has ended.
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
	/// Its input; null once the task has ended.
	pub input: Option<Input>,
	/// The public inputs that the requester fixed by position, null for the prover's to fill; empty
	/// where none is, and once the task has ended.
	pub public_inputs: Vec<Option<H256>>,
	/// What the requester fixed of the public values in another way: `{"whole": bytes}`,
	/// `{"sha256": hash}` or `{"prefix": bytes}`; null where nothing is, and once the task has ended.
	pub public_values: Option<FixedPublicValues>,
}

impl From<api::TaskInfo<AccountId, Balance, BlockNumber>> for Task {
	fn from(task: api::TaskInfo<AccountId, Balance, BlockNumber>) -> Self {
		let (public_inputs, public_values) = fixed(task.values);
		Self {
			id: task.id,
			requester: task.requester,
			program: task.program,
			market: task.market,
			kind: task.kind,
			redundancy: task.redundancy,
			work: task.work,
			max_fee: Amount(task.max_fee),
			deadline: task.deadline,
			submitted_at: task.submitted_at,
			escrow: Amount(task.escrow),
			state: task.state.into(),
			input: task.input.map(Into::into),
			public_inputs,
			public_values,
		}
	}
}

/// Which of a task's states a listing wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

impl From<StateFilter> for api::StateFilter {
	fn from(filter: StateFilter) -> Self {
		match filter {
			StateFilter::Open => Self::Open,
			StateFilter::Assigned => Self::Assigned,
			StateFilter::Fallback => Self::Fallback,
			StateFilter::Bounty => Self::Bounty,
			StateFilter::Live => Self::Live,
			StateFilter::Settled => Self::Settled,
			StateFilter::Expired => Self::Expired,
			StateFilter::Cancelled => Self::Cancelled,
			StateFilter::Failed => Self::Failed,
			StateFilter::Ended => Self::Ended,
		}
	}
}

/// What a listing of tasks wants; all that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TaskFilter {
	/// Only tasks of this requester.
	pub requester: Option<AccountParam>,
	/// Only tasks at which this prover has or had an attempt.
	pub prover: Option<AccountParam>,
	/// Only tasks of this program.
	pub program: Option<ProgramId>,
	/// Only tasks in this state.
	pub state: Option<StateFilter>,
}

impl From<TaskFilter> for api::TaskFilter<AccountId> {
	fn from(filter: TaskFilter) -> Self {
		Self {
			requester: filter.requester.map(|account| account.0),
			prover: filter.prover.map(|account| account.0),
			program: filter.program,
			state: filter.state.map(Into::into),
		}
	}
}

/// A page of tasks, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskPage {
	/// At most as many as asked for.
	pub tasks: Vec<Task>,
	/// The next call's cursor; null at the end. A page may be short, or empty, and still have one.
	pub next: Option<TaskId>,
}

impl From<api::TaskPage<AccountId, Balance, BlockNumber>> for TaskPage {
	fn from(page: api::TaskPage<AccountId, Balance, BlockNumber>) -> Self {
		Self { tasks: page.tasks.into_iter().map(Into::into).collect(), next: page.next }
	}
}

/// A block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockRef {
	/// Its number.
	pub number: BlockNumber,
	/// Its hash.
	pub hash: Hash,
}

/// An item of a task subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskUpdate {
	/// The task.
	pub task: TaskId,
	/// The block that brought the state, or in which it was seen first.
	pub block: BlockRef,
	/// The state in that block.
	pub state: TaskState,
	/// Whether the block left the best chain, so that the state no longer holds: it takes back an
	/// earlier item.
	pub retracted: bool,
	/// Whether nothing can change any more; the subscription ends with this item.
	pub finalized: bool,
}
