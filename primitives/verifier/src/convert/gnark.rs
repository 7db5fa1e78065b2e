// SPDX-License-Identifier: Apache-2.0

//! The binary forms of gnark's `WriteTo` into canonical bytes: Groth16 over BN254 and over BLS12-381, and PLONK's keys
//! over BN254.
//!
//! Points are compressed and big-endian, G2 has its higher coefficient first. The top bits of a point say which root
//! `y` is:
//!
//! | | smaller root | larger root | point at infinity |
//! |---|---|---|---|
//! | BN254 | `10` | `11` | `01` |
//! | BLS12-381 | `100` | `101` | `110` |
//!
//! Counts are 32-bit big-endian.
//!
//! | file | content |
//! |---|---|
//! | key | `α₁ β₁ β₂ γ₂ δ₁ δ₂`, number of `IC` points, the points, then what belongs to commitments |
//! | proof | `A B C`, number of commitments, proof of knowledge of their openings |
//! | public witness | number of public values, of secret values, of all values, 32 bytes each |
//! | PLONK key | size of the domain `n`, `1/n`, generator, number of public inputs, shift of the cosets, then as below |
//!
//! A PLONK key goes on with `S₁ S₂ S₃`, `Ql Qr Qm Qo Qk`, the `Qcp` after their number, `[1]₁ [1]₂ [x]₂`, the lines of
//! the pairings, and the committed constraints after their number.
//!
//! gnark's commitment extension of Groth16 is another proof system: circuits that use it are refused.

use super::ConvertError;
use crate::{
	curve::Curve,
	groth16::encoding::{prime, prime_len, write_point},
	plonk, Groth16Bls12_381, Groth16Bn254, ProofSystem, MAX_PUBLIC_INPUTS,
};
use alloc::{string::ToString, vec::Vec};
use ark_ec::{
	short_weierstrass::{Affine, SWCurveConfig},
	AffineRepr,
};
use ark_ff::{AdditiveGroup, Field, PrimeField};

/// Bytes of a scalar.
const WORD: usize = 32;

/// The top bits of a compressed point.
struct Flags {
	mask: u8,
	smaller: u8,
	larger: u8,
	infinity: u8,
}

/// Flags of points whose coordinates leave two bits free.
const TWO_BITS: Flags =
	Flags { mask: 0b1100_0000, smaller: 0b1000_0000, larger: 0b1100_0000, infinity: 0b0100_0000 };
/// Flags of points whose coordinates leave three bits free.
const THREE_BITS: Flags =
	Flags { mask: 0b1110_0000, smaller: 0b1000_0000, larger: 0b1010_0000, infinity: 0b1100_0000 };

/// Bytes of the lines of a PLONK key's pairings: two points, two lines for each of 66 steps, four numbers each.
const LINES_LEN: usize = 2 * 2 * 66 * 4 * WORD;

/// Canonical key from a gnark verifying key of Groth16 over BN254.
///
/// # Errors
///
/// [`ConvertError::Commitments`] when the circuit commits to wires, else what is wrong with the bytes.
pub fn key_from_bytes(bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	key::<Groth16Bn254>(bytes)
}

/// Canonical proof from a gnark proof of Groth16 over BN254.
///
/// # Errors
///
/// [`ConvertError::Commitments`] when the proof carries commitments, else what is wrong with the bytes.
pub fn proof_from_bytes(bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	proof::<Groth16Bn254>(bytes)
}

/// Canonical public inputs from a gnark public witness over BN254.
///
/// # Errors
///
/// [`ConvertError::SecretWitness`] when secret values are in it, else what is wrong with the bytes.
pub fn public_inputs_from_bytes(bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	public_inputs::<Groth16Bn254>(bytes)
}

