// SPDX-License-Identifier: Apache-2.0

//! Every way to the verifier gives the same verdict on every input: the function called natively, the host function
//! called from Wasm across the node's marshalling, and the verifier inside Wasm.
//!
//! The two Wasm modules are built here from `primitives/host/wasm`, as the runtime is: for `wasm32v1-none`, with the
//! `substrate_runtime` flag. The first build takes a minute or two, later ones reuse it.

mod batches;
mod cases;
#[path = "../../../verifier/tests/common/change.rs"]
mod change;
mod malformed;
mod misuse;
mod module;
mod plain;
mod ways;
mod wrapped;
#[path = "../../../verifier/tests/common/wrapped.rs"]
mod wrapped_vectors;

use module::{Module, Way};

#[test]
fn the_pure_module_imports_nothing() {
	assert_eq!(Module::load(Way::Pure).imports(), Vec::<String>::new());
}

#[test]
fn the_other_module_imports_the_host_functions() {
	assert_eq!(
		Module::load(Way::Host).imports(),
		[
			"ext_verification_prepare_key_version_1",
			"ext_verification_prepare_wrapping_key_version_1",
			"ext_verification_verify_batch_version_1",
			"ext_verification_verify_version_1",
			"ext_verification_verify_wrapped_version_1",
		]
	);
}
