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

/// Weights of the calls and hooks of this pallet.
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
	fn register(n: u32, _a: u32, ) -> Weight {
		// Minimum execution time: 1_474_446_000 picoseconds.
		Weight::from_parts(1_604_028_647, 0)
			// Standard error: 6_096_141.
			.saturating_add(Weight::from_parts(7_104_347, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// The range of `n` is `[0, 64]`.
	/// The range of `a` is `[0, 8]`.
	fn register_groth16_bls12_381(n: u32, _a: u32, ) -> Weight {
		// Minimum execution time: 1_879_806_000 picoseconds.
		Weight::from_parts(2_135_658_649, 0)
			// Standard error: 4_298_364.
			.saturating_add(Weight::from_parts(65_714_005, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	fn set_locators() -> Weight {
		// Minimum execution time: 124_614_000 picoseconds.
		Weight::from_parts(167_768_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn retire() -> Weight {
		// Minimum execution time: 136_443_000 picoseconds.
		Weight::from_parts(140_468_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	fn set_system_enabled() -> Weight {
		// Minimum execution time: 10_506_000 picoseconds.
		Weight::from_parts(21_432_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn set_version() -> Weight {
		// Minimum execution time: 1_279_597_000 picoseconds.
		Weight::from_parts(1_393_686_000, 0)
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn remove_version() -> Weight {
		// Minimum execution time: 38_547_000 picoseconds.
		Weight::from_parts(47_590_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// The range of `n` is `[0, 64]`.
	fn verify_groth16_bn254(n: u32, ) -> Weight {
		// Minimum execution time: 1_073_021_000 picoseconds.
		Weight::from_parts(1_106_857_842, 0)
			// Standard error: 631_580.
			.saturating_add(Weight::from_parts(24_255_973, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// The range of `n` is `[0, 64]`.
	fn verify_groth16_bls12_381(n: u32, ) -> Weight {
		// Minimum execution time: 1_810_103_000 picoseconds.
		Weight::from_parts(2_316_906_365, 0)
			// Standard error: 4_489_205.
			.saturating_add(Weight::from_parts(38_929_070, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// The range of `w` is `[0, 128]`.
	fn verify_sp1_groth16(w: u32, ) -> Weight {
		// Minimum execution time: 1_200_059_000 picoseconds.
		Weight::from_parts(1_406_130_453, 0)
			// Standard error: 696_243.
			.saturating_add(Weight::from_parts(368_926, 0).saturating_mul(w.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// The range of `w` is `[0, 128]`.
	fn verify_sp1_plonk(_w: u32, ) -> Weight {
		// Minimum execution time: 1_602_595_000 picoseconds.
		Weight::from_parts(1_767_155_723, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// The range of `w` is `[0, 128]`.
	fn verify_risc0_groth16(w: u32, ) -> Weight {
		// Minimum execution time: 1_148_232_000 picoseconds.
		Weight::from_parts(1_197_678_767, 0)
			// Standard error: 436_294.
			.saturating_add(Weight::from_parts(577_388, 0).saturating_mul(w.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bn254(k: u32, ) -> Weight {
		// Minimum execution time: 370_000 picoseconds.
		Weight::from_parts(737_097_232, 0)
			// Standard error: 26_590_532.
			.saturating_add(Weight::from_parts(405_944_299, 0).saturating_mul(k.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bn254_keys(k: u32, ) -> Weight {
		// Minimum execution time: 390_000 picoseconds.
		Weight::from_parts(401_000, 0)
			// Standard error: 27_913_889.
			.saturating_add(Weight::from_parts(912_798_365, 0).saturating_mul(k.into()))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(k.into())))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bls12_381(k: u32, ) -> Weight {
		// Minimum execution time: 721_000 picoseconds.
		Weight::from_parts(3_454_189_234, 0)
			// Standard error: 41_158_092.
			.saturating_add(Weight::from_parts(774_050_899, 0).saturating_mul(k.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bls12_381_keys(k: u32, ) -> Weight {
		// Minimum execution time: 1_072_000 picoseconds.
		Weight::from_parts(3_036_586_127, 0)
			// Standard error: 94_392_866.
			.saturating_add(Weight::from_parts(1_553_311_663, 0).saturating_mul(k.into()))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(k.into())))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	/// The range of `n` is `[0, 64]`.
	/// The range of `a` is `[0, 8]`.
	fn register(n: u32, _a: u32, ) -> Weight {
		// Minimum execution time: 1_474_446_000 picoseconds.
		Weight::from_parts(1_604_028_647, 0)
			// Standard error: 6_096_141.
			.saturating_add(Weight::from_parts(7_104_347, 0).saturating_mul(n.into()))
			.saturating_add(ParityDbWeight::get().reads(4_u64))
			.saturating_add(ParityDbWeight::get().writes(5_u64))
	}
	/// The range of `n` is `[0, 64]`.
	/// The range of `a` is `[0, 8]`.
	fn register_groth16_bls12_381(n: u32, _a: u32, ) -> Weight {
		// Minimum execution time: 1_879_806_000 picoseconds.
		Weight::from_parts(2_135_658_649, 0)
			// Standard error: 4_298_364.
			.saturating_add(Weight::from_parts(65_714_005, 0).saturating_mul(n.into()))
			.saturating_add(ParityDbWeight::get().reads(4_u64))
			.saturating_add(ParityDbWeight::get().writes(5_u64))
	}
	fn set_locators() -> Weight {
		// Minimum execution time: 124_614_000 picoseconds.
		Weight::from_parts(167_768_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(3_u64))
	}
	fn retire() -> Weight {
		// Minimum execution time: 136_443_000 picoseconds.
		Weight::from_parts(140_468_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
			.saturating_add(ParityDbWeight::get().writes(5_u64))
	}
	fn set_system_enabled() -> Weight {
		// Minimum execution time: 10_506_000 picoseconds.
		Weight::from_parts(21_432_000, 0)
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn set_version() -> Weight {
		// Minimum execution time: 1_279_597_000 picoseconds.
		Weight::from_parts(1_393_686_000, 0)
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	fn remove_version() -> Weight {
		// Minimum execution time: 38_547_000 picoseconds.
		Weight::from_parts(47_590_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(2_u64))
	}
	/// The range of `n` is `[0, 64]`.
	fn verify_groth16_bn254(n: u32, ) -> Weight {
		// Minimum execution time: 1_073_021_000 picoseconds.
		Weight::from_parts(1_106_857_842, 0)
			// Standard error: 631_580.
			.saturating_add(Weight::from_parts(24_255_973, 0).saturating_mul(n.into()))
			.saturating_add(ParityDbWeight::get().reads(2_u64))
	}
	/// The range of `n` is `[0, 64]`.
	fn verify_groth16_bls12_381(n: u32, ) -> Weight {
		// Minimum execution time: 1_810_103_000 picoseconds.
		Weight::from_parts(2_316_906_365, 0)
			// Standard error: 4_489_205.
			.saturating_add(Weight::from_parts(38_929_070, 0).saturating_mul(n.into()))
			.saturating_add(ParityDbWeight::get().reads(2_u64))
	}
	/// The range of `w` is `[0, 128]`.
	fn verify_sp1_groth16(w: u32, ) -> Weight {
		// Minimum execution time: 1_200_059_000 picoseconds.
		Weight::from_parts(1_406_130_453, 0)
			// Standard error: 696_243.
			.saturating_add(Weight::from_parts(368_926, 0).saturating_mul(w.into()))
			.saturating_add(ParityDbWeight::get().reads(3_u64))
	}
	/// The range of `w` is `[0, 128]`.
	fn verify_sp1_plonk(_w: u32, ) -> Weight {
		// Minimum execution time: 1_602_595_000 picoseconds.
		Weight::from_parts(1_767_155_723, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
	}
	/// The range of `w` is `[0, 128]`.
	fn verify_risc0_groth16(w: u32, ) -> Weight {
		// Minimum execution time: 1_148_232_000 picoseconds.
		Weight::from_parts(1_197_678_767, 0)
			// Standard error: 436_294.
			.saturating_add(Weight::from_parts(577_388, 0).saturating_mul(w.into()))
			.saturating_add(ParityDbWeight::get().reads(3_u64))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bn254(k: u32, ) -> Weight {
		// Minimum execution time: 370_000 picoseconds.
		Weight::from_parts(737_097_232, 0)
			// Standard error: 26_590_532.
			.saturating_add(Weight::from_parts(405_944_299, 0).saturating_mul(k.into()))
			.saturating_add(ParityDbWeight::get().reads(1_u64))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bn254_keys(k: u32, ) -> Weight {
		// Minimum execution time: 390_000 picoseconds.
		Weight::from_parts(401_000, 0)
			// Standard error: 27_913_889.
			.saturating_add(Weight::from_parts(912_798_365, 0).saturating_mul(k.into()))
			.saturating_add(ParityDbWeight::get().reads((2_u64).saturating_mul(k.into())))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bls12_381(k: u32, ) -> Weight {
		// Minimum execution time: 721_000 picoseconds.
		Weight::from_parts(3_454_189_234, 0)
			// Standard error: 41_158_092.
			.saturating_add(Weight::from_parts(774_050_899, 0).saturating_mul(k.into()))
			.saturating_add(ParityDbWeight::get().reads(1_u64))
	}
	/// The range of `k` is `[0, 64]`.
	fn batch_bls12_381_keys(k: u32, ) -> Weight {
		// Minimum execution time: 1_072_000 picoseconds.
		Weight::from_parts(3_036_586_127, 0)
			// Standard error: 94_392_866.
			.saturating_add(Weight::from_parts(1_553_311_663, 0).saturating_mul(k.into()))
			.saturating_add(ParityDbWeight::get().reads((2_u64).saturating_mul(k.into())))
	}
}
