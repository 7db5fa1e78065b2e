// SPDX-License-Identifier: Apache-2.0
//! Provers that die, hang, cannot make it or cannot get the input.
//!
//! One chain sees all of it, for much of the time is waiting. Its provers:
//!
//! * Bob, the cheapest, whose service is killed as soon as it has a task;
//! * Eve, whose prover is a script that sleeps;
//! * Dave, who delivers;
//! * Ferdie, who offers nothing and has no node, but can prove.
//!
//! Each case has a program of its own: its work is another, so that it is in a market of its own.

use crate::money::*;
use proofyard_e2e::*;
use serde_json::{json, Value};
use std::{
	fs,
	path::{Path, PathBuf},
};

const BOB: &str = PROVER;
const DAVE: &str = "//Dave";
const EVE: &str = "//Eve";
const FERDIE: &str = "//Ferdie";

/// Asks for a unit of work, in plancks.
const BOBS_ASK: u128 = ASK;
const EVES_ASK: u128 = ASK / 10 * 11;
const DAVES_ASK: u128 = ASK / 10 * 12;

/// Work of the tasks that Bob and Dave serve.
const REPLACED: u64 = 700;
/// Work of those that Bob and Eve serve.
const LOST: u64 = 1500;
/// Work of those that only Bob serves.
const ALONE: u64 = 3000;
/// Work of those that Eve and Dave serve.
const SLEPT: u64 = WORK;

/// A requester for each case: in the order of the tasks.
const REQUESTERS: [&str; 6] = [
	REQUESTER,
	"//Alice//stash",
	"//Bob//stash",
	"//Charlie//stash",
	"//Dave//stash",
	"//Eve//stash",
];

#[test]
fn the_chain_sees_to_it_that_tasks_end_and_that_those_pay_who_failed() {
	let yard = Yard::start();
	let web = Web::without_files();
	let ((eve, dave), [replaced, lost, alone, slept]) =
		both(|| both(|| eve(&yard), || dave(&yard)), || open_markets(&yard));
	let provers = [BOB, DAVE, EVE, FERDIE];
	let mut ledger = Ledger::open(&yard, &[&provers[..], &REQUESTERS].concat());

	let submit = |requester: usize, program: &str, lifetime: &str, more: &[&str]| {
		let options = [&MAX_FEE[..], &["--lifetime", lifetime], more].concat();
		yard.submit_as(REQUESTERS[requester], program, &options)
	};
	let replaced = submit(0, &replaced, "30", &[]);
	yard.wait_for_state(replaced, "assigned", 20);
	yard.kill_service();
	let [lost, alone, raced, declined] = at_once([
		&|| submit(1, &lost, "36", &[]),
		&|| submit(2, &alone, "34", &[]),
		&|| submit(3, &slept, "30", &["--level", "express"]),
		&|| submit(4, &slept, "16", &[]),
	]);
	let job = job_at_work(&yard, &eve, raced);
	// Not in the same clearing as the one before, which has them both.
	wait_for("a clearing", 20, || (yard.state(declined) != "open").then_some(()));
	// Not the input of the others either, which provers keep.
	let input = yard.path("withheld.json");
	let example = fs::read_to_string(semaphore().join("input.json")).expect("the example input");
	fs::write(&input, example + "\n").expect("a file");
	let url = web.url("input.json");
	let options = [&MAX_FEE[..], &["--lifetime", "30", "--input-locator", &url]].concat();
	let withheld = yard.submit_input(REQUESTERS[5], &slept, &input, &options);
	let mut day = Day { yard: &yard, dave: &dave, eve: &eve, ledger: &mut ledger };
	day.a_lost_race_cancels_the_job(raced, &job);
	day.a_job_that_cannot_be_in_time_is_given_back_at_once(declined);
	day.an_input_that_nobody_gets_is_the_requesters_affair(withheld, &web);
	// Eve's service hangs before she is called for the task that nobody will prove.
	eve.service.freeze();
	assert_eq!(yard.task(lost)["state"]["attempts"].as_array().map(Vec::len), Some(1));
	let proof = proof_by_hand(&dave, &yard, alone);
	day.a_standby_takes_the_place_of_a_prover_that_died(replaced);
	day.anybody_registered_may_deliver_where_nobody_is_left(alone, &proof);

	// Nobody is there any more but a node that makes blocks.
	dave.kill();
	eve.kill();
	nobody_has_to_act_for_a_task_to_fail(&yard, &mut ledger, lost);
	ledger.close();
}

