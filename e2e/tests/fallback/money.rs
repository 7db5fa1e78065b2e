// SPDX-License-Identifier: Apache-2.0
//! Payments when provers fail, as a requester would work them out: with the numbers of the rule and
//! none of the chain's code.

use proofyard_e2e::*;
pub use proofyard_mechanism::{
	level::{
		ANNOUNCEMENT_PERCENT, COMPENSATION_PERCENT, DELAY_PERCENT, GIVE_BACK_PERCENT, KILL_PERCENT,
		MAX_REJECTIONS, PREMIUM_PERCENT, RESCUE_PERCENT,
	},
	LevelTerms,
};
use serde_json::{json, Value};

/// Charge for a rejected proof, in plancks.
pub const VERIFICATION_FEE: u128 = YARD / 10;

/// The most that any task here may cost.
pub const MAX_FEE: [&str; 2] = ["--max-fee", "20"];

/// Percent of an amount, rounded down.
pub fn percent(amount: u128, percent: u32) -> u128 {
	amount * u128::from(percent) / 100
}

/// Percent of an amount, rounded up.
pub fn percent_up(amount: u128, percent: u32) -> u128 {
	(amount * u128::from(percent)).div_ceil(100)
}

/// Price of a task at an ask.
pub fn total(ask: u128, work: u64) -> u128 {
	tick(ask) * u128::from(work)
}

/// Price of a standby that asks so much.
pub fn standby_price(asked: u128) -> u128 {
	percent_up(asked, 100 + PREMIUM_PERCENT)
}

/// The bond of an attempt at a standard task: its price, and two rejected proofs.
pub fn bond(price: u128) -> u128 {
	percent_up(price, LevelTerms::STANDARD.bond_percent) + rejections()
}

/// The part of a bond that pays for rejected proofs.
pub fn rejections() -> u128 {
	u128::from(MAX_REJECTIONS) * VERIFICATION_FEE
}

/// Kill fee: paid for a race that one did not lose by being late, of one's price.
pub fn kill_fee(price: u128) -> u128 {
	percent_up(price, KILL_PERCENT)
}

/// Compensation of the requester from the bond of a primary that did not deliver, where another did.
pub fn compensation(price: u128, bond: u128) -> u128 {
	percent_up(price, DELAY_PERCENT).min(percent(bond, COMPENSATION_PERCENT))
}

/// Expected end of an attempt: role, account, fate, what it earned, what was taken of its bond.
pub type Fate<'a> = (&'a str, &'a str, &'a str, u128, u128);

/// The attempts of an ended task are these.
pub fn assert_attempts(state: &Value, expected: &[Fate]) {
	let expected: Vec<Value> = expected
		.iter()
		.map(|(role, account, fate, earned, slashed)| {
			json!({
				"prover": address(account),
				"role": role,
				"fate": fate,
				"earned": earned.to_string(),
				"slashed": slashed.to_string(),
			})
		})
		.collect();
	assert_eq!(state["attempts"], json!(expected));
}

/// Expected standing of a live attempt: role, account, state, price, what is left of its bond.
pub type Stand<'a> = (&'a str, &'a str, &'a str, u128, u128);

/// The attempts of a live task are these.
pub fn assert_live(state: &Value, expected: &[Stand]) {
	let attempts = state["attempts"].as_array().expect("attempts");
	let stands = attempts.iter().map(|attempt| {
		let names = ["role", "prover", "state"].map(|name| attempt[name].clone());
		(names, plancks(&attempt["price"]), plancks(&attempt["bond"]))
	});
	let expected = expected.iter().map(|(role, account, state, price, bond)| {
		([json!(role), json!(address(account)), json!(state)], *price, *bond)
	});
	assert_eq!(stands.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{state}");
}

/// A task that has ended, and the block it ended in.
pub fn wait_for_end(yard: &Yard, task: u64, state: &str, seconds: u64) -> (Value, u64) {
	yard.wait_for_state(task, state, seconds);
	let state = yard.task(task)["state"].clone();
	let at = block(&state["at"]);
	(state, at)
}
