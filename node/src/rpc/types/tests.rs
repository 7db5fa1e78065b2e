// SPDX-License-Identifier: Apache-2.0

use super::*;
use proofyard_primitives::{program::RemoteData, FailureReason, InputRef, ProofData, TaskKind};
use proofyard_runtime::Hash;
use serde::de::DeserializeOwned;
use serde_json::{json, Value};
use std::fmt::Debug;

mod clearing;

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
fn task_states() {
	let states: [(api::TaskState<_, _, _>, Value); 7] = [
		(
			api::TaskState::Open { provers: Vec::new(), bidding: None },
			json!({ "name": "open", "provers": [], "bidding": null }),
		),
		(
			api::TaskState::Open {
				provers: vec![bob()],
				bidding: Some(api::BiddingInfo {
					commit_until: 20,
					reveal_until: 30,
					bids: vec![
						api::BidInfo { prover: bob(), commitment: [4; 32], revealed: None },
						api::BidInfo {
							prover: bob(),
							commitment: [5; 32],
							revealed: Some(api::RevealedBid { price: 7, speed: 5_000 }),
						},
					],
				}),
			},
			json!({
				"name": "open",
				"provers": [BOB],
				"bidding": {
					"commitUntil": 20,
					"revealUntil": 30,
					"bids": [
						{ "prover": BOB, "commitment": hash(4), "revealed": null },
						{
							"prover": BOB,
							"commitment": hash(5),
							"revealed": { "price": "7", "speed": 5_000 },
						},
					],
				},
			}),
		),
		(
			api::TaskState::Assigned {
				prover: bob(),
				price: 7,
				bond: 9,
				attempt: 0,
				rejections: 1,
				assigned_at: 3,
				soft_deadline: 30,
				standbys: vec![api::StandbyInfo { prover: bob(), price: 8 }],
			},
			json!({
				"name": "assigned",
				"prover": BOB,
				"price": "7",
				"bond": "9",
				"attempt": 0,
				"rejections": 1,
				"assignedAt": 3,
				"softDeadline": 30,
				"standbys": [{ "prover": BOB, "price": "8" }],
			}),
		),
		(
			api::TaskState::Settled { prover: bob(), paid: 7, assigned_at: 3, at: 5 },
			json!({ "name": "settled", "prover": BOB, "paid": "7", "assignedAt": 3, "at": 5 }),
		),
		(api::TaskState::Expired { at: 5 }, json!({ "name": "expired", "at": 5 })),
		(api::TaskState::Cancelled { at: 5 }, json!({ "name": "cancelled", "at": 5 })),
		(
			api::TaskState::Failed {
				prover: bob(),
				reason: FailureReason::DeadlinePassed,
				compensation: 1,
				slashed: 2,
				assigned_at: 3,
				at: 5,
			},
			json!({
				"name": "failed",
				"prover": BOB,
				"reason": "deadline_passed",
				"compensation": "1",
				"slashed": "2",
				"assignedAt": 3,
				"at": 5,
			}),
		),
	];
	for (state, json) in states {
		assert_eq!(json["name"], state.name());
		round_trips(TaskState::from(state), json);
	}
}

#[test]
fn tasks() {
	let task = api::TaskInfo {
		id: 42,
		requester: bob(),
		program: H256::repeat_byte(1),
		market: market(),
		kind: TaskKind::Sealed,
		work: 40_000,
		max_fee: 1_000_000_000_000_000_000,
		deadline: 100,
		submitted_at: 1,
		escrow: 10,
		state: api::TaskState::Expired { at: 100 },
		input: Some(InputRef::Inline(vec![0xab, 0xcd].try_into().unwrap())),
		public_inputs: vec![None, Some([3; 32])],
	};
	round_trips(
		TaskPage::from(api::TaskPage { tasks: vec![task], next: Some(41) }),
		json!({
			"tasks": [{
				"id": 42,
				"requester": BOB,
				"program": hash(1),
				"market": serde_json::to_value(market()).unwrap(),
				"kind": "sealed",
				"work": 40_000,
				"maxFee": "1000000000000000000",
				"deadline": 100,
				"submittedAt": 1,
				"escrow": "10",
				"state": { "name": "expired", "at": 100 },
				"input": { "inline": "0xabcd" },
				"publicInputs": [null, hash(3)],
			}],
			"next": 41,
		}),
	);
}

