// SPDX-License-Identifier: Apache-2.0
//! Jobs that the service takes, in which order it runs them, and when it gives them up, over HTTP.

mod common;

use std::{fs, time::Duration};

use common::{
	web::{Manner, Web},
	*,
};
use serde_json::{json, Value};

/// A speed that makes a unit of work a millisecond.
const MILLISECONDS: &str = "speed = 1000.0";

/// A job that has this much work and this many milliseconds.
fn job(n: u8, work: u64, within_ms: u64) -> Value {
	let mut job = test_job(n, format!("<{n}>").as_bytes());
	job["work"] = work.into();
	job["deadline_unix_ms"] = (now_ms() + within_ms).into();
	job
}

/// Posts a job that must be refused for its time, and returns the error.
fn refused(service: &Service, job: &Value) -> Value {
	let answer = service.post(job);
	let body = answer.json();
	assert_eq!(
		(answer.status, answer.error_code()),
		(422, RefusalCode::DeadlineInfeasible),
		"{body}"
	);
	let id = job["id"].as_str().unwrap();
	assert_eq!(service.get(id).status, 404, "a refused job leaves nothing behind");
	let retry = body["error"]["details"]["retry_after_ms"].as_u64();
	let header = answer.header("retry-after").map(|seconds| seconds.parse().unwrap());
	assert_eq!(header, retry.map(|ms| ms.div_ceil(1000)));
	body["error"].clone()
}

fn backend(service: &Service) -> Value {
	service.send("GET", "/v1/capabilities", b"").json()["backends"][0].clone()
}

fn close(found: &Value, expected: u64) {
	let found = found.as_u64().unwrap();
	assert!(found.abs_diff(expected) < 1000, "{found}, not {expected}");
}

mod a_new_job {
	use super::*;

	#[test]
	fn without_an_estimate_is_taken() {
		let yard = Yard::new();
		let service = yard.start(&gated(&yard), "", &[]);
		service.accept(&job(1, u64::MAX, 60_000));
		service.accept(&job(2, 1, 60_000));
		assert_eq!(backend(&service)["speed"], Value::Null);
		assert_eq!(backend(&service)["committed_ms"], 0);
	}

	#[test]
	fn that_takes_longer_than_its_deadline_leaves_is_refused() {
		let yard = Yard::new();
		let service = yard.start(RESULT, MILLISECONDS, &[]);
		let error = refused(&service, &job(1, 20_000, 10_000));
		let message = error["message"].as_str().unwrap();
		assert!(message.contains("take 20.0 s (configured speed: 1000.000"), "{message}");
		let details = &error["details"];
		assert_eq!(details["own_ms"], 20_000);
		assert_eq!(details["wait_ms"], 0);
		assert_eq!(details["source"], "configured");
		let late = details["estimated_end_unix_ms"].as_u64().unwrap()
			- details["deadline_unix_ms"].as_u64().unwrap();
		close(&late.into(), 10_000);
		// It never fits, so there is no use in coming back.
		assert_eq!(details.get("retry_after_ms"), None);
		service.accept(&job(1, 20_000, 30_000));
		assert_eq!(
			service.metric("proofyard_prover_jobs_refused_total{code=\"deadline_infeasible\"}"),
			1.0
		);
	}

	#[test]
	fn that_would_wait_too_long_is_refused_and_a_patient_one_is_not() {
		let yard = Yard::new();
		let service = yard.start(&gated(&yard), MILLISECONDS, &[]);
		service.accept(&job(1, 30_000, 600_000));
		service.wait_state(&id(1), "proving");
		service.accept(&job(2, 10_000, 45_000));
		let capacity = backend(&service);
		close(&capacity["committed_ms"], 40_000);
		assert_eq!(capacity["committed_work"], 40_000);
		assert_eq!(capacity["free_slots"], 0);

		let error = refused(&service, &job(3, 6_000, 45_500));
		close(&error["details"]["wait_ms"], 40_000);
		assert_eq!(error["details"]["own_ms"], 6_000);
		// The running one may end sooner than estimated, or be called off.
		close(&error["details"]["retry_after_ms"], 30_000);
		service.accept(&job(4, 6_000, 50_000));
		// A deletion gives the time back.
		service.delete(&id(1));
		service.accept(&job(3, 6_000, 45_500));
	}

	#[test]
	fn that_would_make_an_accepted_one_late_is_refused() {
		let yard = Yard::new();
		let service = yard.start(&gated(&yard), MILLISECONDS, &[]);
		service.accept(&job(1, 30_000, 600_000));
		service.wait_state(&id(1), "proving");
		service.accept(&job(2, 10_000, 45_000));
		let error = refused(&service, &job(3, 10_000, 44_000));
		assert_eq!(error["details"]["endangers"], id(2));
		assert!(error["message"].as_str().unwrap().contains(&id(2)));
		service.accept(&job(3, 4_000, 44_000));
	}

