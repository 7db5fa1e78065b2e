// SPDX-License-Identifier: Apache-2.0
//! The life of a job across deadlines, deletions, restarts and crashes.

mod common;

use std::{fs, time::Duration};

use common::*;

mod restart {
	use super::*;

	#[test]
	fn after_kill_9_runs_unfinished_jobs_again_and_keeps_proofs() {
		let yard = Yard::new();
		let script = gated(&yard);
		open_gate(&yard);
		let service = yard.start(&script, "", &[]);
		service.accept(&test_job(1, b"a"));
		let done = service.wait_state(&id(1), "done");
		fs::remove_file(yard.path("go")).unwrap();
		service.accept(&test_job(2, b"b"));
		service.accept(&test_job(3, b"c"));
		service.wait_state(&id(2), "proving");
		until("the second run", || runs(&yard) == "ab");
		service.kill_hard();

		open_gate(&yard);
		let service = yard.start(&script, "", &[]);
		assert_eq!(service.get(&id(1)).json(), done);
		service.wait_state(&id(2), "done");
		service.wait_state(&id(3), "done");
		assert_eq!(runs(&yard), "abbc");
		assert_eq!(service.post(&test_job(9, b"")).status, 201);
	}

	#[test]
	fn after_sigterm_puts_running_jobs_back() {
		let yard = Yard::new();
		let script = gated(&yard);
		// More regular stops than a job has attempts.
		for _ in 0..4 {
			let before = runs(&yard).len();
			let service = yard.start(&script, "", &[]);
			if service.get(&id(1)).status == 404 {
				service.accept(&test_job(1, b"a"));
			}
			until("a run", || runs(&yard).len() > before);
			service.stop();
		}
		open_gate(&yard);
		let service = yard.start(&script, "", &[]);
		service.wait_state(&id(1), "done");
	}

	#[test]
	fn a_job_that_always_ends_with_the_services_death_fails() {
		let yard = Yard::new();
		let script = gated(&yard);
		for n in 1..=3 {
			let service = yard.start(&script, "", &[]);
			if n == 1 {
				service.accept(&test_job(1, b"a"));
			}
			until("a run", || runs(&yard).len() == n);
			service.kill_hard();
		}
		let service = yard.start(&script, "", &[]);
		let (code, message) = service.wait_error(&id(1));
		assert_eq!(code, ErrorCode::Internal);
		assert!(message.contains("3 times"), "{message}");
		assert_eq!(runs(&yard).len(), 3);
	}

	#[test]
	fn a_second_service_on_the_same_folder_is_refused() {
		let yard = Yard::new();
		let _first = Service::start(&yard.data(), &[]);
		let second = binary()
			.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
			.arg(yard.data())
			.output()
			.unwrap();
		assert!(!second.status.success());
		assert!(String::from_utf8_lossy(&second.stderr).contains("--data-dir"));
	}
}

mod deadlines {
	use super::*;

	#[test]
	fn a_job_past_its_deadline_is_not_run() {
		let yard = Yard::new();
		let service = yard.start(&gated(&yard), "", &[]);
		let mut job = test_job(1, b"a");
		job["deadline_unix_ms"] = (now_ms() - 1).into();
		let answer = service.post(&job);
		assert_eq!(answer.status, 201);
		assert_eq!(answer.json()["error"]["code"], ErrorCode::DeadlinePassed.as_str());
		assert_eq!(answer.json()["error"]["retryable"], false);
		assert_eq!(service.post(&job).status, 200);
		assert_eq!(runs(&yard), "");
	}

	#[test]
	fn a_waiting_job_fails_at_its_deadline() {
		let yard = Yard::new();
		let service = yard.start(&gated(&yard), "", &[]);
		service.accept(&test_job(1, b"a"));
		service.wait_state(&id(1), "proving");
		let mut job = test_job(2, b"b");
		job["deadline_unix_ms"] = (now_ms() + 500).into();
		service.accept(&job);
		assert_eq!(service.wait_error(&id(2)).0, ErrorCode::DeadlinePassed);
		assert_eq!(service.get(&id(1)).json()["state"], "proving");
		assert_eq!(runs(&yard), "a");
	}

	#[test]
	fn a_running_job_is_stopped_at_its_deadline() {
		let yard = Yard::new();
		let service = yard.start(&gated(&yard), "", &[]);
		let mut job = test_job(1, b"a");
		job["deadline_unix_ms"] = (now_ms() + 700).into();
		service.accept(&job);
		assert_eq!(service.wait_error(&id(1)).0, ErrorCode::DeadlinePassed);
		// The slot is free again.
		open_gate(&yard);
		service.accept(&test_job(2, b"b"));
		service.wait_state(&id(2), "done");
	}

	#[test]
	fn the_most_urgent_job_goes_first() {
		let yard = Yard::new();
		let service = yard.start(&gated(&yard), "", &[]);
		service.accept(&test_job(1, b"first"));
		service.wait_state(&id(1), "proving");
		for (n, seconds) in [(2, 300), (3, 100), (4, 200)] {
			let mut job = test_job(n, format!(" {seconds}").as_bytes());
			job["deadline_unix_ms"] = (now_ms() + seconds * 1000).into();
			service.accept(&job);
		}
		open_gate(&yard);
		service.wait_state(&id(2), "done");
		assert_eq!(runs(&yard), "first 100 200 300");
	}
}

