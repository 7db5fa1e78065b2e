// SPDX-License-Identifier: Apache-2.0

//! Points and field elements to and from their canonical bytes: big-endian, highest coefficient of an extension first.

use crate::{curve::Curve, pairing::Lines};
use alloc::vec::Vec;
use ark_ec::{
	short_weierstrass::{Affine, SWCurveConfig},
	AffineRepr,
};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};

/// Bytes of a scalar, on every curve here.
pub(crate) const SCALAR_LEN: usize = 32;

/// Reasons why bytes are not a point that the caller can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Malformed {
	Truncated,
	NotInField,
	NotOnCurve,
	NotInSubgroup,
	Infinity,
}

/// Reads numbers and points one after the other.
pub(crate) struct Cursor<'a> {
	rest: &'a [u8],
}

impl<'a> Cursor<'a> {
	pub(crate) fn new(bytes: &'a [u8]) -> Self {
		Self { rest: bytes }
	}

	/// Bytes that have not been read yet.
	pub(crate) fn rest(&self) -> &'a [u8] {
		self.rest
	}

	fn slice(&mut self, length: usize) -> Option<&'a [u8]> {
		let (head, rest) = self.rest.split_at_checked(length)?;
		self.rest = rest;
		Some(head)
	}

	pub(crate) fn take<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
		let (head, rest) = self.rest.split_first_chunk::<N>()?;
		self.rest = rest;
		Some(head)
	}

	/// An element of a prime field.
	pub(crate) fn prime<F: PrimeField>(&mut self) -> Option<F> {
		prime(self.slice(prime_len::<F>())?)
	}

	/// The coefficients of an element of a field of at most twelve, in the order of the bytes.
	fn coefficients<F: Field>(&mut self) -> Option<([F::BasePrimeField; 12], usize)> {
		let degree = usize::try_from(F::extension_degree()).ok()?;
		let mut coefficients = [F::BasePrimeField::ZERO; 12];
		for coefficient in coefficients.get_mut(..degree)? {
			*coefficient = self.prime()?;
		}
		Some((coefficients, degree))
	}

	/// An element of a field, its highest coefficient first.
	fn extension<F: Field>(&mut self) -> Option<F> {
		let (coefficients, degree) = self.coefficients::<F>()?;
		F::from_base_prime_field_elems(coefficients.into_iter().take(degree).rev())
	}

	/// An element of a field, its lowest coefficient first.
	pub(crate) fn tower<F: Field>(&mut self) -> Option<F> {
		let (coefficients, degree) = self.coefficients::<F>()?;
		F::from_base_prime_field_elems(coefficients.into_iter().take(degree))
	}

	/// A point as it stands in the bytes, possibly off the curve or outside the subgroup. All zeros are the point at
	/// infinity.
	pub(crate) fn point_unchecked<P: SWCurveConfig>(&mut self) -> Option<Affine<P>> {
		Some(Affine::new_unchecked(self.extension()?, self.extension()?))
	}

	/// A point of the curve, infinity included.
	fn point_of_the_curve<P: SWCurveConfig>(&mut self) -> Result<Affine<P>, Malformed> {
		if self.rest.len() < point_len::<P>() {
			return Err(Malformed::Truncated);
		}
		let point = self.point_unchecked::<P>().ok_or(Malformed::NotInField)?;
		if !point.is_on_curve() {
			return Err(Malformed::NotOnCurve);
		}
		Ok(point)
	}

	/// A point of the subgroup of prime order, infinity included.
	pub(crate) fn point_or_infinity<P: SWCurveConfig>(&mut self) -> Result<Affine<P>, Malformed> {
		let point = self.point_of_the_curve::<P>()?;
		if !point.is_zero() && !point.is_in_correct_subgroup_assuming_on_curve() {
			return Err(Malformed::NotInSubgroup);
		}
		Ok(point)
	}

	/// The lines of a point of the second group other than infinity.
	pub(crate) fn lines<C: Curve>(&mut self) -> Result<Lines<C>, Malformed> {
		let point = self.point_of_the_curve::<C::G2>()?;
		if point.is_zero() {
			return Err(Malformed::Infinity);
		}
		Lines::of_member(&point).ok_or(Malformed::NotInSubgroup)
	}

	/// A point of the subgroup of prime order other than infinity.
	pub(crate) fn point<P: SWCurveConfig>(&mut self) -> Result<Affine<P>, Malformed> {
		let point = self.point_or_infinity()?;
		if point.is_zero() {
			return Err(Malformed::Infinity);
		}
		Ok(point)
	}
}

