// SPDX-License-Identifier: Apache-2.0
//! Public values: what a proof says in the open, what a requester fixed of it, and whether the two agree.
//!
//! A circuit has *public inputs*, scalars of 32 bytes; its public values are these one after the other. A zkVM's program
//! has bytes: SP1's public values, RISC Zero's journal.

use proofyard_jobs::{
	Bytes32, FixedValues, JobRequest, PublicValues, MAX_PROOF_BYTES, MAX_PUBLIC_INPUTS,
	MAX_PUBLIC_VALUES, PUBLIC_INPUT_LEN,
};
use proofyard_verifier::ProofSystem;
use sha2::{Digest, Sha256};

const _: () = assert!(MAX_PUBLIC_INPUTS >= proofyard_verifier::MAX_PUBLIC_INPUTS as usize);
const _: () = assert!(MAX_PROOF_BYTES >= proofyard_verifier::MAX_PROOF_LEN as usize);

/// Checks what a requester fixed: sizes, and that a proof of the system can say it. The error is a sentence for the
/// client.
pub(crate) fn validate(
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

/// The same values in the form that the system has: inputs of a circuit, bytes of a zkVM.
///
/// # Errors
/// A sentence about the values.
pub fn in_form_of(values: PublicValues, system: ProofSystem) -> Result<PublicValues, String> {
	match values {
		// Most likely those of the wrapping proof, which are not what the program said.
		PublicValues::Inputs(_) if system.is_wrapped() => {
			Err(format!("{system} has public_values, not public_inputs"))
		}
		PublicValues::Bytes(bytes) if !system.is_wrapped() => {
			let (inputs, rest) = bytes.0.as_chunks();
			if !rest.is_empty() {
				return Err(Mismatch::NotInputs { found: bytes.0.len() }.to_string());
			}
			Ok(PublicValues::Inputs(inputs.iter().copied().map(Bytes32).collect()))
		}
		values => Ok(values),
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
	/// Values that the two fields of a request fix together.
	pub fn of(request: &'a JobRequest) -> Self {
		let inputs = &request.public_inputs;
		match &request.public_values {
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

/// Difference between public values and those that the requester fixed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
	/// Another number of public inputs.
	#[error("the request names {fixed} public inputs, the program has {found}")]
	Count {
		/// Number that was named, fixed or free.
		fixed: usize,
		/// Number that there is.
		found: usize,
	},
	/// Bytes where public inputs were fixed.
	#[error("{found} bytes of public values are no whole number of public inputs")]
	NotInputs {
		/// Number of bytes.
		found: usize,
	},
	/// Another public input.
	#[error("public input {index} is {found}, the requester fixed {fixed}")]
	Input {
		/// Its position, from 0.
		index: usize,
		/// Value that was fixed.
		fixed: Bytes32,
		/// Value that was found.
		found: Bytes32,
	},
	/// More or fewer bytes.
	#[error("there are {found} bytes of public values, the requester fixed {fixed}")]
	Length {
		/// Number that was fixed.
		fixed: usize,
		/// Number that there is.
		found: usize,
	},
	/// Fewer bytes than were fixed as the first.
	#[error("there are {found} bytes of public values, the requester fixed the first {fixed}")]
	TooShort {
		/// Number that was fixed.
		fixed: usize,
		/// Number that there is.
		found: usize,
	},
	/// Another byte.
	#[error("byte {at} of the public values is {found:#04x}, the requester fixed {fixed:#04x}")]
	Byte {
		/// Its position, from 0.
		at: usize,
		/// Value that was fixed.
		fixed: u8,
		/// Value that was found.
		found: u8,
	},
	/// Another hash.
	#[error("the SHA-256 of the public values is {found}, the requester fixed {fixed}")]
	Sha256 {
		/// Value that was fixed.
		fixed: Bytes32,
		/// Value that was found.
		found: Bytes32,
	},
}

#[cfg(test)]
mod tests {
	use super::*;
	use proofyard_jobs::HexBytes;

	const A: Bytes32 = Bytes32([1; 32]);
	const B: Bytes32 = Bytes32([2; 32]);

	#[test]
	fn inputs_are_compared_by_position() {
		let named = [Some(A), None];
		let fixed = Fixed::Inputs(&named);
		let of = |inputs: &[Bytes32]| PublicValues::Inputs(inputs.to_vec()).bytes().into_owned();
		assert_eq!(fixed.check(&of(&[A, B])), Ok(()));
		let input = Mismatch::Input { index: 0, fixed: A, found: B };
		assert_eq!(fixed.check(&of(&[B, B])), Err(input));
		assert_eq!(fixed.check(&of(&[A])), Err(Mismatch::Count { fixed: 2, found: 1 }));
		assert_eq!(fixed.check(&of(&[A, B, B])), Err(Mismatch::Count { fixed: 2, found: 3 }));
		assert_eq!(fixed.check(&[1; 65]), Err(Mismatch::NotInputs { found: 65 }));
		assert_eq!(Fixed::Open.check(&[1; 65]), Ok(()), "nothing is fixed");
	}

	#[test]
	fn bytes_are_compared_whole_by_hash_or_by_prefix() {
		let whole = Fixed::Whole(b"journal");
		assert_eq!(whole.check(b"journal"), Ok(()));
		assert_eq!(whole.check(b"journa"), Err(Mismatch::Length { fixed: 7, found: 6 }));
		assert_eq!(whole.check(b"journal "), Err(Mismatch::Length { fixed: 7, found: 8 }));
		let byte = Mismatch::Byte { at: 6, fixed: b'l', found: b'm' };
		assert_eq!(
			byte.to_string(),
			"byte 6 of the public values is 0x6d, the requester fixed 0x6c"
		);
		assert_eq!(whole.check(b"journam"), Err(byte.clone()));

		let prefix = Fixed::Prefix(b"journal");
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
		assert_eq!(in_form_of(bytes.clone(), Groth16Bls12_381), Ok(inputs.clone()));
		assert_eq!(in_form_of(inputs.clone(), Groth16Bls12_381), Ok(inputs.clone()));
		assert_eq!(in_form_of(bytes.clone(), Risc0Groth16), Ok(bytes));
		assert!(in_form_of(inputs, Risc0Groth16).is_err());
		let odd = PublicValues::Bytes(HexBytes(vec![1; 33]));
		assert!(in_form_of(odd.clone(), Groth16Bls12_381).is_err());
		assert!(in_form_of(odd, Risc0Groth16).is_ok());
	}
}
