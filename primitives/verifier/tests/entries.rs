// SPDX-License-Identifier: Apache-2.0

//! Entries of wrapping keys: where the known ones come from, and what is no entry.

mod common;

use common::*;
use proofyard_verifier::{
	convert::{gnark, wrapping, ConvertError},
	wrap::{
		known::{self, Known},
		prepare, prepared_len, Layout, WrappingKey, MAX_ENTRY_LEN, MAX_EXIT_CODES,
		MAX_PREPARED_ENTRY_LEN, MAX_VERSION_LEN, MAX_VK_ROOTS,
	},
	KeyError, ProofSystem,
};

/// The files of SP1's verifying keys as released.
const SP1_GROTH16: &[(&str, &[u8])] = &[
	("4.0.0", include_bytes!("vectors/sp1-groth16-4.0.0.gnark-vk")),
	("5.0.0", include_bytes!("vectors/sp1-groth16-5.0.0.gnark-vk")),
	("6.0.0", include_bytes!("vectors/sp1-groth16-6.0.0.gnark-vk")),
	("6.1.0", include_bytes!("vectors/sp1-groth16-6.1.0.gnark-vk")),
];

/// The same for PLONK, without the lines of the pairing, which are all zeros in these files.
const SP1_PLONK: &[(&str, &[u8])] = &[
	("4.0.0", include_bytes!("vectors/sp1-plonk-4.0.0.gnark-vk")),
	("5.0.0", include_bytes!("vectors/sp1-plonk-5.0.0.gnark-vk")),
	("6.0.0", include_bytes!("vectors/sp1-plonk-6.0.0.gnark-vk")),
	("6.1.0", include_bytes!("vectors/sp1-plonk-6.1.0.gnark-vk")),
];

/// Where the lines are, and their length.
const LINES: (usize, usize) = (564, 33_792);

/// A PLONK file as released.
fn with_lines(file: &[u8]) -> Vec<u8> {
	let (head, tail) = file.split_at(LINES.0);
	[head, &vec![0; LINES.1], tail].concat()
}

fn known(system: ProofSystem, version: &str) -> &'static Known {
	known::ALL.iter().find(|known| known.system == system && known.version == version).unwrap()
}

fn sp1_entry() -> WrappingKey {
	known(ProofSystem::Sp1Groth16, "6.1.0").entry()
}

mod known_entries {
	use super::*;

	/// Selector and key follow from the published file alone.
	#[test]
	fn of_sp1_are_those_of_the_published_files() {
		for (version, file) in SP1_GROTH16 {
			let expected = known(ProofSystem::Sp1Groth16, version).entry();
			let layout = expected.layout.clone();
			let entry = wrapping::sp1(ProofSystem::Sp1Groth16, version, file, layout).unwrap();
			assert_eq!(entry, expected);
		}
		for (version, file) in SP1_PLONK {
			let expected = known(ProofSystem::Sp1Plonk, version).entry();
			let layout = expected.layout.clone();
			let file = with_lines(file);
			let entry = wrapping::sp1(ProofSystem::Sp1Plonk, version, &file, layout).unwrap();
			assert_eq!(entry, expected);
		}
	}

	/// The selector follows from the control root, the control id and the key.
	#[test]
	fn of_risc_zero_have_the_selectors_of_their_parameters() {
		let mut seen = 0;
		for known in known::ALL.iter().filter(|known| known.system == ProofSystem::Risc0Groth16) {
			let expected = known.entry();
			let Layout::Risc0 { control_root, control_id } = expected.layout else { panic!() };
			let key = expected.key.clone();
			let entry = wrapping::risc0(known.version, control_root, control_id, key).unwrap();
			assert_eq!(entry, expected);
			seen += 1;
		}
		assert_eq!(seen, 4);
	}

	#[test]
	fn round_trip_and_can_be_prepared() {
		for known in known::ALL {
			let entry = known.entry();
			let bytes = entry.to_bytes();
			assert!(bytes.len() <= MAX_ENTRY_LEN as usize);
			assert_eq!(WrappingKey::from_bytes(&bytes), Ok(entry.clone()));
			let prepared = prepare(&bytes).unwrap();
			assert_eq!(prepared_len(&bytes), Ok(prepared.len() as u32));
			assert!(prepared.len() <= MAX_PREPARED_ENTRY_LEN as usize);
			assert_eq!(entry.prepare(), Ok(prepared));
		}
	}

