// SPDX-License-Identifier: Apache-2.0
//! Registration, locators, retirement, switches, and the deposits they move.

use crate::{mock::*, DisabledSystems, Error, Event, Keys, PreparedKeys};
use frame_support::{assert_noop, assert_ok};
use proofyard_primitives::{traits::Programs as _, HardwareClass, ProgramId, WorkModel};
use sp_runtime::DispatchError::BadOrigin;

mod register {
	use super::*;

	#[test]
	fn works() {
		build_and_execute(|| {
			System::set_block_number(7);
			let program = register(ALICE);
			System::assert_last_event(
				Event::ProgramRegistered {
					program,
					owner: ALICE,
					system: SYSTEM,
					deposit: DEPOSIT,
				}
				.into(),
			);
			let record = crate::Programs::<Test>::get(program).unwrap();
			assert_eq!((record.owner, record.system, record.hardware), (ALICE, SYSTEM, CPU));
			assert_eq!((record.work, record.public_inputs), (WORK, 1));
			assert_eq!(record.artifacts, artifacts(&[PLACE]));
			assert_eq!((record.live_tasks, record.retired, record.registered_at), (0, false, 7));
			assert_eq!(record.deposit, DEPOSIT);
			assert_eq!(on_hold(ALICE), DEPOSIT);
			assert_eq!(Keys::<Test>::get(program), Some(key()));
			assert_eq!(
				PreparedKeys::<Test>::get(program).unwrap().into_inner(),
				proofyard_verifier::prepare_key(SYSTEM, &key()).unwrap()
			);
		});
	}

	#[test]
	fn takes_a_program_without_artifacts() {
		build_and_execute(|| {
			assert_ok!(Programs::register(
				signed(ALICE),
				SYSTEM,
				key(),
				CPU,
				WorkModel::PerTask,
				Default::default()
			));
			// One byte says that there is none.
			assert_eq!(on_hold(ALICE), BASE_DEPOSIT + BYTE_DEPOSIT * (576 + 772 + 1));
		});
	}

	#[test]
	fn takes_both_kinds_of_locators() {
		build_and_execute(|| {
			assert_ok!(Programs::register(
				signed(ALICE),
				SYSTEM,
				key(),
				CPU,
				WORK,
				artifacts(&["https://x", "file:///x"])
			));
		});
	}

	#[test]
	fn gives_other_programs_other_ids() {
		build_and_execute(|| {
			let small = register_for(ALICE, WorkModel::Fixed(1));
			let large = register_for(ALICE, WorkModel::Fixed(u64::MAX));
			assert_ne!(small, large);
			let gpu = HardwareClass::Gpu { vram_gib: 8 };
			assert_ok!(Programs::register(
				signed(BOB),
				SYSTEM,
				key(),
				gpu,
				WORK,
				artifacts(&[PLACE])
			));
			assert_eq!(crate::Programs::<Test>::iter().count(), 3);
			assert_eq!((on_hold(ALICE), on_hold(BOB)), (2 * DEPOSIT, DEPOSIT));
		});
	}

	#[test]
	fn takes_the_last_of_the_money_but_for_the_account() {
		build_and_execute(|| {
			set_funds(ALICE, DEPOSIT + EXISTENTIAL_DEPOSIT);
			register(ALICE);
			assert_eq!(Balances::free_balance(ALICE), EXISTENTIAL_DEPOSIT);
		});
	}

	#[test]
	fn fails_one_short_of_the_deposit() {
		build_and_execute(|| {
			set_funds(ALICE, DEPOSIT + EXISTENTIAL_DEPOSIT - 1);
			assert_noop!(
				Programs::register(signed(ALICE), SYSTEM, key(), CPU, WORK, artifacts(&[PLACE])),
				Error::<Test>::InsufficientBalance
			);
		});
	}

	#[test]
	fn fails_when_registered_already_wherever_its_artifacts_are() {
		build_and_execute(|| {
			register(ALICE);
			assert_noop!(
				Programs::register(
					signed(BOB),
					SYSTEM,
					key(),
					CPU,
					WORK,
					artifacts(&["https://b.example/key"])
				),
				Error::<Test>::AlreadyRegistered
			);
		});
	}

	#[test]
	fn fails_with_no_work() {
		build_and_execute(|| {
			assert_noop!(
				Programs::register(
					signed(ALICE),
					SYSTEM,
					key(),
					CPU,
					WorkModel::Fixed(0),
					artifacts(&[PLACE])
				),
				Error::<Test>::ZeroWork
			);
		});
	}

	#[test]
	fn fails_without_a_locator() {
		build_and_execute(|| {
			assert_noop!(
				Programs::register(signed(ALICE), SYSTEM, key(), CPU, WORK, artifacts(&[])),
				Error::<Test>::NoLocator
			);
		});
	}

