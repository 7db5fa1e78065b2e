// SPDX-License-Identifier: Apache-2.0
//! Proofs held against those of `ark-groth16`, which computes all sums by arkworks' own `msm` and shares no code with this
//! module but field, curve and transforms.

use super::{
	prove::{blind_with, Cpu, Engine},
	sample::squares,
	witness::WitnessProgram,
	zkey::{put_g1, put_g2, Bases, Matrix, ProvingKey},
	Budget, CancelFlag, Fr, Limits,
};
use ark_bn254::Bn254;
use ark_ec::AffineRepr;
use ark_ff::PrimeField;
use ark_groth16::{
	r1cs_to_qap::{LibsnarkReduction, R1CSToQAP},
	Groth16,
};
use ark_poly::EvaluationDomain;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use std::{path::Path, time::Duration};

/// The reduction that snarkjs' keys are made for, by the domain of twice the size: its odd elements are the coset.
struct Snarkjs;

impl R1CSToQAP for Snarkjs {
	fn instance_map_with_evaluation<F: PrimeField, D: EvaluationDomain<F>>(
		cs: ConstraintSystemRef<F>,
		t: &F,
	) -> Result<(Vec<F>, Vec<F>, Vec<F>, F, usize, usize), SynthesisError> {
		LibsnarkReduction::instance_map_with_evaluation::<F, D>(cs, t)
	}

	fn witness_map_from_matrices<F: PrimeField, D: EvaluationDomain<F>>(
		matrices: &[Vec<Vec<(F, usize)>>],
		_inputs: usize,
		rows: usize,
		witness: &[F],
	) -> Result<Vec<F>, SynthesisError> {
		let domain = D::new(rows).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
		let double = D::new(2 * rows).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
		let times = |row: &Vec<(F, usize)>| row.iter().map(|(value, i)| *value * witness[*i]).sum();
		let [a, b] = [0, 1].map(|i| matrices[i].iter().map(times).collect::<Vec<F>>());
		let c: Vec<F> = a.iter().zip(&b).map(|(a, b)| *a * b).collect();
		let [a, b, c] = [a, b, c].map(|values| double.fft(&domain.ifft(&values)));
		Ok((1..2 * rows).step_by(2).map(|i| a[i] * b[i] - c[i]).collect())
	}

	fn h_query_scalars<F: PrimeField, D: EvaluationDomain<F>>(
		max_power: usize,
		t: F,
		zt: F,
		delta_inverse: F,
	) -> Result<Vec<F>, SynthesisError> {
		LibsnarkReduction::h_query_scalars::<F, D>(max_power, t, zt, delta_inverse)
	}
}

/// A point for each signal again.
fn query<P: AffineRepr>(bases: &Bases<P>, signals: std::ops::Range<usize>) -> Vec<P> {
	let mut points = vec![P::zero(); signals.end];
	for (point, signal) in bases.points.iter().zip(&bases.signals) {
		points[*signal as usize] = *point;
	}
	points.split_off(signals.start)
}

fn rows(matrix: &Matrix) -> Vec<Vec<(Fr, usize)>> {
	let terms: Vec<_> =
		matrix.values.iter().copied().zip(matrix.signals.iter().map(|i| *i as usize)).collect();
	let row = |ends: &[u32]| terms[ends[0] as usize..ends[1] as usize].to_vec();
	matrix.starts.windows(2).map(row).collect()
}

/// The proof of `ark-groth16` with these blinding factors, in the chain's encoding.
fn arkworks(key: &ProvingKey, witness: &[Fr], r: Fr, s: Fr) -> Vec<u8> {
	let (signals, private) = (0..key.signals, key.public + 1..key.signals);
	let ark_key = ark_groth16::ProvingKey::<Bn254> {
		vk: ark_groth16::VerifyingKey {
			alpha_g1: key.alpha_g1,
			beta_g2: key.beta_g2,
			delta_g2: key.delta_g2,
			// Of no use to a prover.
			gamma_g2: AffineRepr::zero(),
			gamma_abc_g1: Vec::new(),
		},
		beta_g1: key.beta_g1,
		delta_g1: key.delta_g1,
		a_query: query(&key.a, signals.clone()),
		b_g1_query: query(&key.b1, signals.clone()),
		b_g2_query: query(&key.b2, signals),
		h_query: key.h.clone(),
		l_query: query(&key.c, private),
	};
	let matrices = [rows(&key.matrix_a), rows(&key.matrix_b)];
	let inputs = key.public + 1;
	let proof = Groth16::<Bn254, Snarkjs>::create_proof_with_reduction_and_matrices(
		&ark_key,
		r,
		s,
		&matrices,
		inputs,
		key.domain_size,
		witness,
	);
	let (proof, mut bytes) = (proof.unwrap(), Vec::new());
	put_g1(&mut bytes, &proof.a);
	put_g2(&mut bytes, &proof.b);
	put_g1(&mut bytes, &proof.c);
	bytes
}

fn agree(key: &ProvingKey, witness: &[Fr]) {
	let limits = Limits { memory_bytes: u64::MAX, time: Duration::MAX };
	let budget = Budget::start(&limits, &CancelFlag::new());
	let sums = Cpu(key).sums(witness, &budget, &|_, _| {}).unwrap();
	let (r, s) = (Fr::from(0x9e37_79b9_7f4a_7c15u64), -Fr::from(5u64));
	assert_eq!(blind_with(key, &sums, r, s), arkworks(key, witness, r, s));
}

#[test]
fn proofs_of_a_real_program_are_those_of_arkworks() {
	let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/semaphore-20");
	let key = ProvingKey::read(&fixtures.join("semaphore-20.zkey")).unwrap();
	let program = WitnessProgram::read(&fixtures.join("semaphore-20.wasm")).unwrap();
	let input = std::fs::read(fixtures.join("input.json")).unwrap();
	let limits = Limits { memory_bytes: u64::MAX, time: Duration::MAX };
	let input = serde_json::from_slice(&input).unwrap();
	let witness = program.calculate(&input, &limits, &CancelFlag::new()).unwrap();
	agree(&key, &witness);
}

#[test]
fn proofs_of_generated_circuits_are_those_of_arkworks() {
	for power in [2, 7] {
		let (key, witness) = squares(power).unwrap();
		agree(&key, &witness);
	}
}
