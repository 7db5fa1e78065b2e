// SPDX-License-Identifier: Apache-2.0
//! One clearing of one market.

use crate::{
	level::{
		LevelTerms, IDLE_MS, PREMIUM_PERCENT, SPREAD_PERCENT, STANDBY_LIMIT_PERCENT,
		TASKS_PER_STANDBY_LOT,
	},
	terms::{percent_up, proving_ms, BondTerms},
	tick::Tick,
};
use alloc::{vec, vec::Vec};
use core::cmp::Reverse;

/// Rounds in which a clearing is done again without provers whose stake does not cover the bond at the
/// price that came out. What is still not covered then stays open.
const FUNDING_ROUNDS: usize = 4;

/// One open task of a market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand<T> {
	/// The task.
	pub task: T,
	/// Its work. Not zero.
	pub work: u64,
	/// The most its requester pays, in plancks.
	pub max_fee: u128,
	/// Time from now to its soft deadline, in milliseconds: what a primary has.
	pub time_ms: u64,
	/// Time from the soft deadline to the deadline, in milliseconds: what a standby has.
	pub late_ms: u64,
	/// Standbys it wants.
	pub standbys: u8,
}

impl<T> Demand<T> {
	/// Its maximum for one unit of work, rounded down to a tick. `None` below the grid.
	pub fn bid(&self) -> Option<Tick> {
		Tick::at_most(self.max_fee.checked_div(self.work.into())?)
	}
}

/// One standing ask of a market, with what its prover can still take on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supply<P> {
	/// The prover.
	pub prover: P,
	/// Unit price it asks.
	pub tick: Tick,
	/// Units of work it does in a second.
	pub speed: u64,
	/// Lots of this ask that are free.
	pub free_lots: u32,
	/// Slots of the prover that are free, over all markets.
	pub free_slots: u32,
	/// Stake that no live attempt has reserved, in plancks.
	pub free_stake: u128,
	/// Time that the prover's live attempts still need, in milliseconds.
	pub committed_ms: u64,
	/// Time for which it has had a free lot and won nothing, in milliseconds.
	pub idle_ms: u64,
}

/// Terms that are the same for all tasks of a clearing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
	/// Terms by which bonds follow from prices.
	pub bond: BondTerms,
	/// κ: the share of a batch that one prover gets at most, in percent.
	pub spread_percent: u32,
	/// Premium of a standby above its own ask, in percent of it.
	pub premium_percent: u32,
	/// Time for which an ask has to have been idle to be what the market rejects, in milliseconds.
	/// `u64::MAX` takes the first that this clearing rejects.
	pub idle_ms: u64,
}

impl LevelTerms {
	/// Rules of a clearing at this level, where `bond_base` plancks of a bond pay for rejected proofs.
	pub const fn rules(&self, bond_base: u128) -> Rules {
		Rules {
			bond: BondTerms { percent: self.bond_percent, base: bond_base },
			spread_percent: SPREAD_PERCENT,
			premium_percent: PREMIUM_PERCENT,
			idle_ms: IDLE_MS,
		}
	}
}

impl Rules {
	/// The lots that one prover gets of a batch of `q`, where `provers` could take part: at most
	/// `max(1, ⌈κ·q⌉)`, and not less than an even share.
	fn cap(&self, q: u32, provers: u32) -> u32 {
		let share = (u64::from(q) * u64::from(self.spread_percent)).div_ceil(100);
		let even = q.div_ceil(provers.max(1));
		(u32::try_from(share).unwrap_or(u32::MAX)).max(even).max(1)
	}

	/// The number of provers from which on an even share is never above κ.
	fn provers_to_know(&self) -> usize {
		100usize.div_ceil(self.spread_percent.max(1) as usize)
	}
}

/// A prover that proves a task anew if its primary fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standby<P> {
	/// The prover.
	pub prover: P,
	/// Unit price it asked.
	pub ask: Tick,
	/// Price it is paid if it delivers, in plancks: its ask and the premium, rounded up.
	pub price: u128,
	/// The time the work takes it, in milliseconds, rounded up.
	pub committed_ms: u64,
}

