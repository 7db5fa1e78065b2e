// SPDX-License-Identifier: Apache-2.0
//! Jobs that the service cannot do: the worker gives the attempt back while that is cheap, and the
//! standby's starts.

use super::{service::Mood, *};
use pallet_attestation::Call;
use proofyard_jobs::{ErrorCode, RefusalCode};
use proofyard_primitives::{session::Report, AttemptState, Ending, InputRef, RemoteData, TaskSpec};
use serde_json::json;
use sp_core::H256;

/// Reports of the worker so far.
fn reports(node: &Node) -> Vec<(TaskId, Report)> {
	let calls = node.pool.calls().into_iter();
	calls
		.filter_map(|call| match call {
			RuntimeCall::Attestation(Call::report { task, report, .. }) => Some((task, report)),
			_ => None,
		})
		.collect()
}

fn remote() -> TaskSpec<AccountId, Balance, BlockNumber> {
	let data = RemoteData {
		locators: locators(&["https://example.org/input.json"]),
		sha256: H256::repeat_byte(9),
		size: 100,
	};
	TaskSpec { input: InputRef::Remote(data), deadline: 41, ..spec() }
}

#[test]
fn a_job_that_cannot_be_done_in_time_is_declined_at_once() {
	for code in [RefusalCode::DeadlineInfeasible, RefusalCode::Unsupported] {
		on_node(&[PROVER], |node| {
			assign_with(7, &[PROVER], &[RIVAL], spec());
			let (status, refusal) = service::refuse(422, code);
			node.service.set_mood(Mood::SaysTo("POST", status, refusal));
			node.run();
			assert_eq!(reports(node), [(7, Report::Declined)]);
			for call in node.pool.calls() {
				include(call).unwrap().unwrap();
			}
			assert_eq!(attempt(7, PROVER).state, AttemptState::Ended(Ending::Declined));
			assert!(attempt(7, RIVAL).is_running());
		});
	}
}

#[test]
fn any_other_refusal_is_tried_again() {
	let unknown = |code: &str| -> Vec<u8> {
		service::json(&json!({ "error": { "code": code, "message": "no" } }))
	};
	for (status, refusal) in [
		(422, unknown("bad_request")),
		(422, unknown("")),
		service::refuse(422, RefusalCode::InvalidRequest),
		service::refuse(503, RefusalCode::QueueFull),
	] {
		on_node(&[PROVER], |node| {
			assign(7, PROVER);
			node.service.set_mood(Mood::SaysTo("POST", status, refusal.clone()));
			node.run();
			node.follow_to(1 + SOFT);
			assert!(reports(node).is_empty());
		});
	}
}

#[test]
fn a_job_given_up_in_the_queue_is_declined() {
	on_node(&[PROVER], |node| {
		assign_with(7, &[PROVER], &[RIVAL], spec());
		node.run();
		node.service.fail(&job(7, PROVER), ErrorCode::DeadlineInfeasible);
		node.next_block();
		assert_eq!(reports(node), [(7, Report::Declined)]);
	});
}

#[test]
fn an_input_that_cannot_be_had_twice_is_reported() {
	on_node(&[PROVER], |node| {
		assign_with(7, &[PROVER], &[RIVAL], remote());
		node.run();
		node.service.fail(&job(7, PROVER), ErrorCode::InputUnavailable);
		node.next_block();
		assert!(reports(node).is_empty());
		// Seen to have failed in block 2, posted again in block 3.
		node.next_block();
		node.service.fail(&job(7, PROVER), ErrorCode::InputUnavailable);
		node.next_block();
		assert_eq!(reports(node), [(7, Report::InputUnavailable)]);
		for call in node.pool.calls() {
			include(call).unwrap().unwrap();
		}
		assert_eq!(attempt(7, PROVER).state, AttemptState::Ended(Ending::Reported));
	});
}

#[test]
fn a_programs_file_that_cannot_be_had_is_the_provers_own_matter() {
	for code in [ErrorCode::ArtifactUnavailable, ErrorCode::InvalidArtifact, ErrorCode::NoRoom] {
		on_node(&[PROVER], |node| {
			assign_with(7, &[PROVER], &[RIVAL], remote());
			node.run();
			node.service.fail(&job(7, PROVER), code);
			node.next_block();
			node.next_block();
			node.service.fail(&job(7, PROVER), code);
			node.next_block();
			assert_eq!(reports(node), [(7, Report::Declined)]);
		});
	}
}

