// SPDX-License-Identifier: Apache-2.0

//! The Miller loop, in two halves: the lines that belong to a point of the second group, which a key's points need only
//! once, and the product of their values at points of the first group, which shares its squarings among all pairs.
//!
//! # Membership
//!
//! The loop multiplies its point `Q`; where it ends tells whether `Q` has prime order `r`, so that the check costs next
//! to nothing. Let `ψ` be the endomorphism of the second curve that comes from the Frobenius map, `t` its trace, `x` the
//! parameter of the curve:
//!
//! | curve | `Q` is in the group exactly when |
//! |---|---|
//! | BN254 | `(6x + 2)·Q + ψ(Q) − ψ²(Q) = −ψ³(Q)` |
//! | BLS12-381 | `x·Q = ψ(Q)` |
//!
//! That points of the group satisfy it is what makes the loop a pairing. The other way round: the equation is `f(ψ)·Q =
//! 0` for a polynomial `f`. As `ψ² − tψ + p = 0`, `f(ψ)` is `a + bψ`, and multiplied by its conjugate it is the integer
//! `N = a² + abt + b²p`, so that `N·Q = 0`. The greatest common divisor of `N` and the number of points of the second
//! curve is `r`, as a test checks; hence `r·Q = 0`.
//!
//! The formulas for adding fail where a sum or a summand is the point at infinity, or the summands are equal. That never
//! happens for a point of order `r`; for any other, the third coordinate becomes zero and stays so, and the point is
//! refused.

use crate::curve::{Curve, G1Of, G2Of};
use alloc::vec::Vec;
use ark_ec::{
	pairing::{MillerLoopOutput, Pairing},
	short_weierstrass::{Affine, SWCurveConfig},
	AffineRepr,
};
use ark_ff::{AdditiveGroup, CyclotomicMultSubgroup, Field};

/// A line through points of the second curve, up to a factor that the final exponentiation takes away. Its value at a
/// point of the first group is made of the constant, of `x` times its abscissa and of `y` times its ordinate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<F> {
	pub(crate) constant: F,
	pub(crate) x: F,
	pub(crate) y: F,
}

/// The lines that the Miller loop meets on its way from a point, in order; none for the point at infinity.
#[derive(Clone, Debug)]
pub(crate) struct Lines<C: Curve>(Vec<Line<C::Fq2>>);

impl<C: Curve> Lines<C> {
	/// The lines of a point of the subgroup of prime order; nothing for any other point of the curve.
	pub(crate) fn of_member(q: &G2Of<C>) -> Option<Self> {
		let (lines, member) = Self::trace(q);
		member.then_some(lines)
	}

	/// The lines of a point that is known to be in the subgroup of prime order.
	pub(crate) fn of(q: &G2Of<C>) -> Self {
		Self::trace(q).0
	}

	/// The lines, and whether the point is in the subgroup.
	fn trace(q: &G2Of<C>) -> (Self, bool) {
		if q.is_zero() {
			return (Self(Vec::new()), true);
		}
		let opposite = -*q;
		let (last, end) = C::tail(q);
		let additions = C::LOOP.iter().filter(|digit| **digit != 0).count();
		let mut lines = Vec::with_capacity(C::LOOP.len() + additions + last.len());
		let mut runner = Runner::<C::G2>::new(q);
		for digit in C::LOOP.iter().rev().skip(1) {
			lines.push(runner.double());
			match digit {
				1 => lines.push(runner.add(q)),
				-1 => lines.push(runner.add(&opposite)),
				_ => {}
			}
		}
		lines.extend(last.iter().map(|point| runner.add(point)));
		let member = runner.is_at(&end);
		(Self(lines), member)
	}
}

