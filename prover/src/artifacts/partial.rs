// SPDX-License-Identifier: Apache-2.0
//! A download on its way to disk: the file that grows, and the hash that grows with it.

use std::{
	fs,
	io::{self, Read, Seek, Write},
	os::unix::fs::{MetadataExt, OpenOptionsExt},
	path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use proofyard_jobs::Bytes32;

/// Bytes read or copied at a time.
const CHUNK: usize = 1 << 20;

/// Proof that a resumed answer is of the same document as the interrupted one: an ETag, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator {
	/// The URL that gave it.
	pub url: String,
	/// A strong ETag, as the server wrote it.
	pub etag: String,
}

/// An unfinished download. Its methods block.
pub struct PartialFile {
	file: fs::File,
	hasher: Sha256,
	len: u64,
	/// Whether some bytes are from an earlier answer than the current one.
	pub resumed: bool,
	/// For `If-Range`.
	pub validator: Option<Validator>,
}

impl PartialFile {
	/// Opens the file, or makes it, and hashes what an earlier run left in it. More than `max` bytes can't be right
	/// and are thrown away.
	pub fn open(path: &Path, max: u64, stop: &CancellationToken) -> io::Result<Self> {
		let file = fs::OpenOptions::new()
			.read(true)
			.write(true)
			.create(true)
			.truncate(false)
			.mode(0o600)
			.custom_flags(libc::O_NOFOLLOW | libc::O_CLOEXEC)
			.open(path)?;
		let mut partial =
			Self { file, hasher: Sha256::new(), len: 0, resumed: false, validator: None };
		if partial.file.metadata()?.len() > max {
			partial.reset()?;
			return Ok(partial);
		}
		let mut buffer = vec![0; CHUNK];
		loop {
			let n = partial.file.read(&mut buffer)?;
			if n == 0 {
				break;
			}
			if stop.is_cancelled() {
				return Err(stopped());
			}
			partial.hasher.update(&buffer[..n]);
			partial.len += n as u64;
		}
		partial.resumed = partial.len > 0;
		Ok(partial)
	}

	/// Bytes that are here.
	pub fn len(&self) -> u64 {
		self.len
	}

	/// Whether nothing is here yet.
	pub fn is_empty(&self) -> bool {
		self.len == 0
	}

	/// The hash of the bytes that are here.
	pub fn sha256(&self) -> Bytes32 {
		Bytes32(self.hasher.clone().finalize().into())
	}

	/// Adds bytes at the end.
	pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
		self.file.write_all(bytes)?;
		self.hasher.update(bytes);
		self.len += bytes.len() as u64;
		Ok(())
	}

	/// Throws everything away and starts over.
	pub fn reset(&mut self) -> io::Result<()> {
		self.file.set_len(0)?;
		self.file.rewind()?;
		self.hasher = Sha256::new();
		self.len = 0;
		self.resumed = false;
		self.validator = None;
		Ok(())
	}
}

/// Reason for which a local file could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
	/// Not allowed, not there, not a file.
	#[error("{0}")]
	Refused(String),
	/// Another length than declared.
	#[error("the file has {found} bytes, {declared} were declared")]
	Size {
		/// On disk.
		found: u64,
		/// In the request.
		declared: u64,
	},
	/// Reading or writing failed.
	#[error("{0}")]
	Io(#[from] io::Error),
}

