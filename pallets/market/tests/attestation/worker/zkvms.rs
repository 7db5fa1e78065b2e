// SPDX-License-Identifier: Apache-2.0
//! Jobs of zkVMs' programs: what the service is told of the public values, and what it answers.

use super::{service::Mood, *};
use crate::zkvms::{bounded, Sample};
use frame_support::assert_ok;
use proofyard_primitives::{limits::MAX_PUBLIC_VALUES, FixedValues, ProofData};
use serde_json::{json, Value};
use sp_core::H256;

fn hex(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// Fields that tell the service the public values of a task that fixes them so.
fn told(values: FixedValues) -> (Option<Value>, Option<Value>) {
	let mut told = (None, None);
	on_node(&[PROVER], |node| {
		let sample = Sample::risc0();
		sample.set_up();
		assign_spec(7, PROVER, sample.task(values));
		node.run();
		let mut posts = node.service.requests().into_iter().filter(|got| got.method == "POST");
		let job = posts.next_back().unwrap().json();
		assert_eq!(job["proof_system"], json!("risc0-groth16"));
		told = (job.get("public_inputs").cloned(), job.get("public_values").cloned());
	});
	told
}

#[test]
fn values_are_told_as_they_were_fixed() {
	assert_eq!(told(FixedValues::Open), (None, None));
	for (values, expected) in [
		(FixedValues::Whole(bounded(b"abc")), json!({ "whole": "0x616263" })),
		(FixedValues::Whole(bounded(b"")), json!({ "whole": "0x" })),
		(FixedValues::Hash(H256::repeat_byte(9)), json!({ "sha256": hex(&[9; 32]) })),
		(FixedValues::Prefix(bounded(b"ab")), json!({ "prefix": "0x6162" })),
	] {
		assert_eq!(told(values), (None, Some(expected)));
	}
}

#[test]
fn a_circuits_values_may_be_told_in_the_same_way() {
	on_node(&[PROVER], |node| {
		let values = FixedValues::Whole(proof().public_values);
		assign_spec(7, PROVER, proofyard_primitives::TaskSpec { values, ..spec() });
		node.run();
		let job = node.service.requests().pop().unwrap().json();
		assert_eq!(job["public_values"], json!({ "whole": hex(&proof().public_values) }));
		assert!(job.get("public_inputs").is_none());
	});
}

#[test]
fn a_proof_with_its_values_is_submitted_and_paid() {
	for sample in Sample::all() {
		on_node(&[PROVER], |node| {
			sample.set_up();
			let values = FixedValues::Whole(sample.proof.public_values.clone());
			assign_spec(7, PROVER, sample.task(values));
			node.run();
			node.service.finish_with_values(&job(7, PROVER), sample.proof.clone());
			node.next_block();
			let mut calls = node.pool.take_calls();
			assert_eq!(calls.len(), 1);
			assert_ok!(include(calls.remove(0)).unwrap());
			assert_eq!(free(PROVER), ENDOWMENT - STAKE + PRICE);
		});
	}
}

#[test]
fn a_proof_of_other_values_than_were_fixed_is_never_submitted() {
	for values in [
		FixedValues::Whole(bounded(b"abc")),
		FixedValues::Hash(H256::zero()),
		FixedValues::Prefix(bounded(b"abc")),
	] {
		on_node(&[PROVER], |node| {
			let sample = Sample::risc0();
			sample.set_up();
			assign_spec(7, PROVER, sample.task(values));
			node.run();
			node.service.finish_with_values(&job(7, PROVER), sample.proof);
			node.next_block();
			assert!(node.pool.calls().is_empty());
			assert!(said("a proof that does not verify"));
			assert_eq!(staked(PROVER), STAKE);
		});
	}
}

#[test]
fn a_proof_with_values_that_are_not_its_own_is_never_submitted() {
	on_node(&[PROVER], |node| {
		let sample = Sample::sp1_groth16();
		sample.set_up();
		assign_spec(7, PROVER, sample.task(FixedValues::Open));
		node.run();
		let public_values = bounded(&[0; MAX_PUBLIC_VALUES as usize]);
		let other = ProofData { public_values, ..sample.proof };
		node.service.finish_with_values(&job(7, PROVER), other);
		node.next_block();
		assert!(node.pool.calls().is_empty());
		assert!(said("a proof that does not verify"));
	});
}

#[test]
fn values_that_are_no_values_are_garbage() {
	let long = format!("0x{}", "00".repeat(MAX_PUBLIC_VALUES as usize + 1));
	for values in [json!("zz"), json!("0xzz"), json!("0x123"), json!(long), json!(7), json!([])] {
		on_node(&[PROVER], |node| {
			assign(7, PROVER);
			node.run();
			let proof = json!({ "proof": "0x12", "public_values": values });
			let body = service::view_with("proof", proof);
			node.service.set_mood(Mood::SaysTo("GET", 200, body));
			node.next_block();
			assert!(node.pool.calls().is_empty());
			assert!(said("task 7: proving service: answer not understood"));
			// Nothing is lost by it: the job is looked at again.
			node.service.set_mood(Mood::Works);
			node.service.finish(&job(7, PROVER), proofyard_market::proof());
			node.next_block();
			assert_eq!(node.pool.calls().len(), 1);
		});
	}
}
