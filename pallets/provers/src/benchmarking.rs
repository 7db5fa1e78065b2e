// SPDX-License-Identifier: Apache-2.0
//! Costs of the calls.

use super::*;
use codec::Decode;
use frame_benchmarking::v2::*;
use frame_support::traits::{fungible::Mutate, Get};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use proofyard_primitives::{
	session::{possession_message, SessionKey, SessionSignature},
	traits::Provers as _,
	HardwareClass, ProofSystem, SpeedClass,
};
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::{
	traits::{Bounded, Saturating},
	Permill,
};

/// An account with plenty, a session key of its own, and that key's proof of possession.
fn newcomer<T: Config>(index: u32) -> (T::AccountId, SessionKey, SessionSignature) {
	let prover: T::AccountId = account("prover", index, 0);
	T::Currency::set_balance(&prover, T::MinStake::get().saturating_mul(100u32.into()));
	let key = SessionKey::generate_pair(None);
	let possession = key
		.sign(&possession_message(&prover))
		.unwrap_or_else(|| SessionSignature::decode(&mut &[0u8; 64][..]).expect("64 bytes"));
	(prover, key, possession)
}

fn registered<T: Config>() -> T::AccountId {
	let (prover, key, _) = newcomer::<T>(0);
	Pallet::<T>::set_up(&prover, key);
	prover
}

/// Give a prover a pause that would end later and all the track record that there can be, to be
/// forgotten.
fn fill_record<T: Config>(prover: &T::AccountId) {
	let never = BlockNumberFor::<T>::max_value();
	Provers::<T>::mutate_extant(prover, |record| {
		record.pause = Some(Pause::ResumesAt(never));
		record.calibrated = MAX_CALIBRATED;
	});
	Freed::<T>::insert(Pallet::<T>::freed_key(never), prover, ());
	for system in ProofSystem::ALL {
		for size in 0..SpeedClass::SIZES as u8 {
			let speed = SpeedRecord { confirmed: 1, samples: 1, last_delivered: 0u32.into() };
			Speeds::<T>::insert(prover, SpeedClass { system, size }, speed);
		}
		TrackRecords::<T>::insert(prover, system, TrackRecord::new(0u32.into()));
	}
	for vram_gib in 0..MAX_CALIBRATED as u16 {
		let class = (ProofSystem::ALL[0], HardwareClass::Gpu { vram_gib });
		Calibrations::<T>::insert(prover, class, 1);
	}
}

/// Let the unbonding delay go by.
fn wait<T: Config>() {
	frame_system::Pallet::<T>::set_block_number(
		frame_system::Pallet::<T>::block_number().saturating_add(T::UnbondingDelay::get()),
	);
}

/// An account with enough to delegate.
fn saver<T: Config>(index: u32) -> T::AccountId {
	let saver: T::AccountId = account("saver", index, 0);
	let enough = T::MinStake::get().saturating_add(T::MinDelegation::get());
	T::Currency::set_balance(&saver, enough.saturating_mul(100u32.into()));
	saver
}

