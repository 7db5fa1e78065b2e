// SPDX-License-Identifier: Apache-2.0

use super::*;
use sp_runtime::Permill;

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
		free: 50,
		unbonding: Some((30, 77)),
		delegation: api::DelegationPoolInfo {
			open: true,
			value: 40,
			shares: 39,
			leaving_shares: 9,
			commission: Permill::from_percent(10),
			rise: Some((Permill::from_percent(15), 900)),
			room: 240,
		},
		pause: Some(api::PauseInfo::ResumesAt(220)),
		jail: Some(api::JailInfo { until: 240, may_leave: false }),
		strikes: 1,
		max_strikes: 3,
		exiting: true,
		verified: 6,
		defaulted: 0,
		track_record: vec![api::TrackRecordInfo {
			system: ProofSystem::Groth16Bn254,
			verified: 5_500,
			late: 500,
			rejected: 1,
			declined: 2,
			defaulted: 3,
			reliable: false,
		}],
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
			"free": "50",
			"unbonding": { "amount": "30", "withdrawableAt": 77 },
			"delegation": {
				"open": true,
				"value": "40",
				"shares": "39",
				"leavingShares": "9",
				"commission": 100_000,
				"rise": { "commission": 150_000, "from": 900 },
				"room": "240",
			},
			"pause": { "resumesAt": 220 },
			"jail": { "until": 240, "mayLeave": false },
			"strikes": 1,
			"maxStrikes": 3,
			"exiting": true,
			"verified": 6,
			"defaulted": 0,
			"trackRecord": [{
				"system": "groth16-bn254",
				"verified": 5_500,
				"late": 500,
				"rejected": 1,
				"declined": 2,
				"defaulted": 3,
				"reliable": false,
			}],
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
fn delegations() {
	let info = |leaving| api::DelegationInfo {
		prover: bob(),
		delegator: Account::new([9; 32]),
		shares: 50,
		value: 51,
		leaving,
		withdrawable: 0,
	};
	let json = |leaving: Value| {
		json!({
			"prover": BOB,
			"delegator": Account::new([9; 32]),
			"shares": "50",
			"value": "51",
			"leaving": leaving,
			"withdrawable": "0",
		})
	};
	round_trips(Delegation::from(info(None)), json(Value::Null));
	round_trips(
		Delegation::from(info(Some((20, 21, 900)))),
		json(json!({ "shares": "20", "amount": "21", "withdrawableAt": 900 })),
	);
}

#[test]
fn fees() {
	round_trips(
		Fees::from(api::FeesInfo {
			fee: Permill::from_percent(2),
			author: Permill::from_percent(50),
			treasury: Permill::from_percent(30),
			max_fee: Permill::from_percent(10),
		}),
		json!({
			"fee": 20_000,
			"author": 500_000,
			"treasury": 300_000,
			"burnt": 200_000,
			"maxFee": 100_000,
		}),
	);
}
