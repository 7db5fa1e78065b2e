// SPDX-License-Identifier: Apache-2.0
//! Bonds, deadlines, late prices, and who gets what of a slashed bond.

use crate::level::{COMPENSATION_PERCENT, KILL_PERCENT, RESCUE_PERCENT};
use alloc::vec::Vec;

/// Terms by which a bond follows from a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BondTerms {
	/// Percent of the price.
	pub percent: u32,
	/// Added to it, in plancks: what the chain may charge for rejected proofs.
	pub base: u128,
}

// The factor in [`BondTerms::bond`].
const _: () = assert!(5 * RESCUE_PERCENT == 4 * 100);

impl BondTerms {
	/// The bond of an attempt at this price, whose dearest standby costs `standby` (0 without one):
	///
	/// `base + max(⌈price · percent / 100⌉, ⌈(standby − price)⁺ · 5/4⌉)`
	///
	/// The second term leaves [`COMPENSATION_PERCENT`] of the bond for the requester after the
	/// standby is paid what it costs above the price. Rounded up; saturates.
	pub fn bond(&self, price: u128, standby: u128) -> u128 {
		let share = percent_up(price, self.percent);
		let reproof = standby.saturating_sub(price).saturating_mul(5).div_ceil(4);
		share.max(reproof).saturating_add(self.base)
	}
}

/// `⌈amount · percent / 100⌉`, saturating.
pub fn percent_up(amount: u128, percent: u32) -> u128 {
	amount.saturating_mul(percent.into()).div_ceil(100)
}

/// The time that `work` takes at `speed` units a second, in milliseconds, rounded up. `None` when
/// the speed is zero or the time does not fit.
pub fn proving_ms(work: u64, speed: u64) -> Option<u64> {
	if speed == 0 {
		return None;
	}
	u64::try_from((u128::from(work) * 1000).div_ceil(speed.into())).ok()
}

/// The block by which a first attempt should deliver: `percent` of the way from `now` to
/// `deadline`, rounded down, at least one block ahead, never past the deadline.
pub fn soft_deadline(now: u32, deadline: u32, percent: u32) -> u32 {
	let span = u64::from(deadline.saturating_sub(now));
	let ahead = (span * u64::from(percent.min(100)) / 100).max(1);
	now.saturating_add(ahead as u32).min(deadline)
}

/// Price of a proof at block `at`: the whole price until the soft deadline, then less, in a
/// straight line down to `floor_percent` of it at the deadline. What is cut is rounded down, so the
/// prover never gets less than its due.
pub fn late_price(price: u128, soft: u32, deadline: u32, at: u32, floor_percent: u32) -> u128 {
	let late = u128::from(at.min(deadline).saturating_sub(soft));
	let span = u128::from(deadline.saturating_sub(soft));
	if late == 0 || span == 0 {
		return price;
	}
	let most = u128::from(100 - floor_percent.min(100));
	let cut = price.checked_mul(most * late).map_or_else(
		// Only above 10^26 YARD: divide first.
		|| price / (100 * span) * (most * late),
		|product| product / (100 * span),
	);
	price.saturating_sub(cut)
}

/// Premium on the open bounty above the requester's price, in plancks: nothing in block
/// `since`, then more in a straight line, up to `most` at the deadline. Rounded down.
pub fn bounty_premium(most: u128, since: u32, deadline: u32, at: u32) -> u128 {
	let span = u128::from(deadline.saturating_sub(since));
	let past = u128::from(at.min(deadline).saturating_sub(since));
	if span == 0 {
		return most;
	}
	most.checked_mul(past).map_or_else(|| most / span * past, |product| product / span)
}

/// Most that a task costs its requester whose provers start together at these prices, where `needed`
/// proofs count: the dearest of them delivering, and kill fees to the others. Saturates.
pub fn together_cost(prices: &[u128], needed: usize) -> u128 {
	let mut prices = Vec::from(prices);
	prices.sort_by(|a, b| b.cmp(a));
	let parts = prices.iter().enumerate().map(|(place, price)| {
		if place < needed {
			*price
		} else {
			percent_up(*price, KILL_PERCENT)
		}
	});
	parts.fold(0, u128::saturating_add)
}

/// The most that each of `started` provers can be paid out of `max_fee` if all have the same price
/// and `needed` of them deliver, in plancks. Rounded down, and by so much more that
/// [`together_cost`] stays within `max_fee`.
pub fn together_share(max_fee: u128, needed: u8, started: u8) -> u128 {
	let losers = u128::from(started.saturating_sub(needed));
	let parts = u128::from(needed) * 100 + losers * u128::from(KILL_PERCENT);
	if parts <= 100 {
		return max_fee;
	}
	// Each kill fee is rounded up by less than one.
	let fee = max_fee.saturating_sub(losers);
	fee / parts * 100 + fee % parts * 100 / parts
}

/// The lowest maximum fee of which [`together_share`] is at least `share`, in plancks. Saturates.
pub fn together_least(share: u128, needed: u8, started: u8) -> u128 {
	let losers = u128::from(started.saturating_sub(needed));
	let parts = u128::from(needed) * 100 + losers * u128::from(KILL_PERCENT);
	if parts <= 100 {
		return share;
	}
	let rest = (share % 100 * parts).div_ceil(100);
	(share / 100).saturating_mul(parts).saturating_add(rest).saturating_add(losers)
}

/// Claims on the bond of a defaulted attempt, in plancks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claims {
	/// Cost of the standby that delivered, above what the requester pays.
	pub standby: u128,
	/// Fees of standbys that worked and lost the race.
	pub kill_fees: u128,
	/// Loss of the requester by the delay; at most [`COMPENSATION_PERCENT`] of the bond is paid.
	pub compensation: u128,
	/// Reward of the keeper that made the chain act.
	pub keeper: u128,
}

/// Shares of a bond. They add up to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
	/// To the standby that delivered.
	pub standby: u128,
	/// To the standbys that lost the race.
	pub kill_fees: u128,
	/// To the requester.
	pub compensation: u128,
	/// To the keeper.
	pub keeper: u128,
	/// Nobody's due: to the treasury or burnt. Never to the defaulter.
	pub rest: u128,
}

/// Serve the claims on a bond in their order, each as far as what is left goes: standby, kill fees,
/// compensation (rounded down at its cap), keeper.
pub fn waterfall(bond: u128, claims: Claims) -> Shares {
	let cap = bond / 100 * u128::from(COMPENSATION_PERCENT)
		+ bond % 100 * u128::from(COMPENSATION_PERCENT) / 100;
	let mut left = bond;
	let mut serve = |claim: u128| {
		let share = claim.min(left);
		left -= share;
		share
	};
	let standby = serve(claims.standby);
	let kill_fees = serve(claims.kill_fees);
	let compensation = serve(claims.compensation.min(cap));
	let keeper = serve(claims.keeper);
	Shares { standby, kill_fees, compensation, keeper, rest: left }
}
