// SPDX-License-Identifier: Apache-2.0

//! Groth16 over any of the curves here: [BN254](crate::groth16_bn254) and [BLS12-381](crate::groth16_bls12_381).
//!
//! A coordinate is big-endian, below the field's prime, and has the length of the curve's modulus, `c` bytes. A point
//! of G1 is `x ‖ y` (2`c` bytes), a point of G2 is `x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0` (4`c` bytes), the point at infinity is
//! all zeros.
//!
//! | what | bytes |
//! |---|---|
//! | key | `α` 2`c` ‖ `β` 4`c` ‖ `γ` 4`c` ‖ `δ` 4`c` ‖ `IC₀ … ICₙ` 2`c` each |
//! | public inputs | `n` × 32, each below the order of the scalar field |
//! | proof | `A` 2`c` ‖ `B` 4`c` ‖ `C` 2`c` |
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
//! | 12`c` | `e(α,β)`: twelve coordinates in the order of the tower of extensions, lowest first |
//! | 4`c`, 4`c` | `−γ`, `−δ` |
//! | 2`c` each | `IC₀ … ICₙ` |
//!
//! That is 964 bytes for four inputs over BN254. The lines of the Miller loop that belong to `γ` and `δ` are not
//! stored: they would add 33 kB to every key, in the state and in every call of the host function. The node keeps them
//! in memory instead, for the keys used last.
//!
//! # What makes a key unsound
//!
//! Besides malformed points, keys are refused whose `α`, `β`, `γ` or `δ` is the point at infinity, and those with `δ =
//! ±γ`: `(α, β, ∓X)` is then a proof of anything. Such a key is what a setup without the circuit's own phase leaves
//! behind. Whether the contributors of a setup forgot their secrets, nobody can check. The points `ICᵢ` may be at
//! infinity: a circuit that does not constrain an input has such a key.

pub(crate) mod batch;
pub(crate) mod combination;
pub(crate) mod encoding;
mod exponent;
#[cfg(any(feature = "simulate", test))]
pub mod simulate;

use crate::{
	curve::{Curve, G1Of, G2Of},
	pairing::{self, Lines},
	KeyError, Verifier, VerifyError, MAX_PUBLIC_INPUTS, PUBLIC_INPUT_LEN,
};
use alloc::{sync::Arc, vec::Vec};
use ark_ec::CurveGroup;
use encoding::{Cursor, Malformed, SCALAR_LEN};

/// Version of the prepared key's format. Nodes read every version that a chain may have stored.
const PREPARED_VERSION: u8 = 1;

/// Prepared keys of each curve that the node keeps in memory, with the lines of their points: some 40 kB each.
pub(crate) const KEPT_KEYS: usize = 256;

/// Version, proof system, number of inputs.
const HEADER_LEN: u32 = 4;

const _: () = assert!(PUBLIC_INPUT_LEN as usize == SCALAR_LEN);
const _: () = assert!(MAX_PUBLIC_INPUTS <= u16::MAX as u32);

/// Length of a proof over a curve with coordinates of this many bytes.
pub(crate) const fn proof_len(coordinate: u32) -> u32 {
	8 * coordinate
}

/// Length of a canonical key with this many public inputs over a curve with coordinates of this many bytes.
pub(crate) const fn key_len(coordinate: u32, inputs: u32) -> u32 {
	(14 + 2 * (1 + inputs)) * coordinate
}

/// Length of a prepared key with this many public inputs over a curve with coordinates of this many bytes.
pub(crate) const fn prepared_len(coordinate: u32, inputs: u32) -> u32 {
	HEADER_LEN + (20 + 2 * (1 + inputs)) * coordinate
}

impl<C: Curve> Verifier for C {
	fn key_input_count(key: &[u8]) -> Result<u32, KeyError> {
		let point = 2 * C::COORDINATE_LEN;
		let points = key
			.len()
			.checked_sub(key_len(C::COORDINATE_LEN as u32, 0) as usize)
			.filter(|rest| rest % point == 0)
			.ok_or(KeyError::WrongLength)?
			/ point;
		match u32::try_from(points) {
			Ok(inputs) if inputs <= MAX_PUBLIC_INPUTS => Ok(inputs),
			_ => Err(KeyError::TooManyInputs),
		}
	}

	fn prepared_len(key: &[u8]) -> Result<u32, KeyError> {
		let inputs = Self::key_input_count(key)?;
		Ok(prepared_len(C::COORDINATE_LEN as u32, inputs))
	}

	fn prepare_key(key: &[u8]) -> Result<Vec<u8>, KeyError> {
		Key::<C>::decode(key)?.prepare()
	}

