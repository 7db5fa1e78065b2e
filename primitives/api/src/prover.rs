// SPDX-License-Identifier: Apache-2.0
//! Provers, their asks, and the markets in which these stand.

use crate::{
	delegation::{DelegationPool, Unbonding},
	scalars::{AccountId, Balance, BlockNumber},
	text::decimal,
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use proofyard_primitives::{HardwareClass, Market, ProgramId, ProofSystem};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;

/// Ask of a prover.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ask {
	/// Prover.
	pub prover: AccountId,
	/// Market.
	pub market: Market,
	/// Terms that count now. Of an ask that is coming: that will count.
	#[serde(flatten)]
	pub terms: AskTerms,
	/// Tasks that its prover has in this market.
	pub lots_in_use: u32,
	/// Speed that the prover has shown on such work, in units of work a second: what caps the speed it
	/// declares. `None` where nothing was slow enough to be measured.
	pub confirmed_speed: Option<u64>,
	/// State in which it is: `coming`, `standing` or `full`.
	pub status: AskStatus,
	/// Change that is coming.
	pub pending: Option<PendingAsk>,
}

/// Terms that a prover asks.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AskTerms {
	/// Price of one unit of work, on the grid of ticks.
	#[serde(with = "decimal")]
	pub price: Balance,
	/// Tasks it takes at once in this market.
	pub lots: u32,
	/// Units of work it does in a second, as it declares.
	pub speed: u64,
}

/// State of an ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskStatus {
	/// It counts from the next epoch: it is new, or was looked at in vain.
	Coming,
	/// In the clearings.
	Standing,
	/// Out of the clearings until its prover has room again.
	Full,
}

impl AskStatus {
	/// Name, as in JSON.
	pub fn name(self) -> &'static str {
		match self {
			Self::Coming => "coming",
			Self::Standing => "standing",
			Self::Full => "full",
		}
	}
}

/// Change of an ask that is coming.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingAsk {
	/// Terms that will count.
	#[serde(flatten)]
	pub terms: AskTerms,
	/// First block in which they do.
	pub from: BlockNumber,
}

/// Pause of a prover that takes nothing new.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pause {
	/// Block from which it takes work again; `None` until it resumes.
	pub resumes_at: Option<BlockNumber>,
}

/// Jail of a prover that defaulted too often: it takes nothing new, and its proofs are refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Jail {
	/// First block in which it can leave.
	pub until: BlockNumber,
	/// Whether it can leave now. It stays until it asks to.
	pub may_leave: bool,
}

/// Endings of a prover's attempts in one proof system. Older ones count less: all counts are in
/// thousandths of an attempt.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrackRecord {
	/// Proof system.
	pub system: ProofSystem,
	/// With a proof in time.
	pub verified: u64,
	/// With a proof after the soft deadline.
	pub late: u64,
	/// With too many rejected proofs.
	pub rejected: u64,
	/// Given back in time.
	pub declined: u64,
	/// Without a proof.
	pub defaulted: u64,
	/// Whether that lets it into the markets of the `guaranteed` level.
	pub reliable: bool,
}

/// Speed that a prover has shown on tasks of about one size.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Speed {
	/// Proof system.
	pub system: ProofSystem,
	/// Size, ⌊log2 work / 4⌋: 0 to 15.
	pub size: u8,
	/// Units of work a second; `None` where nothing was slow enough to be measured.
	pub confirmed: Option<u64>,
	/// Attempts it comes from.
	pub samples: u32,
}

/// Calibration tasks that a prover has proven.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calibration {
	/// Proof system.
	pub system: ProofSystem,
	/// Hardware class.
	pub hardware: HardwareClass,
	/// Number of tasks.
	pub proven: u32,
}

/// Registered prover.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Prover {
	/// Account.
	pub account: AccountId,
	/// Key that its node signs with, sr25519.
	pub session_key: H256,
	/// Hardware it proves on.
	pub hardware: HardwareClass,
	/// Tasks it takes at once over all markets.
	pub slots: u32,
	/// Attempts of it that run.
	pub live_tasks: u32,
	/// Own stake.
	#[serde(with = "decimal")]
	pub stake: Balance,
	/// Part of its own and of the delegated stake that bonds and deposits have reserved. The bond of an
	/// attempt stays until its task has ended.
	#[serde(with = "decimal")]
	pub reserved: Balance,
	/// Part of both that is free for new bonds.
	#[serde(with = "decimal")]
	pub free: Balance,
	/// Part of its own stake that is leaving.
	pub unbonding: Option<Unbonding>,
	/// Pool of what others have delegated to it, and on what terms.
	pub delegation: DelegationPool,
	/// Pause, while it takes nothing new.
	pub pause: Option<Pause>,
	/// Jail, while it is in it.
	pub jail: Option<Jail>,
	/// Defaults since it last delivered or was jailed.
	pub strikes: u32,
	/// Defaults in a row for which it is jailed.
	pub max_strikes: u32,
	/// Whether it is leaving for good.
	pub exiting: bool,
	/// Attempts that ended with a verified proof.
	pub verified: u64,
	/// Attempts that it defaulted on.
	pub defaulted: u64,
	/// Endings of its attempts of late, by proof system.
	pub track_record: Vec<TrackRecord>,
	/// Speeds it has shown, by proof system and size.
	pub speeds: Vec<Speed>,
	/// Calibration tasks it has proven, by class.
	pub calibrations: Vec<Calibration>,
	/// Number of requesters that it keeps off its asks.
	pub blocked: u32,
	/// Block it registered in.
	pub registered_at: BlockNumber,
	/// Asks.
	pub asks: Vec<Ask>,
}

/// Tasks proven to enter the markets of a proof system and hardware class.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reference {
	/// Program.
	pub program: ProgramId,
	/// Work of each task, in the program's unit.
	pub work: u64,
	/// Input, but for the challenge.
	#[serde(with = "sp_core::bytes")]
	pub input: Vec<u8>,
	/// Place in the input where the challenge goes, as a decimal number.
	pub challenge_at: u32,
	/// Number of the public input that must be the challenge.
	pub challenge_input: u32,
	/// Tasks that a prover has to prove.
	pub proofs: u32,
	/// Blocks for each.
	pub blocks: BlockNumber,
}

/// Market as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketState {
	/// Market.
	pub market: Market,
	/// Asks, lowest first, a thousand at most: those that stand go before those that are coming or full
	/// where there are more.
	pub asks: Vec<Ask>,
	/// Number of asks it has in all.
	pub ask_count: u32,
	/// Lowest ask that stands, for one unit of work.
	#[serde(default, with = "decimal::option")]
	pub best_ask: Option<Balance>,
	/// Tasks that wait for its clearing.
	pub waiting: u32,
	/// Block of its last clearing that assigned anything.
	pub cleared_at: Option<BlockNumber>,
}
