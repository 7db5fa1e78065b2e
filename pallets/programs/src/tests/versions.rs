// SPDX-License-Identifier: Apache-2.0
//! The versions of zkVMs that governance registers, switches and removes.

use super::{keys::OUTSIDE_SUBGROUP, vectors::*};
use crate::{
	mock::*, DisabledSystems, Error, Event, GenesisConfig, PreparedVersions, VersionRecord,
	Versions,
};
use frame_support::{assert_noop, assert_ok, BoundedVec};
use proofyard_primitives::{limits::MaxWrappingKey, traits::Programs as _, ProofSystem};
use proofyard_verifier::wrap::{
	known::{self, Known},
	Layout, WrappingKey, MAX_EXIT_CODES, MAX_VERSION_LEN, MAX_VK_ROOTS,
};
use sp_runtime::DispatchError::BadOrigin;

fn root() -> RuntimeOrigin {
	RuntimeOrigin::root()
}

fn bounded(bytes: Vec<u8>) -> BoundedVec<u8, MaxWrappingKey> {
	bytes.try_into().unwrap()
}

/// The entry of a version that comes with the verifier.
fn known(system: ProofSystem, version: &str) -> WrappingKey {
	let mut all = known::ALL.iter();
	all.find(|known| known.system == system && known.version == version).unwrap().entry()
}

fn sp1() -> WrappingKey {
	known(ProofSystem::Sp1Groth16, "6.1.0")
}

fn switch(entry: &WrappingKey, enabled: bool) -> sp_runtime::DispatchResult {
	Programs::set_version_enabled(root(), entry.system, entry.selector, enabled)
}

mod set_version {
	use super::*;

	#[test]
	fn keeps_every_known_entry_and_prepares_it() {
		build_and_execute(|| {
			for entry in known::ALL.iter().map(Known::entry) {
				let WrappingKey { system, selector, version, .. } = entry.clone();
				assert_ok!(Programs::set_version(root(), bounded(entry.to_bytes())));
				System::assert_last_event(
					Event::VersionSet { system, selector, version: version.clone() }.into(),
				);
				assert_eq!(
					Versions::<Test>::get(system, selector),
					Some(VersionRecord {
						version: version.try_into().unwrap(),
						entry: bounded(entry.to_bytes()),
						enabled: true,
					})
				);
				assert_eq!(
					PreparedVersions::<Test>::get(system, selector).unwrap().into_inner(),
					entry.prepare().unwrap()
				);
			}
			assert_eq!(Versions::<Test>::iter().count(), known::ALL.len());
		});
	}

	#[test]
	fn takes_the_largest_entry() {
		build_and_execute(|| {
			let mut entry = known(ProofSystem::Sp1Plonk, "6.1.0");
			let root = |last: u32| {
				let mut root = [0; 32];
				root[31] = last as u8;
				root
			};
			entry.version = vec![b'x'; MAX_VERSION_LEN as usize];
			entry.layout = Layout::Sp1V6 {
				vk_roots: (0..MAX_VK_ROOTS).map(root).collect(),
				exit_codes: (0..MAX_EXIT_CODES).collect(),
			};
			set_version(&entry);
			assert!(PreparedVersions::<Test>::contains_key(entry.system, entry.selector));
		});
	}

	#[test]
	fn in_the_place_of_another_is_what_counts_from_now_on() {
		build_and_execute(|| {
			let vector = Vector::risc0_v2_2();
			let program = vector.set_up();
			let right = vector.entry();
			// The constants of another version, under the same selector.
			let other = known(ProofSystem::Risc0Groth16, "3.0.0");
			let wrong = WrappingKey { layout: other.layout, ..right.clone() };
			set_version(&wrong);
			assert!(matches!(Programs::verify(&program, &vector.data), Some(Err(_))));
			set_version(&WrappingKey { version: b"2.2.0-again".to_vec(), ..right.clone() });
			assert_eq!(Programs::verify(&program, &vector.data), Some(Ok(())));
			assert_eq!(Versions::<Test>::iter().count(), 1);
			let record = Versions::<Test>::get(right.system, right.selector).unwrap();
			assert_eq!(record.version.into_inner(), b"2.2.0-again");
		});
	}

	#[test]
	fn switches_a_version_on() {
		build_and_execute(|| {
			let vector = Vector::sp1_groth16();
			let program = vector.set_up();
			assert_ok!(switch(&vector.entry(), false));
			assert_eq!(Programs::verify(&program, &vector.data), None);
			set_version(&vector.entry());
			assert_eq!(Programs::verify(&program, &vector.data), Some(Ok(())));
		});
	}

