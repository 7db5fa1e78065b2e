// SPDX-License-Identifier: Apache-2.0
//! Views of clearings: asks with the room of their provers, and whom these work for.

use crate::{AskStatus, Asks, Blocked, BlockedCount, Config, Pallet};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use core::cell::{Cell, RefCell};
use frame_support::traits::Get;
use proofyard_mechanism::Supply;
use proofyard_primitives::{traits::Provers, Market, ServiceLevel};
use sp_runtime::traits::Saturating;

/// Offer that a clearing finds behind an ask.
pub(crate) enum Offer<AccountId> {
	/// Its prover may take something on.
	Open(Supply<AccountId>),
	/// Its prover has room for nothing, or may not take on tasks of this level.
	Full(AccountId),
	/// It does not stand: coming, full already, or its prover is gone.
	Absent,
}

impl<T: Config> Pallet<T> {
	/// The ask of a prover as the mechanism sees it: with what the prover can still take on.
	pub(crate) fn supply(market: &Market, prover: T::AccountId) -> Offer<T::AccountId> {
		let Some(ask) = Asks::<T>::get(market, &prover) else { return Offer::Absent };
		if !matches!(ask.status, AskStatus::Book(_)) {
			return Offer::Absent;
		}
		let Some(capacity) = T::Provers::capacity(&prover) else { return Offer::Absent };
		let in_use = T::Provers::lots_in_use(&prover, market);
		let supply = Supply {
			tick: ask.terms.tick(),
			speed: Self::capped_speed(&prover, market, ask.terms.speed),
			free_lots: ask.terms.lots.saturating_sub(in_use),
			free_slots: capacity.free_slots,
			free_stake: capacity.free_stake.into(),
			committed_ms: capacity.committed_ms,
			idle_ms: Self::millis(
				frame_system::Pallet::<T>::block_number().saturating_sub(ask.idle_since),
			),
			prover,
		};
		let has_room = supply.free_lots > 0
			&& supply.free_slots > 0
			&& supply.free_stake >= T::BondBase::get().into()
			&& capacity.hardware.covers(&market.hardware)
			&& Self::is_admitted(&supply.prover, market);
		if has_room {
			Offer::Open(supply)
		} else {
			Offer::Full(supply.prover)
		}
	}

	/// Whether a prover's record lets it take tasks of this market on.
	pub(crate) fn is_admitted(prover: &T::AccountId, market: &Market) -> bool {
		market.level != ServiceLevel::Guaranteed || T::Provers::is_reliable(prover, market.system)
	}

	/// The speed a prover declares, no higher than what it has shown.
	pub(crate) fn capped_speed(prover: &T::AccountId, market: &Market, declared: u64) -> u64 {
		T::Provers::confirmed_speed(prover, market.speed_class())
			.map_or(declared, |confirmed| declared.min(confirmed))
	}
}

/// The asks of a market as one clearing sees them. Notes what it finds.
pub(crate) struct View<T: Config> {
	market: Market,
	/// Pairs of a prover and a requester that are read at most.
	most_pairs: usize,
	looked: Cell<u32>,
	full: RefCell<Vec<T::AccountId>>,
	/// Provers that keep requesters off, and the pairs that were asked for.
	with_block_list: RefCell<BTreeSet<T::AccountId>>,
	pairs: RefCell<BTreeMap<(T::AccountId, T::AccountId), bool>>,
}

impl<T: Config> View<T> {
	pub(crate) fn new(market: Market, most_pairs: u32) -> Self {
		Self {
			market,
			most_pairs: most_pairs as usize,
			looked: Cell::new(0),
			full: RefCell::default(),
			with_block_list: RefCell::default(),
			pairs: RefCell::default(),
		}
	}

	/// Look at the ask of a prover.
	pub(crate) fn look(&self, prover: T::AccountId) -> Option<Supply<T::AccountId>> {
		self.looked.set(self.looked.get().saturating_add(1));
		match Pallet::<T>::supply(&self.market, prover) {
			Offer::Open(supply) => {
				if BlockedCount::<T>::contains_key(&supply.prover) {
					self.with_block_list.borrow_mut().insert(supply.prover.clone());
				}
				Some(supply)
			}
			Offer::Full(prover) => {
				self.full.borrow_mut().push(prover);
				None
			}
			Offer::Absent => None,
		}
	}

	/// Whether a prover works for this requester.
	pub(crate) fn admits(&self, prover: &T::AccountId, requester: &T::AccountId) -> bool {
		if !self.with_block_list.borrow().contains(prover) {
			return true;
		}
		let mut pairs = self.pairs.borrow_mut();
		// Each pair is read once, and not more pairs than asks: what is beyond waits.
		let spent = pairs.len() >= self.most_pairs;
		let pair = (prover.clone(), requester.clone());
		match pairs.get(&pair) {
			Some(admitted) => *admitted,
			None if spent => false,
			None => {
				let admitted = !Blocked::<T>::contains_key(prover, requester);
				pairs.insert(pair, admitted);
				admitted
			}
		}
	}

	/// Number of asks that were looked at.
	pub(crate) fn looked(&self) -> u32 {
		self.looked.get()
	}

	/// The provers that were found full.
	pub(crate) fn into_full(self) -> Vec<T::AccountId> {
		self.full.into_inner()
	}
}
