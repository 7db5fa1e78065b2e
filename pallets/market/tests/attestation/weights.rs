// SPDX-License-Identifier: Apache-2.0
//! Weights that submissions are said to cost before, and that they are charged after.

use crate::helpers::*;
use frame_support::{
	dispatch::{DispatchResultWithPostInfo, GetDispatchInfo},
	traits::Authorize,
	weights::Weight,
};
use frame_system::RawOrigin;
use pallet_attestation::{Call, WeightInfo};
use proofyard_market::*;
use proofyard_primitives::{
	limits::MAX_BATCH, proof_commitment, traits::Programs as _, ProofData, TaskId,
};

/// Weights that a call is promised and charged.
#[derive(Clone, Copy, Debug)]
struct Cost {
	before: Weight,
	after: Weight,
}

/// Dispatch a call: it is never charged more than it was said to cost.
fn cost(call: Call<Test>) -> Cost {
	let before = call.get_dispatch_info().call_weight;
	let origin = RawOrigin::Authorized.into();
	let result: DispatchResultWithPostInfo = match call {
		Call::submit_proof { task, attempt, prover, proof, signature } => {
			Attestation::submit_proof(origin, task, attempt, prover, proof, signature)
		}
		Call::submit_proofs { prover, submissions, signature } => {
			Attestation::submit_proofs(origin, prover, submissions, signature)
		}
		Call::reveal { task, proof } => {
			Attestation::reveal(RuntimeOrigin::signed(RIVAL), task, proof)
		}
		_ => unreachable!(),
	};
	let after = result.unwrap().actual_weight.expect("it says what it was");
	assert!(after.all_lte(before), "{after} was said to be {before}");
	Cost { before, after }
}

/// Cost of a batch of this many tasks, of which some proofs are bad.
fn batch_cost(count: TaskId, bad: TaskId) -> Cost {
	let mut found = None;
	build_and_execute(|| {
		ample(PROVER);
		(0..count).for_each(|task| assign(task, PROVER));
		let proofs: Vec<(TaskId, ProofData)> = (0..count)
			.map(|task| (task, if task < bad { bad_proof(0) } else { proof() }))
			.collect();
		found = Some(cost(batch(PROVER, &proofs)));
	});
	found.unwrap()
}

#[test]
fn a_batch_is_refunded_and_most_of_all_one_of_good_proofs() {
	for count in [1, 2, 9, TaskId::from(MAX_BATCH)] {
		let good = batch_cost(count, 0);
		assert!(good.after.ref_time() < good.before.ref_time(), "{count}");
		let bad = batch_cost(count, 1);
		assert_eq!(good.before, bad.before);
		let verified = |cost: Cost, good: TaskId| {
			// Without what follows from the verdicts.
			let rest = <() as WeightInfo>::submit_proof(1) * good
				+ <() as WeightInfo>::submit_rejected().max(<() as WeightInfo>::fail(1))
					* (count - good);
			cost.after.checked_sub(&rest).unwrap().ref_time()
		};
		assert!(verified(good, count) < verified(bad, count - 1), "{count}");
	}
}

#[test]
fn a_full_batch_costs_less_than_its_proofs_one_by_one() {
	let count = TaskId::from(MAX_BATCH);
	let together = batch_cost(count, 0).after;
	let mut alone = Weight::zero();
	build_and_execute(|| {
		ample(PROVER);
		(0..count).for_each(|task| {
			assign(task, PROVER);
			alone += cost(submission(task, PROVER, proof())).after;
		});
	});
	assert!(together.ref_time() < alone.ref_time());
}

#[test]
fn what_is_skipped_is_paid_for_and_no_more() {
	build_and_execute(|| {
		(7..10).for_each(|task| assign(task, PROVER));
		let all: Vec<_> = (7..10).map(|task| (task, proof())).collect();
		let call = batch(PROVER, &all);
		include(call.clone()).unwrap().unwrap();
		let nothing = cost(call);
		let empty = Programs::batch_weight(&[], true);
		assert_eq!(nothing.after, <() as WeightInfo>::submit_rejected() * 3 + empty);
	});
}

#[test]
fn a_submission_is_refunded_what_its_system_and_its_attempts_cost_less() {
	build_and_execute(|| {
		assign(7, PROVER);
		let verified = Programs::verify_weight(market().system, &proof());
		let rejected = cost(submission(7, PROVER, bad_proof(0)));
		let follows = <() as WeightInfo>::submit_rejected().max(<() as WeightInfo>::fail(1));
		assert_eq!(rejected.after, verified + follows);
		let good = cost(submission(7, PROVER, proof()));
		assert_eq!(good.after, verified + <() as WeightInfo>::submit_proof(1));
		assert!(good.after.ref_time() < good.before.ref_time());
	});
}

#[test]
fn a_reveal_is_refunded_too() {
	for (proof, attempts) in [(proof(), 2), (bad_proof(0), 1)] {
		build_and_execute(|| {
			assign(7, PROVER);
			run_to(1 + SOFT + 1);
			let commitment = proof_commitment(7, &RIVAL, &proof);
			Attestation::announce(RuntimeOrigin::signed(RIVAL), 7, commitment).unwrap();
			run_to(1 + SOFT + 2);
			let revealed = cost(Call::reveal { task: 7, proof: proof.clone() });
			let verified = Programs::verify_weight(market().system, &proof);
			assert_eq!(revealed.after, verified + <() as WeightInfo>::reveal(attempts));
			assert!(revealed.after.ref_time() < revealed.before.ref_time());
		});
	}
}

#[test]
fn looking_at_a_batch_in_the_pool_costs_as_much_as_looking_at_each() {
	build_and_execute(|| {
		(7..10).for_each(|task| assign(task, PROVER));
		let weight = |call: Call<Test>| RuntimeCall::from(call).weight_of_authorize();
		let one = weight(submission(7, PROVER, proof()));
		let proofs: Vec<_> = (7..10).map(|task| (task, proof())).collect();
		assert_eq!(weight(batch(PROVER, &proofs)), one * 3);
	});
}

#[test]
fn more_public_values_are_said_to_cost_more() {
	build_and_execute(|| {
		let mut wide = proof();
		wide.public_values = vec![0; 4_096].try_into().unwrap();
		let before = |call: Call<Test>| call.get_dispatch_info().call_weight.ref_time();
		assert!(
			before(submission(7, PROVER, wide.clone())) > before(submission(7, PROVER, proof()))
		);
		let reveal = |proof: ProofData| before(Call::reveal { task: 7, proof });
		assert!(reveal(wide.clone()) > reveal(proof()));
		assert!(before(batch(PROVER, &[(7, wide)])) > before(batch(PROVER, &[(7, proof())])));
	});
}
