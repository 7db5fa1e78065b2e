// SPDX-License-Identifier: Apache-2.0
//! Tasks of zkVMs' programs: what requesters fix of their public values, and versions that come and go.

use crate::helpers::*;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use pallet_attestation::{Call, Error, Event, Live, Refusal, RejectReason};
use pallet_settlement::Proofs;
use proofyard_market::*;
use proofyard_primitives::{
	program::program_id, proof_commitment, traits::Programs as _, FixedValues, HardwareClass,
	Market, ProgramId, ProofData, ProofSystem, PublicValues, ServiceLevel, TaskId, TaskSpec,
	WorkModel,
};
use proofyard_verifier::{
	convert::files::{detect, Case},
	wrap::{known, WrappingKey},
	VerifyError,
};
use sp_core::H256;

const DEADLINE: BlockNumber = 60;
const CPU: HardwareClass = HardwareClass::Cpu;
const PER_TASK: WorkModel = WorkModel::PerTask;

/// A real proof of a zkVM.
#[derive(Clone)]
pub struct Sample {
	pub system: ProofSystem,
	pub key: [u8; 32],
	pub proof: ProofData,
}

impl Sample {
	fn read(file: &[u8]) -> Self {
		let [found] = &detect(&[("", file)]).unwrap()[..] else { panic!("one proof") };
		let Case::Wrapped { system, program_key: key, public_values, proof } = found.case.clone()
		else {
			panic!("a zkVM's")
		};
		let proof = ProofData {
			proof: proof.try_into().unwrap(),
			public_values: public_values.try_into().unwrap(),
		};
		Self { system, key, proof }
	}

	pub fn sp1_groth16() -> Self {
		Self::read(include_bytes!(
			"../../../../primitives/verifier/tests/vectors/sp1-groth16-v5.0.0.json"
		))
	}

	pub fn sp1_plonk() -> Self {
		Self::read(include_bytes!(
			"../../../../primitives/verifier/tests/vectors/sp1-plonk-v5.0.0.json"
		))
	}

	pub fn risc0() -> Self {
		Self::read(include_bytes!(
			"../../../../primitives/verifier/tests/vectors/risc0-groth16-v3.0.json"
		))
	}

	pub fn all() -> [Self; 3] {
		[Self::sp1_groth16(), Self::sp1_plonk(), Self::risc0()]
	}

	pub fn values(&self) -> &[u8] {
		&self.proof.public_values
	}

	fn entry(&self) -> WrappingKey {
		known::find(self.system, &self.proof.proof).unwrap().entry()
	}

	fn program(&self) -> ProgramId {
		program_id(self.system, &self.key, CPU, PER_TASK, &artifacts())
	}

	/// Have its version verified, and its program registered.
	pub fn set_up(&self) {
		let entry = self.entry().to_bytes().try_into().unwrap();
		assert_ok!(Programs::set_version(RuntimeOrigin::root(), entry));
		let (owner, key) = (RuntimeOrigin::signed(OWNER), self.key.to_vec().try_into().unwrap());
		assert_ok!(Programs::register(owner, self.system, key, CPU, PER_TASK, artifacts()));
	}

	/// A task of its program that wants these public values.
	pub fn task(&self, values: FixedValues) -> TaskSpec<AccountId, Balance, BlockNumber> {
		assert_ok!(Programs::check_values(&self.program(), &values));
		TaskSpec {
			program: self.program(),
			market: Market::of(self.system, CPU, WORK, ServiceLevel::Standard).unwrap(),
			values,
			deadline: DEADLINE,
			..spec()
		}
	}

	/// Switch its version on or off.
	pub fn switch(&self, enabled: bool) {
		let WrappingKey { system, selector, .. } = self.entry();
		assert_ok!(Programs::set_version_enabled(RuntimeOrigin::root(), system, selector, enabled));
	}

	/// The proof with one bit changed.
	fn with_bit_changed(&self, bit: usize) -> ProofData {
		let mut proof = self.proof.clone();
		proof.proof[bit / 8] ^= 1 << (bit % 8);
		proof
	}
}

pub fn bounded(bytes: &[u8]) -> PublicValues {
	bytes.to_vec().try_into().unwrap()
}

/// All ways to fix these public values.
fn fixed_to(values: &[u8]) -> Vec<FixedValues> {
	vec![
		FixedValues::Open,
		FixedValues::Whole(bounded(values)),
		FixedValues::Hash(H256(sp_io::hashing::sha2_256(values))),
		FixedValues::Prefix(bounded(&[])),
		FixedValues::Prefix(bounded(&values[..1])),
		FixedValues::Prefix(bounded(values)),
	]
}

