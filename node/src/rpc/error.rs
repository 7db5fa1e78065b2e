// SPDX-License-Identifier: Apache-2.0
//! Errors that the `proving_` methods fail with, in words. The numbers are those of [`ErrorCode`].

use jsonrpsee::types::{ErrorObject, ErrorObjectOwned};
use proofyard_api::{AccountId, BlockNumber, BlockRef, ErrorCode, QuoteError};
use proofyard_primitives::{Market, ProgramId, TaskId, TaskKind};
use proofyard_runtime::Hash;
use serde_json::{json, Value};
use sp_api::ApiError;

/// A failed call of the namespace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
	/// No task has the id, or it ended longer ago than the retention period.
	#[error(
		"No task has the id {0}: it was never submitted, or it ended so long ago that the chain \
		 forgot it."
	)]
	UnknownTask(TaskId),
	/// No program has the id.
	#[error("No program has the id {0:?}: register it first.")]
	UnknownProgram(ProgramId),
	/// The account is no prover.
	#[error("{0} is not registered as a prover.")]
	UnknownProver(AccountId),
	/// The task has no verified proof to show.
	#[error(
		"Task {0} has no proof: none was verified, or it settled so long ago that the chain \
		 forgot it."
	)]
	NoProof(TaskId),
	/// A parameter is out of its range.
	#[error("{0}")]
	InvalidParams(String),
	/// The node does not know the block, or no longer has its state.
	#[error(
		"The state of block {block:?} is not here: the block is unknown, or its state was \
		 pruned. Ask without a block for the newest one, or ask an archive node."
	)]
	UnknownBlock {
		/// The block asked for.
		block: Hash,
	},
	/// The node follows as many tasks as it will.
	#[error(
		"This node already has {limit} task subscriptions open. Close some, retry later or poll \
		 proving_task."
	)]
	TooManySubscriptions {
		/// The bound.
		limit: usize,
	},
	/// The subscriber did not take its updates.
	#[error(
		"The subscription was closed: the client did not read its updates in time. Subscribe \
		 again; the first item is the current state."
	)]
	Lagging,
	/// The runtime could not be called, or the database failed.
	#[error("The node could not read the chain: {0}")]
	RuntimeError(String),
	/// No clearing gave the task to a prover, or not yet.
	#[error("No prover has taken task {0}: it is open, or it ended without being taken.")]
	NotAssigned(TaskId),
	/// The task found its prover in another way than by a clearing.
	#[error("{}", not_cleared(*.0, *.1))]
	NotCleared(TaskId, TaskKind),
	/// The market has not been cleared.
	#[error(
		"No clearing of this market has assigned anything yet. proving_market shows what waits and \
		 who asks."
	)]
	NoClearing(Market),
	/// The node knows the block and no longer has its state.
	#[error(
		"The state of block {} was pruned here: ask an archive node, which has it \
		 (--state-pruning archive).",
		.0.number
	)]
	StatePruned(BlockRef),
	/// The account has nothing in the prover's pool.
	#[error("{delegator} has delegated nothing to {prover}, or has withdrawn it.")]
	NoDelegation {
		/// The prover.
		prover: AccountId,
		/// The account.
		delegator: AccountId,
	},
	/// The program takes no new tasks.
	#[error("Program {0:?} is retired: its owner takes no new tasks for it.")]
	ProgramRetired(ProgramId),
	/// The proof system is switched off.
	#[error("The proof system of program {0:?} is switched off.")]
	SystemDisabled(ProgramId),
	/// The work is missing.
	#[error("Program {0:?} leaves the work to the task: pass options.work, greater than zero.")]
	WorkNeeded(ProgramId),
	/// The work contradicts the program's.
	#[error(
		"Program {program:?} fixes the work of every task at {work}: leave options.work out, or \
		 pass that number."
	)]
	WorkFixed {
		/// The program.
		program: ProgramId,
		/// Its work.
		work: u64,
	},
	/// The deadline is nearer or farther than the chain allows.
	#[error("options.lifetime must be from {least} to {most} blocks.")]
	DeadlineOutOfRange {
		/// The least number of blocks.
		least: BlockNumber,
		/// The greatest number of blocks.
		most: BlockNumber,
	},
	/// No task can start and take proofs so.
	#[error(
		"options.redundancy must start 1 to {most} provers and take 1 proof or more, no more than \
		 provers that start."
	)]
	BadRedundancy {
		/// The most provers that start at once.
		most: u8,
	},
}

