// SPDX-License-Identifier: Apache-2.0
//! The section container that the circom tools keep their binary files in.
//!
//! ```text
//! magic (4) ‖ version u32 ‖ sections u32 ‖ { id u32 ‖ length u64 ‖ bytes }*      little-endian
//! ```
//!
//! Nothing is read but what a caller asks for, and no length is believed before it was compared
//! with the file's.

use super::{error::Groth16Error, limits::CancelFlag};
use std::{
	collections::BTreeMap,
	fs::File,
	io::{self, ErrorKind},
	os::unix::fs::FileExt,
	path::Path,
};

/// More sections than any of the circom tools writes; bounds the scan of a hostile file.
const MAX_SECTIONS: u32 = 64;
/// Bytes of the container's header.
const HEADER_BYTES: u64 = 12;
/// Bytes of one section's header.
const SECTION_HEADER_BYTES: u64 = 12;

/// An open file and where its sections lie.
#[derive(Debug)]
pub struct BinFile {
	file: File,
	sections: BTreeMap<u32, Section>,
	cancel: CancelFlag,
}

/// One section: a range of the file, known to lie inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
	id: u32,
	start: u64,
	len: u64,
}

impl Section {
	/// Length in bytes.
	pub fn len(&self) -> u64 {
		self.len
	}

	/// Whether the section holds nothing.
	pub fn is_empty(&self) -> bool {
		self.len == 0
	}
}

impl BinFile {
	/// Opens the file and scans its sections. Every later read fails once `cancel` is raised.
	///
	/// # Errors
	/// `InvalidKey` if magic or version are others than those asked for, if a section reaches past
	/// the end of the file or occurs twice; `Io` if the disk fails.
	pub fn open(
		path: &Path,
		magic: &[u8; 4],
		version: u32,
		cancel: &CancelFlag,
	) -> Result<Self, Groth16Error> {
		let file = File::open(path)?;
		let metadata = file.metadata()?;
		if !metadata.is_file() {
			return Err(invalid("not a regular file"));
		}
		let file_len = metadata.len();

		let mut header = [0u8; HEADER_BYTES as usize];
		read_at(&file, &mut header, 0)?;
		if &header[..4] != magic {
			return Err(invalid(&format!(
				"the file does not begin with `{}`",
				String::from_utf8_lossy(magic)
			)));
		}
		let found = u32_at(&header, 4);
		if found != version {
			return Err(invalid(&format!("file format version {found}, only {version} is known")));
		}
		let count = u32_at(&header, 8);
		if count > MAX_SECTIONS {
			return Err(invalid(&format!("{count} sections, at most {MAX_SECTIONS} are expected")));
		}

		let mut sections = BTreeMap::new();
		let mut position = HEADER_BYTES;
		for _ in 0..count {
			let mut header = [0u8; SECTION_HEADER_BYTES as usize];
			read_at(&file, &mut header, position)?;
			let id = u32_at(&header, 0);
			let len = u64::from(u32_at(&header, 4)) | u64::from(u32_at(&header, 8)) << 32;
			let start = position + SECTION_HEADER_BYTES;
			// The header was read, so `start` is inside the file.
			if len > file_len.saturating_sub(start) {
				return Err(invalid(&format!(
					"section {id} claims {len} bytes, past the end of the file"
				)));
			}
			if sections.insert(id, Section { id, start, len }).is_some() {
				return Err(invalid(&format!("section {id} occurs twice")));
			}
			position = start + len;
		}
		Ok(Self { file, sections, cancel: cancel.clone() })
	}

	/// The section with this id, which must be exactly `len` bytes long where `len` is given.
	pub fn section(&self, id: u32, len: Option<u64>) -> Result<Section, Groth16Error> {
		let section =
			*self.sections.get(&id).ok_or_else(|| invalid(&format!("section {id} is missing")))?;
		match len {
			Some(len) if len != section.len => Err(invalid(&format!(
				"section {id} has {} bytes where the header asks for {len}",
				section.len
			))),
			_ => Ok(section),
		}
	}

	/// Fills `buffer` from `offset` of the section on.
	///
	/// # Errors
	/// `InvalidKey` if the section ends before the buffer does; `Cancelled`.
	pub fn read(
		&self,
		section: Section,
		offset: u64,
		buffer: &mut [u8],
	) -> Result<(), Groth16Error> {
		if self.cancel.is_cancelled() {
			return Err(Groth16Error::Cancelled);
		}
		let end = offset.checked_add(buffer.len() as u64);
		if end.is_none_or(|end| end > section.len) {
			return Err(invalid(&format!("section {} is too short", section.id)));
		}
		read_at(&self.file, buffer, section.start + offset)
	}
}

/// Reads a `u32` from `bytes`, which the caller has sized.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
	let mut word = [0u8; 4];
	word.copy_from_slice(&bytes[at..at + 4]);
	u32::from_le_bytes(word)
}

fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> Result<(), Groth16Error> {
	file.read_exact_at(buffer, offset).map_err(|error: io::Error| match error.kind() {
		ErrorKind::UnexpectedEof => invalid("the file is truncated"),
		_ => Groth16Error::Io(error),
	})
}

fn invalid(what: &str) -> Groth16Error {
	Groth16Error::InvalidKey(what.into())
}
