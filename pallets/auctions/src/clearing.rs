// SPDX-License-Identifier: Apache-2.0
//! The clearing: once a block, the tasks that wait meet the asks of their markets.

use crate::{
	queued_task, BatchRecord, ClearingRecord, Clearings, Config, LevelTerms, LookedRecord,
	MarketClearing, MarketCursor, MatchRecord, OpenTaskOf, OpenTasks, Pallet, Queue, QueueCursor,
	Queued, SpecOf, View, Waiting, WeightInfo,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec,
	vec::Vec,
};
use codec::Encode;
use frame_support::{
	defensive,
	traits::{Get, Randomness},
	weights::{Weight, WeightMeter},
};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_mechanism::{self as mechanism, soft_deadline, together_share, Clearing, Demand};
use proofyard_primitives::{limits::MaxProverSet, Market, Redundancy, ServiceLevel, TaskId};
use sp_runtime::{
	traits::{Saturating, UniqueSaturatedInto},
	SaturatedConversion,
};

/// Markets that one block looks at, at most.
const MAX_MARKETS: usize = 64;

/// Limits of what the clearings of one block may still do.
pub(crate) struct Limits {
	/// Tasks to look at.
	pub tasks: u32,
	/// Tasks to pass over, because nobody asks so little.
	pub skips: u32,
}

/// A task of the queue that an ask may serve.
pub(crate) type Candidate<T> = (TaskId, bool, OpenTaskOf<T>);

/// Asks that a clearing of `tasks` looks at, at most: as many as the tasks can use, their standbys,
/// and some that turn out not to serve them.
pub const fn max_asks_read(tasks: u32) -> u32 {
	2 * tasks + 64
}

