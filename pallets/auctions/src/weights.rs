// SPDX-License-Identifier: Apache-2.0

//! Weights of `proofyard_auctions`, measured by `scripts/weights`. Generated: do not edit.
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
	fn submit_task(n: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn cancel_task(b: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn raise_fee() -> Weight;
	/// The benchmark of the same name.
	fn prolong_task() -> Weight;
	/// The benchmark of the same name.
	fn place_ask() -> Weight;
	/// The benchmark of the same name.
	fn withdraw_ask() -> Weight;
	/// The benchmark of the same name.
	fn set_blocked() -> Weight;
	/// The benchmark of the same name.
	fn commit_bid() -> Weight;
	/// The benchmark of the same name.
	fn reveal_bid() -> Weight;
	/// The benchmark of the same name.
	fn calibrate() -> Weight;
	/// The benchmark of the same name.
	fn set_reference() -> Weight;
	/// The benchmark of the same name.
	fn expire() -> Weight;
	/// The benchmark of the same name.
	fn decide(b: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn activate() -> Weight;
	/// The benchmark of the same name.
	fn leave() -> Weight;
	/// The benchmark of the same name.
	fn set_free(m: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn clear_base() -> Weight;
	/// The benchmark of the same name.
	fn clear_market() -> Weight;
	/// The benchmark of the same name.
	fn clear(t: u32, a: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn rescue() -> Weight;
	/// The benchmark of the same name.
	fn skip(s: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn agenda_base() -> Weight;
	/// The benchmark of the same name.
	fn agenda_block() -> Weight;
}

/// Weights for a runtime, with its database's.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// The range of `n` is `[0, 64]`.
	fn submit_task(n: u32, ) -> Weight {
		// Minimum execution time: 249_089_000 picoseconds.
		Weight::from_parts(276_347_685, 0)
			// Standard error: 362_439.
			.saturating_add(Weight::from_parts(596_409, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// The range of `b` is `[0, 16]`.
	fn cancel_task(b: u32, ) -> Weight {
		// Minimum execution time: 211_063_000 picoseconds.
		Weight::from_parts(233_504_910, 0)
			// Standard error: 1_917_946.
			.saturating_add(Weight::from_parts(22_937_038, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().writes(8_u64))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(b.into())))
	}
	fn raise_fee() -> Weight {
		// Minimum execution time: 186_066_000 picoseconds.
		Weight::from_parts(188_119_000, 0)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	fn prolong_task() -> Weight {
		// Minimum execution time: 93_829_000 picoseconds.
		Weight::from_parts(111_595_000, 0)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	fn place_ask() -> Weight {
		// Minimum execution time: 96_854_000 picoseconds.
		Weight::from_parts(103_433_000, 0)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	fn withdraw_ask() -> Weight {
		// Minimum execution time: 87_140_000 picoseconds.
		Weight::from_parts(94_760_000, 0)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	fn set_blocked() -> Weight {
		// Minimum execution time: 32_248_000 picoseconds.
		Weight::from_parts(35_573_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn commit_bid() -> Weight {
		// Minimum execution time: 91_216_000 picoseconds.
		Weight::from_parts(134_039_000, 0)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn reveal_bid() -> Weight {
		// Minimum execution time: 79_909_000 picoseconds.
		Weight::from_parts(81_621_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn calibrate() -> Weight {
		// Minimum execution time: 206_626_000 picoseconds.
		Weight::from_parts(216_531_000, 0)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	fn set_reference() -> Weight {
		// Minimum execution time: 97_625_000 picoseconds.
		Weight::from_parts(101_330_000, 0)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn expire() -> Weight {
		// Minimum execution time: 213_557_000 picoseconds.
		Weight::from_parts(218_625_000, 0)
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().writes(12_u64))
	}
	/// The range of `b` is `[1, 16]`.
	fn decide(b: u32, ) -> Weight {
		// Minimum execution time: 160_788_000 picoseconds.
		Weight::from_parts(235_539_593, 0)
			// Standard error: 1_957_252.
			.saturating_add(Weight::from_parts(15_434_976, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().writes(10_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(b.into())))
	}
	fn activate() -> Weight {
		// Minimum execution time: 89_903_000 picoseconds.
		Weight::from_parts(96_092_000, 0)
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	fn leave() -> Weight {
		// Minimum execution time: 48_852_000 picoseconds.
		Weight::from_parts(51_406_000, 0)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// The range of `m` is `[0, 64]`.
	fn set_free(m: u32, ) -> Weight {
		// Minimum execution time: 16_064_000 picoseconds.
		Weight::from_parts(16_635_000, 0)
			// Standard error: 2_029_563.
			.saturating_add(Weight::from_parts(42_326_372, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((5_u64).saturating_mul(m.into())))
	}
	fn clear_base() -> Weight {
		// Minimum execution time: 119_998_000 picoseconds.
		Weight::from_parts(127_088_000, 0)
			.saturating_add(T::DbWeight::get().reads(66_u64))
	}
	fn clear_market() -> Weight {
		// Minimum execution time: 28_141_000 picoseconds.
		Weight::from_parts(29_884_000, 0)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// The range of `t` is `[1, 64]`.
	/// The range of `a` is `[1, 192]`.
	fn clear(t: u32, a: u32, ) -> Weight {
		// Minimum execution time: 3_156_580_000 picoseconds.
		Weight::from_parts(3_366_891_000, 0)
			// Standard error: 23_443_299.
			.saturating_add(Weight::from_parts(480_000_000, 0).saturating_mul(t.into()))
			// Standard error: 7_830_043.
			.saturating_add(Weight::from_parts(29_229_750, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(348_u64))
			.saturating_add(T::DbWeight::get().reads((9_u64).saturating_mul(t.into())))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(19_u64))
			.saturating_add(T::DbWeight::get().writes((13_u64).saturating_mul(t.into())))
	}
	fn rescue() -> Weight {
		// Minimum execution time: 150_000_000 picoseconds.
		Weight::from_parts(160_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(12_u64))
	}
	/// The range of `s` is `[0, 256]`.
	fn skip(s: u32, ) -> Weight {
		// Minimum execution time: 40_770_000 picoseconds.
		Weight::from_parts(38_446_078, 0)
			// Standard error: 65_563.
			.saturating_add(Weight::from_parts(5_249_919, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn agenda_base() -> Weight {
		// Minimum execution time: 3_965_000 picoseconds.
		Weight::from_parts(4_637_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		// Minimum execution time: 11_968_000 picoseconds.
		Weight::from_parts(13_490_000, 0)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	/// The range of `n` is `[0, 64]`.
	fn submit_task(n: u32, ) -> Weight {
		// Minimum execution time: 249_089_000 picoseconds.
		Weight::from_parts(276_347_685, 0)
			// Standard error: 362_439.
			.saturating_add(Weight::from_parts(596_409, 0).saturating_mul(n.into()))
			.saturating_add(ParityDbWeight::get().reads(8_u64))
			.saturating_add(ParityDbWeight::get().writes(9_u64))
	}
	/// The range of `b` is `[0, 16]`.
	fn cancel_task(b: u32, ) -> Weight {
		// Minimum execution time: 211_063_000 picoseconds.
		Weight::from_parts(233_504_910, 0)
			// Standard error: 1_917_946.
			.saturating_add(Weight::from_parts(22_937_038, 0).saturating_mul(b.into()))
			.saturating_add(ParityDbWeight::get().reads(9_u64))
			.saturating_add(ParityDbWeight::get().reads((2_u64).saturating_mul(b.into())))
			.saturating_add(ParityDbWeight::get().writes(8_u64))
			.saturating_add(ParityDbWeight::get().writes((3_u64).saturating_mul(b.into())))
	}
	fn raise_fee() -> Weight {
		// Minimum execution time: 186_066_000 picoseconds.
		Weight::from_parts(188_119_000, 0)
			.saturating_add(ParityDbWeight::get().reads(6_u64))
			.saturating_add(ParityDbWeight::get().writes(7_u64))
	}
	fn prolong_task() -> Weight {
		// Minimum execution time: 93_829_000 picoseconds.
		Weight::from_parts(111_595_000, 0)
			.saturating_add(ParityDbWeight::get().reads(5_u64))
			.saturating_add(ParityDbWeight::get().writes(7_u64))
	}
	fn place_ask() -> Weight {
		// Minimum execution time: 96_854_000 picoseconds.
		Weight::from_parts(103_433_000, 0)
			.saturating_add(ParityDbWeight::get().reads(6_u64))
			.saturating_add(ParityDbWeight::get().writes(5_u64))
	}
	fn withdraw_ask() -> Weight {
		// Minimum execution time: 87_140_000 picoseconds.
		Weight::from_parts(94_760_000, 0)
			.saturating_add(ParityDbWeight::get().reads(7_u64))
			.saturating_add(ParityDbWeight::get().writes(9_u64))
	}
	fn set_blocked() -> Weight {
		// Minimum execution time: 32_248_000 picoseconds.
		Weight::from_parts(35_573_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	fn commit_bid() -> Weight {
		// Minimum execution time: 91_216_000 picoseconds.
		Weight::from_parts(134_039_000, 0)
			.saturating_add(ParityDbWeight::get().reads(4_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
	fn reveal_bid() -> Weight {
		// Minimum execution time: 79_909_000 picoseconds.
		Weight::from_parts(81_621_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
	fn calibrate() -> Weight {
		// Minimum execution time: 206_626_000 picoseconds.
		Weight::from_parts(216_531_000, 0)
			.saturating_add(ParityDbWeight::get().reads(10_u64))
			.saturating_add(ParityDbWeight::get().writes(8_u64))
	}
	fn set_reference() -> Weight {
		// Minimum execution time: 97_625_000 picoseconds.
		Weight::from_parts(101_330_000, 0)
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn expire() -> Weight {
		// Minimum execution time: 213_557_000 picoseconds.
		Weight::from_parts(218_625_000, 0)
			.saturating_add(ParityDbWeight::get().reads(11_u64))
			.saturating_add(ParityDbWeight::get().writes(12_u64))
	}
	/// The range of `b` is `[1, 16]`.
	fn decide(b: u32, ) -> Weight {
		// Minimum execution time: 160_788_000 picoseconds.
		Weight::from_parts(235_539_593, 0)
			// Standard error: 1_957_252.
			.saturating_add(Weight::from_parts(15_434_976, 0).saturating_mul(b.into()))
			.saturating_add(ParityDbWeight::get().reads(12_u64))
			.saturating_add(ParityDbWeight::get().reads((2_u64).saturating_mul(b.into())))
			.saturating_add(ParityDbWeight::get().writes(10_u64))
			.saturating_add(ParityDbWeight::get().writes((1_u64).saturating_mul(b.into())))
	}
	fn activate() -> Weight {
		// Minimum execution time: 89_903_000 picoseconds.
		Weight::from_parts(96_092_000, 0)
			.saturating_add(ParityDbWeight::get().reads(9_u64))
			.saturating_add(ParityDbWeight::get().writes(10_u64))
	}
	fn leave() -> Weight {
		// Minimum execution time: 48_852_000 picoseconds.
		Weight::from_parts(51_406_000, 0)
			.saturating_add(ParityDbWeight::get().reads(5_u64))
			.saturating_add(ParityDbWeight::get().writes(6_u64))
	}
	/// The range of `m` is `[0, 64]`.
	fn set_free(m: u32, ) -> Weight {
		// Minimum execution time: 16_064_000 picoseconds.
		Weight::from_parts(16_635_000, 0)
			// Standard error: 2_029_563.
			.saturating_add(Weight::from_parts(42_326_372, 0).saturating_mul(m.into()))
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().reads((4_u64).saturating_mul(m.into())))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
			.saturating_add(ParityDbWeight::get().writes((5_u64).saturating_mul(m.into())))
	}
	fn clear_base() -> Weight {
		// Minimum execution time: 119_998_000 picoseconds.
		Weight::from_parts(127_088_000, 0)
			.saturating_add(ParityDbWeight::get().reads(66_u64))
	}
	fn clear_market() -> Weight {
		// Minimum execution time: 28_141_000 picoseconds.
		Weight::from_parts(29_884_000, 0)
			.saturating_add(ParityDbWeight::get().reads(4_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	/// The range of `t` is `[1, 64]`.
	/// The range of `a` is `[1, 192]`.
	fn clear(t: u32, a: u32, ) -> Weight {
		// Minimum execution time: 3_156_580_000 picoseconds.
		Weight::from_parts(3_366_891_000, 0)
			// Standard error: 23_443_299.
			.saturating_add(Weight::from_parts(480_000_000, 0).saturating_mul(t.into()))
			// Standard error: 7_830_043.
			.saturating_add(Weight::from_parts(29_229_750, 0).saturating_mul(a.into()))
			.saturating_add(ParityDbWeight::get().reads(348_u64))
			.saturating_add(ParityDbWeight::get().reads((9_u64).saturating_mul(t.into())))
			.saturating_add(ParityDbWeight::get().reads((2_u64).saturating_mul(a.into())))
			.saturating_add(ParityDbWeight::get().writes(19_u64))
			.saturating_add(ParityDbWeight::get().writes((13_u64).saturating_mul(t.into())))
	}
	fn rescue() -> Weight {
		// Minimum execution time: 150_000_000 picoseconds.
		Weight::from_parts(160_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads(14_u64))
			.saturating_add(ParityDbWeight::get().writes(12_u64))
	}
	/// The range of `s` is `[0, 256]`.
	fn skip(s: u32, ) -> Weight {
		// Minimum execution time: 40_770_000 picoseconds.
		Weight::from_parts(38_446_078, 0)
			// Standard error: 65_563.
			.saturating_add(Weight::from_parts(5_249_919, 0).saturating_mul(s.into()))
			.saturating_add(ParityDbWeight::get().reads(6_u64))
			.saturating_add(ParityDbWeight::get().reads((1_u64).saturating_mul(s.into())))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn agenda_base() -> Weight {
		// Minimum execution time: 3_965_000 picoseconds.
		Weight::from_parts(4_637_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		// Minimum execution time: 11_968_000 picoseconds.
		Weight::from_parts(13_490_000, 0)
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
}
