// SPDX-License-Identifier: Apache-2.0
//! The whole path with real processes: a proof is bought, made, verified and paid.

use proofyard_e2e::*;
use proofyard_mechanism::level::COMPENSATION_PERCENT;
use serde_json::{json, Value};
use std::{fs, process::Command};

/// Charge for a rejected proof, in plancks.
const VERIFICATION_FEE: u128 = YARD / 10;

#[test]
fn a_task_is_assigned_proven_verified_and_paid() {
	let yard = Yard::start();
	let program = yard.register_semaphore();
	yard.ask(&program);
	let (everything, prover) = (yard.everything(), yard.total(PROVER));

	let task = yard.submit(&program, &["--lifetime", "150"]);
	let watched = yard.run(REQUESTER, &["task", "watch", &task.to_string()]);
	assert_eq!(watched.code, 0, "{watched:?}");
	let mut states: Vec<&str> =
		watched.values.iter().filter_map(|update| update["state"]["name"].as_str()).collect();
	states.dedup();
	assert!(states.ends_with(&["assigned", "settled"]), "{states:?}");
	assert_eq!(watched.values.last().expect("updates")["finalized"], json!(true));
	report_times(&yard, task);

	// The prover has its price less the protocol's fee, exactly, and the author half of that; what the
	// requester lost besides is the author's fees.
	let fee = fee_of(price_at(ASK));
	assert_eq!(yard.total(PROVER), prover + price_at(ASK) - fee);
	assert_eq!(yard.everything(), everything - (fee - fee / 2));
	let deposit = yard.rpc("proving_program", json!([program])).expect("registered");
	assert_eq!(yard.held(REQUESTER), plancks(&deposit["deposit"]), "only the deposit is held");
	let status = yard.run(PROVER, &["prover", "status"]).ok();
	assert_eq!(plancks(&status["reserved"]), 0);
	assert_eq!(status["verified"], json!(1));

	// An implementation that shares no code with ours accepts the proof that the chain accepted.
	let out = yard.path("proof").display().to_string();
	yard.run(REQUESTER, &["task", "proof", &task.to_string(), "--snarkjs", &out]).ok();
	let file = |name: &str| yard.path("proof").join(name);
	let accepted = Command::new(root().join("scripts/crosscheck"))
		.arg("verify")
		.arg(semaphore().join("semaphore-20.json"))
		.args([file("public.json"), file("proof.json")])
		.status()
		.expect("the script runs");
	assert!(accepted.success(), "snarkjs refuses the proof: {accepted}");
}

/// Print how long it took, in blocks and seconds.
fn report_times(yard: &Yard, task: u64) {
	let info = yard.task(task);
	let block = |value: &Value| value.as_u64().expect("a block");
	let submitted = block(&info["submittedAt"]);
	let assigned = block(&info["state"]["assignedAt"]);
	let settled = block(&info["state"]["at"]);
	println!(
		"submission to assigned: {} blocks; to proof on chain and paid: {} blocks, {} s",
		assigned - submitted,
		settled - submitted,
		2 * (settled - submitted)
	);
}

