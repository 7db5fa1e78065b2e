// SPDX-License-Identifier: Apache-2.0

use super::*;
use proofyard_primitives::ProofData;
use proofyard_runtime::Hash;
use serde::de::DeserializeOwned;
use serde_json::{json, Value};
use std::fmt::Debug;

mod clearing;
mod golden;
mod prover;
mod system;
mod task;

const BOB: &str = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

fn bob() -> Account {
	BOB.parse().unwrap()
}

fn market() -> Market {
	Market {
		system: ProofSystem::Groth16Bn254,
		hardware: HardwareClass::Gpu { vram_gib: 24 },
		bucket: 15,
		level: ServiceLevel::Standard,
	}
}

/// The value reads as `json` and `json` reads as the value.
fn round_trips<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, json: Value) {
	assert_eq!(serde_json::to_value(&value).unwrap(), json);
	assert_eq!(serde_json::from_value::<T>(json).unwrap(), value);
}

fn hash(byte: u8) -> String {
	format!("0x{}", hex::encode([byte; 32]))
}

#[test]
fn amounts_are_strings_of_digits() {
	round_trips(Amount(0), json!("0"));
	round_trips(Amount(u128::MAX), json!("340282366920938463463374607431768211455"));
	for wrong in [json!(1), json!("-1"), json!("0x10"), json!(""), json!("1.5")] {
		assert!(serde_json::from_value::<Amount>(wrong).is_err());
	}
}

#[test]
fn misspelt_accounts_are_refused_in_words() {
	let read = serde_json::from_value::<AccountParam>;
	assert_eq!(read(json!(BOB)).unwrap(), AccountParam(bob()));
	for wrong in ["Bob", "", &BOB[1..], &hash(7)] {
		let error = read(json!(wrong)).unwrap_err().to_string();
		assert!(error.contains("SS58") && error.contains(wrong), "{error}");
	}
}

#[test]
fn markets() {
	round_trips(
		market(),
		json!({
			"system": "groth16-bn254",
			"hardware": { "gpu": { "vram_gib": 24 } },
			"bucket": 15,
			"level": "standard",
		}),
	);
	round_trips(
		Market { hardware: HardwareClass::Cpu, level: ServiceLevel::Guaranteed, ..market() },
		json!({
			"system": "groth16-bn254",
			"hardware": "cpu",
			"bucket": 15,
			"level": "guaranteed",
		}),
	);
}

#[test]
fn programs() {
	let program = api::ProgramInfo {
		id: H256::repeat_byte(1),
		owner: bob(),
		system: ProofSystem::Groth16Bn254,
		system_enabled: true,
		hardware: HardwareClass::Cpu,
		work: WorkModel::Fixed(40_000),
		public_inputs: 2,
		key: vec![1, 2],
		artifacts: vec![api::ArtifactInfo {
			role: ArtifactRole::ProvingKey,
			locators: vec!["https://example.org/key".into()],
			sha256: [4; 32],
			size: 8,
		}],
		deposit: 5,
		live_tasks: 1,
		retired: false,
		registered_at: 3,
	};
	round_trips(
		Program::from(program),
		json!({
			"id": hash(1),
			"owner": BOB,
			"system": "groth16-bn254",
			"systemEnabled": true,
			"hardware": "cpu",
			"work": { "fixed": 40_000 },
			"publicInputs": 2,
			"key": "0x0102",
			"artifacts": [{
				"role": "proving_key",
				"locators": ["https://example.org/key"],
				"sha256": hash(4),
				"size": 8,
			}],
			"deposit": "5",
			"liveTasks": 1,
			"retired": false,
			"registeredAt": 3,
		}),
	);
}

#[test]
fn quotes() {
	let quote = api::Quote {
		market: market(),
		work: 40_000,
		redundancy: Redundancy { needed: 1, started: 2 },
		price: Some(404),
		cost: Some(445),
		least: Some(400),
		feasible_provers: 2,
		min_fee: 11,
		soft_deadline: 50,
		deadline: 100,
	};
	let json = json!({
		"market": serde_json::to_value(market()).unwrap(),
		"work": 40_000,
		"redundancy": { "needed": 1, "started": 2 },
		"price": "404",
		"cost": "445",
		"least": "400",
		"feasibleProvers": 2,
		"minFee": "11",
		"softDeadline": 50,
		"deadline": 100,
	});
	round_trips(Quote::from(quote), json);
}

