// SPDX-License-Identifier: Apache-2.0

//! Malformed and changed input for every system: nothing panics, nothing but the proof is accepted, and the verdict is
//! the same each time.
//!
//! 10,000 inputs for each system; another number with the variable `PROOFYARD_MALFORMED`:
//! `PROOFYARD_MALFORMED=100000 cargo test --release -p proofyard-verifier --test malformed`.

mod common;

use common::*;
use proofyard_verifier::{verify, wrap, VerifyError};
use rand::{rngs::StdRng, Rng, SeedableRng};

/// Inputs for each system.
fn count() -> u64 {
	std::env::var("PROOFYARD_MALFORMED").map_or(10_000, |text| text.parse().expect("a number"))
}

/// Verifies changed input again and again: `verdict` takes the parts, in the order of `parts`.
fn refuses(seed: u64, parts: &[Vec<u8>], verdict: impl Fn(&[Vec<u8>]) -> Result<(), VerifyError>) {
	assert_eq!(verdict(parts), Ok(()));
	let mut rng = StdRng::seed_from_u64(seed);
	for round in 0..count() {
		let mut changed = parts.to_vec();
		// Most often one part, the last one, which is the proof, more often than others.
		let part = rng.gen_range(0..2 * parts.len()).min(parts.len() - 1);
		changed[part] = change(&mut rng, &parts[part]);
		if rng.gen_ratio(1, 8) {
			let part = rng.gen_range(0..parts.len());
			changed[part] = change(&mut rng, &parts[part]);
		}
		let found = verdict(&changed);
		// A prepared key is trusted: changing what no input of this proof is multiplied by changes no verdict.
		if changed[0] == parts[0] {
			assert_eq!(found.is_ok(), changed == parts, "round {round}, part {part}");
		}
		if round % 16 == 0 {
			assert_eq!(found, verdict(&changed), "round {round}: the same verdict again");
		}
	}
}

fn plain(seed: u64, sample: &Sample) {
	let parts = [sample.prepared(), sample.public.clone(), sample.proof.clone()];
	refuses(seed, &parts, |parts| verify(sample.system, &parts[0], &parts[1], &parts[2]));
}

fn wrapped(seed: u64, name: &str) {
	let sample = Wrapped::vector(name);
	let parts = [
		sample.prepared.clone(),
		sample.program_key.to_vec(),
		sample.public_values.clone(),
		sample.proof.clone(),
	];
	refuses(seed, &parts, |parts| {
		// Program keys of another length never reach the verifier.
		let Ok(program_key) = parts[1][..].try_into() else {
			return Err(VerifyError::ProgramKeyNotInField);
		};
		wrap::verify(&parts[0], program_key, &parts[2], &parts[3])
	});
}

#[test]
fn groth16_bn254() {
	plain(1, &Sample::gnark());
}

#[test]
fn groth16_bls12_381() {
	plain(2, &Sample::snarkjs_bls());
}

#[test]
fn sp1_groth16_4() {
	wrapped(3, "sp1-groth16-v4");
}

#[test]
fn sp1_groth16_6() {
	wrapped(4, "sp1-groth16-v6");
}

#[test]
fn sp1_plonk_4() {
	wrapped(5, "sp1-plonk-v4");
}

#[test]
fn sp1_plonk_6() {
	wrapped(6, "sp1-plonk-v6");
}

#[test]
fn risc0_groth16() {
	wrapped(7, "risc0-v3.0");
}
