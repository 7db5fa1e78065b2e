// SPDX-License-Identifier: Apache-2.0

//! Many proofs in one call.

use crate::{cases::Sample, ways::Ways};
use proofyard_host::{verification, MAX_BATCH, SUCCESS};
use proofyard_verifier::{groth16_bn254, Claim, ProofSystem, VerifyError};
use rand::{rngs::StdRng, Rng, SeedableRng};

fn claims(samples: &[Sample]) -> Vec<Claim<'_>> {
	samples.iter().map(Sample::claim).collect()
}

#[test]
fn nothing_to_verify() {
	assert_eq!(Ways::new().verify_batch(&[]), []);
	assert_eq!(verification::verify_batch(&[0, 0], &mut []), SUCCESS);
}

#[test]
fn valid_proofs_of_all_systems() {
	let mut ways = Ways::new();
	let samples = Sample::all();
	assert!(ways.verify_batch(&claims(&samples)).iter().all(Result::is_ok));
	for sample in &samples {
		assert_eq!(ways.verify_batch(&[sample.claim()]), [Ok(())]);
	}
}

/// The same key may come as one and the same memory or as equal bytes.
#[test]
fn claims_under_shared_keys() {
	let mut ways = Ways::new();
	let [one, other] = [Sample::gnark(), Sample::snarkjs_bls()];
	let copy = one.clone();
	let claims = [one.claim(), one.claim(), other.claim(), copy.claim(), other.claim()];
	assert_eq!(ways.verify_batch(&claims), [Ok(()); 5]);
}

#[test]
fn spoilt_proofs_of_all_systems() {
	let mut rng = StdRng::seed_from_u64(35);
	let mut ways = Ways::new();
	let valid = Sample::all();
	for _ in 0..12 {
		let mut samples = valid.clone();
		let share = rng.gen_range(0.0..0.7);
		for sample in &mut samples {
			if rng.gen_bool(share) {
				sample.part(rng.gen_range(0..6)).change(&mut rng);
			}
		}
		let from = rng.gen_range(0..samples.len());
		samples.rotate_left(from);
		ways.verify_batch(&claims(&samples));
	}
}

/// One batch is as long as one may be, the other takes two calls.
#[test]
fn long_batches() {
	let mut ways = Ways::new();
	let samples = groth16_bn254::simulate::simulate_many(2, 3, MAX_BATCH + 3);
	let system = ProofSystem::Groth16Bn254;
	let prepared = proofyard_verifier::prepare_key(system, &samples[0].key).unwrap();
	let mut claims: Vec<_> = samples
		.iter()
		.map(|sample| Claim::Plain {
			system,
			prepared: &prepared,
			public_inputs: &sample.public_inputs,
			proof: &sample.proof,
		})
		.collect();
	let mut verdicts = vec![Ok(()); claims.len()];
	ways.verify_batch_as(&claims[..MAX_BATCH as usize], &verdicts[..MAX_BATCH as usize]);
	// Proofs of something else in both calls.
	for position in [10, MAX_BATCH as usize + 1] {
		let Claim::Plain { proof, .. } = &mut claims[position] else { unreachable!() };
		*proof = &samples[20].proof;
		verdicts[position] = Err(VerifyError::PairingMismatch);
	}
	ways.verify_batch_as(&claims, &verdicts);
}

#[test]
fn systems_with_wrapping_keys_are_no_plain_ones() {
	let sample = Sample::wrapped().next().unwrap();
	let sample = Sample { system: Some(ProofSystem::Sp1Groth16), ..sample };
	assert_eq!(Ways::new().verify_batch(&[sample.claim()]), [Err(VerifyError::NeedsWrappingKey)]);
}
