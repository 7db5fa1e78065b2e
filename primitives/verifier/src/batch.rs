// SPDX-License-Identifier: Apache-2.0

//! Many proofs of any systems in one call.

use crate::{
	groth16::{batch, Statement},
	parallel,
	wrap::{self, Lowered},
	Groth16Bls12_381, Groth16Bn254, ProofSystem, VerifyError,
};
use alloc::{vec, vec::Vec};

/// Statement that a proof is said to prove, as the functions for single proofs take it.
#[derive(Clone, Copy, Debug)]
pub enum Claim<'a> {
	/// A proof under its program's own key, see [`verify`](crate::verify).
	Plain {
		/// A system without wrapping keys.
		system: ProofSystem,
		/// Prepared key.
		prepared: &'a [u8],
		/// Public inputs of 32 bytes each.
		public_inputs: &'a [u8],
		/// Proof.
		proof: &'a [u8],
	},
	/// A zkVM's proof, see [`wrap::verify`](crate::wrap::verify).
	Wrapped {
		/// Prepared entry.
		prepared: &'a [u8],
		/// Program key.
		program_key: &'a [u8; 32],
		/// Public values.
		public_values: &'a [u8],
		/// Proof with its selector.
		proof: &'a [u8],
	},
}

/// A verdict for each claim, in order: exactly those that [`verify`](crate::verify) and
/// [`wrap::verify`](crate::wrap::verify) give.
///
/// All Groth16 proofs of one curve are verified together, whatever their keys, plain ones with those of zkVMs: that
/// takes about a quarter of the time. PLONK proofs are verified one by one. An invalid proof among valid ones is found
/// by halving; a batch full of invalid proofs costs up to twice as much as single calls.
///
/// The verdicts depend on the claims alone: they are the same on every machine and in every run, on however many cores.
/// Whoever tries `q` batches of 64, made in whatever way, finds one in which an invalid proof is accepted with a chance
/// below `q·2⁻¹²⁴`: see the argument in `groth16/batch.rs`.
pub fn verify_batch(claims: &[Claim<'_>]) -> Vec<Result<(), VerifyError>> {
	let mut verdicts = vec![Ok(()); claims.len()];
	let mut bn254: (Vec<usize>, Vec<Statement<'_, Groth16Bn254>>) = Default::default();
	let mut bls12_381: (Vec<usize>, Vec<Statement<'_, Groth16Bls12_381>>) = Default::default();
	let lowered = parallel::map(claims, lower);
	for (position, (work, verdict)) in lowered.into_iter().zip(&mut verdicts).enumerate() {
		match work {
			Ok(Work::Bn254(statement)) => {
				bn254.0.push(position);
				bn254.1.push(statement);
			}
			Ok(Work::Bls12_381(statement)) => {
				bls12_381.0.push(position);
				bls12_381.1.push(statement);
			}
			Ok(Work::Done) => {}
			Err(error) => *verdict = Err(error),
		}
	}
	let settled = bn254.0.into_iter().zip(batch::verify(&bn254.1));
	let settled = settled.chain(bls12_381.0.into_iter().zip(batch::verify(&bls12_381.1)));
	for (position, outcome) in settled {
		if let Some(verdict) = verdicts.get_mut(position) {
			*verdict = outcome;
		}
	}
	verdicts
}

/// Work that is left to do for a claim.
enum Work<'a> {
	Bn254(Statement<'a, Groth16Bn254>),
	Bls12_381(Statement<'a, Groth16Bls12_381>),
	Done,
}

fn lower<'a>(claim: &Claim<'a>) -> Result<Work<'a>, VerifyError> {
	match *claim {
		Claim::Plain { system, prepared, public_inputs, proof } => match system {
			ProofSystem::Groth16Bn254 => {
				Statement::decode(prepared, public_inputs, proof).map(Work::Bn254)
			}
			ProofSystem::Groth16Bls12_381 => {
				Statement::decode(prepared, public_inputs, proof).map(Work::Bls12_381)
			}
			ProofSystem::Sp1Groth16 | ProofSystem::Sp1Plonk | ProofSystem::Risc0Groth16 => {
				Err(VerifyError::NeedsWrappingKey)
			}
		},
		Claim::Wrapped { prepared, program_key, public_values, proof } => {
			match wrap::lower(prepared, program_key, public_values, proof)? {
				Lowered::Groth16(statement) => Ok(Work::Bn254(statement)),
				plonk @ Lowered::Plonk { .. } => plonk.verify().map(|()| Work::Done),
			}
		}
	}
}
