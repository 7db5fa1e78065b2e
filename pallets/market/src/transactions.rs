// SPDX-License-Identifier: Apache-2.0
//! Transactions as a prover's node signs and sends them.

use crate::{numbers::*, runtime::*};
use frame_support::dispatch::GetDispatchInfo;
use pallet_attestation::{AttemptOf, Call, Live};
use proofyard_primitives::{
	proof_commitment,
	session::{
		batch_message, commit_message, report_message, submission_message, Report, SessionPair,
	},
	ProofData, Submission, Submissions, TaskId,
};
use sp_core::Pair;
use sp_runtime::{
	traits::DispatchTransaction, transaction_validity::TransactionValidityError, DispatchResult,
};

/// Text that a prover's session key is derived from.
pub fn session_seed(prover: AccountId) -> String {
	format!("0x{:064x}", 0xabcdef + prover)
}

/// Session key pair of a prover.
pub fn session(prover: AccountId) -> SessionPair {
	SessionPair::from_string(&session_seed(prover), None).unwrap()
}

/// Number of a prover's attempt at a task; 0 if it has none.
pub fn attempt_of(task: TaskId, prover: AccountId) -> u32 {
	Live::<Test>::get(task).and_then(|live| live.attempt_of(&prover)).unwrap_or(0)
}

/// Attempt of a prover at a task.
pub fn attempt(task: TaskId, prover: AccountId) -> AttemptOf<Test> {
	let live = Live::<Test>::get(task).unwrap();
	live.attempts[live.attempt_of(&prover).unwrap() as usize].clone()
}

/// Submission of a proof.
pub fn submission(task: TaskId, prover: AccountId, proof: ProofData) -> Call<Test> {
	let attempt = attempt_of(task, prover);
	let message = submission_message(&System::block_hash(0), task, attempt, &prover, &proof);
	let signature = session(prover).sign(&message);
	Call::submit_proof { task, attempt, prover, proof, signature }
}

/// Proofs that a prover submits at once.
pub fn submissions(prover: AccountId, proofs: &[(TaskId, ProofData)]) -> Submissions {
	let submission = |(task, proof): &(TaskId, ProofData)| Submission {
		task: *task,
		attempt: attempt_of(*task, prover),
		proof: proof.clone(),
	};
	proofs.iter().map(submission).collect::<Vec<_>>().try_into().unwrap()
}

/// Submission of several proofs.
pub fn batch(prover: AccountId, proofs: &[(TaskId, ProofData)]) -> Call<Test> {
	let submissions = submissions(prover, proofs);
	let message = batch_message(&System::block_hash(0), &prover, &submissions);
	let signature = session(prover).sign(&message);
	Call::submit_proofs { prover, submissions, signature }
}

/// Return of an attempt.
pub fn report(task: TaskId, prover: AccountId, report: Report) -> Call<Test> {
	let attempt = attempt_of(task, prover);
	let message = report_message(&System::block_hash(0), task, attempt, &prover, report);
	let signature = session(prover).sign(&message);
	Call::report { task, attempt, prover, report, signature }
}

/// Commitment to a proof.
pub fn commitment(task: TaskId, prover: AccountId, proof: &ProofData) -> Call<Test> {
	let attempt = attempt_of(task, prover);
	let commitment = proof_commitment(task, &prover, proof);
	let message = commit_message(&System::block_hash(0), task, attempt, &prover, &commitment);
	let signature = session(prover).sign(&message);
	Call::commit_proof { task, attempt, prover, commitment, signature }
}

/// Put a call into the block the way an authorized transaction gets there.
///
/// # Errors
/// The refusal of the pool, outside; the failure of the call, inside.
pub fn include(call: impl Into<RuntimeCall>) -> Result<DispatchResult, TransactionValidityError> {
	let call = call.into();
	let info = call.get_dispatch_info();
	TxExtension::new()
		.dispatch_transaction(RuntimeOrigin::none(), call, &info, 0, 0)
		.map(|result| result.map(|_| ()).map_err(|error| error.error))
}
