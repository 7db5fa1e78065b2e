// SPDX-License-Identifier: Apache-2.0
//! Registration, hardware, session keys, genesis.

use crate::{mock::*, Error, Event, GenesisProver, SessionKeys};
use frame_support::{assert_noop, assert_ok};
use proofyard_primitives::{session::POSSESSION_CONTEXT, traits::Provers as _};
use sp_core::Pair;
use sp_runtime::DispatchError::BadOrigin;

mod register {
	use super::*;

	#[test]
	fn works() {
		build_and_execute(|| {
			System::set_block_number(7);
			assert_ok!(Provers::register(signed(ALICE), GPU, 2, 500, key(1), possession(ALICE, 1)));
			System::assert_last_event(Event::ProverRegistered { prover: ALICE, stake: 500 }.into());
			assert_eq!(on_hold(ALICE), 500);
			assert_eq!(Balances::free_balance(ALICE), FUNDS - 500);
			let record = record(ALICE);
			assert_eq!((record.hardware, record.slots, record.stake), (GPU, 2, 500));
			assert_eq!((record.live, record.reserved, record.committed_ms), (0, 0, 0));
			assert_eq!((record.asks, record.verified, record.defaulted), (0, 0, 0));
			assert_eq!((record.unbonding, record.registered_at), (None, 7));
			assert_eq!((record.pause, record.calibrated), (None, 0));
			assert_eq!((record.strikes, record.jailings, record.jailed_until), (0, 0, None));
			assert_eq!((record.exiting, record.delegation.open), (false, false));
			assert_eq!(record.pool, Default::default());
			assert_eq!(Provers::session_key(&ALICE), Some(key(1)));
			assert_eq!(Provers::by_session_key(&key(1)), Some(ALICE));
		});
	}

	#[test]
	fn takes_the_least_stake_exactly() {
		build_and_execute(|| {
			register(ALICE, MIN_STAKE);
			assert_eq!(record(ALICE).stake, MIN_STAKE);
		});
	}

	#[test]
	fn takes_all_but_what_keeps_the_account_alive() {
		build_and_execute(|| {
			let all = FUNDS - EXISTENTIAL_DEPOSIT;
			assert_noop!(
				Provers::register(signed(ALICE), CPU, 1, all + 1, key(1), possession(ALICE, 1)),
				Error::<Test>::InsufficientBalance
			);
			register(ALICE, all);
			assert_eq!(Balances::free_balance(ALICE), EXISTENTIAL_DEPOSIT);
		});
	}

	#[test]
	fn takes_one_slot_and_the_most_slots() {
		build_and_execute(|| {
			for (who, slots) in [(ALICE, 1), (BOB, MAX_SLOTS)] {
				let seed = who as u8;
				assert_ok!(Provers::register(
					signed(who),
					CPU,
					slots,
					MIN_STAKE,
					key(seed),
					possession(who, seed)
				));
				assert_eq!(record(who).slots, slots);
			}
		});
	}

	#[test]
	fn fails_when_registered_already() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_noop!(
				Provers::register(signed(ALICE), CPU, 1, 500, key(9), possession(ALICE, 9)),
				Error::<Test>::AlreadyRegistered
			);
		});
	}

	#[test]
	fn fails_when_slots_are_out_of_range() {
		build_and_execute(|| {
			for slots in [0, MAX_SLOTS + 1] {
				assert_noop!(
					Provers::register(signed(ALICE), CPU, slots, 500, key(1), possession(ALICE, 1)),
					Error::<Test>::SlotsOutOfRange
				);
			}
		});
	}

	#[test]
	fn fails_one_below_the_least_stake() {
		build_and_execute(|| {
			assert_noop!(
				Provers::register(
					signed(ALICE),
					CPU,
					1,
					MIN_STAKE - 1,
					key(1),
					possession(ALICE, 1)
				),
				Error::<Test>::StakeTooLow
			);
		});
	}

	#[test]
	fn fails_without_the_money() {
		build_and_execute(|| {
			assert_noop!(
				Provers::register(signed(PAUPER), CPU, 1, MIN_STAKE, key(1), possession(PAUPER, 1)),
				Error::<Test>::InsufficientBalance
			);
		});
	}

	#[test]
	fn fails_with_the_session_key_of_another() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_noop!(
				Provers::register(signed(BOB), CPU, 1, 500, key(1), possession(BOB, 1)),
				Error::<Test>::SessionKeyTaken
			);
		});
	}

	#[test]
	fn fails_without_proof_of_possession() {
		build_and_execute(|| {
			let stolen = possession(ALICE, 1);
			let by_another_key = possession(BOB, 2);
			let of_another_message = pair(1).sign(POSSESSION_CONTEXT);
			for possession in [stolen, by_another_key, of_another_message] {
				assert_noop!(
					Provers::register(signed(BOB), CPU, 1, 500, key(1), possession),
					Error::<Test>::BadPossessionProof
				);
			}
		});
	}

	#[test]
	fn fails_when_not_signed() {
		build_and_execute(|| {
			for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
				assert_noop!(
					Provers::register(origin, CPU, 1, 500, key(1), possession(ALICE, 1)),
					BadOrigin
				);
			}
		});
	}
}

mod set_hardware {
	use super::*;
	use proofyard_primitives::Ending::Verified;

