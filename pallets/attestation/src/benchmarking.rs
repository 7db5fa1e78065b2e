// SPDX-License-Identifier: Apache-2.0
//! What calls and hooks cost.

use super::*;
use frame_benchmarking::v2::*;
use frame_support::{
	pallet_prelude::Authorize,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use proofyard_agenda::Cost;
use proofyard_primitives::{
	session::{submission_message, SessionKey},
	traits::{Attestation as _, Programs, Provers, Settlement},
	Assignment, HardwareClass, InputRef, Market, ProofData, ProofSystem, ServiceLevel, TaskId,
	TaskKind, TaskSpec,
};
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::{
	traits::Saturating, transaction_validity::TransactionSource, SaturatedConversion,
};

const TASK: TaskId = 7;

fn free() -> Cost {
	Cost { per_block: Weight::zero(), per_entry: Weight::zero() }
}

/// A live task whose input is as large as there can be, its prover's key, and a proof that
/// verifies.
fn assigned<T: Config>(inputs: u32) -> (T::AccountId, SessionKey, ProofData) {
	let prover: T::AccountId = account("prover", 0, 0);
	let requester: T::AccountId = account("requester", 0, 0);
	let key = SessionKey::generate_pair(None);
	T::Provers::set_up(&prover, key.clone());
	let (program, proof) = T::Programs::set_up(inputs);
	T::Programs::acquire(&program).expect("just registered");
	let market = Market {
		system: ProofSystem::Groth16Bn254,
		hardware: HardwareClass::Cpu,
		bucket: 15,
		level: ServiceLevel::Standard,
	};
	let price = T::Balance::from(u32::MAX);
	T::Settlement::set_up(TASK, &requester, price);
	T::Provers::reserve(&prover, &market, price, 1_000).expect("a fresh prover is free");
	let public_inputs: alloc::vec::Vec<_> =
		proof.public_inputs.iter().map(|input| Some(*input)).collect();
	let now = frame_system::Pallet::<T>::block_number();
	let spec = TaskSpec {
		requester,
		program,
		market,
		kind: TaskKind::Market,
		work: 1 << 15,
		input: InputRef::Inline(alloc::vec![1; 8192].try_into().expect("the bound")),
		public_inputs: public_inputs.try_into().expect("the bound"),
		max_fee: price,
		// The measured part runs a block later.
		deadline: now.saturating_add(10u32.into()),
		submitted_at: now,
	};
	let assignment = Assignment {
		prover: prover.clone(),
		price,
		bond: price,
		committed_ms: 1_000,
		attempt: 0,
		assigned_at: now,
		soft_deadline: now,
		standbys: Default::default(),
	};
	Pallet::<T>::begin(TASK, spec, assignment);
	(prover, key, proof)
}

fn submission<T: Config>(prover: T::AccountId, key: &SessionKey, proof: ProofData) -> Call<T> {
	let message = submission_message(&Pallet::<T>::genesis(), TASK, 0, &prover, &proof);
	let signature = key.sign(&message).expect("just generated");
	Call::submit_proof { task: TASK, attempt: 0, prover, proof, signature }
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// A proof with `n` public inputs that verifies: the task is settled.
	#[benchmark]
	fn submit_proof(n: Linear<0, 64>) {
		let (prover, key, proof) = assigned::<T>(n);
		let call = submission::<T>(prover, &key, proof);
		#[block]
		{
			use frame_support::traits::UnfilteredDispatchable;
			call.dispatch_bypass_filter(RawOrigin::Authorized.into()).expect("it is assigned");
		}
		assert!(T::Settlement::has_ended(TASK));
	}

	/// The last proof that an attempt may get wrong: it is verified, charged, and the task fails.
	#[benchmark]
	fn submit_rejected(n: Linear<1, 64>) {
		let (prover, key, mut proof) = assigned::<T>(n);
		// As long as a proof that verifies takes: only the last check fails.
		let longest = proof.proof.len() - 1;
		proof.proof[longest] ^= 1;
		Live::<T>::mutate_extant(TASK, |live| {
			live.rejections = T::MaxRejections::get() - 1;
		});
		let call = submission::<T>(prover, &key, proof);
		#[block]
		{
			use frame_support::traits::UnfilteredDispatchable;
			call.dispatch_bypass_filter(RawOrigin::Authorized.into()).expect("it is assigned");
		}
		assert!(T::Settlement::has_ended(TASK));
	}

	/// What the pool does before it takes a submission.
	#[benchmark]
	fn authorize_submit_proof() {
		let (prover, key, proof) = assigned::<T>(64);
		let call = submission::<T>(prover, &key, proof);
		#[block]
		{
			call.authorize(TransactionSource::InBlock)
				.expect("the call has its own authorization")
				.expect("it is assigned and signed");
		}
	}

	/// One entry: a task whose deadline has passed.
	#[benchmark]
	fn fail() {
		assigned::<T>(64);
		let due = Live::<T>::get(TASK).map(|live| live.fail_at).expect("assigned above");
		#[block]
		{
			let mut meter = WeightMeter::new();
			AgendaOf::<T>::serve(due, &mut meter, free(), Pallet::<T>::deadline_passed);
		}
		assert!(T::Settlement::has_ended(TASK));
	}

	/// A block of which nothing is due.
	#[benchmark]
	fn agenda_base() {
		AgendaCursor::<T>::put(BlockNumberFor::<T>::from(10u32));
		#[block]
		{
			let mut meter = WeightMeter::new();
			AgendaOf::<T>::serve(9u32.into(), &mut meter, free(), Pallet::<T>::deadline_passed);
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
			AgendaOf::<T>::serve(10u32.into(), &mut meter, free(), Pallet::<T>::deadline_passed);
		}
		assert_eq!(AgendaOf::<T>::cursor().saturated_into::<u32>(), 11);
	}
}
