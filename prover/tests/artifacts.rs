// SPDX-License-Identifier: Apache-2.0
//! Artifacts and inputs: from good and bad locators into the cache.

mod common;

use std::{fs, os::unix::fs::symlink, path::Path, time::Duration};

use common::{
	web::{Manner, Seen, Web},
	*,
};
use serde_json::{json, Value};

/// Bytes that differ at every place, so that a wrong splice shows.
fn document(len: usize) -> Vec<u8> {
	(0..len).map(|i| (i ^ (i >> 8) ^ (i >> 16)) as u8).collect()
}

/// A job with one artifact.
fn job_with(n: u8, locators: &[String], content: &[u8]) -> Value {
	let mut job = test_job(n, b"");
	job["artifacts"] = json!([
		{"role": "other", "locators": locators, "sha256": sha256(content), "size": content.len()}
	]);
	job
}

fn cached(yard: &Yard) -> Vec<String> {
	let mut names: Vec<String> = fs::read_dir(yard.data().join("cache"))
		.unwrap()
		.map(|file| file.unwrap().file_name().into_string().unwrap())
		.collect();
	names.sort();
	names
}

fn name_of(content: &[u8]) -> String {
	sha256(content).trim_start_matches("0x").to_owned()
}

const HTTP: [&str; 5] = ["--allow-http", "--fetch-idle-secs", "2", "--fetch-tries", "3"];

mod files {
	use super::*;

	fn file_url(path: &Path) -> String {
		format!("file://{}", path.display())
	}

	#[test]
	fn below_an_allowed_folder_are_copied_and_handed_to_the_backend() {
		let yard = Yard::new();
		let content = document(3_000_000);
		fs::create_dir(yard.path("files")).unwrap();
		fs::write(yard.path("files/key"), &content).unwrap();
		let out = yard.path("copy");
		let script = format!(
			"path=$(sed -n 's/.*\"path\": \"\\(.*cache.*\\)\",/\\1/p' \"$1\" | head -1)\ncp \"$path\" {}\n{RESULT}",
			out.display()
		);
		let service =
			yard.start(&script, "", &["--allow-file-root", yard.path("files").to_str().unwrap()]);
		service.accept(&job_with(1, &[file_url(&yard.path("files/key"))], &content));
		service.wait_state(&id(1), "done");
		assert_eq!(fs::read(out).unwrap(), content);
		assert_eq!(cached(&yard), [name_of(&content)]);
		// The original may change or go: the cache has its own.
		fs::remove_file(yard.path("files/key")).unwrap();
		service.accept(&job_with(2, &[file_url(&yard.path("files/key"))], &content));
		service.wait_state(&id(2), "done");
	}

	#[test]
	fn elsewhere_are_refused() {
		let yard = Yard::new();
		for folder in ["files", "secrets"] {
			fs::create_dir(yard.path(folder)).unwrap();
		}
		let secret = yard.path("secrets/secret");
		fs::write(&secret, b"secret").unwrap();
		symlink(&secret, yard.path("files/link")).unwrap();
		symlink(yard.path("secrets"), yard.path("files/dir")).unwrap();
		let service =
			yard.start(RESULT, "", &["--allow-file-root", yard.path("files").to_str().unwrap()]);
		let refused = [
			secret.clone(),
			yard.path("files/link"),
			yard.path("files/dir/secret"),
			yard.path("files/../secrets/secret"),
		];
		for (n, path) in (1..).zip(&refused) {
			service.accept(&job_with(n, &[file_url(path)], b"secret"));
			let (code, message) = service.wait_error(&id(n));
			assert_eq!(code, ErrorCode::ArtifactUnavailable, "{}", path.display());
			assert!(message.contains("--allow-file-root"), "{message}");
		}
		assert!(cached(&yard).is_empty());
	}

