// SPDX-License-Identifier: Apache-2.0

//! Keys whose trapdoor is known, and proofs made from it, for benchmarks and fuzzers.
//!
//! Whoever knows the discrete logarithms behind a Groth16 key can make a proof of anything without a circuit: choose A
//! and B, and solve the verification equation for C. That costs a few scalar multiplications, works inside Wasm, and
//! gives a proof that takes exactly the way of a real one through the verifier.

use super::encoding::{write_point, write_prime};
use crate::curve::{Curve, G1Of, G2Of};
use alloc::vec::Vec;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, Field};

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
pub(crate) fn simulate<C: Curve>(inputs: u32, seed: u64) -> Simulated {
	let mut trapdoor = Trapdoor::<C>::new(inputs, seed);
	let public: Vec<_> = (0..inputs).map(|_| trapdoor.next()).collect();
	trapdoor.sample(&public)
}

/// This many proofs of different statements under one key.
pub(crate) fn simulate_many<C: Curve>(inputs: u32, seed: u64, count: u32) -> Vec<Simulated> {
	let mut trapdoor = Trapdoor::<C>::new(inputs, seed);
	(0..count)
		.map(|_| {
			let public: Vec<_> = (0..inputs).map(|_| trapdoor.next()).collect();
			let sample = trapdoor.sample(&public);
			[trapdoor.a, trapdoor.b] = [0; 2].map(|_| trapdoor.next());
			sample
		})
		.collect()
}

/// The discrete logarithms behind a key, and the next proof's `A` and `B`.
pub(crate) struct Trapdoor<C: Curve> {
	state: C::Fr,
	alpha: C::Fr,
	beta: C::Fr,
	gamma: C::Fr,
	delta: C::Fr,
	a: C::Fr,
	b: C::Fr,
	ic: Vec<C::Fr>,
}

impl<C: Curve> Trapdoor<C> {
	/// The trapdoor of a key with this many public inputs.
	pub(crate) fn new(inputs: u32, seed: u64) -> Self {
		let zero = C::Fr::ZERO;
		let mut trapdoor = Self {
			state: C::Fr::from(seed) + C::Fr::from(0x9e37_79b9_7f4a_7c15u64),
			alpha: zero,
			beta: zero,
			gamma: zero,
			delta: zero,
			a: zero,
			b: zero,
			ic: Vec::new(),
		};
		trapdoor.alpha = trapdoor.next();
		trapdoor.beta = trapdoor.next();
		trapdoor.gamma = trapdoor.next();
		trapdoor.delta = trapdoor.next();
		trapdoor.a = trapdoor.next();
		trapdoor.b = trapdoor.next();
		trapdoor.ic = (0..=inputs).map(|_| trapdoor.next()).collect();
		trapdoor
	}

	/// Any numbers will do as long as none is zero: full-width ones, so that no multiplication is a short one.
	fn next(&mut self) -> C::Fr {
		self.state = self.state.square() * C::Fr::from(0x5851_f42d_4c95_7f2du64)
			+ C::Fr::from(0x1405_7b7e_f767_814fu64);
		self.state
	}

	/// The canonical key.
	pub(crate) fn key(&self) -> Vec<u8> {
		let mut key = Vec::new();
		write_point(&mut key, &g1::<C>(self.alpha));
		for scalar in [self.beta, self.gamma, self.delta] {
			write_point(&mut key, &g2::<C>(scalar));
		}
		self.ic.iter().for_each(|scalar| write_point(&mut key, &g1::<C>(*scalar)));
		key
	}

	/// A proof for these public inputs.
	pub(crate) fn prove(&self, public: &[C::Fr]) -> Vec<u8> {
		let [first, rest @ ..] = &self.ic[..] else { return Vec::new() };
		let combined = *first + rest.iter().zip(public).map(|(c, p)| *c * p).sum::<C::Fr>();
		// e(A,B) = e(α,β) · e(Σ,γ) · e(C,δ), in exponents.
		let c = (self.a * self.b - self.alpha * self.beta - combined * self.gamma)
			* self.delta.inverse().unwrap_or_default();
		let mut proof = Vec::new();
		write_point(&mut proof, &g1::<C>(self.a));
		write_point(&mut proof, &g2::<C>(self.b));
		write_point(&mut proof, &g1::<C>(c));
		proof
	}

	fn sample(&self, public: &[C::Fr]) -> Simulated {
		let mut public_inputs = Vec::new();
		public.iter().for_each(|input| write_prime(&mut public_inputs, input));
		Simulated { key: self.key(), public_inputs, proof: self.prove(public) }
	}
}

fn g1<C: Curve>(scalar: C::Fr) -> G1Of<C> {
	(G1Of::<C>::generator() * scalar).into_affine()
}

fn g2<C: Curve>(scalar: C::Fr) -> G2Of<C> {
	(G2Of::<C>::generator() * scalar).into_affine()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{groth16_bls12_381, groth16_bn254, prepare_key, verify, ProofSystem};

	#[test]
	fn simulated_proofs_verify_and_other_inputs_do_not() {
		for (inputs, seed) in [(0, 0), (1, 7), (4, 1), (64, u64::MAX)] {
			for (system, sample) in [
				(ProofSystem::Groth16Bn254, groth16_bn254::simulate::simulate(inputs, seed)),
				(
					ProofSystem::Groth16Bls12_381,
					groth16_bls12_381::simulate::simulate(inputs, seed),
				),
			] {
				let Simulated { key, mut public_inputs, proof } = sample;
				let prepared = prepare_key(system, &key).unwrap();
				assert_eq!(verify(system, &prepared, &public_inputs, &proof), Ok(()));
				if let Some(last) = public_inputs.last_mut() {
					*last ^= 1;
					assert!(verify(system, &prepared, &public_inputs, &proof).is_err());
				}
			}
		}
	}

	#[test]
	fn many_proofs_share_a_key_and_differ() {
		let samples = groth16_bn254::simulate::simulate_many(2, 3, 4);
		let one = groth16_bn254::simulate::simulate(2, 3);
		assert_eq!((&one.key, &one.proof), (&samples[0].key, &samples[0].proof));
		let prepared = prepare_key(ProofSystem::Groth16Bn254, &one.key).unwrap();
		for (position, sample) in samples.iter().enumerate() {
			assert_eq!(sample.key, one.key);
			assert!(samples[..position].iter().all(|other| other.proof != sample.proof));
			let verdict =
				verify(ProofSystem::Groth16Bn254, &prepared, &sample.public_inputs, &sample.proof);
			assert_eq!(verdict, Ok(()));
		}
	}
}
