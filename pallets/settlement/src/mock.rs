// SPDX-License-Identifier: Apache-2.0
//! A chain of this pallet, balances, and stakes that bonds are slashed from.

use crate::{self as pallet_settlement, CreditOf, Event, FeeTerms, WeightInfo};
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{Balanced, InspectHold},
		ConstU64, Hooks, Imbalance, OnUnbalanced,
	},
	weights::Weight,
};
use frame_system::EnsureRoot;
use proofyard_primitives::{
	traits::{Escrow as _, Settlement as _},
	Assignment, AttemptResult, Ending, FailureReason, HardwareClass, InputRef, Market, ProofData,
	ProofSystem, Redundancy, Role, ServiceLevel, TaskEnd, TaskId, TaskKind, TaskSpec,
};
use sp_core::H256;
use sp_runtime::{BuildStorage, Permill};

pub type AccountId = u64;
pub type Balance = u64;
pub type Spec = TaskSpec<AccountId, Balance, u64>;
pub type Deal = Assignment<AccountId, Balance, u64>;
pub type Attempt = AttemptResult<AccountId, Balance>;

pub const ALICE: AccountId = 1;
pub const BOB: AccountId = 2;
/// An account that never had anything.
pub const NOBODY: AccountId = 9;
pub const PROVER: AccountId = 11;
pub const RIVAL: AccountId = 12;
pub const THIRD: AccountId = 13;
pub const FOURTH: AccountId = 14;
pub const PROVERS: [AccountId; 4] = [PROVER, RIVAL, THIRD, FOURTH];
/// Account that gets the author's share of fees.
pub const AUTHOR: AccountId = 21;
pub const TREASURY: AccountId = 22;
/// Funds that each account but nobody's begins with. The provers have a part of it staked; author and
/// treasury have no more than keeps them alive.
pub const FUNDS: Balance = 20_000;
pub const STAKE: Balance = 5_000;
pub const EXISTENTIAL_DEPOSIT: Balance = 10;
pub const VERIFICATION_FEE: Balance = 30;

/// The stakes of provers, as far as settlement sees them.
#[frame_support::pallet]
pub mod staking {
	use super::{AccountId, Balance};
	use frame_support::pallet_prelude::*;

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId> {}

	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A prover's stake.
		Stake,
	}

	/// Part of its stake that each prover has reserved. A prover not in here is not registered.
	#[pallet::storage]
	pub type Reserved<T> = StorageMap<_, Twox64Concat, AccountId, Balance, OptionQuery>;
}

impl proofyard_primitives::traits::Stake<AccountId, Balance> for Staking {
	type Credit = CreditOf<Test>;

	fn slash_bond(prover: &AccountId, amount: Balance) -> CreditOf<Test> {
		use frame_support::traits::fungible::BalancedHold;
		let reserved = staking::Reserved::<Test>::get(prover).unwrap_or(0);
		let amount = amount.min(reserved);
		let reason = staking::HoldReason::Stake.into();
		let (credit, missing) = Balances::slash(&reason, prover, amount);
		assert_eq!(missing, 0, "a stake is on hold");
		staking::Reserved::<Test>::mutate_extant(prover, |reserved| *reserved -= amount);
		credit
	}

	fn reward(prover: &AccountId, credit: CreditOf<Test>) -> CreditOf<Test> {
		assert_ne!(credit.peek(), 0, "nothing is no reward");
		if !staking::Reserved::<Test>::contains_key(prover) {
			return credit;
		}
		Balances::resolve(prover, credit).expect("a prover's account lives by its stake");
		CreditOf::<Test>::zero()
	}
}

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
	pub type Staking = staking;
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

impl staking::Config for Test {}

