// SPDX-License-Identifier: Apache-2.0

//! Points and field elements to and from their canonical bytes.

use alloc::vec::Vec;
use ark_bn254::{Fq, Fq12, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInt, Field, PrimeField};

pub(super) const COORDINATE_LEN: usize = 32;
pub(super) const SCALAR_LEN: usize = 32;
pub(super) const G1_LEN: usize = 2 * COORDINATE_LEN;
pub(super) const G2_LEN: usize = 4 * COORDINATE_LEN;
pub(super) const FQ12_LEN: usize = 12 * COORDINATE_LEN;

/// Why bytes are not a point that the caller can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Malformed {
	Truncated,
	NotInField,
	NotOnCurve,
	NotInSubgroup,
	Infinity,
}

/// Reads points one after the other.
pub(super) struct Cursor<'a> {
	rest: &'a [u8],
}

impl<'a> Cursor<'a> {
	pub(super) fn new(bytes: &'a [u8]) -> Self {
		Self { rest: bytes }
	}

	fn take<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
		let (head, rest) = self.rest.split_first_chunk::<N>()?;
		self.rest = rest;
		Some(head)
	}

	fn fq(&mut self) -> Option<Fq> {
		Fq::from_bigint(limbs(self.take()?))
	}

	/// The second coefficient comes first.
	fn fq2(&mut self) -> Option<Fq2> {
		let c1 = self.fq()?;
		let c0 = self.fq()?;
		Some(Fq2::new(c0, c1))
	}

	/// A point of G1 as it stands in the bytes, possibly off the curve. All zeros are the point at infinity.
	pub(super) fn g1_unchecked(&mut self) -> Option<G1Affine> {
		Some(G1Affine::new_unchecked(self.fq()?, self.fq()?))
	}

	/// A point of G2 as it stands in the bytes, possibly off the curve or outside the subgroup.
	pub(super) fn g2_unchecked(&mut self) -> Option<G2Affine> {
		Some(G2Affine::new_unchecked(self.fq2()?, self.fq2()?))
	}

	/// A point of G1, infinity included. The curve has prime order: a point on it is in the group.
	pub(super) fn g1_or_infinity(&mut self) -> Result<G1Affine, Malformed> {
		self.require(G1_LEN)?;
		let point = self.g1_unchecked().ok_or(Malformed::NotInField)?;
		if !point.is_on_curve() {
			return Err(Malformed::NotOnCurve);
		}
		Ok(point)
	}

	/// A point of G1 other than infinity.
	pub(super) fn g1(&mut self) -> Result<G1Affine, Malformed> {
		let point = self.g1_or_infinity()?;
		if point.is_zero() {
			return Err(Malformed::Infinity);
		}
		Ok(point)
	}

	/// A point of the subgroup G2 other than infinity.
	pub(super) fn g2(&mut self) -> Result<G2Affine, Malformed> {
		self.require(G2_LEN)?;
		let point = self.g2_unchecked().ok_or(Malformed::NotInField)?;
		if point.is_zero() {
			return Err(Malformed::Infinity);
		}
		if !point.is_on_curve() {
			return Err(Malformed::NotOnCurve);
		}
		if !point.is_in_correct_subgroup_assuming_on_curve() {
			return Err(Malformed::NotInSubgroup);
		}
		Ok(point)
	}

	/// An element of the target field.
	pub(super) fn fq12(&mut self) -> Option<Fq12> {
		let mut coordinates = [Fq::default(); 12];
		for coordinate in &mut coordinates {
			*coordinate = self.fq()?;
		}
		Fq12::from_base_prime_field_elems(coordinates)
	}

	fn require(&self, bytes: usize) -> Result<(), Malformed> {
		if self.rest.len() < bytes {
			return Err(Malformed::Truncated);
		}
		Ok(())
	}
}

/// A scalar below the group's order, from big-endian bytes.
pub(super) fn scalar(bytes: &[u8; SCALAR_LEN]) -> Option<Fr> {
	Fr::from_bigint(limbs(bytes))
}

pub(super) fn write_g1(out: &mut Vec<u8>, point: &G1Affine) {
	write_fq(out, &point.x);
	write_fq(out, &point.y);
}

pub(super) fn write_g2(out: &mut Vec<u8>, point: &G2Affine) {
	for coordinate in [&point.x, &point.y] {
		write_fq(out, &coordinate.c1);
		write_fq(out, &coordinate.c0);
	}
}

pub(super) fn write_fq12(out: &mut Vec<u8>, element: &Fq12) {
	element.to_base_prime_field_elements().for_each(|coordinate| write_fq(out, &coordinate));
}

