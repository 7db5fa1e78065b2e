// SPDX-License-Identifier: Apache-2.0
//! The protocol's fee: how much it is, and who gets it.

use crate::{Config, CreditOf, Error, Event, FeeTerms, Fees, Pallet};
use frame_support::{
	ensure,
	traits::{Get, Imbalance, OnUnbalanced},
};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_fees(terms: FeeTerms) -> DispatchResult {
		ensure!(terms.fee <= T::MaxFee::get(), Error::<T>::FeeTooHigh);
		ensure!(terms.is_valid(), Error::<T>::SharesTooHigh);
		Fees::<T>::put(terms);
		Self::deposit_event(Event::FeesChanged { terms });
		Ok(())
	}

	/// Give the fee to the block's author and the treasury, and burn the rest.
	pub(crate) fn split_fee(terms: &FeeTerms, fee: CreditOf<T>) {
		let amount = fee.peek();
		let (author, fee) = fee.split(terms.author.mul_floor(amount));
		let (treasury, burnt) = fee.split(terms.treasury.mul_floor(amount));
		T::Author::on_unbalanced(author);
		T::Treasury::on_unbalanced(treasury);
		// A credit that is dropped comes out of circulation.
		drop(burnt);
	}
}