	#[test]
	fn fails_with_a_bad_locator() {
		build_and_execute(|| {
			for bad in [
				"",
				"https://",
				"file:///",
				"file://x",
				"http://x",
				"HTTPS://x",
				"https://a b",
				"https://é",
				"https://a\n",
			] {
				assert_noop!(
					Programs::register(
						signed(ALICE),
						SYSTEM,
						key(),
						CPU,
						WORK,
						artifacts(&[PLACE, bad])
					),
					Error::<Test>::BadLocator
				);
			}
		});
	}

	#[test]
	fn fails_when_not_signed() {
		build_and_execute(|| {
			for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
				assert_noop!(
					Programs::register(origin, SYSTEM, key(), CPU, WORK, artifacts(&[PLACE])),
					BadOrigin
				);
			}
		});
	}
}

mod set_locators {
	use super::*;

	fn set(who: AccountId, program: ProgramId, texts: &[&str]) -> sp_runtime::DispatchResult {
		Programs::set_locators(signed(who), program, 0, locators(texts))
	}

	#[test]
	fn works() {
		build_and_execute(|| {
			let program = register(ALICE);
			let there = "https://b.example/key";
			assert_ok!(set(ALICE, program, &[there]));
			System::assert_last_event(Event::LocatorsChanged { program, artifact: 0 }.into());
			let moved = Programs::artifacts(&program).unwrap();
			assert_eq!(moved, artifacts(&[there]).into_inner());
			// As long as before: as much on hold.
			assert_eq!(on_hold(ALICE), DEPOSIT);
		});
	}

	#[test]
	fn costs_what_longer_locators_take() {
		build_and_execute(|| {
			let program = register(ALICE);
			// Ten bytes more.
			assert_ok!(set(ALICE, program, &["https://a.example/key/012345678"]));
			assert_eq!(on_hold(ALICE), DEPOSIT + 10 * BYTE_DEPOSIT);
			// A second of nine bytes, with its length.
			assert_ok!(set(ALICE, program, &[PLACE, "https://x"]));
			assert_eq!(on_hold(ALICE), DEPOSIT + 10 * BYTE_DEPOSIT);
			assert_eq!(crate::Programs::<Test>::get(program).unwrap().deposit, on_hold(ALICE));
		});
	}

	#[test]
	fn gives_back_what_shorter_locators_save() {
		build_and_execute(|| {
			let program = register(ALICE);
			assert_ok!(set(ALICE, program, &["https://x"]));
			assert_eq!(on_hold(ALICE), DEPOSIT - 12 * BYTE_DEPOSIT);
			assert_eq!(Balances::free_balance(ALICE), FUNDS - DEPOSIT + 12 * BYTE_DEPOSIT);
			assert_ok!(set(ALICE, program, &[PLACE]));
			assert_eq!(on_hold(ALICE), DEPOSIT);
		});
	}

	#[test]
	fn fails_one_short_of_the_higher_deposit() {
		build_and_execute(|| {
			let program = register(ALICE);
			let longer = "https://a.example/key2";
			set_funds(ALICE, EXISTENTIAL_DEPOSIT + BYTE_DEPOSIT - 1);
			assert_noop!(set(ALICE, program, &[longer]), Error::<Test>::InsufficientBalance);
			// What costs nothing more still goes.
			assert_ok!(set(ALICE, program, &["https://b.example/key"]));
		});
	}

	#[test]
	fn works_while_a_retired_program_has_live_tasks() {
		build_and_execute(|| {
			let program = register(ALICE);
			assert_ok!(Programs::acquire(&program));
			assert_ok!(Programs::retire(signed(ALICE), program));
			assert_ok!(set(ALICE, program, &["https://x"]));
			Programs::release(&program);
			assert_eq!((on_hold(ALICE), Balances::free_balance(ALICE)), (0, FUNDS));
		});
	}

	#[test]
	fn fails_for_what_is_not_there() {
		build_and_execute(|| {
			let program = register(ALICE);
			assert_noop!(
				set(ALICE, ProgramId::zero(), &["https://x"]),
				Error::<Test>::UnknownProgram
			);
			assert_noop!(
				Programs::set_locators(signed(ALICE), program, 1, locators(&["https://x"])),
				Error::<Test>::UnknownArtifact
			);
		});
	}

	#[test]
	fn fails_without_a_good_locator() {
		build_and_execute(|| {
			let program = register(ALICE);
			assert_noop!(set(ALICE, program, &[]), Error::<Test>::NoLocator);
			assert_noop!(set(ALICE, program, &["ftp://x"]), Error::<Test>::BadLocator);
		});
	}

	#[test]
	fn fails_for_others_than_the_owner() {
		build_and_execute(|| {
			let program = register(ALICE);
			assert_noop!(set(BOB, program, &["https://x"]), Error::<Test>::NotOwner);
			assert_noop!(
				Programs::set_locators(RuntimeOrigin::root(), program, 0, locators(&["https://x"])),
				BadOrigin
			);
		});
	}
}

mod retire {
	use super::*;

