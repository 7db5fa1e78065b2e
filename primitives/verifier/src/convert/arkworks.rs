// SPDX-License-Identifier: Apache-2.0

//! The bytes of arkworks' `CanonicalSerialize` (`ark-groth16`, versions 0.4 and later) into canonical bytes: Groth16
//! over BN254 and over BLS12-381, compressed or not.
//!
//! | what | content |
//! |---|---|
//! | key | `α β γ δ`, number of `IC` points (64 bits, little-endian), the points |
//! | proof | `A B C` |
//! | public inputs | their number (64 bits, little-endian), 32 bytes each, little-endian |
//!
//! Points and numbers are little-endian over BN254; over BLS12-381 points are big-endian with the flags of the curve's
//! usual encoding.

use super::ConvertError;
use crate::{
	curve::Curve,
	groth16::encoding::{write_point, write_prime},
	Groth16Bls12_381, Groth16Bn254, ProofSystem, MAX_PUBLIC_INPUTS,
};
use alloc::vec::Vec;
use ark_ec::{
	short_weierstrass::{Affine, SWCurveConfig},
	AffineRepr,
};
use ark_serialize::{CanonicalDeserialize, Compress, SerializationError, Validate};

/// Canonical key from an arkworks `VerifyingKey`.
///
/// # Errors
///
/// [`ConvertError::NoSuchForm`] for a system that is not Groth16; else what is wrong with the bytes.
pub fn key(system: ProofSystem, compressed: bool, bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	match system {
		ProofSystem::Groth16Bn254 => read_key::<Groth16Bn254>(compressed, bytes),
		ProofSystem::Groth16Bls12_381 => read_key::<Groth16Bls12_381>(compressed, bytes),
		other => Err(ConvertError::NoSuchForm { system: other }),
	}
}

/// Canonical proof from an arkworks `Proof`.
///
/// # Errors
///
/// [`ConvertError::NoSuchForm`] for a system that is not Groth16; else what is wrong with the bytes.
pub fn proof(system: ProofSystem, compressed: bool, bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	match system {
		ProofSystem::Groth16Bn254 => read_proof::<Groth16Bn254>(compressed, bytes),
		ProofSystem::Groth16Bls12_381 => read_proof::<Groth16Bls12_381>(compressed, bytes),
		other => Err(ConvertError::NoSuchForm { system: other }),
	}
}

/// Canonical public inputs from arkworks' bytes of a list of scalars.
///
/// # Errors
///
/// [`ConvertError::NoSuchForm`] for a system that is not Groth16; else what is wrong with the bytes.
pub fn public_inputs(system: ProofSystem, bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	match system {
		ProofSystem::Groth16Bn254 => read_public_inputs::<Groth16Bn254>(bytes),
		ProofSystem::Groth16Bls12_381 => read_public_inputs::<Groth16Bls12_381>(bytes),
		other => Err(ConvertError::NoSuchForm { system: other }),
	}
}

/// Whether bytes are a proof of this system in this form, perhaps a damaged one: the length is right, and at least two of
/// the three points are on the curve.
pub(super) fn is_proof(system: ProofSystem, compressed: bool, bytes: &[u8]) -> bool {
	match system {
		ProofSystem::Groth16Bn254 => resembles_proof::<Groth16Bn254>(compressed, bytes),
		ProofSystem::Groth16Bls12_381 => resembles_proof::<Groth16Bls12_381>(compressed, bytes),
		_ => false,
	}
}

/// Whether bytes are a key of this system in this form, perhaps a damaged one: the number of points is that of the
/// length.
pub(super) fn is_key(system: ProofSystem, compressed: bool, bytes: &[u8]) -> bool {
	match system {
		ProofSystem::Groth16Bn254 => resembles_key::<Groth16Bn254>(compressed, bytes),
		ProofSystem::Groth16Bls12_381 => resembles_key::<Groth16Bls12_381>(compressed, bytes),
		_ => false,
	}
}

/// Bytes of a point of G1 and of one of G2.
fn point_lengths<C: Curve>(compressed: bool) -> (usize, usize) {
	let compress = if compressed { Compress::Yes } else { Compress::No };
	(C::G1::serialized_size(compress), C::G2::serialized_size(compress))
}

