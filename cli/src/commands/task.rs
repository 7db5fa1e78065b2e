// SPDX-License-Identifier: Apache-2.0
//! `proofyard task`: ask for proofs, follow them, fetch them; deliver one by hand.

use super::{
	clearing,
	market::{describe, unknown_program},
	program::remote_data,
	proofs::{self, ProofArgs, SubmitProofArgs},
	read_file,
	watch::{self, state_text, Until},
	Done,
};
use crate::{
	amount::Amount,
	calls::{self, auctions::Submission},
	context::Globals,
	error::{CliError, Result},
	output::{table, Lines},
	parse::{self, FixedInput, LocatedFile},
	rpc::{
		Bid, Bidding, Input, Program, Quote, QuoteOptions, StateFilter, Task, TaskFilter, TaskState,
	},
};
use proofyard_primitives::{
	limits::MaxProverSet, program::Locator, BiddingWindow, FixedInputs, InputRef, ProgramId,
	Scalar, ServiceLevel, TaskId,
};
use serde::Serialize;
use std::path::PathBuf;
use subxt::utils::AccountId32;

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

	/// Show a task.
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

		/// When to stop.
		#[arg(long, value_enum, default_value_t = Until::Finalized)]
		until: Until,
	},

	/// Offer more for a task of yours that no prover has taken.
	Raise {
		/// Id of the task.
		id: TaskId,

		/// How much more at most, in YARD.
		#[arg(long, value_name = "AMOUNT")]
		by: Amount,
	},

	/// Give a task of yours that no prover has taken more time.
	Prolong {
		/// Id of the task.
		id: TaskId,

		/// How many blocks more.
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

	/// Fetch the verified proof of a task.
	Proof(ProofArgs),

	/// Deliver a proof for a task by hand, signed by the prover's session key.
	///
	/// A prover's node does this by itself. The transaction carries no fee.
	SubmitProof(SubmitProofArgs),
}

/// What to quote.
#[derive(Clone, Debug, clap::Args)]
pub struct QuoteArgs {
	/// Id of the program.
	#[arg(long, value_parser = parse::program_id, value_name = "ID")]
	program: ProgramId,

	/// Work of the task, for a program that leaves it to the task.
	#[arg(long, value_parser = parse::positive, value_name = "N")]
	work: Option<u64>,

	/// Service level: standard, express or guaranteed.
	#[arg(long, value_parser = parse::level, default_value = "standard")]
	level: ServiceLevel,

	/// Blocks to the deadline; the chain's default when left out.
	#[arg(long, value_name = "BLOCKS")]
	lifetime: Option<u32>,
}

impl QuoteArgs {
	fn options(&self) -> QuoteOptions {
		QuoteOptions { work: self.work, level: Some(self.level), lifetime: self.lifetime }
	}
}

/// What to submit.
#[derive(Clone, Debug, clap::Args)]
pub struct SubmitArgs {
	#[command(flatten)]
	quote: QuoteArgs,

	#[command(flatten)]
	input: InputFile,

	/// Where provers fetch the file of --input: https:// or file:///. Give it again for
	/// alternatives, at most four; the file's own path when left out.
	#[arg(long = "input-locator", conflicts_with = "inline", num_args = 1, value_parser = parse::locator, value_name = "URL")]
	locators: Vec<Locator>,

	/// Fix a public input, for example 0=42 or 1=0x2a. A proof with another value is rejected.
	#[arg(long = "public", value_parser = parse::fixed_input, value_name = "INDEX=VALUE")]
	public_inputs: Vec<FixedInput>,

	/// The most to pay, in YARD; the quoted price and a fifth when left out.
	#[arg(long, value_name = "AMOUNT")]
	max_fee: Option<Amount>,

	/// Keep the task to this prover. Give it again for more, at most 16.
	#[arg(long = "prover", num_args = 1, value_parser = parse::account, value_name = "ACCOUNT")]
	provers: Vec<AccountId32>,

	/// Sell the task by sealed bids: so many blocks to commit, then so many to reveal. For a task
	/// too large or odd for its market.
	#[arg(long, requires = "max_fee", value_parser = parse::bidding, value_name = "COMMIT,REVEAL")]
	bidding: Option<BiddingWindow>,

	/// Follow the task to its end.
	#[arg(long)]
	watch: bool,
}

/// What the witness is computed from.
#[derive(Clone, Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct InputFile {
	/// File that provers fetch by its hash and locators.
	#[arg(long, value_name = "FILE")]
	input: Option<PathBuf>,

	/// File whose bytes go into the transaction, at most 8192. They are public for ever.
	#[arg(long, value_name = "FILE")]
	inline: Option<PathBuf>,
}

