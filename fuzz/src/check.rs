// SPDX-License-Identifier: Apache-2.0
//! The chain against the model.

use crate::{
	model::{
		live::{Attempt, Live},
		provers::{Paused, Prover},
		requests::Open,
		Model,
	},
	runtime::*,
	zkvm::Version,
};
use pallet_provers::Pause;
use proofyard_market::check_states;
use proofyard_primitives::TaskId;
use std::collections::{BTreeMap, BTreeSet};

/// Property of everybody, and the records of provers; and of the tasks those that changed.
pub fn step(model: &mut Model) {
	for who in everybody() {
		account(model, who);
	}
	let issued: Balance = everybody().map(endowment).sum();
	assert_eq!(
		pallet_balances::TotalIssuance::<Runtime>::get(),
		issued - model.burnt,
		"money was made or lost"
	);
	for (who, prover) in &model.provers {
		record(*who, prover);
		let bonds = reserved(model, *who);
		assert_eq!(prover.reserved, bonds, "reserved of {who} are not bonds and deposits");
	}
	for task in std::mem::take(&mut model.touched) {
		compare_task(model, task);
	}
}

/// Everything: all tasks, and what each pallet says must hold of its state.
pub fn whole(model: &Model) {
	tasks(model);
	counts(model);
	check_states();
}

fn account(model: &Model, who: AccountId) {
	let data = frame_system::Account::<Runtime>::get(who).data;
	let free = model.free.get(&who).copied().unwrap_or(0);
	assert_eq!(data.free, free, "what {who} has free");
	let held = model.held(who);
	assert_eq!(data.reserved, held.iter().sum::<Balance>(), "what {who} has on hold");
	let reasons: [RuntimeHoldReason; 4] = [
		pallet_settlement::HoldReason::Escrow.into(),
		pallet_provers::HoldReason::Stake.into(),
		pallet_provers::HoldReason::Delegation.into(),
		pallet_programs::HoldReason::ProgramDeposit.into(),
	];
	let holds = pallet_balances::Holds::<Runtime>::get(who);
	for (reason, amount) in reasons.into_iter().zip(held) {
		let on_hold = holds.iter().find(|hold| hold.id == reason).map_or(0, |hold| hold.amount);
		assert_eq!(on_hold, amount, "what {who} has on hold for {reason:?}");
	}
}

/// The bonds and deposits of a prover.
fn reserved(model: &Model, who: AccountId) -> Balance {
	let attempts = model.live.values().flat_map(|live| &live.attempts);
	let bonds = attempts.filter(|attempt| attempt.prover == who).map(|attempt| attempt.bond);
	let bounties = model.live.values().filter_map(|live| live.bounty.as_ref());
	let announced = bounties.flat_map(|bounty| &bounty.announced);
	let deposits = announced.filter(|announced| announced.prover == who).map(|a| a.deposit);
	let bids = model.open.values().filter_map(|open| open.bids.get(&who));
	let hidden = bids.filter(|bid| bid.revealed.is_none()).map(|_| BOND_BASE);
	bonds.chain(deposits).chain(hidden).sum()
}

fn record(who: AccountId, prover: &Prover) {
	let Some(chain) = pallet_provers::Provers::<Runtime>::get(who) else {
		panic!("{who} is no prover")
	};
	let unbonding = chain.unbonding.map(|unbonding| (unbonding.amount, unbonding.available_at));
	assert_eq!(
		(chain.stake, chain.reserved, unbonding, chain.pool.value),
		(prover.stake, prover.reserved, prover.unbonding, prover.pool.value),
		"stake, reserved, unbonding and pool of {who}"
	);
	assert_eq!(
		(chain.pool.shares, chain.pool.leaving_shares),
		(prover.pool.shares(), prover.pool.leaving()),
		"the shares of {who}'s pool"
	);
	assert_eq!(
		(chain.live, chain.committed_ms, chain.slots, chain.hardware, chain.asks),
		(prover.live, prover.committed_ms, prover.slots, prover.hardware, prover.asks),
		"what {who} is at work at"
	);
	assert_eq!(
		(chain.strikes, chain.jailings, chain.jailed_until, chain.verified, chain.defaulted),
		(prover.strikes, prover.jailings, prover.jailed_until, prover.verified, prover.defaulted),
		"the record of {who}"
	);
	assert_eq!(
		(chain.exiting, chain.delegation.open, chain.delegation.commission.deconstruct()),
		(prover.exiting, prover.open, prover.commission),
		"the terms of {who}"
	);
	assert_eq!(
		chain.delegation.rise.map(|rise| (rise.commission.deconstruct(), rise.from)),
		prover.rise
	);
	let paused = match chain.pause {
		None => Paused::No,
		Some(Pause::Paused) => Paused::Yes,
		Some(Pause::ResumesAt(block)) => Paused::Until(block),
	};
	assert_eq!(paused, prover.paused, "whether {who} is paused");
	assert_eq!(chain.session_key, prover.key, "the session key of {who}");
}

