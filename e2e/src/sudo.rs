// SPDX-License-Identifier: Apache-2.0
//! What only the root of a development chain can do.

use crate::{semaphore, wait_for, Yard, WORK};
use serde_json::{json, Value as Json};
use std::{fs, sync::Arc};
use subxt::{
	backend::LegacyBackend, dynamic::Value, ext::scale_value::Composite, rpcs::RpcClient,
	OnlineClient, SubstrateConfig,
};
use subxt_signer::sr25519::dev;

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
			let rpc = RpcClient::from_insecure_url(self.node_url()).await?;
			let backend = LegacyBackend::<SubstrateConfig>::builder().build(rpc);
			let api = OnlineClient::<SubstrateConfig>::from_backend(Arc::new(backend)).await?;
			let call = subxt::dynamic::tx("Sudo", "sudo", Composite::named([("call", call)]));
			api.tx().await?.sign_and_submit_default(&call, &dev::alice()).await?;
			Ok::<(), Box<dyn std::error::Error>>(())
		};
		self.http.runtime.block_on(send).expect("the root's call is sent");
	}
}

/// The example input with nothing where the message was, and where that is.
fn input_without_message() -> (Vec<u8>, usize) {
	let input = fs::read_to_string(semaphore().join("input.json")).expect("the example input");
	let name = "\"message\": \"";
	let start = input.find(name).expect("a message") + name.len();
	let end = start + input[start..].find('"').expect("its end");
	([&input[..start], &input[end..]].concat().into_bytes(), start)
}
