// SPDX-License-Identifier: Apache-2.0
//! Weights.

use core::marker::PhantomData;
use frame_support::weights::Weight;

/// What the calls and hooks of this pallet cost.
pub trait WeightInfo {
	/// See the benchmark of the same name.
	fn register() -> Weight;
	/// See the benchmark of the same name.
	fn set_hardware() -> Weight;
	/// See the benchmark of the same name.
	fn set_session_key() -> Weight;
	/// See the benchmark of the same name.
	fn add_stake() -> Weight;
	/// See the benchmark of the same name.
	fn unbond() -> Weight;
	/// See the benchmark of the same name.
	fn withdraw_unbonded() -> Weight;
}

impl WeightInfo for () {
	fn register() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn set_hardware() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn set_session_key() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn add_stake() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn unbond() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
}

/// Weights for a runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn register() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn set_hardware() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn set_session_key() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn add_stake() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn unbond() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(10_000_000, 0)
	}
}
