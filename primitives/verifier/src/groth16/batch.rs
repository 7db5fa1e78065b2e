// SPDX-License-Identifier: Apache-2.0

//! Many proofs at once, under any number of keys of one curve, by a random linear combination.
//!
//! A proof is valid when `e(A,B)·e(X,−γ)·e(C,−δ)·e(α,β)⁻¹ = 1`. With a weight `rᵢ` for each proof, a batch is accepted
//! when
//!
//! `Π e(rᵢ·Aᵢ, Bᵢ) · Π e(Σ rᵢ·Xᵢ, −γₖ)·e(Σ rᵢ·Cᵢ, −δₖ)·e(αₖ,βₖ)^(−Σ rᵢ) = 1`,
//!
//! the second product over the keys and the sums over the proofs of a key: one pair for each proof, two for each key,
//! and one final exponentiation. The weights are 128 bits of a hash of the whole batch, keys and public inputs
//! included, so whoever made the proofs could not know them: a batch with an invalid proof passes with a chance of
//! 2⁻¹²⁸.
//!
//! The left side, the *discrepancy*, of a batch is the product of those of its parts. When it is not one, the batch is
//! halved; the left half's discrepancy is computed, the right half's is what remains, and so on down to single proofs,
//! for which a weight other than zero makes no difference. Each proof so gets its own verdict, the one that
//! [`Statement::verify`] gives.

use super::{combination, PreparedKey, Statement};
use crate::{
	curve::{pairing_product, Curve, G1Of},
	VerifyError,
};
use alloc::{collections::BTreeMap, vec, vec::Vec};
use ark_ec::CurveGroup;
use ark_ff::{AdditiveGroup, CyclotomicMultSubgroup, Field, PrimeField};
use sha2::{Digest, Sha256};

/// Separates these hashes from all others.
const DOMAIN: &[u8] = b"proofyard/groth16-batch/1";