fn write_fq(out: &mut Vec<u8>, element: &Fq) {
	element
		.into_bigint()
		.0
		.iter()
		.rev()
		.for_each(|limb| out.extend_from_slice(&limb.to_be_bytes()));
}

/// Limbs, lowest first, of a big-endian number.
fn limbs(bytes: &[u8; COORDINATE_LEN]) -> BigInt<4> {
	let mut limbs = [0; 4];
	for (limb, chunk) in limbs.iter_mut().rev().zip(bytes.as_chunks::<8>().0) {
		*limb = u64::from_be_bytes(*chunk);
	}
	BigInt::new(limbs)
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_bn254::{Bn254, G1Projective, G2Projective};
	use ark_ec::{pairing::Pairing, short_weierstrass::SWCurveConfig, CurveGroup, PrimeGroup};
	use ark_ff::UniformRand;

	#[test]
	fn points_round_trip() {
		let mut rng = rand::thread_rng();
		for _ in 0..20 {
			let g1 = G1Projective::rand(&mut rng).into_affine();
			let g2 = G2Projective::rand(&mut rng).into_affine();
			let gt = Bn254::pairing(g1, g2).0;
			let mut bytes = Vec::new();
			write_g1(&mut bytes, &g1);
			write_g2(&mut bytes, &g2);
			write_fq12(&mut bytes, &gt);
			assert_eq!(bytes.len(), G1_LEN + G2_LEN + FQ12_LEN);
			let mut cursor = Cursor::new(&bytes);
			assert_eq!(cursor.g1(), Ok(g1));
			assert_eq!(cursor.g2(), Ok(g2));
			assert_eq!(cursor.fq12(), Some(gt));
		}
	}

	/// The generators as EIP-197 writes them.
	#[test]
	fn generators_have_the_bytes_of_the_precompile() {
		let mut bytes = Vec::new();
		write_g1(&mut bytes, &G1Affine::generator());
		let mut expected = [0; G1_LEN];
		expected[31] = 1;
		expected[63] = 2;
		assert_eq!(bytes, expected);

		bytes.clear();
		write_g2(&mut bytes, &G2Affine::generator());
		assert_eq!(bytes[..4], [0x19, 0x8e, 0x93, 0x93]);
		assert_eq!(bytes[32..36], [0x18, 0x00, 0xde, 0xef]);
		assert_eq!(bytes[64..68], [0x09, 0x06, 0x89, 0xd0]);
		assert_eq!(bytes[96..100], [0x12, 0xc8, 0x5e, 0xa5]);
	}

	#[test]
	fn infinity_is_all_zeros() {
		assert_eq!(Cursor::new(&[0; G1_LEN]).g1_or_infinity(), Ok(G1Affine::zero()));
		assert_eq!(Cursor::new(&[0; G1_LEN]).g1(), Err(Malformed::Infinity));
		assert_eq!(Cursor::new(&[0; G2_LEN]).g2(), Err(Malformed::Infinity));
	}

	#[test]
	fn fails_outside_the_subgroup() {
		let mut rng = rand::thread_rng();
		let point = loop {
			let x = Fq2::rand(&mut rng);
			if let Some(point) = G2Affine::get_point_from_x_unchecked(x, true) {
				break point;
			}
		};
		assert!(point.is_on_curve());
		let mut bytes = Vec::new();
		write_g2(&mut bytes, &point);
		assert_eq!(Cursor::new(&bytes).g2(), Err(Malformed::NotInSubgroup));
		let cleared = ark_bn254::g2::Config::clear_cofactor(&point);
		bytes.clear();
		write_g2(&mut bytes, &cleared);
		assert_eq!(Cursor::new(&bytes).g2(), Ok(cleared));
	}

	#[test]
	fn fails_off_the_curve_when_truncated_or_not_reduced() {
		let mut bytes = Vec::new();
		write_g1(&mut bytes, &G1Projective::generator().into_affine());
		assert_eq!(Cursor::new(&bytes[..63]).g1(), Err(Malformed::Truncated));
		bytes[63] = 3;
		assert_eq!(Cursor::new(&bytes).g1(), Err(Malformed::NotOnCurve));
		assert_eq!(Cursor::new(&[0xff; G1_LEN]).g1(), Err(Malformed::NotInField));
		assert_eq!(Cursor::new(&[0xff; G2_LEN]).g2(), Err(Malformed::NotInField));
		assert_eq!(scalar(&[0xff; SCALAR_LEN]), None);
	}
}
