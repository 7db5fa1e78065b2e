// SPDX-License-Identifier: Apache-2.0
//! Provers and those that delegate to them: what they have staked, what of it is reserved, and when
//! they take nothing new.

use super::{next_epoch, Model};
use crate::runtime::*;
use proofyard_primitives::{session::SessionKey, Ending, HardwareClass, Market, TaskKind};
use std::collections::BTreeMap;

/// A prover as the model has it.
#[derive(Clone, Debug)]
pub struct Prover {
	pub key: SessionKey,
	pub hardware: HardwareClass,
	pub slots: u32,
	/// Attempts under way.
	pub live: u32,
	/// Time they were reserved for.
	pub committed_ms: u64,
	/// Of which markets.
	pub lots: BTreeMap<Market, u32>,
	pub stake: Balance,
	/// Bonds and deposits.
	pub reserved: Balance,
	/// Part of the stake that is leaving, and from when.
	pub unbonding: Option<(Balance, BlockNumber)>,
	pub pool: Pool,
	/// Whether it takes delegations.
	pub open: bool,
	/// In millionths.
	pub commission: u32,
	/// The commission to come, and from when.
	pub rise: Option<(u32, BlockNumber)>,
	pub asks: u32,
	pub paused: Paused,
	pub exiting: bool,
	pub strikes: u32,
	pub jailings: u32,
	pub jailed_until: Option<BlockNumber>,
	pub verified: u64,
	pub defaulted: u64,
	pub calibrated: BTreeMap<HardwareClass, u32>,
}

/// Delegations of others to a prover.
#[derive(Clone, Debug, Default)]
pub struct Pool {
	pub value: Balance,
	/// Shares, and how many of them are leaving since when, by delegator.
	pub delegations: BTreeMap<AccountId, Delegation>,
}

/// Holding of a delegator in a pool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delegation {
	pub shares: u128,
	pub leaving: Option<(u128, BlockNumber)>,
}

/// Whether a prover takes work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paused {
	No,
	Yes,
	Until(BlockNumber),
}

impl Pool {
	pub fn shares(&self) -> u128 {
		self.delegations.values().map(|delegation| delegation.shares).sum()
	}

	pub fn leaving(&self) -> u128 {
		self.delegations.values().filter_map(|d| d.leaving).map(|(shares, _)| shares).sum()
	}

	/// Shares that an amount buys, and their cost; `None` where they are worth nothing.
	fn entry(&self, amount: Balance) -> Option<(u128, Balance)> {
		let all = self.shares();
		if all == 0 {
			return Some((amount, amount));
		}
		let shares = amount.checked_mul(all)?.checked_div(self.value)?;
		Some((shares, (shares * self.value).div_ceil(all)))
	}

	/// Worth of so many shares.
	pub fn worth(&self, shares: u128) -> Balance {
		match self.shares() {
			0 => 0,
			all => self.value * shares / all,
		}
	}
}

impl Prover {
	pub fn new(key: SessionKey, hardware: HardwareClass, slots: u32, stake: Balance) -> Self {
		Self {
			key,
			hardware,
			slots,
			live: 0,
			committed_ms: 0,
			lots: BTreeMap::new(),
			stake,
			reserved: 0,
			unbonding: None,
			pool: Pool::default(),
			open: false,
			commission: 0,
			rise: None,
			asks: 0,
			paused: Paused::No,
			exiting: false,
			strikes: 0,
			jailings: 0,
			jailed_until: None,
			verified: 0,
			defaulted: 0,
			calibrated: BTreeMap::new(),
		}
	}

	/// Part of its stake that is leaving.
	pub fn leaving(&self) -> Balance {
		self.unbonding.map_or(0, |(amount, _)| amount)
	}

	/// Stake and delegations that new bonds can be reserved of.
	pub fn free_stake(&self) -> Balance {
		if self.exiting {
			return 0;
		}
		let staying = self.pool.worth(self.pool.shares() - self.pool.leaving());
		(self.stake - self.leaving() + staying).saturating_sub(self.reserved)
	}

	pub fn is_paused(&self, now: BlockNumber) -> bool {
		match self.paused {
			Paused::No => false,
			Paused::Yes => true,
			Paused::Until(block) => now < block,
		}
	}

