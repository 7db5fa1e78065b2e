// SPDX-License-Identifier: Apache-2.0
//! SHA-256 and size of a file, read in pieces: proving keys run to gigabytes.

use anyhow::Context;
use sha2::{Digest, Sha256};
use sp_core::H256;
use std::{fs::File, io::Read, path::Path};

/// Bytes read at once.
const PIECE: usize = 1024 * 1024;

/// Hash that identifies the content of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Content {
	/// SHA-256 of all bytes.
	pub sha256: H256,
	/// Number of bytes.
	pub size: u64,
}

/// Hash a file. Fails when it cannot be read, or is a directory.
pub fn file(path: &Path) -> anyhow::Result<Content> {
	let mut file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
	reader(&mut file).with_context(|| format!("cannot read {}", path.display()))
}

fn reader(source: &mut impl Read) -> std::io::Result<Content> {
	let mut hasher = Sha256::new();
	let mut piece = vec![0; PIECE];
	let mut size = 0u64;
	loop {
		let read = match source.read(&mut piece) {
			Ok(0) => break,
			Ok(read) => read,
			Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
			Err(error) => return Err(error),
		};
		hasher.update(&piece[..read]);
		size += read as u64;
	}
	Ok(Content { sha256: H256(hasher.finalize().into()), size })
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn hashes_over_the_borders_of_pieces() {
		let bytes = vec![7u8; 2 * PIECE + 3];
		let content = reader(&mut bytes.as_slice()).unwrap();
		assert_eq!(content.size, bytes.len() as u64);
		assert_eq!(content.sha256.0, <[u8; 32]>::from(Sha256::digest(&bytes)));
	}

	#[test]
	fn the_empty_file_has_its_known_hash() {
		let content = reader(&mut [].as_slice()).unwrap();
		assert_eq!(content.size, 0);
		assert_eq!(
			hex::encode(content.sha256),
			"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
		);
	}
}
