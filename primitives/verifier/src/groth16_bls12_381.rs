// SPDX-License-Identifier: Apache-2.0

//! [Groth16](crate::groth16) over BLS12-381: snarkjs, gnark, arkworks.
//!
//! A coordinate is 48 bytes. A proof has 384 bytes, a key with `n` public inputs 768 + 96·`n`. The bytes of a point are
//! those of gnark's `RawBytes` and of the curve's usual uncompressed encoding, but for the point at infinity, which is
//! all zeros without a flag, as in EIP-2537. Neither group is the whole curve: membership is checked in both.

use crate::{
	cache::Cache,
	curve::{Curve, G1Of, G2Of},
	groth16::{self, PreparedKey, KEPT_KEYS},
	pairing::Line,
	ProofSystem, MAX_PUBLIC_INPUTS,
};
use alloc::vec::Vec;
use ark_bls12_381::{Config, Fq, Fq12, Fq2, G2Affine};
use ark_ec::bls12::Bls12Config;
use ark_ff::{AdditiveGroup, Field, MontFp};

/// Bytes of a coordinate.
const COORDINATE: u32 = 48;

/// Length of a proof in bytes; there is no other.
pub const PROOF_LEN: u32 = groth16::proof_len(COORDINATE);

/// Length of a key without public inputs, in bytes: `α`, `β`, `γ`, `δ`, `IC₀`.
pub const MIN_KEY_LEN: u32 = groth16::key_len(COORDINATE, 0);

/// Length of a key with [`MAX_PUBLIC_INPUTS`] public inputs, in bytes.
pub const MAX_KEY_LEN: u32 = groth16::key_len(COORDINATE, MAX_PUBLIC_INPUTS);

/// Length of a prepared key with [`MAX_PUBLIC_INPUTS`] public inputs, in bytes.
pub const MAX_PREPARED_KEY_LEN: u32 = groth16::prepared_len(COORDINATE, MAX_PUBLIC_INPUTS);

/// [Groth16](https://eprint.iacr.org/2016/260.pdf) over BLS12-381.
pub struct Groth16Bls12_381;

impl Curve for Groth16Bls12_381 {
	const SYSTEM: ProofSystem = ProofSystem::Groth16Bls12_381;
	const COORDINATE_LEN: usize = COORDINATE as usize;
	const LOOP: &'static [i8] = &bits(Config::X);
	const NEGATIVE: bool = Config::X_IS_NEGATIVE;

	type Fq = ark_bls12_381::Fq;
	type Fq2 = ark_bls12_381::Fq2;
	type Fq12 = ark_bls12_381::Fq12;
	type Fr = ark_bls12_381::Fr;
	type G1 = ark_bls12_381::g1::Config;
	type G2 = ark_bls12_381::g2::Config;
	type Engine = ark_bls12_381::Bls12_381;

	fn tail(q: &G2Of<Self>) -> (Vec<G2Of<Self>>, G2Of<Self>) {
		// The loop multiplies by −x.
		(Vec::new(), -frobenius(q))
	}

	fn absorb(value: &mut Fq12, line: &Line<Fq2>, p: &G1Of<Self>) {
		let Line { constant, mut x, mut y } = *line;
		x.mul_assign_by_fp(&p.x);
		y.mul_assign_by_fp(&p.y);
		value.mul_by_014(&constant, &x, &y);
	}

	fn keys() -> &'static Cache<PreparedKey<Self>> {
		static KEYS: Cache<PreparedKey<Groth16Bls12_381>> = Cache::new(KEPT_KEYS);
		&KEYS
	}
}

/// The binary digits of the curve's parameter, lowest first.
const fn bits(parameter: &[u64]) -> [i8; 64] {
	assert!(parameter.len() == 1);
	let mut digits = [0; 64];
	let mut position = 0;
	while position < 64 {
		digits[position] = (parameter[0] >> position & 1) as i8;
		position += 1;
	}
	digits
}

/// `(1 + u)^(−(p − 1)/3)`
const FROBENIUS_X: Fq2 = Fq2::new(
	Fq::ZERO,
	MontFp!("4002409555221667392624310435006688643935503118305586438271171395842971157480381377015405980053539358417135540939437"),
);

/// `(1 + u)^(−(p − 1)/2)`
const FROBENIUS_Y: Fq2 = Fq2::new(
	MontFp!("2973677408986561043442465346520108879172042883009249989176415018091420807192182638567116318576472649347015917690530"),
	MontFp!("1028732146235106349975324479215795277384839936929757896155643118032610843298655225875571310552543014690878354869257"),
);

/// `ψ`: the Frobenius map of the curve, brought over to the second curve.
fn frobenius(q: &G2Affine) -> G2Affine {
	let mut image = *q;
	image.x.frobenius_map_in_place(1);
	image.y.frobenius_map_in_place(1);
	image.x *= FROBENIUS_X;
	image.y *= FROBENIUS_Y;
	image
}

/// Keys whose trapdoor is known, and proofs made from it, for benchmarks and fuzzers.
#[cfg(any(feature = "simulate", test))]
pub mod simulate {
	pub use crate::groth16::simulate::Simulated;
	use alloc::vec::Vec;

	/// A key with this many public inputs and a proof for it. Another `seed` gives another key.
	pub fn simulate(inputs: u32, seed: u64) -> Simulated {
		crate::groth16::simulate::simulate::<super::Groth16Bls12_381>(inputs, seed)
	}

	/// This many proofs of different statements under one key.
	pub fn simulate_many(inputs: u32, seed: u64, count: u32) -> Vec<Simulated> {
		crate::groth16::simulate::simulate_many::<super::Groth16Bls12_381>(inputs, seed, count)
	}
}
