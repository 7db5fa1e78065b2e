// SPDX-License-Identifier: Apache-2.0
//! Submitting a task.

use crate::{mock::*, AgendaOf, Error, Event, NextTaskId, OpenTasks, Queue};
use frame_support::{assert_noop, assert_ok, BoundedVec};
use pallet_programs::Error as ProgramsError;
use pallet_settlement::{Error as SettlementError, Event as SettlementEvent};
use proofyard_primitives::{
	HardwareClass, InputRef, ProofSystem, RemoteData, ServiceLevel, WorkModel,
};
use sp_core::H256;
use sp_runtime::DispatchError;

fn per_task() -> H256 {
	register_program(OWNER, HardwareClass::Cpu, WorkModel::PerTask)
}

fn remote(urls: &[&str], size: u64) -> InputRef {
	let sha256 = H256::repeat_byte(9);
	InputRef::Remote(RemoteData { locators: locators(urls), sha256, size })
}

#[test]
fn works() {
	build_and_execute(|| {
		run_to(5);
		let fixed = vec![Some(proof().public_inputs[0])];
		let request = Request { public_inputs: fixed.try_into().unwrap(), ..Default::default() };
		assert_ok!(request.clone().try_submit());

		let open = OpenTasks::<Test>::get(0).unwrap();
		assert_eq!(open.spec.requester, REQUESTER);
		assert_eq!(open.spec.program, program());
		assert_eq!(open.spec.market, market());
		assert_eq!(open.spec.work, WORK);
		assert_eq!(open.spec.input, request.input);
		assert_eq!(open.spec.public_inputs, request.public_inputs);
		assert_eq!(open.spec.max_fee, 5_000);
		assert_eq!((open.spec.submitted_at, open.spec.deadline), (5, 25));
		assert_eq!(open.expire_at, 25);
		assert!(AgendaOf::<Test>::contains(25, 0));
		assert!(Queue::<Test>::contains_key(crate::queue_key(0)));
		assert_eq!(NextTaskId::<Test>::get(), 1);

		assert_eq!(free(REQUESTER), ENDOWMENT - 5_000);
		assert_eq!(escrowed(REQUESTER), 5_000);
		let record = pallet_programs::Programs::<Test>::get(program()).unwrap();
		assert_eq!(record.live_tasks, 1);
		System::assert_has_event(
			SettlementEvent::EscrowOpened { task: 0, requester: REQUESTER, amount: 5_000 }.into(),
		);
		System::assert_last_event(
			Event::TaskSubmitted {
				task: 0,
				requester: REQUESTER,
				program: program(),
				max_fee: 5_000,
				deadline: 25,
			}
			.into(),
		);
	});
}

#[test]
fn gives_each_task_its_own_id_and_escrow() {
	build_and_execute(|| {
		assert_eq!((submit(100), submit(200), submit(300)), (0, 1, 2));
		assert_eq!(escrowed(REQUESTER), 600);
	});
}

#[test]
fn takes_inputs_inline_and_remote() {
	build_and_execute(|| {
		for input in [
			InputRef::Inline(vec![0].try_into().unwrap()),
			InputRef::Inline(BoundedVec::try_from(vec![0; 8_192]).unwrap()),
			remote(&["https://example.org/input"], 1),
			remote(&["file:///srv/input", "https://example.org/input"], u64::MAX),
		] {
			assert_ok!(Request { input, ..Default::default() }.try_submit());
		}
	});
}

#[test]
fn a_work_stated_as_the_program_fixes_it_is_fine() {
	build_and_execute(|| {
		assert_ok!(Request { work: Some(WORK), ..Default::default() }.try_submit());
	});
}

#[test]
fn the_market_follows_from_work_and_level() {
	build_and_execute(|| {
		let program = per_task();
		for (work, bucket) in [(1, 0), (2, 1), (1_023, 9), (1_024, 10), (u64::MAX, 63)] {
			let level = ServiceLevel::Express;
			let task = Request { program, level, work: Some(work), ..Default::default() }.submit();
			let market = OpenTasks::<Test>::get(task).unwrap().spec.market;
			assert_eq!((market.bucket, market.level), (bucket, level));
		}
	});
}

mod fails_when {
	use super::*;

	#[track_caller]
	fn assert_refused(request: Request, error: impl Into<DispatchError>) {
		assert_noop!(request.try_submit(), error.into());
	}

