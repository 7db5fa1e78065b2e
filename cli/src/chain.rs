// SPDX-License-Identifier: Apache-2.0
//! The chain behind a node: sending transactions and following them into a block, reading state.

use crate::{
	amount::Amount,
	calls::{self, Transactions},
	error::{CliError, Result},
	general,
	node::Node,
	output::Output,
	refusal::Refusal,
	rpc::{BlockNumber, BlockRef, Proving},
};
use codec::Decode;
use serde::Serialize;
use sp_core::H256;
use std::time::Duration;
use subxt::{
	backend::LegacyBackend,
	client::OnlineClientAtBlockImpl,
	config::{ClientState, DefaultExtrinsicParamsBuilder, Header},
	error::{BackendError, DispatchError, ExtrinsicError, RpcError, TransactionEventsError},
	events::Event,
	ext::{
		frame_decode::storage::encode_storage_key_prefix,
		scale_decode::visitor::{decode_with_visitor, IgnoreVisitor},
	},
	metadata::Metadata,
	rpcs,
	transactions::{Payload, SubmittableTransaction, TransactionInBlock, TransactionStatus},
	OnlineClient, OnlineClientAtBlock, SubstrateConfig,
};
use subxt_signer::sr25519::Keypair;

/// Blocks for which a signed transaction is valid: about four minutes.
const MORTALITY: u64 = 128;
/// Longest wait for a transaction's block.
const INCLUSION_TIMEOUT: Duration = Duration::from_secs(120);
/// Longest wait until that block is final.
const FINALITY_TIMEOUT: Duration = Duration::from_secs(600);

/// Refusal of a transaction whose first block the pool does not know.
const ANCIENT: &str = "Pool.AncientBirthBlock";
/// Further tries, and the time before each, while a node that has caught up waits for a block.
const CAUGHT_UP_TRIES: u32 = 5;
const CAUGHT_UP_WAIT: Duration = Duration::from_secs(3);

type AtBlock = OnlineClientAtBlockImpl<SubstrateConfig>;

/// The chain.
pub struct Chain {
	node: Node,
	api: OnlineClient<SubstrateConfig>,
	output: Output,
}

/// An event of a transaction.
#[derive(Clone, Debug)]
pub struct ChainEvent {
	pallet: String,
	name: String,
	fields: Vec<(String, Vec<u8>)>,
}

impl ChainEvent {
	/// A field by its name. `None` when it is not there or another type.
	pub fn field<T: Decode>(&self, name: &str) -> Option<T> {
		let (_, bytes) = self.fields.iter().find(|(field, _)| field == name)?;
		let mut rest = bytes.as_slice();
		T::decode(&mut rest).ok().filter(|_| rest.is_empty())
	}

	/// Error of a call that was made as the root, whose transaction did not fail; `None` if it did
	/// not either.
	fn root_error(&self) -> Option<&[u8]> {
		let (_, result) = self.fields.iter().find(|(field, _)| field == "sudo_result")?;
		result.strip_prefix(&[1])
	}
}

/// A transaction that succeeded.
#[derive(Clone, Debug)]
pub struct Included {
	/// Its hash, and where it is.
	pub receipt: Receipt,
	/// Events of the transaction, in order.
	pub events: Vec<ChainEvent>,
}

/// Place of a transaction on the chain.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
	/// Its hash.
	pub transaction: H256,
	/// Its block.
	pub block: BlockRef,
	/// Whether that block is final.
	pub finalized: bool,
	/// The transaction fee that the signer paid; `None` for a transaction without one.
	pub fee: Option<Amount>,
}

impl Receipt {
	/// The block, for people.
	pub fn place(&self) -> String {
		let state = if self.finalized { "finalized" } else { "not final yet" };
		format!("{} {:?} ({state})", self.block.number, self.block.hash)
	}
}

impl Included {
	/// The first event of this name.
	pub fn event(&self, pallet: &str, name: &str) -> Option<&ChainEvent> {
		self.events.iter().find(|event| event.pallet == pallet && event.name == name)
	}