fn dave(yard: &Yard) -> Operator {
	let service = yard.new_service("service-of-dave").trusting(&Web::authority());
	Operator::join(yard, DAVE, service)
}

/// Eve's prover says when it starts, and then nothing.
fn eve(yard: &Yard) -> Operator {
	let service = yard.new_service("service-of-eve").trusting(&Web::authority());
	let (script, started) = (service.path("sleep.sh"), service.path("started"));
	fs::write(&script, format!("echo $$ >> {}\nexec sleep 1000\n", started.display()))
		.expect("a file");
	// By its operator's guess, a membership proof takes it 43 s.
	let config = format!(
		"[[command]]\nname = \"sleeper\"\nproof_system = \"groth16-bn254\"\n\
		 argv = [\"/bin/sh\", \"{}\"]\nspeed = 150\n",
		script.display()
	);
	let service = service.configured(&config);
	Operator::join(yard, EVE, service.with(&["--concurrency", "4", "--speed-max-age-secs", "0"]))
}

/// Register programs and provers, and let these ask. Returns the programs, by their work:
/// [`REPLACED`], [`LOST`], [`ALONE`] and [`SLEPT`].
fn open_markets(yard: &Yard) -> [String; 4] {
	let program = |requester: usize, work: u64| {
		let id = yard.register_semaphore_as(REQUESTERS[requester], work);
		Some(id)
	};
	let prover = |account: &str| {
		yard.register_prover(account);
		None
	};
	let done = at_once([
		&|| program(0, REPLACED),
		&|| program(1, LOST),
		&|| program(2, ALONE),
		&|| program(3, SLEPT),
		&|| prover(DAVE),
		&|| prover(EVE),
		&|| prover(FERDIE),
	]);
	let [replaced, lost, alone, slept, ..] = done.map(Option::unwrap_or_default);
	let ask = |account: &str, price: u128, asks: &[(&str, &[&str])]| {
		for (program, more) in asks {
			yard.try_ask(account, program, price, more).ok();
		}
	};
	let (express, wait) = (["--level", "express"], ["--wait"]);
	at_once([
		&|| ask(BOB, BOBS_ASK, &[(&replaced, &[]), (&lost, &[]), (&alone, &wait)]),
		&|| ask(EVE, EVES_ASK, &[(&lost, &[]), (&slept, &express), (&slept, &wait)]),
		&|| ask(DAVE, DAVES_ASK, &[(&replaced, &[]), (&slept, &express), (&slept, &wait)]),
	]);
	[replaced, lost, alone, slept]
}

/// Wait until Eve's prover is at work on a task. Returns the job and the process.
fn job_at_work(yard: &Yard, eve: &Operator, task: u64) -> (String, PathBuf) {
	let job = yard.job_id(task, 0, EVE);
	wait_for("Eve's prover to be at work", 30, || {
		eve.service.job(&job).filter(|job| job["state"] == json!("proving"))
	});
	let process = wait_for("it to say so", 10, || {
		let started = fs::read_to_string(eve.service.path("started")).ok()?;
		Some(Path::new("/proc").join(started.lines().next_back()?))
	});
	assert!(process.exists());
	(job, process)
}

/// State that the cases look at.
struct Day<'a, 'b> {
	yard: &'a Yard,
	dave: &'b Operator,
	eve: &'b Operator,
	ledger: &'b mut Ledger<'a>,
}

