// SPDX-License-Identifier: Apache-2.0
//! Circuits of any size with keys and witnesses, to measure and to test with. Whoever makes such a key can forge proofs under
//! it: it is worth nothing else.
//!
//! The circuit squares: x₀·x₀ = x₁, x₁·x₁ = x₂ and so on, and the last of them is public. Every signal has its points in A and
//! in B, so that all products are as long as they can be.

use super::{
	error::Groth16Error,
	qap::coset_offset,
	zkey::{Header, Matrix, ProvingKey},
};
use ark_bn254::{Fr, G1Affine, G1Projective, G2Projective};
use ark_ec::{scalar_mul::ScalarMul, CurveGroup, PrimeGroup};
use ark_ff::{Field, UniformRand};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use rand::rngs::OsRng;
use rayon::prelude::*;

/// The signal that is the constant 1, and the one that is public.
const ONE_AND_OUTPUT: usize = 2;

/// A circuit whose domain has 2^`power` elements, with the witness of one input. It has two constraints less than that.
///
/// # Errors
/// `InvalidKey` for a power below 2 or above 27.
pub fn squares(power: u32) -> Result<(ProvingKey, Vec<Fr>), Groth16Error> {
	let invalid = || Groth16Error::InvalidKey(format!("no sample circuit of size 2^{power}"));
	if !(2..=27).contains(&power) {
		return Err(invalid());
	}
	let size = 1usize << power;
	let domain = Radix2EvaluationDomain::<Fr>::new(size).ok_or_else(invalid)?;
	let coset = domain.get_coset(coset_offset(size as u64)).ok_or_else(invalid)?;
	let constraints = size - ONE_AND_OUTPUT;
	let signals = ONE_AND_OUTPUT + constraints;
	let witness = witness(constraints);
	let matrices = matrices(constraints);

	let [tau, alpha, beta, gamma, delta] = [(); 5].map(|()| Fr::rand(&mut OsRng));
	let rows = domain.evaluate_all_lagrange_coefficients(tau);
	let (mut a, mut b, mut c) = (
		vec![Fr::from(0u64); signals],
		vec![Fr::from(0u64); signals],
		vec![Fr::from(0u64); signals],
	);
	for (row, value) in rows.iter().enumerate().take(constraints) {
		a[input_of(row)] += value;
		b[input_of(row)] += value;
		// The last square is the output.
		c[if row + 1 == constraints { 1 } else { input_of(row + 1) }] += value;
	}
	a[0] += rows[constraints];
	a[1] += rows[constraints + 1];

	let inverse =
		|value: Fr| value.inverse().ok_or_else(|| Groth16Error::Internal("chance".into()));
	let joined = |range: std::ops::Range<usize>, over: Fr| -> Vec<Fr> {
		range.into_par_iter().map(|i| (beta * a[i] + alpha * b[i] + c[i]) * over).collect()
	};
	let (public, private) = (0..ONE_AND_OUTPUT, ONE_AND_OUTPUT..signals);
	// On the odd coset the vanishing polynomial is −2 everywhere.
	let vanishing = tau.pow([size as u64]) - Fr::ONE;
	let scale = vanishing * inverse(-Fr::from(2u64) * delta)?;
	let h: Vec<Fr> =
		coset.evaluate_all_lagrange_coefficients(tau).par_iter().map(|l| *l * scale).collect();

	let (g1, g2) = (G1Projective::generator(), G2Projective::generator());
	let many = |scalars: &[Fr]| -> Vec<G1Affine> { g1.batch_mul(scalars) };
	let header = Header {
		signals,
		public: ONE_AND_OUTPUT - 1,
		domain_size: size,
		alpha_g1: (g1 * alpha).into_affine(),
		beta_g1: (g1 * beta).into_affine(),
		delta_g1: (g1 * delta).into_affine(),
		beta_g2: (g2 * beta).into_affine(),
		gamma_g2: (g2 * gamma).into_affine(),
		delta_g2: (g2 * delta).into_affine(),
	};
	let key = ProvingKey::assemble(
		header,
		&many(&joined(public, inverse(gamma)?)),
		matrices,
		constraints as u64,
		many(&a),
		many(&b),
		g2.batch_mul(&b),
		many(&joined(private, inverse(delta)?)),
		many(&h),
	)?;
	Ok((key, witness))
}

/// Signal that a row squares.
fn input_of(row: usize) -> usize {
	ONE_AND_OUTPUT + row
}

fn witness(constraints: usize) -> Vec<Fr> {
	let mut witness = vec![Fr::ONE; ONE_AND_OUTPUT + constraints];
	let mut x = Fr::from(3u64);
	for row in 0..constraints {
		witness[input_of(row)] = x;
		x = x.square();
	}
	witness[1] = x;
	witness
}

/// A and B. Behind the constraints, A has a row for each public signal, as the set-up of circom's tools adds them.
fn matrices(constraints: usize) -> [Matrix; 2] {
	let size = constraints + ONE_AND_OUTPUT;
	let ones = |count: usize| vec![Fr::ONE; count];
	[
		Matrix {
			starts: (0..=size as u32).collect(),
			signals: (0..constraints).map(input_of).chain([0, 1]).map(|i| i as u32).collect(),
			values: ones(size),
		},
		Matrix {
			starts: (0..=size).map(|row| row.min(constraints) as u32).collect(),
			signals: (0..constraints).map(|row| input_of(row) as u32).collect(),
			values: ones(constraints),
		},
	]
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::groth16::{check, prove_witness, Budget, CancelFlag, Cpu, Limits};
	use ark_ff::{BigInteger, PrimeField};
	use std::time::Duration;

	#[test]
	fn its_proofs_verify_and_others_do_not() {
		let limits = Limits { memory_bytes: u64::MAX, time: Duration::MAX };
		let budget = Budget::start(&limits, &CancelFlag::new());
		for power in [2, 3, 8] {
			let (key, mut witness) = squares(power).unwrap();
			assert_eq!((key.domain_size(), key.constraints() + 2), (1 << power, 1 << power));
			let public = witness[1].into_bigint().to_bytes_be();
			let prove = |witness: &[Fr]| {
				prove_witness(&Cpu(&key), &key, witness, &budget, &|_, _| {}).unwrap()
			};
			assert!(check(&key, &public, &prove(&witness)).is_ok());
			witness[2] += Fr::ONE;
			assert!(check(&key, &public, &prove(&witness)).is_err());
		}
		assert!(squares(1).is_err() && squares(28).is_err());
	}
}
