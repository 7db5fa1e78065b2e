// SPDX-License-Identifier: Apache-2.0
//! The node's `proving_` methods, typed. What they answer is also what `--json` prints.

mod attempt;
mod clearing;
mod delegation;
mod prover;
mod system;
mod task;

pub use attempt::*;
pub use clearing::*;
pub use delegation::*;
pub use prover::*;
pub use system::*;
pub use task::*;

use crate::{amount::Amount, error::Result, node::Node};
use proofyard_primitives::{
	ArtifactRole, HardwareClass, Market, ProgramId, ProofSystem, Redundancy, ServiceLevel, TaskId,
	WorkModel,
};
use serde::{Deserialize, Serialize};
use sp_core::{Bytes, H256};
use subxt::{
	rpcs::{client::rpc_params, RpcClient},
	utils::AccountId32,
};

/// Error: no program has the id.
pub const UNKNOWN_PROGRAM: i32 = 7102;
/// Error: the account is no prover.
pub const UNKNOWN_PROVER: i32 = 7103;
/// Error: a parameter is out of its range.
pub const INVALID_PARAMS: i32 = 7105;
/// Error: the account has nothing in the prover's pool.
pub const NO_DELEGATION: i32 = 7114;
/// Errors of a quote: what is asked for would be refused.
pub const QUOTE_REFUSED: std::ops::RangeInclusive<i32> = 7121..=7126;

/// Number of a block.
pub type BlockNumber = u32;

/// A file that a program needs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Program {
	/// Its id.
	pub id: ProgramId,
	/// Who registered it, and gets the deposit back.
	pub owner: AccountId32,
	/// Its proof system.
	pub system: ProofSystem,
	/// Whether that proof system is switched on.
	pub system_enabled: bool,
	/// The hardware it needs.
	pub hardware: HardwareClass,
	/// How the work of its tasks is known.
	pub work: WorkModel,
	/// Public inputs of its proofs, if it is a circuit; zero for a zkVM's program.
	pub public_inputs: u32,
	/// Its canonical verification key; of a zkVM's program the 32 bytes that its proofs name it by.
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

/// What a quote is asked for, besides the program.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteOptions {
	/// The task's work, for programs that leave it to the task.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub work: Option<u64>,
	/// The service level.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub level: Option<ServiceLevel>,
	/// Blocks to the deadline; the chain's default when absent.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub lifetime: Option<BlockNumber>,
	/// How many provers start at once, and how many proofs it takes; what the level has when absent.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub redundancy: Option<Redundancy>,
}

/// What a task of a program would cost now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
	/// Where it would be auctioned.
	pub market: Market,
	/// Its work, in the program's unit.
	pub work: u64,
	/// How many provers it would start with, and how many proofs it would take.
	pub redundancy: Redundancy,
	/// What each of its provers would be paid now, at least; `None` if too few could start it.
	pub price: Option<Amount>,
	/// What it could cost with all the provers it would start with; `None` if there are not so many.
	pub cost: Option<Amount>,
	/// The lowest maximum fee with which it would be taken now, if with fewer provers.
	pub least: Option<Amount>,
	/// Provers that could be its primary now.
	pub feasible_provers: u32,
	/// The lowest maximum fee that a submission may offer, taken or not.
	pub min_fee: Amount,
	/// The block by which a first attempt would have to deliver, were it submitted now.
	pub soft_deadline: BlockNumber,
	/// The deadline the quote is for.
	pub deadline: BlockNumber,
}

/// A proof that the chain verified.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
	/// The task it answers.
	pub task: TaskId,
	/// The program it proves.
	pub program: ProgramId,
	/// The program's proof system.
	pub system: ProofSystem,
	/// Who made it.
	pub prover: AccountId32,
	/// The block it was verified in.
	pub verified_at: BlockNumber,
	/// The block from which the chain may forget it.
	pub retained_until: BlockNumber,
	/// Canonical bytes of the proof system.
	pub proof: Bytes,
	/// All public values: a circuit's public inputs one after the other, a zkVM's bytes.
	pub public_values: Bytes,
	/// A circuit's public inputs, in order, big-endian; empty for a zkVM.
	pub public_inputs: Vec<H256>,
}

/// The verified proofs of a task.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proofs {
	/// The task they answer.
	pub task: TaskId,
	/// The program they prove.
	pub program: ProgramId,
	/// The program's proof system.
	pub system: ProofSystem,
	/// The block the task was settled in; `None` while it takes more proofs.
	pub settled_at: Option<BlockNumber>,
	/// The block from which the chain may forget them; `None` while the task lives.
	pub retained_until: Option<BlockNumber>,
	/// The proofs, in the order of the attempts.
	pub proofs: Vec<ProofOf>,
}

