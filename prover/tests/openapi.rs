// SPDX-License-Identifier: Apache-2.0
//! Holds `openapi.json` against the real service: every path, method and status of the file is brought about over a
//! socket, every answer is checked against the schema that the file gives it, and no route is missing from the file.

mod common;

use std::{
	collections::{BTreeMap, BTreeSet},
	process::Command,
};

use common::*;
use proofyard_prover::{api::PATHS, OPENAPI};
use serde_json::{json, Value};

/// Keywords of JSON Schema that the file uses. One beside them is a slip, which a validator would ignore.
const KEYWORDS: [&str; 15] = [
	"$ref",
	"type",
	"required",
	"properties",
	"additionalProperties",
	"enum",
	"items",
	"oneOf",
	"not",
	"minimum",
	"maximum",
	"pattern",
	"minItems",
	"maxItems",
	"maxLength",
];
/// Keywords that say nothing of values.
const REMARKS: [&str; 2] = ["description", "title"];

/// Fails for a schema with a keyword that it should not have, in it or below it.
fn check_keywords(schema: &Value, at: &str) {
	for (keyword, value) in schema.as_object().unwrap_or_else(|| panic!("{at} is no schema")) {
		let known = KEYWORDS.iter().chain(&REMARKS).any(|known| known == keyword);
		assert!(known, "{at}: keyword {keyword}");
		let at = format!("{at}/{keyword}");
		match keyword.as_str() {
			"properties" => {
				value.as_object().unwrap().values().for_each(|schema| check_keywords(schema, &at))
			}
			"oneOf" => {
				value.as_array().unwrap().iter().for_each(|schema| check_keywords(schema, &at))
			}
			"items" | "not" => check_keywords(value, &at),
			_ => {}
		}
	}
}

/// The file, and what of it was seen to be true.
struct Book {
	file: Value,
	seen: BTreeSet<(String, String, u16)>,
}

impl Book {
	fn open() -> Self {
		Self { file: serde_json::from_str(OPENAPI).unwrap(), seen: BTreeSet::new() }
	}

	/// Every path, method and status that the file lists.
	fn listed(&self) -> BTreeMap<(String, String, u16), Value> {
		let mut all = BTreeMap::new();
		for (path, methods) in self.file["paths"].as_object().unwrap() {
			for (method, operation) in methods.as_object().unwrap() {
				let responses = operation["responses"].as_object().unwrap();
				assert!(
					responses.contains_key("default"),
					"{method} {path} must foresee any other failure"
				);
				for (status, response) in
					responses.iter().filter(|(status, _)| *status != "default")
				{
					let key = (path.clone(), method.to_uppercase(), status.parse().unwrap());
					all.insert(key, response.clone());
				}
			}
		}
		all
	}

	/// Checks an answer against the file's entry for it.
	fn enter(&mut self, path: &str, method: &str, answer: &Answer) -> Value {
		let key = (path.to_owned(), method.to_owned(), answer.status);
		let listed = self.listed();
		let response = listed.get(&key).unwrap_or_else(|| panic!("{key:?} is not in the file"));
		let (media, content) = response["content"].as_object().unwrap().iter().next().unwrap();
		let sent = answer.header("content-type").unwrap_or_default();
		assert!(sent.starts_with(media.as_str()), "{key:?}: {sent}");
		for (name, header) in response["headers"].as_object().into_iter().flatten() {
			let there = answer.header(name).is_some();
			assert!(there || header["required"] == false, "{key:?}: header {name}");
		}
		self.seen.insert(key.clone());
		if media != "application/json" {
			return Value::Null;
		}
		let body = answer.json();
		if let Err(error) = self.fits(&content["schema"], &body) {
			panic!("{key:?}: {error}");
		}
		body
	}

	/// Whether a request body fits the file's schema for it.
	fn takes(&self, job: &Value) -> Result<(), String> {
		let body = &self.file["paths"]["/v1/jobs"]["post"]["requestBody"];
		self.fits(&body["content"]["application/json"]["schema"], job)
	}

	/// Whether a value fits one of the file's schemas, which is given by a reference to it.
	fn fits(&self, schema: &Value, value: &Value) -> Result<(), String> {
		const URL: &str = "https://localhost/openapi.json";
		let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
		compiler.add_resource(URL, self.file.clone()).unwrap();
		let reference = format!("{URL}{}", schema["$ref"].as_str().unwrap());
		let schema = compiler.compile(&reference, &mut schemas).unwrap();
		schemas.validate(value, schema).map_err(|error| error.to_string())
	}
}

const JOBS: &str = "/v1/jobs";
const JOB: &str = "/v1/jobs/{id}";

fn path_of(n: u8) -> String {
	JOB.replace("{id}", &id(n))
}

