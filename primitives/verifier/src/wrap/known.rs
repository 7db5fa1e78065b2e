// SPDX-License-Identifier: Apache-2.0

//! The versions that come with this crate.
//!
//! A chain decides for itself which of them it accepts: see [`Known::advisory`]. The keys are in the folder `keys`,
//! with a note of where each is from; tests make them again from the files that were published.

use super::{selector, Layout, WrappingKey, SELECTOR_LEN};
use crate::ProofSystem;
use alloc::{string::String, vec::Vec};
use core::fmt;

/// A version of a zkVM.
#[derive(Clone, Copy, Debug)]
pub struct Known {
	/// Proof system.
	pub system: ProofSystem,
	/// First four bytes of its proofs.
	pub selector: [u8; SELECTOR_LEN as usize],
	/// Name of the version: the first release that made such proofs.
	pub version: &'static str,
	/// Reason why its makers have withdrawn the version, if they have: a chain should then not accept it.
	pub advisory: Option<&'static str>,
	layout: KnownLayout,
	key: &'static [u8],
}

/// [`Layout`] without lists of its own.
#[derive(Clone, Copy, Debug)]
enum KnownLayout {
	Sp1V4,
	Sp1V6 { vk_root: [u8; 32] },
	Risc0 { control_root: [u8; 32] },
}

/// Bytes of a number written in hexadecimal.
const fn hex<const N: usize>(digits: &str) -> [u8; N] {
	const fn value(digit: u8) -> u8 {
		match digit {
			b'0'..=b'9' => digit - b'0',
			_ => digit - b'a' + 10,
		}
	}
	let digits = digits.as_bytes();
	assert!(digits.len() == 2 * N);
	let mut bytes = [0; N];
	let mut position = 0;
	while position < N {
		bytes[position] = value(digits[2 * position]) * 16 + value(digits[2 * position + 1]);
		position += 1;
	}
	bytes
}

/// The same in every version so far.
const RISC0_CONTROL_ID: [u8; 32] =
	hex("04446e66d300eb7fb45c9726bb53c793dda407a62e9601618bb43c5c14657ac0");
/// The same in every version so far.
const RISC0_KEY: &[u8] = include_bytes!("../../keys/risc0-groth16.vk");

const SP1_6_0_ROOT: [u8; 32] =
	hex("008cd56e10c2fe24795cff1e1d1f40d3a324528d315674da45d26afb376e8670");
const SP1_6_1_ROOT: [u8; 32] =
	hex("002f850ee998974d6cc00e50cd0814b098c05bfade466d28573240d057f25352");

const SP1_4: &str = "frozen in Succinct's gateways: SP1 5.0.0 closed security holes of it";
const SP1_6_0: &str =
	"GHSA-63x8-x938-vx33: the recursion of SP1 6.0.0 to 6.0.2 is not sound; frozen in Succinct's gateways";

const fn sp1_groth16(
	version: &'static str,
	selector: &str,
	layout: KnownLayout,
	key: &'static [u8],
	advisory: Option<&'static str>,
) -> Known {
	let selector = hex(selector);
	Known { system: ProofSystem::Sp1Groth16, selector, version, advisory, layout, key }
}

const fn sp1_plonk(
	version: &'static str,
	selector: &str,
	layout: KnownLayout,
	key: &'static [u8],
	advisory: Option<&'static str>,
) -> Known {
	Known { system: ProofSystem::Sp1Plonk, ..sp1_groth16(version, selector, layout, key, advisory) }
}

const fn risc0(version: &'static str, selector: &str, control_root: &str) -> Known {
	Known {
		system: ProofSystem::Risc0Groth16,
		selector: hex(selector),
		version,
		advisory: None,
		layout: KnownLayout::Risc0 { control_root: hex(control_root) },
		key: RISC0_KEY,
	}
}

