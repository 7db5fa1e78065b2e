// SPDX-License-Identifier: Apache-2.0
//! Committing to sealed bids and revealing them.

use super::helpers::*;
use frame_support::{assert_noop, assert_ok};
use pallet_auctions::{
	Bid, Bids, Error, Event, OpenTasks, Reference, References, WeightInfo, MAX_BIDS,
};
use pallet_provers::Error as ProversError;
use proofyard_market::*;
use proofyard_primitives::{
	bid_commitment, BiddingWindow, HardwareClass, Outcome, ServiceLevel, TaskId, WorkModel,
};
use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult};

/// The last block to commit in, and the last to reveal in.
pub const COMMIT_UNTIL: BlockNumber = 6;
pub const REVEAL_UNTIL: BlockNumber = 11;
/// Most that the requester pays for the whole task.
pub const MAX: Balance = 100_000;
pub const SALT: [u8; 32] = [7; 32];

/// A task submitted in block 1.
pub fn request() -> Request {
	let bidding = Some(BiddingWindow { commit: 5, reveal: 5 });
	Request { bidding, max_fee: MAX, lifetime: 40, ..Default::default() }
}

pub fn try_commit(prover: AccountId, task: TaskId, price: Balance) -> DispatchResult {
	let commitment = bid_commitment(task, &prover, price, &SALT);
	Auctions::commit_bid(signed(prover), task, commitment)
}

pub fn commit(prover: AccountId, task: TaskId, price: Balance) {
	assert_ok!(try_commit(prover, task, price));
}

pub fn try_reveal(prover: AccountId, task: TaskId, price: Balance) -> DispatchResult {
	Auctions::reveal_bid(signed(prover), task, price, WORK, SALT)
}

pub fn reveal(prover: AccountId, task: TaskId, price: Balance) {
	assert_ok!(try_reveal(prover, task, price));
}

fn bids(task: TaskId) -> u32 {
	OpenTasks::<Test>::get(task).unwrap().bidding.unwrap().bids
}

mod commit_bid {
	use super::*;

	#[test]
	fn works() {
		build_and_execute(|| {
			let task = request().submit();
			commit(PROVER, task, 60_000);
			let commitment = bid_commitment(task, &PROVER, 60_000, &SALT);
			let bid = Bid { commitment, deposit: BOND_BASE, revealed: None };
			assert_eq!(Bids::<Test>::get(task, PROVER), Some(bid));
			assert_eq!(bids(task), 1);
			assert_eq!(reserved_bond(PROVER), BOND_BASE);
			System::assert_last_event(Event::BidCommitted { task, prover: PROVER }.into());
		});
	}

	#[test]
	fn replaces_a_bid_at_no_further_deposit() {
		build_and_execute(|| {
			let task = request().submit();
			commit(PROVER, task, 60_000);
			commit(PROVER, task, 50_000);
			assert_eq!((bids(task), reserved_bond(PROVER)), (1, BOND_BASE));
			run_to(COMMIT_UNTIL + 1);
			assert_noop!(try_reveal(PROVER, task, 60_000), Error::<Test>::WrongCommitment);
			reveal(PROVER, task, 50_000);
		});
	}

	#[test]
	fn works_up_to_the_last_block() {
		build_and_execute(|| {
			let task = request().submit();
			run_to(COMMIT_UNTIL);
			commit(PROVER, task, 60_000);
			run_to(COMMIT_UNTIL + 1);
			assert_noop!(try_commit(RIVAL, task, 50_000), Error::<Test>::TooLate);
			// Nor can a bid be replaced.
			assert_noop!(try_commit(PROVER, task, 50_000), Error::<Test>::TooLate);
		});
	}

	#[test]
	fn needs_no_ask_and_no_free_slot() {
		build_and_execute(|| {
			assert_ok!(Provers::set_hardware(signed(PROVER), HardwareClass::Cpu, 1));
			ask(PROVER, 1);
			let busy_with = submit(5);
			next_block();
			assert_eq!(winner(busy_with), Some(PROVER));
			let task = request().submit();
			commit(PROVER, task, 60_000);
		});
	}

	#[test]
	fn fails_when_there_is_no_such_task() {
		build_and_execute(|| {
			assert_noop!(try_commit(PROVER, 0, 1), Error::<Test>::UnknownTask);
			let task = submit(5);
			assert_noop!(try_commit(PROVER, task, 1), Error::<Test>::NotSealed);
		});
	}

