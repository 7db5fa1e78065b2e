// SPDX-License-Identifier: Apache-2.0
//! The content-addressed cache: one file per SHA-256, under a cap, least recently used out first.
//!
//! A file is in `cache/` only after its content was hashed, so whoever holds a [`Pin`] may trust it. A pinned file is
//! never evicted. Downloads grow in `partial/`, under a [`Reservation`] for their full size, and move over by rename.

use std::{
	collections::HashMap,
	fs, io,
	os::unix::{ffi::OsStrExt, fs::PermissionsExt},
	path::{Path, PathBuf},
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{Duration, SystemTime},
};

use proofyard_jobs::Bytes32;

use crate::{metrics::Metrics, unix_ms};

/// Unfinished downloads that nobody continued for so long are removed.
const PARTIAL_MAX_AGE: Duration = Duration::from_secs(24 * 3600);

/// Reason for which there is no room.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoomError {
	/// Larger than the whole cache may be.
	#[error("{size} bytes are more than the cache may hold ({cap}); raise --cache-max-bytes")]
	TooLarge {
		/// Size that was asked for, bytes.
		size: u64,
		/// The cap.
		cap: u64,
	},
	/// Running jobs hold the rest.
	#[error("the cache is full of what running jobs use ({in_use} of {cap} bytes); raise --cache-max-bytes")]
	InUse {
		/// Bytes that can't go.
		in_use: u64,
		/// The cap.
		cap: u64,
	},
	/// The filesystem is full.
	#[error("the disk has {available} bytes free, {needed} are needed; free some or lower --disk-reserve-bytes")]
	DiskFull {
		/// Free now.
		available: u64,
		/// Needed, reserve included.
		needed: u64,
	},
	/// The filesystem failed.
	#[error("the cache folder: {0}")]
	Io(String),
}

impl From<io::Error> for RoomError {
	fn from(error: io::Error) -> Self {
		Self::Io(error.to_string())
	}
}

/// The cache. Clones are the same cache. Its methods touch the disk and may block.
#[derive(Clone)]
pub struct Cache(Arc<Inner>);

struct Inner {
	dir: PathBuf,
	partial_dir: PathBuf,
	max_bytes: u64,
	disk_reserve: u64,
	metrics: Arc<Metrics>,
	state: Mutex<State>,
}

#[derive(Default)]
struct State {
	entries: HashMap<Bytes32, Entry>,
	/// Full sizes of what is being downloaded.
	reserved: HashMap<Bytes32, u64>,
}

struct Entry {
	size: u64,
	used_ms: u64,
	pins: usize,
}

impl State {
	fn total(&self) -> u64 {
		self.entries.values().map(|e| e.size).sum::<u64>() + self.reserved.values().sum::<u64>()
	}
}

/// Holds a cached file in place for as long as it (or a clone) lives.
#[derive(Clone)]
pub struct Pin(Arc<PinInner>);

struct PinInner {
	cache: Cache,
	sha256: Bytes32,
	size: u64,
	path: PathBuf,
}

impl Pin {
	/// Path of the file.
	pub fn path(&self) -> &Path {
		&self.0.path
	}

	/// SHA-256 of the file.
	pub fn sha256(&self) -> Bytes32 {
		self.0.sha256
	}

	/// Its length, bytes.
	pub fn size(&self) -> u64 {
		self.0.size
	}
}

impl Drop for PinInner {
	fn drop(&mut self) {
		if let Some(entry) = self.cache.state().entries.get_mut(&self.sha256) {
			entry.pins = entry.pins.saturating_sub(1);
		}
	}
}

/// Room for one download, given back when dropped.
pub struct Reservation {
	cache: Cache,
	sha256: Bytes32,
	size: u64,
}

impl Reservation {
	/// Path at which the download grows. The file may exist already, from an interrupted one.
	pub fn partial_path(&self) -> PathBuf {
		self.cache.partial_path(&self.sha256)
	}

