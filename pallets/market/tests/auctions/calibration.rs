// SPDX-License-Identifier: Apache-2.0
//! References, and how a prover enters the markets of a class by proving them.
//!
//! There is one proof here, for one public input, and no challenge can be made to equal that. Where
//! a calibration task has to be proven, the tests put the input that there is a proof for in the
//! challenge's place, or count through the provers pallet as attestation does.

use super::helpers::*;
use frame_support::{assert_noop, assert_ok};
use pallet_attestation::{Event as AttestationEvent, Live, RejectReason};
use pallet_auctions::{Error, Event, NextTaskId, Reference, References, MAX_CALIBRATIONS};
use pallet_programs::Error as ProgramsError;
use pallet_provers::Error as ProversError;
use pallet_settlement::Outcomes;
use proofyard_market::*;
use proofyard_primitives::{
	limits::MaxInlineInput,
	traits::{Programs as _, Provers as _},
	Ending, FailureReason, FixedValues, HardwareClass, InputRef, Market, Outcome, Performance,
	Redundancy, Scalar, ServiceLevel, TaskId, TaskKind, WorkModel,
};
use sp_core::{Get, H256};
use sp_runtime::{DispatchError, DispatchResult};

const CPU: HardwareClass = HardwareClass::Cpu;
const GPU: HardwareClass = HardwareClass::Gpu { vram_gib: 16 };
const INPUT: &[u8] = br#"{"y":""}"#;
/// Between the quotation marks.
const CHALLENGE_AT: u32 = 6;
const BLOCKS: u32 = 15;

/// The longest input that a task can carry.
fn longest_input() -> usize {
	<MaxInlineInput as Get<u32>>::get() as usize
}

fn reference() -> Reference {
	Reference {
		program: program(),
		work: WORK,
		input: INPUT.to_vec().try_into().unwrap(),
		challenge_at: CHALLENGE_AT,
		challenge_input: 0,
		proofs: 2,
		blocks: BLOCKS,
	}
}

fn set(hardware: HardwareClass, reference: Option<Reference>) -> DispatchResult {
	Auctions::set_reference(RuntimeOrigin::root(), SYSTEM, hardware, reference)
}

fn try_calibrate(prover: AccountId) -> DispatchResult {
	Auctions::calibrate(signed(prover), SYSTEM, CPU)
}

/// Take a calibration task on.
fn calibrate(prover: AccountId) -> TaskId {
	let task = NextTaskId::<Test>::get();
	assert_ok!(try_calibrate(prover));
	task
}

/// Count as many proven calibration tasks as it takes, as attestation does.
fn count_proven(prover: AccountId, hardware: HardwareClass, count: u32) {
	for _ in 0..count {
		let market = Market { hardware, ..market() };
		let ending = Ending::Verified;
		let attempt = Performance { ending, kind: TaskKind::Calibration, work: WORK, blocks: 2 };
		Provers::reserve(&prover, &market, 0, 0).unwrap();
		Provers::release_slot(&prover, &market, 0, attempt);
	}
}

/// This one public input.
fn fixed(input: Scalar) -> FixedValues {
	FixedValues::Inputs(vec![Some(input)].try_into().unwrap())
}

/// The challenge of a live calibration task.
fn challenge(task: TaskId) -> Scalar {
	let FixedValues::Inputs(inputs) = Live::<Test>::get(task).unwrap().spec.values else {
		panic!("a challenge is fixed by position")
	};
	inputs[0].unwrap()
}

mod set_reference {
	use super::*;

	#[test]
	fn works() {
		build_and_execute(|| {
			assert_ok!(set(CPU, Some(reference())));
			assert_eq!(References::<Test>::get(SYSTEM, CPU), Some(reference()));
			System::assert_last_event(
				Event::ReferenceChanged { system: SYSTEM, hardware: CPU }.into(),
			);
			let other = Reference { proofs: 5, ..reference() };
			assert_ok!(set(CPU, Some(other.clone())));
			assert_eq!(References::<Test>::get(SYSTEM, CPU), Some(other));
			assert_ok!(set(CPU, None));
			assert_eq!(References::<Test>::iter_keys().count(), 0);
		});
	}

