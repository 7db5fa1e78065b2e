// SPDX-License-Identifier: Apache-2.0

//! The way over the host functions.

use crate::{batch, boundary::SUCCESS, verification};
use alloc::{vec, vec::Vec};
use proofyard_verifier::{wrap, Claim, KeyError, ProofSystem, VerifyError};

pub(crate) fn prepare_key(system: ProofSystem, key: &[u8]) -> Result<Vec<u8>, KeyError> {
	let mut prepared = vec![0; proofyard_verifier::prepared_len(system, key)? as usize];
	match verification::prepare_key(system.index(), key, &mut prepared) {
		SUCCESS => Ok(prepared),
		status => Err(error(status, KeyError::from_code, KeyError::UnknownStatus)),
	}
}

pub(crate) fn verify(
	system: ProofSystem,
	prepared: &[u8],
	public_inputs: &[u8],
	proof: &[u8],
) -> Result<(), VerifyError> {
	outcome(verification::verify(system.index(), prepared, public_inputs, proof))
}

pub(crate) fn prepare_wrapping_key(entry: &[u8]) -> Result<Vec<u8>, KeyError> {
	let mut prepared = vec![0; wrap::prepared_len(entry)? as usize];
	match verification::prepare_wrapping_key(entry, &mut prepared) {
		SUCCESS => Ok(prepared),
		status => Err(error(status, KeyError::from_code, KeyError::UnknownStatus)),
	}
}

pub(crate) fn verify_wrapped(
	prepared: &[u8],
	program_key: &[u8; 32],
	public_values: &[u8],
	proof: &[u8],
) -> Result<(), VerifyError> {
	outcome(verification::verify_wrapped(prepared, program_key, public_values, proof))
}

/// At most [`MAX_BATCH`](crate::MAX_BATCH) claims.
pub(crate) fn verify_batch(claims: &[Claim<'_>]) -> Vec<Result<(), VerifyError>> {
	let mut verdicts = vec![0; claims.len()];
	let status = match batch::encode(claims) {
		Some(encoded) => outcome(verification::verify_batch(&encoded, &mut verdicts)),
		None => Err(VerifyError::MalformedBatch),
	};
	verdicts.into_iter().map(|verdict| status.and(outcome(verdict.into()))).collect()
}

fn outcome(status: u32) -> Result<(), VerifyError> {
	match status {
		SUCCESS => Ok(()),
		status => Err(error(status, VerifyError::from_code, VerifyError::UnknownStatus)),
	}
}

/// The error that a status stands for.
fn error<E>(status: u32, from_code: impl Fn(u8) -> Option<E>, unknown: E) -> E {
	u8::try_from(status).ok().and_then(from_code).unwrap_or(unknown)
}
