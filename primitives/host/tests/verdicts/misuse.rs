// SPDX-License-Identifier: Apache-2.0

//! Calls that no pallet makes, but a runtime that is newer or older than its node might.

use crate::{
	cases::Sample,
	change::change,
	module::{Module, Way},
};
use proofyard_host::{verification, MAX_BATCH, SUCCESS};
use proofyard_verifier::{KeyError, ProofSystem, VerifyError};
use rand::{rngs::StdRng, SeedableRng};

#[test]
fn systems_that_nobody_knows() {
	let mut host = Module::load(Way::Host);
	let mut pure = Module::load(Way::Pure);
	let Sample { key, prepared, statement, proof, .. } = Sample::gnark();
	let length = prepared.len();
	let key_error = u32::from(KeyError::UnsupportedSystem.code());
	let error = u32::from(VerifyError::UnsupportedSystem.code());
	for system in [ProofSystem::ALL.len() as u8, 255] {
		for module in [&mut host, &mut pure] {
			assert_eq!(module.prepare_key(system.into(), &key, length).0, key_error);
			assert_eq!(module.verify(system.into(), &prepared, &statement, &proof), error);
		}
		let mut out = vec![0; length];
		assert_eq!(verification::prepare_key(system, &key, &mut out), key_error);
		assert_eq!(verification::verify(system, &prepared, &statement, &proof), error);
	}
}

#[test]
fn output_of_a_wrong_length() {
	let error = u32::from(KeyError::WrongOutputLength.code());
	let plain = Sample::gnark();
	for wrong in [0, plain.prepared.len() - 1, plain.prepared.len() + 1] {
		let mut out = vec![0; wrong];
		let system = ProofSystem::Groth16Bn254.index();
		assert_eq!(verification::prepare_key(system, &plain.key, &mut out), error);
	}
	for sample in Sample::wrapped() {
		for wrong in [0, sample.prepared.len() - 1, sample.prepared.len() + 1] {
			let mut out = vec![0; wrong];
			assert_eq!(verification::prepare_wrapping_key(&sample.key, &mut out), error);
		}
	}
}

/// A batch of two claims under one key, as the crate's page prescribes it, and where its parts are.
fn batch() -> (Vec<u8>, [usize; 4]) {
	let sample = Sample::gnark();
	let bytes = |bytes: &[u8]| {
		assert!((64..1 << 14).contains(&bytes.len()) || bytes.len() < 64);
		let mut out = match bytes.len() {
			short @ 0..64 => vec![(short as u8) << 2],
			long => ((long as u16) << 2 | 1).to_le_bytes().to_vec(),
		};
		out.extend(bytes);
		out
	};
	let keys = [&[1 << 2][..], &bytes(&sample.prepared)].concat();
	let plain = [&[0, 0, 0][..], &bytes(&sample.statement), &bytes(&sample.proof)].concat();
	let count = keys.len();
	let (first, second) = (count + 1, count + 1 + plain.len());
	let batch = [&keys[..], &[2 << 2], &plain, &plain].concat();
	(batch, [0, count, first, second])
}

fn verdicts(batch: &[u8], count: usize) -> (u32, Vec<u8>) {
	let mut verdicts = vec![0xee; count];
	let status = verification::verify_batch(batch, &mut verdicts);
	(status, verdicts)
}

#[test]
fn a_batch_by_hand() {
	assert_eq!(verdicts(&batch().0, 2), (SUCCESS, vec![0, 0]));
}

#[test]
fn a_batch_with_a_system_that_the_node_does_not_know() {
	let (mut batch, [.., second]) = batch();
	batch[second + 1] = 0xff;
	let unknown = VerifyError::UnsupportedSystem.code();
	assert_eq!(verdicts(&batch, 2), (SUCCESS, vec![0, unknown]));
}

#[test]
fn malformed_batches() {
	let (batch, [keys, count, first, second]) = batch();
	let with = |at: usize, byte: u8| {
		let mut changed = batch.clone();
		changed[at] = byte;
		changed
	};
	let longer = |end: &[u8]| [&batch[..], end].concat();
	let too_many = {
		// As many claims as a batch may have, and one more.
		let mut many = batch[..count].to_vec();
		many.extend((((MAX_BATCH + 1) << 2 | 1) as u16).to_le_bytes());
		for _ in 0..=MAX_BATCH {
			many.extend(&batch[first..second]);
		}
		many
	};
	let unused_key = {
		let mut more = vec![2 << 2];
		more.extend(&batch[1..count]);
		more.push(0);
		more.extend(&batch[count..]);
		more
	};
	let malformed: Vec<(Vec<u8>, usize)> = vec![
		(vec![], 0),
		(vec![0], 0),
		(vec![0, 0, 0], 0),
		(batch.clone(), 0),
		(batch.clone(), 1),
		(batch.clone(), 3),
		(longer(&[0]), 2),
		(longer(&batch[first..second]), 2),
		(batch[..batch.len() - 1].to_vec(), 2),
		(with(keys, 2 << 2), 2),
		(with(keys, 0), 2),
		(with(count, 3 << 2), 2),
		(with(count, 1 << 2), 2),
		(with(first, 2), 2),
		(with(first + 2, 1), 2),
		(with(second + 2, 1), 2),
		(with(second + 2, 0xff), 2),
		(too_many, MAX_BATCH as usize + 1),
		(unused_key, 2),
	];
	let error = u32::from(VerifyError::MalformedBatch.code());
	for (position, (bytes, count)) in malformed.iter().enumerate() {
		assert_eq!(verdicts(bytes, *count), (error, vec![0xee; *count]), "{position}");
	}
	for length in 0..batch.len() {
		assert_eq!(verdicts(&batch[..length], 2).0, error);
	}
}

/// Whatever the bytes, there is an answer.
#[test]
fn random_batches() {
	let mut rng = StdRng::seed_from_u64(36);
	let (batch, _) = batch();
	for _ in 0..3000 {
		let changed = change(&mut rng, &batch);
		let (status, verdicts) = verdicts(&changed, 2);
		if status == SUCCESS {
			assert!(changed == batch || verdicts.iter().any(|verdict| *verdict != 0));
		} else {
			assert_eq!(status, u32::from(VerifyError::MalformedBatch.code()));
		}
	}
}
