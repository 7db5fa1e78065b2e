// SPDX-License-Identifier: Apache-2.0
//! Payments when a task is concluded, worked out anew from the rules, with their numbers and nothing
//! else of the chain's code.

use crate::runtime::{AccountId, Balance};
use proofyard_mechanism::level::{
	COMPENSATION_PERCENT, DELAY_PERCENT, GIVE_BACK_PERCENT, KEEPER_PERCENT, KILL_PERCENT,
};
use proofyard_primitives::{Ending, FailureReason, Role};

/// An attempt at the end of its task.
#[derive(Clone, Debug)]
pub struct Ended {
	/// Prover of the attempt.
	pub prover: AccountId,
	/// Role of the attempt.
	pub role: Role,
	/// Fate of the attempt.
	pub fate: Ending,
	/// Amount that it is owed if verified, else its price.
	pub price: Balance,
	/// Part of its bond that is left.
	pub bond: Balance,
}

/// A task that is concluded.
#[derive(Clone, Debug)]
pub struct Case {
	/// Account that asked for it.
	pub requester: AccountId,
	/// Money in its escrow.
	pub held: Balance,
	/// The price of the primary.
	pub price: Balance,
	/// Its attempts.
	pub attempts: Vec<Ended>,
	/// Reason for its failure, if it failed.
	pub failure: Option<FailureReason>,
	/// Account that made the chain act.
	pub keeper: Option<AccountId>,
	/// The protocol's fee in millionths.
	pub fee: u32,
}

/// Amounts that each party gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payments {
	/// To each attempt's prover.
	pub earned: Vec<Balance>,
	/// Of each attempt's bond.
	pub taken: Vec<Balance>,
	/// Out of the escrow, but for what goes back.
	pub paid: Balance,
	/// The protocol's part of it.
	pub fee: Balance,
	/// Out of the escrow, back to the requester.
	pub refunded: Balance,
	/// From bonds to the requester.
	pub compensation: Balance,
	/// From bonds to the keeper.
	pub keeper: Balance,
	/// From bonds to nobody.
	pub burnt: Balance,
}

/// Percent of an amount, rounded up.
pub fn percent_up(amount: Balance, percent: u32) -> Balance {
	(amount * Balance::from(percent)).div_ceil(100)
}

/// Bond while it is charged: the parts left and taken.
struct Bond {
	left: Balance,
	taken: Balance,
}

impl Bond {
	fn take(&mut self, most: Balance) -> Balance {
		let part = most.min(self.left);
		self.left -= part;
		self.taken += part;
		part
	}
}

impl Case {
	fn is_charged(&self, fate: Ending) -> bool {
		use Ending::*;
		matches!(fate, Rejected | Defaulted | Declined | Reported)
	}

	/// Provers charged for an attempt of their own at this task, and these others.
	fn parties(&self, others: Vec<AccountId>) -> Vec<AccountId> {
		let charged = self.attempts.iter().filter(|attempt| self.is_charged(attempt.fate));
		charged.map(|attempt| attempt.prover).chain(others).collect()
	}

	/// Amounts that each party gets.
	pub fn payments(&self) -> Payments {
		// Who came late is charged only if there is a kill fee to pay.
		let first = self.payments_with(&self.parties(Vec::new()));
		let late = self
			.attempts
			.iter()
			.zip(&first.taken)
			.filter(|(attempt, taken)| attempt.fate == Ending::VerifiedLate && **taken > 0);
		let late: Vec<AccountId> = late.map(|(attempt, _)| attempt.prover).collect();
		if late.is_empty() {
			return first;
		}
		self.payments_with(&self.parties(late))
	}

	fn payments_with(&self, parties: &[AccountId]) -> Payments {
		let count = self.attempts.len();
		let mut out =
			Payments { earned: vec![0; count], taken: vec![0; count], ..Payments::default() };
		let (mut standby, mut kill) = (Vec::new(), Vec::new());
		self.pay_from_escrow(&mut out, &mut standby, &mut kill);
		out.refunded = self.held - out.paid;
		if self.failure != Some(FailureReason::InputUnavailable) {
			self.charge_bonds(&mut out, standby, kill, parties);
		}
		out
	}

	fn pay_from_escrow(
		&self,
		out: &mut Payments,
		standby: &mut Vec<(usize, Balance)>,
		kill: &mut Vec<(usize, Balance)>,
	) {
		let unavailable = self.failure == Some(FailureReason::InputUnavailable);
		for (place, attempt) in self.attempts.iter().enumerate() {
			let first = matches!(attempt.role, Role::Primary | Role::CoPrimary);
			let kill_fee = percent_up(attempt.price, KILL_PERCENT);
			match attempt.fate {
				Ending::Verified | Ending::VerifiedLate if self.failure.is_none() => {
					let due = if first { attempt.price } else { attempt.price.min(self.price) };
					assert!(out.paid + due <= self.held, "an escrow that does not cover a price");
					let fee = (due * Balance::from(self.fee)).div_ceil(1_000_000);
					out.paid += due;
					out.fee += fee;
					out.earned[place] += due - fee;
					standby.push((place, attempt.price - due));
				}
				Ending::Verified | Ending::VerifiedLate if !unavailable => {
					standby.push((place, attempt.price));
				}
				Ending::Lost if self.failure.is_none() && first => {
					assert!(out.paid + kill_fee <= self.held, "an escrow without a kill fee");
					out.paid += kill_fee;
					out.earned[place] += kill_fee;
				}
				Ending::Lost if !unavailable => kill.push((place, kill_fee)),
				Ending::Excused | Ending::Lost | Ending::Verified | Ending::VerifiedLate => {
					let part = kill_fee.min(self.held - out.paid);
					out.paid += part;
					out.earned[place] += part;
				}
				_ => {}
			}
		}
	}

