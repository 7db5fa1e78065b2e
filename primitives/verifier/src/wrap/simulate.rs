// SPDX-License-Identifier: Apache-2.0

//! Entries whose trapdoor is known, and proofs made from it, for benchmarks and fuzzers: see
//! [`groth16::simulate`](crate::groth16::simulate). The systems that wrap in Groth16 only.

use super::{claim, Layout, WrappingKey, SELECTOR_LEN};
use crate::{
	groth16::{
		encoding::{prime, SCALAR_LEN},
		simulate::Trapdoor,
	},
	Groth16Bn254, ProofSystem,
};
use alloc::vec::Vec;
use ark_bn254::Fr;

/// A real proof under the key of SP1 PLONK 5.0.0, whose trapdoor nobody knows: with other public values than its own it
/// takes the whole way through the verifier and is rejected by the last check.
pub const SP1_PLONK_PROOF: &[u8] = include_bytes!("../../keys/sp1-plonk-5.0.0.proof");

/// An entry, and a proof that verifies under it.
#[derive(Clone, Debug)]
pub struct SimulatedWrap {
	/// The entry.
	pub entry: WrappingKey,
	/// Program key.
	pub program_key: [u8; 32],
	/// Proof with its selector.
	pub proof: Vec<u8>,
}

/// Numbers that SP1 6 carries in its proofs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Carried {
	/// Exit code of the program.
	pub exit_code: u32,
	/// Root of the recursion's keys.
	pub vk_root: [u8; 32],
	/// Nonce.
	pub nonce: [u8; 32],
}

/// An entry with this layout and a proof that a program left these public values. Another `seed` gives another key,
/// selector and program. `carried` is what an SP1 6 proof carries, whether the layout allows it or not; other layouts
/// ignore it.
///
/// Nothing when a number of `carried` is no scalar.
pub fn simulate(
	layout: Layout,
	seed: u64,
	public_values: &[u8],
	carried: Carried,
) -> Option<SimulatedWrap> {
	let trapdoor = Trapdoor::<Groth16Bn254>::new(layout.input_count(), seed);
	let program_key =
		claim::tagged("proofyard.program", &[], &[seed as u32]).map(|byte| byte & 0x1f);
	let selector: [u8; SELECTOR_LEN as usize] = (seed as u32 ^ 0x5eed_0000).to_be_bytes();
	let mut proof = selector.to_vec();
	let inputs: Vec<Fr> = match &layout {
		Layout::Sp1V4 => claim::sp1(&program_key, public_values).ok()?.to_vec(),
		Layout::Sp1V6 { .. } => {
			let mut inputs = claim::sp1(&program_key, public_values).ok()?.to_vec();
			let exit_code: [u8; SCALAR_LEN] = claim::exit_code(&carried.exit_code.to_be_bytes());
			for number in [exit_code, carried.vk_root, carried.nonce] {
				inputs.push(prime(&number)?);
				proof.extend_from_slice(&number);
			}
			inputs
		}
		Layout::Risc0 { control_root, control_id } => {
			let [root_low, root_high] = claim::halves(control_root);
			let [low, high] = claim::halves(&claim::risc0(&program_key, public_values));
			[root_low, root_high, low, high, prime(control_id)?].to_vec()
		}
	};
	proof.extend_from_slice(&trapdoor.prove(&inputs));
	let system = match &layout {
		Layout::Risc0 { .. } => ProofSystem::Risc0Groth16,
		_ => ProofSystem::Sp1Groth16,
	};
	let version = b"simulated".to_vec();
	let entry = WrappingKey { system, selector, version, layout, key: trapdoor.key() };
	Some(SimulatedWrap { entry, program_key, proof })
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{wrap::verify, VerifyError};

	const ROOTS: [[u8; 32]; 3] = [[1; 32], [2; 32], [3; 32]];

	/// Allows the second and the third root, and exit codes 0 and 3.
	fn layout() -> Layout {
		Layout::Sp1V6 { vk_roots: ROOTS[1..].to_vec(), exit_codes: [0, 3].to_vec() }
	}

	fn verdict(layout: Layout, carried: Carried) -> Result<(), VerifyError> {
		let sample = simulate(layout, 9, b"values", carried).unwrap();
		let prepared = sample.entry.prepare().unwrap();
		verify(&prepared, &sample.program_key, b"values", &sample.proof)
	}

	#[test]
	fn allowed_exit_codes_and_roots_pass() {
		for vk_root in ROOTS {
			for exit_code in [0, 1, 2, 3, u32::MAX] {
				let expected = match (vk_root == ROOTS[0], exit_code) {
					(_, 1 | 2 | u32::MAX) => Err(VerifyError::ExitCodeNotAllowed),
					(true, _) => Err(VerifyError::VkRootNotAllowed),
					(false, _) => Ok(()),
				};
				let carried = Carried { exit_code, vk_root, nonce: [7; 32] };
				assert_eq!(verdict(layout(), carried), expected, "{exit_code} {vk_root:?}");
			}
		}
	}

	#[test]
	fn what_is_carried_is_what_was_proven() {
		let carried = Carried { exit_code: 3, vk_root: ROOTS[1], nonce: [7; 32] };
		let sample = simulate(layout(), 9, b"values", carried).unwrap();
		let prepared = sample.entry.prepare().unwrap();
		// Another exit code, another root and another nonce, all of them allowed.
		let other_code = (35, [0].to_vec());
		let other_root = (36, ROOTS[2].to_vec());
		let other_nonce = (68, [0; 32].to_vec());
		for (offset, bytes) in [other_code, other_root, other_nonce] {
			let mut proof = sample.proof.clone();
			proof[offset..offset + bytes.len()].copy_from_slice(&bytes);
			assert_eq!(
				verify(&prepared, &sample.program_key, b"values", &proof),
				Err(VerifyError::PairingMismatch)
			);
		}
	}

	#[test]
	fn every_layout() {
		let risc0 = Layout::Risc0 { control_root: [0xab; 32], control_id: [0x0c; 32] };
		for layout in [Layout::Sp1V4, risc0] {
			assert_eq!(verdict(layout, Carried::default()), Ok(()));
		}
	}

	/// The constant inputs of RISC Zero are part of the prepared key.
	#[test]
	fn other_constants_refuse_the_proof() {
		let layout = |root, id| Layout::Risc0 { control_root: [root; 32], control_id: [id; 32] };
		let sample = simulate(layout(1, 2), 9, b"values", Carried::default()).unwrap();
		for (root, id, expected) in [(1, 2, true), (3, 2, false), (1, 3, false)] {
			let entry = WrappingKey { layout: layout(root, id), ..sample.entry.clone() };
			let prepared = entry.prepare().unwrap();
			let verdict = verify(&prepared, &sample.program_key, b"values", &sample.proof);
			assert_eq!(verdict.is_ok(), expected);
		}
	}
}