	/// Whether it may take on one attempt more.
	pub fn may_take(&self, now: BlockNumber, bond: Balance) -> bool {
		!self.exiting
			&& self.jailed_until.is_none()
			&& !self.is_paused(now)
			&& self.live < self.slots
			&& bond <= self.free_stake()
	}

	pub fn reserve(&mut self, market: Market, bond: Balance, committed_ms: u64) {
		self.live += 1;
		self.reserved += bond;
		self.committed_ms += committed_ms;
		*self.lots.entry(market).or_default() += 1;
	}

	fn commission_at(&self, now: BlockNumber) -> u32 {
		match self.rise {
			Some((commission, from)) if from <= now => commission,
			_ => self.commission,
		}
	}

	/// Whether nothing of its own can be taken any more.
	fn has_exited(&self, now: BlockNumber) -> bool {
		self.exiting
			&& self.live == 0
			&& self.reserved == 0
			&& self.unbonding.is_none_or(|(_, at)| now >= at)
	}

	fn may_leave(&self) -> bool {
		self.stake == 0
			&& self.reserved == 0
			&& self.live == 0
			&& self.asks == 0
			&& self.pool.delegations.is_empty()
	}

	/// Unbond the stake of a prover that is leaving, once nothing holds it.
	fn unbond_leaver(&mut self, now: BlockNumber) {
		if self.exiting && self.live == 0 && self.reserved == 0 {
			let at = self.unbonding.map_or(0, |(_, at)| at).max(now + UNBONDING);
			self.unbonding = Some((self.stake, at));
		}
	}
}

impl Model {
	/// The record of a prover that must be there.
	pub fn prover(&mut self, who: AccountId) -> &mut Prover {
		self.provers.get_mut(&who).unwrap_or_else(|| panic!("{who} is no prover"))
	}

	/// An attempt of a prover has ended.
	pub fn release_slot(
		&mut self,
		who: AccountId,
		market: Market,
		committed_ms: u64,
		ending: Ending,
		kind: TaskKind,
	) {
		let now = self.now;
		let prover = self.prover(who);
		prover.live -= 1;
		prover.committed_ms -= committed_ms;
		let lots = prover.lots.get_mut(&market).expect("a lot of its market");
		*lots -= 1;
		if *lots == 0 {
			prover.lots.remove(&market);
		}
		let delivered = matches!(ending, Ending::Verified | Ending::VerifiedLate);
		let defaulted = matches!(ending, Ending::Rejected | Ending::Defaulted);
		prover.verified += u64::from(delivered);
		prover.defaulted += u64::from(defaulted);
		if delivered && kind == TaskKind::Calibration {
			*prover.calibrated.entry(market.hardware).or_default() += 1;
		}
		if prover.jailed_until.is_none() {
			if delivered {
				prover.strikes = 0;
				if kind != TaskKind::Calibration {
					prover.jailings = 0;
				}
			} else if defaulted {
				prover.strikes += 1;
			}
			if prover.strikes >= MAX_STRIKES {
				prover.strikes = 0;
				prover.jailed_until = Some(now + (JAIL_TIME << prover.jailings.min(5)));
				prover.jailings += 1;
				self.jailed.insert(who);
			}
		}
		self.prover(who).unbond_leaver(now);
	}

	/// Free a part of what a prover has reserved.
	pub fn release_bond(&mut self, who: AccountId, amount: Balance) {
		if amount > 0 {
			let now = self.now;
			let prover = self.prover(who);
			prover.reserved -= amount;
			prover.unbond_leaver(now);
		}
	}

	/// Take a part of what a prover has reserved: of its own stake and of the pool by what both are
	/// worth.
	pub fn slash(&mut self, who: AccountId, amount: Balance) {
		if amount == 0 {
			return;
		}
		let now = self.now;
		let prover = self.prover(who);
		assert!(amount <= prover.reserved, "more of {who} is taken than is reserved");
		let delegated = amount * prover.pool.value / (prover.pool.value + prover.stake);
		prover.pool.value -= delegated;
		prover.stake -= amount - delegated;
		prover.reserved -= amount;
		let stake = prover.stake;
		if let Some((leaving, _)) = &mut prover.unbonding {
			*leaving = (*leaving).min(stake);
		}
		prover.unbond_leaver(now);
	}

