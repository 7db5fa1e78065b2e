// SPDX-License-Identifier: Apache-2.0
//! Random numbers that depend on nothing but their seed, and the draws that lists are made of.

use rand::{
	distributions::{Distribution, WeightedIndex},
	seq::SliceRandom,
	Rng as _, RngCore, SeedableRng,
};
use rand_pcg::Pcg64;

/// Generator whose numbers are the same on every machine.
#[derive(Clone, Debug)]
pub struct Rng(Pcg64);

impl Rng {
	/// Generator with this seed.
	pub fn new(seed: u64) -> Self {
		Self(Pcg64::seed_from_u64(seed))
	}

	/// Generator number `n` of those that this seed gives.
	pub fn nth(seed: u64, n: u64) -> Self {
		let mut seeds = Pcg64::seed_from_u64(seed);
		seeds.advance(n.into());
		Self::new(seeds.next_u64())
	}

	/// Next 64 bits.
	pub fn bits(&mut self) -> u64 {
		self.0.next_u64()
	}

	/// Number in 0..n; 0 when n is 0.
	pub fn below(&mut self, n: u64) -> u64 {
		self.0.gen_range(0..n.max(1))
	}

	/// Number in from..to; `from` when there is none.
	pub fn within(&mut self, from: u64, to: u64) -> u64 {
		from + self.below(to.saturating_sub(from))
	}

	/// True once in `n`.
	pub fn one_in(&mut self, n: u64) -> bool {
		self.below(n) == 0
	}

	/// One of these.
	pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
		from.choose(&mut self.0).expect("something to pick from").clone()
	}

	/// Place among these weights, each as likely as its weight says.
	pub fn weighted(&mut self, weights: &[u32]) -> usize {
		WeightedIndex::new(weights).expect("a weight above zero").sample(&mut self.0)
	}
}
