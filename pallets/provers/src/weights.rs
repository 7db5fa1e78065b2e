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

/// Weights of the calls and hooks of this pallet.
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
		// Minimum execution time: 294_857_000 picoseconds.
		Weight::from_parts(340_855_000, 0)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	fn set_hardware() -> Weight {
		// Minimum execution time: 34_311_000 picoseconds.
		Weight::from_parts(79_098_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn set_session_key() -> Weight {
		// Minimum execution time: 115_642_000 picoseconds.
		Weight::from_parts(185_064_000, 0)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn add_stake() -> Weight {
		// Minimum execution time: 162_090_000 picoseconds.
		Weight::from_parts(188_229_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	fn unbond() -> Weight {
		// Minimum execution time: 49_824_000 picoseconds.
		Weight::from_parts(76_934_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn withdraw_unbonded() -> Weight {
		// Minimum execution time: 188_189_000 picoseconds.
		Weight::from_parts(303_360_000, 0)
			.saturating_add(T::DbWeight::get().reads(36_u64))
			.saturating_add(T::DbWeight::get().writes(38_u64))
	}
	fn set_paused() -> Weight {
		// Minimum execution time: 60_249_000 picoseconds.
		Weight::from_parts(77_575_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn unjail() -> Weight {
		// Minimum execution time: 58_217_000 picoseconds.
		Weight::from_parts(82_292_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn exit() -> Weight {
		// Minimum execution time: 31_386_000 picoseconds.
		Weight::from_parts(70_805_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn set_delegation() -> Weight {
		// Minimum execution time: 41_572_000 picoseconds.
		Weight::from_parts(70_474_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn delegate() -> Weight {
		// Minimum execution time: 116_022_000 picoseconds.
		Weight::from_parts(186_767_000, 0)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	fn undelegate() -> Weight {
		// Minimum execution time: 34_441_000 picoseconds.
		Weight::from_parts(57_205_000, 0)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn withdraw_delegation() -> Weight {
		// Minimum execution time: 181_589_000 picoseconds.
		Weight::from_parts(307_345_000, 0)
			.saturating_add(T::DbWeight::get().reads(38_u64))
			.saturating_add(T::DbWeight::get().writes(40_u64))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	fn register() -> Weight {
		// Minimum execution time: 294_857_000 picoseconds.
		Weight::from_parts(340_855_000, 0)
			.saturating_add(ParityDbWeight::get().reads(4_u64))
			.saturating_add(ParityDbWeight::get().writes(4_u64))
	}
	fn set_hardware() -> Weight {
		// Minimum execution time: 34_311_000 picoseconds.
		Weight::from_parts(79_098_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	fn set_session_key() -> Weight {
		// Minimum execution time: 115_642_000 picoseconds.
		Weight::from_parts(185_064_000, 0)
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
	fn add_stake() -> Weight {
		// Minimum execution time: 162_090_000 picoseconds.
		Weight::from_parts(188_229_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(4_u64))
	}
	fn unbond() -> Weight {
		// Minimum execution time: 49_824_000 picoseconds.
		Weight::from_parts(76_934_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn withdraw_unbonded() -> Weight {
		// Minimum execution time: 188_189_000 picoseconds.
		Weight::from_parts(303_360_000, 0)
			.saturating_add(ParityDbWeight::get().reads(36_u64))
			.saturating_add(ParityDbWeight::get().writes(38_u64))
	}
	fn set_paused() -> Weight {
		// Minimum execution time: 60_249_000 picoseconds.
		Weight::from_parts(77_575_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	fn unjail() -> Weight {
		// Minimum execution time: 58_217_000 picoseconds.
		Weight::from_parts(82_292_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	fn exit() -> Weight {
		// Minimum execution time: 31_386_000 picoseconds.
		Weight::from_parts(70_805_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn set_delegation() -> Weight {
		// Minimum execution time: 41_572_000 picoseconds.
		Weight::from_parts(70_474_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn delegate() -> Weight {
		// Minimum execution time: 116_022_000 picoseconds.
		Weight::from_parts(186_767_000, 0)
			.saturating_add(ParityDbWeight::get().reads(5_u64))
			.saturating_add(ParityDbWeight::get().writes(6_u64))
	}
	fn undelegate() -> Weight {
		// Minimum execution time: 34_441_000 picoseconds.
		Weight::from_parts(57_205_000, 0)
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	fn withdraw_delegation() -> Weight {
		// Minimum execution time: 181_589_000 picoseconds.
		Weight::from_parts(307_345_000, 0)
			.saturating_add(ParityDbWeight::get().reads(38_u64))
			.saturating_add(ParityDbWeight::get().writes(40_u64))
	}
}
