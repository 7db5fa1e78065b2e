// SPDX-License-Identifier: Apache-2.0
//! The chain that inputs are played on.

use crate::{is_allowed, scene, Step};
use frame_support::{
	dispatch::GetDispatchInfo,
	traits::{OnFinalize, OnInitialize},
};
use proofyard_fuzz::{quietly, said};
use proofyard_primitives::session::{
	batch_message, commit_message, report_message, submission_message, SessionPair,
};
use proofyard_runtime::{
	genesis_config_presets, AccountId, AllPalletsWithSystem, Balance, BlockNumber, Executive,
	Runtime, RuntimeCall, RuntimeGenesisConfig, RuntimeOrigin, System, TxExtension,
	UncheckedExtrinsic,
};
use serde_json::Value;
use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
use sp_core::{Pair, H256};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	traits::Dispatchable, transaction_validity::TransactionValidityError, BuildStorage, Digest,
	DigestItem, DispatchError,
};
use std::collections::BTreeMap;

/// A development chain with some provers, asks and tasks, on which each input begins anew.
pub struct Chain {
	storage: sp_io::TestExternalities,
}

/// Counts of steps by what became of them.
#[derive(Clone, Debug, Default)]
pub struct Played {
	/// Calls that succeeded.
	pub done: BTreeMap<String, u64>,
	/// Calls that were refused.
	pub refused: u64,
	/// Calls that are not dispatched here.
	pub left_out: u64,
	/// Blocks.
	pub blocks: u64,
}

impl Played {
	/// Add what another input did.
	pub fn add(&mut self, other: Self) {
		for (name, count) in other.done {
			*self.done.entry(name).or_default() += count;
		}
		self.refused += other.refused;
		self.left_out += other.left_out;
		self.blocks += other.blocks;
	}
}

impl Default for Chain {
	fn default() -> Self {
		Self::new()
	}
}

impl Chain {
	/// The chain, ready for inputs.
	pub fn new() -> Self {
		let mut storage = genesis();
		storage.execute_with(|| {
			block();
			scene::set_up();
			check();
		});
		storage.commit_all().expect("all storage transactions are closed");
		Self { storage }
	}

	/// Play an input, and check what must hold after it. The chain is then as it was.
	///
	/// # Errors
	/// What must not be, and where it was found.
	pub fn play(&mut self, input: &[u8]) -> Result<Played, String> {
		said();
		let result = quietly(|| {
			self.storage.execute_with(|| {
				sp_io::storage::start_transaction();
				let played = steps(input);
				check();
				sp_io::storage::rollback_transaction();
				played
			})
		});
		match (&result, said()) {
			(Ok(_), Some(said)) => Err(format!("the chain says: {said}\nnowhere")),
			_ => result,
		}
	}
}

fn genesis() -> sp_io::TestExternalities {
	let mut all = serde_json::to_value(RuntimeGenesisConfig::default()).expect("a genesis");
	merge(&mut all, genesis_config_presets::development());
	let config: RuntimeGenesisConfig = serde_json::from_value(all).expect("the preset fits");
	config.build_storage().expect("the preset builds").into()
}

/// Put the values of a preset over those of the whole genesis.
fn merge(into: &mut Value, from: Value) {
	match (into, from) {
		(Value::Object(into), Value::Object(from)) => {
			for (key, value) in from {
				merge(into.entry(key).or_insert(Value::Null), value);
			}
		}
		(into, from) => *into = from,
	}
}

/// The next block begins, as an author begins it.
pub fn block() {
	let now = System::block_number();
	if now > 0 {
		AllPalletsWithSystem::on_finalize(now);
	}
	let next: BlockNumber = now + 1;
	let slot = u64::from(next) + 1_000;
	let digest = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
		authority_index: 0,
		slot: slot.into(),
	});
	let digest =
		Digest { logs: vec![<DigestItem as CompatibleDigestItem>::babe_pre_digest(digest)] };
	let parent = H256::from_low_u64_be(now.into());
	System::initialize(&next, &parent, &digest);
	AllPalletsWithSystem::on_initialize(next);
	System::note_finished_initialize();
	let now = slot * proofyard_runtime::MILLISECS_PER_BLOCK;
	let call = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now });
	call.dispatch(RuntimeOrigin::none()).expect("a block has its time");
}

/// Everybody who signs here.
pub fn accounts() -> Vec<AccountId> {
	Sr25519Keyring::well_known().map(|key| key.to_account_id()).collect()
}

