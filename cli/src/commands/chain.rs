// SPDX-License-Identifier: Apache-2.0
//! `proofyard chain`: which chain this is and how far the node has got.

use crate::{
	context::Globals,
	error::Result,
	node::{is_loopback, METHOD_NOT_FOUND},
	output::Lines,
	rpc::BlockRef,
};
use serde::Serialize;
use sp_core::H256;
use subxt::rpcs::client::rpc_params;

/// Commands about the chain.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum ChainCommand {
	/// Show the chain, its newest blocks, the node's state, and the address by which others join it.
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
	addresses: Vec<String>,
}

/// Run a command about the chain.
pub async fn run(globals: &Globals, command: ChainCommand) -> Result<()> {
	let ChainCommand::Status = command;
	let chain = globals.chain().await?;
	let node = chain.node();
	let methods = node.methods();
	let health = node.wait(methods.system_health()).await?;
	// A proxy before the node, or a node of another make, need not tell its addresses.
	let addresses =
		node.request_known("system_localListenAddresses", rpc_params![], METHOD_NOT_FOUND);
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
		addresses: addresses.await?.unwrap_or_default(),
	};
	globals.output().show(&status, || {
		let lag = status.best.number.saturating_sub(status.finalized.number);
		let lines = Lines::under(status.chain.clone())
			.field("node", format!("{} ({} {})", status.node, status.software, status.version))
			.field("runtime", status.runtime)
			.field("genesis", format!("{:?}", status.genesis))
			.field("best block", format!("{} {:?}", status.best.number, status.best.hash))
			.field("finalized", format!("{} ({lag} behind)", status.finalized.number))
			.field("peers", status.peers)
			.maybe("address", boot_node(&status.addresses, is_loopback(&globals.node)));
		if status.syncing {
			lines.hint("The node is still catching up: what it shows may be old.").text()
		} else {
			lines.text()
		}
	});
	Ok(())
}

/// Address that another node is given as `--bootnodes`: of those by plain TCP, which every node
/// speaks, the one of this machine where the other is here too, or else the first of another.
fn boot_node(addresses: &[String], here: bool) -> Option<&String> {
	let plain = |address: &&String| address.split('/').nth(5) == Some("p2p");
	let on_this_machine =
		|address: &&String| address.starts_with("/ip4/127.") || address.starts_with("/ip6/::1/");
	let mut of_tcp = addresses.iter().filter(plain);
	of_tcp.clone().find(|address| on_this_machine(address) == here).or_else(|| of_tcp.next())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn others_join_by_plain_tcp_on_the_same_side() {
		let all = [
			"/ip4/127.0.0.1/tcp/30333/ws/p2p/12D3",
			"/ip4/10.0.0.7/tcp/30333/p2p/12D3",
			"/ip4/127.0.0.1/tcp/30333/p2p/12D3",
			"/ip4/127.0.0.1/udp/30333/webrtc-direct/certhash/x/p2p/12D3",
		]
		.map(String::from);
		assert_eq!(boot_node(&all, true), Some(&all[2]));
		assert_eq!(boot_node(&all, false), Some(&all[1]));
		assert_eq!(boot_node(&all[..2], true), Some(&all[1]), "rather than none");
		assert_eq!(boot_node(&all[3..], true), None);
	}
}
