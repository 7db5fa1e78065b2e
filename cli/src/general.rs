// SPDX-License-Identifier: Apache-2.0
//! General transactions: transactions without a signer, whose call authorizes itself.
//!
//! A proof is submitted this way. The outside of the transaction carries no signature, no nonce that
//! counts and no fee; the runtime's `AuthorizeCall` extension asks the call, and the call checks the
//! signature of the prover's session key that is among its arguments. Each other extension that takes
//! a value gets its neutral one: an immortal era, nonce 0, no tip.

use subxt::{
	config::{
		ClientState, DefaultExtrinsicParamsBuilder, DefaultTransactionExtensions,
		TransactionExtensions,
	},
	error::ExtrinsicError,
	ext::frame_decode::extrinsics::{
		best_v5_general_transaction_extension_version, encode_v5_general,
	},
	transactions::Payload,
	SubstrateConfig,
};

/// Bytes of a general transaction with this call. Fails when the chain's metadata has no such call,
/// or a transaction extension that has no neutral value here.
pub fn encode(
	call: &impl Payload,
	state: &ClientState<SubstrateConfig>,
) -> Result<Vec<u8>, ExtrinsicError> {
	let params =
		DefaultExtrinsicParamsBuilder::<SubstrateConfig>::new().nonce(0).immortal().build();
	let extensions = DefaultTransactionExtensions::<SubstrateConfig>::new(state, params)?;
	let (metadata, types) = (&*state.metadata, state.metadata.types());
	let version = best_v5_general_transaction_extension_version(&extensions, metadata, types)?;
	let (pallet, name, data) = (call.pallet_name(), call.call_name(), call.call_data());
	Ok(encode_v5_general(pallet, name, data, version, &extensions, metadata, types)?)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		calls::{tests::metadata, tx},
		secret::Secret,
	};
	use codec::{Decode, Encode};
	use proofyard_primitives::{session::submission_message, ProofData};
	use subxt::utils::AccountId32;

	#[test]
	fn a_proof_travels_with_neutral_extensions() {
		let prover = AccountId32([5; 32]);
		let proof = ProofData::of_inputs(&[7; 256], &[[1; 32], [2; 32]]).unwrap();
		let session = Secret::new("//Alice").session().unwrap();
		let signature = session.sign(&submission_message(&[9u8; 32], 7, 1, &prover, &proof));
		let call = tx().attestation().submit_proof(
			7,
			1,
			prover,
			proof.clone().into(),
			signature.clone().into(),
		);
		let state = ClientState {
			genesis_hash: subxt::utils::H256::repeat_byte(9),
			spec_version: 100,
			transaction_version: 1,
			metadata: metadata().arc(),
		};

		let bytes = encode(&call, &state).unwrap();

		let inner = Vec::<u8>::decode(&mut bytes.as_slice()).unwrap();
		// Preamble, extension version, era, nonce, tip.
		assert_eq!(inner[..5], [0b0100_0101, 0, 0, 0, 0]);
		assert_eq!(inner[5..7], [23, 0]);
		assert_eq!(inner[7..], (7u64, 1u32, prover, proof, signature).encode());
	}
}
