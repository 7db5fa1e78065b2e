// SPDX-License-Identifier: Apache-2.0
//! Shares of the money of a task that is concluded: from the endings of its attempts to a list of
//! transfers.
//!
//! No storage and no money moves here, so that what is promised of the end of a task can be tested
//! on any case at all:
//!
//! - All of the escrow is given out: to provers, to the protocol, and the rest to the requester.
//! - No bond pays more than it is. A prover that delivered in time, was overtaken in time or could not
//!   get the input pays nothing of its bond; one that defaulted pays all of it.
//! - Nobody whose bond is charged gets anything of a bond, whatever it is besides: requester, keeper,
//!   prover of another attempt.
//! - Claims are served in their order, over all bonds: what a replacement costs above the requester's
//!   price, kill fees, the requester, the keeper. What is left is nobody's.
//! - The requester is compensated by no more than 20 % of any bond, and, once it has what it paid for,
//!   by no more than 30 % of the price of all bonds together: it never pays to make a prover fail.

use alloc::vec::Vec;
use proofyard_mechanism::{
	level::{DELAY_PERCENT, GIVE_BACK_PERCENT, KEEPER_PERCENT, KILL_PERCENT},
	terms::{percent_up, waterfall, Claims},
};
use proofyard_primitives::{AttemptResult, Ending, FailureReason, TaskEnd};
use sp_runtime::Permill;

/// A task at its end. Money in plancks.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a, AccountId> {
	/// Account of the requester, who pays.
	pub requester: &'a AccountId,
	/// Sum held for it.
	pub held: u128,
	/// Sum that the requester pays for a proof of a prover that was called later, at most: the
	/// price of the clearing.
	pub price: u128,
	/// Its attempts.
	pub attempts: &'a [AttemptResult<AccountId, u128>],
	/// End of the task.
	pub end: &'a TaskEnd<AccountId>,
	/// The protocol's share of what the escrow pays for proofs.
	pub fee: Permill,
}

/// Source of money.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
	/// The escrow of the task.
	Escrow,
	/// The bond of the attempt of this index.
	Bond(usize),
}

/// Sink of money.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sink {
	/// The prover of the attempt of this index.
	Prover(usize),
	/// The requester: what comes back of the escrow, and what compensates it of a bond.
	Requester,
	/// Account that made the chain act.
	Keeper,
	/// The fee of the protocol.
	Protocol,
	/// Slashed, and nobody's due.
	Nobody,
}

/// Some money's way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transfer {
	/// Source of it.
	pub from: Source,
	/// Sink of it.
	pub to: Sink,
	/// Amount in plancks, never zero.
	pub amount: u128,
}

/// Endings whose bonds are charged, in the order in which they are.
const CHARGED: [&[Ending]; 3] = [
	&[Ending::Rejected, Ending::Defaulted],
	&[Ending::Declined, Ending::Reported],
	&[Ending::VerifiedLate],
];

/// Dues of attempts, to be paid by the bonds, by index, in their order.
struct Dues(Vec<(usize, u128)>);

impl Dues {
	fn total(&self) -> u128 {
		self.0.iter().fold(0, |sum, (_, due)| sum.saturating_add(*due))
	}

	/// Give out `share`, the first first. What is served is due no more.
	fn serve(&mut self, mut share: u128, from: Source, transfers: &mut Transfers) {
		for (index, due) in &mut self.0 {
			let part = share.min(*due);
			transfers.push(from, Sink::Prover(*index), part);
			*due = due.saturating_sub(part);
			share = share.saturating_sub(part);
		}
	}
}

#[derive(Default)]
struct Transfers(Vec<Transfer>);

impl Transfers {
	fn push(&mut self, from: Source, to: Sink, amount: u128) {
		if amount > 0 {
			self.0.push(Transfer { from, to, amount });
		}
	}

	fn taken_of(&self, bond: usize) -> bool {
		self.0.iter().any(|transfer| transfer.from == Source::Bond(bond))
	}
}

