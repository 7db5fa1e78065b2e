// SPDX-License-Identifier: Apache-2.0
//! The HTTP interface over real sockets: who may ask, what is refused and how, posting twice.

mod common;

use std::{fs, os::unix::fs::PermissionsExt};

use common::*;
use serde_json::json;

const SLEEP: &str = "sleep 60";

mod token {
	use super::*;

	#[test]
	fn guards_everything_but_health_and_metrics_on_loopback() {
		let yard = Yard::new();
		let file = yard.path("token");
		assert!(binary().arg("token").arg(&file).status().unwrap().success());
		assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
		let token = fs::read_to_string(&file).unwrap().trim().to_owned();
		let mut service = yard.start(RESULT, "", &["--token-file", file.to_str().unwrap()]);

		let job = format!("/v1/jobs/{}", id(1));
		let guarded = [
			("POST", "/v1/jobs"),
			("GET", job.as_str()),
			("DELETE", job.as_str()),
			("GET", "/v1/capabilities"),
		];
		for (method, path) in guarded {
			for header in [
				"",
				"Bearer",
				"Bearer ",
				"Bearer wrong-wrong-wrong-wrong",
				&token,
				&format!("Basic {token}"),
			] {
				let answer = send(service.addr, method, path, &[("Authorization", header)], b"");
				assert_eq!(
					(answer.status, answer.error_code()),
					(401, RefusalCode::Unauthorized),
					"{method} {path}"
				);
				assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
			}
			let none = send(service.addr, method, path, &[], b"");
			assert_eq!(none.status, 401);
			let lower = format!("bearer {token}");
			let given = send(service.addr, method, path, &[("Authorization", &lower)], b"");
			assert_ne!(given.status, 401, "{method} {path}");
		}
		for path in ["/v1/health", "/metrics"] {
			assert_eq!(send(service.addr, "GET", path, &[], b"").status, 200);
		}
		service.token = Some(token);
		service.accept(&test_job(1, b""));
	}

	#[test]
	fn comes_from_the_environment_too() {
		let yard = Yard::new();
		let mut service = Service::start_with(&yard.data(), &[], |command| {
			command.env("PROOFYARD_TOKEN", "0123456789abcdef");
		});
		assert_eq!(service.send("GET", "/v1/capabilities", b"").status, 401);
		service.token = Some("0123456789abcdef".into());
		assert_eq!(service.send("GET", "/v1/capabilities", b"").status, 200);
	}

	#[test]
	fn is_required_beyond_loopback() {
		let yard = Yard::new();
		let message = yard.refused(&["--listen", "0.0.0.0:0"]);
		assert!(message.contains("--token-file"), "{message}");
	}

	#[test]
	fn is_never_overwritten() {
		let yard = Yard::new();
		let file = yard.path("token");
		assert!(binary().arg("token").arg(&file).status().unwrap().success());
		let before = fs::read(&file).unwrap();
		let second = binary().arg("token").arg(&file).output().unwrap();
		assert!(!second.status.success());
		assert_eq!(fs::read(&file).unwrap(), before);
	}
}

mod refusals {
	use super::*;

	#[test]
	fn are_json_whatever_was_asked() {
		let yard = Yard::new();
		let service = yard.start(SLEEP, "", &[]);
		for (method, path, status, code) in [
			("GET", "/", 404, RefusalCode::NotFound),
			("GET", "/v2/jobs", 404, RefusalCode::NotFound),
			("GET", "/v1/jobs/", 404, RefusalCode::NotFound),
			("PUT", "/v1/jobs", 405, RefusalCode::MethodNotAllowed),
			("GET", "/v1/jobs", 405, RefusalCode::MethodNotAllowed),
			("POST", "/v1/health", 405, RefusalCode::MethodNotAllowed),
			("GET", "/v1/jobs/none", 404, RefusalCode::UnknownJob),
			("GET", "/v1/jobs/%FF", 404, RefusalCode::UnknownJob),
		] {
			let answer = service.send(method, path, b"");
			assert_eq!((answer.status, answer.error_code()), (status, code), "{method} {path}");
			assert_eq!(answer.header("content-type"), Some("application/json"));
		}
	}

