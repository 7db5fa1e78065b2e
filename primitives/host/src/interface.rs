// SPDX-License-Identifier: Apache-2.0

//! The host functions themselves. Their bodies exist in the node only; Wasm has imports in their place.

// The macro's host side names `Vec`.
#[allow(unused_imports)]
use alloc::vec::Vec;
use sp_runtime_interface::{
	pass_by::{PassFatPointerAndRead, PassFatPointerAndWrite},
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
			.and_then(|prepared| {
				if prepared.len() != out.len() {
					return Err(KeyError::WrongOutputLength);
				}
				out.copy_from_slice(&prepared);
				Ok(())
			});
		outcome.map_or_else(|error| error.code().into(), |()| crate::SUCCESS)
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
		outcome.map_or_else(|error| error.code().into(), |()| crate::SUCCESS)
	}
}
