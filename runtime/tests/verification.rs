// SPDX-License-Identifier: Apache-2.0
//! No proof takes longer to verify than its weight says: whoever submits it, whatever is wrong with it.
//!
//! The search goes over valid proofs of every system and size and over everything that can be wrong
//! with one that gets past the first checks: another proof's parts, other public values, points that
//! are not where they should be, single bits, noise. It is run against the clock, so each suspect gets
//! several chances, of which the fastest counts; the factors are printed.

use frame_support::{weights::Weight, BoundedVec};
use pallet_programs::Pallet as Programs;
use proofyard_primitives::{
	program::program_id, traits::Programs as _, HardwareClass, ProgramId, ProofData, ProofSystem,
	WorkModel,
};
use proofyard_runtime::{AccountId, Runtime, RuntimeGenesisConfig, RuntimeOrigin, System};
use proofyard_verifier::{
	groth16_bls12_381, groth16_bn254,
	wrap::{self, known, simulate::Carried, Layout},
};
use rand::{rngs::StdRng, Rng, RngCore, SeedableRng};
use sp_keyring::Sr25519Keyring;
use sp_runtime::BuildStorage;
use std::{
	hint::black_box,
	sync::{Mutex, PoisonError},
	time::{Duration, Instant},
};

/// Times that a suspect is measured, of which the fastest counts.
const TRIES: u32 = 3;
/// Repetitions for one that seems to take too long.
const MORE_CHANCES: u32 = 40;
/// Between them: long enough for another process's burst to end.
const PAUSE: Duration = Duration::from_millis(200);
/// Held while something is measured: batches use all cores, so two tests at once would measure each
/// other.
static ALONE: Mutex<()> = Mutex::new(());
/// Malformed proofs for each valid one.
const CHANGES: u32 = 30;

/// The time that a weight allows.
fn picoseconds(weight: Weight) -> f64 {
	weight.ref_time() as f64
}

/// Steps of the yardstick: multiplications of which each waits for the one before it.
const STEPS: u64 = 20_000;
/// Times that it is taken, of which the fastest counts: what interrupts one of them is no slowness.
const YARDSTICKS: u32 = 16;
/// Time of the yardstick on the machine on which the weights were measured, with nothing beside it, in
/// seconds.
const YARDSTICK: f64 = 0.000_028_2;
/// Slowness that is believed, at most: beyond it something is wrong with the measurement.
const MAX_SLOWNESS: f64 = 2.0;

/// Slowness of the machine now, as a multiple of the time that it took when the weights were measured: 1 to
/// [`MAX_SLOWNESS`]. What slows all of it down, a neighbour on its core or its clock, is no proof's doing.
fn slowness() -> f64 {
	let once = |_| {
		let start = Instant::now();
		let mut value = 1u64;
		for step in 0..STEPS {
			value = black_box(value.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ step);
		}
		black_box(value);
		start.elapsed().as_secs_f64()
	};
	let fastest = (0..YARDSTICKS).map(once).fold(f64::INFINITY, f64::min);
	(fastest / YARDSTICK).clamp(1.0, MAX_SLOWNESS)
}

/// The fastest of some runs, in picoseconds, less what the machine was slower by before and after it.
fn fastest(mut run: impl FnMut()) -> f64 {
	let once = |_| {
		let before = slowness();
		let start = Instant::now();
		run();
		let time = start.elapsed().as_secs_f64() * 1e12;
		time / before.min(slowness())
	};
	(0..TRIES).map(once).fold(f64::INFINITY, f64::min)
}

/// Time that something takes, in parts of its weight. Where that is too much it may be the machine's
/// doing, so it gets more chances; what has none left ends the search, for the next would take as long.
fn factor_of(name: &str, weight: Weight, mut run: impl FnMut()) -> f64 {
	let mut factor = fastest(&mut run) / picoseconds(weight);
	for _ in 0..MORE_CHANCES {
		if factor <= 1.0 {
			break;
		}
		std::thread::sleep(PAUSE);
		factor = factor.min(fastest(&mut run) / picoseconds(weight));
	}
	assert!(factor <= 1.0, "{name} takes {factor:.2} times its weight");
	factor
}

fn owner() -> AccountId {
	Sr25519Keyring::Charlie.to_account_id()
}

