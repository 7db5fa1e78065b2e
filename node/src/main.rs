// SPDX-License-Identifier: Apache-2.0
//! The node of Proofyard: validator, prover's node and JSON-RPC server in one binary.
//!
//! - [`cli`]: what a person types;
//! - [`proving_service`]: which proving service this node drives, handed to the off-chain worker;
//! - [`chain_spec`]: the chains the binary knows by name;
//! - [`client`]: the types of client and database;
//! - [`service`]: BABE, GRANDPA, the pool, the off-chain workers and the network, put together;
//! - [`rpc`]: the standard JSON-RPC methods and the `proving_` namespace.

mod chain_spec;
mod cli;
mod client;
mod command;
mod proving_service;
mod rpc;
mod service;

use std::process::ExitCode;

fn main() -> ExitCode {
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("Error: {error}");
			ExitCode::FAILURE
		}
	}
}
