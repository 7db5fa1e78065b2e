// SPDX-License-Identifier: Apache-2.0
//! Tests of the provers pallet.

mod attempts;
mod delegation;
mod deposits;
mod exit;
mod freed;
mod invariants;
mod jail;
mod pause;
mod properties;
mod registration;
mod reliability;
mod sharing;
mod stake;
mod track_record;