impl<AccountId: PartialEq> Case<'_, AccountId> {
	/// Transfers to be made: all of the escrow first, then of one bond after the other, in the order
	/// in which the money is due.
	pub fn transfers(&self) -> Vec<Transfer> {
		let mut transfers = Transfers::default();
		self.share_escrow(&mut transfers);
		self.share_bonds(&mut transfers);
		self.divert(&mut transfers);
		transfers.0
	}

	/// Proofs, then kill fees, as far as the escrow goes; the rest goes back.
	fn share_escrow(&self, transfers: &mut Transfers) {
		let mut left = self.held;
		for (index, attempt) in self.attempts.iter().enumerate() {
			let payment = self.payment(attempt).min(left);
			let fee = self.fee.mul_ceil(payment);
			transfers.push(Source::Escrow, Sink::Prover(index), payment.saturating_sub(fee));
			transfers.push(Source::Escrow, Sink::Protocol, fee);
			left = left.saturating_sub(payment);
		}
		for (index, attempt) in self.attempts.iter().enumerate() {
			if self.is_killed_by_requester(attempt) {
				let fee = kill_fee(attempt).min(left);
				transfers.push(Source::Escrow, Sink::Prover(index), fee);
				left = left.saturating_sub(fee);
			}
		}
		transfers.push(Source::Escrow, Sink::Requester, left);
	}

	/// One bond after the other serves the claims that those before it left.
	fn share_bonds(&self, transfers: &mut Transfers) {
		if self.is_unavailable() {
			return;
		}
		let mut standby = self.dues(|attempt| {
			let price = if attempt.fate.is_verified() { attempt.price } else { 0 };
			price.saturating_sub(self.payment(attempt))
		});
		let mut kill_fees = self.dues(|attempt| {
			let due = attempt.fate == Ending::Lost && !self.is_killed_by_requester(attempt);
			if due {
				kill_fee(attempt)
			} else {
				0
			}
		});
		// Of all bonds together.
		let mut compensation = match self.end {
			TaskEnd::Settled => percent_up(self.price, DELAY_PERCENT),
			TaskEnd::Failed { .. } => u128::MAX,
		};
		for (index, bond, ending) in self.charges() {
			let mut claims = Claims {
				standby: standby.total(),
				kill_fees: kill_fees.total(),
				compensation: 0,
				keeper: 0,
			};
			if ending.is_default() {
				claims.compensation = compensation;
				if matches!(self.end, TaskEnd::Failed { keeper: Some(_), .. }) {
					claims.keeper = percent_up(bond, KEEPER_PERCENT);
				}
			} else if ending.is_liable() {
				claims.compensation = percent_up(bond, GIVE_BACK_PERCENT);
			} else {
				claims.standby = 0;
			}
			let shares = waterfall(bond, claims);
			let from = Source::Bond(index);
			standby.serve(shares.standby, from, transfers);
			kill_fees.serve(shares.kill_fees, from, transfers);
			// Nobody is to earn by an input that he withholds.
			let compensated = match ending {
				Ending::Reported => 0,
				_ => shares.compensation.min(compensation),
			};
			compensation = compensation.saturating_sub(compensated);
			transfers.push(from, Sink::Requester, compensated);
			transfers.push(from, Sink::Keeper, shares.keeper);
			let kept = if ending.is_default() { 0 } else { shares.rest };
			let due = shares.standby + shares.kill_fees + compensated + shares.keeper;
			transfers.push(from, Sink::Nobody, bond.saturating_sub(due).saturating_sub(kept));
		}
	}

	/// Divert to nobody what a bond would pay to somebody who is charged himself.
	fn divert(&self, transfers: &mut Transfers) {
		let charged: Vec<&AccountId> = self
			.attempts
			.iter()
			.enumerate()
			.filter(|(index, attempt)| {
				// Who came late is charged only if there was a kill fee to pay.
				transfers.taken_of(*index) || attempt.fate.is_liable()
			})
			.map(|(_, attempt)| &attempt.prover)
			.collect();
		let keeper = match self.end {
			TaskEnd::Failed { keeper, .. } => keeper.as_ref(),
			TaskEnd::Settled => None,
		};
		for transfer in &mut transfers.0 {
			let to = match transfer.to {
				Sink::Prover(index) => self.attempts.get(index).map(|attempt| &attempt.prover),
				Sink::Requester => Some(self.requester),
				Sink::Keeper => keeper,
				Sink::Protocol | Sink::Nobody => None,
			};
			let of_bond = transfer.from != Source::Escrow;
			if of_bond && to.is_some_and(|account| charged.contains(&account)) {
				transfer.to = Sink::Nobody;
			}
		}
	}

	/// The bonds that are charged, in the order in which they are.
	fn charges(&self) -> impl Iterator<Item = (usize, u128, Ending)> + '_ {
		CHARGED.into_iter().flat_map(move |group| {
			let attempts = self.attempts.iter().enumerate();
			attempts
				.filter(|(_, attempt)| group.contains(&attempt.fate))
				.map(|(index, attempt)| (index, attempt.bond, attempt.fate))
		})
	}

	/// Dues of the attempts, where there are any.
	fn dues(&self, due: impl Fn(&AttemptResult<AccountId, u128>) -> u128) -> Dues {
		let dues = self.attempts.iter().map(due).enumerate();
		Dues(dues.filter(|(_, due)| *due > 0).collect())
	}

	/// Payment of the requester for an attempt's proof.
	fn payment(&self, attempt: &AttemptResult<AccountId, u128>) -> u128 {
		if *self.end != TaskEnd::Settled || !attempt.fate.is_verified() {
			0
		} else if attempt.role.is_first() {
			attempt.price
		} else {
			attempt.price.min(self.price)
		}
	}

	/// Whether the requester owes this attempt a kill fee: it wanted several at once, or had no input
	/// for those that were at work.
	fn is_killed_by_requester(&self, attempt: &AttemptResult<AccountId, u128>) -> bool {
		use Ending::*;
		if self.is_unavailable() {
			// One that delivered all the same was at work as well.
			matches!(attempt.fate, Excused | Lost | Verified | VerifiedLate)
		} else {
			*self.end == TaskEnd::Settled && attempt.fate == Lost && attempt.role.is_first()
		}
	}

	fn is_unavailable(&self) -> bool {
		matches!(self.end, TaskEnd::Failed { reason: FailureReason::InputUnavailable, .. })
	}
}

fn kill_fee<AccountId>(attempt: &AttemptResult<AccountId, u128>) -> u128 {
	percent_up(attempt.price, KILL_PERCENT)
}