#[test]
fn remote_inputs() {
	let locator = b"https://example.org/input".to_vec().try_into().unwrap();
	let input = InputRef::Remote(RemoteData {
		locators: vec![locator].try_into().unwrap(),
		sha256: H256::repeat_byte(2),
		size: 9,
	});
	round_trips(
		Input::from(input),
		json!({
			"remote": { "locators": ["https://example.org/input"], "sha256": hash(2), "size": 9 },
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
fn provers_and_asks() {
	let terms = |price| api::AskTerms { price, lots: 2, speed: 50_000 };
	let ask = api::AskInfo {
		prover: bob(),
		market: market(),
		terms: terms(300),
		lots_in_use: 1,
		confirmed_speed: Some(40_000),
		status: api::AskStatus::Standing,
		pending: Some((terms(306), 215)),
	};
	let ask_json = json!({
		"prover": BOB,
		"market": serde_json::to_value(market()).unwrap(),
		"price": "300",
		"lots": 2,
		"speed": 50_000,
		"lotsInUse": 1,
		"confirmedSpeed": 40_000,
		"status": "standing",
		"pending": { "price": "306", "lots": 2, "speed": 50_000, "from": 215 },
	});
	let prover = api::ProverInfo {
		account: bob(),
		session_key: [5; 32],
		hardware: HardwareClass::Cpu,
		slots: 4,
		live_tasks: 1,
		stake: 100,
		reserved: 20,
		unbonding: Some((30, 77)),
		pause: Some(api::PauseInfo::ResumesAt(220)),
		verified: 6,
		defaulted: 0,
		speeds: vec![api::SpeedInfo {
			system: ProofSystem::Groth16Bn254,
			size: 3,
			confirmed: None,
			samples: 6,
		}],
		calibrations: vec![api::CalibrationInfo {
			system: ProofSystem::Groth16Bn254,
			hardware: HardwareClass::Cpu,
			proven: 3,
		}],
		blocked: 2,
		registered_at: 0,
		asks: vec![ask.clone()],
	};
	round_trips(
		Prover::from(prover),
		json!({
			"account": BOB,
			"sessionKey": hash(5),
			"hardware": "cpu",
			"slots": 4,
			"liveTasks": 1,
			"stake": "100",
			"reserved": "20",
			"unbonding": { "amount": "30", "withdrawableAt": 77 },
			"pause": { "resumesAt": 220 },
			"verified": 6,
			"defaulted": 0,
			"speeds": [{ "system": "groth16-bn254", "size": 3, "confirmed": null, "samples": 6 }],
			"calibrations": [{ "system": "groth16-bn254", "hardware": "cpu", "proven": 3 }],
			"blocked": 2,
			"registeredAt": 0,
			"asks": [ask_json],
		}),
	);
	round_trips(
		MarketState::from(api::MarketInfo {
			market: market(),
			asks: vec![ask],
			ask_count: 1,
			best_ask: Some(300),
			waiting: 3,
			cleared_at: Some(213),
		}),
		json!({
			"market": serde_json::to_value(market()).unwrap(),
			"asks": [ask_json],
			"askCount": 1,
			"bestAsk": "300",
			"waiting": 3,
			"clearedAt": 213,
		}),
	);
}

#[test]
fn a_pause_ends_at_a_block_or_when_the_prover_says_so() {
	let pause = |pause| serde_json::to_value(Pause::from(pause)).unwrap();
	assert_eq!(pause(api::PauseInfo::UntilResumed), json!({ "resumesAt": null }));
	assert_eq!(pause(api::PauseInfo::ResumesAt(9)), json!({ "resumesAt": 9 }));
}

#[test]
fn references() {
	round_trips(
		Reference::from(api::ReferenceInfo {
			program: H256::repeat_byte(1),
			work: 6_431,
			input: vec![1, 2],
			challenge_at: 1,
			challenge_input: 2,
			proofs: 3,
			blocks: 30,
		}),
		json!({
			"program": hash(1),
			"work": 6_431,
			"input": "0x0102",
			"challengeAt": 1,
			"challengeInput": 2,
			"proofs": 3,
			"blocks": 30,
		}),
	);
}

#[test]
fn quotes() {
	let quote = api::Quote {
		market: market(),
		work: 40_000,
		price: Some(404),
		least: Some(400),
		feasible_provers: 2,
		min_fee: 11,
		soft_deadline: 50,
		deadline: 100,
	};
	let json = json!({
		"market": serde_json::to_value(market()).unwrap(),
		"work": 40_000,
		"price": "404",
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
		read(json!({ "work": 5, "level": "express", "lifetime": 300 })).unwrap(),
		QuoteOptions { work: Some(5), level: Some(ServiceLevel::Express), lifetime: Some(300) }
	);
	assert!(read(json!({ "livetime": 300 })).is_err());
}

#[test]
fn filters_are_all_optional_and_checked_for_typing_errors() {
	let read = serde_json::from_value::<TaskFilter>;
	assert_eq!(read(json!({})).unwrap(), TaskFilter::default());
	let filter = read(json!({ "requester": BOB, "program": hash(1), "state": "ended" })).unwrap();
	assert_eq!(
		api::TaskFilter::from(filter),
		api::TaskFilter {
			requester: Some(bob()),
			prover: None,
			program: Some(H256::repeat_byte(1)),
			state: Some(api::StateFilter::Ended),
		}
	);
	assert!(read(json!({ "state": "done" })).is_err());
	assert!(read(json!({ "owner": BOB })).is_err());
}

#[test]
fn proofs() {
	let proof = api::ProofInfo {
		task: 42,
		program: H256::repeat_byte(1),
		prover: bob(),
		verified_at: 5,
		retained_until: 605,
		data: ProofData {
			proof: vec![0xff; 3].try_into().unwrap(),
			public_inputs: vec![[3; 32]].try_into().unwrap(),
		},
	};
	round_trips(
		Proof::from(proof),
		json!({
			"task": 42,
			"program": hash(1),
			"prover": BOB,
			"verifiedAt": 5,
			"retainedUntil": 605,
			"proof": "0xffffff",
			"publicInputs": [hash(3)],
		}),
	);
}

#[test]
fn updates() {
	round_trips(
		TaskUpdate {
			task: 42,
			block: BlockRef { number: 5, hash: Hash::repeat_byte(8) },
			state: TaskState::Open { provers: Vec::new(), bidding: None },
			retracted: false,
			finalized: true,
		},
		json!({
			"task": 42,
			"block": { "number": 5, "hash": hash(8) },
			"state": { "name": "open", "provers": [], "bidding": null },
			"retracted": false,
			"finalized": true,
		}),
	);
}
