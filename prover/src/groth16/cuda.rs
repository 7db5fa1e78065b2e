// SPDX-License-Identifier: Apache-2.0
//! The sums of a proof on an NVIDIA card.
//!
//! A key is copied to the card once and used for any number of proofs ([`CardKey`]). Elements and coordinates are in
//! Montgomery form here and there, so all that changes is where the words lie.

use super::{
	error::Groth16Error,
	limits::Budget,
	prove::{Engine, Sums},
	qap::coset_offset,
	zkey::{Bases, Matrix, ProvingKey},
};
use ark_bn254::{g1, g2, Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{
	short_weierstrass::{Affine, Projective, SWCurveConfig},
	AffineRepr, CurveGroup,
};
use ark_ff::{BigInt, Field};
use proofyard_cuda as cuda;
use rayon::prelude::*;
use std::{
	mem::size_of_val,
	sync::{Arc, Mutex, PoisonError},
};

/// Points or elements that are put into the card's form at once.
const PIECE: usize = 1 << 16;

impl From<cuda::Error> for Groth16Error {
	fn from(error: cuda::Error) -> Self {
		Self::Device(error.to_string())
	}
}

/// An element's words.
pub fn element(value: &Fr) -> cuda::Element {
	value.0 .0
}

/// The element of some words, which a card computed: reduced, unless the card is broken.
pub fn from_element(words: &cuda::Element) -> Fr {
	Fr::new_unchecked(BigInt::new(*words))
}

/// A point of G1 as the card takes it.
pub fn g1_point(point: &G1Affine) -> cuda::G1Point {
	let mut words = [0; 8];
	if let Some((x, y)) = point.xy() {
		words[..4].copy_from_slice(&x.0 .0);
		words[4..].copy_from_slice(&y.0 .0);
	}
	words
}

/// A point of G2 as the card takes it.
pub fn g2_point(point: &G2Affine) -> cuda::G2Point {
	let mut words = [0; 16];
	if let Some((x, y)) = point.xy() {
		for (words, coordinate) in words.chunks_exact_mut(4).zip([x.c0, x.c1, y.c0, y.c1]) {
			words.copy_from_slice(&coordinate.0 .0);
		}
	}
	words
}

/// A sum in G1 that a card computed.
///
/// # Errors
/// `Device` if it is no point of the curve.
pub fn g1_sum(words: &cuda::G1Sum) -> Result<Projective<g1::Config>, Groth16Error> {
	let [x, y, z] = [0, 1, 2].map(|i| fq(&words[4 * i..]));
	on_curve(Projective { x, y, z })
}

/// A sum in G2 that a card computed.
///
/// # Errors
/// `Device` if it is no point of the curve.
pub fn g2_sum(words: &cuda::G2Sum) -> Result<Projective<g2::Config>, Groth16Error> {
	let [x, y, z] = [0, 1, 2].map(|i| Fq2::new(fq(&words[8 * i..]), fq(&words[8 * i + 4..])));
	on_curve(Projective { x, y, z })
}

fn fq(words: &[u64]) -> Fq {
	let mut limbs = [0; 4];
	limbs.copy_from_slice(&words[..4]);
	Fq::new_unchecked(BigInt::new(limbs))
}

fn on_curve<P: SWCurveConfig>(sum: Projective<P>) -> Result<Projective<P>, Groth16Error> {
	let point: Affine<P> = sum.into_affine();
	match point.is_on_curve() {
		true => Ok(sum),
		false => Err(Groth16Error::Device("it returned what is no point of the curve".into())),
	}
}

/// The process's card, and what it is asked to do.
pub struct CardEngine {
	card: Arc<cuda::Card>,
	key: cuda::Key,
	signals: usize,
	working_bytes: u64,
	staging: Mutex<Staging>,
}

/// Memory of a witness on its way to the card, from which the card copies at full speed if the system grants it.
struct Staging {
	// Before what it registers, since fields are dropped in this order.
	_pinned: Option<cuda::Pinned>,
	words: Vec<cuda::Element>,
}

impl Staging {
	fn new(card: &cuda::Card, signals: usize) -> Self {
		let mut words = vec![[0; 4]; signals];
		// SAFETY: the vector is never resized, and outlives what is registered here.
		let pinned = unsafe { card.pin(words.as_mut_ptr().cast(), size_of_val(&words[..])) };
		if let Err(error) = &pinned {
			tracing::warn!(%error, "witnesses go to the card by way of the driver's own memory");
		}
		Self { _pinned: pinned.ok(), words }
	}
}

impl CardEngine {
	/// Copies a key to the card. It leaves the card with the engine.
	///
	/// # Errors
	/// `OutOfMemory` if the card has no room for the key and a proof's scratch memory, `Device` if it fails.
	pub fn load(card: Arc<cuda::Card>, key: &ProvingKey) -> Result<Self, Groth16Error> {
		let needed = Self::bytes(key);
		let limit = card.free_memory()?;
		if needed > limit {
			return Err(Groth16Error::OutOfMemory { needed, limit });
		}
		let matrices = [upload_matrix(&card, &key.matrix_a)?, upload_matrix(&card, &key.matrix_b)?];
		let h = upload(&card, &key.h, g1_point)?;
		let on_card = cuda::Key::new(
			key.signals,
			matrices,
			powers(&card, key.domain_size)?,
			upload_bases(&card, &key.a, g1_point)?,
			upload_bases(&card, &key.b1, g1_point)?,
			upload_bases(&card, &key.b2, g2_point)?,
			upload_bases(&card, &key.c, g1_point)?,
			h,
		);
		let working_bytes = cuda::working_bytes(key.signals, key.domain_size);
		let staging = Mutex::new(Staging::new(&card, key.signals));
		Ok(Self { card, key: on_card, signals: key.signals, working_bytes, staging })
	}

	/// Bytes of the card's memory that a key and a proof with it need, at most.
	pub fn bytes(key: &ProvingKey) -> u64 {
		// In the processor's memory a point has a byte more for infinity, padded to eight: this errs to the safe side.
		key.memory_bytes() + cuda::working_bytes(key.signals, key.domain_size)
	}

	/// Bytes that the key takes on the card.
	pub fn key_bytes(&self) -> u64 {
		self.key.bytes()
	}

	/// The sums, and how long their parts took.
	///
	/// # Errors
	/// `Mismatched` for a witness of another length than the key's, `Device`.
	pub fn timed(&self, witness: &[Fr]) -> Result<(Sums, cuda::Stages), Groth16Error> {
		if witness.len() != self.signals {
			return Err(Groth16Error::Mismatched(format!(
				"the witness has {} elements, the key {} signals",
				witness.len(),
				self.signals
			)));
		}
		let mut staging = self.staging.lock().unwrap_or_else(PoisonError::into_inner);
		let places = staging.words.par_iter_mut().zip(witness);
		places.for_each(|(words, value)| *words = element(value));
		let (sums, stages) = match self.card.sums(&self.key, &staging.words) {
			Err(cuda::Error::OutOfMemory(_)) => {
				let (needed, limit) = (self.working_bytes, self.card.free_memory()?);
				return Err(Groth16Error::OutOfMemory { needed, limit });
			}
			done => done?,
		};
		let sums = Sums {
			a: g1_sum(&sums.a)?,
			b1: g1_sum(&sums.b1)?,
			b2: g2_sum(&sums.b2)?,
			c: g1_sum(&sums.c)?,
			h: g1_sum(&sums.h)?,
		};
		Ok((sums, stages))
	}
}

impl Engine for CardEngine {
	fn sums(
		&self,
		witness: &[Fr],
		budget: &Budget,
		progress: &(dyn Fn(&str, f32) + Sync),
	) -> Result<Sums, Groth16Error> {
		// What runs on the card can't be stopped; at most it takes seconds.
		budget.check()?;
		progress("gpu", 0.2);
		Ok(self.timed(witness)?.0)
	}
}

fn upload<T, W: Copy>(
	card: &cuda::Card,
	values: &[T],
	words: impl Fn(&T) -> W,
) -> Result<cuda::Buffer<W>, Groth16Error> {
	let pieces = values.chunks(PIECE).map(|piece| piece.iter().map(&words).collect::<Vec<_>>());
	Ok(card.upload(values.len(), pieces)?)
}

fn upload_bases<P, W: Copy>(
	card: &cuda::Card,
	bases: &Bases<P>,
	words: impl Fn(&P) -> W,
) -> Result<cuda::Column<W>, Groth16Error> {
	Ok(cuda::Column {
		points: upload(card, &bases.points, words)?,
		signals: upload(card, &bases.signals, |signal| *signal)?,
	})
}

fn upload_matrix(card: &cuda::Card, matrix: &Matrix) -> Result<cuda::Matrix, Groth16Error> {
	Ok(cuda::Matrix {
		starts: upload(card, &matrix.starts, |start| *start)?,
		signals: upload(card, &matrix.signals, |signal| *signal)?,
		values: upload(card, &matrix.values, element)?,
	})
}

/// Powers of the odd coset's offset: two tables of about the square root of the domain's size.
fn powers(card: &cuda::Card, domain_size: usize) -> Result<cuda::Powers, Groth16Error> {
	let [low, high] = power_tables(domain_size);
	Ok(cuda::Powers {
		low_bits: low.len().ilog2(),
		low: upload(card, &low, element)?,
		high: upload(card, &high, element)?,
	})
}

fn power_tables(domain_size: usize) -> [Vec<Fr>; 2] {
	let offset = coset_offset(domain_size as u64);
	let low = 1usize << domain_size.ilog2().div_ceil(2);
	let powers = |base: Fr, count: usize| {
		std::iter::successors(Some(Fr::ONE), |power| Some(*power * base)).take(count).collect()
	};
	[powers(offset, low), powers(offset.pow([low as u64]), domain_size.div_ceil(low))]
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_bn254::{G1Projective, G2Projective};
	use ark_ec::PrimeGroup;

	#[test]
	fn points_go_to_the_card_and_come_back() {
		for scalar in [0u64, 1, 77] {
			let (one, two) = (G1Projective::generator() * Fr::from(scalar), scalar != 0);
			let mut sum = [0; 12];
			sum[..8].copy_from_slice(&g1_point(&one.into_affine()));
			sum[8..].copy_from_slice(&Fq::from(u64::from(two)).0 .0);
			assert_eq!(g1_sum(&sum).unwrap(), one);

			let point = G2Projective::generator() * Fr::from(scalar);
			let mut sum = [0; 24];
			sum[..16].copy_from_slice(&g2_point(&point.into_affine()));
			sum[16..20].copy_from_slice(&Fq::from(u64::from(two)).0 .0);
			assert_eq!(g2_sum(&sum).unwrap(), point);
		}
	}

	#[test]
	fn what_is_no_point_is_the_cards_fault() {
		let mut sum = [0; 12];
		sum[8..].copy_from_slice(&Fq::from(1u64).0 .0);
		assert!(matches!(g1_sum(&sum), Err(Groth16Error::Device(_))));
		assert!(Groth16Error::Device(String::new()).is_retryable());
	}

	#[test]
	fn tables_reach_every_power() {
		for size in [1usize, 2, 4, 8, 1 << 9] {
			let [low, high] = power_tables(size);
			let offset = coset_offset(size as u64);
			let mut power = Fr::ONE;
			for i in 0..size {
				assert_eq!(low[i % low.len()] * high[i / low.len()], power, "{size}, {i}");
				power *= offset;
			}
		}
	}
}
