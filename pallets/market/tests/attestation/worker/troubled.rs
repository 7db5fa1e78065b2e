// SPDX-License-Identifier: Apache-2.0
//! A service that is dead, slow or mad costs a run and nothing else.

use super::{
	service::{view_with, Mood},
	*,
};
use pallet_attestation::worker::RUN_BUDGET_MS;
use proofyard_jobs::ErrorCode;
use serde_json::{json, Value};
use sp_core::offchain::{Duration, Timestamp};
use sp_runtime::offchain::storage_lock::{StorageLock, Time};

const LOCK_KEY: &[u8] = b"proofyard/worker-lock";

/// Have three jobs under way, one of them with a failure to clear up and one ended, and let the
/// service be in this mood for a run: the run ends in time, nothing goes out, and when the service
/// is itself again everything goes on.
fn survives(mood: Mood) {
	on_node(&[PROVER], |node| {
		for task in 7..10 {
			assign(task, PROVER);
		}
		node.run();
		node.service.finish(&job(7, PROVER), proof());
		node.service.fail(&job(8, PROVER), ErrorCode::BackendFailed);
		node.service.set_mood(mood);
		for _ in 0..3 {
			let before = node.service.now();
			run_to(System::block_number() + 1);
			node.run();
			assert!(node.service.now() <= before + RUN_BUDGET_MS, "over its budget");
		}
		assert!(node.pool.calls().is_empty());
		assert!(said("task 7: proving service:"));

		node.service.set_mood(Mood::Works);
		node.next_block();
		assert_eq!(node.pool.calls().len(), 1);
		node.follow_to(System::block_number() + 3);
		let jobs = [7, 8, 9].map(|task| job(task, PROVER));
		assert_eq!(node.service.jobs(), jobs.into());
	});
}

#[test]
fn nobody_listens() {
	survives(Mood::Down);
	// And the first that is ever heard of it.
	on_node(&[PROVER], |node| {
		node.service.set_mood(Mood::Down);
		assign(7, PROVER);
		node.run();
		assert!(said("unreachable; is it running?"));
		node.service.set_mood(Mood::Works);
		node.next_block();
		assert_eq!(node.service.jobs(), [job(7, PROVER)].into());
	});
}

#[test]
fn the_connection_breaks() {
	survives(Mood::Breaks);
}

#[test]
fn no_answer_ever_comes() {
	survives(Mood::Silent);
}

#[test]
fn an_answer_stops_half_way() {
	survives(Mood::Stalls);
}

#[test]
fn an_answer_is_garbage() {
	for body in [
		b"".to_vec(),
		b"not json".to_vec(),
		b"[]".to_vec(),
		b"{}".to_vec(),
		b"\xff\xfe\x00".to_vec(),
		view_with("state", json!(7)),
		view_with("state", json!("dreaming")),
		view_with("proof", Value::Null),
		view_with("proof", json!({ "proof": "0xzz", "public_inputs": [] })),
		view_with("proof", json!({ "proof": "1234", "public_inputs": [] })),
		view_with("proof", json!({ "proof": "0x12", "public_inputs": ["0x34"] })),
	] {
		survives(Mood::SaysTo("GET", 200, body));
	}
}

#[test]
fn an_answer_has_a_proof_longer_than_any() {
	let proof = format!("0x{}", "00".repeat(2_049));
	let body = view_with("proof", json!({ "proof": proof, "public_inputs": [] }));
	survives(Mood::SaysTo("GET", 200, body));
}

#[test]
fn an_answer_is_nested_without_end() {
	survives(Mood::SaysTo("GET", 200, vec![b'['; 60_000]));
}

#[test]
fn an_answer_is_huge() {
	survives(Mood::SaysTo("GET", 200, vec![b' '; 1 << 20]));
	assert!(said("longer than 65536 bytes"));
}

#[test]
fn an_answer_of_just_the_allowed_size_is_read() {
	on_node(&[PROVER], |node| {
		assign(7, PROVER);
		node.run();
		let view = view_with("state", json!("proving"));
		let mut body = vec![b' '; 64 * 1024 - view.len()];
		body.extend(view);
		node.service.set_mood(Mood::SaysTo("GET", 200, body.clone()));
		node.next_block();
		assert!(!said("proving service"));
		body.push(b' ');
		node.service.set_mood(Mood::SaysTo("GET", 200, body));
		node.next_block();
		assert!(said("longer than 65536 bytes"));
	});
}

#[test]
fn it_refuses() {
	for status in [400, 401, 413, 422, 500, 503] {
		survives(Mood::Says(status, br#"{"error":{"code":"no","message":"no"}}"#.to_vec()));
		assert!(said(&format!("refused with {status}")));
	}
}

#[test]
fn what_it_says_is_repeated_shortened_and_on_one_line() {
	let mut body = b"line\nline\x1b[31m".to_vec();
	body.extend([b'x'; 5_000]);
	survives(Mood::Says(500, body));
	assert!(said("refused with 500: lineline[31mxxx"));
	assert!(!said(&"x".repeat(300)));
}

#[test]
fn it_wants_another_token() {
	on_node(&[PROVER], |node| {
		node.service.want_token(Some("another"));
		assign(7, PROVER);
		node.run();
		assert!(said("refused with 401"));
		assert!(node.service.jobs().is_empty());
		configure(Some("another"));
		node.next_block();
		assert_eq!(node.service.jobs(), [job(7, PROVER)].into());
	});
}

#[test]
fn its_queue_is_full() {
	on_node(&[PROVER], |node| {
		node.service.set_mood(Mood::SaysTo("POST", 503, b"queue_full".to_vec()));
		assign(7, PROVER);
		node.run();
		assert!(said("posting the job: refused with 503: queue_full"));
		node.service.take_lines();
		// Not asked again in the same block, and then with backoff.
		node.run();
		assert!(node.service.take_lines().is_empty());
		node.service.set_mood(Mood::Works);
		node.next_block();
		assert_eq!(node.service.jobs(), [job(7, PROVER)].into());
	});
}

mod another_run_under_way {
	use super::*;

	#[test]
	fn keeps_this_one_from_doing_anything() {
		on_node(&[PROVER], |node| {
			assign(7, PROVER);
			let mut lock =
				StorageLock::<Time>::with_deadline(LOCK_KEY, Duration::from_millis(5_000));
			let guard = lock.try_lock().unwrap();
			node.run();
			assert!(node.service.requests().is_empty());
			drop(guard);
			node.run();
			assert_eq!(node.service.jobs(), [job(7, PROVER)].into());
		});
	}

	#[test]
	fn that_died_is_waited_for_no_longer_than_its_lock_lives() {
		on_node(&[PROVER], |node| {
			assign(7, PROVER);
			let mut lock =
				StorageLock::<Time>::with_deadline(LOCK_KEY, Duration::from_millis(12_000));
			lock.try_lock().unwrap().forget();
			node.next_block();
			assert!(node.service.requests().is_empty());
			node.next_block();
			node.next_block();
			assert_eq!(node.service.jobs(), [job(7, PROVER)].into());
		});
	}

	#[test]
	fn ends_with_its_lock_released() {
		on_node(&[PROVER], |node| {
			node.service.set_mood(Mood::Silent);
			assign(7, PROVER);
			node.run();
			let mut lock = StorageLock::<Time>::new(LOCK_KEY);
			assert!(lock.try_lock().is_ok());
			assert!(Timestamp::from_unix_millis(START_MS) < sp_io::offchain::timestamp());
		});
	}
}
