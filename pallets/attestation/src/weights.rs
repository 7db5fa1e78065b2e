// SPDX-License-Identifier: Apache-2.0

//! Weights of `proofyard_attestation`, measured by `scripts/weights`. Generated: do not edit.
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
	fn submit_proof(a: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn submit_rejected() -> Weight;
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
	fn reveal(a: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn fail(a: u32, ) -> Weight;
	/// The benchmark of the same name.
	fn late() -> Weight;
	/// The benchmark of the same name.
	fn take_from_jailed() -> Weight;
	/// The benchmark of the same name.
	fn agenda_base() -> Weight;
	/// The benchmark of the same name.
	fn agenda_block() -> Weight;
}

/// Weights for a runtime, with its database's.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// The range of `a` is `[1, 8]`.
	fn submit_proof(a: u32, ) -> Weight {
		// Minimum execution time: 434_814_000 picoseconds.
		Weight::from_parts(369_871_769, 0)
			// Standard error: 8_756_195.
			.saturating_add(Weight::from_parts(106_258_995, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(17_u64))
			.saturating_add(T::DbWeight::get().writes((8_u64).saturating_mul(a.into())))
	}
	fn submit_rejected() -> Weight {
		// Minimum execution time: 247_456_000 picoseconds.
		Weight::from_parts(259_214_000, 0)
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(15_u64))
	}
	fn authorize_submit_proof() -> Weight {
		// Minimum execution time: 130_764_000 picoseconds.
		Weight::from_parts(156_502_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	fn authorize_report() -> Weight {
		// Minimum execution time: 109_853_000 picoseconds.
		Weight::from_parts(156_863_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	fn report() -> Weight {
		// Minimum execution time: 199_415_000 picoseconds.
		Weight::from_parts(216_371_000, 0)
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(13_u64))
	}
	fn commit_proof() -> Weight {
		// Minimum execution time: 59_818_000 picoseconds.
		Weight::from_parts(86_778_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn announce() -> Weight {
		// Minimum execution time: 160_378_000 picoseconds.
		Weight::from_parts(237_802_000, 0)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// The range of `a` is `[2, 8]`.
	fn reveal(a: u32, ) -> Weight {
		// Minimum execution time: 557_556_000 picoseconds.
		Weight::from_parts(606_258_000, 0)
			// Standard error: 84_698_836.
			.saturating_add(Weight::from_parts(284_593_544, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(10_u64))
			.saturating_add(T::DbWeight::get().writes((8_u64).saturating_mul(a.into())))
	}
	/// The range of `a` is `[1, 8]`.
	fn fail(a: u32, ) -> Weight {
		// Minimum execution time: 604_616_000 picoseconds.
		Weight::from_parts(617_285_000, 0)
			// Standard error: 72_501_871.
			.saturating_add(Weight::from_parts(353_040_861, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(28_u64))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(22_u64))
			.saturating_add(T::DbWeight::get().writes((8_u64).saturating_mul(a.into())))
	}
	fn late() -> Weight {
		// Minimum execution time: 185_545_000 picoseconds.
		Weight::from_parts(342_718_000, 0)
			.saturating_add(T::DbWeight::get().reads(15_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	fn take_from_jailed() -> Weight {
		// Minimum execution time: 339_043_000 picoseconds.
		Weight::from_parts(366_243_000, 0)
			.saturating_add(T::DbWeight::get().reads(13_u64))
			.saturating_add(T::DbWeight::get().writes(13_u64))
	}
	fn agenda_base() -> Weight {
		// Minimum execution time: 3_906_000 picoseconds.
		Weight::from_parts(4_667_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		// Minimum execution time: 10_836_000 picoseconds.
		Weight::from_parts(14_892_000, 0)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	/// The range of `a` is `[1, 8]`.
	fn submit_proof(a: u32, ) -> Weight {
		// Minimum execution time: 434_814_000 picoseconds.
		Weight::from_parts(369_871_769, 0)
			// Standard error: 8_756_195.
			.saturating_add(Weight::from_parts(106_258_995, 0).saturating_mul(a.into()))
			.saturating_add(ParityDbWeight::get().reads(12_u64))
			.saturating_add(ParityDbWeight::get().reads((6_u64).saturating_mul(a.into())))
			.saturating_add(ParityDbWeight::get().writes(17_u64))
			.saturating_add(ParityDbWeight::get().writes((8_u64).saturating_mul(a.into())))
	}
	fn submit_rejected() -> Weight {
		// Minimum execution time: 247_456_000 picoseconds.
		Weight::from_parts(259_214_000, 0)
			.saturating_add(ParityDbWeight::get().reads(14_u64))
			.saturating_add(ParityDbWeight::get().writes(15_u64))
	}
	fn authorize_submit_proof() -> Weight {
		// Minimum execution time: 130_764_000 picoseconds.
		Weight::from_parts(156_502_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
	}
	fn authorize_report() -> Weight {
		// Minimum execution time: 109_853_000 picoseconds.
		Weight::from_parts(156_863_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
	}
	fn report() -> Weight {
		// Minimum execution time: 199_415_000 picoseconds.
		Weight::from_parts(216_371_000, 0)
			.saturating_add(ParityDbWeight::get().reads(12_u64))
			.saturating_add(ParityDbWeight::get().writes(13_u64))
	}
	fn commit_proof() -> Weight {
		// Minimum execution time: 59_818_000 picoseconds.
		Weight::from_parts(86_778_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn announce() -> Weight {
		// Minimum execution time: 160_378_000 picoseconds.
		Weight::from_parts(237_802_000, 0)
			.saturating_add(ParityDbWeight::get().reads(5_u64))
			.saturating_add(ParityDbWeight::get().writes(5_u64))
	}
	/// The range of `a` is `[2, 8]`.
	fn reveal(a: u32, ) -> Weight {
		// Minimum execution time: 557_556_000 picoseconds.
		Weight::from_parts(606_258_000, 0)
			// Standard error: 84_698_836.
			.saturating_add(Weight::from_parts(284_593_544, 0).saturating_mul(a.into()))
			.saturating_add(ParityDbWeight::get().reads(8_u64))
			.saturating_add(ParityDbWeight::get().reads((6_u64).saturating_mul(a.into())))
			.saturating_add(ParityDbWeight::get().writes(10_u64))
			.saturating_add(ParityDbWeight::get().writes((8_u64).saturating_mul(a.into())))
	}
	/// The range of `a` is `[1, 8]`.
	fn fail(a: u32, ) -> Weight {
		// Minimum execution time: 604_616_000 picoseconds.
		Weight::from_parts(617_285_000, 0)
			// Standard error: 72_501_871.
			.saturating_add(Weight::from_parts(353_040_861, 0).saturating_mul(a.into()))
			.saturating_add(ParityDbWeight::get().reads(28_u64))
			.saturating_add(ParityDbWeight::get().reads((6_u64).saturating_mul(a.into())))
			.saturating_add(ParityDbWeight::get().writes(22_u64))
			.saturating_add(ParityDbWeight::get().writes((8_u64).saturating_mul(a.into())))
	}
	fn late() -> Weight {
		// Minimum execution time: 185_545_000 picoseconds.
		Weight::from_parts(342_718_000, 0)
			.saturating_add(ParityDbWeight::get().reads(15_u64))
			.saturating_add(ParityDbWeight::get().writes(8_u64))
	}
	fn take_from_jailed() -> Weight {
		// Minimum execution time: 339_043_000 picoseconds.
		Weight::from_parts(366_243_000, 0)
			.saturating_add(ParityDbWeight::get().reads(13_u64))
			.saturating_add(ParityDbWeight::get().writes(13_u64))
	}
	fn agenda_base() -> Weight {
		// Minimum execution time: 3_906_000 picoseconds.
		Weight::from_parts(4_667_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		// Minimum execution time: 10_836_000 picoseconds.
		Weight::from_parts(14_892_000, 0)
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
}
