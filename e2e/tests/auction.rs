// SPDX-License-Identifier: Apache-2.0
//! Meeting of tasks and provers, with real processes: by the clearing, by sealed bids, and a prover's
//! entry into a market.
//!
//! One yard sees all of it, for much of the time is waiting: two provers, Bob with a node and a
//! proving service, and Dave with neither.

use proofyard_e2e::*;
use serde_json::{json, Value};

/// A prover beside the one that the chain begins with.
const OTHER: &str = "//Dave";
/// Ask for a unit of work, in plancks.
const OTHER_ASK: u128 = ASK / 10 * 12;

#[test]
fn a_day_at_the_yard() {
	let yard = Yard::start();
	let (program, ()) = both(|| yard.register_semaphore(), || yard.register_prover(OTHER));

	let sealed = Sealed::committed(&yard, &program);
	a_clearing_can_be_followed(&yard, &program);
	sealed.reveal();
	a_task_can_be_kept_to_a_prover(&yard, &program);
	both(
		|| an_open_task_can_be_changed(&yard, &program, sealed.task),
		|| a_prover_can_pause_and_choose(&yard),
	);
	a_class_is_entered_by_proving(&yard, &program);
	sealed.goes_to_the_lowest_at_the_second_price();
}

/// Addresses of the provers.
fn provers(yard: &Yard) -> [String; 2] {
	[PROVER, OTHER].map(|account| yard.address(account))
}

fn a_clearing_can_be_followed(yard: &Yard, program: &str) {
	let [bob, dave] = provers(yard);
	let ask = |who, price| yard.try_ask(who, program, price, &["--wait"]).ok();
	let (placed, _) = both(|| ask(OTHER, OTHER_ASK), || ask(PROVER, ASK));
	assert_eq!(plancks(&placed["price"]), tick(OTHER_ASK), "rounded up to a tick");
	assert_eq!(placed["from"].as_u64().expect("a block") % 5, 0, "it counts from an epoch on");
	let quote = yard.rpc("proving_quote", json!([program])).expect("a quote");
	assert_eq!(plancks(&quote["price"]), price_at(OTHER_ASK), "the first rejected ask");
	assert_eq!(plancks(&quote["least"]), price_at(ASK), "the lowest");

	let task = yard.submit(program, &["--lifetime", "150"]);
	wait_for("the task to be taken", 20, || (yard.state(task) != "open").then_some(()));
	let cleared = yard.run(REQUESTER, &["task", "clearing", &task.to_string()]).ok();
	let clearing = &cleared["clearings"][0];
	let asks: Vec<(Value, u128, Value, Value)> = clearing["asks"]
		.as_array()
		.expect("asks")
		.iter()
		.map(|ask| {
			let price = plancks(&ask["price"]);
			(ask["prover"].clone(), price, ask["won"].clone(), ask["standby"].clone())
		})
		.collect();
	let expected = [
		(json!(bob), tick(ASK), json!(1), json!(0)),
		(json!(dave), tick(OTHER_ASK), json!(0), json!(1)),
	];
	assert_eq!(asks, expected, "who asked what, lowest first");
	let batch = &clearing["batches"][0];
	assert_eq!(batch["marginal"]["prover"], json!(bob));
	assert_eq!(batch["rejected"]["prover"], json!(dave));
	assert_eq!(batch["priceRule"], json!("first_rejected_ask"));
	assert_eq!(plancks(&batch["price"]), tick(OTHER_ASK));
	let won = &clearing["matches"][0];
	assert_eq!((&won["task"], &won["prover"]), (&json!(task), &json!(bob)));
	assert_eq!(plancks(&won["price"]), price_at(OTHER_ASK));
	let standby = &won["standbys"][0];
	assert_eq!(standby["prover"], json!(dave));
	assert_eq!(plancks(&standby["ask"]), tick(OTHER_ASK));
	assert_eq!(plancks(&standby["price"]), (price_at(OTHER_ASK) * 5).div_ceil(4));

	// By its market it is the same, from its block and from each after it, and not before.
	let market = &yard.task(task)["market"];
	let block = cleared["block"]["number"].as_u64().expect("a block");
	for from in [json!([market]), json!([market, block]), json!([market, cleared["block"]["hash"]])]
	{
		assert_eq!(yard.rpc("proving_clearing", from), Ok(cleared.clone()));
	}
	let code = |params: Value| {
		yard.rpc("proving_clearing", params).expect_err("no clearing")["code"].as_i64()
	};
	assert_eq!(code(json!([market, block - 1])), Some(7112), "nothing was cleared before");
	assert_eq!(code(json!([999])), Some(7101), "no such task");
	assert_eq!(code(json!([task, block])), Some(7105), "a task is in one clearing");
	assert_eq!(code(json!([market, 1_000_000])), Some(7105), "no such block");
	let state = yard.run(REQUESTER, &["market", "show", "--program", program]).ok();
	assert_eq!(state["clearedAt"], json!(block));
	assert_eq!(plancks(&state["bestAsk"]), tick(ASK));
	assert_eq!(state["waiting"], json!(0));
}

