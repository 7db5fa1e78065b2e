// SPDX-License-Identifier: Apache-2.0

//! Reading a batch.

use super::{PLAIN, WRAPPED};
use crate::boundary::MAX_BATCH;
use alloc::vec::Vec;
use codec::{Compact, Decode};
use proofyard_verifier::{Claim, ProofSystem};

/// The claims that the bytes stand for, in order; nothing where a claim names a proof system that this node does not
/// know. The whole is nothing where the bytes are no batch.
pub(crate) fn decode(bytes: &[u8]) -> Option<Vec<Option<Claim<'_>>>> {
	let mut reader = Reader { rest: bytes };
	let keys = (0..reader.count()?).map(|_| reader.bytes()).collect::<Option<Vec<&[u8]>>>()?;
	let mut named = 0;
	let claims = (0..reader.count()?)
		.map(|_| reader.claim(&keys, &mut named))
		.collect::<Option<Vec<_>>>()?;
	(reader.rest.is_empty() && named == keys.len()).then_some(claims)
}

struct Reader<'a> {
	rest: &'a [u8],
}

impl<'a> Reader<'a> {
	/// The number of a list's members.
	fn count(&mut self) -> Option<u32> {
		let Compact(count) = Compact::<u32>::decode(&mut self.rest).ok()?;
		(count <= MAX_BATCH).then_some(count)
	}

	fn bytes(&mut self) -> Option<&'a [u8]> {
		let Compact(length) = Compact::<u32>::decode(&mut self.rest).ok()?;
		let (bytes, rest) = self.rest.split_at_checked(usize::try_from(length).ok()?)?;
		self.rest = rest;
		Some(bytes)
	}

	fn take<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
		let (bytes, rest) = self.rest.split_first_chunk()?;
		self.rest = rest;
		Some(bytes)
	}

	/// The key at the position that comes next. Of the keys, the first `named` have been named before.
	fn key(&mut self, keys: &[&'a [u8]], named: &mut usize) -> Option<&'a [u8]> {
		let [position] = *self.take()?;
		let position = usize::from(position);
		if position > *named {
			return None;
		}
		*named = (*named).max(position + 1);
		keys.get(position).copied()
	}

	fn claim(&mut self, keys: &[&'a [u8]], named: &mut usize) -> Option<Option<Claim<'a>>> {
		let [kind] = *self.take()?;
		match kind {
			PLAIN => {
				let [system] = *self.take()?;
				let prepared = self.key(keys, named)?;
				let public_inputs = self.bytes()?;
				let proof = self.bytes()?;
				Some(ProofSystem::from_index(system).map(|system| Claim::Plain {
					system,
					prepared,
					public_inputs,
					proof,
				}))
			}
			WRAPPED => Some(Some(Claim::Wrapped {
				prepared: self.key(keys, named)?,
				program_key: self.take()?,
				public_values: self.bytes()?,
				proof: self.bytes()?,
			})),
			_ => None,
		}
	}
}
