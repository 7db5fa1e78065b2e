// SPDX-License-Identifier: Apache-2.0

//! Every proof system that the chain verifies, behind one trait.
//!
//! # Terms
//!
//! - **Canonical key**: a verification key in the one encoding that the chain accepts. Its hash names the key, so there
//!   is exactly one byte string for each key.
//! - **Prepared key**: what [`prepare_key`] makes of a canonical key, once, when a program is registered. Everything
//!   about the key has been checked by then and what every proof would compute again (a pairing, for Groth16) has been
//!   computed. The chain stores it and hands it to [`verify`], which trusts it: it must come from [`prepare_key`].
//! - **Public inputs**: `n` scalars of 32 bytes, big-endian, one after the other, each below the order of the field.
//! - **Proof**: the canonical bytes of one proof.
//! - **Wrapping key**: the key under which a zkVM's proofs are verified, shared by all its programs, see [`wrap`].
//!
//! # Strictness
//!
//! No point has a second encoding: coordinates that are not reduced, the point at infinity in a proof, points off the
//! curve or outside the right subgroup, and lengths other than the exact one are all errors. Nothing here panics,
//! whatever bytes it is given.
//!
//! # Determinism
//!
//! The verdict, the error included, is a function of the bytes alone. The node runs this code at native speed behind a
//! host function and tools without that function run it inside Wasm; a block is valid for both or for neither.
//!
//! # Speed
//!
//! With the feature `std`, which the node has, keys that were used lately stay in memory with what is computed of them,
//! and [`verify_batch`] works on all cores (as many threads as `RAYON_NUM_THREADS` says, where it is set). Without it,
//! inside Wasm, the same code runs on one core and reads its keys every time. Neither changes a verdict.
//!
//! # Adding a proof system
//!
//! 1. A variant at the end of [`ProofSystem`] with the next `#[codec(index)]` and its name.
//! 2. A module with an implementation of [`Verifier`].
//! 3. An arm in the `dispatch!` macro of this file, and the size bounds below raised where the new system needs more.
//!
//! A new version of a zkVM is no new system: it is a new [wrapping key](wrap), which is data.
//!
//! The host function carries the system as one byte, so a new system needs no new host function, but every node has to
//! know it before a runtime enables it: an older node answers `UnsupportedSystem`, and would disagree on the block.

#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

use alloc::vec::Vec;

mod batch;
mod cache;
#[cfg(feature = "convert")]
pub mod convert;
mod curve;
mod error;
pub mod groth16;
pub mod groth16_bls12_381;
pub mod groth16_bn254;
mod pairing;
mod parallel;
pub mod plonk;
mod system;
pub mod wrap;

pub use batch::{verify_batch, Claim};
pub use error::{KeyError, VerifyError};
pub use groth16_bls12_381::Groth16Bls12_381;
pub use groth16_bn254::Groth16Bn254;
pub use system::{ProofSystem, UnknownProofSystem};
use wrap::Wrapped;

/// Most public inputs a program may have.
///
/// Each one costs a point of the key (64 or 96 bytes) and a scalar multiplication for every proof.
pub const MAX_PUBLIC_INPUTS: u32 = 64;

/// Bytes of one public input.
pub const PUBLIC_INPUT_LEN: u32 = 32;

/// Longest canonical key of any proof system, in bytes.
pub const MAX_KEY_LEN: u32 = groth16_bls12_381::MAX_KEY_LEN;

/// Longest prepared key of any proof system, in bytes.
pub const MAX_PREPARED_KEY_LEN: u32 = groth16_bls12_381::MAX_PREPARED_KEY_LEN;

/// Longest proof of any proof system, in bytes: the selector, the header and the PLONK proof of SP1.
pub const MAX_PROOF_LEN: u32 = wrap::MAX_PROOF_LEN;

const _: () = assert!(MAX_KEY_LEN >= groth16_bn254::MAX_KEY_LEN);
const _: () = assert!(MAX_PREPARED_KEY_LEN >= groth16_bn254::MAX_PREPARED_KEY_LEN);
const _: () = assert!(MAX_PROOF_LEN >= groth16_bls12_381::PROOF_LEN);

/// One proof system: how its keys are checked and its proofs verified.
///
/// Implementations are free of state, never panic and give the same answer on every machine.
pub trait Verifier {
	/// Number of public inputs of a canonical key, from its length alone.
	fn key_input_count(key: &[u8]) -> Result<u32, KeyError>;

	/// Exact length in bytes of what [`prepare_key`](Self::prepare_key) returns for this key, from the key's length
	/// alone.
	fn prepared_len(key: &[u8]) -> Result<u32, KeyError>;