	#[test]
	fn fails_when_the_caller_is_no_prover() {
		build_and_execute(|| {
			let task = request().submit();
			assert_noop!(try_commit(OTHER, task, 1), Error::<Test>::NotProver);
			let call = Auctions::commit_bid(RuntimeOrigin::none(), task, H256::zero());
			assert_noop!(call, DispatchError::BadOrigin);
		});
	}

	#[test]
	fn fails_when_the_hardware_does_not_cover_the_programs() {
		build_and_execute(|| {
			let hardware = HardwareClass::Gpu { vram_gib: 16 };
			let program = register_program(OWNER, hardware, WorkModel::Fixed(WORK));
			let task = Request { program, ..request() }.submit();
			assert_noop!(try_commit(PROVER, task, 1), Error::<Test>::HardwareNotCovered);
			assert_ok!(Provers::set_hardware(signed(PROVER), hardware, SLOTS));
			commit(PROVER, task, 1);
		});
	}

	#[test]
	fn fails_when_the_task_is_kept_to_others() {
		build_and_execute(|| {
			let task = Request { provers: vec![RIVAL], ..request() }.submit();
			assert_noop!(try_commit(PROVER, task, 1), Error::<Test>::NotAdmitted);
			commit(RIVAL, task, 1);
		});
	}

	#[test]
	fn fails_when_the_prover_is_not_calibrated() {
		build_and_execute(|| {
			let reference = Reference {
				program: program(),
				work: WORK,
				input: Default::default(),
				challenge_at: 0,
				challenge_input: 0,
				proofs: 1,
				blocks: 20,
			};
			let task = request().submit();
			References::<Test>::insert(SYSTEM, HardwareClass::Cpu, reference);
			assert_noop!(try_commit(PROVER, task, 1), Error::<Test>::NotCalibrated);
		});
	}

	#[test]
	fn fails_when_the_provers_record_is_not_good_enough() {
		build_and_execute(|| {
			ReliableProofs::set(1);
			let level = ServiceLevel::Guaranteed;
			let (plain, task) = (request().submit(), Request { level, ..request() }.submit());
			assert_noop!(try_commit(PROVER, task, 1), Error::<Test>::NotReliable);
			commit(PROVER, plain, 1);
			count_delivered(PROVER);
			commit(PROVER, task, 1);
		});
	}

	#[test]
	fn fails_when_there_are_as_many_as_there_can_be() {
		build_and_execute(|| {
			let task = request().submit();
			for prover in 100..100 + AccountId::from(MAX_BIDS) {
				register_prover(prover, 1, STAKE);
				commit(prover, task, 60_000);
			}
			assert_noop!(try_commit(PROVER, task, 50_000), Error::<Test>::TooManyBids);
			// Who has one may still replace it.
			commit(100, task, 50_000);
		});
	}

	#[test]
	fn fails_when_the_stake_does_not_cover_the_deposit() {
		build_and_execute(|| {
			let task = request().submit();
			keep_stake(PROVER, bond_of(fee(1)) + BOND_BASE - 1);
			ask(PROVER, 1);
			let busy_with = submit(5);
			next_block();
			assert_eq!(winner(busy_with), Some(PROVER));
			let refused = ProversError::<Test>::InsufficientStake;
			assert_noop!(try_commit(PROVER, task, 1), refused);
			assert_ok!(Provers::add_stake(signed(PROVER), 1));
			commit(PROVER, task, 1);
		});
	}
}

mod reveal_bid {
	use super::*;

	#[test]
	fn works_and_frees_the_deposit() {
		build_and_execute(|| {
			let task = request().submit();
			commit(PROVER, task, 60_000);
			run_to(COMMIT_UNTIL + 1);
			reveal(PROVER, task, 60_000);
			let bid = Bids::<Test>::get(task, PROVER).unwrap();
			assert_eq!((bid.deposit, bid.revealed), (0, Some((60_000, WORK))));
			assert_eq!(reserved_bond(PROVER), 0);
			assert_eq!(bids(task), 1);
			System::assert_last_event(
				Event::BidRevealed { task, prover: PROVER, price: 60_000 }.into(),
			);
		});
	}

	#[test]
	fn has_its_time() {
		build_and_execute(|| {
			let task = request().submit();
			for prover in PROVERS {
				commit(prover, task, 60_000);
			}
			run_to(COMMIT_UNTIL);
			assert_noop!(try_reveal(PROVER, task, 60_000), Error::<Test>::TooEarly);
			run_to(COMMIT_UNTIL + 1);
			reveal(PROVER, task, 60_000);
			run_to(REVEAL_UNTIL);
			reveal(RIVAL, task, 60_000);
			// A block without room for the decision: the time is over all the same.
			AuctionsHook::set(<() as WeightInfo>::agenda_base() * 2);
			run_to(REVEAL_UNTIL + 1);
			assert_noop!(try_reveal(THIRD, task, 60_000), Error::<Test>::TooLate);
		});
	}