impl pallet_settlement::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Stake = Staking;
	type Slashed = Burner;
	type Author = Purse<AUTHOR>;
	type Treasury = Purse<TREASURY>;
	type DefaultFees = FirstFees;
	type MaxFee = FeeLimit;
	type FeeOrigin = EnsureRoot<AccountId>;
	type VerificationFee = ConstU64<VERIFICATION_FEE>;
	type Retention = RetentionPeriod;
	type MaxHookWeight = HookLimit;
	type WeightInfo = RoundWeights;
}

parameter_types! {
	/// Amount slashed for nobody since the test began.
	pub static Burnt: Balance = 0;
	pub static FirstFees: FeeTerms = NO_FEES;
	pub static RetentionPeriod: u64 = 20;
	pub static HookLimit: Weight = Weight::MAX;
	pub const FeeLimit: Permill = Permill::from_percent(10);
}

/// Terms that most tests begin with: provers get all that is paid.
pub const NO_FEES: FeeTerms =
	FeeTerms { fee: Permill::zero(), author: Permill::zero(), treasury: Permill::zero() };

/// 2 % of the price: a quarter of it to the author, half to the treasury, a quarter burnt.
pub const FEES: FeeTerms = FeeTerms {
	fee: Permill::from_percent(2),
	author: Permill::from_percent(25),
	treasury: Permill::from_percent(50),
};

/// Burns, and says how much.
pub struct Burner;
impl OnUnbalanced<CreditOf<Test>> for Burner {
	fn on_nonzero_unbalanced(credit: CreditOf<Test>) {
		Burnt::mutate(|burnt| *burnt += credit.peek());
	}
}

/// Keeps what it gets.
pub struct Purse<const WHO: AccountId>;
impl<const WHO: AccountId> OnUnbalanced<CreditOf<Test>> for Purse<WHO> {
	fn on_nonzero_unbalanced(credit: CreditOf<Test>) {
		Balances::resolve(&WHO, credit).expect("it has what keeps it alive");
	}
}

/// Weights that a test can count with.
pub struct RoundWeights;
impl WeightInfo for RoundWeights {
	fn set_fees() -> Weight {
		Weight::from_parts(5, 0)
	}
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
	let mut balances: Vec<_> =
		[ALICE, BOB].into_iter().chain(PROVERS).map(|who| (who, FUNDS)).collect();
	balances.extend([AUTHOR, TREASURY].map(|who| (who, EXISTENTIAL_DEPOSIT)));
	let storage = RuntimeGenesisConfig {
		system: Default::default(),
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
	}
	.build_storage()
	.unwrap();
	Burnt::set(0);
	FirstFees::set(NO_FEES);
	RetentionPeriod::set(20);
	HookLimit::set(Weight::MAX);
	sp_io::TestExternalities::new(storage).execute_with(|| {
		System::set_block_number(1);
		for prover in PROVERS {
			register(prover);
		}
		let issuance = Balances::total_issuance();
		test();
		check(issuance);
	});
}

/// Check everything that must always hold, for a chain that began with this issuance.
pub fn check(issuance: Balance) {
	Settlement::do_try_state().unwrap();
	for (prover, reserved) in staking::Reserved::<Test>::iter() {
		assert!(reserved <= staked(prover), "more reserved than staked");
	}
	let out = Burnt::get() + fees() - of_fees(AUTHOR) - of_fees(TREASURY);
	assert_eq!(Balances::total_issuance() + out, issuance, "money made or lost");
}

/// All fees that events speak of.
fn fees() -> Balance {
	let fees = System::events().into_iter().map(|record| match record.event {
		RuntimeEvent::Settlement(Event::TaskSettled { fee, .. }) => fee,
		_ => 0,
	});
	fees.sum()
}

/// Amount the author or the treasury has got of fees.
pub fn of_fees(who: AccountId) -> Balance {
	free(who) - EXISTENTIAL_DEPOSIT
}

/// Make a prover, with a stake.
fn register(prover: AccountId) {
	use frame_support::traits::fungible::MutateHold;
	Balances::hold(&staking::HoldReason::Stake.into(), &prover, STAKE).unwrap();
	staking::Reserved::<Test>::insert(prover, 0);
}

