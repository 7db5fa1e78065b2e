// SPDX-License-Identifier: Apache-2.0

//! Proofs of zkVMs. The tests of the host functions share this file.

#![allow(dead_code)]

use proofyard_verifier::{
	convert::files::{detect, Case},
	wrap::known,
	ProofSystem, VerifyError,
};

/// Proofs of zkVMs that others made, by name.
pub const WRAPPED: &[(&str, &str)] = &[
	("sp1-groth16-v4", include_str!("../vectors/sp1-groth16-v4.0.0-rc.3.json")),
	("sp1-groth16-v5", include_str!("../vectors/sp1-groth16-v5.0.0.json")),
	("sp1-groth16-v6", include_str!("../vectors/sp1-groth16-v6.0.0.json")),
	("sp1-plonk-v4", include_str!("../vectors/sp1-plonk-v4.0.0-rc.3.json")),
	("sp1-plonk-v5", include_str!("../vectors/sp1-plonk-v5.0.0.json")),
	("sp1-plonk-v6", include_str!("../vectors/sp1-plonk-v6.0.0.json")),
	("risc0-v2.1", include_str!("../vectors/risc0-groth16-v2.1.json")),
	("risc0-v2.2", include_str!("../vectors/risc0-groth16-v2.2.json")),
	("risc0-v3.0", include_str!("../vectors/risc0-groth16-v3.0.json")),
];

/// A zkVM's proof with its entry.
#[derive(Clone)]
pub struct Wrapped {
	pub system: ProofSystem,
	pub entry: Vec<u8>,
	pub prepared: Vec<u8>,
	pub program_key: [u8; 32],
	pub public_values: Vec<u8>,
	pub proof: Vec<u8>,
}

impl Wrapped {
	/// One of [`WRAPPED`].
	pub fn vector(name: &str) -> Self {
		let (_, text) = WRAPPED.iter().find(|(found, _)| *found == name).unwrap();
		let [detected] = &detect(&[(name, text.as_bytes())]).unwrap()[..] else { panic!() };
		let Case::Wrapped { system, program_key, public_values, proof } = detected.case.clone()
		else {
			panic!("{name} is a zkVM's proof")
		};
		let entry = known::find(system, &proof).unwrap().entry();
		let prepared = entry.prepare().unwrap();
		Self { system, entry: entry.to_bytes(), prepared, program_key, public_values, proof }
	}

	/// Every one of [`WRAPPED`], with its name.
	pub fn vectors() -> impl Iterator<Item = (&'static str, Self)> {
		WRAPPED.iter().map(|(name, _)| (*name, Self::vector(name)))
	}

	pub fn verify(&self) -> Result<(), VerifyError> {
		proofyard_verifier::wrap::verify(
			&self.prepared,
			&self.program_key,
			&self.public_values,
			&self.proof,
		)
	}
}
