// SPDX-License-Identifier: Apache-2.0
//! Tests of the provers pallet.

mod attempts;
mod deposits;
mod freed;
mod invariants;
mod pause;
mod properties;
mod registration;
mod stake;
mod track_record;
