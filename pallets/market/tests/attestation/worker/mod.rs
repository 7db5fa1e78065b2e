// SPDX-License-Identifier: Apache-2.0
//! Work of a node with a proving service for its provers.

mod batching;
mod committing;
mod ended;
mod failing;
mod giving_back;
mod posting;
mod service;
mod submitting;
mod troubled;
mod zkvms;

use crate::helpers::*;
use pallet_attestation::worker::{self, ServiceConfig, SERVICE_KEY};
use proofyard_market::*;
use proofyard_primitives::{job_id, session::KEY_TYPE, TaskId};
use service::{Pool, Service};
use sp_core::{
	offchain::{testing::TestOffchainExt, OffchainDbExt, OffchainWorkerExt, TransactionPoolExt},
	Pair,
};
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystoreExt};
use sp_runtime::offchain::storage::StorageValueRef;

/// Address at which the node is told its service is.
const URL: &str = "http://127.0.0.1:9977";
/// Token that the service wants to hear first.
const TOKEN: &str = "s3cret";
/// The time at which each test starts, in milliseconds.
const START_MS: u64 = 1_790_000_000_000;

/// A node: what it sees of its service and of its pool.
struct Node {
	service: Service,
	pool: Pool,
}

impl Node {
	/// The worker runs, as it does after each best block.
	fn run(&self) {
		worker::run::<Test>(System::block_number());
	}

	/// Begin the next block and run the worker on it.
	fn next_block(&self) {
		run_to(System::block_number() + 1);
		self.service.sleep(MILLIS_PER_BLOCK);
		self.run();
	}

	/// Begin blocks and run the worker up to `block`.
	fn follow_to(&self, block: BlockNumber) {
		while System::block_number() < block {
			self.next_block();
		}
	}
}

/// The name of the job for a task of `prover`.
fn job(task: TaskId, prover: AccountId) -> String {
	hex::encode(job_id(&System::block_hash(0), task, 0, &prover).0)
}

/// Run a test on a node that has the session keys of `provers`, and a service.
fn on_node(provers: &[AccountId], test: impl FnOnce(&Node)) {
	let (service, pool) = (Service::new(START_MS, TOKEN), Pool::default());
	let node = Node { service: service.clone(), pool: pool.clone() };
	let keystore = MemoryKeystore::new();
	for prover in provers {
		let public = session(*prover).public();
		keystore.insert(KEY_TYPE, &session_seed(*prover), public.as_ref()).unwrap();
	}
	let (database, _) = TestOffchainExt::new();
	build_with(
		|ext| {
			ext.register_extension(OffchainDbExt::new(database));
			ext.register_extension(OffchainWorkerExt::new(service));
			ext.register_extension(TransactionPoolExt::new(pool));
			ext.register_extension(KeystoreExt::new(keystore));
		},
		|| {
			configure(Some(TOKEN));
			test(&node);
		},
	);
}

/// Tell the node where its service is.
fn configure(token: Option<&str>) {
	StorageValueRef::persistent(SERVICE_KEY)
		.set(&ServiceConfig { url: URL.into(), token: token.map(Into::into) });
}

#[test]
fn a_node_without_a_service_does_nothing() {
	on_node(&[PROVER], |node| {
		StorageValueRef::persistent(SERVICE_KEY).clear();
		assign(7, PROVER);
		node.run();
		assert!(node.service.requests().is_empty());
	});
}

#[test]
fn a_node_without_keys_does_nothing() {
	on_node(&[], |node| {
		assign(7, PROVER);
		node.run();
		assert!(node.service.requests().is_empty());
	});
}

#[test]
fn a_node_with_another_provers_key_does_nothing() {
	on_node(&[RIVAL], |node| {
		assign(7, PROVER);
		node.run();
		assert!(node.service.requests().is_empty());
	});
}

#[test]
fn a_node_whose_provers_have_nothing_to_do_asks_nobody() {
	on_node(&PROVERS, |node| {
		node.run();
		assert!(node.service.requests().is_empty());
	});
}

#[test]
fn an_address_that_is_not_text_is_reported() {
	on_node(&[PROVER], |node| {
		let config = ServiceConfig { url: vec![0xff, 0xfe], token: None };
		StorageValueRef::persistent(SERVICE_KEY).set(&config);
		assign(7, PROVER);
		node.run();
		assert!(node.service.requests().is_empty());
		assert!(said("address is not text"));
	});
}

#[test]
fn one_node_serves_several_provers_with_their_own_keys() {
	on_node(&[PROVER, RIVAL], |node| {
		assign(7, PROVER);
		assign(8, RIVAL);
		assign(9, THIRD);
		node.run();
		assert_eq!(node.service.jobs(), [job(7, PROVER), job(8, RIVAL)].into());
		node.service.finish(&job(7, PROVER), proof());
		node.service.finish(&job(8, RIVAL), proof());
		node.next_block();
		for call in node.pool.calls() {
			include(call).unwrap().unwrap();
		}
		assert_eq!(free(PROVER), ENDOWMENT - STAKE + PRICE);
		assert_eq!(free(RIVAL), ENDOWMENT - STAKE + PRICE);
		assert_eq!(free(THIRD), ENDOWMENT - STAKE);
	});
}

#[test]
fn the_hook_is_the_worker() {
	use frame_support::traits::Hooks;
	on_node(&[PROVER], |node| {
		assign(7, PROVER);
		Attestation::offchain_worker(1);
		assert_eq!(node.service.jobs(), [job(7, PROVER)].into());
	});
}