impl Day<'_, '_> {
	fn a_lost_race_cancels_the_job(&mut self, task: u64, (job, process): &(String, PathBuf)) {
		let (yard, eve) = (self.yard, self.eve);
		let (state, at) = wait_for_end(yard, task, "settled", 60);
		let (price, requester) = (total(DAVES_ASK, SLEPT), REQUESTERS[3]);
		let live = &yard.task_in(task, at - 1)["state"];
		assert_eq!(live["name"], json!("assigned"));
		let express_bond = percent_up(price, LevelTerms::EXPRESS.bond_percent) + rejections();
		let stands = [
			("primary", EVE, "running", price, express_bond),
			("together", DAVE, "running", price, express_bond),
		];
		assert_live(live, &stands);
		assert_attempts(
			&state,
			&[
				("primary", EVE, "lost", kill_fee(price), 0),
				("together", DAVE, "verified", price - fee_of(price), 0),
			],
		);
		assert_eq!(plancks(&state["paid"]), price + kill_fee(price));
		let moves =
			Moves::default().buys(requester, DAVE, price).pays(requester, EVE, kill_fee(price));
		self.ledger.expect(at, moves);

		let cancelled = "proofyard_prover_jobs_finished_total{code=\"\",state=\"cancelled\"}";
		wait_for("the job to be cancelled", 20, || {
			(eve.service.metric(cancelled) > 0).then_some(())
		});
		wait_for("its process to end", 20, || (!process.exists()).then_some(()));
		wait_for("the job to be forgotten", 20, || eve.service.job(job).is_none().then_some(()));
	}

	fn a_job_that_cannot_be_in_time_is_given_back_at_once(&mut self, task: u64) {
		let yard = self.yard;
		let (state, at) = wait_for_end(yard, task, "settled", 60);
		let (price, requester) = (total(DAVES_ASK, SLEPT), REQUESTERS[4]);
		let standby = standby_price(price);
		let live = &yard.task_in(task, at - 1)["state"];
		let stands = [
			("primary", EVE, "declined", price, bond(price)),
			("standby", DAVE, "running", standby, bond(standby)),
		];
		assert_live(live, &stands);
		let called = block(&live["attempts"][1]["startedAt"]);
		assert!(called < block(&live["softDeadline"]), "before anybody was late: {live}");
		let refused = "proofyard_prover_jobs_refused_total{code=\"deadline_infeasible\"}";
		assert!(self.eve.service.metric(refused) > 0);

		// A tenth of the bond, and what Dave costs above the price.
		let given_back = percent_up(bond(price), GIVE_BACK_PERCENT);
		assert_attempts(
			&state,
			&[
				("primary", EVE, "declined", 0, given_back + standby - price),
				("standby", DAVE, "verified", standby - fee_of(price), 0),
			],
		);
		let moves = Moves::default()
			.buys(requester, DAVE, price)
			.pays(EVE, DAVE, standby - price)
			.pays(EVE, requester, given_back);
		self.ledger.expect(at, moves);
	}

	fn an_input_that_nobody_gets_is_the_requesters_affair(&mut self, task: u64, web: &Web) {
		let yard = self.yard;
		let (state, at) = wait_for_end(yard, task, "failed", 80);
		let (price, requester) = (total(DAVES_ASK, SLEPT), REQUESTERS[5]);
		let standby = standby_price(price);
		assert!(web.asked() >= 4, "each prover tries twice: {}", web.asked());
		let live = &yard.task_in(task, at - 1)["state"];
		let stands = [
			("primary", EVE, "reported", price, bond(price)),
			("standby", DAVE, "running", standby, bond(standby)),
		];
		assert_live(live, &stands);
		assert!(at <= block(&live["softDeadline"]), "before anybody was late: {live}");
		assert_eq!(state["reason"], json!("input_unavailable"));
		assert_eq!((&state["slashed"], &state["compensation"]), (&json!("0"), &json!("0")));
		let [first, second] = [price, standby].map(kill_fee);
		assert_attempts(
			&state,
			&[("primary", EVE, "excused", first, 0), ("standby", DAVE, "excused", second, 0)],
		);
		let moves = Moves::default().pays(requester, EVE, first).pays(requester, DAVE, second);
		self.ledger.expect(at, moves);
	}

