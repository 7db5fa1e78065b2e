// SPDX-License-Identifier: Apache-2.0

//! Malformed and changed input for every system: nothing panics, nothing but the proof is accepted, and the verdict is
//! the same each time.
//!
//! 10,000 inputs for each system; another number with the variable `PROOFYARD_MALFORMED`:
//! `PROOFYARD_MALFORMED=100000 cargo test --release -p proofyard-verifier --test malformed`.

mod common;

use common::*;
use proofyard_verifier::{verify, wrap, VerifyError};
use rand::{rngs::StdRng, Rng, RngCore, SeedableRng};

/// Inputs for each system.
fn count() -> u64 {
	std::env::var("PROOFYARD_MALFORMED").map_or(10_000, |text| text.parse().expect("a number"))
}

/// Random bytes; half of the time each word of 32 is small enough to be a number.
fn random(rng: &mut StdRng, length: usize) -> Vec<u8> {
	let mut bytes = vec![0; length];
	rng.fill_bytes(&mut bytes);
	if rng.gen() {
		bytes.iter_mut().step_by(32).for_each(|byte| *byte &= 0x1f);
	}
	bytes
}

/// A change of one kind or another; some leave nothing of the bytes, some next to everything.
fn change(rng: &mut StdRng, bytes: &[u8]) -> Vec<u8> {
	let mut changed = bytes.to_vec();
	let length = bytes.len();
	match rng.gen_range(0..10) {
		// Bytes without rhyme or reason, of a right or a wrong length.
		0 => return random(rng, length),
		1 => {
			let length = rng.gen_range(0..2 * length + 40);
			return random(rng, length);
		}
		2 => changed.truncate(rng.gen_range(0..=length)),
		3 => changed.extend((0..rng.gen_range(1..64)).map(|_| rng.next_u32() as u8)),
		_ if length == 0 => changed.push(0),
		// Single bits and bytes.
		4 | 5 => changed[rng.gen_range(0..length)] ^= 1 << rng.gen_range(0..8),
		6 => {
			for _ in 0..rng.gen_range(1..8) {
				changed[rng.gen_range(0..length)] = rng.gen();
			}
		}
		// A stretch of zeros or ones, a stretch of the same bytes from elsewhere.
		7 => {
			let start = rng.gen_range(0..length);
			let end = length.min(start + rng.gen_range(1..130));
			changed[start..end].fill(if rng.gen() { 0 } else { 0xff });
		}
		8 => {
			let size = rng.gen_range(1..=length.min(64));
			let from = rng.gen_range(0..=length - size);
			changed.copy_within(from..from + size, rng.gen_range(0..=length - size));
		}
		// Everything but the beginning, which selectors and headers sit in.
		_ => {
			let start = rng.gen_range(0..length.min(110));
			let tail = random(rng, length - start);
			changed[start..].copy_from_slice(&tail);
		}
	}
	changed
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