	#[test]
	fn fails_for_others_than_the_origin() {
		build_and_execute(|| {
			for origin in [signed(ALICE), RuntimeOrigin::none()] {
				let entry = bounded(sp1().to_bytes());
				assert_noop!(Programs::set_version(origin, entry), BadOrigin);
			}
		});
	}
}

mod an_entry_is_refused {
	use super::*;

	#[track_caller]
	fn refused(bytes: Vec<u8>, error: Error<Test>) {
		assert_noop!(Programs::set_version(root(), bounded(bytes)), error);
	}

	/// Change an entry and see that it is refused with this error, whatever was there before.
	fn changed(entry: WrappingKey, error: Error<Test>, change: impl Fn(&mut WrappingKey)) {
		build_and_execute(|| {
			set_version(&entry);
			let mut other = entry.clone();
			change(&mut other);
			refused(other.to_bytes(), error);
		});
	}

	#[test]
	fn whose_bytes_are_not_canonical() {
		build_and_execute(|| {
			let bytes = sp1().to_bytes();
			refused(vec![], Error::MalformedVersion);
			refused(bytes[..bytes.len() - 1].to_vec(), Error::MalformedVersion);
			refused([&bytes[..], &[0]].concat(), Error::MalformedVersion);
			// No such system, no such layout.
			refused(
				[&[ProofSystem::ALL.len() as u8], &bytes[1..]].concat(),
				Error::MalformedVersion,
			);
			let layout = 1 + 4 + 1 + sp1().version.len();
			let mut other = bytes.clone();
			assert_eq!(other[layout], 1);
			other[layout] = 3;
			refused(other, Error::MalformedVersion);
		});
	}

	#[test]
	fn whose_name_is_none() {
		for name in [&b""[..], b"6 1", b"6.1\n", "6.1é".as_bytes(), &[b'6'; 33]] {
			changed(sp1(), Error::MalformedVersion, |entry| entry.version = name.to_vec());
		}
	}

	#[test]
	fn whose_lists_are_not_in_their_one_form() {
		let (one, two) = ([1; 32], [2; 32]);
		for (vk_roots, exit_codes) in [
			(vec![], vec![0]),
			(vec![one], vec![]),
			(vec![two, one], vec![0]),
			(vec![one, one], vec![0]),
			(vec![one], vec![3, 0]),
			(vec![order()], vec![0]),
			(vec![one], (0..=MAX_EXIT_CODES).collect()),
		] {
			changed(sp1(), Error::MalformedVersion, |entry| {
				let (vk_roots, exit_codes) = (vk_roots.clone(), exit_codes.clone());
				entry.layout = Layout::Sp1V6 { vk_roots, exit_codes };
			});
		}
	}

	#[test]
	fn whose_layout_fits_neither_system_nor_key() {
		let mismatch = Error::LayoutMismatch;
		// Two public inputs where the key has five.
		changed(sp1(), mismatch, |entry| entry.layout = Layout::Sp1V4);
		// Six.
		changed(sp1(), Error::LayoutMismatch, |entry| entry.key.resize(448 + 64 * 7, 0));
		// Another zkVM's, no zkVM's.
		for system in
			[ProofSystem::Risc0Groth16, ProofSystem::Groth16Bn254, ProofSystem::Groth16Bls12_381]
		{
			changed(sp1(), Error::LayoutMismatch, |entry| entry.system = system);
		}
		let risc0 = known(ProofSystem::Risc0Groth16, "3.0.0");
		changed(risc0, Error::LayoutMismatch, |entry| entry.system = ProofSystem::Sp1Groth16);
	}

	#[test]
	fn whose_key_is_not_sound() {
		// Places in a key of Groth16: a point of G1, three of G2, and those of the inputs.
		let (gamma, delta, inputs) = (192, 320, 448);
		let wrong = Error::KeyWrongLength;
		changed(sp1(), wrong, |entry| entry.key.truncate(entry.key.len() - 1));
		changed(sp1(), Error::KeyWrongLength, |entry| entry.key.clear());
		changed(sp1(), Error::KeyNotOnCurve, |entry| entry.key[inputs - 1] ^= 1);
		changed(sp1(), Error::KeyNotInField, |entry| entry.key[0] = 0xff);
		changed(sp1(), Error::KeyPointAtInfinity, |entry| entry.key[..64].fill(0));
		changed(sp1(), Error::KeyNotInSubgroup, |entry| {
			entry.key[gamma..delta].copy_from_slice(&bytes(OUTSIDE_SUBGROUP))
		});
		// Anybody can forge proofs where these two are the same.
		changed(sp1(), Error::KeyRefused, |entry| entry.key.copy_within(gamma..delta, delta));
	}