/// One task given to one prover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match<T, P> {
	/// The task.
	pub task: T,
	/// The prover that must prove it.
	pub prover: P,
	/// Unit price it asked.
	pub ask: Tick,
	/// Unit price it gets.
	pub unit_price: Tick,
	/// Price it is paid, in plancks: the unit price for all of the work.
	pub price: u128,
	/// Bond it stands to lose, in plancks.
	pub bond: u128,
	/// The time the work takes it, in milliseconds, rounded up.
	pub committed_ms: u64,
	/// Standbys, in the order in which they are called. Fewer than wanted where no more are feasible.
	pub standbys: Vec<Standby<P>>,
}

/// Tasks that share one price. More than one in a clearing only where feasibility makes one price
/// impossible: an urgent task had to take an ask above another task's maximum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch<P> {
	/// Unit price that each pays.
	pub price: Tick,
	/// Tasks in it.
	pub tasks: u32,
	/// The highest accepted ask: the marginal one.
	pub highest_ask: Tick,
	/// Its prover.
	pub marginal: P,
	/// The lowest accepted maximum.
	pub lowest_bid: Tick,
	/// The first rejected ask, and its prover.
	pub rejected: Option<(P, Tick)>,
}

/// An ask that the clearing looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked<P> {
	/// Its prover.
	pub prover: P,
	/// Unit price it asked.
	pub ask: Tick,
	/// Tasks it could take when the clearing began.
	pub lots: u32,
	/// Tasks it won.
	pub won: u32,
	/// Tasks it stands by for.
	pub standby: u32,
	/// Whether its stake did not cover a bond at the price that came out.
	pub unfunded: bool,
}

/// The outcome of a clearing. Tasks without a match stay open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clearing<T, P> {
	/// Matches of task and prover, dearest maximum first.
	pub matches: Vec<Match<T, P>>,
	/// The prices, lowest first.
	pub batches: Vec<Batch<P>>,
	/// q: the tasks that would have been taken without the spread.
	pub crossing: u32,
	/// Most tasks that one prover could get.
	pub cap: u32,
	/// The asks looked at, lowest first.
	pub looked: Vec<Looked<P>>,
}

/// Decide. `supply` gives the asks of the market, lowest first, one for each prover, and is read as
/// far as it is needed; `admits` says whether a task and a prover accept each other.
///
/// Returns at most one match for each task; what a match uses up is no longer there for the next.
/// The order of `demand` does not matter: tasks with equal maximum and time go by their id.
pub fn clear<T: Clone + Ord, P: Clone + Eq>(
	demand: &[Demand<T>],
	supply: impl Iterator<Item = Supply<P>>,
	rules: &Rules,
	admits: impl Fn(&T, &P) -> bool,
) -> Clearing<T, P> {
	let mut order: Vec<(Tick, &Demand<T>)> =
		demand.iter().filter_map(|d| Some((d.bid()?, d))).collect();
	order.sort_by_key(|(bid, d)| (Reverse(*bid), d.time_ms, d.task.clone()));
	let mut pool = Pool { supply, entries: Vec::new(), unfunded: Vec::new() };
	let Some(&(highest_bid, _)) = order.first() else { return pool.end(Taken::none()) };

	let mut rounds = 0;
	loop {
		let provers = pool.count(highest_bid, rules.provers_to_know());
		let crossing = pool.take(&order, u32::MAX, rules, &admits).wins.len() as u32;
		let cap = rules.cap(crossing, provers);
		let mut taken = pool.take(&order, cap, rules, &admits);
		taken.crossing = crossing;
		taken.batches = pool.price(&mut taken, rules, cap);
		pool.stand_by(&mut taken, rules, &admits);
		if pool.fund(&mut taken, rules, rounds < FUNDING_ROUNDS) {
			return pool.end(taken);
		}
		rounds += 1;
	}
}

/// Cost of one task alone, were it cleared now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
	/// Price it would pay, in plancks; `None` where nobody can take it.
	pub price: Option<u128>,
	/// The lowest maximum with which it would be taken, in plancks.
	pub least: Option<u128>,
	/// Number of the asks given that could take it.
	pub feasible: u32,
}

