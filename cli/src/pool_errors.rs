// SPDX-License-Identifier: Apache-2.0
//! Names of what the transaction pool refuses.
//!
//! A call that authorizes itself is checked before it is in a block, and a refusal is one byte. The
//! bytes are the pallet's (`Attestation` keeps them with its validation) and never change.

/// A custom code of a pallet.
pub struct Custom {
	/// The pallet whose call it was.
	pub pallet: &'static str,
	/// The byte.
	pub code: u8,
	/// Its name.
	pub name: &'static str,
	/// What it means.
	pub meaning: &'static str,
	/// What to do.
	pub advice: &'static str,
}

/// A refusal that every chain of this kind has, known by the text the node sends.
pub struct Standard {
	/// The node's text.
	pub text: &'static str,
	/// Its name.
	pub name: &'static str,
	/// What to do.
	pub advice: &'static str,
}

/// Every custom code.
pub const CUSTOM: &[Custom] = &[
	Custom {
		pallet: "Attestation",
		code: 1,
		name: "UnknownTask",
		meaning: "No assigned task has this id.",
		advice: "See `proofyard task show`: it may still be open, or have ended.",
	},
	Custom {
		pallet: "Attestation",
		code: 2,
		name: "NotAssignee",
		meaning: "The prover has no attempt at this task.",
		advice: "See `proofyard task show` for who is at work on it, and name one with --prover.",
	},
	Custom {
		pallet: "Attestation",
		code: 3,
		name: "WrongAttempt",
		meaning: "The prover's attempt has another number.",
		advice: "See `proofyard task show` for the number, and leave --attempt out to take that.",
	},
	Custom {
		pallet: "Attestation",
		code: 4,
		name: "ProofTooLarge",
		meaning: "The proof is longer than any proof of this system.",
		advice: "Check the file: only the canonical proof belongs in it.",
	},
	Custom {
		pallet: "Attestation",
		code: 6,
		name: "BadSignature",
		meaning: "The signature is not one of the prover's session key.",
		advice: "See `proofyard prover status` for the key, and sign with its secret: --session-key-file.",
	},
	Custom {
		pallet: "Attestation",
		code: 7,
		name: "TaskEnded",
		meaning: "The task has ended.",
		advice: "See `proofyard task show` for how.",
	},
	Custom {
		pallet: "Attestation",
		code: 8,
		name: "TooLate",
		meaning: "The task's deadline has passed.",
		advice: "Nothing can be delivered any more.",
	},
	Custom {
		pallet: "Attestation",
		code: 9,
		name: "AlreadyRejected",
		meaning: "This very proof was rejected for this task before.",
		advice: "Make another proof; too many rejected ones end the attempt, and its bond is lost.",
	},
	Custom {
		pallet: "Attestation",
		code: 10,
		name: "AttemptOver",
		meaning: "The prover's attempt is over: it was given back, has delivered, or had too many proofs rejected.",
		advice: "See `proofyard task show` for how it ended, and who is at work now.",
	},
	Custom {
		pallet: "Attestation",
		code: 11,
		name: "Jailed",
		meaning: "The prover is jailed: it defaulted too often of late, and its proofs are refused.",
		advice: "`proofyard prover status` says until when; then `prover unjail`. Its attempts go to others meanwhile.",
	},
	Custom {
		pallet: "Attestation",
		code: 12,
		name: "NotCommitted",
		meaning: "Somebody else is at work on the task too, or it takes several proofs, and the prover has not committed to this one in an earlier block.",
		advice: "Deliver the proof that was committed to: `proofyard task submit-proof`, given again, commits, waits and delivers.",
	},
	Custom {
		pallet: "Attestation",
		code: 13,
		name: "NotEnoughCommitted",
		meaning: "The task takes several proofs, and not as many are committed to yet.",
		advice: "Wait for the other provers, so that nobody can copy: `proofyard task submit-proof` waits and delivers.",
	},
	Custom {
		pallet: "Attestation",
		code: 14,
		name: "CannotCommit",
		meaning: "The attempt has committed to a proof already, or proofs of the task are public already.",
		advice: "See `proofyard task show`: one that is committed to is delivered with `task submit-proof`.",
	},
	Custom {
		pallet: "Attestation",
		code: 15,
		name: "TooLateToDecline",
		meaning: "The attempt's soft deadline has passed: it can be given back before then only.",
		advice: "Deliver as soon as you can: a late proof is still paid, if nobody is faster.",
	},
	Custom {
		pallet: "Attestation",
		code: 16,
		name: "InputInline",
		meaning: "The input is part of the task itself, so it cannot be unavailable.",
		advice: "`proofyard task show` has it. To give the task back all the same: `proofyard prover decline` without --input-unavailable.",
	},
	Custom {
		pallet: "Attestation",
		code: 17,
		name: "InputWasHad",
		meaning: "Somebody delivered a proof for the task, good or bad, so the input can be had.",
		advice: "Look for it again. To give the task back all the same: `proofyard prover decline` without --input-unavailable.",
	},
	Custom {
		pallet: "Attestation",
		code: 18,
		name: "UnknownVersion",
		meaning: "The chain does not verify proofs of this version of the zkVM: nobody registered it, or it is switched off.",
		advice: "`proofyard systems` lists the versions; prove with one that is on.",
	},
	Custom {
		pallet: "Attestation",
		code: 19,
		name: "BadBatch",
		meaning: "There is no proof in the batch, or two for one task.",
		advice: "Submit one proof for each task.",
	},
];

