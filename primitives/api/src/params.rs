// SPDX-License-Identifier: Apache-2.0
//! Parameters of the `proving_` methods. A name that is misspelt is refused.

use crate::scalars::{AccountId, BlockNumber};
use alloc::{format, string::String};
use codec::{Decode, Encode};
use proofyard_primitives::{Market, ProgramId, Redundancy, ServiceLevel, TaskId};
use scale_info::TypeInfo;
use serde::{de::Error, Deserialize, Deserializer, Serialize};
use sp_core::{crypto::Ss58Codec, H256};

/// Account that the caller names; one that is misspelt is refused in words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountParam(#[serde(deserialize_with = "account")] pub AccountId);

fn account<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AccountId, D::Error> {
	let address = String::deserialize(deserializer)?;
	AccountId::from_ss58check(&address).map_err(|reason| {
		D::Error::custom(format!(
			"expected an account as an SS58 address, not {address:?}: {reason:?}"
		))
	})
}

fn any_account<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<AccountId>, D::Error> {
	Ok(Option::deserialize(deserializer)?.map(|AccountParam(account)| account))
}

/// Terms that a quote is asked for, besides the program.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct QuoteOptions {
	/// Work of the task, for programs that leave it to the task.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub work: Option<u64>,
	/// Service level; `standard` when absent.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub level: Option<ServiceLevel>,
	/// Blocks to the deadline; the chain's default when absent.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub lifetime: Option<BlockNumber>,
	/// Provers that start at once, and proofs that are taken; what the level has when absent.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub redundancy: Option<Redundancy>,
}

/// States that a listing of tasks wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StateFilter {
	/// Waiting for the auction.
	Open,
	/// Those that started it are at work.
	Assigned,
	/// Somebody had to be called, or looked for, in the place of one that failed.
	Fallback,
	/// No standby is left, and a bounty is open.
	Bounty,
	/// Not ended: open, or provers are at work on it.
	Live,
	/// Verified and paid.
	Settled,
	/// Nobody took it.
	Expired,
	/// Withdrawn.
	Cancelled,
	/// Not delivered.
	Failed,
	/// Ended, however.
	Ended,
}

/// Tasks that a listing wants; all that is given must hold.
#[derive(
	Clone, PartialEq, Eq, Debug, Default, Encode, Decode, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TaskFilter {
	/// Only tasks of this requester.
	#[serde(deserialize_with = "any_account")]
	pub requester: Option<AccountId>,
	/// Only tasks at which this prover has or had an attempt.
	#[serde(deserialize_with = "any_account")]
	pub prover: Option<AccountId>,
	/// Only tasks of this program.
	pub program: Option<ProgramId>,
	/// Only tasks in this state.
	pub state: Option<StateFilter>,
}

/// Clearing that the caller means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected the id of a task, or a market")]
pub enum ClearingOf {
	/// The one that gave this task to its prover.
	Task(TaskId),
	/// The last one of this market.
	Market(Market),
}

/// Block that the caller names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected the number or the hash of a block")]
pub enum BlockParam {
	/// The one of the best chain with this number.
	Number(BlockNumber),
	/// The one with this hash.
	Hash(H256),
}
