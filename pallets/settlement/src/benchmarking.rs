// SPDX-License-Identifier: Apache-2.0
//! Costs of the calls and hooks.

use super::*;
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{Inspect, Mutate},
		EnsureOrigin, Get,
	},
	weights::{Weight, WeightMeter},
	BoundedVec,
};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_agenda::Cost;
use proofyard_primitives::{
	limits::{MaxProof, MAX_PUBLIC_VALUES},
	AttemptRecord, Ending, HardwareClass, Market, Outcome, ProofData, ProofSystem, Redundancy,
	Role, ServiceLevel, TaskKind,
};
use sp_runtime::{traits::Zero, Permill, SaturatedConversion};

fn free() -> Cost {
	Cost { per_block: Weight::zero(), per_entry: Weight::zero() }
}

/// An ended task with as many proofs as one can take, as large as there can be.
fn ended<T: Config>(task: u64) {
	let provers: Vec<T::AccountId> =
		(0..Redundancy::MAX.into()).map(|index| account("prover", index, 0)).collect();
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
		requester: account,
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
		outcome: Outcome::Settled { prover: provers[0].clone(), paid: Zero::zero() },
		attempts: BoundedVec::truncate_from(
			provers
				.iter()
				.map(|prover| AttemptRecord {
					prover: prover.clone(),
					role: Role::CoPrimary,
					fate: Ending::Verified,
					earned: Zero::zero(),
					slashed: Zero::zero(),
				})
				.collect(),
		),
	};
	Outcomes::<T>::insert(task, record);
	let proof = ProofData {
		proof: BoundedVec::<u8, MaxProof>::truncate_from(alloc::vec![1; 2048]),
		public_values: BoundedVec::truncate_from(alloc::vec![1; MAX_PUBLIC_VALUES as usize]),
	};
	for prover in provers {
		Proofs::<T>::insert(task, prover, proof.clone());
	}
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn set_fees() -> Result<(), BenchmarkError> {
		let origin =
			T::FeeOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let terms = FeeTerms {
			fee: T::MaxFee::get(),
			author: Permill::from_percent(50),
			treasury: Permill::from_percent(50),
		};
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, terms);
		assert_eq!(Fees::<T>::get(), terms);
		Ok(())
	}

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

	/// One entry: the outcome and the proofs of a task.
	#[benchmark]
	fn forget() {
		ended::<T>(0);
		#[block]
		{
			let mut meter = WeightMeter::new();
			AgendaOf::<T>::serve(0u32.into(), &mut meter, free(), Pallet::<T>::forget);
		}
		assert!(!Outcomes::<T>::contains_key(0));
		assert_eq!(Proofs::<T>::iter_key_prefix(0).count(), 0);
	}
}