/// One verdict for each statement, in order.
pub(crate) fn verify<C: Curve>(statements: &[Statement<'_, C>]) -> Vec<Result<(), VerifyError>> {
	if let [statement] = statements {
		return vec![statement.verify()];
	}
	let weights = weights(statements);
	let mut keys: BTreeMap<&[u8], Result<usize, VerifyError>> = BTreeMap::new();
	let mut loaded = Vec::new();
	let mut verdicts = vec![Ok(()); statements.len()];
	let mut members = Vec::with_capacity(statements.len());
	for ((statement, weight), verdict) in statements.iter().zip(weights).zip(&mut verdicts) {
		let key = *keys.entry(statement.prepared).or_insert_with(|| {
			let key = statement.load_key()?;
			loaded.push(key);
			Ok(loaded.len() - 1)
		});
		let a = combination::sum(&[statement.proof.a], &[weight]);
		match (key, a) {
			(Ok(key), Some(a)) => members.push((verdict, statement, key, weight, a)),
			(Err(error), _) => *verdict = Err(error),
			(_, None) => *verdict = Err(VerifyError::CorruptPreparedKey),
		}
	}
	let scaled: Vec<_> = members.iter().map(|(.., a)| *a).collect();
	let mut members: Vec<_> = members
		.into_iter()
		.zip(<_ as CurveGroup>::normalize_batch(&scaled))
		.map(|((verdict, statement, key, weight, _), a)| Member {
			verdict,
			statement,
			key,
			weight,
			a,
		})
		.collect();
	let whole = discrepancy(&loaded, &members);
	settle(&loaded, &mut members, whole);
	verdicts
}

/// One proof of the batch.
struct Member<'s, 'a, C: Curve> {
	verdict: &'s mut Result<(), VerifyError>,
	statement: &'s Statement<'a, C>,
	/// Position of its key.
	key: usize,
	/// `r`.
	weight: C::Fr,
	/// `r·A`.
	a: G1Of<C>,
}

/// What the proofs of one key add up to.
struct Sums<C: Curve> {
	/// `Σ r`, then for each public input `Σ r·input`: the multiples of the key's points.
	multiples: Vec<C::Fr>,
	/// The points `C` and their weights.
	points: Vec<G1Of<C>>,
	weights: Vec<C::Fr>,
}

/// Writes the verdicts of these members, whose discrepancy is known.
fn settle<C: Curve>(
	keys: &[PreparedKey<C>],
	members: &mut [Member<'_, '_, C>],
	known: Option<C::Fq12>,
) {
	if known == Some(C::Fq12::ONE) {
		return;
	}
	if let [member] = members {
		*member.verdict = Err(VerifyError::PairingMismatch);
		return;
	}
	if members.is_empty() {
		return;
	}
	let (left, right) = members.split_at_mut(members.len() / 2);
	let left_known = discrepancy(keys, left);
	let right_known = match (known, left_known.and_then(|value| value.inverse())) {
		(Some(whole), Some(inverse)) => Some(whole * inverse),
		_ => discrepancy(keys, right),
	};
	settle(keys, left, left_known);
	settle(keys, right, right_known);
}

/// The discrepancy of these members; nothing where points of a corrupt key have none.
fn discrepancy<C: Curve>(
	keys: &[PreparedKey<C>],
	members: &[Member<'_, '_, C>],
) -> Option<C::Fq12> {
	let mut by_key: BTreeMap<usize, Sums<C>> = BTreeMap::new();
	for Member { statement, key, weight, .. } in members {
		let sums = by_key.entry(*key).or_insert_with(|| Sums {
			multiples: vec![C::Fr::ZERO; statement.inputs.len() + 1],
			points: Vec::new(),
			weights: Vec::new(),
		});
		let values = core::iter::once(C::Fr::ONE).chain(statement.inputs.iter().copied());
		for (multiple, value) in sums.multiples.iter_mut().zip(values) {
			*multiple += *weight * value;
		}
		sums.points.push(statement.proof.c);
		sums.weights.push(*weight);
	}

	let mut g1: Vec<_> = members.iter().map(|member| member.a).collect();
	let mut g2: Vec<_> = members.iter().map(|member| member.statement.proof.b).collect();
	let mut expected = C::Fq12::ONE;
	for (position, sums) in &by_key {
		let key = keys.get(*position)?;
		let x = combination::sum(&key.ic, &sums.multiples)?;
		let c = combination::sum(&sums.points, &sums.weights)?;
		g1.extend([x.into_affine(), c.into_affine()]);
		g2.extend([key.minus_gamma, key.minus_delta]);
		let total = sums.multiples.first()?.into_bigint();
		expected *= key.alpha_beta.cyclotomic_exp(total);
	}
	Some(pairing_product::<C>(g1, g2)? * expected.inverse()?)
}

/// A weight for each statement that depends on all of them: 128 bits, never zero.
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
			C::Fr::from(u128::from_le_bytes(bytes).max(1))
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
		for bad in [&[][..], &[0], &[12], &[0, 1], &[3, 4, 11], &[0, 2, 4, 6, 8, 10, 12]] {
			let verdicts = spoilt::<Groth16Bn254>(13, bad);
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
		let all: Vec<_> = (0..5).collect();
		assert_eq!(spoilt::<Groth16Bn254>(5, &all), [Err(VerifyError::PairingMismatch); 5]);
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

	#[test]
	fn weights_depend_on_every_byte() {
		let samples = simulate_many::<Groth16Bn254>(2, 7, 3);
		let key = <Groth16Bn254 as Verifier>::prepare_key(&samples[0].key).unwrap();
		let decode = |samples: &[Simulated]| -> Vec<ark_bn254::Fr> {
			let statements: Vec<_> = samples
				.iter()
				.map(|sample| {
					Statement::<Groth16Bn254>::decode(&key, &sample.public_inputs, &sample.proof)
						.unwrap()
				})
				.collect();
			weights(&statements)
		};
		let before = decode(&samples);
		assert_eq!(before, decode(&samples));
		let mut changed = samples.clone();
		changed[2].public_inputs[63] ^= 1;
		let mut swapped = samples.clone();
		swapped.swap(1, 2);
		for after in [decode(&changed), decode(&swapped), decode(&samples[..2])] {
			assert!(before.iter().zip(&after).all(|(before, after)| before != after));
		}
		assert!(before.iter().all(|weight| weight.into_bigint().0[2..] == [0, 0]));
	}
}
