// SPDX-License-Identifier: Apache-2.0

//! Encoding in which the claims of a batch cross the boundary.
//!
//! One byte string, the SCALE encoding of
//!
//! | field | type |
//! |---|---|
//! | prepared keys, in the order in which the claims first name them | `Vec<Vec<u8>>` |
//! | claims | `Vec<Claim>` |
//!
//! where a claim is its kind in one byte and
//!
//! | kind | fields |
//! |---|---|
//! | 0, plain | proof system `u8`, position of the key `u8`, public inputs `Vec<u8>`, proof `Vec<u8>` |
//! | 1, wrapped | position of the key `u8`, program key `[u8; 32]`, public values `Vec<u8>`, proof `Vec<u8>` |
//!
//! A key that many claims share is so copied once. Reading is strict: at most [`MAX_BATCH`] claims, keys in their order
//! and none that no claim names, nothing left at the end. Whatever it is given, it allocates no more than two tables of
//! that many entries, which point into the bytes.

#[cfg(not(substrate_runtime))]
pub(crate) mod decode;

use crate::boundary::MAX_BATCH;
use alloc::vec::Vec;
use codec::{Compact, Encode};
use core::num::TryFromIntError;
use proofyard_verifier::Claim;

const PLAIN: u8 = 0;
const WRAPPED: u8 = 1;

const _: () = assert!(MAX_BATCH <= u8::MAX as u32);

/// The bytes of at most [`MAX_BATCH`] claims; nothing for more.
pub(crate) fn encode(claims: &[Claim<'_>]) -> Option<Vec<u8>> {
	if claims.len() > MAX_BATCH as usize {
		return None;
	}
	let mut keys: Vec<&[u8]> = Vec::new();
	let mut body = Vec::new();
	Compact(u32::try_from(claims.len()).ok()?).encode_to(&mut body);
	for claim in claims {
		let (Claim::Plain { prepared, .. } | Claim::Wrapped { prepared, .. }) = *claim;
		// Mostly the very same bytes: the pointers tell without reading them.
		let known = keys.iter().position(|key| core::ptr::eq(*key, prepared) || *key == prepared);
		let key = u8::try_from(known.unwrap_or(keys.len())).ok()?;
		if known.is_none() {
			keys.push(prepared);
		}
		let (first, second) = match *claim {
			Claim::Plain { system, public_inputs, proof, .. } => {
				body.extend_from_slice(&[PLAIN, system.index(), key]);
				(public_inputs, proof)
			}
			Claim::Wrapped { program_key, public_values, proof, .. } => {
				body.extend_from_slice(&[WRAPPED, key]);
				body.extend_from_slice(program_key);
				(public_values, proof)
			}
		};
		write_bytes(&mut body, first).ok()?;
		write_bytes(&mut body, second).ok()?;
	}
	let length: usize = keys.iter().map(|key| key.len() + 4).sum();
	let mut batch = Vec::with_capacity(length + body.len() + 4);
	Compact(u32::try_from(keys.len()).ok()?).encode_to(&mut batch);
	for key in keys {
		write_bytes(&mut batch, key).ok()?;
	}
	batch.extend_from_slice(&body);
	Some(batch)
}

/// A byte string after its length.
fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), TryFromIntError> {
	Compact(u32::try_from(bytes.len())?).encode_to(out);
	out.extend_from_slice(bytes);
	Ok(())
}