impl<T: Config> Pallet<T> {
	/// Clear what fits into `meter`. The next block goes on where this one ends.
	pub(crate) fn clear(now: BlockNumberFor<T>, meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::clear_base()).is_err() {
			return;
		}
		let mut limits = Limits { tasks: T::MaxClearPerBlock::get(), skips: T::MaxSkips::get() };
		let start = MarketCursor::<T>::get();
		let mut last = None;
		for market in Self::next_markets(start) {
			let spent = limits.tasks == 0 || limits.skips == 0;
			// To look into its queue costs, even where nothing comes of it.
			let look = T::WeightInfo::clear_market().saturating_add(T::WeightInfo::skip(0));
			if spent || meter.try_consume(look).is_err() {
				break;
			}
			if !Self::clear_market(now, &market, &mut limits, meter) {
				break;
			}
			last = Some(market);
		}
		if last != start {
			MarketCursor::<T>::set(last.or(start));
		}
	}

	/// The markets in which tasks wait, from the one after `start` and round.
	pub(crate) fn next_markets(start: Option<Market>) -> Vec<Market> {
		let Some(start) = start else {
			return Waiting::<T>::iter_keys().take(MAX_MARKETS).collect();
		};
		let after = Waiting::<T>::iter_keys_from(Waiting::<T>::hashed_key_for(start));
		let mut markets: Vec<Market> = after.take(MAX_MARKETS).collect();
		let around = Waiting::<T>::iter_keys().take(MAX_MARKETS - markets.len());
		let around: Vec<Market> = around.take_while(|market| !markets.contains(market)).collect();
		markets.extend(around);
		markets
	}

	/// Clear one market. False if the block had no room to look at any of its tasks: then it keeps its
	/// turn.
	fn clear_market(
		now: BlockNumberFor<T>,
		market: &Market,
		limits: &mut Limits,
		meter: &mut WeightMeter,
	) -> bool {
		let Some(best) = Self::best_ask(market) else { return true };
		let QueueSlice { candidates, skipped, ended } =
			Self::next_candidates(market, best.index(), limits, meter);
		let tasks = candidates.len() as u32;
		limits.tasks = limits.tasks.saturating_sub(tasks);
		limits.skips = limits.skips.saturating_sub(skipped);
		meter.consume(T::WeightInfo::skip(skipped).saturating_sub(T::WeightInfo::skip(0)));
		if tasks == 0 {
			return skipped > 0 || ended;
		}

		let done = Self::clear_tasks(now, market, candidates);
		meter.consume(Self::clear_weight(market.level, tasks, done.looked));
		for prover in done.full {
			if meter.try_consume(T::WeightInfo::leave()).is_ok() {
				Self::set_full(market, &prover);
			}
		}
		for prover in done.passed_over {
			if meter.try_consume(T::WeightInfo::leave()).is_ok() {
				Self::rest(market, &prover);
			}
		}
		true
	}

	/// Clear these tasks of a market, and keep what was done.
	pub(crate) fn clear_tasks(
		now: BlockNumberFor<T>,
		market: &Market,
		tasks: Vec<Candidate<T>>,
	) -> ClearingTally<T::AccountId> {
		let seed = Self::seed(market);
		let (kept, rest): (Vec<_>, Vec<_>) =
			tasks.into_iter().partition(|(_, restricted, _)| *restricted);
		let (several, free): (Vec<_>, Vec<_>) =
			rest.into_iter().partition(|(_, _, open)| open.spec.redundancy.needed > 1);
		let mut done = ClearingTally::default();
		let mut clearings = Vec::new();
		// Those kept to few provers first: there is nobody else for them. Then those that need several
		// at once. Each alone: one that does not find enough of them keeps nobody from the others.
		let alone = kept.into_iter().chain(several).map(|task| vec![task]);
		for batch in alone.chain((!free.is_empty()).then_some(free)) {
			clearings.extend(Self::clear_batch(now, market, seed, batch, &mut done));
		}
		let ClearingTally { served, passed_over, .. } = &mut done;
		passed_over.retain(|prover| !served.contains(prover));
		if !clearings.is_empty() {
			Clearings::<T>::insert(market, MarketClearing { at: now, seed, clearings });
		}
		done
	}

	/// The next tasks of a market's queue, nearest deadline first, whose maximum reaches the tick
	/// `best`: as many as the limits and the meter allow, whatever they turn out to need. Goes
	/// round: after the last it starts from the nearest deadline again.
	pub(crate) fn next_candidates(
		market: &Market,
		best: u16,
		limits: &Limits,
		meter: &WeightMeter,
	) -> QueueSlice<T> {
		let cursor = QueueCursor::<T>::get(market);
		let queue = match cursor {
			Some(cursor) => {
				Queue::<T>::iter_prefix_from(market, Queue::<T>::hashed_key_for(market, cursor))
			}
			None => Queue::<T>::iter_prefix(market),
		};
		let mut candidates = Vec::new();
		let (mut skipped, mut alone) = (0, SoloCount::default());
		let mut last = cursor;
		for (key, queued) in queue {
			let skip = queued.bid < best;
			let more = if skip { (1, 0) } else { (0, 1) };
			let tasks = candidates.len() as u32 + more.1;
			let next = if skip { alone } else { alone.with(&queued) };
			let most_looks = next.most_looks(tasks);
			let need = Self::clear_weight(market.level, tasks, most_looks)
				.saturating_add(T::WeightInfo::skip(skipped + more.0));
			let within = skipped + more.0 <= limits.skips && tasks <= limits.tasks;
			if !within || !meter.can_consume(need) {
				// More is left: the next block goes on from here.
				QueueCursor::<T>::set(market, last);
				return QueueSlice { candidates, skipped, ended: false };
			}
			last = Some(key);
			if skip {
				skipped += 1;
				continue;
			}
			alone = next;
			let task = queued_task(&key);
			if let Some(open) = OpenTasks::<T>::get(task) {
				candidates.push((task, queued.restricted, open));
			} else {
				defensive!("a task in the queue is open");
			}
		}
		if cursor.is_some() {
			QueueCursor::<T>::remove(market);
		}
		QueueSlice { candidates, skipped, ended: true }
	}

	/// Weight of clearing so many tasks of a market against so many asks.
	pub fn clear_weight(level: ServiceLevel, tasks: u32, looked: u32) -> Weight {
		// There the record of each prover is read as well.
		let records = if level == ServiceLevel::Guaranteed { looked } else { 0 };
		T::WeightInfo::clear(tasks, looked).saturating_add(T::DbWeight::get().reads(records.into()))
	}

	/// Clear tasks against the asks that may serve them. Returns what is kept of it, if anything was
	/// assigned.
	fn clear_batch(
		now: BlockNumberFor<T>,
		market: &Market,
		seed: u64,
		tasks: Vec<Candidate<T>>,
		done: &mut ClearingTally<T::AccountId>,
	) -> Option<ClearingRecord<T::AccountId, T::Balance>> {
		let level = market.level.terms();
		let rules = Self::rules(level);
		let set = tasks.first().filter(|(_, restricted, _)| *restricted);
		let set = set.map(|(_, _, open)| open.provers.clone());
		let tasks: BTreeMap<TaskId, OpenTaskOf<T>> =
			tasks.into_iter().map(|(task, _, open)| (task, open)).collect();
		let count = tasks.len() as u32;
		let bound = max_asks_read(count);
		let view = View::<T>::new(*market, bound);
		let demand: Vec<Demand<TaskId>> =
			tasks.iter().map(|(task, open)| Self::demand(now, *task, &open.spec, level)).collect();
		let admits = |task: &TaskId, prover: &T::AccountId| {
			tasks.get(task).is_some_and(|open| view.admits(prover, &open.spec.requester))
		};
		let is_kept = set.is_some();
		let mut clearing = match set {
			Some(provers) => {
				let mut supply: Vec<_> =
					provers.into_iter().filter_map(|prover| view.look(prover)).collect();
				supply.sort_by_key(|ask| ask.tick);
				mechanism::clear(&demand, supply.into_iter(), &rules, admits)
			}
			None => {
				let supply = Self::book(*market, seed)
					.take(bound as usize)
					.filter_map(|prover| view.look(prover));
				mechanism::clear(&demand, supply, &rules, admits)
			}
		};
		let looked = view.looked();
		done.looked = done.looked.saturating_add(looked);
		// Where all that may be looked at was, those that could not serve a task that is left make way
		// for the next.
		if !is_kept && looked >= bound {
			let served: BTreeSet<TaskId> =
				clearing.matches.iter().map(|found| found.task).collect();
			let left = demand.iter().filter(|task| !served.contains(&task.task));
			let highest = left.filter_map(Demand::bid).max();
			let in_vain = clearing.looked.iter().filter(|ask| {
				ask.won == 0 && ask.standby == 0 && highest.is_some_and(|bid| ask.ask <= bid)
			});
			done.passed_over.extend(in_vain.map(|ask| ask.prover.clone()));
		}
		let served = clearing.looked.iter().filter(|ask| ask.won > 0 || ask.standby > 0);
		done.served.extend(served.map(|ask| ask.prover.clone()));
		// What has too few provers for the proofs it takes waits, without reserving those it has.
		clearing.matches.retain(|found| {
			let open = tasks.get(&found.task);
			open.is_some_and(|open| Self::can_start(now, level, &open.spec, found))
		});
		done.full.extend(view.into_full());
		let record = (!clearing.matches.is_empty()).then(|| Self::record(count, &clearing));
		Self::assign(now, level, market, tasks, clearing.matches);
		record
	}

	fn record(
		tasks: u32,
		clearing: &Clearing<TaskId, T::AccountId>,
	) -> ClearingRecord<T::AccountId, T::Balance> {
		let price = |tick: mechanism::Tick| T::Balance::from(tick.price());
		let batches = clearing
			.batches
			.iter()
			.map(|batch| BatchRecord {
				price: price(batch.price),
				tasks: batch.tasks,
				marginal: (batch.marginal.clone(), price(batch.highest_ask)),
				lowest_maximum: price(batch.lowest_bid),
				rejected: batch.rejected.as_ref().map(|(who, tick)| (who.clone(), price(*tick))),
			})
			.collect();
		let asks = clearing
			.looked
			.iter()
			.map(|ask| LookedRecord {
				prover: ask.prover.clone(),
				price: price(ask.ask),
				lots: ask.lots,
				won: ask.won,
				standby: ask.standby,
				unfunded: ask.unfunded,
			})
			.collect();
		let matches = clearing
			.matches
			.iter()
			.map(|found| MatchRecord {
				task: found.task,
				prover: found.prover.clone(),
				price: found.price.into(),
				bond: found.bond.into(),
				standbys: found
					.standbys
					.iter()
					.map(|standby| (standby.prover.clone(), standby.price.into()))
					.collect(),
			})
			.collect();
		ClearingRecord {
			tasks,
			crossing: clearing.crossing,
			cap: clearing.cap,
			batches,
			asks,
			matches,
		}
	}

	/// A task as the mechanism sees it: with the part of its maximum that one of its provers can be
	/// paid, and those that start with the primary among its standbys.
	pub(crate) fn demand(
		now: BlockNumberFor<T>,
		task: TaskId,
		spec: &SpecOf<T>,
		level: LevelTerms,
	) -> Demand<TaskId> {
		let soft = Self::soft_deadline(now, spec.deadline, level);
		let Redundancy { needed, started } = spec.redundancy;
		Demand {
			task,
			work: spec.work,
			max_fee: together_share(spec.max_fee.into(), needed, started),
			time_ms: Self::millis(soft.saturating_sub(now)),
			late_ms: Self::millis(spec.deadline.saturating_sub(soft)),
			standbys: level.wanted_standbys(started),
		}
	}

	/// The duration of a number of blocks, in milliseconds.
	pub(crate) fn millis(blocks: BlockNumberFor<T>) -> u64 {
		blocks.saturated_into::<u64>().saturating_mul(T::MillisPerBlock::get())
	}

	/// Seed of the order of equals in this block.
	pub(crate) fn seed(market: &Market) -> u64 {
		let subject = (b"clearing", market).encode();
		let (random, _) = T::Randomness::random(&subject);
		let hash = sp_crypto_hashing::twox_64(&(random, subject).encode());
		u64::from_le_bytes(hash)
	}

	/// The block by which a first attempt should deliver.
	pub(crate) fn soft_deadline(
		now: BlockNumberFor<T>,
		deadline: BlockNumberFor<T>,
		level: LevelTerms,
	) -> BlockNumberFor<T> {
		soft_deadline(
			now.unique_saturated_into(),
			deadline.unique_saturated_into(),
			level.soft_percent,
		)
		.into()
	}
}