/// The proof of one prover.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProofOf {
	/// Who made it.
	pub prover: AccountId32,
	/// Whether it was the last that the task takes.
	pub deciding: bool,
	/// Canonical bytes of the proof system.
	pub proof: Bytes,
	/// All public values: a circuit's public inputs one after the other, a zkVM's bytes.
	pub public_values: Bytes,
	/// A circuit's public inputs, in order, big-endian; empty for a zkVM.
	pub public_inputs: Vec<H256>,
}

/// The `proving_` methods of a node. Each fails with the errors of [`Node::request`].
pub struct Proving<'a>(pub &'a Node);

/// A subscription to a task.
pub type TaskUpdates = subxt::rpcs::client::RpcSubscription<TaskUpdate>;

impl Proving<'_> {
	/// What a task would cost now.
	pub async fn quote(&self, program: ProgramId, options: &QuoteOptions) -> Result<Quote> {
		self.0.request("proving_quote", rpc_params![program, options]).await
	}

	/// A task.
	pub async fn task(&self, id: TaskId) -> Result<Task> {
		self.0.request("proving_task", rpc_params![id]).await
	}

	/// Up to `limit` tasks, newest first, over as many pages as that takes.
	pub async fn tasks(&self, filter: &TaskFilter, limit: usize) -> Result<Vec<Task>> {
		let mut tasks = Vec::new();
		let mut cursor: Option<TaskId> = None;
		while tasks.len() < limit {
			let page_size = (limit - tasks.len()).min(100);
			let page: TaskPage =
				self.0.request("proving_tasks", rpc_params![filter, cursor, page_size]).await?;
			tasks.extend(page.tasks);
			match page.next {
				// A cursor moves towards the oldest task; anything else would never end.
				Some(next) if cursor.is_none_or(|last| next < last) => cursor = Some(next),
				_ => break,
			}
		}
		Ok(tasks)
	}

	/// A program; `None` when it is not registered.
	pub async fn program(&self, id: ProgramId) -> Result<Option<Program>> {
		self.0.request_known("proving_program", rpc_params![id], UNKNOWN_PROGRAM).await
	}

	/// The proof systems that the chain knows.
	pub async fn proof_systems(&self) -> Result<Vec<System>> {
		self.0.request("proving_proofSystems", rpc_params![]).await
	}

	/// A prover; `None` when it is not registered.
	pub async fn prover(&self, account: &AccountId32) -> Result<Option<Prover>> {
		self.0.request_known("proving_prover", rpc_params![account], UNKNOWN_PROVER).await
	}

	/// A market.
	pub async fn market(&self, market: &Market) -> Result<MarketState> {
		self.0.request("proving_market", rpc_params![market]).await
	}

	/// The clearing that gave a task to its prover.
	pub async fn clearing_of_task(&self, task: TaskId) -> Result<MarketClearing> {
		self.0.request("proving_clearing", rpc_params![task]).await
	}

	/// The last clearing of a market, in a block (the best one when absent) or before it.
	pub async fn clearing_of_market(
		&self,
		market: &Market,
		block: Option<BlockParam>,
	) -> Result<MarketClearing> {
		self.0.request("proving_clearing", rpc_params![market, block]).await
	}

	/// What a prover proves to enter the markets of a class; `None` where nothing is asked for.
	pub async fn reference(
		&self,
		system: ProofSystem,
		hardware: HardwareClass,
	) -> Result<Option<Reference>> {
		self.0.request("proving_reference", rpc_params![system, hardware]).await
	}

	/// What an account has in the pool of a prover; `None` when it has nothing.
	pub async fn delegation(
		&self,
		prover: &AccountId32,
		delegator: &AccountId32,
	) -> Result<Option<Delegation>> {
		let params = rpc_params![prover, delegator];
		self.0.request_known("proving_delegation", params, NO_DELEGATION).await
	}

	/// What the protocol takes of payments.
	pub async fn fees(&self) -> Result<Fees> {
		self.0.request("proving_fees", rpc_params![]).await
	}

	/// All verified proofs of a task.
	pub async fn proofs(&self, task: TaskId) -> Result<Proofs> {
		self.0.request("proving_proofs", rpc_params![task]).await
	}

	/// The verified proof of a settled task.
	pub async fn proof(&self, task: TaskId) -> Result<Proof> {
		self.0.request("proving_proof", rpc_params![task]).await
	}

	/// Follow a task: its present state first, then each change.
	pub async fn subscribe_task(&self, task: TaskId) -> Result<TaskUpdates> {
		let client: &RpcClient = self.0.rpc();
		client
			.subscribe("proving_subscribeTask", rpc_params![task], "proving_unsubscribeTask")
			.await
			.map_err(|error| self.0.explain(error))
	}
}

#[cfg(test)]
mod tests;