	#[test]
	fn goes_to_whichever_slot_is_free_first() {
		let yard = Yard::new();
		let service = yard.start(&gated(&yard), MILLISECONDS, &["--concurrency", "2"]);
		service.accept(&job(1, 60_000, 600_000));
		assert_eq!(backend(&service)["free_slots"], 1);
		service.accept(&job(2, 10_000, 600_000));
		until("both run", || backend(&service)["free_slots"] == 0);
		let error = refused(&service, &job(3, 5_000, 14_000));
		close(&error["details"]["wait_ms"], 10_000);
		service.accept(&job(3, 5_000, 16_000));
	}

	#[test]
	fn that_was_accepted_is_never_refused_when_it_is_posted_again() {
		let yard = Yard::new();
		let service = yard.start(&gated(&yard), MILLISECONDS, &[]);
		let first = job(1, 3_000, 4_000);
		service.accept(&first);
		service.wait_state(&id(1), "proving");
		let second = job(2, 2_000, 5_600);
		service.accept(&second);
		std::thread::sleep(Duration::from_millis(1500));
		for job in [&first, &second] {
			assert_eq!(service.post(job).status, 200);
		}
		let mut other = first.clone();
		other["work"] = 9_999_999.into();
		assert_eq!(service.post(&other).error_code(), RefusalCode::JobConflict);
	}

	#[test]
	fn of_another_backend_waits_for_the_same_slots() {
		let yard = Yard::new();
		let config = yard.config(&gated(&yard), MILLISECONDS);
		let text = fs::read_to_string(&config).unwrap();
		let second = text.replace("\"script\"", "\"second\"").replace("\"test\"", "\"test2\"");
		fs::write(&config, text + &second).unwrap();
		let service = Service::start(&yard.data(), &["--config", &config]);
		service.accept(&job(1, 30_000, 600_000));
		service.wait_state(&id(1), "proving");
		let mut job = job(2, 1_000, 20_000);
		job["proof_system"] = "test2".into();
		close(&refused(&service, &job)["details"]["wait_ms"], 30_000);
		let backends = service.send("GET", "/v1/capabilities", b"").json()["backends"].clone();
		assert_eq!(backends[1]["name"], "second");
		assert_eq!(
			(&backends[1]["committed_ms"], &backends[1]["free_slots"]),
			(&json!(0), &json!(0))
		);
	}
}

mod the_speed {
	use super::*;

	/// A prover that takes at least 400 ms.
	fn slow() -> String {
		format!("sleep 0.4\n{RESULT}")
	}

	#[test]
	fn is_measured_and_survives_a_restart() {
		let yard = Yard::new();
		let service = yard.start(&slow(), "", &[]);
		// Nothing is known yet; what is known afterwards is about this size of work.
		service.accept(&job(1, 1_000, 60_000));
		service.wait_state(&id(1), "done");
		let measured = backend(&service);
		let speed = &measured["speeds"][0];
		assert_eq!((&speed["size"], &speed["jobs"]), (&json!(9), &json!(1)));
		assert_eq!(speed["program"], test_job(1, b"")["program"]);
		let per_second = speed["work_per_second"].as_f64().unwrap();
		assert!((100.0..2_500.0).contains(&per_second), "{per_second}");
		assert_eq!(measured["speed"]["source"], "measured");
		refused(&service, &job(2, 1_000, 300));
		service.stop();

		let service = yard.start(&slow(), "", &[]);
		let kept = backend(&service);
		assert_eq!(kept["speeds"].as_array().unwrap().len(), 1);
		let kept = &kept["speeds"][0];
		for field in ["program", "size", "jobs"] {
			assert_eq!(kept[field], speed[field], "{field}");
		}
		// Kept as JSON, whose numbers may be read a unit in the last place off.
		let kept = kept["work_per_second"].as_f64().unwrap();
		assert!((kept / per_second - 1.0).abs() < 1e-12, "{kept}, {per_second}");
		let error = refused(&service, &job(2, 1_000, 300));
		assert_eq!(error["details"]["source"], "measured");
		service.kill_hard();
		let service = yard.start(&slow(), "", &[]);
		refused(&service, &job(2, 1_000, 300));
		// Another size or program was never measured.
		service.accept(&job(2, 2_000, 300));
		let mut other = job(3, 1_000, 300);
		other["program"] = format!("0x{}", "08".repeat(32)).into();
		service.accept(&other);
	}

	#[test]
	fn that_was_measured_takes_the_place_of_the_configured_one() {
		let yard = Yard::new();
		let service = yard.start(RESULT, "speed = 1", &[]);
		refused(&service, &job(1, 1_000, 60_000));
		assert_eq!(
			backend(&service)["speed"],
			json!({"work_per_second": 1.0, "source": "configured"})
		);
		service.accept(&job(1, 1_000, 2_000_000));
		service.wait_state(&id(1), "done");
		service.accept(&job(2, 1_000, 60_000));
		service.wait_state(&id(2), "done");
		assert_eq!(backend(&service)["speeds"][0]["jobs"], 2);
	}

	#[test]
	fn that_is_too_old_does_not_count() {
		let yard = Yard::new();
		let service = yard.start(&slow(), "", &["--speed-max-age-secs", "2"]);
		service.accept(&job(1, 1_000, 60_000));
		service.wait_state(&id(1), "done");
		refused(&service, &job(2, 1_000, 300));
		until("the measurement is too old", || backend(&service)["speeds"] == json!([]));
		service.accept(&job(2, 1_000, 300));
	}

