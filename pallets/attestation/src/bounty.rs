// SPDX-License-Identifier: Apache-2.0
//! The open bounty: when no standby is left, anybody registered may deliver, by commit and reveal.

use crate::{
	Announcement, Attempt, Config, Error, Event, Live, LiveTaskOf, Pallet, WeightInfo,
	REVEAL_BLOCKS,
};
use frame_support::{ensure, pallet_prelude::*};
use proofyard_mechanism::{
	level::ANNOUNCEMENT_PERCENT,
	terms::{bounty_premium, percent_up},
};
use proofyard_primitives::{
	proof_commitment,
	traits::{Programs, Provers, Settlement},
	AttemptState, Ending, FailureReason, ProofData, Role, TaskEnd, TaskId,
};
use sp_core::H256;
use sp_runtime::{
	traits::{Saturating, Zero},
	SaturatedConversion,
};

impl<T: Config> Pallet<T> {
	/// Payment for a proof announced in this block, in plancks. `None` where no bounty is open.
	pub fn bounty_reward(live: &LiveTaskOf<T>) -> Option<T::Balance> {
		let bounty = live.bounty.as_ref()?;
		let now = frame_system::Pallet::<T>::block_number();
		let premium = bounty_premium(
			Self::rescue_budget(live, now).into(),
			bounty.since.saturated_into(),
			live.spec.deadline.saturated_into(),
			now.saturated_into(),
		);
		Some(live.assignment.price.saturating_add(premium.into()))
	}

	/// Deposit that announcing a proof for a task takes of the free stake until it is shown, in
	/// plancks.
	pub fn announcement_deposit(live: &LiveTaskOf<T>) -> T::Balance {
		let share = percent_up(live.assignment.price.into(), ANNOUNCEMENT_PERCENT);
		T::AnnouncementDeposit::get().saturating_add(share.into())
	}

	pub(crate) fn do_announce(
		prover: T::AccountId,
		task: TaskId,
		commitment: H256,
	) -> DispatchResult {
		let mut live = Live::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		let reward = Self::bounty_reward(&live).ok_or(Error::<T>::NoBounty)?;
		let deposit = Self::announcement_deposit(&live);
		let now = frame_system::Pallet::<T>::block_number();
		// It has to be shown in a later block.
		ensure!(now < live.spec.deadline, Error::<T>::TooLate);
		ensure!(T::Provers::session_key(&prover).is_some(), Error::<T>::NotProver);
		ensure!(!T::Provers::is_jailed(&prover), Error::<T>::Jailed);
		// A requester would be paid by the bonds of those that failed it, on top of the compensation.
		ensure!(prover != live.spec.requester, Error::<T>::OwnTask);
		// Who has an attempt delivers by it; who failed is not paid by its own default.
		ensure!(live.attempt_of(&prover).is_none(), Error::<T>::HasAttempt);
		let Some(bounty) = live.bounty.as_mut() else { return Err(Error::<T>::NoBounty.into()) };
		let announced = &mut bounty.announcements;
		ensure!(announced.iter().all(|a| a.prover != prover), Error::<T>::AlreadyAnnounced);
		let expired = if announced.is_full() {
			let oldest =
				announced.iter().position(|a| a.at.saturating_add(REVEAL_BLOCKS.into()) < now);
			Some(announced.remove(oldest.ok_or(Error::<T>::BountyFull)?))
		} else {
			None
		};
		T::Provers::reserve_deposit(&prover, deposit)?;
		let announcement =
			Announcement { prover: prover.clone(), commitment, at: now, reward, deposit };
		announced.try_push(announcement).map_err(|_| Error::<T>::BountyFull)?;
		if let Some(expired) = expired {
			Self::forfeit(task, expired);
		}
		Live::<T>::insert(task, live);
		Self::deposit_event(Event::ProofAnnounced { task, prover, reward });
		Ok(())
	}

	/// Returns what it cost.
	pub(crate) fn do_reveal(
		prover: T::AccountId,
		task: TaskId,
		proof: ProofData,
	) -> Result<Weight, DispatchError> {
		let mut live = Live::<T>::get(task).ok_or(Error::<T>::UnknownTask)?;
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(now <= live.spec.deadline, Error::<T>::TooLate);
		ensure!(!T::Provers::is_jailed(&prover), Error::<T>::Jailed);
		let announced = live.bounty.as_ref().map(|bounty| &bounty.announcements);
		let announced = announced.ok_or(Error::<T>::NoBounty)?;
		let place = announced.iter().position(|a| a.prover == prover);
		let place = place.ok_or(Error::<T>::NotAnnounced)?;
		ensure!(announced[place].at < now, Error::<T>::TooEarly);
		let commitment = proof_commitment(task, &prover, &proof);
		ensure!(announced[place].commitment == commitment, Error::<T>::WrongCommitment);
		let verified = T::Programs::verify_weight(live.spec.market.system, &proof);
		let verdict = Self::verdict(&live, &proof)?;
		let announced = live.bounty.as_mut().map(|bounty| &mut bounty.announcements);
		let announcement = announced.ok_or(Error::<T>::NoBounty)?.remove(place);
		if let Err(reason) = verdict {
			Self::deposit_event(Event::BountyProofRejected { task, prover, reason });
			Self::forfeit(task, announcement);
			Live::<T>::insert(task, live);
			return Ok(verified.saturating_add(T::WeightInfo::reveal(1)));
		}
		T::Provers::release_bond(&prover, announcement.deposit);
		let attempt = live.attempts.len() as u32;
		let price = announcement.reward;
		let added = live.attempts.try_push(Attempt {
			prover: prover.clone(),
			role: Role::Bounty,
			price,
			bond: Zero::zero(),
			committed_ms: 0,
			started_at: announcement.at,
			soft_deadline: live.spec.deadline,
			replaced: false,
			rejections: 0,
			commitment: None,
			state: AttemptState::Ended(Ending::Verified),
			owed: Some(price),
		});
		// Others leave one place for it.
		added.map_err(|_| Error::<T>::BountyFull)?;
		Self::note_verified(task, &live.spec, attempt, &prover, &proof);
		T::Settlement::keep_proof(task, &prover, proof);
		let attempts = live.attempts.len() as u32;
		Self::conclude(task, live, TaskEnd::Settled);
		Ok(verified.saturating_add(T::WeightInfo::reveal(attempts)))
	}

	/// A task ended and this proof was not shown. Who was not given the time to show it gets its
	/// deposit back.
	pub(crate) fn close_announcement(
		task: TaskId,
		announcement: Announcement<
			T::AccountId,
			T::Balance,
			frame_system::pallet_prelude::BlockNumberFor<T>,
		>,
		end: &TaskEnd<T::AccountId>,
	) {
		match end {
			TaskEnd::Failed { reason: FailureReason::DeadlinePassed, .. } => {
				Self::forfeit(task, announcement)
			}
			_ => T::Provers::release_bond(&announcement.prover, announcement.deposit),
		}
	}

	fn forfeit(
		task: TaskId,
		announcement: Announcement<
			T::AccountId,
			T::Balance,
			frame_system::pallet_prelude::BlockNumberFor<T>,
		>,
	) {
		let Announcement { prover, deposit, .. } = announcement;
		T::Settlement::forfeit(task, &prover, deposit);
	}
}