/// A delegator of this operator, and its shares.
fn delegated<T: Config>(prover: &T::AccountId, index: u32) -> (T::AccountId, u128) {
	let delegator = saver::<T>(index);
	Pallet::<T>::do_set_delegation(prover.clone(), Some(Permill::zero())).expect("registered");
	Pallet::<T>::do_delegate(delegator.clone(), prover.clone(), T::MinDelegation::get())
		.expect("the operator has a multiple of its own");
	let delegation = Delegations::<T>::get(prover, &delegator).expect("just delegated");
	(delegator, delegation.shares)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register() {
		let (prover, key, possession) = newcomer::<T>(0);
		#[extrinsic_call]
		_(
			RawOrigin::Signed(prover.clone()),
			HardwareClass::Cpu,
			1,
			T::MinStake::get(),
			key,
			possession,
		);
		assert!(Provers::<T>::contains_key(&prover));
	}

	#[benchmark]
	fn set_hardware() {
		let prover = registered::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()), HardwareClass::Gpu { vram_gib: 24 }, 2);
		assert_eq!(Provers::<T>::get(&prover).map(|record| record.slots), Some(2));
	}

	#[benchmark]
	fn set_session_key() {
		let prover = registered::<T>();
		let key = SessionKey::generate_pair(None);
		let possession = key.sign(&possession_message(&prover)).expect("just generated");
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()), key.clone(), possession);
		assert_eq!(SessionKeys::<T>::get(&key), Some(prover));
	}

	#[benchmark]
	fn add_stake() {
		let prover = registered::<T>();
		let before = Provers::<T>::get(&prover).map(|record| record.stake);
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()), T::MinStake::get());
		assert!(Provers::<T>::get(&prover).map(|record| record.stake) > before);
	}

	#[benchmark]
	fn unbond() {
		let prover = registered::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()), T::MinStake::get());
		assert!(Provers::<T>::get(&prover).and_then(|record| record.unbonding).is_some());
	}

	#[benchmark]
	fn withdraw_unbonded() {
		let prover = registered::<T>();
		// All of it: the prover leaves, which is the longer way.
		let stake = Provers::<T>::get(&prover).map(|record| record.stake).expect("registered");
		Pallet::<T>::do_unbond(prover.clone(), stake).expect("nothing is reserved");
		fill_record::<T>(&prover);
		wait::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()));
		assert!(!Provers::<T>::contains_key(&prover));
		assert_eq!(Calibrations::<T>::iter_prefix(&prover).count(), 0);
	}

	/// Resuming, which also enters the prover among those that get room.
	#[benchmark]
	fn set_paused() {
		let prover = registered::<T>();
		Pallet::<T>::do_set_paused(prover.clone(), true).expect("registered");
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()), false);
		let now = frame_system::Pallet::<T>::block_number();
		assert!(Provers::<T>::get(&prover).and_then(|record| record.resumes_at(now)).is_some());
	}

	/// Leaving jail, which also enters the prover among those that get room.
	#[benchmark]
	fn unjail() {
		let prover = registered::<T>();
		let now = frame_system::Pallet::<T>::block_number();
		Provers::<T>::mutate_extant(&prover, |record| {
			record.jailings = 1;
			record.jailed_until = Some(now);
		});
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()));
		let record = Provers::<T>::get(&prover).expect("registered");
		assert!(!record.is_jailed() && record.resumes_at(now).is_some());
	}

	/// Leaving with nothing under way, which also starts the unbonding.
	#[benchmark]
	fn exit() {
		let prover = registered::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()));
		assert!(Provers::<T>::get(&prover).and_then(|record| record.unbonding).is_some());
	}

	#[benchmark]
	fn set_delegation() {
		let prover = registered::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()), Some(Permill::from_percent(10)));
		assert!(Provers::<T>::get(&prover).is_some_and(|record| record.delegation.open));
	}

	/// To a pool that has a delegator already.
	#[benchmark]
	fn delegate() {
		let prover = registered::<T>();
		delegated::<T>(&prover, 0);
		let delegator = saver::<T>(1);
		#[extrinsic_call]
		_(RawOrigin::Signed(delegator.clone()), prover.clone(), T::MinDelegation::get());
		assert!(Delegations::<T>::contains_key(&prover, &delegator));
	}

	#[benchmark]
	fn undelegate() {
		let prover = registered::<T>();
		let (delegator, shares) = delegated::<T>(&prover, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(delegator.clone()), prover.clone(), shares);
		let delegation = Delegations::<T>::get(&prover, &delegator).expect("delegated");
		assert_eq!(delegation.leaving(), shares);
	}

	/// By the last delegator of an operator that has left: then it is forgotten, which is the longer
	/// way.
	#[benchmark]
	fn withdraw_delegation() {
		let prover = registered::<T>();
		let (delegator, _) = delegated::<T>(&prover, 0);
		Pallet::<T>::do_exit(prover.clone()).expect("no asks");
		fill_record::<T>(&prover);
		wait::<T>();
		Pallet::<T>::do_withdraw_unbonded(prover.clone()).expect("waited long enough");
		let anybody = saver::<T>(1);
		#[extrinsic_call]
		_(RawOrigin::Signed(anybody), prover.clone(), delegator.clone());
		assert!(!Delegations::<T>::contains_key(&prover, &delegator));
		assert!(!Provers::<T>::contains_key(&prover));
	}
}
