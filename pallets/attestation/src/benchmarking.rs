// SPDX-License-Identifier: Apache-2.0
//! Costs of calls and hooks.

use super::*;
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{
	pallet_prelude::Authorize,
	traits::{Get, UnfilteredDispatchable},
	weights::{Weight, WeightMeter},
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use proofyard_agenda::Cost;
use proofyard_primitives::{
	limits::{MAX_ANNOUNCEMENTS, MAX_PUBLIC_VALUES, MAX_STANDBYS},
	proof_commitment,
	session::{report_message, submission_message, Report, SessionKey},
	traits::{Attestation as _, Programs, Provers, Settlement},
	Assignment, FixedValues, HardwareClass, InputRef, Market, ProofData, ProofSystem, PublicValues,
	Redundancy, Role, ServiceLevel, Standby, TaskId, TaskKind, TaskSpec,
};
use sp_application_crypto::RuntimeAppPublic;
use sp_core::H256;
use sp_runtime::{
	traits::Saturating, transaction_validity::TransactionSource, SaturatedConversion,
};

const TASK: TaskId = 7;

fn free() -> Cost {
	Cost { per_block: Weight::zero(), per_entry: Weight::zero() }
}

/// A registered prover.
fn prover<T: Config>(index: u32) -> (T::AccountId, SessionKey) {
	let prover: T::AccountId = account("prover", index, 0);
	let key = SessionKey::generate_pair(None);
	T::Provers::set_up(&prover, key.clone());
	(prover, key)
}

fn market() -> Market {
	Market {
		system: ProofSystem::Groth16Bn254,
		hardware: HardwareClass::Cpu,
		bucket: 15,
		level: ServiceLevel::Standard,
	}
}

/// Amount that is paid, and that is at stake.
fn price<T: Config>() -> T::Balance {
	T::Balance::from(u32::MAX)
}

/// A live task whose input is as large as there can be, its prover's key, and a proof that
/// verifies. As many standbys as there can be, of which the last only has room.
fn assigned<T: Config>(inputs: u32) -> (T::AccountId, SessionKey, ProofData) {
	let requester: T::AccountId = account("requester", 0, 0);
	let (primary, key) = prover::<T>(0);
	let (program, proof) = T::Programs::set_up(inputs, 0);
	T::Programs::acquire(&program).expect("just registered");
	let market = market();
	let price = price::<T>();
	T::Settlement::set_up(TASK, &requester, price);
	T::Provers::reserve(&primary, &market, price, 1_000).expect("a fresh prover is free");
	// As much as a proof can show and a requester can fix.
	let values: PublicValues =
		alloc::vec![1; MAX_PUBLIC_VALUES as usize].try_into().expect("the bound");
	let now = frame_system::Pallet::<T>::block_number();
	let standbys: Vec<_> = (0..MAX_STANDBYS)
		.map(|index| {
			let (prover, _) = prover::<T>(100 + index);
			if index + 1 < MAX_STANDBYS {
				while T::Provers::reserve(&prover, &market, 1u32.into(), 1_000).is_ok() {}
			}
			Standby { prover, price, bond: price, committed_ms: 1_000 }
		})
		.collect();
	let spec = TaskSpec {
		requester,
		program,
		market,
		kind: TaskKind::Market,
		redundancy: Redundancy::NONE,
		work: 1 << 15,
		input: InputRef::Inline(alloc::vec![1; 8192].try_into().expect("the bound")),
		values: FixedValues::Whole(values),
		max_fee: price,
		deadline: now.saturating_add(10_000u32.into()),
		submitted_at: now,
	};
	let assignment = Assignment {
		prover: primary.clone(),
		price,
		bond: price,
		committed_ms: 1_000,
		assigned_at: now,
		soft_deadline: now.saturating_add(5u32.into()),
		co_primaries: Default::default(),
		standbys: standbys.try_into().expect("the bound"),
	};
	Pallet::<T>::begin(TASK, spec, assignment);
	(primary, key, proof)
}

/// Add attempts that are late, up to `attempts` in all, and a bounty for which as many proofs are
/// announced as there can be. Returns the last prover of them.
fn crowd<T: Config>(attempts: u32) {
	Live::<T>::mutate_extant(TASK, |live| {
		let deposit = Pallet::<T>::announcement_deposit(live);
		for index in 1..attempts {
			let (prover, _) = prover::<T>(index);
			T::Provers::reserve(&prover, &market(), price::<T>(), 1_000).expect("it is free");
			LiveOf::<T>::insert(&prover, TASK, ());
			let mut attempt = live.attempts[0].clone();
			attempt.prover = prover;
			attempt.role = Role::CoPrimary;
			live.attempts.try_push(attempt).expect("the bound");
		}
		for attempt in live.attempts.iter_mut() {
			attempt.soft_deadline = Default::default();
			attempt.replaced = true;
		}
		let now = frame_system::Pallet::<T>::block_number();
		let announcements: Vec<_> = (0..MAX_ANNOUNCEMENTS)
			.map(|index| {
				let (prover, _) = prover::<T>(200 + index);
				T::Provers::reserve_deposit(&prover, deposit).expect("it is free");
				let (commitment, reward) = (H256::repeat_byte(1), price::<T>());
				Announcement { prover, commitment, at: now, reward, deposit }
			})
			.collect();
		let announcements = announcements.try_into().expect("the bound");
		live.bounty = Some(Bounty { since: now, announcements });
		WantedTasks::<T>::insert(TASK, ());
	});
}

/// Let the time pass in which the task's prover is in time, or all of its time.
fn pass<T: Config>(blocks: u32) {
	let now = frame_system::Pallet::<T>::block_number();
	frame_system::Pallet::<T>::set_block_number(now.saturating_add(blocks.into()));
}

fn submission<T: Config>(prover: T::AccountId, key: &SessionKey, proof: ProofData) -> Call<T> {
	let message = submission_message(&Pallet::<T>::genesis(), TASK, 0, &prover, &proof);
	let signature = key.sign(&message).expect("just generated");
	Call::submit_proof { task: TASK, attempt: 0, prover, proof, signature }
}

/// As long as a proof and its public values can be, and what the task asks for.
fn largest() -> ProofData {
	ProofData {
		proof: alloc::vec![1; 2048].try_into().expect("the bound"),
		public_values: alloc::vec![1; MAX_PUBLIC_VALUES as usize].try_into().expect("the bound"),
	}
}

/// The same with other public values.
fn wrong() -> ProofData {
	ProofData {
		public_values: alloc::vec![2; MAX_PUBLIC_VALUES as usize].try_into().expect("the bound"),
		..largest()
	}
}

/// Effects of a submission, but for the verification.
fn conclude<T: Config>(prover: &T::AccountId, proof: ProofData, verdict: Result<(), RejectReason>) {
	let live = Live::<T>::get(TASK).expect("it is assigned");
	let _ = live.spec.values.allow(&proof.public_values);
	Pallet::<T>::conclude_submission(TASK, live, 0, prover, proof, verdict);
}

fn report_of<T: Config>(prover: T::AccountId, key: &SessionKey) -> Call<T> {
	let report = Report::Declined;
	let message = report_message(&Pallet::<T>::genesis(), TASK, 0, &prover, report);
	let signature = key.sign(&message).expect("just generated");
	Call::report { task: TASK, attempt: 0, prover, report, signature }
}

fn authorized<T: Config>(call: Call<T>) {
	call.dispatch_bypass_filter(RawOrigin::Authorized.into()).expect("it is assigned");
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// Consequences of a proof that verifies: the task is settled, with `a` attempts. The largest
	/// proof there can be, and everything but its verification.
	#[benchmark]
	fn submit_proof(a: Linear<1, 8>) {
		let (prover, _, _) = assigned::<T>(64);
		crowd::<T>(a);
		pass::<T>(1);
		let proof = largest();
		let hash = proof_commitment(TASK, &prover, &proof);
		Live::<T>::mutate_extant(TASK, |live| {
			let now = frame_system::Pallet::<T>::block_number();
			live.attempts[0].commitment = Some((hash, now.saturating_sub(1u32.into())));
		});
		#[block]
		{
			conclude::<T>(&prover, proof, Ok(()));
		}
		assert!(T::Settlement::has_ended(TASK));
	}

	/// Consequences of the last proof that an attempt may get wrong: it is charged, and a standby
	/// called.
	#[benchmark]
	fn submit_rejected() {
		let (prover, _, _) = assigned::<T>(64);
		Live::<T>::mutate_extant(TASK, |live| {
			live.attempts[0].rejections = T::MaxRejections::get() - 1;
		});
		#[block]
		{
			conclude::<T>(&prover, largest(), Err(RejectReason::PublicValuesDiffer));
		}
		assert_eq!(Live::<T>::get(TASK).map(|live| live.attempts.len()), Some(2));
	}

	/// Checks of the pool before it takes a submission.
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

	/// Checks of the pool before it takes a report or a commitment.
	#[benchmark]
	fn authorize_report() {
		let (prover, key, _) = assigned::<T>(64);
		let call = report_of::<T>(prover, &key);
		#[block]
		{
			call.authorize(TransactionSource::InBlock)
				.expect("the call has its own authorization")
				.expect("it is assigned and signed");
		}
	}

	/// An attempt is given back, and the last of the standbys is the first that has room.
	#[benchmark]
	fn report() {
		let (prover, key, _) = assigned::<T>(64);
		let call = report_of::<T>(prover, &key);
		#[block]
		{
			authorized(call);
		}
		assert_eq!(Live::<T>::get(TASK).map(|live| live.attempts.len()), Some(2));
	}

	/// A commitment to a proof.
	#[benchmark]
	fn commit_proof() {
		let (prover, key, proof) = assigned::<T>(64);
		Live::<T>::mutate_extant(TASK, |live| {
			live.spec.redundancy = Redundancy { needed: 2, started: 2 };
		});
		let commitment = proof_commitment(TASK, &prover, &proof);
		// Checked before.
		let signature = key.sign(&[0; 32]).expect("just generated");
		let call =
			Call::<T>::commit_proof { task: TASK, attempt: 0, prover, commitment, signature };
		#[block]
		{
			authorized(call);
		}
		assert!(Live::<T>::get(TASK).is_some_and(|live| live.attempts[0].commitment.is_some()));
	}

	/// A proof is announced in place of one that is overdue.
	#[benchmark]
	fn announce() {
		assigned::<T>(64);
		crowd::<T>(7);
		let (prover, _) = prover::<T>(300);
		pass::<T>(REVEAL_BLOCKS + 1);
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()), TASK, H256::zero());
		let live = Live::<T>::get(TASK).expect("it lives");
		let announced = live.bounty.expect("it is open").announcements;
		assert!(announced.iter().any(|announced| announced.prover == prover));
	}

	/// A proof that was announced for a task with `a` attempts, this one included. Its public values
	/// are not what the requester fixed, so that it is not verified; what follows if it is accepted
	/// comes on top.
	#[benchmark]
	fn reveal(a: Linear<2, 8>) {
		let (primary, _, _) = assigned::<T>(64);
		crowd::<T>(a - 1);
		let proof = wrong();
		let prover = Live::<T>::mutate(TASK, |live| {
			let announced = live.as_mut().and_then(|live| live.bounty.as_mut()).expect("open");
			let last = announced.announcements.last_mut().expect("crowded");
			last.commitment = proof_commitment(TASK, &last.prover, &proof);
			last.prover.clone()
		});
		pass::<T>(1);
		#[block]
		{
			Pallet::<T>::do_reveal(prover, TASK, proof).expect("it was announced");
			let live = Live::<T>::get(TASK).expect("it lives");
			Pallet::<T>::conclude_submission(TASK, live, 0, &primary, largest(), Ok(()));
		}
		assert!(T::Settlement::has_ended(TASK));
	}

	/// One entry: a task with `a` attempts whose deadline has passed.
	#[benchmark]
	fn fail(a: Linear<1, 8>) {
		assigned::<T>(64);
		crowd::<T>(a);
		let due = Live::<T>::get(TASK).map(|live| live.due_at).expect("assigned above");
		pass::<T>(20_000);
		#[block]
		{
			let mut meter = WeightMeter::new();
			AgendaOf::<T>::serve(due, &mut meter, free(), Pallet::<T>::on_deadline);
		}
		assert!(T::Settlement::has_ended(TASK));
	}

	/// One entry: an attempt is late, and the last of the standbys is the first that has room.
	#[benchmark]
	fn late() {
		assigned::<T>(64);
		let due = Live::<T>::get(TASK).map(|live| live.due_at).expect("assigned above");
		pass::<T>(10);
		#[block]
		{
			let mut meter = WeightMeter::new();
			AgendaOf::<T>::serve(due, &mut meter, free(), Pallet::<T>::on_deadline);
		}
		assert_eq!(Live::<T>::get(TASK).map(|live| live.attempts.len()), Some(2));
	}

	/// One attempt of a prover that was jailed.
	#[benchmark]
	fn take_from_jailed() {
		let (prover, _, _) = assigned::<T>(64);
		#[block]
		{
			Pallet::<T>::take_from_jailed(&prover);
		}
		assert_eq!(Live::<T>::get(TASK).map(|live| live.attempts.len()), Some(2));
	}

	/// A block of which nothing is due.
	#[benchmark]
	fn agenda_base() {
		AgendaCursor::<T>::put(BlockNumberFor::<T>::from(10u32));
		#[block]
		{
			let mut meter = WeightMeter::new();
			AgendaOf::<T>::serve(9u32.into(), &mut meter, free(), Pallet::<T>::on_deadline);
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
			AgendaOf::<T>::serve(10u32.into(), &mut meter, free(), Pallet::<T>::on_deadline);
		}
		assert_eq!(AgendaOf::<T>::cursor().saturated_into::<u32>(), 11);
	}
}
