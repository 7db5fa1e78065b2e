// SPDX-License-Identifier: Apache-2.0
//! Effects of a proof on its task, and on everybody's money.

use crate::helpers::*;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use pallet_attestation::{Call, Error, Event, Live, LiveOf, RejectReason};
use pallet_settlement::{Event as SettlementEvent, Outcomes, Proofs};
use proofyard_market::*;
use proofyard_primitives::{
	traits::Provers as _, AttemptState, Ending, FailureReason, Outcome, TaskKind,
};
use proofyard_verifier::VerifyError;
use sp_core::H256;
use sp_runtime::DispatchError;

fn deliver(proof: proofyard_primitives::ProofData) {
	assert_ok!(include(submission(7, PROVER, proof)).unwrap());
}

/// Refusal of a proof whose last bit is flipped: the point is off the curve.
const OFF_CURVE: RejectReason = RejectReason::Refused(VerifyError::ProofNotOnCurve);

mod a_good_proof {
	use super::*;

	#[test]
	fn settles_and_pays_in_the_same_block() {
		build_and_execute(|| {
			assign(7, PROVER);
			assert_eq!(free(REQUESTER), ENDOWMENT - PRICE);
			assert_eq!(escrowed(REQUESTER), PRICE);
			assert_eq!(reserved_bond(PROVER), BOND);

			deliver(proof());

			assert_eq!(free(REQUESTER), ENDOWMENT - PRICE);
			assert_eq!(escrowed(REQUESTER), 0);
			assert_eq!(free(PROVER), ENDOWMENT - STAKE + PRICE);
			assert_eq!(staked(PROVER), STAKE);
			assert_eq!(Burnt::get(), 0);
			System::assert_has_event(
				Event::ProofVerified {
					task: 7,
					prover: PROVER,
					attempt: 0,
					program: program(),
					public_values: H256(sp_io::hashing::sha2_256(&proof().public_values)),
					proof: H256(sp_io::hashing::blake2_256(&proof().proof)),
				}
				.into(),
			);
			System::assert_has_event(
				SettlementEvent::TaskSettled {
					task: 7,
					requester: REQUESTER,
					prover: PROVER,
					paid: PRICE,
					fee: 0,
				}
				.into(),
			);
		});
	}

	#[test]
	fn frees_what_the_attempt_had_reserved_and_counts_for_the_prover() {
		build_and_execute(|| {
			assign(7, PROVER);
			deliver(proof());
			let record = pallet_provers::Provers::<Test>::get(PROVER).unwrap();
			assert_eq!((record.live, record.reserved, record.committed_ms), (0, 0, 0));
			assert_eq!((record.verified, record.defaulted), (1, 0));
			assert!(!Live::<Test>::contains_key(7));
			assert!(!LiveOf::<Test>::contains_key(PROVER, 7));
			let program = pallet_programs::Programs::<Test>::get(program()).unwrap();
			assert_eq!(program.live_tasks, 0);
		});
	}

	#[test]
	fn shows_how_fast_the_prover_is() {
		build_and_execute(|| {
			assign(7, PROVER);
			run_to(6);
			deliver(proof());
			// 1,000 units in three blocks of six seconds: five, and two for the way.
			assert_eq!(Provers::confirmed_speed(&PROVER, market().speed_class()), Some(55));
			assert_eq!(Provers::calibrations(&PROVER, market().system, market().hardware), 0);
		});
	}

	#[test]
	fn for_a_calibration_task_counts_as_such() {
		build_and_execute(|| {
			let kind = TaskKind::Calibration;
			let spec = proofyard_primitives::TaskSpec { requester: PROVER, kind, ..spec() };
			assign_spec(7, PROVER, spec);
			deliver(proof());
			assert_eq!(Provers::calibrations(&PROVER, market().system, market().hardware), 1);
			assert_eq!(Outcomes::<Test>::get(7).unwrap().kind, kind);
		});
	}

	#[test]
	fn is_kept_with_the_outcome() {
		build_and_execute(|| {
			assign(7, PROVER);
			deliver(proof());
			assert_eq!(Proofs::<Test>::get(7, PROVER), Some(proof()));
			let record = Outcomes::<Test>::get(7).unwrap();
			assert_eq!(record.outcome, Outcome::Settled { prover: PROVER, paid: PRICE });
			assert_eq!((record.assigned_at, record.ended_at), (Some(1), 1));
		});
	}

	#[test]
	fn may_come_after_a_bad_one() {
		build_and_execute(|| {
			assign(7, PROVER);
			deliver(bad_proof(7));
			deliver(proof());
			assert_eq!(free(PROVER), ENDOWMENT - STAKE + PRICE);
			assert_eq!(staked(PROVER), STAKE - VERIFICATION_FEE);
			assert_eq!(reserved_bond(PROVER), 0);
		});
	}

