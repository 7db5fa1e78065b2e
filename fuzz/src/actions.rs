// SPDX-License-Identifier: Apache-2.0
//! Actions that somebody may take. Each is plain data: it can be written down, dropped from a list, and
//! played on any state. Accounts, programs, tasks and attempts are given by a number that is taken
//! modulo what there is when its turn comes.

use crate::{
	runtime::{Balance, Room},
	zkvm::Zkvm,
};
use proofyard_primitives::{
	session::Report, BiddingWindow, HardwareClass, Redundancy, ServiceLevel,
};
use serde::{Deserialize, Serialize};

/// Something that somebody does, or that happens to the chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
	/// Submit a task.
	Submit(Submission),
	/// Withdraw an open task.
	Cancel {
		/// Account that cancels; the requester where it is `None`.
		who: Option<u64>,
		/// Number of the open task.
		task: u64,
	},
	/// Offer more for an open task.
	Raise {
		/// Account that offers more; the requester where it is `None`.
		who: Option<u64>,
		/// Number of the open task.
		task: u64,
		/// Amount that is added.
		by: Balance,
	},
	/// Give an open task more time.
	Prolong {
		/// Account that gives more time; the requester where it is `None`.
		who: Option<u64>,
		/// Number of the open task.
		task: u64,
		/// Number of blocks that are added.
		by: u32,
	},
	/// Poke an open task, or a live one.
	Poke {
		/// Account that pokes.
		who: u64,
		/// Whether a live one.
		live: bool,
		/// Number of the task.
		task: u64,
	},

	/// Place an ask, or change one.
	PlaceAsk {
		/// Number of the prover.
		who: u64,
		/// In which market.
		market: Place,
		/// For a unit of work.
		price: Balance,
		/// Number of lots.
		lots: u32,
		/// Units of work in a second.
		speed: u64,
	},
	/// Withdraw an ask.
	WithdrawAsk {
		/// Number of the prover.
		who: u64,
		/// Number among its asks.
		ask: u64,
	},
	/// Keep a requester off, or let it back.
	SetBlocked {
		/// Number of the prover.
		who: u64,
		/// Number of the requester.
		whom: u64,
		/// Whether off.
		blocked: bool,
	},
	/// Commit to a sealed bid.
	CommitBid {
		/// Number of the prover.
		who: u64,
		/// Number among the tasks that take bids.
		task: u64,
		/// The bid in thousandths of the maximum fee.
		bid: u64,
	},
	/// Reveal a sealed bid.
	RevealBid {
		/// Number among all bids.
		bid: u64,
		/// The price that is told in thousandths of the maximum fee; what was committed to where it is
		/// `None`.
		told: Option<u64>,
		/// Units of work in a second.
		speed: u64,
	},
	/// Take on the reference task of a class.
	Calibrate {
		/// Number of the prover.
		who: u64,
		/// Class of the reference task.
		hardware: HardwareClass,
	},
	/// Set or remove the reference of a class.
	SetReference {
		/// Class of the reference.
		hardware: HardwareClass,
		/// Under which program.
		program: u64,
		/// Number of proofs, and of blocks for each.
		terms: Option<(u32, u32)>,
	},

	/// Register a prover.
	Register {
		/// Number of the account.
		who: u64,
		/// On which hardware.
		hardware: HardwareClass,
		/// Number of slots.
		slots: u32,
		/// Amount that it stakes.
		stake: Balance,
		/// Prover whose session key it says is its own; a new one of its own where it is `None`.
		key: Option<u64>,
	},
	/// Declare other hardware or slots.
	SetHardware {
		/// Number of the prover.
		who: u64,
		/// The hardware.
		hardware: HardwareClass,
		/// The slots.
		slots: u32,
	},
	/// Sign with another key.
	SetSessionKey {
		/// Number of the prover.
		who: u64,
		/// Prover whose key it says is its own; a new one of its own where it is `None`.
		key: Option<u64>,
	},
	/// Stake more.
	AddStake {
		/// Number of the prover.
		who: u64,
		/// Amount that is added.
		amount: Balance,
	},
	/// Ask for stake back.
	Unbond {
		/// Number of the prover.
		who: u64,
		/// Part of the stake.
		amount: Part,
	},
	/// Withdraw what is unbonded.
	Withdraw {
		/// Number of the prover.
		who: u64,
	},
	/// Pause, or go on.
	SetPaused {
		/// Number of the prover.
		who: u64,
		/// Whether paused.
		paused: bool,
	},
	/// Leave jail.
	Unjail {
		/// Number of the prover; among those in jail where there are any.
		who: u64,
	},
	/// Withdraw all asks and leave for good.
	Exit {
		/// Number of the prover.
		who: u64,
		/// Whether asks are withdrawn before.
		tidy: bool,
	},
	/// Open or close the pool of an operator.
	SetDelegation {
		/// Number of the prover.
		who: u64,
		/// The commission in millionths.
		commission: Option<u32>,
	},
	/// Delegate.
	Delegate {
		/// Number of the account: delegators first, then everybody.
		who: u64,
		/// To which prover.
		to: u64,
		/// Amount that is delegated.
		amount: Balance,
	},
	/// Ask for shares back.
	Undelegate {
		/// Number among all delegations.
		delegation: u64,
		/// Part of its shares.
		shares: Part,
	},
	/// Withdraw what was delegated.
	WithdrawDelegation {
		/// Number of the account that asks.
		who: u64,
		/// Number among all delegations.
		delegation: u64,
	},

	/// A prover does what is next for one of its attempts: commits to a proof, or submits it. One that is
	/// dead does nothing.
	Deliver {
		/// Number among all running attempts.
		attempt: u64,
		/// Number among the possible proofs. From [`AHEAD`] on it is committed to also where it need not be.
		variant: u64,
	},
	/// A prover does what is next for all of its attempts, and submits in one batch what it can.
	DeliverAll {
		/// Number of one of its attempts among all running ones.
		attempt: u64,
		/// As with [`Action::Deliver`].
		variant: u64,
	},
	/// Submit a proof, whatever comes of it.
	SubmitProof {
		/// Number among all attempts, running or not.
		attempt: u64,
		/// Proof that is submitted.
		proof: Proof,
		/// Account that signs and says it is its own; the prover where it is `None`.
		who: Option<u64>,
		/// Number of the attempt that it says; the right one where it is `None`.
		number: Option<u32>,
		/// Whether the signature is another prover's.
		forged: bool,
		/// Whether it was let into the pool before what happened since.
		#[serde(default)]
		late: bool,
	},
	/// Submit several proofs of a prover at once, whatever comes of them.
	SubmitProofs {
		/// Number of one of its attempts among all running ones.
		attempt: u64,
		/// A proof for each of its attempts, as far as there are any.
		proofs: Vec<Proof>,
		/// The place of one that is in the batch once more.
		twice: Option<u64>,
		/// Whether the signature is another prover's.
		forged: bool,
		/// Whether it was let into the pool before what happened since. There are attempts in it then
		/// that are over.
		late: bool,
	},
	/// Submit once more what was submitted before, byte by byte.
	Replay {
		/// Number among all authorized transactions of this list.
		which: u64,
	},
	/// Commit to a proof.
	CommitProof {
		/// Number among all running attempts.
		attempt: u64,
		/// Proof that is committed to.
		proof: Proof,
	},
	/// Give an attempt back with a session key.
	Report {
		/// Number among all running attempts.
		attempt: u64,
		/// Reason that is given.
		report: Report,
	},
	/// Give an attempt back with the prover's account.
	Decline {
		/// Number among all running attempts.
		attempt: u64,
		/// Account that declines; the prover where it is `None`.
		who: Option<u64>,
	},
	/// Announce a proof on a bounty.
	Announce {
		/// Number of the account.
		who: u64,
		/// Number among the tasks with a bounty, or among all live ones.
		task: u64,
		/// Proof that is announced.
		proof: Proof,
	},
	/// Show a proof that was announced.
	Reveal {
		/// Number among all announcements.
		announcement: u64,
		/// Proof that is shown; the one announced where it is `None`.
		proof: Option<Proof>,
		/// Account that shows it; the one that announced it where it is `None`.
		who: Option<u64>,
	},

	/// Set the protocol's fee, in millionths.
	SetFees {
		/// The fee.
		fee: u32,
		/// The author's share.
		author: u32,
		/// The treasury's share.
		treasury: u32,
	},
	/// Register a program.
	RegisterProgram {
		/// Number of the account.
		who: u64,
		/// Number among the programs that there may be.
		program: u64,
	},
	/// Say where an artifact is now.
	SetLocators {
		/// Number of the program; its owner calls.
		program: u64,
		/// Length of the locator.
		length: u32,
	},
	/// Retire a program.
	Retire {
		/// Number of the program.
		program: u64,
		/// Account that retires it; the owner where it is `None`.
		who: Option<u64>,
	},
	/// Switch a proof system on or off.
	Switch {
		/// Whether on.
		on: bool,
		/// Proof system, by its zkVM; the circuits' where it is `None`.
		#[serde(default)]
		vm: Option<Zkvm>,
	},
	/// Register a version of a zkVM.
	SetVersion {
		/// Number among the versions that there may be.
		version: u64,
		/// Flaw of its entry, if it has one.
		flaw: Option<u64>,
	},
	/// Switch a version of a zkVM on or off.
	SwitchVersion {
		/// Number among the versions that there may be.
		version: u64,
		/// Whether on.
		on: bool,
	},
	/// Forget a version of a zkVM.
	RemoveVersion {
		/// Number among the versions that there may be.
		version: u64,
	},
	/// Move money.
	Transfer {
		/// From whom.
		from: u64,
		/// To whom.
		to: u64,
		/// Amount that is moved.
		amount: Balance,
	},

	/// Begin the next block.
	Block {
		/// Its randomness.
		random: u64,
	},
	/// Many blocks pass in which nobody does anything.
	Blocks {
		/// Number of blocks.
		count: u32,
		/// The randomness of the first.
		random: u64,
	},
	/// From now on the hooks may do so much.
	Rooms {
		/// Attestation's.
		attestation: Room,
		/// The auction's.
		auctions: Room,
		/// Settlement's.
		settlement: Room,
	},
	/// A prover delivers nothing any more, or does again.
	Die {
		/// Number of the prover.
		who: u64,
		/// Whether it is dead.
		dead: bool,
	},
	/// The chain may come back to here.
	Fork,
	/// The blocks since the last [`Action::Fork`] were of a branch that is abandoned: another goes on.
	Reorg,
}

