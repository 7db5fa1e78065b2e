// SPDX-License-Identifier: Apache-2.0
//! The state check finds what it is there to find.

use crate::{
	mock::*, Calibrations, Delegation, Delegations, Freed, LeavingShares, LotsInUse, Pause,
	SessionKeys, SpeedRecord, Speeds, TrackRecord, TrackRecords, Unbonding, MAX_CALIBRATED,
};
use frame_support::hypothetically;

/// Damage the state of a prover with one live attempt and one delegator, Carol, and see that the
/// check says so.
fn damage(expected: &'static str, change: impl FnOnce()) {
	build_and_execute(|| {
		register(ALICE, 500);
		open_delegation(ALICE, 10);
		delegate(CAROL, ALICE, 50);
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
	damage("reserved and leaving stake exceed the stake", || edit(|record| record.reserved = 551));
}

#[test]
fn leaving_must_be_part_of_what_is_not_reserved() {
	damage("reserved and leaving stake exceed the stake", || {
		edit(|record| {
			record.unbonding = Some(Unbonding { amount: 451, available_at: 9 });
		})
	});
}

#[test]
fn leaving_must_be_part_of_the_own_stake() {
	damage("more is leaving than is staked", || {
		edit(|record| {
			record.reserved = 0;
			record.unbonding = Some(Unbonding { amount: 501, available_at: 9 });
		})
	});
}

#[test]
fn live_attempts_must_fit_the_slots() {
	damage("more live attempts than slots", || edit(|record| record.slots = 0));
}

#[test]
fn no_time_is_committed_without_an_attempt() {
	damage("time committed without a live attempt", || edit(|record| record.live = 0));
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

#[test]
fn the_end_of_a_pause_is_noticed() {
	damage("a pause whose end nobody will notice", || {
		edit(|record| record.pause = Some(Pause::ResumesAt(2)));
	});
}

#[test]
fn only_the_end_of_a_pause_gives_room_to_come() {
	let expected = "room to come for no reason";
	let key = |block: u32| block.to_be_bytes();
	damage(expected, || Freed::<Test>::insert(key(2), ALICE, ()));
	damage(expected, || Freed::<Test>::insert(key(2), BOB, ()));
	damage(expected, || {
		edit(|record| record.pause = Some(Pause::ResumesAt(3)));
		Freed::<Test>::insert(key(3), ALICE, ());
		Freed::<Test>::insert(key(4), ALICE, ());
	});
}

#[test]
fn what_is_due_may_be_of_a_prover_that_left() {
	build_and_execute(|| Freed::<Test>::insert(1u32.to_be_bytes(), BOB, ()));
}

#[test]
fn a_speed_is_of_a_prover_and_of_samples() {
	let set = |who, confirmed, samples, last_delivered| {
		Speeds::<Test>::insert(
			who,
			market(16).speed_class(),
			SpeedRecord { confirmed, samples, last_delivered },
		)
	};
	damage("the speed of an unknown prover", || set(BOB, 1, 1, 0));
	damage("a speed without a sample", || set(ALICE, 1, 0, 0));
	damage("a speed without a sample", || set(ALICE, 0, 1, 0));
	damage("a delivery to come", || set(ALICE, 1, 1, 2));
}

#[test]
fn calibrations_are_of_a_prover_and_counted() {
	let set = |who, count| Calibrations::<Test>::insert(who, (SYSTEM, CPU), count);
	damage("calibrations of an unknown prover", || set(BOB, 1));
	damage("calibrations are miscounted", || set(ALICE, 1));
	damage("an empty entry of calibrations", || {
		set(ALICE, 0);
		edit(|record| record.calibrated = 1);
	});
	damage("too many calibrated classes", || {
		for vram_gib in 0..=MAX_CALIBRATED as u16 {
			let class = (SYSTEM, proofyard_primitives::HardwareClass::Gpu { vram_gib });
			Calibrations::<Test>::insert(ALICE, class, 1);
		}
		edit(|record| record.calibrated = MAX_CALIBRATED + 1);
	});
}

#[test]
fn a_track_record_is_of_a_prover_and_of_the_past() {
	let set = |who, since| TrackRecords::<Test>::insert(who, SYSTEM, TrackRecord::new(since));
	damage("the track record of an unknown prover", || set(BOB, 1));
	damage("a track record to come", || set(ALICE, 2));
}

#[test]
fn jail_is_for_strikes() {
	damage("strikes without a jailing", || edit(|record| record.strikes = MAX_STRIKES));
	damage("in jail for nothing", || edit(|record| record.jailed_until = Some(9)));
	damage("in jail for nothing", || {
		edit(|record| {
			(record.jailings, record.strikes, record.jailed_until) = (1, 1, Some(9));
		})
	});
}

#[test]
fn who_is_leaving_keeps_nothing_back() {
	damage("asks of a prover that is leaving", || {
		edit(|record| (record.exiting, record.asks) = (true, 1));
	});
	damage("stake that should be leaving", || {
		release_slot(ALICE, proofyard_primitives::Ending::Lost);
		edit(|record| (record.exiting, record.reserved) = (true, 0));
	});
}

#[test]
fn who_has_left_is_forgotten() {
	build_and_execute(|| {
		register(ALICE, 100);
		reserve(ALICE, 100);
		slash(ALICE, 100);
		release_slot(ALICE, proofyard_primitives::Ending::Defaulted);
		hypothetically!({
			edit(|record| record.exiting = true);
			assert_eq!(Provers::do_try_state(), Err("a prover that has left".into()));
		});
	});
}

#[test]
fn a_pool_is_worth_what_is_on_hold_and_is_somebodys() {
	damage("a pool is not worth what is on hold", || edit(|record| record.pool.value = 49));
	damage("a pool of nobody", || edit(|record| record.pool.shares = 0));
	damage("shares of delegators are not those of the pool", || {
		edit(|record| record.pool.shares = 51)
	});
	damage("leaving shares are miscounted", || edit(|record| record.pool.leaving_shares = 1));
}

#[test]
fn a_delegation_is_of_something_to_a_prover() {
	let set = |prover, delegator, shares, leaving: Option<u128>| {
		let leaving = leaving.map(|shares| LeavingShares { shares, available_at: 9 });
		Delegations::<Test>::insert(prover, delegator, Delegation { shares, leaving });
	};
	damage("a delegation to an unknown prover", || set(BOB, ALICE, 1, None));
	damage("a delegation of nothing", || set(ALICE, BOB, 0, None));
	damage("no shares are leaving", || set(ALICE, CAROL, 50, Some(0)));
	damage("more shares leave than there are", || {
		set(ALICE, CAROL, 50, Some(51));
		edit(|record| record.pool.leaving_shares = 51);
	});
	damage("a delegation to oneself", || {
		set(ALICE, ALICE, 1, None);
		edit(|record| record.pool.shares = 51);
	});
}
