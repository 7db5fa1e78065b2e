// SPDX-License-Identifier: Apache-2.0
//! Calls and errors of the chain's pallets, generated from its metadata, which
//! `scripts/chain-specs` writes from the runtime.
//!
//! A generated call carries the hash of its types. It is compared with the connected chain's before
//! anything is sent: a call that this chain does not know, or knows with other arguments, is refused
//! here with its name instead of being misread there.

use crate::error::{CliError, Result};
use subxt::{
	client::OfflineClientAtBlockT,
	error::ExtrinsicError,
	transactions::{dynamic, DynamicPayload, Payload, TransactionsClient},
	utils::{Encoded, Static},
	SubstrateConfig,
};

pub use api::{attestation, auctions, balances, programs, provers, settlement, sudo, tx, Error};

// Cargo does not watch what the macro reads.
const _: &[u8] = include_bytes!("../../chain-specs/metadata.scale");

/// Generated code. This project's own types stand for themselves, as bytes that the metadata's
/// hashes vouch for.
#[subxt::subxt(
	runtime_metadata_path = "../chain-specs/metadata.scale",
	substitute_type(
		path = "bounded_collections::bounded_vec::BoundedVec<T, S>",
		with = "::std::vec::Vec<T>"
	),
	substitute_type(
		path = "proofyard_primitives::program::Artifact",
		with = "::subxt::utils::Static<::proofyard_primitives::Artifact>"
	),
	substitute_type(
		path = "proofyard_primitives::program::WorkModel",
		with = "::subxt::utils::Static<::proofyard_primitives::WorkModel>"
	),
	substitute_type(
		path = "proofyard_primitives::prover::HardwareClass",
		with = "::subxt::utils::Static<::proofyard_primitives::HardwareClass>"
	),
	substitute_type(
		path = "proofyard_primitives::prover::session::Report",
		with = "::subxt::utils::Static<::proofyard_primitives::session::Report>"
	),
	substitute_type(
		path = "proofyard_primitives::prover::session::app::Public",
		with = "::subxt::utils::Static<::proofyard_primitives::session::SessionKey>"
	),
	substitute_type(
		path = "proofyard_primitives::prover::session::app::Signature",
		with = "::subxt::utils::Static<::proofyard_primitives::session::SessionSignature>"
	),
	substitute_type(
		path = "proofyard_primitives::task::BiddingWindow",
		with = "::subxt::utils::Static<::proofyard_primitives::BiddingWindow>"
	),
	substitute_type(
		path = "proofyard_primitives::task::InputRef",
		with = "::subxt::utils::Static<::proofyard_primitives::InputRef>"
	),
	substitute_type(
		path = "proofyard_primitives::task::Market",
		with = "::subxt::utils::Static<::proofyard_primitives::Market>"
	),
	substitute_type(
		path = "proofyard_primitives::task::Redundancy",
		with = "::subxt::utils::Static<::proofyard_primitives::Redundancy>"
	),
	substitute_type(
		path = "proofyard_primitives::task::ServiceLevel",
		with = "::subxt::utils::Static<::proofyard_primitives::ServiceLevel>"
	),
	substitute_type(
		path = "proofyard_primitives::values::FixedValues",
		with = "::subxt::utils::Static<::proofyard_primitives::FixedValues>"
	),
	substitute_type(
		path = "proofyard_primitives::values::ProofData",
		with = "::subxt::utils::Static<::proofyard_primitives::ProofData>"
	),
	substitute_type(
		path = "proofyard_verifier::system::ProofSystem",
		with = "::subxt::utils::Static<::proofyard_primitives::ProofSystem>"
	),
	substitute_type(path = "sp_arithmetic::per_things::Permill", with = "::core::primitive::u32")
)]
mod api {}

/// Transactions as the chain takes them at a block.
pub type Transactions<Client> = TransactionsClient<SubstrateConfig, Client>;

/// Call inside another one, in the chain's own bytes.
pub type EncodedCall = Static<Encoded>;

/// Call that takes others.
pub type Outer<Argument> = DynamicPayload<[Argument; 1]>;

/// Encode a call to be made by another one. Fails when the chain does not have it like this.
pub fn encode<Client: OfflineClientAtBlockT<SubstrateConfig>>(
	chain: &Transactions<Client>,
	call: &impl Payload,
) -> Result<EncodedCall> {
	chain
		.validate(call)
		.and_then(|()| chain.call_data(call))
		.map(|bytes| Static(Encoded(bytes)))
		.map_err(|error| unlike(call, &error))
}

/// Call made as the root, signed by the account that may.
pub fn as_root(call: EncodedCall) -> Outer<EncodedCall> {
	dynamic("Sudo", "sudo", [call])
}

/// All of these calls, or none if one fails.
pub fn batch_all(calls: Vec<EncodedCall>) -> Outer<Vec<EncodedCall>> {
	dynamic("Utility", "batch_all", [calls])
}

/// Each of these calls, whatever becomes of the others.
pub fn force_batch(calls: Vec<EncodedCall>) -> Outer<Vec<EncodedCall>> {
	dynamic("Utility", "force_batch", [calls])
}

/// Error of a call that the chain does not have like this.
pub fn unlike(call: &impl Payload, error: &ExtrinsicError) -> CliError {
	CliError::other(format!(
		"this chain has no call {}.{} like this program's ({error}); use the version of this program that belongs to the chain",
		call.pallet_name(),
		call.call_name(),
	))
}

#[cfg(test)]
pub mod tests;
