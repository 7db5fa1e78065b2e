// SPDX-License-Identifier: Apache-2.0
//! Notes that the worker keeps between runs, in the node's off-chain database. Losing them is
//! harmless: they are rebuilt from the chain and the service.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use sp_core::H256;
use sp_runtime::offchain::storage::StorageValueRef;

const NOTES_KEY: &[u8] = b"proofyard/worker-notes";

/// Most jobs remembered. More than a node's provers have slots for, and those that lately ended.
const MAX_NOTES: usize = 512;

/// One job.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub(super) struct Note {
	/// Its id.
	pub id: H256,
	/// The block at which its proof was last submitted.
	pub submitted_at: Option<u32>,
	/// The block at which the commitment to its proof was last sent.
	pub committed_at: Option<u32>,
	/// The block at which it was last given back.
	pub reported_at: Option<u32>,
	/// Times that it failed.
	pub failures: u32,
	/// The block before which it is left alone.
	pub retry_at: u32,
	/// The block at which its attempt was first seen to live no more.
	pub gone_at: Option<u32>,
}

impl Note {
	/// Note a failure at block `now`: the next try is after 1, 2, 4, … blocks, `most` at most.
	pub fn fail(&mut self, now: u32, most: u32) {
		let wait = 1u32.checked_shl(self.failures).unwrap_or(most).min(most);
		self.failures = self.failures.saturating_add(1);
		self.retry_at = now.saturating_add(wait);
	}
}

/// All jobs.
pub(super) struct Notes {
	notes: Vec<Note>,
	stored: Vec<Note>,
}

impl Notes {
	pub fn load() -> Self {
		let stored: Vec<Note> =
			StorageValueRef::persistent(NOTES_KEY).get().ok().flatten().unwrap_or_default();
		Self { notes: stored.clone(), stored }
	}

	/// Write them back if they changed.
	pub fn save(mut self) {
		let excess = self.notes.len().saturating_sub(MAX_NOTES);
		self.notes.drain(..excess);
		if self.notes != self.stored {
			StorageValueRef::persistent(NOTES_KEY).set(&self.notes);
		}
	}

	pub fn is_empty(&self) -> bool {
		self.notes.is_empty()
	}

	pub fn of(&self, id: H256) -> Option<&Note> {
		self.notes.iter().find(|note| note.id == id)
	}

	pub fn entry(&mut self, id: H256) -> &mut Note {
		let index = match self.notes.iter().position(|note| note.id == id) {
			Some(index) => index,
			None => {
				self.notes.push(Note { id, ..Default::default() });
				self.notes.len() - 1
			}
		};
		&mut self.notes[index]
	}

	pub fn retain(&mut self, keep: impl FnMut(&mut Note) -> bool) {
		self.notes.retain_mut(keep);
	}
}