	/// Pay what a prover earned: its commission and its part to itself, the rest to its pool.
	pub fn reward(&mut self, who: AccountId, amount: Balance) {
		let now = self.now;
		let prover = self.prover(who);
		let mut delegated = 0;
		if !prover.pool.delegations.is_empty() && amount > 0 {
			let commission = amount * Balance::from(prover.commission_at(now)) / 1_000_000;
			let both = prover.pool.value + prover.stake;
			if both > 0 {
				delegated = ((amount - commission) * prover.pool.value).div_ceil(both);
			}
		}
		prover.pool.value += delegated;
		*self.free.entry(who).or_default() += amount - delegated;
	}

	/// Outcome expected of a call of the provers pallet: whether it should succeed, where the rules say.
	/// Its effect is taken in if it did.
	pub fn provers_call(
		&mut self,
		who: AccountId,
		call: &pallet_provers::Call<Runtime>,
		done: bool,
	) -> Option<bool> {
		use pallet_provers::Call;
		let now = self.now;
		let free = self.spendable(who);
		let known = self.provers.get(&who).cloned();
		let should = match call {
			Call::register { slots, stake, session_key, hardware, .. } => {
				if done {
					assert!(known.is_none() && free >= *stake && *stake >= MIN_STAKE);
					assert!(self.provers.values().all(|prover| prover.key != *session_key));
					*self.free.entry(who).or_default() -= stake;
					let prover = Prover::new(session_key.clone(), *hardware, *slots, *stake);
					self.provers.insert(who, prover);
				}
				return None;
			}
			Call::set_hardware { hardware, slots } => known.is_some_and(|prover| {
				(1..=MAX_SLOTS).contains(slots)
					&& *slots >= prover.live
					&& (*hardware == prover.hardware || prover.live == 0)
			}),
			Call::set_session_key { session_key, .. } => {
				if done {
					self.prover(who).key = session_key.clone();
				}
				return None;
			}
			Call::add_stake { amount } => known.is_some_and(|prover| {
				*amount > 0
					&& !prover.exiting
					&& prover.stake + amount - prover.leaving() >= MIN_STAKE
					&& *amount <= free
			}),
			Call::unbond { amount } => known.is_some_and(|prover| {
				let rest = prover.stake.checked_sub(*amount);
				let gone = rest == Some(0) && prover.pool.delegations.is_empty();
				*amount > 0
					&& !prover.exiting
					&& prover.unbonding.is_none()
					&& *amount <= prover.free_stake()
					&& (rest.is_some_and(|rest| rest >= MIN_STAKE) || gone && prover.asks == 0)
			}),
			Call::withdraw_unbonded {} => known.is_some_and(|prover| match prover.unbonding {
				Some((_, at)) => now >= at,
				None => prover.may_leave(),
			}),
			Call::set_paused { paused } => {
				known.is_some_and(|prover| *paused != (prover.paused == Paused::Yes))
			}
			Call::unjail {} => {
				known.is_some_and(|prover| prover.jailed_until.is_some_and(|until| now >= until))
			}
			Call::exit {} => known.is_some_and(|prover| !prover.exiting && prover.asks == 0),
			Call::set_delegation { .. } => known.is_some_and(|prover| !prover.exiting),
			Call::delegate { prover: to, amount } => self.may_delegate(who, *to, *amount),
			Call::undelegate { prover: from, shares } => self.may_undelegate(who, *from, *shares),
			Call::withdraw_delegation { prover: from, delegator } => {
				self.delegation_due(*from, *delegator).is_some_and(|(shares, amount)| {
					let prover = &self.provers[from];
					let rest = prover.stake + prover.pool.value - amount;
					shares > 0
						&& prover.reserved + prover.leaving() <= rest
						&& (self.exists(*delegator) || amount >= EXISTENTIAL_DEPOSIT || amount == 0)
				})
			}
			_ => return None,
		};
		if done && should {
			self.apply_provers_call(who, call);
		}
		Some(should)
	}

	fn may_delegate(&self, who: AccountId, to: AccountId, amount: Balance) -> bool {
		let Some(prover) = self.provers.get(&to) else { return false };
		let Some((bought, amount)) = prover.pool.entry(amount).filter(|_| amount >= MIN_DELEGATION)
		else {
			return false;
		};
		let own = prover.stake - prover.leaving();
		who != to
			&& !prover.exiting
			&& prover.open
			&& bought > 0
			&& prover.pool.value + amount <= own * Balance::from(DELEGATION_FACTOR)
			&& amount <= self.spendable(who)
	}

