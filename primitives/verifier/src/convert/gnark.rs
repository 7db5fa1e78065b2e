// SPDX-License-Identifier: Apache-2.0

//! The binary forms of gnark's `WriteTo` (Groth16 over BN254) into canonical bytes.
//!
//! Points are compressed and big-endian: the top two bits of a point say which root `y` is (`10` the smaller, `11` the
//! larger, `01` the point at infinity), G2 has its higher coefficient first. Counts are 32-bit big-endian.
//!
//! | file | content |
//! |---|---|
//! | key | `α₁ β₁ β₂ γ₂ δ₁ δ₂`, number of `IC` points, the points, then what belongs to commitments |
//! | proof | `A B C`, number of commitments, proof of knowledge of their openings |
//! | public witness | number of public values, of secret values, of all values, 32 bytes each |
//!
//! gnark's commitment extension is another proof system: circuits that use it are refused.

use super::ConvertError;
use crate::{
	groth16_bn254::{MIN_KEY_LEN, PROOF_LEN},
	MAX_PUBLIC_INPUTS,
};
use alloc::vec::Vec;
use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ff::{BigInt, BigInteger, PrimeField};

const WORD: usize = 32;
/// Bits of the first byte that carry the flag.
const FLAGS: u8 = 0b1100_0000;
const SMALLER: u8 = 0b1000_0000;
const LARGER: u8 = 0b1100_0000;
const INFINITY: u8 = 0b0100_0000;

/// What may follow a key's count of committed inputs when there is none: nothing; a count of commitment keys, zero
/// (gnark 0.11 and later); one Pedersen key of two points of G2 that nothing uses (gnark 0.10).
const KEY_TAILS: [usize; 3] = [0, 4, 128];

/// Canonical key from a gnark verifying key.
///
/// # Errors
///
/// [`ConvertError::Commitments`] when the circuit commits to wires, else what is wrong with the bytes.
pub fn key_from_bytes(bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	let mut reader = Reader { rest: bytes };
	let mut key = Vec::with_capacity(MIN_KEY_LEN as usize);
	push(&mut key, reader.g1("alpha")?);
	reader.g1("beta in G1")?;
	push(&mut key, reader.g2("beta")?);
	push(&mut key, reader.g2("gamma")?);
	reader.g1("delta in G1")?;
	push(&mut key, reader.g2("delta")?);
	let points = reader.count()?;
	if points == 0 || points > MAX_PUBLIC_INPUTS + 1 {
		return Err(ConvertError::WrongCount {
			field: "K",
			expected: MAX_PUBLIC_INPUTS + 1,
			found: points,
		});
	}
	for _ in 0..points {
		push(&mut key, reader.g1("K")?);
	}
	if reader.count()? != 0 {
		return Err(ConvertError::Commitments);
	}
	let tail = reader.rest;
	if !KEY_TAILS.contains(&tail.len()) {
		return Err(ConvertError::WrongLength);
	}
	if tail.len() == 4 && reader.count()? != 0 {
		return Err(ConvertError::Commitments);
	}
	Ok(key)
}

/// Canonical proof from a gnark proof.
///
/// # Errors
///
/// [`ConvertError::Commitments`] when the proof carries commitments, else what is wrong with the bytes.
pub fn proof_from_bytes(bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	let mut reader = Reader { rest: bytes };
	let mut proof = Vec::with_capacity(PROOF_LEN as usize);
	push(&mut proof, reader.g1("Ar")?);
	push(&mut proof, reader.g2("Bs")?);
	push(&mut proof, reader.g1("Krs")?);
	if reader.count()? != 0 {
		return Err(ConvertError::Commitments);
	}
	// Without commitments there is nothing to open: gnark writes the point at infinity.
	let opening = reader.g1("CommitmentPok")?;
	if opening != [Fq::default(); 2] {
		return Err(ConvertError::Commitments);
	}
	reader.finish()?;
	Ok(proof)
}

