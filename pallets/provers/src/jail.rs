// SPDX-License-Identifier: Apache-2.0
//! Jail: a prover that defaults again and again gets no work for a time.
//!
//! Each default is a strike, a delivered proof wipes them out. At [`Config::MaxStrikes`] the prover is
//! jailed, and begins with no strike. Each jailing lasts twice as long as the one before, up to
//! 2^[`MAX_DOUBLINGS`] times the first, until the prover delivers a proof for somebody else while it
//! is free: then the next one is a first again.

use crate::{Config, Error, Event, Pallet, Pause, ProverRecordOf, MAX_DOUBLINGS};
use frame_support::{ensure, pallet_prelude::*};
use proofyard_primitives::{Performance, TaskKind};
use sp_runtime::traits::Saturating;

impl<T: Config> Pallet<T> {
	/// Take what an attempt that ended says of its prover's reliability of late, and jail the prover
	/// when it was one default too many. What ends while it is jailed changes nothing: it is what it
	/// was jailed for.
	pub(crate) fn note_strike(
		prover: &T::AccountId,
		record: &mut ProverRecordOf<T>,
		attempt: &Performance,
	) {
		if record.is_jailed() {
			return;
		}
		if attempt.ending.is_verified() {
			record.strikes = 0;
			// Its own calibration tasks it could have at any time.
			if attempt.kind != TaskKind::Calibration {
				record.jailings = 0;
			}
		} else if attempt.ending.is_default() {
			record.strikes = record.strikes.saturating_add(1);
			if record.strikes >= T::MaxStrikes::get() {
				Self::jail(prover, record);
			}
		}
	}

	fn jail(prover: &T::AccountId, record: &mut ProverRecordOf<T>) {
		let times = 1u32 << record.jailings.min(MAX_DOUBLINGS);
		let until = frame_system::Pallet::<T>::block_number()
			.saturating_add(T::JailTime::get().saturating_mul(times.into()));
		record.strikes = 0;
		record.jailings = record.jailings.saturating_add(1);
		record.jailed_until = Some(until);
		Self::deposit_event(Event::ProverJailed { prover: prover.clone(), until });
	}

	pub(crate) fn do_unjail(prover: T::AccountId) -> DispatchResult {
		let now = frame_system::Pallet::<T>::block_number();
		let resumes_at = Self::try_mutate(&prover, |record| {
			let until = record.jailed_until.ok_or(Error::<T>::NotJailed)?;
			ensure!(now >= until, Error::<T>::TooEarly);
			record.jailed_until = None;
			if record.pause == Some(Pause::Paused) {
				// It said itself that it takes no work, and has not said that it goes on.
				return Ok(None);
			}
			Ok(Some(Self::resume_with_next_epoch(&prover, record)))
		})?;
		Self::deposit_event(Event::ProverUnjailed { prover, resumes_at });
		Ok(())
	}
}
