// SPDX-License-Identifier: Apache-2.0
//! What other pallets do with provers: reserve, release, slash.

use crate::*;
use alloc::vec::Vec;
use frame_support::{
	defensive, ensure,
	pallet_prelude::*,
	traits::{fungible::BalancedHold, Imbalance},
};
use proofyard_primitives::{
	session::SessionKey,
	traits::{Attempt, AttemptEnding, Capacity, Provers as ProversTrait, Stake},
	HardwareClass, Market, ProofSystem, SpeedClass,
};
use sp_runtime::traits::{Saturating, Zero};

impl<T: Config> ProversTrait<T::AccountId, BalanceOf<T>> for Pallet<T> {
	fn capacity(prover: &T::AccountId) -> Option<Capacity<BalanceOf<T>>> {
		let record = Provers::<T>::get(prover)?;
		let paused = record.is_paused(frame_system::Pallet::<T>::block_number());
		Some(Capacity {
			hardware: record.hardware,
			free_stake: record.free_stake(),
			free_slots: if paused { 0 } else { record.slots.saturating_sub(record.live) },
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

	fn release(
		prover: &T::AccountId,
		market: &Market,
		bond: BalanceOf<T>,
		committed_ms: u64,
		attempt: Attempt,
	) {
		LotsInUse::<T>::mutate_exists(prover, market, |lots| {
			*lots = lots.take().and_then(|n| n.checked_sub(1)).filter(|n| *n > 0);
		});
		let Some(mut record) = Provers::<T>::get(prover) else {
			defensive!("a live attempt's prover is registered");
			return;
		};
		if record.live == 0 || record.reserved < bond || record.committed_ms < committed_ms {
			defensive!("released more than was reserved");
		}
		record.live = record.live.saturating_sub(1);
		record.reserved = record.reserved.saturating_sub(bond);
		record.committed_ms = record.committed_ms.saturating_sub(committed_ms);
		let count = match attempt.ending {
			AttemptEnding::Verified => &mut record.verified,
			AttemptEnding::Defaulted => &mut record.defaulted,
		};
		*count = count.saturating_add(1);
		Self::note_speed(prover, market, &attempt);
		Self::note_calibration(prover, &mut record, market, &attempt);
		Provers::<T>::insert(prover, record);
		Self::note_freed(prover);
	}

	fn set_aside(prover: &T::AccountId, amount: BalanceOf<T>) -> DispatchResult {
		Self::try_mutate(prover, |record| {
			ensure!(amount <= record.free_stake(), Error::<T>::InsufficientStake);
			record.reserved = record.reserved.saturating_add(amount);
			Ok(())
		})
	}

	fn put_back(prover: &T::AccountId, amount: BalanceOf<T>) {
		if amount.is_zero() {
			// A deposit that was forfeited whole: nothing is freed.
			return;
		}
		let Some(mut record) = Provers::<T>::get(prover) else {
			defensive!("a prover with a deposit is registered");
			return;
		};
		if record.reserved < amount {
			defensive!("put back more than was set aside");
		}
		record.reserved = record.reserved.saturating_sub(amount);
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
			ensure!(record.asks < T::MaxAsks::get(), Error::<T>::TooManyAsks);
			ensure!(record.stake > record.leaving(), Error::<T>::Leaving);
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
		let (credit, missing) = T::Currency::slash(&HoldReason::Stake.into(), prover, amount);
		if !missing.is_zero() {
			defensive!("a reserved bond is on hold");
		}
		let taken = amount.saturating_sub(missing);
		record.reserved = record.reserved.saturating_sub(taken);
		record.stake = record.stake.saturating_sub(taken);
		let stake = record.stake;
		Provers::<T>::insert(prover, record);
		if !taken.is_zero() {
			let prover = prover.clone();
			Self::deposit_event(Event::BondSlashed { prover, amount: taken, stake });
		}
		credit
	}
}
