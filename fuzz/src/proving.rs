// SPDX-License-Identifier: Apache-2.0
//! Work that provers hand in: proofs, commitments, reports, announcements.

use crate::{
	actions::{Proof, AHEAD},
	model::Sender,
	perform::{anybody, nth, prover},
	proofs::{any_input, Key},
	runtime::*,
	world::{pair, World},
	zkvm::{self, Version},
};
use proofyard_primitives::{
	proof_commitment,
	session::{batch_message, commit_message, report_message, submission_message, Report},
	FixedValues, ProofData, Submission, Submissions, TaskId,
};
use sp_core::{Pair, H256};
use sp_runtime::BoundedVec;

impl World {
	fn genesis() -> H256 {
		H256::repeat_byte(0xab)
	}

	/// The running attempts: task, number, prover.
	pub(crate) fn running_attempt(&self, n: u64) -> Option<(TaskId, u32, AccountId)> {
		let live = self.state.model.live.iter();
		let running = live.flat_map(|(task, live)| {
			let attempts = live.attempts.iter().enumerate();
			attempts
				.filter(|(_, attempt)| attempt.is_running())
				.map(|(place, attempt)| (*task, place as u32, attempt.prover))
		});
		nth(running, n)
	}

	/// Any attempt, of any live task, or of one that has ended.
	pub(crate) fn any_attempt(&self, n: u64) -> Option<(TaskId, u32, AccountId)> {
		if !n.is_multiple_of(4) {
			return self.running_attempt(n);
		}
		let live = self.state.model.live.iter();
		let all = live.flat_map(|(task, live)| {
			let attempts = live.attempts.iter().enumerate();
			attempts.map(|(place, attempt)| (*task, place as u32, attempt.prover))
		});
		let ended = self.state.model.ended.keys().map(|task| (*task, 0, prover(n)));
		nth(all.chain(ended), n)
	}

	/// A proof for a task, as somebody wants it.
	pub(crate) fn proof(&self, task: TaskId, who: AccountId, proof: Proof) -> ProofData {
		let spec = self.state.model.live.get(&task).map(|live| &live.spec);
		let program = spec.and_then(|spec| self.state.model.programs.get(&spec.program));
		let key = program.map_or(Key::Real, |program| program.key);
		let wanted = spec.map_or(FixedValues::Open, |spec| spec.values.clone());
		let prove = |wanted: &FixedValues, variant| match self.version_for(key, variant) {
			Some(version) => key.prove_under(Some(version), wanted, variant),
			None => key.prove(wanted, variant),
		};
		let good = |variant| prove(&wanted, variant);
		match proof {
			Proof::Good(variant) => good(variant),
			Proof::Flipped(bit) => {
				let mut proof = good(0);
				let bit = bit as usize % (8 * proof.proof.len());
				proof.proof[bit / 8] ^= 1 << (bit % 8);
				proof
			}
			Proof::False(variant) => {
				let mut proof = prove(&elsewhere(key), variant);
				proof.public_values = good(0).public_values;
				if key == Key::Real {
					proof.public_values[31] ^= 1;
				}
				proof
			}
			Proof::Unlisted(variant) => match self.unlisted(key, variant) {
				Some(version) => key.prove_under(Some(version), &wanted, variant),
				None => good(variant),
			},
			Proof::Elsewhere(variant) => prove(&elsewhere(key), variant),
			Proof::Long => {
				let mut proof = good(0);
				proof.proof =
					BoundedVec::truncate_from([proof.proof.to_vec(), vec![0; 140]].concat());
				proof
			}
			Proof::Copied => {
				let shown = self.state.shown.get(&task).and_then(|shown| shown.last());
				let any = || self.state.shown.values().flatten().last();
				let own = || self.state.kept.get(&(task, who));
				shown.or_else(own).or_else(any).cloned().unwrap_or_else(|| good(0))
			}
		}
	}

	/// A version that the chain takes proofs of now, if the key is that of a zkVM's program and there
	/// is one.
	fn version_for(&self, key: Key, variant: u64) -> Option<Version> {
		let known = self.state.model.versions.iter();
		let on = known.filter(|((system, _), (_, on))| *on && *system == key.system());
		nth(on.map(|(_, (version, _))| *version), variant)
	}

	/// A version that the chain takes no proofs of now, if the key is that of a zkVM's program.
	fn unlisted(&self, key: Key, variant: u64) -> Option<Version> {
		let Key::Zkvm(vm, _) = key else { return None };
		let known = &self.state.model.versions;
		nth(zkvm::all(vm).filter(|one| known.get(&one.name()) != Some(&(*one, true))), variant)
	}

