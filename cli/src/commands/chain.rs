// SPDX-License-Identifier: Apache-2.0
//! `proofyard chain`: which chain this is and how far the node has got.

use crate::{context::Globals, error::Result, output::Lines, rpc::BlockRef};
use serde::Serialize;
use sp_core::H256;

/// Commands about the chain.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum ChainCommand {
	/// Show the chain, its newest blocks and the node's state.
	Status,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
	node: String,
	chain: String,
	software: String,
	version: String,
	runtime: u32,
	genesis: H256,
	best: BlockRef,
	finalized: BlockRef,
	peers: usize,
	syncing: bool,
}

/// Run a command about the chain.
pub async fn run(globals: &Globals, command: ChainCommand) -> Result<()> {
	let ChainCommand::Status = command;
	let chain = globals.chain().await?;
	let node = chain.node();
	let methods = node.methods();
	let health = node.wait(methods.system_health()).await?;
	let status = Status {
		node: globals.node.clone(),
		chain: node.wait(methods.system_chain()).await?,
		software: node.wait(methods.system_name()).await?,
		version: node.wait(methods.system_version()).await?,
		runtime: node.wait(methods.state_get_runtime_version(None)).await?.spec_version,
		genesis: chain.genesis_hash(),
		finalized: chain.finalized_block().await?,
		best: chain.best_block().await?,
		peers: health.peers,
		syncing: health.is_syncing,
	};
	globals.output().show(&status, || {
		let lag = status.best.number.saturating_sub(status.finalized.number);
		let lines = Lines::under(status.chain.clone())
			.field("node", format!("{} ({} {})", status.node, status.software, status.version))
			.field("runtime", status.runtime)
			.field("genesis", format!("{:?}", status.genesis))
			.field("best block", format!("{} {:?}", status.best.number, status.best.hash))
			.field("finalized", format!("{} ({lag} behind)", status.finalized.number))
			.field("peers", status.peers);
		if status.syncing {
			lines.hint("The node is still catching up: what it shows may be old.").text()
		} else {
			lines.text()
		}
	});
	Ok(())
}