	/// Checks everything there is to check about a canonical key and returns the prepared key.
	fn prepare_key(key: &[u8]) -> Result<Vec<u8>, KeyError>;

	/// Number of public inputs that a prepared key takes.
	fn public_input_count(prepared: &[u8]) -> Result<u32, VerifyError>;

	/// Checks that `public_inputs` holds as many scalars as the key takes and that each is below the order of the
	/// field. Costs next to nothing: no curve arithmetic.
	fn check_public_inputs(prepared: &[u8], public_inputs: &[u8]) -> Result<(), VerifyError>;

	/// Longest proof in bytes.
	fn max_proof_len() -> u32;

	/// Verifies `proof` for `public_inputs` under a prepared key.
	fn verify(prepared: &[u8], public_inputs: &[u8], proof: &[u8]) -> Result<(), VerifyError>;
}

/// Calls a function of the [`Verifier`] that belongs to a [`ProofSystem`].
macro_rules! dispatch {
	($system:expr, $function:ident ( $($argument:expr),* )) => {
		match $system {
			ProofSystem::Groth16Bn254 => <Groth16Bn254 as Verifier>::$function($($argument),*),
			ProofSystem::Groth16Bls12_381 => {
				<Groth16Bls12_381 as Verifier>::$function($($argument),*)
			},
			ProofSystem::Sp1Groth16 | ProofSystem::Sp1Plonk | ProofSystem::Risc0Groth16 => {
				<Wrapped as Verifier>::$function($($argument),*)
			},
		}
	};
}

/// Number of public inputs of a canonical key, from its length alone: what the weight of [`prepare_key`] depends on.
pub fn key_input_count(system: ProofSystem, key: &[u8]) -> Result<u32, KeyError> {
	dispatch!(system, key_input_count(key))
}

/// Exact length in bytes of what [`prepare_key`] returns for this key, from the key's length alone.
pub fn prepared_len(system: ProofSystem, key: &[u8]) -> Result<u32, KeyError> {
	dispatch!(system, prepared_len(key))
}

/// Checks everything there is to check about a canonical key and returns the prepared key.
///
/// # Errors
///
/// Any [`KeyError`] but the two that belong to the host call (`WrongOutputLength`, `UnknownStatus`). `NeedsWrappingKey`
/// for the systems of [`wrap`], as from every other function of this module that takes a system.
pub fn prepare_key(system: ProofSystem, key: &[u8]) -> Result<Vec<u8>, KeyError> {
	dispatch!(system, prepare_key(key))
}

/// Number of public inputs that a prepared key takes.
///
/// # Errors
///
/// [`VerifyError::CorruptPreparedKey`] if the bytes did not come from [`prepare_key`].
pub fn public_input_count(system: ProofSystem, prepared: &[u8]) -> Result<u32, VerifyError> {
	dispatch!(system, public_input_count(prepared))
}

/// Checks the number and the range of public inputs without verifying anything.
///
/// # Errors
///
/// [`VerifyError::WrongPublicInputCount`], [`VerifyError::PublicInputNotInField`] or
/// [`VerifyError::CorruptPreparedKey`].
pub fn check_public_inputs(
	system: ProofSystem,
	prepared: &[u8],
	public_inputs: &[u8],
) -> Result<(), VerifyError> {
	dispatch!(system, check_public_inputs(prepared, public_inputs))
}

/// Longest proof of a system in bytes.
pub fn max_proof_len(system: ProofSystem) -> u32 {
	if system.is_wrapped() {
		return wrap::max_proof_len(system);
	}
	dispatch!(system, max_proof_len())
}

/// Whether a proof of a system can have this length in bytes. One of another length is refused before anything is
/// computed.
pub fn is_proof_len(system: ProofSystem, length: u32) -> bool {
	let longest = max_proof_len(system);
	// SP1's of versions 4 and 5 carry nothing.
	let bare = longest.saturating_sub(wrap::MAX_CARRIED_LEN);
	match system {
		ProofSystem::Sp1Groth16 | ProofSystem::Sp1Plonk => length == longest || length == bare,
		_ => length == longest,
	}
}

/// Verifies one proof.
///
/// `prepared` must come from [`prepare_key`] of the same system, `public_inputs` are 32-byte big-endian scalars.
///
/// # Errors
///
/// Any [`VerifyError`] but `UnknownStatus` and `MalformedBatch`, which belong to the host calls. `Ok` is the only answer
/// for a valid proof.
pub fn verify(
	system: ProofSystem,
	prepared: &[u8],
	public_inputs: &[u8],
	proof: &[u8],
) -> Result<(), VerifyError> {
	dispatch!(system, verify(prepared, public_inputs, proof))
}