/// Ways to fix others than these.
fn fixed_to_others_than(values: &[u8]) -> Vec<FixedValues> {
	let mut other = values.to_vec();
	other[0] ^= 1;
	let longer = [values, &[0]].concat();
	vec![
		FixedValues::Whole(bounded(&other)),
		FixedValues::Whole(bounded(&values[..values.len() - 1])),
		FixedValues::Whole(bounded(&longer)),
		FixedValues::Whole(bounded(&[])),
		FixedValues::Hash(H256(sp_io::hashing::sha2_256(&other))),
		FixedValues::Hash(H256(sp_io::hashing::blake2_256(values))),
		FixedValues::Prefix(bounded(&other[..1])),
		FixedValues::Prefix(bounded(&values[1..])),
		FixedValues::Prefix(bounded(&longer)),
	]
}

/// The same in the block, if something changes behind the pool's back.
#[track_caller]
fn assert_fails(call: Call<Test>, error: Error<Test>) {
	let Call::submit_proof { task, attempt, prover, proof, signature } = call else {
		unreachable!()
	};
	let origin = RawOrigin::Authorized.into();
	assert_noop!(Attestation::submit_proof(origin, task, attempt, prover, proof, signature), error);
}

fn rejected(task: TaskId, reason: RejectReason) {
	System::assert_last_event(
		Event::ProofRejected {
			task,
			prover: PROVER,
			attempt: 0,
			reason,
			charged: VERIFICATION_FEE,
		}
		.into(),
	);
}

mod a_real_proof {
	use super::*;

	#[test]
	fn settles_whatever_way_its_values_were_fixed() {
		for sample in Sample::all() {
			build_and_execute(|| {
				sample.set_up();
				let kinds = fixed_to(sample.values());
				for (task, values) in (0..).zip(&kinds) {
					assign_spec(task, PROVER, sample.task(values.clone()));
					assert_ok!(include(submission(task, PROVER, sample.proof.clone())).unwrap());
					System::assert_has_event(
						Event::ProofVerified {
							task,
							prover: PROVER,
							attempt: 0,
							program: sample.program(),
							public_values: H256(sp_io::hashing::sha2_256(sample.values())),
							proof: H256(sp_io::hashing::blake2_256(&sample.proof.proof)),
						}
						.into(),
					);
					assert_eq!(Proofs::<Test>::get(task, PROVER), Some(sample.proof.clone()));
				}
				assert_eq!(earned(), PRICE * kinds.len() as Balance);
				assert_eq!(staked(PROVER), STAKE);
			});
		}
	}

	#[test]
	fn is_rejected_and_charged_when_other_values_were_fixed() {
		for sample in Sample::all() {
			build_and_execute(|| {
				sample.set_up();
				let kinds = fixed_to_others_than(sample.values());
				for (task, values) in (0..).zip(&kinds) {
					let staked_before = staked(PROVER);
					assign_spec(task, PROVER, sample.task(values.clone()));
					assert_ok!(include(submission(task, PROVER, sample.proof.clone())).unwrap());
					rejected(task, RejectReason::PublicValuesDiffer);
					assert_eq!(staked(PROVER), staked_before - VERIFICATION_FEE);
					assert_ok!(Attestation::decline(RuntimeOrigin::signed(PROVER), task));
				}
				assert_eq!(earned(), 0);
			});
		}
	}

	#[test]
	fn of_other_values_than_it_says_is_rejected_and_charged() {
		for sample in Sample::all() {
			build_and_execute(|| {
				sample.set_up();
				// What the requester wants to read, under a proof of something else.
				let wanted = b"all is well";
				let forged = ProofData { public_values: bounded(wanted), ..sample.proof.clone() };
				let values = FixedValues::Whole(bounded(wanted));
				assign_spec(7, PROVER, sample.task(values));
				assert_ok!(include(submission(7, PROVER, forged)).unwrap());
				rejected(7, RejectReason::Refused(VerifyError::PairingMismatch));
				assert_eq!(staked(PROVER), STAKE - VERIFICATION_FEE);
			});
		}
	}

