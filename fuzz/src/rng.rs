// SPDX-License-Identifier: Apache-2.0
//! Random numbers that depend on nothing but their seed.

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn scramble(mut z: u64) -> u64 {
	z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
	z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
	z ^ (z >> 31)
}

/// One number from several.
pub fn mix(parts: &[u64]) -> u64 {
	parts.iter().fold(0, |hash, part| scramble(hash.wrapping_add(STEP) ^ scramble(*part)))
}

/// A SplitMix64 generator.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
	/// One that begins with this seed.
	pub fn new(seed: u64) -> Self {
		Self(scramble(seed ^ STEP))
	}

	/// The next 64 bits.
	pub fn bits(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(STEP);
		scramble(self.0)
	}

	/// In 0..n; 0 when n is 0.
	pub fn below(&mut self, n: u64) -> u64 {
		((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
	}

	/// In from..to.
	pub fn within(&mut self, from: u64, to: u64) -> u64 {
		from + self.below(to.saturating_sub(from))
	}

	/// True once in `n`.
	pub fn one_in(&mut self, n: u64) -> bool {
		self.below(n) == 0
	}

	/// One of these.
	pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
		from[self.below(from.len() as u64) as usize].clone()
	}

	/// A place, each as likely as its weight says.
	pub fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
		let mut left = self.below(weights.clone().map(u64::from).sum());
		for (place, weight) in weights.enumerate() {
			match left.checked_sub(weight.into()) {
				Some(rest) => left = rest,
				None => return place,
			}
		}
		0
	}
}
