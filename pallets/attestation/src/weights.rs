// SPDX-License-Identifier: Apache-2.0

//! Weights of `proofyard_attestation`, measured by `scripts/weights`. Generated: do not edit.
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
	fn submit_proof(n: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn submit_rejected(n: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn authorize_submit_proof() -> Weight;
	/// The benchmark of the same name.
	fn fail() -> Weight;
	/// The benchmark of the same name.
	fn agenda_base() -> Weight;
	/// The benchmark of the same name.
	fn agenda_block() -> Weight;
}

/// Weights for a runtime, with its database's.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// The range of `n` is `[0, 64]`.
	fn submit_proof(n: u32, ) -> Weight {
		// Minimum execution time: 1_693_931_000 picoseconds.
		Weight::from_parts(2_157_698_859, 0)
			// Standard error: 7_462_720.
			.saturating_add(Weight::from_parts(29_025_038, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(15_u64))
	}
	/// The range of `n` is `[1, 64]`.
	fn submit_rejected(n: u32, ) -> Weight {
		// Minimum execution time: 466_151_000 picoseconds.
		Weight::from_parts(630_960_245, 0)
			// Standard error: 956_072.
			.saturating_add(Weight::from_parts(1_755_633, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(13_u64))
			.saturating_add(T::DbWeight::get().writes(15_u64))
	}
	fn authorize_submit_proof() -> Weight {
		// Minimum execution time: 174_228_000 picoseconds.
		Weight::from_parts(186_207_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	fn fail() -> Weight {
		// Minimum execution time: 353_844_000 picoseconds.
		Weight::from_parts(426_863_000, 0)
			.saturating_add(T::DbWeight::get().reads(25_u64))
			.saturating_add(T::DbWeight::get().writes(16_u64))
	}
	fn agenda_base() -> Weight {
		// Minimum execution time: 3_806_000 picoseconds.
		Weight::from_parts(4_276_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		// Minimum execution time: 9_724_000 picoseconds.
		Weight::from_parts(10_836_000, 0)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	/// The range of `n` is `[0, 64]`.
	fn submit_proof(n: u32, ) -> Weight {
		// Minimum execution time: 1_693_931_000 picoseconds.
		Weight::from_parts(2_157_698_859, 0)
			// Standard error: 7_462_720.
			.saturating_add(Weight::from_parts(29_025_038, 0).saturating_mul(n.into()))
			.saturating_add(ParityDbWeight::get().reads(12_u64))
			.saturating_add(ParityDbWeight::get().writes(15_u64))
	}
	/// The range of `n` is `[1, 64]`.
	fn submit_rejected(n: u32, ) -> Weight {
		// Minimum execution time: 466_151_000 picoseconds.
		Weight::from_parts(630_960_245, 0)
			// Standard error: 956_072.
			.saturating_add(Weight::from_parts(1_755_633, 0).saturating_mul(n.into()))
			.saturating_add(ParityDbWeight::get().reads(13_u64))
			.saturating_add(ParityDbWeight::get().writes(15_u64))
	}
	fn authorize_submit_proof() -> Weight {
		// Minimum execution time: 174_228_000 picoseconds.
		Weight::from_parts(186_207_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
	}
	fn fail() -> Weight {
		// Minimum execution time: 353_844_000 picoseconds.
		Weight::from_parts(426_863_000, 0)
			.saturating_add(ParityDbWeight::get().reads(25_u64))
			.saturating_add(ParityDbWeight::get().writes(16_u64))
	}
	fn agenda_base() -> Weight {
		// Minimum execution time: 3_806_000 picoseconds.
		Weight::from_parts(4_276_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		// Minimum execution time: 9_724_000 picoseconds.
		Weight::from_parts(10_836_000, 0)
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
}
