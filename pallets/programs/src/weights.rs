// SPDX-License-Identifier: Apache-2.0

//! Weights of `proofyard_programs`, measured by `scripts/weights`. Generated: do not edit.
//!
//! Date: 2026-11-23. Steps: `10`, repeat: `5`. CPU: `AMD EPYC`. Wasm execution:
//! `Compiled`. The chain has no proof of validity, so only time is counted.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]

use core::marker::PhantomData;
use frame_support::{
	traits::Get,
	weights::{constants::ParityDbWeight, Weight},
};

/// What the calls and hooks of this pallet cost.
pub trait WeightInfo {
	/// The benchmark of the same name.
	fn register(n: u32, a: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn set_locators() -> Weight;
	/// The benchmark of the same name.
	fn retire() -> Weight;
	/// The benchmark of the same name.
	fn set_system_enabled() -> Weight;
}

/// Weights for a runtime, with its database's.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// The range of `n` is `[0, 64]`.
	/// The range of `a` is `[0, 8]`.
	fn register(n: u32, a: u32, ) -> Weight {
		// Minimum execution time: 1_447_917_000 picoseconds.
		Weight::from_parts(1_496_148_574, 0)
			// Standard error: 388_457.
			.saturating_add(Weight::from_parts(971_163, 0).saturating_mul(n.into()))
			// Standard error: 2_871_562.
			.saturating_add(Weight::from_parts(7_892_651, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	fn set_locators() -> Weight {
		// Minimum execution time: 125_366_000 picoseconds.
		Weight::from_parts(137_003_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn retire() -> Weight {
		// Minimum execution time: 135_711_000 picoseconds.
		Weight::from_parts(143_202_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	fn set_system_enabled() -> Weight {
		// Minimum execution time: 10_385_000 picoseconds.
		Weight::from_parts(11_868_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	/// The range of `n` is `[0, 64]`.
	/// The range of `a` is `[0, 8]`.
	fn register(n: u32, a: u32, ) -> Weight {
		// Minimum execution time: 1_447_917_000 picoseconds.
		Weight::from_parts(1_496_148_574, 0)
			// Standard error: 388_457.
			.saturating_add(Weight::from_parts(971_163, 0).saturating_mul(n.into()))
			// Standard error: 2_871_562.
			.saturating_add(Weight::from_parts(7_892_651, 0).saturating_mul(a.into()))
			.saturating_add(ParityDbWeight::get().reads(4_u64))
			.saturating_add(ParityDbWeight::get().writes(5_u64))
	}
	fn set_locators() -> Weight {
		// Minimum execution time: 125_366_000 picoseconds.
		Weight::from_parts(137_003_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
	fn retire() -> Weight {
		// Minimum execution time: 135_711_000 picoseconds.
		Weight::from_parts(143_202_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(5_u64))
	}
	fn set_system_enabled() -> Weight {
		// Minimum execution time: 10_385_000 picoseconds.
		Weight::from_parts(11_868_000, 0)
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
}
