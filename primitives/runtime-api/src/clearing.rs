// SPDX-License-Identifier: Apache-2.0
//! What a clearing did: who asked what, what it came to, and why.

use alloc::vec::Vec;
use codec::{Decode, Encode};
pub use proofyard_primitives::clearing::{
	BatchRecord as BatchInfo, ClearingRecord as ClearingInfo, LookedRecord as LookedInfo,
	MatchRecord as MatchInfo,
};
use scale_info::TypeInfo;

/// What the clearings of a market did in one block.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct MarketClearingInfo<AccountId, Balance, BlockNumber> {
	/// The block.
	pub at: BlockNumber,
	/// What the order of equal asks was drawn from.
	pub seed: u64,
	/// The share of a batch that one prover gets at most, in percent.
	pub spread_percent: u32,
	/// What a standby is paid above its own ask, in percent of it.
	pub premium_percent: u32,
	/// That of the market, and one for each task kept to a set of provers.
	pub clearings: Vec<ClearingInfo<AccountId, Balance>>,
}
