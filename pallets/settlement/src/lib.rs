// SPDX-License-Identifier: Apache-2.0
//! # Settlement
//!
//! The money of tasks: escrow, payment, fees, refunds and slashes. Every task ends here, in one of
//! four ways, and leaves an [`OutcomeRecord`] that stays readable for [`Config::Retention`] blocks.
//!
//! Escrow is a hold on the requester's own account ([`HoldReason::Escrow`]), so that nothing of it can
//! be lost in a pot, and `Σ escrows of an account = its hold` can be checked. While a task is open it
//! can be raised; once it is assigned it is what the task can cost at most. It may be of nothing:
//! nobody pays for a prover's calibration task.
//!
//! ## Who pays what
//!
//! Provers and bonds follow from the endings of the attempts, by the tables of
//! [`proofyard_primitives::attempt`]. Beside them:
//!
//! | end | requester's escrow | bonds |
//! |---|---|---|
//! | settled, failed, input unavailable | what the tables say; the rest back | what the tables say |
//! | expired, cancelled | all of it back | there are none |
//! | a rejected proof (no end) | nothing | [`Config::VerificationFee`] to [`Config::Slashed`] |
//! | a sealed bid not revealed, an announced proof not shown (no end) | nothing | the deposit to [`Config::Slashed`] |
//!
//! Bonds that lose everything are charged first, then those of attempts that were given back, then those
//! of late proofs; each serves the claims that those before it left open. What is nobody's goes to
//! [`Config::Slashed`].
//!
//! Replacements come first, because a prover is only worth calling if it is sure to be paid; then those
//! that worked for nothing; then the requester, who has its escrow or its proof; the keeper last, for
//! little work. *Compensation* is capped, so that nobody earns by asking for what is going to fail: 20 %
//! of a bond at most, and when the task is settled 30 % of P0 of all bonds together, as much as the
//! price of a late proof falls. Nothing of a bond goes to anybody whose own attempt is charged: it goes
//! to [`Config::Slashed`] instead.
//!
//! Losses are bounded, then: the requester loses at most what is held; a prover at most its bond, and
//! nothing if it delivers in time, is overtaken in time, or could not get the input; anybody else
//! nothing.
//!
//! ## The protocol's fee
//!
//! A share of what escrows pay for proofs, set by [`Pallet::set_fees`] within [`Config::MaxFee`], taken
//! off the prover's payment. The block's author and the treasury get their shares of it, the rest is
//! burnt. Kill fees and what bonds pay are free of it.
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
mod fees;
#[cfg(test)]
mod mock;
mod payout;
pub mod shares;
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
			fungible::{Balanced, BalancedHold, Inspect, Mutate, MutateHold},
			OnUnbalanced,
		},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use proofyard_agenda::{Agenda, Cost};
	use proofyard_primitives::{traits::Stake, Ending, FailureReason, Role, TaskId};
	use sp_runtime::Permill;

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
			+ BalancedHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ Balanced<Self::AccountId>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Stakes of provers: bonds are slashed from them, rewards are paid to them.
		type Stake: Stake<Self::AccountId, BalanceOf<Self>, Credit = CreditOf<Self>>;

		/// Sink of slashed money that nobody is owed. `()` burns it.
		type Slashed: OnUnbalanced<CreditOf<Self>>;

		/// Sink of the block author's share of the protocol's fee.
		type Author: OnUnbalanced<CreditOf<Self>>;

		/// Sink of the treasury's share of the protocol's fee.
		type Treasury: OnUnbalanced<CreditOf<Self>>;

		/// The protocol's fee until it is changed.
		#[pallet::constant]
		type DefaultFees: Get<FeeTerms>;

		/// The most that the protocol's fee can be set to, so that whoever sets it cannot take what
		/// provers earn.
		#[pallet::constant]
		type MaxFee: Get<Permill>;

		/// Origin that sets the protocol's fee.
		type FeeOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Charge for a rejected proof to its prover: the verification that the chain did for
		/// nothing.
		#[pallet::constant]
		type VerificationFee: Get<BalanceOf<Self>>;

		/// Blocks for which an ended task's outcome and proofs stay readable.
		#[pallet::constant]
		type Retention: Get<BlockNumberFor<Self>>;

		/// Share of a block that forgetting outcomes may take.
		#[pallet::constant]
		type MaxHookWeight: Get<Weight>;

		/// Weights of the calls and hooks.
		type WeightInfo: WeightInfo;
	}

	/// Reasons for which this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The fees of a requester's live tasks.
		Escrow,
	}

	/// Escrow of each live task.
	#[pallet::storage]
	pub type Escrows<T: Config> =
		StorageMap<_, Twox64Concat, TaskId, EscrowRecordOf<T>, OptionQuery>;

	/// Outcomes of ended tasks.
	#[pallet::storage]
	pub type Outcomes<T: Config> =
		StorageMap<_, Twox64Concat, TaskId, OutcomeRecordOf<T>, OptionQuery>;

	/// Verified proofs, by task and prover: of settled tasks, and of live ones that need more.
	#[pallet::storage]
	pub type Proofs<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		TaskId,
		Twox64Concat,
		T::AccountId,
		proofyard_primitives::ProofData,
		OptionQuery,
	>;

	/// The protocol's fee.
	#[pallet::storage]
	pub type Fees<T: Config> = StorageValue<_, FeeTerms, ValueQuery, T::DefaultFees>;

	/// Agenda of outcomes, by the block in which each is forgotten.
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
	pub enum Event<T: Config> {
		/// The maximum fee of a new task is on hold.
		EscrowOpened {
			/// Id of the task.
			task: TaskId,
			/// Account of the requester.
			requester: T::AccountId,
			/// Sum held on the requester's account, in plancks.
			amount: BalanceOf<T>,
		},
		/// More is on hold for an open task.
		EscrowRaised {
			/// Id of the task.
			task: TaskId,
			/// Account of the requester.
			requester: T::AccountId,
			/// Sum added to the hold, in plancks.
			amount: BalanceOf<T>,
			/// Sum held for the task after that, in plancks.
			held: BalanceOf<T>,
		},
		/// The task cannot cost as much as was held for it.
		EscrowReleased {
			/// Id of the task.
			task: TaskId,
			/// Account of the requester.
			requester: T::AccountId,
			/// Sum that is the requester's own again, in plancks.
			amount: BalanceOf<T>,
		},
		/// The task has as many verified proofs as it takes.
		TaskSettled {
			/// Id of the task.
			task: TaskId,
			/// Account of the requester.
			requester: T::AccountId,
			/// Account of the prover that delivered the last of them.
			prover: T::AccountId,
			/// Sum that the requester paid in all, the protocol's fee included, in plancks.
			paid: BalanceOf<T>,
			/// The protocol's fee, in plancks.
			fee: BalanceOf<T>,
		},
		/// An attempt ended with its task.
		AttemptConcluded {
			/// Id of the task.
			task: TaskId,
			/// Account of the prover.
			prover: T::AccountId,
			/// Way in which the attempt came about.
			role: Role,
			/// Ending of the attempt.
			fate: Ending,
			/// Payment to the prover after the protocol's fee, in plancks.
			earned: BalanceOf<T>,
			/// Sum taken of the attempt's bond, in plancks.
			slashed: BalanceOf<T>,
		},
		/// Nobody took the task by its deadline.
		TaskExpired {
			/// Id of the task.
			task: TaskId,
			/// Account of the requester.
			requester: T::AccountId,
			/// Sum that is the requester's own again, in plancks.
			refunded: BalanceOf<T>,
		},
		/// The requester withdrew the task.
		TaskCancelled {
			/// Id of the task.
			task: TaskId,
			/// Account of the requester.
			requester: T::AccountId,
			/// Sum that is the requester's own again, in plancks.
			refunded: BalanceOf<T>,
		},
		/// The task ended without as many proofs as it takes.
		TaskFailed {
			/// Id of the task.
			task: TaskId,
			/// Account of the requester.
			requester: T::AccountId,
			/// Account of the primary.
			prover: T::AccountId,
			/// Reason why it failed.
			reason: FailureReason,
			/// Sum of the escrow that is the requester's own again, in plancks.
			refunded: BalanceOf<T>,
			/// Sum that the requester gets of the bonds, in plancks.
			compensation: BalanceOf<T>,
			/// Sum taken of all bonds, the compensation included, in plancks.
			slashed: BalanceOf<T>,
		},
		/// A rejected proof was charged to the prover's bond.
		VerificationCharged {
			/// Id of the task.
			task: TaskId,
			/// Account of the prover.
			prover: T::AccountId,
			/// Sum taken of the attempt's bond, in plancks.
			amount: BalanceOf<T>,
		},
		/// A prover did not reveal its sealed bid, or not show the proof it announced.
		DepositForfeited {
			/// Id of the task.
			task: TaskId,
			/// Account of the prover.
			prover: T::AccountId,
			/// Sum taken of the prover's stake, in plancks.
			amount: BalanceOf<T>,
		},
		/// The retention period is over: outcome and proofs are gone.
		TaskForgotten {
			/// Id of the task.
			task: TaskId,
		},
		/// The protocol's fee was set.
		FeesChanged {
			/// Fee of the tasks that end from now on, and how it is split.
			terms: FeeTerms,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The requester's free balance does not cover the maximum fee, or what is added to it.
		InsufficientBalance,
		/// Nothing is held for a task of this id: there was none, or it has ended.
		UnknownTask,
		/// The fee is above [`Config::MaxFee`].
		FeeTooHigh,
		/// The author's and the treasury's shares are more than the whole fee.
		SharesTooHigh,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Set the protocol's fee, and how it is split. Holds for all tasks that end from now on.
		///
		/// ## Dispatch origin
		/// [`Config::FeeOrigin`].
		///
		/// ## Errors
		/// [`Error::FeeTooHigh`], [`Error::SharesTooHigh`].
		///
		/// ## Events
		/// [`Event::FeesChanged`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::set_fees())]
		pub fn set_fees(origin: OriginFor<T>, terms: FeeTerms) -> DispatchResult {
			T::FeeOrigin::ensure_origin(origin)?;
			Self::do_set_fees(terms)
		}
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
				T::DefaultFees::get().fee <= T::MaxFee::get(),
				"the fee must be one that could be set"
			);
			assert!(T::DefaultFees::get().is_valid(), "no more of a fee can be given out than all");
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
