// SPDX-License-Identifier: Apache-2.0
//! `proofyard market`, and how a market is named on the command line.

use super::clearing;
use crate::{
	amount::Amount,
	chain::Chain,
	context::Globals,
	error::{CliError, Result},
	output::{table, Lines},
	parse,
	rpc::{Ask, BlockParam, PendingAsk},
};
use proofyard_primitives::{
	HardwareClass, Market, ProgramId, ProofSystem, ServiceLevel, WorkModel,
};

/// Options that name a market: that of a program's tasks, or one by its parts.
#[derive(Clone, Debug, clap::Args)]
pub struct MarketArgs {
	/// The market of this program's tasks.
	#[arg(long, value_parser = parse::program_id, conflicts_with_all = ["system", "hardware", "bucket"], value_name = "ID")]
	pub program: Option<ProgramId>,

	/// Proof system, for example groth16-bn254.
	#[arg(long)]
	pub system: Option<ProofSystem>,

	/// Hardware class: cpu (the default), or gpu:N with N GiB of memory.
	#[arg(long, value_parser = parse::hardware)]
	pub hardware: Option<HardwareClass>,

	/// Size bucket: the tasks whose work is from 2^BUCKET to less than twice that.
	#[arg(long, conflicts_with = "work", value_parser = clap::value_parser!(u8).range(..64))]
	pub bucket: Option<u8>,

	/// Work of a task, in place of the bucket, or for a program that leaves the work to the task.
	#[arg(long, value_parser = parse::positive)]
	pub work: Option<u64>,

	/// Service level: standard, express or guaranteed.
	#[arg(long, value_parser = parse::level, default_value = "standard")]
	pub level: ServiceLevel,
}

impl MarketArgs {
	/// The market. Fails with a usage error when it is not determined.
	pub async fn resolve(&self, chain: &Chain) -> Result<Market> {
		let Some(id) = self.program else { return self.by_parts() };
		let program = chain.proving().program(id).await?.ok_or_else(|| unknown_program(id))?;
		let work = match (program.work, self.work) {
			(WorkModel::Fixed(work), None) => work,
			(WorkModel::Fixed(work), Some(given)) if given == work => work,
			(WorkModel::Fixed(work), Some(_)) => {
				return Err(CliError::usage(format!(
					"the program fixes the work of every task at {work}: leave --work out"
				)))
			}
			(WorkModel::PerTask, Some(work)) => work,
			(WorkModel::PerTask, None) => {
				return Err(CliError::usage(
					"the program leaves the work to the task: give --work to say which market",
				))
			}
		};
		Market::of(program.system, program.hardware, work, self.level)
			.ok_or_else(|| CliError::other("the program's work is zero"))
	}

	fn by_parts(&self) -> Result<Market> {
		let bucket = match (self.bucket, self.work) {
			(Some(bucket), _) => Some(bucket),
			(None, Some(work)) => work.checked_ilog2().and_then(|bucket| u8::try_from(bucket).ok()),
			(None, None) => None,
		};
		match (self.system, bucket) {
			(Some(system), Some(bucket)) => Ok(Market {
				system,
				hardware: self.hardware.unwrap_or(HardwareClass::Cpu),
				bucket,
				level: self.level,
			}),
			_ => Err(CliError::usage(
				"which market? Give --program ID, or --system with --bucket or --work (and --hardware, --level)",
			)),
		}
	}
}

/// The error for a program that is not registered.
pub fn unknown_program(id: ProgramId) -> CliError {
	CliError::other(format!(
		"no program has the id {id:?}. `proofyard program register` prints the id, also of what is registered already"
	))
}

/// The asks of a market or prover as a table.
pub fn asks_table(asks: &[Ask], with_market: bool) -> String {
	let rows: Vec<Vec<String>> = asks
		.iter()
		.map(|ask| {
			let terms = &ask.terms;
			vec![
				if with_market { parse::market_name(&ask.market) } else { ask.prover.to_string() },
				Amount(terms.price).to_string(),
				format!("{}/{}", ask.lots_in_use, terms.lots),
				speed_text(terms.speed, ask.confirmed_speed),
				ask.status.name().into(),
				ask.pending.as_ref().map(pending_text).unwrap_or_default(),
			]
		})
		.collect();
	let first = if with_market { "market" } else { "prover" };
	table(&[first, "price per unit", "lots in use", "speed", "status", "coming"], &rows)
}

