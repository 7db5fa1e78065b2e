// SPDX-License-Identifier: Apache-2.0

//! Proofs of zkVMs: SP1 and RISC Zero.
//!
//! A zkVM proves its programs in a proof system of its own, and then proves, once, in Groth16 or PLONK over BN254, that
//! it has verified that proof. Chains see the outer proof only. Its verification key, the *wrapping key*, is the same
//! for all programs; which program ran is one of the public inputs.
//!
//! | word | SP1 | RISC Zero |
//! |---|---|---|
//! | program key, 32 bytes | hash of the program's verification key, a big-endian scalar | image id |
//! | public values | what the program committed to | the journal |
//! | proof | `proof.bytes()` of the SDK | the seal |
//!
//! Every proof begins with a *selector*: four bytes that stand for the version of the zkVM. A version is an
//! [entry](WrappingKey), which is data: what is known is in [`known`], and a chain adds more as it goes. [`prepare`]
//! checks an entry once and does what needs to be done once; [`verify`] verifies a proof under it.
//!
//! # Layouts
//!
//! | [`Layout`] | the proof after the selector | public inputs of the outer proof |
//! |---|---|---|
//! | `Sp1V4`: SP1 4 and 5 | outer proof | program key, `h` |
//! | `Sp1V6`: SP1 6 | exit code ‖ root of the recursion's keys ‖ nonce ‖ outer proof | program key, `h`, those three |
//! | `Risc0` | outer proof | control root in two halves, claim digest in two halves, control id |
//!
//! SP1 6 carries three numbers of 32 bytes. `h` is the SHA-256 of the public values without its three highest
//! bits. The claim digest is RISC Zero's for a
//! program that ended well (`Halted(0)`) with this journal and without assumptions.
//!
//! # The prepared entry
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of this format, 1 |
//! | 1 | index of the proof system |
//! | 4 | selector |
//! | 1 | index of the layout |
//! | for `Sp1V6` | number of roots, 32 bytes each, number of exit codes, 4 bytes each, big-endian |
//! | the rest | prepared Groth16 key over BN254, or PLONK key; for `Risc0`, with the constant inputs folded into it |

pub(crate) mod claim;
mod entry;
pub mod known;
#[cfg(any(feature = "simulate", test))]
pub mod simulate;

use crate::{
	groth16::{
		self,
		encoding::{prime, Cursor, SCALAR_LEN},
		Statement,
	},
	groth16_bn254, plonk, Groth16Bn254, KeyError, ProofSystem, Verifier, VerifyError,
};
use alloc::vec::Vec;
use ark_bn254::Fr;

pub use entry::{
	Layout, WrappingKey, MAX_ENTRY_LEN, MAX_EXIT_CODES, MAX_PREPARED_ENTRY_LEN, MAX_VERSION_LEN,
	MAX_VK_ROOTS,
};

/// Bytes of a program key.
pub const PROGRAM_KEY_LEN: u32 = 32;

/// Bytes of a selector.
pub const SELECTOR_LEN: u32 = 4;

/// Bytes between the selector and the outer proof: three numbers with SP1 6, nothing else.
pub(crate) const MAX_CARRIED_LEN: u32 = 3 * SCALAR_LEN as u32;

/// Longest proof under any wrapping key, in bytes.
pub const MAX_PROOF_LEN: u32 = SELECTOR_LEN + MAX_CARRIED_LEN + plonk::PROOF_LEN;

/// Version of the prepared entry's format.
const PREPARED_VERSION: u8 = 1;

/// The first four bytes of a proof, which say what wrapping key it belongs to; nothing for shorter ones.
pub fn selector(proof: &[u8]) -> Option<[u8; SELECTOR_LEN as usize]> {
	proof.first_chunk().copied()
}

/// Longest proof of a system in bytes, zero for systems without wrapping keys.
pub const fn max_proof_len(system: ProofSystem) -> u32 {
	match system {
		ProofSystem::Groth16Bn254 | ProofSystem::Groth16Bls12_381 => 0,
		ProofSystem::Sp1Groth16 => SELECTOR_LEN + MAX_CARRIED_LEN + groth16_bn254::PROOF_LEN,
		ProofSystem::Sp1Plonk => SELECTOR_LEN + MAX_CARRIED_LEN + plonk::PROOF_LEN,
		ProofSystem::Risc0Groth16 => SELECTOR_LEN + groth16_bn254::PROOF_LEN,
	}
}

