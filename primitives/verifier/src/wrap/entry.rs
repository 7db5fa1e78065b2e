// SPDX-License-Identifier: Apache-2.0

//! A version of a zkVM, as data.

use super::{claim, PREPARED_VERSION, SELECTOR_LEN};
use crate::{
	groth16::{
		encoding::{prime, SCALAR_LEN},
		prepared_len as groth16_prepared_len, Key,
	},
	groth16_bn254, plonk, Groth16Bn254, KeyError, ProofSystem, Verifier,
};
use alloc::vec::Vec;
use ark_bn254::Fr;
use codec::{Decode, DecodeAll, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// Most bytes of a version's name.
pub const MAX_VERSION_LEN: u32 = 32;

/// Most roots that an entry may allow.
pub const MAX_VK_ROOTS: u32 = 8;

/// Most exit codes that an entry may allow.
pub const MAX_EXIT_CODES: u32 = 8;

/// Most public inputs of a layout.
const MAX_INPUTS: u32 = 5;

/// Bytes of a layout's lists.
const MAX_LISTS_LEN: u32 = 1 + MAX_VK_ROOTS * SCALAR_LEN as u32 + 1 + MAX_EXIT_CODES * 4;

/// Bytes before the lists and the key: version, system, selector, layout.
const HEADER_LEN: u32 = 2 + SELECTOR_LEN + 1;

/// Longest entry in bytes: two more than its parts have, for the lengths.
pub const MAX_ENTRY_LEN: u32 =
	1 + SELECTOR_LEN + 1 + MAX_VERSION_LEN + 1 + MAX_LISTS_LEN + 2 + plonk::KEY_LEN;

/// Longest prepared entry in bytes.
pub const MAX_PREPARED_ENTRY_LEN: u32 =
	HEADER_LEN + MAX_LISTS_LEN + groth16_prepared_len(32, MAX_INPUTS);

const _: () = assert!(plonk::KEY_LEN >= groth16_bn254::MIN_KEY_LEN + MAX_INPUTS * 64);
const _: () = assert!(plonk::KEY_LEN <= groth16_prepared_len(32, MAX_INPUTS));

/// A version of a zkVM: under what key its outer proofs are verified, and what their public inputs are.
///
/// The canonical bytes are the SCALE encoding. There is one for each entry: lists are sorted and without repetition,
/// numbers below the order of the scalar field.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct WrappingKey {
	/// One of the systems with wrapping keys.
	pub system: ProofSystem,
	/// First four bytes of every proof under this key.
	pub selector: [u8; SELECTOR_LEN as usize],
	/// Name of the version: 1 to [`MAX_VERSION_LEN`] printable ASCII characters without spaces.
	pub version: Vec<u8>,
	/// Layout of the outer proof's public inputs.
	pub layout: Layout,
	/// Canonical key of the outer proof system: [Groth16](crate::groth16_bn254) or [PLONK](crate::plonk) over BN254.
	pub key: Vec<u8>,
}

/// Layouts of an outer proof's public inputs, see the table in [`wrap`](crate::wrap).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Layout {
	/// SP1 4 and 5: two public inputs.
	#[codec(index = 0)]
	Sp1V4,
	/// SP1 6: five public inputs, three of them carried in the proof.
	#[codec(index = 1)]
	Sp1V6 {
		/// Allowed roots of the recursion's verification keys, big-endian: 1 to [`MAX_VK_ROOTS`], ascending.
		vk_roots: Vec<[u8; 32]>,
		/// Allowed exit codes of the program: 1 to [`MAX_EXIT_CODES`], ascending. Zero is the program that ended well.
		exit_codes: Vec<u32>,
	},
	/// RISC Zero: five public inputs, three of them constant.
	#[codec(index = 2)]
	Risc0 {
		/// Root of the allowed recursion programs: the digest as RISC Zero writes it.
		control_root: [u8; 32],
		/// Id of the program that turns a proof over to BN254, a big-endian scalar (as the Solidity contracts write it;
		/// the Rust crates write the bytes the other way round).
		control_id: [u8; 32],
	},
}

impl Layout {
	pub(super) const SP1_V4: u8 = 0;
	pub(super) const SP1_V6: u8 = 1;
	pub(super) const RISC0: u8 = 2;

	const fn index(&self) -> u8 {
		match self {
			Self::Sp1V4 => Self::SP1_V4,
			Self::Sp1V6 { .. } => Self::SP1_V6,
			Self::Risc0 { .. } => Self::RISC0,
		}
	}

	/// Number of public inputs of the outer proof.
	pub const fn input_count(&self) -> u32 {
		match self {
			Self::Sp1V4 => 2,
			Self::Sp1V6 { .. } | Self::Risc0 { .. } => 5,
		}
	}

