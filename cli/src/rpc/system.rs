// SPDX-License-Identifier: Apache-2.0
//! Proof systems: which proofs the chain verifies.

use proofyard_primitives::ProofSystem;
use serde::{Deserialize, Serialize};
use sp_core::Bytes;
use std::fmt;

/// The first four bytes of the proofs of one version of a zkVM.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(into = "Bytes", try_from = "Bytes")]
pub struct Selector(pub [u8; 4]);

impl From<Selector> for Bytes {
	fn from(selector: Selector) -> Self {
		Self(selector.0.to_vec())
	}
}

impl TryFrom<Bytes> for Selector {
	type Error = &'static str;

	fn try_from(bytes: Bytes) -> Result<Self, Self::Error> {
		bytes.0.try_into().map(Self).map_err(|_| "a selector has four bytes")
	}
}

impl fmt::Display for Selector {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "0x{}", hex::encode(self.0))
	}
}

/// A proof system, and whether the chain verifies its proofs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct System {
	/// Which.
	pub system: ProofSystem,
	/// Whether its programs take new tasks.
	pub enabled: bool,
	/// Of a zkVM, the versions that were registered.
	pub versions: Vec<Version>,
}

/// A version of a zkVM.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
	/// Its name.
	pub version: String,
	/// The first four bytes of its proofs.
	pub selector: Selector,
	/// Whether its proofs are verified.
	pub enabled: bool,
}
