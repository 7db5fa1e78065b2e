// SPDX-License-Identifier: Apache-2.0
//! Quotes: the cost of a task now, for those who ask before they submit.

use crate::{AskOf, Asks, Config, Error, Offer, Pallet};
use alloc::vec::Vec;
use frame_support::{ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_mechanism::{quote_together, Demand, Supply, TeamQuote};
use proofyard_primitives::{
	traits::{ProgramTerms, Provers},
	Market, Redundancy, ServiceLevel,
};
use sp_runtime::traits::{One, Saturating};

/// Result of a clearing of one task alone, were there one now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Estimate<Balance, BlockNumber> {
	/// Market that the task would be in.
	pub market: Market,
	/// Its work.
	pub work: u64,
	/// Provers it would start with, and proofs it would take.
	pub redundancy: Redundancy,
	/// Least that each of its provers would be paid: the first rejected ask, or the lowest where nobody
	/// else could take it. `None` where too few could start it.
	pub price: Option<Balance>,
	/// Cost with all the provers it would start with, were its maximum high enough.
	pub cost: Option<Balance>,
	/// The lowest maximum fee with which it would be taken, if with fewer provers.
	pub least: Option<Balance>,
	/// Number of provers that could be its primary.
	pub feasible: u32,
	/// The block by which a first attempt would have to deliver.
	pub soft_deadline: BlockNumber,
	/// The deadline.
	pub deadline: BlockNumber,
}

impl<T: Config> Pallet<T> {
	/// Estimate a task of a program with these terms, submitted now and cleared in the next block.
	///
	/// # Errors
	/// [`Error::WorkNeeded`], [`Error::WorkFixed`], [`Error::LifetimeOutOfRange`],
	/// [`Error::BadRedundancy`].
	pub fn estimate(
		terms: &ProgramTerms,
		work: Option<u64>,
		level: ServiceLevel,
		lifetime: Option<u32>,
		redundancy: Redundancy,
	) -> Result<Estimate<T::Balance, BlockNumberFor<T>>, Error<T>> {
		let lifetime = lifetime.unwrap_or(T::DefaultLifetime::get());
		if !(T::MinLifetime::get()..=T::MaxLifetime::get()).contains(&lifetime) {
			return Err(Error::LifetimeOutOfRange);
		}
		ensure!(redundancy.is_valid(), Error::<T>::BadRedundancy);
		let work = Self::work_of(terms.work, work)?;
		let market =
			Market::of(terms.system, terms.hardware, work, level).ok_or(Error::<T>::WorkNeeded)?;
		let now = frame_system::Pallet::<T>::block_number();
		let deadline = now.saturating_add(lifetime.into());
		let level = level.terms();
		// What is submitted in one block is cleared in the next.
		let cleared_at = now.saturating_add(One::one());
		let soft_deadline = Self::soft_deadline(cleared_at, deadline, level);
		let demand = Demand {
			task: 0u64,
			work,
			max_fee: u128::MAX,
			time_ms: Self::millis(soft_deadline.saturating_sub(cleared_at)),
			late_ms: Self::millis(deadline.saturating_sub(soft_deadline)),
			standbys: level.standbys,
		};
		let supply: Vec<Supply<T::AccountId>> = Self::book(market, Self::seed(&market))
			.take(MAX_QUOTED)
			.filter_map(|prover| match Self::supply(&market, prover) {
				Offer::Open(supply) => Some(supply),
				Offer::Full(_) | Offer::Absent => None,
			})
			.collect();
		let Redundancy { needed, started } = redundancy;
		let TeamQuote { quote, cost } =
			quote_together(&demand, &supply, &Self::rules(level), needed, started);
		Ok(Estimate {
			market,
			work,
			redundancy,
			price: quote.price.map(Into::into),
			cost: cost.map(Into::into),
			least: quote.least.map(Into::into),
			feasible: quote.feasible,
			soft_deadline,
			deadline,
		})
	}

	/// The asks of a market, lowest first, with the lots in use: at most `limit` of them.
	pub fn asks_in(market: &Market, limit: usize) -> Vec<(T::AccountId, AskOf<T>, u32)> {
		let mut asks: Vec<_> = Asks::<T>::iter_prefix(market)
			.take(limit)
			.map(|(prover, ask)| {
				let in_use = T::Provers::lots_in_use(&prover, market);
				(prover, ask, in_use)
			})
			.collect();
		asks.sort_by_key(|(_, ask, _)| ask.terms.tick);
		asks
	}
}

/// Asks that a quote looks at, at most.
const MAX_QUOTED: usize = 256;
