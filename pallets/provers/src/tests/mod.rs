// SPDX-License-Identifier: Apache-2.0
//! Tests of the provers pallet.

mod attempts;
mod invariants;
mod properties;
mod registration;
mod stake;
