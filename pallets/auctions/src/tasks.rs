// SPDX-License-Identifier: Apache-2.0
//! What requesters do: submit, withdraw, and get back what nobody took.

use crate::*;
use frame_support::{defensive, ensure, pallet_prelude::*};
use frame_system::pallet_prelude::BlockNumberFor;
use proofyard_primitives::{
	program::is_locator,
	traits::{Escrow, Programs, Settlement},
	FixedInputs, InputRef, Market, ProgramId, ServiceLevel, TaskId, TaskSpec, WorkModel,
};
use sp_runtime::traits::Saturating;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_submit_task(
		requester: T::AccountId,
		program: ProgramId,
		level: ServiceLevel,
		work: Option<u64>,
		input: InputRef,
		public_inputs: FixedInputs,
		max_fee: T::Balance,
		lifetime: u32,
	) -> DispatchResult {
		ensure!(
			(T::MinLifetime::get()..=T::MaxLifetime::get()).contains(&lifetime),
			Error::<T>::LifetimeOutOfRange
		);
		ensure!(max_fee >= T::MinFee::get(), Error::<T>::FeeTooLow);
		Self::check_input(&input)?;
		let terms = T::Programs::terms(&program)?;
		let work = Self::work_of(terms.work, work)?;
		let market =
			Market::of(terms.system, terms.hardware, work, level).ok_or(Error::<T>::WorkNeeded)?;
		T::Programs::check_fixed_inputs(&program, &public_inputs)?;

		let task = NextTaskId::<T>::get();
		T::Escrow::open(task, &requester, max_fee)?;
		T::Programs::acquire(&program)?;
		NextTaskId::<T>::put(task.saturating_add(1));

		let now = frame_system::Pallet::<T>::block_number();
		let deadline = now.saturating_add(lifetime.into());
		let expire_at = AgendaOf::<T>::schedule(deadline, task);
		let spec = TaskSpec {
			requester: requester.clone(),
			program,
			market,
			work,
			input,
			public_inputs,
			max_fee,
			deadline,
			submitted_at: now,
		};
		OpenTasks::<T>::insert(task, OpenTask { spec, expire_at });
		Queue::<T>::insert(queue_key(task), ());
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

	pub(crate) fn do_cancel_task(requester: T::AccountId, task: TaskId) -> DispatchResult {
		let open = OpenTasks::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		ensure!(open.spec.requester == requester, Error::<T>::NotRequester);
		Self::take_out(task, &open);
		T::Settlement::cancel(task, &open.spec);
		T::Programs::release(&open.spec.program);
		Ok(())
	}

	pub(crate) fn do_poke(task: TaskId) -> DispatchResult {
		let open = OpenTasks::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		let now: BlockNumberFor<T> = frame_system::Pallet::<T>::block_number();
		ensure!(now >= open.spec.deadline, Error::<T>::NotDue);
		Self::expire(task);
		Ok(())
	}

	/// Give back what nobody took.
	pub(crate) fn expire(task: TaskId) {
		let Some(open) = OpenTasks::<T>::get(task) else {
			defensive!("an agenda entry belongs to an open task");
			return;
		};
		Self::take_out(task, &open);
		T::Settlement::expire(task, &open.spec);
		T::Programs::release(&open.spec.program);
	}

	/// Remove a task from everything this pallet knows of it.
	pub(crate) fn take_out(task: TaskId, open: &OpenTaskOf<T>) {
		OpenTasks::<T>::remove(task);
		Queue::<T>::remove(queue_key(task));
		AgendaOf::<T>::cancel(open.expire_at, task);
	}
}
