// SPDX-License-Identifier: Apache-2.0
//! `proofyard task quote` and `task submit`.

use super::values::ValueArgs;
use crate::{
	amount::Amount,
	calls::tx,
	commands::{
		attempts::redundancy_text,
		market::unknown_program,
		program::remote_data,
		read_file,
		watch::{self, Until},
		Done,
	},
	context::Globals,
	error::{CliError, Result},
	output::Lines,
	parse::{self, LocatedFile},
	rpc::{Quote, QuoteOptions},
};
use proofyard_primitives::{
	limits::MaxProverSet, program::Locator, BiddingWindow, InputRef, ProgramId, Redundancy,
	ServiceLevel, TaskId,
};
use serde::Serialize;
use std::path::PathBuf;
use subxt::utils::AccountId32;

/// Options of `task quote`.
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

	/// Start with N provers at once, and take K proofs, for example 1/2 or 2/3. Where one is enough,
	/// the first counts and the others get a tenth of their price; where more are, each prover commits
	/// to its own before any is public. 1/2 for express when left out, else 1/1.
	#[arg(long, value_parser = parse::redundancy, value_name = "K/N")]
	pub(super) redundancy: Option<Redundancy>,
}

impl QuoteArgs {
	fn options(&self) -> QuoteOptions {
		QuoteOptions {
			work: self.work,
			level: Some(self.level),
			lifetime: self.lifetime,
			redundancy: self.redundancy,
		}
	}
}

/// Options of `task submit`.
#[derive(Clone, Debug, clap::Args)]
pub struct SubmitArgs {
	#[command(flatten)]
	pub(super) quote: QuoteArgs,

	#[command(flatten)]
	input: InputFile,

	/// URL at which provers fetch the file of --input: https:// or file:///. Give it again for
	/// alternatives, at most four; the file's own path when left out.
	#[arg(long = "input-locator", conflicts_with = "inline", num_args = 1, value_parser = parse::locator, value_name = "URL")]
	locators: Vec<Locator>,

	#[command(flatten)]
	values: ValueArgs,

	/// The most to pay, in YARD; the quoted cost and a fifth when left out.
	#[arg(long, value_name = "AMOUNT")]
	max_fee: Option<Amount>,

	/// Keep the task to this prover. Give it again for more, at most 16.
	#[arg(long = "prover", num_args = 1, value_parser = parse::account, value_name = "ACCOUNT")]
	pub(super) provers: Vec<AccountId32>,

	/// Sell the task by sealed bids: so many blocks to commit, then so many to reveal. For a task
	/// too large or odd for its market.
	#[arg(long, requires = "max_fee", conflicts_with = "redundancy", value_parser = parse::bidding, value_name = "COMMIT,REVEAL")]
	pub(super) bidding: Option<BiddingWindow>,

	/// Follow the task to its end.
	#[arg(long)]
	watch: bool,
}

/// Input that the witness is computed from.
#[derive(Clone, Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct InputFile {
	/// File that provers fetch by its hash and locators.
	#[arg(long, value_name = "FILE")]
	pub(super) input: Option<PathBuf>,

	/// File whose bytes go into the transaction, at most 8192. They are public for ever.
	#[arg(long, value_name = "FILE")]
	pub(super) inline: Option<PathBuf>,
}

pub async fn quote(globals: &Globals, args: &QuoteArgs) -> Result<()> {
	let chain = globals.chain().await?;
	let quote = chain.proving().quote(args.program, &args.options()).await?;
	globals.output().show(&quote, || {
		let lines = Lines::under("Quote")
			.field("market", parse::market_name(&quote.market))
			.field("work", quote.work)
			.maybe("redundancy", redundancy_text(quote.redundancy))
			.maybe("price", quote.price.map(Amount))
			.maybe(
				"cost with all provers",
				quote.cost.filter(|_| quote.redundancy.started > 1).map(Amount),
			)
			.maybe("taken from a maximum of", quote.least.map(Amount))
			.field("lowest maximum fee", Amount(quote.min_fee))
			.field("provers that could take it", quote.feasible_provers)
			.field("first attempts due", format!("block {}", quote.soft_deadline))
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

/// The maximum fee when none is given: what it costs with all its provers, or with as many as there
/// are, and a fifth, for prices may move before the clearing.
pub(super) fn default_fee(quote: &Quote) -> Option<Amount> {
	let cost = quote.cost.or(quote.least).or(quote.price)?;
	Amount(cost).with_margin().map(|fee| fee.max(Amount(quote.min_fee)))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Submitted {
	task: TaskId,
	program: ProgramId,
	max_fee: Amount,
	deadline: u32,
}

pub async fn submit(globals: &Globals, args: SubmitArgs) -> Result<()> {
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
	let values = args.values.fix(&program)?;
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
	let call = tx().auctions().submit_task(
		id.0.into(),
		args.quote.level.into(),
		args.quote.work,
		input.into(),
		values.into(),
		max_fee.0,
		lifetime,
		args.provers,
		args.bidding.map(Into::into),
		args.quote.redundancy.map(Into::into),
	);
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
			.maybe("redundancy", args.quote.redundancy.and_then(redundancy_text))
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
	pub(super) fn read(&self, locators: Vec<Locator>) -> Result<InputRef> {
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
