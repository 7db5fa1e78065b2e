// SPDX-License-Identifier: Apache-2.0
//! JSON-RPC: the SDK's methods for accounts, fees and consensus, and the market's `proving_`
//! namespace. The methods of chain, state, author, system and the chainHead specification are the
//! service's own; they are not named here.
//!
//! - [`proving`]: the methods of the namespace, with the types of `proofyard_api`;
//! - [`client`]: what they need of a client;
//! - [`clearing`]: finding a clearing in the states of the blocks;
//! - [`error`]: what they fail with;
//! - [`service`]: how the node's proving service is;
//! - [`subscription`] and [`tracker`]: following one task from block to block;
//! - [`metrics`]: what Prometheus sees of it.

pub mod clearing;
pub mod client;
pub mod error;
pub mod metrics;
pub mod proving;
pub mod service;
pub mod subscription;
pub mod tracker;

pub use proving::ProvingDeps;

use crate::{
	client::{FullBackend, FullClient, FullSelectChain},
	proving_service::client::ServiceClient,
};
use jsonrpsee::RpcModule;
use proofyard_runtime::{opaque::Block, BlockNumber, Hash};
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_grandpa::{
	FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_rpc::SubscriptionTaskExecutor;
use sc_transaction_pool_api::TransactionPool;
use sp_keystore::KeystorePtr;
use std::sync::Arc;

/// Needs of BABE's methods.
pub struct BabeDeps {
	/// The node's keys.
	pub keystore: KeystorePtr,
	/// Worker that knows the epochs.
	pub worker: BabeWorkerHandle<Block>,
}

/// Needs of GRANDPA's methods.
pub struct GrandpaDeps {
	/// State of the voter.
	pub shared_voter_state: SharedVoterState,
	/// Authorities that vote.
	pub authority_set: SharedAuthoritySet<Hash, BlockNumber>,
	/// New justifications.
	pub justification_stream: GrandpaJustificationStream<Block>,
	/// Executor that runs subscriptions.
	pub subscription_executor: SubscriptionTaskExecutor,
	/// Provider of finality proofs.
	pub finality_provider: Arc<FinalityProofProvider<FullBackend, Block>>,
}

/// Needs of all methods.
pub struct FullDeps<P> {
	/// The client.
	pub client: Arc<FullClient>,
	/// The transaction pool.
	pub pool: Arc<P>,
	/// Rule by which the node chooses a fork.
	pub select_chain: FullSelectChain,
	/// For BABE.
	pub babe: BabeDeps,
	/// For GRANDPA.
	pub grandpa: GrandpaDeps,
	/// For the market.
	pub proving: ProvingDeps,
	/// The proving service that the node drives, if it does one.
	pub service: Option<ServiceClient>,
}

/// Every method that the node adds to the service's own.
pub fn create_full<P>(
	deps: FullDeps<P>,
) -> Result<RpcModule<()>, Box<dyn std::error::Error + Send + Sync>>
where
	P: TransactionPool<Block = Block> + 'static,
{
	use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
	use proving::{Proving, ProvingApiServer};
	use sc_consensus_babe_rpc::{Babe, BabeApiServer};
	use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
	use service::ServiceApiServer;
	use substrate_frame_rpc_system::{System, SystemApiServer};

	let FullDeps { client, pool, select_chain, babe, grandpa, proving, service } = deps;
	let mut module = RpcModule::new(());
	module.merge(System::new(client.clone(), pool).into_rpc())?;
	module.merge(TransactionPayment::new(client.clone()).into_rpc())?;
	module.merge(Babe::new(client.clone(), babe.worker, babe.keystore, select_chain).into_rpc())?;
	module.merge(
		Grandpa::new(
			grandpa.subscription_executor,
			grandpa.authority_set,
			grandpa.shared_voter_state,
			grandpa.justification_stream,
			grandpa.finality_provider,
		)
		.into_rpc(),
	)?;
	module.merge(service::Service::new(service, proving.metrics.clone()).into_rpc())?;
	module.merge(Proving::new(client, proving).into_rpc())?;
	Ok(module)
}