	#[test]
	fn without_an_allowed_folder_are_refused() {
		let yard = Yard::new();
		fs::write(yard.path("key"), b"key").unwrap();
		let service = yard.start(RESULT, "", &[]);
		service.accept(&job_with(1, &[file_url(&yard.path("key"))], b"key"));
		let (code, message) = service.wait_error(&id(1));
		assert_eq!(code, ErrorCode::ArtifactUnavailable);
		assert!(message.contains("--allow-file-root"), "{message}");
	}

	#[test]
	fn with_other_content_or_length_are_refused() {
		let yard = Yard::new();
		fs::write(yard.path("key"), b"kex").unwrap();
		let service =
			yard.start(RESULT, "", &["--allow-file-root", yard.dir.path().to_str().unwrap()]);
		for (n, content) in [(1, &b"key"[..]), (2, b"longer")] {
			service.accept(&job_with(n, &[file_url(&yard.path("key"))], content));
			assert_eq!(service.wait_error(&id(n)).0, ErrorCode::ArtifactUnavailable);
			assert_eq!(service.get(&id(n)).json()["error"]["retryable"], false);
		}
		assert!(cached(&yard).is_empty());
	}
}

mod downloads {
	use super::*;

	#[test]
	fn resume_where_the_connection_broke() {
		let yard = Yard::new();
		let content = document(2_000_000);
		let web = Web::start(content.clone(), |n| match n {
			0 => Manner::Cut(700_000),
			1 => Manner::Cut(300_000),
			_ => Manner::Well,
		});
		let service = yard.start(RESULT, "", &HTTP);
		service.accept(&job_with(1, &[web.url("key")], &content));
		service.wait_state(&id(1), "done");
		let seen = web.seen();
		assert_eq!(seen.len(), 3);
		assert_eq!(seen[0], Seen::default());
		let resumed = |start: usize| Seen {
			range: Some(format!("bytes={start}-")),
			if_range: Some("\"v1\"".into()),
		};
		assert_eq!(seen[1..], [resumed(700_000), resumed(1_000_000)]);
		assert_eq!(cached(&yard), [name_of(&content)]);
		assert_eq!(
			service.metric("proofyard_prover_fetch_bytes_total{scheme=\"http\"}"),
			2_000_000.0
		);
	}

	#[test]
	fn resume_after_the_service_was_killed() {
		let yard = Yard::new();
		let content = document(2_000_000);
		let web = Web::start(content.clone(), |n| match n {
			0 => Manner::Slow(Duration::from_secs(20)),
			_ => Manner::Well,
		});
		let options = ["--allow-http"];
		let service = yard.start(RESULT, "", &options);
		service.accept(&job_with(1, &[web.url("key")], &content));
		let partial = yard.data().join("partial").join(name_of(&content));
		until("half of it", || fs::metadata(&partial).is_ok_and(|m| m.len() == 1_000_000));
		let job = service.get(&id(1)).json();
		assert_eq!((&job["state"], &job["stage"]), (&json!("fetching"), &json!("other")));
		service.kill_hard();
		let service = yard.start(RESULT, "", &options);
		service.wait_state(&id(1), "done");
		assert_eq!(web.seen()[1].range.as_deref(), Some("bytes=1000000-"));
	}

	#[test]
	fn start_over_when_what_was_there_does_not_fit() {
		let yard = Yard::new();
		let content = document(100_000);
		let web = Web::start(content.clone(), |_| Manner::Well);
		let partial = yard.data().join("partial");
		fs::create_dir_all(&partial).unwrap();
		fs::write(partial.join(name_of(&content)), vec![0; 50_000]).unwrap();
		let service = yard.start(RESULT, "", &HTTP);
		service.accept(&job_with(1, &[web.url("key")], &content));
		service.wait_state(&id(1), "done");
		let ranges: Vec<_> = web.seen().into_iter().map(|s| s.range).collect();
		assert_eq!(ranges, [Some("bytes=50000-".into()), None]);
	}