/// Bytes of an element of a prime field.
pub(crate) const fn prime_len<F: PrimeField>() -> usize {
	F::MODULUS_BIT_SIZE.div_ceil(8) as usize
}

/// Bytes of a point.
fn point_len<P: SWCurveConfig>() -> usize {
	2 * P::BaseField::extension_degree() as usize
		* prime_len::<<P::BaseField as Field>::BasePrimeField>()
}

/// A reduced element of a prime field, from as many big-endian bytes as it has.
pub(crate) fn prime<F: PrimeField>(bytes: &[u8]) -> Option<F> {
	if bytes.len() != prime_len::<F>() {
		return None;
	}
	let mut number = F::BigInt::default();
	let (_, chunks) = bytes.as_rchunks::<8>();
	for (limb, chunk) in number.as_mut().iter_mut().zip(chunks.iter().rev()) {
		*limb = u64::from_be_bytes(*chunk);
	}
	F::from_bigint(number)
}

/// Appends a point.
pub(crate) fn write_point<P: SWCurveConfig>(out: &mut Vec<u8>, point: &Affine<P>) {
	for coordinate in [&point.x, &point.y] {
		let coefficients: Vec<_> = coordinate.to_base_prime_field_elements().collect();
		coefficients.iter().rev().for_each(|coefficient| write_prime(out, coefficient));
	}
}

/// Appends the coefficients of an element of a field, the lowest first.
pub(crate) fn write_tower<F: Field>(out: &mut Vec<u8>, element: &F) {
	element.to_base_prime_field_elements().for_each(|coefficient| write_prime(out, &coefficient));
}

