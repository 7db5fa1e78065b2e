// SPDX-License-Identifier: Apache-2.0

//! Sums of multiples of points, among them the point that the public inputs select: `IC₀ + Σ inputᵢ·ICᵢ`.
//!
//! All scalars share one chain of doublings (Straus), each in signed windows (wNAF), so that a further full scalar
//! costs some fifty additions. Time depends on the scalars: they are public.

use alloc::vec::Vec;
use ark_ec::{
	short_weierstrass::{Affine, Projective, SWCurveConfig},
	AffineRepr,
};
use ark_ff::{AdditiveGroup, BigInteger, PrimeField, Zero};

/// Bits of a window: digits are odd and within ±15, a table holds eight points.
const WINDOW: usize = 5;
const TABLE: usize = 1 << (WINDOW - 2);

/// One product of the sum.
struct Term<P: SWCurveConfig> {
	/// The odd multiples 1, 3, …, 15 of the point.
	table: [Projective<P>; TABLE],
	/// Digits of the scalar, lowest first.
	digits: Vec<i64>,
}

impl<P: SWCurveConfig> Term<P> {
	fn new(point: &Affine<P>, scalar: &P::ScalarField) -> Option<Self> {
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

	fn add_digit(&self, position: usize, sum: &mut Projective<P>) {
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

/// `Σ scalars[i]·points[i]`, or nothing if there are not as many points as scalars.
pub(crate) fn sum<P: SWCurveConfig>(
	points: &[Affine<P>],
	scalars: &[P::ScalarField],
) -> Option<Projective<P>> {
	if points.len() != scalars.len() {
		return None;
	}
	let terms = points
		.iter()
		.zip(scalars)
		.filter(|(_, scalar)| !scalar.is_zero())
		.map(|(point, scalar)| Term::new(point, scalar))
		.collect::<Option<Vec<_>>>()?;

	let mut sum = Projective::<P>::zero();
	let longest = terms.iter().map(|term| term.digits.len()).max().unwrap_or(0);
	for position in (0..longest).rev() {
		sum.double_in_place();
		terms.iter().for_each(|term| term.add_digit(position, &mut sum));
	}
	Some(sum)
}

/// `ic[0] + Σ inputs[i]·ic[i+1]`, or nothing if there is not one point more than inputs.
pub(crate) fn evaluate<P: SWCurveConfig>(
	ic: &[Affine<P>],
	inputs: &[P::ScalarField],
) -> Option<Projective<P>> {
	let (constant, points) = ic.split_first()?;
	Some(sum(points, inputs)? + constant)
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_bn254::{Fr, G1Affine, G1Projective};
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
		assert_eq!(evaluate::<ark_bn254::g1::Config>(&[], &[]), None);
		assert_eq!(sum(&[generator], &[]), None);
		assert_eq!(sum::<ark_bn254::g1::Config>(&[], &[]), Some(G1Projective::zero()));
		assert_eq!(evaluate(&[generator], &[Fr::from(1u64)]), None);
		assert_eq!(evaluate(&[generator, generator], &[]), None);
	}
}
