// SPDX-License-Identifier: Apache-2.0
//! Attempts at a task: while they run, what is offered when none is left to call, and what they came
//! to.

use super::{Account, Amount};
use proofyard_primitives::{AttemptRecord, Ending as AttemptFate, Role};
use proofyard_runtime::{AccountId, Balance, BlockNumber};
use proofyard_runtime_api as api;
use serde::{Deserialize, Serialize};
use sp_core::H256;

/// What holds of a task as long as provers are at work on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Live {
	/// The primary of the clearing.
	pub prover: Account,
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

impl From<api::LiveInfo<AccountId, Balance, BlockNumber>> for Live {
	fn from(live: api::LiveInfo<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			prover: live.prover,
			price: Amount(live.price),
			assigned_at: live.assigned_at,
			soft_deadline: live.soft_deadline,
			attempts: live.attempts.into_iter().map(Into::into).collect(),
			standbys: live.standbys.into_iter().map(Into::into).collect(),
			wanted: live.wanted,
		}
	}
}

/// One prover's try at a live task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
	/// Its number, from 0.
	pub number: u32,
	/// Whose.
	pub prover: Account,
	/// How it came about: `primary`, `together`, `standby`, `rescue` or `bounty`.
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
	/// Where it stands: `running`, `late`, `verified`, `declined`, `reported`,
	/// `rejected` or `defaulted`.
	pub state: api::AttemptState,
	/// What its verified proof is paid, fee included; null before there is one.
	pub owed: Option<Amount>,
}

impl From<api::AttemptInfo<AccountId, Balance, BlockNumber>> for Attempt {
	fn from(attempt: api::AttemptInfo<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			number: attempt.number,
			prover: attempt.prover,
			role: attempt.role,
			price: Amount(attempt.price),
			bond: Amount(attempt.bond),
			started_at: attempt.started_at,
			due: attempt.due,
			rejections: attempt.rejections,
			committed: attempt.committed,
			state: attempt.state,
			owed: attempt.owed.map(Amount),
		}
	}
}

/// Who re-proves a task if its prover does not deliver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standby {
	/// Who.
	pub prover: Account,
	/// What it is paid if it delivers: its own ask and the premium.
	pub price: Amount,
	/// What it stands to lose once it is called.
	pub bond: Amount,
}

impl From<api::StandbyInfo<AccountId, Balance>> for Standby {
	fn from(standby: api::StandbyInfo<AccountId, Balance>) -> Self {
		Self { prover: standby.prover, price: Amount(standby.price), bond: Amount(standby.bond) }
	}
}

/// What is offered to any prover that delivers, once no standby is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

impl From<api::BountyInfo<AccountId, Balance, BlockNumber>> for Bounty {
	fn from(bounty: api::BountyInfo<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			since: bounty.since,
			reward: Amount(bounty.reward),
			deposit: Amount(bounty.deposit),
			announcements: bounty.announcements.into_iter().map(Into::into).collect(),
		}
	}
}

/// A proof that its prover says it has, and has not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Announcement {
	/// Whose.
	pub prover: Account,
	/// What it committed to.
	pub commitment: H256,
	/// The block it was announced in. It can be shown in any later one.
	pub at: BlockNumber,
	/// What it is paid if it verifies.
	pub reward: Amount,
	/// What its prover loses if it does not, or is never shown.
	pub deposit: Amount,
}

impl From<api::AnnouncementInfo<AccountId, Balance, BlockNumber>> for Announcement {
	fn from(announced: api::AnnouncementInfo<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			prover: announced.prover,
			commitment: H256(announced.commitment),
			at: announced.at,
			reward: Amount(announced.reward),
			deposit: Amount(announced.deposit),
		}
	}
}

/// What an attempt at an ended task came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptOutcome {
	/// Whose.
	pub prover: Account,
	/// How it came about: `primary`, `together`, `standby`, `rescue` or `bounty`.
	pub role: Role,
	/// What became of it, for example `verified` or `defaulted`.
	pub fate: AttemptFate,
	/// What it was paid, after the protocol's fee.
	pub earned: Amount,
	/// What was taken of its bond when the task ended.
	pub slashed: Amount,
}

impl From<AttemptRecord<AccountId, Balance>> for AttemptOutcome {
	fn from(record: AttemptRecord<AccountId, Balance>) -> Self {
		Self {
			prover: record.prover,
			role: record.role,
			fate: record.fate,
			earned: Amount(record.earned),
			slashed: Amount(record.slashed),
		}
	}
}
