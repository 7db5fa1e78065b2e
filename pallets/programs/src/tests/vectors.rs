// SPDX-License-Identifier: Apache-2.0
//! Real proofs of every system, made by others.

use crate::{mock::*, Selector};
use proofyard_primitives::{ProgramId, ProofData, ProofSystem, Scalar};
use proofyard_verifier::{
	convert::files::{detect, Case},
	wrap::{known, WrappingKey},
};

/// A file of the verifier's tests.
macro_rules! file {
	($name:literal) => {
		include_bytes!(concat!("../../../../primitives/verifier/tests/vectors/", $name)).as_slice()
	};
}

/// A proof with the key of its program.
#[derive(Clone)]
pub struct Vector {
	pub system: ProofSystem,
	/// A circuit's verification key, or the 32 bytes that name a zkVM's program.
	pub key: Vec<u8>,
	pub data: ProofData,
}

impl Vector {
	fn read(files: &[(&str, &[u8])]) -> Self {
		let [found] = &detect(files).unwrap()[..] else { panic!("one proof") };
		let (system, key, values, proof) = match found.case.clone() {
			Case::Plain { system, key, public_inputs, proof } => {
				(system, key, public_inputs, proof)
			}
			Case::Wrapped { system, program_key, public_values, proof } => {
				(system, program_key.to_vec(), public_values, proof)
			}
		};
		Self { system, key, data: data(&proof, &values) }
	}

	/// Four public inputs, over BN254.
	pub fn semaphore() -> Self {
		Self::read(&[
			("a.key", file!("snarkjs-semaphore-1.key.json")),
			("a.proof", file!("snarkjs-semaphore-1.proof.json")),
			("a.public", file!("snarkjs-semaphore-1.public.json")),
		])
	}

	/// Three public inputs, over BLS12-381.
	pub fn bls12_381() -> Self {
		Self::read(&[
			("a.key", file!("snarkjs-bls12-381.key.json")),
			("a.proof", file!("snarkjs-bls12-381.proof.json")),
			("a.public", file!("snarkjs-bls12-381.public.json")),
		])
	}

	/// One public input, over BN254.
	pub fn gnark() -> Self {
		Self { system: SYSTEM, key: key_bytes(), data: proof(&[scalar(35)]) }
	}

	pub fn sp1_groth16() -> Self {
		Self::read(&[("", file!("sp1-groth16-v5.0.0.json"))])
	}

	pub fn sp1_plonk() -> Self {
		Self::read(&[("", file!("sp1-plonk-v5.0.0.json"))])
	}

	pub fn risc0_v2_2() -> Self {
		Self::read(&[("", file!("risc0-groth16-v2.2.json"))])
	}

	pub fn risc0_v3_0() -> Self {
		Self::read(&[("", file!("risc0-groth16-v3.0.json"))])
	}

	/// Proofs of circuits.
	pub fn circuits() -> [Self; 3] {
		[Self::gnark(), Self::semaphore(), Self::bls12_381()]
	}

	/// Proofs of zkVMs in versions that nobody has withdrawn.
	pub fn zkvms() -> [Self; 4] {
		[Self::sp1_groth16(), Self::sp1_plonk(), Self::risc0_v2_2(), Self::risc0_v3_0()]
	}

	/// Proofs of SP1 in versions that its makers have withdrawn.
	pub fn withdrawn() -> [Self; 4] {
		[
			Self::read(&[("", file!("sp1-groth16-v4.0.0-rc.3.json"))]),
			Self::read(&[("", file!("sp1-groth16-v6.0.0.json"))]),
			Self::read(&[("", file!("sp1-plonk-v4.0.0-rc.3.json"))]),
			Self::read(&[("", file!("sp1-plonk-v6.0.0.json"))]),
		]
	}

	/// The first bytes of the proof.
	pub fn selector(&self) -> Selector {
		*self.data.proof.first_chunk().unwrap()
	}

	/// The entry of the version that made the proof.
	pub fn entry(&self) -> WrappingKey {
		known::find(self.system, &self.data.proof).unwrap().entry()
	}

	/// Register the program and return its id.
	pub fn register(&self) -> ProgramId {
		register_key(self.system, &self.key)
	}

	/// The same, and have the version verified, if it is a zkVM's.
	pub fn set_up(&self) -> ProgramId {
		if self.system.is_wrapped() {
			set_version(&self.entry());
		}
		self.register()
	}

	/// The proof with one bit changed.
	pub fn with_bit_changed(&self, bit: usize) -> ProofData {
		let mut data = self.data.clone();
		data.proof[bit / 8] ^= 1 << (bit % 8);
		data
	}

	/// The proof for other public values.
	pub fn for_values(&self, values: &[u8]) -> ProofData {
		data(&self.data.proof, values)
	}
}

pub fn data(proof: &[u8], public_values: &[u8]) -> ProofData {
	ProofData {
		proof: proof.to_vec().try_into().unwrap(),
		public_values: public_values.to_vec().try_into().unwrap(),
	}
}

/// Register a program of Alice's under this key and return its id.
pub fn register_key(system: ProofSystem, key: &[u8]) -> ProgramId {
	let (bytes, files) = (key.to_vec().try_into().unwrap(), artifacts(&[PLACE]));
	Programs::register(signed(ALICE), system, bytes, CPU, WORK, files).unwrap();
	proofyard_primitives::program::program_id(system, key, CPU, WORK, &artifacts(&[PLACE]))
}

/// Have the proofs of a version verified.
pub fn set_version(entry: &WrappingKey) {
	let entry = entry.to_bytes().try_into().unwrap();
	Programs::set_version(RuntimeOrigin::root(), entry).unwrap();
}

/// The order of BN254's scalar field.
pub fn order() -> Scalar {
	bytes("30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001").try_into().unwrap()
}