/// A declared speed, and what caps it.
fn speed_text(declared: u64, confirmed: Option<u64>) -> String {
	match confirmed {
		Some(confirmed) if confirmed < declared => {
			format!("{declared}/s, shown {confirmed}/s")
		}
		_ => format!("{declared}/s"),
	}
}

fn pending_text(pending: &PendingAsk) -> String {
	let PendingAsk { terms, from } = pending;
	let price = Amount(terms.price);
	format!("from block {from}: {price}, {} lots, {}/s", terms.lots, terms.speed)
}

/// Commands about markets.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum MarketCommand {
	/// Show the asks and the waiting tasks of a market.
	Show {
		#[command(flatten)]
		market: MarketArgs,
	},

	/// Show the last clearing of a market: who asked what, the price, and why.
	Clearing {
		#[command(flatten)]
		market: MarketArgs,

		/// The last one in this block or before it: a block's number or hash. The best when left out.
		#[arg(long, value_parser = parse::block)]
		block: Option<BlockParam>,
	},

	/// Show what a prover proves to enter the markets of a proof system and hardware class.
	Reference(ClassArgs),

	/// Show the protocol's fee: what it takes of what provers are paid, and where that goes.
	Fees,
}

/// A proof system and hardware class.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct ClassArgs {
	/// Proof system, for example groth16-bn254.
	#[arg(long)]
	pub system: ProofSystem,

	/// Hardware class: cpu, or gpu:N with N GiB of memory.
	#[arg(long, value_parser = parse::hardware, default_value = "cpu")]
	pub hardware: HardwareClass,
}

impl ClassArgs {
	/// The class for people.
	pub fn describe(&self) -> String {
		format!("{}, {}", self.system, parse::hardware_name(&self.hardware))
	}
}

/// Run a command about markets.
pub async fn run(globals: &Globals, command: MarketCommand) -> Result<()> {
	match command {
		MarketCommand::Show { market } => show(globals, &market).await,
		MarketCommand::Clearing { market, block } => {
			let chain = globals.chain().await?;
			let market = market.resolve(&chain).await?;
			clearing::of_market(globals, &chain, market, block).await
		}
		MarketCommand::Reference(class) => reference(globals, class).await,
		MarketCommand::Fees => fees(globals).await,
	}
}

async fn reference(globals: &Globals, class: ClassArgs) -> Result<()> {
	let chain = globals.chain().await?;
	let reference = chain.proving().reference(class.system, class.hardware).await?;
	globals.output().show(&reference, || match &reference {
		None => format!("Nothing has to be proven to enter the markets of {}.", class.describe()),
		Some(reference) => Lines::under(format!("Reference of {}", class.describe()))
			.field("program", format!("{:?}", reference.program))
			.field("work", reference.work)
			.field("tasks to prove", reference.proofs)
			.field("blocks for each", reference.blocks)
			.field("input", format!("{} bytes", reference.input.len()))
			.field(
				"challenge",
				format!(
					"at byte {} of the input, public input {}",
					reference.challenge_at, reference.challenge_input
				),
			)
			.hint("A prover takes such a task with `proofyard prover calibrate`.")
			.text(),
	});
	Ok(())
}

async fn fees(globals: &Globals) -> Result<()> {
	let chain = globals.chain().await?;
	let fees = chain.proving().fees().await?;
	globals.output().show(&fees, || {
		Lines::under("The protocol's fee")
			.field("of payments for proofs", fees.fee)
			.field("  to the block's author", fees.author)
			.field("  to the treasury", fees.treasury)
			.field("  burnt", fees.burnt)
			.field("can be set up to", fees.max_fee)
			.hint("It is taken off the prover's payment; the requester pays the price. Kill fees and what bonds pay are free of it.")
			.text()
	});
	Ok(())
}

