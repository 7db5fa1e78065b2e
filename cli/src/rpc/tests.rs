// SPDX-License-Identifier: Apache-2.0

use super::*;
use serde_json::json;

fn alice() -> AccountId32 {
	crate::parse::account("//Alice").unwrap()
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
		"work": 1_048_576,
		"maxFee": "1500000000000",
		"deadline": 300,
		"submittedAt": 10,
		"escrow": "1200000000000",
		"state": {
			"name": "assigned",
			"prover": alice(),
			"price": "1200000000000",
			"bond": "2400000000000",
			"attempt": 0,
			"rejections": 0,
			"assignedAt": 11,
			"softDeadline": 200,
			"standbys": [{ "prover": alice(), "price": "1500000000000" }]
		},
		"input": { "inline": "0x7b7d" },
		"publicInputs": [null, H256::repeat_byte(2)]
	});
	let task: Task = serde_json::from_value(json.clone()).unwrap();
	assert_eq!(task.market.hardware, HardwareClass::Gpu { vram_gib: 24 });
	assert_eq!(task.state.name(), "assigned");
	assert_eq!(task.state.prover(), Some(&alice()));
	assert!(!task.state.has_ended());
	assert_eq!(task.input, Some(Input::Inline(Bytes(b"{}".to_vec()))));
	assert_eq!(serde_json::to_value(&task).unwrap(), json);
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
		(
			json!({ "name": "settled", "prover": alice(), "paid": "1", "assignedAt": 1, "at": 2 }),
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
				"assignedAt": 1,
				"at": 2
			}),
			true,
		),
	] {
		let name = state["name"].clone();
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
