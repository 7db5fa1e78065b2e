// SPDX-License-Identifier: Apache-2.0
//! What the chain says when it refuses a transaction, by name and with what to do about it.
//!
//! A call that fails in a block names an error of a pallet; its text is in the chain's metadata. A
//! transaction that the pool does not take comes back as a JSON-RPC error with a code.

use crate::pool_errors;
use serde::Serialize;
use std::fmt;
use subxt::{
	error::{DispatchError, TokenError},
	rpcs::UserError,
};

/// JSON-RPC: the pool found the transaction invalid.
const POOL_INVALID: i32 = 1010;
/// JSON-RPC: the pool cannot say whether the transaction is valid.
const POOL_UNKNOWN: i32 = 1011;
/// JSON-RPC: the pool refused it a moment ago and does not look again yet.
const POOL_BANNED: i32 = 1012;
/// JSON-RPC: the pool has it.
const POOL_ALREADY_IMPORTED: i32 = 1013;
/// JSON-RPC: the pool has another with the same nonce.
const POOL_TOO_LOW_PRIORITY: i32 = 1014;
/// JSON-RPC: the pool is full.
const POOL_FULL: i32 = 1016;

/// A refusal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Refusal {
	/// The error's name: `Pallet.Error`, or `Pool.Error`.
	pub name: String,
	/// What it means.
	pub meaning: String,
	/// What to do; empty where the meaning says it.
	#[serde(skip_serializing_if = "String::is_empty")]
	pub advice: String,
}

impl Refusal {
	/// A refusal with its texts.
	pub fn new(
		name: impl Into<String>,
		meaning: impl Into<String>,
		advice: impl Into<String>,
	) -> Self {
		Self { name: name.into(), meaning: meaning.into(), advice: advice.into() }
	}

	/// A call that failed in its block.
	pub fn from_dispatch(error: &DispatchError) -> Self {
		match error {
			DispatchError::Module(module) => match module.details() {
				Ok(details) => {
					let (pallet, name) = (details.pallet.name(), details.variant.name.as_str());
					let docs = details.variant.docs.join(" ");
					Self::new(
						format!("{pallet}.{name}"),
						docs.split_whitespace().collect::<Vec<_>>().join(" "),
						advice(pallet, name),
					)
				}
				Err(_) => Self::new(
					format!("Pallet{}.Error{}", module.pallet_index(), module.error_index()),
					"The chain's metadata does not name this error.",
					"Check that the node runs the runtime of its best block.",
				),
			},
			DispatchError::Token(token) => Self::new(
				format!("Token.{token:?}"),
				token.to_string(),
				match token {
					TokenError::FundsUnavailable
					| TokenError::NotExpendable
					| TokenError::Frozen
					| TokenError::OnlyProvider => {
						"See `proofyard balance` for what is free and what is held, and for what."
					}
					_ => "",
				},
			),
			DispatchError::BadOrigin | DispatchError::RootNotAllowed => Self::new(
				"BadOrigin",
				"This account may not make this call.",
				"Sign with the account the call belongs to: --key-file or --suri.",
			),
			other => Self::new(format!("{other:?}"), other.to_string(), ""),
		}
	}

	/// A transaction that the pool did not take; `None` when the error is about something else.
	/// `pallet` is that of the call, whose custom codes these are.
	pub fn from_pool(error: &UserError, pallet: &str) -> Option<Self> {
		let data = error
			.data
			.as_ref()
			.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok())
			.unwrap_or_default();
		Some(match error.code {
			POOL_INVALID => Self::invalid(&data, pallet),
			POOL_UNKNOWN => {
				Self::new("Pool.UnknownValidity", data, "Wait for the node to catch up and try again.")
			},
			POOL_BANNED => Self::new(
				"Pool.TemporarilyBanned",
				"The pool refused this very transaction a short while ago.",
				"Wait half an hour, or send one that differs.",
			),
			POOL_ALREADY_IMPORTED => Self::new(
				"Pool.AlreadyImported",
				"The pool holds this very transaction already.",
				"Wait for the next blocks: it will be in one of them.",
			),
			POOL_TOO_LOW_PRIORITY => Self::new(
				"Pool.PriorityTooLow",
				"Another transaction of this account with the same nonce, or with the same purpose, is waiting.",
				"Wait for the next block and try again.",
			),
			POOL_FULL => Self::new(
				"Pool.Full",
				"The pool is full.",
				"Wait for the next block and try again.",
			),
			_ => return None,
		})
	}

	fn invalid(data: &str, pallet: &str) -> Self {
		if let Some(code) = data.strip_prefix("Custom error: ").and_then(|c| c.trim().parse().ok())
		{
			return match pool_errors::find(pallet, code) {
				Some(known) => {
					Self::new(format!("{pallet}.{}", known.name), known.meaning, known.advice)
				},
				None => Self::new(
					format!("{pallet}.Custom{code}"),
					"The chain refused the transaction with a code that this program does not know.",
					"Use the version of this program that belongs to the chain.",
				),
			};
		}
		match pool_errors::STANDARD.iter().find(|known| known.text == data) {
			Some(known) => Self::new(format!("Pool.{}", known.name), data, known.advice),
			None => Self::new("Pool.Invalid", data, ""),
		}
	}
}

