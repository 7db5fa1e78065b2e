// SPDX-License-Identifier: Apache-2.0

//! Proofs of zkVMs: what is accepted and, bit for bit, what is not.

mod common;

use ark_bn254::{Fq, Fr};
use common::*;
use proofyard_verifier::{
	max_proof_len, prepare_key,
	wrap::{self, known, verify},
	KeyError, ProofSystem, VerifyError, MAX_PROOF_LEN,
};

/// Flips each bit of what `part` selects and expects the proof to be refused.
fn rejects_every_bit(
	name: &str,
	length: impl Fn(&Wrapped) -> usize,
	change: impl Fn(&mut Wrapped, usize),
) {
	let sample = Wrapped::vector(name);
	assert_eq!(sample.verify(), Ok(()), "{name}");
	for bit in 0..length(&sample) * 8 {
		let mut changed = sample.clone();
		change(&mut changed, bit);
		assert!(changed.verify().is_err(), "bit {bit} of {name}");
	}
}

fn rejects_every_bit_of_the_proof(name: &str) {
	rejects_every_bit(
		name,
		|sample| sample.proof.len(),
		|sample, bit| sample.proof = flip(&sample.proof, bit),
	);
}

fn rejects_every_bit_of_the_statement(name: &str) {
	rejects_every_bit(
		name,
		|sample| sample.public_values.len(),
		|sample, bit| sample.public_values = flip(&sample.public_values, bit),
	);
	rejects_every_bit(
		name,
		|_| 32,
		|sample, bit| sample.program_key = flip(&sample.program_key, bit).try_into().unwrap(),
	);
}

mod accepts {
	use super::*;

	#[test]
	fn every_vector() {
		for (name, sample) in Wrapped::vectors() {
			assert_eq!(sample.verify(), Ok(()), "{name}");
			assert_eq!(sample.verify(), Ok(()), "{name}, again");
			assert!(sample.proof.len() <= wrap::max_proof_len(sample.system) as usize);
			assert_eq!(
				wrap::route(&sample.prepared),
				Ok((sample.system, wrap::selector(&sample.proof).unwrap()))
			);
		}
	}

	#[test]
	fn proofs_of_the_longest_length() {
		let longest = Wrapped::vector("sp1-plonk-v6").proof.len();
		assert_eq!(longest, MAX_PROOF_LEN as usize);
		assert_eq!(max_proof_len(ProofSystem::Sp1Plonk), MAX_PROOF_LEN);
		let groth16 = Wrapped::vector("sp1-groth16-v6").proof.len();
		assert_eq!(groth16, max_proof_len(ProofSystem::Sp1Groth16) as usize);
		let risc0 = Wrapped::vector("risc0-v3.0").proof.len();
		assert_eq!(risc0, max_proof_len(ProofSystem::Risc0Groth16) as usize);
	}
}

mod rejects {
	use super::*;

	#[test]
	fn every_bit_of_proofs_of_sp1_4_and_5() {
		rejects_every_bit_of_the_proof("sp1-groth16-v4");
		rejects_every_bit_of_the_proof("sp1-groth16-v5");
	}

	#[test]
	fn every_bit_of_proofs_of_sp1_6() {
		rejects_every_bit_of_the_proof("sp1-groth16-v6");
	}

	#[test]
	fn every_bit_of_plonk_proofs_of_sp1_4_and_5() {
		rejects_every_bit_of_the_proof("sp1-plonk-v4");
		rejects_every_bit_of_the_proof("sp1-plonk-v5");
	}

	#[test]
	fn every_bit_of_plonk_proofs_of_sp1_6() {
		rejects_every_bit_of_the_proof("sp1-plonk-v6");
	}

	#[test]
	fn every_bit_of_proofs_of_risc_zero() {
		rejects_every_bit_of_the_proof("risc0-v2.1");
		rejects_every_bit_of_the_proof("risc0-v2.2");
		rejects_every_bit_of_the_proof("risc0-v3.0");
	}

