// SPDX-License-Identifier: Apache-2.0
//! Proofs: who may submit one, and what its verdict does.

use crate::{
	Config, Error, Event, Live, LiveTask, LiveTaskOf, Pallet, Refusal, RejectReason, SpecOf,
	WeightInfo, RECOMMIT_BLOCKS,
};
use alloc::{collections::BTreeSet, vec::Vec};
use codec::Encode;
use frame_support::{defensive, ensure, pallet_prelude::*};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_mechanism::{late_price, level::FLOOR_PERCENT};
use proofyard_primitives::{
	proof_commitment,
	session::{
		batch_message, commit_message, report_message, submission_message, Report, SessionSignature,
	},
	traits::{Programs, Provers, Settlement},
	AttemptState, Ending, FailureReason, ProofData, Submission, Submissions, TaskEnd, TaskId,
};
use proofyard_verifier::VerifyError;
use sp_application_crypto::RuntimeAppPublic;
use sp_core::H256;
use sp_runtime::{
	traits::{Saturating, Zero},
	transaction_validity::TransactionSource,
	SaturatedConversion,
};

/// Blocks that a submission stays in a pool before its node sends it again.
pub(crate) const LONGEVITY: u64 = 32;

/// Tag that tells submissions apart from other transactions in the pool.
const SUBMISSION_TAG: &str = "ProofyardSubmission";

