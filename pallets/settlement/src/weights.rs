// SPDX-License-Identifier: Apache-2.0

//! Weights of `proofyard_settlement`, measured by `scripts/weights`. Generated: do not edit.
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

/// Weights of the calls and hooks of this pallet.
pub trait WeightInfo {
	/// The benchmark of the same name.
	fn set_fees() -> Weight;
	/// The benchmark of the same name.
	fn agenda_base() -> Weight;
	/// The benchmark of the same name.
	fn agenda_block() -> Weight;
	/// The benchmark of the same name.
	fn forget() -> Weight;
}

/// Weights for a runtime, with its database's.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn set_fees() -> Weight {
		// Minimum execution time: 8_353_000 picoseconds.
		Weight::from_parts(13_030_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn agenda_base() -> Weight {
		// Minimum execution time: 3_916_000 picoseconds.
		Weight::from_parts(6_770_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		// Minimum execution time: 10_616_000 picoseconds.
		Weight::from_parts(12_018_000, 0)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn forget() -> Weight {
		// Minimum execution time: 37_236_000 picoseconds.
		Weight::from_parts(40_760_000, 0)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	fn set_fees() -> Weight {
		// Minimum execution time: 8_353_000 picoseconds.
		Weight::from_parts(13_030_000, 0)
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn agenda_base() -> Weight {
		// Minimum execution time: 3_916_000 picoseconds.
		Weight::from_parts(6_770_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		// Minimum execution time: 10_616_000 picoseconds.
		Weight::from_parts(12_018_000, 0)
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn forget() -> Weight {
		// Minimum execution time: 37_236_000 picoseconds.
		Weight::from_parts(40_760_000, 0)
			.saturating_add(ParityDbWeight::get().reads(6_u64))
			.saturating_add(ParityDbWeight::get().writes(6_u64))
	}
}
