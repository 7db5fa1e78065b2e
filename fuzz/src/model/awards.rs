// SPDX-License-Identifier: Apache-2.0
//! Decisions of the auction: chance has a part in each, so it is read, and checked for being one of the
//! things that the auction may decide.

use super::{
	conclusion::percent_up,
	live::{Live, Standby},
	requests::{Open, Terms},
	Model,
};
use crate::runtime::*;
use pallet_auctions::Event;
use proofyard_mechanism::level::{
	KILL_PERCENT, PREMIUM_PERCENT, RESCUE_PERCENT, SPREAD_PERCENT, STANDBY_LIMIT_PERCENT,
};
use proofyard_primitives::{traits::Provers as _, Market, Role, ServiceLevel, TaskId, TaskKind};
use std::collections::{BTreeMap, BTreeSet};

/// Highest cost of a task that these start, where `needed` proofs count.
fn cost(prices: &[Balance], needed: usize) -> Balance {
	let mut prices = prices.to_vec();
	prices.sort_unstable_by(|a, b| b.cmp(a));
	let parts = prices.iter().enumerate().map(|(place, price)| {
		if place < needed {
			*price
		} else {
			percent_up(*price, KILL_PERCENT)
		}
	});
	parts.sum()
}

/// A bond at this price, where the dearest that may stand by costs `dearest`.
fn bond(market: &Market, price: Balance, dearest: Balance) -> Balance {
	let share = percent_up(price, market.level.terms().bond_percent);
	let others = (dearest.saturating_sub(price) * 100).div_ceil(RESCUE_PERCENT.into());
	BOND_BASE + share.max(others)
}

impl Model {
	/// The auction gave a task, which is no longer among the open ones, to provers.
	pub fn assigned(&mut self, task: TaskId, open: Open) {
		let now = self.now;
		let Some(RuntimeEvent::Auctions(Event::TaskAssigned {
			task: of,
			prover,
			price,
			bond: reserved,
			soft_deadline,
			co_primaries,
			standbys,
		})) = self.notes.take()
		else {
			panic!("task {task} is assigned");
		};
		assert_eq!(of, task);
		let spec = open.spec.clone();
		let chain =
			pallet_attestation::Live::<Runtime>::get(task).expect("a task that is assigned");
		let deal = chain.assignment;
		assert_eq!((deal.prover, deal.price, deal.bond), (prover, price, reserved));
		assert_eq!(deal.co_primaries.iter().map(|s| s.prover).collect::<Vec<_>>(), co_primaries);
		assert_eq!(deal.standbys.iter().map(|s| s.prover).collect::<Vec<_>>(), standbys);

		assert!(now < spec.deadline, "task {task} is assigned at its deadline");
		let terms = spec.market.level.terms();
		let ahead = ((spec.deadline - now) * terms.soft_percent / 100).max(1);
		assert_eq!(soft_deadline, now + ahead, "the soft deadline of task {task}");
		let mut distinct: BTreeSet<AccountId> =
			co_primaries.iter().chain(&standbys).copied().collect();
		assert!(distinct.insert(prover), "a primary that stands by");
		assert_eq!(distinct.len(), 1 + co_primaries.len() + standbys.len(), "one is named twice");
		let (needed, started) = (spec.redundancy.needed.into(), spec.redundancy.started.into());
		assert!(
			(needed..=started).contains(&(1 + co_primaries.len())),
			"task {task} starts with {} provers",
			1 + co_primaries.len()
		);
		let missing = started - 1 - co_primaries.len();
		assert!(standbys.len() <= usize::from(terms.standbys) + missing, "too many standbys");

		let mut prices = vec![price];
		prices.extend(deal.co_primaries.iter().map(|other| other.price));
		let held = cost(&prices, needed);
		assert!(held <= spec.max_fee, "task {task} costs more than its maximum");
		assert!(prices.iter().all(|other| *other >= price), "a prover that is paid too little");

		let dearest =
			|others: &mut dyn Iterator<Item = &Balance>| others.copied().max().unwrap_or(0);
		let named: Vec<Balance> = deal.standbys.iter().map(|standby| standby.price).collect();
		let first: Vec<(AccountId, Balance, Balance, u64)> =
			[(prover, price, reserved, deal.committed_ms)]
				.into_iter()
				.chain(
					deal.co_primaries.iter().map(|t| (t.prover, t.price, t.bond, t.committed_ms)),
				)
				.collect();
		for (who, price, reserved, committed_ms) in &first {
			let least = bond(&spec.market, *price, dearest(&mut named.iter()));
			assert!(*reserved >= least, "{who} has a bond of {reserved}, less than {least}");
			if co_primaries.is_empty() {
				assert_eq!(*reserved, least, "the bond of {who} for task {task}");
			}
			self.check_winner(&open, *who, *price, *reserved, *committed_ms, ahead);
			self.prover(*who).reserve(spec.market, *reserved, *committed_ms);
		}
		for standby in &deal.standbys {
			self.check_standby(&open, standby.prover, standby.price, price);
			assert_eq!(standby.bond, bond(&spec.market, standby.price, 0), "a standby's bond");
		}
		*self.free.entry(spec.requester).or_default() += spec.max_fee - held;
		let standbys = deal.standbys.into_iter().map(|standby| Standby {
			prover: standby.prover,
			price: standby.price,
			bond: standby.bond,
			committed_ms: standby.committed_ms,
		});
		self.coverage.count("assigned", &format!("{:?}", spec.kind));
		self.coverage.count("team", &format!("{needed} of {} ({started})", 1 + co_primaries.len()));
		let live = Live::begin(spec, held, now, soft_deadline, &first, standbys.collect());
		self.live.insert(task, live);
		self.touched.insert(task);
	}

