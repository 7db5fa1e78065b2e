// SPDX-License-Identifier: Apache-2.0
//! The clearing: once a block, the next tasks of the queue meet the asks of their markets.

use crate::*;
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{defensive, traits::Get, weights::WeightMeter};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_mechanism::{soft_deadline, BondTerms, Demand, Match, Mechanism, Supply};
use proofyard_primitives::{
	traits::{Attestation, Escrow, Provers},
	Assignment, Market, TaskId,
};
use sp_runtime::{
	traits::{Saturating, UniqueSaturatedInto},
	SaturatedConversion,
};

impl<T: Config> Pallet<T> {
	/// Clear what fits into `meter`, and note where to go on in the next block.
	pub(crate) fn clear(now: BlockNumberFor<T>, meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::clear(0, 0)).is_err() {
			return;
		}
		for (market, tasks) in Self::next_batch() {
			let asks = AskCount::<T>::get(market);
			if meter.try_consume(T::WeightInfo::clear(tasks.len() as u32, asks)).is_err() {
				// The next block goes on with the oldest of the tasks not looked at.
				QueueCursor::<T>::set(tasks.first().and_then(|task| task.checked_sub(1)));
				break;
			}
			if asks > 0 {
				Self::clear_market(now, &market, &tasks);
			}
		}
	}

	/// The next tasks of the queue, by market, the market of the oldest task first. Goes round: at
	/// the end of the queue it starts again from the oldest in the next block.
	fn next_batch() -> Vec<(Market, Vec<TaskId>)> {
		let limit = T::MaxClearPerBlock::get() as usize;
		let keys = match QueueCursor::<T>::get() {
			Some(cursor) => {
				Queue::<T>::iter_keys_from(Queue::<T>::hashed_key_for(queue_key(cursor)))
			}
			None => Queue::<T>::iter_keys(),
		};
		let tasks: Vec<TaskId> = keys.take(limit).map(TaskId::from_be_bytes).collect();
		match tasks.last() {
			Some(last) if tasks.len() == limit => QueueCursor::<T>::put(last),
			_ => QueueCursor::<T>::kill(),
		}
		let mut batch: BTreeMap<Market, Vec<TaskId>> = BTreeMap::new();
		for task in tasks {
			if let Some(open) = OpenTasks::<T>::get(task) {
				batch.entry(open.spec.market).or_default().push(task);
			} else {
				defensive!("a task in the queue is open");
			}
		}
		let mut batch: Vec<_> = batch.into_iter().collect();
		batch.sort_by_key(|(_, tasks)| tasks.first().copied());
		batch
	}

	fn clear_market(now: BlockNumberFor<T>, market: &Market, tasks: &[TaskId]) {
		let level = LevelTerms::of(market.level);
		let demand: Vec<Demand<TaskId>> = tasks
			.iter()
			.filter_map(|task| {
				let spec = OpenTasks::<T>::get(task)?.spec;
				Some(Self::demand(now, *task, spec.work, spec.max_fee, spec.deadline, level))
			})
			.collect();
		let supply = Self::supply(market);
		for found in T::Mechanism::clear(&demand, &supply, Self::bond_terms(level)) {
			Self::assign(now, level, market, found);
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
		let blocks: u64 = soft.saturating_sub(now).saturated_into();
		let time_ms = blocks.saturating_mul(T::MillisPerBlock::get());
		Demand { task, work, max_fee: max_fee.into(), time_ms }
	}

	/// The asks of a market as the mechanism sees them: with what their provers can still take on.
	pub(crate) fn supply(market: &Market) -> Vec<Supply<T::AccountId>> {
		Asks::<T>::iter_prefix(market)
			.filter_map(|(prover, ask)| {
				let capacity = T::Provers::capacity(&prover)?;
				if !capacity.hardware.covers(&market.hardware) {
					return None;
				}
				let in_use = T::Provers::lots_in_use(&prover, market);
				Some(Supply {
					prover,
					price: ask.price.into(),
					speed: ask.speed,
					free_lots: ask.lots.saturating_sub(in_use),
					free_slots: capacity.free_slots,
					free_stake: capacity.free_stake.into(),
					committed_ms: capacity.committed_ms,
				})
			})
			.collect()
	}

	/// How bonds follow from prices at a service level.
	pub(crate) fn bond_terms(level: LevelTerms) -> BondTerms {
		BondTerms { percent: level.bond_percent, base: T::BondBase::get().into() }
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
		let Match { task, prover, price, bond, committed_ms } = found;
		let (price, bond): (T::Balance, T::Balance) = (price.into(), bond.into());
		let Some(open) = OpenTasks::<T>::get(task) else {
			defensive!("the mechanism matches tasks it was given");
			return;
		};
		// The mechanism saw this market only. If another one of this block took what the prover had,
		// the task stays open and the next round finds another.
		if T::Provers::reserve(&prover, market, bond, committed_ms).is_err() {
			return;
		}
		Self::take_out(task, &open);
		T::Escrow::fix_price(task, price);
		let soft_deadline = Self::soft_deadline(now, open.spec.deadline, level);
		Self::deposit_event(Event::TaskAssigned {
			task,
			prover: prover.clone(),
			price,
			bond,
			soft_deadline,
		});
		let assignment = Assignment {
			prover,
			price,
			bond,
			committed_ms,
			attempt: 0,
			assigned_at: now,
			soft_deadline,
		};
		T::Attestation::begin(task, open.spec, assignment);
	}
}
