// SPDX-License-Identifier: Apache-2.0
//! Promises of the end of a task, on any task.

use crate::shares::{Case, Sink, Source, Transfer};
use proofyard_mechanism::{
	level::{DELAY_PERCENT, KEEPER_PERCENT, KILL_PERCENT},
	terms::percent_up,
};
use proofyard_primitives::{AttemptResult, Ending, FailureReason, Role, TaskEnd};
use proptest::prelude::*;
use sp_runtime::Permill;

type Attempt = AttemptResult<u8, u128>;

/// A task at its end that can be printed.
#[derive(Clone, Debug)]
struct Ended {
	requester: u8,
	held: u128,
	price: u128,
	attempts: Vec<Attempt>,
	end: TaskEnd<u8>,
	fee: Permill,
}

impl Ended {
	fn transfers(&self) -> Vec<Transfer> {
		let Self { requester, held, price, attempts, end, fee } = self;
		Case { requester, held: *held, price: *price, attempts, end, fee: *fee }.transfers()
	}

	fn keeper(&self) -> Option<u8> {
		match self.end {
			TaskEnd::Failed { keeper, .. } => keeper,
			TaskEnd::Settled => None,
		}
	}

	fn unavailable(&self) -> bool {
		matches!(self.end, TaskEnd::Failed { reason: FailureReason::InputUnavailable, .. })
	}

	fn settled(&self) -> bool {
		self.end == TaskEnd::Settled
	}

	/// Amount the requester is to pay for this attempt's proof.
	fn payment(&self, attempt: &Attempt) -> u128 {
		match attempt.role.is_first() {
			_ if !self.settled() || !attempt.fate.is_verified() => 0,
			true => attempt.price,
			false => attempt.price.min(self.price),
		}
	}

	/// Prices that the bonds are to pay.
	fn standby(&self) -> u128 {
		let verified = self.attempts.iter().filter(|attempt| attempt.fate.is_verified());
		verified.map(|attempt| attempt.price - self.payment(attempt)).sum()
	}

	/// Kill fees that the bonds are to pay.
	fn kill_fees(&self) -> u128 {
		let lost = self.attempts.iter().filter(|attempt| {
			attempt.fate == Ending::Lost && !(self.settled() && attempt.role.is_first())
		});
		lost.map(|attempt| percent_up(attempt.price, KILL_PERCENT)).sum()
	}

	/// Whether a party is one of those that pay of their bonds.
	fn charged(&self, party: u8, transfers: &[Transfer]) -> bool {
		self.attempts.iter().enumerate().any(|(index, attempt)| {
			let paid = transfers.iter().any(|transfer| transfer.from == Source::Bond(index));
			attempt.prover == party && (paid || failed(attempt.fate))
		})
	}
}

/// Whether a bond may have to pay for another proof.
fn failed(fate: Ending) -> bool {
	use Ending::*;
	matches!(fate, Rejected | Defaulted | Declined | Reported)
}

fn sum(transfers: &[Transfer], of: impl Fn(&Transfer) -> bool) -> u128 {
	transfers.iter().filter(|transfer| of(transfer)).map(|transfer| transfer.amount).sum()
}

fn amount() -> impl Strategy<Value = u128> {
	prop_oneof![2 => 0..40u128, 4 => 0..10_000u128, 1 => 0..1u128 << 80, 1 => Just(u128::MAX >> 16)]
}

fn role() -> impl Strategy<Value = Role> {
	use Role::*;
	prop::sample::select(vec![Primary, CoPrimary, Standby, Rescue, Bounty])
}

fn fate() -> impl Strategy<Value = Ending> {
	use Ending::*;
	let all =
		[Verified, VerifiedLate, Lost, Slow, Declined, Reported, Excused, Rejected, Defaulted];
	prop::sample::select(all.to_vec())
}

