// SPDX-License-Identifier: Apache-2.0
//! Refusals of the chain, each by its name and with what to do about it.
//!
//! A call that fails in a block names an error of a pallet; its text is in the chain's metadata. A
//! transaction that the pool does not take comes back as a JSON-RPC error with a code.

use serde::Serialize;
use std::fmt;
use subxt::{
	error::{DispatchError, TokenError},
	rpcs::UserError,
};

mod advice;
mod pool;

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
	/// Meaning of the error.
	pub meaning: String,
	/// Advice what to do; empty where the meaning says it.
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
						module.as_root_error().map_or("", |error| advice::on(&error)),
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
			return match pool::code(pallet, code) {
				Some(known) => {
					let (meaning, advice) = pool::texts(known);
					Self::new(format!("{pallet}.{known:?}"), meaning, advice)
				},
				None => Self::new(
					format!("{pallet}.Custom{code}"),
					"The chain refused the transaction with a code that this program does not know.",
					"Use the version of this program that belongs to the chain.",
				),
			};
		}
		match pool::standard(data) {
			Some((name, advice)) => Self::new(format!("Pool.{name}"), data, advice),
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

/// Advice on a quote that the node refuses.
pub fn quote_advice(name: &str) -> &'static str {
	match name {
		"WorkNeeded" => "Give --work.",
		"WorkFixed" => "Leave --work out.",
		"DeadlineOutOfRange" => "Give another --lifetime, or leave it out for the chain's default.",
		"BadRedundancy" => "Give --redundancy K/N, for example 1/2 or 2/3, or leave it out.",
		_ => "",
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::calls::tests::metadata;

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

	/// Error of a pallet as a block's event tells it, by the committed metadata.
	fn failed(pallet: &str, error: &str) -> Refusal {
		let metadata = metadata();
		let (module, variant) = {
			let pallet = metadata.pallet_by_name(pallet).unwrap();
			let mut errors = pallet.error_variants().unwrap().iter();
			(pallet.error_index(), errors.find(|variant| variant.name == error).unwrap().index)
		};
		// `DispatchError::Module`, with an error of four bytes.
		let bytes = [3, module, variant, 0, 0, 0];
		let error = DispatchError::decode_from(&bytes[..], metadata.arc()).unwrap();
		Refusal::from_dispatch(&error)
	}

	#[test]
	fn errors_of_pallets_have_their_name_and_advice() {
		let refusal = failed("Attestation", "NoBounty");
		assert_eq!(refusal.name, "Attestation.NoBounty");
		assert_eq!(refusal.advice, "`proofyard bounty list` shows the tasks that offer one.");
		for pallet in ["Balances", "Programs", "Provers", "Settlement"] {
			let advice = failed(pallet, "InsufficientBalance").advice;
			assert!(advice.contains("proofyard balance"), "{pallet}: {advice}");
		}
		assert!(failed("Sudo", "RequireSudo").advice.contains("--key-file"));
		assert_eq!(failed("Utility", "TooManyCalls").advice, "");
	}

	#[test]
	fn errors_of_a_failing_prover_say_what_to_do() {
		for (pallet, errors) in [
			(
				"Attestation",
				"UnknownTask NotDue NotAssignee AttemptOver TooLateToDecline InputInline InputWasHad Jailed NotCommitted NotEnoughCommitted CannotCommit TooLate NoBounty NotProver HasAttempt AlreadyAnnounced BountyFull NotAnnounced TooEarly WrongCommitment UnknownVersion",
			),
			(
				"Programs",
				"SystemDisabled NoPublicInputs BadPrefix WrongPublicInputCount PublicInputNotInField UnknownVersion MalformedVersion LayoutMismatch KeyWrongLength",
			),
			(
				"Provers",
				"Jailed NotJailed AlreadyLeaving Leaving DelegationClosed DelegationTooLow DelegationFull SelfDelegation PoolWipedOut NoDelegation TooFewShares",
			),
			(
				"Auctions",
				"BadRedundancy RedundancySealed NotReliable",
			),
		] {
			for error in errors.split_whitespace() {
				assert!(!failed(pallet, error).advice.is_empty(), "{pallet}.{error}");
			}
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
