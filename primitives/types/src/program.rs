// SPDX-License-Identifier: Apache-2.0
//! Programs that are proven, and their proving artifacts.

use crate::{limits::*, prover::HardwareClass};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use proofyard_verifier::ProofSystem;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use sp_runtime::BoundedVec;

/// Identity of a program: see [`program_id`].
pub type ProgramId = H256;

/// One URL (`https://…`, or `file:///…` for provers that allow it).
pub type Locator = BoundedVec<u8, MaxLocator>;

/// Whether `bytes` is a locator as the chain accepts it: `https://…` or `file:///…`, longer than
/// the scheme, in printable ASCII without spaces.
pub fn is_locator(bytes: &[u8]) -> bool {
	let rest = bytes.strip_prefix(b"https://").or_else(|| bytes.strip_prefix(b"file:///"));
	rest.is_some_and(|rest| !rest.is_empty()) && bytes.iter().all(u8::is_ascii_graphic)
}

/// Bytes that live off chain: found at any of the locators, recognised by hash and size.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct RemoteData {
	/// Locators to fetch it from, tried in turn.
	pub locators: BoundedVec<Locator, MaxLocators>,
	/// SHA-256 of the content.
	pub sha256: H256,
	/// Size of the content in bytes.
	pub size: u64,
}

/// Role of an artifact; tells the proving service how to use it.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ArtifactRole {
	/// The proving key: a snarkjs `.zkey` for Groth16.
	ProvingKey,
	/// The program that computes the witness: a circom `.wasm`.
	WitnessProgram,
	/// A zkVM guest.
	Executable,
	/// Anything else the backend knows how to use.
	Other,
}

impl ArtifactRole {
	/// The name used in JSON, equal to its serde form.
	pub fn name(&self) -> &'static str {
		match self {
			Self::ProvingKey => "proving_key",
			Self::WitnessProgram => "witness_program",
			Self::Executable => "executable",
			Self::Other => "other",
		}
	}
}

/// One file that a prover needs to prove a program.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Artifact {
	/// Role that it has.
	pub role: ArtifactRole,
	/// Locators of the bytes, and their hash.
	pub data: RemoteData,
}

/// Model of the work of a task. Work is counted in the program's own unit: constraints for a
/// circuit, cycles for a zkVM.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum WorkModel {
	/// Every task of the program takes this much: a circuit.
	Fixed(u64),
	/// Each task states its own: a zkVM program.
	PerTask,
}

/// The identity of a program: blake2-256 over its proof system, canonical verification key,
/// hardware class, work model and the role, hash and size of each artifact. Locators are left out,
/// so that artifacts can move without the program becoming another one.
pub fn program_id(
	system: ProofSystem,
	key: &[u8],
	hardware: HardwareClass,
	work: WorkModel,
	artifacts: &[Artifact],
) -> ProgramId {
	let artifacts: Vec<(ArtifactRole, H256, u64)> =
		artifacts.iter().map(|a| (a.role, a.data.sha256, a.data.size)).collect();
	H256(sp_crypto_hashing::blake2_256(
		&(b"proofyard/program/1", system, key, hardware, work, artifacts).encode(),
	))
}