	#[test]
	fn every_bit_of_statements_of_sp1_4_and_5() {
		rejects_every_bit_of_the_statement("sp1-groth16-v4");
		rejects_every_bit_of_the_statement("sp1-groth16-v5");
	}

	#[test]
	fn every_bit_of_statements_of_sp1_6() {
		rejects_every_bit_of_the_statement("sp1-groth16-v6");
	}

	#[test]
	fn every_bit_of_plonk_statements_of_sp1_4_and_5() {
		rejects_every_bit_of_the_statement("sp1-plonk-v4");
		rejects_every_bit_of_the_statement("sp1-plonk-v5");
	}

	#[test]
	fn every_bit_of_plonk_statements_of_sp1_6() {
		rejects_every_bit_of_the_statement("sp1-plonk-v6");
	}

	#[test]
	fn every_bit_of_statements_of_risc_zero() {
		rejects_every_bit_of_the_statement("risc0-v2.1");
		rejects_every_bit_of_the_statement("risc0-v2.2");
		rejects_every_bit_of_the_statement("risc0-v3.0");
	}

	/// A prepared entry is trusted, but nothing in it is without meaning.
	#[test]
	fn bits_of_the_prepared_entry() {
		for (name, sample) in Wrapped::vectors() {
			// Exit code and nonce are zero here: what the Groth16 key multiplies by them does not matter.
			let first = sample.prepared.len() - 6 * 64;
			let multiplied_by_zero = match name {
				"sp1-groth16-v6" => {
					[first + 3 * 64..first + 4 * 64, first + 5 * 64..first + 6 * 64]
				}
				_ => [0..0, 0..0],
			};
			// The header and the lists bit by bit, the key here and there.
			let bits = sample.prepared.len() * 8;
			for bit in (0..320.min(bits)).chain((320..bits).step_by(41)) {
				if multiplied_by_zero.iter().any(|range| range.contains(&(bit / 8))) {
					continue;
				}
				let prepared = flip(&sample.prepared, bit);
				assert!(
					Wrapped { prepared, ..sample.clone() }.verify().is_err(),
					"bit {bit} of {name}"
				);
			}
		}
	}

	#[test]
	fn every_bit_of_the_selector_by_name() {
		for (name, sample) in Wrapped::vectors() {
			for bit in 0..32 {
				let proof = flip(&sample.proof, bit);
				assert_eq!(
					Wrapped { proof, ..sample.clone() }.verify(),
					Err(VerifyError::UnknownSelector),
					"bit {bit} of {name}"
				);
			}
		}
	}

	#[test]
	fn proofs_under_another_version() {
		let samples: Vec<_> = Wrapped::vectors().collect();
		for (name, sample) in &samples {
			for (other_name, other) in samples.iter().filter(|(other, _)| other != name) {
				let mixed = Wrapped { prepared: other.prepared.clone(), ..sample.clone() };
				assert_eq!(mixed.verify(), Err(VerifyError::UnknownSelector));
				// Even with the selector of the other version.
				let mut proof = sample.proof.clone();
				proof[..4].copy_from_slice(&other.proof[..4]);
				assert!(Wrapped { proof, ..mixed }.verify().is_err(), "{name} as {other_name}");
			}
		}
	}

	#[test]
	fn wrong_lengths() {
		for (name, sample) in Wrapped::vectors() {
			let length = sample.proof.len();
			for wrong in (0..length).chain([length + 1, length + 32, 2 * length]) {
				let proof = resize(&sample.proof, wrong);
				let verdict = Wrapped { proof, ..sample.clone() }.verify();
				assert_eq!(verdict, Err(VerifyError::WrongProofLength), "{wrong} of {name}");
			}
			for wrong in [0, 1, 2, 6, 7, 8, sample.prepared.len() - 1, sample.prepared.len() + 1] {
				let prepared = resize(&sample.prepared, wrong);
				let verdict = Wrapped { prepared, ..sample.clone() }.verify();
				assert_eq!(verdict, Err(VerifyError::CorruptPreparedKey), "{wrong} of {name}");
			}
			for public_values in [Vec::new(), resize(&sample.public_values, 1000)] {
				let verdict = Wrapped { public_values, ..sample.clone() }.verify();
				assert_eq!(verdict, Err(VerifyError::PairingMismatch), "{name}");
			}
		}
	}

