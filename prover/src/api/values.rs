// SPDX-License-Identifier: Apache-2.0
//! Public values: what a proof says in the open, what a requester fixed of it, and whether the two agree.
//!
//! A circuit has *public inputs*, scalars of 32 bytes; its public values are these one after the other. A zkVM's program
//! has bytes: SP1's public values, RISC Zero's journal.

use std::borrow::Cow;

use proofyard_verifier::ProofSystem;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use super::types::{Bytes32, HexBytes};

/// Most public values of a proof, bytes: the chain's bound.
pub const MAX_PUBLIC_VALUES: usize = 4096;
/// Bytes of a public input.
pub const PUBLIC_INPUT_LEN: usize = 32;
/// Most public inputs.
pub const MAX_PUBLIC_INPUTS: usize = MAX_PUBLIC_VALUES / PUBLIC_INPUT_LEN;

const _: () = assert!(MAX_PUBLIC_INPUTS >= proofyard_verifier::MAX_PUBLIC_INPUTS as usize);

/// What the requester fixed of the public values, if not each public input by its position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", try_from = "FixedFields")]
pub enum FixedValues {
	/// They are these.
	Whole(HexBytes),
	/// They have this SHA-256.
	Sha256(Bytes32),
	/// They begin with these.
	Prefix(HexBytes),
}

/// [`FixedValues`] as they come in, to say what is wrong with them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "public_values with one of whole, sha256 and prefix")]
struct FixedFields {
	#[serde(default, deserialize_with = "present")]
	whole: Option<HexBytes>,
	#[serde(default, deserialize_with = "present")]
	sha256: Option<Bytes32>,
	#[serde(default, deserialize_with = "present")]
	prefix: Option<HexBytes>,
}

impl TryFrom<FixedFields> for FixedValues {
	type Error = &'static str;

	fn try_from(fields: FixedFields) -> Result<Self, Self::Error> {
		match (fields.whole, fields.sha256, fields.prefix) {
			(Some(bytes), None, None) => Ok(Self::Whole(bytes)),
			(None, Some(hash), None) => Ok(Self::Sha256(hash)),
			(None, None, Some(bytes)) => Ok(Self::Prefix(bytes)),
			_ => Err("public_values: give one of `whole`, `sha256` and `prefix`"),
		}
	}
}

/// Reads an optional field that is not `null` if it is there.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
	deserializer: D,
) -> Result<Option<T>, D::Error> {
	T::deserialize(deserializer).map(Some)
}

/// Checks what a requester fixed: sizes, and that a proof of the system can say it. The error is a sentence for the
/// client.
pub(super) fn validate(
	system: Option<ProofSystem>,
	inputs: &[Option<Bytes32>],
	values: Option<&FixedValues>,
) -> Result<(), String> {
	if inputs.len() > MAX_PUBLIC_INPUTS {
		return Err(format!("public_inputs: at most {MAX_PUBLIC_INPUTS}"));
	}
	if let Some(system) = system.filter(|system| system.is_wrapped() && !inputs.is_empty()) {
		return Err(format!("public_inputs: {system} has none; fix its public_values instead"));
	}
	let (name, bytes) = match values {
		None => return Ok(()),
		Some(_) if !inputs.is_empty() => {
			return Err("public_inputs and public_values: give one of them".into());
		}
		Some(FixedValues::Sha256(_)) => return Ok(()),
		Some(FixedValues::Whole(bytes)) => ("whole", &bytes.0),
		Some(FixedValues::Prefix(bytes)) => ("prefix", &bytes.0),
	};
	if bytes.len() > MAX_PUBLIC_VALUES {
		return Err(format!("public_values.{name}: at most {MAX_PUBLIC_VALUES} bytes"));
	}
	match system.filter(|system| !system.is_wrapped()) {
		Some(system) if !bytes.len().is_multiple_of(PUBLIC_INPUT_LEN) => Err(format!(
			"public_values.{name}: {} bytes; public inputs of {system} have {PUBLIC_INPUT_LEN} each",
			bytes.len()
		)),
		_ => Ok(()),
	}
}

/// What a proof says in the open. On the wire one field of the object that it is part of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PublicValues {
	/// A circuit's: scalars, big endian.
	#[serde(rename = "public_inputs")]
	Inputs(Vec<Bytes32>),
	/// A zkVM's.
	#[serde(rename = "public_values")]
	Bytes(HexBytes),
}

