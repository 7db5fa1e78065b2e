// SPDX-License-Identifier: Apache-2.0
//! `proofyard task`: ask for proofs, follow them, fetch them; deliver one by hand.

use super::{
	clearing,
	proofs::{self, ProofArgs, SubmitProofArgs},
	watch::{self, Until},
	Done,
};
use crate::{
	amount::Amount,
	calls::tx,
	chain::Included,
	context::Globals,
	error::{CliError, Result},
	output::Lines,
	rpc::TaskState,
};
use proofyard_primitives::TaskId;
use serde::Serialize;
use show::ListArgs;
use submit::{QuoteArgs, SubmitArgs};
use subxt::utils::AccountId32;

mod show;
mod submit;
mod values;

/// Commands about tasks.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum TaskCommand {
	/// Ask what a task of a program would cost now.
	Quote(QuoteArgs),

	/// Submit a task: what is proven, from which input, for how much at most.
	///
	/// The maximum fee is held until the task ends; what the auction does not use is free again at
	/// once. Example:
	///
	///   proofyard task submit --program 0x… --inline input.json --watch
	#[command(verbatim_doc_comment)]
	Submit(SubmitArgs),

	/// Show a task: where it stands, who is at work, what each prover earned or lost.
	Show {
		/// Id of the task.
		id: TaskId,
	},

	/// List tasks, newest first.
	List(ListArgs),

	/// Follow a task to its end. Exit code 5 when it ends without a proof.
	Watch {
		/// Id of the task.
		id: TaskId,

		/// State in which to stop.
		#[arg(long, value_enum, default_value_t = Until::Finalized)]
		until: Until,
	},

	/// Offer more for a task of yours that no prover has taken.
	Raise {
		/// Id of the task.
		id: TaskId,

		/// Amount by which the maximum fee rises, in YARD.
		#[arg(long, value_name = "AMOUNT")]
		by: Amount,
	},

	/// Give a task of yours that no prover has taken more time.
	Prolong {
		/// Id of the task.
		id: TaskId,

		/// Blocks to add to the deadline.
		#[arg(long, value_name = "BLOCKS", value_parser = clap::value_parser!(u32).range(1..))]
		by: u32,
	},

	/// Show the clearing that gave a task to its prover: who asked what, the price, and why.
	Clearing {
		/// Id of the task.
		id: TaskId,
	},

	/// Withdraw a task of yours that no prover has taken.
	Cancel {
		/// Id of the task.
		id: TaskId,
	},

	/// Do what is due of a task: call a standby, or end it.
	///
	/// The chain does this by itself, unless it has more to do than fits into its blocks. Free when
	/// something was due; of a task that has failed the signing account gets a part of the bonds.
	Poke {
		/// Id of the task.
		id: TaskId,
	},

	/// Fetch the verified proof of a task.
	Proof(ProofArgs),

	/// List the verified proofs of a task that takes several.
	Proofs {
		/// Id of the task.
		id: TaskId,
	},

	/// Deliver a proof for a task by hand, signed by the prover's session key.
	///
	/// A prover's node does this by itself. The transaction carries no fee. Where others could copy the
	/// proof, because the task takes several or somebody else is at work on it too, this commits to it,
	/// waits until as many are committed to as the task takes, and then delivers it.
	SubmitProof(SubmitProofArgs),
}

/// Run a command about tasks.
pub async fn run(globals: &Globals, command: TaskCommand) -> Result<()> {
	match command {
		TaskCommand::Quote(args) => submit::quote(globals, &args).await,
		TaskCommand::Submit(args) => submit::submit(globals, args).await,
		TaskCommand::Show { id } => show::show(globals, id).await,
		TaskCommand::List(args) => show::list(globals, args).await,
		TaskCommand::Watch { id, until } => {
			let chain = globals.chain().await?;
			watch::watch(globals, &chain, id, until).await
		}
		TaskCommand::Raise { id, by } => raise(globals, id, by).await,
		TaskCommand::Prolong { id, by } => prolong(globals, id, by).await,
		TaskCommand::Clearing { id } => clearing::of_task(globals, id).await,
		TaskCommand::Cancel { id } => cancel(globals, id).await,
		TaskCommand::Poke { id } => poke(globals, id).await,
		TaskCommand::Proofs { id } => proofs::list(globals, id).await,
		TaskCommand::Proof(args) => proofs::fetch(globals, args).await,
		TaskCommand::SubmitProof(args) => proofs::deliver(globals, args).await,
	}
}