	/// Moves the finished download into the cache. The caller has hashed it.
	pub fn commit(self) -> io::Result<Pin> {
		let (partial, path) = (self.partial_path(), self.cache.path(&self.sha256));
		let file = fs::File::open(&partial)?;
		file.set_permissions(fs::Permissions::from_mode(0o444))?;
		file.sync_all()?;
		let mut state = self.cache.state();
		fs::rename(&partial, &path)?;
		state.reserved.remove(&self.sha256);
		// A file that went missing under its pins is back in place: they hold this one now.
		let pins = state.entries.get(&self.sha256).map_or(0, |e| e.pins) + 1;
		state.entries.insert(self.sha256, Entry { size: self.size, used_ms: unix_ms(), pins });
		drop(state);
		fs::File::open(&self.cache.0.dir)?.sync_all()?;
		Ok(Pin(Arc::new(PinInner {
			cache: self.cache.clone(),
			sha256: self.sha256,
			size: self.size,
			path,
		})))
	}
}

impl Drop for Reservation {
	fn drop(&mut self) {
		self.cache.state().reserved.remove(&self.sha256);
		self.cache.report();
	}
}

impl Cache {
	/// Opens (or makes) `cache/` and `partial/` in the data folder and takes stock.
	pub fn open(
		data_dir: &Path,
		max_bytes: u64,
		disk_reserve: u64,
		metrics: Arc<Metrics>,
	) -> io::Result<Self> {
		let (dir, partial_dir) = (data_dir.join("cache"), data_dir.join("partial"));
		fs::create_dir_all(&dir)?;
		fs::create_dir_all(&partial_dir)?;
		let mut entries = HashMap::new();
		for file in fs::read_dir(&dir)? {
			let file = file?;
			let meta = file.metadata()?;
			let Some(sha256) = hash_of_name(&file.file_name().to_string_lossy()) else { continue };
			if meta.is_file() {
				let used_ms = meta
					.modified()
					.ok()
					.and_then(|t| t.duration_since(SystemTime::UNIX_EPOCH).ok())
					.map_or(0, |d| d.as_millis() as u64);
				entries.insert(sha256, Entry { size: meta.len(), used_ms, pins: 0 });
			}
		}
		metrics.cache_max_bytes.set(i64::try_from(max_bytes).unwrap_or(i64::MAX));
		let state = Mutex::new(State { entries, reserved: HashMap::new() });
		let cache =
			Self(Arc::new(Inner { dir, partial_dir, max_bytes, disk_reserve, metrics, state }));
		cache.remove_old_partials()?;
		cache.report();
		Ok(cache)
	}

	/// The cap, bytes.
	pub fn max_bytes(&self) -> u64 {
		self.0.max_bytes
	}

	/// Holds the file of that hash, if it is here.
	pub fn pin(&self, sha256: &Bytes32) -> Option<Pin> {
		let path = self.path(sha256);
		let mut state = self.state();
		let entry = state.entries.get_mut(sha256)?;
		let on_disk =
			fs::symlink_metadata(&path).is_ok_and(|m| m.is_file() && m.len() == entry.size);
		if !on_disk {
			// Someone else removed or cut the file: it must be fetched again.
			if entry.pins == 0 {
				state.entries.remove(sha256);
				let _ = fs::remove_file(&path);
			}
			return None;
		}
		entry.pins += 1;
		entry.used_ms = unix_ms();
		let size = entry.size;
		drop(state);
		// The time of use must outlive a restart; losing it only makes eviction less apt.
		let _ = fs::File::open(&path).and_then(|f| f.set_modified(SystemTime::now()));
		self.0.metrics.cache_hits.inc();
		Some(Pin(Arc::new(PinInner { cache: self.clone(), sha256: *sha256, size, path })))
	}

	/// Whether a file of that length could be held at all.
	pub fn check_size(&self, size: u64) -> Result<(), RoomError> {
		let cap = self.0.max_bytes;
		if size > cap {
			return Err(RoomError::TooLarge { size, cap });
		}
		Ok(())
	}