/// Canonical public inputs from a gnark public witness.
///
/// # Errors
///
/// [`ConvertError::SecretWitness`] when secret values are in it, else what is wrong with the bytes.
pub fn public_inputs_from_bytes(bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	let mut reader = Reader { rest: bytes };
	let public = reader.count()?;
	if reader.count()? != 0 {
		return Err(ConvertError::SecretWitness);
	}
	let values = reader.count()?;
	if values != public || values > MAX_PUBLIC_INPUTS {
		return Err(ConvertError::WrongCount {
			field: "public witness",
			expected: public.min(MAX_PUBLIC_INPUTS),
			found: values,
		});
	}
	let mut inputs = Vec::with_capacity(values as usize * WORD);
	for _ in 0..values {
		let word = reader.take::<WORD>()?;
		element::<Fr>(word).ok_or(ConvertError::NotInField { field: "public witness" })?;
		inputs.extend_from_slice(word);
	}
	reader.finish()?;
	Ok(inputs)
}

struct Reader<'a> {
	rest: &'a [u8],
}

impl<'a> Reader<'a> {
	fn take<const N: usize>(&mut self) -> Result<&'a [u8; N], ConvertError> {
		let (head, rest) = self.rest.split_first_chunk().ok_or(ConvertError::WrongLength)?;
		self.rest = rest;
		Ok(head)
	}

	fn count(&mut self) -> Result<u32, ConvertError> {
		self.take().map(|bytes| u32::from_be_bytes(*bytes))
	}

	fn finish(self) -> Result<(), ConvertError> {
		if self.rest.is_empty() {
			Ok(())
		} else {
			Err(ConvertError::WrongLength)
		}
	}

	/// Reads a point of G1: its coordinates in canonical order, zeros for the point at infinity.
	fn g1(&mut self, field: &'static str) -> Result<[Fq; 2], ConvertError> {
		let (flag, x) = split_flag(self.take::<WORD>()?);
		let x = element::<Fq>(&x).ok_or(ConvertError::NotInField { field })?;
		if flag == INFINITY && x == Fq::default() {
			return Ok([x; 2]);
		}
		larger(flag)
			.and_then(|larger| G1Affine::get_point_from_x_unchecked(x, larger))
			.map(|point| [point.x, point.y])
			.ok_or(ConvertError::InvalidPoint { field })
	}

	/// Reads a point of G2: its coordinates in canonical order, zeros for the point at infinity.
	fn g2(&mut self, field: &'static str) -> Result<[Fq; 4], ConvertError> {
		let (flag, c1) = split_flag(self.take::<WORD>()?);
		let c0 = self.take::<WORD>()?;
		let c1 = element::<Fq>(&c1).ok_or(ConvertError::NotInField { field })?;
		let c0 = element::<Fq>(c0).ok_or(ConvertError::NotInField { field })?;
		let x = Fq2::new(c0, c1);
		if flag == INFINITY && x == Fq2::default() {
			return Ok([Fq::default(); 4]);
		}
		larger(flag)
			.and_then(|larger| G2Affine::get_point_from_x_unchecked(x, larger))
			.map(|point| [point.x.c1, point.x.c0, point.y.c1, point.y.c0])
			.ok_or(ConvertError::InvalidPoint { field })
	}
}

/// The flag of a compressed point and its bytes without it.
fn split_flag(bytes: &[u8; WORD]) -> (u8, [u8; WORD]) {
	let mut bytes = *bytes;
	let flag = bytes[0] & FLAGS;
	bytes[0] &= !FLAGS;
	(flag, bytes)
}

/// Whether the flag asks for the larger root; nothing for the flags that ask for no root.
fn larger(flag: u8) -> Option<bool> {
	match flag {
		SMALLER => Some(false),
		LARGER => Some(true),
		_ => None,
	}
}

/// A reduced element of a field of four limbs, from big-endian bytes.
fn element<F: PrimeField<BigInt = BigInt<4>>>(bytes: &[u8; WORD]) -> Option<F> {
	let mut limbs = [0; 4];
	for (limb, chunk) in limbs.iter_mut().rev().zip(bytes.as_chunks::<8>().0) {
		*limb = u64::from_be_bytes(*chunk);
	}
	F::from_bigint(BigInt::new(limbs))
}

fn push<const N: usize>(out: &mut Vec<u8>, coordinates: [Fq; N]) {
	for coordinate in coordinates {
		out.extend_from_slice(&coordinate.into_bigint().to_bytes_be());
	}
}
