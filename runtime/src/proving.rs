// SPDX-License-Identifier: Apache-2.0
//! The answers behind the `proving_` JSON-RPC methods, put together from the pallets' state.

use crate::*;
use alloc::string::String;
use frame_support::traits::Get;
use pallet_auctions::{Ask, AsksOf};
use proofyard_primitives::{
	traits::{Escrow, ProgramTerms},
	Market, Outcome, ProgramId, ServiceLevel, TaskId, WorkModel,
};
use proofyard_runtime_api::*;

/// Most tasks in one page.
const MAX_PAGE: u32 = 100;
/// Most tasks that one listing looks at.
const MAX_SCAN: u64 = 1_000;
/// Most open tasks of a market that are counted.
const MAX_COUNT: usize = 1_000;

type Info = TaskInfo<AccountId, Balance, BlockNumber>;
type State = TaskState<AccountId, Balance, BlockNumber>;

pub fn task(id: TaskId) -> Option<Info> {
	open_task(id).or_else(|| live_task(id)).or_else(|| ended_task(id))
}

fn open_task(id: TaskId) -> Option<Info> {
	let open = pallet_auctions::OpenTasks::<Runtime>::get(id)?;
	Some(of_spec(id, open.spec, TaskState::Open))
}

fn live_task(id: TaskId) -> Option<Info> {
	let live = pallet_attestation::Live::<Runtime>::get(id)?;
	let assignment = live.assignment;
	let state = TaskState::Assigned {
		prover: assignment.prover,
		price: assignment.price,
		bond: assignment.bond,
		attempt: assignment.attempt,
		rejections: live.rejections,
		assigned_at: assignment.assigned_at,
		soft_deadline: assignment.soft_deadline,
	};
	Some(of_spec(id, live.spec, state))
}

fn of_spec(
	id: TaskId,
	spec: proofyard_primitives::TaskSpec<AccountId, Balance, BlockNumber>,
	state: State,
) -> Info {
	TaskInfo {
		id,
		requester: spec.requester,
		program: spec.program,
		market: spec.market,
		work: spec.work,
		max_fee: spec.max_fee,
		deadline: spec.deadline,
		submitted_at: spec.submitted_at,
		escrow: <Settlement as Escrow<AccountId, Balance>>::held(id),
		state,
		input: Some(spec.input),
		public_inputs: spec.public_inputs.into_inner(),
	}
}

fn ended_task(id: TaskId) -> Option<Info> {
	let record = pallet_settlement::Outcomes::<Runtime>::get(id)?;
	let at = record.ended_at;
	let state = match record.outcome {
		Outcome::Settled { prover, paid } => {
			TaskState::Settled { prover, paid, assigned_at: record.assigned_at.unwrap_or(at), at }
		}
		Outcome::Expired => TaskState::Expired { at },
		Outcome::Cancelled => TaskState::Cancelled { at },
		Outcome::Failed { prover, reason, compensation, slashed } => {
			TaskState::Failed { prover, reason, compensation, slashed, at }
		}
	};
	Some(TaskInfo {
		id,
		requester: record.requester,
		program: record.program,
		market: record.market,
		work: record.work,
		max_fee: record.max_fee,
		deadline: record.deadline,
		submitted_at: record.submitted_at,
		escrow: 0,
		state,
		input: None,
		public_inputs: Vec::new(),
	})
}

pub fn tasks(
	filter: TaskFilter<AccountId>,
	cursor: Option<TaskId>,
	limit: u32,
) -> TaskPage<AccountId, Balance, BlockNumber> {
	let limit = limit.clamp(1, MAX_PAGE) as usize;
	let newest = pallet_auctions::NextTaskId::<Runtime>::get();
	let start = cursor.unwrap_or(newest).min(newest);
	let stop = start.saturating_sub(MAX_SCAN);
	let mut tasks = Vec::new();
	let mut last = start;
	for id in (stop..start).rev() {
		if tasks.len() == limit {
			break;
		}
		last = id;
		if let Some(info) = task(id).filter(|info| wanted(&filter, info)) {
			tasks.push(info);
		}
	}
	TaskPage { tasks, next: (last > 0).then_some(last) }
}

fn wanted(filter: &TaskFilter<AccountId>, info: &Info) -> bool {
	let prover = match &info.state {
		TaskState::Assigned { prover, .. }
		| TaskState::Settled { prover, .. }
		| TaskState::Failed { prover, .. } => Some(prover),
		TaskState::Open | TaskState::Expired { .. } | TaskState::Cancelled { .. } => None,
	};
	let state = match filter.state {
		None => true,
		Some(StateFilter::Open) => matches!(info.state, TaskState::Open),
		Some(StateFilter::Assigned) => matches!(info.state, TaskState::Assigned { .. }),
		Some(StateFilter::Live) => !info.state.is_terminal(),
		Some(StateFilter::Settled) => matches!(info.state, TaskState::Settled { .. }),
		Some(StateFilter::Expired) => matches!(info.state, TaskState::Expired { .. }),
		Some(StateFilter::Cancelled) => matches!(info.state, TaskState::Cancelled { .. }),
		Some(StateFilter::Failed) => matches!(info.state, TaskState::Failed { .. }),
		Some(StateFilter::Ended) => info.state.is_terminal(),
	};
	state
		&& filter.requester.as_ref().is_none_or(|wanted| *wanted == info.requester)
		&& filter.program.is_none_or(|wanted| wanted == info.program)
		&& (filter.prover.is_none() || filter.prover.as_ref() == prover)
}

