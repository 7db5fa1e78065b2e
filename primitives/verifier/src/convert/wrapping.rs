// SPDX-License-Identifier: Apache-2.0

//! Entries of [wrapping keys](crate::wrap) from what SP1 and RISC Zero publish with a release.
//!
//! - SP1: `groth16_vk.bin` and `plonk_vk.bin`, gnark's binary form, in the crate `sp1-verifier`; the selector is the
//!   beginning of the file's SHA-256. The root of the recursion's keys is the crate's `VK_ROOT_BYTES`.
//! - RISC Zero: the control root and control id, in `ControlID.sol` or the crate `risc0-circuit-recursion` (there, the
//!   bytes of the control id are in the opposite order); the selector is the beginning of a hash of both and of the key.

use super::{gnark, ConvertError};
use crate::{
	wrap::{claim, Layout, WrappingKey},
	ProofSystem,
};
use alloc::{string::ToString, vec::Vec};
use sha2::{Digest, Sha256};

/// The entry of an SP1 version, from the file of its verifying key.
///
/// # Errors
///
/// [`ConvertError::NoSuchForm`] for a system that is not SP1's, [`ConvertError::Entry`] when the parts do not fit
/// together; else what is wrong with the file.
pub fn sp1(
	system: ProofSystem,
	version: &str,
	verifying_key: &[u8],
	layout: Layout,
) -> Result<WrappingKey, ConvertError> {
	let key = match system {
		ProofSystem::Sp1Groth16 => gnark::key_from_bytes(verifying_key)?,
		ProofSystem::Sp1Plonk => gnark::plonk_key_from_bytes(verifying_key)?,
		other => return Err(ConvertError::NoSuchForm { system: other }),
	};
	let hash = Sha256::digest(verifying_key);
	let selector = hash.first_chunk().copied().unwrap_or_default();
	checked(WrappingKey { system, selector, version: version.as_bytes().to_vec(), layout, key })
}

/// The entry of a RISC Zero version, from its control root, its control id as a big-endian scalar, and the canonical
/// Groth16 key.
///
/// # Errors
///
/// [`ConvertError::NotCanonical`] for a key that is too short, [`ConvertError::Entry`] when the parts do not fit
/// together.
pub fn risc0(
	version: &str,
	control_root: [u8; 32],
	control_id: [u8; 32],
	key: Vec<u8>,
) -> Result<WrappingKey, ConvertError> {
	let selector = claim::risc0_selector(&control_root, &control_id, &key)
		.ok_or(ConvertError::NotCanonical)?;
	checked(WrappingKey {
		system: ProofSystem::Risc0Groth16,
		selector,
		version: version.as_bytes().to_vec(),
		layout: Layout::Risc0 { control_root, control_id },
		key,
	})
}

fn checked(entry: WrappingKey) -> Result<WrappingKey, ConvertError> {
	WrappingKey::from_bytes(&entry.to_bytes())
		.map_err(|error| ConvertError::Entry(error.to_string()))
}