/// A chain with its genesis, and the machine to itself as far as this file goes.
fn execute(test: impl FnOnce()) {
	let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
	let balances = vec![(owner(), 1_000_000_000_000_000_000_000)];
	let genesis = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		..Default::default()
	};
	let storage = genesis.build_storage().expect("a genesis");
	sp_io::TestExternalities::new(storage).execute_with(|| {
		System::set_block_number(1);
		test();
	});
}

/// A program that was registered, and a proof that is valid for it.
struct Valid {
	name: String,
	system: ProofSystem,
	program: ProgramId,
	proof: ProofData,
}

impl Valid {
	fn new(name: &str, system: ProofSystem, key: &[u8], proof: &[u8], values: &[u8]) -> Self {
		let key: BoundedVec<_, _> = key.to_vec().try_into().expect("within the bound");
		let (hardware, work) = (HardwareClass::Cpu, WorkModel::Fixed(1));
		let program = program_id(system, &key, hardware, work, &[]);
		let origin = RuntimeOrigin::signed(owner());
		// Another proof of it may be here.
		let _ =
			Programs::<Runtime>::register(origin, system, key, hardware, work, Default::default());
		let proof = ProofData {
			proof: proof.to_vec().try_into().expect("within the bound"),
			public_values: values.to_vec().try_into().expect("within the bound"),
		};
		Self { name: format!("{system}, {name}"), system, program, proof }
	}

	fn factor(&self, proof: &ProofData) -> f64 {
		let weight = Programs::<Runtime>::verify_weight(self.system, proof);
		factor_of(&self.name, weight, || {
			let _ = Programs::<Runtime>::verify(&self.program, proof);
		})
	}
}

fn set_version(entry: wrap::WrappingKey) {
	let entry = entry.to_bytes().try_into().expect("within the bound");
	Programs::<Runtime>::set_version(RuntimeOrigin::root(), entry).expect("it is sound");
}

/// Valid proofs of every system, small and large. SP1's PLONK has one that is rejected by the last
/// check.
fn valid() -> Vec<Valid> {
	let mut all = Vec::new();
	for inputs in [0, 1, 4, 17, 64] {
		let name = format!("{inputs} inputs");
		let made = groth16_bn254::simulate::simulate(inputs, 1);
		let system = ProofSystem::Groth16Bn254;
		all.push(Valid::new(&name, system, &made.key, &made.proof, &made.public_inputs));
		let made = groth16_bls12_381::simulate::simulate(inputs, 1);
		let system = ProofSystem::Groth16Bls12_381;
		all.push(Valid::new(&name, system, &made.key, &made.proof, &made.public_inputs));
	}
	for values in [0, 33, 4_096] {
		let name = format!("{values} bytes");
		let values = vec![7; values];
		let layouts = [
			Layout::Sp1V4,
			Layout::Sp1V6 { vk_roots: vec![[0; 32]], exit_codes: vec![0] },
			Layout::Risc0 { control_root: [1; 32], control_id: [1; 32] },
		];
		for (seed, layout) in (1..).zip(layouts) {
			let made = wrap::simulate::simulate(layout, seed, &values, Carried::default());
			let made = made.expect("numbers are scalars");
			let system = made.entry.system;
			set_version(made.entry);
			all.push(Valid::new(&name, system, &made.program_key, &made.proof, &values));
		}
		let proof = wrap::simulate::SP1_PLONK_PROOF;
		let system = ProofSystem::Sp1Plonk;
		set_version(known::find(system, proof).expect("it is known").entry());
		all.push(Valid::new(&name, system, &[0; 32], proof, &values));
	}
	all
}

/// One way to make something else of a proof.
fn change(valid: &Valid, others: &[Valid], random: &mut StdRng) -> ProofData {
	let mut changed = valid.proof.clone();
	let (proof, values) = (&mut changed.proof, &mut changed.public_values);
	match random.gen_range(0..7) {
		0 => {
			// One bit.
			let place = random.gen_range(0..proof.len());
			proof[place] ^= 1 << random.gen_range(0..8);
		}
		1 if !values.is_empty() => {
			let place = random.gen_range(0..values.len());
			values[place] ^= 1;
		}
		2 => {
			// A point of the proof in place of another: on the curve, and wrong.
			let size = if proof.len() == 384 { 96 } else { 64 };
			let last = proof.len() - size;
			let first = last.saturating_sub(3 * size);
			let point = proof[first..first + size].to_vec();
			proof[last..].copy_from_slice(&point);
		}
		3 => {
			// Another valid proof of the system.
			let same = others.iter().filter(|other| other.system == valid.system);
			let same: Vec<_> = same.collect();
			*proof = same[random.gen_range(0..same.len())].proof.proof.clone();
		}
		4 => {
			// A shorter or longer one.
			let length = random.gen_range(0..=2_048usize);
			let mut bytes = proof.to_vec();
			bytes.resize(length, 1);
			*proof = bytes.try_into().expect("within the bound");
		}
		5 => {
			// Public values of another length.
			let length = 32 * random.gen_range(0..=128usize);
			*values = vec![1; length].try_into().expect("within the bound");
		}
		_ => {
			// Noise behind the selector.
			let from = if valid.system.is_wrapped() { 4 } else { 0 };
			random.fill_bytes(&mut proof[from..]);
		}
	}
	changed
}

