// SPDX-License-Identifier: Apache-2.0
//! The `proving_` methods. `docs/rpc.md` shows each with a request and an answer.

use super::{
	clearing,
	client::ProvingClient,
	error::Error,
	metrics::Metrics,
	subscription::{self, Slots},
};
use jsonrpsee::{
	core::async_trait, proc_macros::rpc, PendingSubscriptionSink, SubscriptionCloseResponse,
};
use proofyard_api::{
	AccountParam, BlockParam, ClearingOf, Delegation, Fees, MarketClearing, MarketState, Program,
	Proof, Proofs, Prover, ProvingApi as RuntimeProvingApi, Quote, QuoteOptions, Reference, System,
	Task, TaskFilter, TaskPage,
};
use proofyard_primitives::{HardwareClass, Market, ProgramId, ProofSystem, TaskId};
use proofyard_runtime::{opaque::Block, Hash};
use std::sync::Arc;
use substrate_prometheus_endpoint::{PrometheusError, Registry};

/// Most tasks in one page of `proving_tasks`.
pub const MAX_PAGE: u32 = 100;
/// Tasks in a page when the caller names no limit.
pub const DEFAULT_PAGE: u32 = 50;
/// The greatest size bucket: ⌊log2⌋ of the greatest work.
const MAX_BUCKET: u8 = 63;

/// The namespace. `at` is the hash of the block to look at, the best one when absent.
#[rpc(server)]
pub trait ProvingApi {
	/// Cost of a task of `program` now.
	#[method(name = "proving_quote", blocking)]
	fn quote(
		&self,
		program: ProgramId,
		options: Option<QuoteOptions>,
		at: Option<Hash>,
	) -> Result<Quote, Error>;

	/// A task, live or still retained.
	#[method(name = "proving_task", blocking)]
	fn task(&self, id: TaskId, at: Option<Hash>) -> Result<Task, Error>;

	/// Tasks, newest first, from `cursor` (exclusive) or from the newest.
	#[method(name = "proving_tasks", blocking)]
	fn tasks(
		&self,
		filter: Option<TaskFilter>,
		cursor: Option<TaskId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> Result<TaskPage, Error>;

	/// A program.
	#[method(name = "proving_program", blocking)]
	fn program(&self, id: ProgramId, at: Option<Hash>) -> Result<Program, Error>;

	/// The proof systems that the chain knows, with the versions of zkVMs whose proofs it verifies.
	#[method(name = "proving_proofSystems", blocking)]
	fn proof_systems(&self, at: Option<Hash>) -> Result<Vec<System>, Error>;

	/// A prover: stake, delegation, asks, track record.
	#[method(name = "proving_prover", blocking)]
	fn prover(&self, account: AccountParam, at: Option<Hash>) -> Result<Prover, Error>;

	/// A market with its asks. One in which nobody is, is empty and no error.
	#[method(name = "proving_market", blocking)]
	fn market(&self, market: Market, at: Option<Hash>) -> Result<MarketState, Error>;

	/// Results of a clearing: the one that gave a task to its prover, or the last one of a market, in
	/// `block` or before.
	#[method(name = "proving_clearing", blocking)]
	fn clearing(&self, of: ClearingOf, block: Option<BlockParam>) -> Result<MarketClearing, Error>;

	/// Tasks that a prover proves to enter the markets of a class; null where nothing is asked for.
	#[method(name = "proving_reference", blocking)]
	fn reference(
		&self,
		system: ProofSystem,
		hardware: HardwareClass,
		at: Option<Hash>,
	) -> Result<Option<Reference>, Error>;

	/// Stake that a delegator has in the pool of a prover.
	#[method(name = "proving_delegation", blocking)]
	fn delegation(
		&self,
		prover: AccountParam,
		delegator: AccountParam,
		at: Option<Hash>,
	) -> Result<Delegation, Error>;

	/// Fees that the protocol takes of payments, and where they go.
	#[method(name = "proving_fees", blocking)]
	fn fees(&self, at: Option<Hash>) -> Result<Fees, Error>;

	/// The verified proof of a settled task, while it is retained; where it takes several, the last.
	#[method(name = "proving_proof", blocking)]
	fn proof(&self, task: TaskId, at: Option<Hash>) -> Result<Proof, Error>;

	/// All verified proofs of a task that is settled, or takes several.
	#[method(name = "proving_proofs", blocking)]
	fn proofs(&self, task: TaskId, at: Option<Hash>) -> Result<Proofs, Error>;

	/// Follow a task from its current state to its finalized end.
	#[subscription(
		name = "proving_subscribeTask" => "proving_taskUpdate",
		unsubscribe = "proving_unsubscribeTask",
		item = proofyard_api::TaskUpdate
	)]
	async fn subscribe_task(&self, id: TaskId) -> SubscriptionCloseResponse;
}

