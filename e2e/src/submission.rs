// SPDX-License-Identifier: Apache-2.0
//! Proofs on their way to the chain, byte by byte: as a prover's node makes them, and as somebody would
//! who has seen one and wants to gain by it.

use crate::{account, bytes_of, hex_of, Yard};
use codec::Encode;
use proofyard_primitives::{
	session::{submission_message, SessionPair},
	ProofData,
};
use serde_json::{json, Value};
use sp_core::{Pair as _, H256};

/// `Attestation.submit_proof`, as the runtime numbers it.
const CALL: [u8; 2] = [23, 0];
/// A transaction of version 5 without signer, and the first version of its extensions.
const PREAMBLE: [u8; 2] = [0b0100_0101, 0];

/// A proof for an attempt of a prover.
#[derive(Clone)]
pub struct Submission {
	/// For which task.
	pub task: u64,
	/// For which of its attempts.
	pub attempt: u32,
	/// The account whose attempt it says it is.
	pub prover: &'static str,
	/// Proof that is submitted.
	pub proof: ProofData,
}

impl Submission {
	/// The transaction, signed by a session key. With another `nonce`, which counts for nothing, it is
	/// another transaction with the same proof.
	pub fn signed(&self, yard: &Yard, session: &str, nonce: u8) -> String {
		let Self { task, attempt, prover, proof } = self;
		let prover = account(prover);
		let pair = SessionPair::from_string(session, None).expect("a session key");
		let message = submission_message(&yard.genesis(), *task, *attempt, &prover, proof);
		let signature = pair.sign(&message);
		authorized(&(CALL, task, attempt, prover, proof, signature).encode(), nonce)
	}

	/// The same with one bit of the proof turned over.
	pub fn flipped(&self, byte: usize, bit: u8) -> Self {
		let mut wrong = self.clone();
		wrong.proof.proof[byte] ^= 1 << bit;
		wrong
	}
}

/// The transaction of a call, as the runtime encodes it, that carries its own authorization.
pub fn authorized(call: &[u8], nonce: u8) -> String {
	// An immortal era, the nonce, no tip.
	let extensions = [0, nonce << 2, 0];
	let inner = [&PREAMBLE[..], &extensions[..], call].concat();
	hex_of(&inner.encode())
}

/// The proof of a settled task.
pub fn proof_of(yard: &Yard, task: u64) -> ProofData {
	let proof = yard.rpc("proving_proof", json!([task])).expect("a settled task");
	let bytes = |value: &Value| bytes_of(value.as_str().expect("bytes"));
	ProofData {
		proof: bytes(&proof["proof"]).try_into().expect("no longer than any"),
		public_values: bytes(&proof["publicValues"]).try_into().expect("no more than any has"),
	}
}

impl Yard {
	/// The hash of the first block.
	pub fn genesis(&self) -> H256 {
		let hash = self.hash_of(0);
		H256::from_slice(&bytes_of(hash.as_str().expect("a hash")))
	}

	/// Hand a transaction to the node's pool.
	pub fn send(&self, transaction: &str) -> Result<Value, Value> {
		self.rpc("author_submitExtrinsic", json!([transaction]))
	}

	/// The code with which the pool refuses a transaction, as JSON-RPC tells it.
	///
	/// # Panics
	/// If it is taken, or refused for another reason than a pallet's.
	pub fn refusal(&self, transaction: &str) -> u8 {
		let error = self.send(transaction).expect_err("the pool takes it");
		assert_eq!(error["code"], json!(1010), "{error}");
		assert_eq!(error["message"], json!("Invalid Transaction"), "{error}");
		let code = error["data"].as_str().and_then(|data| data.strip_prefix("Custom error: "));
		code.and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("{error}"))
	}

	/// The code with which the pool would have refused a transaction after this block. `None` if it
	/// would have taken it.
	pub fn refusal_after(&self, block: u64, transaction: &str) -> Option<u8> {
		let hash = self.hash_of(block);
		let hash_bytes = bytes_of(hash.as_str().expect("a hash"));
		// From another node, not from a block nor from this one's own worker.
		let external = [2];
		let args = [&external[..], &bytes_of(transaction), &hash_bytes].concat();
		let method = "TaggedTransactionQueue_validate_transaction";
		let verdict = self.rpc("state_call", json!([method, hex_of(&args), hash]));
		let verdict = bytes_of(verdict.expect("a verdict").as_str().expect("bytes"));
		match verdict[..] {
			[0, ..] => None,
			// An error, of an invalid transaction, with a pallet's own code.
			[1, 0, 7, code] => Some(code),
			_ => panic!("refused for another reason: {verdict:?}"),
		}
	}
}
