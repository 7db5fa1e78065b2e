// SPDX-License-Identifier: Apache-2.0
//! Counts of what happened: whether the fuzzer still reaches what it is for.

use crate::runtime::RuntimeEvent;
use proofyard_primitives::{Ending, FailureReason};
use std::{collections::BTreeMap, fmt};

/// Counts by kind and name.
#[derive(Clone, Debug, Default)]
pub struct Coverage(BTreeMap<&'static str, BTreeMap<String, u64>>);

/// Every call that must have succeeded.
const CALLS: [&str; 46] = [
	"Attestation::announce",
	"Attestation::commit_proof",
	"Attestation::decline",
	"Attestation::poke",
	"Attestation::report",
	"Attestation::reveal",
	"Attestation::submit_proof",
	"Attestation::submit_proofs",
	"Auctions::calibrate",
	"Auctions::cancel_task",
	"Auctions::commit_bid",
	"Auctions::place_ask",
	"Auctions::poke",
	"Auctions::prolong_task",
	"Auctions::raise_fee",
	"Auctions::reveal_bid",
	"Auctions::set_blocked",
	"Auctions::set_reference",
	"Auctions::submit_task",
	"Auctions::withdraw_ask",
	"Balances::transfer_keep_alive",
	"Programs::register",
	"Programs::remove_version",
	"Programs::retire",
	"Programs::set_locators",
	"Programs::set_system_enabled",
	"Programs::set_version",
	"Programs::set_version_enabled",
	"Provers::add_stake",
	"Provers::delegate",
	"Provers::exit",
	"Provers::register",
	"Provers::set_delegation",
	"Provers::set_hardware",
	"Provers::set_paused",
	"Provers::set_session_key",
	"Provers::unbond",
	"Provers::undelegate",
	"Provers::unjail",
	"Provers::withdraw_delegation",
	"Provers::withdraw_unbonded",
	"Settlement::set_fees",
	// What is not a call, and has to have happened as well.
	"chain: block",
	"chain: fork",
	"chain: reorg",
	"chain: rooms",
];

/// Events that must have happened, where no call and no ending says that they have.
const EVENTS: [&str; 9] = [
	"a deposit forfeited",
	"a program removed",
	"a prover jailed",
	"a prover left",
	"a prover paused",
	"a prover resumed",
	"a requester kept off",
	"a requester let back",
	"a verification charged",
];

fn name(event: &RuntimeEvent) -> Option<&'static str> {
	use pallet_provers::Event as Provers;
	use pallet_settlement::Event as Settlement;
	Some(match event {
		RuntimeEvent::Settlement(Settlement::DepositForfeited { .. }) => "a deposit forfeited",
		RuntimeEvent::Settlement(Settlement::VerificationCharged { .. }) => {
			"a verification charged"
		}
		RuntimeEvent::Provers(Provers::ProverJailed { .. }) => "a prover jailed",
		RuntimeEvent::Provers(Provers::ProverLeft { .. }) => "a prover left",
		RuntimeEvent::Provers(Provers::PauseChanged { resumes_at: None, .. }) => "a prover paused",
		RuntimeEvent::Provers(Provers::PauseChanged { .. }) => "a prover resumed",
		RuntimeEvent::Auctions(pallet_auctions::Event::BlockListChanged { blocked, .. }) => {
			if *blocked {
				"a requester kept off"
			} else {
				"a requester let back"
			}
		}
		RuntimeEvent::Programs(pallet_programs::Event::ProgramRemoved { .. }) => {
			"a program removed"
		}
		_ => return None,
	})
}

/// Every fate of an attempt.
const FATES: [Ending; 9] = [
	Ending::Verified,
	Ending::VerifiedLate,
	Ending::Lost,
	Ending::Slow,
	Ending::Declined,
	Ending::Reported,
	Ending::Excused,
	Ending::Rejected,
	Ending::Defaulted,
];

/// Every reason why a task fails.
const REASONS: [FailureReason; 4] = [
	FailureReason::DeadlinePassed,
	FailureReason::ProofsRejected,
	FailureReason::GivenBack,
	FailureReason::InputUnavailable,
];

impl Coverage {
	/// Count one more.
	pub fn count(&mut self, kind: &'static str, name: &str) {
		let names = self.0.entry(kind).or_default();
		match names.get_mut(name) {
			Some(count) => *count += 1,
			None => drop(names.insert(name.into(), 1)),
		}
	}

	/// Count an event that is counted.
	pub fn event(&mut self, event: &RuntimeEvent) {
		if let Some(name) = name(event) {
			self.count("event", name);
		}
	}

	/// Add what was counted elsewhere.
	pub fn add(&mut self, other: &Self) {
		for (kind, names) in &other.0 {
			for (name, count) in names {
				*self.0.entry(kind).or_default().entry(name.clone()).or_default() += count;
			}
		}
	}

	/// Count of a name of this kind.
	pub fn of(&self, kind: &str, name: &str) -> u64 {
		self.0.get(kind).and_then(|names| names.get(name)).copied().unwrap_or(0)
	}

	/// Cases that must have happened and have not.
	pub fn missing(&self) -> Vec<String> {
		let calls = CALLS.iter().map(|call| ("done", call.to_string()));
		let events = EVENTS.iter().map(|event| ("event", event.to_string()));
		let fates = FATES.iter().map(|fate| ("fate", format!("{fate:?}")));
		let reasons = REASONS.iter().map(|reason| ("end", format!("failed: {reason:?}")));
		let roles = ["Primary", "CoPrimary", "Standby", "Rescue", "Bounty"];
		let roles = roles.iter().map(|role| ("role", format!("{role}/Verified")));
		let others = [
			("end", "settled"),
			("end", "expired"),
			("end", "cancelled"),
			("end", "calibrated"),
			("assigned", "Market"),
			("assigned", "Sealed"),
			("assigned", "Rescue"),
			("team", "2 of 2 (2)"),
			("team", "1 of 2 (2)"),
			("team", "2 of 3 (3)"),
			("batch", "Valid"),
			("batch", "Invalid"),
			("batch", "Differs"),
			("batch", "of 3"),
			("batch", "skipped: Jailed"),
			("batch", "skipped: AttemptOver"),
			("batch", "skipped: NotCommitted"),
			("batch", "skipped: UnknownTask"),
			("batch", "skipped: UnknownVersion"),
			("shown", "committed to"),
			("shown", "committed to ahead"),
			("shown", "without a commitment"),
			("shown", "without a commitment, others at work"),
			("jail", "a late attempt taken"),
			("proven", "Groth16Bn254"),
			("proven", "Sp1Groth16"),
			("proven", "Risc0Groth16"),
			("proven", "open"),
			("proven", "by position"),
			("proven", "whole"),
			("proven", "by hash"),
			("proven", "by prefix"),
			("refused", "Attestation::submit_proof: pool 12"),
			("refused", "Attestation::submit_proof: pool 18"),
			("refused", "Attestation::submit_proofs: pool 19"),
		];
		let others = others.into_iter().map(|(kind, name)| (kind, name.to_string()));
		calls
			.chain(events)
			.chain(fates)
			.chain(reasons)
			.chain(roles)
			.chain(others)
			.filter(|(kind, name)| self.of(kind, name) == 0)
			.map(|(kind, name)| format!("{kind} {name}"))
			.collect()
	}
}

impl fmt::Display for Coverage {
	fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
		for (kind, names) in &self.0 {
			writeln!(out, "{kind}")?;
			for (name, count) in names {
				writeln!(out, "  {count:>10}  {name}")?;
			}
		}
		Ok(())
	}
}
