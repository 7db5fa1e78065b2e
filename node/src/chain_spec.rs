// SPDX-License-Identifier: Apache-2.0
//! The chains that the binary knows by name. Their genesis comes from the runtime's presets.

use proofyard_runtime::WASM_BINARY;
use sc_service::{ChainType, NoExtension, Properties};
use sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use std::path::PathBuf;

/// A chain specification whose genesis is built by a runtime that may call this project's host
/// functions.
pub type ChainSpec = sc_service::GenericChainSpec<NoExtension, proofyard_host::HostFunctions>;

/// Prefix of addresses.
pub const SS58_FORMAT: u16 = 42;
/// Name of the token.
pub const TOKEN_SYMBOL: &str = "YARD";
/// One token is ten to this power of plancks.
pub const TOKEN_DECIMALS: u8 = 12;

const PROTOCOL_ID: &str = "yard";

/// The chain that `id` names: `dev`, `local` (also the empty name), or a path to a JSON file.
pub fn load(id: &str) -> Result<ChainSpec, String> {
	match id {
		"dev" => development(),
		"" | "local" => local(),
		path => ChainSpec::from_json_file(PathBuf::from(path)).map_err(|error| {
			format!("Cannot load the chain {path:?}: {error}. Known names are \"dev\" and \"local\"; anything else is a path to a JSON file.")
		}),
	}
}

/// One validator, throw-away by nature.
fn development() -> Result<ChainSpec, String> {
	build("Proofyard Development", "dev", ChainType::Development, DEV_RUNTIME_PRESET)
}

/// Four validators on one machine or a few.
fn local() -> Result<ChainSpec, String> {
	build("Proofyard Local", "local", ChainType::Local, LOCAL_TESTNET_RUNTIME_PRESET)
}

fn build(name: &str, id: &str, kind: ChainType, preset: &str) -> Result<ChainSpec, String> {
	let code = WASM_BINARY.ok_or(
		"This binary has no runtime inside: it was built with SKIP_WASM_BUILD. Build it without, \
		 or pass --chain a JSON file.",
	)?;
	Ok(ChainSpec::builder(code, None)
		.with_name(name)
		.with_id(id)
		.with_chain_type(kind)
		.with_protocol_id(PROTOCOL_ID)
		.with_properties(properties())
		.with_genesis_config_preset_name(preset)
		.build())
}

/// Name, decimals and address prefix that wallets show.
fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("ss58Format".into(), SS58_FORMAT.into());
	properties.insert("tokenDecimals".into(), TOKEN_DECIMALS.into());
	properties.insert("tokenSymbol".into(), TOKEN_SYMBOL.into());
	properties
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn unknown_names_say_what_is_known() {
		let error = load("no-such-chain").err().unwrap();
		assert!(error.contains("\"dev\"") && error.contains("no-such-chain"), "{error}");
	}

	#[test]
	fn properties_are_the_token_s() {
		let properties = serde_json::Value::Object(properties());
		assert_eq!(
			properties,
			serde_json::json!({ "ss58Format": 42, "tokenDecimals": 12, "tokenSymbol": "YARD" })
		);
	}
}
