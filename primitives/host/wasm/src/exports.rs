// SPDX-License-Identifier: Apache-2.0

//! The functions of the module. Arguments are addresses and lengths in its memory; statuses are zero or the code of the
//! error.

extern crate alloc;

use crate::allocator;
use alloc::{alloc::alloc, vec::Vec};
use core::{alloc::Layout, slice};
use proofyard_verifier::{Claim, KeyError, ProofSystem, VerifyError};

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

/// Prepares a key into the `out_len` bytes at `out`.
#[no_mangle]
extern "C" fn prepare_key(
	system: u32,
	key: *const u8,
	key_len: usize,
	out: *mut u8,
	out_len: usize,
) -> u32 {
	let outcome = proof_system(system)
		.ok_or(KeyError::UnsupportedSystem)
		.and_then(|system| proofyard_host::prepare_key(system, bytes(key, key_len)));
	fill(outcome, bytes_mut(out, out_len))
}

/// Verifies a proof.
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
	let prepared = bytes(prepared, prepared_len);
	let public_inputs = bytes(public_inputs, public_inputs_len);
	let proof = bytes(proof, proof_len);
	let outcome = proof_system(system)
		.ok_or(VerifyError::UnsupportedSystem)
		.and_then(|system| proofyard_host::verify(system, prepared, public_inputs, proof));
	status(outcome)
}

/// Prepares the entry of a wrapping key into the `out_len` bytes at `out`.
#[no_mangle]
extern "C" fn prepare_wrapping_key(
	entry: *const u8,
	entry_len: usize,
	out: *mut u8,
	out_len: usize,
) -> u32 {
	let outcome = proofyard_host::prepare_wrapping_key(bytes(entry, entry_len));
	fill(outcome, bytes_mut(out, out_len))
}

/// Verifies a zkVM's proof. The program key has 32 bytes.
#[no_mangle]
extern "C" fn verify_wrapped(
	prepared: *const u8,
	prepared_len: usize,
	program_key: *const [u8; 32],
	public_values: *const u8,
	public_values_len: usize,
	proof: *const u8,
	proof_len: usize,
) -> u32 {
	status(proofyard_host::verify_wrapped(
		bytes(prepared, prepared_len),
		// SAFETY: the caller wrote it into reserved memory.
		unsafe { &*program_key },
		bytes(public_values, public_values_len),
		bytes(proof, proof_len),
	))
}

/// A claim, as the caller writes it.
#[repr(C)]
struct Record {
	/// Index of a plain system; anything else for a zkVM's proof.
	system: u32,
	prepared: *const u8,
	prepared_len: usize,
	/// Program key of a zkVM's proof.
	program_key: *const [u8; 32],
	/// Public inputs or public values.
	statement: *const u8,
	statement_len: usize,
	proof: *const u8,
	proof_len: usize,
}

/// Verifies `count` claims, and writes the status of each to `verdicts`.
#[no_mangle]
extern "C" fn verify_batch(records: *const Record, count: usize, verdicts: *mut u8) {
	// SAFETY: the caller wrote the records, aligned, into reserved memory.
	let records = unsafe { slice::from_raw_parts(records, count) };
	let claims: Vec<Claim<'_>> = records
		.iter()
		.map(|record| {
			let prepared = bytes(record.prepared, record.prepared_len);
			let statement = bytes(record.statement, record.statement_len);
			let proof = bytes(record.proof, record.proof_len);
			match proof_system(record.system) {
				Some(system) => Claim::Plain { system, prepared, public_inputs: statement, proof },
				None => Claim::Wrapped {
					prepared,
					// SAFETY: the caller wrote it into reserved memory.
					program_key: unsafe { &*record.program_key },
					public_values: statement,
					proof,
				},
			}
		})
		.collect();
	let outcomes = proofyard_host::verify_batch(&claims);
	for (verdict, outcome) in bytes_mut(verdicts, count).iter_mut().zip(outcomes) {
		*verdict = status(outcome) as u8;
	}
}

fn proof_system(index: u32) -> Option<ProofSystem> {
	u8::try_from(index).ok().and_then(ProofSystem::from_index)
}

fn status(outcome: Result<(), VerifyError>) -> u32 {
	outcome.map_or_else(|error| error.code().into(), |()| proofyard_host::SUCCESS)
}

/// Writes a prepared key to a buffer that must have its length, and returns the status.
fn fill(outcome: Result<Vec<u8>, KeyError>, out: &mut [u8]) -> u32 {
	match outcome {
		Ok(prepared) if prepared.len() != out.len() => KeyError::WrongOutputLength.code().into(),
		Ok(prepared) => {
			out.copy_from_slice(&prepared);
			proofyard_host::SUCCESS
		}
		Err(error) => error.code().into(),
	}
}

fn bytes(at: *const u8, len: usize) -> &'static [u8] {
	// SAFETY: the caller wrote them into reserved memory, which stays until the next call.
	unsafe { slice::from_raw_parts(at, len) }
}

fn bytes_mut(at: *mut u8, len: usize) -> &'static mut [u8] {
	// SAFETY: the caller reserved them for this alone, and the allocator never hands them out twice.
	unsafe { slice::from_raw_parts_mut(at, len) }
}
