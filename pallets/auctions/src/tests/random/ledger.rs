// SPDX-License-Identifier: Apache-2.0
//! What each account has, by what was announced.

use super::*;
use frame_support::traits::fungible::Inspect;

/// What each account has: everything that moves money says so.
pub struct Ledger(BTreeMap<AccountId, Balance>);

impl Ledger {
	pub fn new() -> Self {
		System::reset_events();
		Self(ACCOUNTS.iter().map(|who| (*who, ENDOWMENT)).collect())
	}

	fn give(&mut self, who: AccountId, amount: Balance) {
		*self.0.entry(who).or_default() += amount;
	}

	fn take(&mut self, who: AccountId, amount: Balance) {
		*self.0.get_mut(&who).unwrap() -= amount;
	}

	/// Book what was announced, and hold it against what everybody has.
	pub fn check(&mut self) {
		for record in System::events() {
			match record.event {
				RuntimeEvent::Settlement(SettlementEvent::TaskSettled {
					requester, paid, ..
				}) => self.take(requester, paid),
				// What provers earn, and what requesters and keepers get of bonds.
				RuntimeEvent::Balances(pallet_balances::Event::Deposit { who, amount }) => {
					self.give(who, amount);
				}
				// Bonds, deposits and what verifications cost.
				RuntimeEvent::Provers(ProversEvent::BondSlashed { prover, amount, .. }) => {
					self.take(prover, amount);
				}
				RuntimeEvent::Balances(pallet_balances::Event::Transfer { from, to, amount }) => {
					self.take(from, amount);
					self.give(to, amount);
				}
				_ => {}
			}
		}
		System::reset_events();
		for (who, expected) in &self.0 {
			assert_eq!(Balances::total_balance(who), *expected, "money of {who} moved in silence");
		}
	}
}
