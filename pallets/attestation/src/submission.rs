// SPDX-License-Identifier: Apache-2.0
//! Proofs: who may submit one, and what its verdict does.

use crate::*;
use frame_support::{defensive, ensure, pallet_prelude::*};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_primitives::{
	session::{submission_message, SessionSignature},
	traits::{Attempt, AttemptEnding, Attestation, Programs, Provers, Settlement},
	FailureReason, ProofData, TaskId,
};
use sp_application_crypto::RuntimeAppPublic;
use sp_core::H256;
use sp_runtime::{
	traits::{One, Saturating, Zero},
	transaction_validity::TransactionSource,
	SaturatedConversion,
};

/// Blocks that a submission stays in a pool before its node sends it again.
pub(crate) const LONGEVITY: u64 = 32;

impl<T: Config> Attestation<T::AccountId, T::Balance, BlockNumberFor<T>> for Pallet<T> {
	fn begin(task: TaskId, spec: SpecOf<T>, assignment: AssignmentOf<T>) {
		// A proof in the block of the deadline still counts, so failing is the next block's.
		let fail_at = AgendaOf::<T>::schedule(spec.deadline.saturating_add(One::one()), task);
		LiveOf::<T>::insert(&assignment.prover, task, ());
		let live =
			LiveTask { spec, assignment, rejections: 0, rejected: Default::default(), fail_at };
		Live::<T>::insert(task, live);
	}
}

/// What a proof is recognised by.
fn proof_hash(proof: &ProofData) -> H256 {
	H256(sp_io::hashing::blake2_256(&proof.encode()))
}

impl<T: Config> Pallet<T> {
	/// Let a submission into the pool, or refuse it. Cheap checks first, the signature last, the
	/// proof not at all: it is verified in the block.
	pub(crate) fn authorize_submission(
		_source: TransactionSource,
		task: &TaskId,
		attempt: &u32,
		prover: &T::AccountId,
		proof: &ProofData,
		signature: &SessionSignature,
	) -> TransactionValidityWithRefund {
		let Some(live) = Live::<T>::get(task) else {
			let ended = T::Settlement::has_ended(*task);
			return Err(if ended { Refusal::TaskEnded } else { Refusal::UnknownTask }.into());
		};
		let LiveTask { spec, assignment, rejected, .. } = live;
		ensure!(assignment.prover == *prover, Refusal::NotAssignee);
		ensure!(assignment.attempt == *attempt, Refusal::WrongAttempt);
		ensure!(frame_system::Pallet::<T>::block_number() <= spec.deadline, Refusal::TooLate);
		let longest = proofyard_verifier::max_proof_len(spec.market.system);
		ensure!(proof.proof.len() as u32 <= longest, Refusal::ProofTooLarge);
		ensure!(!rejected.contains(&proof_hash(proof)), Refusal::AlreadyRejected);
		let message = submission_message(&Self::genesis(), *task, *attempt, prover, proof);
		let key = T::Provers::session_key(prover).ok_or(Refusal::NotAssignee)?;
		ensure!(key.verify(&message, signature), Refusal::BadSignature);
		ValidTransaction::with_tag_prefix("ProofyardSubmission")
			.priority(T::ProofPriority::get())
			.and_provides((task, attempt, prover))
			.longevity(LONGEVITY)
			.propagate(true)
			.build()
			.map(|valid| (valid, Weight::zero()))
	}

	/// The hash of the first block: a submission is for one chain only.
	pub(crate) fn genesis() -> T::Hash {
		frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
	}

	pub(crate) fn do_submit_proof(
		task: TaskId,
		attempt: u32,
		prover: T::AccountId,
		proof: ProofData,
	) -> DispatchResult {
		let live = Live::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		ensure!(
			live.assignment.prover == prover && live.assignment.attempt == attempt,
			Error::<T>::NotAssignee
		);
		match Self::verdict(&live, &proof) {
			Ok(()) => {
				Self::deposit_event(Event::ProofVerified { task, prover, attempt });
				Self::settle(task, live, proof);
			}
			Err(reason) => Self::reject(task, live, proof_hash(&proof), reason),
		}
		Ok(())
	}

	fn verdict(live: &LiveTaskOf<T>, proof: &ProofData) -> Result<(), RejectReason> {
		if !proof.matches(&live.spec.public_inputs) {
			return Err(RejectReason::PublicInputsDiffer);
		}
		match T::Programs::verify(&live.spec.program, proof) {
			Some(verdict) => verdict.map_err(RejectReason::Refused),
			None => {
				defensive!("a live task's program is there");
				Err(RejectReason::Refused(proofyard_verifier::VerifyError::CorruptPreparedKey))
			}
		}
	}

	fn settle(task: TaskId, live: LiveTaskOf<T>, proof: ProofData) {
		Self::take_out(task, &live);
		let LiveTask { spec, assignment, .. } = live;
		T::Settlement::settle(task, &spec, &assignment, proof);
		Self::release(&spec, &assignment, assignment.bond, AttemptEnding::Verified);
	}

	fn reject(task: TaskId, mut live: LiveTaskOf<T>, proof: H256, reason: RejectReason) {
		let assignment = &mut live.assignment;
		let prover = assignment.prover.clone();
		let charged = T::Settlement::charge_verification(task, &prover, assignment.bond);
		assignment.bond = assignment.bond.saturating_sub(charged);
		live.rejections = live.rejections.saturating_add(1);
		let attempt = assignment.attempt;
		Self::deposit_event(Event::ProofRejected { task, prover, attempt, reason, charged });
		if live.rejections >= T::MaxRejections::get() {
			Self::fail(task, live, FailureReason::ProofsRejected);
		} else {
			if live.rejected.try_push(proof).is_err() {
				defensive!("there is room for every rejection but the last");
			}
			Live::<T>::insert(task, live);
		}
	}

	/// End a task without a proof.
	pub(crate) fn fail(task: TaskId, live: LiveTaskOf<T>, reason: FailureReason) {
		Self::take_out(task, &live);
		let LiveTask { spec, assignment, .. } = live;
		T::Settlement::fail(task, &spec, &assignment, reason);
		// The bond is spent, so there is nothing of it to release.
		Self::release(&spec, &assignment, Zero::zero(), AttemptEnding::Defaulted);
	}

	/// Give back what the attempt and the task had reserved, and say what the attempt shows of its
	/// prover.
	fn release(
		spec: &SpecOf<T>,
		assignment: &AssignmentOf<T>,
		bond: T::Balance,
		ending: AttemptEnding,
	) {
		let blocks = frame_system::Pallet::<T>::block_number()
			.saturating_sub(assignment.assigned_at)
			.saturated_into();
		let attempt = Attempt { ending, kind: spec.kind, work: spec.work, blocks };
		T::Provers::release(
			&assignment.prover,
			&spec.market,
			bond,
			assignment.committed_ms,
			attempt,
		);
		T::Programs::release(&spec.program);
	}

	/// Remove a task from everything this pallet knows of it.
	fn take_out(task: TaskId, live: &LiveTaskOf<T>) {
		Live::<T>::remove(task);
		LiveOf::<T>::remove(&live.assignment.prover, task);
		AgendaOf::<T>::cancel(live.fail_at, task);
	}
}