async fn show(globals: &Globals, market: &MarketArgs) -> Result<()> {
	let chain = globals.chain().await?;
	let market = market.resolve(&chain).await?;
	let state = chain.proving().market(&market).await?;
	globals.output().show(&state, || {
		let lines = Lines::under(format!("Market {}", parse::market_name(&state.market)))
			.field("tasks waiting", state.waiting)
			.field("asks", state.ask_count)
			.maybe(
				"lowest that stands",
				state.best_ask.map(|ask| format!("{} a unit", Amount(ask))),
			)
			.maybe(
				"last clearing",
				state.cleared_at.map(|block| format!("block {block}; see `market clearing`")),
			);
		if state.asks.is_empty() {
			lines
				.hint("No prover offers to prove here. Provers do with `proofyard prover ask`.")
				.text()
		} else {
			format!("{}\n\n{}", lines.text(), asks_table(&state.asks, false))
		}
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rpc::{AccountId, AskStatus, AskTerms};
	use clap::Parser;

	#[derive(Parser)]
	struct Probe {
		#[command(flatten)]
		market: MarketArgs,
	}

	fn by_parts(args: &[&str]) -> Result<Market> {
		Probe::try_parse_from([&["probe"], args].concat()).unwrap().market.by_parts()
	}

	#[test]
	fn a_market_is_named_by_its_parts() {
		let market = by_parts(&["--system", "groth16-bn254", "--bucket", "20"]).unwrap();
		assert_eq!(
			market,
			Market {
				system: ProofSystem::Groth16Bn254,
				hardware: HardwareClass::Cpu,
				bucket: 20,
				level: ServiceLevel::Standard,
			}
		);
		let same = by_parts(&["--system", "groth16-bn254", "--work", "1_500_000"]).unwrap();
		assert_eq!(same, market);
		let express = by_parts(&[
			"--system",
			"groth16-bn254",
			"--bucket",
			"63",
			"--hardware",
			"gpu:24",
			"--level",
			"express",
		])
		.unwrap();
		assert_eq!(express.hardware, HardwareClass::Gpu { vram_gib: 24 });
		assert_eq!(express.level, ServiceLevel::Express);
	}

	#[test]
	fn half_a_market_is_a_wrong_argument() {
		for args in [&[][..], &["--bucket", "20"], &["--system", "groth16-bn254"]] {
			assert_eq!(by_parts(args).unwrap_err().exit_code(), 2);
		}
		for args in [
			&["--system", "groth16-bn254", "--bucket", "64"][..],
			&["--system", "plonk", "--bucket", "1"],
			&["--system", "groth16-bn254", "--bucket", "1", "--work", "2"],
			&["--program", &"ab".repeat(32), "--bucket", "1"],
		] {
			assert!(Probe::try_parse_from([&["probe"], args].concat()).is_err(), "{args:?}");
		}
	}

	#[test]
	fn an_ask_shows_what_counts_and_what_is_coming() {
		let terms = |price| AskTerms { price, lots: 4, speed: 5_000 };
		let ask = Ask {
			prover: AccountId::new([1; 32]),
			market: by_parts(&["--system", "groth16-bn254", "--bucket", "12"]).unwrap(),
			terms: terms(300),
			lots_in_use: 1,
			confirmed_speed: Some(4_000),
			status: AskStatus::Standing,
			pending: Some(PendingAsk { terms: terms(306), from: 215 }),
		};
		let text = asks_table(&[ask], false);
		assert!(text.contains("300 planck") && text.contains("1/4"), "{text}");
		assert!(text.contains("5000/s, shown 4000/s  standing"), "{text}");
		assert!(text.ends_with("from block 215: 306 planck, 4 lots, 5000/s"), "{text}");
		assert_eq!(speed_text(5_000, Some(6_000)), "5000/s");
		assert_eq!(speed_text(5_000, None), "5000/s");
	}
}