#[test]
fn quote_options_are_all_optional_and_checked_for_typing_errors() {
	let read = serde_json::from_value::<QuoteOptions>;
	assert_eq!(read(json!({})).unwrap(), QuoteOptions::default());
	assert_eq!(
		read(json!({
			"work": 5,
			"level": "express",
			"lifetime": 300,
			"redundancy": { "needed": 2, "started": 3 },
		}))
		.unwrap(),
		QuoteOptions {
			work: Some(5),
			level: Some(ServiceLevel::Express),
			lifetime: Some(300),
			redundancy: Some(Redundancy { needed: 2, started: 3 }),
		}
	);
	assert!(read(json!({ "livetime": 300 })).is_err());
}

#[test]
fn proofs() {
	let proof = api::ProofInfo {
		task: 42,
		program: H256::repeat_byte(1),
		system: ProofSystem::Groth16Bls12_381,
		prover: bob(),
		verified_at: 5,
		retained_until: 605,
		data: ProofData::of_inputs(&[0xff; 3], &[[3; 32], [4; 32]]).unwrap(),
	};
	round_trips(
		Proof::from(proof),
		json!({
			"task": 42,
			"program": hash(1),
			"system": "groth16-bls12-381",
			"prover": BOB,
			"verifiedAt": 5,
			"retainedUntil": 605,
			"proof": "0xffffff",
			"publicValues": format!("{}{}", hash(3), &hash(4)[2..]),
			"publicInputs": [hash(3), hash(4)],
		}),
	);
}

#[test]
fn a_zkvm_has_public_values_and_no_public_inputs() {
	// Also where there are as many bytes as scalars would have.
	for length in [0, 3, 32] {
		let values = vec![3; length];
		let proof = api::ProofInfo {
			task: 42,
			program: H256::repeat_byte(1),
			system: ProofSystem::Risc0Groth16,
			prover: bob(),
			verified_at: 5,
			retained_until: 605,
			data: ProofData {
				proof: vec![0xff; 3].try_into().unwrap(),
				public_values: values.clone().try_into().unwrap(),
			},
		};
		let proof = serde_json::to_value(Proof::from(proof)).unwrap();
		assert_eq!(proof["system"], "risc0-groth16");
		assert_eq!(proof["publicValues"], format!("0x{}", hex::encode(values)));
		assert_eq!(proof["publicInputs"], json!([]));
	}
}

#[test]
fn proofs_of_several_provers() {
	let alice = Account::new([9; 32]);
	let data = |byte| ProofData::of_inputs(&[byte; 2], &[[3; 32]]).unwrap();
	let proofs = |settled: bool| api::ProofsInfo {
		task: 42,
		program: H256::repeat_byte(1),
		system: ProofSystem::Groth16Bn254,
		settled_at: settled.then_some(5),
		retained_until: settled.then_some(605),
		decided_by: settled.then(bob),
		proofs: vec![(alice.clone(), data(1)), (bob(), data(2))],
	};
	let json = |settled: bool| {
		json!({
			"task": 42,
			"program": hash(1),
			"system": "groth16-bn254",
			"settledAt": settled.then_some(5),
			"retainedUntil": settled.then_some(605),
			"proofs": [
				{
					"prover": alice,
					"deciding": false,
					"proof": "0x0101",
					"publicValues": hash(3),
					"publicInputs": [hash(3)],
				},
				{
					"prover": BOB,
					"deciding": settled,
					"proof": "0x0202",
					"publicValues": hash(3),
					"publicInputs": [hash(3)],
				},
			],
		})
	};
	for settled in [true, false] {
		round_trips(Proofs::from(proofs(settled)), json(settled));
	}
}
