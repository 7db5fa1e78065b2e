// SPDX-License-Identifier: Apache-2.0

//! What the verifiers need to know about a curve with a pairing.

use crate::ProofSystem;
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
}

/// A point of the first group.
pub(crate) type G1Of<C> = Affine<<C as Curve>::G1>;
/// A point of the second group.
pub(crate) type G2Of<C> = Affine<<C as Curve>::G2>;

/// Product of the pairings of `g1[i]` with `g2[i]`; nothing where points of a corrupt key have none.
pub(crate) fn pairing_product<C: Curve>(
	g1: impl IntoIterator<Item = G1Of<C>>,
	g2: impl IntoIterator<Item = G2Of<C>>,
) -> Option<C::Fq12> {
	C::Engine::final_exponentiation(C::Engine::multi_miller_loop(g1, g2)).map(|product| product.0)
}