	#[test]
	fn selectors_are_distinct() {
		for (position, one) in known::ALL.iter().enumerate() {
			assert!(known::ALL[..position].iter().all(|other| other.selector != one.selector));
		}
	}

	/// Withdrawn versions say why.
	#[test]
	fn advisories() {
		let withdrawn: Vec<_> = known::ALL
			.iter()
			.filter(|known| known.advisory.is_some())
			.map(|known| (known.system, known.version))
			.collect();
		let expected = [ProofSystem::Sp1Groth16, ProofSystem::Sp1Plonk]
			.into_iter()
			.flat_map(|system| [(system, "4.0.0"), (system, "6.0.0")])
			.collect::<Vec<_>>();
		assert_eq!(withdrawn, expected);
	}
}

mod rejects {
	use super::*;

	fn refused(change: impl FnOnce(&mut WrappingKey)) -> Option<KeyError> {
		let mut entry = sp1_entry();
		change(&mut entry);
		let verdict = prepare(&entry.to_bytes()).err();
		assert_eq!(entry.prepare().err(), verdict, "the typed way says the same");
		verdict
	}

	fn lists(vk_roots: Vec<[u8; 32]>, exit_codes: Vec<u32>) -> Option<KeyError> {
		refused(|entry| entry.layout = Layout::Sp1V6 { vk_roots, exit_codes })
	}

	fn root(number: u8) -> [u8; 32] {
		[number; 32]
	}

	#[test]
	fn nothing_of_a_sound_entry() {
		assert_eq!(refused(|_| {}), None);
		assert_eq!(lists(vec![root(1), root(2)], vec![0, 1, 3]), None);
	}

	#[test]
	fn lists_that_are_not_sets() {
		let malformed = Some(KeyError::MalformedEntry);
		assert_eq!(lists(vec![], vec![0]), malformed);
		assert_eq!(lists(vec![root(1)], vec![]), malformed);
		assert_eq!(lists(vec![root(1), root(1)], vec![0]), malformed);
		assert_eq!(lists(vec![root(2), root(1)], vec![0]), malformed);
		assert_eq!(lists(vec![root(1)], vec![1, 0]), malformed);
		assert_eq!(lists(vec![root(1)], vec![0, 0]), malformed);
		let most = MAX_VK_ROOTS as u8;
		assert_eq!(lists((0..most).map(root).collect(), vec![0]), None);
		assert_eq!(lists((0..=most).map(root).collect(), vec![0]), malformed);
		assert_eq!(lists(vec![root(1)], (0..MAX_EXIT_CODES).collect()), None);
		assert_eq!(lists(vec![root(1)], (0..=MAX_EXIT_CODES).collect()), malformed);
	}

	#[test]
	fn numbers_that_are_no_scalars() {
		assert_eq!(lists(vec![[0xff; 32]], vec![0]), Some(KeyError::MalformedEntry));
		let mut entry = known(ProofSystem::Risc0Groth16, "3.0.0").entry();
		let Layout::Risc0 { control_id, .. } = &mut entry.layout else { panic!() };
		*control_id = [0xff; 32];
		assert_eq!(prepare(&entry.to_bytes()), Err(KeyError::MalformedEntry));
	}

	#[test]
	fn names_that_cannot_be_shown() {
		let malformed = Some(KeyError::MalformedEntry);
		let longest = MAX_VERSION_LEN as usize;
		assert_eq!(refused(|entry| entry.version = vec![b'x'; longest]), None);
		for version in
			[vec![], vec![b'x'; longest + 1], b"a b".to_vec(), b"6\n".to_vec(), vec![0xc3, 0xa4]]
		{
			assert_eq!(refused(|entry| entry.version = version), malformed);
		}
	}

	#[test]
	fn layouts_of_another_system_or_key() {
		let mismatch = Some(KeyError::LayoutMismatch);
		assert_eq!(refused(|entry| entry.layout = Layout::Sp1V4), mismatch);
		assert_eq!(refused(|entry| entry.system = ProofSystem::Risc0Groth16), mismatch);
		assert_eq!(refused(|entry| entry.system = SYSTEM), mismatch);
		let layout = Layout::Risc0 { control_root: [1; 32], control_id: [1; 32] };
		assert_eq!(refused(|entry| entry.layout = layout), mismatch);
		// A PLONK key has a length of its own.
		assert_eq!(
			refused(|entry| entry.system = ProofSystem::Sp1Plonk),
			Some(KeyError::WrongLength)
		);
		let plonk = known(ProofSystem::Sp1Plonk, "6.1.0").entry();
		assert!(refused(|entry| entry.key = plonk.key).is_some());
	}