	#[test]
	fn counts_for_a_program_retired_meanwhile() {
		build_and_execute(|| {
			assign(7, PROVER);
			assert_ok!(Programs::retire(RuntimeOrigin::signed(OWNER), program()));
			deliver(proof());
			assert_eq!(free(PROVER), ENDOWMENT - STAKE + PRICE);
			assert!(!pallet_programs::Programs::<Test>::contains_key(program()));
			assert_eq!(free(OWNER), ENDOWMENT);
		});
	}

	#[test]
	fn pays_a_prover_that_ordered_it_itself() {
		build_and_execute(|| {
			let spec = proofyard_primitives::TaskSpec { requester: PROVER, ..spec() };
			assign_spec(7, PROVER, spec);
			deliver(proof());
			assert_eq!(free(PROVER), ENDOWMENT - STAKE);
			assert_eq!(escrowed(PROVER), 0);
		});
	}
}

mod fixed_public_inputs {
	use super::*;
	use proofyard_primitives::{FixedValues, TaskSpec};

	fn assign_fixed(fixed: Vec<Option<[u8; 32]>>) {
		let values = FixedValues::Inputs(fixed.try_into().unwrap());
		assign_spec(7, PROVER, TaskSpec { values, ..spec() });
	}

	#[test]
	fn that_are_met_settle() {
		for fixed in [Some(proof().inputs()[0]), None] {
			build_and_execute(|| {
				assign_fixed(vec![fixed]);
				deliver(proof());
				assert_eq!(free(PROVER), ENDOWMENT - STAKE + PRICE);
			});
		}
	}

	#[test]
	fn that_differ_reject_a_proof_that_is_good_in_itself() {
		build_and_execute(|| {
			let mut other = proof().inputs()[0];
			other[31] ^= 1;
			assign_fixed(vec![Some(other)]);
			deliver(proof());
			System::assert_has_event(
				Event::ProofRejected {
					task: 7,
					prover: PROVER,
					attempt: 0,
					reason: RejectReason::PublicValuesDiffer,
					charged: VERIFICATION_FEE,
				}
				.into(),
			);
			assert_eq!(staked(PROVER), STAKE - VERIFICATION_FEE);
		});
	}

	#[test]
	fn that_are_missing_or_too_many_in_the_proof_are_rejected() {
		build_and_execute(|| {
			assign_fixed(vec![Some(proof().inputs()[0])]);
			let mut none = proof();
			none.public_values = Default::default();
			deliver(none);
			let mut two = proof();
			two.public_values.try_append(&mut vec![0; 32]).unwrap();
			deliver(two);
			let rejections = System::events()
				.into_iter()
				.filter(|record| {
					matches!(
						record.event,
						RuntimeEvent::Attestation(Event::ProofRejected {
							reason: RejectReason::PublicValuesDiffer,
							..
						})
					)
				})
				.count();
			assert_eq!(rejections, 2);
		});
	}
}

mod a_rejected_proof {
	use super::*;

	#[test]
	fn charges_exactly_the_verification_fee_of_the_bond() {
		build_and_execute(|| {
			assign(7, PROVER);
			let requester = (free(REQUESTER), escrowed(REQUESTER));
			deliver(bad_proof(2_047));
			System::assert_has_event(
				Event::ProofRejected {
					task: 7,
					prover: PROVER,
					attempt: 0,
					reason: OFF_CURVE,
					charged: VERIFICATION_FEE,
				}
				.into(),
			);
			System::assert_has_event(
				SettlementEvent::VerificationCharged {
					task: 7,
					prover: PROVER,
					amount: VERIFICATION_FEE,
				}
				.into(),
			);
			assert_eq!(staked(PROVER), STAKE - VERIFICATION_FEE);
			assert_eq!(reserved_bond(PROVER), BOND - VERIFICATION_FEE);
			assert_eq!(free(PROVER), ENDOWMENT - STAKE);
			assert_eq!(Burnt::get(), VERIFICATION_FEE);
			assert_eq!((free(REQUESTER), escrowed(REQUESTER)), requester);
			let attempt = attempt(7, PROVER);
			assert_eq!((attempt.rejections, attempt.bond), (1, BOND - VERIFICATION_FEE));
		});
	}

	#[test]
	fn of_the_wrong_length_is_rejected() {
		build_and_execute(|| {
			assign(7, PROVER);
			let mut short = proof();
			short.proof.pop();
			deliver(short);
			System::assert_has_event(
				Event::ProofRejected {
					task: 7,
					prover: PROVER,
					attempt: 0,
					reason: RejectReason::Refused(VerifyError::WrongProofLength),
					charged: VERIFICATION_FEE,
				}
				.into(),
			);
		});
	}