	#[test]
	fn fails_when_there_is_nothing_to_reveal() {
		build_and_execute(|| {
			assert_noop!(try_reveal(PROVER, 0, 1), Error::<Test>::UnknownTask);
			let (plain, task) = (submit_for(5, 40), request().submit());
			assert_noop!(try_reveal(PROVER, plain, 1), Error::<Test>::NotSealed);
			commit(PROVER, task, 60_000);
			run_to(COMMIT_UNTIL + 1);
			assert_noop!(try_reveal(RIVAL, task, 60_000), Error::<Test>::UnknownBid);
			reveal(PROVER, task, 60_000);
			assert_noop!(try_reveal(PROVER, task, 60_000), Error::<Test>::NothingToChange);
			let call = Auctions::reveal_bid(RuntimeOrigin::root(), task, 1, 1, SALT);
			assert_noop!(call, DispatchError::BadOrigin);
		});
	}

	#[test]
	fn fails_when_it_is_not_what_was_committed_to() {
		build_and_execute(|| {
			let (task, other) = (request().submit(), request().submit());
			commit(PROVER, task, 60_000);
			// Copied from somebody else, or from another task.
			let copied = Bids::<Test>::get(task, PROVER).unwrap().commitment;
			assert_ok!(Auctions::commit_bid(signed(RIVAL), task, copied));
			assert_ok!(Auctions::commit_bid(signed(PROVER), other, copied));
			run_to(COMMIT_UNTIL + 1);
			let refused = || Error::<Test>::WrongCommitment;
			assert_noop!(try_reveal(PROVER, task, 60_001), refused());
			assert_noop!(try_reveal(RIVAL, task, 60_000), refused());
			assert_noop!(try_reveal(PROVER, other, 60_000), refused());
			let salted = Auctions::reveal_bid(signed(PROVER), task, 60_000, WORK, [8; 32]);
			assert_noop!(salted, refused());
			reveal(PROVER, task, 60_000);
		});
	}

	#[test]
	fn fails_when_the_speed_is_zero() {
		build_and_execute(|| {
			let task = request().submit();
			commit(PROVER, task, 60_000);
			run_to(COMMIT_UNTIL + 1);
			let call = Auctions::reveal_bid(signed(PROVER), task, 60_000, 0, SALT);
			assert_noop!(call, Error::<Test>::ZeroSpeed);
		});
	}
}

mod cancel_task {
	use super::*;

	#[test]
	fn frees_the_deposits_while_bids_are_committed() {
		build_and_execute(|| {
			let task = request().submit();
			commit(PROVER, task, 60_000);
			commit(RIVAL, task, 70_000);
			run_to(COMMIT_UNTIL);
			assert_ok!(Auctions::cancel_task(signed(REQUESTER), task));
			assert_eq!((reserved_bond(PROVER), reserved_bond(RIVAL)), (0, 0));
			assert_eq!(free(REQUESTER), ENDOWMENT);
			assert_eq!(outcome(task), Some(Outcome::Cancelled));
			assert_eq!(Bids::<Test>::iter_keys().count(), 0);
			assert!(pallet_auctions::AgendaOf::<Test>::entries().is_empty());
			assert_eq!(Burnt::get(), 0);
		});
	}

	#[test]
	fn costs_what_its_bids_take() {
		build_and_execute(|| {
			let (plain, task) = (submit(5), request().submit());
			commit(PROVER, task, 60_000);
			commit(RIVAL, task, 70_000);
			for (task, bids) in [(plain, 0), (task, 2)] {
				let done = Auctions::cancel_task(signed(REQUESTER), task).unwrap();
				assert_eq!(done.actual_weight, Some(<() as WeightInfo>::cancel_task(bids)));
			}
		});
	}

	#[test]
	fn fails_when_bids_are_revealed() {
		build_and_execute(|| {
			let task = request().submit();
			commit(PROVER, task, 60_000);
			run_to(COMMIT_UNTIL + 1);
			let call = Auctions::cancel_task(signed(REQUESTER), task);
			assert_noop!(call, Error::<Test>::BidsRevealed);
		});
	}
}
