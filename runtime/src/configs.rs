// SPDX-License-Identifier: Apache-2.0
//! The configuration of each pallet.

use crate::*;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{Balanced, Credit},
		ConstU128, ConstU32, ConstU64, ConstU8, InstanceFilter, OnUnbalanced,
	},
	weights::{
		constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_SECOND},
		ConstantMultiplier, IdentityFee, Weight,
	},
	PalletId,
};
use frame_system::{
	limits::{BlockLength, BlockWeights},
	EnsureRoot,
};
use pallet_settlement::FeeTerms;
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use proofyard_mechanism::level::{self, blocks};
use scale_info::TypeInfo;
use sp_runtime::{
	traits::{AccountIdConversion, AccountIdLookup, BlakeTwo256, Bounded, ConvertInto, OpaqueKeys},
	FixedPointNumber, Perbill, Percent, Permill, Perquintill,
};

/// The share of a block that ordinary transactions may fill.
const NORMAL_DISPATCH_RATIO: Perbill = Perbill::from_percent(75);
/// Half of a slot for computing: the other half is for the network. Size is bound by the length.
const MAXIMUM_BLOCK_WEIGHT: Weight = Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND, u64::MAX);
/// Longest block, in bytes.
const MAXIMUM_BLOCK_LENGTH: u32 = 5 * 1024 * 1024;
/// Limit of what the hook of one pallet of the market may take of a block.
const HOOK_SHARE: Perbill = Perbill::from_percent(15);

parameter_types! {
	pub const BlockHashCount: BlockNumber = 4096;
	pub const Version: RuntimeVersion = VERSION;
	pub RuntimeBlockWeights: BlockWeights =
		BlockWeights::with_sensible_defaults(MAXIMUM_BLOCK_WEIGHT, NORMAL_DISPATCH_RATIO);
	pub RuntimeBlockLength: BlockLength = BlockLength::builder()
		.max_length(MAXIMUM_BLOCK_LENGTH)
		.modify_max_length_for_class(frame_support::dispatch::DispatchClass::Normal, |max| {
			*max = NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_LENGTH
		})
		.build();
	pub const SS58Prefix: u8 = 42;
	pub HookWeight: Weight = HOOK_SHARE * MAXIMUM_BLOCK_WEIGHT;
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type AccountId = AccountId;
	type Nonce = Nonce;
	type Hash = Hash;
	type Hashing = BlakeTwo256;
	type Block = Block;
	type Lookup = AccountIdLookup<AccountId, ()>;
	type BlockHashCount = BlockHashCount;
	type BlockWeights = RuntimeBlockWeights;
	type BlockLength = RuntimeBlockLength;
	type DbWeight = ParityDbWeight;
	type Version = Version;
	type AccountData = pallet_balances::AccountData<Balance>;
	type SS58Prefix = SS58Prefix;
	type MaxConsumers = ConstU32<16>;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
	type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Runtime>;
}

impl pallet_timestamp::Config for Runtime {
	type Moment = u64;
	type OnTimestampSet = Babe;
	type MinimumPeriod = ConstU64<{ MILLISECS_PER_BLOCK / 2 }>;
	type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_babe::Config for Runtime {
	type EpochDuration = ConstU64<EPOCH_DURATION_IN_SLOTS>;
	type ExpectedBlockTime = ConstU64<MILLISECS_PER_BLOCK>;
	type EpochChangeTrigger = pallet_babe::ExternalTrigger;
	type DisabledValidators = Session;
	type WeightInfo = ();
	type MaxAuthorities = ConstU32<100>;
	type MaxNominators = ConstU32<0>;
	// The validators are a fixed set without stake: there is nothing to slash for an equivocation.
	type KeyOwnerProof = sp_core::Void;
	type EquivocationReportSystem = ();
}

impl pallet_grandpa::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
	type MaxAuthorities = ConstU32<100>;
	type MaxNominators = ConstU32<0>;
	type MaxSetIdSessionEntries = ConstU64<168>;
	type KeyOwnerProof = sp_core::Void;
	type EquivocationReportSystem = ();
}

