// SPDX-License-Identifier: Apache-2.0
//! What the node reads from the chain: the runtime API behind the `proving_` JSON-RPC methods.
//!
//! All amounts are in plancks, all block numbers absolute, all durations in milliseconds.
#![cfg_attr(not(feature = "std"), no_std)]
// `decl_runtime_apis!` expands to undocumented items.
#![allow(missing_docs)]

extern crate alloc;

use alloc::{string::String, vec::Vec};
use codec::{Codec, Decode, Encode};
use proofyard_primitives::{
	program::ArtifactRole, FailureReason, HardwareClass, InputRef, Market, ProgramId, ProofData,
	ProofSystem, Scalar, ServiceLevel, TaskId, WorkModel,
};
use scale_info::TypeInfo;
use sp_runtime::traits::{MaybeDisplay, MaybeFromStr};

/// The state of a task, as the design's state machine names it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum TaskState<AccountId, Balance, BlockNumber> {
	/// Waiting for the auction.
	Open,
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
		/// Block it ended in.
		at: BlockNumber,
	},
}

impl<A, B, N> TaskState<A, B, N> {
	/// Whether nothing can follow.
	pub fn is_terminal(&self) -> bool {
		!matches!(self, Self::Open | Self::Assigned { .. })
	}

	/// The state's name as JSON-RPC and the command line print it.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Open => "open",
			Self::Assigned { .. } => "assigned",
			Self::Settled { .. } => "settled",
			Self::Expired { .. } => "expired",
			Self::Cancelled { .. } => "cancelled",
			Self::Failed { .. } => "failed",
		}
	}
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

/// A file that a program needs.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ArtifactInfo {
	/// What it is for.
	pub role: ArtifactRole,
	/// Where it is.
	pub locators: Vec<String>,
	/// SHA-256 of its content.
	pub sha256: [u8; 32],
	/// Its size in bytes.
	pub size: u64,
}

/// A registered program.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ProgramInfo<AccountId, Balance, BlockNumber> {
	/// Its id.
	pub id: ProgramId,
	/// Who registered it, and gets the deposit back.
	pub owner: AccountId,
	/// Its proof system.
	pub system: ProofSystem,
	/// Whether that proof system is switched on.
	pub system_enabled: bool,
	/// The hardware it needs.
	pub hardware: HardwareClass,
	/// How the work of its tasks is known.
	pub work: WorkModel,
	/// Public inputs of its proofs.
	pub public_inputs: u32,
	/// Its canonical verification key.
	pub key: Vec<u8>,
	/// The files it needs.
	pub artifacts: Vec<ArtifactInfo>,
	/// What its owner deposited.
	pub deposit: Balance,
	/// Tasks of it that live.
	pub live_tasks: u32,
	/// Whether it takes no new tasks.
	pub retired: bool,
	/// The block it was registered in.
	pub registered_at: BlockNumber,
}

/// A standing ask of a prover.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct AskInfo<AccountId, Balance> {
	/// Whose.
	pub prover: AccountId,
	/// In which market.
	pub market: Market,
	/// Price of one unit of work.
	pub price: Balance,
	/// How many tasks it takes at once in this market.
	pub lots: u32,
	/// How many it has.
	pub lots_in_use: u32,
	/// Units of work it does in a second, as it declares.
	pub speed: u64,
}

/// A registered prover.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ProverInfo<AccountId, Balance, BlockNumber> {
	/// Its account.
	pub account: AccountId,
	/// The key its node signs with.
	pub session_key: [u8; 32],
	/// What it proves on.
	pub hardware: HardwareClass,
	/// Tasks it takes at once over all markets.
	pub slots: u32,
	/// Tasks it has.
	pub live_tasks: u32,
	/// Its stake.
	pub stake: Balance,
	/// The part of it that live attempts have reserved.
	pub reserved: Balance,
	/// The part that is leaving, and the block from which it can be withdrawn.
	pub unbonding: Option<(Balance, BlockNumber)>,
	/// Attempts that ended with a verified proof.
	pub verified: u64,
	/// Attempts that it defaulted on.
	pub defaulted: u64,
	/// The block it registered in.
	pub registered_at: BlockNumber,
	/// Its standing asks.
	pub asks: Vec<AskInfo<AccountId, Balance>>,
}