impl PublicValues {
	/// All of them, one after the other.
	pub fn bytes(&self) -> Cow<'_, [u8]> {
		match self {
			Self::Inputs(inputs) => {
				inputs.iter().flat_map(|input| input.0).collect::<Vec<_>>().into()
			}
			Self::Bytes(bytes) => bytes.0.as_slice().into(),
		}
	}

	/// Their length, bytes.
	pub fn len(&self) -> usize {
		match self {
			Self::Inputs(inputs) => inputs.len().saturating_mul(PUBLIC_INPUT_LEN),
			Self::Bytes(bytes) => bytes.0.len(),
		}
	}

	/// Whether there are none.
	pub fn is_empty(&self) -> bool {
		self.len() == 0
	}

	/// The same values in the form that the system has: inputs of a circuit, bytes of a zkVM. The error is a sentence
	/// about the values.
	pub fn in_form_of(self, system: ProofSystem) -> Result<Self, String> {
		match self {
			// Most likely those of the wrapping proof, which are not what the program said.
			Self::Inputs(_) if system.is_wrapped() => {
				Err(format!("{system} has public_values, not public_inputs"))
			}
			Self::Bytes(bytes) if !system.is_wrapped() => {
				let (inputs, rest) = bytes.0.as_chunks();
				if !rest.is_empty() {
					return Err(Mismatch::NotInputs { found: bytes.0.len() }.to_string());
				}
				Ok(Self::Inputs(inputs.iter().copied().map(Bytes32).collect()))
			}
			values => Ok(values),
		}
	}
}

