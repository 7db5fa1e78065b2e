// SPDX-License-Identifier: Apache-2.0
//! Requests of clients beyond their shape: limits, and the spelling that tells a repeated request from another.

use proofyard_jobs::{
	Artifact, Bytes32, FixedValues, Input, JobId, JobRequest, MAX_ARTIFACTS, MAX_LOCATORS,
	MAX_LOCATOR_LEN,
};
use proofyard_verifier::ProofSystem;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::values;

/// Proof system of a request, if the chain knows it.
pub fn system(request: &JobRequest) -> Option<ProofSystem> {
	request.proof_system.parse().ok()
}

/// Checks counts, lengths and locators.
///
/// # Errors
/// A sentence for the client.
pub fn validate(request: &JobRequest) -> Result<(), String> {
	let name_ok = (1..=64).contains(&request.proof_system.len())
		&& request
			.proof_system
			.bytes()
			.all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'));
	if !name_ok {
		return Err("proof_system: use 1 to 64 of a-z, 0-9, `-` and `.`".into());
	}
	if request.artifacts.len() > MAX_ARTIFACTS {
		return Err(format!("artifacts: at most {MAX_ARTIFACTS}"));
	}
	values::validate(system(request), &request.public_inputs, request.public_values.as_ref())?;
	for (index, artifact) in request.artifacts.iter().enumerate() {
		check_locators(&artifact.locators).map_err(|e| format!("artifacts[{index}]: {e}"))?;
	}
	if let Input::Remote(remote) = &request.input {
		check_locators(&remote.locators).map_err(|e| format!("input.remote: {e}"))?;
	}
	Ok(())
}

fn check_locators(locators: &[String]) -> Result<(), String> {
	if locators.is_empty() || locators.len() > MAX_LOCATORS {
		return Err(format!("1 to {MAX_LOCATORS} locators"));
	}
	for locator in locators {
		if locator.len() > MAX_LOCATOR_LEN {
			return Err(format!("a locator has at most {MAX_LOCATOR_LEN} bytes"));
		}
		// The URL parser drops control characters silently; logs and messages would show them.
		if !locator.bytes().all(|b| b.is_ascii_graphic()) {
			return Err(
				"a locator has visible ASCII characters only; percent-encode the rest".into()
			);
		}
		reqwest::Url::parse(locator).map_err(|e| format!("locator `{locator}` is no URL: {e}"))?;
	}
	Ok(())
}

/// The one spelling of a request that is hashed. It never changes, whatever the wire may leave out, so that jobs of earlier
/// versions keep their hash: public inputs are always there, and what those versions did not know where it says something.
#[derive(Serialize)]
struct Canonical<'a> {
	id: &'a JobId,
	proof_system: &'a str,
	program: Bytes32,
	artifacts: &'a [Artifact],
	input: &'a Input,
	public_inputs: &'a [Option<Bytes32>],
	#[serde(skip_serializing_if = "Option::is_none")]
	public_values: Option<&'a FixedValues>,
	work: u64,
	deadline_unix_ms: u64,
}