/// The quote of a clearing of this task alone, were its maximum high enough. Reads all of
/// `supply`.
pub fn quote<T: Clone + Ord, P: Clone + Eq>(
	demand: &Demand<T>,
	supply: &[Supply<P>],
	rules: &Rules,
) -> Quote {
	let rich = Demand { max_fee: u128::MAX, ..demand.clone() };
	let clearing = clear(core::slice::from_ref(&rich), supply.iter().cloned(), rules, |_, _| true);
	let won = clearing.matches.first();
	let mut feasible = 0;
	for supply in supply {
		feasible += u32::from(Room::of(supply).fits(&rich, supply, rules).is_some());
	}
	Quote { price: won.map(|m| m.price), least: won.map(|m| m.ask.total(demand.work)), feasible }
}

/// Room left of an ask while a clearing goes on.
#[derive(Clone, Copy)]
struct Room {
	lots: u32,
	stake: u128,
	committed_ms: u64,
	won: u32,
	standby: u32,
}

impl Room {
	fn of<P>(supply: &Supply<P>) -> Self {
		Self {
			lots: supply.free_lots.min(supply.free_slots),
			stake: supply.free_stake,
			committed_ms: supply.committed_ms,
			won: 0,
			standby: 0,
		}
	}

	fn is_full(&self, cap: u32) -> bool {
		self.lots == 0 || self.won >= cap
	}

	/// The bond at the ask, which is the least it can be, and the time, if the ask can serve the
	/// task.
	fn fits<T, P>(
		&self,
		demand: &Demand<T>,
		supply: &Supply<P>,
		rules: &Rules,
	) -> Option<(u128, u64)> {
		let bond = rules.bond.bond(supply.tick.total(demand.work), 0);
		let ms = proving_ms(demand.work, supply.speed)?;
		let fits = self.lots > 0
			&& bond <= self.stake
			&& self.committed_ms.checked_add(ms)? <= demand.time_ms;
		fits.then_some((bond, ms))
	}
}

/// One accepted pair.
struct Win<'a, T, P> {
	demand: &'a Demand<T>,
	bid: Tick,
	/// Place of the ask in the pool.
	entry: usize,
	committed_ms: u64,
	price: Tick,
	bond: u128,
	standbys: Vec<Standby<P>>,
}

struct Taken<'a, T, P> {
	wins: Vec<Win<'a, T, P>>,
	rooms: Vec<Room>,
	batches: Vec<Batch<P>>,
	crossing: u32,
	cap: u32,
}

impl<T, P> Taken<'_, T, P> {
	fn none() -> Self {
		Self { wins: Vec::new(), rooms: Vec::new(), batches: Vec::new(), crossing: 0, cap: 1 }
	}
}

/// The asks read so far.
struct Pool<P, I> {
	supply: I,
	entries: Vec<Supply<P>>,
	unfunded: Vec<bool>,
}

impl<P: Clone + Eq, I: Iterator<Item = Supply<P>>> Pool<P, I> {
	/// The ask at a place, read if it was not yet.
	fn get(&mut self, place: usize) -> Option<&Supply<P>> {
		while self.entries.len() <= place {
			self.entries.push(self.supply.next()?);
			self.unfunded.push(false);
		}
		self.entries.get(place)
	}

	/// Provers with an ask up to `bid`, counted up to `enough`.
	fn count(&mut self, bid: Tick, enough: usize) -> u32 {
		let mut count = 0;
		let mut place = 0;
		while let Some(ask) = self.get(place) {
			if ask.tick > bid || count as usize == enough {
				break;
			}
			let has_room = !Room::of(ask).is_full(u32::MAX);
			count += u32::from(has_room && !self.unfunded[place]);
			place += 1;
		}
		count
	}

	/// The room of the ask at a place: what it had at the beginning, if nothing took of it yet.
	fn room(&self, rooms: &mut Vec<Room>, place: usize) -> Room {
		while rooms.len() <= place {
			let next = rooms.len();
			let mut room = Room::of(&self.entries[next]);
			if self.unfunded[next] {
				room.lots = 0;
			}
			rooms.push(room);
		}
		rooms[place]
	}

