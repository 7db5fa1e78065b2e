// SPDX-License-Identifier: Apache-2.0
//! Invariants of the provers' state.
#![cfg(any(feature = "try-runtime", feature = "std"))]

use crate::{
	Calibrations, Config, Delegations, Freed, HoldReason, LotsInUse, Pallet, Provers, SessionKeys,
	Speeds, TrackRecords, MAX_CALIBRATED,
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{traits::Zero, SaturatedConversion, TryRuntimeError};

impl<T: Config> Pallet<T> {
	/// Check everything that must always hold of this pallet's state.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_stakes()?;
		Self::check_session_keys()?;
		Self::check_lots()?;
		Self::check_freed()?;
		Self::check_track_records()?;
		Self::check_jails()?;
		Self::check_exits()?;
		Self::check_pools()?;
		Self::check_delegations()
	}

	/// Check that the stake of a record is on hold, and that what is reserved or leaving is part of
	/// it.
	fn check_stakes() -> Result<(), TryRuntimeError> {
		use frame_support::traits::fungible::InspectHold;
		for (prover, record) in Provers::<T>::iter() {
			let held = T::Currency::balance_on_hold(&HoldReason::Stake.into(), &prover);
			ensure!(held == record.stake, "stake is not what is on hold");
			ensure!(record.leaving() <= record.stake, "more is leaving than is staked");
			ensure!(record.is_covered(), "reserved and leaving stake exceed the stake");
			ensure!(record.live <= record.slots, "more live attempts than slots");
			ensure!(
				record.live > 0 || record.committed_ms == 0,
				"time committed without a live attempt"
			);
			ensure!(record.asks <= T::MaxAsks::get(), "more asks than allowed");
		}
		Ok(())
	}

	/// Each key leads to its prover and back.
	fn check_session_keys() -> Result<(), TryRuntimeError> {
		let mut keys = 0;
		for (key, prover) in SessionKeys::<T>::iter() {
			let record = Provers::<T>::get(&prover).ok_or("a session key of nobody")?;
			ensure!(record.session_key == key, "a session key that its prover does not use");
			keys += 1;
		}
		ensure!(keys == Provers::<T>::iter_keys().count(), "a prover without its session key");
		Ok(())
	}

	/// Lots in use add up to live attempts.
	fn check_lots() -> Result<(), TryRuntimeError> {
		for (prover, record) in Provers::<T>::iter() {
			let lots: u32 = LotsInUse::<T>::iter_prefix_values(&prover).sum();
			ensure!(lots == record.live, "lots in use are not the live attempts");
		}
		for (prover, _, lots) in LotsInUse::<T>::iter() {
			ensure!(lots > 0, "an empty entry of lots");
			ensure!(Provers::<T>::contains_key(&prover), "lots of an unknown prover");
		}
		Ok(())
	}

	/// A prover that will resume is entered for the block it resumes in, and nobody else is entered
	/// for a block to come.
	fn check_freed() -> Result<(), TryRuntimeError> {
		let now = frame_system::Pallet::<T>::block_number();
		let resumes_at = |prover: &T::AccountId| {
			Provers::<T>::get(prover).and_then(|record| record.resumes_at(now))
		};
		for prover in Provers::<T>::iter_keys() {
			if let Some(block) = resumes_at(&prover) {
				let entered = Freed::<T>::contains_key(Self::freed_key(block), &prover);
				ensure!(entered, "a pause whose end nobody will notice");
			}
		}
		for (block, prover) in Freed::<T>::iter_keys() {
			ensure!(
				u32::from_be_bytes(block) <= now.saturated_into::<u32>()
					|| resumes_at(&prover).map(Self::freed_key) == Some(block),
				"room to come for no reason"
			);
		}
		Ok(())
	}

	/// Track records are of registered provers, and as many as are counted.
	fn check_track_records() -> Result<(), TryRuntimeError> {
		let now = frame_system::Pallet::<T>::block_number();
		for (prover, _, speed) in Speeds::<T>::iter() {
			ensure!(Provers::<T>::contains_key(&prover), "the speed of an unknown prover");
			ensure!(speed.confirmed > 0 && speed.samples > 0, "a speed without a sample");
			ensure!(speed.last_delivered <= now, "a delivery to come");
		}
		for (prover, _, record) in TrackRecords::<T>::iter() {
			ensure!(Provers::<T>::contains_key(&prover), "the track record of an unknown prover");
			ensure!(record.since <= now, "a track record to come");
		}
		for (prover, record) in Provers::<T>::iter() {
			let counts = Calibrations::<T>::iter_prefix_values(&prover);
			ensure!(counts.count() as u32 == record.calibrated, "calibrations are miscounted");
			ensure!(record.calibrated <= MAX_CALIBRATED, "too many calibrated classes");
		}
		for (prover, _, count) in Calibrations::<T>::iter() {
			ensure!(count > 0, "an empty entry of calibrations");
			ensure!(Provers::<T>::contains_key(&prover), "calibrations of an unknown prover");
		}
		Ok(())
	}

	/// Strikes lead to jail, and only they.
	fn check_jails() -> Result<(), TryRuntimeError> {
		for record in Provers::<T>::iter_values() {
			ensure!(record.strikes < T::MaxStrikes::get(), "strikes without a jailing");
			ensure!(
				!record.is_jailed() || (record.jailings > 0 && record.strikes == 0),
				"in jail for nothing"
			);
		}
		Ok(())
	}

	/// A prover that is leaving has no ask, and, once nothing keeps it, all of its stake unbonds.
	fn check_exits() -> Result<(), TryRuntimeError> {
		for record in Provers::<T>::iter_values().filter(|record| record.exiting) {
			ensure!(record.asks == 0, "asks of a prover that is leaving");
			let kept = record.live > 0 || !record.reserved.is_zero();
			ensure!(kept || record.leaving() == record.stake, "stake that should be leaving");
			let gone = record.unbonding.is_none() && record.may_leave();
			ensure!(!gone, "a prover that has left");
		}
		Ok(())
	}

	/// A pool is worth what is on hold for it, and is its delegators', share by share.
	fn check_pools() -> Result<(), TryRuntimeError> {
		use frame_support::traits::fungible::InspectHold;
		for (prover, record) in Provers::<T>::iter() {
			let pool = record.pool;
			let held = T::Currency::balance_on_hold(&HoldReason::Delegation.into(), &prover);
			ensure!(held == pool.value, "a pool is not worth what is on hold");
			ensure!(pool.shares > 0 || pool.value.is_zero(), "a pool of nobody");
			let (mut shares, mut leaving) = (0u128, 0u128);
			for delegation in Delegations::<T>::iter_prefix_values(&prover) {
				shares = shares.saturating_add(delegation.shares);
				leaving = leaving.saturating_add(delegation.leaving());
			}
			ensure!(shares == pool.shares, "shares of delegators are not those of the pool");
			ensure!(leaving == pool.leaving_shares, "leaving shares are miscounted");
		}
		Ok(())
	}

	/// Each delegation is of something, to somebody else who is known.
	fn check_delegations() -> Result<(), TryRuntimeError> {
		for (prover, delegator, delegation) in Delegations::<T>::iter() {
			ensure!(Provers::<T>::contains_key(&prover), "a delegation to an unknown prover");
			ensure!(prover != delegator, "a delegation to oneself");
			ensure!(delegation.shares > 0, "a delegation of nothing");
			ensure!(delegation.leaving() <= delegation.shares, "more shares leave than there are");
			let nothing = delegation.leaving.as_ref().is_some_and(|leaving| leaving.shares == 0);
			ensure!(!nothing, "no shares are leaving");
		}
		Ok(())
	}
}
