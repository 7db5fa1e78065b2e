// SPDX-License-Identifier: Apache-2.0
//! Every form of the JSON, byte for byte as in `golden/`, and what is read besides.

use core::fmt::Debug;

use serde::{de::DeserializeOwned, Serialize};
use serde_json::{json, Value};

use crate::*;

/// Holds values against the lines of a golden file, both ways.
fn hold<T: Serialize + DeserializeOwned + PartialEq + Debug>(golden: &str, values: &[T]) {
	let lines: Vec<&str> = golden.lines().collect();
	assert_eq!(lines.len(), values.len());
	for (line, value) in lines.iter().zip(values) {
		assert_eq!(serde_json::to_string(value).unwrap(), *line);
		assert_eq!(serde_json::from_str::<T>(line).unwrap(), *value);
	}
}

fn id() -> JobId {
	JobId::from([0xab; 32])
}

fn bytes(n: u8) -> Bytes32 {
	Bytes32([n; 32])
}

fn artifact(role: Role, locators: &[&str], n: u8, size: u64) -> Artifact {
	let locators = locators.iter().map(|locator| locator.to_string()).collect();
	Artifact { role, locators, sha256: bytes(n), size }
}

fn circuit() -> JobRequest {
	JobRequest {
		id: id(),
		proof_system: "groth16-bn254".into(),
		program: bytes(7),
		artifacts: vec![
			artifact(
				Role::ProvingKey,
				&["https://example.org/cube.zkey", "file:///srv/cube.zkey"],
				1,
				4096,
			),
			artifact(Role::WitnessProgram, &["https://example.org/cube.wasm"], 2, 512),
		],
		input: Input::Inline(HexBytes(b"{}".to_vec())),
		public_inputs: vec![None, Some(bytes(3))],
		public_values: None,
		work: 1000,
		deadline_unix_ms: 1_790_000_000_000,
	}
}

#[test]
fn requests_are_spelt_as_ever() {
	let zkvm = |public_values| JobRequest {
		proof_system: "sp1-groth16".into(),
		artifacts: vec![
			artifact(Role::Executable, &["https://example.org/guest.elf"], 4, 77),
			artifact(Role::Other, &["https://example.org/other"], 5, 0),
		],
		input: Input::Remote(RemoteInput {
			locators: vec!["https://example.org/input.json".into()],
			sha256: bytes(9),
			size: 1234,
		}),
		public_inputs: vec![],
		public_values,
		..circuit()
	};
	hold(
		include_str!("../golden/requests.jsonl"),
		&[
			circuit(),
			zkvm(None),
			zkvm(Some(FixedValues::Whole(HexBytes(vec![1, 2])))),
			zkvm(Some(FixedValues::Sha256(bytes(6)))),
			zkvm(Some(FixedValues::Prefix(HexBytes(vec![])))),
		],
	);
}

#[test]
fn views_are_spelt_as_ever() {
	let timings = Timings {
		queued_ms: 1,
		fetch_ms: 2,
		witness_ms: 3,
		prove_ms: 4,
		verify_ms: 5,
		total_ms: 15,
	};
	let view = |state| JobView { timings, ..JobView::new(id(), state) };
	let done = |values| JobView {
		progress: 1.0,
		proof: Some(ProofView { proof: HexBytes(vec![1, 0xab]), values }),
		..view(JobState::Done)
	};
	let error = JobError::new(ErrorCode::InputUnavailable, "no locator gave it");
	hold(
		include_str!("../golden/views.jsonl"),
		&[
			JobView::new(id(), JobState::Queued),
			JobView { stage: "fetch".into(), progress: 0.25, ..view(JobState::Fetching) },
			JobView { stage: "commitments".into(), progress: 0.35, ..view(JobState::Proving) },
			done(PublicValues::Inputs(vec![bytes(3)])),
			done(PublicValues::Bytes(HexBytes(vec![1, 2]))),
			JobView { error: Some(error), ..view(JobState::Failed) },
			view(JobState::Cancelled),
		],
	);
}

#[test]
fn refusals_are_spelt_as_ever() {
	let late = Infeasible {
		deadline_unix_ms: 10,
		endangers: None,
		estimated_end_unix_ms: 2510,
		own_ms: 1000,
		retry_after_ms: Some(1000),
		source: SpeedSource::Measured,
		wait_ms: 1500,
		work_per_second: 12.5,
	};
	let endangers = Infeasible {
		endangers: Some(id()),
		retry_after_ms: None,
		source: SpeedSource::Configured,
		..late.clone()
	};
	let unsupported = Refusal::new(RefusalCode::Unsupported, "m");
	let golden = include_str!("../golden/refusals.jsonl");
	hold(golden, &[unsupported, late.into(), endangers.into()]);
}

