// SPDX-License-Identifier: Apache-2.0
//! The five pallets of the market with balances, with constants so small that everything happens soon.

// The macros of a runtime expand to undocumented items.
#![allow(missing_docs)]

use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{Balanced, Inspect},
		Hooks, OnUnbalanced, Randomness,
	},
	weights::Weight,
};
use frame_system::EnsureRoot;
use pallet_settlement::{CreditOf, FeeTerms};
use sp_core::{ConstU128, ConstU32, ConstU64, H256};
use sp_runtime::{
	traits::{BlakeTwo256, Hash},
	BuildStorage, Percent, Permill,
};
use std::sync::OnceLock;

/// An account.
pub type AccountId = u64;
/// An amount.
pub type Balance = u128;
/// Number of a block.
pub type BlockNumber = u32;
/// What a transaction carries besides its call.
pub type TxExtension = frame_system::AuthorizeCall<Runtime>;
type Extrinsic = sp_runtime::testing::TestXt<RuntimeCall, TxExtension>;
type Block =
	sp_runtime::generic::Block<sp_runtime::generic::Header<BlockNumber, BlakeTwo256>, Extrinsic>;

#[frame_support::runtime]
#[allow(missing_docs)]
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
		RuntimeTask
	)]
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system::Pallet<Runtime>;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances::Pallet<Runtime>;
	#[runtime::pallet_index(2)]
	pub type Provers = pallet_provers::Pallet<Runtime>;
	#[runtime::pallet_index(3)]
	pub type Programs = pallet_programs::Pallet<Runtime>;
	#[runtime::pallet_index(4)]
	pub type Settlement = pallet_settlement::Pallet<Runtime>;
	#[runtime::pallet_index(5)]
	pub type Attestation = pallet_attestation::Pallet<Runtime>;
	#[runtime::pallet_index(6)]
	pub type Auctions = pallet_auctions::Pallet<Runtime>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Runtime {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Runtime {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
}

/// Least balance of an account that exists.
pub const EXISTENTIAL_DEPOSIT: Balance = 5;
/// Least stake of a prover.
pub const MIN_STAKE: Balance = 20_000;
/// Blocks between asking for stake back and getting it.
pub const UNBONDING: BlockNumber = 70;
/// Most slots of a prover.
pub const MAX_SLOTS: u32 = 6;
/// Most asks of a prover.
pub const MAX_ASKS: u32 = 4;
/// Blocks of an epoch.
pub const EPOCH: BlockNumber = 3;
/// Milliseconds of a block.
pub const MILLIS: u64 = 2_000;
/// Defaults in a row for which a prover is jailed.
pub const MAX_STRIKES: u32 = 2;
/// Blocks in jail the first time.
pub const JAIL_TIME: BlockNumber = 10;
/// How many times its own stake the pool of an operator may be worth.
pub const DELEGATION_FACTOR: u32 = 2;
/// Least amount to delegate.
pub const MIN_DELEGATION: Balance = 50;
/// What a rejected proof costs.
pub const VERIFICATION_FEE: Balance = 300;
/// Blocks for which outcomes are kept.
pub const RETENTION: BlockNumber = 40;
/// Rejected proofs at which an attempt has defaulted.
pub const MAX_REJECTIONS: u32 = 2;
/// What announcing a proof costs beside a tenth of the price, until it is shown.
pub const ANNOUNCEMENT_DEPOSIT: Balance = 250;
/// Shortest and longest life of a task.
pub const LIFETIMES: (u32, u32) = (10, 60);
/// Least maximum fee.
pub const MIN_FEE: Balance = 100;
/// The part of a bond that does not depend on the price.
pub const BOND_BASE: Balance = 600;
/// Shortest time to commit, and to reveal, sealed bids.
pub const MIN_BIDDING: u32 = 2;
/// What sets up a program, and each byte of it.
pub const PROGRAM_DEPOSIT: (Balance, Balance) = (1_000, 1);

parameter_types! {
	/// What the hook of the auction may take of a block.
	pub static AuctionsHook: Weight = Weight::MAX;
	/// What the hook of attestation may take of a block.
	pub static AttestationHook: Weight = Weight::MAX;
	/// What the hook of settlement may take of a block.
	pub static SettlementHook: Weight = Weight::MAX;
	/// What the randomness of the block is.
	pub static Random: u64 = 0;
	pub const ReliableShare: Percent = Percent::from_percent(70);
	pub const MaxFee: Permill = Permill::from_percent(10);
	pub const FirstFees: FeeTerms = FIRST_FEES;
}

/// The protocol's fee in the first block.
pub const FIRST_FEES: FeeTerms = FeeTerms {
	fee: Permill::from_parts(23_456),
	author: Permill::from_percent(50),
	treasury: Permill::from_percent(30),
};

/// Draws from [`Random`].
pub struct Dice;
impl Randomness<Option<H256>, BlockNumber> for Dice {
	fn random(subject: &[u8]) -> (Option<H256>, BlockNumber) {
		(Some(BlakeTwo256::hash_of(&(Random::get(), subject))), 0)
	}
}

/// The block's author: gets its part of the fees.
pub const AUTHOR: AccountId = 90;
/// The treasury: has no account at first.
pub const TREASURY: AccountId = 91;

/// Keeps what it gets; what is too little to open the account with is burnt.
pub struct Purse<const WHO: AccountId>;
impl<const WHO: AccountId> OnUnbalanced<CreditOf<Runtime>> for Purse<WHO> {
	fn on_nonzero_unbalanced(credit: CreditOf<Runtime>) {
		let _ = Balances::resolve(&WHO, credit);
	}
}

impl pallet_provers::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type MinStake = ConstU128<MIN_STAKE>;
	type UnbondingDelay = ConstU32<UNBONDING>;
	type MaxSlots = ConstU32<MAX_SLOTS>;
	type MaxAsks = ConstU32<MAX_ASKS>;
	type AskEpoch = ConstU32<EPOCH>;
	type MillisPerBlock = ConstU64<MILLIS>;
	type RecordHalfLife = ConstU32<60>;
	type ReliableProofs = ConstU32<1>;
	type ReliableShare = ReliableShare;
	type MaxStrikes = ConstU32<MAX_STRIKES>;
	type JailTime = ConstU32<JAIL_TIME>;
	type DelegationFactor = ConstU32<DELEGATION_FACTOR>;
	type MinDelegation = ConstU128<MIN_DELEGATION>;
	type WeightInfo = ();
}

