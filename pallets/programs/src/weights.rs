// SPDX-License-Identifier: Apache-2.0
//! Weights.

use core::marker::PhantomData;
use frame_support::weights::Weight;

/// What the calls and hooks of this pallet cost.
pub trait WeightInfo {
	/// See the benchmark of the same name.
	fn register(n: u32, a: u32) -> Weight;
	/// See the benchmark of the same name.
	fn set_locators() -> Weight;
	/// See the benchmark of the same name.
	fn retire() -> Weight;
	/// See the benchmark of the same name.
	fn set_system_enabled() -> Weight;
}

impl WeightInfo for () {
	fn register(_n: u32, _a: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn set_locators() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn retire() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn set_system_enabled() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
}

/// Weights for a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn register(_n: u32, _a: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn set_locators() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn retire() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn set_system_enabled() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
}
