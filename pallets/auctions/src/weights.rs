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

/// Weights of the calls and hooks of this pallet.
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
	fn submit_task(_n: u32, ) -> Weight {
		// Minimum execution time: 349_578_000 picoseconds.
		Weight::from_parts(438_680_289, 0)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// The range of `b` is `[0, 16]`.
	fn cancel_task(b: u32, ) -> Weight {
		// Minimum execution time: 301_988_000 picoseconds.
		Weight::from_parts(305_741_064, 0)
			// Standard error: 6_020_463.
			.saturating_add(Weight::from_parts(45_439_105, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().writes(8_u64))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(b.into())))
	}
	fn raise_fee() -> Weight {
		// Minimum execution time: 261_858_000 picoseconds.
		Weight::from_parts(307_365_000, 0)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	fn prolong_task() -> Weight {
		// Minimum execution time: 105_366_000 picoseconds.
		Weight::from_parts(129_242_000, 0)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	fn place_ask() -> Weight {
		// Minimum execution time: 124_455_000 picoseconds.
		Weight::from_parts(148_270_000, 0)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	fn withdraw_ask() -> Weight {
		// Minimum execution time: 92_037_000 picoseconds.
		Weight::from_parts(153_147_000, 0)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	fn set_blocked() -> Weight {
		// Minimum execution time: 48_011_000 picoseconds.
		Weight::from_parts(64_065_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn commit_bid() -> Weight {
		// Minimum execution time: 94_019_000 picoseconds.
		Weight::from_parts(131_705_000, 0)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn reveal_bid() -> Weight {
		// Minimum execution time: 79_007_000 picoseconds.
		Weight::from_parts(82_322_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn calibrate() -> Weight {
		// Minimum execution time: 209_010_000 picoseconds.
		Weight::from_parts(211_604_000, 0)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	fn set_reference() -> Weight {
		// Minimum execution time: 105_306_000 picoseconds.
		Weight::from_parts(107_689_000, 0)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn expire() -> Weight {
		// Minimum execution time: 206_877_000 picoseconds.
		Weight::from_parts(256_080_000, 0)
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().writes(12_u64))
	}
	/// The range of `b` is `[1, 16]`.
	fn decide(b: u32, ) -> Weight {
		// Minimum execution time: 156_742_000 picoseconds.
		Weight::from_parts(217_124_855, 0)
			// Standard error: 2_942_193.
			.saturating_add(Weight::from_parts(31_598_476, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().writes(10_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(b.into())))
	}
	fn activate() -> Weight {
		// Minimum execution time: 89_553_000 picoseconds.
		Weight::from_parts(100_469_000, 0)
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	fn leave() -> Weight {
		// Minimum execution time: 48_873_000 picoseconds.
		Weight::from_parts(52_308_000, 0)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// The range of `m` is `[0, 64]`.
	fn set_free(m: u32, ) -> Weight {
		// Minimum execution time: 16_174_000 picoseconds.
		Weight::from_parts(18_577_000, 0)
			// Standard error: 9_596_531.
			.saturating_add(Weight::from_parts(96_630_450, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((5_u64).saturating_mul(m.into())))
	}
	fn clear_base() -> Weight {
		// Minimum execution time: 117_484_000 picoseconds.
		Weight::from_parts(127_409_000, 0)
			.saturating_add(T::DbWeight::get().reads(66_u64))
	}
	fn clear_market() -> Weight {
		// Minimum execution time: 28_773_000 picoseconds.
		Weight::from_parts(34_571_000, 0)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// The range of `t` is `[1, 64]`.
	/// The range of `a` is `[1, 192]`.
	fn clear(t: u32, a: u32, ) -> Weight {
		// Minimum execution time: 3_262_286_000 picoseconds.
		Weight::from_parts(3_346_361_000, 0)
			// Standard error: 29_232_907.
			.saturating_add(Weight::from_parts(289_542_793, 0).saturating_mul(t.into()))
			// Standard error: 9_763_767.
			.saturating_add(Weight::from_parts(86_331_198, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(376_u64))
			.saturating_add(T::DbWeight::get().reads((5_u64).saturating_mul(t.into())))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(22_u64))
			.saturating_add(T::DbWeight::get().writes((9_u64).saturating_mul(t.into())))
	}
	fn rescue() -> Weight {
		// Minimum execution time: 196_281_000 picoseconds.
		Weight::from_parts(208_580_000, 0)
			.saturating_add(T::DbWeight::get().reads(20_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// The range of `s` is `[0, 256]`.
	fn skip(s: u32, ) -> Weight {
		// Minimum execution time: 31_597_000 picoseconds.
		Weight::from_parts(40_697_491, 0)
			// Standard error: 17_668.
			.saturating_add(Weight::from_parts(3_373_272, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn agenda_base() -> Weight {
		// Minimum execution time: 3_875_000 picoseconds.
		Weight::from_parts(5_017_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		// Minimum execution time: 11_677_000 picoseconds.
		Weight::from_parts(18_287_000, 0)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	/// The range of `n` is `[0, 64]`.
	fn submit_task(_n: u32, ) -> Weight {
		// Minimum execution time: 349_578_000 picoseconds.
		Weight::from_parts(438_680_289, 0)
			.saturating_add(ParityDbWeight::get().reads(8_u64))
			.saturating_add(ParityDbWeight::get().writes(9_u64))
	}
	/// The range of `b` is `[0, 16]`.
	fn cancel_task(b: u32, ) -> Weight {
		// Minimum execution time: 301_988_000 picoseconds.
		Weight::from_parts(305_741_064, 0)
			// Standard error: 6_020_463.
			.saturating_add(Weight::from_parts(45_439_105, 0).saturating_mul(b.into()))
			.saturating_add(ParityDbWeight::get().reads(9_u64))
			.saturating_add(ParityDbWeight::get().reads((2_u64).saturating_mul(b.into())))
			.saturating_add(ParityDbWeight::get().writes(8_u64))
			.saturating_add(ParityDbWeight::get().writes((3_u64).saturating_mul(b.into())))
	}
	fn raise_fee() -> Weight {
		// Minimum execution time: 261_858_000 picoseconds.
		Weight::from_parts(307_365_000, 0)
			.saturating_add(ParityDbWeight::get().reads(6_u64))
			.saturating_add(ParityDbWeight::get().writes(7_u64))
	}
	fn prolong_task() -> Weight {
		// Minimum execution time: 105_366_000 picoseconds.
		Weight::from_parts(129_242_000, 0)
			.saturating_add(ParityDbWeight::get().reads(5_u64))
			.saturating_add(ParityDbWeight::get().writes(7_u64))
	}
	fn place_ask() -> Weight {
		// Minimum execution time: 124_455_000 picoseconds.
		Weight::from_parts(148_270_000, 0)
			.saturating_add(ParityDbWeight::get().reads(6_u64))
			.saturating_add(ParityDbWeight::get().writes(5_u64))
	}
	fn withdraw_ask() -> Weight {
		// Minimum execution time: 92_037_000 picoseconds.
		Weight::from_parts(153_147_000, 0)
			.saturating_add(ParityDbWeight::get().reads(7_u64))
			.saturating_add(ParityDbWeight::get().writes(9_u64))
	}
	fn set_blocked() -> Weight {
		// Minimum execution time: 48_011_000 picoseconds.
		Weight::from_parts(64_065_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	fn commit_bid() -> Weight {
		// Minimum execution time: 94_019_000 picoseconds.
		Weight::from_parts(131_705_000, 0)
			.saturating_add(ParityDbWeight::get().reads(4_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
	fn reveal_bid() -> Weight {
		// Minimum execution time: 79_007_000 picoseconds.
		Weight::from_parts(82_322_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
	fn calibrate() -> Weight {
		// Minimum execution time: 209_010_000 picoseconds.
		Weight::from_parts(211_604_000, 0)
			.saturating_add(ParityDbWeight::get().reads(10_u64))
			.saturating_add(ParityDbWeight::get().writes(8_u64))
	}
	fn set_reference() -> Weight {
		// Minimum execution time: 105_306_000 picoseconds.
		Weight::from_parts(107_689_000, 0)
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn expire() -> Weight {
		// Minimum execution time: 206_877_000 picoseconds.
		Weight::from_parts(256_080_000, 0)
			.saturating_add(ParityDbWeight::get().reads(11_u64))
			.saturating_add(ParityDbWeight::get().writes(12_u64))
	}
	/// The range of `b` is `[1, 16]`.
	fn decide(b: u32, ) -> Weight {
		// Minimum execution time: 156_742_000 picoseconds.
		Weight::from_parts(217_124_855, 0)
			// Standard error: 2_942_193.
			.saturating_add(Weight::from_parts(31_598_476, 0).saturating_mul(b.into()))
			.saturating_add(ParityDbWeight::get().reads(12_u64))
			.saturating_add(ParityDbWeight::get().reads((2_u64).saturating_mul(b.into())))
			.saturating_add(ParityDbWeight::get().writes(10_u64))
			.saturating_add(ParityDbWeight::get().writes((1_u64).saturating_mul(b.into())))
	}
	fn activate() -> Weight {
		// Minimum execution time: 89_553_000 picoseconds.
		Weight::from_parts(100_469_000, 0)
			.saturating_add(ParityDbWeight::get().reads(9_u64))
			.saturating_add(ParityDbWeight::get().writes(10_u64))
	}
	fn leave() -> Weight {
		// Minimum execution time: 48_873_000 picoseconds.
		Weight::from_parts(52_308_000, 0)
			.saturating_add(ParityDbWeight::get().reads(5_u64))
			.saturating_add(ParityDbWeight::get().writes(6_u64))
	}
	/// The range of `m` is `[0, 64]`.
	fn set_free(m: u32, ) -> Weight {
		// Minimum execution time: 16_174_000 picoseconds.
		Weight::from_parts(18_577_000, 0)
			// Standard error: 9_596_531.
			.saturating_add(Weight::from_parts(96_630_450, 0).saturating_mul(m.into()))
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().reads((4_u64).saturating_mul(m.into())))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
			.saturating_add(ParityDbWeight::get().writes((5_u64).saturating_mul(m.into())))
	}
	fn clear_base() -> Weight {
		// Minimum execution time: 117_484_000 picoseconds.
		Weight::from_parts(127_409_000, 0)
			.saturating_add(ParityDbWeight::get().reads(66_u64))
	}
	fn clear_market() -> Weight {
		// Minimum execution time: 28_773_000 picoseconds.
		Weight::from_parts(34_571_000, 0)
			.saturating_add(ParityDbWeight::get().reads(4_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	/// The range of `t` is `[1, 64]`.
	/// The range of `a` is `[1, 192]`.
	fn clear(t: u32, a: u32, ) -> Weight {
		// Minimum execution time: 3_262_286_000 picoseconds.
		Weight::from_parts(3_346_361_000, 0)
			// Standard error: 29_232_907.
			.saturating_add(Weight::from_parts(289_542_793, 0).saturating_mul(t.into()))
			// Standard error: 9_763_767.
			.saturating_add(Weight::from_parts(86_331_198, 0).saturating_mul(a.into()))
			.saturating_add(ParityDbWeight::get().reads(376_u64))
			.saturating_add(ParityDbWeight::get().reads((5_u64).saturating_mul(t.into())))
			.saturating_add(ParityDbWeight::get().reads((2_u64).saturating_mul(a.into())))
			.saturating_add(ParityDbWeight::get().writes(22_u64))
			.saturating_add(ParityDbWeight::get().writes((9_u64).saturating_mul(t.into())))
	}
	fn rescue() -> Weight {
		// Minimum execution time: 196_281_000 picoseconds.
		Weight::from_parts(208_580_000, 0)
			.saturating_add(ParityDbWeight::get().reads(20_u64))
			.saturating_add(ParityDbWeight::get().writes(4_u64))
	}
	/// The range of `s` is `[0, 256]`.
	fn skip(s: u32, ) -> Weight {
		// Minimum execution time: 31_597_000 picoseconds.
		Weight::from_parts(40_697_491, 0)
			// Standard error: 17_668.
			.saturating_add(Weight::from_parts(3_373_272, 0).saturating_mul(s.into()))
			.saturating_add(ParityDbWeight::get().reads(6_u64))
			.saturating_add(ParityDbWeight::get().reads((1_u64).saturating_mul(s.into())))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn agenda_base() -> Weight {
		// Minimum execution time: 3_875_000 picoseconds.
		Weight::from_parts(5_017_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		// Minimum execution time: 11_677_000 picoseconds.
		Weight::from_parts(18_287_000, 0)
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
}
