// SPDX-License-Identifier: Apache-2.0
//! A proof with any one bit changed is rejected, for a reason, at the prover's cost alone.

use crate::helpers::*;
use frame_support::{
	assert_ok,
	storage::{with_transaction, TransactionOutcome},
};
use pallet_attestation::{Event, RejectReason};
use proofyard_market::*;
use proofyard_primitives::ProofData;
use proofyard_verifier::VerifyError;
use sp_runtime::DispatchError;

/// Submit `tampered` for a fresh task, check who pays, and undo it all. Returns why it was rejected.
fn verdict_on(tampered: ProofData) -> VerifyError {
	let mut verdict = None;
	let undone = with_transaction(|| {
		System::reset_events();
		let requester = (free(REQUESTER), escrowed(REQUESTER));
		let prover = free(PROVER);
		assert_ok!(include(submission(7, PROVER, tampered)).unwrap());
		assert_eq!((free(REQUESTER), escrowed(REQUESTER)), requester);
		assert_eq!(free(PROVER), prover);
		assert_eq!(staked(PROVER), STAKE - VERIFICATION_FEE);
		assert_eq!(reserved_bond(PROVER), BOND - VERIFICATION_FEE);
		assert_eq!(attempt(7, PROVER).rejections, 1);
		verdict = System::events().into_iter().find_map(|record| match record.event {
			RuntimeEvent::Attestation(Event::ProofRejected {
				task: 7,
				prover: PROVER,
				attempt: 0,
				reason: RejectReason::Refused(error),
				charged: VERIFICATION_FEE,
			}) => Some(error),
			_ => None,
		});
		TransactionOutcome::Rollback(Ok::<(), DispatchError>(()))
	});
	assert_ok!(undone);
	Burnt::set(0);
	verdict.expect("a tampered proof is rejected with a typed reason")
}

#[test]
fn any_bit_of_the_proof() {
	build_and_execute(|| {
		assign(7, PROVER);
		for bit in 0..proof().proof.len() * 8 {
			let error = verdict_on(bad_proof(bit));
			assert!(
				matches!(
					error,
					VerifyError::ProofNotInField
						| VerifyError::ProofNotOnCurve
						| VerifyError::ProofNotInSubgroup
				),
				"bit {bit}: {error:?}"
			);
		}
		assert_ok!(include(submission(7, PROVER, proof())).unwrap());
		assert_eq!(free(PROVER), ENDOWMENT - STAKE + PRICE);
	});
}

#[test]
fn any_bit_of_a_public_input() {
	build_and_execute(|| {
		assign(7, PROVER);
		for bit in 0..256 {
			let mut tampered = proof();
			tampered.public_values[bit / 8] ^= 1 << (bit % 8);
			let error = verdict_on(tampered);
			assert!(
				matches!(error, VerifyError::PairingMismatch | VerifyError::PublicInputNotInField),
				"bit {bit}: {error:?}"
			);
		}
	});
}

#[test]
fn a_public_input_more_or_less() {
	build_and_execute(|| {
		assign(7, PROVER);
		let mut more = proof();
		more.public_values.try_append(&mut vec![0; 32]).unwrap();
		assert_eq!(verdict_on(more), VerifyError::WrongPublicInputCount);
		let mut less = proof();
		less.public_values.clear();
		assert_eq!(verdict_on(less), VerifyError::WrongPublicInputCount);
	});
}