	#[test]
	fn takes_a_program_that_needs_less_than_the_class_has() {
		build_and_execute(|| {
			assert_ok!(set(GPU, Some(reference())));
			let program = register_program(OWNER, GPU, WorkModel::PerTask);
			let large = HardwareClass::Gpu { vram_gib: 80 };
			assert_ok!(set(large, Some(Reference { program, ..reference() })));
		});
	}

	#[test]
	fn takes_what_is_just_within_the_bounds() {
		build_and_execute(|| {
			// Any number of 32 bytes has room.
			let longest = longest_input() - 78;
			for within in [
				Reference { challenge_at: 0, ..reference() },
				Reference { challenge_at: INPUT.len() as u32, ..reference() },
				Reference { input: vec![b'1'; longest].try_into().unwrap(), ..reference() },
				Reference { proofs: 1, ..reference() },
				Reference { proofs: MAX_CALIBRATIONS, ..reference() },
				Reference { blocks: MIN_LIFETIME, ..reference() },
				Reference { blocks: MAX_LIFETIME, ..reference() },
			] {
				assert_ok!(set(CPU, Some(within)));
			}
		});
	}

	#[test]
	fn fails_when_it_does_not_fit() {
		build_and_execute(|| {
			let most = longest_input();
			let gpu = register_program(OWNER, GPU, WorkModel::Fixed(WORK));
			let per_task = register_program(OWNER, CPU, WorkModel::PerTask);
			for bad in [
				Reference { program: gpu, ..reference() },
				Reference { program: per_task, work: 0, ..reference() },
				Reference { work: 0, ..reference() },
				Reference { work: WORK + 1, ..reference() },
				Reference { challenge_at: INPUT.len() as u32 + 1, ..reference() },
				Reference { challenge_at: u32::MAX, ..reference() },
				Reference { challenge_input: 1, ..reference() },
				Reference { challenge_input: u32::MAX, ..reference() },
				// No room for the challenge.
				Reference { input: vec![b'1'; most].try_into().unwrap(), ..reference() },
				Reference { proofs: 0, ..reference() },
				Reference { proofs: MAX_CALIBRATIONS + 1, ..reference() },
				Reference { blocks: MIN_LIFETIME - 1, ..reference() },
				Reference { blocks: MAX_LIFETIME + 1, ..reference() },
			] {
				assert_noop!(set(CPU, Some(bad)), Error::<Test>::BadReference);
			}
			assert_ok!(set(CPU, Some(Reference { program: per_task, work: 1, ..reference() })));
		});
	}

	#[test]
	fn fails_when_the_program_takes_no_tasks() {
		build_and_execute(|| {
			let unknown = Reference { program: H256::repeat_byte(1), ..reference() };
			assert_noop!(set(CPU, Some(unknown)), ProgramsError::<Test>::UnknownProgram);
			submit(5);
			assert_ok!(Programs::retire(signed(OWNER), program()));
			assert_noop!(set(CPU, Some(reference())), ProgramsError::<Test>::Retired);
			// To remove one needs no program.
			assert_ok!(set(CPU, None));
		});
	}

	#[test]
	fn fails_when_the_caller_may_not() {
		build_and_execute(|| {
			for origin in [signed(OWNER), RuntimeOrigin::none()] {
				let call = Auctions::set_reference(origin, SYSTEM, CPU, Some(reference()));
				assert_noop!(call, DispatchError::BadOrigin);
			}
		});
	}
}

mod calibrate {
	use super::*;

	#[test]
	fn works() {
		build_and_execute(|| {
			assert_ok!(set(CPU, Some(reference())));
			run_to(3);
			let task = calibrate(PROVER);
			let deadline = 3 + BlockNumber::from(BLOCKS);
			let live = Live::<Test>::get(task).unwrap();
			assert_eq!(live.spec.requester, PROVER);
			assert_eq!(live.spec.kind, TaskKind::Calibration);
			assert_eq!((live.spec.market, live.spec.work), (market(), WORK));
			assert_eq!((live.spec.max_fee, live.spec.deadline), (0, deadline));
			let assignment = live.assignment;
			assert_eq!((assignment.prover, assignment.price), (PROVER, 0));
			assert_eq!(assignment.bond, BOND_BASE);
			assert_eq!(live.spec.redundancy, Redundancy::NONE);
			assert_eq!(assignment.committed_ms, u64::from(BLOCKS) * MILLIS_PER_BLOCK);
			assert_eq!((assignment.assigned_at, assignment.soft_deadline), (3, deadline));
			assert!(assignment.co_primaries.is_empty() && assignment.standbys.is_empty());
			assert_eq!(reserved_bond(PROVER), BOND_BASE);
			assert_eq!(free(PROVER), ENDOWMENT - STAKE);
			System::assert_has_event(
				Event::CalibrationStarted { task, prover: PROVER, system: SYSTEM, hardware: CPU }
					.into(),
			);
		});
	}

