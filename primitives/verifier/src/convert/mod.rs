// SPDX-License-Identifier: Apache-2.0

//! Converters between the chain's canonical bytes and the files of the tools that people prove with.
//!
//! - [`snarkjs`]: `verification_key.json`, `proof.json`, `public.json` of snarkjs and circom, both ways.
//! - [`gnark`]: the binary forms that gnark's `WriteTo` writes, into canonical bytes.
//! - [`arkworks`]: the bytes of arkworks' `CanonicalSerialize`, into canonical bytes.
//! - [`wrapping`]: entries of wrapping keys from what the zkVMs publish.
//! - [`files`]: finds out what given files are and reads them.
//!
//! They are for clients and provers; the runtime has no use for them. A converter checks what it has to understand:
//! that the file is what it claims to be, that numbers are reduced, that compressed points exist. Whether a key or a
//! proof is any good, [`prepare_key`](crate::prepare_key) and [`verify`](crate::verify) say.

use crate::ProofSystem;
use alloc::string::String;
use core::fmt;

pub mod arkworks;
pub mod files;
pub mod gnark;
pub mod snarkjs;
pub mod wrapping;

/// Reasons why a file could not be converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConvertError {
	/// The file is not JSON of the expected shape.
	Json(String),
	/// A field of the file has a value that this converter does not take.
	Unsupported {
		/// Name of the field.
		field: &'static str,
		/// Value that the file has.
		found: String,
		/// Values that would be accepted.
		expected: &'static str,
	},
	/// A number is not decimal, or too long to be a field element.
	NotANumber {
		/// Name of the field.
		field: &'static str,
	},
	/// A field does not hold bytes in hexadecimal.
	NotHexadecimal {
		/// Name of the field.
		field: &'static str,
	},
	/// A number is not below the modulus of its field.
	NotInField {
		/// Name of the field.
		field: &'static str,
	},
	/// A count in the file contradicts what follows.
	WrongCount {
		/// Name of the field.
		field: &'static str,
		/// The count the file announces or the format prescribes.
		expected: u32,
		/// The count that is there.
		found: u32,
	},
	/// The file ends early or goes on after its end.
	WrongLength,
	/// A compressed point belongs to no point of the curve, or has unknown flags.
	InvalidPoint {
		/// Name of the field.
		field: &'static str,
	},
	/// The proof or key uses commitments, which plain Groth16 does not have.
	Commitments,
	/// The witness carries secret values: only the public part may leave the prover.
	SecretWitness,
	/// The canonical bytes have no valid length.
	NotCanonical,
	/// The tool has no such form for this proof system.
	NoSuchForm {
		/// The proof system.
		system: ProofSystem,
	},
	/// The parts of a wrapping key's entry do not fit together.
	Entry(String),
	/// The files do not belong together, or one of them is nothing that is known here.
	Files(String),
}

impl ConvertError {
	/// Whether the file is what it should be and what is in it can be no valid key, proof or input: numbers outside
	/// their field, points that are none, counts that contradict, commitments. A verifier that took such files would
	/// reject them; every other error means that they are not understood.
	pub const fn is_refusal(&self) -> bool {
		matches!(
			self,
			Self::NotInField { .. }
				| Self::WrongCount { .. }
				| Self::InvalidPoint { .. }
				| Self::Commitments
		)
	}
}

impl fmt::Display for ConvertError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Json(reason) => write!(f, "not JSON of the expected shape: {reason}"),
			Self::Unsupported { field, found, expected } => {
				write!(f, "`{field}` is `{found}`; only {expected} can be converted")
			},
			Self::NotANumber { field } => {
				write!(f, "`{field}` holds something that is not a decimal number of a field's length")
			},
			Self::NotHexadecimal { field } => {
				write!(f, "`{field}` does not hold pairs of hexadecimal digits")
			},
			Self::NotInField { field } => {
				write!(f, "`{field}` holds a number that is not below its field's modulus")
			},
			Self::WrongCount { field, expected, found } => {
				write!(f, "`{field}` has {found} entries, not {expected}")
			},
			Self::WrongLength => f.write_str("the file is truncated or has bytes after its end"),
			Self::InvalidPoint { field } => write!(f, "`{field}` is not a point of the curve"),
			Self::Commitments => f.write_str(
				"the circuit uses gnark's commitments; compile it without them to prove for this chain",
			),
			Self::SecretWitness => {
				f.write_str("the witness holds secret values; export its public part and use that")
			},
			Self::NotCanonical => {
				f.write_str("the canonical bytes have a length that no key, proof or input has")
			},
			Self::NoSuchForm { system } => {
				write!(f, "this tool writes no files of `{system}` that can be converted")
			},
			Self::Entry(reason) => write!(f, "no wrapping key comes of this: {reason}"),
			Self::Files(reason) => f.write_str(reason),
		}
	}
}

impl core::error::Error for ConvertError {}
