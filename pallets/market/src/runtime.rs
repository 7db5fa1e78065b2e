// SPDX-License-Identifier: Apache-2.0
//! The runtime, and how its pallets are configured.

// The macros of a runtime expand to undocumented items.
#![allow(missing_docs)]

use crate::{knobs::*, numbers::*};
use codec::Encode;
use frame_support::{
	derive_impl,
	traits::{fungible::Balanced, Imbalance, OnUnbalanced, Randomness},
};
use frame_system::EnsureRoot;
use pallet_settlement::CreditOf;
use proofyard_primitives::{traits, Assignment, Standby, TaskId, TaskSpec, Wanted};
use sp_core::H256;
use sp_runtime::traits::{BlakeTwo256, Hash};

/// Extension that a transaction carries besides its call.
pub type TxExtension = frame_system::AuthorizeCall<Test>;
pub type Extrinsic = sp_runtime::testing::TestXt<RuntimeCall, TxExtension>;
type Block =
	sp_runtime::generic::Block<sp_runtime::generic::Header<BlockNumber, BlakeTwo256>, Extrinsic>;

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
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system::Pallet<Test>;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances::Pallet<Test>;
	#[runtime::pallet_index(2)]
	pub type Provers = pallet_provers::Pallet<Test>;
	#[runtime::pallet_index(3)]
	pub type Programs = pallet_programs::Pallet<Test>;
	#[runtime::pallet_index(4)]
	pub type Settlement = pallet_settlement::Pallet<Test>;
	#[runtime::pallet_index(5)]
	pub type Attestation = pallet_attestation::Pallet<Test>;
	#[runtime::pallet_index(6)]
	pub type Auctions = pallet_auctions::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
}

impl pallet_provers::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type MinStake = MinStake;
	type UnbondingDelay = UnbondingDelay;
	type MaxSlots = MaxSlots;
	type MaxAsks = MaxAsks;
	type AskEpoch = AskEpoch;
	type MillisPerBlock = MillisPerBlock;
	type RecordHalfLife = RecordHalfLife;
	type ReliableProofs = ReliableProofs;
	type ReliableShare = ReliableShare;
	type MaxStrikes = MaxStrikes;
	type JailTime = JailTime;
	type DelegationFactor = DelegationFactor;
	type MinDelegation = MinDelegation;
	type WeightInfo = ();
}

impl pallet_programs::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type SystemOrigin = EnsureRoot<AccountId>;
	type BaseDeposit = BaseDeposit;
	type ByteDeposit = ByteDeposit;
	type WeightInfo = ();
}

impl pallet_settlement::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Stake = Provers;
	type Slashed = Burn;
	type Author = Purse<AUTHOR>;
	type Treasury = Purse<TREASURY>;
	type DefaultFees = DefaultFees;
	type MaxFee = MaxFee;
	type FeeOrigin = EnsureRoot<AccountId>;
	type VerificationFee = VerificationFee;
	type Retention = Retention;
	type MaxHookWeight = SettlementHook;
	type WeightInfo = ();
}

impl pallet_attestation::Config for Test {
	type Balance = Balance;
	type Provers = Provers;
	type Programs = Programs;
	type Settlement = Settlement;
	type MaxRejections = MaxRejections;
	type MillisPerBlock = MillisPerBlock;
	type ProofPriority = ProofPriority;
	type AnnouncementDeposit = AnnouncementDeposit;
	type MaxHookWeight = AttestationHook;
	type WeightInfo = ();
}

impl pallet_auctions::Config for Test {
	type Balance = Balance;
	type Provers = Provers;
	type Programs = Programs;
	type Escrow = Settlement;
	type Attestation = Desk;
	type Settlement = Settlement;
	type Randomness = Dice;
	type ReferenceOrigin = EnsureRoot<AccountId>;
	type AskEpoch = AskEpoch;
	type MillisPerBlock = MillisPerBlock;
	type MinLifetime = MinLifetime;
	type MaxLifetime = MaxLifetime;
	type DefaultLifetime = DefaultLifetime;
	type MinFee = MinFee;
	type BondBase = BondBase;
	type MinBidding = MinBidding;
	type MaxClearPerBlock = MaxClearPerBlock;
	type MaxSkips = MaxSkips;
	type MaxAsksPerMarket = MaxAsksPerMarket;
	type MaxAsks = MaxAsks;
	type MaxHookWeight = AuctionsHook;
	type WeightInfo = ();
}

impl<LocalCall> frame_system::offchain::CreateTransactionBase<LocalCall> for Test
where
	RuntimeCall: From<LocalCall>,
{
	type RuntimeCall = RuntimeCall;
	type Extrinsic = Extrinsic;
}

impl<LocalCall> frame_system::offchain::CreateTransaction<LocalCall> for Test
where
	RuntimeCall: From<LocalCall>,
{
	type Extension = TxExtension;
	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> Extrinsic {
		Extrinsic::new_transaction(call, extension)
	}
}

impl<LocalCall> frame_system::offchain::CreateAuthorizedTransaction<LocalCall> for Test
where
	RuntimeCall: From<LocalCall>,
{
	fn create_extension() -> TxExtension {
		TxExtension::new()
	}
}

/// Attestation, which tests can make say what they like.
pub struct Desk;
impl traits::Attestation<AccountId, Balance, BlockNumber> for Desk {
	fn begin(
		task: TaskId,
		spec: TaskSpec<AccountId, Balance, BlockNumber>,
		assignment: Assignment<AccountId, Balance, BlockNumber>,
	) {
		assert!(spec.redundancy.is_valid());
		assert_eq!(usize::from(spec.redundancy.started), 1 + assignment.co_primaries.len());
		Attestation::begin(task, spec, assignment);
	}

	fn wanted(limit: u32) -> Vec<Wanted<AccountId, Balance>> {
		AskedFor::mutate(|asked| asked.push(limit));
		WantedNow::get().map_or_else(
			|| Attestation::wanted(limit),
			|wanted| wanted.into_iter().take(limit as usize).collect(),
		)
	}

	fn engage(task: TaskId, standby: Standby<AccountId, Balance>) -> bool {
		!TurnsAway::get() && Attestation::engage(task, standby)
	}
}

/// Draws from [`Random`].
pub struct Dice;
impl Randomness<Option<H256>, BlockNumber> for Dice {
	fn random(subject: &[u8]) -> (Option<H256>, BlockNumber) {
		let mut drawn = Random::get();
		subject.encode_to(&mut drawn);
		(Some(BlakeTwo256::hash(&drawn)), 0)
	}
}

/// Burns, and counts in [`Burnt`].
pub struct Burn;
impl OnUnbalanced<CreditOf<Test>> for Burn {
	fn on_nonzero_unbalanced(credit: CreditOf<Test>) {
		Burnt::mutate(|burnt| *burnt += credit.peek());
	}
}

/// Keeps what it gets; burns what is too little to open its account with.
pub struct Purse<const WHO: AccountId>;
impl<const WHO: AccountId> OnUnbalanced<CreditOf<Test>> for Purse<WHO> {
	fn on_nonzero_unbalanced(credit: CreditOf<Test>) {
		let _ = Balances::resolve(&WHO, credit);
	}
}
