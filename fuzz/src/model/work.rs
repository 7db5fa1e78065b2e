// SPDX-License-Identifier: Apache-2.0
//! Work that provers hand in.

use super::{
	conclusion::percent_up,
	live::{Announced, Live},
	values, Model, Sender,
};
use crate::{proofs, runtime::*};
use pallet_attestation::{Call, Error, Event};
use proofyard_mechanism::level::ANNOUNCEMENT_PERCENT;
use proofyard_primitives::{
	proof_commitment,
	session::{
		batch_message, commit_message, report_message, submission_message, Report, SessionSignature,
	},
	FailureReason, ProofData, ProofSystem, Submission, TaskId,
};
use sp_core::H256;
use sp_runtime::RuntimeAppPublic;
use std::collections::BTreeSet;

/// Blocks in which an announced proof has to be shown where others wait.
const REVEAL_BLOCKS: BlockNumber = 10;
/// Blocks after which a commitment may give way to another.
const RECOMMIT_BLOCKS: BlockNumber = 10;
/// Proofs that are announced at once.
const ANNOUNCEMENTS: usize = 4;

/// Most bytes of a proof: one of Groth16 has 256; a zkVM's a selector before it, and with SP1 three
/// numbers more.
fn longest(system: ProofSystem) -> usize {
	match system {
		ProofSystem::Sp1Groth16 => 4 + 3 * 32 + 256,
		ProofSystem::Risc0Groth16 => 4 + 256,
		_ => 256,
	}
}

/// Verdict that the chain has to give on a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
	/// It proves what was asked for.
	Valid,
	/// It is of other public values.
	Differs,
	/// It proves nothing.
	Invalid,
	/// Nothing: the version is not known.
	None,
}

/// Whether somebody had the input of a task: it made a proof of something.
fn had_input(live: &Live) -> bool {
	live.attempts.iter().any(|attempt| attempt.rejections > 0 || attempt.is_verified())
}