	#[test]
	fn shows_in_a_job_that_was_stopped_too() {
		let yard = Yard::new();
		let service = yard.start("sleep 60", "", &[]);
		service.accept(&job(1, 1_000, 1_500));
		assert_eq!(service.wait_error(&id(1)).0, ErrorCode::DeadlinePassed);
		// It takes about that long at the least.
		refused(&service, &job(2, 1_000, 500));
		service.accept(&job(2, 1_000, 60_000));
	}

	#[test]
	fn must_be_one() {
		let yard = Yard::new();
		let config = yard.config(RESULT, "speed = 0");
		assert!(yard.refused(&["--config", &config]).contains("speed 0"));
	}
}

mod an_accepted_job {
	use super::*;

	#[test]
	fn that_has_no_chance_any_more_is_given_up_before_its_deadline() {
		let yard = Yard::new();
		let service = yard.start(&gated(&yard), MILLISECONDS, &[]);
		service.accept(&job(1, 1_000, 600_000));
		service.wait_state(&id(1), "proving");
		// The first one takes longer than estimated.
		let second = job(2, 3_000, 5_000);
		service.accept(&second);
		let (code, message) = service.wait_error(&id(2));
		assert_eq!(code, ErrorCode::DeadlineInfeasible);
		assert!(message.contains("takes about 3.0 s"), "{message}");
		let left = second["deadline_unix_ms"].as_u64().unwrap().saturating_sub(now_ms());
		assert!((1_000..2_800).contains(&left), "{left} ms are left");
		assert_eq!(service.get(&id(2)).json()["error"]["retryable"], false);
		assert_eq!(service.get(&id(1)).json()["state"], "proving");
		assert_eq!(runs(&yard), "<1>");
		assert_eq!(
			service.metric(
				"proofyard_prover_jobs_finished_total{code=\"deadline_infeasible\",state=\"failed\"}"
			),
			1.0
		);
	}

	#[test]
	fn whose_files_come_too_late_is_given_up_before_it_burns_the_device() {
		let yard = Yard::new();
		let content = vec![7; 100_000];
		let web = Web::start(content.clone(), |_| Manner::Slow(Duration::from_secs(60)));
		let service = yard.start(&gated(&yard), MILLISECONDS, &["--allow-http"]);
		let mut late = job(1, 3_000, 4_000);
		late["input"] = json!({"remote": {"locators": [web.url("a")], "sha256": sha256(&content), "size": content.len()}});
		service.accept(&late);
		assert_eq!(service.wait_error(&id(1)).0, ErrorCode::DeadlineInfeasible);
		assert!(now_ms() < late["deadline_unix_ms"].as_u64().unwrap());
		assert_eq!(runs(&yard), "");
		// The slot is free.
		service.accept(&job(2, 1, 600_000));
		until("the next run", || runs(&yard) == "<2>");
	}

	#[test]
	fn that_waited_through_a_restart_is_not_started_in_vain() {
		let yard = Yard::new();
		let service = yard.start(&gated(&yard), MILLISECONDS, &[]);
		service.accept(&job(1, 1_000, 600_000));
		service.wait_state(&id(1), "proving");
		service.accept(&job(2, 3_000, 4_500));
		service.kill_hard();
		std::thread::sleep(Duration::from_millis(2_500));
		let service = yard.start(&gated(&yard), MILLISECONDS, &[]);
		assert_eq!(service.wait_error(&id(2)).0, ErrorCode::DeadlineInfeasible);
		assert!(!runs(&yard).contains("<2>"));
	}

	#[test]
	fn that_is_slower_than_estimated_runs_until_its_deadline() {
		let yard = Yard::new();
		let service = yard.start(&gated(&yard), MILLISECONDS, &[]);
		let slow = job(1, 100, 1_500);
		service.accept(&slow);
		assert_eq!(service.wait_error(&id(1)).0, ErrorCode::DeadlinePassed);
		assert!(now_ms() >= slow["deadline_unix_ms"].as_u64().unwrap());
	}
}

#[test]
fn urgent_jobs_go_first_and_none_starves() {
	let yard = Yard::new();
	let service = yard.start(&gated(&yard), MILLISECONDS, &[]);
	service.accept(&job(1, 1_000, 600_000));
	service.wait_state(&id(1), "proving");
	// The patient one comes first, and then ever more urgent ones, as many as it can bear.
	service.accept(&job(2, 10_000, 40_000));
	let taken: Vec<u8> = (3..13)
		.filter(|n| {
			let urgent = job(*n, 5_000, 40_000 - u64::from(*n) * 100);
			let answer = service.post(&urgent);
			assert!([201, 422].contains(&answer.status), "{answer:?}");
			answer.status == 201
		})
		.collect();
	// 1 s for the first and 10 s for the patient one leave room for five of 5 s.
	assert_eq!(taken, [3, 4, 5, 6, 7]);
	open_gate(&yard);
	service.wait_state(&id(2), "done");
	assert_eq!(runs(&yard), "<1><7><6><5><4><3><2>");
}
