// SPDX-License-Identifier: Apache-2.0
//! The ends of tasks.

use crate::*;
use frame_support::{
	pallet_prelude::*,
	traits::{fungible::Balanced, Imbalance, OnUnbalanced},
};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_primitives::{
	traits::{Settlement, Stake},
	Assignment, FailureReason, Outcome, ProofData, TaskId, TaskSpec,
};
use sp_runtime::traits::{Saturating, Zero};

type SpecOf<T> = TaskSpec<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;
type AssignmentOf<T> =
	Assignment<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;

impl<T: Config> Settlement<T::AccountId, BalanceOf<T>, BlockNumberFor<T>> for Pallet<T> {
	fn expire(task: TaskId, spec: &SpecOf<T>) {
		let refunded = Self::refund(task);
		Self::record(task, spec, None, Outcome::Expired);
		let requester = spec.requester.clone();
		Self::deposit_event(Event::TaskExpired { task, requester, refunded });
	}

	fn cancel(task: TaskId, spec: &SpecOf<T>) {
		let refunded = Self::refund(task);
		Self::record(task, spec, None, Outcome::Cancelled);
		let requester = spec.requester.clone();
		Self::deposit_event(Event::TaskCancelled { task, requester, refunded });
	}

	fn settle(task: TaskId, spec: &SpecOf<T>, assignment: &AssignmentOf<T>, proof: ProofData) {
		let prover = assignment.prover.clone();
		let paid = Self::pay(task, &prover, assignment.price);
		Proofs::<T>::insert(task, proof);
		let outcome = Outcome::Settled { prover: prover.clone(), paid };
		Self::record(task, spec, Some(assignment.assigned_at), outcome);
		let requester = spec.requester.clone();
		Self::deposit_event(Event::TaskSettled { task, requester, prover, paid });
	}

	fn fail(task: TaskId, spec: &SpecOf<T>, assignment: &AssignmentOf<T>, reason: FailureReason) {
		let prover = assignment.prover.clone();
		let requester = spec.requester.clone();
		let refunded = Self::refund(task);
		let credit = T::Stake::slash_bond(&prover, assignment.bond);
		let slashed = credit.peek();
		let (compensation, rest) = credit.split(T::Compensation::get().mul_floor(slashed));
		let compensation = if requester == prover {
			// A slash never comes back to the defaulter.
			T::Slashed::on_unbalanced(compensation);
			Zero::zero()
		} else {
			let amount = compensation.peek();
			match T::Currency::resolve(&requester, compensation) {
				Ok(()) => amount,
				// An account that was closed and would be below the existential deposit.
				Err(compensation) => {
					T::Slashed::on_unbalanced(compensation);
					Zero::zero()
				}
			}
		};
		T::Slashed::on_unbalanced(rest);
		let outcome = Outcome::Failed { prover: prover.clone(), reason, compensation, slashed };
		Self::record(task, spec, Some(assignment.assigned_at), outcome);
		Self::deposit_event(Event::TaskFailed {
			task,
			requester,
			prover,
			reason,
			refunded,
			compensation,
			slashed,
		});
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
			Self::deposit_event(Event::BidForfeited { task, prover: prover.clone(), amount });
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
	) {
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
		};
		Outcomes::<T>::insert(task, record);
	}

	/// Forget an ended task whose retention is over.
	pub(crate) fn forget(task: TaskId) {
		Outcomes::<T>::remove(task);
		Proofs::<T>::remove(task);
		Self::deposit_event(Event::TaskForgotten { task });
	}
}