impl pallet_programs::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type SystemOrigin = EnsureRoot<AccountId>;
	type BaseDeposit = ConstU128<{ PROGRAM_DEPOSIT.0 }>;
	type ByteDeposit = ConstU128<{ PROGRAM_DEPOSIT.1 }>;
	type WeightInfo = ();
}

impl pallet_settlement::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Stake = Provers;
	type Slashed = ();
	type Author = Purse<AUTHOR>;
	type Treasury = Purse<TREASURY>;
	type DefaultFees = FirstFees;
	type MaxFee = MaxFee;
	type FeeOrigin = EnsureRoot<AccountId>;
	type VerificationFee = ConstU128<VERIFICATION_FEE>;
	type Retention = ConstU32<RETENTION>;
	type MaxHookWeight = SettlementHook;
	type WeightInfo = ();
}

impl pallet_attestation::Config for Runtime {
	type Balance = Balance;
	type Provers = Provers;
	type Programs = Programs;
	type Settlement = Settlement;
	type MaxRejections = ConstU32<MAX_REJECTIONS>;
	type MillisPerBlock = ConstU64<MILLIS>;
	type ProofPriority = ConstU64<{ 1 << 40 }>;
	type AnnouncementDeposit = ConstU128<ANNOUNCEMENT_DEPOSIT>;
	type MaxHookWeight = AttestationHook;
	type WeightInfo = ();
}

impl pallet_auctions::Config for Runtime {
	type Balance = Balance;
	type Provers = Provers;
	type Programs = Programs;
	type Escrow = Settlement;
	type Attestation = Attestation;
	type Settlement = Settlement;
	type Randomness = Dice;
	type ReferenceOrigin = EnsureRoot<AccountId>;
	type AskEpoch = ConstU32<EPOCH>;
	type MillisPerBlock = ConstU64<MILLIS>;
	type MinLifetime = ConstU32<{ LIFETIMES.0 }>;
	type MaxLifetime = ConstU32<{ LIFETIMES.1 }>;
	type DefaultLifetime = ConstU32<20>;
	type MinFee = ConstU128<MIN_FEE>;
	type BondBase = ConstU128<BOND_BASE>;
	type MinBidding = ConstU32<MIN_BIDDING>;
	type MaxClearPerBlock = ConstU32<8>;
	type MaxSkips = ConstU32<4>;
	type MaxAsksPerMarket = ConstU32<9>;
	type MaxAsks = ConstU32<MAX_ASKS>;
	type MaxHookWeight = AuctionsHook;
	type WeightInfo = ();
}

impl<LocalCall> frame_system::offchain::CreateTransactionBase<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	type RuntimeCall = RuntimeCall;
	type Extrinsic = Extrinsic;
}

impl<LocalCall> frame_system::offchain::CreateTransaction<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	type Extension = TxExtension;
	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> Extrinsic {
		Extrinsic::new_transaction(call, extension)
	}
}

impl<LocalCall> frame_system::offchain::CreateAuthorizedTransaction<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	fn create_extension() -> TxExtension {
		TxExtension::new()
	}
}

/// Requesters, one of whom has hardly anything.
pub const REQUESTERS: [AccountId; 6] = [11, 12, 13, 14, 15, 16];
/// Those that may be provers. The first eight are from the start.
pub const PROVERS: [AccountId; 10] = [21, 22, 23, 24, 25, 26, 27, 28, 29, 30];
/// How many provers are registered from the start.
pub const FIRST_PROVERS: usize = 8;
/// Those that delegate to provers.
pub const DELEGATORS: [AccountId; 3] = [41, 42, 43];
/// Owns the programs of the start.
pub const OWNER: AccountId = 51;

