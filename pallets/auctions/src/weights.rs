// SPDX-License-Identifier: Apache-2.0

//! Weights of `proofyard_auctions`, measured by `scripts/weights`. Generated: do not edit.
//!
//! Date: 2026-11-23. Steps: `5`, repeat: `4`. CPU: `AMD EPYC`. Wasm execution:
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
	fn submit_task(n: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn cancel_task() -> Weight;
	/// The benchmark of the same name.
	fn place_ask() -> Weight;
	/// The benchmark of the same name.
	fn withdraw_ask() -> Weight;
	/// The benchmark of the same name.
	fn expire() -> Weight;
	/// The benchmark of the same name.
	fn clear(t: u32, a: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn agenda_base() -> Weight;
	/// The benchmark of the same name.
	fn agenda_block() -> Weight;
}

/// Weights for a runtime, with its database's.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// The range of `n` is `[0, 64]`.
	fn submit_task(_n: u32, ) -> Weight {
		// Minimum execution time: 256_971_000 picoseconds.
		Weight::from_parts(383_621_200, 0)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	fn cancel_task() -> Weight {
		// Minimum execution time: 185_966_000 picoseconds.
		Weight::from_parts(256_030_000, 0)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	fn place_ask() -> Weight {
		// Minimum execution time: 38_988_000 picoseconds.
		Weight::from_parts(49_373_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	fn withdraw_ask() -> Weight {
		// Minimum execution time: 38_076_000 picoseconds.
		Weight::from_parts(43_845_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	fn expire() -> Weight {
		// Minimum execution time: 278_193_000 picoseconds.
		Weight::from_parts(326_714_000, 0)
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	/// The range of `t` is `[0, 32]`.
	/// The range of `a` is `[0, 64]`.
	fn clear(t: u32, a: u32, ) -> Weight {
		// Minimum execution time: 31_056_000 picoseconds.
		Weight::from_parts(31_677_000, 0)
			// Standard error: 23_317_513.
			.saturating_add(Weight::from_parts(138_428_633, 0).saturating_mul(t.into()))
			// Standard error: 11_658_756.
			.saturating_add(Weight::from_parts(41_730_053, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().reads((5_u64).saturating_mul(t.into())))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((5_u64).saturating_mul(t.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(a.into())))
	}
	fn agenda_base() -> Weight {
		// Minimum execution time: 3_905_000 picoseconds.
		Weight::from_parts(5_258_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		// Minimum execution time: 12_088_000 picoseconds.
		Weight::from_parts(21_572_000, 0)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	/// The range of `n` is `[0, 64]`.
	fn submit_task(_n: u32, ) -> Weight {
		// Minimum execution time: 256_971_000 picoseconds.
		Weight::from_parts(383_621_200, 0)
			.saturating_add(ParityDbWeight::get().reads(6_u64))
			.saturating_add(ParityDbWeight::get().writes(8_u64))
	}
	fn cancel_task() -> Weight {
		// Minimum execution time: 185_966_000 picoseconds.
		Weight::from_parts(256_030_000, 0)
			.saturating_add(ParityDbWeight::get().reads(7_u64))
			.saturating_add(ParityDbWeight::get().writes(9_u64))
	}
	fn place_ask() -> Weight {
		// Minimum execution time: 38_988_000 picoseconds.
		Weight::from_parts(49_373_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(4_u64))
	}
	fn withdraw_ask() -> Weight {
		// Minimum execution time: 38_076_000 picoseconds.
		Weight::from_parts(43_845_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(4_u64))
	}
	fn expire() -> Weight {
		// Minimum execution time: 278_193_000 picoseconds.
		Weight::from_parts(326_714_000, 0)
			.saturating_add(ParityDbWeight::get().reads(9_u64))
			.saturating_add(ParityDbWeight::get().writes(10_u64))
	}
	/// The range of `t` is `[0, 32]`.
	/// The range of `a` is `[0, 64]`.
	fn clear(t: u32, a: u32, ) -> Weight {
		// Minimum execution time: 31_056_000 picoseconds.
		Weight::from_parts(31_677_000, 0)
			// Standard error: 23_317_513.
			.saturating_add(Weight::from_parts(138_428_633, 0).saturating_mul(t.into()))
			// Standard error: 11_658_756.
			.saturating_add(Weight::from_parts(41_730_053, 0).saturating_mul(a.into()))
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().reads((5_u64).saturating_mul(t.into())))
			.saturating_add(ParityDbWeight::get().reads((2_u64).saturating_mul(a.into())))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
			.saturating_add(ParityDbWeight::get().writes((5_u64).saturating_mul(t.into())))
			.saturating_add(ParityDbWeight::get().writes((1_u64).saturating_mul(a.into())))
	}
	fn agenda_base() -> Weight {
		// Minimum execution time: 3_905_000 picoseconds.
		Weight::from_parts(5_258_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		// Minimum execution time: 12_088_000 picoseconds.
		Weight::from_parts(21_572_000, 0)
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
}
