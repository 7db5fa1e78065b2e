// SPDX-License-Identifier: Apache-2.0
//! The auction as pure functions: no storage, no FRAME, integers only.
//!
//! The auctions pallet reads open tasks and standing asks, hands them to [`clear`], and carries out
//! the [`Match`]es that come back; the simulation and the tests run the same code on a
//! [`MemoryBook`].
//!
//! # Units
//!
//! Money is in plancks, work in the program's own unit, unit prices in plancks for one unit of work
//! and always on the [`Tick`] grid, time in milliseconds, speed in units of work a second. Each
//! function says on which side it rounds.
//!
//! # The rule
//!
//! *Demand* is sorted by the highest unit price its requester pays, *supply* by the lowest ask. Each
//! task takes the lowest ask that can serve it: a free lot and slot, the stake for the bond, and
//! (committed time + its own) before the soft deadline. With `q` tasks accepted, no prover gets more
//! than `max(1, ⌈κ·q⌉)` of them. All of a batch pay one price for a unit: the first rejected ask,
//! never above the lowest accepted maximum, never below the highest accepted ask; with nobody
//! rejected, the highest accepted ask. An ask that has been idle for a while counts as rejected
//! before all others: a clearing is thin, and what it does not take the next one does.
//!
//! A winner with one lot is thus paid what another one asked: in one clearing, asking what the work
//! costs is best, or as good as best. Over many it is not quite: `docs/mechanism.md` has what the
//! simulation measures.
//!
//! | part | what |
//! |---|---|
//! | [`level`] | every number of the rule |
//! | [`tick`] | the grid of unit prices, its bitmap, the order of equal asks |
//! | [`book`] | standing asks in memory |
//! | [`clearing`] | the rule |
//! | [`together`] | tasks that more than one prover starts |
//! | [`terms`] | bonds, soft deadline, late price, slash waterfall |
//! | [`window`] | sealed bids, second price, for tasks too large or odd for a market |
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod book;
pub mod clearing;
pub mod level;
pub mod terms;
pub mod tick;
pub mod together;
pub mod window;

pub use book::MemoryBook;
pub use clearing::{
	clear, quote, Batch, Clearing, Demand, Looked, Match, Quote, Rules, Standby, Supply,
};
pub use level::LevelTerms;
pub use terms::{
	bounty_premium, late_price, proving_ms, soft_deadline, together_cost, together_least,
	together_share, waterfall, BondTerms, Claims, Shares,
};
pub use tick::{order, Bitmap, Tick, TICKS};
pub use together::{quote_together, start_together, Partner, Started, Team, TeamQuote};
pub use window::{second_price, Sealed};

#[cfg(test)]
mod tests;