/// Checks the bytes of a program key.
///
/// # Errors
///
/// [`KeyError::WrongLength`] unless there are 32 bytes, [`KeyError::NotInField`] when SP1's is no scalar of BN254, and
/// [`KeyError::UnsupportedSystem`] for systems without wrapping keys.
pub fn check_program_key(
	system: ProofSystem,
	key: &[u8],
) -> Result<[u8; PROGRAM_KEY_LEN as usize], KeyError> {
	let bytes = key.try_into().map_err(|_| KeyError::WrongLength)?;
	match system {
		ProofSystem::Sp1Groth16 | ProofSystem::Sp1Plonk => {
			prime::<Fr>(key).ok_or(KeyError::NotInField)?;
		}
		ProofSystem::Risc0Groth16 => {}
		ProofSystem::Groth16Bn254 | ProofSystem::Groth16Bls12_381 => {
			return Err(KeyError::UnsupportedSystem);
		}
	}
	Ok(bytes)
}

/// Exact length in bytes of what [`prepare`] returns for this entry, without curve arithmetic.
///
/// # Errors
///
/// Those of [`WrappingKey::from_bytes`].
pub fn prepared_len(entry: &[u8]) -> Result<u32, KeyError> {
	WrappingKey::from_bytes(entry)?.prepared_len()
}

/// Checks everything there is to check about the bytes of an [entry](WrappingKey) and returns the prepared entry.
///
/// # Errors
///
/// Those of [`WrappingKey::from_bytes`], and any [`KeyError`] that a key of the outer proof system can cause.
pub fn prepare(entry: &[u8]) -> Result<Vec<u8>, KeyError> {
	WrappingKey::from_bytes(entry)?.prepare()
}

/// The proof system and the selector of a prepared entry.
///
/// # Errors
///
/// [`VerifyError::CorruptPreparedKey`] if the bytes did not come from [`prepare`].
pub fn route(prepared: &[u8]) -> Result<(ProofSystem, [u8; SELECTOR_LEN as usize]), VerifyError> {
	let prepared = Prepared::load(prepared)?;
	Ok((prepared.system, prepared.selector))
}

/// Verifies a zkVM's proof, selector included, that the program with this key ended well and left these public values.
///
/// `prepared` must come from [`prepare`].
///
/// # Errors
///
/// Any [`VerifyError`] but those of the host calls and the `UnsupportedSystem` and `NeedsWrappingKey` of plain systems:
/// `UnknownSelector` when the proof belongs to another wrapping key, `ExitCodeNotAllowed` and `VkRootNotAllowed` when
/// what the proof carries is not what the entry allows.
pub fn verify(
	prepared: &[u8],
	program_key: &[u8; PROGRAM_KEY_LEN as usize],
	public_values: &[u8],
	proof: &[u8],
) -> Result<(), VerifyError> {
	lower(prepared, program_key, public_values, proof)?.verify()
}

/// A zkVM's proof, brought down to the outer proof and its public inputs.
// There is one at a time, and it does not stay.
#[allow(clippy::large_enum_variant)]
pub(crate) enum Lowered<'a> {
	Groth16(Statement<'a, Groth16Bn254>),
	Plonk { key: &'a [u8], inputs: Vec<Fr>, proof: plonk::Proof },
}

impl Lowered<'_> {
	pub(crate) fn verify(&self) -> Result<(), VerifyError> {
		match self {
			Self::Groth16(statement) => statement.verify(),
			Self::Plonk { key, inputs, proof } => {
				let key = plonk::PreparedKey::load(key)?;
				plonk::verify(&key, inputs, proof)
			}
		}
	}
}

