// SPDX-License-Identifier: Apache-2.0
//! Ends of tasks whose provers did well or badly, each counted out by hand.
//!
//! Alice asks, the price of the clearing is 1,000 and the protocol's fee 2 % of what her escrow pays
//! for proofs: of the 20 on 1,000, 5 go to the author, 10 to the treasury, 5 are burnt.

use crate::{mock::*, Event, Outcomes, Proofs};
use proofyard_primitives::{
	traits::Escrow as _, Ending::*, FailureReason, Outcome, Role::*, TaskEnd, TaskKind,
};

const SETTLED: TaskEnd<AccountId> = TaskEnd::Settled;
const UNAVAILABLE: TaskEnd<AccountId> =
	TaskEnd::Failed { reason: FailureReason::InputUnavailable, keeper: None };

fn kept_by(keeper: AccountId) -> TaskEnd<AccountId> {
	TaskEnd::Failed { reason: FailureReason::DeadlinePassed, keeper: Some(keeper) }
}

/// End a task of this requester for which `held` is held, after these attempts. Returns what was
/// taken of each bond.
fn play_of(
	requester: AccountId,
	held: Balance,
	attempts: &[Attempt],
	end: TaskEnd<AccountId>,
) -> Vec<Balance> {
	FirstFees::set(FEES);
	let spec = open(1, requester, held);
	for attempt in attempts {
		assert!(reserve(attempt.prover, attempt.bond));
	}
	let deal = deal(attempts[0].prover, 1_000, attempts[0].bond);
	let taken = conclude(1, &spec, &deal, attempts, end);
	// Whatever the end: nothing is left on hold for it.
	assert_eq!((Settlement::held(1), in_escrow(requester)), (0, 0));
	assert!(PROVERS.iter().all(|prover| reserved(*prover) == 0));
	taken
}

fn play(held: Balance, attempts: &[Attempt], end: TaskEnd<AccountId>) -> Vec<Balance> {
	play_of(ALICE, held, attempts, end)
}

/// Amount an account has more than at the beginning, stake included.
fn gain(who: AccountId) -> i64 {
	(free(who) + in_escrow(who) + staked(who)) as i64 - FUNDS as i64
}

/// The gains of Alice and of the first provers.
fn gains<const N: usize>() -> (i64, [i64; N]) {
	(gain(ALICE), std::array::from_fn(|index| gain(PROVERS[index])))
}

/// Amounts the author and the treasury got.
fn shared() -> (Balance, Balance) {
	(of_fees(AUTHOR), of_fees(TREASURY))
}

fn outcome() -> Outcome<AccountId, Balance> {
	Outcomes::<Test>::get(1).unwrap().outcome
}

/// Amounts the record says that each attempt earned and lost.
fn recorded() -> Vec<(Balance, Balance)> {
	let record = Outcomes::<Test>::get(1).unwrap();
	record.attempts.iter().map(|attempt| (attempt.earned, attempt.slashed)).collect()
}

#[test]
fn on_time() {
	build_and_execute(|| {
		let attempts = [attempt(PROVER, Primary, Verified, 1_000, 1_500)];
		assert_eq!(play(1_000, &attempts, SETTLED), [0]);
		assert_eq!(gains(), (-1_000, [980]));
		assert_eq!((shared(), Burnt::get()), ((5, 10), 0));
		System::assert_has_event(
			Event::AttemptConcluded {
				task: 1,
				prover: PROVER,
				role: Primary,
				fate: Verified,
				earned: 980,
				slashed: 0,
			}
			.into(),
		);
		System::assert_last_event(
			Event::TaskSettled { task: 1, requester: ALICE, prover: PROVER, paid: 1_000, fee: 20 }
				.into(),
		);
		assert_eq!(outcome(), Outcome::Settled { prover: PROVER, paid: 1_000 });
	});
}

#[test]
fn late_for_a_lower_price() {
	build_and_execute(|| {
		let attempts = [attempt(PROVER, Primary, VerifiedLate, 850, 1_500)];
		assert_eq!(play(1_000, &attempts, SETTLED), [0]);
		// The fee is 17: a quarter of it is 4, a half is 8, 5 are burnt.
		assert_eq!(gains(), (-850, [833]));
		assert_eq!((shared(), Burnt::get()), ((4, 8), 0));
	});
}