	/// Offset of the outer proof of a vector.
	fn start(name: &str) -> usize {
		if name.starts_with("sp1") && name.ends_with("v6") {
			4 + 96
		} else {
			4
		}
	}

	#[test]
	fn coordinates_that_are_not_reduced() {
		for (name, sample) in Wrapped::vectors() {
			let start = start(name);
			let points: Vec<_> = match sample.system {
				// Values at offsets 384 to 544, 608, 768 of a PLONK proof are scalars.
				ProofSystem::Sp1Plonk => {
					(0..384).chain(544..608).chain(640..768).chain(800..864).collect()
				}
				_ => (0..256).collect(),
			};
			for offset in points.into_iter().step_by(32) {
				let proof = add_modulus::<Fq>(&sample.proof, start + offset);
				let verdict = Wrapped { proof, ..sample.clone() }.verify();
				assert_eq!(verdict, Err(VerifyError::ProofNotInField), "{offset} of {name}");
			}
		}
	}

	#[test]
	fn scalars_that_are_not_reduced() {
		for name in ["sp1-plonk-v4", "sp1-plonk-v6"] {
			let sample = Wrapped::vector(name);
			for offset in [384, 416, 448, 480, 512, 608, 768] {
				let proof = add_modulus::<Fr>(&sample.proof, start(name) + offset);
				let verdict = Wrapped { proof, ..sample.clone() }.verify();
				assert_eq!(verdict, Err(VerifyError::ProofNotInField), "{offset} of {name}");
			}
		}
		for name in ["sp1-groth16-v6", "sp1-plonk-v6"] {
			let sample = Wrapped::vector(name);
			let expected = [
				(4, VerifyError::ExitCodeNotAllowed),
				(36, VerifyError::VkRootNotAllowed),
				(68, VerifyError::ProofNotInField),
			];
			for (offset, expected) in expected {
				let proof = add_modulus::<Fr>(&sample.proof, offset);
				let verdict = Wrapped { proof, ..sample.clone() }.verify();
				assert_eq!(verdict, Err(expected), "{offset} of {name}");
			}
		}
		for (name, sample) in Wrapped::vectors().filter(|(name, _)| name.starts_with("sp1")) {
			let program_key = add_modulus::<Fr>(&sample.program_key, 0).try_into().unwrap();
			assert_eq!(
				Wrapped { program_key, ..sample }.verify(),
				Err(VerifyError::ProgramKeyNotInField),
				"{name}"
			);
		}
	}

	#[test]
	fn points_at_infinity() {
		for (name, sample) in Wrapped::vectors() {
			let start = start(name);
			let ranges: Vec<_> = match sample.system {
				ProofSystem::Sp1Plonk => [0, 64, 128, 192, 256, 320, 544, 640, 704, 800]
					.map(|offset| offset..offset + 64)
					.to_vec(),
				_ => vec![0..64, 64..192, 192..256],
			};
			for range in ranges {
				let proof = zero(&sample.proof, start + range.start..start + range.end);
				let verdict = Wrapped { proof, ..sample.clone() }.verify();
				assert_eq!(verdict, Err(VerifyError::ProofPointAtInfinity), "{name}");
			}
		}
	}

	#[test]
	fn exchanged_parts() {
		let sample = Wrapped::vector("sp1-plonk-v4");
		for (first, second) in [(4, 68), (196, 260), (4 + 640, 4 + 704)] {
			let mut proof = sample.proof.clone();
			let part = proof[first..first + 64].to_vec();
			proof.copy_within(second..second + 64, first);
			proof[second..second + 64].copy_from_slice(&part);
			assert_eq!(
				Wrapped { proof, ..sample.clone() }.verify(),
				Err(VerifyError::PairingMismatch)
			);
		}
	}
}

