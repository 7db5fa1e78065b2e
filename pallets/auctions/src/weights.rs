// SPDX-License-Identifier: Apache-2.0
//! Weights.

use core::marker::PhantomData;
use frame_support::weights::Weight;

/// What the calls and hooks of this pallet cost.
pub trait WeightInfo {
	/// See the benchmark of the same name.
	fn submit_task(n: u32) -> Weight;
	/// See the benchmark of the same name.
	fn cancel_task() -> Weight;
	/// See the benchmark of the same name.
	fn place_ask() -> Weight;
	/// See the benchmark of the same name.
	fn withdraw_ask() -> Weight;
	/// See the benchmark of the same name.
	fn expire() -> Weight;
	/// See the benchmark of the same name.
	fn clear(t: u32, a: u32) -> Weight;
	/// See the benchmark of the same name.
	fn agenda_base() -> Weight;
	/// See the benchmark of the same name.
	fn agenda_block() -> Weight;
}

impl WeightInfo for () {
	fn submit_task(_n: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn cancel_task() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn place_ask() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn withdraw_ask() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn expire() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn clear(_t: u32, _a: u32) -> Weight {
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
	fn submit_task(_n: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn cancel_task() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn place_ask() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn withdraw_ask() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn expire() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn clear(_t: u32, _a: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn agenda_base() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn agenda_block() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
}
