// SPDX-License-Identifier: Apache-2.0
//! Tests of the programs pallet.

mod invariants;
mod keys;
mod properties;
mod registry;
mod tasks;
