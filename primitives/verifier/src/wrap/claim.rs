// SPDX-License-Identifier: Apache-2.0

//! Hashes that the zkVMs make of their claims.

use crate::{
	groth16::encoding::{prime, SCALAR_LEN},
	VerifyError,
};
use ark_bn254::Fr;
use sha2::{Digest, Sha256};

/// Bits of the first byte of a hash that a scalar of 254 bits has room for.
const LOW_BITS: u8 = 0x1f;

/// Digest of RISC Zero's `SystemState` with a program counter and a memory root of zero: the state of a program that
/// has halted.
const HALTED: [u8; 32] = [
	0xa3, 0xac, 0xc2, 0x71, 0x17, 0x41, 0x89, 0x96, 0x34, 0x0b, 0x84, 0xe5, 0xa9, 0x0f, 0x3e, 0xf4,
	0xc4, 0x9d, 0x22, 0xc7, 0x9e, 0x44, 0xaa, 0xd8, 0x22, 0xec, 0x9c, 0x31, 0x3e, 0x1e, 0xb8, 0xe2,
];

/// SP1's first two public inputs.
pub(super) fn sp1(program_key: &[u8; 32], public_values: &[u8]) -> Result<[Fr; 2], VerifyError> {
	let program = prime(program_key).ok_or(VerifyError::ProgramKeyNotInField)?;
	let mut hash: [u8; 32] = Sha256::digest(public_values).into();
	hash[0] &= LOW_BITS;
	let values = prime(&hash).ok_or(VerifyError::PublicInputNotInField)?;
	Ok([program, values])
}

/// An exit code, big-endian, as SP1's proofs carry it.
pub(super) fn exit_code(code: &[u8; 4]) -> [u8; SCALAR_LEN] {
	let mut bytes = [0; SCALAR_LEN];
	bytes[SCALAR_LEN - 4..].copy_from_slice(code);
	bytes
}

/// RISC Zero's claim digest for an image that halted with exit code zero and this journal.
pub(super) fn risc0(image_id: &[u8; 32], journal: &[u8]) -> [u8; 32] {
	let journal: [u8; 32] = Sha256::digest(journal).into();
	let none = [0; 32];
	// Journal and assumptions, of which there are none.
	let output = tagged("risc0.Output", &[&journal, &none], &[]);
	// Input, image before, image after, output; exit code `Halted(0)`.
	tagged("risc0.ReceiptClaim", &[&none, image_id, &HALTED, &output], &[0, 0])
}

/// RISC Zero's hash of a structure: its tag, the digests of its members, its numbers, how many members there are.
pub(super) fn tagged(tag: &str, members: &[&[u8; 32]], numbers: &[u32]) -> [u8; 32] {
	let mut hash = Sha256::new_with_prefix(Sha256::digest(tag));
	members.iter().for_each(|member| hash.update(member));
	numbers.iter().for_each(|number| hash.update(number.to_le_bytes()));
	hash.update((members.len() as u16).to_le_bytes());
	hash.finalize().into()
}

/// The selector of a RISC Zero version: the beginning of the hash of what its verifier is made of. `control_id` is a
/// big-endian scalar, `key` a canonical key.
#[cfg(any(feature = "convert", test))]
pub(crate) fn risc0_selector(
	control_root: &[u8; 32],
	control_id: &[u8; 32],
	key: &[u8],
) -> Option<[u8; 4]> {
	fn point<'a>(key: &mut &'a [u8], length: usize) -> Option<[u8; 32]> {
		let point: &'a [u8] = key.split_off(..length)?;
		Some(Sha256::digest(point).into())
	}
	let mut key = key;
	let key = &mut key;
	let [alpha, beta, gamma, delta] =
		[point(key, 64)?, point(key, 128)?, point(key, 128)?, point(key, 128)?];
	// A list hangs together from its end.
	let inputs = key.as_chunks::<64>().0.iter().rev().fold([0; 32], |rest, input| {
		let input: [u8; 32] = Sha256::digest(input).into();
		tagged("risc0_groth16.VerifyingKey.IC", &[&input, &rest], &[])
	});
	let key = tagged("risc0_groth16.VerifyingKey", &[&alpha, &beta, &gamma, &delta, &inputs], &[]);
	// RISC Zero's own code has the bytes the other way round.
	let mut id = *control_id;
	id.reverse();
	let parameters =
		tagged("risc0.Groth16ReceiptVerifierParameters", &[control_root, &id, &key], &[]);
	parameters.first_chunk().copied()
}

/// The two halves of a digest, each a little-endian number.
pub(super) fn halves(digest: &[u8; 32]) -> [Fr; 2] {
	let (low, high) = digest.split_at(16);
	[low, high]
		.map(|half| Fr::from(u128::from_le_bytes(half.first_chunk().copied().unwrap_or_default())))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_halted_state_is_the_hash_of_an_empty_one() {
		assert_eq!(tagged("risc0.SystemState", &[&[0; 32]], &[0]), HALTED);
	}

	#[test]
	fn halves_are_little_endian() {
		let mut digest = [0; 32];
		digest[0] = 1;
		digest[17] = 2;
		assert_eq!(halves(&digest), [Fr::from(1u64), Fr::from(512u64)]);
	}

	#[test]
	fn exit_codes_are_numbers_of_32_bytes() {
		assert_eq!(exit_code(&[0, 0, 1, 3])[29..], [0, 1, 3]);
		assert!(exit_code(&[0, 0, 1, 3])[..30].iter().all(|byte| *byte == 0));
	}
}
