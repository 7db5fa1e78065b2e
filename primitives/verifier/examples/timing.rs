// SPDX-License-Identifier: Apache-2.0

//! Prints how long preparing keys and verifying proofs take here, beside what plain arkworks takes:
//! `cargo run --release --example timing --features simulate`.
//!
//! Groth16's keys come from a known trapdoor: such keys cost as much as any other, and need no circuit. The proofs of
//! zkVMs are those of the tests.

use ark_bn254::Bn254;
use ark_ec::pairing::Pairing;
use ark_groth16::{prepare_verifying_key, Groth16, PreparedVerifyingKey, Proof, VerifyingKey};
use ark_serialize::CanonicalDeserialize;
use ark_snark::SNARK;
use proofyard_verifier::{
	convert::files::{detect, Case},
	groth16_bls12_381, groth16_bn254, prepare_key, verify, verify_batch,
	wrap::{self, known},
	Claim, ProofSystem,
};
use std::{hint::black_box, time::Instant};

const ROUNDS: u32 = 200;

const WRAPPED: &[(&str, &str)] = &[
	("sp1 groth16 4", include_str!("../tests/vectors/sp1-groth16-v4.0.0-rc.3.json")),
	("sp1 groth16 6", include_str!("../tests/vectors/sp1-groth16-v6.0.0.json")),
	("sp1 plonk 4", include_str!("../tests/vectors/sp1-plonk-v4.0.0-rc.3.json")),
	("sp1 plonk 6", include_str!("../tests/vectors/sp1-plonk-v6.0.0.json")),
	("risc0 groth16 3", include_str!("../tests/vectors/risc0-groth16-v3.0.json")),
];

type Error = Box<dyn std::error::Error>;

fn main() -> Result<(), Error> {
	println!(
		"{:<18} {:>7} {:>11} {:>10} {:>12} {:>11}",
		"system", "inputs", "prepare ms", "verify ms", "arkworks ms", "prepared B"
	);
	for inputs in [0, 1, 4, 16, 64] {
		let sample = groth16_bn254::simulate::simulate(inputs, 1);
		let arkworks = arkworks::<Bn254>(&sample.key, &sample.public_inputs, &sample.proof)?;
		groth16(ProofSystem::Groth16Bn254, inputs, &sample, arkworks)?;
	}
	for inputs in [0, 1, 4, 16, 64] {
		let sample = groth16_bls12_381::simulate::simulate(inputs, 1);
		let arkworks = arkworks::<ark_bls12_381::Bls12_381>(
			&sample.key,
			&sample.public_inputs,
			&sample.proof,
		)?;
		groth16(ProofSystem::Groth16Bls12_381, inputs, &sample, arkworks)?;
	}
	for (name, text) in WRAPPED {
		let Some(Case::Wrapped { system, program_key, public_values, proof }) =
			detect(&[(name, text.as_bytes())])?.pop().map(|detected| detected.case)
		else {
			continue;
		};
		let entry = known::find(system, &proof)?.entry().to_bytes();
		let prepared = wrap::prepare(&entry)?;
		wrap::verify(&prepared, &program_key, &public_values, &proof)?;
		let prepare = time(|| wrap::prepare(black_box(&entry)).is_ok());
		let check = time(|| {
			wrap::verify(&prepared, &program_key, &public_values, black_box(&proof)).is_ok()
		});
		println!(
			"{name:<18} {:>7} {prepare:>11.3} {check:>10.3} {:>12} {:>11}",
			"",
			"",
			prepared.len()
		);
	}
	println!("\n{:<34} {:>12} {:>12}", "batch of 64", "ms a proof", "single");
	batch("bn254, 4 inputs, one key", ProofSystem::Groth16Bn254, 64, 0)?;
	batch("bn254, 4 inputs, 16 keys", ProofSystem::Groth16Bn254, 4, 0)?;
	batch("bn254, 4 inputs, 64 keys", ProofSystem::Groth16Bn254, 1, 0)?;
	batch("bn254, one key, one bad proof", ProofSystem::Groth16Bn254, 64, 1)?;
	batch("bn254, one key, all bad proofs", ProofSystem::Groth16Bn254, 64, 64)?;
	batch("bls12-381, 4 inputs, one key", ProofSystem::Groth16Bls12_381, 64, 0)?;
	Ok(())
}

/// Milliseconds that one call takes: the median, which other load on the machine moves little.
fn time(call: impl Fn() -> bool) -> f64 {
	time_rounds(ROUNDS, call)
}

fn time_rounds(rounds: u32, call: impl Fn() -> bool) -> f64 {
	let mut times: Vec<f64> = (0..rounds)
		.map(|_| {
			let start = Instant::now();
			black_box(call());
			start.elapsed().as_secs_f64() * 1000.0
		})
		.collect();
	times.sort_by(f64::total_cmp);
	times[times.len() / 2]
}