/// A task as somebody describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Submission {
	/// Number of the requester; beyond them provers.
	pub who: u64,
	/// Under which program.
	pub program: u64,
	/// The service level.
	pub level: ServiceLevel,
	/// The work, where the task states it.
	pub work: Option<u64>,
	/// Whether the input lies elsewhere.
	pub remote: bool,
	/// Way in which public values are fixed.
	pub fixed: Fixed,
	/// The maximum fee for a unit of work.
	pub unit_fee: Balance,
	/// Blocks to the deadline.
	pub lifetime: u32,
	/// Provers it is kept to.
	#[serde(default)]
	pub provers: Vec<u64>,
	/// Time for which sealed bids are taken.
	#[serde(default)]
	pub bidding: Option<BiddingWindow>,
	/// Number of provers that start it, and of proofs that it takes.
	#[serde(default)]
	pub redundancy: Option<Redundancy>,
}

/// From this variant on a proof is committed to ahead of what is asked.
pub const AHEAD: u64 = 6;

/// Way in which the public values of a task are fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fixed {
	/// Not at all.
	No,
	/// To what there are proofs of: a circuit's by position.
	Usual,
	/// To something else, in the same way.
	Other,
	/// To something that is too large for the field; a zkVM's by position.
	Nonsense,
	/// To what there are proofs of, whole.
	Whole,
	/// To what there are proofs of, by hash.
	Hash,
	/// To how something begins that there are proofs of.
	Prefix,
	/// To something else, whole.
	OtherWhole,
	/// To something else, by hash.
	OtherHash,
	/// To another beginning.
	OtherPrefix,
	/// To a beginning that no circuit's public values have.
	OddPrefix,
	/// To more than there is.
	LongWhole,
}

