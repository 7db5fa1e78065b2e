// SPDX-License-Identifier: Apache-2.0
//! Reliability of a prover in one proof system. Integers only, no storage.

use codec::{Decode, Encode, MaxEncodedLen};
use proofyard_primitives::Ending;
use scale_info::TypeInfo;
use sp_runtime::{traits::AtLeast32BitUnsigned, Percent, SaturatedConversion};

/// Count of one attempt in a [`TrackRecord`] when it ends.
pub const ATTEMPT: u64 = 1_000;

/// Endings of the attempts of a prover in one proof system, where the older ones count less: each
/// count is in thousandths of an attempt, and is halved once a half-life.
#[derive(Clone, Default, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct TrackRecord<BlockNumber> {
	/// With a proof in time.
	pub verified: u64,
	/// With a proof after the soft deadline.
	pub late: u64,
	/// With as many rejected proofs as the chain tolerates.
	pub rejected: u64,
	/// Given back in time.
	pub declined: u64,
	/// Without a proof.
	pub defaulted: u64,
	/// The block as of which the counts are halved; the first attempt ended in it, or it is whole
	/// half-lives later.
	pub since: BlockNumber,
}

impl<BlockNumber: AtLeast32BitUnsigned + Copy> TrackRecord<BlockNumber> {
	/// A record without an attempt.
	pub fn new(now: BlockNumber) -> Self {
		Self { verified: 0, late: 0, rejected: 0, declined: 0, defaulted: 0, since: now }
	}

	/// The record as of block `now`: halved for each whole half-life since it was last.
	pub fn decayed(self, now: BlockNumber, half_life: BlockNumber) -> Self {
		let half_life = half_life.max(BlockNumber::one());
		let periods = now.saturating_sub(self.since) / half_life;
		let shift = periods.saturated_into::<u32>();
		let halve = |count: u64| count.checked_shr(shift).unwrap_or(0);
		Self {
			verified: halve(self.verified),
			late: halve(self.late),
			rejected: halve(self.rejected),
			declined: halve(self.declined),
			defaulted: halve(self.defaulted),
			since: self.since.saturating_add(periods.saturating_mul(half_life)),
		}
	}

	/// Count another attempt. One that says nothing of its prover is not counted.
	pub fn note(&mut self, ending: Ending) {
		let count = match ending {
			Ending::Verified => &mut self.verified,
			Ending::VerifiedLate => &mut self.late,
			Ending::Lost | Ending::Slow | Ending::Reported | Ending::Excused => return,
			Ending::Declined => &mut self.declined,
			Ending::Rejected => &mut self.rejected,
			Ending::Defaulted => &mut self.defaulted,
		};
		*count = count.saturating_add(ATTEMPT);
	}

	/// Whether at least `proofs` were delivered, in time or late, and at least `share` of all that
	/// counts was delivered in time.
	pub fn is_reliable(&self, proofs: u32, share: Percent) -> bool {
		let delivered = u128::from(self.verified) + u128::from(self.late);
		let failed =
			u128::from(self.rejected) + u128::from(self.declined) + u128::from(self.defaulted);
		let enough = u128::from(proofs) * u128::from(ATTEMPT);
		let in_time = u128::from(self.verified) * 100;
		delivered >= enough && in_time >= (delivered + failed) * u128::from(share.deconstruct())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use Ending::{
		Declined, Defaulted, Excused, Lost, Rejected, Reported, Slow, Verified, VerifiedLate,
	};

	fn record(endings: &[(Ending, u32)]) -> TrackRecord<u64> {
		let mut record = TrackRecord::new(0);
		for (ending, times) in endings {
			(0..*times).for_each(|_| record.note(*ending));
		}
		record
	}

	fn is_reliable(endings: &[(Ending, u32)]) -> bool {
		record(endings).is_reliable(20, Percent::from_percent(95))
	}

	#[test]
	fn a_newcomer_is_not_reliable_unless_nothing_is_asked() {
		assert!(!is_reliable(&[]));
		assert!(record(&[]).is_reliable(0, Percent::from_percent(95)));
	}

	#[test]
	fn so_many_proofs_are_enough_and_one_less_is_not() {
		assert!(!is_reliable(&[(Verified, 19)]));
		assert!(is_reliable(&[(Verified, 20)]));
		assert!(is_reliable(&[(Verified, 19), (VerifiedLate, 1)]));
	}

	#[test]
	fn whatever_is_not_in_time_counts_against_it() {
		for ending in [VerifiedLate, Declined, Rejected, Defaulted] {
			assert!(is_reliable(&[(Verified, 38), (ending, 2)]), "{ending:?}");
			assert!(!is_reliable(&[(Verified, 37), (ending, 2)]), "{ending:?}");
		}
	}

	#[test]
	fn what_says_nothing_counts_for_nothing() {
		for ending in [Lost, Slow, Reported, Excused] {
			assert!(ending.is_neutral());
			assert!(is_reliable(&[(Verified, 20), (ending, 1_000)]), "{ending:?}");
			assert!(!is_reliable(&[(Verified, 19), (ending, 1_000)]), "{ending:?}");
		}
	}

	#[test]
	fn counts_are_halved_in_whole_half_lives() {
		let record = record(&[(Verified, 5), (Defaulted, 1)]);
		let at = |now| record.clone().decayed(now, 100);
		assert_eq!(at(99), record);
		assert_eq!((at(100).verified, at(100).defaulted, at(100).since), (2_500, 500, 100));
		assert_eq!((at(399).verified, at(399).defaulted, at(399).since), (625, 125, 300));
		// As often as it is read.
		assert_eq!(at(150).decayed(199, 100), at(199));
		assert_eq!(at(150).decayed(200, 100), at(200));
	}

	#[test]
	fn nothing_is_left_in_the_end() {
		let record = record(&[(Verified, 5)]);
		assert_eq!(record.clone().decayed(6_400, 100), TrackRecord::new(6_400));
		assert_eq!(record.clone().decayed(u64::MAX, 1), TrackRecord::new(u64::MAX));
		// A half-life of nothing is one block.
		assert_eq!(record.decayed(1, 0).verified, 2_500);
	}

	proptest! {
		#[test]
		fn decaying_at_once_or_step_by_step_is_the_same(
			counts: [u64; 5], steps in prop::collection::vec(0..500u64, 0..20), half_life in 1..200u64,
		) {
			let [verified, late, rejected, declined, defaulted] = counts;
			let record =
				TrackRecord { verified, late, rejected, declined, defaulted, since: 7u64 };
			let mut now = 7;
			let mut stepped = record.clone();
			for step in steps {
				now += step;
				stepped = stepped.decayed(now, half_life);
			}
			prop_assert_eq!(stepped, record.decayed(now, half_life));
		}

		#[test]
		fn no_count_overflows(counts: [u64; 5], proofs: u32) {
			let [verified, late, rejected, declined, defaulted] = counts;
			let record = TrackRecord { verified, late, rejected, declined, defaulted, since: 7u64 };
			// A proof in time never hurts, a default never helps.
			let share = Percent::from_percent(95);
			let mut better = record.clone();
			better.note(Verified);
			prop_assert!(better.is_reliable(proofs, share) || !record.is_reliable(proofs, share));
			let mut worse = record.clone();
			worse.note(Defaulted);
			prop_assert!(!worse.is_reliable(proofs, share) || record.is_reliable(proofs, share));
		}
	}
}
