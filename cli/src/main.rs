// SPDX-License-Identifier: Apache-2.0
//! `proofyard`, the command line of the proving market.
//!
//! It registers programs and provers, submits and follows tasks, fetches proofs, puts stake behind
//! provers, and shows what the chain verifies. Text for people
//! by default, JSON for machines with `--json`. Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 no
//! connection to the node, 4 refused by the chain, 5 the task ended without a proof.
// Examples of the help are documentation comments, word by word.
#![allow(rustdoc::bare_urls)]

mod amount;
mod calls;
mod chain;
mod commands;
mod context;
mod error;
mod general;
mod hash;
mod node;
mod output;
mod parse;
mod refusal;
mod rpc;
mod secret;

use clap::Parser;
use commands::{
	balance::{self, BalanceArgs},
	bounty::{self, BountyCommand},
	chain::ChainCommand,
	keys::{self, KeysCommand},
	market::{self, MarketCommand},
	program::{self, ProgramCommand},
	prover::{self, ProverCommand},
	stake::{self, StakeCommand},
	systems::{self, SystemsArgs},
	task::{self, TaskCommand},
	transfer::{self, TransferArgs},
	verify::{self, VerifyArgs},
};
use context::Globals;
use error::CliError;
use std::{io::Write, process::ExitCode};

/// Buy and sell zero-knowledge proofs on Proofyard.
#[derive(Parser)]
#[command(name = "proofyard", version, propagate_version = true)]
#[command(
	after_help = "Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 no connection to the node,
4 refused by the chain, 5 the task ended without a proof.

Amounts are in YARD with up to twelve decimals (12.5), or in plancks (500planck)."
)]
struct Cli {
	#[command(flatten)]
	globals: Globals,

	#[command(subcommand)]
	command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
	/// Make keys, look at them, give a session key to a node.
	#[command(subcommand)]
	Keys(KeysCommand),

	/// Register what is proven, look at it, retire it.
	#[command(subcommand)]
	Program(ProgramCommand),

	/// Register as a prover, offer to prove, look after the stake.
	#[command(subcommand)]
	Prover(ProverCommand),

	/// Ask for proofs, follow them, fetch them.
	#[command(subcommand)]
	Task(TaskCommand),

	/// Deliver for tasks whose provers failed them.
	#[command(subcommand)]
	Bounty(BountyCommand),

	/// Put money behind somebody else's prover.
	#[command(subcommand)]
	Stake(StakeCommand),

	/// Look at the asks of a market, its clearings, and the protocol's fee.
	#[command(subcommand)]
	Market(MarketCommand),

	/// List the proof systems and the versions of zkVMs whose proofs the chain verifies.
	///
	/// The root of the chain adds versions, switches them and forgets them.
	Systems(SystemsArgs),

	// What it says of itself is with its arguments: it has more to say than a line.
	Verify(VerifyArgs),

	/// Show what an account has, and what part of it is held for what.
	Balance(BalanceArgs),

	/// Pay an account, for example to fund a new one before it stakes or submits tasks.
	///
	/// The signing account pays, and keeps at least the chain's existential deposit. Example:
	///
	///   proofyard --key-file owner.key transfer 5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty 12.5
	#[command(verbatim_doc_comment)]
	Transfer(TransferArgs),

	/// Look at the chain and the node.
	#[command(subcommand)]
	Chain(ChainCommand),
}

#[tokio::main]
async fn main() -> ExitCode {
	let Cli { globals, command } = match Cli::try_parse() {
		Err(error) if error.use_stderr() && std::env::args_os().any(|arg| arg == "--json") => {
			return fail(true, &wrong_arguments(&error));
		}
		parsed => parsed.unwrap_or_else(|error| error.exit()),
	};
	let result = match command {
		Command::Keys(command) => keys::run(&globals, command).await,
		Command::Program(command) => program::run(&globals, command).await,
		Command::Prover(command) => prover::run(&globals, command).await,
		Command::Task(command) => task::run(&globals, command).await,
		Command::Bounty(command) => bounty::run(&globals, command).await,
		Command::Stake(command) => stake::run(&globals, command).await,
		Command::Market(command) => market::run(&globals, command).await,
		Command::Systems(args) => systems::run(&globals, args).await,
		Command::Verify(args) => verify::run(&globals, args),
		Command::Balance(args) => balance::run(&globals, args).await,
		Command::Transfer(args) => transfer::run(&globals, args).await,
		Command::Chain(command) => commands::chain::run(&globals, command).await,
	};
	match result {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => fail(globals.json, &error),
	}
}

/// Error of the arguments' parser, without the usage that it adds for people.
fn wrong_arguments(error: &clap::Error) -> CliError {
	let text = error.to_string();
	let ends = ["\n\nUsage:", "\n\nFor more information"];
	let ends = ends.iter().filter_map(|end| text.find(end)).min();
	let said = text[..ends.unwrap_or(text.len())].trim();
	CliError::usage(said.strip_prefix("error: ").unwrap_or(said))
}

/// Tell an error; the exit code says its kind.
fn fail(json: bool, error: &CliError) -> ExitCode {
	let text = if json { error.to_json().to_string() } else { format!("error: {error}") };
	// When standard error is closed, the exit code still tells.
	let _ = writeln!(std::io::stderr(), "{text}");
	ExitCode::from(error.exit_code())
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	#[test]
	fn the_command_line_is_consistent() {
		Cli::command().debug_assert();
	}

	#[test]
	fn every_command_and_option_says_what_it_is_for() {
		fn check(command: &clap::Command) {
			assert!(command.get_about().is_some(), "{} has no help", command.get_name());
			for arg in command.get_arguments().filter(|arg| !arg.is_global_set()) {
				assert!(
					arg.get_help().is_some(),
					"{} {} has no help",
					command.get_name(),
					arg.get_id()
				);
			}
			command.get_subcommands().for_each(check);
		}
		check(&Cli::command());
	}

	#[test]
	fn global_options_go_anywhere() {
		for args in [
			&["proofyard", "--json", "chain", "status"][..],
			&["proofyard", "chain", "status", "--json"],
			&["proofyard", "task", "show", "7", "--json", "--node", "ws://127.0.0.1:9955"],
		] {
			assert!(Cli::try_parse_from(args).unwrap().globals.json);
		}
	}
	#[test]
	fn a_session_key_is_inserted_either_way() {
		for args in [
			&["proofyard", "keys", "insert", "--session-key-file", "session.key"][..],
			&["proofyard", "--key-file", "session.key", "keys", "insert"],
		] {
			assert!(Cli::try_parse_from(args).is_ok(), "{args:?}");
		}
	}

	#[test]
	fn wrong_arguments_read_without_the_usage() {
		let error =
			Cli::try_parse_from(["proofyard", "task", "show", "x", "--json"]).err().unwrap();
		let error = wrong_arguments(&error);
		assert_eq!(error.exit_code(), 2);
		let said = error.to_string();
		assert!(said.starts_with("invalid value 'x' for '<ID>'"), "{said}");
		assert!(!said.contains("Usage"), "{said}");
	}
}
