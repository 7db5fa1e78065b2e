// SPDX-License-Identifier: Apache-2.0
//! Sealed bids for one task: the lowest wins and is paid the second lowest.

/// The outcome of a sealed auction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
	/// Place of the winner among the bids given.
	pub winner: usize,
	/// Price it is paid, in plancks: the second lowest bid, or the maximum where nobody else bid.
	pub price: u128,
}

/// The lowest of `bids` (whole prices, in plancks) that is not above `max` wins, and is paid the
/// second lowest of them, or `max` without one. Of equal bids the first given wins: give them in an
/// order that nobody chose. `None` without a bid that counts.
pub fn second_price(bids: &[u128], max: u128) -> Option<Sealed> {
	let mut winner: Option<usize> = None;
	let mut price = max;
	for (place, bid) in bids.iter().enumerate().filter(|(_, bid)| **bid <= max) {
		match winner {
			Some(best) if *bid >= bids[best] => price = price.min(*bid),
			Some(best) => {
				price = bids[best];
				winner = Some(place);
			}
			None => winner = Some(place),
		}
	}
	winner.map(|winner| Sealed { winner, price })
}