/// SHA-256 of the request in one fixed spelling: two bodies that mean the same job hash alike, whatever their white space,
/// order of fields or case of hex digits.
///
/// # Errors
/// None that can be met: a request has nothing that JSON can't say.
pub fn canonical_hash(request: &JobRequest) -> Result<[u8; 32], serde_json::Error> {
	let canonical = Canonical {
		id: &request.id,
		proof_system: &request.proof_system,
		program: request.program,
		artifacts: &request.artifacts,
		input: &request.input,
		public_inputs: &request.public_inputs,
		public_values: request.public_values.as_ref(),
		work: request.work,
		deadline_unix_ms: request.deadline_unix_ms,
	};
	Ok(Sha256::digest(serde_json::to_vec(&canonical)?).into())
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	fn body() -> serde_json::Value {
		json!({
			"id": "ab".repeat(32),
			"proof_system": "groth16-bn254",
			"program": format!("0x{}", "AB".repeat(32)),
			"artifacts": [{"role": "proving_key", "locators": ["https://a.example/k"], "sha256": format!("0x{}", "01".repeat(32)), "size": 5}],
			"input": {"inline": "0x7b7d"},
			"public_inputs": [null, format!("0x{}", "00".repeat(32))],
			"work": 1,
			"deadline_unix_ms": 2,
		})
	}

	fn parse(value: serde_json::Value) -> Result<JobRequest, String> {
		let request: JobRequest = serde_json::from_value(value).map_err(|e| e.to_string())?;
		validate(&request).map(|()| request)
	}

	#[test]
	fn the_hash_ignores_spelling_and_sees_content() {
		let one = canonical_hash(&parse(body()).unwrap()).unwrap();
		let mut other = body();
		other["program"] = format!("0x{}", "ab".repeat(32)).into();
		assert_eq!(canonical_hash(&parse(other.clone()).unwrap()).unwrap(), one);
		other["work"] = 2.into();
		assert_ne!(canonical_hash(&parse(other).unwrap()).unwrap(), one);
	}

	#[test]
	fn a_job_of_an_earlier_version_keeps_its_hash() {
		let earlier = format!(
			"{{\"id\":\"{id}\",\"proof_system\":\"groth16-bn254\",\"program\":\"0x{id}\",\"artifacts\":[],\
			 \"input\":{{\"inline\":\"0x7b7d\"}},\"public_inputs\":[],\"work\":1,\"deadline_unix_ms\":2}}",
			id = "ab".repeat(32)
		);
		let hash: [u8; 32] = Sha256::digest(&earlier).into();
		let mut request: serde_json::Value = serde_json::from_str(&earlier).unwrap();
		assert_eq!(canonical_hash(&parse(request.clone()).unwrap()).unwrap(), hash);
		request.as_object_mut().unwrap().remove("public_inputs");
		assert_eq!(canonical_hash(&parse(request.clone()).unwrap()).unwrap(), hash);
		request["public_values"] = json!({"prefix": "0x"});
		assert_ne!(canonical_hash(&parse(request).unwrap()).unwrap(), hash);
	}

	#[test]
	fn hashes_are_as_ever() {
		let golden = include_str!("../../primitives/jobs/golden/requests.jsonl");
		let hashes = golden
			.lines()
			.map(|line| hex::encode(canonical_hash(&serde_json::from_str(line).unwrap()).unwrap()));
		// With public inputs, with none and nothing fixed, with values.
		assert_eq!(
			hashes.take(3).collect::<Vec<_>>(),
			[
				"31cfd8a14f2e91dfe772f66d31ab84532b6e7144c37a3abe8711fe7fff48d4bb",
				"02c3c36007fd9e4114d5a554f410357c17bdc0289f8e20187e8ae3af9f991f3c",
				"23d0c3a9999e6b0080d1b27ffc441997dd38e788a236c384b35fd36666628df4",
			]
		);
	}

	#[test]
	fn requests_beyond_the_limits_are_refused() {
		let with = |pointer: &str, value: serde_json::Value| {
			let mut body = body();
			*body.pointer_mut(pointer).unwrap() = value;
			parse(body)
		};
		assert!(with("/work", 2.into()).is_ok());
		assert!(with("/proof_system", "Groth16 ".into()).is_err());
		assert!(with("/artifacts/0/locators", json!([])).is_err());
		assert!(with("/artifacts/0/locators", json!(["not a url"])).is_err());
		assert!(with("/artifacts/0/locators", json!(["https://a.b/\nc"])).is_err());
		let mut both = body();
		both["public_values"] = json!({"prefix": "0x"});
		assert!(parse(both.clone()).unwrap_err().contains("public_inputs and public_values"));
		both["public_inputs"] = json!([]);
		assert!(parse(both).is_ok(), "an empty list fixes nothing");
	}
}
