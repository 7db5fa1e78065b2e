// SPDX-License-Identifier: Apache-2.0
//! # Settlement
//!
//! The money of tasks: escrow, payment, refunds and slashes. Every task ends here, in one of four
//! ways, and leaves an [`OutcomeRecord`] that stays readable for [`Config::Retention`] blocks.
//!
//! ## What a task's end moves
//!
//! | end | requester's escrow | prover's bond |
//! |---|---|---|
//! | settled | the price to the prover, the rest free | free |
//! | expired, cancelled | free | none was reserved |
//! | failed | free | slashed whole: [`Config::Compensation`] of it to the requester, the rest to [`Config::Slashed`] |
//! | a rejected proof (no end) | untouched | [`Config::VerificationFee`] to [`Config::Slashed`] |
//! | a sealed bid not revealed (no end) | untouched | the bid's deposit to [`Config::Slashed`] |
//!
//! Escrow is a hold on the requester's own account ([`HoldReason::Escrow`]), so that nothing of it can
//! be lost in a pot, and `Σ escrows of an account = its hold` can be checked. While a task is open it
//! can be raised. It may be of nothing: nobody pays for a prover's calibration task.
//!
//! ## Place in the whole
//!
//! The end of the line: auctions → attestation → settlement. The others use it through
//! [`proofyard_primitives::traits::Escrow`] and [`proofyard_primitives::traits::Settlement`]; it
//! reaches down to the stakes of provers through [`proofyard_primitives::traits::Stake`].
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod endings;
mod escrow;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
mod try_state;
mod types;
pub mod weights;

const LOG_TARGET: &str = "runtime::settlement";

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{Balanced, Inspect, Mutate, MutateHold},
			OnUnbalanced,
		},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use proofyard_agenda::{Agenda, Cost};
	use proofyard_primitives::{traits::Stake, FailureReason, TaskId};
	use sp_runtime::Percent;

	/// The storage version of this pallet.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The money of fees and bonds.
		type Currency: Inspect<Self::AccountId>
			+ Mutate<Self::AccountId>
			+ MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ Balanced<Self::AccountId>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Where bonds are slashed from.
		type Stake: Stake<Self::AccountId, BalanceOf<Self>, Credit = CreditOf<Self>>;

		/// Where slashed money goes that nobody is owed. `()` burns it.
		type Slashed: OnUnbalanced<CreditOf<Self>>;

		/// The share of a defaulter's bond that compensates the requester, at most 20 %.
		#[pallet::constant]
		type Compensation: Get<Percent>;

		/// What a rejected proof costs its prover: the verification that the chain did for nothing.
		#[pallet::constant]
		type VerificationFee: Get<BalanceOf<Self>>;

		/// Blocks for which an ended task's outcome and proof stay readable.
		#[pallet::constant]
		type Retention: Get<BlockNumberFor<Self>>;

		/// Share of a block that forgetting outcomes may take.
		#[pallet::constant]
		type MaxHookWeight: Get<Weight>;

		/// Weights of the hooks.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The fees of a requester's live tasks.
		Escrow,
	}

	/// What is held for each live task, and of whom.
	#[pallet::storage]
	pub type Escrows<T: Config> =
		StorageMap<_, Twox64Concat, TaskId, EscrowRecordOf<T>, OptionQuery>;

	/// How tasks ended.
	#[pallet::storage]
	pub type Outcomes<T: Config> =
		StorageMap<_, Twox64Concat, TaskId, OutcomeRecordOf<T>, OptionQuery>;

	/// The verified proofs of settled tasks.
	#[pallet::storage]
	pub type Proofs<T: Config> =
		StorageMap<_, Twox64Concat, TaskId, proofyard_primitives::ProofData, OptionQuery>;

	/// When outcomes are forgotten.
	#[pallet::storage]
	pub type AgendaItems<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BlockNumberFor<T>, Twox64Concat, TaskId, (), OptionQuery>;

	/// The first block whose outcomes may still have to be forgotten.
	#[pallet::storage]
	pub type AgendaCursor<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	/// The agenda of this pallet.
	pub type AgendaOf<T> = Agenda<BlockNumberFor<T>, TaskId, AgendaItems<T>, AgendaCursor<T>>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	#[allow(missing_docs)]
	pub enum Event<T: Config> {
		/// The maximum fee of a new task is on hold.
		EscrowOpened { task: TaskId, requester: T::AccountId, amount: BalanceOf<T> },
		/// More is on hold for an open task.
		EscrowRaised {
			task: TaskId,
			requester: T::AccountId,
			amount: BalanceOf<T>,
			held: BalanceOf<T>,
		},
		/// The auction fixed a price below the maximum: the difference is free.
		EscrowReleased { task: TaskId, requester: T::AccountId, amount: BalanceOf<T> },
		/// A verified proof was paid.
		TaskSettled {
			task: TaskId,
			requester: T::AccountId,
			prover: T::AccountId,
			paid: BalanceOf<T>,
		},
		/// Nobody took the task by its deadline.
		TaskExpired { task: TaskId, requester: T::AccountId, refunded: BalanceOf<T> },
		/// The requester withdrew the task.
		TaskCancelled { task: TaskId, requester: T::AccountId, refunded: BalanceOf<T> },
		/// The prover defaulted.
		TaskFailed {
			task: TaskId,
			requester: T::AccountId,
			prover: T::AccountId,
			reason: FailureReason,
			refunded: BalanceOf<T>,
			compensation: BalanceOf<T>,
			slashed: BalanceOf<T>,
		},
		/// A rejected proof was charged to the prover's bond.
		VerificationCharged { task: TaskId, prover: T::AccountId, amount: BalanceOf<T> },
		/// A prover did not reveal its sealed bid and lost the deposit.
		BidForfeited { task: TaskId, prover: T::AccountId, amount: BalanceOf<T> },
		/// The retention period is over: outcome and proof are gone.
		TaskForgotten { task: TaskId },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The requester's free balance does not cover the maximum fee, or what is added to it.
		InsufficientBalance,
		/// Nothing is held for a task of this id: there was none, or it has ended.
		UnknownTask,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			let mut meter = WeightMeter::with_limit(T::MaxHookWeight::get());
			meter.consume(T::WeightInfo::agenda_base());
			let cost = Cost {
				per_block: T::WeightInfo::agenda_block(),
				per_entry: T::WeightInfo::forget(),
			};
			AgendaOf::<T>::serve(now, &mut meter, cost, Self::forget);
			meter.consumed()
		}

		fn integrity_test() {
			assert!(
				T::Compensation::get() <= Percent::from_percent(20),
				"a requester must not earn by a default"
			);
			assert!(
				T::MaxHookWeight::get().all_gte(
					T::WeightInfo::agenda_base()
						.saturating_add(T::WeightInfo::agenda_block())
						.saturating_add(T::WeightInfo::forget())
				),
				"the hook must be able to do something"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_n: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}
}
