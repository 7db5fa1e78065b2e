// SPDX-License-Identifier: Apache-2.0
//! Invariants of every rule, and one example by hand for each.

use super::*;
use crate::{
	adapt::{values, Draw, Mixture},
	bound::least_cost,
	engine::{run, Party, World},
	metrics::measure,
	workload::Level,
};
use proofyard_mechanism::Tick;

fn scenario() -> Scenario {
	Scenario::all(600_000, 3)[0]
}

fn prover(cost: f64) -> Prover {
	Prover {
		speed: 1_000,
		cost,
		slots: 3,
		reliability: 1.0,
		strategic: false,
		reflexes: 1.0,
		in_outage: false,
	}
}

/// Costs of 100, 150 and 300 for a unit.
fn three() -> Vec<Prover> {
	[100.0, 150.0, 300.0].map(prover).to_vec()
}

/// 1,000 units of work, worth 400 each, half an hour of time.
fn task() -> Task {
	Task { at: 0, work: 1_000, max_fee: 400_000, level: Level::Standard, deadline: 1_800_000 }
}

fn world<'a>(
	kind: Kind,
	provers: &'a [Prover],
	tasks: &'a [Task],
	choices: &[f64],
	check: impl FnOnce(&World),
) {
	let scenario = scenario();
	let setup = Setup { scenario: &scenario, provers, choices, seed: 1 };
	let world = run(&scenario, tasks, provers, 1, kind.build(&setup).as_mut());
	balanced(&world);
	check(&world);
}

fn one(kind: Kind, check: impl FnOnce(&World)) {
	world(kind, &three(), &[task()], &[kind.honest(); 3], |world| {
		assert!(world.outcomes[0].delivered.is_some());
		check(world);
	});
}

/// Money is kept: others have what requesters paid, and nothing stays locked.
fn balanced(world: &World) {
	let paid: Money = world.outcomes.iter().map(|o| o.paid).sum();
	let got: Money = world.net.iter().sum::<Money>() + world.protocol + world.burnt;
	assert_eq!(paid, got);
	assert!(world.unlocked());
	assert!(world.burnt >= 0);
}

fn tick(price: u128) -> Money {
	Tick::at_least(price).expect("on the grid").price() as Money
}

#[test]
fn in_our_yard_the_lowest_ask_is_paid_the_next_one() {
	one(Kind::Yard, |world| {
		assert_eq!(world.revenue, vec![tick(150) * 1_000, 0, 0]);
		assert_eq!(world.outcomes[0].paid, tick(150) * 1_000);
	});
}

#[test]
fn in_our_yard_the_bond_pays_for_the_standby() {
	let mut provers = three();
	provers[0].reliability = 0.0;
	// The choice that makes it ask 100 although it always fails.
	let cheat = 100.0 / provers[0].break_even(1.0);
	world(Kind::Yard, &provers, &[task()], &[cheat, 1.0, 1.0], |world| {
		let price = tick(150) * 1_000;
		let standby = (price * 125 + 99) / 100;
		assert_eq!(world.revenue, vec![0, standby, 0]);
		// The whole bond goes: the standby's premium, a fifth to the requester, the rest is burnt.
		assert_eq!(world.net[0], -price);
		assert_eq!(world.outcomes[0].paid, price - price / 5);
		assert_eq!(world.burnt, price - (standby - price) - price / 5);
	});
}

#[test]
fn in_our_yard_a_failure_is_refunded_and_compensated() {
	let mut provers = three();
	provers.iter_mut().for_each(|p| p.reliability = 0.0);
	let cheat = 100.0 / provers[0].break_even(1.0);
	world(Kind::Yard, &provers, &[task()], &[cheat; 3], |world| {
		assert!(world.outcomes[0].delivered.is_none());
		assert!(world.outcomes[0].paid < 0);
		assert_eq!(world.burnt, -world.outcomes[0].paid * 4);
	});
}

#[test]
fn boundless_pays_what_the_ramp_has_come_to() {
	// 400 in 120 s: 100 after 30 s, when only the cheapest finds it enough.
	one(Kind::Boundless, |world| assert_eq!(world.revenue, vec![100_000, 0, 0]));
}

#[test]
fn boundless_pays_the_second_from_the_collateral() {
	let mut provers = three();
	provers[0].reliability = 0.0;
	// The lock is its own for the price, but the race for the collateral goes by reflexes.
	provers[0].reflexes = 1e-9;
	let cheat = 100.0 / provers[0].break_even(2.0);
	world(Kind::Boundless, &provers, &[task()], &[cheat, 1.0, 1.0], |world| {
		assert_eq!(world.net[0], -400_000);
		assert_eq!(world.burnt, 200_000);
		assert_eq!(world.revenue[1], 200_000);
		assert_eq!(world.outcomes[0].paid, 0);
	});
}

#[test]
fn succinct_pays_the_lowest_bid() {
	one(Kind::Succinct, |world| assert_eq!(world.revenue, vec![100_000, 0, 0]));
}

