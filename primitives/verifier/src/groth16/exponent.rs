// SPDX-License-Identifier: Apache-2.0

//! Products of powers of pairings' values.
//!
//! All powers share one chain of squarings, and exponents come in signed windows (wNAF): as with the sums of multiples
//! of points, where a further term costs only its multiplications.

use alloc::vec::Vec;
use ark_ff::{BigInteger, CyclotomicMultSubgroup, PrimeField};

/// Bits of a window: digits are odd and within ±7, a table holds four powers.
const WINDOW: usize = 4;
const TABLE: usize = 1 << (WINDOW - 2);

/// `Π bases[i]^exponents[i]` for values of a pairing; of anything else, something or other that depends on nothing but
/// the arguments, or nothing.
pub(super) fn product<F: CyclotomicMultSubgroup, S: PrimeField>(
	powers: impl IntoIterator<Item = (F, S)>,
) -> Option<F> {
	let terms: Vec<([F; TABLE], Vec<i64>)> = powers
		.into_iter()
		.map(|(base, exponent)| {
			let square = base.cyclotomic_square();
			let mut power = base;
			let table = core::array::from_fn(|index| {
				if index > 0 {
					power *= square;
				}
				power
			});
			Some((table, exponent.into_bigint().find_wnaf(WINDOW)?))
		})
		.collect::<Option<_>>()?;
	let longest = terms.iter().map(|(_, digits)| digits.len()).max().unwrap_or(0);
	let mut product = F::ONE;
	for position in (0..longest).rev() {
		product.cyclotomic_square_in_place();
		for (table, digits) in &terms {
			let digit = digits.get(position).copied().unwrap_or(0);
			if digit == 0 {
				continue;
			}
			let power = table.get((digit.unsigned_abs() / 2) as usize)?;
			product *= if digit > 0 { *power } else { power.cyclotomic_inverse()? };
		}
	}
	Some(product)
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_bn254::{Bn254, Fq12, Fr, G1Affine, G2Affine};
	use ark_ec::{pairing::Pairing, AffineRepr};
	use ark_ff::{Field, UniformRand, Zero};

	#[test]
	fn equals_the_product_of_powers() {
		let mut rng = rand::thread_rng();
		let base = Bn254::pairing(G1Affine::generator(), G2Affine::generator()).0;
		for count in [0u64, 1, 2, 5] {
			let powers: Vec<(Fq12, Fr)> =
				(1..=count).map(|power| (base.pow([power * 77]), Fr::rand(&mut rng))).collect();
			let expected: Fq12 =
				powers.iter().map(|(base, exponent)| base.pow(exponent.into_bigint())).product();
			assert_eq!(product(powers), Some(expected));
		}
	}

	#[test]
	fn handles_the_edges() {
		let base = Bn254::pairing(G1Affine::generator(), G2Affine::generator()).0;
		for small in 0..40u64 {
			assert_eq!(product([(base, Fr::from(small))]), Some(base.pow([small])));
		}
		let inverse = base.inverse().unwrap();
		assert_eq!(product([(base, -Fr::from(1u64))]), Some(inverse));
		assert_eq!(product([(base, Fr::from(5u64)), (inverse, Fr::from(5u64))]), Some(Fq12::ONE));
		assert_eq!(product([(base, Fr::zero())]), Some(Fq12::ONE));
	}
}
