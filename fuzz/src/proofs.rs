// SPDX-License-Identifier: Apache-2.0
//! Keys and proofs: a real key with its one proof, and a key whose trapdoor is known, under which there
//! are as many different proofs of each statement as anybody wants.
//!
//! A chain cannot tell both apart, and only with the second can a prover have a proof of its own for the
//! challenge of a calibration task, or prove again what another has shown.

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, Field, PrimeField};
use codec::Encode;
use proofyard_primitives::{ProofData, Scalar};
use proofyard_verifier::convert::gnark;
use sp_core::H256;
use std::{cell::RefCell, collections::BTreeMap, sync::LazyLock};

/// Under which key a program is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
	/// A real one, with one public input, of which there is one proof.
	Real,
	/// One whose trapdoor is known, with so many public inputs.
	Known(u32),
}

impl Key {
	/// Its canonical bytes.
	pub fn bytes(self) -> Vec<u8> {
		match self {
			Self::Real => REAL.0.clone(),
			Self::Known(inputs) => Trapdoor::new(inputs).key(),
		}
	}

	/// How many public inputs its proofs have.
	pub fn inputs(self) -> u32 {
		match self {
			Self::Real => 1,
			Self::Known(inputs) => inputs,
		}
	}

	/// A valid proof of these public inputs; others are chosen where they are `None`, or where there is
	/// no proof of them. Another `variant` gives other bytes, where there are any.
	pub fn prove(self, inputs: &[Option<Scalar>], variant: u64) -> ProofData {
		match self {
			Self::Real => REAL.1.clone(),
			Self::Known(count) => {
				let place = |n: u32| inputs.get(n as usize).copied().flatten();
				let inputs: Vec<Scalar> =
					(0..count).map(|n| place(n).unwrap_or_else(|| any_input(n))).collect();
				made(count, inputs, variant)
			}
		}
	}

	/// Whether a proof verifies under this key. Knows those made here, and that no other does.
	pub fn accepts(self, proof: &ProofData) -> bool {
		match self {
			Self::Real => *proof == REAL.1,
			Self::Known(count) => MADE.with_borrow(|made| {
				made.iter().any(|((of, ..), known)| *of == count && known == proof)
			}),
		}
	}
}

/// A public input that nobody asked for.
pub fn any_input(place: u32) -> Scalar {
	let mut input = [0; 32];
	input[31] = 7 + place as u8;
	input
}

static REAL: LazyLock<(Vec<u8>, ProofData)> = LazyLock::new(|| {
	macro_rules! vector {
		($name:literal) => {
			include_bytes!(concat!("../../primitives/verifier/tests/vectors/", $name))
		};
	}
	let key = gnark::key_from_bytes(vector!("gnark-groth16-bn254.vk")).expect("a key");
	let proof = gnark::proof_from_bytes(vector!("gnark-groth16-bn254.proof")).expect("a proof");
	let inputs =
		gnark::public_inputs_from_bytes(vector!("gnark-groth16-bn254.pub")).expect("inputs");
	let inputs: Vec<Scalar> =
		inputs.chunks(32).map(|word| word.try_into().expect("32 bytes")).collect();
	let proof = ProofData {
		proof: proof.try_into().expect("short enough"),
		public_inputs: inputs.try_into().expect("few enough"),
	};
	(key, proof)
});

type Wanted = (u32, Vec<Scalar>, u64);

thread_local! {
	/// The proofs made so far in this thread.
	static MADE: RefCell<BTreeMap<Wanted, ProofData>> = const { RefCell::new(BTreeMap::new()) };
}

fn made(count: u32, inputs: Vec<Scalar>, variant: u64) -> ProofData {
	let wanted = (count, inputs, variant);
	if let Some(proof) = MADE.with_borrow(|made| made.get(&wanted).cloned()) {
		return proof;
	}
	let proof = Trapdoor::new(count).prove(&wanted.1, variant);
	MADE.with_borrow_mut(|made| made.insert(wanted, proof.clone()));
	proof
}

/// Forget the proofs made for one list of actions: they are made again where they are wanted.
pub fn forget() {
	MADE.with_borrow_mut(BTreeMap::clear);
}

