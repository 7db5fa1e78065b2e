// SPDX-License-Identifier: Apache-2.0
//! The clearing: once a block, the tasks that wait meet the asks of their markets.

use crate::*;
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec,
	vec::Vec,
};
use codec::Encode;
use core::cell::{Cell, RefCell};
use frame_support::{
	defensive,
	traits::{Get, Randomness},
	weights::WeightMeter,
	BoundedVec,
};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_mechanism::{self as mechanism, soft_deadline, Clearing, Demand, Match, Supply};
use proofyard_primitives::{
	limits::MaxProverSet,
	traits::{Attestation, Escrow, Provers},
	Assignment, Market, Standby, TaskId,
};
use sp_runtime::{
	traits::{Saturating, UniqueSaturatedInto},
	SaturatedConversion,
};

/// Markets that one block looks at, at most.
const MAX_MARKETS: usize = 64;

/// What the clearings of one block may still do.
pub(crate) struct Limits {
	/// Tasks to look at.
	pub tasks: u32,
	/// Tasks to pass over, because nobody asks so little.
	pub skips: u32,
}

/// What a prover gets with a task.
pub(crate) struct Award<AccountId, Balance> {
	pub prover: AccountId,
	pub price: Balance,
	pub bond: Balance,
	pub committed_ms: u64,
	pub standbys: Vec<Standby<AccountId, Balance>>,
}

pub(crate) type AwardOf<T> = Award<<T as frame_system::Config>::AccountId, <T as Config>::Balance>;

/// A task of the queue that an ask may serve.
pub(crate) type Candidate<T> = (TaskId, bool, OpenTaskOf<T>);

