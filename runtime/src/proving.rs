// SPDX-License-Identifier: Apache-2.0
//! The answers behind the `proving_` JSON-RPC methods, put together from the pallets' state.

use crate::*;
use alloc::string::String;
use frame_support::traits::Get;
use pallet_auctions::{AskOf, AsksOf, Place};
use proofyard_mechanism::{Bitmap, Tick};
use proofyard_primitives::{
	traits::{Escrow, ProgramTerms},
	HardwareClass, Market, Outcome, ProgramId, ProofSystem, ServiceLevel, TaskId, WorkModel,
};
use proofyard_runtime_api::*;

/// Most tasks in one page.
const MAX_PAGE: u32 = 100;
/// Most tasks that one listing looks at.
const MAX_SCAN: u64 = 1_000;
/// Most asks of a market that are listed.
const MAX_ASKS_LISTED: usize = 1_000;

type Info = TaskInfo<AccountId, Balance, BlockNumber>;
type AskInfoOf = AskInfo<AccountId, Balance, BlockNumber>;
type State = TaskState<AccountId, Balance, BlockNumber>;

pub fn task(id: TaskId) -> Option<Info> {
	open_task(id).or_else(|| live_task(id)).or_else(|| ended_task(id))
}

fn open_task(id: TaskId) -> Option<Info> {
	let open = pallet_auctions::OpenTasks::<Runtime>::get(id)?;
	let bidding = open.bidding.map(|bidding| BiddingInfo {
		commit_until: bidding.commit_until,
		reveal_until: bidding.reveal_until,
		// Bounded by the bids of a task.
		bids: pallet_auctions::Bids::<Runtime>::iter_prefix(id)
			.map(|(prover, bid)| BidInfo {
				prover,
				commitment: bid.commitment.0,
				revealed: bid.revealed.map(|(price, speed)| RevealedBid { price, speed }),
			})
			.collect(),
	});
	Some(of_spec(id, open.spec, TaskState::Open { provers: open.provers.into_inner(), bidding }))
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
		standbys: assignment
			.standbys
			.into_iter()
			.map(|standby| StandbyInfo { prover: standby.prover, price: standby.price })
			.collect(),
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
		kind: spec.kind,
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
	let assigned_at = record.assigned_at.unwrap_or(at);
	let state = match record.outcome {
		Outcome::Settled { prover, paid } => TaskState::Settled { prover, paid, assigned_at, at },
		Outcome::Expired => TaskState::Expired { at },
		Outcome::Cancelled => TaskState::Cancelled { at },
		Outcome::Failed { prover, reason, compensation, slashed } => {
			TaskState::Failed { prover, reason, compensation, slashed, assigned_at, at }
		}
	};
	Some(TaskInfo {
		id,
		requester: record.requester,
		program: record.program,
		market: record.market,
		kind: record.kind,
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
	let prover = info.state.prover();
	let state = match filter.state {
		None => true,
		Some(StateFilter::Open) => matches!(info.state, TaskState::Open { .. }),
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

fn is_enabled(system: ProofSystem) -> bool {
	!pallet_programs::DisabledSystems::<Runtime>::contains_key(system)
}

/// The price of a tick by its index. Only ticks of the grid are ever stored.
fn price(tick: u16) -> Balance {
	Tick::new(tick).unwrap_or(Tick::MAX).price()
}

fn ask_terms(terms: pallet_auctions::AskTerms) -> AskTerms<Balance> {
	AskTerms { price: price(terms.tick), lots: terms.lots, speed: terms.speed }
}

fn ask_info(prover: AccountId, market: Market, ask: AskOf<Runtime>) -> AskInfoOf {
	AskInfo {
		lots_in_use: pallet_provers::LotsInUse::<Runtime>::get(&prover, market),
		confirmed_speed: pallet_provers::Speeds::<Runtime>::get(&prover, market.speed_class())
			.and_then(|record| measured(record.confirmed)),
		terms: ask_terms(ask.terms),
		status: match ask.place {
			Place::Coming => AskStatus::Coming,
			Place::Book(_) => AskStatus::Standing,
			Place::Full => AskStatus::Full,
		},
		pending: ask.next.map(|(terms, from)| (ask_terms(terms), from)),
		prover,
		market,
	}
}

/// A confirmed speed that caps something.
fn measured(speed: u64) -> Option<u64> {
	Some(speed).filter(|speed| *speed != pallet_provers::UNMEASURABLE)
}

pub fn prover(account: AccountId) -> Option<ProverInfo<AccountId, Balance, BlockNumber>> {
	let record = pallet_provers::Provers::<Runtime>::get(&account)?;
	let asks = AsksOf::<Runtime>::iter_key_prefix(&account)
		.filter_map(|market| {
			let ask = pallet_auctions::Asks::<Runtime>::get(market, &account)?;
			Some(ask_info(account.clone(), market, ask))
		})
		.collect();
	let speeds = pallet_provers::Speeds::<Runtime>::iter_prefix(&account)
		.map(|(class, record)| SpeedInfo {
			system: class.system,
			size: class.size,
			confirmed: measured(record.confirmed),
			samples: record.samples,
		})
		.collect();
	let calibrations = pallet_provers::Calibrations::<Runtime>::iter_prefix(&account)
		.map(|((system, hardware), proven)| CalibrationInfo { system, hardware, proven })
		.collect();
	let now = System::block_number();
	let pause = record.is_paused(now).then(|| match record.resumes_at(now) {
		Some(block) => PauseInfo::ResumesAt(block),
		None => PauseInfo::UntilResumed,
	});
	Some(ProverInfo {
		session_key: sp_core::sr25519::Public::from(record.session_key).0,
		hardware: record.hardware,
		slots: record.slots,
		live_tasks: record.live,
		stake: record.stake,
		reserved: record.reserved,
		unbonding: record.unbonding.map(|unbonding| (unbonding.amount, unbonding.available_at)),
		pause,
		verified: record.verified,
		defaulted: record.defaulted,
		speeds,
		calibrations,
		blocked: pallet_auctions::BlockedCount::<Runtime>::get(&account),
		registered_at: record.registered_at,
		asks,
		account,
	})
}

pub fn market(market: Market) -> MarketInfo<AccountId, Balance, BlockNumber> {
	let ask_of = |prover: AccountId| {
		let ask = pallet_auctions::Asks::<Runtime>::get(market, &prover)?;
		Some(ask_info(prover, market, ask))
	};
	let mut asks: Vec<_> = standing(market).take(MAX_ASKS_LISTED).filter_map(ask_of).collect();
	let room = MAX_ASKS_LISTED.saturating_sub(asks.len());
	if room > 0 {
		let others = pallet_auctions::Asks::<Runtime>::iter_prefix(market)
			.take(MAX_ASKS_LISTED)
			.filter(|(_, ask)| !matches!(ask.place, Place::Book(_)))
			.take(room)
			.map(|(prover, ask)| ask_info(prover, market, ask));
		asks.extend(others);
		asks.sort_by_key(|ask| ask.terms.price);
	}
	MarketInfo {
		market,
		asks,
		ask_count: pallet_auctions::AskCount::<Runtime>::get(market),
		best_ask: Auctions::best_ask(&market).map(Tick::price),
		waiting: pallet_auctions::Waiting::<Runtime>::get(market),
		cleared_at: pallet_auctions::Clearings::<Runtime>::get(market).map(|clearing| clearing.at),
	}
}

/// The provers whose asks stand in the book of a market, lowest first. Lazy: reads what is taken.
fn standing(market: Market) -> impl Iterator<Item = AccountId> {
	let grid = Bitmap::from(pallet_auctions::Grids::<Runtime>::get(market));
	core::iter::successors(grid.first(), move |tick| grid.next_after(*tick)).flat_map(move |tick| {
		let count = pallet_auctions::Levels::<Runtime>::get(market, tick.index());
		(0..count).filter_map(move |place| {
			pallet_auctions::Places::<Runtime>::get((market, tick.index(), place))
		})
	})
}

pub fn clearing(market: Market) -> Option<MarketClearingInfo<AccountId, Balance, BlockNumber>> {
	let last = pallet_auctions::Clearings::<Runtime>::get(market)?;
	Some(MarketClearingInfo {
		at: last.at,
		seed: last.seed,
		spread_percent: pallet_auctions::SPREAD_PERCENT,
		premium_percent: pallet_auctions::PREMIUM_PERCENT,
		clearings: last.clearings.into_iter().map(clearing_info).collect(),
	})
}

fn clearing_info(
	record: pallet_auctions::ClearingRecord<AccountId, Balance>,
) -> ClearingInfo<AccountId, Balance> {
	ClearingInfo {
		tasks: record.tasks,
		crossing: record.crossing,
		cap: record.cap,
		batches: record
			.batches
			.into_iter()
			.map(|batch| BatchInfo {
				price: batch.price,
				tasks: batch.tasks,
				marginal: batch.marginal,
				lowest_maximum: batch.lowest_maximum,
				rejected: batch.rejected,
			})
			.collect(),
		asks: record
			.asks
			.into_iter()
			.map(|ask| LookedInfo {
				prover: ask.prover,
				price: ask.ask,
				lots: ask.lots,
				won: ask.won,
				standby: ask.standby,
				unfunded: ask.unfunded,
			})
			.collect(),
		matches: record
			.matches
			.into_iter()
			.map(|found| MatchInfo {
				task: found.task,
				prover: found.prover,
				price: found.price,
				bond: found.bond,
				standbys: found.standbys,
			})
			.collect(),
	}
}

pub fn reference(system: ProofSystem, hardware: HardwareClass) -> Option<ReferenceInfo> {
	let reference = pallet_auctions::References::<Runtime>::get(system, hardware)?;
	Some(ReferenceInfo {
		program: reference.program,
		work: reference.work,
		input: reference.input.into_inner(),
		challenge_at: reference.challenge_at,
		challenge_input: reference.challenge_input,
		proofs: reference.proofs,
		blocks: reference.blocks,
	})
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
		least: estimate.least,
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
