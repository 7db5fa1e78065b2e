// SPDX-License-Identifier: Apache-2.0

//! Inputs, good and bad.

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, PrimeField, UniformRand};
use proofyard_verifier::convert::gnark;
use rand::{rngs::StdRng, Rng, RngCore};

/// A key, public inputs and a proof that belong together, in canonical bytes.
#[derive(Clone)]
pub struct Sample {
	pub key: Vec<u8>,
	pub public: Vec<u8>,
	pub proof: Vec<u8>,
}

impl Sample {
	/// A proof that gnark made.
	pub fn gnark() -> Self {
		const KEY: &[u8] = include_bytes!("../../../verifier/tests/vectors/gnark-groth16-bn254.vk");
		const PROOF: &[u8] =
			include_bytes!("../../../verifier/tests/vectors/gnark-groth16-bn254.proof");
		const PUBLIC: &[u8] =
			include_bytes!("../../../verifier/tests/vectors/gnark-groth16-bn254.pub");
		Self {
			key: gnark::key_from_bytes(KEY).unwrap(),
			public: gnark::public_inputs_from_bytes(PUBLIC).unwrap(),
			proof: gnark::proof_from_bytes(PROOF).unwrap(),
		}
	}

	/// A proof made with the trapdoor of a fresh key.
	pub fn fresh(inputs: usize, rng: &mut StdRng) -> Self {
		let [alpha, beta, gamma, delta, a, b] = core::array::from_fn(|_| Fr::rand(rng));
		let ic: Vec<Fr> = (0..=inputs).map(|_| Fr::rand(rng)).collect();
		let public: Vec<Fr> = (0..inputs).map(|_| Fr::rand(rng)).collect();
		let x =
			ic[0] + ic[1..].iter().zip(&public).map(|(point, input)| *point * input).sum::<Fr>();
		let c = (a * b - alpha * beta - x * gamma) / delta;
		let g1 = |scalar: Fr| g1((G1Affine::generator() * scalar).into_affine());
		let g2 = |scalar: Fr| g2((G2Affine::generator() * scalar).into_affine());
		let mut key = [g1(alpha), g2(beta), g2(gamma), g2(delta)].concat();
		key.extend(ic.into_iter().flat_map(g1));
		Self {
			key,
			public: public.iter().flat_map(word).collect(),
			proof: [g1(a), g2(b), g1(c)].concat(),
		}
	}
}

/// `bytes` with one bit changed.
pub fn flip(bytes: &[u8], bit: usize) -> Vec<u8> {
	let mut bytes = bytes.to_vec();
	bytes[bit / 8] ^= 1 << (bit % 8);
	bytes
}

/// Random bytes of one of these lengths; half of the time each 32-byte word is small enough to be a coordinate.
pub fn random_bytes(rng: &mut StdRng, lengths: &[usize]) -> Vec<u8> {
	let mut bytes = vec![0; lengths[rng.gen_range(0..lengths.len())]];
	rng.fill_bytes(&mut bytes);
	if rng.gen() {
		bytes.iter_mut().step_by(32).for_each(|byte| *byte &= 0x1f);
	}
	bytes
}

/// Three points that have nothing to do with any statement.
pub fn random_proof(rng: &mut StdRng) -> Vec<u8> {
	let a = G1Projective::rand(rng).into_affine();
	let b = G2Projective::rand(rng).into_affine();
	let c = G1Projective::rand(rng).into_affine();
	[g1(a), g2(b), g1(c)].concat()
}

/// The same with a `B` on the curve, but not in the group.
pub fn random_proof_outside_the_subgroup(rng: &mut StdRng) -> Vec<u8> {
	let mut proof = random_proof(rng);
	let stray = loop {
		if let Some(point) = G2Affine::get_point_from_x_unchecked(Fq2::rand(rng), rng.gen()) {
			break point;
		}
	};
	proof[64..192].copy_from_slice(&g2(stray));
	proof
}

/// Keys that are wrong in every way a key can be.
pub fn odd_keys() -> Vec<Vec<u8>> {
	let key = Sample::gnark().key;
	let mut odd = not_reduced::<Fq>(&key);
	odd.extend([0..64, 64..192, 192..320, 320..448].map(|range| zeroed(&key, range)));
	odd.extend([0, 1, 511, 513, 575, 577, 4608 + 64].map(|length| resized(&key, length)));
	odd.push(vec![0xff; key.len()]);
	// δ = γ and δ = −γ.
	let mut forgeable = key.clone();
	forgeable.copy_within(192..320, 320);
	odd.push(forgeable.clone());
	for offset in [384, 416] {
		let y = Fq::from_be_bytes_mod_order(&forgeable[offset..offset + 32]);
		forgeable[offset..offset + 32].copy_from_slice(&word(&-y));
	}
	odd.push(forgeable);
	odd
}

/// Proofs that are wrong in every way a proof can be.
pub fn odd_proofs() -> Vec<Vec<u8>> {
	let proof = Sample::gnark().proof;
	let mut odd = not_reduced::<Fq>(&proof);
	odd.extend([0..64, 64..192, 192..256].map(|range| zeroed(&proof, range)));
	odd.extend([0, 1, 255, 257, 512].map(|length| resized(&proof, length)));
	odd.push(vec![0; proof.len()]);
	odd.push(vec![0xff; proof.len()]);
	// A and C exchanged.
	odd.push([&proof[192..], &proof[64..192], &proof[..64]].concat());
	odd
}

/// Public inputs for a key of one that are wrong in every way they can be.
pub fn odd_public_inputs() -> Vec<Vec<u8>> {
	let public = Sample::gnark().public;
	let mut odd = not_reduced::<Fr>(&public);
	odd.extend([0, 1, 31, 33, 64].map(|length| resized(&public, length)));
	odd.push(vec![0xff; 32]);
	odd.push(vec![0; 32]);
	odd.push(Fr::MODULUS.to_bytes_be());
	odd.push(word(&-Fr::from(1u64)));
	odd
}

/// One copy for each number in `bytes`, with the modulus added to that number.
fn not_reduced<F: PrimeField>(bytes: &[u8]) -> Vec<Vec<u8>> {
	let modulus = F::MODULUS.to_bytes_be();
	(0..bytes.len())
		.step_by(32)
		.map(|offset| {
			let mut bytes = bytes.to_vec();
			let mut carry = 0;
			for (byte, addend) in bytes[offset..offset + 32].iter_mut().zip(&modulus).rev() {
				let sum = u16::from(*byte) + u16::from(*addend) + carry;
				*byte = sum as u8;
				carry = sum >> 8;
			}
			bytes
		})
		.collect()
}

fn zeroed(bytes: &[u8], range: std::ops::Range<usize>) -> Vec<u8> {
	let mut bytes = bytes.to_vec();
	bytes[range].fill(0);
	bytes
}

fn resized(bytes: &[u8], length: usize) -> Vec<u8> {
	let mut bytes = bytes.to_vec();
	bytes.resize(length, 0);
	bytes
}

fn g1(point: G1Affine) -> Vec<u8> {
	[point.x, point.y].iter().flat_map(word).collect()
}

fn g2(point: G2Affine) -> Vec<u8> {
	[point.x.c1, point.x.c0, point.y.c1, point.y.c0].iter().flat_map(word).collect()
}

fn word<F: PrimeField>(element: &F) -> Vec<u8> {
	element.into_bigint().to_bytes_be()
}