/// Everybody whose money is looked at.
pub fn everybody() -> impl Iterator<Item = AccountId> {
	REQUESTERS.into_iter().chain(PROVERS).chain(DELEGATORS).chain([OWNER, AUTHOR, TREASURY])
}

/// What an account begins with.
pub fn endowment(who: AccountId) -> Balance {
	match who {
		AUTHOR => EXISTENTIAL_DEPOSIT,
		TREASURY => 0,
		_ if who == REQUESTERS[5] => 40_001,
		_ => 50_000_003,
	}
}

/// What a prover of the start has staked: some of them little.
pub fn first_stake(place: usize) -> Balance {
	[4_000_000, 1_000_001, 2_500_000, 300_007, 5_000_000, 90_001, 800_000, 20_000][place % 8]
}

/// The chain before its first block.
pub fn genesis() -> sp_io::TestExternalities {
	AuctionsHook::set(Weight::MAX);
	AttestationHook::set(Weight::MAX);
	SettlementHook::set(Weight::MAX);
	Random::set(0);
	let mut storage = frame_system::GenesisConfig::<Runtime>::default()
		.build_storage()
		.expect("a genesis without anything");
	pallet_balances::GenesisConfig::<Runtime> {
		balances: everybody()
			.filter(|who| endowment(*who) > 0)
			.map(|who| (who, endowment(who)))
			.collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("balances above the least");
	let mut ext = sp_io::TestExternalities::from(storage);
	ext.execute_with(|| {
		frame_system::BlockHash::<Runtime>::insert(0, H256::repeat_byte(0xab));
		System::set_block_number(1);
	});
	ext
}

/// How much the hooks of a pallet may do in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Room {
	/// Whatever there is.
	All,
	/// One thing.
	One,
	/// Some things.
	Some,
}

/// What the hooks of attestation, the auction and settlement may do from now on.
pub fn set_room(attestation: Room, auctions: Room, settlement: Room) {
	static LEAST: OnceLock<[Weight; 3]> = OnceLock::new();
	let [least_attestation, least_auctions, least_settlement] = *LEAST.get_or_init(|| {
		[
			least(AttestationHook::set, <Attestation as Hooks<BlockNumber>>::integrity_test),
			least(AuctionsHook::set, <Auctions as Hooks<BlockNumber>>::integrity_test),
			least(SettlementHook::set, <Settlement as Hooks<BlockNumber>>::integrity_test),
		]
	});
	AttestationHook::set(limit(attestation, least_attestation));
	AuctionsHook::set(limit(auctions, least_auctions));
	SettlementHook::set(limit(settlement, least_settlement));
}

fn limit(room: Room, least: Weight) -> Weight {
	match room {
		Room::All => Weight::MAX,
		Room::One => least,
		Room::Some => least.saturating_mul(3),
	}
}

/// The lowest limit of a hook with which the pallet says that it gets on.
fn least(set: fn(Weight), test: fn()) -> Weight {
	let suffices = |time: u64| {
		set(Weight::from_parts(time, u64::MAX));
		crate::quietly(test).is_ok()
	};
	let (mut below, mut above) = (0, 1 << 50);
	assert!(suffices(above), "a limit with which a hook gets on");
	while below + 1 < above {
		let middle = below + (above - below) / 2;
		if suffices(middle) {
			above = middle;
		} else {
			below = middle;
		}
	}
	Weight::from_parts(above, u64::MAX)
}

/// The pallets whose hooks run in a block, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hook {
	/// Forgets what has ended.
	Settlement,
	/// Deadlines.
	Attestation,
	/// Expiry and clearing.
	Auctions,
}

impl Hook {
	/// All of them, in the runtime's order.
	pub const ALL: [Self; 3] = [Self::Settlement, Self::Attestation, Self::Auctions];

	/// Run it. It may not take more than its limit.
	pub fn run(self, now: BlockNumber) {
		let (taken, limit) = match self {
			Self::Settlement => (Settlement::on_initialize(now), SettlementHook::get()),
			Self::Attestation => (Attestation::on_initialize(now), AttestationHook::get()),
			Self::Auctions => (Auctions::on_initialize(now), AuctionsHook::get()),
		};
		assert!(taken.all_lte(limit), "the hook of {self:?} took {taken:?} of {limit:?}");
	}

	/// Whether it may do all there is.
	pub fn has_room(self) -> bool {
		let limit = match self {
			Self::Settlement => SettlementHook::get(),
			Self::Attestation => AttestationHook::get(),
			Self::Auctions => AuctionsHook::get(),
		};
		limit == Weight::MAX
	}
}

/// What an account has that is not on hold.
pub fn free(who: AccountId) -> Balance {
	<Balances as Inspect<AccountId>>::balance(&who)
}
