// SPDX-License-Identifier: Apache-2.0
//! Random numbers that depend on nothing but their seed.

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn scramble(mut z: u64) -> u64 {
	z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
	z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
	z ^ (z >> 31)
}

/// One number from several: what two things have to do with each other, whenever it is asked.
pub fn mix(parts: &[u64]) -> u64 {
	parts.iter().fold(0, |hash, part| scramble(hash.wrapping_add(STEP) ^ scramble(*part)))
}

/// A number in [0, 1) from 64 random bits.
pub fn unit(bits: u64) -> f64 {
	(bits >> 11) as f64 / (1u64 << 53) as f64
}

/// A SplitMix64 generator.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
	pub fn new(seed: u64) -> Self {
		Self(scramble(seed ^ STEP))
	}

	pub fn next(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(STEP);
		scramble(self.0)
	}

	/// In [0, 1).
	pub fn unit(&mut self) -> f64 {
		unit(self.next())
	}

	/// In 0..n; 0 when n is 0.
	pub fn below(&mut self, n: usize) -> usize {
		((u128::from(self.next()) * n as u128) >> 64) as usize
	}

	/// Exponential.
	pub fn exponential(&mut self, mean: f64) -> f64 {
		-mean * (1.0 - self.unit()).ln()
	}

	/// Standard normal (Box and Muller).
	pub fn normal(&mut self) -> f64 {
		let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
		radius * (std::f64::consts::TAU * self.unit()).cos()
	}

	/// Lognormal, by its median and the standard deviation of its logarithm.
	pub fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
		median * (sigma * self.normal()).exp()
	}

	/// An index with probability proportional to its weight; `None` when no weight is positive.
	pub fn weighted(&mut self, weights: &[f64]) -> Option<usize> {
		let total: f64 = weights.iter().sum();
		if total <= 0.0 {
			return None;
		}
		let mut left = self.unit() * total;
		for (index, weight) in weights.iter().enumerate() {
			left -= weight;
			if left < 0.0 {
				return Some(index);
			}
		}
		weights.iter().rposition(|weight| *weight > 0.0)
	}

	/// Shuffle in place.
	pub fn shuffle<T>(&mut self, items: &mut [T]) {
		for end in (1..items.len()).rev() {
			items.swap(end, self.below(end + 1));
		}
	}
}
