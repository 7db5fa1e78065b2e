// SPDX-License-Identifier: Apache-2.0
//! `proofyard bounty`: deliver for a task whose provers failed it and that has no standby left.
//!
//! Anybody registered may, by commit and reveal: the proof is announced by its hash, with a deposit,
//! and shown in a later block. A proof that does not verify costs the deposit, so it is verified here
//! first.

use super::{
	check::check,
	market::unknown_program,
	proof_files::{ProofFile, ProofFileArgs},
	proofs::{earned, RejectReason},
	Done,
};
use crate::{
	amount::Amount,
	calls::tx,
	chain::{Chain, Receipt},
	context::Globals,
	error::{CliError, Result},
	output::{table, Lines},
	parse,
	refusal::Refusal,
	rpc::{BlockNumber, Bounty, StateFilter, Task, TaskFilter, TaskState},
};
use proofyard_primitives::{proof_commitment, ProofData, TaskId};
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

/// Time between two looks at the chain while a block is waited for.
const BLOCK_INTERVAL: Duration = Duration::from_millis(500);
/// Longest wait for a block.
const BLOCK_TIMEOUT: Duration = Duration::from_secs(120);

/// Run a command about bounties.
pub async fn run(globals: &Globals, command: BountyCommand) -> Result<()> {
	match command {
		BountyCommand::List { limit } => list(globals, limit).await,
		BountyCommand::Announce(args) => {
			let file = args.file.read()?;
			let chain = globals.chain().await?;
			let (announced, _) = announce(globals, &chain, args.task, file).await?;
			globals.output().show(&announced, || announced.text());
			Ok(())
		}
		BountyCommand::Reveal(args) => {
			let file = args.file.read()?;
			let chain = globals.chain().await?;
			let task = chain.proving().task(args.task).await?;
			let proof = file.of(task.market.system)?;
			reveal(globals, &chain, args.task, &proof).await
		}
		BountyCommand::Deliver(args) => {
			let file = args.file.read()?;
			let chain = globals.chain().await?;
			let (announced, proof) = announce(globals, &chain, args.task, file).await?;
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
				Amount(bounty.reward).to_string(),
				Amount(bounty.deposit).to_string(),
				bounty.announcements.len().to_string(),
				task.deadline.saturating_sub(best).to_string(),
				parse::market_name(&task.market),
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
	/// Payment if the proof is the first to verify.
	reward: Amount,
	/// Deposit that is lost if it does not verify, or is not shown.
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

/// Announce the proof of a file. Returns it too, for the task that it is announced for.
async fn announce(
	globals: &Globals,
	chain: &Chain,
	id: TaskId,
	file: ProofFile,
) -> Result<(Announced, ProofData)> {
	let prover = globals.secret()?.account()?;
	let task = chain.proving().task(id).await?;
	let deposit = Amount(offered(&task)?.deposit);
	let program = chain.proving().program(task.program).await?;
	let program = program.ok_or_else(|| unknown_program(task.program))?;
	let proof = file.of(task.market.system)?;
	check(chain, &task, &program, &proof, "to announce it would cost the deposit").await?;
	let commitment = proof_commitment(id, &prover, &proof);
	let included =
		globals.submit(chain, &tx().attestation().announce(id, commitment.0.into())).await?;
	let reward = Amount(included.told("Attestation", "ProofAnnounced", "reward")?);
	let receipt = included.receipt;
	Ok((Announced { task: id, prover, commitment, reward, deposit, receipt }, proof))
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
	/// Earnings of the prover, after the protocol's fee.
	earned: Amount,
}

async fn reveal(globals: &Globals, chain: &Chain, id: TaskId, proof: &ProofData) -> Result<()> {
	let prover = globals.secret()?.account()?;
	let included =
		globals.submit(chain, &tx().attestation().reveal(id, proof.clone().into())).await?;
	if let Some(rejected) = included.event("Attestation", "BountyProofRejected") {
		let reason = RejectReason::told_by(rejected);
		return Err(Refusal::new(
			"Attestation.BountyProofRejected",
			format!("The proof does not verify: {reason}. The deposit is lost."),
			"Check proof and public values against the program's key and what the task fixes.",
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
		commands::{
			attempts::tests::{attempt, live},
			check,
		},
		rpc::{Attempt, AttemptState},
	};
	use clap::Parser;
	use proofyard_primitives::ProofSystem;

	#[derive(Parser)]
	struct Probe {
		#[command(subcommand)]
		command: BountyCommand,
	}

	fn task(state: TaskState) -> Task {
		check::tests::task(ProofSystem::Groth16Bn254, state)
	}

	fn offer() -> TaskState {
		TaskState::Bounty {
			live: live(vec![Attempt { state: AttemptState::Late, ..attempt(0, 1) }]),
			bounty: Bounty { since: 20, reward: 8, deposit: 2, announcements: Vec::new() },
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
			let case = ["probe", step, "7", "--case", "case.json"];
			assert!(Probe::try_parse_from(case).is_ok(), "{step}");
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
		assert_eq!(offered(&task(offer())).unwrap().deposit, 2);
		let assigned = task(TaskState::Assigned(live(vec![attempt(0, 1)])));
		let error = offered(&assigned).unwrap_err().to_string();
		assert!(error.contains("its state is assigned"), "{error}");
	}
}