	#[test]
	fn forgets_a_program_that_nothing_needs() {
		build_and_execute(|| {
			let program = register(ALICE);
			assert_ok!(Programs::retire(signed(ALICE), program));
			System::assert_has_event(Event::ProgramRetired { program }.into());
			System::assert_last_event(
				Event::ProgramRemoved { program, owner: ALICE, deposit: DEPOSIT }.into(),
			);
			assert_eq!((on_hold(ALICE), Balances::free_balance(ALICE)), (0, FUNDS));
			assert!(!crate::Programs::<Test>::contains_key(program));
			assert!(!Keys::<Test>::contains_key(program));
			assert!(!PreparedKeys::<Test>::contains_key(program));
			// It may come back, from anybody.
			register(BOB);
		});
	}

	#[test]
	fn waits_for_the_last_live_task() {
		build_and_execute(|| {
			let program = register(ALICE);
			assert_ok!(Programs::acquire(&program));
			assert_ok!(Programs::acquire(&program));
			assert_ok!(Programs::retire(signed(ALICE), program));
			System::assert_last_event(Event::ProgramRetired { program }.into());
			assert_noop!(Programs::terms(&program), Error::<Test>::Retired);

			Programs::release(&program);
			// A proof under way is verified all the same.
			assert_eq!(Programs::verify(&program, &proof(&[scalar(35)])), Some(Ok(())));
			assert!(Programs::artifacts(&program).is_some());
			assert_eq!(on_hold(ALICE), DEPOSIT);

			Programs::release(&program);
			System::assert_last_event(
				Event::ProgramRemoved { program, owner: ALICE, deposit: DEPOSIT }.into(),
			);
			assert_eq!(on_hold(ALICE), 0);
			assert_eq!(Programs::verify(&program, &proof(&[scalar(35)])), None);
		});
	}

	#[test]
	fn leaves_the_deposits_of_other_programs() {
		build_and_execute(|| {
			let program = register(ALICE);
			register_for(ALICE, WorkModel::PerTask);
			assert_ok!(Programs::retire(signed(ALICE), program));
			assert_eq!(on_hold(ALICE), DEPOSIT);
		});
	}

	#[test]
	fn fails_the_second_time() {
		build_and_execute(|| {
			let program = register(ALICE);
			assert_ok!(Programs::acquire(&program));
			assert_ok!(Programs::retire(signed(ALICE), program));
			assert_noop!(Programs::retire(signed(ALICE), program), Error::<Test>::Retired);
			Programs::release(&program);
			assert_noop!(Programs::retire(signed(ALICE), program), Error::<Test>::UnknownProgram);
		});
	}

	#[test]
	fn fails_for_others_than_the_owner() {
		build_and_execute(|| {
			let program = register(ALICE);
			assert_noop!(Programs::retire(signed(BOB), program), Error::<Test>::NotOwner);
			assert_noop!(Programs::retire(RuntimeOrigin::root(), program), BadOrigin);
		});
	}
}

mod set_system_enabled {
	use super::*;

	#[test]
	fn switches_off_and_on() {
		build_and_execute(|| {
			let program = register(ALICE);
			assert_ok!(Programs::set_system_enabled(RuntimeOrigin::root(), SYSTEM, false));
			System::assert_last_event(
				Event::SystemSwitched { system: SYSTEM, enabled: false }.into(),
			);
			assert_noop!(Programs::terms(&program), Error::<Test>::SystemDisabled);
			assert_noop!(
				Programs::register(
					signed(BOB),
					SYSTEM,
					key(),
					CPU,
					WorkModel::PerTask,
					artifacts(&[PLACE])
				),
				Error::<Test>::SystemDisabled
			);

			assert_ok!(Programs::set_system_enabled(RuntimeOrigin::root(), SYSTEM, true));
			System::assert_last_event(
				Event::SystemSwitched { system: SYSTEM, enabled: true }.into(),
			);
			assert_eq!(DisabledSystems::<Test>::iter().count(), 0);
			assert_ok!(Programs::terms(&program));
			register_for(BOB, WorkModel::PerTask);
		});
	}

	#[test]
	fn leaves_proofs_under_way_alone() {
		build_and_execute(|| {
			let program = register(ALICE);
			assert_ok!(Programs::acquire(&program));
			assert_ok!(Programs::set_system_enabled(RuntimeOrigin::root(), SYSTEM, false));
			assert_eq!(Programs::verify(&program, &proof(&[scalar(35)])), Some(Ok(())));
			Programs::release(&program);
			// And an owner may still leave.
			assert_ok!(Programs::retire(signed(ALICE), program));
		});
	}

	#[test]
	fn fails_for_others_than_the_origin() {
		build_and_execute(|| {
			for origin in [signed(ALICE), RuntimeOrigin::none()] {
				assert_noop!(Programs::set_system_enabled(origin, SYSTEM, false), BadOrigin);
			}
		});
	}
}

#[test]
fn integrity_test_passes() {
	use frame_support::traits::Hooks;
	build_and_execute(Programs::integrity_test);
}