/// Hash that a proof is recognised by.
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
		Self::admit(*task, *attempt, prover, proof)?;
		let message = submission_message(&Self::genesis(), *task, *attempt, prover, proof);
		Self::check_signature(prover, &message, signature)?;
		Self::valid(SUBMISSION_TAG, core::iter::once((*task, *attempt, prover)))
	}

	/// Let several submissions of one prover into the pool, or refuse them if none of them is any good:
	/// the others do not have to wait because one task has ended meanwhile.
	pub(crate) fn authorize_submissions(
		_source: TransactionSource,
		prover: &T::AccountId,
		submissions: &Submissions,
		signature: &SessionSignature,
	) -> TransactionValidityWithRefund {
		let tasks: BTreeSet<TaskId> = submissions.iter().map(|one| one.task).collect();
		ensure!(!tasks.is_empty() && tasks.len() == submissions.len(), Refusal::BadBatch);
		let mut refused = None;
		let good = submissions.iter().any(|Submission { task, attempt, proof }| {
			let admitted = Self::admit(*task, *attempt, prover, proof);
			admitted.map_err(|refusal| refused = refused.or(Some(refusal))).is_ok()
		});
		ensure!(good, refused.unwrap_or(Refusal::BadBatch));
		let message = batch_message(&Self::genesis(), prover, submissions);
		Self::check_signature(prover, &message, signature)?;
		let subjects = submissions.iter().map(|one| (one.task, one.attempt, prover));
		Self::valid(SUBMISSION_TAG, subjects)
	}

	/// The live task of a submission, if it may be looked at: what the pool asks, and the block again.
	pub(crate) fn admit(
		task: TaskId,
		attempt: u32,
		prover: &T::AccountId,
		proof: &ProofData,
	) -> Result<LiveTaskOf<T>, Refusal> {
		let live = Self::live_or_refusal(task)?;
		Self::running(&live, attempt, prover)?;
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(now <= live.spec.deadline, Refusal::TooLate);
		let LiveTask { spec, rejected, .. } = &live;
		let longest = proofyard_verifier::max_proof_len(spec.market.system);
		ensure!(proof.proof.len() as u32 <= longest, Refusal::ProofTooLarge);
		ensure!(T::Programs::knows_version(spec.market.system, proof), Refusal::UnknownVersion);
		ensure!(!rejected.contains(&proof_hash(proof)), Refusal::AlreadyRejected);
		ensure!(!T::Provers::is_jailed(prover), Refusal::Jailed);
		Self::may_show(&live, attempt as usize, task, prover, proof)?;
		Ok(live)
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
		Self::valid("ProofyardCommitment", core::iter::once((task, attempt, prover)))
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
		Self::valid("ProofyardReport", core::iter::once((task, attempt, prover)))
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

	/// A transaction that pays nothing, of which the pool holds one for each of its subjects.
	fn valid(
		prefix: &'static str,
		subjects: impl Iterator<Item = impl Encode>,
	) -> TransactionValidityWithRefund {
		subjects
			.fold(ValidTransaction::with_tag_prefix(prefix), |valid, subject| {
				valid.and_provides(subject)
			})
			.priority(T::ProofPriority::get())
			.longevity(LONGEVITY)
			.propagate(true)
			.build()
			.map(|valid| (valid, Weight::zero()))
	}

	/// Whether a proof of this attempt may become public: where others could copy it, it must be
	/// committed to; where several count, so must as many as count.
	fn may_show(
		live: &LiveTaskOf<T>,
		place: usize,
		task: TaskId,
		prover: &T::AccountId,
		proof: &ProofData,
	) -> Result<(), Refusal> {
		let now = frame_system::Pallet::<T>::block_number();
		if !live.needs_commitment(place, now) {
			return Ok(());
		}
		let hash = proof_commitment(task, prover, proof);
		let committed = live.attempts.get(place).and_then(|attempt| attempt.commitment.as_ref());
		ensure!(
			committed.is_some_and(|(committed, at)| *committed == hash && *at < now),
			Refusal::NotCommitted
		);
		ensure!(live.shows_proofs(), Refusal::NotEnoughCommitted);
		Ok(())
	}

	/// Whether this attempt may commit to a proof: not when others' proofs can be copied. A proof that
	/// is rejected may be followed by another, which is a new commitment. One that nothing came of may
	/// be replaced where one proof counts, for then whoever shows it first ends the task; where several
	/// count, what was shown in the meantime could be committed to.
	pub(crate) fn may_commit(
		live: &LiveTaskOf<T>,
		attempt: u32,
		prover: &T::AccountId,
	) -> Result<(), Refusal> {
		let running = Self::running(live, attempt, prover)?;
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(now < live.spec.deadline, Refusal::TooLate);
		let free = running.commitment.is_none_or(|(_, at)| {
			live.spec.redundancy.needed == 1 && at.saturating_add(RECOMMIT_BLOCKS.into()) <= now
		});
		ensure!(free && live.verified() == 0, Refusal::CannotCommit);
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

	/// Check a submission and do what follows. Returns its weight.
	pub(crate) fn do_submit_proof(
		task: TaskId,
		attempt: u32,
		prover: T::AccountId,
		proof: ProofData,
	) -> Result<Weight, DispatchError> {
		// What another transaction of this block may have changed since this one was let in.
		let live = Self::admit(task, attempt, &prover, &proof).map_err(Error::<T>::from)?;
		let verified = T::Programs::verify_weight(live.spec.market.system, &proof);
		let verdict = Self::verdict(&live, &proof)?;
		let rest = Self::conclude_submission(task, live, attempt, &prover, proof, verdict);
		Ok(verified.saturating_add(rest))
	}

	/// Check several submissions and do what follows. One that fails by itself changes nothing, and
	/// the others go on. Returns their weight.
	pub(crate) fn do_submit_proofs(prover: T::AccountId, submissions: Submissions) -> Weight {
		let mut weight = Weight::zero();
		let mut good = Vec::new();
		for Submission { task, attempt, proof } in submissions {
			match Self::admit(task, attempt, &prover, &proof) {
				Ok(live) => good.push((task, attempt, proof, live.spec)),
				Err(refusal) => {
					weight.saturating_accrue(T::WeightInfo::submit_rejected());
					Self::skip(task, &prover, attempt, Error::<T>::from(refusal).into());
				}
			}
		}
		let proofs: Vec<_> = good.iter().map(|(_, _, proof, spec)| (spec.program, proof)).collect();
		let verdicts = T::Programs::verify_batch(&proofs);
		let all_valid = verdicts.iter().all(|verdict| matches!(verdict, Some(Ok(()))));
		let costs: Vec<_> = good
			.iter()
			.map(|(_, _, proof, spec)| (spec.market.system, spec.program, proof))
			.collect();
		weight.saturating_accrue(T::Programs::batch_weight(&costs, all_valid));
		for ((task, attempt, proof, spec), verdict) in good.into_iter().zip(verdicts) {
			// What a proof before it in the batch may have changed.
			let admitted = Self::admit(task, attempt, &prover, &proof);
			let done = admitted.map_err(|refusal| Error::<T>::from(refusal).into());
			match done.and_then(|live| {
				let verdict = Self::judge(&spec, &proof, || verdict)?;
				Ok(Self::conclude_submission(task, live, attempt, &prover, proof, verdict))
			}) {
				Ok(rest) => weight.saturating_accrue(rest),
				Err(error) => {
					weight.saturating_accrue(T::WeightInfo::submit_rejected());
					Self::skip(task, &prover, attempt, error);
				}
			}
		}
		weight
	}

	fn skip(task: TaskId, prover: &T::AccountId, attempt: u32, error: DispatchError) {
		let prover = prover.clone();
		Self::deposit_event(Event::ProofSkipped { task, prover, attempt, error });
	}

	/// Do what follows from the verdict on a proof. Returns what that cost.
	pub(crate) fn conclude_submission(
		task: TaskId,
		live: LiveTaskOf<T>,
		attempt: u32,
		prover: &T::AccountId,
		proof: ProofData,
		verdict: Result<(), RejectReason>,
	) -> Weight {
		let attempts = live.attempts.len() as u32;
		match verdict {
			Ok(()) => {
				Self::note_verified(task, &live.spec, attempt, prover, &proof);
				T::Settlement::keep_proof(task, prover, proof);
				Self::accept(task, live, attempt as usize);
				T::WeightInfo::submit_proof(attempts)
			}
			Err(reason) => {
				Self::reject(task, live, attempt as usize, proof_hash(&proof), reason);
				T::WeightInfo::submit_rejected().max(T::WeightInfo::fail(1))
			}
		}
	}

	/// Tell the world what was proven.
	pub(crate) fn note_verified(
		task: TaskId,
		spec: &SpecOf<T>,
		attempt: u32,
		prover: &T::AccountId,
		proof: &ProofData,
	) {
		Self::deposit_event(Event::ProofVerified {
			task,
			prover: prover.clone(),
			attempt,
			program: spec.program,
			public_values: H256(sp_io::hashing::sha2_256(&proof.public_values)),
			proof: H256(sp_io::hashing::blake2_256(&proof.proof)),
		});
	}

	/// The verdict on a proof. Fails, at nobody's cost, where the chain cannot have one.
	pub(crate) fn verdict(
		live: &LiveTaskOf<T>,
		proof: &ProofData,
	) -> Result<Result<(), RejectReason>, DispatchError> {
		Self::judge(&live.spec, proof, || T::Programs::verify(&live.spec.program, proof))
	}

	fn judge(
		spec: &SpecOf<T>,
		proof: &ProofData,
		verify: impl FnOnce() -> Option<Result<(), VerifyError>>,
	) -> Result<Result<(), RejectReason>, DispatchError> {
		if !spec.values.allow(&proof.public_values) {
			return Ok(Err(RejectReason::PublicValuesDiffer));
		}
		// A live task's program is there. Its version may have been switched off.
		let verdict = verify().ok_or(Error::<T>::UnknownVersion)?;
		Ok(verdict.map_err(RejectReason::Refused))
	}

	/// An attempt has delivered. It is paid the whole price until its soft deadline, and after that,
	/// if it started with the task, less and less.
	fn accept(task: TaskId, mut live: LiveTaskOf<T>, place: usize) {
		let now = frame_system::Pallet::<T>::block_number();
		let deadline = live.spec.deadline;
		let Some(attempt) = live.attempts.get_mut(place) else { return };
		let late = attempt.role.is_first() && attempt.is_late(now);
		let owed = if late {
			late_price(
				attempt.price.into(),
				attempt.soft_deadline.saturated_into(),
				deadline.saturated_into(),
				now.saturated_into(),
				FLOOR_PERCENT,
			)
			.into()
		} else {
			attempt.price
		};
		let ending = if late { Ending::VerifiedLate } else { Ending::Verified };
		attempt.state = AttemptState::Ended(ending);
		attempt.owed = Some(owed);
		Self::release_slot(task, &live.spec, attempt, ending);
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
			attempt.state = AttemptState::Ended(Ending::Rejected);
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
		Self::release_slot(task, &live.spec, &ended, Ending::Rejected);
		if Self::has_fallback(&live) {
			Self::replace(task, &mut live, place);
			Self::put(task, live);
		} else {
			let reason = FailureReason::ProofsRejected;
			Self::conclude(task, live, TaskEnd::Failed { reason, keeper: None });
		}
	}
}