/// Canonical key of a Groth16 system from a gnark verifying key, as [`key_from_bytes`].
///
/// # Errors
///
/// Those of [`key_from_bytes`], and [`ConvertError::NoSuchForm`] for other systems.
pub fn key_of(system: ProofSystem, bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	match system {
		ProofSystem::Groth16Bn254 => key::<Groth16Bn254>(bytes),
		ProofSystem::Groth16Bls12_381 => key::<Groth16Bls12_381>(bytes),
		other => Err(ConvertError::NoSuchForm { system: other }),
	}
}

/// Canonical proof of a Groth16 system from a gnark proof, as [`proof_from_bytes`].
///
/// # Errors
///
/// Those of [`proof_from_bytes`], and [`ConvertError::NoSuchForm`] for other systems.
pub fn proof_of(system: ProofSystem, bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	match system {
		ProofSystem::Groth16Bn254 => proof::<Groth16Bn254>(bytes),
		ProofSystem::Groth16Bls12_381 => proof::<Groth16Bls12_381>(bytes),
		other => Err(ConvertError::NoSuchForm { system: other }),
	}
}

/// Canonical public inputs of a Groth16 system from a gnark public witness, as [`public_inputs_from_bytes`].
///
/// # Errors
///
/// Those of [`public_inputs_from_bytes`], and [`ConvertError::NoSuchForm`] for other systems.
pub fn public_inputs_of(system: ProofSystem, bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	match system {
		ProofSystem::Groth16Bn254 => public_inputs::<Groth16Bn254>(bytes),
		ProofSystem::Groth16Bls12_381 => public_inputs::<Groth16Bls12_381>(bytes),
		other => Err(ConvertError::NoSuchForm { system: other }),
	}
}

/// Canonical [PLONK key](crate::plonk) from a gnark PLONK verifying key over BN254.
///
/// # Errors
///
/// [`ConvertError::Unsupported`] unless the circuit has exactly one commitment, else what is wrong with the bytes.
pub fn plonk_key_from_bytes(bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	let mut reader = Reader { rest: bytes };
	let size = reader.take::<8>()?;
	// The inverse of the size follows from the size.
	reader.take::<WORD>()?;
	let generator = reader.take::<WORD>()?;
	let inputs = u64::from_be_bytes(*reader.take()?);
	let inputs = u32::try_from(inputs).map_err(|_| ConvertError::WrongCount {
		field: "public inputs",
		expected: MAX_PUBLIC_INPUTS,
		found: u32::MAX,
	})?;
	let shift = reader.take::<WORD>()?;
	let mut points = Vec::new();
	let mut g1 = |reader: &mut Reader<'_>, field| {
		write_point(&mut points, &reader.point::<ark_bn254::g1::Config>(field)?);
		Ok(())
	};
	for field in ["S", "S", "S", "Ql", "Qr", "Qm", "Qo", "Qk"] {
		g1(&mut reader, field)?;
	}
	one_commitment("Qcp", reader.count()?)?;
	g1(&mut reader, "Qcp")?;
	g1(&mut reader, "G1")?;
	for _ in 0..2 {
		write_point(&mut points, &reader.point::<ark_bn254::g2::Config>("G2")?);
	}
	// They follow from the points.
	reader.take::<LINES_LEN>()?;
	one_commitment("committed constraints", reader.count()?)?;
	let index = reader.take::<8>()?;
	reader.finish()?;

	let mut key = Vec::with_capacity(plonk::KEY_LEN as usize);
	key.extend_from_slice(size);
	key.extend_from_slice(&inputs.to_be_bytes());
	key.extend_from_slice(index);
	key.extend_from_slice(generator);
	key.extend_from_slice(shift);
	key.extend_from_slice(&points);
	Ok(key)
}

fn one_commitment(field: &'static str, count: u32) -> Result<(), ConvertError> {
	if count == 1 {
		return Ok(());
	}
	Err(ConvertError::Unsupported {
		field,
		found: count.to_string(),
		expected: "circuits with one commitment",
	})
}

