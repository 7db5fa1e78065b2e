// SPDX-License-Identifier: Apache-2.0
//! Uses by the other pallets: capacity, reserve, release, slash, count asks.

use crate::{mock::*, Error, Event, LotsInUse};
use frame_support::{assert_noop, assert_ok};
use proofyard_primitives::{
	traits::{Capacity, Provers as _},
	Ending::{Declined, Defaulted, Lost, Rejected, Verified, VerifiedLate},
};

mod capacity {
	use super::*;

	#[test]
	fn is_what_live_attempts_and_unbonding_leave() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_eq!(
				Provers::capacity(&ALICE),
				Some(Capacity {
					hardware: CPU,
					free_stake: 500,
					free_slots: MAX_SLOTS,
					committed_ms: 0
				})
			);
			assert_ok!(Provers::reserve(&ALICE, &market(3), 120, 2_500));
			assert_ok!(Provers::unbond(signed(ALICE), 200));
			assert_eq!(
				Provers::capacity(&ALICE),
				Some(Capacity {
					hardware: CPU,
					free_stake: 180,
					free_slots: MAX_SLOTS - 1,
					committed_ms: 2_500
				})
			);
			Provers::release_slot(&ALICE, &market(3), 2_500, attempt(Verified));
			Provers::release_bond(&ALICE, 120);
		});
	}

	#[test]
	fn of_a_leaving_prover_has_no_stake() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::unbond(signed(ALICE), 500));
			assert_eq!(Provers::capacity(&ALICE).unwrap().free_stake, 0);
			assert_noop!(
				Provers::reserve(&ALICE, &market(3), 1, 0),
				Error::<Test>::InsufficientStake
			);
		});
	}

	#[test]
	fn of_a_stranger_is_none() {
		build_and_execute(|| {
			assert_eq!(Provers::capacity(&ALICE), None);
			assert_eq!(Provers::session_key(&ALICE), None);
			assert_eq!(Provers::by_session_key(&key(1)), None);
			assert_eq!(Provers::lots_in_use(&ALICE, &market(3)), 0);
		});
	}
}

mod reserve {
	use super::*;

	#[test]
	fn takes_bond_slot_lot_and_time() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::reserve(&ALICE, &market(3), 100, 1_000));
			assert_ok!(Provers::reserve(&ALICE, &market(3), 50, 500));
			assert_ok!(Provers::reserve(&ALICE, &market(4), 0, 0));
			let record = record(ALICE);
			assert_eq!((record.live, record.reserved, record.committed_ms), (3, 150, 1_500));
			assert_eq!(Provers::lots_in_use(&ALICE, &market(3)), 2);
			assert_eq!(Provers::lots_in_use(&ALICE, &market(4)), 1);
			// A bond is a claim on the stake: no money moves.
			assert_eq!((record.stake, on_hold(ALICE)), (500, 500));
		});
	}

	#[test]
	fn takes_the_whole_free_stake_and_no_more() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::unbond(signed(ALICE), 300));
			assert_noop!(
				Provers::reserve(&ALICE, &market(3), 201, 0),
				Error::<Test>::InsufficientStake
			);
			assert_ok!(Provers::reserve(&ALICE, &market(3), 200, 0));
		});
	}

	#[test]
	fn fills_every_slot_and_no_more() {
		build_and_execute(|| {
			register(ALICE, 500);
			for bucket in 0..MAX_SLOTS as u8 {
				assert_ok!(Provers::reserve(&ALICE, &market(bucket), 1, 0));
			}
			assert_eq!(Provers::capacity(&ALICE).unwrap().free_slots, 0);
			assert_noop!(Provers::reserve(&ALICE, &market(9), 1, 0), Error::<Test>::NoFreeSlot);
		});
	}

	#[test]
	fn fails_while_the_prover_is_paused() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::set_paused(signed(ALICE), true));
			assert_noop!(Provers::reserve(&ALICE, &market(3), 1, 0), Error::<Test>::Paused);
		});
	}

	#[test]
	fn fails_for_a_stranger() {
		build_and_execute(|| {
			assert_noop!(Provers::reserve(&ALICE, &market(3), 1, 0), Error::<Test>::UnknownProver);
		});
	}
}

mod release_slot {
	use super::*;

