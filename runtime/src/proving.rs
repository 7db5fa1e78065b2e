// SPDX-License-Identifier: Apache-2.0
//! The answers behind the `proving_` JSON-RPC methods, put together from the pallets' state.

use crate::*;
use alloc::string::String;
use frame_support::traits::Get;
use pallet_auctions::{AskOf, AskStatus};
use proofyard_api as api;
use proofyard_mechanism::{
	level::{PREMIUM_PERCENT, SPREAD_PERCENT},
	Bitmap, Tick,
};
use proofyard_primitives::{
	traits::ProgramTerms, HardwareClass, Market, ProgramId, ProofSystem, Redundancy, ServiceLevel,
	WorkModel,
};

mod provers;
mod tasks;

use provers::measured;
pub use provers::{delegation, prover};
pub use tasks::{proof, proofs, task, tasks};

/// Most asks of a market that are listed.
const MAX_ASKS_LISTED: usize = 1_000;

pub fn program(id: ProgramId) -> Option<api::Program> {
	let record = pallet_programs::Programs::<Runtime>::get(id)?;
	let artifacts = record
		.artifacts
		.into_iter()
		.map(|artifact| api::Artifact {
			role: artifact.role,
			locators: artifact
				.data
				.locators
				.iter()
				.map(|locator| String::from_utf8_lossy(locator).into_owned())
				.collect(),
			sha256: artifact.data.sha256,
			size: artifact.data.size,
		})
		.collect();
	Some(api::Program {
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

pub fn proof_systems() -> Vec<api::System> {
	let of = |system| {
		let versions =
			pallet_programs::Versions::<Runtime>::iter_prefix(system).map(|(selector, record)| {
				api::Version {
					// Printable ASCII only.
					version: String::from_utf8_lossy(&record.version).into_owned(),
					selector: api::Selector(selector),
					enabled: record.enabled,
				}
			});
		let mut versions: Vec<_> = versions.collect();
		versions.sort_by(|a, b| a.version.cmp(&b.version));
		api::System { system, enabled: is_enabled(system), versions }
	};
	ProofSystem::ALL.into_iter().map(of).collect()
}

fn is_enabled(system: ProofSystem) -> bool {
	!pallet_programs::DisabledSystems::<Runtime>::contains_key(system)
}

/// The price of a tick by its index. Only ticks of the grid are ever stored.
fn price(tick: u16) -> Balance {
	Tick::new(tick).unwrap_or(Tick::MAX).price()
}

fn ask_terms(terms: pallet_auctions::AskTerms) -> api::AskTerms {
	api::AskTerms { price: price(terms.tick), lots: terms.lots, speed: terms.speed }
}

fn ask_info(prover: AccountId, market: Market, ask: AskOf<Runtime>) -> api::Ask {
	api::Ask {
		lots_in_use: pallet_provers::LotsInUse::<Runtime>::get(&prover, market),
		confirmed_speed: pallet_provers::Speeds::<Runtime>::get(&prover, market.speed_class())
			.and_then(|record| measured(record.confirmed)),
		terms: ask_terms(ask.terms),
		status: match ask.status {
			AskStatus::Coming => api::AskStatus::Coming,
			AskStatus::Book(_) => api::AskStatus::Standing,
			AskStatus::Full => api::AskStatus::Full,
		},
		pending: ask.next.map(|(terms, from)| api::PendingAsk { terms: ask_terms(terms), from }),
		prover,
		market,
	}
}

pub fn market(market: Market) -> api::MarketState {
	let ask_of = |prover: AccountId| {
		let ask = pallet_auctions::Asks::<Runtime>::get(market, &prover)?;
		Some(ask_info(prover, market, ask))
	};
	let mut asks: Vec<_> = standing(market).take(MAX_ASKS_LISTED).filter_map(ask_of).collect();
	let room = MAX_ASKS_LISTED.saturating_sub(asks.len());
	if room > 0 {
		let others = pallet_auctions::Asks::<Runtime>::iter_prefix(market)
			.take(MAX_ASKS_LISTED)
			.filter(|(_, ask)| !matches!(ask.status, pallet_auctions::AskStatus::Book(_)))
			.take(room)
			.map(|(prover, ask)| ask_info(prover, market, ask));
		asks.extend(others);
		asks.sort_by_key(|ask| ask.terms.price);
	}
	api::MarketState {
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
	let grid = Bitmap::from(pallet_auctions::TickBitmaps::<Runtime>::get(market));
	core::iter::successors(grid.first(), move |tick| grid.next_after(*tick)).flat_map(move |tick| {
		let count = pallet_auctions::TickCounts::<Runtime>::get(market, tick.index());
		(0..count).filter_map(move |place| {
			pallet_auctions::TickAsks::<Runtime>::get((market, tick.index(), place))
		})
	})
}

pub fn clearing(market: Market) -> Option<(BlockNumber, api::Clearings)> {
	let last = pallet_auctions::Clearings::<Runtime>::get(market)?;
	let clearings = api::Clearings {
		seed: last.seed,
		spread_percent: SPREAD_PERCENT,
		premium_percent: PREMIUM_PERCENT,
		clearings: last.clearings.into_iter().map(Into::into).collect(),
	};
	Some((last.at, clearings))
}

pub fn reference(system: ProofSystem, hardware: HardwareClass) -> Option<api::Reference> {
	let reference = pallet_auctions::References::<Runtime>::get(system, hardware)?;
	Some(api::Reference {
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
	redundancy: Option<Redundancy>,
) -> Result<api::Quote, api::QuoteError> {
	use api::QuoteError;
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
	let redundancy = redundancy.unwrap_or(Redundancy::of(level));
	let refused = |error| match (error, record.work) {
		(pallet_auctions::Error::WorkFixed, WorkModel::Fixed(work)) => QuoteError::WorkFixed(work),
		(pallet_auctions::Error::LifetimeOutOfRange, _) => QuoteError::DeadlineOutOfRange(
			<Config as pallet_auctions::Config>::MinLifetime::get(),
			<Config as pallet_auctions::Config>::MaxLifetime::get(),
		),
		(pallet_auctions::Error::BadRedundancy, _) => QuoteError::BadRedundancy(Redundancy::MAX),
		_ => QuoteError::WorkNeeded,
	};
	let estimate =
		Auctions::estimate(&terms, work, level, lifetime, redundancy).map_err(refused)?;
	Ok(api::Quote {
		market: estimate.market,
		work: estimate.work,
		redundancy: estimate.redundancy,
		price: estimate.price,
		cost: estimate.cost,
		least: estimate.least,
		feasible_provers: estimate.feasible,
		min_fee,
		soft_deadline: estimate.soft_deadline,
		deadline: estimate.deadline,
	})
}

pub fn fees() -> api::Fees {
	let terms = pallet_settlement::Fees::<Runtime>::get();
	let max_fee = <Runtime as pallet_settlement::Config>::MaxFee::get();
	api::Fees::new(terms.fee, terms.author, terms.treasury, max_fee)
}
