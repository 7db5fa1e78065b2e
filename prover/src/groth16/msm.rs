// SPDX-License-Identifier: Apache-2.0
//! Multi-scalar products Σ sᵢ·Pᵢ, by buckets over signed windows.
//!
//! Several products run side by side in one thread pool, one task for each window (and slice of the
//! points, where there are more cores than windows), and every task asks now and then whether the job
//! may go on. That is why this is not the curve library's own routine (`VariableBaseMSM::msm_bigint` of
//! ark-ec 0.6), which starts a pool of its own for each product and cannot be stopped. It is as fast:
//! medians of five on two cores, this and that one, for 2^16 points of G1 305 and 321 ms, 2^18 of G1
//! 1,262 and 1,336 ms, 2^16 of G2 1,067 and 1,335 ms. A test holds the sums against each other.

use super::{error::Groth16Error, limits::Budget};
use ark_bn254::{g2, Fr};
use ark_ec::{
	short_weierstrass::{Affine, Bucket, Projective, SWCurveConfig},
	AdditiveGroup,
};
use ark_ff::{BigInt, PrimeField};
use rayon::prelude::*;
use std::{mem::size_of, ops::Range};

/// Points of one pass: bounds the memory for their digits.
const PASS: usize = 1 << 20;
/// Fewer points than this are not worth a task of their own.
const MIN_SLICE: usize = 1 << 10;
/// Points after which a task asks whether the job may go on: a few milliseconds.
const CHECK_EVERY: usize = 1 << 12;
/// Window widths tried, in bits. Digits must fit an `i16`, and at 4 bits and above the carry out of
/// the highest window is always zero.
const WIDTHS: Range<usize> = 4..17;
/// Bits that the windows must cover: those of the scalar field and one for the sign.
const BITS: usize = Fr::MODULUS_BIT_SIZE as usize + 1;
/// Products that a proof computes side by side.
const SIDE_BY_SIDE: u64 = 5;

/// Σ `scalars[i]` · `bases[i]` over the shorter of both lists. Scalars are below the order of the
/// scalar field.
///
/// # Errors
/// `Cancelled` or `TimedOut` as soon as the budget says so.
pub fn msm<P: SWCurveConfig>(
	bases: &[Affine<P>],
	scalars: &[BigInt<4>],
	budget: &Budget,
) -> Result<Projective<P>, Groth16Error> {
	let mut total = Projective::ZERO;
	for (bases, scalars) in bases.chunks(PASS).zip(scalars.chunks(PASS)) {
		let points = bases.len().min(scalars.len());
		total += pass(&bases[..points], &scalars[..points], budget)?;
	}
	Ok(total)
}

/// Bytes that the products of one proof hold at once, for up to `points` points each.
pub(super) fn scratch_bytes(points: usize) -> u64 {
	let points = points.min(PASS);
	let width = width_for(points);
	let digits = points * BITS.div_ceil(width) * size_of::<i16>();
	let buckets =
		rayon::current_num_threads() * (1 << (width - 1)) * size_of::<Bucket<g2::Config>>();
	SIDE_BY_SIDE * digits as u64 + buckets as u64
}

/// The window width that needs the fewest field multiplications: 10 to add a point to a bucket,
/// 28 for the two additions that empty one.
fn width_for(points: usize) -> usize {
	let cost = |width: usize| BITS.div_ceil(width) * (10 * points + (28 << (width - 1)));
	WIDTHS.min_by_key(|width| cost(*width)).unwrap_or(WIDTHS.start)
}

fn pass<P: SWCurveConfig>(
	bases: &[Affine<P>],
	scalars: &[BigInt<4>],
	budget: &Budget,
) -> Result<Projective<P>, Groth16Error> {
	let points = bases.len();
	if points == 0 {
		return Ok(Projective::ZERO);
	}
	let width = width_for(points);
	let windows = BITS.div_ceil(width);

	// All digits of a point lie together.
	let mut digits = vec![0i16; points * windows];
	digits
		.par_chunks_mut(windows)
		.with_min_len(MIN_SLICE)
		.zip(scalars)
		.for_each(|(digits, scalar)| cut(scalar, width, digits));

	let slices = (2 * rayon::current_num_threads()).div_ceil(windows);
	let slice = points.div_ceil(slices).max(MIN_SLICE);
	let slices = points.div_ceil(slice);
	let sums = (0..windows * slices)
		.into_par_iter()
		.map(|task| {
			let (window, from) = (task / slices, task % slices * slice);
			let to = points.min(from + slice);
			let digits = digits[from * windows..to * windows].chunks_exact(windows);
			let digits = digits.map(|digits| digits[window]);
			window_sum(&bases[from..to], digits, width, budget)
		})
		.collect::<Result<Vec<_>, Groth16Error>>()?;

	Ok(sums.chunks(slices).rev().fold(Projective::ZERO, |mut total, slices| {
		for _ in 0..width {
			total.double_in_place();
		}
		total + slices.iter().sum::<Projective<P>>()
	}))
}

