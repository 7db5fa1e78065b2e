// SPDX-License-Identifier: Apache-2.0

//! Keys and proofs that the tests share.

#![allow(dead_code, unused_imports)]

mod change;
mod wrapped;

pub use change::*;
pub use wrapped::*;

use ark_bls12_381::Bls12_381;
use ark_bn254::{Bn254, Fq, G1Affine, G2Affine};
use ark_ec::pairing::Pairing;
use ark_ff::{BigInteger, Field, PrimeField};
use ark_groth16::{Groth16, Proof, VerifyingKey};
use ark_relations::{
	gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError},
	lc,
};
use ark_snark::SNARK;
use proofyard_verifier::{
	convert::{gnark, snarkjs},
	ProofSystem, VerifyError,
};
use rand::Rng;

pub const SYSTEM: ProofSystem = ProofSystem::Groth16Bn254;

pub const GNARK_KEY: &[u8] = include_bytes!("../vectors/gnark-groth16-bn254.vk");
pub const GNARK_PROOF: &[u8] = include_bytes!("../vectors/gnark-groth16-bn254.proof");
pub const GNARK_PUBLIC: &[u8] = include_bytes!("../vectors/gnark-groth16-bn254.pub");

pub const BLS_KEY: &str = include_str!("../vectors/snarkjs-bls12-381.key.json");
pub const BLS_PROOF: &str = include_str!("../vectors/snarkjs-bls12-381.proof.json");
pub const BLS_PUBLIC: &str = include_str!("../vectors/snarkjs-bls12-381.public.json");

/// A key, public inputs and a proof that belong together, in canonical bytes.
#[derive(Clone)]
pub struct Sample {
	pub system: ProofSystem,
	pub key: Vec<u8>,
	pub public: Vec<u8>,
	pub proof: Vec<u8>,
}

impl Sample {
	/// The proof that gnark made.
	pub fn gnark() -> Self {
		Self {
			system: SYSTEM,
			key: gnark::key_from_bytes(GNARK_KEY).unwrap(),
			public: gnark::public_inputs_from_bytes(GNARK_PUBLIC).unwrap(),
			proof: gnark::proof_from_bytes(GNARK_PROOF).unwrap(),
		}
	}

	/// The proof over BLS12-381 that snarkjs made.
	pub fn snarkjs_bls() -> Self {
		let (system, key) = snarkjs::key(BLS_KEY).unwrap();
		Self {
			system,
			key,
			public: snarkjs::public_inputs(system, BLS_PUBLIC).unwrap(),
			proof: snarkjs::proof(BLS_PROOF).unwrap().1,
		}
	}

	/// A proof for a fresh key over BN254 with this many public inputs.
	pub fn fresh(inputs: usize, rng: &mut (impl Rng + rand::CryptoRng)) -> Self {
		let (key, public, proof) = arkworks::<Bn254>(inputs, rng);
		Self {
			system: SYSTEM,
			key: key_bytes(&key),
			public: public.iter().flat_map(word).collect(),
			proof: proof_bytes(&proof),
		}
	}

	/// A proof for a fresh key over BLS12-381 with this many public inputs.
	pub fn fresh_bls(inputs: usize, rng: &mut (impl Rng + rand::CryptoRng)) -> Self {
		let (key, public, proof) = arkworks::<Bls12_381>(inputs, rng);
		Self {
			system: ProofSystem::Groth16Bls12_381,
			key: bls_key_bytes(&key),
			public: public.iter().flat_map(word).collect(),
			proof: bls_proof_bytes(&proof),
		}
	}

	pub fn prepared(&self) -> Vec<u8> {
		proofyard_verifier::prepare_key(self.system, &self.key).unwrap()
	}

	/// Prepares the key and verifies.
	pub fn verify(&self) -> Result<(), VerifyError> {
		proofyard_verifier::verify(self.system, &self.prepared(), &self.public, &self.proof)
	}
}

/// A key, public inputs and a proof of arkworks.
pub fn arkworks<E: Pairing>(
	inputs: usize,
	rng: &mut (impl Rng + rand::CryptoRng),
) -> (VerifyingKey<E>, Vec<E::ScalarField>, Proof<E>) {
	let circuit = Products::<E::ScalarField>::random(inputs, rng);
	let public = circuit.products();
	let (proving, verifying) = Groth16::<E>::circuit_specific_setup(circuit.clone(), rng).unwrap();
	let proof = Groth16::<E>::prove(&proving, circuit, rng).unwrap();
	assert!(Groth16::<E>::verify(&verifying, &public, &proof).unwrap());
	(verifying, public, proof)
}

/// Knows factors of neighbouring products: `factorᵢ · factorᵢ₊₁ = publicᵢ`.
#[derive(Clone)]
pub struct Products<F> {
	factors: Vec<F>,
}

impl<F: Field> Products<F> {
	pub fn random(inputs: usize, rng: &mut impl Rng) -> Self {
		Self { factors: (0..=inputs).map(|_| F::rand(rng)).collect() }
	}

	pub fn products(&self) -> Vec<F> {
		self.factors.windows(2).map(|pair| pair[0] * pair[1]).collect()
	}
}

impl<F: Field> ConstraintSynthesizer<F> for Products<F> {
	fn generate_constraints(self, cs: ConstraintSystemRef<F>) -> Result<(), SynthesisError> {
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

pub fn bls_g1_bytes(point: &ark_bls12_381::G1Affine) -> Vec<u8> {
	[point.x, point.y].iter().flat_map(word).collect()
}

pub fn bls_g2_bytes(point: &ark_bls12_381::G2Affine) -> Vec<u8> {
	[point.x.c1, point.x.c0, point.y.c1, point.y.c0].iter().flat_map(word).collect()
}

pub fn bls_key_bytes(key: &VerifyingKey<Bls12_381>) -> Vec<u8> {
	let mut bytes = bls_g1_bytes(&key.alpha_g1);
	for point in [&key.beta_g2, &key.gamma_g2, &key.delta_g2] {
		bytes.extend(bls_g2_bytes(point));
	}
	bytes.extend(key.gamma_abc_g1.iter().flat_map(bls_g1_bytes));
	bytes
}

pub fn bls_proof_bytes(proof: &Proof<Bls12_381>) -> Vec<u8> {
	[bls_g1_bytes(&proof.a), bls_g2_bytes(&proof.b), bls_g1_bytes(&proof.c)].concat()
}

/// Adds the modulus of `F` to the number at `offset`: the same element, not reduced.
pub fn add_modulus<F: PrimeField>(bytes: &[u8], offset: usize) -> Vec<u8> {
	let mut bytes = bytes.to_vec();
	let modulus = F::MODULUS.to_bytes_be();
	let mut carry = 0;
	for (byte, addend) in bytes[offset..offset + modulus.len()].iter_mut().zip(&modulus).rev() {
		let sum = u16::from(*byte) + u16::from(*addend) + carry;
		*byte = sum as u8;
		carry = sum >> 8;
	}
	assert_eq!(carry, 0, "a modulus leaves room for another one");
	bytes
}

/// `bytes` cut or filled up with zeros.
pub fn resize(bytes: &[u8], length: usize) -> Vec<u8> {
	let mut bytes = bytes.to_vec();
	bytes.resize(length, 0);
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