fn resembles_proof<C: Curve>(compressed: bool, bytes: &[u8]) -> bool {
	let (g1, g2) = point_lengths::<C>(compressed);
	if bytes.len() != 2 * g1 + g2 {
		return false;
	}
	let (a, rest) = bytes.split_at(g1);
	let (b, c) = rest.split_at(g2);
	let sound = [
		exists::<C::G1>(compressed, a),
		exists::<C::G2>(compressed, b),
		exists::<C::G1>(compressed, c),
	];
	sound.into_iter().filter(|sound| *sound).count() >= 2
}

fn exists<P: SWCurveConfig>(compressed: bool, bytes: &[u8]) -> bool {
	Reader::new(compressed, bytes)
		.read::<Affine<P>>("point")
		.is_ok_and(|point| !point.is_zero() && point.is_on_curve())
}

fn resembles_key<C: Curve>(compressed: bool, bytes: &[u8]) -> bool {
	let (g1, g2) = point_lengths::<C>(compressed);
	let Some((count, points)) = bytes.get(g1 + 3 * g2..).and_then(<[u8]>::split_first_chunk::<8>)
	else {
		return false;
	};
	let expected = points.len() / g1;
	expected > 0 && points.len() % g1 == 0 && u64::from_le_bytes(*count) == expected as u64
}

fn read_key<C: Curve>(compressed: bool, bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	let mut reader = Reader::new(compressed, bytes);
	let mut key = Vec::new();
	reader.point::<C::G1>(&mut key, "alpha")?;
	reader.point::<C::G2>(&mut key, "beta")?;
	reader.point::<C::G2>(&mut key, "gamma")?;
	reader.point::<C::G2>(&mut key, "delta")?;
	let points = reader.count("IC", MAX_PUBLIC_INPUTS + 1)?;
	if points == 0 {
		return Err(ConvertError::WrongCount { field: "IC", expected: 1, found: 0 });
	}
	for _ in 0..points {
		reader.point::<C::G1>(&mut key, "IC")?;
	}
	reader.finish()?;
	Ok(key)
}

fn read_proof<C: Curve>(compressed: bool, bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	let mut reader = Reader::new(compressed, bytes);
	let mut proof = Vec::new();
	reader.point::<C::G1>(&mut proof, "A")?;
	reader.point::<C::G2>(&mut proof, "B")?;
	reader.point::<C::G1>(&mut proof, "C")?;
	reader.finish()?;
	Ok(proof)
}

fn read_public_inputs<C: Curve>(bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
	let mut reader = Reader::new(false, bytes);
	let count = reader.count("public inputs", MAX_PUBLIC_INPUTS)?;
	let mut inputs = Vec::new();
	for _ in 0..count {
		write_prime(&mut inputs, &reader.read::<C::Fr>("public inputs")?);
	}
	reader.finish()?;
	Ok(inputs)
}

struct Reader<'a> {
	rest: &'a [u8],
	compress: Compress,
}

impl<'a> Reader<'a> {
	fn new(compressed: bool, bytes: &'a [u8]) -> Self {
		Self { rest: bytes, compress: if compressed { Compress::Yes } else { Compress::No } }
	}

	fn read<T: CanonicalDeserialize>(&mut self, field: &'static str) -> Result<T, ConvertError> {
		T::deserialize_with_mode(&mut self.rest, self.compress, Validate::No).map_err(|error| {
			match error {
				SerializationError::IoError(_) | SerializationError::NotEnoughSpace => {
					ConvertError::WrongLength
				}
				_ => ConvertError::InvalidPoint { field },
			}
		})
	}

	fn point<P: SWCurveConfig>(
		&mut self,
		out: &mut Vec<u8>,
		field: &'static str,
	) -> Result<(), ConvertError> {
		if self.rest.len() < P::serialized_size(self.compress) {
			return Err(ConvertError::WrongLength);
		}
		write_point::<P>(out, &self.read::<Affine<P>>(field)?);
		Ok(())
	}

	fn count(&mut self, field: &'static str, most: u32) -> Result<u32, ConvertError> {
		let count = self.read::<u64>(field)?;
		u32::try_from(count).ok().filter(|count| *count <= most).ok_or(ConvertError::WrongCount {
			field,
			expected: most,
			found: u32::try_from(count).unwrap_or(u32::MAX),
		})
	}

	fn finish(self) -> Result<(), ConvertError> {
		if self.rest.is_empty() {
			Ok(())
		} else {
			Err(ConvertError::WrongLength)
		}
	}
}