	#[test]
	fn undoes_reserve_but_for_the_bond_and_counts_the_ending() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::reserve(&ALICE, &market(3), 100, 1_000));
			assert_ok!(Provers::reserve(&ALICE, &market(3), 50, 500));
			Provers::release_slot(&ALICE, &market(3), 1_000, attempt(Verified));
			let one_left = record(ALICE);
			assert_eq!((one_left.live, one_left.reserved, one_left.committed_ms), (1, 150, 500));
			assert_eq!((one_left.verified, one_left.defaulted), (1, 0));
			assert_eq!(Provers::lots_in_use(&ALICE, &market(3)), 1);
			Provers::release_bond(&ALICE, 100);
			assert_eq!(record(ALICE).reserved, 50);
			Provers::release_slot(&ALICE, &market(3), 500, attempt(Defaulted));
			Provers::release_bond(&ALICE, 50);
			let idle = record(ALICE);
			assert_eq!((idle.live, idle.reserved, idle.committed_ms), (0, 0, 0));
			assert_eq!((idle.verified, idle.defaulted), (1, 1));
		});
	}

	#[test]
	fn counts_proofs_and_defaults_and_nothing_else() {
		build_and_execute(|| {
			register(ALICE, 500);
			for (ending, counts) in [
				(Verified, (1, 0)),
				(VerifiedLate, (2, 0)),
				(Lost, (2, 0)),
				(Declined, (2, 0)),
				(Rejected, (2, 1)),
				(Defaulted, (2, 2)),
			] {
				reserve(ALICE, 10);
				finish(ALICE, 10, ending);
				assert_eq!((record(ALICE).verified, record(ALICE).defaulted), counts);
			}
		});
	}

	#[test]
	fn frees_the_slot_for_another_attempt_while_the_bond_is_held() {
		build_and_execute(|| {
			register(ALICE, 500);
			for _ in 0..MAX_SLOTS {
				reserve(ALICE, 100);
			}
			release_slot(ALICE, Verified);
			assert_eq!(Provers::capacity(&ALICE).unwrap().free_slots, 1);
			assert_eq!(Provers::capacity(&ALICE).unwrap().free_stake, 100);
			assert_ok!(Provers::reserve(&ALICE, &market(3), 100, 0));
			// It can be slashed until the task has ended.
			assert_eq!(slash(ALICE, 500), 500);
		});
	}

	#[test]
	fn of_the_last_lot_leaves_no_entry() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 100);
			release_slot(ALICE, Verified);
			assert_eq!(LotsInUse::<Test>::iter().count(), 0);
		});
	}

	#[test]
	fn frees_the_stake_to_unbond_when_the_bond_is_put_back() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 500);
			release_slot(ALICE, Verified);
			assert_noop!(Provers::unbond(signed(ALICE), 1), Error::<Test>::StakeReserved);
			Provers::release_bond(&ALICE, 500);
			assert_ok!(Provers::unbond(signed(ALICE), 500));
		});
	}
}

mod slash_bond {
	use super::*;

	#[test]
	fn takes_from_bond_stake_and_issuance() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 200);
			let issuance = Balances::total_issuance();
			assert_eq!(slash(ALICE, 150), 150);
			System::assert_has_event(
				Event::BondSlashed { prover: ALICE, amount: 150, stake: 350 }.into(),
			);
			let record = record(ALICE);
			assert_eq!((record.stake, record.reserved, on_hold(ALICE)), (350, 50, 350));
			assert_eq!(Balances::total_issuance(), issuance - 150);
			finish(ALICE, 50, Defaulted);
		});
	}

	#[test]
	fn takes_the_whole_stake_where_it_is_all_reserved() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 500);
			assert_eq!(slash(ALICE, 500), 500);
			assert_eq!((record(ALICE).stake, on_hold(ALICE)), (0, 0));
			assert_eq!(Balances::free_balance(ALICE), FUNDS - 500);
			finish(ALICE, 0, Defaulted);
		});
	}

	#[test]
	fn takes_no_more_than_is_reserved() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 200);
			assert_eq!(slash(ALICE, 201), 200);
			assert_eq!((record(ALICE).stake, record(ALICE).reserved), (300, 0));
			let events = System::events().len();
			assert_eq!(slash(ALICE, 1), 0);
			assert_eq!(System::events().len(), events, "nothing taken is no event");
			finish(ALICE, 0, Defaulted);
		});
	}

	#[test]
	fn does_not_reach_what_is_unbonding() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 200);
			assert_ok!(Provers::unbond(signed(ALICE), 300));
			assert_eq!(slash(ALICE, 500), 200);
			finish(ALICE, 0, Defaulted);
			System::set_block_number(1 + UNBONDING_DELAY);
			assert_ok!(Provers::withdraw_unbonded(signed(ALICE)));
			// Nothing is left, so the prover is gone, with what it unbonded.
			System::assert_last_event(Event::ProverLeft { prover: ALICE }.into());
			assert_eq!(Balances::free_balance(ALICE), FUNDS - 200);
		});
	}
}

mod asks {
	use super::*;

	#[test]
	fn are_counted_up_to_the_most_and_no_further() {
		build_and_execute(|| {
			register(ALICE, 500);
			for _ in 0..MAX_ASKS {
				assert_ok!(Provers::ask_placed(&ALICE));
			}
			assert_noop!(Provers::ask_placed(&ALICE), Error::<Test>::TooManyAsks);
			Provers::ask_withdrawn(&ALICE);
			assert_ok!(Provers::ask_placed(&ALICE));
			assert_eq!(record(ALICE).asks, MAX_ASKS);
		});
	}

	#[test]
	fn are_refused_of_a_leaving_prover() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::unbond(signed(ALICE), 500));
			assert_noop!(Provers::ask_placed(&ALICE), Error::<Test>::Leaving);
		});
	}

	#[test]
	fn are_refused_of_a_prover_that_lost_its_stake() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 500);
			slash(ALICE, 500);
			finish(ALICE, 0, Defaulted);
			assert_noop!(Provers::ask_placed(&ALICE), Error::<Test>::Leaving);
		});
	}

	#[test]
	fn are_refused_of_a_stranger() {
		build_and_execute(|| {
			assert_noop!(Provers::ask_placed(&ALICE), Error::<Test>::UnknownProver);
			Provers::ask_withdrawn(&ALICE);
		});
	}
}