	fn public_input_count(prepared: &[u8]) -> Result<u32, VerifyError> {
		match prepared {
			[PREPARED_VERSION, system, low, high, ..] if *system == C::SYSTEM.index() => {
				let inputs = u32::from(u16::from_le_bytes([*low, *high]));
				let expected = prepared_len(C::COORDINATE_LEN as u32, inputs);
				if inputs > MAX_PUBLIC_INPUTS || prepared.len() != expected as usize {
					return Err(VerifyError::CorruptPreparedKey);
				}
				Ok(inputs)
			}
			_ => Err(VerifyError::CorruptPreparedKey),
		}
	}

	fn check_public_inputs(prepared: &[u8], public_inputs: &[u8]) -> Result<(), VerifyError> {
		let expected = Self::public_input_count(prepared)?;
		scalars::<C>(expected, public_inputs).map(|_| ())
	}

	fn max_proof_len() -> u32 {
		proof_len(C::COORDINATE_LEN as u32)
	}

	fn verify(prepared: &[u8], public_inputs: &[u8], proof: &[u8]) -> Result<(), VerifyError> {
		Statement::<C>::decode(prepared, public_inputs, proof)?.verify()
	}
}

/// Reads exactly `expected` scalars.
fn scalars<C: Curve>(expected: u32, bytes: &[u8]) -> Result<Vec<C::Fr>, VerifyError> {
	let (chunks, rest) = bytes.as_chunks::<SCALAR_LEN>();
	if !rest.is_empty() || chunks.len() != expected as usize {
		return Err(VerifyError::WrongPublicInputCount);
	}
	chunks
		.iter()
		.map(|chunk| encoding::prime(chunk).ok_or(VerifyError::PublicInputNotInField))
		.collect()
}

/// A canonical key, all of it checked.
pub(crate) struct Key<C: Curve> {
	alpha: G1Of<C>,
	beta: G2Of<C>,
	gamma: G2Of<C>,
	delta: G2Of<C>,
	ic: Vec<G1Of<C>>,
}

impl<C: Curve> Key<C> {
	/// Reads a canonical key and checks everything there is to check about it.
	pub(crate) fn decode(key: &[u8]) -> Result<Self, KeyError> {
		let inputs = <C as Verifier>::key_input_count(key)?;
		let mut cursor = Cursor::new(key);
		let alpha = cursor.point()?;
		let beta = cursor.point()?;
		let gamma = cursor.point()?;
		let delta = cursor.point()?;
		if delta == gamma || delta == -gamma {
			return Err(KeyError::Forgeable);
		}
		let ic = (0..=inputs).map(|_| cursor.point_or_infinity()).collect::<Result<_, _>>()?;
		Ok(Self { alpha, beta, gamma, delta, ic })
	}

	/// The key of the same circuit with some public inputs set for good: `fixed` pairs an input's position with its
	/// value, and every other input is left, in order. Fails for a position that there is not.
	pub(crate) fn fix(mut self, fixed: &[(usize, C::Fr)]) -> Result<Self, KeyError> {
		let (points, values): (Vec<_>, Vec<_>) = fixed
			.iter()
			.map(|(position, value)| Some((*self.ic.get(position + 1)?, *value)))
			.collect::<Option<Vec<_>>>()
			.ok_or(KeyError::LayoutMismatch)?
			.into_iter()
			.unzip();
		let constant = self.ic.first().copied().ok_or(KeyError::WrongLength)?;
		let sum = combination::sum(&points, &values).ok_or(KeyError::LayoutMismatch)? + constant;
		let left = self
			.ic
			.drain(..)
			.skip(1)
			.enumerate()
			.filter(|(position, _)| fixed.iter().all(|(taken, _)| taken != position))
			.map(|(_, point)| point);
		self.ic = core::iter::once(sum.into_affine()).chain(left.collect::<Vec<_>>()).collect();
		Ok(self)
	}

	/// The prepared key.
	pub(crate) fn prepare(&self) -> Result<Vec<u8>, KeyError> {
		let inputs = self.ic.len().saturating_sub(1);
		let mut prepared =
			Vec::with_capacity(prepared_len(C::COORDINATE_LEN as u32, inputs as u32) as usize);
		prepared.push(PREPARED_VERSION);
		prepared.push(C::SYSTEM.index());
		prepared.extend_from_slice(&(inputs as u16).to_le_bytes());
		// Points of prime order always have a pairing.
		let alpha_beta = pairing::product::<C>([(self.alpha, &Lines::of(&self.beta))])
			.ok_or(KeyError::NotInSubgroup)?;
		encoding::write_tower(&mut prepared, &alpha_beta);
		encoding::write_point(&mut prepared, &-self.gamma);
		encoding::write_point(&mut prepared, &-self.delta);
		self.ic.iter().for_each(|point| encoding::write_point(&mut prepared, point));
		Ok(prepared)
	}
}

