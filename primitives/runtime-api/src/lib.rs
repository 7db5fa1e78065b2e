// SPDX-License-Identifier: Apache-2.0
//! What the node reads from the chain: the runtime API behind the `proving_` JSON-RPC methods.
//!
//! All amounts are in plancks, all block numbers absolute, all durations in milliseconds.
#![cfg_attr(not(feature = "std"), no_std)]
// `decl_runtime_apis!` expands to undocumented items.
#![allow(missing_docs)]

extern crate alloc;

mod attempt;
mod clearing;
mod prover;
mod task;

pub use attempt::*;
pub use clearing::*;
pub use prover::*;
pub use task::*;

use alloc::{string::String, vec::Vec};
use codec::{Codec, Decode, Encode};
use proofyard_primitives::{
	program::ArtifactRole, HardwareClass, Market, ProgramId, ProofData, ProofSystem, Redundancy,
	ServiceLevel, TaskId, WorkModel,
};
use scale_info::TypeInfo;
use sp_runtime::{
	traits::{MaybeDisplay, MaybeFromStr},
	Permill,
};

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
	/// How many provers it would start with, and how many proofs it would take.
	pub redundancy: Redundancy,
	/// What each of its provers would be paid now, at least: the first rejected ask, or the lowest
	/// where nobody else could take it. `None` if too few provers could start it.
	pub price: Option<Balance>,
	/// What it could cost with all the provers it would start with. `None` if there are not so many.
	pub cost: Option<Balance>,
	/// The lowest maximum fee with which it would be taken now, if with fewer provers.
	pub least: Option<Balance>,
	/// Provers that could be its primary now.
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
	/// More proofs than provers, none, or more provers than start a task at most (given).
	BadRedundancy(u8),
}

/// A proof that the chain verified.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ProofInfo<AccountId, BlockNumber> {
	/// The task it answers.
	pub task: TaskId,
	/// The program it proves.
	pub program: ProgramId,
	/// The program's proof system.
	pub system: ProofSystem,
	/// Who made it.
	pub prover: AccountId,
	/// The block it was verified in.
	pub verified_at: BlockNumber,
	/// The block from which the chain may forget it.
	pub retained_until: BlockNumber,
	/// The proof and its public values.
	pub data: ProofData,
}

/// The verified proofs of a task, of one that takes several also while it lives.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ProofsInfo<AccountId, BlockNumber> {
	/// The task they answer.
	pub task: TaskId,
	/// The program they prove.
	pub program: ProgramId,
	/// The program's proof system.
	pub system: ProofSystem,
	/// The block the task was settled in. `None` while it lives.
	pub settled_at: Option<BlockNumber>,
	/// The block from which the chain may forget them. `None` while the task lives.
	pub retained_until: Option<BlockNumber>,
	/// Whose proof was the last that the task takes. `None` while it lives.
	pub decided_by: Option<AccountId>,
	/// The proofs and who made them, in the order of the attempts.
	pub proofs: Vec<(AccountId, ProofData)>,
}

/// A proof system, and whether the chain verifies its proofs.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct SystemInfo {
	/// Which.
	pub system: ProofSystem,
	/// Whether its programs take new tasks.
	pub enabled: bool,
	/// Of a zkVM, the versions that governance registered.
	pub versions: Vec<VersionInfo>,
}

/// A version of a zkVM.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct VersionInfo {
	/// Its name.
	pub version: Vec<u8>,
	/// The first bytes of its proofs.
	pub selector: [u8; 4],
	/// Whether its proofs are verified.
	pub enabled: bool,
}

/// What the protocol takes of the provers' payments, and where that goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct FeesInfo {
	/// Share of what an escrow pays for proofs. Kill fees and what bonds pay are free of it.
	pub fee: Permill,
	/// The block author's share of the fee.
	pub author: Permill,
	/// The treasury's share of the fee. What neither gets is burnt.
	pub treasury: Permill,
	/// The highest that the fee can be set to.
	pub max_fee: Permill,
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

		/// The proof systems that this runtime knows.
		fn proof_systems() -> Vec<SystemInfo>;

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
		/// number of blocks to the deadline, a default when absent; `redundancy` what the level has when
		/// absent.
		fn quote(program: ProgramId, work: Option<u64>, level: ServiceLevel, lifetime: Option<u32>, redundancy: Option<Redundancy>) -> Result<Quote<Balance, BlockNumber>, QuoteError>;

		/// What a delegator has in the pool of a prover.
		fn delegation(prover: AccountId, delegator: AccountId) -> Option<DelegationInfo<AccountId, Balance, BlockNumber>>;

		/// What the protocol takes of payments.
		fn fees() -> FeesInfo;

		/// The verified proof of a settled task, while it is retained; where it takes several, the last.
		fn proof(task: TaskId) -> Option<ProofInfo<AccountId, BlockNumber>>;

		/// All verified proofs of a task that is settled, or takes several. `None` where there is none.
		fn proofs(task: TaskId) -> Option<ProofsInfo<AccountId, BlockNumber>>;
	}
}