	fn a_standby_takes_the_place_of_a_prover_that_died(&mut self, task: u64) {
		let yard = self.yard;
		let (state, at) = wait_for_end(yard, task, "settled", 90);
		let (price, requester) = (total(DAVES_ASK, REPLACED), REQUESTERS[0]);
		let standby = standby_price(price);
		let live = &yard.task_in(task, at - 1)["state"];
		let soft = block(&live["softDeadline"]);
		let span = block(&yard.task(task)["deadline"]) - block(&live["assignedAt"]);
		assert_eq!(soft, block(&live["assignedAt"]) + span * 7 / 10);

		// Until the soft deadline Bob has the task, in the next block Dave has it too, and works.
		let before = &yard.task_in(task, soft)["state"];
		assert_eq!(before["name"], json!("assigned"));
		assert_live(before, &[("primary", BOB, "running", price, bond(price))]);
		assert_eq!(before["standbys"][0]["prover"], json!(address(DAVE)));
		let after = &yard.task_in(task, soft + 1)["state"];
		assert_eq!(after["name"], json!("fallback"));
		let stands = [
			("primary", BOB, "late", price, bond(price)),
			("standby", DAVE, "running", standby, bond(standby)),
		];
		assert_live(after, &stands);
		let job = self.dave.service.job(&yard.job_id(task, 1, DAVE)).expect("Dave's job");
		assert_eq!(job["state"], json!("done"));

		let compensation = compensation(price, bond(price));
		assert_attempts(
			&state,
			&[
				("primary", BOB, "defaulted", 0, bond(price)),
				("standby", DAVE, "verified", standby - fee_of(price), 0),
			],
		);
		assert_eq!(plancks(&state["paid"]), price);
		let moves = Moves::default()
			.buys(requester, DAVE, price)
			.pays(BOB, DAVE, standby - price)
			.pays(BOB, requester, compensation)
			.burns(BOB, bond(price) - (standby - price) - compensation);
		self.ledger.expect(at, moves);
	}

	fn anybody_registered_may_deliver_where_nobody_is_left(
		&mut self,
		task: u64,
		[proof, public]: &[String; 2],
	) {
		let yard = self.yard;
		let (price, requester) = (total(BOBS_ASK, ALONE), REQUESTERS[2]);
		let id = task.to_string();
		let bounty = |who: &str, what: &str| {
			let file = ["--proof", proof, "--public", public, "--format", "canonical"];
			let args = [&["bounty", what, id.as_str()][..], &file].concat();
			yard.run(who, &args)
		};
		yard.wait_for_state(task, "bounty", 80);
		let open = &yard.task(task)["state"];
		assert_live(open, &[("primary", BOB, "late", price, bond(price))]);
		let since = block(&open["bounty"]["since"]);
		assert_eq!(since, block(&open["softDeadline"]) + 1);

		let [announced, failed] =
			at_once([&|| bounty(FERDIE, "announce"), &|| bounty(BOB, "announce")]);
		assert_eq!(failed.refused(), "Attestation.HasAttempt");
		let announced = block(&announced.ok()["receipt"]["block"]["number"]);
		// It rises in a straight line to four fifths of the bond that failed.
		let span = block(&yard.task(task)["deadline"]) - since;
		let most = percent(bond(price), RESCUE_PERCENT);
		let premium = most * u128::from(announced - since) / u128::from(span);
		let stake = yard.prover_in(FERDIE, announced);
		let deposit = VERIFICATION_FEE + percent_up(price, ANNOUNCEMENT_PERCENT);
		assert_eq!(plancks(&stake["reserved"]), deposit);
		let shown = yard.task_in(task, announced)["state"]["bounty"]["announcements"][0].clone();
		assert_eq!(shown["prover"], json!(address(FERDIE)));
		assert_eq!(
			(plancks(&shown["reward"]), plancks(&shown["deposit"])),
			(price + premium, deposit)
		);
		bounty(FERDIE, "reveal").ok();

		let (state, at) = wait_for_end(yard, task, "settled", 20);
		assert!(at > announced, "a proof that is shown is one that was announced before");
		let compensation = compensation(price, bond(price));
		assert_attempts(
			&state,
			&[
				("primary", BOB, "defaulted", 0, bond(price)),
				("bounty", FERDIE, "verified", price - fee_of(price) + premium, 0),
			],
		);
		let moves = Moves::default()
			.buys(requester, FERDIE, price)
			.pays(BOB, FERDIE, premium)
			.pays(BOB, requester, compensation)
			.burns(BOB, bond(price) - premium - compensation);
		self.ledger.expect(at, moves);
		assert_eq!(plancks(&yard.prover_in(FERDIE, at)["reserved"]), 0);
	}
}

