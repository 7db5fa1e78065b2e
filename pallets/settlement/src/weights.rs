// SPDX-License-Identifier: Apache-2.0
//! Weights.

use core::marker::PhantomData;
use frame_support::weights::Weight;

/// What the calls and hooks of this pallet cost.
pub trait WeightInfo {
	/// See the benchmark of the same name.
	fn agenda_base() -> Weight;
	/// See the benchmark of the same name.
	fn agenda_block() -> Weight;
	/// See the benchmark of the same name.
	fn forget() -> Weight;
}

impl WeightInfo for () {
	fn agenda_base() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn agenda_block() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn forget() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
}

/// Weights for a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn agenda_base() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn agenda_block() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn forget() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
}
