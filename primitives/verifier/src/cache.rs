// SPDX-License-Identifier: Apache-2.0

//! Keys that have been read before.
//!
//! The chain stores a prepared key without the lines of its points, which are thirty times as long and cost an eighth
//! of a verification. With the feature `std`, which the node has, keys are kept in memory with their lines, by the hash
//! of their bytes, a bounded number of them; the one that was not used for the longest time goes first. Without it,
//! which is inside Wasm, every call reads its key. What is kept is a function of the bytes alone, so that verdicts do
//! not depend on it.

#[cfg(feature = "std")]
pub(crate) use kept::Cache;
#[cfg(not(feature = "std"))]
pub(crate) use none::Cache;

#[cfg(feature = "std")]
mod kept {
	use alloc::sync::Arc;
	use core::num::NonZeroUsize;
	use lru::LruCache;
	use sha2::{Digest, Sha256};
	use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

	type Entries<T> = LruCache<[u8; 32], Arc<T>>;

	/// Values by the SHA-256 of the bytes they were made of.
	pub(crate) struct Cache<T> {
		capacity: NonZeroUsize,
		entries: OnceLock<Mutex<Entries<T>>>,
	}

	impl<T> Cache<T> {
		/// An empty cache for this many values, one at least.
		pub(crate) const fn new(capacity: usize) -> Self {
			let capacity = match NonZeroUsize::new(capacity) {
				Some(capacity) => capacity,
				None => NonZeroUsize::MIN,
			};
			Self { capacity, entries: OnceLock::new() }
		}

		/// The value of these bytes; made with `make`, which is a function of the bytes, where it is not at hand. Errors
		/// are not kept.
		pub(crate) fn get<E>(
			&self,
			bytes: &[u8],
			make: impl FnOnce() -> Result<T, E>,
		) -> Result<Arc<T>, E> {
			let hash = Sha256::digest(bytes).into();
			if let Some(value) = self.lock().get(&hash) {
				return Ok(value.clone());
			}
			// Unlocked: two threads may make the same value, and none waits for another's.
			let value = Arc::new(make()?);
			self.lock().put(hash, value.clone());
			Ok(value)
		}

		/// Nothing here panics halfway: entries are sound even if another thread has died.
		fn lock(&self) -> MutexGuard<'_, Entries<T>> {
			let entries = self.entries.get_or_init(|| Mutex::new(LruCache::new(self.capacity)));
			entries.lock().unwrap_or_else(PoisonError::into_inner)
		}
	}

	#[cfg(test)]
	mod tests {
		use super::*;

		fn get(cache: &Cache<u8>, byte: u8) -> (Arc<u8>, bool) {
			let mut made = false;
			let value = cache.get::<()>(&[byte], || {
				made = true;
				Ok(byte)
			});
			(value.unwrap(), made)
		}

		#[test]
		fn keeps_what_was_used_last() {
			let cache = Cache::new(3);
			for (byte, made) in
				[(1, true), (2, true), (3, true), (1, false), (4, true), (1, false), (2, true)]
			{
				assert_eq!(get(&cache, byte), (byte.into(), made), "{byte}");
			}
			assert_eq!(cache.lock().len(), 3);
		}

		#[test]
		fn errors_are_not_kept() {
			let cache = Cache::new(1);
			assert_eq!(cache.get(&[7], || Err::<u8, _>("no")), Err("no"));
			assert_eq!(get(&cache, 7), (7.into(), true));
		}

		#[test]
		fn threads_share_it() {
			let cache = Cache::new(8);
			std::thread::scope(|scope| {
				for start in 0..4 {
					let cache = &cache;
					scope.spawn(move || {
						for step in 0..500u16 {
							let byte = ((start + step) % 11) as u8;
							assert_eq!(*get(cache, byte).0, byte);
						}
					});
				}
			});
			assert!(cache.lock().len() <= 8);
		}
	}
}

#[cfg(not(feature = "std"))]
mod none {
	use alloc::sync::Arc;
	use core::marker::PhantomData;

	/// Keeps nothing.
	pub(crate) struct Cache<T>(PhantomData<fn() -> T>);

	impl<T> Cache<T> {
		pub(crate) const fn new(_: usize) -> Self {
			Self(PhantomData)
		}

		/// The value of these bytes.
		pub(crate) fn get<E>(
			&self,
			_: &[u8],
			make: impl FnOnce() -> Result<T, E>,
		) -> Result<Arc<T>, E> {
			make().map(Arc::new)
		}
	}
}