/// What is refused before any pallet has a say.
pub const STANDARD: &[Standard] = &[
	Standard {
		text: "Transaction call is not expected",
		name: "Call",
		advice: "This chain does not take this call from outside.",
	},
	Standard {
		text: "Transaction will be valid in the future",
		name: "Future",
		advice: "An earlier transaction of this account is missing; wait and try again.",
	},
	Standard {
		text: "Transaction is outdated",
		name: "Stale",
		advice: "Another transaction of this account came first; try again.",
	},
	Standard {
		text: "Transaction has a bad signature",
		name: "BadProof",
		advice: "The runtime was upgraded in between, or the node belongs to another chain; try again.",
	},
	Standard {
		text: "Transaction has an ancient birth block",
		name: "AncientBirthBlock",
		advice: "The node is far behind; wait until it has caught up.",
	},
	Standard {
		text: "Transaction would exhaust the block limits",
		name: "ExhaustsResources",
		advice: "It is too heavy for a block.",
	},
	Standard {
		text: "Inability to pay some fees (e.g. account balance too low)",
		name: "Payment",
		advice: "The account cannot pay the transaction fee; see `proofyard balance`.",
	},
	Standard {
		text: "Invalid signing address",
		name: "BadSigner",
		advice: "Sign with another account: --key-file or --suri.",
	},
	Standard {
		text: "The transaction extension did not authorize any origin",
		name: "UnknownOrigin",
		advice: "The chain did not recognise the authorization; use the version of this program that belongs to the chain.",
	},
];

/// The custom code of a pallet's call, if it is known.
pub fn find(pallet: &str, code: u8) -> Option<&'static Custom> {
	CUSTOM.iter().find(|known| known.pallet == pallet && known.code == code)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn codes_are_the_pallet_s() {
		let codes: Vec<(u8, &str)> = CUSTOM
			.iter()
			.filter(|known| known.pallet == "Attestation")
			.map(|known| (known.code, known.name))
			.collect();
		assert_eq!(
			codes,
			[
				(1, "UnknownTask"),
				(2, "NotAssignee"),
				(3, "WrongAttempt"),
				(4, "ProofTooLarge"),
				(6, "BadSignature"),
				(7, "TaskEnded"),
				(8, "TooLate"),
				(9, "AlreadyRejected"),
				(10, "AttemptOver"),
				(11, "Jailed"),
				(12, "NotCommitted"),
				(13, "NotEnoughCommitted"),
				(14, "CannotCommit"),
				(15, "TooLateToDecline"),
				(16, "InputInline"),
				(17, "InputWasHad"),
				(18, "UnknownVersion"),
				(19, "BadBatch"),
			]
		);
		for known in CUSTOM {
			assert!(!known.meaning.is_empty() && !known.advice.is_empty(), "{}", known.name);
		}
	}

	#[test]
	fn the_codes_are_documented() {
		let docs = include_str!("../../docs/rpc.md");
		for Custom { code, name, .. } in CUSTOM {
			assert!(docs.contains(&format!("| {code} | `{name}` |")), "docs/rpc.md has no {name}");
		}
	}

	#[test]
	fn a_code_belongs_to_its_pallet() {
		assert_eq!(find("Attestation", 1).unwrap().name, "UnknownTask");
		assert!(find("Auctions", 1).is_none());
		assert!(find("Attestation", 0).is_none());
	}
}