fn a_task_can_be_kept_to_a_prover(yard: &Yard, program: &str) {
	let [_, dave] = provers(yard);
	let task = yard.submit(program, &["--lifetime", "1000", "--prover", OTHER]);
	yard.wait_for_state(task, "assigned", 20);
	let state = &yard.task(task)["state"];
	assert_eq!((&state["prover"], &state["standbys"]), (&json!(dave), &json!([])));
	assert_eq!(plancks(&state["price"]), price_at(OTHER_ASK), "its own ask: nobody else asked");
}

fn an_open_task_can_be_changed(yard: &Yard, program: &str, sealed: u64) {
	// A sixth of what anybody asks.
	let task = yard.submit(program, &["--max-fee", "1", "--lifetime", "100"]);
	let held = yard.held(REQUESTER);
	let deadline = yard.task(task)["deadline"].as_u64().expect("a block");
	let id = task.to_string();
	let raised = yard.run(REQUESTER, &["task", "raise", &id, "--by", "0.5"]).ok();
	assert_eq!(plancks(&raised["maxFee"]), YARD / 2 * 3);
	let prolonged = yard.run(REQUESTER, &["task", "prolong", &id, "--by", "50"]).ok();
	assert_eq!(prolonged["deadline"], json!(deadline + 50));
	let info = yard.task(task);
	assert_eq!(info["state"], json!({ "name": "open", "provers": [], "bidding": null }));
	assert_eq!((plancks(&info["maxFee"]), plancks(&info["escrow"])), (YARD / 2 * 3, YARD / 2 * 3));
	assert_eq!(yard.held(REQUESTER), held + YARD / 2);
	let untaken = yard.rpc("proving_clearing", json!([task])).expect_err("nobody took it");
	assert_eq!(untaken["code"], json!(7110));

	let fixed = yard.run(REQUESTER, &["task", "raise", &sealed.to_string(), "--by", "1"]);
	assert_eq!(fixed.refused(), "Auctions.SealedTask");
	yard.run(REQUESTER, &["task", "cancel", &id]).ok();
	assert_eq!(yard.held(REQUESTER), held - YARD, "all of it is free again");
}

fn a_prover_can_pause_and_choose(yard: &Yard) {
	let status = || yard.run(OTHER, &["prover", "status"]).ok();
	yard.run(OTHER, &["prover", "pause"]).ok();
	assert_eq!(status()["pause"], json!({ "resumesAt": null }));
	let resumed = yard.run(OTHER, &["prover", "resume"]).ok();
	assert_eq!(resumed["resumesAt"].as_u64().expect("a block") % 5, 0, "an epoch");

	yard.run(OTHER, &["prover", "block", REQUESTER]).ok();
	assert_eq!(status()["blocked"], json!(1));
	yard.run(OTHER, &["prover", "unblock", REQUESTER]).ok();
	assert_eq!(status()["blocked"], json!(0));
}

fn a_class_is_entered_by_proving(yard: &Yard, program: &str) {
	let class = ["--system", "groth16-bn254", "--hardware", "cpu"];
	let calibrate = || yard.run(PROVER, &[&["prover", "calibrate"], &class[..]].concat());
	assert_eq!(calibrate().refused(), "Auctions.NoReference");
	yard.set_reference(program, 1, 100);
	let reference = yard.run(PROVER, &[&["market", "reference"], &class[..]].concat()).ok();
	assert_eq!((&reference["program"], &reference["proofs"]), (&json!(program), &json!(1)));

	let refused = yard.try_ask(PROVER, program, ASK, &[]);
	assert_eq!(refused.refused(), "Auctions.NotCalibrated");
	let task = calibrate().ok()["task"].as_u64().expect("an id");
	let taken = yard.task(task);
	assert_eq!((&taken["kind"], &taken["maxFee"]), (&json!("calibration"), &json!("0")));
	let challenge = &taken["publicInputs"][2];
	assert!(challenge.is_string(), "{taken}");
	yard.wait_for_state(task, "settled", 90);
	let proof = yard.rpc("proving_proof", json!([task])).expect("a proof");
	assert_eq!(proof["publicInputs"][2], *challenge, "made for this task alone");
	let none = yard.rpc("proving_clearing", json!([task])).expect_err("no clearing");
	assert_eq!((&none["code"], &none["data"]["kind"]), (&json!(7111), &json!("calibration")));

	let status = yard.run(PROVER, &["prover", "status"]).ok();
	let proven = json!([{ "system": "groth16-bn254", "hardware": "cpu", "proven": 1 }]);
	assert_eq!(status["calibrations"], proven);
	yard.try_ask(PROVER, program, ASK, &[]).ok();
}

