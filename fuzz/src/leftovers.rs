// SPDX-License-Identifier: Apache-2.0
//! Leftovers once every task has ended and is forgotten: what there still is explains every key of
//! the five pallets' storage.

use crate::{model::Model, runtime::*};
use frame_support::traits::StorageInfoTrait;
use std::collections::BTreeMap;

/// Nothing but what accounts, provers, asks and programs have.
pub fn check(model: &Model) {
	let mut keys = BTreeMap::<String, usize>::new();
	let infos = AllPalletsWithSystem::storage_info();
	let pallets = ["Provers", "Programs", "Settlement", "Attestation", "Auctions"];
	for pallet in pallets {
		let prefix = sp_io::hashing::twox_128(pallet.as_bytes());
		let mut last = prefix.to_vec();
		while let Some(key) = sp_io::storage::next_key(&last).filter(|key| key.starts_with(&prefix))
		{
			let item = infos.iter().find(|info| key.starts_with(&info.prefix));
			let name = match item {
				Some(info) => String::from_utf8_lossy(&info.storage_name).into_owned(),
				None if key[16..]
					.starts_with(&sp_io::hashing::twox_128(b":__STORAGE_VERSION__:")) =>
				{
					"version".into()
				}
				None => panic!("a key of {pallet} that belongs to nothing: {key:?}"),
			};
			*keys.entry(format!("{pallet}::{name}")).or_default() += 1;
			last = key;
		}
	}
	let explained = explained(model);
	for (name, count) in keys {
		let most = explained.get(name.as_str()).copied().unwrap_or(0);
		assert!(count <= most, "{count} keys of {name} are left, and {most} are explained");
	}
}

/// Number of keys of each item that what is left explains.
fn explained(model: &Model) -> BTreeMap<&'static str, usize> {
	let provers = model.provers.len();
	let delegations = model.provers.values().map(|p| p.pool.delegations.len()).sum();
	let asks = model.asks.len();
	let programs = model.programs.len();
	let coming = model.provers.values().filter(|prover| prover.is_paused(model.now)).count();
	let systems = 3;
	// Of each prover with attempts: more than there is.
	let classes = systems * 8;
	let one = 1;
	BTreeMap::from([
		("Provers::version", one),
		("Provers::Provers", provers),
		("Provers::SessionKeys", provers),
		("Provers::Speeds", provers * classes),
		("Provers::TrackRecords", provers * systems),
		("Provers::Calibrations", provers * classes),
		("Provers::Delegations", delegations),
		("Provers::Freed", coming),
		("Programs::version", one),
		("Programs::Programs", programs),
		("Programs::Keys", programs),
		("Programs::PreparedKeys", programs),
		("Programs::DisabledSystems", model.disabled.len()),
		("Programs::Versions", model.versions.len()),
		("Programs::PreparedVersions", model.versions.values().filter(|(_, on)| *on).count()),
		("Settlement::version", one),
		("Settlement::Fees", one),
		("Settlement::AgendaCursor", one),
		("Attestation::version", one),
		("Attestation::AgendaCursor", one),
		("Attestation::WantedCursor", one),
		("Auctions::version", one),
		("Auctions::NextTaskId", one),
		("Auctions::AgendaCursor", one),
		("Auctions::EpochCursor", one),
		("Auctions::MarketCursor", one),
		("Auctions::Asks", asks),
		("Auctions::AskCount", asks),
		("Auctions::AsksOf", asks),
		("Auctions::TickBitmaps", asks),
		("Auctions::TickCounts", asks),
		("Auctions::TickAsks", asks),
		("Auctions::FullAsks", asks),
		("Auctions::EpochItems", asks),
		("Auctions::Blocked", model.blocked.len()),
		("Auctions::BlockedCount", model.blocked.len()),
		("Auctions::References", model.references.len()),
		// The last clearing of each market that ever had one stays readable.
		("Auctions::Clearings", usize::MAX),
	])
}
