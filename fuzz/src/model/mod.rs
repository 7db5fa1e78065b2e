// SPDX-License-Identifier: Apache-2.0
//! Ownership, worked out from what was done and from the rules, and from nothing that the pallets
//! computed.
//!
//! The model is told of each transaction and whether it succeeded, and of each hook with the events it
//! left. What the chain had to decide by chance or by the order of its maps (who wins a clearing, which
//! of two tasks is ended first) it takes from the events, after it has checked that it may be so.
//! Everything that follows (who is paid, who is charged, who is called next, who is jailed) it works out
//! by itself, and says which events must tell of it.

// What the parts of a model are is told where they are used; it is no library.
#![allow(missing_docs)]

mod attempts;
mod awards;
pub mod conclusion;
pub mod live;
mod notes;
mod programs;
pub mod provers;
pub mod requests;
pub mod values;
mod work;

pub use notes::Notes;

use crate::{coverage::Coverage, proofs::Key, runtime::*, zkvm::Version};
use live::Live;
use pallet_attestation::Event as AttestationEvent;
use pallet_settlement::Event as SettlementEvent;
use proofyard_primitives::{
	session::Report, HardwareClass, Market, ProgramId, ProofSystem, Role, TaskId, WorkModel,
};
use provers::Prover;
use requests::{Ask, Open, Reference};
use std::collections::{BTreeMap, BTreeSet};

/// Origin of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
	/// An account that signed it.
	Account(AccountId),
	/// The root.
	Root,
	/// Nobody: a transaction that is authorized by itself.
	Pool,
	/// The same, authorized a while ago: something may have changed since.
	Late,
}

/// A program as the model has it.
#[derive(Clone, Debug)]
pub struct Program {
	pub owner: AccountId,
	pub system: ProofSystem,
	pub key: Key,
	pub hardware: HardwareClass,
	pub work: WorkModel,
	pub deposit: Balance,
	pub live: u32,
	pub retired: bool,
	/// Bytes of its artifacts' encoding.
	pub artifacts: usize,
}

/// The whole market.
#[derive(Clone, Debug, Default)]
pub struct Model {
	pub now: BlockNumber,
	/// Money of each account that is not on hold.
	pub free: BTreeMap<AccountId, Balance>,
	/// Money that is no more.
	pub burnt: Balance,
	pub provers: BTreeMap<AccountId, Prover>,
	/// Provers whose attempts are to be given back.
	pub jailed: BTreeSet<AccountId>,
	pub programs: BTreeMap<ProgramId, Program>,
	/// Proof systems that are switched off.
	pub disabled: BTreeSet<ProofSystem>,
	/// Versions of zkVMs by system and selector, and whether they are on.
	pub versions: BTreeMap<(ProofSystem, [u8; 4]), (Version, bool)>,
	pub references: BTreeMap<HardwareClass, Reference>,
	/// The protocol's fee, the author's share, the treasury's share: in millionths.
	pub fees: (u32, u32, u32),
	pub asks: BTreeMap<(AccountId, Market), Ask>,
	pub blocked: BTreeSet<(AccountId, AccountId)>,
	pub next_task: TaskId,
	pub open: BTreeMap<TaskId, Open>,
	pub live: BTreeMap<TaskId, Live>,
	/// When tasks ended, until they are forgotten.
	pub ended: BTreeMap<TaskId, BlockNumber>,
	/// Tasks that changed since they were last compared.
	pub touched: BTreeSet<TaskId>,
	pub coverage: Coverage,
	/// Time that each prover had committed when the auction's hook began.
	committed: BTreeMap<AccountId, u64>,
	notes: Kept,
}

/// Notes are of one step: a copy of a model has none.
#[derive(Debug, Default)]
struct Kept(Notes);

impl Clone for Kept {
	fn clone(&self) -> Self {
		Self::default()
	}
}

impl std::ops::Deref for Kept {
	type Target = Notes;
	fn deref(&self) -> &Notes {
		&self.0
	}
}

impl std::ops::DerefMut for Kept {
	fn deref_mut(&mut self) -> &mut Notes {
		&mut self.0
	}
}

/// The first block of the next epoch.
pub fn next_epoch(now: BlockNumber) -> BlockNumber {
	(now / EPOCH + 1) * EPOCH
}