#[test]
fn nothing_is_given_back_after_the_soft_deadline() {
	on_node(&[PROVER], |node| {
		assign_with(7, &[PROVER], &[RIVAL], spec());
		node.run();
		node.follow_to(SOFT);
		// The next block is the last in which it would be in time.
		node.service.fail(&job(7, PROVER), ErrorCode::DeadlineInfeasible);
		node.next_block();
		assert_eq!(System::block_number(), 1 + SOFT);
		assert!(reports(node).is_empty());
	});
}

#[test]
fn what_does_not_get_into_a_block_is_sent_again() {
	on_node(&[PROVER], |node| {
		assign_with(7, &[PROVER], &[], TaskSpec { deadline: 60, ..spec() });
		pallet_attestation::Live::<Test>::mutate_extant(7, |live| {
			live.attempts[0].soft_deadline = 50
		});
		let (status, refusal) = service::refuse(422, RefusalCode::DeadlineInfeasible);
		node.service.set_mood(Mood::SaysTo("POST", status, refusal));
		node.run();
		assert_eq!(reports(node).len(), 1);
		node.follow_to(4);
		assert_eq!(reports(node).len(), 1);
		node.follow_to(20);
		assert!(reports(node).len() > 1);
		pallet_attestation::Live::<Test>::mutate_extant(7, |live| {
			live.attempts[0].soft_deadline = 1 + SOFT
		});
	});
}

#[test]
fn a_standby_starts_as_soon_as_it_is_called_and_stops_when_the_race_is_lost() {
	on_node(&[RIVAL], |node| {
		assign_with(7, &[PROVER], &[RIVAL], spec());
		node.run();
		assert!(node.service.jobs().is_empty());
		include(report(7, PROVER, Report::Declined)).unwrap().unwrap();
		node.run();
		let id = hex::encode(proofyard_primitives::job_id(&System::block_hash(0), 7, 1, &RIVAL).0);
		assert_eq!(node.service.jobs(), [id].into());
	});
	on_node(&[RIVAL], |node| {
		assign_with(7, &[PROVER], &[RIVAL], spec());
		node.follow_to(1 + SOFT + 1);
		assert_eq!(node.service.jobs().len(), 1);
		include(submission(7, PROVER, proof())).unwrap().unwrap();
		node.run();
		assert!(node.service.jobs().is_empty());
	});
}

#[test]
fn of_a_task_that_takes_two_each_is_committed_to_first() {
	use proofyard_primitives::Redundancy;
	on_node(&[PROVER, RIVAL], |node| {
		let redundancy = Redundancy { needed: 2, started: 2 };
		let two = TaskSpec { redundancy, max_fee: 2_000, ..spec() };
		assign_with(7, &[PROVER, RIVAL], &[], two);
		node.run();
		let jobs: Vec<String> = node.service.jobs().into_iter().collect();
		assert_eq!(jobs.len(), 2);
		let commitments = |node: &Node| {
			let calls = node.pool.calls().into_iter();
			calls
				.filter(|call| matches!(call, RuntimeCall::Attestation(Call::commit_proof { .. })))
				.count()
		};
		node.service.finish(&jobs[0], proof());
		node.next_block();
		assert_eq!(commitments(node), 1);
		for call in node.pool.calls() {
			include(call).unwrap().unwrap();
		}
		// It waits for the other.
		node.next_block();
		assert_eq!(node.pool.calls().len(), 1);
		node.service.finish(&jobs[1], proof());
		node.next_block();
		assert_eq!(commitments(node), 2);
		include(node.pool.calls().remove(1)).unwrap().unwrap();
		node.next_block();
		let shown = node.pool.calls().split_off(2);
		assert_eq!(shown.len(), 2);
		for call in shown {
			include(call).unwrap().unwrap();
		}
		assert_eq!(free(PROVER), ENDOWMENT - STAKE + PRICE);
		assert_eq!(free(RIVAL), ENDOWMENT - STAKE + PRICE);
	});
}
