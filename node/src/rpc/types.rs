// SPDX-License-Identifier: Apache-2.0
//! What the `proving_` methods take and answer, as JSON.
//!
//! Amounts are strings of decimal digits, in plancks: they outgrow what JSON numbers hold exactly.
//! Accounts are SS58, hashes, keys and bytes are `0x` and hexadecimal, blocks are numbers. Names
//! are in camelCase; the values of enumerations are as in configuration files and on the command
//! line (`groth16-bn254`, `cpu`, `standard`).

use proofyard_primitives::{
	program::ArtifactRole, FailureReason, HardwareClass, InputRef, Market, ProgramId, ProofSystem,
	Scalar, ServiceLevel, TaskId, WorkModel,
};
use proofyard_runtime::{AccountId, Balance, BlockNumber, Hash};
use proofyard_runtime_api as api;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sp_core::{crypto::Ss58Codec, Bytes, H256};

/// An account, SS58 in JSON.
pub type Account = AccountId;

/// An account that the caller names; one that is misspelt is refused in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountParam(pub Account);

impl<'de> Deserialize<'de> for AccountParam {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let address = String::deserialize(deserializer)?;
		Account::from_ss58check(&address).map(Self).map_err(|reason| {
			serde::de::Error::custom(format!(
				"expected an account as an SS58 address, not {address:?}: {reason}"
			))
		})
	}
}

/// An amount in plancks, a decimal string in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub Balance);

impl Serialize for Amount {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(&self.0)
	}
}

impl<'de> Deserialize<'de> for Amount {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let digits = String::deserialize(deserializer)?;
		digits.parse().map(Self).map_err(|_| {
			serde::de::Error::custom("expected an amount in plancks: a string of decimal digits")
		})
	}
}

/// Where a task stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TaskState {
	/// Waiting for the auction.
	Open,
	/// A prover has it.
	Assigned {
		/// Who must deliver.
		prover: Account,
		/// What it is paid.
		price: Amount,
		/// What it stands to lose.
		bond: Amount,
		/// Number of the attempt, from 0.
		attempt: u32,
		/// Proofs of this attempt that the chain has rejected.
		rejections: u32,
		/// Block of the clearing.
		assigned_at: BlockNumber,
		/// Block by which this attempt should deliver.
		soft_deadline: BlockNumber,
	},
	/// Ended: verified and paid.
	Settled {
		/// Who proved.
		prover: Account,
		/// What it was paid.
		paid: Amount,
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
		prover: Account,
		/// Why.
		reason: FailureReason,
		/// What the requester got from the bond.
		compensation: Amount,
		/// What was taken from the bond in all.
		slashed: Amount,
		/// Block it ended in.
		at: BlockNumber,
	},
}

