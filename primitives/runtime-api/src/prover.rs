// SPDX-License-Identifier: Apache-2.0
//! Provers, their asks, and the markets in which these stand.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use proofyard_primitives::{HardwareClass, Market, ProgramId, ProofSystem};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::Permill;

/// A standing ask of a prover.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct AskInfo<AccountId, Balance, BlockNumber> {
	/// Whose.
	pub prover: AccountId,
	/// In which market.
	pub market: Market,
	/// What counts now. Of an ask that is coming: what will count.
	pub terms: AskTerms<Balance>,
	/// How many tasks its prover has in this market.
	pub lots_in_use: u32,
	/// The speed that the prover has shown on such work, in units of work a second: what caps the
	/// speed it declares. `None` where nothing was slow enough to be measured.
	pub confirmed_speed: Option<u64>,
	/// Where it stands.
	pub status: AskStatus,
	/// What will count, and from which block.
	pub pending: Option<(AskTerms<Balance>, BlockNumber)>,
}

/// What a prover asks.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct AskTerms<Balance> {
	/// Price of one unit of work, on the grid of ticks.
	pub price: Balance,
	/// How many tasks it takes at once in this market.
	pub lots: u32,
	/// Units of work it does in a second, as it declares.
	pub speed: u64,
}

/// Where an ask stands.
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

/// A registered prover.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ProverInfo<AccountId, Balance, BlockNumber> {
	/// Its account.
	pub account: AccountId,
	/// The key its node signs with.
	pub session_key: [u8; 32],
	/// What it proves on.
	pub hardware: HardwareClass,
	/// Tasks it takes at once over all markets.
	pub slots: u32,
	/// Attempts of it that run.
	pub live_tasks: u32,
	/// Its own stake.
	pub stake: Balance,
	/// The part of its own and of the delegated stake that bonds and deposits have reserved. The bond
	/// of an attempt stays until its task has ended.
	pub reserved: Balance,
	/// What is free of both for new bonds.
	pub free: Balance,
	/// The part of its own stake that is leaving, and the block from which it can be withdrawn.
	pub unbonding: Option<(Balance, BlockNumber)>,
	/// What others have delegated to it, and on what terms.
	pub delegation: DelegationPoolInfo<Balance, BlockNumber>,
	/// Its pause, while it takes nothing new.
	pub pause: Option<PauseInfo<BlockNumber>>,
	/// Its jail, while it is in it.
	pub jail: Option<JailInfo<BlockNumber>>,
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
	pub track_record: Vec<TrackRecordInfo>,
	/// What it has shown of its speed, by proof system.
	pub speeds: Vec<SpeedInfo>,
	/// Calibration tasks it has proven, by class.
	pub calibrations: Vec<CalibrationInfo>,
	/// Requesters that it keeps off its asks.
	pub blocked: u32,
	/// The block it registered in.
	pub registered_at: BlockNumber,
	/// Its asks.
	pub asks: Vec<AskInfo<AccountId, Balance, BlockNumber>>,
}

/// How long a prover takes nothing new.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum PauseInfo<BlockNumber> {
	/// Until it resumes.
	UntilResumed,
	/// It takes work again from this block.
	ResumesAt(BlockNumber),
}

/// A prover that defaulted too often: it takes nothing new, and its proofs are refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct JailInfo<BlockNumber> {
	/// The first block in which it can leave.
	pub until: BlockNumber,
	/// Whether it can leave now. It stays until it asks to.
	pub may_leave: bool,
}

/// How a prover's attempts in one proof system ended. Older ones count less: all counts are in
/// thousandths of an attempt.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct TrackRecordInfo {
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
	/// Whether that lets it into the markets of the `Guaranteed` level.
	pub reliable: bool,
}

/// What others have delegated to a prover, and on what terms they may.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct DelegationPoolInfo<Balance, BlockNumber> {
	/// Whether it takes new delegations.
	pub open: bool,
	/// What the pool is worth.
	pub value: Balance,
	/// Shares of all delegators.
	pub shares: u128,
	/// The part of them that is leaving.
	pub leaving_shares: u128,
	/// The part of what it earns that the prover keeps before the rest is shared.
	pub commission: Permill,
	/// A higher commission that is coming, and the first block it counts in.
	pub rise: Option<(Permill, BlockNumber)>,
	/// The most that can be delegated to it now.
	pub room: Balance,
}

/// What one delegator has in the pool of one prover.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct DelegationInfo<AccountId, Balance, BlockNumber> {
	/// Whose pool.
	pub prover: AccountId,
	/// Whose part of it.
	pub delegator: AccountId,
	/// All its shares, those included that are leaving.
	pub shares: u128,
	/// What they are worth.
	pub value: Balance,
	/// The shares that are leaving, what they are worth, and the first block they can be withdrawn in.
	pub leaving: Option<(u128, Balance, BlockNumber)>,
	/// What could be withdrawn now: what waited long enough, or all, where the prover has left.
	pub withdrawable: Balance,
}

/// What a prover has shown of its speed on tasks of about one size.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct SpeedInfo {
	/// The proof system.
	pub system: ProofSystem,
	/// The size, ⌊log2 work / 4⌋: 0 to 15.
	pub size: u8,
	/// Units of work a second. `None` where nothing was slow enough to be measured.
	pub confirmed: Option<u64>,
	/// Attempts it comes from.
	pub samples: u32,
}

/// Calibration tasks that a prover has proven.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct CalibrationInfo {
	/// Of this proof system.
	pub system: ProofSystem,
	/// And this hardware class.
	pub hardware: HardwareClass,
	/// How many.
	pub proven: u32,
}

/// What is proven to enter the markets of a proof system and hardware class.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct ReferenceInfo {
	/// The program.
	pub program: ProgramId,
	/// The work of each task, in the program's unit.
	pub work: u64,
	/// The input, but for the challenge.
	pub input: Vec<u8>,
	/// Where in the input the challenge goes, as a decimal number.
	pub challenge_at: u32,
	/// Which public input must be the challenge.
	pub challenge_input: u32,
	/// How many such tasks a prover has to prove.
	pub proofs: u32,
	/// Blocks for each.
	pub blocks: u32,
}

/// A market as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct MarketInfo<AccountId, Balance, BlockNumber> {
	/// Which.
	pub market: Market,
	/// Its asks, lowest first, a thousand at most: those that stand go before those that are coming
	/// or full where there are more.
	pub asks: Vec<AskInfo<AccountId, Balance, BlockNumber>>,
	/// How many asks it has in all.
	pub ask_count: u32,
	/// The lowest ask that stands, for one unit of work.
	pub best_ask: Option<Balance>,
	/// Tasks that wait for its clearing.
	pub waiting: u32,
	/// The block of its last clearing that assigned anything.
	pub cleared_at: Option<BlockNumber>,
}
