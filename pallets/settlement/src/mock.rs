// SPDX-License-Identifier: Apache-2.0
//! A chain of this pallet, balances, and the provers whose bonds it slashes.

use crate as pallet_settlement;
use crate::{CreditOf, WeightInfo};
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::InspectHold, ConstU32, ConstU64, Hooks, Imbalance, OnUnbalanced},
	weights::Weight,
};
use proofyard_primitives::{
	session::SessionPair,
	traits::{Attempt, AttemptEnding, Escrow as _, Provers as _, Settlement as _},
	Assignment, FailureReason, HardwareClass, InputRef, Market, ProofData, ProofSystem,
	ServiceLevel, TaskId, TaskKind, TaskSpec,
};
use sp_core::{Pair, H256};
use sp_runtime::{BuildStorage, Percent};

pub type AccountId = u64;
pub type Balance = u64;
pub type Spec = TaskSpec<AccountId, Balance, u64>;
pub type Deal = Assignment<AccountId, Balance, u64>;

pub const ALICE: AccountId = 1;
pub const BOB: AccountId = 2;
/// An account that never had anything.
pub const NOBODY: AccountId = 9;
pub const PROVER: AccountId = 11;
pub const RIVAL: AccountId = 12;
/// What each account but nobody's begins with. The provers have a part of it staked.
pub const FUNDS: Balance = 20_000;
pub const STAKE: Balance = 5_000;
pub const EXISTENTIAL_DEPOSIT: Balance = 10;
pub const VERIFICATION_FEE: Balance = 30;
pub const SLOTS: u32 = 8;

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
	#[runtime::pallet_index(3)]
	pub type Settlement = pallet_settlement;
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
	type MinStake = ConstU64<100>;
	type UnbondingDelay = ConstU64<10>;
	type MaxSlots = ConstU32<SLOTS>;
	type MaxAsks = ConstU32<1>;
	type AskEpoch = ConstU64<1>;
	type MillisPerBlock = ConstU64<2_000>;
	type WeightInfo = ();
}

impl pallet_settlement::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Stake = Provers;
	type Slashed = Burner;
	type Compensation = CompensationShare;
	type VerificationFee = ConstU64<VERIFICATION_FEE>;
	type Retention = RetentionPeriod;
	type MaxHookWeight = HookLimit;
	type WeightInfo = RoundWeights;
}

parameter_types! {
	/// What was burnt since the test began.
	pub static Burnt: Balance = 0;
	pub static CompensationShare: Percent = Percent::from_percent(20);
	pub static RetentionPeriod: u64 = 20;
	pub static HookLimit: Weight = Weight::MAX;
}

/// Burns, and says how much.
pub struct Burner;
impl OnUnbalanced<CreditOf<Test>> for Burner {
	fn on_nonzero_unbalanced(credit: CreditOf<Test>) {
		Burnt::mutate(|burnt| *burnt += credit.peek());
	}
}

/// Weights that a test can count with.
pub struct RoundWeights;
impl WeightInfo for RoundWeights {
	fn agenda_base() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn agenda_block() -> Weight {
		Weight::from_parts(1, 0)
	}
	fn forget() -> Weight {
		Weight::from_parts(10, 0)
	}
}

/// Run a test at block 1 and check, whatever it did, that the state is sound and no money was made
/// or lost.
pub fn build_and_execute(test: impl FnOnce()) {
	let funded = [ALICE, BOB, PROVER, RIVAL];
	let provers = [PROVER, RIVAL].map(|account| pallet_provers::GenesisProver {
		account,
		session_key: SessionPair::from_seed(&[account as u8; 32]).public(),
		hardware: HardwareClass::Cpu,
		slots: SLOTS,
		stake: STAKE,
	});
	let storage = RuntimeGenesisConfig {
		system: Default::default(),
		balances: pallet_balances::GenesisConfig {
			balances: funded.map(|who| (who, FUNDS)).to_vec(),
			..Default::default()
		},
		provers: pallet_provers::GenesisConfig { provers: provers.to_vec() },
	}
	.build_storage()
	.unwrap();
	Burnt::set(0);
	CompensationShare::set(Percent::from_percent(20));
	RetentionPeriod::set(20);
	HookLimit::set(Weight::MAX);
	sp_io::TestExternalities::new(storage).execute_with(|| {
		System::set_block_number(1);
		let issuance = Balances::total_issuance();
		test();
		check(issuance);
	});
}

