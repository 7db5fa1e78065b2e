// SPDX-License-Identifier: Apache-2.0
//! Proofs against keys, one or many at once, and what that costs.

use crate::{Config, Pallet, PreparedKeys, PreparedVersions, Programs, WeightInfo};
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::pallet_prelude::*;
use proofyard_primitives::{limits::*, ProgramId, ProofData, ProofSystem};
use proofyard_verifier::{wrap::PROGRAM_KEY_LEN, Claim, VerifyError};

/// Key under which a proof is verified.
pub(crate) enum Under {
	/// A circuit's own key.
	Own { system: ProofSystem, prepared: BoundedVec<u8, MaxPreparedKey> },
	/// The key of a version of a zkVM, which all programs share, and the program's.
	Shared {
		prepared: BoundedVec<u8, MaxPreparedWrappingKey>,
		program_key: [u8; PROGRAM_KEY_LEN as usize],
	},
}

impl Under {
	/// Statement that the proof is said to prove.
	fn claim<'a>(&'a self, data: &'a ProofData) -> Claim<'a> {
		let (values, proof) = (&data.public_values[..], &data.proof[..]);
		match self {
			Self::Own { system, prepared } => {
				Claim::Plain { system: *system, prepared, public_inputs: values, proof }
			}
			Self::Shared { prepared, program_key } => {
				Claim::Wrapped { prepared, program_key, public_values: values, proof }
			}
		}
	}
}

impl<T: Config> Pallet<T> {
	/// Key under which a proof of a program is verified. `None` if the program or the version of the
	/// proof is unknown.
	fn under(program: &ProgramId, proof: &ProofData) -> Option<Under> {
		let system = Programs::<T>::get(program)?.system;
		let own = PreparedKeys::<T>::get(program)?;
		if !system.is_wrapped() {
			return Some(Under::Own { system, prepared: own });
		}
		let prepared = PreparedVersions::<T>::get(system, proof.selector(system)?)?;
		Some(Under::Shared { prepared, program_key: own.as_slice().try_into().ok()? })
	}

	pub(crate) fn verify_one(
		program: &ProgramId,
		proof: &ProofData,
	) -> Option<Result<(), VerifyError>> {
		let verdict = match Self::under(program, proof)? {
			Under::Own { system, prepared } => {
				proofyard_host::verify(system, &prepared, &proof.public_values, &proof.proof)
			}
			Under::Shared { prepared, program_key } => proofyard_host::verify_wrapped(
				&prepared,
				&program_key,
				&proof.public_values,
				&proof.proof,
			),
		};
		Some(verdict)
	}

	pub(crate) fn verify_many(
		proofs: &[(ProgramId, &ProofData)],
	) -> Vec<Option<Result<(), VerifyError>>> {
		let under: Vec<_> =
			proofs.iter().map(|(program, proof)| Self::under(program, proof)).collect();
		let claims: Vec<_> = under
			.iter()
			.zip(proofs)
			.filter_map(|(under, (_, proof))| Some(under.as_ref()?.claim(proof)))
			.collect();
		let mut verdicts = proofyard_host::verify_batch(&claims).into_iter();
		under.iter().map(|under| under.as_ref().and_then(|_| verdicts.next())).collect()
	}

	/// Weight of verifying one proof of a system: what was measured and three fifths more, for sizes at
	/// which the straight line through the measurements lies too low, and for slower machines.
	pub(crate) fn weight_of(system: ProofSystem, proof: &ProofData) -> Weight {
		Self::with_margin(Self::measured(system, proof.words()))
	}

	fn with_margin(measured: Weight) -> Weight {
		measured.saturating_mul(8) / 5
	}

	fn measured(system: ProofSystem, words: u32) -> Weight {
		match system {
			ProofSystem::Groth16Bn254 => T::WeightInfo::verify_groth16_bn254(Self::inputs(words)),
			ProofSystem::Groth16Bls12_381 => {
				T::WeightInfo::verify_groth16_bls12_381(Self::inputs(words))
			}
			ProofSystem::Sp1Groth16 => T::WeightInfo::verify_sp1_groth16(words),
			ProofSystem::Sp1Plonk => T::WeightInfo::verify_sp1_plonk(words),
			ProofSystem::Risc0Groth16 => T::WeightInfo::verify_risc0_groth16(words),
		}
	}