	#[test]
	fn whose_plonk_key_is_not_sound() {
		let plonk = || known(ProofSystem::Sp1Plonk, "6.1.0");
		let wrong = Error::KeyWrongLength;
		changed(plonk(), wrong, |entry| entry.key.truncate(entry.key.len() - 1));
		// A key of Groth16 in its place.
		changed(plonk(), Error::KeyWrongLength, |entry| entry.key = sp1().key);
		// Places of the domain's size, its generator, its shift, and the points.
		let (size, generator, shift, points) = (0, 20, 52, 84);
		let (g2, x_g2) = (points + 10 * 64, points + 10 * 64 + 128);
		changed(plonk(), Error::KeyRefused, |entry| entry.key[size + 7] ^= 1);
		changed(plonk(), Error::KeyRefused, |entry| entry.key[generator + 31] ^= 1);
		// The cosets would be one.
		changed(plonk(), Error::KeyRefused, |entry| {
			entry.key[shift..points].copy_from_slice(&scalar(1))
		});
		changed(plonk(), Error::KeyNotInField, |entry| {
			entry.key[shift..points].copy_from_slice(&order())
		});
		changed(plonk(), Error::KeyNotInSubgroup, |entry| {
			entry.key[g2..x_g2].copy_from_slice(&bytes(OUTSIDE_SUBGROUP))
		});
		// Who knows that the secret of the setup is one can forge proofs.
		changed(plonk(), Error::KeyRefused, |entry| entry.key.copy_within(g2..x_g2, x_g2));
		build_and_execute(|| {
			// Whatever byte of a point is changed.
			let entry = plonk();
			for place in (points..entry.key.len()).step_by(7) {
				let mut other = entry.clone();
				other.key[place] ^= 0x80;
				let set = Programs::set_version(root(), bounded(other.to_bytes()));
				assert!(set.is_err(), "{place}");
			}
			assert_eq!(Versions::<Test>::iter().count(), 0);
		});
	}

	#[test]
	fn that_is_longer_than_any_does_not_fit_a_call() {
		let most = proofyard_verifier::wrap::MAX_ENTRY_LEN as usize;
		assert!(BoundedVec::<u8, MaxWrappingKey>::try_from(vec![0; most]).is_ok());
		assert!(BoundedVec::<u8, MaxWrappingKey>::try_from(vec![0; most + 1]).is_err());
	}
}

mod set_version_enabled {
	use super::*;

	#[test]
	fn refuses_proofs_at_once_and_takes_them_again() {
		build_and_execute(|| {
			for vector in Vector::zkvms() {
				let program = vector.set_up();
				assert_ok!(Programs::acquire(&program));
				let (system, selector) = (vector.system, vector.selector());

				assert_ok!(switch(&vector.entry(), false));
				System::assert_last_event(
					Event::VersionSwitched { system, selector, enabled: false }.into(),
				);
				// Not even for a task that is under way.
				assert_eq!(Programs::verify(&program, &vector.data), None);
				assert_eq!(Programs::verify_batch(&[(program, &vector.data)]), [None]);
				assert!(!Programs::knows_version(system, &vector.data));
				assert!(!Versions::<Test>::get(system, selector).unwrap().enabled);
				assert!(!PreparedVersions::<Test>::contains_key(system, selector));

				assert_ok!(switch(&vector.entry(), true));
				System::assert_last_event(
					Event::VersionSwitched { system, selector, enabled: true }.into(),
				);
				assert_eq!(Programs::verify(&program, &vector.data), Some(Ok(())));
				assert!(Programs::knows_version(system, &vector.data));
				Programs::release(&program);
			}
		});
	}

	#[test]
	fn leaves_the_other_versions_alone() {
		build_and_execute(|| {
			let [.., old, new] = Vector::zkvms();
			let (first, second) = (old.set_up(), new.set_up());
			assert_ok!(switch(&old.entry(), false));
			assert_eq!(Programs::verify(&first, &old.data), None);
			assert_eq!(Programs::verify(&second, &new.data), Some(Ok(())));
		});
	}

	#[test]
	fn leaves_new_tasks_and_programs_alone() {
		build_and_execute(|| {
			let vector = Vector::sp1_plonk();
			let program = vector.set_up();
			assert_ok!(switch(&vector.entry(), false));
			// The program can be proven in another version.
			assert_ok!(Programs::terms(&program));
			register_key(vector.system, &[1; 32]);
		});
	}

	#[test]
	fn changes_nothing_the_second_time() {
		build_and_execute(|| {
			let vector = Vector::risc0_v3_0();
			let program = vector.set_up();
			for enabled in [true, true, false, false, true] {
				assert_ok!(switch(&vector.entry(), enabled));
				let verdict = Programs::verify(&program, &vector.data);
				assert_eq!(verdict.is_some(), enabled);
			}
		});
	}

