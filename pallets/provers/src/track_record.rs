// SPDX-License-Identifier: Apache-2.0
//! Track records of attempts that ended: speed, reliability and calibrations.

use crate::{
	Calibrations, Config, Pallet, ProverRecordOf, Sample, SpeedRecord, Speeds, TrackRecord,
	TrackRecords, MAX_CALIBRATED,
};
use frame_support::{defensive, pallet_prelude::*};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_primitives::{Market, Performance, ProofSystem, SpeedClass, TaskKind};
use sp_runtime::{
	traits::{Saturating, Zero},
	SaturatedConversion,
};

impl<T: Config> Pallet<T> {
	/// Take what an attempt that ends now shows of its prover's speed into the prover's record.
	pub(crate) fn note_speed(prover: &T::AccountId, market: &Market, attempt: &Performance) {
		let now = frame_system::Pallet::<T>::block_number();
		Speeds::<T>::mutate(prover, market.speed_class(), |record| {
			let last_delivered = record.as_ref().map_or_else(Zero::zero, |r| r.last_delivered);
			let since_last = now.saturating_sub(last_delivered).saturated_into();
			let Some(sample) = Sample::of(attempt, since_last, T::MillisPerBlock::get()) else {
				return;
			};
			let last_delivered = if attempt.ending.is_verified() { now } else { last_delivered };
			match record {
				Some(record) => {
					record.note(sample);
					record.last_delivered = last_delivered;
				}
				None => *record = Some(SpeedRecord::new(sample, last_delivered)),
			}
		});
	}

	/// Count how an attempt ended towards the prover's reliability in the market's proof system.
	///
	/// Calibration tasks do not count: a prover could have proven as many of them as it is allowed
	/// before anybody trusts it with anything.
	pub(crate) fn note_ending(prover: &T::AccountId, system: ProofSystem, attempt: &Performance) {
		if attempt.kind == TaskKind::Calibration || attempt.ending.is_neutral() {
			return;
		}
		let mut record = Self::track_record(prover, system);
		record.note(attempt.ending);
		TrackRecords::<T>::insert(prover, system, record);
	}

	/// Endings of a prover's attempts in a proof system, as of now: older ones count less.
	pub fn track_record(
		prover: &T::AccountId,
		system: ProofSystem,
	) -> TrackRecord<BlockNumberFor<T>> {
		let now = frame_system::Pallet::<T>::block_number();
		TrackRecords::<T>::get(prover, system).map_or_else(
			|| TrackRecord::new(now),
			|record| record.decayed(now, T::RecordHalfLife::get()),
		)
	}

	/// Count a proven calibration task. One of a class beyond [`MAX_CALIBRATED`] counts for nothing.
	pub(crate) fn note_calibration(
		prover: &T::AccountId,
		record: &mut ProverRecordOf<T>,
		market: &Market,
		attempt: &Performance,
	) {
		if attempt.kind != TaskKind::Calibration || !attempt.ending.is_verified() {
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

	/// Forget the speeds, the track records and the calibrations of a prover that left.
	pub(crate) fn forget_track_record(prover: &T::AccountId) {
		let classes = (ProofSystem::ALL.len() as u32).saturating_mul(SpeedClass::SIZES);
		let systems = ProofSystem::ALL.len() as u32;
		let speeds = Speeds::<T>::clear_prefix(prover, classes, None);
		let records = TrackRecords::<T>::clear_prefix(prover, systems, None);
		let calibrations = Calibrations::<T>::clear_prefix(prover, MAX_CALIBRATED, None);
		if [speeds, records, calibrations].iter().any(|cleared| cleared.maybe_cursor.is_some()) {
			defensive!("a track record has its bounds");
		}
	}
}
