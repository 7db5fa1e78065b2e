// SPDX-License-Identifier: Apache-2.0
//! From an input to a checked proof.

use super::{
	error::Groth16Error,
	inputs,
	limits::{Budget, CancelFlag, Limits},
	msm::msm,
	qap::quotient,
	witness::WitnessProgram,
	zkey::{put_g1, put_g2, Bases, KeyHead, ProvingKey},
};
use crate::values::Fixed;
use ark_bn254::{Fr, G1Projective, G2Projective};
use ark_ec::{
	short_weierstrass::{Affine, Projective, SWCurveConfig},
	CurveGroup,
};
use ark_ff::{BigInt, BigInteger, PrimeField};
use proofyard_jobs::PUBLIC_INPUT_LEN;
use proofyard_verifier::ProofSystem;
use rand::{rngs::OsRng, RngCore};
use rayon::prelude::*;
use std::time::Instant;

/// A proof that the chain's verifier accepted, and how long its stages took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
	/// 256 bytes, big-endian: A.x ‖ A.y ‖ B.x.c1 ‖ B.x.c0 ‖ B.y.c1 ‖ B.y.c0 ‖ C.x ‖ C.y.
	pub proof: Vec<u8>,
	/// The public inputs, big-endian, outputs of the circuit first.
	pub public_inputs: Vec<[u8; 32]>,
	/// Time for the witness, in milliseconds.
	pub witness_ms: u64,
	/// Time for quotient and commitments, in milliseconds.
	pub prove_ms: u64,
	/// Time for the final check, in milliseconds.
	pub verify_ms: u64,
}

/// The five sums of a proof, before they are blinded. For one key and witness they are always the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sums {
	/// Σ wᵢ·Aᵢ.
	pub a: G1Projective,
	/// Σ wᵢ·Bᵢ in G1.
	pub b1: G1Projective,
	/// Σ wᵢ·Bᵢ in G2.
	pub b2: G2Projective,
	/// Σ wᵢ·Cᵢ over the private signals.
	pub c: G1Projective,
	/// Σ hᵢ·Hᵢ with the quotient's values hᵢ.
	pub h: G1Projective,
}

/// Arithmetic that computes the sums under a key: nearly all of the work.
pub trait Engine: Sync {
	/// Bytes of this process's memory that it needs at its peak, beside the key.
	fn memory_bytes(&self) -> u64 {
		0
	}

	/// The sums for a witness, which has as many elements as the key has signals.
	///
	/// # Errors
	/// `Cancelled` or `TimedOut` as soon as the budget says so, and what the engine itself can fail with.
	fn sums(
		&self,
		witness: &[Fr],
		budget: &Budget,
		progress: &(dyn Fn(&str, f32) + Sync),
	) -> Result<Sums, Groth16Error>;
}

/// The cores of the current thread pool, with a key.
pub struct Cpu<'a>(pub &'a ProvingKey);

impl Engine for Cpu<'_> {
	fn memory_bytes(&self) -> u64 {
		self.0.proving_bytes()
	}

	fn sums(
		&self,
		witness: &[Fr],
		budget: &Budget,
		progress: &(dyn Fn(&str, f32) + Sync),
	) -> Result<Sums, Groth16Error> {
		progress("quotient", 0.2);
		let h = quotient(self.0, witness, budget)?;
		progress("commitments", 0.35);
		commit(self.0, witness, &h, budget)
	}
}

/// Makes a proof for one input on the cores of the current thread pool: [`prove_on`] with [`Cpu`].
///
/// # Errors
/// As there.
pub fn prove(
	key: &ProvingKey,
	program: &WitnessProgram,
	input_json: &[u8],
	fixed: Fixed<'_>,
	limits: &Limits,
	cancel: &CancelFlag,
	progress: &(dyn Fn(&str, f32) + Sync),
) -> Result<Proof, Groth16Error> {
	prove_on(&Cpu(key), key, program, input_json, fixed, limits, cancel, progress)
}

/// Makes a proof for one input.
///
/// # Parameters
/// - `input_json`: the program's input, a JSON object of signal names.
/// - `fixed`: what the requester fixed of the public inputs. They are compared before the long part
///   begins.
/// - `limits`, `cancel`: bounds of the run. Memory is that beside key and program.
/// - `progress`: called at the start of each stage (`witness`, `quotient`, `commitments`, `verify`)
///   with the share of the whole that is done.
///
/// Blocks for as long as the proof takes and uses every core of the current thread pool; call it
/// from a thread that may block, with at least 2 MiB of stack.
///
/// # Errors
/// See [`Groth16Error`]: the input's, the artifacts', the limits' faults each have their own code.
pub fn prove_on(
	engine: &dyn Engine,
	key: &KeyHead,
	program: &WitnessProgram,
	input_json: &[u8],
	fixed: Fixed<'_>,
	limits: &Limits,
	cancel: &CancelFlag,
	progress: &(dyn Fn(&str, f32) + Sync),
) -> Result<Proof, Groth16Error> {
	let budget = Budget::start(limits, cancel);
	fixed.check_len(key.public.saturating_mul(PUBLIC_INPUT_LEN))?;
	budget.check_memory(engine.memory_bytes())?;

	progress("witness", 0.0);
	let started = Instant::now();
	let input = inputs::parse(input_json)?;
	let witness = program.run(&input, &budget, Some(key.signals))?;
	let witness_ms = millis(started);

	let public_inputs: Vec<[u8; 32]> =
		witness[1..=key.public].iter().map(big_endian).collect::<Result<_, _>>()?;
	let public_values = public_inputs.concat();
	fixed.check(&public_values)?;

	let started = Instant::now();
	let proof = prove_witness(engine, key, &witness, &budget, progress)?;
	let prove_ms = millis(started);

	progress("verify", 0.95);
	let started = Instant::now();
	check(key, &public_values, &proof)?;
	let verify_ms = millis(started);
	Ok(Proof { proof, public_inputs, witness_ms, prove_ms, verify_ms })
}