	#[test]
	fn start_over_when_the_server_ignores_ranges() {
		let yard = Yard::new();
		let content = document(1_000_000);
		let web =
			Web::start(
				content.clone(),
				|n| if n == 0 { Manner::Cut(400_000) } else { Manner::Whole },
			);
		let service = yard.start(RESULT, "", &HTTP);
		service.accept(&job_with(1, &[web.url("key")], &content));
		service.wait_state(&id(1), "done");
	}

	#[test]
	fn of_other_content_fail() {
		let yard = Yard::new();
		let content = document(10_000);
		let mut other = content.clone();
		other[9_999] ^= 1;
		let web = Web::start(other, |_| Manner::Well);
		let service = yard.start(RESULT, "", &HTTP);
		service.accept(&job_with(1, &[web.url("key")], &content));
		let (code, message) = service.wait_error(&id(1));
		assert_eq!(code, ErrorCode::ArtifactUnavailable);
		assert!(message.contains("does not hash to"), "{message}");
		assert_eq!(web.seen().len(), 1);
		assert!(cached(&yard).is_empty());
		assert_eq!(fs::read_dir(yard.data().join("partial")).unwrap().count(), 0);
	}

	#[test]
	fn of_more_than_declared_are_cut_off() {
		let yard = Yard::new();
		let long = document(50_000_000);
		for (n, manner) in [(1, Manner::Well), (2, Manner::Unsized)] {
			let web = Web::start(long.clone(), move |_| manner.clone());
			let service = yard.start(RESULT, "", &HTTP);
			service.accept(&job_with(n, &[web.url("key")], &long[..10_000]));
			let (code, message) = service.wait_error(&id(n));
			assert_eq!(code, ErrorCode::ArtifactUnavailable, "{message}");
			// Whatever was on its way when it was cut off is far less than all of it.
			let got = service.metric("proofyard_prover_fetch_bytes_total{scheme=\"http\"}");
			assert!(got < 5_000_000.0, "{got}");
			service.stop();
		}
	}

	#[test]
	fn try_the_next_locator_and_give_up_on_hopeless_ones_at_once() {
		let yard = Yard::new();
		let content = document(10_000);
		let gone = Web::start(vec![], |_| Manner::Status(404));
		let shaky =
			Web::start(
				content.clone(),
				|n| if n == 0 { Manner::Status(503) } else { Manner::Well },
			);
		let service = yard.start(RESULT, "", &HTTP);
		let locators = ["ipfs://bafy".to_owned(), gone.url("a"), shaky.url("b")];
		service.accept(&job_with(1, &locators, &content));
		service.wait_state(&id(1), "done");
		assert_eq!((gone.seen().len(), shaky.seen().len()), (1, 2));
	}

	#[test]
	fn go_on_after_a_locator_that_gave_something_else() {
		let yard = Yard::new();
		let content = document(10_000);
		fs::write(yard.path("other"), vec![0; 10_000]).unwrap();
		let cut = Web::start(vec![1; 10_000], |n| {
			if n == 0 {
				Manner::Cut(4_000)
			} else {
				Manner::Status(404)
			}
		});
		let good = Web::start(content.clone(), |_| Manner::Well);
		let options =
			[&HTTP[..], &["--allow-file-root", yard.dir.path().to_str().unwrap()]].concat();
		let service = yard.start(RESULT, "", &options);
		let other = format!("file://{}", yard.path("other").display());
		service.accept(&job_with(1, &[other, cut.url("a"), good.url("b")], &content));
		service.wait_state(&id(1), "done");
		assert_eq!(cached(&yard), [name_of(&content)]);
	}

