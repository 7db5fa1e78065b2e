// SPDX-License-Identifier: Apache-2.0
//! What the `proving_` methods take and answer, as JSON.
//!
//! Amounts are strings of decimal digits, in plancks: they outgrow what JSON numbers hold exactly.
//! Accounts are SS58, hashes, keys and bytes are `0x` and hexadecimal, blocks are numbers. Names
//! are in camelCase; the values of enumerations are as in configuration files and on the command
//! line (`groth16-bn254`, `cpu`, `standard`).

mod attempt;
mod clearing;
mod delegation;
mod prover;
mod system;
mod task;

pub use attempt::*;
pub use clearing::*;
pub use delegation::*;
pub use prover::*;
pub use system::*;
pub use task::*;

use proofyard_primitives::{
	program::ArtifactRole, HardwareClass, Market, ProgramId, ProofData, ProofSystem, Redundancy,
	ServiceLevel, TaskId, WorkModel,
};
use proofyard_runtime::{AccountId, Balance, BlockNumber};
use proofyard_runtime_api as api;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sp_core::{crypto::Ss58Codec, Bytes, H256};

/// An account, SS58 in JSON.
pub type Account = AccountId;

/// An account that the caller names; one that is misspelt is refused in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountParam(pub Account);

impl<'de> Deserialize<'de> for AccountParam {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let address = String::deserialize(deserializer)?;
		Account::from_ss58check(&address).map(Self).map_err(|reason| {
			serde::de::Error::custom(format!(
				"expected an account as an SS58 address, not {address:?}: {reason}"
			))
		})
	}
}

/// An amount in plancks, a decimal string in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub Balance);

impl Serialize for Amount {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(&self.0)
	}
}

impl<'de> Deserialize<'de> for Amount {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let digits = String::deserialize(deserializer)?;
		digits.parse().map(Self).map_err(|_| {
			serde::de::Error::custom("expected an amount in plancks: a string of decimal digits")
		})
	}
}

/// A file that a program needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Artifact {
	/// What it is for.
	pub role: ArtifactRole,
	/// Where it is, tried in turn.
	pub locators: Vec<String>,
	/// SHA-256 of its content.
	pub sha256: H256,
	/// Its size in bytes.
	pub size: u64,
}

/// A registered program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Program {
	/// Its id.
	pub id: ProgramId,
	/// Who registered it, and gets the deposit back.
	pub owner: Account,
	/// Its proof system.
	pub system: ProofSystem,
	/// Whether that proof system is switched on.
	pub system_enabled: bool,
	/// The hardware it needs.
	pub hardware: HardwareClass,
	/// How the work of its tasks is known: `{"fixed": work}` or `"per_task"`.
	pub work: WorkModel,
	/// Public inputs of its proofs, if it is a circuit; zero for a zkVM's program.
	pub public_inputs: u32,
	/// Its canonical verification key; of a zkVM's program the 32 bytes that its proofs name it by.
	pub key: Bytes,
	/// The files it needs.
	pub artifacts: Vec<Artifact>,
	/// What its owner deposited.
	pub deposit: Amount,
	/// Tasks of it that live.
	pub live_tasks: u32,
	/// Whether it takes no new tasks.
	pub retired: bool,
	/// The block it was registered in.
	pub registered_at: BlockNumber,
}

impl From<api::ProgramInfo<AccountId, Balance, BlockNumber>> for Program {
	fn from(program: api::ProgramInfo<AccountId, Balance, BlockNumber>) -> Self {
		Self {
			id: program.id,
			owner: program.owner,
			system: program.system,
			system_enabled: program.system_enabled,
			hardware: program.hardware,
			work: program.work,
			public_inputs: program.public_inputs,
			key: Bytes(program.key),
			artifacts: program
				.artifacts
				.into_iter()
				.map(|artifact| Artifact {
					role: artifact.role,
					locators: artifact.locators,
					sha256: H256(artifact.sha256),
					size: artifact.size,
				})
				.collect(),
			deposit: Amount(program.deposit),
			live_tasks: program.live_tasks,
			retired: program.retired,
			registered_at: program.registered_at,
		}
	}
}

/// What a quote is asked for, besides the program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct QuoteOptions {
	/// The task's work, for programs that leave it to the task.
	pub work: Option<u64>,
	/// The service level; `standard` when absent.
	pub level: Option<ServiceLevel>,
	/// Blocks to the deadline; the chain's default when absent.
	pub lifetime: Option<BlockNumber>,
	/// How many provers start at once, and how many proofs it takes; what the level has when absent.
	pub redundancy: Option<Redundancy>,
}

