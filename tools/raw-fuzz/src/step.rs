// SPDX-License-Identifier: Apache-2.0
//! Meaning of bytes.

use codec::{Decode, DecodeLimit, Encode};
use frame_support::traits::GetCallMetadata;
use proofyard_runtime::RuntimeCall;

/// As deep as calls may be nested in a transaction.
const DEPTH: u32 = 256;

/// One step of an input.
#[derive(Clone, Debug)]
pub enum Step {
	/// A call that the account of this number signs.
	Signed(u8, RuntimeCall),
	/// A call of the root.
	Root(RuntimeCall),
	/// A call that authorizes itself, with the signature that it has.
	Authorized(RuntimeCall),
	/// The same, with the signature that it should have.
	Session(RuntimeCall),
	/// So many blocks.
	Blocks(u8),
}

impl Step {
	/// The first step of an input, which loses its bytes. `None` if there is none any more.
	pub fn read(input: &mut &[u8]) -> Option<Self> {
		let kind = u8::decode(input).ok()?;
		let who = kind / 8;
		let mut call = || RuntimeCall::decode_with_depth_limit(DEPTH, input).ok();
		Some(match kind % 8 {
			0..=3 => Self::Signed(who, call()?),
			4 => Self::Root(call()?),
			5 => Self::Authorized(call()?),
			6 => Self::Session(call()?),
			_ => Self::Blocks(u8::decode(input).ok()? % 40 + 1),
		})
	}

	/// The bytes that are read as this.
	pub fn write(&self) -> Vec<u8> {
		match self {
			Self::Signed(who, call) => (who % 32 * 8, call).encode(),
			Self::Root(call) => (4u8, call).encode(),
			Self::Authorized(call) => (5u8, call).encode(),
			Self::Session(call) => (6u8, call).encode(),
			Self::Blocks(count) => vec![7, count.saturating_sub(1)],
		}
	}
}

/// Whether a call can be dispatched here: not one that may break anything, nor one that holds such a
/// call, nor an inherent.
pub fn is_allowed(call: &RuntimeCall) -> bool {
	use pallet_utility::Call as Utility;
	match call {
		RuntimeCall::Utility(
			Utility::batch { calls }
			| Utility::batch_all { calls }
			| Utility::force_batch { calls },
		) => calls.iter().all(is_allowed),
		RuntimeCall::Utility(
			Utility::as_derivative { call, .. } | Utility::with_weight { call, .. },
		) => is_allowed(call),
		RuntimeCall::Utility(_) => false,
		RuntimeCall::Provers(_)
		| RuntimeCall::Programs(_)
		| RuntimeCall::Auctions(_)
		| RuntimeCall::Attestation(_)
		| RuntimeCall::Settlement(_) => true,
		RuntimeCall::Balances(_) => {
			let name = call.get_call_metadata().function_name;
			!name.starts_with("force_")
		}
		RuntimeCall::Proxy(_) => !matches!(
			call.get_call_metadata().function_name,
			// What they hold is not looked into.
			"proxy" | "proxy_announced"
		),
		RuntimeCall::System(_) => call.get_call_metadata().function_name.starts_with("remark"),
		_ => false,
	}
}
