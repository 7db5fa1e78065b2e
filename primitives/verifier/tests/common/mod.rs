// SPDX-License-Identifier: Apache-2.0

//! Keys and proofs that the tests share.

#![allow(dead_code)]

use ark_bn254::{Bn254, Fq, Fr, G1Affine, G2Affine};
use ark_ff::{BigInteger, PrimeField, UniformRand};
use ark_groth16::{Groth16, Proof, VerifyingKey};
use ark_relations::{
	gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError},
	lc,
};
use ark_snark::SNARK;
use proofyard_verifier::{convert::gnark, ProofSystem, VerifyError};
use rand::Rng;

pub const SYSTEM: ProofSystem = ProofSystem::Groth16Bn254;

pub const GNARK_KEY: &[u8] = include_bytes!("../vectors/gnark-groth16-bn254.vk");
pub const GNARK_PROOF: &[u8] = include_bytes!("../vectors/gnark-groth16-bn254.proof");
pub const GNARK_PUBLIC: &[u8] = include_bytes!("../vectors/gnark-groth16-bn254.pub");

/// A key, public inputs and a proof that belong together, in canonical bytes.
#[derive(Clone)]
pub struct Sample {
	pub key: Vec<u8>,
	pub public: Vec<u8>,
	pub proof: Vec<u8>,
}

impl Sample {
	/// The proof that gnark made.
	pub fn gnark() -> Self {
		Self {
			key: gnark::key_from_bytes(GNARK_KEY).unwrap(),
			public: gnark::public_inputs_from_bytes(GNARK_PUBLIC).unwrap(),
			proof: gnark::proof_from_bytes(GNARK_PROOF).unwrap(),
		}
	}

	/// A proof for a fresh key with this many public inputs.
	pub fn fresh(inputs: usize, rng: &mut (impl Rng + rand::CryptoRng)) -> Self {
		let circuit = Products::random(inputs, rng);
		let public = circuit.products();
		let (proving, verifying) =
			Groth16::<Bn254>::circuit_specific_setup(circuit.clone(), rng).unwrap();
		let proof = Groth16::<Bn254>::prove(&proving, circuit, rng).unwrap();
		assert!(Groth16::<Bn254>::verify(&verifying, &public, &proof).unwrap());
		Self {
			key: key_bytes(&verifying),
			public: public.iter().flat_map(word).collect(),
			proof: proof_bytes(&proof),
		}
	}

	pub fn prepared(&self) -> Vec<u8> {
		proofyard_verifier::prepare_key(SYSTEM, &self.key).unwrap()
	}

	/// Prepares the key and verifies.
	pub fn verify(&self) -> Result<(), VerifyError> {
		proofyard_verifier::verify(SYSTEM, &self.prepared(), &self.public, &self.proof)
	}
}

/// Knows factors of neighbouring products: `factorᵢ · factorᵢ₊₁ = publicᵢ`.
#[derive(Clone)]
pub struct Products {
	factors: Vec<Fr>,
}

impl Products {
	pub fn random(inputs: usize, rng: &mut impl Rng) -> Self {
		Self { factors: (0..=inputs).map(|_| Fr::rand(rng)).collect() }
	}

	pub fn products(&self) -> Vec<Fr> {
		self.factors.windows(2).map(|pair| pair[0] * pair[1]).collect()
	}
}

impl ConstraintSynthesizer<Fr> for Products {
	fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
		let products = self.products();
		let factors = self
			.factors
			.iter()
			.map(|factor| cs.new_witness_variable(|| Ok(*factor)))
			.collect::<Result<Vec<_>, _>>()?;
		// A circuit needs at least one constraint, whatever the number of inputs.
		cs.enforce_r1cs_constraint(
			|| lc!() + factors[0],
			|| LinearCombination::from(ark_relations::gr1cs::Variable::One),
			|| lc!() + factors[0],
		)?;
		for (pair, product) in factors.windows(2).zip(products) {
			let product = cs.new_input_variable(|| Ok(product))?;
			cs.enforce_r1cs_constraint(|| lc!() + pair[0], || lc!() + pair[1], || lc!() + product)?;
		}
		Ok(())
	}
}

pub fn word<F: PrimeField>(element: &F) -> Vec<u8> {
	element.into_bigint().to_bytes_be()
}

pub fn g1_bytes(point: &G1Affine) -> Vec<u8> {
	[point.x, point.y].iter().flat_map(word).collect()
}

pub fn g2_bytes(point: &G2Affine) -> Vec<u8> {
	[point.x.c1, point.x.c0, point.y.c1, point.y.c0].iter().flat_map(word).collect()
}

pub fn key_bytes(key: &VerifyingKey<Bn254>) -> Vec<u8> {
	let mut bytes = g1_bytes(&key.alpha_g1);
	for point in [&key.beta_g2, &key.gamma_g2, &key.delta_g2] {
		bytes.extend(g2_bytes(point));
	}
	bytes.extend(key.gamma_abc_g1.iter().flat_map(g1_bytes));
	bytes
}

pub fn proof_bytes(proof: &Proof<Bn254>) -> Vec<u8> {
	[g1_bytes(&proof.a), g2_bytes(&proof.b), g1_bytes(&proof.c)].concat()
}

/// `bytes` with one bit changed; bit 0 is the lowest of the first byte.
pub fn flip(bytes: &[u8], bit: usize) -> Vec<u8> {
	let mut bytes = bytes.to_vec();
	bytes[bit / 8] ^= 1 << (bit % 8);
	bytes
}

/// Adds the modulus of `F` to the 32-byte number at `offset`: the same element, not reduced.
pub fn add_modulus<F: PrimeField>(bytes: &[u8], offset: usize) -> Vec<u8> {
	let mut bytes = bytes.to_vec();
	let modulus = F::MODULUS.to_bytes_be();
	let mut carry = 0;
	for (byte, addend) in bytes[offset..offset + 32].iter_mut().zip(&modulus).rev() {
		let sum = u16::from(*byte) + u16::from(*addend) + carry;
		*byte = sum as u8;
		carry = sum >> 8;
	}
	assert_eq!(carry, 0, "fields of 254 bits leave room for one modulus in 256 bits");
	bytes
}

/// Replaces the coordinate pair or quadruple of a point by zeros.
pub fn zero(bytes: &[u8], range: std::ops::Range<usize>) -> Vec<u8> {
	let mut bytes = bytes.to_vec();
	bytes[range].fill(0);
	bytes
}

/// The modulus of the coordinates, as bytes.
pub fn coordinate_modulus() -> Vec<u8> {
	Fq::MODULUS.to_bytes_be()
}