impl From<api::TaskState<AccountId, Balance, BlockNumber>> for TaskState {
	fn from(state: api::TaskState<AccountId, Balance, BlockNumber>) -> Self {
		use api::TaskState as From;
		match state {
			From::Open => Self::Open,
			From::Assigned {
				prover,
				price,
				bond,
				attempt,
				rejections,
				assigned_at,
				soft_deadline,
			} => Self::Assigned {
				prover,
				price: Amount(price),
				bond: Amount(bond),
				attempt,
				rejections,
				assigned_at,
				soft_deadline,
			},
			From::Settled { prover, paid, assigned_at, at } => {
				Self::Settled { prover, paid: Amount(paid), assigned_at, at }
			}
			From::Expired { at } => Self::Expired { at },
			From::Cancelled { at } => Self::Cancelled { at },
			From::Failed { prover, reason, compensation, slashed, at } => Self::Failed {
				prover,
				reason,
				compensation: Amount(compensation),
				slashed: Amount(slashed),
				at,
			},
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
	/// The public inputs that the requester fixed, null for the prover's to fill.
	pub public_inputs: Vec<Option<H256>>,
}

impl From<api::TaskInfo<AccountId, Balance, BlockNumber>> for Task {
	fn from(task: api::TaskInfo<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			id: task.id,
			requester: task.requester,
			program: task.program,
			market: task.market,
			work: task.work,
			max_fee: Amount(task.max_fee),
			deadline: task.deadline,
			submitted_at: task.submitted_at,
			escrow: Amount(task.escrow),
			state: task.state.into(),
			input: task.input.map(Into::into),
			public_inputs: task.public_inputs.into_iter().map(|input| input.map(H256)).collect(),
		}
	}
}

/// Which of a task's states a listing wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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

impl From<StateFilter> for api::StateFilter {
	fn from(filter: StateFilter) -> Self {
		match filter {
			StateFilter::Open => Self::Open,
			StateFilter::Assigned => Self::Assigned,
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
	/// Only tasks that this prover has or had.
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

/// A file that a program needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Artifact {
	/// What it is for.
	pub role: ArtifactRole,
	/// Where it is, tried in turn.
	pub locators: Vec<String>,
	/// SHA-256 of its content.
	pub sha256: H256,
	/// Its size in bytes.
	pub size: u64,
}

/// A registered program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Program {
	/// Its id.
	pub id: ProgramId,
	/// Who registered it, and gets the deposit back.
	pub owner: Account,
	/// Its proof system.
	pub system: ProofSystem,
	/// Whether that proof system is switched on.
	pub system_enabled: bool,
	/// The hardware it needs.
	pub hardware: HardwareClass,
	/// How the work of its tasks is known: `{"fixed": work}` or `"per_task"`.
	pub work: WorkModel,
	/// Public inputs of its proofs.
	pub public_inputs: u32,
	/// Its canonical verification key.
	pub key: Bytes,
	/// The files it needs.
	pub artifacts: Vec<Artifact>,
	/// What its owner deposited.
	pub deposit: Amount,
	/// Tasks of it that live.
	pub live_tasks: u32,
	/// Whether it takes no new tasks.
	pub retired: bool,
	/// The block it was registered in.
	pub registered_at: BlockNumber,
}

impl From<api::ProgramInfo<AccountId, Balance, BlockNumber>> for Program {
	fn from(program: api::ProgramInfo<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			id: program.id,
			owner: program.owner,
			system: program.system,
			system_enabled: program.system_enabled,
			hardware: program.hardware,
			work: program.work,
			public_inputs: program.public_inputs,
			key: Bytes(program.key),
			artifacts: program
				.artifacts
				.into_iter()
				.map(|artifact| Artifact {
					role: artifact.role,
					locators: artifact.locators,
					sha256: H256(artifact.sha256),
					size: artifact.size,
				})
				.collect(),
			deposit: Amount(program.deposit),
			live_tasks: program.live_tasks,
			retired: program.retired,
			registered_at: program.registered_at,
		}
	}
}

/// A standing ask of a prover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ask {
	/// Whose.
	pub prover: Account,
	/// In which market.
	pub market: Market,
	/// Price of one unit of work.
	pub price: Amount,
	/// How many tasks it takes at once in this market.
	pub lots: u32,
	/// How many it has.
	pub lots_in_use: u32,
	/// Units of work it does in a second, as it declares.
	pub speed: u64,
}

impl From<api::AskInfo<AccountId, Balance>> for Ask {
	fn from(ask: api::AskInfo<AccountId, Balance>) -> Self {
		Self {
			prover: ask.prover,
			market: ask.market,
			price: Amount(ask.price),
			lots: ask.lots,
			lots_in_use: ask.lots_in_use,
			speed: ask.speed,
		}
	}
}

/// A part of a prover's stake that is leaving.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unbonding {
	/// How much.
	pub amount: Amount,
	/// The block from which it can be withdrawn.
	pub withdrawable_at: BlockNumber,
}

/// A registered prover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Prover {
	/// Its account.
	pub account: Account,
	/// The sr25519 key its node signs with.
	pub session_key: H256,
	/// What it proves on.
	pub hardware: HardwareClass,
	/// Tasks it takes at once over all markets.
	pub slots: u32,
	/// Tasks it has.
	pub live_tasks: u32,
	/// Its stake.
	pub stake: Amount,
	/// The part of it that live attempts have reserved.
	pub reserved: Amount,
	/// The part that is leaving, or null.
	pub unbonding: Option<Unbonding>,
	/// Attempts that ended with a verified proof.
	pub verified: u64,
	/// Attempts that it defaulted on.
	pub defaulted: u64,
	/// The block it registered in.
	pub registered_at: BlockNumber,
	/// Its standing asks.
	pub asks: Vec<Ask>,
}

