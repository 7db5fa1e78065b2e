// SPDX-License-Identifier: Apache-2.0

//! The verifier as host functions.
//!
//! A proof that takes 1.5 ms to verify natively takes 11 ms inside Wasm. The node therefore offers
//! [`proofyard_verifier`] as host functions and pallets call the two functions of this crate, which take the right way
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
//! Bytes go in; a status comes out: zero, or the [`code`](VerifyError::code) of the error. The prepared key is written
//! into a buffer of the caller, whose exact length [`proofyard_verifier::prepared_len`] tells, so the host allocates
//! nothing inside the runtime's memory. The proof system crosses as its codec index.
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
//!   chain only after the nodes know it.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

use alloc::vec::Vec;
use proofyard_verifier::{KeyError, ProofSystem, VerifyError};

#[cfg(any(feature = "std", not(feature = "pure-wasm")))]
mod interface;

#[cfg(any(feature = "std", not(feature = "pure-wasm")))]
pub use interface::verification;

/// What the node's executor registers: every version of every function of this crate.
#[cfg(feature = "std")]
pub use interface::verification::HostFunctions;

/// Status of a host function that succeeded.
pub const SUCCESS: u32 = 0;

/// Checks a canonical key and returns the prepared key, see [`proofyard_verifier::prepare_key`].
///
/// # Errors
///
/// Any [`KeyError`]; `UnsupportedSystem` also when the node is older than the proof system.
#[cfg(any(feature = "std", not(feature = "pure-wasm")))]
pub fn prepare_key(system: ProofSystem, key: &[u8]) -> Result<Vec<u8>, KeyError> {
	let length = proofyard_verifier::prepared_len(system, key)?;
	let mut prepared = alloc::vec![0; length as usize];
	let status = verification::prepare_key(system.index(), key, &mut prepared);
	match status {
		SUCCESS => Ok(prepared),
		status => Err(decode(status, KeyError::from_code, KeyError::UnknownStatus)),
	}
}

/// Verifies one proof under a prepared key, see [`proofyard_verifier::verify`].
///
/// # Errors
///
/// Any [`VerifyError`]; `UnsupportedSystem` also when the node is older than the proof system.
#[cfg(any(feature = "std", not(feature = "pure-wasm")))]
pub fn verify(
	system: ProofSystem,
	prepared: &[u8],
	public_inputs: &[u8],
	proof: &[u8],
) -> Result<(), VerifyError> {
	match verification::verify(system.index(), prepared, public_inputs, proof) {
		SUCCESS => Ok(()),
		status => Err(decode(status, VerifyError::from_code, VerifyError::UnknownStatus)),
	}
}

/// The error that a status stands for.
#[cfg(any(feature = "std", not(feature = "pure-wasm")))]
fn decode<E>(status: u32, from_code: impl Fn(u8) -> Option<E>, unknown: E) -> E {
	u8::try_from(status).ok().and_then(from_code).unwrap_or(unknown)
}

/// Checks a canonical key and returns the prepared key, see [`proofyard_verifier::prepare_key`].
///
/// # Errors
///
/// Any [`KeyError`] but those of the host call.
#[cfg(all(feature = "pure-wasm", not(feature = "std")))]
pub fn prepare_key(system: ProofSystem, key: &[u8]) -> Result<Vec<u8>, KeyError> {
	proofyard_verifier::prepare_key(system, key)
}

/// Verifies one proof under a prepared key, see [`proofyard_verifier::verify`].
///
/// # Errors
///
/// Any [`VerifyError`] but those of the host call.
#[cfg(all(feature = "pure-wasm", not(feature = "std")))]
pub fn verify(
	system: ProofSystem,
	prepared: &[u8],
	public_inputs: &[u8],
	proof: &[u8],
) -> Result<(), VerifyError> {
	proofyard_verifier::verify(system, prepared, public_inputs, proof)
}