	fn may_undelegate(&self, who: AccountId, from: AccountId, shares: u128) -> bool {
		let Some(prover) = self.provers.get(&from) else { return false };
		let Some(delegation) = prover.pool.delegations.get(&who) else { return false };
		let staying = delegation.shares - delegation.leaving.map_or(0, |(shares, _)| shares);
		shares > 0
			&& shares <= staying
			&& (shares == staying || prover.pool.worth(staying - shares) >= MIN_DELEGATION)
	}

	/// The shares that can be withdrawn now, and what they are worth.
	fn delegation_due(&self, from: AccountId, who: AccountId) -> Option<(u128, Balance)> {
		let prover = self.provers.get(&from)?;
		let delegation = prover.pool.delegations.get(&who)?;
		let shares = if prover.has_exited(self.now) {
			delegation.shares
		} else {
			let (shares, at) = delegation.leaving?;
			if self.now < at {
				return None;
			}
			shares
		};
		Some((shares, prover.pool.worth(shares)))
	}

	fn apply_provers_call(&mut self, who: AccountId, call: &pallet_provers::Call<Runtime>) {
		use pallet_provers::Call;
		let now = self.now;
		match call {
			Call::set_hardware { hardware, slots } => {
				let prover = self.prover(who);
				prover.hardware = *hardware;
				prover.slots = *slots;
			}
			Call::add_stake { amount } => {
				self.prover(who).stake += amount;
				*self.free.entry(who).or_default() -= amount;
			}
			Call::unbond { amount } => {
				self.prover(who).unbonding = Some((*amount, now + UNBONDING));
			}
			Call::withdraw_unbonded {} => {
				let prover = self.prover(who);
				let amount = prover.unbonding.take().map_or(0, |(amount, _)| amount);
				prover.stake -= amount;
				*self.free.entry(who).or_default() += amount;
				self.forget_if_gone(who, true);
			}
			Call::set_paused { paused } => {
				self.prover(who).paused =
					if *paused { Paused::Yes } else { Paused::Until(next_epoch(now)) };
			}
			Call::unjail {} => {
				let prover = self.prover(who);
				prover.jailed_until = None;
				if prover.paused != Paused::Yes {
					prover.paused = Paused::Until(next_epoch(now));
				}
			}
			Call::exit {} => {
				let prover = self.prover(who);
				prover.exiting = true;
				prover.unbond_leaver(now);
			}
			Call::set_delegation { commission } => {
				let prover = self.prover(who);
				prover.open = commission.is_some();
				let Some(commission) = commission.map(|c| c.deconstruct()) else { return };
				let present = prover.commission_at(now);
				if commission <= present || prover.pool.delegations.is_empty() {
					prover.commission = commission;
					prover.rise = None;
				} else {
					prover.commission = present;
					prover.rise = Some((commission, now + UNBONDING));
				}
			}
			Call::delegate { prover: to, amount } => {
				let pool = &mut self.prover(*to).pool;
				let (shares, amount) = pool.entry(*amount).expect("looked at before");
				pool.value += amount;
				pool.delegations.entry(who).or_default().shares += shares;
				*self.free.entry(who).or_default() -= amount;
			}
			Call::undelegate { prover: from, shares } => {
				let pool = &mut self.prover(*from).pool;
				let delegation = pool.delegations.entry(who).or_default();
				let before = delegation.leaving.map_or(0, |(shares, _)| shares);
				delegation.leaving = Some((before + shares, now + UNBONDING));
			}
			Call::withdraw_delegation { prover: from, delegator } => {
				let due = self.delegation_due(*from, *delegator);
				let (shares, amount) = due.expect("looked at before");
				let prover = self.prover(*from);
				let leaves = prover.exiting;
				let delegation = prover.pool.delegations.entry(*delegator).or_default();
				delegation.shares -= shares;
				delegation.leaving = None;
				if delegation.shares == 0 {
					prover.pool.delegations.remove(delegator);
				}
				prover.pool.value -= amount;
				*self.free.entry(*delegator).or_default() += amount;
				self.forget_if_gone(*from, leaves);
			}
			_ => {}
		}
	}

	fn forget_if_gone(&mut self, who: AccountId, leaves: bool) {
		if leaves && self.provers[&who].may_leave() {
			self.provers.remove(&who);
		}
	}
}
