// SPDX-License-Identifier: Apache-2.0
//! The node's parts, put together: client, pool, BABE, GRANDPA, off-chain workers, network, RPC.

use crate::{
	client::{FullBackend, FullClient, FullSelectChain, HostFunctions},
	proving_service::{self, client::ServiceClient, watch::Watch},
	rpc,
};
use futures::FutureExt;
use pallet_attestation::ServiceConfig;
use proofyard_primitives::session;
use proofyard_runtime::{opaque::Block, Hash, RuntimeApi};
use sc_client_api::{Backend, BlockBackend};
use sc_consensus::{DefaultImportQueue, LongestChain};
use sc_consensus_babe::{BabeBlockImport, BabeLink, BabeWorkerHandle, SlotProportion};
use sc_consensus_grandpa::{GrandpaBlockImport, LinkHalf, SharedVoterState};
use sc_network::{config::NetworkBackendType, NetworkBackend};
use sc_service::{
	error::Error as ServiceError, Configuration, PartialComponents, TaskManager, WarpSyncConfig,
};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool::TransactionPoolHandle;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus_babe::{inherents::InherentDataProvider as BabeInherent, SlotDuration};
use sp_inherents::CreateInherentDataProviders;
use sp_keystore::Keystore;
use std::{sync::Arc, time::Duration};

type FullPool = TransactionPoolHandle<Block, FullClient>;
type FullGrandpaBlockImport = GrandpaBlockImport<FullBackend, Block, FullClient, FullSelectChain>;
type FullBabeBlockImport =
	BabeBlockImport<Block, FullClient, FullGrandpaBlockImport, BlockInherents, FullSelectChain>;

/// Blocks between two GRANDPA justifications that are kept even when nothing else asks for one.
const JUSTIFICATION_PERIOD: u32 = 512;

/// The part of a slot in which the block is built; the rest is for it to travel.
const PROPOSAL_SHARE_OF_SLOT: f32 = 2.0 / 3.0;

/// Parts of consensus that [`new_partial`] hands to [`new_full`].
pub struct Consensus {
	block_import: FullBabeBlockImport,
	babe_link: BabeLink<Block>,
	babe_worker: BabeWorkerHandle<Block>,
	grandpa_link: LinkHalf<Block, FullClient, FullSelectChain>,
	telemetry: Option<Telemetry>,
}

/// The parts that every subcommand shares.
pub type Partial = PartialComponents<
	FullClient,
	FullBackend,
	FullSelectChain,
	DefaultImportQueue<Block>,
	FullPool,
	Consensus,
>;

/// The inherents of a block: its slot and its time, both from the clock.
#[derive(Clone)]
pub struct BlockInherents {
	slot_duration: SlotDuration,
}

#[async_trait::async_trait]
impl CreateInherentDataProviders<Block, ()> for BlockInherents {
	type InherentDataProviders = (BabeInherent, sp_timestamp::InherentDataProvider);

	async fn create_inherent_data_providers(
		&self,
		_parent: Hash,
		_: (),
	) -> Result<Self::InherentDataProviders, Box<dyn std::error::Error + Send + Sync>> {
		let timestamp = sp_timestamp::InherentDataProvider::from_system_time();
		let slot = BabeInherent::from_timestamp_and_slot_duration(*timestamp, self.slot_duration);
		Ok((slot, timestamp))
	}
}

