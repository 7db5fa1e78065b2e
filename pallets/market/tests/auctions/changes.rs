// SPDX-License-Identifier: Apache-2.0
//! Changing an open task in place: more money, more time.

use super::helpers::*;
use frame_support::{assert_noop, assert_ok};
use pallet_auctions::{
	queue_key, AgendaOf, Error, Event, OpenTasks, Queue, QueueCursor, Queued, Waiting, WeightInfo,
};
use pallet_settlement::{Error as SettlementError, Event as SettlementEvent};
use proofyard_market::*;
use proofyard_primitives::{BiddingWindow, Outcome, TaskId};
use sp_runtime::{DispatchError, DispatchResult};

fn raise(who: AccountId, task: TaskId, by: Balance) -> DispatchResult {
	Auctions::raise_fee(signed(who), task, by)
}

fn prolong(who: AccountId, task: TaskId, by: u32) -> DispatchResult {
	Auctions::prolong_task(signed(who), task, by)
}

fn sealed() -> TaskId {
	let bidding = Some(BiddingWindow { commit: 5, reveal: 5 });
	Request { bidding, lifetime: 40, ..Default::default() }.submit()
}

mod raise_fee {
	use super::*;

	#[test]
	fn works() {
		build_and_execute(|| {
			let task = submit(3);
			assert_ok!(raise(REQUESTER, task, fee(9) - fee(3)));
			let open = OpenTasks::<Test>::get(task).unwrap();
			assert_eq!((open.spec.max_fee, open.spec.deadline), (fee(9), 21));
			assert_eq!((free(REQUESTER), escrowed(REQUESTER)), (ENDOWMENT - fee(9), fee(9)));
			let queued = Queue::<Test>::get(market(), queue_key(21, task));
			assert_eq!(queued, Some(Queued { bid: 9, restricted: false, several: false }));
			assert_eq!(Queue::<Test>::iter_keys().count(), 1);
			assert_eq!(Waiting::<Test>::get(market()), 1);
			System::assert_has_event(
				SettlementEvent::EscrowRaised {
					task,
					requester: REQUESTER,
					amount: fee(9) - fee(3),
					held: fee(9),
				}
				.into(),
			);
			System::assert_last_event(Event::FeeRaised { task, max_fee: fee(9) }.into());
		});
	}

	#[test]
	fn makes_a_task_meet_an_ask_that_was_too_high() {
		build_and_execute(|| {
			ask(PROVER, 5);
			let task = submit(4);
			run_to(4);
			assert!(is_open(task));
			// One planck is enough to be on the tick, one less is not.
			assert_ok!(raise(REQUESTER, task, fee(5) - fee(4) - 1));
			next_block();
			assert!(is_open(task));
			assert_ok!(raise(REQUESTER, task, 1));
			next_block();
			assert_eq!(assigned(task), Some((PROVER, fee(5))));
		});
	}

	#[test]
	fn keeps_its_set_and_its_place_among_others() {
		build_and_execute(|| {
			let provers = vec![RIVAL];
			let (kept, task) = (submit(3), Request { provers, ..Default::default() }.submit());
			assert_ok!(raise(REQUESTER, task, 1));
			let keys: Vec<_> = Queue::<Test>::iter_key_prefix(market()).collect();
			assert_eq!(keys, [queue_key(21, kept), queue_key(21, task)]);
			assert!(Queue::<Test>::get(market(), keys[1]).unwrap().restricted);
		});
	}

	#[test]
	fn of_the_only_task_does_not_leave_a_cursor_behind() {
		build_and_execute(|| {
			MaxSkips::set(1);
			ask(PROVER, 9);
			let (first, second) = (submit(3), submit(3));
			next_block();
			assert!(QueueCursor::<Test>::contains_key(market()));
			assert_ok!(Auctions::cancel_task(signed(REQUESTER), first));
			assert_ok!(raise(REQUESTER, second, fee(9)));
			check_invariants();
			run_to(4);
			assert_eq!(assigned(second), Some((PROVER, fee(9))));
		});
	}

	#[test]
	fn fails_when_there_is_nothing_to_raise() {
		build_and_execute(|| {
			assert_noop!(raise(REQUESTER, 0, 1), Error::<Test>::UnknownTask);
			let task = submit(3);
			assert_noop!(raise(REQUESTER, task, 0), Error::<Test>::NothingToChange);
			ask(PROVER, 1);
			next_block();
			assert_noop!(raise(REQUESTER, task, 1), Error::<Test>::UnknownTask);
		});
	}