#[test]
fn a_proof_that_snarkjs_made_is_accepted_and_no_other() {
	let yard = Yard::without_service();
	let program = yard.register_semaphore();
	yard.ask(&program);
	let (proof, public) = yard.snarkjs_proof();
	let bob = yard.address(PROVER);
	let named = ["--attempt", "0", "--prover", &bob];

	// Before there is such a task, by another key, for another attempt or prover: the pool refuses.
	let nobodys = yard.submit_proof(7, &proof, &public, SESSION, &named);
	assert_eq!(nobodys.refused(), "Attestation.UnknownTask");
	let task = yard.submit(&program, &["--lifetime", "150"]);
	yard.wait_for_state(task, "assigned", 20);
	let everything = yard.everything();
	let stranger = yard.submit_proof(task, &proof, &public, "//Mallory", &named);
	assert_eq!(stranger.refused(), "Attestation.BadSignature");
	let third = ["--attempt", "3", "--prover", &bob];
	let attempt = yard.submit_proof(task, &proof, &public, SESSION, &third);
	assert_eq!(attempt.refused(), "Attestation.WrongAttempt");
	let eve = yard.address("//Eve");
	let eves = ["--attempt", "0", "--prover", &eve];
	let other = yard.submit_proof(task, &proof, &public, SESSION, &eves);
	assert_eq!(other.refused(), "Attestation.NotAssignee");
	assert_eq!(yard.everything(), everything, "a refusal moves no money");
	let rejections = || yard.task(task)["state"]["attempts"][0]["rejections"].clone();
	assert_eq!(rejections(), json!(0));

	// A public input wrong: verified, rejected, charged to the prover's bond and to nobody else.
	let (stake, requester) = (yard.held(PROVER), yard.total(REQUESTER));
	let wrong = |input: usize| {
		let mut inputs: Vec<String> =
			serde_json::from_slice(&fs::read(&public).expect("made above")).expect("strings");
		inputs[input] = "1".into();
		let path = yard.path(&format!("wrong-{input}.json"));
		fs::write(&path, json!(inputs).to_string()).expect("a file");
		path
	};
	let rejected = yard.submit_proof(task, &proof, &wrong(3), SESSION, &[]);
	assert_ne!(rejected.code, 0, "a rejected proof is no success: {rejected:?}");
	assert_eq!(rejections(), json!(1));
	assert_eq!(yard.held(PROVER), stake - VERIFICATION_FEE);
	assert_eq!(yard.total(REQUESTER), requester);

	// The real one settles, and a second time there is nothing to settle.
	yard.submit_proof(task, &proof, &public, SESSION, &[]).ok();
	assert_eq!(yard.state(task), "settled");
	let again = yard.submit_proof(task, &proof, &public, SESSION, &named);
	assert_eq!(again.refused(), "Attestation.TaskEnded");
	let fee = fee_of(price_at(ASK));
	let lost = VERIFICATION_FEE + fee - fee / 2;
	assert_eq!(yard.everything(), everything - lost, "one verification, and half of the fee");

	// Two wrong proofs, and nobody else: the task fails, and the requester is better off than before.
	let task = yard.submit(&program, &["--lifetime", "14"]);
	yard.wait_for_state(task, "assigned", 20);
	let (everything, requester) = (yard.everything(), yard.total(REQUESTER));
	for input in [2, 3] {
		assert_ne!(yard.submit_proof(task, &proof, &wrong(input), SESSION, &[]).code, 0);
	}
	assert_eq!(yard.state(task), "bounty");
	yard.wait_for_state(task, "failed", 40);
	let info = yard.task(task);
	// Both verifications are burnt; a part of what is left of the bond compensates the requester.
	let bond = price_at(ASK) + 2 * VERIFICATION_FEE;
	let left = bond - 2 * VERIFICATION_FEE;
	assert_eq!(plancks(&info["state"]["slashed"]), left);
	let compensation = left * u128::from(COMPENSATION_PERCENT) / 100;
	assert_eq!(plancks(&info["state"]["compensation"]), compensation);
	assert_eq!(yard.total(REQUESTER), requester + compensation);
	assert_eq!(yard.everything(), everything - bond + compensation);
}

