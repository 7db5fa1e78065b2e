// SPDX-License-Identifier: Apache-2.0
//! Figures in the documentation, against the numbers of the rule.

use crate::level::*;

/// The sentences are in the file, whatever lines they are broken into.
#[track_caller]
fn assert_says(file: &str, sentences: &[String]) {
	let words: Vec<&str> = file.split_whitespace().filter(|word| *word != "//!").collect();
	let text = words.join(" ");
	for sentence in sentences {
		assert!(text.contains(sentence), "not said any more, or with another number: {sentence}");
	}
}

#[test]
fn the_architecture_has_the_numbers_of_the_rule() {
	assert_says(
		include_str!("../../../../ARCHITECTURE.md"),
		&[
			format!("up to {COMPENSATION_PERCENT} % of each bond"),
			format!("to {RESCUE_PERCENT} % of the failed bonds"),
			format!("A bounty promises {RESCUE_PERCENT} % of bonds"),
			format!("cost its requester {KILL_PERCENT} % of the price each"),
			format!("fee on proofs ({FEE_PERCENT} %:"),
			format!("{TREASURY_PERCENT} % to the treasury"),
		],
	);
}

#[test]
fn settlement_has_the_numbers_of_the_rule() {
	assert_says(
		include_str!("../../../../pallets/settlement/src/lib.rs"),
		&[
			format!("{COMPENSATION_PERCENT} % of a bond at most"),
			format!("when the task is settled {DELAY_PERCENT} % of P0"),
		],
	);
	assert_says(
		include_str!("../../../types/src/attempt.rs"),
		&[
			format!("a *kill fee* {KILL_PERCENT} % of the price"),
			format!("{GIVE_BACK_PERCENT} % to the requester"),
			format!("{COMPENSATION_PERCENT} % to the requester, {KEEPER_PERCENT} % to the keeper"),
			format!("no more than {DELAY_PERCENT} % of P0"),
		],
	);
	assert_says(
		include_str!("../../../../pallets/settlement/src/shares.rs"),
		&[
			format!("no more than {COMPENSATION_PERCENT} % of any bond"),
			format!("no more than {DELAY_PERCENT} % of the price"),
		],
	);
}
