// SPDX-License-Identifier: Apache-2.0
//! Running of each subcommand.

use crate::{
	chain_spec,
	cli::{Cli, Subcommand},
	service::{self, Partial},
};
use proofyard_runtime::opaque::Block;
use sc_cli::{Error, Result, SubstrateCli};

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"Proofyard Node".into()
	}

	fn impl_version() -> String {
		env!("SUBSTRATE_CLI_IMPL_VERSION").into()
	}

	fn description() -> String {
		env!("CARGO_PKG_DESCRIPTION").into()
	}

	fn author() -> String {
		"the Proofyard developers".into()
	}

	fn support_url() -> String {
		env!("CARGO_PKG_REPOSITORY").into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> std::result::Result<Box<dyn sc_service::ChainSpec>, String> {
		chain_spec::load(id).map(|spec| Box::new(spec) as Box<_>)
	}
}

/// Parse the command line and do what it says.
pub fn run() -> Result<()> {
	let cli = Cli::from_args();
	let Some(subcommand) = &cli.subcommand else { return run_node(&cli) };
	match subcommand {
		Subcommand::Key(cmd) => cmd.run(&cli),
		Subcommand::ExportChainSpec(cmd) => cmd.run(cli.load_spec(&cmd.chain)?),
		Subcommand::BuildSpec(cmd) => {
			let runner = cli.create_runner(cmd)?;
			runner.sync_run(|config| cmd.run(config.chain_spec, config.network))
		}
		Subcommand::CheckBlock(cmd) => {
			let runner = cli.create_runner(cmd)?;
			runner.async_run(|config| {
				let Partial { client, task_manager, import_queue, .. } =
					service::new_partial(&config)?;
				Ok((cmd.run(client, import_queue), task_manager))
			})
		}
		Subcommand::ExportBlocks(cmd) => {
			let runner = cli.create_runner(cmd)?;
			runner.async_run(|config| {
				let Partial { client, task_manager, .. } = service::new_partial(&config)?;
				Ok((cmd.run(client, config.database), task_manager))
			})
		}
		Subcommand::ExportState(cmd) => {
			let runner = cli.create_runner(cmd)?;
			runner.async_run(|config| {
				let Partial { client, task_manager, .. } = service::new_partial(&config)?;
				Ok((cmd.run(client, config.chain_spec), task_manager))
			})
		}
		Subcommand::ImportBlocks(cmd) => {
			let runner = cli.create_runner(cmd)?;
			runner.async_run(|config| {
				let Partial { client, task_manager, import_queue, .. } =
					service::new_partial(&config)?;
				Ok((cmd.run(client, import_queue), task_manager))
			})
		}
		Subcommand::PurgeChain(cmd) => {
			let runner = cli.create_runner(cmd)?;
			runner.sync_run(|config| cmd.run(config.database))
		}
		Subcommand::Revert(cmd) => {
			let runner = cli.create_runner(cmd)?;
			runner.async_run(|config| {
				let Partial { client, task_manager, backend, .. } = service::new_partial(&config)?;
				// Consensus keeps what it knows of the blocks beside them.
				let revert_consensus = Box::new(|client: std::sync::Arc<_>, backend, blocks| {
					sc_consensus_babe::revert(std::sync::Arc::clone(&client), backend, blocks)?;
					sc_consensus_grandpa::revert(client, blocks)?;
					Ok(())
				});
				Ok((cmd.run(client, backend, Some(revert_consensus)), task_manager))
			})
		}
		Subcommand::ChainInfo(cmd) => {
			let runner = cli.create_runner(cmd)?;
			runner.sync_run(|config| cmd.run::<Block>(&config))
		}
	}
}

fn run_node(cli: &Cli) -> Result<()> {
	let mut run = cli.run.clone();
	cli.proving.apply_to(&mut run).map_err(input)?;
	// The runner starts the log, which a careless token file is reported in.
	let runner = cli.create_runner(&run)?;
	let proving_service = cli.proving.service_config().map_err(input)?;
	runner.run_node_until_exit(|config| async move {
		service::new_full(config, proving_service).map_err(Error::Service)
	})
}

fn input(error: crate::proving_service::Error) -> Error {
	Error::Input(error.to_string())
}
