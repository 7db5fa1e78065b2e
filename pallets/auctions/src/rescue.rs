// SPDX-License-Identifier: Apache-2.0
//! The second clearing: for live tasks whose provers failed them and that have no standby left.

use crate::{max_asks_read, Config, Event, Pallet, View, WeightInfo, MAX_RESCUES};
use alloc::vec::Vec;
use frame_support::weights::{Weight, WeightMeter};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_mechanism::{self as mechanism, Demand};
use proofyard_primitives::{
	traits::{Attestation, Provers},
	ServiceLevel, Standby, TaskId, Wanted,
};

type WantedOf<T> = Wanted<<T as frame_system::Config>::AccountId, <T as Config>::Balance>;

impl<T: Config> Pallet<T> {
	/// Look for one more prover for each live task that wants one, as far as the meter reaches and
	/// [`MAX_RESCUES`] allows.
	///
	/// Before the clearing of open tasks: these tasks were paid for, and have lost time already. What
	/// they take of the meter leaves the clearing its part.
	#[doc(hidden)]
	pub fn rescue(now: BlockNumberFor<T>, meter: &mut WeightMeter) {
		let cost = Self::rescue_weight();
		let room = (1..=MAX_RESCUES)
			.take_while(|count| meter.can_consume(cost.saturating_mul((*count).into())))
			.count() as u32;
		if room == 0 {
			return;
		}
		for wanted in T::Attestation::wanted(room) {
			// All that was asked for fits: fewer are named, and each looks at no more asks.
			let market = wanted.market;
			let done = Self::rescue_one(now, wanted);
			meter.consume(T::WeightInfo::rescue().saturating_add(Self::clear_weight(
				market.level,
				1,
				done.looked,
			)));
			for prover in done.full {
				if meter.try_consume(T::WeightInfo::leave()).is_ok() {
					Self::set_full(&market, &prover);
				}
			}
		}
	}

	/// Upper bound of the weight of one rescue.
	pub fn rescue_weight() -> Weight {
		T::WeightInfo::rescue().saturating_add(Self::clear_weight(
			ServiceLevel::Guaranteed,
			1,
			max_asks_read(1),
		))
	}

	/// Look for one more prover for this task.
	pub(crate) fn rescue_one(now: BlockNumberFor<T>, wanted: WantedOf<T>) -> Rescued<T::AccountId> {
		let Wanted { task, market, requester, work, most, time_ms, tried } = wanted;
		let demand = Demand { task, work, max_fee: most.into(), time_ms, late_ms: 0, standbys: 0 };
		let reached =
			Self::best_ask(&market).zip(demand.bid()).is_some_and(|(ask, bid)| ask <= bid);
		if !reached {
			return Rescued { looked: 0, full: Vec::new() };
		}
		let rules = Self::rules(market.level.terms());
		let view = View::<T>::new(market, max_asks_read(1));
		// Any prover will do that has not had its try: the set that an open task can be kept to has
		// served its turn when the task was assigned. But the bonds of those that failed are not to pay
		// the requester for its own task, and the asks of those that cannot win are not to set the price.
		let clearing = mechanism::clear(
			core::slice::from_ref(&demand),
			Self::book(market, Self::seed(&market))
				.take(max_asks_read(1) as usize)
				.filter(|prover| *prover != requester && !tried.contains(prover))
				.filter_map(|prover| view.look(prover)),
			&rules,
			|_: &TaskId, prover| view.admits(prover, &requester),
		);
		if let Some(found) = clearing.matches.into_iter().next() {
			let price: T::Balance = found.price.into();
			let bond: T::Balance = found.bond.into();
			let (prover, committed_ms) = (found.prover, found.committed_ms);
			if T::Provers::reserve(&prover, &market, bond, committed_ms).is_ok() {
				let standby = Standby { prover: prover.clone(), price, bond, committed_ms };
				if T::Attestation::engage(task, standby) {
					Self::change_ask(&market, &prover, |ask| ask.idle_since = now);
					Self::deposit_event(Event::RescueFound { task, prover, price });
				} else {
					Self::undo(&market, work, &prover, bond, committed_ms);
				}
			}
		}
		Rescued { looked: view.looked(), full: view.into_full() }
	}
}

/// Tally of what a rescue found of the asks it looked at.
pub(crate) struct Rescued<AccountId> {
	/// Asks it looked at.
	pub looked: u32,
	/// Those whose prover has no room.
	pub full: Vec<AccountId>,
}