	#[test]
	fn the_second_time_is_a_default_and_anybody_may_take_over() {
		build_and_execute(|| {
			assign(7, PROVER);
			deliver(bad_proof(0));
			deliver(bad_proof(1));

			let attempt = attempt(7, PROVER);
			assert_eq!(attempt.state, AttemptState::Ended(Ending::Rejected));
			// Two fees of 10 are gone, and the rest is kept until the task has ended.
			assert_eq!((attempt.bond, reserved_bond(PROVER)), (400, 400));
			assert_eq!(staked(PROVER), 1_000_000 - 20);
			let record = pallet_provers::Provers::<Test>::get(PROVER).unwrap();
			assert_eq!((record.live, record.committed_ms), (0, 0));
			assert_eq!((record.verified, record.defaulted), (0, 1));
			assert!(!LiveOf::<Test>::contains_key(PROVER, 7));
			assert!(Live::<Test>::get(7).unwrap().bounty.is_some());

			// Nobody did: 400 slashed, of which a fifth is the requester's.
			run_to(1 + LIFETIME + 1);
			System::assert_has_event(
				SettlementEvent::TaskFailed {
					task: 7,
					requester: REQUESTER,
					prover: PROVER,
					reason: FailureReason::DeadlinePassed,
					refunded: 400,
					compensation: 80,
					slashed: 400,
				}
				.into(),
			);
			assert_eq!(free(REQUESTER), 10_000_080);
			assert_eq!(escrowed(REQUESTER), 0);
			assert_eq!(staked(PROVER), 1_000_000 - 420);
			assert_eq!(Burnt::get(), 340);
			assert!(!Live::<Test>::contains_key(7));
		});
	}

	#[test]
	fn the_second_time_ends_a_calibration_task_and_compensates_nobody() {
		build_and_execute(|| {
			let kind = TaskKind::Calibration;
			let spec = proofyard_primitives::TaskSpec { requester: PROVER, kind, ..spec() };
			assign_spec(7, PROVER, spec);
			deliver(bad_proof(0));
			deliver(bad_proof(1));
			let Outcome::Failed { reason, compensation, .. } =
				Outcomes::<Test>::get(7).unwrap().outcome
			else {
				panic!("nobody else can do it")
			};
			assert_eq!((reason, compensation), (FailureReason::ProofsRejected, 0));
			assert_eq!(free(PROVER), ENDOWMENT - STAKE);
			assert_eq!(staked(PROVER), STAKE - BOND);
			assert_eq!(Burnt::get(), BOND);
			assert!(!Proofs::<Test>::contains_key(7, PROVER));
		});
	}

	#[test]
	fn touches_no_other_task_of_the_prover() {
		build_and_execute(|| {
			assign(7, PROVER);
			assign(8, PROVER);
			deliver(bad_proof(0));
			deliver(bad_proof(1));
			assert_eq!(attempt(8, PROVER).bond, BOND);
			assert_eq!(reserved_bond(PROVER), BOND + 400);
			assert_ok!(include(submission(8, PROVER, proof())).unwrap());
			assert_eq!(free(PROVER), ENDOWMENT - STAKE + PRICE);
		});
	}
}

mod fails_when {
	use super::*;

	fn submit(
		origin: RuntimeOrigin,
		call: Call<Test>,
	) -> frame_support::dispatch::DispatchResultWithPostInfo {
		let Call::submit_proof { task, attempt, prover, proof, signature } = call else {
			unreachable!()
		};
		Attestation::submit_proof(origin, task, attempt, prover, proof, signature)
	}

	#[test]
	fn the_origin_is_not_authorized() {
		build_and_execute(|| {
			assign(7, PROVER);
			for origin in
				[RuntimeOrigin::signed(PROVER), RuntimeOrigin::none(), RuntimeOrigin::root()]
			{
				assert_noop!(
					submit(origin, submission(7, PROVER, proof())),
					DispatchError::BadOrigin
				);
			}
		});
	}

	#[test]
	fn the_task_is_unknown() {
		build_and_execute(|| {
			assert_noop!(
				submit(RawOrigin::Authorized.into(), submission(7, PROVER, proof())),
				Error::<Test>::UnknownTask
			);
		});
	}

	#[test]
	fn the_task_is_anothers() {
		build_and_execute(|| {
			assign(7, PROVER);
			assert_noop!(
				submit(RawOrigin::Authorized.into(), submission(7, RIVAL, proof())),
				Error::<Test>::NotAssignee
			);
		});
	}
}
