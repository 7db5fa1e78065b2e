// SPDX-License-Identifier: Apache-2.0
//! Provers as other pallets use them: reserve, release, slash, reward.

use crate::{
	BalanceOf, Calibrations, Config, CreditOf, Error, Event, HoldReason, LotsInUse, Pallet,
	ProverRecordOf, Provers, SessionKeys, Speeds,
};
use alloc::vec::Vec;
use frame_support::{
	defensive, ensure,
	pallet_prelude::*,
	traits::{
		fungible::{Balanced, BalancedHold, MutateHold},
		Imbalance,
	},
};
use proofyard_primitives::{
	session::SessionKey,
	traits::{Capacity, Provers as ProversTrait, Stake},
	HardwareClass, Market, Performance, ProofSystem, SpeedClass,
};
use sp_runtime::traits::{Saturating, Zero};

impl<T: Config> ProversTrait<T::AccountId, BalanceOf<T>> for Pallet<T> {
	fn capacity(prover: &T::AccountId) -> Option<Capacity<BalanceOf<T>>> {
		let record = Provers::<T>::get(prover)?;
		let now = frame_system::Pallet::<T>::block_number();
		let idle = record.exiting || record.is_jailed() || record.is_paused(now);
		Some(Capacity {
			hardware: record.hardware,
			free_stake: record.free_stake(),
			free_slots: if idle { 0 } else { record.slots.saturating_sub(record.live) },
			committed_ms: record.committed_ms,
		})
	}

	fn lots_in_use(prover: &T::AccountId, market: &Market) -> u32 {
		LotsInUse::<T>::get(prover, market)
	}

	fn confirmed_speed(prover: &T::AccountId, class: SpeedClass) -> Option<u64> {
		Speeds::<T>::get(prover, class).map(|record| record.confirmed)
	}

	fn calibrations(prover: &T::AccountId, system: ProofSystem, hardware: HardwareClass) -> u32 {
		Calibrations::<T>::get(prover, (system, hardware))
	}

	fn is_reliable(prover: &T::AccountId, system: ProofSystem) -> bool {
		Self::track_record(prover, system)
			.is_reliable(T::ReliableProofs::get(), T::ReliableShare::get())
	}

	fn is_jailed(prover: &T::AccountId) -> bool {
		Provers::<T>::get(prover).is_some_and(|record| record.is_jailed())
	}

	fn take_freed(limit: u32) -> Vec<T::AccountId> {
		Self::take_due(limit)
	}

	fn reserve(
		prover: &T::AccountId,
		market: &Market,
		bond: BalanceOf<T>,
		committed_ms: u64,
	) -> DispatchResult {
		let now = frame_system::Pallet::<T>::block_number();
		Self::try_mutate(prover, |record| {
			Self::ensure_takes_new(record)?;
			ensure!(!record.is_paused(now), Error::<T>::Paused);
			ensure!(record.live < record.slots, Error::<T>::NoFreeSlot);
			ensure!(bond <= record.free_stake(), Error::<T>::InsufficientStake);
			record.live = record.live.saturating_add(1);
			record.reserved = record.reserved.saturating_add(bond);
			record.committed_ms = record.committed_ms.saturating_add(committed_ms);
			Ok(())
		})?;
		LotsInUse::<T>::mutate(prover, market, |lots| *lots = lots.saturating_add(1));
		Ok(())
	}

	fn release_slot(
		prover: &T::AccountId,
		market: &Market,
		committed_ms: u64,
		attempt: Performance,
	) {
		LotsInUse::<T>::mutate_exists(prover, market, |lots| {
			*lots = lots.take().and_then(|n| n.checked_sub(1)).filter(|n| *n > 0);
		});
		let Some(mut record) = Provers::<T>::get(prover) else {
			defensive!("a live attempt's prover is registered");
			return;
		};
		if record.live == 0 || record.committed_ms < committed_ms {
			defensive!("released more than was reserved");
		}
		record.live = record.live.saturating_sub(1);
		record.committed_ms = record.committed_ms.saturating_sub(committed_ms);
		if attempt.ending.is_verified() {
			record.verified = record.verified.saturating_add(1);
		} else if attempt.ending.is_default() {
			record.defaulted = record.defaulted.saturating_add(1);
		}
		Self::note_speed(prover, market, &attempt);
		Self::note_ending(prover, market.system, &attempt);
		Self::note_calibration(prover, &mut record, market, &attempt);
		Self::note_strike(prover, &mut record, &attempt);
		Self::unbond_leaver(prover, &mut record);
		Provers::<T>::insert(prover, record);
		Self::note_freed(prover);
	}

	fn reserve_deposit(prover: &T::AccountId, amount: BalanceOf<T>) -> DispatchResult {
		Self::try_mutate(prover, |record| {
			Self::ensure_takes_new(record)?;
			ensure!(amount <= record.free_stake(), Error::<T>::InsufficientStake);
			record.reserved = record.reserved.saturating_add(amount);
			Ok(())
		})
	}

	fn release_bond(prover: &T::AccountId, amount: BalanceOf<T>) {
		if amount.is_zero() {
			// A bond or a deposit that was taken whole: nothing is freed.
			return;
		}
		let Some(mut record) = Provers::<T>::get(prover) else {
			defensive!("a prover with a bond or a deposit is registered");
			return;
		};
		if record.reserved < amount {
			defensive!("released more bond than was reserved");
		}
		record.reserved = record.reserved.saturating_sub(amount);
		Self::unbond_leaver(prover, &mut record);
		Provers::<T>::insert(prover, record);
		Self::note_freed(prover);
	}