	#[test]
	fn fails_for_a_version_that_nobody_set() {
		build_and_execute(|| {
			let entry = sp1();
			for enabled in [false, true] {
				assert_noop!(switch(&entry, enabled), Error::<Test>::UnknownVersion);
			}
			set_version(&entry);
			// The selector of one system is not that of another.
			let other = WrappingKey { system: ProofSystem::Sp1Plonk, ..entry };
			assert_noop!(switch(&other, false), Error::<Test>::UnknownVersion);
		});
	}

	#[test]
	fn fails_for_others_than_the_origin() {
		build_and_execute(|| {
			let WrappingKey { system, selector, .. } = sp1();
			set_version(&sp1());
			for origin in [signed(ALICE), RuntimeOrigin::none()] {
				let switched = Programs::set_version_enabled(origin, system, selector, false);
				assert_noop!(switched, BadOrigin);
			}
		});
	}
}

mod remove_version {
	use super::*;

	fn remove(entry: &WrappingKey) -> sp_runtime::DispatchResult {
		Programs::remove_version(root(), entry.system, entry.selector)
	}

	#[test]
	fn leaves_nothing_of_it() {
		build_and_execute(|| {
			for (vector, enabled) in Vector::zkvms().into_iter().zip([true, false, true, false]) {
				let program = vector.set_up();
				assert_ok!(switch(&vector.entry(), enabled));
				assert_ok!(remove(&vector.entry()));
				let (system, selector) = (vector.system, vector.selector());
				System::assert_last_event(Event::VersionRemoved { system, selector }.into());
				assert_eq!(Programs::verify(&program, &vector.data), None);
				assert_eq!(Versions::<Test>::iter().count(), 0);
				assert_eq!(PreparedVersions::<Test>::iter().count(), 0);
				// It cannot be switched on any more, but set anew.
				assert_noop!(switch(&vector.entry(), true), Error::<Test>::UnknownVersion);
				set_version(&vector.entry());
				assert_eq!(Programs::verify(&program, &vector.data), Some(Ok(())));
				assert_ok!(remove(&vector.entry()));
			}
		});
	}

	#[test]
	fn fails_for_a_version_that_nobody_set() {
		build_and_execute(|| {
			assert_noop!(remove(&sp1()), Error::<Test>::UnknownVersion);
			set_version(&sp1());
			assert_ok!(remove(&sp1()));
			assert_noop!(remove(&sp1()), Error::<Test>::UnknownVersion);
		});
	}

	#[test]
	fn fails_for_others_than_the_origin() {
		build_and_execute(|| {
			let WrappingKey { system, selector, .. } = sp1();
			set_version(&sp1());
			for origin in [signed(ALICE), RuntimeOrigin::none()] {
				assert_noop!(Programs::remove_version(origin, system, selector), BadOrigin);
			}
		});
	}
}

mod at_genesis {
	use super::*;

	fn with(versions: Vec<Vec<u8>>, disabled: Vec<ProofSystem>) -> GenesisConfig<Test> {
		GenesisConfig { versions, disabled, ..Default::default() }
	}

	#[test]
	fn versions_are_there_and_systems_switched_off() {
		let vectors = Vector::zkvms();
		let versions = vectors.iter().map(|vector| vector.entry().to_bytes()).collect();
		let off = ProofSystem::Sp1Plonk;
		build_with(with(versions, vec![off]), || {
			assert_eq!(Versions::<Test>::iter().count(), 4);
			assert_eq!(DisabledSystems::<Test>::iter_keys().collect::<Vec<_>>(), [off]);
			for vector in vectors.iter().filter(|vector| vector.system != off) {
				let program = vector.register();
				assert_eq!(Programs::verify(&program, &vector.data), Some(Ok(())));
			}
			assert_ok!(Programs::set_system_enabled(root(), off, true));
			let program = vectors[1].register();
			assert_eq!(Programs::verify(&program, &vectors[1].data), Some(Ok(())));
		});
	}

	#[test]
	fn there_are_none_unless_they_are_named() {
		build_and_execute(|| {
			assert_eq!(Versions::<Test>::iter().count(), 0);
			assert_eq!(DisabledSystems::<Test>::iter().count(), 0);
		});
	}

	#[test]
	#[should_panic(expected = "an entry of the genesis is sound")]
	fn an_entry_that_is_not_sound_stops_the_chain_before_it_begins() {
		let mut entry = sp1();
		entry.key[447] ^= 1;
		build_with(with(vec![entry.to_bytes()], vec![]), || ());
	}

	#[test]
	#[should_panic(expected = "an entry of the genesis fits")]
	fn an_entry_that_is_too_long_does_too() {
		let longer = vec![0; proofyard_verifier::wrap::MAX_ENTRY_LEN as usize + 1];
		build_with(with(vec![longer], vec![]), || ());
	}
}
