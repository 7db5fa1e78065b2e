// SPDX-License-Identifier: Apache-2.0
//! What provers hand in, and what is done with programs, fees and money.

use super::{
	attempts::{Announced, Live, State},
	Model, Program, Sender,
};
use crate::{
	proofs::{self, Key},
	runtime::*,
};
use codec::Encode;
use pallet_attestation::{Call, Event};
use proofyard_primitives::{
	proof_commitment,
	session::{commit_message, report_message, submission_message, Report, SessionSignature},
	FailureReason, ProofData, TaskId, WorkModel,
};
use sp_core::H256;
use sp_runtime::RuntimeAppPublic;

/// Blocks in which an announced proof has to be shown where others wait.
const REVEAL_BLOCKS: BlockNumber = 10;
/// Proofs that are announced at once.
const ANNOUNCEMENTS: usize = 4;
/// Bytes of a proof.
const PROOF_LEN: usize = 256;

/// Whether somebody had the input of a task: it made a proof of something.
fn had_input(live: &Live) -> bool {
	live.attempts
		.iter()
		.any(|attempt| attempt.rejections > 0 || matches!(attempt.state, State::Verified(..)))
}

impl Model {
	/// Whether a call of the attestation pallet should succeed. Its effect is taken in if it did.
	pub fn attestation_call(&mut self, from: Sender, call: &Call<Runtime>, done: bool) -> bool {
		let genesis = H256::repeat_byte(0xab);
		match (call, from) {
			(Call::submit_proof { task, attempt, prover, proof, signature }, Sender::Pool) => {
				let message = submission_message(&genesis, *task, *attempt, prover, proof);
				let should = self.may_submit(*task, *attempt, *prover, proof)
					&& self.signed(*prover, &message, signature);
				if done && should {
					self.submitted_proof(*task, *attempt as usize, proof);
				}
				should
			}
			(Call::report { task, attempt, prover, report, signature }, Sender::Pool) => {
				let message = report_message(&genesis, *task, *attempt, prover, *report);
				let should = self.may_give_back(*task, *prover, Some(*attempt), *report)
					&& self.signed(*prover, &message, signature);
				if done && should {
					self.give_back(*task, *attempt as usize, *report);
				}
				should
			}
			(Call::commit_proof { task, attempt, prover, commitment, signature }, Sender::Pool) => {
				let message = commit_message(&genesis, *task, *attempt, prover, commitment);
				let should = self.may_commit(*task, *attempt, *prover)
					&& self.signed(*prover, &message, signature);
				if done && should {
					let now = self.now;
					let place = *attempt as usize;
					self.live(*task).attempts[place].commitment = Some((*commitment, now));
					let (task, prover, attempt) = (*task, *prover, *attempt);
					self.expect(Event::ProofCommitted { task, prover, attempt });
				}
				should
			}
			(Call::decline { task }, Sender::Account(who)) => {
				let should = self.may_give_back(*task, who, None, Report::Declined);
				if done && should {
					let place = self.live(*task).attempt_of(who).expect("looked at before");
					self.give_back(*task, place, Report::Declined);
				}
				should
			}
			(Call::poke { task }, Sender::Account(who)) => {
				let now = self.now;
				let should = self.live.get(task).is_some_and(|live| now >= live.next_due());
				if done && should {
					self.poked(*task, who);
				}
				should
			}
			(Call::announce { task, commitment }, Sender::Account(who)) => {
				let should = self.may_announce(*task, who);
				if done && should {
					self.announced(*task, who, *commitment);
				}
				should
			}
			(Call::reveal { task, proof }, Sender::Account(who)) => {
				let should = self.may_reveal(*task, who, proof);
				if done && should {
					let valid = self.is_valid(*task, proof);
					self.bounty_shown(*task, who, valid);
				}
				should
			}
			_ => false,
		}
	}

	fn signed(&self, who: AccountId, message: &[u8; 32], signature: &SessionSignature) -> bool {
		self.provers.get(&who).is_some_and(|prover| prover.key.verify(message, signature))
	}

	fn is_jailed(&self, who: AccountId) -> bool {
		self.provers.get(&who).is_some_and(|prover| prover.jailed_until.is_some())
	}

	/// Whether a proof is one for this live task.
	fn is_valid(&self, task: TaskId, proof: &ProofData) -> bool {
		let spec = &self.live[&task].spec;
		proof.matches(&spec.inputs) && self.programs[&spec.program].key.accepts(proof)
	}

