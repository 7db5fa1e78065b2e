// SPDX-License-Identifier: Apache-2.0
//! Benchmarks of the calls.

use super::*;
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{fungible::Mutate, EnsureOrigin, Get},
	BoundedVec,
};
use frame_system::RawOrigin;
use proofyard_primitives::{
	limits::*,
	program::{program_id, Locator},
	Artifact, ArtifactRole, HardwareClass, ProgramId, ProofData, ProofSystem, RemoteData,
	WorkModel,
};
use proofyard_verifier::{
	groth16_bls12_381,
	groth16_bn254::{
		self,
		simulate::{simulate, Simulated},
	},
	wrap::{self, known, simulate::Carried, Layout, WrappingKey, MAX_EXIT_CODES, MAX_VK_ROOTS},
	VerifyError,
};
use sp_core::H256;
use sp_runtime::traits::Saturating;

const SYSTEM: ProofSystem = ProofSystem::Groth16Bn254;
const WORK: WorkModel = WorkModel::Fixed(1 << 15);

/// As many locators as there can be, each as long as it can be.
fn locators() -> BoundedVec<Locator, MaxLocators> {
	let mut locator = b"https://".to_vec();
	locator.resize(512, b'a');
	let locator = Locator::truncate_from(locator);
	BoundedVec::truncate_from(alloc::vec![locator; 4])
}

fn artifacts(count: u32) -> BoundedVec<Artifact, MaxArtifacts> {
	let artifact = |index: u32| Artifact {
		role: ArtifactRole::Other,
		data: RemoteData {
			locators: locators(),
			sha256: H256::repeat_byte(index as u8),
			size: 1 << 30,
		},
	};
	BoundedVec::truncate_from((0..count).map(artifact).collect())
}

fn owner<T: Config>() -> T::AccountId {
	let owner: T::AccountId = account("owner", 0, 0);
	// Enough for the largest program.
	let bytes = 4 * (MAX_STATE_BYTES as u32);
	let most = T::BaseDeposit::get()
		.saturating_add(T::ByteDeposit::get().saturating_mul(bytes.into()))
		.saturating_mul(2u32.into());
	T::Currency::set_balance(&owner, most);
	owner
}

/// No program has more bytes of state than this.
const MAX_STATE_BYTES: usize = 64 * 1024;

/// Register a program of Groth16 over BN254, and return it with a proof of it that verifies.
pub(crate) fn set_up_program<T: Config>(inputs: u32, seed: u32) -> (ProgramId, ProofData) {
	let made = groth16_bn254::simulate::simulate(inputs, seed.into());
	set_up::<T>(SYSTEM, made)
}

/// Register a program with this key, and return it with its proof.
fn set_up<T: Config>(system: ProofSystem, made: Simulated) -> (ProgramId, ProofData) {
	let id = register_key::<T>(system, &made.key);
	(id, data(&made.proof, &made.public_inputs))
}

fn register_key<T: Config>(system: ProofSystem, key: &[u8]) -> ProgramId {
	let key = BoundedVec::truncate_from(key.to_vec());
	let id = program_id(system, &key, HardwareClass::Cpu, WORK, &artifacts(8));
	Pallet::<T>::do_register(owner::<T>(), system, key, HardwareClass::Cpu, WORK, artifacts(8))
		.expect("funded above, and new");
	id
}

fn data(proof: &[u8], public_values: &[u8]) -> ProofData {
	ProofData {
		proof: BoundedVec::truncate_from(proof.to_vec()),
		public_values: BoundedVec::truncate_from(public_values.to_vec()),
	}
}

fn entry(entry: &WrappingKey) -> BoundedVec<u8, MaxWrappingKey> {
	BoundedVec::truncate_from(entry.to_bytes())
}

/// SP1 6 with as many roots and exit codes as there can be.
fn sp1_layout() -> Layout {
	let root = |index: u32| {
		let mut root = [0; 32];
		root[31] = index as u8;
		root
	};
	Layout::Sp1V6 {
		vk_roots: (1..=MAX_VK_ROOTS).map(root).collect(),
		exit_codes: (0..MAX_EXIT_CODES).collect(),
	}
}

