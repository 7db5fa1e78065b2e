// SPDX-License-Identifier: Apache-2.0
//! Sealed bids, for tasks too large or odd for a market: commit, reveal, and the lowest price wins
//! and is paid the second lowest.

use crate::{
	Award, AwardOf, Bid, Bidding, Bids, Config, Error, Event, OpenTaskOf, OpenTasks, Pallet,
	MAX_BIDS,
};
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_mechanism::{
	level::STANDBY_LIMIT_PERCENT, order, proving_ms, second_price, terms::percent_up,
};
use proofyard_primitives::{
	bid_commitment,
	traits::{Provers, Settlement},
	BiddingWindow, Standby, TaskId,
};
use sp_core::H256;
use sp_runtime::traits::Saturating;

/// A bid that was revealed, and can be kept.
struct Revealed<AccountId> {
	prover: AccountId,
	price: u128,
	committed_ms: u64,
}

impl<T: Config> Pallet<T> {
	/// The bidding of a task submitted now.
	pub(crate) fn open_bidding(
		now: BlockNumberFor<T>,
		lifetime: u32,
		window: BiddingWindow,
	) -> Result<Bidding<BlockNumberFor<T>>, Error<T>> {
		let least = T::MinBidding::get();
		ensure!(window.commit >= least && window.reveal >= least, Error::<T>::BiddingOutOfRange);
		let both = window.commit.saturating_add(window.reveal);
		// What is left is for proving, as much as any task has.
		ensure!(
			lifetime.saturating_sub(both) >= T::MinLifetime::get(),
			Error::<T>::BiddingOutOfRange
		);
		let commit_until = now.saturating_add(window.commit.into());
		let reveal_until = commit_until.saturating_add(window.reveal.into());
		Ok(Bidding { commit_until, reveal_until, bids: 0 })
	}

	pub(crate) fn do_commit_bid(
		prover: T::AccountId,
		task: TaskId,
		commitment: H256,
	) -> DispatchResult {
		let mut open = OpenTasks::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		let bidding = open.bidding.as_mut().ok_or(Error::<T>::NotSealed)?;
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(now <= bidding.commit_until, Error::<T>::TooLate);
		let market = open.spec.market;
		let capacity = T::Provers::capacity(&prover).ok_or(Error::<T>::NotProver)?;
		ensure!(capacity.hardware.covers(&market.hardware), Error::<T>::HardwareNotCovered);
		ensure!(open.provers.is_empty() || open.provers.contains(&prover), Error::<T>::NotAdmitted);
		Self::ensure_calibrated(&prover, &market)?;
		ensure!(Self::is_admitted(&prover, &market), Error::<T>::NotReliable);
		let before = Bids::<T>::get(task, &prover);
		let deposit = T::BondBase::get();
		if before.is_none() {
			ensure!(bidding.bids < MAX_BIDS, Error::<T>::TooManyBids);
			T::Provers::reserve_deposit(&prover, deposit)?;
			bidding.bids = bidding.bids.saturating_add(1);
			OpenTasks::<T>::insert(task, open);
		}
		Bids::<T>::insert(task, &prover, Bid { commitment, deposit, revealed: None });
		Self::deposit_event(Event::BidCommitted { task, prover });
		Ok(())
	}

	pub(crate) fn do_reveal_bid(
		prover: T::AccountId,
		task: TaskId,
		price: T::Balance,
		speed: u64,
		salt: [u8; 32],
	) -> DispatchResult {
		let open = OpenTasks::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		let bidding = open.bidding.ok_or(Error::<T>::NotSealed)?;
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(now > bidding.commit_until, Error::<T>::TooEarly);
		ensure!(now <= bidding.reveal_until, Error::<T>::TooLate);
		ensure!(speed > 0, Error::<T>::ZeroSpeed);
		let mut bid = Bids::<T>::get(task, &prover).ok_or(Error::<T>::UnknownBid)?;
		ensure!(bid.revealed.is_none(), Error::<T>::NothingToChange);
		let opened = bid_commitment(task, &prover, price.into(), &salt);
		ensure!(opened == bid.commitment, Error::<T>::WrongCommitment);
		T::Provers::release_bond(&prover, bid.deposit);
		bid.deposit = T::Balance::default();
		bid.revealed = Some((price, speed));
		Bids::<T>::insert(task, &prover, bid);
		Self::deposit_event(Event::BidRevealed { task, prover, price });
		Ok(())
	}

