// SPDX-License-Identifier: Apache-2.0

//! Many proofs of many systems in one call: the verdicts are those of single calls.

mod common;

use common::*;
use proofyard_verifier::{verify, verify_batch, wrap, Claim, ProofSystem, VerifyError};
use rand::{rngs::StdRng, Rng, SeedableRng};

/// Owned parts of a claim.
#[derive(Clone)]
enum Owned {
	Plain(Sample, Vec<u8>),
	Wrapped(Wrapped),
}

impl Owned {
	fn claim(&self) -> Claim<'_> {
		match self {
			Self::Plain(sample, prepared) => Claim::Plain {
				system: sample.system,
				prepared,
				public_inputs: &sample.public,
				proof: &sample.proof,
			},
			Self::Wrapped(sample) => Claim::Wrapped {
				prepared: &sample.prepared,
				program_key: &sample.program_key,
				public_values: &sample.public_values,
				proof: &sample.proof,
			},
		}
	}

	fn single(&self) -> Result<(), VerifyError> {
		match self.claim() {
			Claim::Plain { system, prepared, public_inputs, proof } => {
				verify(system, prepared, public_inputs, proof)
			}
			Claim::Wrapped { prepared, program_key, public_values, proof } => {
				wrap::verify(prepared, program_key, public_values, proof)
			}
		}
	}

	/// Spoils one byte of the proof, of what it proves or of the prepared key.
	fn spoil(&mut self, rng: &mut StdRng) {
		let part = rng.gen_range(0..8);
		let bytes: &mut [u8] = match self {
			Self::Plain(_, prepared) if part == 0 => prepared,
			Self::Plain(sample, _) if part < 4 && !sample.public.is_empty() => &mut sample.public,
			Self::Plain(sample, _) => &mut sample.proof,
			Self::Wrapped(sample) if part == 0 => &mut sample.prepared,
			Self::Wrapped(sample) if part == 1 => &mut sample.program_key,
			Self::Wrapped(sample) if part < 4 => &mut sample.public_values,
			Self::Wrapped(sample) => &mut sample.proof,
		};
		let position = rng.gen_range(0..bytes.len());
		bytes[position] ^= 1 << rng.gen_range(0..8);
	}
}

/// Valid claims of every system, several under the same key.
fn claims() -> Vec<Owned> {
	let mut rng = StdRng::seed_from_u64(40);
	let plain = [
		Sample::gnark(),
		Sample::snarkjs_bls(),
		Sample::fresh(0, &mut rng),
		Sample::fresh(3, &mut rng),
		Sample::fresh_bls(1, &mut rng),
		Sample::gnark(),
	];
	plain
		.into_iter()
		.map(|sample| {
			let prepared = sample.prepared();
			Owned::Plain(sample, prepared)
		})
		.chain(Wrapped::vectors().map(|(_, sample)| Owned::Wrapped(sample)))
		.collect()
}

fn check(owned: &[Owned]) -> Vec<Result<(), VerifyError>> {
	let claims: Vec<_> = owned.iter().map(Owned::claim).collect();
	let verdicts = verify_batch(&claims);
	let single: Vec<_> = owned.iter().map(Owned::single).collect();
	assert_eq!(verdicts, single);
	assert_eq!(verdicts, verify_batch(&claims), "the same verdicts every time");
	verdicts
}

#[test]
fn nothing_to_verify() {
	assert_eq!(verify_batch(&[]), []);
}

#[test]
fn valid_proofs_of_all_systems() {
	let claims = claims();
	assert!(check(&claims).iter().all(Result::is_ok));
	for claim in claims {
		assert_eq!(check(&[claim]), [Ok(())]);
	}
}

/// Any number of spoilt proofs anywhere: the batch says of each what a single call says.
#[test]
fn spoilt_proofs_of_all_systems() {
	let mut rng = StdRng::seed_from_u64(41);
	let valid = claims();
	for _ in 0..25 {
		let mut claims = valid.clone();
		let share = rng.gen_range(0.0..0.7);
		for claim in &mut claims {
			if rng.gen_bool(share) {
				claim.spoil(&mut rng);
			}
		}
		let from = rng.gen_range(0..claims.len());
		claims.rotate_left(from);
		check(&claims);
	}
}

/// However the work is split: nothing of it shows.
#[test]
fn any_number_of_cores() {
	let mut rng = StdRng::seed_from_u64(42);
	let mut claims = claims();
	claims.extend(claims.clone());
	for bad in [0, 1, 20] {
		(0..bad).for_each(|_| {
			let position = rng.gen_range(0..claims.len());
			claims[position].spoil(&mut rng);
		});
		let verdicts = check(&claims);
		for cores in [1, 2, 3, 16] {
			let pool = rayon::ThreadPoolBuilder::new().num_threads(cores).build().unwrap();
			assert_eq!(pool.install(|| check(&claims)), verdicts, "{cores} cores");
		}
	}
}

/// A corrupt key, which no chain stores, spoils the verdicts under that key alone.
#[test]
fn corrupt_keys_among_sound_ones() {
	let sample = Sample::gnark();
	let prepared = sample.prepared();
	for corrupt in (4..prepared.len()).step_by(61) {
		let mut other = prepared.clone();
		other[corrupt] ^= 1;
		let claims: Vec<_> = (0..20)
			.map(|position| {
				let prepared = if position % 3 == 0 { &other } else { &prepared };
				Owned::Plain(sample.clone(), prepared.clone())
			})
			.collect();
		for (position, verdict) in check(&claims).into_iter().enumerate() {
			assert_eq!(verdict.is_err(), position % 3 == 0, "byte {corrupt}, claim {position}");
		}
	}
}

/// Proofs that are well formed and wrong reach the combined equation and are found there.
#[test]
fn proofs_of_other_statements() {
	let valid = claims();
	for (position, claim) in valid.iter().enumerate() {
		let mut claims = valid.clone();
		match &mut claims[position] {
			Owned::Plain(sample, _) if sample.public.is_empty() => continue,
			Owned::Plain(sample, _) => *sample.public.last_mut().unwrap() ^= 1,
			Owned::Wrapped(sample) => sample.public_values.push(0),
		}
		let verdicts = check(&claims);
		for (other, verdict) in verdicts.iter().enumerate() {
			let expected =
				if other == position { Err(VerifyError::PairingMismatch) } else { Ok(()) };
			assert_eq!(*verdict, expected);
		}
		assert_eq!(claim.single(), Ok(()));
	}
}

#[test]
fn systems_with_wrapping_keys_are_no_plain_ones() {
	let sample = Wrapped::vector("sp1-groth16-v4");
	let claim = Claim::Plain {
		system: ProofSystem::Sp1Groth16,
		prepared: &sample.prepared,
		public_inputs: &sample.public_values,
		proof: &sample.proof,
	};
	assert_eq!(verify_batch(&[claim]), [Err(VerifyError::NeedsWrappingKey)]);
}
