// SPDX-License-Identifier: Apache-2.0

//! The host functions themselves. Their bodies exist in the node only; Wasm has imports in their place.

// The macro's host side names `Vec`.
#[allow(unused_imports)]
use alloc::vec::Vec;
use sp_runtime_interface::{
	pass_by::{PassFatPointerAndRead, PassFatPointerAndWrite, PassPointerAndRead},
	runtime_interface,
};

/// Checking keys and verifying proofs at native speed. Pallets call the functions of the crate's root instead.
#[runtime_interface]
pub trait Verification {
	/// Checks a canonical key and writes the prepared key to `out`, whose length must be exactly that of the prepared
	/// key. On failure the content of `out` means nothing.
	///
	/// Returns zero or the code of a [`KeyError`](proofyard_verifier::KeyError).
	fn prepare_key(
		system: u8,
		key: PassFatPointerAndRead<&[u8]>,
		out: PassFatPointerAndWrite<&mut [u8]>,
	) -> u32 {
		use proofyard_verifier::{KeyError, ProofSystem};
		let outcome = ProofSystem::from_index(system)
			.ok_or(KeyError::UnsupportedSystem)
			.and_then(|system| proofyard_verifier::prepare_key(system, key))
			.and_then(|prepared| crate::native::fill(out, &prepared));
		crate::native::key_status(outcome)
	}

	/// Verifies one proof under a prepared key.
	///
	/// Returns zero or the code of a [`VerifyError`](proofyard_verifier::VerifyError).
	fn verify(
		system: u8,
		prepared: PassFatPointerAndRead<&[u8]>,
		public_inputs: PassFatPointerAndRead<&[u8]>,
		proof: PassFatPointerAndRead<&[u8]>,
	) -> u32 {
		use proofyard_verifier::{ProofSystem, VerifyError};
		let outcome = ProofSystem::from_index(system)
			.ok_or(VerifyError::UnsupportedSystem)
			.and_then(|system| proofyard_verifier::verify(system, prepared, public_inputs, proof));
		crate::native::status(outcome).into()
	}

	/// Checks the entry of a wrapping key and writes the prepared entry to `out`, whose length must be exactly that of
	/// the prepared entry. On failure the content of `out` means nothing.
	///
	/// Returns zero or the code of a [`KeyError`](proofyard_verifier::KeyError).
	fn prepare_wrapping_key(
		entry: PassFatPointerAndRead<&[u8]>,
		out: PassFatPointerAndWrite<&mut [u8]>,
	) -> u32 {
		let outcome = proofyard_verifier::wrap::prepare(entry)
			.and_then(|prepared| crate::native::fill(out, &prepared));
		crate::native::key_status(outcome)
	}

	/// Verifies one proof of a zkVM under a prepared entry.
	///
	/// Returns zero or the code of a [`VerifyError`](proofyard_verifier::VerifyError).
	fn verify_wrapped(
		prepared: PassFatPointerAndRead<&[u8]>,
		program_key: PassPointerAndRead<&[u8; 32], 32>,
		public_values: PassFatPointerAndRead<&[u8]>,
		proof: PassFatPointerAndRead<&[u8]>,
	) -> u32 {
		let outcome = proofyard_verifier::wrap::verify(prepared, program_key, public_values, proof);
		crate::native::status(outcome).into()
	}

	/// Verifies the proofs of at most [`MAX_BATCH`](crate::MAX_BATCH) encoded claims and writes for each one zero or
	/// the code of a [`VerifyError`](proofyard_verifier::VerifyError) to `verdicts`, which must have a byte for each
	/// claim. Claims of a proof system that the node does not know get `UnsupportedSystem`.
	///
	/// Returns zero, or the code of `MalformedBatch` when there is no verdict on any claim.
	fn verify_batch(
		claims: PassFatPointerAndRead<&[u8]>,
		verdicts: PassFatPointerAndWrite<&mut [u8]>,
	) -> u32 {
		crate::native::status(crate::native::verify_batch(claims, verdicts)).into()
	}
}
