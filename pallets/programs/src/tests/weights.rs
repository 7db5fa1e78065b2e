// SPDX-License-Identifier: Apache-2.0
//! Weights of verifying: what is promised before covers what is charged after.

use super::vectors::*;
use crate::{mock::*, WeightInfo};
use frame_support::{dispatch::GetDispatchInfo, weights::Weight};
use proofyard_primitives::{
	limits::{MAX_BATCH, MAX_PUBLIC_VALUES},
	traits::Programs as _,
	ProgramId, ProofData, ProofSystem,
};
use proofyard_verifier::{is_proof_len, max_proof_len, MAX_PUBLIC_INPUTS};
use proptest::prelude::*;

/// A proof of a system that is so long, for so many bytes of public values.
fn sized(proof: u32, values: u32) -> ProofData {
	data(&vec![0; proof as usize], &vec![0; values as usize])
}

/// The largest of a system.
fn largest(system: ProofSystem) -> ProofData {
	sized(max_proof_len(system), MAX_PUBLIC_VALUES)
}

type Claim = (ProofSystem, ProgramId, ProofData);

fn charged(claims: &[Claim], all_valid: bool) -> Weight {
	let claims: Vec<_> =
		claims.iter().map(|(system, program, proof)| (*system, *program, proof)).collect();
	Programs::batch_weight(&claims, all_valid)
}

fn promised(claims: &[Claim]) -> Weight {
	Programs::batch_bound(claims.iter().map(|(_, _, proof)| proof))
}

/// Weight of the claims one after the other.
fn one_by_one(claims: &[Claim]) -> Weight {
	let weights = claims.iter().map(|(system, _, proof)| Programs::verify_weight(*system, proof));
	weights.fold(Weight::zero(), Weight::saturating_add)
}

/// The lengths that proofs of a system have.
fn lengths(system: ProofSystem) -> Vec<u32> {
	(0..=max_proof_len(system)).filter(|length| is_proof_len(system, *length)).collect()
}

#[test]
fn the_weight_of_any_proof_covers_that_of_each_system() {
	for system in ProofSystem::ALL {
		let lengths = lengths(system);
		assert!(lengths.contains(&max_proof_len(system)));
		for length in lengths {
			for words in 0..=MAX_PUBLIC_VALUES / 32 {
				let proof = sized(length, words * 32);
				let one = Programs::verify_weight(system, &proof);
				let any = Programs::weight_bound(&proof);
				assert!(one.all_lte(any), "{system} {length} {words}: {one} > {any}");
			}
		}
	}
	// Those that others made are among them.
	for vector in Vector::circuits().into_iter().chain(Vector::zkvms()).chain(Vector::withdrawn()) {
		let one = Programs::verify_weight(vector.system, &vector.data);
		assert!(one.all_lte(Programs::weight_bound(&vector.data)), "{}", vector.system);
	}
}

#[test]
fn a_proof_is_not_charged_for_a_system_whose_proofs_have_another_length() {
	let words = 64;
	for system in ProofSystem::ALL {
		for length in lengths(system) {
			let proof = sized(length, 32 * words);
			let others = ProofSystem::ALL.into_iter().filter(|one| is_proof_len(*one, length));
			let most = others.map(|one| Programs::verify_weight(one, &proof).ref_time()).max();
			assert_eq!(Some(Programs::weight_bound(&proof).ref_time()), most);
		}
	}
	// One that no system can have is refused before much is computed.
	let refused = <() as WeightInfo>::verify_groth16_bn254(0);
	for length in [0, 1, 100, 2_048] {
		assert!(refused.all_lte(Programs::weight_bound(&sized(length, 32 * words))));
	}
}

#[test]
fn public_values_are_charged_by_the_word() {
	for system in ProofSystem::ALL {
		let of = |bytes| Programs::verify_weight(system, &sized(256, bytes));
		assert!(of(0).all_lte(of(1)) && of(32).all_lte(of(33)), "{system}");
		assert_eq!(of(1), of(32), "a word that is begun counts");
		assert_eq!(of(33), of(64));
	}
	// A circuit has no more inputs than these, so that what is beyond is refused at once.
	for system in [ProofSystem::Groth16Bn254, ProofSystem::Groth16Bls12_381] {
		let of = |bytes| Programs::verify_weight(system, &sized(256, bytes));
		assert!(of(0).ref_time() < of(32 * MAX_PUBLIC_INPUTS).ref_time());
		assert_eq!(of(MAX_PUBLIC_VALUES), of(32 * MAX_PUBLIC_INPUTS));
	}
}

