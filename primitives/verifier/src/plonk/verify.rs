// SPDX-License-Identifier: Apache-2.0

//! The verification equations.

use super::{
	transcript::{hash_commitment, Bindings, Transcript},
	PreparedKey, Proof,
};
use crate::{groth16::combination::sum, pairing, VerifyError};
use alloc::vec::Vec;
use ark_bn254::{Fq12, Fr, G1Affine};
use ark_ec::CurveGroup;
use ark_ff::{Field, Zero};

/// `Σ scalar·point`
fn combine<const N: usize>(terms: [(G1Affine, Fr); N]) -> Result<G1Affine, VerifyError> {
	let (points, scalars): (Vec<_>, Vec<_>) = terms.into_iter().unzip();
	Ok(sum(&points, &scalars).ok_or(VerifyError::CorruptPreparedKey)?.into_affine())
}

/// The point of evaluation and what is computed of it alone.
struct Evaluation {
	zeta: Fr,
	/// `ζⁿ`
	power: Fr,
	/// `(ζⁿ − 1) / n`
	scaled_vanishing: Fr,
}

impl Evaluation {
	/// `Z_H(ζ) = ζⁿ − 1`
	fn vanishing(&self) -> Fr {
		self.power - Fr::ONE
	}

	/// Value at `ζ` of the Lagrange polynomial that is one at `root`; nothing where `ζ` is that root.
	fn lagrange(&self, root: Fr) -> Option<Fr> {
		Some(self.scaled_vanishing * root * (self.zeta - root).inverse()?)
	}
}

/// Verifies a proof under a key that has been checked.
pub(crate) fn verify(
	PreparedKey { key, g2, x_g2 }: &PreparedKey,
	inputs: &[Fr],
	proof: &Proof,
) -> Result<(), VerifyError> {
	let mismatch = VerifyError::PairingMismatch;
	if inputs.len() != key.inputs as usize {
		return Err(VerifyError::WrongPublicInputCount);
	}
	let Proof { wires, quotient, values, product, shifted_value, .. } = proof;
	let [l, r, o, s1, s2] = *values;

	let mut transcript = Transcript::default();
	let bindings = Bindings::default()
		.points(&key.permutation)
		.points(&key.selectors)
		.points([&key.commitment_selector])
		.scalars(inputs)
		.points(wires);
	let gamma = transcript.challenge("gamma", bindings);
	let beta = transcript.challenge("beta", Bindings::default());
	let bindings = Bindings::default().points([&proof.commitment, product]);
	let alpha = transcript.challenge("alpha", bindings);
	let zeta = transcript.challenge("zeta", Bindings::default().points(quotient));

	// The size is a power of two.
	let power = (0..key.size.trailing_zeros()).fold(zeta, |power, _| power.square());
	let at = Evaluation {
		zeta,
		power,
		scaled_vanishing: (power - Fr::ONE) * Fr::from(key.size).inverse().ok_or(mismatch)?,
	};

	// The public inputs' polynomial, the hash of the commitment among the inputs.
	let mut root = Fr::ONE;
	let committed_root = key.generator.pow([key.committed]);
	let mut public =
		at.lagrange(committed_root).ok_or(mismatch)? * hash_commitment(&proof.commitment);
	for input in inputs {
		public += at.lagrange(root).ok_or(mismatch)? * input;
		root *= key.generator;
	}

	// The permutation argument, split into the part that is known and the part that is committed to.
	let first = alpha.square() * at.lagrange(Fr::ONE).ok_or(mismatch)?;
	let permuted = (l + beta * s1 + gamma) * (r + beta * s2 + gamma) * alpha * shifted_value;
	let constant = first - public - permuted * (o + gamma);
	let identity = (l + beta * zeta + gamma)
		* (r + beta * key.shift * zeta + gamma)
		* (o + beta * key.shift.square() * zeta + gamma)
		* alpha;

	// The linearised polynomial: gates, permutation, and the quotient times the vanishing polynomial.
	let step = power * zeta.square();
	let minus_vanishing = -at.vanishing();
	let [ql, qr, qm, qo, qk] = key.selectors;
	let [_, _, s3] = key.permutation;
	let [h0, h1, h2] = *quotient;
	let linearised = combine([
		(proof.commitment, proof.commitment_selector_value),
		(ql, l),
		(qr, r),
		(qm, l * r),
		(qo, o),
		(qk, Fr::ONE),
		(s3, permuted * beta),
		(*product, first - identity),
		(h0, minus_vanishing),
		(h1, minus_vanishing * step),
		(h2, minus_vanishing * step.square()),
	])?;

	// All openings at ζ become one.
	let [wire_l, wire_r, wire_o] = *wires;
	let [p1, p2, _] = key.permutation;
	let opened = [linearised, wire_l, wire_r, wire_o, p1, p2, key.commitment_selector];
	let claimed = [constant, l, r, o, s1, s2, proof.commitment_selector_value];
	let bindings = Bindings::default()
		.scalars([&zeta])
		.points(&opened)
		.scalars(&claimed)
		.scalars([shifted_value]);
	let fold = Transcript::default().challenge("gamma", bindings);
	let mut weight = Fr::ONE;
	let mut folded_value = Fr::zero();
	let mut weights = [Fr::ONE; 7];
	for (slot, value) in weights.iter_mut().zip(claimed) {
		*slot = weight;
		folded_value += weight * value;
		weight *= fold;
	}
	let folded = sum(&opened, &weights).ok_or(VerifyError::CorruptPreparedKey)?.into_affine();

	// The opening at ζ and the one at ωζ become one as well.
	let Proof { opening, shifted_opening, .. } = *proof;
	let bindings =
		Bindings::default().scalars([&fold]).points([&folded, product, &opening, &shifted_opening]);
	let u = transcript.challenge("u", bindings);
	let left = combine([
		(folded, Fr::ONE),
		(*product, u),
		(key.g1, -(folded_value + u * shifted_value)),
		(opening, zeta),
		(shifted_opening, u * zeta * key.generator),
	])?;
	let right = combine([(opening, -Fr::ONE), (shifted_opening, -u)])?;
	if pairing::product([(left, g2), (right, x_g2)]) == Some(Fq12::ONE) {
		Ok(())
	} else {
		Err(mismatch)
	}
}