/// State that the `proving_` methods share between all servers of a node, so that bounds and counters
/// are the node's.
#[derive(Clone)]
pub struct ProvingDeps {
	pub(super) metrics: Metrics,
	slots: Slots,
}

impl ProvingDeps {
	/// Fails only when the metrics' names are taken in `registry`.
	pub fn new(registry: Option<&Registry>) -> Result<Self, PrometheusError> {
		Ok(Self { metrics: Metrics::new(registry)?, slots: Slots::new() })
	}
}

/// The namespace's server.
pub struct Proving<C> {
	client: Arc<C>,
	metrics: Metrics,
	slots: Slots,
}

impl<C: ProvingClient> Proving<C> {
	/// Serve from `client`.
	pub fn new(client: Arc<C>, deps: ProvingDeps) -> Self {
		Self { client, metrics: deps.metrics, slots: deps.slots }
	}

	/// Read at the block the caller names, or at the best one, and count how it went.
	fn read<T>(
		&self,
		method: &'static str,
		at: Option<Hash>,
		read: impl FnOnce(&C::Api, Hash) -> Result<T, Error>,
	) -> Result<T, Error> {
		let block = at.unwrap_or_else(|| self.client.info().best_hash);
		self.count(method, read(&self.client.runtime_api(), block))
	}

	/// Count how a call went.
	fn count<T>(&self, method: &'static str, answer: Result<T, Error>) -> Result<T, Error> {
		self.metrics
			.call(method, answer.as_ref().map_or_else(|error| error.code().name(), |_| "ok"));
		answer
	}
}

#[async_trait]
impl<C: ProvingClient> ProvingApiServer for Proving<C> {
	fn quote(
		&self,
		program: ProgramId,
		options: Option<QuoteOptions>,
		at: Option<Hash>,
	) -> Result<Quote, Error> {
		let QuoteOptions { work, level, lifetime, redundancy } = options.unwrap_or_default();
		self.read("proving_quote", at, |api, block| {
			api.quote(block, program, work, level.unwrap_or_default(), lifetime, redundancy)
				.map_err(|error| Error::api(block, error))?
				.map_err(|error| Error::quote(program, error))
		})
	}

	fn task(&self, id: TaskId, at: Option<Hash>) -> Result<Task, Error> {
		self.read("proving_task", at, |api, block| {
			api.task(block, id)
				.map_err(|error| Error::api(block, error))?
				.ok_or(Error::UnknownTask(id))
		})
	}

	fn tasks(
		&self,
		filter: Option<TaskFilter>,
		cursor: Option<TaskId>,
		limit: Option<u32>,
		at: Option<Hash>,
	) -> Result<TaskPage, Error> {
		self.read("proving_tasks", at, |api, block| {
			let limit = page_limit(limit)?;
			api.tasks(block, filter.unwrap_or_default(), cursor, limit)
				.map_err(|error| Error::api(block, error))
		})
	}

	fn program(&self, id: ProgramId, at: Option<Hash>) -> Result<Program, Error> {
		self.read("proving_program", at, |api, block| {
			api.program(block, id)
				.map_err(|error| Error::api(block, error))?
				.ok_or(Error::UnknownProgram(id))
		})
	}

	fn proof_systems(&self, at: Option<Hash>) -> Result<Vec<System>, Error> {
		self.read("proving_proofSystems", at, |api, block| {
			api.proof_systems(block).map_err(|error| Error::api(block, error))
		})
	}

	fn prover(&self, account: AccountParam, at: Option<Hash>) -> Result<Prover, Error> {
		let AccountParam(account) = account;
		self.read("proving_prover", at, |api, block| {
			api.prover(block, account.clone())
				.map_err(|error| Error::api(block, error))?
				.ok_or(Error::UnknownProver(account))
		})
	}

	fn market(&self, market: Market, at: Option<Hash>) -> Result<MarketState, Error> {
		self.read("proving_market", at, |api, block| {
			check_bucket(&market)?;
			api.market(block, market).map_err(|error| Error::api(block, error))
		})
	}

	fn clearing(&self, of: ClearingOf, block: Option<BlockParam>) -> Result<MarketClearing, Error> {
		let answer = match of {
			ClearingOf::Task(task) => clearing::of_task(&*self.client, task, block),
			ClearingOf::Market(market) => check_bucket(&market)
				.and_then(|()| clearing::of_market(&*self.client, market, block)),
		};
		self.count("proving_clearing", answer)
	}