/// Cuts a scalar into digits from −2^(width−1) to 2^(width−1) − 1, lowest first.
fn cut(scalar: &BigInt<4>, width: usize, digits: &mut [i16]) {
	let (half, full) = (1i32 << (width - 1), 1i32 << width);
	let mut carry = 0;
	for (i, digit) in digits.iter_mut().enumerate() {
		let mut value = bits(scalar, i * width, width) + carry;
		carry = i32::from(value >= half);
		value -= carry * full;
		*digit = value as i16;
	}
}

/// `width` bits of the scalar from bit `at` on; bits past its end are zero.
fn bits(scalar: &BigInt<4>, at: usize, width: usize) -> i32 {
	let (limb, shift) = (at / 64, at % 64);
	let limb_at = |i: usize| scalar.0.get(i).copied().unwrap_or(0);
	let mut value = limb_at(limb) >> shift;
	if shift + width > 64 {
		value |= limb_at(limb + 1) << (64 - shift);
	}
	(value & ((1 << width) - 1)) as i32
}

fn window_sum<P: SWCurveConfig>(
	bases: &[Affine<P>],
	digits: impl Iterator<Item = i16>,
	width: usize,
	budget: &Budget,
) -> Result<Projective<P>, Groth16Error> {
	let mut buckets = vec![Bucket::<P>::ZERO; 1 << (width - 1)];
	for (i, (base, digit)) in bases.iter().zip(digits).enumerate() {
		if i % CHECK_EVERY == 0 {
			budget.check()?;
		}
		let bucket = usize::from(digit.unsigned_abs());
		if digit > 0 {
			buckets[bucket - 1] += base;
		} else if digit < 0 {
			buckets[bucket - 1] -= base;
		}
	}
	// Σ i·bucketᵢ: every partial sum from the top counts once.
	let mut running = Bucket::<P>::ZERO;
	let mut sum = Bucket::<P>::ZERO;
	for bucket in buckets.iter().rev() {
		running += bucket;
		sum += &running;
	}
	Ok(sum.into())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::groth16::{CancelFlag, Limits};
	use ark_bn254::{G1Affine, G1Projective, G2Projective};
	use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
	use ark_ff::{AdditiveGroup, Field};
	use std::time::Duration;

	fn budget(cancel: &CancelFlag) -> Budget {
		Budget::start(&Limits { memory_bytes: u64::MAX, time: Duration::MAX }, cancel)
	}

	/// Scalars of every kind a witness has: edges, bits, small, negative small, large.
	fn scalars(count: usize) -> Vec<Fr> {
		let mut large = Fr::from(0x9e37_79b9_7f4a_7c15u64);
		(0..count as u64)
			.map(|i| {
				large = large.square() + Fr::from(i);
				match i % 8 {
					0 => Fr::ZERO,
					1 => Fr::ONE,
					2 => -Fr::ONE,
					3 => Fr::from(i),
					4 => -Fr::from(i),
					5 => Fr::from(u64::MAX - i),
					_ => large,
				}
			})
			.collect()
	}

	fn bases<G: CurveGroup>(count: usize) -> Vec<G::Affine> {
		let mut point = G::generator();
		let points: Vec<G> = (0..count)
			.map(|i| {
				point.double_in_place();
				if i % 5 == 0 {
					point += G::generator();
				}
				if i == 7 {
					G::ZERO
				} else {
					point
				}
			})
			.collect();
		G::normalize_batch(&points)
	}

	#[test]
	fn agrees_with_the_curve_library() {
		let budget = budget(&CancelFlag::new());
		for count in [0, 1, 2, 33, 1000, 5000] {
			let scalars = scalars(count);
			let integers: Vec<_> = scalars.iter().map(|s| s.into_bigint()).collect();
			let g1 = bases::<G1Projective>(count);
			assert_eq!(
				msm(&g1, &integers, &budget).unwrap(),
				G1Projective::msm(&g1, &scalars).unwrap()
			);
			let g2 = bases::<G2Projective>(count);
			assert_eq!(
				msm(&g2, &integers, &budget).unwrap(),
				G2Projective::msm(&g2, &scalars).unwrap()
			);
		}
	}

	#[test]
	fn digits_add_up_at_every_width() {
		for width in WIDTHS {
			for scalar in [Fr::ZERO, Fr::ONE, -Fr::ONE, Fr::from(u64::MAX), -Fr::from(u64::MAX)] {
				let mut digits = vec![0; BITS.div_ceil(width)];
				cut(&scalar.into_bigint(), width, &mut digits);
				let sum = digits.iter().rev().fold(Fr::ZERO, |sum, digit| {
					sum * Fr::from(1u64 << width) + Fr::from(i64::from(*digit))
				});
				assert_eq!(sum, scalar, "width {width}");
				assert!(digits.iter().all(|d| i32::from(d.unsigned_abs()) <= 1 << (width - 1)));
			}
		}
	}

	#[test]
	fn stops_when_cancelled() {
		let cancel = CancelFlag::new();
		let budget = budget(&cancel);
		cancel.cancel();
		let base = G1Affine::generator();
		let result = msm(&[base], &[Fr::ONE.into_bigint()], &budget);
		assert!(matches!(result, Err(Groth16Error::Cancelled)));
	}
}
