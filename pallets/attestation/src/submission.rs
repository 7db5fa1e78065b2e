// SPDX-License-Identifier: Apache-2.0
//! Proofs: who may submit one, and what its verdict does.

use crate::*;
use codec::Encode;
use frame_support::{defensive, ensure, pallet_prelude::*};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_mechanism::{declined_price, terms::FLOOR_PERCENT};
use proofyard_primitives::{
	proof_commitment,
	session::{commit_message, report_message, submission_message, Report, SessionSignature},
	traits::{AttemptEnding, Programs, Provers, Settlement},
	FailureReason, ProofData, TaskEnd, TaskId,
};
use sp_application_crypto::RuntimeAppPublic;
use sp_core::H256;
use sp_runtime::{
	traits::{Saturating, Zero},
	transaction_validity::TransactionSource,
	SaturatedConversion,
};

/// Blocks that a submission stays in a pool before its node sends it again.
pub(crate) const LONGEVITY: u64 = 32;

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
		let live = Self::live_or_refusal(*task)?;
		let running = Self::running(&live, *attempt, prover)?;
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(now <= live.spec.deadline, Refusal::TooLate);
		let LiveTask { spec, rejected, .. } = &live;
		let longest = proofyard_verifier::max_proof_len(spec.market.system);
		ensure!(proof.proof.len() as u32 <= longest, Refusal::ProofTooLarge);
		ensure!(!rejected.contains(&proof_hash(proof)), Refusal::AlreadyRejected);
		ensure!(!T::Provers::is_jailed(prover), Refusal::Jailed);
		Self::may_show(&live, running, *task, prover, proof)?;
		let message = submission_message(&Self::genesis(), *task, *attempt, prover, proof);
		Self::check_signature(prover, &message, signature)?;
		Self::valid("ProofyardSubmission", (task, attempt, prover))
	}

	/// The hash of the first block: a submission is for one chain only.
	pub(crate) fn genesis() -> T::Hash {
		frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
	}

	/// Let the commitment to a proof into the pool, or refuse it.
	pub(crate) fn authorize_commitment(
		_source: TransactionSource,
		task: &TaskId,
		attempt: &u32,
		prover: &T::AccountId,
		commitment: &H256,
		signature: &SessionSignature,
	) -> TransactionValidityWithRefund {
		let live = Self::live_or_refusal(*task)?;
		Self::may_commit(&live, *attempt, prover)?;
		let message = commit_message(&Self::genesis(), *task, *attempt, prover, commitment);
		Self::check_signature(prover, &message, signature)?;
		Self::valid("ProofyardCommitment", (task, attempt, prover))
	}

	/// Let the return of an attempt into the pool, or refuse it.
	pub(crate) fn authorize_report(
		_source: TransactionSource,
		task: &TaskId,
		attempt: &u32,
		prover: &T::AccountId,
		report: &Report,
		signature: &SessionSignature,
	) -> TransactionValidityWithRefund {
		let live = Self::live_or_refusal(*task)?;
		Self::may_report(&live, *attempt, prover, *report)?;
		let message = report_message(&Self::genesis(), *task, *attempt, prover, *report);
		Self::check_signature(prover, &message, signature)?;
		Self::valid("ProofyardReport", (task, attempt, prover))
	}

	fn live_or_refusal(task: TaskId) -> Result<LiveTaskOf<T>, Refusal> {
		Live::<T>::get(task).ok_or_else(|| {
			if T::Settlement::has_ended(task) {
				Refusal::TaskEnded
			} else {
				Refusal::UnknownTask
			}
		})
	}

	fn check_signature(
		prover: &T::AccountId,
		message: &[u8; 32],
		signature: &SessionSignature,
	) -> Result<(), Refusal> {
		let key = T::Provers::session_key(prover).ok_or(Refusal::NotAssignee)?;
		ensure!(key.verify(message, signature), Refusal::BadSignature);
		Ok(())
	}

	/// A transaction that pays nothing, of which the pool holds one for each `subject`.
	fn valid(prefix: &'static str, subject: impl Encode) -> TransactionValidityWithRefund {
		ValidTransaction::with_tag_prefix(prefix)
			.priority(T::ProofPriority::get())
			.and_provides(subject)
			.longevity(LONGEVITY)
			.propagate(true)
			.build()
			.map(|valid| (valid, Weight::zero()))
	}

	/// Whether a proof of this attempt may become public: where several count, it must be committed
	/// to, and so must as many as count.
	fn may_show(
		live: &LiveTaskOf<T>,
		attempt: &AttemptOf<T>,
		task: TaskId,
		prover: &T::AccountId,
		proof: &ProofData,
	) -> Result<(), Refusal> {
		if live.spec.redundancy.needed <= 1 {
			return Ok(());
		}
		let now = frame_system::Pallet::<T>::block_number();
		let hash = proof_commitment(task, prover, proof);
		let committed = attempt.commitment.as_ref();
		ensure!(
			committed.is_some_and(|(committed, at)| *committed == hash && *at < now),
			Refusal::NotCommitted
		);
		ensure!(live.shows_proofs(), Refusal::NotEnoughCommitted);
		Ok(())
	}

	/// Whether this attempt may commit to a proof: once, and not when others' proofs can be copied.
	/// A proof that is rejected may be followed by another, which is a new commitment.
	fn may_commit(
		live: &LiveTaskOf<T>,
		attempt: u32,
		prover: &T::AccountId,
	) -> Result<(), Refusal> {
		let running = Self::running(live, attempt, prover)?;
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(now < live.spec.deadline, Refusal::TooLate);
		let several = live.spec.redundancy.needed > 1;
		ensure!(
			several && running.commitment.is_none() && live.verified() == 0,
			Refusal::CannotCommit
		);
		Ok(())
	}

	pub(crate) fn do_commit_proof(
		task: TaskId,
		attempt: u32,
		prover: T::AccountId,
		commitment: H256,
	) -> DispatchResult {
		let mut live = Live::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		Self::may_commit(&live, attempt, &prover).map_err(Error::<T>::from)?;
		let now = frame_system::Pallet::<T>::block_number();
		if let Some(attempt) = live.attempts.get_mut(attempt as usize) {
			attempt.commitment = Some((commitment, now));
		}
		Live::<T>::insert(task, live);
		Self::deposit_event(Event::ProofCommitted { task, prover, attempt });
		Ok(())
	}

	/// Returns how many attempts the task had.
	pub(crate) fn do_submit_proof(
		task: TaskId,
		attempt: u32,
		prover: T::AccountId,
		proof: ProofData,
	) -> Result<u32, DispatchError> {
		let live = Live::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		let running = Self::running(&live, attempt, &prover).map_err(Error::<T>::from)?;
		ensure!(!T::Provers::is_jailed(&prover), Error::<T>::Jailed);
		// What another transaction of this block may have changed since this one was let in.
		Self::may_show(&live, running, task, &prover, &proof).map_err(Error::<T>::from)?;
		let attempts = live.attempts.len() as u32;
		match Self::verdict(&live, &proof) {
			Ok(()) => {
				Self::deposit_event(Event::ProofVerified { task, prover: prover.clone(), attempt });
				T::Settlement::keep_proof(task, &prover, proof);
				Self::accept(task, live, attempt as usize);
			}
			Err(reason) => Self::reject(task, live, attempt as usize, proof_hash(&proof), reason),
		}
		Ok(attempts)
	}

	pub(crate) fn verdict(live: &LiveTaskOf<T>, proof: &ProofData) -> Result<(), RejectReason> {
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

	/// An attempt has delivered. It is paid the whole price until its soft deadline, and after that,
	/// if it started with the task, less and less.
	fn accept(task: TaskId, mut live: LiveTaskOf<T>, place: usize) {
		let now = frame_system::Pallet::<T>::block_number();
		let deadline = live.spec.deadline;
		let Some(attempt) = live.attempts.get_mut(place) else { return };
		let late = attempt.role.is_first() && attempt.is_late(now);
		let due = if late {
			declined_price(
				attempt.price.into(),
				attempt.due.saturated_into(),
				deadline.saturated_into(),
				now.saturated_into(),
				FLOOR_PERCENT,
			)
			.into()
		} else {
			attempt.price
		};
		attempt.state = AttemptState::Verified { due, late };
		let ended = attempt.clone();
		let ending = if late { AttemptEnding::Late } else { AttemptEnding::Verified };
		Self::vacate(task, &live.spec, &ended, ending);
		if live.verified() >= usize::from(live.spec.redundancy.needed) {
			Self::conclude(task, live, TaskEnd::Settled);
		} else {
			Self::put(task, live);
		}
	}

	fn reject(
		task: TaskId,
		mut live: LiveTaskOf<T>,
		place: usize,
		proof: H256,
		reason: RejectReason,
	) {
		let Some(attempt) = live.attempts.get_mut(place) else { return };
		let prover = attempt.prover.clone();
		let charged = T::Settlement::charge_verification(task, &prover, attempt.bond);
		attempt.bond = attempt.bond.saturating_sub(charged);
		attempt.rejections = attempt.rejections.saturating_add(1);
		attempt.commitment = None;
		let defaulted = attempt.rejections >= T::MaxRejections::get();
		if defaulted {
			attempt.state = AttemptState::Rejected;
		}
		let ended = attempt.clone();
		if live.rejected.try_push(proof).is_err() {
			defensive!("there is room for the rejections of all attempts");
		}
		let attempt = place as u32;
		Self::deposit_event(Event::ProofRejected { task, prover, attempt, reason, charged });
		if !defaulted {
			return Self::put(task, live);
		}
		Self::vacate(task, &live.spec, &ended, AttemptEnding::Rejected);
		if Self::has_fallback(&live) {
			Self::replace(task, &mut live, place);
			Self::put(task, live);
		} else {
			let reason = FailureReason::ProofsRejected;
			Self::conclude(task, live, TaskEnd::Failed { reason, keeper: None });
		}
	}
}
