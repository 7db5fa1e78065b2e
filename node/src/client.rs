// SPDX-License-Identifier: Apache-2.0
//! Types of the client, of its database, and of the rule by which it chooses a fork.

use proofyard_runtime::{opaque::Block, RuntimeApi};
use sc_consensus::LongestChain;
use sc_executor::WasmExecutor;

/// Host functions that the runtime may call: the SDK's and this project's.
pub type HostFunctions = (sp_io::SubstrateHostFunctions, proofyard_host::HostFunctions);

/// The client.
pub type FullClient = sc_service::TFullClient<Block, RuntimeApi, WasmExecutor<HostFunctions>>;
/// The database.
pub type FullBackend = sc_service::TFullBackend<Block>;
/// Rule by which the node chooses a fork: the longest chain.
pub type FullSelectChain = LongestChain<FullBackend, Block>;
