// SPDX-License-Identifier: Apache-2.0
//! What a task would cost now, for those who ask before they submit.

use crate::*;
use alloc::vec::Vec;
use frame_support::traits::Get;
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_mechanism::{quote, Supply};
use proofyard_primitives::{
	traits::{ProgramTerms, Provers},
	Market, ServiceLevel,
};
use sp_runtime::traits::{One, Saturating};

/// What a clearing of one task alone would come to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Estimate<Balance, BlockNumber> {
	/// Where it would be auctioned.
	pub market: Market,
	/// Its work.
	pub work: u64,
	/// What it would pay: the first rejected ask, or the lowest where nobody else could take it.
	pub price: Option<Balance>,
	/// The lowest maximum with which it would be taken.
	pub least: Option<Balance>,
	/// How many could.
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
	/// [`Error::WorkNeeded`], [`Error::WorkFixed`], [`Error::LifetimeOutOfRange`].
	pub fn estimate(
		terms: &ProgramTerms,
		work: Option<u64>,
		level: ServiceLevel,
		lifetime: Option<u32>,
	) -> Result<Estimate<T::Balance, BlockNumberFor<T>>, Error<T>> {
		let lifetime = lifetime.unwrap_or(T::DefaultLifetime::get());
		if !(T::MinLifetime::get()..=T::MaxLifetime::get()).contains(&lifetime) {
			return Err(Error::LifetimeOutOfRange);
		}
		let work = Self::work_of(terms.work, work)?;
		let market =
			Market::of(terms.system, terms.hardware, work, level).ok_or(Error::<T>::WorkNeeded)?;
		let now = frame_system::Pallet::<T>::block_number();
		let deadline = now.saturating_add(lifetime.into());
		let level = LevelTerms::of(level);
		// What is submitted in one block is cleared in the next.
		let cleared_at = now.saturating_add(One::one());
		let demand = Self::demand(cleared_at, 0, work, u128::MAX.into(), deadline, level);
		let supply: Vec<Supply<T::AccountId>> = Self::book(market, Self::seed(&market))
			.take(MAX_QUOTED)
			.filter_map(|prover| match Self::supply(&market, prover) {
				Standing::Room(supply) => Some(supply),
				Standing::Full(_) | Standing::No => None,
			})
			.collect();
		let quote = quote(&demand, &supply, &level.rules(T::BondBase::get().into()));
		Ok(Estimate {
			market,
			work,
			price: quote.price.map(Into::into),
			least: quote.least.map(Into::into),
			feasible: quote.feasible,
			soft_deadline: Self::soft_deadline(cleared_at, deadline, level),
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
