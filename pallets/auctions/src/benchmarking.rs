// SPDX-License-Identifier: Apache-2.0
//! What calls and hooks cost.

use super::*;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::Get,
	weights::{Weight, WeightMeter},
	BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use proofyard_agenda::Cost;
use proofyard_primitives::{
	session::SessionKey,
	traits::{Escrow, Programs, Provers},
	FixedInputs, HardwareClass, InputRef, Market, ProgramId, ProofSystem, ServiceLevel, TaskId,
};
use sp_runtime::{traits::One, SaturatedConversion};

/// The market of the tasks of [`Programs::set_up`].
const MARKET: Market = Market {
	system: ProofSystem::Groth16Bn254,
	hardware: HardwareClass::Cpu,
	bucket: 15,
	level: ServiceLevel::Standard,
};

fn free() -> Cost {
	Cost { per_block: Weight::zero(), per_entry: Weight::zero() }
}

fn prover<T: Config>(index: u32) -> T::AccountId {
	let prover: T::AccountId = account("prover", index, 0);
	let mut raw = [1u8; 32];
	raw[..4].copy_from_slice(&index.to_le_bytes());
	let key = SessionKey::from(sp_core::sr25519::Public::from_raw(raw));
	T::Provers::set_up(&prover, key);
	prover
}

fn ask<T: Config>(index: u32) -> T::AccountId {
	let prover = prover::<T>(index);
	let ask =
		Ask { price: T::Balance::from(index.saturating_add(1)), lots: 64, speed: u64::MAX / 2000 };
	Pallet::<T>::do_place_ask(prover.clone(), MARKET, ask).expect("within the bounds");
	prover
}

fn requester<T: Config>() -> T::AccountId {
	let requester: T::AccountId = account("requester", 0, 0);
	T::Escrow::fund(&requester);
	requester
}

fn input() -> InputRef {
	InputRef::Inline(BoundedVec::truncate_from(alloc::vec![1; 8192]))
}

/// A task with the largest input and the most fixed inputs.
fn submit<T: Config>(program: ProgramId, fixed: FixedInputs) -> TaskId {
	let task = NextTaskId::<T>::get();
	Pallet::<T>::do_submit_task(
		requester::<T>(),
		program,
		ServiceLevel::Standard,
		None,
		input(),
		fixed,
		T::MinFee::get(),
		T::MaxLifetime::get(),
	)
	.expect("funded, and within the bounds");
	task
}

fn program<T: Config>(inputs: u32) -> (ProgramId, FixedInputs) {
	let (program, proof) = T::Programs::set_up(inputs);
	let fixed = proof.public_inputs.iter().map(|input| Some(*input)).collect();
	(program, BoundedVec::truncate_from(fixed))
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// `n` fixed public inputs.
	#[benchmark]
	fn submit_task(n: Linear<0, 64>) {
		let (program, fixed) = program::<T>(n);
		let requester = requester::<T>();
		#[extrinsic_call]
		_(
			RawOrigin::Signed(requester),
			program,
			ServiceLevel::Standard,
			None,
			input(),
			fixed,
			T::MinFee::get(),
			T::MaxLifetime::get(),
		);
		assert!(OpenTasks::<T>::contains_key(0));
	}

	#[benchmark]
	fn cancel_task() {
		let (program, fixed) = program::<T>(64);
		let task = submit::<T>(program, fixed);
		let requester: T::AccountId = account("requester", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(requester), task);
		assert!(!OpenTasks::<T>::contains_key(task));
	}

	#[benchmark]
	fn place_ask() {
		let prover = prover::<T>(0);
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()), MARKET, T::Balance::one(), 4, 1_000);
		assert!(Asks::<T>::contains_key(MARKET, &prover));
	}

	#[benchmark]
	fn withdraw_ask() {
		let prover = ask::<T>(0);
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()), MARKET);
		assert!(!Asks::<T>::contains_key(MARKET, &prover));
	}

	/// One entry: a task that nobody took.
	#[benchmark]
	fn expire() {
		let (program, fixed) = program::<T>(64);
		let task = submit::<T>(program, fixed);
		let due = OpenTasks::<T>::get(task).map(|open| open.expire_at).expect("just submitted");
		AgendaCursor::<T>::put(due);
		#[block]
		{
			let mut meter = WeightMeter::new();
			AgendaOf::<T>::serve(due, &mut meter, free(), Pallet::<T>::expire);
		}
		assert!(!OpenTasks::<T>::contains_key(task));
	}

	/// The clearing of a market with `a` asks, of `t` tasks that are all assigned.
	#[benchmark]
	fn clear(t: Linear<0, 32>, a: Linear<0, 64>) {
		let (program, fixed) = program::<T>(64);
		for _ in 0..t {
			submit::<T>(program, fixed.clone());
		}
		for index in 0..a {
			ask::<T>(index);
		}
		let now = frame_system::Pallet::<T>::block_number();
		#[block]
		{
			Pallet::<T>::clear(now, &mut WeightMeter::new());
		}
		let left = OpenTasks::<T>::iter_keys().count() as u32;
		assert_eq!(left, if a == 0 { t } else { 0 });
	}

	/// A block of which nothing is due.
	#[benchmark]
	fn agenda_base() {
		AgendaCursor::<T>::put(BlockNumberFor::<T>::from(10u32));
		#[block]
		{
			let mut meter = WeightMeter::new();
			AgendaOf::<T>::serve(9u32.into(), &mut meter, free(), Pallet::<T>::expire);
		}
		assert_eq!(AgendaOf::<T>::cursor().saturated_into::<u32>(), 10);
	}

	/// One block of the agenda without entries.
	#[benchmark]
	fn agenda_block() {
		AgendaCursor::<T>::put(BlockNumberFor::<T>::from(10u32));
		#[block]
		{
			let mut meter = WeightMeter::new();
			AgendaOf::<T>::serve(10u32.into(), &mut meter, free(), Pallet::<T>::expire);
		}
		assert_eq!(AgendaOf::<T>::cursor().saturated_into::<u32>(), 11);
	}
}
