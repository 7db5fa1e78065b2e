// SPDX-License-Identifier: Apache-2.0
//! Tests of the programs pallet.

mod batches;
mod invariants;
mod keys;
mod properties;
mod registry;
mod tasks;
mod values;
mod vectors;
mod versions;
mod weights;
mod zkvms;