/// Entries that are found last in the lists of [`sp1_layout`].
fn carried_most() -> Carried {
	let mut vk_root = [0; 32];
	vk_root[31] = MAX_VK_ROOTS as u8;
	Carried { exit_code: MAX_EXIT_CODES - 1, vk_root, nonce: [0; 32] }
}

/// Register a version of a zkVM and a program of it, and return the program with a proof for so many
/// words of public values.
fn set_up_wrapped<T: Config>(layout: Layout, words: u32) -> (ProgramId, ProofData) {
	let values = alloc::vec![7; 32 * words as usize];
	let made = wrap::simulate::simulate(layout, 1, &values, carried_most());
	let made = made.expect("numbers are scalars");
	Pallet::<T>::do_set_version(entry(&made.entry)).expect("a simulated entry is sound");
	(register_key::<T>(made.entry.system, &made.program_key), data(&made.proof, &values))
}

/// Verify one proof, which is the benchmark.
fn check<T: Config>(program: &ProgramId, proof: &ProofData) {
	assert_eq!(Pallet::<T>::verify_one(program, proof), Some(Ok(())));
}

/// So many proofs under one key, or each under its own.
fn batch<T: Config>(
	system: ProofSystem,
	count: u32,
	many: fn(u32, u64, u32) -> Vec<Simulated>,
	own_keys: bool,
) -> Vec<(ProgramId, ProofData)> {
	if own_keys {
		return (0..count)
			.flat_map(|seed| many(0, seed.into(), 1))
			.map(|made| set_up::<T>(system, made))
			.collect();
	}
	let made = many(0, 0, count);
	let program = made.first().map(|made| register_key::<T>(system, &made.key));
	let program = program.unwrap_or_default();
	made.iter().map(|made| (program, data(&made.proof, &made.public_inputs))).collect()
}

