// SPDX-License-Identifier: Apache-2.0
//! Money of each account by what was announced: everything that moves money says so.

use crate::runtime::*;
use frame_support::traits::fungible::Inspect;
use pallet_balances::Event as BalancesEvent;
use pallet_provers::Event as ProversEvent;
use pallet_settlement::Event as SettlementEvent;
use proofyard_primitives::FailureReason;
use std::collections::BTreeMap;

/// Plancks of each account, free and on hold.
#[derive(Clone, Debug)]
pub struct Ledger {
	accounts: BTreeMap<AccountId, Balance>,
	/// Payments to the provers of a task whose end is being told.
	earned: Balance,
}

impl Default for Ledger {
	fn default() -> Self {
		let accounts = everybody().map(|who| (who, endowment(who))).collect();
		Self { accounts, earned: 0 }
	}
}

impl Ledger {
	fn give(&mut self, who: AccountId, amount: Balance) {
		*self.accounts.entry(who).or_default() += amount;
	}

	fn take(&mut self, who: AccountId, amount: Balance) {
		let had = self.accounts.entry(who).or_default();
		*had = had.checked_sub(amount).expect("no more is taken than there is");
	}

	/// Book what an event says.
	pub fn book(&mut self, event: &RuntimeEvent) {
		match event {
			RuntimeEvent::Settlement(SettlementEvent::AttemptConcluded { earned, .. }) => {
				self.earned += *earned;
			}
			RuntimeEvent::Settlement(SettlementEvent::TaskSettled { requester, paid, .. }) => {
				self.earned = 0;
				self.take(*requester, *paid);
			}
			// Where the input was unavailable the escrow pays those that were at work, and no bond does.
			RuntimeEvent::Settlement(SettlementEvent::TaskFailed { requester, reason, .. }) => {
				let earned = std::mem::take(&mut self.earned);
				if *reason == FailureReason::InputUnavailable {
					self.take(*requester, earned);
				}
			}
			// Bonds, deposits and the cost of verifications; the pool's part is on the same account.
			RuntimeEvent::Provers(ProversEvent::BondSlashed { prover, amount, .. }) => {
				self.take(*prover, *amount);
			}
			RuntimeEvent::Provers(ProversEvent::Delegated {
				prover, delegator, amount, ..
			}) => {
				self.take(*delegator, *amount);
				self.give(*prover, *amount);
			}
			RuntimeEvent::Provers(ProversEvent::DelegationWithdrawn {
				prover,
				delegator,
				amount,
				..
			}) => {
				self.take(*prover, *amount);
				self.give(*delegator, *amount);
			}
			// What provers earn, what requesters and keepers get of bonds, shares of fees.
			RuntimeEvent::Balances(BalancesEvent::Deposit { who, amount }) => {
				self.give(*who, *amount);
			}
			RuntimeEvent::Balances(BalancesEvent::Transfer { from, to, amount }) => {
				self.take(*from, *amount);
				self.give(*to, *amount);
			}
			_ => {}
		}
	}

	/// Hold the accounts of the chain against it.
	pub fn check(&self) {
		for (who, expected) in &self.accounts {
			let has = pallet_balances::Pallet::<Runtime>::total_balance(who);
			assert_eq!(has, *expected, "money of {who} moved in silence");
		}
	}
}
