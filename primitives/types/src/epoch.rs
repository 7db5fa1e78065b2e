// SPDX-License-Identifier: Apache-2.0
//! Epochs: what gives a prover an advantage over those who cannot see the newest tasks takes effect
//! at the boundary of one only, so that nobody gets a last look.

use sp_runtime::traits::AtLeast32BitUnsigned;

/// The first block of the next epoch of `length` blocks: the next multiple of it after `now`. A
/// length of zero counts as one.
pub fn next_epoch<BlockNumber: AtLeast32BitUnsigned + Copy>(
	now: BlockNumber,
	length: BlockNumber,
) -> BlockNumber {
	let length = length.max(BlockNumber::one());
	let into = now % length;
	now.saturating_add(length - into)
}

#[cfg(test)]
mod tests {
	use super::next_epoch;

	#[test]
	fn the_next_epoch_is_always_ahead() {
		assert_eq!(next_epoch(0u32, 5), 5);
		assert_eq!(next_epoch(4u32, 5), 5);
		assert_eq!(next_epoch(5u32, 5), 10);
		assert_eq!(next_epoch(7u32, 1), 8);
		assert_eq!(next_epoch(7u32, 0), 8);
	}
}
