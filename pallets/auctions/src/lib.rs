// SPDX-License-Identifier: Apache-2.0
//! # Auctions
//!
//! Where tasks and standing asks meet.
//!
//! ## Overview
//!
//! A requester submits a task with its maximum fee in escrow; it waits in a queue. A prover places
//! *asks*: in one market, a price for a unit of work, a number of lots, a speed. At the start of each
//! block the pallet takes the next tasks of the queue, oldest first, and clears each market among them
//! by [`Config::Mechanism`]. A match reserves the prover's bond, fixes the price (what is above it is
//! the requester's again at once) and hands the task over to attestation. What nobody takes goes back
//! to the requester in full at its deadline.
//!
//! ## What a lot counts for
//!
//! An ask serves a task only if its prover has a free lot and slot, the declared hardware, a free bond,
//! and the time: what its live attempts still need, and this work at its declared speed, must fit
//! before the soft deadline. A cheap prover that is busy does not swallow a burst.
//!
//! ## Bounds
//!
//! A clearing looks at no more than [`Config::MaxClearPerBlock`] tasks, and a market has no more than
//! [`Config::MaxAsksPerMarket`] asks. What is not looked at in this block is first in the next.
//!
//! ## Place in the whole
//!
//! The start of the line: auctions → attestation → settlement.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use pallet::*;
pub use quoting::Estimate;
pub use types::*;
pub use weights::WeightInfo;