/// What a proof is recognised by.
pub fn hash(proof: &ProofData) -> H256 {
	H256(sp_io::hashing::blake2_256(&proof.encode()))
}

/// The discrete logarithms behind a key. Who knows them chooses A and B of a proof and solves the
/// equation that the verifier checks, `e(A,B) = e(α,β) · e(Σ,γ) · e(C,δ)`, for C.
struct Trapdoor {
	alpha: Fr,
	beta: Fr,
	gamma: Fr,
	delta: Fr,
	ic: Vec<Fr>,
}

impl Trapdoor {
	fn new(inputs: u32) -> Self {
		let number = |n: u64| Fr::from(0x9e37_79b9_7f4a_7c15 ^ n).square() + Fr::from(n);
		Self {
			alpha: number(1),
			beta: number(2),
			gamma: number(3),
			delta: number(4),
			ic: (0..=u64::from(inputs)).map(|place| number(5 + place)).collect(),
		}
	}

	fn key(&self) -> Vec<u8> {
		let mut key = g1(self.alpha);
		for scalar in [self.beta, self.gamma, self.delta] {
			key.extend(g2(scalar));
		}
		key.extend(self.ic.iter().flat_map(|scalar| g1(*scalar)));
		key
	}

	fn prove(&self, inputs: &[Scalar], variant: u64) -> ProofData {
		let a = Fr::from(0x1405_7b7e_f767_814f ^ variant).square();
		let b = a + Fr::from(variant) + Fr::from(11u64);
		let sum = self.ic[1..]
			.iter()
			.zip(inputs)
			.map(|(factor, input)| *factor * Fr::from_be_bytes_mod_order(input))
			.fold(self.ic[0], |sum, part| sum + part);
		let c = a * b - self.alpha * self.beta - sum * self.gamma;
		let c = c * self.delta.inverse().expect("not zero");
		let proof = [g1(a), g2(b), g1(c)].concat();
		ProofData {
			proof: proof.try_into().expect("short enough"),
			public_inputs: inputs.to_vec().try_into().expect("few enough"),
		}
	}
}

fn coordinate(x: Fq) -> Vec<u8> {
	x.into_bigint().to_bytes_be()
}

fn g1(scalar: Fr) -> Vec<u8> {
	let point = (G1Affine::generator() * scalar).into_affine();
	[coordinate(point.x), coordinate(point.y)].concat()
}

fn g2(scalar: Fr) -> Vec<u8> {
	let point = (G2Affine::generator() * scalar).into_affine();
	let (x, y) = (point.x, point.y);
	[coordinate(x.c1), coordinate(x.c0), coordinate(y.c1), coordinate(y.c0)].concat()
}

#[cfg(test)]
mod tests {
	use super::*;
	use proofyard_primitives::ProofSystem::Groth16Bn254;
	use proofyard_verifier::{prepare_key, verify};

	fn verdict(key: Key, proof: &ProofData) -> bool {
		let prepared = prepare_key(Groth16Bn254, &key.bytes()).expect("a sound key");
		verify(Groth16Bn254, &prepared, &proof.public_input_bytes(), &proof.proof).is_ok()
	}

	#[test]
	fn what_is_made_here_verifies_and_nothing_else() {
		for key in [Key::Real, Key::Known(1), Key::Known(2)] {
			let proof = key.prove(&[], 0);
			assert!(verdict(key, &proof) && key.accepts(&proof));
			let mut wrong = proof.clone();
			wrong.public_inputs[0][31] ^= 1;
			assert!(!verdict(key, &wrong) && !key.accepts(&wrong));
			let mut wrong = proof;
			wrong.proof[40] ^= 1;
			assert!(!verdict(key, &wrong) && !key.accepts(&wrong));
		}
	}

	#[test]
	fn a_statement_has_many_proofs() {
		let key = Key::Known(1);
		let challenge = [3; 32].map(|byte: u8| byte & 0x0f);
		let proofs = [0, 1].map(|variant| key.prove(&[Some(challenge)], variant));
		assert_ne!(proofs[0], proofs[1]);
		for proof in proofs {
			assert_eq!(proof.public_inputs[0], challenge);
			assert!(verdict(key, &proof));
		}
	}
}