/// Reserve a part of a prover's stake, as a bond or a deposit. False if it has not enough.
pub fn reserve(prover: AccountId, amount: Balance) -> bool {
	let Some(reserved) = staking::Reserved::<Test>::get(prover) else { return amount == 0 };
	let Some(sum) = reserved.checked_add(amount).filter(|sum| *sum <= staked(prover)) else {
		return false;
	};
	staking::Reserved::<Test>::insert(prover, sum);
	true
}

/// Free what was reserved.
pub fn release_bond(prover: AccountId, amount: Balance) {
	staking::Reserved::<Test>::mutate_extant(prover, |reserved| *reserved -= amount);
}

/// Amount a prover has reserved.
pub fn reserved(prover: AccountId) -> Balance {
	staking::Reserved::<Test>::get(prover).unwrap_or(0)
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
		redundancy: Redundancy::NONE,
		work: 1_500,
		input: InputRef::Inline(Default::default()),
		values: Default::default(),
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
		assigned_at: 2,
		soft_deadline: 50,
		co_primaries: Default::default(),
		standbys: Default::default(),
	}
}

pub fn proof() -> ProofData {
	ProofData::of_inputs(&[1; 256], &[[3; 32]]).unwrap()
}

/// Escrow a new task's maximum fee. Returns the task as the pallets above would keep it.
pub fn open(task: TaskId, requester: AccountId, max_fee: Balance) -> Spec {
	Settlement::open(task, &requester, max_fee).unwrap();
	spec(requester, max_fee)
}

/// Assign an open task: the price is fixed, the bond reserved.
pub fn assign(task: TaskId, prover: AccountId, price: Balance, bond: Balance) -> Deal {
	assert!(reserve(prover, bond));
	Settlement::fix_price(task, price);
	deal(prover, price, bond)
}

/// An attempt at its end.
pub fn attempt(
	prover: AccountId,
	role: Role,
	fate: Ending,
	price: Balance,
	bond: Balance,
) -> Attempt {
	Attempt { prover, role, fate, price, bond }
}

/// A task that failed at its deadline, and nobody had to help the chain.
pub const DEAD: TaskEnd<AccountId> =
	TaskEnd::Failed { reason: FailureReason::DeadlinePassed, keeper: None };

/// End an assigned task as attestation does, whose bonds are reserved: the proofs first, then the
/// money, then what is left of the bonds.
pub fn conclude(
	task: TaskId,
	spec: &Spec,
	deal: &Deal,
	attempts: &[Attempt],
	end: TaskEnd<AccountId>,
) -> Vec<Balance> {
	for attempt in attempts.iter().filter(|attempt| attempt.fate.is_verified()) {
		Settlement::keep_proof(task, &attempt.prover, proof());
	}
	let taken = Settlement::conclude(task, spec, deal, attempts, end);
	assert_eq!(taken.len(), attempts.len());
	for (attempt, taken) in attempts.iter().zip(&taken) {
		release_bond(attempt.prover, attempt.bond - taken);
	}
	taken
}

/// The primary, alone, delivered in time.
pub fn settle(task: TaskId, spec: &Spec, deal: &Deal) {
	let only = attempt(deal.prover, Role::Primary, Ending::Verified, deal.price, deal.bond);
	assert_eq!(conclude(task, spec, deal, &[only], TaskEnd::Settled), [0]);
}

/// The primary, alone, defaults.
pub fn fail(task: TaskId, spec: &Spec, deal: &Deal) {
	let only = attempt(deal.prover, Role::Primary, Ending::Defaulted, deal.price, deal.bond);
	assert_eq!(conclude(task, spec, deal, &[only], DEAD), [deal.bond]);
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
	Balances::balance_on_hold(&staking::HoldReason::Stake.into(), &who)
}
