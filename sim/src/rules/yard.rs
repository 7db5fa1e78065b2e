// SPDX-License-Identifier: Apache-2.0
//! Proofyard's rule: the mechanism crate that the chain runs, with what the chain does around it.
//!
//! Asks stand for the whole run: a change would count from the next epoch. The chain knows of a
//! prover what the pallets know: its live attempts, the time they were reckoned to take, and its
//! reserved bonds; not whether its machine runs.

use super::{is_due, soft_deadline, Setup, FRESH_MS};
use crate::{
	engine::{Money, Party, Rule, World, BLOCK_MS},
	provers::{COST_MEDIAN, NOTICED, SLOWDOWN},
	rng::mix,
	workload::{Level, Task},
};
use proofyard_mechanism::{
	clear, late_price,
	level::{
		DELAY_PERCENT, FLOOR_PERCENT, GIVE_BACK_PERCENT, IDLE_MS, KILL_PERCENT, PREMIUM_PERCENT,
		RESCUE_PERCENT, SPREAD_PERCENT,
	},
	terms::percent_up,
	waterfall, Claims, Demand, LevelTerms, MemoryBook, Rules, Shares, Standby, Supply, Tick,
};
use std::collections::BTreeMap;

/// Stake of a prover, in hours of its work at the median price.
const STAKE_HOURS: f64 = 8.0;
/// Time between two changes of a prover's asks, for the count of transactions.
const REPRICING_MS: u64 = 600_000;

/// Terms of the rule: the chain's, or with one of them changed.
#[derive(Clone, Debug)]
pub struct Terms {
	/// Spread κ, in percent.
	pub spread_percent: u32,
	/// Numbers of the levels, standard and express.
	pub levels: [LevelTerms; 2],
	/// Whether a task whose standbys cannot make it is cleared again, at up to what its price and
	/// bond can pay.
	pub rescue: bool,
	/// Time without a sign of life after which a prover's asks are passed over.
	pub heartbeat_ms: Option<u64>,
	/// Blocks from one clearing of a market to the next.
	pub blocks_per_clearing: u64,
	/// One market for all sizes of a service level.
	pub one_size: bool,
	/// Most a prover may have of the recent revenue, in percent, and the time over which it counts.
	pub rolling: Option<(f64, u64)>,
	/// Time for which an ask has to have been free in vain to be what the market rejects.
	pub idle_ms: u64,
	/// A standard task's limit rises from the going price to its maximum over this share of its
	/// time, in percent; 0: it is at its maximum at once.
	pub patience_percent: u64,
}

impl Default for Terms {
	fn default() -> Self {
		Self {
			spread_percent: SPREAD_PERCENT,
			levels: [LevelTerms::STANDARD, LevelTerms::EXPRESS],
			rescue: true,
			heartbeat_ms: None,
			blocks_per_clearing: 1,
			one_size: false,
			rolling: None,
			idle_ms: IDLE_MS,
			patience_percent: 0,
		}
	}
}

impl Terms {
	/// Ours with a spread that counts over time.
	pub fn spread_over_time() -> Self {
		Self { rolling: Some((SPREAD_PERCENT.into(), 600_000)), ..Self::default() }
	}

	/// Ours without standbys.
	fn alone() -> Self {
		let mut terms = Self::default();
		terms.levels = terms.levels.map(|level| LevelTerms { started: 1, standbys: 0, ..level });
		terms
	}

	fn half_the_bond() -> Self {
		let mut terms = Self::default();
		terms.levels.iter_mut().for_each(|level| level.bond_percent /= 2);
		terms
	}
}

/// Rules that differ from ours in one thing, with a name.
pub fn variants() -> Vec<(&'static str, Terms)> {
	let base = Terms::default;
	vec![
		("as it is", base()),
		("κ = 2 % of a batch", Terms { spread_percent: 2, ..base() }),
		("no spread", Terms { spread_percent: 100, ..base() }),
		("spread over ten minutes", Terms::spread_over_time()),
		("price of this clearing alone", Terms { idle_ms: u64::MAX, ..base() }),
		("an ask idle for 10 s", Terms { idle_ms: 10_000, ..base() }),
		("an ask idle for 60 s", Terms { idle_ms: 60_000, ..base() }),
		("no standbys", Terms::alone()),
		("no second clearing", Terms { rescue: false, ..base() }),
		("neither", Terms { rescue: false, ..Terms::alone() }),
		("half the bond", Terms::half_the_bond()),
		("heartbeat 30 s", Terms { heartbeat_ms: Some(30_000), ..base() }),
		("clearing each 10 s", Terms { blocks_per_clearing: 5, ..base() }),
		("one market for all sizes", Terms { one_size: true, ..base() }),
		("patience", Terms { patience_percent: 30, ..base() }),
	]
}