	#[test]
	fn that_stall_or_fail_for_good_are_given_up() {
		let yard = Yard::new();
		// One byte: a server that sends the first half of it sends nothing.
		let content = document(1);
		let stalled = Web::start(content.clone(), |_| Manner::Slow(Duration::from_secs(600)));
		let broken = Web::start(vec![], |_| Manner::Status(500));
		let service = yard.start(
			RESULT,
			"",
			&["--allow-http", "--fetch-idle-secs", "1", "--fetch-tries", "2"],
		);
		let mut job = test_job(1, b"");
		job["input"] = json!({"remote": {"locators": [stalled.url("a"), broken.url("b")], "sha256": sha256(&content), "size": content.len()}});
		service.accept(&job);
		let (code, message) = service.wait_error(&id(1));
		assert_eq!(code, ErrorCode::InputUnavailable);
		assert!(message.contains("HTTP 500"), "{message}");
		assert!(service.get(&id(1)).json()["error"]["retryable"].as_bool().unwrap());
	}

	#[test]
	fn follow_redirects_only_where_they_may() {
		let yard = Yard::new();
		let content = document(10_000);
		let target = Web::start(content.clone(), |_| Manner::Well);
		let there = target.url("key");
		let good = Web::start(vec![], move |_| Manner::Redirect(there.clone()));
		let service = yard.start(RESULT, "", &HTTP);
		service.accept(&job_with(1, &[good.url("a")], &content));
		service.wait_state(&id(1), "done");
		let elsewhere = document(20_000);
		for (n, to) in [
			(2, "http://10.0.0.1/x".to_owned()),
			(3, "https://169.254.169.254/latest/meta-data".to_owned()),
			(4, "file:///etc/passwd".to_owned()),
			(5, "http://localhost:1/x".to_owned()),
		] {
			let bad = Web::start(vec![], move |_| Manner::Redirect(to.clone()));
			service.accept(&job_with(n, &[bad.url("a")], &elsewhere));
			assert_eq!(service.wait_error(&id(n)).0, ErrorCode::ArtifactUnavailable);
			assert_eq!(bad.seen().len(), 1);
		}
		let forever = Web::start(vec![], |n| Manner::Redirect(format!("/{n}")));
		service.accept(&job_with(6, &[forever.url("a")], &elsewhere));
		assert_eq!(service.wait_error(&id(6)).0, ErrorCode::ArtifactUnavailable);
		assert!(forever.seen().len() <= 7);
	}

	#[test]
	fn from_private_places_are_refused() {
		let yard = Yard::new();
		let content = document(10);
		let web = Web::start(content.clone(), |_| Manner::Well);
		let service = yard.start(RESULT, "", &[]);
		let port = web.addr.port();
		for (n, url) in (1..).zip([
			web.url("plain-http"),
			format!("https://127.0.0.1:{port}/x"),
			format!("https://localhost:{port}/x"),
			format!("https://[::1]:{port}/x"),
			format!("https://0x7f.1:{port}/x"),
			format!("https://user:password@example.org:{port}/x"),
		]) {
			service.accept(&job_with(n, std::slice::from_ref(&url), &content));
			let (code, message) = service.wait_error(&id(n));
			assert_eq!(code, ErrorCode::ArtifactUnavailable, "{url}: {message}");
		}
		assert!(web.seen().is_empty());
	}

	#[test]
	fn of_inputs_are_bounded() {
		let yard = Yard::new();
		let web = Web::start(document(2_000), |_| Manner::Well);
		let options = [&HTTP[..], &["--input-max-bytes", "1000"]].concat();
		let service = yard.start(RESULT, "", &options);
		let mut job = test_job(1, b"");
		job["input"] = json!({"remote": {"locators": [web.url("a")], "sha256": sha256(&document(2_000)), "size": 2_000}});
		let answer = service.post(&job);
		assert_eq!((answer.status, answer.error_code()), (422, RefusalCode::Unsupported));
		let message = answer.json()["error"]["message"].to_string();
		assert!(message.contains("--input-max-bytes"), "{message}");
		assert!(web.seen().is_empty());
	}

	#[test]
	fn stop_when_the_job_is_deleted() {
		let yard = Yard::new();
		let content = document(1_000_000);
		let web = Web::start(content.clone(), |_| Manner::Slow(Duration::from_secs(600)));
		let service = yard.start(RESULT, "", &["--allow-http"]);
		service.accept(&job_with(1, &[web.url("a")], &content));
		service.wait_state(&id(1), "fetching");
		until("the request", || web.seen().len() == 1);
		service.delete(&id(1));
		service.accept(&test_job(2, b""));
		service.wait_state(&id(2), "done");
	}
}

