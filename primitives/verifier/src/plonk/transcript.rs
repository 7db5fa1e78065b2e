// SPDX-License-Identifier: Apache-2.0

//! Challenges, as gnark derives them.

use crate::groth16::encoding::{write_point, write_prime};
use alloc::vec::Vec;
use ark_bn254::{Fr, G1Affine};
use ark_ff::PrimeField;
use sha2::{Digest, Sha256};

/// Separates the hash of a committed wire from all others.
const COMMITMENT_DOMAIN: &[u8] = b"BSB22-Plonk";

/// Collects what a challenge depends on.
#[derive(Default)]
pub(super) struct Bindings {
	bytes: Vec<u8>,
}

impl Bindings {
	pub(super) fn points<'a>(mut self, points: impl IntoIterator<Item = &'a G1Affine>) -> Self {
		points.into_iter().for_each(|point| write_point(&mut self.bytes, point));
		self
	}

	pub(super) fn scalars<'a>(mut self, scalars: impl IntoIterator<Item = &'a Fr>) -> Self {
		scalars.into_iter().for_each(|scalar| write_prime(&mut self.bytes, scalar));
		self
	}
}

/// The chain of challenges: each hash begins with the challenge's name and the hash before it.
#[derive(Default)]
pub(super) struct Transcript {
	previous: Vec<u8>,
}

impl Transcript {
	pub(super) fn challenge(&mut self, name: &str, bindings: Bindings) -> Fr {
		let hash = Sha256::new()
			.chain_update(name)
			.chain_update(&self.previous)
			.chain_update(&bindings.bytes)
			.finalize();
		self.previous = hash.to_vec();
		Fr::from_be_bytes_mod_order(&hash)
	}
}

/// The public input that stands for a commitment to wires: RFC 9380's `hash_to_field` with `expand_message_xmd`, 48
/// bytes for one element.
pub(super) fn hash_commitment(commitment: &G1Affine) -> Fr {
	const LENGTH: u8 = 48;
	let mut point = Vec::new();
	write_point(&mut point, commitment);
	let domain_length = [COMMITMENT_DOMAIN.len() as u8];
	let first = Sha256::new()
		.chain_update([0; 64])
		.chain_update(&point)
		.chain_update([0, LENGTH, 0])
		.chain_update(COMMITMENT_DOMAIN)
		.chain_update(domain_length)
		.finalize();
	let mut block = [0; 32];
	let mut bytes = Vec::new();
	for counter in [1u8, 2] {
		let mixed: Vec<u8> = first.iter().zip(block).map(|(a, b)| a ^ b).collect();
		block = Sha256::new()
			.chain_update(&mixed)
			.chain_update([counter])
			.chain_update(COMMITMENT_DOMAIN)
			.chain_update(domain_length)
			.finalize()
			.into();
		bytes.extend_from_slice(&block);
	}
	bytes.truncate(LENGTH.into());
	Fr::from_be_bytes_mod_order(&bytes)
}