/// The three points of a proof, all of them checked.
pub(crate) struct Proof<C: Curve> {
	a: G1Of<C>,
	b: Lines<C>,
	c: G1Of<C>,
}

impl<C: Curve> Proof<C> {
	fn decode(bytes: &[u8]) -> Result<Self, VerifyError> {
		if bytes.len() != proof_len(C::COORDINATE_LEN as u32) as usize {
			return Err(VerifyError::WrongProofLength);
		}
		let mut cursor = Cursor::new(bytes);
		Ok(Self { a: cursor.point()?, b: cursor.lines()?, c: cursor.point()? })
	}
}

/// A prepared key, read back.
pub(crate) struct PreparedKey<C: Curve> {
	alpha_beta: C::Fq12,
	/// Lines of `−γ`.
	gamma: Lines<C>,
	/// Lines of `−δ`.
	delta: Lines<C>,
	ic: Vec<G1Of<C>>,
}

impl<C: Curve> PreparedKey<C> {
	/// Reads a prepared key whose header and length have been checked. Points are not: [`Verifier::prepare_key`] did.
	fn load(bytes: &[u8], inputs: u32) -> Result<Self, VerifyError> {
		let corrupt = VerifyError::CorruptPreparedKey;
		let mut cursor = Cursor::new(bytes.get(HEADER_LEN as usize..).ok_or(corrupt)?);
		let alpha_beta = cursor.tower().ok_or(corrupt)?;
		let [gamma, delta] = [cursor.point_unchecked(), cursor.point_unchecked()];
		let ic = (0..=inputs).map(|_| cursor.point_unchecked()).collect::<Option<_>>();
		Ok(Self {
			alpha_beta,
			gamma: Lines::of(&gamma.ok_or(corrupt)?),
			delta: Lines::of(&delta.ok_or(corrupt)?),
			ic: ic.ok_or(corrupt)?,
		})
	}
}

/// A proof and what it claims to prove, decoded: all that is left is arithmetic.
pub(crate) struct Statement<'a, C: Curve> {
	prepared: &'a [u8],
	inputs: Vec<C::Fr>,
	proof: Proof<C>,
	proof_bytes: &'a [u8],
}

impl<'a, C: Curve> Statement<'a, C> {
	/// Reads public inputs and a proof for a prepared key.
	pub(crate) fn decode(
		prepared: &'a [u8],
		public_inputs: &[u8],
		proof: &'a [u8],
	) -> Result<Self, VerifyError> {
		let expected = <C as Verifier>::public_input_count(prepared)?;
		Self::new(prepared, scalars::<C>(expected, public_inputs)?, proof)
	}

	/// Reads a proof for a prepared key and these public inputs.
	pub(crate) fn new(
		prepared: &'a [u8],
		inputs: Vec<C::Fr>,
		proof: &'a [u8],
	) -> Result<Self, VerifyError> {
		let expected = <C as Verifier>::public_input_count(prepared)?;
		if inputs.len() != expected as usize {
			return Err(VerifyError::WrongPublicInputCount);
		}
		Ok(Self { prepared, inputs, proof: Proof::decode(proof)?, proof_bytes: proof })
	}

	fn load_key(&self) -> Result<Arc<PreparedKey<C>>, VerifyError> {
		// The bytes fix the number of inputs.
		C::keys().get(self.prepared, || PreparedKey::load(self.prepared, self.inputs.len() as u32))
	}

	/// Verifies the proof.
	pub(crate) fn verify(&self) -> Result<(), VerifyError> {
		let key = self.load_key()?;
		self.verify_under(&key)
	}

	/// Verifies the proof under its key, which has been read.
	fn verify_under(&self, key: &PreparedKey<C>) -> Result<(), VerifyError> {
		let x =
			combination::evaluate(&key.ic, &self.inputs).ok_or(VerifyError::CorruptPreparedKey)?;
		let Proof { a, b, c } = &self.proof;
		let product = pairing::product([(*a, b), (x.into_affine(), &key.gamma), (*c, &key.delta)]);
		if product == Some(key.alpha_beta) {
			Ok(())
		} else {
			Err(VerifyError::PairingMismatch)
		}
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
