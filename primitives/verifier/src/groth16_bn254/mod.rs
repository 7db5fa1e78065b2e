// SPDX-License-Identifier: Apache-2.0

//! Groth16 over BN254, in the encoding of Ethereum's precompiles (EIP-197).
//!
//! A coordinate is 32 bytes, big-endian, below the field's prime. A point of G1 is `x ‖ y` (64 bytes), a point of G2 is
//! `x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0` (128 bytes), the point at infinity is all zeros.
//!
//! | what | bytes |
//! |---|---|
//! | key | `α` 64 ‖ `β` 128 ‖ `γ` 128 ‖ `δ` 128 ‖ `IC₀ … ICₙ` 64 each |
//! | public inputs | `n` × 32, each below the order of the scalar field |
//! | proof | `A` 64 ‖ `B` 128 ‖ `C` 64 |
//!
//! With `X = IC₀ + Σ inputᵢ·ICᵢ`, a proof is valid when `e(A,B)·e(X,−γ)·e(C,−δ) = e(α,β)`: one multi-pairing of three
//! pairs, against a value that the prepared key carries.
//!
//! # The prepared key
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of this format, 1 |
//! | 1 | index of the proof system |
//! | 2 | number of public inputs `n`, little-endian |
//! | 384 | `e(α,β)`: twelve coordinates in the order of the tower of extensions, lowest first |
//! | 128, 128 | `−γ`, `−δ` |
//! | 64 each | `IC₀ … ICₙ` |
//!
//! That is 964 bytes for four inputs. The lines of the Miller loop that belong to `γ` and `δ` are not stored: they would
//! save about a tenth of a verification and add 33 kB to every key, in the state and in every call of the host function.
//!
//! # What makes a key unsound
//!
//! Besides malformed points, keys are refused whose `α`, `β`, `γ` or `δ` is the point at infinity, and those with
//! `δ = ±γ`: `(α, β, ∓X)` is then a proof of anything. Such a key is what a setup without the circuit's own phase leaves
//! behind. Whether the contributors of a setup forgot their secrets, nobody can check. The points `ICᵢ` may be at
//! infinity: a circuit that does not constrain an input has such a key.

mod combination;
mod encoding;
#[cfg(any(feature = "simulate", test))]
pub mod simulate;
use crate::{KeyError, ProofSystem, Verifier, VerifyError, MAX_PUBLIC_INPUTS, PUBLIC_INPUT_LEN};
use alloc::vec::Vec;
use ark_bn254::{Bn254, Fq12, Fr, G1Affine, G2Affine};
use ark_ec::{pairing::Pairing, CurveGroup};
use encoding::{Cursor, Malformed, FQ12_LEN, G1_LEN, G2_LEN, SCALAR_LEN};

/// Length of a proof in bytes; there is no other.
pub const PROOF_LEN: u32 = 256;

/// Length of a key without public inputs, in bytes: `α`, `β`, `γ`, `δ`, `IC₀`.
pub const MIN_KEY_LEN: u32 = 64 + 3 * 128 + 64;

/// Length of a key with [`MAX_PUBLIC_INPUTS`] public inputs, in bytes.
pub const MAX_KEY_LEN: u32 = MIN_KEY_LEN + 64 * MAX_PUBLIC_INPUTS;

/// Length of a prepared key with [`MAX_PUBLIC_INPUTS`] public inputs, in bytes.
pub const MAX_PREPARED_KEY_LEN: u32 = prepared_len_for(MAX_PUBLIC_INPUTS);

/// Version of the prepared key's format. Nodes read every version that a chain may have stored.
const PREPARED_VERSION: u8 = 1;

/// Version, proof system, number of inputs.
const HEADER_LEN: usize = 4;

const _: () = assert!(PUBLIC_INPUT_LEN as usize == SCALAR_LEN);
const _: () = assert!(MAX_PUBLIC_INPUTS <= u16::MAX as u32);

/// Length of the prepared key of a key with `inputs` public inputs, in bytes.
const fn prepared_len_for(inputs: u32) -> u32 {
	(HEADER_LEN + FQ12_LEN + 2 * G2_LEN + G1_LEN) as u32 + G1_LEN as u32 * inputs
}

/// [Groth16](https://eprint.iacr.org/2016/260.pdf) over BN254.
pub struct Groth16Bn254;

impl Verifier for Groth16Bn254 {
	fn key_input_count(key: &[u8]) -> Result<u32, KeyError> {
		let points = key
			.len()
			.checked_sub(MIN_KEY_LEN as usize)
			.filter(|rest| rest % G1_LEN == 0)
			.ok_or(KeyError::WrongLength)?
			/ G1_LEN;
		match u32::try_from(points) {
			Ok(inputs) if inputs <= MAX_PUBLIC_INPUTS => Ok(inputs),
			_ => Err(KeyError::TooManyInputs),
		}
	}

	fn prepared_len(key: &[u8]) -> Result<u32, KeyError> {
		Self::key_input_count(key).map(prepared_len_for)
	}

	fn prepare_key(key: &[u8]) -> Result<Vec<u8>, KeyError> {
		let inputs = Self::key_input_count(key)?;
		let mut cursor = Cursor::new(key);
		let alpha = cursor.g1()?;
		let beta = cursor.g2()?;
		let gamma = cursor.g2()?;
		let delta = cursor.g2()?;
		if delta == gamma || delta == -gamma {
			return Err(KeyError::Forgeable);
		}

		let mut prepared = Vec::with_capacity(prepared_len_for(inputs) as usize);
		prepared.push(PREPARED_VERSION);
		prepared.push(ProofSystem::Groth16Bn254.index());
		prepared.extend_from_slice(&(inputs as u16).to_le_bytes());
		// Points of prime order always have a pairing.
		let alpha_beta = pairing_product([alpha], [beta]).ok_or(KeyError::NotInSubgroup)?;
		encoding::write_fq12(&mut prepared, &alpha_beta);
		encoding::write_g2(&mut prepared, &-gamma);
		encoding::write_g2(&mut prepared, &-delta);
		for _ in 0..=inputs {
			encoding::write_g1(&mut prepared, &cursor.g1_or_infinity()?);
		}
		Ok(prepared)
	}

