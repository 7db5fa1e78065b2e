// SPDX-License-Identifier: Apache-2.0

//! Many proofs at once, under any number of keys of one curve, by a random linear combination.
//!
//! A proof is valid when `e(A,B)·e(X,−γ)·e(C,−δ)·e(α,β)⁻¹ = 1`. With a weight `rᵢ` for each proof, a batch is accepted
//! when
//!
//! `Π e(rᵢ·Aᵢ, Bᵢ) · Π e(Σ rᵢ·Xᵢ, −γₖ)·e(Σ rᵢ·Cᵢ, −δₖ)·e(αₖ,βₖ)^(−Σ rᵢ) = 1`,
//!
//! the second product over the keys and the sums over the proofs of a key: one pair for each proof, two for each key,
//! and one final exponentiation.
//!
//! # Why no invalid proof passes
//!
//! Call the left side of the first equation `dᵢ`: it is one for a valid proof. It is a value of the pairing, so that any
//! other `dᵢ` has the prime order `r`. The left side of the second equation is `Π dᵢ^rᵢ`. If some `dₖ` is not one, then
//! whatever the other weights are, only one value of `rₖ` modulo `r` makes the product one. A weight is one more than a
//! number of 128 bits, of SHA-256 over a seed and the proof's position: one of 2¹²⁸ values, none of them zero. The seed
//! is a hash of the whole batch: every key, all public inputs, all proofs, in order, so that changing anything changes
//! all weights. Taking SHA-256 for a random function, a batch with an invalid proof satisfies the equation with a chance
//! of at most 2⁻¹²⁸, and whoever tries `q` batches finds one that does with a chance of at most `q·2⁻¹²⁸`, however the
//! proofs are made. All nodes compute the same weights: a batch is accepted by all of them or by none.
//!
//! # Which proof is invalid
//!
//! The left side, the *discrepancy*, of a batch is the product of those of its parts. When it is not one, the batch is
//! halved; the left half's discrepancy is computed, the right half's is what remains, and so on. When few are left they
//! are verified one by one, so that it is always [`Statement::verify`] that refuses a proof. The parts are judged under
//! the weights of the whole, so that the argument above holds for each of them. Of 64 proofs there are at most 15 parts:
//! the chance that any of them hides an invalid proof is below 2⁻¹²⁴.

use super::{combination, exponent, PreparedKey, Statement};
use crate::{
	curve::{Curve, G1Of},
	pairing, parallel, VerifyError,
};
use alloc::{
	collections::btree_map::{BTreeMap, Entry},
	sync::Arc,
	vec,
	vec::Vec,
};
use ark_ec::{short_weierstrass::Projective, CurveGroup};
use ark_ff::{AdditiveGroup, CyclotomicMultSubgroup, Field};
use sha2::{Digest, Sha256};

/// Separates these hashes from all others.
const DOMAIN: &[u8] = b"proofyard/groth16-batch/1";

/// So many proofs are no longer halved: finding one of them that way costs as much as verifying them one by one.
const FEW: usize = 8;

/// One verdict for each statement, in order.
pub(crate) fn verify<C: Curve>(statements: &[Statement<'_, C>]) -> Vec<Result<(), VerifyError>> {
	match statements {
		[] => return Vec::new(),
		[statement] => return vec![statement.verify()],
		_ => {}
	}
	let terms: Vec<_> = statements.iter().zip(weights(statements)).collect();
	let scaled = parallel::runs(&terms, |terms| {
		let scaled: Vec<_> = terms
			.iter()
			.map(|(statement, weight)| combination::sum(&[statement.proof.a], &[*weight]))
			.collect::<Option<_>>()?;
		Some(Projective::normalize_batch(&scaled))
	});
	let Some(scaled) = scaled.into_iter().collect::<Option<Vec<_>>>() else {
		// There are as many points as weights.
		return parallel::map(statements, Statement::verify);
	};
	let keys = Keys::load(statements);
	let mut verdicts = vec![Ok(()); statements.len()];
	let mut members = Vec::with_capacity(statements.len());
	for (((statement, weight), a), verdict) in
		terms.into_iter().zip(scaled.into_iter().flatten()).zip(&mut verdicts)
	{
		match keys.find(statement) {
			Ok((position, key)) => {
				members.push(Member { verdict, statement, position, key, weight, a });
			}
			Err(error) => *verdict = Err(error),
		}
	}
	let whole = discrepancy(&members);
	settle(&mut members, whole);
	verdicts
}

/// The keys of the batch, each of them once, in any order.
struct Keys<'a, C: Curve> {
	bytes: Vec<&'a [u8]>,
	read: Vec<Result<Arc<PreparedKey<C>>, VerifyError>>,
}

