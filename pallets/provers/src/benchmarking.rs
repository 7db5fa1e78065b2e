// SPDX-License-Identifier: Apache-2.0
//! What the calls cost.

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
use sp_runtime::traits::{Bounded, Saturating};

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
		// With all that there can be to forget: a pause that would end later, and a full record.
		let never = BlockNumberFor::<T>::max_value();
		Provers::<T>::mutate_extant(&prover, |record| {
			record.pause = Some(Pause::ResumesAt(never));
			record.calibrated = MAX_CALIBRATED;
		});
		Freed::<T>::insert(Pallet::<T>::freed_key(never), &prover, ());
		for system in ProofSystem::ALL {
			for size in 0..SpeedClass::SIZES as u8 {
				let speed = SpeedRecord { confirmed: 1, samples: 1, last_delivered: 0u32.into() };
				Speeds::<T>::insert(&prover, SpeedClass { system, size }, speed);
			}
		}
		for vram_gib in 0..MAX_CALIBRATED as u16 {
			let class = (ProofSystem::ALL[0], HardwareClass::Gpu { vram_gib });
			Calibrations::<T>::insert(&prover, class, 1);
		}
		frame_system::Pallet::<T>::set_block_number(
			frame_system::Pallet::<T>::block_number().saturating_add(T::UnbondingDelay::get()),
		);
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
}
