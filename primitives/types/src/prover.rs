// SPDX-License-Identifier: Apache-2.0
//! Provers: hardware classes and session keys.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Hardware class that a prover declares to prove on.
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
pub enum HardwareClass {
	/// Processor cores only.
	Cpu,
	/// A GPU with at least this much memory.
	Gpu {
		/// GPU memory in GiB.
		vram_gib: u16,
	},
}

impl HardwareClass {
	/// Whether hardware of this class can serve a market that asks for `wanted`: a GPU covers a
	/// smaller GPU and the CPU class, never the other way round.
	pub fn covers(&self, wanted: &HardwareClass) -> bool {
		match (self, wanted) {
			(_, HardwareClass::Cpu) => true,
			(HardwareClass::Cpu, HardwareClass::Gpu { .. }) => false,
			(HardwareClass::Gpu { vram_gib: have }, HardwareClass::Gpu { vram_gib: want }) => {
				have >= want
			}
		}
	}
}

/// The key with which a prover's node signs what it submits. It holds no funds, so that the
/// account that owns the stake can stay offline.
pub mod session {
	use sp_core::crypto::KeyTypeId;

	/// Key type under which the node's keystore keeps the key.
	pub const KEY_TYPE: KeyTypeId = KeyTypeId(*b"pyrd");

	mod app {
		use sp_application_crypto::{app_crypto, sr25519};
		app_crypto!(sr25519, super::KEY_TYPE);
	}

	/// A prover's session public key (sr25519).
	pub type SessionKey = app::Public;
	/// A signature by a session key.
	pub type SessionSignature = app::Signature;

	#[cfg(feature = "std")]
	/// A session key pair, for tools and tests that hold the secret themselves.
	pub type SessionPair = app::Pair;

	/// Prefix of what a session key signs to prove that `account` controls it.
	pub const POSSESSION_CONTEXT: &[u8] = b"proofyard/session-key/1";
	/// Prefix of what a session key signs when it submits a proof.
	pub const SUBMISSION_CONTEXT: &[u8] = b"proofyard/submit-proof/1";

	/// The message by which a session key proves that it belongs to `account`, so that nobody can
	/// register somebody else's key: `blake2_256(context ‖ account)`.
	pub fn possession_message<AccountId: codec::Encode>(account: &AccountId) -> [u8; 32] {
		sp_crypto_hashing::blake2_256(&(POSSESSION_CONTEXT, account).encode())
	}

	use codec::Encode;

	/// Prefix of what a session key signs when it gives an attempt back.
	pub const REPORT_CONTEXT: &[u8] = b"proofyard/report/1";
	/// Prefix of what a session key signs when it commits to a proof.
	pub const COMMIT_CONTEXT: &[u8] = b"proofyard/commit-proof/1";

	/// Reason why a prover gives an attempt back.
	#[derive(
		Clone,
		Copy,
		PartialEq,
		Eq,
		Debug,
		Encode,
		codec::Decode,
		codec::DecodeWithMemTracking,
		codec::MaxEncodedLen,
		scale_info::TypeInfo,
		serde::Serialize,
		serde::Deserialize,
	)]
	#[serde(rename_all = "snake_case")]
	pub enum Report {
		/// It will not make it.
		Declined,
		/// Nobody hands out the task's input.
		InputUnavailable,
	}

	/// The message that a report signs: `blake2_256(context ‖ genesis hash ‖ task ‖ attempt ‖ prover ‖
	/// report)`.
	pub fn report_message<Hash: Encode, AccountId: Encode>(
		genesis: &Hash,
		task: crate::ids::TaskId,
		attempt: u32,
		prover: &AccountId,
		report: Report,
	) -> [u8; 32] {
		sp_crypto_hashing::blake2_256(
			&(REPORT_CONTEXT, genesis, task, attempt, prover, report).encode(),
		)
	}

	/// The message that a commitment signs: `blake2_256(context ‖ genesis hash ‖ task ‖ attempt ‖
	/// prover ‖ commitment)`.
	pub fn commit_message<Hash: Encode, AccountId: Encode>(
		genesis: &Hash,
		task: crate::ids::TaskId,
		attempt: u32,
		prover: &AccountId,
		commitment: &sp_core::H256,
	) -> [u8; 32] {
		sp_crypto_hashing::blake2_256(
			&(COMMIT_CONTEXT, genesis, task, attempt, prover, commitment).encode(),
		)
	}

	/// The message that a proof's submission signs:
	/// `blake2_256(context ‖ genesis hash ‖ task ‖ attempt ‖ prover ‖ blake2_256(proof))`.
	pub fn submission_message<Hash: Encode, AccountId: Encode>(
		genesis: &Hash,
		task: crate::ids::TaskId,
		attempt: u32,
		prover: &AccountId,
		proof: &crate::values::ProofData,
	) -> [u8; 32] {
		let proof = sp_crypto_hashing::blake2_256(&proof.encode());
		sp_crypto_hashing::blake2_256(
			&(SUBMISSION_CONTEXT, genesis, task, attempt, prover, proof).encode(),
		)
	}
	/// Prefix of what a session key signs when it submits several proofs at once.
	pub const BATCH_CONTEXT: &[u8] = b"proofyard/submit-proofs/1";

	/// The message that the submission of several proofs signs:
	/// `blake2_256(context ‖ genesis hash ‖ prover ‖ blake2_256(submissions))`.
	pub fn batch_message<Hash: Encode, AccountId: Encode>(
		genesis: &Hash,
		prover: &AccountId,
		submissions: &crate::values::Submissions,
	) -> [u8; 32] {
		let submissions = sp_crypto_hashing::blake2_256(&submissions.encode());
		sp_crypto_hashing::blake2_256(&(BATCH_CONTEXT, genesis, prover, submissions).encode())
	}
}