impl<'a, C: Curve> Keys<'a, C> {
	fn load(statements: &[Statement<'a, C>]) -> Self {
		let of_each_key: BTreeMap<&[u8], &Statement<'a, C>> =
			statements.iter().map(|statement| (statement.prepared, statement)).collect();
		let (bytes, statements): (Vec<_>, Vec<_>) = of_each_key.into_iter().unzip();
		Self { bytes, read: parallel::map(&statements, |statement| statement.load_key()) }
	}

	/// The key of a statement and its position.
	fn find(&self, statement: &Statement<'_, C>) -> Result<(usize, &PreparedKey<C>), VerifyError> {
		let position = self.bytes.binary_search(&statement.prepared);
		let position = position.map_err(|_| VerifyError::CorruptPreparedKey)?;
		match self.read.get(position) {
			Some(Ok(key)) => Ok((position, key)),
			Some(Err(error)) => Err(*error),
			None => Err(VerifyError::CorruptPreparedKey),
		}
	}
}

/// One proof of the batch.
struct Member<'s, 'a, C: Curve> {
	verdict: &'s mut Result<(), VerifyError>,
	statement: &'s Statement<'a, C>,
	/// Position of the key.
	position: usize,
	key: &'s PreparedKey<C>,
	/// `r`.
	weight: C::Fr,
	/// `r·A`.
	a: G1Of<C>,
}

/// Writes the verdicts of these members, whose discrepancy is known.
fn settle<C: Curve>(members: &mut [Member<'_, '_, C>], known: Option<C::Fq12>) {
	if known == Some(C::Fq12::ONE) {
		return;
	}
	if members.len() <= FEW {
		for member in members {
			*member.verdict = member.statement.verify_under(member.key);
		}
		return;
	}
	let (left, right) = members.split_at_mut(members.len() / 2);
	let left_known = discrepancy(left);
	let right_known = match (known, left_known.and_then(|value| value.inverse())) {
		(Some(whole), Some(inverse)) => Some(whole * inverse),
		_ => discrepancy(right),
	};
	parallel::both(|| settle(left, left_known), || settle(right, right_known));
}

/// Sums over some proofs of one key.
struct Sums<'s, C: Curve> {
	key: &'s PreparedKey<C>,
	/// `Σ r`, then for each public input `Σ r·input`: the multiples of the key's points.
	multiples: Vec<C::Fr>,
	/// `Σ r·C`.
	c: Projective<C::G1>,
}

impl<'s, C: Curve> Sums<'s, C> {
	/// Sums over proofs of one key.
	fn of(members: &[&Member<'s, '_, C>]) -> Option<Self> {
		let key = members.first()?.key;
		let mut multiples = vec![C::Fr::ZERO; key.ic.len()];
		for Member { statement, weight, .. } in members {
			let inputs = statement.inputs.iter().map(|input| *weight * input);
			let products = core::iter::once(*weight).chain(inputs);
			multiples.iter_mut().zip(products).for_each(|(sum, product)| *sum += product);
		}
		let (points, weights): (Vec<_>, Vec<_>) =
			members.iter().map(|member| (member.statement.proof.c, member.weight)).unzip();
		Some(Self { key, multiples, c: combination::sum(&points, &weights)? })
	}

	fn add(&mut self, other: &Self) {
		self.multiples.iter_mut().zip(&other.multiples).for_each(|(sum, more)| *sum += more);
		self.c += other.c;
	}
}

