// SPDX-License-Identifier: Apache-2.0
//! Command line.

use crate::proving_service::{self, ServiceUrl};
use pallet_attestation::ServiceConfig;
use sc_cli::{OffchainWorkerEnabled, RunCmd};
use std::path::PathBuf;

/// The root of the command line.
#[derive(Debug, clap::Parser)]
pub struct Cli {
	/// Command to run instead of a node.
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	/// Options of a running node.
	#[clap(flatten)]
	pub run: RunCmd,

	/// Options of a prover's node.
	#[clap(flatten)]
	pub proving: ProvingParams,
}

/// Options that make a node a prover's node.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Proving")]
pub struct ProvingParams {
	/// Drive the proving service at this URL for the tasks assigned to this node's session key.
	///
	/// `http://HOST:PORT` or `https://HOST:PORT`, without a path. Implies `--offchain-worker
	/// always`: the off-chain worker is what talks to the service. The session key is looked up in
	/// the keystore under the key type `pyrd`.
	#[arg(long, value_name = "URL")]
	pub proving_service: Option<ServiceUrl>,

	/// File that holds the token the proving service asks for.
	///
	/// Surrounding white space is dropped. Keep the file readable by the node's user only. A token
	/// goes over plain http only to this machine itself; for any other host use https.
	#[arg(long, value_name = "FILE", env = "PROOFYARD_SERVICE_TOKEN_FILE", hide_env_values = true)]
	pub proving_service_token_file: Option<PathBuf>,
}

impl ProvingParams {
	/// The proving service that the off-chain worker is to drive; `None` when there is none.
	///
	/// A token file alone has no effect, so that the environment may name one for every node of a
	/// machine.
	pub fn service_config(&self) -> Result<Option<ServiceConfig>, proving_service::Error> {
		let Some(url) = &self.proving_service else { return Ok(None) };
		let token = self
			.proving_service_token_file
			.as_deref()
			.map(proving_service::read_token)
			.transpose()?;
		proving_service::config(url, token).map(Some)
	}

	/// Switch the off-chain worker on for a node that drives a proving service.
	pub fn apply_to(&self, run: &mut RunCmd) -> Result<(), proving_service::Error> {
		if self.proving_service.is_none() {
			return Ok(());
		}
		let enabled = &mut run.offchain_worker_params.enabled;
		match enabled {
			OffchainWorkerEnabled::Never => Err(proving_service::Error::WorkerNeeded),
			OffchainWorkerEnabled::Always | OffchainWorkerEnabled::WhenAuthority => {
				*enabled = OffchainWorkerEnabled::Always;
				Ok(())
			}
		}
	}
}

/// Commands besides running a node.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
	/// Keys: generate, inspect, insert into a keystore.
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),

	/// Print a chain specification as JSON, plain or raw.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// Print a chain specification with this node as its boot node. Prefer `export-chain-spec`.
	BuildSpec(sc_cli::BuildSpecCmd),

	/// Execute a block of the database again.
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Write blocks to a file.
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Write the state of a block as a raw chain specification.
	ExportState(sc_cli::ExportStateCmd),

	/// Read blocks from a file.
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Delete the chain's database.
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Go back by a number of blocks.
	Revert(sc_cli::RevertCmd),

	/// Print the database's best and finalized blocks.
	ChainInfo(sc_cli::ChainInfoCmd),
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;

	fn parse(args: &[&str]) -> Result<Cli, clap::Error> {
		Cli::try_parse_from(std::iter::once("proofyard-node").chain(args.iter().copied()))
	}

	#[test]
	fn a_proving_service_switches_the_offchain_worker_on() {
		let cli = parse(&["--proving-service", "http://127.0.0.1:8747"]).unwrap();
		let mut run = cli.run.clone();
		cli.proving.apply_to(&mut run).unwrap();
		assert!(matches!(run.offchain_worker_params.enabled, OffchainWorkerEnabled::Always));
	}

	#[test]
	fn without_a_proving_service_the_worker_mode_is_left_alone() {
		let cli = parse(&[]).unwrap();
		let mut run = cli.run.clone();
		cli.proving.apply_to(&mut run).unwrap();
		assert!(matches!(run.offchain_worker_params.enabled, OffchainWorkerEnabled::WhenAuthority));
		assert!(cli.proving.service_config().unwrap().is_none());
	}

	#[test]
	fn a_proving_service_without_a_worker_is_refused() {
		let cli =
			parse(&["--proving-service", "http://127.0.0.1:8747", "--offchain-worker", "never"])
				.unwrap();
		let error = cli.proving.apply_to(&mut cli.run.clone()).unwrap_err();
		assert!(matches!(error, proving_service::Error::WorkerNeeded));
	}

	#[test]
	fn a_bad_service_url_is_refused_while_parsing() {
		assert!(parse(&["--proving-service", "127.0.0.1:8747"]).is_err());
		assert!(parse(&["--proving-service", "http://127.0.0.1:8747/v1"]).is_err());
	}
}
