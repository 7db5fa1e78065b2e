// SPDX-License-Identifier: Apache-2.0
//! The state check finds what it is there to find.

use crate::{mock::*, LotsInUse, SessionKeys};
use frame_support::hypothetically;

/// Damage the state of a prover with one live attempt, and see that the check says so.
fn damage(expected: &'static str, change: impl FnOnce()) {
	build_and_execute(|| {
		register(ALICE, 500);
		reserve(ALICE, 100);
		hypothetically!({
			change();
			assert_eq!(Provers::do_try_state(), Err(expected.into()));
		});
	});
}

fn edit(change: impl FnOnce(&mut crate::ProverRecordOf<Test>)) {
	crate::Provers::<Test>::mutate_extant(ALICE, change);
}

#[test]
fn stake_must_be_on_hold() {
	damage("stake is not what is on hold", || edit(|record| record.stake += 1));
}

#[test]
fn reserved_must_be_part_of_the_stake() {
	damage("reserved and leaving stake exceed the stake", || edit(|record| record.reserved = 501));
}

#[test]
fn leaving_must_be_part_of_what_is_not_reserved() {
	damage("reserved and leaving stake exceed the stake", || {
		edit(|record| {
			record.unbonding = Some(crate::Unbonding { amount: 401, available_at: 9 });
		})
	});
}

#[test]
fn live_attempts_must_fit_the_slots() {
	damage("more live attempts than slots", || edit(|record| record.slots = 0));
}

#[test]
fn nothing_is_reserved_without_an_attempt() {
	damage("reserved without a live attempt", || edit(|record| record.live = 0));
}

#[test]
fn asks_are_bounded() {
	damage("more asks than allowed", || edit(|record| record.asks = MAX_ASKS + 1));
}

#[test]
fn a_session_key_leads_to_its_prover() {
	damage("a session key of nobody", || SessionKeys::<Test>::insert(key(9), BOB));
	damage("a session key that its prover does not use", || {
		SessionKeys::<Test>::insert(key(9), ALICE)
	});
	damage("a prover without its session key", || SessionKeys::<Test>::remove(key(1)));
}

#[test]
fn lots_add_up_to_the_live_attempts() {
	damage("lots in use are not the live attempts", || {
		LotsInUse::<Test>::insert(ALICE, market(11), 1)
	});
	damage("an empty entry of lots", || LotsInUse::<Test>::insert(ALICE, market(11), 0));
	damage("lots of an unknown prover", || LotsInUse::<Test>::insert(BOB, market(11), 1));
}