/// All that a requester fixed, in whichever way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixed<'a> {
	/// Nothing.
	Open,
	/// Public inputs by position, as many as there are; `None` is the prover's to fill.
	Inputs(&'a [Option<Bytes32>]),
	/// All the bytes.
	Whole(&'a [u8]),
	/// The SHA-256 of the bytes.
	Sha256(Bytes32),
	/// The first bytes.
	Prefix(&'a [u8]),
}

impl<'a> Fixed<'a> {
	/// What the two fields of a request say together.
	pub(super) fn of(inputs: &'a [Option<Bytes32>], values: Option<&'a FixedValues>) -> Self {
		match values {
			Some(FixedValues::Whole(bytes)) => Self::Whole(&bytes.0),
			Some(FixedValues::Sha256(hash)) => Self::Sha256(*hash),
			Some(FixedValues::Prefix(bytes)) => Self::Prefix(&bytes.0),
			None if inputs.is_empty() => Self::Open,
			None => Self::Inputs(inputs),
		}
	}

	/// Whether public values of this length, in bytes, can be what was fixed.
	///
	/// # Errors
	/// The [`Mismatch`] that any of that length would have.
	pub fn check_len(&self, len: usize) -> Result<(), Mismatch> {
		match *self {
			Self::Inputs(_) if !len.is_multiple_of(PUBLIC_INPUT_LEN) => {
				Err(Mismatch::NotInputs { found: len })
			}
			Self::Inputs(inputs) if len / PUBLIC_INPUT_LEN != inputs.len() => {
				Err(Mismatch::Count { fixed: inputs.len(), found: len / PUBLIC_INPUT_LEN })
			}
			Self::Whole(bytes) if len != bytes.len() => {
				Err(Mismatch::Length { fixed: bytes.len(), found: len })
			}
			Self::Prefix(bytes) if len < bytes.len() => {
				Err(Mismatch::TooShort { fixed: bytes.len(), found: len })
			}
			_ => Ok(()),
		}
	}

	/// Whether these public values are what was fixed.
	///
	/// # Errors
	/// The first [`Mismatch`].
	pub fn check(&self, values: &[u8]) -> Result<(), Mismatch> {
		self.check_len(values.len())?;
		match *self {
			Self::Open => Ok(()),
			Self::Inputs(inputs) => {
				let found = values.as_chunks().0.iter().copied().map(Bytes32);
				for (index, (fixed, found)) in inputs.iter().zip(found).enumerate() {
					if let Some(fixed) = fixed.filter(|fixed| *fixed != found) {
						return Err(Mismatch::Input { index, fixed, found });
					}
				}
				Ok(())
			}
			Self::Sha256(fixed) => {
				let found = Bytes32(Sha256::digest(values).into());
				if found == fixed {
					Ok(())
				} else {
					Err(Mismatch::Sha256 { fixed, found })
				}
			}
			Self::Whole(bytes) | Self::Prefix(bytes) => {
				let pairs = bytes.iter().zip(values).enumerate();
				match pairs.into_iter().find(|(_, (fixed, found))| fixed != found) {
					None => Ok(()),
					Some((at, (fixed, found))) => {
						Err(Mismatch::Byte { at, fixed: *fixed, found: *found })
					}
				}
			}
		}
	}
}

/// How public values differ from what the requester fixed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
	/// Another number of public inputs.
	#[error("the request names {fixed} public inputs, the program has {found}")]
	Count {
		/// How many were named, fixed or free.
		fixed: usize,
		/// How many there are.
		found: usize,
	},
	/// Bytes where public inputs were fixed.
	#[error("{found} bytes of public values are no whole number of public inputs")]
	NotInputs {
		/// How many bytes.
		found: usize,
	},
	/// Another public input.
	#[error("public input {index} is {found}, the requester fixed {fixed}")]
	Input {
		/// Its position, from 0.
		index: usize,
		/// What was fixed.
		fixed: Bytes32,
		/// What it is.
		found: Bytes32,
	},
	/// More or fewer bytes.
	#[error("there are {found} bytes of public values, the requester fixed {fixed}")]
	Length {
		/// How many were fixed.
		fixed: usize,
		/// How many there are.
		found: usize,
	},
	/// Fewer bytes than were fixed as the first.
	#[error("there are {found} bytes of public values, the requester fixed the first {fixed}")]
	TooShort {
		/// How many were fixed.
		fixed: usize,
		/// How many there are.
		found: usize,
	},
	/// Another byte.
	#[error("byte {at} of the public values is {found:#04x}, the requester fixed {fixed:#04x}")]
	Byte {
		/// Its position, from 0.
		at: usize,
		/// What was fixed.
		fixed: u8,
		/// What it is.
		found: u8,
	},
	/// Another hash.
	#[error("the SHA-256 of the public values is {found}, the requester fixed {fixed}")]
	Sha256 {
		/// What was fixed.
		fixed: Bytes32,
		/// What it is.
		found: Bytes32,
	},
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::{json, Value};

	const A: Bytes32 = Bytes32([1; 32]);
	const B: Bytes32 = Bytes32([2; 32]);

	fn parse(value: Value) -> Result<FixedValues, String> {
		serde_json::from_value(value).map_err(|error| error.to_string())
	}

	#[test]
	fn values_are_fixed_in_one_of_three_ways() {
		for (json, fixed) in [
			(json!({"whole": "0x"}), FixedValues::Whole(HexBytes(vec![]))),
			(json!({"sha256": A}), FixedValues::Sha256(A)),
			(json!({"prefix": "0x0a0b"}), FixedValues::Prefix(HexBytes(vec![10, 11]))),
		] {
			assert_eq!(parse(json.clone()), Ok(fixed.clone()));
			assert_eq!(serde_json::to_value(fixed).unwrap(), json);
		}
		for several in [json!({}), json!({"whole": "0x", "prefix": "0x"})] {
			let error = parse(several).unwrap_err();
			assert!(error.contains("one of `whole`, `sha256` and `prefix`"), "{error}");
		}
		for wrong in [
			json!(null),
			json!("0x00"),
			json!({"whole": null}),
			json!({"whole": "00"}),
			json!({"whole": "0x0"}),
			json!({"sha256": "0x00"}),
			json!({"suffix": "0x00"}),
		] {
			assert!(parse(wrong.clone()).is_err(), "{wrong}");
		}
	}

	#[test]
	fn inputs_are_compared_by_position() {
		let named = [Some(A), None];
		let fixed = Fixed::of(&named, None);
		let of = |inputs: &[Bytes32]| PublicValues::Inputs(inputs.to_vec()).bytes().into_owned();
		assert_eq!(fixed.check(&of(&[A, B])), Ok(()));
		let input = Mismatch::Input { index: 0, fixed: A, found: B };
		assert_eq!(fixed.check(&of(&[B, B])), Err(input));
		assert_eq!(fixed.check(&of(&[A])), Err(Mismatch::Count { fixed: 2, found: 1 }));
		assert_eq!(fixed.check(&of(&[A, B, B])), Err(Mismatch::Count { fixed: 2, found: 3 }));
		assert_eq!(fixed.check(&[1; 65]), Err(Mismatch::NotInputs { found: 65 }));
		assert_eq!(Fixed::of(&[], None).check(&[1; 65]), Ok(()), "nothing is fixed");
	}

	#[test]
	fn bytes_are_compared_whole_by_hash_or_by_prefix() {
		let journal = HexBytes(b"journal".to_vec());
		let whole = FixedValues::Whole(journal.clone());
		let whole = Fixed::of(&[], Some(&whole));
		assert_eq!(whole.check(b"journal"), Ok(()));
		assert_eq!(whole.check(b"journa"), Err(Mismatch::Length { fixed: 7, found: 6 }));
		assert_eq!(whole.check(b"journal "), Err(Mismatch::Length { fixed: 7, found: 8 }));
		let byte = Mismatch::Byte { at: 6, fixed: b'l', found: b'm' };
		assert_eq!(
			byte.to_string(),
			"byte 6 of the public values is 0x6d, the requester fixed 0x6c"
		);
		assert_eq!(whole.check(b"journam"), Err(byte.clone()));

		let prefix = FixedValues::Prefix(journal);
		let prefix = Fixed::of(&[], Some(&prefix));
		assert_eq!(prefix.check(b"journal"), Ok(()));
		assert_eq!(prefix.check(b"journal of today"), Ok(()));
		assert_eq!(prefix.check(b"journamentals"), Err(byte));
		assert_eq!(prefix.check(b"jour"), Err(Mismatch::TooShort { fixed: 7, found: 4 }));

		let digest = Bytes32(Sha256::digest(b"journal").into());
		assert_eq!(Fixed::Sha256(digest).check(b"journal"), Ok(()));
		assert!(matches!(Fixed::Sha256(digest).check(b""), Err(Mismatch::Sha256 { .. })));
	}

	#[test]
	fn lengths_are_judged_before_the_values_are_there() {
		assert_eq!(Fixed::Open.check_len(7), Ok(()));
		assert_eq!(Fixed::Sha256(A).check_len(7), Ok(()));
		assert_eq!(Fixed::Prefix(&[1, 2]).check_len(2), Ok(()));
		assert!(Fixed::Prefix(&[1, 2]).check_len(1).is_err());
		assert!(Fixed::Whole(&[1, 2]).check_len(3).is_err());
		assert!(Fixed::Inputs(&[None]).check_len(64).is_err());
	}

	#[test]
	fn what_no_proof_can_say_is_refused() {
		use ProofSystem::{Groth16Bn254, Sp1Groth16};
		let check = |system, inputs: usize, values: Option<FixedValues>| {
			validate(system, &vec![None; inputs], values.as_ref())
		};
		let whole = |len| Some(FixedValues::Whole(HexBytes(vec![1; len])));
		let prefix = |len| Some(FixedValues::Prefix(HexBytes(vec![1; len])));
		for fixed in [whole, prefix] {
			assert_eq!(check(None, 0, fixed(MAX_PUBLIC_VALUES)), Ok(()));
			assert!(check(None, 0, fixed(MAX_PUBLIC_VALUES + 1)).unwrap_err().contains("4096"));
			assert_eq!(check(Some(Sp1Groth16), 0, fixed(7)), Ok(()));
			assert_eq!(check(Some(Groth16Bn254), 0, fixed(64)), Ok(()));
			assert!(check(Some(Groth16Bn254), 0, fixed(65)).unwrap_err().contains("65 bytes"));
			assert!(check(None, 1, fixed(32)).unwrap_err().contains("one of them"));
		}
		assert_eq!(check(Some(Groth16Bn254), 0, Some(FixedValues::Sha256(A))), Ok(()));
		assert!(check(Some(Groth16Bn254), 1, Some(FixedValues::Sha256(A))).is_err());
		assert_eq!(check(None, MAX_PUBLIC_INPUTS, None), Ok(()));
		assert!(check(None, MAX_PUBLIC_INPUTS + 1, None).is_err());
		assert!(check(Some(Sp1Groth16), 1, None).unwrap_err().contains("public_values"));
	}

	#[test]
	fn values_take_the_form_of_their_system() {
		use ProofSystem::{Groth16Bls12_381, Risc0Groth16};
		let inputs = PublicValues::Inputs(vec![A, B]);
		let bytes = PublicValues::Bytes(HexBytes(inputs.bytes().into_owned()));
		assert_eq!((inputs.len(), bytes.len()), (64, 64));
		assert_eq!(bytes.clone().in_form_of(Groth16Bls12_381), Ok(inputs.clone()));
		assert_eq!(inputs.clone().in_form_of(Groth16Bls12_381), Ok(inputs.clone()));
		assert_eq!(bytes.clone().in_form_of(Risc0Groth16), Ok(bytes));
		assert!(inputs.in_form_of(Risc0Groth16).is_err());
		let odd = PublicValues::Bytes(HexBytes(vec![1; 33]));
		assert!(odd.clone().in_form_of(Groth16Bls12_381).is_err());
		assert!(odd.in_form_of(Risc0Groth16).is_ok());
	}
}