/// Each task is in exactly one pallet, and there as the model has it.
fn tasks(model: &Model) {
	let open: BTreeSet<TaskId> = pallet_auctions::OpenTasks::<Runtime>::iter_keys().collect();
	let live: BTreeSet<TaskId> = pallet_attestation::Live::<Runtime>::iter_keys().collect();
	let ended: BTreeSet<TaskId> = pallet_settlement::Outcomes::<Runtime>::iter_keys().collect();
	assert!(open.iter().eq(model.open.keys()), "open: {open:?}, not {:?}", model.open.keys());
	assert!(live.iter().eq(model.live.keys()), "live: {live:?}, not {:?}", model.live.keys());
	assert!(ended.iter().eq(model.ended.keys()), "ended: {ended:?}, not {:?}", model.ended.keys());
	for task in open.iter().chain(&live) {
		compare_task(model, *task);
	}
}

/// Nothing is there beside what the model knows of.
fn counts(model: &Model) {
	let known = everybody().count();
	assert!(frame_system::Account::<Runtime>::iter_keys().count() <= known, "an unknown account");
	assert_eq!(pallet_provers::Provers::<Runtime>::iter_keys().count(), model.provers.len());
	let mut delegations = 0;
	for (who, prover) in &model.provers {
		for (delegator, delegation) in &prover.pool.delegations {
			delegations += 1;
			let chain = pallet_provers::Delegations::<Runtime>::get(who, delegator);
			let chain = chain.expect("a delegation");
			let leaving = chain.leaving.map(|leaving| (leaving.shares, leaving.available_at));
			assert_eq!(
				(chain.shares, leaving),
				(delegation.shares, delegation.leaving),
				"what {delegator} delegated to {who}"
			);
		}
	}
	assert_eq!(pallet_provers::Delegations::<Runtime>::iter_keys().count(), delegations);
	let asks = pallet_auctions::Asks::<Runtime>::iter_keys().map(|(market, who)| (who, market));
	assert_eq!(
		asks.collect::<BTreeSet<_>>(),
		model.asks.keys().copied().collect::<BTreeSet<_>>(),
		"standing asks"
	);
	for (id, program) in &model.programs {
		let chain = pallet_programs::Programs::<Runtime>::get(id).expect("a program");
		assert_eq!(
			(chain.owner, chain.deposit, chain.live_tasks, chain.retired),
			(program.owner, program.deposit, program.live, program.retired),
			"program {id:?}"
		);
	}
	assert_eq!(pallet_programs::Programs::<Runtime>::iter_keys().count(), model.programs.len());
	assert_eq!(pallet_auctions::NextTaskId::<Runtime>::get(), model.next_task);
	let versions =
		pallet_programs::Versions::<Runtime>::iter().map(|(system, selector, record)| {
			let version = Version::of(&record.entry).expect("a version of ours");
			((system, selector), (version, record.enabled))
		});
	assert_eq!(versions.collect::<BTreeMap<_, _>>(), model.versions, "versions of zkVMs");
	let disabled = pallet_programs::DisabledSystems::<Runtime>::iter_keys();
	assert_eq!(disabled.collect::<BTreeSet<_>>(), model.disabled, "systems that are off");
}

