// SPDX-License-Identifier: Apache-2.0
//! Calls of provers: place asks, withdraw them, and choose whom they work for.

use crate::{
	Ask, AskCount, AskStatus, AskTerms, Asks, AsksOf, Blocked, BlockedCount, Config, EpochAgendaOf,
	Error, Event, Pallet, MAX_BLOCKED,
};
use frame_support::{ensure, pallet_prelude::*};
use proofyard_mechanism::Tick;
use proofyard_primitives::{epoch::next_epoch, traits::Provers, Market};
use sp_runtime::traits::Zero;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_place_ask(
		prover: T::AccountId,
		market: Market,
		price: T::Balance,
		lots: u32,
		speed: u64,
	) -> DispatchResult {
		ensure!(!price.is_zero(), Error::<T>::ZeroPrice);
		ensure!(lots > 0, Error::<T>::ZeroLots);
		ensure!(speed > 0, Error::<T>::ZeroSpeed);
		ensure!(market.bucket < 64, Error::<T>::BadMarket);
		let tick = Tick::at_least(price.into()).ok_or(Error::<T>::PriceAboveGrid)?;
		let capacity = T::Provers::capacity(&prover).ok_or(Error::<T>::NotProver)?;
		ensure!(capacity.hardware.covers(&market.hardware), Error::<T>::HardwareNotCovered);
		Self::ensure_calibrated(&prover, &market)?;

		let now = frame_system::Pallet::<T>::block_number();
		let next = next_epoch(now, T::AskEpoch::get());
		let wanted = AskTerms { tick: tick.index(), lots, speed };
		let mut ask = match Asks::<T>::get(market, &prover) {
			Some(ask) => ask,
			None => {
				Self::count_ask(&prover, &market)?;
				Ask { terms: wanted, status: AskStatus::Coming, next: None, idle_since: next }
			}
		};
		if let Some((_, at)) = ask.next.take() {
			EpochAgendaOf::<T>::cancel(at, (market, prover.clone()));
		}
		let coming = ask.status == AskStatus::Coming;
		if coming {
			if ask.terms.tick != wanted.tick {
				ask.idle_since = next;
			}
			ask.terms = wanted;
		} else {
			// Less counts at once, so that a prover that is going down is not assigned.
			ask.terms.lots = ask.terms.lots.min(lots);
			ask.terms.speed = ask.terms.speed.min(speed);
		}
		let mut from = now;
		if coming || ask.terms != wanted {
			from = EpochAgendaOf::<T>::schedule(next, (market, prover.clone()));
			ask.next = Some((wanted, from));
		}
		Asks::<T>::insert(market, &prover, ask);
		let price = tick.price().into();
		Self::deposit_event(Event::AskPlaced { prover, market, price, lots, speed, from });
		Ok(())
	}

	fn count_ask(prover: &T::AccountId, market: &Market) -> DispatchResult {
		AskCount::<T>::try_mutate(market, |count| -> DispatchResult {
			ensure!(*count < T::MaxAsksPerMarket::get(), Error::<T>::MarketFull);
			*count = count.saturating_add(1);
			Ok(())
		})?;
		T::Provers::ask_placed(prover)?;
		AsksOf::<T>::insert(prover, market, ());
		Ok(())
	}

	pub(crate) fn do_withdraw_ask(prover: T::AccountId, market: Market) -> DispatchResult {
		let ask = Asks::<T>::get(market, &prover).ok_or(Error::<T>::UnknownAsk)?;
		if let Some((_, at)) = ask.next {
			EpochAgendaOf::<T>::cancel(at, (market, prover.clone()));
		}
		Self::leave(&market, &prover, &ask);
		Asks::<T>::remove(market, &prover);
		AsksOf::<T>::remove(&prover, market);
		AskCount::<T>::mutate_exists(market, |count| {
			*count = count.take().and_then(|n| n.checked_sub(1)).filter(|n| *n > 0);
		});
		T::Provers::ask_withdrawn(&prover);
		Self::deposit_event(Event::AskWithdrawn { prover, market });
		Ok(())
	}

	pub(crate) fn do_set_blocked(
		prover: T::AccountId,
		requester: T::AccountId,
		blocked: bool,
	) -> DispatchResult {
		// One that has left may still clear its list.
		ensure!(!blocked || T::Provers::capacity(&prover).is_some(), Error::<T>::NotProver);
		let is_blocked = Blocked::<T>::contains_key(&prover, &requester);
		ensure!(is_blocked != blocked, Error::<T>::NothingToChange);
		BlockedCount::<T>::try_mutate_exists(&prover, |count| -> DispatchResult {
			let before = count.take().unwrap_or(0);
			ensure!(!blocked || before < MAX_BLOCKED, Error::<T>::TooManyBlocked);
			let after = if blocked { before.saturating_add(1) } else { before.saturating_sub(1) };
			*count = Some(after).filter(|count| *count > 0);
			Ok(())
		})?;
		if blocked {
			Blocked::<T>::insert(&prover, &requester, ());
		} else {
			Blocked::<T>::remove(&prover, &requester);
		}
		Self::deposit_event(Event::BlockListChanged { prover, requester, blocked });
		Ok(())
	}
}
