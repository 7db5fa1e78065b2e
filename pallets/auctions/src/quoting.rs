// SPDX-License-Identifier: Apache-2.0
//! What a task would cost now, for those who ask before they submit.

use crate::*;
use frame_support::traits::Get;
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_mechanism::best_offer;
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
	/// The lowest price at which a prover could take it.
	pub price: Option<Balance>,
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
		let (price, feasible) =
			best_offer(&demand, &Self::supply(&market), Self::bond_terms(level));
		Ok(Estimate {
			market,
			work,
			price: price.map(Into::into),
			feasible,
			soft_deadline: Self::soft_deadline(cleared_at, deadline, level),
			deadline,
		})
	}

	/// The asks of a market, cheapest first.
	pub fn asks_in(market: &Market) -> alloc::vec::Vec<(T::AccountId, Ask<T::Balance>, u32)> {
		let mut asks: alloc::vec::Vec<_> = Asks::<T>::iter_prefix(market)
			.map(|(prover, ask)| {
				let in_use = T::Provers::lots_in_use(&prover, market);
				(prover, ask, in_use)
			})
			.collect();
		asks.sort_by_key(|(_, ask, _)| ask.price);
		asks
	}
}