	fn check_winner(
		&self,
		open: &Open,
		who: AccountId,
		price: Balance,
		bond: Balance,
		committed_ms: u64,
		ahead: BlockNumber,
	) {
		let spec = &open.spec;
		let prover = &self.provers[&who];
		assert!(prover.may_take(self.now, bond), "{who} has no room: {prover:?}");
		// Others of this block may have been reserved before or after it.
		let before = self.committed.get(&who).copied().unwrap_or(prover.committed_ms);
		assert!(
			before + committed_ms <= u64::from(ahead) * MILLIS,
			"{who} has no time before the soft deadline"
		);
		self.check_admitted(open, who);
		if spec.kind == TaskKind::Sealed {
			let (bid, speed) = open.bids[&who].revealed.expect("a bid that was revealed");
			assert!(bid <= price && price <= spec.max_fee, "{who} bid {bid} and gets {price}");
			self.check_time(spec.work, speed, committed_ms);
			let others = open.bids.iter().filter(|(other, _)| **other != who);
			let mut prices = others.filter_map(|(_, bid)| bid.revealed).map(|(price, _)| price);
			assert!(
				price == spec.max_fee || prices.any(|other| other == price),
				"{price} was no bid for this task"
			);
			return;
		}
		let terms = self.ask_of(who, spec.market);
		let in_use = prover.lots.get(&spec.market).copied().unwrap_or(0);
		assert!(in_use < terms.lots, "{who} has no lot left: {terms:?}");
		let asked = terms.price * Balance::from(spec.work);
		assert!(price >= asked, "{who} asks {asked} and gets {price}");
		self.check_time(spec.work, terms.speed, committed_ms);
	}

	fn check_standby(&self, open: &Open, who: AccountId, price: Balance, primary: Balance) {
		let spec = &open.spec;
		self.check_admitted(open, who);
		let asked = if spec.kind == TaskKind::Sealed {
			open.bids[&who].revealed.expect("a bid that was revealed").0
		} else {
			self.ask_of(who, spec.market).price * Balance::from(spec.work)
		};
		assert!(
			price >= percent_up(asked, 100 + PREMIUM_PERCENT),
			"{who} stands by for {price} at {asked}"
		);
		assert!(
			price <= percent_up(primary, STANDBY_LIMIT_PERCENT).max(spec.max_fee),
			"a standby that is too dear"
		);
	}

	/// Whether task and prover may have to do with each other at all.
	fn check_admitted(&self, open: &Open, who: AccountId) {
		let spec = &open.spec;
		assert!(self.provers[&who].hardware.covers(&spec.market.hardware), "hardware of {who}");
		assert!(open.provers.is_empty() || open.provers.contains(&who), "{who} is not in the set");
		if spec.kind == TaskKind::Market {
			assert!(!self.blocked.contains(&(who, spec.requester)), "{who} keeps it off");
			self.check_reliable(who, &spec.market);
		}
	}

	fn check_reliable(&self, who: AccountId, market: &Market) {
		// The record itself is the provers pallet's: it has not changed since the auction looked at it.
		if market.level == ServiceLevel::Guaranteed {
			assert!(Provers::is_reliable(&who, market.system), "{who} is not reliable");
		}
	}

	fn ask_of(&self, who: AccountId, market: Market) -> Terms {
		let ask = self.asks.get(&(who, market)).and_then(|ask| ask.at(self.now));
		ask.unwrap_or_else(|| panic!("{who} has no ask that counts in {market:?}"))
	}

