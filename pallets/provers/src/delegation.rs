// SPDX-License-Identifier: Apache-2.0
//! Stake that others put behind an operator.
//!
//! It lies on hold on the operator's account, and is the [`crate::Pool`]'s. A delegator has shares of it, and
//! nothing else: what its part is worth follows.

use crate::{
	BalanceOf, CommissionRise, Config, Delegation, Delegations, Error, Event, HoldReason,
	LeavingShares, Pallet, Provers,
};
use frame_support::{
	ensure,
	pallet_prelude::*,
	traits::{
		fungible::{Inspect, MutateHold},
		tokens::{Fortitude, Precision, Preservation, Restriction},
	},
};
use sp_runtime::{
	traits::{Saturating, Zero},
	Permill,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_delegation(
		prover: T::AccountId,
		commission: Option<Permill>,
	) -> DispatchResult {
		let now = frame_system::Pallet::<T>::block_number();
		let from = Self::try_mutate(&prover, |record| {
			ensure!(!record.exiting, Error::<T>::Leaving);
			let nobody = record.pool.shares == 0;
			let terms = &mut record.delegation;
			terms.open = commission.is_some();
			let Some(commission) = commission else { return Ok(now) };
			let present = terms.commission_at(now);
			if commission <= present || nobody {
				terms.commission = commission;
				terms.rise = None;
				return Ok(now);
			}
			// Who does not like it can be gone by then.
			let from = now.saturating_add(T::UnbondingDelay::get());
			terms.commission = present;
			terms.rise = Some(CommissionRise { commission, from });
			Ok(from)
		})?;
		Self::deposit_event(Event::DelegationSet { prover, commission, from });
		Ok(())
	}

	pub(crate) fn do_delegate(
		delegator: T::AccountId,
		prover: T::AccountId,
		amount: BalanceOf<T>,
	) -> DispatchResult {
		ensure!(delegator != prover, Error::<T>::SelfDelegation);
		ensure!(amount >= T::MinDelegation::get(), Error::<T>::DelegationTooLow);
		let (shares, amount) = Self::try_mutate(&prover, |record| {
			ensure!(!record.exiting, Error::<T>::Leaving);
			ensure!(record.delegation.open, Error::<T>::DelegationClosed);
			let (shares, amount) = record.pool.entry(amount).ok_or(Error::<T>::PoolWipedOut)?;
			ensure!(shares > 0, Error::<T>::DelegationTooLow);
			let own = record.stake.saturating_sub(record.leaving());
			let value = record.pool.value.saturating_add(amount);
			let most = own.saturating_mul(T::DelegationFactor::get().into());
			ensure!(value <= most, Error::<T>::DelegationFull);
			let reducible = T::Currency::reducible_balance(
				&delegator,
				Preservation::Preserve,
				Fortitude::Polite,
			);
			ensure!(amount <= reducible, Error::<T>::InsufficientBalance);
			T::Currency::transfer_and_hold(
				&HoldReason::Delegation.into(),
				&delegator,
				&prover,
				amount,
				Precision::Exact,
				Preservation::Preserve,
				Fortitude::Polite,
			)?;
			record.pool.value = value;
			record.pool.shares = record.pool.shares.saturating_add(shares);
			Ok((shares, amount))
		})?;
		Delegations::<T>::mutate(&prover, &delegator, |delegation| {
			let delegation = delegation.get_or_insert(Delegation { shares: 0, leaving: None });
			delegation.shares = delegation.shares.saturating_add(shares);
		});
		Self::note_freed(&prover);
		Self::deposit_event(Event::Delegated { prover, delegator, amount, shares });
		Ok(())
	}

	pub(crate) fn do_undelegate(
		delegator: T::AccountId,
		prover: T::AccountId,
		shares: u128,
	) -> DispatchResult {
		ensure!(shares > 0, Error::<T>::ZeroAmount);
		let available_at =
			frame_system::Pallet::<T>::block_number().saturating_add(T::UnbondingDelay::get());
		Self::try_mutate(&prover, |record| {
			Delegations::<T>::try_mutate(&prover, &delegator, |delegation| -> DispatchResult {
				let delegation = delegation.as_mut().ok_or(Error::<T>::NoDelegation)?;
				let left =
					delegation.staying().checked_sub(shares).ok_or(Error::<T>::TooFewShares)?;
				ensure!(
					left == 0 || record.pool.worth(left) >= T::MinDelegation::get(),
					Error::<T>::DelegationTooLow
				);
				let leaving = delegation.leaving().saturating_add(shares);
				delegation.leaving = Some(LeavingShares { shares: leaving, available_at });
				record.pool.leaving_shares = record.pool.leaving_shares.saturating_add(shares);
				Ok(())
			})
		})?;
		Self::deposit_event(Event::UndelegationStarted { prover, delegator, shares, available_at });
		Ok(())
	}

	pub(crate) fn do_withdraw_delegation(
		prover: T::AccountId,
		delegator: T::AccountId,
	) -> DispatchResult {
		let now = frame_system::Pallet::<T>::block_number();
		let mut record = Provers::<T>::get(&prover).ok_or(Error::<T>::UnknownProver)?;
		let mut delegation =
			Delegations::<T>::get(&prover, &delegator).ok_or(Error::<T>::NoDelegation)?;
		let leaving = delegation.leaving.take();
		let shares = if record.has_exited(now) {
			delegation.shares
		} else {
			let leaving = leaving.as_ref().ok_or(Error::<T>::NothingUnbonding)?;
			ensure!(now >= leaving.available_at, Error::<T>::TooEarly);
			leaving.shares
		};
		let amount = record.pool.worth(shares);
		delegation.shares = delegation.shares.saturating_sub(shares);
		let pool = &mut record.pool;
		pool.value = pool.value.saturating_sub(amount);
		pool.shares = pool.shares.saturating_sub(shares);
		pool.leaving_shares =
			pool.leaving_shares.saturating_sub(leaving.map_or(0, |leaving| leaving.shares));
		ensure!(record.is_covered(), Error::<T>::StakeReserved);
		if !amount.is_zero() {
			T::Currency::transfer_on_hold(
				&HoldReason::Delegation.into(),
				&prover,
				&delegator,
				amount,
				Precision::Exact,
				Restriction::Free,
				// The money is not the operator's: no lock on its account may keep it.
				Fortitude::Force,
			)?;
		}
		if delegation.shares == 0 {
			Delegations::<T>::remove(&prover, &delegator);
		} else {
			Delegations::<T>::insert(&prover, &delegator, delegation);
		}
		let leaves = record.exiting;
		let left = Self::keep_or_forget(&prover, record, leaves);
		Self::deposit_event(Event::DelegationWithdrawn {
			prover: prover.clone(),
			delegator,
			shares,
			amount,
		});
		if left {
			Self::deposit_event(Event::ProverLeft { prover });
		}
		Ok(())
	}
}