/// Let a service prove the input of a task for somebody without a node. Returns the files with proof
/// and public inputs, as the chain has them.
fn proof_by_hand(operator: &Operator, yard: &Yard, task: u64) -> [String; 2] {
	let program = yard.rpc("proving_program", json!([yard.task(task)["program"]]));
	let program = program.expect("registered");
	let input = fs::read(semaphore().join("input.json")).expect("the example input");
	let id = "ab".repeat(32);
	let now = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_millis() as u64;
	let posted = operator.service.post(&json!({
		"id": id,
		"proof_system": program["system"],
		"program": program["id"],
		"artifacts": program["artifacts"],
		"input": { "inline": hex_of(&input) },
		"public_inputs": [],
		"work": ALONE,
		"deadline_unix_ms": now + 60_000,
	}));
	assert!(posted.is_some(), "the service takes the job");
	let done = wait_for("the proof", 60, || {
		operator.service.job(&id).filter(|job| job["state"] == json!("done"))
	});
	let bytes = |value: &Value| bytes_of(value.as_str().expect("bytes"));
	let inputs = done["proof"]["public_inputs"].as_array().expect("inputs");
	let inputs: Vec<u8> = inputs.iter().flat_map(bytes).collect();
	let write = |name: &str, content: &[u8]| {
		let path = yard.path(name);
		fs::write(&path, content).expect("a file");
		path.display().to_string()
	};
	[write("by-hand.proof", &bytes(&done["proof"]["proof"])), write("by-hand.public", &inputs)]
}

fn nobody_has_to_act_for_a_task_to_fail(yard: &Yard, ledger: &mut Ledger, task: u64) {
	let quiet = yard.best() + 1;
	let (state, at) = wait_for_end(yard, task, "failed", 60);
	assert_eq!(at, block(&yard.task(task)["deadline"]) + 1);
	for block in quiet..=at {
		let transactions = yard.transactions_of(block);
		assert_eq!(transactions.len(), 1, "only the clock's: {transactions:?}");
	}

	let (price, requester) = (total(EVES_ASK, LOST), REQUESTERS[1]);
	let standby = standby_price(price);
	let live = &yard.task_in(task, at - 1)["state"];
	assert_eq!((&live["name"], &live["wanted"]), (&json!("bounty"), &json!(true)));
	let stands = [
		("primary", BOB, "late", price, bond(price)),
		("standby", EVE, "late", standby, bond(standby)),
	];
	assert_live(live, &stands);
	assert_eq!(block(&live["attempts"][1]["startedAt"]), block(&live["softDeadline"]) + 1);
	assert_eq!(state["reason"], json!("deadline_passed"));
	let bonds = [bond(price), bond(standby)];
	let compensation = bonds.map(|bond| percent(bond, COMPENSATION_PERCENT));
	assert_eq!(plancks(&state["slashed"]), bonds.iter().sum::<u128>());
	assert_eq!(plancks(&state["compensation"]), compensation.iter().sum::<u128>());
	assert_attempts(
		&state,
		&[("primary", BOB, "defaulted", 0, bonds[0]), ("standby", EVE, "defaulted", 0, bonds[1])],
	);
	let moves = Moves::default()
		.pays(BOB, requester, compensation[0])
		.burns(BOB, bonds[0] - compensation[0])
		.pays(EVE, requester, compensation[1])
		.burns(EVE, bonds[1] - compensation[1]);
	ledger.expect(at, moves);

	// That was the third time in a row for Bob. He gets nothing more for an hour.
	let bob = yard.prover_in(BOB, at);
	assert_eq!(bob["jail"], json!({ "until": at + 1800, "mayLeave": false }));
	assert_eq!((&bob["defaulted"], &bob["reserved"]), (&json!(3), &json!("0")));
	assert_eq!(yard.prover_in(BOB, at - 1)["strikes"], json!(2));
	let eve = yard.prover_in(EVE, at);
	assert_eq!((&eve["defaulted"], &eve["strikes"]), (&json!(1), &json!(1)));
	let dave = yard.prover_in(DAVE, at);
	assert_eq!((&dave["verified"], &dave["defaulted"]), (&json!(3), &json!(0)));
	for prover in [EVE, DAVE, FERDIE] {
		assert_eq!(plancks(&yard.prover_in(prover, at)["reserved"]), 0);
	}
}