	/// The live task, if this running attempt at it is this prover's.
	fn running(&self, task: TaskId, attempt: u32, who: AccountId) -> Option<&Live> {
		let live = self.live.get(&task)?;
		let own = live.attempt_of(who)?;
		(own == attempt as usize && live.attempts[own].is_running()).then_some(live)
	}

	fn may_submit(&self, task: TaskId, attempt: u32, who: AccountId, proof: &ProofData) -> bool {
		let Some(live) = self.running(task, attempt, who) else { return false };
		let hash = proof_commitment(task, &who, proof);
		let shown = live.spec.redundancy.needed <= 1
			|| live.attempts[attempt as usize]
				.commitment
				.is_some_and(|(committed, at)| committed == hash && at < self.now)
				&& live.shows_proofs();
		self.now <= live.spec.deadline
			&& proof.proof.len() <= PROOF_LEN
			&& !live.rejected.contains(&proofs::hash(proof))
			&& !self.is_jailed(who)
			&& shown
	}

	fn submitted_proof(&mut self, task: TaskId, place: usize, proof: &ProofData) {
		if self.is_valid(task, proof) {
			self.verified(task, place);
		} else {
			self.rejected(task, place, proofs::hash(proof));
		}
	}

	fn may_give_back(
		&self,
		task: TaskId,
		who: AccountId,
		attempt: Option<u32>,
		report: Report,
	) -> bool {
		let Some(live) = self.live.get(&task) else { return false };
		let Some(own) = live.attempt_of(who) else { return false };
		attempt.is_none_or(|attempt| attempt as usize == own)
			&& live.attempts[own].is_running()
			&& !live.attempts[own].is_late(self.now)
			&& (report == Report::Declined || !live.spec.inline && !had_input(live))
	}

	fn may_commit(&self, task: TaskId, attempt: u32, who: AccountId) -> bool {
		let Some(live) = self.running(task, attempt, who) else { return false };
		let public =
			live.attempts.iter().any(|attempt| matches!(attempt.state, State::Verified(..)));
		self.now < live.spec.deadline
			&& live.spec.redundancy.needed > 1
			&& live.attempts[attempt as usize].commitment.is_none()
			&& !public
	}

	fn poked(&mut self, task: TaskId, keeper: AccountId) {
		let now = self.now;
		if now > self.live(task).spec.deadline {
			return self.conclude(task, Some(FailureReason::DeadlinePassed), Some(keeper));
		}
		for place in 0..self.live(task).attempts.len() {
			let attempt = &self.live(task).attempts[place];
			if attempt.is_running() && !attempt.replaced && attempt.is_late(now) {
				let prover = attempt.prover;
				self.expect(Event::AttemptLate { task, prover, attempt: place as u32 });
				self.late(task, prover, place as u32);
			}
		}
	}

	/// What announcing a proof for a task takes of the stake.
	fn announcement_deposit(live: &Live) -> Balance {
		ANNOUNCEMENT_DEPOSIT + live.price.div_ceil(10)
	}

	fn may_announce(&self, task: TaskId, who: AccountId) -> bool {
		let Some(live) = self.live.get(&task) else { return false };
		let Some(bounty) = &live.bounty else { return false };
		let Some(prover) = self.provers.get(&who) else { return false };
		let room = bounty.announced.len() < ANNOUNCEMENTS
			|| bounty.announced.iter().any(|a| a.at + REVEAL_BLOCKS < self.now);
		self.now < live.spec.deadline
			&& prover.jailed_until.is_none()
			&& !prover.exiting
			&& who != live.spec.requester
			&& live.attempt_of(who).is_none()
			&& bounty.announced.iter().all(|a| a.prover != who)
			&& room && prover.free_stake() >= Self::announcement_deposit(live)
	}

	fn announced(&mut self, task: TaskId, who: AccountId, commitment: H256) {
		let now = self.now;
		let live = self.live(task);
		let reward = live.reward(now).expect("a bounty");
		let deposit = Self::announcement_deposit(live);
		let announced = &mut live.bounty.as_mut().expect("a bounty").announced;
		let mut overdue = None;
		if announced.len() == ANNOUNCEMENTS {
			let place = announced.iter().position(|a| a.at + REVEAL_BLOCKS < now);
			overdue = Some(announced.remove(place.expect("one that is overdue")));
		}
		announced.push(Announced { prover: who, commitment, at: now, reward, deposit });
		self.prover(who).reserved += deposit;
		if let Some(overdue) = overdue {
			self.forfeit(task, overdue.prover, overdue.deposit);
		}
		self.expect(Event::ProofAnnounced { task, prover: who, reward });
	}