fn key<C: Curve>(bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	let mut reader = Reader { rest: bytes };
	let mut key = Vec::new();
	write_point(&mut key, &reader.point::<C::G1>("alpha")?);
	let _ = reader.point::<C::G1>("beta in G1")?;
	write_point(&mut key, &reader.point::<C::G2>("beta")?);
	write_point(&mut key, &reader.point::<C::G2>("gamma")?);
	let _ = reader.point::<C::G1>("delta in G1")?;
	write_point(&mut key, &reader.point::<C::G2>("delta")?);
	let points = reader.count()?;
	if points == 0 || points > MAX_PUBLIC_INPUTS + 1 {
		return Err(ConvertError::WrongCount {
			field: "K",
			expected: MAX_PUBLIC_INPUTS + 1,
			found: points,
		});
	}
	for _ in 0..points {
		write_point(&mut key, &reader.point::<C::G1>("K")?);
	}
	if reader.count()? != 0 {
		return Err(ConvertError::Commitments);
	}
	// What may follow when no input is committed to: nothing; a count of commitment keys, zero (gnark 0.11 and later);
	// one Pedersen key of two points of G2 that nothing uses (gnark 0.10).
	let tail = reader.rest.len();
	if ![0, 4, 4 * C::COORDINATE_LEN].contains(&tail) {
		return Err(ConvertError::WrongLength);
	}
	if tail == 4 && reader.count()? != 0 {
		return Err(ConvertError::Commitments);
	}
	Ok(key)
}

fn proof<C: Curve>(bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	let mut reader = Reader { rest: bytes };
	let mut proof = Vec::new();
	write_point(&mut proof, &reader.point::<C::G1>("Ar")?);
	write_point(&mut proof, &reader.point::<C::G2>("Bs")?);
	write_point(&mut proof, &reader.point::<C::G1>("Krs")?);
	if reader.count()? != 0 {
		return Err(ConvertError::Commitments);
	}
	// Without commitments there is nothing to open: gnark writes the point at infinity.
	if !reader.point::<C::G1>("CommitmentPok")?.is_zero() {
		return Err(ConvertError::Commitments);
	}
	reader.finish()?;
	Ok(proof)
}

fn public_inputs<C: Curve>(bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
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
		prime::<C::Fr>(word).ok_or(ConvertError::NotInField { field: "public witness" })?;
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

	fn slice(&mut self, length: usize) -> Result<&'a [u8], ConvertError> {
		let (head, rest) = self.rest.split_at_checked(length).ok_or(ConvertError::WrongLength)?;
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

	/// Reads a compressed point, infinity included.
	fn point<P: SWCurveConfig>(&mut self, field: &'static str) -> Result<Affine<P>, ConvertError> {
		type Prime<P> = <<P as ark_ec::CurveConfig>::BaseField as Field>::BasePrimeField;
		let free = prime_len::<Prime<P>>() as u32 * 8 - Prime::<P>::MODULUS_BIT_SIZE;
		let flags = if free >= 3 { THREE_BITS } else { TWO_BITS };
		let mut flag = 0;
		let mut coefficients = Vec::new();
		for position in 0..P::BaseField::extension_degree() {
			let mut bytes = self.slice(prime_len::<Prime<P>>())?.to_vec();
			if let (0, Some(first)) = (position, bytes.first_mut()) {
				flag = *first & flags.mask;
				*first &= !flags.mask;
			}
			let coefficient =
				prime::<Prime<P>>(&bytes).ok_or(ConvertError::NotInField { field })?;
			coefficients.push(coefficient);
		}
		coefficients.reverse();
		let invalid = ConvertError::InvalidPoint { field };
		let x = P::BaseField::from_base_prime_field_elems(coefficients).ok_or(invalid.clone())?;
		let larger = match flag {
			flag if flag == flags.infinity && x == P::BaseField::ZERO => {
				return Ok(Affine::identity());
			}
			flag if flag == flags.smaller => false,
			flag if flag == flags.larger => true,
			_ => return Err(invalid),
		};
		Affine::get_point_from_x_unchecked(x, larger).ok_or(invalid)
	}
}