/// Slice of a market's queue that one look found.
pub(crate) struct QueueSlice<T: Config> {
	/// Tasks that an ask may serve.
	pub candidates: Vec<Candidate<T>>,
	/// Tasks it passed over.
	pub skipped: u32,
	/// Whether it came to the end of the queue.
	pub ended: bool,
}

/// Tasks of a look into the queue that are cleared alone.
#[derive(Clone, Copy, Default)]
struct SoloCount {
	/// Those kept to a set of provers.
	kept: u32,
	/// Those that take several proofs.
	several: u32,
}

impl SoloCount {
	/// With one more task.
	fn with(self, task: &Queued) -> Self {
		let Self { kept, several } = self;
		if task.restricted {
			Self { kept: kept.saturating_add(1), several }
		} else {
			Self { kept, several: several.saturating_add(task.several.into()) }
		}
	}

	/// Asks that the clearings of so many tasks look at, at most, these among them.
	fn most_looks(&self, tasks: u32) -> u32 {
		let free = tasks.saturating_sub(self.kept).saturating_sub(self.several);
		let of_kept = self.kept.saturating_mul(MaxProverSet::get());
		let of_several = self.several.saturating_mul(max_asks_read(1));
		let of_free = if free > 0 { max_asks_read(free) } else { 0 };
		of_kept.saturating_add(of_several).saturating_add(of_free)
	}
}

/// Tally of what clearings found of the asks they looked at.
#[derive(frame_support::DefaultNoBound)]
pub(crate) struct ClearingTally<AccountId> {
	/// Asks they looked at.
	pub looked: u32,
	/// Those whose prover has no room.
	full: Vec<AccountId>,
	/// Those that serve something.
	served: BTreeSet<AccountId>,
	/// Those that served nothing while there were more than could be looked at.
	passed_over: Vec<AccountId>,
}