fn end() -> impl Strategy<Value = TaskEnd<u8>> {
	use FailureReason::*;
	let reason = prop::sample::select(vec![DeadlinePassed, ProofsRejected, InputUnavailable]);
	prop_oneof![
		Just(TaskEnd::Settled),
		(reason, prop::option::of(0..12u8))
			.prop_map(|(reason, keeper)| TaskEnd::Failed { reason, keeper }),
	]
}

/// Tasks of up to eight attempts. Parties meet now and then.
fn ended() -> impl Strategy<Value = Ended> {
	let attempt = (0..10u8, role(), fate(), amount(), amount())
		.prop_map(|(prover, role, fate, price, bond)| Attempt { prover, role, fate, price, bond });
	let attempts = prop::collection::vec(attempt, 0..=8);
	(0..12u8, amount(), amount(), attempts, end(), 0..=1_000_000u32).prop_map(
		|(requester, held, price, attempts, end, fee)| Ended {
			requester,
			held,
			price,
			attempts,
			end,
			fee: Permill::from_parts(fee),
		},
	)
}

/// Tasks whose escrow is enough and whose parties are all different.
fn regular() -> impl Strategy<Value = Ended> {
	ended().prop_map(|mut ended| {
		for (index, attempt) in ended.attempts.iter_mut().enumerate() {
			attempt.prover = index as u8;
		}
		ended.requester = 100;
		ended.held = u128::MAX >> 1;
		ended
	})
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2_000))]

	#[test]
	fn all_of_the_escrow_is_given_out(ended in ended()) {
		let transfers = ended.transfers();
		prop_assert_eq!(sum(&transfers, |t| t.from == Source::Escrow), ended.held);
		let fee = sum(&transfers, |t| t.to == Sink::Protocol);
		let payments: u128 = ended.attempts.iter().map(|attempt| ended.payment(attempt)).sum();
		// No more is taken for each proof than the fee, rounded up.
		let most = ended.fee.mul_ceil(payments.min(ended.held)) + ended.attempts.len() as u128;
		prop_assert!(fee <= most && fee <= payments);
		for transfer in transfers {
			prop_assert!(transfer.amount > 0);
			match (transfer.from, transfer.to) {
				(Source::Escrow, to) => prop_assert!(to != Sink::Keeper && to != Sink::Nobody),
				(Source::Bond(_), to) => prop_assert!(to != Sink::Protocol),
			}
		}
	}

	#[test]
	fn no_bond_pays_more_than_it_is_and_a_defaulters_all_of_it(ended in ended()) {
		let transfers = ended.transfers();
		for (index, attempt) in ended.attempts.iter().enumerate() {
			let taken = sum(&transfers, |t| t.from == Source::Bond(index));
			prop_assert!(taken <= attempt.bond);
			if ended.unavailable() {
				prop_assert_eq!(taken, 0);
			} else if attempt.fate.is_default() {
				prop_assert_eq!(taken, attempt.bond);
			} else if !failed(attempt.fate) && attempt.fate != Ending::VerifiedLate {
				prop_assert_eq!(taken, 0);
			}
		}
	}

	#[test]
	fn nobody_who_is_charged_gets_anything_of_a_bond(ended in ended()) {
		let transfers = ended.transfers();
		for transfer in transfers.iter().filter(|transfer| transfer.from != Source::Escrow) {
			let to = match transfer.to {
				Sink::Prover(index) => Some(ended.attempts[index].prover),
				Sink::Requester => Some(ended.requester),
				Sink::Keeper => Some(ended.keeper().expect("somebody is paid")),
				Sink::Protocol | Sink::Nobody => None,
			};
			prop_assert!(to.is_none_or(|party| !ended.charged(party, &transfers)));
		}
	}

	#[test]
	fn nobody_gets_more_than_his_due(ended in ended()) {
		let transfers = ended.transfers();
		for (index, attempt) in ended.attempts.iter().enumerate() {
			let got = sum(&transfers, |t| t.to == Sink::Prover(index));
			let most = match attempt.fate {
				Ending::Verified | Ending::VerifiedLate => attempt.price,
				Ending::Lost => percent_up(attempt.price, KILL_PERCENT),
				Ending::Excused if ended.unavailable() => {
					percent_up(attempt.price, KILL_PERCENT)
				},
				_ => 0,
			};
			prop_assert!(got <= most);
		}
		let of_bonds = |to| sum(&transfers, |t| t.from != Source::Escrow && t.to == to);
		let failed = ended.attempts.iter().filter(|attempt| attempt.fate.is_default());
		let keeper: u128 = failed.map(|attempt| percent_up(attempt.bond, KEEPER_PERCENT)).sum();
		prop_assert!(of_bonds(Sink::Keeper) <= keeper);
		if ended.settled() {
			prop_assert!(of_bonds(Sink::Requester) <= percent_up(ended.price, DELAY_PERCENT));
			prop_assert_eq!(of_bonds(Sink::Keeper), 0);
		}
		for (index, attempt) in ended.attempts.iter().enumerate() {
			let compensation =
				sum(&transfers, |t| t.from == Source::Bond(index) && t.to == Sink::Requester);
			prop_assert!(compensation * 5 <= attempt.bond);
		}
	}

	/// Of a failed task the requester gets all of its escrow back, unless the input was missing.
	#[test]
	fn a_task_that_failed_costs_nothing(ended in ended()) {
		let back = sum(&ended.transfers(), |t| t.from == Source::Escrow && t.to == Sink::Requester);
		if !ended.settled() && !ended.unavailable() {
			prop_assert_eq!(back, ended.held);
		}
	}

	/// No later claim is served while an earlier one is open.
	#[test]
	fn claims_are_served_in_their_order(ended in regular()) {
		let transfers = ended.transfers();
		let charged = |attempt: &Attempt| ended.charged(attempt.prover, &transfers);
		let barred = ended.attempts.iter().any(|attempt| {
			attempt.fate.is_verified() && charged(attempt)
		});
		prop_assume!(!ended.unavailable() && !barred);
		let (mut standby, mut kill_fees) = (ended.standby(), ended.kill_fees());
		for transfer in &transfers {
			let Source::Bond(bond) = transfer.from else { continue };
			let pays_standby = failed(ended.attempts[bond].fate);
			match transfer.to {
				Sink::Prover(index) if ended.attempts[index].fate.is_verified() => {
					prop_assert!(pays_standby);
					standby -= transfer.amount;
				},
				Sink::Prover(_) => {
					prop_assert!(standby == 0 || !pays_standby);
					kill_fees -= transfer.amount;
				},
				_ => prop_assert_eq!((standby, kill_fees), (0, 0)),
			}
		}
		// Whatever is still open, no bond could have paid it.
		for (index, attempt) in ended.attempts.iter().enumerate() {
			let taken = sum(&transfers, |t| t.from == Source::Bond(index));
			if standby > 0 && failed(attempt.fate) {
				prop_assert_eq!(taken, attempt.bond);
			}
		}
	}

	/// A prover that delivered gets all that was agreed, if the bonds of those that failed go that far.
	#[test]
	fn a_verified_prover_gets_its_price(ended in regular()) {
		prop_assume!(!ended.unavailable());
		let transfers = ended.transfers();
		let failed = ended.attempts.iter().filter(|attempt| failed(attempt.fate));
		let bonds: u128 = failed.map(|attempt| attempt.bond).sum();
		prop_assume!(bonds >= ended.standby());
		for (index, attempt) in ended.attempts.iter().enumerate() {
			if attempt.fate.is_verified() && !ended.charged(attempt.prover, &transfers) {
				let got = sum(&transfers, |t| t.to == Sink::Prover(index));
				let fee = ended.fee.mul_ceil(ended.payment(attempt));
				prop_assert_eq!(got, attempt.price - fee);
			}
		}
	}
}
