// SPDX-License-Identifier: Apache-2.0

//! Names of the proof systems.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::{fmt, str::FromStr};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// A proof system that the chain can verify.
///
/// The codec index is consensus: it is stored, hashed into identifiers and crosses the host function as one byte. It
/// never changes and is never used again. How a system is added: see the [crate's page](crate).
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
pub enum ProofSystem {
	/// Groth16 over BN254 (the curve of Ethereum's precompiles): circom, snarkjs, gnark, arkworks.
	#[codec(index = 0)]
	#[serde(rename = "groth16-bn254")]
	Groth16Bn254,
	/// Groth16 over BLS12-381: snarkjs, gnark, arkworks.
	#[codec(index = 1)]
	#[serde(rename = "groth16-bls12-381")]
	Groth16Bls12_381,
	/// Proofs of SP1's zkVM, wrapped in Groth16 over BN254. Needs a [wrapping key](crate::wrap).
	#[codec(index = 2)]
	#[serde(rename = "sp1-groth16")]
	Sp1Groth16,
	/// Proofs of SP1's zkVM, wrapped in gnark's PLONK over BN254. Needs a [wrapping key](crate::wrap).
	#[codec(index = 3)]
	#[serde(rename = "sp1-plonk")]
	Sp1Plonk,
	/// Proofs of RISC Zero's zkVM, wrapped in Groth16 over BN254. Needs a [wrapping key](crate::wrap).
	#[codec(index = 4)]
	#[serde(rename = "risc0-groth16")]
	Risc0Groth16,
}

impl ProofSystem {
	/// Every proof system, in the order of their indices.
	pub const ALL: [Self; 5] = [
		Self::Groth16Bn254,
		Self::Groth16Bls12_381,
		Self::Sp1Groth16,
		Self::Sp1Plonk,
		Self::Risc0Groth16,
	];

	/// The byte that stands for the system on the wire: its codec index.
	pub const fn index(self) -> u8 {
		match self {
			Self::Groth16Bn254 => 0,
			Self::Groth16Bls12_381 => 1,
			Self::Sp1Groth16 => 2,
			Self::Sp1Plonk => 3,
			Self::Risc0Groth16 => 4,
		}
	}

	/// The system with this codec index, if there is one.
	pub const fn from_index(index: u8) -> Option<Self> {
		match index {
			0 => Some(Self::Groth16Bn254),
			1 => Some(Self::Groth16Bls12_381),
			2 => Some(Self::Sp1Groth16),
			3 => Some(Self::Sp1Plonk),
			4 => Some(Self::Risc0Groth16),
			_ => None,
		}
	}

	/// The name used in RPC, configuration and on the command line.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Groth16Bn254 => "groth16-bn254",
			Self::Groth16Bls12_381 => "groth16-bls12-381",
			Self::Sp1Groth16 => "sp1-groth16",
			Self::Sp1Plonk => "sp1-plonk",
			Self::Risc0Groth16 => "risc0-groth16",
		}
	}

	/// Whether the system's proofs are those of a zkVM, verified under a [wrapping key](crate::wrap) that all its
	/// programs share, and not under a key of the program's own.
	pub const fn is_wrapped(self) -> bool {
		matches!(self, Self::Sp1Groth16 | Self::Sp1Plonk | Self::Risc0Groth16)
	}
}

impl fmt::Display for ProofSystem {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.pad(self.name())
	}
}

impl FromStr for ProofSystem {
	type Err = UnknownProofSystem;

	fn from_str(name: &str) -> Result<Self, Self::Err> {
		Self::ALL.into_iter().find(|system| system.name() == name).ok_or(UnknownProofSystem)
	}
}

/// The name belongs to no proof system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownProofSystem;

impl fmt::Display for UnknownProofSystem {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("unknown proof system; known:")?;
		ProofSystem::ALL.iter().try_for_each(|system| write!(f, " {system}"))
	}
}

impl core::error::Error for UnknownProofSystem {}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn names_and_indices_round_trip() {
		for system in ProofSystem::ALL {
			assert_eq!(system.name().parse(), Ok(system));
			assert_eq!(ProofSystem::from_index(system.index()), Some(system));
			assert_eq!(system.encode(), [system.index()]);
			let json = serde_json::to_string(&system).unwrap();
			assert_eq!(json, std::format!("\"{system}\""));
			assert_eq!(serde_json::from_str::<ProofSystem>(&json).unwrap(), system);
		}
	}

	#[test]
	fn indices_are_fixed() {
		assert_eq!(ProofSystem::Groth16Bn254.encode(), [0]);
		assert_eq!(ProofSystem::Groth16Bls12_381.encode(), [1]);
		assert_eq!(ProofSystem::Sp1Groth16.encode(), [2]);
		assert_eq!(ProofSystem::Sp1Plonk.encode(), [3]);
		assert_eq!(ProofSystem::Risc0Groth16.encode(), [4]);
	}

	#[test]
	fn fails_for_unknown_names_and_indices() {
		assert_eq!("groth16".parse::<ProofSystem>(), Err(UnknownProofSystem));
		assert_eq!(ProofSystem::from_index(ProofSystem::ALL.len() as u8), None);
		assert_eq!(ProofSystem::from_index(255), None);
	}
}