	#[test]
	fn of_bodies_that_are_no_job() {
		let yard = Yard::new();
		let service = yard.start(SLEEP, "", &[]);
		let with = |field: &str, value: serde_json::Value| {
			let mut job = test_job(1, b"");
			job[field] = value;
			job.to_string().into_bytes()
		};
		for body in [
			b"".to_vec(),
			b"{".to_vec(),
			b"[]".to_vec(),
			vec![b'['; 100_000],
			vec![0xff; 10],
			with("id", "AB".repeat(32).into()),
			with("program", "0x".into()),
			with("work", (-1).into()),
			with("input", json!({})),
			with("input", json!({"inline": "0x", "remote": null})),
			with("artifacts", json!([{"role": "proving_key"}])),
			with("colour", "blue".into()),
		] {
			let answer = service.send("POST", "/v1/jobs", &body);
			assert_eq!((answer.status, answer.error_code()), (400, RefusalCode::InvalidRequest));
		}
	}

	#[test]
	fn of_bodies_that_are_too_large() {
		let yard = Yard::new();
		let service = yard.start(SLEEP, "", &[]);
		let large = test_job(1, &vec![7; 600_000]).to_string();
		assert!(large.len() > 1 << 20);
		let answer = service.send("POST", "/v1/jobs", large.as_bytes());
		assert_eq!((answer.status, answer.error_code()), (413, RefusalCode::TooLarge));
		let fits = test_job(1, &vec![7; 500_000]);
		service.accept(&fits);
	}

	#[test]
	fn of_what_no_backend_proves() {
		let yard = Yard::new();
		let bound = format!("programs = [\"0x{}\"]", "07".repeat(32));
		let service = yard.start(RESULT, &bound, &[]);
		let mut job = test_job(1, b"");
		job["proof_system"] = "plonk-of-tomorrow".into();
		let answer = service.post(&job);
		assert_eq!((answer.status, answer.error_code()), (422, RefusalCode::Unsupported));
		let mut job = test_job(1, b"");
		job["program"] = format!("0x{}", "08".repeat(32)).into();
		assert_eq!(service.post(&job).status, 422);
		service.accept(&test_job(1, b""));
		// The built-in backend says what it lacks.
		let mut job = test_job(2, b"");
		job["proof_system"] = "groth16-bn254".into();
		let answer = service.post(&job);
		assert_eq!(answer.status, 400);
		assert!(answer.json()["error"]["message"].as_str().unwrap().contains("proving_key"));
	}

	#[test]
	fn of_more_jobs_than_may_wait() {
		let yard = Yard::new();
		let service = yard.start(SLEEP, "", &["--max-queue", "2"]);
		service.accept(&test_job(1, b""));
		service.wait_state(&id(1), "proving");
		let (second, third) = (test_job(2, b""), test_job(3, b""));
		service.accept(&second);
		service.accept(&third);
		let answer = service.post(&test_job(4, b""));
		assert_eq!((answer.status, answer.error_code()), (503, RefusalCode::QueueFull));
		assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
		// What was accepted before is still recognised.
		assert_eq!(service.post(&second).status, 200);
		service.delete(&id(3));
		service.accept(&test_job(4, b""));
	}

	#[test]
	fn of_clients_that_stall() {
		let yard = Yard::new();
		let service = yard.start(SLEEP, "", &["--request-timeout-secs", "1"]);
		// A body that never comes is answered …
		let headers = [("Content-Length", "10")];
		let answer = send(service.addr, "POST", "/v1/jobs", &headers, b"");
		assert_eq!((answer.status, answer.error_code()), (408, RefusalCode::RequestTimeout));
		// … and half a head is hung up on.
		use std::io::{Read, Write};
		let mut stream = std::net::TcpStream::connect(service.addr).unwrap();
		stream.set_read_timeout(Some(PATIENCE)).unwrap();
		stream.write_all(b"GET /v1/hea").unwrap();
		let mut rest = Vec::new();
		let _ = stream.read_to_end(&mut rest);
		assert!(!rest.starts_with(b"HTTP/1.1 200"));
	}
}