	/// All events of this name, in order.
	pub fn all<'a>(
		&'a self,
		pallet: &'a str,
		name: &'a str,
	) -> impl Iterator<Item = &'a ChainEvent> {
		self.events.iter().filter(move |event| event.pallet == pallet && event.name == name)
	}

	/// A field of the first event of this name. Fails when the chain did not tell.
	pub fn told<T: Decode>(&self, pallet: &str, name: &str, field: &str) -> Result<T> {
		self.event(pallet, name).and_then(|event| event.field(field)).ok_or_else(|| {
			CliError::other(format!(
				"the transaction is in block {}, but its event {pallet}.{name} does not tell `{field}`; use the version of this program that belongs to the chain",
				self.receipt.block.number
			))
		})
	}
}

impl Chain {
	/// Connect to a node.
	pub async fn connect(url: &str, output: Output) -> Result<Self> {
		let node = Node::connect(url).await?;
		let backend = LegacyBackend::<SubstrateConfig>::builder().build(node.rpc().clone());
		let api = match OnlineClient::from_backend(backend.into()).await {
			Ok(api) => api,
			Err(error) => return Err(node.diagnose(error).await),
		};
		Ok(Self { node, api, output })
	}

	/// The node underneath.
	pub fn node(&self) -> &Node {
		&self.node
	}

