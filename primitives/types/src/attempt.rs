// SPDX-License-Identifier: Apache-2.0
//! Attempts: one prover's try at a task, from its start to what it is paid.
//!
//! Attestation runs an attempt until it ends, or its task does; settlement moves the money by the
//! [`Ending`]; the provers pallet notes it in the track record. All three speak of the same [`Ending`].
//!
//! ## From state to ending
//!
//! Each row is an [`AttemptState`] when the task ends, each column an end of the task. *First* attempts
//! started when the task was assigned, *called* ones later ([`Role::is_first`]). *Unavailable* is a
//! failure of which two provers say that the input cannot be had.
//!
//! | state | task settled | task failed | input unavailable |
//! |---|---|---|---|
//! | running, in time | `Lost` | `Defaulted` | `Lost` |
//! | running, late, first | `Defaulted` | `Defaulted` | `Lost` |
//! | running, late, called | `Slow` | `Defaulted` | `Lost` |
//! | verified in time | `Verified` | `Verified` | `Verified` |
//! | verified late | `VerifiedLate` | `VerifiedLate` | `VerifiedLate` |
//! | given back | `Declined` | `Declined` | `Declined` |
//! | given back, no input | `Reported` | `Reported` | `Excused` |
//! | too many proofs rejected | `Rejected` | `Rejected` | `Rejected` |
//! | late, prover jailed | `Defaulted` | `Defaulted` | `Defaulted` |
//!
//! ## From ending to money
//!
//! The prover is paid, by the requester's escrow or by the bonds of the others:
//!
//! | ending | task settled, first | task settled, called | task failed | input unavailable |
//! |---|---|---|---|---|
//! | `Verified` | price, escrow | price, escrow to P0 and bonds above | price, bonds | kill fee, escrow |
//! | `VerifiedLate` | price, escrow | price, escrow to P0 and bonds above | price, bonds | kill fee, escrow |
//! | `Lost` | kill fee, escrow | kill fee, bonds | kill fee, bonds | kill fee, escrow |
//! | `Slow` | nothing | nothing | nothing | nothing |
//! | `Declined` | nothing | nothing | nothing | nothing |
//! | `Reported` | nothing | nothing | nothing | nothing |
//! | `Excused` | nothing | nothing | nothing | kill fee, escrow |
//! | `Rejected` | nothing | nothing | nothing | nothing |
//! | `Defaulted` | nothing | nothing | nothing | nothing |
//!
//! *P0* is the price of the primary, *price* what a verified proof is owed, a *kill fee* 10 % of the
//! price. The protocol's fee is taken off what the escrow pays for proofs.
//!
//! The prover's bond pays the claims of others, in this order; where the input is unavailable no bond
//! pays anything:
//!
//! | ending | task settled | task failed | rest of the bond |
//! |---|---|---|---|
//! | `Verified` | nothing | nothing | the prover's |
//! | `VerifiedLate` | kill fees | kill fees | the prover's |
//! | `Lost` | nothing | nothing | the prover's |
//! | `Slow` | nothing | nothing | the prover's |
//! | `Declined` | prices, kill fees, 10 % to the requester | prices, kill fees, 10 % to the requester | the prover's |
//! | `Reported` | prices, kill fees, 10 % to nobody | prices, kill fees, 10 % to nobody | the prover's |
//! | `Excused` | nothing | nothing | the prover's |
//! | `Rejected` | prices, kill fees, 20 % to the requester | prices, kill fees, 20 % to the requester, 1 % to the keeper | nobody's |
//! | `Defaulted` | prices, kill fees, 20 % to the requester | prices, kill fees, 20 % to the requester, 1 % to the keeper | nobody's |
//!
//! The percents are of that bond, and the most of it that the requester gets; of a settled task all
//! bonds together compensate it with no more than 30 % of P0. A test of the settlement pallet reads
//! these tables and checks each cell against the function that pays.

use crate::task::{FailureReason, TaskEnd, TaskKind};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Way in which an attempt came about.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
	/// The primary of the clearing.
	Primary,
	/// Started together with the primary.
	#[serde(rename = "together")]
	CoPrimary,
	/// A standby that was called.
	Standby,
	/// Found by another clearing when no standby was left.
	Rescue,
	/// Delivered on the open bounty.
	Bounty,
}