	/// Makes room for `size` bytes: drops abandoned downloads, then evicts what was used longest ago.
	pub fn reserve(&self, sha256: &Bytes32, size: u64) -> Result<Reservation, RoomError> {
		self.check_size(size)?;
		let cap = self.0.max_bytes;
		let mut state = self.state();
		let own = fs::metadata(self.partial_path(sha256)).map_or(0, |m| m.len()).min(size);
		let needed = (size - own).saturating_add(self.0.disk_reserve);
		let mut abandoned = self.abandoned_partials(&state, sha256)?;
		loop {
			let idle: u64 = abandoned.iter().map(|(_, len)| len).sum();
			let total = state.total().saturating_add(idle).saturating_add(size);
			let available = available_bytes(&self.0.dir)?;
			if total <= cap && available >= needed {
				break;
			}
			if let Some((path, _)) = abandoned.pop() {
				fs::remove_file(path)?;
				continue;
			}
			let oldest = state
				.entries
				.iter()
				.filter(|(_, e)| e.pins == 0)
				.min_by_key(|(_, e)| e.used_ms)
				.map(|(sha256, _)| *sha256);
			match oldest {
				Some(victim) => {
					remove_if_there(&self.path(&victim))?;
					state.entries.remove(&victim);
					self.0.metrics.cache_evictions.inc();
					tracing::info!(sha256 = %victim, "evicted from the cache");
				}
				None if total > cap => {
					return Err(RoomError::InUse { in_use: state.total(), cap });
				}
				None => return Err(RoomError::DiskFull { available, needed }),
			}
		}
		state.reserved.insert(*sha256, size);
		drop(state);
		self.report();
		Ok(Reservation { cache: self.clone(), sha256: *sha256, size })
	}

	/// Removes unfinished downloads that nobody continued for a day.
	pub fn remove_old_partials(&self) -> io::Result<()> {
		let state = self.state();
		for (path, _) in self.abandoned_partials(&state, &Bytes32::default())? {
			let old =
				fs::metadata(&path)?.modified()?.elapsed().is_ok_and(|age| age > PARTIAL_MAX_AGE);
			if old {
				remove_if_there(&path)?;
			}
		}
		Ok(())
	}

	fn abandoned_partials(&self, state: &State, but: &Bytes32) -> io::Result<Vec<(PathBuf, u64)>> {
		let mut found = Vec::new();
		for file in fs::read_dir(&self.0.partial_dir)? {
			let file = file?;
			let sha256 = hash_of_name(&file.file_name().to_string_lossy());
			let active = sha256.is_some_and(|s| s == *but || state.reserved.contains_key(&s));
			if !active {
				found.push((file.path(), file.metadata()?.len()));
			}
		}
		Ok(found)
	}

	fn report(&self) {
		let total = self.state().total();
		self.0.metrics.cache_bytes.set(i64::try_from(total).unwrap_or(i64::MAX));
	}

	fn state(&self) -> MutexGuard<'_, State> {
		self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
	}

	fn path(&self, sha256: &Bytes32) -> PathBuf {
		self.0.dir.join(hex::encode(sha256.0))
	}

	fn partial_path(&self, sha256: &Bytes32) -> PathBuf {
		self.0.partial_dir.join(hex::encode(sha256.0))
	}
}

fn remove_if_there(path: &Path) -> io::Result<()> {
	match fs::remove_file(path) {
		Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
		_ => Ok(()),
	}
}

fn hash_of_name(name: &str) -> Option<Bytes32> {
	let bytes = hex::decode(name).ok()?;
	Some(Bytes32(bytes.try_into().ok()?))
}

