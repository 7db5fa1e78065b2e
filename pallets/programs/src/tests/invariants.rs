// SPDX-License-Identifier: Apache-2.0
//! The state check finds what it is there to find.

use crate::{mock::*, Keys, PreparedKeys, ProgramRecordOf};
use frame_support::hypothetically;
use proofyard_primitives::{ProgramId, WorkModel};

/// Damage the state of one registered program, and see that the check says so.
fn damage(expected: &'static str, change: impl FnOnce(ProgramId)) {
	build_and_execute(|| {
		let program = register(ALICE);
		hypothetically!({
			change(program);
			assert_eq!(Programs::do_try_state(), Err(expected.into()));
		});
	});
}

fn edit(program: ProgramId, change: impl FnOnce(&mut ProgramRecordOf<Test>)) {
	crate::Programs::<Test>::mutate_extant(program, change);
}

#[test]
fn a_program_has_its_keys() {
	damage("a program without its key", Keys::<Test>::remove);
	damage("a program without a prepared key", PreparedKeys::<Test>::remove);
}

#[test]
fn a_key_has_its_program() {
	damage("a key without a program", |_| Keys::<Test>::insert(ProgramId::zero(), key()));
	damage("a prepared key without a program", |program| {
		let prepared = PreparedKeys::<Test>::get(program).unwrap();
		PreparedKeys::<Test>::insert(ProgramId::zero(), prepared)
	});
}

#[test]
fn an_id_is_what_the_program_says() {
	damage("a program under a wrong id", |program| {
		edit(program, |record| record.work = WorkModel::PerTask)
	});
	damage("a program under a wrong id", |program| {
		Keys::<Test>::mutate_extant(program, |key| key[575] ^= 1)
	});
}

#[test]
fn a_retired_program_is_needed() {
	damage("a retired program that nothing needs", |program| {
		edit(program, |record| record.retired = true)
	});
}

#[test]
fn deposits_are_on_hold() {
	damage("deposits are not what is on hold", |program| {
		edit(program, |record| record.deposit += 1)
	});
	damage("deposits are not what is on hold", |program| {
		edit(program, |record| record.owner = BOB)
	});
}