	/// Each task, dearest first, takes the lowest ask that can serve it.
	fn take<'a, T: Clone + Ord>(
		&mut self,
		order: &[(Tick, &'a Demand<T>)],
		cap: u32,
		rules: &Rules,
		admits: &impl Fn(&T, &P) -> bool,
	) -> Taken<'a, T, P> {
		let mut rooms = Vec::new();
		let mut wins = Vec::new();
		// All asks before this place are full.
		let mut first = 0;
		for &(bid, demand) in order {
			let mut place = first;
			while self.get(place).is_some_and(|ask| ask.tick <= bid) {
				let room = self.room(&mut rooms, place);
				let ask = &self.entries[place];
				if room.is_full(cap) {
					first += usize::from(first == place);
				} else if let Some((bond, committed_ms)) =
					room.fits(demand, ask, rules).filter(|_| admits(&demand.task, &ask.prover))
				{
					rooms[place].lots -= 1;
					rooms[place].won += 1;
					rooms[place].stake -= bond;
					rooms[place].committed_ms += committed_ms;
					let standbys = Vec::new();
					let (entry, price) = (place, ask.tick);
					wins.push(Win { demand, bid, entry, committed_ms, price, bond, standbys });
					break;
				}
				place += 1;
			}
		}
		Taken { wins, rooms, batches: Vec::new(), crossing: 0, cap }
	}

	/// Give each win its price.
	fn price<T>(&mut self, taken: &mut Taken<'_, T, P>, rules: &Rules, cap: u32) -> Vec<Batch<P>> {
		let mut by_ask: Vec<usize> = (0..taken.wins.len()).collect();
		by_ask.sort_by_key(|win| (taken.wins[*win].price, *win));
		let mut batches = Vec::new();
		let mut start = 0;
		while start < by_ask.len() {
			let mut lowest_bid = Tick::MAX;
			let mut end = start;
			for win in &by_ask[start..] {
				let bid = taken.wins[*win].bid.min(lowest_bid);
				if taken.wins[*win].price > bid {
					break;
				}
				lowest_bid = bid;
				end += 1;
			}
			// The first of a batch fits alone: it was accepted.
			let end = end.max(start + 1);
			let marginal = taken.wins[by_ask[end - 1]].entry;
			let highest_ask = self.entries[marginal].tick;
			let last = &taken.wins[by_ask[end - 1]];
			let rejected = self.first_rejected(
				&mut taken.rooms,
				last.demand,
				highest_ask,
				lowest_bid,
				rules,
				cap,
			);
			let price =
				rejected.map_or(highest_ask, |place| self.entries[place].tick.min(lowest_bid));
			for win in &by_ask[start..end] {
				taken.wins[*win].price = price;
			}
			batches.push(Batch {
				price,
				tasks: (end - start) as u32,
				highest_ask,
				marginal: self.entries[marginal].prover.clone(),
				lowest_bid,
				rejected: rejected
					.map(|place| (self.entries[place].prover.clone(), self.entries[place].tick)),
			});
			start = end;
		}
		batches
	}

	/// The first rejected ask: the lowest from `highest_ask` on that had room left and has been idle
	/// long enough to say what the market does not need, if one could have served the marginal task
	/// at up to `lowest_bid`; else the lowest with room.
	///
	/// A clearing is thin: what it happens to reject is often an ask that was full a moment ago and
	/// will be again in the next. Were it the price, a prover could ask for more and still sell
	/// nearly as much.
	fn first_rejected<T>(
		&mut self,
		rooms: &mut Vec<Room>,
		marginal: &Demand<T>,
		highest_ask: Tick,
		lowest_bid: Tick,
		rules: &Rules,
		cap: u32,
	) -> Option<usize> {
		let mut place = self.entries.partition_point(|ask| ask.tick < highest_ask);
		let mut first = None;
		while self.get(place).is_some() {
			let room = self.room(rooms, place);
			if !room.is_full(cap) {
				first = first.or(Some(place));
				let ask = &self.entries[place];
				if ask.tick >= lowest_bid || rules.idle_ms == u64::MAX {
					break;
				}
				if ask.idle_ms >= rules.idle_ms && room.fits(marginal, ask, rules).is_some() {
					return Some(place);
				}
			}
			place += 1;
		}
		first
	}