	#[test]
	fn puts_the_challenge_into_input_and_public_input() {
		build_and_execute(|| {
			assert_ok!(set(CPU, Some(reference())));
			let task = calibrate(PROVER);
			let spec = Live::<Test>::get(task).unwrap().spec;
			let challenge = challenge(task);
			assert_eq!(spec.values, fixed(challenge));
			let number = num_bigint::BigUint::from_bytes_be(&challenge);
			let input = format!(r#"{{"y":"{number}"}}"#).into_bytes();
			assert_eq!(spec.input, InputRef::Inline(input.try_into().unwrap()));
			// An element of any field of 249 bits or more.
			assert_eq!(challenge[0], 0);
			assert_ok!(Programs::check_values(&program(), &spec.values));
		});
	}

	#[test]
	fn challenges_each_task_anew() {
		build_and_execute(|| {
			assert_ok!(set(CPU, Some(reference())));
			let mut seen = vec![];
			for (seed, prover) in [(0, PROVER), (0, PROVER), (0, RIVAL), (1, RIVAL)] {
				set_random(H256::repeat_byte(seed));
				seen.push(challenge(calibrate(prover)));
			}
			seen.sort();
			seen.dedup();
			assert_eq!(seen.len(), 4);
		});
		// Nor is it the same with another randomness, where all else is equal.
		let drawn = |seed| {
			let mut found = None;
			build_and_execute(|| {
				assert_ok!(set(CPU, Some(reference())));
				set_random(H256::repeat_byte(seed));
				found = Some(challenge(calibrate(PROVER)));
			});
			found.unwrap()
		};
		assert_eq!(drawn(3), drawn(3));
		assert_ne!(drawn(3), drawn(4));
	}

	#[test]
	fn can_be_had_for_each_class_that_the_hardware_covers() {
		build_and_execute(|| {
			assert_ok!(set(GPU, Some(reference())));
			assert_ok!(Provers::set_hardware(signed(PROVER), GPU, SLOTS));
			let task = NextTaskId::<Test>::get();
			assert_ok!(Auctions::calibrate(signed(PROVER), SYSTEM, GPU));
			let market = Live::<Test>::get(task).unwrap().spec.market;
			assert_eq!(market, Market { hardware: GPU, ..super::market() });
			assert_noop!(try_calibrate(PROVER), Error::<Test>::NoReference);
		});
	}

	#[test]
	fn fails_when_the_class_has_no_reference() {
		build_and_execute(|| {
			assert_noop!(try_calibrate(PROVER), Error::<Test>::NoReference);
			assert_ok!(set(GPU, Some(reference())));
			assert_noop!(try_calibrate(PROVER), Error::<Test>::NoReference);
		});
	}

	#[test]
	fn fails_when_the_caller_is_no_prover() {
		build_and_execute(|| {
			assert_ok!(set(CPU, Some(reference())));
			assert_noop!(try_calibrate(OTHER), Error::<Test>::NotProver);
			let call = Auctions::calibrate(RuntimeOrigin::root(), SYSTEM, CPU);
			assert_noop!(call, DispatchError::BadOrigin);
		});
	}

	#[test]
	fn fails_when_the_hardware_does_not_cover_the_class() {
		build_and_execute(|| {
			assert_ok!(set(GPU, Some(reference())));
			let call = Auctions::calibrate(signed(PROVER), SYSTEM, GPU);
			assert_noop!(call, Error::<Test>::HardwareNotCovered);
		});
	}

	#[test]
	fn fails_when_enough_is_proven() {
		build_and_execute(|| {
			assert_ok!(set(CPU, Some(reference())));
			count_proven(PROVER, CPU, 1);
			calibrate(PROVER);
			count_proven(PROVER, CPU, 1);
			assert_noop!(try_calibrate(PROVER), Error::<Test>::NothingToChange);
			// Until more is asked for.
			assert_ok!(set(CPU, Some(Reference { proofs: 3, ..reference() })));
			calibrate(PROVER);
		});
	}

	#[test]
	fn fails_when_the_program_takes_no_tasks() {
		build_and_execute(|| {
			assert_ok!(set(CPU, Some(reference())));
			assert_ok!(Programs::set_system_enabled(RuntimeOrigin::root(), SYSTEM, false));
			assert_noop!(try_calibrate(PROVER), ProgramsError::<Test>::SystemDisabled);
			assert_ok!(Programs::set_system_enabled(RuntimeOrigin::root(), SYSTEM, true));
			submit(5);
			assert_ok!(Programs::retire(signed(OWNER), program()));
			assert_noop!(try_calibrate(PROVER), ProgramsError::<Test>::Retired);
		});
	}

	#[test]
	fn fails_when_the_prover_has_no_room() {
		build_and_execute(|| {
			assert_ok!(set(CPU, Some(reference())));
			assert_ok!(Provers::set_hardware(signed(PROVER), CPU, 1));
			calibrate(PROVER);
			assert_noop!(try_calibrate(PROVER), ProversError::<Test>::NoFreeSlot);
			assert_ok!(Provers::set_paused(signed(RIVAL), true));
			assert_noop!(try_calibrate(RIVAL), ProversError::<Test>::Paused);
			assert_ok!(Provers::unbond(signed(THIRD), STAKE));
			assert_noop!(try_calibrate(THIRD), ProversError::<Test>::InsufficientStake);
		});
	}
}

mod a_calibration_task {
	use super::*;