#[test]
fn every_entry_of_the_file_comes_true() {
	let mut book = Book::open();
	let yard = Yard::new();
	// The input decides what becomes of the job.
	let script = format!(
		"case $(cat input) in\nprove) {RESULT};;\nvalues) echo '{{\"proof\":\"0x01\",\"public_values\":\"0x0102\"}}' > result.json;;\nfail) exit 1;;\n*) echo '{{\"stage\":\"core\",\"progress\":0.5}}'; sleep 60;;\nesac"
	);
	let service = yard.start(&script, "speed = 1000", &["--max-queue", "1"]);

	// Jobs in every state.
	let prove = test_job(1, b"prove");
	book.takes(&prove).unwrap();
	book.enter(JOBS, "POST", &service.post(&prove));
	service.wait_state(&id(1), "done");
	book.enter(JOB, "GET", &service.get(&id(1)));
	book.enter(JOBS, "POST", &service.post(&prove));
	let mut values = test_job(7, b"values");
	values.as_object_mut().unwrap().remove("public_inputs");
	values["public_values"] = json!({"prefix": "0x01"});
	book.takes(&values).unwrap();
	book.enter(JOBS, "POST", &service.post(&values));
	let done = service.wait_state(&id(7), "done");
	assert_eq!(done["proof"]["public_values"], "0x0102");
	book.enter(JOB, "GET", &service.get(&id(7)));
	service.accept(&test_job(2, b"fail"));
	service.wait_state(&id(2), "failed");
	book.enter(JOB, "GET", &service.get(&id(2)));
	let mut hang = test_job(3, b"hang");
	hang["work"] = 50_000.into();
	service.accept(&hang);
	service.wait(&id(3), |job| job["stage"] == "core");
	book.enter(JOB, "GET", &service.get(&id(3)));
	service.accept(&test_job(4, b"wait"));
	book.enter(JOB, "GET", &service.get(&id(4)));
	book.enter(JOBS, "POST", &service.post(&test_job(5, b"")));
	book.enter(JOB, "DELETE", &service.delete(&id(4)));
	book.enter(JOB, "GET", &service.get(&id(4)));

	// What is refused.
	book.enter(JOBS, "POST", &service.send("POST", JOBS, b"{"));
	let mut other = prove.clone();
	other["work"] = 2.into();
	book.enter(JOBS, "POST", &service.post(&other));
	book.enter(JOBS, "POST", &service.send("POST", JOBS, &vec![b' '; 2 << 20]));
	let mut unsupported = test_job(6, b"");
	unsupported["proof_system"] = "none".into();
	book.enter(JOBS, "POST", &service.post(&unsupported));
	let refused = |work: u64| {
		let mut job = test_job(6, b"");
		job["work"] = work.into();
		service.post(&job)
	};
	// It can't be in time, and: it has to wait for too long.
	for (work, retry) in [(700_000, false), (570_000, true)] {
		let answer = refused(work);
		assert_eq!(answer.error_code(), RefusalCode::DeadlineInfeasible);
		assert_eq!(answer.header("retry-after").is_some(), retry, "{answer:?}");
		book.enter(JOBS, "POST", &answer);
	}
	for method in ["GET", "DELETE"] {
		book.enter(JOB, method, &service.send(method, &path_of(9), b""));
	}

	// What tells about the service.
	for path in ["/v1/capabilities", "/v1/health", "/metrics"] {
		book.enter(path, "GET", &service.send("GET", path, b""));
	}
	drop(service);
	with_a_token(&mut book);
	without_patience(&mut book);

	let missing: Vec<_> =
		book.listed().into_keys().filter(|key| !book.seen.contains(key)).collect();
	assert!(missing.is_empty(), "not brought about: {missing:?}");
}

/// 401 everywhere. Health and metrics ask for the token only from afar, so this comes from another address.
fn with_a_token(book: &mut Book) {
	let yard = Yard::new();
	let set = |command: &mut Command| {
		command.env("PROOFYARD_TOKEN", "0123456789abcdef");
	};
	let afar =
		own_address().expect("an address besides loopback; give the machine a network interface");
	let listen = format!("{afar}:0");
	let service = Service::start_with(&yard.data(), &["--listen", &listen], set);
	for (path, method) in [
		(JOBS, "POST"),
		(JOB, "GET"),
		(JOB, "DELETE"),
		("/v1/capabilities", "GET"),
		("/v1/health", "GET"),
		("/metrics", "GET"),
	] {
		let answer = service.send(method, &path.replace("{id}", &id(1)), b"");
		assert_eq!(answer.status, 401, "{path}");
		book.enter(path, method, &answer);
	}
}

/// An address of this machine that is not loopback.
fn own_address() -> Option<std::net::IpAddr> {
	let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
	// Sends nothing: it only makes the system choose a route.
	socket.connect("192.0.2.1:9").ok()?;
	let ip = socket.local_addr().ok()?.ip();
	(!ip.is_loopback()).then_some(ip)
}

/// 408: a body that is announced and never comes.
fn without_patience(book: &mut Book) {
	let yard = Yard::new();
	let service = yard.start(RESULT, "", &["--request-timeout-secs", "1"]);
	let answer = send(service.addr, "POST", JOBS, &[("Content-Length", "5")], b"");
	assert_eq!(answer.status, 408);
	book.enter(JOBS, "POST", &answer);
}

#[test]
fn every_schema_of_the_file_uses_known_keywords() {
	for (name, schema) in Book::open().file["components"]["schemas"].as_object().unwrap() {
		check_keywords(schema, name);
	}
}

