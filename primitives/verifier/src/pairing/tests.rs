// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Groth16Bls12_381, Groth16Bn254};
use ark_ec::{bls12::Bls12Config, bn::BnConfig, CurveConfig, CurveGroup};
use ark_ff::{BigInteger, PrimeField, UniformRand, Zero};
use num_bigint::BigInt;
use rand::{rngs::StdRng, SeedableRng};

fn rng() -> StdRng {
	StdRng::seed_from_u64(50)
}

/// A point of the second curve, next to never in the subgroup.
fn stray<C: Curve>(rng: &mut StdRng) -> G2Of<C> {
	loop {
		let x = C::Fq2::rand(rng);
		if let Some(point) = Affine::<C::G2>::get_point_from_x_unchecked(x, true) {
			return point;
		}
	}
}

/// A point of the first group and one of the second.
fn points<C: Curve>(rng: &mut StdRng) -> (G1Of<C>, G2Of<C>) {
	let [p, q] = [C::Fr::rand(rng), C::Fr::rand(rng)];
	let p = (G1Of::<C>::generator() * p).into_affine();
	(p, (G2Of::<C>::generator() * q).into_affine())
}

fn equals_the_pairing_of_arkworks<C: Curve>() {
	let mut rng = rng();
	for count in [0, 1, 2, 3, 9] {
		let (p, q): (Vec<_>, Vec<_>) = (0..count).map(|_| points::<C>(&mut rng)).unzip();
		let lines: Vec<_> = q.iter().map(|q| Lines::<C>::of_member(q).unwrap()).collect();
		let found = product(p.iter().copied().zip(&lines)).unwrap();
		assert_eq!(found, C::Engine::multi_pairing(p, q).0);
	}
	let (p, q) = points::<C>(&mut rng);
	let infinity = Lines::<C>::of_member(&G2Of::<C>::zero()).unwrap();
	let lines = Lines::<C>::of(&q);
	let found = product([(p, &infinity), (G1Of::<C>::zero(), &lines), (p, &lines)]);
	assert_eq!(found, Some(C::Engine::pairing(p, q).0));
}

#[test]
fn equals_the_pairing_of_arkworks_on_both_curves() {
	equals_the_pairing_of_arkworks::<Groth16Bn254>();
	equals_the_pairing_of_arkworks::<Groth16Bls12_381>();
}

/// Every kind of point: of the group, off it, and of the orders that a multiplication by `r` or by a small factor of
/// the cofactor leaves.
fn knows_members<C: Curve>(small_factors: &[u64]) {
	let mut rng = rng();
	let order = C::Fr::MODULUS;
	for _ in 0..40 {
		let (_, member) = points::<C>(&mut rng);
		let outside = stray::<C>(&mut rng);
		let of_the_cofactor = outside.mul_bigint(order).into_affine();
		let mut kinds = alloc::vec![member, outside, of_the_cofactor];
		kinds.push((member + of_the_cofactor).into_affine());
		for factor in small_factors {
			// Of order `factor`, if not at infinity.
			let cofactor: BigInt = number(<C::G2 as CurveConfig>::COFACTOR) / *factor;
			let limbs = cofactor.to_u64_digits().1;
			let small = of_the_cofactor.mul_bigint(limbs).into_affine();
			kinds.push(small);
			kinds.push((member + small).into_affine());
		}
		for point in kinds {
			assert!(point.is_on_curve());
			let expected = point.mul_bigint(order).is_zero();
			assert_eq!(point.is_in_correct_subgroup_assuming_on_curve(), expected);
			assert_eq!(Lines::<C>::of_member(&point).is_some(), expected);
		}
	}
}

#[test]
fn knows_the_members_of_both_groups() {
	knows_members::<Groth16Bn254>(&[10069]);
	knows_members::<Groth16Bls12_381>(&[13, 23, 2713]);
}

fn number(limbs: &[u64]) -> BigInt {
	limbs.iter().rev().fold(BigInt::ZERO, |number, limb| (number << 64) + *limb)
}

fn modulus<F: PrimeField>() -> BigInt {
	BigInt::from_bytes_be(num_bigint::Sign::Plus, &F::MODULUS.to_bytes_be())
}

fn common_divisor(mut a: BigInt, mut b: BigInt) -> BigInt {
	while b != BigInt::ZERO {
		(a, b) = (b.clone(), a % b);
	}
	a
}

/// The argument of the module's page, in numbers: `f` are the coefficients of the polynomial, lowest first.
fn membership_is_decided<C: Curve>(x: &BigInt, trace: &BigInt, mut f: Vec<BigInt>) {
	let p = modulus::<C::Fq>();
	let r = modulus::<C::Fr>();
	assert_eq!((&p + 1 - trace) % &r, BigInt::ZERO, "the trace for the parameter {x}");
	while f.len() > 2 {
		let highest = f.pop().unwrap();
		let degree = f.len();
		f[degree - 1] += &highest * trace;
		f[degree - 2] -= &highest * &p;
	}
	let [a, b] = &f[..] else { panic!() };
	// ψ multiplies by p on the group.
	assert_eq!((a + b * &p) % &r, BigInt::ZERO);
	let norm = a * a + a * b * trace + b * b * &p;
	let cofactor = number(<C::G2 as CurveConfig>::COFACTOR);
	assert_ne!(&cofactor % &r, BigInt::ZERO);
	assert_eq!(common_divisor(norm, cofactor * &r), r);
}

#[test]
fn membership_is_decided_on_both_curves() {
	let x = number(<ark_bn254::Config as BnConfig>::X);
	let trace: BigInt = &x * &x * 6 + 1;
	let f = [&x * 6 + 2, 1.into(), (-1).into(), 1.into()].to_vec();
	membership_is_decided::<Groth16Bn254>(&x, &trace, f);

	let x = -number(<ark_bls12_381::Config as Bls12Config>::X);
	let trace: BigInt = &x + 1;
	let f = [-&x, 1.into()].to_vec();
	membership_is_decided::<Groth16Bls12_381>(&x, &trace, f);
}

/// Digits and number of the loop belong together.
#[test]
fn the_loops_have_their_numbers() {
	fn loop_number<C: Curve>() -> BigInt {
		assert_eq!(C::LOOP.last(), Some(&1));
		C::LOOP.iter().rev().fold(BigInt::ZERO, |number, digit| number * 2 + *digit)
	}
	let x = number(<ark_bn254::Config as BnConfig>::X);
	assert_eq!(loop_number::<Groth16Bn254>(), x * 6 + 2);
	let x = number(<ark_bls12_381::Config as Bls12Config>::X);
	assert_eq!(loop_number::<Groth16Bls12_381>(), x);
}
