// SPDX-License-Identifier: Apache-2.0
//! The escrow of tasks: hold, raise, shrink, take, give back.

use crate::{
	BalanceOf, Config, CreditOf, Error, EscrowRecord, Escrows, Event, HoldReason, Pallet,
	LOG_TARGET,
};
use frame_support::{
	defensive,
	pallet_prelude::*,
	traits::{
		fungible::{BalancedHold, InspectHold, MutateHold},
		tokens::Precision,
		Imbalance, OnUnbalanced,
	},
};
use proofyard_primitives::{traits::Escrow, TaskId};
use sp_runtime::traits::{Saturating, Zero};

impl<T: Config> Escrow<T::AccountId, BalanceOf<T>> for Pallet<T> {
	fn open(task: TaskId, requester: &T::AccountId, max_fee: BalanceOf<T>) -> DispatchResult {
		Self::hold(requester, max_fee)?;
		let record = EscrowRecord { requester: requester.clone(), amount: max_fee };
		Escrows::<T>::insert(task, record);
		Self::deposit_event(Event::EscrowOpened {
			task,
			requester: requester.clone(),
			amount: max_fee,
		});
		Ok(())
	}

	fn raise(task: TaskId, by: BalanceOf<T>) -> DispatchResult {
		let mut escrow = Escrows::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		if by.is_zero() {
			return Ok(());
		}
		Self::hold(&escrow.requester, by)?;
		let requester = escrow.requester.clone();
		escrow.amount = escrow.amount.saturating_add(by);
		let held = escrow.amount;
		Escrows::<T>::insert(task, escrow);
		Self::deposit_event(Event::EscrowRaised { task, requester, amount: by, held });
		Ok(())
	}

	fn fix_price(task: TaskId, most: BalanceOf<T>) {
		let Some(mut escrow) = Escrows::<T>::get(task) else {
			defensive!("an open task has its escrow");
			return;
		};
		let rest = escrow.amount.saturating_sub(most);
		if rest.is_zero() {
			return;
		}
		Self::release(&escrow.requester, rest);
		let requester = escrow.requester.clone();
		escrow.amount = escrow.amount.saturating_sub(rest);
		Escrows::<T>::insert(task, escrow);
		Self::deposit_event(Event::EscrowReleased { task, requester, amount: rest });
	}

	fn held(task: TaskId) -> BalanceOf<T> {
		Escrows::<T>::get(task).map_or_else(Zero::zero, |escrow| escrow.amount)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fund(who: &T::AccountId) {
		use frame_support::traits::fungible::{Inspect, Mutate};
		let much = T::Currency::minimum_balance().saturating_mul(1_000_000u32.into());
		T::Currency::set_balance(who, much);
	}
}

impl<T: Config> Pallet<T> {
	/// Give a task's whole escrow back. Returns how much it was.
	pub(crate) fn refund(task: TaskId) -> BalanceOf<T> {
		let (credit, refunded) = Self::close(task, Zero::zero());
		T::Slashed::on_unbalanced(credit);
		refunded
	}

	/// Close a task's escrow: take `spend` of it, give the rest back. Returns what was taken, no more
	/// than was held, and how much went back.
	pub(crate) fn close(task: TaskId, spend: BalanceOf<T>) -> (CreditOf<T>, BalanceOf<T>) {
		let Some(escrow) = Escrows::<T>::take(task) else {
			defensive!("a live task has its escrow");
			return (CreditOf::<T>::zero(), Zero::zero());
		};
		let spend = spend.min(escrow.amount);
		let credit = if spend.is_zero() {
			CreditOf::<T>::zero()
		} else {
			let reason = HoldReason::Escrow.into();
			let (credit, missing) = T::Currency::slash(&reason, &escrow.requester, spend);
			if !missing.is_zero() {
				// Cannot happen while escrows are on hold. If it did, the requester would keep what
				// could not be taken: nothing is lost.
				defensive!("an escrow can be paid out");
				log::error!(target: LOG_TARGET, "task {task}: {missing:?} of its escrow missing");
			}
			credit
		};
		let rest = escrow.amount.saturating_sub(credit.peek());
		Self::release(&escrow.requester, rest);
		(credit, rest)
	}

	/// Put money of a requester on hold. Nothing at all is held of nothing: an escrow of zero asks
	/// nothing of the account.
	fn hold(requester: &T::AccountId, amount: BalanceOf<T>) -> DispatchResult {
		if amount.is_zero() {
			return Ok(());
		}
		let reason = HoldReason::Escrow.into();
		T::Currency::ensure_can_hold(&reason, requester, amount)
			.map_err(|_| Error::<T>::InsufficientBalance)?;
		T::Currency::hold(&reason, requester, amount)
	}

	fn release(requester: &T::AccountId, amount: BalanceOf<T>) {
		if amount.is_zero() {
			return;
		}
		let reason = HoldReason::Escrow.into();
		let released = T::Currency::release(&reason, requester, amount, Precision::BestEffort);
		if released != Ok(amount) {
			defensive!("an escrow is on hold");
		}
	}
}