/// Which tasks to list.
#[derive(Clone, Debug, clap::Args)]
pub struct ListArgs {
	/// Only tasks that the signing account submitted.
	#[arg(long, conflicts_with = "requester")]
	mine: bool,

	/// Only tasks that this account submitted.
	#[arg(long, value_parser = parse::account, value_name = "ACCOUNT")]
	requester: Option<AccountId32>,

	/// Only tasks that this prover has or had.
	#[arg(long, value_parser = parse::account, value_name = "ACCOUNT")]
	prover: Option<AccountId32>,

	/// Only tasks of this program.
	#[arg(long, value_parser = parse::program_id, value_name = "ID")]
	program: Option<ProgramId>,

	/// Only tasks in this state.
	#[arg(long, value_enum)]
	state: Option<StateFilter>,

	/// At most so many.
	#[arg(long, default_value_t = 20, value_name = "N")]
	limit: usize,
}

/// Run a command about tasks.
pub async fn run(globals: &Globals, command: TaskCommand) -> Result<()> {
	match command {
		TaskCommand::Quote(args) => quote(globals, &args).await,
		TaskCommand::Submit(args) => submit(globals, args).await,
		TaskCommand::Show { id } => show(globals, id).await,
		TaskCommand::List(args) => list(globals, args).await,
		TaskCommand::Watch { id, until } => {
			let chain = globals.chain().await?;
			watch::watch(globals, &chain, id, until).await
		}
		TaskCommand::Raise { id, by } => raise(globals, id, by).await,
		TaskCommand::Prolong { id, by } => prolong(globals, id, by).await,
		TaskCommand::Clearing { id } => clearing::of_task(globals, id).await,
		TaskCommand::Cancel { id } => cancel(globals, id).await,
		TaskCommand::Proof(args) => proofs::fetch(globals, args).await,
		TaskCommand::SubmitProof(args) => proofs::deliver(globals, args).await,
	}
}

async fn quote(globals: &Globals, args: &QuoteArgs) -> Result<()> {
	let chain = globals.chain().await?;
	let quote = chain.proving().quote(args.program, &args.options()).await?;
	globals.output().show(&quote, || {
		let lines = Lines::under("Quote")
			.field("market", describe(&quote.market))
			.field("work", quote.work)
			.maybe("price", quote.price)
			.maybe("taken from a maximum of", quote.least)
			.field("lowest maximum fee", quote.min_fee)
			.field("provers that could take it", quote.feasible_provers)
			.field("first attempt due", format!("block {}", quote.soft_deadline))
			.field("deadline", format!("block {}", quote.deadline));
		match default_fee(&quote) {
			Some(fee) => lines.hint(format!(
				"`proofyard task submit` without --max-fee offers up to {fee}; the auction sets the price."
			)),
			None => lines.hint(
				"No prover could take it now. A task submitted with --max-fee waits for one until its deadline.",
			),
		}
		.text()
	});
	Ok(())
}

