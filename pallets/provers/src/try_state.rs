// SPDX-License-Identifier: Apache-2.0
//! What always holds of the provers' state.
#![cfg(any(feature = "try-runtime", feature = "std"))]

use crate::*;
use frame_support::{ensure, traits::Get};
use sp_runtime::{traits::Saturating, SaturatedConversion, TryRuntimeError};

impl<T: Config> Pallet<T> {
	/// Check everything that must always hold of this pallet's state.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_stakes()?;
		Self::check_session_keys()?;
		Self::check_lots()?;
		Self::check_freed()?;
		Self::check_track_records()
	}

	/// What a record says is staked is on hold, and what is reserved or leaving is part of it.
	fn check_stakes() -> Result<(), TryRuntimeError> {
		use frame_support::traits::fungible::InspectHold;
		for (prover, record) in Provers::<T>::iter() {
			let held = T::Currency::balance_on_hold(&HoldReason::Stake.into(), &prover);
			ensure!(held == record.stake, "stake is not what is on hold");
			ensure!(
				record.reserved.saturating_add(record.leaving()) <= record.stake,
				"reserved and leaving stake exceed the stake"
			);
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
}
