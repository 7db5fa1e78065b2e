// SPDX-License-Identifier: Apache-2.0
//! Provers, their asks, and the markets in which these stand.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use proofyard_primitives::{HardwareClass, Market, ProgramId, ProofSystem};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

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
	/// Tasks it has.
	pub live_tasks: u32,
	/// Its stake.
	pub stake: Balance,
	/// The part of it that the bonds of live attempts and the deposits of sealed bids have reserved.
	pub reserved: Balance,
	/// The part that is leaving, and the block from which it can be withdrawn.
	pub unbonding: Option<(Balance, BlockNumber)>,
	/// Its pause, while it takes nothing new.
	pub pause: Option<PauseInfo<BlockNumber>>,
	/// Attempts that ended with a verified proof.
	pub verified: u64,
	/// Attempts that it defaulted on.
	pub defaulted: u64,
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