#[test]
fn every_code_of_a_refusal_is_in_the_file() {
	let file = Book::open().file;
	let error = &file["components"]["schemas"]["Error"]["properties"]["error"];
	assert_eq!(error["properties"]["code"]["enum"], json!(RefusalCode::ALL));
}

#[test]
fn every_error_code_of_a_job_is_in_the_file() {
	let file = Book::open().file;
	let listed = &file["components"]["schemas"]["JobError"]["properties"]["code"];
	let codes: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
	assert_eq!(listed["enum"], json!(codes));
	let description = listed["description"].as_str().unwrap();
	for code in codes {
		assert!(description.contains(&format!("`{code}`")), "{code} is not explained");
	}
}

#[test]
fn every_route_is_in_the_file() {
	let book = Book::open();
	let listed: BTreeSet<&str> =
		book.file["paths"].as_object().unwrap().keys().map(String::as_str).collect();
	assert_eq!(listed, BTreeSet::from(PATHS));
	// And every method that a route takes: what the file doesn't list is answered with 405.
	let yard = Yard::new();
	let service = Service::start(&yard.data(), &[]);
	for path in PATHS {
		for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
			let listed = book.file["paths"][path].get(method.to_lowercase()).is_some();
			let answer = service.send(method, &path.replace("{id}", &id(1)), b"");
			assert_eq!(answer.status != 405, listed, "{method} {path}: {}", answer.status);
		}
	}
}

#[test]
fn the_files_schema_and_the_service_refuse_the_same_requests() {
	let book = Book::open();
	let yard = Yard::new();
	let service = yard.start(RESULT, "", &[]);
	let artifact = json!({"role": "other", "locators": ["https://example.org/x"], "sha256": format!("0x{}", "00".repeat(32)), "size": 1});
	let with = |pointer: &str, value: Value| {
		let mut job = test_job(1, b"");
		job["artifacts"] = json!([artifact]);
		job["deadline_unix_ms"] = 1.into();
		*job.pointer_mut(pointer).unwrap() = value;
		job
	};
	let without_inputs = |values: Option<Value>| {
		let mut job = with("/work", 1.into());
		job.as_object_mut().unwrap().remove("public_inputs");
		if let Some(values) = values {
			job["public_values"] = values;
		}
		job
	};
	let with_both = |inputs: Value| {
		let mut job = without_inputs(Some(json!({"prefix": "0x01"})));
		job["public_inputs"] = inputs;
		job
	};
	let longest = format!("0x{}", "00".repeat(4096));
	let hash = format!("0x{}", "Ab".repeat(32));
	for (job, fits) in [
		(with("/work", 0.into()), true),
		(with("/program", hash.clone().into()), true),
		(with("/public_inputs", json!([null, hash])), true),
		(
			with(
				"/input",
				json!({"remote": {"locators": ["https://a.b"], "sha256": hash, "size": 0}}),
			),
			true,
		),
		(with("/id", "00".into()), false),
		(with("/work", json!(1.5)), false),
		(with("/work", json!("1")), false),
		(with("/proof_system", "UPPER".into()), false),
		(with("/artifacts/0/locators", json!([])), false),
		(with("/artifacts/0/role", "key".into()), false),
		(with("/artifacts/0", json!({"role": "other"})), false),
		(with("/artifacts", vec![artifact.clone(); 17].into()), false),
		(with("/public_inputs", json!(["0x00"])), false),
		(with("/public_inputs", vec![Value::Null; 128].into()), true),
		(with("/public_inputs", vec![Value::Null; 129].into()), false),
		(with("/public_inputs", Value::Null), false),
		(without_inputs(None), true),
		(without_inputs(Some(json!({"whole": "0x"}))), true),
		(without_inputs(Some(json!({"sha256": hash}))), true),
		(without_inputs(Some(json!({"prefix": "0x0102"}))), true),
		(without_inputs(Some(json!({"prefix": longest}))), true),
		(without_inputs(Some(json!({"prefix": format!("{longest}00")}))), false),
		(without_inputs(Some(json!({"whole": format!("{longest}00")}))), false),
		(without_inputs(Some(json!({"whole": "0x0"}))), false),
		(without_inputs(Some(json!({"sha256": "0x00"}))), false),
		(without_inputs(Some(json!({"suffix": "0x00"}))), false),
		(without_inputs(Some(json!({"whole": "0x", "prefix": "0x"}))), false),
		(without_inputs(Some(json!({"whole": null}))), false),
		(without_inputs(Some(json!({}))), false),
		(without_inputs(Some(Value::Null)), false),
		(with_both(json!([])), true),
		(with_both(json!([null])), false),
		(with("/input", json!({"inline": "0x0"})), false),
		(with("/input", json!({"inline": "0x", "remote": {}})), false),
		(with("/deadline_unix_ms", (-1).into()), false),
	] {
		let _ = service.delete(&id(1));
		let answer = service.post(&job);
		assert_eq!(book.takes(&job).is_ok(), fits, "the file on {job}");
		assert_eq!(answer.status, if fits { 201 } else { 400 }, "the service on {job}: {answer:?}");
	}
}