#[derive(Serialize)]
struct Subject {
	task: TaskId,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Raised {
	task: TaskId,
	max_fee: Amount,
}

async fn raise(globals: &Globals, id: TaskId, by: Amount) -> Result<()> {
	let chain = globals.chain().await?;
	let included = globals.submit(&chain, &tx().auctions().raise_fee(id, by.0)).await?;
	let max_fee = Amount(included.told("Auctions", "FeeRaised", "max_fee")?);
	let done = Done { subject: Raised { task: id, max_fee }, receipt: &included.receipt };
	globals.output().show(&done, || {
		Lines::under(format!("Task {id} raised"))
			.field("max fee", max_fee)
			.receipt(&included.receipt)
			.text()
	});
	Ok(())
}

#[derive(Serialize)]
struct Prolonged {
	task: TaskId,
	deadline: u32,
}

async fn prolong(globals: &Globals, id: TaskId, by: u32) -> Result<()> {
	let chain = globals.chain().await?;
	let included = globals.submit(&chain, &tx().auctions().prolong_task(id, by)).await?;
	let deadline = included.told("Auctions", "TaskProlonged", "deadline")?;
	let done = Done { subject: Prolonged { task: id, deadline }, receipt: &included.receipt };
	globals.output().show(&done, || {
		Lines::under(format!("Task {id} prolonged"))
			.field("deadline", format!("block {deadline}"))
			.receipt(&included.receipt)
			.text()
	});
	Ok(())
}

async fn cancel(globals: &Globals, id: TaskId) -> Result<()> {
	let chain = globals.chain().await?;
	let included = globals.submit(&chain, &tx().auctions().cancel_task(id)).await?;
	let done = Done { subject: Subject { task: id }, receipt: &included.receipt };
	globals.output().show(&done, || {
		Lines::under(format!("Task {id} withdrawn"))
			.receipt(&included.receipt)
			.hint("The whole maximum fee is free again.")
			.text()
	});
	Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Poked {
	task: TaskId,
	/// Provers called.
	called: Vec<AccountId32>,
	/// Whether the task ended.
	ended: bool,
}

async fn poke(globals: &Globals, id: TaskId) -> Result<()> {
	let chain = globals.chain().await?;
	let task = chain.proving().task(id).await?;
	let included = match &task.state {
		TaskState::Open { .. } => globals.submit(&chain, &tx().auctions().poke(id)).await?,
		state if state.has_ended() => {
			return Err(CliError::other(format!(
				"nothing is due of task {id}: {}",
				watch::state_text(state)
			)))
		}
		_ => globals.submit(&chain, &tx().attestation().poke(id)).await?,
	};
	let subject = Poked { task: id, called: called(&included), ended: has_ended(&included) };
	let done = Done { subject: &subject, receipt: &included.receipt };
	globals.output().show(&done, || {
		let lines = subject
			.called
			.iter()
			.fold(Lines::under(format!("Task {id} poked")), |lines, prover| {
				lines.field("called", prover)
			})
			.receipt(&included.receipt);
		let hint = match subject.ended {
			true => format!("The task has ended: `proofyard task show {id}`"),
			false => format!("See where it stands: `proofyard task show {id}`"),
		};
		lines.hint(hint).text()
	});
	Ok(())
}

/// The provers that a transaction called.
pub(super) fn called(included: &Included) -> Vec<AccountId32> {
	included.all("Attestation", "ProverCalled").filter_map(|event| event.field("prover")).collect()
}

fn has_ended(included: &Included) -> bool {
	["TaskExpired", "TaskFailed"].iter().any(|name| included.event("Settlement", name).is_some())
}

#[cfg(test)]
mod tests;
