// SPDX-License-Identifier: Apache-2.0

//! gnark's PLONK over BN254 with KZG commitments, as SP1 wraps its proofs in it: circuits with one commitment to wires
//! (BSB22), challenges by SHA-256.
//!
//! Points and numbers are those of [`groth16_bn254`](crate::groth16_bn254): big-endian, points uncompressed. No point
//! may be the point at infinity, neither in a key nor in a proof.
//!
//! | key, [`KEY_LEN`] bytes | |
//! |---|---|
//! | 8 | size `n` of the domain, a power of two |
//! | 4 | number of public inputs |
//! | 8 | index of the committed constraint, counted from behind the public inputs |
//! | 32 | generator `ω` of the domain |
//! | 32 | shift `u` of the cosets |
//! | 3 × 64 | commitments to the permutation: `S₁ S₂ S₃` |
//! | 5 × 64 | commitments to the selectors: `Ql Qr Qm Qo Qk` |
//! | 64 | commitment to the selector of committed wires: `Qcp` |
//! | 64, 2 × 128 | from the KZG setup: `[1]₁`, `[1]₂`, `[x]₂` |
//!
//! | proof, [`PROOF_LEN`] bytes | |
//! |---|---|
//! | 3 × 64 | commitments to the wires: `L R O` |
//! | 3 × 64 | commitments to the quotient: `H₀ H₁ H₂` |
//! | 5 × 32 | values at `ζ`: `l r o s₁ s₂` |
//! | 64, 32 | commitment to the permutation's product `Z`, its value at `ωζ` |
//! | 2 × 64 | opening proofs at `ζ` and at `ωζ` |
//! | 32 | value of `Qcp` at `ζ` |
//! | 64 | commitment to the wires that the circuit commits to |
//!
//! The proof's bytes are those of gnark's `MarshalSolidity`. The prepared key is the key: its points have been checked,
//! the rest costs little to read. The node keeps the keys used last in memory.

mod transcript;
mod verify;

use crate::{
	cache::Cache,
	groth16::encoding::{Cursor, SCALAR_LEN},
	pairing::Lines,
	Groth16Bn254, KeyError, VerifyError, MAX_PUBLIC_INPUTS,
};
use alloc::{sync::Arc, vec::Vec};
use ark_bn254::{g1, g2, Fr, G1Affine, G2Affine};
use ark_ff::{AdditiveGroup, FftField, Field};

pub(crate) use verify::verify;

/// Length of a key in bytes; there is no other.
pub const KEY_LEN: u32 = 8 + 4 + 8 + 2 * 32 + 10 * 64 + 2 * 128;

/// Length of a proof in bytes; there is no other.
pub const PROOF_LEN: u32 = 10 * 64 + 7 * 32;

/// A key, read.
pub(crate) struct Key {
	/// Size of the domain.
	size: u64,
	inputs: u32,
	/// Exponent of `ω` at the committed constraint.
	committed: u64,
	generator: Fr,
	shift: Fr,
	permutation: [G1Affine; 3],
	/// `Ql Qr Qm Qo Qk`
	selectors: [G1Affine; 5],
	commitment_selector: G1Affine,
	g1: G1Affine,
	g2: G2Affine,
	x_g2: G2Affine,
}

impl Key {
	/// Number of public inputs of a key, from its first bytes alone.
	pub(crate) fn input_count(key: &[u8]) -> Result<u32, KeyError> {
		if key.len() != KEY_LEN as usize {
			return Err(KeyError::WrongLength);
		}
		let mut cursor = Cursor::new(key);
		cursor.take::<8>().ok_or(KeyError::WrongLength)?;
		let inputs = u32::from_be_bytes(*cursor.take().ok_or(KeyError::WrongLength)?);
		if inputs > MAX_PUBLIC_INPUTS {
			return Err(KeyError::TooManyInputs);
		}
		Ok(inputs)
	}

	/// Reads a key and checks everything there is to check about it.
	///
	/// Fails with `UnsoundDomain` unless `ω` generates a domain of `n` elements and the three cosets `H`, `uH` and
	/// `u²H` have nothing in common, and with `Forgeable` when the setup's secret is 1 or −1.
	pub(crate) fn decode(bytes: &[u8]) -> Result<Self, KeyError> {
		Self::input_count(bytes)?;
		let (mut cursor, key) = Self::header(bytes).ok_or(KeyError::NotInField)?;
		let mut g1 = || cursor.point::<g1::Config>();
		let permutation = [g1()?, g1()?, g1()?];
		let selectors = [g1()?, g1()?, g1()?, g1()?, g1()?];
		let commitment_selector = g1()?;
		let g1 = g1()?;
		let g2 = cursor.point()?;
		let x_g2 = cursor.point()?;
		let key = Self { permutation, selectors, commitment_selector, g1, g2, x_g2, ..key };
		key.check_domain()?;
		if x_g2 == g2 || x_g2 == -g2 {
			return Err(KeyError::Forgeable);
		}
		Ok(key)
	}