mod asks;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod clearing;
#[cfg(test)]
mod mock;
mod quoting;
mod tasks;
#[cfg(test)]
mod tests;
mod try_state;
mod types;
pub mod weights;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{pallet_prelude::*, weights::WeightMeter};
	use frame_system::pallet_prelude::*;
	use proofyard_agenda::{Agenda, Cost};
	use proofyard_mechanism::Mechanism;
	use proofyard_primitives::{
		traits::{Attestation, Escrow, Programs, Provers, Settlement},
		FixedInputs, InputRef, Market, ProgramId, ServiceLevel, TaskId,
	};

	/// The storage version of this pallet.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The balance type, the one of settlement's money.
		type Balance: frame_support::traits::tokens::Balance + Into<u128> + From<u128>;

		/// Who proves.
		type Provers: Provers<Self::AccountId, Self::Balance>;

		/// What is proven.
		type Programs: Programs;

		/// Where fees are held.
		type Escrow: Escrow<Self::AccountId, Self::Balance>;

		/// Where assigned tasks go.
		type Attestation: Attestation<Self::AccountId, Self::Balance, BlockNumberFor<Self>>;

		/// Where tasks end that nobody took.
		type Settlement: Settlement<Self::AccountId, Self::Balance, BlockNumberFor<Self>>;

		/// The rule of the clearing.
		type Mechanism: Mechanism;

		/// Duration of a block, in milliseconds: turns deadlines into time for feasibility.
		#[pallet::constant]
		type MillisPerBlock: Get<u64>;

		/// Nearest deadline, in blocks from submission.
		#[pallet::constant]
		type MinLifetime: Get<u32>;

		/// Farthest deadline, in blocks from submission: bounds how long money is bound.
		#[pallet::constant]
		type MaxLifetime: Get<u32>;

		/// The deadline a quote assumes when none is given, in blocks.
		#[pallet::constant]
		type DefaultLifetime: Get<u32>;

		/// Least maximum fee: what makes a task cost something.
		#[pallet::constant]
		type MinFee: Get<Self::Balance>;

		/// The part of a bond that does not depend on the price: what rejected proofs may cost.
		#[pallet::constant]
		type BondBase: Get<Self::Balance>;

		/// Most tasks that one block's clearing looks at.
		#[pallet::constant]
		type MaxClearPerBlock: Get<u32>;

		/// Most asks in one market.
		#[pallet::constant]
		type MaxAsksPerMarket: Get<u32>;

		/// What expiry and clearing may take of a block.
		#[pallet::constant]
		type MaxHookWeight: Get<Weight>;

		/// Weights of calls and hooks.
		type WeightInfo: WeightInfo;
	}

	/// The id of the next task.
	#[pallet::storage]
	pub type NextTaskId<T: Config> = StorageValue<_, TaskId, ValueQuery>;

	/// Tasks that wait for the auction.
	#[pallet::storage]
	pub type OpenTasks<T: Config> = StorageMap<_, Twox64Concat, TaskId, OpenTaskOf<T>, OptionQuery>;

	/// The ids of open tasks in order of submission: keys are big-endian and not hashed, so that
	/// iteration is in their order. They are counters, so nobody can choose them.
	#[pallet::storage]
	pub type Queue<T: Config> = StorageMap<_, Identity, QueueKey, (), OptionQuery>;

	/// The last task the clearing looked at: it goes on from there, so that tasks that nobody wants
	/// do not keep others from being looked at.
	#[pallet::storage]
	pub type QueueCursor<T: Config> = StorageValue<_, TaskId, OptionQuery>;

	/// Standing asks.
	#[pallet::storage]
	pub type Asks<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		Market,
		Blake2_128Concat,
		T::AccountId,
		Ask<T::Balance>,
		OptionQuery,
	>;

	/// Number of asks in each market.
	#[pallet::storage]
	pub type AskCount<T: Config> = StorageMap<_, Blake2_128Concat, Market, u32, ValueQuery>;

	/// In which markets a prover has asks.
	#[pallet::storage]
	pub type AsksOf<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		Blake2_128Concat,
		Market,
		(),
		OptionQuery,
	>;

	/// When open tasks expire.
	#[pallet::storage]
	pub type AgendaItems<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BlockNumberFor<T>, Twox64Concat, TaskId, (), OptionQuery>;

	/// The first block whose expiries may still have to be worked off.
	#[pallet::storage]
	pub type AgendaCursor<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	/// The agenda of this pallet.
	pub type AgendaOf<T> = Agenda<BlockNumberFor<T>, TaskId, AgendaItems<T>, AgendaCursor<T>>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	#[allow(missing_docs)]
	pub enum Event<T: Config> {
		/// A task waits for the auction.
		TaskSubmitted {
			task: TaskId,
			requester: T::AccountId,
			program: ProgramId,
			max_fee: T::Balance,
			deadline: BlockNumberFor<T>,
		},
		/// The auction gave a task to a prover.
		TaskAssigned {
			task: TaskId,
			prover: T::AccountId,
			price: T::Balance,
			bond: T::Balance,
			soft_deadline: BlockNumberFor<T>,
		},
		/// A prover placed or changed an ask.
		AskPlaced { prover: T::AccountId, market: Market, price: T::Balance, lots: u32, speed: u64 },
		/// A prover withdrew an ask.
		AskWithdrawn { prover: T::AccountId, market: Market },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The program leaves the work to the task: state it, above zero.
		WorkNeeded,
		/// The program fixes the work, and another was stated. Leave it out.
		WorkFixed,
		/// The lifetime is below `MinLifetime` or above `MaxLifetime` blocks.
		LifetimeOutOfRange,
		/// The maximum fee is below `MinFee`.
		FeeTooLow,
		/// An inline input is empty. Give the bytes, or a locator.
		EmptyInput,
		/// A remote input needs at least one `https://` or `file:///` locator and a size above zero.
		BadInputLocator,
		/// No open task has this id: it was never submitted, is assigned, or has ended.
		UnknownTask,
		/// The caller did not submit this task.
		NotRequester,
		/// The task's deadline is not reached yet.
		NotDue,
		/// The price of an ask cannot be zero.
		ZeroPrice,
		/// An ask has at least one lot.
		ZeroLots,
		/// An ask's speed cannot be zero.
		ZeroSpeed,
		/// A market's bucket is ⌊log2 work⌋, 0 to 63.
		BadMarket,
		/// The caller is not a registered prover. Register first.
		NotProver,
		/// The hardware the prover declared does not cover the market's.
		HardwareNotCovered,
		/// The market has as many asks as it can hold.
		MarketFull,
		/// The prover has no ask in this market.
		UnknownAsk,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Submit a task.
		///
		/// ## Dispatch origin
		/// Signed. `max_fee` is put on hold on the caller's account until the task ends.
		///
		/// ## Parameters
		/// - `program`: what is proven.
		/// - `level`: the service level.
		/// - `work`: stated for a program that leaves it to the task, otherwise left out.
		/// - `input`: what the witness is computed from; an inline input is public for ever.
		/// - `public_inputs`: those the caller fixes, by position; empty fixes none.
		/// - `max_fee`: the most the caller pays, at least [`Config::MinFee`].
		/// - `lifetime`: blocks to the deadline, [`Config::MinLifetime`] to [`Config::MaxLifetime`].
		///
		/// ## Errors
		/// [`Error::WorkNeeded`], [`Error::WorkFixed`], [`Error::LifetimeOutOfRange`],
		/// [`Error::FeeTooLow`], [`Error::EmptyInput`], [`Error::BadInputLocator`], and those of the
		/// programs and settlement pallets: an unknown or retired program, a proof system switched
		/// off, fixed inputs that do not fit, a balance that does not cover the fee.
		///
		/// ## Events
		/// [`Event::TaskSubmitted`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::submit_task(public_inputs.len() as u32))]
		pub fn submit_task(
			origin: OriginFor<T>,
			program: ProgramId,
			level: ServiceLevel,
			work: Option<u64>,
			input: InputRef,
			public_inputs: FixedInputs,
			max_fee: T::Balance,
			lifetime: u32,
		) -> DispatchResult {
			let requester = ensure_signed(origin)?;
			Self::do_submit_task(
				requester,
				program,
				level,
				work,
				input,
				public_inputs,
				max_fee,
				lifetime,
			)
		}

		/// Withdraw a task that nobody has taken yet. The escrow is free at once.
		///
		/// ## Dispatch origin
		/// Signed by the requester.
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::NotRequester`].
		///
		/// ## Events
		/// `TaskCancelled` of the settlement pallet.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::cancel_task())]
		pub fn cancel_task(origin: OriginFor<T>, task: TaskId) -> DispatchResult {
			let requester = ensure_signed(origin)?;
			Self::do_cancel_task(requester, task)
		}

		/// Place a standing ask in a market, or change the one that stands there.
		///
		/// ## Dispatch origin
		/// Signed by a registered prover.
		///
		/// ## Parameters
		/// - `price`: of one unit of work.
		/// - `lots`: how many tasks of this market the prover takes at once.
		/// - `speed`: units of work it does in a second. Declaring more than is true wins tasks that
		///   cannot be delivered, and their bonds are lost.
		///
		/// ## Errors
		/// [`Error::ZeroPrice`], [`Error::ZeroLots`], [`Error::ZeroSpeed`], [`Error::BadMarket`],
		/// [`Error::NotProver`], [`Error::HardwareNotCovered`], [`Error::MarketFull`], and those of
		/// the provers pallet: too many asks, a prover that is leaving.
		///
		/// ## Events
		/// [`Event::AskPlaced`].
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::place_ask())]
		pub fn place_ask(
			origin: OriginFor<T>,
			market: Market,
			price: T::Balance,
			lots: u32,
			speed: u64,
		) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_place_ask(prover, market, Ask { price, lots, speed })
		}

		/// Withdraw a standing ask. What it has won stays won.
		///
		/// ## Dispatch origin
		/// Signed by the ask's prover.
		///
		/// ## Errors
		/// [`Error::UnknownAsk`].
		///
		/// ## Events
		/// [`Event::AskWithdrawn`].
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::withdraw_ask())]
		pub fn withdraw_ask(origin: OriginFor<T>, market: Market) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_withdraw_ask(prover, market)
		}

		/// Expire a task whose deadline is reached, in case the chain has more to do than fits into
		/// its blocks. Free when it was due.
		///
		/// ## Dispatch origin
		/// Signed by anyone.
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::NotDue`].
		///
		/// ## Events
		/// `TaskExpired` of the settlement pallet.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::expire())]
		pub fn poke(origin: OriginFor<T>, task: TaskId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_poke(task)?;
			Ok(Pays::No.into())
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			let mut meter = WeightMeter::with_limit(T::MaxHookWeight::get());
			meter.consume(T::WeightInfo::agenda_base());
			let cost = Cost {
				per_block: T::WeightInfo::agenda_block(),
				per_entry: T::WeightInfo::expire(),
			};
			AgendaOf::<T>::serve(now, &mut meter, cost, |task| Self::expire(task));
			Self::clear(now, &mut meter);
			meter.consumed()
		}

		fn integrity_test() {
			assert!(T::MillisPerBlock::get() > 0, "blocks take time");
			assert!(T::MinLifetime::get() > 1, "a task needs a block to be assigned in");
			assert!(
				(T::MinLifetime::get()..=T::MaxLifetime::get())
					.contains(&T::DefaultLifetime::get()),
				"the default lifetime must be allowed"
			);
			let most = T::WeightInfo::agenda_base()
				.saturating_add(T::WeightInfo::agenda_block())
				.saturating_add(T::WeightInfo::expire())
				.saturating_add(T::WeightInfo::clear(0, 0))
				.saturating_add(T::WeightInfo::clear(
					T::MaxClearPerBlock::get(),
					T::MaxAsksPerMarket::get(),
				));
			assert!(
				T::MaxHookWeight::get().all_gte(most),
				"the hook must have room for one full clearing: {most:?}"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_n: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}
}