/// Check everything that must always hold, for a chain that began with this issuance.
pub fn check(issuance: Balance) {
	Provers::do_try_state().unwrap();
	Settlement::do_try_state().unwrap();
	assert_eq!(Balances::total_issuance() + Burnt::get(), issuance, "money made or lost");
}

/// Go on to block `to`, with the hooks of each block on the way.
pub fn run_to(to: u64) {
	while System::block_number() < to {
		System::set_block_number(System::block_number() + 1);
		Settlement::on_initialize(System::block_number());
	}
}

pub fn market() -> Market {
	Market {
		system: ProofSystem::Groth16Bn254,
		hardware: HardwareClass::Cpu,
		bucket: 10,
		level: ServiceLevel::Standard,
	}
}

pub fn spec(requester: AccountId, max_fee: Balance) -> Spec {
	TaskSpec {
		requester,
		program: H256::repeat_byte(7),
		market: market(),
		kind: TaskKind::Market,
		work: 1_500,
		input: InputRef::Inline(Default::default()),
		public_inputs: Default::default(),
		max_fee,
		deadline: 100,
		submitted_at: 1,
	}
}

pub fn deal(prover: AccountId, price: Balance, bond: Balance) -> Deal {
	Assignment {
		prover,
		price,
		bond,
		committed_ms: 500,
		attempt: 0,
		assigned_at: 2,
		soft_deadline: 50,
		standbys: Default::default(),
	}
}

pub fn proof() -> ProofData {
	ProofData {
		proof: vec![1; 256].try_into().unwrap(),
		public_inputs: vec![[3; 32]].try_into().unwrap(),
	}
}

/// Escrow a new task's maximum fee. Returns the task as the pallets above would keep it.
pub fn open(task: TaskId, requester: AccountId, max_fee: Balance) -> Spec {
	Settlement::open(task, &requester, max_fee).unwrap();
	spec(requester, max_fee)
}

/// Assign an open task: the price is fixed, the bond reserved.
pub fn assign(task: TaskId, prover: AccountId, price: Balance, bond: Balance) -> Deal {
	let deal = deal(prover, price, bond);
	Provers::reserve(&prover, &market(), bond, deal.committed_ms).unwrap();
	Settlement::fix_price(task, price);
	deal
}

/// A verified proof is there: pay, and let the bond go.
pub fn settle(task: TaskId, spec: &Spec, deal: &Deal) {
	Settlement::settle(task, spec, deal, proof());
	release(deal, deal.bond, AttemptEnding::Verified);
}

/// The prover defaults: its bond is spent.
pub fn fail(task: TaskId, spec: &Spec, deal: &Deal) {
	Settlement::fail(task, spec, deal, FailureReason::DeadlinePassed);
	release(deal, 0, AttemptEnding::Defaulted);
}

/// Let go of what an assignment had reserved, with what is left of the bond.
pub fn release(deal: &Deal, bond: Balance, ending: AttemptEnding) {
	let attempt = Attempt { ending, kind: TaskKind::Market, work: 1_500, blocks: 3 };
	Provers::release(&deal.prover, &market(), bond, deal.committed_ms, attempt);
}

/// A rejected proof is charged to the bond.
pub fn charge(task: TaskId, deal: &mut Deal) -> Balance {
	let charged = Settlement::charge_verification(task, &deal.prover, deal.bond);
	deal.bond -= charged;
	charged
}

pub fn free(who: AccountId) -> Balance {
	Balances::free_balance(who)
}

pub fn in_escrow(who: AccountId) -> Balance {
	Balances::balance_on_hold(&crate::HoldReason::Escrow.into(), &who)
}

pub fn staked(who: AccountId) -> Balance {
	Balances::balance_on_hold(&pallet_provers::HoldReason::Stake.into(), &who)
}
