// SPDX-License-Identifier: Apache-2.0
//! `proofyard bounty`: deliver for a task whose provers failed it and that has no standby left.
//!
//! Anybody registered may, by commit and reveal: the proof is announced by its hash, with a deposit,
//! and shown in a later block. A proof that does not verify costs the deposit, so it is verified here
//! first.

use super::{
	market::{describe, unknown_program},
	proofs::{earned, ProofFileArgs, RejectReason},
	Done,
};
use crate::{
	amount::Amount,
	calls,
	chain::{Chain, Receipt},
	context::Globals,
	error::{CliError, Result},
	output::{table, Lines},
	refusal::Refusal,
	rpc::{BlockNumber, Bounty, Program, StateFilter, Task, TaskFilter, TaskState},
};
use proofyard_primitives::{proof_commitment, FixedInputs, ProofData, TaskId};
use serde::Serialize;
use sp_core::H256;
use std::time::Duration;
use subxt::utils::AccountId32;

/// Commands about bounties.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum BountyCommand {
	/// List the tasks whose bounty is open: what is offered, and until when.
	List {
		/// At most so many.
		#[arg(long, default_value_t = 20, value_name = "N")]
		limit: usize,
	},

	/// Announce a proof and show it: `bounty announce`, the next block, `bounty reveal`.
	///
	/// With --finalized the announcement must be final before the proof is shown, so that nobody can
	/// copy it where blocks are replaced.
	Deliver(BountyArgs),

	/// Announce a proof by its hash. What is paid for it is fixed now; a deposit is set aside of the
	/// prover's free stake until it is shown.
	Announce(BountyArgs),

	/// Show a proof that was announced in an earlier block. The first that verifies settles the task.
	Reveal(BountyArgs),
}

/// A proof for a bounty.
#[derive(Clone, Debug, clap::Args)]
pub struct BountyArgs {
	/// Id of the task.
	task: TaskId,

	#[command(flatten)]
	file: ProofFileArgs,
}

/// How often the chain is looked at while a block is waited for.
const BLOCK_INTERVAL: Duration = Duration::from_millis(500);
/// How long a block may take.
const BLOCK_TIMEOUT: Duration = Duration::from_secs(120);

/// Run a command about bounties.
pub async fn run(globals: &Globals, command: BountyCommand) -> Result<()> {
	match command {
		BountyCommand::List { limit } => list(globals, limit).await,
		BountyCommand::Announce(args) => {
			let proof = args.file.read()?;
			let chain = globals.chain().await?;
			let announced = announce(globals, &chain, args.task, &proof).await?;
			globals.output().show(&announced, || announced.text());
			Ok(())
		}
		BountyCommand::Reveal(args) => {
			let proof = args.file.read()?;
			let chain = globals.chain().await?;
			reveal(globals, &chain, args.task, &proof).await
		}
		BountyCommand::Deliver(args) => {
			let proof = args.file.read()?;
			let chain = globals.chain().await?;
			let announced = announce(globals, &chain, args.task, &proof).await?;
			globals.output().show(&announced, || announced.text());
			let block = announced.receipt.block.number;
			wait_for_block_after(&chain, block).await.map_err(|error| {
				CliError::other(format!(
					"{error}\nThe proof is announced in block {block} and not shown: `proofyard bounty reveal {}` goes on from here",
					args.task
				))
			})?;
			reveal(globals, &chain, args.task, &proof).await
		}
	}
}

async fn list(globals: &Globals, limit: usize) -> Result<()> {
	let filter = TaskFilter { state: Some(StateFilter::Bounty), ..TaskFilter::default() };
	let chain = globals.chain().await?;
	let tasks = chain.proving().tasks(&filter, limit).await?;
	let best = chain.best_block().await?.number;
	globals.output().show(&tasks, || list_text(&tasks, best));
	Ok(())
}

