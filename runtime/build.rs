// SPDX-License-Identifier: Apache-2.0
//! Builds the runtime's Wasm blob beside the native library.

fn main() {
	// Clippy's, when it is clippy that builds: the Wasm is the same whoever asks for it.
	#[cfg(feature = "std")]
	std::env::remove_var("RUSTC_WORKSPACE_WRAPPER");
	#[cfg(feature = "std")]
	substrate_wasm_builder::WasmBuilder::build_using_defaults();
}
