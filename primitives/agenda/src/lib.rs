// SPDX-License-Identifier: Apache-2.0
//! An agenda: what has to happen in which block, worked off by the chain itself.
//!
//! One entry is one key of a double map (block, id), so that adding and removing touch one storage
//! item however many entries a block has. [`Agenda::serve`] works entries off in order of their
//! block under a [`WeightMeter`]; what does not fit stays where it is and is served first in the
//! next block (the *spill*). Nothing is lost and nobody has to watch.
//!
//! The pallet that owns an agenda keeps the block returned by [`Agenda::schedule`] in the record
//! the entry is for, so that it can cancel the entry, and so that `try_state` can hold both against
//! each other.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

use alloc::vec::Vec;
use codec::FullCodec;
use core::marker::PhantomData;
use frame_support::{
	storage::{IterableStorageDoubleMap, StorageDoubleMap, StorageValue},
	weights::{Weight, WeightMeter},
};
use sp_runtime::traits::{BlockNumber as BlockNumberT, One};

/// An agenda over the storage items `Items` (a double map block → id → `()`) and `Cursor` (the
/// first block that may still have entries).
pub struct Agenda<BlockNumber, Id, Items, Cursor>(PhantomData<(BlockNumber, Id, Items, Cursor)>);

/// Weights of serving.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
	/// Looking at one block of the agenda, empty or not.
	pub per_block: Weight,
	/// Working off one entry, whatever it turns out to need.
	pub per_entry: Weight,
}

impl<BlockNumber, Id, Items, Cursor> Agenda<BlockNumber, Id, Items, Cursor>
where
	BlockNumber: BlockNumberT + FullCodec,
	Id: FullCodec + Clone,
	Items: IterableStorageDoubleMap<BlockNumber, Id, ()>
		+ StorageDoubleMap<BlockNumber, Id, (), Query = Option<()>>,
	Cursor: StorageValue<BlockNumber, Query = BlockNumber>,
{
	/// Enter `id` for block `at`, or for the first block not yet served if `at` is past. Returns
	/// the block it was entered for.
	pub fn schedule(at: BlockNumber, id: Id) -> BlockNumber {
		let at = at.max(Cursor::get());
		Items::insert(at, id, ());
		at
	}

	/// Take out an entry made for block `at`. Returns whether it was there.
	pub fn cancel(at: BlockNumber, id: Id) -> bool {
		Items::take(at, id).is_some()
	}

	/// Whether `id` is entered for block `at`.
	pub fn contains(at: BlockNumber, id: Id) -> bool {
		Items::contains_key(at, id)
	}

	/// The first block that may still have entries.
	pub fn cursor() -> BlockNumber {
		Cursor::get()
	}

	/// All entries with their blocks, for checks of the whole state.
	pub fn entries() -> Vec<(BlockNumber, Id)> {
		Items::iter().map(|(at, id, ())| (at, id)).collect()
	}

	/// Work off what is due at `now`, oldest block first, as far as `meter` reaches. Each entry is
	/// taken out before `act` sees it. Returns how many entries were served.
	pub fn serve(
		now: BlockNumber,
		meter: &mut WeightMeter,
		cost: Cost,
		mut act: impl FnMut(Id),
	) -> u32 {
		let mut served = 0;
		let mut block = Cursor::get();
		let start = block;
		'blocks: while block <= now {
			if meter.try_consume(cost.per_block).is_err() {
				break;
			}
			loop {
				// Re-opened after each batch: entries are taken out while we go, and an iterator
				// over a prefix that changes under it is not to be trusted.
				let batch: Vec<Id> = Items::iter_key_prefix(block).take(BATCH).collect();
				if batch.is_empty() {
					break;
				}
				for id in batch {
					if meter.try_consume(cost.per_entry).is_err() {
						break 'blocks;
					}
					Items::remove(block, id.clone());
					act(id);
					served += 1;
				}
			}
			block += One::one();
		}
		if block != start {
			Cursor::put(block);
		}
		served
	}
}

/// Entries read at a time.
const BATCH: usize = 32;

#[cfg(test)]
mod tests {
	use super::*;
	use frame_support::{storage_alias, Twox64Concat};
	use sp_io::TestExternalities;

	#[storage_alias]
	type Items = StorageDoubleMap<Test, Twox64Concat, u32, Twox64Concat, u64, ()>;
	#[storage_alias]
	type Cursor = StorageValue<Test, u32, frame_support::pallet_prelude::ValueQuery>;
	type TestAgenda = Agenda<u32, u64, Items, Cursor>;

	fn cost() -> Cost {
		Cost { per_block: Weight::from_parts(1, 0), per_entry: Weight::from_parts(10, 0) }
	}

	fn serve(now: u32, weight: u64) -> Vec<u64> {
		let mut seen = Vec::new();
		let mut meter = WeightMeter::with_limit(Weight::from_parts(weight, 0));
		TestAgenda::serve(now, &mut meter, cost(), |id| seen.push(id));
		seen.sort_unstable();
		seen
	}

	#[test]
	fn serves_what_is_due_and_nothing_else() {
		TestExternalities::default().execute_with(|| {
			TestAgenda::schedule(3, 1);
			TestAgenda::schedule(3, 2);
			TestAgenda::schedule(4, 3);
			assert_eq!(serve(2, 1000), Vec::<u64>::new());
			assert_eq!(serve(3, 1000), vec![1, 2]);
			assert_eq!(serve(3, 1000), Vec::<u64>::new());
			assert_eq!(serve(9, 1000), vec![3]);
			assert!(TestAgenda::entries().is_empty());
		});
	}

	#[test]
	fn spills_to_the_next_call_when_the_weight_is_used_up() {
		TestExternalities::default().execute_with(|| {
			for id in 0..100 {
				TestAgenda::schedule(1, id);
			}
			let mut all = Vec::new();
			let mut calls = 0;
			while all.len() < 100 {
				// Room for the two blocks and four entries.
				let seen = serve(1, 42);
				assert!(seen.len() <= 4);
				all.extend(seen);
				calls += 1;
				assert!(calls < 100);
			}
			all.sort_unstable();
			assert_eq!(all, (0..100).collect::<Vec<u64>>());
		});
	}

	#[test]
	fn an_entry_for_the_past_is_served_next() {
		TestExternalities::default().execute_with(|| {
			assert_eq!(serve(10, 1000), Vec::<u64>::new());
			assert_eq!(TestAgenda::schedule(4, 7), 11);
			assert!(TestAgenda::contains(11, 7));
			assert_eq!(serve(11, 1000), vec![7]);
		});
	}

	#[test]
	fn cancel_takes_the_entry_out() {
		TestExternalities::default().execute_with(|| {
			let at = TestAgenda::schedule(5, 7);
			assert!(TestAgenda::cancel(at, 7));
			assert!(!TestAgenda::cancel(at, 7));
			assert_eq!(serve(9, 1000), Vec::<u64>::new());
		});
	}
}
