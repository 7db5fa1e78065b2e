// SPDX-License-Identifier: Apache-2.0
//! The book of a market: which asks stand at which tick.
//!
//! Each tick is a dense list (place → prover) with its length, and a bitmap says which ticks have
//! any: insert, remove and best touch a fixed number of storage items however many asks there are.
//! Only asks whose prover may have room are in the book; what a clearing finds full leaves it until
//! the prover has room again.

use crate::{
	AskOf, AskStatus, AskTerms, Asks, Config, EpochCursor, EpochItems, FullAsks, Grid, Pallet,
	TickAsks, TickBitmaps, TickCounts, WeightInfo,
};
use frame_support::{defensive, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_mechanism::{order, Bitmap, Tick};
use proofyard_primitives::{epoch::next_epoch, traits::Provers, Market};

impl<T: Config> Pallet<T> {
	/// The lowest ask of a market.
	pub fn best_ask(market: &Market) -> Option<Tick> {
		Bitmap::from(TickBitmaps::<T>::get(market)).first()
	}

	/// The provers in the book of a market, lowest ask first, equal ones in an order drawn from
	/// `seed`. Lazy: reads what is taken.
	pub fn book(market: Market, seed: u64) -> impl Iterator<Item = T::AccountId> {
		let grid = Bitmap::from(TickBitmaps::<T>::get(market));
		let first = grid.first();
		core::iter::successors(first, move |tick| grid.next_after(*tick)).flat_map(move |tick| {
			let count = TickCounts::<T>::get(market, tick.index());
			order(count, seed ^ u64::from(tick.index()))
				.filter_map(move |place| TickAsks::<T>::get((market, tick.index(), place)))
		})
	}

	/// Put an ask into the book, at its terms.
	pub(crate) fn enter(market: &Market, prover: &T::AccountId, ask: &mut AskOf<T>) {
		let tick = ask.terms.tick;
		let place = TickCounts::<T>::get(market, tick);
		TickAsks::<T>::insert((market, tick, place), prover);
		TickCounts::<T>::insert(market, tick, place.saturating_add(1));
		if place == 0 {
			Self::mark(market, ask.terms.tick(), true);
		}
		ask.status = AskStatus::Book(place);
	}

	/// Take an ask from wherever the clearing would find it.
	pub(crate) fn leave(market: &Market, prover: &T::AccountId, ask: &AskOf<T>) {
		match ask.status {
			AskStatus::Coming => {}
			AskStatus::Full => FullAsks::<T>::remove(prover, market),
			AskStatus::Book(place) => Self::leave_book(market, ask.terms, place),
		}
	}

	fn leave_book(market: &Market, terms: AskTerms, place: u32) {
		let tick = terms.tick;
		let Some(last) = TickCounts::<T>::get(market, tick).checked_sub(1) else {
			defensive!("an ask in the book is at its tick");
			return;
		};
		// The last of the tick takes the place: no gap, whatever leaves.
		let moved = TickAsks::<T>::take((market, tick, last));
		if place != last {
			if let Some(moved) = moved {
				TickAsks::<T>::insert((market, tick, place), &moved);
				Self::change_ask(market, &moved, |ask| ask.status = AskStatus::Book(place));
			} else {
				defensive!("a tick has an ask at each place");
			}
		}
		if last == 0 {
			TickCounts::<T>::remove(market, tick);
			Self::mark(market, terms.tick(), false);
		} else {
			TickCounts::<T>::insert(market, tick, last);
		}
	}

	fn mark(market: &Market, tick: Tick, present: bool) {
		let mut grid = Bitmap::from(TickBitmaps::<T>::get(market));
		if present {
			grid.insert(tick);
		} else {
			grid.remove(tick);
		}
		if grid.is_empty() {
			TickBitmaps::<T>::remove(market);
		} else {
			TickBitmaps::<T>::insert(market, Grid::from(grid));
		}
	}

	pub(crate) fn change_ask(
		market: &Market,
		prover: &T::AccountId,
		change: impl FnOnce(&mut AskOf<T>),
	) {
		Asks::<T>::mutate_exists(market, prover, |ask| {
			if let Some(ask) = ask {
				change(ask);
			} else {
				defensive!("what is in the book, or full, is an ask");
			}
		});
	}

	/// Take the ask of a prover without room out of the book until it has some.
	pub(crate) fn set_full(market: &Market, prover: &T::AccountId) {
		Self::change_ask(market, prover, |ask| {
			if let AskStatus::Book(place) = ask.status {
				Self::leave_book(market, ask.terms, place);
				ask.status = AskStatus::Full;
				FullAsks::<T>::insert(prover, market, ());
			}
		});
	}

	/// Take an ask out of the book until the next epoch. What is at the lowest ticks and serves
	/// nothing would otherwise keep the asks behind it from being looked at.
	pub(crate) fn rest(market: &Market, prover: &T::AccountId) {
		Self::change_ask(market, prover, |ask| {
			if let AskStatus::Book(place) = ask.status {
				Self::leave_book(market, ask.terms, place);
				ask.status = AskStatus::Coming;
				if ask.next.is_none() {
					let now = frame_system::Pallet::<T>::block_number();
					let at = next_epoch(now, T::AskEpoch::get());
					let at = EpochAgendaOf::<T>::schedule(at, (*market, prover.clone()));
					ask.next = Some((ask.terms, at));
				}
			}
		});
	}

	/// Put the asks of a prover that has room again back into their books. Returns how many.
	pub(crate) fn set_free(prover: &T::AccountId) -> u32 {
		let mut count = 0;
		// Bounded by the asks of a prover.
		for (market, ()) in FullAsks::<T>::drain_prefix(prover) {
			count += 1;
			Self::change_ask(&market, prover, |ask| {
				ask.idle_since = frame_system::Pallet::<T>::block_number();
				Self::enter(&market, prover, ask);
			});
		}
		count
	}

	/// An epoch began: the change of an ask counts.
	pub(crate) fn activate((market, prover): (Market, T::AccountId)) {
		let Some(mut ask) = Asks::<T>::get(market, &prover) else {
			defensive!("an agenda entry belongs to an ask");
			return;
		};
		if let Some((terms, _)) = ask.next.take() {
			Self::leave(&market, &prover, &ask);
			// What comes back from a rest at the same price was idle all the time.
			if ask.status == AskStatus::Full || ask.terms.tick != terms.tick {
				ask.idle_since = frame_system::Pallet::<T>::block_number();
			}
			ask.terms = terms;
			Self::enter(&market, &prover, &mut ask);
			Asks::<T>::insert(market, &prover, ask);
		}
	}

	/// Put back what has room again, as far as the meter reaches.
	pub(crate) fn serve_freed(meter: &mut frame_support::weights::WeightMeter) {
		while meter.can_consume(T::WeightInfo::set_free(T::MaxAsks::get())) {
			let freed = T::Provers::take_freed(1);
			let count = freed.first().map_or(0, Self::set_free);
			meter.consume(T::WeightInfo::set_free(count));
			if freed.is_empty() {
				break;
			}
		}
	}
}

/// The agenda of changes of asks.
pub type EpochAgendaOf<T> = proofyard_agenda::Agenda<
	BlockNumberFor<T>,
	(Market, <T as frame_system::Config>::AccountId),
	EpochItems<T>,
	EpochCursor<T>,
>;
