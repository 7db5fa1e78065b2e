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
	fn submit_proof(n: u32, a: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn submit_rejected(n: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn authorize_submit_proof() -> Weight;
	/// The benchmark of the same name.
	fn authorize_report() -> Weight;
	/// The benchmark of the same name.
	fn report() -> Weight;
	/// The benchmark of the same name.
	fn commit_proof() -> Weight;
	/// The benchmark of the same name.
	fn announce() -> Weight;
	/// The benchmark of the same name.
	fn reveal(n: u32, a: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn fail(a: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn late() -> Weight;
	/// The benchmark of the same name.
	fn hand_over() -> Weight;
	/// The benchmark of the same name.
	fn agenda_base() -> Weight;
	/// The benchmark of the same name.
	fn agenda_block() -> Weight;
}

/// Weights for a runtime, with its database's.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// The range of `n` is `[0, 64]`.
	/// The range of `a` is `[1, 8]`.
	fn submit_proof(n: u32, a: u32, ) -> Weight {
		// Minimum execution time: 3_442_953_000 picoseconds.
		Weight::from_parts(6_337_651_166, 0)
			// Standard error: 18_247_441.
			.saturating_add(Weight::from_parts(60_007_191, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(13_u64))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(17_u64))
			.saturating_add(T::DbWeight::get().writes((8_u64).saturating_mul(a.into())))
	}
	/// The range of `n` is `[1, 64]`.
	fn submit_rejected(n: u32, ) -> Weight {
		// Minimum execution time: 461_163_000 picoseconds.
		Weight::from_parts(842_668_427, 0)
			// Standard error: 9_565_490.
			.saturating_add(Weight::from_parts(2_836_826, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(16_u64))
			.saturating_add(T::DbWeight::get().writes(15_u64))
	}
	fn authorize_submit_proof() -> Weight {
		// Minimum execution time: 141_990_000 picoseconds.
		Weight::from_parts(171_274_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	fn authorize_report() -> Weight {
		// Minimum execution time: 128_691_000 picoseconds.
		Weight::from_parts(178_535_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	fn report() -> Weight {
		// Minimum execution time: 296_479_000 picoseconds.
		Weight::from_parts(319_103_000, 0)
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(13_u64))
	}
	fn commit_proof() -> Weight {
		// Minimum execution time: 56_614_000 picoseconds.
		Weight::from_parts(100_749_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn announce() -> Weight {
		// Minimum execution time: 152_176_000 picoseconds.
		Weight::from_parts(164_334_000, 0)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// The range of `n` is `[0, 64]`.
	/// The range of `a` is `[2, 8]`.
	fn reveal(n: u32, a: u32, ) -> Weight {
		// Minimum execution time: 2_541_949_000 picoseconds.
		Weight::from_parts(4_906_263_260, 0)
			// Standard error: 14_011_011.
			.saturating_add(Weight::from_parts(66_637_775, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(11_u64))
			.saturating_add(T::DbWeight::get().writes((8_u64).saturating_mul(a.into())))
	}
	/// The range of `a` is `[1, 8]`.
	fn fail(a: u32, ) -> Weight {
		// Minimum execution time: 715_871_000 picoseconds.
		Weight::from_parts(805_164_000, 0)
			// Standard error: 69_072_008.
			.saturating_add(Weight::from_parts(608_398_051, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(28_u64))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(22_u64))
			.saturating_add(T::DbWeight::get().writes((8_u64).saturating_mul(a.into())))
	}
	fn late() -> Weight {
		// Minimum execution time: 249_219_000 picoseconds.
		Weight::from_parts(262_339_000, 0)
			.saturating_add(T::DbWeight::get().reads(15_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	fn hand_over() -> Weight {
		// Minimum execution time: 270_621_000 picoseconds.
		Weight::from_parts(292_634_000, 0)
			.saturating_add(T::DbWeight::get().reads(13_u64))
			.saturating_add(T::DbWeight::get().writes(13_u64))
	}
	fn agenda_base() -> Weight {
		// Minimum execution time: 4_887_000 picoseconds.
		Weight::from_parts(6_359_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		// Minimum execution time: 13_930_000 picoseconds.
		Weight::from_parts(22_203_000, 0)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	/// The range of `n` is `[0, 64]`.
	/// The range of `a` is `[1, 8]`.
	fn submit_proof(n: u32, a: u32, ) -> Weight {
		// Minimum execution time: 3_442_953_000 picoseconds.
		Weight::from_parts(6_337_651_166, 0)
			// Standard error: 18_247_441.
			.saturating_add(Weight::from_parts(60_007_191, 0).saturating_mul(n.into()))
			.saturating_add(ParityDbWeight::get().reads(13_u64))
			.saturating_add(ParityDbWeight::get().reads((6_u64).saturating_mul(a.into())))
			.saturating_add(ParityDbWeight::get().writes(17_u64))
			.saturating_add(ParityDbWeight::get().writes((8_u64).saturating_mul(a.into())))
	}
	/// The range of `n` is `[1, 64]`.
	fn submit_rejected(n: u32, ) -> Weight {
		// Minimum execution time: 461_163_000 picoseconds.
		Weight::from_parts(842_668_427, 0)
			// Standard error: 9_565_490.
			.saturating_add(Weight::from_parts(2_836_826, 0).saturating_mul(n.into()))
			.saturating_add(ParityDbWeight::get().reads(16_u64))
			.saturating_add(ParityDbWeight::get().writes(15_u64))
	}
	fn authorize_submit_proof() -> Weight {
		// Minimum execution time: 141_990_000 picoseconds.
		Weight::from_parts(171_274_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
	}
	fn authorize_report() -> Weight {
		// Minimum execution time: 128_691_000 picoseconds.
		Weight::from_parts(178_535_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
	}
	fn report() -> Weight {
		// Minimum execution time: 296_479_000 picoseconds.
		Weight::from_parts(319_103_000, 0)
			.saturating_add(ParityDbWeight::get().reads(12_u64))
			.saturating_add(ParityDbWeight::get().writes(13_u64))
	}
	fn commit_proof() -> Weight {
		// Minimum execution time: 56_614_000 picoseconds.
		Weight::from_parts(100_749_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn announce() -> Weight {
		// Minimum execution time: 152_176_000 picoseconds.
		Weight::from_parts(164_334_000, 0)
			.saturating_add(ParityDbWeight::get().reads(5_u64))
			.saturating_add(ParityDbWeight::get().writes(5_u64))
	}
	/// The range of `n` is `[0, 64]`.
	/// The range of `a` is `[2, 8]`.
	fn reveal(n: u32, a: u32, ) -> Weight {
		// Minimum execution time: 2_541_949_000 picoseconds.
		Weight::from_parts(4_906_263_260, 0)
			// Standard error: 14_011_011.
			.saturating_add(Weight::from_parts(66_637_775, 0).saturating_mul(n.into()))
			.saturating_add(ParityDbWeight::get().reads(9_u64))
			.saturating_add(ParityDbWeight::get().reads((6_u64).saturating_mul(a.into())))
			.saturating_add(ParityDbWeight::get().writes(11_u64))
			.saturating_add(ParityDbWeight::get().writes((8_u64).saturating_mul(a.into())))
	}
	/// The range of `a` is `[1, 8]`.
	fn fail(a: u32, ) -> Weight {
		// Minimum execution time: 715_871_000 picoseconds.
		Weight::from_parts(805_164_000, 0)
			// Standard error: 69_072_008.
			.saturating_add(Weight::from_parts(608_398_051, 0).saturating_mul(a.into()))
			.saturating_add(ParityDbWeight::get().reads(28_u64))
			.saturating_add(ParityDbWeight::get().reads((6_u64).saturating_mul(a.into())))
			.saturating_add(ParityDbWeight::get().writes(22_u64))
			.saturating_add(ParityDbWeight::get().writes((8_u64).saturating_mul(a.into())))
	}
	fn late() -> Weight {
		// Minimum execution time: 249_219_000 picoseconds.
		Weight::from_parts(262_339_000, 0)
			.saturating_add(ParityDbWeight::get().reads(15_u64))
			.saturating_add(ParityDbWeight::get().writes(8_u64))
	}
	fn hand_over() -> Weight {
		// Minimum execution time: 270_621_000 picoseconds.
		Weight::from_parts(292_634_000, 0)
			.saturating_add(ParityDbWeight::get().reads(13_u64))
			.saturating_add(ParityDbWeight::get().writes(13_u64))
	}
	fn agenda_base() -> Weight {
		// Minimum execution time: 4_887_000 picoseconds.
		Weight::from_parts(6_359_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		// Minimum execution time: 13_930_000 picoseconds.
		Weight::from_parts(22_203_000, 0)
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
}