/// Every version that comes with this crate, in the order of systems, then of time.
pub const ALL: &[Known] = &[
	sp1_groth16(
		"4.0.0",
		"11b6a09d",
		KnownLayout::Sp1V4,
		include_bytes!("../../keys/sp1-groth16-4.0.0.vk"),
		Some(SP1_4),
	),
	sp1_groth16(
		"5.0.0",
		"a4594c59",
		KnownLayout::Sp1V4,
		include_bytes!("../../keys/sp1-groth16-5.0.0.vk"),
		None,
	),
	sp1_groth16(
		"6.0.0",
		"0e78f4db",
		KnownLayout::Sp1V6 { vk_root: SP1_6_0_ROOT },
		include_bytes!("../../keys/sp1-groth16-6.0.0.vk"),
		Some(SP1_6_0),
	),
	sp1_groth16(
		"6.1.0",
		"4388a21c",
		KnownLayout::Sp1V6 { vk_root: SP1_6_1_ROOT },
		include_bytes!("../../keys/sp1-groth16-6.1.0.vk"),
		None,
	),
	sp1_plonk(
		"4.0.0",
		"1b34fe11",
		KnownLayout::Sp1V4,
		include_bytes!("../../keys/sp1-plonk-4.0.0.vk"),
		Some(SP1_4),
	),
	sp1_plonk(
		"5.0.0",
		"d4e8ecd2",
		KnownLayout::Sp1V4,
		include_bytes!("../../keys/sp1-plonk-5.0.0.vk"),
		None,
	),
	sp1_plonk(
		"6.0.0",
		"bb1a6f29",
		KnownLayout::Sp1V6 { vk_root: SP1_6_0_ROOT },
		include_bytes!("../../keys/sp1-plonk-6.0.0.vk"),
		Some(SP1_6_0),
	),
	sp1_plonk(
		"6.1.0",
		"5a093a2f",
		KnownLayout::Sp1V6 { vk_root: SP1_6_1_ROOT },
		include_bytes!("../../keys/sp1-plonk-6.1.0.vk"),
		None,
	),
	risc0("2.1.0", "f536085a", "884389273e128b32475b334dec75ee619b77cb33d41c332021fe7e44c746ee60"),
	risc0("2.2.0", "bb001d44", "ce52bf56033842021af3cf6db8a50d1b7535c125a34f1a22c6fdcf002c5a1529"),
	risc0("3.0.0", "73c457ba", "a54dc85ac99f851c92d7c96d7318af41dbe7c0194edfcc37eb4d422a998c1f56"),
	risc0(
		"5.0.0-rc.1",
		"ef6cb709",
		"4ec911509d6e5607f3bc083c61a2274824c71536ecffa208d02a472ffbde5b04",
	),
];

impl Known {
	/// The entry, ready to be [prepared](super::prepare).
	pub fn entry(&self) -> WrappingKey {
		let layout = match self.layout {
			KnownLayout::Sp1V4 => Layout::Sp1V4,
			KnownLayout::Sp1V6 { vk_root } => {
				Layout::Sp1V6 { vk_roots: [vk_root].to_vec(), exit_codes: [0].to_vec() }
			}
			KnownLayout::Risc0 { control_root } => {
				Layout::Risc0 { control_root, control_id: RISC0_CONTROL_ID }
			}
		};
		WrappingKey {
			system: self.system,
			selector: self.selector,
			version: self.version.as_bytes().to_vec(),
			layout,
			key: self.key.to_vec(),
		}
	}
}

/// The version that a proof of this system belongs to, withdrawn ones included.
///
/// # Errors
///
/// [`UnknownSelector`], which lists the versions that are known.
pub fn find(system: ProofSystem, proof: &[u8]) -> Result<&'static Known, UnknownSelector> {
	let found = selector(proof);
	ALL.iter()
		.find(|known| known.system == system && Some(known.selector) == found)
		.ok_or_else(|| UnknownSelector::new(system, proof, versions(system)))
}

/// Names and selectors of the versions of a system.
fn versions(
	system: ProofSystem,
) -> impl Iterator<Item = (&'static str, [u8; SELECTOR_LEN as usize])> {
	ALL.iter()
		.filter(move |known| known.system == system)
		.map(|known| (known.version, known.selector))
}

/// A proof begins with a selector that no wrapping key of its system has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSelector {
	/// System of the proof.
	pub system: ProofSystem,
	/// Selector that the proof begins with; nothing when it is too short to have one.
	pub found: Option<[u8; SELECTOR_LEN as usize]>,
	/// Names and selectors of the versions that would be accepted.
	pub known: Vec<(String, [u8; SELECTOR_LEN as usize])>,
}

impl UnknownSelector {
	/// The error for a proof of which none of these versions is.
	pub fn new<V: Into<String>>(
		system: ProofSystem,
		proof: &[u8],
		known: impl IntoIterator<Item = (V, [u8; SELECTOR_LEN as usize])>,
	) -> Self {
		Self {
			system,
			found: selector(proof),
			known: known
				.into_iter()
				.map(|(version, selector)| (version.into(), selector))
				.collect(),
		}
	}
}

impl fmt::Display for UnknownSelector {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let write_hex = |f: &mut fmt::Formatter<'_>, bytes: &[u8]| {
			bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
		};
		match &self.found {
			Some(found) => {
				write!(f, "no {} proof begins with ", self.system)?;
				write_hex(f, found)?;
			}
			None => write!(f, "too short for a {} proof", self.system)?,
		}
		f.write_str("; known:")?;
		if self.known.is_empty() {
			f.write_str(" none")?;
		}
		for (position, (version, selector)) in self.known.iter().enumerate() {
			write!(f, "{} {version} (", if position == 0 { "" } else { "," })?;
			write_hex(f, selector)?;
			f.write_str(")")?;
		}
		Ok(())
	}
}

impl core::error::Error for UnknownSelector {}
