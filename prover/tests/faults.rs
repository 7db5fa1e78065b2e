// SPDX-License-Identifier: Apache-2.0
//! The code of a failed job says whose fault it is: what a node does next depends on it.

mod common;

use common::{
	web::{Manner, Web},
	*,
};
use serde_json::{json, Value};

fn document(len: usize) -> Vec<u8> {
	(0..len).map(|i| i as u8).collect()
}

/// A job whose input is at this place.
fn job_about(n: u8, locators: &[String], sha256: &str, size: usize) -> Value {
	let mut job = test_job(n, b"");
	job["input"] = json!({"remote": {"locators": locators, "sha256": sha256, "size": size}});
	job
}

#[test]
fn an_input_that_nobody_gives_is_unavailable_for_whatever_reason() {
	let yard = Yard::new();
	let content = document(1_000);
	let digest = sha256(&content);
	let missing = Web::start(vec![], |_| Manner::Status(404));
	let other = Web::start(vec![9; 1_000], |_| Manner::Well);
	let longer = Web::start(document(2_000), |_| Manner::Well);
	let nobody = {
		let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
		format!("http://{}/x", closed.local_addr().unwrap())
	};
	let service =
		yard.start(RESULT, "", &["--allow-http", "--fetch-idle-secs", "1", "--fetch-tries", "2"]);
	let retry = |n: u8, locators: &[String]| {
		service.accept(&job_about(n, locators, &digest, content.len()));
		assert_eq!(service.wait_error(&id(n)).0, ErrorCode::InputUnavailable, "{locators:?}");
		service.get(&id(n)).json()["error"]["retryable"] == true
	};
	assert!(retry(1, &[missing.url("a")]));
	assert!(retry(2, std::slice::from_ref(&nobody)));
	// Nobody else will find these either.
	assert!(!retry(3, &[other.url("a")]));
	assert!(!retry(4, &[longer.url("a")]));
	// One of several may come back.
	assert!(retry(5, &[other.url("a"), nobody.clone(), missing.url("b")]));
	assert!(retry(6, &["ipfs://bafy".into(), "file:///etc/hostname".into()]));
	assert!(retry(7, &["http://does-not-exist.invalid/x".into()]));
}

#[test]
fn the_input_is_told_from_the_programs_files() {
	let yard = Yard::new();
	let content = document(1_000);
	let good = Web::start(content.clone(), |_| Manner::Well);
	let gone = Web::start(vec![], |_| Manner::Status(404));
	let service = yard.start(RESULT, "", &["--allow-http"]);
	let file = |web: &Web| {
		let url = web.url("x");
		json!({"locators": [url], "sha256": sha256(&content), "size": content.len()})
	};
	let job = |n: u8, input: &Web, artifact: &Web| {
		let mut job = test_job(n, b"");
		job["input"] = json!({ "remote": file(input) });
		let mut artifact = file(artifact);
		artifact["role"] = "other".into();
		job["artifacts"] = json!([artifact]);
		job
	};
	service.accept(&job(1, &gone, &gone));
	assert_eq!(service.wait_error(&id(1)).0, ErrorCode::InputUnavailable);
	// The program's file is another, so that the cache has the input only.
	let mut lacking = job(2, &good, &gone);
	lacking["artifacts"][0]["sha256"] = sha256(b"key").into();
	service.accept(&lacking);
	assert_eq!(service.wait_error(&id(2)).0, ErrorCode::ArtifactUnavailable);
	service.accept(&job(3, &good, &good));
	service.wait_state(&id(3), "done");
}

#[test]
fn a_full_disk_is_the_services_own() {
	let yard = Yard::new();
	let content = document(1_000);
	let good = Web::start(content.clone(), |_| Manner::Well);
	let service = yard.start(RESULT, "", &["--allow-http", "--disk-reserve-bytes", "1000000TiB"]);
	service.accept(&job_about(1, &[good.url("a")], &sha256(&content), content.len()));
	let (code, message) = service.wait_error(&id(1));
	assert_eq!(code, ErrorCode::NoRoom);
	assert!(message.contains("--disk-reserve-bytes"), "{message}");
}

#[test]
fn what_the_backend_says_is_told_from_what_it_fails_at() {
	let yard = Yard::new();
	let script = r#"case $(cat input) in
input) echo '{"error":{"code":"invalid_input","message":"no"}}' > result.json;;
*) exit 1;;
esac"#;
	let service = yard.start(script, "", &[]);
	for (n, input, code, retryable) in [
		(1, &b"input"[..], ErrorCode::InvalidInput, false),
		(2, b"crash", ErrorCode::BackendFailed, true),
	] {
		service.accept(&test_job(n, input));
		assert_eq!(service.wait_error(&id(n)).0, code);
		assert_eq!(service.get(&id(n)).json()["error"]["retryable"], retryable);
	}
}
