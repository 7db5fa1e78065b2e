// SPDX-License-Identifier: Apache-2.0
//! A chain of this pallet and balances.

use crate as pallet_provers;
use crate::GenesisProver;
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::Balanced, ConstU32, ConstU64, Imbalance},
};
use proofyard_primitives::{
	session::{possession_message, SessionKey, SessionPair, SessionSignature},
	traits::{Provers as _, Stake as _},
	Ending, HardwareClass, Market, Performance, ProofSystem, ServiceLevel, TaskKind,
};
use sp_core::Pair;
use sp_runtime::{BuildStorage, Percent, Permill};

pub type AccountId = u64;
pub type Balance = u64;

pub const ALICE: AccountId = 1;
pub const BOB: AccountId = 2;
pub const CAROL: AccountId = 3;
/// Cannot afford the least stake.
pub const PAUPER: AccountId = 4;
/// Each account but the pauper's begins with this.
pub const FUNDS: Balance = 10_000;
pub const EXISTENTIAL_DEPOSIT: Balance = 1;
pub const MIN_STAKE: Balance = 100;
pub const UNBONDING_DELAY: u64 = 10;
pub const MAX_SLOTS: u32 = 4;
pub const MAX_ASKS: u32 = 3;
pub const EPOCH: u64 = 5;
pub const HALF_LIFE: u64 = 100;
pub const RELIABLE_PROOFS: u32 = 4;
pub const MAX_STRIKES: u32 = 3;
pub const JAIL_TIME: u64 = 20;
pub const DELEGATION_FACTOR: u32 = 4;
pub const MIN_DELEGATION: Balance = 20;
pub const SYSTEM: ProofSystem = ProofSystem::Groth16Bn254;
pub const CPU: HardwareClass = HardwareClass::Cpu;
pub const GPU: HardwareClass = HardwareClass::Gpu { vram_gib: 24 };

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
	pub type Provers = pallet_provers;
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

impl pallet_provers::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type MinStake = ConstU64<MIN_STAKE>;
	type UnbondingDelay = ConstU64<UNBONDING_DELAY>;
	type MaxSlots = ConstU32<MAX_SLOTS>;
	type MaxAsks = ConstU32<MAX_ASKS>;
	type AskEpoch = AskEpoch;
	type MillisPerBlock = MillisPerBlock;
	type RecordHalfLife = ConstU64<HALF_LIFE>;
	type ReliableProofs = ConstU32<RELIABLE_PROOFS>;
	type ReliableShare = ReliableShare;
	type MaxStrikes = StrikesToJail;
	type JailTime = ConstU64<JAIL_TIME>;
	type DelegationFactor = PoolFactor;
	type MinDelegation = ConstU64<MIN_DELEGATION>;
	type WeightInfo = ();
}

parameter_types! {
	/// Amount slashed, and dropped, since the test began.
	pub static Burnt: Balance = 0;
	/// Amount paid to provers, out of nothing, since the test began.
	pub static Minted: Balance = 0;
	pub static StrikesToJail: u32 = MAX_STRIKES;
	pub static PoolFactor: u32 = DELEGATION_FACTOR;
	pub const ReliableShare: Percent = Percent::from_percent(75);
	pub static AskEpoch: u64 = EPOCH;
	pub static MillisPerBlock: u64 = 2_000;
}

/// Run a test at block 1 and check, whatever it did, that the state is sound and no money was made
/// or lost.
pub fn build_and_execute(test: impl FnOnce()) {
	build_with_provers(Vec::new(), test)
}

pub fn build_with_provers(provers: Vec<GenesisProver<AccountId, Balance>>, test: impl FnOnce()) {
	let balances = vec![(ALICE, FUNDS), (BOB, FUNDS), (CAROL, FUNDS), (PAUPER, MIN_STAKE / 2)];
	let storage = RuntimeGenesisConfig {
		system: Default::default(),
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		provers: pallet_provers::GenesisConfig { provers },
	}
	.build_storage()
	.unwrap();
	Burnt::set(0);
	Minted::set(0);
	StrikesToJail::set(MAX_STRIKES);
	PoolFactor::set(DELEGATION_FACTOR);
	AskEpoch::set(EPOCH);
	MillisPerBlock::set(2_000);
	sp_io::TestExternalities::new(storage).execute_with(|| {
		System::set_block_number(1);
		let issuance = Balances::total_issuance();
		test();
		Provers::do_try_state().unwrap();
		assert_eq!(
			Balances::total_issuance() + Burnt::get(),
			issuance + Minted::get(),
			"money made or lost"
		);
	});
}

pub fn pair(seed: u8) -> SessionPair {
	SessionPair::from_seed(&[seed; 32])
}

