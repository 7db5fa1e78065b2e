// SPDX-License-Identifier: Apache-2.0
//! Proving keys and witness programs that stay loaded between jobs.

use std::{
	sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError},
	time::Duration,
};

use lru::LruCache;
use proofyard_jobs::Bytes32;

use crate::{
	artifacts::cache::Pin,
	groth16::{CancelFlag, Groth16Error, KeyHead, ProvingKey, WitnessProgram},
};

/// Time between two looks of a job whether another's loading is over.
const LOADING_PERIOD: Duration = Duration::from_millis(20);

/// Loaded keys and programs under a cap, the least recently used out first. What a job uses stays alive through its `Arc`,
/// so leaving the cache never harms it. Clones are the same cache.
#[derive(Clone)]
pub(super) struct Loaded(Arc<Inner>);

struct Inner {
	max_bytes: u64,
	/// Each with its size, bytes.
	items: Mutex<LruCache<Bytes32, (Item, u64)>>,
	/// Held while something is loaded, one thing at a time: two would need the memory of both, and a second job mostly wants
	/// the same file.
	loading: Mutex<()>,
}

#[derive(Clone)]
enum Item {
	Key(Arc<ProvingKey>),
	Head(Arc<KeyHead>),
	Program(Arc<WitnessProgram>),
}

impl Loaded {
	/// An empty cache for this many bytes.
	pub(super) fn new(max_bytes: u64) -> Self {
		let (items, loading) = (Mutex::new(LruCache::unbounded()), Mutex::new(()));
		Self(Arc::new(Inner { max_bytes, items, loading }))
	}

	/// Head of a key. A cache holds heads or keys, not both.
	pub(super) fn head(
		&self,
		file: &Pin,
		cancel: &CancelFlag,
	) -> Result<Arc<KeyHead>, Groth16Error> {
		let item = self.get_or_load(file.sha256(), cancel, || {
			let head = KeyHead::read(file.path())?;
			let bytes = head.memory_bytes();
			Ok((Item::Head(Arc::new(head)), bytes))
		})?;
		match item {
			Item::Head(head) => Ok(head),
			Item::Key(_) | Item::Program(_) => Err(no_key()),
		}
	}

	/// A whole key.
	pub(super) fn key(
		&self,
		file: &Pin,
		cancel: &CancelFlag,
	) -> Result<Arc<ProvingKey>, Groth16Error> {
		let item = self.get_or_load(file.sha256(), cancel, || {
			let key = ProvingKey::read_unless(file.path(), cancel)?;
			let bytes = key.memory_bytes();
			Ok((Item::Key(Arc::new(key)), bytes))
		})?;
		match item {
			Item::Key(key) => Ok(key),
			Item::Head(_) | Item::Program(_) => Err(no_key()),
		}
	}

	/// A witness program.
	pub(super) fn program(
		&self,
		file: &Pin,
		cancel: &CancelFlag,
	) -> Result<Arc<WitnessProgram>, Groth16Error> {
		let item = self.get_or_load(file.sha256(), cancel, || {
			let program = WitnessProgram::read(file.path())?;
			let bytes = program.memory_bytes();
			Ok((Item::Program(Arc::new(program)), bytes))
		})?;
		match item {
			Item::Program(program) => Ok(program),
			Item::Key(_) | Item::Head(_) => {
				Err(Groth16Error::InvalidProgram("this file is a proving key".into()))
			}
		}
	}

	fn get_or_load(
		&self,
		sha256: Bytes32,
		cancel: &CancelFlag,
		load: impl FnOnce() -> Result<(Item, u64), Groth16Error>,
	) -> Result<Item, Groth16Error> {
		if let Some(found) = self.get(&sha256) {
			return Ok(found);
		}
		let _one_at_a_time = self.wait_to_load(cancel)?;
		if let Some(found) = self.get(&sha256) {
			return Ok(found);
		}
		let (item, bytes) = load()?;
		self.put(sha256, item.clone(), bytes);
		Ok(item)
	}

	/// Waits until nothing else is being loaded. A large key takes minutes, so a job that is called off must not wait.
	fn wait_to_load(&self, cancel: &CancelFlag) -> Result<MutexGuard<'_, ()>, Groth16Error> {
		loop {
			if cancel.is_cancelled() {
				return Err(Groth16Error::Cancelled);
			}
			match self.0.loading.try_lock() {
				Ok(guard) => return Ok(guard),
				Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
				Err(TryLockError::WouldBlock) => std::thread::sleep(LOADING_PERIOD),
			}
		}
	}

	fn get(&self, sha256: &Bytes32) -> Option<Item> {
		self.items().get(sha256).map(|(item, _)| item.clone())
	}

	fn put(&self, sha256: Bytes32, item: Item, bytes: u64) {
		if bytes > self.0.max_bytes {
			return;
		}
		let mut items = self.items();
		let taken =
			|items: &LruCache<_, (Item, u64)>| items.iter().map(|(_, (_, b))| b).sum::<u64>();
		while taken(&items) + bytes > self.0.max_bytes && items.pop_lru().is_some() {}
		items.put(sha256, (item, bytes));
	}

	fn items(&self) -> MutexGuard<'_, LruCache<Bytes32, (Item, u64)>> {
		self.0.items.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

fn no_key() -> Groth16Error {
	Groth16Error::InvalidKey("this file is a witness program".into())
}