/// Copies the file at `path`, which must lie below one of `roots` with all symbolic links resolved, into `partial`.
/// The copy makes later changes of the original harmless.
pub fn copy_local(
	path: &Path,
	roots: &[PathBuf],
	size: u64,
	partial: &mut PartialFile,
	stop: &CancellationToken,
	mut on_bytes: impl FnMut(u64),
) -> Result<(), LocalError> {
	if roots.is_empty() {
		return Err(LocalError::Refused(
			"file locators are not accepted; allow a folder with --allow-file-root DIR".into(),
		));
	}
	// One answer for "outside" and "not there", so that a locator can't feel around the filesystem.
	let refused = || {
		LocalError::Refused(
			"there is no such file below an allowed folder (--allow-file-root); symbolic links count as what they point to"
				.into(),
		)
	};
	let allowed = |path: &Path| roots.iter().any(|root| path.starts_with(root));
	let real = path.canonicalize().map_err(|_| refused())?;
	if !allowed(&real) {
		return Err(refused());
	}
	// Not blocking, lest a named pipe hold the thread.
	let mut file = fs::OpenOptions::new()
		.read(true)
		.custom_flags(libc::O_NOFOLLOW | libc::O_CLOEXEC | libc::O_NONBLOCK)
		.open(&real)
		.map_err(|_| refused())?;
	// A folder on the way may have been swapped for a link after the check: ask where the open file really is.
	let opened =
		fs::read_link(format!("/proc/self/fd/{}", raw_fd(&file))).map_err(|_| refused())?;
	let meta = file.metadata()?;
	if !allowed(&opened) || !meta.is_file() || meta.nlink() == 0 {
		return Err(refused());
	}
	if meta.len() != size {
		return Err(LocalError::Size { found: meta.len(), declared: size });
	}
	partial.reset()?;
	let mut buffer = vec![0; CHUNK];
	loop {
		if stop.is_cancelled() {
			return Err(stopped().into());
		}
		let n = file.read(&mut buffer)?;
		if n == 0 {
			break;
		}
		if partial.len() + n as u64 > size {
			return Err(LocalError::Size { found: partial.len() + n as u64, declared: size });
		}
		partial.append(&buffer[..n])?;
		on_bytes(n as u64);
	}
	if partial.len() != size {
		return Err(LocalError::Size { found: partial.len(), declared: size });
	}
	Ok(())
}

fn raw_fd(file: &fs::File) -> std::os::fd::RawFd {
	std::os::fd::AsRawFd::as_raw_fd(file)
}

fn stopped() -> io::Error {
	io::Error::new(io::ErrorKind::Interrupted, "stopped: nobody waits for it any more")
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::os::unix::fs::symlink;

	fn partial(dir: &Path) -> PartialFile {
		PartialFile::open(&dir.join("partial"), 1 << 20, &CancellationToken::new()).unwrap()
	}

	fn copy(path: &Path, roots: &[PathBuf], size: u64) -> Result<Bytes32, LocalError> {
		let scratch = tempfile::tempdir().unwrap();
		let mut partial = partial(scratch.path());
		copy_local(path, roots, size, &mut partial, &CancellationToken::new(), |_| ())?;
		Ok(partial.sha256())
	}

	#[test]
	fn what_is_left_is_hashed_again() {
		let dir = tempfile::tempdir().unwrap();
		partial(dir.path()).append(b"hello ").unwrap();
		let mut again = partial(dir.path());
		assert_eq!((again.len(), again.resumed), (6, true));
		again.append(b"world").unwrap();
		assert_eq!(again.sha256().0, <[u8; 32]>::from(Sha256::digest(b"hello world")));
		again.reset().unwrap();
		assert_eq!(again.sha256().0, <[u8; 32]>::from(Sha256::digest(b"")));
	}

	#[test]
	fn more_than_declared_is_thrown_away() {
		let dir = tempfile::tempdir().unwrap();
		partial(dir.path()).append(&[0; 100]).unwrap();
		let cut =
			PartialFile::open(&dir.path().join("partial"), 99, &CancellationToken::new()).unwrap();
		assert!(cut.is_empty());
	}

	#[test]
	fn local_files_only_below_the_roots() {
		let dir = tempfile::tempdir().unwrap();
		let base = dir.path().canonicalize().unwrap();
		let (root, outside) = (base.join("root"), base.join("outside"));
		fs::create_dir_all(root.join("sub")).unwrap();
		fs::create_dir_all(&outside).unwrap();
		fs::write(root.join("sub/key"), b"12345").unwrap();
		fs::write(outside.join("secret"), b"12345").unwrap();
		symlink(outside.join("secret"), root.join("link")).unwrap();
		symlink(&outside, root.join("dirlink")).unwrap();
		symlink(root.join("sub/key"), root.join("inner")).unwrap();
		let roots = [root.clone()];

		assert!(copy(&root.join("sub/key"), &roots, 5).is_ok());
		assert!(copy(&root.join("inner"), &roots, 5).is_ok());
		for bad in [
			outside.join("secret"),
			root.join("link"),
			root.join("dirlink/secret"),
			root.join("../outside/secret"),
			root.join("sub"),
			root.join("none"),
		] {
			assert!(
				matches!(copy(&bad, &roots, 5), Err(LocalError::Refused(_))),
				"{}",
				bad.display()
			);
		}
		let none = copy(&root.join("sub/key"), &[], 5).unwrap_err().to_string();
		assert!(none.contains("--allow-file-root"), "{none}");
		assert!(matches!(copy(&root.join("sub/key"), &roots, 4), Err(LocalError::Size { .. })));
	}
}
