// SPDX-License-Identifier: Apache-2.0
//! Types of the programs pallet.

use crate::Config;
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{traits::fungible::Inspect, BoundedVec};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_primitives::{
	limits::{MaxArtifacts, MaxWrappingKey},
	Artifact, HardwareClass, ProofSystem, WorkModel,
};
use proofyard_verifier::wrap;
use scale_info::TypeInfo;
use sp_core::ConstU32;

/// The balance type of the deposited money.
pub type BalanceOf<T> =
	<<T as Config>::Currency as Inspect<<T as frame_system::Config>::AccountId>>::Balance;
/// A program's record.
pub type ProgramRecordOf<T> =
	ProgramRecord<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;

/// A registered program, without its keys.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ProgramRecord<AccountId, Balance, BlockNumber> {
	/// Account that registered it, and gets the deposit back.
	pub owner: AccountId,
	/// Its proof system.
	pub system: ProofSystem,
	/// The hardware it needs.
	pub hardware: HardwareClass,
	/// Source of the work of its tasks.
	pub work: WorkModel,
	/// Public inputs of its proofs, if it is a circuit; zero for a zkVM's program.
	pub public_inputs: u32,
	/// The files a prover needs.
	pub artifacts: BoundedVec<Artifact, MaxArtifacts>,
	/// Deposit of the owner, in plancks.
	pub deposit: Balance,
	/// Tasks of it that live.
	pub live_tasks: u32,
	/// Whether it takes no new tasks.
	pub retired: bool,
	/// The block it was registered in.
	pub registered_at: BlockNumber,
}

/// The first bytes of every proof of one version of a zkVM.
pub type Selector = [u8; wrap::SELECTOR_LEN as usize];

/// A version of a zkVM whose proofs the chain verifies.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct VersionRecord {
	/// Its name.
	pub version: BoundedVec<u8, ConstU32<{ wrap::MAX_VERSION_LEN }>>,
	/// The entry that it was registered with: [`proofyard_verifier::wrap::WrappingKey`].
	pub entry: BoundedVec<u8, MaxWrappingKey>,
	/// Whether its proofs are verified.
	pub enabled: bool,
}
