// SPDX-License-Identifier: Apache-2.0
//! What the node reads from the chain: the runtime API behind the `proving_` JSON-RPC methods.
//!
//! All amounts are in plancks, all block numbers absolute, all durations in milliseconds.
#![cfg_attr(not(feature = "std"), no_std)]
// `decl_runtime_apis!` expands to undocumented items.
#![allow(missing_docs)]

extern crate alloc;

mod clearing;
mod prover;
mod task;

pub use clearing::*;
pub use prover::*;
pub use task::*;

use alloc::{string::String, vec::Vec};
use codec::{Codec, Decode, Encode};
use proofyard_primitives::{
	program::ArtifactRole, HardwareClass, Market, ProgramId, ProofData, ProofSystem, ServiceLevel,
	TaskId, WorkModel,
};
use scale_info::TypeInfo;
use sp_runtime::traits::{MaybeDisplay, MaybeFromStr};

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

/// What a task of a program would cost now.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Quote<Balance, BlockNumber> {
	/// Where it would be auctioned.
	pub market: Market,
	/// Its work, in the program's unit.
	pub work: u64,
	/// What it would pay now: the first rejected ask, or the lowest where nobody else could take it.
	/// `None` if no prover could.
	pub price: Option<Balance>,
	/// The lowest maximum with which it would be taken now.
	pub least: Option<Balance>,
	/// Provers that could take it now.
	pub feasible_provers: u32,
	/// The lowest maximum fee that a submission may offer, taken or not.
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
		fn market(market: Market) -> MarketInfo<AccountId, Balance, BlockNumber>;

		/// The last clearing of a market that assigned anything, in this block or an earlier one.
		fn clearing(market: Market) -> Option<MarketClearingInfo<AccountId, Balance, BlockNumber>>;

		/// What a prover proves to enter the markets of a class; `None` where nothing is asked for.
		fn reference(system: ProofSystem, hardware: HardwareClass) -> Option<ReferenceInfo>;

		/// What a task would cost now. `work` for programs that leave it to the task; `lifetime` is the
		/// number of blocks to the deadline, a default when absent.
		fn quote(program: ProgramId, work: Option<u64>, level: ServiceLevel, lifetime: Option<u32>) -> Result<Quote<Balance, BlockNumber>, QuoteError>;

		/// The verified proof of a settled task, while it is retained.
		fn proof(task: TaskId) -> Option<ProofInfo<AccountId, BlockNumber>>;
	}
}
