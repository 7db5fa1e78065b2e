// SPDX-License-Identifier: Apache-2.0
//! What the hooks cost.

use super::*;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::fungible::{Inspect, Mutate},
	weights::{Weight, WeightMeter},
	BoundedVec,
};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_agenda::Cost;
use proofyard_primitives::{
	limits::MaxProof, HardwareClass, Market, Outcome, ProofData, ProofSystem, ServiceLevel,
	TaskKind,
};
use sp_runtime::{traits::Zero, SaturatedConversion};

fn free() -> Cost {
	Cost { per_block: Weight::zero(), per_entry: Weight::zero() }
}

/// An ended task with a proof as large as there can be.
fn ended<T: Config>(task: u64) {
	let account: T::AccountId = account("requester", 0, 0);
	T::Currency::set_balance(&account, T::Currency::minimum_balance());
	let market = Market {
		system: ProofSystem::Groth16Bn254,
		hardware: HardwareClass::Cpu,
		bucket: 15,
		level: ServiceLevel::Standard,
	};
	let zero = BlockNumberFor::<T>::zero();
	let forget_at = AgendaOf::<T>::schedule(zero, task);
	let record = OutcomeRecord {
		requester: account.clone(),
		program: Default::default(),
		market,
		kind: TaskKind::Market,
		work: 1 << 15,
		max_fee: Zero::zero(),
		deadline: zero,
		submitted_at: zero,
		assigned_at: Some(zero),
		ended_at: zero,
		forget_at,
		outcome: Outcome::Settled { prover: account, paid: Zero::zero() },
	};
	Outcomes::<T>::insert(task, record);
	let proof = ProofData {
		proof: BoundedVec::<u8, MaxProof>::truncate_from(alloc::vec![1; 2048]),
		public_inputs: BoundedVec::truncate_from(alloc::vec![[1; 32]; 64]),
	};
	Proofs::<T>::insert(task, proof);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// A block of which nothing is due.
	#[benchmark]
	fn agenda_base() {
		AgendaCursor::<T>::put(BlockNumberFor::<T>::from(10u32));
		#[block]
		{
			let mut meter = WeightMeter::new();
			AgendaOf::<T>::serve(9u32.into(), &mut meter, free(), Pallet::<T>::forget);
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
			AgendaOf::<T>::serve(10u32.into(), &mut meter, free(), Pallet::<T>::forget);
		}
		assert_eq!(AgendaOf::<T>::cursor().saturated_into::<u32>(), 11);
	}

	/// One entry: the outcome and the proof of a task.
	#[benchmark]
	fn forget() {
		ended::<T>(0);
		#[block]
		{
			let mut meter = WeightMeter::new();
			AgendaOf::<T>::serve(0u32.into(), &mut meter, free(), Pallet::<T>::forget);
		}
		assert!(!Outcomes::<T>::contains_key(0) && !Proofs::<T>::contains_key(0));
	}
}
