// SPDX-License-Identifier: Apache-2.0
//! Calls of requesters: submit, change, withdraw, and get back what nobody took.

use crate::{
	queue_key, AgendaOf, Config, Error, Event, NextTaskId, OpenTask, OpenTaskOf, OpenTasks, Pallet,
	ProverSetOf, Queue, QueueCursor, Queued, Waiting,
};
use frame_support::{defensive, ensure, pallet_prelude::*};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_mechanism::{together_share, Tick};
use proofyard_primitives::{
	program::is_locator,
	traits::{Escrow, Programs, Settlement},
	BiddingWindow, FixedValues, InputRef, Market, ProgramId, Redundancy, ServiceLevel, TaskId,
	TaskKind, TaskSpec, WorkModel,
};
use sp_runtime::traits::{One, Saturating, UniqueSaturatedInto};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_submit_task(
		requester: T::AccountId,
		program: ProgramId,
		level: ServiceLevel,
		work: Option<u64>,
		input: InputRef,
		values: FixedValues,
		max_fee: T::Balance,
		lifetime: u32,
		provers: ProverSetOf<T>,
		bidding: Option<BiddingWindow>,
		redundancy: Option<Redundancy>,
	) -> DispatchResult {
		ensure!(
			(T::MinLifetime::get()..=T::MaxLifetime::get()).contains(&lifetime),
			Error::<T>::LifetimeOutOfRange
		);
		ensure!(max_fee >= T::MinFee::get(), Error::<T>::FeeTooLow);
		Self::check_input(&input)?;
		let distinct = provers.iter().enumerate().all(|(i, p)| !provers[..i].contains(p));
		ensure!(distinct, Error::<T>::DuplicateProver);
		let redundancy = Self::redundancy_of(level, bidding.is_some(), redundancy)?;
		let within = provers.is_empty() || provers.len() >= usize::from(redundancy.needed);
		ensure!(within, Error::<T>::BadRedundancy);
		let terms = T::Programs::terms(&program)?;
		let work = Self::work_of(terms.work, work)?;
		let market =
			Market::of(terms.system, terms.hardware, work, level).ok_or(Error::<T>::WorkNeeded)?;
		let now = frame_system::Pallet::<T>::block_number();
		let bidding =
			bidding.map(|window| Self::open_bidding(now, lifetime, window)).transpose()?;
		// Sealed bids are whole prices, so only the queue needs a place on the grid.
		let bid = Self::bid(work, max_fee, redundancy);
		ensure!(bidding.is_some() || bid.is_some(), Error::<T>::FeeBelowGrid);
		T::Programs::check_values(&program, &values)?;

		let task = NextTaskId::<T>::get();
		T::Escrow::open(task, &requester, max_fee)?;
		T::Programs::acquire(&program)?;
		NextTaskId::<T>::put(task.saturating_add(1));

		let deadline = now.saturating_add(lifetime.into());
		let due = bidding.as_ref().map_or(deadline, |b| b.reveal_until.saturating_add(One::one()));
		let expire_at = AgendaOf::<T>::schedule(due, task);
		let kind = if bidding.is_some() { TaskKind::Sealed } else { TaskKind::Market };
		let spec = TaskSpec {
			requester: requester.clone(),
			program,
			market,
			kind,
			redundancy,
			work,
			input,
			values,
			max_fee,
			deadline,
			submitted_at: now,
		};
		let open = OpenTask { spec, expire_at, provers, bidding };
		Self::enqueue(task, &open);
		OpenTasks::<T>::insert(task, open);
		Self::deposit_event(Event::TaskSubmitted { task, requester, program, max_fee, deadline });
		Ok(())
	}

	/// The work of a task, from what the program fixes and the requester states.
	pub(crate) fn work_of(model: WorkModel, stated: Option<u64>) -> Result<u64, Error<T>> {
		match (model, stated) {
			(WorkModel::Fixed(work), None) => Ok(work),
			(WorkModel::Fixed(work), Some(stated)) if stated == work => Ok(work),
			(WorkModel::Fixed(_), Some(_)) => Err(Error::<T>::WorkFixed),
			(WorkModel::PerTask, Some(work)) if work > 0 => Ok(work),
			(WorkModel::PerTask, _) => Err(Error::<T>::WorkNeeded),
		}
	}

	/// Number of provers that a task of this level starts with, and of proofs that it takes.
	fn redundancy_of(
		level: ServiceLevel,
		is_sealed: bool,
		asked: Option<Redundancy>,
	) -> Result<Redundancy, Error<T>> {
		if is_sealed {
			// One winner takes it: bids are for the whole task.
			ensure!(
				asked.is_none_or(|asked| asked == Redundancy::NONE),
				Error::<T>::RedundancySealed
			);
			return Ok(Redundancy::NONE);
		}
		let redundancy = asked.unwrap_or(Redundancy::of(level));
		ensure!(redundancy.is_valid(), Error::<T>::BadRedundancy);
		Ok(redundancy)
	}

	/// The tick of what each of a task's provers can be paid at most, for this much work.
	pub(crate) fn bid(work: u64, max_fee: T::Balance, redundancy: Redundancy) -> Option<Tick> {
		let share = together_share(max_fee.into(), redundancy.needed, redundancy.started);
		Tick::at_most(share.checked_div(work.into())?)
	}

	fn check_input(input: &InputRef) -> DispatchResult {
		match input {
			InputRef::Inline(bytes) => ensure!(!bytes.is_empty(), Error::<T>::EmptyInput),
			InputRef::Remote(data) => ensure!(
				data.size > 0
					&& !data.locators.is_empty()
					&& data.locators.iter().all(|locator| is_locator(locator)),
				Error::<T>::BadInputLocator
			),
		}
		Ok(())
	}

	/// The open task of this requester.
	fn own_task(requester: &T::AccountId, task: TaskId) -> Result<OpenTaskOf<T>, Error<T>> {
		let open = OpenTasks::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		ensure!(open.spec.requester == *requester, Error::<T>::NotRequester);
		Ok(open)
	}

	pub(crate) fn do_raise_fee(
		requester: T::AccountId,
		task: TaskId,
		by: T::Balance,
	) -> DispatchResult {
		let mut open = Self::own_task(&requester, task)?;
		ensure!(open.bidding.is_none(), Error::<T>::SealedTask);
		ensure!(by > T::Balance::default(), Error::<T>::NothingToChange);
		T::Escrow::raise(task, by)?;
		Self::dequeue(task, &open);
		open.spec.max_fee = open.spec.max_fee.saturating_add(by);
		let max_fee = open.spec.max_fee;
		Self::enqueue(task, &open);
		OpenTasks::<T>::insert(task, open);
		Self::deposit_event(Event::FeeRaised { task, max_fee });
		Ok(())
	}

	pub(crate) fn do_prolong_task(
		requester: T::AccountId,
		task: TaskId,
		by: u32,
	) -> DispatchResult {
		let mut open = Self::own_task(&requester, task)?;
		ensure!(open.bidding.is_none(), Error::<T>::SealedTask);
		ensure!(by > 0, Error::<T>::NothingToChange);
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(now < open.spec.deadline, Error::<T>::TooLate);
		let deadline = open.spec.deadline.saturating_add(by.into());
		let lifetime = deadline.saturating_sub(now);
		ensure!(lifetime <= T::MaxLifetime::get().into(), Error::<T>::LifetimeOutOfRange);
		Self::dequeue(task, &open);
		AgendaOf::<T>::cancel(open.expire_at, task);
		open.spec.deadline = deadline;
		open.expire_at = AgendaOf::<T>::schedule(deadline, task);
		Self::enqueue(task, &open);
		OpenTasks::<T>::insert(task, open);
		Self::deposit_event(Event::TaskProlonged { task, deadline });
		Ok(())
	}

	/// Returns how many sealed bids there were for the task.
	pub(crate) fn do_cancel_task(
		requester: T::AccountId,
		task: TaskId,
	) -> Result<u32, DispatchError> {
		let open = Self::own_task(&requester, task)?;
		if let Some(bidding) = &open.bidding {
			// Once prices are revealed, to withdraw would be to have looked for nothing.
			let now = frame_system::Pallet::<T>::block_number();
			ensure!(now <= bidding.commit_until, Error::<T>::BidsRevealed);
		}
		Self::take_out(task, &open);
		Self::release_bids(task);
		T::Settlement::cancel(task, &open.spec);
		T::Programs::release(&open.spec.program);
		Ok(open.bidding.map_or(0, |bidding| bidding.bids))
	}

	pub(crate) fn do_poke(task: TaskId) -> DispatchResult {
		let open = OpenTasks::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		let now: BlockNumberFor<T> = frame_system::Pallet::<T>::block_number();
		let due = open
			.bidding
			.as_ref()
			.map_or(open.spec.deadline, |b| b.reveal_until.saturating_add(One::one()));
		ensure!(now >= due, Error::<T>::NotDue);
		Self::due(task);
		Ok(())
	}

	/// The time of an open task has come: its bids are decided, or nobody took it.
	pub(crate) fn due(task: TaskId) {
		let Some(open) = OpenTasks::<T>::get(task) else {
			defensive!("an agenda entry belongs to an open task");
			return;
		};
		Self::take_out(task, &open);
		if open.bidding.is_some() {
			Self::decide(task, open);
		} else {
			Self::give_back(task, open);
		}
	}

	/// Nobody took a task: the requester gets everything back.
	pub(crate) fn give_back(task: TaskId, open: OpenTaskOf<T>) {
		T::Settlement::expire(task, &open.spec);
		T::Programs::release(&open.spec.program);
	}

	/// Remove a task from everything this pallet knows of it.
	pub(crate) fn take_out(task: TaskId, open: &OpenTaskOf<T>) {
		OpenTasks::<T>::remove(task);
		Self::dequeue(task, open);
		AgendaOf::<T>::cancel(open.expire_at, task);
	}

	/// Put a task into the queue of its market, unless it is sold by sealed bids.
	pub(crate) fn enqueue(task: TaskId, open: &OpenTaskOf<T>) {
		let spec = &open.spec;
		let Some(bid) = Self::bid(spec.work, spec.max_fee, spec.redundancy) else { return };
		if open.bidding.is_some() {
			return;
		}
		let key = queue_key(open.spec.deadline.unique_saturated_into(), task);
		let queued = Queued {
			bid: bid.index(),
			restricted: !open.provers.is_empty(),
			several: spec.redundancy.needed > 1,
		};
		Queue::<T>::insert(open.spec.market, key, queued);
		Waiting::<T>::mutate(open.spec.market, |count| *count = count.saturating_add(1));
	}

	fn dequeue(task: TaskId, open: &OpenTaskOf<T>) {
		let market = open.spec.market;
		let key = queue_key(open.spec.deadline.unique_saturated_into(), task);
		if Queue::<T>::take(market, key).is_none() {
			return;
		}
		Waiting::<T>::mutate_exists(market, |count| {
			*count = count.take().and_then(|n| n.checked_sub(1)).filter(|n| *n > 0);
			if count.is_none() {
				QueueCursor::<T>::remove(market);
			}
		});
	}
}