	/// Reads a key that [`decode`](Self::decode) has accepted; points are not checked again.
	fn load(bytes: &[u8]) -> Option<Self> {
		Self::input_count(bytes).ok()?;
		let (mut cursor, key) = Self::header(bytes)?;
		if !key.size.is_power_of_two() || key.committed >= key.size {
			return None;
		}
		let mut g1 = || cursor.point_unchecked::<g1::Config>();
		let permutation = [g1()?, g1()?, g1()?];
		let selectors = [g1()?, g1()?, g1()?, g1()?, g1()?];
		let commitment_selector = g1()?;
		let g1 = g1()?;
		let g2 = cursor.point_unchecked::<g2::Config>()?;
		let x_g2 = cursor.point_unchecked::<g2::Config>()?;
		Some(Self { permutation, selectors, commitment_selector, g1, g2, x_g2, ..key })
	}

	/// Bytes before the points.
	fn header(bytes: &[u8]) -> Option<(Cursor<'_>, Self)> {
		let mut cursor = Cursor::new(bytes);
		let size = u64::from_be_bytes(*cursor.take()?);
		let inputs = u32::from_be_bytes(*cursor.take()?);
		let index = u64::from_be_bytes(*cursor.take()?);
		let key = Self {
			size,
			inputs,
			committed: index.saturating_add(inputs.into()),
			generator: cursor.prime()?,
			shift: cursor.prime()?,
			permutation: Default::default(),
			selectors: Default::default(),
			commitment_selector: Default::default(),
			g1: Default::default(),
			g2: Default::default(),
			x_g2: Default::default(),
		};
		Some((cursor, key))
	}

	fn check_domain(&self) -> Result<(), KeyError> {
		let size = self.size;
		let sound = size.is_power_of_two()
			&& (1..=Fr::TWO_ADICITY).contains(&size.trailing_zeros())
			&& self.committed < size
			// −1 halfway round is what makes a generator of a group of order 2^k.
			&& self.generator.pow([size / 2]) == -Fr::ONE
			&& {
				let shift = self.shift.pow([size]);
				shift != Fr::ONE && shift != -Fr::ONE && shift != Fr::ZERO
			};
		if sound {
			Ok(())
		} else {
			Err(KeyError::UnsoundDomain)
		}
	}
}

/// A key with the lines of its points of the second group.
pub(crate) struct PreparedKey {
	key: Key,
	g2: Lines<Groth16Bn254>,
	x_g2: Lines<Groth16Bn254>,
}

/// Keys that the node keeps in memory: some 35 kB each. There is one for each version of a zkVM.
const KEPT_KEYS: usize = 32;

static KEYS: Cache<PreparedKey> = Cache::new(KEPT_KEYS);

impl PreparedKey {
	/// Reads a key that [`Key::decode`] has accepted.
	pub(crate) fn load(bytes: &[u8]) -> Result<Arc<Self>, VerifyError> {
		KEYS.get(bytes, || {
			let key = Key::load(bytes).ok_or(VerifyError::CorruptPreparedKey)?;
			let [g2, x_g2] = [&key.g2, &key.x_g2].map(Lines::of);
			Ok(Self { key, g2, x_g2 })
		})
	}
}

/// A proof, its points and numbers checked.
pub(crate) struct Proof {
	wires: [G1Affine; 3],
	quotient: [G1Affine; 3],
	/// `l r o s₁ s₂`
	values: [Fr; 5],
	product: G1Affine,
	/// Value of the product at `ωζ`.
	shifted_value: Fr,
	opening: G1Affine,
	shifted_opening: G1Affine,
	commitment_selector_value: Fr,
	commitment: G1Affine,
}