impl pallet_authorship::Config for Runtime {
	type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
	type EventHandler = ();
}

impl pallet_session::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	type ShouldEndSession = Babe;
	type NextSessionRotation = Babe;
	// The set of the genesis stays.
	type SessionManager = ();
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type Keys = SessionKeys;
	type DisablingStrategy = ();
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type KeyDeposit = ConstU128<{ 10 * YARD }>;
}

impl pallet_balances::Config for Runtime {
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type ReserveIdentifier = [u8; 8];
	type Balance = Balance;
	type RuntimeEvent = RuntimeEvent;
	type DustRemoval = ();
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
	type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxFreezes = frame_support::traits::VariantCountOf<RuntimeFreezeReason>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type DoneSlashHandler = ();
}

/// Transaction fees and tips go to the author of the block.
pub struct ToAuthor;
impl OnUnbalanced<Credit<AccountId, Balances>> for ToAuthor {
	fn on_nonzero_unbalanced(credit: Credit<AccountId, Balances>) {
		if let Some(author) = Authorship::author() {
			// What does not fit on the author's account is burnt.
			let _ = Balances::resolve(&author, credit);
		}
	}
}

parameter_types! {
	pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
	pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(75, 1_000_000);
	pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_integer(1u128);
	pub MaximumMultiplier: Multiplier = Bounded::max_value();
}

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = FungibleAdapter<Balances, ToAuthor>;
	type OperationalFeeMultiplier = ConstU8<5>;
	// One planck for a picosecond: a second of computing costs one YARD.
	type WeightToFee = IdentityFee<Balance>;
	// A megabyte costs about one YARD.
	type LengthToFee = ConstantMultiplier<Balance, ConstU128<1_000_000>>;
	type FeeMultiplierUpdate = TargetedFeeAdjustment<
		Runtime,
		TargetBlockFullness,
		AdjustmentVariable,
		MinimumMultiplier,
		MaximumMultiplier,
	>;
	type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}

impl pallet_sudo::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

/// Kinds of proxies, by what they may do for an account.
#[derive(
	Copy,
	Clone,
	Eq,
	PartialEq,
	Ord,
	PartialOrd,
	Encode,
	Decode,
	DecodeWithMemTracking,
	Debug,
	MaxEncodedLen,
	TypeInfo,
	Default,
)]
pub enum ProxyType {
	/// Everything.
	#[default]
	Any,
	/// Everything but moving balances and root.
	NonTransfer,
	/// Day-by-day calls of an operator for its prover: asks, hardware, session key. No stake.
	Operator,
	/// Day-by-day calls of a dApp's backend: tasks.
	Requester,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		match self {
			Self::Any => true,
			Self::NonTransfer => !matches!(
				call,
				RuntimeCall::Balances(..)
					| RuntimeCall::Sudo(..)
					| RuntimeCall::Utility(..)
					// The money lies on the operator's account then.
					| RuntimeCall::Provers(pallet_provers::Call::delegate { .. })
			),
			Self::Operator => matches!(
				call,
				RuntimeCall::Auctions(
					pallet_auctions::Call::place_ask { .. }
						| pallet_auctions::Call::withdraw_ask { .. }
						| pallet_auctions::Call::set_blocked { .. }
						| pallet_auctions::Call::commit_bid { .. }
						| pallet_auctions::Call::reveal_bid { .. }
						| pallet_auctions::Call::calibrate { .. }
				) | RuntimeCall::Provers(
					pallet_provers::Call::set_hardware { .. }
						| pallet_provers::Call::set_paused { .. }
						| pallet_provers::Call::set_session_key { .. }
						| pallet_provers::Call::unjail { .. }
				) | RuntimeCall::Attestation(
					pallet_attestation::Call::decline { .. }
						| pallet_attestation::Call::announce { .. }
						| pallet_attestation::Call::reveal { .. }
				)
			),
			Self::Requester => matches!(
				call,
				RuntimeCall::Auctions(
					pallet_auctions::Call::submit_task { .. }
						| pallet_auctions::Call::cancel_task { .. }
						| pallet_auctions::Call::raise_fee { .. }
						| pallet_auctions::Call::prolong_task { .. }
				)
			),
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		match (self, other) {
			(x, y) if x == y => true,
			(Self::Any, _) | (Self::NonTransfer, Self::Operator | Self::Requester) => true,
			_ => false,
		}
	}
}