/// The discrepancy of these members; nothing where points of a corrupt key have none.
fn discrepancy<C: Curve>(members: &[Member<'_, '_, C>]) -> Option<C::Fq12> {
	let mut value = C::Fq12::ONE;
	let mut by_key: BTreeMap<usize, Sums<'_, C>> = BTreeMap::new();
	for (factor, sums) in parallel::runs(members, |members| {
		let pairs = members.iter().map(|member| (member.a, &member.statement.proof.b));
		let mut by_key: BTreeMap<usize, Vec<&Member<'_, '_, C>>> = BTreeMap::new();
		members.iter().for_each(|member| by_key.entry(member.position).or_default().push(member));
		let sums = by_key.into_iter().map(|(key, members)| Some((key, Sums::of(&members)?)));
		(pairing::miller_loop(pairs), sums.collect::<Option<Vec<_>>>())
	}) {
		value *= factor;
		for (key, sums) in sums? {
			match by_key.entry(key) {
				Entry::Vacant(entry) => _ = entry.insert(sums),
				Entry::Occupied(mut entry) => entry.get_mut().add(&sums),
			}
		}
	}

	let by_key: Vec<_> = by_key.into_values().collect();
	let mut expected = C::Fq12::ONE;
	for part in parallel::runs(&by_key, |by_key| {
		let points: Vec<_> = by_key
			.iter()
			.map(|Sums { key, multiples, c }| Some([combination::sum(&key.ic, multiples)?, *c]))
			.collect::<Option<_>>()?;
		let points = Projective::normalize_batch(points.as_flattened());
		let lines = by_key.iter().flat_map(|Sums { key, .. }| [&key.gamma, &key.delta]);
		let powers = by_key
			.iter()
			.map(|Sums { key, multiples, .. }| Some((key.alpha_beta, *multiples.first()?)))
			.collect::<Option<Vec<_>>>()?;
		Some((pairing::miller_loop(points.into_iter().zip(lines)), exponent::product(powers)?))
	}) {
		let (factor, power) = part?;
		value *= factor;
		expected *= power;
	}
	Some(pairing::finish::<C>(value)? * expected.cyclotomic_inverse()?)
}

