// SPDX-License-Identifier: Apache-2.0
//! Proofs that are verified together: the verdicts are those of one by one.

use super::vectors::*;
use crate::mock::*;
use frame_support::assert_ok;
use proofyard_primitives::{limits::MAX_BATCH, traits::Programs as _, ProgramId, ProofData};
use proofyard_verifier::VerifyError;
use proptest::prelude::*;

type Verdict = Option<Result<(), VerifyError>>;
type Case = (ProgramId, ProofData);

/// Proofs of all systems, good ones and bad ones of many kinds, of programs and versions that are there
/// and of others.
fn cases() -> Vec<Case> {
	let mut cases = Vec::new();
	for vector in Vector::circuits().into_iter().chain(Vector::zkvms()) {
		let program = vector.set_up();
		let bits = 8 * vector.data.proof.len();
		let mut values = vector.data.public_values.to_vec();
		let last = values.len() - 1;
		values[last] ^= 1;
		cases.push((program, vector.data.clone()));
		cases.push((program, vector.with_bit_changed(bits - 1)));
		cases.push((program, vector.for_values(&values)));
		cases.push((program, vector.for_values(&[])));
		cases.push((program, vector.for_values(&[0xff; 96])));
		cases.push((program, data(&vector.data.proof[..40], &vector.data.public_values)));
		cases.push((program, vector.with_bit_changed(3)));
		cases.push((ProgramId::zero(), vector.data.clone()));
		if vector.system.is_wrapped() {
			let mut key = vector.key.clone();
			key[31] ^= 2;
			cases.push((register_key(vector.system, &key), vector.data.clone()));
		}
	}
	// One version that nobody registered, and one that is off.
	let [first, second, ..] = Vector::withdrawn();
	cases.push((first.register(), first.data));
	cases.push((second.set_up(), second.data.clone()));
	assert_ok!(Programs::set_version_enabled(
		RuntimeOrigin::root(),
		second.system,
		second.selector(),
		false
	));
	cases
}

fn one_by_one(cases: &[Case]) -> Vec<Verdict> {
	cases.iter().map(|(program, proof)| Programs::verify(program, proof)).collect()
}

fn together(cases: &[Case]) -> Vec<Verdict> {
	let proofs: Vec<_> = cases.iter().map(|(program, proof)| (*program, proof)).collect();
	Programs::verify_batch(&proofs)
}

#[test]
fn there_are_verdicts_of_all_kinds() {
	build_and_execute(|| {
		let verdicts = one_by_one(&cases());
		let count =
			|wanted: fn(&Verdict) -> bool| verdicts.iter().filter(|one| wanted(one)).count();
		assert_eq!(count(|one| *one == Some(Ok(()))), 7);
		assert!(count(|one| matches!(one, Some(Err(_)))) > 30);
		// Seven of no program, four of no selector, and two of no version.
		assert_eq!(count(Option::is_none), 13);
		for error in [
			VerifyError::PairingMismatch,
			VerifyError::ProofNotOnCurve,
			VerifyError::WrongProofLength,
			VerifyError::WrongPublicInputCount,
			VerifyError::PublicInputNotInField,
		] {
			assert!(verdicts.contains(&Some(Err(error))), "{error:?}");
		}
	});
}

#[test]
fn all_together_are_what_they_are_one_by_one() {
	build_and_execute(|| {
		let mut cases = cases();
		assert!(cases.len() > 60);
		assert_eq!(together(&cases), one_by_one(&cases));
		cases.reverse();
		assert_eq!(together(&cases), one_by_one(&cases));
	});
}

#[test]
fn of_nothing_are_none() {
	build_and_execute(|| assert_eq!(together(&[]), []));
}

#[test]
fn one_bad_proof_is_found_wherever_it_is() {
	build_and_execute(|| {
		let vector = Vector::semaphore();
		let program = vector.register();
		let mut values = vector.data.public_values.to_vec();
		values[31] ^= 1;
		let bad = (program, vector.for_values(&values));
		for place in 0..MAX_BATCH as usize {
			let mut cases = vec![(program, vector.data.clone()); MAX_BATCH as usize];
			cases[place] = bad.clone();
			let verdicts = together(&cases);
			for (index, verdict) in verdicts.into_iter().enumerate() {
				let expected =
					if index == place { Err(VerifyError::PairingMismatch) } else { Ok(()) };
				assert_eq!(verdict, Some(expected), "{place} {index}");
			}
		}
	});
}

#[test]
fn there_may_be_more_than_fit_a_call_of_the_node() {
	build_and_execute(|| {
		let vector = Vector::gnark();
		let program = vector.register();
		let count = 2 * MAX_BATCH as usize + 1;
		let mut cases = vec![(program, vector.data.clone()); count];
		cases[count - 1].0 = ProgramId::zero();
		let mut expected = vec![Some(Ok(())); count - 1];
		expected.push(None);
		assert_eq!(together(&cases), expected);
	});
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

	#[test]
	fn any_of_them_are_what_they_are_one_by_one(
		picks in prop::collection::vec(any::<prop::sample::Index>(), 0..MAX_BATCH as usize),
	) {
		build_and_execute(|| {
			let all = cases();
			let picked: Vec<_> = picks.iter().map(|pick| pick.get(&all).clone()).collect();
			assert_eq!(together(&picked), one_by_one(&picked));
		});
	}
}
