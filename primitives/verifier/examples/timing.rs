// SPDX-License-Identifier: Apache-2.0

//! Prints how long preparing a key and verifying a proof take here: `cargo run --release --example timing`.
//!
//! Keys come from a known trapdoor: such keys cost as much as any other, and need no circuit.

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, PrimeField, UniformRand};
use proofyard_verifier::{prepare_key, verify, ProofSystem};
use std::{hint::black_box, time::Instant};

const ROUNDS: u32 = 300;

fn main() -> Result<(), Box<dyn std::error::Error>> {
	let system = ProofSystem::Groth16Bn254;
	println!("{:>7} {:>12} {:>12} {:>10}", "inputs", "prepare ms", "verify ms", "prepared B");
	for inputs in [0, 1, 4, 16, 64] {
		let (key, public, proof) = sample(inputs);
		let prepared = prepare_key(system, &key)?;
		verify(system, &prepared, &public, &proof)?;
		let prepare = time(|| prepare_key(system, black_box(&key)).is_ok());
		let check = time(|| verify(system, &prepared, &public, black_box(&proof)).is_ok());
		println!("{inputs:>7} {prepare:>12.3} {check:>12.3} {:>10}", prepared.len());
	}
	Ok(())
}

/// Milliseconds that one call takes, on average.
fn time(call: impl Fn() -> bool) -> f64 {
	let start = Instant::now();
	for _ in 0..ROUNDS {
		black_box(call());
	}
	start.elapsed().as_secs_f64() * 1000.0 / f64::from(ROUNDS)
}

/// A key, public inputs and a proof that belong together.
fn sample(inputs: usize) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
	let mut rng = rand::thread_rng();
	let [alpha, beta, gamma, delta, a, b] = core::array::from_fn(|_| Fr::rand(&mut rng));
	let ic: Vec<Fr> = (0..=inputs).map(|_| Fr::rand(&mut rng)).collect();
	let public: Vec<Fr> = (0..inputs).map(|_| Fr::rand(&mut rng)).collect();
	let x = ic[0] + ic[1..].iter().zip(&public).map(|(point, input)| *point * input).sum::<Fr>();
	let c = (a * b - alpha * beta - x * gamma) / delta;
	let key = [g1(alpha), g2(beta), g2(gamma), g2(delta)]
		.into_iter()
		.chain(ic.into_iter().map(g1))
		.flatten()
		.collect();
	(key, public.iter().flat_map(word).collect(), [g1(a), g2(b), g1(c)].concat())
}

fn g1(scalar: Fr) -> Vec<u8> {
	let point = (G1Affine::generator() * scalar).into_affine();
	[point.x, point.y].iter().flat_map(word).collect()
}

fn g2(scalar: Fr) -> Vec<u8> {
	let point = (G2Affine::generator() * scalar).into_affine();
	[point.x.c1, point.x.c0, point.y.c1, point.y.c0].iter().flat_map(word).collect()
}

fn word<F: PrimeField>(element: &F) -> Vec<u8> {
	element.into_bigint().to_bytes_be()
}
