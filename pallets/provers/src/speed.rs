// SPDX-License-Identifier: Apache-2.0
//! Speed of a prover, from the attempts that ended. Integers only, no storage.

use codec::{Decode, Encode, MaxEncodedLen};
use proofyard_primitives::{Ending, Performance};
use scale_info::TypeInfo;

/// The confirmed speed of a prover that has never been slow enough to be measured.
pub const UNMEASURABLE: u64 = u64::MAX;

/// Blocks of a delivered attempt that the prover could not prove in: one until its node sees the
/// assignment, which is in a block that is built already, and one until the proof is in a block.
const WAY_BLOCKS: u32 = 2;

/// The part of the difference by which a sample moves the confirmed speed: an eighth, so that some
/// ten samples replace what was known, and one alone does not.
const INERTIA: u64 = 8;

/// Sample of a prover's speed that one attempt gives, in units of work a second: 1 to
/// [`UNMEASURABLE`] − 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sample {
	/// It delivered, at this speed.
	Measured(u64),
	/// It delivered before time could be measured. Had it been slower than this, it would have taken
	/// a block.
	AtLeast(u64),
	/// It did not deliver in the time it had: it was slower than this.
	Below(u64),
}

impl Sample {
	/// The sample of an attempt whose prover delivered its last proof before `since_last` blocks, on
	/// a chain with blocks of `block_ms` milliseconds. Rounded down, against the prover.
	///
	/// Tasks that a prover delivers one after the other it proves one after the other, so a task's time
	/// begins when the one before it was delivered, if that was after the clearing.
	///
	/// `None` of an attempt that ended before it could show anything: lost to somebody faster, or
	/// given back.
	pub fn of(attempt: &Performance, since_last: u32, block_ms: u64) -> Option<Self> {
		let speed = |blocks: u32| {
			let milliseconds = u128::from(blocks.max(1)) * u128::from(block_ms.max(1));
			let speed = u128::from(attempt.work) * 1_000 / milliseconds;
			u64::try_from(speed).unwrap_or(UNMEASURABLE).clamp(1, UNMEASURABLE - 1)
		};
		match attempt.ending {
			Ending::Verified | Ending::VerifiedLate => {
				match attempt.blocks.min(since_last).saturating_sub(WAY_BLOCKS) {
					0 => Some(Self::AtLeast(speed(1))),
					blocks => Some(Self::Measured(speed(blocks))),
				}
			}
			Ending::Rejected | Ending::Defaulted => Some(Self::Below(speed(attempt.blocks))),
			Ending::Declined | Ending::Lost | Ending::Slow | Ending::Reported | Ending::Excused => {
				None
			}
		}
	}
}

/// Speed that a prover has shown in one proof system.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct SpeedRecord<BlockNumber> {
	/// The speed that counts, in units of work a second, at least 1: an average of the samples in
	/// which the newer ones weigh more. [`UNMEASURABLE`] while no sample says how fast the prover is
	/// at most.
	pub confirmed: u64,
	/// Samples so far.
	pub samples: u32,
	/// The block of the last verified proof; zero before the first.
	pub last_delivered: BlockNumber,
}

impl<BlockNumber> SpeedRecord<BlockNumber> {
	/// The record of a first sample.
	pub fn new(sample: Sample, last_delivered: BlockNumber) -> Self {
		let confirmed = match sample {
			Sample::Measured(speed) | Sample::Below(speed) => speed,
			Sample::AtLeast(_) => UNMEASURABLE,
		};
		Self { confirmed, samples: 1, last_delivered }
	}

	/// Take another sample in.
	///
	/// - A measured speed moves the confirmed one by an eighth of the difference, rounded down: from
	///   below it stops up to seven units short.
	/// - A default only ever lowers it, in the same way: it shows no speed.
	/// - A speed too high to be measured raises it, and only if the attempt would have taken a block
	///   at the confirmed speed: by an eighth of the difference, but no more than an eighth of
	///   itself, and at least by one.
	/// - Against [`UNMEASURABLE`], which is no number to take an average of, the first speed that is
	///   known counts alone.
	pub fn note(&mut self, sample: Sample) {
		let old = self.confirmed;
		self.samples = self.samples.saturating_add(1);
		self.confirmed = match sample {
			Sample::Measured(speed) | Sample::Below(speed) if old == UNMEASURABLE => speed,
			Sample::Measured(speed) => average(old, speed),
			Sample::Below(speed) => average(old, speed.min(old)),
			Sample::AtLeast(speed) => match speed.checked_sub(old) {
				None | Some(0) => old,
				Some(more) => old.saturating_add((more.min(old) / INERTIA).max(1)),
			},
		};
	}
}

