// SPDX-License-Identifier: Apache-2.0
//! A program with a real key, its real proof, and bad ones.

use crate::{numbers::*, runtime::*};
use proofyard_primitives::{
	limits::{MaxArtifacts, MaxKey, MaxLocators},
	program::{program_id, Locator},
	Artifact, ArtifactRole, HardwareClass, ProgramId, ProofData, ProofSystem, RemoteData,
	WorkModel,
};
use proofyard_verifier::convert::gnark;
use sp_core::H256;
use sp_runtime::BoundedVec;
use std::sync::LazyLock;

/// Proof system of everything here.
pub const SYSTEM: ProofSystem = ProofSystem::Groth16Bn254;

/// Real key in canonical bytes, with one public input, and the one proof that there is for it.
static REAL: LazyLock<(Vec<u8>, ProofData)> = LazyLock::new(|| {
	macro_rules! vector {
		($name:literal) => {
			include_bytes!(concat!("../../../primitives/verifier/tests/vectors/", $name))
		};
	}
	let key = gnark::key_from_bytes(vector!("gnark-groth16-bn254.vk")).unwrap();
	let proof = gnark::proof_from_bytes(vector!("gnark-groth16-bn254.proof")).unwrap();
	let inputs = gnark::public_inputs_from_bytes(vector!("gnark-groth16-bn254.pub")).unwrap();
	let proof =
		ProofData { proof: proof.try_into().unwrap(), public_values: inputs.try_into().unwrap() };
	(key, proof)
});

/// Real verification key.
pub fn key() -> Vec<u8> {
	REAL.0.clone()
}

/// Real proof for [`key`].
pub fn proof() -> ProofData {
	REAL.1.clone()
}

/// Copy of [`proof`] with one bit of its proof bytes changed.
pub fn bad_proof(bit: usize) -> ProofData {
	let mut proof = proof();
	proof.proof[bit / 8] ^= 1 << (bit % 8);
	proof
}

/// Locators as programs and inputs have them.
pub fn locators(urls: &[&str]) -> BoundedVec<Locator, MaxLocators> {
	let urls: Vec<Locator> =
		urls.iter().map(|url| url.as_bytes().to_vec().try_into().unwrap()).collect();
	urls.try_into().unwrap()
}

/// Files of every program here.
pub fn artifacts() -> BoundedVec<Artifact, MaxArtifacts> {
	let data = RemoteData {
		locators: locators(&["https://example.org/cube.zkey", "file:///srv/cube.zkey"]),
		sha256: H256::repeat_byte(7),
		size: 4_096,
	};
	vec![Artifact { role: ArtifactRole::ProvingKey, data }].try_into().unwrap()
}

/// Register a program under [`key`] and return its id.
pub fn register_program(owner: AccountId, hardware: HardwareClass, work: WorkModel) -> ProgramId {
	let key: BoundedVec<u8, MaxKey> = key().try_into().unwrap();
	Programs::register(
		RuntimeOrigin::signed(owner),
		SYSTEM,
		key.clone(),
		hardware,
		work,
		artifacts(),
	)
	.unwrap();
	program_id(SYSTEM, &key, hardware, work, &artifacts())
}

/// Program that [`OWNER`] registered at the start.
pub fn program() -> ProgramId {
	program_id(SYSTEM, &key(), HardwareClass::Cpu, WorkModel::Fixed(WORK), &artifacts())
}
