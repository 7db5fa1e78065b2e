// SPDX-License-Identifier: Apache-2.0

//! Reasons why a key or a proof is refused.
//!
//! Every error has a code that never changes: it is the codec index, the status of the host function and what clients
//! may match on. Zero stands for success and belongs to no error; codes of keys and of proofs do not overlap.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Defines an error enum whose variants carry a fixed code and a message.
macro_rules! coded_error {
	(
		$(#[$meta:meta])*
		pub enum $name:ident {
			$($(#[$variant_meta:meta])* $variant:ident = $code:tt, $message:literal;)*
		}
	) => {
		$(#[$meta])*
		#[derive(
			Clone,
			Copy,
			Debug,
			PartialEq,
			Eq,
			Hash,
			Encode,
			Decode,
			DecodeWithMemTracking,
			MaxEncodedLen,
			TypeInfo,
			Serialize,
			Deserialize,
		)]
		#[serde(rename_all = "kebab-case")]
		pub enum $name {
			$($(#[$variant_meta])* #[codec(index = $code)] $variant,)*
		}

		impl $name {
			/// Every error, in the order of their codes.
			pub const ALL: &'static [Self] = &[$(Self::$variant),*];

			/// The code that stands for this error for ever; never zero.
			pub const fn code(self) -> u8 {
				match self {
					$(Self::$variant => $code,)*
				}
			}

			/// The error with this code, if there is one.
			pub const fn from_code(code: u8) -> Option<Self> {
				match code {
					$($code => Some(Self::$variant),)*
					_ => None,
				}
			}

			/// Explanation of what happened and what to do.
			pub const fn message(self) -> &'static str {
				match self {
					$(Self::$variant => $message,)*
				}
			}
		}

		impl fmt::Display for $name {
			fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
				f.pad(self.message())
			}
		}

		impl core::error::Error for $name {}
	};
}

coded_error! {
	/// Reasons why a verification key is refused. Codes 1 to 63.
	pub enum KeyError {
		/// The node or the runtime does not know the proof system.
		UnsupportedSystem = 1, "this proof system is not supported here; use one that the chain lists";
		/// The length is not that of a key of this system.
		WrongLength = 2, "the key has the wrong length; encode it as the proof system prescribes";
		/// More public inputs than the chain allows.
		TooManyInputs = 3, "the key takes too many public inputs; hash some of them inside the circuit";
		/// A coordinate is not reduced modulo the field's prime.
		NotInField = 4, "a coordinate of the key is not below the field's prime";
		/// A point does not satisfy the curve's equation.
		NotOnCurve = 5, "a point of the key is not on the curve";
		/// A point is on the curve, but outside the group of prime order.
		NotInSubgroup = 6, "a point of the key is not in the subgroup of prime order";
		/// A point that must not be the point at infinity is.
		PointAtInfinity = 7, "a point of the key is the point at infinity, which would accept forged proofs";
		/// The key accepts forged proofs: the trusted setup was never finished.
		Forgeable = 8, "anyone can forge proofs for this key; run the circuit's own phase of the trusted setup";
		/// The buffer handed to the host function has another length than the prepared key.
		WrongOutputLength = 9, "the output buffer has not the exact length of the prepared key";
		/// The host function returned a status that this runtime does not know.
		UnknownStatus = 10, "the node answered with an unknown status; its version does not fit the runtime";
		/// The system's programs have no key of their own.
		NeedsWrappingKey = 11, "proofs of this system are verified under a wrapping key; use the functions that take one";
		/// The bytes are not those of a wrapping key's entry.
		MalformedEntry = 12, "the entry is malformed; encode it as the documentation of wrapping keys prescribes";
		/// The layout of the public inputs belongs to another system, or the key has another number of them.
		LayoutMismatch = 13, "the entry's layout fits neither its proof system nor the number of its key's public inputs";
		/// The evaluation domain or its cosets are not what the proof system needs.
		UnsoundDomain = 14, "the key's evaluation domain is not sound; it must be a group of order 2^k with disjoint cosets";
	}
}

coded_error! {
	/// Reasons why a proof is refused. Codes 65 to 127.
	pub enum VerifyError {
		/// The node or the runtime does not know the proof system.
		UnsupportedSystem = 65, "this proof system is not supported here; use one that the chain lists";
		/// The prepared key did not come from `prepare_key` of this system.
		CorruptPreparedKey = 66, "the prepared key is corrupt; prepare it again from the canonical key";
		/// The number of public inputs is not the key's.
		WrongPublicInputCount = 67, "the number of public inputs is not what the key takes";
		/// A public input is not below the order of the scalar field.
		PublicInputNotInField = 68, "a public input is not below the order of the scalar field";
		/// The length is not that of a proof of this system.
		WrongProofLength = 69, "the proof has the wrong length; encode it as the proof system prescribes";
		/// A coordinate is not reduced modulo the field's prime.
		ProofNotInField = 70, "a coordinate of the proof is not below the field's prime";
		/// A point does not satisfy the curve's equation.
		ProofNotOnCurve = 71, "a point of the proof is not on the curve";
		/// A point is on the curve, but outside the group of prime order.
		ProofNotInSubgroup = 72, "a point of the proof is not in the subgroup of prime order";
		/// A point of the proof is the point at infinity.
		ProofPointAtInfinity = 73, "a point of the proof is the point at infinity";
		/// The proof is well formed, but does not prove this statement.
		PairingMismatch = 74, "the proof does not prove these public inputs under this key";
		/// The host function returned a status that this runtime does not know.
		UnknownStatus = 75, "the node answered with an unknown status; its version does not fit the runtime";
		/// The system's proofs are verified under a wrapping key.
		NeedsWrappingKey = 76, "proofs of this system are verified under a wrapping key; use the functions that take one";
		/// The proof belongs to another wrapping key.
		UnknownSelector = 77, "the proof's first four bytes are not those of this wrapping key; use the key of its version";
		/// The program ended with an exit code that the wrapping key does not allow.
		ExitCodeNotAllowed = 78, "the program's exit code is not allowed; prove an execution that ends well";
		/// The proof was made by recursion circuits that the wrapping key does not allow.
		VkRootNotAllowed = 79, "the proof's root of verification keys is not allowed; prove with a release that is";
		/// The program key is not below the order of the scalar field.
		ProgramKeyNotInField = 80, "the program key is not below the order of the scalar field";
		/// The claims handed to the host function are no batch, or not as many as the verdicts asked for.
		MalformedBatch = 81, "the node does not understand the batch; its version does not fit the runtime";
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::collections::BTreeSet;

	#[test]
	fn codes_round_trip() {
		for error in KeyError::ALL {
			assert_eq!(KeyError::from_code(error.code()), Some(*error));
			assert_eq!(error.encode(), [error.code()]);
			assert_eq!(KeyError::decode(&mut &[error.code()][..]), Ok(*error));
		}
		for error in VerifyError::ALL {
			assert_eq!(VerifyError::from_code(error.code()), Some(*error));
			assert_eq!(error.encode(), [error.code()]);
			assert_eq!(VerifyError::decode(&mut &[error.code()][..]), Ok(*error));
		}
	}

	#[test]
	fn codes_are_distinct_and_never_zero() {
		let codes: BTreeSet<u8> = KeyError::ALL
			.iter()
			.map(|error| error.code())
			.chain(VerifyError::ALL.iter().map(|error| error.code()))
			.collect();
		assert_eq!(codes.len(), KeyError::ALL.len() + VerifyError::ALL.len());
		assert!(!codes.contains(&0));
		assert_eq!((0..=u8::MAX).filter_map(KeyError::from_code).count(), KeyError::ALL.len());
		assert_eq!(
			(0..=u8::MAX).filter_map(VerifyError::from_code).count(),
			VerifyError::ALL.len()
		);
	}

	#[test]
	fn codes_are_fixed() {
		assert_eq!(KeyError::UnsupportedSystem.code(), 1);
		assert_eq!(KeyError::Forgeable.code(), 8);
		assert_eq!(KeyError::UnknownStatus.code(), 10);
		assert_eq!(KeyError::UnsoundDomain.code(), 14);
		assert_eq!(VerifyError::UnsupportedSystem.code(), 65);
		assert_eq!(VerifyError::PairingMismatch.code(), 74);
		assert_eq!(VerifyError::UnknownStatus.code(), 75);
		assert_eq!(VerifyError::MalformedBatch.code(), 81);
	}

	#[test]
	fn names_are_kebab_case() {
		let json = serde_json::to_string(&VerifyError::PairingMismatch).unwrap();
		assert_eq!(json, "\"pairing-mismatch\"");
	}
}