pub fn program(id: ProgramId) -> Option<ProgramInfo<AccountId, Balance, BlockNumber>> {
	let record = pallet_programs::Programs::<Runtime>::get(id)?;
	let artifacts = record
		.artifacts
		.into_iter()
		.map(|artifact| ArtifactInfo {
			role: artifact.role,
			locators: artifact
				.data
				.locators
				.iter()
				.map(|locator| String::from_utf8_lossy(locator).into_owned())
				.collect(),
			sha256: artifact.data.sha256.0,
			size: artifact.data.size,
		})
		.collect();
	Some(ProgramInfo {
		id,
		owner: record.owner,
		system: record.system,
		system_enabled: is_enabled(record.system),
		hardware: record.hardware,
		work: record.work,
		public_inputs: record.public_inputs,
		key: pallet_programs::Keys::<Runtime>::get(id).unwrap_or_default().into_inner(),
		artifacts,
		deposit: record.deposit,
		live_tasks: record.live_tasks,
		retired: record.retired,
		registered_at: record.registered_at,
	})
}

fn is_enabled(system: proofyard_primitives::ProofSystem) -> bool {
	!pallet_programs::DisabledSystems::<Runtime>::contains_key(system)
}

fn ask_info(
	prover: AccountId,
	market: Market,
	ask: Ask<Balance>,
	lots_in_use: u32,
) -> AskInfo<AccountId, Balance> {
	let Ask { price, lots, speed } = ask;
	AskInfo { prover, market, price, lots, lots_in_use, speed }
}

pub fn prover(account: AccountId) -> Option<ProverInfo<AccountId, Balance, BlockNumber>> {
	let record = pallet_provers::Provers::<Runtime>::get(&account)?;
	let asks = AsksOf::<Runtime>::iter_key_prefix(&account)
		.filter_map(|market| {
			let ask = pallet_auctions::Asks::<Runtime>::get(market, &account)?;
			let in_use = pallet_provers::LotsInUse::<Runtime>::get(&account, market);
			Some(ask_info(account.clone(), market, ask, in_use))
		})
		.collect();
	Some(ProverInfo {
		session_key: sp_core::sr25519::Public::from(record.session_key).0,
		hardware: record.hardware,
		slots: record.slots,
		live_tasks: record.live,
		stake: record.stake,
		reserved: record.reserved,
		unbonding: record.unbonding.map(|unbonding| (unbonding.amount, unbonding.available_at)),
		verified: record.verified,
		defaulted: record.defaulted,
		registered_at: record.registered_at,
		asks,
		account,
	})
}

pub fn market(market: Market) -> MarketInfo<AccountId, Balance> {
	let asks = Auctions::asks_in(&market)
		.into_iter()
		.map(|(prover, ask, in_use)| ask_info(prover, market, ask, in_use))
		.collect();
	let open_tasks = pallet_auctions::OpenTasks::<Runtime>::iter_values()
		.take(MAX_COUNT)
		.filter(|open| open.spec.market == market)
		.count() as u32;
	MarketInfo { market, asks, open_tasks }
}

pub fn quote(
	id: ProgramId,
	work: Option<u64>,
	level: ServiceLevel,
	lifetime: Option<u32>,
) -> Result<Quote<Balance, BlockNumber>, QuoteError> {
	type Config = Runtime;
	let record = pallet_programs::Programs::<Runtime>::get(id).ok_or(QuoteError::UnknownProgram)?;
	if record.retired {
		return Err(QuoteError::ProgramRetired);
	}
	if !is_enabled(record.system) {
		return Err(QuoteError::SystemDisabled);
	}
	let terms = ProgramTerms {
		system: record.system,
		hardware: record.hardware,
		work: record.work,
		public_inputs: record.public_inputs,
	};
	let min_fee = <Config as pallet_auctions::Config>::MinFee::get();
	let estimate = Auctions::estimate(&terms, work, level, lifetime).map_err(|error| {
		match (error, record.work) {
			(pallet_auctions::Error::WorkFixed, WorkModel::Fixed(work)) => {
				QuoteError::WorkFixed(work)
			}
			(pallet_auctions::Error::LifetimeOutOfRange, _) => QuoteError::DeadlineOutOfRange(
				<Config as pallet_auctions::Config>::MinLifetime::get(),
				<Config as pallet_auctions::Config>::MaxLifetime::get(),
			),
			_ => QuoteError::WorkNeeded,
		}
	})?;
	Ok(Quote {
		market: estimate.market,
		work: estimate.work,
		price: estimate.price,
		feasible_provers: estimate.feasible,
		min_fee,
		soft_deadline: estimate.soft_deadline,
		deadline: estimate.deadline,
	})
}

pub fn proof(task: TaskId) -> Option<ProofInfo<AccountId, BlockNumber>> {
	let data = pallet_settlement::Proofs::<Runtime>::get(task)?;
	let record = pallet_settlement::Outcomes::<Runtime>::get(task)?;
	let Outcome::Settled { prover, .. } = record.outcome else { return None };
	Some(ProofInfo {
		task,
		program: record.program,
		prover,
		verified_at: record.ended_at,
		retained_until: record.forget_at,
		data,
	})
}
