// SPDX-License-Identifier: Apache-2.0
//! The shortest lists of what once went wrong. Each is a file of `lists/`, one action a line, with a
//! comment on what it was.

use proofyard_fuzz::{
	actions::Action,
	run::{play, Options},
};

fn passes(text: &str) {
	let actions = Action::from_lines(text).unwrap();
	assert!(!actions.is_empty(), "a list of something");
	if let Err(failure) = play(&actions, Options { thorough: 1, ..Options::default() }) {
		panic!("at action {}: {}", failure.at, failure.message);
	}
}

macro_rules! lists {
	($($name:ident)*) => {$(
		#[test]
		fn $name() {
			passes(include_str!(concat!("lists/", stringify!($name), ".txt")));
		}
	)*};
}

lists! {
	a_late_attempt_is_taken_from_a_prover_in_jail
	a_prover_that_announced_a_proof_is_not_called
	a_requester_is_not_called_to_its_own_task
	asks_of_those_that_had_their_try_set_no_price
	what_a_bounty_promises_is_paid
	who_was_found_alone_may_be_late
}
