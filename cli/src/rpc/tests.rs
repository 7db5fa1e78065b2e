// SPDX-License-Identifier: Apache-2.0

use super::*;
use proofyard_primitives::FixedValues;
use serde_json::json;

fn alice() -> AccountId32 {
	crate::parse::account("//Alice").unwrap()
}

fn attempt(state: &str) -> serde_json::Value {
	json!({
		"number": 0,
		"prover": alice(),
		"role": "primary",
		"price": "1200000000000",
		"bond": "2400000000000",
		"startedAt": 11,
		"due": 200,
		"rejections": 1,
		"committed": true,
		"state": state,
		"owed": null
	})
}

fn live(name: &str, state: &str) -> serde_json::Value {
	json!({
		"name": name,
		"prover": alice(),
		"price": "1200000000000",
		"assignedAt": 11,
		"softDeadline": 200,
		"attempts": [attempt(state)],
		"standbys": [],
		"wanted": true
	})
}

fn bounty() -> serde_json::Value {
	let mut bounty = live("bounty", "late");
	bounty["bounty"] = json!({
		"since": 201,
		"reward": "1300000000000",
		"deposit": "220000000000",
		"announcements": [{
			"prover": alice(),
			"commitment": H256::repeat_byte(6),
			"at": 205,
			"reward": "1250000000000",
			"deposit": "220000000000"
		}]
	});
	bounty
}

fn outcome(fate: &str) -> serde_json::Value {
	json!({
		"prover": alice(),
		"role": "standby",
		"fate": fate,
		"earned": "1176000000000",
		"slashed": "0"
	})
}

#[test]
fn reads_the_node_s_task() {
	let json = json!({
		"id": 7,
		"requester": alice(),
		"program": H256::repeat_byte(1),
		"market": {
			"system": "groth16-bn254",
			"hardware": { "gpu": { "vram_gib": 24 } },
			"bucket": 20,
			"level": "standard"
		},
		"kind": "market",
		"redundancy": { "needed": 1, "started": 2 },
		"work": 1_048_576,
		"maxFee": "1500000000000",
		"deadline": 300,
		"submittedAt": 10,
		"escrow": "1200000000000",
		"state": {
			"name": "assigned",
			"prover": alice(),
			"price": "1200000000000",
			"assignedAt": 11,
			"softDeadline": 200,
			"attempts": [attempt("running")],
			"standbys": [
				{ "prover": alice(), "price": "1500000000000", "bond": "2400000000000" }
			],
			"wanted": false
		},
		"input": { "inline": "0x7b7d" },
		"publicInputs": [null, H256::repeat_byte(2)],
		"publicValues": null
	});
	let task: Task = serde_json::from_value(json.clone()).unwrap();
	assert_eq!(task.market.hardware, HardwareClass::Gpu { vram_gib: 24 });
	assert_eq!(task.state.name(), "assigned");
	assert_eq!(task.redundancy, Some(Redundancy::PAIR));
	assert!(task.state.live().unwrap().attempt_of(&alice()).is_some());
	assert!(!task.state.has_ended());
	assert_eq!(task.input, Some(Input::Inline(Bytes(b"{}".to_vec()))));
	assert_eq!(serde_json::to_value(&task).unwrap(), json);

	let inputs = vec![None, Some([2; 32])].try_into().unwrap();
	assert_eq!(task.fixed_values(), Some(FixedValues::Inputs(inputs)));
	for (fixed, read) in [
		(json!(null), FixedValues::Open),
		(json!({ "whole": "0x" }), FixedValues::Whole(Default::default())),
		(json!({ "sha256": H256::repeat_byte(7) }), FixedValues::Hash(H256::repeat_byte(7))),
		(json!({ "prefix": "0x0102" }), FixedValues::Prefix(vec![1, 2].try_into().unwrap())),
	] {
		let mut json = json.clone();
		json["publicInputs"] = json!([]);
		json["publicValues"] = fixed;
		let task: Task = serde_json::from_value(json.clone()).unwrap();
		assert_eq!(task.fixed_values(), Some(read));
		assert_eq!(serde_json::to_value(&task).unwrap(), json);
	}
}

