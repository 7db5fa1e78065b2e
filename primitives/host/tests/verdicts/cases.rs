// SPDX-License-Identifier: Apache-2.0

//! Inputs, good and bad.

use crate::{change::change, wrapped_vectors::Wrapped};
use ark_bn254::{Fq, Fq2, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::CurveGroup;
use ark_ff::{BigInteger, PrimeField, UniformRand};
use proofyard_verifier::{
	convert::{gnark, snarkjs},
	groth16_bls12_381, groth16_bn254,
	wrap::{self, simulate::Carried, Layout},
	Claim, ProofSystem,
};
use rand::{rngs::StdRng, Rng, RngCore};

/// A key or an entry, and a proof under it: its parts are what changes are made to.
#[derive(Clone)]
pub struct Sample {
	pub name: &'static str,
	/// Nothing for the proof of a zkVM.
	pub system: Option<ProofSystem>,
	/// Key or entry.
	pub key: Vec<u8>,
	pub prepared: Vec<u8>,
	pub program_key: [u8; 32],
	/// Public inputs or public values.
	pub statement: Vec<u8>,
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
		Self::plain(
			"gnark over BN254",
			ProofSystem::Groth16Bn254,
			gnark::key_from_bytes(KEY).unwrap(),
			gnark::public_inputs_from_bytes(PUBLIC).unwrap(),
			gnark::proof_from_bytes(PROOF).unwrap(),
		)
	}

	/// A proof over BLS12-381 that snarkjs made.
	pub fn snarkjs_bls() -> Self {
		const KEY: &str =
			include_str!("../../../verifier/tests/vectors/snarkjs-bls12-381.key.json");
		const PROOF: &str =
			include_str!("../../../verifier/tests/vectors/snarkjs-bls12-381.proof.json");
		const PUBLIC: &str =
			include_str!("../../../verifier/tests/vectors/snarkjs-bls12-381.public.json");
		let (system, key) = snarkjs::key(KEY).unwrap();
		let public = snarkjs::public_inputs(system, PUBLIC).unwrap();
		Self::plain("snarkjs over BLS12-381", system, key, public, snarkjs::proof(PROOF).unwrap().1)
	}

	fn plain(
		name: &'static str,
		system: ProofSystem,
		key: Vec<u8>,
		statement: Vec<u8>,
		proof: Vec<u8>,
	) -> Self {
		let prepared = proofyard_verifier::prepare_key(system, &key).unwrap();
		let system = Some(system);
		Self { name, system, key, prepared, program_key: [0; 32], statement, proof }
	}

	/// A proof made with the trapdoor of a fresh key.
	pub fn simulated(system: ProofSystem, inputs: u32, seed: u64) -> Self {
		let sample = match system {
			ProofSystem::Groth16Bls12_381 => groth16_bls12_381::simulate::simulate(inputs, seed),
			_ => groth16_bn254::simulate::simulate(inputs, seed),
		};
		Self::plain("simulated", system, sample.key, sample.public_inputs, sample.proof)
	}

	/// A zkVM's proof made with the trapdoor of a fresh key.
	pub fn simulated_wrap(layout: Layout, seed: u64, carried: Carried) -> Self {
		let values = b"what the program committed to".to_vec();
		let sample = wrap::simulate::simulate(layout, seed, &values, carried).unwrap();
		Self {
			name: "simulated",
			system: None,
			key: sample.entry.to_bytes(),
			prepared: sample.entry.prepare().unwrap(),
			program_key: sample.program_key,
			statement: values,
			proof: sample.proof,
		}
	}

	/// The zkVMs' proofs of the verifier's tests: every version of each.
	pub fn wrapped() -> impl Iterator<Item = Self> {
		Wrapped::vectors().map(|(name, sample)| Self {
			name,
			system: None,
			key: sample.entry,
			prepared: sample.prepared,
			program_key: sample.program_key,
			statement: sample.public_values,
			proof: sample.proof,
		})
	}

	/// Proofs that others made, of every system and version.
	pub fn all() -> Vec<Self> {
		[Self::gnark(), Self::snarkjs_bls()].into_iter().chain(Self::wrapped()).collect()
	}

	pub fn claim(&self) -> Claim<'_> {
		let Self { prepared, program_key, statement, proof, .. } = self;
		match self.system {
			Some(system) => Claim::Plain { system, prepared, public_inputs: statement, proof },
			None => Claim::Wrapped { prepared, program_key, public_values: statement, proof },
		}
	}

	/// The part of a claim with this number: prepared key, statement, program key, proof.
	pub fn part(&mut self, part: usize) -> Part<'_> {
		match part {
			0 => Part::Bytes(&mut self.prepared),
			1 => Part::Bytes(&mut self.statement),
			2 => Part::Fixed(&mut self.program_key),
			_ => Part::Bytes(&mut self.proof),
		}
	}
}

/// Bytes of any length, or of one only.
pub enum Part<'a> {
	Bytes(&'a mut Vec<u8>),
	Fixed(&'a mut [u8; 32]),
}

impl Part<'_> {
	/// Changes the bytes one way or another.
	pub fn change(self, rng: &mut StdRng) {
		match self {
			Self::Bytes(bytes) => *bytes = change(rng, bytes),
			Self::Fixed(bytes) => {
				let changed = change(rng, &bytes[..]);
				bytes.iter_mut().zip(changed).for_each(|(byte, changed)| *byte = changed);
			}
		}
	}
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
	let public = Sample::gnark().statement;
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