	#[test]
	fn fails_when_the_task_is_anothers() {
		build_and_execute(|| {
			let task = submit(3);
			assert_noop!(raise(OTHER, task, 1), Error::<Test>::NotRequester);
			let root = RuntimeOrigin::root();
			assert_noop!(Auctions::raise_fee(root, task, 1), DispatchError::BadOrigin);
		});
	}

	#[test]
	fn fails_when_the_task_is_sold_by_sealed_bids() {
		build_and_execute(|| {
			let task = sealed();
			assert_noop!(raise(REQUESTER, task, 1), Error::<Test>::SealedTask);
		});
	}

	#[test]
	fn fails_when_the_balance_does_not_cover_it() {
		build_and_execute(|| {
			let task = submit(3);
			let rest = free(REQUESTER);
			for by in [rest, Balance::MAX] {
				assert_noop!(
					raise(REQUESTER, task, by),
					SettlementError::<Test>::InsufficientBalance
				);
			}
			// The existential deposit of one stays free.
			assert_ok!(raise(REQUESTER, task, rest - 1));
		});
	}
}

mod prolong_task {
	use super::*;

	#[test]
	fn works() {
		build_and_execute(|| {
			let task = submit(3);
			assert_ok!(prolong(REQUESTER, task, 7));
			let open = OpenTasks::<Test>::get(task).unwrap();
			assert_eq!((open.spec.deadline, open.expire_at), (28, 28));
			assert_eq!(AgendaOf::<Test>::entries(), [(28, task)]);
			let keys: Vec<_> = Queue::<Test>::iter_key_prefix(market()).collect();
			assert_eq!(keys, [queue_key(28, task)]);
			assert_eq!(Waiting::<Test>::get(market()), 1);
			System::assert_last_event(Event::TaskProlonged { task, deadline: 28 }.into());
			run_to(27);
			assert!(is_open(task));
			next_block();
			assert_eq!(outcome(task), Some(Outcome::Expired));
		});
	}

	#[test]
	fn makes_a_task_meet_an_ask_that_was_too_slow() {
		build_and_execute(|| {
			// A task of 100 seconds: 17 blocks, and the first attempt has 70 % of the time.
			ask_in(market(), PROVER, 5, 1, WORK / 100);
			let task = submit(9);
			run_to(4);
			assert!(is_open(task));
			assert_ok!(prolong(REQUESTER, task, 20));
			next_block();
			assert_eq!(assigned(task), Some((PROVER, fee(5))));
		});
	}

	#[test]
	fn can_be_done_up_to_the_block_before_the_deadline() {
		build_and_execute(|| {
			let task = submit(3);
			run_to(20);
			assert_ok!(prolong(REQUESTER, task, 1));
			run_to(21);
			assert!(is_open(task));
			// A block that had no room for its expiry: the deadline is over all the same.
			AuctionsHook::set(<() as WeightInfo>::agenda_base() * 2);
			run_to(22);
			assert!(is_open(task));
			assert_noop!(prolong(REQUESTER, task, 1), Error::<Test>::TooLate);
		});
	}

	#[test]
	fn reaches_as_far_as_a_new_task_would() {
		build_and_execute(|| {
			let task = submit(3);
			run_to(5);
			let most = 5 + MAX_LIFETIME - 21;
			for by in [most + 1, u32::MAX] {
				let refused = Error::<Test>::LifetimeOutOfRange;
				assert_noop!(prolong(REQUESTER, task, by), refused);
			}
			assert_ok!(prolong(REQUESTER, task, most));
		});
	}

	#[test]
	fn fails_when_there_is_nothing_to_prolong() {
		build_and_execute(|| {
			assert_noop!(prolong(REQUESTER, 0, 1), Error::<Test>::UnknownTask);
			let task = submit(3);
			assert_noop!(prolong(REQUESTER, task, 0), Error::<Test>::NothingToChange);
			ask(PROVER, 1);
			next_block();
			assert_noop!(prolong(REQUESTER, task, 1), Error::<Test>::UnknownTask);
		});
	}

	#[test]
	fn fails_when_the_task_is_anothers() {
		build_and_execute(|| {
			let task = submit(3);
			assert_noop!(prolong(OTHER, task, 1), Error::<Test>::NotRequester);
			let none = RuntimeOrigin::none();
			assert_noop!(Auctions::prolong_task(none, task, 1), DispatchError::BadOrigin);
		});
	}

	#[test]
	fn fails_when_the_task_is_sold_by_sealed_bids() {
		build_and_execute(|| {
			let task = sealed();
			assert_noop!(prolong(REQUESTER, task, 1), Error::<Test>::SealedTask);
		});
	}
}
