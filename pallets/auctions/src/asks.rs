// SPDX-License-Identifier: Apache-2.0
//! What provers do: place asks and withdraw them.

use crate::*;
use frame_support::{ensure, pallet_prelude::*};
use proofyard_primitives::{traits::Provers, Market};
use sp_runtime::traits::Zero;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_place_ask(
		prover: T::AccountId,
		market: Market,
		ask: Ask<T::Balance>,
	) -> DispatchResult {
		ensure!(!ask.price.is_zero(), Error::<T>::ZeroPrice);
		ensure!(ask.lots > 0, Error::<T>::ZeroLots);
		ensure!(ask.speed > 0, Error::<T>::ZeroSpeed);
		ensure!(market.bucket < 64, Error::<T>::BadMarket);
		let capacity = T::Provers::capacity(&prover).ok_or(Error::<T>::NotProver)?;
		ensure!(capacity.hardware.covers(&market.hardware), Error::<T>::HardwareNotCovered);
		if !Asks::<T>::contains_key(market, &prover) {
			AskCount::<T>::try_mutate(market, |count| -> DispatchResult {
				ensure!(*count < T::MaxAsksPerMarket::get(), Error::<T>::MarketFull);
				*count = count.saturating_add(1);
				Ok(())
			})?;
			T::Provers::ask_placed(&prover)?;
			AsksOf::<T>::insert(&prover, market, ());
		}
		Asks::<T>::insert(market, &prover, &ask);
		let Ask { price, lots, speed } = ask;
		Self::deposit_event(Event::AskPlaced { prover, market, price, lots, speed });
		Ok(())
	}

	pub(crate) fn do_withdraw_ask(prover: T::AccountId, market: Market) -> DispatchResult {
		ensure!(Asks::<T>::take(market, &prover).is_some(), Error::<T>::UnknownAsk);
		AsksOf::<T>::remove(&prover, market);
		AskCount::<T>::mutate_exists(market, |count| {
			*count = count.take().and_then(|n| n.checked_sub(1)).filter(|n| *n > 0);
		});
		T::Provers::ask_withdrawn(&prover);
		Self::deposit_event(Event::AskWithdrawn { prover, market });
		Ok(())
	}
}
