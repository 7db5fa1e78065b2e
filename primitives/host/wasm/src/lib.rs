// SPDX-License-Identifier: Apache-2.0

//! Calls that a runtime makes to `proofyard-host`, as a bare Wasm module.
//!
//! `tests/verdicts.rs` of `proofyard-host` builds it twice, with and without `pure-wasm`, and compares the verdicts of
//! both modules with the native ones. On any other architecture the crate is empty.

#![cfg_attr(target_arch = "wasm32", no_std)]

#[cfg(target_arch = "wasm32")]
mod allocator;
#[cfg(target_arch = "wasm32")]
mod exports;
