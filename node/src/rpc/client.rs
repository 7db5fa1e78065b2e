// SPDX-License-Identifier: Apache-2.0
//! The client, as the `proving_` methods need it.

use proofyard_api::ProvingApi as RuntimeProvingApi;
use proofyard_runtime::opaque::Block;
use sc_client_api::BlockchainEvents;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::{HeaderBackend, HeaderMetadata};

/// Interface that a client must offer to serve the namespace.
pub trait ProvingClient:
	ProvideRuntimeApi<Block, Api: RuntimeProvingApi<Block>>
	+ HeaderBackend<Block>
	+ HeaderMetadata<Block, Error = sp_blockchain::Error>
	+ BlockchainEvents<Block>
	+ Send
	+ Sync
	+ 'static
{
}

impl<C> ProvingClient for C where
	C: ProvideRuntimeApi<Block, Api: RuntimeProvingApi<Block>>
		+ HeaderBackend<Block>
		+ HeaderMetadata<Block, Error = sp_blockchain::Error>
		+ BlockchainEvents<Block>
		+ Send
		+ Sync
		+ 'static
{
}
