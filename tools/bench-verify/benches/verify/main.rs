// SPDX-License-Identifier: Apache-2.0

//! Cost of verifying a proof in each proof system: by the library that the verifier builds on, natively, through the host
//! function, inside Wasm, and in batches. `scripts/bench verify` prints the tables.
//!
//! The two Wasm modules are those of the test that compares verdicts: what a runtime does, with and without the feature
//! `pure-wasm`. Keys of plain systems and of zkVMs that wrap in Groth16 have a known trapdoor, so that there are as many
//! different proofs as a batch needs; they cost as much as any other.

// The macros expand to undocumented items.
#![allow(missing_docs)]

mod arkworks;
// The tests need more of it.
#[allow(dead_code)]
#[path = "../../../../primitives/host/tests/verdicts/module.rs"]
mod module;
#[path = "../../../../primitives/verifier/tests/common/wrapped.rs"]
mod wrapped;

use arkworks::Arkworks;
use criterion::{criterion_group, criterion_main, Criterion};
use module::{Module, Way};
use proofyard_verifier::{
	groth16_bls12_381,
	groth16_bn254::{self, simulate::Simulated},
	prepare_key, verify, verify_batch,
	wrap::{self, simulate::Carried, Layout},
	Claim, ProofSystem, VerifyError,
};
use std::{hint::black_box, time::Duration};

/// Proofs of a batch.
const BATCHES: [usize; 3] = [1, 8, 64];

/// A claim and what it is about.
struct Sample {
	/// Nothing for the proof of a zkVM.
	system: Option<ProofSystem>,
	prepared: Vec<u8>,
	program_key: [u8; 32],
	/// Public inputs or public values.
	statement: Vec<u8>,
	proof: Vec<u8>,
}

impl Sample {
	fn plain(system: ProofSystem, sample: &Simulated) -> Self {
		Self {
			system: Some(system),
			prepared: prepare_key(system, &sample.key).expect("a sound key"),
			program_key: [0; 32],
			statement: sample.public_inputs.clone(),
			proof: sample.proof.clone(),
		}
	}

	/// Proofs of a zkVM that wraps in Groth16.
	fn of_layout(layout: &Layout, carried: Carried) -> Vec<Self> {
		(0..64u8)
			.map(|values| {
				let statement = vec![values; 64];
				let sample = wrap::simulate::simulate(layout.clone(), 1, &statement, carried);
				let sample = sample.expect("what is carried are scalars");
				Self {
					system: None,
					prepared: sample.entry.prepare().expect("a sound entry"),
					program_key: sample.program_key,
					statement,
					proof: sample.proof,
				}
			})
			.collect()
	}

	fn claim(&self) -> Claim<'_> {
		let Self { prepared, program_key, statement, proof, .. } = self;
		match self.system {
			Some(system) => Claim::Plain { system, prepared, public_inputs: statement, proof },
			None => Claim::Wrapped { prepared, program_key, public_values: statement, proof },
		}
	}

	fn verify(&self) -> Result<(), VerifyError> {
		let Self { prepared, program_key, statement, proof, .. } = self;
		match self.system {
			Some(system) => verify(system, prepared, statement, proof),
			None => wrap::verify(prepared, program_key, statement, proof),
		}
	}

	/// The status of the verification by a module.
	fn status(&self, module: &mut Module) -> u32 {
		let Self { prepared, program_key, statement, proof, .. } = self;
		match self.system {
			Some(system) => module.verify(system.index().into(), prepared, statement, proof),
			None => module.verify_wrapped(prepared, program_key, statement, proof),
		}
	}
}

