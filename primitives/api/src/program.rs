// SPDX-License-Identifier: Apache-2.0
//! Programs, what a task of one costs, and the proof systems.

use crate::{
	scalars::{AccountId, Balance, BlockNumber},
	text::decimal,
};
use alloc::{string::String, vec::Vec};
use codec::{Decode, Encode};
use core::fmt;
use proofyard_primitives::{
	ArtifactRole, HardwareClass, Market, ProgramId, ProofSystem, Redundancy, WorkModel,
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::{Bytes, H256};

/// File that a program needs.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Artifact {
	/// Purpose: how a proving service uses it.
	pub role: ArtifactRole,
	/// URLs, tried in turn.
	pub locators: Vec<String>,
	/// SHA-256 of its content.
	pub sha256: H256,
	/// Size in bytes.
	pub size: u64,
}

/// Registered program.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Program {
	/// Id: a hash of its content.
	pub id: ProgramId,
	/// Account that registered it, and gets the deposit back.
	pub owner: AccountId,
	/// Proof system.
	pub system: ProofSystem,
	/// Whether that proof system is switched on.
	pub system_enabled: bool,
	/// Hardware it needs.
	pub hardware: HardwareClass,
	/// Way the work of its tasks is known: `{"fixed": work}` or `"per_task"`.
	pub work: WorkModel,
	/// Public inputs of its proofs, if it is a circuit; zero for a zkVM's program.
	pub public_inputs: u32,
	/// Canonical verification key; of a zkVM's program the 32 bytes that its proofs name it by.
	#[serde(with = "sp_core::bytes")]
	pub key: Vec<u8>,
	/// Files it needs.
	pub artifacts: Vec<Artifact>,
	/// Deposit of its owner.
	#[serde(with = "decimal")]
	pub deposit: Balance,
	/// Tasks of it that live.
	pub live_tasks: u32,
	/// Whether it takes no new tasks.
	pub retired: bool,
	/// Block it was registered in.
	pub registered_at: BlockNumber,
}

/// Price of a task of a program, were it submitted now.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
	/// Market where it would be auctioned.
	pub market: Market,
	/// Work, in the program's unit.
	pub work: u64,
	/// Provers it would start with, and proofs it would take.
	pub redundancy: Redundancy,
	/// Payment of each of its provers now, at least: the first rejected ask, or the lowest where nobody
	/// else could take it; `None` if too few provers could start it.
	#[serde(default, with = "decimal::option")]
	pub price: Option<Balance>,
	/// Cost with all the provers it would start with; `None` if there are not so many.
	#[serde(default, with = "decimal::option")]
	pub cost: Option<Balance>,
	/// Lowest maximum fee with which it would be taken now, if with fewer provers.
	#[serde(default, with = "decimal::option")]
	pub least: Option<Balance>,
	/// Provers that could be its primary now.
	pub feasible_provers: u32,
	/// Lowest maximum fee that a submission may offer, taken or not.
	#[serde(with = "decimal")]
	pub min_fee: Balance,
	/// Block by which a first attempt would have to deliver, were it submitted now.
	pub soft_deadline: BlockNumber,
	/// Deadline the quote is for.
	pub deadline: BlockNumber,
}

/// Reason why there is no quote. JSON-RPC sends it as an [`ErrorCode`](crate::ErrorCode).
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum QuoteError {
	/// No program has this id.
	UnknownProgram,
	/// The program takes no new tasks.
	ProgramRetired,
	/// Its proof system is switched off.
	SystemDisabled,
	/// The program leaves the work to the task, and none was given, or zero.
	WorkNeeded,
	/// The program fixes the work, and another was given.
	WorkFixed(u64),
	/// The deadline is nearer or farther than the chain allows, in blocks: (least, most).
	DeadlineOutOfRange(u32, u32),
	/// More proofs than provers, none, or more provers than start a task at most (given).
	BadRedundancy(u8),
}

/// Proof system, and whether the chain verifies its proofs.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct System {
	/// Proof system.
	pub system: ProofSystem,
	/// Whether its programs take new tasks.
	pub enabled: bool,
	/// Versions of a zkVM that were registered, by name; a circuit's system has none.
	pub versions: Vec<Version>,
}

/// Version of a zkVM.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
	/// Name.
	pub version: String,
	/// First four bytes of its proofs.
	pub selector: Selector,
	/// Whether its proofs are verified.
	pub enabled: bool,
}

/// First four bytes of the proofs of one version of a zkVM.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(into = "Bytes", try_from = "Bytes")]
pub struct Selector(pub [u8; 4]);

impl From<Selector> for Bytes {
	fn from(selector: Selector) -> Self {
		Self(selector.0.to_vec())
	}
}

impl TryFrom<Bytes> for Selector {
	type Error = &'static str;

	fn try_from(bytes: Bytes) -> Result<Self, Self::Error> {
		bytes.0.try_into().map(Self).map_err(|_| "a selector has four bytes")
	}
}

impl fmt::Display for Selector {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{:#010x}", u32::from_be_bytes(self.0))
	}
}