/// What a task of a program would cost now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
	/// Where it would be auctioned.
	pub market: Market,
	/// Its work, in the program's unit.
	pub work: u64,
	/// How many provers it would start with, and how many proofs it would take.
	pub redundancy: Redundancy,
	/// What each of its provers would be paid now, at least: the first rejected ask, or the lowest
	/// where nobody else could take it; null if too few provers could start it.
	pub price: Option<Amount>,
	/// What it could cost with all the provers it would start with; null if there are not so many.
	pub cost: Option<Amount>,
	/// The lowest maximum fee with which it would be taken now, if with fewer provers.
	pub least: Option<Amount>,
	/// Provers that could be its primary now.
	pub feasible_provers: u32,
	/// The lowest maximum fee that a submission may offer, taken or not.
	pub min_fee: Amount,
	/// The block by which a first attempt would have to deliver, were it submitted now.
	pub soft_deadline: BlockNumber,
	/// The deadline the quote is for.
	pub deadline: BlockNumber,
}

impl From<api::Quote<Balance, BlockNumber>> for Quote {
	fn from(quote: api::Quote<Balance, BlockNumber>) -> Self {
		Self {
			market: quote.market,
			work: quote.work,
			redundancy: quote.redundancy,
			price: quote.price.map(Amount),
			cost: quote.cost.map(Amount),
			least: quote.least.map(Amount),
			feasible_provers: quote.feasible_provers,
			min_fee: Amount(quote.min_fee),
			soft_deadline: quote.soft_deadline,
			deadline: quote.deadline,
		}
	}
}

/// A proof that the chain verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
	/// The task it answers.
	pub task: TaskId,
	/// The program it proves.
	pub program: ProgramId,
	/// The program's proof system.
	pub system: ProofSystem,
	/// Who made it.
	pub prover: Account,
	/// The block it was verified in.
	pub verified_at: BlockNumber,
	/// The block from which the chain may forget it.
	pub retained_until: BlockNumber,
	/// Canonical bytes of the proof system.
	pub proof: Bytes,
	/// All public values: a circuit's public inputs one after the other, a zkVM's bytes.
	pub public_values: Bytes,
	/// A circuit's public inputs, in order, big-endian; empty for a zkVM.
	pub public_inputs: Vec<H256>,
}

impl From<api::ProofInfo<AccountId, BlockNumber>> for Proof {
	fn from(proof: api::ProofInfo<AccountId, BlockNumber>) -> Self {
		Self {
			task: proof.task,
			program: proof.program,
			system: proof.system,
			prover: proof.prover,
			verified_at: proof.verified_at,
			retained_until: proof.retained_until,
			public_inputs: public_inputs(proof.system, &proof.data),
			proof: Bytes(proof.data.proof.into_inner()),
			public_values: Bytes(proof.data.public_values.into_inner()),
		}
	}
}

/// The verified proofs of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proofs {
	/// The task they answer.
	pub task: TaskId,
	/// The program they prove.
	pub program: ProgramId,
	/// The program's proof system.
	pub system: ProofSystem,
	/// The block the task was settled in; null while it takes more proofs.
	pub settled_at: Option<BlockNumber>,
	/// The block from which the chain may forget them; null while the task lives.
	pub retained_until: Option<BlockNumber>,
	/// The proofs, in the order of the attempts.
	pub proofs: Vec<ProofOf>,
}

/// The proof of one prover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProofOf {
	/// Who made it.
	pub prover: Account,
	/// Whether it was the last that the task takes: the one of `proving_proof`.
	pub deciding: bool,
	/// Canonical bytes of the proof system.
	pub proof: Bytes,
	/// All public values: a circuit's public inputs one after the other, a zkVM's bytes.
	pub public_values: Bytes,
	/// A circuit's public inputs, in order, big-endian; empty for a zkVM.
	pub public_inputs: Vec<H256>,
}

impl From<api::ProofsInfo<AccountId, BlockNumber>> for Proofs {
	fn from(proofs: api::ProofsInfo<AccountId, BlockNumber>) -> Self {
		let (system, decided_by) = (proofs.system, proofs.decided_by);
		let of = |(prover, data): (AccountId, ProofData)| ProofOf {
			deciding: decided_by.as_ref() == Some(&prover),
			prover,
			public_inputs: public_inputs(system, &data),
			proof: Bytes(data.proof.into_inner()),
			public_values: Bytes(data.public_values.into_inner()),
		};
		Self {
			task: proofs.task,
			program: proofs.program,
			system,
			settled_at: proofs.settled_at,
			retained_until: proofs.retained_until,
			proofs: proofs.proofs.into_iter().map(of).collect(),
		}
	}
}

/// The public inputs of a circuit's proof. A zkVM's public values are no list of scalars.
fn public_inputs(system: ProofSystem, data: &ProofData) -> Vec<H256> {
	let inputs = if system.is_wrapped() { &[] } else { data.inputs() };
	inputs.iter().map(|input| H256(*input)).collect()
}

#[cfg(test)]
mod tests;