	/// A circuit has no more public inputs: what has is refused before anything is computed.
	fn inputs(words: u32) -> u32 {
		words.min(proofyard_verifier::MAX_PUBLIC_INPUTS)
	}

	/// Upper bound of the weight of verifying a proof of this size, whatever its system. The systems
	/// whose proofs have another length refuse it before they compute anything.
	pub(crate) fn weight_of_any(proof: &ProofData) -> Weight {
		let length = proof.proof.len() as u32;
		ProofSystem::ALL
			.into_iter()
			.filter(|system| proofyard_verifier::is_proof_len(*system, length))
			.map(|system| Self::weight_of(system, proof))
			.fold(T::WeightInfo::verify_groth16_bn254(0), |most, one| most.max(one))
	}

	/// Upper bound of the weight of a batch whose proofs cost so much one by one: an invalid one is
	/// looked for by halves, which takes as long as all of them twice, and somewhat longer where each
	/// has its own key.
	pub(crate) fn worst_batch(each: impl Iterator<Item = Weight>) -> Weight {
		let sum = each.fold(Weight::zero(), |sum, one| sum.saturating_add(one));
		T::WeightInfo::batch_bn254(0).saturating_add(sum.saturating_mul(3))
	}

	/// Weight of a batch of which every proof is valid: what was measured and three fifths more, for
	/// nodes that keep no prepared keys in memory yet.
	pub(crate) fn good_batch(proofs: &[(ProofSystem, ProgramId, &ProofData)]) -> Weight {
		let mut bn254 = Share::default();
		let mut bls12_381 = Share::default();
		let mut rest = Weight::zero();
		for (system, program, proof) in proofs {
			match system {
				ProofSystem::Groth16Bn254 => bn254.add(Under::name(program), proof.words()),
				// All programs of a version share a key.
				ProofSystem::Sp1Groth16 | ProofSystem::Risc0Groth16 => {
					bn254.add((*system, proof.selector(*system)).encode(), 5);
					let hashed = Self::measured(*system, proof.words());
					rest = rest.saturating_add(hashed.saturating_sub(Self::measured(*system, 0)));
				}
				ProofSystem::Groth16Bls12_381 => bls12_381.add(Under::name(program), proof.words()),
				ProofSystem::Sp1Plonk => {
					rest = rest.saturating_add(Self::measured(*system, proof.words()))
				}
			}
		}
		let of = |share: &Share,
		          same: fn(u32) -> Weight,
		          keys: fn(u32) -> Weight,
		          one: fn(u32) -> Weight| {
			if share.proofs == 0 {
				return Weight::zero();
			}
			let distinct = share.keys.len() as u32;
			// Each key beyond the first costs its own pairings.
			let more = keys(distinct).saturating_sub(same(distinct));
			let inputs = one(share.inputs).saturating_sub(one(0));
			same(share.proofs).saturating_add(more).saturating_add(inputs)
		};
		type W<T> = <T as Config>::WeightInfo;
		let bn254 =
			of(&bn254, W::<T>::batch_bn254, W::<T>::batch_bn254_keys, W::<T>::verify_groth16_bn254);
		let bls12_381 = of(
			&bls12_381,
			W::<T>::batch_bls12_381,
			W::<T>::batch_bls12_381_keys,
			W::<T>::verify_groth16_bls12_381,
		);
		let measured = bn254.saturating_add(bls12_381).saturating_add(rest);
		Self::with_margin(measured)
	}
}

impl Under {
	/// Name that tells keys apart.
	fn name(program: &ProgramId) -> Vec<u8> {
		program.as_bytes().to_vec()
	}
}

/// The proofs of a batch that are verified together.
#[derive(Default)]
struct Share {
	proofs: u32,
	keys: BTreeSet<Vec<u8>>,
	inputs: u32,
}

impl Share {
	fn add(&mut self, key: Vec<u8>, inputs: u32) {
		self.proofs = self.proofs.saturating_add(1);
		self.inputs = self.inputs.saturating_add(inputs);
		self.keys.insert(key);
	}
}