impl Proof {
	pub(crate) fn decode(bytes: &[u8]) -> Result<Self, VerifyError> {
		if bytes.len() != PROOF_LEN as usize {
			return Err(VerifyError::WrongProofLength);
		}
		let mut cursor = Cursor::new(bytes);
		let g1 = |cursor: &mut Cursor<'_>| cursor.point::<g1::Config>();
		let scalar = |cursor: &mut Cursor<'_>| cursor.prime().ok_or(VerifyError::ProofNotInField);
		let mut points = || -> Result<_, VerifyError> {
			Ok([g1(&mut cursor)?, g1(&mut cursor)?, g1(&mut cursor)?])
		};
		let wires = points()?;
		let quotient = points()?;
		let values = (0..5).map(|_| scalar(&mut cursor)).collect::<Result<Vec<Fr>, _>>()?;
		Ok(Self {
			wires,
			quotient,
			values: values.try_into().map_err(|_| VerifyError::WrongProofLength)?,
			product: g1(&mut cursor)?,
			shifted_value: scalar(&mut cursor)?,
			opening: g1(&mut cursor)?,
			shifted_opening: g1(&mut cursor)?,
			commitment_selector_value: scalar(&mut cursor)?,
			commitment: g1(&mut cursor)?,
		})
	}
}

const _: () = assert!(KEY_LEN == 980 && PROOF_LEN == 864);
const _: () = assert!(SCALAR_LEN == 32);

#[cfg(test)]
mod tests {
	use super::*;

	/// A sound key of a small domain; what its points commit to does not matter here.
	fn key() -> Vec<u8> {
		use crate::groth16::encoding::{write_point, write_prime};
		use ark_ec::{AffineRepr, CurveGroup};
		let mut key = Vec::new();
		key.extend_from_slice(&8u64.to_be_bytes());
		key.extend_from_slice(&2u32.to_be_bytes());
		key.extend_from_slice(&3u64.to_be_bytes());
		write_prime(&mut key, &Fr::get_root_of_unity(8).unwrap());
		write_prime(&mut key, &Fr::from(5u64));
		for _ in 0..10 {
			write_point(&mut key, &G1Affine::generator());
		}
		write_point(&mut key, &G2Affine::generator());
		write_point(&mut key, &(G2Affine::generator() * Fr::from(7u64)).into_affine());
		key
	}

	fn refused(key: &[u8]) -> Option<KeyError> {
		Key::decode(key).err()
	}

	fn with(offset: usize, bytes: &[u8]) -> Vec<u8> {
		let mut key = key();
		key[offset..offset + bytes.len()].copy_from_slice(bytes);
		key
	}

	fn scalar(value: Fr) -> Vec<u8> {
		let mut bytes = Vec::new();
		crate::groth16::encoding::write_prime(&mut bytes, &value);
		bytes
	}

	#[test]
	fn a_sound_key_is_accepted() {
		assert_eq!(refused(&key()), None);
		assert_eq!(Key::input_count(&key()), Ok(2));
		assert!(Key::load(&key()).is_some());
	}

	#[test]
	fn unsound_domains_are_refused() {
		let unsound = Some(KeyError::UnsoundDomain);
		for size in [0, 1, 4, 7, 16, u64::MAX, 1 << 63] {
			assert_eq!(refused(&with(0, &size.to_be_bytes())), unsound, "{size}");
		}
		// The committed constraint must lie inside the domain.
		assert_eq!(refused(&with(12, &5u64.to_be_bytes())), None);
		for index in [6, u64::MAX] {
			assert_eq!(refused(&with(12, &index.to_be_bytes())), unsound);
		}
		for generator in [Fr::ONE, -Fr::ONE, Fr::ZERO, Fr::get_root_of_unity(16).unwrap()] {
			assert_eq!(refused(&with(20, &scalar(generator))), unsound);
		}
		for shift in [Fr::ZERO, Fr::ONE, Fr::get_root_of_unity(16).unwrap()] {
			assert_eq!(refused(&with(52, &scalar(shift))), unsound);
		}
	}

	#[test]
	fn malformed_keys_are_refused() {
		assert_eq!(refused(&key()[..979]), Some(KeyError::WrongLength));
		assert_eq!(refused(&with(8, &65u32.to_be_bytes())), Some(KeyError::TooManyInputs));
		assert_eq!(refused(&with(20, &[0xff; 32])), Some(KeyError::NotInField));
		assert_eq!(refused(&with(84, &[0xff; 32])), Some(KeyError::NotInField));
		assert_eq!(refused(&with(84, &[0; 64])), Some(KeyError::PointAtInfinity));
		assert_eq!(refused(&with(84 + 63, &[3])), Some(KeyError::NotOnCurve));
	}

	#[test]
	fn setups_with_a_known_secret_are_refused() {
		let one = key()[724..852].to_vec();
		assert_eq!(refused(&with(852, &one)), Some(KeyError::Forgeable));
	}
}