#[test]
fn bad_submissions_get_their_own_error_and_change_nothing() {
	let yard = Yard::without_service();
	let program = yard.register_semaphore();
	let held = yard.held(REQUESTER);

	// Unpaid: more than the requester has, or next to nothing.
	let unpaid = yard.try_submit(&program, &["--max-fee", "900000000"]);
	assert_eq!(unpaid.refused(), "Settlement.InsufficientBalance");
	let cheap = yard.try_submit(&program, &["--max-fee", "1planck"]);
	assert_eq!(cheap.refused(), "Auctions.FeeTooLow");
	// Expired before it can be assigned.
	let expired = yard.try_submit(&program, &["--max-fee", "10", "--lifetime", "1"]);
	assert_eq!(expired.code, 4, "{expired:?}");
	// Unknown.
	let unknown = yard.try_submit(&format!("0x{}", "11".repeat(32)), &["--max-fee", "10"]);
	assert_eq!(unknown.code, 1, "{unknown:?}");
	assert!(unknown.error.to_string().contains("no program has the id"), "{unknown:?}");
	let missing = yard.rpc("proving_task", json!([999])).expect_err("no such task");
	assert!(missing["code"].as_i64().is_some_and(|code| code >= 7000), "{missing}");
	// Malformed: an input out of the field, one too many, bytes that are no transaction.
	let outside = format!("0=0x{}", "ff".repeat(32));
	for public in [outside.as_str(), "4=1"] {
		let malformed = yard.try_submit(&program, &["--max-fee", "10", "--public", public]);
		assert_eq!(malformed.code, 2, "{malformed:?}");
	}
	let garbage = yard.rpc("author_submitExtrinsic", json!(["0x00112233"])).expect_err("garbage");
	assert!(garbage["message"].as_str().is_some_and(|text| !text.is_empty()), "{garbage}");
	// Oversized: too large an input, too large a request.
	let large = yard.path("large.json");
	fs::write(&large, vec![b' '; 8193]).expect("a file");
	let large = large.display().to_string();
	let args =
		["task", "submit", "--program", &program, "--max-fee", "10", "--inline", large.as_str()];
	let oversized = yard.run(REQUESTER, &args);
	assert_eq!(oversized.code, 2, "{oversized:?}");
	let request = format!("0x{}", "00".repeat(16 * 1024 * 1024));
	assert!(yard.rpc("author_submitExtrinsic", json!([request])).is_err());

	assert_eq!(yard.held(REQUESTER), held, "no escrow was opened");
	let tasks = yard.rpc("proving_tasks", json!([])).expect("a page");
	assert_eq!(tasks["tasks"], json!([]), "no task was made");

	// The same task again is another task, and both can be withdrawn in full; once.
	let tasks = [(); 2].map(|()| yard.submit(&program, &["--max-fee", "10"]));
	assert_ne!(tasks[0], tasks[1]);
	for task in tasks {
		yard.run(REQUESTER, &["task", "cancel", &task.to_string()]).ok();
		assert_eq!(yard.state(task), "cancelled");
	}
	let again = yard.run(REQUESTER, &["task", "cancel", &tasks[0].to_string()]);
	assert_eq!(again.refused(), "Auctions.UnknownTask");
	assert_eq!(yard.held(REQUESTER), held, "both escrows are back");
}

#[test]
fn a_prover_is_told_what_it_lacks_before_it_loses_a_bond() {
	let yard = Yard::without_service();
	let program = yard.register_semaphore();
	let operator = Operator::follow(&yard, "//Dave", yard.new_service("service-of-dave"));
	let gauge = |name: &str| operator.gauge(&format!("proofyard_proving_{name}"));
	wait_for("the node to miss its key", 60, || {
		operator.logged("has no session key").then_some(())
	});
	assert_eq!((gauge("registered_keys"), gauge("service_up")), (Some(0.0), Some(1.0)));

	yard.register_prover("//Dave");
	let offer = ["--program", &program, "--price", "0.001", "--lots", "4", "--speed", "5000"];
	// What failed of the checks of the operator's node, and the exit code.
	let check = || {
		let outcome = operator.command("//Dave", &[&["prover", "check"][..], &offer].concat());
		let checks = outcome.values[0]["checks"].as_array().expect("checks").clone();
		let failed = checks.iter().filter(|check| check["verdict"] == json!("fail"));
		let names: Vec<String> =
			failed.map(|check| check["name"].as_str().expect("a name").to_owned()).collect();
		(outcome.code, names)
	};
	wait_for("the prover to be known there", 30, || {
		(check() == (1, vec!["session key".into()])).then_some(())
	});
	let ask = [&["prover", "ask"][..], &offer].concat();
	let refused = operator.command("//Dave", &ask);
	assert_eq!(refused.code, 1);
	assert!(refused.error.to_string().contains("keys insert"), "{refused:?}");
	// The yard's own node is not this prover's, and drives no service.
	let elsewhere = yard.run("//Dave", &ask);
	assert!(elsewhere.error.to_string().contains("--proving-service"), "{elsewhere:?}");

	operator.insert_key();
	assert_eq!(check(), (0, vec![]));
	operator.command("//Dave", &ask).ok();
	wait_for("the node to find its key", 60, || operator.logged("in order").then_some(()));
	assert_eq!(gauge("registered_keys"), Some(1.0));

	operator.service.kill();
	assert_eq!(check(), (1, vec!["service".into()]));
	wait_for("the node to miss its service", 60, || operator.logged("no answer").then_some(()));
	assert_eq!(gauge("service_up"), Some(0.0));
}
