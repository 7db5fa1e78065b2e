// SPDX-License-Identifier: Apache-2.0

//! Malformed and changed input for every system: nothing panics, and the verdict is the same every way.
//!
//! 300 refused inputs for each sample; another number with the variable `PROOFYARD_MALFORMED`, 100,000 in an hour or two:
//! `PROOFYARD_MALFORMED=100000 cargo test --release -p proofyard-host malformed`.

use crate::{cases::Sample, ways::Ways};
use rand::{rngs::StdRng, Rng, SeedableRng};

/// Refused inputs for each sample.
fn count() -> u64 {
	std::env::var("PROOFYARD_MALFORMED").map_or(300, |text| text.parse().expect("a number"))
}

/// Changes the parts of a claim again and again, and its key or entry now and then.
fn agrees(name: &str, sample: Sample) {
	let mut rng = StdRng::seed_from_u64(name.bytes().map(u64::from).sum());
	let mut ways = Ways::new();
	assert_eq!(ways.verify(&sample.claim()), Ok(()));
	let start = std::time::Instant::now();
	let (mut round, mut refused, mut paired) = (0, 0, 0);
	while refused < count() {
		round += 1;
		if round % 16 == 0 {
			let mut changed = sample.clone();
			changed.statement = sample.key.clone();
			changed.part(1).change(&mut rng);
			let _ = match sample.system {
				Some(system) => ways.prepare_key(system, &changed.statement),
				None => ways.prepare_entry(&changed.statement),
			};
		}
		let mut changed = sample.clone();
		// The proof, which is the last part, more often than others; two parts now and then.
		let part = rng.gen_range(0..8).min(3);
		changed.part(part).change(&mut rng);
		if rng.gen_ratio(1, 8) {
			changed.part(rng.gen_range(0..4)).change(&mut rng);
		}
		let verdict = ways.verify(&changed.claim());
		// A prepared key is trusted: changing what no input of this proof is multiplied by changes no verdict, and
		// neither does a program key that a plain system has not.
		let same = changed.proof == sample.proof && changed.statement == sample.statement;
		if !same && changed.prepared == sample.prepared {
			assert!(verdict.is_err(), "round {round}, part {part}");
		}
		refused += u64::from(verdict.is_err());
		paired += u64::from(verdict == Err(proofyard_verifier::VerifyError::PairingMismatch));
	}
	println!(
		"{name}: {round} inputs, {refused} refused, {paired} of them by the last check, {:?}",
		start.elapsed()
	);
}

fn wrapped(name: &str) {
	agrees(name, Sample::wrapped().find(|sample| sample.name == name).unwrap());
}

#[test]
fn groth16_bn254() {
	agrees("groth16-bn254", Sample::gnark());
}

#[test]
fn groth16_bls12_381() {
	agrees("groth16-bls12-381", Sample::snarkjs_bls());
}

#[test]
fn sp1_groth16_4() {
	wrapped("sp1-groth16-v4");
}

#[test]
fn sp1_groth16_6() {
	wrapped("sp1-groth16-v6");
}

#[test]
fn sp1_plonk_4() {
	wrapped("sp1-plonk-v4");
}

#[test]
fn sp1_plonk_6() {
	wrapped("sp1-plonk-v6");
}

#[test]
fn risc0_groth16() {
	wrapped("risc0-v3.0");
}
