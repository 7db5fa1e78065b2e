// SPDX-License-Identifier: Apache-2.0
//! Standing asks in memory: what the pallet keeps in storage, for simulations and tests.

use crate::tick::{order, Bitmap, Tick, TICKS};
use alloc::{collections::BTreeMap, vec, vec::Vec};

/// The asks of one market. Insert, remove and best do not depend on how many there are, but for the
/// map that finds a prover's ask.
#[derive(Clone, Debug)]
pub struct MemoryBook<P> {
	bitmap: Bitmap,
	levels: Vec<Vec<P>>,
	places: BTreeMap<P, (Tick, usize)>,
}

impl<P: Clone + Ord> Default for MemoryBook<P> {
	fn default() -> Self {
		Self::new()
	}
}

impl<P: Clone + Ord> MemoryBook<P> {
	/// An empty book.
	pub fn new() -> Self {
		Self {
			bitmap: Bitmap::default(),
			levels: vec![Vec::new(); usize::from(TICKS)],
			places: BTreeMap::new(),
		}
	}

	/// Place the ask of a prover, in place of the one it had.
	pub fn insert(&mut self, prover: P, tick: Tick) {
		self.remove(&prover);
		let level = &mut self.levels[usize::from(tick.index())];
		self.places.insert(prover.clone(), (tick, level.len()));
		level.push(prover);
		self.bitmap.insert(tick);
	}

	/// Remove the ask of a prover. Returns where it was.
	pub fn remove(&mut self, prover: &P) -> Option<Tick> {
		let (tick, place) = self.places.remove(prover)?;
		let level = &mut self.levels[usize::from(tick.index())];
		level.swap_remove(place);
		if let Some(moved) = level.get(place) {
			self.places.insert(moved.clone(), (tick, place));
		}
		if level.is_empty() {
			self.bitmap.remove(tick);
		}
		Some(tick)
	}

	/// The ask of a prover.
	pub fn get(&self, prover: &P) -> Option<Tick> {
		self.places.get(prover).map(|(tick, _)| *tick)
	}

	/// The lowest ask.
	pub fn best(&self) -> Option<Tick> {
		self.bitmap.first()
	}

	/// Number of asks.
	pub fn len(&self) -> usize {
		self.places.len()
	}

	/// Whether there is none.
	pub fn is_empty(&self) -> bool {
		self.places.is_empty()
	}

	/// The asks, lowest first, equal ones in an order drawn from `seed`. Lazy: costs what is taken.
	pub fn asks(&self, seed: u64) -> impl Iterator<Item = (&P, Tick)> + '_ {
		core::iter::successors(self.bitmap.first(), |tick| self.bitmap.next_after(*tick)).flat_map(
			move |tick| {
				let level = &self.levels[usize::from(tick.index())];
				order(level.len() as u32, seed ^ u64::from(tick.index()))
					.map(move |place| (&level[place as usize], tick))
			},
		)
	}
}