#[test]
fn a_standby_rescues_a_late_primary() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Defaulted, 1_000, 1_500),
			attempt(RIVAL, Standby, Verified, 1_200, 1_800),
		];
		assert_eq!(play(1_000, &attempts, SETTLED), [1_500, 0]);
		// Of the bond: 200 above the price, 300 for the delay, 1,000 for nobody.
		assert_eq!(gains(), (-1_000 + 300, [-1_500, 980 + 200]));
		assert_eq!((shared(), Burnt::get()), ((5, 10), 1_000));
		assert_eq!(recorded(), [(0, 1_500), (1_180, 0)]);
		assert_eq!(outcome(), Outcome::Settled { prover: RIVAL, paid: 1_000 });
		assert_eq!(Proofs::<Test>::iter_key_prefix(1).collect::<Vec<_>>(), [RIVAL]);
		System::assert_has_event(
			Event::AttemptConcluded {
				task: 1,
				prover: PROVER,
				role: Primary,
				fate: Defaulted,
				earned: 0,
				slashed: 1_500,
			}
			.into(),
		);
	});
}

#[test]
fn a_cheaper_standby_leaves_the_requester_the_difference() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Defaulted, 1_000, 1_500),
			attempt(RIVAL, Standby, Verified, 900, 1_800),
		];
		assert_eq!(play(1_000, &attempts, SETTLED), [1_500, 0]);
		assert_eq!(gains(), (-900 + 300, [-1_500, 882]));
		assert_eq!(Burnt::get(), 1_200);
	});
}

#[test]
fn a_late_primary_wins_over_a_standby_at_work() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, VerifiedLate, 850, 1_500),
			attempt(RIVAL, Standby, Lost, 1_200, 1_800),
		];
		assert_eq!(play(1_000, &attempts, SETTLED), [120, 0]);
		assert_eq!(gains(), (-850, [833 - 120, 120]));
		assert_eq!(Burnt::get(), 0);
		assert_eq!(recorded(), [(833, 120), (120, 0)]);
		assert_eq!(outcome(), Outcome::Settled { prover: PROVER, paid: 850 });
	});
}

#[test]
fn a_late_primary_wins_over_a_slow_standby() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, VerifiedLate, 850, 1_500),
			attempt(RIVAL, Standby, Slow, 1_200, 1_800),
		];
		assert_eq!(play(1_000, &attempts, SETTLED), [0, 0]);
		assert_eq!(gains(), (-850, [833, 0]));
	});
}

#[test]
fn a_standby_takes_over_what_was_declined() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Declined, 1_000, 1_500),
			attempt(RIVAL, Standby, Verified, 1_200, 1_800),
		];
		// 200 above the price, a tenth of the bond to the requester.
		assert_eq!(play(1_000, &attempts, SETTLED), [350, 0]);
		assert_eq!(gains(), (-1_000 + 150, [-350, 1_180]));
		assert_eq!(Burnt::get(), 0);
	});
}

#[test]
fn a_report_that_nobody_confirms_is_a_decline_that_earns_the_requester_nothing() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Reported, 1_000, 1_500),
			attempt(RIVAL, Standby, Verified, 1_200, 1_800),
		];
		assert_eq!(play(1_000, &attempts, SETTLED), [350, 0]);
		assert_eq!(gains(), (-1_000, [-350, 1_180]));
		assert_eq!(Burnt::get(), 150);
	});
}

#[test]
fn a_report_that_is_confirmed_costs_the_requester_kill_fees() {
	let attempts = [
		attempt(PROVER, Primary, Excused, 1_000, 1_500),
		attempt(RIVAL, Standby, Excused, 1_200, 1_800),
		attempt(THIRD, Rescue, Lost, 1_100, 1_700),
		attempt(FOURTH, Standby, Declined, 1_100, 1_700),
	];
	build_and_execute(|| {
		assert_eq!(play(1_000, &attempts, UNAVAILABLE), [0; 4]);
		assert_eq!(gains(), (-330, [100, 120, 110, 0]));
		// Nobody proved anything: no fee.
		assert_eq!((shared(), Burnt::get()), ((0, 0), 0));
		System::assert_last_event(
			Event::TaskFailed {
				task: 1,
				requester: ALICE,
				prover: PROVER,
				reason: FailureReason::InputUnavailable,
				refunded: 670,
				compensation: 0,
				slashed: 0,
			}
			.into(),
		);
	});
	// As far as the escrow goes, in the order of attempts.
	build_and_execute(|| {
		assert_eq!(play(150, &attempts, UNAVAILABLE), [0; 4]);
		assert_eq!(gains(), (-150, [100, 50, 0, 0]));
	});
}

