// SPDX-License-Identifier: Apache-2.0
//! What the calls cost.

use super::*;
use codec::Decode;
use frame_benchmarking::v2::*;
use frame_support::traits::{fungible::Mutate, Get};
use frame_system::RawOrigin;
use proofyard_primitives::{
	session::{possession_message, SessionKey, SessionSignature},
	traits::Provers as _,
	HardwareClass,
};
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::traits::Saturating;

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
		frame_system::Pallet::<T>::set_block_number(
			frame_system::Pallet::<T>::block_number().saturating_add(T::UnbondingDelay::get()),
		);
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()));
		assert!(!Provers::<T>::contains_key(&prover));
	}
}
