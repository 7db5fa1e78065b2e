// SPDX-License-Identifier: Apache-2.0

//! Programs of zkVMs.

use crate::{cases::Sample, change::flip, ways::Ways};
use proofyard_verifier::{
	wrap::{known, simulate::Carried, Layout},
	KeyError, VerifyError,
};
use rand::{rngs::StdRng, Rng, SeedableRng};

#[test]
fn valid_proofs_of_every_version() {
	let mut ways = Ways::new();
	let roots = [[1; 32], [2; 32]];
	let sp1_v6 = Layout::Sp1V6 { vk_roots: roots.to_vec(), exit_codes: vec![0, 3] };
	let carried = |exit_code, vk_root| Carried { exit_code, vk_root, nonce: [7; 32] };
	let risc0 = Layout::Risc0 { control_root: [0xab; 32], control_id: [0x0c; 32] };
	let simulated = [
		(Layout::Sp1V4, Carried::default()),
		(sp1_v6.clone(), carried(0, roots[0])),
		(sp1_v6, carried(3, roots[1])),
		(risc0, Carried::default()),
	];
	let simulated = simulated.map(|(layout, carried)| Sample::simulated_wrap(layout, 5, carried));
	for sample in Sample::wrapped().chain(simulated) {
		assert_eq!(ways.prepare_entry(&sample.key).as_ref(), Ok(&sample.prepared));
		assert_eq!(ways.verify(&sample.claim()), Ok(()), "{}", sample.name);
	}
}

/// Versions of which there is no proof here are prepared alike.
#[test]
fn every_known_version_is_prepared_alike() {
	let mut ways = Ways::new();
	for known in known::ALL {
		assert!(ways.prepare_entry(&known.entry().to_bytes()).is_ok());
	}
}

#[test]
fn bits_of_every_part() {
	let mut ways = Ways::new();
	for sample in Sample::wrapped() {
		let name = sample.name;
		let mut refuses = |changed: Sample, what: &str, bit| {
			assert!(ways.verify(&changed.claim()).is_err(), "bit {bit} of the {what} of {name}");
		};
		for bit in (0..sample.proof.len() * 8).step_by(13) {
			let proof = flip(&sample.proof, bit);
			refuses(Sample { proof, ..sample.clone() }, "proof", bit);
		}
		for bit in (0..256).step_by(11) {
			let program_key = flip(&sample.program_key, bit).try_into().unwrap();
			refuses(Sample { program_key, ..sample.clone() }, "program key", bit);
		}
		for bit in (0..sample.statement.len() * 8).step_by(31) {
			let statement = flip(&sample.statement, bit);
			refuses(Sample { statement, ..sample.clone() }, "public values", bit);
		}
		// Header and lists.
		for bit in 0..7 * 8 {
			let prepared = flip(&sample.prepared, bit);
			refuses(Sample { prepared, ..sample.clone() }, "prepared entry", bit);
		}
	}
}

#[test]
fn bits_of_entries() {
	let mut rng = StdRng::seed_from_u64(34);
	let mut ways = Ways::new();
	for sample in Sample::wrapped() {
		for bit in
			(0..48 * 8).step_by(3).chain((0..40).map(|_| rng.gen_range(0..sample.key.len() * 8)))
		{
			if let Ok(prepared) = ways.prepare_entry(&flip(&sample.key, bit)) {
				// Nothing but the name of the version is without meaning.
				let same = prepared == sample.prepared;
				let verdict = ways.verify(&Sample { prepared, ..sample.clone() }.claim());
				assert!(!same || verdict.is_ok());
			}
		}
		for length in [0, 1, 5, sample.key.len() - 1] {
			let error = ways.prepare_entry(&sample.key[..length]).unwrap_err();
			assert_eq!(error, KeyError::MalformedEntry);
		}
	}
}

#[test]
fn proofs_under_another_version() {
	let mut ways = Ways::new();
	let samples: Vec<_> = Sample::wrapped().collect();
	for sample in &samples {
		for other in samples.iter().filter(|other| other.name != sample.name) {
			let mut mixed = Sample { prepared: other.prepared.clone(), ..sample.clone() };
			assert_eq!(ways.verify(&mixed.claim()), Err(VerifyError::UnknownSelector));
			mixed.proof[..4].copy_from_slice(&other.proof[..4]);
			assert!(ways.verify(&mixed.claim()).is_err());
		}
	}
}
