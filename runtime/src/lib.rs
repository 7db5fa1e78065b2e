// SPDX-License-Identifier: Apache-2.0
//! The runtime of Proofyard: which pallets there are, how they are configured, and what the node may
//! ask. Composition only; what the market does is in the pallets.
#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "256"]
// The runtime macros expand to undocumented items.
#![allow(missing_docs)]

extern crate alloc;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
pub mod configs;
pub mod genesis_config_presets;
mod proving;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;
use proofyard_mechanism::level;
use sp_runtime::{
	generic, impl_opaque_keys,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
	MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

pub use apis::RuntimeApi;

/// Types that the node handles without knowing what is in a transaction.
pub mod opaque {
	use super::*;
	pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;

	/// Block header.
	pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
	/// Block.
	pub type Block = generic::Block<Header, UncheckedExtrinsic>;
	/// Block identifier.
	pub type BlockId = generic::BlockId<Block>;
	/// Hash of blocks and state.
	pub type Hash = super::Hash;
}

impl_opaque_keys! {
	/// Keys that a validator signs with.
	pub struct SessionKeys {
		pub babe: Babe,
		pub grandpa: Grandpa,
	}
}

/// The version of this runtime. `spec_version` rises with every change of behaviour,
/// `transaction_version` with every change of a call's encoding.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: alloc::borrow::Cow::Borrowed("proofyard"),
	impl_name: alloc::borrow::Cow::Borrowed("proofyard"),
	authoring_version: 1,
	spec_version: 1,
	impl_version: 1,
	apis: apis::RUNTIME_API_VERSIONS,
	transaction_version: 1,
	system_version: 1,
};

/// Duration of a slot, and so of a block, in milliseconds.
pub const MILLISECS_PER_BLOCK: u64 = level::BLOCK_MS;
/// Blocks in a minute.
pub const MINUTES: BlockNumber = level::blocks(60_000);
/// Blocks in an hour.
pub const HOURS: BlockNumber = 60 * MINUTES;
/// Blocks in a day.
pub const DAYS: BlockNumber = 24 * HOURS;
/// Slots in an epoch: ten minutes.
pub const EPOCH_DURATION_IN_SLOTS: u64 = 10 * MINUTES as u64;
/// One slot in four has a primary author; secondary authors fill the others.
pub const PRIMARY_PROBABILITY: (u64, u64) = (1, 4);
/// BABE's parameters in the first epoch.
pub const BABE_GENESIS_EPOCH_CONFIG: sp_consensus_babe::BabeEpochConfiguration =
	sp_consensus_babe::BabeEpochConfiguration {
		c: PRIMARY_PROBABILITY,
		allowed_slots: sp_consensus_babe::AllowedSlots::PrimaryAndSecondaryVRFSlots,
	};

/// One token, in plancks.
pub const YARD: Balance = 1_000_000_000_000;
/// A thousandth of a token.
pub const MILLI_YARD: Balance = YARD / 1_000;
/// Least balance of an account that exists.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI_YARD;

/// A signature of an account.
pub type Signature = MultiSignature;
/// An account.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// An amount, in plancks.
pub type Balance = u128;
/// Number of an account's transaction.
pub type Nonce = u32;
/// Hash of blocks and state.
pub type Hash = sp_core::H256;
/// Number of a block.
pub type BlockNumber = u32;
/// An account as transactions name it.
pub type Address = MultiAddress<AccountId, ()>;
/// Block header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// Block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// Extensions that every transaction carries besides its call.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckMortality<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);

/// A transaction.
pub type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// Payload that an account signs.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// Executes blocks.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

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
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;
	// Before Session, which asks it when an epoch ends.
	#[runtime::pallet_index(2)]
	pub type Babe = pallet_babe;
	#[runtime::pallet_index(3)]
	pub type Authorship = pallet_authorship;
	#[runtime::pallet_index(4)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(5)]
	pub type TransactionPayment = pallet_transaction_payment;
	#[runtime::pallet_index(6)]
	pub type Session = pallet_session;
	#[runtime::pallet_index(7)]
	pub type Grandpa = pallet_grandpa;
	#[runtime::pallet_index(8)]
	pub type Sudo = pallet_sudo;
	#[runtime::pallet_index(9)]
	pub type Utility = pallet_utility;
	#[runtime::pallet_index(10)]
	pub type Proxy = pallet_proxy;

	// The market. Settlement and attestation come first, so that what has ended makes room for what
	// is cleared in the same block.
	#[runtime::pallet_index(20)]
	pub type Provers = pallet_provers;
	#[runtime::pallet_index(21)]
	pub type Programs = pallet_programs;
	#[runtime::pallet_index(22)]
	pub type Settlement = pallet_settlement;
	#[runtime::pallet_index(23)]
	pub type Attestation = pallet_attestation;
	#[runtime::pallet_index(24)]
	pub type Auctions = pallet_auctions;
}
