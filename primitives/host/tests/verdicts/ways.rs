// SPDX-License-Identifier: Apache-2.0

//! All the ways to the verifier, side by side.

use crate::module::{Module, Way};
use proofyard_host::SUCCESS;
use proofyard_verifier::{wrap, Claim, KeyError, ProofSystem, VerifyError};

/// Asks every way and insists that the answers agree.
pub struct Ways {
	pure: Module,
	host: Module,
	/// Number of answers that have been compared.
	pub compared: u32,
}

impl Ways {
	pub fn new() -> Self {
		Self { pure: Module::load(Way::Pure), host: Module::load(Way::Host), compared: 0 }
	}

	/// Prepares a key every way; returns the prepared key or the error, which all agree on.
	pub fn prepare_key(&mut self, system: ProofSystem, key: &[u8]) -> Result<Vec<u8>, KeyError> {
		let verdict = proofyard_verifier::prepare_key(system, key);
		assert_eq!(proofyard_host::prepare_key(system, key), verdict);
		let length = proofyard_verifier::prepared_len(system, key).unwrap_or(64) as usize;
		let index = system.index().into();
		self.same_key(key, length, &verdict, |module| module.prepare_key(index, key, length));
		verdict
	}

	/// Prepares the entry of a wrapping key every way; returns the prepared entry or the error, which all agree on.
	pub fn prepare_entry(&mut self, entry: &[u8]) -> Result<Vec<u8>, KeyError> {
		let verdict = wrap::prepare(entry);
		assert_eq!(proofyard_host::prepare_wrapping_key(entry), verdict);
		let length = wrap::prepared_len(entry).unwrap_or(64) as usize;
		self.same_key(entry, length, &verdict, |module| module.prepare_wrapping_key(entry, length));
		verdict
	}

	fn same_key(
		&mut self,
		input: &[u8],
		length: usize,
		verdict: &Result<Vec<u8>, KeyError>,
		mut prepare: impl FnMut(&mut Module) -> (u32, Vec<u8>),
	) {
		let expected = match verdict {
			Ok(prepared) => (SUCCESS, prepared.clone()),
			Err(error) => (error.code().into(), vec![0; length]),
		};
		assert_eq!(prepare(&mut self.pure), expected, "pure Wasm: {input:02x?}");
		assert_eq!(prepare(&mut self.host), expected, "host call: {input:02x?}");
		self.compared += 1;
	}

	/// Verifies a claim every way; returns the verdict, which all agree on.
	pub fn verify(&mut self, claim: &Claim<'_>) -> Result<(), VerifyError> {
		let verdict = single(claim);
		let native = match *claim {
			Claim::Plain { system, prepared, public_inputs, proof } => {
				proofyard_host::verify(system, prepared, public_inputs, proof)
			}
			Claim::Wrapped { prepared, program_key, public_values, proof } => {
				proofyard_host::verify_wrapped(prepared, program_key, public_values, proof)
			}
		};
		assert_eq!(native, verdict, "{claim:02x?}");
		for (name, module) in [("pure Wasm", &mut self.pure), ("host call", &mut self.host)] {
			let found = match *claim {
				Claim::Plain { system, prepared, public_inputs, proof } => {
					module.verify(system.index().into(), prepared, public_inputs, proof)
				}
				Claim::Wrapped { prepared, program_key, public_values, proof } => {
					module.verify_wrapped(prepared, program_key, public_values, proof)
				}
			};
			assert_eq!(found, u32::from(status(verdict)), "{name}: {claim:02x?}");
		}
		self.compared += 1;
		verdict
	}

	/// Verifies a batch every way; returns the verdicts, which all agree on, and which are those of single calls.
	pub fn verify_batch(&mut self, claims: &[Claim<'_>]) -> Vec<Result<(), VerifyError>> {
		let verdicts: Vec<_> = claims.iter().map(single).collect();
		self.verify_batch_as(claims, &verdicts);
		verdicts
	}

	/// Verifies a batch every way and insists on these verdicts.
	pub fn verify_batch_as(&mut self, claims: &[Claim<'_>], verdicts: &[Result<(), VerifyError>]) {
		assert_eq!(proofyard_verifier::verify_batch(claims), verdicts);
		assert_eq!(proofyard_host::verify_batch(claims), verdicts);
		let expected: Vec<u8> = verdicts.iter().map(|verdict| status(*verdict)).collect();
		assert_eq!(self.pure.verify_batch(claims), expected, "pure Wasm: {claims:02x?}");
		assert_eq!(self.host.verify_batch(claims), expected, "host call: {claims:02x?}");
		self.compared += 1;
	}
}

fn single(claim: &Claim<'_>) -> Result<(), VerifyError> {
	match *claim {
		Claim::Plain { system, prepared, public_inputs, proof } => {
			proofyard_verifier::verify(system, prepared, public_inputs, proof)
		}
		Claim::Wrapped { prepared, program_key, public_values, proof } => {
			wrap::verify(prepared, program_key, public_values, proof)
		}
	}
}

fn status(verdict: Result<(), VerifyError>) -> u8 {
	verdict.map_or_else(VerifyError::code, |()| SUCCESS as u8)
}
