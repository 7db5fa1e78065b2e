// SPDX-License-Identifier: Apache-2.0
//! One market for tests: a runtime of the five real pallets with balances.
//!
//! The tests of the pallets that need neighbours are this crate's integration tests, and the fuzzer
//! plays on the same runtime. The other pallets fake what is around them, and have mocks of their own.
//!
//! | file | what |
//! |---|---|
//! | `runtime` | the runtime and how its pallets are configured |
//! | [`knobs`] | every number that the runtime is configured with, and what tests fake |
//! | `numbers` | what the knobs are set to at first; accounts |
//! | `chain` | a genesis, blocks, and tests that run on them |
//! | `logs` | what was logged meanwhile |
//! | `programs` | a program with a real key, its real proof, and bad ones |
//! | `transactions` | what a prover's node signs and sends |
//! | `invariants` | what holds after whatever happened; balances and holds |
//!
//! A test runs in [`build_and_execute`]: in block 1, with every knob as at first, and with
//! [`check_invariants`] before and after it.

// A test fails by panicking.
#![allow(clippy::panic, clippy::unwrap_used)]

mod chain;
mod invariants;
pub mod knobs;
mod logs;
mod numbers;
mod programs;
mod runtime;
mod transactions;

pub use chain::*;
pub use invariants::*;
pub use knobs::*;
pub use logs::said;
pub use numbers::*;
pub use programs::*;
pub use runtime::*;
pub use transactions::*;