/// Measures one system with 64 proofs of it.
fn system(c: &mut Criterion, name: &str, samples: &[Sample], library: Option<&dyn Fn() -> bool>) {
	let mut host = Module::load(Way::Host);
	let mut pure = Module::load(Way::Pure);
	let sample = &samples[0];
	let mut group = c.benchmark_group(name);
	group.sample_size(30).warm_up_time(Duration::from_secs(1));
	group.measurement_time(Duration::from_secs(4));
	if let Some(library) = library {
		assert!(library());
		group.bench_function("library", |bench| bench.iter(library));
	}
	assert_eq!(sample.verify(), Ok(()));
	group.bench_function("native", |bench| bench.iter(|| black_box(sample).verify()));
	assert_eq!(sample.status(&mut host), 0);
	group.bench_function("host", |bench| bench.iter(|| sample.status(&mut host)));
	assert_eq!(sample.status(&mut pure), 0);
	group.bench_function("wasm", |bench| bench.iter(|| sample.status(&mut pure)));

	let claims: Vec<_> = samples.iter().map(Sample::claim).collect();
	for size in BATCHES {
		let claims = &claims[..size];
		assert!(host.verify_batch(claims).iter().all(|status| *status == 0));
		group.bench_function(format!("batch-{size}"), |bench| {
			bench.iter(|| host.verify_batch(black_box(claims)))
		});
	}
	group.finish();
}

fn plain(c: &mut Criterion) {
	let bn254 = groth16_bn254::simulate::simulate_many(4, 1, 64);
	let library = Arkworks::<ark_bn254::Bn254>::new(&bn254[0]);
	let samples: Vec<_> =
		bn254.iter().map(|sample| Sample::plain(ProofSystem::Groth16Bn254, sample)).collect();
	system(c, "groth16-bn254", &samples, Some(&|| library.verify()));

	let bls12_381 = groth16_bls12_381::simulate::simulate_many(4, 1, 64);
	let library = Arkworks::<ark_bls12_381::Bls12_381>::new(&bls12_381[0]);
	let samples: Vec<_> = bls12_381
		.iter()
		.map(|sample| Sample::plain(ProofSystem::Groth16Bls12_381, sample))
		.collect();
	system(c, "groth16-bls12-381", &samples, Some(&|| library.verify()));
}

fn wrapped(c: &mut Criterion) {
	// What SP1 6 and RISC Zero come down to: a proof with five public inputs.
	let plain = groth16_bn254::simulate::simulate(5, 1);
	let library = Arkworks::<ark_bn254::Bn254>::new(&plain);
	let library: &dyn Fn() -> bool = &|| library.verify();

	let layout = Layout::Sp1V6 { vk_roots: vec![[1; 32]], exit_codes: vec![0] };
	let carried = Carried { vk_root: [1; 32], nonce: [2; 32], exit_code: 0 };
	system(c, "sp1-groth16", &Sample::of_layout(&layout, carried), Some(library));
	let layout = Layout::Risc0 { control_root: [1; 32], control_id: [2; 32] };
	system(c, "risc0-groth16", &Sample::of_layout(&layout, carried), Some(library));

	// Nobody knows a trapdoor of these keys: one proof, again and again.
	let samples: Vec<_> = (0..64)
		.map(|_| {
			let sample = wrapped::Wrapped::vector("sp1-plonk-v6");
			Sample {
				system: None,
				prepared: sample.prepared,
				program_key: sample.program_key,
				statement: sample.public_values,
				proof: sample.proof,
			}
		})
		.collect();
	system(c, "sp1-plonk", &samples, None);
}

/// Batches of 64 over BN254 under several keys, and with invalid proofs.
fn batches(c: &mut Criterion) {
	let mut group = c.benchmark_group("batches");
	group.sample_size(20).warm_up_time(Duration::from_secs(1));
	group.measurement_time(Duration::from_secs(4));
	for (name, keys, bad) in
		[("keys-1", 1, 0), ("keys-8", 8, 0), ("keys-64", 64, 0), ("bad-1", 1, 1), ("bad-64", 1, 64)]
	{
		let mut samples: Vec<_> = (0..keys)
			.flat_map(|seed| groth16_bn254::simulate::simulate_many(4, seed, 64 / keys as u32))
			.collect();
		samples.iter_mut().take(bad).for_each(|sample| sample.public_inputs[31] ^= 1);
		let samples: Vec<_> =
			samples.iter().map(|sample| Sample::plain(ProofSystem::Groth16Bn254, sample)).collect();
		let claims: Vec<_> = samples.iter().map(Sample::claim).collect();
		let refused = verify_batch(&claims).iter().filter(|verdict| verdict.is_err()).count();
		assert_eq!(refused, bad);
		group.bench_function(name, |bench| bench.iter(|| verify_batch(black_box(&claims))));
	}
	group.finish();
}

criterion_group!(benches, plain, wrapped, batches);
criterion_main!(benches);