	fn public_input_count(prepared: &[u8]) -> Result<u32, VerifyError> {
		match prepared {
			[PREPARED_VERSION, system, low, high, ..]
				if *system == ProofSystem::Groth16Bn254.index() =>
			{
				let inputs = u32::from(u16::from_le_bytes([*low, *high]));
				if inputs > MAX_PUBLIC_INPUTS || prepared.len() != prepared_len_for(inputs) as usize
				{
					return Err(VerifyError::CorruptPreparedKey);
				}
				Ok(inputs)
			}
			_ => Err(VerifyError::CorruptPreparedKey),
		}
	}

	fn check_public_inputs(prepared: &[u8], public_inputs: &[u8]) -> Result<(), VerifyError> {
		let expected = Self::public_input_count(prepared)?;
		scalars(expected, public_inputs).map(|_| ())
	}

	fn max_proof_len() -> u32 {
		PROOF_LEN
	}

	fn verify(prepared: &[u8], public_inputs: &[u8], proof: &[u8]) -> Result<(), VerifyError> {
		let expected = Self::public_input_count(prepared)?;
		let inputs = scalars(expected, public_inputs)?;
		let proof = Proof::decode(proof)?;
		let key = PreparedKey::load(prepared, expected)?;

		let x = combination::evaluate(&key.ic, &inputs).ok_or(VerifyError::CorruptPreparedKey)?;
		let product = pairing_product(
			[proof.a, x.into_affine(), proof.c],
			[proof.b, key.minus_gamma, key.minus_delta],
		);
		if product == Some(key.alpha_beta) {
			Ok(())
		} else {
			Err(VerifyError::PairingMismatch)
		}
	}
}

/// Product of the pairings of `g1[i]` with `g2[i]`; nothing where points of a corrupt key have none.
fn pairing_product<const N: usize>(g1: [G1Affine; N], g2: [G2Affine; N]) -> Option<Fq12> {
	Bn254::final_exponentiation(Bn254::multi_miller_loop(g1, g2)).map(|product| product.0)
}

/// Reads exactly `expected` scalars.
fn scalars(expected: u32, bytes: &[u8]) -> Result<Vec<Fr>, VerifyError> {
	let (chunks, rest) = bytes.as_chunks::<SCALAR_LEN>();
	if !rest.is_empty() || chunks.len() != expected as usize {
		return Err(VerifyError::WrongPublicInputCount);
	}
	chunks
		.iter()
		.map(|chunk| encoding::scalar(chunk).ok_or(VerifyError::PublicInputNotInField))
		.collect()
}

/// The three points of a proof, all of them checked.
struct Proof {
	a: G1Affine,
	b: G2Affine,
	c: G1Affine,
}

impl Proof {
	fn decode(bytes: &[u8]) -> Result<Self, VerifyError> {
		if bytes.len() != PROOF_LEN as usize {
			return Err(VerifyError::WrongProofLength);
		}
		let mut cursor = Cursor::new(bytes);
		Ok(Self { a: cursor.g1()?, b: cursor.g2()?, c: cursor.g1()? })
	}
}

/// A prepared key, read back.
struct PreparedKey {
	alpha_beta: Fq12,
	minus_gamma: G2Affine,
	minus_delta: G2Affine,
	ic: Vec<G1Affine>,
}

impl PreparedKey {
	/// Reads a prepared key whose header and length have been checked. Points are not: [`Verifier::prepare_key`] did.
	fn load(bytes: &[u8], inputs: u32) -> Result<Self, VerifyError> {
		let corrupt = VerifyError::CorruptPreparedKey;
		let body = bytes.get(HEADER_LEN..).ok_or(corrupt)?;
		let mut cursor = Cursor::new(body);
		Ok(Self {
			alpha_beta: cursor.fq12().ok_or(corrupt)?,
			minus_gamma: cursor.g2_unchecked().ok_or(corrupt)?,
			minus_delta: cursor.g2_unchecked().ok_or(corrupt)?,
			ic: (0..=inputs)
				.map(|_| cursor.g1_unchecked())
				.collect::<Option<_>>()
				.ok_or(corrupt)?,
		})
	}
}

impl From<Malformed> for KeyError {
	fn from(malformed: Malformed) -> Self {
		match malformed {
			Malformed::Truncated => Self::WrongLength,
			Malformed::NotInField => Self::NotInField,
			Malformed::NotOnCurve => Self::NotOnCurve,
			Malformed::NotInSubgroup => Self::NotInSubgroup,
			Malformed::Infinity => Self::PointAtInfinity,
		}
	}
}

impl From<Malformed> for VerifyError {
	fn from(malformed: Malformed) -> Self {
		match malformed {
			Malformed::Truncated => Self::WrongProofLength,
			Malformed::NotInField => Self::ProofNotInField,
			Malformed::NotOnCurve => Self::ProofNotOnCurve,
			Malformed::NotInSubgroup => Self::ProofNotInSubgroup,
			Malformed::Infinity => Self::ProofPointAtInfinity,
		}
	}
}