	/// The market's methods.
	pub fn proving(&self) -> Proving<'_> {
		Proving(&self.node)
	}

	/// Hash of the first block.
	pub fn genesis_hash(&self) -> H256 {
		H256(self.api.genesis_hash().0)
	}

	/// The best block.
	pub async fn best_block(&self) -> Result<BlockRef> {
		let methods = self.node.methods();
		let hash = self.node.wait(methods.chain_get_block_hash(None)).await?;
		self.block(hash).await
	}

	/// The last finalized block.
	pub async fn finalized_block(&self) -> Result<BlockRef> {
		let methods = self.node.methods();
		let hash = self.node.wait(methods.chain_get_finalized_head()).await?;
		self.block(Some(hash)).await
	}

	async fn block(&self, hash: Option<subxt::utils::H256>) -> Result<BlockRef> {
		let header = self.node.wait(self.node.methods().chain_get_header(hash)).await?;
		match (header, hash) {
			(Some(header), Some(hash)) => {
				Ok(BlockRef { number: block_number(header.number())?, hash: H256(hash.0) })
			}
			_ => Err(CliError::other("the node does not know its own newest block")),
		}
	}

	/// The clock of a block of the best chain, in milliseconds since 1970. `None` when the node no
	/// longer has its state: nothing depends on it but what people are shown.
	pub async fn timestamp(&self, number: BlockNumber) -> Option<u64> {
		let methods = self.node.methods();
		let number = rpcs::methods::legacy::NumberOrHex::Number(number.into());
		let hash = self.node.wait(methods.chain_get_block_hash(Some(number))).await.ok()??;
		let key = encode_storage_key_prefix("Timestamp", "Now");
		let value = self.node.wait(methods.state_get_storage(&key, Some(hash))).await.ok()??;
		u64::decode(&mut value.as_slice()).ok()
	}

	/// The state of the best block.
	pub async fn at_best(&self) -> Result<OnlineClientAtBlock<SubstrateConfig>> {
		let best = self.best_block().await?;
		let hash = subxt::utils::H256(best.hash.0);
		match self.api.at_block(hash).await {
			Ok(at) => Ok(at),
			Err(error) => Err(self.node.diagnose(error).await),
		}
	}

	/// Transactions as the chain takes them now, to encode calls inside others.
	pub async fn transactions(&self) -> Result<Transactions<AtBlock>> {
		Ok(self.at_finalized().await?.tx())
	}

	/// Sign a call, send it and wait until it is in a block, or in a final one.
	pub async fn submit(
		&self,
		call: &impl Payload,
		signer: &Keypair,
		finalized: bool,
	) -> Result<Included> {
		// A node that has just caught up still looks at transactions as of an earlier block, until the
		// next one comes.
		for _ in 0..CAUGHT_UP_TRIES {
			match self.submit_once(call, signer, finalized).await {
				Err(CliError::Refused(refusal)) if refusal.name == ANCIENT => {
					tokio::time::sleep(CAUGHT_UP_WAIT).await;
				}
				other => return other,
			}
		}
		self.submit_once(call, signer, finalized).await
	}

	async fn submit_once(
		&self,
		call: &impl Payload,
		signer: &Keypair,
		finalized: bool,
	) -> Result<Included> {
		let at = self.at_finalized().await?;
		let account = signer.public_key().to_account_id();
		// The node's own count includes what waits in its pool: commands can follow one another
		// without waiting for finality.
		let methods = self.node.methods();
		let nonce = self.node.wait(methods.system_account_next_index(&account)).await?;
		let params = DefaultExtrinsicParamsBuilder::<SubstrateConfig>::new()
			.nonce(nonce)
			.mortal_from_unchecked(MORTALITY, at.block_number(), at.block_hash())
			.build();
		let transaction = at
			.tx()
			.create_signable_offline(call, params)
			.and_then(|mut signable| signable.sign(signer))
			.map_err(|error| calls::unlike(call, &error))?;
		self.follow(transaction, call.pallet_name(), finalized).await
	}

	/// Send a call that authorizes itself and wait until it is in a block, or in a final one.
	pub async fn submit_general(&self, call: &impl Payload, finalized: bool) -> Result<Included> {
		let at = self.at_finalized().await?;
		let state = ClientState {
			genesis_hash: self.api.genesis_hash(),
			spec_version: at.spec_version(),
			transaction_version: at.transaction_version(),
			metadata: at.metadata(),
		};
		let bytes = at
			.tx()
			.validate(call)
			.and_then(|()| general::encode(call, &state))
			.map_err(|error| calls::unlike(call, &error))?;
		self.follow(at.tx().from_bytes(bytes), call.pallet_name(), finalized).await
	}

	async fn at_finalized(&self) -> Result<OnlineClientAtBlock<SubstrateConfig>> {
		match self.api.at_current_block().await {
			Ok(at) => Ok(at),
			Err(error) => Err(self.node.diagnose(error).await),
		}
	}

	async fn follow(
		&self,
		transaction: SubmittableTransaction<SubstrateConfig, AtBlock>,
		pallet: &str,
		finalized: bool,
	) -> Result<Included> {
		let mut progress = match transaction.submit_and_watch().await {
			Ok(progress) => progress,
			Err(ExtrinsicError::ErrorSubmittingTransaction(BackendError::Rpc(
				RpcError::ClientError(error),
			))) => return Err(self.not_taken(error, pallet)),
			Err(error) => return Err(self.node.diagnose(error).await),
		};
		let hash = progress.extrinsic_hash();
		self.output.note(&format!("sent {hash:?}, waiting for a block"));
		let mut limit = INCLUSION_TIMEOUT;
		loop {
			let Ok(status) = tokio::time::timeout(limit, progress.next()).await else {
				return Err(CliError::other(format!(
					"nothing new about transaction {hash:?} in {} s; it may still come: look before sending it again",
					limit.as_secs()
				)));
			};
			match status {
				Some(Ok(TransactionStatus::InBestBlock(block))) => {
					let included = self.included(&block, false).await?;
					if !finalized {
						return Ok(included);
					}
					let number = included.receipt.block.number;
					self.output.note(&format!("in block {number}, waiting for finality"));
					limit = FINALITY_TIMEOUT;
				},
				Some(Ok(TransactionStatus::InFinalizedBlock(block))) => {
					return self.included(&block, true).await;
				},
				Some(Ok(
					TransactionStatus::Invalid { message }
					| TransactionStatus::Dropped { message }
					| TransactionStatus::Error { message },
				)) => {
					return Err(Refusal::new(
						"Pool.Dropped",
						message,
						"The pool gave the transaction up before it was in a block; look at the state and try again.",
					)
					.into())
				},
				Some(Ok(TransactionStatus::NoLongerInBestBlock)) => {
					self.output.note("its block was replaced, waiting for another");
					limit = INCLUSION_TIMEOUT;
				},
				Some(Ok(_)) => {},
				Some(Err(error)) => return Err(self.node.diagnose(error).await),
				None => {
					return Err(self.node.lost(format!(
						"it stopped telling about transaction {hash:?}; look before sending it again"
					)))
				},
			}
		}
	}

	fn not_taken(&self, error: rpcs::Error, pallet: &str) -> CliError {
		match &error {
			rpcs::Error::User(answer) => match Refusal::from_pool(answer, pallet) {
				Some(refusal) => refusal.into(),
				None => self.node.explain(error),
			},
			_ => self.node.explain(error),
		}
	}

	async fn included(
		&self,
		block: &TransactionInBlock<SubstrateConfig, AtBlock>,
		finalized: bool,
	) -> Result<Included> {
		let found = match block.wait_for_success().await {
			Ok(events) => events,
			Err(TransactionEventsError::ExtrinsicFailed(error)) => {
				return Err(Refusal::from_dispatch(&error).into())
			}
			Err(error) => return Err(self.node.diagnose(error).await),
		};
		let at = match block.at().await {
			Ok(at) => at,
			Err(error) => return Err(self.node.diagnose(error).await),
		};
		let events = found
			.iter()
			.map(|event| {
				let event = event.map_err(|error| CliError::other(error.to_string()))?;
				Ok(owned_event(&event, at.metadata_ref()))
			})
			.collect::<Result<Vec<_>>>()?;
		let block_ref =
			BlockRef { number: block_number(at.block_number())?, hash: H256(block.block_hash().0) };
		let mut included = Included {
			receipt: Receipt {
				transaction: H256(block.extrinsic_hash().0),
				block: block_ref,
				finalized,
				fee: None,
			},
			events,
		};
		if let Some(error) = included.event("Sudo", "Sudid").and_then(ChainEvent::root_error) {
			let error = DispatchError::decode_from(error, at.metadata())
				.map_err(|error| CliError::other(error.to_string()))?;
			return Err(Refusal::from_dispatch(&error).into());
		}
		included.receipt.fee = included
			.event("TransactionPayment", "TransactionFeePaid")
			.and_then(|event| event.field("actual_fee"))
			.map(Amount);
		Ok(included)
	}
}