	#[test]
	fn keys_that_are_no_good() {
		assert_eq!(refused(|entry| entry.key.truncate(100)), Some(KeyError::WrongLength));
		assert_eq!(refused(|entry| entry.key[..64].fill(0)), Some(KeyError::PointAtInfinity));
		assert_eq!(refused(|entry| entry.key[63] ^= 1), Some(KeyError::NotOnCurve));
		assert_eq!(
			refused(|entry| entry.key.copy_within(192..320, 320)),
			Some(KeyError::Forgeable)
		);
	}

	#[test]
	fn other_bytes() {
		let malformed = Err(KeyError::MalformedEntry);
		let bytes = sp1_entry().to_bytes();
		for length in 0..bytes.len() {
			assert!(WrappingKey::from_bytes(&bytes[..length]).is_err(), "{length}");
		}
		assert_eq!(WrappingKey::from_bytes(&[&bytes[..], &[0]].concat()), malformed);
		assert_eq!(WrappingKey::from_bytes(&vec![0; MAX_ENTRY_LEN as usize + 1]), malformed);
		// Another system, a layout that there is not.
		assert_eq!(WrappingKey::from_bytes(&[&[9], &bytes[1..]].concat()), malformed);
		// A length in more bytes than it needs: the version's, after system and selector.
		let longer = [&bytes[..5], &[0b0001_0101, 0], &bytes[6..]].concat();
		assert_eq!(WrappingKey::from_bytes(&longer), malformed);
	}

	/// Whatever bit is changed: no entry, a sound entry that refuses the proof, or another name for the same thing.
	#[test]
	fn changed_bits() {
		for name in ["sp1-groth16-v6", "sp1-plonk-v4", "risc0-v3.0"] {
			let sample = Wrapped::vector(name);
			let entry = known::find(sample.system, &sample.proof).unwrap().entry();
			let bytes = entry.to_bytes();
			let version = 6..6 + entry.version.len();
			for bit in (0..bytes.len() * 8).step_by(3) {
				let Ok(prepared) = prepare(&flip(&bytes, bit)) else { continue };
				let same = version.contains(&(bit / 8));
				let verdict = Wrapped { prepared, ..sample.clone() }.verify();
				assert_eq!(verdict.is_ok(), same, "bit {bit} of {name}");
			}
		}
	}
}

mod published_files {
	use super::*;

	#[test]
	fn of_other_systems_are_refused() {
		let (_, file) = SP1_GROTH16[0];
		assert_eq!(
			wrapping::sp1(SYSTEM, "4.0.0", file, Layout::Sp1V4),
			Err(ConvertError::NoSuchForm { system: SYSTEM })
		);
		assert!(wrapping::sp1(ProofSystem::Sp1Plonk, "4.0.0", file, Layout::Sp1V4).is_err());
		let (_, later) = SP1_GROTH16[3];
		assert!(matches!(
			wrapping::sp1(ProofSystem::Sp1Groth16, "6.1.0", later, Layout::Sp1V4),
			Err(ConvertError::Entry(_))
		));
		assert_eq!(
			wrapping::risc0("3.0.0", [0; 32], [0; 32], vec![0; 100]),
			Err(ConvertError::NotCanonical)
		);
	}

	#[test]
	fn of_plonk_with_another_length_or_number_of_commitments() {
		let file = with_lines(SP1_PLONK[0].1);
		assert!(gnark::plonk_key_from_bytes(&file).is_ok());
		for length in (0..file.len()).filter(|length| !(700..33_000).contains(length)) {
			assert!(gnark::plonk_key_from_bytes(&file[..length]).is_err(), "{length}");
		}
		assert!(gnark::plonk_key_from_bytes(&[&file[..], &[0]].concat()).is_err());
		for offset in [371, file.len() - 9] {
			let mut file = file.clone();
			file[offset] = 2;
			assert!(matches!(
				gnark::plonk_key_from_bytes(&file),
				Err(ConvertError::Unsupported { .. })
			));
		}
	}
}