fn groth16(
	system: ProofSystem,
	inputs: u32,
	sample: &groth16_bn254::simulate::Simulated,
	arkworks: f64,
) -> Result<(), Error> {
	let groth16_bn254::simulate::Simulated { key, public_inputs, proof } = sample;
	let prepared = prepare_key(system, key)?;
	verify(system, &prepared, public_inputs, proof)?;
	let prepare = time(|| prepare_key(system, black_box(key)).is_ok());
	let check = time(|| verify(system, &prepared, public_inputs, black_box(proof)).is_ok());
	println!(
		"{:<18} {inputs:>7} {prepare:>11.3} {check:>10.3} {arkworks:>12.3} {:>11}",
		system.name(),
		prepared.len()
	);
	Ok(())
}

/// Milliseconds that arkworks takes for the same proof: reading it uncompressed, with its checks, and verifying it
/// under a key that it has prepared.
fn arkworks<E: Pairing>(key: &[u8], public_inputs: &[u8], proof: &[u8]) -> Result<f64, Error> {
	let key = Arkworks::<E>::key(key)?;
	let public = Arkworks::<E>::scalars(public_inputs)?;
	let bytes = Arkworks::<E>::proof(proof)?;
	let check = || -> Result<bool, Error> {
		let proof = Proof::<E>::deserialize_uncompressed(black_box(&bytes[..]))?;
		Ok(Groth16::<E>::verify_with_processed_vk(&key, &public, &proof)?)
	};
	if !check()? {
		return Err("arkworks refuses the proof".into());
	}
	Ok(time(|| check().unwrap_or(false)))
}

/// Canonical bytes to what arkworks reads.
struct Arkworks<E>(std::marker::PhantomData<E>);

impl<E: Pairing> Arkworks<E> {
	/// Bytes of a coordinate.
	fn coordinate() -> usize {
		use ark_ff::PrimeField;
		E::BaseField::MODULUS_BIT_SIZE.div_ceil(8) as usize
	}

	/// Points one after the other. Over BN254, arkworks has little-endian numbers and the lower coefficient first.
	fn points(bytes: &[u8], coordinates: &[usize]) -> Vec<u8> {
		let coordinate = Self::coordinate();
		let mut out = Vec::new();
		let mut rest = bytes;
		for count in coordinates {
			let (point, next) = rest.split_at(count * coordinate);
			rest = next;
			if coordinate == 48 {
				out.extend_from_slice(point);
				continue;
			}
			for number in point.chunks(count / 2 * coordinate) {
				out.extend(number.iter().rev());
			}
		}
		out
	}

	fn proof(bytes: &[u8]) -> Result<Vec<u8>, Error> {
		Ok(Self::points(bytes, &[2, 4, 2]))
	}

	fn key(bytes: &[u8]) -> Result<PreparedVerifyingKey<E>, Error> {
		let inputs = bytes.len() / Self::coordinate() / 2 - 7;
		let fixed = Self::points(bytes, &[2, 4, 4, 4]);
		let head = fixed.len();
		let ic = Self::points(&bytes[head..], &vec![2; inputs]);
		let all = [&fixed[..], &(inputs as u64).to_le_bytes(), &ic].concat();
		Ok(prepare_verifying_key(&VerifyingKey::<E>::deserialize_uncompressed(&all[..])?))
	}

	fn scalars(bytes: &[u8]) -> Result<Vec<E::ScalarField>, Error> {
		bytes
			.chunks(32)
			.map(|word| {
				let word: Vec<u8> = word.iter().rev().copied().collect();
				Ok(E::ScalarField::deserialize_uncompressed(&word[..])?)
			})
			.collect()
	}
}

/// Times a batch of 64 proofs, `of_a_key` under each key, `bad` of them for another statement.
fn batch(name: &str, system: ProofSystem, of_a_key: u32, bad: usize) -> Result<(), Error> {
	let mut samples: Vec<_> = (0..64 / of_a_key)
		.flat_map(|seed| match system {
			ProofSystem::Groth16Bn254 => {
				groth16_bn254::simulate::simulate_many(4, seed.into(), of_a_key)
			}
			_ => groth16_bls12_381::simulate::simulate_many(4, seed.into(), of_a_key),
		})
		.collect();
	samples.iter_mut().take(bad).for_each(|sample| sample.public_inputs[31] ^= 1);
	let prepared: Vec<_> =
		samples.iter().map(|sample| prepare_key(system, &sample.key)).collect::<Result<_, _>>()?;
	let claims: Vec<_> = samples
		.iter()
		.zip(&prepared)
		.map(|(sample, prepared)| Claim::Plain {
			system,
			prepared,
			public_inputs: &sample.public_inputs,
			proof: &sample.proof,
		})
		.collect();
	let verdicts = verify_batch(&claims);
	if verdicts.iter().filter(|verdict| verdict.is_err()).count() != bad {
		return Err(format!("{name}: wrong verdicts").into());
	}
	let together = time_rounds(9, || verify_batch(black_box(&claims)).is_empty()) / 64.0;
	let single = time_rounds(5, || {
		samples.iter().zip(&prepared).all(|(sample, prepared)| {
			verify(system, prepared, &sample.public_inputs, black_box(&sample.proof)).is_ok()
				|| bad > 0
		})
	}) / 64.0;
	println!("{name:<34} {together:>12.3} {single:>12.3}");
	Ok(())
}