impl pallet_proxy::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type ProxyType = ProxyType;
	type ProxyDepositBase = ConstU128<YARD>;
	type ProxyDepositFactor = ConstU128<{ YARD / 10 }>;
	type MaxProxies = ConstU32<32>;
	type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
	type MaxPending = ConstU32<32>;
	type CallHasher = BlakeTwo256;
	type AnnouncementDepositBase = ConstU128<YARD>;
	type AnnouncementDepositFactor = ConstU128<{ YARD / 10 }>;
	type BlockNumberProvider = System;
}

// The market.

/// Farthest deadline of a task, in blocks.
pub const MAX_LIFETIME: BlockNumber = blocks(level::MAX_LIFETIME_MS);
/// Charge for a rejected proof, in plancks: some hundred times what its verification costs the chain.
pub const VERIFICATION_FEE: Balance = YARD / 10;
/// Most asks of one prover.
pub const MAX_ASKS: u32 = 64;
/// Blocks after which an ask that offers more counts, at most.
pub const ASK_EPOCH: BlockNumber = blocks(level::EPOCH_MS);

impl pallet_provers::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type MinStake = ConstU128<{ 1_000 * YARD }>;
	// Longer than any attempt can live.
	type UnbondingDelay = ConstU32<{ 2 * MAX_LIFETIME }>;
	type MaxSlots = ConstU32<64>;
	type MaxAsks = ConstU32<MAX_ASKS>;
	type AskEpoch = ConstU32<ASK_EPOCH>;
	type MillisPerBlock = ConstU64<MILLISECS_PER_BLOCK>;
	type RecordHalfLife = ConstU32<{ blocks(level::RECORD_HALF_LIFE_MS) }>;
	type ReliableProofs = ConstU32<{ level::RELIABLE_PROOFS }>;
	type ReliableShare = ReliableShare;
	type MaxStrikes = ConstU32<{ level::MAX_STRIKES }>;
	type JailTime = ConstU32<{ blocks(level::JAIL_MS) }>;
	type DelegationFactor = ConstU32<{ level::DELEGATION_FACTOR }>;
	type MinDelegation = ConstU128<{ 10 * YARD }>;
	type WeightInfo = pallet_provers::weights::SubstrateWeight<Runtime>;
}

impl pallet_programs::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type SystemOrigin = EnsureRoot<AccountId>;
	type BaseDeposit = ConstU128<YARD>;
	type ByteDeposit = ConstU128<{ MILLI_YARD / 10 }>;
	type WeightInfo = pallet_programs::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	pub const ReliableShare: Percent = Percent::from_percent(level::RELIABLE_PERCENT as u8);
	pub const DefaultFees: FeeTerms = FeeTerms {
		fee: Permill::from_percent(level::FEE_PERCENT),
		author: Permill::from_percent(level::AUTHOR_PERCENT),
		treasury: Permill::from_percent(level::TREASURY_PERCENT),
	};
	pub const MaxFee: Permill = Permill::from_percent(level::MAX_FEE_PERCENT);
	pub TreasuryAccount: AccountId = TREASURY.into_account_truncating();
}

/// Treasury's account. Root spends from it.
pub const TREASURY: PalletId = PalletId(*b"py/trsry");

/// The protocol's part of fees.
pub struct ToTreasury;
impl OnUnbalanced<Credit<AccountId, Balances>> for ToTreasury {
	fn on_nonzero_unbalanced(credit: Credit<AccountId, Balances>) {
		// What is below the existential deposit of an account that is not there yet is burnt.
		let _ = Balances::resolve(&TreasuryAccount::get(), credit);
	}
}