	#[test]
	fn that_was_changed_is_rejected_and_charged() {
		for sample in Sample::all() {
			build_and_execute(|| {
				sample.set_up();
				assign_spec(7, PROVER, sample.task(FixedValues::Open));
				let last = 8 * sample.proof.proof.len() - 8;
				assert_ok!(include(submission(7, PROVER, sample.with_bit_changed(last))).unwrap());
				assert_eq!(attempt(7, PROVER).rejections, 1);
				assert_eq!(staked(PROVER), STAKE - VERIFICATION_FEE);
				assert_ok!(include(submission(7, PROVER, sample.proof.clone())).unwrap());
				assert_eq!(earned(), PRICE);
			});
		}
	}

	#[test]
	fn goes_in_one_batch_with_those_of_other_systems() {
		build_and_execute(|| {
			for (task, sample) in (7..).zip(Sample::all()) {
				sample.set_up();
				assign_spec(task, PROVER, sample.task(FixedValues::Open));
			}
			assign(10, PROVER);
			let [sp1_groth16, sp1_plonk, risc0] = Sample::all();
			let forged = ProofData { public_values: bounded(b"!"), ..sp1_plonk.proof.clone() };
			let proofs = [(10, proof()), (9, risc0.proof), (8, forged), (7, sp1_groth16.proof)];
			assert_ok!(include(batch(PROVER, &proofs)).unwrap());
			assert_eq!(earned(), 3 * PRICE);
			assert_eq!(attempt(8, PROVER).rejections, 1);
			assert_eq!(staked(PROVER), STAKE - VERIFICATION_FEE);
			assert_ok!(include(batch(PROVER, &[(8, sp1_plonk.proof)])).unwrap());
			assert_eq!(earned(), 4 * PRICE);
		});
	}

	#[test]
	fn longer_than_its_systems_longest_is_refused() {
		for sample in Sample::all() {
			build_and_execute(|| {
				sample.set_up();
				assign_spec(7, PROVER, sample.task(FixedValues::Open));
				let longest = proofyard_verifier::max_proof_len(sample.system) as usize;
				let mut long = sample.proof.clone();
				let mut rest = vec![0; longest + 1 - long.proof.len()];
				long.proof.try_append(&mut rest).unwrap();
				assert_refused(submission(7, PROVER, long), Refusal::ProofTooLarge, 4);
			});
		}
	}
}

mod a_version_that_is_off {
	use super::*;

	/// Nobody lost or got anything for a proof that the chain does not look at.
	fn assert_nobody_charged() {
		assert_eq!((staked(PROVER), reserved_bond(PROVER), earned()), (STAKE, BOND, 0));
		assert_eq!(attempt(7, PROVER).rejections, 0);
		assert_eq!(Burnt::get(), 0);
	}

	#[test]
	fn is_refused_by_its_own_code_and_nobody_is_charged() {
		for sample in Sample::all() {
			build_and_execute(|| {
				sample.set_up();
				assign_spec(7, PROVER, sample.task(FixedValues::Open));
				sample.switch(false);
				for proof in [sample.proof.clone(), sample.with_bit_changed(100)] {
					let call = submission(7, PROVER, proof);
					assert_refused(call.clone(), Refusal::UnknownVersion, 18);
					assert_fails(call, Error::UnknownVersion);
				}
				assert_nobody_charged();
				sample.switch(true);
				assert_ok!(include(submission(7, PROVER, sample.proof.clone())).unwrap());
				assert_eq!(earned(), PRICE);
			});
		}
	}

	#[test]
	fn or_forgotten_is_the_same() {
		build_and_execute(|| {
			let sample = Sample::risc0();
			sample.set_up();
			assign_spec(7, PROVER, sample.task(FixedValues::Open));
			let WrappingKey { system, selector, .. } = sample.entry();
			assert_ok!(Programs::remove_version(RuntimeOrigin::root(), system, selector));
			let call = submission(7, PROVER, sample.proof.clone());
			assert_refused(call.clone(), Refusal::UnknownVersion, 18);
			assert_fails(call, Error::UnknownVersion);
			assert_nobody_charged();
		});
	}

	#[test]
	fn or_was_never_known_is_the_same() {
		for sample in Sample::all() {
			build_and_execute(|| {
				sample.set_up();
				assign_spec(7, PROVER, sample.task(FixedValues::Open));
				let short = ProofData { proof: Default::default(), ..sample.proof.clone() };
				for proof in [sample.with_bit_changed(0), sample.with_bit_changed(31), short] {
					let call = submission(7, PROVER, proof);
					assert_refused(call.clone(), Refusal::UnknownVersion, 18);
					assert_fails(call, Error::UnknownVersion);
				}
				assert_nobody_charged();
			});
		}
	}

