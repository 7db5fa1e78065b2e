// SPDX-License-Identifier: Apache-2.0

//! Weights of `proofyard_programs`, measured by `scripts/weights`. Generated: do not edit.
//!
//! Date: 2026-11-23. Steps: `10`, repeat: `4`. CPU: `AMD EPYC`. Wasm execution:
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
	fn register_groth16_bls12_381(n: u32, a: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn set_locators() -> Weight;
	/// The benchmark of the same name.
	fn retire() -> Weight;
	/// The benchmark of the same name.
	fn set_system_enabled() -> Weight;
	/// The benchmark of the same name.
	fn set_version() -> Weight;
	/// The benchmark of the same name.
	fn remove_version() -> Weight;
	/// The benchmark of the same name.
	fn verify_groth16_bn254(n: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn verify_groth16_bls12_381(n: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn verify_sp1_groth16(w: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn verify_sp1_plonk(w: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn verify_risc0_groth16(w: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn batch_bn254(k: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn batch_bn254_keys(k: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn batch_bls12_381(k: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn batch_bls12_381_keys(k: u32, ) -> Weight;
}

/// Weights for a runtime, with its database's.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// The range of `n` is `[0, 64]`.
	/// The range of `a` is `[0, 8]`.
	fn register(n: u32, a: u32, ) -> Weight {
		// Minimum execution time: 1_449_639_000 picoseconds.
		Weight::from_parts(1_441_153_580, 0)
			// Standard error: 1_455_456.
			.saturating_add(Weight::from_parts(2_273_447, 0).saturating_mul(n.into()))
			// Standard error: 10_759_046.
			.saturating_add(Weight::from_parts(20_028_880, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// The range of `n` is `[0, 64]`.
	/// The range of `a` is `[0, 8]`.
	fn register_groth16_bls12_381(n: u32, a: u32, ) -> Weight {
		// Minimum execution time: 1_925_764_000 picoseconds.
		Weight::from_parts(1_927_658_000, 0)
			// Standard error: 6_318_881.
			.saturating_add(Weight::from_parts(98_444_565, 0).saturating_mul(n.into()))
			// Standard error: 51_033_525.
			.saturating_add(Weight::from_parts(8_120_627, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	fn set_locators() -> Weight {
		// Minimum execution time: 176_191_000 picoseconds.
		Weight::from_parts(201_538_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn retire() -> Weight {
		// Minimum execution time: 203_652_000 picoseconds.
		Weight::from_parts(226_145_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	fn set_system_enabled() -> Weight {
		// Minimum execution time: 14_641_000 picoseconds.
		Weight::from_parts(21_172_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn set_version() -> Weight {
		// Minimum execution time: 1_704_557_000 picoseconds.
		Weight::from_parts(1_939_305_000, 0)
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn remove_version() -> Weight {
		// Minimum execution time: 62_032_000 picoseconds.
		Weight::from_parts(69_583_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// The range of `n` is `[0, 64]`.
	fn verify_groth16_bn254(n: u32, ) -> Weight {
		// Minimum execution time: 1_574_514_000 picoseconds.
		Weight::from_parts(1_694_630_429, 0)
			// Standard error: 969_468.
			.saturating_add(Weight::from_parts(31_268_288, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// The range of `n` is `[0, 64]`.
	fn verify_groth16_bls12_381(n: u32, ) -> Weight {
		// Minimum execution time: 2_497_202_000 picoseconds.
		Weight::from_parts(2_173_407_516, 0)
			// Standard error: 16_222_268.
			.saturating_add(Weight::from_parts(113_428_755, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// The range of `w` is `[0, 128]`.
	fn verify_sp1_groth16(_w: u32, ) -> Weight {
		// Minimum execution time: 1_536_127_000 picoseconds.
		Weight::from_parts(1_821_277_642, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// The range of `w` is `[0, 128]`.
	fn verify_sp1_plonk(w: u32, ) -> Weight {
		// Minimum execution time: 2_010_521_000 picoseconds.
		Weight::from_parts(2_442_798_005, 0)
			// Standard error: 2_732_336.
			.saturating_add(Weight::from_parts(3_173_865, 0).saturating_mul(w.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// The range of `w` is `[0, 128]`.
	fn verify_risc0_groth16(_w: u32, ) -> Weight {
		// Minimum execution time: 1_546_983_000 picoseconds.
		Weight::from_parts(1_730_247_702, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bn254(k: u32, ) -> Weight {
		// Minimum execution time: 761_000 picoseconds.
		Weight::from_parts(5_814_085_267, 0)
			// Standard error: 39_905_502.
			.saturating_add(Weight::from_parts(407_966_934, 0).saturating_mul(k.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bn254_keys(k: u32, ) -> Weight {
		// Minimum execution time: 1_042_000 picoseconds.
		Weight::from_parts(2_520_653_438, 0)
			// Standard error: 61_800_262.
			.saturating_add(Weight::from_parts(908_880_927, 0).saturating_mul(k.into()))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(k.into())))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bls12_381(k: u32, ) -> Weight {
		// Minimum execution time: 421_000 picoseconds.
		Weight::from_parts(2_960_203_987, 0)
			// Standard error: 76_305_791.
			.saturating_add(Weight::from_parts(832_331_712, 0).saturating_mul(k.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bls12_381_keys(k: u32, ) -> Weight {
		// Minimum execution time: 380_000 picoseconds.
		Weight::from_parts(420_000, 0)
			// Standard error: 150_362_870.
			.saturating_add(Weight::from_parts(2_646_339_583, 0).saturating_mul(k.into()))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(k.into())))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	/// The range of `n` is `[0, 64]`.
	/// The range of `a` is `[0, 8]`.
	fn register(n: u32, a: u32, ) -> Weight {
		// Minimum execution time: 1_449_639_000 picoseconds.
		Weight::from_parts(1_441_153_580, 0)
			// Standard error: 1_455_456.
			.saturating_add(Weight::from_parts(2_273_447, 0).saturating_mul(n.into()))
			// Standard error: 10_759_046.
			.saturating_add(Weight::from_parts(20_028_880, 0).saturating_mul(a.into()))
			.saturating_add(ParityDbWeight::get().reads(4_u64))
			.saturating_add(ParityDbWeight::get().writes(5_u64))
	}
	/// The range of `n` is `[0, 64]`.
	/// The range of `a` is `[0, 8]`.
	fn register_groth16_bls12_381(n: u32, a: u32, ) -> Weight {
		// Minimum execution time: 1_925_764_000 picoseconds.
		Weight::from_parts(1_927_658_000, 0)
			// Standard error: 6_318_881.
			.saturating_add(Weight::from_parts(98_444_565, 0).saturating_mul(n.into()))
			// Standard error: 51_033_525.
			.saturating_add(Weight::from_parts(8_120_627, 0).saturating_mul(a.into()))
			.saturating_add(ParityDbWeight::get().reads(4_u64))
			.saturating_add(ParityDbWeight::get().writes(5_u64))
	}
	fn set_locators() -> Weight {
		// Minimum execution time: 176_191_000 picoseconds.
		Weight::from_parts(201_538_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
	fn retire() -> Weight {
		// Minimum execution time: 203_652_000 picoseconds.
		Weight::from_parts(226_145_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(5_u64))
	}
	fn set_system_enabled() -> Weight {
		// Minimum execution time: 14_641_000 picoseconds.
		Weight::from_parts(21_172_000, 0)
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn set_version() -> Weight {
		// Minimum execution time: 1_704_557_000 picoseconds.
		Weight::from_parts(1_939_305_000, 0)
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	fn remove_version() -> Weight {
		// Minimum execution time: 62_032_000 picoseconds.
		Weight::from_parts(69_583_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	/// The range of `n` is `[0, 64]`.
	fn verify_groth16_bn254(n: u32, ) -> Weight {
		// Minimum execution time: 1_574_514_000 picoseconds.
		Weight::from_parts(1_694_630_429, 0)
			// Standard error: 969_468.
			.saturating_add(Weight::from_parts(31_268_288, 0).saturating_mul(n.into()))
			.saturating_add(ParityDbWeight::get().reads(2_u64))
	}
	/// The range of `n` is `[0, 64]`.
	fn verify_groth16_bls12_381(n: u32, ) -> Weight {
		// Minimum execution time: 2_497_202_000 picoseconds.
		Weight::from_parts(2_173_407_516, 0)
			// Standard error: 16_222_268.
			.saturating_add(Weight::from_parts(113_428_755, 0).saturating_mul(n.into()))
			.saturating_add(ParityDbWeight::get().reads(2_u64))
	}
	/// The range of `w` is `[0, 128]`.
	fn verify_sp1_groth16(_w: u32, ) -> Weight {
		// Minimum execution time: 1_536_127_000 picoseconds.
		Weight::from_parts(1_821_277_642, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
	}
	/// The range of `w` is `[0, 128]`.
	fn verify_sp1_plonk(w: u32, ) -> Weight {
		// Minimum execution time: 2_010_521_000 picoseconds.
		Weight::from_parts(2_442_798_005, 0)
			// Standard error: 2_732_336.
			.saturating_add(Weight::from_parts(3_173_865, 0).saturating_mul(w.into()))
			.saturating_add(ParityDbWeight::get().reads(3_u64))
	}
	/// The range of `w` is `[0, 128]`.
	fn verify_risc0_groth16(_w: u32, ) -> Weight {
		// Minimum execution time: 1_546_983_000 picoseconds.
		Weight::from_parts(1_730_247_702, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bn254(k: u32, ) -> Weight {
		// Minimum execution time: 761_000 picoseconds.
		Weight::from_parts(5_814_085_267, 0)
			// Standard error: 39_905_502.
			.saturating_add(Weight::from_parts(407_966_934, 0).saturating_mul(k.into()))
			.saturating_add(ParityDbWeight::get().reads(1_u64))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bn254_keys(k: u32, ) -> Weight {
		// Minimum execution time: 1_042_000 picoseconds.
		Weight::from_parts(2_520_653_438, 0)
			// Standard error: 61_800_262.
			.saturating_add(Weight::from_parts(908_880_927, 0).saturating_mul(k.into()))
			.saturating_add(ParityDbWeight::get().reads((2_u64).saturating_mul(k.into())))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bls12_381(k: u32, ) -> Weight {
		// Minimum execution time: 421_000 picoseconds.
		Weight::from_parts(2_960_203_987, 0)
			// Standard error: 76_305_791.
			.saturating_add(Weight::from_parts(832_331_712, 0).saturating_mul(k.into()))
			.saturating_add(ParityDbWeight::get().reads(1_u64))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bls12_381_keys(k: u32, ) -> Weight {
		// Minimum execution time: 380_000 picoseconds.
		Weight::from_parts(420_000, 0)
			// Standard error: 150_362_870.
			.saturating_add(Weight::from_parts(2_646_339_583, 0).saturating_mul(k.into()))
			.saturating_add(ParityDbWeight::get().reads((2_u64).saturating_mul(k.into())))
	}
}