/// Appends an element of a prime field.
pub(crate) fn write_prime<F: PrimeField>(out: &mut Vec<u8>, element: &F) {
	out.extend_from_slice(&element.into_bigint().to_bytes_be());
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{Groth16Bls12_381, Groth16Bn254};
	use ark_ec::{pairing::Pairing, CurveGroup};
	use ark_ff::UniformRand;

	type G1<C> = <C as Curve>::G1;
	type G2<C> = <C as Curve>::G2;

	fn points_round_trip<C: Curve>() {
		assert_eq!(prime_len::<C::Fq>(), C::COORDINATE_LEN);
		assert_eq!(prime_len::<C::Fr>(), SCALAR_LEN);
		let mut rng = rand::thread_rng();
		for _ in 0..20 {
			let g1 = <C::Engine as Pairing>::G1::rand(&mut rng).into_affine();
			let g2 = <C::Engine as Pairing>::G2::rand(&mut rng).into_affine();
			let gt = C::Engine::pairing(g1, g2).0;
			let mut bytes = Vec::new();
			write_point(&mut bytes, &g1);
			write_point(&mut bytes, &g2);
			write_tower(&mut bytes, &gt);
			assert_eq!(bytes.len(), (2 + 4 + 12) * C::COORDINATE_LEN);
			let mut cursor = Cursor::new(&bytes);
			assert_eq!(cursor.point(), Ok(g1));
			assert_eq!(cursor.point(), Ok(g2));
			assert_eq!(cursor.tower(), Some(gt));
			assert!(cursor.rest().is_empty());
		}
	}

	#[test]
	fn points_of_both_curves_round_trip() {
		points_round_trip::<Groth16Bn254>();
		points_round_trip::<Groth16Bls12_381>();
	}

	/// The generators as EIP-197 writes them.
	#[test]
	fn generators_have_the_bytes_of_the_precompile() {
		let mut bytes = Vec::new();
		write_point(&mut bytes, &Affine::<G1<Groth16Bn254>>::generator());
		let mut expected = [0; 64];
		expected[31] = 1;
		expected[63] = 2;
		assert_eq!(bytes, expected);

		bytes.clear();
		write_point(&mut bytes, &Affine::<G2<Groth16Bn254>>::generator());
		assert_eq!(bytes[..4], [0x19, 0x8e, 0x93, 0x93]);
		assert_eq!(bytes[32..36], [0x18, 0x00, 0xde, 0xef]);
		assert_eq!(bytes[64..68], [0x09, 0x06, 0x89, 0xd0]);
		assert_eq!(bytes[96..100], [0x12, 0xc8, 0x5e, 0xa5]);
	}

	/// The generators of BLS12-381 as its specification writes them, uncompressed.
	#[test]
	fn generators_have_the_bytes_of_the_specification() {
		let mut bytes = Vec::new();
		write_point(&mut bytes, &Affine::<G1<Groth16Bls12_381>>::generator());
		assert_eq!(bytes[..4], [0x17, 0xf1, 0xd3, 0xa7]);
		assert_eq!(bytes[48..52], [0x08, 0xb3, 0xf4, 0x81]);

		bytes.clear();
		write_point(&mut bytes, &Affine::<G2<Groth16Bls12_381>>::generator());
		assert_eq!(bytes[..4], [0x13, 0xe0, 0x2b, 0x60]);
		assert_eq!(bytes[48..52], [0x02, 0x4a, 0xa2, 0xb2]);
		assert_eq!(bytes[96..100], [0x06, 0x06, 0xc4, 0xa0]);
		assert_eq!(bytes[144..148], [0x0c, 0xe5, 0xd5, 0x27]);
	}

	fn infinity_is_all_zeros<C: Curve>() {
		let zeros = [0; 192];
		let [g1, g2] = [2, 4].map(|coordinates| &zeros[..coordinates * C::COORDINATE_LEN]);
		assert_eq!(Cursor::new(g1).point_or_infinity(), Ok(Affine::<C::G1>::zero()));
		assert_eq!(Cursor::new(g1).point::<C::G1>(), Err(Malformed::Infinity));
		assert_eq!(Cursor::new(g2).point::<C::G2>(), Err(Malformed::Infinity));
		assert_eq!(Cursor::new(g2).lines::<C>().err(), Some(Malformed::Infinity));
	}

	#[test]
	fn infinity_is_all_zeros_on_both_curves() {
		infinity_is_all_zeros::<Groth16Bn254>();
		infinity_is_all_zeros::<Groth16Bls12_381>();
	}

	fn fails_outside<P: SWCurveConfig>() {
		let mut rng = rand::thread_rng();
		let point = loop {
			let x = P::BaseField::rand(&mut rng);
			if let Some(point) = Affine::<P>::get_point_from_x_unchecked(x, true) {
				break point;
			}
		};
		assert!(point.is_on_curve());
		let mut bytes = Vec::new();
		write_point(&mut bytes, &point);
		assert_eq!(Cursor::new(&bytes).point::<P>(), Err(Malformed::NotInSubgroup));
		let cleared = P::clear_cofactor(&point);
		bytes.clear();
		write_point(&mut bytes, &cleared);
		assert_eq!(Cursor::new(&bytes).point(), Ok(cleared));
	}

	#[test]
	fn fails_outside_the_subgroup() {
		fails_outside::<G2<Groth16Bn254>>();
		fails_outside::<G1<Groth16Bls12_381>>();
		fails_outside::<G2<Groth16Bls12_381>>();
	}

	fn fails_when_malformed<C: Curve>() {
		let mut bytes = Vec::new();
		write_point(&mut bytes, &Affine::<C::G1>::generator());
		let last = bytes.len() - 1;
		assert_eq!(Cursor::new(&bytes[..last]).point::<C::G1>(), Err(Malformed::Truncated));
		bytes[last] ^= 1;
		assert_eq!(Cursor::new(&bytes).point::<C::G1>(), Err(Malformed::NotOnCurve));
		assert_eq!(Cursor::new(&[0xff; 96]).point::<C::G1>(), Err(Malformed::NotInField));
		assert_eq!(Cursor::new(&[0xff; 192]).point::<C::G2>(), Err(Malformed::NotInField));
		assert_eq!(prime::<C::Fr>(&[0xff; SCALAR_LEN]), None);
		assert_eq!(prime::<C::Fr>(&[0; SCALAR_LEN - 1]), None);
		assert_eq!(prime::<C::Fr>(&[0; SCALAR_LEN + 1]), None);
	}

	#[test]
	fn fails_off_the_curve_when_truncated_or_not_reduced() {
		fails_when_malformed::<Groth16Bn254>();
		fails_when_malformed::<Groth16Bls12_381>();
	}
}