/// Bytes that an unprivileged process may still write on the filesystem of `path`.
fn available_bytes(path: &Path) -> io::Result<u64> {
	let path = std::ffi::CString::new(path.as_os_str().as_bytes())?;
	let mut stat = std::mem::MaybeUninit::<libc::statvfs>::zeroed();
	// SAFETY: the path ends in NUL, and `stat` is a valid place for one statvfs.
	if unsafe { libc::statvfs(path.as_ptr(), stat.as_mut_ptr()) } != 0 {
		return Err(io::Error::last_os_error());
	}
	// SAFETY: zeroed, and filled in by the successful call.
	let stat = unsafe { stat.assume_init() };
	Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

#[cfg(test)]
mod tests {
	use super::*;

	fn sha(n: u8) -> Bytes32 {
		Bytes32([n; 32])
	}

	fn cache(dir: &Path, cap: u64) -> Cache {
		Cache::open(dir, cap, 0, Arc::new(Metrics::new().unwrap())).unwrap()
	}

	fn put(cache: &Cache, n: u8, size: usize) -> Pin {
		let room = cache.reserve(&sha(n), size as u64).unwrap();
		fs::write(room.partial_path(), vec![n; size]).unwrap();
		let pin = room.commit().unwrap();
		// The clock of use counts milliseconds.
		std::thread::sleep(Duration::from_millis(3));
		pin
	}

	#[test]
	fn the_least_recently_used_goes_first() {
		let dir = tempfile::tempdir().unwrap();
		let cache = cache(dir.path(), 100);
		for n in 1..=3 {
			put(&cache, n, 30);
		}
		drop(cache.pin(&sha(1)));
		put(&cache, 4, 30);
		assert!(cache.pin(&sha(2)).is_none());
		for n in [1, 3, 4] {
			assert!(cache.pin(&sha(n)).is_some(), "{n}");
		}
	}

	#[test]
	fn what_is_pinned_stays() {
		let dir = tempfile::tempdir().unwrap();
		let cache = cache(dir.path(), 100);
		let pin = put(&cache, 1, 60);
		assert_eq!(
			cache.reserve(&sha(2), 60).err(),
			Some(RoomError::InUse { in_use: 60, cap: 100 })
		);
		assert!(pin.path().exists());
		let second = pin.clone();
		drop(pin);
		assert!(cache.reserve(&sha(2), 60).is_err());
		drop(second);
		assert!(cache.reserve(&sha(2), 60).is_ok());
		assert!(cache.pin(&sha(1)).is_none());
	}

	#[test]
	fn room_is_given_back_when_a_download_fails() {
		let dir = tempfile::tempdir().unwrap();
		let cache = cache(dir.path(), 100);
		let room = cache.reserve(&sha(1), 80).unwrap();
		assert!(cache.reserve(&sha(2), 30).is_err());
		drop(room);
		assert!(cache.reserve(&sha(2), 30).is_ok());
	}

	#[test]
	fn abandoned_downloads_make_room_before_cached_files_do() {
		let dir = tempfile::tempdir().unwrap();
		let cache = cache(dir.path(), 100);
		put(&cache, 1, 40);
		let room = cache.reserve(&sha(2), 40).unwrap();
		fs::write(room.partial_path(), [0; 40]).unwrap();
		drop(room);
		put(&cache, 3, 50);
		assert!(cache.pin(&sha(1)).is_some());
	}

	#[test]
	fn a_restart_finds_what_was_there() {
		let dir = tempfile::tempdir().unwrap();
		put(&cache(dir.path(), 100), 1, 40);
		let cache = cache(dir.path(), 100);
		assert_eq!(cache.pin(&sha(1)).unwrap().size(), 40);
	}

	#[test]
	fn a_file_that_was_cut_is_fetched_again() {
		let dir = tempfile::tempdir().unwrap();
		let cache = cache(dir.path(), 100);
		let path = put(&cache, 1, 40).path().to_owned();
		fs::remove_file(&path).unwrap();
		fs::write(&path, b"short").unwrap();
		assert!(cache.pin(&sha(1)).is_none());
	}

	#[test]
	fn too_large_and_full_disk_say_what_to_do() {
		let dir = tempfile::tempdir().unwrap();
		let small = cache(dir.path(), 100);
		assert!(small
			.reserve(&sha(1), 101)
			.err()
			.unwrap()
			.to_string()
			.contains("--cache-max-bytes"));
		let greedy =
			Cache::open(dir.path(), 100, u64::MAX, Arc::new(Metrics::new().unwrap())).unwrap();
		assert!(matches!(greedy.reserve(&sha(1), 10), Err(RoomError::DiskFull { .. })));
	}
}
