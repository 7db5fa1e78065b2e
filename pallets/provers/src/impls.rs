// SPDX-License-Identifier: Apache-2.0
//! What other pallets do with provers: reserve, release, slash. And what always holds.

use crate::*;
use frame_support::{
	defensive, ensure,
	pallet_prelude::*,
	traits::{fungible::BalancedHold, Imbalance},
};
use proofyard_primitives::{
	session::SessionKey,
	traits::{AttemptEnding, Capacity, Provers as ProversTrait, Stake},
	Market,
};
use sp_runtime::traits::{Saturating, Zero};

impl<T: Config> ProversTrait<T::AccountId, BalanceOf<T>> for Pallet<T> {
	fn capacity(prover: &T::AccountId) -> Option<Capacity<BalanceOf<T>>> {
		let record = Provers::<T>::get(prover)?;
		Some(Capacity {
			hardware: record.hardware,
			free_stake: record.free_stake(),
			free_slots: record.slots.saturating_sub(record.live),
			committed_ms: record.committed_ms,
		})
	}

	fn lots_in_use(prover: &T::AccountId, market: &Market) -> u32 {
		LotsInUse::<T>::get(prover, market)
	}

	fn reserve(
		prover: &T::AccountId,
		market: &Market,
		bond: BalanceOf<T>,
		committed_ms: u64,
	) -> DispatchResult {
		Self::try_mutate(prover, |record| {
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
		ending: AttemptEnding,
	) {
		Provers::<T>::mutate_extant(prover, |record| {
			if record.live == 0 || record.reserved < bond || record.committed_ms < committed_ms {
				defensive!("released more than was reserved");
			}
			record.live = record.live.saturating_sub(1);
			record.reserved = record.reserved.saturating_sub(bond);
			record.committed_ms = record.committed_ms.saturating_sub(committed_ms);
			let count = match ending {
				AttemptEnding::Verified => &mut record.verified,
				AttemptEnding::Defaulted => &mut record.defaulted,
			};
			*count = count.saturating_add(1);
		});
		LotsInUse::<T>::mutate_exists(prover, market, |lots| {
			*lots = lots.take().and_then(|n| n.checked_sub(1)).filter(|n| *n > 0);
		});
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
		let Some(mut record) = Provers::<T>::get(prover) else {
			defensive!("a live attempt's prover is registered");
			return CreditOf::<T>::zero();
		};
		let amount = amount.min(record.reserved);
		let (credit, missing) = T::Currency::slash(&HoldReason::Stake.into(), prover, amount);
		if !missing.is_zero() {
			defensive!("a reserved bond is on hold");
		}
		let taken = amount.saturating_sub(missing);
		record.reserved = record.reserved.saturating_sub(taken);
		record.stake = record.stake.saturating_sub(taken);
		let stake = record.stake;
		Provers::<T>::insert(prover, record);
		Self::deposit_event(Event::BondSlashed { prover: prover.clone(), amount: taken, stake });
		credit
	}
}

#[cfg(any(feature = "try-runtime", feature = "std"))]
impl<T: Config> Pallet<T> {
	/// Check everything that must always hold of this pallet's state.
	pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
		Self::check_stakes()?;
		Self::check_session_keys()?;
		Self::check_lots()
	}

	/// What a record says is staked is on hold, and what is reserved or leaving is part of it.
	fn check_stakes() -> Result<(), sp_runtime::TryRuntimeError> {
		use frame_support::traits::fungible::InspectHold;
		for (prover, record) in Provers::<T>::iter() {
			let held = T::Currency::balance_on_hold(&HoldReason::Stake.into(), &prover);
			ensure!(held == record.stake, "stake is not what is on hold");
			ensure!(
				record.reserved.saturating_add(record.leaving()) <= record.stake,
				"reserved and leaving stake exceed the stake"
			);
			ensure!(record.live <= record.slots, "more live attempts than slots");
			ensure!(
				record.live > 0 || (record.reserved.is_zero() && record.committed_ms == 0),
				"reserved without a live attempt"
			);
			ensure!(record.asks <= T::MaxAsks::get(), "more asks than allowed");
		}
		Ok(())
	}

	/// Each key leads to its prover and back.
	fn check_session_keys() -> Result<(), sp_runtime::TryRuntimeError> {
		let mut keys = 0;
		for (key, prover) in SessionKeys::<T>::iter() {
			let record = Provers::<T>::get(&prover).ok_or("a session key of nobody")?;
			ensure!(record.session_key == key, "a session key that its prover does not use");
			keys += 1;
		}
		ensure!(keys == Provers::<T>::iter_keys().count(), "a prover without its session key");
		Ok(())
	}

	/// Lots in use add up to live attempts.
	fn check_lots() -> Result<(), sp_runtime::TryRuntimeError> {
		for (prover, record) in Provers::<T>::iter() {
			let lots: u32 = LotsInUse::<T>::iter_prefix_values(&prover).sum();
			ensure!(lots == record.live, "lots in use are not the live attempts");
		}
		for (prover, _, lots) in LotsInUse::<T>::iter() {
			ensure!(lots > 0, "an empty entry of lots");
			ensure!(Provers::<T>::contains_key(&prover), "lots of an unknown prover");
		}
		Ok(())
	}
}
