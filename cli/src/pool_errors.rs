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
		meaning: "The task is assigned to another prover.",
		advice: "See `proofyard task show` for the assignee, and name it with --prover.",
	},
	Custom {
		pallet: "Attestation",
		code: 3,
		name: "WrongAttempt",
		meaning: "The task is at another attempt.",
		advice: "See `proofyard task show` for the attempt, and leave --attempt out to take that.",
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
		advice: "Make another proof; too many rejected ones fail the task.",
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
			]
		);
	}

	#[test]
	fn a_code_belongs_to_its_pallet() {
		assert_eq!(find("Attestation", 1).unwrap().name, "UnknownTask");
		assert!(find("Auctions", 1).is_none());
		assert!(find("Attestation", 0).is_none());
	}
}
