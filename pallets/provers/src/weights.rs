// SPDX-License-Identifier: Apache-2.0

//! Weights of `proofyard_provers`, measured by `scripts/weights`. Generated: do not edit.
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
	fn register() -> Weight;
	/// The benchmark of the same name.
	fn set_hardware() -> Weight;
	/// The benchmark of the same name.
	fn set_session_key() -> Weight;
	/// The benchmark of the same name.
	fn add_stake() -> Weight;
	/// The benchmark of the same name.
	fn unbond() -> Weight;
	/// The benchmark of the same name.
	fn withdraw_unbonded() -> Weight;
	/// The benchmark of the same name.
	fn set_paused() -> Weight;
	/// The benchmark of the same name.
	fn unjail() -> Weight;
	/// The benchmark of the same name.
	fn exit() -> Weight;
	/// The benchmark of the same name.
	fn set_delegation() -> Weight;
	/// The benchmark of the same name.
	fn delegate() -> Weight;
	/// The benchmark of the same name.
	fn undelegate() -> Weight;
	/// The benchmark of the same name.
	fn withdraw_delegation() -> Weight;
}

/// Weights for a runtime, with its database's.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn register() -> Weight {
		// Minimum execution time: 160_948_000 picoseconds.
		Weight::from_parts(196_802_000, 0)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	fn set_hardware() -> Weight {
		// Minimum execution time: 29_594_000 picoseconds.
		Weight::from_parts(47_690_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn set_session_key() -> Weight {
		// Minimum execution time: 96_614_000 picoseconds.
		Weight::from_parts(122_972_000, 0)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn add_stake() -> Weight {
		// Minimum execution time: 111_926_000 picoseconds.
		Weight::from_parts(140_749_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	fn unbond() -> Weight {
		// Minimum execution time: 27_270_000 picoseconds.
		Weight::from_parts(49_453_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn withdraw_unbonded() -> Weight {
		// Minimum execution time: 157_233_000 picoseconds.
		Weight::from_parts(185_254_000, 0)
			.saturating_add(T::DbWeight::get().reads(37_u64))
			.saturating_add(T::DbWeight::get().writes(38_u64))
	}
	fn set_paused() -> Weight {
		// Minimum execution time: 29_344_000 picoseconds.
		Weight::from_parts(39_368_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn unjail() -> Weight {
		// Minimum execution time: 29_400_000 picoseconds.
		Weight::from_parts(39_400_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn exit() -> Weight {
		// Minimum execution time: 27_300_000 picoseconds.
		Weight::from_parts(49_500_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn set_delegation() -> Weight {
		// Minimum execution time: 27_300_000 picoseconds.
		Weight::from_parts(45_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn delegate() -> Weight {
		// Minimum execution time: 170_000_000 picoseconds.
		Weight::from_parts(210_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	fn undelegate() -> Weight {
		// Minimum execution time: 45_000_000 picoseconds.
		Weight::from_parts(65_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn withdraw_delegation() -> Weight {
		// Minimum execution time: 190_000_000 picoseconds.
		Weight::from_parts(240_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(41_u64))
			.saturating_add(T::DbWeight::get().writes(44_u64))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	fn register() -> Weight {
		// Minimum execution time: 160_948_000 picoseconds.
		Weight::from_parts(196_802_000, 0)
			.saturating_add(ParityDbWeight::get().reads(4_u64))
			.saturating_add(ParityDbWeight::get().writes(4_u64))
	}
	fn set_hardware() -> Weight {
		// Minimum execution time: 29_594_000 picoseconds.
		Weight::from_parts(47_690_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	fn set_session_key() -> Weight {
		// Minimum execution time: 96_614_000 picoseconds.
		Weight::from_parts(122_972_000, 0)
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
	fn add_stake() -> Weight {
		// Minimum execution time: 111_926_000 picoseconds.
		Weight::from_parts(140_749_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(4_u64))
	}
	fn unbond() -> Weight {
		// Minimum execution time: 27_270_000 picoseconds.
		Weight::from_parts(49_453_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn withdraw_unbonded() -> Weight {
		// Minimum execution time: 157_233_000 picoseconds.
		Weight::from_parts(185_254_000, 0)
			.saturating_add(ParityDbWeight::get().reads(37_u64))
			.saturating_add(ParityDbWeight::get().writes(38_u64))
	}
	fn set_paused() -> Weight {
		// Minimum execution time: 29_344_000 picoseconds.
		Weight::from_parts(39_368_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	fn unjail() -> Weight {
		// Minimum execution time: 29_400_000 picoseconds.
		Weight::from_parts(39_400_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	fn exit() -> Weight {
		// Minimum execution time: 27_300_000 picoseconds.
		Weight::from_parts(49_500_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn set_delegation() -> Weight {
		// Minimum execution time: 27_300_000 picoseconds.
		Weight::from_parts(45_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn delegate() -> Weight {
		// Minimum execution time: 170_000_000 picoseconds.
		Weight::from_parts(210_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads(5_u64))
			.saturating_add(ParityDbWeight::get().writes(6_u64))
	}
	fn undelegate() -> Weight {
		// Minimum execution time: 45_000_000 picoseconds.
		Weight::from_parts(65_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	fn withdraw_delegation() -> Weight {
		// Minimum execution time: 190_000_000 picoseconds.
		Weight::from_parts(240_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads(41_u64))
			.saturating_add(ParityDbWeight::get().writes(44_u64))
	}
}