/// A weight for each statement that depends on all of them: 1 to 2¹²⁸.
fn weights<C: Curve>(statements: &[Statement<'_, C>]) -> Vec<C::Fr> {
	let mut seed = Sha256::new();
	seed.update(DOMAIN);
	seed.update([C::SYSTEM.index()]);
	seed.update((statements.len() as u64).to_le_bytes());
	// A key is hashed once, however many proofs it has.
	let mut keys: BTreeMap<&[u8], [u8; 32]> = BTreeMap::new();
	for statement in statements {
		let key = keys
			.entry(statement.prepared)
			.or_insert_with(|| Sha256::digest(statement.prepared).into());
		// The key fixes the number of inputs, and a proof has one length: nothing can be read in two ways.
		seed.update(key);
		let mut inputs = Vec::new();
		statement.inputs.iter().for_each(|input| super::encoding::write_prime(&mut inputs, input));
		seed.update(&inputs);
		seed.update(statement.proof_bytes);
	}
	let seed: [u8; 32] = seed.finalize().into();
	(0..statements.len() as u64)
		.map(|position| {
			let hash =
				Sha256::new_with_prefix(seed).chain_update(position.to_le_bytes()).finalize();
			let bytes = hash.first_chunk().copied().unwrap_or_default();
			C::Fr::from(u128::from_le_bytes(bytes)) + C::Fr::ONE
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		groth16::simulate::{simulate, simulate_many, Simulated},
		Groth16Bls12_381, Groth16Bn254, Verifier,
	};
	use ark_ff::PrimeField;

	/// Proofs under three keys, in turn, with the prepared key of each.
	fn samples<C: Curve>(count: usize) -> Vec<(Vec<u8>, Simulated)> {
		let mut by_key: Vec<_> = [0, 2, 5]
			.into_iter()
			.map(|inputs| simulate_many::<C>(inputs, 7, count as u32).into_iter())
			.collect();
		(0..count)
			.map(|position| {
				let sample = by_key[position % 3].next().unwrap();
				(<C as Verifier>::prepare_key(&sample.key).unwrap(), sample)
			})
			.collect()
	}

	fn verdicts<C: Curve>(samples: &[(Vec<u8>, Simulated)]) -> Vec<Result<(), VerifyError>> {
		let statements: Vec<_> = samples
			.iter()
			.map(|(key, sample)| {
				Statement::<C>::decode(key, &sample.public_inputs, &sample.proof).unwrap()
			})
			.collect();
		let verdicts = verify(&statements);
		assert_eq!(verdicts, verify(&statements), "the same verdict every time");
		verdicts
	}

	fn batches_of_valid_proofs<C: Curve>() {
		assert_eq!(verify::<C>(&[]), []);
		for count in [1, 2, 3, 13] {
			assert_eq!(verdicts::<C>(&samples::<C>(count)), vec![Ok(()); count]);
		}
	}

	#[test]
	fn valid_proofs_pass() {
		batches_of_valid_proofs::<Groth16Bn254>();
		batches_of_valid_proofs::<Groth16Bls12_381>();
	}

	/// Replaces the proofs at these positions by proofs of something else.
	fn spoilt<C: Curve>(count: usize, bad: &[usize]) -> Vec<Result<(), VerifyError>> {
		let mut samples = samples::<C>(count);
		for position in bad {
			samples[*position].1.proof = simulate::<C>(1, 1000 + *position as u64).proof;
		}
		verdicts::<C>(&samples)
	}

	#[test]
	fn each_invalid_proof_is_found() {
		let scattered: Vec<_> = (0..37).step_by(5).collect();
		for bad in [&[][..], &[0], &[36], &[0, 1], &[3, 4, 11], &[17, 18], &scattered] {
			let verdicts = spoilt::<Groth16Bn254>(37, bad);
			for (position, verdict) in verdicts.iter().enumerate() {
				let expected = if bad.contains(&position) {
					Err(VerifyError::PairingMismatch)
				} else {
					Ok(())
				};
				assert_eq!(*verdict, expected, "{position} of {bad:?}");
			}
		}
		assert_eq!(spoilt::<Groth16Bls12_381>(2, &[1])[1], Err(VerifyError::PairingMismatch));
		let all: Vec<_> = (0..20).collect();
		assert_eq!(spoilt::<Groth16Bn254>(20, &all), [Err(VerifyError::PairingMismatch); 20]);
	}

	/// Errors of two proofs that cancel each other out without weights do not with them.
	#[test]
	fn errors_do_not_cancel_out() {
		use crate::groth16::encoding::{write_point, Cursor};
		let samples = simulate_many::<Groth16Bn254>(2, 7, 2);
		let key = <Groth16Bn254 as Verifier>::prepare_key(&samples[0].key).unwrap();
		let shift = G1Of::<Groth16Bn254>::from(ark_bn254::G1Affine::new_unchecked(
			1u64.into(),
			2u64.into(),
		));
		let proofs: Vec<Vec<u8>> = samples
			.iter()
			.zip([shift, -shift])
			.map(|(sample, shift)| {
				let c = Cursor::new(&sample.proof[192..]).point::<ark_bn254::g1::Config>().unwrap();
				let mut proof = sample.proof[..192].to_vec();
				write_point(&mut proof, &(c + shift).into_affine());
				proof
			})
			.collect();
		let statements: Vec<_> = samples
			.iter()
			.zip(&proofs)
			.map(|(sample, proof)| {
				Statement::<Groth16Bn254>::decode(&key, &sample.public_inputs, proof).unwrap()
			})
			.collect();
		assert_eq!(verify(&statements), [Err(VerifyError::PairingMismatch); 2]);
	}

	/// Changes in the last statement, or in how many there are, change the weights of all.
	#[test]
	fn weights_depend_on_everything() {
		let samples = simulate_many::<Groth16Bn254>(2, 7, 3);
		let key = <Groth16Bn254 as Verifier>::prepare_key(&samples[0].key).unwrap();
		let weights = |samples: &[Simulated], last_key: &[u8]| -> Vec<ark_bn254::Fr> {
			let last = samples.len() - 1;
			let statements: Vec<_> = samples
				.iter()
				.enumerate()
				.map(|(position, Simulated { public_inputs, proof, .. })| {
					let key = if position == last { last_key } else { &key };
					Statement::<Groth16Bn254>::decode(key, public_inputs, proof).unwrap()
				})
				.collect();
			weights(&statements)
		};
		let before = weights(&samples, &key);
		assert_eq!(before, weights(&samples, &key));
		assert!(before.iter().all(|weight| weight.into_bigint().0[2..] == [0, 0]));

		let mut other_input = samples.clone();
		other_input[2].public_inputs[63] ^= 1;
		let mut other_proof = samples.clone();
		other_proof[2].proof = samples[1].proof.clone();
		let mut swapped = samples.clone();
		swapped.swap(1, 2);
		let mut other_key = key.clone();
		*other_key.last_mut().unwrap() ^= 1;
		for after in [
			weights(&other_input, &key),
			weights(&other_proof, &key),
			weights(&swapped, &key),
			weights(&samples[..2], &key),
			weights(&samples, &other_key),
		] {
			assert!(before.iter().zip(&after).all(|(before, after)| before != after));
		}
	}
}