/// Checks everything but the outer proof's equation.
pub(crate) fn lower<'a>(
	prepared: &'a [u8],
	program_key: &[u8; PROGRAM_KEY_LEN as usize],
	public_values: &[u8],
	proof: &'a [u8],
) -> Result<Lowered<'a>, VerifyError> {
	let prepared = Prepared::load(prepared)?;
	let (selector, body) = proof.split_first_chunk().ok_or(VerifyError::WrongProofLength)?;
	if *selector != prepared.selector {
		return Err(VerifyError::UnknownSelector);
	}
	let (inputs, outer) = match &prepared.layout {
		PreparedLayout::Sp1V4 => (claim::sp1(program_key, public_values)?.to_vec(), body),
		PreparedLayout::Sp1V6 { vk_roots, exit_codes } => {
			let mut inputs = claim::sp1(program_key, public_values)?.to_vec();
			let mut cursor = Cursor::new(body);
			let mut carried =
				|| cursor.take::<SCALAR_LEN>().copied().ok_or(VerifyError::WrongProofLength);
			let [exit_code, vk_root, nonce] = [carried()?, carried()?, carried()?];
			if !exit_codes.iter().any(|allowed| claim::exit_code(allowed) == exit_code) {
				return Err(VerifyError::ExitCodeNotAllowed);
			}
			if !vk_roots.contains(&vk_root) {
				return Err(VerifyError::VkRootNotAllowed);
			}
			for number in [exit_code, vk_root, nonce] {
				inputs.push(prime(&number).ok_or(VerifyError::ProofNotInField)?);
			}
			(inputs, cursor.rest())
		}
		PreparedLayout::Risc0 => {
			let digest = claim::risc0(program_key, public_values);
			(claim::halves(&digest).to_vec(), body)
		}
	};
	match prepared.system {
		ProofSystem::Sp1Plonk => {
			let proof = plonk::Proof::decode(outer)?;
			Ok(Lowered::Plonk { key: prepared.key, inputs, proof })
		}
		_ => Ok(Lowered::Groth16(groth16::Statement::new(prepared.key, inputs, outer)?)),
	}
}

/// A prepared entry, read back.
struct Prepared<'a> {
	system: ProofSystem,
	selector: [u8; SELECTOR_LEN as usize],
	layout: PreparedLayout<'a>,
	/// Prepared key of the outer proof system.
	key: &'a [u8],
}

/// Parameters of a layout besides the key.
enum PreparedLayout<'a> {
	Sp1V4,
	Sp1V6 { vk_roots: &'a [[u8; SCALAR_LEN]], exit_codes: &'a [[u8; 4]] },
	Risc0,
}

impl<'a> Prepared<'a> {
	fn load(bytes: &'a [u8]) -> Result<Self, VerifyError> {
		Self::read(bytes).ok_or(VerifyError::CorruptPreparedKey)
	}

	fn read(bytes: &'a [u8]) -> Option<Self> {
		let mut cursor = Cursor::new(bytes);
		let [version, system] = *cursor.take()?;
		let selector = *cursor.take()?;
		let [layout] = *cursor.take()?;
		let system = ProofSystem::from_index(system)
			.filter(|system| version == PREPARED_VERSION && system.is_wrapped())?;
		let mut key = cursor.rest();
		let layout = match (layout, system) {
			(Layout::SP1_V4, ProofSystem::Sp1Groth16 | ProofSystem::Sp1Plonk) => {
				PreparedLayout::Sp1V4
			}
			(Layout::SP1_V6, ProofSystem::Sp1Groth16 | ProofSystem::Sp1Plonk) => {
				let (vk_roots, rest) = list(key)?;
				let (exit_codes, rest) = list(rest)?;
				key = rest;
				PreparedLayout::Sp1V6 { vk_roots, exit_codes }
			}
			(Layout::RISC0, ProofSystem::Risc0Groth16) => PreparedLayout::Risc0,
			_ => return None,
		};
		// The key itself is checked where it is used.
		Some(Self { system, selector, layout, key })
	}
}

/// A list of byte strings of one length, after their number in one byte.
fn list<const N: usize>(bytes: &[u8]) -> Option<(&[[u8; N]], &[u8])> {
	let (count, rest) = bytes.split_first()?;
	let (items, rest) = rest.split_at_checked(usize::from(*count) * N)?;
	Some((items.as_chunks().0, rest))
}

/// Answer of the functions for plain systems to the systems of this module: nothing but `NeedsWrappingKey`.
pub(crate) struct Wrapped;

impl Verifier for Wrapped {
	fn key_input_count(_: &[u8]) -> Result<u32, KeyError> {
		Err(KeyError::NeedsWrappingKey)
	}

	fn prepared_len(_: &[u8]) -> Result<u32, KeyError> {
		Err(KeyError::NeedsWrappingKey)
	}

	fn prepare_key(_: &[u8]) -> Result<Vec<u8>, KeyError> {
		Err(KeyError::NeedsWrappingKey)
	}

	fn public_input_count(_: &[u8]) -> Result<u32, VerifyError> {
		Err(VerifyError::NeedsWrappingKey)
	}

	fn check_public_inputs(_: &[u8], _: &[u8]) -> Result<(), VerifyError> {
		Err(VerifyError::NeedsWrappingKey)
	}

	fn max_proof_len() -> u32 {
		MAX_PROOF_LEN
	}

	fn verify(_: &[u8], _: &[u8], _: &[u8]) -> Result<(), VerifyError> {
		Err(VerifyError::NeedsWrappingKey)
	}
}