/// Open the database and build everything that does not need the network.
pub fn new_partial(config: &Configuration) -> Result<Partial, ServiceError> {
	let telemetry = config
		.telemetry_endpoints
		.clone()
		.filter(|endpoints| !endpoints.is_empty())
		.map(|endpoints| -> Result<_, sc_telemetry::Error> {
			let worker = TelemetryWorker::new(16)?;
			let telemetry = worker.handle().new_telemetry(endpoints);
			Ok((worker, telemetry))
		})
		.transpose()?;

	let executor = sc_service::new_wasm_executor::<HostFunctions>(&config.executor);
	let (client, backend, keystore_container, task_manager) =
		sc_service::new_full_parts::<Block, RuntimeApi, _>(
			config,
			telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
			executor,
			vec![],
		)?;
	let client = Arc::new(client);

	let telemetry = telemetry.map(|(worker, telemetry)| {
		task_manager.spawn_handle().spawn("telemetry", None, worker.run());
		telemetry
	});
	let telemetry_handle = telemetry.as_ref().map(Telemetry::handle);

	let select_chain = LongestChain::new(backend.clone());
	let transaction_pool = Arc::new(
		sc_transaction_pool::Builder::new(
			task_manager.spawn_essential_handle(),
			client.clone(),
			config.role.is_authority().into(),
		)
		.with_options(config.transaction_pool.clone())
		.with_prometheus(config.prometheus_registry())
		.build(),
	);

	let (grandpa_block_import, grandpa_link) = sc_consensus_grandpa::block_import(
		client.clone(),
		JUSTIFICATION_PERIOD,
		&client,
		select_chain.clone(),
		telemetry_handle.clone(),
	)?;

	let babe_config = sc_consensus_babe::configuration(&*client)?;
	let slot_duration = babe_config.slot_duration();
	let (block_import, babe_link) = sc_consensus_babe::block_import(
		babe_config,
		grandpa_block_import.clone(),
		client.clone(),
		BlockInherents { slot_duration },
		select_chain.clone(),
		OffchainTransactionPoolFactory::new(transaction_pool.clone()),
	)?;
	let (import_queue, babe_worker) =
		sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
			link: babe_link.clone(),
			block_import: block_import.clone(),
			justification_import: Some(Box::new(grandpa_block_import)),
			client: client.clone(),
			slot_duration,
			spawner: &task_manager.spawn_essential_handle(),
			registry: config.prometheus_registry(),
			telemetry: telemetry_handle,
		})?;

	Ok(PartialComponents {
		client,
		backend,
		task_manager,
		import_queue,
		keystore_container,
		select_chain,
		transaction_pool,
		other: Consensus { block_import, babe_link, babe_worker, grandpa_link, telemetry },
	})
}

/// Start a node. `proving_service` is what the off-chain worker drives, if anything.
pub fn new_full(
	config: Configuration,
	proving_service: Option<ServiceConfig>,
) -> Result<TaskManager, ServiceError> {
	match config.network.network_backend {
		NetworkBackendType::Litep2p => {
			start::<sc_network::Litep2pNetworkBackend>(config, proving_service)
		}
		NetworkBackendType::Libp2p => {
			start::<sc_network::NetworkWorker<Block, Hash>>(config, proving_service)
		}
	}
}