#[test]
fn the_input_was_there_for_one_and_not_for_two_others() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Verified, 1_000, 1_500),
			attempt(RIVAL, CoPrimary, Excused, 1_200, 1_800),
			attempt(THIRD, CoPrimary, Excused, 1_300, 1_900),
			attempt(FOURTH, Standby, Rejected, 1_300, 1_900),
		];
		assert_eq!(play(2_600, &attempts, UNAVAILABLE), [0; 4]);
		// Its proof is one too few and worth nothing to the requester: paid as work that was in vain.
		assert_eq!(gains(), (-350, [100, 120, 130, 0]));
		assert!(!Proofs::<Test>::contains_key(1, PROVER));
	});
}

#[test]
fn of_a_pair_the_slower_gets_a_kill_fee_from_the_escrow() {
	// The most it can cost: 1,100 and a tenth of 1,000.
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Verified, 1_000, 1_500),
			attempt(RIVAL, CoPrimary, Lost, 1_100, 1_650),
		];
		assert_eq!(play(1_200, &attempts, SETTLED), [0, 0]);
		assert_eq!(gains(), (-1_110, [980, 110]));
		assert_eq!(outcome(), Outcome::Settled { prover: PROVER, paid: 1_110 });
		assert_eq!(shared(), (5, 10));
	});
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Lost, 1_000, 1_500),
			attempt(RIVAL, CoPrimary, Verified, 1_100, 1_650),
		];
		assert_eq!(play(1_200, &attempts, SETTLED), [0, 0]);
		assert_eq!(gains(), (-1_200, [100, 1_078]));
		assert_eq!(outcome(), Outcome::Settled { prover: RIVAL, paid: 1_200 });
		// Of the fee of 22: 5 and 11, 6 burnt.
		assert_eq!(shared(), (5, 11));
	});
}

#[test]
fn two_proofs_of_three() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Verified, 1_000, 1_500),
			attempt(RIVAL, CoPrimary, VerifiedLate, 900, 1_650),
			attempt(THIRD, CoPrimary, Defaulted, 1_200, 1_800),
		];
		assert_eq!(play(2_400, &attempts, SETTLED), [0, 0, 1_800]);
		// 300 of the bond for the delay. Fees of 20 and 18: 9 and 19 of them are given out.
		assert_eq!(gains(), (-1_900 + 300, [980, 882, -1_800]));
		assert_eq!((shared(), Burnt::get()), ((9, 19), 1_500));
		assert_eq!(outcome(), Outcome::Settled { prover: RIVAL, paid: 1_900 });
		assert!(Proofs::<Test>::contains_key(1, PROVER) && Proofs::<Test>::contains_key(1, RIVAL));
	});
}

#[test]
fn one_proof_where_it_takes_two_is_paid_by_those_that_failed() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Verified, 1_000, 1_500),
			attempt(RIVAL, CoPrimary, Defaulted, 1_100, 1_600),
			attempt(THIRD, CoPrimary, Rejected, 1_200, 1_770),
		];
		assert_eq!(play(2_400, &attempts, DEAD), [0, 1_600, 1_770]);
		// The first bond: 1,000 to the prover, 320 to Alice, 280 to nobody. The second: 354, 1,416.
		assert_eq!(gains(), (320 + 354, [1_000, -1_600, -1_770]));
		assert_eq!((shared(), Burnt::get()), ((0, 0), 280 + 1_416));
		assert_eq!(Proofs::<Test>::iter().count(), 0);
		System::assert_last_event(
			Event::TaskFailed {
				task: 1,
				requester: ALICE,
				prover: PROVER,
				reason: FailureReason::DeadlinePassed,
				refunded: 2_400,
				compensation: 674,
				slashed: 3_370,
			}
			.into(),
		);
	});
}

