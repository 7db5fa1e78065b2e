// SPDX-License-Identifier: Apache-2.0
//! Invariants of the auction's state.
#![cfg(any(feature = "try-runtime", feature = "std"))]

use crate::{
	queue_key, AgendaOf, AskCount, AskStatus, Asks, AsksOf, Bids, Blocked, BlockedCount, Config,
	EpochAgendaOf, FullAsks, NextTaskId, OpenTasks, Pallet, Queue, QueueCursor, TickAsks,
	TickBitmaps, TickCounts, Waiting, MAX_BIDS,
};
use frame_support::{ensure, traits::Get};
use proofyard_mechanism::Bitmap;
use proofyard_primitives::{
	traits::{Escrow, Programs, Provers},
	Redundancy,
};
use sp_runtime::{traits::UniqueSaturatedInto, TryRuntimeError};

impl<T: Config> Pallet<T> {
	/// Check everything that must always hold of this pallet's state.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_open_tasks()?;
		Self::check_asks()
	}

	/// Each open task is in the queue of its market or in its bidding, in one place of the agenda,
	/// and has its whole maximum fee in escrow.
	fn check_open_tasks() -> Result<(), TryRuntimeError> {
		let (mut count, mut queued) = (0, 0);
		for (task, open) in OpenTasks::<T>::iter() {
			let spec = &open.spec;
			ensure!(task < NextTaskId::<T>::get(), "a task from the future");
			let key = queue_key(spec.deadline.unique_saturated_into(), task);
			let entry = Queue::<T>::get(spec.market, key);
			let bid = Self::bid(spec.work, spec.max_fee, spec.redundancy).map(|bid| bid.index());
			ensure!(spec.redundancy.is_valid(), "more proofs than provers");
			let fewest = usize::from(spec.redundancy.needed);
			ensure!(open.provers.is_empty() || open.provers.len() >= fewest, "too small a set");
			match &open.bidding {
				None => {
					ensure!(entry.is_some(), "an open task not in the queue");
					ensure!(entry.map(|e| e.bid) == bid, "a queue with another maximum");
					let restricted = Some(!open.provers.is_empty());
					ensure!(entry.map(|e| e.restricted) == restricted, "another set of provers");
					let several = Some(spec.redundancy.needed > 1);
					ensure!(entry.map(|e| e.several) == several, "another number of proofs");
					queued += 1;
				}
				Some(bidding) => {
					ensure!(entry.is_none(), "a task in the queue and in its bidding");
					ensure!(spec.redundancy == Redundancy::NONE, "a sealed task for several");
					let bids = Bids::<T>::iter_key_prefix(task).count();
					ensure!(bids == bidding.bids as usize, "a bidding that miscounts its bids");
					ensure!(bidding.bids <= MAX_BIDS, "more bids than allowed");
				}
			}
			ensure!(AgendaOf::<T>::contains(open.expire_at, task), "a task that never expires");
			ensure!(open.expire_at >= AgendaOf::<T>::cursor(), "an expiry left behind");
			ensure!(T::Escrow::held(task) == spec.max_fee, "an open task without its escrow");
			// A program may be retired under an open task, but not gone.
			ensure!(
				T::Programs::check_values(&spec.program, &spec.values).is_ok(),
				"an open task without its program"
			);
			count += 1;
		}
		ensure!(Queue::<T>::iter_keys().count() == queued, "a queue entry for nothing");
		ensure!(AgendaOf::<T>::entries().len() == count, "an agenda entry for nothing");
		let mut waiting = 0;
		for (market, counted) in Waiting::<T>::iter() {
			let here = Queue::<T>::iter_key_prefix(market).count();
			ensure!(here == counted as usize && counted > 0, "a market that miscounts its tasks");
			waiting += here;
		}
		ensure!(waiting == queued, "a queue of no market");
		for market in QueueCursor::<T>::iter_keys() {
			ensure!(Waiting::<T>::contains_key(market), "a cursor in an empty queue");
		}
		for task in Bids::<T>::iter_keys().map(|(task, _)| task) {
			ensure!(OpenTasks::<T>::contains_key(task), "a bid for no task");
		}
		Ok(())
	}

	/// Each ask has its prover, its reverse index and one place; markets count their asks.
	fn check_asks() -> Result<(), TryRuntimeError> {
		let (mut count, mut in_book, mut full, mut coming) = (0, 0, 0, 0);
		for (market, prover, ask) in Asks::<T>::iter() {
			ensure!(AsksOf::<T>::contains_key(&prover, market), "an ask without its index");
			ensure!(T::Provers::capacity(&prover).is_some(), "an ask of nobody");
			ensure!(ask.terms.lots > 0 && ask.terms.speed > 0, "an ask that asks for nothing");
			match ask.status {
				AskStatus::Coming => ensure!(ask.next.is_some(), "an ask that never comes"),
				AskStatus::Book(place) => {
					let tick = ask.terms.tick;
					let there = TickAsks::<T>::get((market, tick, place));
					ensure!(there.as_ref() == Some(&prover), "an ask not at its place");
					ensure!(place < TickCounts::<T>::get(market, tick), "a place beyond its tick");
					in_book += 1;
				}
				AskStatus::Full => {
					ensure!(FullAsks::<T>::contains_key(&prover, market), "a full ask is lost");
					full += 1;
				}
			}
			if let Some((_, at)) = ask.next {
				let id = (market, prover);
				ensure!(EpochAgendaOf::<T>::contains(at, id), "a change that never counts");
				ensure!(at >= EpochAgendaOf::<T>::cursor(), "a change left behind");
				coming += 1;
			}
			count += 1;
		}
		ensure!(AsksOf::<T>::iter_keys().count() == count, "an index of no ask");
		ensure!(TickAsks::<T>::iter_keys().count() == in_book, "a place of no ask");
		ensure!(FullAsks::<T>::iter_keys().count() == full, "a full ask that is none");
		ensure!(EpochAgendaOf::<T>::entries().len() == coming, "a change of no ask");
		let mut levels = 0;
		for (market, tick, counted) in TickCounts::<T>::iter() {
			ensure!(counted > 0, "an empty tick");
			let marked = proofyard_mechanism::Tick::new(tick)
				.is_some_and(|tick| Bitmap::from(TickBitmaps::<T>::get(market)).contains(tick));
			ensure!(marked, "a tick that the bitmap misses");
			levels += counted as usize;
		}
		ensure!(levels == in_book, "ticks that miscount their asks");
		for (market, grid) in TickBitmaps::<T>::iter() {
			let grid = Bitmap::from(grid);
			let mut tick = grid.first();
			ensure!(tick.is_some(), "an empty bitmap");
			while let Some(marked) = tick {
				ensure!(TickCounts::<T>::get(market, marked.index()) > 0, "a tick without asks");
				tick = grid.next_after(marked);
			}
		}
		for (market, counted) in AskCount::<T>::iter() {
			ensure!(
				Asks::<T>::iter_key_prefix(market).count() == counted as usize && counted > 0,
				"a market that miscounts its asks"
			);
			ensure!(counted <= T::MaxAsksPerMarket::get(), "a market with too many asks");
		}
		for (prover, counted) in BlockedCount::<T>::iter() {
			let kept_off = Blocked::<T>::iter_key_prefix(&prover).count();
			ensure!(kept_off == counted as usize && counted > 0, "a block list that miscounts");
		}
		ensure!(
			Blocked::<T>::iter_keys().count()
				== BlockedCount::<T>::iter_values().map(|n| n as usize).sum::<usize>(),
			"a block list of nobody"
		);
		Ok(())
	}
}
