// SPDX-License-Identifier: Apache-2.0
//! The chains that come with the runtime: `development` and `local_testnet`.

use crate::*;
use alloc::vec;
use proofyard_primitives::HardwareClass;
use proofyard_verifier::wrap::known;
use serde_json::Value;
use sp_consensus_babe::AuthorityId as BabeId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_core::crypto::get_public_from_string_or_panic as public;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::Sr25519Keyring;

/// Balance of each funded account of a test chain, in plancks.
const ENDOWMENT: Balance = 10_000_000 * YARD;
/// The stake of a prover that is registered from the start.
const PROVER_STAKE: Balance = 100_000 * YARD;
/// Tasks it takes at once.
const PROVER_SLOTS: u32 = 4;

/// A validator and its keys, from its development seed.
fn validator(seed: &str) -> (AccountId, SessionKeys) {
	let account = public::<sp_core::sr25519::Public>(seed).into();
	let keys = SessionKeys {
		babe: BabeId::from(public::<sp_core::sr25519::Public>(seed)),
		grandpa: GrandpaId::from(public::<sp_core::ed25519::Public>(seed)),
	};
	(account, keys)
}

/// A prover on the account `owner`, whose node is the one with the keys of `node`.
fn prover(owner: Sr25519Keyring, node: &str) -> pallet_provers::GenesisProverOf<Runtime> {
	pallet_provers::GenesisProver {
		account: owner.to_account_id(),
		session_key: public::<sp_core::sr25519::Public>(node).into(),
		hardware: HardwareClass::Cpu,
		slots: PROVER_SLOTS,
		stake: PROVER_STAKE,
	}
}

/// The versions of zkVMs that nobody has withdrawn.
fn versions() -> Vec<Vec<u8>> {
	let sound = known::ALL.iter().filter(|known| known.advisory.is_none());
	sound.map(|known| known.entry().to_bytes()).collect()
}

fn genesis(
	validators: Vec<(AccountId, SessionKeys)>,
	provers: Vec<pallet_provers::GenesisProverOf<Runtime>>,
) -> Value {
	let balances: Vec<(AccountId, Balance)> =
		Sr25519Keyring::well_known().map(|key| (key.to_account_id(), ENDOWMENT)).collect();
	let keys: Vec<(AccountId, AccountId, SessionKeys)> =
		validators.into_iter().map(|(account, keys)| (account.clone(), account, keys)).collect();
	serde_json::json!({
		"balances": { "balances": balances },
		"babe": { "epochConfig": BABE_GENESIS_EPOCH_CONFIG },
		"session": { "keys": keys },
		"sudo": { "key": Sr25519Keyring::Alice.to_account_id() },
		"provers": { "provers": provers },
		"programs": { "versions": versions() },
	})
}

/// One validator (Alice), funded development accounts, and one prover: Bob, driven by Alice's node.
pub fn development() -> Value {
	genesis(vec![validator("Alice")], vec![prover(Sr25519Keyring::Bob, "Alice")])
}

/// Four validators (Alice to Dave), and two provers: Eve, driven by Alice's node, and Ferdie, driven
/// by Bob's.
pub fn local_testnet() -> Value {
	genesis(
		["Alice", "Bob", "Charlie", "Dave"].into_iter().map(validator).collect(),
		vec![prover(Sr25519Keyring::Eve, "Alice"), prover(Sr25519Keyring::Ferdie, "Bob")],
	)
}

/// The preset with this name, as JSON.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let preset = match id.as_ref() {
		DEV_RUNTIME_PRESET => development(),
		LOCAL_TESTNET_RUNTIME_PRESET => local_testnet(),
		_ => return None,
	};
	serde_json::to_vec(&preset).ok()
}

/// The names of the presets.
pub fn preset_names() -> Vec<PresetId> {
	vec![PresetId::from(DEV_RUNTIME_PRESET), PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET)]
}
