// SPDX-License-Identifier: Apache-2.0
//! Provers, their asks, and the markets in which these stand.

use super::{Account, Amount, DelegationPool};
use proofyard_primitives::{HardwareClass, Market, ProgramId, ProofSystem};
use proofyard_runtime::{AccountId, Balance, BlockNumber};
use proofyard_runtime_api as api;
use serde::{Deserialize, Serialize};
use sp_core::{Bytes, H256};

/// A standing ask of a prover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ask {
	/// Whose.
	pub prover: Account,
	/// In which market.
	pub market: Market,
	/// What counts now. Of an ask that is coming: what will count.
	#[serde(flatten)]
	pub terms: AskTerms,
	/// How many tasks its prover has in this market.
	pub lots_in_use: u32,
	/// The speed that the prover has shown on such work, which caps what it declares; null where
	/// nothing was slow enough to be measured.
	pub confirmed_speed: Option<u64>,
	/// Where it stands: `coming`, `standing` or `full`.
	pub status: api::AskStatus,
	/// The change that is coming; null without one.
	pub pending: Option<PendingAsk>,
}

/// What a prover asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AskTerms {
	/// Price of one unit of work, on the grid of ticks.
	pub price: Amount,
	/// How many tasks it takes at once in this market.
	pub lots: u32,
	/// Units of work it does in a second, as it declares.
	pub speed: u64,
}

impl From<api::AskTerms<Balance>> for AskTerms {
	fn from(terms: api::AskTerms<Balance>) -> Self {
		Self { price: Amount(terms.price), lots: terms.lots, speed: terms.speed }
	}
}

/// What an ask will be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingAsk {
	/// What will count.
	#[serde(flatten)]
	pub terms: AskTerms,
	/// The first block in which it does.
	pub from: BlockNumber,
}

impl From<api::AskInfo<AccountId, Balance, BlockNumber>> for Ask {
	fn from(ask: api::AskInfo<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			prover: ask.prover,
			market: ask.market,
			terms: ask.terms.into(),
			lots_in_use: ask.lots_in_use,
			confirmed_speed: ask.confirmed_speed,
			status: ask.status,
			pending: ask.pending.map(|(terms, from)| PendingAsk { terms: terms.into(), from }),
		}
	}
}

/// A part of a prover's stake that is leaving.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unbonding {
	/// How much.
	pub amount: Amount,
	/// The block from which it can be withdrawn.
	pub withdrawable_at: BlockNumber,
}

/// The pause of a prover that takes nothing new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pause {
	/// The block from which it takes work again; null until it resumes.
	pub resumes_at: Option<BlockNumber>,
}

impl From<api::PauseInfo<BlockNumber>> for Pause {
	fn from(pause: api::PauseInfo<BlockNumber>) -> Self {
		match pause {
			api::PauseInfo::UntilResumed => Self { resumes_at: None },
			api::PauseInfo::ResumesAt(block) => Self { resumes_at: Some(block) },
		}
	}
}

/// The jail of a prover that defaulted too often: it takes nothing new, and its proofs are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Jail {
	/// The first block in which it can leave.
	pub until: BlockNumber,
	/// Whether it can leave now. It stays until it asks to.
	pub may_leave: bool,
}

impl From<api::JailInfo<BlockNumber>> for Jail {
	fn from(jail: api::JailInfo<BlockNumber>) -> Self {
		Self { until: jail.until, may_leave: jail.may_leave }
	}
}

/// How a prover's attempts in one proof system ended. Older ones count less: all counts are in
/// thousandths of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

impl From<api::TrackRecordInfo> for TrackRecord {
	fn from(record: api::TrackRecordInfo) -> Self {
		let api::TrackRecordInfo {
			system,
			verified,
			late,
			rejected,
			declined,
			defaulted,
			reliable,
		} = record;
		Self { system, verified, late, rejected, declined, defaulted, reliable }
	}
}

/// What a prover has shown of its speed on tasks of about one size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Speed {
	/// The proof system.
	pub system: ProofSystem,
	/// The size, ⌊log2 work / 4⌋: 0 to 15.
	pub size: u8,
	/// Units of work a second; null where nothing was slow enough to be measured.
	pub confirmed: Option<u64>,
	/// Attempts it comes from.
	pub samples: u32,
}

/// Calibration tasks that a prover has proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Prover {
	/// Its account.
	pub account: Account,
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
	/// The part of its own stake that is leaving, or null.
	pub unbonding: Option<Unbonding>,
	/// What others have delegated to it, and on what terms.
	pub delegation: DelegationPool,
	/// Its pause, while it takes nothing new; null while it does.
	pub pause: Option<Pause>,
	/// Its jail, while it is in it; else null.
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

impl From<api::ProverInfo<AccountId, Balance, BlockNumber>> for Prover {
	fn from(prover: api::ProverInfo<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			account: prover.account,
			session_key: H256(prover.session_key),
			hardware: prover.hardware,
			slots: prover.slots,
			live_tasks: prover.live_tasks,
			stake: Amount(prover.stake),
			reserved: Amount(prover.reserved),
			free: Amount(prover.free),
			unbonding: prover.unbonding.map(|(amount, withdrawable_at)| Unbonding {
				amount: Amount(amount),
				withdrawable_at,
			}),
			delegation: prover.delegation.into(),
			pause: prover.pause.map(Into::into),
			jail: prover.jail.map(Into::into),
			strikes: prover.strikes,
			max_strikes: prover.max_strikes,
			exiting: prover.exiting,
			verified: prover.verified,
			defaulted: prover.defaulted,
			track_record: prover.track_record.into_iter().map(Into::into).collect(),
			speeds: prover
				.speeds
				.into_iter()
				.map(|api::SpeedInfo { system, size, confirmed, samples }| Speed {
					system,
					size,
					confirmed,
					samples,
				})
				.collect(),
			calibrations: prover
				.calibrations
				.into_iter()
				.map(|api::CalibrationInfo { system, hardware, proven }| Calibration {
					system,
					hardware,
					proven,
				})
				.collect(),
			blocked: prover.blocked,
			registered_at: prover.registered_at,
			asks: prover.asks.into_iter().map(Into::into).collect(),
		}
	}
}

/// What a prover proves to enter the markets of a proof system and hardware class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

impl From<api::ReferenceInfo> for Reference {
	fn from(reference: api::ReferenceInfo) -> Self {
		Self {
			program: reference.program,
			work: reference.work,
			input: Bytes(reference.input),
			challenge_at: reference.challenge_at,
			challenge_input: reference.challenge_input,
			proofs: reference.proofs,
			blocks: reference.blocks,
		}
	}
}

/// A market as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MarketState {
	/// Which.
	pub market: Market,
	/// Its asks, lowest first, at most a thousand.
	pub asks: Vec<Ask>,
	/// How many asks it has in all.
	pub ask_count: u32,
	/// The lowest ask that stands, for one unit of work; null without one.
	pub best_ask: Option<Amount>,
	/// Tasks that wait for its clearing.
	pub waiting: u32,
	/// The block of its last clearing that assigned anything; null before.
	pub cleared_at: Option<BlockNumber>,
}

impl From<api::MarketInfo<AccountId, Balance, BlockNumber>> for MarketState {
	fn from(market: api::MarketInfo<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			market: market.market,
			asks: market.asks.into_iter().map(Into::into).collect(),
			ask_count: market.ask_count,
			best_ask: market.best_ask.map(Amount),
			waiting: market.waiting,
			cleared_at: market.cleared_at,
		}
	}
}