mod over_https {
	use super::*;

	const AUTHORITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tls/ca.pem");

	/// A service whose system trusts the tests' authority.
	fn trusting(yard: &Yard, options: &[&str]) -> Service {
		let config = yard.config(RESULT, "");
		let options = [&["--config", config.as_str(), "--fetch-tries", "2"], options].concat();
		Service::start_with(&yard.data(), &options, |command| {
			command.env("SSL_CERT_FILE", AUTHORITY);
		})
	}

	#[test]
	fn files_come_and_resume() {
		let yard = Yard::new();
		let content = document(2_000_000);
		let web = Web::start_tls(content.clone(), |n| match n {
			0 => Manner::Cut(500_000),
			_ => Manner::Well,
		});
		let service = trusting(&yard, &["--allow-private-hosts"]);
		service.accept(&job_with(1, &[web.url("key")], &content));
		service.wait_state(&id(1), "done");
		assert_eq!(web.seen()[1].if_range.as_deref(), Some("\"v1\""));
		let got = service.metric("proofyard_prover_fetch_bytes_total{scheme=\"https\"}");
		assert_eq!(got, 2_000_000.0);
	}

	#[test]
	fn names_of_private_addresses_are_refused_before_a_connection_is_made() {
		let yard = Yard::new();
		let web = Web::start_tls(document(10), |_| Manner::Well);
		let service = trusting(&yard, &[]);
		service.accept(&job_with(1, &[web.url("key")], &document(10)));
		let (code, message) = service.wait_error(&id(1));
		assert_eq!(code, ErrorCode::ArtifactUnavailable);
		assert!(message.contains("private addresses only"), "{message}");
		assert!(!message.contains("tried"), "there is no use in trying again: {message}");
		assert!(web.seen().is_empty());
	}

	#[test]
	fn servers_that_nobody_vouches_for_are_refused() {
		let yard = Yard::new();
		let web = Web::start_tls(document(10), |_| Manner::Well);
		let service = yard.start(RESULT, "", &["--allow-private-hosts", "--fetch-tries", "1"]);
		service.accept(&job_with(1, &[web.url("key")], &document(10)));
		let (code, message) = service.wait_error(&id(1));
		assert_eq!(code, ErrorCode::ArtifactUnavailable);
		assert!(message.contains("certificate"), "{message}");
		assert!(web.seen().is_empty());
	}

	#[test]
	fn redirects_never_lead_to_plain_http() {
		let yard = Yard::new();
		let content = document(10);
		let plain = Web::start(content.clone(), |_| Manner::Well);
		let there = plain.url("key");
		let web = Web::start_tls(vec![], move |_| Manner::Redirect(there.clone()));
		let service = trusting(&yard, &["--allow-private-hosts"]);
		service.accept(&job_with(1, &[web.url("a")], &content));
		assert_eq!(service.wait_error(&id(1)).0, ErrorCode::ArtifactUnavailable);
		assert!(plain.seen().is_empty());
	}
}

mod cache {
	use super::*;

	#[test]
	fn two_jobs_that_want_the_same_file_download_it_once() {
		let yard = Yard::new();
		let content = document(500_000);
		let web = Web::start(content.clone(), |_| Manner::Slow(Duration::from_secs(3)));
		let service = yard.start(RESULT, "", &["--allow-http", "--concurrency", "2"]);
		service.accept(&job_with(1, &[web.url("key")], &content));
		service.accept(&job_with(2, &[web.url("key")], &content));
		service.wait_state(&id(1), "fetching");
		service.wait_state(&id(2), "fetching");
		service.wait_state(&id(1), "done");
		service.wait_state(&id(2), "done");
		assert_eq!(web.seen().len(), 1);
	}