#[test]
fn each_system_is_charged_what_was_measured_of_it_or_somewhat_more() {
	type W = ();
	for words in [0, 3, 64, 128] {
		let proof = sized(200, 32 * words);
		let inputs = words.min(MAX_PUBLIC_INPUTS);
		for (system, measured) in [
			(ProofSystem::Groth16Bn254, <W as WeightInfo>::verify_groth16_bn254(inputs)),
			(ProofSystem::Groth16Bls12_381, <W as WeightInfo>::verify_groth16_bls12_381(inputs)),
			(ProofSystem::Sp1Groth16, <W as WeightInfo>::verify_sp1_groth16(words)),
			(ProofSystem::Sp1Plonk, <W as WeightInfo>::verify_sp1_plonk(words)),
			(ProofSystem::Risc0Groth16, <W as WeightInfo>::verify_risc0_groth16(words)),
		] {
			let charged = Programs::verify_weight(system, &proof);
			assert!(measured.all_lte(charged) && charged.all_lte(measured * 2), "{system}");
		}
	}
}

#[test]
fn a_full_batch_of_good_proofs_costs_less_than_one_by_one() {
	for system in ProofSystem::ALL.into_iter().filter(|one| *one != ProofSystem::Sp1Plonk) {
		let proof = sized(max_proof_len(system), 32);
		let same = vec![(system, ProgramId::zero(), proof.clone()); MAX_BATCH as usize];
		let good = charged(&same, true).ref_time();
		assert!(good < one_by_one(&same).ref_time(), "{system}");
		assert!(good < charged(&same, false).ref_time(), "{system}");
	}
}

#[test]
fn plonk_proofs_gain_nothing_from_each_other() {
	let proof = largest(ProofSystem::Sp1Plonk);
	let claims = vec![(ProofSystem::Sp1Plonk, ProgramId::zero(), proof); 3];
	assert!(one_by_one(&claims).all_lte(charged(&claims, true)));
}

#[test]
fn keys_of_their_own_cost_no_less_than_one_that_is_shared() {
	for system in [ProofSystem::Groth16Bn254, ProofSystem::Groth16Bls12_381] {
		let proof = sized(max_proof_len(system), 32);
		let program = ProgramId::from_low_u64_be;
		let claims = |own: bool| -> Vec<Claim> {
			(0..64).map(|n| (system, program(if own { n } else { 0 }), proof.clone())).collect()
		};
		let (own, shared) = (charged(&claims(true), true), charged(&claims(false), true));
		assert!(shared.all_lte(own), "{system}");
	}
	// All programs of a version share the key of the version.
	let proof = Vector::risc0_v3_0().data;
	let claims = |own: bool| -> Vec<Claim> {
		let program = |n| ProgramId::from_low_u64_be(if own { n } else { 0 });
		(0..8).map(|n| (ProofSystem::Risc0Groth16, program(n), proof.clone())).collect()
	};
	assert_eq!(charged(&claims(true), true), charged(&claims(false), true));
}

#[test]
fn an_empty_batch_costs_next_to_nothing() {
	assert_eq!(charged(&[], true), Weight::zero());
	assert!(charged(&[], false).all_lte(promised(&[])));
}

#[test]
fn registering_is_charged_by_what_is_computed() {
	let weight = |system, key: Vec<u8>| {
		crate::Call::<Test>::register {
			system,
			key: key.try_into().unwrap(),
			hardware: CPU,
			work: WORK,
			artifacts: artifacts(&[PLACE]),
		}
		.get_dispatch_info()
		.call_weight
	};
	type W = ();
	for vector in Vector::circuits().into_iter().chain(Vector::zkvms()) {
		let expected = match vector.system {
			ProofSystem::Groth16Bn254 => {
				<W as WeightInfo>::register(vector.data.inputs().len() as u32, 1)
			}
			ProofSystem::Groth16Bls12_381 => <W as WeightInfo>::register_groth16_bls12_381(3, 1),
			_ => <W as WeightInfo>::register(0, 1),
		};
		assert_eq!(weight(vector.system, vector.key), expected, "{}", vector.system);
	}
	// Refused before anything is computed.
	assert_eq!(weight(SYSTEM, vec![0; 577]), <W as WeightInfo>::register(0, 1));
}

fn claim() -> impl Strategy<Value = Claim> {
	let systems = prop::sample::select(ProofSystem::ALL.to_vec());
	(systems, 0..4u64, 0..=MAX_PUBLIC_VALUES, any::<bool>(), 0..3u8).prop_map(
		|(system, program, values, longest, selector)| {
			let lengths = lengths(system);
			let length = if longest { lengths.last() } else { lengths.first() };
			let mut proof = sized(*length.unwrap(), values);
			proof.proof[0] = selector;
			(system, ProgramId::from_low_u64_be(program), proof)
		},
	)
}

proptest! {
	#![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

	#[test]
	fn what_is_charged_is_never_more_than_what_was_promised(
		claims in prop::collection::vec(claim(), 0..=MAX_BATCH as usize),
	) {
		let (good, bad) = (charged(&claims, true), charged(&claims, false));
		prop_assert!(good.all_lte(bad), "{good} > {bad}");
		prop_assert!(bad.all_lte(promised(&claims)));
		// The least that may be wrong about a batch is paid for.
		prop_assert!(one_by_one(&claims).all_lte(bad));
	}
}
