// SPDX-License-Identifier: Apache-2.0
//! Keys and proofs: a real key with its one proof, and keys whose trapdoor is known, under which there
//! are as many different proofs of each statement as anybody wants. Those of zkVMs are in [`zkvm`].
//!
//! A chain cannot tell both apart, and only with the latter can a prover have a proof of its own for the
//! challenge of a calibration task, or prove again what another has shown.

use crate::{
	trapdoor::Trapdoor,
	zkvm::{self, Version, Zkvm},
};
use ark_bn254::Fr;
use ark_ff::PrimeField;
use codec::Encode;
use proofyard_primitives::{FixedValues, ProofData, ProofSystem, Scalar};
use sp_core::H256;
use std::{cell::RefCell, collections::BTreeMap, sync::LazyLock};

/// Under which key a program is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
	/// A circuit's real one, with one public input, of which there is one proof.
	Real,
	/// A circuit's whose trapdoor is known, with so many public inputs.
	Known(u32),
	/// That of one of a zkVM's programs. Its proofs are made under a version of the zkVM, whose
	/// trapdoor is known.
	Zkvm(Zkvm, u8),
}

impl Key {
	/// Every key that there is.
	pub const ALL: [Self; 6] = [
		Self::Real,
		Self::Known(1),
		Self::Known(2),
		Self::Zkvm(Zkvm::Sp1, 0),
		Self::Zkvm(Zkvm::Sp1, 1),
		Self::Zkvm(Zkvm::Risc0, 0),
	];

	/// Its canonical bytes.
	pub fn bytes(self) -> Vec<u8> {
		static BYTES: LazyLock<BTreeMap<Key, Vec<u8>>> = LazyLock::new(|| {
			let of = |key| match key {
				Key::Real => proofyard_market::key(),
				Key::Known(inputs) => Trapdoor::new(inputs, 0).key(),
				Key::Zkvm(vm, program) => zkvm::program_key(vm, program).to_vec(),
			};
			Key::ALL.into_iter().map(|key| (key, of(key))).collect()
		});
		BYTES.get(&self).cloned().unwrap_or_default()
	}

	/// Of which proof system.
	pub fn system(self) -> ProofSystem {
		match self {
			Self::Real | Self::Known(_) => ProofSystem::Groth16Bn254,
			Self::Zkvm(vm, _) => vm.system(),
		}
	}

	/// Number of public inputs of its proofs, if it is a circuit's.
	pub fn inputs(self) -> u32 {
		match self {
			Self::Real => 1,
			Self::Known(inputs) => inputs,
			Self::Zkvm(..) => 0,
		}
	}

	/// The public values of a proof where nothing is fixed.
	pub fn usual(self) -> Vec<u8> {
		match self {
			Self::Real => proofyard_market::proof().public_values.to_vec(),
			Self::Known(count) => (0..count).flat_map(any_input).collect(),
			Self::Zkvm(..) => b"what a program left".to_vec(),
		}
	}

	/// The public values of a proof of what somebody wants, where there is one; others where not.
	fn values(self, wanted: &FixedValues) -> Vec<u8> {
		let usual = self.usual();
		match wanted {
			FixedValues::Open | FixedValues::Hash(_) => usual,
			FixedValues::Inputs(inputs) => usual
				.chunks(32)
				.enumerate()
				.flat_map(|(place, usual)| match inputs.get(place) {
					Some(Some(input)) => input.to_vec(),
					_ => usual.to_vec(),
				})
				.collect(),
			FixedValues::Whole(bytes) => bytes.to_vec(),
			FixedValues::Prefix(bytes) => {
				let rest = usual.get(bytes.len()..).unwrap_or_default();
				[bytes, rest].concat()
			}
		}
	}

	/// A valid proof of what somebody wants; of other public values where there is no proof of those.
	/// Another `variant` gives other bytes, where there are any. A zkVM's is of its first version.
	pub fn prove(self, wanted: &FixedValues, variant: u64) -> ProofData {
		let version = match self {
			Self::Zkvm(vm, _) => zkvm::all(vm).next(),
			_ => None,
		};
		self.prove_under(version, wanted, variant)
	}

	/// The same, under this version of the zkVM.
	pub fn prove_under(
		self,
		version: Option<Version>,
		wanted: &FixedValues,
		variant: u64,
	) -> ProofData {
		if self == Self::Real {
			return proofyard_market::proof();
		}
		made(Wanted { key: self, version, values: self.values(wanted), variant })
	}

	/// Whether a proof verifies under this key, and a zkVM's under this version. Knows those made
	/// here, and that no other does.
	pub fn accepts(self, version: Option<Version>, proof: &ProofData) -> bool {
		self == Self::Real && *proof == proofyard_market::proof()
			|| MADE.with_borrow(|made| {
				let of = |wanted: &Wanted| wanted.key == self && wanted.version == version;
				made.iter().any(|(wanted, known)| of(wanted) && known == proof)
			})
	}
}

