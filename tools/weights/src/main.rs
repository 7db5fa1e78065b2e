// SPDX-License-Identifier: Apache-2.0
//! Runs the pallets' benchmarks on a runtime blob and writes their weights. The benchmarking command
//! of the SDK, with the verifier's host functions, which the SDK's own binary does not have.
//!
//! `scripts/weights` builds the blob and calls this for each pallet.

use clap::Parser;
use frame_benchmarking_cli::PalletCmd;
use sp_runtime::traits::BlakeTwo256;

fn main() -> Result<(), Box<dyn std::error::Error>> {
	PalletCmd::parse()
		.run_with_spec::<BlakeTwo256, proofyard_host::HostFunctions>(None)
		.map_err(Into::into)
}