/// A market as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct MarketInfo<AccountId, Balance> {
	/// Which.
	pub market: Market,
	/// Its standing asks, cheapest first.
	pub asks: Vec<AskInfo<AccountId, Balance>>,
	/// Tasks waiting in it, counted up to a bound.
	pub open_tasks: u32,
}

/// What a task of a program would cost now.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Quote<Balance, BlockNumber> {
	/// Where it would be auctioned.
	pub market: Market,
	/// Its work, in the program's unit.
	pub work: u64,
	/// The lowest price at which a prover could take it now; `None` if none could.
	pub price: Option<Balance>,
	/// Provers that could take it now.
	pub feasible_provers: u32,
	/// The lowest maximum fee a submission may offer.
	pub min_fee: Balance,
	/// The block by which a first attempt would have to deliver, were it submitted now.
	pub soft_deadline: BlockNumber,
	/// The deadline the quote is for.
	pub deadline: BlockNumber,
}

/// Why there is no quote.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum QuoteError {
	/// No program has this id.
	UnknownProgram,
	/// The program takes no new tasks.
	ProgramRetired,
	/// Its proof system is switched off.
	SystemDisabled,
	/// The program leaves the work to the task, and none was given, or zero.
	WorkNeeded,
	/// The program fixes the work, and another was given.
	WorkFixed(u64),
	/// The deadline is nearer or farther than the chain allows, in blocks: (least, most).
	DeadlineOutOfRange(u32, u32),
}

/// A proof that the chain verified.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ProofInfo<AccountId, BlockNumber> {
	/// The task it answers.
	pub task: TaskId,
	/// The program it proves.
	pub program: ProgramId,
	/// Who made it.
	pub prover: AccountId,
	/// The block it was verified in.
	pub verified_at: BlockNumber,
	/// The block from which the chain may forget it.
	pub retained_until: BlockNumber,
	/// The proof and its public inputs.
	pub data: ProofData,
}

sp_api::decl_runtime_apis! {
	/// The state of the proving market.
	pub trait ProvingApi<AccountId, Balance, BlockNumber>
	where
		AccountId: Codec + MaybeDisplay + MaybeFromStr,
		Balance: Codec + MaybeDisplay,
		BlockNumber: Codec + MaybeDisplay,
	{
		/// A task, live or still retained.
		fn task(id: TaskId) -> Option<TaskInfo<AccountId, Balance, BlockNumber>>;

		/// Tasks, newest first, from `cursor` (exclusive) or from the newest. `limit` is capped at 100.
		fn tasks(filter: TaskFilter<AccountId>, cursor: Option<TaskId>, limit: u32) -> TaskPage<AccountId, Balance, BlockNumber>;

		/// A program.
		fn program(id: ProgramId) -> Option<ProgramInfo<AccountId, Balance, BlockNumber>>;

		/// A prover with its asks.
		fn prover(account: AccountId) -> Option<ProverInfo<AccountId, Balance, BlockNumber>>;

		/// A market. Empty ones are no error: a market exists where asks and tasks meet.
		fn market(market: Market) -> MarketInfo<AccountId, Balance>;

		/// What a task would cost now. `work` for programs that leave it to the task; `lifetime` is the
		/// number of blocks to the deadline, a default when absent.
		fn quote(program: ProgramId, work: Option<u64>, level: ServiceLevel, lifetime: Option<u32>) -> Result<Quote<Balance, BlockNumber>, QuoteError>;

		/// The verified proof of a settled task, while it is retained.
		fn proof(task: TaskId) -> Option<ProofInfo<AccountId, BlockNumber>>;
	}
}
