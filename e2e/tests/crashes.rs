// SPDX-License-Identifier: Apache-2.0
//! Power cuts: whatever is killed in the middle of a task, it is settled once, and all money adds up.

use proofyard_e2e::*;
use proofyard_mechanism::level::COMPENSATION_PERCENT;
use serde_json::json;
use std::{thread::sleep, time::Duration};

/// A task in the middle of being proven, and what everybody had before.
struct Scene {
	yard: Yard,
	task: u64,
	everything: u128,
	prover: u128,
}

impl Scene {
	/// Submit a task and wait until the service works on it.
	fn proving() -> Self {
		let yard = Yard::start();
		let program = yard.register_semaphore();
		yard.ask(&program);
		let (everything, prover) = (yard.everything(), yard.total(PROVER));
		let task = yard.submit(&program, &["--lifetime", "150"]);
		let job = wait_for("the job to run", 60, || {
			yard.job(task).filter(|job| job["state"] != json!("queued"))
		});
		assert!(["fetching", "proving"].map(|state| json!(state)).contains(&job["state"]), "{job}");
		Self { yard, task, everything, prover }
	}

	/// The task is settled, once.
	fn ends_well(&self) {
		let Self { yard, task, everything, prover } = self;
		yard.wait_for_state(*task, "settled", 120);
		let price = price_at(ASK);
		assert_eq!(plancks(&yard.task(*task)["state"]["paid"]), price);
		// Some more blocks: nothing comes after it.
		sleep(Duration::from_secs(10));
		let fee = fee_of(price);
		assert_eq!(yard.total(PROVER), prover + price - fee, "paid once");
		let author = fee / 2;
		assert_eq!(yard.everything(), *everything - (fee - author), "nothing else is lost");
		assert_eq!(yard.run(PROVER, &["prover", "status"]).ok()["verified"], json!(1));
	}
}

#[test]
fn the_service_is_killed_in_the_middle_of_a_job() {
	let scene = Scene::proving();
	scene.yard.kill_service();
	sleep(Duration::from_secs(5));
	assert_eq!(scene.yard.state(scene.task), "assigned", "nothing to settle yet");
	scene.yard.start_service();
	scene.ends_well();
	// It starts with what it has learnt as well.
	scene.yard.kill_service();
	scene.yard.start_service();
	assert_eq!(scene.yard.job(scene.task).expect("kept")["state"], json!("done"));
}

#[test]
fn the_node_is_killed_in_the_middle_of_a_task() {
	let mut scene = Scene::proving();
	scene.yard.kill_node();
	sleep(Duration::from_secs(3));
	scene.yard.start_node(true);
	scene.ends_well();
}

#[test]
fn both_are_killed_and_come_back() {
	let mut scene = Scene::proving();
	scene.yard.kill_node();
	scene.yard.kill_service();
	scene.yard.start_node(true);
	sleep(Duration::from_secs(5));
	scene.yard.start_service();
	scene.ends_well();
}

#[test]
fn a_prover_that_is_gone_loses_its_bond_and_the_requester_loses_nothing() {
	let yard = Yard::without_service();
	let program = yard.register_semaphore();
	yard.ask(&program);
	let task = yard.submit(&program, &["--lifetime", "15"]);
	yard.wait_for_state(task, "assigned", 20);
	let (requester, prover) = (yard.total(REQUESTER), yard.total(PROVER));
	// From here on nobody sends a transaction: the chain's own clock does the rest.
	yard.wait_for_state(task, "failed", 60);
	let bond = price_at(ASK) + YARD / 5;
	let compensation = bond * u128::from(COMPENSATION_PERCENT) / 100;
	assert_eq!(yard.total(REQUESTER), requester + compensation);
	assert_eq!(yard.total(PROVER), prover - bond);
	assert_eq!(yard.task(task)["state"]["reason"], json!("deadline_passed"));
}