#[test]
fn in_a_contest_all_pay() {
	for kind in [Kind::Contest1, Kind::Contest2, Kind::Contest4] {
		one(kind, |world| {
			// A fiftieth of what winning is worth: 300, 250 and 100 for a unit.
			assert_eq!(world.outcomes[0].paid, 400_000 - 6_000 - 5_000 - 2_000);
			assert_eq!(world.revenue.iter().sum::<Money>(), 400_000);
		});
	}
}

#[test]
fn brevis_pays_the_second_bid_after_a_quarter_of_an_hour() {
	one(Kind::Brevis, |world| {
		assert_eq!(world.revenue, vec![150_000, 0, 0]);
		assert!(world.outcomes[0].delivered >= Some(900_000));
		// The request, a commit and a reveal of each, the proof.
		assert_eq!(world.transactions, 1 + 2 * 3 + 1);
	});
}

#[test]
fn gevulot_pays_the_fixed_price() {
	// 0.5 · 1.2 of the capacity is had for 150.
	one(Kind::Gevulot, |world| {
		assert_eq!(world.revenue[0] + world.revenue[1], 150_000);
		assert_eq!(world.revenue[2], 0);
	});
}

#[test]
fn kalypso_pays_the_one_drawn_its_own_price() {
	one(Kind::Kalypso, |world| {
		let prices = [100_000, 150_000, 300_000];
		assert!(world.revenue.iter().zip(prices).all(|(r, p)| *r == 0 || *r == p));
		assert_eq!(world.revenue.iter().filter(|r| **r > 0).count(), 1);
	});
}

#[test]
fn in_minas_race_all_work_and_the_cheapest_is_paid() {
	one(Kind::Mina, |world| {
		assert_eq!(world.revenue, vec![100_000, 0, 0]);
		let waste = measure(&scenario(), world).waste;
		assert!((waste - 450.0 / 550.0).abs() < 1e-9);
	});
}

#[test]
fn proophi_waits_for_a_batch_and_pays_one_price() {
	let alone = [task()];
	world(Kind::Proophi, &three(), &alone, &[1.0; 3], |world| {
		assert_eq!(world.outcomes[0].delivered, None);
	});
	let full = [task(), task(), task()];
	world(Kind::Proophi, &three(), &full, &[1.0; 3], |world| {
		// The cheapest has three slots; the next one's cost is the first rejected.
		assert_eq!(world.revenue, vec![450_000, 0, 0]);
	});
}

/// Every rule on a small market with an outage, failures and defaulters.
#[test]
fn every_rule_keeps_the_books_the_capacity_and_the_bound() {
	let scenario = Scenario::all(900_000, 80)[3];
	let mut kinds = Kind::ALL.to_vec();
	kinds.extend((0..yard::variants().len()).map(Kind::Variant));
	for seed in 0..3 {
		let draw = Draw::new(&scenario, seed);
		for kind in &kinds {
			let choices = values(*kind, &Mixture::honest(*kind).draw(&draw, 0.3));
			let world = draw.run(*kind, &scenario, &choices);
			balanced(&world);
			assert_eq!(world.over_capacity, 0, "{}", kind.name());
			let delivered = world
				.tasks
				.iter()
				.zip(&world.outcomes)
				.filter(|(t, o)| o.delivered.is_some_and(|at| at <= t.deadline));
			assert!(delivered.clone().count() > 0, "{}", kind.name());
			let bound = least_cost(&scenario, &draw.provers, delivered.map(|(t, _)| t.clone()));
			let spent: f64 = world.attempts.iter().map(|a| a.cost).sum();
			assert!(bound > 0.0 && bound <= spent, "{}: {bound} > {spent}", kind.name());
			let most = world.tasks.iter().zip(&world.outcomes);
			assert!(most.clone().all(|(t, o)| o.paid <= Money::from(t.max_fee)), "{}", kind.name());
		}
	}
}

#[test]
fn the_same_seed_gives_the_same_run() {
	let scenario = Scenario::all(600_000, 40)[1];
	for kind in Kind::ALL {
		let result = || {
			let draw = Draw::new(&scenario, 5);
			let choices = values(kind, &Mixture::honest(kind).draw(&draw, 0.5));
			let world = draw.run(kind, &scenario, &choices);
			(format!("{:?}", measure(&scenario, &world)), world.net.clone())
		};
		assert_eq!(result(), result(), "{}", kind.name());
	}
}

#[test]
fn money_only_moves() {
	let scenario = scenario();
	let (provers, tasks) = (three(), [task()]);
	let setup = Setup { scenario: &scenario, provers: &provers, choices: &[1.0; 3], seed: 1 };
	let mut world = run(&scenario, &tasks, &provers, 1, Kind::Succinct.build(&setup).as_mut());
	world.pay(Party::Protocol, Party::Burn, 7);
	world.pay_proof(Party::Requester(0), 1, 5);
	balanced(&world);
	assert_eq!((world.protocol, world.burnt, world.revenue[1]), (-7, 7, 5));
}
