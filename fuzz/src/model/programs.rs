// SPDX-License-Identifier: Apache-2.0
//! Calls about programs, versions of zkVMs, fees and money.

use super::{Model, Program};
use crate::{proofs::Key, runtime::*, zkvm::Version};
use codec::Encode;
use proofyard_primitives::{program::program_id, ProofData, ProofSystem, WorkModel};

impl Model {
	/// Outcome expected of a call of the programs pallet. Its effect is taken in if it succeeded.
	pub fn programs_call(
		&mut self,
		who: AccountId,
		call: &pallet_programs::Call<Runtime>,
		done: bool,
	) -> Option<bool> {
		use pallet_programs::Call;
		match call {
			Call::register { system, key, hardware, work, artifacts } => {
				if !done {
					return None;
				}
				let id = program_id(*system, key, *hardware, *work, artifacts);
				let is_it = |known: &Key| known.system() == *system && known.bytes() == **key;
				let known = Key::ALL.into_iter().find(is_it).expect("a key of ours");
				// What a zkVM's program is named by is kept as it is.
				let prepared = match known {
					Key::Zkvm(..) => key.len(),
					_ => proofyard_verifier::prepared_len(*system, key).expect("sound") as usize,
				};
				let artifacts = artifacts.encoded_size();
				let bytes = key.len() + prepared + artifacts;
				let deposit = PROGRAM_DEPOSIT.0 + PROGRAM_DEPOSIT.1 * bytes as Balance;
				assert!(self.spendable(who) >= deposit && !self.disabled.contains(system));
				assert!(*work != WorkModel::Fixed(0), "a program without work");
				*self.free.entry(who).or_default() -= deposit;
				let program = Program {
					owner: who,
					system: *system,
					key: known,
					hardware: *hardware,
					work: *work,
					deposit,
					live: 0,
					retired: false,
					artifacts,
				};
				assert!(self.programs.insert(id, program).is_none(), "a program registered twice");
				None
			}
			Call::set_locators { program, .. } => {
				if done {
					let chain = pallet_programs::Programs::<Runtime>::get(program)?;
					let known = self.programs.get_mut(program).expect("a program");
					assert_eq!(known.owner, who, "a program of somebody else");
					let bytes = chain.artifacts.encoded_size();
					let (before, after) = (known.artifacts as Balance, bytes as Balance);
					known.artifacts = bytes;
					known.deposit = known.deposit + after - before;
					let free = self.free.entry(who).or_default();
					*free = *free + before - after;
				}
				None
			}
			Call::retire { program } => {
				let should = self
					.programs
					.get(program)
					.is_some_and(|known| known.owner == who && !known.retired);
				if done && should {
					let known = self.programs.get_mut(program).expect("looked at before");
					known.retired = true;
					known.live += 1;
					self.release(*program);
				}
				Some(should)
			}
			_ => None,
		}
	}

	/// Outcome expected of a call of the programs pallet by the root. It is done if it should succeed.
	pub fn government_call(&mut self, call: &pallet_programs::Call<Runtime>) -> bool {
		use pallet_programs::Call;
		match call {
			Call::set_system_enabled { system, enabled } => {
				if *enabled {
					self.disabled.remove(system);
				} else {
					self.disabled.insert(*system);
				}
				true
			}
			Call::set_version { entry } => {
				let version = Version::of(entry);
				if let Some(version) = version {
					self.versions.insert(version.name(), (version, true));
				}
				version.is_some()
			}
			Call::set_version_enabled { system, selector, enabled } => {
				let known = self.versions.get_mut(&(*system, *selector));
				let should = known.is_some();
				if let Some((_, on)) = known {
					*on = *enabled;
				}
				should
			}
			Call::remove_version { system, selector } => {
				self.versions.remove(&(*system, *selector)).is_some()
			}
			_ => false,
		}
	}

	/// The version of a zkVM's proof, if the chain verifies such proofs now.
	pub fn version(&self, system: ProofSystem, proof: &ProofData) -> Option<Version> {
		let selector = *proof.proof.first_chunk()?;
		let (version, on) = self.versions.get(&(system, selector))?;
		on.then_some(*version)
	}

	/// Whether the fee can be set so. It is, if it was.
	pub fn fees_call(&mut self, call: &pallet_settlement::Call<Runtime>, done: bool) -> bool {
		let pallet_settlement::Call::set_fees { terms } = call else { return false };
		let [fee, author, treasury] =
			[terms.fee, terms.author, terms.treasury].map(|share| share.deconstruct());
		let should = fee <= 100_000 && author + treasury <= 1_000_000;
		if done && should {
			self.fees = (fee, author, treasury);
		}
		should
	}

	/// Whether money can be moved so. It is, if it was.
	pub fn balances_call(
		&mut self,
		who: AccountId,
		call: &pallet_balances::Call<Runtime>,
		done: bool,
	) -> bool {
		let pallet_balances::Call::transfer_keep_alive { dest, value } = call else { return false };
		let should = *value <= self.spendable(who)
			&& (self.exists(*dest) || *value >= EXISTENTIAL_DEPOSIT || *value == 0);
		if done && should {
			*self.free.entry(who).or_default() -= value;
			*self.free.entry(*dest).or_default() += value;
		}
		should
	}
}