mod plain_functions {
	use super::*;

	#[test]
	fn say_that_a_wrapping_key_is_needed() {
		for (_, sample) in Wrapped::vectors() {
			let system = sample.system;
			assert_eq!(prepare_key(system, &sample.program_key), Err(KeyError::NeedsWrappingKey));
			assert_eq!(
				proofyard_verifier::key_input_count(system, &sample.program_key),
				Err(KeyError::NeedsWrappingKey)
			);
			assert_eq!(
				proofyard_verifier::prepared_len(system, &sample.program_key),
				Err(KeyError::NeedsWrappingKey)
			);
			let needs = Err(VerifyError::NeedsWrappingKey);
			let prepared = &sample.prepared;
			assert_eq!(proofyard_verifier::verify(system, prepared, &[], &sample.proof), needs);
			assert_eq!(proofyard_verifier::check_public_inputs(system, prepared, &[]), needs);
			assert_eq!(
				proofyard_verifier::public_input_count(system, prepared),
				Err(VerifyError::NeedsWrappingKey)
			);
		}
	}

	#[test]
	fn program_keys_are_checked() {
		let modulus = add_modulus::<Fr>(&[0; 32], 0);
		for system in [ProofSystem::Sp1Groth16, ProofSystem::Sp1Plonk] {
			assert_eq!(wrap::check_program_key(system, &[1; 32]), Ok([1; 32]));
			assert_eq!(wrap::check_program_key(system, &modulus), Err(KeyError::NotInField));
		}
		let risc0 = ProofSystem::Risc0Groth16;
		assert_eq!(wrap::check_program_key(risc0, &[0xff; 32]), Ok([0xff; 32]));
		for wrong in [0, 31, 33] {
			let key = vec![0; wrong];
			assert_eq!(wrap::check_program_key(risc0, &key), Err(KeyError::WrongLength));
		}
		assert_eq!(wrap::check_program_key(SYSTEM, &[0; 32]), Err(KeyError::UnsupportedSystem));
	}
}

mod unknown_versions {
	use super::*;

	#[test]
	fn are_refused_with_a_list_of_the_known_ones() {
		let sample = Wrapped::vector("sp1-groth16-v4");
		let mut proof = sample.proof.clone();
		proof[..4].copy_from_slice(&[0xde, 0xad, 0xbe, 0xef]);
		let error = known::find(ProofSystem::Sp1Groth16, &proof).unwrap_err();
		assert_eq!(error.found, Some([0xde, 0xad, 0xbe, 0xef]));
		assert_eq!(
			error.to_string(),
			"no sp1-groth16 proof begins with deadbeef; known: 4.0.0 (11b6a09d), 5.0.0 (a4594c59), \
			 6.0.0 (0e78f4db), 6.1.0 (4388a21c)"
		);
		// The same bytes are no proof of another system either.
		assert!(known::find(ProofSystem::Sp1Plonk, &sample.proof).is_err());
		let short = known::find(ProofSystem::Risc0Groth16, &[1, 2, 3]).unwrap_err();
		assert_eq!(short.found, None);
		assert!(short.to_string().starts_with("too short for a risc0-groth16 proof; known: 2.1.0"));
		assert!(known::find(SYSTEM, &proof).unwrap_err().to_string().ends_with("known: none"));
	}

	#[test]
	fn are_refused_by_every_entry() {
		let sample = Wrapped::vector("risc0-v3.0");
		for known in known::ALL.iter().filter(|known| known.version != "3.0.0") {
			let prepared = known.entry().prepare().unwrap();
			assert_eq!(
				verify(&prepared, &sample.program_key, &sample.public_values, &sample.proof),
				Err(VerifyError::UnknownSelector)
			);
		}
	}
}
