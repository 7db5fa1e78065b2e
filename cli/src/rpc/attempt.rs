// SPDX-License-Identifier: Apache-2.0
//! Attempts at a task: while they run, what is offered when none is left to call, and what they came
//! to.

use super::BlockNumber;
use crate::amount::Amount;
use proofyard_primitives::{Ending as AttemptFate, Role};
use serde::{Deserialize, Serialize};
use sp_core::H256;
use subxt::utils::AccountId32;

/// What holds of a task as long as provers are at work on it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Live {
	/// The primary of the clearing.
	pub prover: AccountId32,
	/// What it is paid, and what the requester pays at most for one proof.
	pub price: Amount,
	/// Block of the clearing.
	pub assigned_at: BlockNumber,
	/// Block by which those that started at once should deliver.
	pub soft_deadline: BlockNumber,
	/// Everybody's try at it, in the order they started.
	pub attempts: Vec<Attempt>,
	/// Who may still be called, in this order.
	pub standbys: Vec<Standby>,
	/// Whether no standby is left and the auction looks for one more prover.
	pub wanted: bool,
}

impl Live {
	/// The attempt of a prover.
	pub fn attempt_of(&self, prover: &AccountId32) -> Option<&Attempt> {
		self.attempts.iter().find(|attempt| attempt.prover == *prover)
	}

	/// Attempts whose prover is at work, in time or late.
	pub fn at_work(&self) -> impl Iterator<Item = &Attempt> {
		self.attempts.iter().filter(|attempt| attempt.state.is_at_work())
	}

	/// Attempts that have committed to a proof that may still count.
	pub fn committed(&self) -> usize {
		let counts = |attempt: &&Attempt| {
			attempt.committed
				&& (attempt.state.is_at_work() || attempt.state == AttemptState::Verified)
		};
		self.attempts.iter().filter(counts).count()
	}
}

/// One prover's try at a live task.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
	/// Its number, from 0.
	pub number: u32,
	/// Whose.
	pub prover: AccountId32,
	/// How it came about.
	pub role: Role,
	/// What it is paid for a proof in time.
	pub price: Amount,
	/// What is left of its bond.
	pub bond: Amount,
	/// The block it started in.
	pub started_at: BlockNumber,
	/// Its soft deadline: the last block in which it is in time, and may be given back.
	pub due: BlockNumber,
	/// Proofs of it that the chain rejected.
	pub rejections: u32,
	/// Whether it has committed to a proof, where others could copy it.
	pub committed: bool,
	/// Where it stands.
	pub state: AttemptState,
	/// What its verified proof is paid, fee included; `None` before there is one.
	pub owed: Option<Amount>,
}

/// Where an attempt stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
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

	/// The state in words.
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

/// Who re-proves a task if its prover does not deliver.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standby {
	/// Who.
	pub prover: AccountId32,
	/// What it is paid if it delivers: its own ask and the premium.
	pub price: Amount,
	/// What it stands to lose once it is called.
	pub bond: Amount,
}

/// What is offered to any prover that delivers, once no standby is left.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bounty {
	/// The block in which it opened.
	pub since: BlockNumber,
	/// What a proof is paid that is announced now. Rises from block to block.
	pub reward: Amount,
	/// What announcing takes of the free stake until the proof is shown.
	pub deposit: Amount,
	/// Proofs announced and not yet shown.
	pub announcements: Vec<Announcement>,
}

/// A proof that its prover says it has, and has not shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Announcement {
	/// Whose.
	pub prover: AccountId32,
	/// What it committed to.
	pub commitment: H256,
	/// The block it was announced in. It can be shown in any later one.
	pub at: BlockNumber,
	/// What it is paid if it verifies.
	pub reward: Amount,
	/// What its prover loses if it does not, or is never shown.
	pub deposit: Amount,
}

/// What an attempt at an ended task came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptOutcome {
	/// Whose.
	pub prover: AccountId32,
	/// How it came about.
	pub role: Role,
	/// What became of it.
	pub fate: AttemptFate,
	/// What it was paid, after the protocol's fee.
	pub earned: Amount,
	/// What was taken of its bond when the task ended.
	pub slashed: Amount,
}
