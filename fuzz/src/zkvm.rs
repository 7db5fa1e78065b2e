// SPDX-License-Identifier: Apache-2.0
//! Versions of zkVMs whose trapdoor is known, and proofs of programs under them: the public inputs of
//! the outer proof are worked out here from what the zkVMs say of them.

use crate::trapdoor::Trapdoor;
use ark_bn254::Fr;
use ark_ff::PrimeField;
use proofyard_primitives::ProofSystem;
use proofyard_verifier::wrap::{Layout, WrappingKey};
use serde::{Deserialize, Serialize};
use sp_io::hashing::sha2_256;
use std::sync::LazyLock;

/// A zkVM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zkvm {
	/// SP1, wrapped in Groth16.
	Sp1,
	/// RISC Zero.
	Risc0,
}

impl Zkvm {
	/// Its proof system.
	pub fn system(self) -> ProofSystem {
		match self {
			Self::Sp1 => ProofSystem::Sp1Groth16,
			Self::Risc0 => ProofSystem::Risc0Groth16,
		}
	}
}

/// Key that a program's proofs name it by.
pub fn program_key(vm: Zkvm, program: u8) -> [u8; 32] {
	let mut key = sha2_256(&[vm as u8, program]);
	// SP1's are scalars.
	key[0] &= 0x1f;
	key
}

/// A version of a zkVM, by its place among those that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u8);

struct Made {
	vm: Zkvm,
	selector: [u8; 4],
	layout: Layout,
	entry: Vec<u8>,
}

/// Root of verifying keys that SP1 6 carries besides the exit code, which is zero.
const VK_ROOT: [u8; 32] = [5; 32];
const CONTROL_ROOT: [u8; 32] = [0xa7; 32];
const CONTROL_ID: [u8; 32] = [6; 32];

/// Two of them have one selector: the chain knows one at a time.
static VERSIONS: LazyLock<Vec<Made>> = LazyLock::new(|| {
	let v6 = || Layout::Sp1V6 { vk_roots: vec![VK_ROOT], exit_codes: vec![0] };
	let risc0 = || Layout::Risc0 { control_root: CONTROL_ROOT, control_id: CONTROL_ID };
	[
		(Zkvm::Sp1, *b"sp1a", Layout::Sp1V4),
		(Zkvm::Sp1, *b"sp1b", v6()),
		(Zkvm::Sp1, *b"sp1a", Layout::Sp1V4),
		(Zkvm::Risc0, *b"r0-a", risc0()),
		(Zkvm::Risc0, *b"r0-b", risc0()),
	]
	.into_iter()
	.enumerate()
	.map(|(place, (vm, selector, layout))| {
		let key = trapdoor(place as u8, &layout).key();
		let version = format!("number-{place}").into_bytes();
		let layout_of = layout.clone();
		let entry = WrappingKey { system: vm.system(), selector, version, layout, key }.to_bytes();
		Made { vm, selector, layout: layout_of, entry }
	})
	.collect()
});

fn trapdoor(version: u8, layout: &Layout) -> Trapdoor {
	Trapdoor::new(layout.input_count(), 1 + u64::from(version))
}

/// Every version of a zkVM.
pub fn all(vm: Zkvm) -> impl Iterator<Item = Version> {
	let of = VERSIONS.iter().enumerate().filter(move |(_, made)| made.vm == vm);
	of.map(|(place, _)| Version(place as u8))
}

impl Version {
	/// The version of this number, round and round.
	pub fn nth(number: u64) -> Self {
		Self((number % VERSIONS.len() as u64) as u8)
	}

	/// The version with this entry, if it is one of these.
	pub fn of(entry: &[u8]) -> Option<Self> {
		let place = VERSIONS.iter().position(|made| made.entry == entry)?;
		Some(Self(place as u8))
	}

