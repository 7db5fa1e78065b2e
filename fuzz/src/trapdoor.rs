// SPDX-License-Identifier: Apache-2.0
//! Keys of Groth16 over BN254 whose trapdoor is known, under which any statement can be proven.

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, Field, PrimeField};

/// Discrete logarithms behind a key. Who knows them chooses A and B of a proof and solves the
/// equation that the verifier checks, `e(A,B) = e(α,β) · e(Σ,γ) · e(C,δ)`, for C.
pub(crate) struct Trapdoor {
	alpha: Fr,
	beta: Fr,
	gamma: Fr,
	delta: Fr,
	ic: Vec<Fr>,
}

impl Trapdoor {
	/// Trapdoor of a key with so many public inputs. Another `seed` is another key.
	pub(crate) fn new(inputs: u32, seed: u64) -> Self {
		let seed = 0x9e37_79b9_7f4a_7c15 ^ (seed << 16);
		let number = |n: u64| Fr::from(seed ^ n).square() + Fr::from(n);
		Self {
			alpha: number(1),
			beta: number(2),
			gamma: number(3),
			delta: number(4),
			ic: (0..=u64::from(inputs)).map(|place| number(5 + place)).collect(),
		}
	}

	/// Canonical bytes of the key.
	pub(crate) fn key(&self) -> Vec<u8> {
		let mut key = g1(self.alpha);
		for scalar in [self.beta, self.gamma, self.delta] {
			key.extend(g2(scalar));
		}
		key.extend(self.ic.iter().flat_map(|scalar| g1(*scalar)));
		key
	}

	/// Proof of these public inputs. Another `variant` gives other bytes.
	pub(crate) fn prove(&self, inputs: &[Fr], variant: u64) -> Vec<u8> {
		let a = Fr::from(0x1405_7b7e_f767_814f ^ variant).square();
		let b = a + Fr::from(variant) + Fr::from(11u64);
		let sum = self.ic[1..]
			.iter()
			.zip(inputs)
			.map(|(factor, input)| *factor * input)
			.fold(self.ic[0], |sum, part| sum + part);
		let c = a * b - self.alpha * self.beta - sum * self.gamma;
		let c = c * self.delta.inverse().expect("not zero");
		[g1(a), g2(b), g1(c)].concat()
	}
}

fn coordinate(x: Fq) -> Vec<u8> {
	x.into_bigint().to_bytes_be()
}

fn g1(scalar: Fr) -> Vec<u8> {
	let point = (G1Affine::generator() * scalar).into_affine();
	[coordinate(point.x), coordinate(point.y)].concat()
}

fn g2(scalar: Fr) -> Vec<u8> {
	let point = (G2Affine::generator() * scalar).into_affine();
	let (x, y) = (point.x, point.y);
	[coordinate(x.c1), coordinate(x.c0), coordinate(y.c1), coordinate(y.c0)].concat()
}