impl From<api::ProverInfo<AccountId, Balance, BlockNumber>> for Prover {
	fn from(prover: api::ProverInfo<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			account: prover.account,
			session_key: H256(prover.session_key),
			hardware: prover.hardware,
			slots: prover.slots,
			live_tasks: prover.live_tasks,
			stake: Amount(prover.stake),
			reserved: Amount(prover.reserved),
			unbonding: prover.unbonding.map(|(amount, withdrawable_at)| Unbonding {
				amount: Amount(amount),
				withdrawable_at,
			}),
			verified: prover.verified,
			defaulted: prover.defaulted,
			registered_at: prover.registered_at,
			asks: prover.asks.into_iter().map(Into::into).collect(),
		}
	}
}

/// A market as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketState {
	/// Which.
	pub market: Market,
	/// Its standing asks, cheapest first.
	pub asks: Vec<Ask>,
	/// Tasks waiting in it, counted up to a bound.
	pub open_tasks: u32,
}

impl From<api::MarketInfo<AccountId, Balance>> for MarketState {
	fn from(market: api::MarketInfo<AccountId, Balance>) -> Self {
		Self {
			market: market.market,
			asks: market.asks.into_iter().map(Into::into).collect(),
			open_tasks: market.open_tasks,
		}
	}
}

/// What a quote is asked for, besides the program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct QuoteOptions {
	/// The task's work, for programs that leave it to the task.
	pub work: Option<u64>,
	/// The service level; `standard` when absent.
	pub level: Option<ServiceLevel>,
	/// Blocks to the deadline; the chain's default when absent.
	pub lifetime: Option<BlockNumber>,
}

/// What a task of a program would cost now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
	/// Where it would be auctioned.
	pub market: Market,
	/// Its work, in the program's unit.
	pub work: u64,
	/// The lowest price at which a prover could take it now; null if none could.
	pub price: Option<Amount>,
	/// Provers that could take it now.
	pub feasible_provers: u32,
	/// The lowest maximum fee a submission may offer.
	pub min_fee: Amount,
	/// The block by which a first attempt would have to deliver, were it submitted now.
	pub soft_deadline: BlockNumber,
	/// The deadline the quote is for.
	pub deadline: BlockNumber,
}

impl From<api::Quote<Balance, BlockNumber>> for Quote {
	fn from(quote: api::Quote<Balance, BlockNumber>) -> Self {
		Self {
			market: quote.market,
			work: quote.work,
			price: quote.price.map(Amount),
			feasible_provers: quote.feasible_provers,
			min_fee: Amount(quote.min_fee),
			soft_deadline: quote.soft_deadline,
			deadline: quote.deadline,
		}
	}
}

/// A proof that the chain verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
	/// The task it answers.
	pub task: TaskId,
	/// The program it proves.
	pub program: ProgramId,
	/// Who made it.
	pub prover: Account,
	/// The block it was verified in.
	pub verified_at: BlockNumber,
	/// The block from which the chain may forget it.
	pub retained_until: BlockNumber,
	/// Canonical bytes of the proof system.
	pub proof: Bytes,
	/// All public inputs, in order, big-endian.
	pub public_inputs: Vec<H256>,
}

impl From<api::ProofInfo<AccountId, BlockNumber>> for Proof {
	fn from(proof: api::ProofInfo<AccountId, BlockNumber>) -> Self {
		let scalar = |input: &Scalar| H256(*input);
		Self {
			task: proof.task,
			program: proof.program,
			prover: proof.prover,
			verified_at: proof.verified_at,
			retained_until: proof.retained_until,
			proof: Bytes(proof.data.proof.into_inner()),
			public_inputs: proof.data.public_inputs.iter().map(scalar).collect(),
		}
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

#[cfg(test)]
mod tests;
