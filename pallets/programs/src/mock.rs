// SPDX-License-Identifier: Apache-2.0
//! A chain of this pallet and balances, and a real key with a real proof.

use crate as pallet_programs;
use frame_support::{derive_impl, traits::ConstU64, BoundedVec};
use frame_system::EnsureRoot;
use proofyard_primitives::{
	limits::{MaxArtifacts, MaxKey, MaxLocators},
	program::Locator,
	Artifact, ArtifactRole, HardwareClass, ProgramId, ProofData, ProofSystem, RemoteData, Scalar,
	WorkModel,
};
use proofyard_verifier::convert::gnark;
use sp_core::H256;
use sp_runtime::BuildStorage;

pub type AccountId = u64;
pub type Balance = u64;

pub const ALICE: AccountId = 1;
pub const BOB: AccountId = 2;
/// Each account begins with this.
pub const FUNDS: Balance = 100_000;
pub const EXISTENTIAL_DEPOSIT: Balance = 1;
pub const BASE_DEPOSIT: Balance = 1_000;
pub const BYTE_DEPOSIT: Balance = 2;
pub const CPU: HardwareClass = HardwareClass::Cpu;
pub const SYSTEM: ProofSystem = ProofSystem::Groth16Bn254;
pub const WORK: WorkModel = WorkModel::Fixed(4);

/// The key of `x³ + x + 5 = y` that gnark made: one public input, 576 bytes.
const GNARK_KEY: &[u8] =
	include_bytes!("../../../primitives/verifier/tests/vectors/gnark-groth16-bn254.vk");
/// A proof for `y = 35`.
const GNARK_PROOF: &[u8] =
	include_bytes!("../../../primitives/verifier/tests/vectors/gnark-groth16-bn254.proof");

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Programs = pallet_programs;
}

type Block = frame_system::mocking::MockBlock<Test>;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type ExistentialDeposit = ConstU64<EXISTENTIAL_DEPOSIT>;
}

impl pallet_programs::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type SystemOrigin = EnsureRoot<AccountId>;
	type BaseDeposit = ConstU64<BASE_DEPOSIT>;
	type ByteDeposit = ConstU64<BYTE_DEPOSIT>;
	type WeightInfo = ();
}

/// Run a test at block 1 and check, whatever it did, that the state is sound and no money was made
/// or lost.
pub fn build_and_execute(test: impl FnOnce()) {
	build_with(Default::default(), test);
}

/// The same on a chain that begins with these versions and switches.
pub fn build_with(programs: pallet_programs::GenesisConfig<Test>, test: impl FnOnce()) {
	let storage = RuntimeGenesisConfig {
		programs,
		system: Default::default(),
		balances: pallet_balances::GenesisConfig {
			balances: vec![(ALICE, FUNDS), (BOB, FUNDS)],
			..Default::default()
		},
	}
	.build_storage()
	.unwrap();
	sp_io::TestExternalities::new(storage).execute_with(|| {
		System::set_block_number(1);
		let issuance = Balances::total_issuance();
		test();
		Programs::do_try_state().unwrap();
		assert_eq!(Balances::total_issuance(), issuance, "money made or lost");
	});
}

pub fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// The real key in canonical bytes.
pub fn key_bytes() -> Vec<u8> {
	gnark::key_from_bytes(GNARK_KEY).unwrap()
}

pub fn key() -> BoundedVec<u8, MaxKey> {
	key_bytes().try_into().unwrap()
}

/// Bytes from their hexadecimal form.
pub fn bytes(text: &str) -> Vec<u8> {
	sp_core::bytes::from_hex(text).unwrap()
}

/// A number as a public input.
pub fn scalar(value: u8) -> Scalar {
	let mut scalar = [0; 32];
	scalar[31] = value;
	scalar
}

/// The real proof, for these public inputs.
pub fn proof(public_inputs: &[Scalar]) -> ProofData {
	ProofData::of_inputs(&gnark::proof_from_bytes(GNARK_PROOF).unwrap(), public_inputs).unwrap()
}

pub fn locator(text: &str) -> Locator {
	text.as_bytes().to_vec().try_into().unwrap()
}

pub fn locators(texts: &[&str]) -> BoundedVec<Locator, MaxLocators> {
	texts.iter().map(|text| locator(text)).collect::<Vec<_>>().try_into().unwrap()
}

/// One proving key under these locators.
pub fn artifacts(texts: &[&str]) -> BoundedVec<Artifact, MaxArtifacts> {
	let data =
		RemoteData { locators: locators(texts), sha256: H256::repeat_byte(7), size: 1 << 20 };
	vec![Artifact { role: ArtifactRole::ProvingKey, data }].try_into().unwrap()
}

/// Locator of the artifact of [`register`]: 21 bytes.
pub const PLACE: &str = "https://a.example/key";
/// Deposit of [`register`]: the key takes 576 bytes, the prepared key 772, and the artifact 65 (a
/// count, its role, a count, a length, 21 bytes of locator, 32 of hash and 8 of size).
pub const DEPOSIT: Balance = BASE_DEPOSIT + BYTE_DEPOSIT * (576 + 772 + 65);

/// Register the real key for this much work.
pub fn register_for(owner: AccountId, work: WorkModel) -> ProgramId {
	Programs::register(signed(owner), SYSTEM, key(), CPU, work, artifacts(&[PLACE])).unwrap();
	id(work)
}

pub fn register(owner: AccountId) -> ProgramId {
	register_for(owner, WORK)
}

/// The id of what [`register_for`] registers.
pub fn id(work: WorkModel) -> ProgramId {
	proofyard_primitives::program::program_id(SYSTEM, &key(), CPU, work, &artifacts(&[PLACE]))
}

pub fn on_hold(who: AccountId) -> Balance {
	use frame_support::traits::fungible::InspectHold;
	Balances::balance_on_hold(&crate::HoldReason::ProgramDeposit.into(), &who)
}

/// Leave `who` with exactly this much.
pub fn set_funds(who: AccountId, funds: Balance) {
	use frame_support::traits::{fungible::Mutate, tokens::Preservation};
	let rest = Balances::free_balance(who) - funds;
	let other = if who == ALICE { BOB } else { ALICE };
	<Balances as Mutate<_>>::transfer(&who, &other, rest, Preservation::Preserve).unwrap();
}