	fn charge_bonds(
		&self,
		out: &mut Payments,
		mut standby: Vec<(usize, Balance)>,
		mut kill: Vec<(usize, Balance)>,
		parties: &[AccountId],
	) {
		use Ending::*;
		let settled = self.failure.is_none();
		// What the requester gets of all bonds together, once it has what it paid for.
		let mut delay = percent_up(self.price, DELAY_PERCENT);
		let groups: [&[Ending]; 3] =
			[&[Rejected, Defaulted], &[Declined, Reported], &[VerifiedLate]];
		for group in groups {
			for (place, attempt) in self.attempts.iter().enumerate() {
				if !group.contains(&attempt.fate) {
					continue;
				}
				let mut bond = Bond { left: attempt.bond, taken: 0 };
				if attempt.fate != VerifiedLate {
					self.serve(&mut bond, &mut standby, out, parties);
				}
				self.serve(&mut bond, &mut kill, out, parties);
				let cap = attempt.bond * Balance::from(COMPENSATION_PERCENT) / 100;
				let wanted = match attempt.fate {
					Rejected | Defaulted if settled => delay.min(cap),
					Rejected | Defaulted => cap,
					Declined | Reported => percent_up(attempt.bond, GIVE_BACK_PERCENT).min(cap),
					_ => 0,
				};
				let fee = bond.take(wanted);
				let mut compensation = if attempt.fate == Reported { 0 } else { fee };
				if settled {
					compensation = compensation.min(delay);
					delay -= compensation;
				}
				out.burnt += fee - compensation;
				if parties.contains(&self.requester) {
					out.burnt += compensation;
				} else {
					out.compensation += compensation;
				}
				if matches!(attempt.fate, Rejected | Defaulted) {
					if let Some(keeper) = self.keeper.filter(|_| !settled) {
						let part = bond.take(percent_up(attempt.bond, KEEPER_PERCENT));
						if parties.contains(&keeper) {
							out.burnt += part;
						} else {
							out.keeper += part;
						}
					}
					out.burnt += bond.take(Balance::MAX);
				}
				out.taken[place] = bond.taken;
			}
		}
	}

	/// Serve the claims of provers, the first first.
	fn serve(
		&self,
		bond: &mut Bond,
		claims: &mut [(usize, Balance)],
		out: &mut Payments,
		parties: &[AccountId],
	) {
		for (place, claim) in claims {
			let part = bond.take(*claim);
			*claim -= part;
			if parties.contains(&self.attempts[*place].prover) {
				out.burnt += part;
			} else {
				out.earned[*place] += part;
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use Ending::*;

	fn case(attempts: &[(Role, Ending, Balance, Balance)]) -> Case {
		let attempts = attempts.iter().enumerate().map(|(place, (role, fate, price, bond))| {
			let (role, fate, price, bond) = (*role, *fate, *price, *bond);
			Ended { prover: 20 + place as u64, role, fate, price, bond }
		});
		Case {
			requester: 1,
			held: 1_000,
			price: 1_000,
			attempts: attempts.collect(),
			failure: None,
			keeper: None,
			fee: 0,
		}
	}

	#[test]
	fn a_standby_is_paid_by_escrow_and_bond() {
		let payments = case(&[
			(Role::Primary, Defaulted, 1_000, 2_000),
			(Role::Standby, Verified, 1_200, 1_200),
		])
		.payments();
		assert_eq!(payments.earned, [0, 1_200]);
		assert_eq!(payments.taken, [2_000, 0]);
		assert_eq!((payments.paid, payments.compensation), (1_000, 300));
		assert_eq!(payments.burnt, 2_000 - 200 - 300);
	}

	#[test]
	fn a_late_primary_pays_the_one_that_was_called() {
		let payments =
			case(&[(Role::Primary, VerifiedLate, 800, 2_000), (Role::Standby, Lost, 1_200, 1_200)])
				.payments();
		assert_eq!(payments.earned, [800, 120]);
		assert_eq!((payments.taken, payments.refunded), (vec![120, 0], 200));
	}

	#[test]
	fn a_failure_costs_the_bonds_and_not_the_requester() {
		let mut case = case(&[
			(Role::Primary, Defaulted, 1_000, 2_000),
			(Role::Standby, Declined, 1_200, 1_200),
		]);
		case.failure = Some(FailureReason::DeadlinePassed);
		case.keeper = Some(7);
		let payments = case.payments();
		assert_eq!((payments.paid, payments.refunded), (0, 1_000));
		assert_eq!((payments.compensation, payments.keeper), (400 + 120, 20));
		assert_eq!(payments.taken, [2_000, 120]);
	}
}
