// SPDX-License-Identifier: Apache-2.0

//! The verifier as host functions.
//!
//! Verifying a proof takes some six times as long inside Wasm as it does natively. The node therefore offers
//! [`proofyard_verifier`] as host functions and pallets call the five functions of this crate, which take the right way
//! by themselves:
//!
//! | where | way |
//! |---|---|
//! | native (tests, tools; feature `std`) | the implementation of the host function, called directly |
//! | Wasm | the host function, imported from the node |
//! | Wasm, feature `pure-wasm` | [`proofyard_verifier`] inside the runtime; nothing is imported |
//!
//! All three run the same code on the same bytes and give the same verdict, the error included; a test compares them on
//! thousands of inputs. `pure-wasm` is for tools that cannot have our host functions (omni nodes, bencher, try-runtime,
//! chopsticks). It changes weights, so the runtime of a live chain is never built with it.
//!
//! # The boundary
//!
//! Bytes go in; a status comes out: zero, or the [`code`](VerifyError::code) of the error. What is longer than a status
//! is written into a buffer of the caller, who knows its exact length, so that the host allocates nothing inside the
//! runtime's memory:
//!
//! | function | in | out |
//! |---|---|---|
//! | `prepare_key` | system, canonical key | the prepared key, [`prepared_len`](proofyard_verifier::prepared_len) bytes |
//! | `verify` | system, prepared key, public inputs, proof | |
//! | `prepare_wrapping_key` | entry | the prepared entry, [`wrap::prepared_len`](proofyard_verifier::wrap::prepared_len) bytes |
//! | `verify_wrapped` | prepared entry, program key, public values, proof | |
//! | `verify_batch` | up to [`MAX_BATCH`] claims | a status for each claim |
//!
//! A proof system crosses as its codec index, the claims of a batch as one byte string in which every key stands once
//! (its format is in `batch.rs`). A batch that cannot be read, or that asks for another number of verdicts than it has
//! claims, is `MalformedBatch` as a whole.
//!
//! On the other side, the node keeps the keys used last in memory, by the hash of their bytes and with what is computed
//! of them, and spreads a batch over its cores. Verdicts depend on neither. What time a call takes does: whoever measures
//! weights sets `RAYON_NUM_THREADS` to the number of cores that validators must have for it.
//!
//! # Versions
//!
//! A host function is consensus: old blocks call it for as long as somebody syncs them.
//!
//! - The signature, the meaning of a status and the verdict on any input of a published version never change. A faster
//!   implementation is welcome where it is equal on every input.
//! - Anything else is a new method with `#[version(N)]`, beside the old ones, never in their place.
//! - Nodes come first: the new version ships as `#[version(N, register_only)]`, so that nodes offer it while runtimes
//!   still call the old one. When the validators have upgraded, `register_only` goes and a runtime upgrade begins to
//!   use it. A runtime that imports a version its node does not know cannot be instantiated, and that node stops.
//! - A new proof system needs no new version: it is a new value of `system`, which older nodes refuse. It is enabled on
//!   chain only after the nodes know it. A new kind of claim in a batch is a new version of `verify_batch`.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

use alloc::vec::Vec;
use proofyard_verifier::{Claim, KeyError, ProofSystem, VerifyError};

#[cfg(any(feature = "std", not(feature = "pure-wasm")))]
mod batch;
mod boundary;
#[cfg(any(feature = "std", not(feature = "pure-wasm")))]
mod interface;
#[cfg(all(not(substrate_runtime), any(feature = "std", not(feature = "pure-wasm"))))]
mod native;
#[cfg_attr(any(feature = "std", not(feature = "pure-wasm")), path = "way/host.rs")]
#[cfg_attr(not(any(feature = "std", not(feature = "pure-wasm"))), path = "way/pure.rs")]
mod way;

pub use boundary::{MAX_BATCH, SUCCESS};
#[cfg(any(feature = "std", not(feature = "pure-wasm")))]
pub use interface::verification;

/// Host functions that the node's executor registers: every version of every function of this crate.
#[cfg(feature = "std")]
pub use interface::verification::HostFunctions;

/// Checks a canonical key and returns the prepared key, see [`proofyard_verifier::prepare_key`].
///
/// # Errors
///
/// Any [`KeyError`]; `UnsupportedSystem` also when the node is older than the proof system.
pub fn prepare_key(system: ProofSystem, key: &[u8]) -> Result<Vec<u8>, KeyError> {
	way::prepare_key(system, key)
}

/// Verifies one proof under a prepared key, see [`proofyard_verifier::verify`].
///
/// # Errors
///
/// Any [`VerifyError`] but `MalformedBatch`; `UnsupportedSystem` also when the node is older than the proof system.
pub fn verify(
	system: ProofSystem,
	prepared: &[u8],
	public_inputs: &[u8],
	proof: &[u8],
) -> Result<(), VerifyError> {
	way::verify(system, prepared, public_inputs, proof)
}

/// Checks the entry of a wrapping key and returns the prepared entry, see [`proofyard_verifier::wrap::prepare`].
///
/// # Errors
///
/// Any [`KeyError`].
pub fn prepare_wrapping_key(entry: &[u8]) -> Result<Vec<u8>, KeyError> {
	way::prepare_wrapping_key(entry)
}

/// Verifies one proof of a zkVM under a prepared entry, see [`proofyard_verifier::wrap::verify`].
///
/// # Errors
///
/// Any [`VerifyError`] but `MalformedBatch`.
pub fn verify_wrapped(
	prepared: &[u8],
	program_key: &[u8; 32],
	public_values: &[u8],
	proof: &[u8],
) -> Result<(), VerifyError> {
	way::verify_wrapped(prepared, program_key, public_values, proof)
}

/// A verdict for each claim, in order: those of [`verify`] and [`verify_wrapped`], in about a third of the time, see
/// [`proofyard_verifier::verify_batch`]. More than [`MAX_BATCH`] claims are verified in several batches.
///
/// `MalformedBatch` only when runtime and node do not understand each other.
pub fn verify_batch(claims: &[Claim<'_>]) -> Vec<Result<(), VerifyError>> {
	claims.chunks(MAX_BATCH as usize).flat_map(way::verify_batch).collect()
}