	fn check_time(&self, work: u64, speed: u64, committed_ms: u64) {
		let least = (u128::from(work) * 1_000).div_ceil(speed.into());
		assert!(u128::from(committed_ms) >= least, "faster than declared");
	}

	/// The auction found one more prover for a task whose provers failed it.
	pub fn rescued(&mut self, task: TaskId, prover: AccountId, price: Balance, reserved: Balance) {
		let now = self.now;
		let chain = pallet_attestation::Live::<Runtime>::get(task).expect("a live task");
		let committed_ms = chain.attempts.last().expect("the one that was found").committed_ms;
		let live = self.live(task).clone();
		let market = live.spec.market;
		assert!(live.wanted, "nobody is wanted for task {task}");
		assert!(now <= live.spec.deadline, "task {task} is over");
		let left_ms = u64::from(live.spec.deadline - now) * MILLIS;
		let known = &self.provers[&prover];
		assert!(known.may_take(now, reserved), "{prover} has no room: {known:?}");
		assert!(known.committed_ms + committed_ms <= left_ms, "{prover} has no time");
		assert!(known.hardware.covers(&market.hardware), "hardware of {prover}");
		assert!(
			!self.blocked.contains(&(prover, live.spec.requester)),
			"{prover} keeps the requester off"
		);
		self.check_reliable(prover, &market);
		let terms = self.ask_of(prover, market);
		let in_use = known.lots.get(&market).copied().unwrap_or(0);
		assert!(in_use < terms.lots, "{prover} has no lot left: {terms:?}");
		assert!(price >= terms.price * Balance::from(live.spec.work), "less than it asks");
		assert!(
			price <= live.price + live.rescue_budget(now),
			"{price} is more than the bonds pay"
		);
		self.check_rescue_price(&live, prover, price);
		self.check_time(live.spec.work, terms.speed, committed_ms);
		assert_eq!(reserved, bond(&market, price, 0), "the bond of {prover} for task {task}");
		assert!(
			prover != live.spec.requester,
			"a requester is paid by the bonds of those that failed it"
		);
		self.start(task, Role::Rescue, Standby { prover, price, bond: reserved, committed_ms });
		self.expect(Event::RescueFound { task, prover, price });
		self.coverage.count("assigned", "Rescue");
	}

	/// The price of a rescue is an ask: the one that won, or the first that did not, of those that
	/// could have won. Whoever had its try at the task, or announced a proof, and the requester, whose
	/// asks would be for a task that they fail or pay for, have no say in it.
	fn check_rescue_price(&self, live: &Live, winner: AccountId, price: Balance) {
		let work = Balance::from(live.spec.work);
		assert_eq!(price % work, 0, "{price} is no price for {work} units");
		let announced = live.bounty.iter().flat_map(|bounty| &bounty.announced);
		let tried: BTreeSet<AccountId> = live
			.attempts
			.iter()
			.map(|attempt| attempt.prover)
			.chain(announced.map(|announced| announced.prover))
			.chain([live.spec.requester])
			.collect();
		let asks = self.asks.iter().filter(|((who, market), _)| {
			*market == live.spec.market && (*who == winner || !tried.contains(who))
		});
		// Prices are rounded up by 2 % at most, or to the lowest that there is.
		let highest = asks.map(|(_, ask)| (ask.highest + ask.highest / 50 + 2).max(50)).max();
		assert!(
			highest.is_some_and(|highest| price / work <= highest),
			"{winner} gets {} for a unit, which nobody that could win asks for",
			price / work
		);
	}

	/// Check the clearings of this block by what they say of themselves: nobody gets more than its share.
	pub fn check_clearings(&self) {
		for (market, clearing) in pallet_auctions::Clearings::<Runtime>::iter() {
			if clearing.at != self.now {
				continue;
			}
			for record in clearing.clearings {
				let mut wins = BTreeMap::<AccountId, u32>::new();
				for won in &record.matches {
					*wins.entry(won.prover).or_default() += 1;
				}
				let most = wins.values().copied().max().unwrap_or(0);
				assert!(most <= record.cap, "more than its share in {market:?}: {record:?}");
				let highest = record.batches.iter().map(|batch| batch.lowest_maximum).max();
				let able =
					record.asks.iter().filter(|ask| !ask.unfunded && Some(ask.price) <= highest);
				let able = able.count();
				let even = record.crossing.div_ceil(able.max(1) as u32);
				let share = (record.crossing * SPREAD_PERCENT).div_ceil(100);
				assert!(record.cap <= share.max(even).max(1), "too large a share: {record:?}");
			}
		}
	}
}
