// SPDX-License-Identifier: Apache-2.0
//! What provers hand in: proofs, commitments, reports, announcements.

use crate::{
	actions::Proof,
	model::Sender,
	perform::{anybody, nth, prover},
	proofs::{any_input, Key},
	runtime::*,
	world::{pair, World},
};
use proofyard_primitives::{
	proof_commitment,
	session::{commit_message, report_message, submission_message, Report},
	ProofData, Scalar, TaskId,
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
		if n % 4 > 0 {
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
		let inputs: Vec<Option<Scalar>> = spec.map_or(Vec::new(), |spec| spec.inputs.to_vec());
		let good = |variant| key.prove(&inputs, variant);
		match proof {
			Proof::Good(variant) => good(variant),
			Proof::Flipped(bit) => {
				let mut proof = good(0);
				let bit = bit as usize % (8 * proof.proof.len());
				proof.proof[bit / 8] ^= 1 << (bit % 8);
				proof
			}
			Proof::False(variant) => {
				let mut proof = elsewhere(key, variant);
				proof.public_inputs = good(0).public_inputs;
				if key == Key::Real {
					proof.public_inputs[0][31] ^= 1;
				}
				proof
			}
			Proof::Elsewhere(variant) => elsewhere(key, variant),
			Proof::Long => {
				let mut proof = good(0);
				proof.proof =
					BoundedVec::truncate_from([proof.proof.to_vec(), vec![0; 40]].concat());
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

	/// A prover that is alive does what is next.
	pub(crate) fn deliver(&mut self, attempt: u64, variant: u64) {
		let Some((task, place, prover)) = self.running_attempt(attempt) else { return };
		if self.state.dead.contains(&prover) {
			return;
		}
		let now = self.state.model.now;
		let live = &self.state.model.live[&task];
		let proof = self.proof(task, prover, Proof::Good(variant));
		if live.spec.redundancy.needed <= 1 {
			return self.submit_proof(task, place, prover, proof, false);
		}
		match live.attempts[place as usize].commitment {
			None => self.commit_proof(task, place, prover, proof),
			Some((_, at)) if at < now && live.shows_proofs() => {
				let kept = self.state.kept.get(&(task, prover)).cloned().unwrap_or(proof);
				self.submit_proof(task, place, prover, kept, false);
			}
			Some(_) => {}
		}
	}

	pub(crate) fn announce(&mut self, who: u64, task: u64, proof: Proof) {
		let live = self.state.model.live.iter();
		let bounties = live.filter(|(_, live)| live.bounty.is_some()).map(|(task, _)| *task);
		let any = || nth(self.state.model.live.keys().copied(), task);
		let Some(task) = nth(bounties, task).or_else(any) else { return };
		let who = if who % 5 == 0 { anybody(who) } else { self.registered(who) };
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

/// A valid proof of what hardly anybody asks for.
fn elsewhere(key: Key, variant: u64) -> ProofData {
	let inputs: Vec<Option<Scalar>> = (0..key.inputs()).map(|n| Some(any_input(n + 100))).collect();
	key.prove(&inputs, variant)
}