impl pallet_settlement::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Stake = Provers;
	// Burnt: nobody is to earn by a default but those who suffer by it.
	type Slashed = ();
	type Author = ToAuthor;
	type Treasury = ToTreasury;
	type DefaultFees = DefaultFees;
	type MaxFee = MaxFee;
	type FeeOrigin = EnsureRoot<AccountId>;
	type VerificationFee = ConstU128<VERIFICATION_FEE>;
	type Retention = ConstU32<{ 7 * DAYS }>;
	type MaxHookWeight = HookWeight;
	type WeightInfo = pallet_settlement::weights::SubstrateWeight<Runtime>;
}

impl pallet_attestation::Config for Runtime {
	type Balance = Balance;
	type Provers = Provers;
	type Programs = Programs;
	type Settlement = Settlement;
	type MaxRejections = ConstU32<{ level::MAX_REJECTIONS }>;
	type MillisPerBlock = ConstU64<MILLISECS_PER_BLOCK>;
	type ProofPriority = ConstU64<{ u64::MAX / 2 }>;
	type AnnouncementDeposit = ConstU128<VERIFICATION_FEE>;
	type MaxHookWeight = HookWeight;
	type WeightInfo = pallet_attestation::weights::SubstrateWeight<Runtime>;
}

impl pallet_auctions::Config for Runtime {
	type Balance = Balance;
	type Provers = Provers;
	type Programs = Programs;
	type Escrow = Settlement;
	type Attestation = Attestation;
	type Settlement = Settlement;
	type Randomness = pallet_babe::ParentBlockRandomness<Runtime>;
	type ReferenceOrigin = EnsureRoot<AccountId>;
	type AskEpoch = ConstU32<ASK_EPOCH>;
	type MillisPerBlock = ConstU64<MILLISECS_PER_BLOCK>;
	type MinLifetime = ConstU32<{ blocks(level::MIN_LIFETIME_MS) }>;
	type MaxLifetime = ConstU32<MAX_LIFETIME>;
	type DefaultLifetime = ConstU32<{ blocks(level::DEFAULT_LIFETIME_MS) }>;
	type MinFee = ConstU128<{ 10 * MILLI_YARD }>;
	type BondBase = ConstU128<{ level::MAX_REJECTIONS as u128 * VERIFICATION_FEE }>;
	type MinBidding = ConstU32<{ blocks(level::MIN_BIDDING_MS) }>;
	type MaxClearPerBlock = ConstU32<64>;
	type MaxSkips = ConstU32<256>;
	type MaxAsksPerMarket = ConstU32<16_384>;
	type MaxAsks = ConstU32<MAX_ASKS>;
	type MaxHookWeight = HookWeight;
	type WeightInfo = pallet_auctions::weights::SubstrateWeight<Runtime>;
}

// How off-chain workers make transactions.

impl<LocalCall> frame_system::offchain::CreateTransactionBase<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	type RuntimeCall = RuntimeCall;
	type Extrinsic = UncheckedExtrinsic;
}

impl<LocalCall> frame_system::offchain::CreateTransaction<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	type Extension = TxExtension;

	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_transaction(call, extension)
	}
}

impl<LocalCall> frame_system::offchain::CreateAuthorizedTransaction<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	fn create_extension() -> TxExtension {
		// Only the first one matters to an authorized call: it pays nothing and has no nonce.
		(
			frame_system::AuthorizeCall::new(),
			frame_system::CheckNonZeroSender::new(),
			frame_system::CheckSpecVersion::new(),
			frame_system::CheckTxVersion::new(),
			frame_system::CheckGenesis::new(),
			frame_system::CheckMortality::from(generic::Era::Immortal),
			frame_system::CheckNonce::from(0),
			frame_system::CheckWeight::new(),
			pallet_transaction_payment::ChargeTransactionPayment::from(0),
			frame_system::WeightReclaim::new(),
		)
	}
}