/// A public input that nobody asked for.
pub fn any_input(place: u32) -> Scalar {
	let mut input = [0; 32];
	input[31] = 7 + place as u8;
	input
}

fn data(proof: Vec<u8>, values: Vec<u8>) -> ProofData {
	ProofData {
		proof: proof.try_into().expect("short enough"),
		public_values: values.try_into().expect("few enough"),
	}
}

/// Description of the proof that is made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Wanted {
	key: Key,
	version: Option<Version>,
	values: Vec<u8>,
	variant: u64,
}

thread_local! {
	/// The proofs made so far in this thread.
	static MADE: RefCell<BTreeMap<Wanted, ProofData>> = const { RefCell::new(BTreeMap::new()) };
}

fn made(wanted: Wanted) -> ProofData {
	if let Some(proof) = MADE.with_borrow(|made| made.get(&wanted).cloned()) {
		return proof;
	}
	let Wanted { key, version, values, variant } = &wanted;
	let proof = match (*key, version) {
		(Key::Zkvm(vm, program), Some(version)) => {
			version.prove(&zkvm::program_key(vm, program), values, *variant)
		}
		(key, _) => {
			let inputs: Vec<Fr> = values.chunks(32).map(Fr::from_be_bytes_mod_order).collect();
			Trapdoor::new(key.inputs(), 0).prove(&inputs, *variant)
		}
	};
	let proof = data(proof, values.clone());
	MADE.with_borrow_mut(|made| made.insert(wanted, proof.clone()));
	proof
}

/// Forget the proofs made for one list of actions: they are made again where they are wanted.
pub fn forget() {
	MADE.with_borrow_mut(BTreeMap::clear);
}

/// Hash that a proof is recognised by.
pub fn hash(proof: &ProofData) -> H256 {
	H256(sp_io::hashing::blake2_256(&proof.encode()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use proofyard_verifier::{prepare_key, verify, wrap};

	fn verdict(key: Key, version: Option<Version>, proof: &ProofData) -> bool {
		let (values, bytes) = (&proof.public_values, &proof.proof);
		match version {
			Some(version) => {
				let prepared = wrap::prepare(&version.entry()).expect("a sound entry");
				let program = key.bytes().try_into().expect("32 bytes");
				wrap::verify(&prepared, &program, values, bytes).is_ok()
			}
			None => {
				let prepared = prepare_key(key.system(), &key.bytes()).expect("a sound key");
				verify(key.system(), &prepared, values, bytes).is_ok()
			}
		}
	}

	/// Each key, and if it is a zkVM's with each version.
	fn keys() -> impl Iterator<Item = (Key, Option<Version>)> {
		Key::ALL.into_iter().flat_map(|key| match key {
			Key::Zkvm(vm, _) => zkvm::all(vm).map(|version| (key, Some(version))).collect(),
			_ => vec![(key, None)],
		})
	}

	#[test]
	fn what_is_made_here_verifies_and_nothing_else() {
		for (key, version) in keys() {
			let is_taken = |proof: &ProofData| {
				let verdict = verdict(key, version, proof);
				assert_eq!(verdict, key.accepts(version, proof), "{key:?} {version:?}");
				verdict
			};
			let proof = key.prove_under(version, &FixedValues::Open, 0);
			assert!(is_taken(&proof));
			let mut wrong = proof.clone();
			wrong.public_values[18] ^= 1;
			assert!(!is_taken(&wrong));
			let mut wrong = proof.clone();
			wrong.proof[140] ^= 1;
			assert!(!is_taken(&wrong));
			for (other, version) in keys().filter(|(other, _)| *other != key) {
				assert!(!other.accepts(version, &proof));
			}
		}
	}

	#[test]
	fn a_proof_is_of_one_version() {
		let key = Key::Zkvm(Zkvm::Sp1, 0);
		let [first, _, third] = [0, 1, 2].map(|place| zkvm::all(Zkvm::Sp1).nth(place));
		let proof = key.prove_under(first, &FixedValues::Open, 0);
		// Both have one selector.
		assert!(!verdict(key, third, &proof) && !key.accepts(third, &proof));
	}

	#[test]
	fn a_statement_has_many_proofs() {
		let challenge = [3; 32].map(|byte: u8| byte & 0x0f);
		let inputs = FixedValues::Inputs(vec![Some(challenge)].try_into().expect("one"));
		let journal = FixedValues::Whole(b"journal".to_vec().try_into().expect("short"));
		for (key, wanted) in [
			(Key::Known(1), inputs),
			(Key::Zkvm(Zkvm::Sp1, 0), journal.clone()),
			(Key::Zkvm(Zkvm::Risc0, 0), journal),
		] {
			let proofs = [0, 1].map(|variant| key.prove(&wanted, variant));
			assert_ne!(proofs[0], proofs[1]);
			for proof in proofs {
				assert!(wanted.allow(&proof.public_values));
				let version = match key {
					Key::Zkvm(vm, _) => zkvm::all(vm).next(),
					_ => None,
				};
				assert!(verdict(key, version, &proof));
			}
		}
	}
}
