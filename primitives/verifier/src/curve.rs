// SPDX-License-Identifier: Apache-2.0

//! Parameters of a curve with a pairing that the verifiers need to know.

use crate::{cache::Cache, groth16::PreparedKey, pairing::Line, ProofSystem};
use alloc::vec::Vec;
use ark_ec::{
	pairing::Pairing,
	short_weierstrass::{Affine, SWCurveConfig},
};
use ark_ff::{CyclotomicMultSubgroup, Field, PrimeField};

/// A proof system over one curve. The associated types only spell out what the pairing implies.
pub(crate) trait Curve: 'static {
	/// Index that the prepared keys carry.
	const SYSTEM: ProofSystem;
	/// Bytes of a coordinate.
	const COORDINATE_LEN: usize;
	/// Digits of the number of the Miller loop, lowest first; the highest is one, the others are 0 and ±1.
	const LOOP: &'static [i8];
	/// Whether the number of the loop is the negative of what the digits say.
	const NEGATIVE: bool;

	/// Field of the coordinates of G1.
	type Fq: PrimeField;
	/// Field of the coordinates of G2.
	type Fq2: Field<BasePrimeField = Self::Fq>;
	/// Field of the pairing's values.
	type Fq12: CyclotomicMultSubgroup + Field<BasePrimeField = Self::Fq>;
	/// Field of the scalars.
	type Fr: PrimeField;
	/// First group.
	type G1: SWCurveConfig<BaseField = Self::Fq, ScalarField = Self::Fr>;
	/// Second group.
	type G2: SWCurveConfig<BaseField = Self::Fq2, ScalarField = Self::Fr>;
	/// The pairing.
	type Engine: Pairing<
		BaseField = Self::Fq,
		ScalarField = Self::Fr,
		TargetField = Self::Fq12,
		G1Affine = Affine<Self::G1>,
		G2Affine = Affine<Self::G2>,
	>;

	/// The points that the loop adds at its end, and the point where it is then exactly when `q`, a point of the second
	/// curve, is in the subgroup of prime order.
	fn tail(q: &G2Of<Self>) -> (Vec<G2Of<Self>>, G2Of<Self>);

	/// Multiplies the value of a line at `p`.
	fn absorb(value: &mut Self::Fq12, line: &Line<Self::Fq2>, p: &G1Of<Self>);

	/// Prepared keys that have been read before.
	fn keys() -> &'static Cache<PreparedKey<Self>>
	where
		Self: Sized;
}

/// A point of the first group.
pub(crate) type G1Of<C> = Affine<<C as Curve>::G1>;
/// A point of the second group.
pub(crate) type G2Of<C> = Affine<<C as Curve>::G2>;
