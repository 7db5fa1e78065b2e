// SPDX-License-Identifier: Apache-2.0
//! What a clearing did, in JSON.

use super::*;

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

fn alice() -> Account {
	ALICE.parse().unwrap()
}

fn batch(rejected: Option<u128>, lowest_maximum: u128) -> api::BatchInfo<AccountId, Balance> {
	api::BatchInfo {
		price: rejected.map_or(300, |ask| ask.min(lowest_maximum)),
		tasks: 1,
		marginal: (bob(), 300),
		lowest_maximum,
		rejected: rejected.map(|ask| (alice(), ask)),
	}
}

#[test]
fn of_a_market() {
	let ask = |prover, price, won, standby| api::LookedInfo {
		prover,
		price,
		lots: 4,
		won,
		standby,
		unfunded: false,
	};
	let info = api::MarketClearingInfo {
		at: 213,
		seed: 0xab,
		spread_percent: 10,
		premium_percent: 25,
		clearings: vec![api::ClearingInfo {
			tasks: 2,
			crossing: 1,
			cap: 1,
			batches: vec![batch(Some(306), 400)],
			asks: vec![ask(bob(), 300, 1, 0), ask(alice(), 306, 0, 1)],
			matches: vec![api::MatchInfo {
				task: 17,
				prover: bob(),
				price: 30_600,
				bond: 31_000,
				standbys: vec![(alice(), 38_250)],
			}],
		}],
	};
	let block = BlockRef { number: 213, hash: Hash::repeat_byte(8) };
	round_trips(
		MarketClearing::new(market(), block, info),
		json!({
			"market": serde_json::to_value(market()).unwrap(),
			"block": { "number": 213, "hash": hash(8) },
			"seed": "0x00000000000000ab",
			"spreadPercent": 10,
			"premiumPercent": 25,
			"clearings": [{
				"tasks": 2,
				"crossing": 1,
				"cap": 1,
				"batches": [{
					"price": "306",
					"priceRule": "first_rejected_ask",
					"tasks": 1,
					"marginal": { "prover": BOB, "price": "300" },
					"lowestMaximum": "400",
					"rejected": { "prover": ALICE, "price": "306" },
				}],
				"asks": [
					{
						"prover": BOB,
						"price": "300",
						"lots": 4,
						"won": 1,
						"standby": 0,
						"unfunded": false,
					},
					{
						"prover": ALICE,
						"price": "306",
						"lots": 4,
						"won": 0,
						"standby": 1,
						"unfunded": false,
					},
				],
				"matches": [{
					"task": 17,
					"prover": BOB,
					"ask": "300",
					"price": "30600",
					"bond": "31000",
					"standbys": [{ "prover": ALICE, "ask": "306", "price": "38250" }],
				}],
			}],
		}),
	);
}

#[test]
fn says_what_fixed_the_price() {
	for (rejected, lowest_maximum, rule) in [
		(Some(306), 400, PriceRule::FirstRejectedAsk),
		(Some(306), 306, PriceRule::FirstRejectedAsk),
		(Some(410), 400, PriceRule::LowestMaximum),
		(None, 400, PriceRule::HighestAcceptedAsk),
	] {
		assert_eq!(Batch::from(batch(rejected, lowest_maximum)).price_rule, rule);
	}
}

#[test]
fn is_asked_for_by_task_or_by_market() {
	let read = serde_json::from_value::<ClearingOf>;
	assert_eq!(read(json!(17)).unwrap(), ClearingOf::Task(17));
	let json = serde_json::to_value(market()).unwrap();
	assert_eq!(read(json).unwrap(), ClearingOf::Market(market()));
	for wrong in [json!("17"), json!(-1), json!({ "system": "groth16-bn254" })] {
		let error = read(wrong).unwrap_err().to_string();
		assert!(error.contains("a task, or a market"), "{error}");
	}
}

#[test]
fn is_looked_for_from_a_block_by_number_or_hash() {
	let read = serde_json::from_value::<BlockParam>;
	assert_eq!(read(json!(213)).unwrap(), BlockParam::Number(213));
	assert_eq!(read(json!(hash(8))).unwrap(), BlockParam::Hash(Hash::repeat_byte(8)));
	for wrong in [json!("213"), json!(-1), json!(5_000_000_000u64), json!("0x12")] {
		let error = read(wrong).unwrap_err().to_string();
		assert!(error.contains("number or the hash"), "{error}");
	}
}