impl Error {
	/// Number and name by which clients recognise the error.
	pub const fn code(&self) -> ErrorCode {
		match self {
			Self::UnknownTask(_) => ErrorCode::UnknownTask,
			Self::UnknownProgram(_) => ErrorCode::UnknownProgram,
			Self::UnknownProver(_) => ErrorCode::UnknownProver,
			Self::NoProof(_) => ErrorCode::NoProof,
			Self::InvalidParams(_) => ErrorCode::InvalidParams,
			Self::UnknownBlock { .. } => ErrorCode::UnknownBlock,
			Self::TooManySubscriptions { .. } => ErrorCode::TooManySubscriptions,
			Self::Lagging => ErrorCode::Lagging,
			Self::RuntimeError(_) => ErrorCode::RuntimeError,
			Self::NotAssigned(_) => ErrorCode::NotAssigned,
			Self::NotCleared(..) => ErrorCode::NotCleared,
			Self::NoClearing(_) => ErrorCode::NoClearing,
			Self::StatePruned(_) => ErrorCode::StatePruned,
			Self::NoDelegation { .. } => ErrorCode::NoDelegation,
			Self::ProgramRetired(_) => ErrorCode::ProgramRetired,
			Self::SystemDisabled(_) => ErrorCode::SystemDisabled,
			Self::WorkNeeded(_) => ErrorCode::WorkNeeded,
			Self::WorkFixed { .. } => ErrorCode::WorkFixed,
			Self::DeadlineOutOfRange { .. } => ErrorCode::DeadlineOutOfRange,
			Self::BadRedundancy { .. } => ErrorCode::BadRedundancy,
		}
	}

	/// Data that a program needs to act on the error: its name and its parts.
	fn data(&self) -> Value {
		let mut data = match self {
			Self::UnknownTask(task) | Self::NoProof(task) | Self::NotAssigned(task) => {
				json!({ "task": task })
			}
			Self::NotCleared(task, kind) => json!({ "task": task, "kind": kind }),
			Self::NoClearing(market) => json!({ "market": market }),
			Self::StatePruned(block) => json!({ "block": block }),
			Self::UnknownProgram(program)
			| Self::ProgramRetired(program)
			| Self::SystemDisabled(program)
			| Self::WorkNeeded(program) => json!({ "program": program }),
			Self::UnknownProver(prover) => json!({ "prover": prover }),
			Self::NoDelegation { prover, delegator } => {
				json!({ "prover": prover, "delegator": delegator })
			}
			Self::UnknownBlock { block } => json!({ "block": block }),
			Self::TooManySubscriptions { limit } => json!({ "limit": limit }),
			Self::WorkFixed { program, work } => json!({ "program": program, "work": work }),
			Self::DeadlineOutOfRange { least, most } => json!({ "least": least, "most": most }),
			Self::BadRedundancy { most } => json!({ "most": most }),
			Self::InvalidParams(_) | Self::Lagging | Self::RuntimeError(_) => json!({}),
		};
		data["name"] = self.code().name().into();
		data
	}

	/// The error of a quote for `program`.
	pub fn quote(program: ProgramId, error: QuoteError) -> Self {
		match error {
			QuoteError::UnknownProgram => Self::UnknownProgram(program),
			QuoteError::ProgramRetired => Self::ProgramRetired(program),
			QuoteError::SystemDisabled => Self::SystemDisabled(program),
			QuoteError::WorkNeeded => Self::WorkNeeded(program),
			QuoteError::WorkFixed(work) => Self::WorkFixed { program, work },
			QuoteError::DeadlineOutOfRange(least, most) => Self::DeadlineOutOfRange { least, most },
			QuoteError::BadRedundancy(most) => Self::BadRedundancy { most },
		}
	}

	/// The error of a runtime call at a block that the node knows.
	pub fn api_at(block: BlockRef, error: ApiError) -> Self {
		match error {
			ApiError::UnknownBlock(_) => Self::StatePruned(block),
			error => Self::RuntimeError(error.to_string()),
		}
	}

	/// The error of a runtime call at `block`.
	pub fn api(block: Hash, error: ApiError) -> Self {
		match error {
			ApiError::UnknownBlock(_) => Self::UnknownBlock { block },
			error => Self::RuntimeError(error.to_string()),
		}
	}
}

/// Reason for which a task has no clearing although a prover has it.
fn not_cleared(task: TaskId, kind: TaskKind) -> String {
	match kind {
		TaskKind::Sealed => format!(
			"Task {task} was sold by sealed bids, not in a clearing. proving_task shows them, at the \
			 block before it was assigned."
		),
		TaskKind::Calibration => {
			format!("Task {task} is a calibration task: its prover took it by itself.")
		}
		TaskKind::Market => format!("The chain keeps no clearing of task {task}."),
	}
}

impl From<sp_blockchain::Error> for Error {
	fn from(error: sp_blockchain::Error) -> Self {
		Self::RuntimeError(error.to_string())
	}
}