	/// Put the public input that there is a proof for in the challenge's place.
	fn make_provable(task: TaskId) {
		Live::<Test>::mutate(task, |live| {
			live.as_mut().unwrap().spec.values = fixed(proof().inputs()[0]);
		});
	}

	#[test]
	fn that_is_proven_counts_and_costs_nothing() {
		build_and_execute(|| {
			assert_ok!(set(CPU, Some(reference())));
			for count in 1..=2 {
				let task = calibrate(PROVER);
				make_provable(task);
				next_block();
				deliver(task);
				assert_eq!(Provers::calibrations(&PROVER, SYSTEM, CPU), count);
				assert_eq!(outcome(task), Some(Outcome::Settled { prover: PROVER, paid: 0 }));
				assert_eq!(Outcomes::<Test>::get(task).unwrap().kind, TaskKind::Calibration);
			}
			assert_eq!((free(PROVER), reserved_bond(PROVER)), (ENDOWMENT - STAKE, 0));
			assert_noop!(try_calibrate(PROVER), Error::<Test>::NothingToChange);
			ask(PROVER, 1);
			let task = submit(5);
			next_block();
			assert_eq!(winner(task), Some(PROVER));
		});
	}

	#[test]
	fn is_not_proven_by_a_proof_for_another_challenge() {
		build_and_execute(|| {
			assert_ok!(set(CPU, Some(reference())));
			let task = calibrate(PROVER);
			// A proof that verifies, and that somebody made for something else.
			assert_ok!(include(submission(task, PROVER, proof())).unwrap());
			System::assert_has_event(
				AttestationEvent::ProofRejected {
					task,
					prover: PROVER,
					attempt: 0,
					reason: RejectReason::PublicValuesDiffer,
					charged: VERIFICATION_FEE,
				}
				.into(),
			);
			assert_eq!(Provers::calibrations(&PROVER, SYSTEM, CPU), 0);
			// With the challenge in the input's place it is no proof at all.
			let mut forged = proof();
			forged.public_values = challenge(task).to_vec().try_into().unwrap();
			assert_ok!(include(submission(task, PROVER, forged)).unwrap());
			assert_eq!(Provers::calibrations(&PROVER, SYSTEM, CPU), 0);
			// Two verifications are what the bond covers, so that nothing of it was left to slash.
			assert_eq!(2 * VERIFICATION_FEE, BOND_BASE);
			let reason = FailureReason::ProofsRejected;
			let failed = Outcome::Failed { prover: PROVER, reason, compensation: 0, slashed: 0 };
			assert_eq!(outcome(task), Some(failed));
			assert_eq!(staked(PROVER), STAKE - BOND_BASE);
		});
	}