impl Role {
	/// Whether it started when the task was assigned. The requester pays these as agreed; what the
	/// others cost above that comes from the bonds of those that failed.
	pub fn is_first(&self) -> bool {
		matches!(self, Self::Primary | Self::CoPrimary)
	}
}

/// State of an attempt while its task lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum AttemptState {
	/// Its prover is at work, in time or late.
	Running,
	/// It is over for its prover. Only [`Ending::Reported`] may still become another ending, when
	/// somebody else confirms the report.
	Ended(Ending),
}

impl AttemptState {
	/// Ending of an attempt in this state when its task ends so; `late` if its soft deadline has
	/// passed.
	pub fn ending<AccountId>(self, role: Role, late: bool, end: &TaskEnd<AccountId>) -> Ending {
		let unavailable =
			matches!(end, TaskEnd::Failed { reason: FailureReason::InputUnavailable, .. });
		match (self, end) {
			(Self::Ended(Ending::Reported), _) if unavailable => Ending::Excused,
			(Self::Ended(ending), _) => ending,
			(Self::Running, _) if unavailable => Ending::Lost,
			(Self::Running, TaskEnd::Failed { .. }) => Ending::Defaulted,
			(Self::Running, TaskEnd::Settled) if !late => Ending::Lost,
			(Self::Running, TaskEnd::Settled) if role.is_first() => Ending::Defaulted,
			(Self::Running, TaskEnd::Settled) => Ending::Slow,
		}
	}
}

/// Ending of an attempt.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
	/// Its proof was verified in time.
	Verified,
	/// Its proof was verified after its soft deadline.
	VerifiedLate,
	/// Somebody else was faster. It was in time, and gets a kill fee.
	Lost,
	/// It was called, was slow, and somebody else was faster. It gets nothing and loses nothing.
	Slow,
	/// Its prover gave it back in time.
	Declined,
	/// Its prover could not get the input, which nobody confirmed. Counts as given back.
	Reported,
	/// Its prover could not get the input, and another confirmed it.
	Excused,
	/// As many of its proofs were rejected as the chain tolerates.
	Rejected,
	/// No proof, by its prover's fault.
	Defaulted,
}

impl Ending {
	/// Whether a proof of it was verified.
	pub fn is_verified(self) -> bool {
		matches!(self, Self::Verified | Self::VerifiedLate)
	}

	/// Whether it is a default: its whole bond is lost, and it counts against its prover as such.
	pub fn is_default(self) -> bool {
		matches!(self, Self::Rejected | Self::Defaulted)
	}

	/// Whether it ended without a proof by its prover's doing, so that its bond pays for others.
	pub fn is_liable(self) -> bool {
		matches!(self, Self::Declined | Self::Reported) || self.is_default()
	}

	/// Whether it says nothing of its prover: somebody else was faster, or there was no input.
	pub fn is_neutral(self) -> bool {
		matches!(self, Self::Lost | Self::Slow | Self::Reported | Self::Excused)
	}
}

/// Attempt of a task that has ended, as settlement sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AttemptResult<AccountId, Balance> {
	/// Account of the prover.
	pub prover: AccountId,
	/// Way in which it came about.
	pub role: Role,
	/// Ending that its money follows from.
	pub fate: Ending,
	/// Sum in plancks that a verified one is owed, already less what it was late; of another its price,
	/// of which a kill fee is a part.
	pub price: Balance,
	/// Bond left after charges, in plancks; all of it is still reserved.
	pub bond: Balance,
}

/// Attempt as the record of an ended task keeps it.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct AttemptRecord<AccountId, Balance> {
	/// Account of the prover.
	pub prover: AccountId,
	/// Way in which it came about.
	pub role: Role,
	/// Ending that its money followed from.
	pub fate: Ending,
	/// Payment to its prover after the protocol's fee, in plancks.
	pub earned: Balance,
	/// Sum taken of its bond when the task ended, in plancks.
	pub slashed: Balance,
}

/// Performance that an attempt that ended shows of its prover.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Performance {
	/// Ending that counts for or against the prover.
	pub ending: Ending,
	/// Kind of the task.
	pub kind: TaskKind,
	/// Work of the task, in the program's unit.
	pub work: u64,
	/// Blocks from the clearing to the end.
	pub blocks: u32,
}