	#[test]
	fn works() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::set_hardware(signed(ALICE), GPU, 1));
			System::assert_last_event(
				Event::HardwareChanged { prover: ALICE, hardware: GPU, slots: 1 }.into(),
			);
			assert_eq!((record(ALICE).hardware, record(ALICE).slots), (GPU, 1));
		});
	}

	#[test]
	fn lets_slots_fall_to_the_live_attempts_and_no_further() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 10);
			reserve(ALICE, 10);
			assert_ok!(Provers::set_hardware(signed(ALICE), CPU, 2));
			assert_noop!(Provers::set_hardware(signed(ALICE), CPU, 1), Error::<Test>::AttemptsLive);
		});
	}

	#[test]
	fn changes_hardware_only_while_no_attempt_lives() {
		build_and_execute(|| {
			register(ALICE, 500);
			reserve(ALICE, 10);
			assert_noop!(
				Provers::set_hardware(signed(ALICE), GPU, MAX_SLOTS),
				Error::<Test>::AttemptsLive
			);
			finish(ALICE, 10, Verified);
			assert_ok!(Provers::set_hardware(signed(ALICE), GPU, MAX_SLOTS));
		});
	}

	#[test]
	fn fails_when_slots_are_out_of_range() {
		build_and_execute(|| {
			register(ALICE, 500);
			for slots in [0, MAX_SLOTS + 1] {
				assert_noop!(
					Provers::set_hardware(signed(ALICE), CPU, slots),
					Error::<Test>::SlotsOutOfRange
				);
			}
		});
	}

	#[test]
	fn fails_for_a_stranger() {
		build_and_execute(|| {
			assert_noop!(
				Provers::set_hardware(signed(ALICE), CPU, 1),
				Error::<Test>::UnknownProver
			);
			assert_noop!(Provers::set_hardware(RuntimeOrigin::root(), CPU, 1), BadOrigin);
		});
	}
}

mod set_session_key {
	use super::*;

	#[test]
	fn works() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::set_session_key(signed(ALICE), key(9), possession(ALICE, 9)));
			System::assert_last_event(Event::SessionKeyChanged { prover: ALICE }.into());
			assert_eq!(Provers::session_key(&ALICE), Some(key(9)));
			assert_eq!(Provers::by_session_key(&key(9)), Some(ALICE));
		});
	}

	#[test]
	fn makes_the_old_key_nobodys() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_ok!(Provers::set_session_key(signed(ALICE), key(9), possession(ALICE, 9)));
			assert_eq!(Provers::by_session_key(&key(1)), None);
			assert_ok!(Provers::register(signed(BOB), CPU, 1, 500, key(1), possession(BOB, 1)));
		});
	}

	#[test]
	fn fails_with_a_key_in_use() {
		build_and_execute(|| {
			register(ALICE, 500);
			register(BOB, 500);
			// Another's key, and its own.
			for seed in [2, 1] {
				assert_noop!(
					Provers::set_session_key(signed(ALICE), key(seed), possession(ALICE, seed)),
					Error::<Test>::SessionKeyTaken
				);
			}
		});
	}

	#[test]
	fn fails_without_proof_of_possession() {
		build_and_execute(|| {
			register(ALICE, 500);
			assert_noop!(
				Provers::set_session_key(signed(ALICE), key(9), possession(BOB, 9)),
				Error::<Test>::BadPossessionProof
			);
		});
	}

	#[test]
	fn fails_for_a_stranger() {
		build_and_execute(|| {
			assert_noop!(
				Provers::set_session_key(signed(ALICE), key(9), possession(ALICE, 9)),
				Error::<Test>::UnknownProver
			);
			assert_noop!(
				Provers::set_session_key(RuntimeOrigin::none(), key(9), possession(ALICE, 9)),
				BadOrigin
			);
		});
	}
}

mod genesis {
	use super::*;

	fn prover(account: AccountId, seed: u8, stake: Balance) -> GenesisProver<AccountId, Balance> {
		GenesisProver { account, session_key: key(seed), hardware: GPU, slots: 3, stake }
	}

	#[test]
	fn registers_provers() {
		build_with_provers(vec![prover(ALICE, 1, 500), prover(BOB, 2, MIN_STAKE)], || {
			assert_eq!((on_hold(ALICE), on_hold(BOB)), (500, MIN_STAKE));
			assert_eq!((record(BOB).hardware, record(BOB).slots), (GPU, 3));
			assert_eq!(record(BOB).registered_at, 0);
			assert_eq!(SessionKeys::<Test>::get(key(2)), Some(BOB));
			reserve(ALICE, 500);
			finish(ALICE, 500, proofyard_primitives::Ending::Verified);
		});
	}

	#[test]
	#[should_panic(expected = "has the balance it stakes")]
	fn refuses_a_prover_without_the_money() {
		build_with_provers(vec![prover(PAUPER, 1, MIN_STAKE)], || ());
	}

	#[test]
	#[should_panic(expected = "a key of its own")]
	fn refuses_two_provers_with_one_key() {
		build_with_provers(vec![prover(ALICE, 1, 500), prover(BOB, 1, 500)], || ());
	}
}

mod config {
	use super::*;
	use frame_support::traits::Hooks;

	#[test]
	fn passes_the_integrity_test() {
		build_and_execute(|| {
			Provers::integrity_test();
		});
	}

	#[test]
	#[should_panic(expected = "an epoch lasts")]
	fn refuses_an_epoch_of_nothing() {
		AskEpoch::set(0);
		Provers::integrity_test();
	}

	#[test]
	#[should_panic(expected = "blocks take time")]
	fn refuses_blocks_of_no_time() {
		MillisPerBlock::set(0);
		Provers::integrity_test();
	}

	#[test]
	#[should_panic(expected = "nobody is jailed for nothing")]
	fn refuses_jail_for_nothing() {
		StrikesToJail::set(0);
		Provers::integrity_test();
	}
}