	#[test]
	fn that_is_not_proven_costs_the_bond_and_compensates_nobody() {
		build_and_execute(|| {
			assert_ok!(set(CPU, Some(reference())));
			let task = calibrate(PROVER);
			run_to(1 + BlockNumber::from(BLOCKS));
			assert!(assigned(task).is_some());
			next_block();
			let reason = FailureReason::DeadlinePassed;
			let slashed = BOND_BASE;
			let failed = Outcome::Failed { prover: PROVER, reason, compensation: 0, slashed };
			assert_eq!(outcome(task), Some(failed));
			assert_eq!(Burnt::get(), BOND_BASE);
			assert_eq!(free(PROVER) + staked(PROVER), ENDOWMENT - BOND_BASE);
			assert_eq!((staked(PROVER), reserved_bond(PROVER)), (STAKE - BOND_BASE, 0));
			assert_eq!(Provers::calibrations(&PROVER, SYSTEM, CPU), 0);
			// And can be tried again.
			calibrate(PROVER);
		});
	}

	#[test]
	fn takes_a_lot_of_its_market_and_the_time() {
		build_and_execute(|| {
			assert_ok!(set(CPU, Some(Reference { blocks: 20, ..reference() })));
			count_proven(PROVER, CPU, 2);
			ask_in(market(), PROVER, 1, 1, WORK);
			assert_ok!(set(CPU, Some(Reference { proofs: 3, blocks: 20, ..reference() })));
			calibrate(PROVER);
			let task = submit(5);
			next_block();
			assert!(is_open(task));
		});
	}
}

mod a_class_with_a_reference {
	use super::*;

	fn try_ask(prover: AccountId, market: Market) -> DispatchResult {
		Auctions::place_ask(signed(prover), market, price(1), 1, WORK)
	}

	#[test]
	fn is_entered_by_proving_it_often_enough() {
		build_and_execute(|| {
			assert_ok!(set(CPU, Some(reference())));
			assert_noop!(try_ask(PROVER, market()), Error::<Test>::NotCalibrated);
			count_proven(PROVER, CPU, 1);
			assert_noop!(try_ask(PROVER, market()), Error::<Test>::NotCalibrated);
			count_proven(PROVER, CPU, 1);
			assert_ok!(try_ask(PROVER, market()));
			// All markets of the class, and those of this prover.
			assert_ok!(try_ask(PROVER, market_of(1 << 20, ServiceLevel::Express)));
			assert_noop!(try_ask(RIVAL, market()), Error::<Test>::NotCalibrated);
		});
	}

	#[test]
	fn is_entered_by_proving_for_this_class() {
		build_and_execute(|| {
			let market = Market { hardware: GPU, ..market() };
			assert_ok!(set(GPU, Some(reference())));
			assert_ok!(Provers::set_hardware(signed(PROVER), GPU, SLOTS));
			count_proven(PROVER, CPU, 2);
			assert_noop!(try_ask(PROVER, market), Error::<Test>::NotCalibrated);
			count_proven(PROVER, GPU, 2);
			assert_ok!(try_ask(PROVER, market));
			// The other class has no reference.
			assert_ok!(try_ask(RIVAL, super::market()));
		});
	}

	#[test]
	fn leaves_asks_standing_that_were_there_before() {
		build_and_execute(|| {
			ask(PROVER, 1);
			next_block();
			assert_ok!(set(CPU, Some(reference())));
			let task = submit(5);
			next_block();
			assert_eq!(winner(task), Some(PROVER));
			// To change one is to ask anew.
			assert_noop!(try_ask(PROVER, market()), Error::<Test>::NotCalibrated);
			withdraw(PROVER);
			assert_ok!(set(CPU, None));
			assert_ok!(try_ask(PROVER, market()));
		});
	}
}
