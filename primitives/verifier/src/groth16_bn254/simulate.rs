// SPDX-License-Identifier: Apache-2.0

//! Keys whose trapdoor is known, and proofs made from it, for benchmarks and fuzzers.
//!
//! Whoever knows the discrete logarithms behind a Groth16 key can make a proof of anything without a circuit: choose A
//! and B, and solve the verification equation for C. That costs a few scalar multiplications, works inside Wasm, and
//! gives a proof that takes exactly the way of a real one through the verifier.

use super::encoding::{write_g1, write_g2};
use alloc::vec::Vec;
use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, Field, PrimeField};

/// A canonical key, the public inputs one after the other, and a proof that verifies under them.
#[derive(Clone, Debug)]
pub struct Simulated {
	/// Canonical key.
	pub key: Vec<u8>,
	/// Public inputs of 32 bytes, big-endian.
	pub public_inputs: Vec<u8>,
	/// Proof.
	pub proof: Vec<u8>,
}

/// A key with this many public inputs and a proof for it. Another `seed` gives another key.
pub fn simulate(inputs: u32, seed: u64) -> Simulated {
	// Any numbers will do as long as none is zero: full-width ones, so that no multiplication is a short one.
	let mut state = Fr::from(seed) + Fr::from(0x9e37_79b9_7f4a_7c15u64);
	let mut next = || {
		state = state.square() * Fr::from(0x5851_f42d_4c95_7f2du64)
			+ Fr::from(0x1405_7b7e_f767_814fu64);
		state
	};
	let [alpha, beta, gamma, delta, a, b] = core::array::from_fn(|_| next());
	let ic: Vec<Fr> = (0..=inputs).map(|_| next()).collect();
	let public: Vec<Fr> = (0..inputs).map(|_| next()).collect();
	let combined = ic[0] + ic[1..].iter().zip(&public).map(|(c, p)| *c * p).sum::<Fr>();
	// e(A,B) = e(α,β) · e(Σ,γ) · e(C,δ), in exponents.
	let c = (a * b - alpha * beta - combined * gamma) * delta.inverse().unwrap_or_default();

	let g1 = |scalar: Fr| (G1Affine::generator() * scalar).into_affine();
	let g2 = |scalar: Fr| (G2Affine::generator() * scalar).into_affine();
	let mut key = Vec::new();
	write_g1(&mut key, &g1(alpha));
	for scalar in [beta, gamma, delta] {
		write_g2(&mut key, &g2(scalar));
	}
	for scalar in ic {
		write_g1(&mut key, &g1(scalar));
	}
	let mut proof = Vec::new();
	write_g1(&mut proof, &g1(a));
	write_g2(&mut proof, &g2(b));
	write_g1(&mut proof, &g1(c));
	let public_inputs = public.iter().flat_map(|input| input.into_bigint().to_bytes_be()).collect();
	Simulated { key, public_inputs, proof }
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{prepare_key, verify, ProofSystem::Groth16Bn254};

	#[test]
	fn simulated_proofs_verify_and_other_inputs_do_not() {
		for (inputs, seed) in [(0, 0), (1, 7), (4, 1), (64, u64::MAX)] {
			let Simulated { key, mut public_inputs, proof } = simulate(inputs, seed);
			let prepared = prepare_key(Groth16Bn254, &key).unwrap();
			assert_eq!(verify(Groth16Bn254, &prepared, &public_inputs, &proof), Ok(()));
			if let Some(last) = public_inputs.last_mut() {
				*last ^= 1;
				assert!(verify(Groth16Bn254, &prepared, &public_inputs, &proof).is_err());
			}
		}
	}
}
