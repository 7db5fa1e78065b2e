// SPDX-License-Identifier: Apache-2.0
//! The money of a task that is concluded: taken, put in pots as [`crate::shares`] says, and given out.

use crate::{
	shares::{Case, Sink, Source, Transfer},
	AssignmentOf, AttemptOf, BalanceOf, Config, CreditOf, Escrows, Fees, Pallet, SpecOf,
};
use alloc::vec::Vec;
use frame_support::traits::{fungible::Balanced, Imbalance, OnUnbalanced};
use proofyard_primitives::{traits::Stake, AttemptResult, TaskEnd, TaskId};
use sp_runtime::{
	traits::{Saturating, Zero},
	SaturatedConversion,
};

/// Sums moved when a task was concluded, in plancks.
pub(crate) struct Moved<Balance> {
	/// Out of the escrow: to provers and to the protocol.
	pub paid: Balance,
	/// The protocol's part of it.
	pub fee: Balance,
	/// Out of the escrow, back to the requester.
	pub refunded: Balance,
	/// From the bonds to the requester.
	pub compensation: Balance,
	/// Payment to each attempt's prover, from the escrow and from bonds.
	pub earned: Vec<Balance>,
	/// Sum taken of each attempt's bond.
	pub slashed: Vec<Balance>,
}

/// Money that was taken, by whom it is for. One payment each, so that what is too little to open a
/// closed account with is not lost part by part.
struct Pots<T: Config> {
	provers: Vec<CreditOf<T>>,
	requester: CreditOf<T>,
	keeper: CreditOf<T>,
	protocol: CreditOf<T>,
	nobody: CreditOf<T>,
}

impl<T: Config> Pots<T> {
	fn new(attempts: usize) -> Self {
		Self {
			provers: (0..attempts).map(|_| CreditOf::<T>::zero()).collect(),
			requester: CreditOf::<T>::zero(),
			keeper: CreditOf::<T>::zero(),
			protocol: CreditOf::<T>::zero(),
			nobody: CreditOf::<T>::zero(),
		}
	}

	/// Put money where these transfers say, as far as it goes: the first first.
	fn fill<'a>(&mut self, mut credit: CreditOf<T>, transfers: impl Iterator<Item = &'a Transfer>) {
		for transfer in transfers {
			let pot = match transfer.to {
				Sink::Prover(index) => self.provers.get_mut(index),
				Sink::Requester => Some(&mut self.requester),
				Sink::Keeper => Some(&mut self.keeper),
				Sink::Protocol => Some(&mut self.protocol),
				Sink::Nobody => Some(&mut self.nobody),
			};
			if let Some(pot) = pot {
				pot.subsume(credit.extract(transfer.amount.saturated_into()));
			}
		}
		self.nobody.subsume(credit);
	}
}

impl<T: Config> Pallet<T> {
	/// Close the escrow of a task and charge the bonds of its attempts, and give it all to whom it is
	/// due.
	pub(crate) fn pay_out(
		task: TaskId,
		spec: &SpecOf<T>,
		assignment: &AssignmentOf<T>,
		attempts: &[AttemptOf<T>],
		end: &TaskEnd<T::AccountId>,
	) -> Moved<BalanceOf<T>> {
		let fees = Fees::<T>::get();
		let held = Escrows::<T>::get(task).map_or_else(Zero::zero, |escrow| escrow.amount);
		let results: Vec<_> = attempts.iter().map(in_plancks::<T>).collect();
		let transfers = Case {
			requester: &spec.requester,
			held: held.saturated_into(),
			price: assignment.price.saturated_into(),
			attempts: &results,
			end,
			fee: fees.fee,
		}
		.transfers();

		let mut pots = Pots::<T>::new(attempts.len());
		// What goes back to the requester never leaves its account.
		let spent = |transfer: &&Transfer| {
			transfer.from == Source::Escrow && transfer.to != Sink::Requester
		};
		let (credit, refunded) = Self::close(task, sum::<T>(transfers.iter().filter(spent)));
		let paid = credit.peek();
		pots.fill(credit, transfers.iter().filter(spent));
		let mut slashed = Vec::with_capacity(attempts.len());
		for (index, attempt) in attempts.iter().enumerate() {
			let of_it = |transfer: &&Transfer| transfer.from == Source::Bond(index);
			let credit = Self::take_bond(attempt, sum::<T>(transfers.iter().filter(of_it)));
			slashed.push(credit.peek());
			pots.fill(credit, transfers.iter().filter(of_it));
		}

		let Pots { provers, requester, keeper, protocol, mut nobody } = pots;
		let fee = protocol.peek();
		Self::split_fee(&fees, protocol);
		let earned = attempts.iter().zip(provers).map(|(attempt, credit)| {
			let due = credit.peek();
			if due.is_zero() {
				return due;
			}
			let unpaid = T::Stake::reward(&attempt.prover, credit);
			let earned = due.saturating_sub(unpaid.peek());
			nobody.subsume(unpaid);
			earned
		});
		let earned = earned.collect();
		let compensation = Self::resolve_or(&mut nobody, &spec.requester, requester);
		if let TaskEnd::Failed { keeper: Some(who), .. } = end {
			Self::resolve_or(&mut nobody, who, keeper);
		} else {
			nobody.subsume(keeper);
		}
		T::Slashed::on_unbalanced(nobody);
		Moved { paid, fee, refunded, compensation, earned, slashed }
	}

	fn take_bond(attempt: &AttemptOf<T>, amount: BalanceOf<T>) -> CreditOf<T> {
		if amount.is_zero() {
			return CreditOf::<T>::zero();
		}
		T::Stake::slash_bond(&attempt.prover, amount)
	}

	/// Pay a credit to an account, or put it to `nobody`'s if the account was closed and this would
	/// leave it below the existential deposit. Returns what was paid.
	fn resolve_or(
		nobody: &mut CreditOf<T>,
		who: &T::AccountId,
		credit: CreditOf<T>,
	) -> BalanceOf<T> {
		let amount = credit.peek();
		if amount.is_zero() {
			return amount;
		}
		match T::Currency::resolve(who, credit) {
			Ok(()) => amount,
			Err(credit) => {
				nobody.subsume(credit);
				Zero::zero()
			}
		}
	}
}

fn sum<'a, T: Config>(transfers: impl Iterator<Item = &'a Transfer>) -> BalanceOf<T> {
	transfers.fold(0u128, |sum, transfer| sum.saturating_add(transfer.amount)).saturated_into()
}

fn in_plancks<T: Config>(attempt: &AttemptOf<T>) -> AttemptResult<T::AccountId, u128> {
	AttemptResult {
		prover: attempt.prover.clone(),
		role: attempt.role,
		fate: attempt.fate,
		price: attempt.price.saturated_into(),
		bond: attempt.bond.saturated_into(),
	}
}
