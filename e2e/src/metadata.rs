// SPDX-License-Identifier: Apache-2.0
//! Calls of the root, and events: both take the chain's metadata.

use crate::{semaphore, wait_for, Yard, WORK};
use codec::Decode;
use serde_json::{json, Value as Json};
use std::{fs, ops::Range, sync::Arc};
use subxt::{
	backend::LegacyBackend, config::DefaultExtrinsicParamsBuilder, dynamic::Value,
	ext::scale_value::Composite, rpcs::RpcClient, OnlineClient, SubstrateConfig,
};
use subxt_signer::{
	sr25519::{dev, Keypair},
	SecretUri,
};

/// Position of the message among the public inputs of a membership proof.
pub const MESSAGE: u32 = 2;

impl Yard {
	/// Make the membership program the reference of its class, with the message as the challenge.
	pub fn set_reference(&self, program: &str, proofs: u32, blocks: u32) {
		let (input, challenge_at) = input_without_message();
		let program = hex::decode(program.trim_start_matches("0x")).expect("a hash");
		let reference = Value::named_composite([
			("program", Value::from_bytes(program)),
			("work", Value::u128(WORK.into())),
			("input", Value::from_bytes(input)),
			("challenge_at", Value::u128(challenge_at as u128)),
			("challenge_input", Value::u128(MESSAGE.into())),
			("proofs", Value::u128(proofs.into())),
			("blocks", Value::u128(blocks.into())),
		]);
		let call = subxt::dynamic::tx(
			"Auctions",
			"set_reference",
			Composite::named([
				("system", Value::unnamed_variant("Groth16Bn254", [])),
				("hardware", Value::unnamed_variant("Cpu", [])),
				("reference", Value::unnamed_variant("Some", [reference])),
			]),
		);
		self.sudo(call.into_value());
		wait_for("the reference", 30, || {
			let class = json!(["groth16-bn254", "cpu"]);
			self.rpc("proving_reference", class).ok().filter(|reference| *reference != Json::Null)
		});
	}

	/// Send a call as the root of the chain.
	fn sudo(&self, call: Value) {
		let send = async {
			let api = self.connect().await?;
			let call = subxt::dynamic::tx("Sudo", "sudo", Composite::named([("call", call)]));
			api.tx().await?.sign_and_submit_default(&call, &dev::alice()).await?;
			Ok::<(), Error>(())
		};
		self.http().wait(send).expect("the root's call is sent");
	}

	/// Send calls as the runtime encodes them, each signed by an account of its own, and wait until
	/// all are in blocks.
	///
	/// # Panics
	/// If one is refused or fails.
	pub fn calls(&self, calls: impl IntoIterator<Item = (String, Vec<u8>)>) {
		// Asked of the best block: what an account sent last may be in no finalized one yet.
		let calls: Vec<_> =
			calls.into_iter().map(|(suri, call)| (self.next_nonce(&suri), suri, call)).collect();
		let send = async {
			let api = self.connect().await?;
			let mut sent = Vec::new();
			for (nonce, suri, call) in calls {
				let signer = Keypair::from_uri(&suri.parse::<SecretUri>()?)?;
				let mut tx = api.tx().await?;
				let call = tx.from_call_data_bytes(&call)?;
				let params = DefaultExtrinsicParamsBuilder::new().nonce(nonce).build();
				sent.push(tx.sign_and_submit_then_watch(&call, &signer, params).await?);
			}
			for mut one in sent {
				loop {
					let status = one.next().await.ok_or("no more is heard of a transaction")??;
					if let Some(block) = status.as_in_block() {
						block.wait_for_success().await?;
						break;
					}
				}
			}
			Ok::<(), Error>(())
		};
		self.http().wait(send).unwrap_or_else(|error| panic!("calls: {error}"));
	}

	/// The nonce of an account's next transaction.
	fn next_nonce(&self, suri: &str) -> u64 {
		let next = self.rpc("system_accountNextIndex", json!([crate::address(suri)]));
		next.ok().and_then(|next| next.as_u64()).expect("the node runs")
	}

	/// Number of events of this name in a block.
	pub fn count_events(&self, block: u64, pallet: &str, event: &str) -> usize {
		let count = async {
			let at = self.connect().await?.at_block(block).await?;
			let events = at.events().fetch().await?;
			let names = events.iter().map(|found| {
				found.map(|found| (found.pallet_name(), found.event_name()) == (pallet, event))
			});
			names.collect::<Result<Vec<bool>, _>>().map_err(Error::from)
		};
		let counted: Result<Vec<bool>, Error> = self.http().wait(count);
		let counted = counted.unwrap_or_else(|error| panic!("events: {error}"));
		counted.into_iter().filter(|found| *found).count()
	}

	/// Fees of the transactions of these blocks: in which block, who paid, and how many plancks.
	pub(crate) fn transaction_fees(&self, blocks: Range<u64>) -> Vec<(u64, [u8; 32], u128)> {
		let read = async {
			let api = self.connect().await?;
			let mut fees = Vec::new();
			for block in blocks {
				let at = api.at_block(block).await?;
				for event in at.events().fetch().await?.iter() {
					let event = event?;
					let name = (event.pallet_name(), event.event_name());
					if name == ("TransactionPayment", "TransactionFeePaid") {
						// Who, how much, and how much of it is a tip.
						let mut fields = event.field_bytes();
						let (payer, fee, _) = <([u8; 32], u128, u128)>::decode(&mut fields)?;
						fees.push((block, payer, fee));
					}
				}
			}
			Ok::<_, Error>(fees)
		};
		self.http().wait(read).unwrap_or_else(|error| panic!("events: {error}"))
	}

	async fn connect(&self) -> Result<OnlineClient<SubstrateConfig>, Error> {
		let rpc = RpcClient::from_insecure_url(self.node_url()).await?;
		let backend = LegacyBackend::<SubstrateConfig>::builder().build(rpc);
		Ok(OnlineClient::<SubstrateConfig>::from_backend(Arc::new(backend)).await?)
	}
}

type Error = Box<dyn std::error::Error>;

/// The example input with nothing where the message was, and where that is.
fn input_without_message() -> (Vec<u8>, usize) {
	let input = fs::read_to_string(semaphore().join("input.json")).expect("the example input");
	let name = "\"message\": \"";
	let start = input.find(name).expect("a message") + name.len();
	let end = start + input[start..].find('"').expect("its end");
	([&input[..start], &input[end..]].concat().into_bytes(), start)
}