/// Record of a prover: what the chain knows of it.
#[derive(Clone, Default)]
struct Record {
	lots: u32,
	live: u32,
	committed_ms: u64,
	reserved: u128,
	stake: u128,
	speed: u64,
	/// Time at which it last won or had no lot free.
	busy_at: u64,
	/// Fees assigned lately, fading.
	recent: f64,
	recent_at: u64,
}

/// A live attempt, as the chain keeps it.
#[derive(Clone)]
struct Live {
	attempt: u32,
	prover: u32,
	price: u128,
	bond: u128,
	committed_ms: u64,
}

struct Assigned {
	soft: u64,
	primary: Live,
	/// The primary said that it will not deliver.
	declined: bool,
	active: Vec<Live>,
	waiting: Vec<Standby<u32>>,
}

pub struct Yard {
	terms: Terms,
	records: Vec<Record>,
	/// Asks by service level; a bond that differs makes the break-even price differ.
	books: [MemoryBook<u32>; 2],
	/// Open tasks by level and size bucket.
	open: BTreeMap<(usize, u32), Vec<u32>>,
	assigned: Vec<Option<Assigned>>,
	/// Tasks whose standbys could not make it, by market.
	rescues: BTreeMap<(usize, u32), Vec<u32>>,
	seed: u64,
	blocks: u64,
	recent: f64,
	recent_at: u64,
	/// The going unit price, by level: a moving average over work.
	going: [f64; 2],
}

fn faded(sum: f64, since: u64, window: u64) -> f64 {
	sum * (-(since as f64) / window as f64).exp()
}

fn level(task: &Task) -> usize {
	match task.level {
		Level::Standard => 0,
		Level::Express => 1,
	}
}

impl Yard {
	pub fn new(setup: &Setup, terms: Terms) -> Self {
		let books = [0, 1].map(|level| {
			// What a failure costs, as a share of the price: all of the bond if it goes unnoticed, else
			// the fee for declining and what a standby costs more, about as much as its premium.
			let bond = f64::from(terms.levels[level].bond_percent) / 100.0;
			let declining =
				(bond * f64::from(GIVE_BACK_PERCENT) + f64::from(PREMIUM_PERCENT)) / 100.0;
			let asks = setup.asks(NOTICED * declining + (1.0 - NOTICED) * bond);
			let mut book = MemoryBook::new();
			for (prover, ask) in asks.iter().enumerate() {
				if let Some(tick) = ask.is_finite().then(|| Tick::at_least(*ask as u128)).flatten()
				{
					book.insert(prover as u32, tick);
				}
			}
			book
		});
		let records = setup
			.provers
			.iter()
			.map(|p| Record {
				lots: p.slots as u32,
				// Deliveries confirm the mean speed, not the best.
				speed: (p.speed as f64 / (1.0 + SLOWDOWN)) as u64,
				stake: (p.speed as f64 * 3_600.0 * STAKE_HOURS * COST_MEDIAN) as u128,
				..Record::default()
			})
			.collect();
		Self {
			terms,
			records,
			books,
			open: BTreeMap::new(),
			assigned: Vec::new(),
			rescues: BTreeMap::new(),
			seed: setup.seed,
			blocks: 0,
			recent: 0.0,
			recent_at: 0,
			going: [0.0; 2],
		}
	}

	/// Level and size bucket of a task.
	fn market(&self, task: &Task) -> (usize, u32) {
		(level(task), if self.terms.one_size { 0 } else { task.work.max(1).ilog2() })
	}

	fn rules(&self, level: usize) -> Rules {
		Rules {
			spread_percent: self.terms.spread_percent,
			idle_ms: self.terms.idle_ms,
			..self.terms.levels[level].rules(0)
		}
	}

