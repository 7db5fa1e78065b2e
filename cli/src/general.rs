// SPDX-License-Identifier: Apache-2.0
//! General transactions: transactions without a signer, whose call authorizes itself.
//!
//! A proof is submitted this way. The outside of the transaction carries no signature, no nonce that
//! counts and no fee; the runtime's `AuthorizeCall` extension asks the call, and the call checks the
//! signature of the prover's session key that is among its arguments. The layout is
//!
//! ```text
//! length │ 0b0100_0101 (general, version 5) │ extension version │ extensions │ call
//! ```
//!
//! where each extension that takes a value gets its neutral one: an immortal era, nonce 0, no tip,
//! no metadata hash.

use crate::calls::Call;
use subxt::{
	config::{
		ClientState, DefaultExtrinsicParamsBuilder, DefaultTransactionExtensions,
		TransactionExtensions,
	},
	ext::frame_decode::extrinsics::{
		best_v5_general_transaction_extension_version, encode_v5_general,
	},
	transactions::Payload,
	SubstrateConfig,
};

/// The bytes of a general transaction with this call. Fails when the chain's metadata has no such
/// call, or a transaction extension that has no neutral value here.
pub fn encode(call: &Call, state: &ClientState<SubstrateConfig>) -> Result<Vec<u8>, String> {
	let params =
		DefaultExtrinsicParamsBuilder::<SubstrateConfig>::new().nonce(0).immortal().build();
	let extensions = DefaultTransactionExtensions::<SubstrateConfig>::new(state, params)
		.map_err(|error| error.to_string())?;
	let metadata = &*state.metadata;
	let types = metadata.types();
	let version = best_v5_general_transaction_extension_version(&extensions, metadata, types)
		.map_err(|error| error.to_string())?;
	encode_v5_general(
		call.pallet_name(),
		call.call_name(),
		call.call_data(),
		version,
		&extensions,
		metadata,
		types,
	)
	.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::calls;
	use codec::{Compact, Decode, Encode};
	use proofyard_primitives::{
		session::{submission_message, SessionSignature},
		ProofData,
	};
	use scale_info::{meta_type, MetaType, TypeInfo};
	use subxt::{ext::frame_metadata::v16, metadata::Metadata, utils::AccountId32};

	/// The attestation pallet's calls, as its metadata shows them.
	#[derive(TypeInfo)]
	#[allow(dead_code, non_camel_case_types)]
	enum AttestationCall {
		#[codec(index = 3)]
		submit_proof {
			task: u64,
			attempt: u32,
			prover: [u8; 32],
			proof: ProofData,
			signature: SessionSignature,
		},
	}

	/// A transaction extension that takes no value.
	#[derive(TypeInfo)]
	struct Empty;

	/// An era, as wide as the metadata of a chain shows it.
	#[derive(TypeInfo)]
	#[allow(dead_code)]
	enum Era {
		Immortal,
		Mortal1(u8),
	}

	/// Whether a metadata hash is checked.
	#[derive(TypeInfo)]
	#[allow(dead_code)]
	enum Mode {
		Disabled,
		Enabled,
	}

	fn extension(
		identifier: &'static str,
		ty: MetaType,
		implicit: MetaType,
	) -> v16::TransactionExtensionMetadata {
		v16::TransactionExtensionMetadata { identifier, ty, implicit }
	}

	/// Metadata with one pallet and the extensions of a chain like this one.
	fn metadata() -> Metadata {
		let none = meta_type::<()>();
		let extensions = vec![
			extension("AuthorizeCall", meta_type::<Empty>(), none),
			extension("CheckNonZeroSender", meta_type::<Empty>(), none),
			extension("CheckSpecVersion", meta_type::<Empty>(), meta_type::<u32>()),
			extension("CheckTxVersion", meta_type::<Empty>(), meta_type::<u32>()),
			extension("CheckGenesis", meta_type::<Empty>(), meta_type::<[u8; 32]>()),
			extension("CheckMortality", meta_type::<Era>(), meta_type::<[u8; 32]>()),
			extension("CheckNonce", meta_type::<Compact<u32>>(), none),
			extension("CheckWeight", meta_type::<Empty>(), none),
			extension("ChargeTransactionPayment", meta_type::<Compact<u128>>(), none),
			extension("CheckMetadataHash", meta_type::<Mode>(), meta_type::<Option<[u8; 32]>>()),
			extension("WeightReclaim", meta_type::<Empty>(), none),
		];
		let indexes = (0..extensions.len() as u32).map(Compact).collect();
		v16::RuntimeMetadataV16::new(
			vec![v16::PalletMetadata {
				name: "Attestation",
				storage: None,
				calls: Some(v16::PalletCallMetadata {
					ty: meta_type::<AttestationCall>(),
					deprecation_info: v16::EnumDeprecationInfo::nothing_deprecated(),
				}),
				event: None,
				constants: Vec::new(),
				error: None,
				associated_types: Vec::new(),
				view_functions: Vec::new(),
				index: 14,
				docs: Vec::new(),
				deprecation_info: v16::ItemDeprecationInfo::NotDeprecated,
			}],
			v16::ExtrinsicMetadata {
				versions: vec![4, 5],
				address_ty: none,
				call_ty: meta_type::<AttestationCall>(),
				signature_ty: none,
				transaction_extensions_by_version: [(0u8, indexes)].into_iter().collect(),
				transaction_extensions: extensions,
			},
			Vec::new(),
			v16::OuterEnums {
				call_enum_ty: meta_type::<AttestationCall>(),
				event_enum_ty: none,
				error_enum_ty: none,
			},
			v16::CustomMetadata { map: Default::default() },
		)
		.try_into()
		.unwrap()
	}

	fn state() -> ClientState<SubstrateConfig> {
		ClientState {
			genesis_hash: subxt::utils::H256::repeat_byte(9),
			spec_version: 100,
			transaction_version: 1,
			metadata: metadata().arc(),
		}
	}

	fn proof() -> ProofData {
		ProofData::of_inputs(&[7; 256], &[[1; 32], [2; 32]]).unwrap()
	}

	#[test]
	fn a_proof_travels_with_neutral_extensions() {
		let prover = AccountId32([5; 32]);
		let proof = proof();
		let session = crate::secret::Secret::new("//Alice").session().unwrap();
		let message = submission_message(&[9u8; 32], 7, 1, &prover, &proof);
		let signature = session.sign(&message);
		let call = calls::attestation::submit_proof(7, 1, &prover, &proof, &signature);

		let bytes = encode(&call, &state()).unwrap();

		let inner = Vec::<u8>::decode(&mut bytes.as_slice()).unwrap();
		// Preamble, extension version, era, nonce, tip, metadata hash mode.
		assert_eq!(inner[..6], [0b0100_0101, 0, 0, 0, 0, 0]);
		let arguments = (7u64, 1u32, &prover, &proof, &signature).encode();
		assert_eq!(inner[6..8], [14, 3]);
		assert_eq!(inner[8..], arguments);
	}

	#[test]
	fn fails_when_the_chain_has_other_arguments() {
		let call = calls::programs::retire(sp_core::H256::repeat_byte(1));
		assert!(encode(&call, &state()).is_err(), "the pallet is not there");

		let session = crate::secret::Secret::new("//Alice").session().unwrap();
		let call = calls::attestation::submit_proof(
			7,
			1,
			&AccountId32([5; 32]),
			&proof(),
			&session.sign(b"any"),
		);
		let mut types = state();
		let mut changed = metadata();
		// The chain's prover is a number all of a sudden.
		for ty in &mut changed.types_mut().types {
			if let scale_info::TypeDef::Variant(variants) = &mut ty.ty.type_def {
				for variant in variants.variants.iter_mut().filter(|v| v.name == "submit_proof") {
					variant.fields.swap(0, 2);
				}
			}
		}
		types.metadata = changed.arc();
		assert!(encode(&call, &types).is_err(), "the arguments are in another order");
	}
}
