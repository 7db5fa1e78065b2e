// SPDX-License-Identifier: Apache-2.0
//! Public values: what a proof says in the open, and what a requester wants it to say.
//!
//! A circuit has *public inputs*, scalars of 32 bytes; its public values are these one after the
//! other. A program of a zkVM has bytes: SP1's public values, RISC Zero's journal. They are hashed as
//! the zkVM's verifier demands when the proof is verified.

use crate::{ids::TaskId, limits::*};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use proofyard_verifier::ProofSystem;
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::BoundedVec;

/// A public input: 32 bytes, big-endian, below the scalar field's order.
pub type Scalar = [u8; 32];

/// The public values of one proof.
pub type PublicValues = BoundedVec<u8, MaxPublicValues>;

/// The public inputs that a requester fixes, by position; `None` is the prover's to fill.
pub type FixedInputs = BoundedVec<Option<Scalar>, MaxPublicInputs>;

/// Public values as far as a requester fixes them.
#[derive(
	Clone,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum FixedValues {
	/// Anything.
	#[default]
	Open,
	/// A circuit's public inputs, by position: as many as it has.
	Inputs(FixedInputs),
	/// These.
	Whole(PublicValues),
	/// Those with this SHA-256.
	Hash(H256),
	/// Those that begin with these.
	Prefix(PublicValues),
}

impl FixedValues {
	/// The 32-byte words that are fixed, of which the last may be short: what the weight of checking
	/// them depends on.
	pub fn words(&self) -> u32 {
		match self {
			Self::Open => 0,
			Self::Inputs(inputs) => inputs.len() as u32,
			Self::Whole(bytes) | Self::Prefix(bytes) => (bytes.len() as u32).div_ceil(32),
			Self::Hash(_) => 1,
		}
	}

	/// Whether these public values are what is wanted.
	pub fn allow(&self, values: &[u8]) -> bool {
		match self {
			Self::Open => true,
			Self::Inputs(inputs) => {
				let (scalars, rest) = values.as_chunks::<32>();
				rest.is_empty()
					&& inputs.len() == scalars.len()
					&& inputs
						.iter()
						.zip(scalars)
						.all(|(want, got)| want.as_ref().is_none_or(|want| want == got))
			}
			Self::Whole(wanted) => wanted.as_slice() == values,
			Self::Hash(hash) => sp_crypto_hashing::sha2_256(values) == hash.0,
			Self::Prefix(wanted) => values.starts_with(wanted),
		}
	}
}

/// A proof with the public values it is for.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ProofData {
	/// Canonical bytes of the proof system; a zkVM's begin with the selector of its version.
	pub proof: BoundedVec<u8, MaxProof>,
	/// All public values.
	pub public_values: PublicValues,
}

impl ProofData {
	/// A circuit's proof. `None` if it or its public inputs are more than any may have.
	pub fn of_inputs(proof: &[u8], inputs: &[Scalar]) -> Option<Self> {
		Some(Self {
			proof: proof.to_vec().try_into().ok()?,
			public_values: inputs.concat().try_into().ok()?,
		})
	}

	/// The public inputs, if the proof is a circuit's. What is left over when they are no whole
	/// number of scalars, which no proof that was verified has, is left out.
	pub fn inputs(&self) -> &[Scalar] {
		self.public_values.as_chunks().0
	}

	/// The 32-byte words of the public values, of which the last may be short: what the weight of
	/// verifying depends on.
	pub fn words(&self) -> u32 {
		(self.public_values.len() as u32).div_ceil(32)
	}

	/// Selector that the proof's version is recognised by, if it is a zkVM's.
	pub fn selector(&self, system: ProofSystem) -> Option<[u8; 4]> {
		system.is_wrapped().then(|| proofyard_verifier::wrap::selector(&self.proof))?
	}
}

/// One of several proofs that a prover submits at once.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Submission {
	/// The task it answers.
	pub task: TaskId,
	/// The number of the prover's attempt at the task.
	pub attempt: u32,
	/// The proof.
	pub proof: ProofData,
}

/// Submissions that a prover makes at once.
pub type Submissions = BoundedVec<Submission, MaxBatch>;

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::{vec, vec::Vec};

	fn values(bytes: &[u8]) -> PublicValues {
		bytes.to_vec().try_into().unwrap()
	}

	#[test]
	fn anything_is_allowed_where_nothing_is_fixed() {
		assert!(FixedValues::Open.allow(b""));
		assert!(FixedValues::Open.allow(b"anything"));
	}

	#[test]
	fn inputs_are_fixed_by_position() {
		let fixed = FixedValues::Inputs(vec![None, Some([2; 32])].try_into().unwrap());
		let of = |first: u8, second: u8| [[first; 32], [second; 32]].concat();
		assert!(fixed.allow(&of(1, 2)));
		assert!(fixed.allow(&of(7, 2)));
		assert!(!fixed.allow(&of(1, 3)));
		assert!(!fixed.allow(&[1; 32]), "too few");
		assert!(!fixed.allow(&[of(1, 2), vec![0; 32]].concat()), "too many");
		assert!(!fixed.allow(&[of(1, 2), vec![0]].concat()), "no whole number");
	}

	#[test]
	fn values_are_fixed_whole_by_hash_or_by_prefix() {
		let whole = FixedValues::Whole(values(b"journal"));
		assert!(whole.allow(b"journal"));
		assert!(!whole.allow(b"journal "));
		assert!(!whole.allow(b"journa"));
		let hash = FixedValues::Hash(H256(sp_crypto_hashing::sha2_256(b"journal")));
		assert!(hash.allow(b"journal"));
		assert!(!hash.allow(b"Journal"));
		let prefix = FixedValues::Prefix(values(b"jour"));
		assert!(prefix.allow(b"jour"));
		assert!(prefix.allow(b"journal"));
		assert!(!prefix.allow(b"jou"));
		assert!(!prefix.allow(b" journal"));
	}

	#[test]
	fn the_largest_circuit_has_room() {
		let most: Vec<Scalar> = vec![[1; 32]; proofyard_verifier::MAX_PUBLIC_INPUTS as usize];
		let data = ProofData::of_inputs(&[1; 256], &most).unwrap();
		assert_eq!(data.inputs(), most);
		assert_eq!(data.words(), proofyard_verifier::MAX_PUBLIC_INPUTS);
	}
}