#[test]
fn reads_every_state_of_an_update() {
	for (state, ended) in [
		(json!({ "name": "open", "provers": [], "bidding": null }), false),
		(
			json!({
				"name": "open",
				"provers": [alice()],
				"bidding": {
					"commitUntil": 5,
					"revealUntil": 9,
					"bids": [
						{
							"prover": alice(),
							"commitment": H256::repeat_byte(4),
							"revealed": { "price": "7", "speed": 8 }
						},
						{ "prover": alice(), "commitment": H256::zero(), "revealed": null }
					]
				}
			}),
			false,
		),
		(live("assigned", "running"), false),
		(live("fallback", "declined"), false),
		(bounty(), false),
		(
			json!({
				"name": "settled",
				"prover": alice(),
				"paid": "1",
				"attempts": [outcome("verified_late")],
				"assignedAt": 1,
				"at": 2
			}),
			true,
		),
		(json!({ "name": "expired", "at": 2 }), true),
		(json!({ "name": "cancelled", "at": 2 }), true),
		(
			json!({
				"name": "failed",
				"prover": alice(),
				"reason": "deadline_passed",
				"compensation": "1",
				"slashed": "2",
				"attempts": [outcome("defaulted")],
				"assignedAt": 1,
				"at": 2
			}),
			true,
		),
	] {
		let name = state["name"].clone();
		let read: TaskState = serde_json::from_value(state.clone()).unwrap();
		assert_eq!(serde_json::to_value(&read).unwrap(), state);
		let update: TaskUpdate = serde_json::from_value(json!({
			"task": 7,
			"block": { "number": 3, "hash": H256::repeat_byte(3) },
			"state": state,
			"retracted": false,
			"finalized": ended
		}))
		.unwrap();
		assert_eq!(update.state.name(), name);
		assert_eq!(update.state.has_ended(), ended);
	}
}

#[test]
fn asks_for_quotes_without_what_is_not_given() {
	let options = QuoteOptions { level: Some(ServiceLevel::Express), ..Default::default() };
	assert_eq!(serde_json::to_value(options).unwrap(), json!({ "level": "express" }));
}

#[test]
fn reads_a_program_of_either_work_model() {
	let program = |work| {
		json!({
			"id": H256::repeat_byte(1),
			"owner": alice(),
			"system": "groth16-bn254",
			"systemEnabled": true,
			"hardware": "cpu",
			"work": work,
			"publicInputs": 2,
			"key": "0x00",
			"artifacts": [{
				"role": "proving_key",
				"locators": ["file:///a"],
				"sha256": H256::repeat_byte(2),
				"size": 9
			}],
			"deposit": "5",
			"liveTasks": 0,
			"retired": false,
			"registeredAt": 1
		})
	};
	let fixed: Program = serde_json::from_value(program(json!({ "fixed": 1024 }))).unwrap();
	assert_eq!(fixed.work, WorkModel::Fixed(1024));
	let open: Program = serde_json::from_value(program(json!("per_task"))).unwrap();
	assert_eq!(open.work, WorkModel::PerTask);
}

#[test]
fn reads_an_ask_with_what_is_coming() {
	let json = json!({
		"prover": alice(),
		"market": {
			"system": "groth16-bn254",
			"hardware": "cpu",
			"bucket": 12,
			"level": "standard"
		},
		"price": "300",
		"lots": 2,
		"speed": 5000,
		"lotsInUse": 1,
		"confirmedSpeed": null,
		"status": "coming",
		"pending": { "price": "300", "lots": 2, "speed": 5000, "from": 215 }
	});
	let ask: Ask = serde_json::from_value(json.clone()).unwrap();
	assert_eq!(ask.status, AskStatus::Coming);
	assert_eq!(ask.pending.as_ref().unwrap().from, 215);
	assert_eq!(serde_json::to_value(&ask).unwrap(), json);
}

#[test]
fn reads_every_way_an_attempt_can_stand_or_end() {
	for state in ["running", "late", "verified", "declined", "reported", "rejected", "defaulted"] {
		let read: Attempt = serde_json::from_value(attempt(state)).unwrap();
		assert_eq!(read.state.is_at_work(), ["running", "late"].contains(&state), "{state}");
	}
	for fate in [
		"verified",
		"verified_late",
		"lost",
		"slow",
		"declined",
		"reported",
		"excused",
		"rejected",
		"defaulted",
	] {
		let read: AttemptOutcome = serde_json::from_value(outcome(fate)).unwrap();
		assert_eq!(serde_json::to_value(&read).unwrap(), outcome(fate));
	}
}

#[test]
fn only_commitments_that_may_count_are_counted() {
	let read = |state: &str| -> Attempt { serde_json::from_value(attempt(state)).unwrap() };
	let mut live: Live = serde_json::from_value(live("assigned", "running")).unwrap();
	live.attempts = ["running", "late", "verified", "declined", "rejected"].map(read).into();
	assert_eq!(live.committed(), 3);
	assert_eq!(live.at_work().count(), 2);
}

