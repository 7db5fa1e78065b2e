// SPDX-License-Identifier: Apache-2.0
//! Provers that default time and again: what becomes of what they still have.

use crate::helpers::*;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use pallet_attestation::{Error, Event, Jailed, Live, LiveOf, Refusal, WeightInfo};
use proofyard_market::*;
use proofyard_primitives::{
	limits::MAX_ATTEMPTS, traits::Provers as _, AttemptState, Ending, TaskSpec,
};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

const DEADLINE: BlockNumber = 1 + LIFETIME;

/// Three tasks that [`PROVER`] defaults on in the same block, and one, with a standby, that it has much
/// time for.
fn default_thrice() {
	for task in 0..3 {
		assign(task, PROVER);
	}
	run_to(2);
	let long = TaskSpec { deadline: 60, ..spec() };
	assign_with(7, &[PROVER], &[RIVAL], long);
	Live::<Test>::mutate_extant(7, |live| {
		pallet_attestation::AgendaOf::<Test>::cancel(live.due_at, 7);
		live.attempts[0].soft_deadline = 50;
		live.due_at = pallet_attestation::AgendaOf::<Test>::schedule(51, 7);
	});
	run_to(DEADLINE);
}

#[test]
fn their_attempts_go_to_standbys_at_once() {
	build_and_execute(|| {
		default_thrice();
		assert!(attempt(7, PROVER).is_running());
		run_to(DEADLINE + 1);
		assert!(Provers::is_jailed(&PROVER));
		assert_eq!(attempt(7, PROVER).state, AttemptState::Ended(Ending::Declined));
		assert!(attempt(7, RIVAL).is_running());
		assert_eq!(LiveOf::<Test>::iter_key_prefix(PROVER).count(), 0);
		assert!(!Jailed::<Test>::contains_key(PROVER));
		assert_ok!(include(submission(7, RIVAL, proof())).unwrap());
		// Three bonds, and of the fourth what giving back costs: 100 and 42.
		assert_eq!((staked(PROVER), reserved_bond(PROVER)), (STAKE - 3 * 420 - 142, 0));
		assert_eq!(free(RIVAL), ENDOWMENT - STAKE + 500);
	});
}

#[test]
fn their_proofs_are_refused() {
	build_and_execute(|| {
		default_thrice();
		// No room to take the last one from it in the block of the defaults.
		AttestationHook::set(
			<() as WeightInfo>::agenda_base()
				+ <() as WeightInfo>::agenda_block() * 12
				+ pallet_attestation::Pallet::<Test>::due_weight(MAX_ATTEMPTS) * 3,
		);
		run_to(DEADLINE + 1);
		assert!(Provers::is_jailed(&PROVER));
		assert!(Jailed::<Test>::contains_key(PROVER));
		assert!(attempt(7, PROVER).is_running());
		let call = submission(7, PROVER, proof());
		let code = Refusal::Jailed as u8;
		assert_eq!(code, 11, "codes never change");
		let custom = TransactionValidityError::Invalid(InvalidTransaction::Custom(code));
		assert_eq!(include(call.clone()), Err(custom));
		let pallet_attestation::Call::submit_proof {
			task,
			attempt: number,
			prover,
			proof,
			signature,
		} = call
		else {
			unreachable!()
		};
		assert_noop!(
			Attestation::submit_proof(
				RawOrigin::Authorized.into(),
				task,
				number,
				prover,
				proof,
				signature
			),
			Error::<Test>::Jailed
		);
		run_to(DEADLINE + 2);
		assert_eq!(attempt(7, PROVER).state, AttemptState::Ended(Ending::Declined));
	});
}

#[test]
fn what_they_are_late_with_is_a_default() {
	build_and_execute(|| {
		for task in 0..3 {
			assign(task, PROVER);
		}
		run_to(2);
		assign_with(7, &[PROVER], &[RIVAL], TaskSpec { deadline: 60, ..spec() });
		// Its soft deadline is block 9.
		run_to(DEADLINE + 1);
		assert_eq!(attempt(7, PROVER).state, AttemptState::Ended(Ending::Defaulted));
		System::assert_has_event(
			Event::AttemptDefaulted { task: 7, prover: PROVER, attempt: 0 }.into(),
		);
		// The standby is alone now, and nobody is left that could copy its proof.
		assert_ok!(include(submission(7, RIVAL, proof())).unwrap());
		assert_eq!(staked(PROVER), STAKE - 4 * 420);
	});
}

#[test]
fn they_may_not_announce_proofs() {
	build_and_execute(|| {
		default_thrice();
		assign_spec(8, THIRD, TaskSpec { deadline: 60, ..spec() });
		run_to(DEADLINE + 10);
		assert_noop!(
			Attestation::announce(RuntimeOrigin::signed(PROVER), 8, Default::default()),
			Error::<Test>::Jailed
		);
	});
}
