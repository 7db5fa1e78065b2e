// SPDX-License-Identifier: Apache-2.0

//! [Groth16](crate::groth16) over BN254, in the encoding of Ethereum's precompiles (EIP-197): circom, snarkjs, gnark,
//! arkworks, and what SP1 and RISC Zero wrap their proofs in.
//!
//! A coordinate is 32 bytes. A proof has 256 bytes, a key with `n` public inputs 512 + 64·`n`.

use crate::{
	cache::Cache,
	curve::{Curve, G1Of, G2Of},
	groth16::{self, PreparedKey, KEPT_KEYS},
	pairing::Line,
	ProofSystem, MAX_PUBLIC_INPUTS,
};
use alloc::{vec, vec::Vec};
use ark_bn254::{Config, Fq12, Fq2, G2Affine};
use ark_ec::bn::BnConfig;
use ark_ff::Field;

/// Bytes of a coordinate.
const COORDINATE: u32 = 32;

/// Length of a proof in bytes; there is no other.
pub const PROOF_LEN: u32 = groth16::proof_len(COORDINATE);

/// Length of a key without public inputs, in bytes: `α`, `β`, `γ`, `δ`, `IC₀`.
pub const MIN_KEY_LEN: u32 = groth16::key_len(COORDINATE, 0);

/// Length of a key with [`MAX_PUBLIC_INPUTS`] public inputs, in bytes.
pub const MAX_KEY_LEN: u32 = groth16::key_len(COORDINATE, MAX_PUBLIC_INPUTS);

/// Length of a prepared key with [`MAX_PUBLIC_INPUTS`] public inputs, in bytes.
pub const MAX_PREPARED_KEY_LEN: u32 = groth16::prepared_len(COORDINATE, MAX_PUBLIC_INPUTS);

/// [Groth16](https://eprint.iacr.org/2016/260.pdf) over BN254.
pub struct Groth16Bn254;

impl Curve for Groth16Bn254 {
	const SYSTEM: ProofSystem = ProofSystem::Groth16Bn254;
	const COORDINATE_LEN: usize = COORDINATE as usize;
	const LOOP: &'static [i8] = Config::ATE_LOOP_COUNT;
	const NEGATIVE: bool = false;

	type Fq = ark_bn254::Fq;
	type Fq2 = ark_bn254::Fq2;
	type Fq12 = ark_bn254::Fq12;
	type Fr = ark_bn254::Fr;
	type G1 = ark_bn254::g1::Config;
	type G2 = ark_bn254::g2::Config;
	type Engine = ark_bn254::Bn254;

	fn tail(q: &G2Of<Self>) -> (Vec<G2Of<Self>>, G2Of<Self>) {
		let once = frobenius(q);
		let twice = frobenius(&once);
		let thrice = frobenius(&twice);
		(vec![once, -twice], -thrice)
	}

	fn absorb(value: &mut Fq12, line: &Line<Fq2>, p: &G1Of<Self>) {
		let Line { constant, mut x, mut y } = *line;
		x.mul_assign_by_fp(&p.x);
		y.mul_assign_by_fp(&p.y);
		value.mul_by_034(&y, &x, &constant);
	}

	fn keys() -> &'static Cache<PreparedKey<Self>> {
		static KEYS: Cache<PreparedKey<Groth16Bn254>> = Cache::new(KEPT_KEYS);
		&KEYS
	}
}

/// `ψ`: the Frobenius map of the curve, brought over to the second curve.
fn frobenius(q: &G2Affine) -> G2Affine {
	let mut image = *q;
	image.x.frobenius_map_in_place(1);
	image.y.frobenius_map_in_place(1);
	image.x *= Config::TWIST_MUL_BY_Q_X;
	image.y *= Config::TWIST_MUL_BY_Q_Y;
	image
}

/// Keys whose trapdoor is known, and proofs made from it, for benchmarks and fuzzers.
#[cfg(any(feature = "simulate", test))]
pub mod simulate {
	pub use crate::groth16::simulate::Simulated;
	use alloc::vec::Vec;

	/// A key with this many public inputs and a proof for it. Another `seed` gives another key.
	pub fn simulate(inputs: u32, seed: u64) -> Simulated {
		crate::groth16::simulate::simulate::<super::Groth16Bn254>(inputs, seed)
	}

	/// This many proofs of different statements under one key.
	pub fn simulate_many(inputs: u32, seed: u64, count: u32) -> Vec<Simulated> {
		crate::groth16::simulate::simulate_many::<super::Groth16Bn254>(inputs, seed, count)
	}
}
