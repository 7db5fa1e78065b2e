// SPDX-License-Identifier: Apache-2.0
//! Leaving the yard for good.
//!
//! From [`Pallet::exit`] on the prover takes nothing new. The attempts it has go on; when the last one
//! has ended and nothing is reserved any more, all its stake starts unbonding by itself. There is no
//! way back: who changes its mind registers anew when it has left.

use crate::{Config, Error, Event, Pallet, ProverRecordOf, Provers, SessionKeys, Unbonding};
use frame_support::{ensure, pallet_prelude::*};
use sp_runtime::traits::{Saturating, Zero};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_exit(prover: T::AccountId) -> DispatchResult {
		Self::try_mutate(&prover, |record| {
			ensure!(!record.exiting, Error::<T>::AlreadyLeaving);
			ensure!(record.asks == 0, Error::<T>::AsksStanding);
			record.exiting = true;
			Self::deposit_event(Event::ExitStarted { prover: prover.clone() });
			Self::unbond_leaver(&prover, record);
			Ok(())
		})
	}

	/// Start the unbonding of all that a prover has staked, if it is leaving and its last attempt and
	/// deposit have just ended. What is unbonding already waits with the rest.
	pub(crate) fn unbond_leaver(prover: &T::AccountId, record: &mut ProverRecordOf<T>) {
		if !record.exiting || record.live > 0 || !record.reserved.is_zero() {
			return;
		}
		let amount = record.stake;
		let now = frame_system::Pallet::<T>::block_number();
		let available_at = now.saturating_add(T::UnbondingDelay::get());
		let available_at = match &record.unbonding {
			Some(unbonding) => unbonding.available_at.max(available_at),
			None => available_at,
		};
		record.unbonding = Some(Unbonding { amount, available_at });
		let prover = prover.clone();
		Self::deposit_event(Event::UnbondingStarted { prover, amount, available_at });
	}

	/// Store a record that lost a part of its stake, or forget the prover if that was the last of it
	/// and `leaves` says that it goes then. Says whether it left.
	pub(crate) fn keep_or_forget(
		prover: &T::AccountId,
		record: ProverRecordOf<T>,
		leaves: bool,
	) -> bool {
		let left = leaves && record.may_leave();
		if left {
			Self::forget(prover, &record);
		} else {
			Provers::<T>::insert(prover, record);
		}
		left
	}

	/// Remove a prover that left from everything this pallet knows of it, but for what it may have
	/// among [`crate::Freed`] for a block that is over.
	fn forget(prover: &T::AccountId, record: &ProverRecordOf<T>) {
		SessionKeys::<T>::remove(&record.session_key);
		Self::forget_resumption(prover, record);
		Self::forget_track_record(prover);
		Provers::<T>::remove(prover);
	}
}