#[test]
fn codes_are_spelt_as_ever() {
	let mut golden = include_str!("../golden/codes.jsonl").lines();
	assert_eq!(serde_json::to_string(ErrorCode::ALL).unwrap(), golden.next().unwrap());
	assert_eq!(serde_json::to_string(RefusalCode::ALL).unwrap(), golden.next().unwrap());
	for code in ErrorCode::ALL {
		assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
		assert_eq!(ErrorCode::from_name(code.as_str()), Some(*code));
	}
}

#[test]
fn a_code_of_an_earlier_or_a_later_version_is_read() {
	let read = |code: &str| -> ErrorCode {
		let error = json!({ "code": code, "message": "m", "retryable": true });
		serde_json::from_value::<JobError>(error).unwrap().code
	};
	assert_eq!(read("hash_mismatch"), ErrorCode::ArtifactUnavailable);
	assert_eq!(read("out_of_luck"), ErrorCode::Internal);
	assert!(serde_json::from_str::<ErrorCode>("\"out_of_luck\"").is_err());
}

#[test]
fn a_long_message_is_cut_at_a_character() {
	let error = JobError::new(ErrorCode::BackendFailed, "é".repeat(error::MAX_MESSAGE));
	assert!(error.message.len() <= error::MAX_MESSAGE + 4);
}

#[test]
fn values_are_fixed_in_one_of_three_ways() {
	let parse = |value: &Value| {
		serde_json::from_value::<FixedValues>(value.clone()).map_err(|error| error.to_string())
	};
	for several in [json!({}), json!({"whole": "0x", "prefix": "0x"})] {
		let error = parse(&several).unwrap_err();
		assert!(error.contains("one of `whole`, `sha256` and `prefix`"), "{error}");
	}
	for wrong in [
		json!(null),
		json!("0x00"),
		json!({"whole": null}),
		json!({"whole": "00"}),
		json!({"whole": "0x0"}),
		json!({"sha256": "0x00"}),
		json!({"suffix": "0x00"}),
	] {
		assert!(parse(&wrong).is_err(), "{wrong}");
	}
}

#[test]
fn requests_of_another_shape_are_refused() {
	let good: Value = serde_json::to_value(circuit()).unwrap();
	for (pointer, wrong) in [
		("/id", json!("AB".repeat(32))),
		("/id", json!("ab")),
		("/program", json!("0x00")),
		("/artifacts/0/role", json!("key")),
		("/input", json!({})),
		("/input", json!({"inline": "7b7d"})),
		("/work", json!(-1)),
		("/public_inputs", Value::Null),
	] {
		let mut request = good.clone();
		*request.pointer_mut(pointer).unwrap() = wrong;
		assert!(serde_json::from_value::<JobRequest>(request).is_err(), "{pointer}");
	}
	for (field, wrong) in [("colour", json!("blue")), ("public_values", Value::Null)] {
		let mut request = good.clone();
		request[field] = wrong;
		assert!(serde_json::from_value::<JobRequest>(request).is_err(), "{field}");
	}
}

#[test]
fn statuses_are_read_from_whole_answers_and_from_the_least_of_them() {
	let read = |answer: Value| serde_json::from_value::<JobStatus>(answer).unwrap();
	let view = JobView {
		proof: Some(ProofView {
			proof: HexBytes(vec![1, 2]),
			values: PublicValues::Inputs(vec![bytes(3), bytes(4)]),
		}),
		..JobView::new(id(), JobState::Done)
	};
	let status = read(serde_json::to_value(&view).unwrap());
	assert_eq!(status.state, JobState::Done);
	let values = [[3; 32], [4; 32]].concat();
	assert_eq!(status.proof.unwrap().into_parts(), (vec![1, 2], values));

	let least = read(json!({ "state": "done", "proof": { "proof": "0x01" } }));
	assert_eq!(least.proof.unwrap().into_parts(), (vec![1], vec![]));
	let both = json!({ "proof": "0x01", "public_inputs": [], "public_values": "0x05" });
	let both = read(json!({ "state": "done", "proof": both, "progress": "whole" }));
	assert_eq!(both.proof.unwrap().into_parts(), (vec![1], vec![5]));
	let failed = read(json!({ "state": "failed", "error": { "code": "of_tomorrow" } }));
	assert_eq!(failed.error.unwrap().code, "of_tomorrow");
	assert!(serde_json::from_value::<JobStatus>(json!({ "state": "asleep" })).is_err());

	let refusal =
		json!({ "error": { "code": "deadline_infeasible", "message": "m", "details": 1 } });
	let refusal: RefusalStatus = serde_json::from_value(refusal).unwrap();
	let reason = Reason { code: "deadline_infeasible".into(), message: "m".into() };
	assert_eq!(refusal.error, reason);
}
