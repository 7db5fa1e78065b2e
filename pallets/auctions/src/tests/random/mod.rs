// SPDX-License-Identifier: Apache-2.0
//! Whatever anybody does in whatever order, the books balance, and in the end nothing is left.

use super::helpers::*;
use crate::{
	mock::*, AgendaItems, Bids, EpochItems, Event, OpenTasks, Queue, QueueCursor, Waiting,
};
use actions::*;
use frame_support::weights::Weight;
use ledger::Ledger;
use pallet_attestation::{Event as AttestationEvent, Live, LiveOf, WantedTasks};
use pallet_provers::Event as ProversEvent;
use pallet_settlement::{Escrows, Event as SettlementEvent, Outcomes, Proofs};
use perform::perform;
use proofyard_primitives::TaskKind;
use proptest::prelude::*;
use std::collections::BTreeMap;

mod actions;
mod ledger;
mod perform;

/// Blocks of an epoch here.
const EPOCH: BlockNumber = 3;

/// Let all deadlines and retentions pass: nothing may be left of any task.
fn assert_nothing_is_left() {
	MaxHookWeight::set(Weight::MAX);
	run_to(System::block_number() + u64::from(LONGEST_LIFETIME) + 1);
	assert_eq!(OpenTasks::<Test>::iter_keys().count(), 0);
	assert_eq!(Queue::<Test>::iter_keys().count(), 0);
	assert_eq!(Waiting::<Test>::iter_keys().count(), 0);
	assert_eq!(QueueCursor::<Test>::iter_keys().count(), 0);
	assert_eq!(Bids::<Test>::iter_keys().count(), 0);
	assert_eq!(EpochItems::<Test>::iter_keys().count(), 0);
	assert_eq!(AgendaItems::<Test>::iter_keys().count(), 0);
	assert_eq!(Live::<Test>::iter_keys().count(), 0);
	assert_eq!(LiveOf::<Test>::iter_keys().count(), 0);
	assert_eq!(WantedTasks::<Test>::iter_keys().count(), 0);
	assert_eq!(pallet_attestation::AgendaItems::<Test>::iter_keys().count(), 0);
	assert_eq!(Escrows::<Test>::iter_keys().count(), 0);
	for who in ACCOUNTS {
		assert_eq!(escrowed(who), 0);
	}
	for (_, prover) in pallet_provers::Provers::<Test>::iter() {
		assert_eq!((prover.live, prover.reserved, prover.committed_ms), (0, 0, 0));
	}
	assert_eq!(pallet_provers::LotsInUse::<Test>::iter_keys().count(), 0);
	for (_, program) in pallet_programs::Programs::<Test>::iter() {
		assert_eq!(program.live_tasks, 0);
	}
	run_to(System::block_number() + RETENTION);
	assert_eq!(Outcomes::<Test>::iter_keys().count(), 0);
	assert_eq!(Proofs::<Test>::iter_keys().count(), 0);
	assert_eq!(pallet_settlement::AgendaItems::<Test>::iter_keys().count(), 0);
	check_invariants();
}

/// How many lists of actions are tried: `PROPTEST_CASES`, or 48.
fn cases() -> u32 {
	std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48)
}

proptest! {
	#![proptest_config(ProptestConfig {
		cases: cases(),
		failure_persistence: None,
		..ProptestConfig::default()
	})]

	#[test]
	fn whatever_happens(actions in proptest::collection::vec(action(), 100)) {
		build_and_execute(|| {
			AskEpoch::set(EPOCH);
			let mut ledger = Ledger::new();
			for action in actions {
				perform(action);
				check_invariants();
				ledger.check();
			}
			assert_nothing_is_left();
			ledger.check();
		});
	}
}

/// What an event is counted as, in the test below.
fn name(event: RuntimeEvent) -> Option<&'static str> {
	Some(match event {
		RuntimeEvent::Settlement(event) => match event {
			SettlementEvent::TaskSettled { .. } => "settled",
			SettlementEvent::TaskExpired { .. } => "expired",
			SettlementEvent::TaskCancelled { .. } => "cancelled",
			SettlementEvent::TaskFailed { .. } => "failed",
			SettlementEvent::VerificationCharged { .. } => "rejected",
			SettlementEvent::DepositForfeited { .. } => "forfeited",
			_ => return None,
		},
		RuntimeEvent::Provers(event) => match event {
			ProversEvent::ProverLeft { .. } => "left",
			ProversEvent::ProverJailed { .. } => "jailed",
			ProversEvent::PauseChanged { resumes_at: None, .. } => "paused",
			ProversEvent::PauseChanged { resumes_at: Some(_), .. } => "resumed",
			_ => return None,
		},
		RuntimeEvent::Auctions(event) => match event {
			Event::FeeRaised { .. } => "raised",
			Event::TaskProlonged { .. } => "prolonged",
			Event::AskWithdrawn { .. } => "withdrawn",
			Event::BlockListChanged { blocked: true, .. } => "blocked",
			Event::BlockListChanged { blocked: false, .. } => "unblocked",
			Event::BidCommitted { .. } => "committed",
			Event::BidRevealed { .. } => "revealed",
			Event::TaskAssigned { co_primaries, .. } if !co_primaries.is_empty() => "together",
			Event::RescueFound { .. } => "rescued",
			Event::CalibrationStarted { .. } => "calibrating",
			Event::ReferenceChanged { .. } => "reference",
			_ => return None,
		},
		RuntimeEvent::Attestation(AttestationEvent::AttemptGivenBack { .. }) => "given back",
		RuntimeEvent::Attestation(AttestationEvent::ProofVerified { attempt: 1.., .. }) => {
			"several"
		}
		RuntimeEvent::Programs(pallet_programs::Event::ProgramRemoved { .. }) => "removed",
		_ => return None,
	})
}

/// The lists above are worth something only if much of what is tried succeeds.
#[test]
fn much_of_it_succeeds() {
	use proptest::{strategy::ValueTree, test_runner::TestRunner};
	let mut runner = TestRunner::deterministic();
	let mut counts = BTreeMap::<&str, u32>::new();
	for _ in 0..120 {
		let actions = proptest::collection::vec(action(), 100).new_tree(&mut runner).unwrap();
		build_and_execute(|| {
			AskEpoch::set(EPOCH);
			for action in actions.current() {
				perform(action);
				let sold = Live::<Test>::iter_values().any(|live| {
					live.spec.kind == TaskKind::Sealed
						&& live.assignment.assigned_at == System::block_number()
				});
				*counts.entry("sold").or_default() += u32::from(sold);
			}
			let calibrated: u32 = pallet_provers::Calibrations::<Test>::iter_values().sum();
			*counts.entry("calibrated").or_default() += calibrated;
			assert_nothing_is_left();
			for record in System::events() {
				if let Some(name) = name(record.event) {
					*counts.entry(name).or_default() += 1;
				}
			}
		});
	}
	for name in [
		"settled",
		"expired",
		"cancelled",
		"failed",
		"rejected",
		"forfeited",
		"left",
		"paused",
		"resumed",
		"raised",
		"prolonged",
		"withdrawn",
		"blocked",
		"unblocked",
		"committed",
		"revealed",
		"sold",
		"together",
		"rescued",
		"several",
		"given back",
		"jailed",
		"calibrating",
		"calibrated",
		"reference",
		"removed",
	] {
		assert!(counts.get(name).is_some_and(|count| *count >= 2), "{name}: {counts:?}");
	}
}