	#[test]
	fn unsigned() {
		build_and_execute(|| {
			for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
				let Request {
					program, level, work, input, public_inputs, max_fee, lifetime, ..
				} = Request::default();
				assert_noop!(
					Auctions::submit_task(
						origin,
						program,
						level,
						work,
						input,
						public_inputs,
						max_fee,
						lifetime
					),
					DispatchError::BadOrigin
				);
			}
		});
	}

	#[test]
	fn the_program_is_unknown() {
		build_and_execute(|| {
			let program = H256::repeat_byte(1);
			assert_refused(
				Request { program, ..Default::default() },
				ProgramsError::<Test>::UnknownProgram,
			);
		});
	}

	#[test]
	fn the_program_is_retired() {
		build_and_execute(|| {
			// A live task keeps it from being gone altogether.
			submit(100);
			assert_ok!(Programs::retire(RuntimeOrigin::signed(OWNER), program()));
			assert_refused(Request::default(), ProgramsError::<Test>::Retired);
		});
	}

	#[test]
	fn the_proof_system_is_switched_off() {
		build_and_execute(|| {
			let switch = |on| {
				Programs::set_system_enabled(RuntimeOrigin::root(), ProofSystem::Groth16Bn254, on)
			};
			assert_ok!(switch(false));
			assert_refused(Request::default(), ProgramsError::<Test>::SystemDisabled);
			assert_ok!(switch(true));
			assert_ok!(Request::default().try_submit());
		});
	}

	#[test]
	fn the_number_of_fixed_inputs_is_not_the_programs() {
		build_and_execute(|| {
			for fixed in [vec![None, None], vec![Some([0; 32]), None], vec![None; 64]] {
				let public_inputs = fixed.try_into().unwrap();
				assert_refused(
					Request { public_inputs, ..Default::default() },
					ProgramsError::<Test>::WrongPublicInputCount,
				);
			}
		});
	}

	#[test]
	fn a_fixed_input_is_not_below_the_fields_order() {
		// The order of BN254's scalar field.
		const ORDER: [u8; 32] = [
			0x30, 0x64, 0x4e, 0x72, 0xe1, 0x31, 0xa0, 0x29, 0xb8, 0x50, 0x45, 0xb6, 0x81, 0x81,
			0x58, 0x5d, 0x28, 0x33, 0xe8, 0x48, 0x79, 0xb9, 0x70, 0x91, 0x43, 0xe1, 0xf5, 0x93,
			0xf0, 0x00, 0x00, 0x01,
		];
		build_and_execute(|| {
			for beyond in [ORDER, [0xff; 32]] {
				let public_inputs = vec![Some(beyond)].try_into().unwrap();
				assert_refused(
					Request { public_inputs, ..Default::default() },
					ProgramsError::<Test>::PublicInputNotInField,
				);
			}
			let mut largest = ORDER;
			largest[31] = 0;
			let public_inputs = vec![Some(largest)].try_into().unwrap();
			assert_ok!(Request { public_inputs, ..Default::default() }.try_submit());
		});
	}

	#[test]
	fn the_balance_does_not_cover_the_fee() {
		build_and_execute(|| {
			// The existential deposit of one stays free.
			for max_fee in [ENDOWMENT, ENDOWMENT + 1, Balance::MAX] {
				assert_refused(
					Request { max_fee, ..Default::default() },
					SettlementError::<Test>::InsufficientBalance,
				);
			}
			assert_eq!(submit(ENDOWMENT - 1), 0);
			assert_eq!(free(REQUESTER), 1);
			assert_refused(Request::default(), SettlementError::<Test>::InsufficientBalance);
		});
	}

	#[test]
	fn the_requester_has_nothing_at_all() {
		build_and_execute(|| {
			assert_refused(
				Request { who: 77, ..Default::default() },
				SettlementError::<Test>::InsufficientBalance,
			);
		});
	}

	#[test]
	fn the_fee_is_below_the_least() {
		build_and_execute(|| {
			for max_fee in [0, MIN_FEE - 1] {
				let request = Request { max_fee, ..Default::default() };
				assert_refused(request, Error::<Test>::FeeTooLow);
			}
			submit(MIN_FEE);
		});
	}

	#[test]
	fn the_lifetime_is_out_of_range() {
		build_and_execute(|| {
			for lifetime in [0, MIN_LIFETIME - 1, MAX_LIFETIME + 1, u32::MAX] {
				assert_refused(
					Request { lifetime, ..Default::default() },
					Error::<Test>::LifetimeOutOfRange,
				);
			}
			for lifetime in [MIN_LIFETIME, MAX_LIFETIME] {
				assert_ok!(Request { lifetime, ..Default::default() }.try_submit());
			}
		});
	}

	#[test]
	fn an_inline_input_is_empty() {
		build_and_execute(|| {
			let input = InputRef::Inline(Default::default());
			assert_refused(Request { input, ..Default::default() }, Error::<Test>::EmptyInput);
		});
	}

	#[test]
	fn a_remote_input_cannot_be_found() {
		build_and_execute(|| {
			for input in [
				remote(&[], 1),
				remote(&["https://example.org/input"], 0),
				remote(&[""], 1),
				remote(&["https://"], 1),
				remote(&["file:///"], 1),
				remote(&["http://example.org/input"], 1),
				remote(&["file://srv/input"], 1),
				remote(&["ipfs://input"], 1),
				remote(&["https://example.org/in put"], 1),
				remote(&["https://example.org/input\n"], 1),
				remote(&["https://example.org/größe"], 1),
				remote(&["https://example.org/input", "nowhere"], 1),
			] {
				assert_refused(
					Request { input, ..Default::default() },
					Error::<Test>::BadInputLocator,
				);
			}
		});
	}

	#[test]
	fn the_work_is_needed_and_not_stated() {
		build_and_execute(|| {
			let program = per_task();
			for work in [None, Some(0)] {
				assert_refused(
					Request { program, work, ..Default::default() },
					Error::<Test>::WorkNeeded,
				);
			}
			assert_ok!(Request { program, work: Some(1), ..Default::default() }.try_submit());
		});
	}

	#[test]
	fn the_work_is_stated_otherwise_than_the_program_fixes_it() {
		build_and_execute(|| {
			for work in [0, WORK - 1, WORK + 1] {
				assert_refused(
					Request { work: Some(work), ..Default::default() },
					Error::<Test>::WorkFixed,
				);
			}
		});
	}
}