#[test]
fn at_work_in_time_and_the_deadline_came_first() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Lost, 1_000, 1_500),
			attempt(RIVAL, CoPrimary, Defaulted, 1_100, 1_600),
		];
		// The refund is in full: the kill fee comes from the other's bond.
		assert_eq!(play(2_100, &attempts, DEAD), [0, 1_600]);
		assert_eq!(gains(), (320, [100, -1_600]));
		assert_eq!(Burnt::get(), 1_180);
	});
}

#[test]
fn all_dead() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Defaulted, 1_000, 1_500),
			attempt(RIVAL, Standby, Defaulted, 1_200, 1_800),
			attempt(THIRD, Rescue, Rejected, 1_400, 1_000),
			attempt(FOURTH, Rescue, Declined, 1_400, 2_000),
		];
		assert_eq!(play(1_000, &attempts, DEAD), [1_500, 1_800, 1_000, 200]);
		// A fifth of the bonds of those that defaulted, a tenth of the other.
		assert_eq!(gains(), (300 + 360 + 200 + 200, [-1_500, -1_800, -1_000, -200]));
		assert_eq!(Burnt::get(), 1_200 + 1_440 + 800);
		assert_eq!(
			outcome(),
			Outcome::Failed {
				prover: PROVER,
				reason: FailureReason::DeadlinePassed,
				compensation: 1_060,
				slashed: 4_500
			}
		);
	});
}

#[test]
fn the_keeper_gets_a_hundredth_of_the_bonds() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Defaulted, 1_000, 1_500),
			attempt(RIVAL, Standby, Defaulted, 1_200, 1_801),
			// Nothing of a bond that was not lost.
			attempt(THIRD, Standby, Declined, 1_200, 1_800),
		];
		assert_eq!(play(1_000, &attempts, kept_by(BOB)), [1_500, 1_801, 180]);
		// 15, and 18.01 rounded up.
		assert_eq!(gain(BOB), 15 + 19);
		assert_eq!(gain(ALICE), 300 + 360 + 180);
		assert_eq!(Burnt::get(), 1_185 + 1_422);
	});
}

#[test]
fn the_keeper_may_be_the_requester_or_an_idle_prover() {
	let attempts = [attempt(PROVER, Primary, Defaulted, 1_000, 1_500)];
	build_and_execute(|| {
		play(1_000, &attempts, kept_by(ALICE));
		assert_eq!((gain(ALICE), Burnt::get()), (315, 1_185));
	});
	build_and_execute(|| {
		play(1_000, &attempts, kept_by(RIVAL));
		assert_eq!((gain(RIVAL), Burnt::get()), (15, 1_185));
	});
}

#[test]
fn the_keeper_is_never_one_of_those_that_failed() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Defaulted, 1_000, 1_500),
			attempt(RIVAL, Standby, Declined, 1_200, 1_800),
		];
		assert_eq!(play(1_000, &attempts, kept_by(RIVAL)), [1_500, 180]);
		assert_eq!(gains(), (300 + 180, [-1_500, -180]));
		assert_eq!(Burnt::get(), 1_200);
	});
}

#[test]
fn a_keeper_gets_nothing_where_nobody_is_slashed() {
	build_and_execute(|| {
		let attempts = [attempt(PROVER, Primary, Excused, 1_000, 1_500)];
		let reason = FailureReason::InputUnavailable;
		play(1_000, &attempts, TaskEnd::Failed { reason, keeper: Some(BOB) });
		assert_eq!((gain(BOB), gains()), (0, (-100, [100])));
	});
}

#[test]
fn a_bounty_is_paid_by_the_bonds_of_those_that_failed() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Defaulted, 1_000, 1_500),
			attempt(RIVAL, Standby, Defaulted, 1_200, 1_800),
			attempt(FOURTH, Bounty, Verified, 2_600, 0),
		];
		assert_eq!(play(1_000, &attempts, SETTLED), [1_500, 1_800, 0]);
		// 1,600 above the price: all of the first bond, 100 of the second. Then 300 for the delay.
		assert_eq!(gains(), (-1_000 + 300, [-1_500, -1_800, 0, 980 + 1_600]));
		assert_eq!(Burnt::get(), 1_400);
		assert_eq!(outcome(), Outcome::Settled { prover: FOURTH, paid: 1_000 });
	});
}