fn check_all<T: Config>(proofs: &[(ProgramId, ProofData)]) {
	let proofs: Vec<_> = proofs.iter().map(|(program, proof)| (*program, proof)).collect();
	let verdicts = Pallet::<T>::verify_many(&proofs);
	assert!(verdicts.iter().all(|verdict| *verdict == Some(Ok(()))));
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// `n` public inputs, `a` artifacts.
	#[benchmark]
	fn register(n: Linear<0, 64>, a: Linear<0, 8>) {
		let owner = owner::<T>();
		let key = BoundedVec::truncate_from(simulate(n, 0).key);
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), SYSTEM, key, HardwareClass::Cpu, WORK, artifacts(a));
		assert_eq!(PreparedKeys::<T>::iter_keys().count(), 1);
	}

	/// The same over BLS12-381.
	#[benchmark]
	fn register_groth16_bls12_381(n: Linear<0, 64>, a: Linear<0, 8>) {
		let owner = owner::<T>();
		let key = groth16_bls12_381::simulate::simulate(n, 0).key;
		let (system, key) = (ProofSystem::Groth16Bls12_381, BoundedVec::truncate_from(key));
		#[extrinsic_call]
		register(RawOrigin::Signed(owner), system, key, HardwareClass::Cpu, WORK, artifacts(a));
		assert_eq!(PreparedKeys::<T>::iter_keys().count(), 1);
	}

	#[benchmark]
	fn set_locators() {
		let (program, _) = set_up_program::<T>(4, 0);
		let owner: T::AccountId = account("owner", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), program, 7, locators());
		assert!(Programs::<T>::contains_key(program));
	}

	#[benchmark]
	fn retire() {
		let (program, _) = set_up_program::<T>(64, 0);
		let owner: T::AccountId = account("owner", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), program);
		assert!(!Programs::<T>::contains_key(program));
	}

	#[benchmark]
	fn set_system_enabled() {
		let origin =
			T::SystemOrigin::try_successful_origin().expect("the origin must be benchmarkable");
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, SYSTEM, false);
		assert!(DisabledSystems::<T>::contains_key(SYSTEM));
	}
	/// The largest entry whose key has the most points.
	#[benchmark]
	fn set_version() {
		let origin =
			T::SystemOrigin::try_successful_origin().expect("the origin must be benchmarkable");
		let made = wrap::simulate::simulate(sp1_layout(), 1, &[], carried_most());
		let made = made.expect("numbers are scalars").entry;
		let entry = entry(&made);
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, entry);
		assert!(PreparedVersions::<T>::contains_key(made.system, made.selector));
	}

	#[benchmark]
	fn remove_version() {
		let origin =
			T::SystemOrigin::try_successful_origin().expect("the origin must be benchmarkable");
		set_up_wrapped::<T>(sp1_layout(), 0);
		let (system, selector, _) = Versions::<T>::iter().last().expect("set above");
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, system, selector);
		assert!(!Versions::<T>::contains_key(system, selector));
	}

	/// A proof with `n` public inputs.
	#[benchmark]
	fn verify_groth16_bn254(n: Linear<0, 64>) {
		let (program, proof) = set_up_program::<T>(n, 0);
		#[block]
		{
			check::<T>(&program, &proof);
		}
	}

	/// A proof with `n` public inputs.
	#[benchmark]
	fn verify_groth16_bls12_381(n: Linear<0, 64>) {
		let made = groth16_bls12_381::simulate::simulate(n, 0);
		let (program, proof) = set_up::<T>(ProofSystem::Groth16Bls12_381, made);
		#[block]
		{
			check::<T>(&program, &proof);
		}
	}

	/// A proof for public values of `w` words of 32 bytes, under an SP1 6 key.
	#[benchmark]
	fn verify_sp1_groth16(w: Linear<0, 128>) {
		let (program, proof) = set_up_wrapped::<T>(sp1_layout(), w);
		#[block]
		{
			check::<T>(&program, &proof);
		}
	}

	/// A proof for public values of `w` words of 32 bytes, refused by the last check.
	#[benchmark]
	fn verify_sp1_plonk(w: Linear<0, 128>) {
		let made = known::find(ProofSystem::Sp1Plonk, wrap::simulate::SP1_PLONK_PROOF);
		let version = made.expect("it comes with the crate").entry();
		Pallet::<T>::do_set_version(entry(&version)).expect("it is sound");
		let program = register_key::<T>(ProofSystem::Sp1Plonk, &[0; 32]);
		let proof = data(wrap::simulate::SP1_PLONK_PROOF, &alloc::vec![7; 32 * w as usize]);
		let mut verdict = None;
		#[block]
		{
			verdict = Pallet::<T>::verify_one(&program, &proof);
		}
		assert_eq!(verdict, Some(Err(VerifyError::PairingMismatch)));
	}

	/// A proof for a journal of `w` words of 32 bytes.
	#[benchmark]
	fn verify_risc0_groth16(w: Linear<0, 128>) {
		let layout = Layout::Risc0 { control_root: [1; 32], control_id: [1; 32] };
		let (program, proof) = set_up_wrapped::<T>(layout, w);
		#[block]
		{
			check::<T>(&program, &proof);
		}
	}

	/// `k` valid proofs under one key.
	#[benchmark]
	fn batch_bn254(k: Linear<0, 64>) {
		let proofs = batch::<T>(SYSTEM, k, groth16_bn254::simulate::simulate_many, false);
		#[block]
		{
			check_all::<T>(&proofs);
		}
	}

	/// `k` valid proofs, each under its own key.
	#[benchmark]
	fn batch_bn254_keys(k: Linear<0, 64>) {
		let proofs = batch::<T>(SYSTEM, k, groth16_bn254::simulate::simulate_many, true);
		#[block]
		{
			check_all::<T>(&proofs);
		}
	}

	/// `k` valid proofs under one key.
	#[benchmark]
	fn batch_bls12_381(k: Linear<0, 64>) {
		let system = ProofSystem::Groth16Bls12_381;
		let proofs = batch::<T>(system, k, groth16_bls12_381::simulate::simulate_many, false);
		#[block]
		{
			check_all::<T>(&proofs);
		}
	}

	/// `k` valid proofs, each under its own key.
	#[benchmark]
	fn batch_bls12_381_keys(k: Linear<0, 64>) {
		let system = ProofSystem::Groth16Bls12_381;
		let proofs = batch::<T>(system, k, groth16_bls12_381::simulate::simulate_many, true);
		#[block]
		{
			check_all::<T>(&proofs);
		}
	}
}
