// SPDX-License-Identifier: Apache-2.0
//! What the calls cost.

use super::*;
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
use proofyard_verifier::groth16_bn254::simulate::{simulate, Simulated};
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

/// Register a program, and return it with a proof of it that verifies.
pub(crate) fn set_up_program<T: Config>(inputs: u32) -> (ProgramId, ProofData) {
	let (program, proof) = program(inputs, 8);
	let Simulated { key, .. } = simulate(inputs, 0);
	Pallet::<T>::do_register(
		owner::<T>(),
		SYSTEM,
		BoundedVec::truncate_from(key),
		HardwareClass::Cpu,
		WORK,
		artifacts(8),
	)
	.expect("funded above, and new");
	(program, proof)
}

fn program(inputs: u32, files: u32) -> (ProgramId, ProofData) {
	let Simulated { key, public_inputs, proof } = simulate(inputs, 0);
	let id = program_id(SYSTEM, &key, HardwareClass::Cpu, WORK, &artifacts(files));
	let scalars = public_inputs.chunks(32).filter_map(|c| c.try_into().ok()).collect();
	let proof = ProofData {
		proof: BoundedVec::truncate_from(proof),
		public_inputs: BoundedVec::truncate_from(scalars),
	};
	(id, proof)
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
		assert!(PreparedKeys::<T>::contains_key(program(n, a).0));
	}

	#[benchmark]
	fn set_locators() {
		let (program, _) = set_up_program::<T>(4);
		let owner: T::AccountId = account("owner", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), program, 7, locators());
		assert!(Programs::<T>::contains_key(program));
	}

	#[benchmark]
	fn retire() {
		let (program, _) = set_up_program::<T>(64);
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
}