	const fn belongs_to(&self, system: ProofSystem) -> bool {
		match self {
			Self::Sp1V4 | Self::Sp1V6 { .. } => {
				matches!(system, ProofSystem::Sp1Groth16 | ProofSystem::Sp1Plonk)
			}
			Self::Risc0 { .. } => matches!(system, ProofSystem::Risc0Groth16),
		}
	}

	/// Whether lists and numbers are in their one form.
	fn is_canonical(&self) -> bool {
		match self {
			Self::Sp1V4 => true,
			Self::Sp1V6 { vk_roots, exit_codes } => {
				is_set(vk_roots, MAX_VK_ROOTS)
					&& is_set(exit_codes, MAX_EXIT_CODES)
					&& vk_roots.iter().all(|root| prime::<Fr>(root).is_some())
			}
			Self::Risc0 { control_id, .. } => prime::<Fr>(control_id).is_some(),
		}
	}

	/// Content of the prepared entry besides the layout's index.
	fn lists(&self) -> Vec<u8> {
		let mut lists = Vec::new();
		if let Self::Sp1V6 { vk_roots, exit_codes } = self {
			lists.push(vk_roots.len() as u8);
			vk_roots.iter().for_each(|root| lists.extend_from_slice(root));
			lists.push(exit_codes.len() as u8);
			exit_codes.iter().for_each(|code| lists.extend_from_slice(&code.to_be_bytes()));
		}
		lists
	}
}

/// Whether a list has between one and `most` members, in ascending order, none of them twice.
fn is_set<T: Ord>(list: &[T], most: u32) -> bool {
	!list.is_empty() && list.len() <= most as usize && list.windows(2).all(|pair| pair[0] < pair[1])
}

impl WrappingKey {
	/// The canonical bytes.
	pub fn to_bytes(&self) -> Vec<u8> {
		self.encode()
	}

	/// Reads canonical bytes and checks all but the key's points.
	///
	/// # Errors
	///
	/// [`KeyError::MalformedEntry`] when they are not canonical, [`KeyError::LayoutMismatch`] when system, layout and
	/// key do not fit together, [`KeyError::WrongLength`] and [`KeyError::TooManyInputs`] for the key.
	pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
		if bytes.len() > MAX_ENTRY_LEN as usize {
			return Err(KeyError::MalformedEntry);
		}
		let entry = Self::decode_all(&mut &bytes[..]).map_err(|_| KeyError::MalformedEntry)?;
		entry.check()?;
		Ok(entry)
	}

	/// Checks all but the key's points, as [`from_bytes`](Self::from_bytes) does.
	fn check(&self) -> Result<(), KeyError> {
		let named = (1..=MAX_VERSION_LEN as usize).contains(&self.version.len())
			&& self.version.iter().all(u8::is_ascii_graphic);
		if !named || !self.layout.is_canonical() {
			return Err(KeyError::MalformedEntry);
		}
		let inputs = match self.system {
			ProofSystem::Sp1Plonk => plonk::Key::input_count(&self.key)?,
			_ => <Groth16Bn254 as Verifier>::key_input_count(&self.key)?,
		};
		if !self.layout.belongs_to(self.system) || inputs != self.layout.input_count() {
			return Err(KeyError::LayoutMismatch);
		}
		Ok(())
	}

	/// Length of the prepared entry in bytes.
	pub(super) fn prepared_len(&self) -> Result<u32, KeyError> {
		let key = match (self.system, &self.layout) {
			(ProofSystem::Sp1Plonk, _) => plonk::KEY_LEN,
			// Three of its five inputs are constant.
			(_, Layout::Risc0 { .. }) => groth16_prepared_len(32, 2),
			(_, layout) => groth16_prepared_len(32, layout.input_count()),
		};
		Ok(HEADER_LEN + self.layout.lists().len() as u32 + key)
	}

	/// The prepared entry.
	///
	/// # Errors
	///
	/// Those of [`prepare`](crate::wrap::prepare).
	pub fn prepare(&self) -> Result<Vec<u8>, KeyError> {
		self.check()?;
		let key = match (self.system, &self.layout) {
			(ProofSystem::Sp1Plonk, _) => {
				plonk::Key::decode(&self.key)?;
				self.key.clone()
			}
			(_, Layout::Risc0 { control_root, control_id }) => {
				let [low, high] = claim::halves(control_root);
				let id = prime(control_id).ok_or(KeyError::MalformedEntry)?;
				Key::<Groth16Bn254>::decode(&self.key)?
					.fix(&[(0, low), (1, high), (4, id)])?
					.prepare()?
			}
			_ => Key::<Groth16Bn254>::decode(&self.key)?.prepare()?,
		};
		let mut prepared = Vec::with_capacity(self.prepared_len()? as usize);
		prepared.extend_from_slice(&[PREPARED_VERSION, self.system.index()]);
		prepared.extend_from_slice(&self.selector);
		prepared.push(self.layout.index());
		prepared.extend_from_slice(&self.layout.lists());
		prepared.extend_from_slice(&key);
		Ok(prepared)
	}
}