impl Model {
	/// The market before anything was done.
	pub fn new() -> Self {
		let fees = FIRST_FEES;
		Self {
			now: 1,
			free: everybody().map(|who| (who, endowment(who))).collect(),
			fees: (fees.fee.deconstruct(), fees.author.deconstruct(), fees.treasury.deconstruct()),
			..Self::default()
		}
	}

	fn expect(&mut self, event: impl Into<RuntimeEvent>) {
		self.notes.expect(event);
	}

	/// Money that an account has on hold: escrows, stake, pool and deposits.
	pub fn held(&self, who: AccountId) -> [Balance; 4] {
		let open = self.open.values().filter(|open| open.spec.requester == who);
		let live = self.live.values().filter(|live| live.spec.requester == who);
		let escrows = open.map(|open| open.spec.max_fee).chain(live.map(|live| live.held));
		let prover = self.provers.get(&who);
		let deposits = self.programs.values().filter(|program| program.owner == who);
		[
			escrows.sum(),
			prover.map_or(0, |prover| prover.stake),
			prover.map_or(0, |prover| prover.pool.value),
			deposits.map(|program| program.deposit).sum(),
		]
	}

	/// Money that an account can put on hold or give away without being closed.
	pub fn spendable(&self, who: AccountId) -> Balance {
		self.free.get(&who).copied().unwrap_or(0).saturating_sub(EXISTENTIAL_DEPOSIT)
	}

	/// Whether there is such an account.
	pub fn exists(&self, who: AccountId) -> bool {
		self.free.get(&who).copied().unwrap_or(0) >= EXISTENTIAL_DEPOSIT
	}

	/// Put the fee where it goes: what an account that is not there cannot be opened with is no more.
	pub fn split_fee(&mut self, fee: Balance) {
		let part = |millionths: u32| fee * Balance::from(millionths) / 1_000_000;
		let (author, treasury) = (part(self.fees.1), part(self.fees.2));
		self.burnt += fee - author - treasury;
		for (who, amount) in [(AUTHOR, author), (TREASURY, treasury)] {
			if self.exists(who) || amount >= EXISTENTIAL_DEPOSIT {
				*self.free.entry(who).or_default() += amount;
			} else {
				self.burnt += amount;
			}
		}
	}

	/// A transaction was executed, or refused, and left these events.
	pub fn transaction(&mut self, from: Sender, call: &RuntimeCall, done: bool, notes: Notes) {
		self.notes = Kept(notes);
		let should = match (call, from) {
			(RuntimeCall::Provers(call), Sender::Account(who)) => {
				self.provers_call(who, call, done)
			}
			(RuntimeCall::Auctions(call), Sender::Account(who)) => {
				self.auctions_call(who, call, done)
			}
			(RuntimeCall::Auctions(call), Sender::Root) => self.auctions_call(0, call, done),
			(RuntimeCall::Attestation(call), _) => Some(self.attestation_call(from, call, done)),
			(RuntimeCall::Programs(call), Sender::Account(who)) => {
				self.programs_call(who, call, done)
			}
			(RuntimeCall::Programs(call), Sender::Root) => Some(self.government_call(call)),
			(RuntimeCall::Settlement(call), Sender::Root) => Some(self.fees_call(call, done)),
			(RuntimeCall::Balances(call), Sender::Account(who)) => {
				Some(self.balances_call(who, call, done))
			}
			_ => Some(false),
		};
		if let Some(should) = should {
			assert_eq!(done, should, "whether it succeeds: {from:?} {call:?}");
		}
		self.notes.end();
	}

	/// The hook of a pallet ran in this block, and left these events.
	pub fn hook(&mut self, hook: Hook, now: BlockNumber, notes: Notes) {
		self.now = now;
		self.notes = Kept(notes);
		if hook == Hook::Auctions {
			let all = self.provers.iter();
			self.committed = all.map(|(who, prover)| (*who, prover.committed_ms)).collect();
		}
		while let Some(event) = self.notes.peek().cloned() {
			match (hook, event) {
				(Hook::Settlement, RuntimeEvent::Settlement(event)) => self.forgotten(event),
				(Hook::Attestation, event) => self.time_passed(event),
				(Hook::Auctions, event) => self.auctioned(event),
				(_, event) => panic!("{hook:?} says {event:?}"),
			}
		}
		self.committed.clear();
		if hook == Hook::Attestation {
			// Whose attempts are all given back has left this queue; when, is the chain's.
			self.jailed = pallet_attestation::Jailed::<Runtime>::iter_keys().collect();
		}
		if hook.has_room() {
			self.check_nothing_waits(hook);
		}
	}