mod posting_twice {
	use super::*;

	#[test]
	fn the_same_body_gives_the_same_job() {
		let yard = Yard::new();
		let service = yard.start(RESULT, "", &[]);
		let job = test_job(1, b"in");
		service.accept(&job);
		let done = service.wait_state(&id(1), "done");
		let again = service.post(&job);
		assert_eq!(again.status, 200);
		assert_eq!(again.json()["proof"], done["proof"]);
		// Another spelling of the same job.
		let mut shouted = job.clone();
		shouted["input"]["inline"] = "0x696E".into();
		let pretty = serde_json::to_vec_pretty(&shouted).unwrap();
		assert_eq!(service.send("POST", "/v1/jobs", &pretty).status, 200);
	}

	#[test]
	fn another_body_conflicts() {
		let yard = Yard::new();
		let service = yard.start(RESULT, "", &[]);
		let mut job = test_job(1, b"in");
		service.accept(&job);
		job["work"] = 1001.into();
		let answer = service.post(&job);
		assert_eq!((answer.status, answer.error_code()), (409, RefusalCode::JobConflict));
		service.wait_state(&id(1), "done");
		assert_eq!(service.post(&job).status, 409);
		// After it was forgotten, the id is free.
		assert_eq!(service.delete(&id(1)).json()["state"], "done");
		assert_eq!(service.get(&id(1)).error_code(), RefusalCode::UnknownJob);
		assert_eq!(service.delete(&id(1)).error_code(), RefusalCode::UnknownJob);
		service.accept(&job);
	}

	#[test]
	fn at_the_same_time_makes_one_job() {
		let yard = Yard::new();
		let service =
			yard.start(&format!("echo run >> {}\n{RESULT}", yard.path("runs").display()), "", &[]);
		let job = test_job(1, b"in");
		let statuses: Vec<u16> = std::thread::scope(|scope| {
			let posts: Vec<_> = (0..8).map(|_| scope.spawn(|| service.post(&job).status)).collect();
			posts.into_iter().map(|p| p.join().unwrap()).collect()
		});
		assert_eq!(statuses.iter().filter(|s| **s == 201).count(), 1, "{statuses:?}");
		assert_eq!(statuses.iter().filter(|s| **s == 200).count(), 7);
		service.wait_state(&id(1), "done");
		assert_eq!(fs::read_to_string(yard.path("runs")).unwrap(), "run\n");
	}
}

#[test]
fn the_queue_and_the_speed_show_in_capabilities_and_metrics() {
	let yard = Yard::new();
	let service = yard.start(RESULT, "", &["--max-queue", "7"]);
	let before = service.send("GET", "/v1/capabilities", b"").json();
	assert_eq!(before["queue"], json!({"running": 0, "queued": 0, "limit": 7}));
	assert_eq!(before["backends"][0]["name"], "script");
	assert_eq!(before["backends"][0]["measured"], json!(null));
	assert_eq!(before["backends"][1]["proof_systems"], json!(["groth16-bn254"]));
	assert!(before["backends"][1]["devices"][0]["cores"].as_u64().unwrap() >= 1);
	service.accept(&test_job(1, b""));
	service.wait_state(&id(1), "done");
	let measured = &service.send("GET", "/v1/capabilities", b"").json()["backends"][0]["measured"];
	assert_eq!(measured["jobs"], 1);
	assert!(measured["work_per_second"].as_f64().unwrap() > 0.0);
	assert_eq!(
		service.metric("proofyard_prover_jobs_finished_total{code=\"\",state=\"done\"}"),
		1.0
	);
	assert_eq!(
		service.metric("proofyard_prover_stage_duration_seconds_count{stage=\"prove\"}"),
		1.0
	);
	assert_eq!(service.metric("proofyard_prover_queue_limit"), 7.0);
}

#[test]
fn openapi_prints_the_committed_file() {
	let output = binary().arg("openapi").output().unwrap();
	let printed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
	assert_eq!(printed["openapi"], "3.1.0");
}
