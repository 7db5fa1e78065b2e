// SPDX-License-Identifier: Apache-2.0
//! Attempts at a live task: who tries, who may still be called, and what is offered to everybody.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use proofyard_primitives::Role;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// What holds of a task as long as provers are at work on it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct LiveInfo<AccountId, Balance, BlockNumber> {
	/// The primary of the clearing.
	pub prover: AccountId,
	/// What it is paid, and what the requester pays at most for one proof.
	pub price: Balance,
	/// Block of the clearing.
	pub assigned_at: BlockNumber,
	/// Block by which those that started at once should deliver.
	pub soft_deadline: BlockNumber,
	/// Everybody's try at it, in the order they started. The place of an attempt is its number.
	pub attempts: Vec<AttemptInfo<AccountId, Balance, BlockNumber>>,
	/// Who may still be called, in this order.
	pub standbys: Vec<StandbyInfo<AccountId, Balance>>,
	/// Whether no standby is left and the auction looks for one more prover.
	pub wanted: bool,
}

/// One prover's try at a live task.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct AttemptInfo<AccountId, Balance, BlockNumber> {
	/// Its number, from 0.
	pub number: u32,
	/// Whose.
	pub prover: AccountId,
	/// How it came about.
	pub role: Role,
	/// What it is paid for a proof in time.
	pub price: Balance,
	/// What is left of its bond.
	pub bond: Balance,
	/// The block it started in.
	pub started_at: BlockNumber,
	/// Its soft deadline: the last block in which it is in time, and may be given back.
	pub due: BlockNumber,
	/// Proofs of it that the chain rejected.
	pub rejections: u32,
	/// Whether it has committed to a proof, where the task takes several.
	pub committed: bool,
	/// Where it stands.
	pub state: AttemptState,
	/// What its verified proof is paid, fee included: less than the price if it was late. `None`
	/// before there is one.
	pub owed: Option<Balance>,
}

/// Where an attempt stands.
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

/// Who re-proves a task if its prover does not deliver.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct StandbyInfo<AccountId, Balance> {
	/// Who.
	pub prover: AccountId,
	/// What it is paid if it delivers: its own ask and the premium.
	pub price: Balance,
	/// What it stands to lose once it is called.
	pub bond: Balance,
}

/// What is offered to any prover that delivers, once no standby is left.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct BountyInfo<AccountId, Balance, BlockNumber> {
	/// The block in which it opened.
	pub since: BlockNumber,
	/// What a proof is paid that is announced now. Rises from block to block.
	pub reward: Balance,
	/// What announcing takes of the free stake until the proof is shown.
	pub deposit: Balance,
	/// Proofs announced and not yet shown.
	pub announcements: Vec<AnnouncementInfo<AccountId, Balance, BlockNumber>>,
}

/// A proof that its prover says it has, and has not shown.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct AnnouncementInfo<AccountId, Balance, BlockNumber> {
	/// Whose.
	pub prover: AccountId,
	/// What it committed to.
	pub commitment: [u8; 32],
	/// The block it was announced in. It can be shown in any later one.
	pub at: BlockNumber,
	/// What it is paid if it verifies.
	pub reward: Balance,
	/// What its prover loses if it does not, or is never shown.
	pub deposit: Balance,
}