	fn made(self) -> &'static Made {
		&VERSIONS[usize::from(self.0)]
	}

	/// Its proof system and the first bytes of its proofs.
	pub fn name(self) -> (ProofSystem, [u8; 4]) {
		(self.made().vm.system(), self.made().selector)
	}

	/// Its entry.
	pub fn entry(self) -> Vec<u8> {
		self.made().entry.clone()
	}

	/// Its entry with something wrong about it.
	pub fn flawed(self, flaw: u64) -> Vec<u8> {
		let mut entry = self.entry();
		let read = WrappingKey::from_bytes(&entry);
		let Ok(mut key) = read else { return entry };
		match flaw % 6 {
			0 => entry.push(0),
			1 => entry.truncate(entry.len() / 2),
			2 => key.version = Vec::new(),
			3 => key.key.truncate(key.key.len() - 64),
			4 => key.key[3] ^= 1,
			_ => {
				key.system = match self.made().vm {
					Zkvm::Sp1 => ProofSystem::Risc0Groth16,
					Zkvm::Risc0 => ProofSystem::Groth16Bn254,
				}
			}
		}
		if entry != self.entry() {
			return entry;
		}
		key.to_bytes()
	}

	/// A proof that the program with this key left these public values. Another `variant` gives other
	/// bytes.
	pub(crate) fn prove(self, program: &[u8; 32], values: &[u8], variant: u64) -> Vec<u8> {
		let made = self.made();
		let mut proof = made.selector.to_vec();
		let program_input = scalar(program);
		let inputs = match made.layout {
			Layout::Sp1V4 => vec![program_input, sp1_values(values)],
			Layout::Sp1V6 { .. } => {
				let mut nonce = [0; 32];
				nonce[24..].copy_from_slice(&variant.to_be_bytes());
				let carried = [[0; 32], VK_ROOT, nonce];
				proof.extend(carried.concat());
				let mut inputs = vec![program_input, sp1_values(values)];
				inputs.extend(carried.iter().map(scalar));
				inputs
			}
			Layout::Risc0 { .. } => {
				let [root_low, root_high] = halves(&CONTROL_ROOT);
				let [low, high] = halves(&claim(program, values));
				vec![root_low, root_high, low, high, scalar(&CONTROL_ID)]
			}
		};
		proof.extend(trapdoor(self.0, &made.layout).prove(&inputs, variant));
		proof
	}
}

fn scalar(bytes: &[u8; 32]) -> Fr {
	Fr::from_be_bytes_mod_order(bytes)
}

/// The hash of the public values without its three highest bits.
fn sp1_values(values: &[u8]) -> Fr {
	let mut hash = sha2_256(values);
	hash[0] &= 0x1f;
	scalar(&hash)
}

/// A digest as two numbers, little-endian.
fn halves(digest: &[u8; 32]) -> [Fr; 2] {
	[0, 16].map(|from| Fr::from_le_bytes_mod_order(&digest[from..from + 16]))
}

/// RISC Zero's digest of a structure.
fn digest(tag: &str, members: &[[u8; 32]], numbers: &[u32]) -> [u8; 32] {
	let mut bytes = sha2_256(tag.as_bytes()).to_vec();
	bytes.extend(members.concat());
	bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
	bytes.extend((members.len() as u16).to_le_bytes());
	sha2_256(&bytes)
}

/// Claim of RISC Zero on a program that ended well and left this journal.
fn claim(program: &[u8; 32], journal: &[u8]) -> [u8; 32] {
	let none = [0; 32];
	let halted = digest("risc0.SystemState", &[none], &[0]);
	let output = digest("risc0.Output", &[sha2_256(journal), none], &[]);
	digest("risc0.ReceiptClaim", &[none, *program, halted, output], &[0, 0])
}

#[cfg(test)]
mod tests {
	use super::*;
	use proofyard_verifier::wrap;

	#[test]
	fn entries_are_sound_and_flawed_ones_are_not() {
		for version in [Zkvm::Sp1, Zkvm::Risc0].into_iter().flat_map(all) {
			let entry = version.entry();
			assert_eq!(Version::of(&entry), Some(version));
			let prepared = wrap::prepare(&entry).expect("a sound entry");
			assert_eq!(wrap::route(&prepared), Ok(version.name()));
			for flaw in 0..6 {
				assert!(wrap::prepare(&version.flawed(flaw)).is_err(), "flaw {flaw}");
				assert_eq!(Version::of(&version.flawed(flaw)), None);
			}
		}
	}
}
