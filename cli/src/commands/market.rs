// SPDX-License-Identifier: Apache-2.0
//! `proofyard market`, and how a market is named on the command line.

use crate::{
	chain::Chain,
	context::Globals,
	error::{CliError, Result},
	output::{table, Lines},
	parse,
	rpc::Ask,
};
use proofyard_primitives::{
	HardwareClass, Market, ProgramId, ProofSystem, ServiceLevel, WorkModel,
};

/// Which market: that of a program's tasks, or one by its parts.
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

/// A market for people.
pub fn describe(market: &Market) -> String {
	format!(
		"{}, {}, bucket {} ({}), {}",
		market.system,
		parse::hardware_name(&market.hardware),
		market.bucket,
		bucket_range(market.bucket),
		parse::level_name(&market.level)
	)
}

fn bucket_range(bucket: u8) -> String {
	let least = 1u64.checked_shl(bucket.into()).unwrap_or(u64::MAX);
	let most = least.checked_mul(2).map_or(u64::MAX, |next| next - 1);
	format!("work {least} to {most}")
}

/// The asks of a market or prover as a table.
pub fn asks_table(asks: &[Ask], with_market: bool) -> String {
	let rows: Vec<Vec<String>> = asks
		.iter()
		.map(|ask| {
			vec![
				if with_market { describe(&ask.market) } else { ask.prover.to_string() },
				ask.price.to_string(),
				format!("{}/{}", ask.lots_in_use, ask.lots),
				format!("{}/s", ask.speed),
			]
		})
		.collect();
	let first = if with_market { "market" } else { "prover" };
	table(&[first, "price per unit", "lots in use", "speed"], &rows)
}

/// Commands about markets.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum MarketCommand {
	/// Show the asks and the waiting tasks of a market.
	Show {
		#[command(flatten)]
		market: MarketArgs,
	},
}

/// Run a command about markets.
pub async fn run(globals: &Globals, command: MarketCommand) -> Result<()> {
	let MarketCommand::Show { market } = command;
	let chain = globals.chain().await?;
	let market = market.resolve(&chain).await?;
	let state = chain.proving().market(&market).await?;
	globals.output().show(&state, || {
		let lines = Lines::under(format!("Market {}", describe(&state.market)))
			.field("open tasks", state.open_tasks)
			.field("asks", state.asks.len());
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
	fn buckets_cover_all_work() {
		assert_eq!(bucket_range(0), "work 1 to 1");
		assert_eq!(bucket_range(20), "work 1048576 to 2097151");
		assert_eq!(bucket_range(63), "work 9223372036854775808 to 18446744073709551615");
	}
}
