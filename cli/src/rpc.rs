// SPDX-License-Identifier: Apache-2.0
//! The node's `proving_` methods, typed. What they answer is also what `--json` prints.

use crate::{amount::Amount, error::Result, node::Node};
use proofyard_primitives::{
	ArtifactRole, FailureReason, HardwareClass, Market, ProgramId, ProofSystem, ServiceLevel,
	TaskId, WorkModel,
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
/// Errors of a quote: what is asked for would be refused.
pub const QUOTE_REFUSED: std::ops::RangeInclusive<i32> = 7121..=7125;

/// Number of a block.
pub type BlockNumber = u32;

/// Where a task stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TaskState {
	/// Waiting for the auction.
	Open,
	/// A prover has it.
	Assigned {
		/// Who must deliver.
		prover: AccountId32,
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
		prover: AccountId32,
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
		prover: AccountId32,
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

impl TaskState {
	/// Its name, as `--state` takes it.
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

	/// Whether nothing can follow.
	pub fn has_ended(&self) -> bool {
		!matches!(self, Self::Open | Self::Assigned { .. })
	}

	/// Who has, had or proved it.
	pub fn prover(&self) -> Option<&AccountId32> {
		match self {
			Self::Assigned { prover, .. }
			| Self::Settled { prover, .. }
			| Self::Failed { prover, .. } => Some(prover),
			_ => None,
		}
	}
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
	/// The public inputs that the requester fixed.
	pub public_inputs: Vec<Option<H256>>,
}

/// Which tasks a listing wants; all that is given must hold.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskFilter {
	/// Only tasks of this requester.
	pub requester: Option<AccountId32>,
	/// Only tasks that this prover has or had.
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

/// A page of tasks, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskPage {
	/// At most as many as asked for.
	pub tasks: Vec<Task>,
	/// The next call's cursor; `None` at the end. A page may be short, or empty, and still have one.
	pub next: Option<TaskId>,
}

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

/// A standing ask of a prover.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ask {
	/// Whose.
	pub prover: AccountId32,
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

/// A part of a prover's stake that is leaving.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unbonding {
	/// How much.
	pub amount: Amount,
	/// The block from which it can be withdrawn.
	pub withdrawable_at: BlockNumber,
}

/// A registered prover.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Prover {
	/// Its account.
	pub account: AccountId32,
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
	/// The part that is leaving.
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

/// A market as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketState {
	/// Which.
	pub market: Market,
	/// Its standing asks, cheapest first.
	pub asks: Vec<Ask>,
	/// Tasks waiting in it, counted up to a bound.
	pub open_tasks: u32,
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
}

/// What a task of a program would cost now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
	/// Where it would be auctioned.
	pub market: Market,
	/// Its work, in the program's unit.
	pub work: u64,
	/// The lowest price at which a prover could take it now; `None` if none could.
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

/// A proof that the chain verified.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
	/// The task it answers.
	pub task: TaskId,
	/// The program it proves.
	pub program: ProgramId,
	/// Who made it.
	pub prover: AccountId32,
	/// The block it was verified in.
	pub verified_at: BlockNumber,
	/// The block from which the chain may forget it.
	pub retained_until: BlockNumber,
	/// Canonical bytes of the proof system.
	pub proof: Bytes,
	/// All public inputs, in order, big-endian.
	pub public_inputs: Vec<H256>,
}

impl Proof {
	/// The public inputs one after the other.
	pub fn public_input_bytes(&self) -> Vec<u8> {
		self.public_inputs.iter().flat_map(|input| input.0).collect()
	}
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

	/// A prover; `None` when it is not registered.
	pub async fn prover(&self, account: &AccountId32) -> Result<Option<Prover>> {
		self.0.request_known("proving_prover", rpc_params![account], UNKNOWN_PROVER).await
	}

	/// A market.
	pub async fn market(&self, market: &Market) -> Result<MarketState> {
		self.0.request("proving_market", rpc_params![market]).await
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
mod tests {
	use super::*;
	use serde_json::json;

	fn alice() -> AccountId32 {
		crate::parse::account("//Alice").unwrap()
	}

	#[test]
	fn reads_the_node_s_task() {
		let json = json!({
			"id": 7,
			"requester": alice(),
			"program": H256::repeat_byte(1),
			"market": {
				"system": "groth16-bn254",
				"hardware": { "gpu": { "vram_gib": 24 } },
				"bucket": 20,
				"level": "standard"
			},
			"work": 1_048_576,
			"maxFee": "1500000000000",
			"deadline": 300,
			"submittedAt": 10,
			"escrow": "1200000000000",
			"state": {
				"name": "assigned",
				"prover": alice(),
				"price": "1200000000000",
				"bond": "2400000000000",
				"attempt": 0,
				"rejections": 0,
				"assignedAt": 11,
				"softDeadline": 200
			},
			"input": { "inline": "0x7b7d" },
			"publicInputs": [null, H256::repeat_byte(2)]
		});
		let task: Task = serde_json::from_value(json.clone()).unwrap();
		assert_eq!(task.market.hardware, HardwareClass::Gpu { vram_gib: 24 });
		assert_eq!(task.state.name(), "assigned");
		assert_eq!(task.state.prover(), Some(&alice()));
		assert!(!task.state.has_ended());
		assert_eq!(task.input, Some(Input::Inline(Bytes(b"{}".to_vec()))));
		assert_eq!(serde_json::to_value(&task).unwrap(), json);
	}

	#[test]
	fn reads_every_state_of_an_update() {
		for (state, ended) in [
			(json!({ "name": "open" }), false),
			(
				json!({ "name": "settled", "prover": alice(), "paid": "1", "assignedAt": 1, "at": 2 }),
				true,
			),
			(json!({ "name": "expired", "at": 2 }), true),
			(json!({ "name": "cancelled", "at": 2 }), true),
			(
				json!({
					"name": "failed",
					"prover": alice(),
					"reason": "deadline_passed",
					"compensation": "1",
					"slashed": "2",
					"at": 2
				}),
				true,
			),
		] {
			let name = state["name"].clone();
			let update: TaskUpdate = serde_json::from_value(json!({
				"task": 7,
				"block": { "number": 3, "hash": H256::repeat_byte(3) },
				"state": state,
				"retracted": false,
				"finalized": ended
			}))
			.unwrap();
			assert_eq!(update.state.name(), name);
			assert_eq!(update.state.has_ended(), ended);
		}
	}

	#[test]
	fn asks_for_quotes_without_what_is_not_given() {
		let options = QuoteOptions { level: Some(ServiceLevel::Express), ..Default::default() };
		assert_eq!(serde_json::to_value(options).unwrap(), json!({ "level": "express" }));
	}

	#[test]
	fn reads_a_program_of_either_work_model() {
		let program = |work| {
			json!({
				"id": H256::repeat_byte(1),
				"owner": alice(),
				"system": "groth16-bn254",
				"systemEnabled": true,
				"hardware": "cpu",
				"work": work,
				"publicInputs": 2,
				"key": "0x00",
				"artifacts": [{
					"role": "proving_key",
					"locators": ["file:///a"],
					"sha256": H256::repeat_byte(2),
					"size": 9
				}],
				"deposit": "5",
				"liveTasks": 0,
				"retired": false,
				"registeredAt": 1
			})
		};
		let fixed: Program = serde_json::from_value(program(json!({ "fixed": 1024 }))).unwrap();
		assert_eq!(fixed.work, WorkModel::Fixed(1024));
		let open: Program = serde_json::from_value(program(json!("per_task"))).unwrap();
		assert_eq!(open.work, WorkModel::PerTask);
	}
}