/// `old`, moved to `new` by an eighth of the difference. Rounded down; between the two.
fn average(old: u64, new: u64) -> u64 {
	let inertia = u128::from(INERTIA);
	let sum = u128::from(old) * (inertia - 1) + u128::from(new);
	(sum / inertia) as u64
}

#[cfg(test)]
mod tests {
	use super::*;
	use proofyard_primitives::TaskKind;
	use proptest::prelude::*;

	const BLOCK_MS: u64 = 2_000;
	const NEVER: u32 = u32::MAX;

	fn attempt(ending: Ending, work: u64, blocks: u32) -> Performance {
		Performance { ending, kind: TaskKind::Market, work, blocks }
	}

	fn verified(work: u64, blocks: u32) -> Performance {
		attempt(Ending::Verified, work, blocks)
	}

	fn defaulted(work: u64, blocks: u32) -> Performance {
		attempt(Ending::Defaulted, work, blocks)
	}

	/// The sample of an attempt that shows something.
	fn sample_of(attempt: &Performance, since_last: u32, block_ms: u64) -> Sample {
		Sample::of(attempt, since_last, block_ms).unwrap()
	}

	fn record(confirmed: u64) -> SpeedRecord<u64> {
		SpeedRecord { confirmed, samples: 1, last_delivered: 0 }
	}

	fn after(confirmed: u64, sample: Sample) -> u64 {
		let mut record = record(confirmed);
		record.note(sample);
		record.confirmed
	}

	mod sample {
		use super::*;

		#[test]
		fn is_the_work_over_the_blocks_but_two() {
			// 100,000 units in five blocks of two seconds.
			let sample = sample_of(&verified(100_000, 7), NEVER, BLOCK_MS);
			assert_eq!(sample, Sample::Measured(10_000));
			let sample = sample_of(&verified(100_000, 3), NEVER, BLOCK_MS);
			assert_eq!(sample, Sample::Measured(50_000));
		}

		#[test]
		fn of_two_blocks_is_too_short_to_be_measured() {
			for blocks in 0..=2 {
				let sample = sample_of(&verified(100_000, blocks), NEVER, BLOCK_MS);
				assert_eq!(sample, Sample::AtLeast(50_000));
			}
		}

		#[test]
		fn begins_when_the_proof_before_was_delivered() {
			let sample = |since| sample_of(&verified(100_000, 12), since, BLOCK_MS);
			assert_eq!(sample(7), Sample::Measured(10_000));
			assert_eq!(sample(3), Sample::Measured(50_000));
			assert_eq!(sample(2), Sample::AtLeast(50_000));
			assert_eq!(sample(0), Sample::AtLeast(50_000));
			// Not before its own clearing.
			assert_eq!(sample(13), sample(12));
		}

		#[test]
		fn of_a_default_is_the_work_over_all_its_blocks() {
			for since in [0, 3, NEVER] {
				let sample = sample_of(&defaulted(100_000, 5), since, BLOCK_MS);
				assert_eq!(sample, Sample::Below(10_000));
			}
		}

		#[test]
		fn of_a_default_in_the_block_of_the_clearing_counts_one_block() {
			assert_eq!(sample_of(&defaulted(100_000, 0), 0, BLOCK_MS), Sample::Below(50_000));
		}

		#[test]
		fn of_a_late_proof_is_that_of_one_in_time_and_of_a_rejected_one_that_of_none() {
			let of = |ending| Sample::of(&attempt(ending, 100_000, 7), NEVER, BLOCK_MS);
			assert_eq!(of(Ending::VerifiedLate), of(Ending::Verified));
			assert_eq!(of(Ending::Rejected), of(Ending::Defaulted));
		}

		#[test]
		fn is_none_of_an_attempt_that_was_lost_or_given_back() {
			for ending in
				[Ending::Declined, Ending::Lost, Ending::Slow, Ending::Reported, Ending::Excused]
			{
				assert_eq!(Sample::of(&attempt(ending, 100_000, 7), NEVER, BLOCK_MS), None);
			}
		}

		#[test]
		fn is_rounded_down_to_one_at_least() {
			assert_eq!(sample_of(&verified(7, 3), NEVER, BLOCK_MS), Sample::Measured(3));
			assert_eq!(sample_of(&verified(1, 100), NEVER, BLOCK_MS), Sample::Measured(1));
			assert_eq!(sample_of(&verified(0, 100), NEVER, BLOCK_MS), Sample::Measured(1));
		}

		#[test]
		fn stays_a_number_however_fast() {
			let most = UNMEASURABLE - 1;
			assert_eq!(sample_of(&verified(u64::MAX, 3), NEVER, 1), Sample::Measured(most));
			assert_eq!(sample_of(&verified(u64::MAX, 0), NEVER, 0), Sample::AtLeast(most));
			assert_eq!(sample_of(&defaulted(u64::MAX, 1), NEVER, 1), Sample::Below(most));
		}
	}

