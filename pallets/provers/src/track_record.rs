// SPDX-License-Identifier: Apache-2.0
//! What is remembered of attempts that ended: speed and calibrations.

use crate::*;
use frame_support::{defensive, pallet_prelude::*};
use proofyard_primitives::{
	traits::{Attempt, AttemptEnding},
	Market, ProofSystem, SpeedClass, TaskKind,
};
use sp_runtime::{
	traits::{Saturating, Zero},
	SaturatedConversion,
};

impl<T: Config> Pallet<T> {
	/// Take what an attempt that ends now shows of its prover's speed into the prover's record.
	pub(crate) fn note_speed(prover: &T::AccountId, market: &Market, attempt: &Attempt) {
		let now = frame_system::Pallet::<T>::block_number();
		Speeds::<T>::mutate(prover, market.speed_class(), |record| {
			let last_delivered = record.as_ref().map_or_else(Zero::zero, |r| r.last_delivered);
			let since_last = now.saturating_sub(last_delivered).saturated_into();
			let sample = Sample::of(attempt, since_last, T::MillisPerBlock::get());
			let last_delivered = match attempt.ending {
				AttemptEnding::Verified => now,
				AttemptEnding::Defaulted => last_delivered,
			};
			match record {
				Some(record) => {
					record.note(sample);
					record.last_delivered = last_delivered;
				}
				None => *record = Some(SpeedRecord::new(sample, last_delivered)),
			}
		});
	}

	/// Count a proven calibration task. One of a class beyond [`MAX_CALIBRATED`] counts for nothing.
	pub(crate) fn note_calibration(
		prover: &T::AccountId,
		record: &mut ProverRecordOf<T>,
		market: &Market,
		attempt: &Attempt,
	) {
		if attempt.kind != TaskKind::Calibration || attempt.ending != AttemptEnding::Verified {
			return;
		}
		let class = (market.system, market.hardware);
		let count = Calibrations::<T>::get(prover, class);
		if count == 0 {
			if record.calibrated >= MAX_CALIBRATED {
				return;
			}
			record.calibrated = record.calibrated.saturating_add(1);
		}
		Calibrations::<T>::insert(prover, class, count.saturating_add(1));
	}

	/// Forget the speeds and calibrations of a prover that left.
	pub(crate) fn forget_track_record(prover: &T::AccountId) {
		let classes = (ProofSystem::ALL.len() as u32).saturating_mul(SpeedClass::SIZES);
		let speeds = Speeds::<T>::clear_prefix(prover, classes, None);
		let calibrations = Calibrations::<T>::clear_prefix(prover, MAX_CALIBRATED, None);
		if speeds.maybe_cursor.is_some() || calibrations.maybe_cursor.is_some() {
			defensive!("a track record has its bounds");
		}
	}
}
