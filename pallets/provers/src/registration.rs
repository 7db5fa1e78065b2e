// SPDX-License-Identifier: Apache-2.0
//! Registration and own stake of provers.

use crate::{
	BalanceOf, Config, Error, Event, HoldReason, Pallet, ProverRecord, ProverRecordOf, Provers,
	SessionKeys, Unbonding,
};
use frame_support::{
	ensure,
	pallet_prelude::*,
	traits::{
		fungible::{InspectHold, MutateHold},
		tokens::Precision,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_primitives::{
	session::{possession_message, SessionKey, SessionSignature},
	HardwareClass,
};
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::traits::{Saturating, Zero};

impl<T: Config> Pallet<T> {
	/// Check that `prover` holds the secret of `key`.
	pub(crate) fn ensure_possession(
		prover: &T::AccountId,
		key: &SessionKey,
		possession: &SessionSignature,
	) -> DispatchResult {
		ensure!(
			key.verify(&possession_message(prover), possession),
			Error::<T>::BadPossessionProof
		);
		Ok(())
	}

	pub(crate) fn do_register(
		prover: T::AccountId,
		hardware: HardwareClass,
		slots: u32,
		stake: BalanceOf<T>,
		session_key: SessionKey,
	) -> DispatchResult {
		ensure!(!Provers::<T>::contains_key(&prover), Error::<T>::AlreadyRegistered);
		ensure!((1..=T::MaxSlots::get()).contains(&slots), Error::<T>::SlotsOutOfRange);
		ensure!(stake >= T::MinStake::get(), Error::<T>::StakeTooLow);
		ensure!(!SessionKeys::<T>::contains_key(&session_key), Error::<T>::SessionKeyTaken);
		Self::hold(&prover, stake)?;
		SessionKeys::<T>::insert(&session_key, &prover);
		let record = ProverRecord {
			session_key,
			hardware,
			slots,
			live: 0,
			committed_ms: 0,
			stake,
			reserved: Zero::zero(),
			unbonding: None,
			pool: Default::default(),
			delegation: Default::default(),
			asks: 0,
			pause: None,
			exiting: false,
			strikes: 0,
			jailings: 0,
			jailed_until: None,
			verified: 0,
			defaulted: 0,
			calibrated: 0,
			registered_at: frame_system::Pallet::<T>::block_number(),
		};
		Provers::<T>::insert(&prover, record);
		Self::deposit_event(Event::ProverRegistered { prover, stake });
		Ok(())
	}

	pub(crate) fn do_set_hardware(
		prover: T::AccountId,
		hardware: HardwareClass,
		slots: u32,
	) -> DispatchResult {
		ensure!((1..=T::MaxSlots::get()).contains(&slots), Error::<T>::SlotsOutOfRange);
		let more = Self::try_mutate(&prover, |record| {
			ensure!(slots >= record.live, Error::<T>::AttemptsLive);
			ensure!(hardware == record.hardware || record.live == 0, Error::<T>::AttemptsLive);
			// Other hardware may serve markets that the old one did not.
			let more = slots > record.slots || hardware != record.hardware;
			record.hardware = hardware;
			record.slots = slots;
			Ok(more)
		})?;
		if more {
			Self::note_freed(&prover);
		}
		Self::deposit_event(Event::HardwareChanged { prover, hardware, slots });
		Ok(())
	}

	pub(crate) fn do_set_session_key(
		prover: T::AccountId,
		session_key: SessionKey,
	) -> DispatchResult {
		ensure!(!SessionKeys::<T>::contains_key(&session_key), Error::<T>::SessionKeyTaken);
		Self::try_mutate(&prover, |record| {
			SessionKeys::<T>::remove(&record.session_key);
			SessionKeys::<T>::insert(&session_key, &prover);
			record.session_key = session_key;
			Ok(())
		})?;
		Self::deposit_event(Event::SessionKeyChanged { prover });
		Ok(())
	}

	pub(crate) fn do_add_stake(prover: T::AccountId, amount: BalanceOf<T>) -> DispatchResult {
		ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
		let stake = Self::try_mutate(&prover, |record| {
			ensure!(!record.exiting, Error::<T>::Leaving);
			let stake = record.stake.saturating_add(amount);
			// Else a prover could take out all but a trifle and stay.
			ensure!(
				stake.saturating_sub(record.leaving()) >= T::MinStake::get(),
				Error::<T>::StakeTooLow
			);
			Self::hold(&prover, amount)?;
			record.stake = stake;
			Ok(stake)
		})?;
		Self::note_freed(&prover);
		Self::deposit_event(Event::StakeAdded { prover, amount, stake });
		Ok(())
	}

	pub(crate) fn do_unbond(prover: T::AccountId, amount: BalanceOf<T>) -> DispatchResult {
		ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
		let available_at =
			frame_system::Pallet::<T>::block_number().saturating_add(T::UnbondingDelay::get());
		Self::try_mutate(&prover, |record| {
			ensure!(!record.exiting, Error::<T>::Leaving);
			ensure!(record.unbonding.is_none(), Error::<T>::UnbondingUnderWay);
			ensure!(amount <= record.free_stake(), Error::<T>::StakeReserved);
			let remainder = record.stake.saturating_sub(amount);
			// Delegators stay only with an operator that has something to lose of its own.
			if remainder.is_zero() && record.pool.shares == 0 {
				ensure!(record.asks == 0, Error::<T>::AsksStanding);
			} else {
				ensure!(remainder >= T::MinStake::get(), Error::<T>::RemainderTooLow);
			}
			record.unbonding = Some(Unbonding { amount, available_at });
			Ok(())
		})?;
		Self::deposit_event(Event::UnbondingStarted { prover, amount, available_at });
		Ok(())
	}

	pub(crate) fn do_withdraw_unbonded(prover: T::AccountId) -> DispatchResult {
		let mut record = Provers::<T>::get(&prover).ok_or(Error::<T>::UnknownProver)?;
		let amount = match record.unbonding.take() {
			Some(Unbonding { amount, available_at }) => {
				let now: BlockNumberFor<T> = frame_system::Pallet::<T>::block_number();
				ensure!(now >= available_at, Error::<T>::TooEarly);
				amount
			}
			// A prover that lost its whole stake has nothing to unbond and may still go.
			None => {
				ensure!(record.may_leave(), Error::<T>::NothingUnbonding);
				Zero::zero()
			}
		};
		T::Currency::release(&HoldReason::Stake.into(), &prover, amount, Precision::Exact)?;
		record.stake = record.stake.saturating_sub(amount);
		let stake = record.stake;
		let left = Self::keep_or_forget(&prover, record, true);
		Self::deposit_event(Event::StakeWithdrawn { prover: prover.clone(), amount, stake });
		if left {
			Self::deposit_event(Event::ProverLeft { prover });
		}
		Ok(())
	}

	/// Change a prover's record, or nothing.
	pub(crate) fn try_mutate<R>(
		prover: &T::AccountId,
		change: impl FnOnce(&mut ProverRecordOf<T>) -> Result<R, DispatchError>,
	) -> Result<R, DispatchError> {
		Provers::<T>::try_mutate(prover, |record| {
			change(record.as_mut().ok_or(Error::<T>::UnknownProver)?)
		})
	}

	fn hold(prover: &T::AccountId, amount: BalanceOf<T>) -> DispatchResult {
		T::Currency::ensure_can_hold(&HoldReason::Stake.into(), prover, amount)
			.map_err(|_| Error::<T>::InsufficientBalance)?;
		T::Currency::hold(&HoldReason::Stake.into(), prover, amount)
	}
}
