// SPDX-License-Identifier: Apache-2.0
//! Weights.

use core::marker::PhantomData;
use frame_support::weights::Weight;

/// What the calls and hooks of this pallet cost.
pub trait WeightInfo {
	/// See the benchmark of the same name.
	fn submit_proof(n: u32) -> Weight;
	/// See the benchmark of the same name.
	fn submit_rejected(n: u32) -> Weight;
	/// See the benchmark of the same name.
	fn authorize_submit_proof() -> Weight;
	/// See the benchmark of the same name.
	fn fail() -> Weight;
	/// See the benchmark of the same name.
	fn agenda_base() -> Weight;
	/// See the benchmark of the same name.
	fn agenda_block() -> Weight;
}

impl WeightInfo for () {
	fn submit_proof(_n: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn submit_rejected(_n: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn authorize_submit_proof() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn fail() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn agenda_base() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn agenda_block() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
}

/// Weights for a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn submit_proof(_n: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn submit_rejected(_n: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn authorize_submit_proof() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn fail() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn agenda_base() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn agenda_block() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
}