	/// The time to reveal is over: give the task to the lowest bid that can be kept, at the second
	/// lowest, or give it back.
	pub(crate) fn decide(task: TaskId, open: OpenTaskOf<T>) {
		let now = frame_system::Pallet::<T>::block_number();
		let level = open.spec.market.level.terms();
		let soft = Self::soft_deadline(now, open.spec.deadline, level);
		let time_ms = Self::millis(soft.saturating_sub(now));
		let late_ms = Self::millis(open.spec.deadline.saturating_sub(soft));
		let max_fee: u128 = open.spec.max_fee.into();
		let mut revealed = Vec::new();
		// Bounded by `MAX_BIDS`.
		for (prover, bid) in Bids::<T>::drain_prefix(task) {
			match bid.revealed {
				Some((price, speed)) => {
					let speed = Self::capped_speed(&prover, &open.spec.market, speed);
					if let Some(committed_ms) = proving_ms(open.spec.work, speed) {
						revealed.push(Revealed { prover, price: price.into(), committed_ms });
					}
				}
				None => T::Settlement::forfeit(task, &prover, bid.deposit),
			}
		}
		// Of equal bids the first wins: in an order that nobody chose.
		revealed.sort_by(|a, b| a.prover.cmp(&b.prover));
		let seed = Self::seed(&open.spec.market);
		let places: Vec<usize> =
			order(revealed.len() as u32, seed).map(|place| place as usize).collect();
		let mut bids: Vec<&Revealed<T::AccountId>> = places
			.into_iter()
			.filter_map(|place| revealed.get(place))
			.filter(|bid| bid.price <= max_fee)
			.collect();

		let rules = Self::rules(level);
		while let Some(sealed) = {
			let prices: Vec<u128> = bids.iter().map(|bid| bid.price).collect();
			second_price(&prices, max_fee)
		} {
			let winner = bids.remove(sealed.winner);
			if winner.committed_ms > time_ms {
				continue;
			}
			let mut others: Vec<_> =
				bids.iter().filter(|bid| bid.committed_ms <= late_ms).collect();
			others.sort_by_key(|bid| bid.price);
			// No dearer than in a clearing: the winner's bond pays the difference.
			let limit = percent_up(sealed.price, STANDBY_LIMIT_PERCENT).max(max_fee);
			let premium = rules.premium_percent.saturating_add(100);
			let standbys: Vec<Standby<T::AccountId, T::Balance>> = others
				.into_iter()
				.map(|bid| (bid, percent_up(bid.price, premium)))
				.filter(|(_, price)| *price <= limit)
				.take(level.standbys.into())
				.map(|(bid, price)| Standby {
					prover: bid.prover.clone(),
					price: price.into(),
					bond: rules.bond.bond(price, 0).into(),
					committed_ms: bid.committed_ms,
				})
				.collect();
			let dearest: u128 = standbys.iter().map(|s| s.price.into()).max().unwrap_or(0);
			let award = Award {
				prover: winner.prover.clone(),
				price: sealed.price.into(),
				bond: rules.bond.bond(sealed.price, dearest).into(),
				committed_ms: winner.committed_ms,
				co_primaries: Vec::new(),
				standbys,
				most: sealed.price.into(),
			};
			if Self::can_take_on(&award, time_ms) && Self::reserve(&open.spec.market, &award) {
				return Self::begin_attestation(now, level, task, open.spec, award);
			}
		}
		Self::give_back(task, open);
	}

	/// Whether the time of a prover suffices for one more task, beside what it has.
	fn can_take_on(award: &AwardOf<T>, time_ms: u64) -> bool {
		T::Provers::capacity(&award.prover).is_some_and(|capacity| {
			capacity.committed_ms.saturating_add(award.committed_ms) <= time_ms
		})
	}

	/// Free the deposits of all bids for a task that is withdrawn.
	pub(crate) fn release_bids(task: TaskId) {
		// Bounded by `MAX_BIDS`.
		for (prover, bid) in Bids::<T>::drain_prefix(task) {
			T::Provers::release_bond(&prover, bid.deposit);
		}
	}
}
