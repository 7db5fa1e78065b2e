// SPDX-License-Identifier: Apache-2.0
//! The state check finds what it is there to find.

use super::vectors::*;
use crate::{mock::*, Keys, PreparedKeys, PreparedVersions, ProgramRecordOf, Versions};
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
fn a_version_is_what_its_entry_says() {
	let (old, new) = (Vector::risc0_v2_2(), Vector::risc0_v3_0());
	let (system, selector) = (old.system, old.selector());
	let damage = |expected: &'static str, change: &dyn Fn()| {
		damage(expected, |_| {
			set_version(&old.entry());
			change();
		})
	};
	let edit = |change: fn(&mut crate::VersionRecord)| {
		move || {
			let mut record = Versions::<Test>::get(system, selector).unwrap();
			change(&mut record);
			Versions::<Test>::insert(system, selector, record);
		}
	};
	damage("an entry that is not canonical", &edit(|record| record.entry.truncate(7)));
	damage("a version under a wrong name", &edit(|record| record.version.clear()));
	damage("a version under a wrong name", &|| {
		let mut record = Versions::<Test>::get(system, selector).unwrap();
		record.entry = new.entry().to_bytes().try_into().unwrap();
		Versions::<Test>::insert(system, selector, record);
	});
	damage("a version is prepared when it is on", &edit(|record| record.enabled = false));
	damage("a version is prepared when it is on", &|| {
		PreparedVersions::<Test>::remove(system, selector)
	});
	damage("a prepared version without an entry", &|| Versions::<Test>::remove(system, selector));
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
