// SPDX-License-Identifier: Apache-2.0
//! Whatever owners and tasks do in whatever order, each deposit is on hold and comes back.

use crate::mock::*;
use proofyard_primitives::{traits::Programs as _, ProgramId, WorkModel};
use proptest::prelude::*;
use sp_runtime::{DispatchResult, StateVersion};

#[derive(Clone, Debug)]
enum Action {
	Register {
		who: AccountId,
		program: u8,
	},
	SetLocators {
		who: AccountId,
		program: u8,
		lengths: Vec<usize>,
	},
	Retire {
		who: AccountId,
		program: u8,
	},
	Switch {
		enabled: bool,
	},
	/// A task of the program begins, if it takes any.
	Begin {
		program: u8,
	},
	/// A task of the program ends, if one lives.
	End {
		program: u8,
	},
	/// Money moves to the other account.
	Spend {
		who: AccountId,
		amount: Balance,
	},
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
	let who = || ALICE..=BOB;
	let program = || 0..4u8;
	let lengths = prop::collection::vec(9..512usize, 0..=4);
	let action = prop_oneof![
		4 => (who(), program()).prop_map(|(who, program)| Action::Register { who, program }),
		4 => (who(), program(), lengths)
			.prop_map(|(who, program, lengths)| Action::SetLocators { who, program, lengths }),
		3 => (who(), program()).prop_map(|(who, program)| Action::Retire { who, program }),
		1 => any::<bool>().prop_map(|enabled| Action::Switch { enabled }),
		4 => program().prop_map(|program| Action::Begin { program }),
		5 => program().prop_map(|program| Action::End { program }),
		1 => (who(), 0..FUNDS).prop_map(|(who, amount)| Action::Spend { who, amount }),
	];
	prop::collection::vec(action, 1..60)
}

/// The programs of the property differ in their work.
fn work(program: u8) -> WorkModel {
	WorkModel::Fixed(u64::from(program) + 1)
}

fn id_of(program: u8) -> ProgramId {
	id(work(program))
}

fn run(action: Action, live: &mut [u32]) -> DispatchResult {
	match action {
		Action::Register { who, program } => {
			Programs::register(signed(who), SYSTEM, key(), CPU, work(program), artifacts(&[PLACE]))
		}
		Action::SetLocators { who, program, lengths } => {
			let texts: Vec<String> =
				lengths.iter().map(|length| format!("https://{:x<1$}", "", length - 8)).collect();
			let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
			Programs::set_locators(signed(who), id_of(program), 0, locators(&texts))
		}
		Action::Retire { who, program } => Programs::retire(signed(who), id_of(program)),
		Action::Switch { enabled } => {
			Programs::set_system_enabled(RuntimeOrigin::root(), SYSTEM, enabled)
		}
		Action::Begin { program } => {
			Programs::terms(&id_of(program))?;
			Programs::acquire(&id_of(program))?;
			live[usize::from(program)] += 1;
			Ok(())
		}
		Action::End { program } => {
			let live = &mut live[usize::from(program)];
			if *live > 0 {
				*live -= 1;
				Programs::release(&id_of(program));
			}
			Ok(())
		}
		Action::Spend { who, amount } => {
			let other = if who == ALICE { BOB } else { ALICE };
			Balances::transfer_keep_alive(signed(who), other, amount)
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn deposits_are_on_hold_and_come_back(actions in actions()) {
		build_and_execute(|| {
			let issuance = Balances::total_issuance();
			let mut live = [0; 4];
			for action in actions {
				let before = sp_io::storage::root(StateVersion::V1);
				if run(action.clone(), &mut live).is_err() {
					let after = sp_io::storage::root(StateVersion::V1);
					assert_eq!(after, before, "{action:?} failed and left traces");
				}
				Programs::do_try_state().unwrap_or_else(|error| panic!("{action:?}: {error:?}"));
				assert_eq!(Balances::total_issuance(), issuance, "{action:?}");
				for program in 0..4u8 {
					let known = crate::Programs::<Test>::get(id_of(program));
					let counted = known.map_or(0, |record| record.live_tasks);
					assert_eq!(counted, live[usize::from(program)], "{action:?}: tasks");
				}
			}

			// In the end everybody goes, and nothing is on hold.
			for program in 0..4u8 {
				for who in [ALICE, BOB] {
					let _ = Programs::retire(signed(who), id_of(program));
				}
				for _ in 0..live[usize::from(program)] {
					Programs::release(&id_of(program));
				}
			}
			assert_eq!(crate::Programs::<Test>::iter().count(), 0);
			assert_eq!((on_hold(ALICE), on_hold(BOB)), (0, 0));
		});
	}
}