/// A market that somebody names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
	/// The hardware.
	pub hardware: HardwareClass,
	/// The bucket.
	pub bucket: u8,
	/// The level.
	pub level: ServiceLevel,
	/// The zkVM; circuits where it is `None`.
	#[serde(default)]
	pub vm: Option<Zkvm>,
}

/// A part of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
	/// So many of a thousand.
	Share(u32),
	/// This much.
	Exactly(Balance),
}

impl Part {
	/// Amount of `whole` that it is.
	pub fn of(self, whole: Balance) -> Balance {
		match self {
			Self::Share(part) => whole * Balance::from(part) / 1_000,
			Self::Exactly(amount) => amount,
		}
	}
}

/// Proof that somebody hands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
	/// One that is valid.
	Good(u64),
	/// A valid one with this bit of its bytes changed.
	Flipped(u64),
	/// One that is well formed, of another statement than it says.
	False(u64),
	/// A valid one of other public inputs than the task fixes.
	Elsewhere(u64),
	/// Longer than any proof of its system.
	Long,
	/// A valid one of a version of its zkVM that the chain does not take proofs of now; of a circuit one
	/// that is valid.
	Unlisted(u64),
	/// The one that was shown for this task by somebody else, or is shown elsewhere.
	Copied,
}

impl Action {
	/// As a line of text.
	pub fn to_line(&self) -> String {
		serde_json::to_string(self).unwrap_or_else(|error| format!("unwritable: {error}"))
	}

	/// Read back from lines of text; lines that are empty or begin with `#` are left out.
	///
	/// # Errors
	/// The first line that is no action, and why.
	pub fn from_lines(text: &str) -> Result<Vec<Self>, String> {
		text.lines()
			.map(str::trim)
			.filter(|line| !line.is_empty() && !line.starts_with('#'))
			.map(|line| serde_json::from_str(line).map_err(|error| format!("{line}: {error}")))
			.collect()
	}
}