	fn session_key(prover: &T::AccountId) -> Option<SessionKey> {
		Provers::<T>::get(prover).map(|record| record.session_key)
	}

	fn by_session_key(key: &SessionKey) -> Option<T::AccountId> {
		SessionKeys::<T>::get(key)
	}

	fn ask_placed(prover: &T::AccountId) -> DispatchResult {
		Self::try_mutate(prover, |record| {
			Self::ensure_takes_new(record)?;
			ensure!(record.stake > record.leaving(), Error::<T>::Leaving);
			ensure!(record.asks < T::MaxAsks::get(), Error::<T>::TooManyAsks);
			record.asks = record.asks.saturating_add(1);
			Ok(())
		})
	}

	fn ask_withdrawn(prover: &T::AccountId) {
		Provers::<T>::mutate_extant(prover, |record| {
			record.asks = record.asks.saturating_sub(1);
		});
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(prover: &T::AccountId, key: SessionKey) {
		use crate::{TrackRecord, TrackRecords, ATTEMPT};
		use frame_support::traits::fungible::Mutate;
		let stake = T::MinStake::get().saturating_mul(1_000u32.into());
		T::Currency::set_balance(prover, stake.saturating_mul(2u32.into()));
		Self::do_register(
			prover.clone(),
			proofyard_primitives::HardwareClass::Cpu,
			T::MaxSlots::get(),
			stake,
			key,
		)
		.expect("funded above");
		let now = frame_system::Pallet::<T>::block_number();
		let proofs = u64::from(T::ReliableProofs::get()).saturating_mul(2);
		for system in ProofSystem::ALL {
			let record =
				TrackRecord { verified: proofs.saturating_mul(ATTEMPT), ..TrackRecord::new(now) };
			TrackRecords::<T>::insert(prover, system, record);
		}
	}
}

impl<T: Config> Pallet<T> {
	/// Fail for a prover that gets nothing new until it does something about it itself, or ever.
	fn ensure_takes_new(record: &ProverRecordOf<T>) -> DispatchResult {
		ensure!(!record.exiting, Error::<T>::Leaving);
		ensure!(!record.is_jailed(), Error::<T>::Jailed);
		Ok(())
	}

	/// Take up to `amount` off what is on hold for `reason` on a prover's account.
	fn take_held(reason: HoldReason, prover: &T::AccountId, amount: BalanceOf<T>) -> CreditOf<T> {
		if amount.is_zero() {
			return CreditOf::<T>::zero();
		}
		let (credit, missing) = T::Currency::slash(&reason.into(), prover, amount);
		if !missing.is_zero() {
			defensive!("what is reserved is on hold");
		}
		credit
	}
}

impl<T: Config> Stake<T::AccountId, BalanceOf<T>> for Pallet<T> {
	type Credit = CreditOf<T>;

	fn slash_bond(prover: &T::AccountId, amount: BalanceOf<T>) -> CreditOf<T> {
		if amount.is_zero() {
			return CreditOf::<T>::zero();
		}
		let Some(mut record) = Provers::<T>::get(prover) else {
			defensive!("a prover with a bond or a deposit is registered");
			return CreditOf::<T>::zero();
		};
		let amount = amount.min(record.reserved);
		if amount.is_zero() {
			return CreditOf::<T>::zero();
		}
		// From the operator and those behind it, by what each has: whoever earns by it risks it too.
		let delegated = record.pool.part_of_slash(amount, record.stake);
		let own = amount.saturating_sub(delegated);
		let own = Self::take_held(HoldReason::Stake, prover, own);
		let delegated = Self::take_held(HoldReason::Delegation, prover, delegated);
		record.stake = record.stake.saturating_sub(own.peek());
		record.pool.value = record.pool.value.saturating_sub(delegated.peek());
		let from_pool = delegated.peek();
		let credit = own.merge(delegated);
		let taken = credit.peek();
		record.reserved = record.reserved.saturating_sub(taken);
		// With a pool the operator's part may reach into what it is about to withdraw.
		let stake = record.stake;
		if let Some(unbonding) = &mut record.unbonding {
			unbonding.amount = unbonding.amount.min(stake);
		}
		if !taken.is_zero() {
			let prover = prover.clone();
			Self::deposit_event(Event::BondSlashed { prover, amount: taken, stake });
		}
		if !from_pool.is_zero() {
			let (prover, value) = (prover.clone(), record.pool.value);
			Self::deposit_event(Event::DelegationSlashed { prover, amount: from_pool, value });
		}
		Self::unbond_leaver(prover, &mut record);
		Provers::<T>::insert(prover, record);
		credit
	}

	fn reward(prover: &T::AccountId, credit: CreditOf<T>) -> CreditOf<T> {
		let amount = credit.peek();
		if amount.is_zero() {
			return credit;
		}
		if let Err(unpaid) = T::Currency::resolve(prover, credit) {
			return unpaid;
		}
		let Some(mut record) = Provers::<T>::get(prover) else {
			return CreditOf::<T>::zero();
		};
		let now = frame_system::Pallet::<T>::block_number();
		let commission = record.delegation.commission_at(now);
		let part = record.pool.part_of_reward(amount, record.stake, commission);
		// It is all the operator's now; what cannot be held for the pool stays so.
		if part.is_zero()
			|| T::Currency::hold(&HoldReason::Delegation.into(), prover, part).is_err()
		{
			return CreditOf::<T>::zero();
		}
		record.pool.value = record.pool.value.saturating_add(part);
		let value = record.pool.value;
		Provers::<T>::insert(prover, record);
		let prover = prover.clone();
		Self::deposit_event(Event::DelegationRewarded { prover, amount: part, value });
		CreditOf::<T>::zero()
	}
}
