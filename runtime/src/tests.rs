// SPDX-License-Identifier: Apache-2.0
//! Properties of the composition: what is charged is what was measured.

use crate::*;
use frame_support::dispatch::GetDispatchInfo;
use proofyard_primitives::{HardwareClass, Market, ProofSystem, ServiceLevel};
use std::{any::type_name, collections::BTreeSet};

const MARKET: Market = Market {
	system: ProofSystem::Groth16Bn254,
	hardware: HardwareClass::Cpu,
	bucket: 12,
	level: ServiceLevel::Standard,
};

#[test]
fn each_pallet_charges_measured_weights() {
	for linked in [
		type_name::<<Runtime as pallet_provers::Config>::WeightInfo>(),
		type_name::<<Runtime as pallet_programs::Config>::WeightInfo>(),
		type_name::<<Runtime as pallet_settlement::Config>::WeightInfo>(),
		type_name::<<Runtime as pallet_attestation::Config>::WeightInfo>(),
		type_name::<<Runtime as pallet_auctions::Config>::WeightInfo>(),
	] {
		assert!(linked.contains("SubstrateWeight<proofyard_runtime::Runtime>"), "{linked}");
	}
}

#[test]
fn a_call_costs_its_benchmark() {
	use pallet_auctions::{weights::SubstrateWeight, Call, WeightInfo};
	type Weights = SubstrateWeight<Runtime>;
	let calls = [
		(Call::place_ask { market: MARKET, price: 1, lots: 1, speed: 1 }, Weights::place_ask()),
		(Call::withdraw_ask { market: MARKET }, Weights::withdraw_ask()),
		(Call::cancel_task { task: 0 }, Weights::cancel_task(pallet_auctions::MAX_BIDS)),
		(Call::raise_fee { task: 0, by: 1 }, Weights::raise_fee()),
		(Call::prolong_task { task: 0, by: 1 }, Weights::prolong_task()),
		(Call::commit_bid { task: 0, commitment: Default::default() }, Weights::commit_bid()),
		(Call::reveal_bid { task: 0, price: 1, speed: 1, salt: [0; 32] }, Weights::reveal_bid()),
		(
			Call::calibrate { system: MARKET.system, hardware: MARKET.hardware },
			Weights::calibrate(),
		),
	];
	for (call, weight) in calls {
		let call: RuntimeCall = call.into();
		assert_eq!(call.get_dispatch_info().call_weight, weight, "{call:?}");
	}
}

/// The names after `marker`, up to `(`.
fn names<'a>(source: &'a str, marker: &str) -> BTreeSet<&'a str> {
	source
		.split(marker)
		.skip(1)
		.filter_map(|rest| rest.split_once("fn ")?.1.split_once('('))
		.map(|(name, _)| name)
		.collect()
}

#[test]
fn each_benchmark_has_its_weight_and_the_other_way_round() {
	macro_rules! check {
		($($pallet:literal),*) => {$(
			let benchmarks = names(
				include_str!(concat!("../../pallets/", $pallet, "/src/benchmarking.rs")),
				"#[benchmark]",
			);
			let weights = include_str!(concat!("../../pallets/", $pallet, "/src/weights.rs"));
			let measured = names(weights, "/// The benchmark of the same name.");
			assert!(!benchmarks.is_empty(), $pallet);
			assert_eq!(benchmarks, measured, $pallet);
			// What the generator writes of each, and nobody by hand.
			let times = weights.matches("// Minimum execution time:").count();
			assert_eq!(times, 2 * measured.len(), "{}: weights that were not measured", $pallet);
		)*};
	}
	check!("provers", "programs", "settlement", "attestation", "auctions");
}

/// A block's hooks leave room for what the block is for.
#[test]
fn the_hooks_of_the_market_take_less_than_half_of_a_block() {
	let hooks = <Runtime as pallet_settlement::Config>::MaxHookWeight::get()
		.saturating_add(<Runtime as pallet_attestation::Config>::MaxHookWeight::get())
		.saturating_add(<Runtime as pallet_auctions::Config>::MaxHookWeight::get());
	let block = <Runtime as frame_system::Config>::BlockWeights::get().max_block;
	assert!(hooks.ref_time() * 2 < block.ref_time());
}