fn list_text(tasks: &[Task], best: BlockNumber) -> String {
	if tasks.is_empty() {
		return "No bounty is open: every live task has somebody at work on it, or a standby."
			.into();
	}
	let rows: Vec<Vec<String>> = tasks
		.iter()
		.filter_map(|task| {
			let TaskState::Bounty { bounty, .. } = &task.state else { return None };
			Some(vec![
				task.id.to_string(),
				bounty.reward.to_string(),
				bounty.deposit.to_string(),
				bounty.announcements.len().to_string(),
				task.deadline.saturating_sub(best).to_string(),
				describe(&task.market),
				format!("{:?}", task.program),
			])
		})
		.collect();
	table(&["task", "pays now", "deposit", "announced", "blocks left", "market", "program"], &rows)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Announced {
	task: TaskId,
	prover: AccountId32,
	commitment: H256,
	/// What the proof is paid if it is the first to verify.
	reward: Amount,
	/// What is lost if it does not verify, or is not shown.
	deposit: Amount,
	receipt: Receipt,
}

impl Announced {
	fn text(&self) -> String {
		Lines::under(format!("Proof for task {} announced", self.task))
			.field("pays", self.reward)
			.field("deposit", self.deposit)
			.receipt(&self.receipt)
			.hint(format!(
				"Show it in a later block, or the deposit may be lost: `proofyard bounty reveal {}`",
				self.task
			))
			.text()
	}
}

async fn announce(
	globals: &Globals,
	chain: &Chain,
	id: TaskId,
	proof: &ProofData,
) -> Result<Announced> {
	let prover = globals.secret()?.account()?;
	let task = chain.proving().task(id).await?;
	let deposit = offered(&task)?.deposit;
	let program = chain.proving().program(task.program).await?;
	let program = program.ok_or_else(|| unknown_program(task.program))?;
	check(&task, &program, proof)?;
	let commitment = proof_commitment(id, &prover, proof);
	let included = globals.submit(chain, &calls::attestation::announce(id, commitment)).await?;
	let reward = Amount(included.told("Attestation", "ProofAnnounced", "reward")?);
	Ok(Announced { task: id, prover, commitment, reward, deposit, receipt: included.receipt })
}

/// The bounty of a task. Fails where none is open.
fn offered(task: &Task) -> Result<&Bounty> {
	match &task.state {
		TaskState::Bounty { bounty, .. } => Ok(bounty),
		state => Err(CliError::other(format!(
			"task {} offers no bounty: its state is {}. `proofyard bounty list` shows those that do",
			task.id,
			state.name()
		))),
	}
}

/// Check a proof as the chain will.
fn check(task: &Task, program: &Program, proof: &ProofData) -> Result<()> {
	let fixed: Vec<_> = task.public_inputs.iter().map(|input| input.map(|input| input.0)).collect();
	let fixed = FixedInputs::try_from(fixed)
		.map_err(|_| CliError::other("the task has more public inputs than the chain takes"))?;
	let costs = "to announce it would cost the deposit";
	if !proof.matches(&fixed) {
		return Err(CliError::usage(format!(
			"the public inputs are not those that the requester fixed: {costs}"
		)));
	}
	let key = proofyard_verifier::prepare_key(program.system, &program.key)
		.map_err(|error| CliError::other(format!("the program's key is refused: {error}")))?;
	let inputs = proof.public_input_bytes();
	proofyard_verifier::verify(program.system, &key, &inputs, &proof.proof)
		.map_err(|error| CliError::usage(format!("the proof does not verify: {error}; {costs}")))
}

async fn wait_for_block_after(chain: &Chain, block: BlockNumber) -> Result<()> {
	let passed = async {
		while chain.best_block().await?.number <= block {
			tokio::time::sleep(BLOCK_INTERVAL).await;
		}
		Ok(())
	};
	tokio::time::timeout(BLOCK_TIMEOUT, passed)
		.await
		.unwrap_or_else(|_| Err(CliError::other("there is no new block")))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Revealed {
	task: TaskId,
	prover: AccountId32,
	/// What the prover earned, after the protocol's fee.
	earned: Amount,
}

async fn reveal(globals: &Globals, chain: &Chain, id: TaskId, proof: &ProofData) -> Result<()> {
	let prover = globals.secret()?.account()?;
	let included = globals.submit(chain, &calls::attestation::reveal(id, proof)).await?;
	if let Some(rejected) = included.event("Attestation", "BountyProofRejected") {
		let reason = RejectReason::told_by(rejected);
		return Err(Refusal::new(
			"Attestation.BountyProofRejected",
			format!("The proof does not verify: {reason}. The deposit is lost."),
			"Check proof and public inputs against the program's key and the task's fixed inputs.",
		)
		.into());
	}
	let earned = earned(&included, &prover).ok_or_else(|| {
		CliError::other(
			"the transaction is in a block, but the chain does not say what the proof earned; use the version of this program that belongs to the chain",
		)
	})?;
	let subject = Revealed { task: id, prover, earned };
	globals.output().show(&Done { subject, receipt: &included.receipt }, || {
		Lines::under(format!("The chain verified the proof of task {id}"))
			.field("prover", prover)
			.field("earned", format!("{earned}, after the protocol's fee"))
			.receipt(&included.receipt)
			.hint("The deposit is free again.")
			.text()
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		commands::attempts::tests::{attempt, live},
		rpc::{Attempt, AttemptState},
	};
	use clap::Parser;
	use proofyard_primitives::{
		HardwareClass, Market, ProofSystem, Redundancy, ServiceLevel, TaskKind, WorkModel,
	};
	use sp_core::Bytes;

	#[derive(Parser)]
	struct Probe {
		#[command(subcommand)]
		command: BountyCommand,
	}

	fn task(state: TaskState) -> Task {
		Task {
			id: 7,
			requester: AccountId32([0; 32]),
			program: H256::repeat_byte(1),
			market: Market {
				system: ProofSystem::Groth16Bn254,
				hardware: HardwareClass::Cpu,
				bucket: 2,
				level: ServiceLevel::Standard,
			},
			kind: TaskKind::Market,
			redundancy: Some(Redundancy::NONE),
			work: 4,
			max_fee: Amount(1),
			deadline: 30,
			submitted_at: 10,
			escrow: Amount(1),
			state,
			input: None,
			public_inputs: vec![None, Some(H256::repeat_byte(2))],
		}
	}

	fn offer() -> TaskState {
		TaskState::Bounty {
			live: live(vec![Attempt { state: AttemptState::Late, ..attempt(0, 1) }]),
			bounty: Bounty {
				since: 20,
				reward: Amount(8),
				deposit: Amount(2),
				announcements: Vec::new(),
			},
		}
	}

	fn proof(second_input: u8) -> ProofData {
		ProofData {
			proof: vec![7; 256].try_into().unwrap(),
			public_inputs: vec![[1; 32], [second_input; 32]].try_into().unwrap(),
		}
	}

	#[test]
	fn every_step_takes_the_proof() {
		for step in ["announce", "reveal", "deliver"] {
			let with = |more: &[&str]| {
				let args = [&["probe", step, "7", "--proof", "p.json"], more].concat();
				Probe::try_parse_from(args).is_ok()
			};
			assert!(with(&["--public", "i.json"]), "{step}");
			assert!(with(&["--public", "i.json", "--format", "canonical"]), "{step}");
			assert!(!with(&[]), "{step}");
		}
		let list = Probe::try_parse_from(["probe", "list"]).unwrap();
		assert!(matches!(list.command, BountyCommand::List { limit: 20 }));
	}

	#[test]
	fn lists_what_is_offered() {
		let text = list_text(&[task(offer())], 25);
		assert!(text.contains("7     8 planck  2 planck  0          5"), "{text}");
		assert!(list_text(&[], 25).starts_with("No bounty is open"));
	}

	#[test]
	fn only_an_open_bounty_takes_announcements() {
		assert_eq!(offered(&task(offer())).unwrap().deposit, Amount(2));
		let assigned = task(TaskState::Assigned(live(vec![attempt(0, 1)])));
		let error = offered(&assigned).unwrap_err().to_string();
		assert!(error.contains("its state is assigned"), "{error}");
	}

	#[test]
	fn what_the_chain_would_reject_is_not_announced() {
		let program = Program {
			id: H256::repeat_byte(1),
			owner: AccountId32([0; 32]),
			system: ProofSystem::Groth16Bn254,
			system_enabled: true,
			hardware: HardwareClass::Cpu,
			work: WorkModel::Fixed(4),
			public_inputs: 2,
			key: Bytes(Vec::new()),
			artifacts: Vec::new(),
			deposit: Amount(0),
			live_tasks: 0,
			retired: false,
			registered_at: 1,
		};
		let error = check(&task(offer()), &program, &proof(3)).unwrap_err();
		assert!(error.to_string().contains("those that the requester fixed"), "{error}");
		// The inputs are right, and the key is looked at.
		let error = check(&task(offer()), &program, &proof(2)).unwrap_err();
		assert!(error.to_string().contains("key is refused"), "{error}");
	}
}
