// SPDX-License-Identifier: Apache-2.0

//! The point that the public inputs select: `IC₀ + Σ inputᵢ·ICᵢ`.
//!
//! All scalars share one chain of doublings (Straus), each in signed windows (wNAF), so that a further input costs some
//! fifty additions. Time depends on the scalars: they are public.

use alloc::vec::Vec;
use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, BigInteger, PrimeField, Zero};

/// Bits of a window: digits are odd and within ±15, a table holds eight points.
const WINDOW: usize = 5;
const TABLE: usize = 1 << (WINDOW - 2);

/// One product of the sum.
struct Term {
	/// The odd multiples 1, 3, …, 15 of the point.
	table: [G1Projective; TABLE],
	/// Digits of the scalar, lowest first.
	digits: Vec<i64>,
}

impl Term {
	fn new(point: &G1Affine, scalar: &Fr) -> Option<Self> {
		let digits = scalar.into_bigint().find_wnaf(WINDOW)?;
		let mut multiple = point.into_group();
		let double = multiple.double();
		let table = core::array::from_fn(|index| {
			if index > 0 {
				multiple += double;
			}
			multiple
		});
		Some(Self { table, digits })
	}

	fn add_digit(&self, position: usize, sum: &mut G1Projective) {
		let digit = self.digits.get(position).copied().unwrap_or(0);
		if digit == 0 {
			return;
		}
		// Digits are odd and below 2^(WINDOW-1) in size, so that the index is within the table.
		let index = (digit.unsigned_abs() / 2) as usize;
		let Some(multiple) = self.table.get(index) else { return };
		if digit > 0 {
			*sum += multiple;
		} else {
			*sum -= multiple;
		}
	}
}

/// `ic[0] + Σ inputs[i]·ic[i+1]`, or nothing if there is not one point more than inputs.
pub(super) fn evaluate(ic: &[G1Affine], inputs: &[Fr]) -> Option<G1Projective> {
	let (constant, points) = ic.split_first()?;
	if points.len() != inputs.len() {
		return None;
	}
	let terms = points
		.iter()
		.zip(inputs)
		.filter(|(_, input)| !input.is_zero())
		.map(|(point, input)| Term::new(point, input))
		.collect::<Option<Vec<_>>>()?;

	let mut sum = G1Projective::zero();
	let longest = terms.iter().map(|term| term.digits.len()).max().unwrap_or(0);
	for position in (0..longest).rev() {
		sum.double_in_place();
		terms.iter().for_each(|term| term.add_digit(position, &mut sum));
	}
	sum += constant;
	Some(sum)
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_ec::CurveGroup;
	use ark_ff::{Field, UniformRand};

	fn naive(ic: &[G1Affine], inputs: &[Fr]) -> G1Projective {
		ic[1..]
			.iter()
			.zip(inputs)
			.fold(ic[0].into_group(), |sum, (point, input)| sum + *point * input)
	}

	#[test]
	fn equals_the_sum_of_products() {
		let mut rng = rand::thread_rng();
		for count in [0, 1, 2, 4, 7, 64] {
			let ic: Vec<_> =
				(0..=count).map(|_| G1Projective::rand(&mut rng).into_affine()).collect();
			let inputs: Vec<_> = (0..count).map(|_| Fr::rand(&mut rng)).collect();
			assert_eq!(evaluate(&ic, &inputs), Some(naive(&ic, &inputs)));
		}
	}

	#[test]
	fn handles_the_edges() {
		let generator = G1Affine::generator();
		let edges: Vec<Fr> = (0..40u64)
			.map(Fr::from)
			.flat_map(|small| [small, -small])
			.chain((0..254).map(|bit| Fr::from(2u64).pow([bit])))
			.collect();
		for input in edges {
			for ic in [
				[generator, generator],
				[G1Affine::zero(), generator],
				[-generator, G1Affine::zero()],
			] {
				assert_eq!(evaluate(&ic, &[input]), Some(naive(&ic, &[input])));
			}
		}
	}

	#[test]
	fn a_sum_may_vanish() {
		let generator = G1Affine::generator();
		let ic = [generator, generator, generator];
		let inputs = [Fr::from(6u64), -Fr::from(7u64)];
		assert_eq!(evaluate(&ic, &inputs), Some(G1Projective::zero()));
	}

	#[test]
	fn fails_for_a_wrong_count() {
		let generator = G1Affine::generator();
		assert_eq!(evaluate(&[], &[]), None);
		assert_eq!(evaluate(&[generator], &[Fr::from(1u64)]), None);
		assert_eq!(evaluate(&[generator, generator], &[]), None);
	}
}