#[test]
fn no_input_costs_more_than_its_weight() {
	execute(|| {
		let mut random = StdRng::seed_from_u64(1);
		let all = valid();
		let mut worst = 0.0f64;
		for valid in &all {
			let mut most = (valid.factor(&valid.proof), "valid");
			for _ in 0..CHANGES {
				let changed = change(valid, &all, &mut random);
				let factor = valid.factor(&changed);
				if factor > most.0 {
					most = (factor, "changed");
				}
				let bound = Programs::<Runtime>::weight_bound(&changed);
				let weight = Programs::<Runtime>::verify_weight(valid.system, &changed);
				let refused = Programs::<Runtime>::verify(&valid.program, &changed) != Some(Ok(()));
				assert!(
					bound.all_gte(weight) || refused,
					"{}: an accepted proof is charged more than was reserved",
					valid.name
				);
			}
			println!("{}: at most {:.2} of its weight ({})", valid.name, most.0, most.1);
			worst = worst.max(most.0);
		}
		println!("worst: {worst:.2} of the weight");
	});
}

#[test]
fn no_batch_costs_more_than_its_weight() {
	execute(|| {
		let mut worst = 0.0f64;
		type Many = fn(u32, u64, u32) -> Vec<groth16_bn254::simulate::Simulated>;
		let curves: [(ProofSystem, Many); 2] = [
			(ProofSystem::Groth16Bn254, groth16_bn254::simulate::simulate_many),
			(ProofSystem::Groth16Bls12_381, groth16_bls12_381::simulate::simulate_many),
		];
		for (system, many) in curves {
			for (size, keys) in [(1, 1), (2, 2), (8, 1), (8, 8), (64, 1), (64, 8), (64, 64)] {
				let good: Vec<Valid> = (0..keys)
					.flat_map(|seed| many(4, seed.into(), size / keys))
					.map(|made| {
						Valid::new("batch", system, &made.key, &made.proof, &made.public_inputs)
					})
					.collect();
				let bad = [0, 1, 2, size / 4, size / 2, size];
				for bad in bad.into_iter().filter(|bad| *bad <= size) {
					let factor = batch(&good, bad);
					println!(
						"{system}, {size} proofs under {keys} keys, {bad} of them invalid: \
						 {factor:.2} of the weight"
					);
					worst = worst.max(factor);
				}
			}
		}
		println!("worst: {worst:.2} of the weight");
	});
}

/// Time for a batch with some of its proofs made invalid, spread over it, in parts of its weight.
fn batch(good: &[Valid], bad: u32) -> f64 {
	let mut proofs: Vec<ProofData> = good.iter().map(|valid| valid.proof.clone()).collect();
	let bad = bad as usize;
	for index in 0..bad {
		let place = index * proofs.len() / bad;
		// The last byte of an input that is valid all the same.
		let values = &mut proofs[place].public_values;
		let last = values.len() - 1;
		values[last] ^= 1;
	}
	let claims: Vec<_> =
		good.iter().zip(&proofs).map(|(valid, proof)| (valid.program, proof)).collect();
	let verdicts = Programs::<Runtime>::verify_batch(&claims);
	let refused = verdicts.iter().filter(|verdict| **verdict != Some(Ok(()))).count();
	assert_eq!(refused, bad, "the verdicts are those of single proofs");
	let costs: Vec<_> = good
		.iter()
		.zip(&proofs)
		.map(|(valid, proof)| (valid.system, valid.program, proof))
		.collect();
	let weight = Programs::<Runtime>::batch_weight(&costs, bad == 0);
	let bound = Programs::<Runtime>::batch_bound(proofs.iter());
	assert!(bound.all_gte(weight), "no more than was reserved");
	factor_of("a batch", weight, || {
		let _ = Programs::<Runtime>::verify_batch(&claims);
	})
}
