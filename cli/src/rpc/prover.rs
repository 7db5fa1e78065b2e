// SPDX-License-Identifier: Apache-2.0
//! Provers, their asks, and the markets in which these stand.

use super::{BlockNumber, DelegationPool};
use crate::amount::Amount;
use proofyard_primitives::{HardwareClass, Market, ProgramId, ProofSystem};
use serde::{Deserialize, Serialize};
use sp_core::{Bytes, H256};
use subxt::utils::AccountId32;

/// A standing ask of a prover.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ask {
	/// Whose.
	pub prover: AccountId32,
	/// In which market.
	pub market: Market,
	/// What counts now. Of an ask that is coming: what will count.
	#[serde(flatten)]
	pub terms: AskTerms,
	/// How many tasks its prover has in this market.
	pub lots_in_use: u32,
	/// The speed that the prover has shown on such work, which caps what it declares.
	pub confirmed_speed: Option<u64>,
	/// Where it stands.
	pub status: AskStatus,
	/// The change that is coming.
	pub pending: Option<PendingAsk>,
}

/// What a prover asks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AskTerms {
	/// Price of one unit of work, on the grid of ticks.
	pub price: Amount,
	/// How many tasks it takes at once in this market.
	pub lots: u32,
	/// Units of work it does in a second, as it declares.
	pub speed: u64,
}

/// Where an ask stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
	/// Its name.
	pub fn name(self) -> &'static str {
		match self {
			Self::Coming => "coming",
			Self::Standing => "standing",
			Self::Full => "full",
		}
	}
}

/// What an ask will be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingAsk {
	/// What will count.
	#[serde(flatten)]
	pub terms: AskTerms,
	/// The first block in which it does.
	pub from: BlockNumber,
}

/// A part of a prover's stake that is leaving.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unbonding {
	/// How much.
	pub amount: Amount,
	/// The block from which it can be withdrawn.
	pub withdrawable_at: BlockNumber,
}

/// The pause of a prover that takes nothing new.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pause {
	/// The block from which it takes work again; `None` until it resumes.
	pub resumes_at: Option<BlockNumber>,
}

/// The jail of a prover that defaulted too often: it takes nothing new, and its proofs are refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Jail {
	/// The first block in which it can leave.
	pub until: BlockNumber,
	/// Whether it can leave now. It stays until it asks to.
	pub may_leave: bool,
}

/// How a prover's attempts in one proof system ended. Older ones count less: all counts are in
/// thousandths of an attempt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrackRecord {
	/// The proof system.
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

/// What a prover has shown of its speed on tasks of about one size.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Speed {
	/// The proof system.
	pub system: ProofSystem,
	/// The size, ⌊log2 work / 4⌋: 0 to 15.
	pub size: u8,
	/// Units of work a second; `None` where nothing was slow enough to be measured.
	pub confirmed: Option<u64>,
	/// Attempts it comes from.
	pub samples: u32,
}

/// Calibration tasks that a prover has proven.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calibration {
	/// Of this proof system.
	pub system: ProofSystem,
	/// And this hardware class.
	pub hardware: HardwareClass,
	/// How many.
	pub proven: u32,
}

/// A registered prover.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Prover {
	/// Its account.
	pub account: AccountId32,
	/// The sr25519 key its node signs with.
	pub session_key: H256,
	/// What it proves on.
	pub hardware: HardwareClass,
	/// Tasks it takes at once over all markets.
	pub slots: u32,
	/// Attempts of it that run.
	pub live_tasks: u32,
	/// Its own stake.
	pub stake: Amount,
	/// The part of its own and of the delegated stake that bonds and deposits have reserved.
	pub reserved: Amount,
	/// What is free of both for new bonds.
	pub free: Amount,
	/// The part of its own stake that is leaving.
	pub unbonding: Option<Unbonding>,
	/// What others have delegated to it, and on what terms.
	pub delegation: DelegationPool,
	/// Its pause, while it takes nothing new.
	pub pause: Option<Pause>,
	/// Its jail, while it is in it.
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
	/// How its attempts ended of late, by proof system.
	pub track_record: Vec<TrackRecord>,
	/// What it has shown of its speed, by proof system and size.
	pub speeds: Vec<Speed>,
	/// Calibration tasks it has proven, by class.
	pub calibrations: Vec<Calibration>,
	/// How many requesters it keeps off its asks.
	pub blocked: u32,
	/// The block it registered in.
	pub registered_at: BlockNumber,
	/// Its asks.
	pub asks: Vec<Ask>,
}

/// What a prover proves to enter the markets of a proof system and hardware class.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reference {
	/// The program.
	pub program: ProgramId,
	/// The work of each task, in the program's unit.
	pub work: u64,
	/// The input, but for the challenge.
	pub input: Bytes,
	/// Where in the input the challenge goes, as a decimal number.
	pub challenge_at: u32,
	/// Which public input must be the challenge.
	pub challenge_input: u32,
	/// How many such tasks a prover has to prove.
	pub proofs: u32,
	/// Blocks for each.
	pub blocks: BlockNumber,
}

/// A market as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketState {
	/// Which.
	pub market: Market,
	/// Its asks, lowest first, at most a thousand.
	pub asks: Vec<Ask>,
	/// How many asks it has in all.
	pub ask_count: u32,
	/// The lowest ask that stands, for one unit of work.
	pub best_ask: Option<Amount>,
	/// Tasks that wait for its clearing.
	pub waiting: u32,
	/// The block of its last clearing that assigned anything.
	pub cleared_at: Option<BlockNumber>,
}