impl From<Error> for ErrorObjectOwned {
	fn from(error: Error) -> Self {
		ErrorObject::owned(error.code().number(), error.to_string(), Some(error.data()))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proofyard_primitives::{HardwareClass, ProofSystem, ServiceLevel};

	const MARKET: Market = Market {
		system: ProofSystem::Groth16Bn254,
		hardware: HardwareClass::Cpu,
		bucket: 12,
		level: ServiceLevel::Standard,
	};

	fn all() -> Vec<Error> {
		let program = ProgramId::repeat_byte(1);
		vec![
			Error::UnknownTask(7),
			Error::UnknownProgram(program),
			Error::UnknownProver(AccountId::new([7; 32])),
			Error::NoProof(7),
			Error::InvalidParams("limit must be from 1 to 100.".into()),
			Error::UnknownBlock { block: Hash::repeat_byte(2) },
			Error::TooManySubscriptions { limit: 1 },
			Error::Lagging,
			Error::RuntimeError("why".into()),
			Error::NotAssigned(7),
			Error::NotCleared(7, TaskKind::Sealed),
			Error::NoClearing(MARKET),
			Error::StatePruned(BlockRef { number: 9, hash: Hash::repeat_byte(2) }),
			Error::NoDelegation {
				prover: AccountId::new([7; 32]),
				delegator: AccountId::new([8; 32]),
			},
			Error::ProgramRetired(program),
			Error::SystemDisabled(program),
			Error::WorkNeeded(program),
			Error::WorkFixed { program, work: 9 },
			Error::DeadlineOutOfRange { least: 1, most: 2 },
			Error::BadRedundancy { most: 3 },
		]
	}

	#[test]
	fn every_code_is_used_once() {
		let codes: Vec<_> = all().iter().map(Error::code).collect();
		assert_eq!(codes, ErrorCode::ALL);
	}

	#[test]
	fn golden_errors() {
		let path =
			concat!(env!("CARGO_MANIFEST_DIR"), "/../primitives/api/tests/golden/errors.json");
		let objects: Vec<_> = all().into_iter().map(ErrorObjectOwned::from).collect();
		let text = serde_json::to_string_pretty(&objects).unwrap() + "\n";
		if std::env::var("GOLDEN").is_ok_and(|mode| mode == "write") {
			std::fs::write(path, &text).unwrap();
		}
		assert_eq!(text, std::fs::read_to_string(path).unwrap());
	}

	#[test]
	fn every_error_is_documented_under_its_number() {
		let docs = include_str!("../../../docs/rpc.md");
		for error in ErrorCode::ALL {
			let row = format!("| {} | `{}` |", error.number(), error.name());
			assert!(docs.contains(&row), "docs/rpc.md has no row {row:?}");
		}
	}

	#[test]
	fn the_object_carries_name_and_parts() {
		let object = ErrorObjectOwned::from(Error::DeadlineOutOfRange { least: 10, most: 20 });
		assert_eq!(object.code(), 7125);
		assert_eq!(object.message(), "options.lifetime must be from 10 to 20 blocks.");
		let data: Value = serde_json::from_str(object.data().unwrap().get()).unwrap();
		assert_eq!(data, json!({ "name": "DeadlineOutOfRange", "least": 10, "most": 20 }));
	}

	#[test]
	fn accounts_and_hashes_read_as_everywhere_else() {
		let object = ErrorObjectOwned::from(Error::UnknownProver(AccountId::new([0; 32])));
		let data: Value = serde_json::from_str(object.data().unwrap().get()).unwrap();
		assert_eq!(data["prover"], "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM");
		assert!(object.message().starts_with("5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM"));
		let object = ErrorObjectOwned::from(Error::UnknownProgram(ProgramId::zero()));
		assert!(object.message().contains(&format!("0x{}", "0".repeat(64))));
	}

	#[test]
	fn a_pruned_block_is_no_runtime_error() {
		let block = Hash::repeat_byte(3);
		let error = Error::api(block, ApiError::UnknownBlock("State already discarded".into()));
		assert_eq!(error, Error::UnknownBlock { block });
		assert_eq!(
			Error::api(block, ApiError::StateBackendIsNotTrie).code(),
			ErrorCode::RuntimeError
		);
	}

	#[test]
	fn the_pruned_state_of_a_known_block_is_with_an_archive_node() {
		let block = BlockRef { number: 9, hash: Hash::repeat_byte(3) };
		let error = Error::api_at(block, ApiError::UnknownBlock("State already discarded".into()));
		assert_eq!(error, Error::StatePruned(block));
		let object = ErrorObjectOwned::from(error);
		assert!(object.message().contains("block 9") && object.message().contains("archive"));
		let data: Value = serde_json::from_str(object.data().unwrap().get()).unwrap();
		assert_eq!(data["block"], json!({ "number": 9, "hash": block.hash }));
		assert_eq!(
			Error::api_at(block, ApiError::StateBackendIsNotTrie).code(),
			ErrorCode::RuntimeError
		);
	}

	#[test]
	fn a_task_without_a_clearing_says_how_it_found_its_prover() {
		for (kind, word) in [(TaskKind::Sealed, "sealed"), (TaskKind::Calibration, "calibration")] {
			let object = ErrorObjectOwned::from(Error::NotCleared(7, kind));
			assert!(object.message().contains(word), "{object:?}");
			let data: Value = serde_json::from_str(object.data().unwrap().get()).unwrap();
			assert_eq!(data["kind"], word);
		}
	}
}