	mod confirmed {
		use super::*;

		#[test]
		fn begins_with_the_first_sample() {
			let first = |sample| SpeedRecord::new(sample, 9u64);
			assert_eq!(first(Sample::Measured(50)).confirmed, 50);
			assert_eq!(first(Sample::Below(50)).confirmed, 50);
			assert_eq!(first(Sample::AtLeast(50)).confirmed, UNMEASURABLE);
			let SpeedRecord { samples, last_delivered, .. } = first(Sample::Measured(50));
			assert_eq!((samples, last_delivered), (1, 9));
		}

		#[test]
		fn moves_by_an_eighth_of_the_difference() {
			assert_eq!(after(800, Sample::Measured(1_600)), 900);
			assert_eq!(after(800, Sample::Measured(0)), 700);
			assert_eq!(after(800, Sample::Measured(800)), 800);
		}

		#[test]
		fn is_rounded_down() {
			assert_eq!(after(800, Sample::Measured(807)), 800);
			assert_eq!(after(800, Sample::Measured(808)), 801);
			assert_eq!(after(800, Sample::Measured(799)), 799);
			assert_eq!(after(1, Sample::Measured(1)), 1);
		}

		#[test]
		fn only_falls_by_a_default() {
			assert_eq!(after(800, Sample::Below(400)), 750);
			assert_eq!(after(800, Sample::Below(8_000)), 800);
		}

		#[test]
		fn rises_by_an_eighth_of_itself_at_most_when_time_is_too_short() {
			assert_eq!(after(800, Sample::AtLeast(u64::MAX - 1)), 900);
			// Less when the attempt shows less.
			assert_eq!(after(800, Sample::AtLeast(1_200)), 850);
			assert_eq!(after(800, Sample::AtLeast(801)), 801);
			// And a slow one does not stay slow for ever by rounding.
			assert_eq!(after(1, Sample::AtLeast(1_000)), 2);
		}

		#[test]
		fn is_not_moved_by_an_attempt_that_takes_less_than_a_block_at_that_speed() {
			assert_eq!(after(800, Sample::AtLeast(800)), 800);
			assert_eq!(after(800, Sample::AtLeast(1)), 800);
		}

		#[test]
		fn stays_unmeasurable_until_something_is_measured() {
			assert_eq!(after(UNMEASURABLE, Sample::AtLeast(1)), UNMEASURABLE);
			assert_eq!(after(UNMEASURABLE, Sample::AtLeast(UNMEASURABLE - 1)), UNMEASURABLE);
			assert_eq!(after(UNMEASURABLE, Sample::Measured(50)), 50);
			assert_eq!(after(UNMEASURABLE, Sample::Below(50)), 50);
		}

		#[test]
		fn counts_samples_without_overflow() {
			let mut record = SpeedRecord { samples: u32::MAX - 1, ..record(800) };
			for _ in 0..3 {
				record.note(Sample::Measured(800));
			}
			assert_eq!(record.samples, u32::MAX);
		}
	}

	fn speeds() -> impl Strategy<Value = u64> {
		prop_oneof![1..100u64, any::<u64>().prop_map(|n| n.max(1)), Just(UNMEASURABLE - 1)]
			.prop_map(|speed| speed.min(UNMEASURABLE - 1))
	}

	proptest! {
		#[test]
		fn a_sample_is_a_number(
			work: u64, blocks: u32, since: u32, block_ms: u64, delivered: bool,
		) {
			let ending = match delivered {
				true => Ending::Verified,
				false => Ending::Defaulted,
			};
			let (Sample::Measured(speed) | Sample::AtLeast(speed) | Sample::Below(speed)) =
				sample_of(&attempt(ending, work, blocks), since, block_ms);
			prop_assert!((1..UNMEASURABLE).contains(&speed));
		}

		#[test]
		fn a_measurement_moves_towards_itself(old in speeds(), speed in speeds()) {
			let new = after(old, Sample::Measured(speed));
			prop_assert!(old.min(speed) <= new && new <= old.max(speed));
			// By an eighth, less what rounding takes.
			let (moved, way) = (old.abs_diff(new), old.abs_diff(speed));
			prop_assert!(moved == way / 8 || (speed < old && moved == way.div_ceil(8)));
		}

		#[test]
		fn a_default_never_raises(old in speeds(), speed in speeds()) {
			let new = after(old, Sample::Below(speed));
			prop_assert!(old.min(speed) <= new && new <= old);
		}

		#[test]
		fn what_is_too_short_never_lowers_and_raises_by_an_eighth(
			old in speeds(), speed in speeds(),
		) {
			let new = after(old, Sample::AtLeast(speed));
			prop_assert!(old <= new && new <= old.max(speed));
			prop_assert!(new - old <= (old / 8).max(1));
		}
	}
}