	fn may_reveal(&self, task: TaskId, who: AccountId, proof: &ProofData) -> bool {
		let Some(live) = self.live.get(&task) else { return false };
		let announced = live.bounty.iter().flat_map(|bounty| &bounty.announced);
		self.now <= live.spec.deadline
			&& !self.is_jailed(who)
			&& announced.into_iter().find(|a| a.prover == who).is_some_and(|announced| {
				announced.at < self.now
					&& announced.commitment == proof_commitment(task, &who, proof)
			})
	}

	/// What a call of the programs pallet should come to. Its effect is taken in if it succeeded.
	pub fn programs_call(
		&mut self,
		who: AccountId,
		call: &pallet_programs::Call<Runtime>,
		done: bool,
	) -> Option<bool> {
		use pallet_programs::Call;
		match call {
			Call::register { system, key, hardware, work, artifacts } => {
				if !done {
					return None;
				}
				let id = proofyard_primitives::program::program_id(
					*system, key, *hardware, *work, artifacts,
				);
				let known = [Key::Real, Key::Known(1), Key::Known(2)];
				let found = known.into_iter().find(|known| known.bytes() == **key);
				let prepared = proofyard_verifier::prepared_len(*system, key).expect("a sound key");
				let artifacts = artifacts.encoded_size();
				let bytes = key.len() + prepared as usize + artifacts;
				let deposit = PROGRAM_DEPOSIT.0 + PROGRAM_DEPOSIT.1 * bytes as Balance;
				assert!(self.spendable(who) >= deposit && !self.disabled);
				assert!(*work != WorkModel::Fixed(0), "a program without work");
				*self.free.entry(who).or_default() -= deposit;
				let program = Program {
					owner: who,
					system: *system,
					key: found.expect("a key of ours"),
					hardware: *hardware,
					work: *work,
					deposit,
					live: 0,
					retired: false,
					artifacts,
				};
				assert!(self.programs.insert(id, program).is_none(), "a program registered twice");
				None
			}
			Call::set_locators { program, .. } => {
				if done {
					let chain = pallet_programs::Programs::<Runtime>::get(program)?;
					let known = self.programs.get_mut(program).expect("a program");
					assert_eq!(known.owner, who, "a program of somebody else");
					let bytes = chain.artifacts.encoded_size();
					let (before, after) = (known.artifacts as Balance, bytes as Balance);
					known.artifacts = bytes;
					known.deposit = known.deposit + after - before;
					let free = self.free.entry(who).or_default();
					*free = *free + before - after;
				}
				None
			}
			Call::retire { program } => {
				let should = self
					.programs
					.get(program)
					.is_some_and(|known| known.owner == who && !known.retired);
				if done && should {
					let known = self.programs.get_mut(program).expect("looked at before");
					known.retired = true;
					known.live += 1;
					self.release(*program);
				}
				Some(should)
			}
			Call::set_system_enabled { enabled, .. } => {
				if done {
					self.disabled = !enabled;
				}
				Some(true)
			}
			_ => None,
		}
	}

	/// Whether the fee can be set so. It is, if it was.
	pub fn fees_call(&mut self, call: &pallet_settlement::Call<Runtime>, done: bool) -> bool {
		let pallet_settlement::Call::set_fees { terms } = call else { return false };
		let [fee, author, treasury] =
			[terms.fee, terms.author, terms.treasury].map(|share| share.deconstruct());
		let should = fee <= 100_000 && author + treasury <= 1_000_000;
		if done && should {
			self.fees = (fee, author, treasury);
		}
		should
	}

	/// Whether money can be moved so. It is, if it was.
	pub fn balances_call(
		&mut self,
		who: AccountId,
		call: &pallet_balances::Call<Runtime>,
		done: bool,
	) -> bool {
		let pallet_balances::Call::transfer_keep_alive { dest, value } = call else { return false };
		let should = *value <= self.spendable(who)
			&& (self.exists(*dest) || *value >= EXISTENTIAL_DEPOSIT || *value == 0);
		if done && should {
			*self.free.entry(who).or_default() -= value;
			*self.free.entry(*dest).or_default() += value;
		}
		should
	}
}