pub fn key(seed: u8) -> SessionKey {
	pair(seed).public()
}

/// The proof that `prover` holds the secret of the key with this seed.
pub fn possession(prover: AccountId, seed: u8) -> SessionSignature {
	pair(seed).sign(&possession_message(&prover))
}

pub fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// Register a processor prover with all slots, whose session key has its account for a seed.
pub fn register(prover: AccountId, stake: Balance) {
	let seed = prover as u8;
	Provers::register(signed(prover), CPU, MAX_SLOTS, stake, key(seed), possession(prover, seed))
		.unwrap();
}

pub fn market(bucket: u8) -> Market {
	Market { system: SYSTEM, hardware: CPU, bucket, level: ServiceLevel::Standard }
}

/// Reserve for an attempt in market 10 that takes a second.
pub fn reserve(prover: AccountId, bond: Balance) {
	Provers::reserve(&prover, &market(10), bond, 1_000).unwrap();
}

/// An attempt at a task of 100,000 units from somebody, five measured blocks long.
pub fn attempt(ending: Ending) -> Performance {
	Performance { ending, kind: TaskKind::Market, work: 100_000, blocks: 7 }
}

/// End an attempt of [`reserve`]. Its bond stays reserved.
pub fn release_slot(prover: AccountId, ending: Ending) {
	Provers::release_slot(&prover, &market(10), 1_000, attempt(ending));
}

/// End an attempt of [`reserve`], and its task.
pub fn finish(prover: AccountId, bond: Balance, ending: Ending) {
	release_slot(prover, ending);
	Provers::release_bond(&prover, bond);
}

/// Take an attempt in a market from its begin to its end.
pub fn go_through(prover: AccountId, market: &Market, attempt: Performance) {
	Provers::reserve(&prover, market, 0, 1_000).unwrap();
	Provers::release_slot(&prover, market, 1_000, attempt);
}

/// Take so many attempts from their begin to this end.
pub fn go_through_all(prover: AccountId, ending: Ending, times: u32) {
	for _ in 0..times {
		go_through(prover, &market(10), attempt(ending));
	}
}

/// Default as often as it takes to be jailed.
pub fn get_jailed(prover: AccountId) {
	go_through_all(prover, Ending::Defaulted, MAX_STRIKES);
}

/// Let others delegate, at a commission in percent.
pub fn open_delegation(prover: AccountId, percent: u32) {
	Provers::set_delegation(signed(prover), Some(Permill::from_percent(percent))).unwrap();
}

pub fn delegate(delegator: AccountId, prover: AccountId, amount: Balance) {
	Provers::delegate(signed(delegator), prover, amount).unwrap();
}

/// Provers entered, with their block, in the order they are given out.
pub fn freed() -> Vec<(u64, AccountId)> {
	crate::Freed::<Test>::iter_keys()
		.map(|(block, prover)| (u32::from_be_bytes(block).into(), prover))
		.collect()
}

/// Slash and burn. Returns what was taken.
pub fn slash(prover: AccountId, amount: Balance) -> Balance {
	let taken = Provers::slash_bond(&prover, amount).peek();
	Burnt::mutate(|burnt| *burnt += taken);
	taken
}

/// Pay a prover with new money. Returns what could not be paid.
pub fn reward(prover: AccountId, amount: Balance) -> Balance {
	let unpaid = Provers::reward(&prover, Balances::issue(amount)).peek();
	Minted::mutate(|minted| *minted += amount - unpaid);
	unpaid
}

pub fn record(prover: AccountId) -> crate::ProverRecordOf<Test> {
	crate::Provers::<Test>::get(prover).unwrap()
}

pub fn on_hold(who: AccountId) -> Balance {
	use frame_support::traits::fungible::InspectHold;
	Balances::balance_on_hold(&crate::HoldReason::Stake.into(), &who)
}

/// Amount on hold on this account for those who delegated to it.
pub fn on_hold_for_others(who: AccountId) -> Balance {
	use frame_support::traits::fungible::InspectHold;
	Balances::balance_on_hold(&crate::HoldReason::Delegation.into(), &who)
}

/// All shares of a delegator, and those of them that are leaving.
pub fn shares(delegator: AccountId, prover: AccountId) -> (u128, u128) {
	crate::Delegations::<Test>::get(prover, delegator)
		.map_or((0, 0), |delegation| (delegation.shares, delegation.leaving()))
}

/// Amount a delegator could take out of a pool if all its shares were due.
pub fn worth(delegator: AccountId, prover: AccountId) -> Balance {
	record(prover).pool.worth(shares(delegator, prover).0)
}