	/// The next feasible asks of other provers stand by for each win.
	fn stand_by<T>(
		&mut self,
		taken: &mut Taken<'_, T, P>,
		rules: &Rules,
		admits: &impl Fn(&T, &P) -> bool,
	) {
		let Taken { wins, rooms, .. } = taken;
		let mut first = 0;
		for win in wins {
			let limit = percent_up(win.price.total(win.demand.work), STANDBY_LIMIT_PERCENT)
				.max(win.demand.max_fee);
			let mut place = first;
			while win.standbys.len() < usize::from(win.demand.standbys) {
				if self.get(place).is_none() {
					break;
				}
				let room = self.room(rooms, place);
				let ask = &self.entries[place];
				let price = percent_up(
					ask.tick.total(win.demand.work),
					rules.premium_percent.saturating_add(100),
				);
				if price > limit {
					break;
				}
				if room.standby >= room.lots.saturating_mul(TASKS_PER_STANDBY_LOT) {
					first += usize::from(first == place);
				} else if let Some(committed_ms) = proving_ms(win.demand.work, ask.speed)
					.filter(|ms| ms.saturating_add(room.committed_ms) <= win.demand.late_ms)
					.filter(|_| place != win.entry && admits(&win.demand.task, &ask.prover))
				{
					rooms[place].standby += 1;
					let prover = ask.prover.clone();
					win.standbys.push(Standby { prover, ask: ask.tick, price, committed_ms });
				}
				place += 1;
			}
		}
	}

	/// Size the bonds. False if a prover's stake does not cover its own at the price that came out
	/// and another round may do without it; in the last round its wins are dropped instead.
	fn fund<T>(&mut self, taken: &mut Taken<'_, T, P>, rules: &Rules, again: bool) -> bool {
		let mut needs = vec![0u128; self.entries.len()];
		for win in &mut taken.wins {
			let dearest = win.standbys.iter().map(|standby| standby.price).max().unwrap_or(0);
			win.bond = rules.bond.bond(win.price.total(win.demand.work), dearest);
			needs[win.entry] = needs[win.entry].saturating_add(win.bond);
		}
		let mut short = false;
		for (place, need) in needs.iter().enumerate() {
			if *need > self.entries[place].free_stake {
				short = true;
				self.unfunded[place] = true;
			}
		}
		if short && !again {
			let unfunded = &self.unfunded;
			taken.wins.retain(|win| !unfunded[win.entry]);
			for (room, unfunded) in taken.rooms.iter_mut().zip(unfunded) {
				if *unfunded {
					room.won = 0;
				}
			}
			short = false;
		}
		!short
	}

	fn end<T: Clone>(self, taken: Taken<'_, T, P>) -> Clearing<T, P> {
		let matches = taken
			.wins
			.into_iter()
			.map(|win| {
				let ask = &self.entries[win.entry];
				Match {
					task: win.demand.task.clone(),
					prover: ask.prover.clone(),
					ask: ask.tick,
					unit_price: win.price,
					price: win.price.total(win.demand.work),
					bond: win.bond,
					committed_ms: win.committed_ms,
					standbys: win.standbys,
				}
			})
			.collect();
		let looked = self
			.entries
			.into_iter()
			.enumerate()
			.map(|(place, ask)| {
				let room = taken.rooms.get(place).copied().unwrap_or_else(|| Room::of(&ask));
				Looked {
					lots: ask.free_lots.min(ask.free_slots),
					prover: ask.prover,
					ask: ask.tick,
					won: room.won,
					standby: room.standby,
					unfunded: self.unfunded[place],
				}
			})
			.collect();
		Clearing {
			matches,
			batches: taken.batches,
			crossing: taken.crossing,
			cap: taken.cap,
			looked,
		}
	}
}