/// Makes a proof for a witness that is there. It is not checked.
///
/// # Errors
/// Those of the engine, and `Internal` without randomness.
pub fn prove_witness(
	engine: &dyn Engine,
	key: &KeyHead,
	witness: &[Fr],
	budget: &Budget,
	progress: &(dyn Fn(&str, f32) + Sync),
) -> Result<Vec<u8>, Groth16Error> {
	blind(key, &engine.sums(witness, budget, progress)?)
}

/// Asks the chain's verifier about a proof. `public_values` are the public inputs, 32 bytes each, one after the other.
///
/// # Errors
/// `Mismatched` if it refuses: the witness program said that its constraints hold, so either it is not that of the key's
/// circuit or the key's points are wrong.
pub fn check(key: &KeyHead, public_values: &[u8], proof: &[u8]) -> Result<(), Groth16Error> {
	let system = ProofSystem::Groth16Bn254;
	proofyard_verifier::verify(system, &key.prepared_key, public_values, proof).map_err(|error| {
		Groth16Error::Mismatched(format!("the proof they make does not verify: {error}"))
	})
}

/// The five sums on the processor, side by side.
fn commit(
	key: &ProvingKey,
	witness: &[Fr],
	h: &[BigInt<4>],
	budget: &Budget,
) -> Result<Sums, Groth16Error> {
	let witness: Vec<BigInt<4>> = witness.par_iter().map(|value| value.into_bigint()).collect();
	let (((a, b1), b2), (c, h)) = rayon::join(
		|| {
			rayon::join(
				|| {
					rayon::join(
						|| commit_to(&key.a, &witness, budget),
						|| commit_to(&key.b1, &witness, budget),
					)
				},
				|| commit_to(&key.b2, &witness, budget),
			)
		},
		|| rayon::join(|| commit_to(&key.c, &witness, budget), || msm(&key.h, h, budget)),
	);
	Ok(Sums { a: a?, b1: b1?, b2: b2?, c: c?, h: h? })
}

/// The three points of the proof, blinded by fresh random r and s.
fn blind(key: &KeyHead, sums: &Sums) -> Result<Vec<u8>, Groth16Error> {
	Ok(blind_with(key, sums, random_scalar()?, random_scalar()?))
}

pub(super) fn blind_with(key: &KeyHead, sums: &Sums, r: Fr, s: Fr) -> Vec<u8> {
	let a: G1Projective = sums.a + key.alpha_g1 + key.delta_g1 * r;
	let b1: G1Projective = sums.b1 + key.beta_g1 + key.delta_g1 * s;
	let b: G2Projective = sums.b2 + key.beta_g2 + key.delta_g2 * s;
	let c: G1Projective = sums.c + sums.h + a * s + b1 * r - key.delta_g1 * (r * s);

	let mut proof = Vec::with_capacity(256);
	put_g1(&mut proof, &a.into_affine());
	put_g2(&mut proof, &b.into_affine());
	put_g1(&mut proof, &c.into_affine());
	proof
}

fn commit_to<P: SWCurveConfig>(
	bases: &Bases<Affine<P>>,
	witness: &[BigInt<4>],
	budget: &Budget,
) -> Result<Projective<P>, Groth16Error> {
	let scalars: Vec<_> = bases.signals.par_iter().map(|i| witness[*i as usize]).collect();
	msm(&bases.points, &scalars, budget)
}

/// A uniform scalar: 512 random bits leave no bias after reduction.
fn random_scalar() -> Result<Fr, Groth16Error> {
	let mut bytes = [0u8; 64];
	OsRng
		.try_fill_bytes(&mut bytes)
		.map_err(|error| Groth16Error::Internal(format!("no randomness: {error}")))?;
	Ok(Fr::from_le_bytes_mod_order(&bytes))
}

/// A public input as the chain takes it.
///
/// # Errors
/// None that can be met: a scalar has 32 bytes.
pub fn big_endian(value: &Fr) -> Result<[u8; 32], Groth16Error> {
	value
		.into_bigint()
		.to_bytes_be()
		.try_into()
		.map_err(|_| Groth16Error::Internal("a scalar is not 32 bytes long".into()))
}

fn millis(since: Instant) -> u64 {
	u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