/// A multiple of a point, in homogeneous coordinates, with the lines on the way to the next one.
///
/// The formulas are those of Costello, Lange and Naehrig for curves `y² = x³ + b`
/// (<https://eprint.iacr.org/2009/615>), in the form of Aranha and others (<https://eprint.iacr.org/2013/722>).
struct Runner<P: SWCurveConfig> {
	x: P::BaseField,
	y: P::BaseField,
	z: P::BaseField,
	/// `3b`
	triple_b: P::BaseField,
}

impl<P: SWCurveConfig> Runner<P> {
	fn new(start: &Affine<P>) -> Self {
		let triple_b = P::COEFF_B.double() + P::COEFF_B;
		Self { x: start.x, y: start.y, z: P::BaseField::ONE, triple_b }
	}

	/// Doubles; the tangent.
	fn double(&mut self) -> Line<P::BaseField> {
		let xx = self.x.square();
		let yy = self.y.square();
		let zz = self.z.square();
		let xy = self.x * self.y;
		let yz = (self.y + self.z).square() - yy - zz;
		let e = self.triple_b * zz;
		let triple_e = e.double() + e;
		let line = Line { constant: e - yy, x: xx.double() + xx, y: -yz };

		// Everything four times as large as in the papers, where a half would cost multiplications.
		let ee = e.square().double().double();
		self.x = (xy * (yy - triple_e)).double();
		self.y = (yy + triple_e).square() - (ee.double() + ee);
		self.z = (yy * yz).double().double();
		line
	}

	/// Adds another point; the chord.
	fn add(&mut self, point: &Affine<P>) -> Line<P::BaseField> {
		let rise = self.y - point.y * self.z;
		let run = self.x - point.x * self.z;
		let line = Line { constant: rise * point.x - run * point.y, x: -rise, y: run };

		let run2 = run.square();
		let run3 = run2 * run;
		let shared = self.x * run2;
		let h = run3 + self.z * rise.square() - shared.double();
		self.x = run * h;
		self.y = rise * (shared - h) - run3 * self.y;
		self.z *= run3;
		line
	}

	fn is_at(&self, point: &Affine<P>) -> bool {
		self.z != P::BaseField::ZERO
			&& !point.is_zero()
			&& self.x == point.x * self.z
			&& self.y == point.y * self.z
	}
}

/// The product of the Miller loops of these pairs, before the final exponentiation.
pub(crate) fn miller_loop<'l, C: Curve>(
	pairs: impl IntoIterator<Item = (G1Of<C>, &'l Lines<C>)>,
) -> C::Fq12 {
	let mut pairs: Vec<_> = pairs
		.into_iter()
		.filter(|(p, Lines(lines))| !p.is_zero() && !lines.is_empty())
		.map(|(p, Lines(lines))| (p, lines.iter()))
		.collect();
	let mut value = C::Fq12::ONE;
	for (position, digit) in C::LOOP.iter().rev().skip(1).enumerate() {
		if position > 0 {
			value.square_in_place();
		}
		let lines = if *digit == 0 { 1 } else { 2 };
		for (p, rest) in &mut pairs {
			rest.by_ref().take(lines).for_each(|line| C::absorb(&mut value, line, p));
		}
	}
	if C::NEGATIVE {
		// Only the factor that the final exponentiation takes away separates this from the inverse.
		value.cyclotomic_inverse_in_place();
	}
	for (p, rest) in pairs {
		rest.for_each(|line| C::absorb(&mut value, line, &p));
	}
	value
}

/// The pairings' product that a value of [`miller_loop`] stands for; nothing where points of a corrupt key have none.
pub(crate) fn finish<C: Curve>(value: C::Fq12) -> Option<C::Fq12> {
	C::Engine::final_exponentiation(MillerLoopOutput(value)).map(|product| product.0)
}

/// The product of the pairings of these points.
pub(crate) fn product<'l, C: Curve>(
	pairs: impl IntoIterator<Item = (G1Of<C>, &'l Lines<C>)>,
) -> Option<C::Fq12> {
	finish::<C>(miller_loop(pairs))
}

#[cfg(test)]
mod tests;
