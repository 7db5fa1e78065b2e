// SPDX-License-Identifier: Apache-2.0

//! Parts that the bodies of the host functions share.

use crate::{batch::decode::decode, boundary::SUCCESS};
use alloc::vec::Vec;
use proofyard_verifier::{KeyError, VerifyError};

/// Writes a prepared key to a buffer of exactly its length.
pub(crate) fn fill(out: &mut [u8], prepared: &[u8]) -> Result<(), KeyError> {
	if prepared.len() != out.len() {
		return Err(KeyError::WrongOutputLength);
	}
	out.copy_from_slice(prepared);
	Ok(())
}

pub(crate) fn key_status(outcome: Result<(), KeyError>) -> u32 {
	outcome.map_or_else(|error| error.code().into(), |()| SUCCESS)
}

/// Zero or the code of the error.
pub(crate) fn status(outcome: Result<(), VerifyError>) -> u8 {
	outcome.map_or_else(VerifyError::code, |()| SUCCESS as u8)
}

/// Writes a status for each of the encoded claims.
pub(crate) fn verify_batch(claims: &[u8], verdicts: &mut [u8]) -> Result<(), VerifyError> {
	let claims = decode(claims)
		.filter(|claims| claims.len() == verdicts.len())
		.ok_or(VerifyError::MalformedBatch)?;
	let known: Vec<_> = claims.iter().flatten().copied().collect();
	let mut outcomes = proofyard_verifier::verify_batch(&known).into_iter();
	for (claim, verdict) in claims.iter().zip(verdicts) {
		let outcome = match claim {
			Some(_) => outcomes.next().unwrap_or(Err(VerifyError::MalformedBatch)),
			None => Err(VerifyError::UnsupportedSystem),
		};
		*verdict = status(outcome);
	}
	Ok(())
}