	fn reserve(
		&mut self,
		world: &mut World,
		task: u32,
		prover: u32,
		price: u128,
		bond: u128,
		committed_ms: u64,
	) -> Live {
		let record = &mut self.records[prover as usize];
		record.live += 1;
		record.busy_at = world.now;
		record.committed_ms += committed_ms;
		record.reserved += bond;
		world.lock(bond as Money);
		let attempt = world.assign(prover, task, price as Money, bond as Money);
		Live { attempt, prover, price, bond, committed_ms }
	}

	/// Give back a prover's slot and time.
	fn free(&mut self, now: u64, live: &Live) {
		let record = &mut self.records[live.prover as usize];
		if record.live == record.lots {
			record.busy_at = now;
		}
		record.live -= 1;
		record.committed_ms -= live.committed_ms;
	}

	/// Give back all that an assignment still holds.
	fn release(&mut self, world: &mut World, assigned: &Assigned) {
		for live in assigned.active.iter().chain([&assigned.primary]) {
			if !(assigned.declined && live.attempt == assigned.primary.attempt) {
				self.free(world.now, live);
			}
			self.records[live.prover as usize].reserved -= live.bond;
			world.lock(-(live.bond as Money));
		}
	}

	/// Most that a task pays now.
	fn limit(&self, world: &World, id: u32) -> u128 {
		let task = &world.tasks[id as usize];
		let rises = (task.deadline - task.at) * self.terms.patience_percent / 100;
		let age = world.now - task.at;
		let going = self.going[level(task)] * task.work as f64;
		if task.level == Level::Express || age >= rises || going >= task.max_fee as f64 {
			return task.max_fee.into();
		}
		let part = (age as f64 / rises as f64).powi(2);
		(going + (task.max_fee as f64 - going) * part) as u128
	}

	/// Clear a market for these tasks; `rescue` if they had a primary that failed them, `spread` if
	/// provers that had their share lately are passed over.
	fn clear_market(
		&mut self,
		world: &mut World,
		(level, bucket): (usize, u32),
		tasks: &[u32],
		rescue: bool,
		spread: bool,
	) {
		let terms = self.terms.levels[level];
		let demand: Vec<Demand<u32>> = tasks
			.iter()
			.map(|id| {
				let task = &world.tasks[*id as usize];
				let soft = if rescue { task.deadline } else { soft_deadline(world.now, task) };
				let limit = self.assigned[*id as usize].as_ref().map(|a| {
					// What the price and the bond pay, with a part of it left for the requester.
					a.primary.price + a.primary.bond * u128::from(RESCUE_PERCENT) / 100
				});
				Demand {
					task: *id,
					work: task.work,
					max_fee: limit.unwrap_or_else(|| self.limit(world, *id)),
					time_ms: soft - world.now,
					late_ms: task.deadline - soft,
					// Here those that would start with the primary follow it.
					standbys: if rescue { 0 } else { terms.wanted_standbys(terms.started) },
				}
			})
			.collect();
		let heartbeat = self.terms.heartbeat_ms.unwrap_or(u64::MAX);
		let parts = [self.seed, self.blocks, level as u64, bucket.into(), rescue.into()];
		let (records, now) = (&self.records, world.now);
		let shared = &*world;
		let supply = self.books[level]
			.asks(mix(&parts))
			.filter(|(prover, _)| {
				records[**prover as usize].live < records[**prover as usize].lots
					&& shared.offline_ms(**prover) < heartbeat
			})
			.map(|(prover, tick)| {
				let record = &records[*prover as usize];
				Supply {
					prover: *prover,
					tick,
					speed: record.speed,
					free_lots: record.lots - record.live,
					free_slots: record.lots - record.live,
					free_stake: record.stake.saturating_sub(record.reserved),
					committed_ms: record.committed_ms,
					idle_ms: now - record.busy_at,
				}
			});
		let rolling = self.terms.rolling.filter(|_| spread);
		let all = rolling.map_or(0.0, |(_, w)| faded(self.recent, now - self.recent_at, w));
		let admits = |task: &u32, prover: &u32| {
			let before = &world.outcomes[*task as usize].attempts;
			if before.iter().any(|id| world.attempts[*id as usize].prover == *prover) {
				return false;
			}
			let Some((percent, window)) = rolling else { return true };
			let record = &records[*prover as usize];
			faded(record.recent, now - record.recent_at, window) <= all * percent / 100.0
		};
		let clearing = clear(&demand, supply, &self.rules(level), admits);
		for found in clearing.matches {
			let task = found.task as usize;
			// A hundred tasks' worth of memory.
			let unit = found.unit_price.price() as f64;
			let going = &mut self.going[level];
			*going = if *going == 0.0 { unit } else { *going + (unit - *going) / 100.0 };
			if let Some((_, window)) = self.terms.rolling {
				let fee = found.price as f64;
				self.recent = faded(self.recent, now - self.recent_at, window) + fee;
				self.recent_at = now;
				let record = &mut self.records[found.prover as usize];
				record.recent = faded(record.recent, now - record.recent_at, window) + fee;
				record.recent_at = now;
			}
			let live = self.reserve(
				world,
				found.task,
				found.prover,
				found.price,
				found.bond,
				found.committed_ms,
			);
			if let Some(assigned) = &mut self.assigned[task] {
				assigned.active.push(live);
				continue;
			}
			let soft = soft_deadline(world.now, &world.tasks[task]);
			world.timer(soft, found.task, 0);
			self.assigned[task] = Some(Assigned {
				soft,
				primary: live,
				declined: false,
				active: Vec::new(),
				waiting: found.standbys,
			});
		}
	}

