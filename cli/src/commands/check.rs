// SPDX-License-Identifier: Apache-2.0
//! Proofs, verified here as the chain will: where a wrong one costs money, before it is announced.

use crate::{
	chain::Chain,
	error::{CliError, Result},
	rpc::{Program, System, Task},
};
use codec::Decode;
use proofyard_primitives::{ProofData, ProofSystem};
use proofyard_verifier::{
	wrap::{
		self,
		known::{self, UnknownSelector},
		WrappingKey,
	},
	KeyError, VerifyError,
};
use subxt::dynamic::Value;

/// Check a proof as the chain will, at the versions of zkVMs that it verifies now. `costs` says what a
/// rejected proof would cost.
pub async fn check(
	chain: &Chain,
	task: &Task,
	program: &Program,
	proof: &ProofData,
	costs: &str,
) -> Result<()> {
	let version = if program.system.is_wrapped() {
		let systems = chain.proving().proof_systems().await?;
		let selector = enabled(&systems, program.system, proof)?;
		Some(match known_entry(program.system, selector) {
			Some(entry) => entry,
			None => entry_on_chain(chain, program.system, selector).await?,
		})
	} else {
		None
	};
	judge(task, program, version.as_ref(), proof, costs)
}

/// The selector of a zkVM's proof. Fails where the chain does not verify proofs that have it.
fn enabled(systems: &[System], system: ProofSystem, proof: &ProofData) -> Result<[u8; 4]> {
	let found = wrap::selector(&proof.proof);
	let versions = systems
		.iter()
		.filter(|one| one.system == system)
		.flat_map(|one| &one.versions)
		.filter(|version| version.enabled);
	let listed = versions.map(|version| (version.version.clone(), version.selector.0));
	let listed: Vec<(String, [u8; 4])> = listed.collect();
	found.filter(|found| listed.iter().any(|(_, selector)| selector == found)).ok_or_else(|| {
		let unknown = UnknownSelector::new(system, &proof.proof, listed);
		CliError::usage(format!("the chain does not verify this proof: {unknown}"))
	})
}

/// Entry of a version that this program knows.
fn known_entry(system: ProofSystem, selector: [u8; 4]) -> Option<WrappingKey> {
	let known =
		known::ALL.iter().find(|known| known.system == system && known.selector == selector)?;
	Some(known.entry())
}

/// Entry that the chain has of a version newer than this program.
async fn entry_on_chain(
	chain: &Chain,
	system: ProofSystem,
	selector: [u8; 4],
) -> Result<WrappingKey> {
	let at = chain.at_best().await?;
	// The types' names in the metadata are those of the code.
	let name = format!("{system:?}");
	let key = vec![Value::unnamed_variant(name, []), Value::from_bytes(selector)];
	let record = match at.storage().try_fetch(("Programs", "Versions"), key).await {
		Ok(record) => record,
		Err(error) => return Err(chain.node().diagnose(error).await),
	};
	record.and_then(|record| entry_of_record(record.bytes())).ok_or_else(|| {
		CliError::other(
			"the version of the proof cannot be read from the chain, so the proof cannot be checked here; use the version of this program that belongs to the chain",
		)
	})
}

/// The entry in the chain's record of a version: after its name, before whether it is on.
fn entry_of_record(mut bytes: &[u8]) -> Option<WrappingKey> {
	let (_name, entry, _enabled) = <(Vec<u8>, Vec<u8>, bool)>::decode(&mut bytes).ok()?;
	WrappingKey::from_bytes(&entry).ok().filter(|_| bytes.is_empty())
}

