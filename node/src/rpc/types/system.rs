// SPDX-License-Identifier: Apache-2.0
//! Proof systems: which proofs the chain verifies.

use proofyard_primitives::ProofSystem;
use proofyard_runtime_api as api;
use serde::{Deserialize, Serialize};
use sp_core::Bytes;

/// A proof system, and whether the chain verifies its proofs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct System {
	/// Which.
	pub system: ProofSystem,
	/// Whether its programs take new tasks.
	pub enabled: bool,
	/// Of a zkVM, the versions that were registered, by name; a circuit's system has none.
	pub versions: Vec<Version>,
}

/// A version of a zkVM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
	/// Its name.
	pub version: String,
	/// The first four bytes of its proofs.
	pub selector: Bytes,
	/// Whether its proofs are verified.
	pub enabled: bool,
}

impl From<api::SystemInfo> for System {
	fn from(system: api::SystemInfo) -> Self {
		Self {
			system: system.system,
			enabled: system.enabled,
			versions: system.versions.into_iter().map(Into::into).collect(),
		}
	}
}

impl From<api::VersionInfo> for Version {
	fn from(version: api::VersionInfo) -> Self {
		Self {
			// The chain takes printable ASCII only.
			version: String::from_utf8_lossy(&version.version).into_owned(),
			selector: Bytes(version.selector.to_vec()),
			enabled: version.enabled,
		}
	}
}
