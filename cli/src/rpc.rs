// SPDX-License-Identifier: Apache-2.0
//! The node's `proving_` methods, with the types of [`proofyard_api`]. What they answer is also what
//! `--json` prints.

pub use proofyard_api::{text::decimal, *};

use crate::{error::Result, node::Node};
use proofyard_primitives::{HardwareClass, Market, ProgramId, ProofSystem, TaskId};
use subxt::rpcs::{
	client::{rpc_params, RpcSubscription},
	RpcClient,
};

/// A subscription to a task.
pub type TaskUpdates = RpcSubscription<TaskUpdate>;

/// The `proving_` methods of a node. Each fails with the errors of [`Node::request`].
pub struct Proving<'a>(pub &'a Node);

impl Proving<'_> {
	/// Cost of a task now.
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
		self.0.request_known("proving_program", rpc_params![id], ErrorCode::UnknownProgram).await
	}

	/// The proof systems that the chain knows.
	pub async fn proof_systems(&self) -> Result<Vec<System>> {
		self.0.request("proving_proofSystems", rpc_params![]).await
	}

	/// A prover; `None` when it is not registered.
	pub async fn prover(&self, account: &AccountId) -> Result<Option<Prover>> {
		self.0.request_known("proving_prover", rpc_params![account], ErrorCode::UnknownProver).await
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

	/// Tasks that a prover proves to enter the markets of a class; `None` where nothing is asked for.
	pub async fn reference(
		&self,
		system: ProofSystem,
		hardware: HardwareClass,
	) -> Result<Option<Reference>> {
		self.0.request("proving_reference", rpc_params![system, hardware]).await
	}

	/// Stake that an account has in the pool of a prover; `None` when it has nothing.
	pub async fn delegation(
		&self,
		prover: &AccountId,
		delegator: &AccountId,
	) -> Result<Option<Delegation>> {
		let params = rpc_params![prover, delegator];
		self.0.request_known("proving_delegation", params, ErrorCode::NoDelegation).await
	}

	/// Fees that the protocol takes of payments.
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