	fn forgotten(&mut self, event: SettlementEvent<Runtime>) {
		let SettlementEvent::TaskForgotten { task } = event else {
			panic!("settlement says {event:?}");
		};
		let ended = self.ended.remove(&task).expect("a task that has ended");
		assert!(self.now >= ended + RETENTION, "task {task} is forgotten too early");
		self.touched.insert(task);
		self.expect(event);
	}

	fn time_passed(&mut self, event: RuntimeEvent) {
		let deadline = |model: &mut Self, task: TaskId| {
			assert!(model.now > model.live(task).spec.deadline, "task {task} is not over");
			model.conclude(task, Some(crate::model::DEADLINE_PASSED), None);
		};
		match event.clone() {
			RuntimeEvent::Attestation(AttestationEvent::AttemptLate { task, prover, attempt }) => {
				self.expect(event);
				self.late(task, prover, attempt);
			}
			RuntimeEvent::Attestation(AttestationEvent::AttemptGivenBack {
				task,
				prover,
				report: Report::Declined,
				..
			}) => {
				let jailed = self.provers[&prover].jailed_until.is_some();
				assert!(
					jailed && self.jailed.contains(&prover),
					"{prover} is not in jail, and task {task} is taken from it"
				);
				let place = self.live(task).attempt_of(prover).expect("an attempt of its");
				self.coverage.count("jail", "an attempt given back");
				self.give_back(task, place, Report::Declined);
			}
			RuntimeEvent::Attestation(AttestationEvent::AttemptDefaulted {
				task,
				prover,
				attempt,
			}) => {
				self.expect(event);
				self.taken(task, prover, attempt as usize);
			}
			RuntimeEvent::Settlement(
				SettlementEvent::DepositForfeited { task, .. }
				| SettlementEvent::AttemptConcluded { task, .. },
			) => deadline(self, task),
			event => panic!("attestation's hook says {event:?}"),
		}
	}

	fn auctioned(&mut self, event: RuntimeEvent) {
		use pallet_auctions::Event;
		match event {
			RuntimeEvent::Settlement(
				SettlementEvent::DepositForfeited { task, .. }
				| SettlementEvent::TaskExpired { task, .. },
			) => self.decided(task),
			RuntimeEvent::Auctions(Event::TaskAssigned { task, .. }) => {
				let open = self.open.get(&task).expect("a task that is open").clone();
				if open.bidding.is_some() {
					self.decided(task);
				} else {
					self.open.remove(&task);
					self.assigned(task, open);
				}
			}
			RuntimeEvent::Attestation(AttestationEvent::ProverCalled {
				task,
				prover,
				role: Role::Rescue,
				price,
				bond,
				..
			}) => self.rescued(task, prover, price, bond),
			event => panic!("the auction's hook says {event:?}"),
		}
	}

	/// A hook that may do all there is has left nothing that was due.
	fn check_nothing_waits(&self, hook: Hook) {
		let now = self.now;
		match hook {
			Hook::Settlement => {
				let left = self.ended.iter().find(|(_, ended)| **ended + RETENTION <= now);
				assert!(left.is_none(), "not forgotten: {left:?}");
			}
			Hook::Attestation => {
				let left = self.live.iter().find(|(_, live)| live.next_due() <= now);
				assert!(left.is_none(), "not acted on: {left:?}");
				assert!(self.jailed.is_empty(), "in jail, not looked at: {:?}", self.jailed);
				let held = self.live.values().flat_map(|live| &live.attempts).find(|attempt| {
					let jailed = self.provers[&attempt.prover].jailed_until.is_some();
					attempt.is_running() && jailed
				});
				assert!(held.is_none(), "not taken from a prover in jail: {held:?}");
			}
			Hook::Auctions => {
				let left = self.open.iter().find(|(_, open)| open.due() <= now);
				assert!(left.is_none(), "not ended: {left:?}");
				self.check_clearings();
			}
		}
	}
}

use proofyard_primitives::FailureReason::DeadlinePassed as DEADLINE_PASSED;
