// SPDX-License-Identifier: Apache-2.0
//! The grid of unit prices.

use alloc::vec::Vec;

/// Number of ticks.
pub const TICKS: u16 = 1024;

/// Price of the lowest tick, in plancks: the lowest at which 2 % is a whole planck.
const LOWEST: u128 = 50;

/// The price of each tick: `50 · 1.02^index`, rounded to the nearest planck. 1,024 steps of 2 % span
/// nearly nine decades, so that one grid serves units as different as a zkVM's cycle and a circuit's
/// constraint.
static PRICES: [u64; TICKS as usize] = prices();

const fn prices() -> [u64; TICKS as usize] {
	let mut prices = [0; TICKS as usize];
	// 64 fractional bits: the error after 1,023 steps is far below a planck.
	let mut exact = LOWEST << 64;
	let mut index = 0;
	while index < prices.len() {
		prices[index] = ((exact + (1 << 63)) >> 64) as u64;
		exact += exact / 50;
		index += 1;
	}
	prices
}

/// A unit price on the grid, by its index. Ticks compare as their prices do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tick(u16);

impl Tick {
	/// The lowest tick.
	pub const MIN: Self = Self(0);
	/// The highest tick.
	pub const MAX: Self = Self(TICKS - 1);

	/// The tick of this index. `None` above the grid.
	pub const fn new(index: u16) -> Option<Self> {
		if index < TICKS {
			Some(Self(index))
		} else {
			None
		}
	}

	/// Its index, below [`TICKS`].
	pub const fn index(self) -> u16 {
		self.0
	}

	/// Its price for one unit of work, in plancks.
	pub fn price(self) -> u128 {
		PRICES[usize::from(self.0)].into()
	}

	/// The price of `work` units, in plancks. Exact: the highest price of the most work fits.
	pub fn total(self, work: u64) -> u128 {
		self.price() * u128::from(work)
	}

	/// The lowest tick whose price is not below `price`, in plancks: what an ask is rounded to, so
	/// that nobody is paid less than it asked. `None` above the grid.
	pub fn at_least(price: u128) -> Option<Self> {
		let index = PRICES.partition_point(|tick| u128::from(*tick) < price);
		Self::new(index as u16)
	}

	/// The highest tick whose price is not above `price`, in plancks: what a maximum is rounded to,
	/// so that nobody pays more. `None` below the grid.
	pub fn at_most(price: u128) -> Option<Self> {
		let above = PRICES.partition_point(|tick| u128::from(*tick) <= price);
		above.checked_sub(1).map(|index| Self(index as u16))
	}
}

const WORDS: usize = TICKS as usize / 64;

/// Set of the ticks of a market that have asks. Two levels, so that the best is two instructions away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bitmap {
	/// One bit for each tick.
	pub words: [u64; WORDS],
	/// One bit for each word that is not zero.
	pub summary: u16,
}

const _: () = assert!(WORDS <= 16, "the summary has a bit for each word");

impl Bitmap {
	/// Mark a tick.
	pub fn insert(&mut self, tick: Tick) {
		let (word, bit) = place(tick);
		self.words[word] |= 1 << bit;
		self.summary |= 1 << word;
	}

	/// Unmark a tick.
	pub fn remove(&mut self, tick: Tick) {
		let (word, bit) = place(tick);
		self.words[word] &= !(1 << bit);
		if self.words[word] == 0 {
			self.summary &= !(1 << word);
		}
	}

	/// Whether a tick is marked.
	pub fn contains(&self, tick: Tick) -> bool {
		let (word, bit) = place(tick);
		self.words[word] & (1 << bit) != 0
	}

	/// Whether no tick is marked.
	pub fn is_empty(&self) -> bool {
		self.summary == 0
	}

	/// The lowest marked tick.
	pub fn first(&self) -> Option<Tick> {
		self.from(Tick::MIN)
	}

	/// The lowest marked tick above `tick`.
	pub fn next_after(&self, tick: Tick) -> Option<Tick> {
		self.from(Tick::new(tick.0 + 1)?)
	}

	/// The lowest marked tick from `tick` on.
	fn from(&self, tick: Tick) -> Option<Tick> {
		let (word, bit) = place(tick);
		let here = self.words[word] & (u64::MAX << bit);
		if here != 0 {
			return at(word, here.trailing_zeros());
		}
		// The shift is past the width for the last word.
		let later = self.summary & u16::MAX.checked_shl(word as u32 + 1).unwrap_or(0);
		if later == 0 {
			return None;
		}
		let word = later.trailing_zeros() as usize;
		at(word, self.words[word].trailing_zeros())
	}
}

fn place(tick: Tick) -> (usize, u32) {
	(usize::from(tick.0) / 64, u32::from(tick.0) % 64)
}

fn at(word: usize, bit: u32) -> Option<Tick> {
	Tick::new((word * 64) as u16 + bit as u16)
}

/// `0..count` in an order drawn from `seed`: how equal asks take turns. Each place is equally likely
/// to be first, so the age of an ask is worth nothing, and nothing has to be read to draw it.
pub fn order(count: u32, seed: u64) -> impl Iterator<Item = u32> {
	let modulus = u64::from(count.max(1));
	let start = (seed & 0xffff_ffff) % modulus;
	let mut stride = 1 + (seed >> 32) % modulus;
	// A stride without a common divisor meets each place once. 1 is one, so this ends.
	while gcd(stride, modulus) != 1 {
		stride = stride % modulus + 1;
	}
	(0..u64::from(count)).map(move |step| ((start + step * stride) % modulus) as u32)
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
	while b != 0 {
		(a, b) = (b, a % b);
	}
	a
}

/// The prices of all ticks, lowest first, in plancks: for tables and tools.
pub fn all_prices() -> Vec<u128> {
	PRICES.iter().map(|price| u128::from(*price)).collect()
}
