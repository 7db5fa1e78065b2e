// SPDX-License-Identifier: Apache-2.0
//! Tests of the settlement pallet.

mod default;
mod endings;
mod escrow;
mod fees;
mod invariants;
mod payout;
mod properties;
mod retention;
mod scenarios;
mod shares;
mod shares_properties;
mod tables;