impl Model {
	/// Whether a call of the attestation pallet should succeed. Its effect is taken in if it did.
	pub fn attestation_call(&mut self, from: Sender, call: &Call<Runtime>, done: bool) -> bool {
		let genesis = H256::repeat_byte(0xab);
		match (call, from) {
			(Call::submit_proof { task, attempt, prover, proof, signature }, Sender::Pool) => {
				let message = submission_message(&genesis, *task, *attempt, prover, proof);
				let should = self.refused(*task, *attempt, *prover, proof).is_none()
					&& self.signed(*prover, &message, signature);
				if done && should {
					let verdict = self.verdict(*task, proof);
					self.submitted_proof(*task, *attempt as usize, proof, verdict);
				}
				should
			}
			(Call::submit_proof { task, attempt, prover, proof, .. }, Sender::Late) => {
				let should = self.refused(*task, *attempt, *prover, proof).is_none();
				if done && should {
					let verdict = self.verdict(*task, proof);
					self.submitted_proof(*task, *attempt as usize, proof, verdict);
				}
				should
			}
			(Call::submit_proofs { prover, submissions, signature }, Sender::Pool) => {
				let message = batch_message(&genesis, prover, submissions);
				let tasks: BTreeSet<TaskId> = submissions.iter().map(|one| one.task).collect();
				let should = !submissions.is_empty()
					&& tasks.len() == submissions.len()
					&& submissions.iter().any(|one| {
						self.refused(one.task, one.attempt, *prover, &one.proof).is_none()
					}) && self.signed(*prover, &message, signature);
				if done && should {
					self.submitted_batch(*prover, submissions);
				}
				should
			}
			(Call::submit_proofs { prover, submissions, .. }, Sender::Late) => {
				self.submitted_batch(*prover, submissions);
				true
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
					let verdict = self.verdict(*task, proof);
					self.bounty_shown(*task, who, proof, verdict);
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

	/// Verdict that the chain has to give on a proof for this live task.
	fn verdict(&self, task: TaskId, proof: &ProofData) -> Verdict {
		let spec = &self.live[&task].spec;
		if !values::allows(&spec.values, &proof.public_values) {
			return Verdict::Differs;
		}
		let version = if is_zkvm(spec.market.system) {
			match self.version(spec.market.system, proof) {
				Some(version) => Some(version),
				None => return Verdict::None,
			}
		} else {
			None
		};
		if self.programs[&spec.program].key.accepts(version, proof) {
			Verdict::Valid
		} else {
			Verdict::Invalid
		}
	}

	/// The live task, if this running attempt at it is this prover's.
	fn running(&self, task: TaskId, attempt: u32, who: AccountId) -> Option<&Live> {
		let live = self.live.get(&task)?;
		let own = live.attempt_of(who)?;
		(own == attempt as usize && live.attempts[own].is_running()).then_some(live)
	}

	/// Reason not to look at a submission, in the pool and in the block, if its signature is good.
	fn refused(
		&self,
		task: TaskId,
		attempt: u32,
		who: AccountId,
		proof: &ProofData,
	) -> Option<Error<Runtime>> {
		let Some(live) = self.live.get(&task) else { return Some(Error::UnknownTask) };
		let place = attempt as usize;
		if live.attempt_of(who) != Some(place) {
			return Some(Error::NotAssignee);
		}
		let attempt = &live.attempts[place];
		if !attempt.is_running() {
			return Some(Error::AttemptOver);
		}
		if self.now > live.spec.deadline {
			return Some(Error::TooLate);
		}
		if proof.proof.len() > longest(live.spec.market.system) {
			return Some(Error::ProofTooLarge);
		}
		if !self.is_of_known_version(task, proof) {
			return Some(Error::UnknownVersion);
		}
		if live.rejected.contains(&proofs::hash(proof)) {
			return Some(Error::AlreadyRejected);
		}
		if self.is_jailed(who) {
			return Some(Error::Jailed);
		}
		let hash = proof_commitment(task, &who, proof);
		let committed = attempt.commitment.is_some_and(|(to, at)| to == hash && at < self.now);
		if live.needs_commitment(place, self.now) && !committed {
			return Some(Error::NotCommitted);
		}
		let several = live.spec.redundancy.needed > 1;
		(several && !live.shows_proofs()).then_some(Error::NotEnoughCommitted)
	}

	/// Whether a proof for a live task is of a version that the chain verifies, if it is a zkVM's.
	pub fn is_of_known_version(&self, task: TaskId, proof: &ProofData) -> bool {
		let system = self.live[&task].spec.market.system;
		!is_zkvm(system) || self.version(system, proof).is_some()
	}

	fn submitted_proof(&mut self, task: TaskId, place: usize, proof: &ProofData, verdict: Verdict) {
		match verdict {
			Verdict::Valid => self.verified(task, place, proof),
			_ => self.rejected(task, place, proof, verdict),
		}
	}

	/// Several proofs are submitted. They are looked at, then verified, then each does what it would by
	/// itself, if what those before it did has left it something to do.
	fn submitted_batch(&mut self, who: AccountId, submissions: &[Submission]) {
		let mut verified = Vec::new();
		for one in submissions {
			match self.refused(one.task, one.attempt, who, &one.proof) {
				Some(error) => self.skipped(who, one, error),
				None => verified.push((one, self.verdict(one.task, &one.proof))),
			}
		}
		for (one, verdict) in verified {
			match self.refused(one.task, one.attempt, who, &one.proof) {
				Some(error) => self.skipped(who, one, error),
				None => {
					self.coverage.count("batch", &format!("{verdict:?}"));
					self.submitted_proof(one.task, one.attempt as usize, &one.proof, verdict);
				}
			}
		}
		self.coverage.count("batch", &format!("of {}", submissions.len()));
	}

	fn skipped(&mut self, prover: AccountId, one: &Submission, error: Error<Runtime>) {
		self.coverage.count("batch", &format!("skipped: {error:?}"));
		let (task, attempt, error) = (one.task, one.attempt, error.into());
		self.expect(Event::ProofSkipped { task, prover, attempt, error });
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
		let public = live.attempts.iter().any(|attempt| attempt.is_verified());
		self.now < live.spec.deadline
			&& live.attempts[attempt as usize].commitment.is_none_or(|(_, at)| {
				// In a race one that nothing came of may give way to another.
				live.spec.redundancy.needed == 1 && self.now >= at + RECOMMIT_BLOCKS
			}) && !public
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

	/// Stake that announcing a proof for a task takes.
	fn announcement_deposit(live: &Live) -> Balance {
		ANNOUNCEMENT_DEPOSIT + percent_up(live.price, ANNOUNCEMENT_PERCENT)
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
			}) && self.verdict(task, proof) != Verdict::None
	}
}

/// Whether proofs of a system are of a version of a zkVM.
fn is_zkvm(system: ProofSystem) -> bool {
	!matches!(system, ProofSystem::Groth16Bn254 | ProofSystem::Groth16Bls12_381)
}
