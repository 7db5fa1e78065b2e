// SPDX-License-Identifier: Apache-2.0
//! Public values as requesters want them.

use crate::proofs::Key;
use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};
use proofyard_primitives::FixedValues;

/// Whether public values are what was asked for.
pub fn allows(wanted: &FixedValues, values: &[u8]) -> bool {
	match wanted {
		FixedValues::Open => true,
		FixedValues::Inputs(inputs) => {
			values.len() == 32 * inputs.len()
				&& inputs.iter().enumerate().all(|(place, input)| {
					input.is_none_or(|input| values[32 * place..32 * (place + 1)] == input)
				})
		}
		FixedValues::Whole(whole) => whole[..] == *values,
		FixedValues::Hash(hash) => hash.0 == sp_io::hashing::sha2_256(values),
		FixedValues::Prefix(prefix) => values.get(..prefix.len()) == Some(&prefix[..]),
	}
}

/// Whether a program with this key can have a proof of what is asked for, as far as the chain can tell
/// without one.
pub fn can_be(wanted: &FixedValues, key: Key) -> bool {
	let is_zkvm = matches!(key, Key::Zkvm(..));
	let scalars = key.inputs() as usize;
	let order = Fr::MODULUS.to_bytes_be();
	let are_scalars = |bytes: &[u8]| {
		bytes.len().is_multiple_of(32) && bytes.chunks(32).all(|scalar| *scalar < order[..])
	};
	match wanted {
		FixedValues::Open | FixedValues::Hash(_) => true,
		FixedValues::Inputs(inputs) => {
			!is_zkvm
				&& inputs.len() == scalars
				&& inputs.iter().flatten().all(|input| are_scalars(input))
		}
		FixedValues::Whole(bytes) => is_zkvm || bytes.len() == 32 * scalars && are_scalars(bytes),
		FixedValues::Prefix(bytes) => is_zkvm || bytes.len() <= 32 * scalars && are_scalars(bytes),
	}
}

/// Kind of the public values wanted.
pub fn kind(wanted: &FixedValues) -> &'static str {
	match wanted {
		FixedValues::Open => "open",
		FixedValues::Inputs(_) => "by position",
		FixedValues::Whole(_) => "whole",
		FixedValues::Hash(_) => "by hash",
		FixedValues::Prefix(_) => "by prefix",
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::H256;

	fn bytes(bytes: &[u8]) -> proofyard_primitives::PublicValues {
		bytes.to_vec().try_into().expect("short")
	}

	#[test]
	fn what_is_wanted_is_what_the_chain_wants() {
		let two = [[1; 32], [2; 32]].concat();
		let all = [&two[..], &two[..32], &two[..33], &[], &[1; 64], b"journal", b"jour"];
		let inputs = |inputs: &[Option<[u8; 32]>]| {
			FixedValues::Inputs(inputs.to_vec().try_into().expect("few"))
		};
		let wanted = [
			FixedValues::Open,
			inputs(&[]),
			inputs(&[None]),
			inputs(&[None, Some([2; 32])]),
			FixedValues::Whole(bytes(&two)),
			FixedValues::Hash(H256(sp_io::hashing::sha2_256(b"journal"))),
			FixedValues::Prefix(bytes(b"journ")),
			FixedValues::Prefix(bytes(&[])),
		];
		for wanted in &wanted {
			for values in all {
				assert_eq!(allows(wanted, values), wanted.allow(values), "{wanted:?} {values:?}");
			}
		}
	}
}