fn compare_task(model: &Model, task: TaskId) {
	let open = pallet_auctions::OpenTasks::<Runtime>::get(task);
	let live = pallet_attestation::Live::<Runtime>::get(task);
	let ended = pallet_settlement::Outcomes::<Runtime>::get(task);
	let escrow = pallet_settlement::Escrows::<Runtime>::get(task);
	let places = [open.is_some(), live.is_some(), ended.is_some()];
	assert!(places.iter().filter(|there| **there).count() <= 1, "task {task} is in two places");
	match (model.open.get(&task), open) {
		(Some(known), Some(chain)) => compare_open(task, known, &chain),
		(None, None) => {}
		(known, chain) => panic!("task {task} is open: {known:?}, {chain:?}"),
	}
	match (model.live.get(&task), live) {
		(Some(known), Some(chain)) => compare_live(task, known, &chain),
		(None, None) => {}
		(known, chain) => panic!("task {task} is live: {known:?}, {chain:?}"),
	}
	let ended = ended.map(|record| record.ended_at);
	assert_eq!(ended, model.ended.get(&task).copied(), "when task {task} ended");
	let held = model.open.get(&task).map(|open| open.spec.max_fee);
	let held = held.or(model.live.get(&task).map(|live| live.held));
	assert_eq!(escrow.map(|escrow| escrow.amount), held, "the escrow of task {task}");
}

fn compare_open(task: TaskId, known: &Open, chain: &pallet_auctions::OpenTaskOf<Runtime>) {
	let (spec, of) = (&known.spec, &chain.spec);
	assert_eq!(
		(spec.requester, spec.market, spec.redundancy, spec.work, spec.max_fee, spec.deadline),
		(of.requester, of.market, of.redundancy, of.work, of.max_fee, of.deadline),
		"open task {task}"
	);
	assert_eq!(spec.values, of.values, "what open task {task} wants");
	let bids = chain.bidding.as_ref().map_or(0, |bidding| bidding.bids as usize);
	assert_eq!(bids, known.bids.len(), "bids for task {task}");
	for (who, bid) in &known.bids {
		let deposit = pallet_auctions::Bids::<Runtime>::get(task, who).map(|bid| bid.deposit);
		let due = if bid.revealed.is_none() { BOND_BASE } else { 0 };
		assert_eq!(deposit, Some(due), "the deposit of {who} for task {task}");
	}
}

fn compare_live(task: TaskId, known: &Live, chain: &pallet_attestation::LiveTaskOf<Runtime>) {
	assert_eq!(chain.attempts.len(), known.attempts.len(), "the attempts at task {task}");
	for (place, (known, chain)) in known.attempts.iter().zip(&chain.attempts).enumerate() {
		compare_attempt(task, place, known, chain);
	}
	assert_eq!(usize::from(chain.called), known.called, "standbys called for task {task}");
	let wanted = pallet_attestation::WantedTasks::<Runtime>::contains_key(task);
	assert_eq!(wanted, known.wanted, "whether somebody is wanted for task {task}");
	assert_eq!(chain.spec.deadline, known.spec.deadline);
	assert_eq!(chain.spec.values, known.spec.values, "what task {task} wants");
	let announced = chain.bounty.as_ref().map(|bounty| {
		let of = bounty.announcements.iter();
		(bounty.since, of.map(|a| (a.prover, a.reward, a.deposit)).collect::<Vec<_>>())
	});
	let expected = known.bounty.as_ref().map(|bounty| {
		let of = bounty.announced.iter();
		(bounty.since, of.map(|a| (a.prover, a.reward, a.deposit)).collect::<Vec<_>>())
	});
	assert_eq!(announced, expected, "the bounty of task {task}");
}

fn compare_attempt(
	task: TaskId,
	place: usize,
	known: &Attempt,
	chain: &pallet_attestation::AttemptOf<Runtime>,
) {
	assert_eq!(
		(chain.prover, chain.role, chain.price, chain.bond, chain.committed_ms),
		(known.prover, known.role, known.price, known.bond, known.committed_ms),
		"attempt {place} at task {task}"
	);
	assert_eq!(
		(chain.state, chain.owed),
		(known.state, known.owed),
		"attempt {place} at task {task}"
	);
	assert_eq!(
		(chain.started_at, chain.soft_deadline, chain.replaced, chain.rejections, chain.commitment),
		(known.started_at, known.soft_deadline, known.replaced, known.rejections, known.commitment),
		"attempt {place} at task {task}"
	);
}