#[test]
fn the_requester_is_the_defaulter() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Defaulted, 1_000, 1_500),
			attempt(RIVAL, Standby, Verified, 1_200, 1_800),
		];
		assert_eq!(play_of(PROVER, 1_000, &attempts, SETTLED), [1_500, 0]);
		assert_eq!(gains(), (0, [-1_000 - 1_500, 1_180]));
		// The compensation too is nobody's.
		assert_eq!(Burnt::get(), 1_300);
	});
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Defaulted, 1_000, 1_500),
			attempt(RIVAL, Standby, Declined, 1_200, 1_800),
		];
		// Neither of its own bond nor of another's.
		assert_eq!(play_of(RIVAL, 1_000, &attempts, DEAD), [1_500, 180]);
		assert_eq!(gains(), (0, [-1_500, -180]));
		assert_eq!(Burnt::get(), 1_680);
	});
}

#[test]
fn the_requester_is_the_rescuer() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Defaulted, 1_000, 1_500),
			attempt(RIVAL, Standby, Verified, 1_200, 1_800),
		];
		assert_eq!(play_of(RIVAL, 1_000, &attempts, SETTLED), [1_500, 0]);
		assert_eq!(gains(), (0, [-1_500, -20 + 200 + 300]));
	});
}

#[test]
fn bonds_too_small_serve_the_first_claims() {
	let end = |bond: Balance| {
		let attempts = [
			attempt(PROVER, Primary, Defaulted, 1_000, bond),
			attempt(RIVAL, Standby, Verified, 1_200, 1_800),
			attempt(THIRD, Standby, Lost, 1_300, 1_800),
		];
		assert_eq!(play(1_000, &attempts, SETTLED), [bond, 0, 0]);
		let (alice, [_, rival, third]) = gains();
		(rival - 980, third, alice + 1_000, Burnt::get())
	};
	let expected = [
		(0, (0, 0, 0, 0)),
		(150, (150, 0, 0, 0)),
		(250, (200, 50, 0, 0)),
		// A fifth of it would be 70.
		(350, (200, 130, 20, 0)),
		(450, (200, 130, 90, 30)),
	];
	for (bond, shares) in expected {
		build_and_execute(|| assert_eq!(end(bond), shares, "bond {bond}"));
	}
}

#[test]
fn defaults_pay_before_declines() {
	build_and_execute(|| {
		let attempts = [
			attempt(PROVER, Primary, Declined, 1_000, 1_500),
			attempt(RIVAL, Standby, Defaulted, 1_200, 1_800),
			attempt(THIRD, Standby, Verified, 1_300, 1_900),
			attempt(FOURTH, Standby, Lost, 1_400, 2_000),
		];
		assert_eq!(play(1_000, &attempts, SETTLED), [150, 1_800, 0, 0]);
		// 300, 140 and 300 of the second bond, which leaves 1,060. The requester has got all that it
		// can: the price of the decline is nobody's.
		assert_eq!(gains(), (-700, [-150, -1_800, 1_280, 140]));
		assert_eq!(Burnt::get(), 1_060 + 150);
	});
}

#[test]
fn nothing_for_nothing() {
	for (fate, end, lost) in
		[(Verified, SETTLED, 0), (VerifiedLate, SETTLED, 0), (Defaulted, DEAD, 1_500)]
	{
		build_and_execute(|| {
			FirstFees::set(FEES);
			let spec = Spec { kind: TaskKind::Calibration, ..open(1, PROVER, 0) };
			let deal = assign(1, PROVER, 0, 1_500);
			let only = attempt(PROVER, Primary, fate, 0, 1_500);
			assert_eq!(conclude(1, &spec, &deal, &[only], end), [lost]);
			assert_eq!((gain(PROVER), Burnt::get()), (-(lost as i64), lost));
			assert_eq!(shared(), (0, 0));
		});
	}
}
