// SPDX-License-Identifier: Apache-2.0

//! The functions of the module. Arguments are addresses and lengths in its memory.

extern crate alloc;

use crate::allocator;
use alloc::{alloc::alloc, vec::Vec};
use core::{alloc::Layout, ptr::copy_nonoverlapping, slice};
use proofyard_verifier::{KeyError, ProofSystem, VerifyError};

/// Forgets everything before and returns the address of `len` free bytes.
#[no_mangle]
extern "C" fn reserve(len: usize) -> *mut u8 {
	allocator::reset();
	match Layout::from_size_align(len.max(1), 8) {
		// SAFETY: the layout is not empty.
		Ok(layout) => unsafe { alloc(layout) },
		Err(_) => core::ptr::null_mut(),
	}
}

/// Prepares a key into the `out_len` bytes at `out`; returns zero or the code of the error.
#[no_mangle]
extern "C" fn prepare_key(
	system: u32,
	key: *const u8,
	key_len: usize,
	out: *mut u8,
	out_len: usize,
) -> u32 {
	// SAFETY: the caller wrote the key into reserved memory.
	let key = unsafe { slice::from_raw_parts(key, key_len) };
	let outcome: Result<Vec<u8>, KeyError> = proof_system(system)
		.ok_or(KeyError::UnsupportedSystem)
		.and_then(|system| proofyard_host::prepare_key(system, key));
	match outcome {
		Ok(prepared) if prepared.len() != out_len => KeyError::WrongOutputLength.code().into(),
		Ok(prepared) => {
			// SAFETY: the caller reserved `out_len` bytes, and the allocator never hands them out twice.
			unsafe { copy_nonoverlapping(prepared.as_ptr(), out, out_len) };
			proofyard_host::SUCCESS
		}
		Err(error) => error.code().into(),
	}
}

/// Verifies a proof; returns zero or the code of the error.
#[no_mangle]
extern "C" fn verify(
	system: u32,
	prepared: *const u8,
	prepared_len: usize,
	public_inputs: *const u8,
	public_inputs_len: usize,
	proof: *const u8,
	proof_len: usize,
) -> u32 {
	// SAFETY: the caller wrote all three into reserved memory.
	let [prepared, public_inputs, proof] = unsafe {
		[
			slice::from_raw_parts(prepared, prepared_len),
			slice::from_raw_parts(public_inputs, public_inputs_len),
			slice::from_raw_parts(proof, proof_len),
		]
	};
	let outcome: Result<(), VerifyError> = proof_system(system)
		.ok_or(VerifyError::UnsupportedSystem)
		.and_then(|system| proofyard_host::verify(system, prepared, public_inputs, proof));
	outcome.map_or_else(|error| error.code().into(), |()| proofyard_host::SUCCESS)
}

fn proof_system(index: u32) -> Option<ProofSystem> {
	u8::try_from(index).ok().and_then(ProofSystem::from_index)
}
