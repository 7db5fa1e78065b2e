// SPDX-License-Identifier: Apache-2.0
//! Files of `proofyard verify`, read within bounds.

use crate::error::{CliError, Result};
use proofyard_verifier::{
	wrap::{
		self,
		known::{self, Known},
	},
	ProofSystem, MAX_PROOF_LEN,
};
use std::{
	fs::File,
	io::{self, Read},
	path::{Path, PathBuf},
	str::FromStr,
};

/// Longest file that is read, in bytes. The longest part of any is a zkVM's public values.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// A file, or why there is none.
pub struct Input {
	/// Its name, as it was given.
	pub name: String,
	/// Its bytes.
	pub content: std::result::Result<Vec<u8>, Unusable>,
}

/// Reason why a file is not read.
#[derive(Debug)]
pub enum Unusable {
	/// It is a directory.
	Directory,
	/// It is longer than any key or proof.
	TooLong,
	/// The system says why.
	Unreadable(io::Error),
}

impl Unusable {
	/// Reason in words.
	pub fn reason(&self) -> String {
		match self {
			Self::Directory => "it is a directory".into(),
			Self::TooLong => format!("it is longer than {MAX_FILE} bytes"),
			Self::Unreadable(error) => format!("cannot be read: {error}"),
		}
	}

	/// Advice what to do.
	pub fn advice(&self) -> &'static str {
		match self {
			Self::Directory => "Name the files in it, for example with DIR/*.",
			Self::TooLong => {
				"Give verification keys, proofs and public inputs; proving keys and secret witnesses are not needed."
			}
			Self::Unreadable(_) => "Check the path, and that you may read the file.",
		}
	}
}

/// Whether a path stands for standard input.
pub fn is_stdin(path: &Path) -> bool {
	path == Path::new("-")
}

impl Input {
	/// Read a file, or standard input.
	pub fn read(path: &Path) -> Self {
		let content = if is_stdin(path) { bounded(io::stdin().lock()) } else { read_file(path) };
		Self { name: path.display().to_string(), content }
	}
}

fn read_file(path: &Path) -> std::result::Result<Vec<u8>, Unusable> {
	let metadata = std::fs::metadata(path).map_err(Unusable::Unreadable)?;
	if metadata.is_dir() {
		return Err(Unusable::Directory);
	}
	if metadata.len() > MAX_FILE {
		return Err(Unusable::TooLong);
	}
	bounded(File::open(path).map_err(Unusable::Unreadable)?)
}

/// All bytes of a source, whose length is not known or may change.
fn bounded(source: impl Read) -> std::result::Result<Vec<u8>, Unusable> {
	let mut bytes = Vec::new();
	source.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(Unusable::Unreadable)?;
	if bytes.len() as u64 > MAX_FILE {
		return Err(Unusable::TooLong);
	}
	Ok(bytes)
}

/// The version with this proof's selector, whatever the system.
pub fn version_of(proof: &[u8]) -> Option<&'static Known> {
	known::ALL.iter().find(|known| wrap::selector(proof) == Some(known.selector))
}

/// The system that a zkVM's proof is of, by its selector; nothing where the selector is not known.
pub fn system_of(proof: &[u8]) -> Option<ProofSystem> {
	version_of(proof).map(|known| known.system)
}

/// The bytes of a file that is nothing but a zkVM's proof, as they are or in hexadecimal. What it is, only the selector
/// of a known version tells; where it is `expected`, every file that is no JSON is one.
pub fn bare_proof(bytes: &[u8], expected: bool) -> Option<Vec<u8>> {
	let text = std::str::from_utf8(bytes).map(str::trim).unwrap_or_default();
	let proof = match hex::decode(text.strip_prefix("0x").unwrap_or(text)) {
		Ok(proof) if !proof.is_empty() => proof,
		_ if text.starts_with(['{', '[']) => return None,
		_ => bytes.to_vec(),
	};
	let known = proof.len() <= MAX_PROOF_LEN as usize && system_of(&proof).is_some();
	(expected || known).then_some(proof)
}

/// Public values of a zkVM's program, or the file that has them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PublicValues {
	/// The values.
	Bytes(Vec<u8>),
	/// A file whose bytes are the values.
	File(PathBuf),
}

impl FromStr for PublicValues {
	type Err = String;

	fn from_str(text: &str) -> std::result::Result<Self, String> {
		if let Some(path) = text.strip_prefix('@') {
			return Ok(Self::File(path.into()));
		}
		hex::decode(text.strip_prefix("0x").unwrap_or(text)).map(Self::Bytes).map_err(|_| {
			"pairs of hexadecimal digits are needed, or @FILE for a file whose bytes they are"
				.into()
		})
	}
}

impl PublicValues {
	/// The values.
	pub fn read(self) -> Result<Vec<u8>> {
		match self {
			Self::Bytes(bytes) => Ok(bytes),
			Self::File(path) => read_file(&path).map_err(|unusable| {
				CliError::Unreadable(format!("{}: {}", path.display(), unusable.reason()))
			}),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_has_no_end_is_not_read_to_its_end() {
		assert!(matches!(bounded(io::repeat(7)), Err(Unusable::TooLong)));
		let longest = bounded(io::repeat(7).take(MAX_FILE)).unwrap();
		assert_eq!(longest.len() as u64, MAX_FILE);
	}

	#[test]
	fn directories_and_missing_files_are_told_apart() {
		assert!(matches!(read_file(&std::env::temp_dir()), Err(Unusable::Directory)));
		let missing = read_file(Path::new("/nonexistent/proof.json"));
		assert!(matches!(missing, Err(Unusable::Unreadable(_))));
	}

	#[test]
	fn a_bare_proof_has_a_known_selector_or_is_expected() {
		let proof = [&[0x43, 0x88, 0xa2, 0x1c][..], &[1; 352]].concat();
		for text in [hex::encode(&proof), format!("0x{}\n", hex::encode(&proof))] {
			assert_eq!(bare_proof(text.as_bytes(), false), Some(proof.clone()));
		}
		assert_eq!(bare_proof(&proof, false), Some(proof));
		for other in [&[0xde, 0xad, 0xbe, 0xef, 1][..], b"", b"hello", b"00"] {
			assert_eq!(bare_proof(other, false), None);
			assert!(bare_proof(other, true).is_some());
		}
		for json in [&b"{}"[..], b" [1]"] {
			assert_eq!(bare_proof(json, true), None);
		}
	}

	#[test]
	fn public_values_are_digits_or_a_file() {
		assert_eq!("0x0aff".parse(), Ok(PublicValues::Bytes(vec![10, 255])));
		assert_eq!("0AFF".parse(), Ok(PublicValues::Bytes(vec![10, 255])));
		assert_eq!("".parse(), Ok(PublicValues::Bytes(vec![])));
		assert_eq!("@a/b.bin".parse(), Ok(PublicValues::File("a/b.bin".into())));
		for text in ["0x0", "journal.bin", "0xzz"] {
			assert!(text.parse::<PublicValues>().is_err(), "{text}");
		}
	}
}
