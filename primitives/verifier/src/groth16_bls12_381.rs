// SPDX-License-Identifier: Apache-2.0

//! [Groth16](crate::groth16) over BLS12-381: snarkjs, gnark, arkworks.
//!
//! A coordinate is 48 bytes. A proof has 384 bytes, a key with `n` public inputs 768 + 96·`n`. The bytes of a point are
//! those of gnark's `RawBytes` and of the curve's usual uncompressed encoding, but for the point at infinity, which is
//! all zeros without a flag, as in EIP-2537. Neither group is the whole curve: membership is checked in both.

use crate::{curve::Curve, groth16, ProofSystem, MAX_PUBLIC_INPUTS};

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

	type Fq = ark_bls12_381::Fq;
	type Fq2 = ark_bls12_381::Fq2;
	type Fq12 = ark_bls12_381::Fq12;
	type Fr = ark_bls12_381::Fr;
	type G1 = ark_bls12_381::g1::Config;
	type G2 = ark_bls12_381::g2::Config;
	type Engine = ark_bls12_381::Bls12_381;
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