	fn reference(
		&self,
		system: ProofSystem,
		hardware: HardwareClass,
		at: Option<Hash>,
	) -> Result<Option<Reference>, Error> {
		self.read("proving_reference", at, |api, block| {
			api.reference(block, system, hardware).map_err(|error| Error::api(block, error))
		})
	}

	fn delegation(
		&self,
		prover: AccountParam,
		delegator: AccountParam,
		at: Option<Hash>,
	) -> Result<Delegation, Error> {
		let (AccountParam(prover), AccountParam(delegator)) = (prover, delegator);
		self.read("proving_delegation", at, |api, block| {
			let failed = |error| Error::api(block, error);
			let found = api.delegation(block, prover.clone(), delegator.clone()).map_err(failed)?;
			if let Some(delegation) = found {
				return Ok(delegation);
			}
			match api.prover(block, prover.clone()).map_err(failed)? {
				Some(_) => Err(Error::NoDelegation { prover, delegator }),
				None => Err(Error::UnknownProver(prover)),
			}
		})
	}

	fn fees(&self, at: Option<Hash>) -> Result<Fees, Error> {
		self.read("proving_fees", at, |api, block| {
			api.fees(block).map_err(|error| Error::api(block, error))
		})
	}

	fn proof(&self, task: TaskId, at: Option<Hash>) -> Result<Proof, Error> {
		self.read("proving_proof", at, |api, block| {
			match api.proof(block, task).map_err(|error| Error::api(block, error))? {
				Some(proof) => Ok(proof),
				None => Err(without_proof(api, block, task)?),
			}
		})
	}

	fn proofs(&self, task: TaskId, at: Option<Hash>) -> Result<Proofs, Error> {
		self.read("proving_proofs", at, |api, block| {
			match api.proofs(block, task).map_err(|error| Error::api(block, error))? {
				Some(proofs) => Ok(proofs),
				None => Err(without_proof(api, block, task)?),
			}
		})
	}

	async fn subscribe_task(
		&self,
		pending: PendingSubscriptionSink,
		id: TaskId,
	) -> SubscriptionCloseResponse {
		subscription::serve(
			self.client.clone(),
			self.slots.clone(),
			self.metrics.clone(),
			pending,
			id,
		)
		.await
	}
}

/// Tells a task without a proof from no task at all.
fn without_proof<A: RuntimeProvingApi<Block>>(
	api: &A,
	block: Hash,
	task: TaskId,
) -> Result<Error, Error> {
	match api.task(block, task).map_err(|error| Error::api(block, error))? {
		Some(_) => Ok(Error::NoProof(task)),
		None => Ok(Error::UnknownTask(task)),
	}
}

fn page_limit(limit: Option<u32>) -> Result<u32, Error> {
	match limit.unwrap_or(DEFAULT_PAGE) {
		limit @ 1..=MAX_PAGE => Ok(limit),
		limit => Err(Error::InvalidParams(format!(
			"limit must be from 1 to {MAX_PAGE}, not {limit}: page with the cursor instead."
		))),
	}
}

fn check_bucket(market: &Market) -> Result<(), Error> {
	if market.bucket <= MAX_BUCKET {
		return Ok(());
	}
	Err(Error::InvalidParams(format!(
		"market.bucket must be from 0 to {MAX_BUCKET}, not {}: it is the base-2 logarithm of the \
		 work, rounded down.",
		market.bucket
	)))
}

#[cfg(test)]
mod tests {
	use super::*;
	use proofyard_api::ErrorCode;
	use proofyard_primitives::ServiceLevel;

	#[test]
	fn pages_are_bounded() {
		assert_eq!(page_limit(None), Ok(DEFAULT_PAGE));
		assert_eq!(page_limit(Some(1)), Ok(1));
		assert_eq!(page_limit(Some(MAX_PAGE)), Ok(MAX_PAGE));
		assert_eq!(page_limit(Some(0)).unwrap_err().code(), ErrorCode::InvalidParams);
		assert_eq!(page_limit(Some(MAX_PAGE + 1)).unwrap_err().code(), ErrorCode::InvalidParams);
	}

	#[test]
	fn buckets_are_bounded() {
		let market = |bucket| Market {
			system: ProofSystem::Groth16Bn254,
			hardware: HardwareClass::Cpu,
			bucket,
			level: ServiceLevel::Standard,
		};
		assert_eq!(check_bucket(&market(63)), Ok(()));
		assert_eq!(check_bucket(&market(64)).unwrap_err().code(), ErrorCode::InvalidParams);
	}
}
