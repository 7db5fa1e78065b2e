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
	fn submit_proof(n: u32, a: u32, ) -> Weight {
		Weight::from_parts(2_157_698_859, 0)
			.saturating_add(Weight::from_parts(29_025_038, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(80_000_000, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(17_u64))
	}
	fn submit_rejected(n: u32, ) -> Weight {
		Weight::from_parts(730_960_245, 0)
			.saturating_add(Weight::from_parts(1_755_633, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(25_u64))
			.saturating_add(T::DbWeight::get().writes(18_u64))
	}
	fn authorize_submit_proof() -> Weight {
		Weight::from_parts(186_207_000, 0)
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	fn authorize_report() -> Weight {
		Weight::from_parts(120_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	fn report() -> Weight {
		Weight::from_parts(300_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(22_u64))
			.saturating_add(T::DbWeight::get().writes(16_u64))
	}
	fn commit_proof() -> Weight {
		Weight::from_parts(60_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn announce() -> Weight {
		Weight::from_parts(120_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	fn reveal(n: u32, a: u32, ) -> Weight {
		Weight::from_parts(2_257_698_859, 0)
			.saturating_add(Weight::from_parts(29_025_038, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(80_000_000, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().reads(16_u64))
			.saturating_add(T::DbWeight::get().writes(19_u64))
	}
	fn fail(a: u32, ) -> Weight {
		Weight::from_parts(426_863_000, 0)
			.saturating_add(Weight::from_parts(80_000_000, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().reads(25_u64))
			.saturating_add(T::DbWeight::get().writes(16_u64))
	}
	fn late() -> Weight {
		Weight::from_parts(300_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(22_u64))
			.saturating_add(T::DbWeight::get().writes(14_u64))
	}
	fn hand_over() -> Weight {
		Weight::from_parts(330_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(24_u64))
			.saturating_add(T::DbWeight::get().writes(17_u64))
	}
	fn agenda_base() -> Weight {
		Weight::from_parts(4_276_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		Weight::from_parts(10_836_000, 0)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	fn submit_proof(n: u32, a: u32, ) -> Weight {
		Weight::from_parts(2_157_698_859, 0)
			.saturating_add(Weight::from_parts(29_025_038, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(80_000_000, 0).saturating_mul(a.into()))
			.saturating_add(ParityDbWeight::get().reads(4_u64.saturating_mul(a.into())))
			.saturating_add(ParityDbWeight::get().writes(4_u64.saturating_mul(a.into())))
			.saturating_add(ParityDbWeight::get().reads(14_u64))
			.saturating_add(ParityDbWeight::get().writes(17_u64))
	}
	fn submit_rejected(n: u32, ) -> Weight {
		Weight::from_parts(730_960_245, 0)
			.saturating_add(Weight::from_parts(1_755_633, 0).saturating_mul(n.into()))
			.saturating_add(ParityDbWeight::get().reads(25_u64))
			.saturating_add(ParityDbWeight::get().writes(18_u64))
	}
	fn authorize_submit_proof() -> Weight {
		Weight::from_parts(186_207_000, 0)
			.saturating_add(ParityDbWeight::get().reads(4_u64))
	}
	fn authorize_report() -> Weight {
		Weight::from_parts(120_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads(3_u64))
	}
	fn report() -> Weight {
		Weight::from_parts(300_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads(22_u64))
			.saturating_add(ParityDbWeight::get().writes(16_u64))
	}
	fn commit_proof() -> Weight {
		Weight::from_parts(60_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
	fn announce() -> Weight {
		Weight::from_parts(120_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads(5_u64))
			.saturating_add(ParityDbWeight::get().writes(5_u64))
	}
	fn reveal(n: u32, a: u32, ) -> Weight {
		Weight::from_parts(2_257_698_859, 0)
			.saturating_add(Weight::from_parts(29_025_038, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(80_000_000, 0).saturating_mul(a.into()))
			.saturating_add(ParityDbWeight::get().reads(4_u64.saturating_mul(a.into())))
			.saturating_add(ParityDbWeight::get().writes(4_u64.saturating_mul(a.into())))
			.saturating_add(ParityDbWeight::get().reads(16_u64))
			.saturating_add(ParityDbWeight::get().writes(19_u64))
	}
	fn fail(a: u32, ) -> Weight {
		Weight::from_parts(426_863_000, 0)
			.saturating_add(Weight::from_parts(80_000_000, 0).saturating_mul(a.into()))
			.saturating_add(ParityDbWeight::get().reads(5_u64.saturating_mul(a.into())))
			.saturating_add(ParityDbWeight::get().writes(5_u64.saturating_mul(a.into())))
			.saturating_add(ParityDbWeight::get().reads(25_u64))
			.saturating_add(ParityDbWeight::get().writes(16_u64))
	}
	fn late() -> Weight {
		Weight::from_parts(300_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads(22_u64))
			.saturating_add(ParityDbWeight::get().writes(14_u64))
	}
	fn hand_over() -> Weight {
		Weight::from_parts(330_000_000, 0)
			.saturating_add(ParityDbWeight::get().reads(24_u64))
			.saturating_add(ParityDbWeight::get().writes(17_u64))
	}
	fn agenda_base() -> Weight {
		Weight::from_parts(4_276_000, 0)
			.saturating_add(ParityDbWeight::get().reads(1_u64))
	}
	fn agenda_block() -> Weight {
		Weight::from_parts(10_836_000, 0)
			.saturating_add(ParityDbWeight::get().reads(2_u64))
			.saturating_add(ParityDbWeight::get().writes(1_u64))
	}
}