	#[test]
	fn a_job_does_not_suffer_from_anothers_locators() {
		let yard = Yard::new();
		let content = document(500_000);
		let bad = Web::start(vec![], |_| Manner::Status(500));
		let good = Web::start(content.clone(), |_| Manner::Well);
		let options = [&HTTP[..], &["--concurrency", "2"]].concat();
		let service = yard.start(RESULT, "", &options);
		service.accept(&job_with(1, &[bad.url("key")], &content));
		until("the bad request", || !bad.seen().is_empty());
		service.accept(&job_with(2, &[good.url("key")], &content));
		service.wait_state(&id(2), "done");
		assert_eq!(service.wait_error(&id(1)).0, ErrorCode::ArtifactUnavailable);
	}

	#[test]
	fn evicts_the_least_recently_used_but_never_what_a_job_holds() {
		let yard = Yard::new();
		// Each 400 kB, in a cache of 1 MB.
		let documents: Vec<Vec<u8>> = (1..=3u8)
			.map(|n| document(400_000).into_iter().map(|byte| byte ^ n).collect())
			.collect();
		let webs: Vec<Web> =
			documents.iter().map(|d| Web::start(d.clone(), |_| Manner::Well)).collect();
		let go = yard.path("go");
		// A job with the input `hold` holds its artifact until the gate opens.
		let script = format!(
			"if [ \"$(cat input)\" = hold ]; then while [ ! -e {} ]; do sleep 0.02; done; fi\n{RESULT}",
			go.display()
		);
		let options = [&HTTP[..], &["--concurrency", "3", "--cache-max-bytes", "1MB"]].concat();
		let service = yard.start(&script, "", &options);
		let job = |n: u8, which: usize, input: &[u8]| {
			let mut job = job_with(n, &[webs[which].url("key")], &documents[which]);
			job["input"]["inline"] = format!("0x{}", hex::encode(input)).into();
			job
		};
		service.accept(&job(1, 0, b"hold"));
		service.wait_state(&id(1), "proving");
		service.accept(&job(2, 1, b""));
		service.wait_state(&id(2), "done");
		// The oldest is held, so the other one goes.
		service.accept(&job(3, 2, b""));
		service.wait_state(&id(3), "done");
		let mut held = [name_of(&documents[0]), name_of(&documents[2])];
		held.sort();
		assert_eq!(cached(&yard), held);
		// Two held artifacts leave no room for a third.
		service.accept(&job(4, 2, b"hold"));
		service.wait_state(&id(4), "proving");
		service.accept(&job(6, 1, b""));
		let (code, message) = service.wait_error(&id(6));
		assert_eq!(code, ErrorCode::NoRoom);
		assert!(message.contains("--cache-max-bytes"), "{message}");
		fs::write(&go, "").unwrap();
		service.wait_state(&id(1), "done");
		service.wait_state(&id(4), "done");
		service.accept(&job(5, 1, b""));
		service.wait_state(&id(5), "done");
		let mut left = [name_of(&documents[1]), name_of(&documents[2])];
		left.sort();
		assert_eq!(cached(&yard), left);
		assert_eq!(service.metric("proofyard_prover_cache_evictions_total"), 2.0);
		assert_eq!(service.metric("proofyard_prover_cache_bytes"), 800_000.0);
	}

	#[test]
	fn too_small_for_a_file_says_so() {
		let yard = Yard::new();
		let content = document(10_000);
		let web = Web::start(content.clone(), |_| Manner::Well);
		let options = [&HTTP[..], &["--cache-max-bytes", "9999"]].concat();
		let service = yard.start(RESULT, "", &options);
		let answer = service.post(&job_with(1, &[web.url("key")], &content));
		assert_eq!((answer.status, answer.error_code()), (422, RefusalCode::Unsupported));
		let message = answer.json()["error"]["message"].to_string();
		assert!(message.contains("--cache-max-bytes"), "{message}");
		assert!(web.seen().is_empty());
	}
}