#[test]
fn reads_a_prover_with_all_that_keeps_it_from_work() {
	let json = json!({
		"account": alice(),
		"sessionKey": H256::repeat_byte(5),
		"hardware": "cpu",
		"slots": 4,
		"liveTasks": 1,
		"stake": "100",
		"reserved": "20",
		"free": "50",
		"unbonding": { "amount": "30", "withdrawableAt": 77 },
		"delegation": {
			"open": true,
			"value": "40",
			"shares": "340282366920938463463374607431768211455",
			"leavingShares": "9",
			"commission": 100_000,
			"rise": { "commission": 150_000, "from": 900 },
			"room": "240"
		},
		"pause": { "resumesAt": null },
		"jail": { "until": 240, "mayLeave": true },
		"strikes": 1,
		"maxStrikes": 3,
		"exiting": true,
		"verified": 6,
		"defaulted": 0,
		"trackRecord": [{
			"system": "groth16-bn254",
			"verified": 5_500,
			"late": 500,
			"rejected": 1,
			"declined": 2,
			"defaulted": 3,
			"reliable": false
		}],
		"speeds": [],
		"calibrations": [],
		"blocked": 0,
		"registeredAt": 0,
		"asks": []
	});
	let prover: Prover = serde_json::from_value(json.clone()).unwrap();
	assert_eq!(prover.delegation.shares, Shares(u128::MAX));
	assert_eq!(serde_json::to_value(&prover).unwrap(), json);
}

#[test]
fn reads_delegations_fees_and_proofs() {
	let delegation = json!({
		"prover": alice(),
		"delegator": alice(),
		"shares": "50",
		"value": "51",
		"leaving": { "shares": "20", "amount": "21", "withdrawableAt": 900 },
		"withdrawable": "0"
	});
	let read: Delegation = serde_json::from_value(delegation.clone()).unwrap();
	assert_eq!(read.staying(), 30);
	assert_eq!(serde_json::to_value(&read).unwrap(), delegation);

	let fees = json!({
		"fee": 20_000,
		"author": 500_000,
		"treasury": 300_000,
		"burnt": 200_000,
		"maxFee": 100_000
	});
	let read: Fees = serde_json::from_value(fees.clone()).unwrap();
	assert_eq!(read.fee.to_string(), "2 %");
	assert_eq!(serde_json::to_value(read).unwrap(), fees);

	let proofs = json!({
		"task": 7,
		"program": H256::repeat_byte(1),
		"system": "sp1-plonk",
		"settledAt": null,
		"retainedUntil": null,
		"proofs": [{
			"prover": alice(),
			"deciding": false,
			"proof": "0x0102",
			"publicValues": "0x030405",
			"publicInputs": []
		}]
	});
	let read: Proofs = serde_json::from_value(proofs.clone()).unwrap();
	assert_eq!(serde_json::to_value(&read).unwrap(), proofs);

	let proof = json!({
		"task": 7,
		"program": H256::repeat_byte(1),
		"system": "groth16-bls12-381",
		"prover": alice(),
		"verifiedAt": 5,
		"retainedUntil": 605,
		"proof": "0x0102",
		"publicValues": H256::repeat_byte(3),
		"publicInputs": [H256::repeat_byte(3)]
	});
	let read: Proof = serde_json::from_value(proof.clone()).unwrap();
	assert_eq!(serde_json::to_value(&read).unwrap(), proof);
}

#[test]
fn reads_proof_systems_with_their_versions() {
	let json = json!([
		{ "system": "groth16-bn254", "enabled": true, "versions": [] },
		{
			"system": "sp1-groth16",
			"enabled": false,
			"versions": [{ "version": "5.0.0", "selector": "0xa4594c59", "enabled": true }]
		}
	]);
	let read: Vec<System> = serde_json::from_value(json.clone()).unwrap();
	assert_eq!(read[1].versions[0].selector, Selector([0xa4, 0x59, 0x4c, 0x59]));
	assert_eq!(read[1].versions[0].selector.to_string(), "0xa4594c59");
	assert_eq!(serde_json::to_value(&read).unwrap(), json);
	let long = json!({ "version": "5.0.0", "selector": "0xa4594c5900", "enabled": true });
	assert!(serde_json::from_value::<Version>(long).is_err());
}
