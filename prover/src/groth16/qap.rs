// SPDX-License-Identifier: Apache-2.0
//! The quotient of the constraint system.
//!
//! For a witness w, the polynomials a, b and c take the values A·w, B·w and A·w ∘ B·w on the
//! domain; a witness that satisfies the constraints makes a·b − c divisible by the domain's
//! vanishing polynomial Z. The key's H points are Lagrange polynomials on the odd coset (the
//! domain times a 2n-th root of unity) already divided by Z, which is constant there, so what the
//! proof needs is a·b − c at that coset, in standard form.
//!
//! `ark-circom` 0.6 has the same reduction over the domain of twice the size, for matrices with an allocation for each row,
//! and it cannot be stopped. The transforms are `ark-poly`'s. `crosscheck` holds both ways against each other.

use super::{error::Groth16Error, limits::Budget, zkey::ProvingKey};
use ark_bn254::Fr;
use ark_ff::{BigInt, FftField, Field, PrimeField};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use rayon::prelude::*;

/// a·b − c at the odd coset. The witness has as many elements as the key has signals.
///
/// # Errors
/// `Cancelled` or `TimedOut` between two transforms.
pub(super) fn quotient(
	key: &ProvingKey,
	witness: &[Fr],
	budget: &Budget,
) -> Result<Vec<BigInt<4>>, Groth16Error> {
	let size = key.domain_size;
	let domain = Radix2EvaluationDomain::<Fr>::new(size)
		.ok_or_else(|| Groth16Error::InvalidKey(format!("no domain of size {size}")))?;
	let coset = domain
		.get_coset(coset_offset(size as u64))
		.ok_or_else(|| Groth16Error::Internal("the coset's offset is zero".into()))?;

	let (mut a, mut b): (Vec<Fr>, Vec<Fr>) = (0..size)
		.into_par_iter()
		.map(|row| (key.matrix_a.row_times(row, witness), key.matrix_b.row_times(row, witness)))
		.unzip();
	let mut c: Vec<Fr> = a.par_iter().zip(&b).map(|(a, b)| *a * b).collect();

	for values in [&mut a, &mut b, &mut c] {
		budget.check()?;
		domain.ifft_in_place(values);
		budget.check()?;
		coset.fft_in_place(values);
	}
	let values = a.par_iter().zip(&b).zip(&c);
	Ok(values.map(|((a, b), c)| (*a * b - c).into_bigint()).collect())
}

/// Offset of the coset: a root of unity of twice the domain's size, and where there is none, the
/// square of the field's generator, as the set-up does.
pub(super) fn coset_offset(size: u64) -> Fr {
	Fr::get_root_of_unity(2 * size).unwrap_or_else(|| Fr::GENERATOR.square())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_offset_lies_outside_of_the_domain() {
		for power in [0, 1, 13, 27] {
			let size = 1u64 << power;
			assert_eq!(coset_offset(size).pow([size]), -Fr::ONE);
		}
		assert_ne!(coset_offset(1 << 28).pow([1u64 << 28]), Fr::ONE);
	}
}
