// SPDX-License-Identifier: Apache-2.0
//! Random numbers that depend on nothing but their seed.

use rand::{distributions::WeightedIndex, RngCore, SeedableRng};
use rand_distr::{Distribution, Exp1, LogNormal};
pub use rand_pcg::Pcg64 as Rng;

/// One number from several: luck that two things have with each other, whenever it is asked for.
pub fn mix(parts: &[u64]) -> u64 {
	parts.iter().fold(0, |seed, part| seeded(seed ^ part).next_u64())
}

/// The generator of a seed.
pub fn seeded(seed: u64) -> Rng {
	Rng::seed_from_u64(seed)
}

/// An exponential number.
pub fn exponential(rng: &mut Rng, mean: f64) -> f64 {
	let one: f64 = Exp1.sample(rng);
	mean * one
}

/// A lognormal number, by its median and the standard deviation of its logarithm.
pub fn lognormal(rng: &mut Rng, median: f64, sigma: f64) -> f64 {
	LogNormal::new(median.ln(), sigma).expect("a finite deviation").sample(rng)
}

/// An index with probability proportional to its weight; `None` when no weight is positive.
pub fn weighted(rng: &mut Rng, weights: &[f64]) -> Option<usize> {
	Some(WeightedIndex::new(weights).ok()?.sample(rng))
}
