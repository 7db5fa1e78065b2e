// SPDX-License-Identifier: Apache-2.0

//! Ways to spoil bytes. The tests of the host functions share this file.

#![allow(dead_code)]

use rand::{rngs::StdRng, Rng, RngCore};

/// `bytes` with one bit changed; bit 0 is the lowest of the first byte.
pub fn flip(bytes: &[u8], bit: usize) -> Vec<u8> {
	let mut bytes = bytes.to_vec();
	bytes[bit / 8] ^= 1 << (bit % 8);
	bytes
}

/// Random bytes; half of the time each word of 32 is small enough to be a number.
pub fn random(rng: &mut StdRng, length: usize) -> Vec<u8> {
	let mut bytes = vec![0; length];
	rng.fill_bytes(&mut bytes);
	if rng.gen() {
		bytes.iter_mut().step_by(32).for_each(|byte| *byte &= 0x1f);
	}
	bytes
}

/// A change of one kind or another; some leave nothing of the bytes, some next to everything.
pub fn change(rng: &mut StdRng, bytes: &[u8]) -> Vec<u8> {
	let mut changed = bytes.to_vec();
	let length = bytes.len();
	match rng.gen_range(0..10) {
		// Bytes without rhyme or reason, of a right or a wrong length.
		0 => return random(rng, length),
		1 => {
			let length = rng.gen_range(0..2 * length + 40);
			return random(rng, length);
		}
		2 => changed.truncate(rng.gen_range(0..=length)),
		3 => changed.extend((0..rng.gen_range(1..64)).map(|_| rng.next_u32() as u8)),
		_ if length == 0 => changed.push(0),
		// Single bits and bytes.
		4 | 5 => changed[rng.gen_range(0..length)] ^= 1 << rng.gen_range(0..8),
		6 => {
			for _ in 0..rng.gen_range(1..8) {
				changed[rng.gen_range(0..length)] = rng.gen();
			}
		}
		// A stretch of zeros or ones, a stretch of the same bytes from elsewhere.
		7 => {
			let start = rng.gen_range(0..length);
			let end = length.min(start + rng.gen_range(1..130));
			changed[start..end].fill(if rng.gen() { 0 } else { 0xff });
		}
		8 => {
			let size = rng.gen_range(1..=length.min(64));
			let from = rng.gen_range(0..=length - size);
			changed.copy_within(from..from + size, rng.gen_range(0..=length - size));
		}
		// Everything but the beginning, which selectors and headers sit in.
		_ => {
			let start = rng.gen_range(0..length.min(110));
			let tail = random(rng, length - start);
			changed[start..].copy_from_slice(&tail);
		}
	}
	changed
}
