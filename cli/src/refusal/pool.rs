// SPDX-License-Identifier: Apache-2.0
//! Texts on what the transaction pool refuses.

use codec::Decode;
use proofyard_primitives::Refusal as Code;

/// Code of a call that authorizes itself, if it is known. Only `Attestation` has such calls.
pub fn code(pallet: &str, code: u8) -> Option<Code> {
	Code::decode(&mut &[code][..]).ok().filter(|_| pallet == "Attestation")
}

/// Meaning of a code, and advice on it.
pub fn texts(code: Code) -> (&'static str, &'static str) {
	match code {
		Code::UnknownTask => (
			"No assigned task has this id.",
			"See `proofyard task show`: it may still be open, or have ended.",
		),
		Code::NotAssignee => (
			"The prover has no attempt at this task.",
			"See `proofyard task show` for who is at work on it, and name one with --prover.",
		),
		Code::WrongAttempt => (
			"The prover's attempt has another number.",
			"See `proofyard task show` for the number, and leave --attempt out to take that.",
		),
		Code::ProofTooLarge => (
			"The proof is longer than any proof of this system.",
			"Check the file: only the canonical proof belongs in it.",
		),
		Code::BadSignature => (
			"The signature is not one of the prover's session key.",
			"See `proofyard prover status` for the key, and sign with its secret: --session-key-file.",
		),
		Code::TaskEnded => (
			"The task has ended.",
			"See `proofyard task show` for how.",
		),
		Code::TooLate => (
			"The task's deadline has passed.",
			"Nothing can be delivered any more.",
		),
		Code::AlreadyRejected => (
			"This very proof was rejected for this task before.",
			"Make another proof; too many rejected ones end the attempt, and its bond is lost.",
		),
		Code::AttemptOver => (
			"The prover's attempt is over: it was given back, has delivered, or had too many proofs rejected.",
			"See `proofyard task show` for how it ended, and who is at work now.",
		),
		Code::Jailed => (
			"The prover is jailed: it defaulted too often of late, and its proofs are refused.",
			"`proofyard prover status` says until when; then `prover unjail`. Its attempts go to others meanwhile.",
		),
		Code::NotCommitted => (
			"Somebody else is at work on the task too, or it takes several proofs, and the prover has not committed to this one in an earlier block.",
			"Deliver the proof that was committed to: `proofyard task submit-proof`, given again, commits, waits and delivers.",
		),
		Code::NotEnoughCommitted => (
			"The task takes several proofs, and not as many are committed to yet.",
			"Wait for the other provers, so that nobody can copy: `proofyard task submit-proof` waits and delivers.",
		),
		Code::CannotCommit => (
			"The attempt has committed to a proof already, or proofs of the task are public already.",
			"See `proofyard task show`: one that is committed to is delivered with `task submit-proof`.",
		),
		Code::TooLateToDecline => (
			"The attempt's soft deadline has passed: it can be given back before then only.",
			"Deliver as soon as you can: a late proof is still paid, if nobody is faster.",
		),
		Code::InputInline => (
			"The input is part of the task itself, so it cannot be unavailable.",
			"`proofyard task show` has it. To give the task back all the same: `proofyard prover decline` without --input-unavailable.",
		),
		Code::InputWasHad => (
			"Somebody delivered a proof for the task, good or bad, so the input can be had.",
			"Look for it again. To give the task back all the same: `proofyard prover decline` without --input-unavailable.",
		),
		Code::UnknownVersion => (
			"The chain does not verify proofs of this version of the zkVM: nobody registered it, or it is switched off.",
			"`proofyard systems` lists the versions; prove with one that is on.",
		),
		Code::BadBatch => (
			"There is no proof in the batch, or two for one task.",
			"Submit one proof for each task.",
		),
	}
}

/// Name of a refusal that every chain of this kind has, and advice on it, by the node's text.
pub fn standard(text: &str) -> Option<(&'static str, &'static str)> {
	Some(match text {
		"Transaction call is not expected" => (
			"Call",
			"This chain does not take this call from outside.",
		),
		"Transaction will be valid in the future" => (
			"Future",
			"An earlier transaction of this account is missing; wait and try again.",
		),
		"Transaction is outdated" => (
			"Stale",
			"Another transaction of this account came first; try again.",
		),
		"Transaction has a bad signature" => (
			"BadProof",
			"The runtime was upgraded in between, or the node belongs to another chain; try again.",
		),
		"Transaction has an ancient birth block" => (
			"AncientBirthBlock",
			"The node is far behind; wait until it has caught up.",
		),
		"Transaction would exhaust the block limits" => (
			"ExhaustsResources",
			"It is too heavy for a block.",
		),
		"Inability to pay some fees (e.g. account balance too low)" => (
			"Payment",
			"The account cannot pay the transaction fee; see `proofyard balance`.",
		),
		"Invalid signing address" => (
			"BadSigner",
			"Sign with another account: --key-file or --suri.",
		),
		"The transaction extension did not authorize any origin" => (
			"UnknownOrigin",
			"The chain did not recognise the authorization; use the version of this program that belongs to the chain.",
		),
		_ => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_code_is_documented_with_its_number() {
		let docs = include_str!("../../../docs/rpc.md");
		let known: Vec<(u8, Code)> =
			(0..=u8::MAX).filter_map(|n| Some((n, code("Attestation", n)?))).collect();
		assert_eq!(known.len(), 18);
		for (number, code) in known {
			assert_eq!(number, code as u8);
			assert!(
				docs.contains(&format!("| {number} | `{code:?}` |")),
				"docs/rpc.md has no {code:?}"
			);
		}
	}

	#[test]
	fn a_code_belongs_to_its_pallet() {
		assert_eq!(code("Attestation", 1), Some(Code::UnknownTask));
		assert_eq!(code("Auctions", 1), None);
		assert_eq!(code("Attestation", 0), None);
		assert_eq!(code("Attestation", 5), None, "its meaning is gone");
	}
}
