// SPDX-License-Identifier: Apache-2.0
//! Form of a job when it goes to the service.

use super::{service::Mood, *};
use proofyard_jobs::JobState;
use proofyard_primitives::{FixedValues, InputRef, RemoteData, TaskSpec};
use serde_json::json;
use sp_core::H256;

/// The one job that was posted.
fn posted(node: &Node) -> service::Got {
	let mut posts: Vec<_> =
		node.service.requests().into_iter().filter(|got| got.method == "POST").collect();
	assert_eq!(posts.len(), 1);
	posts.remove(0)
}

fn hex(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

#[test]
fn an_unknown_job_is_posted_as_the_contract_says() {
	on_node(&[PROVER], |node| {
		assign(7, PROVER);
		node.run();
		let id = job(7, PROVER);
		assert_eq!(
			node.service.requests().iter().map(|got| got.line()).collect::<Vec<_>>(),
			[format!("GET /v1/jobs/{id}"), "POST /v1/jobs".to_string()]
		);
		let got = posted(node);
		assert_eq!(got.url, format!("{URL}/v1/jobs"));
		assert_eq!(got.headers["Authorization"], format!("Bearer {TOKEN}"));
		assert_eq!(got.headers["Content-Type"], "application/json");
		assert_eq!(id.len(), 64);
		let deadline_unix_ms = START_MS + u64::from(LIFETIME) * MILLIS_PER_BLOCK;
		assert_eq!(
			got.json(),
			json!({
				"id": id,
				"proof_system": "groth16-bn254",
				"program": hex(&program().0),
				"artifacts": [{
					"role": "proving_key",
					"locators": ["https://example.org/cube.zkey", "file:///srv/cube.zkey"],
					"sha256": hex(&[7; 32]),
					"size": 4096,
				}],
				"input": { "inline": "0x010203" },
				"work": WORK,
				"deadline_unix_ms": deadline_unix_ms,
			})
		);
	});
}

#[test]
fn fixed_and_open_public_inputs_are_told_apart() {
	on_node(&[PROVER], |node| {
		let fixed = proof().inputs()[0];
		let values = FixedValues::Inputs(vec![Some(fixed), None].try_into().unwrap());
		assign_spec(7, PROVER, TaskSpec { values, ..spec() });
		node.run();
		let job = posted(node).json();
		assert_eq!(job["public_inputs"], json!([hex(&fixed), null]));
		assert!(job.get("public_values").is_none());
	});
}

#[test]
fn a_remote_input_goes_by_locator_and_hash() {
	on_node(&[PROVER], |node| {
		let input = InputRef::Remote(RemoteData {
			locators: locators(&["https://example.org/input.json", "file:///srv/input.json"]),
			sha256: H256::repeat_byte(9),
			size: 1_234,
		});
		assign_spec(7, PROVER, TaskSpec { input, ..spec() });
		node.run();
		assert_eq!(
			posted(node).json()["input"],
			json!({ "remote": {
				"locators": ["https://example.org/input.json", "file:///srv/input.json"],
				"sha256": hex(&[9; 32]),
				"size": 1234,
			}})
		);
	});
}

#[test]
fn every_request_carries_the_token_or_none_has_one() {
	on_node(&[PROVER], |node| {
		assign(7, PROVER);
		node.run();
		run_to(1 + LIFETIME + 1);
		node.run();
		for got in node.service.take_requests() {
			assert_eq!(got.headers["Authorization"], format!("Bearer {TOKEN}"), "{}", got.line());
		}
		configure(None);
		node.service.want_token(None);
		assign(8, PROVER);
		node.run();
		let requests = node.service.take_requests();
		assert_eq!(requests.len(), 2);
		assert!(requests.iter().all(|got| !got.headers.contains_key("Authorization")));
		assert_eq!(node.service.jobs(), [job(8, PROVER)].into());
	});
}

#[test]
fn the_deadline_is_what_is_left_of_the_blocks() {
	on_node(&[PROVER], |node| {
		assign(7, PROVER);
		run_to(4);
		node.run();
		let left = u64::from(LIFETIME - 3) * MILLIS_PER_BLOCK;
		assert_eq!(posted(node).json()["deadline_unix_ms"], json!(START_MS + left));
	});
}

#[test]
fn a_posted_job_is_asked_after_and_not_posted_again() {
	on_node(&[PROVER], |node| {
		assign(7, PROVER);
		node.run();
		node.service.take_lines();
		let id = job(7, PROVER);
		for state in [JobState::Queued, JobState::Fetching, JobState::Proving] {
			node.service.set(&id, state);
			node.next_block();
			assert_eq!(node.service.take_lines(), [format!("GET /v1/jobs/{id}")]);
		}
		assert!(node.pool.calls().is_empty());
	});
}

#[test]
fn a_job_that_the_service_forgot_is_posted_again() {
	on_node(&[PROVER], |node| {
		assign(7, PROVER);
		node.run();
		node.service.forget_all();
		node.next_block();
		assert_eq!(node.service.jobs(), [job(7, PROVER)].into());
	});
}

#[test]
fn a_conflict_means_that_the_job_is_there() {
	on_node(&[PROVER], |node| {
		assign(7, PROVER);
		node.service.set_mood(Mood::SaysTo("POST", 409, b"{}".to_vec()));
		node.run();
		assert!(!said("posting the job"));
		node.service.set_mood(Mood::Works);
		node.service.take_lines();
		node.next_block();
		assert_eq!(node.service.take_lines()[0], format!("GET /v1/jobs/{}", job(7, PROVER)));
	});
}

#[test]
fn a_job_pushed_aside_by_more_urgent_ones_is_not_cancelled() {
	on_node(&[PROVER], |node| {
		ample(PROVER);
		let (patient, urgent) = (0..64, 64..70);
		for task in patient {
			assign_spec(task, PROVER, TaskSpec { deadline: 100, ..spec() });
		}
		node.run();
		assert_eq!(node.service.jobs().len(), 64);
		for task in urgent {
			assign_spec(task, PROVER, TaskSpec { deadline: 50, ..spec() });
		}
		node.service.take_lines();
		node.next_block();
		node.next_block();
		assert_eq!(node.service.jobs().len(), 70);
		assert!(!node.service.take_lines().iter().any(|line| line.starts_with("DELETE")));
	});
}