	/// Clear the open tasks, or the rescues, of every market.
	fn clear_all(&mut self, world: &mut World, rescue: bool) {
		let queues = std::mem::take(if rescue { &mut self.rescues } else { &mut self.open });
		for (market, mut tasks) in queues {
			tasks.retain(|task| !world.outcomes[*task as usize].over);
			let due: Vec<u32> =
				tasks.iter().copied().filter(|t| is_due(world, *t, FRESH_MS)).collect();
			if !due.is_empty() {
				self.clear_market(world, market, &due, rescue, true);
			}
			if self.terms.rolling.is_some() {
				// Passed over as long as others can serve.
				let open = |t: &u32| self.assigned[*t as usize].is_none();
				let left: Vec<u32> = due.into_iter().filter(open).collect();
				if !left.is_empty() && !rescue {
					self.clear_market(world, market, &left, rescue, false);
				}
			}
			let assigned = &self.assigned;
			tasks.retain(|task| match &assigned[*task as usize] {
				None => true,
				Some(assigned) => rescue && assigned.active.is_empty(),
			});
			if !tasks.is_empty() {
				let queues = if rescue { &mut self.rescues } else { &mut self.open };
				queues.insert(market, tasks);
			}
		}
	}

	/// The next standby that can still make it takes over.
	fn activate(&mut self, world: &mut World, task: u32) {
		let Some(mut assigned) = self.assigned[task as usize].take() else { return };
		let wanted = &world.tasks[task as usize];
		let terms = self.rules(level(wanted)).bond;
		while !assigned.waiting.is_empty() {
			let standby = assigned.waiting.remove(0);
			let record = &self.records[standby.prover as usize];
			let bond = terms.bond(standby.price, 0);
			let ends = world.now + record.committed_ms + standby.committed_ms;
			if record.live >= record.lots
				|| ends > wanted.deadline
				|| record.reserved + bond > record.stake
			{
				continue;
			}
			let live = self.reserve(
				world,
				task,
				standby.prover,
				standby.price,
				bond,
				standby.committed_ms,
			);
			assigned.active.push(live);
			world.timer(world.now + (wanted.deadline - world.now) / 2, task, 1);
			self.assigned[task as usize] = Some(assigned);
			return;
		}
		if self.terms.rescue && assigned.active.is_empty() {
			self.rescues.entry(self.market(wanted)).or_default().push(task);
		}
		self.assigned[task as usize] = Some(assigned);
	}

	/// Pay what a waterfall gives from a prover's bond.
	fn slash(world: &mut World, task: u32, from: u32, shares: &Shares, kills: &[(u32, u128)]) {
		let from = Party::Prover(from);
		world.pay(from, Party::Requester(task), shares.compensation as Money);
		world.pay(from, Party::Burn, shares.rest as Money);
		world.pay(from, Party::Protocol, shares.keeper as Money);
		let claimed: u128 = kills.iter().map(|(_, fee)| fee).sum();
		let mut left = shares.kill_fees;
		for (prover, fee) in kills {
			let share = (shares.kill_fees * fee).checked_div(claimed).unwrap_or(0).min(left);
			left -= share;
			world.pay(from, Party::Prover(*prover), share as Money);
		}
		world.pay(from, Party::Burn, left as Money);
	}