fn start<N: NetworkBackend<Block, Hash>>(
	config: Configuration,
	proving_service: Option<ServiceConfig>,
) -> Result<TaskManager, ServiceError> {
	let PartialComponents {
		client,
		backend,
		mut task_manager,
		import_queue,
		keystore_container,
		select_chain,
		transaction_pool,
		other: Consensus { block_import, babe_link, babe_worker, grandpa_link, mut telemetry },
	} = new_partial(&config)?;

	if let Some(seed) = &config.dev_key_seed {
		insert_prover_key(&*keystore_container.keystore(), seed)?;
	}
	proving_service::store(backend.offchain_storage().as_mut(), proving_service.as_ref())
		.map_err(other_error)?;
	let service_client =
		proving_service.as_ref().map(ServiceClient::new).transpose().map_err(other_error)?;
	if let Some(service) = &service_client {
		log::info!("🧮 Proving service: {}", service.url());
		let watch = Watch::new(
			client.clone(),
			backend.clone(),
			keystore_container.keystore(),
			service.clone(),
			config.prometheus_registry(),
		)
		.map_err(other_error)?;
		task_manager.spawn_handle().spawn_blocking("watch", "proving-service", watch.run());
	}

	let metrics = N::register_notification_metrics(config.prometheus_registry());
	let mut net_config = sc_network::config::FullNetworkConfiguration::<_, _, N>::new(
		&config.network,
		config.prometheus_registry().cloned(),
	);
	let genesis_hash = client
		.block_hash(0)?
		.ok_or_else(|| ServiceError::Other("The database has no genesis block.".into()))?;
	let grandpa_protocol_name =
		sc_consensus_grandpa::protocol_standard_name(&genesis_hash, &config.chain_spec);
	let (grandpa_protocol_config, grandpa_notification_service) =
		sc_consensus_grandpa::grandpa_peers_set_config::<_, N>(
			grandpa_protocol_name.clone(),
			metrics.clone(),
			net_config.peer_store_handle(),
		);
	net_config.add_notification_protocol(grandpa_protocol_config);
	let warp_sync = Arc::new(sc_consensus_grandpa::warp_proof::NetworkProvider::new(
		backend.clone(),
		grandpa_link.shared_authority_set().clone(),
		Vec::default(),
	));

	let (network, system_rpc_tx, tx_handler_controller, sync_service, _bitswap) =
		sc_service::build_network(sc_service::BuildNetworkParams {
			config: &config,
			net_config,
			client: client.clone(),
			transaction_pool: transaction_pool.clone(),
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			import_queue,
			block_announce_validator_builder: None,
			warp_sync_config: Some(WarpSyncConfig::WithProvider(warp_sync)),
			block_relay: None,
			metrics,
			gap_sync_body_policy: None,
		})?;

	if config.offchain_worker.enabled {
		let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
			runtime_api_provider: client.clone(),
			is_validator: config.role.is_authority(),
			keystore: Some(keystore_container.keystore()),
			offchain_db: backend.offchain_storage(),
			transaction_pool: Some(OffchainTransactionPoolFactory::new(transaction_pool.clone())),
			network_provider: Arc::new(network.clone()),
			enable_http_requests: true,
			custom_extensions: |_| vec![],
		})?;
		task_manager.spawn_handle().spawn(
			"offchain-workers-runner",
			"offchain-worker",
			workers.run(client.clone(), task_manager.spawn_handle()).boxed(),
		);
	}

	let role = config.role;
	let force_authoring = config.force_authoring;
	let enable_grandpa = !config.disable_grandpa;
	let name = config.network.node_name.clone();
	let prometheus_registry = config.prometheus_registry().cloned();

	let shared_voter_state = SharedVoterState::empty();
	let rpc_builder = {
		let justification_stream = grandpa_link.justification_stream();
		let authority_set = grandpa_link.shared_authority_set().clone();
		let finality_provider = sc_consensus_grandpa::FinalityProofProvider::new_for_service(
			backend.clone(),
			Some(authority_set.clone()),
		);
		let proving = rpc::ProvingDeps::new(prometheus_registry.as_ref()).map_err(other_error)?;
		let client = client.clone();
		let pool = transaction_pool.clone();
		let keystore = keystore_container.keystore();
		let select_chain = select_chain.clone();
		let shared_voter_state = shared_voter_state.clone();
		Box::new(move |subscription_executor| {
			rpc::create_full(rpc::FullDeps {
				client: client.clone(),
				pool: pool.clone(),
				select_chain: select_chain.clone(),
				babe: rpc::BabeDeps { keystore: keystore.clone(), worker: babe_worker.clone() },
				grandpa: rpc::GrandpaDeps {
					shared_voter_state: shared_voter_state.clone(),
					authority_set: authority_set.clone(),
					justification_stream: justification_stream.clone(),
					subscription_executor,
					finality_provider: finality_provider.clone(),
				},
				proving: proving.clone(),
				service: service_client.clone(),
			})
			.map_err(Into::into)
		})
	};

	sc_service::spawn_tasks(sc_service::SpawnTasksParams {
		config,
		client: client.clone(),
		backend,
		task_manager: &mut task_manager,
		keystore: keystore_container.keystore(),
		transaction_pool: transaction_pool.clone(),
		rpc_builder,
		network: network.clone(),
		system_rpc_tx,
		tx_handler_controller,
		sync_service: sync_service.clone(),
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;

	if role.is_authority() {
		let env = sc_basic_authorship::ProposerFactory::new(
			task_manager.spawn_handle(),
			client.clone(),
			transaction_pool.clone(),
			prometheus_registry.as_ref(),
			telemetry.as_ref().map(Telemetry::handle),
		);
		let slot_duration = babe_link.config().slot_duration();
		let babe = sc_consensus_babe::start_babe(sc_consensus_babe::BabeParams {
			keystore: keystore_container.keystore(),
			client,
			select_chain,
			env,
			block_import,
			sync_oracle: sync_service.clone(),
			justification_sync_link: sync_service.clone(),
			create_inherent_data_providers: BlockInherents { slot_duration },
			force_authoring,
			// The market's deadlines are block numbers: blocks go on while finality waits.
			backoff_authoring_blocks: None::<()>,
			babe_link,
			block_proposal_slot_portion: SlotProportion::new(PROPOSAL_SHARE_OF_SLOT),
			max_block_proposal_slot_portion: None,
			telemetry: telemetry.as_ref().map(Telemetry::handle),
		})?;
		task_manager.spawn_essential_handle().spawn_blocking(
			"babe-proposer",
			Some("block-authoring"),
			babe,
		);
	}

	if enable_grandpa {
		let grandpa_config = sc_consensus_grandpa::Config {
			gossip_duration: Duration::from_millis(333),
			justification_generation_period: JUSTIFICATION_PERIOD,
			name: Some(name),
			observer_enabled: false,
			keystore: role.is_authority().then(|| keystore_container.keystore()),
			local_role: role,
			telemetry: telemetry.as_ref().map(Telemetry::handle),
			protocol_name: grandpa_protocol_name,
		};
		// A full node runs the voter too: it follows the rounds without a key to vote with, and so
		// learns of finality at once.
		let voter = sc_consensus_grandpa::run_grandpa_voter(sc_consensus_grandpa::GrandpaParams {
			config: grandpa_config,
			link: grandpa_link,
			network,
			sync: sync_service,
			notification_service: grandpa_notification_service,
			voting_rule: sc_consensus_grandpa::VotingRulesBuilder::default().build(),
			prometheus_registry,
			shared_voter_state,
			telemetry: telemetry.as_ref().map(Telemetry::handle),
			offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(transaction_pool),
		})?;
		task_manager.spawn_essential_handle().spawn_blocking("grandpa-voter", None, voter);
	}

	Ok(task_manager)
}

/// Give a development node the prover session key of `seed`, as it gets the validator's keys: the
/// runtime's session keys do not contain it.
fn insert_prover_key(keystore: &dyn Keystore, seed: &str) -> Result<(), ServiceError> {
	keystore
		.sr25519_generate_new(session::KEY_TYPE, Some(seed))
		.map(drop)
		.map_err(|error| ServiceError::Other(format!("Cannot insert the prover's key: {error}")))
}

fn other_error(error: impl std::fmt::Display) -> ServiceError {
	ServiceError::Other(error.to_string())
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{sr25519, Pair};

	#[test]
	fn a_development_seed_becomes_the_prover_s_session_key() {
		let keystore = sc_keystore::LocalKeystore::in_memory();
		insert_prover_key(&keystore, "//Alice").unwrap();
		insert_prover_key(&keystore, "//Alice").unwrap();
		let alice = sr25519::Pair::from_string("//Alice", None).unwrap().public();
		assert_eq!(Keystore::sr25519_public_keys(&keystore, session::KEY_TYPE), vec![alice]);
	}

	#[tokio::test]
	async fn inherents_put_the_block_into_the_slot_of_its_time() {
		let slot_duration = SlotDuration::from_millis(2_000);
		let (slot, timestamp) = BlockInherents { slot_duration }
			.create_inherent_data_providers(Default::default(), ())
			.await
			.unwrap();
		assert_eq!(*slot.slot(), timestamp.timestamp().as_millis() / 2_000);
	}
}