/// Asks that a clearing of `tasks` looks at, at most: as many as the tasks can use, their standbys,
/// and some that turn out not to serve them.
pub const fn looks(tasks: u32) -> u32 {
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
		let Found { candidates, skipped, ended } =
			Self::next_candidates(market, best.index(), limits, meter);
		let tasks = candidates.len() as u32;
		limits.tasks = limits.tasks.saturating_sub(tasks);
		limits.skips = limits.skips.saturating_sub(skipped);
		meter.consume(T::WeightInfo::skip(skipped).saturating_sub(T::WeightInfo::skip(0)));
		if tasks == 0 {
			return skipped > 0 || ended;
		}

		let done = Self::clear_tasks(now, market, candidates);
		meter.consume(T::WeightInfo::clear(tasks, done.looked));
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
	) -> Cleared<T::AccountId> {
		let seed = Self::seed(market);
		let (kept, free): (Vec<_>, Vec<_>) =
			tasks.into_iter().partition(|(_, restricted, _)| *restricted);
		let mut done = Cleared { looked: 0, full: Vec::new(), passed_over: Vec::new() };
		let mut clearings = Vec::new();
		// Those kept to few provers first: there is nobody else for them.
		let kept = kept.into_iter().map(|task| vec![task]);
		for batch in kept.chain((!free.is_empty()).then_some(free)) {
			clearings.extend(Self::clear_batch(now, market, seed, batch, &mut done));
		}
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
	) -> Found<T> {
		let cursor = QueueCursor::<T>::get(market);
		let queue = match cursor {
			Some(cursor) => {
				Queue::<T>::iter_prefix_from(market, Queue::<T>::hashed_key_for(market, cursor))
			}
			None => Queue::<T>::iter_prefix(market),
		};
		let mut candidates = Vec::new();
		let (mut skipped, mut kept) = (0, 0);
		let mut last = cursor;
		for (key, queued) in queue {
			let skip = queued.bid < best;
			let more = if skip { (1, 0, 0) } else { (0, 1, u32::from(queued.restricted)) };
			let tasks = candidates.len() as u32 + more.1;
			let need = T::WeightInfo::clear(tasks, Self::most_looks(tasks, kept + more.2))
				.saturating_add(T::WeightInfo::skip(skipped + more.0));
			let within = skipped + more.0 <= limits.skips && tasks <= limits.tasks;
			if !within || !meter.can_consume(need) {
				// More is left: the next block goes on from here.
				QueueCursor::<T>::set(market, last);
				return Found { candidates, skipped, ended: false };
			}
			last = Some(key);
			if skip {
				skipped += 1;
				continue;
			}
			kept += more.2;
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
		Found { candidates, skipped, ended: true }
	}

	/// Asks that the clearings of so many tasks look at, at most, with `kept` of them kept to a set
	/// of provers.
	fn most_looks(tasks: u32, kept: u32) -> u32 {
		let free = tasks.saturating_sub(kept);
		let of_kept = kept.saturating_mul(MaxProverSet::get());
		of_kept.saturating_add(if free > 0 { looks(free) } else { 0 })
	}

	/// Clear tasks against the asks that may serve them. Returns what is kept of it, if anything was
	/// assigned.
	fn clear_batch(
		now: BlockNumberFor<T>,
		market: &Market,
		seed: u64,
		tasks: Vec<Candidate<T>>,
		done: &mut Cleared<T::AccountId>,
	) -> Option<ClearingRecord<T::AccountId, T::Balance>> {
		let level = LevelTerms::of(market.level);
		let demand: Vec<Demand<TaskId>> = tasks
			.iter()
			.map(|(task, _, open)| {
				let spec = &open.spec;
				Self::demand(now, *task, spec.work, spec.max_fee, spec.deadline, level)
			})
			.collect();
		let requesters: BTreeMap<TaskId, &T::AccountId> =
			tasks.iter().map(|(task, _, open)| (*task, &open.spec.requester)).collect();
		let bound = looks(demand.len() as u32);
		let looked = Cell::new(0);
		let full = RefCell::new(Vec::new());
		// Provers that keep requesters off, and the pairs that were asked for.
		let choosy = RefCell::new(BTreeSet::new());
		let pairs = RefCell::new(BTreeMap::new());
		let look = |prover: T::AccountId| {
			looked.set(looked.get() + 1);
			match Self::supply(market, prover) {
				Standing::Room(supply) => {
					if BlockedCount::<T>::contains_key(&supply.prover) {
						choosy.borrow_mut().insert(supply.prover.clone());
					}
					Some(supply)
				}
				Standing::Full(prover) => {
					full.borrow_mut().push(prover);
					None
				}
				Standing::No => None,
			}
		};
		let admits = |task: &TaskId, prover: &T::AccountId| {
			if !choosy.borrow().contains(prover) {
				return true;
			}
			let Some(requester) = requesters.get(task) else { return false };
			let mut pairs = pairs.borrow_mut();
			// Each pair is read once, and not more pairs than asks: what is beyond waits.
			let spent = pairs.len() as u32 >= bound;
			let pair = (prover.clone(), (*requester).clone());
			match pairs.get(&pair) {
				Some(admitted) => *admitted,
				None if spent => false,
				None => {
					let admitted = !Blocked::<T>::contains_key(prover, requester);
					pairs.insert(pair, admitted);
					admitted
				}
			}
		};
		let rules = level.rules(T::BondBase::get().into());
		let set = tasks.first().filter(|(_, restricted, _)| *restricted);
		let clearing = match set {
			Some((_, _, open)) => {
				let mut supply: Vec<_> = open.provers.iter().cloned().filter_map(look).collect();
				supply.sort_by_key(|ask| ask.tick);
				mechanism::clear(&demand, supply.into_iter(), &rules, admits)
			}
			None => {
				let supply = Self::book(*market, seed).take(bound as usize).filter_map(look);
				mechanism::clear(&demand, supply, &rules, admits)
			}
		};
		done.looked = done.looked.saturating_add(looked.get());
		done.full.extend(full.into_inner());
		// Where all that may be looked at was, those that could not serve a task that is left make way
		// for the next.
		if set.is_none() && looked.get() >= bound {
			let served: BTreeSet<TaskId> =
				clearing.matches.iter().map(|found| found.task).collect();
			let left = demand.iter().filter(|task| !served.contains(&task.task));
			let highest = left.filter_map(Demand::bid).max();
			let in_vain = clearing.looked.iter().filter(|ask| {
				ask.won == 0 && ask.standby == 0 && highest.is_some_and(|bid| ask.ask <= bid)
			});
			done.passed_over.extend(in_vain.map(|ask| ask.prover.clone()));
		}
		let record =
			(!clearing.matches.is_empty()).then(|| Self::record(demand.len() as u32, &clearing));
		for found in clearing.matches {
			Self::assign(now, level, market, found);
		}
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
				ask: price(ask.ask),
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

	/// A task as the mechanism sees it.
	pub(crate) fn demand(
		now: BlockNumberFor<T>,
		task: TaskId,
		work: u64,
		max_fee: T::Balance,
		deadline: BlockNumberFor<T>,
		level: LevelTerms,
	) -> Demand<TaskId> {
		let soft = Self::soft_deadline(now, deadline, level);
		Demand {
			task,
			work,
			max_fee: max_fee.into(),
			time_ms: Self::millis(soft.saturating_sub(now)),
			late_ms: Self::millis(deadline.saturating_sub(soft)),
			standbys: level.standbys,
		}
	}

	/// The duration of a number of blocks, in milliseconds.
	pub(crate) fn millis(blocks: BlockNumberFor<T>) -> u64 {
		blocks.saturated_into::<u64>().saturating_mul(T::MillisPerBlock::get())
	}

	/// The ask of a prover as the mechanism sees it: with what the prover can still take on.
	pub(crate) fn supply(market: &Market, prover: T::AccountId) -> Standing<T::AccountId> {
		let Some(ask) = Asks::<T>::get(market, &prover) else { return Standing::No };
		if !matches!(ask.place, Place::Book(_)) {
			return Standing::No;
		}
		let Some(capacity) = T::Provers::capacity(&prover) else { return Standing::No };
		let in_use = T::Provers::lots_in_use(&prover, market);
		let supply = Supply {
			tick: ask.terms.tick(),
			speed: Self::capped_speed(&prover, market, ask.terms.speed),
			free_lots: ask.terms.lots.saturating_sub(in_use),
			free_slots: capacity.free_slots,
			free_stake: capacity.free_stake.into(),
			committed_ms: capacity.committed_ms,
			idle_ms: Self::millis(
				frame_system::Pallet::<T>::block_number().saturating_sub(ask.idle_since),
			),
			prover,
		};
		let has_room = supply.free_lots > 0
			&& supply.free_slots > 0
			&& supply.free_stake >= T::BondBase::get().into()
			&& capacity.hardware.covers(&market.hardware);
		if has_room {
			Standing::Room(supply)
		} else {
			Standing::Full(supply.prover)
		}
	}

	/// The speed a prover declares, no higher than what it has shown.
	pub(crate) fn capped_speed(prover: &T::AccountId, market: &Market, declared: u64) -> u64 {
		T::Provers::confirmed_speed(prover, market.speed_class())
			.map_or(declared, |confirmed| declared.min(confirmed))
	}

	/// What the order of equals is drawn from in this block.
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

	fn assign(
		now: BlockNumberFor<T>,
		level: LevelTerms,
		market: &Market,
		found: Match<TaskId, T::AccountId>,
	) {
		let Some(open) = OpenTasks::<T>::get(found.task) else {
			defensive!("the mechanism matches tasks it was given");
			return;
		};
		let award = Award {
			prover: found.prover,
			price: found.price.into(),
			bond: found.bond.into(),
			committed_ms: found.committed_ms,
			standbys: found
				.standbys
				.into_iter()
				.map(|standby| Standby {
					prover: standby.prover,
					price: standby.price.into(),
					committed_ms: standby.committed_ms,
				})
				.collect(),
		};
		// The mechanism saw these tasks only. If others of this block took what the prover had, the
		// task stays open and the next round finds another.
		if Self::reserve(market, &award) {
			Self::change_ask(market, &award.prover, |ask| ask.idle_since = now);
			Self::take_out(found.task, &open);
			Self::hand_over(now, level, found.task, open.spec, award);
		}
	}

	/// Reserve what an award needs of its prover. False, with nothing changed, if it has not that.
	pub(crate) fn reserve(market: &Market, award: &AwardOf<T>) -> bool {
		T::Provers::reserve(&award.prover, market, award.bond, award.committed_ms).is_ok()
	}

	/// Give a task, taken out of here, to the prover that was reserved for it.
	pub(crate) fn hand_over(
		now: BlockNumberFor<T>,
		level: LevelTerms,
		task: TaskId,
		spec: SpecOf<T>,
		award: AwardOf<T>,
	) {
		let Award { prover, price, bond, committed_ms, standbys } = award;
		T::Escrow::fix_price(task, price);
		let soft_deadline = Self::soft_deadline(now, spec.deadline, level);
		let standbys = BoundedVec::truncate_from(standbys);
		Self::deposit_event(Event::TaskAssigned {
			task,
			prover: prover.clone(),
			price,
			bond,
			soft_deadline,
			standbys: standbys
				.iter()
				.map(|standby: &Standby<T::AccountId, T::Balance>| standby.prover.clone())
				.collect(),
		});
		let assignment = Assignment {
			prover,
			price,
			bond,
			committed_ms,
			attempt: 0,
			assigned_at: now,
			soft_deadline,
			standbys,
		};
		T::Attestation::begin(task, spec, assignment);
	}
}

/// What a look into a market's queue found.
pub(crate) struct Found<T: Config> {
	/// Tasks that an ask may serve.
	pub candidates: Vec<Candidate<T>>,
	/// How many it passed over.
	pub skipped: u32,
	/// Whether it came to the end of the queue.
	pub ended: bool,
}

/// What clearings found of the asks they looked at.
pub(crate) struct Cleared<AccountId> {
	/// How many they looked at.
	pub looked: u32,
	/// Those whose prover has no room.
	full: Vec<AccountId>,
	/// Those that served nothing while there were more than could be looked at.
	passed_over: Vec<AccountId>,
}

/// What a clearing finds of an ask.
pub(crate) enum Standing<AccountId> {
	/// Its prover may take something on.
	Room(Supply<AccountId>),
	/// Its prover has room for nothing.
	Full(AccountId),
	/// It does not stand: coming, full already, or its prover is gone.
	No,
}