/// The maximum fee when none is given: the price and a fifth, for it may move before the clearing.
fn default_fee(quote: &Quote) -> Option<Amount> {
	quote.price?.with_margin().map(|fee| fee.max(quote.min_fee))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Submitted {
	task: TaskId,
	program: ProgramId,
	max_fee: Amount,
	deadline: u32,
}

async fn submit(globals: &Globals, args: SubmitArgs) -> Result<()> {
	// What can be wrong here is found before anything is asked of the chain.
	globals.secret()?.signer()?;
	let most = <MaxProverSet as sp_core::Get<u32>>::get();
	if args.provers.len() > usize::try_from(most).unwrap_or(usize::MAX) {
		return Err(CliError::usage(format!("a task can be kept to {most} provers at most")));
	}
	let input = args.input.read(args.locators)?;
	let chain = globals.chain().await?;
	let id = args.quote.program;
	let program = chain.proving().program(id).await?.ok_or_else(|| unknown_program(id))?;
	let public_inputs = fix_inputs(&program, &args.public_inputs)?;
	let quote = chain.proving().quote(id, &args.quote.options()).await?;
	let max_fee = args.max_fee.or_else(|| default_fee(&quote)).ok_or_else(|| {
		CliError::usage(
			"no prover could take the task now, so there is no price to go by: give --max-fee, and the task waits for a prover until its deadline",
		)
	})?;
	let lifetime = match args.quote.lifetime {
		Some(lifetime) => lifetime,
		None => {
			let best = chain.best_block().await?;
			quote.deadline.saturating_sub(best.number)
		}
	};
	let submission = Submission {
		program: id,
		level: args.quote.level,
		work: args.quote.work,
		input,
		public_inputs,
		max_fee: max_fee.0,
		lifetime,
		provers: args.provers,
		bidding: args.bidding,
	};
	let call = calls::auctions::submit_task(&submission);
	let included = globals.submit(&chain, &call).await?;
	let submitted = Submitted {
		task: included.told("Auctions", "TaskSubmitted", "task")?,
		program: id,
		max_fee,
		deadline: included.told("Auctions", "TaskSubmitted", "deadline")?,
	};
	let task = submitted.task;
	let done = Done { subject: submitted, receipt: &included.receipt };
	globals.output().show(&done, || {
		let lines = Lines::under(format!("Task {task} submitted"))
			.field("program", format!("{id:?}"))
			.field(
				"max fee",
				format!("{max_fee} (held; what the auction does not use is free again then)"),
			)
			.field("deadline", format!("block {}", done.subject.deadline))
			.receipt(&included.receipt);
		let lines = match args.bidding {
			Some(_) => lines.hint(format!(
				"Provers bid for it: `proofyard prover bid {task} --price … --speed …`"
			)),
			None => lines,
		};
		if args.watch {
			lines.text()
		} else {
			lines.hint(format!("Follow it: `proofyard task watch {task}`")).text()
		}
	});
	if args.watch {
		watch::watch(globals, &chain, task, Until::Finalized).await?;
	}
	Ok(())
}

impl InputFile {
	fn read(&self, locators: Vec<Locator>) -> Result<InputRef> {
		match (&self.input, &self.inline) {
			(Some(path), _) => {
				remote_data(&LocatedFile { path: path.clone(), locators }).map(InputRef::Remote)
			}
			(None, Some(path)) => {
				let bytes = read_file(path)?;
				if bytes.is_empty() {
					return Err(CliError::other(format!("{} is empty", path.display())));
				}
				let size = bytes.len();
				bytes.try_into().map(InputRef::Inline).map_err(|_| {
					CliError::usage(format!(
						"{} has {size} bytes, and 8192 fit into a task: give it with --input and a locator",
						path.display()
					))
				})
			}
			(None, None) => Err(CliError::usage("an input is needed: --input or --inline")),
		}
	}
}

/// The public inputs that are fixed, by position. Checks them as the chain will.
fn fix_inputs(program: &Program, fixed: &[FixedInput]) -> Result<FixedInputs> {
	if fixed.is_empty() {
		return Ok(FixedInputs::default());
	}
	let count = usize::try_from(program.public_inputs).unwrap_or(usize::MAX);
	let mut inputs: Vec<Option<Scalar>> = vec![None; count.min(usize::from(u16::MAX))];
	for input in fixed {
		let slot = usize::try_from(input.index).ok().and_then(|index| inputs.get_mut(index));
		match slot {
			None => {
				return Err(CliError::usage(format!(
					"there is no public input {}: the program has {count}, counted from 0",
					input.index
				)))
			}
			Some(Some(_)) => {
				return Err(CliError::usage(format!("public input {} is given twice", input.index)))
			}
			Some(slot) => *slot = Some(input.value),
		}
	}
	let values: Vec<u8> = inputs.iter().flat_map(|input| input.unwrap_or_default()).collect();
	proofyard_verifier::prepare_key(program.system, &program.key)
		.map_err(|error| CliError::other(format!("the program's key is refused: {error}")))
		.and_then(|key| {
			proofyard_verifier::check_public_inputs(program.system, &key, &values)
				.map_err(|error| CliError::usage(error.to_string()))
		})?;
	FixedInputs::try_from(inputs)
		.map_err(|_| CliError::other("the program has more public inputs than the chain takes"))
}

async fn show(globals: &Globals, id: TaskId) -> Result<()> {
	let chain = globals.chain().await?;
	let task = chain.proving().task(id).await?;
	let best = chain.best_block().await?.number;
	globals.output().show(&task, || task_lines(&task, best).text());
	Ok(())
}

fn task_lines(task: &Task, best: u32) -> Lines {
	let fixed = task.public_inputs.iter().enumerate();
	let fixed: Vec<String> = fixed
		.filter_map(|(index, input)| input.map(|input| format!("{index}={input:?}")))
		.collect();
	let input = task.input.as_ref().map(|input| match input {
		Input::Inline(bytes) => format!("{} bytes inline", bytes.len()),
		Input::Remote { locators, sha256, size } => {
			format!("{size} bytes, sha256 {}, {}", hex::encode(sha256), locators.join(" "))
		}
	});
	let lines = Lines::under(format!("Task {}", task.id))
		.field("state", format!("{}: {}", task.state.name(), state_text(&task.state)))
		.field("program", format!("{:?}", task.program))
		.field("market", describe(&task.market))
		.field("kind", parse::kind_name(task.kind))
		.field("work", task.work)
		.field("requester", task.requester)
		.field("max fee", task.max_fee)
		.field("escrowed", task.escrow)
		.field("submitted at", format!("block {}", task.submitted_at))
		.field("deadline", format!("block {}", task.deadline))
		.maybe("input", input)
		.maybe("fixed inputs", (!fixed.is_empty()).then(|| fixed.join(" ")));
	let left = task.deadline.saturating_sub(best);
	match &task.state {
		TaskState::Open { provers, bidding } => {
			let lines = provers.iter().fold(lines, |lines, prover| lines.field("kept to", prover));
			match bidding {
				Some(bidding) => bidding_lines(lines, task.id, bidding),
				None => lines.hint(format!(
					"Expires in {left} blocks if nobody takes it; until then `proofyard task raise {0}` offers more, `task prolong {0}` gives it more time, `task cancel {0}` withdraws it.",
					task.id
				)),
			}
		}
		TaskState::Assigned { standbys, .. } => standbys
			.iter()
			.fold(lines, |lines, standby| {
				lines.field("standby", format!("{} for {}", standby.prover, standby.price))
			})
			.hint(format!(
				"{left} blocks to the deadline. Follow it: `proofyard task watch {}`",
				task.id
			)),
		TaskState::Settled { .. } => {
			lines.hint(format!("Fetch the proof: `proofyard task proof {} --snarkjs DIR`", task.id))
		}
		_ => lines,
	}
}

fn bidding_lines(lines: Lines, id: TaskId, bidding: &Bidding) -> Lines {
	let Bidding { commit_until, reveal_until, bids } = bidding;
	let bid_text = |bid: &Bid| match &bid.revealed {
		Some(revealed) => {
			format!("{} for {} at {} units/s", bid.prover, revealed.price, revealed.speed)
		}
		None => format!("{}, not revealed", bid.prover),
	};
	bids.iter()
		.fold(
			lines
				.field("bids are committed until", format!("block {commit_until}"))
				.field("and revealed until", format!("block {reveal_until}")),
			|lines, bid| lines.field("bid", bid_text(bid)),
		)
		.hint(format!(
			"Block {} gives it to the lowest bid, at the second lowest; until block {commit_until} `proofyard task cancel {id}` withdraws it.",
			reveal_until.saturating_add(1)
		))
}

async fn list(globals: &Globals, args: ListArgs) -> Result<()> {
	let requester = if args.mine { Some(globals.secret()?.account()?) } else { args.requester };
	let filter =
		TaskFilter { requester, prover: args.prover, program: args.program, state: args.state };
	let chain = globals.chain().await?;
	let tasks = chain.proving().tasks(&filter, args.limit).await?;
	globals.output().show(&tasks, || {
		if tasks.is_empty() {
			return "No such tasks. Ended tasks are forgotten after a while.".into();
		}
		let rows: Vec<Vec<String>> = tasks
			.iter()
			.map(|task| {
				vec![
					task.id.to_string(),
					task.state.name().into(),
					task.submitted_at.to_string(),
					task.deadline.to_string(),
					task.max_fee.to_string(),
					task.state.prover().map(ToString::to_string).unwrap_or_else(|| "-".into()),
					format!("{:?}", task.program),
				]
			})
			.collect();
		table(&["task", "state", "submitted", "deadline", "max fee", "prover", "program"], &rows)
	});
	Ok(())
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
	let included = globals.submit(&chain, &calls::auctions::raise_fee(id, by.0)).await?;
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
	let included = globals.submit(&chain, &calls::auctions::prolong_task(id, by)).await?;
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
	let included = globals.submit(&chain, &calls::auctions::cancel_task(id)).await?;
	let done = Done { subject: Subject { task: id }, receipt: &included.receipt };
	globals.output().show(&done, || {
		Lines::under(format!("Task {id} withdrawn"))
			.receipt(&included.receipt)
			.hint("The whole maximum fee is free again.")
			.text()
	});
	Ok(())
}

#[cfg(test)]
mod tests;