mod deletion {
	use super::*;

	#[test]
	fn stops_a_running_job_quickly() {
		let yard = Yard::new();
		let service = yard.start(&gated(&yard), "", &[]);
		service.accept(&test_job(1, b"a"));
		service.wait_state(&id(1), "proving");
		let started = std::time::Instant::now();
		let answer = service.delete(&id(1));
		assert_eq!((answer.status, answer.json()["state"].as_str()), (200, Some("cancelled")));
		assert!(answer.json().get("error").is_none());
		open_gate(&yard);
		service.accept(&test_job(2, b"b"));
		service.wait_state(&id(2), "done");
		assert!(started.elapsed() < Duration::from_secs(5));
		// It stays what it is until it is forgotten.
		assert_eq!(service.get(&id(1)).json()["state"], "cancelled");
		assert_eq!(service.post(&test_job_like(&answer.json(), b"a")).status, 409);
		assert_eq!(service.delete(&id(1)).status, 200);
		assert_eq!(service.get(&id(1)).status, 404);
	}

	/// The deadline differs from the first post, so the body does.
	fn test_job_like(job: &serde_json::Value, input: &[u8]) -> serde_json::Value {
		assert_eq!(job["id"], id(1));
		std::thread::sleep(Duration::from_millis(2));
		test_job(1, input)
	}

	#[test]
	fn gives_the_slot_to_the_next_job_when_the_process_is_gone() {
		for (deaf, most) in [(false, 1500), (true, 4000)] {
			let yard = Yard::new();
			let pid = yard.path("pid");
			let script = format!(
				"case $(cat input) in\nhang) {}echo $$ > {pid}; sleep 300 & wait; sleep 300;;\n*) {RESULT};;\nesac",
				if deaf { "trap '' TERM; " } else { "" },
				pid = pid.display()
			);
			let service = yard.start(&script, "", &[]);
			service.accept(&test_job(1, b"hang"));
			service.accept(&test_job(2, b""));
			let pid = || fs::read_to_string(&pid).ok().and_then(|pid| pid.trim().parse().ok());
			until("the process", || pid().is_some());
			assert_eq!(service.get(&id(2)).json()["state"], "queued");
			let started = std::time::Instant::now();
			assert_eq!(service.delete(&id(1)).json()["state"], "cancelled");
			service.wait(&id(2), |job| job["state"] != "queued");
			let took = started.elapsed();
			assert!(!alive(pid().unwrap()), "the next job never shares the device");
			assert!(took < Duration::from_millis(most), "{took:?}");
			service.wait_state(&id(2), "done");
		}
	}

	#[test]
	fn of_a_waiting_job_keeps_it_from_running() {
		let yard = Yard::new();
		let service = yard.start(&gated(&yard), "", &[]);
		service.accept(&test_job(1, b"a"));
		service.wait_state(&id(1), "proving");
		service.accept(&test_job(2, b"b"));
		assert_eq!(service.delete(&id(2)).json()["state"], "cancelled");
		open_gate(&yard);
		service.wait_state(&id(1), "done");
		std::thread::sleep(Duration::from_millis(200));
		assert_eq!(runs(&yard), "a");
	}

	#[test]
	fn and_posting_anew_do_not_mix_two_runs() {
		let yard = Yard::new();
		// It takes its time to die.
		let script = format!("trap 'sleep 0.5; exit 1' TERM\n{}", gated(&yard));
		let service = yard.start(&script, "", &[]);
		let job = test_job(1, b"a");
		service.accept(&job);
		until("the run", || runs(&yard) == "a");
		service.delete(&id(1));
		service.delete(&id(1));
		service.accept(&job);
		open_gate(&yard);
		service.wait_state(&id(1), "done");
		assert_eq!(runs(&yard), "aa");
	}
}

#[test]
fn finished_jobs_are_forgotten_in_time() {
	let yard = Yard::new();
	let service = yard.start(RESULT, "", &[]);
	for n in 1..=4 {
		service.accept(&test_job(n, b""));
		service.wait_state(&id(n), "done");
		std::thread::sleep(Duration::from_millis(2));
	}
	service.stop();
	// The first cleaning is at the start.
	let service = yard.start(RESULT, "", &["--retain-jobs", "2"]);
	until("the oldest two are gone", || service.get(&id(2)).status == 404);
	assert_eq!(service.get(&id(1)).status, 404);
	assert_eq!(service.get(&id(3)).status, 200);
	service.stop();
	let service = yard.start(RESULT, "", &["--retention-secs", "0"]);
	until("all are gone", || service.get(&id(4)).status == 404);
}

#[test]
fn two_slots_run_two_jobs() {
	let yard = Yard::new();
	let service = yard.start(&gated(&yard), "", &["--concurrency", "2"]);
	for n in 1..=3 {
		service.accept(&test_job(n, b"x"));
	}
	until("two runs", || runs(&yard) == "xx");
	let queue = &service.send("GET", "/v1/capabilities", b"").json()["queue"];
	assert_eq!((queue["running"].as_u64(), queue["queued"].as_u64()), (Some(2), Some(1)));
	open_gate(&yard);
	for n in 1..=3 {
		service.wait_state(&id(n), "done");
	}
}