/// The session key of an account that is a prover here; the first prover's is that of the development
/// chain's node.
pub fn session(of: &AccountId) -> SessionPair {
	if *of == Sr25519Keyring::Bob.to_account_id() {
		return SessionPair::from_string("//Alice", None).expect("a seed");
	}
	let seed = sp_io::hashing::blake2_256(of.as_ref());
	SessionPair::from_seed(&seed)
}

fn steps(mut input: &[u8]) -> Played {
	let mut played = Played::default();
	while let Some(step) = Step::read(&mut input) {
		let (call, result) = match step {
			Step::Blocks(count) => {
				(0..count).for_each(|_| block());
				played.blocks += u64::from(count);
				continue;
			}
			Step::Signed(who, call) => {
				let accounts = accounts();
				let who = accounts[usize::from(who) % accounts.len()].clone();
				(call.clone(), dispatch(call, RuntimeOrigin::signed(who)))
			}
			Step::Root(call) => (call.clone(), dispatch(call, RuntimeOrigin::root())),
			Step::Authorized(call) => (call.clone(), include(call)),
			Step::Session(call) => {
				let call = signed(call);
				(call.clone(), include(call))
			}
		};
		match result {
			Some(true) => {
				use frame_support::traits::GetCallMetadata;
				let name = call.get_call_metadata();
				let name = format!("{}::{}", name.pallet_name, name.function_name);
				*played.done.entry(name).or_default() += 1;
			}
			Some(false) => played.refused += 1,
			None => played.left_out += 1,
		}
	}
	played
}

/// Dispatch a call, if it is one that is. Says whether it succeeded.
pub fn dispatch(call: RuntimeCall, origin: RuntimeOrigin) -> Option<bool> {
	if !is_allowed(&call) {
		return None;
	}
	let _ = call.get_dispatch_info();
	Some(call.dispatch(origin).is_ok())
}

/// Put a call into the block as a transaction that authorizes itself.
pub fn include(call: RuntimeCall) -> Option<bool> {
	use frame_system::offchain::CreateAuthorizedTransaction;
	if !matches!(call, RuntimeCall::Attestation(_)) {
		return None;
	}
	let extension = <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
	let transaction: UncheckedExtrinsic = UncheckedExtrinsic::new_transaction(call, extension);
	let result: Result<Result<(), DispatchError>, TransactionValidityError> =
		Executive::apply_extrinsic(transaction);
	Some(matches!(result, Ok(Ok(()))))
}

const _: fn(TxExtension) = |_| ();

/// The same call with the signature of its prover's session key.
fn signed(call: RuntimeCall) -> RuntimeCall {
	use pallet_attestation::Call;
	let genesis = System::block_hash(0);
	let RuntimeCall::Attestation(call) = call else { return call };
	RuntimeCall::Attestation(match call {
		Call::submit_proof { task, attempt, prover, proof, .. } => {
			let message = submission_message(&genesis, task, attempt, &prover, &proof);
			let signature = session(&prover).sign(&message);
			Call::submit_proof { task, attempt, prover, proof, signature }
		}
		Call::submit_proofs { prover, submissions, .. } => {
			let message = batch_message(&genesis, &prover, &submissions);
			let signature = session(&prover).sign(&message);
			Call::submit_proofs { prover, submissions, signature }
		}
		Call::report { task, attempt, prover, report, .. } => {
			let message = report_message(&genesis, task, attempt, &prover, report);
			let signature = session(&prover).sign(&message);
			Call::report { task, attempt, prover, report, signature }
		}
		Call::commit_proof { task, attempt, prover, commitment, .. } => {
			let message = commit_message(&genesis, task, attempt, &prover, &commitment);
			let signature = session(&prover).sign(&message);
			Call::commit_proof { task, attempt, prover, commitment, signature }
		}
		call => call,
	})
}

/// Checks of what must hold at any time.
pub fn check() {
	proofyard_runtime::Provers::do_try_state().expect("the state of provers");
	proofyard_runtime::Programs::do_try_state().expect("the state of programs");
	proofyard_runtime::Settlement::do_try_state().expect("the state of settlement");
	proofyard_runtime::Attestation::do_try_state().expect("the state of attestation");
	proofyard_runtime::Auctions::do_try_state().expect("the state of auctions");
	let accounts = frame_system::Account::<Runtime>::iter_values();
	let all: Balance = accounts.map(|account| account.data.free + account.data.reserved).sum();
	assert_eq!(all, pallet_balances::TotalIssuance::<Runtime>::get(), "money of nobody");
}
