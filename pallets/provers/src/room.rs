// SPDX-License-Identifier: Apache-2.0
//! Room for work: provers that have some again, and pauses.

use crate::{Config, Error, Event, Freed, Pallet, Pause, ProverRecordOf};
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::{ensure, pallet_prelude::*};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_primitives::epoch::next_epoch;
use sp_runtime::SaturatedConversion;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_paused(prover: T::AccountId, paused: bool) -> DispatchResult {
		let resumes_at = Self::try_mutate(&prover, |record| {
			let is_paused = record.pause == Some(Pause::Paused);
			if paused {
				ensure!(!is_paused, Error::<T>::AlreadyPaused);
				Self::forget_resumption(&prover, record);
				record.pause = Some(Pause::Paused);
				return Ok(None);
			}
			ensure!(is_paused, Error::<T>::NotPaused);
			Ok(Some(Self::resume_with_next_epoch(&prover, record)))
		})?;
		Self::deposit_event(Event::PauseChanged { prover, resumes_at });
		Ok(())
	}

	/// Let a prover have work again, from the next epoch, and enter it for then. Returns the block.
	///
	/// Pausing is harmless and counts at once. Resuming waits, as new asks do: else a prover could
	/// stand by and come back for the tasks it likes.
	pub(crate) fn resume_with_next_epoch(
		prover: &T::AccountId,
		record: &mut ProverRecordOf<T>,
	) -> BlockNumberFor<T> {
		let now = frame_system::Pallet::<T>::block_number();
		let block = next_epoch(now, T::AskEpoch::get());
		record.pause = Some(Pause::ResumesAt(block));
		Freed::<T>::insert(Self::freed_key(block), prover, ());
		block
	}

	/// Note that a prover may have got room in this block.
	pub(crate) fn note_freed(prover: &T::AccountId) {
		let now = frame_system::Pallet::<T>::block_number();
		Freed::<T>::insert(Self::freed_key(now), prover, ());
	}

	/// Take out the entry for a resumption that is still to come, if there is one.
	pub(crate) fn forget_resumption(prover: &T::AccountId, record: &ProverRecordOf<T>) {
		if let Some(block) = record.resumes_at(frame_system::Pallet::<T>::block_number()) {
			Freed::<T>::remove(Self::freed_key(block), prover);
		}
	}

	/// The first `limit` provers entered for this block or an earlier one, oldest first. Each is
	/// given once, however often it is entered; all its entries that were read are taken out.
	pub(crate) fn take_due(limit: u32) -> Vec<T::AccountId> {
		let now = frame_system::Pallet::<T>::block_number().saturated_into::<u32>();
		// Read first, then removed: an iterator over what changes under it is not to be trusted.
		let due: Vec<_> = Freed::<T>::iter_keys()
			.take(limit as usize)
			.take_while(|(block, _)| u32::from_be_bytes(*block) <= now)
			.collect();
		let mut given = BTreeSet::new();
		due.into_iter()
			.filter_map(|(block, prover)| {
				Freed::<T>::remove(block, &prover);
				given.insert(prover.clone()).then_some(prover)
			})
			.collect()
	}

	/// Key in [`Freed`], by which its order is that of the blocks.
	pub(crate) fn freed_key(block: BlockNumberFor<T>) -> [u8; 4] {
		block.saturated_into::<u32>().to_be_bytes()
	}
}