impl fmt::Display for Refusal {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "the chain refused: {}\n{}", self.name, self.meaning)?;
		if self.advice.is_empty() {
			Ok(())
		} else {
			write!(f, "\n{}", self.advice)
		}
	}
}

/// What to do on the command line about a quote that the node refuses.
pub fn quote_advice(name: &str) -> &'static str {
	match name {
		"WorkNeeded" => "Give --work.",
		"WorkFixed" => "Leave --work out.",
		"DeadlineOutOfRange" => "Give another --lifetime, or leave it out for the chain's default.",
		"BadRedundancy" => "Give --redundancy K/N, for example 1/2 or 2/3, or leave it out.",
		_ => "",
	}
}

/// What to do on the command line about an error of a pallet, where its text cannot say it.
fn advice(pallet: &str, name: &str) -> &'static str {
	match (pallet, name) {
		(_, "InsufficientBalance") => {
			"See `proofyard balance` for what is free and what is held, and for what."
		},
		("Auctions", "FeeTooLow" | "FeeBelowGrid") => {
			"See `proofyard task quote` for the lowest maximum fee."
		}
		("Auctions", "TooLate") => {
			"See `proofyard task show` for the deadline, and for how long bids are committed and revealed."
		}
		("Auctions", "TooEarly") => {
			"`proofyard task show` says from which block on; then `prover reveal`."
		}
		("Auctions", "NothingToChange") => {
			"See `proofyard task show` and `prover status` for what holds already."
		}
		("Auctions", "SealedTask" | "BidsRevealed") => {
			"See `proofyard task show` for the bids and the block that decides."
		}
		("Auctions", "NotSealed") => "Serve its market: `proofyard prover ask --program ID`.",
		("Auctions", "BiddingOutOfRange") => {
			"Give a longer --lifetime, or other numbers of blocks with --bidding COMMIT,REVEAL."
		}
		("Auctions", "DuplicateProver") => "Give each --prover once.",
		("Auctions", "BadRedundancy") => {
			"Give --redundancy K/N with K from 1 to N and N up to 3, and as many --prover as K, or none."
		}
		("Auctions", "RedundancySealed") => "Leave --redundancy or --bidding out.",
		("Auctions", "NotReliable") => {
			"`proofyard prover status` shows the record, by proof system, and whether it is good enough."
		}
		("Auctions", "NotAdmitted") => "`proofyard task show` says to whom it is kept.",
		("Auctions", "UnknownBid") => "Commit first: `proofyard prover bid`.",
		("Auctions", "WrongCommitment") => {
			"Reveal from the file that `proofyard prover bid` wrote: --bid-file."
		}
		("Auctions", "NotCalibrated") => {
			"`proofyard market reference` says what is asked for; `prover calibrate` proves it once."
		}
		("Auctions", "PriceAboveGrid") => {
			"The price is that of one unit of work, in YARD: is it that of a whole task?"
		}
		("Auctions", "TooManyBlocked") => "Take some off it with `proofyard prover unblock`.",
		("Auctions", "LifetimeOutOfRange") => {
			"Leave --lifetime out for the chain's default, or see `proofyard task quote --lifetime`."
		},
		("Auctions", "UnknownTask" | "NotDue") => {
			"See `proofyard task show` for where the task stands."
		}
		("Auctions", "NotProver") | ("Provers", "UnknownProver") => {
			"Register with `proofyard prover register`."
		},
		("Auctions", "HardwareNotCovered") => {
			"See `proofyard prover status` for what is declared; change it with `prover set-hardware`."
		},
		("Auctions", "UnknownAsk") => "See `proofyard prover status` for the asks that stand.",
		("Attestation", "UnknownTask" | "NotAssignee" | "AttemptOver") => {
			"See `proofyard task show`: who is at work on it, or how it ended."
		},
		("Attestation", "NotDue") => {
			"`proofyard task show` has the blocks by which its attempts are due, and its deadline."
		}
		("Attestation", "TooLateToDecline") => {
			"A late proof is still paid, less and less, if nobody is faster."
		}
		("Attestation", "InputInline" | "InputWasHad") => {
			"`proofyard prover decline` without --input-unavailable gives it back."
		}
		("Attestation", "NotCommitted" | "NotEnoughCommitted" | "CannotCommit") => {
			"`proofyard task submit-proof`, given again, commits to the proof, waits, and delivers."
		}
		("Attestation" | "Provers", "Jailed") => {
			"`proofyard prover status` says until when; then `prover unjail`."
		}
		("Attestation", "TooLate") => "See `proofyard task show` for the deadline.",
		("Attestation", "NoBounty") => "`proofyard bounty list` shows the tasks that offer one.",
		("Attestation", "NotProver") => "Register with `proofyard prover register`.",
		("Attestation", "HasAttempt") => {
			"Deliver by that attempt, while it runs: `proofyard task submit-proof`."
		}
		("Attestation", "AlreadyAnnounced") => "Show it: `proofyard bounty reveal`.",
		("Attestation", "BountyFull") => {
			"`proofyard task show` has the announcements; each may be replaced after ten blocks."
		}
		("Attestation", "NotAnnounced") => "`proofyard bounty deliver` announces it and shows it.",
		("Attestation", "TooEarly") => "Wait for the next block: `proofyard bounty reveal`.",
		("Attestation", "WrongCommitment") => {
			"Give the same files as to `proofyard bounty announce`, and sign with the same account."
		}
		("Provers", "AlreadyRegistered") => {
			"See `proofyard prover status`; change things with `prover add-stake`, `set-hardware` and `rotate-key`."
		},
		("Provers", "AsksStanding") => {
			"List them with `proofyard prover status`, withdraw each with `prover withdraw-ask`."
		},
		("Provers", "Paused") => "Take work again with `proofyard prover resume`.",
		("Provers", "AlreadyPaused" | "NotPaused") => {
			"See `proofyard prover status` for whether it is paused, and from which block it goes on."
		}
		("Provers", "InsufficientStake") => {
			"See `proofyard prover status` for what is free; stake more with `prover add-stake`."
		}
		("Provers", "NoFreeSlot") => {
			"Wait until a task of it ends, or declare more with `proofyard prover set-hardware`."
		}
		("Provers", "StakeReserved" | "AttemptsLive") => {
			"See `proofyard prover status` for its live tasks, and `task list --prover` for which."
		}
		("Provers", "UnbondingUnderWay") => {
			"See `proofyard prover status` for when it can be withdrawn; then `prover withdraw`."
		}
		("Provers", "TooEarly") => {
			"`proofyard prover status` says from which block on; of a delegation, `stake show`."
		}
		("Provers", "NotJailed") => "See `proofyard prover status` for what keeps it from work.",
		("Provers", "Leaving" | "AlreadyLeaving") => {
			"`proofyard prover status` says from when the stake can be withdrawn; then register anew."
		}
		("Provers", "RemainderTooLow") => {
			"Unbond less, or leave: `proofyard prover leave` takes all of it back."
		}
		("Provers", "DelegationClosed" | "DelegationFull" | "PoolWipedOut") => {
			"`proofyard prover status` shows how much may be delegated to it, if any."
		}
		("Provers", "DelegationTooLow") => {
			"Delegate more, or take out all: `proofyard stake undelegate --all`."
		}
		("Provers", "SelfDelegation") => "Add to the stake with `proofyard prover add-stake`.",
		("Provers", "NoDelegation" | "TooFewShares" | "NothingUnbonding") => {
			"See `proofyard stake show` for a delegation, `prover status` for the own stake."
		}
		("Programs", "UnknownProgram") => {
			"Check the id; `proofyard program register` prints it, also for what is registered already."
		},
		("Attestation" | "Programs", "UnknownVersion") => {
			"`proofyard systems` lists the versions, and which of them are on."
		}
		("Programs", "SystemDisabled") => "`proofyard systems` lists those that are on.",
		("Programs", "NoPublicInputs") => {
			"Give --public-values, --public-values-sha256 or --public-values-prefix in place of --public."
		}
		("Programs", "BadPrefix" | "WrongPublicInputCount" | "PublicInputNotInField") => {
			"`proofyard program show` says how many public inputs it has, of 32 bytes each."
		}
		("Programs", "MalformedVersion" | "LayoutMismatch") => {
			"Take one that this program knows, SYSTEM@VERSION, or check the file."
		}
		("Programs", "KeyWrongLength") => {
			"Check --system: a circuit's key comes from a file, a zkVM's program key has 32 bytes."
		}
		("Sudo", "RequireSudo") => "Sign with the account of the chain's root: --key-file or --suri.",
		("Programs", "NotOwner") => "`proofyard program show` says who the owner is.",
		_ => "",
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn pool(code: i32, data: &str) -> Option<Refusal> {
		let error = serde_json::json!({ "code": code, "message": "m", "data": data });
		Refusal::from_pool(&serde_json::from_value(error).unwrap(), "Attestation")
	}

	#[test]
	fn custom_codes_have_the_names_of_their_pallet() {
		assert_eq!(pool(1010, "Custom error: 2").unwrap().name, "Attestation.NotAssignee");
		assert_eq!(pool(1010, "Custom error: 8").unwrap().name, "Attestation.TooLate");
		assert_eq!(pool(1010, "Custom error: 200").unwrap().name, "Attestation.Custom200");
	}

	#[test]
	fn what_every_chain_refuses_has_a_name() {
		assert_eq!(pool(1010, "Transaction is outdated").unwrap().name, "Pool.Stale");
		assert_eq!(pool(1010, "Something new").unwrap().name, "Pool.Invalid");
		assert_eq!(pool(1014, "").unwrap().name, "Pool.PriorityTooLow");
	}

	#[test]
	fn every_code_of_the_pallet_says_what_to_do() {
		for code in (1..=19).filter(|code| *code != 5) {
			let refusal = pool(1010, &format!("Custom error: {code}")).unwrap();
			assert!(!refusal.name.contains("Custom"), "{refusal}");
			assert!(!refusal.advice.is_empty(), "{refusal}");
		}
	}

	#[test]
	fn errors_of_a_failing_prover_say_what_to_do() {
		for name in [
			"UnknownTask",
			"NotDue",
			"NotAssignee",
			"AttemptOver",
			"TooLateToDecline",
			"InputInline",
			"InputWasHad",
			"Jailed",
			"NotCommitted",
			"NotEnoughCommitted",
			"CannotCommit",
			"TooLate",
			"NoBounty",
			"NotProver",
			"HasAttempt",
			"AlreadyAnnounced",
			"BountyFull",
			"NotAnnounced",
			"TooEarly",
			"WrongCommitment",
			"UnknownVersion",
		] {
			assert!(!advice("Attestation", name).is_empty(), "Attestation.{name}");
		}
		for name in [
			"SystemDisabled",
			"NoPublicInputs",
			"BadPrefix",
			"WrongPublicInputCount",
			"PublicInputNotInField",
			"UnknownVersion",
			"MalformedVersion",
			"LayoutMismatch",
			"KeyWrongLength",
		] {
			assert!(!advice("Programs", name).is_empty(), "Programs.{name}");
		}
		for name in [
			"Jailed",
			"NotJailed",
			"AlreadyLeaving",
			"Leaving",
			"DelegationClosed",
			"DelegationTooLow",
			"DelegationFull",
			"SelfDelegation",
			"PoolWipedOut",
			"NoDelegation",
			"TooFewShares",
		] {
			assert!(!advice("Provers", name).is_empty(), "Provers.{name}");
		}
		for name in ["BadRedundancy", "RedundancySealed", "NotReliable"] {
			assert!(!advice("Auctions", name).is_empty(), "Auctions.{name}");
		}
	}

	#[test]
	fn other_errors_are_no_refusals() {
		assert_eq!(pool(-32601, ""), None);
	}

	#[test]
	fn the_advice_is_the_last_line() {
		let refusal = Refusal::new("A.B", "Meaning.", "Advice.");
		assert_eq!(refusal.to_string(), "the chain refused: A.B\nMeaning.\nAdvice.");
		assert_eq!(
			Refusal::new("A.B", "Meaning.", "").to_string(),
			"the chain refused: A.B\nMeaning."
		);
	}
}
