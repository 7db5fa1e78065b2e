// SPDX-License-Identifier: Apache-2.0
//! Some inputs of a fixed seed, and what once went wrong.

use proofyard_fuzz::rng::Rng;
use proofyard_raw_fuzz::{
	chain::{Chain, Played},
	corpus,
};

#[test]
fn inputs_do_no_harm_and_something() {
	let mut chain = Chain::new();
	let mut all = Played::default();
	for number in 0..2_000 {
		let input = corpus::input(&mut Rng::nth(20_261_123, number));
		match chain.play(&input) {
			Ok(played) => all.add(played),
			Err(failure) => panic!("input {number}: {failure}"),
		}
	}
	for call in [
		"Attestation::submit_proof",
		"Attestation::submit_proofs",
		"Auctions::submit_task",
		"Programs::set_version",
		"Provers::unbond",
	] {
		assert!(all.done.contains_key(call), "{call} never succeeded: {all:?}");
	}
}

#[test]
fn an_input_leaves_the_chain_as_it_was() {
	let mut chain = Chain::new();
	let input = corpus::input(&mut Rng::new(1));
	let first = format!("{:?}", chain.play(&input));
	for number in 0..50 {
		let _ = chain.play(&corpus::input(&mut Rng::new(number)));
	}
	assert_eq!(format!("{:?}", chain.play(&input)), first);
}