/// The verdict on a proof, a zkVM's under the key of its version.
fn judge(
	task: &Task,
	program: &Program,
	version: Option<&WrappingKey>,
	proof: &ProofData,
	costs: &str,
) -> Result<()> {
	let fixed = task
		.fixed_values()
		.ok_or_else(|| CliError::other("the task fixes more public values than the chain takes"))?;
	if !fixed.allow(&proof.public_values) {
		return Err(CliError::usage(format!(
			"the public values are not those that the requester fixed: {costs}"
		)));
	}
	let refused =
		|error: KeyError| CliError::other(format!("the program's key is refused: {error}"));
	let verdict: std::result::Result<(), VerifyError> = match version {
		None => {
			let prepared = proofyard_verifier::prepare_key(program.system, &program.key);
			let prepared = prepared.map_err(refused)?;
			proofyard_verifier::verify(
				program.system,
				&prepared,
				&proof.public_values,
				&proof.proof,
			)
		}
		Some(version) => {
			let key = wrap::check_program_key(program.system, &program.key).map_err(refused)?;
			let prepared = version.prepare().map_err(|error| {
				CliError::other(format!("the key of the proof's version is refused: {error}"))
			})?;
			wrap::verify(&prepared, &key, &proof.public_values, &proof.proof)
		}
	};
	verdict.map_err(|error| CliError::usage(format!("the proof does not verify: {error}; {costs}")))
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use crate::rpc::{AccountId, FixedPublicValues, Selector, TaskState, Version};
	use codec::Encode;
	use proofyard_primitives::{
		HardwareClass, Market, Redundancy, ServiceLevel, TaskKind, WorkModel,
	};
	use proofyard_verifier::convert::files::{detect, Case};
	use sha2::{Digest, Sha256};
	use sp_core::H256;

	/// Cases that others made: SP1 5 in Groth16, SP1 4 in PLONK (withdrawn), RISC Zero 3.
	pub const SP1_GROTH16: &str =
		include_str!("../../../primitives/verifier/tests/vectors/sp1-groth16-v5.0.0.json");
	pub const SP1_PLONK: &str =
		include_str!("../../../primitives/verifier/tests/vectors/sp1-plonk-v4.0.0-rc.3.json");
	pub const RISC0: &str =
		include_str!("../../../primitives/verifier/tests/vectors/risc0-groth16-v3.0.json");

	pub fn task(system: ProofSystem, state: TaskState) -> Task {
		Task {
			id: 7,
			requester: AccountId::new([0; 32]),
			program: H256::repeat_byte(1),
			market: Market {
				system,
				hardware: HardwareClass::Cpu,
				bucket: 2,
				level: ServiceLevel::Standard,
			},
			kind: TaskKind::Market,
			redundancy: Some(Redundancy::NONE),
			work: 4,
			max_fee: 1,
			deadline: 30,
			submitted_at: 10,
			escrow: 1,
			state,
			input: None,
			public_inputs: Vec::new(),
			public_values: None,
		}
	}

	pub fn program(system: ProofSystem, key: &[u8], public_inputs: u32) -> Program {
		Program {
			id: H256::repeat_byte(1),
			owner: AccountId::new([0; 32]),
			system,
			system_enabled: true,
			hardware: HardwareClass::Cpu,
			work: WorkModel::Fixed(4),
			public_inputs,
			key: key.to_vec(),
			artifacts: Vec::new(),
			deposit: 0,
			live_tasks: 0,
			retired: false,
			registered_at: 1,
		}
	}

	/// The program and the proof of a zkVM's case.
	fn zkvm(text: &str) -> (Program, ProofData) {
		let [found] = &detect(&[("case.json", text.as_bytes())]).unwrap()[..] else { panic!() };
		let Case::Wrapped { system, program_key, public_values, proof } = found.case.clone() else {
			panic!()
		};
		let data = ProofData {
			proof: proof.try_into().unwrap(),
			public_values: public_values.try_into().unwrap(),
		};
		(program(system, &program_key, 0), data)
	}

	fn open(system: ProofSystem) -> Task {
		task(system, TaskState::Expired { at: 30 })
	}

	fn entry(program: &Program, proof: &ProofData) -> WrappingKey {
		known_entry(program.system, wrap::selector(&proof.proof).unwrap()).unwrap()
	}

	fn usage(verdict: Result<()>) -> String {
		let error = verdict.unwrap_err();
		assert_eq!(error.exit_code(), 2, "{error}");
		error.to_string()
	}

	#[test]
	fn proofs_of_zkvms_are_verified_under_their_version() {
		for text in [SP1_GROTH16, SP1_PLONK, RISC0] {
			let (program, proof) = zkvm(text);
			let (task, entry) = (open(program.system), entry(&program, &proof));
			let judge = |program: &Program, proof: &ProofData| {
				judge(&task, program, Some(&entry), proof, "it costs")
			};
			judge(&program, &proof).unwrap();

			let mut other = proof.clone();
			other.public_values.try_push(0).unwrap();
			let text = usage(judge(&program, &other));
			assert!(text.contains("does not verify") && text.ends_with("; it costs"), "{text}");
			let mut wrong = program.clone();
			wrong.key[31] ^= 1;
			usage(judge(&wrong, &proof));
			// Another version's proof.
			other = proof.clone();
			other.proof[0] ^= 1;
			usage(judge(&program, &other));
		}
	}

	#[test]
	fn what_the_requester_fixed_counts_first() {
		let (program, proof) = zkvm(RISC0);
		let entry = entry(&program, &proof);
		let judge = |fixed| {
			let task = Task { public_values: Some(fixed), ..open(program.system) };
			judge(&task, &program, Some(&entry), &proof, "it costs")
		};
		let values = proof.public_values.to_vec();
		judge(FixedPublicValues::Whole(values.clone())).unwrap();
		judge(FixedPublicValues::Prefix(values[..3].to_vec())).unwrap();
		judge(FixedPublicValues::Sha256(H256(Sha256::digest(&values).into()))).unwrap();
		for other in [
			FixedPublicValues::Whole(values[1..].to_vec()),
			FixedPublicValues::Prefix(values[1..].to_vec()),
			FixedPublicValues::Sha256(H256::zero()),
		] {
			let text = usage(judge(other));
			assert!(text.contains("those that the requester fixed: it costs"), "{text}");
		}
	}

	#[test]
	fn circuits_are_verified_under_their_own_key() {
		let task = Task {
			public_inputs: vec![None, Some(H256::repeat_byte(2))],
			..open(ProofSystem::Groth16Bn254)
		};
		let program = program(ProofSystem::Groth16Bn254, &[], 2);
		let proof = |second| ProofData::of_inputs(&[7; 256], &[[1; 32], [second; 32]]).unwrap();
		let text = usage(judge(&task, &program, None, &proof(3), "it costs"));
		assert!(text.contains("those that the requester fixed"), "{text}");
		// The inputs are right, and the key is looked at.
		let error = judge(&task, &program, None, &proof(2), "it costs").unwrap_err();
		assert!(error.to_string().contains("key is refused"), "{error}");
	}

	#[test]
	fn versions_that_the_chain_does_not_verify_are_named() {
		let (program, proof) = zkvm(SP1_GROTH16);
		let selector = wrap::selector(&proof.proof).unwrap();
		let systems = |enabled| {
			let version = |version: &str, selector, enabled| Version {
				version: version.into(),
				selector: Selector(selector),
				enabled,
			};
			let versions =
				vec![version("5.0.0", selector, enabled), version("6.1.0", [1, 2, 3, 4], true)];
			[System { system: program.system, enabled: true, versions }]
		};
		assert_eq!(enabled(&systems(true), program.system, &proof).unwrap(), selector);
		let error = enabled(&systems(false), program.system, &proof).unwrap_err();
		assert_eq!(error.exit_code(), 2);
		assert!(error.to_string().ends_with("begins with a4594c59; known: 6.1.0 (01020304)"));
		// Another system's versions do not count.
		assert!(enabled(&systems(true), ProofSystem::Sp1Plonk, &proof).is_err());
	}

	#[test]
	fn a_version_is_read_from_the_chain_s_record() {
		let (program, proof) = zkvm(SP1_PLONK);
		let entry = entry(&program, &proof);
		let record = (entry.version.clone(), entry.to_bytes(), true).encode();
		assert_eq!(entry_of_record(&record), Some(entry));
		assert_eq!(entry_of_record(&record[..record.len() - 1]), None);
		assert_eq!(entry_of_record(&[record, vec![0]].concat()), None);
	}
}
