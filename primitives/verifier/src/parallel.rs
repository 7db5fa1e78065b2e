// SPDX-License-Identifier: Apache-2.0

//! Work on all cores with the feature `std`, one after the other without it. The results and their order are the same.

use alloc::vec::Vec;

/// Applies a function to each item, in order.
#[cfg(feature = "std")]
pub(crate) fn map<T: Sync, R: Send>(items: &[T], apply: impl Fn(&T) -> R + Send + Sync) -> Vec<R> {
	use rayon::prelude::*;
	if items.len() < 2 || cores() < 2 {
		return items.iter().map(apply).collect();
	}
	items.par_iter().map(apply).collect()
}

/// Applies a function to as many runs of items as there are cores, in order.
#[cfg(feature = "std")]
pub(crate) fn runs<T: Sync, R: Send>(
	items: &[T],
	apply: impl Fn(&[T]) -> R + Send + Sync,
) -> Vec<R> {
	use rayon::prelude::*;
	let length = items.len().div_ceil(cores()).max(1);
	if length >= items.len() {
		return items.chunks(length).map(apply).collect();
	}
	items.par_chunks(length).map(apply).collect()
}

/// Does two things.
#[cfg(feature = "std")]
pub(crate) fn both(one: impl FnOnce() + Send, other: impl FnOnce() + Send) {
	if cores() < 2 {
		one();
		other();
	} else {
		rayon::join(one, other);
	}
}

#[cfg(feature = "std")]
fn cores() -> usize {
	rayon::current_num_threads().max(1)
}

/// Applies a function to each item, in order.
#[cfg(not(feature = "std"))]
pub(crate) fn map<T, R>(items: &[T], apply: impl Fn(&T) -> R) -> Vec<R> {
	items.iter().map(apply).collect()
}

/// Applies a function to all items at once, unless there are none.
#[cfg(not(feature = "std"))]
pub(crate) fn runs<T, R>(items: &[T], apply: impl Fn(&[T]) -> R) -> Vec<R> {
	items.chunks(items.len().max(1)).map(apply).collect()
}

/// Does two things.
#[cfg(not(feature = "std"))]
pub(crate) fn both(one: impl FnOnce(), other: impl FnOnce()) {
	one();
	other();
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn order_is_kept() {
		for count in [0, 1, 2, 7, 1000] {
			let items: Vec<u32> = (0..count).collect();
			assert_eq!(map(&items, |item| item + 1), (1..=count).collect::<Vec<_>>());
			assert_eq!(runs(&items, <[u32]>::to_vec).concat(), items);
		}
	}
}
