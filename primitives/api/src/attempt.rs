// SPDX-License-Identifier: Apache-2.0
//! Attempts at a task: while they run, what is offered when none is left to call, and what they came
//! to.

use crate::{
	scalars::{AccountId, Balance, BlockNumber},
	text::decimal,
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use proofyard_primitives::{AttemptRecord, Ending, Role};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;

/// Facts of a task as long as provers are at work on it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Live {
	/// Primary of the clearing.
	pub prover: AccountId,
	/// Payment of the primary, and the most that the requester pays for one proof.
	#[serde(with = "decimal")]
	pub price: Balance,
	/// Block of the clearing.
	pub assigned_at: BlockNumber,
	/// Block by which those that started at once should deliver.
	pub soft_deadline: BlockNumber,
	/// Everybody's try at it, in the order they started. The place of an attempt is its number.
	pub attempts: Vec<Attempt>,
	/// Provers that may still be called, in this order.
	pub standbys: Vec<Standby>,
	/// Whether no standby is left and the auction looks for one more prover.
	pub wanted: bool,
}

impl Live {
	/// The attempt of a prover.
	pub fn attempt_of(&self, prover: &AccountId) -> Option<&Attempt> {
		self.attempts.iter().find(|attempt| attempt.prover == *prover)
	}

	/// Attempts whose prover is at work, in time or late.
	pub fn at_work(&self) -> impl Iterator<Item = &Attempt> {
		self.attempts.iter().filter(|attempt| attempt.state.is_at_work())
	}

	/// Number of attempts that have committed to a proof that may still count.
	pub fn committed(&self) -> usize {
		let counts = |attempt: &&Attempt| {
			attempt.committed
				&& (attempt.state.is_at_work() || attempt.state == AttemptState::Verified)
		};
		self.attempts.iter().filter(counts).count()
	}
}

/// One prover's try at a live task.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
	/// Number, from 0.
	pub number: u32,
	/// Prover.
	pub prover: AccountId,
	/// Way it came about: `primary`, `together`, `standby`, `rescue` or `bounty`.
	pub role: Role,
	/// Payment for a proof in time.
	#[serde(with = "decimal")]
	pub price: Balance,
	/// Bond left after charges.
	#[serde(with = "decimal")]
	pub bond: Balance,
	/// Block it started in.
	pub started_at: BlockNumber,
	/// Soft deadline: the last block in which it is in time, and may be given back.
	pub due: BlockNumber,
	/// Proofs of it that the chain rejected.
	pub rejections: u32,
	/// Whether it has committed to a proof, where others could copy it.
	pub committed: bool,
	/// State in which it is.
	pub state: AttemptState,
	/// Payment for its verified proof, fee included: less than the price if it was late. `None` before
	/// there is one.
	#[serde(default, with = "decimal::option")]
	pub owed: Option<Balance>,
}

/// State of an attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
	/// Its prover is at work, and in time.
	Running,
	/// Its soft deadline has passed; it may still deliver.
	Late,
	/// Its proof was verified.
	Verified,
	/// Its prover gave it back.
	Declined,
	/// Its prover gave it back because the input cannot be had.
	Reported,
	/// Too many of its proofs were rejected.
	Rejected,
	/// It was late, and its prover was jailed.
	Defaulted,
}

impl AttemptState {
	/// Whether its prover is at work, in time or late.
	pub fn is_at_work(self) -> bool {
		matches!(self, Self::Running | Self::Late)
	}

	/// State in words, for people.
	pub fn name(self) -> &'static str {
		match self {
			Self::Running => "running",
			Self::Late => "late",
			Self::Verified => "verified",
			Self::Declined => "given back",
			Self::Reported => "input missing",
			Self::Rejected => "proofs rejected",
			Self::Defaulted => "defaulted",
		}
	}
}

/// Prover that re-proves a task if one before it does not deliver.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standby {
	/// Prover.
	pub prover: AccountId,
	/// Payment if it delivers: its own ask and the premium.
	#[serde(with = "decimal")]
	pub price: Balance,
	/// Bond once it is called.
	#[serde(with = "decimal")]
	pub bond: Balance,
}

/// Offer to any prover that delivers, once no standby is left.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bounty {
	/// Block in which it opened.
	pub since: BlockNumber,
	/// Payment for a proof that is announced now. Rises from block to block.
	#[serde(with = "decimal")]
	pub reward: Balance,
	/// Part of the free stake that announcing takes until the proof is shown.
	#[serde(with = "decimal")]
	pub deposit: Balance,
	/// Proofs announced and not yet shown.
	pub announcements: Vec<Announcement>,
}

/// Proof that its prover says it has, and has not shown.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Announcement {
	/// Prover.
	pub prover: AccountId,
	/// Commitment to the proof.
	pub commitment: H256,
	/// Block it was announced in. It can be shown in any later one.
	pub at: BlockNumber,
	/// Payment if it verifies.
	#[serde(with = "decimal")]
	pub reward: Balance,
	/// Loss of its prover if it does not, or is never shown.
	#[serde(with = "decimal")]
	pub deposit: Balance,
}

/// Outcome of an attempt at an ended task.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptOutcome {
	/// Prover.
	pub prover: AccountId,
	/// Way it came about: `primary`, `together`, `standby`, `rescue` or `bounty`.
	pub role: Role,
	/// Ending of it, for example `verified` or `defaulted`.
	pub fate: Ending,
	/// Payment, after the protocol's fee.
	#[serde(with = "decimal")]
	pub earned: Balance,
	/// Part of its bond that was taken when the task ended.
	#[serde(with = "decimal")]
	pub slashed: Balance,
}

impl From<AttemptRecord<AccountId, Balance>> for AttemptOutcome {
	fn from(record: AttemptRecord<AccountId, Balance>) -> Self {
		let AttemptRecord { prover, role, fate, earned, slashed } = record;
		Self { prover, role, fate, earned, slashed }
	}
}