fn block_number(number: u64) -> Result<BlockNumber> {
	BlockNumber::try_from(number)
		.map_err(|_| CliError::other("the node's block number is out of range"))
}

/// An event with its fields by name, each in its own bytes.
fn owned_event(event: &Event<'_, SubstrateConfig>, metadata: &Metadata) -> ChainEvent {
	let variant = metadata
		.pallet_by_event_index(event.pallet_index())
		.and_then(|pallet| pallet.event_variant_by_index(event.event_index()));
	let mut rest = event.field_bytes();
	let mut fields = Vec::new();
	for field in variant.map(|variant| variant.fields.as_slice()).unwrap_or_default() {
		let before = rest;
		if decode_with_visitor(&mut rest, field.ty.id, metadata.types(), IgnoreVisitor::new())
			.is_err()
		{
			break;
		}
		let bytes = before[..before.len() - rest.len()].to_vec();
		fields.push((field.name.clone().unwrap_or_default(), bytes));
	}
	ChainEvent {
		pallet: event.pallet_name().to_string(),
		name: event.event_name().to_string(),
		fields,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;

	fn included() -> Included {
		Included {
			receipt: Receipt {
				transaction: H256::repeat_byte(1),
				block: BlockRef { number: 9, hash: H256::repeat_byte(2) },
				finalized: false,
				fee: Some(Amount(5)),
			},
			events: vec![ChainEvent {
				pallet: "Auctions".into(),
				name: "TaskSubmitted".into(),
				fields: vec![("task".into(), 7u64.encode())],
			}],
		}
	}

	#[test]
	fn events_tell_their_fields() {
		let included = included();
		assert_eq!(included.told::<u64>("Auctions", "TaskSubmitted", "task").unwrap(), 7);
	}

	#[test]
	fn what_an_event_does_not_tell_is_an_error() {
		let included = included();
		assert!(included.told::<u64>("Auctions", "TaskSubmitted", "id").is_err());
		assert!(included.told::<u32>("Auctions", "TaskSubmitted", "task").is_err());
		assert!(included.told::<u64>("Auctions", "TaskCancelled", "task").is_err());
	}

	#[test]
	fn what_the_root_s_call_fails_with_is_told_by_its_event() {
		let event = |result: Vec<u8>| ChainEvent {
			pallet: "Sudo".into(),
			name: "Sudid".into(),
			fields: vec![("sudo_result".into(), result)],
		};
		let failed: std::result::Result<(), (u8, u8, [u8; 4])> = Err((3, 21, [5, 0, 0, 0]));
		assert_eq!(event(failed.encode()).root_error(), Some(&[3, 21, 5, 0, 0, 0][..]));
		let done: std::result::Result<(), u8> = Ok(());
		assert_eq!(event(done.encode()).root_error(), None);
		assert_eq!(included().events[0].root_error(), None);
	}

	#[test]
	fn receipts_read_alike_by_machines() {
		let json = serde_json::to_value(included().receipt).unwrap();
		assert_eq!(json["block"]["number"], 9);
		assert_eq!(json["fee"], "5");
		assert_eq!(json["finalized"], false);
	}
}
