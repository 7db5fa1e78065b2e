// SPDX-License-Identifier: Apache-2.0
//! Requesters that provers keep off their asks.

use super::helpers::*;
use frame_support::{assert_noop, assert_ok};
use pallet_auctions::{Blocked, BlockedCount, Error, Event, MAX_BLOCKED};
use proofyard_market::*;
use proofyard_primitives::TaskId;
use sp_runtime::{DispatchError, DispatchResult};

fn set_blocked(prover: AccountId, requester: AccountId, blocked: bool) -> DispatchResult {
	Auctions::set_blocked(signed(prover), requester, blocked)
}

fn submit_by(who: AccountId) -> TaskId {
	Request { who, ..Default::default() }.submit()
}

#[test]
fn works() {
	build_and_execute(|| {
		assert_ok!(set_blocked(PROVER, REQUESTER, true));
		assert!(Blocked::<Test>::contains_key(PROVER, REQUESTER));
		assert_eq!(BlockedCount::<Test>::get(PROVER), 1);
		System::assert_last_event(
			Event::BlockListChanged { prover: PROVER, requester: REQUESTER, blocked: true }.into(),
		);
		assert_ok!(set_blocked(PROVER, REQUESTER, false));
		assert_eq!(Blocked::<Test>::iter_keys().count(), 0);
		assert_eq!(BlockedCount::<Test>::iter_keys().count(), 0);
		System::assert_last_event(
			Event::BlockListChanged { prover: PROVER, requester: REQUESTER, blocked: false }.into(),
		);
	});
}

#[test]
fn who_is_kept_off_is_served_by_others() {
	build_and_execute(|| {
		ask(PROVER, 1);
		ask(RIVAL, 5);
		assert_ok!(set_blocked(PROVER, REQUESTER, true));
		let (theirs, others) = (submit_by(REQUESTER), submit_by(OTHER));
		next_block();
		assert_eq!(winner(theirs), Some(RIVAL));
		assert_eq!(winner(others), Some(PROVER));
		// Nor does it stand by.
		assert!(standbys(theirs).is_empty());
		assert_eq!(standbys(others), [(RIVAL, standby_price(fee(5)))]);
	});
}

#[test]
fn it_counts_at_once_both_ways() {
	build_and_execute(|| {
		AskEpoch::set(5);
		ask(PROVER, 1);
		run_to(5);
		let task = submit_by(REQUESTER);
		assert_ok!(set_blocked(PROVER, REQUESTER, true));
		next_block();
		assert!(is_open(task));
		assert_ok!(set_blocked(PROVER, REQUESTER, false));
		next_block();
		assert_eq!(winner(task), Some(PROVER));
	});
}

#[test]
fn a_set_of_provers_does_not_change_it() {
	build_and_execute(|| {
		ask(PROVER, 1);
		assert_ok!(set_blocked(PROVER, REQUESTER, true));
		let task = Request { provers: vec![PROVER], ..Default::default() }.submit();
		run_to(5);
		assert!(is_open(task));
	});
}

#[test]
fn what_was_won_stays_won() {
	build_and_execute(|| {
		ask(PROVER, 1);
		let task = submit_by(REQUESTER);
		next_block();
		assert_ok!(set_blocked(PROVER, REQUESTER, true));
		deliver(task);
		assert_eq!(free(PROVER), ENDOWMENT - STAKE + fee(1));
	});
}

#[test]
fn fails_when_the_caller_is_no_prover() {
	build_and_execute(|| {
		assert_noop!(set_blocked(REQUESTER, OTHER, true), Error::<Test>::NotProver);
		let root = RuntimeOrigin::root();
		assert_noop!(Auctions::set_blocked(root, OTHER, true), DispatchError::BadOrigin);
	});
}

#[test]
fn fails_when_nothing_would_change() {
	build_and_execute(|| {
		let refused = Error::<Test>::NothingToChange;
		assert_noop!(set_blocked(PROVER, REQUESTER, false), refused);
		assert_ok!(set_blocked(PROVER, REQUESTER, true));
		let refused = Error::<Test>::NothingToChange;
		assert_noop!(set_blocked(PROVER, REQUESTER, true), refused);
	});
}

#[test]
fn fails_when_the_list_is_full() {
	build_and_execute(|| {
		for requester in 0..MAX_BLOCKED {
			assert_ok!(set_blocked(PROVER, 1_000 + AccountId::from(requester), true));
		}
		assert_noop!(set_blocked(PROVER, REQUESTER, true), Error::<Test>::TooManyBlocked);
		assert_ok!(set_blocked(RIVAL, REQUESTER, true));
		assert_ok!(set_blocked(PROVER, 1_000, false));
		assert_ok!(set_blocked(PROVER, REQUESTER, true));
	});
}

#[test]
fn one_that_has_left_may_still_clear_its_list() {
	build_and_execute(|| {
		assert_ok!(set_blocked(PROVER, REQUESTER, true));
		assert_ok!(Provers::unbond(signed(PROVER), STAKE));
		run_to(21);
		assert_ok!(Provers::withdraw_unbonded(signed(PROVER)));
		assert_noop!(set_blocked(PROVER, OTHER, true), Error::<Test>::NotProver);
		assert_ok!(set_blocked(PROVER, REQUESTER, false));
		assert_eq!(BlockedCount::<Test>::iter_keys().count(), 0);
	});
}
