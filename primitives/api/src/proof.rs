// SPDX-License-Identifier: Apache-2.0
//! Verified proofs.

use crate::scalars::{AccountId, BlockNumber};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use proofyard_primitives::{ProgramId, ProofData, ProofSystem, TaskId};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;

/// Bytes of a proof and what it says in the open.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProofBytes {
	/// Canonical bytes of the proof system.
	#[serde(with = "sp_core::bytes")]
	pub proof: Vec<u8>,
	/// All public values: a circuit's public inputs one after the other, a zkVM's bytes.
	#[serde(with = "sp_core::bytes")]
	pub public_values: Vec<u8>,
	/// Public inputs of a circuit, in order, big-endian; empty for a zkVM.
	pub public_inputs: Vec<H256>,
}

impl ProofBytes {
	/// A proof of this system as the chain keeps it.
	pub fn new(system: ProofSystem, data: ProofData) -> Self {
		// A zkVM's public values are no list of scalars.
		let inputs = if system.is_wrapped() { &[] } else { data.inputs() };
		Self {
			public_inputs: inputs.iter().copied().map(H256).collect(),
			proof: data.proof.into_inner(),
			public_values: data.public_values.into_inner(),
		}
	}
}

/// Proof that the chain verified.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
	/// Task it answers.
	pub task: TaskId,
	/// Program it proves.
	pub program: ProgramId,
	/// Proof system of the program.
	pub system: ProofSystem,
	/// Prover that made it.
	pub prover: AccountId,
	/// Block it was verified in.
	pub verified_at: BlockNumber,
	/// Block from which the chain may forget it.
	pub retained_until: BlockNumber,
	/// Proof and its public values.
	#[serde(flatten)]
	pub data: ProofBytes,
}

/// Verified proofs of a task, of one that takes several also while it lives.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proofs {
	/// Task they answer.
	pub task: TaskId,
	/// Program they prove.
	pub program: ProgramId,
	/// Proof system of the program.
	pub system: ProofSystem,
	/// Block the task was settled in; `None` while it takes more proofs.
	pub settled_at: Option<BlockNumber>,
	/// Block from which the chain may forget them; `None` while the task lives.
	pub retained_until: Option<BlockNumber>,
	/// Proofs, in the order of the attempts.
	pub proofs: Vec<ProofOf>,
}

/// Proof of one prover.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProofOf {
	/// Prover that made it.
	pub prover: AccountId,
	/// Whether it was the last that the task takes: the one of `proving_proof`.
	pub deciding: bool,
	/// Proof and its public values.
	#[serde(flatten)]
	pub data: ProofBytes,
}
