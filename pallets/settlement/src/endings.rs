// SPDX-License-Identifier: Apache-2.0
//! The ends of tasks.

use crate::{
	payout::Moved, AgendaOf, AssignmentOf, AttemptOf, BalanceOf, Config, Escrows, Event,
	OutcomeRecord, Outcomes, Pallet, Proofs, SpecOf,
};
use alloc::vec::Vec;
use frame_support::{
	defensive,
	pallet_prelude::*,
	traits::{Imbalance, OnUnbalanced},
};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_primitives::{
	limits::MaxAttempts,
	traits::{Settlement, Stake},
	AttemptRecord, AttemptResult, Outcome, ProofData, TaskEnd, TaskId,
};
use sp_runtime::traits::{Saturating, Zero};

impl<T: Config> Settlement<T::AccountId, BalanceOf<T>, BlockNumberFor<T>> for Pallet<T> {
	fn expire(task: TaskId, spec: &SpecOf<T>) {
		let refunded = Self::refund(task);
		Self::record(task, spec, None, Outcome::Expired, Vec::new());
		let requester = spec.requester.clone();
		Self::deposit_event(Event::TaskExpired { task, requester, refunded });
	}

	fn cancel(task: TaskId, spec: &SpecOf<T>) {
		let refunded = Self::refund(task);
		Self::record(task, spec, None, Outcome::Cancelled, Vec::new());
		let requester = spec.requester.clone();
		Self::deposit_event(Event::TaskCancelled { task, requester, refunded });
	}

	fn keep_proof(task: TaskId, prover: &T::AccountId, proof: ProofData) {
		if !Escrows::<T>::contains_key(task) {
			// It would stay for ever: only a task that is still to end forgets its proofs.
			defensive!("a live task has its escrow");
			return;
		}
		Proofs::<T>::insert(task, prover, proof);
	}

	fn conclude(
		task: TaskId,
		spec: &SpecOf<T>,
		assignment: &AssignmentOf<T>,
		attempts: &[AttemptOf<T>],
		end: TaskEnd<T::AccountId>,
	) -> Vec<BalanceOf<T>> {
		let moved = Self::pay_out(task, spec, assignment, attempts, &end);
		let requester = spec.requester.clone();
		let (outcome, event) = match end {
			TaskEnd::Settled => {
				let last = attempts.iter().rev().find(|attempt| attempt.fate.is_verified());
				if last.is_none() {
					defensive!("a settled task has a verified attempt");
				}
				let prover = last.map_or(&assignment.prover, |attempt| &attempt.prover).clone();
				let Moved { paid, fee, .. } = moved;
				let outcome = Outcome::Settled { prover: prover.clone(), paid };
				(outcome, Event::TaskSettled { task, requester, prover, paid, fee })
			}
			TaskEnd::Failed { reason, .. } => {
				Self::clear_proofs(task);
				let prover = assignment.prover.clone();
				let Moved { refunded, compensation, .. } = moved;
				let all = moved.slashed.iter().copied();
				let slashed = all.fold(BalanceOf::<T>::zero(), Saturating::saturating_add);
				let outcome =
					Outcome::Failed { prover: prover.clone(), reason, compensation, slashed };
				let event = Event::TaskFailed {
					task,
					requester,
					prover,
					reason,
					refunded,
					compensation,
					slashed,
				};
				(outcome, event)
			}
		};
		let amounts = moved.earned.into_iter().zip(moved.slashed.iter().copied());
		let mut records = Vec::with_capacity(attempts.len());
		for (attempt, (earned, slashed)) in attempts.iter().zip(amounts) {
			let AttemptResult { prover, role, fate, .. } = attempt.clone();
			let by = prover.clone();
			records.push(AttemptRecord { prover: by, role, fate, earned, slashed });
			Self::deposit_event(Event::AttemptConcluded {
				task,
				prover,
				role,
				fate,
				earned,
				slashed,
			});
		}
		Self::record(task, spec, Some(assignment.assigned_at), outcome, records);
		Self::deposit_event(event);
		moved.slashed
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(task: TaskId, requester: &T::AccountId, fee: BalanceOf<T>) {
		use proofyard_primitives::traits::Escrow;
		<Self as Escrow<T::AccountId, BalanceOf<T>>>::fund(requester);
		Self::open(task, requester, fee).expect("just funded");
	}

	fn has_ended(task: TaskId) -> bool {
		Outcomes::<T>::contains_key(task)
	}

	fn forfeit(task: TaskId, prover: &T::AccountId, deposit: BalanceOf<T>) {
		let amount = Self::slash(prover, deposit);
		if !amount.is_zero() {
			Self::deposit_event(Event::DepositForfeited { task, prover: prover.clone(), amount });
		}
	}

	fn charge_verification(
		task: TaskId,
		prover: &T::AccountId,
		bond: BalanceOf<T>,
	) -> BalanceOf<T> {
		let amount = Self::slash(prover, T::VerificationFee::get().min(bond));
		if !amount.is_zero() {
			let prover = prover.clone();
			Self::deposit_event(Event::VerificationCharged { task, prover, amount });
		}
		amount
	}
}

impl<T: Config> Pallet<T> {
	/// Take up to `amount` of what a prover has reserved, for nobody. Returns what was taken.
	fn slash(prover: &T::AccountId, amount: BalanceOf<T>) -> BalanceOf<T> {
		let credit = T::Stake::slash_bond(prover, amount);
		let taken = credit.peek();
		T::Slashed::on_unbalanced(credit);
		taken
	}

	fn record(
		task: TaskId,
		spec: &SpecOf<T>,
		assigned_at: Option<BlockNumberFor<T>>,
		outcome: Outcome<T::AccountId, BalanceOf<T>>,
		attempts: Vec<AttemptRecord<T::AccountId, BalanceOf<T>>>,
	) {
		if attempts.len() > <MaxAttempts as Get<u32>>::get() as usize {
			defensive!("attempts are bounded where they are made");
		}
		let ended_at = frame_system::Pallet::<T>::block_number();
		let forget_at = AgendaOf::<T>::schedule(ended_at.saturating_add(T::Retention::get()), task);
		let record = OutcomeRecord {
			requester: spec.requester.clone(),
			program: spec.program,
			market: spec.market,
			kind: spec.kind,
			work: spec.work,
			max_fee: spec.max_fee,
			deadline: spec.deadline,
			submitted_at: spec.submitted_at,
			assigned_at,
			ended_at,
			forget_at,
			outcome,
			attempts: BoundedVec::truncate_from(attempts),
		};
		Outcomes::<T>::insert(task, record);
	}

	/// Forget an ended task whose retention is over.
	pub(crate) fn forget(task: TaskId) {
		Outcomes::<T>::remove(task);
		Self::clear_proofs(task);
		Self::deposit_event(Event::TaskForgotten { task });
	}

	fn clear_proofs(task: TaskId) {
		// At most one of each attempt.
		let cleared = Proofs::<T>::clear_prefix(task, <MaxAttempts as Get<u32>>::get(), None);
		if cleared.maybe_cursor.is_some() {
			defensive!("more proofs than attempts");
		}
	}
}
