// SPDX-License-Identifier: Apache-2.0
//! Raw bytes against the runtime as it is composed for the chain.
//!
//! An input is a list of steps: a byte that says what kind, then what the kind takes (see [`Step`]).
//! Calls are read as the chain reads them from a transaction. They are dispatched by accounts of the
//! development chain, by the root, or as authorized transactions, on a chain that has provers, asks,
//! open and assigned tasks and a bounty already ([`chain`]). After each input:
//!
//! * nothing has panicked and nothing was logged as an error;
//! * `do_try_state` of the five pallets of the market holds;
//! * all money that was issued is on somebody's account.
//!
//! [`corpus`] makes inputs of calls that make sense, and changes their bytes. `scripts/fuzz --raw SECONDS`
//! runs that on a stable compiler, without instrumentation: it finds what random bytes and nearly right
//! calls find. The binary `proofyard-libfuzzer`, behind the feature `libfuzzer`, is the same as a target
//! of libFuzzer, for builds whose flags bring coverage, for example
//!
//! ```text
//! RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
//!   -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table" \
//!   SKIP_WASM_BUILD=1 cargo build --release -p proofyard-raw-fuzz --features libfuzzer
//! ```
//!
//! # What is left out
//!
//! Calls that the root can break anything with (code, storage, forced balances), inherents, and
//! `dispatch_as`, whose origins no transaction has. Transaction fees and nonces: calls are dispatched
//! behind them.

pub mod chain;
pub mod corpus;
mod scene;
mod step;

pub use chain::Chain;
pub use step::{is_allowed, Step};