	pub(crate) fn submit_proof(
		&mut self,
		task: TaskId,
		attempt: u32,
		prover: AccountId,
		proof: ProofData,
		forged: bool,
	) {
		let message = submission_message(&Self::genesis(), task, attempt, &prover, &proof);
		let signer = if forged { pair(997) } else { self.session(prover) };
		let signature = signer.sign(&message);
		self.state.shown.entry(task).or_default().push(proof.clone());
		let call =
			pallet_attestation::Call::submit_proof { task, attempt, prover, proof, signature };
		self.send(Sender::Pool, call);
	}

	pub(crate) fn commit_proof(
		&mut self,
		task: TaskId,
		attempt: u32,
		prover: AccountId,
		proof: ProofData,
	) {
		let commitment = proof_commitment(task, &prover, &proof);
		self.state.kept.insert((task, prover), proof);
		let message = commit_message(&Self::genesis(), task, attempt, &prover, &commitment);
		let signature = self.session(prover).sign(&message);
		let call =
			pallet_attestation::Call::commit_proof { task, attempt, prover, commitment, signature };
		self.send(Sender::Pool, call);
	}

	pub(crate) fn report(&mut self, task: TaskId, attempt: u32, prover: AccountId, report: Report) {
		let message = report_message(&Self::genesis(), task, attempt, &prover, report);
		let signature = self.session(prover).sign(&message);
		let call = pallet_attestation::Call::report { task, attempt, prover, report, signature };
		self.send(Sender::Pool, call);
	}

	/// Submit what was let into the pool before something changed.
	pub(crate) fn submit_late(
		&mut self,
		task: TaskId,
		attempt: u32,
		prover: AccountId,
		proof: ProofData,
	) {
		let signature = pair(997).sign(&[0; 32]);
		self.state.shown.entry(task).or_default().push(proof.clone());
		let call =
			pallet_attestation::Call::submit_proof { task, attempt, prover, proof, signature };
		self.send(Sender::Late, call);
	}

	/// Submit proofs for the attempts of the prover whose this one is: for those that run, and for the
	/// others too if something is to have changed since.
	pub(crate) fn submit_proofs(
		&mut self,
		attempt: u64,
		proofs: &[Proof],
		twice: Option<u64>,
		forged: bool,
		late: bool,
	) {
		let Some((_, _, prover)) = self.running_attempt(attempt) else { return };
		let live = self.state.model.live.iter();
		let own = live.filter_map(|(task, live)| {
			let place = live.attempt_of(prover)?;
			(late || live.attempts[place].is_running()).then_some((*task, place as u32))
		});
		// One that has ended, or that it had nothing to do with.
		let ended = self.state.model.ended.keys().next_back().filter(|_| late);
		let other =
			self.state.model.live.iter().find(|(_, live)| live.attempt_of(prover).is_none());
		let other = other.map(|(task, _)| task).filter(|_| late);
		let all: Vec<(TaskId, u32)> =
			own.chain(ended.into_iter().chain(other).map(|task| (*task, 0))).collect();
		let mut batch: Vec<Submission> = all
			.into_iter()
			.zip(proofs)
			.map(|((task, attempt), proof)| Submission {
				task,
				attempt,
				proof: self.proof(task, prover, *proof),
			})
			.collect();
		if late {
			if batch.is_empty() {
				return;
			}
		} else if let Some(again) = twice.and_then(|n| nth(batch.iter().cloned(), n)) {
			batch.push(again);
		}
		self.submit_batch(prover, batch, forged, late);
	}

	fn submit_batch(
		&mut self,
		prover: AccountId,
		batch: Vec<Submission>,
		forged: bool,
		late: bool,
	) {
		for one in &batch {
			self.state.shown.entry(one.task).or_default().push(one.proof.clone());
		}
		let submissions: Submissions = BoundedVec::truncate_from(batch);
		let message = batch_message(&Self::genesis(), &prover, &submissions);
		let signer = if forged { pair(997) } else { self.session(prover) };
		let signature = signer.sign(&message);
		let call = pallet_attestation::Call::submit_proofs { prover, submissions, signature };
		self.send(if late { Sender::Late } else { Sender::Pool }, call);
	}

