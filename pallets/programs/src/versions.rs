// SPDX-License-Identifier: Apache-2.0
//! The versions of zkVMs whose proofs the chain verifies.

use crate::{Config, Error, Event, Pallet, PreparedVersions, Selector, VersionRecord, Versions};
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*};
use proofyard_primitives::{
	limits::{MaxPreparedWrappingKey, MaxWrappingKey},
	ProofSystem,
};
use proofyard_verifier::wrap::WrappingKey;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_version(entry: BoundedVec<u8, MaxWrappingKey>) -> DispatchResult {
		let WrappingKey { system, selector, version, .. } =
			WrappingKey::from_bytes(&entry).map_err(Error::<T>::from)?;
		let name = version.clone().try_into().map_err(|_| Error::<T>::MalformedVersion)?;
		let prepared = Self::prepare_version(&entry)?;
		PreparedVersions::<T>::insert(system, selector, prepared);
		let record = VersionRecord { version: name, entry, enabled: true };
		Versions::<T>::insert(system, selector, record);
		Self::deposit_event(Event::VersionSet { system, selector, version });
		Ok(())
	}

	pub(crate) fn do_set_version_enabled(
		system: ProofSystem,
		selector: Selector,
		enabled: bool,
	) -> DispatchResult {
		let mut record = Versions::<T>::get(system, selector).ok_or(Error::<T>::UnknownVersion)?;
		if enabled {
			let prepared = Self::prepare_version(&record.entry)?;
			PreparedVersions::<T>::insert(system, selector, prepared);
		} else {
			PreparedVersions::<T>::remove(system, selector);
		}
		record.enabled = enabled;
		Versions::<T>::insert(system, selector, record);
		Self::deposit_event(Event::VersionSwitched { system, selector, enabled });
		Ok(())
	}

	fn prepare_version(
		entry: &[u8],
	) -> Result<BoundedVec<u8, MaxPreparedWrappingKey>, DispatchError> {
		let prepared = proofyard_host::prepare_wrapping_key(entry).map_err(Error::<T>::from)?;
		ensure!(!prepared.is_empty(), Error::<T>::KeyRefused);
		prepared.try_into().map_err(|_: Vec<u8>| Error::<T>::KeyRefused.into())
	}
}