/// A task that both provers bid for.
struct Sealed<'a> {
	yard: &'a Yard,
	task: u64,
	commit_until: u64,
	reveal_until: u64,
}

impl<'a> Sealed<'a> {
	const BID: u128 = 5 * YARD;
	const OTHER_BID: u128 = 6 * YARD;

	fn committed(yard: &'a Yard, program: &str) -> Self {
		let options = ["--bidding", "10,14", "--max-fee", "20", "--lifetime", "150"];
		let task = yard.submit(program, &options);
		let bidding = yard.task(task)["state"]["bidding"].clone();
		let block = |name: &str| bidding[name].as_u64().expect("a block");
		let (commit_until, reveal_until) = (block("commitUntil"), block("revealUntil"));
		let sealed = Self { yard, task, commit_until, reveal_until };
		let too_much = sealed.bid(PROVER, 21 * YARD);
		assert_eq!(too_much.code, 2, "{too_much:?}");
		// The second bid of a prover replaces its first.
		let twice = || [4 * YARD, Self::BID].map(|price| sealed.bid(PROVER, price).ok());
		both(twice, || sealed.bid(OTHER, Self::OTHER_BID).ok());
		let bids = yard.task(task)["state"]["bidding"]["bids"].clone();
		let bids = bids.as_array().expect("bids");
		assert_eq!(bids.len(), 2);
		assert!(bids.iter().all(|bid| bid["revealed"] == Value::Null), "{bids:?}");
		sealed
	}

	fn file(&self, prover: &str) -> String {
		let name = format!("bid-{}.json", prover.trim_start_matches('/'));
		self.yard.path(&name).display().to_string()
	}

	fn bid(&self, prover: &str, price: u128) -> Outcome {
		let (task, price, file) =
			(self.task.to_string(), format!("{price}planck"), self.file(prover));
		let args = ["prover", "bid", &task, "--price", &price, "--speed", "5000"];
		self.yard.run(prover, &[&args[..], &["--bid-file", &file]].concat())
	}

	fn open(&self, prover: &str) -> Outcome {
		let (task, file) = (self.task.to_string(), self.file(prover));
		self.yard.run(prover, &["prover", "reveal", &task, "--bid-file", &file])
	}

	fn reveal(&self) {
		self.yard.wait_for_block(self.commit_until);
		both(|| self.open(PROVER).ok(), || self.open(OTHER).ok());
	}

	fn goes_to_the_lowest_at_the_second_price(&self) {
		let Self { yard, task, reveal_until, .. } = self;
		let [bob, dave] = provers(yard);
		yard.wait_for_block(reveal_until + 1);
		let bids = yard.task_in(*task, *reveal_until)["state"]["bidding"]["bids"].clone();
		let revealed = |prover: &str| {
			let bids = bids.as_array().expect("bids");
			let bid = bids.iter().find(|bid| bid["prover"] == json!(prover)).expect("a bid");
			plancks(&bid["revealed"]["price"])
		};
		assert_eq!((revealed(&bob), revealed(&dave)), (Self::BID, Self::OTHER_BID));

		let decided = yard.task_in(*task, reveal_until + 1)["state"].clone();
		assert_eq!((&decided["name"], &decided["prover"]), (&json!("assigned"), &json!(bob)));
		assert_eq!(plancks(&decided["price"]), Self::OTHER_BID);
		let standby = &decided["standbys"][0];
		assert_eq!(standby["prover"], json!(dave));
		assert_eq!(plancks(&standby["price"]), Self::OTHER_BID / 4 * 5);
		yard.wait_for_state(*task, "settled", 90);
		assert_eq!(plancks(&yard.task(*task)["state"]["paid"]), Self::OTHER_BID);
		let none = yard.rpc("proving_clearing", json!([task])).expect_err("no clearing");
		assert_eq!((&none["code"], &none["data"]["kind"]), (&json!(7111), &json!("sealed")));
	}
}
