// SPDX-License-Identifier: Apache-2.0
//! Tests of the settlement pallet.

mod default;
mod endings;
mod escrow;
mod invariants;
mod properties;
mod retention;