	fn kill_fees(active: &[Live], winner: u32) -> Vec<(u32, u128)> {
		let losers = active.iter().filter(|live| live.attempt != winner);
		losers.map(|live| (live.prover, percent_up(live.price, KILL_PERCENT))).collect()
	}
}

impl Rule for Yard {
	fn submitted(&mut self, world: &mut World, id: u32) {
		world.transactions += 1;
		self.assigned.push(None);
		let task = &world.tasks[id as usize];
		self.open.entry(self.market(task)).or_default().push(id);
	}

	fn block(&mut self, world: &mut World) {
		self.blocks += 1;
		let arriving = world.tasks.last().is_some_and(|last| world.now <= last.at);
		if arriving && (self.blocks * BLOCK_MS).is_multiple_of(REPRICING_MS) {
			world.transactions += self.records.len() as u64;
		}
		if !self.blocks.is_multiple_of(self.terms.blocks_per_clearing) {
			return;
		}
		self.clear_all(world, true);
		self.clear_all(world, false);
	}

	fn declined(&mut self, world: &mut World, attempt: u32) {
		let task = world.attempts[attempt as usize].task;
		let now = world.now;
		let Some(assigned) = &mut self.assigned[task as usize] else { return };
		if assigned.primary.attempt == attempt && !assigned.declined && now < assigned.soft {
			assigned.declined = true;
			let primary = assigned.primary.clone();
			self.free(now, &primary);
			self.activate(world, task);
		}
	}

	fn timer(&mut self, world: &mut World, task: u32, tag: u32) {
		// A primary that declined was replaced then.
		let replaced = self.assigned[task as usize].as_ref().is_none_or(|a| a.declined);
		if tag == 1 || !replaced {
			self.activate(world, task);
		}
	}

	fn proved(&mut self, world: &mut World, attempt: u32) {
		let task = world.attempts[attempt as usize].task;
		let Some(assigned) = self.assigned[task as usize].take() else { return };
		world.transactions += 1;
		self.release(world, &assigned);
		let Assigned { soft, primary, active, declined, .. } = assigned;
		let wanted = &world.tasks[task as usize];
		let kills = Self::kill_fees(&active, attempt);
		let kill_fees: u128 = kills.iter().map(|(_, fee)| fee).sum();
		if attempt == primary.attempt {
			let blocks = |ms: u64| (ms / BLOCK_MS) as u32;
			let price = late_price(
				primary.price,
				blocks(soft),
				blocks(wanted.deadline),
				blocks(world.now),
				FLOOR_PERCENT,
			);
			world.pay_proof(Party::Requester(task), primary.prover, price as Money);
			// Late, not lost: the bond pays those that it set to work, and goes back.
			let shares = waterfall(primary.bond, Claims { kill_fees, ..Claims::default() });
			let kept = Shares { rest: 0, ..shares };
			Self::slash(world, task, primary.prover, &kept, &kills);
		} else if let Some(live) = active.iter().find(|live| live.attempt == attempt) {
			let paid = live.price.min(primary.price);
			world.pay_proof(Party::Requester(task), live.prover, paid as Money);
			let standby = live.price - paid;
			let delay = percent_up(primary.price, DELAY_PERCENT);
			let claims = if declined {
				let fee = percent_up(primary.bond, GIVE_BACK_PERCENT);
				Claims { standby, kill_fees, compensation: fee, keeper: 0 }
			} else {
				Claims { standby, kill_fees, compensation: delay, keeper: 0 }
			};
			let mut shares = waterfall(primary.bond, claims);
			if declined {
				shares.rest = 0;
			}
			world.pay_proof(Party::Prover(primary.prover), live.prover, shares.standby as Money);
			Self::slash(world, task, primary.prover, &shares, &kills);
		}
		world.deliver(attempt);
	}

	fn deadline(&mut self, world: &mut World, task: u32) {
		let Some(assigned) = self.assigned[task as usize].take() else { return };
		// Failed: a full refund, and compensation from every bond.
		self.release(world, &assigned);
		for live in assigned.active.iter().chain([&assigned.primary]) {
			let claims = Claims { compensation: u128::MAX, ..Claims::default() };
			Self::slash(world, task, live.prover, &waterfall(live.bond, claims), &[]);
		}
	}
}
