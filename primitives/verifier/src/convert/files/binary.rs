// SPDX-License-Identifier: Apache-2.0

//! Recognition of files that are no JSON: gnark's and arkworks' do not say what they are, but their lengths, their
//! counts and the flags of their points fit one kind only.
//!
//! A file that is damaged here and there is still known for what it is, as long as its length and its counts hold: it
//! then gets a verdict together with those it belongs to.

use super::{Content, Part, Public};
use crate::{
	convert::{arkworks, gnark, ConvertError},
	ProofSystem, MAX_PUBLIC_INPUTS,
};
use alloc::{format, vec::Vec};

const SYSTEMS: [ProofSystem; 2] = [ProofSystem::Groth16Bn254, ProofSystem::Groth16Bls12_381];

/// Bytes of a scalar.
const WORD: usize = 32;

/// Offset at which a witness says how many secret values it has.
const SECRET_COUNT: usize = 4;

pub(super) fn read<'a>(name: &str, bytes: &'a [u8]) -> Result<Content<'a>, ConvertError> {
	let content = match gnark_witness(bytes)? {
		Some(public) => Some(Content::Public(public)),
		None if is_arkworks_inputs(bytes) => Some(Content::Public(Public::Arkworks(bytes))),
		None => match gnark_part(bytes) {
			Some(content) => Some(content),
			None => arkworks_part(name, bytes)?,
		},
	};
	content.ok_or_else(|| {
		if bytes.starts_with(b"zkey") {
			return ConvertError::Files(format!(
				"`{name}` is a proving key of snarkjs; the verification key comes out of it with `snarkjs zkey export \
				 verificationkey`"
			));
		}
		ConvertError::Files(format!(
			"`{name}` is neither JSON nor a key, proof or public witness of gnark's Groth16 without commitments, nor \
			 one of arkworks"
		))
	})
}

/// A system's canonical bytes, or the error that says what is wrong with a file of this system.
fn part(system: ProofSystem, read: Result<Vec<u8>, ConvertError>) -> Part {
	read.map(|bytes| (system, bytes))
}

fn gnark_part(bytes: &[u8]) -> Option<Content<'static>> {
	let mut damaged = None;
	for system in SYSTEMS {
		match gnark::proof_of(system, bytes) {
			read @ Ok(_) => return Some(Content::Proof(part(system, read))),
			read if is_gnark_proof(system, bytes, &read) => {
				damaged.get_or_insert(Content::Proof(part(system, read)));
			}
			_ => {}
		}
		// What is said of commitments comes after many points that could be read.
		match gnark::key_of(system, bytes) {
			read @ (Ok(_) | Err(ConvertError::Commitments)) => {
				return Some(Content::Key(part(system, read)));
			}
			read if is_gnark_key(system, bytes) => {
				damaged.get_or_insert(Content::Key(part(system, read)));
			}
			_ => {}
		}
	}
	damaged
}

/// Bytes of a coordinate.
const fn coordinate(system: ProofSystem) -> usize {
	match system {
		ProofSystem::Groth16Bls12_381 => 48,
		_ => 32,
	}
}

/// A 32-bit number at this place.
fn count_at(bytes: &[u8], place: usize) -> Option<u32> {
	bytes.get(place..)?.first_chunk().map(|count| u32::from_be_bytes(*count))
}

/// Whether the length is that of a proof with as many commitments as it says; where its three points could be read,
/// also of one without any.
fn is_gnark_proof(system: ProofSystem, bytes: &[u8], read: &Result<Vec<u8>, ConvertError>) -> bool {
	let coordinate = coordinate(system);
	let plain = 5 * coordinate + 4;
	let commitments = count_at(bytes, 4 * coordinate).unwrap_or(u32::MAX) as usize;
	let announced = commitments.checked_mul(coordinate).and_then(|more| more.checked_add(plain));
	announced == Some(bytes.len())
		|| (plain == bytes.len() && *read == Err(ConvertError::Commitments))
}

/// Whether the length is that of a key with as many points as it says, and nothing is committed to.
fn is_gnark_key(system: ProofSystem, bytes: &[u8]) -> bool {
	let coordinate = coordinate(system);
	let before = 9 * coordinate;
	let Some(points) =
		count_at(bytes, before).filter(|count| (1..=MAX_PUBLIC_INPUTS + 1).contains(count))
	else {
		return false;
	};
	let end = before + 4 + points as usize * coordinate;
	count_at(bytes, end) == Some(0)
		&& [0, 4, 4 * coordinate].iter().any(|tail| end + 4 + tail == bytes.len())
}

/// A witness: at most one of its three counts, which say the same thing twice, does not fit.
///
/// # Errors
///
/// [`ConvertError::SecretWitness`] when all of them fit and there are secret values.
fn gnark_witness(bytes: &[u8]) -> Result<Option<Public<'_>>, ConvertError> {
	let [public, secret, all] = [0, SECRET_COUNT, 8].map(|place| count_at(bytes, place));
	let (Some(public), Some(secret), Some(all)) = (public, secret, all) else {
		return Ok(None);
	};
	let (values, rest) = bytes.get(12..).unwrap_or_default().as_chunks::<WORD>();
	let Ok(values) = u32::try_from(values.len()) else { return Ok(None) };
	if !rest.is_empty() {
		return Ok(None);
	}
	if secret != 0 && all == values && public.checked_add(secret) == Some(all) {
		return Err(ConvertError::SecretWitness);
	}
	let fitting = [public == values, secret == 0, all == values];
	let is_witness = values > 0 && fitting.into_iter().filter(|fits| *fits).count() >= 2;
	Ok((is_witness || fitting == [true; 3]).then_some(Public::Gnark(bytes)))
}

/// Number of secret values that a witness says it has.
pub(super) fn secret_count(bytes: &[u8]) -> u32 {
	count_at(bytes, SECRET_COUNT).unwrap_or_default()
}

/// Whether the length is that of as many scalars as the count says.
fn is_arkworks_inputs(bytes: &[u8]) -> bool {
	bytes.split_first_chunk::<8>().is_some_and(|(count, values)| {
		values.len() % WORD == 0
			&& values.len() / WORD <= MAX_PUBLIC_INPUTS as usize
			&& u64::from_le_bytes(*count) == (values.len() / WORD) as u64
	})
}

fn arkworks_part(name: &str, bytes: &[u8]) -> Result<Option<Content<'static>>, ConvertError> {
	let mut sound = Vec::new();
	let mut damaged = Vec::new();
	for system in SYSTEMS {
		for compressed in [true, false] {
			let content = if arkworks::is_proof(system, compressed, bytes) {
				Content::Proof(part(system, arkworks::proof(system, compressed, bytes)))
			} else if arkworks::is_key(system, compressed, bytes) {
				Content::Key(part(system, arkworks::key(system, compressed, bytes)))
			} else {
				continue;
			};
			match &content {
				Content::Key(Ok(_)) | Content::Proof(Ok(_)) => sound.push(content),
				_ => damaged.push(content),
			}
		}
	}
	if sound.len() > 1 {
		return Err(ConvertError::Files(format!(
			"`{name}` can be read in several ways: put what belongs together into one JSON file"
		)));
	}
	Ok(sound.pop().or_else(|| damaged.into_iter().next()))
}