	/// A prover that is alive does what is next.
	pub(crate) fn deliver(&mut self, attempt: u64, variant: u64) {
		let Some((task, place, prover)) = self.running_attempt(attempt) else { return };
		match self.next_step(task, place, prover, variant) {
			Step::Commit(proof) => self.commit_proof(task, place, prover, proof),
			Step::Show(proof) => self.submit_proof(task, place, prover, proof, false),
			Step::Wait => {}
		}
	}

	/// The same for all attempts of a prover: what can be shown is submitted at once.
	pub(crate) fn deliver_all(&mut self, attempt: u64, variant: u64) {
		let Some((_, _, prover)) = self.running_attempt(attempt) else { return };
		let live = self.state.model.live.iter();
		let own: Vec<(TaskId, u32)> = live
			.filter_map(|(task, live)| {
				let place = live.attempt_of(prover)?;
				live.attempts[place].is_running().then_some((*task, place as u32))
			})
			.collect();
		let mut batch = Vec::new();
		for (task, attempt) in own {
			match self.next_step(task, attempt, prover, variant) {
				Step::Commit(proof) => self.commit_proof(task, attempt, prover, proof),
				Step::Show(proof) => batch.push(Submission { task, attempt, proof }),
				Step::Wait => {}
			}
		}
		if !batch.is_empty() {
			self.submit_batch(prover, batch, false, false);
		}
	}

	/// Next step of an attempt that runs.
	fn next_step(&self, task: TaskId, place: u32, prover: AccountId, variant: u64) -> Step {
		if self.state.dead.contains(&prover) {
			return Step::Wait;
		}
		let model = &self.state.model;
		let live = &model.live[&task];
		let needed = live.needs_commitment(place as usize, model.now);
		let proof = self.proof(task, prover, Proof::Good(variant % 3));
		let kept = || self.state.kept.get(&(task, prover)).cloned();
		match live.attempts[place as usize].commitment {
			None if needed || variant >= AHEAD => Step::Commit(proof),
			None => Step::Show(proof),
			// Of a version that was switched off in the meantime another is as good.
			Some(_) if !needed => {
				let kept = kept().filter(|proof| model.is_of_known_version(task, proof));
				Step::Show(kept.unwrap_or(proof))
			}
			Some((_, at)) if at < model.now && live.shows_proofs() => {
				Step::Show(kept().unwrap_or(proof))
			}
			Some(_) => Step::Wait,
		}
	}

	pub(crate) fn announce(&mut self, who: u64, task: u64, proof: Proof) {
		let live = self.state.model.live.iter();
		let bounties = live.filter(|(_, live)| live.bounty.is_some()).map(|(task, _)| *task);
		let any = || nth(self.state.model.live.keys().copied(), task);
		let Some(task) = nth(bounties, task).or_else(any) else { return };
		let who = if who.is_multiple_of(5) { anybody(who) } else { self.registered(who) };
		let proof = self.proof(task, who, proof);
		let commitment = proof_commitment(task, &who, &proof);
		if self.state.model.live[&task].attempt_of(who).is_none() {
			self.state.kept.entry((task, who)).or_insert(proof);
		}
		let call = pallet_attestation::Call::announce { task, commitment };
		self.send(Sender::Account(who), call);
	}

	pub(crate) fn reveal(&mut self, announcement: u64, proof: Option<Proof>, who: Option<u64>) {
		let live = self.state.model.live.iter();
		let all = live.flat_map(|(task, live)| {
			let announced = live.bounty.iter().flat_map(|bounty| &bounty.announced);
			announced.map(|announced| (*task, announced.prover))
		});
		let Some((task, prover)) = nth(all, announcement) else { return };
		let who = who.map_or(prover, anybody);
		let proof = match proof {
			Some(proof) => self.proof(task, who, proof),
			None => match self.state.kept.get(&(task, prover)) {
				Some(proof) => proof.clone(),
				None => return,
			},
		};
		self.state.kept.remove(&(task, who));
		self.state.shown.entry(task).or_default().push(proof.clone());
		let call = pallet_attestation::Call::reveal { task, proof };
		self.send(Sender::Account(who), call);
	}
}

/// Next step of an attempt.
enum Step {
	/// Commit to this proof.
	Commit(ProofData),
	/// Show it.
	Show(ProofData),
	/// Nothing now.
	Wait,
}

/// Public values that hardly anybody asks for.
fn elsewhere(key: Key) -> FixedValues {
	let values = match key {
		Key::Zkvm(..) => b"elsewhere".to_vec(),
		_ => (0..key.inputs()).flat_map(|place| any_input(place + 100)).collect(),
	};
	FixedValues::Whole(BoundedVec::truncate_from(values))
}