	#[test]
	fn keeps_a_batch_of_nothing_else_out_of_the_pool() {
		build_and_execute(|| {
			let sample = Sample::sp1_groth16();
			sample.set_up();
			assign_spec(7, PROVER, sample.task(FixedValues::Open));
			assign(8, PROVER);
			sample.switch(false);
			let call = batch(PROVER, &[(7, sample.proof.clone())]);
			assert_refused(call, Refusal::UnknownVersion, 18);
			let beside = batch(PROVER, &[(8, proof()), (7, sample.proof.clone())]);
			assert_ok!(authorize(beside));
		});
	}

	#[test]
	fn is_skipped_in_a_batch_that_was_on_its_way() {
		build_and_execute(|| {
			let sample = Sample::sp1_groth16();
			sample.set_up();
			assign_spec(7, PROVER, sample.task(FixedValues::Open));
			assign(8, PROVER);
			let call = batch(PROVER, &[(8, proof()), (7, sample.proof.clone())]);
			sample.switch(false);
			let Call::submit_proofs { prover, submissions, signature } = call else {
				unreachable!()
			};
			let origin = RawOrigin::Authorized.into();
			assert_ok!(Attestation::submit_proofs(origin, prover, submissions, signature));
			let error = Error::<Test>::UnknownVersion.into();
			System::assert_has_event(
				Event::ProofSkipped { task: 7, prover: PROVER, attempt: 0, error }.into(),
			);
			assert_eq!(earned(), PRICE);
			assert_eq!(staked(PROVER), STAKE);
			assert_eq!(attempt(7, PROVER).rejections, 0);
		});
	}

	#[test]
	fn leaves_the_proofs_of_others_alone() {
		build_and_execute(|| {
			let [sample, _, other] = Sample::all();
			for (task, sample) in [(7, &sample), (8, &other)] {
				sample.set_up();
				assign_spec(task, PROVER, sample.task(FixedValues::Open));
			}
			sample.switch(false);
			assert_ok!(include(submission(8, PROVER, other.proof)).unwrap());
			assert_eq!(earned(), PRICE);
		});
	}
}

mod on_the_bounty {
	use super::*;

	const LATE: BlockNumber = 1 + SOFT + 1;
	/// 50, and a tenth of the price of 400.
	const DEPOSIT: Balance = 90;

	fn announce(proof: &ProofData) {
		let commitment = proof_commitment(7, &RIVAL, proof);
		assert_ok!(Attestation::announce(RuntimeOrigin::signed(RIVAL), 7, commitment));
		run_to(System::block_number() + 1);
	}

	fn announced() -> usize {
		Live::<Test>::get(7).unwrap().bounty.unwrap().announcements.len()
	}

	#[test]
	fn a_proof_of_a_version_that_is_off_stays_announced() {
		for sample in Sample::all() {
			build_and_execute(|| {
				sample.set_up();
				assign_spec(7, PROVER, sample.task(FixedValues::Open));
				run_to(LATE);
				announce(&sample.proof);
				sample.switch(false);
				let rival = || RuntimeOrigin::signed(RIVAL);
				assert_noop!(
					Attestation::reveal(rival(), 7, sample.proof.clone()),
					Error::<Test>::UnknownVersion
				);
				assert_eq!((announced(), reserved_bond(RIVAL)), (1, DEPOSIT));
				assert_eq!(staked(RIVAL), STAKE);
				sample.switch(true);
				assert_ok!(Attestation::reveal(rival(), 7, sample.proof.clone()));
				assert_eq!((staked(RIVAL), reserved_bond(RIVAL)), (STAKE, 0));
				assert!(free(RIVAL) > ENDOWMENT - STAKE);
			});
		}
	}

	#[test]
	fn a_proof_of_other_values_costs_the_deposit() {
		build_and_execute(|| {
			let sample = Sample::risc0();
			sample.set_up();
			let values = FixedValues::Hash(H256::zero());
			assign_spec(7, PROVER, sample.task(values));
			run_to(LATE);
			announce(&sample.proof);
			assert_ok!(Attestation::reveal(RuntimeOrigin::signed(RIVAL), 7, sample.proof.clone()));
			let reason = RejectReason::PublicValuesDiffer;
			System::assert_has_event(
				Event::BountyProofRejected { task: 7, prover: RIVAL, reason }.into(),
			);
			assert_eq!((staked(RIVAL), announced()), (STAKE - DEPOSIT, 0));
		});
	}
}
